//! Civil dates as a pack writes them, and as the engine counts them.

use std::fmt;
use std::str::FromStr;

use anlanh_screen::Date;

/// A day by year, month and day. Displays as ISO 8601: `2026-07-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year in the proleptic Gregorian calendar.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

/// Days of four hundred years, after which the calendar repeats.
const ERA: i32 = 146_097;
/// Days from 0000-03-01 to 1970-01-01. Years that begin in March have their leap day at the end.
const EPOCH: i32 = 719_468;

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        let month_from_march = (i32::from(day.month) + 9) % 12;
        let year = day.year - i32::from(day.month <= 2);
        let of_era = year.rem_euclid(400);
        // Months from March have 153 days in every five: 31, 30, 31, 30, 31.
        let of_year = (153 * month_from_march + 2) / 5 + i32::from(day.day) - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Self(year.div_euclid(400) * ERA + days - EPOCH)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let days = i64::from(date.0) + i64::from(EPOCH);
        let (era, of_era) = (days.div_euclid(i64::from(ERA)), days.rem_euclid(i64::from(ERA)));
        // Leap days are taken out first, so that every year has 365 days.
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        Self {
            year: (era * 400 + year) as i32 + i32::from(month <= 2),
            month: month as u8,
            day: day as u8,
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDay;

impl fmt::Display for NoDay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a day is written as in 2026-07-01")
    }
}

impl std::error::Error for NoDay {}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let mut parts = text.splitn(3, '-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits);
            let part = part.filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
            part.and_then(|part| part.parse::<u16>().ok()).ok_or(NoDay)
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let small = |number: u16| u8::try_from(number).map_err(|_| NoDay);
        let civil = Self {
            year: i32::from(year),
            month: small(month)?,
            day: small(day)?,
        };
        // A day that a calendar does not have comes back as another.
        let is_real = (1..=12).contains(&month) && day > 0 && Self::from(Date::from(civil)) == civil;
        if is_real { Ok(civil) } else { Err(NoDay) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        let check = |text: &str, is_day: bool| {
            let read = text.parse::<Day>();
            assert_eq!(
                read.map(|day| day.to_string()).ok().as_deref(),
                is_day.then_some(text),
                "{text}"
            );
        };
        check("2026-11-27", true);
        check("2024-02-29", true);
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-11-00",
            "2026-11-31",
            "26-11-27",
            "2026-1-2",
            "",
            "2026-11-27 ",
        ] {
            check(text, false);
        }
    }

    fn check(year: i32, month: u8, day: u8, expected: i32) {
        let civil = Day { year, month, day };
        assert_eq!(Date::from(civil), Date(expected), "{civil}");
        assert_eq!(Day::from(Date(expected)), civil);
    }

    #[test]
    fn days_are_counted_from_1970() {
        check(1970, 1, 1, 0);
        check(1969, 12, 31, -1);
        check(2000, 2, 29, 11_016);
        check(2000, 3, 1, 11_017);
        check(2026, 7, 1, 20_635);
        check(0, 3, 1, -719_468);
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut last = Day::from(Date(-800_000));
        for number in -799_999..800_000 {
            let day = Day::from(Date(number));
            let follows = (day.year, day.month, day.day) == (last.year, last.month, last.day + 1)
                || (day.year, day.month, day.day) == (last.year, last.month + 1, 1)
                || (day.year, day.month, day.day) == (last.year + 1, 1, 1);
            assert!(follows, "{last} {day}");
            assert_eq!(Date::from(day), Date(number));
            last = day;
        }
    }
}
