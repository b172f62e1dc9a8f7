//! Indicators that are shared in collections: who may read and add what, and what becomes of it.
//!
//! A collection says what everybody may do who has the permission at all; a token may be granted more of one collection, and
//! never more than its scopes. Nobody gets an object that is marked more strictly than they may read: it is not there for
//! them.

mod access;
mod add;
mod look;
mod manage;
mod object;
mod read;

pub use access::CollectionView;
pub use add::{Handed, MAX_STATUS_DETAILS, Refused, add, delete, may_add, status, version_text};
pub use anlanh_store::intel::{
    CollectionRow, Filter, Head, MAX_FILTER_VALUES, MAX_PAGE, NewObject, ObjectRow, Page, Right, STATUS_HOURS, Versions,
};
pub use look::{Client, CollectionState, Envelope, MOST_COUNTED, look_at, look_over};
pub use manage::{
    CollectionUse, MAX_ALIAS_BYTES, MAX_COLLECTIONS, NewCollection, create_collection, grant, grant_token,
    list_collections,
};
pub use object::{ObjectError, read_object};
pub use read::{Asked, collection, collections, manifest, may_look, object, page, versions};

/// Why a collection was not read or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IntelError {
    /// Whoever asks may add to the collection, and not read it.
    #[error("the collection may not be read")]
    NoRead,
    /// Whoever asks may read the collection, and not add to it.
    #[error("the collection may not be changed")]
    NoWrite,
    /// Its title is empty, or a text is too long or holds control characters.
    #[error("a title has 1 to 200 characters, a description at most 2000, without control characters")]
    BadText,
    /// Its alias is none.
    #[error("an alias has 1 to 64 ASCII letters, digits, hyphens or underscores, and is no UUID")]
    BadAlias,
    /// Another collection has the alias.
    #[error("another collection has the alias")]
    AliasTaken,
    /// The node has as many collections as it may.
    #[error("the node has as many collections as it may")]
    TooMany,
}
