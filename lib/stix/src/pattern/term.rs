//! Plain values in a pattern: what an index of millions of patterns is asked for, before or instead of matching one.

use super::syntax::{Comparison, Expression, Literal, Operator, Pattern, Step, Test};

/// A property of a type that equals a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// A type of observables.
    pub object_type: String,
    /// The path from the object on, as patterns write it, with `*` for every index.
    pub path: String,
    /// The text.
    pub value: String,
}

/// What the terms of a pattern say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// The pattern matches exactly where one of them holds of an object.
    Exact(Vec<Term>),
    /// The pattern matches only where one of them holds, and not always there: match it then.
    Necessary(Vec<Term>),
    /// Nothing plain must hold: match it every time.
    Unknown,
}

impl Pattern {
    /// The plain values without one of which the pattern does not match.
    #[must_use]
    pub fn terms(&self) -> Terms {
        match of_expression(&self.root) {
            Some(Found { terms, is_exact: true }) => Terms::Exact(terms),
            Some(Found { terms, .. }) => Terms::Necessary(terms),
            None => Terms::Unknown,
        }
    }
}

struct Found {
    terms: Vec<Term>,
    is_exact: bool,
}

fn of_expression(expression: &Expression) -> Option<Found> {
    match expression {
        Expression::Observed(comparison) => of_comparison(comparison),
        Expression::Or(operands) => any(operands.iter().map(of_expression)),
        Expression::And(operands) | Expression::FollowedBy(operands) => fewest(operands.iter().map(of_expression)),
        Expression::Qualified(inner, _) => of_expression(inner).map(inexact),
    }
}

fn of_comparison(comparison: &Comparison) -> Option<Found> {
    match comparison {
        Comparison::Test(test) => of_test(test),
        Comparison::Or(operands) => any(operands.iter().map(of_comparison)),
        Comparison::And(operands) => fewest(operands.iter().map(of_comparison)),
    }
}

/// One of several: the terms of all.
fn any(found: impl Iterator<Item = Option<Found>>) -> Option<Found> {
    let mut all = Found {
        terms: Vec::new(),
        is_exact: true,
    };
    for found in found {
        let found = found?;
        all.terms.extend(found.terms);
        all.is_exact &= found.is_exact;
    }
    Some(all)
}

/// All of several: the terms of the one that has the fewest.
fn fewest(found: impl Iterator<Item = Option<Found>>) -> Option<Found> {
    found.flatten().min_by_key(|found| found.terms.len()).map(inexact)
}

fn inexact(found: Found) -> Found {
    Found {
        is_exact: false,
        ..found
    }
}

fn of_test(test: &Test) -> Option<Found> {
    let path = plain_path(&test.path.steps)?;
    let has_index = test.path.steps.iter().any(|step| matches!(step, Step::Index(_)));
    let literals = match &test.operator {
        Operator::Equal(literal) => std::slice::from_ref(literal),
        Operator::In(literals) => literals,
        Operator::NotEqual(_)
        | Operator::Greater(_)
        | Operator::GreaterOrEqual(_)
        | Operator::Less(_)
        | Operator::LessOrEqual(_)
        | Operator::Like(_)
        | Operator::Matches(_)
        | Operator::IsSubset(_)
        | Operator::IsSuperset(_)
        | Operator::Exists => return None,
    };
    let term = |literal: &Literal| {
        Some(Term {
            object_type: test.path.object_type.clone(),
            path: path.clone(),
            value: literal.as_text()?.to_owned(),
        })
    };
    let terms: Option<Vec<Term>> = literals.iter().map(term).collect();
    let found = Found {
        terms: terms.filter(|_| !test.is_negated)?,
        is_exact: !has_index,
    };
    Some(found)
}

/// `None` where it goes on to another object, or to bytes, whose texts are not what is compared.
fn plain_path(steps: &[Step]) -> Option<String> {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Property(name) if ["_ref", "_refs", "_hex", "_bin"].iter().any(|end| name.ends_with(end)) => {
                return None;
            }
            Step::Property(name) => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(&super::step_text(name));
            }
            Step::Index(_) | Step::Every => path.push_str("[*]"),
        }
    }
    Some(path)
}
