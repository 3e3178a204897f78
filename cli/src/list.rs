//! A list of files' names, as `find` and `ls` print it.

use std::io::Read;
use std::path::PathBuf;

/// How long a list may be: room for a million names of the greatest length that Linux has for one (`NAME_MAX`, 255).
const MAX_LENGTH: u64 = 256 << 20;

/// Why a list names nothing.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The medium failed.
    #[error("the list could not be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It does not end.
    #[error("the list is longer than {} MiB", MAX_LENGTH >> 20)]
    TooLong,
    /// There is no name in it.
    #[error("the list names no file")]
    Empty,
    /// It is a file, and no list of files.
    #[error("this is an archive, and not a list of files: give /dev/stdin to have it read")]
    Archive,
    /// It is in another encoding than the names of files.
    #[error("the list is in UTF-16: write it in UTF-8")]
    Utf16,
}

/// A name in a list: a path, or what is wrong with it.
pub type Name = Result<PathBuf, (PathBuf, &'static str)>;

/// The names in a list: one a line, or with `null` one before each NUL character, as `find -print0` writes them. Names
/// are bytes: nothing in one of them ends the list.
///
/// # Errors
/// When there are no names in it.
pub fn read(input: impl Read, null: bool) -> Result<Vec<Name>, ListError> {
    let mut bytes = Vec::new();
    input.take(MAX_LENGTH + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_LENGTH {
        return Err(ListError::TooLong);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(ListError::Archive);
    }
    let names: Vec<Name> = if null {
        bytes.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(path).collect()
    } else if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(ListError::Utf16);
    } else {
        // Editors on Windows begin a file with a byte order mark, and end lines with CRLF.
        let lines = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&bytes).split(|byte| *byte == b'\n');
        let names = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        names.filter(|name| !name.is_empty()).map(line).collect()
    };
    if names.is_empty() { Err(ListError::Empty) } else { Ok(names) }
}

fn line(name: &[u8]) -> Name {
    match path(name) {
        Ok(path) if name.contains(&0) => Err((path, "there is a NUL character in this name: is --null missing?")),
        path => path,
    }
}

#[cfg(unix)]
fn path(name: &[u8]) -> Name {
    use std::os::unix::ffi::OsStrExt;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(name)))
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> Name {
    let text = String::from_utf8(name.to_vec());
    text.map(PathBuf::from)
        .map_err(|error| (String::from_utf8_lossy(error.as_bytes()).into_owned().into(), "this name is no UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bytes: &[u8], null: bool) -> Vec<String> {
        let names = read(bytes, null).unwrap();
        names.into_iter().map(|name| super::super::paths::text(name.unwrap_or_else(|(path, _)| path))).collect()
    }

    #[test]
    fn a_name_ends_with_its_line_or_with_its_nul() {
        assert_eq!(names(b"a.apk\nb c.apk\n\nd.apk", false), ["a.apk", "b c.apk", "d.apk"]);
        assert_eq!(names(b"\xEF\xBB\xBFa.apk\r\nb.apk\r\n", false), ["a.apk", "b.apk"]);
        assert_eq!(names(b"a\nb\r.apk\0c.apk\0", true), ["a\nb\r.apk", "c.apk"]);
        assert_eq!(names(b"c.apk", true), ["c.apk"]);
        assert!(matches!(&read(&b"a.apk\0b.apk\0"[..], false).unwrap()[..], [Err(_)]));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_text_is_a_name_all_the_same() {
        assert_eq!(names(b"a\xFF.apk\nb.apk\n", false), ["a\\xFF.apk", "b.apk"]);
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for (bytes, null) in [(&b""[..], false), (b"\n\r\n", false), (b"\0\0", true), (b"\xEF\xBB\xBF", false)] {
            assert!(matches!(read(bytes, null), Err(ListError::Empty)), "{bytes:?}");
        }
        assert!(matches!(read(&b"PK\x03\x04..."[..], false), Err(ListError::Archive)));
        assert!(matches!(read(&b"\xFF\xFEa\0"[..], false), Err(ListError::Utf16)));
        assert!(matches!(read(std::io::repeat(b'\n'), false), Err(ListError::TooLong)));
    }
}
