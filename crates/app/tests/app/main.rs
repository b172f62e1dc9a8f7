//! Use cases on real databases.

#![cfg(test)]

mod appeals;
mod cases;
mod images;
mod node;
mod policy;
mod quality;
