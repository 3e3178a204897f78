//! The APK Signing Block: the container between the last entry and the central directory that holds the signatures
//! of schemes v2 and later, and whatever else stores put there.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v2#apk-signing-block-format> and apksig's
//! `ApkUtils.findApkSigningBlock` and `ApkSigningBlockUtils.findApkSignatureSchemeBlock`.

use crate::bytes::{u32_at, u64_at};
use crate::note::{Note, Place};
use crate::signing::notes;
use crate::source::{Source, SourceError, read_vec};

/// What the block ends with.
pub const MAGIC: &[u8; 16] = b"APK Sig Block 42";

/// The size fields around the pairs and the magic: 8 bytes before, 8 and 16 after.
const HEADER: u64 = 8;
const FOOTER: u64 = 24;

/// How many pairs are read. Real files have fewer than ten; past this a file is not worth the time.
pub const MAX_PAIRS: usize = 4096;

/// The largest value that is read into memory. A signature block of one signer has a few kilobytes; padding and
/// what stores add are never read at all.
pub const MAX_VALUE: u64 = 32 << 20;

/// The identifiers that are known, with their names. Source: apksig's constants, AOSP's
/// `frameworks/base/core/java/android/util/apk`, and the tools that write the others.
const KNOWN: &[(u32, &str)] = &[
    (ID_V2, "v2"),
    (ID_V3, "v3"),
    (ID_V31, "v3.1"),
    (ID_SOURCE_STAMP_V1, "source stamp v1"),
    (ID_SOURCE_STAMP_V2, "source stamp v2"),
    (0x4272_6577, "padding"),
    (0x504B_4453, "dependencies"),
    (0x2146_444E, "Google Play metadata"),
    (0x7177_7777, "Walle channel"),
    (0x8811_55FF, "VasDolly channel"),
];

/// APK Signature Scheme v2.
pub const ID_V2: u32 = 0x7109_871A;
/// APK Signature Scheme v3.
pub const ID_V3: u32 = 0xF053_68C0;
/// APK Signature Scheme v3.1.
pub const ID_V31: u32 = 0x1B93_AD61;
/// Source stamp, first version.
pub const ID_SOURCE_STAMP_V1: u32 = 0x2B09_189E;
/// Source stamp, second version.
pub const ID_SOURCE_STAMP_V2: u32 = 0x6DFF_800D;

/// Where the parts of the file lie around which the block is found. Offsets from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sections {
    /// The start of the central directory.
    pub central_directory_offset: u64,
    /// Its size, as the end record states it.
    pub central_directory_size: u64,
    /// The start of the end record.
    pub eocd_offset: u64,
}

/// The block of one file.
pub struct SigningBlock<'a> {
    source: &'a dyn Source,
    /// Where it starts.
    pub offset: u64,
    /// The pairs, in order, up to the first that cannot be read.
    pub pairs: Vec<Pair>,
    /// What is odd about the block as a whole.
    pub anomalies: Vec<Note>,
}

/// One identified value of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What it is.
    pub id: u32,
    /// Where the value starts in the file.
    pub offset: u64,
    /// How long the value is.
    pub length: u64,
}

impl Pair {
    /// What the identifier stands for, where that is known.
    pub fn name(&self) -> Option<&'static str> {
        KNOWN.iter().find(|(id, _)| *id == self.id).map(|(_, name)| *name)
    }
}

/// Why there is no block to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// There is none.
    NoBlock,
    /// There is something like one, which neither apksig nor Android takes for one.
    Unusable(Note),
    /// The medium failed.
    Source(SourceError),
}

impl From<SourceError> for Absent {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl<'a> SigningBlock<'a> {
    /// Finds the block right before the central directory.
    ///
    /// # Errors
    /// [`Absent`] when there is none that could be used.
    pub fn find(source: &'a dyn Source, sections: &Sections) -> Result<Self, Absent> {
        let end = sections.central_directory_offset;
        if end < HEADER + FOOTER || end > source.len() {
            return Err(Absent::NoBlock);
        }
        let footer = read_vec(source, end - FOOTER, FOOTER)?;
        if footer[8..] != MAGIC[..] {
            return Err(Absent::NoBlock);
        }
        let place = Place::offset(end - FOOTER);
        if end.checked_add(sections.central_directory_size) != Some(sections.eocd_offset) {
            return Err(Absent::Unusable(Note::new(&notes::CENTRAL_DIRECTORY_GAP, &[]).at(place)));
        }
        let size = u64_at(&footer, 0).unwrap_or_default();
        let unusable = || Absent::Unusable(Note::new(&notes::SIGNING_BLOCK_SIZE, &[("size", &size)]).at(place.clone()));
        // The size counts everything but its first field; apksig reads it into a Java array.
        let offset = match size.checked_add(HEADER) {
            Some(total) if size >= FOOTER && total <= i32::MAX as u64 => end.checked_sub(total).ok_or_else(unusable)?,
            _ => return Err(unusable()),
        };
        if u64_at(&read_vec(source, offset, HEADER)?, 0) != Some(size) {
            return Err(unusable());
        }
        let mut block = Self { source, offset, pairs: Vec::new(), anomalies: Vec::new() };
        block.read_pairs(offset + HEADER, end - FOOTER)?;
        Ok(block)
    }

    fn read_pairs(&mut self, start: u64, end: u64) -> Result<(), SourceError> {
        let mut offset = start;
        while offset < end {
            let place = Place::offset(offset);
            if self.pairs.len() == MAX_PAIRS {
                self.anomalies.push(Note::new(&notes::SIGNING_BLOCK_PAIRS, &[("limit", &MAX_PAIRS)]).at(place));
                break;
            }
            let header = if end - offset >= 12 { read_vec(self.source, offset, 12)? } else { Vec::new() };
            // The length counts the identifier; apksig takes it for a Java `int`.
            let length = u64_at(&header, 0).unwrap_or_default();
            if length < 4 || length > i32::MAX as u64 || length > end - offset - 8 {
                self.anomalies
                    .push(Note::new(&notes::SIGNING_BLOCK_PAIR, &[("number", &(self.pairs.len() + 1))]).at(place));
                break;
            }
            let id = u32_at(&header, 8).unwrap_or_default();
            if self.pairs.iter().any(|pair| pair.id == id) {
                self.anomalies.push(Note::new(&notes::SIGNING_BLOCK_DUPLICATE, &[("id", &hex_id(id))]).at(place));
            }
            self.pairs.push(Pair { id, offset: offset + 12, length: length - 4 });
            offset += 8 + length;
        }
        Ok(())
    }

    /// The first pair with this identifier: the one that Android and apksig use.
    pub fn pair(&self, id: u32) -> Option<Pair> {
        self.pairs.iter().copied().find(|pair| pair.id == id)
    }

    /// The value of a pair.
    ///
    /// # Errors
    /// [`SourceError`] when the medium fails, or when the value is longer than [`MAX_VALUE`].
    pub fn value(&self, pair: Pair) -> Result<Vec<u8>, SourceError> {
        if pair.length > MAX_VALUE {
            return Err(SourceError::OutOfRange { offset: pair.offset, length: pair.length, available: MAX_VALUE });
        }
        read_vec(self.source, pair.offset, pair.length)
    }
}

/// An identifier as it is written everywhere: `0x7109871a`.
pub fn hex_id(id: u32) -> String {
    format!("{id:#010x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with a block of `pairs`, a central directory of 46 bytes and an end record.
    fn file(pairs: &[u8]) -> (Vec<u8>, Sections) {
        let size = (pairs.len() as u64 + FOOTER).to_le_bytes();
        let mut bytes = vec![0xAA; 100];
        bytes.extend(size);
        bytes.extend(pairs);
        bytes.extend(size);
        bytes.extend(MAGIC);
        let sections = Sections {
            central_directory_offset: bytes.len() as u64,
            central_directory_size: 46,
            eocd_offset: bytes.len() as u64 + 46,
        };
        bytes.extend([0; 46 + 22]);
        (bytes, sections)
    }

    fn pair(id: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = (value.len() as u64 + 4).to_le_bytes().to_vec();
        bytes.extend(id.to_le_bytes());
        bytes.extend(value);
        bytes
    }

    #[test]
    fn the_first_of_two_equal_identifiers_counts() {
        let (bytes, sections) = file(&[pair(ID_V2, b"one"), pair(ID_V3, b"two"), pair(ID_V2, b"three")].concat());
        let block = SigningBlock::find(&bytes, &sections).ok().unwrap();
        assert_eq!(block.offset, 100);
        assert_eq!(block.value(block.pair(ID_V2).unwrap()).unwrap(), b"one");
        assert_eq!(block.pairs.iter().map(Pair::name).collect::<Vec<_>>(), [Some("v2"), Some("v3"), Some("v2")]);
        assert!(block.anomalies.iter().any(|note| note.is(&notes::SIGNING_BLOCK_DUPLICATE)));
    }

    #[test]
    fn pairs_after_a_broken_one_are_not_seen() {
        let broken = [pair(ID_V2, b"one"), vec![3, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], pair(ID_V3, b"two")].concat();
        let (bytes, sections) = file(&broken);
        let block = SigningBlock::find(&bytes, &sections).ok().unwrap();
        assert!(block.pair(ID_V2).is_some() && block.pair(ID_V3).is_none());
        assert!(block.anomalies.iter().any(|note| note.is(&notes::SIGNING_BLOCK_PAIR)));
    }

    #[test]
    fn sizes_that_disagree_or_overflow_make_the_block_unusable() {
        let (mut bytes, sections) = file(&pair(ID_V2, b"one"));
        bytes[100] ^= 1;
        assert!(matches!(SigningBlock::find(&bytes, &sections), Err(Absent::Unusable(_))));
        let footer = sections.central_directory_offset as usize - FOOTER as usize;
        for size in [u64::MAX, u64::MAX - 7, 0, 23, 1 << 20] {
            bytes[footer..footer + 8].copy_from_slice(&size.to_le_bytes());
            assert!(matches!(SigningBlock::find(&bytes, &sections), Err(Absent::Unusable(_))), "{size}");
        }
    }

    #[test]
    fn a_gap_after_the_central_directory_hides_the_block_from_android() {
        let (bytes, mut sections) = file(&pair(ID_V2, b"one"));
        sections.central_directory_size -= 1;
        assert!(matches!(SigningBlock::find(&bytes, &sections), Err(Absent::Unusable(_))));
        assert!(matches!(
            SigningBlock::find(&bytes, &Sections { central_directory_offset: 31, ..sections }),
            Err(Absent::NoBlock)
        ));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic_and_within_the_block(pairs in proptest::collection::vec(0u8.., 0..200)) {
            let (bytes, sections) = file(&pairs);
            let block = SigningBlock::find(&bytes, &sections).ok().unwrap();
            for pair in &block.pairs {
                assert!(pair.offset + pair.length <= sections.central_directory_offset - FOOTER);
                assert_eq!(block.value(*pair).unwrap().len() as u64, pair.length);
            }
        }
    }
}
