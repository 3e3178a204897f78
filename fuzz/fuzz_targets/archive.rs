//! Opens anything as an archive and reads everything in it, twice over: what is read is within the limit, and what is
//! noted does not depend on how often it is read.

#![no_main]

use apklens::archive::{Archive, bundle};
use libfuzzer_sys::fuzz_target;

/// Small, so that a bomb costs little time.
const LIMIT: u64 = 1 << 20;
/// So many entries may share the same data that reading them all is another kind of bomb.
const MAX_READ: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let bytes = bytes.to_vec();
    let Ok(archive) = Archive::open(&bytes) else { return };
    let read = || {
        for entry in archive.entries().iter().take(MAX_READ) {
            let (content, error) = archive.salvage(entry, LIMIT);
            assert!(content.len() as u64 <= LIMIT);
            if let Some(error) = error {
                assert!(!error.to_string().is_empty());
            }
            let _ = archive.stored(entry);
            assert!(archive.entry(&entry.name).is_none_or(|found| found.name == entry.name));
        }
        archive.anomalies()
    };
    let notes = read();
    assert_eq!(notes, read());
    for part in bundle::parts(&archive).iter().take(MAX_READ) {
        if part.entry.uncompressed_size <= LIMIT {
            if let Ok(source) = bundle::open(&archive, part) {
                let _ = Archive::open(&source).map(|inner| inner.anomalies());
            }
        }
    }
});
