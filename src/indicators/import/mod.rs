//! Indicators in the forms in which others publish them, read on the visitor's own machine. What cannot be used is
//! counted and named; nothing is dropped silently.

mod csv_tables;
mod ioc_yaml;
mod misp;
mod plain;
mod stix;
mod yaml;

use std::collections::HashSet;

use super::collection::{Collection, Indicator, Source, SourceSet};
use super::signed::SignatureError;
use super::values::{self, ValueError};
use super::{Class, Kind, pack, signed};

/// The largest file that is imported, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// How many of the skipped rows are named; all are counted.
pub const MAX_NAMED: usize = 1_000;

/// What an import needs to know that the file may not say.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file's name: it decides between forms that look alike, and names the source.
    pub file_name: String,
    /// The class of the families that are given none.
    pub class: Class,
    /// The date of the file's state, as `2026-06-21`, where the file does not give one.
    pub date: String,
}

/// The forms that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A pack of this program, signed or not.
    Pack,
    /// `ioc.yaml` or `watchware.yaml` of stalkerware-indicators.
    IocYaml,
    /// `samples.csv` of stalkerware-indicators.
    SamplesCsv,
    /// A STIX 2.1 bundle.
    Stix,
    /// A MISP event, or several.
    Misp,
    /// ISDi's app flags.
    IsdiCsv,
    /// One value a line.
    Plain,
}

/// What came out of a file.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Its form.
    pub format: Format,
    /// What could be used.
    pub collection: Collection,
    /// How many values were used, repetitions included.
    pub used: usize,
    /// How many could not be.
    pub skipped: usize,
    /// The first [`MAX_NAMED`] of those.
    pub named: Vec<Skipped>,
    /// How many of the used values are of families that the file gives no class: theirs is [`Options::class`].
    pub class_assumed: usize,
}

/// A value that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Skipped {
    /// Where it stands: a line, or an object's identifier.
    pub place: String,
    /// The value, cut to a readable length.
    pub value: String,
    /// Why it could not be used.
    pub reason: String,
}

/// Why nothing could be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Over [`MAX_BYTES`].
    #[error("the file is beyond {} MiB", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// Not text, and no pack.
    #[error("the file is neither text nor an indicator pack")]
    NotText,
    /// The form is known, and the file does not keep to it.
    #[error("line {line}: {problem}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// Nothing in it is an indicator.
    #[error("there is nothing in this file that could be used as an indicator")]
    Nothing,
    /// A pack that is refused.
    #[error(transparent)]
    Pack(#[from] pack::PackError),
}

impl ImportError {
    /// A stable code, by which the page finds its own sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NotText => "not-text",
            Self::Syntax { .. } => "syntax",
            Self::Nothing => "nothing",
            Self::Pack(pack::PackError::Signature(SignatureError::DoesNotHold)) => "signature-does-not-hold",
            Self::Pack(pack::PackError::Signature(_)) => "signature-damaged",
            Self::Pack(pack::PackError::UnknownFormat(_)) => "pack-format",
            Self::Pack(_) => "pack-damaged",
        }
    }
}

/// Reads a file in whichever of the forms it is.
pub fn import(bytes: &[u8], options: &Options) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge);
    }
    if bytes.starts_with(&pack::MAGIC) || bytes.starts_with(&signed::MAGIC) {
        let collection = pack::decode(signed::contents(bytes)?)?;
        let used = collection.indicators.len();
        return Ok(Imported {
            format: Format::Pack,
            collection,
            used,
            skipped: 0,
            named: Vec::new(),
            class_assumed: 0,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotText)?;
    // Spreadsheets and editors put a byte order mark in front.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.contains('\0') {
        return Err(ImportError::NotText);
    }
    let format = detect(text, &options.file_name);
    let mut taker = Taker::new(format, options);
    match format {
        Format::Pack => {}
        Format::IocYaml => ioc_yaml::read(text, &mut taker)?,
        Format::SamplesCsv => csv_tables::read_samples(text, &mut taker)?,
        Format::IsdiCsv => csv_tables::read_isdi(text, &mut taker)?,
        Format::Stix => stix::read(text, &mut taker)?,
        Format::Misp => misp::read(text, &mut taker)?,
        Format::Plain => plain::read(text, &mut taker),
    }
    taker.finish()
}

/// The form, from the contents first and the name where these leave it open.
fn detect(text: &str, file_name: &str) -> Format {
    let start = text.trim_start();
    let head = text.lines().next().unwrap_or_default().to_ascii_lowercase();
    let extension = file_name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if start.starts_with('{') || start.starts_with('[') && extension != "yaml" && extension != "yml" {
        // Both are JSON; only a bundle names its type so.
        return if text.contains("\"bundle\"") && text.contains("\"objects\"") { Format::Stix } else { Format::Misp };
    }
    if csv_tables::is_samples(&head) {
        return Format::SamplesCsv;
    }
    if csv_tables::is_isdi(&head) {
        return Format::IsdiCsv;
    }
    let is_yaml = matches!(extension.as_str(), "yaml" | "yml")
        || text.lines().any(|line| line.starts_with("- name:") || line.starts_with("- name :"));
    if is_yaml { Format::IocYaml } else { Format::Plain }
}

/// Takes what a reader finds, one value at a time.
struct Taker<'a> {
    format: Format,
    options: &'a Options,
    collection: Collection,
    sources: SourceSet,
    used: usize,
    skipped: usize,
    named: Vec<Skipped>,
    /// The families that the file gives no class.
    classless: HashSet<u32>,
    class_assumed: usize,
}

impl<'a> Taker<'a> {
    fn new(format: Format, options: &'a Options) -> Self {
        let mut collection =
            Collection { version: options.date.clone(), date: options.date.clone(), ..Collection::default() };
        let sources = collection.source(Source {
            name: options.file_name.chars().take(100).collect(),
            title: "imported file".to_owned(),
            date: options.date.clone(),
            ..Source::default()
        });
        Self {
            format,
            options,
            collection,
            sources,
            used: 0,
            skipped: 0,
            named: Vec::new(),
            classless: HashSet::new(),
            class_assumed: 0,
        }
    }

    /// The name of the file without its extension: the family of values that are given none.
    fn file_family(&self) -> String {
        let name = self.options.file_name.as_str();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if stem.is_empty() { "imported".to_owned() } else { stem.chars().take(100).collect() }
    }

    /// A family, for [`Taker::take`].
    fn family(&mut self, name: &str, class: Option<Class>, aliases: &[String]) -> u32 {
        let name: String = name.trim().chars().filter(|character| !character.is_control()).take(200).collect();
        let name = if name.is_empty() { self.file_family() } else { name };
        let family = self.collection.family(&name, class.unwrap_or(self.options.class), aliases);
        if class.is_none() {
            self.classless.insert(family);
        }
        family
    }

    /// One value: it is used, or counted and named.
    fn take(&mut self, place: impl ToString, family: u32, kind: Kind, value: &str) {
        match values::normalise(kind, value) {
            Ok(_) if self.collection.indicators.len() >= pack::MAX_INDICATORS => {
                self.skip(place, value, "there are more indicators than a database can hold");
            }
            Ok(value) => {
                let sources = self.sources;
                self.collection.indicators.push(Indicator { kind, value, family, sources, weakened: None });
                self.used += 1;
                self.class_assumed += usize::from(self.classless.contains(&family));
            }
            Err(reason) => self.skip(place, value, reason),
        }
    }

    /// A host or an address, as sites and servers are.
    fn take_site(&mut self, place: impl ToString, family: u32, kind: Kind, value: &str) {
        let kind = if value.trim().parse::<std::net::IpAddr>().is_ok() { Kind::C2Ip } else { kind };
        self.take(place, family, kind, value);
    }

    /// A value that is not used.
    fn skip(&mut self, place: impl ToString, value: &str, reason: impl ToString) {
        self.skipped += 1;
        if self.named.len() < MAX_NAMED {
            let value = crate::note::printable(value).chars().take(100).collect();
            self.named.push(Skipped { place: place.to_string(), value, reason: reason.to_string() });
        }
    }

    fn finish(mut self) -> Result<Imported, ImportError> {
        if self.used == 0 && self.skipped == 0 {
            return Err(ImportError::Nothing);
        }
        self.collection.normalise();
        let Self { format, collection, used, skipped, named, class_assumed, .. } = self;
        Ok(Imported { format, collection, used, skipped, named, class_assumed })
    }
}

/// A digest's kind by its length, where a form leaves open what it is a digest of.
fn digest_kind(value: &str) -> Result<Kind, ValueError> {
    match value.chars().filter(char::is_ascii_hexdigit).count() {
        40 => Ok(Kind::CertificateSha1),
        64 => Ok(Kind::CertificateSha256),
        _ => Err(ValueError::NotADigest(40)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn options(file_name: &str) -> Options {
        Options { file_name: file_name.to_owned(), class: Class::Stalkerware, date: "2026-06-21".to_owned() }
    }

    /// Kind, value, family and class of an indicator.
    type Used<'a> = (Kind, &'a str, &'a str, Class);
    /// Place, value and reason of a skipped value.
    type NotUsed<'a> = (&'a str, &'a str, &'a str);

    /// All that was used, and all that was not.
    pub(super) fn outcome(imported: &Imported) -> (Vec<Used<'_>>, Vec<NotUsed<'_>>) {
        let collection = &imported.collection;
        let used = collection.indicators.iter().map(|indicator| {
            let family = &collection.families[indicator.family as usize];
            (indicator.kind, indicator.value.as_str(), family.name.as_str(), family.class)
        });
        let skipped = imported.named.iter();
        (
            used.collect(),
            skipped.map(|skipped| (skipped.place.as_str(), skipped.value.as_str(), skipped.reason.as_str())).collect(),
        )
    }

    #[test]
    fn the_form_is_told_from_the_contents() {
        for (text, name, format) in [
            ("{\"type\": \"bundle\", \"objects\": []}", "x.json", Format::Stix),
            ("{\"Event\": {}}", "x.json", Format::Misp),
            ("SHA256,Package Name,Certificate,Version,App\n", "a.csv", Format::SamplesCsv),
            ("appId,store,flag,title\n", "a.csv", Format::IsdiCsv),
            ("# comment\n- name: A\n", "a.txt", Format::IocYaml),
            ("- names: [A]\n", "a.yaml", Format::IocYaml),
            ("org.example.app\n", "a.txt", Format::Plain),
        ] {
            assert_eq!(detect(text, name), format, "{text}");
        }
    }

    #[test]
    fn what_is_no_list_at_all_is_refused() {
        assert_eq!(import(b"PK\x03\x04\xff\xfe", &options("a.apk")).unwrap_err(), ImportError::NotText);
        assert_eq!(import(b"a\0b", &options("a")).unwrap_err(), ImportError::NotText);
        assert_eq!(import(b"# nothing\n", &options("a.txt")).unwrap_err(), ImportError::Nothing);
        assert!(matches!(import(b"\x89AKLDB\r\n", &options("a.db")).unwrap_err(), ImportError::Pack(_)));
    }

    #[test]
    fn a_class_that_the_file_does_not_state_is_counted() {
        let assumed = |text: &str, name: &str| import(text.as_bytes(), &options(name)).unwrap().class_assumed;
        assert_eq!(assumed("package:org.example.app\ndomain:c2.example\npackage:nothing\n", "a.txt"), 2);
        assert_eq!(assumed("- name: A\n  type: watchware\n  packages: [org.example.app]\n", "a.yaml"), 0);
    }

    #[test]
    fn skipped_values_are_counted_beyond_those_that_are_named() {
        let text = "package:nothing\n".repeat(MAX_NAMED + 5);
        let imported = import(text.as_bytes(), &options("a.txt")).unwrap();
        assert_eq!((imported.used, imported.skipped, imported.named.len()), (0, MAX_NAMED + 5, MAX_NAMED));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}", name in "[a-z]{1,3}\\.(yaml|json|csv|txt)") {
            let _ = import(text.as_bytes(), &options(&name));
        }

        #[test]
        fn no_structure_makes_it_panic(text in "[-\\[\\]{}:,?&*!|>'\" a\n]{0,100}") {
            let _ = import(text.as_bytes(), &options("a.yaml"));
            let _ = import(text.as_bytes(), &options("a.json"));
        }
    }
}
