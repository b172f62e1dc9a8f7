//! Days, as `YYYY-MM-DD`, and which of them each field takes.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Why;

/// A day of the Gregorian calendar, in the years 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The last day that any field takes.
    pub const LAST: Self = Self {
        year: 2038,
        month: 1,
        day: 1,
    };

    /// The day with this year, month from 1 and day from 1, if the calendar has it.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => return None,
        };
        (year <= 9999 && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// When it is not written so, or no such day.
    pub fn parse(text: &str) -> Result<Self, Why> {
        let bytes = text.as_bytes();
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
            return Err(Why::WrongForm);
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0u16, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0'))
            })
        };
        let small = |digits: &[u8]| number(digits).and_then(|number| u8::try_from(number).ok());
        let day = match (number(&[y1, y2, y3, y4]), small(&[m1, m2]), small(&[d1, d2])) {
            (Some(year), Some(month), Some(day)) => Self::new(year, month, day),
            _ => None,
        };
        day.ok_or(Why::WrongForm)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A day from the first of January of `FROM_YEAR` to [`Date::LAST`], both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DateFrom<const FROM_YEAR: u16>(Date);

/// When the content was posted.
pub type ContentDate = DateFrom<2000>;
/// From when the decision applies.
pub type ApplicationDate = DateFrom<2020>;
/// Until when a restriction applies; it has no first day.
pub type EndDate = DateFrom<0>;

impl<const FROM_YEAR: u16> DateFrom<FROM_YEAR> {
    /// Takes a day.
    ///
    /// # Errors
    /// When it is before the first or after the last.
    pub fn new(day: Date) -> Result<Self, Why> {
        if day.year < FROM_YEAR || day > Date::LAST {
            return Err(Why::OutOfRange);
        }
        Ok(Self(day))
    }

    /// The day.
    #[must_use]
    pub const fn day(self) -> Date {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for good in ["2000-02-29", "2024-02-29", "2026-12-31", "0000-01-01"] {
            assert_eq!(Date::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-04-31",
            "2026-01-00",
            "2026-1-1",
            "2026-01-01T00",
            "2026/01/01",
            "２026-01-01",
            "",
        ] {
            assert_eq!(Date::parse(bad), Err(Why::WrongForm), "{bad}");
        }
    }

    #[test]
    fn each_field_has_its_first_and_last_day() {
        let day = |text| Date::parse(text).unwrap();
        assert!(ContentDate::new(day("2000-01-01")).is_ok());
        assert_eq!(ContentDate::new(day("1999-12-31")), Err(Why::OutOfRange));
        assert!(ApplicationDate::new(day("2020-01-01")).is_ok());
        assert_eq!(ApplicationDate::new(day("2019-12-31")), Err(Why::OutOfRange));
        assert!(EndDate::new(day("2038-01-01")).is_ok());
        assert_eq!(EndDate::new(day("2038-01-02")), Err(Why::OutOfRange));
    }
}
