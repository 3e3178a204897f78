//! Modified UTF-8, the encoding of the strings in a DEX file ("MUTF-8 (Modified UTF-8) Encoding" in Android's
//! Dalvik executable format; JVM specification, section 4.4.7).
//!
//! It differs from UTF-8 in two points: NUL is `C0 80`, so that no encoded string holds a zero byte, and a character
//! outside the Basic Multilingual Plane is a pair of surrogates of three bytes each. Ordinary UTF-8 decodes the same
//! here, four-byte sequences included, as it does in the Android runtime; so this one decoder serves every text that
//! an app carries.

use std::borrow::Cow;

/// Decodes a string. What is no valid sequence, and a surrogate without its other half, becomes U+FFFD.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(String::from_utf16_lossy(&units(bytes))),
    }
}

/// The UTF-16 code units of an encoded string, each byte that fits nowhere as U+FFFD.
fn units(mut bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    while let Some((unit, rest)) = next_unit(bytes) {
        match unit {
            Some(unit) => {
                units.push(unit);
                bytes = rest;
            }
            None => match four_byte_character(bytes) {
                Some(character) => {
                    units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
                    bytes = &bytes[4..];
                }
                None => {
                    units.push(0xFFFD);
                    bytes = rest;
                }
            },
        }
    }
    units
}

/// Takes a sequence of one to three bytes off the front; where there is none, one byte and no unit.
fn next_unit(bytes: &[u8]) -> Option<(Option<u16>, &[u8])> {
    let low = |byte: u8| u16::from(byte & 0x3F);
    Some(match *bytes {
        [] => return None,
        [a @ 0..=0x7F, ref rest @ ..] => (Some(u16::from(a)), rest),
        [0xC0, 0x80, ref rest @ ..] => (Some(0), rest),
        [a @ 0xC2..=0xDF, b @ 0x80..=0xBF, ref rest @ ..] => (Some(u16::from(a & 0x1F) << 6 | low(b)), rest),
        // A second byte below A0 after E0 would be a longer form of what two bytes hold.
        [a @ 0xE0..=0xEF, b @ 0x80..=0xBF, c @ 0x80..=0xBF, ref rest @ ..] if a != 0xE0 || b >= 0xA0 => {
            (Some(u16::from(a & 0x0F) << 12 | low(b) << 6 | low(c)), rest)
        }
        [_, ref rest @ ..] => (None, rest),
    })
}

/// The character in the first four bytes, where they are a four-byte sequence of ordinary UTF-8.
fn four_byte_character(bytes: &[u8]) -> Option<char> {
    let text = std::str::from_utf8(bytes.get(..4)?).ok()?;
    let character = text.chars().next()?;
    (character.len_utf8() == 4).then_some(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The encoder, straight from the definition.
    fn encode(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for unit in text.encode_utf16() {
            match unit {
                1..=0x7F => bytes.push(unit as u8),
                0 | 0x80..=0x7FF => bytes.extend([0xC0 | (unit >> 6) as u8, 0x80 | (unit & 0x3F) as u8]),
                _ => bytes.extend([
                    0xE0 | (unit >> 12) as u8,
                    0x80 | (unit >> 6 & 0x3F) as u8,
                    0x80 | (unit & 0x3F) as u8,
                ]),
            }
        }
        bytes
    }

    #[test]
    fn nul_and_surrogate_pairs_are_decoded() {
        assert_eq!(decode(b"a\xC0\x80b"), "a\0b");
        assert_eq!(decode(b"\xED\xA0\xBD\xED\xB8\x80"), "\u{1F600}");
        assert_eq!(decode("\u{1F600}".as_bytes()), "\u{1F600}");
        assert_eq!(decode(b"\xC0\x80\xF0\x9F\x98\x80"), "\0\u{1F600}");
    }

    #[test]
    fn what_is_invalid_becomes_a_replacement_character() {
        assert_eq!(decode(b"a\xFFb"), "a\u{FFFD}b");
        // A surrogate without its other half.
        assert_eq!(decode(b"\xED\xA0\xBDx"), "\u{FFFD}x");
        // Longer forms of 'm' and of NUL: the runtime's verifier refuses them.
        assert_eq!(decode(b"\xC1\xAD"), "\u{FFFD}\u{FFFD}");
        assert_eq!(decode(b"\xE0\x80\x80"), "\u{FFFD}\u{FFFD}\u{FFFD}");
        // Cut short.
        assert_eq!(decode(b"\xE2\x82"), "\u{FFFD}\u{FFFD}");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text: String) {
            let bytes = encode(&text);
            prop_assert!(!bytes.contains(&0));
            prop_assert_eq!(decode(&bytes), text.as_str());
        }

        #[test]
        fn utf8_decodes_to_itself(text: String) {
            prop_assert_eq!(decode(text.as_bytes()), text.as_str());
        }

        #[test]
        fn any_bytes_decode(bytes: Vec<u8>) {
            prop_assert!(decode(&bytes).chars().count() <= bytes.len());
        }
    }
}
