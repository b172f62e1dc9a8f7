//! What can go wrong with stored things.

/// An error of the store. It holds ids and names of columns, never what stands in them.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The database refused, is full, or is away.
    #[error("database did not do what was asked")]
    Database(#[source] anlanh_db::Error),
    /// The token was revoked before what it asked for was written.
    #[error("the token was revoked meanwhile")]
    Revoked,
    /// A stored value is not what this version of the program writes: the database was changed by other hands.
    #[error("stored {what} cannot be read")]
    Unreadable {
        /// Which column or value.
        what: &'static str,
    },
    /// An appeal would come to somebody who decided what it is about.
    #[error("an appeal was kept from somebody who decided below it")]
    DecidedBelow,
}

impl Error {
    /// A stored value that cannot be read.
    pub(crate) const fn unreadable(what: &'static str) -> Self {
        Self::Unreadable { what }
    }
}

impl From<anlanh_db::Error> for Error {
    fn from(error: anlanh_db::Error) -> Self {
        if crate::audit::is_revoked(&error) {
            return Self::Revoked;
        }
        Self::Database(error)
    }
}
