//! Conditions as flat code: what runs for every item.
//!
//! All conditions of a pack share two arenas, children of a node stand side by side, and nothing is allocated to
//! evaluate them. Recursion is as deep as the parentheses of a condition, which the parser bounds.

use super::cond::{Cond, Num};
use super::facts::{Slot, UNKNOWN};
use super::syntax::Order;

/// The conditions of all rules.
#[derive(Debug, Default)]
pub(super) struct Program {
    nodes: Vec<Node>,
    terms: Vec<Term>,
}

/// Where a condition begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Root(u32);

#[derive(Debug, Clone, Copy)]
enum Node {
    Within { slot: Slot, low: i64, high: i64 },
    Compare { order: Order, left: u32, right: u32 },
    All { from: u32, to: u32 },
    Any { from: u32, to: u32 },
}

#[derive(Debug, Clone, Copy)]
enum Term {
    Int(i64),
    Fact(Slot),
    Negated(u32),
    Sum { from: u32, to: u32 },
    Product { from: u32, to: u32 },
}

/// Whether more of a fact makes a comparison truer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pull {
    Up,
    Down,
    Either,
}

impl Pull {
    const fn flipped(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
            Self::Either => Self::Either,
        }
    }
}

impl Program {
    /// Adds a condition.
    pub fn add(&mut self, cond: &Cond) -> Root {
        let root = self.nodes.len() as u32;
        self.place(std::slice::from_ref(cond));
        Root(root)
    }

    /// Puts nodes side by side and their children behind them.
    fn place(&mut self, conds: &[Cond]) -> (u32, u32) {
        let from = self.nodes.len();
        let nothing = Node::Any { from: 0, to: 0 };
        self.nodes.resize(from + conds.len(), nothing);
        for (at, cond) in (from..).zip(conds) {
            let node = match cond {
                Cond::Within { slot, low, high } => Node::Within {
                    slot: *slot,
                    low: *low,
                    high: *high,
                },
                Cond::Compare { order, left, right } => Node::Compare {
                    order: *order,
                    left: self.place_terms(std::slice::from_ref(left)).0,
                    right: self.place_terms(std::slice::from_ref(right)).0,
                },
                Cond::All(parts) => {
                    let (from, to) = self.place(parts);
                    Node::All { from, to }
                }
                Cond::Any(parts) => {
                    let (from, to) = self.place(parts);
                    Node::Any { from, to }
                }
            };
            if let Some(place) = self.nodes.get_mut(at) {
                *place = node;
            }
        }
        (from as u32, (from + conds.len()) as u32)
    }

    fn place_terms(&mut self, numbers: &[Num]) -> (u32, u32) {
        let from = self.terms.len();
        self.terms.resize(from + numbers.len(), Term::Int(0));
        for (at, number) in (from..).zip(numbers) {
            let term = match number {
                Num::Int(value) => Term::Int(*value),
                Num::Fact(slot) => Term::Fact(*slot),
                Num::Negated(part) => Term::Negated(self.place_terms(std::slice::from_ref(part)).0),
                Num::Sum(parts) => {
                    let (from, to) = self.place_terms(parts);
                    Term::Sum { from, to }
                }
                Num::Product(parts) => {
                    let (from, to) = self.place_terms(parts);
                    Term::Product { from, to }
                }
            };
            if let Some(place) = self.terms.get_mut(at) {
                *place = term;
            }
        }
        (from as u32, (from + numbers.len()) as u32)
    }

    /// Whether a condition holds. What is unknown does not.
    pub fn holds(&self, root: Root, facts: &[i64]) -> bool {
        self.nodes
            .get(root.0 as usize)
            .is_some_and(|node| self.node_holds(node, facts))
    }

    /// Adds the facts whose presence makes a condition hold, from every part of it that does.
    pub fn speaks_of(&self, root: Root, facts: &[i64], out: &mut Vec<Slot>) {
        if let Some(node) = self.nodes.get(root.0 as usize) {
            self.node_speaks_of(node, facts, out);
        }
    }

    fn children(&self, from: u32, to: u32) -> &[Node] {
        self.nodes.get(from as usize..to as usize).unwrap_or_default()
    }

    fn parts(&self, from: u32, to: u32) -> &[Term] {
        self.terms.get(from as usize..to as usize).unwrap_or_default()
    }

    fn node_holds(&self, node: &Node, facts: &[i64]) -> bool {
        match node {
            Node::Within { slot, low, high } => value(facts, *slot).is_some_and(|value| low <= value && value <= high),
            Node::Compare { order, left, right } => {
                let (left, right) = (self.number(*left, facts), self.number(*right, facts));
                left.zip(right).is_some_and(|(left, right)| order.holds(left, right))
            }
            Node::All { from, to } => self
                .children(*from, *to)
                .iter()
                .all(|part| self.node_holds(part, facts)),
            Node::Any { from, to } => self
                .children(*from, *to)
                .iter()
                .any(|part| self.node_holds(part, facts)),
        }
    }

    fn number(&self, at: u32, facts: &[i64]) -> Option<i64> {
        self.terms.get(at as usize).and_then(|term| self.term(term, facts))
    }

    fn term(&self, term: &Term, facts: &[i64]) -> Option<i64> {
        let number = match term {
            Term::Int(value) => Some(*value),
            Term::Fact(slot) => value(facts, *slot).copied(),
            Term::Negated(part) => self.number(*part, facts).map(i64::wrapping_neg),
            Term::Sum { from, to } => self.fold(*from, *to, facts, i64::checked_add),
            Term::Product { from, to } => self.fold(*from, *to, facts, i64::checked_mul),
        };
        number.filter(|number| *number != UNKNOWN)
    }

    fn fold(&self, from: u32, to: u32, facts: &[i64], operation: fn(i64, i64) -> Option<i64>) -> Option<i64> {
        let (first, rest) = self.parts(from, to).split_first()?;
        let first = self.term(first, facts)?;
        rest.iter().try_fold(first, |sum, part| {
            operation(sum, self.term(part, facts)?).filter(|number| *number != UNKNOWN)
        })
    }

    /// The node holds.
    fn node_speaks_of(&self, node: &Node, facts: &[i64], out: &mut Vec<Slot>) {
        match node {
            Node::Within { slot, low, high } => {
                if !(*low..=*high).contains(&0) {
                    out.push(*slot);
                }
            }
            Node::Compare { order, left, right } => {
                let pull = match order {
                    Order::Greater | Order::AtLeast => Pull::Up,
                    Order::Less | Order::AtMost => Pull::Down,
                    Order::Equal | Order::Unequal => Pull::Either,
                };
                self.pulls(*left, pull, out);
                self.pulls(*right, pull.flipped(), out);
            }
            Node::All { from, to } | Node::Any { from, to } => {
                for part in self.children(*from, *to) {
                    if self.node_holds(part, facts) {
                        self.node_speaks_of(part, facts, out);
                    }
                }
            }
        }
    }

    fn pulls(&self, at: u32, pull: Pull, out: &mut Vec<Slot>) {
        if let Some(term) = self.terms.get(at as usize) {
            self.term_pulls(term, pull, out);
        }
    }

    fn term_pulls(&self, term: &Term, pull: Pull, out: &mut Vec<Slot>) {
        match term {
            Term::Int(_) => {}
            Term::Fact(slot) => out.extend((pull != Pull::Down).then_some(*slot)),
            Term::Negated(part) => self.pulls(*part, pull.flipped(), out),
            Term::Sum { from, to } => self
                .parts(*from, *to)
                .iter()
                .for_each(|part| self.term_pulls(part, pull, out)),
            Term::Product { from, to } => {
                // A factor's sign is not worth following: whatever is multiplied is shown.
                let parts = self.parts(*from, *to);
                parts.iter().for_each(|part| self.term_pulls(part, Pull::Either, out));
            }
        }
    }
}

fn value(facts: &[i64], slot: Slot) -> Option<&i64> {
    facts.get(slot.index())
}
