//! The digests by which a whole file is known.

use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::source::{Source, SourceError, for_each_block};

/// The file as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct File {
    /// Its name, without folders.
    pub name: String,
    /// The path by which it was given, with its folders; absent where none is known. A byte that is no text is `\xHH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256, lower-case hex; empty when the file could not be read.
    pub sha256: String,
    /// SHA-1, lower-case hex.
    pub sha1: String,
    /// MD5, lower-case hex.
    pub md5: String,
}

/// Hashes `source` in one pass. `progress` is told how many bytes are done.
///
/// # Errors
/// As [`for_each_block`].
pub fn digest(name: &str, source: &dyn Source, progress: &mut dyn FnMut(u64)) -> Result<File, SourceError> {
    let (mut sha256, mut sha1, mut md5) = (Sha256::new(), Sha1::new(), Md5::new());
    let mut done = 0;
    for_each_block(source, 0, source.len(), |block| {
        sha256.update(block);
        sha1.update(block);
        md5.update(block);
        done += block.len() as u64;
        progress(done);
    })?;
    Ok(File {
        name: name.to_owned(),
        path: None,
        size: source.len(),
        sha256: hex(&sha256.finalize()),
        sha1: hex(&sha1.finalize()),
        md5: hex(&md5.finalize()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        // The one-block test message of FIPS 180-2 (appendices A.1 and B.1) and RFC 1321 (appendix A.5).
        let mut done = 0;
        let file = digest("a.apk", &b"abc".to_vec(), &mut |bytes| done = bytes).unwrap();
        assert_eq!(file.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(file.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(file.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!((file.size, done), (3, 3));
    }
}
