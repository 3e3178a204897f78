//! X.509 certificates (RFC 5280) as Android takes them: bytes in, facts out.
//!
//! A certificate on an app is a container for a public key: Android checks neither who issued it, nor its dates, nor
//! its own signature, so that any algorithm may stand there. It need not be DER either: where Java's strict reader
//! fails, apksig reads the certificate again as BER, and so does this module from the start.

mod strict;
mod text;
mod time;

use std::borrow::Cow;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::algorithm_identifier::AlgorithmIdentifier;
use super::ber::{BerError, Element, Tag, minimal};
use super::canonical_name::CanonicalName;
use super::distinguished_name::DistinguishedName;
use super::key::SubjectPublicKeyInfo;
use super::oid;
use crate::hex::hex;
use crate::signing::known_keys;
use crate::signing::model::{Certificate, PublicKey};

/// A certificate in its parts, in the encoding that was found.
#[derive(Clone, Debug)]
pub struct X509<'a> {
    /// The whole certificate.
    pub encoded: &'a [u8],
    /// The contents of the serial number, a two's complement number.
    pub serial: &'a [u8],
    /// The issuer's Name.
    pub issuer: Element<'a>,
    /// The subject's Name.
    pub subject: Element<'a>,
    /// The SubjectPublicKeyInfo, encoded.
    pub spki: &'a [u8],
    version: Option<Element<'a>>,
    inner_signature_algorithm: Element<'a>,
    validity: Element<'a>,
    unique_ids: [Option<Element<'a>>; 2],
    extensions: Option<Element<'a>>,
    signature_algorithm: Element<'a>,
    signature: Element<'a>,
}

/// Why a certificate could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is not BER, or not a certificate.
    #[error(transparent)]
    Encoding(#[from] BerError),
    /// A field is not as X.509 wants it.
    #[error("{0}")]
    Field(&'static str),
}

impl<'a> X509<'a> {
    /// Splits a certificate; bytes after its end are left alone.
    ///
    /// # Errors
    /// When there is no whole certificate at the start of `bytes`.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CertificateError> {
        let certificate = Element::parse(bytes)?.expect(Tag::SEQUENCE)?;
        let mut outer = certificate.children();
        let mut tbs = outer.expect(Tag::SEQUENCE)?.children();
        let version = tbs.optional(Tag::context(0))?;
        let serial = tbs.expect(Tag::INTEGER)?.contents;
        let inner_signature_algorithm = tbs.expect(Tag::SEQUENCE)?;
        let issuer = tbs.expect(Tag::SEQUENCE)?;
        let validity = tbs.expect(Tag::SEQUENCE)?;
        let subject = tbs.expect(Tag::SEQUENCE)?;
        let spki = tbs.expect(Tag::SEQUENCE)?.encoded;
        let unique_ids = [tbs.optional(Tag::context(1))?, tbs.optional(Tag::context(2))?];
        let extensions = tbs.optional(Tag::context(3))?;
        let signature_algorithm = outer.expect(Tag::SEQUENCE)?;
        let signature = outer.expect(Tag::BIT_STRING)?;
        Ok(Self {
            encoded: certificate.encoded,
            serial,
            issuer,
            subject,
            spki,
            version,
            inner_signature_algorithm,
            validity,
            unique_ids,
            extensions,
            signature_algorithm,
            signature,
        })
    }

    /// The same, and refuses what Java's reader refuses even after apksig has written the certificate anew in DER.
    ///
    /// # Errors
    /// As [`Self::parse`], and when a field is not as Java wants it.
    pub fn parse_as_java(bytes: &'a [u8]) -> Result<Self, CertificateError> {
        let certificate = Self::parse(bytes)?;
        strict::check(&certificate)?;
        Ok(certificate)
    }

    /// The SubjectPublicKeyInfo, however it is encoded here, in the encoding that is compared: two certificates for one key
    /// have the same.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn encoded_key(&self) -> Result<Vec<u8>, BerError> {
        Ok(SubjectPublicKeyInfo::parse(self.spki)?.encode())
    }

    /// Whether it is the one of this issuer with this serial number, which is the contents of an INTEGER.
    pub fn is_named(&self, serial: &[u8], issuer: &CanonicalName) -> bool {
        minimal(self.serial) == minimal(serial)
            && CanonicalName::of_certificate(self.issuer).is_ok_and(|own| own == *issuer)
    }

    /// Whether its key may make digital signatures. Where the certificate does not say, it may.
    pub fn may_sign(&self) -> bool {
        /// The bits digitalSignature and nonRepudiation of KeyUsage (RFC 5280 section 4.2.1.3).
        const SIGNATURE_BITS: u8 = 0xC0;
        match self.extension(strict::KEY_USAGE).and_then(strict::key_usage) {
            Some(usage) => usage & SIGNATURE_BITS != 0,
            None => true,
        }
    }

    /// Whether it has a critical extension that Java, and so apksig, does not know.
    pub fn has_unknown_critical_extension(&self) -> bool {
        self.find_extension(|extension| extension.critical && !strict::is_known(&extension.oid)).is_some()
    }

    /// The contents of an extension's value, if the certificate has the extension.
    pub fn extension(&self, oid: &str) -> Option<&'a [u8]> {
        self.find_extension(|extension| extension.oid == oid).map(|extension| extension.value)
    }

    fn find_extension(&self, wanted: impl Fn(&Extension) -> bool) -> Option<Extension<'a>> {
        self.extensions().ok()??.into_iter().find(wanted)
    }

    /// The extensions, where there are any.
    ///
    /// A value among them that is no sequence makes apksig pass over the whole optional field (its
    /// `Asn1BerParser.parseSequence` takes an unexpected tag for an absent field), and write the certificate anew without
    /// it: Java then accepts the certificate, as one without extensions.
    fn extensions(&self) -> Result<Option<Vec<Extension<'a>>>, CertificateError> {
        let Some(field) = self.extensions else { return Ok(None) };
        // apksig takes any tag for the list.
        let mut list = field.children().next()?.ok_or(BerError::Missing(Tag::SEQUENCE))?.children();
        let mut extensions = Vec::new();
        while let Some(extension) = list.next()? {
            if extensions.len() == MAX_EXTENSIONS {
                return Err(CertificateError::Field("there are too many extensions"));
            }
            match extension.tag {
                Tag::SEQUENCE => extensions.push(Extension::parse(extension)?),
                // Java takes a set for a sequence here.
                Tag::SET => match Extension::parse(extension) {
                    Ok(extension) => extensions.push(extension),
                    Err(_) => return Ok(None),
                },
                _ => return Ok(None),
            }
        }
        Ok(Some(extensions))
    }
}

/// The most extensions of one certificate. Real ones have fewer than twenty.
const MAX_EXTENSIONS: usize = 200;

/// One extension (RFC 5280 section 4.1).
struct Extension<'a> {
    oid: String,
    critical: bool,
    value: &'a [u8],
}

impl<'a> Extension<'a> {
    fn parse(extension: Element<'a>) -> Result<Self, BerError> {
        let mut fields = extension.children();
        let oid = fields.expect(Tag::OBJECT_IDENTIFIER)?.object_identifier()?;
        let critical = match fields.optional(Tag::BOOLEAN)? {
            Some(critical) => critical.boolean()?,
            None => false,
        };
        let value = fields.expect(Tag::OCTET_STRING)?.contents;
        Ok(Self { oid, critical, value })
    }
}

/// A certificate as it is stored, out of its text where it is stored as one.
pub fn from_stored(stored: &[u8]) -> Cow<'_, [u8]> {
    text::decode(stored).map_or(Cow::Borrowed(stored), Cow::Owned)
}

/// Everything that the report says about a certificate. The digests are always told, as the digests of `stored`, or of
/// the certificate in it where that is a text; what cannot be read stays empty.
pub fn facts(stored: &[u8]) -> Certificate {
    let bytes = &from_stored(stored)[..];
    let mut facts = Certificate {
        sha1: hex(&Sha1::digest(bytes)),
        sha256: hex(&Sha256::digest(bytes)),
        md5: hex(&Md5::digest(bytes)),
        ..Certificate::default()
    };
    let Ok(certificate) = X509::parse(bytes) else { return facts };
    if let Ok(subject) = DistinguishedName::parse(certificate.subject) {
        facts.subject = subject.text;
        facts.common_names = subject.common_names;
        facts.organizations = subject.organizations;
    }
    facts.issuer = DistinguishedName::parse(certificate.issuer).map(|issuer| issuer.text).unwrap_or_default();
    facts.serial = serial_text(certificate.serial);
    let mut validity = certificate.validity.children();
    let mut next_time = || time::text(validity.next().ok()??);
    facts.not_before = next_time().unwrap_or_default();
    facts.not_after = next_time().unwrap_or_default();
    facts.signature_algorithm = algorithm_name(certificate.signature_algorithm).unwrap_or_default();
    // Of what cannot be read, the digest is that of its octets.
    let encoded_key = certificate.encoded_key().unwrap_or_else(|_| certificate.spki.to_vec());
    facts.key.sha256 = hex(&Sha256::digest(encoded_key));
    if let Ok(spki) = SubjectPublicKeyInfo::parse(certificate.spki) {
        let (algorithm, bits) = spki.describe();
        facts.key = PublicKey { algorithm: algorithm.to_owned(), bits, sha256: facts.key.sha256 };
    }
    facts.public_private_key = known_keys::about(&facts);
    facts
}

fn algorithm_name(identifier: Element) -> Option<String> {
    let oid = AlgorithmIdentifier::parse(identifier).ok()?.oid;
    Some(oid::signature_algorithm_name(&oid).map_or(oid, str::to_owned))
}

/// The longest serial number that is written out, in bytes. RFC 5280 allows 20.
const MAX_SERIAL_BYTES: usize = 128;

/// A serial number in hexadecimal, with a minus sign where it is negative: Java writes both so.
fn serial_text(contents: &[u8]) -> String {
    let contents = &contents[..contents.len().min(MAX_SERIAL_BYTES)];
    let negative = contents.first().is_some_and(|first| first & 0x80 != 0);
    let mut magnitude = contents.to_vec();
    if negative {
        let mut carry = true;
        for byte in magnitude.iter_mut().rev() {
            (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
        }
    }
    let digits = hex(&magnitude);
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    format!("{}{digits}", if negative { "-" } else { "" })
}

#[cfg(test)]
mod tests;
