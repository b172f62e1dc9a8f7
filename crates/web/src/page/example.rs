//! Texts to try, taken from the examples that stand beside the policy's rules.

use anlanh_pack::Policy;
use anlanh_screen::{Counters, Item, ItemKind, Screener};

use super::form::Form;

/// Most examples of what rules catch.
const MOST_HITS: usize = 5;

/// The texts that the page offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examples(Vec<Example>);

/// A text to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// What kind of item it is.
    pub kind: ItemKind,
    /// Links beside the text.
    pub links: Vec<String>,
    /// Age of the author's account in days.
    pub age_days: Option<u32>,
    /// Violations of the author in 30 days.
    pub violations_30d: Option<u32>,
}

impl From<&anlanh_pack::Example> for Example {
    fn from(example: &anlanh_pack::Example) -> Self {
        Self {
            text: example.text.clone(),
            kind: example.kind,
            links: example.links.clone(),
            age_days: example.age_days,
            violations_30d: example.violations_30d,
        }
    }
}

/// Whether the form can say everything that the example says.
fn fits_the_form(example: &anlanh_pack::Example) -> bool {
    example.listed.is_empty()
        && example.counters == Counters::default()
        && example.labels.is_empty()
        && example.violations_90d.is_none()
        && example.locks.is_none()
        && example.verified.is_none()
        && !example.text.is_empty()
}

impl Examples {
    /// One text that each of the first categories catches, and one that none does: `screener` is of this policy.
    pub fn choose(policy: &Policy, screener: &Screener) -> Self {
        let rules = policy.screen_pack().rules.iter();
        let examples = rules.filter_map(|rule| Some((rule.category.as_str(), policy.rule(&rule.id)?.1)));
        let mut chosen: Vec<(&str, Example)> = Vec::new();
        for (category, examples) in examples.clone() {
            let hit = examples.hit.iter().find(|example| fits_the_form(example));
            let is_new = chosen.iter().all(|(other, _)| *other != category);
            if let Some(hit) = hit.filter(|_| is_new && chosen.len() < MOST_HITS) {
                chosen.push((category, hit.into()));
            }
        }
        let mut chosen: Vec<Example> = chosen.into_iter().map(|(_, example)| example).collect();
        // What one rule lets pass may be what another one catches, or a text that is caught when somebody else writes it.
        let misses = examples.flat_map(|(_, examples)| &examples.miss);
        let mut misses = misses.filter(|example| fits_the_form(example)).map(Example::from);
        let clean = misses.find(|example| {
            let is_new = chosen.iter().all(|other| other.text != example.text);
            let is_clean = |item: &Item<'_>| screener.screen(item).reasons.is_empty();
            is_new && Form::from_example(example).with_item(is_clean)
        });
        chosen.extend(clean);
        Self(chosen)
    }

    /// The example of this number.
    pub fn get(&self, number: usize) -> Option<&Example> {
        self.0.get(number)
    }

    /// Whether the policy has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every example with its number.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Example)> {
        self.0.iter().enumerate()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_policy_offers_different_texts() {
        let policy = Policy::built_in().unwrap();
        let screener = Screener::compile(policy.screen_pack().clone()).unwrap();
        let Examples(chosen) = Examples::choose(&policy, &screener);
        assert_eq!(chosen.len(), MOST_HITS + 1);
        let texts: std::collections::BTreeSet<_> = chosen.iter().map(|example| &example.text).collect();
        assert_eq!(texts.len(), chosen.len(), "{texts:?}");
    }
}
