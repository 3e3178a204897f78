use ecdsa::elliptic_curve::{CurveArithmetic, FieldBytes, FieldBytesSize, ProjectivePoint, sec1::ModulusSize};
use ecdsa::{EcdsaCurve, Signature, hazmat::verify_prehashed};
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;

use super::{KeyError, bit_length, signature_numbers};
use crate::signing::asn1::ber::{BerError, Element, Tag, magnitude};
use crate::signing::asn1::oid;

/// A point on one of the three curves that Java's EC provider computes with; none where the point is not on its curve,
/// which Java notices only when it holds a signature against the key. Of the other curves it knows the names, and takes
/// certificates for keys on them: they may stand beside a signer's own.
#[derive(Clone, Debug)]
pub(super) enum Key {
    P256(Option<ProjectivePoint<NistP256>>),
    P384(Option<ProjectivePoint<NistP384>>),
    P521(Option<ProjectivePoint<NistP521>>),
    Other(String, oid::Field),
}

impl Key {
    /// Reads a named curve and an ECPoint (RFC 5480 section 2). As with Java, a curve must be named rather than
    /// written out in its parameters, and a point must be uncompressed.
    pub(super) fn parse(parameters: Option<Element>, point: &[u8]) -> Result<Self, KeyError> {
        let parameters = parameters.ok_or(BerError::Missing(Tag::OBJECT_IDENTIFIER))?;
        if parameters.tag == Tag::SEQUENCE {
            return Err(KeyError::Unsupported("EC with explicit parameters".to_owned()));
        }
        let name = parameters.strict_object_identifier()?;
        let unknown = || KeyError::Unsupported(format!("EC on curve {name}"));
        let (field, bits) = oid::curve(&name).ok_or_else(unknown)?;
        if point.first() != Some(&UNCOMPRESSED) {
            return Err(KeyError::Malformed("the EC point is not uncompressed"));
        }
        // Java halves what follows the first octet, and leaves an odd one at the end alone.
        let coordinate = bits.div_ceil(8) as usize;
        if (point.len() - 1) / 2 != coordinate {
            return Err(KeyError::Malformed("the EC point is not of the curve's size"));
        }
        let point = &point[..1 + 2 * coordinate];
        Ok(match name.as_str() {
            oid::P256 => Self::P256(parse_point::<NistP256>(point)),
            oid::P384 => Self::P384(parse_point::<NistP384>(point)),
            oid::P521 => Self::P521(parse_point::<NistP521>(point)),
            _ => Self::Other(name, field),
        })
    }

    pub(super) fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let (r, s) = signature_numbers(signature)?;
        // A number that lacks its leading zero is read as positive.
        let (r, s) = (magnitude(r), magnitude(s));
        match self {
            Self::P256(point) => verify::<NistP256>(point.as_ref(), digest, r, s),
            Self::P384(point) => verify::<NistP384>(point.as_ref(), digest, r, s),
            Self::P521(point) => verify::<NistP521>(point.as_ref(), digest, r, s),
            Self::Other(name, oid::Field::Prime) => Err(KeyError::Unsupported(format!("EC on curve {name}"))),
            Self::Other(_, oid::Field::Binary) => Err(KeyError::Mismatch),
        }
    }
}

/// The first octet of an uncompressed point (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 0x04;

fn parse_point<C>(point: &[u8]) -> Option<ProjectivePoint<C>>
where
    C: EcdsaCurve + CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    ecdsa::elliptic_curve::AffinePoint<C>:
        ecdsa::elliptic_curve::sec1::FromSec1Point<C> + ecdsa::elliptic_curve::sec1::ToSec1Point<C>,
{
    let key = ecdsa::VerifyingKey::<C>::from_sec1_bytes(point).ok()?;
    Some((*key.as_affine()).into())
}

/// The curve's own `PrehashVerifier` refuses digests of less than half the curve's size, such as SHA-256 with P-521,
/// which Android accepts: the primitive below it takes any.
fn verify<C>(point: Option<&ProjectivePoint<C>>, digest: &[u8], r: &[u8], s: &[u8]) -> Result<(), KeyError>
where
    C: EcdsaCurve + CurveArithmetic,
    ecdsa::SignatureSize<C>: ecdsa::elliptic_curve::array::ArraySize,
{
    let field = |number: &[u8]| {
        let mut bytes = FieldBytes::<C>::default();
        let start = bytes.len().checked_sub(number.len()).ok_or(KeyError::Mismatch)?;
        bytes[start..].copy_from_slice(number);
        Ok::<_, KeyError>(bytes)
    };
    let signature = Signature::<C>::from_scalars(field(r)?, field(s)?).map_err(|_| KeyError::Mismatch)?;
    verify_prehashed(point.ok_or(KeyError::Mismatch)?, digest, &signature).map_err(|_| KeyError::Mismatch)
}

/// The size of the curve's field: of a named curve, or of the prime in explicit parameters (RFC 3279 section 2.3.5).
pub(super) fn bits(parameters: Option<Element>) -> Option<u32> {
    let parameters = parameters?;
    if let Ok(curve) = parameters.object_identifier() {
        return oid::curve(&curve).map(|(_, bits)| bits);
    }
    let mut fields = parameters.expect(Tag::SEQUENCE).ok()?.children();
    fields.expect(Tag::INTEGER).ok()?;
    let mut field = fields.expect(Tag::SEQUENCE).ok()?.children();
    let kind = field.next().ok()??.object_identifier().ok()?;
    (kind == oid::PRIME_FIELD).then(|| field.expect(Tag::INTEGER).ok().map(|prime| bit_length(prime.contents)))?
}
