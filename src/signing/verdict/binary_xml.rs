//! A second reader of binary XML, beside `resources::xml`, because apksig's is stricter than Android's in some things and
//! laxer in others. It tells whether apksig can read a manifest: apksig needs the lowest SDK level from it, and accepts
//! no file without.
//!
//! Source: apksig's `internal/apk/AndroidBinXmlParser` and `ApkUtils.getMinSdkVersionFromBinaryAndroidManifest`.

use std::ops::Range;

use crate::bytes::{u16_at, u32_at};

/// Chunk types (androidfw's `ResourceTypes.h`).
const STRING_POOL: u16 = 0x0001;
const XML: u16 = 0x0003;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;
const RESOURCE_MAP: u16 = 0x0180;

/// The smallest header of a chunk: type, size of the header, size of the chunk.
const CHUNK_HEADER: usize = 8;
/// What a start element and an end element must have behind their headers.
const START_ELEMENT_SIZE: usize = 20;
const END_ELEMENT_SIZE: usize = 8;
/// The index of no string.
const NO_STRING: u32 = u32::MAX;
const UTF8: u32 = 1 << 8;

/// `android:minSdkVersion`, and the types of value (`Res_value`) that apksig takes for it.
const MIN_SDK_VERSION: u32 = 0x0101_020C;
const ATTRIBUTE_SIZE: usize = 20;
const REFERENCE: u8 = 0x01;
const STRING: u8 = 0x03;
const INTEGERS: [u8; 2] = [0x10, 0x11];

/// Whether apksig reads the manifest to its end. A lowest SDK level that is a resource is let pass, which apksig refuses:
/// it is resolved here, as Android does it (docs/signing.md).
pub fn apksig_reads(file: &[u8]) -> bool {
    read(file).is_some()
}

/// Nothing where apksig ends with an exception.
fn read(file: &[u8]) -> Option<()> {
    let mut chunks = Chunks { rest: file };
    let document = loop {
        let chunk = chunks.next()??;
        if chunk.kind == XML {
            break chunk.contents;
        }
    };
    let mut chunks = Chunks { rest: document };
    let mut strings: Option<Strings> = None;
    let mut resources: Option<&[u8]> = None;
    let mut depth = 0;
    while let Some(chunk) = chunks.next()? {
        match chunk.kind {
            STRING_POOL if strings.is_some() => return None,
            STRING_POOL => strings = Some(Strings::parse(&chunk)?),
            RESOURCE_MAP if resources.is_some() => return None,
            RESOURCE_MAP => resources = Some(chunk.contents),
            START_ELEMENT => {
                depth += 1;
                let element = Element::parse(chunk.contents, strings.as_ref()?)?;
                if depth == 2 && element.is_uses_sdk {
                    element.check_min_sdk(resources.unwrap_or_default())?;
                }
            }
            END_ELEMENT => {
                let contents = chunk.contents.get(..END_ELEMENT_SIZE)?;
                strings.as_ref()?.qualified(contents)?;
                depth -= 1;
            }
            _ => {}
        }
    }
    Some(())
}

struct Chunk<'a> {
    kind: u16,
    header: &'a [u8],
    contents: &'a [u8],
}

struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Chunks<'a> {
    /// The next chunk; `Some(None)` at the end, for which apksig also takes a chunk that reaches past it.
    fn next(&mut self) -> Option<Option<Chunk<'a>>> {
        if self.rest.len() < CHUNK_HEADER {
            return Some(None);
        }
        let (kind, header, size) = (u16_at(self.rest, 0)?, u16_at(self.rest, 2)?, u32_at(self.rest, 4)?);
        let (header, size) = (usize::from(header), usize::try_from(size).ok()?);
        if size.saturating_sub(CHUNK_HEADER) > self.rest.len() - CHUNK_HEADER {
            return Some(None);
        }
        if header < CHUNK_HEADER || header > size {
            return None;
        }
        let (chunk, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(Some(Chunk { kind, header: &chunk[..header], contents: &chunk[header..] }))
    }
}

/// A start element, as far as apksig looks at it.
struct Element<'a> {
    is_uses_sdk: bool,
    attributes: &'a [u8],
    attribute_size: usize,
    attribute_count: usize,
}

impl<'a> Element<'a> {
    fn parse(contents: &'a [u8], strings: &Strings) -> Option<Self> {
        contents.get(..START_ELEMENT_SIZE)?;
        let number = |at| u16_at(contents, at).map(usize::from);
        let (start, attribute_size, attribute_count) = (number(8)?, number(10)?, number(12)?);
        let attributes = contents.get(start..start + attribute_size * attribute_count)?;
        let (namespace, name) = strings.qualified(contents)?;
        let is_uses_sdk = namespace.is_none_or(|namespace| namespace.is_empty()) && name == "uses-sdk";
        Some(Self { is_uses_sdk, attributes, attribute_size, attribute_count })
    }

    fn check_min_sdk(&self, resources: &[u8]) -> Option<()> {
        let attributes = (0..self.attribute_count)
            .map(|index| self.attributes[index * self.attribute_size..].get(..self.attribute_size.max(ATTRIBUTE_SIZE)))
            .collect::<Option<Vec<_>>>()?;
        let is_min_sdk = |attribute: &&&[u8]| {
            let resource =
                u32_at(attribute, 4).and_then(|name| u32_at(resources, usize::try_from(name).ok()?.checked_mul(4)?));
            resource == Some(MIN_SDK_VERSION)
        };
        match attributes.iter().find(is_min_sdk).map(|attribute| attribute[15]) {
            None | Some(REFERENCE | STRING) => Some(()),
            Some(kind) => INTEGERS.contains(&kind).then_some(()),
        }
    }
}

/// The string pool.
struct Strings<'a> {
    count: u32,
    utf8: bool,
    contents: &'a [u8],
    section: &'a [u8],
}

impl<'a> Strings<'a> {
    fn parse(chunk: &Chunk<'a>) -> Option<Self> {
        let number = |at| u32_at(chunk.header, at);
        let (count, style_count, flags) = (number(8)?, number(12)?, number(16)?);
        let (strings_start, styles_start) = (number(20)?, number(24)?);
        if i32::try_from(count).is_err() || i32::try_from(style_count).is_err() {
            return None;
        }
        let contents = chunk.contents;
        let section = match count {
            0 => &[][..],
            _ => {
                let place = |start: u32| usize::try_from(start).ok()?.checked_sub(chunk.header.len());
                let end = match style_count {
                    0 => contents.len(),
                    _ if styles_start < strings_start => return None,
                    _ => place(styles_start)?,
                };
                contents.get(Range { start: place(strings_start)?, end })?
            }
        };
        Some(Self { count, utf8: flags & UTF8 != 0, contents, section })
    }

    /// The namespace and name of an element, which its contents begin with.
    fn qualified(&self, contents: &[u8]) -> Option<(Option<String>, String)> {
        let namespace = match u32_at(contents, 0)? {
            NO_STRING => None,
            index => Some(self.get(index)?),
        };
        Some((namespace, self.get(u32_at(contents, 4)?)?))
    }

    fn get(&self, index: u32) -> Option<String> {
        if index >= self.count {
            return None;
        }
        let offset = u32_at(self.contents, usize::try_from(index).ok()?.checked_mul(4)?)?;
        let string = self.section.get(usize::try_from(offset).ok()?..).filter(|string| !string.is_empty())?;
        if self.utf8 { utf8(string) } else { utf16(string) }
    }
}

/// Two lengths, of which the first, in characters, is not looked at; the bytes; a zero.
fn utf8(string: &[u8]) -> Option<String> {
    let start = if string.first()? & 0x80 == 0 { 1 } else { 2 };
    let first = usize::from(*string.get(start)?);
    let (length, start) = match first & 0x80 {
        0 => (first, start + 1),
        _ => ((first & 0x7F) << 8 | usize::from(*string.get(start + 1)?), start + 2),
    };
    let bytes = string.get(start..start + length)?;
    (*string.get(start + length)? == 0).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// A length in units of two bytes; the units; a zero.
fn utf16(string: &[u8]) -> Option<String> {
    let first = usize::from(u16_at(string, 0)?);
    let (length, start) = match first & 0x8000 {
        0 => (first, 2),
        _ => ((first & 0x7FFF) << 16 | usize::from(u16_at(string, 2)?), 4),
    };
    let end = length.checked_mul(2)?.checked_add(start)?;
    let units = string.get(start..end)?.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let text = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    (u16_at(string, end)? == 0).then_some(text)
}
