//! Who signed the app, and whether the signature holds: APK Signature Schemes v1 to v4 and source stamps, with the
//! verdict of AOSP's `apksigner verify`.
//!
//! [`verify`] is the face. Schemes v2 and later lie in the [`signing_block`], each in a reader of its own that says
//! what [`outcome::Outcome`] it came to; [`verdict`] decides which of them are looked at; [`consistency`] holds them
//! against each other.

mod algorithm;
mod ber;
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
pub mod signing_block;
mod stored;
mod v2;
mod v3;
mod verdict;

pub use known_keys::published_key;
pub use model::*;

use crate::archive::Archive;
use crate::note::Note;
use crate::signing::outcome::Outcome;
use crate::signing::signer::Signer;
use crate::signing::signing_block::{Absent, Sections, SigningBlock, hex_id};
use crate::signing::stored::StoredCertificate;
use crate::source::{Source, SourceError};

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
    verify_or_fail(archive, idsig, manifest).unwrap_or_else(|error| Signing {
        status: SigningStatus::Unreadable,
        problems: vec![Note::new(&notes::SIGNING_BLOCK_UNREADABLE, &[("error", &error)])],
        ..Signing::default()
    })
}

fn verify_or_fail(
    archive: &Archive,
    idsig: Option<&dyn Source>,
    manifest: &ManifestFacts,
) -> Result<Signing, SourceError> {
    let _ = idsig;
    let layout = archive.layout();
    let sections = Sections {
        central_directory_offset: layout.central_directory_offset,
        central_directory_size: layout.central_directory_size,
        eocd_offset: layout.eocd_offset,
    };
    // A manifest that cannot be read leaves every Android version possible.
    let min_sdk = manifest.min_sdk.map_or(1, |sdk| i32::try_from(sdk).unwrap_or(i32::MAX));
    let mut signing = Signing::default();
    let (mut checked, mut passed_over) = (Vec::new(), Vec::new());
    match SigningBlock::find(archive.source(), &sections) {
        Ok(block) => {
            let schemes = verdict::check_block(archive.source(), &sections, &block, min_sdk)?;
            (checked, passed_over) = (schemes.outcomes, schemes.passed_over);
            signing.blocks = block.pairs.iter().map(entry).collect();
            signing.warnings = block.anomalies;
        }
        Err(Absent::NoBlock) => {}
        Err(Absent::Unusable(note)) => signing.problems.push(note),
        Err(Absent::Source(error)) => return Err(error),
    }
    if !checked.iter().any(Outcome::has_errors) {
        signing.problems.extend(consistency::check(&checked));
    }
    signing.status = status(archive, &checked, &signing, manifest);
    signing.certificates = certificates(checked.iter().chain(&passed_over));
    signing.lineage = lineage(&checked);
    let mut schemes: Vec<_> = checked.into_iter().chain(passed_over).map(Outcome::into_result).collect();
    schemes.sort_by_key(|result| result.scheme);
    signing.schemes = schemes;
    Ok(signing)
}

fn entry(pair: &signing_block::Pair) -> BlockEntry {
    BlockEntry { id: hex_id(pair.id), name: pair.name().map(str::to_owned), offset: pair.offset, size: pair.length }
}

fn status(archive: &Archive, checked: &[Outcome], signing: &Signing, manifest: &ManifestFacts) -> SigningStatus {
    if checked.iter().any(Outcome::has_errors) || !signing.problems.is_empty() {
        SigningStatus::Invalid
    } else if checked.is_empty() {
        // Scheme v1 is not read here yet: a file that may be signed with it is not called unsigned.
        let may_have_v1 = archive.entry("META-INF/MANIFEST.MF").is_some();
        if may_have_v1 { SigningStatus::Unreadable } else { SigningStatus::Unsigned }
    } else if manifest.min_sdk.is_none() {
        SigningStatus::Unreadable
    } else {
        SigningStatus::Verified
    }
}

/// The signers' certificates of the strongest scheme that gives any.
fn certificates<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Vec<Certificate> {
    let strongest = outcomes
        .filter(|outcome| outcome.scheme <= Scheme::V31)
        .filter(|outcome| outcome.signers.iter().any(|signer| signer.certificate().is_some()))
        .max_by_key(|outcome| outcome.scheme);
    let Some(outcome) = strongest else { return Vec::new() };
    let mut signers: Vec<&Signer> = outcome.signers.iter().collect();
    // The signers of v3 are for ranges of SDK levels, the most recent last.
    if outcome.scheme >= Scheme::V3 {
        signers.reverse();
    }
    let mut certificates: Vec<Certificate> = Vec::new();
    for stored in signers.iter().map(|signer| &signer.certificates) {
        let mut described = stored.iter().map(StoredCertificate::describe);
        let Some(own) = described.next() else { continue };
        if certificates.iter().all(|known| known.sha256 != own.sha256) {
            certificates.push(Certificate { verified: outcome.verified, chain: described.collect(), ..own });
        }
    }
    certificates
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
