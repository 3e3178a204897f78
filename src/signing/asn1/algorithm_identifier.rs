//! AlgorithmIdentifier (RFC 5280 section 4.1.1.2): which algorithm a key, a digest or a signature is of.

use super::ber::{BerError, Element, Tag};

/// An algorithm and its parameters.
#[derive(Clone, Debug)]
pub struct AlgorithmIdentifier<'a> {
    /// The algorithm's object identifier.
    pub oid: String,
    /// The same in octets.
    pub oid_octets: &'a [u8],
    /// The first value of a universal type behind it. apksig reads its optional fields so, and passes over values of
    /// other kinds when it writes a certificate anew for Java, whose own reader takes one value at most.
    pub parameters: Option<Element<'a>>,
    /// The one value behind it, of whatever type, where there is one: what Java takes for the parameters as long as nothing
    /// makes apksig write the certificate anew.
    pub only_value: Option<Element<'a>>,
}

impl<'a> AlgorithmIdentifier<'a> {
    /// Reads one.
    ///
    /// # Errors
    /// When it is something else, or when what precedes the parameters cannot be read.
    pub fn parse(identifier: Element<'a>) -> Result<Self, BerError> {
        let mut fields = identifier.expect(Tag::SEQUENCE)?.children();
        let identifier = fields.expect(Tag::OBJECT_IDENTIFIER)?;
        let oid = identifier.object_identifier()?;
        let mut behind = fields.clone();
        let only_value = behind.next()?.filter(|_| behind.rest().is_empty());
        Ok(Self { oid, oid_octets: identifier.contents, parameters: fields.find(|tag| tag.class == 0)?, only_value })
    }

    /// The parameters; NULL is the same as none, for Java (`sun.security.x509.AlgorithmId.parse`).
    ///
    /// # Errors
    /// When there is something in the NULL, or when their length is not stated.
    pub fn parameters_but_null(&self) -> Result<Option<Element<'a>>, BerError> {
        match self.parameters {
            Some(parameters) if !parameters.is_plain() || parameters.is_indefinite() => {
                Err(BerError::Malformed(parameters.tag))
            }
            Some(null) if null.tag == Tag::NULL && !null.constructed => match null.contents {
                [] => Ok(None),
                _ => Err(BerError::Malformed(Tag::NULL)),
            },
            parameters => Ok(parameters),
        }
    }
}
