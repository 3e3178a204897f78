//! What is known about an app's signatures, as the report shows it. Pure data: `signing::verify` fills it.

use serde::{Deserialize, Serialize};

use crate::note::Note;

/// Everything about the signatures of one APK.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Signing {
    /// The verdict over the app's whole SDK range.
    pub status: SigningStatus,
    /// Each scheme that was found, v1 first.
    pub schemes: Vec<SchemeResult>,
    /// The certificates of the app's signers, the newest Android versions' first: of every signer by whom some version on
    /// which the app can be installed goes. Where there is none, those of the strongest scheme in the file.
    pub certificates: Vec<Certificate>,
    /// The signing keys that the app had before, oldest first, with the rights they keep.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lineage: Vec<LineageNode>,
    /// The source stamp's certificate, where there is a source stamp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_stamp: Option<Box<Certificate>>,
    /// What is in the APK Signing Block, in its order: the signatures of schemes v2 and later, and whatever else
    /// stores and packers put there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<BlockEntry>,
    /// Errors that do not belong to one scheme.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Note>,
    /// What is odd about the signing block, and changes nothing about the verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Note>,
}

/// An entry of the APK Signing Block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockEntry {
    /// Its identifier in hex: `0x7109871a`.
    pub id: String,
    /// What it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where its value starts in the file.
    pub offset: u64,
    /// How many bytes the value has.
    pub size: u64,
}

/// Whether the signature holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SigningStatus {
    /// `apksigner verify` accepts it.
    Verified,
    /// There is a signature, and it does not hold.
    Invalid,
    /// There is no signature.
    #[default]
    Unsigned,
    /// There may be one, but it could not be read.
    Unreadable,
}

/// A signature scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Scheme {
    /// JAR signing.
    #[serde(rename = "v1")]
    V1,
    /// APK Signature Scheme v2.
    #[serde(rename = "v2")]
    V2,
    /// APK Signature Scheme v3.
    #[serde(rename = "v3")]
    V3,
    /// APK Signature Scheme v3.1.
    #[serde(rename = "v3.1")]
    V31,
    /// APK Signature Scheme v4, in an `.idsig` file beside the APK.
    #[serde(rename = "v4")]
    V4,
    /// The source stamp that a store adds.
    #[serde(rename = "source-stamp")]
    SourceStamp,
}

/// What one scheme says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SchemeResult {
    /// Which one.
    pub scheme: Scheme,
    /// Whether it holds, and if that was not checked, why not.
    #[serde(default)]
    pub status: SchemeStatus,
    /// Whether its signature was checked and holds. As `apksigner` does it, a scheme that no Android version of the
    /// app's range looks at is not checked, nor is one behind a newer scheme that does not hold: a warning says so.
    pub verified: bool,
    /// SHA-256 of the certificates of this scheme's signers, in hex.
    pub signers: Vec<String>,
    /// Why the signature does not hold, in the order it was met.
    pub problems: Vec<Note>,
    /// What is odd, and changes nothing about the verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Note>,
}

/// What became of one scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SchemeStatus {
    /// It was checked, and holds.
    Holds,
    /// It was checked, and does not hold.
    #[default]
    Fails,
    /// It is there and was not checked: no Android version on which the app can be installed looks at it.
    NotUsed,
    /// It is there and was not checked: a newer one does not hold.
    NotReached,
}

/// A range of Android versions, by their SDK levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SdkLevels {
    /// The lowest.
    pub min: u32,
    /// The highest; absent where there is no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// An X.509 certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Certificate {
    /// SHA-1 of the DER certificate, lower-case hex.
    pub sha1: String,
    /// SHA-256 of the DER certificate, lower-case hex.
    pub sha256: String,
    /// MD5 of the DER certificate, lower-case hex.
    pub md5: String,
    /// The subject in RFC 4514 form.
    pub subject: String,
    /// The issuer in RFC 4514 form.
    pub issuer: String,
    /// The serial number in hex.
    pub serial: String,
    /// The start of validity, as `2024-01-31T23:59:59Z`.
    pub not_before: String,
    /// The end of validity.
    pub not_after: String,
    /// The public key.
    pub key: PublicKey,
    /// The algorithm of the certificate's own signature, by its common name.
    pub signature_algorithm: String,
    /// What is known about this key everywhere, where its private half is public: a match on it proves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_private_key: Option<String>,
    /// Whether a scheme that verifies vouches for it.
    pub verified: bool,
    /// Of a signer's certificate: the SDK levels that go by it, as far as the app can be installed on them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sdk_levels: Vec<SdkLevels>,
    /// The further certificates that are stored with it, in their order. Nothing vouches for them: Android does not
    /// look at them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<Certificate>,
    /// The subject's common names and organisations, decoded, for matching.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_names: Vec<String>,
    /// See `common_names`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<String>,
}

/// A public key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PublicKey {
    /// `RSA`, `EC`, `DSA`, or the algorithm's object identifier.
    pub algorithm: String,
    /// The size in bits.
    pub bits: Option<u32>,
    /// SHA-256 of the SubjectPublicKeyInfo in DER, lower-case hex: it survives a re-issued certificate, and does not depend
    /// on how a certificate encodes its key.
    pub sha256: String,
}

/// One step of a signing key's rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineageNode {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// What the old key may still do: `installed-data`, `shared-uid`, `permission`, `rollback`, `auth`.
    pub capabilities: Vec<String>,
}
