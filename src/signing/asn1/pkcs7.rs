//! PKCS #7 SignedData (RFC 2315, RFC 5652), as far as JAR signing uses it: the contents of `META-INF/*.RSA`, `.DSA`
//! and `.EC`.
//!
//! The fields that apksig reads are read as it reads them (`internal/pkcs7`): in BER, with sets in any order, with what
//! follows the last field of a structure left alone, and with a structure that ends early taken as one whose last fields
//! are not set (`Asn1BerParser.parseSequence`).

use super::algorithm_identifier::AlgorithmIdentifier;
use super::ber::{BerError, Element, Reader, Tag, minimal};

/// id-data (RFC 5652 section 4).
pub const DATA: &str = "1.2.840.113549.1.7.1";
/// id-signedData (RFC 5652 section 5).
pub const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// id-contentType (RFC 5652 section 11.1).
pub const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
/// id-messageDigest (RFC 5652 section 11.2).
pub const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";

/// How many certificates and signers one block may name. Real ones name a handful.
pub const MAX_ELEMENTS: usize = 100;

/// Why a signature block could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs7Error {
    /// A structure is not what it should be.
    #[error(transparent)]
    Encoding(#[from] BerError),
    /// The contents are of another type.
    #[error("the contents are of type {0}, not signed data")]
    NotSignedData(String),
    /// A number is not one that fits 32 bits.
    #[error("a version number is malformed")]
    Version,
    /// More than [`MAX_ELEMENTS`] certificates or signers.
    #[error("there are more than {MAX_ELEMENTS} certificates or signers")]
    TooMany,
    /// The value of a signed attribute is not what it should be.
    #[error("a signed attribute's value: {0}")]
    AttributeValue(BerError),
    /// An attribute stands there twice, or has several values.
    #[error("the signed attribute {0} stands there more than once")]
    Duplicate(String),
}

/// What was signed, by whom.
#[derive(Clone, Debug)]
pub struct SignedData<'a> {
    /// The type of the contents, which are not in the block themselves; empty where it is not stated.
    pub content_type: String,
    /// The certificates, encoded, in stored order; none where the field is absent.
    pub certificates: Option<Vec<&'a [u8]>>,
    /// The signers; none for one whose structure ends early, with which apksig does not come to a verdict.
    pub signers: Vec<Option<SignerInfo<'a>>>,
}

/// One signer's signature.
#[derive(Clone, Debug)]
pub struct SignerInfo<'a> {
    /// The issuer of the signer's certificate: should be a Name.
    pub issuer: Element<'a>,
    /// That certificate's serial number: the contents of an INTEGER, where it is stated.
    pub serial: Option<&'a [u8]>,
    /// The digest algorithm's object identifier; empty where it is not stated.
    pub digest_algorithm: String,
    /// The attributes that are signed in the contents' place.
    pub signed_attributes: Option<SignedAttributes<'a>>,
    /// The signature algorithm's object identifier; empty where it is not stated.
    pub signature_algorithm: String,
    /// The signature, where there is one.
    pub signature: Option<&'a [u8]>,
}

/// The signed attributes in the encoding that was found.
#[derive(Clone, Copy, Debug)]
pub struct SignedAttributes<'a>(Element<'a>);

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo with signed data in it. Bytes past its end are left alone.
    ///
    /// # Errors
    /// When a field that apksig needs is missing or malformed.
    pub fn parse(block: &'a [u8]) -> Result<Self, Pkcs7Error> {
        let mut content_info = Element::parse(block)?.expect(Tag::SEQUENCE)?.children();
        let kind = content_info.expect(Tag::OBJECT_IDENTIFIER)?.object_identifier()?;
        let content = content_info.expect(Tag::context(0))?;
        if kind != SIGNED_DATA {
            return Err(Pkcs7Error::NotSignedData(kind));
        }
        let mut fields = content.children().expect(Tag::SEQUENCE)?.children();
        version(&mut fields)?;
        elements(fields.expect(Tag::SET)?, |identifier| Ok(algorithm(identifier.expect(Tag::SEQUENCE)?)?))?;
        let content_type = encapsulated_content_type(fields.expect(Tag::SEQUENCE)?)?;
        let certificates = match fields.optional(Tag::context(0))? {
            Some(set) => Some(elements(set, |certificate| Ok(certificate.encoded))?),
            None => None,
        };
        if let Some(crls) = fields.optional(Tag::context(1))? {
            elements(crls, |_| Ok(()))?;
        }
        let signers = elements(fields.expect(Tag::SET)?, |signer| match SignerInfo::parse(signer) {
            Err(Pkcs7Error::Encoding(BerError::Missing(_))) => Ok(None),
            signer => signer.map(Some),
        })?;
        Ok(Self { content_type, certificates, signers })
    }
}

impl<'a> SignerInfo<'a> {
    fn parse(signer: Element<'a>) -> Result<Self, Pkcs7Error> {
        let mut fields = signer.expect(Tag::SEQUENCE)?.children();
        version(&mut fields)?;
        // The other way to name a certificate, by its subject key identifier, is one that apksig does not read.
        let mut id = fields.expect(Tag::SEQUENCE)?.children();
        let issuer = match id.next()? {
            Some(issuer) if issuer.tag.class == 0 => issuer,
            Some(Element { tag: found, .. }) => {
                return Err(BerError::Unexpected { expected: Tag::SEQUENCE, found }.into());
            }
            None => return Err(BerError::Missing(Tag::SEQUENCE).into()),
        };
        let serial = match id.next()? {
            Some(serial) => Some(serial.expect(Tag::INTEGER)?.contents),
            None => None,
        };
        let digest_algorithm = algorithm(fields.expect(Tag::SEQUENCE)?)?;
        let signed_attributes = fields.optional(Tag::context(0))?.map(SignedAttributes);
        let signature_algorithm = algorithm(fields.expect(Tag::SEQUENCE)?)?;
        let signature = match fields.next()? {
            Some(signature) => Some(signature.expect(Tag::OCTET_STRING)?.contents),
            None => None,
        };
        if let Some(unsigned) = fields.find(|tag| tag == Tag::context(1))? {
            elements(unsigned, attribute)?;
        }
        Ok(Self { issuer, serial, digest_algorithm, signed_attributes, signature_algorithm, signature })
    }
}

impl<'a> SignedAttributes<'a> {
    /// The octets that the signature covers: the attributes as found, but as a SET. RFC 5652 section 5.4 asks for
    /// their DER encoding instead; Android changes nothing else than the identifier, and so does apksig.
    pub fn signed_octets(&self) -> [&'a [u8]; 2] {
        [&[0x31], self.0.encoded.get(1..).unwrap_or_default()]
    }

    /// The value of the content type attribute.
    ///
    /// # Errors
    /// As [`Self::single_value`].
    pub fn content_type(&self) -> Result<Option<String>, Pkcs7Error> {
        let Some(value) = self.single_value(CONTENT_TYPE)? else { return Ok(None) };
        value.object_identifier().map(Some).map_err(Pkcs7Error::AttributeValue)
    }

    /// The value of the message digest attribute.
    ///
    /// # Errors
    /// As [`Self::single_value`].
    pub fn message_digest(&self) -> Result<Option<&'a [u8]>, Pkcs7Error> {
        let Some(value) = self.single_value(MESSAGE_DIGEST)? else { return Ok(None) };
        let digest = value.expect(Tag::OCTET_STRING).map_err(Pkcs7Error::AttributeValue)?;
        Ok(Some(digest.contents))
    }

    /// The one value of an attribute.
    ///
    /// # Errors
    /// When the attributes are malformed, when any stands there twice, or when this one has several values.
    fn single_value(&self, kind: &str) -> Result<Option<Element<'a>>, Pkcs7Error> {
        let mut seen = Vec::new();
        let mut found = None;
        for (oid, values) in elements(self.0, attribute)? {
            if oid == kind {
                found = Some(values);
            }
            if seen.contains(&oid) {
                return Err(Pkcs7Error::Duplicate(oid));
            }
            seen.push(oid);
        }
        let Some(mut values) = found else { return Ok(None) };
        let first = values.next()?;
        match values.next()? {
            Some(_) => Err(Pkcs7Error::Duplicate(kind.to_owned())),
            None => Ok(first),
        }
    }
}

/// An Attribute (RFC 5652 section 5.3): its type and values.
fn attribute(attribute: Element) -> Result<(String, Reader), Pkcs7Error> {
    let mut fields = attribute.expect(Tag::SEQUENCE)?.children();
    let kind = object_identifier(&mut fields)?;
    let Some(values) = fields.next()? else { return Ok((kind, Reader::new(&[]))) };
    elements(values.expect(Tag::SET)?, |_| Ok(()))?;
    Ok((kind, values.children()))
}

/// The elements of a set, whose own tag does not matter where it is implicit.
fn elements<'a, T>(
    set: Element<'a>,
    mut parse: impl FnMut(Element<'a>) -> Result<T, Pkcs7Error>,
) -> Result<Vec<T>, Pkcs7Error> {
    let mut reader = set.children();
    let mut elements = Vec::new();
    while let Some(element) = reader.next()? {
        if elements.len() == MAX_ELEMENTS {
            return Err(Pkcs7Error::TooMany);
        }
        elements.push(parse(element)?);
    }
    Ok(elements)
}

fn version(fields: &mut Reader) -> Result<(), Pkcs7Error> {
    match minimal(fields.expect(Tag::INTEGER)?.contents).len() {
        ..=4 => Ok(()),
        _ => Err(Pkcs7Error::Version),
    }
}

/// The identifier at the start of a structure; empty where nothing stands there.
fn object_identifier(fields: &mut Reader) -> Result<String, BerError> {
    fields.next()?.map_or(Ok(String::new()), |element| element.object_identifier())
}

/// The object identifier of an AlgorithmIdentifier; empty where it is not stated.
fn algorithm(identifier: Element) -> Result<String, BerError> {
    match identifier.contents {
        [] => Ok(String::new()),
        _ => Ok(AlgorithmIdentifier::parse(identifier)?.oid),
    }
}

fn encapsulated_content_type(content: Element) -> Result<String, Pkcs7Error> {
    let mut fields = content.children();
    let oid = object_identifier(&mut fields)?;
    if let Some(content) = fields.find(|tag| tag == Tag::context(0))? {
        content.children().next()?.ok_or(BerError::Truncated)?;
    }
    Ok(oid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A value in DER.
    fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
        let length = contents.len();
        let header = if length < 128 { vec![length as u8] } else { vec![0x82, (length >> 8) as u8, length as u8] };
        [&[tag], &header[..], contents].concat()
    }

    /// A value of indefinite length.
    fn ber(tag: u8, contents: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], contents, &[0, 0]].concat()
    }

    const SIGNED_DATA_OID: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    const DATA_OID: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    const CONTENT_TYPE_OID: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03];
    const DIGEST_OID: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04];

    /// A signature block whose outer structures are made by `wrap`, with `attributes` in its only signer.
    fn block(wrap: fn(u8, &[u8]) -> Vec<u8>, attributes: Option<&[Vec<u8>]>) -> Vec<u8> {
        let algorithm = der(0x30, &der(6, &[0x2A, 3]));
        let id = der(0x30, &[der(0x30, &[]), der(2, &[7])].concat());
        let attributes = attributes.map(|attributes| wrap(0xA0, &attributes.concat())).unwrap_or_default();
        let parts = [der(2, &[1]), id, algorithm.clone(), attributes, algorithm.clone(), der(4, b"signature")];
        let signer = wrap(0x30, &parts.concat());
        let fields = [
            der(2, &[0, 0, 0, 0, 0, 1]),
            wrap(0x31, &algorithm),
            wrap(0x30, &der(6, DATA_OID)),
            wrap(0xA0, &[der(0x30, b""), der(0x30, b"\x05\x00")].concat()),
            wrap(0x31, &signer),
        ];
        wrap(0x30, &[der(6, SIGNED_DATA_OID), wrap(0xA0, &wrap(0x30, &fields.concat()))].concat())
    }

    fn attribute_of(oid: &[u8], values: &[Vec<u8>]) -> Vec<u8> {
        der(0x30, &[der(6, oid), der(0x31, &values.concat())].concat())
    }

    #[test]
    fn definite_and_indefinite_lengths_are_the_same() {
        let attributes =
            [attribute_of(DIGEST_OID, &[der(4, b"d")]), attribute_of(CONTENT_TYPE_OID, &[der(6, DATA_OID)])];
        for wrap in [der, ber] {
            let block = block(wrap, Some(&attributes));
            let data = SignedData::parse(&block).unwrap();
            assert_eq!((data.content_type.as_str(), data.certificates.unwrap().len()), (DATA, 2));
            let [Some(signer)] = &data.signers[..] else { panic!() };
            assert_eq!((signer.serial, signer.signature), (Some(&[7][..]), Some(&b"signature"[..])));
            let signed = signer.signed_attributes.unwrap();
            assert_eq!(signed.content_type().unwrap().as_deref(), Some(DATA));
            assert_eq!(signed.message_digest().unwrap(), Some(&b"d"[..]));
            let octets = signed.signed_octets().concat();
            assert_eq!((octets[0], &octets[1..]), (0x31, &wrap(0xA0, &attributes.concat())[1..]));
        }
    }

    #[test]
    fn attributes_that_stand_twice_or_have_two_values_are_refused() {
        let digest = attribute_of(DIGEST_OID, &[der(4, b"d")]);
        let twice = block(der, Some(&[digest.clone(), digest]));
        let attributes = |block| SignedData::parse(block).unwrap().signers[0].as_ref().unwrap().signed_attributes;
        let signed = attributes(&twice).unwrap();
        assert!(matches!(signed.content_type(), Err(Pkcs7Error::Duplicate(oid)) if oid == MESSAGE_DIGEST));
        let two = block(der, Some(&[attribute_of(DIGEST_OID, &[der(4, b"d"), der(4, b"e")])]));
        let signed = attributes(&two).unwrap();
        assert!(matches!(signed.message_digest(), Err(Pkcs7Error::Duplicate(_))));
        assert_eq!(signed.content_type(), Ok(None));
    }

    #[test]
    fn a_block_cut_short_is_refused_and_other_contents_are_named() {
        let whole = block(der, None);
        assert!(SignedData::parse(&whole).unwrap().signers[0].as_ref().unwrap().signed_attributes.is_none());
        for length in 0..whole.len() {
            assert!(SignedData::parse(&whole[..length]).is_err(), "{length}");
        }
        let other = der(0x30, &[der(6, DATA_OID), der(0xA0, &der(4, b""))].concat());
        assert!(matches!(SignedData::parse(&other), Err(Pkcs7Error::NotSignedData(oid)) if oid == DATA));
    }

    proptest! {
        #[test]
        fn a_changed_block_is_read_or_refused(place in 0usize..150, byte in any::<u8>()) {
            let mut bytes = block(ber, Some(&[attribute_of(DIGEST_OID, &[der(4, b"d")])]));
            let place = place % bytes.len();
            bytes[place] = byte;
            if let Ok(data) = SignedData::parse(&bytes) {
                for signed in data.signers.iter().flatten().filter_map(|signer| signer.signed_attributes) {
                    let _ = (signed.content_type(), signed.message_digest());
                }
            }
        }
    }
}
