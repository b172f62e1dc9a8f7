//! The product as the benchmarks use it: the built-in pack, with more phrases and a list of domains where asked.

use std::sync::Arc;

use anlanh_pack::Policy;
use anlanh_screen::{
    Action, Category, DomainSet, Entry, Item, ListDeclaration, MatchMode, Pack, Rule, Screener, Severity,
};
use anyhow::{Result, anyhow};

/// The list, the tag of the added phrases and the category that the benchmarks add to the pack.
const ADDED: &str = "bench";

/// A post.
#[must_use]
pub fn item(text: &str) -> Item<'_> {
    Item {
        text,
        ..Item::default()
    }
}

/// The built-in pack.
///
/// # Errors
/// When it has mistakes.
pub fn pack() -> Result<Pack> {
    let policy = Policy::built_in().map_err(|mistakes| anyhow!("the built-in pack has {} mistakes", mistakes.len()))?;
    Ok(policy.screen_pack().clone())
}

/// A screener of the built-in pack with these phrases added, each an entry of its own that may take any disguise, and
/// these names on a list. Rules ask for both, so that every hit ends in a verdict with its reason.
///
/// # Errors
/// When it does not compile.
pub fn screener(phrases: &[String], domains: &[String]) -> Result<Screener> {
    let mut pack = pack()?;
    if !(phrases.is_empty() && domains.is_empty()) {
        pack.categories.push(Category {
            key: ADDED.to_owned(),
            detectable: true,
            automatic: false,
            bases: Vec::new(),
        });
    }
    if !phrases.is_empty() {
        pack.lexicon.extend(phrases.iter().zip(0..).map(entry));
        pack.rules.push(rule("bench.phrase", "lexicon.count(\"bench\") > 0"));
    }
    if !domains.is_empty() {
        pack.lists.push(ListDeclaration {
            id: ADDED.to_owned(),
            category: ADDED.to_owned(),
        });
        pack.rules.push(rule("bench.listed", "links.listed(\"bench\") > 0"));
    }
    let compiled = Screener::compile(pack);
    let mut screener = compiled.map_err(|errors| anyhow!("the pack does not compile: {:?}", errors.first()))?;
    if !domains.is_empty() {
        let names = DomainSet::from_lines(domains.join("\n").as_bytes(), |_| {})?;
        screener.set_list(ADDED, Arc::new(names))?;
    }
    Ok(screener)
}

fn entry((phrase, number): (&String, u32)) -> Entry {
    Entry {
        id: format!("bench.{number}"),
        category: ADDED.to_owned(),
        tags: vec![ADDED.to_owned()],
        severity: Severity::Medium,
        mode: MatchMode::Obfuscated,
        phrases: vec![phrase.clone()],
        near: None,
        not_near: None,
    }
}

fn rule(id: &str, when: &str) -> Rule {
    Rule {
        id: id.to_owned(),
        category: ADDED.to_owned(),
        when: when.to_owned(),
        action: Action::Review,
        label: None,
        automatic: false,
    }
}
