//! From bytes to a tree.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/ResourceTypes.cpp`, `ResXMLTree::setTo`, `validateNode` and
//! `ResXMLParser::nextNode`, and `ResourceTypes.h` for the layouts; `XmlBlock.java` for how ends close elements.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{ANDROID_NAMESPACE, Attribute, Document, Element, Node, XmlError, attributes};
use crate::manifest::chunk::{self, ChunkHeader, u16_at, u32_at};
use crate::manifest::note_list::NoteList;
use crate::manifest::notes;
use crate::manifest::string_pool::{StringFlaw, StringPool};
use crate::manifest::value::{TYPE_STRING, Value};

/// `RES_XML_RESOURCE_MAP_TYPE`
const RESOURCE_MAP: u16 = 0x0180;
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
/// `sizeof(ResXMLTree_attrExt)`
const START_SIZE: usize = 20;
/// `sizeof(ResXMLTree_attribute)`
const ATTRIBUTE_SIZE: usize = 20;
/// No string (`ResStringPool_ref` of -1).
const NONE: u32 = u32::MAX;

/// How deep elements are nested before what is deeper is left out. Manifests use six levels.
const MAX_DEPTH: usize = 128;
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
struct Chunk<'a> {
    offset: usize,
    header: ChunkHeader,
    /// The chunk's bytes, with its header.
    bytes: &'a [u8],
}

impl Chunk<'_> {
    fn is_node(&self) -> bool {
        (START_NAMESPACE..=LAST_NODE).contains(&self.header.kind)
    }

    fn place(&self) -> u64 {
        self.offset as u64
    }
}

struct Parser<'a> {
    bytes: &'a [u8],
    strings: StringPool,
    /// The resource map's ids; none when there is no map.
    ids: Option<&'a [u8]>,
    notes: NoteList,
    /// Names that were decoded before, by their index.
    names: HashMap<u32, Arc<str>>,
    /// Strings whose flaws were noted.
    flawed: HashSet<u32>,
    /// Kinds of chunk that were noted, as unknown or as missing.
    noted_kinds: HashSet<u16>,
    /// What is left of the limits.
    nodes: usize,
    attributes: usize,
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
                    let Ok(pool) = StringPool::parse(chunk.bytes) else { continue };
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
            if !chunk.is_node() {
                self.note_unknown(&chunk);
                continue;
            }
            if usize::from(chunk.header.header_size) < NODE_HEADER_SIZE {
                let size = chunk.header.header_size;
                self.notes.anomaly(&notes::NODE_HEADER_SIZE, &[("size", &size)], chunk.place());
                continue;
            }
            if self.nodes == 0 {
                self.notes.problem(&notes::problems::XML_TOO_LONG, &[], chunk.place());
                break;
            }
            self.read_node(&chunk, &mut tree);
        }
        tree.finish(self)
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
                let pair = (self.name(prefix, chunk), self.name(uri, chunk));
                tree.prefixes.push(pair);
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
                tree.close(name.as_deref(), chunk.place(), &mut self.notes);
            }
            CDATA => {
                self.nodes -= 1;
                match u32_at(data, 0).and_then(|index| self.string(index, chunk.place())) {
                    Some(text) => tree.add_text(text),
                    None => self.notes.anomaly(&notes::NODE_TOO_SHORT, &[], chunk.place()),
                }
            }
            _ => self.note_unknown(chunk),
        }
    }

    /// `ResXMLTree_attrExt` and its attributes. A start that is too short still opens an element, without a name, so
    /// that its end does not close another one.
    fn start_element(&mut self, chunk: &Chunk<'a>, at: usize, prefixes: Vec<(Arc<str>, Arc<str>)>) -> Element {
        let data = chunk.bytes.get(at..).unwrap_or_default();
        let mut element = Element {
            namespace: None,
            name: Arc::from(""),
            prefixes,
            attributes: Vec::new(),
            children: Vec::new(),
            line: u32_at(chunk.bytes, 8).unwrap_or_default(),
            offset: chunk.place(),
        };
        let (Some(namespace), Some(name), Some(start), Some(size), Some(count)) =
            (u32_at(data, 0), u32_at(data, 4), u16_at(data, 8), u16_at(data, 10), u16_at(data, 12))
        else {
            self.notes.anomaly(&notes::NODE_TOO_SHORT, &[], chunk.place());
            return element;
        };
        element.namespace = self.optional_name(namespace, chunk);
        element.name = self.element_name(name, chunk);
        let layout = AttributeLayout { start: start.into(), size: size.into(), count: count.into() };
        element.attributes = self.attributes(chunk, at, layout);
        element
    }

    /// An element's name; where the string pool has none, the attribute name that its index has in the resource map.
    /// Android knows an element by the string alone, but a name is more use to a reader than none.
    fn element_name(&mut self, index: u32, chunk: &Chunk<'_>) -> Arc<str> {
        let name = self.name(index, chunk);
        if !name.is_empty() {
            return name;
        }
        self.notes.anomaly(&notes::ELEMENT_NAME_MISSING, &[], chunk.place());
        self.resource_id(index).and_then(attributes::name).map_or(name, Arc::from)
    }

    fn attributes(&mut self, chunk: &Chunk<'a>, at: usize, layout: AttributeLayout) -> Vec<Attribute> {
        let AttributeLayout { start, size, count } = layout;
        let room = chunk.bytes.len() - at;
        if count > 0 && (start != START_SIZE || size != ATTRIBUTE_SIZE) {
            self.notes.anomaly(&notes::ATTRIBUTE_LAYOUT, &[("start", &start), ("size", &size)], chunk.place());
        }
        let end = start.saturating_add(size.saturating_mul(count));
        let fits = end <= room;
        if !fits {
            self.notes.anomaly(&notes::ATTRIBUTES_PAST_END, &[("count", &count)], chunk.place());
        } else if end < room && end >= START_SIZE {
            self.notes.anomaly(&notes::NODE_TRAILING, &[("count", &(room - end))], chunk.place() + (at + end) as u64);
        }
        let mut attributes = Vec::with_capacity(count.min(room / ATTRIBUTE_SIZE));
        let mut greatest = 0;
        for index in 0..count {
            // Attributes of no size are all the first one; it is enough to read it once.
            if size == 0 && index > 0 {
                break;
            }
            if self.attributes == 0 {
                self.notes.problem(&notes::problems::XML_TOO_LONG, &[], chunk.place());
                break;
            }
            let offset = (at + start).saturating_add(index.saturating_mul(size));
            if !fits && offset.saturating_add(ATTRIBUTE_SIZE) > chunk.bytes.len() {
                break;
            }
            // The last of several that overlap may end behind the chunk: Android, too, reads what follows.
            let offset = chunk.offset + offset;
            let Some(bytes) = self.bytes.get(offset..).and_then(<[u8]>::first_chunk) else { break };
            self.attributes -= 1;
            let mut attribute = self.attribute(bytes, offset as u64);
            if let Some(id) = attribute.resource_id {
                attribute.overlooked = id <= greatest;
                greatest = greatest.max(id);
                if attribute.overlooked {
                    let name = &attribute.name;
                    self.notes.anomaly(&notes::ATTRIBUTE_OVERLOOKED, &[("name", name)], offset as u64);
                }
            }
            attributes.push(attribute);
        }
        attributes
    }

    /// `ResXMLTree_attribute`: the indices of its namespace, name and text, and a `Res_value`.
    fn attribute(&mut self, bytes: &[u8; ATTRIBUTE_SIZE], offset: u64) -> Attribute {
        let field = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (namespace, name, raw, data_type, data) = (field(0), field(4), field(8), bytes[15], field(16));
        let namespace = (namespace != NONE).then(|| self.name_at(namespace, offset));
        let mut resource_id = self.resource_id(name);
        let pool_name = if resource_id.is_some() && self.strings.get(name).is_none() {
            Arc::from("")
        } else {
            self.name_at(name, offset)
        };
        if self.ids.is_none() && namespace.as_deref() == Some(ANDROID_NAMESPACE) {
            // Android would find no attribute at all; the names are the only way to read any.
            resource_id = attributes::by_name(&pool_name);
            if self.noted_kinds.insert(RESOURCE_MAP) {
                self.notes.anomaly(&notes::RESOURCE_MAP_MISSING, &[], offset);
            }
        }
        let value = if data_type == TYPE_STRING {
            match self.string(data, offset) {
                Some(text) => Value::String(text),
                None => Value::Other { data_type, data },
            }
        } else {
            Value::new(data_type, data, &self.strings)
        };
        let raw = match (&value, raw) {
            (_, NONE) => None,
            (Value::String(text), raw) if raw == data => Some(text.clone()),
            (_, raw) => self.string(raw, offset),
        };
        if let (Value::String(text), Some(raw)) = (&value, &raw)
            && text != raw
        {
            self.notes.anomaly(&notes::VALUE_TEXT_DIFFERS, &[("text", raw), ("value", text)], offset);
        }
        let name = self.attribute_name(resource_id, &pool_name, offset);
        if resource_id.is_some_and(attributes::is_android) && namespace.as_deref() != Some(ANDROID_NAMESPACE) {
            self.notes.anomaly(&notes::ATTRIBUTE_NAMESPACE, &[("name", &name)], offset);
        }
        Attribute { namespace, name, pool_name, resource_id, raw, value, overlooked: false }
    }

    /// The name that the id stands for; noted when the string pool has another name or none for it.
    fn attribute_name(&mut self, id: Option<u32>, pool_name: &Arc<str>, offset: u64) -> Arc<str> {
        let Some(id) = id else {
            if pool_name.is_empty() {
                self.notes.anomaly(&notes::ATTRIBUTE_NAME_MISSING, &[("id", &"none")], offset);
            }
            return pool_name.clone();
        };
        match attributes::name(id) {
            Some(known) if **pool_name == *known => pool_name.clone(),
            Some(known) if pool_name.is_empty() => {
                self.notes.anomaly(&notes::ATTRIBUTE_NAME_MISSING, &[("id", &format!("0x{id:08x}"))], offset);
                Arc::from(known)
            }
            Some(known) => {
                self.notes.anomaly(&notes::ATTRIBUTE_NAME_FALSE, &[("name", pool_name), ("known", &known)], offset);
                Arc::from(known)
            }
            None if pool_name.is_empty() => Arc::from(format!("attr_{id:08x}")),
            None => pool_name.clone(),
        }
    }

    /// The id that the resource map has for the name with the index.
    fn resource_id(&self, name: u32) -> Option<u32> {
        u32_at(self.ids?, (name as usize).checked_mul(4)?).filter(|id| *id != 0)
    }

    fn optional_name(&mut self, index: u32, chunk: &Chunk<'_>) -> Option<Arc<str>> {
        (index != NONE).then(|| self.name(index, chunk))
    }

    fn name(&mut self, index: u32, chunk: &Chunk<'_>) -> Arc<str> {
        self.name_at(index, chunk.place())
    }

    /// The string as a name, which is decoded once; empty when there is none.
    fn name_at(&mut self, index: u32, offset: u64) -> Arc<str> {
        if let Some(name) = self.names.get(&index) {
            return name.clone();
        }
        let name: Arc<str> = Arc::from(self.string(index, offset).unwrap_or_default());
        self.names.insert(index, name.clone());
        name
    }

    /// The string with the index, within the limit on them all.
    fn string(&mut self, index: u32, offset: u64) -> Option<String> {
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

/// Where a start chunk says that its attributes lie: the first one's distance from the start of `ResXMLTree_attrExt`,
/// the bytes from one to the next, and how many there are.
#[derive(Clone, Copy)]
struct AttributeLayout {
    start: usize,
    size: usize,
    count: usize,
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

/// The tree while it grows: elements that are open, and those that are done.
#[derive(Default)]
struct Tree {
    roots: Vec<Element>,
    open: Vec<Element>,
    /// How many elements that are nested too deep are open.
    too_deep: usize,
    /// Namespaces that the next element starts with.
    prefixes: Vec<(Arc<str>, Arc<str>)>,
}

impl Tree {
    /// Opens an element; false when it is nested too deep, and left out.
    fn open(&mut self, element: Element) -> bool {
        let fits = self.open.len() < MAX_DEPTH;
        if fits {
            self.open.push(element);
        } else {
            self.too_deep += 1;
        }
        fits
    }

    /// Closes the innermost open element, whatever the name, as Android counts only depth.
    fn close(&mut self, name: Option<&str>, offset: u64, notes: &mut NoteList) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(element) = self.open.pop() else {
            return notes.anomaly(&notes::END_WITHOUT_START, &[], offset);
        };
        if name.is_some_and(|name| *name != *element.name) {
            let values: [(&str, &dyn ToString); 2] = [("name", &name.unwrap_or_default()), ("open", &element.name)];
            notes.anomaly(&notes::END_DIFFERS, &values, offset);
        }
        self.add(element);
    }

    fn add(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.roots.push(element),
        }
    }

    fn add_text(&mut self, text: String) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(Node::Text(text));
        }
    }

    fn finish(mut self, parser: Parser<'_>) -> Result<Document, XmlError> {
        let mut notes = parser.notes;
        if !self.open.is_empty() {
            let end = parser.bytes.len() as u64;
            notes.anomaly(&notes::ELEMENTS_UNCLOSED, &[("count", &self.open.len())], end);
        }
        while let Some(element) = self.open.pop() {
            self.add(element);
        }
        let mut roots = self.roots.into_iter();
        let root = roots.next().ok_or(XmlError::NoElement)?;
        let others: Vec<Element> = roots.collect();
        if let Some(second) = others.first() {
            notes.anomaly(&notes::SECOND_ROOT, &[("name", &second.name)], second.offset);
        }
        let (anomalies, problems) = notes.finish();
        Ok(Document { root, others, anomalies, problems })
    }
}
