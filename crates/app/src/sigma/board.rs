//! What is told of the rules: who follows their files puts it here, and who reads streams counts hits without a lock.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use anlanh_model::{Time, Tlp};
use anlanh_screen::fold::Folded;

/// Most of what is left out that is told of one by one; the rest is counted.
pub(super) const MOST_TROUBLES: usize = 1_000;
/// Longest text of a rule that is told, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 512;
/// Most tags of a rule that are told.
const MOST_TAGS: usize = 64;

/// How grave it is what a rule finds, by the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// An incident.
    Critical,
    /// To be looked at soon.
    High,
    /// To be looked at now and then.
    Medium,
    /// Rarely an incident.
    Low,
    /// To add to what is known of events.
    Informational,
    /// The rule does not say.
    Unsaid,
}

impl Level {
    /// All of them, the gravest first.
    pub const ALL: [Self; 6] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Informational,
        Self::Unsaid,
    ];

    /// The key in metrics and answers: as rules have it, and `none`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Informational => "informational",
            Self::Unsaid => "none",
        }
    }

    /// The level with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.key() == key)
    }
}

/// A rule that is used, as whoever read it says.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// The line of its file where it begins, from 1.
    pub line: usize,
    /// The file.
    pub file: Arc<str>,
    /// What it is called.
    pub title: String,
    /// Its identifier.
    pub id: Option<String>,
    /// How grave it is what it finds.
    pub level: Level,
    /// How far it is tried, as rules have it.
    pub status: Option<&'static str>,
    /// Which log it is for: category, product, service.
    pub log: [Option<String>; 3],
    /// Who wrote it.
    pub author: Option<String>,
    /// What its author files it under.
    pub tags: Vec<String>,
    /// How far it may go.
    pub tlp: Tlp,
    /// Whether it is for a log that is not read by name: it is held against JSON with a map alone.
    pub is_for_other_logs: bool,
}

/// How often a rule was met since the start of the node, and when last.
#[derive(Debug, Default)]
struct Tally {
    hits: AtomicU64,
    last_at: AtomicI64,
}

/// How often something was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hits {
    /// How often since the start of the node.
    pub count: u64,
    /// When last, if ever.
    pub last_at: Option<Time>,
}

/// A rule that is used.
#[derive(Debug)]
pub struct RuleInUse {
    /// The rule.
    pub rule: NewRule,
    /// Its words without marks, to be looked for.
    pub(super) words: String,
    tally: Arc<Tally>,
}

impl RuleInUse {
    /// How often it was met.
    #[must_use]
    pub fn hits(&self) -> Hits {
        let last_at = self.tally.last_at.load(Ordering::Relaxed);
        Hits {
            count: self.tally.hits.load(Ordering::Relaxed),
            last_at: (last_at > 0).then(|| Time::from_micros(last_at)),
        }
    }
}

/// A rule, or all of a file, that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The file.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// Why, in Vietnamese and in English.
    pub reason: [String; 2],
    /// Whether what the file said before goes on.
    pub stays: bool,
}

/// How many rules of a level are used, and how often they were met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelCount {
    /// The level.
    pub level: Level,
    /// Rules in use.
    pub rules: u64,
    /// Hits since the start of the node.
    pub hits: u64,
}

/// What is told at a moment.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The folders that are followed; none where there are no rules.
    pub folders: Vec<String>,
    /// When the folders were looked at last.
    pub looked_at: Option<Time>,
    /// When rules were read last without all of it failing.
    pub loaded_at: Option<Time>,
    /// Why the last look failed as a whole, if it did.
    pub failure: Option<String>,
    /// How many looks failed since the start of the node.
    pub failed: u64,
    /// Rules in use, by file and line.
    pub rules: Arc<[Arc<RuleInUse>]>,
    /// What is left out: the first of it.
    pub troubles: Arc<[Trouble]>,
    /// How much of it there is.
    pub left_out: u64,
}

/// Where it is told how the rules stand.
#[derive(Debug, Default)]
pub struct Board {
    told: RwLock<Told>,
    /// Hits by level, which no reading of other rules sets back.
    by_level: [AtomicU64; Level::ALL.len()],
}

impl Board {
    /// Says which folders are followed.
    pub fn follow(&self, folders: Vec<String>) {
        self.told.write().unwrap_or_else(PoisonError::into_inner).folders = folders;
    }

    /// Says that the folders were looked at and nothing had changed.
    pub fn looked(&self, now: Time) {
        let mut told = self.told.write().unwrap_or_else(PoisonError::into_inner);
        told.looked_at = Some(now);
        told.failure = None;
    }

    /// Says that a look failed as a whole, and why: what was read last stays.
    pub fn failed(&self, now: Time, why: String) {
        let mut told = self.told.write().unwrap_or_else(PoisonError::into_inner);
        told.looked_at = Some(now);
        told.failure = Some(why);
        told.failed += 1;
    }

    /// Puts what was read in place of what was before, and gives the rules back in the order in which they came. A rule that was there
    /// goes on with its count: it is known by its id or else its title, and by its place among those that share it.
    pub fn put(&self, now: Time, rules: Vec<NewRule>, troubles: Vec<Trouble>) -> Vec<Arc<RuleInUse>> {
        let mut told = self.told.write().unwrap_or_else(PoisonError::into_inner);
        let mut before: HashMap<String, Vec<Arc<Tally>>> = HashMap::new();
        for rule in told.rules.iter().rev() {
            before
                .entry(name(&rule.rule))
                .or_default()
                .push(Arc::clone(&rule.tally));
        }
        let mut folded = Folded::new();
        let mut put = |rule: NewRule| {
            let tally = before.get_mut(&name(&rule)).and_then(Vec::pop);
            let rule = cut(rule);
            Arc::new(RuleInUse {
                words: words(&mut folded, &rule),
                tally: tally.unwrap_or_default(),
                rule,
            })
        };
        let given: Vec<_> = rules.into_iter().map(&mut put).collect();
        let mut sorted = given.clone();
        sorted.sort_by(|one, other| (&one.rule.file, one.rule.line).cmp(&(&other.rule.file, other.rule.line)));
        told.rules = sorted.into();
        told.left_out = troubles.len() as u64;
        told.troubles = troubles.into_iter().take(MOST_TROUBLES).collect();
        (told.looked_at, told.loaded_at, told.failure) = (Some(now), Some(now), None);
        given
    }

    /// Counts hits of a rule: atomics alone, once a batch.
    pub fn count(&self, rule: &RuleInUse, hits: u64, at: Time) {
        rule.tally.hits.fetch_add(hits, Ordering::Relaxed);
        rule.tally.last_at.fetch_max(at.as_micros(), Ordering::Relaxed);
        if let Some(of_level) = self.by_level.get(rule.rule.level as usize) {
            of_level.fetch_add(hits, Ordering::Relaxed);
        }
    }

    /// What is told now.
    #[must_use]
    pub fn told(&self) -> Told {
        self.told.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Rules in use and hits of every level, the gravest first.
    #[must_use]
    pub fn levels(&self) -> Vec<LevelCount> {
        let told = self.told();
        let of = |(level, hits): (&Level, &AtomicU64)| LevelCount {
            level: *level,
            rules: told.rules.iter().filter(|rule| rule.rule.level == *level).count() as u64,
            hits: hits.load(Ordering::Relaxed),
        };
        Level::ALL.iter().zip(&self.by_level).map(of).collect()
    }
}

/// What a rule is known by when its files are read again.
fn name(rule: &NewRule) -> String {
    short(rule.id.as_deref().unwrap_or(&rule.title)).to_owned()
}

fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT_BYTES)).unwrap_or_default()
}

/// No more of it than is told.
fn cut(rule: NewRule) -> NewRule {
    let cut = |text: String| short(&text).to_owned();
    NewRule {
        title: cut(rule.title),
        id: rule.id.map(cut),
        log: rule.log.map(|text| text.map(cut)),
        author: rule.author.map(cut),
        tags: rule.tags.into_iter().take(MOST_TAGS).map(cut).collect(),
        ..rule
    }
}

fn words(folded: &mut Folded, rule: &NewRule) -> String {
    let more = [rule.id.as_deref(), rule.author.as_deref()];
    let more = more.into_iter().chain(rule.log.iter().map(Option::as_deref)).flatten();
    let tags = rule.tags.iter().map(String::as_str);
    let all = [rule.title.as_str(), &rule.file].into_iter().chain(more).chain(tags);
    bare(folded, &all.collect::<Vec<_>>().join("\n"))
}

/// A text in small letters without marks.
pub(super) fn bare(folded: &mut Folded, text: &str) -> String {
    folded.fold(text);
    folded.bytes().iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests;
