//! How old a database is. A report has its date; the age is told where there is a clock, by the page and the command
//! line.

use crate::calendar;

/// A database older than this is called old: makers rename their apps within months.
pub const OLD_AFTER_DAYS: i64 = 180;

/// The days from one date to another, both as `2026-06-21`; none where one is no date.
pub fn days_between(from: &str, to: &str) -> Option<i64> {
    Some(day_number(to)? - day_number(from)?)
}

/// The number of the day with this date.
fn day_number(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some(calendar::day_number(year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        for (from, to, days) in [
            ("2026-06-21", "2026-06-21", Some(0)),
            ("2026-06-21", "2026-11-24", Some(156)),
            ("2024-02-28", "2024-03-01", Some(2)),
            ("2026-02-28", "2026-03-01", Some(1)),
            ("1999-12-31", "2001-01-01", Some(367)),
            ("2026-06-21", "2026-06-20", Some(-1)),
            ("", "2026-06-20", None),
            ("2026-13-01", "2026-06-20", None),
        ] {
            assert_eq!(days_between(from, to), days, "{from} to {to}");
        }
    }
}
