//! Use cases: the only writer.
//!
//! Each operation is one function that takes the [`App`], who asks, and what for; it checks the permission, does the
//! work in one transaction, and gives back values. It does not know whether a page, a program or the command line
//! asked.

mod clock;

pub use clock::Clock;
