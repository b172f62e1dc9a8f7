//! The rule language: parsed and checked once, evaluated without allocation.

use crate::{Pack, PackError};

/// Memory that evaluation reuses.
#[derive(Debug, Default)]
pub struct RuleScratch {}

/// The compiled rules of a pack.
#[derive(Debug)]
pub struct RuleSet {}

impl RuleSet {
    /// Parses, resolves and checks every rule.
    ///
    /// # Errors
    /// Every mistake in every rule.
    pub fn compile(_pack: &Pack) -> Result<Self, Vec<PackError>> {
        Ok(Self {})
    }
}
