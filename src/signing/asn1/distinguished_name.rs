use super::ber::{BerError, Element, Tag};
use crate::hex::hex;

/// The attribute types that are written by name: those of RFC 4514 section 3 and RFC 4519, and the electronic mail
/// address of PKCS #9 (RFC 2985), which most of the certificates that Android's own build tools make carry.
const NAMES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "sn"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.43", "initials"),
    ("2.5.4.44", "generationQualifier"),
    ("2.5.4.46", "dnQualifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

const COMMON_NAME: &str = "2.5.4.3";
const ORGANIZATION: &str = "2.5.4.10";

/// How many attributes of one name are read; real ones have seven or so.
const MAX_ATTRIBUTES: usize = 256;

/// A distinguished name (X.501), as found in a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistinguishedName {
    /// In RFC 4514 form: the last part first.
    pub text: String,
    /// Its common names, decoded.
    pub common_names: Vec<String>,
    /// Its organisations, decoded.
    pub organizations: Vec<String>,
}

impl DistinguishedName {
    /// Reads a Name (RFC 5280 section 4.1.2.4): a SEQUENCE of SETs of attributes.
    pub fn parse(name: Element) -> Result<Self, BerError> {
        let mut parsed = Self::default();
        let mut parts = Vec::new();
        let mut count = 0;
        let mut sets = name.expect(Tag::SEQUENCE)?.children();
        while let Some(set) = sets.next()? {
            let mut attributes = set.expect(Tag::SET)?.children();
            let mut part = Vec::new();
            while let Some(attribute) = attributes.next()? {
                count += 1;
                if count > MAX_ATTRIBUTES {
                    return Err(BerError::TooLarge);
                }
                part.push(parsed.attribute(attribute)?);
            }
            parts.push(part.join("+"));
        }
        parts.reverse();
        parsed.text = parts.join(",");
        Ok(parsed)
    }

    /// Reads an AttributeTypeAndValue, keeps its value, and gives it in RFC 4514 form.
    fn attribute(&mut self, attribute: Element) -> Result<String, BerError> {
        let mut fields = attribute.expect(Tag::SEQUENCE)?.children();
        let kind = fields.expect(Tag::OBJECT_IDENTIFIER)?.object_identifier()?;
        let value = fields.next()?.ok_or(BerError::Truncated)?;
        let decoded = decode(value);
        match (kind.as_str(), &decoded) {
            (COMMON_NAME, Some(text)) => self.common_names.push(text.clone()),
            (ORGANIZATION, Some(text)) => self.organizations.push(text.clone()),
            _ => {}
        }
        let name = NAMES.iter().find(|(oid, _)| *oid == kind).map(|(_, name)| *name);
        Ok(match (name, decoded) {
            (Some(name), Some(text)) => format!("{name}={}", escape(&text)),
            // RFC 4514 section 2.4: a type without a name, or a value that is no text, stands in hexadecimal.
            (name, _) => format!("{}=#{}", name.unwrap_or(&kind), hex(value.encoded)),
        })
    }
}

/// The text of an ASN.1 string type (X.680 section 41), or nothing when it is none or holds no text.
fn decode(value: Element) -> Option<String> {
    const NUMERIC_STRING: u32 = 18;
    const UTF8_STRING: u32 = Tag::UTF8_STRING.number;
    const PRINTABLE_STRING: u32 = Tag::PRINTABLE_STRING.number;
    const TELETEX_STRING: u32 = 20;
    const IA5_STRING: u32 = 22;
    const VISIBLE_STRING: u32 = 26;
    const UNIVERSAL_STRING: u32 = 28;
    const BMP_STRING: u32 = 30;
    if value.tag.class != 0 || value.constructed {
        return None;
    }
    match value.tag.number {
        UTF8_STRING => String::from_utf8(value.contents.to_vec()).ok(),
        // Java reads these as Latin-1, and files have Latin-1 and UTF-8 in them.
        NUMERIC_STRING | PRINTABLE_STRING | TELETEX_STRING | IA5_STRING | VISIBLE_STRING => {
            let utf8 = std::str::from_utf8(value.contents).ok().map(str::to_owned);
            Some(utf8.unwrap_or_else(|| value.contents.iter().map(|&byte| char::from(byte)).collect()))
        }
        BMP_STRING if value.contents.len().is_multiple_of(2) => {
            let units = value.contents.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()
        }
        UNIVERSAL_STRING if value.contents.len().is_multiple_of(4) => {
            let units = value.contents.chunks_exact(4).map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]));
            units.map(char::from_u32).collect()
        }
        _ => None,
    }
}

/// RFC 4514 section 2.4.
fn escape(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (place, character) in text.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.extend(['\\', character]),
            '#' if place == 0 => escaped.push_str("\\#"),
            ' ' if place == 0 || place == last => escaped.push_str("\\ "),
            '\0' => escaped.push_str("\\00"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Name of single-valued parts: type (contents of the OID), string type, value.
    fn name(parts: &[(&[u8], u8, &[u8])]) -> DistinguishedName {
        let wrap = |tag: u8, contents: &[u8]| [&[tag, contents.len() as u8], contents].concat();
        let sets = parts
            .iter()
            .flat_map(|(oid, kind, value)| wrap(0x31, &wrap(0x30, &[wrap(6, oid), wrap(*kind, value)].concat())));
        let encoded = wrap(0x30, &sets.collect::<Vec<u8>>());
        DistinguishedName::parse(Element::parse(&encoded).unwrap()).unwrap()
    }

    #[test]
    fn the_last_part_stands_first_and_specials_are_escaped() {
        let name = name(&[(&[0x55, 4, 6], 19, b"US"), (&[0x55, 4, 10], 12, b" A, B "), (&[0x55, 4, 3], 12, b"#1+\0")]);
        assert_eq!(name.text, r"CN=\#1\+\00,O=\ A\, B\ ,C=US");
        assert_eq!((name.common_names, name.organizations), (vec!["#1+\0".to_owned()], vec![" A, B ".to_owned()]));
    }

    #[test]
    fn every_string_type_is_decoded_and_others_stand_in_hexadecimal() {
        let cn: &[u8] = &[0x55, 4, 3];
        assert_eq!(name(&[(cn, 30, &[0x04, 0x1F, 0x20, 0xAC])]).text, "CN=П€");
        assert_eq!(name(&[(cn, 28, &[0, 1, 0xF6, 0])]).text, "CN=😀");
        assert_eq!(name(&[(cn, 20, &[0xE9])]).text, "CN=é");
        assert_eq!(name(&[(cn, 12, &[0xE9])]).text, "CN=#0c01e9");
        assert_eq!(name(&[(&[0x2A, 3], 12, b"x")]).text, "1.2.3=#0c0178");
        assert_eq!(name(&[]).text, "");
    }
}
