//! Whether an order is within the law: each question with its finding. What the law is, the policy says.

use crate::keys::keys;

/// What one question about the scope of an order came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeFinding {
    /// It holds.
    Holds,
    /// It holds by a source that is not confirmed.
    Unconfirmed,
    /// It holds, though something beside it that the order cites was not in force.
    Partly,
    /// It does not hold.
    Fails,
}

/// Whether an order is within the law: each question with its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderScope {
    /// Whether the office was there on the day of issue.
    pub office: ScopeFinding,
    /// Whether the office may order such a thing.
    pub power: ScopeFinding,
    /// Whether an article was in force on the day of issue that the order cites and that covers it, and all that it cites
    /// were.
    pub basis: ScopeFinding,
    /// Whether each line suits what is ordered and is exact.
    pub targets: ScopeFinding,
    /// Whether a lock is as long as the articles that the order cites allow; holds where nothing is locked.
    pub lock: ScopeFinding,
}

keys!(ScopeFinding {
    Holds = "holds",
    Unconfirmed = "unconfirmed",
    Partly = "partly",
    Fails = "fails",
});

impl OrderScope {
    /// Whether the order may be carried out.
    #[must_use]
    pub fn holds(self) -> bool {
        self.worst() != ScopeFinding::Fails
    }

    /// Whether somebody may sign such an order: it rests on nothing that is not in force.
    #[must_use]
    pub fn may_be_signed(self) -> bool {
        self.worst() < ScopeFinding::Partly
    }

    /// The findings of two days, at their worst.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            office: self.office.max(other.office),
            power: self.power.max(other.power),
            basis: self.basis.max(other.basis),
            targets: self.targets.max(other.targets),
            lock: self.lock.max(other.lock),
        }
    }

    /// The worst finding.
    #[must_use]
    pub fn worst(self) -> ScopeFinding {
        let of_letter = self.office.max(self.power).max(self.basis);
        of_letter.max(self.targets).max(self.lock)
    }
}
