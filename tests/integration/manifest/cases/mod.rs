//! The corpus of tampered manifests: one trick at a time, each with the reading that it must give. The table in
//! `docs/manifest.md` lists them, and is held against this list.

mod container;
mod names;
mod tree;

use apklens::archive::Archive;
use apklens::manifest::{self, Manifest};
use apklens::note::Note;
use testkit::axml::*;

/// A manifest with one trick in it.
pub struct Case {
    pub name: &'static str,
    /// The manifest's bytes; none for an archive without one.
    pub make: fn() -> Option<Vec<u8>>,
    /// What is noted, anomalies first, in order and without repetition.
    pub codes: &'static [&'static str],
    pub reading: Reading,
}

/// What a case must be read as.
pub enum Reading {
    /// The same as the app without the trick.
    Same,
    /// The app with something else; its text is not compared.
    Other(fn(&mut Manifest)),
    /// No manifest at all.
    Nothing,
}

pub fn axml() -> Axml {
    Axml::new(&app(), true)
}

pub fn with(change: impl FnOnce(&mut Axml)) -> Option<Vec<u8>> {
    let mut axml = axml();
    change(&mut axml);
    Some(axml.bytes())
}

pub fn of(change: impl FnOnce(&mut Tag)) -> Option<Vec<u8>> {
    let mut app = app();
    change(&mut app);
    Some(Axml::new(&app, true).bytes())
}

/// The pool with other strings, in the same order.
pub fn renamed(axml: &mut Axml, utf8: bool, rename: impl Fn(&str) -> String) {
    let strings: Vec<String> = axml.strings.iter().map(|text| rename(text)).collect();
    axml.pool = pool(&strings, utf8);
}

/// The pool with another encoding of one string.
pub fn encoded(utf8: bool, text: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut axml = Axml::new(&app(), utf8);
    let at = axml.string_offset(text);
    let old = if utf8 { utf8_string(text) } else { utf16_string(text) };
    assert_eq!(old.len(), bytes.len(), "the strings behind it must stay where they are");
    axml.pool[at..at + bytes.len()].copy_from_slice(bytes);
    Some(axml.bytes())
}

/// The first attribute of the node that starts the element.
pub const FIRST: usize = 36;

pub fn grown(node: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    node.splice(at..at, bytes.iter().copied());
    let size = node.len() as u32;
    put32(node, 4, size);
}

pub fn package(manifest: &mut Manifest) -> &mut manifest::Package {
    manifest.package.as_mut().unwrap()
}

fn read(bytes: Option<&[u8]>) -> Manifest {
    let archive = match bytes {
        Some(bytes) => archive(&[("AndroidManifest.xml", bytes)]),
        None => archive(&[("classes.dex", b"")]),
    };
    manifest::read(&Archive::open(&archive).unwrap())
}

fn codes(manifest: &Manifest) -> Vec<String> {
    let mut codes = Vec::new();
    for note in manifest.anomalies.iter().chain(&manifest.problems) {
        if !codes.contains(&note.code.to_string()) {
            codes.push(note.code.to_string());
        }
    }
    codes
}

/// Whether a placeholder stands in the note's sentence.
fn is_unfilled(note: &Note) -> bool {
    note.text.contains('{') && !note.values.values().any(|value| value.contains('{'))
}

fn first_difference(found: &Manifest, expected: &Manifest) -> String {
    let (found, expected) = (format!("{found:#?}"), format!("{expected:#?}"));
    let mut lines = found.lines().zip(expected.lines());
    let (found, expected) = lines.find(|(found, expected)| found != expected).unwrap_or_default();
    format!("{found} instead of {expected}")
}

fn cases() -> impl Iterator<Item = &'static Case> {
    container::CASES.iter().chain(tree::CASES).chain(names::CASES)
}

#[test]
fn each_trick_gives_its_reading() {
    let plain = read(axml().bytes().as_slice().into());
    assert_eq!(plain.package.as_ref().unwrap().name, "com.example.app");
    assert_eq!(plain.components.len(), 2);
    let mut failures = Vec::new();
    for case in cases() {
        let mut manifest = read((case.make)().as_deref());
        let found = codes(&manifest);
        if found != case.codes {
            failures.push(format!("{}: noted {found:?} instead of {:?}", case.name, case.codes));
        }
        for note in manifest.anomalies.drain(..).chain(manifest.problems.drain(..)) {
            if note.place.entry.as_deref() != Some("AndroidManifest.xml") || is_unfilled(&note) {
                failures.push(format!("{}: {note:?}", case.name));
            }
        }
        let mut expected = match &case.reading {
            Reading::Nothing => Manifest::default(),
            Reading::Same | Reading::Other(_) => plain.clone(),
        };
        if let Reading::Other(change) = &case.reading {
            change(&mut expected);
            expected.text.clear();
            manifest.text.clear();
        }
        if manifest != expected {
            failures.push(format!("{}: {}", case.name, first_difference(&manifest, &expected)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
