//! The archive reader against real APKs and against the `zip` crate.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

use apklens::archive::{Archive, ArchiveError};
use apklens::source::{Source, read_vec};
use testkit::zip_model::{File, Zip};
use testkit::zip_tricks::{Expected, MANIFEST, TRICKS, Trick, play};
use zip::write::SimpleFileOptions;

/// More than any entry of the tests has.
const LIMIT: u64 = 64 << 20;

fn zip_of(files: &[(&str, &[u8], zip::CompressionMethod)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, method) in files {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(*method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_well_formed_archive_is_read_without_a_note() {
    let text = b"to be compressed ".repeat(10_000);
    let bytes = zip_of(&[
        ("stored", b"as it is", zip::CompressionMethod::Stored),
        ("deflated", &text, zip::CompressionMethod::Deflated),
        ("empty", b"", zip::CompressionMethod::Stored),
    ]);
    let archive = Archive::open(&bytes).unwrap();
    let names: Vec<&str> = archive.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["stored", "deflated", "empty"]);
    let read = |name| archive.read(archive.entry(name).unwrap(), LIMIT);
    assert_eq!(read("stored").unwrap(), b"as it is");
    assert_eq!(read("deflated").unwrap(), text);
    assert_eq!(read("empty").unwrap(), b"");
    assert!(archive.entry("missing").is_none());
    let section = archive.stored(archive.entry("stored").unwrap()).unwrap();
    assert_eq!(read_vec(&section, 0, section.len()).unwrap(), b"as it is");
    assert!(archive.stored(archive.entry("deflated").unwrap()).is_none());
    assert_eq!(archive.anomalies(), []);
}

#[test]
fn nothing_is_read_past_the_limit() {
    let text = vec![b'x'; 1 << 20];
    let bytes = zip_of(&[
        ("stored", &text, zip::CompressionMethod::Stored),
        ("deflated", &text, zip::CompressionMethod::Deflated),
    ]);
    let archive = Archive::open(&bytes).unwrap();
    for name in ["stored", "deflated"] {
        let (bytes, error) = archive.salvage(archive.entry(name).unwrap(), 300_000);
        assert_eq!(error, Some(ArchiveError::TooLarge { entry: name.to_owned(), limit: 300_000 }));
        assert_eq!(bytes, text[..300_000]);
        assert_eq!(archive.read(archive.entry(name).unwrap(), 1 << 20).unwrap(), text);
    }
}

#[test]
fn every_entry_of_the_real_apks_is_read_as_the_zip_crate_reads_it() {
    for (app, path) in testkit::real_apks() {
        let bytes = std::fs::read(&path).unwrap();
        let archive = Archive::open(&bytes).unwrap();
        let mut other = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        assert_eq!(archive.entries().len(), other.len());
        for (index, entry) in archive.entries().iter().enumerate() {
            let mut expected = Vec::new();
            other.by_index(index).unwrap().read_to_end(&mut expected).unwrap();
            assert!(archive.read(entry, LIMIT).unwrap() == expected, "{} in {app}", entry.name);
        }
        assert_eq!(archive.anomalies(), [], "{app}");
    }
}

/// A small well-formed APK with a real manifest.
fn small_apk() -> Vec<u8> {
    let (_, path) = &testkit::real_apks()[0];
    let mut manifest = Zip::parse(&std::fs::read(path).unwrap());
    let mut zip = Zip::of(vec![
        File::stored("META-INF/com/android/build/gradle/app-metadata.properties", b"appMetadataVersion=1.1"),
        File::deflated(MANIFEST, &manifest.file(MANIFEST).content()),
        File::deflated("classes.dex", &b"dex\n035\0 and so on".repeat(100)),
        File::stored("resources.arsc", &[7; 4000]),
        File::stored("assets/empty", b""),
        File::deflated("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n\r\n"),
    ]);
    zip.gap = b"in place of a signing block".to_vec();
    zip.bytes()
}

/// What differs from the expectation.
fn faults(trick: &Trick, apk: &[u8], originals: &[(String, Vec<u8>)]) -> Vec<String> {
    let bytes = play(trick, apk);
    let (expected_codes, manifest) = match &trick.expected {
        Expected::Closed(code) => {
            let closed = Archive::open(&bytes).err().is_some_and(|error| error.note().code == *code);
            return if closed { vec![] } else { vec!["not refused as expected".to_owned()] };
        }
        Expected::Same(codes) | Expected::Begins(codes) => (codes, Ok(None)),
        Expected::Manifest(codes, change) => (codes, Ok(Some(change))),
        Expected::NoManifest(codes, reason) => (codes, Err(*reason)),
    };
    let archive = match Archive::open(&bytes) {
        Ok(archive) => archive,
        Err(error) => return vec![error.to_string()],
    };
    let mut faults = Vec::new();
    for (name, original) in originals {
        let Some(entry) = archive.entry(name) else {
            faults.push(format!("{name} is not found"));
            continue;
        };
        let expected = match manifest {
            Err(reason) if name == MANIFEST => Err(reason.to_owned()),
            Ok(Some(change)) if name == MANIFEST => Ok(change(original)),
            _ => Ok(original.clone()),
        };
        let mut read = archive.read(entry, LIMIT).map_err(|error| error.note().code.to_string());
        if let (Expected::Begins(_), Ok(bytes)) = (&trick.expected, &mut read) {
            bytes.truncate(original.len());
        }
        if read != expected {
            faults.push(format!("{name} reads otherwise: {:?}", read.map(|bytes| bytes.len())));
        }
    }
    let expected_codes: BTreeSet<String> = expected_codes.iter().map(|code| (*code).to_owned()).collect();
    let codes: BTreeSet<String> = archive.anomalies().iter().map(|note| note.code.to_string()).collect();
    if codes != expected_codes {
        faults.push(format!("notes {codes:?}, not {expected_codes:?}"));
    }
    faults
}

fn assert_tricks(apk: &[u8]) {
    let name = |file: &File| String::from_utf8(file.central.name.clone()).unwrap();
    let originals: Vec<_> = Zip::parse(apk).files.iter().map(|file| (name(file), file.content())).collect();
    let faults: Vec<(&str, Vec<String>)> = TRICKS
        .iter()
        .map(|trick| (trick.name, faults(trick, apk, &originals)))
        .filter(|(_, faults)| !faults.is_empty())
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_trick_reads_as_expected_on_a_small_apk() {
    assert_tricks(&small_apk());
}

#[test]
fn every_trick_reads_as_expected_on_a_real_apk() {
    let (_, path) = &testkit::real_apks()[0];
    assert_tricks(&std::fs::read(path).unwrap());
}

#[test]
fn the_tricks_have_names_of_their_own() {
    let names: BTreeSet<&str> = TRICKS.iter().map(|trick| trick.name).collect();
    assert_eq!(names.len(), TRICKS.len());
    assert!(names.len() >= 40, "{}", names.len());
}

#[test]
fn what_is_no_archive_is_said_in_one_sentence() {
    let apk = small_apk();
    for (bytes, code) in [
        (&b""[..], "archive-empty"),
        (b"%PDF-1.7", "archive-not-zip"),
        (&[0; 100_000], "archive-not-zip"),
        (&apk[..apk.len() / 2], "archive-truncated"),
        (&apk[..4], "archive-truncated"),
    ] {
        let error = Archive::open(&bytes.to_vec()).err().unwrap();
        assert_eq!(error.note().code, code);
        assert!(error.to_string().ends_with('.') && !error.to_string().contains('{'), "{error}");
    }
}

/// The overlapping bomb and the plain one stop at the caller's limit, whatever they claim.
#[test]
fn a_bomb_stops_at_the_limit() {
    let bomb = TRICKS.iter().find(|trick| trick.name == "bomb").unwrap();
    let bytes = play(bomb, &small_apk());
    let archive = Archive::open(&bytes).unwrap();
    let entry = archive.entry("assets/bomb").unwrap();
    let mut seen = 0;
    let result = archive.for_each_block(entry, LIMIT, &mut |block| seen += block.len() as u64);
    assert_eq!(result.unwrap_err().note().code, "entry-too-large");
    assert!(seen <= LIMIT);
    archive.for_each_block(entry, 512 << 20, &mut |_| ()).unwrap();
}

#[test]
fn what_comes_before_the_damage_is_kept() {
    let apk = small_apk();
    for (name, kept) in [("deflate-stream-cut", 1000), ("stored-size-past-the-end", 10_000)] {
        let bytes = play(TRICKS.iter().find(|trick| trick.name == name).unwrap(), &apk);
        let archive = Archive::open(&bytes).unwrap();
        let (bytes, error) = archive.salvage(archive.entry(MANIFEST).unwrap(), LIMIT);
        assert!(error.is_some(), "{name}");
        assert!(bytes.len() >= kept && bytes[..kept] == Zip::parse(&apk).file(MANIFEST).content()[..kept], "{name}");
    }
}

/// Android maps an entry with an unknown method up to wherever it claims to end, and parses the manifest at its start.
#[test]
fn the_manifest_is_read_from_a_large_file_in_which_it_claims_to_have_no_end() {
    let trick = TRICKS.iter().find(|trick| trick.name == "method-bogus-uncompressed-size-past-the-end").unwrap();
    let mut zip = Zip::parse(&play(trick, &small_apk()));
    zip.gap = vec![0; 80 << 20];
    let bytes = zip.bytes();
    let manifest = apklens::manifest::read(&Archive::open(&bytes).unwrap());
    assert_eq!(manifest.package.unwrap().name, "io.appium.settings");
    assert!(manifest.problems.iter().all(|problem| problem.code != "manifest-unreadable"), "{:?}", manifest.problems);
}
