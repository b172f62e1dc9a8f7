//! Cases and decisions as they are answered.

use anlanh_api::TargetOut;
use anlanh_app::case::CaseView;
use anlanh_app::{App, CaseRow, DecisionRow, EventRow, MeasureRow, PastDecision, ProposalRow, QueuePage};
use anlanh_model::{State, Target, Time};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::appeals::AppealOut;
use crate::api::instant::Instant;
use crate::api::owners::OwnerRequestOut;
use crate::api::reports::ClockOut;

/// A page of the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cases)]
#[serde(deny_unknown_fields)]
pub struct CasesOut {
    /// The cases, in order.
    cases: Vec<CaseLineOut>,
    /// Where the next page begins, for `after`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// A case as the queue shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseLine)]
#[serde(deny_unknown_fields)]
pub struct CaseLineOut {
    /// Its id.
    case: String,
    /// The node's id of its item.
    item: String,
    /// The platform's own id of the item.
    #[schema(required = true)]
    id: Option<String>,
    /// `waiting`, `awaiting_second` (decided, and confirmed by nobody yet), `held`, `decided`, `ordered` (an authority's order removed its item), or `withdrawn` of an appeal that
    /// was taken back.
    state: &'static str,
    /// Name of who holds it or decided it.
    #[schema(required = true)]
    who: Option<String>,
    /// Key of the category that its strongest reason names; empty if none.
    category: String,
    /// The rule that asked for it; empty if none.
    rule: String,
    /// Key of the kind of item.
    kind: String,
    /// Why it was opened: `review`, `acted`, `braked`, `undecided`, `request`, `report`, `ladder`, `evasion` or `appeal`.
    cause: &'static str,
    /// `first` or `escalated`.
    level: &'static str,
    /// How soon it should be looked at: `immediate`, `high`, `normal` or `low`.
    urgency: &'static str,
    /// When it was opened (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    opened_at: Instant,
    /// By when it should be looked at; the queue is sorted by this.
    #[schema(value_type = String, format = DateTime)]
    due_at: Instant,
    /// What was decided.
    #[schema(required = true)]
    outcome: Option<&'static str>,
}

/// A case in full.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
#[serde(deny_unknown_fields)]
pub struct CaseOut {
    #[serde(flatten)]
    line: CaseLineOut,
    /// The text of the item; `null` if it was erased.
    #[schema(required = true)]
    text: Option<String>,
    /// The platform's reference of the author.
    #[schema(required = true)]
    author: Option<String>,
    /// The verdict on the item.
    #[schema(value_type = Object)]
    verdict: Option<Box<RawValue>>,
    /// What happened so far, oldest first.
    events: Vec<EventOut>,
    /// How it was decided, if it was.
    #[schema(required = true)]
    decision: Option<DecisionOut>,
    /// What the decision does, to the item and to those behind it.
    measures: Vec<MeasureOut>,
    /// What owners are asked by the decision.
    owner_requests: Vec<OwnerRequestOut>,
    /// What the case proposes, where it is about an account, page, group or channel.
    #[schema(required = true)]
    proposal: Option<ProposalOut>,
    /// What was decided and waits for a second person.
    #[schema(required = true)]
    awaiting: Option<AwaitingOut>,
    /// The appeal that it answers; `null` of any other case.
    #[schema(required = true)]
    appeal: Option<AppealOut>,
    /// The deadlines that the law sets for it, the one that runs out first before the others.
    clocks: Vec<ClockOut>,
    /// How cases of the same rule were decided, newest first.
    past: Vec<PastOut>,
}

/// Something that a decision does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Measure)]
#[serde(deny_unknown_fields)]
pub struct MeasureOut {
    /// `label`, `limit`, `hide`, `remove`, `warn`, `temporary_lock`, `permanent_lock`, `refuse_registration` or
    /// `end_service`.
    kind: &'static str,
    /// To what.
    target: TargetOut,
    /// When it was decided (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// When it ends by itself; `null` where it does not.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    until: Option<Instant>,
    /// Keys of the labels that are shown.
    labels: Vec<String>,
    /// Where verified information stands.
    #[schema(required = true)]
    verified: Option<String>,
    /// When it ended, if it did.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    ended_at: Option<Instant>,
    /// `over` where its time was over, `reversed` where it was taken back.
    #[schema(required = true)]
    ending: Option<&'static str>,
}

/// What a case proposes: a lock that ladders of the law allow, or a look at an account that shows signs of a locked one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
#[serde(deny_unknown_fields)]
pub struct ProposalOut {
    /// To whom or what.
    target: TargetOut,
    /// Shortest lock, in days; 0 where none is proposed.
    days_min: u32,
    /// Longest lock, in days, which is proposed; 0 where none is.
    days_max: u32,
    /// Every step that holds, strictest first: the first is applied.
    grounds: Vec<GroundOut>,
    /// Keys of the ladders that allow a permanent lock.
    permanent: Vec<String>,
    /// The locked account that this one shares signs with.
    #[schema(required = true)]
    evades: Option<String>,
}

/// A step of a ladder that holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ground)]
#[serde(deny_unknown_fields)]
pub struct GroundOut {
    /// Key of the ladder.
    ladder: String,
    /// At least so many violations.
    violations: u32,
    /// Within so many days.
    days: u32,
    /// Longest lock it allows, in days.
    lock_days_max: u32,
    /// How many violations there were.
    strikes: usize,
}

/// A decision that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Awaiting)]
#[serde(deny_unknown_fields)]
pub struct AwaitingOut {
    /// Who decided.
    by: String,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// What was decided.
    outcome: &'static str,
    /// Key of the category.
    #[schema(required = true)]
    category: Option<String>,
    /// The facts relied on.
    facts: String,
}

/// Something that happened to a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseEvent)]
#[serde(deny_unknown_fields)]
pub struct EventOut {
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// `person`, `token`, `operator`, `concerned` (by a private link) or `node`.
    actor_kind: String,
    /// Name of the account or token.
    #[schema(required = true)]
    actor: Option<String>,
    /// `opened`, `taken`, `released`, `escalated`, `moved`, `noted`, `proposed`, `declined`, `confirmed`, `decided`,
    /// `withdrawn`, `ordered`, `resumed`, `reported`, `clock_warned`, `clock_breached`, `owner_asked`, `owner_removed` or `owner_contested`.
    kind: String,
    /// A key that says more.
    detail: String,
    /// What was noted.
    #[schema(required = true)]
    note: Option<String>,
}

/// A decision with its statement of reasons.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
#[serde(deny_unknown_fields)]
pub struct DecisionOut {
    /// Its id.
    decision: String,
    /// The case.
    case: String,
    /// The node's id of the item.
    item: String,
    /// `no_violation`, `subject_only`, `label`, `limit`, `hide` or `remove`.
    outcome: &'static str,
    /// Key of the category.
    #[schema(required = true)]
    category: Option<String>,
    /// Keys of the bases.
    basis: Vec<String>,
    /// Keys of the labels to be shown.
    labels: Vec<String>,
    /// The facts relied on.
    facts: String,
    /// How the item came to be looked at: `automatic` or `person`.
    detection: &'static str,
    /// Always false here: a person decided.
    automatic_decision: bool,
    /// Name of who decided.
    by: String,
    /// Name of who confirmed it, where it needed a second person.
    #[schema(required = true)]
    second: Option<String>,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
}

/// A page of decisions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decisions)]
#[serde(deny_unknown_fields)]
pub struct DecisionsOut {
    /// The decisions, newest first.
    decisions: Vec<DecisionOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// How a case of the same rule was decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastDecision)]
#[serde(deny_unknown_fields)]
pub struct PastOut {
    /// The case.
    case: String,
    /// What was decided.
    outcome: &'static str,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// The facts relied on.
    facts: String,
}

impl CasesOut {
    /// The answer for this page.
    pub fn new(page: &QueuePage, app: &App) -> Self {
        let now = app.clock().now();
        let last = page.cases.last().filter(|_| page.more);
        Self {
            cases: page.cases.iter().map(|row| CaseLineOut::new(row, now)).collect(),
            next: last.map(|row| row.place().to_string()),
        }
    }
}

impl CaseLineOut {
    /// The answer for this case at this instant.
    pub fn new(row: &CaseRow, now: Time) -> Self {
        let case = &row.case;
        let (state, outcome) = match case.state {
            State::Held { until, .. } if now < until => ("held", None),
            State::Held { .. } | State::Waiting if case.awaiting.is_some() => ("awaiting_second", None),
            State::Held { .. } | State::Waiting => ("waiting", None),
            State::Decided { outcome, .. } => ("decided", Some(outcome.key())),
            State::Ordered { .. } => ("ordered", None),
            State::Withdrawn { .. } => ("withdrawn", None),
        };
        Self {
            case: case.id.to_string(),
            item: row.item.to_string(),
            id: row.external.clone(),
            state,
            who: row.who.clone().filter(|_| matches!(state, "held" | "decided")),
            category: row.category.clone(),
            rule: row.rule.clone(),
            kind: row.kind.clone(),
            cause: row.cause.key(),
            level: case.level.key(),
            urgency: case.due.urgency.key(),
            opened_at: Instant(case.opened_at),
            due_at: Instant(case.due.at),
            outcome,
        }
    }
}

impl CaseOut {
    /// The answer for this case.
    pub fn new(view: &CaseView) -> Self {
        Self {
            line: CaseLineOut::new(&view.case, view.seen_at),
            text: view.content.as_ref().map(|content| content.text.clone()),
            author: view.item.author.clone(),
            verdict: RawValue::from_string(view.item.verdict.clone()).ok(),
            events: view.events.iter().map(EventOut::new).collect(),
            decision: view.decision.as_ref().map(DecisionOut::new),
            measures: view.measures.iter().map(MeasureOut::new).collect(),
            owner_requests: view.owners.iter().map(OwnerRequestOut::of).collect(),
            proposal: view.proposal.as_ref().map(ProposalOut::new),
            awaiting: view.waiting.as_ref().map(|(waiting, verdict)| AwaitingOut {
                by: waiting.name.clone(),
                at: Instant(waiting.at),
                outcome: verdict.outcome.key(),
                category: verdict.category.clone(),
                facts: verdict.facts.clone(),
            }),
            appeal: view.appeal.as_ref().map(AppealOut::of_view),
            clocks: view.clocks.iter().map(ClockOut::new).collect(),
            past: view.past.iter().map(PastOut::new).collect(),
        }
    }
}

impl MeasureOut {
    /// The answer for this measure.
    pub fn new(row: &MeasureRow) -> Self {
        Self {
            kind: row.kind.key(),
            target: target(&row.target),
            at: Instant(row.at),
            until: row.until.map(Instant),
            labels: row.labels.clone(),
            verified: row.verified.clone(),
            ended_at: row.ended.map(|(at, _)| Instant(at)),
            ending: row.ended.map(|(_, ending)| ending.key()),
        }
    }
}

impl ProposalOut {
    fn new(row: &ProposalRow) -> Self {
        let lock = row.lock.as_ref();
        let grounds = lock.iter().flat_map(|lock| &lock.grounds);
        Self {
            target: target(&row.target),
            days_min: lock.map_or(0, |lock| lock.days_min),
            days_max: lock.map_or(0, |lock| lock.days_max),
            grounds: grounds
                .map(|ground| GroundOut {
                    ladder: ground.ladder.clone(),
                    violations: ground.step.violations,
                    days: ground.step.days,
                    lock_days_max: ground.step.lock_days_max,
                    strikes: ground.strikes.len(),
                })
                .collect(),
            permanent: lock
                .iter()
                .flat_map(|lock| &lock.permanent)
                .map(|permanent| permanent.ladder.clone())
                .collect(),
            evades: row.evades.clone(),
        }
    }
}

/// To what something is done, as it is answered.
pub fn target(target: &Target) -> TargetOut {
    TargetOut {
        kind: target.kind().key(),
        reference: target.reference().to_owned(),
    }
}

impl EventOut {
    fn new(event: &EventRow) -> Self {
        Self {
            at: Instant(event.at),
            actor_kind: event.actor_kind.clone(),
            actor: event.actor.clone(),
            kind: event.kind.clone(),
            detail: event.detail.clone(),
            note: event.note.clone(),
        }
    }
}

impl DecisionOut {
    /// The answer for this decision.
    pub fn new(decision: &DecisionRow) -> Self {
        Self {
            decision: decision.id.to_string(),
            case: decision.case.to_string(),
            item: decision.item.to_string(),
            outcome: decision.outcome.key(),
            category: decision.category.clone(),
            basis: decision.basis.clone(),
            labels: decision.labels.clone(),
            facts: decision.facts.clone(),
            detection: decision.detection.key(),
            automatic_decision: false,
            by: decision.by.clone(),
            second: decision.second.clone(),
            at: Instant(decision.at),
        }
    }
}

impl DecisionsOut {
    /// The answer for this page.
    pub fn new(decisions: &[DecisionRow], limit: u32) -> Self {
        let full = usize::try_from(limit).is_ok_and(|limit| decisions.len() >= limit);
        let last = decisions.last().filter(|_| full);
        Self {
            decisions: decisions.iter().map(DecisionOut::new).collect(),
            next: last.map(|decision| decision.id.to_string()),
        }
    }
}

impl PastOut {
    fn new(past: &PastDecision) -> Self {
        Self {
            case: past.case.to_string(),
            outcome: past.outcome.key(),
            at: Instant(past.at),
            facts: past.facts.clone(),
        }
    }
}
