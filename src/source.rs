//! Random-access input: bytes in memory, a file on disk, a part of another source; in the page, a browser `Blob`
//! (see `wasm.rs`). A reader asks for a length and for bytes at an offset, so that no file is ever loaded as
//! a whole, and for nothing else but digests that the platform may know before.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Bytes that can be read at any offset.
pub trait Source {
    /// The number of bytes there are.
    fn len(&self) -> u64;

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// [`SourceError::OutOfRange`] when the source ends before `buffer` is full, and [`SourceError::Unreadable`]
    /// when the medium fails. What `buffer` then holds is not defined.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError>;

    /// The SHA-256 digest of a chunk as APK Signature Scheme v2 takes it, where the platform has computed it before: a
    /// browser hashes large files faster by itself than WebAssembly does. `chunk` counts chunks of [`BLOCK`] bytes.
    fn chunk_sha256(&self, _chunk: u64) -> Option<[u8; 32]> {
        None
    }

    /// Whether there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why bytes could not be read from a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The range reaches past the end.
    #[error("{length} bytes at offset {offset} reach past the end of a source of {available} bytes")]
    OutOfRange {
        /// Where the range starts.
        offset: u64,
        /// How many bytes were asked for.
        length: u64,
        /// How many bytes the source has.
        available: u64,
    },
    /// The medium failed: what it said.
    #[error("the file could not be read: {0}")]
    Unreadable(String),
}

/// Reads `length` bytes at `offset` into a new vector. The range is checked against the source before anything is
/// allocated, so a false length in a header costs no memory.
///
/// # Errors
/// As [`Source::read_at`].
pub fn read_vec(source: &dyn Source, offset: u64, length: u64) -> Result<Vec<u8>, SourceError> {
    check_range(source.len(), offset, length)?;
    let mut bytes = vec![0; length as usize];
    source.read_at(offset, &mut bytes)?;
    Ok(bytes)
}

/// Hands the bytes of a range to `visit` in order, in blocks of at most [`BLOCK`] bytes.
///
/// # Errors
/// As [`Source::read_at`]; `visit` has then seen a part of the range.
pub fn for_each_block(
    source: &dyn Source,
    offset: u64,
    length: u64,
    mut visit: impl FnMut(&[u8]),
) -> Result<(), SourceError> {
    check_range(source.len(), offset, length)?;
    let mut buffer = vec![0; length.min(BLOCK as u64) as usize];
    let mut done = 0;
    while done < length {
        let block = &mut buffer[..(length - done).min(BLOCK as u64) as usize];
        source.read_at(offset + done, block)?;
        visit(block);
        done += block.len() as u64;
    }
    Ok(())
}

/// How many bytes [`for_each_block`] reads at a time.
pub const BLOCK: usize = 1 << 20;

fn check_range(available: u64, offset: u64, length: u64) -> Result<(), SourceError> {
    match offset.checked_add(length) {
        Some(end) if end <= available => Ok(()),
        _ => Err(SourceError::OutOfRange { offset, length, available }),
    }
}

impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        check_range(Source::len(self), offset, buffer.len() as u64)?;
        let start = offset as usize;
        buffer.copy_from_slice(&self[start..start + buffer.len()]);
        Ok(())
    }
}

impl Source for Vec<u8> {
    fn len(&self) -> u64 {
        Source::len(self.as_slice())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        self.as_slice().read_at(offset, buffer)
    }
}

/// A file on disk.
pub struct FileSource {
    file: RefCell<File>,
    len: u64,
}

impl FileSource {
    /// Takes an open file. Its length is read once: a file that shrinks later gives [`SourceError::Unreadable`].
    ///
    /// # Errors
    /// When the length cannot be told.
    pub fn new(file: File) -> std::io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file: RefCell::new(file), len })
    }
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        check_range(self.len, offset, buffer.len() as u64)?;
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.read_exact(buffer))
            .map_err(|error| SourceError::Unreadable(error.to_string()))
    }
}

/// A range of another source: an APK that is stored uncompressed inside a bundle is read in place, without a copy.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    source: &'a dyn Source,
    start: u64,
    len: u64,
}

impl<'a> Section<'a> {
    /// The `len` bytes of `source` from `start` on.
    ///
    /// # Errors
    /// [`SourceError::OutOfRange`] when `source` does not have them.
    pub fn new(source: &'a dyn Source, start: u64, len: u64) -> Result<Self, SourceError> {
        check_range(source.len(), start, len)?;
        Ok(Self { source, start, len })
    }
}

impl Source for Section<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        check_range(self.len, offset, buffer.len() as u64)?;
        self.source.read_at(self.start + offset, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_reads_its_own_range_and_nothing_past_it() {
        let bytes = (0..100).collect::<Vec<u8>>();
        let section = Section::new(&bytes, 10, 20).unwrap();
        assert_eq!(read_vec(&section, 5, 3).unwrap(), [15, 16, 17]);
        assert_eq!(read_vec(&section, 15, 6), Err(SourceError::OutOfRange { offset: 15, length: 6, available: 20 }));
        assert!(Section::new(&bytes, 90, 11).is_err());
    }

    #[test]
    fn a_length_that_overflows_is_out_of_range() {
        assert!(read_vec(&vec![0u8; 4], 2, u64::MAX).is_err());
        assert!(Section::new(&vec![0u8; 4], u64::MAX, 2).is_err());
    }

    #[test]
    fn blocks_cover_the_range_once_and_in_order() {
        let bytes = (0..3 * BLOCK / 2).map(|i| (i / 7) as u8).collect::<Vec<u8>>();
        let mut seen = Vec::new();
        for_each_block(&bytes, 3, bytes.len() as u64 - 3, |block| seen.extend_from_slice(block)).unwrap();
        assert_eq!(seen, bytes[3..]);
    }
}
