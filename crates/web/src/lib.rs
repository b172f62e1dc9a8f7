//! The HTTP edge: JSON API, the "try it" page, health and metrics.
//!
//! It is handed a node and a listening socket, and does not know where either comes from. No body, text or link reaches
//! a log, a metric or an error message.

#![cfg_attr(
    not(test),
    expect(unused_imports, reason = "some types are named in the description of the API alone")
)]

// The description is a file in what ships, and is made for the tests that hold it against the code.
#[cfg(not(test))]
extern crate anlanh_undescribed as utoipa;

mod address;
mod api;
mod assets;
mod connections;
mod console;
mod desk;
mod edge;
mod gate;
mod limits;
mod methods;
mod metrics;
mod page;
mod pool;
mod problem;
mod refusal;
mod rights;
mod routes;
mod service;
mod taxii;
mod tls;

pub use connections::{serve, serve_tls};
pub use limits::Limits;
pub use refusal::words_of;
pub use routes::Route;
pub use service::Service;
pub use tls::{Tls, TlsError};
