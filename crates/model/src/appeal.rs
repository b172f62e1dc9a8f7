//! Appeals: somebody whom a decision concerns says that it is wrong, and somebody else answers.
//!
//! An appeal opens a case of its own, see [`Purpose::Appeal`](crate::Purpose). Each party appeals a decision once, within
//! the period of the policy; only the answer to the appeal changes the decision.

use crate::keys::keys;
use crate::{Id, Outcome, Report, TargetKind, Text, TextError, Time};

/// An appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Its id.
    pub id: Id<Appeal>,
    /// Who appeals.
    pub side: Side,
    /// When.
    pub opened_at: Time,
    /// How far it has come.
    pub state: AppealState,
}

/// As what somebody is concerned by a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// Whoever wrote the item.
    Author,
    /// Whoever reported it.
    Reporter,
    /// Whoever answers for the page, group or channel it stands in.
    Owner,
}

/// One whom a decision concerns. Many may report the same thing: each of them is somebody else, and what one writes is for
/// no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Side {
    /// As what it concerns them.
    pub party: Party,
    /// By which report they are known, where they reported here and not through the platform.
    pub report: Option<Id<Report>>,
}

/// How far an appeal has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppealState {
    /// It waits for its answer.
    Open,
    /// It was answered.
    Answered {
        /// When.
        at: Time,
        /// How.
        result: AppealResult,
    },
    /// Whoever appealed took it back.
    Withdrawn {
        /// When.
        at: Time,
    },
}

/// How an appeal was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppealResult {
    /// The decision stands.
    Upheld,
    /// The decision is undone, as if it had never been.
    Reversed,
    /// Another decision takes its place.
    Changed,
}

/// What stands in the way of an appeal or of the talk in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppealError {
    /// The period of the policy is over.
    #[error("the period for appeals is over")]
    TooLate {
        /// Since when.
        since: Time,
    },
    /// This party appealed before, against this decision or one below it.
    #[error("the party has appealed already")]
    Twice,
    /// The appeal of another party waits for its answer.
    #[error("another appeal against the decision waits for its answer")]
    AnotherOpen,
    /// The decision did nothing that concerns this party.
    #[error("the decision did nothing to the one who appeals")]
    NothingToAppeal,
    /// It was answered or withdrawn.
    #[error("the appeal is over")]
    Over,
    /// The case is no appeal, or is one and was handled as if it were none.
    #[error("an appeal is answered, and nothing else is")]
    NotAnAppeal,
    /// There is nothing to undo: the decision found no violation.
    #[error("a decision that found no violation cannot be reversed")]
    NothingToReverse,
    /// What is to take the place of the decision is the same, or no violation at all.
    #[error("the answer changes nothing, or undoes the decision")]
    NotAChange,
    /// It waits for its answer: until then what was written is needed.
    #[error("the appeal is not over")]
    StillOpen,
    /// As many messages were written as there may be, in all or without an answer.
    #[error("too many messages were written")]
    TooManyMessages,
}

/// What somebody writes to appeal, or in the talk about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Text<{ Appeal::MAX_CHARS * 4 }>);

impl Words {
    /// Takes a text in.
    ///
    /// # Errors
    /// When it is empty, longer than [`Appeal::MAX_CHARS`] characters, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = Text::parse(text)?;
        if text.as_str().chars().count() > Appeal::MAX_CHARS {
            return Err(TextError::TooLong(Appeal::MAX_CHARS));
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Party {
    /// Whether a decision of this outcome gives this party something to appeal. A reporter may hold that too little was
    /// done; the others have nothing to appeal where nothing was.
    #[must_use]
    pub const fn may_appeal(self, outcome: Outcome) -> bool {
        match self {
            Self::Author | Self::Owner => outcome.is_violation(),
            Self::Reporter => true,
        }
    }

    /// Whether this party is told what is done to such a target: to the item and the account its author, to the place
    /// where it stands its owner. What becomes of others is nothing that a reporter is told.
    #[must_use]
    pub const fn is_told_of(self, target: TargetKind) -> bool {
        match (self, target) {
            (Self::Author, TargetKind::Item | TargetKind::Account)
            | (Self::Owner, TargetKind::Item | TargetKind::Page | TargetKind::Group | TargetKind::Channel) => true,
            (Self::Author, TargetKind::Page | TargetKind::Group | TargetKind::Channel)
            | (Self::Owner, TargetKind::Account)
            | (_, TargetKind::Report)
            | (Self::Reporter, _) => false,
        }
    }
}

impl Side {
    /// Whoever made a report.
    #[must_use]
    pub const fn reporter(report: Id<Report>) -> Self {
        Self {
            party: Party::Reporter,
            report: Some(report),
        }
    }

    /// The key in storage: that of the party, and after a colon the id of the report.
    #[must_use]
    pub fn key(self) -> String {
        match self.report {
            Some(report) => format!("{}:{report}", self.party.key()),
            None => self.party.key().to_owned(),
        }
    }

    /// The one with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key.split_once(':') {
            Some((party, report)) if party == Party::Reporter.key() => report.parse().ok().map(Self::reporter),
            Some(_) => None,
            None => Party::from_key(key).map(Self::from),
        }
    }
}

impl From<Party> for Side {
    fn from(party: Party) -> Self {
        Self { party, report: None }
    }
}

impl AppealState {
    /// The key in storage and on the wire: `open`, `upheld`, `reversed`, `changed` or `withdrawn`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered { result, .. } => result.key(),
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// When it was answered or withdrawn.
    #[must_use]
    pub const fn ended_at(self) -> Option<Time> {
        match self {
            Self::Open => None,
            Self::Answered { at, .. } | Self::Withdrawn { at } => Some(at),
        }
    }

    /// The state with this key, that began at this moment.
    #[must_use]
    pub fn from_key(key: &str, ended_at: Option<Time>) -> Option<Self> {
        match (key, ended_at) {
            ("open", None) => Some(Self::Open),
            ("withdrawn", Some(at)) => Some(Self::Withdrawn { at }),
            (key, Some(at)) => AppealResult::from_key(key).map(|result| Self::Answered { at, result }),
            (_, None) => None,
        }
    }
}

impl Appeal {
    /// Most characters of what is written to appeal, or of one message.
    pub const MAX_CHARS: usize = 2_000;
    /// Most messages of the talk about one appeal.
    pub const MAX_MESSAGES: usize = 50;
    /// Most messages of whoever appeals that wait for an answer.
    pub const MAX_UNANSWERED: usize = 5;

    /// Begins an appeal.
    #[must_use]
    pub const fn open(id: Id<Self>, side: Side, now: Time) -> Self {
        Self {
            id,
            side,
            opened_at: now,
            state: AppealState::Open,
        }
    }

    /// Whether a party may appeal now against a decision of this outcome, made at `decided_at`, which may be appealed for
    /// `days` days where the policy says so. Gives until when, where there is an end.
    ///
    /// # Errors
    /// When it comes too late, or the decision did nothing to this party.
    pub fn may_open(
        party: Party,
        (outcome, decided_at): (Outcome, Time),
        days: Option<u32>,
        now: Time,
    ) -> Result<Option<Time>, AppealError> {
        if !party.may_appeal(outcome) {
            return Err(AppealError::NothingToAppeal);
        }
        let ends = days.map(|days| decided_at.plus_minutes(i64::from(days) * 1_440));
        match ends {
            Some(since) if now >= since => Err(AppealError::TooLate { since }),
            ends => Ok(ends),
        }
    }

    /// Answers it.
    ///
    /// # Errors
    /// When it is over.
    pub fn answer(self, result: AppealResult, now: Time) -> Result<Self, AppealError> {
        self.end(AppealState::Answered { at: now, result })
    }

    /// Takes it back.
    ///
    /// # Errors
    /// When it is over.
    pub fn withdraw(self, now: Time) -> Result<Self, AppealError> {
        self.end(AppealState::Withdrawn { at: now })
    }

    fn end(self, state: AppealState) -> Result<Self, AppealError> {
        self.must_be_open()?;
        Ok(Self { state, ..self })
    }

    /// Whether it still waits for its answer.
    ///
    /// # Errors
    /// When it is over.
    pub const fn must_be_open(&self) -> Result<(), AppealError> {
        match self.state {
            AppealState::Open => Ok(()),
            AppealState::Answered { .. } | AppealState::Withdrawn { .. } => Err(AppealError::Over),
        }
    }
}

keys!(Party {
    Author = "author",
    Reporter = "reporter",
    Owner = "owner",
});
keys!(AppealResult {
    Upheld = "upheld",
    Reversed = "reversed",
    Changed = "changed",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_read_as_they_are_written() {
        let report = Side::reporter(Id::from_number(7).unwrap());
        let sides = Party::ALL.iter().copied().map(Side::from).chain([report]);
        for side in sides {
            assert_eq!(Side::from_key(&side.key()), Some(side));
        }
        for none in ["", "author:0000000000007", "reporter:", "reporter:7", "nobody"] {
            assert_eq!(Side::from_key(none), None, "{none}");
        }
    }

    const NOON: Time = Time::from_seconds(1_790_000_000);

    fn may_open(party: Party, outcome: Outcome, days: Option<u32>, minutes_later: i64) -> Result<(), AppealError> {
        let now = NOON.plus_minutes(minutes_later);
        Appeal::may_open(party, (outcome, NOON), days, now).map(|_| ())
    }

    #[test]
    fn a_decision_is_appealed_by_whom_it_concerns() {
        for outcome in Outcome::ALL {
            for party in Party::ALL {
                let concerned = outcome.is_violation() || *party == Party::Reporter;
                assert_eq!(
                    may_open(*party, outcome, None, 1).is_ok(),
                    concerned,
                    "{party:?} {outcome:?}"
                );
            }
        }
    }

    #[test]
    fn the_period_ends_to_the_minute() {
        let since = NOON.plus_minutes(180 * 1_440);
        let check = |days, minutes, expected| {
            let opened = may_open(Party::Author, Outcome::Hide, days, minutes);
            assert_eq!(opened.err(), expected, "{days:?} {minutes}");
        };
        check(Some(180), 180 * 1_440 - 1, None);
        check(Some(180), 180 * 1_440, Some(AppealError::TooLate { since }));
        check(None, 10_000_000, None);
    }

    #[test]
    fn what_is_over_stays_so() {
        let appeal = Appeal::open(Id::from_number(1).unwrap(), Party::Author.into(), NOON);
        for result in AppealResult::ALL {
            let answered = appeal.clone().answer(*result, NOON).unwrap();
            assert_eq!(answered.state.key(), result.key());
            assert_eq!(answered.clone().withdraw(NOON), Err(AppealError::Over));
            let read = AppealState::from_key(answered.state.key(), answered.state.ended_at());
            assert_eq!(read, Some(answered.state));
        }
        let withdrawn = appeal.withdraw(NOON).unwrap();
        assert_eq!(withdrawn.answer(AppealResult::Upheld, NOON), Err(AppealError::Over));
    }

    #[test]
    fn words_are_counted_as_people_count_them() {
        let check = |text: &str, is_one: bool| assert_eq!(Words::parse(text).is_ok(), is_one);
        check(&"ệ".repeat(Appeal::MAX_CHARS), true);
        check(&"ệ".repeat(Appeal::MAX_CHARS + 1), false);
        check(&"\u{1f600}".repeat(Appeal::MAX_CHARS), true);
        check(" \n ", false);
        check("a\u{0}", false);
    }
}
