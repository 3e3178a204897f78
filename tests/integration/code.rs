//! What an app carries in code and files: DEX files, whole and broken, and the real ones.

use std::io::{Cursor, Write};
use std::process::Command;

use apklens::archive::Archive;
use apklens::code::dex::{self, Dex, DexError};
use apklens::code::{self, FileKind, Taken, Text, TextKind, Visitor};
use apklens::source::FileSource;
use testkit::dex::{DexFile, set_word};

/// The only logical file.
fn one(bytes: &[u8]) -> Dex<'_> {
    let (mut files, error) = dex::read(bytes);
    assert_eq!((files.len(), error), (1, None));
    files.remove(0)
}

fn sample() -> DexFile {
    DexFile::new(&["https://a.example", "", "\u{e9}"], &["Lorg/example/Main;", "La/B;"])
}

#[test]
fn strings_have_their_offsets_and_classes_are_told_from_mentions() {
    for version in ["035", "037", "038", "039", "040", "041"] {
        let mut file = sample();
        file.version = version;
        file.strings.push(b"Lnot/Defined;".to_vec());
        file.strings.push(b"a\xC0\x80\xED\xA0\xBD\xED\xB8\x80".to_vec());
        file.strings.push(vec![b'x'; 300]);
        let (bytes, layout) = file.build(0);
        let dex = one(&bytes);
        assert_eq!(format!("{:03}", dex.version()), version);
        assert_eq!((dex.class_count(), dex.problems()), (2, [].as_slice()));
        let strings = dex.strings().collect::<Result<Vec<_>, _>>().unwrap();
        let places = strings.iter().map(|string| (string.bytes.to_vec(), string.offset)).collect::<Vec<_>>();
        assert_eq!(places, layout.strings);
        let classes = strings.iter().filter(|string| string.is_class).map(|string| string.bytes).collect::<Vec<_>>();
        assert_eq!(classes, [b"La/B;".as_slice(), b"Lorg/example/Main;"]);
    }
}

#[test]
fn every_file_of_a_container_is_read() {
    let bytes = testkit::dex::container(&[sample(), DexFile::new(&["two"], &[]), DexFile::new(&[], &["Lthree;"])]);
    let (files, error) = dex::read(&bytes);
    assert_eq!(error, None);
    let strings =
        files.iter().map(|dex| dex.strings().map(Result::unwrap).map(|string| string.bytes).collect::<Vec<_>>());
    let strings = strings.collect::<Vec<_>>();
    assert_eq!(strings[0].len(), 5);
    assert_eq!(strings[1..], [vec![b"two".as_slice()], vec![b"Lthree;".as_slice()]]);
}

#[test]
fn a_container_with_a_broken_file_keeps_those_before_it() {
    let mut bytes = testkit::dex::container(&[sample(), sample()]);
    let second = sample().build(0).0.len() + 8;
    assert_eq!(&bytes[second..second + 4], b"dex\n");
    bytes[second] = b'x';
    let (files, error) = dex::read(&bytes);
    assert_eq!((files.len(), error), (1, Some(DexError::Magic { offset: second })));
    // A container whose file sizes run in a circle, or nowhere.
    set_word(&mut bytes, testkit::dex::FILE_SIZE, 0);
    assert_eq!(dex::read(&bytes).0.len(), 1);
}

#[test]
fn what_is_no_dex_file_is_refused_with_the_reason() {
    let good = sample().bytes();
    for length in [0, 4, 7] {
        assert_eq!(dex::read(&good[..length]), (vec![], Some(DexError::Magic { offset: 0 })));
    }
    for length in [8, 0x20, 0x6F] {
        assert_eq!(dex::read(&good[..length]), (vec![], Some(DexError::Header { offset: 0 })));
    }
    let mut reversed = good.clone();
    reversed[testkit::dex::ENDIAN_TAG..][..4].reverse();
    assert_eq!(dex::read(&reversed), (vec![], Some(DexError::ByteOrder { offset: 0, tag: 0x7856_3412 })));
    let mut compact = good;
    compact[..8].copy_from_slice(b"cdex001\0");
    assert_eq!(dex::read(&compact).1, Some(DexError::Magic { offset: 0 }));
}

#[test]
fn a_table_that_lies_is_read_as_far_as_it_fits() {
    let (mut bytes, layout) = sample().build(0);
    set_word(&mut bytes, testkit::dex::STRING_IDS_SIZE, 0xFFFF_FFFF);
    let dex = one(&bytes);
    let read = u32::try_from((bytes.len() - layout.string_ids) / 4).unwrap();
    let lie = DexError::Table { table: "string_ids", offset: 0x70, stated: u32::MAX, read };
    assert_eq!(dex.problems(), [lie]);
    let good = dex.strings().take(layout.strings.len()).map(|string| string.unwrap().offset).collect::<Vec<_>>();
    assert_eq!(good, layout.strings.iter().map(|(_, offset)| *offset).collect::<Vec<_>>());

    set_word(&mut bytes, testkit::dex::STRING_IDS_OFF, 0xFFFF_FFF0);
    assert_eq!(one(&bytes).strings().count(), 0);

    // Class definitions that name types which do not exist.
    let mut bytes = sample().bytes();
    set_word(&mut bytes, testkit::dex::TYPE_IDS_SIZE, 1);
    assert_eq!(one(&bytes).strings().filter(|string| string.as_ref().is_ok_and(|s| s.is_class)).count(), 1);
}

#[test]
fn a_string_outside_the_file_or_without_end_is_left_out() {
    let (mut bytes, layout) = sample().build(0);
    let past = u32::try_from(bytes.len()).unwrap();
    set_word(&mut bytes, layout.string_ids, past as usize);
    set_word(&mut bytes, layout.string_ids + 4, 0xFFFF_FFFF);
    // The last string loses its NUL.
    bytes.pop();
    let strings = one(&bytes).strings().collect::<Vec<_>>();
    assert_eq!(strings.len(), 5);
    assert_eq!(strings[0], Err(DexError::String { index: 0, offset: past }));
    assert_eq!(strings[1], Err(DexError::String { index: 1, offset: u32::MAX }));
    assert!(matches!(strings[4], Err(DexError::String { index: 4, .. })));
    assert_eq!(strings[3].as_ref().unwrap().bytes, b"https://a.example");
}

#[test]
fn strings_that_share_their_bytes_stop_at_the_size_of_the_file() {
    let mut file = DexFile::new(&[], &[]);
    file.strings = (0..200).map(|index| format!("{index:03}").into_bytes()).chain([vec![b'z'; 5000]]).collect();
    let (mut bytes, layout) = file.build(0);
    let long = layout.strings.last().unwrap().1 - 2;
    for index in 0..200 {
        set_word(&mut bytes, layout.string_ids + 4 * index, long);
    }
    let strings = one(&bytes).strings().collect::<Vec<_>>();
    let read = strings.iter().filter_map(|string| string.as_ref().ok()).map(|string| string.bytes.len()).sum::<usize>();
    assert!(read <= bytes.len());
    assert_eq!(strings.last(), Some(&Err(DexError::Overlap { index: 1 })));
}

/// Everything that is visited in an archive: entry, kind, offset, text. Windows come as their own part.
#[derive(Default)]
struct Collected {
    texts: Vec<(String, TextKind, u64, Vec<u8>)>,
    files: Vec<(String, FileKind, usize)>,
    wanted: bool,
}

impl Visitor for Collected {
    fn text(&mut self, text: &Text) {
        // What is outside the entries has tests of its own.
        if text.regions.is_some() {
            return;
        }
        let (start, end) = text.window;
        let part = text.bytes[start..end].to_vec();
        self.texts.push((text.entry.to_owned(), text.kind, text.offset_of(start), part));
    }

    fn wants(&self, _: FileKind) -> bool {
        self.wanted
    }

    fn file(&mut self, entry: &str, kind: FileKind, bytes: &[u8]) {
        self.files.push((entry.to_owned(), kind, bytes.len()));
    }
}

impl Collected {
    fn text(&self, entry: &str, kind: TextKind, text: &str) -> Option<u64> {
        let wanted =
            |(e, k, _, t): &&(String, TextKind, u64, Vec<u8>)| e == entry && *k == kind && t == text.as_bytes();
        self.texts.iter().find(wanted).map(|(_, _, offset, _)| *offset)
    }
}

fn archive_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn visited(files: &[(&str, &[u8])]) -> (Collected, Vec<String>) {
    let bytes = archive_of(files);
    let mut collected = Collected { wanted: true, ..Collected::default() };
    let visited = code::visit(&Archive::open(&bytes).unwrap(), &Taken::new(), &mut collected);
    (collected, visited.problems.into_iter().map(|note| note.code.into_owned()).collect())
}

/// A binary XML or resource file with nothing but a string pool, and where each string's characters are.
fn pool_file(kind: u16, header_size: u16, strings: &[&str], utf8: bool) -> (Vec<u8>, Vec<u64>) {
    let (mut data, mut starts, mut offsets) = (Vec::new(), Vec::new(), Vec::new());
    for string in strings {
        offsets.push(data.len());
        let units = string.encode_utf16().count();
        if utf8 {
            for length in [units, string.len()] {
                if length > 0x7F {
                    data.push(0x80 | (length >> 8) as u8);
                }
                data.push(length as u8);
            }
            starts.push(data.len());
            data.extend_from_slice(string.as_bytes());
            data.push(0);
        } else {
            data.extend((units as u16).to_le_bytes());
            starts.push(data.len());
            data.extend(string.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
        }
    }
    data.resize(data.len().next_multiple_of(4), 0);
    let strings_start = 28 + 4 * strings.len();
    let words = |values: &[usize]| values.iter().flat_map(|value| (*value as u32).to_le_bytes()).collect::<Vec<u8>>();
    let flags = if utf8 { 0x100 } else { 0 };
    let mut chunk = vec![1, 0, 28, 0];
    chunk.extend(words(&[strings_start + data.len(), strings.len(), 0, flags, strings_start, 0]));
    chunk.extend(words(&offsets));
    chunk.extend(data);
    let mut file = [kind.to_le_bytes(), header_size.to_le_bytes()].concat();
    file.extend(words(&[chunk.len() + usize::from(header_size)]));
    file.resize(header_size.into(), 0);
    file.extend(chunk);
    let base = u64::from(header_size) + strings_start as u64;
    (file, starts.into_iter().map(|start| base + start as u64).collect())
}

#[test]
fn every_kind_of_file_is_visited_with_exact_places() {
    let (dex, layout) = sample().build(0);
    let long = "x".repeat(200);
    let strings = ["https://a.example", &long, "é.example"];
    let (xml, xml_places) = pool_file(3, 8, &strings, true);
    let (table, table_places) = pool_file(2, 12, &strings, false);
    let library = b"\x7FELF\x02\x01\x01\0\0\0a.example\0".as_slice();
    let (visited, problems) = visited(&[
        ("classes.dex", &dex),
        ("assets/payload.bin", &dex),
        ("res/xml/config.xml", &xml),
        ("resources.arsc", &table),
        ("lib/arm64-v8a/liba.so", library),
        ("assets/www/main.JS", b"fetch('https://a.example')"),
        ("assets/list.txt", b"a.example"),
    ]);
    assert_eq!(problems, Vec::<String>::new());
    for entry in ["classes.dex", "assets/payload.bin"] {
        for (bytes, offset) in &layout.strings {
            let kind = if bytes.first() == Some(&b'L') { TextKind::ClassName } else { TextKind::DexString };
            assert_eq!(visited.text(entry, kind, std::str::from_utf8(bytes).unwrap()), Some(*offset as u64));
        }
    }
    for (entry, places) in [("res/xml/config.xml", xml_places), ("resources.arsc", table_places)] {
        for (string, place) in strings.iter().zip(places) {
            assert_eq!(visited.text(entry, TextKind::Resource, string), Some(place), "{entry}: {string}");
        }
    }
    let whole = std::str::from_utf8(library).unwrap();
    assert_eq!(visited.text("lib/arm64-v8a/liba.so", TextKind::NativeData, whole), Some(0));
    assert_eq!(visited.text("assets/www/main.JS", TextKind::Script, "fetch('https://a.example')"), Some(0));
    assert_eq!(visited.text("assets/list.txt", TextKind::Asset, "a.example"), Some(0));
    let files = visited.files.iter().map(|(entry, kind, _)| (entry.as_str(), *kind)).collect::<Vec<_>>();
    assert_eq!(
        files,
        [
            ("classes.dex", FileKind::Dex),
            ("assets/payload.bin", FileKind::Dex),
            ("res/xml/config.xml", FileKind::BinaryXml),
            ("resources.arsc", FileKind::ResourceTable),
            ("lib/arm64-v8a/liba.so", FileKind::NativeLibrary),
        ]
    );
}

#[test]
fn archives_inside_are_gone_through_and_apps_inside_are_left_to_the_caller() {
    let (dex, layout) = sample().build(0);
    let jar = archive_of(&[("classes.dex", &dex)]);
    let nested = archive_of(&[("inner.jar", &jar), ("a.txt", b"a.example")]);
    let deep = (0..3).fold(nested.clone(), |inner, _| archive_of(&[("nested.zip", &inner)]));
    let app = archive_of(&[("AndroidManifest.xml", b"x"), ("classes.dex", &dex)]);
    let (visited, problems) = visited(&[
        ("assets/plugin.dat", &jar),
        ("assets/nested.zip", &nested),
        ("assets/deep.zip", &deep),
        ("assets/other.apk", &app),
        ("assets/false.zip", b"PK\x03\x04 a.example"),
    ]);
    assert_eq!(problems, ["archive-too-deep"]);
    let (class, offset) = ("Lorg/example/Main;", layout.strings[1].1 as u64);
    assert_eq!(layout.strings[1].0, b"La/B;");
    for entry in ["assets/plugin.dat!/classes.dex", "assets/nested.zip!/inner.jar!/classes.dex"] {
        assert!(visited.text(entry, TextKind::ClassName, class).is_some(), "{entry}");
        assert_eq!(visited.text(entry, TextKind::ClassName, "La/B;"), Some(offset), "{entry}");
    }
    assert_eq!(visited.text("assets/nested.zip!/a.txt", TextKind::Asset, "a.example"), Some(0));
    assert_eq!(visited.text("assets/false.zip", TextKind::Asset, "PK\x03\x04 a.example"), Some(0));
    let entries = visited.texts.iter().map(|(entry, ..)| entry.as_str()).collect::<Vec<_>>();
    assert!(!entries.iter().any(|entry| entry.starts_with("assets/other.apk")), "{entries:?}");
    let innermost = "assets/deep.zip!/nested.zip!/nested.zip!/nested.zip!/inner.jar";
    assert!(entries.contains(&innermost), "{entries:?}");
    assert!(!entries.iter().any(|entry| entry.matches("!/").count() > 4), "{entries:?}");
}

#[test]
fn what_is_damaged_is_searched_as_plain_bytes_and_told() {
    let (mut dex, layout) = sample().build(0);
    set_word(&mut dex, layout.string_ids, 0xFFFF_FFFF);
    let mut pool = pool_file(3, 8, &["https://a.example"], true).0;
    pool[8] = 9;
    let (visited, problems) =
        visited(&[("classes2.dex", &dex), ("classes3.dex", b"no code at all"), ("res/xml/b.xml", &pool)]);
    assert_eq!(problems, ["code-damaged", "code-not-recognised"]);
    for (entry, bytes, kind) in [
        ("classes2.dex", &dex[..], TextKind::DexString),
        ("classes3.dex", b"no code at all", TextKind::Asset),
        ("res/xml/b.xml", &pool, TextKind::Resource),
    ] {
        assert!(visited.texts.iter().any(|(e, k, _, text)| e == entry && *k == kind && text == bytes), "{entry}");
    }
}

#[test]
fn windows_cover_a_large_file_once_and_in_order() {
    let mut bytes = (0..700_000u32).flat_map(u32::to_be_bytes).collect::<Vec<u8>>();
    let text = "u.example".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    // Across the border of two windows, and at an odd offset.
    let across = (1 << 20) - 7;
    bytes[across..across + text.len()].copy_from_slice(&text);
    let (visited, problems) = visited(&[("assets/data", &bytes)]);
    assert_eq!(problems, Vec::<String>::new());
    let mut together = Vec::new();
    let mut runs = Vec::new();
    for (_, _, offset, part) in &visited.texts {
        if *offset == together.len() as u64 {
            together.extend_from_slice(part);
        } else {
            runs.push((*offset, part.as_slice()));
        }
    }
    assert_eq!(together, bytes);
    let (inside, outside) = ((1 << 20) - across as u64, across as u64);
    let first = inside.div_ceil(2) as usize;
    assert_eq!(runs, [(outside, &b"u.example"[..first]), (outside + 2 * first as u64, &b"u.example"[first..])]);
}

#[test]
fn the_real_apps_hold_the_strings_and_classes_that_dexdump_counts() {
    for (name, path) in testkit::real_apks().into_iter().filter(|(name, _)| *name == "settings") {
        let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        let archive = Archive::open(&source).unwrap();
        let entries = archive.entries().iter().filter(|entry| entry.name.ends_with(".dex")).collect::<Vec<_>>();
        assert!(entries.len() > 1, "{name} is a multi-dex app");
        for entry in entries {
            let bytes = archive.read(entry, 64 << 20).unwrap();
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &bytes).unwrap();
            let output = Command::new("dexdump").arg("-f").arg(file.path()).output().expect("dexdump is missing");
            let dump = String::from_utf8_lossy(&output.stdout).into_owned();
            let number = |field: &str| {
                let line = dump.lines().find(|line| line.starts_with(field)).unwrap();
                line.split(':').nth(1).unwrap().trim().parse::<u32>().unwrap()
            };
            let dex = one(&bytes);
            assert_eq!(dex.string_count(), number("string_ids_size"), "{name} {}", entry.name);
            let strings = dex.strings().collect::<Result<Vec<_>, _>>().unwrap();
            assert_eq!(strings.len(), dex.string_count() as usize);
            let mut dumped = dump
                .lines()
                .filter_map(|line| line.strip_prefix("  Class descriptor  : '")?.strip_suffix('\''))
                .collect::<Vec<_>>();
            dumped.sort_unstable();
            let mut classes = strings
                .iter()
                .filter(|string| string.is_class)
                .map(|string| std::str::from_utf8(string.bytes).unwrap())
                .collect::<Vec<_>>();
            classes.sort_unstable();
            assert_eq!(classes, dumped, "{name} {}", entry.name);
        }
    }
}

#[test]
fn the_real_apps_are_read_without_a_problem() {
    for (name, path) in testkit::real_apks() {
        let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        let archive = Archive::open(&source).unwrap();
        let mut collected = Collected::default();
        assert_eq!(code::visit(&archive, &Taken::new(), &mut collected).problems, [], "{name}");
        let count = |kind| collected.texts.iter().filter(|text| text.1 == kind).count();
        assert!(count(TextKind::DexString) > 10_000 && count(TextKind::ClassName) > 1000, "{name}");
        assert!(collected.text("AndroidManifest.xml", TextKind::Resource, "manifest").is_some(), "{name}");
    }
}
