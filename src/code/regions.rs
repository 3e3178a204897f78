//! The parts of an archive that are no entry's data, by name: which one a byte of the file is in.

use std::ops::Range;

use super::TextKind;
use crate::archive::Archive;
use crate::note::{Place, Region};
use crate::signing::schemes::signing_block::{
    ID_SOURCE_STAMP_V1, ID_SOURCE_STAMP_V2, ID_V2, ID_V3, ID_V31, Sections, SigningBlock, hex_id,
};

/// The size of an end record without its comment (APPNOTE 4.3.16).
const END_SIZE: u64 = 22;
/// The size of a central directory record without its variable fields (APPNOTE 4.3.12).
const CENTRAL_SIZE: u64 = 46;
/// The size of a local header without its variable fields (APPNOTE 4.3.7).
const LOCAL_SIZE: u64 = 30;
/// The largest local header: its fixed part and two fields with 16-bit lengths (APPNOTE 4.3.7).
const MAX_LOCAL_HEADER: u64 = LOCAL_SIZE + 2 * u16::MAX as u64;
/// What stands before the value of a pair in the signing block: its length and its identifier.
const PAIR_HEADER: u64 = 12;
/// The values of the signing block that are signatures with their certificates. Names in a certificate are a mention, as
/// they are in the certificate of a v1 signature, which is a file.
const SIGNATURES: [u32; 5] = [ID_V2, ID_V3, ID_V31, ID_SOURCE_STAMP_V1, ID_SOURCE_STAMP_V2];

/// The parts of one archive, disjoint and in order. What is in none of them is between two entries.
#[derive(Debug)]
pub struct Regions {
    parts: Vec<Part>,
    /// The names of the entries that parts belong to.
    names: Vec<String>,
    /// Where the last entry's data end.
    last_end: u64,
    /// Where the central directory starts.
    directory: u64,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    start: u64,
    end: u64,
    region: Region,
    of: Owner,
    /// Whether its text names things, and is kept for no other use: entries, and who signed.
    names: bool,
}

/// What a part belongs to.
#[derive(Clone, Copy, Debug)]
enum Owner {
    Archive,
    /// The entry with this number.
    Entry(usize),
    /// The value of the signing block with this identifier.
    Pair(u32),
}

impl Regions {
    /// The parts of an archive; `read` are the bytes that were read as entries' data, in order.
    pub fn of(archive: &Archive, read: &[Range<u64>]) -> Self {
        let layout = archive.layout();
        let (directory, end) = (layout.central_directory_offset, layout.eocd_offset);
        let comment = end.saturating_add(END_SIZE);
        let behind = comment.saturating_add(layout.comment_length.into());
        let mut parts = Vec::new();
        let mut add = |start, end, region, of, names| parts.push(Part { start, end, region, of, names });
        let first = archive.entries().iter().filter(|entry| entry.data_offset.is_some());
        add(
            0,
            first.map(|entry| entry.local_header_offset).min().unwrap_or(0),
            Region::BeforeFirstEntry,
            Owner::Archive,
            false,
        );
        for (number, entry) in archive.entries().iter().enumerate() {
            let name = entry.raw_name.len() as u64;
            let record = entry.central_offset;
            let in_record = record.saturating_add(CENTRAL_SIZE);
            let (name_end, end) = (in_record.saturating_add(name), record.saturating_add(entry.central_size));
            add(record, name_end, Region::CentralDirectory, Owner::Entry(number), true);
            add(name_end, end, Region::CentralDirectory, Owner::Entry(number), false);
            let Some(data) = entry.data_offset else { continue };
            let header = entry.local_header_offset;
            if data.checked_sub(header).is_some_and(|length| length <= MAX_LOCAL_HEADER) {
                let name_end = header.saturating_add(LOCAL_SIZE + name).min(data);
                add(header, name_end, Region::LocalHeader, Owner::Entry(number), true);
                add(name_end, data, Region::LocalHeader, Owner::Entry(number), false);
            }
            let declared = entry.compressed_size.max(if entry.method == 0 { entry.uncompressed_size } else { 0 });
            let declared = data.saturating_add(declared).min(directory);
            let used = archive.consumed(entry).map_or(data, |used| used.end);
            if used < declared {
                add(used, declared, Region::EntrySlack, Owner::Entry(number), false);
            }
        }
        let sections = Sections {
            central_directory_offset: directory,
            central_directory_size: layout.central_directory_size,
            eocd_offset: end,
        };
        // What is no block that Android reads lies before the directory all the same.
        if let Ok(block) = SigningBlock::find(archive.source(), &sections) {
            let mut done = block.offset;
            for pair in &block.pairs {
                add(done, pair.offset - PAIR_HEADER, Region::SigningBlock, Owner::Archive, false);
                done = pair.offset + pair.length;
                let signature = SIGNATURES.contains(&pair.id);
                add(pair.offset - PAIR_HEADER, done, Region::SigningBlock, Owner::Pair(pair.id), signature);
            }
            add(done, directory, Region::SigningBlock, Owner::Archive, false);
        }
        add(end, comment, Region::EndRecord, Owner::Archive, false);
        add(comment, behind, Region::Comment, Owner::Archive, false);
        add(behind, u64::MAX, Region::AfterEnd, Owner::Archive, false);
        // Extra fields and comments lie between the names.
        parts.sort_by_key(|part| part.start);
        let mut reached = 0;
        parts.retain_mut(|part| {
            part.start = part.start.max(reached);
            reached = reached.max(part.end);
            part.start < part.end
        });
        let names = archive.entries().iter().map(|entry| entry.name.clone()).collect();
        let last_end = read.iter().map(|range| range.end).filter(|end| *end <= directory).max().unwrap_or(0);
        Self { parts, names, last_end, directory }
    }

    fn at(&self, offset: u64) -> Option<&Part> {
        let next = self.parts.partition_point(|part| part.start <= offset);
        self.parts.get(next.checked_sub(1)?).filter(|part| offset < part.end)
    }

    /// Where the part that `offset` is in ends.
    pub(super) fn end_at(&self, offset: u64) -> u64 {
        let next = || self.parts.get(self.parts.partition_point(|part| part.start <= offset));
        self.at(offset).map(|part| part.end).or_else(|| next().map(|part| part.start)).unwrap_or(u64::MAX)
    }

    /// The same place with the part that `offset` is in, and what kind of text is there. `kind` is what the text is
    /// by itself.
    pub(super) fn place(&self, place: Place, offset: u64, kind: TextKind) -> (Place, TextKind) {
        let between = match offset {
            offset if offset >= self.directory => Region::CentralDirectory,
            offset if offset < self.last_end => Region::BetweenEntries,
            _ => Region::BeforeDirectory,
        };
        let unnamed = (between, Owner::Archive, false);
        let (region, owner, names) = self.at(offset).map_or(unnamed, |part| (part.region, part.of, part.names));
        let of = match owner {
            Owner::Archive => None,
            Owner::Entry(number) => self.names.get(number).cloned(),
            Owner::Pair(id) => Some(hex_id(id)),
        };
        let kind = if kind == TextKind::Outside && names { TextKind::Asset } else { kind };
        (place.outside(region, of), kind)
    }
}
