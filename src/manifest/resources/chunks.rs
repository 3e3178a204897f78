//! The chunks of a resource table, one after another, by Android's rules.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/ChunkIterator.cpp` and `include/androidfw/Chunk.h`.

use super::notes::{accepted, refused};
use crate::manifest::chunk::ChunkHeader;
use crate::note::{Note, Place, Template};

/// A chunk: where it lies in the table, and what it is. It lies inside what holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    pub kind: u16,
    pub start: usize,
    pub header_size: usize,
    pub end: usize,
}

impl Chunk {
    /// Where its data starts.
    pub fn data(&self) -> usize {
        self.start + self.header_size
    }
}

/// The chunks between two offsets of a table. It ends at the first one that Android does not accept, and
/// [`Chunks::fault`] then says why.
pub(super) struct Chunks<'a> {
    bytes: &'a [u8],
    next: usize,
    end: usize,
    is_first: bool,
    /// What Android objects to: a note, and whether it refuses the table for it.
    pub fault: Option<(Note, bool)>,
}

impl<'a> Chunks<'a> {
    /// `end` lies in `bytes`.
    pub fn new(bytes: &'a [u8], start: usize, end: usize) -> Self {
        Self { bytes, next: start, end: end.min(bytes.len()), is_first: true, fault: None }
    }

    fn fail(&mut self, template: &'static Template, is_fatal: bool) -> Option<Chunk> {
        let note = Note::new(template, &[]).at(Place::offset(self.next as u64));
        self.fault = Some((note, is_fatal));
        self.next = self.end;
        None
    }
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        if self.next >= self.end {
            return None;
        }
        // Android forgives a chunk that is cut off, unless it is the first of its container.
        let is_first = std::mem::take(&mut self.is_first);
        let Some(header) = ChunkHeader::read(&self.bytes[..self.end], self.next) else {
            return self.fail(&accepted::CHUNK_CUT, is_first);
        };
        let (size, header_size) = (header.size as usize, usize::from(header.header_size));
        if size > self.end - self.next {
            return self.fail(&accepted::CHUNK_CUT, is_first);
        }
        let is_aligned = self.next.is_multiple_of(4) && (size | header_size).is_multiple_of(4);
        if !is_aligned || header_size < ChunkHeader::SIZE || header_size > size {
            return self.fail(&refused::CHUNK_HEADER, true);
        }
        let chunk = Chunk { kind: header.kind, start: self.next, header_size, end: self.next + size };
        self.next = chunk.end;
        Some(chunk)
    }
}
