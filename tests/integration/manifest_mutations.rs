//! Real compiled manifests with one to three parts of their structure put wrong, as aapt reads them and as we do.
//!
//! aapt is built from AOSP's libandroidfw (Debian's, of Android 10), whose binary XML is that of the framework. What it
//! reads we must read in the same way; what we read beyond it must be noted. Each difference that is right is a
//! [`Rule`], with its reason.
//!
//! `APKLENS_MUTATIONS` is how many cases are tried, `APKLENS_SEED` which: see docs/testing.md. `APKLENS_XMLTREE` names another program that takes the place of aapt: one with
//! `aapt dump xmltree`'s arguments and output, which may end with a line `BAD` where a document turns out to be broken.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use apklens::archive::Archive;
use apklens::note::{Note, printable};
use apklens::resources::value::Value;
use apklens::resources::xml::{Attribute, Document, Element, Node};
use apklens::source::FileSource;

use crate::aapt;
use testkit::axml_mutations::{Model, has_odd_utf8};
use testkit::explore::{Drawn, Steps, Subject, explore, seeds};
use testkit::random::Random;
use testkit::setting;

/// Cases in a run of the whole suite.
const CASES: u64 = 600;

/// What another reader makes of a file.
#[derive(Debug)]
enum Theirs {
    /// It does not read it.
    Refused,
    /// It ends with a signal.
    Crashed,
    /// Its dump, and whether the document turned out to be broken at the end of that.
    Dump(String),
}

/// A difference that is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Android refuses the document as a whole, and we read what there is of it.
    ReadsMore,
    /// aapt ends with a signal: it prints a name, a text or a prefix without looking whether there is one, and takes a
    /// namespace away that never began. The framework does neither, so that nothing is learnt of the tree.
    AaptEnds,
    /// aapt stops printing where an end has no start before the first element; the framework's parser goes on.
    AaptStopsAtDepth,
    /// aapt turns UTF-8 into UTF-16 and refuses a string whose count of UTF-16 units is false, or whose bytes are no
    /// UTF-8. The framework takes its bytes without looking (`android_util_StringBlock.cpp`), and so do we.
    UnitsOfUtf8,
    /// There are more strings that Android does not read than are noted one by one.
    ManyUnread,
    /// Without a resource map Android finds no attribute of its own; we take the ids from the names.
    IdsByName,
}

/// The notes of those strings that Android does not read.
const UNREAD: [&str; 4] = ["string-unterminated", "string-past-end", "string-past-count", "string-missing"];
/// The notes of what Android ends the document for, with `BAD_DOCUMENT`.
const BROKEN: [&str; 4] = ["xml-garbage", "chunk-unaligned", "node-too-short", "attributes-past-end"];

/// The manifests to begin with: of the real apps, and of the fixtures.
fn originals() -> Vec<(String, Model)> {
    let fixtures = ["stalker", "harmless", "hidden", "hostile-strings", "dual-use", "renamed"];
    let fixtures = fixtures.map(|name| (name.to_owned(), testkit::fixture(&format!("{name}.apk"))));
    let real = testkit::real_apks().into_iter().map(|(name, path)| (name.to_owned(), path));
    real.chain(fixtures).map(|(name, path)| (name, Model::new(&manifest(&path)))).collect()
}

fn manifest(path: &Path) -> Vec<u8> {
    let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
    let archive = Archive::open(&source).unwrap();
    archive.read(archive.entry("AndroidManifest.xml").unwrap(), u64::MAX).unwrap()
}

fn case(originals: &[(String, Model)], seed: u64, steps: &Steps) -> Drawn {
    let mut random = Random(seed);
    // The largest, ApiDemos, takes a hundred times as long as the others.
    let (name, original) = loop {
        let candidate = &originals[random.below(originals.len())];
        if candidate.1.size() < 100_000 || random.one_in(16) {
            break candidate;
        }
    };
    let mut model = original.clone();
    let count = 1 + random.below(3);
    let changes = steps.make(&mut random, count, |_, random| model.mutate(random).to_owned());
    Drawn { seed, base: name.clone(), changes, bytes: model.bytes(), min_sdk: None }
}

fn theirs(folder: &Path, bytes: &[u8]) -> Theirs {
    let apk = folder.join(format!("{:?}.apk", std::thread::current().id()));
    std::fs::write(&apk, testkit::axml::archive(&[("AndroidManifest.xml", bytes)])).unwrap();
    let program = std::env::var("APKLENS_XMLTREE").unwrap_or_else(|_| "aapt".to_owned());
    let output = Command::new(&program).args(["dump", "xmltree"]).arg(&apk).arg("AndroidManifest.xml").output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    match output.status.code() {
        Some(0) => Theirs::Dump(normalized(&String::from_utf8_lossy(&output.stdout))),
        Some(_) => Theirs::Refused,
        None => Theirs::Crashed,
    }
}

/// The dump with the numbers in it that we do not keep made equal: what is true, and whole numbers of unknown types.
fn normalized(dump: &str) -> String {
    const MARK: &str = "=(type 0x";
    let mut parts = dump.split(MARK);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (data_type, rest) = part.split_once(")0x").unwrap_or((part, ""));
        let end = rest.find(|character: char| !character.is_ascii_hexdigit()).unwrap_or(rest.len());
        let (data, rest) = rest.split_at(end);
        let number = u8::from_str_radix(data_type, 16).unwrap_or_default();
        let data_type = if (0x13..=0x1b).contains(&number) { "11" } else { data_type };
        let data = if number == 0x12 && data != "0" { "ffffffff" } else { data };
        write!(text, "{MARK}{data_type})0x{data}{rest}").unwrap();
    }
    text
}

/// Compares one case: the rule by which it may differ, none when it does not, or what differs.
fn compare(case: &Drawn, theirs: &Theirs) -> Result<Option<Rule>, String> {
    let ours = Document::parse(&case.bytes);
    let notes: &[Note] = ours.as_ref().map_or(&[], |document| &document.anomalies);
    let noted = |codes: &[&str]| notes.iter().any(|note| codes.contains(&&*note.code));
    match (ours.as_ref(), theirs) {
        (Err(_), Theirs::Refused) => Ok(None),
        (Ok(document), Theirs::Refused) if document.anomalies.is_empty() && document.problems.is_empty() => {
            Err("it is refused, and nothing is noted of it".to_owned())
        }
        (Ok(_), Theirs::Refused) => Ok(Some(Rule::ReadsMore)),
        (Err(error), Theirs::Crashed | Theirs::Dump(_)) => Err(format!("it is not read: {error}")),
        (Ok(_), Theirs::Crashed) => Ok(Some(Rule::AaptEnds)),
        (Ok(document), Theirs::Dump(dump)) => match Comparison::new(&case.bytes, document, dump).run() {
            Ok(()) => Ok(None),
            Err(_) if noted(&UNREAD) && noted(&["more-of-the-kind"]) => Ok(Some(Rule::ManyUnread)),
            Err(_) if is_aapt() && dump.contains("***BAD DEPTH") => Ok(Some(Rule::AaptStopsAtDepth)),
            Err(_) if noted(&["resource-map-missing"]) => Ok(Some(Rule::IdsByName)),
            Err(_) if is_aapt() && has_odd_utf8(&case.bytes) => Ok(Some(Rule::UnitsOfUtf8)),
            Err(difference) => Err(difference),
        },
    }
}

/// Whether the reader is aapt, and not one that takes strings as the framework does.
fn is_aapt() -> bool {
    std::env::var_os("APKLENS_XMLTREE").is_none()
}

/// What aapt prints beside elements, attributes and texts: namespaces, comments, what it finds odd, and texts without a string.
const BESIDE: &[&str] = &["N: ", "<!-- ", "***", "C: \"(null)\"\n"];
/// The same, and texts.
const OUTSIDE: &[&str] = &["N: ", "<!-- ", "***", "C: "];

/// A tree beside a dump, of which what was compared is taken away.
struct Comparison<'a> {
    document: &'a Document,
    rest: &'a str,
    /// What a namespace may be printed as: its prefixes and itself.
    prefixes: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The strings that Android does not read, of which the dump has nothing.
    unread: BTreeSet<&'a str>,
    /// Where Android takes the document for broken.
    broken: Option<u64>,
    /// How many namespaces have begun; each indents what follows.
    namespaces: usize,
    /// Where the first of them ends: what is in it is indented less from there on, and its depth is not compared.
    namespace_end: usize,
}

impl<'a> Comparison<'a> {
    fn new(file: &[u8], document: &'a Document, dump: &'a str) -> Self {
        // A node's header may be longer than it must be, but not shorter.
        let is_short =
            |note: &Note| note.values.get("size").is_some_and(|size| size.parse().is_ok_and(|size: u32| size < 16));
        let is_broken =
            |note: &&Note| BROKEN.contains(&&*note.code) || *note.code == *"node-header-size" && is_short(note);
        let broken = document.anomalies.iter().filter(is_broken).filter_map(|note| note.place.offset).min();
        let unread = document.anomalies.iter().filter(|note| UNREAD.contains(&&*note.code));
        let unread = unread.filter_map(|note| note.values.get("text")).map(String::as_str).chain([""]).collect();
        let namespace_end = file.windows(2).position(|kind| *kind == [0x01, 0x01]).unwrap_or(file.len());
        Self { document, rest: dump, prefixes: BTreeMap::new(), unread, broken, namespaces: 0, namespace_end }
    }

    fn run(mut self) -> Result<(), String> {
        let document = self.document;
        for element in std::iter::once(&document.root).chain(&document.others) {
            // Outside of the first element Android's parser looks at no text.
            self.pass_over(OUTSIDE);
            // Behind the first element nothing is compared of how deep it lies: Android does not go there.
            let depth = (element.offset == document.root.offset).then_some(0);
            self.element(element, depth)?;
        }
        self.pass_over(OUTSIDE);
        let ended = self.rest.trim();
        match self.broken {
            Some(_) if ended.is_empty() || ended == "BAD" => Ok(()),
            None if ended.is_empty() => Ok(()),
            _ => Err(format!("behind the tree: {ended:.200}")),
        }
    }

    fn element(&mut self, element: &'a Element, depth: Option<usize>) -> Result<(), String> {
        for (prefix, uri) in &element.prefixes {
            self.prefixes.entry(uri).or_default().insert(prefix);
        }
        if self.broken.is_some_and(|broken| element.offset >= broken) {
            return Ok(());
        }
        self.pass_over(BESIDE);
        let line = format!(" (line={})", element.line as i32);
        let indent = (self.rest.len() - self.rest.trim_start_matches(' ').len()) / 2;
        let depth = depth.filter(|_| element.offset < self.namespace_end as u64);
        if depth.is_some_and(|depth| depth + self.namespaces != indent) {
            return Err(format!("{} lies {indent} deep, and not {depth:?}", element.name));
        }
        self.expect("E: ", element.namespace.as_deref(), &self.names(&element.name), &[line])?;
        for attribute in &element.attributes {
            let id = attribute.resource_id.map(|id| format!("(0x{id:08x})")).unwrap_or_default();
            let values: Vec<String> = self.values(attribute).iter().map(|value| format!("{id}={value}")).collect();
            self.expect("A: ", attribute.namespace.as_deref(), &self.names(&attribute.pool_name), &values)?;
        }
        // Attributes of no size are all the first one, which we read but once.
        let mut notes = self.document.anomalies.iter().filter(|note| note.place.offset == Some(element.offset));
        if notes.any(|note| *note.code == *"attribute-layout" && note.values["size"] == "0") {
            self.pass_over(&["A: "]);
        }
        for child in &element.children {
            match child {
                Node::Element(child) => self.element(child, depth.map(|depth| depth + 1))?,
                // Texts have no place of their own: behind the break they are passed over.
                Node::Text(text) => {
                    self.pass_over(BESIDE);
                    let texts: Vec<String> =
                        self.names(text).iter().map(|text| format!("\"{}\"", escaped(text))).collect();
                    let expected = self.expect("C: ", None, &texts, &[String::new()]);
                    expected.or_else(|error| self.broken.map(|_| ()).ok_or(error))?;
                }
            }
        }
        Ok(())
    }

    /// Whether it is one of the strings that Android does not read: notes have them in printable form.
    fn is_unread(&self, text: &str) -> bool {
        self.unread.contains(printable(text).as_str())
    }

    /// What a name may be printed as.
    fn names(&self, name: &str) -> Vec<String> {
        let mut names = vec![printed(name).to_owned()];
        if self.is_unread(name) {
            names.push("(null)".to_owned());
        }
        names
    }

    /// What a value may be printed as, with the text beside it. For a string aapt prints only that text, twice.
    fn values(&self, attribute: &Attribute) -> Vec<String> {
        let raws: Vec<Option<String>> = match &attribute.raw {
            Some(raw) if self.is_unread(raw) => vec![Some(escaped(raw)), None],
            raw => vec![raw.as_deref().map(escaped)],
        };
        let mut values = Vec::new();
        for raw in raws {
            let shown = match &attribute.value {
                Value::String(text) => self.names(text).iter().map(|text| format!("\"{}\"", escaped(text))).collect(),
                Value::Other { data_type: 0x03, .. } => vec!["\"(null)\"".to_owned()],
                value => vec![aapt::number(value)],
            };
            let as_raw = matches!(attribute.value, Value::String(_) | Value::Other { data_type: 0x03, .. });
            let as_raw = as_raw.then(|| format!("\"{}\"", raw.as_deref().unwrap_or("(null)")));
            let beside = raw.map(|raw| format!(" (Raw: \"{raw}\")")).unwrap_or_default();
            values.extend(shown.into_iter().chain(as_raw).map(|shown| shown + &beside));
        }
        values
    }

    /// Takes the line away that must come next: its mark, a prefix of the namespace, a name and what follows it.
    fn expect(&mut self, mark: &str, uri: Option<&str>, names: &[String], ends: &[String]) -> Result<(), String> {
        let rest = self.rest.trim_start_matches(' ');
        let mut prefixes = vec![uri.map(|uri| printed(&format!("{uri}:")).to_owned()).unwrap_or_default()];
        for prefix in uri.and_then(|uri| self.prefixes.get(uri)).into_iter().flatten() {
            if self.is_unread(prefix) {
                prefixes.push("<DEF>:".to_owned());
            }
            prefixes.push(format!("{}:", printed(prefix)));
            prefixes.push(printed(&format!("{prefix}:")).to_owned());
        }
        for (prefix, name, end) in prefixes
            .iter()
            .flat_map(|prefix| names.iter().map(move |name| (prefix, name)))
            .flat_map(|(prefix, name)| ends.iter().map(move |end| (prefix, name, end)))
        {
            if let Some(behind) = rest.strip_prefix(format!("{mark}{prefix}{name}{end}\n").as_str()) {
                self.rest = behind;
                return Ok(());
            }
        }
        let line = rest.lines().next().unwrap_or("the end");
        Err(format!("{mark}{}{}{}\n  instead of\n{line}", prefixes[0], names[0], ends[0]))
    }

    fn pass_over(&mut self, marks: &[&str]) {
        loop {
            let rest = self.rest.trim_start_matches(' ');
            let Some((_, behind)) = marks.iter().find(|mark| rest.starts_with(**mark)).and(rest.split_once('\n'))
            else {
                return;
            };
            self.namespaces += usize::from(rest.starts_with("N: "));
            self.rest = behind;
        }
    }
}

/// A text as it is printed: up to a zero.
fn printed(text: &str) -> &str {
    text.split('\0').next().unwrap_or_default()
}

fn escaped(text: &str) -> String {
    aapt::escaped(printed(text))
}

type Outcome = Result<Option<Rule>, String>;

/// Asks aapt about every case, in two threads: whether it reads it, and how the two compare.
fn outcomes(cases: &[Drawn]) -> Vec<(bool, Outcome)> {
    let folder = tempfile::tempdir().unwrap();
    let ask = |cases: &[Drawn]| {
        let outcome = |case: &Drawn| {
            let theirs = theirs(folder.path(), &case.bytes);
            (matches!(theirs, Theirs::Dump(_)), compare(case, &theirs))
        };
        cases.iter().map(outcome).collect::<Vec<_>>()
    };
    let (first, second) = cases.split_at(cases.len() / 2);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| ask(first));
        let second = ask(second);
        first.join().unwrap().into_iter().chain(second).collect()
    })
}

#[test]
fn what_aapt_reads_is_read_alike() {
    let (count, round) = (setting("APKLENS_MUTATIONS", CASES), setting("APKLENS_SEED", 1));
    let originals = originals();
    let cases: Vec<Drawn> = seeds(round, count).map(|seed| case(&originals, seed, &Steps::default())).collect();
    let (mut rules, mut failures, mut read) = (BTreeMap::new(), Vec::new(), 0);
    for (case, (is_read, outcome)) in cases.iter().zip(outcomes(&cases)) {
        read += u64::from(is_read);
        match outcome {
            Ok(None) => {}
            Ok(Some(rule)) => *rules.entry(rule).or_insert(0) += 1,
            Err(difference) => failures.push(format!("{}: {difference}", case.label())),
        }
    }
    println!("{count} cases of round {round}, {read} read by aapt; by rule: {rules:?}");
    assert!(count < 100 || read > count / 3, "too few of the cases are read: {read} of {count}");
    let shown = failures.iter().take(20).fold(String::new(), |text, failure| text + failure + "\n");
    assert!(failures.is_empty(), "{} of {count} cases differ:\n{shown}", failures.len());
}

struct Manifests(Vec<(String, Model)>);

impl Subject for Manifests {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn draw(&self, seed: u64, steps: &Steps) -> Drawn {
        case(&self.0, seed, steps)
    }

    fn differences(&self, cases: &[Drawn]) -> Vec<Option<String>> {
        outcomes(cases).into_iter().map(|(_, outcome)| outcome.err()).collect()
    }
}

#[test]
#[ignore = "draws anew: ./build.sh explore"]
fn explore_manifests() {
    explore(&Manifests(originals()), 2500);
}
