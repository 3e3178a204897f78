//! The source stamp: a store's mark, with a key of its own, on an app that it signed or passed on. It says where an
//! app came from; it is no part of the verdict, and apksig calls whatever is wrong with it a warning.
//!
//! Source: apksig's `SourceStampVerifier`, `V1SourceStampVerifier`, `V2SourceStampVerifier`, and AOSP's
//! `android.util.apk.SourceStampVerifier`, which reads the first version on Android 11.

use sha2::{Digest, Sha256};

use crate::signing::asn1::key::{KeyError, VerifyingKey};
use crate::signing::notes;
use crate::signing::schemes::algorithm::{self, SdkRange, Signature};
use crate::signing::schemes::content_digest::ContentDigestAlgorithm;
use crate::signing::schemes::fields::{Fields, Malformed};
use crate::signing::schemes::lineage::{Lineage, LineageError};
use crate::signing::schemes::problems::Problems;
use crate::signing::schemes::signer::Signer;
use crate::signing::schemes::signing_block::hex_id;
use crate::signing::schemes::stored::StoredCertificate;

/// The entry with the SHA-256 of the stamp's certificate.
pub const CERTIFICATE_DIGEST_ENTRY: &str = "stamp-cert-sha256";

/// The attributes of a stamp. Source: apksig's `SourceStampConstants`.
const PROOF_OF_ROTATION: u32 = 0x9D63_03F7;
const STAMP_TIME: u32 = 0xE43C_5946;

/// The content digests of one scheme, by the scheme's number: 1, 2 or 3.
pub type SchemeDigests = (u32, Vec<(ContentDigestAlgorithm, Vec<u8>)>);

/// What a stamp is held against.
pub struct Stamped<'a> {
    /// The contents of [`CERTIFICATE_DIGEST_ENTRY`].
    pub certificate_digest: &'a [u8],
    /// The content digests of the schemes that were checked.
    pub digests: &'a [SchemeDigests],
    /// The SDK range over which the stamp's signatures are chosen.
    pub range: SdkRange,
}

/// Verifies a stamp of the second version. The signer has the stamp's certificate, and the problems.
pub fn verify_v2(block: &[u8], stamped: &Stamped) -> Signer {
    verify(block, stamped, |mut stamp, certificate, stamped, problems| {
        let mut signed = Vec::new();
        let mut schemes = stamp.nested()?;
        while !schemes.is_empty() {
            let mut scheme = schemes.nested()?;
            signed.push((scheme.u32()?, scheme.nested()?));
        }
        for (number, digests) in stamped.digests {
            // Of two for one scheme, the last counts.
            match signed.iter().rev().find(|(scheme, _)| scheme == number) {
                Some((_, signatures)) => {
                    check_signatures(&encode(digests), *signatures, certificate, stamped, problems)
                }
                None => problems.error(&notes::SOURCE_STAMP_NO_SIGNATURE, &[]),
            }
            if problems.has_errors() {
                return Ok(());
            }
        }
        if stamp.is_empty() {
            return Ok(());
        }
        let attributes = stamp.prefixed()?;
        check_signatures(attributes, stamp.nested()?, certificate, stamped, problems);
        if !problems.has_errors() {
            read_attributes(attributes, certificate, problems)?;
        }
        Ok(())
    })
}

/// Verifies a stamp of the first version, which signs the digests of the newest scheme alone.
pub fn verify_v1(block: &[u8], stamped: &Stamped) -> Signer {
    verify(block, stamped, |mut stamp, certificate, stamped, problems| {
        let newest = stamped.digests.iter().max_by_key(|(number, _)| *number);
        let digests = newest.map(|(_, digests)| encode(digests)).unwrap_or_default();
        check_signatures(&digests, stamp.nested()?, certificate, stamped, problems);
        Ok(())
    })
}

fn verify<'a>(
    block: &'a [u8],
    stamped: &Stamped,
    check: impl FnOnce(Fields<'a>, &StoredCertificate, &Stamped, &mut Problems) -> Result<(), Malformed>,
) -> Signer {
    let mut signer = Signer::default();
    let read = Fields::new(block).nested().and_then(|mut stamp| Ok((stamp.prefixed()?, stamp)));
    let Ok((encoded, rest)) = read else {
        signer.problems.error(&notes::SOURCE_STAMP_MALFORMED_SIGNATURE, &[]);
        return signer;
    };
    let certificate = match StoredCertificate::parse(encoded) {
        Ok(certificate) => certificate,
        Err(error) => {
            signer.problems.error(&notes::SOURCE_STAMP_MALFORMED_CERTIFICATE, &[("error", &error)]);
            return signer;
        }
    };
    if Sha256::digest(encoded)[..] != *stamped.certificate_digest {
        signer.problems.error(&notes::SOURCE_STAMP_CERTIFICATE_MISMATCH, &[]);
    } else if check(rest, &certificate, stamped, &mut signer.problems).is_err() {
        signer.problems.error(&notes::SOURCE_STAMP_MALFORMED_SIGNATURE, &[]);
    }
    signer.certificates.push(certificate);
    signer
}

/// The digests as a stamp signs them: pairs of a number and a byte string, by number.
fn encode(digests: &[(ContentDigestAlgorithm, Vec<u8>)]) -> Vec<u8> {
    let mut sorted: Vec<_> = digests.iter().collect();
    sorted.sort_by_key(|(algorithm, _)| algorithm.id());
    let mut encoded = Vec::new();
    for (algorithm, digest) in sorted {
        encoded.extend((digest.len() as u32 + 8).to_le_bytes());
        encoded.extend(algorithm.id().to_le_bytes());
        encoded.extend((digest.len() as u32).to_le_bytes());
        encoded.extend_from_slice(digest);
    }
    encoded
}

/// Checks the stamp's signatures over `data`.
fn check_signatures(
    data: &[u8],
    mut record: Fields,
    certificate: &StoredCertificate,
    stamped: &Stamped,
    problems: &mut Problems,
) {
    let mut signatures = Vec::new();
    while !record.is_empty() {
        let read = record.nested().and_then(|mut signature| Ok((signature.u32()?, signature.prefixed()?)));
        let Ok((id, bytes)) = read else {
            problems.error(&notes::SOURCE_STAMP_MALFORMED_SIGNATURE, &[]);
            return;
        };
        match algorithm::by_id(id) {
            Some(algorithm) => signatures.push(Signature { algorithm, bytes }),
            // Any warning makes apksig's stamp fail.
            None => problems.error(&notes::SOURCE_STAMP_UNKNOWN_SIG_ALGORITHM, &[("id", &hex_id(id))]),
        }
    }
    if signatures.is_empty() {
        problems.error(&notes::SOURCE_STAMP_NO_SIGNATURE, &[]);
        return;
    }
    let chosen = algorithm::to_verify(&signatures, stamped.range, |algorithm| algorithm.provider_min_sdk);
    let Some(chosen) = chosen else {
        problems.error(&notes::SOURCE_STAMP_NO_SUPPORTED_SIGNATURE, &[]);
        return;
    };
    for signature in chosen {
        let name = &signature.algorithm.name;
        let verified = VerifyingKey::from_spki(certificate.public_key())
            .and_then(|key| key.verify(signature.algorithm.signature, data, signature.bytes));
        match verified {
            Ok(()) => continue,
            Err(KeyError::Mismatch) => problems.error(&notes::SOURCE_STAMP_DID_NOT_VERIFY, &[("algorithm", name)]),
            Err(error) => {
                problems.error(&notes::SOURCE_STAMP_VERIFY_EXCEPTION, &[("algorithm", name), ("error", &error)]);
            }
        }
        return;
    }
}

/// Reads the stamp's attributes, which are signed.
fn read_attributes(
    attributes: &[u8],
    certificate: &StoredCertificate,
    problems: &mut Problems,
) -> Result<(), Malformed> {
    let mut sequence = Fields::new(attributes).nested()?;
    let mut number = 0;
    while !sequence.is_empty() {
        number += 1;
        let read = sequence.nested().and_then(|mut attribute| {
            let (id, value) = (attribute.u32()?, attribute.rest());
            match id {
                PROOF_OF_ROTATION => read_lineage(value, certificate, problems),
                STAMP_TIME => {
                    let seconds = Fields::new(value).u64()? as i64;
                    if seconds <= 0 {
                        problems.error(&notes::SOURCE_STAMP_INVALID_TIMESTAMP, &[("time", &seconds)]);
                    }
                }
                _ => problems.error(&notes::SOURCE_STAMP_UNKNOWN_ATTRIBUTE, &[("id", &hex_id(id))]),
            }
            Ok(())
        });
        if read.is_err() {
            problems.error(&notes::SOURCE_STAMP_MALFORMED_ATTRIBUTE, &[("number", &number)]);
            break;
        }
    }
    Ok(())
}

fn read_lineage(value: &[u8], certificate: &StoredCertificate, problems: &mut Problems) {
    match Lineage::read(value) {
        Ok(lineage) => {
            if lineage.0.last().is_none_or(|last| last.certificate.stored() != certificate.stored()) {
                problems.error(&notes::SOURCE_STAMP_POR_CERT_MISMATCH, &[]);
            }
        }
        Err(LineageError::DidNotVerify) => problems.error(&notes::SOURCE_STAMP_POR_DID_NOT_VERIFY, &[]),
        Err(LineageError::Version) => problems.error(&notes::SOURCE_STAMP_POR_CERT_MISMATCH, &[]),
        Err(LineageError::Malformed) => problems.error(&notes::SOURCE_STAMP_MALFORMED_LINEAGE, &[]),
    }
}
