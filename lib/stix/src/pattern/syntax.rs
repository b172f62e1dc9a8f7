//! The tree of a pattern. Parentheses that change nothing are not in it; `a AND (b AND c)` is one `AND` of three.

use crate::timestamp::Timestamp;

/// A pattern. It is read with [`str::parse`] and printed in one form; patterns are equal where that form is.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    pub(super) root: Expression,
}

impl Pattern {
    /// What is looked for.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.root
    }
}

/// What is looked for among observations (sections 9.2 to 9.5).
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// `[…]`: one observation with something of which this holds.
    Observed(Comparison),
    /// All of them, by different observations.
    And(Vec<Expression>),
    /// One of them.
    Or(Vec<Expression>),
    /// All of them, each not before all those before it.
    FollowedBy(Vec<Expression>),
    /// It, under a condition on times or number.
    Qualified(Box<Expression>, Qualifier),
}

/// A condition on the observations of an expression (section 9.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qualifier {
    /// All within so many nanoseconds.
    Within {
        /// More than 0.
        nanos: u128,
    },
    /// So many times, by different observations.
    Repeats {
        /// More than 0.
        times: u64,
    },
    /// Each at this moment or later, and before that one.
    StartStop {
        /// The first moment.
        start: Timestamp,
        /// The first moment after.
        stop: Timestamp,
    },
}

/// What must hold of one object (section 9.6).
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// A test of one property.
    Test(Test),
    /// All of them, of the same object.
    And(Vec<Comparison>),
    /// One of them.
    Or(Vec<Comparison>),
}

/// A test of one property.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Which property of what type.
    pub path: Path,
    /// Whether it is passed where the operator does not hold.
    pub is_negated: bool,
    /// What is asked.
    pub operator: Operator,
}

/// Which property of what type (section 9.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    /// A type of observables.
    pub object_type: String,
    /// From the object down; the first is a property.
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A property or a key; of a reference, on to what it names.
    Property(String),
    /// An element of a list; below 0 there is none.
    Index(i64),
    /// `*`: any element of a list.
    Every,
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// `=`
    Equal(Literal),
    /// `!=`
    NotEqual(Literal),
    /// `>`
    Greater(Literal),
    /// `>=`
    GreaterOrEqual(Literal),
    /// `<`
    Less(Literal),
    /// `<=`
    LessOrEqual(Literal),
    /// Equal to one of them.
    In(Vec<Literal>),
    /// Equal to it, where `%` is any text and `_` one letter.
    Like(String),
    /// A regular expression is found in it.
    Matches(String),
    /// An address or network inside of it.
    IsSubset(String),
    /// A network that contains it.
    IsSuperset(String),
    /// There is such a property.
    Exists,
}

/// A constant (section 9.1).
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `'…'`
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `b'…'`: bytes in base64.
    Binary(Vec<u8>),
    /// `h'…'`: bytes in hexadecimal.
    Hex(Vec<u8>),
    /// `t'…'`: a moment, as it was written.
    Timestamp(String, Timestamp),
}

impl Literal {
    /// The text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }
}
