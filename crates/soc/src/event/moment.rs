//! When an event says that it happened, in the writings that logs have.
//!
//! Some logs say no zone, and some no year: what they mean is settled by who knows the sensor and when the line came.

use crate::limits::{MAX_AHEAD_SECONDS, MAX_BEHIND_SECONDS};

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;
/// Longest text that may be a time.
const MOST_BYTES: usize = 40;
/// Days of a year for a time that names none; a leap year, so that the 29th of February can be read.
const YEARLESS: i64 = 2024;

/// A time that an event tells, as far as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventTime {
    /// In microseconds since 1970.
    At(i64),
    /// By the sensor's own clock on the wall, in microseconds since 1970 there.
    Local(i64),
    /// By the sensor's clock in a year that is not said: month, day, and microseconds of the day.
    Yearless(u8, u8, i64),
}

/// What can be said of the clock that an event's time is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clocked {
    /// It agrees with the arrival, as far as it must.
    Sane,
    /// The event tells no time.
    Silent,
    /// So far ahead of the arrival that it is wrong.
    Ahead,
    /// So far behind the arrival that it is wrong.
    Behind,
}

impl EventTime {
    /// Reads what EVE, Zeek, BIND, Unbound, syslog and programs that write JSON say: RFC 3339 and its like, `28-Nov-2026
    /// 10:33:53.123`, `Nov 28 10:33:53`, and seconds since 1970, or as many milli-, micro- or nanoseconds.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() > MOST_BYTES {
            return None;
        }
        let is_number = bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        match (bytes.first()?, bytes.get(2), bytes.get(4)) {
            _ if is_number => seconds(text).map(Self::At),
            (b'0'..=b'9', _, Some(b'-')) => dashed(text),
            (b'0'..=b'9', Some(b'-'), _) => named_month(text),
            (b'A'..=b'Z', ..) => yearless(text),
            _ => None,
        }
    }

    /// The moment, for a sensor whose clock is so many seconds before UTC (in Việt Nam 25,200), where the line came at `arrival`
    /// (microseconds since 1970): of the years that a yearless time may be in the one that is nearest to it.
    #[must_use]
    pub fn resolve(self, offset_seconds: i32, arrival: i64) -> i64 {
        let offset = i64::from(offset_seconds).saturating_mul(SECOND);
        match self {
            Self::At(micros) => micros,
            Self::Local(micros) => micros.saturating_sub(offset),
            Self::Yearless(month, day, micros) => {
                let year = year_of(arrival.saturating_add(offset));
                let of_year = |year: i64| {
                    let days = days(year, i64::from(month), i64::from(day));
                    days.saturating_mul(DAY_SECONDS * SECOND)
                        .saturating_add(micros - offset)
                };
                let nearest = [year - 1, year, year + 1].map(of_year).into_iter();
                nearest.min_by_key(|at| at.abs_diff(arrival)).unwrap_or(arrival)
            }
        }
    }
}

/// When an event happened, in microseconds since 1970: what it tells where that is sane, and its arrival where it is not. The
/// sensor's clock is as for [`EventTime::resolve`].
#[must_use]
pub fn settle(told: Option<EventTime>, offset_seconds: i32, arrival: i64) -> (i64, Clocked) {
    let Some(at) = told.map(|told| told.resolve(offset_seconds, arrival)) else {
        return (arrival, Clocked::Silent);
    };
    if at.saturating_sub(arrival) > MAX_AHEAD_SECONDS * SECOND {
        (arrival, Clocked::Ahead)
    } else if arrival.saturating_sub(at) > MAX_BEHIND_SECONDS * SECOND {
        (arrival, Clocked::Behind)
    } else {
        (at, Clocked::Sane)
    }
}

/// `1732789233`, with or without a fraction; longer ones are in smaller units.
fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        0..=11 => number.checked_mul(SECOND)?.checked_add(micros_of(fraction)?),
        12..=14 => number.checked_mul(1_000),
        15..=17 => Some(number),
        _ => Some(number / 1_000),
    }
}

/// Digits behind a point, as microseconds.
fn micros_of(fraction: &str) -> Option<i64> {
    let mut micros = 0;
    for at in 0..6 {
        let digit = fraction.as_bytes().get(at).copied().unwrap_or(b'0');
        micros = micros * 10 + i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    Some(micros)
}

/// `2026-11-28T10:33:53.123456+0700`, with or without fraction and zone, with a blank for the T.
fn dashed(text: &str) -> Option<EventTime> {
    let date = (number(text, 0, 4)?, number(text, 5, 2)?, number(text, 8, 2)?);
    if !matches!(text.as_bytes().get(10)?, b'T' | b't' | b' ') || text.as_bytes().get(7) != Some(&b'-') {
        return None;
    }
    let (time, zone) = time_of_day(text.get(11..)?)?;
    let micros = moment(date, time)?;
    let zone = zone.trim_start();
    if zone.is_empty() {
        return Some(EventTime::Local(micros));
    }
    Some(EventTime::At(micros.checked_sub(zone_seconds(zone)? * SECOND)?))
}

/// `Z`, `+07:00`, `-0330`.
fn zone_seconds(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' | b'z' if zone.len() == 1 => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let minutes_at = if zone.as_bytes().get(3) == Some(&b':') { 4 } else { 3 };
    let (hours, minutes) = (number(zone, 1, 2)?, number(zone, minutes_at, 2)?);
    (zone.len() == minutes_at + 2 && hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// `28-Nov-2026 10:33:53.123`, by the clock on the wall.
fn named_month(text: &str) -> Option<EventTime> {
    let date = (number(text, 7, 4)?, month(text.get(3..6)?)?, number(text, 0, 2)?);
    let (time, rest) = time_of_day(text.get(12..)?)?;
    rest.trim().is_empty().then_some(EventTime::Local(moment(date, time)?))
}

/// `Nov 28 10:33:53`, by the clock on the wall; a year may stand before the time, as some routers have it.
fn yearless(text: &str) -> Option<EventTime> {
    let month = month(text.get(..3)?)?;
    let mut words = text.get(3..)?.split_ascii_whitespace();
    let day: i64 = words.next()?.parse().ok()?;
    let word = words.next()?;
    if let (4, Ok(year)) = (word.len(), word.parse::<i64>()) {
        let (time, _) = time_of_day(words.next()?)?;
        return Some(EventTime::Local(moment((year, month, day), time)?));
    }
    let (time, rest) = time_of_day(word)?;
    moment((YEARLESS, month, day), time)?;
    let is_whole = matches!(rest, "" | ":");
    is_whole.then_some(EventTime::Yearless(month as u8, day as u8, time))
}

/// `10:33:53.123`, as microseconds of the day, and what stands behind it.
fn time_of_day(text: &str) -> Option<(i64, &str)> {
    let (hour, minute, second) = (number(text, 0, 2)?, number(text, 3, 2)?, number(text, 6, 2)?);
    let colons = (text.as_bytes().get(2), text.as_bytes().get(5));
    // A leap second is the second behind it.
    if colons != (Some(&b':'), Some(&b':')) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = text.get(8..)?;
    let (fraction, rest) = match rest.strip_prefix(['.', ',']) {
        None => ("", rest),
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
    };
    let micros = (hour * 3_600 + minute * 60 + second) * SECOND + micros_of(fraction)?;
    Some((micros, rest))
}

/// Some digits.
fn number(text: &str, at: usize, len: usize) -> Option<i64> {
    let digits = text.get(at..at + len)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

fn month(name: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let found = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    Some(found as i64 + 1)
}

/// Microseconds since 1970; none where there is no such day.
fn moment((year, month, day): (i64, i64, i64), time: i64) -> Option<i64> {
    let last = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let is_day = (1..=last).contains(&day) && (1970..=9999).contains(&year);
    is_day.then(|| days(year, month, day) * DAY_SECONDS * SECOND + time)
}

/// Days since 1970 in the Gregorian calendar: years begin in March, so that the day that leap years have is their last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn year_of(micros: i64) -> i64 {
    let day = micros.div_euclid(DAY_SECONDS * SECOND);
    // A year is never so far off that one more step would not find it.
    let guess = 1970 + day * 400 / 146_097;
    if days(guess, 1, 1) > day {
        guess - 1
    } else if days(guess + 1, 1, 1) <= day {
        guess + 1
    } else {
        guess
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-28T10:33:53Z.
    const NOW: i64 = 1_795_862_033 * SECOND;

    #[test]
    fn times_are_read_in_the_writings_of_logs() {
        let check = |text: &str, expected: Option<EventTime>| assert_eq!(EventTime::read(text), expected, "{text}");
        use EventTime::{At, Local, Yearless};
        check("2026-11-28T10:33:53Z", Some(At(NOW)));
        check("2026-11-28T17:33:53.123456+0700", Some(At(NOW + 123_456)));
        check("2026-11-28T17:33:53.123456789+07:00", Some(At(NOW + 123_456)));
        check("2026-11-28 07:03:53 -03:30", Some(At(NOW)));
        check("2026-11-28T10:33:53", Some(Local(NOW)));
        check("28-Nov-2026 10:33:53.120", Some(Local(NOW + 120_000)));
        check("Nov 28 10:33:53", Some(Yearless(11, 28, 38_033 * SECOND)));
        check("Nov  8 10:33:53:", Some(Yearless(11, 8, 38_033 * SECOND)));
        check("Nov 28 2026 10:33:53", Some(Local(NOW)));
        check("1795862033", Some(At(NOW)));
        check("1795862033.5", Some(At(NOW + 500_000)));
        check("1795862033123", Some(At(NOW + 123_000)));
        check("1795862033123456", Some(At(NOW + 123_456)));
        check("1795862033123456789", Some(At(NOW + 123_456)));
        for bad in [
            "",
            "yesterday",
            "2026-02-29T10:33:53Z",
            "2026-13-01T10:33:53Z",
            "2026-11-28T24:33:53Z",
            "2026-11-28T10:33:53+7",
            "2026-11-28",
            "28-Nop-2026 10:33:53",
            "Nov 31 10:33:53",
            "99999999999999999999",
            "1.x",
            "2026-11-28T10:33:53Z2026-11-28T10:33:53Z1",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn what_is_not_said_is_settled_by_the_sensor_and_the_arrival() {
        let vietnam = 7 * 3_600;
        assert_eq!(EventTime::At(NOW).resolve(vietnam, 0), NOW);
        assert_eq!(EventTime::Local(NOW + 25_200 * SECOND).resolve(vietnam, 0), NOW);
        let read = |text: &str| EventTime::read(text).unwrap();
        assert_eq!(read("Nov 28 17:33:53").resolve(vietnam, NOW + 5), NOW);
        // New Year lies between the event and its arrival, and between arrival and a clock that is fast.
        let new_year = 1_798_736_400 * SECOND;
        assert_eq!(
            read("Dec 31 23:59:59").resolve(vietnam, new_year + SECOND),
            new_year - SECOND
        );
        assert_eq!(
            read("Jan  1 00:00:01").resolve(vietnam, new_year - SECOND),
            new_year + SECOND
        );
    }

    #[test]
    fn a_clock_that_is_wrong_counts_for_nothing() {
        let check = |at: i64, expected: (i64, Clocked)| assert_eq!(settle(Some(EventTime::At(at)), 0, NOW), expected);
        let (ahead, behind) = (NOW + MAX_AHEAD_SECONDS * SECOND, NOW - MAX_BEHIND_SECONDS * SECOND);
        check(NOW - 5, (NOW - 5, Clocked::Sane));
        check(ahead, (ahead, Clocked::Sane));
        check(ahead + 1, (NOW, Clocked::Ahead));
        check(behind, (behind, Clocked::Sane));
        check(behind - 1, (NOW, Clocked::Behind));
        check(i64::MAX, (NOW, Clocked::Ahead));
        check(i64::MIN, (NOW, Clocked::Behind));
        assert_eq!(settle(None, 0, NOW), (NOW, Clocked::Silent));
    }

    #[test]
    fn days_are_counted_as_calendars_do() {
        for (date, day) in [
            ((1970, 1, 1), 0),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2026, 11, 28), 20_785),
        ] {
            assert_eq!(days(date.0, date.1, date.2), day);
            assert_eq!(year_of(day * DAY_SECONDS * SECOND), date.0);
        }
        for year in 1970..2400 {
            let first = days(year, 1, 1) * DAY_SECONDS * SECOND;
            assert_eq!((year_of(first - 1), year_of(first)), (year - 1, year));
        }
    }
}
