//! What is matched, what is not, and what it is said to prove: with the facts of made-up families.

use apklens::indicators::weight::{families, settle};
use apklens::indicators::{Class, Database, Facts, Kind, Match, Strength, Weakening, folder};
use apklens::note::Place;
use apklens::signing::Certificate;
use strum::VariantArray;

const MAKER: &str = "8b17983c203455db1e532f533b12c046c9f4e607";

fn test_families() -> Database {
    let files = folder::load(&testkit::root().join("tests/fixtures/signatures")).unwrap();
    Database::new(folder::read(&files).expect("the test families have no mistakes"))
}

fn shipped() -> Database {
    Database::built_in().unwrap()
}

fn package(name: &str) -> Facts<'_> {
    Facts { packages: vec![(name.to_owned(), Place::default())], ..Facts::default() }
}

/// The matches of an app whose text has these values, as the scanner finds them.
fn text(database: &Database, values: &[&str]) -> Vec<Match> {
    let mut matches: Vec<Match> = database
        .text_indicators()
        .filter(|(_, _, value)| values.contains(value))
        .flat_map(|(id, _, value)| database.found(id, &Place::entry("classes.dex"), Some(value), None))
        .collect();
    settle(&mut matches);
    matches
}

fn named(matches: &[Match]) -> Vec<(String, Class)> {
    let named = families(matches).into_iter().filter(|family| family.strength >= Strength::Strong);
    named.map(|family| (family.family, family.class)).collect()
}

#[test]
fn the_tables_in_the_documentation_are_those_of_the_code() {
    let text = std::fs::read_to_string(testkit::root().join("docs/matching.md")).unwrap();
    let name = |strength| serde_json::to_value(strength).unwrap().as_str().unwrap().to_owned();
    for kind in Kind::VARIANTS {
        let row = format!("| `{kind}` | {} | ", name(kind.strength()));
        assert!(text.contains(&row), "docs/matching.md has no row {row}");
    }
    for weakening in Weakening::VARIANTS {
        let row = format!("| `{weakening}` | {} | ", name(weakening.ceiling()));
        assert!(text.contains(&row), "docs/matching.md has no row {row}");
    }
}

#[test]
fn each_class_stays_what_it_is() {
    let database = test_families();
    for (name, class) in [
        ("org.apklens.fixture.stalker", Class::Stalkerware),
        ("org.apklens.fixture.watchware", Class::Watchware),
        ("org.apklens.fixture.dualuse", Class::DualUse),
    ] {
        let matches = database.match_facts(&package(name));
        assert_eq!(named(&matches).iter().map(|(_, class)| *class).collect::<Vec<_>>(), [class], "{name}");
    }
    assert_eq!(database.match_facts(&package("org.apklens.fixture.harmless")), []);
}

#[test]
fn names_that_only_look_alike_do_not_match() {
    let database = test_families();
    for name in [
        "org.apklens.fixture.stalkers",
        "org.apklens.fixture.stalke",
        "Org.apklens.fixture.stalker",
        "org.apklens.fixture.stalker.spy",
        "org.apklens.fixture.stalker20",
        "org.apklens.fixture.stalker20261",
        "x.org.apklens.fixture.stalker2026",
    ] {
        assert_eq!(database.match_facts(&package(name)), [], "{name}");
    }
    let renamed = database.match_facts(&package("org.apklens.fixture.stalker2026"));
    assert_eq!(renamed[0].kind, Kind::PackagePattern);
    assert_eq!(named(&renamed), [], "a pattern alone names nothing");
}

#[test]
fn a_renamed_app_is_known_by_its_makers_key_and_by_nothing_less() {
    let database = test_families();
    let certificate = |verified| Certificate {
        sha1: MAKER.to_owned(),
        organizations: vec!["Apklens Fixtures".to_owned()],
        verified,
        ..Certificate::default()
    };
    let (good, bad) = (certificate(true), certificate(false));
    let matches = database.match_facts(&Facts { certificates: vec![&good], ..package("org.example.renamed") });
    assert_eq!(named(&matches), [("Testfamily".to_owned(), Class::Stalkerware)]);
    let matches = database.match_facts(&Facts { certificates: vec![&bad], ..package("org.example.renamed") });
    assert_eq!(matches[0].weakened, Some(Weakening::SignatureNotVerified));
    assert_eq!(named(&matches), []);
}

#[test]
fn names_in_a_signers_subject_add_to_other_evidence() {
    let database = test_families();
    let signer = Certificate {
        verified: true,
        organizations: vec!["Apklens Fixture Maker".to_owned()],
        common_names: vec!["Apklens Fixture Build 7".to_owned()],
        ..Certificate::default()
    };
    let by_organization = Certificate { common_names: Vec::new(), ..signer.clone() };
    let one = database.match_facts(&Facts { certificates: vec![&by_organization], ..Facts::default() });
    assert_eq!(named(&one), []);
    let with_pattern = Facts { certificates: vec![&by_organization], ..package("org.apklens.fixture.stalker2026") };
    assert_eq!(named(&database.match_facts(&with_pattern)).len(), 1);
}

#[test]
fn an_article_about_an_app_is_not_the_app() {
    let database = test_families();
    // A news app that names the maker's site and one server.
    assert_eq!(named(&text(&database, &["testfamily.example", "collect.testfamily.example"])), []);
    // The app itself names a server and its cloud project.
    let matches = text(&database, &["collect.testfamily.example", "testfamily-1a2b3"]);
    assert_eq!(named(&matches), [("Testfamily".to_owned(), Class::Stalkerware)]);
}

#[test]
fn a_security_tool_with_a_list_of_names_is_not_what_it_lists() {
    let database = test_families();
    let everything: Vec<String> = database.text_indicators().map(|(_, _, value)| value.to_owned()).collect();
    let everything: Vec<&str> = everything.iter().map(String::as_str).collect();
    let matches = text(&database, &everything);
    assert!(matches.len() >= 8, "{matches:?}");
    // A class that the app defines is its own code, and yet names nobody by itself.
    let listed = matches.iter().filter(|found| found.kind != Kind::ClassPrefix);
    assert!(listed.clone().count() >= 7 && listed.clone().all(|found| found.strength == Strength::Weak));
    assert_eq!(named(&matches), []);
    // The same list inside an app with the maker's package name does not hide it.
    let mut matches = matches;
    matches.extend(database.match_facts(&package("org.apklens.fixture.stalker")));
    settle(&mut matches);
    assert_eq!(named(&matches), [("Testfamily".to_owned(), Class::Stalkerware)]);
}

#[test]
fn the_tests_families_are_not_in_the_shipped_database() {
    let shipped = shipped();
    let collection = shipped.collection();
    let made_up = ["Testfamily", "Testwatch", "Testdual"];
    assert!(collection.families.iter().all(|family| !made_up.contains(&family.name.as_str())));
    assert!(collection.indicators.iter().all(|indicator| !indicator.value.contains("apklens")));
}

#[test]
fn every_sample_of_the_shipped_database_is_recognised_by_its_digest() {
    use apklens::indicators::quality;
    let database = shipped();
    let samples = quality::samples_of(&database);
    assert_eq!(samples.len(), 3228);
    let quality = quality::measure(&database, &samples);
    assert_eq!(quality.by_hash, quality.samples);
    let path = testkit::root().join("docs/matching.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- quality -->\n").unwrap();
    let (stated, after) = rest.split_once("<!-- /quality -->").unwrap();
    let measured = format!("```text\n{quality}```\n");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}<!-- quality -->\n{measured}<!-- /quality -->{after}")).unwrap();
    } else {
        assert!(
            stated == measured,
            "docs/matching.md is out of date: UPDATE_DOCS=1 cargo test --test integration matching"
        );
    }
}

#[test]
fn disputed_and_generic_facts_of_the_shipped_database_call_nothing_stalkerware() {
    let database = shipped();
    for (name, expected) in [
        ("org.findmykids.app", vec![Class::Watchware]),
        ("com.wisemo.host.v10", vec![Class::Watchware]),
        ("com.smart", vec![]),
        ("com.android.system", vec![]),
        ("org.traccar.client", vec![]),
        ("com.iclaude.scheduledrecorder", vec![]),
        ("com.thetruth", vec![Class::Stalkerware]),
        ("com.google.android.apps.adm", vec![Class::DualUse]),
    ] {
        let classes: Vec<Class> =
            named(&database.match_facts(&package(name))).into_iter().map(|(_, class)| class).collect();
        assert_eq!(classes, expected, "{name}");
    }
}

#[test]
fn no_harmless_app_at_hand_raises_an_alarm() {
    use apklens::indicators::yara::Rules;
    use apklens::source::FileSource;
    use apklens::{Analyzer, Input};
    let analyzer = Analyzer::builder().database(shipped()).rules(Rules::shipped().unwrap()).build();
    for (name, path) in testkit::real_apks() {
        let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        let reports = analyzer.analyze(&Input::new(name, &source));
        let [report] = reports.as_slice() else { panic!("{name} is one app") };
        assert!(!report.file.sha256.is_empty() && report.package.is_some(), "{name} was read");
        let alarms: Vec<&Match> = report.matches.iter().filter(|found| found.strength > Strength::Weak).collect();
        assert!(alarms.is_empty(), "{name}: {alarms:#?}");
        assert_eq!(named(&report.matches), [], "{name}");
    }
}
