//! What an app carries in code and files: DEX files, whole and broken, and the real ones.

mod common;
#[path = "common/dex.rs"]
mod dex_file;

use apklens::code::dex::{self, Dex, DexError};
use dex_file::{DexFile, set_word};

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
    let bytes = dex_file::container(&[sample(), DexFile::new(&["two"], &[]), DexFile::new(&[], &["Lthree;"])]);
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
    let mut bytes = dex_file::container(&[sample(), sample()]);
    let second = sample().build(0).0.len() + 8;
    assert_eq!(&bytes[second..second + 4], b"dex\n");
    bytes[second] = b'x';
    let (files, error) = dex::read(&bytes);
    assert_eq!((files.len(), error), (1, Some(DexError::Magic { offset: second })));
    // A container whose file sizes run in a circle, or nowhere.
    set_word(&mut bytes, dex_file::FILE_SIZE, 0);
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
    reversed[dex_file::ENDIAN_TAG..][..4].reverse();
    assert_eq!(dex::read(&reversed), (vec![], Some(DexError::ByteOrder { offset: 0, tag: 0x7856_3412 })));
    let mut compact = good;
    compact[..8].copy_from_slice(b"cdex001\0");
    assert_eq!(dex::read(&compact).1, Some(DexError::Magic { offset: 0 }));
}

#[test]
fn a_table_that_lies_is_read_as_far_as_it_fits() {
    let (mut bytes, layout) = sample().build(0);
    set_word(&mut bytes, dex_file::STRING_IDS_SIZE, 0xFFFF_FFFF);
    let dex = one(&bytes);
    let read = u32::try_from((bytes.len() - layout.string_ids) / 4).unwrap();
    let lie = DexError::Table { table: "string_ids", offset: 0x70, stated: u32::MAX, read };
    assert_eq!(dex.problems(), [lie]);
    let good = dex.strings().take(layout.strings.len()).map(|string| string.unwrap().offset).collect::<Vec<_>>();
    assert_eq!(good, layout.strings.iter().map(|(_, offset)| *offset).collect::<Vec<_>>());

    set_word(&mut bytes, dex_file::STRING_IDS_OFF, 0xFFFF_FFF0);
    assert_eq!(one(&bytes).strings().count(), 0);

    // Class definitions that name types which do not exist.
    let mut bytes = sample().bytes();
    set_word(&mut bytes, dex_file::TYPE_IDS_SIZE, 1);
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
