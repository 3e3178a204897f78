//! The end of central directory record, by which an archive is found from its end.
//!
//! Structure: PKWARE's APPNOTE.TXT 6.3.10, section 4.3.16.

use crate::bytes::Fields;

/// The fixed part of an end record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndRecord {
    /// The number of this disk.
    pub disk: u16,
    /// The disk on which the central directory starts.
    pub directory_disk: u16,
    /// How many records of the central directory this disk has.
    pub disk_records: u16,
    /// How many records the central directory has.
    pub records: u16,
    /// How many bytes the central directory has.
    pub directory_size: u32,
    /// Where the central directory starts.
    pub directory_offset: u32,
    /// How many bytes of comment follow the record.
    pub comment_length: u16,
}

impl EndRecord {
    /// `EocdRecord::kSignature`.
    pub const SIGNATURE: [u8; 4] = *b"PK\x05\x06";
    /// The size of the record without its comment.
    pub const SIZE: u64 = 22;
    /// Where in the record [`EndRecord::directory_offset`] stands.
    pub const DIRECTORY_OFFSET_AT: usize = 16;

    /// Parses the record at the start of `bytes`; none without its signature, or when the bytes end before it does.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes.strip_prefix(&Self::SIGNATURE)?);
        Some(Self {
            disk: fields.u16()?,
            directory_disk: fields.u16()?,
            disk_records: fields.u16()?,
            records: fields.u16()?,
            directory_size: fields.u32()?,
            directory_offset: fields.u32()?,
            comment_length: fields.u16()?,
        })
    }
}
