//! The chunk header that every part of binary XML and of a resource table starts with, and reads that stop at the end
//! of the bytes.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h`, `ResChunk_header`.

/// `ResChunk_header`: what a chunk is, and how long it and its header are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkHeader {
    /// `RES_*_TYPE`.
    pub kind: u16,
    /// Bytes from the chunk's start to its data.
    pub header_size: u16,
    /// Bytes of the whole chunk, with its header.
    pub size: u32,
}

impl ChunkHeader {
    /// Bytes of the header itself.
    pub const SIZE: usize = 8;

    /// Reads the header at `offset`; none when the bytes end before.
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        Some(Self {
            kind: u16_at(bytes, offset)?,
            header_size: u16_at(bytes, offset.checked_add(2)?)?,
            size: u32_at(bytes, offset.checked_add(4)?)?,
        })
    }
}

/// `RES_STRING_POOL_TYPE`
pub const STRING_POOL: u16 = 0x0001;
/// `RES_TABLE_TYPE`
pub const TABLE: u16 = 0x0002;
/// `RES_XML_TYPE`
pub const XML: u16 = 0x0003;

/// The byte at `offset`.
pub fn u8_at(bytes: &[u8], offset: usize) -> Option<u8> {
    bytes.get(offset).copied()
}

/// The little-endian 16-bit number at `offset`.
pub fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

/// The little-endian 32-bit number at `offset`.
pub fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}
