//! Little-endian numbers in bytes that may end early: at an offset, or one after another.

/// Returns the byte at `offset`.
pub fn u8_at(bytes: &[u8], offset: usize) -> Option<u8> {
    bytes.get(offset).copied()
}

/// Returns the 16-bit number at `offset`.
pub fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

/// Returns the 32-bit number at `offset`.
pub fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

/// Returns the 64-bit number at `offset`.
pub fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

/// What is left of a record. Every read returns `None` when the record ends first.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// Takes the next `length` bytes.
    pub fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Takes a 16-bit number.
    pub fn u16(&mut self) -> Option<u16> {
        u16_at(self.bytes(2)?, 0)
    }

    /// Takes a 32-bit number.
    pub fn u32(&mut self) -> Option<u32> {
        u32_at(self.bytes(4)?, 0)
    }

    /// Takes a 64-bit number.
    pub fn u64(&mut self) -> Option<u64> {
        u64_at(self.bytes(8)?, 0)
    }
}
