//! Which apps an archive holds, and what is said of each: archives of apps, bundles, and apps that carry others.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use apklens::assess::Level;
use apklens::indicators::collection::{Collection, Indicator, Source};
use apklens::indicators::yara::Rules;
use apklens::indicators::{Class, Database, Kind, folder};
use apklens::reading::MAX_APKS;
use apklens::report::{PartRole, Report};
use apklens::{Analyzer, Input};
use common::axml::{self, Axml, TYPE_DECIMAL, tag};
use common::zip_model::{File, Zip};
use common::zip_tricks::MANIFEST;
use common::{fixture, root};
use sha2::{Digest, Sha256};

fn analyzer() -> &'static Analyzer {
    static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
    ANALYZER.get_or_init(|| {
        let files = folder::load(&root().join("tests/fixtures/signatures")).unwrap();
        Analyzer::new(Database::new(folder::read(&files).unwrap()), Rules::compile(&[]).unwrap())
    })
}

fn reports_named(name: &str, bytes: &[u8]) -> Vec<Report> {
    analyzer().analyze(&Input { name, source: &bytes.to_vec(), idsig: None }, &mut |_, _, _| {})
}

fn reports(zip: Vec<File>) -> Vec<Report> {
    reports_named("outer.zip", &Zip::of(zip).bytes())
}

fn only(reports: Vec<Report>) -> Report {
    let names: Vec<&str> = reports.iter().map(|report| report.file.name.as_str()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    reports.into_iter().next().unwrap()
}

/// Names and levels.
fn told(reports: &[Report]) -> Vec<(&str, Level)> {
    reports.iter().map(|report| (report.file.name.as_str(), report.verdict.level)).collect()
}

fn codes(notes: &[apklens::note::Note]) -> Vec<&str> {
    notes.iter().map(|note| &*note.code).collect()
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn fixed(name: &str) -> Vec<u8> {
    read(&fixture(name))
}

fn practice(name: &str) -> Vec<u8> {
    read(&root().join("www/data/practice").join(name))
}

/// An app that is made here: its manifest, and other files.
#[derive(Clone)]
struct Made {
    package: &'static str,
    version: u32,
    split: Option<&'static str>,
    permissions: Vec<&'static str>,
    launcher: bool,
    files: Vec<File>,
}

impl Made {
    fn app(package: &'static str) -> Self {
        Self { package, version: 1, split: None, permissions: Vec::new(), launcher: true, files: Vec::new() }
    }

    fn split(package: &'static str, split: &'static str) -> Self {
        Self { split: Some(split), launcher: false, ..Self::app(package) }
    }

    fn with(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut root = tag("manifest").number("versionCode", TYPE_DECIMAL, self.version).plain("package", self.package);
        if let Some(split) = self.split {
            root = root.plain("split", split);
        }
        if self.split.is_none() {
            // For older levels Android would add permissions.
            root = root.child(tag("uses-sdk").number("targetSdkVersion", TYPE_DECIMAL, 30));
        }
        for permission in &self.permissions {
            root = root.child(tag("uses-permission").android("name", &format!("android.permission.{permission}")));
        }
        let mut application = tag("application").android("label", self.package);
        if self.launcher {
            let mut app = axml::app();
            application = application.child(app.find("activity").clone());
        } else if self.split.is_none() {
            application = application.child(tag("service").android("name", ".Worker"));
        }
        let manifest = Axml::new(&root.child(application), true).bytes();
        let mut files = vec![File::deflated(MANIFEST, &manifest)];
        files.extend(self.files.iter().cloned());
        Zip::of(files).bytes()
    }
}

/// The app signed by one of the test keys, with scheme v2 alone.
fn signed(apk: &[u8], key: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("in.apk"), folder.path().join("out.apk"));
    std::fs::write(&path, apk).unwrap();
    let keystore = root().join(format!("tests/fixtures/keys/{key}.p12"));
    let output = Command::new("apksigner")
        .args(["sign", "--ks-pass", "pass:apklens", "--v1-signing-enabled", "false", "--v4-signing-enabled", "false"])
        .args(["--v3-signing-enabled", "false", "--min-sdk-version", "24", "--ks-key-alias", key, "--ks"])
        .arg(keystore)
        .arg("--out")
        .args([&out, &path])
        .output()
        .expect("./build.sh fixtures installs apksigner");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(&out)
}

#[test]
fn each_app_in_a_zip_is_a_result_of_its_own_however_it_is_packed() {
    let (calculator, management) = (practice("calculator.apk"), practice("device-management.apk"));
    let stalker = fixed("stalker.apk");
    let expected = [
        ("outer.zip!/calculator.apk", Level::NothingKnown),
        ("outer.zip!/device-management.apk", Level::WorryingCapabilities),
        ("outer.zip!/stalker.apk", Level::KnownStalkerware),
    ];
    let packed: [fn(&str, &[u8]) -> File; 2] =
        [|name, bytes| File::stored(name, bytes), |name, bytes| File::deflated(name, bytes)];
    for pack in packed {
        let two = vec![pack("calculator.apk", &calculator), pack("device-management.apk", &management)];
        assert_eq!(told(&reports(two.clone())), expected[..2]);
        let mut three = two;
        three.insert(0, pack("stalker.apk", &stalker));
        assert_eq!(told(&reports(three)), expected);
    }
}

#[test]
fn the_report_of_an_app_in_an_archive_is_that_of_the_app_alone() {
    let names = ["harmless.apk", "stalker.apk", "hidden.apk", "watchware.apk"];
    let files: Vec<File> = names.iter().map(|name| File::deflated(format!("apps/{name}"), &fixed(name))).collect();
    let bytes = Zip::of(files).bytes();
    let found = reports_named("outer.zip", &bytes);
    assert_eq!(found.len(), names.len());
    for name in names {
        let alone = only(reports_named(name, &fixed(name)));
        assert_eq!(alone.container, None);
        let place = format!("outer.zip!/apps/{name}");
        let inside = found.iter().find(|report| report.file.name == place).unwrap();
        let outer = inside.container.clone().unwrap();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((outer.name.as_str(), outer.size, &outer.sha256), ("outer.zip", bytes.len() as u64, &digest));
        let mut same = Report { container: None, ..inside.clone() };
        same.file.name = name.to_owned();
        assert_eq!(same.to_json(), alone.to_json());
    }
}

#[test]
fn archives_in_archives_are_opened_and_a_bundle_in_a_zip_is_one_app() {
    let base = Made::app("a.b").bytes();
    let split = Made::split("a.b", "config.de").bytes();
    let xapk = Zip::of(vec![
        File::stored("config.de.apk", &split),
        File::stored("a.b.apk", &base),
        File::stored("manifest.json", b"{}"),
    ])
    .bytes();
    let inner = Zip::of(vec![File::deflated("deep/stalker.apk", &fixed("stalker.apk"))]).bytes();
    let found = reports(vec![
        File::stored("minutes.txt", &[b'x'; 300]),
        File::deflated("app.xapk", &xapk),
        File::deflated("inner.zip", &inner),
        File::stored("letters.zip", &Zip::of(vec![File::stored("letter.txt", &[b'x'; 300])]).bytes()),
    ]);
    assert_eq!(
        told(&found),
        [
            ("outer.zip!/app.xapk", Level::NothingKnown),
            ("outer.zip!/inner.zip!/deep/stalker.apk", Level::KnownStalkerware)
        ]
    );
    let roles: Vec<(&str, PartRole)> = found[0].parts.iter().map(|part| (part.entry.as_str(), part.role)).collect();
    assert_eq!(roles, [("a.b.apk", PartRole::Base), ("config.de.apk", PartRole::Split)]);
    assert_eq!(found[0].file.size, xapk.len() as u64, "the digest is the bundle's");
    assert_eq!(found[0].package.as_ref().unwrap().split, None);
}

#[test]
fn a_bundle_alone_is_its_app_under_its_own_name_whatever_its_parts_are_called() {
    let base = Made { permissions: vec!["INTERNET"], ..Made::app("a.b") }.bytes();
    let split = Made { permissions: vec!["READ_SMS"], ..Made::split("a.b", "feature") }.bytes();
    for (name, description) in
        [("app.apks", "toc.pb"), ("app.xapk", "manifest.json"), ("app.apkm", "info.json"), ("app.zip", "readme")]
    {
        for names in [["base.apk", "split_feature.apk"], ["split_feature.apk", "base.apk"]] {
            let bytes = Zip::of(vec![
                File::stored(names[0], &base),
                File::stored(names[1], &split),
                File::stored(description, b"{}"),
            ])
            .bytes();
            let report = only(reports_named(name, &bytes));
            assert_eq!((report.file.name.as_str(), report.container.is_none()), (name, true));
            assert_eq!(report.parts[0].entry, names[0]);
            let permissions: Vec<&str> = report.permissions.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(permissions, ["android.permission.INTERNET", "android.permission.READ_SMS"]);
            assert_eq!((codes(&report.anomalies), report.verdict.level), (vec![], Level::NothingKnown));
        }
    }
}

#[test]
fn a_foreign_app_in_a_bundle_is_a_result_of_its_own_and_said() {
    let found = reports_named(
        "app.apks",
        &Zip::of(vec![
            File::stored("base.apk", &Made::app("a.b").bytes()),
            File::stored("split_config.de.apk", &Made::split("a.b", "config.de").bytes()),
            File::stored("split_config.xx.apk", &fixed("hidden.apk")),
            File::stored("toc.pb", b""),
        ])
        .bytes(),
    );
    assert_eq!(
        told(&found),
        [("app.apks!/base.apk", Level::NothingKnown), ("app.apks!/split_config.xx.apk", Level::WorryingCapabilities)]
    );
    for report in &found {
        assert_eq!(codes(&report.anomalies), ["bundle-of-several-apps"]);
    }
    assert_eq!(found[0].anomalies[0].values["places"], "split_config.xx.apk");
    assert_eq!(found[0].parts.len(), 2);
}

#[test]
fn two_bases_of_one_package_are_two_results_and_said() {
    let second = Made { version: 2, ..Made::app("a.b") };
    let found =
        reports(vec![File::stored("old.apk", &Made::app("a.b").bytes()), File::stored("new.apk", &second.bytes())]);
    assert_eq!(
        told(&found),
        [("outer.zip!/new.apk", Level::NothingKnown), ("outer.zip!/old.apk", Level::NothingKnown)]
    );
    for report in &found {
        assert_eq!(codes(&report.anomalies), ["several-bases"]);
    }
}

#[test]
fn splits_without_a_base_could_not_be_checked() {
    let split = |name| Made::split("a.b", name).bytes();
    let two = vec![File::stored("split_a.apk", &split("a")), File::stored("split_b.apk", &split("b"))];
    let report = only(reports(two.clone()));
    assert_eq!(told(std::slice::from_ref(&report)), [("outer.zip", Level::CouldNotCheck)]);
    assert_eq!(codes(&report.problems), ["split-without-base"]);
    assert_eq!(report.parts.len(), 2);
    let beside = two.into_iter().chain([File::stored("z.apk", &fixed("harmless.apk"))]).collect();
    assert_eq!(
        told(&reports(beside)),
        [("outer.zip!/split_a.apk", Level::CouldNotCheck), ("outer.zip!/z.apk", Level::NothingKnown)]
    );
    // Beside a file by itself, its base may lie as another file: `adb pull` copies an app so.
    let alone = only(reports_named("split_a.apk", &split("a")));
    assert_eq!((alone.verdict.level, codes(&alone.problems)), (Level::NothingKnown, vec![]));
    assert_eq!(codes(&alone.verdict.reasons), ["split-without-base", "nothing-known"]);
}

#[test]
fn a_split_of_another_version_or_signer_is_no_part_of_the_app() {
    let base = signed(&Made::app("a.b").bytes(), "other");
    let split = Made::split("a.b", "config.de");
    let newer = Made { version: 2, ..split.clone() };
    let broken = {
        let mut zip = signed(&split.clone().with(File::stored("a.txt", b"before")).bytes(), "other");
        let at = zip.windows(6).position(|window| window == b"before").unwrap();
        zip[at] = b'B';
        zip
    };
    for (bytes, code) in [
        (signed(&split.bytes(), "maker"), "split-other-signer"),
        (split.bytes(), "split-other-signer"),
        (broken, "split-other-signer"),
        (signed(&newer.bytes(), "other"), "split-other-version"),
    ] {
        let found = reports(vec![File::stored("base.apk", &base), File::stored("split.apk", &bytes)]);
        let names: Vec<&str> = found.iter().map(|report| report.file.name.as_str()).collect();
        assert_eq!(names, ["outer.zip!/base.apk", "outer.zip!/split.apk"], "{code}");
        assert_eq!(codes(&found[0].anomalies), [code]);
        assert!(found[1].problems.iter().any(|problem| problem.code == "split-without-base"));
        assert_ne!(found[1].verdict.level, Level::NothingKnown);
    }
    // A split states no lowest Android version, so that apksigner would want a signature of scheme v1 as well: whose
    // it is shows all the same.
    let report = only(reports(vec![
        File::stored("base.apk", &base),
        File::stored("split.apk", &signed(&split.bytes(), "other")),
    ]));
    assert_eq!(report.parts.len(), 2);
}

#[test]
fn a_harmless_shell_around_a_spy_is_not_nothing_known() {
    let hidden = fixed("hidden.apk");
    let zip = Zip::of(vec![File::deflated("lib.apk", &hidden)]).bytes();
    let twice = Made::app("c.d").with(File::deflated("assets/deep", &hidden)).bytes();
    for (file, place) in [
        (File::stored("assets/plugin.apk", &hidden), "assets/plugin.apk"),
        (File::deflated("assets/font.ttf", &hidden), "assets/font.ttf"),
        (File::deflated("res/raw/data.jar", &zip), "res/raw/data.jar!/lib.apk"),
        (File::stored("assets/shell.png", &twice), "assets/shell.png!/assets/deep"),
    ] {
        let report = only(reports_named("shell.apk", &Made::app("a.b").with(file).bytes()));
        assert_eq!(report.verdict.level, Level::WorryingCapabilities, "{place}");
        let reason = &report.verdict.reasons[0];
        assert_eq!((&*reason.code, reason.values["inside"].as_str()), ("hides-and-watches", place));
        assert!(reason.text.starts_with(&format!("An app inside it ({place}): It shows no icon, ")), "{}", reason.text);
        assert_eq!(reason.place.entry.as_deref(), Some(place));
        let package = report.package.as_ref().unwrap();
        assert_eq!((package.name.as_str(), package.label.as_deref()), ("a.b", Some("a.b")), "its face stays its own");
        assert!(report.permissions.is_empty(), "what it asks for itself stays its own");
        let inside: Vec<&str> = report
            .capabilities
            .iter()
            .filter(|capability| capability.inside.as_deref() == Some(place))
            .map(|capability| capability.code.as_str())
            .collect();
        assert!(inside.contains(&"read-messages") && inside.contains(&"no-icon"), "{inside:?}");
        assert!(report.parts.iter().any(|part| part.entry == place && part.role == PartRole::Embedded));
    }
}

#[test]
fn what_matches_in_a_carried_app_counts_for_the_carrier_and_is_said_of_the_carried_one() {
    let report = only(reports_named(
        "shell.apk",
        &Made::app("a.b").with(File::deflated("assets/x.bin", &fixed("stalker.apk"))).bytes(),
    ));
    assert_eq!(report.verdict.level, Level::KnownStalkerware);
    let reason = &report.verdict.reasons[0];
    assert_eq!(&*reason.code, "package-name");
    assert_eq!(
        reason.text,
        "An app inside it (assets/x.bin): It has the package name of Testfamily: org.apklens.fixture.stalker."
    );
    assert_eq!(report.signing.certificates, [], "the signer stays the shell's");
}

#[test]
fn stalkerware_in_a_split_counts_for_the_app() {
    let split = Made::split("a.b", "config.de").with(File::deflated("assets/x", &fixed("stalker.apk")));
    let report = only(reports_named(
        "app.apks",
        &Zip::of(vec![
            File::stored("base.apk", &Made::app("a.b").bytes()),
            File::stored("split.apk", &split.bytes()),
            File::stored("toc.pb", b""),
        ])
        .bytes(),
    ));
    assert_eq!(report.verdict.level, Level::KnownStalkerware);
    assert_eq!(report.verdict.reasons[0].values["inside"], "split.apk!/assets/x");
}

#[test]
fn a_hidden_shell_and_what_it_carries_watch_together() {
    let shell = Made { permissions: vec!["INTERNET"], launcher: false, ..Made::app("a.b") };
    let tool = |permissions| Made { permissions, ..Made::app("c.d") }.bytes();
    let carrying = |permissions| shell.clone().with(File::stored("assets/x", &tool(permissions))).bytes();
    let report = only(reports_named("shell.apk", &carrying(vec!["READ_SMS", "RECORD_AUDIO", "READ_CALL_LOG"])));
    assert_eq!(report.verdict.level, Level::WorryingCapabilities);
    assert_eq!(codes(&report.verdict.reasons), ["hides-and-watches-together"]);
    let report = only(reports_named("shell.apk", &carrying(vec!["READ_SMS"])));
    assert_eq!(report.verdict.level, Level::NothingKnown);
}

#[test]
fn an_app_that_carries_a_harmless_one_is_one_result_with_the_verdict_of_both() {
    let apidemos = root().join("node_modules/android-apidemos/apks/ApiDemos-debug.apk");
    let report = only(reports_named("ApiDemos-debug.apk", &read(&apidemos)));
    assert_eq!(report.verdict.level, Level::NothingKnown);
    let parts: Vec<(&str, PartRole)> = report.parts.iter().map(|part| (part.entry.as_str(), part.role)).collect();
    assert_eq!(parts, [("assets/HelloActivity.apk", PartRole::Embedded)]);
}

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
    Analyzer::new(Database::new(collection), Rules::compile(&[]).unwrap())
}

#[test]
fn the_digest_of_an_archive_names_the_archive_and_of_its_apps_only_a_single_one() {
    let pack =
        |names: &[&str]| Zip::of(names.iter().map(|name| File::stored(name, &fixed(name))).collect::<Vec<_>>()).bytes();
    let of = |bytes: &Vec<u8>| {
        knowing(bytes).analyze(&Input { name: "outer.zip", source: bytes, idsig: None }, &mut |_, _, _| {})
    };
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
    assert_eq!(found[1].matches[0].weakened.as_deref(), Some("one-of-several"));
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

#[test]
fn neither_the_order_of_entries_nor_how_they_are_packed_changes_a_report() {
    let files = vec![
        File::stored("base.apk", &Made::app("a.b").bytes()),
        File::stored("split.apk", &Made::split("a.b", "config.de").bytes()),
        File::stored("hidden.apk", &fixed("hidden.apk")),
        File::stored("shell.apk", &Made::app("c.d").with(File::stored("assets/x", &fixed("stalker.apk"))).bytes()),
    ];
    let without_container = |files: Vec<File>| -> Vec<String> {
        let reports = reports(files).into_iter();
        reports.map(|report| Report { container: None, ..report }.to_json()).collect()
    };
    let expected = without_container(files.clone());
    assert_eq!(expected.len(), 3);
    for turn in 1..files.len() {
        let mut turned = files.clone();
        turned.rotate_left(turn);
        turned.iter_mut().for_each(File::deflate);
        assert_eq!(without_container(turned), expected);
    }
}
