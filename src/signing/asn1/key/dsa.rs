use dsa::signature::hazmat::PrehashVerifier;
use dsa::{BoxedUint, Components, Signature, VerifyingKey};

use super::{KeyError, bit_length, integer, signature_numbers};
use crate::signing::asn1::ber::{BerError, Element, Reader, Tag, magnitude, minimal};

/// The largest prime and divisor that are computed with, in bits. FIPS 186-4 ends at 3072 and 256, and so do Java's
/// tools; Java itself states no limit, but a verification with larger numbers takes seconds.
const MAX_BITS: u32 = 4096;
const MAX_DIVISOR_BITS: u32 = 512;

/// The numbers of a key, as the contents of INTEGERs. The arithmetic is set up only when there is a signature: a file
/// may hold many keys.
#[derive(Clone, Debug)]
pub(super) struct Key {
    domain: Option<Domain>,
    y: Vec<u8>,
}

/// The numbers that keys may share.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    p: Vec<u8>,
    q: Vec<u8>,
    g: Vec<u8>,
}

impl Domain {
    /// Reads Dss-Parms (RFC 3279 section 2.3.2).
    fn parse(parameters: Element) -> Result<Self, KeyError> {
        let mut fields = parameters.expect_form(Tag::SEQUENCE)?.children();
        let mut next = || integer(&mut fields).map(<[u8]>::to_vec);
        let domain = Self { p: next()?, q: next()?, g: next()? };
        if !fields.rest().is_empty() {
            return Err(BerError::Malformed(Tag::SEQUENCE).into());
        }
        Ok(domain)
    }
}

impl Key {
    /// Reads the parameters and a DSAPublicKey (RFC 3279 section 2.3.2), behind which anything may stand.
    pub(super) fn parse(parameters: Option<Element>, key: &[u8]) -> Result<Self, KeyError> {
        let domain = parameters.map(Domain::parse).transpose()?;
        Ok(Self { domain, y: integer(&mut Reader::new(key))?.to_vec() })
    }

    /// The parameters. Java takes a certificate whose key has none, and then no signature for that key.
    pub(super) fn domain(&self) -> Result<&Domain, KeyError> {
        self.domain.as_ref().ok_or(KeyError::Malformed("the DSA key has no parameters"))
    }

    /// The key, ready for a signature; nothing where the numbers are not those of a key, which Java does not look at.
    /// Any sizes are taken, as Java takes them, as long as the arithmetic works: FIPS 186-4 has four pairs only.
    fn ready(&self) -> Option<VerifyingKey> {
        let Domain { p, q, g } = self.domain.as_ref()?;
        if [p, q, g, &self.y].iter().any(|number| is_negative(number)) {
            return None;
        }
        let (bits, q_bits) = (bit_length(p), bit_length(q));
        // The crate multiplies two numbers below q in the width of p.
        if bits > MAX_BITS || !(8..=MAX_DIVISOR_BITS.min(bits / 2)).contains(&q_bits) {
            return None;
        }
        let width = magnitude(p).len() as u32 * 8;
        let number = |contents| BoxedUint::from_be_slice(magnitude(contents), width).ok();
        let q = BoxedUint::from_be_slice_vartime(magnitude(q));
        let components = Components::from_components_unchecked(number(p)?, q, number(g)?).ok()?;
        VerifyingKey::from_components(components, number(&self.y)?).ok()
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let q = &self.domain()?.q;
        let (r, s) = signature_numbers(signature)?;
        // Java writes a negative number anew, and then reads it as positive.
        let (r, s) = (magnitude(minimal(r)), magnitude(minimal(s)));
        if is_negative(q) || [r, s].iter().any(|number| number.is_empty() || !is_below(number, magnitude(q))) {
            return Err(KeyError::SignatureEncoding);
        }
        let number = BoxedUint::from_be_slice_vartime;
        let signature = Signature::from_components(number(r), number(s)).ok_or(KeyError::SignatureEncoding)?;
        let key = self.ready().ok_or(KeyError::Mismatch)?;
        key.verify_prehash(digest, &signature).map_err(|_| KeyError::Mismatch)
    }
}

fn is_negative(contents: &[u8]) -> bool {
    contents.first().is_some_and(|first| first & 0x80 != 0)
}

/// Whether a magnitude is smaller than another.
fn is_below(number: &[u8], limit: &[u8]) -> bool {
    (number.len(), number) < (limit.len(), limit)
}

/// The size of the prime, however odd the rest of the key is.
pub(super) fn bits(parameters: Option<Element>) -> Option<u32> {
    let prime = parameters?.expect(Tag::SEQUENCE).ok()?.children().expect(Tag::INTEGER).ok()?;
    Some(bit_length(prime.contents))
}
