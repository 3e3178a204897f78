//! YARA rules, by the `boreal` engine.
//!
//! Rules are compiled once and run over whole unpacked files: DEX files, native libraries, the manifest as binary XML
//! and as text, and over the archive's own bytes (docs/yara.md). A rule is compiled and evaluated the same way natively and in the browser: of the
//! engine's modules, those are offered that look at nothing but the file: `console` (which prints nothing), `dex`,
//! `elf`, `hash`, `math` and `string`. `time` would make a result depend on the clock, which the engine cannot read
//! in the browser at all.

mod compile;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use boreal::compiler::Compiler;
use boreal::scanner::{EvaluatedRule, ScanError, ScanParams, StringMatch};
use boreal::{MetadataValue, Scanner};

use super::{Class, Kind, Match, RuleMetadata, SourceReference, Strength, Weakening};
use crate::code::mutf8;
use crate::hex::hex;
use crate::note::{Place, printable};

pub use compile::{CompileError, CompileErrors, SkippedRule};

use compile::Compiled;

/// The rules that come with apklens, with the name of their file.
pub const SHIPPED: (&str, &str) = ("apklens.yar", include_str!("../../../signatures/yara/apklens.yar"));

/// How many bytes of rules are compiled at most: the largest public collections have a few million.
pub const MAX_SOURCE: usize = 16 << 20;

/// How long one file is looked at, where the engine can read the clock: everywhere but in the browser. There the page
/// ends a worker that takes too long.
pub const MAX_TIME: Duration = Duration::from_secs(10);

/// How many matches of one string are counted.
const MAX_STRING_MATCHES: u32 = 1000;

/// How many bytes of a match are kept.
const MAX_MATCH_BYTES: usize = 128;

/// How many metadata of a rule are kept: rules that are known by many samples name the digest of each.
const MAX_METADATA: usize = 64;

/// Compiled rules.
#[derive(Clone, Debug)]
pub struct Rules {
    scanner: Scanner,
    files: Vec<String>,
    /// The file that each rule is from, by its namespace and its name.
    origins: HashMap<(String, String), String>,
    skipped: Vec<SkippedRule>,
    brought: bool,
}

/// A rule that holds for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleHit {
    /// The rule's name.
    pub rule: String,
    /// The name of the file that the rule is from.
    pub source: String,
    /// `meta: family`, the family that the rule recognises.
    pub family: Option<String>,
    /// `meta: class`, what that family is.
    pub class: Option<Class>,
    /// `meta: evidence`, the kind of fact that the rule recognises, where indicators of that kind may find the same
    /// thing: it is then weighed as one of them, and not as evidence of another kind.
    pub evidence: Option<Kind>,
    /// `meta: date`, or `last_modified`, as the rule states it.
    pub date: Option<String>,
    /// Everything that the rule says of itself.
    pub metadata: Vec<RuleMetadata>,
    /// Whether it holds for an archive's own bytes, and not for a file in it.
    pub in_archive: bool,
    /// The file, and the first match of one of the rule's strings in it, where it has any.
    pub place: Place,
    /// What matches there, fit to be shown: text, also in UTF-16, or bytes in hex.
    pub text: Option<String>,
    /// The same with the string's name before it.
    pub context: Option<String>,
}

/// What a scan gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The rules that hold.
    pub hits: Vec<RuleHit>,
    /// Whether time was up before every rule was evaluated.
    pub timed_out: bool,
}

impl Default for Rules {
    /// No rules.
    fn default() -> Self {
        let scanner = Compiler::new().finalize();
        Self { scanner, files: Vec::new(), origins: HashMap::new(), skipped: Vec::new(), brought: false }
    }
}

impl Rules {
    /// Compiles the rules that are shipped.
    ///
    /// # Errors
    /// As [`compile`](Self::compile) does.
    pub fn shipped() -> Result<Self, CompileErrors> {
        Self::compile(&[SHIPPED])
    }

    /// Compiles rules, each file with its name, which may be a path: `include` finds the others of the files by it. What
    /// needs a module that is not offered is left out ([`Rules::skipped`]).
    ///
    /// # Errors
    /// The first error of each file that has one; that nothing in the files but [`SHIPPED`] is a rule that can be used.
    pub fn compile(files: &[(&str, &str)]) -> Result<Self, CompileErrors> {
        let Compiled { compiler, origins, skipped } = compile::compile(files).map_err(CompileErrors)?;
        let mut scanner = compiler.finalize();
        scanner.set_scan_params(
            ScanParams::default()
                .compute_full_matches(true)
                .string_max_nb_matches(MAX_STRING_MATCHES)
                .match_max_length(MAX_MATCH_BYTES)
                .timeout_duration(cfg!(not(target_arch = "wasm32")).then_some(MAX_TIME)),
        );
        let brought = files.iter().any(|file| *file != SHIPPED);
        Ok(Self {
            scanner,
            files: files.iter().map(|(file, _)| (*file).to_owned()).collect(),
            origins,
            skipped,
            brought,
        })
    }

    /// The names of the files that the rules are from.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The rules that are left out, with the module that they lack.
    pub fn skipped(&self) -> &[SkippedRule] {
        &self.skipped
    }

    /// Whether there are others than those that are shipped.
    pub fn are_brought(&self) -> bool {
        self.brought
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.scanner.rules().count()
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Runs the rules over a file.
    pub fn scan(&self, entry: &str, bytes: &[u8]) -> Scan {
        self.scan_at(&Place::entry(entry), bytes)
    }

    /// Runs the rules over an archive's own bytes.
    pub fn scan_archive(&self, bytes: &[u8]) -> Scan {
        self.scan_at(&Place::default(), bytes)
    }

    fn scan_at(&self, place: &Place, bytes: &[u8]) -> Scan {
        let (result, timed_out) = match self.scanner.scan_mem(bytes) {
            Ok(result) => (result, false),
            Err((error, result)) => (result, matches!(error, ScanError::Timeout)),
        };
        Scan { hits: result.rules.iter().map(|rule| self.hit(place, rule)).collect(), timed_out }
    }

    fn hit(&self, place: &Place, rule: &EvaluatedRule) -> RuleHit {
        let first = rule
            .matches
            .iter()
            .filter_map(|string| Some((string.name, string.matches.first()?)))
            .min_by_key(|(_, found)| found.offset);
        let metadata = self.metadata(rule);
        let meta = |names: &[&str]| {
            metadata.iter().find(|meta| names.contains(&meta.name.as_str())).map(|meta| meta.value.clone())
        };
        let origin = self.origins.get(&(rule.namespace.to_owned(), rule.name.to_owned()));
        RuleHit {
            rule: rule.name.to_owned(),
            source: origin.cloned().unwrap_or_default(),
            family: meta(&["family"]),
            // A class or a kind that there is not is no reason to leave the rule out.
            class: meta(&["class"]).and_then(|name| name.parse().ok()),
            evidence: meta(&["evidence"]).and_then(|name| name.parse().ok()),
            date: meta(&["date", "last_modified"]),
            in_archive: *place == Place::default(),
            place: match first {
                Some((_, found)) => place.clone().at(found.offset as u64),
                None => place.clone(),
            },
            text: first.map(|(_, found)| shown(found)),
            context: first.map(|(name, found)| format!("${name} = {}", shown(found))),
            metadata,
        }
    }

    /// What the rule says of itself, in its order.
    fn metadata(&self, rule: &EvaluatedRule) -> Vec<RuleMetadata> {
        let value = |value: &MetadataValue| match value {
            MetadataValue::Bytes(bytes) => printable(&mutf8::decode(self.scanner.get_bytes_symbol(*bytes))),
            MetadataValue::Integer(number) => number.to_string(),
            MetadataValue::Boolean(truth) => truth.to_string(),
        };
        rule.metadatas
            .iter()
            .take(MAX_METADATA)
            .map(|meta| RuleMetadata {
                name: self.scanner.get_string_symbol(meta.name).to_owned(),
                value: value(&meta.value),
            })
            .collect()
    }
}

/// What the hits mean: a match for each rule, at the first place it holds for. A rule that does not state a family and
/// a class says nothing of an app by itself: its match is weak. Nor does it tell much what text stands in an archive's
/// own bytes, as that of a list that is stored in it would.
pub fn matches(hits: &[RuleHit]) -> Vec<Match> {
    let mut seen = HashSet::new();
    hits.iter()
        .filter(|hit| seen.insert((&hit.source, &hit.rule)))
        .map(|hit| {
            let mention = (hit.in_archive && hit.evidence.is_some()).then_some(Weakening::InDataFile);
            let usual = hit.evidence.map_or(Strength::Conclusive, Kind::strength).min(Kind::Yara.strength());
            Match {
                family: hit.family.clone().unwrap_or_else(|| hit.rule.clone()),
                aliases: Vec::new(),
                class: hit.class,
                kind: hit.evidence.unwrap_or(Kind::Yara),
                // As evidence of another kind it is what was found that counts, once, however many rules find it.
                value: hit.evidence.and(hit.text.as_ref()).unwrap_or(&hit.rule).clone(),
                place: hit.place.clone(),
                context: hit.context.clone(),
                strength: match (&hit.family, hit.class, mention) {
                    (Some(_), Some(_), None) => usual,
                    _ => Strength::Weak,
                },
                weakened: mention,
                metadata: hit.metadata.clone(),
                sources: vec![SourceReference { name: hit.source.clone(), date: hit.date.clone().unwrap_or_default() }],
            }
        })
        .collect()
}

/// A match as it is shown.
fn shown(found: &StringMatch) -> String {
    let narrow: Vec<u8> = match found.data.as_chunks::<2>() {
        (units, []) if !units.is_empty() && units.iter().all(|unit| unit[1] == 0) => {
            units.iter().map(|unit| unit[0]).collect()
        }
        _ => found.data.to_vec(),
    };
    match std::str::from_utf8(&narrow) {
        Ok(text) if !text.chars().any(char::is_control) => printable(text),
        _ => found.data.iter().map(|byte| hex(&[*byte])).collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(text: &str) -> Rules {
        Rules::compile(&[("test.yar", text)]).unwrap()
    }

    #[test]
    fn a_hit_has_its_rule_its_place_and_what_the_rule_says_of_itself() {
        let rules = compile(
            r#"rule tracker { meta: family = "Tracker" class = "stalkerware" evidence = "website"
                description = "A test." date = "2026-01-02"
                strings: $a = "a.example" $b = "b.example" wide condition: any of them }"#,
        );
        let wide: Vec<u8> = "b.example".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [b"xx".as_slice(), &wide, b" a.example"].concat();
        let hit = RuleHit {
            rule: "tracker".into(),
            source: "test.yar".into(),
            family: Some("Tracker".into()),
            class: Some(Class::Stalkerware),
            evidence: Some(Kind::Website),
            metadata: [
                ("family", "Tracker"),
                ("class", "stalkerware"),
                ("evidence", "website"),
                ("description", "A test."),
                ("date", "2026-01-02"),
            ]
            .map(|(name, value)| RuleMetadata { name: name.into(), value: value.into() })
            .into(),
            in_archive: false,
            date: Some("2026-01-02".into()),
            place: Place::entry("classes.dex").at(2),
            text: Some("b.example".into()),
            context: Some("$b = b.example".into()),
        };
        let scan = rules.scan("classes.dex", &bytes);
        assert_eq!(scan, Scan { hits: vec![hit], timed_out: false });
        let again = rules.scan("classes2.dex", &bytes);
        let matches = matches(&[scan.hits, again.hits].concat());
        assert_eq!(matches.len(), 1, "a rule is told once, whatever number of files it holds for");
        assert_eq!((matches[0].family.as_str(), matches[0].value.as_str()), ("Tracker", "b.example"));
        assert_eq!((matches[0].class, matches[0].kind), (Some(Class::Stalkerware), Kind::Website));
        assert_eq!(matches[0].strength, Strength::Weak, "no more than what it is evidence of");
        assert_eq!(matches[0].sources, [SourceReference { name: "test.yar".into(), date: "2026-01-02".into() }]);
        assert_eq!(rules.scan("classes.dex", b"b.example"), Scan::default());
        assert_eq!(rules.len(), 1);
    }

    #[test]
    fn what_is_no_text_is_shown_in_hex() {
        let rules = compile("rule bytes { strings: $a = { 00 FF 10 } condition: $a }");
        assert_eq!(rules.scan("x", b"\x00\xFF\x10").hits[0].context.as_deref(), Some("$a = 00 ff 10"));
        let rules = compile("rule size { condition: filesize == 3 }");
        let hit = &rules.scan("x", b"abc").hits[0];
        assert_eq!((&hit.place, &hit.context, &hit.class), (&Place::entry("x"), &None, &None));
        let found = &matches(std::slice::from_ref(hit))[0];
        assert_eq!((found.family.as_str(), found.class, found.strength), ("size", None, Strength::Weak));
    }

    #[test]
    fn errors_have_line_and_column() {
        for (text, line, column) in [
            ("rule a { condition: true }\nrule b {\n  condition: é }", 3, 14),
            ("rule a {\n  strings:\n    $é = \"x\"\n  condition: $x }", 3, 6),
            ("rule a { strings: $a = /[/ condition: $a }", 1, 26),
            ("\n  include \"other.yar\"", 2, 3),
            ("rule a {\n condition: unknown.thing }", 2, 13),
        ] {
            let errors =
                Rules::compile(&[("good.yar", "rule a { condition: true }"), ("bad.yar", text)]).unwrap_err().0;
            let places: Vec<_> = errors.iter().map(|error| (error.file.as_str(), error.line, error.column)).collect();
            assert_eq!(places, [("bad.yar", line, column)], "{text}: {}", errors[0].message);
            assert!(!errors[0].message.is_empty());
        }
    }

    #[test]
    fn the_first_error_of_every_file_is_told() {
        let errors = Rules::compile(&[("a.yar", "rule"), ("b.yar", "rule b { condition: true }"), ("c.yar", "x")]);
        let files: Vec<_> = errors.unwrap_err().0.into_iter().map(|error| error.file).collect();
        assert_eq!(files, ["a.yar", "c.yar"]);
    }

    #[test]
    fn files_do_not_share_names() {
        let rule = "rule a { condition: true }";
        assert_eq!(Rules::compile(&[("a.yar", rule), ("a.yar", rule)]).unwrap().len(), 2);
    }

    #[test]
    fn modules_that_look_at_nothing_but_the_file_work() {
        let rules = compile(
            r#"import "hash" import "math" import "string" import "console" import "elf" import "dex"
            rule hashed { condition: hash.md5(0, filesize) == "900150983cd24fb0d6963f7d28e17f72" }
            rule counted { condition: math.entropy(0, filesize) > 1.5 and string.length("ab") == 2 and console.log("x") }
            rule is_elf { condition: elf.number_of_sections >= 0 }
            rule is_dex { condition: dex.header.magic == dex.DEX_FILE_MAGIC_035 }"#,
        );
        let names = |bytes: &[u8]| rules.scan("x", bytes).hits.into_iter().map(|hit| hit.rule).collect::<Vec<_>>();
        assert_eq!(names(b"abc"), ["hashed", "counted"]);
    }

    #[test]
    fn a_rule_that_runs_on_is_stopped() {
        let mut rules = compile("rule endless { condition: for all i in (0..1000000000000) : (i >= 0) }");
        let short = rules.scanner.scan_params().clone().timeout_duration(Some(Duration::from_millis(20)));
        rules.scanner.set_scan_params(short);
        assert!(rules.scan("x", b"abc").timed_out);
    }
}
