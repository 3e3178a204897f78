//! Sentences with a stable code: what a parser found odd, what a signature scheme failed on, what a verdict rests
//! on. A note carries its code, its place and its values beside the English sentence, so that the page can say the
//! same in another language and a program can act on the code.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One sentence about an app, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// The stable code, in kebab case.
    pub code: Cow<'static, str>,
    /// Where it was seen.
    #[serde(default, skip_serializing_if = "Place::is_whole_file")]
    pub place: Place,
    /// What the sentence names, by placeholder.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The sentence in English.
    pub text: String,
}

/// A place in the file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// The archive entry; inside a bundle, the parts are joined with `!/`: `base.apk!/classes.dex`. `@` and an offset
    /// stand for what no entry is: `@1354!/classes.dex`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The byte offset: in the (uncompressed) entry where one is named, in the file otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The part of the archive, where the offset is of bytes that are no entry's data.
    #[serde(flatten)]
    pub outside: Option<Box<Outside>>,
}

/// Which part of an archive bytes are in that are no entry's data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outside {
    /// The part.
    pub region: Region,
    /// What that part belongs to: the name of an entry, or the identifier of a value in the signing block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// The parts of an archive that are no entry's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Region {
    /// Before the first local header.
    BeforeFirstEntry,
    /// An entry's local header with its name and its extra field.
    LocalHeader,
    /// Behind an entry's data, within their declared size.
    EntrySlack,
    /// Between two entries: data descriptors, padding, and what nothing refers to.
    BetweenEntries,
    /// The APK signing block.
    SigningBlock,
    /// Between the last entry, or the signing block, and the central directory.
    BeforeDirectory,
    /// The central directory with its names, extra fields and comments, up to the end record.
    CentralDirectory,
    /// The end of central directory record.
    EndRecord,
    /// The archive's comment.
    Comment,
    /// Behind the end of the archive.
    AfterEnd,
}

impl Place {
    /// A place in an archive entry.
    pub fn entry(entry: impl Into<String>) -> Self {
        Self { entry: Some(entry.into()), ..Self::default() }
    }

    /// An offset in the file itself.
    pub fn offset(offset: u64) -> Self {
        Self { offset: Some(offset), ..Self::default() }
    }

    /// The same place with an offset.
    pub fn at(self, offset: u64) -> Self {
        Self { offset: Some(offset), ..self }
    }

    /// The same place, in a part of the archive that is no entry's data, and that belongs to `of`.
    pub fn outside(self, region: Region, of: Option<String>) -> Self {
        Self { outside: Some(Box::new(Outside { region, of })), ..self }
    }

    /// The same place seen from the bundle in which the file is the part named `part`.
    pub fn inside(self, part: &str) -> Self {
        let entry = match self.entry {
            Some(entry) => format!("{part}!/{entry}"),
            None => part.to_owned(),
        };
        Self { entry: Some(entry), ..self }
    }

    fn is_whole_file(&self) -> bool {
        *self == Self::default()
    }
}

/// A kind of note: its code, and its English sentence with `{name}` placeholders.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    /// The stable code, in kebab case.
    pub code: &'static str,
    /// The English sentence.
    pub text: &'static str,
}

impl Note {
    /// A note of the kind `template`, about the whole file until [`Note::at`] says more.
    ///
    /// Every placeholder of the template must be among `values`: a missing one stays visible in the sentence.
    pub fn new(template: &'static Template, values: &[(&str, &dyn ToString)]) -> Self {
        let values: BTreeMap<String, String> =
            values.iter().map(|(name, value)| ((*name).to_owned(), printable(&value.to_string()))).collect();
        let text = fill(template.text, &values);
        Self { code: Cow::Borrowed(template.code), place: Place::default(), values, text }
    }

    /// The same note at `place`.
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The same note seen from the bundle in which the file is the part named `part`.
    pub fn inside(self, part: &str) -> Self {
        Self { place: self.place.inside(part), ..self }
    }

    /// Whether this note is of the kind `template`.
    pub fn is(&self, template: &Template) -> bool {
        self.code == template.code
    }
}

/// Puts the values in the places of their `{name}` placeholders, in one pass: a value is never searched for
/// placeholders itself.
fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}').and_then(|(name, tail)| Some((values.get(name)?, tail))) {
            Some((value, tail)) => {
                text.push_str(value);
                rest = tail;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text + rest
}

/// How many characters of a value from a file stand in a note.
const MAX_VALUE_CHARS: usize = 300;

/// Makes a value from a file fit to be read in a sentence: control and direction-changing characters are shown as
/// escapes, and an over-long value is cut.
pub fn printable(value: &str) -> String {
    let mut shown = String::new();
    for (count, character) in value.chars().enumerate() {
        if count == MAX_VALUE_CHARS {
            shown.push('…');
            break;
        }
        match character {
            character if turns(character) => shown.extend(character.escape_unicode()),
            character if breaks_lines(character) => shown.extend(character.escape_default()),
            character => shown.push(character),
        }
    }
    shown
}

/// A value as a part of one line that a person reads, however long it is: what breaks a line, hides or turns the
/// reading direction is `\u{…}`.
pub fn on_one_line(value: &str) -> String {
    value.chars().fold(String::with_capacity(value.len()), |mut line, character| {
        if breaks_lines(character) || turns(character) {
            line.extend(character.escape_unicode());
        } else {
            line.push(character);
        }
        line
    })
}

/// Whether some reader of text ends a line there, or acts on it in another way: the control characters, among them
/// U+0085, and the line and paragraph separators (Unicode Standard Annex #14, classes BK, CR, LF and NL).
pub fn breaks_lines(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Bidirectional controls (Unicode Standard Annex #9) can make a name read as another one.
fn turns(character: char) -> bool {
    matches!(character,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Declares the kinds of note of a module: a constant for each, and `ALL` with every one of them, which the
/// documentation and the translations are held against.
macro_rules! note_templates {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        $($(#[$doc])*
        #[doc = concat!("> ", $text)]
        pub static $name: $crate::note::Template = $crate::note::Template { code: $code, text: $text };)*
        /// Every kind of note of this module.
        pub static ALL: &[&$crate::note::Template] = &[$(&$name),*];
    };
}

pub(crate) use note_templates;

#[cfg(test)]
mod tests {
    use super::*;

    note_templates! {
        /// For the tests.
        GREETING = "greeting", "{who} greets {whom}.";
    }

    #[test]
    fn a_note_fills_its_placeholders_and_keeps_the_values() {
        let note = Note::new(&GREETING, &[("who", &"{whom}"), ("whom", &7)]).at(Place::entry("x").at(3));
        assert_eq!(note.text, "{whom} greets 7.");
        assert_eq!(note.values["whom"], "7");
        assert_eq!(note.inside("base.apk").place.entry.as_deref(), Some("base.apk!/x"));
        assert_eq!(ALL, [&GREETING]);
    }

    #[test]
    fn a_place_outside_the_entries_names_its_region_beside_its_offset() {
        let place = Place::offset(7).outside(Region::SigningBlock, Some("0x12".to_owned()));
        let json = serde_json::to_string(&place).unwrap();
        assert_eq!(json, r#"{"offset":7,"region":"signing-block","of":"0x12"}"#);
        assert_eq!(serde_json::from_str::<Place>(&json).unwrap(), place);
        assert_eq!(serde_json::from_str::<Place>(r#"{"offset":7}"#).unwrap(), Place::offset(7));
    }

    #[test]
    fn a_value_cannot_turn_the_reading_direction_or_break_the_line() {
        assert_eq!(printable("a\u{202E}b\nc\u{2028}d"), "a\\u{202e}b\\nc\\u{2028}d");
        assert_eq!(on_one_line("a\u{202E}b\nc\u{85}é"), "a\\u{202e}b\\u{a}c\\u{85}é");
        assert_eq!(printable(&"x".repeat(5000)).chars().count(), MAX_VALUE_CHARS + 1);
    }
}
