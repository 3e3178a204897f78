//! A hostile indicator pack: the body of the input, in a frame that fits it, so that the fuzzer gets past the checksum.
#![no_main]

use std::io::Write;

use apklens::indicators::{Database, Facts, pack};
use flate2::{Compression, write::DeflateEncoder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let mut framed = Vec::from(pack::MAGIC);
    framed.extend(pack::FORMAT.to_le_bytes());
    framed.extend([0, 0]);
    framed.extend((body.len() as u32).to_le_bytes());
    framed.extend(crc32fast::hash(body).to_le_bytes());
    let mut encoder = DeflateEncoder::new(framed, Compression::fast());
    encoder.write_all(body).unwrap();
    if let Ok(collection) = pack::decode(&encoder.finish().unwrap()) {
        let database = Database::new(collection);
        database.match_facts(&Facts { file_sha256: "00", ..Facts::default() });
        // What was read can be written, and read again.
        pack::decode(&pack::encode(database.collection())).unwrap();
    }
});
