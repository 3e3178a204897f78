//! The resource map, elements, attributes and the other nodes put wrong.

use super::*;

impl Model {
    pub(super) fn map(&mut self, random: &mut Random) -> Option<()> {
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

    pub(super) fn map_id(&mut self, random: &mut Random) -> Option<()> {
        let map = self.any(MAP, 12, random)?;
        let at = 8 + random.below((map.len() - 8) / 4) * 4;
        if at + 4 > map.len() {
            return None;
        }
        put32(map, at, random.pick(&[0, 0x0101_0003, 0x0101_0001, 0x7F01_0001, NONE, 0x0001_0003]));
        Some(())
    }

    pub(super) fn layout(&mut self, random: &mut Random) -> Option<()> {
        let start = self.any(START, 36, random)?;
        match random.below(4) {
            0 => put16(start, 24, random.pick(&[0, 4, 16, 19, 21, 24, 40, 0xFFFF])),
            1 => put16(start, 26, random.pick(&[0, 4, 8, 19, 21, 24, 40, 0xFFFF])),
            2 => {
                let old = get16(start, 28);
                put16(start, 28, random.pick(&[0, 1, old.wrapping_sub(1), old + 1, old + 7, 0xFFFF]));
            }
            _ => {
                // A list that begins further on.
                let more = random.pick(&[4, 8, 20]);
                let filling = bytes(random, more);
                start.splice(36..36, filling);
                put16(start, 24, 20 + more as u16);
                resize(start);
            }
        }
        Some(())
    }

    pub(super) fn space_attributes(&mut self, random: &mut Random) -> Option<()> {
        let start = self.any(START, 56, random)?;
        let count = usize::from(get16(start, 28));
        if get16(start, 24) != 20 || get16(start, 26) != 20 || 36 + count * 20 > start.len() {
            return None;
        }
        let more = random.pick(&[4, 12, 20, 1]);
        let mut spaced = start[..36].to_vec();
        for attribute in start[36..36 + count * 20].chunks(20) {
            spaced.extend(attribute);
            spaced.extend(bytes(random, more));
        }
        while !spaced.len().is_multiple_of(4) {
            spaced.push(0);
        }
        put16(&mut spaced, 26, 20 + more as u16);
        resize(&mut spaced);
        *start = spaced;
        Some(())
    }

    pub(super) fn attribute_field(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let start = self.any(START, 56, random)?;
        let at = 36 + random.below((start.len() - 36) / 20) * 20;
        let field = random.below(7);
        if field < 4 {
            let field = *[0, 4, 8, 16].get(field)?;
            let known = random.below(strings) as u32;
            let new = random.pick(&[known, known, known, NONE, strings as u32, 0x8000_0000, 0xFFFF]);
            put32(start, at + field, new);
        } else if field == 4 {
            put16(start, at + 12, random.pick(&[0, 4, 16, 0xFFFF]));
        } else if field == 5 {
            start[at + 14] = 7;
        } else {
            let types = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x11, 0x12, 0x13, 0x1B, 0x1C, 0x1F, 0x20, 0x77, 0xFF];
            start[at + 15] = random.pick(&types);
        }
        Some(())
    }

    pub(super) fn attribute_list(&mut self, random: &mut Random) -> Option<()> {
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

    pub(super) fn element_name(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let kind = random.pick(&[START, END]);
        let element = self.any(kind, 24, random)?;
        let known = random.below(strings) as u32;
        let new = random.pick(&[known, known, NONE, strings as u32, 0x8000_0000]);
        put32(element, random.pick(&[16, 20]), new);
        Some(())
    }

    pub(super) fn end_of_element(&mut self, random: &mut Random) -> Option<()> {
        let ends: Vec<usize> =
            (0..self.chunks.len()).filter(|place| read_if(&self.chunks[*place], 0) == Some(END)).collect();
        if ends.is_empty() {
            return None;
        }
        let place = random.pick(&ends);
        if random.one_in(2) {
            self.chunks.remove(place);
        } else {
            let to = 2 + random.below(self.chunks.len() - 2);
            self.chunks.insert(to, self.chunks[place].clone());
        }
        Some(())
    }

    pub(super) fn text(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let index = random.below(strings) as u32;
        let place = random.below(self.chunks.len() + 1);
        let mut text = node(0x0104, &[index, 0x0300_0008, index]);
        if random.below(4) == 0 {
            let left = random.pick(&[16, 20, 24]);
            text.truncate(left);
            resize(&mut text);
        }
        self.chunks.insert(place, text);
        Some(())
    }

    pub(super) fn namespace(&mut self, random: &mut Random) -> Option<()> {
        let strings = self.position(POOL).map_or(0, |position| get32(&self.chunks[position], 8) as usize);
        let kind = random.pick(&[0x0100, 0x0101]);
        if random.one_in(2) {
            let fields = [random.below(strings) as u32, random.below(strings) as u32];
            let place = random.below(self.chunks.len() + 1);
            self.chunks.insert(place, node(kind, &fields));
            return Some(());
        }
        let known = random.below(strings) as u32;
        let namespace = self.any(kind, 24, random)?;
        put32(namespace, random.pick(&[16, 20]), random.pick(&[known, NONE, strings as u32]));
        Some(())
    }

    pub(super) fn line(&mut self, random: &mut Random) -> Option<()> {
        let kind = random.pick(&[START, END]);
        let node = self.any(kind, 24, random)?;
        let new = near(random, 7);
        put32(node, random.pick(&[8, 12]), new);
        Some(())
    }
}
