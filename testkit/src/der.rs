//! ASN.1 values as a tree that can be changed anywhere and written again, with every length around the change put right.

use std::ops::Range;

use crate::random::Random;

/// How a length is written.
#[derive(Clone, Copy, Debug)]
enum Length {
    /// In the fewest octets, as DER has it.
    Shortest,
    /// With so many octets more than it needs.
    Long(u8),
    /// Not at all: end-of-contents octets follow the contents.
    Indefinite,
}

#[derive(Clone, Debug)]
enum Contents {
    Octets(Vec<u8>),
    /// Octets (a BIT STRING's count of unused bits), then values.
    Values(Vec<u8>, Vec<Value>),
}

/// A value: its identifier octet, and its contents.
#[derive(Clone, Debug)]
pub struct Value {
    identifier: u8,
    length: Length,
    contents: Contents,
}

impl Value {
    /// The values that `bytes` are in DER, if they are nothing else. What stands in OCTET STRINGs and BIT STRINGs is read as
    /// well, where it is DER.
    pub fn parse_all(mut bytes: &[u8]) -> Option<Vec<Self>> {
        let mut values = Vec::new();
        while !bytes.is_empty() {
            let (&identifier, rest) = bytes.split_first()?;
            let (&first, rest) = rest.split_first()?;
            let octets = if first < 0x80 { 0 } else { usize::from(first & 0x7F) };
            if identifier & 0x1F == 0x1F || first == 0x80 || octets > 3 || rest.len() < octets {
                return None;
            }
            let (stated, rest) = rest.split_at(octets);
            let length = stated.iter().fold(0, |length, &octet| length << 8 | usize::from(octet));
            let length = if octets == 0 { usize::from(first) } else { length };
            let contents = rest.get(..length)?;
            bytes = &rest[length..];
            let inner = match identifier {
                _ if identifier & 0x20 != 0 => Some((vec![], Self::parse_all(contents)?)),
                0x03 if contents.first() == Some(&0) => Self::parse_all(&contents[1..]).map(|values| (vec![0], values)),
                0x04 => Self::parse_all(contents).map(|values| (vec![], values)),
                _ => None,
            };
            let inner = inner.filter(|(_, values)| identifier & 0x20 != 0 || !values.is_empty());
            let contents = match inner {
                Some((octets, values)) => Contents::Values(octets, values),
                None => Contents::Octets(contents.to_vec()),
            };
            values.push(Self { identifier, length: Length::Shortest, contents });
        }
        Some(values)
    }

    /// A value with octets in it.
    pub fn primitive(identifier: u8, octets: &[u8]) -> Self {
        Self { identifier, length: Length::Shortest, contents: Contents::Octets(octets.to_vec()) }
    }

    /// A value with values in it.
    pub fn constructed(identifier: u8, values: Vec<Self>) -> Self {
        Self { identifier, length: Length::Shortest, contents: Contents::Values(vec![], values) }
    }

    /// The one value that `bytes` are in DER.
    ///
    /// # Panics
    /// When they are something else.
    pub fn parse(bytes: &[u8]) -> Self {
        let [value] = Self::parse_all(bytes).expect("DER").try_into().expect("one value");
        value
    }

    /// The same with so many length octets more than it needs.
    pub fn longer(self, more: u8) -> Self {
        Self { length: Length::Long(more), ..self }
    }

    /// The same without a stated length.
    pub fn indefinite(self) -> Self {
        Self { length: Length::Indefinite, ..self }
    }

    /// A value in this one by its index among its siblings, theirs among theirs, and so on.
    ///
    /// # Panics
    /// When there is none.
    pub fn at(&mut self, path: &[usize]) -> &mut Self {
        let Some((&index, path)) = path.split_first() else { return self };
        self.values()[index].at(path)
    }

    /// The values in this one.
    ///
    /// # Panics
    /// When there are octets in it.
    pub fn values(&mut self) -> &mut Vec<Self> {
        match &mut self.contents {
            Contents::Values(_, values) => values,
            Contents::Octets(_) => panic!("no values"),
        }
    }

    /// The contents.
    pub fn octets(&self) -> Vec<u8> {
        match &self.contents {
            Contents::Octets(octets) => octets.clone(),
            Contents::Values(octets, values) => {
                let values = values.iter().flat_map(Self::bytes);
                octets.iter().copied().chain(values).collect()
            }
        }
    }

    /// Changes the contents' octets: of values in a BIT STRING, the count of unused bits.
    pub fn change_octets(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        match &mut self.contents {
            Contents::Octets(octets) | Contents::Values(octets, _) => change(octets),
        }
    }

    /// The value's encoding.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }

    /// The value's encoding.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let contents = self.octets();
        out.push(self.identifier);
        let bytes = contents.len().to_be_bytes();
        let needed = bytes.len() - bytes.iter().take_while(|&&byte| byte == 0).count();
        let long = |more: usize, out: &mut Vec<u8>| {
            out.push(0x80 | (needed + more) as u8);
            out.extend(&bytes[bytes.len() - needed - more..]);
        };
        match self.length {
            Length::Shortest if contents.len() < 0x80 => out.push(contents.len() as u8),
            Length::Shortest => long(0, out),
            Length::Long(more) => long(usize::from(more), out),
            Length::Indefinite => out.push(0x80),
        }
        out.extend(contents);
        if matches!(self.length, Length::Indefinite) {
            out.extend([0, 0]);
        }
    }

    /// How many values there are, this one included.
    fn count(&self) -> usize {
        match &self.contents {
            Contents::Octets(_) => 1,
            Contents::Values(_, values) => 1 + values.iter().map(Self::count).sum::<usize>(),
        }
    }

    /// The places of a value and of all that is in it, by its index among its siblings, theirs among theirs, and so on.
    pub fn places(&self, path: &[usize]) -> Range<usize> {
        let Some((&index, path)) = path.split_first() else { return 0..self.count() };
        let Contents::Values(_, values) = &self.contents else { panic!("no such place") };
        let before = 1 + values[..index].iter().map(Self::count).sum::<usize>();
        let within = values[index].places(path);
        before + within.start..before + within.end
    }

    /// A value by its place in the order of reading; this one has place 0.
    fn get(&self, mut place: usize) -> &Self {
        if place == 0 {
            return self;
        }
        place -= 1;
        let Contents::Values(_, values) = &self.contents else { panic!("no such place") };
        for value in values {
            match place.checked_sub(value.count()) {
                None => return value.get(place),
                Some(rest) => place = rest,
            }
        }
        panic!("no such place")
    }

    /// The siblings of a value other than this one, and its place among them.
    fn siblings(&mut self, mut place: usize) -> (&mut Vec<Self>, usize) {
        place -= 1;
        let Contents::Values(_, values) = &mut self.contents else { panic!("no such place") };
        for index in 0..values.len() {
            let count = values[index].count();
            if place == 0 {
                return (values, index);
            }
            if place < count {
                return values[index].siblings(place);
            }
            place -= count;
        }
        panic!("no such place")
    }

    /// Changes one value somewhere below this one, and says how. At the `stated` places, constructed values keep their
    /// length.
    pub fn change(&mut self, random: &mut Random, stated: &Range<usize>) -> String {
        let count = self.count();
        let place = 1 + random.below(count - 1);
        let other = self.get(random.below(count)).clone();
        let (siblings, index) = self.siblings(place);
        let value = &mut siblings[index];
        let how = match random.below(15) {
            0 => {
                value.length = Length::Long(1 + random.below(3) as u8);
                "a long length"
            }
            1 if value.identifier & 0x20 != 0 && stated.contains(&place) => "nothing",
            1 => {
                value.length = Length::Indefinite;
                "no length"
            }
            2 => {
                value.identifier ^= 0x20;
                "constructed or not"
            }
            3 => {
                value.identifier ^= [0x40, 0x80, 0xC0][random.below(3)];
                "another class"
            }
            4 => {
                const NUMBERS: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 9, 10, 12, 16, 17, 19, 22, 23, 24];
                value.identifier = value.identifier & 0xE0 | NUMBERS[random.below(NUMBERS.len())];
                "another number"
            }
            5 => {
                siblings.remove(index);
                "removed"
            }
            6 => {
                let copy = value.clone();
                siblings.insert(index, copy);
                "twice"
            }
            7 => {
                let with = random.below(siblings.len());
                siblings.swap(index, with);
                "in another place"
            }
            8 => {
                const NEW: [(u8, &[u8]); 12] = [
                    (0x05, &[]),
                    (0x05, &[1]),
                    (0x02, &[5]),
                    (0x04, &[]),
                    (0x01, &[0xFF]),
                    (0x0C, b"text"),
                    (0x30, &[]),
                    (0x31, &[]),
                    (0xA0, &[]),
                    (0xA1, &[]),
                    (0xA3, &[]),
                    (0x80, &[1]),
                ];
                let (identifier, octets) = NEW[random.below(NEW.len())];
                let contents = Contents::Octets(octets.to_vec());
                let place = index + random.below(2);
                siblings.insert(place, Self { identifier, length: Length::Shortest, contents });
                "a new one beside it"
            }
            9 => {
                value.change_octets(|octets| octets.insert(0, [0x00, 0xFF, 0x80][random.below(3)]));
                "an octet in front"
            }
            10 => {
                value.change_octets(|octets| octets.truncate(octets.len().saturating_sub(1)));
                "the last octet gone"
            }
            11 => {
                value.change_octets(Vec::clear);
                "empty"
            }
            12 => {
                value.change_octets(|octets| octets.push(random.below(256) as u8));
                "an octet behind"
            }
            13 => {
                value.change_octets(|octets| {
                    if !octets.is_empty() {
                        let place = random.below(octets.len());
                        octets[place] ^= 1 << random.below(8);
                    }
                });
                "another bit"
            }
            _ => {
                *value = other;
                "another value"
            }
        };
        format!("value {place}: {how}")
    }
}
