//! Sigma rules (specification 2.1): read from YAML, checked, and compiled so that an event is held against few of them.
//!
//! [`Rule::read`] reads a file; what is wrong with one rule is told with its line and stops no other. A [`Set`] holds
//! rules against an [`Event`], which whoever has the log fills with the values of its fields. Texts are compared without
//! regard to case, as the specification says, unless a rule says `cased`; regular expressions are those of the crate
//! `regex`, whose time is linear: what that cannot do (look-around, references back) is refused.
//!
//! Not read, and refused by name: rules that correlate others, filters, conditions that aggregate, placeholders (`expand`) and the
//! modifiers for times. The crate reads no file and no clock. Every limit is in [`limits`].
//!
//! ```
//! use std::sync::Arc;
//!
//! use anlanh_sigma::{Builder, Event, Rule, Scalar, Scratch, Slot};
//!
//! let file = b"title: Names of a campaign
//! logsource:
//!     category: dns
//! detection:
//!     selection:
//!         query|endswith: '.evil.example'
//!     filter:
//!         query|startswith: 'status.'
//!     condition: selection and not filter
//! level: high";
//! let mut builder = Builder::default();
//! for rule in Rule::read(file) {
//!     builder.add(Arc::new(rule?), 1, |_| Slot(0))?;
//! }
//! let set = builder.build()?;
//! let mut event = Event::default();
//! event.push(Some(Slot(0)), Scalar::Text, "CDN.evil.example");
//! let mut found = Vec::new();
//! set.matches(&mut Scratch::default(), &event, 1, |hit| found.push(hit.rule.title.clone()));
//! assert_eq!(found, ["Names of a campaign"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod condition;
mod detection;
mod encode;
mod event;
mod glob;
mod letters;
pub mod limits;
mod literal;
mod mistake;
mod rule;
mod set;
mod yaml;

pub use event::{Event, Scalar, Slot, Value};
pub use mistake::{Mistake, Reason};
pub use rule::{Level, LogSource, Rule, Status};
pub use set::{Builder, Match, Scratch, Set};
