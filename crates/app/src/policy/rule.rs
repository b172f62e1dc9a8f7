//! Rules are looked at: what each found, how often people agreed, and how often it may act.

use std::collections::BTreeMap;

use anlanh_model::{Actor, AuditAction, Brake, Permission, Precision, Time};
use anlanh_store::rule::{self, HitCount, HitRow};
use anlanh_store::{brake, tally};

use crate::case::permit_person;
use crate::quality::viewer;
use crate::{App, Error, PolicyError, permit};

/// Days over which recent hits are counted.
pub const HITS_DAYS: i64 = 7;
/// How many hits a rule's page shows.
const RECENT_HITS: u32 = 20;

/// What became of a rule's hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleFigures {
    /// Hits ever, those that its brake held included.
    pub hits: u64,
    /// Of these, hits of the last [`HITS_DAYS`] days.
    pub recent: u64,
    /// Hits that its brake held, ever.
    pub braked: u64,
    /// What people made of them, appeals included.
    pub precision: Precision,
    /// Hits that people confirmed, and an appeal then showed to be wrong.
    pub overturned: u64,
    /// Its brake.
    pub brake: Option<Brake>,
}

/// A rule with everything its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleView {
    /// What became of its hits.
    pub figures: RuleFigures,
    /// The same by version, mode and outcome.
    pub hits: Vec<HitCount>,
    /// The last hits, newest first; none for those who may not read items.
    pub recent: Vec<HitRow>,
    /// When it was looked at.
    pub seen_at: Time,
}

/// What became of the hits of every rule that ever had one, by rule.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn rules(app: &App, actor: &Actor) -> Result<BTreeMap<String, RuleFigures>, Error> {
    permit(actor, Permission::ReadPolicy)?;
    let since = tally::day_of(app.clock.now()) - HITS_DAYS + 1;
    app.store
        .read("policy.rules", move |tx| {
            let mut rules: BTreeMap<String, RuleFigures> = BTreeMap::new();
            let mut taken_back: Vec<(String, u64)> = Vec::new();
            for sum in tally::rules(tx, since)? {
                let figures = rules.entry(sum.rule.clone()).or_default();
                match sum.what.as_str() {
                    "hit" => {
                        figures.hits += sum.n;
                        figures.recent += sum.since;
                    }
                    "braked" => {
                        figures.hits += sum.n;
                        figures.recent += sum.since;
                        figures.braked += sum.n;
                    }
                    "confirmed" => figures.precision.confirmed = sum.n,
                    "rejected" => figures.precision.rejected = sum.n,
                    "unconfirmed" => figures.overturned = sum.n,
                    "unrejected" => taken_back.push((sum.rule, sum.n)),
                    _ => {}
                }
            }
            for (rule, n) in taken_back {
                let precision = &mut rules.entry(rule).or_default().precision;
                precision.rejected = precision.rejected.saturating_sub(n);
            }
            for figures in rules.values_mut() {
                let precision = &mut figures.precision;
                precision.confirmed = precision.confirmed.saturating_sub(figures.overturned);
                precision.open = figures
                    .hits
                    .saturating_sub(precision.confirmed)
                    .saturating_sub(precision.rejected);
            }
            for (rule, brake) in brake::all(tx)? {
                rules.entry(rule).or_default().brake = Some(brake);
            }
            Ok(rules)
        })
        .await
}

/// One rule, in force or not any more.
///
/// # Errors
/// When the one who asks may not, there is no such rule and never was, or the database is away.
pub async fn rule(app: &App, actor: &Actor, id: &str) -> Result<RuleView, Error> {
    let figures = rules(app, actor).await?.remove(id);
    if figures.is_none() && app.engine().policy.rule(id).is_none() {
        return Err(Error::NotFound("rule"));
    }
    let figures = figures.unwrap_or_default();
    let hits = if actor.may(Permission::ReadItems) {
        RECENT_HITS
    } else {
        0
    };
    let (id, viewer, seen_at) = (id.to_owned(), viewer(actor), app.clock.now());
    app.store
        .read("policy.rule", move |tx| {
            Ok(RuleView {
                figures,
                hits: rule::hits(tx, &id)?,
                recent: rule::recent(tx, &id, viewer, hits)?,
                seen_at,
            })
        })
        .await
}

/// Sets how often a rule may act in an hour before a person must.
///
/// # Errors
/// When the one who asks may not, the policy in force has no such rule, it is more than
/// [`Brake::MAX_PER_HOUR`], or the database is away or full.
pub async fn set_brake(app: &App, actor: &Actor, id: &str, per_hour: u32) -> Result<(), Error> {
    permit_person(actor, Permission::EditPolicy)?;
    if app.engine().policy.rule(id).is_none() {
        return Err(Error::NotFound("rule"));
    }
    if per_hour > Brake::MAX_PER_HOUR {
        return Err(PolicyError::BadBrake.into());
    }
    let id = id.to_owned();
    app.store
        .write(app.change(actor, AuditAction::SetBrake), move |writer| {
            writer.about("rule", i64::from(per_hour), id.clone());
            Ok(brake::set(writer, &id, per_hour)?)
        })
        .await
}
