//! Scheme v1: JAR signing, as AOSP's apksig verifies it (`internal/apk/v1/V1SchemeVerifier`).
//!
//! Three files of `META-INF` hold each other: `MANIFEST.MF` has a digest of every entry's data; a signature file
//! (`*.SF`) has digests of the manifest, whole and by section; a signature block (`*.RSA`, `*.DSA`, `*.EC`) has a
//! PKCS #7 signature of the signature file. Which digests and algorithms count depends on the Android version, so that
//! the verdict is for a range of SDK levels.

mod algorithms;
mod digests;
mod entries;
mod manifest;
pub mod notes;
mod signer;

use std::collections::{HashMap, HashSet};

use entries::EntryError;
use manifest::{Section, Sections};
use signer::Signer;

use super::problems::Problems;
use crate::archive::{Archive, Entry};
use crate::note::Place;
use crate::signing::base64::to_base64;
use crate::source::SourceError;

/// The folder of the signature's files; what else is in it need not be signed.
const FOLDER: &str = "META-INF/";
const MANIFEST: &str = "META-INF/MANIFEST.MF";
/// The most signers that an APK may have (apksig's `Constants.MAX_APK_SIGNERS`).
const MAX_SIGNERS: usize = 10;
/// How many errors are listed before the rest is left unlooked at, and how many warnings.
const MAX_PROBLEMS: usize = 100;
/// The most sections of one file: an archive without ZIP64 has fewer entries.
const MAX_SECTIONS: usize = 1 << 20;

/// What the verdict depends on besides the archive.
#[derive(Clone, Copy, Debug)]
pub struct Conditions<'a> {
    /// The lowest SDK level on which the app can be installed.
    pub min_sdk: u32,
    /// The highest one, [`u32::MAX`] where there is no end.
    pub max_sdk: u32,
    /// The numbers of the newer schemes that Android knows by the highest level: 2 and 3.
    pub known_schemes: &'a [i32],
    /// Those of them whose signatures were found to hold.
    pub found_schemes: &'a [i32],
}

/// What scheme v1 says.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Whether the signature holds.
    pub verified: bool,
    /// The signers: when the signature holds, those that Android takes; otherwise all that name a certificate.
    pub signers: Vec<JarSigner>,
    /// Why it does not hold, and what is odd.
    pub problems: Problems,
}

/// A signer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JarSigner {
    /// The name of the signature block, without the folder.
    pub name: String,
    /// The certificates in the block, encoded as stored, the signer's own first. When the signature does not hold,
    /// nothing vouches for them.
    pub certificates: Vec<Vec<u8>>,
}

/// Whether there is anything of a v1 signature besides a manifest, which any JAR tool writes.
pub fn is_present(archive: &Archive) -> bool {
    archive.entries().iter().any(|entry| is_block(&entry.name) || is_signature_file(&entry.name))
}

fn is_signature_file(name: &str) -> bool {
    name.starts_with(FOLDER) && name.ends_with(".SF")
}

fn is_block(name: &str) -> bool {
    name.starts_with(FOLDER) && [".RSA", ".DSA", ".EC"].iter().any(|ending| name.ends_with(ending))
}

/// The data of an entry; nothing where apksig, which reads the archive more strictly than Android, cannot read it.
///
/// # Errors
/// When the source fails.
pub fn read(archive: &Archive, entry: &Entry) -> Result<Option<Vec<u8>>, SourceError> {
    match entries::read(archive, entry) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(EntryError::Source(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Verifies the v1 signature.
pub fn verify(archive: &Archive, conditions: &Conditions) -> Verdict {
    let mut verdict = Verdict::default();
    let mut signers = Vec::new();
    let used = Verification { archive, conditions, problems: &mut verdict.problems }.run(&mut signers);
    verdict.verified = used.is_some();
    for (index, signer) in signers.into_iter().enumerate() {
        // Where the contents do not verify, apksig says nothing of signers that do.
        let is_told = verdict.verified || signer.ignored || signer.problems.has_errors();
        let problems = signer.problems.at(&Place::entry(signer.block.name.clone()));
        // What is wrong with a signer that Android passes over does not count against the others.
        if signer.ignored {
            verdict.problems.warnings.extend(problems.errors);
        } else {
            verdict.problems.errors.extend(problems.errors);
        }
        if is_told {
            verdict.problems.warnings.extend(problems.warnings);
        }
        if used.as_ref().is_none_or(|used| used.contains(&index)) && !signer.certificates.is_empty() {
            verdict.signers.push(JarSigner { name: signer.name, certificates: signer.certificates });
        }
    }
    verdict
}

/// The signers that the signature blocks name, with nothing checked: what is left to say when no Android version looks at
/// the signature, or a newer one does not hold. Nothing vouches for their certificates.
pub fn unchecked_signers(archive: &Archive) -> Vec<JarSigner> {
    let blocks = archive.entries().iter().filter(|entry| is_block(&entry.name)).take(MAX_SIGNERS);
    let named = blocks.filter_map(|block| {
        let certificates = signer::named_certificates(&read(archive, block).ok()??);
        let name = block.name.strip_prefix(FOLDER).unwrap_or(&block.name).to_owned();
        (!certificates.is_empty()).then_some(JarSigner { name, certificates })
    });
    named.collect()
}

/// A verification under way.
struct Verification<'p, 'v, 'a> {
    archive: &'v Archive<'a>,
    conditions: &'p Conditions<'p>,
    problems: &'p mut Problems,
}

impl<'v> Verification<'_, 'v, '_> {
    /// Verifies step by step, each step for all signers, up to the first step with an error. Gives the places of the
    /// signers that Android takes, or nothing when the signature does not hold.
    fn run(mut self, signers: &mut Vec<Signer<'v>>) -> Option<Vec<usize>> {
        let entries = self.entries()?;
        let manifest_entry = *entries.get(MANIFEST).or_else(|| {
            self.problems.error(&notes::NO_MANIFEST, &[]);
            None
        })?;
        let manifest_bytes = self.read(manifest_entry)?;
        let manifest = self.manifest(&manifest_bytes, &entries)?;

        *signers = self.signers(&entries);
        if signers.is_empty() {
            self.problems.error(&notes::NO_SIGNATURES, &[]);
            return None;
        }
        if signers.len() > MAX_SIGNERS {
            self.problems.error(&notes::MAX_SIGNATURES_EXCEEDED, &[("count", &signers.len()), ("max", &MAX_SIGNERS)]);
            return None;
        }
        for signer in &mut *signers {
            let block = self.read(signer.block)?;
            signer.signature_file_bytes = self.read(signer.file)?;
            signer.verify_block(&block, self.conditions);
        }
        if signers.iter().any(|signer| signer.problems.has_errors()) {
            return None;
        }
        for signer in &mut *signers {
            signer.verify_manifest(&manifest, self.conditions);
        }
        if signers.iter().any(|signer| !signer.ignored && signer.problems.has_errors()) {
            return None;
        }
        if signers.iter().all(|signer| signer.ignored) {
            self.problems.error(&notes::NO_SIGNATURES, &[]);
            return None;
        }
        let used = self.contents(&entries, &manifest, signers)?;
        self.warn_of_unprotected(manifest_entry, signers, &used);
        Some(used)
    }

    /// The entries by name, without folders, which apksig leaves out. Two of a name are an error.
    fn entries(&mut self) -> Option<HashMap<&'v str, &'v Entry>> {
        let mut entries = HashMap::new();
        let mut duplicates = HashSet::new();
        for entry in self.archive.entries().iter().filter(|entry| !entry.name.ends_with('/')) {
            let name = entry.name.as_str();
            if entries.insert(name, entry).is_some() && duplicates.insert(name) && !self.is_full() {
                self.problems.error(&notes::DUPLICATE_ZIP_ENTRY, &[("entry", &name)]);
            }
        }
        duplicates.is_empty().then_some(entries)
    }

    fn read(&mut self, entry: &Entry) -> Option<Vec<u8>> {
        let error = match entries::read(self.archive, entry) {
            Ok(bytes) => return Some(bytes),
            Err(error) => error,
        };
        self.unreadable(entry, &error);
        None
    }

    fn unreadable(&mut self, entry: &Entry, error: &EntryError) {
        let name = &entry.name;
        match error {
            EntryError::TooLarge => {
                self.problems.error(&notes::FILE_TOO_LARGE, &[("entry", name), ("limit", &entries::MAX_FILE_SIZE)]);
            }
            error => self.problems.error(&notes::MALFORMED_ZIP_ENTRY, &[("entry", name), ("error", error)]),
        }
    }

    /// The manifest's sections by the entry that they are about.
    fn manifest<'m>(&mut self, file: &'m [u8], entries: &HashMap<&'v str, &'v Entry>) -> Option<Manifest<'m>> {
        let mut sections = Sections::new(file);
        let main = sections.next();
        let mut by_name = HashMap::new();
        for (index, section) in sections.enumerate() {
            if self.is_full() {
                break;
            }
            let Some(name) = section.name() else {
                self.problems.error(&notes::UNNAMED_MANIFEST_SECTION, &[("number", &(index + 1))]);
                continue;
            };
            if !entries.contains_key(name.as_ref()) {
                self.problems.error(&notes::MISSING_ZIP_ENTRY, &[("entry", &name)]);
                continue;
            }
            if by_name.contains_key(name.as_ref()) {
                self.problems.error(&notes::DUPLICATE_MANIFEST_SECTION, &[("entry", &name)]);
                continue;
            }
            by_name.insert(name.into_owned(), section);
        }
        (!self.problems.has_errors()).then_some(Manifest { file, main, sections: by_name })
    }

    /// The signature blocks that have their signature file beside them.
    fn signers(&mut self, entries: &HashMap<&'v str, &'v Entry>) -> Vec<Signer<'v>> {
        let mut signers = Vec::new();
        for block in self.archive.entries().iter().filter(|entry| is_block(&entry.name)) {
            let stem = block.name.rsplit_once('.').map_or(block.name.as_str(), |(stem, _)| stem);
            let file_name = format!("{stem}.SF");
            match entries.get(file_name.as_str()) {
                Some(file) => signers.push(Signer::new(block, file)),
                None if self.problems.warnings.len() >= MAX_PROBLEMS => {}
                None => self.problems.warning(&notes::MISSING_FILE, &[("block", &block.name), ("file", &file_name)]),
            }
        }
        signers
    }

    /// Compares every entry's data with the manifest. All must be signed by the same signers.
    fn contents(
        &mut self,
        entries: &HashMap<&'v str, &'v Entry>,
        manifest: &Manifest,
        signers: &[Signer],
    ) -> Option<Vec<usize>> {
        let mut first: Option<(&str, Vec<usize>)> = None;
        let mut in_order: Vec<&Entry> = entries.values().copied().collect();
        in_order.retain(|entry| !entry.name.starts_with(FOLDER));
        in_order.sort_by_key(|entry| (entry.local_header_offset, entry.central_offset));
        for entry in in_order {
            if self.is_full() {
                break;
            }
            let name = entry.name.as_str();
            let Some(section) = manifest.sections.get(name) else {
                self.problems.error(&notes::NO_DIGEST_IN_MANIFEST, &[("entry", &name)]);
                continue;
            };
            let signed_by: Vec<usize> = (0..signers.len()).filter(|&index| signers[index].signs(name)).collect();
            if signed_by.is_empty() {
                self.problems.error(&notes::ZIP_ENTRY_NOT_SIGNED, &[("entry", &name)]);
                continue;
            }
            let (first_name, first_signers) = first.get_or_insert_with(|| (name, signed_by.clone()));
            if *first_signers != signed_by {
                let (others, firsts) = (names(signers, &signed_by), names(signers, first_signers));
                self.problems.error(
                    &notes::SIGNERS_MISMATCH,
                    &[("entry", &name), ("signers", &others), ("first", first_name), ("first_signers", &firsts)],
                );
                continue;
            }
            self.compare_digests(entry, section);
        }
        if first.is_none() {
            self.problems.error(&notes::NO_SIGNED_ZIP_ENTRIES, &[]);
        }
        (!self.problems.has_errors()).then(|| first.map(|(_, signers)| signers))?
    }

    fn compare_digests(&mut self, entry: &Entry, section: &Section) {
        let name = &entry.name;
        let stated = match digests::to_verify(section, "-Digest", self.conditions.min_sdk, self.conditions.max_sdk) {
            Ok(stated) if !stated.is_empty() => stated,
            Ok(_) => return self.problems.error(&notes::NO_DIGEST_IN_MANIFEST, &[("entry", name)]),
            Err(_) => return self.problems.error(&notes::MALFORMED_DIGEST, &[("entry", name), ("file", &MANIFEST)]),
        };
        let actual = match entries::hash(self.archive, entry, stated.iter().map(|stated| stated.digest)) {
            Ok(actual) => actual,
            Err(error) => return self.unreadable(entry, &error),
        };
        for (stated, actual) in stated.iter().zip(&actual) {
            if stated.value != *actual {
                self.problems.error(
                    &notes::DIGEST_DID_NOT_VERIFY,
                    &[
                        ("entry", name),
                        ("algorithm", &stated.digest.name()),
                        ("file", &MANIFEST),
                        ("expected", &to_base64(&stated.value)),
                        ("actual", &to_base64(actual)),
                    ],
                );
            }
        }
    }

    /// What lies in `META-INF` and is no file of the signature is not covered by it.
    fn warn_of_unprotected(&mut self, manifest: &Entry, signers: &[Signer], used: &[usize]) {
        let of_signature: HashSet<&str> = used
            .iter()
            .filter_map(|&index| signers.get(index))
            .flat_map(|signer| [signer.block.name.as_str(), signer.file.name.as_str()])
            .chain([manifest.name.as_str()])
            .collect();
        for entry in self.archive.entries() {
            let name = entry.name.as_str();
            if !name.starts_with(FOLDER) || name.ends_with('/') || of_signature.contains(name) {
                continue;
            }
            if self.problems.warnings.len() >= MAX_PROBLEMS {
                self.problems.warning(&notes::MORE, &[("limit", &MAX_PROBLEMS)]);
                break;
            }
            self.problems.warning(&notes::UNPROTECTED_ZIP_ENTRY, &[("entry", &name)]);
        }
    }

    /// Whether enough errors are listed. The first time, this is said.
    fn is_full(&mut self) -> bool {
        if self.problems.errors.len() == MAX_PROBLEMS {
            self.problems.error(&notes::MORE, &[("limit", &MAX_PROBLEMS)]);
        }
        self.problems.errors.len() > MAX_PROBLEMS
    }
}

fn names(signers: &[Signer], indices: &[usize]) -> String {
    let names = indices.iter().filter_map(|&index| signers.get(index)).map(|signer| signer.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// `MANIFEST.MF` in its parts.
struct Manifest<'m> {
    file: &'m [u8],
    main: Option<Section<'m>>,
    sections: HashMap<String, Section<'m>>,
}
