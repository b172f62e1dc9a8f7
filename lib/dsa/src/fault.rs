//! Which field of a statement is wrong, and why.

use std::fmt;

/// One field that the database would refuse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The field, as in `content_id.EAN-13`.
    pub field: &'static str,
    /// Why.
    pub why: Why,
}

/// What is wrong with a field. It holds nothing of what the field said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Why {
    /// It has to be there.
    #[error("is required")]
    Missing,
    /// It is of another JSON type.
    #[error("is of the wrong type")]
    WrongType,
    /// It is none of the codes.
    #[error("is not one of the codes")]
    UnknownCode,
    /// It is longer than it may be.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// It has characters or a shape that it may not have.
    #[error("has the wrong form")]
    WrongForm,
    /// It is a day before the first or after the last that is taken.
    #[error("is outside the days that are taken")]
    OutOfRange,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.why)
    }
}
