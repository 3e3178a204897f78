//! Exports held against the programs that others read them with: OASIS's validator and library for STIX 2.1, PyMISP,
//! and a validator of JSON Schema for the report itself. Over every fixture and real app, and over a report of all that
//! a report may hold.

use std::path::{Path, PathBuf};
use std::process::Command;

use apklens::export;
use apklens::indicators::{Class, Kind, Match, Strength, Weakening};
use apklens::report::Report;
use serde_json::{Value, json};
use testkit::{fixture, real_apks, root};

/// 2026-06-21T12:00:00Z
const WHEN: (&str, &str) = ("1782043200", "2026-06-21T12:00:00Z");

fn scan(format: &str, paths: &[PathBuf]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_apklens"))
        .env("SOURCE_DATE_EPOCH", WHEN.0)
        .args(["scan", "--format", format, "--indicators"])
        .arg(root().join("tests/fixtures/signatures"))
        .args(paths)
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(3));
    output.stdout
}

/// The reports on everything there is to scan, each in a line.
fn reports() -> Vec<Report> {
    let mut paths = vec![fixture("harmless.apk").parent().unwrap().to_owned(), PathBuf::from("no/such/base.apk")];
    paths.extend(real_apks().into_iter().map(|(_, path)| path));
    let text = String::from_utf8(scan("ndjson", &paths)).unwrap();
    let mut reports: Vec<Report> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(reports.len() > 100);
    reports.push(crowded(&reports[0]));
    reports
}

/// A report with a match of each kind, class and strength, under names that somebody chose to break what reads them.
fn crowded(like: &Report) -> Report {
    let name = " \u{2028}\"=1\"\u{85}.apk\u{A0}";
    let mut report = like.clone().given_as(format!("/home/o'neil \\ co/{name}"));
    report.file.name = name.to_owned();
    report.file.sha256 = "ab".repeat(32);
    (report.file.sha1, report.file.md5) = ("cd".repeat(20), "ef".repeat(16));
    let kinds = [
        (Kind::FileSha256, "ab".repeat(32)),
        (Kind::CertificateSha1, "cd".repeat(20)),
        (Kind::CertificateSha256, "cd".repeat(32)),
        (Kind::PublicKeySha256, "ef".repeat(32)),
        (Kind::CertificateOrganization, "O'Neil \\ Co".to_owned()),
        (Kind::CertificateCommonName, "^a$".to_owned()),
        (Kind::Package, "org.example.a".to_owned()),
        (Kind::PackagePattern, "^org\\.example\\.[a-z]$".to_owned()),
        (Kind::ClassPrefix, "Lorg/example/".to_owned()),
        (Kind::C2Domain, "c2.example".to_owned()),
        (Kind::C2Ip, "2001:db8::1".to_owned()),
        (Kind::C2Ip, "192.0.2.1".to_owned()),
        (Kind::Website, "site.example".to_owned()),
        (Kind::CloudProject, "project-1".to_owned()),
        (Kind::Yara, "rule".to_owned()),
    ];
    let strengths = [Strength::Weak, Strength::Moderate, Strength::Strong, Strength::Conclusive];
    report.matches.clear();
    for class in [Class::DualUse, Class::Watchware, Class::Stalkerware] {
        for ((kind, value), strength) in kinds.iter().zip(strengths.into_iter().cycle()) {
            report.matches.push(Match {
                family: format!("“A” \u{202E}{class}"),
                aliases: vec!["'B'".to_owned()],
                class: Some(class),
                kind: *kind,
                value: value.clone(),
                place: apklens::note::Place::default(),
                context: None,
                strength,
                weakened: (strength == Strength::Moderate).then_some(Weakening::GenericName),
                sources: Vec::new(),
                metadata: Vec::new(),
            });
        }
    }
    let certificate: Value = json!({
        "sha1": "cd".repeat(20), "sha256": "cd".repeat(32), "subject": "CN='\\\n", "serial": "0",
        "not_before": "0000-00-00T00:00:00Z", "not_after": "12026-01-01T00:00:00Z", "verified": false});
    report.signing.certificates = vec![serde_json::from_value(certificate).unwrap()];
    report
}

/// Runs the check over files of these contents, and returns the exceptions that it met.
fn check(kind: &str, contents: &[String], more: &[&Path]) -> Value {
    let packages = root().join("target/tools/python");
    assert!(packages.join(".installed").exists(), "{} is missing: run ./build.sh fixtures", packages.display());
    let folder = tempfile::tempdir().unwrap();
    for (place, content) in contents.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{place:04}.json")), content).unwrap();
    }
    let output = Command::new("python3")
        .env("PYTHONPATH", packages)
        .env("PYTHONUTF8", "1")
        .arg(root().join("tests/python/check_exports.py"))
        .args([Path::new(kind), folder.path()])
        .args(more)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{errors}");
    let last: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    assert_eq!(last["files"], contents.len());
    last["exceptions"].clone()
}

/// An export of all reports and one of each, but for the many that differ in their signature alone.
fn exported(export: fn(&[Report], &str) -> String) -> Vec<String> {
    let reports = reports();
    let alone = |report: &&Report| !report.file.path.as_ref().is_some_and(|path| path.contains("fixtures/signing"));
    let each = reports.iter().filter(alone).map(|report| export(std::slice::from_ref(report), WHEN.1));
    each.chain([export(&reports, WHEN.1)]).collect()
}

#[test]
fn stix_exports_pass_the_validator_of_oasis() {
    let exceptions = check("stix", &exported(export::stix), &[]);
    // The two that docs/exports.md names, and no other.
    assert!(exceptions["app:id"].as_u64().unwrap() > 0, "{exceptions}");
    assert!(exceptions["identifiers"].as_u64().unwrap() > 0, "{exceptions}");
}

#[test]
fn misp_exports_come_out_of_pymisp_as_they_are() {
    check("misp", &exported(export::misp), &[]);
}

#[test]
fn reports_hold_against_their_schema() {
    let reports: Vec<String> = reports().iter().map(Report::to_json).collect();
    check("report", &reports, &[&root().join("docs/report.schema.json")]);
}

#[test]
fn the_command_line_writes_these_exports() {
    let paths = [fixture("stalker.apk"), fixture("harmless.apk"), fixture("not-a-zip.apk")];
    let lines = String::from_utf8(scan("ndjson", &paths)).unwrap();
    let reports: Vec<Report> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (format, export) in [("stix", export::stix as fn(&[Report], &str) -> String), ("misp", export::misp)] {
        let written = String::from_utf8(scan(format, &paths)).unwrap();
        assert_eq!(written, export(&reports, WHEN.1) + "\n");
    }
}
