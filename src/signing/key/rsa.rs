use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::{BoxedUint, Pkcs1v15Sign, PublicKey, errors::Error};

use super::{Digest, KeyError, bit_length, integer, magnitude};
use crate::signing::ber::{BerError, Element, Tag};

/// The smallest modulus that Java's RSA provider takes, in bits (`sun.security.rsa.RSAKeyFactory`).
const MIN_MODULUS_BITS: u32 = 512;
/// The largest one, in bits.
const MAX_MODULUS_BITS: u32 = 16_384;
/// Past this size of modulus, in bits, the exponent is limited.
const MAX_MODULUS_BITS_WITH_ANY_EXPONENT: u32 = 3072;
/// The largest exponent for such a modulus, in bits.
const MAX_RESTRICTED_EXPONENT_BITS: u32 = 64;

#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Nothing where the modulus is even: Java computes with it, but no key pair has one, and the Montgomery arithmetic
    /// here cannot.
    key: Option<PublicKey>,
    modulus_length: usize,
}

impl Key {
    /// Reads an RSAPublicKey (RFC 8017 appendix A.1.1). Both numbers are read as positive: a modulus that lacks its
    /// leading zero says that it is negative, and Java takes its octets as they stand.
    pub(super) fn parse(key: &[u8]) -> Result<Self, KeyError> {
        let mut fields = Element::parse(key)?.expect_der(Tag::SEQUENCE)?.children();
        let modulus = integer(&mut fields)?;
        let exponent = integer(&mut fields)?;
        if !fields.rest().is_empty() {
            return Err(BerError::Malformed(Tag::SEQUENCE).into());
        }
        let (modulus, exponent) = (magnitude(modulus), magnitude(exponent));
        let (modulus_bits, exponent_bits) = (bit_length(modulus), bit_length(exponent));
        if !(MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&modulus_bits) {
            return Err(KeyError::Malformed("an RSA modulus has 512 to 16384 bits"));
        }
        if modulus_bits > MAX_MODULUS_BITS_WITH_ANY_EXPONENT && exponent_bits > MAX_RESTRICTED_EXPONENT_BITS {
            return Err(KeyError::Malformed("the RSA exponent is too large"));
        }
        let n = BoxedUint::from_be_slice_vartime(modulus);
        let e = BoxedUint::from_be_slice_vartime(exponent);
        if exponent_bits < 2 || e > n {
            return Err(KeyError::Malformed("the RSA exponent is smaller than 3 or larger than the modulus"));
        }
        let is_odd = modulus.last().is_some_and(|last| last & 1 == 1);
        Ok(Self { key: is_odd.then(|| PublicKey::new_unchecked(n, e)), modulus_length: modulus.len() })
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

    /// A signature is exactly as long as the modulus: Java refuses one that lacks its leading zeros.
    fn key_for(&self, signature: &[u8]) -> Result<&PublicKey, KeyError> {
        if signature.len() != self.modulus_length {
            return Err(KeyError::SignatureEncoding);
        }
        self.key.as_ref().ok_or(KeyError::Mismatch)
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
