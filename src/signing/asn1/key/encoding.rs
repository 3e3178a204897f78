//! The encoding of a key that is compared with a signer's record of it.

use super::super::ber::{BerError, Element, Reader, Tag, der, minimal};
use super::super::oid;
use super::SubjectPublicKeyInfo;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const NULL: [u8; 2] = [0x05, 0x00];

impl SubjectPublicKeyInfo<'_> {
    /// The key as apksig writes it before it compares it with a signer's record (`ApkSigningBlockUtils.encodePublicKey`):
    /// as Java writes it (`sun.security.x509.X509Key.encode`), with the shortest lengths and NULL where the algorithm has no
    /// parameters; and an RSA key whose modulus lacks its leading zero with that zero, as Android's providers write it.
    pub(in crate::signing) fn encode(&self) -> Vec<u8> {
        let parameters = self.written.map_or(NULL.to_vec(), |parameters| parameters.rewritten());
        let identifier = der(OBJECT_IDENTIFIER, &without_padding(self.algorithm_octets));
        let algorithm = der(SEQUENCE, &[identifier, parameters].concat());
        let is_rsa = matches!(self.algorithm.as_str(), oid::RSA | oid::RSA_X509 | oid::PKCS1);
        let positive = if is_rsa { positive_rsa_key(&self.key).ok().flatten() } else { None };
        let key = positive.as_deref().unwrap_or(&self.key);
        der(SEQUENCE, &[algorithm, der(BIT_STRING, &[&[self.unused_bits], key].concat())].concat())
    }
}

/// The components of an object identifier in as few octets as there can be.
fn without_padding(octets: &[u8]) -> Vec<u8> {
    const MORE: u8 = 0x80;
    let mut written: Vec<u8> = Vec::with_capacity(octets.len());
    for &octet in octets {
        let starts = written.last().is_none_or(|last| last & MORE == 0);
        if !(starts && octet == MORE) {
            written.push(octet);
        }
    }
    written
}

/// An RSAPublicKey (RFC 8017 appendix A.1.1) anew, with a leading zero before its modulus; none when the modulus is not
/// negative. As in apksig, the exponent stays as negative as it may be.
fn positive_rsa_key(key: &[u8]) -> Result<Option<Vec<u8>>, BerError> {
    let mut fields = Element::parse(key)?.expect(Tag::SEQUENCE)?.children();
    let modulus = fields.expect(Tag::INTEGER)?.contents;
    let exponent = fields.expect(Tag::INTEGER)?.contents;
    if modulus.first().is_none_or(|first| first & 0x80 == 0) {
        return Ok(None);
    }
    let modulus = der(INTEGER, &[&[0], minimal(modulus)].concat());
    Ok(Some(der(SEQUENCE, &[modulus, der(INTEGER, minimal(exponent))].concat())))
}

/// Whether Java reads the record of a key as it stands there (`sun.security.x509.X509Key.decode`): unlike a certificate's
/// key, nobody writes it anew before. What follows the whole is left alone.
pub(super) fn is_record(record: &[u8]) -> Result<bool, BerError> {
    let spki = Element::parse(record)?.expect_form(Tag::SEQUENCE)?;
    let mut fields = spki.children();
    let mut identifier: Reader = fields.expect(Tag::SEQUENCE)?.expect_form(Tag::SEQUENCE)?.children();
    identifier.expect(Tag::OBJECT_IDENTIFIER)?.strict_object_identifier()?;
    identifier.next()?;
    fields.expect(Tag::BIT_STRING)?.expect_form(Tag::BIT_STRING)?;
    let ends = identifier.rest().is_empty() && fields.rest().is_empty();
    Ok(ends && (spki.has_der_length() || spki.is_indefinite()))
}
