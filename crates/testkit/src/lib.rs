//! What tests need around them. Ships nowhere, and knows nothing of the product.

#[expect(clippy::expect_used, reason = "a test that has no `age` cannot go on")]
mod age;
#[expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that has no peer cannot go on, or says so"
)]
mod peer;
#[expect(clippy::expect_used, reason = "a test that has no server cannot go on")]
mod postgres;
#[expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that has no tools cannot go on, or says so"
)]
mod tools;

pub use age::{AGE_KEY, OTHER_AGE_KEY, opened_by_age};
pub use peer::asked_of_python;
pub use postgres::{Durability, Model, Postgres, TestDatabase, postgres};
pub use tools::{TOOLS_PATH, has_tools, is_in_own_network};
