//! Use cases on real databases.

#![cfg(test)]

mod appeals;
mod cases;
mod clocks;
mod contacts;
mod enforcement;
mod evasion;
mod export;
mod images;
mod keeping;
mod node;
mod orders;
mod platform;
mod policy;
mod public_log;
mod published;
mod quality;
mod reports;
mod simulation;
mod witness;
