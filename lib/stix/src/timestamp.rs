//! Timestamps (section 2.16): RFC 3339 in UTC, written with `Z`, with any number of digits after the second.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A moment. Digits beyond the nanosecond are read and not compared; the text in an object keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds since 1970 began.
    pub seconds: i64,
    /// Nanoseconds in that second.
    pub nanos: u32,
}

/// A text is no timestamp of STIX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a timestamp of the form 2026-01-31T00:00:00.000Z")]
pub struct NoTimestamp;

impl Timestamp {
    /// Later by `nanos`. It stays below the end of time.
    #[must_use]
    pub(crate) fn plus_nanos(self, nanos: u128) -> Self {
        const SECOND: u128 = 1_000_000_000;
        let sum = u128::from(self.nanos) + nanos % SECOND;
        let seconds = i64::try_from(nanos / SECOND + sum / SECOND).unwrap_or(i64::MAX);
        Self {
            seconds: self.seconds.saturating_add(seconds),
            nanos: u32::try_from(sum % SECOND).unwrap_or(0),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        let (year, month, day) = date(days);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        let fraction = format!("{:09}", self.nanos);
        let digits = fraction.trim_end_matches('0');
        if !digits.is_empty() {
            write!(f, ".{digits:0<3}")?;
        }
        f.write_str("Z")
    }
}

impl FromStr for Timestamp {
    type Err = NoTimestamp;

    fn from_str(text: &str) -> Result<Self, NoTimestamp> {
        parse(text.as_bytes()).ok_or(NoTimestamp)
    }
}

fn parse(text: &[u8]) -> Option<Timestamp> {
    let (date_time, fraction) = text.strip_suffix(b"Z")?.split_at_checked(19)?;
    let form = b"0000-00-00T00:00:00";
    let fits = |(byte, form): (&u8, &u8)| {
        if *form == b'0' {
            byte.is_ascii_digit()
        } else {
            byte == form
        }
    };
    if !date_time.iter().zip(form).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| digits(date_time.get(from..to)?);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let is_time = hour < 24 && minute < 60 && second <= 60;
    if !is_time || !(1..=12).contains(&month) || day < 1 || day > days_of_month(year, month) {
        return None;
    }
    Some(Timestamp {
        seconds: days_before(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second,
        nanos: nanos(fraction)?,
    })
}

fn digits(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn nanos(fraction: &[u8]) -> Option<u32> {
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = fraction.strip_prefix(b".")?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0'));
    Some(padded.take(9).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the beginning of 1970 to a day of the Gregorian calendar; years begin in March, so that a leap day ends
/// one.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = if month <= 2 { month + 9 } else { month - 3 };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Year, month and day of the Gregorian calendar, so many days after 1970 began.
pub(crate) fn date(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = year + era * 400;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(i64, u32)>) {
        let moment = text.parse::<Timestamp>().ok();
        assert_eq!(moment.map(|moment| (moment.seconds, moment.nanos)), expected, "{text}");
    }

    #[test]
    fn timestamps_are_moments_of_the_calendar() {
        check("1970-01-01T00:00:00Z", Some((0, 0)));
        check("2000-02-29T23:59:59.5Z", Some((951_868_799, 500_000_000)));
        check("1969-12-31T23:59:59.000001Z", Some((-1, 1_000)));
        check("2026-11-28T02:51:14.1234567891Z", Some((1_795_834_274, 123_456_789)));
        check("0000-01-01T00:00:00Z", Some((-62_167_219_200, 0)));
        check("2016-12-31T23:59:60Z", Some((1_483_228_800, 0)));
    }

    #[test]
    fn other_forms_and_days_that_are_not_are_refused() {
        for text in [
            "",
            "Z",
            "2026-11-28",
            "2026-11-28T02:51:14",
            "2026-11-28T02:51:14+00:00",
            "2026-11-28t02:51:14z",
            "2026-11-28T02:51:14.Z",
            "2026-11-28T02:51:14,5Z",
            "2026-11-28 02:51:14Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "+026-01-01T00:00:00Z",
        ] {
            check(text, None);
        }
    }
}
