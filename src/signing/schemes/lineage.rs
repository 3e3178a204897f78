//! The proof of rotation of schemes v3 and v3.1 and of source stamps: the signing keys that an app had, oldest first,
//! each vouching for the next, with the rights that the old ones keep.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v3#proof-of-rotation-and-self-trusted-old-certs-structs>,
//! apksig's `V3SigningCertificateLineage` and `SigningCertificateLineage`.

use crate::signing::asn1::key::VerifyingKey;
use crate::signing::schemes::algorithm;
use crate::signing::schemes::fields::{Fields, Malformed};
use crate::signing::schemes::stored::StoredCertificate;

/// The one version of the structure.
const VERSION: u32 = 1;

/// The rights that an old key may keep, by bit. Source: apksig's `SigningCertificateLineage.PAST_CERT_*`.
const CAPABILITIES: [(u32, &str); 5] =
    [(1, "installed-data"), (2, "shared-uid"), (4, "permission"), (8, "rollback"), (16, "auth")];

/// A key of the lineage.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its certificate.
    pub certificate: StoredCertificate,
    /// What it may still do.
    flags: u32,
    /// The algorithms, by identifier, with which it was and will be vouched for, and the signature.
    parent_algorithm: u32,
    algorithm: u32,
    signature: Vec<u8>,
}

impl Node {
    /// What the key may still do, in the words of `apksigner lineage`.
    pub fn capabilities(&self) -> Vec<String> {
        CAPABILITIES.iter().filter(|(bit, _)| self.flags & bit != 0).map(|(_, name)| (*name).to_owned()).collect()
    }
}

/// The keys, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Lineage(pub Vec<Node>);

/// Why a lineage proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineageError {
    /// It could not be read.
    #[error("it could not be read")]
    Malformed,
    /// It is empty, or of a version that is not known.
    #[error("it is of an unknown version")]
    Version,
    /// A key does not vouch for the next, or comes twice.
    #[error("a signature in it does not hold")]
    DidNotVerify,
}

impl From<Malformed> for LineageError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl Lineage {
    /// Reads and verifies a lineage.
    ///
    /// # Errors
    /// When it proves nothing.
    pub fn read(value: &[u8]) -> Result<Self, LineageError> {
        let mut fields = Fields::new(value);
        // apksig makes no lineage of an empty value, and then misses the signer in it.
        if fields.is_empty() || fields.u32()? != VERSION {
            return Err(LineageError::Version);
        }
        let mut nodes: Vec<Node> = Vec::new();
        while !fields.is_empty() {
            let mut node = fields.nested()?;
            let signed_data = node.prefixed()?;
            let (flags, algorithm) = (node.u32()?, node.u32()?);
            let signature = node.prefixed()?.to_vec();
            if let Some(parent) = nodes.last() {
                parent.vouches_for(signed_data, &signature)?;
            }
            let mut signed_fields = Fields::new(signed_data);
            let encoded = signed_fields.prefixed()?;
            let parent_algorithm = signed_fields.u32()?;
            if nodes.last().is_some_and(|parent| parent.algorithm != parent_algorithm) {
                return Err(LineageError::DidNotVerify);
            }
            let certificate = StoredCertificate::parse(encoded).map_err(|_| LineageError::DidNotVerify)?;
            if nodes.iter().any(|node| node.certificate.stored() == certificate.stored()) {
                return Err(LineageError::DidNotVerify);
            }
            nodes.push(Node { certificate, flags, parent_algorithm, algorithm, signature });
        }
        Ok(Self(nodes))
    }

    /// How many of the oldest keys there are up to this one and with it; none when it is not among them.
    pub fn position(&self, certificate: &[u8]) -> Option<usize> {
        self.0.iter().position(|node| node.certificate.stored() == certificate).map(|index| index + 1)
    }

    /// The longest of the lineages, when all others are its beginnings; else none. None, too, when there are none.
    pub fn consolidate(lineages: &[&Lineage]) -> Result<Option<Lineage>, LineageError> {
        let Some(longest) = lineages.iter().rev().max_by_key(|lineage| lineage.0.len()) else { return Ok(None) };
        match lineages.iter().all(|lineage| longest.0.starts_with(&lineage.0)) {
            true => Ok(Some((*longest).clone())),
            false => Err(LineageError::DidNotVerify),
        }
    }
}

impl Node {
    /// Whether this key signed what the next node says.
    fn vouches_for(&self, signed_data: &[u8], signature: &[u8]) -> Result<(), LineageError> {
        // apksig stumbles over an unknown algorithm, and calls that malformed.
        let algorithm = algorithm::by_id(self.algorithm).ok_or(LineageError::Malformed)?;
        VerifyingKey::from_spki(self.certificate.public_key())
            .and_then(|key| key.verify(algorithm.signature, signed_data, signature))
            .map_err(|_| LineageError::DidNotVerify)
    }
}
