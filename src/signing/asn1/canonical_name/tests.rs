use super::*;
use crate::signing::asn1::ber::der;

const PRINTABLE: u8 = 0x13;
const UTF8: u8 = 0x0C;
const IA5: u8 = 0x16;
const CN: &[u8] = &[0x55, 4, 3];
const O: &[u8] = &[0x55, 4, 10];

fn attribute(kind: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    der(0x30, &[der(6, kind), der(tag, value)].concat())
}

/// A name of these parts, each of these attributes.
fn name(parts: &[&[Vec<u8>]]) -> Vec<u8> {
    der(0x30, &parts.iter().flat_map(|part| der(0x31, &part.concat())).collect::<Vec<u8>>())
}

fn read(name: &[u8]) -> CanonicalName {
    let element = Element::parse(name).unwrap();
    let read = CanonicalName::of_certificate(element).unwrap();
    assert_eq!(CanonicalName::of_signer(element).as_ref(), Ok(&read));
    read
}

fn common_name(tag: u8, value: &[u8]) -> CanonicalName {
    read(&name(&[&[attribute(CN, tag, value)]]))
}

#[test]
fn text_is_compared_regardless_of_case_spaces_compatibility_forms_and_string_type() {
    assert_eq!(common_name(UTF8, b" Android  Debug"), common_name(PRINTABLE, b"ANDROID debug "));
    assert_eq!(common_name(UTF8, "\u{FF21}\u{AD}\t".as_bytes()), common_name(PRINTABLE, "a\u{AD}".as_bytes()));
    assert_ne!(common_name(UTF8, b"Android Debug"), common_name(IA5, b"Android Debug"));
    assert_ne!(common_name(UTF8, b"Android Debug"), common_name(UTF8, b"AndroidDebug"));
}

#[test]
fn both_text_types_are_utf8_and_what_is_none_is_all_the_same() {
    // 0xA0 alone is no text: in Latin-1 it would be a space, and `²` under another octet a 2.
    assert_ne!(common_name(PRINTABLE, b"a\xA0b"), common_name(PRINTABLE, b"a b"));
    assert_ne!(common_name(PRINTABLE, b"a\xB2"), common_name(PRINTABLE, b"a2"));
    assert_eq!(common_name(PRINTABLE, b"a\xB2"), common_name(UTF8, b"a\xA0"));
    assert_eq!(common_name(PRINTABLE, "é".as_bytes()), common_name(UTF8, "É".as_bytes()));
    assert_ne!(common_name(IA5, b"a\xB2"), common_name(IA5, b"a\xA0"));
}

#[test]
fn octets_that_are_no_utf8_are_counted_as_java_counts_them() {
    let read = |octets: &[u8]| java_utf8(octets).replace(char::REPLACEMENT_CHARACTER, "?");
    assert_eq!(read(b"a\xED\xA0\x80b"), "a?b");
    assert_eq!(read(b"\xED\xA0b"), "?b");
    assert_eq!(read(b"\xED\xA0"), "?");
    assert_eq!(read(b"\xED\x7F"), "?\u{7F}");
    assert_eq!(read(b"\xE0\x80\x80"), "???");
    assert_eq!(read(b"\xF0\x9F\x98"), "?");
    assert_eq!(read(b"\xC0\x80\xFF"), "???");
}

#[test]
fn attributes_without_a_keyword_and_other_string_types_are_compared_by_their_octets() {
    const TITLE: &[u8] = &[0x55, 4, 12];
    let title = |value: &[u8]| read(&name(&[&[attribute(TITLE, UTF8, value)]]));
    assert_ne!(title(b"a"), title(b"A"));
    let [short, long] = [&[0x16, 1, b'a'][..], &[0x16, 0x81, 1, b'a']].map(|value| {
        let attribute = der(0x30, &[&der(6, CN)[..], value].concat());
        read(&name(&[&[attribute]]))
    });
    assert_eq!(short, long);
}

#[test]
fn the_order_within_a_part_does_not_count_and_that_of_the_parts_does() {
    let (one, other) = (attribute(CN, UTF8, b"a"), attribute(O, UTF8, b"b"));
    let both = read(&name(&[&[one.clone(), other.clone()]]));
    assert_eq!(both, read(&name(&[&[other.clone(), one.clone()]])));
    let (one, other) = ([one], [other]);
    let parts = read(&name(&[&one, &other]));
    assert_ne!(parts, read(&name(&[&other, &one])));
    assert_ne!(parts, both);
}

#[test]
fn a_comma_that_only_form_nfkd_makes_one_does_not_make_two_parts_of_one() {
    let one = common_name(UTF8, "b\u{FF0C}cn=a".as_bytes());
    let two = read(&name(&[&[attribute(CN, UTF8, b"a")], &[attribute(CN, UTF8, b"b")]]));
    assert_eq!(one.text, two.text);
    assert_ne!(one, two);
}

#[test]
fn a_signer_may_name_one_part_without_the_sequence_around_it() {
    let whole = name(&[&[attribute(CN, UTF8, b"a")]]);
    let inner = Element::parse(Element::parse(&whole).unwrap().contents).unwrap();
    assert_eq!(CanonicalName::of_signer(inner), Ok(read(&whole)));
    assert!(CanonicalName::of_certificate(inner).is_err());
}

#[test]
fn names_of_any_size_are_read_or_refused() {
    let part = [attribute(CN, UTF8, b"a")];
    let many = |count: usize| name(&vec![&part[..]; count]);
    assert!(CanonicalName::of_certificate(Element::parse(&many(MAX_PARTS)).unwrap()).is_ok());
    let too_many = many(MAX_PARTS + 1);
    assert_eq!(CanonicalName::of_certificate(Element::parse(&too_many).unwrap()), Err(BerError::TooLarge));
    let wide = name(&[&vec![part[0].clone(); MAX_ATTRIBUTES + 1]]);
    assert_eq!(CanonicalName::of_certificate(Element::parse(&wide).unwrap()), Err(BerError::TooLarge));
}
