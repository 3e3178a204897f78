//! Public keys, and signatures made with their private halves: everything that the signature schemes of Android accept.
//!
//! The arithmetic is RustCrypto's. What surrounds it (the key's encoding, the signature's encoding, which sizes are
//! allowed) follows the Java providers that `apksigner` runs on, because their verdict is the one that is told; where
//! the two differ is said in `docs/certificates.md`.

mod digest;
mod dsa;
mod ec;
mod encoding;
mod rsa;

use std::borrow::Cow;

pub use digest::{Digest, Hasher};

use super::algorithm_identifier::AlgorithmIdentifier;
use super::ber::{BerError, Element, Reader, Tag, magnitude};
use super::oid;

/// Why a key cannot be used, or a signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The SubjectPublicKeyInfo is not BER.
    #[error("the public key is malformed: {0}")]
    Encoding(#[from] BerError),
    /// The key's numbers are not those of such a key, or are larger or smaller than allowed.
    #[error("the public key is malformed: {0}")]
    Malformed(&'static str),
    /// There is no such signature algorithm for this kind of key: its algorithm or curve.
    #[error("public keys of the kind {0} are not supported")]
    Unsupported(String),
    /// The signature algorithm is for another kind of key.
    #[error("the signature algorithm does not fit the public key")]
    WrongKind,
    /// The signature is not encoded as one of this algorithm and key.
    #[error("the signature is malformed")]
    SignatureEncoding,
    /// The signature is well-formed and was not made for this message with this key.
    #[error("the signature does not match")]
    Mismatch,
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    RsaPkcs1(Digest),
    /// RSASSA-PSS (RFC 8017 section 8.1) with MGF1 over the same digest and a salt of the digest's length.
    RsaPss(Digest),
    /// DSA (FIPS 186-4).
    Dsa(Digest),
    /// ECDSA (FIPS 186-4).
    Ecdsa(Digest),
}

impl SignatureAlgorithm {
    /// The digest that the message goes through.
    pub fn digest(self) -> Digest {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss(digest) | Self::Dsa(digest) | Self::Ecdsa(digest) => digest,
        }
    }
}

/// A public key that signatures can be held against.
#[derive(Clone, Debug)]
pub struct VerifyingKey(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Rsa(rsa::Key),
    Dsa(dsa::Key),
    Ec(ec::Key),
}

impl VerifyingKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    ///
    /// # Errors
    /// When it is malformed, too large, or of a kind that no scheme verifies.
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfo::parse(spki)?;
        Ok(Self(match spki.algorithm.as_str() {
            oid::RSA | oid::RSA_X509 | oid::PKCS1 => Kind::Rsa(rsa::Key::parse(&spki.key)?),
            oid::DSA | oid::DSA_OIW => Kind::Dsa(dsa::Key::parse(spki.parameters, &spki.key)?),
            oid::EC => Kind::Ec(ec::Key::parse(spki.parameters, &spki.key)?),
            other => return Err(KeyError::Unsupported(other.to_owned())),
        }))
    }

    /// Reads a signer's record of its key, which Java reads as it stands; a certificate's key is written anew before. apksig
    /// asks for an RSA key here, so that Java takes one under the identifier of a signature, too; a certificate's key is
    /// of the kind that its identifier names.
    ///
    /// # Errors
    /// As [`Self::from_spki`], and when Java refuses the encoding.
    pub fn from_record(record: &[u8]) -> Result<Self, KeyError> {
        if !encoding::is_record(record)? {
            return Err(BerError::Malformed(Tag::SEQUENCE).into());
        }
        let spki = SubjectPublicKeyInfo::parse(record)?;
        match oid::RSA_SIGNATURES.contains(&spki.algorithm.as_str()) {
            true => Ok(Self(Kind::Rsa(rsa::Key::parse(&spki.key)?))),
            false => Self::from_spki(record),
        }
    }

    /// Whether signatures of this kind can be held against the key: what Java says before it has seen the signature.
    ///
    /// # Errors
    /// When the key is of another kind, or lacks numbers.
    pub fn fits(&self, algorithm: SignatureAlgorithm) -> Result<(), KeyError> {
        match (&self.0, algorithm) {
            (Kind::Rsa(_), SignatureAlgorithm::RsaPkcs1(_) | SignatureAlgorithm::RsaPss(_)) => Ok(()),
            (Kind::Dsa(key), SignatureAlgorithm::Dsa(_)) => key.domain().map(drop),
            (Kind::Ec(_), SignatureAlgorithm::Ecdsa(_)) => Ok(()),
            _ => Err(KeyError::WrongKind),
        }
    }

    /// Holds `signature` against `message`, which is hashed without a copy.
    ///
    /// # Errors
    /// [`KeyError::Mismatch`] when the signature is not one of this message, others when it cannot be tried.
    pub fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        self.verify_digest(algorithm, &algorithm.digest().hash(message), signature)
    }

    /// Holds `signature` against a message whose digest, by the algorithm's digest, is known already.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_digest(
        &self,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        match (&self.0, algorithm) {
            (Kind::Rsa(key), SignatureAlgorithm::RsaPkcs1(kind)) => key.verify_pkcs1(kind, digest, signature),
            (Kind::Rsa(key), SignatureAlgorithm::RsaPss(kind)) => key.verify_pss(kind, digest, signature),
            (Kind::Dsa(key), SignatureAlgorithm::Dsa(_)) => key.verify(digest, signature),
            (Kind::Ec(key), SignatureAlgorithm::Ecdsa(_)) => key.verify(digest, signature),
            _ => Err(KeyError::WrongKind),
        }
    }
}

/// A SubjectPublicKeyInfo in its parts, whatever the kind of key.
#[derive(Clone, Debug)]
pub(super) struct SubjectPublicKeyInfo<'a> {
    /// The algorithm's object identifier.
    pub algorithm: String,
    /// The same in octets.
    pub algorithm_octets: &'a [u8],
    /// Its parameters, other than NULL.
    pub parameters: Option<Element<'a>>,
    /// The parameters that are written when the key is written anew.
    written: Option<Element<'a>>,
    /// The octets of the key itself.
    pub key: Cow<'a, [u8]>,
    /// How many of their last bits are none of the key's.
    pub unused_bits: u8,
}

impl<'a> SubjectPublicKeyInfo<'a> {
    pub(super) fn parse(spki: &'a [u8]) -> Result<Self, BerError> {
        let mut fields = Element::parse(spki)?.expect(Tag::SEQUENCE)?.children();
        let algorithm = AlgorithmIdentifier::parse(fields.expect(Tag::SEQUENCE)?)?;
        let parameters = algorithm.parameters_but_null()?;
        let bits = fields.expect(Tag::BIT_STRING)?;
        let key = bits.bit_string()?;
        let unused_bits = bits.contents.first().copied().unwrap_or_default();
        let written = parameters.or(algorithm.only_value.filter(|value| value.tag != Tag::NULL && value.is_plain()));
        let AlgorithmIdentifier { oid, oid_octets, .. } = algorithm;
        Ok(Self { algorithm: oid, algorithm_octets: oid_octets, parameters, written, key, unused_bits })
    }

    /// The kind of key and its size in bits, as far as they can be told: for the report, not for verification.
    pub(super) fn describe(&self) -> (&str, Option<u32>) {
        match self.algorithm.as_str() {
            // The last says that the key is for PSS alone.
            oid::RSA | oid::RSA_X509 | oid::PKCS1 | oid::RSA_PSS => ("RSA", rsa::bits(&self.key)),
            oid::DSA | oid::DSA_OIW => ("DSA", dsa::bits(self.parameters)),
            oid::EC => ("EC", ec::bits(self.parameters)),
            other => (other, None),
        }
    }
}

/// How many bits a number has.
fn bit_length(number: &[u8]) -> u32 {
    match magnitude(number) {
        [] => 0,
        [first, rest @ ..] => rest.len() as u32 * 8 + (8 - first.leading_zeros()),
    }
}

/// The contents of the next INTEGER. The number may be padded or negative.
fn integer<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8], BerError> {
    match fields.next()?.ok_or(BerError::Missing(Tag::INTEGER))?.expect_form(Tag::INTEGER)?.contents {
        [] => Err(BerError::Malformed(Tag::INTEGER)),
        contents => Ok(contents),
    }
}

/// The same in a signature, where Java takes DER alone, and refuses padding with zeros.
fn unpadded_integer<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8], BerError> {
    match fields.next()?.ok_or(BerError::Missing(Tag::INTEGER))?.expect_der(Tag::INTEGER)?.contents {
        [] | [0, 0..0x80, ..] => Err(BerError::Malformed(Tag::INTEGER)),
        contents => Ok(contents),
    }
}

/// The two numbers of a DSA or ECDSA signature: `SEQUENCE { r INTEGER, s INTEGER }` in DER (RFC 3279 section 2.2.2).
/// Their contents: a number may lack its leading zero.
fn signature_numbers(signature: &[u8]) -> Result<(&[u8], &[u8]), KeyError> {
    let read = || {
        let sequence = Element::parse(signature)?.expect_der(Tag::SEQUENCE)?;
        let mut fields = sequence.children();
        let numbers = (unpadded_integer(&mut fields)?, unpadded_integer(&mut fields)?);
        let whole = sequence.encoded.len() == signature.len() && fields.rest().is_empty();
        if whole { Ok(numbers) } else { Err(BerError::Malformed(Tag::SEQUENCE)) }
    };
    read().map_err(|_: BerError| KeyError::SignatureEncoding)
}

#[cfg(test)]
mod tests;
