//! Collections of STIX objects, as they are shared: who added what and when, which version is the last, who may read it.
//!
//! Every version of an object that is added gets a moment that no other one has, and later ones have later moments: whoever
//! reads on from the last moment they saw misses nothing and sees nothing twice. What an object means is not known here; it
//! comes and goes as the bytes of its JSON.

mod add;
mod change;
mod clock;
mod collection;
mod delete;
mod page;
mod right;
mod status;
mod written;

pub use add::{Added, NewObject, add};
pub use change::{Change, Changed, MAX_CHANGES, changes_since};
pub use collection::{
    Collection, CollectionRow, NewCollection, collection, collections, create_collection, find_collection, size,
};
pub use delete::delete;
pub use page::{
    Filter, Head, MAX_FILTER_VALUES, MAX_PAGE, MAX_PAGE_BYTES, ObjectRow, Page, SCANNED, Versions, manifest, page,
};
pub use right::{Right, clearance, clearances, grant, grants, rights, set_clearance};
pub use status::{STATUS_HOURS, StatusRow, keep_status, recent_statuses, status};
pub use written::{Written, WrittenPage, is_written_after, last_written, written};

pub(crate) use add::STATEMENTS as ADDED;
pub(crate) use change::STATEMENTS as CHANGES;
pub(crate) use clock::STATEMENTS as CLOCK;
pub(crate) use collection::STATEMENTS as COLLECTIONS;
pub(crate) use delete::STATEMENTS as DELETED;
pub(crate) use page::{LISTS, STATEMENTS as BOUNDS};
pub(crate) use right::STATEMENTS as RIGHTS;
pub(crate) use status::STATEMENTS as STATUSES;
pub(crate) use written::STATEMENTS as WRITTEN;
