//! String pools: the strings of binary XML and of resource tables, each by its index.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/ResourceTypes.cpp`, `ResStringPool::setTo`, `stringAt`, `string8At` and
//! `styleAt`; how Java sees a string: `frameworks/base/core/jni/android_util_StringBlock.cpp`. A pool that Android
//! would refuse is read as far as it goes, and what is wrong with it is noted.

use std::borrow::Cow;

use super::chunk::{ChunkHeader, u8_at, u16_at, u32_at};
use super::notes;
use crate::note::{Note, Place};

/// `sizeof(ResStringPool_header)`
const HEADER_SIZE: usize = 28;
/// `ResStringPool_header::UTF8_FLAG`
const UTF8: u32 = 1 << 8;
/// `ResStringPool_span::END`
const END: u32 = 0xFFFF_FFFF;
/// `sizeof(ResStringPool_span)`
const SPAN_SIZE: usize = 12;
/// U+FFFD, as a UTF-16 unit.
const REPLACEMENT: u16 = 0xFFFD;
/// How many spans of one styled string are read.
const MAX_SPANS: usize = 4096;

/// A string pool. It keeps the chunk's bytes, and decodes a string when asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringPool {
    /// The chunk, cut to its size.
    bytes: Vec<u8>,
    utf8: bool,
    /// How many strings the header claims.
    declared: u32,
    /// How many offsets there is room for, before the strings or before the end.
    room: u32,
    /// The first offset.
    entries: usize,
    /// Where the strings start and end.
    strings: (usize, usize),
    style_count: u32,
    /// Where the spans start.
    styles: usize,
    anomalies: Vec<Note>,
}

/// Why a chunk is no string pool at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StringPoolError {
    /// The bytes end inside the header.
    #[error("the string pool's header is cut off")]
    Truncated,
}

/// What is wrong with one string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StringFlaw {
    /// It has no terminating zero where its length says: the length is false.
    Unterminated,
    /// It reaches past the end of the pool, and is cut there.
    PastEnd,
    /// Its index is past the count in the header, but there is room for it.
    PastCount,
    /// A zero inside it ends it before its length does, as it does for Android.
    Cut,
    /// It is not valid UTF-8 or UTF-16; it reads as Android reads it, and what is no character as U+FFFD.
    Malformed,
}

impl StringFlaw {
    /// Whether Android takes the string for none.
    pub fn is_fatal(self) -> bool {
        matches!(self, Self::Unterminated | Self::PastEnd | Self::PastCount)
    }
}

/// A string of a pool, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolString<'a> {
    /// The string.
    pub text: Cow<'a, str>,
    /// What is wrong with it.
    pub flaw: Option<StringFlaw>,
}

/// A part of a styled string: `<b>`, `<a href="…">`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The index of the tag's name, which carries its attributes: `a;href=…`.
    pub name: u32,
    /// The first character, in UTF-16 units.
    pub first: u32,
    /// The last character, in UTF-16 units; it belongs to the part.
    pub last: u32,
}

impl StringPool {
    /// Reads the pool that starts at the first byte of `chunk`, which may go on after it.
    ///
    /// # Errors
    /// [`StringPoolError::Truncated`]: any other fault leaves something to read.
    pub fn parse(chunk: &[u8]) -> Result<Self, StringPoolError> {
        let header = ChunkHeader::read(chunk, 0).ok_or(StringPoolError::Truncated)?;
        let field = |offset| u32_at(chunk, offset).ok_or(StringPoolError::Truncated);
        let [declared, style_count, flags, strings_start, styles_start] =
            [field(8)?, field(12)?, field(16)?, field(20)?, field(24)?];
        let mut pool = Self { utf8: flags & UTF8 != 0, declared, style_count, ..Self::default() };

        let size = (header.size as usize).clamp(HEADER_SIZE, chunk.len());
        if size != header.size as usize {
            pool.note(Note::new(&notes::STRING_POOL_SIZE, &[("stated", &header.size), ("read", &size)]), 4);
        }
        pool.entries = usize::from(header.header_size).clamp(HEADER_SIZE, size);
        if usize::from(header.header_size) != HEADER_SIZE {
            pool.note(Note::new(&notes::STRING_POOL_HEADER_SIZE, &[("size", &header.header_size)]), 2);
        }
        pool.locate_strings(size, strings_start, styles_start);
        pool.bytes = chunk[..size].to_vec();
        pool.check_terminators();
        Ok(pool)
    }

    /// Finds out where the strings, the spans and the offsets end, whatever the header says.
    fn locate_strings(&mut self, size: usize, strings_start: u32, styles_start: u32) {
        // Android lets the strings start anywhere in the chunk, even in its header.
        let start = (strings_start as usize).min(size);
        if start != strings_start as usize && self.declared > 0 {
            self.note(Note::new(&notes::STRINGS_START, &[("stated", &strings_start), ("read", &start)]), 20);
        }
        let mut end = size;
        self.styles = size;
        if self.style_count > 0 {
            if styles_start as usize > start && (styles_start as usize) < size {
                (self.styles, end) = (styles_start as usize, styles_start as usize);
            } else {
                self.note(Note::new(&notes::STYLES_START, &[("stated", &styles_start)]), 24);
                self.style_count = 0;
            }
        }
        self.strings = (start, end);

        // Android lets the offsets reach into the strings, as long as they lie in the chunk.
        let offsets = |end: usize| u32::try_from(end.saturating_sub(self.entries) / 4).unwrap_or(u32::MAX);
        let (before_strings, in_chunk) = (offsets(start).saturating_sub(self.style_count), offsets(size));
        self.room = before_strings.max(self.declared.min(in_chunk));
        if before_strings != self.declared {
            self.note(Note::new(&notes::STRING_COUNT, &[("stated", &self.declared), ("room", &before_strings)]), 8);
        }
    }

    /// Android refuses a pool whose last string or last style is not terminated.
    fn check_terminators(&mut self) {
        let (start, end) = self.strings;
        let unit = if self.utf8 { 1 } else { 2 };
        let last = start + (end - start) / unit * unit;
        let terminated = last > start && self.bytes[last - unit..last].iter().all(|byte| *byte == 0);
        if self.declared > 0 && !terminated {
            self.note(Note::new(&notes::STRING_POOL_UNTERMINATED, &[]), end as u64);
        }
        let styles = &self.bytes[self.styles..];
        let styles = &styles[..styles.len() / 4 * 4];
        if self.style_count > 0 && !styles.ends_with(&[0xFF; SPAN_SIZE]) {
            self.note(Note::new(&notes::STYLES_UNTERMINATED, &[]), self.styles as u64);
        }
    }

    fn note(&mut self, note: Note, offset: u64) {
        self.anomalies.push(note.at(Place::offset(offset)));
    }

    /// How many strings the header claims, at most as many as there is room for.
    pub fn len(&self) -> u32 {
        self.declared.min(self.room)
    }

    /// Whether there are no strings.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the strings are UTF-8; UTF-16 otherwise.
    pub fn is_utf8(&self) -> bool {
        self.utf8
    }

    /// What is odd about the pool; the places count from its first byte.
    pub fn anomalies(&self) -> &[Note] {
        &self.anomalies
    }

    /// The string with the index, as far as it can be read; none when its offset lies outside the pool.
    pub fn get(&self, index: u32) -> Option<Cow<'_, str>> {
        Some(self.string(index)?.text)
    }

    /// As [`StringPool::get`], with what is wrong with the string.
    pub fn string(&self, index: u32) -> Option<PoolString<'_>> {
        if index >= self.room {
            return None;
        }
        let offset = u32_at(&self.bytes, self.entries + index as usize * 4)?;
        let (start, end) = self.strings;
        let strings = self.bytes.get(start..end)?;
        // Android divides the offset by the size of a unit: an odd one is rounded down.
        let offset = if self.utf8 { offset as usize } else { offset as usize & !1 };
        let mut string = if self.utf8 {
            utf8_string(strings, offset)
        } else {
            utf16_string(strings, offset).map(PoolString::owned)
        }?;
        if index >= self.declared {
            string.flaw = Some(StringFlaw::PastCount);
        }
        Some(string)
    }

    /// Where the string with the index starts in the chunk.
    pub fn offset_of(&self, index: u32) -> Option<u64> {
        let offset = u32_at(&self.bytes, self.entries.checked_add((index as usize).checked_mul(4)?)?)?;
        Some(self.strings.0 as u64 + u64::from(offset))
    }

    /// The styled parts of the string with the index: only the first strings of a pool have some.
    pub fn spans(&self, index: u32) -> Vec<Span> {
        self.spans_at(index).unwrap_or_default()
    }

    fn spans_at(&self, index: u32) -> Option<Vec<Span>> {
        if index >= self.style_count {
            return None;
        }
        let entry = (self.declared as usize).checked_add(index as usize)?.checked_mul(4)?.checked_add(self.entries)?;
        let offset = self.styles.checked_add(u32_at(&self.bytes, entry)? as usize & !3)?;
        let spans = self.bytes.get(offset..)?.chunks_exact(SPAN_SIZE).map_while(|span| {
            let name = u32_at(span, 0).filter(|name| *name != END)?;
            Some(Span { name, first: u32_at(span, 4)?, last: u32_at(span, 8)? })
        });
        Some(spans.take(MAX_SPANS).collect())
    }
}

impl PoolString<'_> {
    fn owned((text, flaw): (String, Option<StringFlaw>)) -> Self {
        Self { text: Cow::Owned(text), flaw }
    }
}

/// Reads a UTF-8 string: its length in UTF-16 units, its length in bytes, each of one or two bytes, the bytes, a zero.
///
/// Android hands the bytes to `NewStringUTF`, for which the first zero is the end; the length only says where there
/// must be a zero. aapt cut lengths beyond 0x7FFF to 15 bits, so the zero may be any multiple of 0x8000 further on
/// (`ResStringPool::stringDecodeAt`).
fn utf8_string(strings: &[u8], offset: usize) -> Option<PoolString<'_>> {
    let (_, offset) = utf8_length(strings, offset)?;
    let (length, offset) = utf8_length(strings, offset)?;
    let rest = strings.get(offset..)?;
    let end = (length..rest.len()).step_by(0x8000).find(|end| rest[*end] == 0);
    let (bytes, mut flaw) = match end {
        Some(end) => (&rest[..end], None),
        None if length > rest.len() => (rest, Some(StringFlaw::PastEnd)),
        None => (&rest[..length], Some(StringFlaw::Unterminated)),
    };
    let bytes = match bytes.iter().position(|byte| *byte == 0) {
        Some(zero) => {
            flaw = flaw.or(Some(StringFlaw::Cut));
            &bytes[..zero]
        }
        None => bytes,
    };
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => PoolString { text: Cow::Borrowed(text), flaw },
        Err(_) => {
            let (text, is_modified) = modified_utf8(bytes);
            let flaw = flaw.or((!is_modified).then_some(StringFlaw::Malformed));
            PoolString { text: Cow::Owned(text), flaw }
        }
    })
}

/// One or two bytes of length, and where they end: with the high bit of the first, there are two (`decodeLength`).
fn utf8_length(strings: &[u8], offset: usize) -> Option<(usize, usize)> {
    let first = usize::from(u8_at(strings, offset)?);
    if first & 0x80 == 0 {
        return Some((first, offset + 1));
    }
    let second = usize::from(u8_at(strings, offset + 1)?);
    Some(((first & 0x7F) << 8 | second, offset + 2))
}

/// Reads a UTF-16 string: its length in units, of one or two units, the units, a zero unit.
fn utf16_string(strings: &[u8], offset: usize) -> Option<(String, Option<StringFlaw>)> {
    let first = usize::from(u16_at(strings, offset)?);
    let (length, offset) = if first & 0x8000 == 0 {
        (first, offset + 2)
    } else {
        ((first & 0x7FFF) << 16 | usize::from(u16_at(strings, offset + 2)?), offset + 4)
    };
    let rest = strings.get(offset..)?.as_chunks::<2>().0;
    let (units, flaw) = match rest.get(length) {
        Some([0, 0]) => (&rest[..length], None),
        Some(_) => (&rest[..length], Some(StringFlaw::Unterminated)),
        None => (rest, Some(StringFlaw::PastEnd)),
    };
    // A false length must not pull in the strings that follow: what comes before the zero is read.
    let end = flaw.and_then(|_| units.iter().position(|unit| *unit == [0, 0])).unwrap_or(units.len());
    let units: Vec<u16> = units[..end].iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let (text, is_whole) = text_of(&units);
    Some((text, flaw.or((!is_whole).then_some(StringFlaw::Malformed))))
}

/// Decodes bytes as Android's runtime does: the first byte alone tells how many follow, and no bit of them is checked.
/// So each character has many spellings, which Android reads and other decoders do not. Says whether the bytes are
/// Java's modified UTF-8, in which a zero is two bytes and a character outside the Basic Multilingual Plane is two
/// surrogates of three bytes each; four bytes are taken for one, too.
///
/// Source: AOSP `art/runtime/jni/jni_internal.cc` (`VisitUtf8Chars`) and `libdexfile/dex/utf-inl.h`
/// (`GetUtf16FromUtf8`); The Java Virtual Machine Specification, section 4.4.7.
fn modified_utf8(bytes: &[u8]) -> (String, bool) {
    let (mut units, mut is_modified, mut rest) = (Vec::with_capacity(bytes.len()), true, bytes);
    while let [first, tail @ ..] = rest {
        let length = match first {
            0x00..=0x7F => 0,
            _ if first & 0x20 == 0 => 1,
            _ if first & 0x10 == 0 => 2,
            _ => 3,
        };
        let Some((following, behind)) = tail.split_at_checked(length) else {
            units.push(REPLACEMENT);
            return (text_of(&units).0, false);
        };
        let bits = following.iter().fold(0, |bits, byte| bits << 6 | u32::from(byte & 0x3F));
        match length {
            0 => units.push(u16::from(*first)),
            1 => units.push((u32::from(first & 0x1F) << 6 | bits) as u16),
            2 => units.push((u32::from(first & 0x0F) << 12 | bits) as u16),
            _ => {
                let beyond = (u32::from(first & 0x0F) << 18 | bits).wrapping_sub(0x1_0000);
                units.extend([0xD800 | (beyond >> 10 & 0x3FF) as u16, 0xDC00 | (beyond & 0x3FF) as u16]);
            }
        }
        let spelling = &rest[..=length];
        let is_surrogate = matches!(spelling, [0xED, 0xA0..=0xBF, 0x80..=0xBF]);
        is_modified &= is_surrogate || spelling == [0xC0, 0x80] || std::str::from_utf8(spelling).is_ok();
        rest = behind;
    }
    let (text, is_whole) = text_of(&units);
    (text, is_modified && is_whole)
}

/// The text of UTF-16 units, with U+FFFD for what is none; says whether all of it is text.
fn text_of(units: &[u16]) -> (String, bool) {
    let mut is_whole = true;
    let characters = char::decode_utf16(units.iter().copied()).map(|character| {
        character.unwrap_or_else(|_| {
            is_whole = false;
            char::REPLACEMENT_CHARACTER
        })
    });
    (characters.collect(), is_whole)
}

#[cfg(test)]
mod tests;
