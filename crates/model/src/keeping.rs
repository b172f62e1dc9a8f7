//! How long an item is kept, and what keeps it although it was to be erased.
//!
//! Items go by themselves when their time is over, and before that when somebody has them erased. An open case and a legal
//! hold keep them against both.

use crate::keys::keys;
use crate::{Case, Text, Time};

/// A legal hold, as a marker for ids: what it is on is not erased while it lasts.
#[derive(Debug)]
pub struct Hold;

/// Why something is held.
pub type HoldReason = Text<{ Case::MAX_NOTE_BYTES }>;

/// A wish for erasure, as a marker for ids.
#[derive(Debug)]
pub struct Erasure;

/// What keeps an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeptFor {
    /// Somebody has a legal claim to it.
    LegalHold,
    /// A case about it is open: it is the evidence.
    OpenCase,
    /// What was decided about it may still be appealed.
    Appeals,
    /// It measures reviewers.
    Golden,
    /// The time is not over for which such items are kept.
    Retention,
}

keys!(KeptFor {
    LegalHold = "legal_hold",
    OpenCase = "open_case",
    Appeals = "appeals",
    Golden = "golden",
    Retention = "retention",
});

/// For how many days of 24 hours things are kept; none where the policy does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Periods {
    /// An item that no case is about, after it came in.
    pub item: Option<u32>,
    /// An item with cases, after the last one ended.
    pub case: Option<u32>,
    /// How long a decision may be appealed.
    pub appeals: Option<u32>,
}

/// Everything about an item that says how long it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeping {
    /// When it came in.
    pub received_at: Time,
    /// Whether a case about it is open.
    pub has_open_case: bool,
    /// When the last case about it ended; none where there is none.
    pub ended_at: Option<Time>,
    /// Whether it measures reviewers.
    pub is_golden: bool,
    /// Whether somebody has a legal claim to it.
    pub is_held: bool,
}

/// Until when something is kept, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// For what.
    pub reason: KeptFor,
    /// Until when; none where that is not known yet.
    pub until: Option<Time>,
}

impl Keeping {
    /// What keeps the item from going by itself; none where its time is over.
    #[must_use]
    pub fn against_time(&self, periods: &Periods, now: Time) -> Option<Kept> {
        let days = match self.ended_at {
            Some(ended) => periods.case.map(|days| after(ended, days)),
            None => periods.item.map(|days| after(self.received_at, days)),
        };
        let claims = self.claims();
        let golden = self.is_golden.then_some(open_ended(KeptFor::Golden));
        claims.or(golden).or_else(|| match days {
            Some(until) if until <= now => None,
            until => Some(Kept {
                reason: KeptFor::Retention,
                until,
            }),
        })
    }

    /// What keeps the item though somebody wants it erased; none where it may go at once.
    #[must_use]
    pub fn against_wish(&self, periods: &Periods, now: Time) -> Option<Kept> {
        self.claims().or_else(|| {
            let until = after(self.ended_at?, periods.appeals?);
            (now < until).then_some(Kept {
                reason: KeptFor::Appeals,
                until: Some(until),
            })
        })
    }

    fn claims(&self) -> Option<Kept> {
        if self.is_held {
            return Some(open_ended(KeptFor::LegalHold));
        }
        self.has_open_case.then_some(open_ended(KeptFor::OpenCase))
    }
}

const fn open_ended(reason: KeptFor) -> Kept {
    Kept { reason, until: None }
}

const fn after(start: Time, days: u32) -> Time {
    start.plus_minutes(days as i64 * 24 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIODS: Periods = Periods {
        item: Some(90),
        case: Some(365),
        appeals: Some(180),
    };

    fn day(day: i64) -> Time {
        Time::from_seconds(day * 86_400)
    }

    fn item() -> Keeping {
        Keeping {
            received_at: day(0),
            has_open_case: false,
            ended_at: None,
            is_golden: false,
            is_held: false,
        }
    }

    fn kept(reason: KeptFor, until: Option<i64>) -> Option<Kept> {
        let until = until.map(day);
        Some(Kept { reason, until })
    }

    #[test]
    fn items_go_when_their_time_is_over_and_not_a_moment_before() {
        let check = |item: Keeping, periods: &Periods, now: Time, expected: Option<Kept>| {
            assert_eq!(item.against_time(periods, now), expected, "{item:?}");
        };
        let moment_before = |time: Time| Time::from_micros(time.as_micros() - 1);
        let kept_until = |until| kept(KeptFor::Retention, Some(until));
        check(item(), &PERIODS, moment_before(day(90)), kept_until(90));
        check(item(), &PERIODS, day(90), None);
        let decided = Keeping {
            ended_at: Some(day(10)),
            ..item()
        };
        check(decided, &PERIODS, moment_before(day(375)), kept_until(375));
        check(decided, &PERIODS, day(375), None);
        let nothing_said = Periods::default();
        check(item(), &nothing_said, day(36_500), kept(KeptFor::Retention, None));
        check(decided, &nothing_said, day(36_500), kept(KeptFor::Retention, None));
        let golden = Keeping {
            is_golden: true,
            ..decided
        };
        check(golden, &PERIODS, day(400), kept(KeptFor::Golden, None));
        let open = Keeping {
            has_open_case: true,
            ..golden
        };
        check(open, &PERIODS, day(400), kept(KeptFor::OpenCase, None));
        let held = Keeping { is_held: true, ..open };
        check(held, &PERIODS, day(400), kept(KeptFor::LegalHold, None));
    }

    #[test]
    fn a_wish_waits_for_open_cases_appeals_and_holds_alone() {
        let check = |item: Keeping, now: i64, expected: Option<Kept>| {
            assert_eq!(item.against_wish(&PERIODS, day(now)), expected, "{item:?}");
        };
        check(item(), 1, None);
        let golden = Keeping {
            is_golden: true,
            ..item()
        };
        check(golden, 1, None);
        let decided = Keeping {
            ended_at: Some(day(10)),
            ..item()
        };
        check(decided, 189, kept(KeptFor::Appeals, Some(190)));
        check(decided, 190, None);
        assert_eq!(decided.against_wish(&Periods::default(), day(11)), None);
        let open = Keeping {
            has_open_case: true,
            ..decided
        };
        check(open, 400, kept(KeptFor::OpenCase, None));
        let held = Keeping {
            is_held: true,
            ..item()
        };
        check(held, 1, kept(KeptFor::LegalHold, None));
    }
}
