//! What stands behind references: the app's name and other texts, and what is wrong with the table they go to.

use apklens::archive::Archive;
use apklens::manifest;

use super::{LAUNCHER, MAIN, app_with, filter, package, read};
use testkit::arsc;
use testkit::axml::*;

/// A label by reference, in an app without resources.
fn lost() -> Attr {
    android("label", Typed::Number(TYPE_REFERENCE, 0x7f06_0000))
}

#[test]
fn a_label_that_leads_nowhere_is_what_android_shows_in_its_place() {
    let main = || tag("activity").android("name", ".Main").child(filter(&[MAIN], &[LAUNCHER]));
    let label = |application: &[Attr], activity: Tag| {
        let mut root = app_with(30, [activity]);
        root.find("application").attributes.extend_from_slice(application);
        package(&root).label
    };
    let system = android("label", Typed::Number(TYPE_REFERENCE, 0x0104_000e));
    assert_eq!(label(&[system], main()).as_deref(), Some("Unknown"));
    let unknown = android("label", Typed::Number(TYPE_REFERENCE, 0x0104_0fff));
    assert_eq!(label(&[unknown], main()).as_deref(), Some("a.b"));
    assert_eq!(label(&[lost()], main()).as_deref(), Some("a.b"));
    let named = tag("activity").android("label", "Calculator").android("name", ".Main");
    assert_eq!(label(&[lost()], named.clone().child(filter(&[MAIN], &[LAUNCHER]))).as_deref(), Some("Calculator"));
    assert_eq!(label(&[], named.child(filter(&[MAIN], &[LAUNCHER]))).as_deref(), Some("Calculator"));
    assert_eq!(label(&[lost()], tag("activity").attr(lost()).android("name", ".Main")).as_deref(), Some("a.b"));
    let theme = android("label", Typed::Number(0x02, 0x7f06_0000));
    assert_eq!(label(&[theme], main()).as_deref(), Some("a.b"));
    assert_eq!(label(&[], main()), None);
}

#[test]
fn an_alias_has_the_label_of_its_activity() {
    let activity = tag("activity").android("label", "Gallery").android("name", ".Main");
    let alias = tag("activity-alias").android("name", ".Alias").android("targetActivity", ".Main");
    let mut root = app_with(30, [activity, alias.child(filter(&[MAIN], &[LAUNCHER]))]);
    root.find("application").attributes.push(lost());
    assert_eq!(package(&root).label.as_deref(), Some("Gallery"));
}

/// An app whose table is put wrong, or stored in a way that Android refuses.
#[test]
fn what_is_wrong_with_the_table_of_resources_is_said_as_what_it_is() {
    let strings = arsc::dense(1, &arsc::unqualified(), &[arsc::string(0, 0)]);
    let package = arsc::package(0x7f, "a.b", &["string"], &["app_name"], &[arsc::type_spec(1, 1), strings]);
    let table = arsc::table(&["Right"], &[package]);
    let label = android("label", Typed::Number(TYPE_REFERENCE, 0x7f01_0000));
    let read = |target, table: Option<&[u8]>, method| {
        let mut root = app_with(target, []);
        root.find("application").attributes.push(label.clone());
        let manifest = Axml::new(&root, true).bytes();
        let entries =
            [Some(("AndroidManifest.xml", manifest.as_slice())), table.map(|table| ("resources.arsc", table))];
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in entries.into_iter().flatten() {
            // `method` gives how the table is stored, and at a multiple of how many bytes.
            let (compression, alignment) = if name == "resources.arsc" { method } else { STORED };
            let options = zip::write::SimpleFileOptions::default();
            let options = options.compression_method(compression).with_alignment(alignment);
            writer.start_file(name, options).unwrap();
            std::io::Write::write_all(&mut writer, bytes).unwrap();
        }
        let archive = writer.finish().unwrap().into_inner();
        let manifest = manifest::read(&Archive::open(&archive).unwrap());
        let codes = |notes: &[apklens::note::Note]| notes.iter().map(|note| note.code.to_string()).collect::<Vec<_>>();
        (manifest.package.unwrap().label.unwrap(), codes(&manifest.anomalies), codes(&manifest.problems))
    };
    const STORED: (zip::CompressionMethod, u16) = (zip::CompressionMethod::Stored, 4);
    const DEFLATED: (zip::CompressionMethod, u16) = (zip::CompressionMethod::Deflated, 1);
    let none = || Vec::<String>::new();
    let found = |label: &str, anomalies: &[&str], problems: &[&str]| {
        let owned = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        (label.to_owned(), owned(anomalies), owned(problems))
    };
    assert_eq!(read(30, Some(&table), STORED), ("Right".to_owned(), none(), none()));
    assert_eq!(read(30, Some(&table), DEFLATED), found("Right", &["resources-compressed"], &[]));
    assert_eq!(read(29, Some(&table), DEFLATED), found("Right", &[], &[]));
    assert_eq!(read(30, None, STORED), found("a.b", &["resources-missing"], &[]));
    assert_eq!(read(30, Some(&table[..table.len() - 4]), STORED).2, ["resources-truncated"]);
    assert_eq!(read(30, Some(b""), STORED), found("a.b", &[], &["resources-unreadable"]));
    assert_eq!(read(30, Some(b"not a table"), STORED).2, ["resources-unreadable"]);
    let mut odd = table.clone();
    put32(&mut odd, 4, table.len() as u32 + 2);
    odd.extend([0; 2]);
    assert_eq!(read(30, Some(&odd), STORED), found("Right", &["resources-trailing", "resources-chunk-unaligned"], &[]));
}

#[test]
fn no_text_is_the_number_of_a_resource_that_is_not_there() {
    let nowhere = |name: &str| android(name, Typed::Number(TYPE_REFERENCE, 0x7f06_0000));
    let service = tag("service").attr(nowhere("permission")).android("name", ".S").attr(nowhere("process"));
    let mut service = service.child(tag("intent-filter").child(tag("data").attr(nowhere("scheme"))));
    service.attributes.sort_by_key(|attribute| attribute.id);
    let mut root = app_with(30, [service]).attr(nowhere("versionName"));
    root.attributes.reverse();
    let manifest = read(&root);
    let found = manifest.package.unwrap();
    assert_eq!((found.version_name, found.name.as_str()), (None, "a.b"));
    let service = &manifest.components[0];
    assert_eq!((&service.permission, &service.process), (&None, &None));
    assert!(service.intent_filters[0].data.is_empty());
    assert_eq!(manifest.anomalies.len(), 0);
}
