//! Indicators in the forms in which others publish them, read on the visitor's own machine. What cannot be used is
//! counted and named; nothing is dropped silently.

mod csv_tables;
mod form;
mod ioc_yaml;
mod misp;
mod pattern;
mod plain;
mod stix;
mod taker;
mod url;
mod yaml;

use form::Contents;
use taker::Taker;
pub use taker::judged;

use super::collection::Collection;
use super::signed::SignatureError;
use super::{Class, pack, signed};

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
    /// The time, as `2026-06-21T12:00:00Z`, by which indicators are over or not yet in use; empty where none is.
    pub now: String,
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
    /// What is to be known of values that are used.
    pub remarks: Vec<Remarked>,
}

/// What is to be known of values that are used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Remarked {
    /// What it is.
    pub remark: Remark,
    /// Of how many values.
    pub count: usize,
    /// The first [`MAX_NAMED`] of them, with the reason.
    pub named: Vec<Skipped>,
}

/// Something to be known of a value that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// A URL is looked for as a whole: its host alone is a site, or nothing where others use it too.
    UrlAsAWhole,
    /// It counts for less, for a reason that holds whoever names the value.
    CountsForLess,
    /// The list does not say what a digest is of: it is compared with files and with certificates.
    DigestOfEither,
    /// A digest of 40 digits is taken for a certificate's: files are compared by SHA-256 alone.
    CertificateDigest,
    /// A name that may be a package's or a host's is taken for what the list's other names are.
    AsTheOthers,
}

impl Remark {
    /// What is said of it, before the values.
    pub fn text(self) -> &'static str {
        match self {
            Self::UrlAsAWhole => "URLs that are looked for as a whole, with their paths",
            Self::CountsForLess => "values that count for less than others of their kind",
            Self::DigestOfEither => "digests of 64 digits that are compared with files and with certificates",
            Self::CertificateDigest => {
                "digests of 40 digits that are taken for certificates: files are compared by SHA-256"
            }
            Self::AsTheOthers => "names that are taken for what the list's other names are",
        }
    }
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
#[non_exhaustive]
pub enum ImportError {
    /// Over [`MAX_BYTES`].
    #[error("the file is beyond {} MiB", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// Not text, and no pack.
    #[error("the file is neither text nor an indicator pack")]
    NotText,
    /// It is of a form that holds no indicators, or none that can be used.
    #[error("{}", .0.text())]
    NotAList(NotAList),
    /// The form is known, and the file does not keep to it.
    #[error("line {line}: {problem}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// Nothing in it is an indicator that could be used.
    #[error("there is nothing in this file that could be used as an indicator{}", first(.0))]
    Nothing(Vec<Skipped>),
    /// A pack that is refused.
    #[error(transparent)]
    Pack(#[from] pack::PackError),
}

/// The first of the values that could not be used, for a sentence.
fn first(skipped: &[Skipped]) -> String {
    let told = |one: &Skipped| format!("{}: “{}”: {}", one.place, one.value, one.reason);
    match skipped {
        [] => String::new(),
        [one] => format!(" ({})", told(one)),
        [one, ..] => format!(" (the first: {})", told(one)),
    }
}

/// What is no list of indicators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAList {
    /// A web page.
    WebPage,
    /// A report that this program wrote.
    OwnReport,
    /// STIX 1, which is XML.
    Stix1,
    /// YARA rules.
    YaraRules,
    /// JSON of no form that is read.
    OtherJson,
}

impl NotAList {
    fn text(self) -> &'static str {
        match self {
            Self::WebPage => "this is a web page, not a list: was the address of the list's own file opened?",
            Self::OwnReport => "this is a report that apklens wrote: what it found in files is no list of indicators",
            Self::Stix1 => "this is XML, as STIX 1 is: only STIX 2 (JSON) is read",
            Self::YaraRules => "these are YARA rules, which are given as rules",
            Self::OtherJson => "this is JSON, and neither STIX 2 nor a MISP event",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::WebPage => "web-page",
            Self::OwnReport => "own-report",
            Self::Stix1 => "stix-1",
            Self::YaraRules => "yara-rules",
            Self::OtherJson => "other-json",
        }
    }
}

impl ImportError {
    /// A stable code, by which the page finds its own sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NotText => "not-text",
            Self::Syntax { .. } => "syntax",
            Self::NotAList(what) => what.code(),
            Self::Nothing(_) => "nothing",
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
        return read_pack(bytes, options);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotText)?;
    // Spreadsheets and editors put a byte order mark in front.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.contains('\0') {
        return Err(ImportError::NotText);
    }
    let contents = form::tell(text, &options.file_name)?;
    let mut taker = Taker::new(contents.format(), options);
    match contents {
        Contents::IocYaml => ioc_yaml::read(text, &mut taker)?,
        Contents::SamplesCsv => csv_tables::read_samples(text, &mut taker)?,
        Contents::IsdiCsv => csv_tables::read_isdi(text, &mut taker)?,
        Contents::Stix(root) => stix::read(&root, &mut taker),
        Contents::Misp(root) => misp::read(&root, &mut taker),
        Contents::Plain => plain::read(text, &mut taker),
    }
    taker.finish()
}

/// A pack's values, judged as those of any list are.
fn read_pack(bytes: &[u8], options: &Options) -> Result<Imported, ImportError> {
    let mut taker = Taker::new(Format::Pack, options);
    let collection =
        pack::decode_telling(signed::contents(bytes).map_err(pack::PackError::from)?, &mut |value, reason| {
            taker.skip_decided("a value of the pack", value, reason);
        })?;
    taker.take_all(collection);
    taker.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::indicators::Kind;

    pub(super) fn options(file_name: &str) -> Options {
        Options {
            file_name: file_name.to_owned(),
            class: Class::Stalkerware,
            date: "2026-06-21".to_owned(),
            now: "2026-06-21T12:00:00Z".to_owned(),
        }
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
            ("{\"more\": false, \"objects\": []}", "x.json", Format::Stix),
            ("{\"Event\": {}}", "x.json", Format::Misp),
            ("[{\"Event\": {}}]", "x.json", Format::Misp),
            ("{\"uuid\": \"1\", \"Attribute\": []}", "x.json", Format::Misp),
            ("[Adblock Plus 2.0]\n||example.com^\n", "a.txt", Format::Plain),
            ("SHA256,Package Name,Certificate,Version,App\n", "a.csv", Format::SamplesCsv),
            ("appId,store,flag,title\n", "a.csv", Format::IsdiCsv),
            ("# comment\n- name: A\n", "a.txt", Format::IocYaml),
            ("- names: [A]\n", "a.yaml", Format::IocYaml),
            ("org.example.app\n", "a.txt", Format::Plain),
        ] {
            assert_eq!(form::tell(text, name).map(|contents| contents.format()), Ok(format), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_at_all_is_refused() {
        assert_eq!(import(b"PK\x03\x04\xff\xfe", &options("a.apk")).unwrap_err(), ImportError::NotText);
        assert_eq!(import(b"a\0b", &options("a")).unwrap_err(), ImportError::NotText);
        assert_eq!(import(b"# nothing\n", &options("a.txt")).unwrap_err(), ImportError::Nothing(Vec::new()));
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
        let text = "package:nothing\n".repeat(MAX_NAMED + 5) + "package:org.example.app\n";
        let imported = import(text.as_bytes(), &options("a.txt")).unwrap();
        assert_eq!((imported.used, imported.skipped, imported.named.len()), (1, MAX_NAMED + 5, MAX_NAMED));
    }

    #[test]
    fn a_list_of_which_nothing_is_used_is_refused_with_the_reason() {
        for (text, reason) in [
            ("404: Not Found", "“404: Not Found”"),
            ("abababababababababababababababab\n", "MD5"),
            ("0.0.0.0 localhost\n", "it names this machine"),
            ("nothing here\n", "more than one word"),
            ("a,b,c\n", "a row of a table"),
            (
                "{\"type\": \"bundle\", \"objects\": [{\"type\": \"indicator\", \"id\": \"i\", \"pattern\": \"alert\", \"pattern_type\": \"snort\"}]}",
                "another language",
            ),
        ] {
            let error = import(text.as_bytes(), &options("list.txt")).unwrap_err();
            assert_eq!(error.code(), "nothing", "{text}");
            assert!(error.to_string().contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_no_list_is_called_what_it_is() {
        for (text, what) in [
            ("<!DOCTYPE html>\n<html><title>404</title>", NotAList::WebPage),
            ("\n<html lang=en>", NotAList::WebPage),
            ("<?xml version=\"1.0\"?><stix:STIX_Package/>", NotAList::Stix1),
            ("import \"pe\"\nrule a {\n condition: true }", NotAList::YaraRules),
            ("{\"message\": \"Not Found\"}", NotAList::OtherJson),
            ("[1, 2]", NotAList::OtherJson),
            ("{\"schema\":\"apklens-report/1\"}", NotAList::OwnReport),
            ("[{\"schema\":\"apklens-report/1\"}]", NotAList::OwnReport),
            ("{\"schema\":\"apklens-report/1\"}\n{\"schema\":\"apklens-report/1\"}\n", NotAList::OwnReport),
            ("path,sha256,size,verdict,package\n", NotAList::OwnReport),
        ] {
            assert_eq!(import(text.as_bytes(), &options("x.txt")).unwrap_err(), ImportError::NotAList(what), "{text}");
        }
    }

    #[test]
    fn a_brought_list_raises_nothing_that_was_decided_about() {
        let text = "package:com.smart\ndomain:alog.umeng.com\ndomain:t.me\ndomain:api.300624.com\ndomain:c2.example\n";
        let imported = import(text.as_bytes(), &options("a.txt")).unwrap();
        let weakened: Vec<(&str, Option<&str>)> = imported
            .collection
            .indicators
            .iter()
            .map(|indicator| (indicator.value.as_str(), indicator.weakened.map(Into::into)))
            .collect();
        assert_eq!(
            weakened,
            [("com.smart", Some("generic-name")), ("api.300624.com", Some("shared-host")), ("c2.example", None)]
        );
        let reasons: Vec<&str> = imported.named.iter().map(|skipped| skipped.reason.as_str()).collect();
        assert!(reasons[0].contains("Umeng") && reasons[1].contains("messenger"), "{reasons:?}");
        assert_eq!(imported.remarks[0].remark, Remark::CountsForLess);
        assert!(imported.remarks[0].named[0].reason.contains("common words"));
        // Nothing but such values is a list that was read, and holds nothing to look for.
        let decided = import(b"domain:alog.umeng.com\ndomain:www.t.me\n", &options("a.txt")).unwrap();
        assert_eq!((decided.used, decided.skipped), (0, 2));
        // The same values in a pack.
        let mut unjudged = Collection::default();
        let sources = unjudged.source(crate::indicators::collection::Source::default());
        let family = unjudged.family("A", Class::Stalkerware, &[]);
        for (kind, value) in
            [(Kind::Package, "com.smart"), (Kind::C2Domain, "alog.umeng.com"), (Kind::C2Domain, "t.me")]
        {
            let value = value.to_owned();
            unjudged.indicators.push(crate::indicators::collection::Indicator {
                kind,
                value,
                family,
                sources,
                weakened: None,
            });
        }
        unjudged.normalise();
        let imported = import(&pack::encode(&unjudged), &options("a.pack")).unwrap();
        assert_eq!((imported.used, imported.skipped), (1, 2));
        assert_eq!(imported.collection.indicators[0].weakened, Some(crate::indicators::Weakening::GenericName));
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
