//! What an app carries besides its manifest's facts: DEX files, native libraries, assets; the strings and names in
//! them.
//!
//! [`visit`] goes through every entry of an archive once and hands each text to a [`Visitor`], with its exact place.
//! DEX files and compiled resources are read string by string, wherever in the archive they are and whatever they are
//! called, also inside another archive. Everything else is handed on as it is, in overlapping windows: native libraries too, because their section
//! tables may be missing or false, and searching a library as a whole was measured to cost little more than searching
//! its read-only data (docs/code.md). What is left of the file when all entries are read is searched too ([`outside`]).

pub mod dex;
mod entry;
pub mod mutf8;
pub mod notes;
mod outside;
mod pools;
pub mod prefix;
mod regions;
pub mod setting;
mod utf16;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use entry::Finished;
pub use regions::Regions;

use crate::archive::MANIFEST;
use crate::archive::{Archive, ArchiveError};
use crate::note::{Note, Place};

/// How many unpacked bytes of an archive are looked at. The largest apps unpack to about this much; what comes after
/// is named in a note.
pub const MAX_TOTAL: u64 = 4 << 30;

/// How large a file may be that has to be read as a whole: a DEX file, a compiled resource, and, for
/// [`Visitor::file`], a native library. A larger one is searched in windows, as any other file is. DEX files end well
/// below, since one can name no more than 65,536 methods.
pub const MAX_WHOLE: usize = 128 << 20;

/// Takes what [`visit`] finds.
pub trait Visitor {
    /// Called before an entry is read. Between two entries nothing may be handed on for long.
    fn entry(&mut self, _name: &str) {}

    /// A text, in the order of the archive's entries.
    fn text(&mut self, text: &Text);

    /// Whether [`Visitor::file`] is wanted for this kind of file.
    fn wants(&self, _kind: FileKind) -> bool {
        false
    }

    /// An unpacked file as a whole, when it is wanted and has no more than [`MAX_WHOLE`] bytes.
    fn file(&mut self, _entry: &str, _kind: FileKind, _bytes: &[u8]) {}
}

/// The kinds of file that can be had as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A DEX file.
    Dex,
    /// An ELF file.
    NativeLibrary,
    /// Binary XML: the manifest, layouts and others.
    BinaryXml,
    /// A compiled resource table.
    ResourceTable,
}

/// How many archives deep a file is looked for: an app's loader takes code out of a `.jar` among its assets, and hardly
/// ever one archive further in. What lies deeper is told.
const MAX_DEPTH: usize = 4;

/// How many bytes of apps are kept for the caller that are not in place in the archive.
const MAX_HELD: usize = 256 << 20;

/// What [`visit`] leaves to the caller.
#[derive(Debug, Default)]
pub struct Visited {
    /// What could not be read.
    pub problems: Vec<Note>,
    /// The APKs outside the entries of the archive, and of the archives in it. Those that are entries are found by
    /// [`bundle::parts`](crate::archive::bundle::parts).
    pub apps: Vec<InnerApp>,
    /// How many bytes stand before the first entry, where they begin as a DEX file does.
    pub code_before: Option<u64>,
}

/// An APK that is read as an app of its own.
#[derive(Debug)]
pub struct InnerApp {
    /// Where it lies: names of entries, joined with `!/`; `@` and an offset for what no entry is.
    pub name: String,
    /// Its bytes.
    pub content: AppContent,
}

/// The bytes of an [`InnerApp`].
#[derive(Debug)]
pub enum AppContent {
    /// In place in the archive's source.
    InPlace(Range<u64>),
    /// Unpacked.
    Unpacked(Vec<u8>),
}

/// Entries that somebody else reads, by the place of their directory record, with the bytes of the source that their
/// data are.
pub type Taken = HashMap<u64, Range<u64>>;

/// Goes through every entry of an archive once but for those that are `taken`, through archives among them, and through
/// every byte of the file that is no entry's data ([`outside`]). An APK inside is left to the caller, who reads it as
/// an app of its own.
pub fn visit(archive: &Archive, taken: &Taken, visitor: &mut dyn Visitor) -> Visited {
    let mut visit = Visit { visitor, remaining: MAX_TOTAL, held: 0, is_outside: false, visited: Visited::default() };
    visit.archive(archive, taken, "", 0);
    visit.visited
}

struct Visit<'v> {
    visitor: &'v mut dyn Visitor,
    /// How many more bytes are looked at.
    remaining: u64,
    /// How many bytes of apps are kept.
    held: usize,
    /// Whether what is visited lies outside the entries of an archive.
    is_outside: bool,
    visited: Visited,
}

impl Visit<'_> {
    /// Goes through an archive whose own place in the outermost one is `outer`: through its entries, and then through
    /// the rest of it.
    fn archive(&mut self, archive: &Archive, taken: &Taken, outer: &str, depth: usize) {
        self.entries(archive, taken, outer, depth);
        let read = archive
            .entries()
            .iter()
            .filter_map(|entry| taken.get(&entry.central_offset).cloned().or_else(|| archive.consumed(entry)));
        let read = read.collect();
        let before = std::mem::replace(&mut self.is_outside, true);
        self.outside(archive, read, outer, depth);
        self.is_outside = before;
    }

    fn entries(&mut self, archive: &Archive, taken: &Taken, outer: &str, depth: usize) {
        // A record that repeats another one's data costs nothing, however many there are.
        let mut seen = HashSet::new();
        for entry in archive.entries() {
            let is_empty = entry.compressed_size.max(entry.uncompressed_size) == 0;
            if (entry.is_folder() && is_empty)
                || taken.contains_key(&entry.central_offset)
                || !seen.insert((entry.data_offset, entry.compressed_size, entry.method))
            {
                continue;
            }
            let name = format!("{outer}{}", entry.name);
            self.visitor.entry(&name);
            let mut reader = entry::Reader::new(&name, self.visitor);
            let result = archive.for_each_block(entry, self.remaining, &mut |block| reader.feed(block));
            self.remaining = self.remaining.saturating_sub(reader.total());
            match reader.finish() {
                Finished::Searched(problem) => self.visited.problems.extend(problem),
                Finished::Archive(bytes) => self.inner_archive(&name, bytes, depth + 1),
            }
            match result {
                Ok(()) => {}
                Err(ArchiveError::TooLarge { .. }) => {
                    let note = Note::new(&notes::TOO_MUCH, &[("entry", &name), ("limit", &MAX_TOTAL)]);
                    self.visited.problems.push(note.at(Place::entry(name)));
                }
                Err(error) => self.problem(&error, outer),
            }
            if self.remaining == 0 {
                break;
            }
        }
    }

    /// Goes through an archive in another one; where it is none in truth, its bytes are searched as they are. An APK
    /// that lies in entries alone is found by the caller.
    fn inner_archive(&mut self, name: &str, bytes: Vec<u8>, depth: usize) {
        match Archive::open(&bytes) {
            Ok(inner) if inner.entry(MANIFEST).is_some() => {}
            Ok(inner) if depth <= MAX_DEPTH => return self.archive(&inner, &Taken::new(), &format!("{name}!/"), depth),
            Ok(_) => return self.too_deep(name, &bytes),
            Err(_) => return entry::search_plain(name, &bytes, self.visitor),
        }
        if self.is_outside {
            self.app(name, bytes);
        }
    }

    /// Searches an archive as it is that lies too deep for being opened.
    fn too_deep(&mut self, name: &str, bytes: &[u8]) {
        let note = Note::new(&notes::TOO_DEEP, &[("entry", &name), ("limit", &MAX_DEPTH)]);
        self.visited.problems.push(note.at(Place::entry(name)));
        entry::search_plain(name, bytes, self.visitor);
    }

    /// Keeps an APK for the caller.
    fn app(&mut self, name: &str, bytes: Vec<u8>) {
        self.held += bytes.len();
        if self.held > MAX_HELD {
            let note = Note::new(&notes::TOO_MUCH, &[("entry", &name), ("limit", &MAX_HELD)]);
            self.visited.problems.push(note.at(Place::entry(name)));
            return entry::search_plain(name, &bytes, self.visitor);
        }
        self.visited.apps.push(InnerApp { name: name.to_owned(), content: AppContent::Unpacked(bytes) });
    }

    /// Keeps why something in the archive at `outer` could not be read.
    fn problem(&mut self, error: &ArchiveError, outer: &str) {
        let note = error.note();
        self.visited.problems.push(if outer.is_empty() { note } else { note.inside(outer.trim_end_matches("!/")) });
    }
}

/// A piece of text in an app: one string of a DEX file, a stretch of an asset.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The archive entry.
    pub entry: &'a str,
    /// What it is.
    pub kind: TextKind,
    /// The characters, in UTF-8 or [Modified UTF-8](mutf8), possibly with other bytes between.
    pub bytes: &'a [u8],
    /// How the characters are written in the entry.
    pub encoding: Encoding,
    /// Where `bytes` starts in the entry.
    pub offset: u64,
    /// Where in `bytes` a find that belongs to this piece starts. What lies around belongs to its neighbours, and is
    /// here so that it can be seen whether a word ends.
    pub window: (usize, usize),
    /// The parts of the archive that `entry` is, or of the outermost one where it is empty, when the text is no entry's
    /// data.
    pub regions: Option<&'a Regions>,
}

/// Where a text is, which tells how much a mention in it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextKind {
    /// A file that is neither code nor compiled: a list, a page, a document.
    Asset,
    /// Bytes of an archive that are no entry's data. Names of entries and certificates there are [`TextKind::Asset`].
    Outside,
    /// A compiled resource or binary XML: text that people read, as far as it is no setting.
    Resource,
    /// A sentence in code.
    Prose,
    /// A value under a setting's name, in a resource or a data file, or one in the manifest.
    Setting,
    /// Code in another language: JavaScript, .NET and others.
    Script,
    /// A native library.
    NativeData,
    /// A string of a DEX file.
    DexString,
    /// The name of a class that a DEX file defines, as a descriptor: `Lorg/example/Name;`.
    ClassName,
}

/// How characters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they stand in [`Text::bytes`].
    Bytes,
    /// In UTF-16, two bytes for each unit.
    Utf16,
}

impl<'a> Text<'a> {
    /// A text by itself, with nothing around it.
    pub fn whole(entry: &'a str, kind: TextKind, bytes: &'a [u8], offset: u64) -> Self {
        Self { entry, kind, bytes, encoding: Encoding::Bytes, offset, window: (0, bytes.len()), regions: None }
    }

    /// The place of what stands at `index` of [`Text::bytes`], and what kind of text it is in.
    pub fn place_of(&self, index: usize) -> (Place, TextKind) {
        let offset = self.offset_of(index);
        let place = if self.entry.is_empty() && self.regions.is_some() {
            Place::offset(offset)
        } else {
            Place::entry(self.entry).at(offset)
        };
        match self.regions {
            Some(regions) => regions.place(place, offset, self.kind),
            None => (place, self.kind),
        }
    }

    /// The offset in the entry of what stands at `index` of [`Text::bytes`].
    pub fn offset_of(&self, index: usize) -> u64 {
        match self.encoding {
            Encoding::Bytes => self.offset + index as u64,
            Encoding::Utf16 => {
                let before = mutf8::decode(&self.bytes[..index.min(self.bytes.len())]);
                self.offset + 2 * before.encode_utf16().count() as u64
            }
        }
    }
}
