//! Who signed the app, and whether the signature holds: APK Signature Schemes v1 to v4 and source stamps, with the
//! verdict of AOSP's `apksigner verify`.
//!
//! [`verify`] is the face. Schemes v2 and later lie in the [`signing_block`]; each scheme has a reader of its own that
//! says what it came to; `verdict` decides which of them are looked at, and `consistency` holds them against each
//! other.

mod algorithm;
mod algorithm_identifier;
mod base64;
mod ber;
mod binary_xml;
mod block_schemes;
mod canonical_name;
pub mod certificate;
mod consistency;
pub mod content_digest;
mod distinguished_name;
mod fields;
pub mod jar;
pub mod key;
mod known_keys;
mod lineage;
mod model;
pub mod notes;
mod oid;
mod outcome;
pub mod pkcs7;
mod problems;
mod signer;
mod signers;
pub mod signing_block;
mod source_stamp;
mod stored;
mod v2;
mod v3;
mod v4;
mod verdict;

pub use known_keys::published_key;
pub use model::*;
pub use verdict::contents_length;

use crate::archive::Archive;
use crate::note::Note;
use crate::signing::outcome::Outcome;
use crate::signing::verdict::{Findings, check, lowest_level};
use crate::source::Source;

/// What the manifest says on which it depends which signatures count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManifestFacts {
    /// `minSdkVersion`, 1 where none is stated; none when the manifest could not be read.
    pub min_sdk: Option<u32>,
    /// `targetSdkVersion`, where it is known.
    pub target_sdk: Option<u32>,
    /// `targetSandboxVersion`, where one is stated.
    pub target_sandbox_version: Option<u32>,
}

/// Verifies the signatures of an APK over the SDK levels from the manifest's lowest on, without an upper end.
/// `idsig` is the file of scheme v4 beside the APK, where there is one.
pub fn verify(archive: &Archive, idsig: Option<&dyn Source>, manifest: &ManifestFacts) -> Signing {
    match check(archive, idsig, manifest) {
        Ok(findings) => describe(findings, manifest),
        Err(error) => Signing {
            status: SigningStatus::Unreadable,
            problems: vec![Note::new(&notes::SIGNATURE_UNREADABLE, &[("error", &error)])],
            ..Signing::default()
        },
    }
}

/// The findings as the report shows them.
fn describe(findings: Findings, manifest: &ManifestFacts) -> Signing {
    let status = status(&findings, manifest);
    let Findings { checked, passed_over, stamp, blocks, mut problems, warnings } = findings;
    if manifest.min_sdk.is_none() && status != SigningStatus::Unsigned {
        problems.push(Note::new(&notes::MIN_SDK_UNKNOWN, &[]));
    }
    let certificates = signers::certificates(checked.iter().chain(&passed_over), lowest_level(manifest));
    let lineage = lineage(&checked);
    let source_stamp = stamp.as_ref().and_then(|stamp| {
        let certificate = stamp.signers.first()?.certificate()?.describe();
        Some(Box::new(Certificate { verified: stamp.verified, ..certificate }))
    });
    let mut schemes: Vec<SchemeResult> =
        checked.into_iter().chain(passed_over).chain(stamp).map(Outcome::into_result).collect();
    schemes.sort_by_key(|result| result.scheme);
    Signing { status, schemes, certificates, lineage, source_stamp, blocks, problems, warnings }
}

fn status(findings: &Findings, manifest: &ManifestFacts) -> SigningStatus {
    if findings.checked.iter().any(Outcome::fails_the_verdict) || !findings.problems.is_empty() {
        SigningStatus::Invalid
    } else if findings.checked.is_empty() {
        SigningStatus::Unsigned
    } else if manifest.min_sdk.is_none() {
        SigningStatus::Unreadable
    } else {
        SigningStatus::Verified
    }
}

/// The keys that came before the most recent signer's, and that key itself.
fn lineage(checked: &[Outcome]) -> Vec<LineageNode> {
    let Some(outcome) = checked.iter().find(|outcome| outcome.lineage.is_some()) else { return Vec::new() };
    let nodes = outcome.lineage.iter().flat_map(|lineage| &lineage.0);
    nodes
        .map(|node| LineageNode {
            certificate: Certificate { verified: outcome.verified, ..node.certificate.describe() },
            capabilities: node.capabilities(),
        })
        .collect()
}

/// Bytes in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
