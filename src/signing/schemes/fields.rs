//! The encoding that everything inside the APK Signing Block shares: little-endian numbers, and byte strings and
//! sequences behind a 32-bit length.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v2#apk-signature-scheme-v2-block-format>.

use crate::bytes;

/// A field that reaches past the end of what holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a field reaches past the end of what holds it")]
pub struct Malformed;

/// A reader over the fields of one structure.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(bytes::Fields<'a>);

impl<'a> Fields<'a> {
    /// The fields of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes::Fields(bytes))
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.0.0
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    /// When there are fewer.
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        self.0.bytes(length).ok_or(Malformed)
    }

    /// The next 32-bit number.
    ///
    /// # Errors
    /// When there are fewer than four bytes.
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        self.0.u32().ok_or(Malformed)
    }

    /// The next 64-bit number.
    ///
    /// # Errors
    /// When there are fewer than eight bytes.
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        self.0.u64().ok_or(Malformed)
    }

    /// The next byte string: a 32-bit length, and as many bytes.
    ///
    /// # Errors
    /// When the length reaches past the end.
    pub fn prefixed(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(self.u32()?).map_err(|_| Malformed)?;
        self.bytes(length)
    }

    /// The next byte string as a structure of its own.
    ///
    /// # Errors
    /// As [`Fields::prefixed`].
    pub fn nested(&mut self) -> Result<Fields<'a>, Malformed> {
        self.prefixed().map(Fields::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_string_ends_where_its_length_says() {
        let mut fields = Fields::new(&[2, 0, 0, 0, 7, 8, 9]);
        assert_eq!(fields.prefixed(), Ok(&[7, 8][..]));
        assert_eq!(fields.rest(), [9]);
        assert_eq!(fields.u32(), Err(Malformed));
        assert_eq!(Fields::new(&[0xFF, 0xFF, 0xFF, 0xFF, 1]).prefixed(), Err(Malformed));
    }
}
