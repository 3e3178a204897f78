//! Any bytes as binary XML: as a tree, as text, and as the manifest of an app.

#![no_main]

use apklens::archive::{Archive, MANIFEST};
use apklens::manifest;
use apklens::resources::xml::Document;
use libfuzzer_sys::fuzz_target;
use testkit::axml::archive;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = Document::parse(bytes) {
        let text = document.to_xml(&|id| Some(format!("type/entry{id}")));
        assert!(text.ends_with('\n'));
    }
    let app = archive(&[(MANIFEST, bytes)]);
    let manifest = manifest::read(&Archive::open(&app).unwrap());
    // What is not read is a problem, never an empty manifest.
    assert!(manifest.package.is_some() || !manifest.problems.is_empty());
});
