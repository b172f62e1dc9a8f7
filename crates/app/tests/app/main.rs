//! Use cases on real databases.

#![cfg(test)]

mod cases;
mod export;
mod images;
mod node;
mod policy;
mod quality;
