//! What the tests of scheme v1 share: its verdict by itself, and archives with other contents.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

use apklens::archive::Archive;
use apklens::signing::jar::{self, Conditions, Verdict};

use testkit::apksig::Answer;

/// Our verdict, as if no newer signature was there.
pub fn verdict(bytes: Vec<u8>, min_sdk: u32, max_sdk: Option<u32>) -> Verdict {
    let archive = Archive::open(&bytes).unwrap();
    let max_sdk = max_sdk.unwrap_or(i32::MAX as u32);
    let known_schemes: &[i32] = match max_sdk {
        28.. => &[2, 3],
        24.. => &[2],
        _ => &[],
    };
    jar::verify(&archive, &Conditions { min_sdk, max_sdk, known_schemes, found_schemes: &[] })
}

/// The codes of notes.
pub fn codes(notes: &[apklens::note::Note]) -> BTreeSet<String> {
    notes.iter().map(|note| note.code.to_string()).collect()
}

/// How two verdicts differ, if they do. An exception of apksig's is an error with another name.
pub fn difference(ours: &Verdict, theirs: &Answer) -> Option<String> {
    let (errors, warnings) = (codes(&ours.problems.errors), codes(&ours.problems.warnings));
    let same_reasons = theirs.exception.is_some() || (errors == theirs.errors && warnings == theirs.warnings);
    if ours.verified == theirs.verified && same_reasons {
        return None;
    }
    let texts: Vec<&str> = ours.problems.errors.iter().map(|note| note.text.as_str()).collect();
    Some(format!("ours {} {errors:?} {warnings:?} {texts:?}; apksig's {theirs:?}", ours.verified))
}

/// The same archive with other contents for some entries, and nothing compressed.
pub fn rewrite(apk: &[u8], replacements: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(apk)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents).unwrap();
        let name = entry.name().unwrap().into_owned();
        if let Some((_, replacement)) = replacements.iter().find(|(replaced, _)| *replaced == name) {
            contents = replacement.to_vec();
        }
        writer.start_file(name, stored).unwrap();
        writer.write_all(&contents).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The contents of an entry.
pub fn entry(apk: &[u8], name: &str) -> Vec<u8> {
    let mut contents = Vec::new();
    zip::ZipArchive::new(Cursor::new(apk)).unwrap().by_name(name).unwrap().read_to_end(&mut contents).unwrap();
    contents
}
