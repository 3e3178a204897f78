//! The chunks of a resource table, one after another, by Android's rules and beyond them.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/ChunkIterator.cpp` and `include/androidfw/Chunk.h`. Where Android refuses
//! the table, the chunks are read on: a size that is no multiple of four may be meant as it is or be a false one, so what
//! follows is looked for at both places.

use super::notes::{accepted, refused, unread};
use super::parse::{smallest_header, usual_header};
use crate::note::{Note, Place, Template};
use crate::resources::chunk::ChunkHeader;

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

/// What becomes of a table for a fault.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// Android goes on.
    Accepted,
    /// Android refuses the table; the chunk is read.
    Refused,
    /// Android refuses the table, and a part of it is not read.
    Unread,
}

/// The chunks between two offsets of a table. It ends at the first one that Android passes over because it is cut off.
pub(super) struct Chunks<'a> {
    bytes: &'a [u8],
    next: usize,
    end: usize,
    is_first: bool,
    /// Whether Android refuses the table, so that its rules for going on do not matter any more.
    pub is_refused: bool,
    /// What Android objects to: the first note of each kind, and what becomes of the table for it.
    pub faults: Vec<(Note, Outcome)>,
}

impl<'a> Chunks<'a> {
    /// `end` lies in `bytes`. `is_refused` says whether Android has refused the table already.
    pub fn new(bytes: &'a [u8], start: usize, end: usize, is_refused: bool) -> Self {
        let end = end.min(bytes.len());
        let mut chunks = Self { bytes, next: start, end, is_first: true, is_refused, faults: Vec::new() };
        if is_refused && !start.is_multiple_of(4) {
            chunks.next = chunks.resume(start);
        }
        chunks
    }

    fn object(&mut self, template: &'static Template, values: &[(&str, &dyn ToString)], outcome: Outcome) {
        self.is_refused |= outcome != Outcome::Accepted;
        if !self.faults.iter().any(|(note, _)| note.is(template)) {
            self.faults.push((Note::new(template, values).at(Place::offset(self.next as u64)), outcome));
        }
    }

    /// How many bytes a chunk that starts at the offset may have. In a container whose size is no multiple of four, the
    /// last one may reach up to the next.
    fn room(&self, at: usize) -> usize {
        let end = if self.is_refused { self.end.next_multiple_of(4).min(self.bytes.len()) } else { self.end };
        end.saturating_sub(at)
    }

    /// The header at an offset, if it looks like one of a table: a known kind, and sizes that can be.
    fn recognise(&self, at: usize) -> Option<ChunkHeader> {
        let header = ChunkHeader::read(self.bytes.get(..self.end)?, at)?;
        let smallest = smallest_header(header.kind)?;
        let is_possible = header.header_size >= smallest && u32::from(header.header_size) <= header.size;
        (is_possible && header.size as usize <= self.room(at)).then_some(header)
    }

    /// Where the next chunk starts when the one before it ends at `end`, by a size that is no multiple of four: there, or
    /// at the multiple of four on either side. Where there is none, at the next place that looks like one.
    fn resume(&self, end: usize) -> usize {
        let beside = [end, end & !3, end.next_multiple_of(4)];
        let found = beside.into_iter().find(|at| self.recognise(*at).is_some());
        found.or_else(|| (end..self.end).find(|at| self.recognise(*at).is_some())).unwrap_or(self.end)
    }

    /// The size that a chunk is read with: its own, or what there is where it is cut off; none where Android stops there.
    fn size(&mut self, header: ChunkHeader, is_first: bool) -> Option<usize> {
        let (size, room) = (header.size as usize, self.room(self.next));
        if size <= room {
            return Some(size);
        }
        // Android forgives a chunk that is cut off, unless it is the first of its container.
        if is_first {
            self.object(&unread::CHUNK_CUT, &[("stated", &size), ("read", &room)], Outcome::Unread);
        } else {
            self.object(&accepted::CHUNK_CUT, &[], Outcome::Accepted);
        }
        let is_known = smallest_header(header.kind).is_some_and(|smallest| header.header_size >= smallest);
        (self.is_refused && is_known).then_some(room)
    }
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        while self.next < self.end {
            let (start, is_first) = (self.next, std::mem::take(&mut self.is_first));
            let Some(header) = ChunkHeader::read(&self.bytes[..self.end], start) else {
                let room = self.end - start;
                match is_first {
                    true => self.object(
                        &unread::CHUNK_CUT,
                        &[("stated", &ChunkHeader::SIZE), ("read", &room)],
                        Outcome::Unread,
                    ),
                    false => self.object(&accepted::TRAILING, &[("count", &room)], Outcome::Accepted),
                }
                break;
            };
            let Some(size) = self.size(header, is_first) else { break };
            let mut header_size = usize::from(header.header_size);
            if header_size < ChunkHeader::SIZE || header_size > size {
                self.object(&unread::CHUNK_HEADER, &[], Outcome::Unread);
                match usual_header(header.kind).filter(|usual| *usual <= size) {
                    Some(usual) => header_size = usual,
                    None => {
                        let behind = start + size.max(ChunkHeader::SIZE);
                        self.next = self.resume(behind.min(self.end)).max(start + 1);
                        continue;
                    }
                }
            }
            let chunk = Chunk { kind: header.kind, start, header_size, end: start + size };
            let stated = (header.size as usize, usize::from(header.header_size));
            let is_aligned = start.is_multiple_of(4) && (stated.0 | stated.1).is_multiple_of(4);
            if !is_aligned {
                self.object(&refused::CHUNK_UNALIGNED, &[("size", &stated.0), ("header", &stated.1)], Outcome::Refused);
            }
            self.next = if is_aligned { chunk.end } else { self.resume(chunk.end).max(start + 1) };
            if !is_aligned && self.next.saturating_sub(chunk.end) >= ChunkHeader::SIZE {
                self.object(&unread::CHUNK_HEADER, &[], Outcome::Unread);
            }
            return Some(chunk);
        }
        self.next = self.end;
        None
    }
}
