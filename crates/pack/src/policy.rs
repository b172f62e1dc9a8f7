//! A policy as it was read: what the engine is compiled from, and what people are told about it.
//!
//! Fields are public to read; a [`Policy`] is only ever made by reading a pack, so its references resolve.

use std::collections::HashMap;

use anlanh_screen::{Date, ItemKind, Pack, Validity};
use serde::Deserialize;

use crate::mistake::At;

/// A text that people read, Vietnamese first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// How sure the source of a statement is; `docs/PACK.md` says what each means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// `G`: read in an official-gazette full text.
    Gazette,
    /// `S`: read on an official, press or law-database page.
    Site,
    /// `R`: read in a secondary work that cites article numbers.
    Secondary,
    /// `C`: read in source code; practice, not law.
    Code,
    /// `M`: from memory, not confirmed.
    Memory,
    /// `?`: sources contradict each other.
    Contradictory,
    /// `own`: written by the makers of the pack.
    Own,
}

impl Evidence {
    /// Every tag.
    pub const ALL: [Self; 7] = [
        Self::Gazette,
        Self::Site,
        Self::Secondary,
        Self::Code,
        Self::Memory,
        Self::Contradictory,
        Self::Own,
    ];

    /// The tag as it stands in packs.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Gazette => "G",
            Self::Site => "S",
            Self::Secondary => "R",
            Self::Code => "C",
            Self::Memory => "M",
            Self::Contradictory => "?",
            Self::Own => "own",
        }
    }

    /// The evidence with this tag, if there is one.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|evidence| evidence.tag() == tag)
    }

    /// Whether the statement still waits for somebody to confirm it.
    #[must_use]
    pub const fn is_unconfirmed(self) -> bool {
        matches!(self, Self::Memory | Self::Contradictory)
    }
}

/// A law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// Key, as in `luat-116-2025`.
    pub key: String,
    /// Official number, as in `116/2025/QH15`.
    pub number: String,
    /// Title.
    pub title: Text,
    /// When it is in force.
    pub validity: Validity,
    /// Keys of the laws it replaces.
    pub replaces: Vec<String>,
    /// Its articles that the pack cites.
    pub articles: Vec<Article>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// An article, clause or point of a law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Key inside the law, as in `7.2.dd`.
    pub key: String,
    /// How it is cited, without the law.
    pub cite: Text,
    /// What it says, in our words.
    pub summary: Text,
    /// When it is in force.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
}

/// A content category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Key, as in `SC1`.
    pub key: String,
    /// Title.
    pub title: Text,
    /// Whether detectors may ship for it.
    pub detectable: bool,
    /// Whether rules may act on it without a person.
    pub automatic: bool,
    /// Legal bases, as `law/article`.
    pub bases: Vec<String>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// A deadline that law sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Key.
    pub key: String,
    /// Title.
    pub title: Text,
    /// Who asks: `authority`, `user`, `self` or `data_subject`.
    pub asker: String,
    /// Whom it binds: `platform`, `telecom`, `page_owner`, `data_controller`.
    pub applies_to: Vec<String>,
    /// What starts it: `receipt` or `detection`.
    pub starts: String,
    /// Hours until it runs out.
    pub hours: u32,
    /// Hours in urgent cases, and which these are.
    pub urgent: Option<(u32, Text)>,
    /// Legal bases, as `law/article`.
    pub bases: Vec<String>,
    /// When it is in force.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// A ladder of locks for repeated violations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Key.
    pub key: String,
    /// Title.
    pub title: Text,
    /// What is locked: `account`, `page`, `group`, `channel`.
    pub objects: Vec<String>,
    /// Hours within which a lock must be carried out.
    pub execute_within_hours: u32,
    /// Steps, in the order of the pack.
    pub steps: Vec<Step>,
    /// When a lock has no end.
    pub permanent: Option<Permanent>,
    /// Legal bases, as `law/article`.
    pub bases: Vec<String>,
    /// When it is in force.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// A step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// At least so many violations.
    pub violations: u32,
    /// Within so many days.
    pub days: u32,
    /// Shortest lock, in days.
    pub lock_days_min: Option<u32>,
    /// Longest lock, in days.
    pub lock_days_max: u32,
    /// A remark.
    pub note: Option<Text>,
}

/// When a lock has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permanent {
    /// After so many locks for a time.
    pub after_locks: Option<u32>,
    /// In which other cases.
    pub when: Text,
}

/// A label that content may carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Key, as in `tin-gia`.
    pub key: String,
    /// What readers see.
    pub title: Text,
    /// What it means.
    pub meaning: Text,
    /// Legal bases, as `law/article`.
    pub bases: Vec<String>,
    /// How sure this is.
    pub evidence: Evidence,
}

/// An authority and its duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Key.
    pub key: String,
    /// Name.
    pub title: Text,
    /// What it is competent for.
    pub duties: Text,
    /// When it was or is.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
}

/// What people are told of a list, an identifier, an entry or a rule, beside what the engine knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// What it is called, if it has a title.
    pub title: Option<Text>,
    /// What it does or why it is there.
    pub note: Option<Text>,
    /// How sure this is.
    pub evidence: Evidence,
}

/// An example that stands beside an entry or a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Example {
    /// The text.
    pub text: String,
    /// What kind of item it is.
    pub kind: ItemKind,
    /// Links beside the text.
    pub links: Vec<String>,
    /// Labels the item carries.
    pub labels: Vec<String>,
    /// Age of the author's account in days.
    pub age_days: Option<u32>,
    /// Violations of the author in 30 days.
    pub violations_30d: Option<u32>,
    /// Violations of the author in 90 days.
    pub violations_90d: Option<u32>,
    /// Locks of the author's account.
    pub locks: Option<u32>,
    /// Whether the author is verified.
    pub verified: Option<bool>,
    /// Names that are on a list for this example alone, by list.
    pub listed: Vec<(String, Vec<String>)>,
    pub(crate) at: At,
    pub(crate) line: usize,
}

/// The examples of an entry or a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examples {
    /// Must be found.
    pub hit: Vec<Example>,
    /// Must not be found.
    pub miss: Vec<Example>,
}

/// A policy pack, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub(crate) title: Text,
    pub(crate) pack: Pack,
    pub(crate) laws: Vec<Law>,
    pub(crate) categories: Vec<Category>,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) ladders: Vec<Ladder>,
    pub(crate) labels: Vec<Label>,
    pub(crate) authorities: Vec<Authority>,
    /// Beside the pack's lists, identifiers, lexicon and rules, in their order.
    pub(crate) lists: Vec<Described>,
    pub(crate) identifiers: Vec<Described>,
    pub(crate) entries: Vec<(Described, Examples)>,
    pub(crate) rules: Vec<(Described, Examples)>,
    pub(crate) paths: Vec<String>,
    pub(crate) index: Index,
}

/// Where things stand, by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Index {
    pub(crate) articles: HashMap<String, (usize, usize)>,
    pub(crate) entries: HashMap<String, usize>,
    pub(crate) rules: HashMap<String, usize>,
}

impl Policy {
    /// What the pack is called.
    #[must_use]
    pub const fn title(&self) -> &Text {
        &self.title
    }

    /// What the engine is compiled from.
    #[must_use]
    pub const fn screen_pack(&self) -> &Pack {
        &self.pack
    }

    /// The day whose law counts for items that carry no time.
    #[must_use]
    pub const fn as_of(&self) -> Date {
        self.pack.as_of
    }

    /// The laws.
    #[must_use]
    pub fn laws(&self) -> &[Law] {
        &self.laws
    }

    /// The categories.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The deadlines.
    #[must_use]
    pub fn clocks(&self) -> &[Clock] {
        &self.clocks
    }

    /// The lock ladders.
    #[must_use]
    pub fn ladders(&self) -> &[Ladder] {
        &self.ladders
    }

    /// The labels.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The authorities.
    #[must_use]
    pub fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    /// The law and article that a basis such as `luat-116-2025/7.2.dd` cites.
    #[must_use]
    pub fn basis(&self, key: &str) -> Option<(&Law, &Article)> {
        let (law, article) = self.index.articles.get(key)?;
        let law = self.laws.get(*law)?;
        Some((law, law.articles.get(*article)?))
    }

    /// The category with this key.
    #[must_use]
    pub fn category(&self, key: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.key == key)
    }

    /// The label with this key.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.key == key)
    }

    /// What people are told of the list with this id.
    #[must_use]
    pub fn list(&self, id: &str) -> Option<&Described> {
        let at = self.pack.lists.iter().position(|list| list.id == id)?;
        self.lists.get(at)
    }

    /// What people are told of the personal data with this key.
    #[must_use]
    pub fn identifier(&self, key: &str) -> Option<&Described> {
        let at = self
            .pack
            .identifiers
            .iter()
            .position(|identifier| identifier.kind.key() == key)?;
        self.identifiers.get(at)
    }

    /// What people are told of the lexicon entry with this id, and its examples.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<(&Described, &Examples)> {
        let (described, examples) = self.entries.get(*self.index.entries.get(id)?)?;
        Some((described, examples))
    }

    /// What people are told of the rule with this id, and its examples.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<(&Described, &Examples)> {
        let (described, examples) = self.rules.get(*self.index.rules.get(id)?)?;
        Some((described, examples))
    }
}
