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
    let minutes = days_from_civil(year, month, day) * MINUTES_PER_DAY + hour * 60 + minute - offset;
    let (year, month, day) = civil_from_days(minutes.div_euclid(MINUTES_PER_DAY));
    let (hour, minute) = (minutes.rem_euclid(MINUTES_PER_DAY) / 60, minutes.rem_euclid(60));
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

const MINUTES_PER_DAY: i64 = 24 * 60;

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

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let (month, day) = ((shifted_month + 2) % 12 + 1, day_of_year - (153 * shifted_month + 2) / 5 + 1);
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
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
        fn days_and_dates_are_inverse(days in -1_000_000i64..4_000_000) {
            let (year, month, day) = civil_from_days(days);
            prop_assert_eq!(days_from_civil(year, month, day), days);
            prop_assert!((1..=days_in_month(year, month)).contains(&day));
        }

        #[test]
        fn any_text_is_read_or_refused(value in "[0-9Z.+é-]{0,24}") {
            let _ = (read(23, &value), read(24, &value));
        }
    }
}
