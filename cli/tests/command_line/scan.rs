//! The command line, run as a user runs it, on the real apps and on the fixtures.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use testkit::zip_model::{File, Zip};
use testkit::{fixture, real_apks, root};

fn apklens() -> Command {
    Command::new(env!("CARGO_BIN_EXE_apklens"))
}

/// A scan with the made-up families of the tests beside the built-in ones.
fn scan(arguments: &[&str], paths: &[&Path]) -> Output {
    apklens()
        .args(["scan", "--indicators"])
        .arg(root().join("tests/fixtures/signatures"))
        .args(arguments)
        .args(paths)
        .output()
        .unwrap()
}

fn report(path: &Path) -> Value {
    only(&scan(&["--format", "json"], &[path]))
}

/// The only report in an array of them.
fn only(output: &Output) -> Value {
    let reports: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    <[Value; 1]>::try_from(reports).unwrap_or_else(|reports| panic!("{} reports", reports.len()))[0].take()
}

fn level(report: &Value) -> &str {
    report["verdict"]["level"].as_str().unwrap()
}

fn reasons(report: &Value) -> Vec<&str> {
    report["verdict"]["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

/// What another tool prints about a file.
fn run(command: &str, arguments: &[&str], path: &Path) -> String {
    let output = Command::new(command).args(arguments).arg(path).output();
    let output = output.unwrap_or_else(|error| panic!("{command}: {error}: ./build.sh fixtures installs it"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The part of `text` between `before` and the next quote.
fn quoted<'t>(text: &'t str, before: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once('\'').unwrap().0
}

#[test]
fn package_and_versions_are_those_that_aapt_prints() {
    for (name, path) in real_apks() {
        let report = report(&path);
        let badging = run("aapt", &["dump", "badging"], &path);
        let package = &report["package"];
        assert_eq!(package["name"], quoted(&badging, "package: name='"), "{name}");
        assert_eq!(package["version_code"].to_string(), quoted(&badging, "versionCode='"), "{name}");
        assert_eq!(package["version_name"], quoted(&badging, "versionName='"), "{name}");
        assert_eq!(package["min_sdk"].to_string(), quoted(&badging, "sdkVersion:'"), "{name}");
        assert_eq!(package["target_sdk"].to_string(), quoted(&badging, "targetSdkVersion:'"), "{name}");
        assert_eq!(package["label"].as_str().unwrap_or_default(), quoted(&badging, "application: label='"), "{name}");
    }
}

#[test]
fn signers_are_those_that_apksigner_prints() {
    for (name, path) in real_apks() {
        let report = report(&path);
        let printed = run("apksigner", &["verify", "--print-certs"], &path);
        let digests = |label: &str| -> Vec<String> {
            printed
                .lines()
                .filter_map(|line| line.split_once(label))
                .map(|(_, digest)| digest.trim().to_owned())
                .collect()
        };
        let certificates = report["signing"]["certificates"].as_array().unwrap();
        let of_report = |field: &str| -> Vec<String> {
            certificates.iter().map(|certificate| certificate[field].as_str().unwrap().to_owned()).collect()
        };
        assert!(!certificates.is_empty(), "{name}");
        assert_eq!(of_report("sha256"), digests("certificate SHA-256 digest:"), "{name}");
        assert_eq!(of_report("sha1"), digests("certificate SHA-1 digest:"), "{name}");
        assert_eq!(report["signing"]["status"], "verified", "{name}");
    }
}

#[test]
fn harmless_apps_raise_no_alarm() {
    for path in real_apks().into_iter().map(|(_, path)| path).chain([fixture("harmless.apk"), fixture("unsigned.apk")])
    {
        let output = scan(&["--format", "json"], &[&path]);
        let report = only(&output);
        assert_eq!(level(&report), "nothing-known", "{}: {}", path.display(), report["verdict"]);
        assert_eq!(report["matches"], Value::Array(vec![]), "{}", path.display());
        assert_eq!(output.status.code(), Some(0), "{}", path.display());
    }
}

#[test]
fn each_fixture_has_its_verdict() {
    let expected = [
        ("stalker.apk", "known-stalkerware", "package-name"),
        ("renamed.apk", "known-stalkerware", "same-signer"),
        ("watchware.apk", "known-watchware", "package-name"),
        ("dual-use.apk", "known-dual-use", "package-name"),
        ("hidden.apk", "worrying-capabilities", "hides-and-watches"),
        ("harmless.apk", "nothing-known", "nothing-known"),
        ("empty.apk", "could-not-check", "not-all-read"),
        ("not-a-zip.apk", "could-not-check", "not-all-read"),
        ("truncated.apk", "could-not-check", "not-all-read"),
        ("encrypted.apk", "could-not-check", "not-all-read"),
        ("broken-manifest.apk", "could-not-check", "not-all-read"),
        ("no-manifest.zip", "could-not-check", "not-all-read"),
    ];
    for (name, verdict, reason) in expected {
        let report = report(&fixture(name));
        assert_eq!(level(&report), verdict, "{name}");
        assert!(reasons(&report).contains(&reason), "{name}: {:?}", reasons(&report));
        assert_eq!(report["file"]["name"], name);
    }
}

#[test]
fn a_phone_makers_name_on_somebody_elses_key_is_told_and_changes_no_verdict_alone() {
    let posing = report(&fixture("posing.apk"));
    assert_eq!(posing["package"]["name"], "com.sec.android.garden");
    let told = |report: &Value| {
        report["capabilities"].as_array().unwrap().iter().find(|one| one["code"] == "pose-as-maker").cloned()
    };
    let subject = &posing["signing"]["certificates"][0]["subject"];
    assert_eq!(told(&posing).unwrap()["evidence"], json!(["com.sec.android.garden", subject]));
    assert_eq!(level(&posing), "nothing-known");
    assert_eq!(told(&report(&fixture("harmless.apk"))), None);
}

#[test]
fn a_certificate_whose_signature_does_not_hold_names_nobody() {
    let report = report(&fixture("renamed-broken.apk"));
    assert_eq!(report["signing"]["status"], "invalid");
    assert_eq!(report["matches"][0]["kind"], "certificate-sha1");
    assert_eq!(report["matches"][0]["weakened"], "signature-not-verified");
    assert!(reasons(&report).contains(&"same-signer-unproven"));
    assert_ne!(level(&report), "known-stalkerware");
}

#[test]
fn a_file_that_cannot_be_read_is_said_in_one_sentence_and_harms_no_other() {
    let paths = ["empty.apk", "harmless.apk", "not-a-zip.apk"].map(fixture);
    let missing = PathBuf::from("no-such-file.apk");
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).chain([missing.as_path()]).collect();
    let output = scan(&["--format", "json"], &paths);
    let reports: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let levels: Vec<&str> = reports.iter().map(level).collect();
    assert_eq!(levels, ["could-not-check", "nothing-known", "could-not-check", "could-not-check"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.lines().count(), 3, "{errors}");
    assert!(errors.contains("empty.apk: This file is empty."), "{errors}");
}

#[test]
fn the_exit_status_tells_of_a_find_before_a_gap() {
    let status = |names: &[&str]| {
        let paths: Vec<PathBuf> = names.iter().map(|name| fixture(name)).collect();
        scan(&[], &paths.iter().map(PathBuf::as_path).collect::<Vec<_>>()).status.code()
    };
    assert_eq!(status(&["harmless.apk"]), Some(0));
    assert_eq!(status(&["harmless.apk", "stalker.apk"]), Some(1));
    assert_eq!(status(&["empty.apk", "stalker.apk"]), Some(1));
    assert_eq!(status(&["empty.apk", "harmless.apk"]), Some(2));
}

#[test]
fn a_folder_and_a_list_on_standard_input_are_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::fs::copy(fixture("harmless.apk"), folder.path().join("inner/a.apk")).unwrap();
    std::fs::copy(fixture("stalker.apk"), folder.path().join("without-ending")).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not an app").unwrap();
    let lines = |output: &Output| -> Vec<String> {
        String::from_utf8(output.stdout.clone())
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["file"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(lines(&scan(&["--format", "ndjson"], &[folder.path()])), ["a.apk", "without-ending"]);

    let mut child = apklens()
        .args(["scan", "--format", "ndjson", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let list = format!("{}\n{}\n", fixture("harmless.apk").display(), fixture("unsigned.apk").display());
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), list.as_bytes()).unwrap();
    assert_eq!(lines(&child.wait_with_output().unwrap()), ["harmless.apk", "unsigned.apk"]);
}

#[test]
fn a_folder_without_an_app_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let output = scan(&["--format", "json"], &[folder.path()]);
    assert_eq!(output.status.code(), Some(2));
    let reports: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reports.iter().map(level).collect::<Vec<_>>(), ["could-not-check"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("no app file in this folder"));
}

#[test]
fn csv_has_a_row_a_file_and_no_formula() {
    let output = scan(&["--format", "csv"], &[&fixture("stalker.apk"), &fixture("hostile-strings.apk")]);
    let mut reader = csv::Reader::from_reader(&output.stdout[..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(&rows[0][3], "known-stalkerware");
    assert_eq!(&rows[0][10], "Testfamily");
}

#[test]
fn csv_matches_has_a_row_a_match_and_one_for_a_file_without() {
    let stalker = fixture("stalker.apk");
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("own.txt");
    std::fs::write(&list, report(&stalker)["file"]["sha256"].as_str().unwrap()).unwrap();
    let arguments = ["--format", "csv-matches", "--indicators", list.to_str().unwrap()];
    let output = scan(&arguments, &[&stalker, &fixture("empty.apk")]);
    let mut reader = csv::Reader::from_reader(&output.stdout[..]);
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let value = |row: &csv::StringRecord, column: &str| {
        row.get(head.iter().position(|name| name == column).unwrap()).unwrap().to_owned()
    };
    let kinds: Vec<String> = rows.iter().map(|row| value(row, "kind")).collect();
    assert_eq!(kinds, ["file-sha256", "package", ""]);
    let package = rows.iter().find(|row| value(row, "kind") == "package").unwrap();
    for (column, expected) in [
        ("family", "Testfamily"),
        ("class", "stalkerware"),
        ("value", "org.apklens.fixture.stalker"),
        ("entry", "AndroidManifest.xml"),
        ("strength", "strong"),
        ("sources", "fixtures (2026-01-01)"),
    ] {
        assert_eq!(value(package, column), expected);
    }
    assert_eq!(value(&rows[2], "verdict"), "could-not-check");
    assert_eq!(value(&rows[2], "family"), "");
}

#[test]
fn a_list_beside_the_database_is_named_with_its_date_and_makes_it_no_newer() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("own.txt");
    std::fs::write(&list, "package:org.example.a\n").unwrap();
    // 2099-12-31, far beyond the database's own date.
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(4_102_358_400);
    std::fs::File::options().write(true).open(&list).unwrap().set_modified(time).unwrap();
    let path = fixture("harmless.apk");
    let alone = report(&path);
    let output = scan(&["--format", "json", "--indicators", list.to_str().unwrap()], &[&path]);
    let beside = only(&output);
    for key in ["database_version", "database_date", "rules"] {
        assert_eq!(beside["tool"][key], alone["tool"][key]);
    }
    let sources = beside["tool"]["sources"].as_array().unwrap();
    assert_eq!(sources.last().unwrap(), &json!({"name": "own.txt", "date": "2099-12-31"}));
    assert_eq!(sources[..sources.len() - 1], alone["tool"]["sources"].as_array().unwrap()[..]);
    let output = scan(&["--indicators", list.to_str().unwrap()], &[&path]);
    assert!(String::from_utf8(output.stdout).unwrap().contains(", own.txt (2099-12-31)\n  YARA rules: apklens.yar\n"));
}

#[test]
fn text_never_calls_an_app_by_a_word_of_comfort() {
    let paths: Vec<PathBuf> =
        ["harmless.apk", "stalker.apk", "empty.apk", "hidden.apk"].iter().map(|name| fixture(name)).collect();
    let output = scan(&[], &paths.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let text = String::from_utf8(output.stdout).unwrap().to_lowercase();
    assert!(text.contains("nothing known was found. that does not rule it out"));
    for line in text.lines().filter(|line| line.starts_with("  ")) {
        for word in ["safe", "clean", "harmless"] {
            let spoken = line.split(|c: char| !c.is_alphanumeric()).any(|found| found == word);
            assert!(!spoken || line.contains("org.apklens.fixture"), "{line}");
        }
    }
}

#[test]
fn a_rule_names_the_app_and_a_mistake_in_it_is_shown_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let rule = folder.path().join("mine.yar");
    std::fs::write(
        &rule,
        "rule mine {\n  meta:\n    family = \"Ruled\"\n    class = \"watchware\"\n  strings:\n    $a = \"org.apklens.fixture.harmless\"\n  condition:\n    $a\n}\n",
    )
    .unwrap();
    let scan_with_rule = || scan(&["--format", "json", "--rules", rule.to_str().unwrap()], &[&fixture("harmless.apk")]);
    let report = only(&scan_with_rule());
    assert_eq!(report["matches"][0]["family"], "Ruled", "{report:#}");
    assert_eq!(report["matches"][0]["kind"], "yara");

    std::fs::write(&rule, "rule mine {\n  condition:\n    $missing\n}\n").unwrap();
    let output = scan_with_rule();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("mine.yar:3:5:"), "{errors}");
}

#[test]
fn each_scheme_is_told_as_what_became_of_it() {
    let told = |name: &str| {
        let output = scan(&["--format", "text"], &[&fixture(&format!("signing/{name}.apk"))]);
        String::from_utf8(output.stdout).unwrap()
    };
    let text = told("v1v2-for-24");
    assert!(text.contains("    Scheme v1: there, not used on the Android versions that can run this app\n"), "{text}");
    assert!(text.contains("    Scheme v2: holds\n"), "{text}");
    assert!(!text.contains("does not hold"), "{text}");
    let text = told("rotated-from-33");
    assert!(text.contains("CN=p256,O=apklens tests (SDK levels 33 and higher)\n"), "{text}");
    assert!(text.contains("CN=rsa2048,O=apklens tests (SDK levels 21 to 32)\n"), "{text}");
    let text = told("own-v3-false-digest");
    assert!(text.contains("    Scheme v3: does not hold\n"), "{text}");
}

#[test]
fn json_is_an_array_for_one_file_and_for_several_and_ndjson_a_line_each() {
    let (harmless, stalker) = (fixture("harmless.apk"), fixture("stalker.apk"));
    for paths in [vec![harmless.as_path()], vec![harmless.as_path(), stalker.as_path()]] {
        let reports: Vec<Value> = serde_json::from_slice(&scan(&["--format", "json"], &paths).stdout).unwrap();
        let lines = String::from_utf8(scan(&["--format", "ndjson"], &paths).stdout).unwrap();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(reports.len(), paths.len());
        assert_eq!(reports, lines);
    }
}

/// An archive with two of the practice apps, uncompressed.
fn two_apps(folder: &Path) -> PathBuf {
    let practice = root().join("www/data/practice");
    let files = ["calculator.apk", "device-management.apk"]
        .map(|name| File::stored(name, &std::fs::read(practice.join(name)).unwrap()));
    let path = folder.join("outer.zip");
    std::fs::write(&path, Zip::of(files.to_vec()).bytes()).unwrap();
    path
}

#[test]
fn each_app_in_an_archive_has_a_report_and_the_exit_status_is_over_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = two_apps(folder.path());
    let output = scan(&["--format", "json"], &[&path]);
    let reports: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let told: Vec<(&str, &str)> =
        reports.iter().map(|report| (report["file"]["name"].as_str().unwrap(), level(report))).collect();
    assert_eq!(
        told,
        [("outer.zip!/calculator.apk", "nothing-known"), ("outer.zip!/device-management.apk", "worrying-capabilities")]
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(reports[0]["container"]["name"], "outer.zip");

    let text = String::from_utf8(scan(&[], &[&path]).stdout).unwrap();
    for name in ["calculator.apk", "device-management.apk"] {
        assert!(text.contains(&format!("{}!/{name}\n", path.display())), "{text}");
    }
    for (format, rows) in [("csv", 2), ("csv-matches", 2)] {
        let output = scan(&["--format", format], &[&path]);
        let mut reader = csv::Reader::from_reader(&output.stdout[..]);
        let paths: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
        assert_eq!(paths.len(), rows);
        assert!(paths[0].ends_with("outer.zip!/calculator.apk"), "{paths:?}");
    }
    for format in ["stix", "misp"] {
        let text = String::from_utf8(scan(&["--format", format], &[&path]).stdout).unwrap();
        assert!(text.contains("outer.zip!/calculator.apk") && text.contains("outer.zip!/device-management.apk"));
    }
}

#[test]
fn an_app_in_an_archive_that_cannot_be_read_is_complained_of_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outer.zip");
    let harmless = std::fs::read(fixture("harmless.apk")).unwrap();
    let files = vec![File::stored("a.apk", &harmless), File::stored("b.apk", b"no archive")];
    std::fs::write(&path, Zip::of(files).bytes()).unwrap();
    let output = scan(&[], &[&path]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("outer.zip!/b.apk: This file is not an Android app"), "{errors}");
    assert_eq!(errors.lines().count(), 1);
}

#[test]
fn folders_of_rules_include_one_another_and_what_is_left_out_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    };
    write("index.yar", "include \"lib/base.yar\"\nrule whole { condition: zip and filesize > 1KB }");
    write("lib/base.yar", "private rule zip { condition: uint32(0) == 0x04034b50 }");
    write("koodous.yar", "import \"androguard\"\nrule by_package { condition: androguard.package_name(/a/) }");
    let path = fixture("harmless.apk");
    let run = |rules: &Path| {
        apklens().args(["scan", "--format", "ndjson", "--rules"]).arg(rules).arg(&path).output().unwrap()
    };
    let output = run(folder.path());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let matched: Vec<&Value> = report["matches"].as_array().unwrap().iter().map(|found| &found["value"]).collect();
    assert_eq!(matched, ["whole"]);
    assert_eq!((level(&report), output.status.code()), ("nothing-known", Some(0)));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("koodous.yar:2: the rule by_package is left out: it needs the module androguard"), "{told}");
    assert_eq!(report["tool"]["skipped_rules"][0]["module"], "androguard");

    let alone = run(&folder.path().join("koodous.yar"));
    assert_eq!(alone.status.code(), Some(2), "nothing of it can be used");
    assert!(String::from_utf8(alone.stderr).unwrap().contains("modules that are not offered (androguard)"));
    // Only what was given is ever included.
    let outside = run(&folder.path().join("index.yar"));
    assert_eq!(outside.status.code(), Some(2));
    assert!(String::from_utf8(outside.stderr).unwrap().contains("index.yar:1:1: the file “lib/base.yar” is not among"));
}
