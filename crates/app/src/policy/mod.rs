//! The life of the policy: versions are drafted, checked, tried, put in force and taken back, while the node runs.
//!
//! A version is kept whole and never changes once it has judged. What is in force and what runs in shadow is what the
//! last step in the store says; the engines in memory follow it. Steps are taken one at a time.

mod draft;
mod force;
mod replay;
mod rule;
mod start;
mod trial;
mod version;

pub use draft::{Edit, Edited, MAX_NOTE_BYTES, begin, discard, edit};
pub use force::{end_shadow, enforce, roll_back, shadow};
pub(crate) use replay::recall;
pub use replay::{Replayed, replay};
pub use rule::{HITS_DAYS, RuleFigures, RuleView, rule, rules, set_brake};
pub use start::{Choice, LoadedPack, Start};
pub(crate) use start::{Judging, start};
pub use trial::{TrialView, backtest, differences, stop, trial};
pub(crate) use trial::{difference, resume};
pub(crate) use version::read as read_files;
pub use version::{Checked, Overview, VersionView, check, file, overview, show, steps, versions};
