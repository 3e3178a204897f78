use dsa::signature::hazmat::PrehashVerifier;
use dsa::{BoxedUint, Components, Signature, VerifyingKey};

use super::{KeyError, bit_length, integer, magnitude, signature_numbers};
use crate::signing::ber::{BerError, Element, Reader, Tag};

/// The largest prime and divisor that are computed with, in bits. FIPS 186-4 ends at 3072 and 256, and so do Java's
/// tools; Java itself states no limit, but a verification with larger numbers takes seconds.
const MAX_BITS: u32 = 4096;
const MAX_DIVISOR_BITS: u32 = 512;

/// The numbers of a key. The arithmetic is set up only when there is a signature: a file may hold many keys.
#[derive(Clone, Debug)]
pub(super) struct Key {
    p: Vec<u8>,
    q: Vec<u8>,
    g: Vec<u8>,
    y: Vec<u8>,
}

impl Key {
    /// Reads Dss-Parms and DSAPublicKey (RFC 3279 section 2.3.2).
    pub(super) fn parse(parameters: Option<Element>, key: &[u8]) -> Result<Self, KeyError> {
        let mut fields = parameters.ok_or(BerError::Missing(Tag::SEQUENCE))?.expect_der(Tag::SEQUENCE)?.children();
        let mut next = || integer(&mut fields).map(|number| magnitude(number).to_vec());
        let (p, q, g) = (next()?, next()?, next()?);
        Ok(Self { p, q, g, y: magnitude(integer(&mut Reader::new(key))?).to_vec() })
    }

    /// The key, ready for a signature; nothing where the numbers are not those of a key, which Java does not look at.
    /// Any sizes are taken, as Java takes them, as long as the arithmetic works: FIPS 186-4 has four pairs only.
    fn ready(&self) -> Option<VerifyingKey> {
        let (bits, q_bits) = (bit_length(&self.p), bit_length(&self.q));
        // The crate multiplies two numbers below q in the width of p.
        if bits > MAX_BITS || !(8..=MAX_DIVISOR_BITS.min(bits / 2)).contains(&q_bits) {
            return None;
        }
        let width = self.p.len() as u32 * 8;
        let number = |bytes| BoxedUint::from_be_slice(bytes, width).ok();
        let q = BoxedUint::from_be_slice_vartime(&self.q);
        let components = Components::from_components_unchecked(number(&self.p)?, q, number(&self.g)?).ok()?;
        VerifyingKey::from_components(components, number(&self.y)?).ok()
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let (r, s) = signature_numbers(signature)?;
        let key = self.ready().ok_or(KeyError::Mismatch)?;
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
