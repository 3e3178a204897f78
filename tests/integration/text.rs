//! Text indicators in whole apps: what is found where, and what it is worth. A test family stands for all.

use std::io::{Cursor, Write};

use apklens::archive::Archive;
use apklens::code::{self, Taken, Text, Visitor};
use apklens::indicators::collection::{Collection, Indicator, Source};
use apklens::indicators::text::{self, Scanner, TextIndex};
use apklens::indicators::{Class, Database, Kind, Match, Strength, Weakening, weight};
use apklens::note::Place;
use apklens::source::FileSource;
use testkit::arsc;
use testkit::dex::DexFile;

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
    assert_eq!(server.weakened, Some(Weakening::InDataFile));
    // The site and a server in the app's own strings.
    let dex = DexFile::new(&["Read how tracker.example works, and what c2.tracker.example knows"], &[]).bytes();
    let found = matches(&database, &[("classes.dex", &dex)]);
    assert_eq!(strength(&found), Some(Strength::Weak));
    assert!(found.iter().all(|found| found.weakened == Some(Weakening::InReadableText)), "{found:#?}");
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
    let database = Database::built_in().unwrap();
    assert!(database.text_indicators().count() > 1000);
    for (name, path) in testkit::real_apks() {
        let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        assert_eq!(matches_in(&database, &Archive::open(&source).unwrap()), [], "{name}");
    }
}

/// A resource table with these string resources: names and values.
fn strings(resources: &[(&str, &str)]) -> Vec<u8> {
    let (names, values): (Vec<&str>, Vec<&str>) = resources.iter().copied().unzip();
    let entries: Vec<_> = (0..resources.len() as u32).map(|place| arsc::string(place, place)).collect();
    let spec = arsc::type_spec(1, entries.len() as u32);
    let chunks = [spec, arsc::dense(1, &arsc::unqualified(), &entries)];
    arsc::table(&values, &[arsc::package(0x7F, "org.example", &["string"], &names, &chunks)])
}

#[test]
fn what_people_read_is_a_mention_and_what_a_program_reads_is_evidence() {
    let database = database(TRACKER);
    let one_file = |name: &str, bytes: &[u8]| matches(&database, &[(name, bytes)]);
    let resources = |resources: &[(&str, &str)]| one_file("resources.arsc", &strings(resources));
    // An app that gives advice: all that is known of the family, one string each, as links and in a sentence.
    for advice in [
        resources(&[
            ("s0", "c2.tracker.example"),
            ("s1", "tracker.example"),
            ("s2", "tracker-12ab3.firebaseio.com"),
            ("s3", "tracker-12ab3"),
        ]),
        resources(&[
            ("tracker_url", "https://c2.tracker.example/"),
            ("tracker_link", "https://tracker-12ab3.firebaseio.com/"),
        ]),
        resources(&[("text", "Tracker sends to c2.tracker.example and to tracker-12ab3.firebaseio.com.")]),
        resources(&[("server_advice", "Block c2.tracker.example and tracker-12ab3.firebaseio.com on your router")]),
        one_file(
            "assets/advice.json",
            br#"[{"name": "Tracker", "url": "https://c2.tracker.example", "project": "tracker-12ab3.firebaseio.com"}]"#,
        ),
        one_file("assets/block.json", br#"{"servers": ["c2.tracker.example", "tracker-12ab3.firebaseio.com"]}"#),
        one_file("assets/hosts", b"0.0.0.0 c2.tracker.example\n0.0.0.0 tracker-12ab3.firebaseio.com\n"),
    ] {
        assert!(advice.len() >= 2, "it is told: {advice:#?}");
        assert_eq!(strength(&advice), Some(Strength::Weak), "{advice:#?}");
        assert!(advice.iter().all(|found| found.weakened.is_some()), "{advice:#?}");
    }
    // The app itself, with its server and its project where programs look for them.
    for app in [
        resources(&[
            ("server_url", "https://c2.tracker.example/api"),
            ("firebase_database_url", "https://tracker-12ab3.firebaseio.com"),
        ]),
        resources(&[("api_host", "c2.tracker.example"), ("project_id", "tracker-12ab3")]),
        one_file(
            "assets/config.json",
            br#"{"apiUrl": "https://c2.tracker.example/", "storageBucket": "tracker-12ab3.appspot.com"}"#,
        ),
        one_file(
            "assets/app.properties",
            b"server=https://c2.tracker.example/\nfirebase.url=https://tracker-12ab3.firebaseio.com\n",
        ),
        one_file(
            "assets/index.android.bundle",
            br#"var a="https://c2.tracker.example/api",b="https://tracker-12ab3.firebaseio.com";"#,
        ),
        one_file(
            "classes.dex",
            &DexFile::new(&["https://c2.tracker.example/api", "tracker-12ab3.appspot.com"], &[]).bytes(),
        ),
    ] {
        assert_eq!(strength(&app), Some(Strength::Strong), "{app:#?}");
    }
    // Compact and sparse entries hold their settings as well.
    for chunk in [
        arsc::dense(1, &arsc::unqualified(), &[Some(arsc::compact(0, 3, 0))]),
        arsc::sparse(1, &arsc::unqualified(), &[(0, arsc::entry(0, 3, 0))]),
        arsc::offset16(1, &arsc::unqualified(), &[arsc::string(0, 0)]),
    ] {
        let package = arsc::package(0x7F, "org.example", &["string"], &["server"], &[arsc::type_spec(1, 1), chunk]);
        let found = one_file("resources.arsc", &arsc::table(&["c2.tracker.example"], &[package]));
        assert_eq!(found[0].weakened, None, "{found:#?}");
    }
}

#[test]
fn code_that_names_two_makers_is_a_list_however_few_they_are() {
    let other = [("Other", Kind::C2Domain, "c2.other.example"), ("Other", Kind::CloudProject, "other-34cd5")];
    let database = database(&[TRACKER, &other].concat());
    let both =
        ["https://c2.tracker.example/", "tracker-12ab3.appspot.com", "c2.other.example", "other-34cd5.appspot.com"];
    let found = matches(&database, &[("classes.dex", &DexFile::new(&both, &[]).bytes())]);
    assert_eq!(strength(&found), Some(Strength::Weak));
    assert!(found.iter().all(|found| found.weakened == Some(Weakening::ListOfFamilies)), "{found:#?}");
    // A mention of another maker leaves the evidence in the code what it is.
    let dex = DexFile::new(&both[..2], &[]).bytes();
    let found = matches(&database, &[("classes.dex", &dex), ("assets/rivals.html", b"<p>c2.other.example</p>")]);
    assert_eq!(strength(&found), Some(Strength::Strong));
}
