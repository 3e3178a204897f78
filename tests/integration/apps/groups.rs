//! Archives of apps, and bundles: which APKs are one app.

use apklens::assess::Level;
use apklens::report::PartRole;
use sha2::{Digest, Sha256};

use super::made::{Made, codes, fixed, only, practice, reports, reports_named, signed, told};
use testkit::zip_model::{File, Zip};

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
        let mut same = inside.clone();
        same.container = None;
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
fn neither_the_order_of_entries_nor_how_they_are_packed_changes_a_report() {
    let files = vec![
        File::stored("base.apk", &Made::app("a.b").bytes()),
        File::stored("split.apk", &Made::split("a.b", "config.de").bytes()),
        File::stored("hidden.apk", &fixed("hidden.apk")),
        File::stored("shell.apk", &Made::app("c.d").with(File::stored("assets/x", &fixed("stalker.apk"))).bytes()),
    ];
    let without_container = |files: Vec<File>| -> Vec<String> {
        let reports = reports(files).into_iter();
        reports
            .map(|mut report| {
                report.container = None;
                report.to_json()
            })
            .collect()
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
