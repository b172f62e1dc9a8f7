//! Strikes and the ladders that they climb.
//!
//! A strike is a violation that counts against a subject. A ladder is a set of steps of the law: so many strikes within so
//! many days allow a lock of such a length. What the law says beyond numbers ("when an authority asks") is told to the
//! person who confirms, and never decided here.

use std::collections::BTreeSet;

use crate::{Id, Measure, Time};

/// A violation that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strike {
    /// Its id.
    pub id: Id<Strike>,
    /// When it was decided.
    pub at: Time,
    /// From when on it counts no longer.
    pub expires_at: Time,
}

/// A ladder in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Key in the policy.
    pub key: String,
    /// Its steps.
    pub steps: Vec<LadderStep>,
    /// So many temporary locks before allow a permanent one.
    pub permanent_after: Option<u32>,
}

/// A step of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LadderStep {
    /// At least so many strikes.
    pub violations: u32,
    /// Within so many days.
    pub days: u32,
    /// Shortest lock, in days.
    pub lock_days_min: u32,
    /// Longest lock, in days.
    pub lock_days_max: u32,
}

/// A temporary lock that was not taken back: what it rested on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierLock {
    /// The measure.
    pub id: Id<Measure>,
    /// The steps that it rested on; none if a person locked without a ladder.
    pub grounds: Vec<Ground>,
}

/// A step that holds, with the strikes that make it hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Key of the ladder.
    pub ladder: String,
    /// The step.
    pub step: LadderStep,
    /// The strikes, oldest first.
    pub strikes: Vec<Id<Strike>>,
}

/// A lock that a person may confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Shortest lock, in days: the longest of the shortest of all steps that hold.
    pub days_min: u32,
    /// Longest lock, in days, which is proposed: that of the strictest step.
    pub days_max: u32,
    /// Every step that holds, strictest first. The first is the one that is applied.
    pub grounds: Vec<Ground>,
    /// Ladders that allow a permanent lock, after the temporary ones before.
    pub permanent: Vec<PermanentGround>,
}

/// A ladder that allows a permanent lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermanentGround {
    /// Key of the ladder.
    pub ladder: String,
    /// After so many temporary locks.
    pub after_locks: u32,
}

impl Strike {
    /// Whether it still counts at a moment.
    #[must_use]
    pub fn counts_at(&self, now: Time) -> bool {
        self.at <= now && now < self.expires_at
    }
}

impl LadderStep {
    /// Whether a strike of that moment is inside the window that ends now. The window is as long as its days are: the
    /// instant exactly so long ago is outside.
    #[must_use]
    pub fn spans(&self, at: Time, now: Time) -> bool {
        at <= now && now < at.plus_minutes(i64::from(self.days).saturating_mul(1_440))
    }

    /// How strict it is: by its longest lock, then its shortest.
    const fn strictness(&self) -> (u32, u32) {
        (self.lock_days_max, self.lock_days_min)
    }
}

impl Ground {
    /// Whether it still holds when only these strikes are left.
    #[must_use]
    pub fn holds_with(&self, is_left: impl Fn(Id<Strike>) -> bool) -> bool {
        let left = self.strikes.iter().filter(|strike| is_left(**strike)).count();
        u32::try_from(left).unwrap_or(u32::MAX) >= self.step.violations
    }
}

/// When strikes of a moment count no longer: after the longest window of these ladders; none where no ladder counts them.
#[must_use]
pub fn expiry(ladders: &[Ladder], at: Time) -> Option<Time> {
    let days = ladders
        .iter()
        .flat_map(|ladder| &ladder.steps)
        .map(|step| step.days)
        .max()?;
    Some(at.plus_minutes(i64::from(days).saturating_mul(1_440)))
}

/// The lock that the ladders in force allow now, if any. What already led to a lock by one step does not count again for
/// that same step; for the others it does, or no longer window would ever be reached.
#[must_use]
pub fn propose(strikes: &[Strike], locks: &[EarlierLock], ladders: &[Ladder], now: Time) -> Option<Proposal> {
    let mut grounds: Vec<Ground> = ladders
        .iter()
        .flat_map(|ladder| ladder.steps.iter().map(move |step| (ladder, *step)))
        .filter_map(|(ladder, step)| ground(strikes, locks, &ladder.key, step, now))
        .collect();
    // Stable: of two that are as strict, the one that stands first in the policy is applied.
    grounds.sort_by_key(|ground| std::cmp::Reverse(ground.step.strictness()));
    let strictest = grounds.first()?.step.lock_days_max;
    let days_min = grounds
        .iter()
        .map(|ground| ground.step.lock_days_min)
        .max()
        .unwrap_or(1);
    let before = u32::try_from(locks.len()).unwrap_or(u32::MAX);
    let permanent = ladders.iter().filter_map(|ladder| {
        let after_locks = ladder.permanent_after.filter(|after| before >= *after)?;
        let holds = grounds.iter().any(|ground| ground.ladder == ladder.key);
        holds.then(|| PermanentGround {
            ladder: ladder.key.clone(),
            after_locks,
        })
    });
    Some(Proposal {
        days_min: days_min.min(strictest),
        days_max: strictest,
        permanent: permanent.collect(),
        grounds,
    })
}

fn ground(strikes: &[Strike], locks: &[EarlierLock], ladder: &str, step: LadderStep, now: Time) -> Option<Ground> {
    let same = |ground: &&Ground| {
        ground.ladder == ladder && (ground.step.violations, ground.step.days) == (step.violations, step.days)
    };
    let used = locks.iter().flat_map(|lock| lock.grounds.iter().filter(same));
    let used: BTreeSet<Id<Strike>> = used.flat_map(|ground| ground.strikes.iter().copied()).collect();
    let counted = strikes
        .iter()
        .filter(|strike| strike.counts_at(now) && step.spans(strike.at, now) && !used.contains(&strike.id));
    let mut counted: Vec<&Strike> = counted.collect();
    counted.sort_by_key(|strike| (strike.at, strike.id));
    let ground = Ground {
        ladder: ladder.to_owned(),
        step,
        strikes: counted.into_iter().map(|strike| strike.id).collect(),
    };
    ground.holds_with(|_| true).then_some(ground)
}

#[cfg(test)]
mod tests;
