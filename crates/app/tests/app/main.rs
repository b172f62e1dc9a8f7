//! Use cases on real databases.

#![cfg(test)]

mod cases;
mod node;
mod policy;
