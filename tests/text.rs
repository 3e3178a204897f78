//! Text indicators in whole apps: what is found where, and what it is worth. A test family stands for all.

mod common;
#[path = "common/dex.rs"]
mod dex_file;

use std::io::{Cursor, Write};

use apklens::archive::Archive;
use apklens::code::{self, Taken, Text, Visitor};
use apklens::indicators::collection::{Collection, Indicator, Source};
use apklens::indicators::text::{self, Scanner, TextIndex};
use apklens::indicators::{Class, Database, Kind, Match, Strength, weight};
use apklens::note::Place;
use apklens::source::FileSource;
use dex_file::DexFile;

fn database(facts: &[(&str, Kind, &str)]) -> Database {
    let mut collection = Collection::default();
    let sources = collection.source(Source { name: "test".into(), date: "2026-01-02".into(), ..Source::default() });
    for (family, kind, value) in facts {
        let family = collection.family(family, Class::Stalkerware, &[]);
        let value = (*value).to_owned();
        collection.indicators.push(Indicator { kind: *kind, value, family, sources, weakened: None });
    }
    Database::new(collection)
}

struct Scan<'i>(Scanner<'i>);

impl Visitor for Scan<'_> {
    fn text(&mut self, text: &Text) {
        self.0.scan(text);
    }
}

/// The settled matches of an app with these files.
fn matches(database: &Database, files: &[(&str, &[u8])]) -> Vec<Match> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    matches_in(database, &Archive::open(&bytes).unwrap())
}

fn matches_in(database: &Database, archive: &Archive) -> Vec<Match> {
    let index = TextIndex::new(database);
    let mut scan = Scan(Scanner::new(&index));
    assert_eq!(code::visit(archive, &Taken::new(), &mut scan).problems, []);
    let mut matches = text::matches(database, &scan.0.finish());
    weight::settle(&mut matches);
    matches
}

/// How much the matches prove of the family that they prove most of.
fn strength(matches: &[Match]) -> Option<Strength> {
    weight::families(matches).first().map(|family| family.strength)
}

/// The facts of a test family, one of each kind.
const TRACKER: &[(&str, Kind, &str)] = &[
    ("Tracker", Kind::C2Domain, "c2.tracker.example"),
    ("Tracker", Kind::C2Ip, "192.0.2.7"),
    ("Tracker", Kind::Website, "tracker.example"),
    ("Tracker", Kind::CloudProject, "tracker-12ab3"),
    ("Tracker", Kind::ClassPrefix, "com.example.tracker."),
];

#[test]
fn an_app_of_the_family_is_named_by_what_its_code_holds() {
    let (dex, layout) = DexFile::new(
        &["https://c2.tracker.example/api/v2", "http://192.0.2.7:8080", "tracker-12ab3.appspot.com"],
        &["Lcom/example/tracker/Main;"],
    )
    .build(0);
    let matches = matches(&database(TRACKER), &[("classes2.dex", &dex)]);
    assert_eq!(strength(&matches), Some(Strength::Strong));
    let mut kinds = matches.iter().map(|found| found.kind).collect::<Vec<_>>();
    kinds.sort();
    assert_eq!(kinds, [Kind::ClassPrefix, Kind::C2Domain, Kind::C2Ip, Kind::Website, Kind::CloudProject]);
    let server = matches.iter().find(|found| found.kind == Kind::C2Domain).unwrap();
    let string = layout.strings.iter().find(|(bytes, _)| bytes.starts_with(b"https://c2")).unwrap().1;
    assert_eq!(server.place, Place::entry("classes2.dex").at(string as u64 + 8));
    assert_eq!(server.context.as_deref(), Some("https://c2.tracker.example/api/v2"));
    assert_eq!((server.strength, &server.weakened), (Strength::Moderate, &None));
}

#[test]
fn near_misses_match_nothing() {
    let dex = DexFile::new(
        &[
            "https://notc2.tracker.examples",
            "c2.tracker.example.org",
            "192.0.2.70",
            "tracker-12ab34",
            "com.example.tracker.Main",
        ],
        &["Lcom/example/trackers/Main;", "Lorg/com/example/tracker/Main;"],
    )
    .bytes();
    assert_eq!(
        matches(&database(TRACKER), &[("classes.dex", &dex), ("assets/x", b"tracker_example tracker.example-x")]),
        []
    );
}

#[test]
fn a_news_app_that_mentions_the_family_is_not_called_by_its_name() {
    let database = database(TRACKER);
    // An article among the app's files, with everything that researchers found out about the family.
    let article =
        b"<p>Tracker (tracker.example) reports to c2.tracker.example at 192.0.2.7 and tracker-12ab3.appspot.com.</p>";
    let found = matches(&database, &[("assets/article.html", article)]);
    assert_eq!(found.len(), 4);
    assert_eq!(strength(&found), Some(Strength::Weak));
    let server = found.iter().find(|found| found.kind == Kind::C2Domain).unwrap();
    assert_eq!(server.weakened.as_deref(), Some("in-data-file"));
    // The site and a server in the app's own strings.
    let dex = DexFile::new(&["Read how tracker.example works, and what c2.tracker.example knows"], &[]).bytes();
    let found = matches(&database, &[("classes.dex", &dex)]);
    assert_eq!(strength(&found), Some(Strength::Moderate));
}

#[test]
fn a_security_tool_with_a_list_of_families_is_called_by_none_of_their_names() {
    let values = (0..6)
        .flat_map(|family| {
            [
                (format!("Family {family}"), Kind::C2Domain, format!("c2.family{family}.example")),
                (format!("Family {family}"), Kind::CloudProject, format!("family-{family}")),
                (format!("Family {family}"), Kind::Website, format!("family{family}.example")),
            ]
        })
        .collect::<Vec<_>>();
    let facts = values.iter().map(|(family, kind, value)| (family.as_str(), *kind, value.as_str())).collect::<Vec<_>>();
    let database = database(&facts);
    let texts = values.iter().map(|(_, _, value)| value.as_str()).collect::<Vec<_>>();
    let dex = DexFile::new(&texts, &["Lorg/example/Scanner;"]).bytes();
    let list = texts.join("\n").into_bytes();
    for files in [
        vec![("classes.dex", dex.as_slice())],
        vec![("res/raw/hosts.txt", list.as_slice())],
        vec![("assets/rules.js", list.as_slice())],
        vec![("classes.dex", dex.as_slice()), ("assets/hosts", list.as_slice())],
    ] {
        let found = matches(&database, &files);
        assert!(found.len() >= 12, "{}", files[0].0);
        assert_eq!(strength(&found), Some(Strength::Weak), "{}", files[0].0);
    }
    // The same strings of one family alone do name it.
    let one = DexFile::new(&texts[..3], &[]).bytes();
    assert_eq!(strength(&matches(&database, &[("classes.dex", &one)])), Some(Strength::Strong));
}

#[test]
fn the_real_apps_match_nothing() {
    let compiled = std::fs::read(common::root().join("signatures/compiled.db")).unwrap();
    let database = Database::load(&compiled).unwrap();
    assert!(database.text_indicators().count() > 1000);
    for (name, path) in common::real_apks() {
        let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        assert_eq!(matches_in(&database, &Archive::open(&source).unwrap()), [], "{name}");
    }
}
