//! The policy pack: read from TOML, with every mistake at its file, line and column.
//!
//! A pack is data: laws, deadlines, words and rules with their dates, sources and examples (`docs/PACK.md`). This crate
//! turns a folder of it into a [`Policy`], or says everything that is wrong with it, and runs its examples. It exists
//! so that the engine need not know a file format, and so that nothing here needs HTTP, storage or an asker.

mod examples;
mod mistake;
mod policy;
mod raw;
mod read;
mod source;

pub use examples::{Expected, Failure, Report, test_examples};
pub use mistake::Mistake;
pub use policy::{
    Article, Authority, Category, Clock, Described, Evidence, Example, Examples, Label, Ladder, Law, Permanent, Policy,
    Step, Text,
};
pub use source::{MAX_FILE_BYTES, MAX_FILES};

use std::path::Path;

impl Policy {
    /// The Vietnam pack that is built in.
    ///
    /// # Errors
    /// Its mistakes; a test keeps it without any.
    pub fn built_in() -> Result<Self, Vec<Mistake>> {
        read::read(source::Sources::built_in(), Vec::new())
    }

    /// Reads a pack from files in memory: pairs of a path inside the pack and a text.
    ///
    /// # Errors
    /// Every mistake, in the order of files and lines.
    pub fn from_texts<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<Mistake>> {
        read::read(source::Sources::from_texts(texts), Vec::new())
    }

    /// Reads a pack from a folder.
    ///
    /// # Errors
    /// Every mistake, in the order of files and lines.
    pub fn read_dir(root: &Path) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let sources = source::Sources::read_dir(root, &mut mistakes);
        read::read(sources, mistakes)
    }
}

/// Checks a pack in a folder: [`Policy::read_dir`] under the name of the command that calls it.
///
/// # Errors
/// Every mistake, in the order of files and lines.
pub fn check_dir(root: &Path) -> Result<Policy, Vec<Mistake>> {
    Policy::read_dir(root)
}
