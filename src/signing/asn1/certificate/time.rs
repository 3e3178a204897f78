//! The times in a certificate.

use crate::calendar::{day_number, days_in_month, timestamp};
use crate::signing::asn1::ber::{Element, Tag};

/// A UTCTime or GeneralizedTime as `2024-01-31T23:59:59Z`. Both may carry an offset instead of `Z`, and leave out the
/// seconds: RFC 5280 forbids it, old tools did it, and Java reads it.
pub(super) fn text(time: Element) -> Option<String> {
    let (year_digits, century) = match time.tag {
        Tag::UTC_TIME => (2, None),
        Tag::GENERALIZED_TIME => (4, Some(0)),
        _ => return None,
    };
    let mut rest = std::str::from_utf8(time.contents).ok()?;
    let year = number(&mut rest, year_digits)?;
    // RFC 5280 section 4.1.2.5.1: two digits mean 1950 to 2049.
    let year = year + century.unwrap_or(if year < 50 { 2000 } else { 1900 });
    let (month, day) = (number(&mut rest, 2)?, number(&mut rest, 2)?);
    let (hour, minute) = (number(&mut rest, 2)?, number(&mut rest, 2)?);
    let second = if rest.starts_with(|c: char| c.is_ascii_digit()) { number(&mut rest, 2)? } else { 0 };
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let offset = offset_minutes(rest)?;
    let valid = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    if !valid || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let hours = day_number(year, month, day) * 24 + hour;
    Some(timestamp((hours * 60 + minute - offset) * 60 + second))
}

/// Takes a number of exactly `digits` digits.
fn number(text: &mut &str, digits: usize) -> Option<i64> {
    let (taken, rest) = text.split_at_checked(digits)?;
    *text = rest;
    taken.bytes().all(|byte| byte.is_ascii_digit()).then(|| taken.parse().ok())?
}

/// How far the stated time is ahead of UTC.
fn offset_minutes(text: &str) -> Option<i64> {
    let (sign, mut digits) = match text.split_at_checked(1)? {
        ("Z", "") => return Some(0),
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = (number(&mut digits, 2)?, number(&mut digits, 2)?);
    (digits.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(kind: u8, value: &str) -> Option<String> {
        let encoded = [&[kind, value.len() as u8], value.as_bytes()].concat();
        text(Element::parse(&encoded).unwrap())
    }

    #[test]
    fn both_types_are_read_with_and_without_seconds_and_offsets() {
        assert_eq!(read(23, "080229013346Z").unwrap(), "2008-02-29T01:33:46Z");
        assert_eq!(read(23, "5001010000Z").unwrap(), "1950-01-01T00:00:00Z");
        assert_eq!(read(24, "30240101000000Z").unwrap(), "3024-01-01T00:00:00Z");
        assert_eq!(read(24, "20240101003000.25+0130").unwrap(), "2023-12-31T23:00:00Z");
        assert_eq!(read(23, "2402292330-0100").unwrap(), "2024-03-01T00:30:00Z");
    }

    #[test]
    fn what_is_no_time_is_not_made_into_one() {
        for value in
            ["230229000000Z", "2401010000", "240101000060Z", "241301000000Z", "24010100000Z", "", "é40101000000Z"]
        {
            assert_eq!(read(23, value), None, "{value}");
        }
        assert_eq!(read(2, "240101000000Z"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(value in "[0-9Z.+é-]{0,24}") {
            let _ = (read(23, &value), read(24, &value));
        }
    }
}
