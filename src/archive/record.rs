//! The records of an archive: those of the central directory, and the local headers.
//!
//! Structures: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.5.3. How Android reads them:
//! `ParseZipArchive`, `FindEntry` and `ParseZip64ExtendedInfoInExtraField` in libziparchive's `zip_archive.cc`.

use crate::bytes::Fields;

/// `CentralDirectoryRecord::kSignature`, APPNOTE 4.3.12.
pub(super) const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
/// `LocalFileHeader::kSignature`, APPNOTE 4.3.7.
pub(super) const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
/// The size of a local header without its name and extra field.
pub(super) const LOCAL_SIZE: u64 = 30;

/// `kCompressStored`, APPNOTE 4.4.5.
pub const METHOD_STORED: u16 = 0;
/// `kCompressDeflated`, APPNOTE 4.4.5.
pub const METHOD_DEFLATED: u16 = 8;

/// Bit 0 of the general purpose flags, APPNOTE 4.4.4: the data are encrypted.
pub const FLAG_ENCRYPTED: u16 = 1;
/// Bit 3, APPNOTE 4.4.4: a data descriptor follows the data (`kGPBDDFlagMask`).
pub const FLAG_DATA_DESCRIPTOR: u16 = 1 << 3;

/// `Zip64ExtendedInfo::kHeaderId`, APPNOTE 4.5.3.
const ZIP64_FIELD: u16 = 1;

/// One record of the central directory, and where its data are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The name as text; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// The name's bytes.
    pub raw_name: Vec<u8>,
    /// The compression method ([`METHOD_STORED`], [`METHOD_DEFLATED`]; Android takes any other one as stored).
    pub method: u16,
    /// The general purpose flags.
    pub flags: u16,
    /// The CRC-32 of the uncompressed data, as declared.
    pub crc32: u32,
    /// The size of the data in the archive, as declared.
    pub compressed_size: u64,
    /// The size of the data when unpacked, as declared.
    pub uncompressed_size: u64,
    /// Where the local header is, from the start of the source.
    pub local_header_offset: u64,
    /// Where this record is, from the start of the source.
    pub central_offset: u64,
    /// How many bytes this record has, with its name, extra field and comment.
    pub central_size: u64,
    /// Where the data start, from the start of the source, as the local header has it; `None` when there is no
    /// local header.
    pub data_offset: Option<u64>,
    /// The version and system that made the entry.
    pub made_by: u16,
    /// Time and date of the last change in MS-DOS format, the date in the upper half.
    pub modified: u32,
    /// Whether the ZIP64 extra field is needed but missing or malformed.
    pub(super) zip64_broken: bool,
    /// Where the record itself says that the local header is: a ZIP64 extra field may say otherwise, although it was
    /// not asked.
    pub(super) recorded_offset: u64,
}

impl Entry {
    /// Whether the name is a folder's: it ends with `/`.
    pub fn is_folder(&self) -> bool {
        self.raw_name.last() == Some(&b'/')
    }

    /// Parses a central directory record from the front of `bytes`, `offset` being its place in the source, and
    /// gives how many bytes it has. `None` when there is no whole record.
    pub(super) fn parse(bytes: &[u8], offset: u64, prefix: u64) -> Option<(Self, usize)> {
        let mut fields = Fields(bytes);
        if fields.u32()? != CENTRAL_SIGNATURE {
            return None;
        }
        let made_by = fields.u16()?;
        fields.u16()?; // the version needed
        let flags = fields.u16()?;
        let method = fields.u16()?;
        let modified = fields.u32()?;
        let crc32 = fields.u32()?;
        let compressed_size = fields.u32()?;
        let uncompressed_size = fields.u32()?;
        let name_length = fields.u16()?;
        let extra_length = fields.u16()?;
        let comment_length = fields.u16()?;
        fields.bytes(2 + 2 + 4)?; // the disk and the attributes
        let local_header_offset = fields.u32()?;
        let raw_name = fields.bytes(name_length.into())?.to_vec();
        let extra = fields.bytes(extra_length.into())?;
        fields.bytes(comment_length.into())?;
        let mut entry = Self {
            name: String::from_utf8_lossy(&raw_name).into_owned(),
            raw_name,
            method,
            flags,
            crc32,
            compressed_size: compressed_size.into(),
            uncompressed_size: uncompressed_size.into(),
            local_header_offset: local_header_offset.into(),
            recorded_offset: local_header_offset.into(),
            central_offset: offset,
            made_by,
            modified,
            ..Self::default()
        };
        if [compressed_size, uncompressed_size, local_header_offset].contains(&u32::MAX) {
            match Zip64Field::parse(extra, uncompressed_size, compressed_size, Some(local_header_offset)) {
                Some(field) => {
                    entry.uncompressed_size = field.uncompressed_size.unwrap_or(entry.uncompressed_size);
                    entry.compressed_size = field.compressed_size.unwrap_or(entry.compressed_size);
                    entry.local_header_offset = field.local_header_offset.unwrap_or(entry.local_header_offset);
                    if local_header_offset == u32::MAX {
                        entry.recorded_offset = entry.local_header_offset;
                    }
                }
                None => entry.zip64_broken = true,
            }
        }
        entry.local_header_offset = entry.local_header_offset.saturating_add(prefix);
        entry.recorded_offset = entry.recorded_offset.saturating_add(prefix);
        let size = bytes.len() - fields.0.len();
        entry.central_size = size as u64;
        Some((entry, size))
    }
}

/// What a local header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocalHeader {
    pub method: u16,
    pub flags: u16,
    pub crc32: u32,
    pub compressed_size: u32,
    pub uncompressed_size: u32,
    pub name_length: u16,
    pub extra_length: u16,
}

impl LocalHeader {
    /// Parses the fixed part at the front of `bytes`. `None` when there is none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        if fields.u32()? != LOCAL_SIGNATURE {
            return None;
        }
        fields.u16()?; // the version needed
        let flags = fields.u16()?;
        let method = fields.u16()?;
        fields.u32()?; // time and date
        Some(Self {
            method,
            flags,
            crc32: fields.u32()?,
            compressed_size: fields.u32()?,
            uncompressed_size: fields.u32()?,
            name_length: fields.u16()?,
            extra_length: fields.u16()?,
        })
    }
}

/// The ZIP64 extra field (APPNOTE 4.5.3): only the values that are saturated in the record stand in it, or all three.
#[derive(Default)]
pub(super) struct Zip64Field {
    pub uncompressed_size: Option<u64>,
    pub compressed_size: Option<u64>,
    pub local_header_offset: Option<u64>,
}

impl Zip64Field {
    /// Finds and reads the field; the 32-bit values tell which ones stand in it. `None` when it is missing or has
    /// another length than they ask for, as in `ParseZip64ExtendedInfoInExtraField`.
    pub fn parse(extra: &[u8], uncompressed: u32, compressed: u32, local_header: Option<u32>) -> Option<Self> {
        let mut fields = Fields(extra);
        loop {
            let id = fields.u16()?;
            let length = fields.u16()?;
            let data = fields.bytes(length.into())?;
            if id != ZIP64_FIELD {
                continue;
            }
            // A disk number may follow the three 64-bit values.
            let data = if data.len() == 28 { data.get(..24)? } else { data };
            let complete = data.len() == 24;
            let mut values = Fields(data);
            let mut value = |is_there: bool| if is_there { values.u64().map(Some) } else { Some(None) };
            let field = Self {
                uncompressed_size: value(complete || uncompressed == u32::MAX)?,
                compressed_size: value(complete || compressed == u32::MAX)?,
                local_header_offset: value(complete || local_header == Some(u32::MAX))?,
            };
            return (values.0.is_empty() && !data.is_empty()).then_some(field);
        }
    }
}
