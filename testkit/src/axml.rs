//! Writes binary XML from scratch, part by part, so that a test can put each part wrong in its own way; and puts it in
//! an archive.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// The namespace of Android's own attributes.
pub const ANDROID: &str = "http://schemas.android.com/apk/res/android";
/// The index that stands for no string (`0xFFFFFFFF` in `ResStringPool_ref`).
pub const NONE: u32 = u32::MAX;

/// A reference to a resource (`Res_value::TYPE_REFERENCE` in `ResourceTypes.h`, as those below).
pub const TYPE_REFERENCE: u8 = 0x01;
/// An index into the string pool.
pub const TYPE_STRING: u8 = 0x03;
/// An integer, written in decimal.
pub const TYPE_DECIMAL: u8 = 0x10;
/// An integer, written in hexadecimal.
pub const TYPE_HEX: u8 = 0x11;
/// A Boolean value.
pub const TYPE_BOOLEAN: u8 = 0x12;

/// A typed value, before its string has an index.
#[derive(Clone, Debug)]
pub enum Typed {
    /// A text.
    Text(String),
    /// A data type and its data.
    Number(u8, u32),
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attr {
    /// The namespace's address.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// Its place in the resource map.
    pub id: Option<u32>,
    /// The raw text; as the value when that is text.
    pub raw: Option<String>,
    /// The typed value.
    pub value: Typed,
}

/// What an element contains.
#[derive(Clone, Debug)]
pub enum Child {
    /// An element.
    Tag(Tag),
    /// A text.
    Text(String),
}

/// An element.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The name.
    pub name: String,
    /// The attributes, in order.
    pub attributes: Vec<Attr>,
    /// The elements and texts in it, in order.
    pub children: Vec<Child>,
}

/// Returns an element without attributes.
pub fn tag(name: &str) -> Tag {
    Tag { name: name.to_owned(), attributes: Vec::new(), children: Vec::new() }
}

impl Tag {
    /// Adds an attribute.
    pub fn attr(mut self, attribute: Attr) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// An attribute of Android's with text.
    pub fn android(self, name: &str, text: &str) -> Self {
        self.attr(Attr { raw: Some(text.to_owned()), ..android(name, Typed::Text(text.to_owned())) })
    }

    /// An attribute of Android's with a number of the type.
    pub fn number(self, name: &str, data_type: u8, data: u32) -> Self {
        self.attr(android(name, Typed::Number(data_type, data)))
    }

    /// Adds an attribute of Android's with a Boolean value.
    pub fn boolean(self, name: &str, set: bool) -> Self {
        self.number(name, TYPE_BOOLEAN, if set { u32::MAX } else { 0 })
    }

    /// An attribute without a namespace and without an id.
    pub fn plain(self, name: &str, text: &str) -> Self {
        self.attr(Attr {
            namespace: None,
            name: name.to_owned(),
            id: None,
            raw: Some(text.to_owned()),
            value: Typed::Text(text.to_owned()),
        })
    }

    /// Adds an element.
    pub fn child(mut self, child: Tag) -> Self {
        self.children.push(Child::Tag(child));
        self
    }

    /// Adds a text.
    pub fn text(mut self, text: &str) -> Self {
        self.children.push(Child::Text(text.to_owned()));
        self
    }

    /// The first element inside with the name, at any depth.
    pub fn find(&mut self, name: &str) -> &mut Self {
        fn seek<'a>(tag: &'a mut Tag, name: &str) -> Option<&'a mut Tag> {
            if tag.name == name {
                return Some(tag);
            }
            tag.children.iter_mut().find_map(|child| match child {
                Child::Tag(tag) => seek(tag, name),
                Child::Text(_) => None,
            })
        }
        seek(self, name).unwrap_or_else(|| panic!("no {name}"))
    }
}

/// The ids of the attributes that the tests use (AOSP `public-final.xml`).
const IDS: &[(&str, u32)] = &[
    ("theme", 0x0101_0000),
    ("label", 0x0101_0001),
    ("icon", 0x0101_0002),
    ("name", 0x0101_0003),
    ("permission", 0x0101_0006),
    ("protectionLevel", 0x0101_0009),
    ("sharedUserId", 0x0101_000b),
    ("enabled", 0x0101_000e),
    ("debuggable", 0x0101_000f),
    ("exported", 0x0101_0010),
    ("process", 0x0101_0011),
    ("authorities", 0x0101_0018),
    ("priority", 0x0101_001c),
    ("screenOrientation", 0x0101_001e),
    ("configChanges", 0x0101_001f),
    ("value", 0x0101_0024),
    ("resource", 0x0101_0025),
    ("mimeType", 0x0101_0026),
    ("scheme", 0x0101_0027),
    ("host", 0x0101_0028),
    ("port", 0x0101_0029),
    ("path", 0x0101_002a),
    ("pathPrefix", 0x0101_002b),
    ("targetActivity", 0x0101_0202),
    ("minSdkVersion", 0x0101_020c),
    ("versionCode", 0x0101_021b),
    ("versionName", 0x0101_021c),
    ("targetSdkVersion", 0x0101_0270),
    ("maxSdkVersion", 0x0101_0271),
    ("testOnly", 0x0101_0272),
    ("allowBackup", 0x0101_0280),
    ("accessibilityEventTypes", 0x0101_0380),
    ("accessibilityFlags", 0x0101_0384),
    ("canRetrieveWindowContent", 0x0101_0385),
    ("usesCleartextTraffic", 0x0101_04ec),
    ("networkSecurityConfig", 0x0101_0527),
    ("targetSandboxVersion", 0x0101_054c),
    ("versionCodeMajor", 0x0101_0576),
    ("foregroundServiceType", 0x0101_0599),
];

/// An attribute in Android's namespace, with its resource identifier.
pub fn android(name: &str, value: Typed) -> Attr {
    let id = IDS.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no id for {name}")).1;
    Attr { namespace: Some(ANDROID.to_owned()), name: name.to_owned(), id: Some(id), raw: None, value }
}

/// The strings of a file, in the order of their first use; those with ids come first.
#[derive(Clone, Debug, Default)]
struct Strings {
    strings: Vec<String>,
    ids: Vec<u32>,
    /// Attribute names by id: the same name may stand in the pool twice, with an id and without.
    by_id: BTreeMap<(u32, String), u32>,
    plain: BTreeMap<String, u32>,
}

impl Strings {
    fn attribute(&mut self, attribute: &Attr) {
        if let Some(id) = attribute.id {
            let index = self.strings.len() as u32;
            self.by_id.entry((id, attribute.name.clone())).or_insert_with(|| {
                self.strings.push(attribute.name.clone());
                self.ids.push(id);
                index
            });
        }
    }

    fn collect(&mut self, tag: &Tag) {
        tag.attributes.iter().for_each(|attribute| self.attribute(attribute));
        for child in &tag.children {
            if let Child::Tag(tag) = child {
                self.collect(tag);
            }
        }
    }

    fn index(&mut self, text: &str) -> u32 {
        let next = self.strings.len() as u32;
        *self.plain.entry(text.to_owned()).or_insert_with(|| {
            self.strings.push(text.to_owned());
            next
        })
    }

    fn name(&mut self, attribute: &Attr) -> u32 {
        match attribute.id {
            Some(id) => self.by_id[&(id, attribute.name.clone())],
            None => self.index(&attribute.name),
        }
    }
}

/// A binary XML file in parts.
#[derive(Clone, Debug)]
pub struct Axml {
    /// The type in the file's header.
    pub kind: u16,
    /// The size of that header, as it is stated.
    pub header_size: u16,
    /// What stands between the header's eight bytes and the first part.
    pub padding: Vec<u8>,
    /// A false size.
    pub size: Option<u32>,
    /// The chunk of the string pool.
    pub pool: Vec<u8>,
    /// The chunk of the resource map.
    pub map: Vec<u8>,
    /// The chunks of the tree, in order.
    pub nodes: Vec<Vec<u8>>,
    /// What stands behind the end.
    pub trailing: Vec<u8>,
    /// The strings, to find the index of one.
    pub strings: Vec<String>,
}

impl Axml {
    /// The file for a tree, with a UTF-16 pool as aapt writes it or a UTF-8 one as aapt2 does.
    pub fn new(root: &Tag, utf8: bool) -> Self {
        let mut strings = Strings::default();
        strings.collect(root);
        let (prefix, uri) = (strings.index("android"), strings.index(ANDROID));
        let mut nodes = vec![node(0x0100, &[prefix, uri])];
        write(root, &mut strings, &mut nodes);
        nodes.push(node(0x0101, &[prefix, uri]));
        let map = chunk(0x0180, 8, &words(&strings.ids));
        Self {
            kind: 3,
            header_size: 8,
            padding: Vec::new(),
            size: None,
            pool: pool(&strings.strings, utf8),
            map,
            nodes,
            trailing: Vec::new(),
            strings: strings.strings,
        }
    }

    /// Writes the whole file.
    pub fn bytes(&self) -> Vec<u8> {
        let body = [self.padding.as_slice(), &self.pool, &self.map, &self.nodes.concat()].concat();
        let mut bytes = chunk(self.kind, self.header_size, &body);
        if let Some(size) = self.size {
            put32(&mut bytes, 4, size);
        }
        [bytes, self.trailing.clone()].concat()
    }

    /// The index of a string.
    pub fn index(&self, text: &str) -> u32 {
        self.strings.iter().position(|known| known == text).unwrap_or_else(|| panic!("no string {text}")) as u32
    }

    /// The node that starts the first element with the name.
    pub fn start(&mut self, name: &str) -> &mut Vec<u8> {
        let position = self.position(0x0102, name);
        &mut self.nodes[position]
    }

    /// The place among the nodes of the first with the type and name.
    pub fn position(&self, kind: u16, name: &str) -> usize {
        let index = self.index(name);
        let is_it = |node: &Vec<u8>| get16(node, 0) == kind && get32(node, 20) == index;
        self.nodes.iter().position(is_it).unwrap_or_else(|| panic!("no {name}"))
    }

    /// Where a string lies in the pool.
    pub fn string_offset(&self, text: &str) -> usize {
        get32(&self.pool, 20) as usize + get32(&self.pool, 28 + 4 * self.index(text) as usize) as usize
    }

    /// Makes the string's offset in the pool another one.
    pub fn set_string_offset(&mut self, text: &str, offset: u32) {
        let at = 28 + 4 * self.index(text) as usize;
        put32(&mut self.pool, at, offset);
    }
}

fn write(tag: &Tag, strings: &mut Strings, nodes: &mut Vec<Vec<u8>>) {
    let name = strings.index(&tag.name);
    let mut body = [words(&[NONE, name]), halves(&[20, 20, tag.attributes.len() as u16, 0, 0, 0])].concat();
    for attribute in &tag.attributes {
        let namespace = attribute.namespace.as_deref().map_or(NONE, |uri| strings.index(uri));
        let name = strings.name(attribute);
        let raw = attribute.raw.as_deref().map_or(NONE, |text| strings.index(text));
        let (data_type, data) = match &attribute.value {
            Typed::Text(text) => (TYPE_STRING, strings.index(text)),
            Typed::Number(data_type, data) => (*data_type, *data),
        };
        body.extend(words(&[namespace, name, raw]));
        body.extend([8, 0, 0, data_type]);
        body.extend(data.to_le_bytes());
    }
    nodes.push(chunk(0x0102, 16, &[words(&[1, NONE]), body].concat()));
    for child in &tag.children {
        match child {
            Child::Tag(tag) => write(tag, strings, nodes),
            Child::Text(text) => {
                let index = strings.index(text);
                nodes.push(node(0x0104, &[index, 8 | u32::from(TYPE_STRING) << 24, index]));
            }
        }
    }
    nodes.push(node(0x0103, &[NONE, name]));
}

/// A node without attributes: its line is 1, and it has no comment.
pub fn node(kind: u16, fields: &[u32]) -> Vec<u8> {
    chunk(kind, 16, &[words(&[1, NONE]), words(fields)].concat())
}

/// A chunk: the body begins behind the eight bytes that every header has.
pub fn chunk(kind: u16, header_size: u16, body: &[u8]) -> Vec<u8> {
    let size = 8 + body.len() as u32;
    [halves(&[kind, header_size]), words(&[size]), body.to_vec()].concat()
}

/// A string pool.
pub fn pool(strings: &[String], utf8: bool) -> Vec<u8> {
    let (mut offsets, mut data) = (Vec::new(), Vec::new());
    for text in strings {
        offsets.push(data.len() as u32);
        data.extend(if utf8 { utf8_string(text) } else { utf16_string(text) });
    }
    data.resize(data.len().next_multiple_of(4), 0);
    let start = 28 + 4 * strings.len() as u32;
    let fields = words(&[strings.len() as u32, 0, if utf8 { 0x100 } else { 0 }, start, 0]);
    chunk(1, 28, &[fields, words(&offsets), data].concat())
}

/// Returns a string as a pool in UTF-8 holds it, with both lengths.
pub fn utf8_string(text: &str) -> Vec<u8> {
    let length = |length: usize| match u8::try_from(length) {
        Ok(short @ 0..0x80) => vec![short],
        _ => vec![0x80 | (length >> 8) as u8, length as u8],
    };
    [length(text.encode_utf16().count()), length(text.len()), text.as_bytes().to_vec(), vec![0]].concat()
}

/// Returns a string as a pool in UTF-16 holds it, with its length.
pub fn utf16_string(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = match u16::try_from(units.len()) {
        Ok(short @ 0..0x8000) => vec![short],
        _ => vec![0x8000 | (units.len() >> 16) as u16, units.len() as u16],
    };
    halves(&[length, units, vec![0]].concat())
}

/// Returns the values as 32-bit little-endian words.
pub fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Returns the values as 16-bit little-endian words.
pub fn halves(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Writes 16 bits at an offset.
pub fn put16(bytes: &mut [u8], offset: usize, value: u16) {
    bytes[offset..offset + 2].copy_from_slice(&value.to_le_bytes());
}

/// Writes 32 bits at an offset.
pub fn put32(bytes: &mut [u8], offset: usize, value: u32) {
    bytes[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
}

/// Reads 16 bits at an offset.
pub fn get16(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes([bytes[offset], bytes[offset + 1]])
}

/// Reads 32 bits at an offset.
pub fn get32(bytes: &[u8], offset: usize) -> u32 {
    u32::from(get16(bytes, offset)) | u32::from(get16(bytes, offset + 2)) << 16
}

/// An archive with the entries, uncompressed.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A small app, well-formed.
pub fn app() -> Tag {
    let main = tag("activity").android("name", ".Main").child(
        tag("intent-filter")
            .child(tag("action").android("name", "android.intent.action.MAIN"))
            .child(tag("category").android("name", "android.intent.category.LAUNCHER")),
    );
    tag("manifest")
        .number("versionCode", TYPE_DECIMAL, 7)
        .android("versionName", "1.2")
        .plain("package", "com.example.app")
        .child(tag("uses-sdk").number("minSdkVersion", TYPE_DECIMAL, 21).number("targetSdkVersion", TYPE_DECIMAL, 30))
        .child(tag("uses-permission").android("name", "android.permission.INTERNET"))
        .child(
            tag("application")
                .android("label", "Example")
                .child(main)
                .child(tag("service").android("name", "Worker").boolean("exported", true)),
        )
}
