//! The policy pack: read from TOML, with every mistake at its file, line and column.
//!
//! A pack is data: laws, deadlines, words and rules with their dates, sources and examples (`docs/PACK.md`). This crate
//! turns a folder of it into a [`Policy`], or says everything that is wrong with it, and runs its examples. It exists
//! so that the engine need not know a file format, and knows nothing itself of HTTP, storage or who is asking.

mod block;
mod day;
mod examples;
mod fields;
mod key;
mod keys;
pub mod limits;
mod mistake;
mod policy;
mod read;
mod source;
mod suggestion;
mod text;

use std::path::Path;

pub use block::{Block, BlockKind, blocks, with_block};
pub use day::{Day, NoDay};
pub use examples::{Expected, Failure, Report, test_examples};
pub use key::Key;
pub use mistake::Mistake;
pub use policy::Policy;
pub use policy::appeal::Appeals;
pub use policy::authority::Authority;
pub use policy::blocking::{Blocking, Reachable, ReachableKind};
pub use policy::category::{Category, DsaName};
pub use policy::clock::{Asker, Clock, Party, Start, Urgent};
pub use policy::detector::{IdentifierNotes, ListNotes};
pub use policy::example::{Example, Examples};
pub use policy::feed::{Fading, Feeds, Guard, WarningNotes};
pub use policy::field::{FieldForm, InformationField};
pub use policy::incident::{IncidentClock, Incidents, Playbook, ReportField, ReportForm, SystemLevel};
pub use policy::label::Label;
pub use policy::ladder::{Ladder, Lockable, Permanent, Step, Within};
pub use policy::law::{Article, Law};
pub use policy::power::{Ordered, Power};
pub use policy::report::{Harm, ReportCategory};
pub use policy::retention::{Record, Retention};
pub use source::{PackFile, digest};
pub use text::{Described, Evidence, Text};

use mistake::Log;
use source::Sources;

impl Policy {
    /// Reads the pack that is built in.
    ///
    /// # Errors
    /// Every mistake in it, in the order of files and lines; or that there was none at build time.
    pub fn built_in() -> Result<Self, Vec<Mistake>> {
        let mut log = Log::default();
        let sources = Sources::built_in(&mut log);
        read::read(sources, log)
    }

    /// Reads a pack from a folder.
    ///
    /// # Errors
    /// Every mistake in it, in the order of files and lines.
    pub fn read_dir(root: &Path) -> Result<Self, Vec<Mistake>> {
        let mut log = Log::default();
        let sources = Sources::in_folder(root, &mut log);
        read::read(sources, log)
    }

    /// Reads a pack from texts in memory, as pairs of a path inside the pack and a text.
    ///
    /// # Errors
    /// Every mistake in it, in the order of files and lines.
    pub fn from_texts<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<Mistake>> {
        let files = texts.into_iter().map(|(path, text)| (path, text.as_bytes()));
        Self::from_files(files)
    }

    /// Reads a pack from memory, as pairs of a path inside the pack and the content of the file.
    ///
    /// # Errors
    /// Every mistake in it, in the order of files and lines.
    pub fn from_files<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Result<Self, Vec<Mistake>> {
        let mut log = Log::default();
        let sources = Sources::in_memory(files, &mut log);
        read::read(sources, log)
    }
}

/// Checks a pack in a folder: [`Policy::read_dir`], under the name of the command that calls it.
///
/// # Errors
/// Every mistake in it, in the order of files and lines.
pub fn check_dir(root: &Path) -> Result<Policy, Vec<Mistake>> {
    Policy::read_dir(root)
}
