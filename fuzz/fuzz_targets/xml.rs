//! Any bytes as binary XML: as a tree, as text, and as the manifest of an app.

#![no_main]

use std::io::{Cursor, Write};

use apklens::archive::Archive;
use apklens::resources::xml::Document;
use apklens::manifest::{self, MANIFEST};
use libfuzzer_sys::fuzz_target;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = Document::parse(bytes) {
        let text = document.to_xml(&|id| Some(format!("type/entry{id}")));
        assert!(text.ends_with('\n'));
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(MANIFEST, options).unwrap();
    writer.write_all(bytes).unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let manifest = manifest::read(&Archive::open(&archive).unwrap());
    // What is not read is a problem, never an empty manifest.
    assert!(manifest.package.is_some() || !manifest.problems.is_empty());
});
