//! Instants as RFC 3339 in UTC, to the millisecond.

use std::fmt;

use serde::{Serialize, Serializer};

/// An instant, in microseconds since 1970-01-01T00:00:00Z, that is written as in `2026-11-23T01:30:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub i64);

impl Instant {
    /// An instant of RFC 3339, in any offset from UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.parse().ok()?;
        Some(Self(instant.as_microsecond()))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Beyond the years that a calendar has there is nothing that a node kept.
        let instant = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{instant:.3}")
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_rfc_3339() {
        let check = |micros: i64, expected: &str| assert_eq!(Instant(micros).to_string(), expected);
        check(0, "1970-01-01T00:00:00.000Z");
        check(1_790_000_000_123_456, "2026-09-21T14:13:20.123Z");
        check(951_782_400_000_000, "2000-02-29T00:00:00.000Z");
        check(951_868_799_999_999, "2000-02-29T23:59:59.999Z");
        check(-1, "1969-12-31T23:59:59.999Z");
        check(4_107_542_400_000_000, "2100-03-01T00:00:00.000Z");
        let read = |text| Instant::parse(text).map(|instant| instant.0);
        assert_eq!(read("2026-09-21T21:13:20.123+07:00"), Some(1_790_000_000_123_000));
        assert_eq!((read("2026-09-21"), read("")), (None, None));
    }
}
