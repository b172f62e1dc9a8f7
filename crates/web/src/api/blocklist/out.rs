//! The blocklist as it is answered.

use anlanh_app::block::{
    ChangeRow, ChangeView, Difference, EntryRow, EntryView, ObjectionView, Overview, ProofRow, Version, Weighed,
};
use anlanh_model::BlockSource;
use anlanh_soc::blocking::guard::Weight;
use anlanh_soc::blocking::{Act, Coverage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::instant::Instant;
use crate::api::orders::OrderClockOut;

/// Where a change or an entry comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockSource)]
#[serde(deny_unknown_fields)]
pub struct SourceOut {
    /// `hand`, `order` or `feed`.
    kind: &'static str,
    /// The id of the order.
    #[schema(required = true)]
    order: Option<String>,
    /// The number of its target.
    #[schema(required = true)]
    target: Option<u32>,
    /// The rule over a feed of indicators.
    #[schema(required = true)]
    feed: Option<String>,
}

impl SourceOut {
    fn of(source: &BlockSource) -> Self {
        let (kind, order, feed) = match source {
            BlockSource::Hand(_) => ("hand", None, None),
            BlockSource::Order(order, target) => ("order", Some((order.to_string(), *target)), None),
            BlockSource::Feed(feed) => ("feed", None, Some(feed.clone())),
        };
        let (order, target) = order.unzip();
        Self {
            kind,
            order,
            target,
            feed,
        }
    }
}

/// Something a guard found against blocking a value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockFinding)]
#[serde(deny_unknown_fields)]
pub struct FindingOut {
    /// `below_protected`, `popular`, `listed`, `shared`, `hits_below`, `private_suffix`; in an estimate also `protected`,
    /// `too_wide`, `no_reason`, `not_blockable`.
    finding: String,
    /// What it is about: a name, a number, the title of a list.
    about: String,
}

/// A value on the blocklist.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockEntry)]
#[serde(deny_unknown_fields)]
pub struct EntryOut {
    /// Its id.
    block: String,
    /// The change that it came with.
    change: String,
    /// `name`, `url`, `address`, `network` or `hash`.
    kind: &'static str,
    /// The value, in its canonical form.
    value: String,
    /// `nxdomain`, `nodata`, `drop`, `pass`, or `redirect=` and a name.
    act: String,
    /// `proposed`, `shadow`, `canary`, `in_force`, `refused`, `lifted` or `expired`.
    state: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    state_at: Instant,
    /// Why it is blocked.
    reason: String,
    /// Who answers for it.
    owner: String,
    /// Keys of articles of the policy, or the operator's own rule in words.
    basis: Vec<String>,
    /// Of an address: why no name serves.
    #[schema(required = true)]
    why_no_name: Option<String>,
    /// Where it comes from.
    source: SourceOut,
    /// Until when it holds; null where its order ends it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    expires_at: Option<Instant>,
    /// When somebody looks at it again.
    #[schema(value_type = String, format = DateTime)]
    review_at: Instant,
    /// What a guard objected to.
    findings: Vec<FindingOut>,
    /// How many known names it was estimated to hit.
    names_hit: u64,
    /// The best rank among them.
    #[schema(required = true)]
    best_rank: Option<u32>,
    /// Why it was lifted.
    #[schema(required = true)]
    lifted_because: Option<String>,
}

impl EntryOut {
    /// An entry.
    pub fn of(row: &EntryRow) -> Self {
        let terms = &row.terms;
        let findings = terms.findings.iter();
        Self {
            block: row.entry.id.to_string(),
            change: row.entry.change.to_string(),
            kind: terms.kind.key(),
            value: terms.value.clone(),
            act: terms.act.clone(),
            state: row.entry.state.key(),
            state_at: Instant(row.state_at),
            reason: terms.reason.clone(),
            owner: terms.owner.clone(),
            basis: terms.basis.clone(),
            why_no_name: terms.why_no_name.clone(),
            source: SourceOut::of(&row.source),
            expires_at: row.entry.expires_at.map(Instant),
            review_at: Instant(terms.review_at),
            findings: findings
                .map(|(finding, about)| FindingOut {
                    finding: finding.clone(),
                    about: about.clone(),
                })
                .collect(),
            names_hit: terms.names_hit,
            best_rank: terms.best_rank,
            lifted_because: row.end_words.clone(),
        }
    }
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockEntries)]
#[serde(deny_unknown_fields)]
pub struct EntriesOut {
    /// The entries, newest first.
    pub blocks: Vec<EntryOut>,
    /// What `before` takes for the next page; null where there is none.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// What a probe of an enforcer found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockProof)]
#[serde(deny_unknown_fields)]
pub struct ProofOut {
    /// The enforcer.
    enforcer: String,
    /// `canary` or `all`: which list it has.
    audience: &'static str,
    /// The version it has.
    serial: u32,
    /// What was asked.
    probe: String,
    /// `blocked`, `answered`, `wrong` or `unreachable`.
    effect: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
}

impl ProofOut {
    fn of(row: &ProofRow) -> Self {
        Self {
            enforcer: row.proof.enforcer.clone(),
            audience: row.proof.audience.key(),
            serial: row.proof.serial,
            probe: row.proof.probe.clone(),
            effect: row.proof.effect.key(),
            at: Instant(row.proof.at),
        }
    }
}

/// What somebody said against a block.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockObjection)]
#[serde(deny_unknown_fields)]
pub struct ObjectionOut {
    /// Its id.
    objection: String,
    /// The entry.
    block: String,
    /// The value that is blocked.
    value: String,
    /// What was said; null where it was erased.
    #[schema(required = true)]
    words: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    opened_at: Instant,
    /// Its deadline; null where the policy sets none.
    #[schema(required = true)]
    clock: Option<OrderClockOut>,
    /// `lifted`, `kept` or `passed_on`; null where nobody answered.
    #[schema(required = true)]
    result: Option<&'static str>,
    /// What was answered.
    #[schema(required = true)]
    answer: Option<String>,
}

impl ObjectionOut {
    /// An objection.
    pub fn of(view: &ObjectionView) -> Self {
        let objection = &view.row.objection;
        Self {
            objection: objection.id.to_string(),
            block: objection.entry.to_string(),
            value: view.row.value.clone(),
            words: view.words.clone(),
            opened_at: Instant(view.row.opened_at),
            clock: objection.clock.as_ref().map(OrderClockOut::of),
            result: objection.answered.map(|(result, ..)| result.key()),
            answer: view.row.answer.clone(),
        }
    }
}

/// Objections.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockObjections)]
#[serde(deny_unknown_fields)]
pub struct ObjectionsOut {
    /// Those that nobody has answered, the one that is due first before the others.
    pub objections: Vec<ObjectionOut>,
}

/// An entry with what probes found and what was said against it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockEntryView)]
#[serde(deny_unknown_fields)]
pub struct EntryViewOut {
    /// The entry.
    entry: EntryOut,
    /// What probes found, newest first.
    proofs: Vec<ProofOut>,
    /// What was said against it, newest first.
    objections: Vec<ObjectionOut>,
}

impl EntryViewOut {
    /// An entry.
    pub fn of(view: &EntryView) -> Self {
        Self {
            entry: EntryOut::of(&view.row),
            proofs: view.proofs.iter().map(ProofOut::of).collect(),
            objections: view.objections.iter().map(ObjectionOut::of).collect(),
        }
    }
}

/// A change of the blocklist.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockChange)]
#[serde(deny_unknown_fields)]
pub struct ChangeOut {
    /// Its id.
    change: String,
    /// Where it comes from.
    source: SourceOut,
    /// `proposed`, `shadow`, `canary`, `in_force`, `refused` or `rolled_back`.
    stage: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    stage_at: Instant,
    /// How many people beside whoever proposed it must approve it.
    approvals_needed: u32,
    /// How many did.
    approvals: usize,
    /// Why.
    reason: String,
    /// How many values it has.
    values: u64,
}

impl ChangeOut {
    fn of(row: &ChangeRow) -> Self {
        Self {
            change: row.change.id.to_string(),
            source: SourceOut::of(&row.change.source),
            stage: row.change.stage.key(),
            stage_at: Instant(row.stage_at),
            approvals_needed: row.change.needed,
            approvals: row.change.approvals.len(),
            reason: row.reason.clone(),
            values: row.entries,
        }
    }
}

/// A change with its values, at most 200 of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockChangeView)]
#[serde(deny_unknown_fields)]
pub struct ChangeViewOut {
    /// The change.
    change: ChangeOut,
    /// Its values.
    blocks: Vec<EntryOut>,
}

impl ChangeViewOut {
    /// A change.
    pub fn of(view: &ChangeView) -> Self {
        Self {
            change: ChangeOut::of(&view.row),
            blocks: view.entries.iter().map(EntryOut::of).collect(),
        }
    }
}

/// A version of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockVersion)]
#[serde(deny_unknown_fields)]
pub struct VersionOut {
    /// Its serial number; each is greater than those before it.
    serial: u32,
    /// `canary`, `in_force`, `lift`, `order`, `expire` or `rollback`.
    what: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// How many entries came in.
    added: u64,
    /// How many went out.
    removed: u64,
    /// By which version it was taken back.
    #[schema(required = true)]
    undone_by: Option<u32>,
}

impl VersionOut {
    fn of(version: &Version) -> Self {
        Self {
            serial: version.serial,
            what: version.what.clone(),
            at: Instant(version.at),
            added: version.added,
            removed: version.removed,
            undone_by: version.undone_by,
        }
    }
}

/// How many entries stand where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockCount)]
#[serde(deny_unknown_fields)]
pub struct CountOut {
    /// The state.
    state: String,
    /// How many.
    count: u64,
}

/// How the blocklist stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockOverview)]
#[serde(deny_unknown_fields)]
pub struct OverviewOut {
    /// The serial of the newest version; 0 where nothing was ever blocked.
    serial: u32,
    /// How many entries stand where.
    counts: Vec<CountOut>,
    /// Changes that somebody has yet to do something with, oldest first, at most 200.
    pending: Vec<ChangeOut>,
    /// The last versions, newest first.
    versions: Vec<VersionOut>,
    /// How many objections wait.
    objections: usize,
    /// Entries in force that somebody is to look at again, at most 100.
    to_review: Vec<EntryOut>,
    /// The newest proof of each enforcer.
    enforcers: Vec<ProofOut>,
}

impl OverviewOut {
    /// How it stands.
    pub fn of(overview: &Overview) -> Self {
        Self {
            serial: overview.versions.first().map_or(0, |version| version.serial),
            counts: overview
                .counts
                .iter()
                .map(|(state, count)| CountOut {
                    state: state.clone(),
                    count: *count,
                })
                .collect(),
            pending: overview.pending.iter().map(ChangeOut::of).collect(),
            versions: overview.versions.iter().map(VersionOut::of).collect(),
            objections: overview.objections.len(),
            to_review: overview.to_review.iter().map(EntryOut::of).collect(),
            enforcers: overview.enforcers.iter().map(ProofOut::of).collect(),
        }
    }
}

/// A value with what is done about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockedValue)]
#[serde(deny_unknown_fields)]
pub struct ValueOut {
    /// The value.
    value: String,
    /// What is done.
    act: String,
}

/// What changed between two versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockDifference)]
#[serde(deny_unknown_fields)]
pub struct DifferenceOut {
    /// The older version.
    from: u32,
    /// The newer.
    to: u32,
    /// What is blocked no more, or otherwise.
    removed: Vec<ValueOut>,
    /// What is blocked since, or otherwise.
    added: Vec<ValueOut>,
}

impl DifferenceOut {
    /// A difference.
    pub fn of(difference: &Difference) -> Self {
        let values = |pairs: &[(String, Act)]| {
            let values = pairs.iter().map(|(value, act)| ValueOut {
                value: value.clone(),
                act: match act {
                    Act::Redirect(to) => format!("redirect={to}"),
                    Act::NxDomain | Act::NoData | Act::Drop | Act::Pass => act.key().to_owned(),
                },
            });
            values.collect()
        };
        Self {
            from: difference.from,
            to: difference.to,
            removed: values(&difference.removed),
            added: values(&difference.added),
        }
    }
}

/// What a dialect cannot say of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockGap)]
#[serde(deny_unknown_fields)]
pub struct GapOut {
    /// `value`, `act`, `too_long` or `below`.
    missing: &'static str,
    /// Of how many values.
    count: usize,
    /// Some of them.
    examples: Vec<String>,
}

/// What a dialect can say of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockDialect)]
#[serde(deny_unknown_fields)]
pub struct DialectOut {
    /// `rpz`, `rpz-knot`, `nftables` or `suricata`.
    dialect: &'static str,
    /// How many values the list has.
    listed: usize,
    /// What it cannot say, or not wholly.
    gaps: Vec<GapOut>,
}

/// What each dialect can say of the list in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockCoverage)]
#[serde(deny_unknown_fields)]
pub struct CoverageOut {
    /// The serial of its version.
    serial: u32,
    /// The dialects.
    dialects: Vec<DialectOut>,
    /// Values that none of them can say, as digests of files.
    beside: Vec<String>,
}

impl CoverageOut {
    /// What is covered.
    pub fn of(serial: u32, covered: Vec<Coverage>, beside: Vec<String>) -> Self {
        let dialects = covered.into_iter().map(|covered| DialectOut {
            dialect: covered.dialect.key(),
            listed: covered.listed,
            gaps: covered
                .gaps
                .into_iter()
                .map(|(missing, (count, examples))| GapOut {
                    missing: missing.key(),
                    count,
                    examples,
                })
                .collect(),
        });
        Self {
            serial,
            dialects: dialects.collect(),
            beside,
        }
    }
}

/// What speaks against blocking a value, and who would be hit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockEstimate)]
#[serde(deny_unknown_fields)]
pub struct EstimateOut {
    /// What it is.
    kind: &'static str,
    /// It, in its canonical form.
    value: String,
    /// Whether it cannot be blocked, whoever approves.
    refused: bool,
    /// How many people beside whoever proposes it would have to approve it.
    approvals_needed: u32,
    /// What a guard found.
    findings: Vec<FindingOut>,
    /// How many known names it hits.
    names_hit: u64,
    /// The best rank among them.
    #[schema(required = true)]
    best_rank: Option<u32>,
    /// Some of them.
    examples: Vec<String>,
}

impl EstimateOut {
    /// What was weighed.
    pub fn of(weighed: &Weighed) -> Self {
        let findings = weighed.findings.iter();
        let is_objected = findings.clone().any(|finding| finding.weight() == Weight::Objects);
        Self {
            kind: weighed.kind.key(),
            value: weighed.value.clone(),
            refused: weighed.refusal().is_some(),
            approvals_needed: if is_objected {
                anlanh_model::BlockChange::FOR_OBJECTION
            } else {
                0
            },
            findings: findings
                .map(|finding| FindingOut {
                    finding: finding.key().to_owned(),
                    about: finding.about(),
                })
                .collect(),
            names_hit: weighed.names_hit,
            best_rank: weighed.best_rank,
            examples: weighed.examples.clone(),
        }
    }
}
