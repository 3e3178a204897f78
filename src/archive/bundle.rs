//! APKs inside an archive: the parts of a bundle, apps in a plain ZIP, and apps that an app carries among its files.
//!
//! Names decide nothing but what is listed: which inner APKs are one app stands in their manifests and signatures, and
//! `apps` tells it. The kinds of bundle:
//! - bundletool's `.apks` (its `ApkPathManager` and `ApkSerializerManager`): `toc.pb`, APKs below `splits/`,
//!   `standalones/`, `instant/`, `system/`, or `universal.apk`;
//! - the installed app's own files (`ApkLite`, `frameworks/base`), which SAI's `.apks` and APKMirror's `.apkm`
//!   (`info.json`) keep: `base.apk` and `split_NAME.apk`;
//! - APKPure's `.xapk` (`manifest.json`): `PACKAGE.apk` and `config.NAME.apk`.

use flate2::{Decompress, FlushDecompress};

use super::notes::problems;
use super::record::{FLAG_ENCRYPTED, METHOD_DEFLATED, METHOD_STORED};
use super::window::Window;
use super::{Archive, ArchiveError, Entry, MANIFEST};
use crate::note::Note;
use crate::source::{Section, Source, SourceError};

/// How many inner APKs of one archive are listed.
pub const MAX_PARTS: usize = 500;
/// How many bytes a compressed inner APK may have, which must be held in memory; a stored one is read in place and
/// has no limit.
pub const MAX_INFLATED_PART: u64 = 512 << 20;
/// How deep archives inside archives are worth opening: an app in an app in a bundle in a ZIP.
pub const MAX_DEPTH: usize = 4;

/// `LocalFileHeader::kSignature`: what every APK begins with.
const MAGIC: [u8; 4] = *b"PK\x03\x04";
/// How many compressed bytes are inflated to see the first four of an entry. A stream's header with its code tables
/// has at most 286 + 30 code lengths of up to 7 + 7 bits (RFC 1951, section 3.2.7): 600 bytes.
const PEEKED: u64 = 1 << 10;
/// The smallest entry that can hold an APK: an end record, and one central record and local header with a name.
const MIN_PART: u64 = 22 + 46 + 30;

/// What kind of container an archive is, by the names in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// An APK itself: it has a manifest.
    Apk,
    /// The `.apks` of bundletool (`toc.pb`) or SAI (`meta.sai_v1.json`, `meta.sai_v2.json`).
    Apks,
    /// An `.xapk`: `manifest.json` beside APKs.
    Xapk,
    /// An `.apkm`: `info.json` beside APKs.
    Apkm,
    /// An Android App Bundle (`BundleConfig.pb`), from which APKs are yet to be made: it cannot be installed.
    AppBundle,
    /// Some other ZIP archive.
    Plain,
}

/// An entry that is, or may be, an APK or an archive of some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'e> {
    /// The entry.
    pub entry: &'e Entry,
    /// What its name says. Where it says nothing, its first bytes are those of some ZIP archive, and only opening it
    /// tells.
    pub named: Option<Named>,
    /// Whether it is marked as encrypted and does not begin as an archive: a password is needed.
    pub encrypted: bool,
}

/// What an entry's name says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// `.apk`.
    Apk,
    /// `.apks`, `.xapk`, `.apkm`.
    Bundle,
    /// `.zip`.
    Zip,
}

impl Named {
    /// What the name of a file or an entry says.
    pub fn of(name: &[u8]) -> Option<Self> {
        let dot = name.iter().rposition(|byte| *byte == b'.')?;
        match name.get(dot + 1..)?.to_ascii_lowercase().as_slice() {
            b"apk" => Some(Self::Apk),
            b"apks" | b"xapk" | b"apkm" => Some(Self::Bundle),
            b"zip" => Some(Self::Zip),
            _ => None,
        }
    }
}

/// A part's bytes.
pub enum PartSource<'a> {
    /// In place.
    Stored(Section<'a>),
    /// Unpacked into memory.
    Inflated(Vec<u8>),
}

impl Source for PartSource<'_> {
    fn len(&self) -> u64 {
        match self {
            Self::Stored(section) => section.len(),
            Self::Inflated(bytes) => Source::len(bytes),
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        match self {
            Self::Stored(section) => section.read_at(offset, buffer),
            Self::Inflated(bytes) => bytes.read_at(offset, buffer),
        }
    }
}

/// The kind of container that `archive` is.
pub fn container(archive: &Archive) -> Container {
    let has = |name| archive.entry(name).is_some();
    if has(MANIFEST) {
        Container::Apk
    } else if has("BundleConfig.pb") {
        Container::AppBundle
    } else if !archive.entries().iter().any(is_named_apk) {
        Container::Plain
    } else if has("toc.pb") || has("meta.sai_v1.json") || has("meta.sai_v2.json") {
        Container::Apks
    } else if has("manifest.json") {
        Container::Xapk
    } else if has("info.json") {
        Container::Apkm
    } else {
        Container::Plain
    }
}

/// The inner APKs and archives of `archive`, by name. Of more than [`MAX_PARTS`], the rest is left out, and
/// [`Archive::problems`] says so. An entry's first bytes are looked at whatever its name: apps hide others under false
/// names. What is named as an app or an archive and does not begin as one is listed, too: that it cannot be opened must
/// be said. Among an app's own files only the name `.apk` counts for that.
pub fn parts<'e>(archive: &'e Archive) -> Vec<Part<'e>> {
    let is_apk = container(archive) == Container::Apk;
    let named = |entry: &Entry| Named::of(&entry.raw_name).filter(|named| !is_apk || *named == Named::Apk);
    // One of the two sizes may be a lie.
    let may_hold_an_app = |entry: &Entry| entry.uncompressed_size.max(entry.compressed_size) >= MIN_PART;
    let mut entries: Vec<&Entry> = archive
        .entries()
        .iter()
        .filter(|entry| may_hold_an_app(entry) || (!is_apk && named(entry).is_some()))
        .collect();
    entries.sort_by_key(|entry| entry.data_offset);
    let mut peek = Peek::new(archive);
    let mut parts: Vec<Part> = entries
        .into_iter()
        .filter_map(|entry| {
            let begins_as_archive = peek.begins_as_archive(entry);
            let named = named(entry);
            let encrypted = entry.flags & FLAG_ENCRYPTED != 0 && !begins_as_archive;
            (named.is_some() || begins_as_archive).then_some(Part { entry, named, encrypted })
        })
        .collect();
    parts.sort_by(|a, b| a.entry.raw_name.cmp(&b.entry.raw_name));
    if parts.len() > MAX_PARTS {
        let values: [(&str, &dyn ToString); 2] = [("count", &parts.len()), ("read", &MAX_PARTS)];
        archive.note_once(u64::MAX, Note::new(&problems::TOO_MANY_PARTS, &values));
        parts.truncate(MAX_PARTS);
    }
    parts
}

/// The bytes of a part, to open as an [`Archive`]: in place when it is stored, otherwise unpacked.
///
/// # Errors
/// As [`Archive::read`] with [`MAX_INFLATED_PART`], and when a password is needed.
pub fn open<'a>(archive: &Archive<'a>, part: &Part) -> Result<PartSource<'a>, ArchiveError> {
    if part.encrypted {
        return Err(ArchiveError::Encrypted { entry: part.entry.name.clone() });
    }
    match archive.stored(part.entry) {
        Some(section) => Ok(PartSource::Stored(section)),
        None => archive.read(part.entry, MAX_INFLATED_PART).map(PartSource::Inflated),
    }
}

fn is_named_apk(entry: &Entry) -> bool {
    Named::of(&entry.raw_name) == Some(Named::Apk)
}

/// Looks at the first bytes of entries in the order of their places.
struct Peek<'s> {
    window: Window<'s>,
    inflater: Decompress,
}

impl<'s> Peek<'s> {
    fn new(archive: &Archive<'s>) -> Self {
        Self { window: Window::new(archive.source()), inflater: Decompress::new(false) }
    }

    fn begins_as_archive(&mut self, entry: &Entry) -> bool {
        let Some(offset) = entry.data_offset else { return false };
        let length = if entry.method == METHOD_STORED { MAGIC.len() as u64 } else { entry.compressed_size.min(PEEKED) };
        let Ok(data) = self.window.get(offset, length) else { return false };
        // An entry with an unknown method may be either.
        let as_it_is = entry.method != METHOD_DEFLATED && data.starts_with(&MAGIC);
        as_it_is || (entry.method != METHOD_STORED && inflated_start(&mut self.inflater, data) == MAGIC)
    }
}

/// The first bytes that come out of a deflate stream; zeros when none do.
fn inflated_start(inflater: &mut Decompress, data: &[u8]) -> [u8; 4] {
    let mut start = [0; 4];
    inflater.reset(false);
    // What goes wrong leaves other bytes than an archive's.
    let _ = inflater.decompress(data, &mut start, FlushDecompress::Sync);
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_an_entry_should_be_by_its_ending_alone() {
        for (name, named) in [
            ("base.apk", Some(Named::Apk)),
            ("splits/Camera-Master.APK", Some(Named::Apk)),
            ("app.apks", Some(Named::Bundle)),
            ("app.XAPK", Some(Named::Bundle)),
            ("app.apkm", Some(Named::Bundle)),
            ("evidence.zip", Some(Named::Zip)),
            ("apk", None),
            ("base.apk.txt", None),
            ("base.apk/", None),
        ] {
            assert_eq!(Named::of(name.as_bytes()), named, "{name}");
        }
    }
}
