//! Use cases on real databases.

#![cfg(test)]

mod appeals;
mod cases;
mod clocks;
mod enforcement;
mod export;
mod images;
mod keeping;
mod node;
mod policy;
mod published;
mod quality;
mod reports;
mod simulation;
