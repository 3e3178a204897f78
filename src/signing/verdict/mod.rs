//! The verdict on an app's signatures, and what the report shows of them. `check` goes through the schemes as AOSP
//! apksig's `ApkVerifier.verify` does; `consistency` holds them against each other.

mod binary_xml;
mod check;
mod consistency;
mod manifest_facts;
mod signers;

pub use check::contents_length;
pub use manifest_facts::ManifestFacts;

use self::check::{Findings, check};
use crate::archive::Archive;
use crate::note::Note;
use crate::signing::model::{Certificate, LineageNode, SchemeResult, Signing, SigningStatus};
use crate::signing::notes;
use crate::signing::schemes::outcome::Outcome;
use crate::source::Source;

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
    let certificates = signers::certificates(checked.iter().chain(&passed_over), manifest.lowest_level());
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
