//! What is told of the rules to who asks, as far as they are cleared for.

use std::sync::Arc;

use anlanh_model::{Actor, Permission, Tlp};
use anlanh_screen::fold::Folded;

use super::board::{Level, LevelCount, RuleInUse, Told, bare};
use crate::indicator::Clearance;
use crate::{App, Error, permit};

/// Longest text that is looked for, in bytes.
pub const MAX_QUERY_BYTES: usize = 256;
/// How far goes what does not say how far it may: as far as a feed that nobody set otherwise.
pub const UNMARKED: Tlp = Tlp::Amber;

/// Which rules are asked for by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// All.
    All,
    /// Those that were met since the start of the node.
    Hit,
    /// Those that were not.
    Quiet,
    /// Those for logs that are not read by name.
    OtherLogs,
}

impl Seen {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::All, Self::Hit, Self::Quiet, Self::OtherLogs];

    /// The key in addresses; empty for all.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Hit => "hit",
            Self::Quiet => "quiet",
            Self::OtherLogs => "other-logs",
        }
    }

    /// The one with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seen| seen.key() == key)
    }

    fn has(self, rule: &RuleInUse) -> bool {
        match self {
            Self::All => true,
            Self::Hit => rule.hits().count > 0,
            Self::Quiet => rule.hits().count == 0,
            Self::OtherLogs => rule.rule.is_for_other_logs,
        }
    }
}

/// Where a rule stands: its file and line. Rules are told in this order.
pub type Place = (String, usize);

/// Which rules are asked for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Those of a level.
    pub level: Option<Level>,
    /// What became of them.
    pub seen: Seen,
    /// Words that all stand in what a rule says of itself, with or without marks.
    pub query: String,
    /// Those behind this place.
    pub after: Option<Place>,
}

/// Rules that were found.
#[derive(Debug)]
pub struct Page {
    /// The rules, by file and line.
    pub rules: Vec<Arc<RuleInUse>>,
    /// How many there are in all, on whichever page.
    pub found: u64,
    /// Behind which place the next page begins, if there is one.
    pub next: Option<Place>,
    /// How far who asks is cleared.
    pub cleared_for: Tlp,
}

/// How the rules stand.
#[derive(Debug)]
pub struct State {
    /// What is told; rules and troubles only as far as who asks is cleared for.
    pub told: Told,
    /// What is in use and what was met by level, of all rules.
    pub levels: Vec<LevelCount>,
    /// How far who asks is cleared.
    pub cleared_for: Tlp,
}

/// How the rules stand, what is left out, and why.
///
/// # Errors
/// When the actor may not, or the database is away.
pub async fn state(app: &App, actor: &Actor) -> Result<State, Error> {
    permit(actor, Permission::ReadFigures)?;
    let clearance = Clearance::of(app, actor).await?;
    let mut told = app.sigma().told();
    let rules = told.rules.iter().filter(|rule| clearance.covers(rule.rule.tlp));
    told.rules = rules.cloned().collect();
    if !clearance.covers(UNMARKED) {
        told.troubles = Arc::default();
        // It may name a file.
        told.failure = told.failure.map(|_| String::new());
        told.folders.clear();
    }
    Ok(State {
        told,
        levels: app.sigma().levels(),
        cleared_for: clearance.tlp(),
    })
}

/// Rules in use: at most so many.
///
/// # Errors
/// When the actor may not, or the database is away.
pub async fn find(app: &App, actor: &Actor, filter: &Filter, limit: usize) -> Result<Page, Error> {
    permit(actor, Permission::ReadFigures)?;
    let clearance = Clearance::of(app, actor).await?;
    let told = app.sigma().told();
    Ok(page(&told, clearance, filter, limit))
}

fn page(told: &Told, clearance: Clearance, filter: &Filter, limit: usize) -> Page {
    let query = bare(&mut Folded::new(), &filter.query);
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut page = Page {
        rules: Vec::new(),
        found: 0,
        next: None,
        cleared_for: clearance.tlp(),
    };
    let mut is_more = false;
    for rule in told.rules.iter() {
        let is_asked = clearance.covers(rule.rule.tlp)
            && filter.level.is_none_or(|level| rule.rule.level == level)
            && filter.seen.has(rule)
            && words.iter().all(|word| rule.words.contains(word));
        if !is_asked {
            continue;
        }
        page.found += 1;
        let place = (&*rule.rule.file, rule.rule.line);
        let is_behind = filter.after.as_ref().is_none_or(|(file, line)| place > (file, *line));
        if !is_behind {
            continue;
        }
        if page.rules.len() < limit {
            page.rules.push(Arc::clone(rule));
        } else {
            is_more = true;
        }
    }
    let last = page.rules.last().filter(|_| is_more);
    page.next = last.map(|rule| (rule.rule.file.to_string(), rule.rule.line));
    page
}
