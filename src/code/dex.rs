//! The Dalvik executable format, as far as names and strings go: header, `string_ids`, `type_ids`, `class_defs`
//! (<https://source.android.com/docs/core/runtime/dex-format>).
//!
//! Versions 035 to 041 are read. A file of version 041 may be a container of several logical DEX files, one after the
//! other, whose offsets all count from the start of the container. Compact DEX (`cdex`) exists on devices only, never
//! in an app file, and is not read.
//!
//! A table that does not fit into the file is read as far as it fits, and a string that cannot be read is left out:
//! each is a [`DexError`] beside the rest.

use std::ops::Range;

use crate::bytes::u32_at;
use memchr::memchr;

/// Why something in a DEX file could not be read. Offsets count from the start of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DexError {
    /// It does not start with `dex\n`, three digits and a NUL.
    #[error("there is no DEX magic number at offset {offset}")]
    Magic {
        /// Where it should be.
        offset: usize,
    },
    /// The file ends inside a header.
    #[error("the DEX header at offset {offset} is cut short")]
    Header {
        /// Where the header starts.
        offset: usize,
    },
    /// The byte order is not little-endian, the only one that Android takes.
    #[error("the DEX file at offset {offset} states the byte order {tag:#010x}")]
    ByteOrder {
        /// Where the header starts.
        offset: usize,
        /// What it states.
        tag: u32,
    },
    /// A table reaches past the end of the file.
    #[error("the DEX table {table} states {stated} items at offset {offset}, and {read} of them are in the file")]
    Table {
        /// The table's name in the format's documentation.
        table: &'static str,
        /// Where it starts.
        offset: u32,
        /// How many items it states.
        stated: u32,
        /// How many could be read.
        read: u32,
    },
    /// A string's data is not in the file, or has no end.
    #[error("string {index} of the DEX file could not be read: its data would be at offset {offset}")]
    String {
        /// The index into `string_ids`.
        index: u32,
        /// What `string_data_off` says.
        offset: u32,
    },
    /// The strings share their bytes, to an extent that no compiler produces; reading stopped at string `index`.
    #[error("the strings of the DEX file overlap: those from number {index} on were not read")]
    Overlap {
        /// The first string that was not read.
        index: u32,
    },
}

/// One logical DEX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dex<'a> {
    container: &'a [u8],
    version: u16,
    string_ids: Table,
    type_ids: Table,
    class_defs: Table,
    problems: Vec<DexError>,
}

/// A string of a DEX file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DexString<'a> {
    /// Where its bytes start, past the length.
    pub offset: usize,
    /// The bytes, in [MUTF-8](super::mutf8), without the NUL at the end.
    pub bytes: &'a [u8],
    /// Whether it is the name of a class that the file defines, as a descriptor: `Lorg/example/Name;`.
    pub is_class: bool,
}

/// A table within the file: the offset of its first item and the number of items, all of them inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Table {
    offset: usize,
    count: u32,
}

/// How many logical files are read of one container. The largest apps have some thirty.
const MAX_LOGICAL_FILES: usize = 64;

/// The size of `header_item` up to version 040.
const HEADER_SIZE: usize = 0x70;
/// `ENDIAN_CONSTANT`
const LITTLE_ENDIAN: u32 = 0x1234_5678;
/// The first version whose files are containers.
const CONTAINER_VERSION: u16 = 41;

/// Whether the bytes start as a DEX file does.
pub fn is_dex(bytes: &[u8]) -> bool {
    version(bytes).is_some()
}

/// Reads the logical DEX files of one file: one, or, of a container, each of them. When one cannot be read, those
/// before it are kept and its error stands beside them.
pub fn read(bytes: &[u8]) -> (Vec<Dex<'_>>, Option<DexError>) {
    let mut files = Vec::new();
    let mut offset = 0;
    loop {
        let dex = match Dex::parse(bytes, offset) {
            Ok(dex) => dex,
            Err(error) => return (files, Some(error)),
        };
        let is_container = dex.version >= CONTAINER_VERSION;
        files.push(dex);
        let next = u32_at(bytes, offset + FILE_SIZE).and_then(|size| offset.checked_add(size as usize));
        match next {
            Some(next) if is_container && next > offset && next < bytes.len() && files.len() < MAX_LOGICAL_FILES => {
                offset = next;
            }
            _ => return (files, None),
        }
    }
}

// Offsets within `header_item`.
const FILE_SIZE: usize = 0x20;
const ENDIAN_TAG: usize = 0x28;
const STRING_IDS: usize = 0x38;
const TYPE_IDS: usize = 0x40;
const CLASS_DEFS: usize = 0x60;

// Sizes of `string_id_item`, `type_id_item` and `class_def_item`.
const STRING_ID_SIZE: usize = 4;
const TYPE_ID_SIZE: usize = 4;
const CLASS_DEF_SIZE: usize = 32;

impl<'a> Dex<'a> {
    /// Reads the logical file whose header is at `header` in `container`.
    fn parse(container: &'a [u8], header: usize) -> Result<Self, DexError> {
        let start = container.get(header..).unwrap_or_default();
        let version = version(start).ok_or(DexError::Magic { offset: header })?;
        if start.len() < HEADER_SIZE {
            return Err(DexError::Header { offset: header });
        }
        let field = |offset| u32_at(start, offset).ok_or(DexError::Header { offset: header });
        let tag = field(ENDIAN_TAG)?;
        if tag != LITTLE_ENDIAN {
            return Err(DexError::ByteOrder { offset: header, tag });
        }
        let mut problems = Vec::new();
        let mut table = |name, at, item_size| -> Result<Table, DexError> {
            let (table, problem) = Table::fit(name, field(at)?, field(at + 4)?, item_size, container.len());
            problems.extend(problem);
            Ok(table)
        };
        let string_ids = table("string_ids", STRING_IDS, STRING_ID_SIZE)?;
        let type_ids = table("type_ids", TYPE_IDS, TYPE_ID_SIZE)?;
        let class_defs = table("class_defs", CLASS_DEFS, CLASS_DEF_SIZE)?;
        Ok(Self { container, version, string_ids, type_ids, class_defs, problems })
    }

    /// The format's version: 35 to 41, or whatever the file states.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// How many strings the file has.
    pub fn string_count(&self) -> u32 {
        self.string_ids.count
    }

    /// How many classes the file defines.
    pub fn class_count(&self) -> u32 {
        self.class_defs.count
    }

    /// What is wrong with the tables.
    pub fn problems(&self) -> &[DexError] {
        &self.problems
    }

    /// Every string, in the order of `string_ids`; each that cannot be read as an error. All the strings together
    /// are no longer than the file: where they overlap beyond that, the last item is [`DexError::Overlap`].
    pub fn strings(&self) -> impl Iterator<Item = Result<DexString<'a>, DexError>> + use<'a> {
        let classes = self.class_strings();
        let (container, table) = (self.container, self.string_ids);
        let mut allowance = container.len();
        let mut next_class = 0;
        let mut stopped = false;
        (0..table.count).map_while(move |index| {
            if stopped {
                return None;
            }
            while classes.get(next_class).is_some_and(|class| *class < index) {
                next_class += 1;
            }
            let is_class = classes.get(next_class) == Some(&index);
            let offset = table.item(container, index, STRING_ID_SIZE)?;
            let Some(range) = string_data(container, offset as usize) else {
                return Some(Err(DexError::String { index, offset }));
            };
            // The length and the NUL take a byte each at least, so an empty string costs something too.
            match allowance.checked_sub(range.len() + 2) {
                Some(rest) => allowance = rest,
                None => {
                    stopped = true;
                    return Some(Err(DexError::Overlap { index }));
                }
            }
            Some(Ok(DexString { offset: range.start, bytes: &container[range], is_class }))
        })
    }

    /// The indices of the strings that name a defined class, ascending.
    fn class_strings(&self) -> Vec<u32> {
        let mut strings = (0..self.class_defs.count)
            .filter_map(|index| {
                let class = self.class_defs.item(self.container, index, CLASS_DEF_SIZE)?;
                self.type_ids.item(self.container, class, TYPE_ID_SIZE)
            })
            .collect::<Vec<_>>();
        strings.sort_unstable();
        strings.dedup();
        strings
    }
}

impl Table {
    /// The part of a table that lies inside a file of `length` bytes.
    fn fit(table: &'static str, stated: u32, offset: u32, item_size: usize, length: usize) -> (Self, Option<DexError>) {
        let room = length.saturating_sub(offset as usize) / item_size;
        let count = stated.min(u32::try_from(room).unwrap_or(u32::MAX));
        let problem = (count < stated).then_some(DexError::Table { table, offset, stated, read: count });
        (Self { offset: offset as usize, count }, problem)
    }

    /// The first word of item `index`; nothing where the table has no such item.
    fn item(self, bytes: &[u8], index: u32, item_size: usize) -> Option<u32> {
        if index >= self.count {
            return None;
        }
        u32_at(bytes, self.offset + index as usize * item_size)
    }
}

/// The three digits of the magic number.
fn version(bytes: &[u8]) -> Option<u16> {
    let [b'd', b'e', b'x', b'\n', digits @ .., 0] = bytes.get(..8)? else { return None };
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0')))
}

/// The range of the bytes of the `string_data_item` at `offset`: past its length, up to its NUL. The length counts
/// UTF-16 units; the end is where the NUL is, as it is for the runtime.
fn string_data(bytes: &[u8], offset: usize) -> Option<Range<usize>> {
    // uleb128 takes up to five bytes for 32 bits.
    let length_size = bytes.get(offset..)?.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let start = offset + length_size;
    let end = start + memchr(0, bytes.get(start..)?)?;
    Some(start..end)
}
