//! Why a use case did not do what was asked.

use anlanh_api::FaultError;
use anlanh_model::{CaseError, Permission, StatementError, TextError};

/// Why something was not done. Nothing has changed then. No text here holds content or personal data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Whoever asks may not.
    #[error("the one who asks has no permission to {}", .0.key())]
    Forbidden(Permission),
    /// Only a person may, and a machine asked for itself.
    #[error("{} needs a person, or a token that stands for one", .0.key())]
    NeedsPerson(Permission),
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The item cannot be read, or not be judged.
    #[error("item was refused")]
    Item(#[from] FaultError),
    /// A case stands in the way.
    #[error("case was not changed")]
    Case(#[from] CaseError),
    /// The statement of reasons is not one.
    #[error("statement was refused")]
    Statement(#[from] StatementError),
    /// A text is empty, too long or holds control characters; which field.
    #[error("field {0} was refused")]
    Text(&'static str, #[source] TextError),
    /// A key that the policy in force does not have; in which field.
    #[error("the policy has no such {0}")]
    UnknownKey(&'static str),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The name of an account or token is taken.
    #[error("the name is taken")]
    NameTaken,
    /// Nobody would be left to make accounts.
    #[error("the account is the last administrator's")]
    LastAdministrator,
    /// The system has no randomness to give.
    #[error("the system gave no randomness")]
    Randomness(#[source] std::io::Error),
    /// The store did not do it.
    #[error("the store did not do it")]
    Store(#[from] anlanh_store::Error),
}

impl From<anlanh_store::DatabaseError> for Error {
    fn from(error: anlanh_store::DatabaseError) -> Self {
        Self::Store(error.into())
    }
}
