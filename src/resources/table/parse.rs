//! Reads the chunks of a table into its index: what is where, not what it says.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/LoadedArsc.cpp` (`LoadedArsc::Load`, `LoadTable`,
//! `LoadedPackage::Load`, `VerifyResTableType`). Where Android refuses the whole table, what can be read of it is read
//! all the same, and the refusal is a problem.

use std::collections::{BTreeMap, BTreeSet};

use super::chunks::{Chunk, Chunks, Outcome};
use super::configuration::Configuration;
use super::notes::{accepted, refused, unread};
use super::package::{OFFSET16, Overlayable, Package, SPARSE, TypeChunk};
use super::{ResourceError, ResourceTable};
use crate::note::{Note, Place, Template};
use crate::resources::chunk::{STRING_POOL, TABLE, u8_at, u16_at, u32_at};
use crate::resources::notes as pool_notes;
use crate::resources::string_pool::StringPool;

/// `RES_TABLE_PACKAGE_TYPE`
const PACKAGE: u16 = 0x0200;
/// `RES_TABLE_TYPE_TYPE`
const TYPE: u16 = 0x0201;
/// `RES_TABLE_TYPE_SPEC_TYPE`
const TYPE_SPEC: u16 = 0x0202;
/// `RES_TABLE_LIBRARY_TYPE`
const LIBRARY: u16 = 0x0203;
/// `RES_TABLE_OVERLAYABLE_TYPE`
const OVERLAYABLE: u16 = 0x0204;
/// `RES_TABLE_OVERLAYABLE_POLICY_TYPE`
const OVERLAYABLE_POLICY: u16 = 0x0205;
/// `RES_TABLE_STAGED_ALIAS_TYPE`
const STAGED_ALIAS: u16 = 0x0206;
/// `RES_TABLE_FLAGGED`
const FLAGGED: u16 = 0x0207;
/// `RES_TABLE_FLAG_LIST`
const FLAG_LIST: u16 = 0x0208;

/// The system's package, which alone may have staged aliases.
const SYSTEM_PACKAGE: u8 = 0x01;
/// Characters of a name that has a fixed place, each of 16 bits.
const PACKAGE_NAME: usize = 128;
/// `sizeof(ResTable_lib_entry)`
const LIBRARY_ENTRY: usize = 4 + 2 * PACKAGE_NAME;
/// Characters of an overlayable's name, and of its actor's.
const OVERLAYABLE_NAME: usize = 256;

/// `sizeof(ResTable_header)`
const TABLE_HEADER: usize = 12;
/// `sizeof(ResTable_package)` without its last field, which old tables do not have.
const PACKAGE_HEADER: usize = 284;

/// How many chunks of a table are read. The system's own table has some thousand.
const MAX_CHUNKS: usize = 1 << 16;
/// How many notes a table leaves at most.
const MAX_NOTES: usize = 200;

impl ResourceTable {
    /// Reads `resources.arsc`.
    ///
    /// # Errors
    /// [`ResourceError`] when there is no resource table in the bytes at all; everything else that is wrong is in
    /// [`ResourceTable::problems`].
    pub fn parse(bytes: Vec<u8>) -> Result<Self, ResourceError> {
        if bytes.is_empty() {
            return Err(ResourceError::Empty);
        }
        let mut reader = Reader { bytes: &bytes, ..Reader::default() };
        reader.file();
        let Reader { strings, packages, anomalies, problems, has_table, .. } = reader;
        if !has_table {
            let is_cut = u16_at(&bytes, 0) == Some(TABLE) && bytes.len() < TABLE_HEADER;
            return Err(if is_cut { ResourceError::Truncated } else { ResourceError::NotATable });
        }
        Ok(Self { strings: strings.unwrap_or_default(), packages, anomalies, problems, ..Self::of(bytes) })
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reader<'a> {
    bytes: &'a [u8],
    strings: Option<StringPool>,
    packages: Vec<Package>,
    anomalies: Vec<Note>,
    problems: Vec<Note>,
    has_table: bool,
    /// Whether Android refuses the table for its chunks.
    is_refused: bool,
    chunks: usize,
}

/// The smallest header of each kind of chunk, in bytes.
pub(super) fn smallest_header(kind: u16) -> Option<u16> {
    Some(match kind {
        STRING_POOL => 28,
        TABLE => TABLE_HEADER as u16,
        PACKAGE => PACKAGE_HEADER as u16,
        TYPE => 24,
        TYPE_SPEC => 16,
        LIBRARY | STAGED_ALIAS => 12,
        OVERLAYABLE => 8 + 4 * OVERLAYABLE_NAME as u16,
        OVERLAYABLE_POLICY => 16,
        FLAGGED | FLAG_LIST => 8,
        _ => return None,
    })
}

/// The header of a kind of chunk that has the same size in each.
pub(super) fn usual_header(kind: u16) -> Option<usize> {
    matches!(kind, STRING_POOL | TABLE).then(|| smallest_header(kind).map(usize::from)).flatten()
}

impl Reader<'_> {
    fn file(&mut self) {
        self.each(0, self.bytes.len(), |reader, chunk| match chunk.kind {
            TABLE => reader.table(chunk),
            _ => reader.unknown(chunk),
        });
    }

    fn table(&mut self, mut table: Chunk) {
        self.has_table = true;
        if self.fields(table, TABLE_HEADER, []).is_none() {
            // Its one field may be there all the same.
            self.is_refused = true;
            table.header_size = TABLE_HEADER;
        }
        let stated = u32_at(self.bytes, table.start + 8).unwrap_or_default();
        let before = self.packages.len();
        self.each(table.data(), table.end, |reader, chunk| match chunk.kind {
            STRING_POOL if reader.strings.is_none() => reader.strings = reader.string_pool(chunk),
            STRING_POOL => reader.anomaly(&accepted::EXTRA_STRING_POOL, &[], chunk.start),
            PACKAGE => {
                if reader.packages.len() - before == stated as usize {
                    reader.anomaly(&refused::TOO_MANY_PACKAGES, &[("stated", &stated)], chunk.start);
                }
                reader.package(chunk);
            }
            FLAG_LIST => reader.anomaly(&accepted::FLAGGED, &[], chunk.start),
            _ => reader.unknown(chunk),
        });
        let found = self.packages.len() - before;
        if found < stated as usize {
            self.anomaly(&accepted::PACKAGE_COUNT, &[("stated", &stated), ("found", &found)], table.start + 8);
        }
    }

    fn package(&mut self, chunk: Chunk) {
        let fields = self.fields(chunk, PACKAGE_HEADER, [8, 268, 276]);
        let Some([id, type_names, entry_names]) = fields else { return };
        if id > 0xFF {
            self.anomaly(&accepted::PACKAGE_ID, &[("id", &id)], chunk.start + 8);
        }
        let mut package =
            Package { id: id as u8, name: self.name(chunk.start + 12, PACKAGE_NAME), ..Package::default() };
        if chunk.header_size >= PACKAGE_HEADER + 4 {
            let offset = u32_at(self.bytes, chunk.start + PACKAGE_HEADER).unwrap_or_default();
            package.type_offset = offset as u8;
            if offset > 0xFF {
                self.anomaly(&refused::TYPE_OFFSET, &[("offset", &offset)], chunk.start + PACKAGE_HEADER);
            }
        }
        let place = |offset: u32| chunk.start.checked_add(offset as usize);
        let mut declared = BTreeMap::new();
        self.each(chunk.data(), chunk.end, |reader, child| match child.kind {
            STRING_POOL if Some(child.start) == place(type_names) => package.type_names = reader.string_pool(child),
            STRING_POOL if Some(child.start) == place(entry_names) => package.entry_names = reader.string_pool(child),
            // In a table that Android refuses for false sizes, the pools may be moved; types come first.
            STRING_POOL if reader.is_refused && package.type_names.is_none() => {
                package.type_names = reader.string_pool(child);
            }
            STRING_POOL if reader.is_refused && package.entry_names.is_none() => {
                package.entry_names = reader.string_pool(child);
            }
            STRING_POOL => reader.anomaly(&accepted::EXTRA_STRING_POOL, &[], child.start),
            TYPE_SPEC => reader.type_spec(child, &package, &mut declared),
            TYPE => reader.type_chunk(child, &mut package, &declared),
            LIBRARY => reader.libraries(child, &mut package),
            OVERLAYABLE => reader.overlayable(child, &mut package),
            STAGED_ALIAS => reader.aliases(child, &mut package),
            FLAGGED => reader.anomaly(&accepted::FLAGGED, &[], child.start),
            _ => reader.unknown(child),
        });
        if package.type_names.is_none() || package.entry_names.is_none() {
            self.anomaly(&accepted::NAMELESS, &[("package", &package.name)], chunk.start);
        }
        self.packages.push(package);
    }

    /// The declaration of a type: its flags are of no use here, its number is.
    fn type_spec(&mut self, chunk: Chunk, package: &Package, declared: &mut BTreeMap<u8, u32>) {
        const HEADER: usize = 16;
        let Some([count]) = self.fields(chunk, HEADER, [12]) else { return };
        let id = u8_at(self.bytes, chunk.start + 8).unwrap_or_default();
        if id == 0 || u16::from(id) + u16::from(package.type_offset) > 0xFF {
            return self.problem(&unread::TYPE_ID, &[("id", &id)], chunk.start + 8);
        }
        if count > 0xFFFF || count as usize > (chunk.end - chunk.data()) / 4 {
            self.problem(&unread::ENTRY_COUNT, &[("count", &count)], chunk.start + 12);
        }
        if declared.contains_key(&id) {
            return self.anomaly(&accepted::DUPLICATE_TYPE, &[("id", &id)], chunk.start);
        }
        declared.insert(id, count);
    }

    fn type_chunk(&mut self, chunk: Chunk, package: &mut Package, declared: &BTreeMap<u8, u32>) {
        /// Bytes of the header up to the configuration's size.
        const HEADER: usize = 24;
        /// Where the configuration starts.
        const CONFIGURATION: usize = 20;
        let Some([count, entries]) = self.fields(chunk, HEADER, [12, 16]) else { return };
        let [id, flags] = [8, 9].map(|at| u8_at(self.bytes, chunk.start + at).unwrap_or_default());
        if id == 0 {
            return self.problem(&unread::TYPE_ID, &[("id", &id)], chunk.start + 8);
        }
        if count > 0xFFFF {
            return self.problem(&unread::ENTRY_COUNT, &[("count", &count)], chunk.start + 12);
        }
        let size = chunk.end - chunk.start;
        // As Android counts, which takes the shorter form for a sparse index too when both flags are set.
        let index_size = count as usize * if flags & OFFSET16 != 0 { 2 } else { 4 };
        let room = (entries as usize).checked_sub(chunk.header_size);
        if entries as usize > size || entries % 4 != 0 || room.is_none_or(|room| room < index_size) {
            return self.problem(&unread::ENTRIES_START, &[("start", &entries)], chunk.start + 16);
        }
        if !declared.contains_key(&id) {
            self.anomaly(&refused::UNDECLARED_TYPE, &[("id", &id)], chunk.start + 8);
        }
        let configuration = chunk.start + CONFIGURATION;
        let stated = u32_at(self.bytes, configuration).unwrap_or_default();
        if stated as usize > chunk.end - configuration {
            self.anomaly(&accepted::CONFIGURATION_SIZE, &[("size", &stated)], configuration);
        }
        let Some(configuration) = Configuration::read(&self.bytes[..chunk.end], configuration) else { return };
        if !configuration.locale.is_any() && configuration.locale.tag().is_none() {
            self.anomaly(&accepted::LOCALE, &[], chunk.start + CONFIGURATION + 8);
        }
        let chunk = TypeChunk {
            start: chunk.start,
            // A size that is no multiple of four may have cut the last entry.
            end: (chunk.start + size.next_multiple_of(4)).min(self.bytes.len()),
            index: chunk.data(),
            entries: chunk.start + entries as usize,
            entry_count: count as usize,
            flags,
            configuration,
        };
        self.check_entries(&chunk, id, package);
        package.types.entry(id).or_default().push(chunk);
    }

    /// Counts what Android will not find. One step for each place of the index.
    fn check_entries(&mut self, chunk: &TypeChunk, id: u8, package: &Package) {
        let (mut broken, mut first_broken) = (0, None);
        let (mut last, mut is_sorted) = (None, true);
        for (entry, offset) in (0..chunk.entry_count).filter_map(|place| chunk.place(self.bytes, place)) {
            is_sorted &= last < Some(entry);
            last = Some(entry);
            if chunk.entry(self.bytes, offset).is_none() {
                broken += 1;
                first_broken.get_or_insert(offset);
            }
        }
        if chunk.flags & SPARSE != 0 && !is_sorted {
            self.anomaly(&accepted::UNSORTED, &[], chunk.index);
        }
        if let Some(offset) = first_broken {
            let name = package.type_names.as_ref().and_then(|names| names.get(u32::from(id) - 1));
            let name = name.map_or_else(|| id.to_string(), |name| name.into_owned());
            self.anomaly(&accepted::BROKEN_ENTRIES, &[("count", &broken), ("type", &name)], offset);
        }
    }

    fn libraries(&mut self, chunk: Chunk, package: &mut Package) {
        for entry in self.list(chunk, 8, 12, LIBRARY_ENTRY) {
            let id = u32_at(self.bytes, entry).unwrap_or_default();
            if id >= 0xFF {
                return self.problem(&unread::BROKEN_LIST, &[("kind", &"library")], entry);
            }
            package.libraries.push((id as u8, self.name(entry + 4, PACKAGE_NAME)));
        }
    }

    fn overlayable(&mut self, chunk: Chunk, package: &mut Package) {
        const HEADER: usize = 8 + 4 * OVERLAYABLE_NAME;
        if self.fields(chunk, HEADER, []).is_none() {
            return;
        }
        let mut overlayable = Overlayable {
            name: self.name(chunk.start + 8, OVERLAYABLE_NAME),
            actor: self.name(chunk.start + 8 + 2 * OVERLAYABLE_NAME, OVERLAYABLE_NAME),
            policies: Vec::new(),
        };
        if package.overlayables.iter().any(|other| other.name == overlayable.name) {
            self.problem(&unread::BROKEN_LIST, &[("kind", &"overlayable")], chunk.start);
        }
        self.each(chunk.data(), chunk.end, |reader, child| match child.kind {
            OVERLAYABLE_POLICY => {
                let ids = reader.list(child, 12, 16, 4);
                let ids = ids.filter_map(|at| u32_at(reader.bytes, at)).collect();
                let flags = u32_at(reader.bytes, child.start + 8).unwrap_or_default();
                overlayable.policies.push((flags, ids));
            }
            _ => reader.unknown(child),
        });
        package.overlayables.push(overlayable);
    }

    fn aliases(&mut self, chunk: Chunk, package: &mut Package) {
        if package.id != SYSTEM_PACKAGE {
            return self.anomaly(&accepted::ALIASES_IGNORED, &[], chunk.start);
        }
        let mut finalized = BTreeSet::new();
        for entry in self.list(chunk, 8, 12, 8) {
            let [staged, target] = [0, 4].map(|at| u32_at(self.bytes, entry + at).unwrap_or_default());
            if !finalized.insert(target) || package.aliases.insert(staged, target).is_some() {
                self.problem(&unread::BROKEN_LIST, &[("kind", &"alias")], entry);
            }
        }
    }

    /// The offsets of a list's entries, whose number stands `count_at` bytes into the chunk; a list that is longer
    /// than its chunk is cut.
    fn list(
        &mut self,
        chunk: Chunk,
        count_at: usize,
        header: usize,
        stride: usize,
    ) -> impl Iterator<Item = usize> + use<> {
        let [stated] = self.fields(chunk, header, [count_at]).unwrap_or_default();
        let stated = stated as usize;
        let room = (chunk.end - chunk.data()) / stride;
        if stated > room {
            self.problem(&unread::BROKEN_LIST, &[("kind", &format!("0x{:04x}", chunk.kind))], chunk.start + count_at);
        }
        (0..stated.min(room)).map(move |index| chunk.data() + index * stride)
    }

    fn string_pool(&mut self, chunk: Chunk) -> Option<StringPool> {
        let Ok(mut pool) = StringPool::parse(&self.bytes[chunk.start..chunk.end]) else {
            self.problem(&unread::STRING_POOL, &[], chunk.start);
            return None;
        };
        if !is_ended(&pool)
            && let Some(whole) = self.rounded_pool(chunk).filter(is_ended)
        {
            pool = whole;
        }
        for note in pool.anomalies() {
            let offset = chunk.start as u64 + note.place.offset.unwrap_or_default();
            push(&mut self.anomalies, note.clone().at(Place::offset(offset)));
        }
        Some(pool)
    }

    /// The pool up to the next multiple of four: a size that is none may have cut the last string.
    fn rounded_pool(&self, chunk: Chunk) -> Option<StringPool> {
        let size = (chunk.end - chunk.start).next_multiple_of(4);
        let mut bytes = self.bytes.get(chunk.start..chunk.start + size)?.to_vec();
        bytes.get_mut(4..8)?.copy_from_slice(&u32::try_from(size).ok()?.to_le_bytes());
        StringPool::parse(&bytes).ok()
    }

    /// The fields at some places of a chunk whose header must have `header` bytes.
    fn fields<const N: usize>(&mut self, chunk: Chunk, header: usize, places: [usize; N]) -> Option<[u32; N]> {
        if chunk.header_size < header {
            self.problem(&unread::SHORT_HEADER, &[("kind", &format!("0x{:04x}", chunk.kind))], chunk.start);
            return None;
        }
        Some(places.map(|at| u32_at(self.bytes, chunk.start + at).unwrap_or_default()))
    }

    /// A text in a place of `length` characters, up to the first zero.
    fn name(&self, start: usize, length: usize) -> String {
        let units = (0..length).map_while(|index| u16_at(self.bytes, start + index * 2).filter(|unit| *unit != 0));
        char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    /// Visits the chunks between two offsets.
    fn each(&mut self, start: usize, end: usize, mut visit: impl FnMut(&mut Self, Chunk)) {
        let mut chunks = Chunks::new(self.bytes, start, end, self.is_refused);
        while let Some(chunk) = chunks.next() {
            self.chunks += 1;
            if self.chunks > MAX_CHUNKS {
                if self.chunks == MAX_CHUNKS + 1 {
                    self.problem(&unread::TOO_MANY_CHUNKS, &[("limit", &MAX_CHUNKS)], chunk.start);
                }
                break;
            }
            // Before its parts are visited.
            self.is_refused |= chunks.is_refused;
            visit(self, chunk);
        }
        self.is_refused |= chunks.is_refused;
        for (note, outcome) in chunks.faults {
            push(if outcome == Outcome::Unread { &mut self.problems } else { &mut self.anomalies }, note);
        }
    }

    fn unknown(&mut self, chunk: Chunk) {
        self.anomaly(&accepted::UNKNOWN_CHUNK, &[("kind", &format!("0x{:04x}", chunk.kind))], chunk.start);
    }

    fn anomaly(&mut self, template: &'static Template, values: &[(&str, &dyn ToString)], offset: usize) {
        push(&mut self.anomalies, Note::new(template, values).at(Place::offset(offset as u64)));
    }

    fn problem(&mut self, template: &'static Template, values: &[(&str, &dyn ToString)], offset: usize) {
        push(&mut self.problems, Note::new(template, values).at(Place::offset(offset as u64)));
    }
}

/// Whether the last string of a pool has its end mark.
fn is_ended(pool: &StringPool) -> bool {
    !pool.anomalies().iter().any(|note| note.is(&pool_notes::STRING_POOL_UNTERMINATED))
}

/// Adds a note, up to a limit: a broken table may have a fault in every chunk.
fn push(notes: &mut Vec<Note>, note: Note) {
    if notes.len() < MAX_NOTES {
        notes.push(note);
    }
}
