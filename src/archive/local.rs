//! The local headers: where each entry's data start, and what contradicts the central directory.
//!
//! Rules: `FindEntry` in libziparchive's `zip_archive.cc`.

use super::notes::{accepted, archive_refused, entry_refused};
use super::record::{
    Entry, FLAG_DATA_DESCRIPTOR, FLAG_ENCRYPTED, LOCAL_SIGNATURE, LOCAL_SIZE, LocalHeader, METHOD_STORED, Zip64Field,
};
use super::window::Window;
use super::{Layout, note_about};
use crate::note::{Note, Place};
use crate::source::{Source, read_vec};

/// How far around the declared place a lost local header is looked for.
const MAX_SHIFT: u64 = 64 << 10;
/// For how many entries of an archive a lost local header is looked for.
const MAX_LOST: usize = 1000;

/// Sets each entry's `data_offset`, in the order of their places, so that the source is read forwards once.
pub(super) fn locate_data(source: &dyn Source, layout: &Layout, entries: &mut [Entry], notes: &mut Vec<Note>) {
    let mut order: Vec<u32> = (0..entries.len() as u32).collect();
    order.sort_by_key(|index| entries[*index as usize].local_header_offset);
    let mut window = Window::new(source);
    let mut found = Vec::new();
    let mut lost = 0;
    for index in order {
        let entry = &mut entries[index as usize];
        let mut check = Check { window: &mut window, layout, entry, notes: &mut found };
        // `ParseZipArchive` believes the record, `FindEntry` the extra field.
        if check.entry.local_header_offset.max(check.entry.recorded_offset) >= layout.central_directory_offset {
            check.note(&archive_refused::LOCAL_OFFSET, &[]);
        }
        match header_at(check.window, check.entry.local_header_offset) {
            Some((header, name)) if name == check.entry.raw_name => {
                check.take(check.entry.local_header_offset, &header)
            }
            other => {
                let other = other.map(|(header, name)| (header, String::from_utf8_lossy(name).into_owned()));
                lost += 1;
                let nearby = if lost <= MAX_LOST { check.search() } else { None };
                check.recover(nearby, other);
            }
        }
    }
    found.sort_by_key(|(central_offset, _)| *central_offset);
    notes.extend(found.into_iter().map(|(_, note)| note));
}

struct Check<'e, 's> {
    window: &'e mut Window<'s>,
    layout: &'e Layout,
    entry: &'e mut Entry,
    /// With the place of the entry's central directory record.
    notes: &'e mut Vec<(u64, Note)>,
}

impl Check<'_, '_> {
    fn note(&mut self, template: &'static crate::note::Template, values: &[(&str, &dyn ToString)]) {
        let note = note_about(self.entry, template, values).at(Place::offset(self.entry.local_header_offset));
        self.notes.push((self.entry.central_offset, note));
    }

    /// Takes the header with the entry's name that was found nearby, or else the other entry's header that stands
    /// at the declared place.
    fn recover(&mut self, nearby: Option<(u64, LocalHeader)>, other: Option<(LocalHeader, String)>) {
        if let Some((offset, header)) = nearby {
            self.note(&entry_refused::LOCAL_HEADER_MOVED, &[("actual", &offset)]);
            self.take(offset, &header);
        } else if let Some((header, name)) = other {
            self.note(&entry_refused::LOCAL_NAME, &[("local", &name)]);
            self.take(self.entry.local_header_offset, &header);
        } else if let Some(header) = self.unsigned_header() {
            self.note(&entry_refused::LOCAL_SIGNATURE, &[]);
            self.take(self.entry.local_header_offset, &header);
        } else {
            self.note(&entry_refused::LOCAL_HEADER_MISSING, &[]);
        }
    }

    /// A header with the entry's name at the declared place, without the signature.
    fn unsigned_header(&mut self) -> Option<LocalHeader> {
        let name = &self.entry.raw_name;
        let length = LOCAL_SIZE + name.len() as u64;
        let mut bytes = self.window.get(self.entry.local_header_offset, length).ok()?.to_vec();
        bytes.get_mut(..4)?.copy_from_slice(&LOCAL_SIGNATURE.to_le_bytes());
        let header = LocalHeader::parse(&bytes)?;
        (usize::from(header.name_length) == name.len() && bytes.ends_with(name)).then_some(header)
    }

    /// Takes `header`, which stands at `offset`.
    fn take(&mut self, offset: u64, header: &LocalHeader) {
        let variable = u64::from(header.name_length) + u64::from(header.extra_length);
        let data_offset = offset + LOCAL_SIZE + variable;
        self.entry.data_offset = Some(data_offset);
        self.compare(offset, header);
        self.check_range(data_offset);
    }

    fn compare(&mut self, offset: u64, header: &LocalHeader) {
        let (method, flags) = (self.entry.method, self.entry.flags);
        if header.method != method {
            self.note(&accepted::LOCAL_METHOD, &[("central", &method), ("local", &header.method)]);
        }
        if (header.flags ^ flags) & (FLAG_DATA_DESCRIPTOR | FLAG_ENCRYPTED) != 0 {
            let values: [(&str, &dyn ToString); 2] = [("central", &flags), ("local", &header.flags)];
            self.note(&accepted::LOCAL_FLAGS, &values);
        }
        if (header.flags | flags) & FLAG_ENCRYPTED != 0 {
            self.note(&accepted::ENCRYPTION_FLAG, &[]);
        }
        let sizes = self.local_sizes(offset, header);
        let central = (self.entry.uncompressed_size, self.entry.compressed_size);
        let agree = sizes == Some(central) && header.crc32 == self.entry.crc32;
        let has_descriptor = header.flags & FLAG_DATA_DESCRIPTOR != 0;
        let left_open = (header.uncompressed_size, header.compressed_size, header.crc32) == (0, 0, 0);
        if has_descriptor && !agree && !left_open {
            self.note(&accepted::LOCAL_SIZES_IGNORED, &[]);
        } else if !has_descriptor && !agree {
            self.note(&entry_refused::LOCAL_SIZES, &[]);
        }
        if has_descriptor && self.data_descriptor_differs(offset, header) == Some(true) {
            self.note(&accepted::DATA_DESCRIPTOR, &[]);
        }
    }

    /// The uncompressed and the compressed size; `None` when a ZIP64 field is needed and cannot be read.
    fn local_sizes(&mut self, offset: u64, header: &LocalHeader) -> Option<(u64, u64)> {
        let (uncompressed, compressed) = (header.uncompressed_size, header.compressed_size);
        if uncompressed != u32::MAX && compressed != u32::MAX {
            return Some((uncompressed.into(), compressed.into()));
        }
        let extra_offset = offset + LOCAL_SIZE + u64::from(header.name_length);
        let extra = self.window.get(extra_offset, header.extra_length.into()).ok()?;
        let field = Zip64Field::parse(extra, uncompressed, compressed, None)?;
        Some((field.uncompressed_size?, field.compressed_size?))
    }

    /// `ValidateDataDescriptor`; APPNOTE 4.3.9. `None` when it cannot be read.
    fn data_descriptor_differs(&mut self, offset: u64, header: &LocalHeader) -> Option<bool> {
        /// `DataDescriptor::kOptSignature`.
        const SIGNATURE: u32 = 0x0807_4b50;
        /// The largest one: signature, checksum, two 64-bit sizes.
        const MAX_SIZE: u64 = 24;
        let entry = &*self.entry;
        let data = offset + LOCAL_SIZE + u64::from(header.name_length) + u64::from(header.extra_length);
        let length = if entry.method == METHOD_STORED { entry.uncompressed_size } else { entry.compressed_size };
        let bytes = self.window.get(data.checked_add(length)?, MAX_SIZE).ok()?;
        let mut fields = crate::bytes::Fields(bytes);
        let mut crc32 = fields.u32()?;
        if crc32 == SIGNATURE {
            crc32 = fields.u32()?;
        }
        let wide = [entry.compressed_size, entry.uncompressed_size].iter().any(|size| *size >= u32::MAX.into());
        let mut size = || if wide { fields.u64() } else { fields.u32().map(u64::from) };
        let (compressed, uncompressed) = (size()?, size()?);
        Some((crc32, compressed, uncompressed) != (entry.crc32, entry.compressed_size, entry.uncompressed_size))
    }

    /// With a method that is neither stored nor deflated, Android looks at the compressed size only, although it then
    /// takes the uncompressed one.
    fn check_range(&mut self, data_offset: u64) {
        let entry = &*self.entry;
        let uncompressed = if entry.method == METHOD_STORED { entry.uncompressed_size } else { 0 };
        let end = data_offset.checked_add(entry.compressed_size.max(uncompressed));
        if end.is_none_or(|end| end > self.layout.central_directory_offset) {
            self.note(&entry_refused::DATA_RANGE, &[]);
        }
    }

    /// Looks for a header with the entry's name around the declared place.
    fn search(&self) -> Option<(u64, LocalHeader)> {
        let declared = self.entry.local_header_offset;
        let start = declared.saturating_sub(MAX_SHIFT);
        let source = self.window.source();
        let end = declared.saturating_add(MAX_SHIFT).min(source.len());
        let bytes = read_vec(source, start, end.checked_sub(start)?).ok()?;
        let signature = LOCAL_SIGNATURE.to_le_bytes();
        let mut places = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&signature));
        places.find_map(|at| {
            let header = LocalHeader::parse(&bytes[at..])?;
            let name = bytes.get(at + LOCAL_SIZE as usize..)?.get(..header.name_length.into())?;
            (name == self.entry.raw_name).then_some((start + at as u64, header))
        })
    }
}

/// The local header at `offset` and its name.
fn header_at<'w>(window: &'w mut Window, offset: u64) -> Option<(LocalHeader, &'w [u8])> {
    let header = LocalHeader::parse(window.get(offset, LOCAL_SIZE).ok()?)?;
    let name = window.get(offset.checked_add(LOCAL_SIZE)?, header.name_length.into()).ok()?;
    Some((header, name))
}
