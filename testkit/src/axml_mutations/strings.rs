//! The string pool put wrong.

use super::*;

impl Model {
    pub(super) fn second_pool(&mut self, random: &mut Random) -> Option<()> {
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

    pub(super) fn pool_field(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let field = random.pick(&[8, 8, 12, 16, 20, 24]);
        let old = get32(pool, field);
        let new = if field == 16 { old ^ random.pick(&[1, 0x100, 0xFFFF_FEFF, 2]) } else { near(random, old) };
        put32(pool, field, new);
        Some(())
    }

    /// Moves where the strings start, and mostly the offsets with it.
    pub(super) fn strings_start(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, start) = (get32(pool, 8) as usize, get32(pool, 20));
        let entries = usize::from(get16(pool, 2));
        let moved =
            random.pick(&[0, 2, 8, 28, start / 2, start.wrapping_sub(4), start.wrapping_add(2), start.wrapping_add(1)]);
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

    pub(super) fn string_offset(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, entries) = (get32(pool, 8) as usize, usize::from(get16(pool, 2)));
        let [at, other] = [random.below(count), random.below(count)].map(|index| entries + index * 4);
        if at.max(other) + 4 > pool.len() {
            return None;
        }
        let new = if random.one_in(2) { get32(pool, other) } else { near(random, get32(pool, at)) };
        put32(pool, at, new);
        Some(())
    }

    pub(super) fn string_bytes(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let start = get32(pool, 20) as usize;
        let at = start.checked_add(random.below(pool.len().checked_sub(start)?))?;
        *pool.get_mut(at)? = random.pick(&[0, 0, 0, 1, 0x41, 0x80, 0xC1, 0xFF]);
        Some(())
    }

    pub(super) fn string_length(&mut self, random: &mut Random) -> Option<()> {
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
    pub(super) fn string_form(&mut self, random: &mut Random) -> Option<()> {
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
    pub(super) fn reencode(&mut self, random: &mut Random) -> Option<()> {
        let pool = self.any(POOL, 28, random)?;
        let (count, entries) = (get32(pool, 8) as usize, usize::from(get16(pool, 2)));
        if count > 5000 || entries + count * 4 > pool.len() {
            return None;
        }
        let strings: Vec<String> =
            (0..count).map(|index| string(pool, entries + index * 4)).collect::<Option<Vec<_>>>()?;
        *pool = crate::axml::pool(&strings, !is_utf8(pool));
        Some(())
    }

    /// Gives the pool's first strings styles, or only says that it does.
    pub(super) fn styles(&mut self, random: &mut Random) -> Option<()> {
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
