//! The Gregorian calendar: days, dates and times, without time zones.
//!
//! Days count from 1970-01-01. The arithmetic counts years that begin on 1 March, in which a leap day is the last of its
//! year, in eras of 400 years.

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// The days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Returns the number of the day with this date. The day may lie beyond its month's end and is then one of the next.
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - EPOCH
}

/// Returns the year, month and day of a day number.
pub fn date(day_number: i64) -> (i64, i64, i64) {
    let days = day_number + EPOCH;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let (month, day) = ((shifted_month + 2) % 12 + 1, day_of_year - (153 * shifted_month + 2) / 5 + 1);
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Returns how many days a month has; 0 for a number that is no month's.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Returns the time that is so many seconds after 1970-01-01, as `2026-06-21T12:00:00Z`.
pub fn timestamp(seconds: i64) -> String {
    let ((year, month, day), time) = (date(seconds.div_euclid(SECONDS_PER_DAY)), seconds.rem_euclid(SECONDS_PER_DAY));
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time / 3600, time / 60 % 60, time % 60)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        // Made with `date -u -d @N +%FT%TZ`.
        for (seconds, time) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_825_599, "2000-02-29T11:59:59Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_772_323_200, "2026-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(seconds), time);
        }
    }

    proptest! {
        #[test]
        fn days_and_dates_are_inverse(days in -1_000_000i64..4_000_000) {
            let (year, month, day) = date(days);
            prop_assert_eq!(day_number(year, month, day), days);
            prop_assert!((1..=days_in_month(year, month)).contains(&day));
        }
    }
}
