//! When two distinguished names are the same: what apksig asks when it looks for the certificate that a signer names, and
//! what Java answers (`javax.security.auth.x500.X500Principal.equals`, `sun.security.x509.X500Name`, JDK 17).
//!
//! Both names are written as text, and the texts compared. The text is no faithful one: case, spaces and Unicode's
//! compatibility forms are lost in it, and so are octets that are no UTF-8, so that what looks different may be the same.

use icu_normalizer::DecomposingNormalizerBorrowed;

use super::ber::{BerError, Element, Tag};
use crate::hex::hex;

/// The attribute types that RFC 2253 section 2.3 names. Their values are compared as text.
const KEYWORDS: [(&str, &str); 9] = [
    ("2.5.4.3", "cn"),
    ("2.5.4.6", "c"),
    ("2.5.4.7", "l"),
    ("2.5.4.8", "st"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "o"),
    ("2.5.4.11", "ou"),
    ("0.9.2342.19200300.100.1.1", "uid"),
    ("0.9.2342.19200300.100.1.25", "dc"),
];

/// The characters that stand behind a backslash in the text.
const ESCAPED: &str = ",+<>;\"\\";

/// How many parts of one name are read, and how many attributes of one part; real ones have seven or so, and one.
const MAX_PARTS: usize = 256;
const MAX_ATTRIBUTES: usize = 256;

/// What is compared of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalName {
    /// How many attributes each part has: the text alone does not tell, because a comma in it may be a character that only
    /// becomes a comma in form NFKD.
    attributes: Vec<usize>,
    /// The text: `X500Principal.getName(CANONICAL)`.
    text: String,
}

/// One attribute, as it is sorted among the others of its part.
struct Attribute {
    has_keyword: bool,
    text: String,
}

impl CanonicalName {
    /// Reads the name in a certificate, which apksig has written anew where Java refused it.
    ///
    /// # Errors
    /// When Java would refuse it all the same, or when it is too large.
    pub fn of_certificate(name: Element) -> Result<Self, BerError> {
        let mut parts = Parts::default();
        let mut sets = name.expect(Tag::SEQUENCE)?.children();
        while let Some(set) = sets.next()? {
            parts.add(part(set.expect(Tag::SET)?, |attribute| {
                let mut fields = attribute.expect(Tag::SEQUENCE)?.children();
                let kind = fields.expect(Tag::OBJECT_IDENTIFIER)?.object_identifier()?;
                let value = fields.next()?.ok_or(BerError::Truncated)?;
                // With more behind it, Java refuses the name, and apksig's reader, which is asked then, values of other
                // than a universal type.
                if !value.is_plain() || value.tag.class != 0 && !fields.rest().is_empty() {
                    return Err(BerError::Malformed(value.tag));
                }
                Ok((kind, value))
            })?)?;
        }
        Ok(parts.join())
    }

    /// Reads the name by which a signer in a signature block names its certificate. Java reads it as it stands.
    ///
    /// # Errors
    /// When Java refuses it, or when it is too large.
    pub fn of_signer(name: Element) -> Result<Self, BerError> {
        let mut parts = Parts::default();
        let mut add = |set: Element| {
            parts.add(part(set.expect_form(Tag::SET)?, |attribute| {
                let mut fields = attribute.expect_form(Tag::SEQUENCE)?.children();
                let kind = fields.next()?.ok_or(BerError::Truncated)?.strict_object_identifier()?;
                let value = fields.next()?.ok_or(BerError::Truncated)?;
                match value.is_plain() && fields.rest().is_empty() {
                    true => Ok((kind, value)),
                    false => Err(BerError::Malformed(Tag::SEQUENCE)),
                }
            })?)
        };
        match name.expect_form(Tag::SEQUENCE) {
            Ok(sequence) => {
                let mut sets = sequence.children();
                while let Some(set) = sets.next()? {
                    add(set)?;
                }
            }
            // Java takes what is no sequence for the contents of one (`X500Name.parseDER`): a name of one part.
            Err(_) => add(name)?,
        }
        Ok(parts.join())
    }

    /// Whether the name says nothing.
    pub fn is_empty(&self) -> bool {
        self.attributes.iter().all(|count| *count == 0)
    }
}

/// The parts of a name, as they stand in it.
#[derive(Default)]
struct Parts(Vec<Vec<Attribute>>);

impl Parts {
    fn add(&mut self, part: Vec<Attribute>) -> Result<(), BerError> {
        if self.0.len() == MAX_PARTS {
            return Err(BerError::TooLarge);
        }
        self.0.push(part);
        Ok(())
    }

    /// The name: the last part first, as RFC 2253 has it.
    fn join(&self) -> CanonicalName {
        let texts = self.0.iter().rev().map(|part| {
            let texts: Vec<&str> = part.iter().map(|attribute| attribute.text.as_str()).collect();
            texts.join("+")
        });
        let text = texts.collect::<Vec<_>>().join(",");
        CanonicalName { attributes: self.0.iter().map(Vec::len).collect(), text }
    }
}

/// The attributes of one part, in Java's order (`sun.security.x509.AVAComparator`).
fn part<'a>(
    set: Element<'a>,
    read: impl Fn(Element<'a>) -> Result<(String, Element<'a>), BerError>,
) -> Result<Vec<Attribute>, BerError> {
    let mut part = Vec::new();
    let mut attributes = set.children();
    while let Some(attribute) = attributes.next()? {
        if part.len() == MAX_ATTRIBUTES {
            return Err(BerError::TooLarge);
        }
        let (kind, value) = read(attribute)?;
        part.push(Attribute::new(&kind, value));
    }
    part.sort_by(|one, other| {
        let by_text = || one.text.encode_utf16().cmp(other.text.encode_utf16());
        other.has_keyword.cmp(&one.has_keyword).then_with(by_text)
    });
    Ok(part)
}

impl Attribute {
    /// Source: `sun.security.x509.AVA.toRFC2253CanonicalString`.
    fn new(kind: &str, value: Element) -> Self {
        let keyword = KEYWORDS.iter().find(|(oid, _)| *oid == kind).map(|(_, keyword)| *keyword);
        // Of the string types, these two are compared as text, and both are read as UTF-8.
        let is_text = matches!(value.tag, Tag::UTF8_STRING | Tag::PRINTABLE_STRING) && !value.constructed;
        let text = match keyword {
            Some(keyword) if is_text => format!("{keyword}={}", comparable(&java_utf8(value.contents))),
            // Any other by its octets.
            _ => format!("{}=#{}", keyword.unwrap_or(kind), hex(&value.rewritten())),
        };
        Self { has_keyword: keyword.is_some(), text }
    }
}

/// What is compared of a text: regardless of its case, of spaces around and repeated within it, and of Unicode's
/// compatibility forms.
fn comparable(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut after_space = false;
    for (place, character) in text.chars().enumerate() {
        if (place == 0 && character == '#') || ESCAPED.contains(character) {
            escaped.push('\\');
        }
        if !(after_space && character == ' ') {
            escaped.push(character);
        }
        after_space = character == ' ';
    }
    let trimmed = escaped.trim_matches(|character| character <= ' ');
    let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
    nfkd.normalize(&trimmed.to_uppercase().to_lowercase()).into_owned()
}

/// Text in UTF-8 as Java's `String` reads it: with U+FFFD for each sequence of octets that is none. An encoded surrogate is
/// one such sequence, whereas for the Unicode standard, and for Rust, each octet of it is one.
fn java_utf8(mut octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    loop {
        let error = match std::str::from_utf8(octets) {
            Ok(rest) => {
                text.push_str(rest);
                return text;
            }
            Err(error) => error,
        };
        let (valid, rest) = octets.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(valid).unwrap_or_default());
        text.push(char::REPLACEMENT_CHARACTER);
        let length = match rest {
            [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => 3,
            [0xED, 0xA0..=0xBF, ..] => 2,
            _ => error.error_len().unwrap_or(rest.len()),
        };
        octets = &rest[length..];
    }
}

#[cfg(test)]
mod tests;
