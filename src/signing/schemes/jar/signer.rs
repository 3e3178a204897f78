//! One signer of scheme v1: a signature block, the signature file that it signs, and what that says of the manifest.

use std::collections::HashSet;
use std::ops::Range;

use super::algorithms::{self, Algorithms};
use super::digests::{self, Stated};
use super::manifest::{Section, Sections};
use super::{Conditions, FOLDER, MANIFEST, MAX_PROBLEMS, MAX_SECTIONS, Manifest, notes};
use crate::archive::Entry;
use crate::note::Template;
use crate::signing::asn1::canonical_name::CanonicalName;
use crate::signing::asn1::certificate::{CertificateError, X509};
use crate::signing::asn1::key::{Digest, KeyError, VerifyingKey};
use crate::signing::asn1::pkcs7::{Pkcs7Error, SignedData, SignerInfo};
use crate::signing::base64::to_base64;
use crate::signing::schemes::problems::Problems;

/// 4.4: signed attributes are verified from here on.
const KITKAT: u32 = 19;
/// 7.0: any signer of a block may verify, and a removed newer signature is noticed.
const NOUGAT: u32 = 24;

/// A signer.
pub(super) struct Signer<'a> {
    /// The block's name without the folder.
    pub name: String,
    pub block: &'a Entry,
    pub file: &'a Entry,
    pub signature_file_bytes: Vec<u8>,
    /// The block's certificates, the signer's own first.
    pub certificates: Vec<Vec<u8>>,
    /// Whether Android passes over the signer because its signature file is not one.
    pub ignored: bool,
    pub problems: Problems,
    /// The entries that the signature file lists.
    entry_names: HashSet<String>,
}

/// Why a signer's signature could not be tried.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Parse(#[from] Pkcs7Error),
    #[error("{0}")]
    Verify(String),
}

impl<'a> Signer<'a> {
    pub(super) fn new(block: &'a Entry, file: &'a Entry) -> Self {
        Self {
            name: block.name.strip_prefix(FOLDER).unwrap_or(&block.name).to_owned(),
            block,
            file,
            signature_file_bytes: Vec::new(),
            certificates: Vec::new(),
            ignored: false,
            problems: Problems::default(),
            entry_names: HashSet::new(),
        }
    }

    /// Whether the signature file, which is verified by now, lists the entry.
    pub(super) fn signs(&self, entry: &str) -> bool {
        !self.ignored && self.entry_names.contains(entry)
    }

    /// Verifies the signature block against the signature file.
    ///
    /// Source: `V1SchemeVerifier.Signer.verifySigBlockAgainstSigFile`.
    pub(super) fn verify_block(&mut self, block: &[u8], conditions: &Conditions) {
        let data = match SignedData::parse(block) {
            Ok(data) => data,
            Err(error) => return self.parse_error(&error),
        };
        let stored = data.certificates.as_deref().unwrap_or_default();
        self.certificates = stored.iter().map(|certificate| certificate.to_vec()).collect();
        if data.signers.is_empty() {
            return self.problems.error(&notes::NO_SIGNERS, &[("block", &self.block.name)]);
        }
        if data.certificates.is_none() {
            return self.parse_error(&"it has no certificates");
        }
        let parsed: Result<Vec<X509>, CertificateError> =
            stored.iter().map(|bytes| X509::parse_as_java(bytes)).collect();
        let certificates = match parsed {
            Ok(certificates) => certificates,
            Err(error) => return self.parse_error(&error),
        };
        // Before 7.0, Android looks at the first signer alone.
        let tried = if conditions.min_sdk < NOUGAT { &data.signers[..1] } else { &data.signers[..] };
        let mut digests = FileDigests { file: std::mem::take(&mut self.signature_file_bytes), known: Vec::new() };
        let mut verified = None;
        for signer in tried {
            let Some(signer) = signer else { return self.parse_error(&"a signer's structure ends early") };
            if let Some(levels) = self.unsupported(signer, conditions) {
                return self.unsupported_error(signer, &levels);
            }
            match verify_signer(signer, &data, &certificates, &mut digests, conditions) {
                Ok(certificate) => verified = verified.or(certificate),
                Err(Failure::Parse(error)) => return self.parse_error(&error),
                Err(Failure::Verify(error)) => {
                    let (block, file) = (&self.block.name, &self.file.name);
                    let values: [(&str, &dyn ToString); 3] = [("block", block), ("file", file), ("error", &error)];
                    return self.problems.error(&notes::VERIFY_EXCEPTION, &values);
                }
            }
        }
        self.signature_file_bytes = digests.file;
        match verified {
            Some(own) => {
                let own = self.certificates.remove(own);
                self.certificates.insert(0, own);
            }
            None => {
                let (block, file) = (&self.block.name, &self.file.name);
                self.problems.error(&notes::DID_NOT_VERIFY, &[("block", block), ("file", file)]);
            }
        }
    }

    fn parse_error(&mut self, error: &dyn ToString) {
        let error = error.to_string();
        self.problems.error(&notes::PARSE_EXCEPTION, &[("block", &self.block.name), ("error", &error)]);
    }

    fn unsupported(&self, signer: &SignerInfo, conditions: &Conditions) -> Option<String> {
        let algorithms = Algorithms::from_oids(&signer.digest_algorithm, &signer.signature_algorithm);
        Algorithms::unsupported_levels(algorithms, conditions.min_sdk, conditions.max_sdk)
    }

    fn unsupported_error(&mut self, signer: &SignerInfo, levels: &str) {
        let (digest, signature) = algorithms::names(&signer.digest_algorithm, &signer.signature_algorithm);
        let block = &self.block.name;
        let values: [(&str, &dyn ToString); 4] =
            [("block", block), ("digest", &digest), ("signature", &signature), ("levels", &levels)];
        self.problems.error(&notes::UNSUPPORTED_SIG_ALG, &values);
    }

    /// Verifies the signature file, whose signature holds by now, against the manifest.
    ///
    /// Source: `V1SchemeVerifier.Signer.verifySigFileAgainstManifest`.
    pub(super) fn verify_manifest(&mut self, manifest: &Manifest, conditions: &Conditions) {
        let bytes = std::mem::take(&mut self.signature_file_bytes);
        let mut sections = Sections::new(&bytes);
        let main = sections.next();
        let attribute = |name| main.as_ref().and_then(|main| main.attribute(name));
        if attribute("Signature-Version").is_none() {
            self.problems.error(&notes::MISSING_VERSION, &[("file", &self.file.name)]);
            self.ignored = true;
            return;
        }
        if conditions.max_sdk >= NOUGAT {
            self.check_removed_schemes(attribute("X-Android-APK-Signed").as_deref(), conditions);
            if self.problems.has_errors() {
                return;
            }
        }
        let by_signtool = attribute("Created-By").is_some_and(|tool| tool.contains("signtool"));
        let Some(main) = main else { return };
        let whole = self.verify_whole(&main, by_signtool, manifest, conditions);
        if !by_signtool {
            let range = manifest.main.as_ref().map_or(0..0, |section| section.range.clone());
            let stated = self.stated(&main, "-Digest-Manifest-Main-Attributes", MANIFEST, conditions);
            self.compare(
                &stated.unwrap_or_default(),
                manifest,
                range,
                &notes::MAIN_SECTION_DIGEST_DID_NOT_VERIFY,
                MANIFEST,
            );
        }
        if self.problems.has_errors() {
            return;
        }
        for (index, section) in sections.enumerate() {
            if index == MAX_SECTIONS {
                let values: [(&str, &dyn ToString); 2] = [("file", &self.file.name), ("limit", &MAX_SECTIONS)];
                return self.problems.error(&notes::TOO_MANY_SECTIONS, &values);
            }
            let Some(name) = section.name() else {
                self.problems
                    .error(&notes::UNNAMED_SIG_FILE_SECTION, &[("file", &self.file.name), ("number", &(index + 1))]);
                self.ignored = true;
                return;
            };
            if !self.entry_names.insert(name.clone().into_owned()) {
                let values: [(&str, &dyn ToString); 2] = [("file", &self.file.name), ("entry", &name)];
                self.problems.error(&notes::DUPLICATE_SIG_FILE_SECTION, &values);
                self.ignored = true;
                return;
            }
            // Where the manifest is verified as a whole, its sections need not be.
            if !whole && self.problems.errors.len() < MAX_PROBLEMS {
                self.verify_section(&name, &section, by_signtool, manifest, conditions);
            }
        }
    }

    /// Reports newer signatures that the file says were made and that are not there: someone removed them, perhaps to
    /// change what v1 does not cover.
    fn check_removed_schemes(&mut self, made: Option<&str>, conditions: &Conditions) {
        let file = &self.file.name;
        let Some(made) = made else {
            if !conditions.found_schemes.is_empty() {
                self.problems.warning(&notes::NO_STRIP_PROTECTION, &[("file", file)]);
            }
            return;
        };
        if conditions.known_schemes.is_empty() {
            return;
        }
        let mut ids: Vec<i32> = made.split(',').filter_map(|id| integer(id.trim_matches(|c| c <= ' '))).collect();
        ids.sort_unstable();
        ids.dedup();
        let (known, unknown): (Vec<i32>, Vec<i32>) = ids.iter().partition(|id| conditions.known_schemes.contains(id));
        for id in unknown.iter().take(MAX_PROBLEMS) {
            self.problems.warning(&notes::UNKNOWN_SCHEME, &[("file", file), ("id", id)]);
        }
        for id in known.iter().filter(|id| !conditions.found_schemes.contains(id)) {
            self.problems.error(&notes::MISSING_SCHEME, &[("file", file), ("id", id)]);
        }
    }

    /// Whether the digest of the whole manifest is there and right. When it is not, the sections' digests decide.
    fn verify_whole(
        &mut self,
        main: &Section,
        by_signtool: bool,
        manifest: &Manifest,
        conditions: &Conditions,
    ) -> bool {
        let suffix = if by_signtool { "-Digest" } else { "-Digest-Manifest" };
        let Some(stated) = self.stated(main, suffix, MANIFEST, conditions) else { return false };
        if stated.is_empty() {
            self.problems.warning(&notes::NO_MANIFEST_DIGEST, &[("file", &self.file.name)]);
            return false;
        }
        let mut verified = true;
        for stated in &stated {
            let actual = stated.digest.hash(manifest.file);
            if stated.value != actual {
                self.warn_of_digest(stated, &actual);
                verified = false;
            }
        }
        verified
    }

    /// Verifies what the signature file says about the manifest's section on one entry.
    fn verify_section(
        &mut self,
        name: &str,
        section: &Section,
        by_signtool: bool,
        manifest: &Manifest,
        conditions: &Conditions,
    ) {
        let no_digest: [(&str, &dyn ToString); 2] = [("entry", &name), ("file", &self.file.name)];
        let Some(in_manifest) = manifest.sections.get(name) else {
            self.problems.error(&notes::NO_DIGEST_IN_SIG_FILE, &no_digest);
            self.ignored = true;
            return;
        };
        let Some(stated) = self.stated(section, "-Digest", name, conditions) else { return };
        if stated.is_empty() {
            return self.problems.error(&notes::NO_DIGEST_IN_SIG_FILE, &no_digest);
        }
        let mut range = in_manifest.range.clone();
        // signtool left the section's empty line out.
        if by_signtool && manifest.file.get(range.clone()).is_some_and(|section| section.ends_with(b"\n\n")) {
            range.end -= 1;
        }
        self.compare(&stated, manifest, range, &notes::SECTION_DIGEST_DID_NOT_VERIFY, name);
    }

    /// The digests to verify; a malformed one is an error.
    fn stated(&mut self, section: &Section, suffix: &str, entry: &str, conditions: &Conditions) -> Option<Vec<Stated>> {
        let stated = digests::to_verify(section, suffix, conditions.min_sdk, conditions.max_sdk);
        if stated.is_err() {
            self.problems.error(&notes::MALFORMED_DIGEST, &[("entry", &entry), ("file", &self.file.name)]);
        }
        stated.ok()
    }

    fn warn_of_digest(&mut self, stated: &Stated, actual: &[u8]) {
        let (algorithm, file) = (stated.digest.name(), &self.file.name);
        let (expected, actual) = (to_base64(&stated.value), to_base64(actual));
        let values: [(&str, &dyn ToString); 5] = [
            ("entry", &MANIFEST),
            ("algorithm", &algorithm),
            ("file", file),
            ("expected", &expected),
            ("actual", &actual),
        ];
        self.problems.warning(&notes::DIGEST_DID_NOT_VERIFY, &values);
    }

    /// Compares a section of the manifest with the digests that are stated of it.
    fn compare(
        &mut self,
        stated: &[Stated],
        manifest: &Manifest,
        range: Range<usize>,
        template: &'static Template,
        entry: &str,
    ) {
        let section = manifest.file.get(range).unwrap_or_default();
        for stated in stated {
            let actual = stated.digest.hash(section);
            if stated.value == actual {
                continue;
            }
            let (algorithm, file) = (stated.digest.name(), &self.file.name);
            let (expected, actual) = (to_base64(&stated.value), to_base64(&actual));
            let values: [(&str, &dyn ToString); 5] = [
                ("entry", &entry),
                ("algorithm", &algorithm),
                ("file", file),
                ("expected", &expected),
                ("actual", &actual),
            ];
            self.problems.error(template, &values);
        }
    }
}

/// The zeros of the scripts' decimal digits (Unicode's category Nd, of the characters that have two bytes in UTF-16).
const ZEROS: [u32; 37] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// A number as Java's `Integer.parseInt` reads it: the digits may be those of any script.
fn integer(text: &str) -> Option<i32> {
    let ascii = |character: char| match ZEROS
        .iter()
        .find_map(|zero| u32::from(character).checked_sub(*zero).filter(|digit| *digit < 10))
    {
        Some(digit) => char::from_digit(digit, 10).unwrap_or(character),
        None => character,
    };
    text.chars().map(ascii).collect::<String>().parse().ok()
}

/// Verifies one SignerInfo. Gives the place of its certificate, or nothing when the signature does not match,
/// which does not keep others from being tried.
///
/// Source: `V1SchemeVerifier.Signer.verifySignerInfoAgainstSigFile`.
fn verify_signer(
    signer: &SignerInfo,
    data: &SignedData,
    certificates: &[X509],
    digests: &mut FileDigests,
    conditions: &Conditions,
) -> Result<Option<usize>, Failure> {
    let failure = |text: &str| Failure::Verify(text.to_owned());
    let algorithms = Algorithms::from_oids(&signer.digest_algorithm, &signer.signature_algorithm)
        .ok_or_else(|| failure("the algorithms are not known"))?;
    let issuer = CanonicalName::of_signer(signer.issuer)
        .map_err(|error| Failure::Verify(format!("the signer's issuer is malformed: {error}")))?;
    let serial = signer.serial.ok_or_else(|| failure("the signer's certificate is not named"))?;
    let signature = signer.signature.ok_or_else(|| failure("there is no signature"))?;
    let own = certificates.iter().position(|certificate| certificate.is_named(serial, &issuer));
    let own = own.ok_or_else(|| failure("the signer's certificate is not in the block"))?;
    let certificate = &certificates[own];
    if certificate.has_unknown_critical_extension() {
        return Err(failure("the certificate has a critical extension that is not known"));
    }
    if !certificate.may_sign() {
        return Err(failure("the certificate is not for digital signatures"));
    }
    let key = VerifyingKey::from_spki(certificate.spki).map_err(|error| Failure::Verify(error.to_string()))?;
    key.fits(algorithms.signature).map_err(|error| Failure::Verify(error.to_string()))?;
    let verified = match &signer.signed_attributes {
        Some(attributes) => {
            if conditions.min_sdk < KITKAT {
                return Err(failure("before Android 4.4, signed attributes do not protect the contents"));
            }
            if conditions.max_sdk >= NOUGAT {
                match attributes.content_type().map_err(attribute_failure)? {
                    None => return Err(failure("the signed attributes have no content type")),
                    Some(kind) if kind != data.content_type => return Ok(None),
                    Some(_) => {}
                }
            }
            let stated = attributes.message_digest().map_err(attribute_failure)?;
            let stated = stated.ok_or_else(|| failure("the signed attributes have no digest"))?;
            if stated != digests.get(algorithms.digest) {
                return Ok(None);
            }
            let mut hasher = algorithms.signature.digest().hasher();
            attributes.signed_octets().into_iter().for_each(|octets| hasher.update(octets));
            key.verify_digest(algorithms.signature, &hasher.finish(), signature)
        }
        None => key.verify_digest(algorithms.signature, digests.get(algorithms.signature.digest()), signature),
    };
    match verified {
        Ok(()) => Ok(Some(own)),
        Err(KeyError::Mismatch) => Ok(None),
        Err(error) => Err(Failure::Verify(error.to_string())),
    }
}

/// The certificates in a signature block of which nothing is checked, that of the first signer first.
pub(super) fn named_certificates(block: &[u8]) -> Vec<Vec<u8>> {
    let Ok(data) = SignedData::parse(block) else { return Vec::new() };
    let mut certificates = data.certificates.unwrap_or_default();
    let named = data.signers.first().and_then(Option::as_ref).and_then(|signer| {
        let (serial, issuer) = (signer.serial?, CanonicalName::of_signer(signer.issuer).ok()?);
        certificates
            .iter()
            .position(|bytes| X509::parse(bytes).is_ok_and(|certificate| certificate.is_named(serial, &issuer)))
    });
    if let Some(own) = named {
        certificates[..=own].rotate_right(1);
    }
    certificates.into_iter().map(<[u8]>::to_vec).collect()
}

/// The digests of a signature file, each computed once, however many signers a block names.
struct FileDigests {
    file: Vec<u8>,
    known: Vec<(Digest, Vec<u8>)>,
}

impl FileDigests {
    fn get(&mut self, kind: Digest) -> &[u8] {
        let place = self.known.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.known.push((kind, kind.hash(&self.file)));
            self.known.len() - 1
        });
        &self.known[place].1
    }
}

/// Malformed attributes end the verification of this signer as apksig ends it: attributes that cannot be read are a
/// failed verification, a value that cannot be or that stands there twice is a block that cannot be read.
fn attribute_failure(error: Pkcs7Error) -> Failure {
    match error {
        Pkcs7Error::Duplicate(_) | Pkcs7Error::AttributeValue(_) => Failure::Parse(error),
        error => Failure::Verify(format!("the signed attributes are malformed: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_script() {
        let read = ["2", "+3", "\u{662}", "\u{FF11}\u{FF12}", "-1", "", "x", "2147483648", "\u{1D7D0}"].map(integer);
        assert_eq!(read, [Some(2), Some(3), Some(2), Some(12), Some(-1), None, None, None, None]);
    }
}
