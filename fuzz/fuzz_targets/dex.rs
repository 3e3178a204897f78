//! The DEX reader, and the texts of an app with one such file: no panic, and no more text than the file has bytes for
//! each logical file.
#![no_main]

use apklens::code::{dex, mutf8};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (files, _) = dex::read(bytes);
    for dex in &files {
        let mut total = 0;
        for string in dex.strings().flatten() {
            total += string.bytes.len();
            assert_eq!(&bytes[string.offset..][..string.bytes.len()], string.bytes);
            assert!(!string.bytes.contains(&0));
            mutf8::decode(string.bytes);
        }
        assert!(total <= bytes.len());
    }
});
