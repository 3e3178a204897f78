//! Lists that somebody brings, by the command line: what is used, what is not and said, what is refused; and that
//! nothing which the program writes changes an answer when it is given back as a list.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use testkit::{fixture, root};

/// A scan with the made-up families beside the built-in ones, and with more lists.
fn scan(lists: &[&Path], format: &str, apps: &[PathBuf]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apklens"));
    command.env("SOURCE_DATE_EPOCH", "1782043200").args(["scan", "--format", format]);
    command.arg("--indicators").arg(root().join("tests/fixtures/signatures"));
    for list in lists {
        command.arg("--indicators").arg(list);
    }
    command.args(apps).output().unwrap()
}

/// The verdict of each file, by its name.
fn levels(output: &Output) -> BTreeMap<String, String> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let reports = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let level = |report: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&report["file"]["name"]), text(&report["verdict"]["level"]))
    };
    reports.map(|report| level(&report)).collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn written(folder: &TempDir, name: &str, text: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

/// Every app of the fixtures that no test of signatures needs, and some of those.
fn fixtures() -> Vec<PathBuf> {
    let folder = fixture("harmless.apk").parent().unwrap().to_owned();
    let mut apps: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "apk" || extension == "zip"))
        .collect();
    apps.sort();
    assert!(apps.len() >= 15, "{apps:?}");
    apps
}

#[test]
fn every_form_that_is_written_leaves_every_verdict_when_it_is_read_back() {
    let folder = TempDir::new().unwrap();
    let apps = fixtures();
    let before = levels(&scan(&[], "ndjson", &apps));
    for class in ["known-stalkerware", "known-watchware", "known-dual-use", "worrying-capabilities", "nothing-known"] {
        assert!(before.values().any(|level| level == class), "no fixture is {class}");
    }
    for format in ["json", "ndjson", "csv", "csv-matches", "text", "stix", "misp"] {
        let export = written(&folder, &format!("export.{format}"), &scan(&[], format, &apps).stdout);
        let output = scan(&[&export], "ndjson", &apps);
        let refused = output.stdout.is_empty();
        match format {
            "stix" | "misp" => assert!(!refused, "{format}: {}", errors(&output)),
            "text" => assert!(refused || levels(&output) == before, "{format}"),
            _ => assert!(refused && errors(&output).contains("a report that apklens wrote"), "{}", errors(&output)),
        }
        if refused {
            assert_eq!(output.status.code(), Some(2), "{format}");
        } else {
            assert_eq!(levels(&output), before, "{format}");
        }
    }
    // Each app by itself, too: what is said of one must not count for another.
    for app in ["stalker.apk", "renamed.apk"] {
        for format in ["stix", "misp"] {
            let export = written(&folder, &format!("{app}.{format}"), &scan(&[], format, &[fixture(app)]).stdout);
            assert_eq!(levels(&scan(&[&export], "ndjson", &apps)), before, "{app} as {format}");
        }
    }
}

#[test]
fn context_and_observations_name_nobody_and_are_told() {
    let folder = TempDir::new().unwrap();
    let app = [fixture("harmless.apk")];
    let package = "org.apklens.fixture.harmless";
    let misp = |flag: &str| {
        format!(
            r#"{{"Event": {{"info": "A campaign", "Attribute": [
                {{"type": "domain", "value": "c2.example.net", "to_ids": true}},
                {{"type": "mobile-application-id", "value": "{package}", "to_ids": {flag}, "comment": "imitated"}}]}}}}"#
        )
    };
    let stix = |members: &str| {
        format!(
            r#"{{"type": "bundle", "objects": [{{"type": "indicator", "id": "indicator--1",
            "pattern": "[app:id='{package}']", "pattern_type": "stix"{members}}}]}}"#
        )
    };
    for (name, text, level, told) in [
        ("context.json", misp("false"), "nothing-known", "it is context or an observation"),
        ("flagged.json", misp("true"), "known-stalkerware", ""),
        ("plain.stix2", stix(""), "known-stalkerware", ""),
        ("watchware.stix2", stix(r#", "labels": ["watchware"]"#), "known-watchware", ""),
        ("benign.stix2", stix(r#", "indicator_types": ["benign"]"#), "nothing-known", "its publisher calls it benign"),
        (
            "over.stix2",
            stix(r#", "valid_until": "2026-01-01T00:00:00Z""#),
            "nothing-known",
            "it was valid until 2026-01-01",
        ),
        (
            "later.stix2",
            stix(r#", "valid_from": "2027-01-01T00:00:00Z""#),
            "nothing-known",
            "it is valid from 2027-01-01",
        ),
        ("revoked.stix2", stix(r#", "revoked": true"#), "nothing-known", "it was revoked"),
    ] {
        let list = written(&folder, name, text.as_bytes());
        let output = scan(&[&list], "ndjson", &app);
        assert_eq!(levels(&output)["harmless.apk"], level, "{name}: {}", errors(&output));
        assert!(errors(&output).contains(told), "{name}: {}", errors(&output));
    }
}

#[test]
fn a_list_or_folder_of_which_nothing_is_used_is_refused() {
    let folder = TempDir::new().unwrap();
    let app = [fixture("harmless.apk")];
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    written(&folder, "pages/a.txt", b"404: Not Found");
    written(&folder, "pages/b.html", b"<html>404</html>");
    let listed = "bad.stix2 md5.txt page.csv other.json own.json";
    let mut refused: Vec<(PathBuf, &str)> = vec![
        (written(&folder, "bad.stix2", b"404: Not Found"), "nothing in this file"),
        (written(&folder, "md5.txt", &b"ab".repeat(16)), "MD5"),
        (written(&folder, "page.csv", b"<!doctype html><title>404</title>"), "a web page"),
        (written(&folder, "other.json", b"{\"message\": \"Not Found\"}"), "neither STIX 2 nor a MISP event"),
        (written(&folder, "own.json", b"{\"schema\": \"apklens-report/1\"}"), "a report that apklens wrote"),
    ];
    assert_eq!(listed.split(' ').count(), refused.len());
    refused.push((empty, "none of the files"));
    refused.push((folder.path().join("pages"), "none of the files"));
    for (list, reason) in &refused {
        let output = scan(&[list], "ndjson", &app);
        assert_eq!(output.status.code(), Some(2), "{}", list.display());
        assert!(output.stdout.is_empty() && errors(&output).contains(reason), "{}", errors(&output));
    }
    // One list among others is used, and the others are named.
    written(&folder, "pages/c.txt", b"package:org.apklens.fixture.harmless\n");
    let output = scan(&[&folder.path().join("pages")], "ndjson", &app);
    assert_eq!(levels(&output)["harmless.apk"], "known-stalkerware");
    assert!(errors(&output).contains("a.txt: not used"), "{}", errors(&output));
    let rules = Command::new(env!("CARGO_BIN_EXE_apklens"))
        .args(["scan", "--rules"])
        .arg(folder.path().join("pages"))
        .args(&app)
        .output()
        .unwrap();
    assert_eq!(rules.status.code(), Some(2));
    assert!(errors(&rules).contains("no rules"), "{}", errors(&rules));
}

#[test]
fn one_package_of_two_sources_is_one_match_with_both() {
    use apklens::indicators::{Class, Database, Facts};
    let shipped = std::fs::read(root().join("signatures/compiled.db")).unwrap();
    let database = Database::load(&shipped).unwrap();
    let packages = vec![("com.life360.android.safetymapd".to_owned(), apklens::note::Place::default())];
    let matches = database.match_facts(&Facts { packages, ..Facts::default() });
    assert_eq!(matches.len(), 1, "{matches:#?}");
    assert_eq!((matches[0].family.as_str(), matches[0].class), ("Life360", Some(Class::Watchware)));
    assert!(matches[0].aliases.contains(&"Family Locator - GPS Tracker".to_owned()));
    let sources: Vec<&str> = matches[0].sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(sources, ["echap", "isdi"]);
}

#[test]
fn no_shipped_server_is_a_host_that_all_use() {
    use apklens::indicators::{Database, Kind, hosts};
    let shipped = std::fs::read(root().join("signatures/compiled.db")).unwrap();
    let database = Database::load(&shipped).unwrap();
    for indicator in &database.collection().indicators {
        if matches!(indicator.kind, Kind::C2Domain | Kind::Website) {
            assert_eq!(hosts::shared(&indicator.value), None, "{}", indicator.value);
        }
    }
}

#[test]
fn the_former_name_of_the_option_is_still_taken() {
    let lists = root().join("tests/fixtures/signatures");
    let app = fixture("stalker.apk");
    let of = |option: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apklens"));
        command.args(["scan", "--format", "json", "--no-builtin", option]).arg(&lists).arg(&app).output().unwrap()
    };
    let (new, former) = (of("--indicators"), of("--signatures"));
    assert_eq!(new.status.code(), Some(1), "{}", String::from_utf8_lossy(&new.stderr));
    assert_eq!(new.stdout, former.stdout);
}
