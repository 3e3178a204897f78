//! The verdict of AOSP apksig's `ApkVerifier.verify`, step by step: what is looked at, in which order, and where the
//! first error ends it. It is taken over the SDK levels on which the app can be installed.

use sha2::{Digest, Sha256};

use super::binary_xml::apksig_reads;
use super::consistency;
use super::manifest_facts::ManifestFacts;
use crate::archive::MANIFEST;
use crate::archive::{Archive, EndRecord};
use crate::note::Note;
use crate::signing::model::{BlockEntry, Scheme, SchemeStatus};
use crate::signing::notes;
use crate::signing::schemes::algorithm::SdkRange;
use crate::signing::schemes::block_schemes::check_block;
use crate::signing::schemes::content_digest::ContentDigestAlgorithm;
use crate::signing::schemes::jar::JarSigner;
use crate::signing::schemes::outcome::Outcome;
use crate::signing::schemes::signer::Signer;
use crate::signing::schemes::signing_block::{
    Absent, ID_SOURCE_STAMP_V1, ID_SOURCE_STAMP_V2, Pair, Sections, SigningBlock, hex_id,
};
use crate::signing::schemes::source_stamp::{self, CERTIFICATE_DIGEST_ENTRY, SchemeDigests, Stamped};
use crate::signing::schemes::stored::StoredCertificate;
use crate::signing::schemes::{jar, v4};
use crate::source::{Source, SourceError, read_vec};

/// The SDK level from which on newer schemes than v1 are looked at (Android 7), and the one that brought the source
/// stamp (Android 11).
const N: i32 = 24;
const R: i32 = 30;

/// The largest manifest that is hashed for a source stamp, and the largest stamp entry.
const MAX_MANIFEST: u64 = 64 << 20;
const MAX_STAMP_ENTRY: u64 = 1 << 16;

/// Everything that was found out.
#[derive(Default)]
pub struct Findings {
    /// The schemes that were checked, in that order: v3.1, v3, v2, v4, v1.
    pub checked: Vec<Outcome>,
    /// The schemes that are there and were not checked.
    pub passed_over: Vec<Outcome>,
    /// The source stamp.
    pub stamp: Option<Outcome>,
    /// What is in the signing block.
    pub blocks: Vec<BlockEntry>,
    /// What is wrong besides: each of these fails the verdict.
    pub problems: Vec<Note>,
    /// What is odd.
    pub warnings: Vec<Note>,
}

impl Findings {
    fn failed(&self) -> bool {
        !self.problems.is_empty() || self.checked.iter().any(Outcome::fails_the_verdict)
    }
}

/// Checks everything.
///
/// # Errors
/// When a source fails.
pub fn check(archive: &Archive, idsig: Option<&dyn Source>, manifest: &ManifestFacts) -> Result<Findings, SourceError> {
    let min_sdk = manifest.lowest_level();
    let mut findings = Findings::default();
    let block = find_block(archive, &mut findings)?;
    if block.is_some() || !findings.problems.is_empty() || jar::is_present(archive) {
        findings.problems.extend(not_accepted(archive)?);
    }
    if let Some(block) = &block {
        let schemes = check_block(archive.source(), &sections(archive), block, min_sdk)?;
        (findings.checked, findings.passed_over) = (schemes.outcomes, schemes.passed_over);
    }
    if let Some(idsig) = idsig {
        let reached = !findings.checked.iter().any(Outcome::fails_the_verdict);
        findings.checked.extend(reached.then(|| v4::verify(archive.source(), idsig)).transpose()?);
    }
    let newer_found = !findings.checked.is_empty();
    if let Some(version) = manifest.target_sandbox_version.filter(|version| *version > 1 && !newer_found) {
        findings.problems.push(Note::new(&notes::NO_SIG_FOR_TARGET_SANDBOX_VERSION, &[("version", &version)]));
    }
    check_v1(archive, min_sdk, newer_found, &mut findings);
    check_stamp(archive, block.as_ref(), min_sdk, &mut findings)?;
    if !findings.checked.is_empty() && !findings.checked.iter().any(Outcome::fails_the_verdict) {
        findings.problems.extend(consistency::check(&findings.checked, manifest.target_sdk));
    }
    Ok(findings)
}

/// Whether apksig can read the manifest, both the entry and what is in it.
fn has_readable_manifest(archive: &Archive) -> Result<bool, SourceError> {
    match archive.entries().iter().find(|entry| entry.name == MANIFEST) {
        Some(manifest) => Ok(jar::read(archive, manifest)?.is_some_and(|bytes| apksig_reads(&bytes))),
        // Then there is no lowest SDK level, which has a sentence of its own.
        None => Ok(true),
    }
}

fn sections(archive: &Archive) -> Sections {
    let layout = archive.layout();
    Sections {
        central_directory_offset: layout.central_directory_offset,
        central_directory_size: layout.central_directory_size,
        eocd_offset: layout.eocd_offset,
    }
}

/// Why apksig accepts no signature of the file: the archive must have its end record at the very end, all offsets counted
/// from the start of the file, and as many records as it says; and the manifest must be readable.
fn not_accepted(archive: &Archive) -> Result<Vec<Note>, SourceError> {
    let layout = archive.layout();
    let end = layout.eocd_offset + EndRecord::SIZE + u64::from(layout.comment_length);
    // The archive reader finds a directory that does not lie where the end record says; apksig does not.
    let record = EndRecord::parse(&read_vec(archive.source(), layout.eocd_offset, EndRecord::SIZE)?);
    let actual = [layout.central_directory_size, layout.central_directory_offset];
    let as_stated =
        record.is_some_and(|record| [record.directory_size, record.directory_offset].map(u64::from) == actual);
    let all_records = archive.entries().len() as u64 == layout.record_count;
    let mut found = Vec::new();
    if end != archive.source().len() || !as_stated || !all_records || has_later_end(archive)? {
        found.push(Note::new(&notes::ARCHIVE_NOT_ACCEPTED, &[]));
    }
    if !has_readable_manifest(archive)? {
        found.push(Note::new(&notes::MANIFEST_NOT_ACCEPTED, &[]));
    }
    Ok(found)
}

/// How many bytes from the start of the file the digests of schemes v2 and later are over; none when it has no signing
/// block.
pub fn contents_length(archive: &Archive) -> Option<u64> {
    SigningBlock::find(archive.source(), &sections(archive)).ok().map(|block| block.offset)
}

/// Finds the signing block.
fn find_block<'a>(archive: &Archive<'a>, findings: &mut Findings) -> Result<Option<SigningBlock<'a>>, SourceError> {
    match SigningBlock::find(archive.source(), &sections(archive)) {
        Ok(mut block) => {
            findings.blocks = block.pairs.iter().map(entry).collect();
            let (broken, odd): (Vec<_>, Vec<_>) =
                std::mem::take(&mut block.anomalies).into_iter().partition(|note| note.is(&notes::SIGNING_BLOCK_PAIR));
            // Where a broken entry hides all signatures, that is why there are none.
            let hides_all =
                !findings.blocks.iter().any(|entry| entry.name.as_deref().is_some_and(|n| n.starts_with('v')));
            (if hides_all { &mut findings.problems } else { &mut findings.warnings }).extend(broken);
            findings.warnings.extend(odd);
            Ok(Some(block))
        }
        Err(Absent::NoBlock) => Ok(None),
        Err(Absent::Unusable(note)) => {
            findings.problems.push(note);
            Ok(None)
        }
        Err(Absent::Source(error)) => Err(error),
    }
}

/// Whether another end record lies in the comment and reaches to the end of the file: apksig takes that one.
fn has_later_end(archive: &Archive) -> Result<bool, SourceError> {
    let layout = archive.layout();
    let comment = read_vec(archive.source(), layout.eocd_offset + EndRecord::SIZE, layout.comment_length.into())?;
    let is_end = |record: &[u8]| {
        let length = record.len().saturating_sub(EndRecord::SIZE as usize);
        EndRecord::parse(record).is_some_and(|record| usize::from(record.comment_length) == length)
    };
    Ok((0..comment.len()).any(|start| is_end(&comment[start..])))
}

fn entry(pair: &Pair) -> BlockEntry {
    BlockEntry { id: hex_id(pair.id), name: pair.name().map(str::to_owned), offset: pair.offset, size: pair.length }
}

/// Checks scheme v1, where an Android version of the range looks at it: one before Android 7, or any when there is no
/// newer signature.
fn check_v1(archive: &Archive, min_sdk: i32, newer_found: bool, findings: &mut Findings) {
    let needed = min_sdk < N || !newer_found;
    let failed = findings.checked.iter().any(Outcome::fails_the_verdict);
    let present = jar::is_present(archive);
    if !needed || failed {
        let status = if needed { SchemeStatus::NotReached } else { SchemeStatus::NotUsed };
        findings.passed_over.extend(present.then(|| v1_outcome(&jar::unchecked_signers(archive)).not_checked(status)));
        return;
    }
    if !present && !newer_found {
        // Not signed at all.
        return;
    }
    let found: Vec<i32> = findings.checked.iter().filter_map(|outcome| number(outcome.scheme)).collect();
    let conditions = jar::Conditions {
        min_sdk: min_sdk.unsigned_abs(),
        max_sdk: u32::MAX,
        known_schemes: &[2, 3],
        found_schemes: &found,
    };
    let verdict = jar::verify(archive, &conditions);
    findings.checked.push(Outcome {
        problems: verdict.problems,
        verified: verdict.verified,
        ..v1_outcome(&verdict.signers)
    });
}

/// A result of scheme v1 with these signers.
fn v1_outcome(signers: &[JarSigner]) -> Outcome {
    let signers = signers.iter().map(|signer| Signer {
        certificates: signer.certificates.iter().flat_map(|encoded| StoredCertificate::parse(encoded)).collect(),
        ..Signer::default()
    });
    Outcome { signers: signers.collect(), ..Outcome::new(Scheme::V1) }
}

/// A scheme's number in signature files. Source: apksig's `Constants`.
fn number(scheme: Scheme) -> Option<i32> {
    match scheme {
        Scheme::V1 => Some(1),
        Scheme::V2 => Some(2),
        Scheme::V3 => Some(3),
        Scheme::V4 => Some(4),
        // v3.1 always stands beside v3.
        Scheme::V31 | Scheme::SourceStamp => None,
    }
}

/// Checks the source stamp, which changes nothing about the verdict.
fn check_stamp(
    archive: &Archive,
    block: Option<&SigningBlock>,
    min_sdk: i32,
    findings: &mut Findings,
) -> Result<(), SourceError> {
    let entry = archive.entry(CERTIFICATE_DIGEST_ENTRY);
    let pair = |id| block.and_then(|block| block.pair(id));
    let (first, second) = (pair(ID_SOURCE_STAMP_V1), pair(ID_SOURCE_STAMP_V2));
    if entry.is_none() && first.is_none() && second.is_none() {
        return Ok(());
    }
    let mut stamp = Outcome::new(Scheme::SourceStamp);
    if findings.failed() || findings.checked.is_empty() {
        findings.passed_over.push(stamp.not_checked(SchemeStatus::NotReached));
        return Ok(());
    }
    let (Some(entry), Some(block)) = (entry, block) else {
        let problem =
            if entry.is_some() { &notes::SOURCE_STAMP_SIG_MISSING } else { &notes::SOURCE_STAMP_WITHOUT_CERT_DIGEST };
        stamp.problems.error(problem, &[]);
        findings.stamp = Some(stamp);
        return Ok(());
    };
    let stamped = Stamped {
        certificate_digest: &archive.read(entry, MAX_STAMP_ENTRY).unwrap_or_default(),
        digests: &scheme_digests(archive, &findings.checked),
        range: SdkRange { min: min_sdk.max(R), max: i32::MAX },
    };
    match (second, first) {
        (Some(pair), _) => stamp.signers.push(source_stamp::verify_v2(&block.value(pair)?, &stamped)),
        (None, Some(pair)) => {
            stamp.signers.push(source_stamp::verify_v1(&block.value(pair)?, &stamped));
            stamp.problems.warning(&notes::SOURCE_STAMP_V1, &[]);
        }
        (None, None) => stamp.problems.error(&notes::SOURCE_STAMP_SIG_MISSING, &[]),
    }
    stamp.verified = !stamp.has_errors();
    findings.stamp = Some(stamp);
    Ok(())
}

/// The content digests that a stamp signs, by scheme: of v1, the digest of the JAR manifest.
fn scheme_digests(archive: &Archive, checked: &[Outcome]) -> Vec<SchemeDigests> {
    let mut schemes = Vec::new();
    for outcome in checked {
        // A stamp has no place for the others.
        let Some(number) = number(outcome.scheme).filter(|number| *number <= 3) else { continue };
        let mut digests: Vec<(ContentDigestAlgorithm, Vec<u8>)> = Vec::new();
        if outcome.scheme == Scheme::V1 {
            let manifest = archive.entry("META-INF/MANIFEST.MF").map(|entry| archive.read(entry, MAX_MANIFEST));
            let manifest = manifest.and_then(Result::ok);
            digests.extend(manifest.map(|bytes| (ContentDigestAlgorithm::Sha256, Sha256::digest(bytes).to_vec())));
        }
        for (algorithm, digest) in outcome.signers.iter().flat_map(Signer::digests) {
            digests.retain(|(known, _)| *known != algorithm);
            digests.push((algorithm, digest.to_vec()));
        }
        schemes.push((number.unsigned_abs(), digests));
    }
    schemes.sort_by_key(|(number, _)| *number);
    schemes
}
