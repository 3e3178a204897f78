//! Manifests and signature files (`META-INF/MANIFEST.MF`, `*.SF`): sections of `Name: value` lines, of which the first
//! is about the whole file and each further one about the entry that it names.
//!
//! Read as apksig's `ManifestParser` reads it, which is more lenient than the JAR specification: lines of any length
//! end with CR, LF or both; one that begins with a space continues the one before; a name ends at the first `: `.

use std::borrow::Cow;
use std::ops::Range;

/// The sections of a file, one after the other.
#[derive(Clone, Debug)]
pub struct Sections<'a> {
    file: &'a [u8],
    offset: usize,
}

/// One section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// Its place in the file, with the empty line that ends it: what digests of a section are taken over.
    pub range: Range<usize>,
    lines: &'a [u8],
}

impl<'a> Sections<'a> {
    /// Reads from the start of `file`.
    pub fn new(file: &'a [u8]) -> Self {
        Self { file, offset: 0 }
    }
}

impl<'a> Iterator for Sections<'a> {
    type Item = Section<'a>;

    fn next(&mut self) -> Option<Section<'a>> {
        // The empty lines before a section do not belong to it.
        let start = loop {
            let start = self.offset;
            let (line, end) = line(self.file, start)?;
            self.offset = end;
            if !line.is_empty() {
                break start;
            }
        };
        let mut lines_end = self.offset;
        while let Some((line, end)) = line(self.file, self.offset) {
            self.offset = end;
            if line.is_empty() {
                break;
            }
            lines_end = end;
        }
        Some(Section { range: start..self.offset, lines: &self.file[start..lines_end] })
    }
}

impl<'a> Section<'a> {
    /// The entry that the section is about: the value of its first attribute, if that is called `Name`.
    pub fn name(&self) -> Option<Cow<'a, str>> {
        let (name, value) = Attributes { lines: self.lines }.next()?;
        equal_ignoring_case(&name, "Name").then_some(value)
    }

    /// The value of the first attribute of this name, in whatever case.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut attributes = Attributes { lines: self.lines };
        attributes.find(|(found, _)| equal_ignoring_case(found, name)).map(|(_, value)| value)
    }
}

/// The attributes of a section.
struct Attributes<'a> {
    lines: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        let (first, mut end) = line(self.lines, 0)?;
        let mut attribute = Cow::Borrowed(first);
        while let Some((next, next_end)) = line(self.lines, end) {
            let [b' ', continuation @ ..] = next else { break };
            attribute.to_mut().extend_from_slice(continuation);
            end = next_end;
        }
        self.lines = &self.lines[end..];
        Some(match attribute {
            Cow::Borrowed(bytes) => split(String::from_utf8_lossy(bytes)),
            Cow::Owned(bytes) => split(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
        })
    }
}

/// Splits an attribute at the first colon with a space after it. Spaces before and after that belong to the name and
/// value: packers make use of that.
fn split(attribute: Cow<str>) -> (Cow<str>, Cow<str>) {
    const DELIMITER: &str = ": ";
    match attribute {
        Cow::Borrowed(text) => match text.split_once(DELIMITER) {
            Some((name, value)) => (Cow::Borrowed(name), Cow::Borrowed(value)),
            None => (Cow::Borrowed(text), Cow::Borrowed("")),
        },
        Cow::Owned(mut name) => match name.find(DELIMITER) {
            Some(place) => {
                let value = name.split_off(place + DELIMITER.len());
                name.truncate(place);
                (Cow::Owned(name), Cow::Owned(value))
            }
            None => (Cow::Owned(name), Cow::Borrowed("")),
        },
    }
}

/// The line that starts at `start`, without its end, and where the next one starts.
fn line(file: &[u8], start: usize) -> Option<(&[u8], usize)> {
    let rest = file.get(start..).filter(|rest| !rest.is_empty())?;
    let Some(length) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
        return Some((rest, file.len()));
    };
    let ending = if rest[length..].starts_with(b"\r\n") { 2 } else { 1 };
    Some((&rest[..length], start + length + ending))
}

/// Whether two names are the same for Java's `String.equalsIgnoreCase`, which compares characters by their simple case
/// mappings: the long s and the Kelvin sign are an S and a K to it.
fn equal_ignoring_case(one: &str, other: &str) -> bool {
    let fold = |character: char| {
        let mut upper = character.to_uppercase();
        let upper = if upper.len() == 1 { upper.next().unwrap_or(character) } else { character };
        let mut lower = upper.to_lowercase();
        if lower.len() == 1 { lower.next().unwrap_or(upper) } else { upper }
    };
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && one.chars().map(fold).eq(other.chars().map(fold)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sections_are_read_with_their_places() {
        let file =
            b"Manifest-Version: 1.0\r\nCreated-By: x\r\n\r\nName: a\r\nSHA1-Digest: d\r\n\r\n\r\nname: b\nX: \nY:z\n";
        let sections: Vec<Section> = Sections::new(file).collect();
        assert_eq!(sections.len(), 3);
        assert_eq!((sections[0].range.clone(), sections[0].name()), (0..40, None));
        assert_eq!(sections[0].attribute("created-by").as_deref(), Some("x"));
        assert_eq!(sections[1].name().as_deref(), Some("a"));
        assert_eq!(&file[sections[1].range.clone()], b"Name: a\r\nSHA1-Digest: d\r\n\r\n");
        assert_eq!(sections[2].name().as_deref(), Some("b"));
        assert_eq!(sections[2].range.end, file.len());
        assert_eq!(sections[2].attribute("X").as_deref(), Some(""));
        assert_eq!((sections[2].attribute("Y"), sections[2].attribute("Y:z").as_deref()), (None, Some("")));
    }

    #[test]
    fn a_line_that_begins_with_a_space_continues_the_one_before() {
        let section = Sections::new(b"Name: res/a\n b\r\n : c\nX: 1\rX: 2\r").next().unwrap();
        assert_eq!(section.name().as_deref(), Some("res/ab: c"));
        assert_eq!(section.attribute("X").as_deref(), Some("1"));
        let split_name = Sections::new(b"Na\n me: x").next().unwrap();
        assert_eq!(split_name.name().as_deref(), Some("x"));
        let split_character = Sections::new(b"Name: \xC3\n \xA9").next().unwrap();
        assert_eq!(split_character.name().as_deref(), Some("é"));
    }

    #[test]
    fn names_are_compared_as_java_compares_them() {
        assert!(equal_ignoring_case("\u{17F}HA1-Digest", "SHA1-Digest"));
        assert!(equal_ignoring_case("\u{212A}ey", "key"));
        assert!(!equal_ignoring_case("Name ", "Name"));
        assert!(!equal_ignoring_case("straße", "strasse"));
    }

    proptest! {
        /// What is written in the format, folded at any width, is read back.
        #[test]
        fn what_is_written_is_read_back(
            names in proptest::collection::vec("[a-zA-Z0-9/é.]{1,90}", 0..6),
            width in 5usize..72,
            ending in prop_oneof![Just("\r\n"), Just("\n"), Just("\r")],
        ) {
            let mut file = format!("Manifest-Version: 1.0{ending}{ending}").into_bytes();
            for name in &names {
                let mut line = format!("Name: {name}").into_bytes();
                while line.len() > width {
                    let rest = line.split_off(width);
                    file.extend([&line[..], ending.as_bytes()].concat());
                    line = [b" ", &rest[..]].concat();
                }
                file.extend([&line[..], ending.as_bytes(), b"SHA-256-Digest: d", ending.as_bytes(), ending.as_bytes()].concat());
            }
            let read: Vec<String> = Sections::new(&file).skip(1).map(|s| s.name().unwrap().into_owned()).collect();
            prop_assert_eq!(read, names);
        }

        #[test]
        fn any_bytes_are_covered_once_and_in_order(file in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(b' '), any::<u8>()], 0..120)) {
            let mut end = 0;
            for section in Sections::new(&file) {
                prop_assert!(section.range.start >= end && !section.range.is_empty());
                prop_assert!(file[end..section.range.start].iter().all(|byte| matches!(byte, b'\r' | b'\n')));
                end = section.range.end;
                let _ = (section.name(), section.attribute("X"));
            }
            prop_assert!(file[end..].iter().all(|byte| matches!(byte, b'\r' | b'\n')));
        }
    }
}
