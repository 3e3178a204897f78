//! What is odd about a central directory as a whole: its names, and what its entries claim together.

use super::notes::{accepted, archive_refused, entry_refused};
use super::record::{Entry, LOCAL_SIGNATURE, METHOD_DEFLATED, METHOD_STORED};
use super::{Layout, MAX_EXPANSION, MIN_EXPANDED, note_about};
use crate::note::{Note, Place};
use crate::source::{Source, read_vec};

/// `NAME_MAX` in Linux's `limits.h`: the bytes of one part of a path.
const MAX_NAME_PART: usize = 255;
/// `PATH_MAX` in Linux's `limits.h`, with the zero byte.
const MAX_NAME: usize = 4095;

/// Notes everything that can be told without reading data. `by_name` holds the indices of `entries` by name.
pub(super) fn directory(
    source: &dyn Source,
    layout: &Layout,
    entries: &[Entry],
    by_name: &[u32],
    notes: &mut Vec<Note>,
) {
    prefix(source, layout, entries, notes);
    for entry in entries {
        record(entry, notes);
        name(entry, notes);
    }
    same_names(entries, by_name, notes);
    overlaps(layout, entries, notes);
    expansion(source, entries, notes);
}

fn prefix(source: &dyn Source, layout: &Layout, entries: &[Entry], notes: &mut Vec<Note>) {
    let begins_with_header = read_vec(source, 0, 4).is_ok_and(|bytes| bytes == LOCAL_SIGNATURE.to_le_bytes());
    if begins_with_header {
        return;
    }
    let first = entries.iter().filter(|entry| entry.data_offset.is_some()).map(|entry| entry.local_header_offset).min();
    let note = match first.unwrap_or(layout.prefix) {
        0 => Note::new(&archive_refused::FIRST_HEADER, &[]),
        length => Note::new(&archive_refused::PREFIX, &[("length", &length)]),
    };
    notes.push(note.at(Place::offset(0)));
}

fn record(entry: &Entry, notes: &mut Vec<Note>) {
    if entry.zip64_broken {
        notes.push(note_about(entry, &entry_refused::ZIP64_FIELD, &[]));
    }
    if entry.method != METHOD_DEFLATED && entry.compressed_size != entry.uncompressed_size {
        let (compressed, uncompressed) = (entry.compressed_size, entry.uncompressed_size);
        let values: [(&str, &dyn ToString); 2] = [("compressed", &compressed), ("uncompressed", &uncompressed)];
        notes.push(note_about(entry, &accepted::STORED_SIZES, &values));
    }
    if entry.is_folder() && entry.uncompressed_size > 0 {
        notes.push(note_about(entry, &accepted::FOLDER_WITH_DATA, &[]));
    }
}

fn name(entry: &Entry, notes: &mut Vec<Note>) {
    let raw = entry.raw_name.as_slice();
    let mut note = |template| notes.push(note_about(entry, template, &[]));
    if raw.is_empty() {
        note(&accepted::NAME_EMPTY);
    }
    if raw.contains(&0) {
        note(&archive_refused::NAME_NUL);
    } else if !is_framed_utf8(raw) {
        note(&archive_refused::NAME_NOT_UTF8);
    } else if std::str::from_utf8(raw).is_err() {
        note(&accepted::NAME_LOOSE_UTF8);
    }
    if raw.split(is_separator).any(|part| part == b"..") {
        note(&accepted::NAME_PARENT);
    }
    let has_drive = matches!(raw, [letter, b':', ..] if letter.is_ascii_alphabetic());
    if raw.first().is_some_and(is_separator) || has_drive {
        note(&accepted::NAME_ABSOLUTE);
    }
    if raw.contains(&b'\\') {
        note(&accepted::NAME_BACKSLASH);
    }
    if entry.name.chars().any(|character| character != '\0' && hides_or_reorders(character)) {
        note(&accepted::NAME_CONTROL);
    }
    if raw.len() > MAX_NAME || raw.split(is_separator).any(|part| part.len() > MAX_NAME_PART) {
        notes.push(note_about(entry, &accepted::NAME_LONG, &[("length", &raw.len())]));
    }
}

fn is_separator(byte: &u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

/// Control characters, and those of Unicode Standard Annex #9 that turn the reading direction.
fn hides_or_reorders(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{061C}')
}

/// `IsValidEntryName` in libziparchive's `entry_name_utils-inl.h`, without its check for zero bytes: every lead byte
/// is followed by as many continuation bytes as it announces.
fn is_framed_utf8(name: &[u8]) -> bool {
    let mut bytes = name.iter();
    while let Some(lead) = bytes.next() {
        let following = match lead.leading_ones() {
            0 => 0,
            ones @ 2..=6 => ones - 1,
            _ => return false,
        };
        for _ in 0..following {
            if bytes.next().is_none_or(|byte| byte & 0xC0 != 0x80) {
                return false;
            }
        }
    }
    true
}

/// Duplicates, and files whose name is also that of a folder.
fn same_names(entries: &[Entry], by_name: &[u32], notes: &mut Vec<Note>) {
    let entry = |index: &u32| &entries[*index as usize];
    let mut found: Vec<(u64, Note)> = Vec::new();
    for same in by_name.chunk_by(|a, b| entry(a).raw_name == entry(b).raw_name) {
        let first = entry(&same[0]);
        if same.len() > 1 {
            found.push((
                first.central_offset,
                note_about(first, &archive_refused::DUPLICATE, &[("count", &same.len())]),
            ));
        }
        if first.is_folder() {
            continue;
        }
        let folder = [first.raw_name.as_slice(), b"/"].concat();
        let at = by_name.partition_point(|index| entry(index).raw_name < folder);
        if let Some(inside) = by_name.get(at).map(entry).filter(|inside| inside.raw_name.starts_with(&folder)) {
            let note = note_about(first, &accepted::NAME_FILE_AND_FOLDER, &[("folder", &inside.name)]);
            found.push((first.central_offset, note));
        }
    }
    found.sort_by_key(|(central_offset, _)| *central_offset);
    notes.extend(found.into_iter().map(|(_, note)| note));
}

/// Entries whose data share bytes: many small entries over one large block make a bomb without nesting.
fn overlaps(layout: &Layout, entries: &[Entry], notes: &mut Vec<Note>) {
    let mut ranges: Vec<(u64, u64, &Entry)> = entries
        .iter()
        .filter_map(|entry| {
            let start = entry.data_offset?;
            let length = match entry.method {
                METHOD_STORED => entry.uncompressed_size,
                METHOD_DEFLATED => entry.compressed_size,
                // Either may be false.
                _ => entry.compressed_size.min(entry.uncompressed_size),
            };
            Some((start, start.saturating_add(length), entry))
        })
        // An entry that reaches into the directory overlaps everything behind it, and has a note of its own.
        .filter(|(start, end, _)| start < end && *end <= layout.central_directory_offset)
        .collect();
    ranges.sort_by_key(|(start, end, entry)| (*start, *end, entry.central_offset));
    let mut reach: Option<(u64, &Entry)> = None;
    for (start, end, entry) in ranges {
        if let Some((_, other)) = reach.filter(|(reached, _)| start < *reached) {
            notes.push(note_about(entry, &accepted::OVERLAP, &[("other", &other.name)]));
        }
        if reach.is_none_or(|(reached, _)| end > reached) {
            reach = Some((end, entry));
        }
    }
}

fn expansion(source: &dyn Source, entries: &[Entry], notes: &mut Vec<Note>) {
    let uncompressed = entries.iter().fold(0u64, |sum, entry| sum.saturating_add(entry.uncompressed_size));
    let ratio = uncompressed / source.len().max(1);
    if ratio >= MAX_EXPANSION && uncompressed >= MIN_EXPANDED {
        let values: [(&str, &dyn ToString); 3] =
            [("entries", &entries.len()), ("uncompressed", &uncompressed), ("ratio", &ratio)];
        notes.push(Note::new(&accepted::EXPANSION, &values));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_framed_as_libziparchive_checks_them() {
        for name in [&b""[..], b"a/b", "ä€😀".as_bytes(), b"\xC0\xAF", b"\xED\xA0\x80", b"\xFC\x80\x80\x80\x80\x80"]
        {
            assert!(is_framed_utf8(name), "{name:?}");
        }
        for name in [&b"\x80"[..], b"\xC3", b"\xE2\x82", b"a\xFFb", b"\xFE\x80\x80\x80\x80\x80\x80", b"\xC3("] {
            assert!(!is_framed_utf8(name), "{name:?}");
        }
    }
}
