//! The brake of a rule: how often in an hour it may act without a person.
//!
//! What goes over it is not dropped: the item is kept as it is and its case waits for a person.

use crate::Time;

/// How often a rule has acted in the running hour, and how often it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brake {
    /// Acts that one clock hour allows.
    pub per_hour: u32,
    /// The hour that is counted, in hours since 1970-01-01T00:00:00Z.
    pub hour: i64,
    /// Acts in that hour.
    pub used: u32,
}

/// What a brake says to one act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// The rule may act.
    No,
    /// It may not: a person decides.
    Yes,
}

impl Brake {
    /// Acts an hour of a rule that nobody gave another figure.
    pub const DEFAULT_PER_HOUR: u32 = 200;
    /// Most acts an hour that a brake can be set to: more is no brake.
    pub const MAX_PER_HOUR: u32 = 1_000_000;

    /// A brake that has not been used.
    #[must_use]
    pub const fn new(per_hour: u32) -> Self {
        Self {
            per_hour,
            hour: i64::MIN,
            used: 0,
        }
    }

    /// Acts in the hour of this moment.
    #[must_use]
    pub const fn used_at(&self, now: Time) -> u32 {
        if hour_of(now) > self.hour { 0 } else { self.used }
    }

    /// Asks for one act.
    pub fn ask(&mut self, now: Time) -> Pressed {
        let hour = hour_of(now);
        if hour > self.hour {
            self.hour = hour;
            self.used = 0;
        }
        if self.used >= self.per_hour {
            return Pressed::Yes;
        }
        self.used = self.used.saturating_add(1);
        Pressed::No
    }
}

/// The hour in which an instant lies, in hours since 1970-01-01T00:00:00Z.
const fn hour_of(now: Time) -> i64 {
    now.as_seconds().div_euclid(3_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_at_its_limit_and_lets_go_with_the_hour() {
        let mut brake = Brake::new(2);
        let eleven = Time::from_seconds(1_790_002_800);
        let mut check = |minutes: i64, expected: Pressed| {
            assert_eq!(brake.ask(eleven.plus_minutes(minutes)), expected, "{minutes}");
        };
        check(0, Pressed::No);
        check(1, Pressed::No);
        check(2, Pressed::Yes);
        check(59, Pressed::Yes);
        check(60, Pressed::No);
        // A clock that went back does not open it again.
        check(61, Pressed::No);
        check(2, Pressed::Yes);
    }

    #[test]
    fn what_was_used_is_of_its_hour() {
        let mut brake = Brake::new(2);
        let eleven = Time::from_seconds(1_790_002_800);
        assert_eq!(brake.ask(eleven), Pressed::No);
        assert_eq!(brake.used_at(eleven.plus_minutes(59)), 1);
        assert_eq!(brake.used_at(eleven.plus_minutes(60)), 0);
    }

    #[test]
    fn a_brake_of_nothing_never_lets_go() {
        assert_eq!(Brake::new(0).ask(Time::from_seconds(0)), Pressed::Yes);
    }
}
