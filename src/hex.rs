//! Bytes as lower-case hexadecimal digits, and back.

/// Returns the digits of `bytes`, two for each.
pub fn hex(bytes: &[u8]) -> String {
    format!("{:x}", base16ct::HexDisplay(bytes))
}

/// Returns the bytes that `digits` stand for, in upper or lower case; none when they are no pairs of digits.
pub fn bytes(digits: &str) -> Option<Vec<u8>> {
    let mut bytes = vec![0; digits.len() / 2];
    base16ct::mixed::decode(digits, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_written_in_lower_case_and_read_in_both() {
        assert_eq!(hex(&[0x00, 0x0a, 0xff]), "000aff");
        assert_eq!(bytes("000aFF"), Some(vec![0x00, 0x0a, 0xff]));
        assert_eq!([bytes("0"), bytes("0g"), bytes("é")], [None, None, None]);
        assert_eq!(bytes(""), Some(vec![]));
    }
}
