//! The API for programs: one operation per file, or one noun per folder.

pub mod actions;
pub mod appeals;
pub mod audit;
pub mod batch;
pub mod blocklist;
pub mod caller;
pub mod cases;
pub mod erasures;
pub mod events;
pub mod export;
pub mod feeds;
pub mod hunts;
pub mod incidents;
pub mod indicators;
pub mod information;
pub mod instant;
pub mod issued;
pub mod items;
pub mod log;
pub mod notices;
pub mod openapi;
pub mod orders;
pub mod owners;
pub mod peer;
pub mod policy;
pub mod pushes;
pub mod quality;
pub mod reports;
pub mod screen;
pub mod sharing;
pub mod sigma;
pub mod status;
pub mod subjects;
pub mod transparency;
pub mod witness;

use axum::http::{HeaderMap, header};

/// Whether a request's body has this media type, whatever its parameters.
fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = stated.and_then(|stated| stated.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}
