//! Texts to try, taken from the examples that stand beside the policy's rules.

use anlanh_pack::Policy;
use anlanh_screen::ItemKind;

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
        && example.labels.is_empty()
        && example.violations_90d.is_none()
        && example.locks.is_none()
        && example.verified.is_none()
        && !example.text.is_empty()
}

impl Examples {
    /// One text that each of the first categories catches, and one that none does.
    pub fn choose(policy: &Policy) -> Self {
        let mut chosen: Vec<(&str, Example)> = Vec::new();
        let mut clean = None;
        for rule in &policy.screen_pack().rules {
            let Some((_, examples)) = policy.rule(&rule.id) else {
                continue;
            };
            let hit = examples.hit.iter().find(|example| fits_the_form(example));
            let is_new = chosen.iter().all(|(category, _)| *category != rule.category);
            if let Some(hit) = hit.filter(|_| is_new && chosen.len() < MOST_HITS) {
                chosen.push((&rule.category, hit.into()));
            }
            clean = clean.or_else(|| examples.miss.iter().find(|example| fits_the_form(example)));
        }
        let hits = chosen.into_iter().map(|(_, example)| example);
        Self(hits.chain(clean.map(Example::from)).collect())
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
