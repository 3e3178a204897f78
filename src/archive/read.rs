//! The entries' data: in place, streamed, or as a whole.
//!
//! Which bytes Android takes: `ZipAssetsProvider::OpenInternal` (androidfw's `AssetsProvider.cpp`) for the manifest,
//! resources and assets, `extractToWriter` and `inflateImpl` (libziparchive's `zip_archive.cc`) for code.

use std::ops::Range;

use flate2::{Decompress, FlushDecompress, Status};

use super::notes::{accepted, entry_refused};
use super::record::{Entry, FLAG_ENCRYPTED, METHOD_DEFLATED, METHOD_STORED};
use super::{Archive, ArchiveError};
use crate::bytes::Fields;
use crate::source::{Section, for_each_block, read_vec};

/// How many inflated bytes are handed on at a time.
const OUTPUT_BLOCK: usize = 64 << 10;
/// Up to how many bytes a vector is made from a declared size alone.
const MAX_RESERVE: u64 = 16 << 20;
/// The size of a `ResChunk_header`.
const CHUNK_HEADER: u64 = 8;

/// Which bytes of the source an entry's data are, and how they are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extent {
    start: u64,
    length: u64,
    deflated: bool,
    /// Whether the data are declared to reach past the end of the source.
    cut: bool,
}

impl<'a> Archive<'a> {
    /// Reads an entry's data, unpacked.
    ///
    /// # Errors
    /// When the data are not in the file, are damaged or encrypted, have more than `limit` bytes, or the source
    /// fails. [`Archive::salvage`] keeps what comes before that.
    pub fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ArchiveError> {
        match self.salvage(entry, limit) {
            (bytes, None) => Ok(bytes),
            (_, Some(error)) => Err(error),
        }
    }

    /// Reads as much of an entry's data as there is, up to `limit` bytes, and says why that is not all.
    pub fn salvage(&self, entry: &Entry, limit: u64) -> (Vec<u8>, Option<ArchiveError>) {
        let mut bytes = Vec::with_capacity(entry.uncompressed_size.min(limit).min(MAX_RESERVE) as usize);
        let result = self.for_each_block(entry, limit, &mut |block| bytes.extend_from_slice(block));
        (bytes, result.err())
    }

    /// Hands an entry's data, unpacked, to `visit` block by block, at most `limit` bytes. The checksum and the sizes
    /// are compared on the way; see [`Archive::anomalies`].
    ///
    /// # Errors
    /// As [`Archive::read`]; `visit` has then seen what came before.
    pub fn for_each_block(&self, entry: &Entry, limit: u64, visit: &mut dyn FnMut(&[u8])) -> Result<(), ArchiveError> {
        let extent = self.extent(entry)?;
        let mut checksum = crc32fast::Hasher::new();
        let mut visit = |block: &[u8]| {
            checksum.update(block);
            visit(block);
        };
        let mut length = extent.length;
        if extent.deflated {
            let inflated = self.inflate(extent, limit, &mut visit)?;
            length = inflated.consumed;
            let name = || entry.name.clone();
            match inflated.end {
                End::Limit => return Err(ArchiveError::TooLarge { entry: name(), limit }),
                End::Damage if entry.flags & FLAG_ENCRYPTED != 0 => {
                    return Err(ArchiveError::Encrypted { entry: name() });
                }
                End::Damage => return Err(ArchiveError::Damaged { entry: name(), read: inflated.written }),
                End::Stream => self.compare_sizes(entry, extent, &inflated),
            }
        } else {
            for_each_block(self.source, extent.start, extent.length.min(limit), &mut visit)?;
            if extent.length > limit {
                return Err(ArchiveError::TooLarge { entry: entry.name.clone(), limit });
            }
            if extent.cut && entry.method == METHOD_STORED {
                return Err(out_of_range(entry));
            }
        }
        if checksum.finalize() != entry.crc32 {
            self.note(entry, &accepted::CHECKSUM, &[]);
        }
        self.consumed.borrow_mut().insert(entry.central_offset, extent.start..extent.start + length);
        Ok(())
    }

    /// Which bytes of the source the entry's data are, where they have been read to their end: of deflated data up to the
    /// end of the stream.
    pub fn consumed(&self, entry: &Entry) -> Option<Range<u64>> {
        self.consumed.borrow().get(&entry.central_offset).cloned()
    }

    /// Inflates what begins at `start`, at most up to `end`, and hands at most `limit` bytes to `visit`. Gives how many
    /// compressed bytes were used and how many came out, and whether the stream came to its end.
    ///
    /// # Errors
    /// When the source fails.
    pub(crate) fn inflate_between(
        &self,
        start: u64,
        end: u64,
        limit: u64,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<(u64, u64, bool), ArchiveError> {
        let mut stream = Inflater { inflater: Decompress::new(false), output: vec![0; OUTPUT_BLOCK], limit, end: None };
        let mut at = start;
        while at < end && stream.end.is_none() {
            let block = read_vec(self.source, at, (end - at).min(OUTPUT_BLOCK as u64))?;
            at += block.len() as u64;
            stream.feed(&block, visit);
        }
        let complete = stream.end == Some(End::Stream);
        Ok((stream.inflater.total_in(), stream.inflater.total_out(), complete))
    }

    /// Hands an entry's data to `visit` inflated, whatever its method says: apksig takes every method but 0 for 8.
    ///
    /// # Errors
    /// As [`Archive::read`].
    pub(crate) fn for_each_inflated_block(
        &self,
        entry: &Entry,
        limit: u64,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<(), ArchiveError> {
        let start = entry.data_offset.ok_or_else(|| out_of_range(entry))?;
        let available = self.source.len().checked_sub(start).ok_or_else(|| out_of_range(entry))?;
        let length = entry.compressed_size.min(available);
        let inflated = self.inflate(Extent { start, length, deflated: true, cut: false }, limit, visit)?;
        match inflated.end {
            End::Stream => Ok(()),
            End::Limit => Err(ArchiveError::TooLarge { entry: entry.name.clone(), limit }),
            End::Damage => Err(ArchiveError::Damaged { entry: entry.name.clone(), read: inflated.written }),
        }
    }

    /// An entry's data in place, when they are not compressed.
    pub fn stored(&self, entry: &Entry) -> Option<Section<'a>> {
        let extent = self.extent(entry).ok()?;
        if extent.deflated || (extent.cut && entry.method == METHOD_STORED) {
            return None;
        }
        let section = Section::new(self.source, extent.start, extent.length).ok()?;
        self.consumed.borrow_mut().insert(entry.central_offset, extent.start..extent.start + extent.length);
        Some(section)
    }

    /// Which bytes the data are, by the method; within the source.
    fn extent(&self, entry: &Entry) -> Result<Extent, ArchiveError> {
        let start = entry.data_offset.ok_or_else(|| out_of_range(entry))?;
        let available = self.source.len().checked_sub(start).ok_or_else(|| out_of_range(entry))?;
        let extent = |declared: u64, deflated| {
            let length = declared.min(available);
            Extent { start, length, deflated, cut: declared > length }
        };
        let (stored, deflated) = (extent(entry.uncompressed_size, false), extent(entry.compressed_size, true));
        Ok(match entry.method {
            METHOD_STORED => stored,
            METHOD_DEFLATED if self.is_falsely_deflated(entry, stored, deflated) => {
                self.note(entry, &entry_refused::NOT_DEFLATED, &[]);
                stored
            }
            METHOD_DEFLATED => deflated,
            method if self.is_deflated_all_the_same(entry, stored, deflated) => {
                self.note(entry, &accepted::METHOD_UNKNOWN_DEFLATED, &[("method", &method)]);
                deflated
            }
            method => {
                self.note(entry, &accepted::METHOD_UNKNOWN, &[("method", &method)]);
                if stored.cut {
                    self.note(entry, &accepted::SIZE_PAST_END, &[("declared", &entry.uncompressed_size)]);
                }
                stored
            }
        })
    }

    /// Method 8 with two equal sizes, the checksum is that of the data as they are, and Android could not inflate
    /// them. The checksum alone proves nothing: Android does not check it.
    fn is_falsely_deflated(&self, entry: &Entry, stored: Extent, deflated: Extent) -> bool {
        entry.compressed_size == entry.uncompressed_size
            && entry.compressed_size > 0
            && self.stored_checksum(stored) == Some(entry.crc32)
            && self.inflated_checksum(entry, deflated).is_none()
    }

    /// An unknown method, where Android 9 and later, which take the data as they are, would find nothing that they
    /// can use: other data than the checksum is of, not even the start of a chunk; and where inflating gives the
    /// declared checksum and size.
    fn is_deflated_all_the_same(&self, entry: &Entry, stored: Extent, deflated: Extent) -> bool {
        self.stored_checksum(stored) != Some(entry.crc32)
            && !self.begins_as_chunk(stored)
            && self.inflated_checksum(entry, deflated) == Some(entry.crc32)
    }

    /// Whether the data begin as a manifest and a resource table do: with the sizes of a chunk's header and of the
    /// chunk, both within the data (`ResChunk_header` in androidfw's `ResourceTypes.h`). `ResXMLTree::setTo` looks at
    /// nothing else there.
    fn begins_as_chunk(&self, extent: Extent) -> bool {
        let header = read_vec(self.source, extent.start, CHUNK_HEADER.min(extent.length)).unwrap_or_default();
        let mut fields = Fields(&header);
        let mut sizes = || Some((fields.u16()?, fields.u16()?, fields.u32()?));
        sizes().is_some_and(|(_, header_size, size)| {
            u64::from(header_size) >= CHUNK_HEADER && u32::from(header_size) <= size && u64::from(size) <= extent.length
        })
    }

    /// The checksum of data when they inflate to the declared size; `None` when they do not.
    fn inflated_checksum(&self, entry: &Entry, extent: Extent) -> Option<u32> {
        let mut checksum = crc32fast::Hasher::new();
        let limit = entry.uncompressed_size;
        let inflated = self.inflate(extent, limit, &mut |block: &[u8]| checksum.update(block)).ok()?;
        (inflated.end == End::Stream && inflated.written == limit).then(|| checksum.finalize())
    }

    /// The checksum of data as they are; `None` when they are not all there.
    fn stored_checksum(&self, extent: Extent) -> Option<u32> {
        let mut checksum = crc32fast::Hasher::new();
        for_each_block(self.source, extent.start, extent.length, |block| checksum.update(block)).ok()?;
        (!extent.cut).then(|| checksum.finalize())
    }

    fn compare_sizes(&self, entry: &Entry, extent: Extent, inflated: &Inflated) {
        let declared = entry.uncompressed_size;
        if inflated.written != declared {
            let values: [(&str, &dyn ToString); 2] = [("declared", &declared), ("actual", &inflated.written)];
            self.note(entry, &entry_refused::INFLATED_SIZE, &values);
        }
        let unread = extent.length.saturating_sub(inflated.consumed);
        if unread > 0 {
            self.note(entry, &accepted::TRAILING_DATA, &[("length", &unread)]);
        }
    }

    /// Inflates the data up to the end of the stream, the first damage or `limit` bytes.
    fn inflate(&self, extent: Extent, limit: u64, visit: &mut dyn FnMut(&[u8])) -> Result<Inflated, ArchiveError> {
        let mut stream = Inflater { inflater: Decompress::new(false), output: vec![0; OUTPUT_BLOCK], limit, end: None };
        // Blocks after the stream's end are read and not looked at: a false length costs no more than the file.
        for_each_block(self.source, extent.start, extent.length, |block| stream.feed(block, visit))?;
        let written = stream.inflater.total_out();
        Ok(Inflated { end: stream.end.unwrap_or(End::Damage), consumed: stream.inflater.total_in(), written })
    }
}

struct Inflated {
    end: End,
    /// How many compressed bytes were used.
    consumed: u64,
    /// How many bytes came out.
    written: u64,
}

/// Why inflating came to an end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The stream is complete.
    Stream,
    /// The stream is malformed, or its data end before it does.
    Damage,
    /// More bytes would have come out than allowed.
    Limit,
}

struct Inflater {
    inflater: Decompress,
    output: Vec<u8>,
    limit: u64,
    end: Option<End>,
}

impl Inflater {
    fn feed(&mut self, mut input: &[u8], visit: &mut dyn FnMut(&[u8])) {
        while self.end.is_none() {
            let (read_before, written_before) = (self.inflater.total_in(), self.inflater.total_out());
            let status = self.inflater.decompress(input, &mut self.output, FlushDecompress::None);
            let read = (self.inflater.total_in() - read_before) as usize;
            let written = (self.inflater.total_out() - written_before) as usize;
            input = input.get(read..).unwrap_or_default();
            let allowed = self.limit.saturating_sub(written_before).min(written as u64) as usize;
            visit(self.output.get(..allowed).unwrap_or_default());
            if allowed < written {
                self.end = Some(End::Limit);
                return;
            }
            match status {
                Ok(Status::StreamEnd) => self.end = Some(End::Stream),
                Err(_) => self.end = Some(End::Damage),
                // No progress: the next block of input is needed.
                Ok(_) if read == 0 && written == 0 => return,
                Ok(_) => {}
            }
        }
    }
}

fn out_of_range(entry: &Entry) -> ArchiveError {
    ArchiveError::OutOfRange { entry: entry.name.clone() }
}
