use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::{BoxedUint, Pkcs1v15Sign, PublicKey, errors::Error};

use super::{Digest, KeyError, bit_length, integer, magnitude};
use crate::signing::asn1::ber::{BerError, Element, Tag};

/// The smallest modulus that Java's RSA provider takes, in bits (`sun.security.rsa.RSAKeyFactory`).
const MIN_MODULUS_BITS: u32 = 512;
/// The largest one, in bits.
const MAX_MODULUS_BITS: u32 = 16_384;
/// Past this size of modulus, in bits, the exponent is limited.
const MAX_MODULUS_BITS_WITH_ANY_EXPONENT: u32 = 3072;
/// The largest exponent for such a modulus, in bits.
const MAX_RESTRICTED_EXPONENT_BITS: u32 = 64;

/// The numbers of a key. The arithmetic is set up only when there is a signature: a file may hold many keys.
#[derive(Clone, Debug)]
pub(super) struct Key {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Key {
    /// Reads an RSAPublicKey (RFC 8017 appendix A.1.1). Both numbers are read as positive: a modulus that lacks its
    /// leading zero says that it is negative, and Java takes its octets as they stand.
    pub(super) fn parse(key: &[u8]) -> Result<Self, KeyError> {
        let sequence = Element::parse(key)?.expect_form(Tag::SEQUENCE)?;
        let mut fields = sequence.children();
        let modulus = magnitude(integer(&mut fields)?);
        let exponent = magnitude(integer(&mut fields)?);
        if !fields.rest().is_empty() || sequence.encoded.len() != key.len() {
            return Err(BerError::Malformed(Tag::SEQUENCE).into());
        }
        let (modulus_bits, exponent_bits) = (bit_length(modulus), bit_length(exponent));
        if !(MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&modulus_bits) {
            return Err(KeyError::Malformed("an RSA modulus has 512 to 16384 bits"));
        }
        if modulus_bits > MAX_MODULUS_BITS_WITH_ANY_EXPONENT && exponent_bits > MAX_RESTRICTED_EXPONENT_BITS {
            return Err(KeyError::Malformed("the RSA exponent is too large"));
        }
        if exponent_bits < 2 || (exponent.len(), exponent) >= (modulus.len(), modulus) {
            return Err(KeyError::Malformed("the RSA exponent is smaller than 3 or not smaller than the modulus"));
        }
        Ok(Self { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    /// Two forms are accepted, as Java accepts them: with the digest algorithm's parameters NULL, and without them.
    pub(super) fn verify_pkcs1(&self, kind: Digest, digest: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let key = self.key_for(signature)?;
        let verify = |parameters: &[u8]| {
            let prefix = digest_info_prefix(kind, parameters).into();
            key.verify(Pkcs1v15Sign { hash_len: Some(digest.len()), prefix }, digest, signature)
        };
        verify(&[0x05, 0x00]).or_else(|_| verify(&[])).map_err(|_| KeyError::Mismatch)
    }

    pub(super) fn verify_pss(&self, kind: Digest, digest: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let key = self.key_for(signature)?;
        let result = match kind {
            Digest::Sha256 => key.pss_verify_prehash::<Sha256>(digest, signature),
            Digest::Sha384 => key.pss_verify_prehash::<Sha384>(digest, signature),
            Digest::Sha512 => key.pss_verify_prehash::<Sha512>(digest, signature),
            // No scheme of Android's has PSS with another digest.
            Digest::Md5 | Digest::Sha1 | Digest::Sha224 => {
                return Err(KeyError::Unsupported(format!("RSA-PSS with {}", kind.name())));
            }
        };
        result.map_err(|_: Error| KeyError::Mismatch)
    }

    /// The key, ready for a signature of the right length: exactly that of the modulus, since Java refuses one that
    /// lacks its leading zeros. No signature matches an even modulus: Java computes with it, but no key pair has one,
    /// and the Montgomery arithmetic here cannot.
    fn key_for(&self, signature: &[u8]) -> Result<PublicKey, KeyError> {
        if signature.len() != self.modulus.len() {
            return Err(KeyError::SignatureEncoding);
        }
        if self.modulus.last().is_none_or(|last| last & 1 == 0) {
            return Err(KeyError::Mismatch);
        }
        let number = BoxedUint::from_be_slice_vartime;
        Ok(PublicKey::new_unchecked(number(&self.modulus), number(&self.exponent)))
    }
}

/// What precedes the digest in a DigestInfo (RFC 8017 section 9.2).
fn digest_info_prefix(kind: Digest, parameters: &[u8]) -> Vec<u8> {
    let (oid, digest_length) = (kind.object_identifier(), kind.hash(&[]).len() as u8);
    let algorithm_length = 2 + oid.len() as u8 + parameters.len() as u8;
    let mut prefix =
        vec![0x30, 2 + algorithm_length + 2 + digest_length, 0x30, algorithm_length, 0x06, oid.len() as u8];
    prefix.extend_from_slice(oid);
    prefix.extend_from_slice(parameters);
    prefix.extend_from_slice(&[0x04, digest_length]);
    prefix
}

/// The size of the modulus, however odd the rest of the key is.
pub(super) fn bits(key: &[u8]) -> Option<u32> {
    let modulus = Element::parse(key).ok()?.expect(Tag::SEQUENCE).ok()?.children().expect(Tag::INTEGER).ok()?;
    Some(bit_length(modulus.contents))
}
