//! A reader of ASN.1 Basic Encoding Rules (ITU-T X.690), of which DER is the strict part.
//!
//! Signature blocks and certificates on Android need not be DER: AOSP's apksig reads them with a BER reader of its own
//! (`internal/asn1/ber/ByteBufferBerDataValueReader`), and signing tools have written indefinite lengths, padded
//! integers and sets out of order. The crate `der` refuses all of those, so this module reads what apksig reads, with
//! its limits: tag numbers of at most 31 bits, lengths of at most four bytes and 31 bits.

mod write;

use std::borrow::Cow;
use std::fmt;

pub use write::der;

/// How deep values of indefinite length may be nested. Each level is walked again for its contents, so that the depth
/// bounds the work; apksig recurses until the stack ends.
pub const MAX_INDEFINITE_DEPTH: usize = 32;

/// Why bytes are not BER, or not the BER that was looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BerError {
    /// The bytes end inside a value.
    #[error("the data ends inside a value")]
    Truncated,
    /// A tag number or a length is larger than apksig reads.
    #[error("a tag or a length is too large")]
    TooLarge,
    /// Values of indefinite length are nested more than [`MAX_INDEFINITE_DEPTH`] deep.
    #[error("values of unstated length are nested too deeply")]
    TooDeep,
    /// Another value than the expected one.
    #[error("found {found} where {expected} should stand")]
    Unexpected {
        /// What the structure has there.
        expected: Tag,
        /// What the bytes have there.
        found: Tag,
    },
    /// The structure ends before the expected value.
    #[error("{0} is missing")]
    Missing(Tag),
    /// The contents of a value do not fit its type.
    #[error("a malformed {0}")]
    Malformed(Tag),
}

/// The identifier of a value: its class and number. Whether its encoding is constructed is told by
/// [`Element::constructed`], which apksig does not look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// 0 universal, 1 application, 2 context-specific, 3 private.
    pub class: u8,
    /// The tag number.
    pub number: u32,
}

impl Tag {
    /// A universal type (X.680 section 8.6).
    pub const fn universal(number: u32) -> Self {
        Self { class: 0, number }
    }

    /// A context-specific tag, `[number]` in ASN.1 notation.
    pub const fn context(number: u32) -> Self {
        Self { class: 2, number }
    }

    /// BOOLEAN.
    pub const BOOLEAN: Self = Self::universal(1);
    /// INTEGER.
    pub const INTEGER: Self = Self::universal(2);
    /// BIT STRING.
    pub const BIT_STRING: Self = Self::universal(3);
    /// OCTET STRING.
    pub const OCTET_STRING: Self = Self::universal(4);
    /// OBJECT IDENTIFIER.
    pub const OBJECT_IDENTIFIER: Self = Self::universal(6);
    /// NULL.
    pub const NULL: Self = Self::universal(5);
    /// UTF8String.
    pub const UTF8_STRING: Self = Self::universal(12);
    /// PrintableString.
    pub const PRINTABLE_STRING: Self = Self::universal(19);
    /// SEQUENCE and SEQUENCE OF.
    pub const SEQUENCE: Self = Self::universal(16);
    /// SET and SET OF.
    pub const SET: Self = Self::universal(17);
    /// UTCTime.
    pub const UTC_TIME: Self = Self::universal(23);
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: Self = Self::universal(24);
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let name = match *self {
            Self::BOOLEAN => "BOOLEAN",
            Self::INTEGER => "INTEGER",
            Self::BIT_STRING => "BIT STRING",
            Self::OCTET_STRING => "OCTET STRING",
            Self::OBJECT_IDENTIFIER => "OBJECT IDENTIFIER",
            Self::SEQUENCE => "SEQUENCE",
            Self::SET => "SET",
            Self::UTC_TIME => "UTCTime",
            Self::GENERALIZED_TIME => "GeneralizedTime",
            Self { class, number } => {
                let class = ["UNIVERSAL ", "APPLICATION ", "", "PRIVATE "][usize::from(class & 3)];
                return write!(formatter, "[{class}{number}]");
            }
        };
        formatter.write_str(name)
    }
}

/// One value: identifier, length and contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// What it is.
    pub tag: Tag,
    /// Whether its contents are values themselves, as its encoding says.
    pub constructed: bool,
    /// Everything, from the identifier to the end of the contents (and the end-of-contents octets).
    pub encoded: &'a [u8],
    /// The contents alone.
    pub contents: &'a [u8],
}

impl<'a> Element<'a> {
    /// Reads the value at the start of `bytes`; bytes past its end are not looked at.
    ///
    /// # Errors
    /// When there is no whole value there.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BerError> {
        Reader::new(bytes).next()?.ok_or(BerError::Truncated)
    }

    /// The values in this one's contents.
    pub fn children(&self) -> Reader<'a> {
        Reader::new(self.contents)
    }

    /// This value, if it is a `tag`.
    ///
    /// # Errors
    /// [`BerError::Unexpected`].
    pub fn expect(self, tag: Tag) -> Result<Self, BerError> {
        match self.tag == tag {
            true => Ok(self),
            false => Err(BerError::Unexpected { expected: tag, found: self.tag }),
        }
    }

    /// The contents of an OBJECT IDENTIFIER in dotted form. Padded components are read as their value, as apksig does.
    ///
    /// # Errors
    /// When it is something else, is empty, ends inside a component, or has one of more than 63 bits.
    pub fn object_identifier(&self) -> Result<String, BerError> {
        let malformed = BerError::Malformed(Tag::OBJECT_IDENTIFIER);
        let contents = self.expect(Tag::OBJECT_IDENTIFIER)?.contents;
        if contents.is_empty() || contents.len() > MAX_OBJECT_IDENTIFIER_BYTES {
            return Err(malformed);
        }
        let mut text = String::new();
        let mut component = 0u64;
        let mut within = false;
        for &byte in contents {
            if component > (i64::MAX as u64) >> 7 {
                return Err(malformed);
            }
            component = component << 7 | u64::from(byte & 0x7F);
            within = byte & 0x80 != 0;
            if within {
                continue;
            }
            if text.is_empty() {
                let first = (component / 40).min(2);
                text = format!("{first}.{}", component - first * 40);
            } else {
                text = format!("{text}.{component}");
            }
            component = 0;
        }
        if within { Err(malformed) } else { Ok(text) }
    }

    /// Whether the length is written as DER wants it: definite, and in the fewest octets. For tags below 31 only, which
    /// are all that signatures and certificates have.
    pub fn has_der_length(&self) -> bool {
        let length = self.contents.len();
        self.encoded.get(1..self.encoded.len() - length) == Some(&write::length_octets(length)[..])
    }

    /// This value, if it is a `tag` and constructed where values of its type are, however its length is written: what
    /// Java takes where it takes BER (`sun.security.util.DerValue`).
    ///
    /// # Errors
    /// When it is something else, or when its constructed bit is not that of its type.
    pub fn expect_form(self, tag: Tag) -> Result<Self, BerError> {
        let constructed = matches!(tag, Tag::SEQUENCE | Tag::SET);
        match self.expect(tag)? {
            element if element.constructed == constructed && element.is_plain() => Ok(element),
            _ => Err(BerError::Malformed(tag)),
        }
    }

    /// This value, if it is a `tag` in the encoding that DER has for it.
    ///
    /// # Errors
    /// When it is something else, or when its length or its constructed bit are not DER's.
    pub fn expect_der(self, tag: Tag) -> Result<Self, BerError> {
        match self.expect_form(tag)? {
            element if element.has_der_length() => Ok(element),
            _ => Err(BerError::Malformed(tag)),
        }
    }

    /// Whether Java reads it, whatever it is: with its tag in one octet, and with a stated length unless it is constructed
    /// (`sun.security.util.DerValue`).
    pub fn is_plain(&self) -> bool {
        const HIGH_TAG: u8 = 0x1F;
        let high = self.encoded.first().is_some_and(|identifier| identifier & HIGH_TAG == HIGH_TAG);
        !high && (self.constructed || !self.is_indefinite())
    }

    /// Whether its end is marked rather than its length stated. For tags below 31 only.
    pub fn is_indefinite(&self) -> bool {
        self.encoded.get(1) == Some(&0x80)
    }

    /// The contents of an OBJECT IDENTIFIER, where Java reads it without apksig's help: not constructed, and with no
    /// padded components (`sun.security.util.ObjectIdentifier`).
    ///
    /// # Errors
    /// As [`Self::object_identifier`], and when Java would refuse it.
    pub fn strict_object_identifier(&self) -> Result<String, BerError> {
        const PADDING: u8 = 0x80;
        let contents = self.expect_form(Tag::OBJECT_IDENTIFIER)?.contents;
        let starts = std::iter::once(&0).chain(contents).zip(contents).filter(|(before, _)| **before & 0x80 == 0);
        match starts.into_iter().any(|(_, start)| *start == PADDING) {
            true => Err(BerError::Malformed(Tag::OBJECT_IDENTIFIER)),
            false => self.object_identifier(),
        }
    }

    /// Whether a BOOLEAN is true.
    ///
    /// # Errors
    /// When it is something else, or not of one octet.
    pub fn boolean(&self) -> Result<bool, BerError> {
        match self.expect(Tag::BOOLEAN)?.contents {
            [octet] => Ok(*octet != 0),
            _ => Err(BerError::Malformed(Tag::BOOLEAN)),
        }
    }

    /// The bits of a BIT STRING in octets, unused bits being zero.
    ///
    /// # Errors
    /// When it is something else, or does not say how many bits are unused.
    pub fn bit_string(&self) -> Result<Cow<'a, [u8]>, BerError> {
        match self.expect(Tag::BIT_STRING)?.contents {
            [0, octets @ ..] => Ok(Cow::Borrowed(octets)),
            [unused @ 1..=7, octets @ .., last] => Ok(Cow::Owned([octets, &[last >> unused << unused]].concat())),
            _ => Err(BerError::Malformed(Tag::BIT_STRING)),
        }
    }
}

/// The longest object identifier that is written out: real ones have at most a few dozen bytes.
const MAX_OBJECT_IDENTIFIER_BYTES: usize = 256;

/// Reads one value after the other.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next value, or `None` at the end.
    ///
    /// # Errors
    /// When what follows is not a whole value.
    #[allow(clippy::should_implement_trait)] // An iterator of results would go on after an error.
    pub fn next(&mut self) -> Result<Option<Element<'a>>, BerError> {
        self.next_nested(0)
    }

    /// The next value, which must be a `tag`.
    ///
    /// # Errors
    /// As [`Self::next`], and when it is something else or not there.
    pub fn expect(&mut self, tag: Tag) -> Result<Element<'a>, BerError> {
        self.next()?.ok_or(BerError::Missing(tag))?.expect(tag)
    }

    /// The next value if it is a `tag`; otherwise nothing is read.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, BerError> {
        let mut ahead = self.clone();
        match ahead.next()? {
            Some(element) if element.tag == tag => {
                *self = ahead;
                Ok(Some(element))
            }
            _ => Ok(None),
        }
    }

    /// Reads on to a value that is wanted: an optional last field of a structure. What is passed over must be readable.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn find(&mut self, wanted: impl Fn(Tag) -> bool) -> Result<Option<Element<'a>>, BerError> {
        while let Some(element) = self.next()? {
            if wanted(element.tag) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    fn next_nested(&mut self, depth: usize) -> Result<Option<Element<'a>>, BerError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let start = self.rest;
        let identifier = self.byte()?;
        let number = match u32::from(identifier & 0x1F) {
            0x1F => self.high_tag_number()?,
            number => number,
        };
        let constructed = identifier & 0x20 != 0;
        let contents = match self.byte()? {
            0x80 if constructed => self.nested_until_end(depth)?,
            0x80 => self.octets_until_end()?,
            length @ 0..0x80 => self.take(usize::from(length))?,
            length => {
                let length = self.long_length(usize::from(length & 0x7F))?;
                self.take(length)?
            }
        };
        let encoded = &start[..start.len() - self.rest.len()];
        Ok(Some(Element { tag: Tag { class: identifier >> 6, number }, constructed, encoded, contents }))
    }

    fn byte(&mut self) -> Result<u8, BerError> {
        let (&byte, rest) = self.rest.split_first().ok_or(BerError::Truncated)?;
        self.rest = rest;
        Ok(byte)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], BerError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(BerError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn high_tag_number(&mut self) -> Result<u32, BerError> {
        let mut number = 0u32;
        loop {
            let byte = self.byte()?;
            if number > (i32::MAX as u32) >> 7 {
                return Err(BerError::TooLarge);
            }
            number = number << 7 | u32::from(byte & 0x7F);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
    }

    fn long_length(&mut self, octets: usize) -> Result<usize, BerError> {
        if octets > 4 {
            return Err(BerError::TooLarge);
        }
        let mut length = 0u32;
        for _ in 0..octets {
            let byte = self.byte()?;
            if length > (i32::MAX as u32) >> 8 {
                return Err(BerError::TooLarge);
            }
            length = length << 8 | u32::from(byte);
        }
        Ok(length as usize)
    }

    /// The contents of a primitive value of indefinite length, which X.690 does not allow and apksig reads: up to the
    /// first two zero octets.
    fn octets_until_end(&mut self) -> Result<&'a [u8], BerError> {
        let length = self.rest.windows(2).position(|pair| pair == [0, 0]).ok_or(BerError::Truncated)?;
        let contents = self.take(length)?;
        self.take(2)?;
        Ok(contents)
    }

    /// The contents of a constructed value of indefinite length: whole values up to the end-of-contents octets.
    fn nested_until_end(&mut self, depth: usize) -> Result<&'a [u8], BerError> {
        if depth == MAX_INDEFINITE_DEPTH {
            return Err(BerError::TooDeep);
        }
        let start = self.rest;
        while !self.rest.starts_with(&[0, 0]) {
            self.next_nested(depth + 1)?.ok_or(BerError::Truncated)?;
        }
        let contents = &start[..start.len() - self.rest.len()];
        self.take(2)?;
        Ok(contents)
    }
}

/// An INTEGER's contents without the octets that only carry its sign: the magnitude of a number that is known to be
/// positive, even where its encoding lacks the leading zero and would say that it is negative.
pub fn magnitude(contents: &[u8]) -> &[u8] {
    let zeros = contents.iter().take_while(|&&byte| byte == 0).count();
    &contents[zeros..]
}

/// An INTEGER's contents without redundant sign octets: two numbers are equal when these are. No contents are zero, as
/// for apksig.
pub fn minimal(contents: &[u8]) -> &[u8] {
    let Some(&sign) = contents.first().filter(|first| matches!(first, 0x00 | 0xFF)) else {
        return if contents.is_empty() { &[0] } else { contents };
    };
    let padding = contents.iter().take_while(|&&byte| byte == sign).count();
    match contents.get(padding) {
        Some(next) if (next ^ sign) & 0x80 == 0 => &contents[padding..],
        _ => &contents[padding - 1..],
    }
}

#[cfg(test)]
mod tests;
