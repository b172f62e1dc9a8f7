//! Cases are worked: looked into, taken, given back, sent on, and decided with a statement of reasons.

use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, Case, CaseError, CaseEvent, Cause, ClockEnd, Id, Outcome, Permission, Person, Purpose, State,
    StatutoryClock, Text, Time, Urgency,
};
use anlanh_store::case::{self, CaseFilter, CaseRow, QueuePage, QueuePlace};
use anlanh_store::decision::{self, DecisionFilter, DecisionRow, NewDecision, PastDecision};
use anlanh_store::event::{self, EventRow};
use anlanh_store::image::{self, ImageRow};
use anlanh_store::item::{self, Content, ItemRow};
use anlanh_store::measure::MeasureRow;
use anlanh_store::order::{self, Mention};
use anlanh_store::proposal::{self, ProposalRow, WaitingDecision};
use anlanh_store::quality::{self, GoldenRow};
use anlanh_store::report::Reach;
use anlanh_store::strike::{self, StrikeRow};
use anlanh_store::{Queries, Viewer, Writer, clock, tally};
use anlanh_vault::Vault;

use crate::appeal::{self, AppealView};
use crate::enforcement::{self, Enforcement, Plan};
use crate::engine::Engine;
use crate::owner::{self, OwnerView};
use crate::quality::{measure, viewer};
use crate::report::{self, ReportView};
use crate::{App, Error, Site, permit, public_log, statutory};

/// A case with everything that a decision needs.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// The case.
    pub case: CaseRow,
    /// Its item.
    pub item: ItemRow,
    /// What the item says; none if it was erased.
    pub content: Option<Content>,
    /// Its pictures.
    pub images: Vec<ImageRow>,
    /// What happened so far, oldest first.
    pub events: Vec<EventRow>,
    /// How it was decided, if it was.
    pub decision: Option<DecisionRow>,
    /// What it does.
    pub measures: Vec<MeasureRow>,
    /// What the case proposes, where it is about a subject.
    pub proposal: Option<ProposalRow>,
    /// The strikes that the proposal rests on, oldest first.
    pub strikes: Vec<StrikeRow>,
    /// What was decided and waits for a second person: by whom, when, and what.
    pub waiting: Option<(WaitingDecision, Verdict)>,
    /// How cases of the same rule were decided.
    pub past: Vec<PastDecision>,
    /// What is right, for who sets and knows such answers.
    pub golden: Option<GoldenRow>,
    /// The statutory clocks that run for it, the one that runs out first before the others.
    pub clocks: Vec<StatutoryClock>,
    /// What people told of it.
    pub reports: Vec<ReportView>,
    /// How far it reaches by that.
    pub reach: Reach,
    /// The appeal that it answers, if it is one's case.
    pub appeal: Option<AppealView>,
    /// What owners are asked by its decision.
    pub owners: Vec<OwnerView>,
    /// The orders that name its item, newest first; none where it measures, or it would be known by them.
    pub orders: Vec<Mention>,
    /// When it was looked at.
    pub seen_at: Time,
}

/// What a person hands in to decide a case: texts and keys, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What is to happen.
    pub outcome: Outcome,
    /// Key of the category; none where no rule is broken.
    pub category: Option<String>,
    /// Keys of the bases; where empty, those of the category that are in force.
    pub basis: Vec<String>,
    /// Keys of the labels to be shown.
    pub labels: Vec<String>,
    /// The facts relied on.
    pub facts: String,
    /// What is done besides, to the item and to those behind it.
    pub enforcement: Enforcement,
}

/// What may be done to a case besides deciding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Hold it.
    Take,
    /// Give it back.
    Release,
    /// Send it to the next level, and why.
    Escalate(String),
    /// Move it in the queue, and why.
    Reorder(Urgency, String),
    /// Write a note.
    Note(String),
}

/// How many past decisions a case shows.
const PAST_DECISIONS: u32 = 5;

/// A page of the queue.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn queue(
    app: &App,
    actor: &Actor,
    filter: CaseFilter,
    after: Option<QueuePlace>,
    limit: u32,
) -> Result<QueuePage, Error> {
    permit(actor, Permission::ReadCases)?;
    let viewer = viewer(actor);
    let now = app.clock.now();
    app.store
        .read("case.queue", move |tx| {
            Ok(case::queue(tx, &filter, viewer, after, limit, now)?)
        })
        .await
}

/// How much waits. What is more than [`Waiting::MOST`] is told as one more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Cases that are not decided.
    pub open: u64,
    /// Those that should have been looked at by now.
    pub overdue: u64,
}

impl Waiting {
    /// How far cases are counted.
    pub const MOST: u32 = 10_000;
}

/// How much waits.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn waiting(app: &App, actor: &Actor) -> Result<Waiting, Error> {
    permit(actor, Permission::ReadCases)?;
    let now = app.clock.now();
    app.store
        .read("case.waiting", move |tx| {
            let (open, overdue) = case::count_waiting(tx, now, Waiting::MOST + 1)?;
            Ok(Waiting { open, overdue })
        })
        .await
}

/// One case.
///
/// # Errors
/// When the one who asks may not, there is no such case, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Case>) -> Result<CaseView, Error> {
    permit(actor, Permission::ReadCases)?;
    let (viewer, now) = (viewer(actor), app.clock.now());
    let keys = Arc::clone(&app.vault);
    app.store
        .read("case.show", move |tx| {
            let row = case::load(tx, id)?.ok_or(Error::NotFound("case"))?;
            if !case::is_visible(tx, id, viewer)? {
                return Err(Error::NotFound("case"));
            }
            let mut item = item::load(tx, row.item)?.ok_or(Error::NotFound("item"))?;
            if viewer != Viewer::Observer {
                disguise(&mut item, &row.case);
            }
            let external = item.external.clone();
            let golden = match viewer {
                Viewer::Manager(_) => quality::golden_of(tx, row.item)?,
                Viewer::Decider(_) | Viewer::Machine | Viewer::Observer => None,
            };
            let past = match row.rule.as_str() {
                "" => Vec::new(),
                rule => decision::past_of_rule(tx, rule, id, viewer, PAST_DECISIONS)?,
            };
            let told = told_case(tx, &row, viewer)?;
            let (reports, reach) = report::by_case(&keys, tx, told)?;
            let decision = decision::of_case(tx, id)?;
            let measures = match &decision {
                Some(decision) => anlanh_store::measure::of_decision(tx, decision.id)?,
                None => Vec::new(),
            };
            let owners = match &decision {
                Some(decision) => owner::of_decision(tx, &keys, decision.id)?,
                None => Vec::new(),
            };
            let proposal = proposal::of_case(tx, id)?;
            let strikes = match &proposal {
                Some(proposal) => {
                    let strikes = strike::of_target(tx, &proposal.target)?;
                    enforcement::visible(tx, viewer, strikes, |row| Some(row.case))?
                }
                None => Vec::new(),
            };
            let waiting = proposal::waiting(tx, id)?
                .map(|waiting| {
                    let verdict = enforcement::read_waiting(&waiting.verdict)?;
                    Ok::<_, Error>((waiting, verdict))
                })
                .transpose()?;
            Ok(CaseView {
                item,
                golden,
                clocks: clocks(tx, &row, told)?,
                reports,
                reach,
                measures,
                owners,
                proposal,
                strikes,
                waiting,
                content: item::content(tx, row.item)?,
                images: image::of_item(tx, row.item)?,
                events: event::of_case(tx, id)?,
                decision,
                appeal: match row.case.purpose {
                    Purpose::Appeal { .. } => appeal::of_case(tx, &keys, id)?,
                    Purpose::Live | Purpose::SecondReview { .. } | Purpose::Golden => None,
                },
                past,
                orders: if row.case.purpose.takes_effect() {
                    order::mentions(tx, row.item, external.as_deref())?
                } else {
                    Vec::new()
                },
                seen_at: now,
                case: row,
            })
        })
        .await
}

/// The case that reports and clocks belong to: a case that measures shows those of the one it repeats, or it would be
/// known by their absence.
pub(crate) fn told_case(tx: &mut dyn Queries, row: &CaseRow, viewer: Viewer) -> Result<Id<Case>, Error> {
    match row.case.purpose {
        Purpose::Live | Purpose::Appeal { .. } => Ok(row.case.id),
        Purpose::SecondReview { of, .. } => Ok(of),
        Purpose::Golden if viewer == Viewer::Observer => Ok(row.case.id),
        Purpose::Golden => {
            let live = case::of_item(tx, row.item, Viewer::Machine)?;
            let about_item = live.iter().rfind(|live| live.is_first_about_item());
            Ok(about_item.map_or(row.case.id, |live| live.case.id))
        }
    }
}

/// The clocks of a case.
fn clocks(tx: &mut dyn Queries, row: &CaseRow, told: Id<Case>) -> Result<Vec<StatutoryClock>, Error> {
    let clocks = clock::of_case(tx, told)?.into_iter();
    Ok(clocks.map(|clock| as_of(row, clock)).collect())
}

/// A clock as a case has it: that of one that measures runs as if it had started with it.
fn as_of(row: &CaseRow, clock: StatutoryClock) -> StatutoryClock {
    if row.case.purpose.takes_effect() {
        return clock;
    }
    let runs = clock.due_at.minutes_since(clock.starts_at);
    StatutoryClock {
        due_at: row.case.opened_at.plus_minutes(runs),
        starts_at: row.case.opened_at,
        warned_at: None,
        end: ClockEnd::Running,
        ..clock
    }
}

/// For each of these cases the statutory clock that runs out first, or ran out, if it has one.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn first_clocks(app: &App, actor: &Actor, cases: &[CaseRow]) -> Result<Vec<Option<StatutoryClock>>, Error> {
    permit(actor, Permission::ReadCases)?;
    let (viewer, cases) = (viewer(actor), cases.to_vec());
    app.store
        .read("case.first_clocks", move |tx| {
            let mut told = Vec::with_capacity(cases.len());
            for row in &cases {
                told.push(told_case(tx, row, viewer)?);
            }
            let clocks = clock::of_cases(tx, &told)?;
            let first = cases.iter().zip(&told).map(|(row, told)| {
                let clock = clocks.iter().find(|clock| clock.case == *told)?;
                Some(as_of(row, clock.clock.clone()))
            });
            Ok(first.collect())
        })
        .await
}

/// A page of decisions, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn decisions(
    app: &App,
    actor: &Actor,
    filter: DecisionFilter,
    before: Option<Id<decision::Decision>>,
    limit: u32,
) -> Result<Vec<DecisionRow>, Error> {
    permit(actor, Permission::ReadCases)?;
    let viewer = viewer(actor);
    app.store
        .read("decision.page", move |tx| {
            Ok(decision::page(tx, &filter, viewer, before, limit)?)
        })
        .await
}

/// Does one step with a case and gives the case as it is then.
///
/// # Errors
/// When the one who asks may not, there is no such case, the case stands in the way, a note is no text, or the database
/// is away or full.
pub async fn step(app: &App, actor: &Actor, id: Id<Case>, step: Step) -> Result<CaseRow, Error> {
    let (permission, action) = match step {
        Step::Take => (Permission::DecideCases, AuditAction::TakeCase),
        Step::Release => (Permission::DecideCases, AuditAction::ReleaseCase),
        Step::Escalate(_) => (Permission::DecideCases, AuditAction::EscalateCase),
        Step::Reorder(..) => (Permission::OrderQueue, AuditAction::ReorderCase),
        Step::Note(_) => (Permission::DecideCases, AuditAction::NoteCase),
    };
    let person = permit_person(actor, permission)?;
    let change = app.change(actor, action);
    let viewer = viewer(actor);
    app.store
        .write(change, move |writer| {
            let now = writer.now();
            let row = load_for(writer, id, viewer, person)?;
            let (mut next, happened) = match &step {
                Step::Take => row.case.take(person, now)?,
                Step::Release => row.case.release(person)?,
                Step::Escalate(why) => row.case.escalate(person, note(why)?, now)?,
                Step::Reorder(urgency, why) => row.case.reorder(*urgency, note(why)?)?,
                Step::Note(text) => (row.case, CaseEvent::Noted(note(text)?)),
            };
            next.due = next.due.no_later_than(clock::earliest(writer, id)?);
            case::update(writer, &next)?;
            event::insert(writer, id, &happened)?;
            writer.about("case", id.number(), happened.key());
            case::load(writer, id)?.ok_or(Error::NotFound("case"))
        })
        .await
}

/// What came of deciding.
#[derive(Debug, Clone, PartialEq)]
pub enum Decided {
    /// It took effect.
    Done(Box<DecisionRow>),
    /// It takes effect when a second person confirms it; the case waits for one.
    AwaitingSecond(Box<CaseRow>),
}

impl Decided {
    /// The decision, if it took effect.
    #[must_use]
    pub fn done(self) -> Option<DecisionRow> {
        match self {
            Self::Done(decision) => Some(*decision),
            Self::AwaitingSecond(_) => None,
        }
    }
}

/// Decides a case with a statement of reasons, and gives the decision as it was written, or the case where a second
/// person must confirm it.
///
/// # Errors
/// As [`step`]; and when the statement is not one, names what the policy in force does not have, or asks for what does
/// not suit the case.
pub async fn decide(app: &App, actor: &Actor, id: Id<Case>, verdict: Verdict) -> Result<Decided, Error> {
    let mut decided = enforcement::decide_all(app, actor, vec![id], verdict).await?;
    decided.pop().ok_or(Error::NotFound("decision"))
}

/// What a decision is written with: the policy in force, the keys of those who are told, and who tells them.
pub(crate) struct Means {
    pub engine: Arc<Engine>,
    pub vault: Arc<Vault>,
    pub site: Arc<Site>,
}

impl Means {
    pub fn of(app: &App) -> Self {
        Self {
            engine: app.engine(),
            vault: Arc::clone(&app.vault),
            site: Arc::clone(&app.site),
        }
    }
}

/// Writes a decision that takes effect, or measures somebody.
pub(crate) fn write_decision(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &CaseRow,
    item: &ItemRow,
    (next, happened): (Case, CaseEvent),
    plan: &Plan,
    second: Option<Person>,
) -> Result<DecisionRow, Error> {
    let (id, outcome) = (row.case.id, plan.statement.outcome());
    let State::Decided { by, .. } = next.state else {
        return Err(CaseError::NotAwaiting.into());
    };
    case::update_by_two(writer, &next, second.map(|person| person.id))?;
    event::insert(writer, id, &happened)?;
    let new = NewDecision {
        case: id,
        item: row.item,
        by,
        statement: plan.statement.clone(),
        version: means.engine.version,
        second: second.map(|person| person.id),
    };
    let decision = decision::insert(writer, &new)?;
    let mut measured = String::new();
    if row.case.purpose.takes_effect() {
        statutory::meet(writer, id)?;
        appeal::make_links(writer, &means.vault, decision, outcome)?;
    }
    if row.case.purpose == Purpose::Live {
        report::answer_all(writer, &means.vault, &means.site, id, outcome)?;
        if plan.is_about_item {
            item::judge_hits(writer, row.item, outcome)?;
        }
        // Whoever confirmed knows the first decision, and a case about a subject has no known answer.
        if plan.is_about_item && second.is_none() {
            measured = measure(writer, row, decision, by)?;
        }
        tally::add(writer, "outcome", outcome.key(), 1);
        // What an authority orders waited for nobody in the queue.
        if row.cause != Cause::Order {
            let minutes = writer.now().minutes_since(row.case.opened_at).max(0);
            tally::add(writer, "minutes", &power_of_two_above(minutes).to_string(), 1);
        }
        enforcement::carry_out(writer, &means.engine, decision, row, item, plan)?;
    }
    writer.about("case", id.number(), format!("{}{measured}", outcome.key()));
    let written = decision::of_case(writer, id)?.ok_or(Error::NotFound("decision"))?;
    if row.case.purpose == Purpose::Live {
        if let Some(asked) = &plan.owner {
            owner::by_decision(writer, (&means.engine, &means.vault), &written, item, asked)?;
        }
        public_log::note_decision(writer, means, &written, None)?;
    }
    Ok(written)
}

/// A case that somebody may act on. What is hidden from them is not there; but whoever decided first is told that the
/// second opinion is not theirs to give.
pub(crate) fn load_for(
    writer: &mut Writer<'_, '_>,
    id: Id<Case>,
    viewer: Viewer,
    person: Person,
) -> Result<CaseRow, Error> {
    let row = case::load(writer, id)?.ok_or(Error::NotFound("case"))?;
    if !row.case.purpose.bars(person.id) && !case::is_visible(writer, id, viewer)? {
        return Err(Error::NotFound("case"));
    }
    Ok(row)
}

/// A case that measures is shown as if its item had just come in: its age would give it away.
fn disguise(item: &mut ItemRow, case: &Case) {
    if case.purpose.takes_effect() {
        return;
    }
    let older = case.opened_at.as_micros() - item.received_at.as_micros();
    let later = |at: Time| Time::from_micros(at.as_micros().saturating_add(older));
    item.posted_at = item.posted_at.map(later);
    item.received_at = later(item.received_at);
}

/// Time to decision is kept by powers of two: 1, 2, 4, … minutes, each counting what took less.
const fn power_of_two_above(minutes: i64) -> u64 {
    (minutes.unsigned_abs().saturating_add(1)).next_power_of_two()
}

fn note(text: &str) -> Result<Text<{ Case::MAX_NOTE_BYTES }>, Error> {
    Text::parse(text).map_err(|error| Error::Text("note", error))
}

pub(crate) fn permit_person(actor: &Actor, permission: Permission) -> Result<Person, Error> {
    let Some(person) = actor.person() else {
        return Err(Error::NeedsPerson(permission));
    };
    permit(actor, permission)?;
    Ok(person)
}

/// What stands in the way of deciding a case, if anything, for pages that say so beforehand.
///
/// # Errors
/// What stands in the way.
pub fn may_decide(case: &Case, person: Person, now: Time) -> Result<(), CaseError> {
    case.must_be_free_for(person, now)
}
