//! Puts parts of a binary XML file wrong at random, by its structure: the same seed does the same.

use super::common::axml::{chunk, get16, get32, halves, node, put16, put32, utf8_string, utf16_string, words};

const POOL: u16 = 0x0001;
const MAP: u16 = 0x0180;
const START: u16 = 0x0102;
const END: u16 = 0x0103;
const NONE: u32 = u32::MAX;

/// A generator of numbers: SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number below the limit.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn chance(&mut self) -> bool {
        self.below(2) == 0
    }

    /// A number near the old one, at an end of the range, or any.
    fn near(&mut self, old: u32) -> u32 {
        match self.below(8) {
            0 => 0,
            1 => u32::MAX,
            2 => 0x8000_0000 | old,
            3 => self.next() as u32,
            4 => old.wrapping_sub(1 << self.below(4)),
            5 => old.wrapping_add(4 << self.below(6)),
            _ => old.wrapping_add(1 << self.below(4)),
        }
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| if self.chance() { 0 } else { self.next() as u8 }).collect()
    }
}

/// A binary XML file as a list of chunks.
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
        let mut at = 8;
        while at < bytes.len() {
            let size = get32(bytes, at + 4) as usize;
            chunks.push(bytes[at..at + size].to_vec());
            at += size;
        }
        let (padding, trailing) = (Vec::new(), Vec::new());
        Self { kind: get16(bytes, 0), header_size: get16(bytes, 2), padding, size_off_by: 0, chunks, trailing }
    }

    pub fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

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
            0 => self.kind = *random.pick(&[0, 1, 2, 0x0103, 0xFFFF]),
            1 => self.header_size = *random.pick(&[0, 4, 7, 9, 12, 28, 0xFFFF]),
            2 => {
                let count = *random.pick(&[4, 8, 20, 1, 2]);
                self.padding = random.bytes(count);
                self.header_size = 8 + count as u16;
            }
            _ => self.size_off_by = *random.pick(&[-1, 1, -4, 4, -24, 0x100, i32::MAX]),
        }
        Some(())
    }

    fn end(&mut self, random: &mut Random) -> Option<()> {
        match random.below(3) {
            0 => {
                let count = 1 + random.below(40);
                self.trailing = random.bytes(count);
                self.size_off_by = if random.chance() { count as i32 } else { 0 };
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
                self.size_off_by = if random.chance() { cut as i32 } else { 0 };
            }
        }
        Some(())
    }

    fn kind_of_chunk(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        let kind = *random.pick(&[0, 1, 2, 3, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x017F, 0x0180, 0x0181]);
        put_if(&mut self.chunks[position], 0, kind)
    }

    fn header_of_chunk(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        let chunk = &mut self.chunks[position];
        let old = read_if(chunk, 2)?;
        if random.chance() {
            return put_if(chunk, 2, *random.pick(&[0, 4, 7, 8, 12, 15, 16, 17, 18, 20, 24, 28, 32, old + 1, 0xFFFF]));
        }
        // A longer header, filled up.
        let more = *random.pick(&[4, 8, 20, 2]);
        if usize::from(old) > chunk.len() {
            return None;
        }
        let filling = random.bytes(more);
        chunk.splice(usize::from(old)..usize::from(old), filling);
        put16(chunk, 2, old + more as u16);
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
                let size = random.near(old);
                put32(chunk, 4, size);
            }
            1 => {
                let count = *random.pick(&[1, 2, 4, 12, 40]);
                let filling = random.bytes(count);
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
        let kind = *random.pick(&[0, 2, 3, 0x0105, 0x0110, 0x017F, 0x0181, 0x0200, 0x7777, 0xFFFF, 0x0100, 0x0104]);
        let header = *random.pick(&[8, 16, 16, 28, 12, 20, 10]);
        let size = usize::from(header) + *random.pick(&[0, 4, 8, 20, 200, 3]);
        let filling = random.bytes(size - 8);
        let place = random.below(self.chunks.len() + 1);
        self.chunks.insert(place, chunk(kind, header, &filling));
        Some(())
    }

    fn insert_garbage(&mut self, random: &mut Random) -> Option<()> {
        let count = *random.pick(&[1, 2, 4, 7, 8, 12, 16, 60]);
        let place = random.below(self.chunks.len() + 1);
        let garbage = random.bytes(count);
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

    fn second_pool(&mut self, random: &mut Random) -> Option<()> {
        let mut pool = self.chunks[self.position(POOL)?].clone();
        match random.below(3) {
            0 => put32(&mut pool, 8, 0),
            1 => pool = chunk(POOL, 28, &words(&[0, 0, 0x100, 0, 0])),
            _ => {}
        }
        let place = random.below(6).min(self.chunks.len());
        self.chunks.insert(place, pool);
        Some(())
    }

    fn pool_field(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let field = *random.pick(&[8, 8, 12, 16, 20, 24]);
        let old = get32(pool, field);
        let new = if field == 16 { old ^ *random.pick(&[1, 0x100, 0xFFFF_FEFF, 2]) } else { random.near(old) };
        put32(pool, field, new);
        Some(())
    }

    /// Moves where the strings start, and mostly the offsets with it.
    fn strings_start(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, start) = (get32(pool, 8) as usize, get32(pool, 20));
        let entries = usize::from(get16(pool, 2));
        let moved = *random.pick(&[0, 2, 8, 28, start / 2, start.wrapping_sub(4), start + 2, start + 1]);
        if entries + count * 4 > pool.len() {
            return None;
        }
        put32(pool, 20, moved);
        if random.below(4) > 0 {
            for index in 0..count {
                let offset = get32(pool, entries + index * 4);
                put32(pool, entries + index * 4, offset.wrapping_add(start).wrapping_sub(moved));
            }
        }
        Some(())
    }

    fn string_offset(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, entries) = (get32(pool, 8) as usize, usize::from(get16(pool, 2)));
        let [at, other] = [random.below(count), random.below(count)].map(|index| entries + index * 4);
        if at.max(other) + 4 > pool.len() {
            return None;
        }
        let new = if random.chance() { get32(pool, other) } else { random.near(get32(pool, at)) };
        put32(pool, at, new);
        Some(())
    }

    fn string_bytes(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let start = get32(pool, 20) as usize;
        let at = start.checked_add(random.below(pool.len().checked_sub(start)?))?;
        *pool.get_mut(at)? = *random.pick(&[0, 0, 0, 1, 0x41, 0x80, 0xC1, 0xFF]);
        Some(())
    }

    fn string_length(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let at = string_at(pool, random)?;
        let is_utf8 = is_utf8(pool);
        // The second length of a UTF-8 string is that which counts.
        let at = if is_utf8 && random.below(4) > 0 { at + 1 } else { at };
        let old = *pool.get(at)?;
        *pool.get_mut(at)? = match random.below(6) {
            0 => 0,
            1 => 0xFF,
            2 => 0x80,
            3 => old.wrapping_sub(1),
            4 => old.wrapping_add(7),
            _ => old.wrapping_add(1),
        };
        Some(())
    }

    /// Writes a string anew at the end of the pool: in the long form, in another encoding's bytes, with a zero inside.
    fn string_form(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, start) = (get32(pool, 8) as usize, get32(pool, 20));
        let entries = usize::from(get16(pool, 2));
        let entry = entries + random.below(count) * 4;
        if count == 0 || entry + 4 > pool.len() || get32(pool, 12) > 0 {
            return None;
        }
        let text = string(pool, entry)?;
        let units = text.encode_utf16().count() as u16;
        let end = (pool.len() as u32).checked_sub(start)?;
        let bytes = if is_utf8(pool) {
            let length = text.len();
            let long = |length: usize| [0x80 | (length >> 8) as u8, length as u8];
            match random.below(4) {
                0 => [&long(units.into())[..], &long(length), text.as_bytes(), &[0]].concat(),
                1 if text.is_ascii() => {
                    // Each character in two bytes where one is enough.
                    let bytes: Vec<u8> = text.bytes().flat_map(|byte| [0xC0 | byte >> 6, 0x80 | byte & 0x3F]).collect();
                    [&long(units.into())[..], &long(bytes.len()), &bytes, &[0]].concat()
                }
                2 => [&long(units.into())[..], &long(length + 3), text.as_bytes(), b"\0ab\0"].concat(),
                _ => [&long(0x7FFF)[..], &long(length), text.as_bytes(), &[0]].concat(),
            }
        } else {
            let characters: Vec<u16> = text.encode_utf16().collect();
            match random.below(3) {
                0 => halves(&[&[0x8000, units], characters.as_slice(), &[0]].concat()),
                1 => halves(&[&[units + 2], characters.as_slice(), &[0, 0x61, 0]].concat()),
                _ => halves(&[&[units], characters.as_slice(), &[0x20]].concat()),
            }
        };
        pool.extend(bytes);
        while !pool.len().is_multiple_of(4) {
            pool.push(0);
        }
        resize(pool);
        put32(pool, entry, end);
        Some(())
    }

    /// Writes all strings anew in the other encoding.
    fn reencode(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, entries) = (get32(pool, 8) as usize, usize::from(get16(pool, 2)));
        if count > 5000 || entries + count * 4 > pool.len() {
            return None;
        }
        let strings: Vec<String> =
            (0..count).map(|index| string(pool, entries + index * 4)).collect::<Option<Vec<_>>>()?;
        *pool = super::common::axml::pool(&strings, !is_utf8(pool));
        Some(())
    }

    /// Gives the pool's first strings styles, or only says that it does.
    fn styles(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, start) = (get32(pool, 8) as usize, get32(pool, 20));
        let end = 28 + count * 4;
        if get16(pool, 2) != 28 || get32(pool, 12) != 0 || end > pool.len() {
            return None;
        }
        if random.below(4) == 0 {
            put32(pool, 12, 1);
            return Some(());
        }
        let styles = 1 + random.below(count.max(1)).min(3);
        pool.splice(end..end, words(&vec![0; styles]));
        put32(pool, 12, styles as u32);
        put32(pool, 20, start.wrapping_add(4 * styles as u32));
        let place = pool.len() as u32;
        put32(pool, 24, place);
        let ends = if random.below(4) == 0 { [NONE, 0, 0] } else { [NONE; 3] };
        pool.extend(words(&[0, 0, 1, NONE]));
        pool.extend(words(&ends));
        resize(pool);
        Some(())
    }

    fn map(&mut self, random: &mut Random) -> Option<()> {
        let position = self.position(MAP)?;
        let map = &mut self.chunks[position];
        match random.below(5) {
            0 => {
                let left = 8 + random.below(map.len() - 8) / 4 * 4;
                map.truncate(left);
                resize(map);
            }
            1 => {
                map.extend(words(&[0x0101_0003, 0x7F01_0001, 0]));
                resize(map);
            }
            2 => {
                self.chunks.remove(position);
            }
            3 => {
                let mut second = self.chunks[position].clone();
                second.truncate(16);
                resize(&mut second);
                let place = random.below(4).min(self.chunks.len());
                self.chunks.insert(place, second);
            }
            _ => {
                let map = self.chunks.remove(position);
                let place = random.below(self.chunks.len() + 1);
                self.chunks.insert(place, map);
            }
        }
        Some(())
    }

    fn map_id(&mut self, random: &mut Random) -> Option<()> {
        let map = self.any(MAP, 12, random)?;
        let at = 8 + random.below((map.len() - 8) / 4) * 4;
        if at + 4 > map.len() {
            return None;
        }
        put32(map, at, *random.pick(&[0, 0x0101_0003, 0x0101_0001, 0x7F01_0001, NONE, 0x0001_0003]));
        Some(())
    }

    fn layout(&mut self, random: &mut Random) -> Option<()> {
        let start = self.any(START, 36, random)?;
        match random.below(4) {
            0 => put16(start, 24, *random.pick(&[0, 4, 16, 19, 21, 24, 40, 0xFFFF])),
            1 => put16(start, 26, *random.pick(&[0, 4, 8, 19, 21, 24, 40, 0xFFFF])),
            2 => {
                let old = get16(start, 28);
                put16(start, 28, *random.pick(&[0, 1, old.wrapping_sub(1), old + 1, old + 7, 0xFFFF]));
            }
            _ => {
                // A list that begins further on.
                let more = *random.pick(&[4, 8, 20]);
                let filling = random.bytes(more);
                start.splice(36..36, filling);
                put16(start, 24, 20 + more as u16);
                resize(start);
            }
        }
        Some(())
    }

    fn space_attributes(&mut self, random: &mut Random) -> Option<()> {
        let start = self.any(START, 56, random)?;
        let count = usize::from(get16(start, 28));
        if get16(start, 24) != 20 || get16(start, 26) != 20 || 36 + count * 20 > start.len() {
            return None;
        }
        let more = *random.pick(&[4, 12, 20, 1]);
        let mut spaced = start[..36].to_vec();
        for attribute in start[36..36 + count * 20].chunks(20) {
            spaced.extend(attribute);
            spaced.extend(random.bytes(more));
        }
        while !spaced.len().is_multiple_of(4) {
            spaced.push(0);
        }
        put16(&mut spaced, 26, 20 + more as u16);
        resize(&mut spaced);
        *start = spaced;
        Some(())
    }

    fn attribute_field(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let start = self.any(START, 56, random)?;
        let at = 36 + random.below((start.len() - 36) / 20) * 20;
        let field = random.below(7);
        if field < 4 {
            let field = *[0, 4, 8, 16].get(field)?;
            let known = random.below(strings) as u32;
            let new = *random.pick(&[known, known, known, NONE, strings as u32, 0x8000_0000, 0xFFFF]);
            put32(start, at + field, new);
        } else if field == 4 {
            put16(start, at + 12, *random.pick(&[0, 4, 16, 0xFFFF]));
        } else if field == 5 {
            start[at + 14] = 7;
        } else {
            let types = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x11, 0x12, 0x13, 0x1B, 0x1C, 0x1F, 0x20, 0x77, 0xFF];
            start[at + 15] = *random.pick(&types);
        }
        Some(())
    }

    fn attribute_list(&mut self, random: &mut Random) -> Option<()> {
        let start = self.any(START, 56, random)?;
        let count = (start.len() - 36) / 20;
        let at = 36 + random.below(count) * 20;
        let attribute = start[at..at + 20].to_vec();
        match random.below(3) {
            0 => {
                start.splice(at..at, attribute);
                put16(start, 28, count as u16 + 1);
            }
            1 => {
                start.drain(at..at + 20);
                put16(start, 28, count as u16 - 1);
            }
            _ => {
                start.drain(at..at + 20);
                let place = 36 + random.below(count) * 20;
                start.splice(place..place, attribute);
            }
        }
        resize(start);
        Some(())
    }

    fn element_name(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let kind = *random.pick(&[START, END]);
        let element = self.any(kind, 24, random)?;
        let known = random.below(strings) as u32;
        let new = *random.pick(&[known, known, NONE, strings as u32, 0x8000_0000]);
        put32(element, *random.pick(&[16, 20]), new);
        Some(())
    }

    fn end_of_element(&mut self, random: &mut Random) -> Option<()> {
        let ends: Vec<usize> =
            (0..self.chunks.len()).filter(|place| read_if(&self.chunks[*place], 0) == Some(END)).collect();
        if ends.is_empty() {
            return None;
        }
        let place = *random.pick(&ends);
        if random.chance() {
            self.chunks.remove(place);
        } else {
            let to = 2 + random.below(self.chunks.len() - 2);
            self.chunks.insert(to, self.chunks[place].clone());
        }
        Some(())
    }

    fn text(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let index = random.below(strings) as u32;
        let place = random.below(self.chunks.len() + 1);
        let mut text = node(0x0104, &[index, 0x0300_0008, index]);
        if random.below(4) == 0 {
            let left = *random.pick(&[16, 20, 24]);
            text.truncate(left);
            resize(&mut text);
        }
        self.chunks.insert(place, text);
        Some(())
    }

    fn namespace(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let kind = *random.pick(&[0x0100, 0x0101]);
        if random.chance() {
            let fields = [random.below(strings) as u32, random.below(strings) as u32];
            let place = random.below(self.chunks.len() + 1);
            self.chunks.insert(place, node(kind, &fields));
            return Some(());
        }
        let known = random.below(strings) as u32;
        let namespace = self.any(kind, 24, random)?;
        put32(namespace, *random.pick(&[16, 20]), *random.pick(&[known, NONE, strings as u32]));
        Some(())
    }

    fn line(&mut self, random: &mut Random) -> Option<()> {
        let kind = *random.pick(&[START, END]);
        let node = self.any(kind, 24, random)?;
        let new = random.near(7);
        put32(node, *random.pick(&[8, 12]), new);
        Some(())
    }

    fn any_bytes(&mut self, random: &mut Random) -> Option<()> {
        let position = random.below(self.chunks.len());
        let chunk = &mut self.chunks[position];
        if chunk.len() < 8 {
            return None;
        }
        let at = random.below(chunk.len() / 2) * 2;
        let new = *random.pick(&[0, 1, 8, 20, 0x7FFF, 0x8000, 0xFFFF]);
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

fn is_utf8(pool: &[u8]) -> bool {
    get32(pool, 16) & 0x100 != 0
}

/// Whether a UTF-8 pool of the file, where one starts with its usual header, has a string that aapt takes for none and
/// the framework reads: its count of UTF-16 units is false, or its bytes are no UTF-8.
pub fn has_odd_utf8(file: &[u8]) -> bool {
    (0..file.len().saturating_sub(28)).any(|at| {
        let pool = &file[at..];
        let is_pool = get16(pool, 0) == POOL && get16(pool, 2) >= 28 && get32(pool, 4) as usize <= pool.len();
        let entries = usize::from(get16(pool, 2));
        is_pool
            && is_utf8(pool)
            && (0..get32(pool, 8) as usize)
                .map_while(|index| pool.get(entries + index * 4..).filter(|entry| entry.len() >= 4))
                .any(|entry| is_odd(pool, get32(entry, 0) as usize))
    })
}

fn is_odd(pool: &[u8], offset: usize) -> bool {
    let length = |at: usize| match (pool.get(at), pool.get(at + 1)) {
        (Some(first), _) if first & 0x80 == 0 => Some((usize::from(*first), at + 1)),
        (Some(first), Some(second)) => Some((usize::from(first & 0x7F) << 8 | usize::from(*second), at + 2)),
        _ => None,
    };
    let start = (get32(pool, 20) as usize).saturating_add(offset);
    let Some((units, at)) = length(start) else { return false };
    let Some((bytes, at)) = length(at) else { return false };
    let Some(text) = pool.get(at..at + bytes) else { return false };
    std::str::from_utf8(text).map_or(true, |text| text.encode_utf16().count() & 0x7FFF != units || text.contains('\0'))
}

/// Where one of the pool's strings starts.
fn string_at(pool: &[u8], random: &mut Random) -> Option<usize> {
    let (count, entries) = (get32(pool, 8) as usize, usize::from(get16(pool, 2)));
    let entry = entries.checked_add(random.below(count).checked_mul(4)?)?;
    (entry + 4 <= pool.len()).then(|| get32(pool, 20) as usize + get32(pool, entry) as usize)
}

/// The short string that the pool's entry points to, if it is whole.
fn string(pool: &[u8], entry: usize) -> Option<String> {
    let at = (get32(pool, 20) as usize).checked_add(get32(pool, entry) as usize)?;
    let rest = pool.get(at..)?;
    if is_utf8(pool) {
        let length = usize::from(*rest.get(1)?);
        let text = std::str::from_utf8(rest.get(2..2 + length)?).ok()?.to_owned();
        (rest.starts_with(&utf8_string(&text)) && length < 0x80).then_some(text)
    } else {
        let length = usize::from(read_if(rest, 0)?);
        let units: Vec<u16> = rest.get(2..2 + length * 2)?.chunks(2).map(|unit| get16(unit, 0)).collect();
        let text = String::from_utf16(&units).ok()?;
        rest.starts_with(&utf16_string(&text)).then_some(text)
    }
}
