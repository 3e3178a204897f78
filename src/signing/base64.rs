/// Text that is not Base64: apksig gives up where a digest is written so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotBase64;

/// Base64 (RFC 4648 section 4) as Java's `Base64.getDecoder()` takes it: the padding may be missing as a whole, and the
/// unused bits of the last character may be set, but nothing else may stand in between or after.
pub fn base64(text: &str) -> Result<Vec<u8>, NotBase64> {
    let symbols = text.trim_end_matches('=');
    let padding = text.len() - symbols.len();
    let expected = match symbols.len() % 4 {
        0 => 0,
        2 => 2,
        3 => 1,
        _ => return Err(NotBase64),
    };
    if padding != 0 && padding != expected {
        return Err(NotBase64);
    }
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3 + 2);
    for group in symbols.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for place in 0..4 {
            bits = bits << 6 | group.get(place).map_or(Ok(0), |&symbol| sextet(symbol))?;
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Ok(bytes)
}

fn sextet(symbol: u8) -> Result<u32, NotBase64> {
    let value = match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return Err(NotBase64),
    };
    Ok(u32::from(value))
}

/// The reverse, for messages.
pub fn to_base64(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let symbol = SYMBOLS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() { char::from(symbol) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base64_is_as_lenient_as_java() {
        for text in ["AQI=", "AQI", "AQJ="] {
            assert_eq!(base64(text), Ok(vec![1, 2]), "{text}");
        }
        assert_eq!(base64(""), Ok(vec![]));
        for text in ["A", "AQI==", "A===", "AQ=", "AQ I", "AQI=\n", "=", "AQID=", "AéA="] {
            assert_eq!(base64(text), Err(NotBase64), "{text}");
        }
    }

    proptest! {
        #[test]
        fn base64_is_read_as_written(bytes in proptest::collection::vec(any::<u8>(), 0..70)) {
            prop_assert_eq!(base64(&to_base64(&bytes)), Ok(bytes));
        }
    }
}
