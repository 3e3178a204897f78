//! Reading many small pieces of a source with few reads.

use crate::source::{Source, SourceError, read_vec};

/// Reads small pieces that mostly follow each other, with one read of the source for many of them.
pub(super) struct Window<'s> {
    source: &'s dyn Source,
    start: u64,
    bytes: Vec<u8>,
}

impl<'s> Window<'s> {
    /// How many bytes are read at once, at least.
    const SIZE: u64 = 64 << 10;

    pub fn new(source: &'s dyn Source) -> Self {
        Self { source, start: 0, bytes: Vec::new() }
    }

    pub fn source(&self) -> &'s dyn Source {
        self.source
    }

    /// The `length` bytes at `offset`.
    pub fn get(&mut self, offset: u64, length: u64) -> Result<&[u8], SourceError> {
        let held = offset.checked_sub(self.start).and_then(|at| Some((at, at.checked_add(length)?)));
        let (from, to) = match held {
            Some((from, to)) if to <= self.bytes.len() as u64 => (from, to),
            _ => {
                let available = self.source.len().saturating_sub(offset);
                self.bytes = read_vec(self.source, offset, length.max(Self::SIZE.min(available)))?;
                self.start = offset;
                (0, length)
            }
        };
        Ok(&self.bytes[from as usize..to as usize])
    }
}
