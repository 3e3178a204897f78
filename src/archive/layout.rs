//! Where an archive's central directory lies: the end records.
//!
//! Structures: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.14 and 4.3.15; [`EndRecord`]. Which of them Android believes:
//! `FindCentralDirectoryInfo` and `FindCentralDirectoryInfoForZip64` in libziparchive's `zip_archive.cc`.

use super::notes::{accepted, archive_refused};
use super::record::{CENTRAL_SIGNATURE, Entry, LOCAL_SIGNATURE, LOCAL_SIZE};
use super::{ArchiveError, EndRecord};
use crate::bytes::Fields;
use crate::note::{Note, Place};
use crate::source::{Source, read_vec};

/// Where the parts of an archive lie. Offsets count from the start of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Where the end of central directory record starts.
    pub eocd_offset: u64,
    /// Where the central directory was found.
    pub central_directory_offset: u64,
    /// How many bytes the central directory has, as declared.
    pub central_directory_size: u64,
    /// How many records the central directory has, as declared.
    pub record_count: u64,
    /// How many bytes the archive comment has, as declared.
    pub comment_length: u16,
    /// Whether the three values above come from a ZIP64 end record.
    pub zip64: bool,
    /// How many bytes the whole archive is displaced: offsets in its records count from here. 0 in an archive that
    /// Android opens.
    pub prefix: u64,
}

/// `Zip64EocdLocator::kSignature`, APPNOTE 4.3.15.
const ZIP64_LOCATOR_SIGNATURE: u32 = 0x0706_4b50;
/// The size of a ZIP64 locator.
const ZIP64_LOCATOR_SIZE: u64 = 20;
/// `Zip64EocdRecord::kSignature`, APPNOTE 4.3.14.
const ZIP64_END_SIGNATURE: u32 = 0x0606_4b50;
/// The size of a ZIP64 end record without its extensible data.
const ZIP64_END_SIZE: u64 = 56;

/// How far from the end of the file Android looks for an end record (`kMaxEOCDSearch`): the longest comment and the
/// record.
const ANDROID_SEARCH: u64 = u16::MAX as u64 + EndRecord::SIZE;
/// How far one is looked for when Android finds none, so that an archive with something behind it is read.
const MAX_SEARCH: u64 = 1 << 20;
/// The largest central directory record: its fixed part and three fields with 16-bit lengths.
const MAX_RECORD: u64 = 46 + 3 * u16::MAX as u64;
/// How many end signatures are looked at, from the last on.
const MAX_CANDIDATES: usize = 64;

/// Finds the central directory.
///
/// Android takes the last end signature, and the file must end where its comment ends. When that one does not lead
/// to a directory, earlier ones are tried, and what is odd about the one that does is noted.
pub(super) fn find(source: &dyn Source, notes: &mut Vec<Note>) -> Result<Layout, ArchiveError> {
    let len = source.len();
    if len == 0 {
        return Err(ArchiveError::Empty);
    }
    let mut found = Vec::new();
    let mut chosen = None;
    for search in [ANDROID_SEARCH, MAX_SEARCH] {
        found = candidates(source, len.min(search))?;
        let strict = found.iter().position(|candidate| candidate.is_strict(source));
        chosen = strict.or_else(|| found.iter().position(|candidate| candidate.directory(source).is_some()));
        if chosen.is_some() {
            break;
        }
    }
    let Some(chosen) = chosen else {
        let empty = found.iter().any(|candidate| candidate.record_count == 0);
        let begins_as_zip = starts_with(source, 0, LOCAL_SIGNATURE);
        return Err(match (empty, begins_as_zip) {
            (true, _) => ArchiveError::NoEntries,
            (false, true) => ArchiveError::Truncated,
            (false, false) => ArchiveError::NotZip,
        });
    };
    if chosen > 0 {
        let place = Place::offset(found[0].offset);
        notes.push(Note::new(&archive_refused::FALSE_END, &[]).at(place));
    }
    let candidate = &found[chosen];
    let directory = candidate.directory(source).unwrap_or(candidate.directory_offset);
    candidate.note_oddities(len, directory, notes);
    Ok(Layout {
        eocd_offset: candidate.offset,
        central_directory_offset: directory,
        central_directory_size: candidate.directory_size,
        record_count: candidate.record_count,
        comment_length: candidate.comment_length,
        zip64: candidate.zip64,
        prefix: displacement(source, directory, candidate.directory_offset),
    })
}

/// How far the archive's offsets are off, given where its directory is and should be: by as much as the directory,
/// unless the first record's local header is where it says, and not there. Of two archives one behind the other, whose
/// first entries have one name, it may be in both places.
fn displacement(source: &dyn Source, actual: u64, declared: u64) -> u64 {
    let displaced = actual.saturating_sub(declared);
    let available = source.len().saturating_sub(actual).min(MAX_RECORD);
    let record = read_vec(source, actual, available).unwrap_or_default();
    let is_at = |displacement: u64| {
        Entry::parse(&record, actual, displacement).is_some_and(|(entry, _)| {
            let place = entry.local_header_offset;
            let name = read_vec(source, place.saturating_add(LOCAL_SIZE), entry.raw_name.len() as u64);
            starts_with(source, place, LOCAL_SIGNATURE) && name.is_ok_and(|name| name == entry.raw_name)
        })
    };
    if !is_at(displaced) && is_at(0) { 0 } else { displaced }
}

/// The end records in the last `window` bytes, the last one first.
fn candidates(source: &dyn Source, window: u64) -> Result<Vec<Candidate>, ArchiveError> {
    let start = source.len() - window;
    let tail = read_vec(source, start, window)?;
    Ok(tail
        .windows(EndRecord::SIGNATURE.len())
        .enumerate()
        .rev()
        .filter(|(_, bytes)| *bytes == EndRecord::SIGNATURE)
        .filter_map(|(at, _)| Candidate::parse(source, start + at as u64, &tail[at..]))
        .take(MAX_CANDIDATES)
        .collect())
}

/// An end record, with the values of its ZIP64 record where it has one.
#[derive(Clone)]
struct Candidate {
    offset: u64,
    /// Where the directory must end: the ZIP64 end record, or the end record.
    directory_limit: u64,
    directory_offset: u64,
    directory_size: u64,
    record_count: u64,
    comment_length: u16,
    zip64: bool,
    /// Whether the record refers to a ZIP64 record that is not there.
    zip64_missing: bool,
    /// The same, as far as only the newest versions of Android understand it.
    zip64_left_out: bool,
    /// Whether it depends on the version of Android which of two records is believed.
    two_directories: bool,
    one_disk: bool,
    /// Where the comment ends.
    end: u64,
}

impl Candidate {
    fn parse(source: &dyn Source, offset: u64, bytes: &[u8]) -> Option<Self> {
        let record = EndRecord::parse(bytes)?;
        let mut candidate = Self {
            offset,
            directory_limit: offset,
            directory_offset: record.directory_offset.into(),
            directory_size: record.directory_size.into(),
            record_count: record.records.into(),
            comment_length: record.comment_length,
            zip64: false,
            zip64_missing: false,
            zip64_left_out: false,
            two_directories: false,
            one_disk: record.disk == 0 && record.directory_disk == 0 && record.disk_records == record.records,
            end: offset + EndRecord::SIZE + u64::from(record.comment_length),
        };
        // Every version that reads ZIP64 looks for its record when one of these is saturated. The newest also look at
        // the counts and at the comment's length, which the others take as they are.
        if [record.directory_size, record.directory_offset].contains(&u32::MAX) {
            candidate.zip64_missing = candidate.read_zip64(source).is_none();
        } else if [record.disk_records, record.records, record.comment_length].contains(&u16::MAX) {
            candidate.read_optional_zip64(source);
        }
        Some(candidate)
    }

    /// Takes the values of a ZIP64 end record that only the newest versions of Android look for, unless the end record
    /// leads the others to another directory.
    fn read_optional_zip64(&mut self, source: &dyn Source) {
        let mut zip64 = self.clone();
        if zip64.read_zip64(source).is_none() {
            self.zip64_left_out = true;
        } else if self.leads_where(&zip64) || !self.ends_in_time() || !is_directory(source, self.directory_offset) {
            *self = zip64;
        } else {
            self.two_directories = true;
        }
    }

    /// Whether both records are of the same directory, as far as the count of this one can hold that of the other.
    fn leads_where(&self, zip64: &Self) -> bool {
        let place = |candidate: &Self| (candidate.directory_offset, candidate.directory_size);
        let same_count = self.record_count == zip64.record_count || self.record_count == u64::from(u16::MAX);
        place(self) == place(zip64) && same_count
    }

    /// Takes the values of the ZIP64 end record, if the locator right before the end record leads to one.
    fn read_zip64(&mut self, source: &dyn Source) -> Option<()> {
        let locator_offset = self.offset.checked_sub(ZIP64_LOCATOR_SIZE)?;
        let locator = read_vec(source, locator_offset, ZIP64_LOCATOR_SIZE).ok()?;
        let mut locator = Fields(&locator);
        if locator.u32()? != ZIP64_LOCATOR_SIGNATURE {
            return None;
        }
        locator.u32()?; // the disk of the end record
        // The second place is for an archive with something before it, whose offsets are all displaced.
        let places = [Some(locator.u64()?), locator_offset.checked_sub(ZIP64_END_SIZE)];
        for offset in places.into_iter().flatten() {
            let Ok(record) = read_vec(source, offset, ZIP64_END_SIZE) else { continue };
            let mut record = Fields(&record);
            if record.u32()? != ZIP64_END_SIGNATURE {
                continue;
            }
            record.bytes(8 + 2 + 2)?; // the record's size and the versions
            let one_disk = record.u32()? == 0 && record.u32()? == 0;
            let disk_records = record.u64()?;
            self.record_count = record.u64()?;
            self.one_disk = one_disk && disk_records == self.record_count;
            self.directory_size = record.u64()?;
            self.directory_offset = record.u64()?;
            self.directory_limit = offset;
            self.zip64 = true;
            return Some(());
        }
        None
    }

    /// Whether Android would take this record, and finds a directory there.
    fn is_strict(&self, source: &dyn Source) -> bool {
        self.end == source.len()
            && !self.zip64_missing
            && self.ends_in_time()
            && is_directory(source, self.directory_offset)
    }

    /// Whether the directory ends before the end record.
    fn ends_in_time(&self) -> bool {
        self.directory_offset.checked_add(self.directory_size).is_some_and(|end| end <= self.directory_limit)
    }

    /// Where the directory is: where the record says, or right before the end record.
    fn directory(&self, source: &dyn Source) -> Option<u64> {
        let before_end = self.directory_limit.checked_sub(self.directory_size);
        [Some(self.directory_offset), before_end].into_iter().flatten().find(|offset| is_directory(source, *offset))
    }

    fn note_oddities(&self, len: u64, directory: u64, notes: &mut Vec<Note>) {
        let here = || Place::offset(self.offset);
        let mut note = |template, values: &[(&str, &dyn ToString)]| notes.push(Note::new(template, values).at(here()));
        if self.end != len {
            let behind = len - self.offset - EndRecord::SIZE;
            note(&archive_refused::TRAILING_BYTES, &[("length", &behind)]);
        } else if self.comment_length > 0 {
            note(&accepted::ARCHIVE_COMMENT, &[("length", &self.comment_length)]);
        }
        if directory != self.directory_offset {
            let values: [(&str, &dyn ToString); 2] = [("declared", &self.directory_offset), ("actual", &directory)];
            note(&archive_refused::DIRECTORY_MOVED, &values);
        } else if !self.ends_in_time() {
            note(&archive_refused::DIRECTORY_RANGE, &[]);
        }
        if !self.one_disk {
            note(&accepted::DISK_NUMBERS, &[]);
        }
        if self.zip64_missing {
            note(&archive_refused::ZIP64_END, &[]);
        }
        if self.zip64_left_out {
            note(&accepted::ZIP64_LEFT_OUT, &[]);
        }
        if self.two_directories {
            note(&accepted::TWO_DIRECTORIES, &[]);
        }
        if self.zip64 {
            note(&accepted::ZIP64, &[]);
        }
    }
}

fn is_directory(source: &dyn Source, offset: u64) -> bool {
    starts_with(source, offset, CENTRAL_SIGNATURE)
}

fn starts_with(source: &dyn Source, offset: u64, signature: u32) -> bool {
    let mut bytes = [0; 4];
    source.read_at(offset, &mut bytes).is_ok() && bytes == signature.to_le_bytes()
}
