//! Screening engine for Vietnamese text.
//!
//! A policy [`Pack`] is compiled once; then items are screened and every hit is explained: what was found, where in the
//! original, by which detector, under which rule and on which legal basis. The engine does no I/O, reads no clock,
//! uses no randomness and is not async: the same pack and item always give the same verdict.

pub mod cluster;
mod counters;
pub mod fold;
mod item;
mod lexicon;
pub mod limits;
pub mod links;
mod pack;
pub mod personal;
pub mod rules;
mod said;
mod screener;
mod signal;
mod time;
mod verdict;
pub mod window;

pub use counters::{Counter, Counters};
pub use item::{Author, Item, ItemKind};
pub use links::DomainSet;
pub use pack::{
    Basis, Category, Entry, Identifier, ListDeclaration, MatchMode, Near, Pack, PackError, Part, ProtectedName, Rule,
    Severity, Teencode,
};
pub use said::Said;
pub use screener::{Explanation, Scratch, Screener, UnknownList};
pub use signal::{Detector, Finding, PersonalKind, Place, Resemblance, Signal, Signals, Writing};
pub use time::{Date, Time, Validity};
pub use verdict::{Action, Confidence, Reason, Span, Undecided, Verdict};
