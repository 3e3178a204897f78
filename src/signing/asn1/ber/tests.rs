use proptest::prelude::*;

use super::*;

#[test]
fn reads_definite_long_and_high_tag_forms() {
    let element = Element::parse(&[0x30, 0x81, 0x03, 0x02, 0x01, 0x05, 0xFF]).unwrap();
    assert_eq!((element.tag, element.contents, element.encoded.len()), (Tag::SEQUENCE, &[2, 1, 5][..], 6));
    assert_eq!(element.children().expect(Tag::INTEGER).unwrap().contents, [5]);
    let high = Element::parse(&[0xBF, 0x81, 0x00, 0x00]).unwrap();
    assert_eq!(high.tag, Tag::context(128));
}

#[test]
fn reads_indefinite_lengths_inside_each_other() {
    let bytes = [0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 0xAA, 0, 0, 0x02, 0x01, 0x07, 0, 0, 0x99];
    let outer = Element::parse(&bytes).unwrap();
    assert_eq!(outer.encoded.len(), bytes.len() - 1);
    let mut children = outer.children();
    assert_eq!(children.next().unwrap().unwrap().contents, [0x04, 0x01, 0xAA]);
    assert_eq!(children.expect(Tag::INTEGER).unwrap().contents, [7]);
    assert_eq!(children.next(), Ok(None));
}

#[test]
fn refuses_what_ends_early_or_is_too_large_or_too_deep() {
    assert_eq!(Element::parse(&[0x30, 0x05, 0x00]), Err(BerError::Truncated));
    assert_eq!(Element::parse(&[0x30]), Err(BerError::Truncated));
    assert_eq!(Element::parse(&[0x30, 0x85, 0, 0, 0, 0, 0]), Err(BerError::TooLarge));
    assert_eq!(Element::parse(&[0x30, 0x84, 0x80, 0, 0, 0]), Err(BerError::TooLarge));
    assert_eq!(Element::parse(&[0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0]), Err(BerError::TooLarge));
    assert_eq!(Element::parse(&[0x30, 0x80].repeat(10_000)), Err(BerError::TooDeep));
}

#[test]
fn reads_object_identifiers() {
    let oid = |bytes: &[u8]| {
        let encoded = [&[6, bytes.len() as u8], bytes].concat();
        Element::parse(&encoded).unwrap().object_identifier()
    };
    assert_eq!(oid(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]).unwrap(), "1.2.840.113549.1.1.1");
    assert_eq!(oid(&[0x88, 0x37, 0x80, 0x03]).unwrap(), "2.999.3");
    assert!(oid(&[]).is_err());
    assert!(oid(&[0x2A, 0x86]).is_err());
    assert!(oid(&[0xFF; 12]).is_err());
}

#[test]
fn numbers_are_the_same_without_redundant_sign_octets() {
    assert_eq!(minimal(&[0, 0, 1]), [1]);
    assert_eq!(minimal(&[0, 0, 0x80]), [0, 0x80]);
    assert_eq!(minimal(&[0xFF, 0xFF, 0x80]), [0x80]);
    assert_eq!(minimal(&[0xFF, 0x7F]), [0xFF, 0x7F]);
    assert_eq!((minimal(&[0, 0]), minimal(&[])), (&[0][..], &[0][..]));
    assert_eq!(magnitude(&[0, 0, 0xFF]), [0xFF]);
}

proptest! {
    #[test]
    fn any_bytes_give_values_inside_them_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut reader = Reader::new(&bytes);
        let mut seen = 0;
        while let Ok(Some(element)) = reader.next() {
            seen += element.encoded.len();
            prop_assert!(element.encoded.len() >= 2 && element.contents.len() < element.encoded.len());
            let _ = element.object_identifier();
        }
        prop_assert!(seen <= bytes.len());
    }

    #[test]
    fn what_is_written_in_der_is_read_back(tag in 1u8..31, contents in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = vec![tag];
        match contents.len() {
            length @ 0..128 => bytes.push(length as u8),
            length => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
        }
        bytes.extend(&contents);
        let element = Element::parse(&bytes).unwrap();
        prop_assert_eq!(element.contents, &contents[..]);
        prop_assert_eq!(element.encoded, &bytes[..]);
    }
}
