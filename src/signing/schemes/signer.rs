//! A signer block of schemes v2, v3 and v3.1, which have it in common but for v3's SDK range: signed data, signatures
//! over it, a public key; in the signed data, content digests, certificates and attributes.
//!
//! The order of the checks is that of apksig's `V2SchemeVerifier.parseSigner` and `V3SchemeVerifier.parseSigner`,
//! since the first error ends a signer's verification.

use crate::note::Template;
use crate::signing::asn1::key::{KeyError, VerifyingKey};
use crate::signing::schemes::algorithm::{self, Algorithm, SdkRange, Signature};
use crate::signing::schemes::content_digest::{ContentDigestAlgorithm, ContentDigests};
use crate::signing::schemes::fields::{Fields, Malformed};
use crate::signing::schemes::lineage::Lineage;
use crate::signing::schemes::problems::Problems;
use crate::signing::schemes::signing_block::hex_id;
use crate::signing::schemes::stored::StoredCertificate;

/// What one signer says.
#[derive(Clone, Debug, Default)]
pub struct Signer {
    /// The certificates as stored; the first is the signer's own.
    pub certificates: Vec<StoredCertificate>,
    /// The content digests, by the algorithm whose signature covers them.
    pub content_digests: Vec<(u32, Vec<u8>)>,
    /// The algorithms of the signatures that were verified: their content digests are to be checked.
    pub verified: Vec<&'static Algorithm>,
    /// The SDK range that the signer is for: schemes v3 and v3.1.
    pub sdk: Option<SdkRange>,
    /// Whether the signer is for a version in development (v3.1).
    pub targets_development_release: bool,
    /// The keys before this one (v3, v3.1).
    pub lineage: Option<Lineage>,
    /// What is wrong with it.
    pub problems: Problems,
}

/// The names of a scheme's errors and warnings.
pub struct SignerNotes {
    pub malformed_signers: &'static Template,
    pub no_signers: &'static Template,
    pub malformed_signer: &'static Template,
    pub malformed_signature: &'static Template,
    pub unknown_algorithm: &'static Template,
    pub no_signatures: &'static Template,
    pub no_supported_signatures: &'static Template,
    pub malformed_public_key: &'static Template,
    pub verify_exception: &'static Template,
    pub did_not_verify: &'static Template,
    pub malformed_certificate: &'static Template,
    pub no_certificates: &'static Template,
    pub public_key_mismatch: &'static Template,
    pub malformed_digest: &'static Template,
    pub algorithm_mismatch: &'static Template,
    pub malformed_attribute: &'static Template,
    pub unknown_attribute: &'static Template,
    pub digest_did_not_verify: &'static Template,
}

/// What the schemes do differently.
pub trait Dialect {
    /// The names of its errors and warnings.
    const NOTES: &'static SignerNotes;

    /// Reads what stands between the signed data and the signatures (`signed` is false) or between the certificates
    /// and the attributes (`signed` is true): v3's SDK range.
    ///
    /// # Errors
    /// When it is not there.
    fn sdk_range(&self, fields: &mut Fields, signer: &mut Signer, signed: bool) -> Result<(), Malformed>;

    /// The SDK range over which a signer's signatures are chosen.
    fn signature_range(&self, signer: &Signer) -> SdkRange;

    /// Reads one attribute. Returns false when the attribute is not known.
    ///
    /// # Errors
    /// When its value is too short.
    fn attribute(&mut self, id: u32, value: &[u8], signer: &mut Signer) -> Result<bool, Malformed>;

    /// Called after the last attribute.
    fn attributes_end(&mut self, signer: &mut Signer);
}

/// Reads the signers of a scheme's block and verifies their signatures, up to the first signer that cannot be read.
/// The second result is what is wrong with the block as a whole.
pub fn read_signers<D: Dialect>(block: &[u8], dialect: &mut D) -> (Vec<Signer>, Problems) {
    let (mut signers, mut problems) = (Vec::new(), Problems::default());
    let Ok(mut sequence) = Fields::new(block).nested() else {
        problems.error(D::NOTES.malformed_signers, &[]);
        return (signers, problems);
    };
    if sequence.is_empty() {
        problems.error(D::NOTES.no_signers, &[]);
    }
    while !sequence.is_empty() {
        let mut signer = Signer::default();
        let fields = sequence.nested();
        let signed_data = fields.and_then(|mut fields| fields.nested());
        let read = fields.and_then(|fields| read_signer(fields, dialect, &mut signer));
        if read.is_err() {
            signer.problems.error(D::NOTES.malformed_signer, &[("number", &(signers.len() + 1))]);
        }
        if signer.problems.has_errors() && signer.certificates.is_empty() {
            signer.certificates = signed_data.map(unchecked_certificates).unwrap_or_default();
        }
        signers.push(signer);
        if read.is_err() {
            break;
        }
    }
    (signers, problems)
}

/// Reads one signer. What is wrong with it is added to its problems.
///
/// # Errors
/// When its outermost structure is broken.
fn read_signer<D: Dialect>(mut fields: Fields, dialect: &mut D, signer: &mut Signer) -> Result<(), Malformed> {
    let notes = D::NOTES;
    let signed_data = fields.prefixed()?;
    dialect.sdk_range(&mut fields, signer, false)?;
    let signatures_record = fields.nested()?;
    let public_key = fields.prefixed()?;

    let Some((signatures, algorithms)) = read_signatures(signatures_record, notes, &mut signer.problems) else {
        return Ok(());
    };
    let range = dialect.signature_range(signer);
    let Some(chosen) = algorithm::to_verify(&signatures, range, |algorithm| algorithm.min_sdk) else {
        signer.problems.error(notes.no_supported_signatures, &[("min", &range.min)]);
        return Ok(());
    };
    for signature in chosen {
        let Ok(key) = VerifyingKey::from_record(public_key) else {
            signer.problems.error(notes.malformed_public_key, &[]);
            return Ok(());
        };
        let name = &signature.algorithm.name;
        match key.verify(signature.algorithm.signature, signed_data, signature.bytes) {
            Ok(()) => {
                signer.verified.push(signature.algorithm);
                continue;
            }
            Err(KeyError::WrongKind) => signer.problems.error(notes.malformed_public_key, &[]),
            Err(KeyError::Mismatch) => signer.problems.error(notes.did_not_verify, &[("algorithm", name)]),
            Err(error) => signer.problems.error(notes.verify_exception, &[("algorithm", name), ("error", &error)]),
        }
        return Ok(());
    }
    read_signed_data(Fields::new(signed_data), public_key, &algorithms, dialect, signer)
}

/// The signatures by known algorithms, and the identifiers of all. None when an error was found.
fn read_signatures<'a>(
    mut record: Fields<'a>,
    notes: &SignerNotes,
    problems: &mut Problems,
) -> Option<(Vec<Signature<'a>>, Vec<u32>)> {
    let (mut signatures, mut algorithms) = (Vec::new(), Vec::new());
    while !record.is_empty() {
        let Ok((id, bytes)) = numbered(&mut record) else {
            problems.error(notes.malformed_signature, &[("number", &(algorithms.len() + 1))]);
            return None;
        };
        algorithms.push(id);
        match algorithm::by_id(id) {
            Some(algorithm) => signatures.push(Signature { algorithm, bytes }),
            None => problems.warning(notes.unknown_algorithm, &[("id", &hex_id(id))]),
        }
    }
    if algorithms.is_empty() {
        problems.error(notes.no_signatures, &[]);
        return None;
    }
    Some((signatures, algorithms))
}

/// A structure of a number and a byte string.
fn numbered<'a>(sequence: &mut Fields<'a>) -> Result<(u32, &'a [u8]), Malformed> {
    let mut element = sequence.nested()?;
    Ok((element.u32()?, element.prefixed()?))
}

/// Reads what the signatures, which are verified by now, cover.
fn read_signed_data<D: Dialect>(
    mut fields: Fields,
    public_key: &[u8],
    algorithms: &[u32],
    dialect: &mut D,
    signer: &mut Signer,
) -> Result<(), Malformed> {
    let notes = D::NOTES;
    let mut digests = fields.nested()?;
    let mut certificates = fields.nested()?;
    dialect.sdk_range(&mut fields, signer, true)?;
    let mut attributes = fields.nested()?;

    while !certificates.is_empty() {
        match StoredCertificate::parse(certificates.prefixed()?) {
            Ok(certificate) => signer.certificates.push(certificate),
            Err(error) => {
                let number = signer.certificates.len() + 1;
                signer.problems.error(notes.malformed_certificate, &[("number", &number), ("error", &error)]);
                return Ok(());
            }
        }
    }
    let Some(own) = signer.certificates.first() else {
        signer.problems.error(notes.no_certificates, &[]);
        return Ok(());
    };
    if own.public_key() != public_key {
        signer.problems.error(notes.public_key_mismatch, &[]);
        return Ok(());
    }

    while !digests.is_empty() {
        let Ok((id, digest)) = numbered(&mut digests) else {
            let number = signer.content_digests.len() + 1;
            signer.problems.error(notes.malformed_digest, &[("number", &number)]);
            return Ok(());
        };
        signer.content_digests.push((id, digest.to_vec()));
    }
    if !signer.content_digests.iter().map(|(id, _)| id).eq(algorithms) {
        signer.problems.error(notes.algorithm_mismatch, &[]);
        return Ok(());
    }

    let mut number = 0;
    while !attributes.is_empty() {
        number += 1;
        let read = attributes.nested().and_then(|mut attribute| {
            let id = attribute.u32()?;
            Ok((id, dialect.attribute(id, attribute.rest(), signer)?))
        });
        match read {
            Ok((_, true)) => {}
            Ok((id, false)) => signer.problems.warning(notes.unknown_attribute, &[("id", &hex_id(id))]),
            Err(Malformed) => {
                signer.problems.error(notes.malformed_attribute, &[("number", &number)]);
                return Ok(());
            }
        }
    }
    dialect.attributes_end(signer);
    Ok(())
}

impl Signer {
    /// The signer's own certificate.
    pub fn certificate(&self) -> Option<&StoredCertificate> {
        self.certificates.first()
    }

    /// The content digests by known algorithms; of two by the same, the last.
    pub fn digests(&self) -> Vec<(ContentDigestAlgorithm, &[u8])> {
        let mut digests: Vec<(ContentDigestAlgorithm, &[u8])> = Vec::new();
        for (id, digest) in &self.content_digests {
            let Some(algorithm) = algorithm::by_id(*id) else { continue };
            match digests.iter_mut().find(|(known, _)| *known == algorithm.content) {
                Some(known) => known.1 = digest,
                None => digests.push((algorithm.content, digest)),
            }
        }
        digests
    }

    /// Compares the signer's digests with those of the contents. Digests that were not computed are passed over:
    /// no Android version of the range looks at them.
    pub fn check_contents(
        &mut self,
        actual: &ContentDigests,
        to_check: &[ContentDigestAlgorithm],
        notes: &SignerNotes,
    ) {
        for (id, expected) in &self.content_digests {
            let Some(content) = algorithm::by_id(*id).map(|algorithm| algorithm.content) else { continue };
            if to_check.contains(&content) && actual.get(content) != Some(expected) {
                self.problems.error(notes.digest_did_not_verify, &[("algorithm", &content.name())]);
            }
        }
    }
}

/// The signers of a block with nothing but their certificates, as far as they can be read: what is left to say when
/// the signatures do not hold, or are not looked at. Nothing vouches for these certificates.
pub fn read_certificates(block: &[u8], has_sdk_range: bool) -> Vec<Signer> {
    let mut signers = Vec::new();
    let mut sequence = Fields::new(block).nested().unwrap_or(Fields::new(&[]));
    while let Ok(mut fields) = sequence.nested() {
        let certificates = fields.nested().map(unchecked_certificates).unwrap_or_default();
        let sdk = if has_sdk_range { fields.u32().and_then(|min| Ok((min, fields.u32()?))).ok() } else { None };
        let sdk = sdk.map(|(min, max)| SdkRange { min: min as i32, max: max as i32 });
        signers.push(Signer { certificates, sdk, ..Signer::default() });
    }
    signers
}

/// The certificates in signed data whose signature was not checked.
fn unchecked_certificates(mut signed_data: Fields) -> Vec<StoredCertificate> {
    let record = signed_data.prefixed().and_then(|_| signed_data.nested());
    let mut certificates = Vec::new();
    let mut record = record.unwrap_or(Fields::new(&[]));
    while let Ok(encoded) = record.prefixed() {
        certificates.extend(StoredCertificate::parse(encoded));
    }
    certificates
}
