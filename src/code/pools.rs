//! The strings of binary XML and resource tables, and which of them are settings.

use std::collections::HashSet;

use super::setting::{is_setting, is_value};
use super::{Encoding, Text, TextKind};
use crate::archive::MANIFEST;
use crate::bytes::{u16_at, u32_at};
use crate::resources::chunk::{self, ChunkHeader};
use crate::resources::string_pool::StringPool;

/// How many chunks are looked through for a string pool. It is the first one in every file that Android's tools make.
const MAX_CHUNKS: usize = 16;

/// Hands every string of the file's first string pool to `visit`. False where there is no pool, or where its strings
/// overlap so much that reading stopped: the file must then be searched as it is.
pub fn for_each_string(entry: &str, bytes: &[u8], visit: &mut dyn FnMut(&Text)) -> bool {
    let Some((start, pool)) = first_pool(bytes) else { return false };
    let settings = Settings::of(entry, bytes, &pool);
    // Strings that do not overlap are no longer together than the pool; in UTF-8 up to one and a half times as long
    // as in UTF-16.
    let mut allowance = 2 * bytes.len();
    for index in 0..pool.len() {
        let (Some(text), Some(offset)) = (pool.get(index), pool.offset_of(index)) else { continue };
        match allowance.checked_sub(text.len() + 2) {
            Some(rest) => allowance = rest,
            None => return false,
        }
        let encoding = if pool.is_utf8() { Encoding::Bytes } else { Encoding::Utf16 };
        let offset = start as u64 + offset;
        let offset = offset + length_size(bytes, offset, encoding);
        let kind = if settings.hold(index) && is_value(&text) { TextKind::Setting } else { TextKind::Resource };
        visit(&Text { encoding, ..Text::whole(entry, kind, text.as_bytes(), offset) });
    }
    true
}

/// Which strings of a file are read by a program alone.
enum Settings {
    /// All: those of the manifest, and of what says which servers the app may talk to.
    All,
    /// Those at these places: values of resources that have a setting's name.
    Some(HashSet<u32>),
}

/// The root element of a network security configuration, by which Android knows it.
const NETWORK_SECURITY: &str = "network-security-config";

impl Settings {
    fn of(entry: &str, bytes: &[u8], pool: &StringPool) -> Self {
        if u16_at(bytes, 0) == Some(chunk::TABLE) {
            return Self::Some(named_settings(bytes));
        }
        let is_manifest = entry.rsplit('/').next() == Some(MANIFEST);
        // The names of elements are among the strings; few files have many.
        let is_network =
            || (0..pool.len().min(MAX_NAMES)).any(|at| pool.get(at).is_some_and(|it| it == NETWORK_SECURITY));
        if is_manifest || is_network() { Self::All } else { Self::Some(HashSet::new()) }
    }

    fn hold(&self, index: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some(places) => places.contains(&index),
        }
    }
}

/// How many strings are looked through for the name of a root element: attributes and elements come before texts.
const MAX_NAMES: u32 = 256;

/// `RES_TABLE_PACKAGE_TYPE` and `RES_TABLE_TYPE_TYPE` (AOSP ResourceTypes.h).
const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
/// `ResTable_type::FLAG_SPARSE`, `FLAG_OFFSET16`.
const SPARSE: u8 = 1;
const OFFSET16: u8 = 2;
/// `ResTable_entry::FLAG_COMPLEX`, `FLAG_COMPACT`.
const COMPLEX: u16 = 1;
const COMPACT: u16 = 8;
/// `Res_value::TYPE_STRING`
const STRING: u8 = 3;
/// `ResTable_type::NO_ENTRY`, and the same in two bytes.
const NO_ENTRY: u32 = u32::MAX;
const NO_ENTRY16: u16 = u16::MAX;

/// How many packages of a table are gone through: apps have one, and one for each shared library.
const MAX_PACKAGES: usize = 64;

/// The places in the table's pool of the strings that are values of resources with a setting's name. What is not read
/// here is no setting. Entries that do not overlap are no more than a quarter of the bytes.
fn named_settings(bytes: &[u8]) -> HashSet<u32> {
    let mut settings = HashSet::new();
    let (mut packages, mut allowance) = (0, bytes.len());
    for_each_chunk(bytes, usize::from(u16_at(bytes, 2).unwrap_or_default()), bytes.len(), &mut |package, header| {
        packages += usize::from(header.kind == PACKAGE);
        if header.kind != PACKAGE || packages > MAX_PACKAGES {
            return;
        }
        let end = package.saturating_add(header.size as usize).min(bytes.len());
        // `ResTable_package::keyStrings`
        let keys = u32_at(bytes, package + 276).and_then(|at| package.checked_add(at as usize));
        let Some(keys) = keys.and_then(|at| StringPool::parse(bytes.get(at..end)?).ok()) else { return };
        let mut is_key: Vec<Option<bool>> = vec![None; keys.len() as usize];
        let mut key_is_setting = |key: u32| {
            let Some(known) = is_key.get_mut(key as usize) else { return false };
            *known.get_or_insert_with(|| keys.get(key).is_some_and(|name| is_setting(&name)))
        };
        for_each_chunk(bytes, package + usize::from(header.header_size), end, &mut |start, header| {
            if header.kind == TYPE {
                for_each_string_entry(bytes, start, header, &mut allowance, &mut |key, string| {
                    if key_is_setting(key) {
                        settings.insert(string);
                    }
                });
            }
        });
    });
    settings
}

fn for_each_chunk(bytes: &[u8], mut start: usize, end: usize, visit: &mut dyn FnMut(usize, &ChunkHeader)) {
    while start < end {
        let Some(header) = ChunkHeader::read(bytes, start) else { return };
        visit(start, &header);
        start = start.saturating_add((header.size as usize).max(ChunkHeader::SIZE));
    }
}

/// Hands the key and the value's place in the pool to `visit`, of each entry of a type that is a string.
fn for_each_string_entry(
    bytes: &[u8],
    start: usize,
    header: &ChunkHeader,
    allowance: &mut usize,
    visit: &mut dyn FnMut(u32, u32),
) {
    let (Some(&flags), Some(count), Some(entries)) =
        (bytes.get(start + 9), u32_at(bytes, start + 12), u32_at(bytes, start + 16))
    else {
        return;
    };
    let index = start + usize::from(header.header_size);
    let width = if flags & OFFSET16 != 0 && flags & SPARSE == 0 { 2 } else { 4 };
    // There are no more entries than bytes for their places.
    let count = (count as usize).min(bytes.len().saturating_sub(index) / width).min(*allowance);
    *allowance -= count;
    for place in (0..count).map(|place| index + place * width) {
        let offset = match (flags & SPARSE != 0, width) {
            // A sparse place is a number and an offset, in units of four bytes.
            (true, _) => u16_at(bytes, place + 2).map(|units| u32::from(units) * 4),
            (false, 2) => u16_at(bytes, place).filter(|&units| units != NO_ENTRY16).map(|units| u32::from(units) * 4),
            (false, _) => u32_at(bytes, place).filter(|&offset| offset != NO_ENTRY),
        };
        let entry = offset.and_then(|offset| start.checked_add(entries as usize)?.checked_add(offset as usize));
        let Some((key, string)) = entry.and_then(|entry| string_entry(bytes, entry)) else { continue };
        visit(key, string);
    }
}

/// The key and the value of an entry that is a string: `ResTable_entry` with a `Res_value`, or its compact form.
fn string_entry(bytes: &[u8], entry: usize) -> Option<(u32, u32)> {
    let (size, flags) = (u16_at(bytes, entry)?, u16_at(bytes, entry.checked_add(2)?)?);
    if flags & COMPACT != 0 {
        // The key, the flags with the value's type in their upper byte, the value.
        return ((flags >> 8) as u8 == STRING).then_some((u32::from(size), u32_at(bytes, entry + 4)?));
    }
    let value = entry.checked_add(usize::from(size))?;
    (flags & COMPLEX == 0 && *bytes.get(value.checked_add(3)?)? == STRING)
        .then_some((u32_at(bytes, entry + 4)?, u32_at(bytes, value + 4)?))
}

/// The first string pool among the chunks of a file, and where it is.
fn first_pool(bytes: &[u8]) -> Option<(usize, StringPool)> {
    let mut start = usize::from(ChunkHeader::read(bytes, 0)?.header_size);
    for _ in 0..MAX_CHUNKS {
        let header = ChunkHeader::read(bytes, start)?;
        if header.kind == chunk::STRING_POOL {
            return Some((start, StringPool::parse(bytes.get(start..)?).ok()?));
        }
        start = start.checked_add((header.size as usize).max(ChunkHeader::SIZE))?;
    }
    None
}

/// How many bytes the lengths before a string's characters take (`decodeLength` in AOSP's ResourceTypes.cpp): one
/// length of one or two units in UTF-16, two such lengths in UTF-8.
fn length_size(bytes: &[u8], offset: u64, encoding: Encoding) -> u64 {
    let Ok(offset) = usize::try_from(offset) else { return 0 };
    let long = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0x80 != 0);
    match encoding {
        Encoding::Utf16 => 2 + 2 * u64::from(long(offset.saturating_add(1))),
        Encoding::Bytes => {
            let first = 1 + usize::from(long(offset));
            (first + 1 + usize::from(long(offset.saturating_add(first)))) as u64
        }
    }
}
