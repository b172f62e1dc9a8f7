//! Sigma rules of the operator: read when the node starts, and again whenever their files change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anlanh_app::App;
use anlanh_app::sigma::{Level, NewRule, RuleInUse, Trouble};
use anlanh_model::Time;
use anlanh_soc::{RuleOf, Rules};
use anyhow::Context;
use tokio::time::{MissedTickBehavior, interval};

use super::Shared;
use super::alert::tlp_of;
use crate::sigma::{Folders, LeftOut, Standing, unread};

/// How often it is looked whether a file has changed.
const LOOK: Duration = Duration::from_secs(2);
/// Most rules that are told of when they are left out; the rest is counted.
const MOST_TOLD: usize = 20;

/// Hits of rules that were counted together, by the places of the rules among all.
pub type RuleHits = BTreeMap<usize, u64>;

/// Rules that events are held against, and what is told of each.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub rules: Rules,
    /// By the places of the rules; nothing for those that are left out.
    told: Vec<Option<Arc<RuleInUse>>>,
}

impl Held {
    /// The rules that stand now, which are told from here on.
    pub fn new(app: &App, standing: Option<Standing>) -> Self {
        let Some(Standing {
            rules,
            refused,
            left_out,
            ..
        }) = standing
        else {
            return Self::default();
        };
        let is_used = |rule: &RuleOf<'_>| !refused.contains(&(Arc::clone(rule.source), rule.rule.line));
        let used: Vec<bool> = rules.each().map(|rule| is_used(&rule)).collect();
        let new = rules.each().filter(is_used).map(|rule| new_rule(&rule)).collect();
        let troubles = left_out.iter().map(trouble).collect();
        let mut given = app.sigma().put(app.clock().now(), new, troubles).into_iter();
        let told = used
            .into_iter()
            .map(|is_used| if is_used { given.next() } else { None });
        Self {
            told: told.collect(),
            rules,
        }
    }

    /// Counts what was met in events that came at a moment.
    pub fn count(&self, app: &App, hits: RuleHits, at: Time) {
        for (number, count) in hits {
            if let Some(Some(rule)) = self.told.get(number) {
                app.sigma().count(rule, count, at);
            }
        }
    }
}

fn new_rule(of: &RuleOf<'_>) -> NewRule {
    let rule = of.rule;
    NewRule {
        line: rule.line,
        file: Arc::clone(of.source),
        title: rule.title.clone(),
        id: rule.id.clone(),
        level: rule.level.map_or(Level::Unsaid, level),
        status: rule.status.map(anlanh_sigma::Status::key),
        log: [
            rule.source.category.clone(),
            rule.source.product.clone(),
            rule.source.service.clone(),
        ],
        author: rule.author.clone(),
        tags: rule.tags.clone(),
        tlp: tlp_of(&rule.tags),
        is_for_other_logs: of.is_for_other_logs,
    }
}

const fn level(level: anlanh_sigma::Level) -> Level {
    match level {
        anlanh_sigma::Level::Informational => Level::Informational,
        anlanh_sigma::Level::Low => Level::Low,
        anlanh_sigma::Level::Medium => Level::Medium,
        anlanh_sigma::Level::High => Level::High,
        anlanh_sigma::Level::Critical => Level::Critical,
    }
}

fn trouble(left_out: &LeftOut) -> Trouble {
    let LeftOut { file, mistake, stays } = left_out;
    Trouble {
        file: Arc::clone(file),
        line: mistake.line,
        reason: [unread(&mistake.reason).into_owned(), mistake.reason.to_string()],
        stays: *stays,
    }
}

/// Reads the rules of folders, for whoever starts.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<(Option<Standing>, Folders)> {
    let mut folders = Folders::new(paths.to_vec());
    if paths.is_empty() {
        return Ok((None, folders));
    }
    let read = folders.look();
    let standing = read.context("không đọc được luật Sigma · cannot read the Sigma rules")?;
    if let Some(standing) = &standing {
        tell(standing);
    }
    Ok((standing, folders))
}

/// Follows folders; ends only where there are none.
pub(super) async fn run(shared: Shared, mut folders: Folders) {
    let mut looking = interval(LOOK);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = None;
    loop {
        looking.tick().await;
        let looked = tokio::task::spawn_blocking(move || {
            let looked = folders.look();
            (folders, looked)
        });
        let Ok((back, looked)) = looked.await else { return };
        folders = back;
        match looked {
            Ok(None) => {
                told = None;
                shared.app.sigma().looked(shared.app.clock().now());
            }
            Ok(Some(standing)) => {
                told = None;
                tell(&standing);
                let held = Arc::new(Held::new(&shared.app, Some(standing)));
                *shared.rules.write().unwrap_or_else(PoisonError::into_inner) = held;
            }
            Err(error) => {
                let error = format!("{error:#}");
                shared.app.sigma().failed(shared.app.clock().now(), error.clone());
                // It is said once.
                if told.as_ref() != Some(&error) {
                    tracing::error!(error, "Sigma rules cannot be read; those that were read last stay");
                }
                told = Some(error);
            }
        }
    }
}

/// Says which rules are left out, and how many are used.
fn tell(standing: &Standing) {
    let Standing {
        rules, used, left_out, ..
    } = standing;
    for LeftOut { file, mistake, stays } in left_out.iter().take(MOST_TOLD) {
        let (line, reason) = (mistake.line, &mistake.reason);
        let reason = format!("{} · {reason}", unread(reason));
        if *stays {
            tracing::warn!(
                file = &**file,
                line,
                reason,
                "a Sigma rule cannot be used; what the file said before stays"
            );
        } else {
            tracing::warn!(file = &**file, line, reason, "a Sigma rule is left out");
        }
    }
    let (left_out, for_other_logs, scanned) = (left_out.len(), rules.for_other_logs(), rules.scanned());
    tracing::info!(
        used,
        left_out,
        for_other_logs,
        scanned,
        "events are held against Sigma rules"
    );
}
