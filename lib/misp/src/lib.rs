//! MISP as data: feeds and events read and written, events made objects of STIX 2.1 and back, warning lists asked.
//!
//! Events of any length are read item by item ([`EventReader`]), manifests event by event ([`ManifestReader`]). What is read
//! may be written by any version of MISP and by other tools, so it is read tolerantly; a part that cannot be used is told
//! and passed over. What is written is in one form.
//!
//! [`to_stix`] and [`ToStix`] make indicators of what is meant to be looked for, with the time in which it holds, how far it
//! may go and how sure its maker is; [`from_stix`] makes attributes of indicators. Of an indicator that was made here comes
//! the attribute that it was made of.
//!
//! The crate reads no file and no clock. Every limit is in [`limits`].
//!
//! ```
//! use anlanh_misp::{Event, to_stix};
//!
//! let json = br#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49","info":"False bank","date":"2026-11-28",
//!     "Tag":[{"name":"tlp:green"}],"Attribute":[{"uuid":"2b964b85-ecb1-4b32-9c5f-5c899b78f377","type":"domain",
//!     "value":"ngan-hang.example","to_ids":"1","timestamp":"1795000000"}]}}"#;
//! let (event, lost) = Event::read(json)?;
//! assert!(lost.is_empty());
//! let (objects, left) = to_stix(&event);
//! assert!(left.is_empty());
//! assert_eq!(objects[0].text("pattern"), Some("[domain-name:value = 'ngan-hang.example']"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod event;
mod feed;
mod field;
mod from_stix;
mod galaxy;
mod kind;
pub mod limits;
mod reader;
mod tag;
mod to_stix;
mod uuid;
mod warning;
mod write;

pub use event::{Attribute, Distribution, Event, Head, Incomplete, Object, Organisation, Sighting, SightingKind, Tag};
pub use feed::{
    BadEntry, HashLineError, ManifestError, ManifestReader, hash_of, read_hash_line, write_hashes, write_manifest,
};
pub use from_stix::{NoAttribute, Unsaid, from_stix};
pub use galaxy::{Named, named_by};
pub use kind::{NoAttributes, NoPattern};
pub use reader::{BadItem, EventError, EventReader, Item, read_head};
pub use tag::{confidence_tag, tag_of};
pub use to_stix::{Left, NoIndicator, ToStix, to_stix};
pub use uuid::{NoUuid, Uuid};
pub use warning::{BadValue, BadValueReason, WarningError, WarningList};
