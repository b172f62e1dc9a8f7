//! What leaves the node: decisions as records for authorities, and figures for everybody.
//!
//! This crate sees only what may be published. It depends on nothing that knows an item's content, an author, a reporter
//! or the store, and the types here have no place for them; `cargo xtask check` holds its edges. Whoever fills these types
//! answers for the texts in them.

pub mod export;
mod moment;
pub mod notice;
pub mod transparency;

pub use moment::Moment;
