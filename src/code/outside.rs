//! The bytes of an archive that are no entry's data: before the first local header, headers, names, extra fields and
//! comments, gaps, padding, the signing block, what follows the end record, and entries that no directory lists.
//!
//! Everything that was not read as an entry's data is searched, exactly once, in place and in windows: the exact
//! complement of what was read, so that there is no place of an archive that is nobody's. A DEX file there is read as
//! one, an archive is opened, and an entry that only a local header tells of is unpacked. Android runs what stands
//! before the archive on some versions ([`notes::outside`]); on all of them an app can read its own file.

use std::collections::HashSet;
use std::ops::Range;

use memchr::memmem;

use super::entry::{self, Finished, LOCAL_FILE_HEADER};
use super::regions::Regions;
use super::{AppContent, InnerApp, MAX_DEPTH, MAX_WHOLE, Taken, Visit, dex, notes};
use crate::archive::MANIFEST;
use crate::archive::{Archive, EndRecord};
use crate::bytes::u32_at;
use crate::note::{Note, Place};
use crate::source::{BLOCK, Section, Source, SourceError, for_each_block, read_vec};

/// Stands before the offset of something in the archive that has no name, in the place of a name.
pub const MARK: char = '@';

/// How many beginnings of archives, entries and DEX files outside the entries are noticed in one archive: as many as an
/// archive may have entries, for one that lies outside has them all.
const MAX_MARKS: usize = crate::archive::MAX_ENTRIES;
/// How many DEX files and entries that no directory lists are read of one archive. Honest files have none; each costs a
/// look at what follows.
const MAX_PIECES: usize = 4096;
/// How many end records outside the entries are taken for an archive's end in one archive, each of which costs a look at
/// a central directory.
const MAX_ARCHIVES: usize = 64;

/// The magic number of a DEX file, without its version.
const DEX: &[u8] = b"dex\n";
/// The size of `header_item` up to version 040, and where its `file_size` is.
const DEX_HEADER: u64 = 0x70;
const DEX_FILE_SIZE: usize = 0x20;
/// A DEX file of this version or later may be a container of several, whose `file_size` is that of the first.
const DEX_CONTAINER: &[u8] = b"041";
/// The size of a local header without its variable fields.
const LOCAL_SIZE: u64 = 30;
/// The longest signature that is looked for, which may lie across the border of two blocks.
const SIGNATURE: usize = 4;

/// What begins at an offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Dex,
    LocalHeader,
    EndRecord,
}

/// One archive whose outside is searched.
struct Outside<'o, 'a> {
    archive: &'o Archive<'a>,
    regions: Regions,
    /// Its place in the outermost archive, as a prefix of names.
    outer: &'o str,
    depth: usize,
    /// Where the local headers are that the directory lists.
    known: HashSet<u64>,
    marks: usize,
    archives: usize,
    pieces: usize,
}

/// What is called by its offset in the archive `entry`.
pub fn name(entry: &str, offset: u64) -> String {
    if entry.is_empty() { format!("{MARK}{offset}") } else { format!("{entry}!/{MARK}{offset}") }
}

impl Visit<'_> {
    /// Searches everything but `read`.
    pub(super) fn outside(&mut self, archive: &Archive, mut read: Vec<Range<u64>>, outer: &str, depth: usize) {
        read.sort_by_key(|range| range.start);
        let regions = Regions::of(archive, &read);
        let known = archive.entries().iter().map(|entry| entry.local_header_offset).collect();
        let mut outside = Outside { archive, regions, outer, depth, known, marks: 0, archives: 0, pieces: 0 };
        let mut done = 0;
        let end = archive.source().len();
        for range in read.into_iter().chain(std::iter::once(end..end)) {
            if range.start > done
                && let Err(error) = self.stretch(&mut outside, done..range.start)
            {
                self.problem(&error.into(), outer);
            }
            done = done.max(range.end);
        }
        let limits = [(outside.archives, MAX_ARCHIVES), (outside.pieces, MAX_PIECES), (outside.marks, MAX_MARKS)];
        if let Some((_, limit)) = limits.iter().find(|(count, limit)| count > limit) {
            self.visited.problems.push(outside.place(Note::new(&notes::OUTSIDE_TOO_MANY, &[("limit", limit)])));
        }
    }

    /// Searches one range without gaps: what can be told apart in it first, and then the rest as it is.
    fn stretch(&mut self, outside: &mut Outside, stretch: Range<u64>) -> Result<(), SourceError> {
        let source = outside.archive.source();
        let length = stretch.end - stretch.start;
        let whole = if length <= BLOCK as u64 { Some(read_vec(source, stretch.start, length)?) } else { None };
        let marks = match &whole {
            Some(bytes) => {
                let mut marks = Vec::new();
                outside.find_marks(bytes, stretch.start, &mut marks);
                marks
            }
            None => outside.marks_of(&stretch)?,
        };
        let mut taken = Vec::new();
        if !marks.is_empty() {
            self.archives(outside, &stretch, &marks, &mut taken)?;
            self.pieces(outside, &stretch, &marks, &mut taken)?;
            taken.sort_by_key(|range: &Range<u64>| range.start);
        }
        let mut done = stretch.start;
        for range in taken.into_iter().chain(std::iter::once(stretch.end..stretch.end)) {
            if range.start > done {
                let mut reader = entry::Reader::outside(outside.entry(), done, false, &outside.regions, self.visitor);
                match &whole {
                    Some(bytes) => {
                        reader.feed(&bytes[(done - stretch.start) as usize..(range.start - stretch.start) as usize]);
                    }
                    None => for_each_block(source, done, range.start - done, |block| reader.feed(block))?,
                }
                reader.finish();
            }
            done = done.max(range.end);
        }
        Ok(())
    }

    /// Opens the archives in a stretch. They are found from their ends, as every reader finds them: an end record says
    /// where the archive begins.
    fn archives(
        &mut self,
        outside: &mut Outside,
        stretch: &Range<u64>,
        marks: &[(u64, Mark)],
        taken: &mut Vec<Range<u64>>,
    ) -> Result<(), SourceError> {
        let source = outside.archive.source();
        let starts: Vec<u64> =
            marks.iter().filter(|(_, mark)| *mark == Mark::LocalHeader).map(|(offset, _)| *offset).collect();
        // From the last on: an archive holds those that are stored in it.
        for (record, _) in marks.iter().rev().filter(|(_, mark)| *mark == Mark::EndRecord) {
            if taken.iter().any(|range| range.contains(record)) || stretch.end - record < EndRecord::SIZE {
                continue;
            }
            let Some(stated) = EndRecord::parse(&read_vec(source, *record, EndRecord::SIZE)?) else { continue };
            let limit = taken.iter().map(|range| range.start).filter(|start| start > record).min();
            let end = (record + EndRecord::SIZE + u64::from(stated.comment_length)).min(limit.unwrap_or(stretch.end));
            let directory = record.checked_sub(stated.directory_size.into());
            let stated = directory.and_then(|directory| directory.checked_sub(stated.directory_offset.into()));
            let stated = stated.filter(|start| starts.binary_search(start).is_ok());
            // One that says something else, as with a size beyond 32 bits, begins at the first header at most.
            let start = stated.or_else(|| starts.iter().copied().find(|start| start < record));
            let Some(start) = start.filter(|start| taken.iter().all(|range| range.start >= end || range.end <= *start))
            else {
                continue;
            };
            outside.archives += 1;
            if outside.archives > MAX_ARCHIVES {
                return Ok(());
            }
            let section = Section::new(source, start, end - start)?;
            let Ok(inner) = Archive::open(&section) else { continue };
            let name = format!("{}{MARK}{start}", outside.outer);
            if inner.entry(MANIFEST).is_some() && outside.depth == 0 {
                self.visited.apps.push(InnerApp { name, content: AppContent::InPlace(start..end) });
            } else if inner.entry(MANIFEST).is_some() && section.len() <= MAX_WHOLE as u64 {
                self.app(&name, read_vec(&section, 0, section.len())?);
            } else if outside.depth < MAX_DEPTH {
                self.archive(&inner, &Taken::new(), &format!("{name}!/"), outside.depth + 1);
            } else {
                let note = Note::new(&notes::TOO_DEEP, &[("entry", &name), ("limit", &MAX_DEPTH)]);
                self.visited.problems.push(note.at(Place::entry(name)));
                continue;
            }
            taken.push(start..end);
        }
        Ok(())
    }

    /// Reads the DEX files of a stretch, and the entries that only their own headers tell of. What is stored there is
    /// found as it is.
    fn pieces(
        &mut self,
        outside: &mut Outside,
        stretch: &Range<u64>,
        marks: &[(u64, Mark)],
        taken: &mut Vec<Range<u64>>,
    ) -> Result<(), SourceError> {
        let archives = taken.clone();
        let mut done = stretch.start;
        for (offset, mark) in marks.iter().filter(|(_, mark)| *mark != Mark::EndRecord) {
            if *offset < done || archives.iter().any(|range| range.contains(offset)) {
                continue;
            }
            let next = archives.iter().map(|range| range.start).filter(|start| start > offset).min();
            let limit = next.unwrap_or(stretch.end);
            let piece = match mark {
                Mark::Dex => self.dex(outside, *offset, limit)?,
                _ => self.unlisted(outside, *offset, limit)?,
            };
            if outside.pieces > MAX_PIECES {
                break;
            }
            done = piece.as_ref().map_or(done, |piece| piece.end);
            taken.extend(piece);
        }
        Ok(())
    }

    /// Reads the DEX file at `offset`.
    fn dex(&mut self, outside: &mut Outside, offset: u64, limit: u64) -> Result<Option<Range<u64>>, SourceError> {
        let source = outside.archive.source();
        let header = read_vec(source, offset, DEX_HEADER.min(limit - offset))?;
        if !dex::is_dex(&header) {
            return Ok(None);
        }
        outside.pieces += 1;
        if outside.pieces > MAX_PIECES {
            return Ok(None);
        }
        if offset == 0 && outside.outer.is_empty() {
            self.visited.code_before = Some(outside.regions.end_at(0).min(limit));
        }
        let size = u64::from(u32_at(&header, DEX_FILE_SIZE).unwrap_or_default());
        let is_container = header.get(4..7).is_some_and(|version| version >= DEX_CONTAINER);
        // With a size that cannot be true it may be as long as the part of the archive that it is in.
        let end = match offset.checked_add(size) {
            Some(end) if size >= DEX_HEADER && end <= limit && !is_container => end,
            _ => outside.regions.end_at(offset).min(limit),
        };
        if end - offset > MAX_WHOLE as u64 {
            return Ok(None);
        }
        let bytes = read_vec(source, offset, end - offset)?;
        let mut reader = entry::Reader::outside(outside.entry(), offset, true, &outside.regions, self.visitor);
        reader.feed(&bytes);
        if let Finished::Searched(problem) = reader.finish() {
            self.visited.problems.extend(problem);
        }
        Ok(Some(offset..end))
    }

    /// Unpacks the entry whose local header is at `offset` and that no directory lists. Gives its range, unless it is
    /// none, or damaged.
    fn unlisted(&mut self, outside: &mut Outside, offset: u64, limit: u64) -> Result<Option<Range<u64>>, SourceError> {
        if limit - offset < LOCAL_SIZE {
            return Ok(None);
        }
        let header = read_vec(outside.archive.source(), offset, LOCAL_SIZE)?;
        let field = |at: usize| u64::from(header[at]) | u64::from(header[at + 1]) << 8;
        let (method, name_length, extra) = (field(8), field(26), field(28));
        let data = offset + LOCAL_SIZE + name_length + extra;
        if method == 0 || data >= limit {
            return Ok(None);
        }
        outside.pieces += 1;
        if outside.pieces > MAX_PIECES {
            return Ok(None);
        }
        let name = read_vec(outside.archive.source(), offset + LOCAL_SIZE, name_length)?;
        let name = format!("{}{MARK}{offset}!/{}", outside.outer, String::from_utf8_lossy(&name));
        self.visitor.entry(&name);
        let mut reader = entry::Reader::new(&name, self.visitor);
        let inflated = outside.archive.inflate_between(data, limit, self.remaining, &mut |block| reader.feed(block));
        let total = reader.total();
        let finished = reader.finish();
        let (used, written, complete) = match inflated {
            Ok(told) => told,
            Err(error) => {
                self.problem(&error, outside.outer);
                return Ok(None);
            }
        };
        // What is used counts too: a stream may go on for long and give nothing.
        self.remaining = self.remaining.saturating_sub(total.max(used));
        match finished {
            Finished::Searched(problem) if complete => self.visited.problems.extend(problem),
            Finished::Archive(bytes) if complete => self.inner_archive(&name, bytes, outside.depth + 1),
            _ => {}
        }
        Ok((complete && written > 0).then(|| offset..data + used))
    }
}

impl Outside<'_, '_> {
    /// The archive's own place.
    fn entry(&self) -> &str {
        self.outer.trim_end_matches("!/")
    }

    fn place(&self, note: Note) -> Note {
        if self.outer.is_empty() { note } else { note.at(Place::entry(self.entry())) }
    }

    /// The marks of a stretch that is too long to be held.
    fn marks_of(&mut self, stretch: &Range<u64>) -> Result<Vec<(u64, Mark)>, SourceError> {
        let mut marks = Vec::new();
        let mut held: Vec<u8> = Vec::new();
        let mut start = stretch.start;
        for_each_block(self.archive.source(), stretch.start, stretch.end - stretch.start, |block| {
            held.extend_from_slice(block);
            self.find_marks(&held, start, &mut marks);
            // A signature that is cut at the end is found with the next block; one that is whole is not found again.
            let kept = held.len().min(SIGNATURE - 1);
            start += (held.len() - kept) as u64;
            held.drain(..held.len() - kept);
        })?;
        marks.sort_unstable();
        Ok(marks)
    }

    /// Adds what begins in `bytes`, whose first is at `start`, in order.
    fn find_marks(&mut self, bytes: &[u8], start: u64, marks: &mut Vec<(u64, Mark)>) {
        let end = self.archive.layout().eocd_offset;
        for (signature, mark) in
            [(LOCAL_FILE_HEADER, Mark::LocalHeader), (&EndRecord::SIGNATURE, Mark::EndRecord), (DEX, Mark::Dex)]
        {
            for at in memmem::find_iter(bytes, signature) {
                let offset = start + at as u64;
                let is_known = match mark {
                    Mark::LocalHeader => self.known.contains(&offset),
                    Mark::EndRecord => offset == end,
                    Mark::Dex => false,
                };
                if is_known {
                    continue;
                }
                self.marks += 1;
                if self.marks > MAX_MARKS {
                    break;
                }
                marks.push((offset, mark));
            }
        }
        marks.sort_unstable();
    }
}
