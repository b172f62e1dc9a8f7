//! Measures: what a decision does to whom, and for how long.
//!
//! A measure can only be made for a target that it suits, with an end where it needs one and without where it has none.

use crate::keys::keys;
use crate::{Outcome, Target, TargetKind, Time};

/// What is done, mildest first, to items and then to subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeasureKind {
    /// An item is shown with labels.
    Label,
    /// The reach of an item is limited.
    Limit,
    /// An item is hidden; its author still sees it.
    Hide,
    /// An item is removed.
    Remove,
    /// A subject is warned.
    Warn,
    /// A subject is locked until a moment.
    TemporaryLock,
    /// A subject is locked without an end.
    PermanentLock,
    /// Who is behind a subject is not let in again.
    RefuseRegistration,
    /// The service to a subject ends.
    EndService,
}

/// Whether a measure ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It always does.
    Always,
    /// It may.
    Optional,
    /// It never does.
    Never,
}

/// What to show beside a label: a page with verified information.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedLink(String);

/// One thing done to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    kind: MeasureKind,
    target: Target,
    until: Option<Time>,
    labels: Vec<String>,
    verified: Option<VerifiedLink>,
}

/// Why a measure is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// Items are labelled, limited, hidden and removed; subjects are warned, locked, refused and ended.
    #[error("the measure does not suit its target")]
    WrongTarget,
    /// A temporary lock ends at a moment.
    #[error("a temporary lock needs its length")]
    NoEnd,
    /// What never ends by itself was given an end.
    #[error("this measure never ends by itself")]
    NeverEnds,
    /// The end is now or before, or too far away.
    #[error("a measure lasts 1 to {} days", Measure::MAX_DAYS)]
    BadEnd,
    /// A label measure shows a label, and nothing else does.
    #[error("labels belong to the measure label, which needs one")]
    Labels,
    /// The link to verified information is none.
    #[error(
        "verified information is an https address of at most {} bytes",
        VerifiedLink::MAX_BYTES
    )]
    BadLink,
    /// One decision has a measure twice for one target, or locks it twice.
    #[error("a decision does one thing once to one target")]
    Twice,
    /// More than anybody reads.
    #[error("a decision has at most {} measures", Measure::MAX_PER_DECISION)]
    TooMany,
}

impl MeasureKind {
    /// Whether it is done to items; all others are done to subjects.
    #[must_use]
    pub const fn is_for_items(self) -> bool {
        match self {
            Self::Label | Self::Limit | Self::Hide | Self::Remove => true,
            Self::Warn | Self::TemporaryLock | Self::PermanentLock | Self::RefuseRegistration | Self::EndService => {
                false
            }
        }
    }

    /// Whether it keeps a subject out.
    #[must_use]
    pub const fn is_lock(self) -> bool {
        match self {
            Self::TemporaryLock | Self::PermanentLock => true,
            Self::Label
            | Self::Limit
            | Self::Hide
            | Self::Remove
            | Self::Warn
            | Self::RefuseRegistration
            | Self::EndService => false,
        }
    }

    /// Whether it ends by itself.
    #[must_use]
    pub const fn ending(self) -> Ending {
        match self {
            Self::TemporaryLock => Ending::Always,
            Self::Label | Self::Limit | Self::Hide | Self::RefuseRegistration => Ending::Optional,
            Self::Remove | Self::Warn | Self::PermanentLock | Self::EndService => Ending::Never,
        }
    }

    /// What an outcome does to the item; nothing where it leaves the item as it is.
    #[must_use]
    pub const fn of_outcome(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::NoViolation | Outcome::SubjectOnly => None,
            Outcome::Label => Some(Self::Label),
            Outcome::Limit => Some(Self::Limit),
            Outcome::Hide => Some(Self::Hide),
            Outcome::Remove => Some(Self::Remove),
        }
    }
}

impl VerifiedLink {
    /// Longest address, in bytes.
    pub const MAX_BYTES: usize = 500;

    /// The page at this address.
    ///
    /// # Errors
    /// When it is no `https` address with a host, is too long, or has blanks or control characters in it.
    pub fn parse(address: &str) -> Result<Self, MeasureError> {
        let host = address.strip_prefix("https://").unwrap_or_default();
        let is_plain = !address.chars().any(|c| c.is_whitespace() || c.is_control());
        let has_host = host.starts_with(char::is_alphanumeric);
        if address.len() > Self::MAX_BYTES || !is_plain || !has_host {
            return Err(MeasureError::BadLink);
        }
        Ok(Self(address.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Measure {
    /// Longest time that a measure with an end lasts, in days; the law's longest lock is far below.
    pub const MAX_DAYS: i64 = 3_650;
    /// Most measures of one decision.
    pub const MAX_PER_DECISION: usize = 12;

    /// Does this to that target, until a moment if one is given.
    ///
    /// # Errors
    /// When it does not suit the target, or lacks its end, or has one that it cannot have.
    pub fn new(kind: MeasureKind, target: Target, until: Option<Time>, now: Time) -> Result<Self, MeasureError> {
        let suits = match target.kind() {
            TargetKind::Item => kind.is_for_items(),
            TargetKind::Account | TargetKind::Page | TargetKind::Group | TargetKind::Channel => !kind.is_for_items(),
            TargetKind::Report => false,
        };
        if !suits {
            return Err(MeasureError::WrongTarget);
        }
        match (kind.ending(), until) {
            (Ending::Always, None) => return Err(MeasureError::NoEnd),
            (Ending::Never, Some(_)) => return Err(MeasureError::NeverEnds),
            (Ending::Always | Ending::Optional, Some(until)) => {
                let latest = now.plus_minutes(Self::MAX_DAYS * 1_440);
                if until <= now || until > latest {
                    return Err(MeasureError::BadEnd);
                }
            }
            (Ending::Optional | Ending::Never, None) => {}
        }
        Ok(Self {
            kind,
            target,
            until,
            labels: Vec::new(),
            verified: None,
        })
    }

    /// The same with the labels to be shown and where verified information stands.
    ///
    /// # Errors
    /// When it is no label measure, or there is no label.
    pub fn with_labels(self, labels: Vec<String>, verified: Option<VerifiedLink>) -> Result<Self, MeasureError> {
        if self.kind != MeasureKind::Label || labels.is_empty() {
            return Err(MeasureError::Labels);
        }
        Ok(Self {
            labels,
            verified,
            ..self
        })
    }

    /// Holds together the measures of one decision.
    ///
    /// # Errors
    /// When one target gets the same twice or two locks, a label measure has no label, or there are too many.
    pub fn check_all(measures: &[Self]) -> Result<(), MeasureError> {
        if measures.len() > Self::MAX_PER_DECISION {
            return Err(MeasureError::TooMany);
        }
        let clash = |one: &Self, other: &Self| {
            one.target == other.target && (one.kind == other.kind || one.kind.is_lock() && other.kind.is_lock())
        };
        for (place, measure) in measures.iter().enumerate() {
            if measure.kind == MeasureKind::Label && measure.labels.is_empty() {
                return Err(MeasureError::Labels);
            }
            if measures.iter().skip(place + 1).any(|other| clash(measure, other)) {
                return Err(MeasureError::Twice);
            }
        }
        Ok(())
    }

    /// What is done.
    #[must_use]
    pub const fn kind(&self) -> MeasureKind {
        self.kind
    }

    /// To what.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// When it ends by itself.
    #[must_use]
    pub const fn until(&self) -> Option<Time> {
        self.until
    }

    /// Keys of the labels that are shown.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Where verified information stands.
    #[must_use]
    pub fn verified(&self) -> Option<&str> {
        self.verified.as_ref().map(VerifiedLink::as_str)
    }
}

keys!(MeasureKind {
    Label = "label",
    Limit = "limit",
    Hide = "hide",
    Remove = "remove",
    Warn = "warn",
    TemporaryLock = "temporary_lock",
    PermanentLock = "permanent_lock",
    RefuseRegistration = "refuse_registration",
    EndService = "end_service",
});

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time::from_seconds(1_790_000_000);

    fn target(kind: TargetKind) -> Target {
        Target::new(kind, "u-9").unwrap()
    }

    fn days(days: i64) -> Option<Time> {
        Some(NOON.plus_minutes(days * 1_440))
    }

    #[test]
    fn a_measure_suits_its_target_and_ends_as_it_must() {
        for kind in MeasureKind::ALL.iter().copied() {
            for to in TargetKind::ALL.iter().copied() {
                for until in [None, days(7)] {
                    let made = Measure::new(kind, target(to), until, NOON);
                    let suits = to != TargetKind::Report && kind.is_for_items() == (to == TargetKind::Item);
                    let ends = match kind.ending() {
                        Ending::Always => until.is_some(),
                        Ending::Optional => true,
                        Ending::Never => until.is_none(),
                    };
                    assert_eq!(made.is_ok(), suits && ends, "{kind:?} {to:?} {until:?}");
                }
            }
        }
    }

    #[test]
    fn an_end_is_in_the_time_to_come() {
        let check = |until: Option<Time>, expected: Option<MeasureError>| {
            let made = Measure::new(MeasureKind::TemporaryLock, target(TargetKind::Page), until, NOON);
            assert_eq!(made.err(), expected, "{until:?}");
        };
        check(Some(NOON), Some(MeasureError::BadEnd));
        check(days(Measure::MAX_DAYS), None);
        check(days(Measure::MAX_DAYS + 1), Some(MeasureError::BadEnd));
    }

    #[test]
    fn verified_information_is_a_page() {
        let check = |address: &str, is_one: bool| assert_eq!(VerifiedLink::parse(address).is_ok(), is_one, "{address}");
        check("https://tingia.gov.vn/bai-viet", true);
        check("http://tingia.gov.vn", false);
        check("https://", false);
        check("javascript:alert(1)", false);
        check("https://a b", false);
        let longest = format!("https://{}", "a".repeat(VerifiedLink::MAX_BYTES - 8));
        check(&longest, true);
        check(&format!("{longest}a"), false);
    }

    #[test]
    fn one_decision_does_one_thing_once() {
        let made = |kind, to, until| Measure::new(kind, target(to), until, NOON).unwrap();
        let check = |measures: &[Measure], expected: Result<(), MeasureError>| {
            assert_eq!(Measure::check_all(measures), expected);
        };
        let warn = made(MeasureKind::Warn, TargetKind::Account, None);
        let lock = made(MeasureKind::TemporaryLock, TargetKind::Account, days(7));
        let forever = made(MeasureKind::PermanentLock, TargetKind::Account, None);
        let page = made(MeasureKind::PermanentLock, TargetKind::Page, None);
        check(&[warn.clone(), lock.clone(), page], Ok(()));
        check(&[warn.clone(), warn.clone()], Err(MeasureError::Twice));
        check(&[lock, forever], Err(MeasureError::Twice));
        let label = made(MeasureKind::Label, TargetKind::Item, None);
        check(std::slice::from_ref(&label), Err(MeasureError::Labels));
        check(&[label.with_labels(vec!["tin-gia".to_owned()], None).unwrap()], Ok(()));
        assert_eq!(
            warn.clone().with_labels(vec!["x".to_owned()], None),
            Err(MeasureError::Labels)
        );
        let many = |count: usize| -> Vec<Measure> {
            let one = |number: usize| Target::new(TargetKind::Account, &number.to_string()).unwrap();
            let warned = (0..count).map(|number| Measure::new(MeasureKind::Warn, one(number), None, NOON).unwrap());
            warned.collect()
        };
        check(&many(Measure::MAX_PER_DECISION), Ok(()));
        check(&many(Measure::MAX_PER_DECISION + 1), Err(MeasureError::TooMany));
    }
}
