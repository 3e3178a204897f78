//! The strings of binary XML and resource tables.

use super::{Encoding, Text, TextKind};
use crate::manifest::chunk::{self, ChunkHeader};
use crate::manifest::string_pool::StringPool;

/// How many chunks are looked through for a string pool. It is the first one in every file that Android's tools make.
const MAX_CHUNKS: usize = 16;

/// Hands every string of the file's first string pool to `visit`. False where there is no pool, or where its strings
/// overlap so much that reading stopped: the file must then be searched as it is.
pub fn for_each_string(entry: &str, bytes: &[u8], visit: &mut dyn FnMut(&Text)) -> bool {
    let Some((start, pool)) = first_pool(bytes) else { return false };
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
        visit(&Text { encoding, ..Text::whole(entry, TextKind::Resource, text.as_bytes(), offset) });
    }
    true
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
