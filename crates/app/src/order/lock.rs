//! How long a lock may be by the ladders of the policy on a day, and whether what an order asks for is within that.
//!
//! A ladder says what follows from how many violations. Nobody counts them here: that an order keeps to a length is no word
//! on whether there were as many.

use anlanh_model::{OrderKind, Pointed, ScopeFinding};
use anlanh_pack::{Day, Ladder, Lockable};
use anlanh_screen::Date;
use anlanh_store::order::Letter;

use super::scope::{finding, in_force};
use crate::enforcement::lockable;
use crate::engine::Engine;

/// What a ladder that was in force on the day of issue says of the lock that an order asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LadderFinding {
    /// Key of the ladder.
    pub ladder: String,
    /// On which day it is looked at.
    pub on: Day,
    /// Whether the order cites an article of it that was in force.
    pub is_cited: bool,
    /// How the lock fits it.
    pub fit: LockFit,
}

/// How a lock fits a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockFit {
    /// Such a length is allowed.
    Fits,
    /// It is shorter than any step allows.
    TooShort,
    /// It is longer than any step allows.
    TooLong,
    /// It lies between the lengths of its steps.
    Between,
    /// It knows no lock without end.
    NeverForGood,
    /// A lock without end rests on an article of it that the order does not cite.
    OtherArticle,
    /// Something is to be locked of which it does not speak.
    OtherObject,
}

impl LockFit {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Fits,
        Self::TooShort,
        Self::TooLong,
        Self::Between,
        Self::NeverForGood,
        Self::OtherArticle,
        Self::OtherObject,
    ];

    /// The key on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Between => "between",
            Self::NeverForGood => "never_for_good",
            Self::OtherArticle => "other_article",
            Self::OtherObject => "other_object",
        }
    }
}

/// Whether a lock is as long as the law of the day allows, and what each ladder of that day says. An order that cites
/// articles of ladders is held against these; one that cites none, against all, and what they allow is not confirmed then.
pub(super) fn judge<'p>(
    engine: &Engine,
    kind: OrderKind,
    letter: &Letter,
    pointed: impl Iterator<Item = &'p Pointed>,
    day: Date,
) -> (ScopeFinding, Vec<LadderFinding>) {
    if kind != OrderKind::Lock {
        return (ScopeFinding::Holds, Vec::new());
    }
    let objects: Vec<Lockable> = pointed.filter_map(Pointed::kind).filter_map(lockable).collect();
    let mut findings = Vec::new();
    let (mut by_cited, mut by_others) = (None, None);
    for ladder in engine.policy.ladders() {
        let holds = |key: &&str| in_force(engine, key, day).is_some();
        let bases = || ladder.bases.iter().map(|key| key.as_str()).filter(holds);
        if !ladder.validity.holds_on(day) || bases().next().is_none() {
            continue;
        }
        let cites = |key: &&str| letter.basis.iter().any(|cited| cited == key);
        let cited = bases().filter(cites).filter_map(|key| in_force(engine, key, day));
        let sure = cited.map(finding).min();
        let fit = fit(ladder, letter, &objects, sure.is_some());
        let found = match (fit, sure) {
            (LockFit::Fits, Some(sure)) => sure.max(finding(ladder.evidence)),
            (LockFit::Fits, None) => ScopeFinding::Unconfirmed,
            (
                LockFit::TooShort
                | LockFit::TooLong
                | LockFit::Between
                | LockFit::NeverForGood
                | LockFit::OtherArticle
                | LockFit::OtherObject,
                _,
            ) => ScopeFinding::Fails,
        };
        let best = if sure.is_some() { &mut by_cited } else { &mut by_others };
        *best = Some(best.map_or(found, |best: ScopeFinding| best.min(found)));
        findings.push(LadderFinding {
            ladder: ladder.key.as_str().to_owned(),
            on: Day::from(day),
            is_cited: sure.is_some(),
            fit,
        });
    }
    // Where no ladder was in force, nothing says how long.
    let found = by_cited.or(by_others).unwrap_or(ScopeFinding::Unconfirmed);
    (found, findings)
}

fn fit(ladder: &Ladder, letter: &Letter, objects: &[Lockable], is_cited: bool) -> LockFit {
    if !objects.iter().all(|object| ladder.objects.contains(object)) {
        return LockFit::OtherObject;
    }
    let Some(days) = letter.lock_days else {
        let Some(permanent) = &ladder.permanent else {
            return LockFit::NeverForGood;
        };
        let cites = |key: &str| letter.basis.iter().any(|cited| cited == key);
        let rests = !is_cited || permanent.bases.iter().any(|key| cites(key.as_str()));
        return if rests { LockFit::Fits } else { LockFit::OtherArticle };
    };
    let lengths = || {
        let steps = ladder.steps.iter();
        steps.map(|step| step.lock_days_min.unwrap_or(1)..=step.lock_days_max)
    };
    if lengths().any(|length| length.contains(&days)) {
        LockFit::Fits
    } else if lengths().all(|length| days < *length.start()) {
        LockFit::TooShort
    } else if lengths().all(|length| days > *length.end()) {
        LockFit::TooLong
    } else {
        LockFit::Between
    }
}
