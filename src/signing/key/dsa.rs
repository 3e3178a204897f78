use dsa::signature::hazmat::PrehashVerifier;
use dsa::{BoxedUint, Components, Signature, VerifyingKey};

use super::{KeyError, bit_length, integer, magnitude, signature_numbers};
use crate::signing::ber::{BerError, Element, Tag};

/// The largest prime that is computed with, in bits. FIPS 186-4 ends at 3072; Java states no limit.
const MAX_BITS: u32 = 16_384;

#[derive(Clone, Debug)]
pub(super) struct Key(VerifyingKey);

impl Key {
    /// Reads Dss-Parms and DSAPublicKey (RFC 3279 section 2.3.2). Any sizes are taken, as Java takes them, as long as
    /// the arithmetic works: FIPS 186-4 has four pairs only.
    pub(super) fn parse(parameters: Option<Element>, key: &[u8]) -> Result<Self, KeyError> {
        let mut fields = parameters.ok_or(BerError::Missing(Tag::SEQUENCE))?.expect(Tag::SEQUENCE)?.children();
        let mut next = || integer(&mut fields).map(magnitude);
        let (p, q, g) = (next()?, next()?, next()?);
        let y = magnitude(Element::parse(key)?.expect(Tag::INTEGER)?.contents);
        let (bits, q_bits) = (bit_length(p), bit_length(q));
        if bits > MAX_BITS {
            return Err(KeyError::Malformed("the DSA prime is too large"));
        }
        // The crate multiplies two numbers below q in the width of p.
        if q_bits < 8 || q_bits > bits / 2 {
            return Err(KeyError::Malformed("the DSA divisor does not fit the prime"));
        }
        let width = p.len() as u32 * 8;
        let number = |bytes| BoxedUint::from_be_slice(bytes, width).map_err(|_| NOT_A_KEY);
        let q = BoxedUint::from_be_slice_vartime(q);
        let components = Components::from_components_unchecked(number(p)?, q, number(g)?).map_err(|_| NOT_A_KEY)?;
        Ok(Self(VerifyingKey::from_components(components, number(y)?).map_err(|_| NOT_A_KEY)?))
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let (r, s) = signature_numbers(signature)?;
        let q = self.0.components().q();
        let number = |bytes| {
            let number = BoxedUint::from_be_slice_vartime(bytes);
            if number < **q { Ok(number) } else { Err(KeyError::SignatureEncoding) }
        };
        let signature = Signature::from_components(number(r)?, number(s)?).ok_or(KeyError::SignatureEncoding)?;
        self.0.verify_prehash(digest, &signature).map_err(|_| KeyError::Mismatch)
    }
}

const NOT_A_KEY: KeyError = KeyError::Malformed("the numbers are not those of a DSA key");

/// The size of the prime, however odd the rest of the key is.
pub(super) fn bits(parameters: Option<Element>) -> Option<u32> {
    let prime = parameters?.expect(Tag::SEQUENCE).ok()?.children().expect(Tag::INTEGER).ok()?;
    Some(bit_length(prime.contents))
}
