//! A package of the table: its types, and the entries of each for one configuration.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h` (`ResTable_type`, `ResTable_entry`,
//! `ResTable_map_entry`) and `LoadedArsc.cpp` (`GetEntryOffset`, `VerifyResTableEntry`).

use std::collections::BTreeMap;

use super::configuration::Configuration;
use crate::resources::chunk::{u8_at, u16_at, u32_at};
use crate::resources::string_pool::StringPool;

/// A package: the resources of the app itself, of a library that it links, or of the system.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The uppermost byte of its resources' ids: 0x7f for an app, 0x01 for the system, 0 for a shared library, which
    /// is given a number when it is loaded.
    pub id: u8,
    /// Its name, in the app's own case mostly the application id.
    pub name: String,
    /// The libraries that references of its own may go to: their numbers when it was built, and their names.
    pub libraries: Vec<(u8, String)>,
    /// Which resources may be overlaid by another app, and by whom.
    pub overlayables: Vec<Overlayable>,
    /// Ids that stand for others (the system's package only).
    pub aliases: BTreeMap<u32, u32>,
    /// What is added to the type numbers in the chunks.
    pub(super) type_offset: u8,
    pub(super) type_names: Option<StringPool>,
    pub(super) entry_names: Option<StringPool>,
    /// By the number that stands in the chunks.
    pub(super) types: BTreeMap<u8, Vec<TypeChunk>>,
}

/// `<overlayable>`: resources that other apps may replace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlayable {
    /// Its name.
    pub name: String,
    /// Who may switch overlays on: `overlay://…`.
    pub actor: String,
    /// The policies (`PolicyFlags`), and the resources under each.
    pub policies: Vec<(u32, Vec<u32>)>,
}

/// `ResTable_type`: the entries of one type for one configuration. Offsets count from the table's first byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypeChunk {
    pub start: usize,
    pub end: usize,
    /// Where the offsets start.
    pub index: usize,
    /// Where the entries start.
    pub entries: usize,
    pub entry_count: usize,
    pub flags: u8,
    pub configuration: Configuration,
}

/// `ResTable_type::FLAG_SPARSE`: the index has pairs of an entry's number and its offset.
pub(super) const SPARSE: u8 = 0x01;
/// `ResTable_type::FLAG_OFFSET16`: the index has offsets of 16 bits, in units of four bytes.
pub(super) const OFFSET16: u8 = 0x02;
/// `ResTable_entry::FLAG_COMPLEX`
const COMPLEX: u16 = 0x0001;
/// `ResTable_entry::FLAG_COMPACT`
const COMPACT: u16 = 0x0008;
/// `sizeof(ResTable_entry)`
const ENTRY_SIZE: usize = 8;
/// `sizeof(ResTable_map_entry)`
const MAP_ENTRY_SIZE: usize = 16;
/// `sizeof(ResTable_map)`
pub(super) const MAP_SIZE: usize = 12;
/// `sizeof(Res_value)`
const VALUE_SIZE: usize = 8;

/// An entry that was found whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The index of its name.
    pub name: u32,
    pub content: Content,
}

/// What an entry holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    Value {
        data_type: u8,
        data: u32,
    },
    /// A style, an array, a plural… : `count` maps from the offset `start` on.
    Bag {
        parent: u32,
        start: usize,
        count: usize,
    },
}

impl TypeChunk {
    /// The bytes that each place of the index takes.
    pub fn index_stride(flags: u8) -> usize {
        if flags & SPARSE == 0 && flags & OFFSET16 != 0 { 2 } else { 4 }
    }

    /// Where the entry numbered `entry` starts; none when there is none for this configuration.
    pub fn offset_of(&self, bytes: &[u8], entry: u16) -> Option<usize> {
        let place = if self.flags & SPARSE != 0 { self.search(bytes, entry)? } else { usize::from(entry) };
        self.place(bytes, place).map(|(_, offset)| offset)
    }

    /// The entry's number and offset at a place of the index; none past its end, and for a place without an entry.
    pub fn place(&self, bytes: &[u8], place: usize) -> Option<(u16, usize)> {
        if place >= self.entry_count {
            return None;
        }
        let at = self.index.checked_add(place.checked_mul(Self::index_stride(self.flags))?)?;
        let (entry, offset) = if self.flags & SPARSE != 0 {
            (u16_at(bytes, at)?, usize::from(u16_at(bytes, at + 2)?) * 4)
        } else if self.flags & OFFSET16 != 0 {
            let offset = u16_at(bytes, at)?;
            (place as u16, (offset != 0xFFFF).then(|| usize::from(offset) * 4)?)
        } else {
            let offset = u32_at(bytes, at)?;
            (place as u16, (offset != u32::MAX).then_some(offset as usize)?)
        };
        Some((entry, self.entries.checked_add(offset)?))
    }

    /// The place of an entry in a sparse index, by the steps of C++'s `lower_bound`: in an index that is not in order,
    /// Android misses the entries that this misses.
    fn search(&self, bytes: &[u8], entry: u16) -> Option<usize> {
        let number = |place: usize| u16_at(bytes, self.index + place * 4);
        let (mut first, mut length) = (0, self.entry_count);
        while length > 0 {
            let half = length / 2;
            if number(first + half)? < entry {
                first += half + 1;
                length -= half + 1;
            } else {
                length = half;
            }
        }
        (first < self.entry_count && number(first)? == entry).then_some(first)
    }

    /// Reads the entry at `offset` (`VerifyResTableEntry`); none when Android would not take it.
    pub fn entry(&self, bytes: &[u8], offset: usize) -> Option<Entry> {
        let bytes = bytes.get(..self.end)?;
        if offset % 4 != self.start % 4 || bytes.len().checked_sub(offset)? < ENTRY_SIZE {
            return None;
        }
        let flags = u16_at(bytes, offset + 2)?;
        if flags & COMPACT != 0 {
            let content = Content::Value { data_type: (flags >> 8) as u8, data: u32_at(bytes, offset + 4)? };
            return Some(Entry { name: u32::from(u16_at(bytes, offset)?), content });
        }
        let size = usize::from(u16_at(bytes, offset)?);
        let name = u32_at(bytes, offset + 4)?;
        let start = offset + size;
        let room = bytes.len().checked_sub(start)?;
        let content = if size >= MAP_ENTRY_SIZE {
            let (parent, count) = (u32_at(bytes, offset + 8)?, u32_at(bytes, offset + 12)? as usize);
            if size % 4 != 0 || count > room / MAP_SIZE {
                return None;
            }
            // What is long enough for a bag and does not say that it is one has its value behind it.
            if flags & COMPLEX != 0 { Content::Bag { parent, start, count } } else { value(bytes, start)? }
        } else {
            let value_size = usize::from(u16_at(bytes, start)?);
            if size < ENTRY_SIZE || value_size < VALUE_SIZE || value_size > room {
                return None;
            }
            // What says that it is a bag is one, though checked as a value: its head is where its value would be.
            if flags & COMPLEX != 0 {
                let (parent, count) = (u32_at(bytes, offset + 8)?, u32_at(bytes, offset + 12)? as usize);
                Content::Bag { parent, start, count }
            } else {
                value(bytes, start)?
            }
        };
        Some(Entry { name, content })
    }
}

/// The `Res_value` at `offset`.
fn value(bytes: &[u8], offset: usize) -> Option<Content> {
    Some(Content::Value { data_type: u8_at(bytes, offset + 3)?, data: u32_at(bytes, offset + 4)? })
}
