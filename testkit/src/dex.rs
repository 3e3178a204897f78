//! Makes DEX files byte by byte: strings, types and class definitions, in the layout that
//! <https://source.android.com/docs/core/runtime/dex-format> describes.

/// A DEX file to be made.
#[derive(Clone, Debug)]
pub struct DexFile {
    /// The version's three digits.
    pub version: &'static str,
    /// Strings besides the names of the classes, each in MUTF-8.
    pub strings: Vec<Vec<u8>>,
    /// The names of the classes that are defined, as descriptors: `Lorg/example/Main;`.
    pub classes: Vec<String>,
}

/// Where the parts of a DEX file are.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The offset of each string's bytes, in the order of the file: classes and strings together, sorted.
    pub strings: Vec<(Vec<u8>, usize)>,
    /// The offset of `string_ids`.
    pub string_ids: usize,
}

// Offsets within the header, as the format states them.
/// `file_size`.
pub const FILE_SIZE: usize = 0x20;
/// `header_size`.
pub const HEADER_SIZE: usize = 0x24;
/// `endian_tag`.
pub const ENDIAN_TAG: usize = 0x28;
/// `string_ids_size`.
pub const STRING_IDS_SIZE: usize = 0x38;
/// `string_ids_off`.
pub const STRING_IDS_OFF: usize = 0x3C;
/// `type_ids_size`.
pub const TYPE_IDS_SIZE: usize = 0x40;
/// `class_defs_size`.
pub const CLASS_DEFS_SIZE: usize = 0x60;
/// `container_size`, from version 041 on.
pub const CONTAINER_SIZE: usize = 0x70;
/// `header_offset`, from version 041 on.
pub const HEADER_OFFSET: usize = 0x74;

impl DexFile {
    /// A file of version 035.
    pub fn new(strings: &[&str], classes: &[&str]) -> Self {
        Self {
            version: "035",
            strings: strings.iter().map(|text| text.as_bytes().to_vec()).collect(),
            classes: classes.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.build(0).0
    }

    /// The bytes and where things are in them, for a file that starts at `base` of a container.
    pub fn build(&self, base: usize) -> (Vec<u8>, Layout) {
        let header_size = if self.version >= "041" { 0x78 } else { 0x70 };
        let mut strings = self.strings.clone();
        strings.extend(self.classes.iter().map(|name| name.clone().into_bytes()));
        strings.sort();
        strings.dedup();
        let mut classes = self.classes.clone();
        classes.sort();
        classes.dedup();

        let string_ids = base + header_size;
        let type_ids = string_ids + 4 * strings.len();
        let class_defs = type_ids + 4 * classes.len();
        let data = class_defs + 32 * classes.len();

        let (mut string_id_items, mut string_data) = (Vec::new(), Vec::new());
        let mut layout = Layout { string_ids, ..Layout::default() };
        for string in &strings {
            string_id_items.extend(word(data + string_data.len()));
            string_data.extend(uleb128(utf16_length(string)));
            layout.strings.push((string.clone(), data + string_data.len()));
            string_data.extend_from_slice(string);
            string_data.push(0);
        }
        let (mut type_id_items, mut class_def_items) = (Vec::new(), Vec::new());
        for (index, name) in classes.iter().enumerate() {
            let string = strings.iter().position(|string| string == name.as_bytes()).unwrap();
            type_id_items.extend(word(string));
            class_def_items.extend(word(index));
            // Flags, superclass (NO_INDEX), interfaces, source file (NO_INDEX), annotations, data, static values.
            for value in [1, u32::MAX, 0, u32::MAX, 0, 0, 0] {
                class_def_items.extend(value.to_le_bytes());
            }
        }

        let file_size = data - base + string_data.len();
        let mut bytes = format!("dex\n{}\0", self.version).into_bytes();
        bytes.resize(FILE_SIZE, 0);
        let sections = [
            (strings.len(), string_ids),
            (classes.len(), type_ids),
            (0, 0),
            (0, 0),
            (0, 0),
            (classes.len(), class_defs),
            (string_data.len(), data),
        ];
        for value in [file_size, header_size, 0x1234_5678, 0, 0, 0] {
            bytes.extend(word(value));
        }
        for (count, offset) in sections {
            bytes.extend(word(count));
            bytes.extend(word(if count == 0 { 0 } else { offset }));
        }
        if header_size > 0x70 {
            bytes.extend(word(file_size));
            bytes.extend(word(base));
        }
        assert_eq!(bytes.len(), header_size);
        for part in [string_id_items, type_id_items, class_def_items, string_data] {
            bytes.extend(part);
        }
        (bytes, layout)
    }
}

/// A container of version 041 that holds these files, one after the other.
pub fn container(files: &[DexFile]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut headers = Vec::new();
    for file in files {
        headers.push(bytes.len());
        let base = bytes.len();
        bytes.extend(DexFile { version: "041", ..file.clone() }.build(base).0);
    }
    for header in headers {
        let size = bytes.len();
        set_word(&mut bytes, header + CONTAINER_SIZE, size);
    }
    bytes
}

/// Overwrites a word.
pub fn set_word(bytes: &mut [u8], offset: usize, value: usize) {
    bytes[offset..offset + 4].copy_from_slice(&word(value));
}

fn word(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap().to_le_bytes()
}

fn uleb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7F) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// How many UTF-16 units a MUTF-8 string has: one for each byte that does not continue a sequence.
fn utf16_length(string: &[u8]) -> usize {
    string.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}
