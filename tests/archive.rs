//! The archive reader against real APKs and against the `zip` crate.

mod common;

use std::io::{Cursor, Read, Write};

use apklens::archive::{Archive, ArchiveError};
use apklens::source::{Source, read_vec};
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
        let mut seen = 0;
        let result = archive.for_each_block(archive.entry(name).unwrap(), 300_000, &mut |block| seen += block.len());
        assert_eq!(result, Err(ArchiveError::TooLarge { entry: name.to_owned(), limit: 300_000 }));
        assert!(seen <= 300_000);
        assert_eq!(archive.read(archive.entry(name).unwrap(), 1 << 20).unwrap(), text);
    }
}

#[test]
fn every_entry_of_the_real_apks_is_read_as_the_zip_crate_reads_it() {
    for (app, path) in common::real_apks() {
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
