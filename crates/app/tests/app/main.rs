//! Use cases on real databases.

#![cfg(test)]

mod appeals;
mod blocklist;
mod cases;
mod clocks;
mod contacts;
mod enforcement;
mod evasion;
mod export;
mod hunts;
mod images;
mod incidents;
mod incidents_erased;
mod incidents_kept;
mod incidents_reported;
mod incidents_worked;
mod information;
mod issued_signed;
mod keeping;
mod node;
mod orders;
mod orders_and_cases;
mod orders_carried_out;
mod orders_scope;
mod owners;
mod patterns;
mod peers;
mod platform;
mod policy;
mod public_log;
mod published;
mod quality;
mod reports;
mod sharing;
mod simulation;
mod threats;
mod volume;
mod witness;
