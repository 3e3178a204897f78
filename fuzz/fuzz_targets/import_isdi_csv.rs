//! An import of indicators from a hostile file, in the form that the seeds in seeds/import_isdi_csv have.
#![no_main]

use apklens::indicators::Class;
use apklens::indicators::import::{Options, import};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        file_name: "app-flags.csv".into(),
        class: Class::Stalkerware,
        date: "2026-06-21".into(),
        now: "2026-06-21T12:00:00Z".into(),
    };
    if let Ok(imported) = import(bytes, &options) {
        assert!(imported.named.len() <= imported.skipped);
        assert!(imported.collection.indicators.len() <= imported.used);
    }
});
