//! Tables that Android refuses for their sizes: they are read on, and it is said why.

use apklens::resources::table::{ResourceError, ResourceTable};

use super::{APP_NAME, OTHER, app_table, codes, parse, text};
use testkit::arsc::*;

/// Where the chunks of [`app_table`] with one type chunk start, and which of them hold them.
fn places(bytes: &[u8]) -> Vec<(&'static str, usize, Vec<usize>)> {
    let size = |at: usize| u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
    let package = 12 + size(12);
    let types = package + 288;
    let entries = types + size(types);
    let spec = entries + size(entries);
    let kind = spec + size(spec);
    vec![
        ("table", 0, vec![]),
        ("string pool", 12, vec![0]),
        ("package", package, vec![0]),
        ("type names", types, vec![0, package]),
        ("entry names", entries, vec![0, package]),
        ("type spec", spec, vec![0, package]),
        ("type", kind, vec![0, package]),
    ]
}

fn add_to_size(bytes: &mut [u8], chunk: usize, difference: i32) {
    let size = i32::from_le_bytes(bytes[chunk + 4..chunk + 8].try_into().unwrap());
    patch(bytes, chunk + 4, &(size + difference).to_le_bytes());
}

#[test]
fn sizes_that_are_no_multiple_of_four_are_refused_by_android_and_read_on() {
    let good = app_table(&[dense(1, &unqualified(), &[string(0, 0), string(1, 1)])]);
    for (name, chunk, containers) in places(&good) {
        for bytes in 1..=3 {
            // More bytes, and sizes to match; a size that is too large; one that is too small.
            let mut longer = good.clone();
            let end = chunk + u32::from_le_bytes(good[chunk + 4..chunk + 8].try_into().unwrap()) as usize;
            longer.splice(end..end, vec![0; bytes]);
            for at in containers.iter().chain([&chunk]) {
                add_to_size(&mut longer, *at, bytes as i32);
            }
            let sized = |difference| {
                let mut table = good.clone();
                add_to_size(&mut table, chunk, difference);
                table
            };
            for (case, table) in [("longer", longer), ("more", sized(bytes as i32)), ("less", sized(-(bytes as i32)))] {
                let table = parse(table);
                let values = (table.resolve(APP_NAME), table.resolve(OTHER), table.name(OTHER));
                let context = format!("{name}, {case} by {bytes}: {:?} {:?}", table.anomalies(), table.problems());
                if case == "more" && matches!(name, "package" | "type") {
                    // It would reach past what holds it: Android passes over it, and does not look at its alignment.
                    assert_eq!(values.0, None, "{context}");
                    assert!(codes(table.anomalies()).contains(&"resources-chunk-cut"), "{context}");
                    continue;
                }
                assert_eq!(values, (text("A"), text("B"), Some("string/other".to_owned())), "{context}");
                // A pool that loses its last byte has no end mark any more, and a declaration is too short for what it counts.
                let refused = [
                    "resources-chunk-unaligned",
                    "resources-truncated",
                    "string-pool-unterminated",
                    "resources-entry-count",
                ];
                let problems = table.problems();
                let said = [codes(table.anomalies()), codes(&problems)].concat();
                assert!(codes(&problems).iter().all(|code| refused.contains(code)), "{context}");
                assert!(said.iter().any(|code| refused.contains(code)), "{context}");
            }
        }
    }
}

#[test]
fn a_table_that_is_cut_off_is_read_as_far_as_it_goes() {
    let good = app_table(&[dense(1, &unqualified(), &[string(0, 0), string(1, 1)])]);
    let table = parse(good[..good.len() - 2].to_vec());
    assert_eq!(codes(&table.problems()), ["resources-truncated"]);
    assert_eq!((table.resolve(APP_NAME), table.name(APP_NAME)), (text("A"), Some("string/app_name".to_owned())));
    let note = &table.problems()[0];
    assert_eq!(note.values["stated"], good.len().to_string());
    assert_eq!(note.values["read"], (good.len() - 2).to_string());
    // Every length: no panic, and never an untrue reason.
    for length in 0..good.len() {
        match ResourceTable::parse(good[..length].to_vec()) {
            Ok(table) => assert!(codes(&table.problems()).contains(&"resources-truncated"), "{length}"),
            Err(error) if length == 0 => assert_eq!(error, ResourceError::Empty),
            Err(error) => assert!(error == ResourceError::Truncated && length < 12 || length < 2, "{length}"),
        }
    }
}

#[test]
fn a_table_whose_header_has_a_false_size_is_read_on() {
    let good = app_table(&[dense(1, &unqualified(), &[string(0, 0), string(1, 1)])]);
    for (size, code) in [
        (0u16, "resources-chunk-header"),
        (7, "resources-chunk-header"),
        (8, "resources-short-header"),
        (10, "resources-chunk-unaligned"),
        (13, "resources-chunk-unaligned"),
        (0xFFFF, "resources-chunk-header"),
    ] {
        let mut table = good.clone();
        patch(&mut table, 2, &size.to_le_bytes());
        let table = parse(table);
        let problems = table.problems();
        let said = [codes(table.anomalies()), codes(&problems)].concat();
        assert!(said.contains(&code), "{size}: {said:?}");
        assert_eq!(table.resolve(APP_NAME), text("A"), "{size}: {:?}", table.problems());
    }
}

#[test]
fn a_string_pool_without_an_end_is_one_that_android_refuses() {
    let mut table = app_table(&[dense(1, &unqualified(), &[string(0, 0), None])]);
    let end = 12 + u32::from_le_bytes(table[16..20].try_into().unwrap()) as usize;
    table[end - 4..end].copy_from_slice(b"xxxx");
    let table = parse(table);
    assert_eq!((codes(table.anomalies()), codes(&table.problems())), (vec!["string-pool-unterminated"], vec![]));
    assert_eq!(table.resolve(APP_NAME), text("A"));
}

#[test]
fn a_part_that_android_refuses_is_left_out_and_is_a_problem() {
    let good = dense(1, &unqualified(), &[string(0, 0), string(1, 1)]);
    let patched = |offset: usize, with: &[u8]| {
        let mut chunk = dense(1, &locale("de", ""), &[string(0, 2), None]);
        patch(&mut chunk, offset, with);
        chunk
    };
    let cases = [
        ("resources-type-id", patched(8, &[0])),
        ("resources-entry-count", patched(12, &0x0001_0000u32.to_le_bytes())),
        ("resources-entries-start", patched(16, &0xFFFF_FFF0u32.to_le_bytes())),
        ("resources-entries-start", patched(16, &8u32.to_le_bytes())),
        ("resources-chunk-header", patched(2, &2u16.to_le_bytes())),
        ("resources-short-header", chunk(0x0201, &[1, 0, 0, 0], &[])),
        ("resources-type-id", type_spec(0, 0)),
        ("resources-entry-count", chunk(0x0202, &[&[2, 0, 0, 0], &words(&[0xFFFF])[..]].concat(), &[])),
        ("resources-broken-list", chunk(0x0203, &words(&[2]), &[])),
        ("resources-broken-list", libraries(&[(0x1ff, "x")])),
        ("resources-broken-list", [overlayable("a", "", 0, &[]), overlayable("a", "", 0, &[])].concat()),
    ];
    for (code, broken) in cases {
        let table = parse(app_table(&[good.clone(), broken]));
        assert_eq!((codes(table.anomalies()), codes(&table.problems())), (vec![], vec![code]));
        let offset = table.problems()[0].place.offset.unwrap();
        assert!(offset > 300 && offset < 3000, "{code} at {offset}");
        assert_eq!((table.resolve(APP_NAME), table.resolve(OTHER)), (text("A"), text("B")), "{code}");
    }
}

#[test]
fn what_android_refuses_and_is_read_as_a_whole_is_an_anomaly() {
    let good = dense(1, &unqualified(), &[string(0, 0), string(1, 1)]);
    let mut undeclared = dense(9, &unqualified(), &[string(0, 2), None]);
    let table = parse(app_table(&[good.clone(), undeclared.clone()]));
    assert_eq!((codes(table.anomalies()), codes(&table.problems())), (vec!["resources-undeclared-type"], vec![]));
    assert_eq!((table.resolve(APP_NAME), table.resolve(0x7f09_0000)), (text("A"), text("C")));
    // Bytes that look like no chunk behind a false size are not read, and that is a problem.
    let size = undeclared.len() as u32 + 17;
    patch(&mut undeclared, 4, &size.to_le_bytes());
    undeclared.extend([0xAA; 64]);
    let table = parse(app_table(&[good, undeclared]));
    assert!(codes(table.anomalies()).contains(&"resources-chunk-unaligned"), "{:?}", table.anomalies());
    assert_eq!(codes(&table.problems()), ["resources-chunk-header"]);
}
