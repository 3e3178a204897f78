//! Entries of the archive, read as apksig reads them. It is stricter than Android here, and its verdict is the one that
//! is told: what the local header says must agree with the central directory (`internal/zip/LocalFileRecord`).

use crate::archive::{Archive, ArchiveError, Entry};
use crate::bytes::{u16_at, u32_at};
use crate::signing::asn1::key::Digest;
use crate::source::{SourceError, for_each_block, read_vec};

/// The signature and size of a local file header (APPNOTE 4.3.7).
const LOCAL_HEADER: u32 = 0x0403_4B50;
const LOCAL_HEADER_SIZE: u64 = 30;
/// Bit 3 of the flags: sizes and checksum follow the data.
const DATA_DESCRIPTOR: u16 = 1 << 3;
/// The largest file of the signature itself that is read. The manifest has some 150 bytes for each entry, and an
/// archive without ZIP64, which Android does not install, has at most 65,535 entries.
pub(super) const MAX_FILE_SIZE: u64 = 32 << 20;

/// Why an entry could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum EntryError {
    #[error("its local header is not where the central directory says")]
    NoLocalHeader,
    #[error("its local header says otherwise than the central directory about its {0}")]
    Mismatch(&'static str),
    #[error("its data reach into the central directory")]
    Overlap,
    #[error("its data have another size than the central directory says")]
    Size,
    #[error("its data are damaged")]
    Damaged,
    #[error("the file is too large")]
    TooLarge,
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Reads a file of the signature.
pub(super) fn read(archive: &Archive, entry: &Entry) -> Result<Vec<u8>, EntryError> {
    if entry.uncompressed_size > MAX_FILE_SIZE {
        return Err(EntryError::TooLarge);
    }
    let mut bytes = Vec::new();
    for_each_piece(archive, entry, &mut |piece| bytes.extend_from_slice(piece))?;
    Ok(bytes)
}

/// The digests of an entry's data, in one pass.
pub(super) fn hash(
    archive: &Archive,
    entry: &Entry,
    digests: impl Iterator<Item = Digest>,
) -> Result<Vec<Vec<u8>>, EntryError> {
    let mut hashers: Vec<_> = digests.map(Digest::hasher).collect();
    for_each_piece(archive, entry, &mut |piece| hashers.iter_mut().for_each(|hasher| hasher.update(piece)))?;
    Ok(hashers.into_iter().map(|hasher| hasher.finish()).collect())
}

fn for_each_piece(archive: &Archive, entry: &Entry, visit: &mut dyn FnMut(&[u8])) -> Result<(), EntryError> {
    let start = check_local_header(archive, entry)?;
    if entry.method == 0 {
        // Of two sizes that differ, apksig takes the uncompressed one.
        return Ok(for_each_block(archive.source(), start, entry.uncompressed_size, visit)?);
    }
    let mut size = 0u64;
    let result = archive.for_each_inflated_block(entry, entry.uncompressed_size, &mut |block| {
        size += block.len() as u64;
        visit(block);
    });
    match result {
        Ok(()) if size == entry.uncompressed_size => Ok(()),
        Ok(()) | Err(ArchiveError::TooLarge { .. }) => Err(EntryError::Size),
        Err(_) => Err(EntryError::Damaged),
    }
}

/// Compares the local header with the central directory, and gives the place of the data.
fn check_local_header(archive: &Archive, entry: &Entry) -> Result<u64, EntryError> {
    let end = archive.layout().central_directory_offset;
    let name_length = entry.raw_name.len() as u64;
    let header_length = LOCAL_HEADER_SIZE + name_length;
    if entry.local_header_offset.checked_add(header_length).is_none_or(|header_end| header_end > end) {
        return Err(EntryError::NoLocalHeader);
    }
    let header = read_vec(archive.source(), entry.local_header_offset, header_length)?;
    let number = |offset| u16_at(&header, offset).unwrap_or_default();
    let long_number = |offset| u32_at(&header, offset).unwrap_or_default();
    if long_number(0) != LOCAL_HEADER {
        return Err(EntryError::NoLocalHeader);
    }
    let (flags, local_name_length, extra_length) = (number(6), u64::from(number(26)), number(28));
    if (flags ^ entry.flags) & DATA_DESCRIPTOR != 0 {
        return Err(EntryError::Mismatch("flags"));
    }
    if local_name_length != name_length || header[LOCAL_HEADER_SIZE as usize..] != entry.raw_name {
        return Err(EntryError::Mismatch("name"));
    }
    let start = entry.local_header_offset + header_length + u64::from(extra_length);
    let size = if entry.method == 0 { entry.uncompressed_size } else { entry.compressed_size };
    if start.checked_add(size).is_none_or(|data_end| data_end > end) {
        return Err(EntryError::Overlap);
    }
    if flags & DATA_DESCRIPTOR == 0 {
        if long_number(14) != entry.crc32 {
            return Err(EntryError::Mismatch("checksum"));
        }
        let sizes = [u64::from(long_number(18)), u64::from(long_number(22))];
        if sizes != [entry.compressed_size, entry.uncompressed_size] {
            return Err(EntryError::Mismatch("size"));
        }
    }
    Ok(start)
}
