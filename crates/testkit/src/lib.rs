//! What tests need around them. Ships nowhere, and knows nothing of the product.

#[expect(clippy::expect_used, reason = "a test that has no server cannot go on")]
mod postgres;

pub use postgres::{Durability, Postgres, TestDatabase, postgres};
