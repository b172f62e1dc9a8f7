//! What goes over the wire: items in, verdicts out, one JSON object each, on a line of its own or as a body.
//!
//! The command line and the HTTP service read and write through this crate alone, so that a file and a request give
//! the same bytes. It does no I/O and does not know how it is served.

// Schemas are made for the tests of `anlanh-web` alone.
#[cfg(not(feature = "openapi"))]
extern crate anlanh_undescribed as utoipa;

mod action;
mod batch;
mod braked;
mod fault;
mod hit;
mod incident;
mod instant;
mod item;
mod language;
pub mod limits;
mod lines;
#[cfg(feature = "openapi")]
mod schema;
mod verdict;

pub use action::{ActionOut, EventOut, NoticeOut, OwnerRequestOut, ReportAnswerOut, TargetOut};
pub use batch::{BadLine, Judge, LineFormat, Tally};
pub use braked::{Braked, braked, hold_back};
pub use fault::{Fault, FaultError};
pub use hit::{HitOut, HuntedOut};
pub use incident::IncidentEventOut;
pub use instant::Instant;
pub use item::{AuthorIn, ItemIn};
pub use language::Language;
pub use lines::{Chunk, LineCutter};
pub use verdict::{FaultOut, LineFailure, PackOut, ReasonOut, Stamp, UndecidedOut, VerdictOut};
