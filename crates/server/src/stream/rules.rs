//! Sigma rules of the operator: read when the node starts, and again whenever their files change.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anlanh_soc::Rules;
use anyhow::Context;
use tokio::time::{MissedTickBehavior, interval};

use super::Shared;
use crate::sigma::{Folders, LeftOut, Standing, unread};

/// How often it is looked whether a file has changed.
const LOOK: Duration = Duration::from_secs(2);
/// Most rules that are told of when they are left out; the rest is counted.
const MOST_TOLD: usize = 20;

/// Reads the rules of folders, for whoever starts.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<(Rules, Folders)> {
    let mut folders = Folders::new(paths.to_vec());
    if paths.is_empty() {
        return Ok((Rules::default(), folders));
    }
    let read = folders.look();
    let standing = read.context("không đọc được luật Sigma · cannot read the Sigma rules")?;
    let rules = standing.map(|standing| {
        tell(&standing);
        standing.rules
    });
    Ok((rules.unwrap_or_default(), folders))
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
            Ok(None) => told = None,
            Ok(Some(standing)) => {
                told = None;
                tell(&standing);
                *shared.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(standing.rules);
            }
            Err(error) => {
                let error = format!("{error:#}");
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
    let Standing { rules, used, left_out } = standing;
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
