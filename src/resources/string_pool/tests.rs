use super::*;

/// A pool of entries that are given with their lengths and their end.
fn pool(flags: u32, entries: &[&[u8]]) -> Vec<u8> {
    let strings = entries.concat();
    let start = (HEADER_SIZE + entries.len() * 4) as u32;
    let mut chunk = [0x001C_0001, start + strings.len() as u32, entries.len() as u32, 0, flags, start, 0]
        .map(u32::to_le_bytes)
        .concat();
    let mut offset = 0u32;
    for entry in entries {
        chunk.extend(offset.to_le_bytes());
        offset += entry.len() as u32;
    }
    chunk.extend(strings);
    chunk
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().collect::<Vec<_>>();
    [&[units.len() as u16], units.as_slice(), &[0]].concat().iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

fn read(chunk: &[u8], index: u32) -> (String, Option<StringFlaw>) {
    let pool = StringPool::parse(chunk).unwrap();
    let string = pool.string(index).unwrap();
    (string.text.into_owned(), string.flaw)
}

#[test]
fn both_encodings_are_read() {
    let chunk = pool(0, &[&utf16("Привет"), &utf16("a😀b"), &utf16("")]);
    let strings = StringPool::parse(&chunk).unwrap();
    assert_eq!(
        (0..4).map(|index| strings.get(index)).collect::<Vec<_>>(),
        [Some("Привет".into()), Some("a😀b".into()), Some("".into()), None]
    );
    assert_eq!(strings.anomalies(), []);

    let chunk = pool(UTF8, &[b"\x03\x03abc\0", b"\x02\x04\xf0\x9f\x98\x80\0"]);
    let strings = StringPool::parse(&chunk).unwrap();
    assert_eq!((strings.get(0).unwrap(), strings.get(1).unwrap()), ("abc".into(), "😀".into()));
    assert_eq!(strings.anomalies(), []);
}

#[test]
fn long_strings_have_lengths_of_two_parts() {
    let mut long = vec![0x81, 0x2C, 0x81, 0x2C];
    long.extend([b'x'; 300]);
    long.push(0);
    assert_eq!(read(&pool(UTF8, &[&long]), 0), ("x".repeat(300), None));

    let mut long = vec![0x00, 0x80, 0x02, 0x00];
    long.extend(b"a\0b\0\0\0");
    assert_eq!(read(&pool(0, &[&long]), 0), ("ab".into(), None));
}

#[test]
fn a_length_that_aapt_cut_to_15_bits_is_made_whole() {
    let mut long = vec![0x80, 0x05, 0x80, 0x05];
    long.extend([b'x'; 0x8005]);
    long.push(0);
    assert_eq!(read(&pool(UTF8, &[&long]), 0), ("x".repeat(0x8005), None));
}

#[test]
fn a_false_length_reads_what_is_there_and_says_so() {
    let flaw = |entry: &[u8]| read(&pool(UTF8, &[entry, b"\x01\x01z\0"]), 0);
    assert_eq!(flaw(b"\x03\x02abc\0"), ("ab".into(), Some(StringFlaw::Unterminated)));
    assert_eq!(flaw(b"\x03\x50abc\0"), ("abc".into(), Some(StringFlaw::PastEnd)));
    assert_eq!(flaw(b"\x03\x05abc\0"), ("abc".into(), Some(StringFlaw::Unterminated)));
    assert_eq!(flaw(b"\x03\x03a\0c\0"), ("a".into(), Some(StringFlaw::Cut)));

    let mut entry = utf16("abc");
    entry[0] = 2;
    assert_eq!(read(&pool(0, &[&entry, &utf16("z")]), 0), ("ab".into(), Some(StringFlaw::Unterminated)));
    entry[0] = 4;
    assert_eq!(read(&pool(0, &[&entry, &utf16("z")]), 0), ("abc".into(), Some(StringFlaw::Unterminated)));
    entry[0] = 90;
    assert_eq!(read(&pool(0, &[&entry, &utf16("z")]), 0), ("abc".into(), Some(StringFlaw::PastEnd)));
}

#[test]
fn surrogates_are_joined_or_replaced() {
    let text = |bytes: &[u8]| modified_utf8(bytes);
    assert_eq!(text(b"a\xed\xa0\xbd\xed\xb8\x80b"), ("a😀b".into(), true));
    assert_eq!(text(b"\xc0\x80"), ("\0".into(), true));
    assert_eq!(text(b"\xf0\x9f\x98\x80\xff"), ("😀\u{FFFD}".into(), false));
    assert_eq!(text(b"\xed\xa0\xbdb"), ("\u{FFFD}b".into(), false));
    let lone = [0x01, 0x00, 0x3D, 0xD8, 0x00, 0x00];
    assert_eq!(read(&pool(0, &[&lone]), 0), ("\u{FFFD}".into(), Some(StringFlaw::Malformed)));
}

#[test]
fn every_spelling_of_a_character_is_read_as_android_does() {
    // In two, three and four bytes where one is enough, and with bits that no encoder sets.
    assert_eq!(modified_utf8(b"\xc1\xb0\xe0\x81\xb0"), ("pp".into(), false));
    assert_eq!(modified_utf8(b"\x81\x30\xa0\x41\x70"), ("pp".into(), false));
    assert_eq!(modified_utf8(b"\xbf\x1f\x18\x00"), modified_utf8(b"\xff\x9f\x98\x80"));
    assert_eq!(modified_utf8(b"a\xe0\x81"), ("a\u{FFFD}".into(), false));
}

#[test]
fn strings_may_start_in_the_header() {
    let mut chunk = pool(UTF8, &[b"\x01\x01a\0", b"\x01\x01b\0"]);
    let moved = chunk[20];
    for (offset, value) in [(20, 0), (28, moved), (32, moved + 4)] {
        chunk[offset] = value;
    }
    assert_eq!([read(&chunk, 0), read(&chunk, 1)], [("a".into(), None), ("b".into(), None)]);
}

#[test]
fn a_false_count_neither_hides_strings_nor_invents_them() {
    let mut chunk = pool(UTF8, &[b"\x01\x01a\0", b"\x01\x01b\0"]);
    chunk[8] = 1;
    assert_eq!(read(&chunk, 1), ("b".into(), Some(StringFlaw::PastCount)));
    chunk[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    let strings = StringPool::parse(&chunk).unwrap();
    assert_eq!(strings.get(0), Some("a".into()));
    assert_eq!(strings.get(u32::MAX), None);
    assert!(strings.anomalies().iter().any(|note| note.is(&notes::STRING_COUNT)));
}

#[test]
fn styles_lie_behind_the_strings() {
    let mut chunk = pool(UTF8, &[b"\x05\x05bold!\0", b"\x01\x01b\0"]);
    // One style: an offset more, and a span with its end mark after the strings.
    chunk.splice(36..36, [0; 4]);
    let styles = chunk.len().next_multiple_of(4);
    chunk.resize(styles, 0);
    chunk.extend([1u32, 0, 3, END, END, END].map(u32::to_le_bytes).concat());
    let size = chunk.len() as u32;
    for (offset, value) in [(4, size), (12, 1), (20, 40), (24, styles as u32)] {
        chunk[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
    }
    let strings = StringPool::parse(&chunk).unwrap();
    assert_eq!(strings.anomalies(), []);
    assert_eq!(strings.get(0), Some("bold!".into()));
    assert_eq!(strings.spans(0), [Span { name: 1, first: 0, last: 3 }]);
    assert_eq!(strings.spans(1), []);
}

#[test]
fn only_a_cut_header_is_an_error() {
    let chunk = pool(UTF8, &[b"\x01\x01a\0"]);
    assert_eq!(StringPool::parse(&chunk[..27]), Err(StringPoolError::Truncated));
    for end in 28..chunk.len() {
        assert!(!StringPool::parse(&chunk[..end]).unwrap().anomalies().is_empty(), "{end}");
    }
}
