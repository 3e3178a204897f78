//! Resource tables, one trick at a time: what Android reads, and what is said about it.

mod refused;

use std::collections::BTreeMap;

use apklens::note::Note;
use apklens::resources::table::{Configuration, Locale, ResourceError, ResourceTable};
use apklens::resources::value::{ColorForm, Value};
use proptest::prelude::*;
use testkit::arsc::*;

/// The first string of the tests' packages.
const APP_NAME: u32 = 0x7f01_0000;
/// The second one.
const OTHER: u32 = 0x7f01_0001;

fn parse(bytes: Vec<u8>) -> ResourceTable {
    ResourceTable::parse(bytes).unwrap()
}

fn text(value: &str) -> Option<Value> {
    Some(Value::String(value.to_owned()))
}

fn codes(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.code.as_ref()).collect()
}

/// Nothing odd, nothing wrong.
fn assert_plain(table: &ResourceTable) {
    assert_eq!((codes(table.anomalies()), codes(&table.problems())), (vec![], vec![]));
}

/// A package 0x7f with a type `string`, declared with two entries `app_name` and `other`.
fn app(chunks: &[Vec<u8>]) -> Vec<u8> {
    let chunks: Vec<Vec<u8>> = [type_spec(1, 2)].into_iter().chain(chunks.iter().cloned()).collect();
    package(0x7f, "org.example", &["string"], &["app_name", "other"], &chunks)
}

/// A table with the strings `A`, `B`, `C` and the package of [`app`].
fn app_table(chunks: &[Vec<u8>]) -> Vec<u8> {
    table(&["A", "B", "C"], &[app(chunks)])
}

#[test]
fn a_plain_table_gives_values_and_names() {
    let table = parse(app_table(&[dense(1, &unqualified(), &[string(0, 0), Some(entry(1, 0x10, 7))])]));
    assert_plain(&table);
    assert_eq!(table.resolve(APP_NAME), text("A"));
    assert_eq!(table.resolve(OTHER), Some(Value::Decimal(7)));
    assert_eq!(table.name(OTHER).as_deref(), Some("string/other"));
    assert_eq!(table.ids().collect::<Vec<_>>(), [APP_NAME, OTHER]);
    assert_eq!(table.packages()[0].name, "org.example");
    for missing in [0, 0x7f01_0002, 0x7f02_0000, 0x0201_0000] {
        assert_eq!((table.resolve(missing), table.name(missing)), (None, None), "{missing:x}");
    }
}

#[test]
fn a_sparse_index_is_searched() {
    let table = parse(app_table(&[sparse(1, &unqualified(), &[(1, entry(1, 3, 1)), (300, entry(0, 3, 2))])]));
    assert_plain(&table);
    assert_eq!((table.resolve(OTHER), table.resolve(0x7f01_012c)), (text("B"), text("C")));
    assert_eq!(table.resolve(APP_NAME), None);
}

#[test]
fn a_sparse_index_out_of_order_loses_what_android_loses() {
    let entries = [(9, entry(0, 3, 0)), (1, entry(1, 3, 1)), (5, entry(0, 3, 2))];
    let table = parse(app_table(&[sparse(1, &unqualified(), &entries)]));
    assert_eq!(codes(table.anomalies()), ["resources-unsorted"]);
    assert_eq!((table.resolve(0x7f01_0005), table.resolve(0x7f01_0009)), (text("C"), None));
}

#[test]
fn offsets_of_16_bits_count_in_fours() {
    let entries = [None, string(1, 1), None, string(0, 2)];
    let table = parse(app_table(&[offset16(1, &unqualified(), &entries)]));
    assert_plain(&table);
    assert_eq!(
        (table.resolve(APP_NAME), table.resolve(OTHER), table.resolve(0x7f01_0003)),
        (None, text("B"), text("C"))
    );
}

#[test]
fn compact_entries_hold_name_type_and_data_in_eight_bytes() {
    let table = parse(app_table(&[dense(1, &unqualified(), &[Some(compact(0, 3, 2)), Some(compact(1, 0x12, 1))])]));
    assert_plain(&table);
    assert_eq!((table.resolve(APP_NAME), table.resolve(OTHER)), (text("C"), Some(Value::Boolean(true))));
    assert_eq!(table.name(OTHER).as_deref(), Some("string/other"));
}

#[test]
fn a_bag_has_items_and_a_parent() {
    let items = [(0x0101_0098, 0x1d, 0xff00_ff00), (0x0200_0000, 3, 1)];
    let table = parse(app_table(&[dense(1, &unqualified(), &[Some(bag(0, 0x0103_0005, &items)), None])]));
    assert_plain(&table);
    let read = table.bag(APP_NAME).unwrap();
    assert_eq!(read.parent, 0x0103_0005);
    let green = Value::Color { argb: 0xff00_ff00, form: ColorForm::Rgb8 };
    assert_eq!(read.items, [(0x0101_0098, green), (0x0200_0000, Value::String("B".into()))]);
    assert_eq!(table.resolve(APP_NAME), Some(Value::Reference(APP_NAME)));
    assert_eq!(table.values(APP_NAME), []);
}

#[test]
fn a_bag_that_counts_more_items_than_there_are_is_not_found() {
    let mut huge = bag(0, 0, &[]);
    patch(&mut huge, 12, &u32::MAX.to_le_bytes());
    let table = parse(app_table(&[dense(1, &unqualified(), &[Some(huge), string(1, 1)])]));
    assert_eq!(codes(table.anomalies()), ["resources-broken-entries"]);
    assert_eq!((table.bag(APP_NAME), table.resolve(APP_NAME), table.resolve(OTHER)), (None, None, text("B")));
}

#[test]
fn references_are_followed_and_circles_end() {
    let table = parse(app_table(&[dense(1, &unqualified(), &[reference(0, OTHER), string(1, 1)])]));
    assert_eq!(table.resolve(APP_NAME), text("B"));
    let circle = parse(app_table(&[dense(1, &unqualified(), &[reference(0, OTHER), reference(1, APP_NAME)])]));
    assert!(matches!(circle.resolve(APP_NAME), Some(Value::Reference(APP_NAME | OTHER))));
    let itself = parse(app_table(&[dense(1, &unqualified(), &[reference(0, APP_NAME), None])]));
    assert_eq!(itself.resolve(APP_NAME), Some(Value::Reference(APP_NAME)));
    assert_eq!(circle.strings_by_locale(APP_NAME), BTreeMap::new());
}

#[test]
fn a_chain_of_references_has_androids_bound() {
    let chain = |length: u32| {
        let last = string(0, 0);
        let entries: Vec<_> = (1..=length).map(|next| reference(0, 0x7f01_0000 + next)).chain([last]).collect();
        let chunks = [type_spec(1, length + 1), dense(1, &unqualified(), &entries)];
        parse(table(&["A"], &[package(0x7f, "org.example", &["string"], &["name"], &chunks)]))
    };
    assert_eq!(chain(20).resolve(APP_NAME), text("A"));
    assert_eq!(chain(21).resolve(APP_NAME), Some(Value::Reference(0x7f01_0015)));
}

#[test]
fn a_reference_that_leads_nowhere_is_the_value() {
    let entries = [reference(0, 0x7f09_0001), reference(1, 0x0106_000b)];
    let table = parse(app_table(&[dense(1, &unqualified(), &entries)]));
    assert_eq!(table.resolve(APP_NAME), Some(Value::Reference(0x7f09_0001)));
    assert_eq!(table.resolve(OTHER), Some(Value::Color { argb: u32::MAX, form: ColorForm::Argb8 }));
    assert_eq!(table.name(0x0106_000b).as_deref(), Some("android:color/white"));
    assert_eq!(table.name(0x0103_0005).as_deref(), Some("android:style/Theme"));
}

#[test]
fn every_locale_has_its_own_text_and_the_default_stands_apart() {
    let filipino = configuration(&[(8, &[0xAD, 0x05])]);
    let serbian = configuration(&[(8, b"sr"), (36, b"Latn")]);
    let german_night = configuration(&[(8, b"de"), (29, &[0x20])]);
    let table = parse(app_table(&[
        dense(1, &unqualified(), &[string(0, 0), string(1, 0)]),
        dense(1, &locale("de", ""), &[string(0, 1), None]),
        dense(1, &german_night, &[string(0, 2), None]),
        dense(1, &locale("pt", "BR"), &[string(0, 1), None]),
        dense(1, &locale("iw", ""), &[string(0, 2), None]),
        dense(1, &filipino, &[string(0, 2), None]),
        dense(1, &serbian, &[string(0, 1), None]),
    ]));
    assert_plain(&table);
    let labels = table.strings_by_locale(APP_NAME);
    let expected = [("de", "B"), ("fil", "C"), ("he", "C"), ("pt-BR", "B"), ("sr-Latn", "B")];
    assert_eq!(labels, expected.map(|(tag, label)| (tag.to_owned(), label.to_owned())).into());
    assert_eq!((table.resolve(APP_NAME), table.strings_by_locale(OTHER)), (text("A"), BTreeMap::new()));
}

#[test]
fn a_locale_may_stand_behind_a_reference() {
    let table = parse(app_table(&[
        dense(1, &unqualified(), &[reference(0, OTHER), string(1, 0)]),
        dense(1, &locale("fr", ""), &[None, string(1, 1)]),
        dense(1, &locale("fr", "CA"), &[reference(0, OTHER), None]),
    ]));
    let labels = table.strings_by_locale(APP_NAME);
    assert_eq!(labels, [("fr", "B"), ("fr-CA", "B")].map(|(tag, label)| (tag.to_owned(), label.to_owned())).into());
}

#[test]
fn a_resource_of_other_languages_alone_gives_english_then_the_first() {
    let table = parse(app_table(&[
        dense(1, &locale("de", ""), &[string(0, 0), string(1, 0)]),
        dense(1, &locale("en", ""), &[string(0, 1), None]),
    ]));
    assert_eq!((table.resolve(APP_NAME), table.resolve(OTHER)), (text("B"), text("A")));
}

#[test]
fn the_device_decides_among_configurations() {
    let landscape = configuration(&[(12, &[2])]);
    let version = configuration(&[(24, &[26, 0])]);
    let television = configuration(&[(29, &[4])]);
    let table = parse(app_table(&[
        dense(1, &unqualified(), &[string(0, 0), string(1, 0)]),
        dense(1, &landscape, &[string(0, 1), string(1, 1)]),
        dense(1, &television, &[string(0, 1), string(1, 1)]),
        dense(1, &version, &[string(0, 2), None]),
    ]));
    assert_eq!((table.resolve(APP_NAME), table.resolve(OTHER)), (text("C"), text("A")));
    let lying = Configuration { orientation: 2, ..Configuration::neutral_phone() };
    assert_eq!(table.resolve_for(OTHER, &lying), text("B"));
    let german = Configuration::neutral_phone().with_locale(Locale::new("de", "DE").unwrap());
    assert_eq!(table.resolve_for(OTHER, &german), text("A"));
    let names: Vec<String> =
        table.values(APP_NAME).iter().map(|(configuration, _)| configuration.to_string()).collect();
    assert_eq!(names, ["", "land", "television", "v26"]);
}

#[test]
fn old_short_configurations_are_read_as_far_as_they_go() {
    for size in [28u32, 32, 36, 48, 52, 56] {
        let mut short = locale("de", "AT");
        short.truncate(size as usize);
        patch(&mut short, 0, &size.to_le_bytes());
        let table = parse(app_table(&[dense(1, &short, &[string(0, 1), None])]));
        assert_plain(&table);
        assert_eq!(table.strings_by_locale(APP_NAME), [("de-AT".to_owned(), "B".to_owned())].into(), "{size}");
    }
}

#[test]
fn a_configuration_longer_than_its_chunk_is_said() {
    let mut long = unqualified();
    patch(&mut long, 0, &0x7fff_ffffu32.to_le_bytes());
    let table = parse(app_table(&[dense(1, &long, &[string(0, 1), None])]));
    assert_eq!(codes(table.anomalies()), ["resources-configuration-size"]);
    assert_eq!(table.resolve(APP_NAME), text("B"));
}

#[test]
fn a_locale_that_is_no_text_is_said_and_is_no_tag() {
    let table = parse(app_table(&[
        dense(1, &unqualified(), &[string(0, 0), None]),
        dense(1, &locale("<b", ">'"), &[string(0, 1), None]),
    ]));
    assert_eq!(codes(table.anomalies()), ["resources-locale"]);
    assert_eq!(table.strings_by_locale(APP_NAME), BTreeMap::new());
}

#[test]
fn several_packages_and_those_of_one_number() {
    let second =
        package(0x80, "org.feature", &["x"], &["y"], &[type_spec(1, 1), dense(1, &unqualified(), &[string(0, 1)])]);
    let third =
        package(0x7f, "org.twin", &["a", "b"], &["y"], &[type_spec(2, 1), dense(2, &unqualified(), &[string(0, 2)])]);
    let first = app(&[dense(1, &unqualified(), &[string(0, 0), None])]);
    let table = parse(table(&["A", "B", "C"], &[first, second, third]));
    assert_plain(&table);
    let found = [APP_NAME, 0x8001_0000, 0x7f02_0000].map(|id| (table.resolve(id), table.name(id)));
    let expected = [("A", "string/app_name"), ("B", "x/y"), ("C", "b/y")];
    assert_eq!(found, expected.map(|(value, name)| (text(value), Some(name.to_owned()))));
}

#[test]
fn type_numbers_can_be_moved() {
    let chunks = [type_spec(1, 1), dense(1, &unqualified(), &[string(0, 0)])];
    let table = parse(table(&["A"], &[package_with_offset(0x7f, "split", 0x20, &["string"], &["name"], &chunks)]));
    assert_plain(&table);
    assert_eq!((table.resolve(0x7f21_0000), table.resolve(APP_NAME)), (text("A"), None));
    assert_eq!(table.name(0x7f21_0000).as_deref(), Some("string/name"));
    assert_eq!(table.ids().collect::<Vec<_>>(), [0x7f21_0000]);
}

#[test]
fn an_old_package_header_has_no_type_offset() {
    let mut package = app(&[dense(1, &unqualified(), &[string(0, 0), None])]);
    // The header ends four bytes sooner: the type names move up, and so do the offsets of the names.
    package.drain(284..288);
    let (size, entry_names) = (package.len() as u32, u32::from_le_bytes(package[276..280].try_into().unwrap()));
    patch(&mut package, 2, &284u16.to_le_bytes());
    patch(&mut package, 4, &size.to_le_bytes());
    patch(&mut package, 268, &284u32.to_le_bytes());
    patch(&mut package, 276, &(entry_names - 4).to_le_bytes());
    let table = parse(table(&["A"], &[package]));
    assert_plain(&table);
    assert_eq!((table.resolve(APP_NAME), table.name(APP_NAME).as_deref()), (text("A"), Some("string/app_name")));
}

#[test]
fn dynamic_references_go_to_the_library_of_that_name() {
    let library = package(
        0,
        "org.library",
        &["string"],
        &["name"],
        &[type_spec(1, 2), dense(1, &unqualified(), &[string(0, 1), Some(entry(0, 0x07, 0x0001_0000))])],
    );
    let own =
        app(&[dense(1, &unqualified(), &[Some(entry(0, 0x07, 0x0301_0000)), None]), libraries(&[(3, "org.library")])]);
    let table = parse(table(&["A", "B"], &[own, library]));
    assert_plain(&table);
    assert_eq!(table.packages()[0].libraries, [(3, "org.library".to_owned())]);
    assert_eq!((table.resolve(APP_NAME), table.resolve(0x0001_0001)), (text("B"), text("B")));
}

#[test]
fn overlayables_are_read() {
    let chunk = overlayable("Theme", "overlay://theme", 3, &[APP_NAME, OTHER]);
    let table = parse(app_table(&[dense(1, &unqualified(), &[string(0, 0), None]), chunk]));
    assert_plain(&table);
    let overlayable = &table.packages()[0].overlayables[0];
    assert_eq!((overlayable.name.as_str(), overlayable.actor.as_str()), ("Theme", "overlay://theme"));
    assert_eq!(overlayable.policies, [(3, vec![APP_NAME, OTHER])]);
}

#[test]
fn staged_aliases_are_the_systems_alone() {
    let chunks = [type_spec(1, 1), dense(1, &unqualified(), &[string(0, 0)]), aliases(&[(0x01fe_0001, 0x0101_0000)])];
    let system = parse(table(&["A"], &[package(1, "android", &["string"], &["name"], &chunks)]));
    assert_plain(&system);
    assert_eq!(system.resolve(0x01fe_0001), text("A"));
    let entries = dense(1, &unqualified(), &[string(0, 0), None]);
    let own = parse(app_table(&[entries, aliases(&[(0x7ffe_0001, APP_NAME)])]));
    assert_eq!(codes(own.anomalies()), ["resources-aliases-ignored"]);
    assert_eq!(own.resolve(0x7ffe_0001), None);
}

#[test]
fn a_type_declared_twice_keeps_all_its_entries() {
    let table = parse(app_table(&[
        dense(1, &unqualified(), &[string(0, 0), None]),
        type_spec(1, 2),
        dense(1, &unqualified(), &[string(0, 1), string(1, 1)]),
    ]));
    assert_eq!(codes(table.anomalies()), ["resources-duplicate-type"]);
    // Of two equal configurations, the first is taken.
    assert_eq!((table.resolve(APP_NAME), table.resolve(OTHER)), (text("A"), text("B")));
}

#[test]
fn entries_outside_of_their_chunk_are_not_found() {
    let index = words(&[0x0fff_fff0, 0, 2]);
    let entries = entry(1, 3, 1);
    let table = parse(app_table(&[type_chunk(1, 0, &unqualified(), 3, &index, &entries)]));
    assert_eq!(codes(table.anomalies()), ["resources-broken-entries"]);
    assert_eq!(table.anomalies()[0].values["count"], "2");
    let found = [APP_NAME, OTHER, 0x7f01_0002].map(|id| table.resolve(id));
    assert_eq!(found, [None, text("B"), None]);
}

#[test]
fn a_broken_entry_hides_the_one_behind_it_as_on_android() {
    let german = Configuration::neutral_phone().with_locale(Locale::new("de", "").unwrap());
    let broken = type_chunk(1, 0, &locale("de", ""), 1, &words(&[0x1000]), &[]);
    let table = parse(app_table(&[dense(1, &unqualified(), &[string(0, 0), None]), broken]));
    assert_eq!((table.resolve(APP_NAME), table.values(APP_NAME).len()), (text("A"), 1));
    // Android finds nothing here; what stands in is what an American device takes.
    assert_eq!(table.resolve_for(APP_NAME, &german), text("A"));
}

#[test]
fn values_shorter_than_a_value_are_not_found() {
    let mut short = entry(0, 3, 0);
    patch(&mut short, 8, &4u16.to_le_bytes());
    let mut small = entry(1, 3, 0);
    patch(&mut small, 0, &4u16.to_le_bytes());
    let table = parse(app_table(&[dense(1, &unqualified(), &[Some(short), Some(small)])]));
    assert_eq!((table.resolve(APP_NAME), table.resolve(OTHER)), (None, None));
    assert_eq!(table.anomalies()[0].values["count"], "2");
}

#[test]
fn unknown_chunks_are_passed_over() {
    let junk = chunk(0x1234, &[], &[0xAA; 16]);
    let package = app(&[junk.clone(), dense(1, &unqualified(), &[string(0, 0), None])]);
    let mut bytes = table(&["A"], &[junk.clone(), package]);
    // The table counts the junk as a package.
    bytes = [junk, bytes].concat();
    let table = parse(bytes);
    assert_eq!(
        codes(table.anomalies()),
        ["resources-unknown-chunk", "resources-unknown-chunk", "resources-unknown-chunk", "resources-package-count"]
    );
    assert_eq!(table.resolve(APP_NAME), text("A"));
}

#[test]
fn a_second_string_pool_is_passed_over() {
    let package = app(&[string_pool(&["x"]), dense(1, &unqualified(), &[string(0, 0), None])]);
    let data = [string_pool(&["A"]), string_pool(&["Z"]), package].concat();
    let table = parse(chunk(0x0002, &words(&[1]), &data));
    assert_eq!(codes(table.anomalies()), ["resources-extra-string-pool"; 2]);
    assert_eq!(table.resolve(APP_NAME), text("A"));
}

#[test]
fn a_chunk_that_is_cut_off_ends_its_container() {
    let mut cut = dense(1, &locale("de", ""), &[string(0, 1), None]);
    patch(&mut cut, 4, &0x00ff_fff0u32.to_le_bytes());
    let table = parse(app_table(&[dense(1, &unqualified(), &[string(0, 0), None]), cut]));
    assert_eq!((codes(table.anomalies()), codes(&table.problems())), (vec!["resources-chunk-cut"], vec![]));
    assert_eq!((table.resolve(APP_NAME), table.strings_by_locale(APP_NAME)), (text("A"), BTreeMap::new()));
    let mut trailing = app_table(&[dense(1, &unqualified(), &[string(0, 0), None])]);
    trailing.extend([0xFF; 5]);
    let table = parse(trailing);
    assert_eq!(codes(table.anomalies()), ["resources-trailing"]);
    assert_eq!(table.resolve(APP_NAME), text("A"));
}

#[test]
fn more_packages_than_stated_are_read_and_said() {
    let first = app(&[dense(1, &unqualified(), &[string(0, 0), None])]);
    let second =
        package(0x80, "org.more", &["x"], &["y"], &[type_spec(1, 1), dense(1, &unqualified(), &[string(0, 1)])]);
    let mut bytes = table(&["A", "B"], &[first, second]);
    patch(&mut bytes, 8, &1u32.to_le_bytes());
    let table = parse(bytes);
    assert_eq!(codes(table.anomalies()), ["resources-too-many-packages"]);
    assert_eq!((table.resolve(APP_NAME), table.resolve(0x8001_0000)), (text("A"), text("B")));
}

#[test]
fn names_that_are_missing_leave_the_values() {
    let mut package = app(&[dense(1, &unqualified(), &[string(0, 0), None])]);
    patch(&mut package, 276, &4u32.to_le_bytes());
    let table = parse(table(&["A"], &[package]));
    assert_eq!(codes(table.anomalies()), ["resources-extra-string-pool", "resources-nameless"]);
    assert_eq!((table.resolve(APP_NAME), table.name(APP_NAME)), (text("A"), None));
}

#[test]
fn a_string_that_the_pool_does_not_have_is_no_text() {
    let table = parse(app_table(&[dense(1, &unqualified(), &[string(0, 99), None])]));
    assert_eq!(table.resolve(APP_NAME), Some(Value::Other { data_type: 3, data: 99 }));
    assert_eq!(table.strings_by_locale(APP_NAME), BTreeMap::new());
}

#[test]
fn bytes_without_a_table_are_an_error() {
    for bytes in [vec![0; 64], b"PK\x03\x04".to_vec(), chunk(3, &[], &[0; 32])] {
        assert_eq!(ResourceTable::parse(bytes).err(), Some(ResourceError::NotATable));
    }
    assert_eq!(ResourceTable::parse(vec![]).err(), Some(ResourceError::Empty));
    let cut = vec![2, 0, 12, 0, 255, 0, 0, 0];
    assert_eq!(ResourceTable::parse(cut).err(), Some(ResourceError::Truncated));
}

#[test]
fn a_huge_table_of_small_chunks_stops_at_the_limit() {
    let header = chunk(0x0201, &[&[1, 0, 0, 0], &words(&[0, 24, 0])[..]].concat(), &[]);
    let table = parse(app_table(&vec![header; 70_000]));
    assert_eq!(codes(&table.problems()), ["resources-too-many-chunks"]);
    for entry in 0..2_000 {
        assert_eq!(table.resolve(APP_NAME + entry), None);
    }
    assert_eq!(codes(&table.problems()), ["resources-too-many-chunks", "resources-work-exceeded"]);
}

/// Everything that can be asked of a table.
fn ask_everything(table: &ResourceTable) {
    for id in table.ids().take(200).chain([0, u32::MAX, 0x0106_000b]) {
        let _ = (table.resolve(id), table.name(id), table.bag(id), table.values(id), table.strings_by_locale(id));
    }
    for (configuration, _) in table.ids().take(50).flat_map(|id| table.values(id)) {
        let _ = (configuration.to_string(), configuration.locale.tag());
    }
    let _ = table.problems();
}

/// A table with something of everything.
fn rich() -> Vec<u8> {
    let own = app(&[
        dense(1, &unqualified(), &[string(0, 0), reference(1, APP_NAME)]),
        sparse(1, &locale("de", ""), &[(0, entry(0, 3, 1)), (1, compact(1, 3, 2))]),
        offset16(1, &configuration(&[(8, &[0xAD, 0x05]), (14, &[0x40, 1])]), &[Some(bag(0, 0, &[(1, 3, 1)])), None]),
        libraries(&[(3, "org.library")]),
        overlayable("a", "b", 1, &[APP_NAME]),
    ]);
    let system = package(1, "android", &["t"], &["e"], &[type_spec(1, 1), aliases(&[(0x01fe_0001, 0x0101_0000)])]);
    table(&["A", "B", "C"], &[own, system])
}

proptest! {
    #[test]
    fn no_bytes_can_stop_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = ResourceTable::parse(bytes).map(|table| ask_everything(&table));
    }

    #[test]
    fn no_change_to_a_table_can_stop_the_reader(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = rich();
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(bytes.len() - length.index(bytes.len()) / 4);
        let _ = ResourceTable::parse(bytes).map(|table| ask_everything(&table));
    }

    #[test]
    fn what_is_written_is_read(texts in proptest::collection::vec("[a-zA-Z ü€😀]{0,20}", 1..20), form in 0..3u8) {
        let strings: Vec<&str> = texts.iter().map(String::as_str).collect();
        let entries: Vec<Option<Vec<u8>>> = (0..texts.len() as u32).map(|index| string(0, index)).collect();
        let chunk = match form {
            0 => dense(1, &unqualified(), &entries),
            1 => offset16(1, &unqualified(), &entries),
            _ => {
                let pairs: Vec<_> = (0u16..).zip(entries.iter().flatten().cloned()).collect();
                sparse(1, &unqualified(), &pairs)
            }
        };
        let chunks = [type_spec(1, texts.len() as u32), chunk];
        let table = parse(table(&strings, &[package(0x7f, "p", &["string"], &["name"], &chunks)]));
        for (id, written) in (APP_NAME..).zip(&texts) {
            prop_assert_eq!(table.resolve(id), text(written));
        }
    }
}

#[test]
fn a_reference_without_a_package_is_to_the_packages_own_resources() {
    let table = parse(app_table(&[dense(1, &unqualified(), &[reference(0, OTHER & 0xFF_FFFF), string(1, 1)])]));
    assert_eq!(table.resolve(APP_NAME), text("B"));
    let table = parse(app_table(&[dense(1, &unqualified(), &[reference(0, 0), string(1, 1)])]));
    assert_eq!(table.resolve(APP_NAME), Some(Value::Reference(0)));
}

#[test]
fn an_entry_that_says_that_it_is_a_bag_is_one_however_short() {
    let mut short = entry(0, 0x03, 1);
    patch(&mut short, 2, &1u16.to_le_bytes());
    let table = parse(app_table(&[dense(1, &unqualified(), &[Some(short), string(1, 1)])]));
    assert_eq!((table.resolve(APP_NAME), table.values(APP_NAME)), (Some(Value::Reference(APP_NAME)), vec![]));
}

#[test]
fn a_dynamic_reference_to_an_unknown_package_stays_one() {
    let dynamic = |id: u32| table(&["A"], &[app(&[dense(1, &unqualified(), &[Some(entry(0, 0x07, id)), None])])]);
    assert_eq!(parse(dynamic(0x1f00_0000)).resolve(APP_NAME), Some(Value::DynamicReference(0x1f00_0000)));
    assert_eq!(parse(dynamic(0x7f09_0000)).resolve(APP_NAME), Some(Value::Reference(0x7f09_0000)));
    assert_eq!(parse(dynamic(0)).resolve(APP_NAME), Some(Value::Reference(0)));
}
