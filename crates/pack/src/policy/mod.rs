//! A policy as it was read: what the engine is compiled from, and what people are told about it.
//!
//! A [`Policy`] is only ever made by reading a pack without mistakes: every reference in it leads somewhere, every text
//! is there in both languages, and the engine compiles it.

pub(crate) mod appeal;
pub(crate) mod authority;
pub(crate) mod blocking;
pub(crate) mod category;
pub(crate) mod clock;
pub(crate) mod detector;
pub(crate) mod entry;
pub(crate) mod example;
pub(crate) mod feed;
pub(crate) mod field;
pub(crate) mod incident;
pub(crate) mod label;
pub(crate) mod ladder;
pub(crate) mod law;
pub(crate) mod power;
pub(crate) mod report;
pub(crate) mod retention;
pub(crate) mod rule;

use std::collections::HashMap;
use std::sync::Arc;

use anlanh_screen::{Date, Entry, Identifier, ListDeclaration, Pack, PersonalKind, ProtectedName, Rule, Teencode};

use crate::source::PackFile;
use crate::text::{Described, Evidence, Text};
use appeal::Appeals;
use authority::Authority;
use blocking::{Blocking, Reachable};
use category::Category;
use clock::Clock;
use detector::{IdentifierNotes, ListNotes};
use example::Examples;
use feed::Feeds;
use field::InformationField;
use incident::Incidents;
use label::Label;
use ladder::Ladder;
use law::{Article, Law};
use power::Power;
use report::ReportCategory;
use retention::{Record, Retention};

/// A policy pack without mistakes.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) title: Text,
    pub(crate) territory: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) pack: Pack,
    pub(crate) laws: Vec<Law>,
    pub(crate) categories: Vec<Category>,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) ladders: Vec<Ladder>,
    pub(crate) appeals: Option<Appeals>,
    pub(crate) uncovered: Option<crate::Key<Clock>>,
    pub(crate) labels: Vec<Label>,
    pub(crate) authorities: Vec<Authority>,
    pub(crate) powers: Vec<Power>,
    pub(crate) fields: Vec<InformationField>,
    pub(crate) report_categories: Vec<ReportCategory>,
    pub(crate) retention: Vec<Retention>,
    pub(crate) feeds: Feeds,
    pub(crate) incidents: Incidents,
    pub(crate) blocking: Option<Blocking>,
    pub(crate) reachable: Vec<Reachable>,
    /// Beside the pack's lists, identifiers, names, short forms, lexicon and rules, in their order.
    pub(crate) lists: Vec<ListNotes>,
    pub(crate) identifiers: Vec<IdentifierNotes>,
    pub(crate) names: Vec<Evidence>,
    pub(crate) teencode: Vec<Evidence>,
    pub(crate) entries: Vec<(Described, Examples)>,
    pub(crate) rules: Vec<(Described, Examples)>,
    /// The files it was read from, in the byte order of their paths.
    pub(crate) files: Arc<[PackFile]>,
    pub(crate) index: Index,
}

/// Where things stand that there are many of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    articles: HashMap<String, (usize, usize)>,
    entries: HashMap<String, usize>,
    rules: HashMap<String, usize>,
}

impl Policy {
    /// A policy of nothing, to be filled while it is read.
    pub(crate) fn nothing() -> Self {
        Self {
            title: Text::default(),
            territory: None,
            language: None,
            pack: Pack {
                id: String::new(),
                version: String::new(),
                digest: String::new(),
                as_of: Date(0),
                utc_offset_minutes: 0,
                categories: Vec::new(),
                labels: Vec::new(),
                lexicon: Vec::new(),
                teencode: Vec::new(),
                names: Vec::new(),
                affixes: Vec::new(),
                lists: Vec::new(),
                identifiers: Vec::new(),
                rules: Vec::new(),
            },
            laws: Vec::new(),
            categories: Vec::new(),
            clocks: Vec::new(),
            ladders: Vec::new(),
            appeals: None,
            uncovered: None,
            labels: Vec::new(),
            authorities: Vec::new(),
            powers: Vec::new(),
            fields: Vec::new(),
            report_categories: Vec::new(),
            retention: Vec::new(),
            feeds: Feeds::default(),
            incidents: Incidents::default(),
            blocking: None,
            reachable: Vec::new(),
            lists: Vec::new(),
            identifiers: Vec::new(),
            names: Vec::new(),
            teencode: Vec::new(),
            entries: Vec::new(),
            rules: Vec::new(),
            files: Arc::default(),
            index: Index::default(),
        }
    }

    /// Notes where things stand; asked when everything is read.
    pub(crate) fn index(&mut self) {
        for (law, number) in self.laws.iter().zip(0..) {
            let articles = law.articles.iter().zip(0..);
            let articles = articles.map(|(article, at)| (article.key.as_str().to_owned(), (number, at)));
            self.index.articles.extend(articles);
        }
        let entries = self.pack.lexicon.iter().zip(0..);
        self.index.entries = entries.map(|(entry, at)| (entry.id.clone(), at)).collect();
        let rules = self.pack.rules.iter().zip(0..);
        self.index.rules = rules.map(|(rule, at)| (rule.id.clone(), at)).collect();
    }

    /// Id, as in `vn`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.pack.id
    }

    /// Version, as in `2026.11`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.pack.version
    }

    /// What the pack is called.
    #[must_use]
    pub const fn title(&self) -> &Text {
        &self.title
    }

    /// The country whose law it is, by its code (ISO 3166-1), as in `VN`.
    #[must_use]
    pub fn territory(&self) -> Option<&str> {
        self.territory.as_deref()
    }

    /// The language of what it judges, by its code (ISO 639-1) in capitals, as in `VI`.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// Minutes from UTC to the time of that country.
    #[must_use]
    pub const fn utc_offset_minutes(&self) -> i32 {
        self.pack.utc_offset_minutes
    }

    /// The day whose law counts for items that carry no time.
    #[must_use]
    pub const fn as_of(&self) -> Date {
        self.pack.as_of
    }

    /// SHA-256 of the pack in lower-case hexadecimal. For every `.toml` file, in the byte order of their paths inside
    /// the pack (`/` between folder and file), what is hashed is the path in UTF-8, one zero byte, the length of the
    /// file in bytes as eight bytes with the lowest first, and the file.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.pack.digest
    }

    /// The files it was read from, in the byte order of their paths: what [`Policy::digest`] is the digest of.
    #[must_use]
    pub fn files(&self) -> &[PackFile] {
        &self.files
    }

    /// What the engine is compiled from. It has been compiled once, without mistakes.
    #[must_use]
    pub const fn screen_pack(&self) -> &Pack {
        &self.pack
    }

    /// The laws, in the order of the pack.
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

    /// The operator's own deadline for orders that no power covers; none where the pack does not say.
    #[must_use]
    pub fn uncovered(&self) -> Option<&Clock> {
        self.clock(self.uncovered.as_ref()?.as_str())
    }

    /// What holds for appeals; none where the pack does not say.
    #[must_use]
    pub const fn appeals(&self) -> Option<&Appeals> {
        self.appeals.as_ref()
    }

    /// What it says of feeds of indicators.
    #[must_use]
    pub const fn feeds(&self) -> &Feeds {
        &self.feeds
    }

    /// What it says of incidents.
    #[must_use]
    pub const fn incidents(&self) -> &Incidents {
        &self.incidents
    }

    /// How long things are kept.
    #[must_use]
    pub fn retention(&self) -> &[Retention] {
        &self.retention
    }

    /// How long records of this kind are kept; none where they are kept until somebody has them erased.
    #[must_use]
    pub fn retention_of(&self, record: Record) -> Option<&Retention> {
        self.retention.iter().find(|retention| retention.record == record)
    }

    /// How a network's blocklist is kept; none where the pack does not say.
    #[must_use]
    pub const fn blocking(&self) -> Option<&Blocking> {
        self.blocking.as_ref()
    }

    /// What must stay reachable, beside the domains of [`Policy::names`].
    #[must_use]
    pub fn reachable(&self) -> &[Reachable] {
        &self.reachable
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

    /// What authorities may order, each power with its bases and deadline.
    #[must_use]
    pub fn powers(&self) -> &[Power] {
        &self.powers
    }

    /// What authorities may be told about users, field by field.
    #[must_use]
    pub fn information_fields(&self) -> &[InformationField] {
        &self.fields
    }

    /// One of these fields.
    #[must_use]
    pub fn information_field(&self, key: &str) -> Option<&InformationField> {
        self.fields.iter().find(|field| field.key.as_str() == key)
    }

    /// What may be reported, in the words of those who report.
    #[must_use]
    pub fn report_categories(&self) -> &[ReportCategory] {
        &self.report_categories
    }

    /// What is reported under this key.
    #[must_use]
    pub fn report_category(&self, key: &str) -> Option<&ReportCategory> {
        self.report_categories.iter().find(|category| category.key == *key)
    }

    /// The blocklists that rules may ask about.
    pub fn lists(&self) -> impl ExactSizeIterator<Item = (&ListDeclaration, &ListNotes)> {
        self.pack.lists.iter().zip(&self.lists)
    }

    /// The personal data that is looked for.
    pub fn identifiers(&self) -> impl ExactSizeIterator<Item = (&Identifier, &IdentifierNotes)> {
        self.pack.identifiers.iter().zip(&self.identifiers)
    }

    /// The protected names.
    pub fn names(&self) -> impl ExactSizeIterator<Item = (&ProtectedName, Evidence)> {
        self.pack.names.iter().zip(self.names.iter().copied())
    }

    /// The short forms.
    pub fn teencode(&self) -> impl ExactSizeIterator<Item = (&Teencode, Evidence)> {
        self.pack.teencode.iter().zip(self.teencode.iter().copied())
    }

    /// The lexicon: each entry, what people are told of it, and its examples.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&Entry, &Described, &Examples)> {
        let entries = self.pack.lexicon.iter().zip(&self.entries);
        entries.map(|(entry, (described, examples))| (entry, described, examples))
    }

    /// The rules: each rule, what people are told of it, and its examples.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = (&Rule, &Described, &Examples)> {
        let rules = self.pack.rules.iter().zip(&self.rules);
        rules.map(|(rule, (described, examples))| (rule, described, examples))
    }

    /// The law and article that a key such as `luat-116-2025/7.2.dd` cites.
    #[must_use]
    pub fn basis(&self, key: &str) -> Option<(&Law, &Article)> {
        let (law, article) = self.index.articles.get(key)?;
        let law = self.laws.get(*law)?;
        Some((law, law.articles.get(*article)?))
    }

    /// How the article with this key is cited in full.
    #[must_use]
    pub fn citation(&self, key: &str) -> Option<Text> {
        let (law, article) = self.basis(key)?;
        Some(article.citation(law))
    }

    /// The law with this key.
    #[must_use]
    pub fn law(&self, key: &str) -> Option<&Law> {
        self.laws.iter().find(|law| law.key == *key)
    }

    /// The category with this key.
    #[must_use]
    pub fn category(&self, key: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.key == *key)
    }

    /// The deadline with this key.
    #[must_use]
    pub fn clock(&self, key: &str) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.key == *key)
    }

    /// The lock ladder with this key.
    #[must_use]
    pub fn ladder(&self, key: &str) -> Option<&Ladder> {
        self.ladders.iter().find(|ladder| ladder.key == *key)
    }

    /// The label with this key.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.key == *key)
    }

    /// The authority with this key.
    #[must_use]
    pub fn authority(&self, key: &str) -> Option<&Authority> {
        self.authorities.iter().find(|authority| authority.key == *key)
    }

    /// The blocklist with this id.
    #[must_use]
    pub fn list(&self, id: &str) -> Option<(&ListDeclaration, &ListNotes)> {
        self.lists().find(|(list, _)| list.id == id)
    }

    /// How personal data of this kind is looked for, if it is.
    #[must_use]
    pub fn identifier(&self, kind: PersonalKind) -> Option<(&Identifier, &IdentifierNotes)> {
        self.identifiers().find(|(identifier, _)| identifier.kind == kind)
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
