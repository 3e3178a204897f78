//! Bytes of an archive that are no entry's data: whatever is hidden there is found, once, and at its place.

use std::cell::RefCell;

use apklens::archive::Archive;
use apklens::code::{self, Encoding, Taken, Text, Visitor};
use apklens::indicators::collection::{Collection, Indicator, Source as Publisher};
use apklens::indicators::{Class, Database, Kind, Match};
use apklens::note::{Place, Region};
use apklens::report::{PartRole, Report};
use apklens::source::{BLOCK, Source, SourceError};
use apklens::{Analyzer, Input};
use testkit::dex::DexFile;
use testkit::fixture;
use testkit::zip_model::{File, Zip};

/// A server that the tests' database lists.
const SERVER: &str = "c2.tracker-servers.example";

fn analyzer() -> Analyzer {
    let mut collection = Collection::default();
    let sources = collection.source(Publisher { name: "tests".to_owned(), ..Publisher::default() });
    let family = collection.family("Tracker", Class::Stalkerware, &[]);
    collection.indicators.push(Indicator {
        kind: Kind::C2Domain,
        value: SERVER.to_owned(),
        family,
        sources,
        weakened: None,
    });
    Analyzer::builder().database(Database::new(collection)).build()
}

fn report(source: &dyn Source) -> Report {
    let reports = analyzer().analyze(&Input::new("app.apk", source));
    let [report] = reports.try_into().expect("what lies in an app is no result of its own");
    report
}

/// A small app with two entries.
fn app() -> Zip {
    let mut zip = Zip::parse(&std::fs::read(fixture("unsigned.apk")).unwrap());
    zip.files.retain(|file| file.central.name == b"AndroidManifest.xml");
    zip.files.push(File::stored("assets/last.txt", b"nothing"));
    zip
}

fn position(bytes: &[u8], wanted: &[u8]) -> u64 {
    let mut places = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(wanted));
    let place = places.next().expect("the payload is in the file");
    assert_eq!(places.next(), None, "the payload is in the file once");
    place as u64
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// An extra field that holds `payload`.
fn extra(payload: &[u8]) -> Vec<u8> {
    [&[0xFE, 0xCA], &(payload.len() as u16).to_le_bytes()[..], payload].concat()
}

/// A signing block with one value, as in front of a directory.
fn signing_block(id: u32, payload: &[u8]) -> Vec<u8> {
    let size = (8 + 4 + payload.len() as u64 + 24).to_le_bytes();
    let length = (payload.len() as u64 + 4).to_le_bytes();
    [&size[..], &length, &id.to_le_bytes(), payload, &size, b"APK Sig Block 42"].concat()
}

/// Turns the extra field of the last directory record into a comment: both stand behind the name.
fn comment_of_a_record(payload: &[u8]) -> Vec<u8> {
    let mut zip = app();
    zip.files[1].central.extra = payload.to_vec();
    let mut bytes = zip.bytes();
    let record = (0..bytes.len()).rfind(|at| bytes[*at..].starts_with(b"assets/last.txt")).unwrap() - 46;
    bytes[record + 30..record + 32].copy_from_slice(&[0, 0]);
    bytes[record + 32..record + 34].copy_from_slice(&(payload.len() as u16).to_le_bytes());
    bytes
}

/// Every kind of place, with what it is called and whose it is.
fn places(payload: &[u8]) -> Vec<(Region, Option<&'static str>, Vec<u8>)> {
    let with = |change: &dyn Fn(&mut Zip)| {
        let mut zip = app();
        change(&mut zip);
        zip.bytes()
    };
    let (manifest, last) = (Some("AndroidManifest.xml"), Some("assets/last.txt"));
    vec![
        (Region::BeforeFirstEntry, None, with(&|zip| (zip.prefix, zip.counts_prefix) = (payload.to_vec(), true))),
        (Region::BeforeFirstEntry, None, with(&|zip| zip.prefix = [&[0; 40], payload].concat())),
        (Region::LocalHeader, last, with(&|zip| zip.files[1].local.extra = extra(payload))),
        (Region::CentralDirectory, manifest, with(&|zip| zip.files[0].central.extra = extra(payload))),
        (Region::CentralDirectory, last, comment_of_a_record(payload)),
        (Region::CentralDirectory, None, with(&|zip| zip.directory_tail = payload.to_vec())),
        (Region::BetweenEntries, None, with(&|zip| zip.files[0].after = [&[0; 3], payload, &[0; 9]].concat())),
        (
            Region::EntrySlack,
            last,
            with(&|zip| {
                zip.files[1].data.extend(payload);
                let length = zip.files[1].data.len() as u32;
                zip.files[1].both(|header| header.compressed_size = length);
            }),
        ),
        (
            Region::EntrySlack,
            last,
            with(&|zip| {
                zip.files[1].deflate();
                zip.files[1].data.extend(payload);
                let length = zip.files[1].data.len() as u32;
                zip.files[1].both(|header| header.compressed_size = length);
            }),
        ),
        (Region::BeforeDirectory, None, with(&|zip| zip.gap = [&[0; 5], payload].concat())),
        (Region::SigningBlock, Some("0x12345678"), with(&|zip| zip.gap = signing_block(0x1234_5678, payload))),
        (Region::SigningBlock, Some("0x7109871a"), with(&|zip| zip.gap = signing_block(0x7109_871a, payload))),
        (Region::Comment, None, with(&|zip| zip.comment = payload.to_vec())),
        (Region::AfterEnd, None, with(&|zip| zip.suffix = payload.to_vec())),
    ]
}

fn region_of(place: &Place) -> (Option<Region>, Option<&str>) {
    let outside = place.outside.as_deref();
    (outside.map(|outside| outside.region), outside.and_then(|outside| outside.of.as_deref()))
}

fn only_match(report: &Report) -> &Match {
    let [found] = &report.matches[..] else { panic!("{:#?}\n{:#?}", report.matches, report.problems) };
    assert_eq!(found.value, SERVER);
    found
}

#[test]
fn a_name_is_found_at_every_place_and_once() {
    for payload in [format!(" https://{SERVER}/x ").into_bytes(), [b"\x01", &utf16(SERVER)[..], b"\x01"].concat()] {
        for (region, of, bytes) in places(&payload) {
            let name = if payload.contains(&0) { utf16(SERVER) } else { SERVER.as_bytes().to_vec() };
            let report = report(&bytes);
            let place = &only_match(&report).place;
            assert_eq!(region_of(place), (Some(region), of));
            assert_eq!((place.entry.as_deref(), place.offset), (None, Some(position(&bytes, &name))), "{region:?}");
            assert_eq!(report.problems, [], "{region:?}");
            assert_eq!(report.package.as_ref().map(|package| package.name.is_empty()), Some(false), "{region:?}");
        }
    }
}

#[test]
fn a_dex_file_is_read_string_by_string_at_every_place() {
    // Behind a string that would hide it in a search for text.
    let dex = DexFile::new(&[&format!("https://{SERVER}"), "zz"], &["Lorg/example/Main;"]).bytes();
    for (region, of, bytes) in places(&dex) {
        let report = report(&bytes);
        let found = only_match(&report);
        assert_eq!(region_of(&found.place), (Some(region), of));
        assert_eq!(found.place.offset, Some(position(&bytes, SERVER.as_bytes())), "{region:?}");
        assert_eq!(found.weakened, None, "{region:?}: code is code wherever it is");
        assert_eq!(report.problems, [], "{region:?}");
    }
}

#[test]
fn an_archive_is_opened_at_every_place() {
    let text = format!("see {SERVER} there").repeat(3);
    for inner in [File::deflated("inside.txt", text.as_bytes()), File::stored("inside.txt", text.as_bytes())] {
        let payload = Zip::of(vec![inner]).bytes();
        for (region, _, bytes) in places(&payload) {
            let report = report(&bytes);
            let place = &only_match(&report).place;
            // Where the last end record of the file is this archive's, it is the file's archive, and the app before it
            // is what lies outside.
            let entry = match region {
                Region::AfterEnd => "inside.txt".to_owned(),
                _ => format!("@{}!/inside.txt", position(&bytes, &payload)),
            };
            assert_eq!((place.entry.as_deref(), place.offset), (Some(entry.as_str()), Some(4)), "{region:?}");
            assert_eq!(region_of(place).0, None);
            assert_eq!(report.problems, [], "{region:?}");
            assert!(report.package.is_some(), "{region:?}");
        }
    }
}

#[test]
fn an_app_outside_the_entries_is_a_carried_app() {
    let carried = std::fs::read(fixture("harmless.apk")).unwrap();
    for (region, _, bytes) in places(&carried).into_iter().filter(|(region, ..)| *region != Region::AfterEnd) {
        let report = report(&bytes);
        let parts: Vec<_> = report.parts.iter().map(|part| (part.entry.as_str(), part.role)).collect();
        let entry = format!("@{}", position(&bytes, &carried));
        assert_eq!(parts, [(entry.as_str(), PartRole::Embedded)], "{region:?}");
        assert_eq!(report.parts[0].file.size, carried.len() as u64);
        assert_eq!(report.problems, [], "{region:?}");
    }
}

#[test]
fn an_app_behind_another_one_is_read_beside_it() {
    let (first, second) = (app().bytes(), std::fs::read(fixture("harmless.apk")).unwrap());
    let report = report(&[&first[..], &second].concat());
    assert_eq!(report.parts.len(), 1, "{:?}", report.parts);
    assert_eq!(report.parts[0].entry, "@0");
    assert!(report.package.is_some());
}

#[test]
fn entries_that_no_directory_lists_are_unpacked() {
    let text = format!("see {SERVER} there, {}", "and on ".repeat(20));
    let mut hidden = File::deflated("assets/hidden.txt", text.as_bytes());
    for described in [false, true] {
        if described {
            hidden.describe(b"PK\x07\x08");
        }
        let mut zip = app();
        zip.files.insert(1, hidden.clone());
        let bytes = zip.bytes();
        // The directory's record of it goes, and nothing else does.
        let record = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"PK\x01\x02")).unwrap();
        let next = |from: usize| (from + 1..bytes.len()).find(|at| bytes[*at..].starts_with(b"PK\x01\x02")).unwrap();
        let (start, end) = (next(record), next(next(record)));
        let mut cut = [&bytes[..start], &bytes[end..]].concat();
        let eocd = cut.len() - 22;
        cut[eocd + 8..eocd + 12].copy_from_slice(&[2, 0, 2, 0]);
        let size = (eocd - record) as u32;
        cut[eocd + 12..eocd + 16].copy_from_slice(&size.to_le_bytes());
        let report = report(&cut);
        let header = position(&cut, b"assets/hidden.txt") - 30;
        let place = &only_match(&report).place;
        assert_eq!(place.entry.as_deref(), Some(format!("@{header}!/assets/hidden.txt").as_str()));
        assert_eq!((place.offset, region_of(place).0), (Some(4), None));
        assert_eq!(report.problems, []);
    }
}

#[test]
fn folders_with_data_and_records_of_one_name_are_read_as_entries() {
    let text = format!("see {SERVER} there, {}", "and on ".repeat(20));
    for name in ["assets/folder/", "assets/last.txt"] {
        let mut zip = app();
        zip.files.push(File::deflated(name, text.as_bytes()));
        let report = report(&zip.bytes());
        let place = &only_match(&report).place;
        assert_eq!((place.entry.as_deref(), place.offset, region_of(place).0), (Some(name), Some(4), None));
    }
}

#[test]
fn an_app_in_an_archive_in_an_app_is_read() {
    let harmless = std::fs::read(fixture("harmless.apk")).unwrap();
    let inner = Zip::of(vec![File::deflated("plugin.bin", &harmless)]).bytes();
    let mut zip = app();
    zip.files.push(File::deflated("assets/plugins.dat", &inner));
    let report = report(&zip.bytes());
    let parts: Vec<_> = report.parts.iter().map(|part| (part.entry.as_str(), part.role)).collect();
    assert_eq!(parts, [("assets/plugins.dat!/plugin.bin", PartRole::Embedded)]);
    assert_eq!(report.problems, []);
}

#[test]
fn what_lies_outside_the_parts_of_a_bundle_is_found_with_the_bundle_s_place() {
    let text = format!(" {SERVER} ");
    let mut inner = app();
    inner.comment = text.clone().into_bytes();
    let mut bundle = Zip::of(vec![File::stored("base.apk", &inner.bytes()), File::stored("info.json", b"{}")]);
    let report_of_part = report(&bundle.bytes());
    let place = &only_match(&report_of_part).place;
    assert_eq!((place.entry.as_deref(), region_of(place).0), (Some("base.apk"), Some(Region::Comment)));
    assert_eq!(place.offset, Some(position(&inner.bytes(), SERVER.as_bytes())));

    bundle = Zip::of(vec![File::deflated("base.apk", &app().bytes()), File::stored("info.json", text.as_bytes())]);
    let report_of_file = report(&bundle.bytes());
    assert_eq!(only_match(&report_of_file).place.entry.as_deref(), Some("info.json"));

    bundle.files[1] = File::stored("info.json", b"{}");
    bundle.comment = text.into_bytes();
    let bytes = bundle.bytes();
    let report_of_comment = report(&bytes);
    let place = &only_match(&report_of_comment).place;
    assert_eq!((place.entry.as_deref(), region_of(place).0), (None, Some(Region::Comment)));
    assert_eq!(place.offset, Some(position(&bytes, SERVER.as_bytes())));
}

#[test]
fn code_before_the_archive_is_named_as_what_it_is() {
    let dex = DexFile::new(&["nothing"], &["Lorg/example/Main;"]).bytes();
    let codes = |report: &Report| -> Vec<String> {
        let all = report.anomalies.iter().filter(|note| note.code.starts_with("code-before"));
        all.map(|note| note.text.clone()).collect()
    };
    let mut zip = app();
    (zip.prefix, zip.counts_prefix) = (dex.clone(), true);
    let unsigned = report(&zip.bytes());
    assert_eq!(codes(&unsigned).len(), 1, "nothing installs an app that is not signed: {:?}", codes(&unsigned));
    assert_eq!(unsigned.anomalies.iter().filter(|note| note.code == "archive-prefix").count(), 1);
    // A v1 signature covers the entries and no other byte.
    let signed = std::fs::read(fixture("signing-v1/jarsigner-SHA-256.apk")).unwrap();
    let mut signed = Zip::parse(&signed);
    (signed.prefix, signed.counts_prefix) = (dex, true);
    let told = report(&signed.bytes());
    assert_eq!(codes(&told).len(), 2, "{:?} {:?}", codes(&told), told.signing);
    assert!(codes(&told)[1].contains("to 8.0"), "{:?}", codes(&told));
    assert!(told.verdict.reasons.iter().any(|reason| reason.code == "code-before-archive-runs"));
    // Where the offsets do not count the code, no Android version finds an entry.
    signed.counts_prefix = false;
    assert_eq!(codes(&report(&signed.bytes())).len(), 1);
    // An archive of text before is no code.
    zip.prefix = b"#!/bin/sh\n".to_vec();
    assert_eq!(codes(&report(&zip.bytes())), Vec::<String>::new());
}

#[test]
fn ordinary_apps_have_nothing_outside_that_is_told() {
    for (name, path) in testkit::real_apks() {
        let source = apklens::source::FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        let report = report(&source);
        assert_eq!(report.matches, [], "{name}");
        assert!(!report.parts.iter().any(|part| part.entry.contains('@')), "{name}: {:?}", report.parts);
        assert_eq!(report.problems, [], "{name}");
        assert!(!report.anomalies.iter().any(|note| note.code.starts_with("code-before")), "{name}");
    }
    // What stores and tools put into a signing block.
    let without = report(&app().bytes());
    for id in [0x504B_4453, 0x2146_444E, 0x4272_6577, 0x7177_7777] {
        let mut zip = app();
        zip.gap = signing_block(id, &[7; 3000]);
        let report = report(&zip.bytes());
        assert_eq!((&report.problems, &report.anomalies), (&without.problems, &without.anomalies), "{id:#x}");
        assert_eq!(report.matches, [], "{id:#x}");
    }
}

/// How often each byte of the file itself is handed on as what no entry is.
struct Coverage(Vec<u8>);

impl Visitor for Coverage {
    fn text(&mut self, text: &Text) {
        if text.regions.is_some() && text.entry.is_empty() && text.encoding == Encoding::Bytes {
            let (start, end) = (text.offset_of(text.window.0) as usize, text.offset_of(text.window.1) as usize);
            self.0[start..end].iter_mut().for_each(|count| *count += 1);
        }
    }
}

/// Asserts that every byte of a file is an entry's data or outside the entries, and no byte is both.
fn assert_exact_complement(bytes: &[u8], name: &str) {
    let bytes = bytes.to_vec();
    let Ok(archive) = Archive::open(&bytes) else { return };
    let mut coverage = Coverage(vec![0; bytes.len()]);
    code::visit(&archive, &Taken::new(), &mut coverage);
    let mut read = vec![0; bytes.len()];
    for range in archive.entries().iter().filter_map(|entry| archive.consumed(entry)) {
        read[range.start as usize..range.end as usize].fill(1);
    }
    let wrong = coverage.0.iter().zip(&read).position(|(outside, read)| outside + read != 1);
    assert_eq!(wrong, None, "{name}");
}

#[test]
fn what_is_searched_outside_is_the_exact_complement_of_the_entries() {
    for (name, path) in testkit::real_apks() {
        assert_exact_complement(&std::fs::read(path).unwrap(), name);
    }
    for (region, _, bytes) in places(b"nothing that begins as anything") {
        assert_exact_complement(&bytes, &format!("{region:?}"));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, cases: 300, rng_seed: proptest::test_runner::RngSeed::Fixed(15), ..Default::default() })]

    /// Whatever is changed, nothing panics, and a name in plain text is found.
    #[test]
    fn a_changed_archive_hides_nothing(
        place in 0usize..14,
        changes in proptest::collection::vec((proptest::num::u16::ANY, proptest::num::u8::ANY), 0..4),
        signatures in proptest::collection::vec(0usize..5, 0..4),
    ) {
        const MARKS: [&[u8]; 5] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02", b"dex\n035\0", b"\0\0\0"];
        let mut payload: Vec<u8> = signatures.iter().flat_map(|mark| [MARKS[*mark], &[0; 25]].concat()).collect();
        payload.extend(format!(" {SERVER} ").bytes());
        let mut bytes = places(&payload).swap_remove(place).2;
        let name = position(&bytes, SERVER.as_bytes()) as usize;
        for (at, byte) in changes {
            let at = usize::from(at) % bytes.len();
            if !(name..name + SERVER.len()).contains(&at) {
                bytes[at] = byte;
            }
        }
        let report = report(&bytes);
        let unread = report.problems.iter().any(|problem| problem.code.starts_with("archive-"));
        proptest::prop_assert!(unread || !report.matches.is_empty(), "{:?} {:?}", report.problems, report.file);
    }
}

/// An archive with a long gap of zeros that is not held, and what was read of it.
struct Gap {
    before: Vec<u8>,
    length: u64,
    after: Vec<u8>,
    largest: RefCell<usize>,
    read: RefCell<u64>,
}

impl Source for Gap {
    fn len(&self) -> u64 {
        self.before.len() as u64 + self.length + self.after.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        let largest = buffer.len().max(*self.largest.borrow());
        *self.largest.borrow_mut() = largest;
        *self.read.borrow_mut() += buffer.len() as u64;
        let gap = self.before.len() as u64;
        for (at, byte) in (offset..).zip(buffer.iter_mut()) {
            *byte = match at {
                at if at < gap => self.before[at as usize],
                at if at < gap + self.length => 0,
                at => self.after[(at - gap - self.length) as usize],
            };
        }
        Ok(())
    }
}

#[test]
fn a_long_gap_is_read_in_windows() {
    let length = 24 << 20;
    let mut zip = app();
    zip.comment = format!(" {SERVER} ").into_bytes();
    let bytes = zip.bytes();
    let directory = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"PK\x01\x02")).unwrap();
    let mut after = bytes[directory..].to_vec();
    let end = (0..after.len()).find(|at| after[*at..].starts_with(b"PK\x05\x06")).unwrap();
    after[end + 16..end + 20].copy_from_slice(&(directory as u32 + length as u32).to_le_bytes());
    let gap = Gap {
        before: bytes[..directory].to_vec(),
        length,
        after,
        largest: RefCell::default(),
        read: RefCell::default(),
    };
    let report = report(&gap);
    assert_eq!(region_of(&only_match(&report).place).0, Some(Region::Comment));
    assert!(*gap.largest.borrow() <= BLOCK, "{}", gap.largest.borrow());
    // Once for the digests, once for what begins in it, once for the text.
    assert!(*gap.read.borrow() < 3 * length + (8 << 20), "{}", gap.read.borrow());
}
