//! The entries' data: in place, streamed, or as a whole.
//!
//! Which bytes Android takes: `ZipAssetsProvider::OpenInternal` (androidfw's `AssetsProvider.cpp`) for the manifest,
//! resources and assets, `extractToWriter` and `inflateImpl` (libziparchive's `zip_archive.cc`) for code.

use flate2::{Decompress, FlushDecompress, Status};

use super::notes::{accepted, entry_refused};
use super::record::{Entry, FLAG_ENCRYPTED, METHOD_DEFLATED, METHOD_STORED};
use super::{Archive, ArchiveError};
use crate::source::{Section, for_each_block};

/// How many inflated bytes are handed on at a time.
const OUTPUT_BLOCK: usize = 64 << 10;
/// Up to how many bytes a vector is made from a declared size alone.
const MAX_RESERVE: u64 = 16 << 20;

/// How an entry's data are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    /// As they are.
    Stored { length: u64 },
    /// Inflated.
    Deflated { length: u64 },
}

impl<'a> Archive<'a> {
    /// Reads an entry's data, unpacked.
    ///
    /// # Errors
    /// When the data are not in the file, are damaged or encrypted, have more than `limit` bytes, or the source
    /// fails. [`Archive::for_each_block`] hands on what comes before the damage.
    pub fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::with_capacity(entry.uncompressed_size.min(limit).min(MAX_RESERVE) as usize);
        self.for_each_block(entry, limit, &mut |block| bytes.extend_from_slice(block))?;
        Ok(bytes)
    }

    /// Hands an entry's data, unpacked, to `visit` block by block. The checksum and the sizes are compared on the
    /// way; see [`Archive::anomalies`].
    ///
    /// # Errors
    /// As [`Archive::read`]; `visit` has then seen what came before.
    pub fn for_each_block(&self, entry: &Entry, limit: u64, visit: &mut dyn FnMut(&[u8])) -> Result<(), ArchiveError> {
        let start = self.data_offset(entry)?;
        let mut checksum = crc32fast::Hasher::new();
        match self.coding(entry)? {
            Coding::Stored { length } => {
                if length > limit {
                    return Err(too_large(entry, limit));
                }
                for_each_block(self.source, start, length, |block| {
                    checksum.update(block);
                    visit(block);
                })?;
            }
            Coding::Deflated { length } => {
                let inflated = self.inflate(start, length, limit, &mut |block| {
                    checksum.update(block);
                    visit(block);
                })?;
                match inflated.end {
                    End::Limit => return Err(too_large(entry, limit)),
                    End::Damage if entry.flags & FLAG_ENCRYPTED != 0 => {
                        return Err(ArchiveError::Encrypted { entry: entry.name.clone() });
                    }
                    End::Damage => {
                        return Err(ArchiveError::Damaged { entry: entry.name.clone(), read: inflated.written });
                    }
                    End::Stream => self.compare_sizes(entry, length, &inflated),
                }
            }
        }
        if checksum.finalize() != entry.crc32 {
            self.note(entry, &accepted::CHECKSUM, &[]);
        }
        Ok(())
    }

    /// An entry's data in place, when they are not compressed.
    pub fn stored(&self, entry: &Entry) -> Option<Section<'a>> {
        match self.coding(entry).ok()? {
            Coding::Stored { length } => Section::new(self.source, entry.data_offset?, length).ok(),
            Coding::Deflated { .. } => None,
        }
    }

    fn data_offset(&self, entry: &Entry) -> Result<u64, ArchiveError> {
        entry.data_offset.ok_or_else(|| out_of_range(entry))
    }

    /// How the data are to be taken, and that they lie in the file.
    fn coding(&self, entry: &Entry) -> Result<Coding, ArchiveError> {
        let start = self.data_offset(entry)?;
        let fits = |length: u64| start.checked_add(length).is_some_and(|end| end <= self.source.len());
        let stored = Coding::Stored { length: entry.uncompressed_size };
        let deflated = Coding::Deflated { length: entry.compressed_size };
        let coding = match entry.method {
            METHOD_STORED => stored,
            METHOD_DEFLATED if self.is_falsely_deflated(entry, start) => {
                self.note(entry, &entry_refused::NOT_DEFLATED, &[]);
                stored
            }
            METHOD_DEFLATED => deflated,
            method if self.is_deflated_all_the_same(entry, start) => {
                self.note(entry, &accepted::METHOD_UNKNOWN_DEFLATED, &[("method", &method)]);
                deflated
            }
            method => {
                self.note(entry, &accepted::METHOD_UNKNOWN, &[("method", &method)]);
                stored
            }
        };
        let (Coding::Stored { length } | Coding::Deflated { length }) = coding;
        if fits(length) { Ok(coding) } else { Err(out_of_range(entry)) }
    }

    /// Method 8 with two equal sizes, and the checksum is that of the data as they are.
    fn is_falsely_deflated(&self, entry: &Entry, start: u64) -> bool {
        entry.compressed_size == entry.uncompressed_size
            && entry.compressed_size > 0
            && self.stored_checksum(start, entry.uncompressed_size) == Some(entry.crc32)
    }

    /// An unknown method, where the data as they are have another checksum than declared and inflating them gives
    /// the declared checksum and size.
    fn is_deflated_all_the_same(&self, entry: &Entry, start: u64) -> bool {
        if self.stored_checksum(start, entry.uncompressed_size) == Some(entry.crc32) {
            return false;
        }
        let mut checksum = crc32fast::Hasher::new();
        let limit = entry.uncompressed_size;
        let inflated = self.inflate(start, entry.compressed_size, limit, &mut |block: &[u8]| checksum.update(block));
        inflated.is_ok_and(|inflated| {
            inflated.end == End::Stream && inflated.written == limit && checksum.finalize() == entry.crc32
        })
    }

    fn stored_checksum(&self, start: u64, length: u64) -> Option<u32> {
        let mut checksum = crc32fast::Hasher::new();
        for_each_block(self.source, start, length, |block| checksum.update(block)).ok()?;
        Some(checksum.finalize())
    }

    fn compare_sizes(&self, entry: &Entry, length: u64, inflated: &Inflated) {
        let declared = entry.uncompressed_size;
        if inflated.written != declared {
            let values: [(&str, &dyn ToString); 2] = [("declared", &declared), ("actual", &inflated.written)];
            self.note(entry, &entry_refused::INFLATED_SIZE, &values);
        }
        let unread = length.saturating_sub(inflated.consumed);
        if unread > 0 {
            self.note(entry, &accepted::TRAILING_DATA, &[("length", &unread)]);
        }
    }

    /// Inflates `length` bytes from `start` on, up to the end of the stream, the first damage or `limit` bytes.
    fn inflate(
        &self,
        start: u64,
        length: u64,
        limit: u64,
        visit: &mut dyn FnMut(&[u8]),
    ) -> Result<Inflated, ArchiveError> {
        let mut stream = Inflater { inflater: Decompress::new(false), output: vec![0; OUTPUT_BLOCK], limit, end: None };
        // Blocks after the stream's end are read and not looked at: a false length costs no more than the file.
        for_each_block(self.source, start, length, |block| stream.feed(block, visit))?;
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
            if self.inflater.total_out() > self.limit {
                self.end = Some(End::Limit);
                return;
            }
            visit(self.output.get(..written).unwrap_or_default());
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

fn too_large(entry: &Entry, limit: u64) -> ArchiveError {
    ArchiveError::TooLarge { entry: entry.name.clone(), limit }
}

fn out_of_range(entry: &Entry) -> ArchiveError {
    ArchiveError::OutOfRange { entry: entry.name.clone() }
}
