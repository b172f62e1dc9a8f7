//! Instants of the domain, as they are answered.

use std::fmt;

use anlanh_model::Time;
use serde::{Serialize, Serializer};

/// An instant that is written as in `2026-11-23T01:30:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub Time);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        anlanh_api::Instant(self.0.as_micros()).fmt(f)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
