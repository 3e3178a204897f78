//! Paths as text.

use std::ffi::OsStr;

/// A path as text that no other path has: on most systems the names of files are bytes, and those that are no UTF-8
/// become `\xHH`.
pub fn text(path: impl AsRef<OsStr>) -> String {
    path.as_ref().as_encoded_bytes().utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
        text
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn bytes_that_are_no_text_stay_apart() {
        let text = |bytes: &[u8]| text(OsStr::from_bytes(bytes));
        assert_eq!(text("ä/b c.apk".as_bytes()), "ä/b c.apk");
        assert_eq!(text(b"a\xFF.apk"), "a\\xFF.apk");
        assert_ne!(text(b"a\xFF.apk"), text(b"a\xFE.apk"));
        assert_eq!(text(b"\xC3"), "\\xC3");
    }
}
