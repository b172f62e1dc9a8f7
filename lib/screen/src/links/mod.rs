//! Links: found in text in every form people write them, looked up on blocklists, compared with protected names.

use std::sync::Arc;

use crate::fold::Folded;
use crate::{Pack, PackError, Signals};

/// A set of domain names with exact suffix look-up.
#[derive(Debug, Default)]
pub struct DomainSet {}

/// Memory that link scanning reuses.
#[derive(Debug, Default)]
pub struct LinkScratch {}

/// The compiled link detectors.
#[derive(Debug)]
pub struct Links {}

impl Links {
    /// Compiles protected names, affixes and list declarations.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn compile(_pack: &Pack) -> Result<Self, Vec<PackError>> {
        Ok(Self {})
    }

    /// Puts names on the list of this index.
    pub fn set_list(&mut self, _list: usize, _names: Arc<DomainSet>) {}

    /// Finds links in a text and reports what is known of them.
    pub fn scan_text(&self, _text: &str, _folded: &Folded, _scratch: &mut LinkScratch, _out: &mut Signals) {}

    /// Reports what is known of a link beside the text.
    pub fn scan_link(&self, _index: u32, _link: &str, _scratch: &mut LinkScratch, _out: &mut Signals) {}
}
