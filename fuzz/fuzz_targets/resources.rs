//! Resource tables: no bytes stop the reader, and everything that can be asked of what it read has an answer.
#![no_main]

use apklens::resources::table::ResourceTable;
use libfuzzer_sys::fuzz_target;

/// More would only make a run slower: an app may have tens of thousands.
const MAX_IDS: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let Ok(table) = ResourceTable::parse(bytes.to_vec()) else { return };
    let ids: Vec<u32> = table.ids().take(MAX_IDS).chain([0, u32::MAX, 0x0106_000b]).collect();
    for id in ids {
        let _ = (table.resolve(id), table.name(id), table.bag(id));
        for (tag, _) in table.strings_by_locale(id) {
            assert!(tag.chars().all(|character| character.is_ascii_alphanumeric() || character == '-'), "{tag:?}");
        }
        for (configuration, _) in table.values(id) {
            let _ = configuration.to_string();
        }
    }
    for note in table.anomalies().iter().chain(&table.problems()) {
        assert!(!note.text.chars().any(char::is_control), "{}", note.text);
    }
});
