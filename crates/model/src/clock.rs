//! Statutory clocks: a deadline that the law sets, running for one case.
//!
//! A clock starts at receipt or detection and runs through nights and holidays. Before it runs out somebody is warned;
//! when it has run out that is recorded once and stays, whatever is done afterwards. How long it runs and on what basis is
//! the pack's to say.

use crate::{Id, Time};

/// One running or ended deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatutoryClock {
    /// Its id.
    pub id: Id<StatutoryClock>,
    /// Key of the pack's clock, as in `complaint-removal`.
    pub key: String,
    /// Keys of the legal bases that were in force when it started.
    pub basis: Vec<String>,
    /// What started it: receipt or detection.
    pub starts_at: Time,
    /// The last moment at which it is met.
    pub due_at: Time,
    /// When somebody was warned that it runs out, if they were.
    pub warned_at: Option<Time>,
    /// How it ended, if it did.
    pub end: ClockEnd,
}

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEnd {
    /// It runs.
    Running,
    /// What it asks for was done in time.
    Met(Time),
    /// It ran out.
    Breached {
        /// When that was recorded.
        at: Time,
        /// When what it asks for was done after all.
        late: Option<Time>,
    },
}

impl ClockEnd {
    /// How a clock ended of which this is known: when it was recorded as run out, and when what it asks for was done.
    #[must_use]
    pub const fn from_times(breached: Option<Time>, met: Option<Time>) -> Self {
        match (breached, met) {
            (None, None) => Self::Running,
            (None, Some(at)) => Self::Met(at),
            (Some(at), late) => Self::Breached { at, late },
        }
    }

    /// When it was recorded as run out, and when what it asks for was done.
    #[must_use]
    pub const fn times(self) -> (Option<Time>, Option<Time>) {
        match self {
            Self::Running => (None, None),
            Self::Met(at) => (None, Some(at)),
            Self::Breached { at, late } => (Some(at), late),
        }
    }
}

/// What time does to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEvent {
    /// It will run out soon.
    Warned,
    /// It ran out.
    Breached,
}

impl StatutoryClock {
    /// How much of its time a clock runs, in percent, before somebody is warned. A house rule: for 24 hours, six are left.
    pub const WARN_AT_PERCENT: i64 = 75;

    /// Starts a clock that runs so many hours.
    #[must_use]
    pub const fn start(id: Id<Self>, key: String, basis: Vec<String>, starts_at: Time, hours: u32) -> Self {
        Self {
            id,
            key,
            basis,
            starts_at,
            due_at: starts_at.plus_minutes(hours as i64 * 60),
            warned_at: None,
            end: ClockEnd::Running,
        }
    }

    /// Whether the law sets it: the operator and who asks may set deadlines too, which rest on no article.
    #[must_use]
    pub const fn is_statutory(&self) -> bool {
        !self.basis.is_empty()
    }

    /// When somebody is to be warned.
    #[must_use]
    pub const fn warn_at(&self) -> Time {
        let whole = self.due_at.minutes_since(self.starts_at);
        self.starts_at.plus_minutes(whole * Self::WARN_AT_PERCENT / 100)
    }

    /// Lets time pass. What has happened by `now` and was not noted yet is noted; where it ran out, the warning that came
    /// too late is left out.
    #[must_use]
    pub fn tick(self, now: Time) -> (Self, Option<ClockEvent>) {
        match self.end {
            ClockEnd::Running if now > self.due_at => {
                let end = ClockEnd::Breached { at: now, late: None };
                (Self { end, ..self }, Some(ClockEvent::Breached))
            }
            ClockEnd::Running if self.warned_at.is_none() && now >= self.warn_at() => {
                let warned_at = Some(now);
                (Self { warned_at, ..self }, Some(ClockEvent::Warned))
            }
            ClockEnd::Running | ClockEnd::Met(_) | ClockEnd::Breached { .. } => (self, None),
        }
    }

    /// Ends it: what it asks for is done. Done too late, it stays breached.
    #[must_use]
    pub fn meet(self, now: Time) -> Self {
        let end = match self.end {
            ClockEnd::Running if now <= self.due_at => ClockEnd::Met(now),
            ClockEnd::Running => ClockEnd::Breached {
                at: now,
                late: Some(now),
            },
            ClockEnd::Breached { at, late } => ClockEnd::Breached {
                at,
                late: late.or(Some(now)),
            },
            ClockEnd::Met(at) => ClockEnd::Met(at),
        };
        Self { end, ..self }
    }

    /// What it asks for was not done after all: it runs on, as if nobody had said that it was. What ran out stays so.
    #[must_use]
    pub fn resume(self) -> Self {
        let end = match self.end {
            ClockEnd::Running | ClockEnd::Met(_) => ClockEnd::Running,
            ClockEnd::Breached { at, .. } => ClockEnd::Breached { at, late: None },
        };
        Self { end, ..self }
    }

    /// Ends it by what somebody else says and signed, heard now or later: what was done in time was in time, whatever was
    /// noted here before it was heard.
    #[must_use]
    pub fn meet_as_told(self, at: Time) -> Self {
        let end = match self.end {
            ClockEnd::Breached { .. } if at <= self.due_at => ClockEnd::Met(at),
            ClockEnd::Running | ClockEnd::Met(_) | ClockEnd::Breached { .. } => return self.meet(at),
        };
        Self { end, ..self }
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.end == ClockEnd::Running
    }

    /// Whether it ran out before what it asks for was done.
    #[must_use]
    pub const fn is_breached(&self) -> bool {
        matches!(self.end, ClockEnd::Breached { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIPT: Time = Time::from_seconds(1_790_000_000);

    fn clock() -> StatutoryClock {
        let id = Id::from_number(1).unwrap();
        StatutoryClock::start(id, "complaint-removal".into(), vec!["nd-1/35.8".into()], RECEIPT, 48)
    }

    fn hour(hours: i64) -> Time {
        RECEIPT.plus_minutes(hours * 60)
    }

    #[test]
    fn what_was_not_done_after_all_runs_on_and_a_breach_stays() {
        let met = clock().meet(hour(1));
        let again = met.resume();
        assert!(again.is_running());
        assert_eq!(again.clone().meet(hour(48)).end, ClockEnd::Met(hour(48)));
        assert_eq!(again.tick(hour(49)).1, Some(ClockEvent::Breached));
        let late = clock().meet(hour(49)).resume();
        let (breached, done) = late.end.times();
        assert_eq!((breached, done), (Some(hour(49)), None));
    }

    #[test]
    fn what_is_told_late_but_was_done_in_time_was_in_time() {
        let (noted, _) = clock().tick(hour(49));
        assert_eq!(noted.clone().meet_as_told(hour(48)).end, ClockEnd::Met(hour(48)));
        let late = noted.clone().meet_as_told(hour(48).plus_minutes(1));
        assert!(late.is_breached());
        assert!(noted.meet(hour(48)).is_breached(), "one's own clock stays breached");
        assert_eq!(clock().meet_as_told(hour(1)), clock().meet(hour(1)));
    }

    #[test]
    fn it_warns_once_and_runs_out_once_at_its_hours() {
        let check = |clock: StatutoryClock, now: Time, expected: Option<ClockEvent>| {
            let (clock, happened) = clock.tick(now);
            assert_eq!(happened, expected, "{now:?}");
            clock
        };
        let clock = check(clock(), hour(36).plus_minutes(-1), None);
        let clock = check(clock, hour(36), Some(ClockEvent::Warned));
        let clock = check(clock, hour(48), None);
        let last = Time::from_micros(hour(48).as_micros() + 1);
        let clock = check(clock, last, Some(ClockEvent::Breached));
        let clock = check(clock, hour(90), None);
        assert!(clock.is_breached() && !clock.is_running());
        // A node that was down past both tells of the graver alone.
        check(self::clock(), hour(99), Some(ClockEvent::Breached));
    }

    #[test]
    fn what_is_done_too_late_stays_breached() {
        let check = |done: Time, expected: ClockEnd| assert_eq!(clock().meet(done).end, expected);
        check(hour(48), ClockEnd::Met(hour(48)));
        let late = hour(48).plus_minutes(1);
        check(
            late,
            ClockEnd::Breached {
                at: late,
                late: Some(late),
            },
        );
        let (breached, _) = clock().tick(hour(49));
        let done = breached.meet(hour(50)).meet(hour(51));
        assert_eq!(
            done.end,
            ClockEnd::Breached {
                at: hour(49),
                late: Some(hour(50))
            }
        );
        assert_eq!(clock().meet(hour(1)).meet(hour(60)).end, ClockEnd::Met(hour(1)));
    }

    #[test]
    fn each_clock_is_met_or_breached_whatever_comes_first() {
        for ticks in 0..60 {
            for done in 0..60 {
                let mut clock = clock();
                for hours in 0..=ticks {
                    clock = clock.tick(hour(hours)).0;
                }
                let done = hour(ticks.max(done));
                let clock = clock.meet(done);
                assert_eq!(clock.is_breached(), done > hour(48), "{ticks} {done:?}");
            }
        }
    }
}
