//! All SQL of the product, for both databases.
//!
//! Nothing changes but through [`Store::write`], which needs an actor, an action and the time, and writes the audit
//! entry in the same transaction. SQL is the truth; whatever else the node holds in memory can be rebuilt from here.

pub mod action;
pub mod appeal;
pub mod audit;
pub mod block;
pub mod brake;
pub mod case;
pub mod clock;
pub mod contact;
pub mod decision;
mod door;
pub mod engine;
pub mod erasure;
mod error;
pub mod event;
pub mod export;
pub mod feed;
pub mod hold;
pub mod hunt;
pub mod idempotency;
pub mod image;
pub mod incident;
pub mod indicator;
pub mod information;
pub mod intel;
pub mod issued;
pub mod item;
pub mod keeping;
pub mod key;
pub mod mail;
pub mod measure;
mod migrations;
pub mod order;
pub mod owner;
pub mod peer;
pub mod proposal;
pub mod public_log;
pub mod push;
pub mod quality;
pub mod report;
pub mod reversal;
mod row;
pub mod rule;
pub mod sensor;
pub mod session;
pub mod sighting;
pub mod signal;
pub mod staff;
mod statement;
pub mod strike;
pub mod tally;
pub mod threat;
pub mod token;
pub mod transparency;
pub mod trial;
pub mod vault;
pub mod version;
mod viewer;
pub mod volume;
pub mod witness;

pub use anlanh_db::{
    Access, Error as DatabaseError, GROUP_BOUNDS, Options, Role, Stats, TIME_BOUNDS_US, Target, Timing,
};
pub use door::{Change, Gathered, Queries, Reader, Store, Writer};
pub use error::Error;
pub use statement::all as all_statements;
pub use viewer::Viewer;
