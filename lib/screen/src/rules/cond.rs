//! A condition between the text and the code that runs: typed, its names resolved, without negation.
//!
//! Why negation can be pushed down to the comparisons: in Kleene's three-valued logic De Morgan's laws hold, and a
//! conjunction or disjunction is true exactly when it is true with every *unknown* read as false. So a comparison of
//! something unknown is simply one that does not hold, in either sense.

use super::facts::Slot;
use super::syntax::Order;

/// A condition without negation. An empty `All` holds, an empty `Any` does not.
#[derive(Debug, Clone)]
pub(super) enum Cond {
    /// The fact lies in a closed range; [`UNKNOWN`](super::facts::UNKNOWN) is a value like any other.
    Within {
        slot: Slot,
        low: i64,
        high: i64,
    },
    Compare {
        order: Order,
        left: Num,
        right: Num,
    },
    All(Vec<Cond>),
    Any(Vec<Cond>),
}

/// An integer; unknown where a fact in it is or where it overflows.
#[derive(Debug, Clone)]
pub(super) enum Num {
    Int(i64),
    Fact(Slot),
    Negated(Box<Num>),
    Sum(Vec<Num>),
    Product(Vec<Num>),
}

impl Cond {
    /// Adds every fact that the condition asks for, with doubles.
    pub fn slots(&self, out: &mut Vec<Slot>) {
        match self {
            Self::Within { slot, .. } => out.push(*slot),
            Self::Compare { left, right, .. } => {
                left.slots(out);
                right.slots(out);
            }
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.slots(out)),
        }
    }
}

impl Num {
    fn slots(&self, out: &mut Vec<Slot>) {
        match self {
            Self::Int(_) => {}
            Self::Fact(slot) => out.push(*slot),
            Self::Negated(part) => part.slots(out),
            Self::Sum(parts) | Self::Product(parts) => parts.iter().for_each(|part| part.slots(out)),
        }
    }
}
