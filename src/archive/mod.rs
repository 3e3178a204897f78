//! The ZIP container as Android reads it (libziparchive), by random access.
//!
//! [`Archive`] is opened on a [`Source`] and knows the central directory; an entry's bytes are read only when asked
//! for. What Android's package parser reads is read the same way. What Android refuses is read as far as it can be,
//! and a note says so: see [`notes`], where each rule names its source.

pub mod bundle;
mod checks;
mod end_record;
mod error;
mod layout;
mod local;
pub mod notes;
mod read;
mod record;
mod window;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

pub use end_record::EndRecord;
pub use error::ArchiveError;
pub use layout::Layout;
pub use record::{Entry, FLAG_DATA_DESCRIPTOR, FLAG_ENCRYPTED, METHOD_DEFLATED, METHOD_STORED};

use crate::note::{Note, Place, Template};
use crate::source::{Source, read_vec};
use notes::{accepted, archive_refused, problems};

/// The name of the manifest's entry. Android installs no archive without it (`ANDROID_MANIFEST_FILENAME` in
/// `PackageParser.java`).
pub const MANIFEST: &str = "AndroidManifest.xml";
/// How many records of a central directory are read. The largest apps have tens of thousands of entries.
pub const MAX_ENTRIES: usize = 1 << 20;
/// How many bytes of a central directory are read.
pub const MAX_CENTRAL_DIRECTORY: u64 = 128 << 20;
/// How many times its own size an archive may claim to unpack to before a note says so. Deflate itself ends at 1,032
/// (zlib's technical notes); apps are around 2.
pub const MAX_EXPANSION: u64 = 100;
/// From how many unpacked bytes on [`MAX_EXPANSION`] is looked at: less harms nobody.
pub const MIN_EXPANDED: u64 = 256 << 20;
/// How many notes of one kind are kept; one more says how many there were.
pub const MAX_NOTES_OF_A_KIND: usize = 50;

/// An open archive.
pub struct Archive<'a> {
    source: &'a dyn Source,
    layout: Layout,
    entries: Vec<Entry>,
    /// Indices of `entries`, by name; among equal names in directory order.
    by_name: Vec<u32>,
    opening_notes: Vec<Note>,
    /// What reading the entries' data showed, by the entry's place and the note's code, so that reading twice says
    /// it once.
    reading_notes: RefCell<BTreeMap<(u64, Cow<'static, str>), Note>>,
    /// Which bytes of the source the data were that have been read to their end, by the entry's place.
    consumed: RefCell<BTreeMap<u64, Range<u64>>>,
}

impl<'a> Archive<'a> {
    /// Finds and reads the central directory and every entry's local header, and notes what is odd about them.
    ///
    /// # Errors
    /// When the source is empty, no archive, has lost its end, has no entries, or fails.
    pub fn open(source: &'a dyn Source) -> Result<Self, ArchiveError> {
        let mut notes = Vec::new();
        let layout = layout::find(source, &mut notes)?;
        let mut entries = read_directory(source, &layout, &mut notes)?;
        if entries.is_empty() {
            return Err(ArchiveError::NoEntries);
        }
        let mut by_name: Vec<u32> = (0..entries.len() as u32).collect();
        by_name.sort_by(|a, b| entries[*a as usize].raw_name.cmp(&entries[*b as usize].raw_name));
        local::locate_data(source, &layout, &mut entries, &mut notes);
        checks::directory(source, &layout, &entries, &by_name, &mut notes);
        Ok(Self {
            source,
            layout,
            entries,
            by_name,
            opening_notes: notes,
            reading_notes: RefCell::default(),
            consumed: RefCell::default(),
        })
    }

    /// What the archive was opened on.
    pub fn source(&self) -> &'a dyn Source {
        self.source
    }

    /// Where the archive's parts lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Every record of the central directory, in its order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with exactly this name. Among several, the first in the directory: the one that ran on those
    /// versions of Android that installed such an app (see [`notes::archive_refused::DUPLICATE`]).
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        let name = name.as_bytes();
        let at = self.by_name.partition_point(|index| self.named(*index) < name);
        let index = *self.by_name.get(at)?;
        (self.named(index) == name).then(|| &self.entries[index as usize])
    }

    fn named(&self, index: u32) -> &[u8] {
        &self.entries[index as usize].raw_name
    }

    /// What is odd about the archive: about its directory and local headers, and about the data of those entries
    /// that have been read by now. At most [`MAX_NOTES_OF_A_KIND`] of a kind, in a fixed order.
    pub fn anomalies(&self) -> Vec<Note> {
        let reading_notes = self.reading_notes.borrow();
        let notes = self.opening_notes.iter().chain(reading_notes.values());
        limit_each_kind(notes.filter(|note| !says_unread(note)))
    }

    /// Which parts of the archive were left unread, because it has more of them than this reader's limits. Why one
    /// entry could not be read is told by the error of reading it.
    pub fn problems(&self) -> Vec<Note> {
        let reading_notes = self.reading_notes.borrow();
        let notes = self.opening_notes.iter().chain(reading_notes.values());
        notes.filter(|note| says_unread(note)).cloned().collect()
    }

    fn note(&self, entry: &Entry, template: &'static Template, values: &[(&str, &dyn ToString)]) {
        self.note_once(entry.central_offset, note_about(entry, template, values));
    }

    /// Keeps a note that comes at `place` among the others.
    fn note_once(&self, place: u64, note: Note) {
        self.reading_notes.borrow_mut().entry((place, note.code.clone())).or_insert(note);
    }
}

fn says_unread(note: &Note) -> bool {
    note.is(&problems::TOO_MANY_ENTRIES) || note.is(&problems::TOO_MANY_PARTS)
}

/// A note about an entry, at its central directory record.
fn note_about(entry: &Entry, template: &'static Template, values: &[(&str, &dyn ToString)]) -> Note {
    let mut all: Vec<(&str, &dyn ToString)> = vec![("entry", &entry.name)];
    all.extend_from_slice(values);
    Note::new(template, &all).at(Place::offset(entry.central_offset))
}

/// Reads the declared number of records, as `ParseZipArchive` does, or as many as there are.
fn read_directory(source: &dyn Source, layout: &Layout, notes: &mut Vec<Note>) -> Result<Vec<Entry>, ArchiveError> {
    let start = layout.central_directory_offset;
    // The declared size may be too small: the records are followed up to the end record.
    let available = layout.eocd_offset.saturating_sub(start).min(MAX_CENTRAL_DIRECTORY);
    let bytes = read_vec(source, start, available)?;
    let here = Place::offset(layout.eocd_offset);
    let mut rest = bytes.as_slice();
    let mut offset = start;
    let mut entries = Vec::new();
    while (entries.len() as u64) < layout.record_count && entries.len() < MAX_ENTRIES {
        let Some((entry, size)) = Entry::parse(rest, offset, layout.prefix) else { break };
        rest = rest.get(size..).unwrap_or_default();
        offset += size as u64;
        entries.push(entry);
    }
    let declared = layout.record_count;
    let read = entries.len();
    if read == MAX_ENTRIES && declared > MAX_ENTRIES as u64 {
        notes.push(Note::new(&problems::TOO_MANY_ENTRIES, &[("declared", &declared), ("read", &read)]).at(here));
    } else if (read as u64) < declared {
        let values: [(&str, &dyn ToString); 2] = [("declared", &declared), ("read", &read)];
        notes.push(Note::new(&archive_refused::DIRECTORY_CUT, &values).at(Place::offset(offset)));
    } else if offset - start > layout.central_directory_size {
        notes.push(Note::new(&archive_refused::DIRECTORY_SIZE, &[]).at(here));
    } else if Entry::parse(rest, offset, layout.prefix).is_some() {
        let note = Note::new(&accepted::HIDDEN_RECORDS, &[("declared", &declared)]);
        notes.push(note.at(Place::offset(offset)));
    }
    Ok(entries)
}

/// Keeps the first [`MAX_NOTES_OF_A_KIND`] of each kind, and says how many more there were.
fn limit_each_kind<'n>(notes: impl Iterator<Item = &'n Note>) -> Vec<Note> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for note in notes {
        let count = counts.entry(&note.code).or_default();
        *count += 1;
        if *count <= MAX_NOTES_OF_A_KIND {
            kept.push(note.clone());
        }
    }
    for (kind, count) in counts {
        if count > MAX_NOTES_OF_A_KIND {
            let more = count - MAX_NOTES_OF_A_KIND;
            kept.push(Note::new(&problems::MORE, &[("count", &more), ("kind", &kind)]));
        }
    }
    kept
}
