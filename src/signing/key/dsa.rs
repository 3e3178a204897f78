use dsa::signature::hazmat::PrehashVerifier;
use dsa::{BoxedUint, Components, Signature, VerifyingKey};

use super::{KeyError, bit_length, integer, magnitude, signature_numbers};
use crate::signing::ber::{BerError, Element, Reader, Tag};

/// The largest prime that is computed with, in bits. FIPS 186-4 ends at 3072; Java states no limit.
const MAX_BITS: u32 = 16_384;

/// A key; none where the numbers are not those of one, which Java does not look at: no signature matches it then.
#[derive(Clone, Debug)]
pub(super) struct Key(Option<VerifyingKey>);

impl Key {
    /// Reads Dss-Parms and DSAPublicKey (RFC 3279 section 2.3.2). Any sizes are taken, as Java takes them, as long as
    /// the arithmetic works: FIPS 186-4 has four pairs only.
    pub(super) fn parse(parameters: Option<Element>, key: &[u8]) -> Result<Self, KeyError> {
        let mut fields = parameters.ok_or(BerError::Missing(Tag::SEQUENCE))?.expect_der(Tag::SEQUENCE)?.children();
        let mut next = || integer(&mut fields).map(magnitude);
        let (p, q, g) = (next()?, next()?, next()?);
        let y = magnitude(integer(&mut Reader::new(key))?);
        Ok(Self(Self::from_numbers(p, q, g, y)))
    }

    fn from_numbers(p: &[u8], q: &[u8], g: &[u8], y: &[u8]) -> Option<VerifyingKey> {
        let (bits, q_bits) = (bit_length(p), bit_length(q));
        // The crate multiplies two numbers below q in the width of p.
        if bits > MAX_BITS || q_bits < 8 || q_bits > bits / 2 {
            return None;
        }
        let width = p.len() as u32 * 8;
        let number = |bytes| BoxedUint::from_be_slice(bytes, width).ok();
        let q = BoxedUint::from_be_slice_vartime(q);
        let components = Components::from_components_unchecked(number(p)?, q, number(g)?).ok()?;
        VerifyingKey::from_components(components, number(y)?).ok()
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let (r, s) = signature_numbers(signature)?;
        let key = self.0.as_ref().ok_or(KeyError::Mismatch)?;
        let q = key.components().q();
        let number = |bytes| {
            let number = BoxedUint::from_be_slice_vartime(bytes);
            if number < **q { Ok(number) } else { Err(KeyError::SignatureEncoding) }
        };
        let signature = Signature::from_components(number(r)?, number(s)?).ok_or(KeyError::SignatureEncoding)?;
        key.verify_prehash(digest, &signature).map_err(|_| KeyError::Mismatch)
    }
}

/// The size of the prime, however odd the rest of the key is.
pub(super) fn bits(parameters: Option<Element>) -> Option<u32> {
    let prime = parameters?.expect(Tag::SEQUENCE).ok()?.children().expect(Tag::INTEGER).ok()?;
    Some(bit_length(prime.contents))
}
