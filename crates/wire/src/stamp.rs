//! Moments as RFC 3339 in UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment in microseconds since 1970-01-01T00:00:00Z, written as in `2026-11-27T01:30:00.000000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub i64);

/// A text that is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a moment is written as in 2026-11-27T01:30:00Z")]
pub struct NoStamp;

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Beyond the years that a calendar has, nobody said anything.
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{moment:.6}")
    }
}

impl FromStr for Stamp {
    type Err = NoStamp;

    fn from_str(text: &str) -> Result<Self, NoStamp> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| NoStamp)?;
        Ok(Self(moment.as_microsecond()))
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_they_are_written() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(text.parse::<Stamp>().ok().map(|stamp| stamp.0), expected, "{text}");
        };
        check("1970-01-01T00:00:00Z", Some(0));
        check("2026-09-21T14:13:20.123456Z", Some(1_790_000_000_123_456));
        check("2026-09-21T21:13:20.123456+07:00", Some(1_790_000_000_123_456));
        check("2026-09-21T14:13:20", None);
        check("", None);
        assert_eq!(Stamp(1_790_000_000_123_456).to_string(), "2026-09-21T14:13:20.123456Z");
        assert_eq!(Stamp(0).to_string().parse(), Ok(Stamp(0)));
    }
}
