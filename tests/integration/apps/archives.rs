//! What is said of the archive around apps, and of what in it could not be read.

use std::collections::BTreeMap;

use apklens::assess::Level;
use apklens::indicators::collection::{Collection, Indicator, Source};
use apklens::indicators::{Class, Database, Kind, Weakening};
use apklens::reading::MAX_APKS;
use apklens::{Analyzer, Input};
use sha2::{Digest, Sha256};

use super::made::{Made, codes, fixed, only, practice, reports, reports_named, told};
use testkit::zip_model::{File, Zip};

#[test]
fn an_inner_app_that_cannot_be_opened_is_a_result_of_its_own_and_harms_no_other() {
    let mut locked = File::stored("locked.apk", &[0xA7; 500]);
    locked.both(|header| header.flags |= 1);
    let mut damaged = File::deflated("damaged.apk", &fixed("harmless.apk"));
    damaged.data.iter_mut().skip(40).step_by(7).for_each(|byte| *byte ^= 0x55);
    let mac = [&[0x00, 0x05, 0x16, 0x07][..], &[0; 300]].concat();
    let found = reports(vec![
        File::stored("calculator.apk", &practice("calculator.apk")),
        File::stored("letter.apk", b"Dear Sir"),
        File::stored("empty.apk", b""),
        File::stored("only-text.apk", &Zip::of(vec![File::stored("a.txt", &[b'x'; 200])]).bytes()),
        File::stored("__MACOSX/._calculator.apk", &mac),
        locked,
        damaged,
    ]);
    let unread = |name| (name, Level::CouldNotCheck);
    assert_eq!(
        told(&found),
        [
            ("outer.zip!/calculator.apk", Level::NothingKnown),
            unread("outer.zip!/damaged.apk"),
            unread("outer.zip!/empty.apk"),
            unread("outer.zip!/letter.apk"),
            unread("outer.zip!/locked.apk"),
            unread("outer.zip!/only-text.apk"),
        ]
    );
    let problems: BTreeMap<&str, Vec<&str>> =
        found.iter().map(|report| (report.file.name.as_str(), codes(&report.problems))).collect();
    assert_eq!(problems["outer.zip!/calculator.apk"], [] as [&str; 0]);
    assert_eq!(problems["outer.zip!/letter.apk"], ["archive-not-zip"]);
    assert_eq!(problems["outer.zip!/empty.apk"], ["archive-empty"]);
    assert_eq!(problems["outer.zip!/locked.apk"], ["entry-encrypted"]);
    assert_eq!(problems["outer.zip!/only-text.apk"], ["no-app"]);
    assert_eq!(found[3].file.size, 8, "what could be had is hashed");
}

#[test]
fn what_of_a_bundle_could_not_be_read_keeps_its_app_from_being_called_nothing_known() {
    let found = reports_named(
        "app.xapk",
        &Zip::of(vec![
            File::stored("a.b.apk", &Made::app("a.b").bytes()),
            File::stored("config.de.apk", &[0xA7; 300]),
            File::stored("manifest.json", b"{}"),
        ])
        .bytes(),
    );
    assert_eq!(
        told(&found),
        [("app.xapk!/a.b.apk", Level::CouldNotCheck), ("app.xapk!/config.de.apk", Level::CouldNotCheck)]
    );
    assert_eq!(found[0].problems[0].place.entry.as_deref(), Some("config.de.apk"));
}

#[test]
fn an_archive_without_an_app_has_one_report() {
    let report = only(reports(vec![File::stored("letter.txt", &[b'x'; 300])]));
    assert_eq!(told(std::slice::from_ref(&report)), [("outer.zip", Level::CouldNotCheck)]);
    assert_eq!(codes(&report.problems), ["no-app"]);
    let report = only(reports(vec![File::stored("BundleConfig.pb", b"x"), File::stored("base/dex/classes.dex", b"x")]));
    assert_eq!(codes(&report.problems), ["app-bundle"]);
}

#[test]
fn more_apps_than_are_read_are_said_of_the_archive_and_of_no_app() {
    let apk = Made::app("a.b").bytes();
    let many: Vec<File> = (0..20).map(|at| File::stored(format!("{at:02}.apk"), &apk)).collect();
    let inner = File::deflated("a.zip", &Zip::of(many).bytes());
    let archives = (0..=MAX_APKS / 20).map(|at| {
        let mut file = inner.clone();
        file.both(|header| header.name = format!("{at:02}.zip").into_bytes());
        file
    });
    let found = reports(archives.collect());
    let read = found.iter().filter(|report| report.verdict.level == Level::NothingKnown).count();
    assert_eq!(read, MAX_APKS);
    let unread: Vec<(&str, Vec<&str>)> = found
        .iter()
        .filter(|report| report.verdict.level == Level::CouldNotCheck)
        .map(|report| (report.file.name.as_str(), codes(&report.problems)))
        .collect();
    assert_eq!(unread, [("outer.zip", vec!["too-many-apps"])]);
}

#[test]
fn archives_deeper_or_more_than_are_opened_are_said_of_each_in_which_something_is_left() {
    let stalker = fixed("stalker.apk");
    let mut deep = stalker.clone();
    for level in (1..=6).rev() {
        deep = Zip::of(vec![File::stored(format!("{level}.zip"), &deep)]).bytes();
    }
    let report = only(reports_named("outer.zip", &deep));
    assert_eq!(report.file.name, "outer.zip!/1.zip!/2.zip!/3.zip!/4.zip");
    assert_eq!((report.verdict.level, codes(&report.problems)), (Level::CouldNotCheck, vec!["nested-too-deep"]));

    let empty = Zip::of(vec![File::stored("letter.txt", &[b'x'; 100])]).bytes();
    let many = Zip::of((0..450).map(|at| File::stored(format!("{at}.zip"), &empty)).collect()).bytes();
    let mut files: Vec<File> = (0..5).map(|at| File::deflated(format!("{at}.zip"), &many)).collect();
    files.push(File::stored("z.apk", &stalker));
    let found = reports(files);
    let unfinished = |name| (name, Level::CouldNotCheck);
    assert_eq!(told(&found), [unfinished("outer.zip"), unfinished("outer.zip!/4.zip")]);
    for report in &found {
        assert_eq!(codes(&report.problems), ["too-many-archives"]);
    }
}

/// An analyzer that knows the digest of one file.
fn knowing(bytes: &[u8]) -> Analyzer {
    let mut collection = Collection::default();
    let sources = collection.source(Source { name: "test".to_owned(), ..Source::default() });
    let family = collection.family("Sampled", Class::Stalkerware, &[]);
    let value = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    collection.indicators.push(Indicator { kind: Kind::FileSha256, value, family, sources, weakened: None });
    Analyzer::builder().database(Database::new(collection)).build()
}

#[test]
fn the_digest_of_an_archive_names_the_archive_and_of_its_apps_only_a_single_one() {
    let pack =
        |names: &[&str]| Zip::of(names.iter().map(|name| File::stored(name, &fixed(name))).collect::<Vec<_>>()).bytes();
    let of = |bytes: &Vec<u8>| knowing(bytes).analyze(&Input::new("outer.zip", bytes));
    let found = of(&pack(&["harmless.apk", "hidden.apk"]));
    assert_eq!(
        told(&found),
        [
            ("outer.zip", Level::KnownStalkerware),
            ("outer.zip!/harmless.apk", Level::NothingKnown),
            ("outer.zip!/hidden.apk", Level::WorryingCapabilities),
        ]
    );
    assert_eq!(found[0].verdict.reasons[0].code, "known-sample");
    assert_eq!(found[1].verdict.reasons[0].code, "known-archive");
    assert_eq!(found[1].matches[0].weakened, Some(Weakening::OneOfSeveral));
    let found = of(&pack(&["harmless.apk"]));
    assert_eq!(told(&found), [("outer.zip!/harmless.apk", Level::KnownStalkerware)]);
    assert_eq!(found[0].verdict.reasons[0].code, "known-archive");
}

#[test]
fn what_is_odd_about_the_archive_stands_with_the_archive() {
    let mut zip =
        Zip::of(vec![File::stored("a.apk", &fixed("harmless.apk")), File::stored("b.apk", &fixed("hidden.apk"))]);
    zip.comment = b"made by hand".to_vec();
    for report in reports_named("outer.zip", &zip.bytes()) {
        assert_eq!(codes(&report.anomalies), [] as [&str; 0]);
        assert_eq!(codes(&report.container.unwrap().anomalies), ["archive-comment"]);
    }
}
