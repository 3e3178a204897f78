//! Puts parts of a binary XML file or a resource table wrong at random, by its structure: the same seed does the same.

mod elements;
mod strings;
mod tables;

pub use strings::has_odd_utf8;

use crate::axml::{chunk, get16, get32, halves, node, put16, put32, utf8_string, utf16_string, words};
use crate::random::Random;

const POOL: u16 = 0x0001;
const MAP: u16 = 0x0180;
const START: u16 = 0x0102;
const END: u16 = 0x0103;
const NONE: u32 = u32::MAX;

/// A binary XML file, a table or a package as a list of chunks.
#[derive(Clone)]
pub struct Model {
    kind: u16,
    header_size: u16,
    /// Behind the header's eight bytes.
    padding: Vec<u8>,
    /// What is added to the true size.
    size_off_by: i32,
    chunks: Vec<Vec<u8>>,
    trailing: Vec<u8>,
}

impl Model {
    /// Takes a well-formed file apart.
    pub fn new(bytes: &[u8]) -> Self {
        let mut chunks = Vec::new();
        let mut at = usize::from(get16(bytes, 2));
        let padding = bytes[8..at].to_vec();
        while at < bytes.len() {
            let size = get32(bytes, at + 4) as usize;
            chunks.push(bytes[at..at + size].to_vec());
            at += size;
        }
        let trailing = Vec::new();
        Self { kind: get16(bytes, 0), header_size: get16(bytes, 2), padding, size_off_by: 0, chunks, trailing }
    }

    /// Returns the size of the chunks in bytes.
    pub fn size(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    /// Writes the file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = chunk(self.kind, self.header_size, &[self.padding.clone(), self.chunks.concat()].concat());
        let size = get32(&bytes, 4).wrapping_add_signed(self.size_off_by);
        put32(&mut bytes, 4, size);
        bytes.extend(&self.trailing);
        bytes
    }

    fn position(&self, kind: u16) -> Option<usize> {
        self.chunks.iter().position(|chunk| chunk.len() >= 28 && get16(chunk, 0) == kind)
    }

    /// A chunk of the kind with at least `size` bytes, at random.
    fn any(&mut self, kind: u16, size: usize, random: &mut Random) -> Option<&mut Vec<u8>> {
        let fits = |chunk: &&mut Vec<u8>| chunk.len() >= size && get16(chunk, 0) == kind;
        let mut of_kind: Vec<_> = self.chunks.iter_mut().filter(fits).collect();
        if of_kind.is_empty() {
            return None;
        }
        Some(of_kind.swap_remove(random.below(of_kind.len())))
    }

    /// Puts one thing wrong, and says what.
    pub fn mutate(&mut self, random: &mut Random) -> &'static str {
        /// A way to put a file wrong; none when the file does not have the part.
        type Way = fn(&mut Model, &mut Random) -> Option<()>;
        const WAYS: &[(&str, Way)] = &[
            ("the file's header", Model::header),
            ("the file's end", Model::end),
            ("a chunk's type", Model::kind_of_chunk),
            ("a chunk's header size", Model::header_of_chunk),
            ("a chunk's size", Model::size_of_chunk),
            ("a strange chunk", Model::insert_chunk),
            ("garbage between chunks", Model::insert_garbage),
            ("the order of chunks", Model::move_chunk),
            ("a second string pool", Model::second_pool),
            ("a field of the string pool", Model::pool_field),
            ("the start of the strings", Model::strings_start),
            ("the offset of a string", Model::string_offset),
            ("the bytes of a string", Model::string_bytes),
            ("the length of a string", Model::string_length),
            ("another form of a string", Model::string_form),
            ("the encoding of the strings", Model::reencode),
            ("the styles", Model::styles),
            ("the resource map", Model::map),
            ("an id of the resource map", Model::map_id),
            ("the layout of attributes", Model::layout),
            ("the space between attributes", Model::space_attributes),
            ("a field of an attribute", Model::attribute_field),
            ("a field of an attribute", Model::attribute_field),
            ("the list of attributes", Model::attribute_list),
            ("an element's name", Model::element_name),
            ("an end", Model::end_of_element),
            ("a text", Model::text),
            ("a namespace", Model::namespace),
            ("a line or a comment", Model::line),
            ("any bytes", Model::any_bytes),
        ];
        loop {
            let (name, way) = random.pick(WAYS);
            if way(self, random).is_some() {
                return name;
            }
        }
    }

    fn header(&mut self, random: &mut Random) -> Option<()> {
        match random.below(4) {
            0 => self.kind = random.pick(&[0, 1, 2, 0x0103, 0xFFFF]),
            1 => self.header_size = random.pick(&[0, 4, 7, 9, 12, 28, 0xFFFF]),
            2 => {
                let count = random.pick(&[4, 8, 20, 1, 2]);
                self.padding = bytes(random, count);
                self.header_size = 8 + count as u16;
            }
            _ => self.size_off_by = random.pick(&[-1, 1, -4, 4, -24, 0x100, i32::MAX]),
        }
        Some(())
    }

    fn end(&mut self, random: &mut Random) -> Option<()> {
        match random.below(3) {
            0 => {
                let count = 1 + random.below(40);
                self.trailing = bytes(random, count);
                self.size_off_by = if random.one_in(2) { count as i32 } else { 0 };
            }
            1 => {
                let left = self.chunks.len() - random.below(6).min(self.chunks.len() - 1);
                self.chunks.truncate(left);
            }
            _ => {
                let last = self.chunks.last_mut()?;
                let left = random.below(last.len());
                let cut = last.len() - left;
                last.truncate(left);
                self.size_off_by = if random.one_in(2) { cut as i32 } else { 0 };
            }
        }
        Some(())
    }

    fn kind_of_chunk(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        let kind = random.pick(&[0, 1, 2, 3, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x017F, 0x0180, 0x0181]);
        put_if(&mut self.chunks[position], 0, kind)
    }

    fn header_of_chunk(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        let chunk = &mut self.chunks[position];
        let old = read_if(chunk, 2)?;
        if random.one_in(2) {
            return put_if(
                chunk,
                2,
                random.pick(&[0, 4, 7, 8, 12, 15, 16, 17, 18, 20, 24, 28, 32, old.wrapping_add(1), 0xFFFF]),
            );
        }
        // A longer header, filled up.
        let more = random.pick(&[4, 8, 20, 2]);
        if usize::from(old) > chunk.len() {
            return None;
        }
        let filling = bytes(random, more);
        chunk.splice(usize::from(old)..usize::from(old), filling);
        put16(chunk, 2, old.wrapping_add(more as u16));
        resize(chunk);
        if get16(chunk, 0) == POOL && chunk.len() >= 28 && random.below(4) > 0 {
            let start = get32(chunk, 20).wrapping_add(more as u32);
            put32(chunk, 20, start);
        }
        Some(())
    }

    fn size_of_chunk(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        let chunk = &mut self.chunks[position];
        if chunk.len() < 8 {
            return None;
        }
        let old = get32(chunk, 4);
        match random.below(3) {
            0 => {
                let size = near(random, old);
                put32(chunk, 4, size);
            }
            1 => {
                let count = random.pick(&[1, 2, 4, 12, 40]);
                let filling = bytes(random, count);
                chunk.extend(filling);
                resize(chunk);
            }
            _ => {
                let left = chunk.len() - random.below(chunk.len()).min(24);
                chunk.truncate(left);
                if left >= 8 {
                    resize(chunk);
                }
            }
        }
        Some(())
    }

    fn insert_chunk(&mut self, random: &mut Random) -> Option<()> {
        let kind = random.pick(&[0, 2, 3, 0x0105, 0x0110, 0x017F, 0x0181, 0x0200, 0x7777, 0xFFFF, 0x0100, 0x0104]);
        let header = random.pick(&[8, 16, 16, 28, 12, 20, 10]);
        let size = usize::from(header) + random.pick(&[0, 4, 8, 20, 200, 3]);
        let filling = bytes(random, size - 8);
        let place = random.below(self.chunks.len() + 1);
        self.chunks.insert(place, chunk(kind, header, &filling));
        Some(())
    }

    fn insert_garbage(&mut self, random: &mut Random) -> Option<()> {
        let count = random.pick(&[1, 2, 4, 7, 8, 12, 16, 60]);
        let place = random.below(self.chunks.len() + 1);
        let garbage = bytes(random, count);
        self.chunks.insert(place, garbage);
        Some(())
    }

    fn move_chunk(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        match random.below(4) {
            0 => {
                self.chunks.remove(position);
                if self.chunks.is_empty() {
                    self.chunks.push(Vec::new());
                }
            }
            1 => self.chunks.insert(position, self.chunks[position].clone()),
            2 => {
                let chunk = self.chunks.remove(position);
                let place = random.below(self.chunks.len() + 1);
                self.chunks.insert(place, chunk);
            }
            _ => {
                let next = (position + 1).min(self.chunks.len() - 1);
                self.chunks.swap(position, next);
            }
        }
        Some(())
    }

    fn any_bytes(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        let chunk = &mut self.chunks[position];
        if chunk.len() < 8 {
            return None;
        }
        let at = random.below(chunk.len() / 2) * 2;
        let new = random.pick(&[0, 1, 8, 20, 0x7FFF, 0x8000, 0xFFFF]);
        put_if(chunk, at, new)
    }
}

/// Makes a chunk's size its true one.
fn resize(chunk: &mut [u8]) {
    if chunk.len() >= 8 {
        put32(chunk, 4, chunk.len() as u32);
    }
}

fn read_if(chunk: &[u8], at: usize) -> Option<u16> {
    (chunk.len() >= at + 2).then(|| get16(chunk, at))
}

fn put_if(chunk: &mut [u8], at: usize, value: u16) -> Option<()> {
    (chunk.len() >= at + 2).then(|| put16(chunk, at, value))
}

/// A number near the old one, at an end of the range, or any.
fn near(random: &mut Random, old: u32) -> u32 {
    match random.below(8) {
        0 => 0,
        1 => u32::MAX,
        2 => 0x8000_0000 | old,
        3 => random.number() as u32,
        4 => old.wrapping_sub(1 << random.below(4)),
        5 => old.wrapping_add(4 << random.below(6)),
        _ => old.wrapping_add(1 << random.below(4)),
    }
}

fn bytes(random: &mut Random, count: usize) -> Vec<u8> {
    (0..count).map(|_| if random.one_in(2) { 0 } else { random.number() as u8 }).collect()
}
