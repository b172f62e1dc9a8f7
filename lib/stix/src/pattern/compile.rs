//! A pattern made ready to be matched.

use thiserror::Error;

use super::predicate::Predicate;
use super::syntax::{Comparison, Expression, Pattern, Qualifier, Step};
use crate::limits::{MAX_REGEX_BYTES, MAX_REGEX_COMPILED_BYTES};

/// A pattern, ready to be matched as often as one likes.
#[derive(Debug)]
pub struct Compiled {
    pub(super) root: Node,
}

/// Why a pattern cannot be matched here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CompileError {
    /// A regular expression of another kind than ours: PCRE has more.
    #[error("a regular expression uses what is not supported in linear time, or is none: {reason}")]
    Regex {
        /// What of it.
        reason: String,
    },
    /// What a text is compared with is longer than [`MAX_REGEX_BYTES`].
    #[error("what `MATCHES` or `LIKE` compares with is longer than {MAX_REGEX_BYTES} bytes")]
    TooLong,
    /// A regular expression takes more than [`MAX_REGEX_COMPILED_BYTES`].
    #[error("a regular expression takes more than {MAX_REGEX_COMPILED_BYTES} bytes when compiled")]
    TooLarge,
}

impl CompileError {
    pub(super) fn refused(what: &str) -> Self {
        Self::Regex {
            reason: what.to_owned(),
        }
    }

    pub(super) fn of_regex(error: &regex::Error) -> Self {
        if matches!(error, regex::Error::CompiledTooBig(_)) {
            return Self::TooLarge;
        }
        let text = error.to_string();
        let reason = text.rsplit("error: ").next().unwrap_or_default();
        Self::refused(reason)
    }
}

#[derive(Debug)]
pub(super) enum Node {
    Observed(Condition),
    And(Vec<Node>),
    Or(Vec<Node>),
    FollowedBy(Vec<Node>),
    Qualified(Box<Node>, Qualifier),
}

#[derive(Debug)]
pub(super) enum Condition {
    Test(ReadyTest),
    And(Vec<Condition>),
    Or(Vec<Condition>),
}

#[derive(Debug)]
pub(super) struct ReadyTest {
    pub object_type: String,
    pub steps: Vec<Step>,
    pub is_negated: bool,
    pub predicate: Predicate,
}

impl Pattern {
    /// Makes it ready.
    ///
    /// # Errors
    /// Where a regular expression is none, or asks for what takes more than linear time.
    pub fn compile(&self) -> Result<Compiled, CompileError> {
        Ok(Compiled {
            root: node(&self.root)?,
        })
    }
}

fn node(expression: &Expression) -> Result<Node, CompileError> {
    let all = |operands: &[Expression]| operands.iter().map(node).collect::<Result<_, _>>();
    Ok(match expression {
        Expression::Observed(comparison) => Node::Observed(condition(comparison)?),
        Expression::And(operands) => Node::And(all(operands)?),
        Expression::Or(operands) => Node::Or(all(operands)?),
        Expression::FollowedBy(operands) => Node::FollowedBy(all(operands)?),
        Expression::Qualified(inner, qualifier) => Node::Qualified(Box::new(node(inner)?), *qualifier),
    })
}

fn condition(comparison: &Comparison) -> Result<Condition, CompileError> {
    let all = |operands: &[Comparison]| operands.iter().map(condition).collect::<Result<_, _>>();
    Ok(match comparison {
        Comparison::And(operands) => Condition::And(all(operands)?),
        Comparison::Or(operands) => Condition::Or(all(operands)?),
        Comparison::Test(test) => Condition::Test(ReadyTest {
            object_type: test.path.object_type.clone(),
            steps: test.path.steps.clone(),
            is_negated: test.is_negated,
            predicate: Predicate::new(&test.operator)?,
        }),
    })
}
