//! Reports: what somebody told, how far it has come, and how often they were right before.

use crate::Time;
use crate::keys::keys;

/// One report: a marker for ids. Its data subject has the same number.
#[derive(Debug)]
pub struct Report;

/// Somebody who reports again and again: a marker for ids. Who they are is not known here.
#[derive(Debug)]
pub struct Reporter;

/// How far a report has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportState {
    /// Nothing moves before the address is confirmed.
    Unconfirmed,
    /// It belongs to a case that waits.
    Open,
    /// Its case was decided, and whoever reported hears of it.
    Answered,
    /// Nobody confirmed the address in time; what was said is erased.
    Lapsed,
}

/// Whom the reported thing harms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Whoever reports it.
    Own,
    /// Somebody else, or everybody.
    Third,
}

/// How much a report counts for when cases are put in order. None is ever dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// From somebody whom the operator trusts: one step more urgent.
    Trusted,
    /// As everybody's.
    Ordinary,
    /// From somebody who was warned and went on: one step less urgent.
    Lowered,
}

keys!(ReportState {
    Unconfirmed = "unconfirmed",
    Open = "open",
    Answered = "answered",
    Lapsed = "lapsed",
});
keys!(Relation {
    Own = "own",
    Third = "third",
});
keys!(Standing {
    Trusted = "trusted",
    Ordinary = "ordinary",
    Lowered = "lowered",
});

/// How long an address may wait to be confirmed, in hours.
pub const CONFIRM_HOURS: i64 = 72;

/// How often somebody's reports were right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Track {
    /// Reports whose case ended with a violation.
    pub upheld: u32,
    /// Reports whose case ended with none.
    pub refused: u32,
    /// When a warning was given, and how many had been refused by then.
    pub warned: Option<(Time, u32)>,
}

/// What follows from a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// Nothing.
    Good,
    /// They are warned.
    Warn,
    /// They were warned and went on: their reports count for less.
    Lower,
}

impl Track {
    /// How many reports must have been answered before anything follows.
    pub const MIN_ANSWERS: u32 = 5;
    /// Below this share of upheld reports, in percent, somebody misuses reporting.
    pub const MIN_UPHELD_PERCENT: u32 = 20;
    /// How many more must have been refused after the warning before reports count for less.
    pub const AFTER_WARNING: u32 = 3;

    /// What follows from it now.
    #[must_use]
    pub fn conduct(&self) -> Conduct {
        let answered = self.upheld.saturating_add(self.refused);
        let share = u64::from(self.upheld) * 100;
        let enough = u64::from(answered) * u64::from(Self::MIN_UPHELD_PERCENT);
        if answered < Self::MIN_ANSWERS || share >= enough {
            return Conduct::Good;
        }
        match self.warned {
            None => Conduct::Warn,
            Some((_, refused)) if self.refused >= refused.saturating_add(Self::AFTER_WARNING) => Conduct::Lower,
            Some(_) => Conduct::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_comes_first_and_time_to_heed_it() {
        let warned = |refused| Some((Time::from_seconds(1), refused));
        let check = |upheld, refused, warned, expected| {
            let track = Track {
                upheld,
                refused,
                warned,
            };
            assert_eq!(track.conduct(), expected, "{track:?}");
        };
        check(0, 4, None, Conduct::Good);
        check(0, 5, None, Conduct::Warn);
        check(1, 4, None, Conduct::Good);
        check(1, 5, None, Conduct::Warn);
        check(0, 7, warned(5), Conduct::Good);
        check(0, 8, warned(5), Conduct::Lower);
        check(2, 8, warned(5), Conduct::Good);
    }
}
