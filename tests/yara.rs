//! The rules that come with apklens, and rules over whole apps.

mod common;
#[path = "common/dex.rs"]
mod dex_file;

use std::io::{Cursor, Write};

use apklens::archive::Archive;
use apklens::code::{self, Taken};
use apklens::indicators::search::Search;
use apklens::indicators::text::TextIndex;
use apklens::indicators::yara::Rules;
use apklens::indicators::{Class, Database, Kind, Match, Strength};
use apklens::manifest;
use apklens::source::FileSource;
use dex_file::DexFile;

/// The rules in signatures/yara.
fn shipped() -> Rules {
    let folder = std::fs::read_dir(common::root().join("signatures/yara")).unwrap();
    let mut files = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yar"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect::<Vec<_>>();
    files.sort();
    let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>();
    Rules::compile(&files).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn matches_in(rules: &Rules, archive: &Archive) -> Vec<Match> {
    let (database, index) = (Database::default(), TextIndex::default());
    let mut entries = 0;
    let mut tick = || entries += 1;
    let mut search = Search::new(&index, Some(rules), &mut tick);
    code::visit(archive, &Taken::new(), &mut search);
    search.manifest_text(manifest::MANIFEST, &manifest::read(archive).text);
    let found = search.finish(&database);
    assert_eq!(found.problems, []);
    assert_eq!(entries, archive.entries().len(), "a sign of life at each entry");
    found.matches
}

fn app(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn the_shipped_rules_recognise_the_naming_they_are_for() {
    let rules = shipped();
    for (text, rule) in [
        ("https://protocol-a711.thetruthspy.com/protocols/", "TheTruthSpy_numbered_servers"),
        ("https://media-sync-a999.copy9.com", "TheTruthSpy_numbered_servers"),
        ("http://flushdata9.hellospy.com/", "HelloSpy_flush_servers"),
        ("<manifest package=\"mobile.monitor.child2027\">", "MobileTrackerFree_dated_package"),
        ("<manifest package=\"m.phone.control2021\">", "MobileTrackerFree_dated_package"),
    ] {
        let hits = rules.scan("x", text.as_bytes()).hits;
        assert_eq!(hits.iter().map(|hit| hit.rule.as_str()).collect::<Vec<_>>(), [rule], "{text}");
        assert!(hits[0].family.is_some() && hits[0].class == Some(Class::Stalkerware), "{rule}");
        assert!(hits[0].evidence.is_some(), "{rule} restates what indicators may find too");
        assert!(hits[0].description.is_some() && hits[0].date.is_some(), "{rule}");
    }
    for text in [
        "https://protocol-a711.example.com",
        "https://async-a1.thetruthspy.org",
        "flushdata.example.com",
        "package=\"mobile.game2021\"",
        "package=\"com.mobile.monitor.child\"",
    ] {
        assert_eq!(rules.scan("x", text.as_bytes()).hits, [], "{text}");
    }
}

#[test]
fn rules_run_over_code_libraries_and_the_manifest_in_both_forms() {
    let rules = Rules::compile(&[(
        "own.yar",
        r#"import "dex"
        import "elf"
        rule in_dex { meta: family = "Tracker" class = "watchware"
            strings: $a = "a.example" condition: dex.header.magic == dex.DEX_FILE_MAGIC_035 and $a }
        rule in_library { strings: $a = "b.example" condition: uint32be(0) == 0x7f454c46 and $a }
        rule in_binary_manifest { strings: $a = "io.appium.settings" wide ascii condition: uint32(0) == 0x00080003 and $a }
        rule in_manifest_text { strings: $a = "package=\"io.appium.settings\"" condition: $a }
        rule in_asset { strings: $a = "c.example" condition: $a }"#,
    )])
    .unwrap();
    let dex = DexFile::new(&["https://a.example"], &[]).bytes();
    let bytes = app(&[
        ("assets/hidden.bin", &dex),
        ("lib/x86/libb.so", b"\x7FELF\x01\x01\x01\0 b.example"),
        ("assets/list", b"c.example"),
    ]);
    let matches = matches_in(&rules, &Archive::open(&bytes).unwrap());
    let found = matches.iter().map(|found| (found.value.as_str(), found.place.entry.as_deref().unwrap()));
    assert_eq!(found.collect::<Vec<_>>(), [("in_dex", "assets/hidden.bin"), ("in_library", "lib/x86/libb.so")]);
    assert_eq!(
        (matches[0].kind, matches[0].class, matches[0].strength),
        (Kind::Yara, Class::Watchware, Strength::Moderate)
    );
    assert_eq!(matches[0].context.as_deref(), Some("$a = a.example"));

    let (_, path) = common::real_apks().into_iter().find(|(name, _)| *name == "settings").unwrap();
    let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
    let matches = matches_in(&rules, &Archive::open(&source).unwrap());
    let found = matches.iter().map(|found| (found.value.as_str(), found.place.offset.is_some())).collect::<Vec<_>>();
    assert_eq!(found, [("in_binary_manifest", true), ("in_manifest_text", false)]);
}

#[test]
fn the_real_apps_match_no_shipped_rule() {
    let rules = shipped();
    for (name, path) in common::real_apks() {
        let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        assert_eq!(matches_in(&rules, &Archive::open(&source).unwrap()), [], "{name}");
    }
}
