//! APKs inside an archive: the parts of a bundle, apps in a plain ZIP, and apps that an app carries among its files.
//!
//! What the parts are to each other stands in their manifests, which this module does not read: it finds the inner
//! APKs and orders them by what their names say. The names:
//! - bundletool's `.apks` (its `ApkPathManager` and `ApkSerializerManager`): `toc.pb`, `splits/base-master.apk`
//!   (`base-master_2.apk` for other devices), `splits/MODULE-CONFIG.apk`, `standalones/standalone-CONFIG.apk`,
//!   `universal.apk`, `instant/instant-*.apk`, `system/system.apk`;
//! - the installed app's own files (`ApkLite`, `frameworks/base`), which SAI's `.apks` and APKMirror's `.apkm`
//!   (`info.json`) keep: `base.apk` and `split_NAME.apk`;
//! - APKPure's `.xapk` (`manifest.json`): `PACKAGE.apk` and `config.NAME.apk`.

use flate2::{Decompress, FlushDecompress};

use super::notes::problems;
use super::record::{FLAG_ENCRYPTED, METHOD_DEFLATED, METHOD_STORED};
use super::window::Window;
use super::{Archive, ArchiveError, Entry};
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

/// What an inner APK is to the app, as far as its name tells. The manifests decide: a base has no `split`
/// attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedRole {
    /// Named as the base of a bundle.
    Base,
    /// Named as nothing in particular: an app of its own, or the base of an `.xapk`.
    App,
    /// Named as a split.
    Split,
    /// A file inside an APK.
    Embedded,
}

/// An entry that is, or may be, an APK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'e> {
    /// The entry.
    pub entry: &'e Entry,
    /// What its name says.
    pub role: NamedRole,
    /// Whether it is named `.apk`. If not, its first bytes are those of some ZIP archive, and only opening it tells.
    pub named_apk: bool,
    /// Whether it is marked as encrypted and does not begin as an archive: a password is needed.
    pub encrypted: bool,
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
    if has("AndroidManifest.xml") {
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

/// The inner APKs of `archive`: the base first, then apps of their own, splits, embedded ones, each by name. Of more
/// than [`MAX_PARTS`], the rest is left out, and [`Archive::problems`] says so. An entry's first bytes are looked at whatever its name: apps hide others under false
/// names.
pub fn parts<'e>(archive: &'e Archive) -> Vec<Part<'e>> {
    let is_apk = container(archive) == Container::Apk;
    let mut entries: Vec<&Entry> =
        archive.entries().iter().filter(|entry| entry.uncompressed_size >= MIN_PART).collect();
    entries.sort_by_key(|entry| entry.data_offset);
    let mut peek = Peek::new(archive);
    let mut parts: Vec<Part> = entries
        .into_iter()
        .filter_map(|entry| {
            let begins_as_archive = peek.begins_as_archive(entry);
            let named_apk = is_named_apk(entry);
            let role = if is_apk { NamedRole::Embedded } else { named_role(&entry.name) };
            let encrypted = entry.flags & FLAG_ENCRYPTED != 0 && !begins_as_archive;
            (named_apk || begins_as_archive).then_some(Part { entry, role, named_apk, encrypted })
        })
        .collect();
    parts.sort_by(|a, b| (a.role, &a.entry.raw_name).cmp(&(b.role, &b.entry.raw_name)));
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
    entry.raw_name.last_chunk::<4>().is_some_and(|end| end.eq_ignore_ascii_case(b".apk"))
}

fn named_role(path: &str) -> NamedRole {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit_once('/').map_or(folder, |(_, last)| last);
    let is_master = name.starts_with("base-master") || name.starts_with("instant-base-master");
    if name == "base.apk" || is_master {
        NamedRole::Base
    } else if matches!(folder, "splits" | "instant") || name.starts_with("split_") || name.starts_with("config.") {
        NamedRole::Split
    } else {
        NamedRole::App
    }
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
    fn names_tell_the_base_from_the_splits() {
        for (name, role) in [
            ("base.apk", NamedRole::Base),
            ("splits/base-master.apk", NamedRole::Base),
            ("splits/base-master_2.apk", NamedRole::Base),
            ("splits/base-xxhdpi.apk", NamedRole::Split),
            ("splits/camera-master.apk", NamedRole::Split),
            ("instant/instant-base-master.apk", NamedRole::Base),
            ("split_config.de.apk", NamedRole::Split),
            ("config.arm64_v8a.apk", NamedRole::Split),
            ("org.example.app.apk", NamedRole::App),
            ("standalones/standalone-hdpi.apk", NamedRole::App),
            ("universal.apk", NamedRole::App),
            ("evidence/splitting.apk", NamedRole::App),
        ] {
            assert_eq!(named_role(name), role, "{name}");
        }
    }
}
