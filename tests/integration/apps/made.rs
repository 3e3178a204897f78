//! Apps that are made for the tests, and their reports.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use apklens::assess::Level;
use apklens::indicators::{Database, folder};
use apklens::report::Report;
use apklens::{Analyzer, Input};

use testkit::axml::{self, Axml, TYPE_DECIMAL, tag};
use testkit::zip_model::{File, Zip};
use testkit::zip_tricks::MANIFEST;
use testkit::{fixture, root};

pub fn analyzer() -> &'static Analyzer {
    static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
    ANALYZER.get_or_init(|| {
        let files = folder::load(&root().join("tests/fixtures/signatures")).unwrap();
        Analyzer::builder().database(Database::new(folder::read(&files).unwrap())).build()
    })
}

pub fn reports_named(name: &str, bytes: &[u8]) -> Vec<Report> {
    analyzer().analyze(&Input::new(name, &bytes.to_vec()))
}

pub fn reports(zip: Vec<File>) -> Vec<Report> {
    reports_named("outer.zip", &Zip::of(zip).bytes())
}

pub fn only(reports: Vec<Report>) -> Report {
    let names: Vec<&str> = reports.iter().map(|report| report.file.name.as_str()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    reports.into_iter().next().unwrap()
}

/// Names and levels.
pub fn told(reports: &[Report]) -> Vec<(&str, Level)> {
    reports.iter().map(|report| (report.file.name.as_str(), report.verdict.level)).collect()
}

pub fn codes(notes: &[apklens::note::Note]) -> Vec<&str> {
    notes.iter().map(|note| &*note.code).collect()
}

pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

pub fn fixed(name: &str) -> Vec<u8> {
    read(&fixture(name))
}

pub fn practice(name: &str) -> Vec<u8> {
    read(&root().join("www/data/practice").join(name))
}

/// An app that is made here: its manifest, and other files.
#[derive(Clone)]
pub struct Made {
    pub package: &'static str,
    pub version: u32,
    pub split: Option<&'static str>,
    pub permissions: Vec<&'static str>,
    pub launcher: bool,
    pub files: Vec<File>,
}

impl Made {
    pub fn app(package: &'static str) -> Self {
        Self { package, version: 1, split: None, permissions: Vec::new(), launcher: true, files: Vec::new() }
    }

    pub fn split(package: &'static str, split: &'static str) -> Self {
        Self { split: Some(split), launcher: false, ..Self::app(package) }
    }

    pub fn with(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut root = tag("manifest").number("versionCode", TYPE_DECIMAL, self.version).plain("package", self.package);
        if let Some(split) = self.split {
            root = root.plain("split", split);
        }
        if self.split.is_none() {
            // For older levels Android would add permissions.
            root = root.child(tag("uses-sdk").number("targetSdkVersion", TYPE_DECIMAL, 34));
        }
        for permission in &self.permissions {
            root = root.child(tag("uses-permission").android("name", &format!("android.permission.{permission}")));
        }
        let mut application = tag("application").android("label", self.package);
        if self.launcher {
            let mut app = axml::app();
            application = application.child(app.find("activity").clone().boolean("exported", true));
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
pub fn signed(apk: &[u8], key: &str) -> Vec<u8> {
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
