//! Resource tables put wrong: the table and its packages are lists of chunks as a binary XML file is one.

use super::*;

const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;
const TYPE_SPEC: u16 = 0x0202;
/// Where a `ResTable_type` has its configuration.
const CONFIGURATION: usize = 20;

type Way = fn(&mut Model, &mut Random) -> Option<()>;

/// What can be wrong with any list of chunks and its string pools.
const COMMON: &[(&str, Way)] = &[
    ("the header", Model::header),
    ("the end", Model::end),
    ("a chunk's type", Model::kind_of_chunk),
    ("a chunk's header size", Model::header_of_chunk),
    ("a chunk's size", Model::size_of_chunk),
    ("a strange chunk", Model::insert_chunk),
    ("garbage between chunks", Model::insert_garbage),
    ("the order of chunks", Model::move_chunk),
    ("a field of a string pool", Model::pool_field),
    ("the start of the strings", Model::strings_start),
    ("the offset of a string", Model::string_offset),
    ("the bytes of a string", Model::string_bytes),
    ("the length of a string", Model::string_length),
    ("another form of a string", Model::string_form),
    ("the encoding of the strings", Model::reencode),
    ("the styles", Model::styles),
];

const OF_PACKAGES: &[(&str, Way)] = &[
    ("the package's header", Model::package_header),
    ("a type's header", Model::type_header),
    ("a type's header", Model::type_header),
    ("a configuration", Model::configuration),
    ("a configuration", Model::configuration),
    ("the index of a type", Model::type_index),
    ("the index of a type", Model::type_index),
    ("an entry", Model::entry),
    ("an entry", Model::entry),
    ("an entry", Model::entry),
    ("the declaration of a type", Model::type_spec),
];

impl Model {
    /// Puts one thing of a table wrong, and says what.
    pub fn mutate_table(&mut self, random: &mut Random) -> String {
        loop {
            let packages: Vec<usize> = (0..self.chunks.len())
                .filter(|place| read_if(&self.chunks[*place], 0) == Some(PACKAGE))
                .filter(|place| Self::is_list(&self.chunks[*place]))
                .collect();
            if packages.is_empty() || random.one_in(5) {
                let (name, way) = random.pick(COMMON);
                if way(self, random).is_some() {
                    return format!("table: {name}");
                }
                continue;
            }
            let place = random.pick(&packages);
            let mut package = Self::new(&self.chunks[place]);
            let (name, way) = if random.one_in(3) { random.pick(COMMON) } else { random.pick(OF_PACKAGES) };
            let said = package.said_pools();
            let truly = said == Some(package.pools());
            if way(&mut package, random).is_some() {
                // Mostly the header still says where the pools are.
                if truly && said == package.said_pools() && random.below(4) > 0 {
                    let (types, keys) = package.pools();
                    put32(&mut package.padding, 260, types);
                    put32(&mut package.padding, 268, keys);
                }
                self.chunks[place] = package.bytes();
                return format!("package: {name}");
            }
        }
    }

    /// Whether the bytes are a chunk of chunks, and of nothing else.
    fn is_list(bytes: &[u8]) -> bool {
        let mut at = match read_if(bytes, 2) {
            Some(header) if header >= 288 => usize::from(header),
            _ => return false,
        };
        while at + 8 <= bytes.len() {
            let size = get32(bytes, at + 4) as usize;
            if size < 8 || size > bytes.len() - at {
                return false;
            }
            at += size;
        }
        at == bytes.len()
    }

    /// Where the names of types and entries are: in the first chunks of the package.
    fn pools(&self) -> (u32, u32) {
        let header = u32::from(self.header_size);
        (header, header + self.chunks.first().map_or(0, Vec::len) as u32)
    }

    /// What the header says of it.
    fn said_pools(&self) -> Option<(u32, u32)> {
        (self.padding.len() >= 280).then(|| (get32(&self.padding, 260), get32(&self.padding, 268)))
    }

    fn package_header(&mut self, random: &mut Random) -> Option<()> {
        // The id, where the pools are and how many names are public, the offset of type ids (`ResTable_package`).
        let field = random.pick(&[0, 0, 260, 264, 268, 272, 276]);
        let old = (self.padding.len() >= field + 4).then(|| get32(&self.padding, field))?;
        let new = match field {
            0 => random.pick(&[0, 1, 2, 0x7E, 0x80, 0xFF, 0x100, 0x17F]),
            // With a smaller one Android takes the values of one type for those of another: see docs/resources.md.
            276 => random.pick(&[0x100, u32::MAX]),
            _ => near(random, old),
        };
        put32(&mut self.padding, field, new);
        Some(())
    }

    fn type_header(&mut self, random: &mut Random) -> Option<()> {
        let chunk = self.any(TYPE, CONFIGURATION + 4, random)?;
        match random.below(4) {
            0 => chunk[8] = random.pick(&[0, 1, 2, 3, 5, 0x7F, 0x80, 0xFF]),
            // Offsets of 16 bits and compact entries came after Android 10.
            1 => chunk[9] = random.pick(&[1, 4]),
            2 => {
                let count = near(random, get32(chunk, 12));
                put32(chunk, 12, count);
            }
            _ => {
                let start = near(random, get32(chunk, 16));
                put32(chunk, 16, start);
            }
        }
        Some(())
    }

    fn configuration(&mut self, random: &mut Random) -> Option<()> {
        let chunk = self.any(TYPE, CONFIGURATION + 64, random)?;
        if random.one_in(4) {
            let size = random.pick(&[0, 4, 16, 28, 32, 36, 48, 52, 56, 60, 64, 68, 72, u32::MAX]);
            put32(chunk, CONFIGURATION, size);
            return Some(());
        }
        let field = random.below(56) + 4;
        // The grammatical gender came after Android 10.
        let at = CONFIGURATION + if field == 19 { 18 } else { field };
        chunk[at] = random.pick(&[0, 1, 2, 3, 4, 0x10, 0x20, 0x80, b'd', b'e', 0xFF]);
        Some(())
    }

    fn type_index(&mut self, random: &mut Random) -> Option<()> {
        let chunk = self.any(TYPE, CONFIGURATION + 4, random)?;
        let (header, count) = (usize::from(get16(chunk, 2)), get32(chunk, 12) as usize);
        let [at, other] = [random.below(count), random.below(count)].map(|index| header + index * 4);
        if count == 0 || at.max(other) + 4 > chunk.len() {
            return None;
        }
        let new = match random.below(4) {
            0 => NONE,
            1 => get32(chunk, other),
            _ => near(random, get32(chunk, at)),
        };
        put32(chunk, at, new);
        Some(())
    }

    fn entry(&mut self, random: &mut Random) -> Option<()> {
        let chunk = self.any(TYPE, CONFIGURATION + 4, random)?;
        let (header, count) = (usize::from(get16(chunk, 2)), get32(chunk, 12) as usize);
        let index = header.checked_add(random.below(count).checked_mul(4)?)?;
        let offset = (index + 4 <= chunk.len()).then(|| get32(chunk, index)).filter(|offset| *offset != NONE)?;
        let at = (get32(chunk, 16) as usize).checked_add(offset as usize)?;
        if at.checked_add(16)? > chunk.len() {
            return None;
        }
        match random.below(8) {
            // From 16 on Android 10 looks for a bag's items and then reads a value past the chunk's end.
            0 => put16(chunk, at, random.pick(&[0, 4, 7, 8, 9, 12, 0xFFFF])),
            1 => put16(chunk, at + 2, random.pick(&[0, 1, 2, 4, 5, 0x300])),
            2 => {
                let key = near(random, get32(chunk, at + 4));
                put32(chunk, at + 4, key);
            }
            3 => put16(chunk, at + 8, random.pick(&[0, 4, 7, 8, 9, 12, 0xFFFF])),
            4 => chunk[at + 11] = random.pick(&[0, 1, 2, 3, 5, 7, 8, 0x10, 0x12, 0x1C, 0x20, 0xFF]),
            5 => {
                let data = near(random, get32(chunk, at + 12));
                put32(chunk, at + 12, data);
            }
            6 => chunk[at + 11] = random.pick(&[1, 7]),
            _ => {
                // A reference to another entry of the table, or around in a circle.
                chunk[at + 11] = 1;
                put32(chunk, at + 12, 0x7F01_0000 + (random.below(8) << 16) as u32 + random.below(4) as u32);
            }
        }
        Some(())
    }

    fn type_spec(&mut self, random: &mut Random) -> Option<()> {
        let chunk = self.any(TYPE_SPEC, 16, random)?;
        match random.below(2) {
            0 => chunk[8] = random.pick(&[0, 1, 2, 3, 0x80, 0xFF]),
            _ => {
                let count = near(random, get32(chunk, 12));
                put32(chunk, 12, count);
            }
        }
        Some(())
    }
}
