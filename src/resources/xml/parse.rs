//! From bytes to a tree.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/ResourceTypes.cpp`, `ResXMLTree::setTo`, `validateNode` and
//! `ResXMLParser::nextNode`, and `ResourceTypes.h` for the layouts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::tree::{MAX_DEPTH, Tree};
use super::{Document, XmlError};
use crate::resources::chunk::{self, ChunkHeader, u32_at};
use crate::resources::note_list::NoteList;
use crate::resources::notes;
use crate::resources::string_pool::{StringFlaw, StringPool};

/// `RES_XML_RESOURCE_MAP_TYPE`
pub(super) const RESOURCE_MAP: u16 = 0x0180;
/// `RES_XML_START_NAMESPACE_TYPE`, which is also `RES_XML_FIRST_CHUNK_TYPE`.
const START_NAMESPACE: u16 = 0x0100;
/// `RES_XML_END_NAMESPACE_TYPE`
const END_NAMESPACE: u16 = 0x0101;
/// `RES_XML_START_ELEMENT_TYPE`
const START_ELEMENT: u16 = 0x0102;
/// `RES_XML_END_ELEMENT_TYPE`
const END_ELEMENT: u16 = 0x0103;
/// `RES_XML_CDATA_TYPE`
const CDATA: u16 = 0x0104;
/// `RES_XML_LAST_CHUNK_TYPE`
const LAST_NODE: u16 = 0x017f;

/// `sizeof(ResXMLTree_node)`: a chunk header, a line number, a comment.
const NODE_HEADER_SIZE: usize = 16;
/// `sizeof(ResXMLTree_namespaceExt)`
const NAMESPACE_SIZE: usize = 8;
/// `sizeof(ResXMLTree_cdataExt)`
const TEXT_SIZE: usize = 12;
/// No string (`ResStringPool_ref` of -1).
pub(super) const NONE: u32 = u32::MAX;

/// How many elements and texts are read. The largest manifests have some ten thousand.
const MAX_NODES: usize = 250_000;
/// How many attributes are read.
const MAX_ATTRIBUTES: usize = 500_000;
/// How many bytes of strings the tree holds at most: one string can be the value of every attribute.
const MAX_STRING_BYTES: usize = 64 << 20;

pub(super) fn document(bytes: &[u8]) -> Result<Document, XmlError> {
    let header = ChunkHeader::read(bytes, 0).ok_or(XmlError::TooShort)?;
    if is_text(bytes) {
        return Err(XmlError::PlainText);
    }
    let mut notes = NoteList::default();
    if header.kind != chunk::XML {
        notes.anomaly(&notes::XML_TYPE, &[("kind", &hex(header.kind))], 0);
    }
    let stated_end = header.size as usize;
    if stated_end > bytes.len() {
        notes.anomaly(&notes::XML_SIZE, &[("stated", &header.size), ("read", &bytes.len())], 4);
    } else if stated_end < bytes.len() {
        notes.anomaly(&notes::XML_TRAILING, &[("count", &(bytes.len() - stated_end))], header.size.into());
    }
    if usize::from(header.header_size) != ChunkHeader::SIZE {
        notes.anomaly(&notes::XML_HEADER_SIZE, &[("size", &header.header_size)], 2);
    }

    // As Android reads it; and, where that gives nothing, all the bytes there are.
    let stated = &bytes[..stated_end.min(bytes.len())];
    let start = usize::from(header.header_size).max(ChunkHeader::SIZE);
    match Parser::read(stated, start, notes.clone()) {
        Err(_) if stated.len() < bytes.len() || start != ChunkHeader::SIZE => {
            Parser::read(bytes, ChunkHeader::SIZE, notes)
        }
        result => result,
    }
}

/// Whether the bytes are the text that binary XML is compiled from, in UTF-8 or UTF-16.
fn is_text(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    start.trim_ascii_start().starts_with(b"<") || bytes.starts_with(b"\xFF\xFE<\0") || bytes.starts_with(b"\xFE\xFF\0<")
}

fn hex(number: u16) -> String {
    format!("0x{number:04x}")
}

/// A chunk in the file.
pub(super) struct Chunk<'a> {
    pub offset: usize,
    header: ChunkHeader,
    /// The chunk's bytes, with its header.
    pub bytes: &'a [u8],
}

impl Chunk<'_> {
    fn is_node(&self) -> bool {
        (START_NAMESPACE..=LAST_NODE).contains(&self.header.kind)
    }

    pub fn place(&self) -> u64 {
        self.offset as u64
    }
}

/// A string of the pool as a name.
#[derive(Clone)]
pub(super) struct Name {
    /// As far as it can be read; empty when there is none.
    pub text: Arc<str>,
    /// Whether Android reads it at all.
    pub is_read: bool,
    /// Whether its bytes are what its text says, so that Android, which compares bytes, finds it.
    pub is_exact: bool,
}

pub(super) struct Parser<'a> {
    pub bytes: &'a [u8],
    pub strings: StringPool,
    /// The resource map's ids; none when there is no map.
    pub ids: Option<&'a [u8]>,
    pub notes: NoteList,
    /// Names that were decoded before, by their index.
    names: HashMap<u32, Name>,
    /// Strings whose flaws were noted.
    flawed: HashSet<u32>,
    /// Kinds of chunk that were noted, as unknown or as missing.
    pub noted_kinds: HashSet<u16>,
    /// What is left of the limits.
    nodes: usize,
    pub attributes: usize,
    string_bytes: usize,
}

impl<'a> Parser<'a> {
    fn read(bytes: &'a [u8], start: usize, notes: NoteList) -> Result<Document, XmlError> {
        let mut parser = Self {
            bytes,
            strings: StringPool::default(),
            ids: None,
            notes,
            names: HashMap::new(),
            flawed: HashSet::new(),
            noted_kinds: HashSet::new(),
            nodes: MAX_NODES,
            attributes: MAX_ATTRIBUTES,
            string_bytes: MAX_STRING_BYTES,
        };
        let first_node = parser.read_tables(start)?;
        parser.read_tree(first_node)
    }

    /// Reads what comes before the first node, and says where that is. Of several string pools and resource maps the
    /// last one counts, as in `ResXMLTree::setTo`; one behind the first node counts only where there is no other.
    fn read_tables(&mut self, start: usize) -> Result<usize, XmlError> {
        let (mut at, mut first_node, mut pools) = (start, None, 0);
        while let Some(chunk) = self.next_chunk(at) {
            at = chunk.offset + chunk.bytes.len();
            match chunk.header.kind {
                chunk::STRING_POOL => {
                    let Ok(pool) = StringPool::parse(chunk.bytes) else {
                        let values: [(&str, &dyn ToString); 2] = [("stated", &chunk.header.size), ("read", &0)];
                        self.notes.anomaly(&notes::STRING_POOL_SIZE, &values, chunk.place());
                        continue;
                    };
                    pools += 1;
                    if pools > 1 {
                        self.notes.anomaly(&notes::SECOND_STRING_POOL, &[], chunk.place());
                    }
                    self.strings = pool;
                    self.notes.append_shifted(self.strings.anomalies(), chunk.place());
                }
                RESOURCE_MAP => {
                    self.ids = chunk.bytes.get(usize::from(chunk.header.header_size)..);
                }
                _ if chunk.is_node() => {
                    first_node.get_or_insert(chunk.offset);
                }
                _ => self.note_unknown(&chunk),
            }
            if first_node.is_some() && pools > 0 {
                break;
            }
        }
        match first_node {
            _ if pools == 0 => Err(XmlError::NoStringPool),
            None => Err(XmlError::NoElement),
            Some(offset) => Ok(offset),
        }
    }

    /// The chunk at the offset, or the next one that is recognisable, if what stands there cannot be a chunk.
    fn next_chunk(&mut self, at: usize) -> Option<Chunk<'a>> {
        if at >= self.bytes.len() {
            return None;
        }
        if let Some(chunk) = self.chunk_at(at, |header| usize::from(header.header_size) >= ChunkHeader::SIZE) {
            if (u32::from(chunk.header.header_size) | chunk.header.size) & 3 != 0 {
                self.notes.anomaly(&notes::CHUNK_UNALIGNED, &[("kind", &hex(chunk.header.kind))], at as u64);
            }
            return Some(chunk);
        }
        let next = (at + 1..self.bytes.len()).find_map(|offset| self.chunk_at(offset, is_recognisable));
        let end = next.as_ref().map_or(self.bytes.len(), |chunk| chunk.offset);
        self.notes.anomaly(&notes::XML_GARBAGE, &[("count", &(end - at))], at as u64);
        next
    }

    fn chunk_at(&self, offset: usize, accept: fn(&ChunkHeader) -> bool) -> Option<Chunk<'a>> {
        let header = ChunkHeader::read(self.bytes, offset).filter(accept)?;
        if u32::from(header.header_size) > header.size {
            return None;
        }
        let bytes = self.bytes.get(offset..)?.get(..header.size as usize)?;
        Some(Chunk { offset, header, bytes })
    }

    fn note_unknown(&mut self, chunk: &Chunk<'_>) {
        if self.noted_kinds.insert(chunk.header.kind) {
            self.notes.anomaly(&notes::UNKNOWN_CHUNK, &[("kind", &hex(chunk.header.kind))], chunk.place());
        }
    }

    fn read_tree(mut self, first_node: usize) -> Result<Document, XmlError> {
        let mut tree = Tree::default();
        let mut at = first_node;
        while let Some(chunk) = self.next_chunk(at) {
            at = chunk.offset + chunk.bytes.len();
            // Behind the first node Android wants every chunk to have a node's header, also those that it passes over.
            if usize::from(chunk.header.header_size) < NODE_HEADER_SIZE {
                let size = chunk.header.header_size;
                self.notes.anomaly(&notes::NODE_HEADER_SIZE, &[("size", &size)], chunk.place());
                continue;
            }
            if !chunk.is_node() {
                self.note_unknown(&chunk);
                continue;
            }
            if self.nodes == 0 {
                self.notes.problem(&notes::problems::XML_TOO_LONG, &[], chunk.place());
                break;
            }
            self.read_node(&chunk, &mut tree);
        }
        tree.finish(self.bytes.len() as u64, self.notes)
    }

    fn read_node(&mut self, chunk: &Chunk<'a>, tree: &mut Tree) {
        let data_offset = usize::from(chunk.header.header_size);
        if data_offset != NODE_HEADER_SIZE {
            self.notes.anomaly(&notes::NODE_HEADER_SIZE, &[("size", &data_offset)], chunk.place());
        }
        let data = chunk.bytes.get(data_offset..).unwrap_or_default();
        match chunk.header.kind {
            START_NAMESPACE => {
                let (Some(prefix), Some(uri)) = (u32_at(data, 0), u32_at(data, 4)) else {
                    return self.notes.anomaly(&notes::NODE_TOO_SHORT, &[], chunk.place());
                };
                let pair = (self.name(prefix, chunk).text, self.name(uri, chunk).text);
                tree.prefixes.push(pair);
            }
            END_NAMESPACE if data.len() < NAMESPACE_SIZE => {
                self.notes.anomaly(&notes::NODE_TOO_SHORT, &[], chunk.place());
            }
            END_NAMESPACE => {}
            START_ELEMENT => {
                self.nodes -= 1;
                let element = self.start_element(chunk, data_offset, std::mem::take(&mut tree.prefixes));
                if !tree.open(element) {
                    self.notes.problem(&notes::problems::XML_TOO_DEEP, &[("limit", &MAX_DEPTH)], chunk.place());
                }
            }
            END_ELEMENT => {
                let name = u32_at(data, 4).map(|name| self.name(name, chunk));
                if name.is_none() {
                    self.notes.anomaly(&notes::NODE_TOO_SHORT, &[], chunk.place());
                }
                tree.close(name.map(|name| name.text).as_deref(), chunk.place(), &mut self.notes);
            }
            CDATA => {
                self.nodes -= 1;
                if data.len() < TEXT_SIZE {
                    self.notes.anomaly(&notes::NODE_TOO_SHORT, &[], chunk.place());
                }
                if let Some(text) = u32_at(data, 0).and_then(|index| self.string(index, chunk.place())) {
                    tree.add_text(text);
                }
            }
            _ => self.note_unknown(chunk),
        }
    }

    /// The id that the resource map has for the name with the index.
    pub fn resource_id(&self, name: u32) -> Option<u32> {
        u32_at(self.ids?, (name as usize).checked_mul(4)?).filter(|id| *id != 0)
    }

    /// The URI of a namespace: a string that Android does not read is none to it.
    pub fn namespace(&mut self, index: u32, offset: u64) -> Option<Arc<str>> {
        let name = (index != NONE).then(|| self.name_at(index, offset))?;
        name.is_read.then_some(name.text)
    }

    pub fn name(&mut self, index: u32, chunk: &Chunk<'_>) -> Name {
        self.name_at(index, chunk.place())
    }

    /// The string as a name, which is decoded once.
    pub fn name_at(&mut self, index: u32, offset: u64) -> Name {
        if let Some(name) = self.names.get(&index) {
            return name.clone();
        }
        let text = self.string(index, offset);
        let flaw = self.strings.string(index).and_then(|string| string.flaw);
        let name = Name {
            is_read: text.is_some() && !flaw.is_some_and(StringFlaw::is_fatal),
            is_exact: text.is_some() && flaw.is_none(),
            text: Arc::from(text.unwrap_or_default()),
        };
        self.names.insert(index, name.clone());
        name
    }

    /// The string with the index, within the limit on them all.
    pub fn string(&mut self, index: u32, offset: u64) -> Option<String> {
        if index == NONE {
            return None;
        }
        let Some(string) = self.strings.string(index) else {
            self.notes.anomaly(&notes::STRING_MISSING, &[("index", &index)], offset);
            return None;
        };
        if string.text.len() > self.string_bytes {
            self.notes.problem(&notes::problems::XML_TOO_LONG, &[], offset);
            return None;
        }
        self.string_bytes -= string.text.len();
        let flaw = string.flaw;
        let text = string.text.into_owned();
        if let Some(flaw) = flaw
            && self.flawed.insert(index)
        {
            let template = match flaw {
                StringFlaw::Unterminated => &notes::STRING_UNTERMINATED,
                StringFlaw::PastEnd => &notes::STRING_PAST_END,
                StringFlaw::PastCount => &notes::STRING_PAST_COUNT,
                StringFlaw::Cut => &notes::STRING_CUT,
                StringFlaw::Malformed => &notes::STRING_MALFORMED,
            };
            self.notes.anomaly(template, &[("text", &text)], offset);
        }
        Some(text)
    }
}

/// What distinguishes a chunk from garbage: a known kind with the header size that the format gives it.
fn is_recognisable(header: &ChunkHeader) -> bool {
    let header_size = match header.kind {
        chunk::STRING_POOL => 28,
        RESOURCE_MAP => 8,
        START_NAMESPACE..=CDATA => 16,
        _ => return false,
    };
    header.header_size == header_size && header.size.is_multiple_of(4)
}
