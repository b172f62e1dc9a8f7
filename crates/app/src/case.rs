//! Cases are worked: looked into, taken, given back, sent on, and decided with a statement of reasons.

use anlanh_model::{
    Actor, AppealError, AuditAction, Case, CaseError, CaseEvent, Detection, Id, Outcome, Permission, Person, Purpose,
    Statement, Text, Time, Urgency,
};
use anlanh_store::case::{self, CaseFilter, CaseRow, QueuePage, QueuePlace};
use anlanh_store::decision::{self, DecisionFilter, DecisionRow, NewDecision, PastDecision};
use anlanh_store::event::{self, EventRow};
use anlanh_store::image::{self, ImageRow};
use anlanh_store::item::{self, Content, ItemRow};
use anlanh_store::quality::{self, GoldenRow};
use anlanh_store::{Change, Viewer, Writer, tally};

use crate::appeal::{self, AppealView, LinkKey};
use crate::engine::Engine;
use crate::quality::{measure, viewer};
use crate::{App, Error, permit};

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
    /// How cases of the same rule were decided.
    pub past: Vec<PastDecision>,
    /// What is right, for who sets and knows such answers.
    pub golden: Option<GoldenRow>,
    /// The appeal that it answers, if it is one's case.
    pub appeal: Option<AppealView>,
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
            let golden = match viewer {
                Viewer::Manager(_) => quality::golden_of(tx, row.item)?,
                Viewer::Decider(_) | Viewer::Machine | Viewer::Observer => None,
            };
            let past = match row.rule.as_str() {
                "" => Vec::new(),
                rule => decision::past_of_rule(tx, rule, id, viewer, PAST_DECISIONS)?,
            };
            Ok(CaseView {
                item,
                golden,
                content: item::content(tx, row.item)?,
                images: image::of_item(tx, row.item)?,
                events: event::of_case(tx, id)?,
                decision: decision::of_case(tx, id)?,
                appeal: match row.case.purpose {
                    Purpose::Appeal { .. } => appeal::of_case(tx, id)?,
                    Purpose::Live | Purpose::SecondReview { .. } | Purpose::Golden => None,
                },
                past,
                seen_at: now,
                case: row,
            })
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
    let change = Change {
        actor: actor.clone(),
        action,
        now: app.clock.now(),
    };
    let viewer = viewer(actor);
    app.store
        .write(change, move |writer| {
            let now = writer.now();
            let row = load_for(writer, id, viewer, person)?;
            let (next, happened) = match &step {
                Step::Take => row.case.take(person, now)?,
                Step::Release => row.case.release(person)?,
                Step::Escalate(why) => row.case.escalate(person, note(why)?, now)?,
                Step::Reorder(urgency, why) => row.case.reorder(*urgency, note(why)?)?,
                Step::Note(text) => (row.case, CaseEvent::Noted(note(text)?)),
            };
            case::update(writer, &next)?;
            event::insert(writer, id, &happened)?;
            writer.about("case", id.number(), happened.key());
            case::load(writer, id)?.ok_or(Error::NotFound("case"))
        })
        .await
}

/// Decides a case with a statement of reasons, and gives the decision as it was written.
///
/// # Errors
/// As [`step`]; and when the statement is not one, or names what the policy in force does not have.
pub async fn decide(app: &App, actor: &Actor, id: Id<Case>, verdict: Verdict) -> Result<DecisionRow, Error> {
    let person = permit_person(actor, Permission::DecideCases)?;
    let engine = app.engine();
    let now = app.clock.now();
    let statement = statement(&engine, verdict, Detection::Automatic, now)?;
    let keys = app.links.clone();
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::DecideCase,
        now,
    };
    let viewer = viewer(actor);
    app.store
        .write(change, move |writer| {
            let row = load_for(writer, id, viewer, person)?;
            if let Purpose::Appeal { .. } = row.case.purpose {
                return Err(AppealError::NotAnAppeal.into());
            }
            write_decision(writer, &engine, &keys, person, row, &statement)
        })
        .await
}

/// Writes a decision, with everything that follows from one that is no appeal's answer.
pub(crate) fn write_decision(
    writer: &mut Writer<'_, '_>,
    engine: &Engine,
    keys: &LinkKey,
    person: Person,
    row: CaseRow,
    statement: &Statement,
) -> Result<DecisionRow, Error> {
    let (opened_at, item, outcome) = (row.case.opened_at, row.item, statement.outcome());
    let (id, purpose) = (row.case.id, row.case.purpose);
    let (next, happened) = row.case.clone().decide(person, outcome, writer.now())?;
    case::update(writer, &next)?;
    event::insert(writer, id, &happened)?;
    let new = NewDecision {
        case: id,
        item,
        by: person.id,
        statement: statement.clone(),
        version: engine.version,
    };
    let decision = decision::insert(writer, &new)?;
    let mut measured = String::new();
    if purpose.takes_effect() {
        appeal::make_links(writer, keys, decision, outcome)?;
    }
    if purpose == Purpose::Live {
        measured = measure(writer, &row, decision, person)?;
        item::judge_hits(writer, item, outcome)?;
        tally::add(writer, "outcome", outcome.key(), 1);
        let minutes = writer.now().minutes_since(opened_at).max(0);
        tally::add(writer, "minutes", &power_of_two_above(minutes).to_string(), 1);
    }
    writer.about("case", id.number(), format!("{}{measured}", outcome.key()));
    decision::of_case(writer, id)?.ok_or(Error::NotFound("decision"))
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

pub(crate) fn statement(
    engine: &Engine,
    verdict: Verdict,
    detection: Detection,
    now: Time,
) -> Result<Statement, Error> {
    let pack = engine.screener.pack();
    let today = anlanh_screen::Time(now.as_seconds()).date_at(pack.utc_offset_minutes);
    let mut basis = verdict.basis;
    if let Some(key) = &verdict.category {
        let category = pack.categories.iter().find(|category| category.key == *key);
        let category = category.ok_or(Error::UnknownKey("category"))?;
        let in_force = category.bases.iter().filter(|basis| basis.validity.holds_on(today));
        if basis.is_empty() {
            basis = in_force
                .take(Statement::MAX_BASES)
                .map(|basis| basis.key.clone())
                .collect();
        } else {
            let in_force: Vec<&str> = in_force.map(|basis| basis.key.as_str()).collect();
            if !basis.iter().all(|key| in_force.contains(&key.as_str())) {
                return Err(Error::UnknownKey("basis"));
            }
        }
    }
    if !verdict.labels.iter().all(|label| pack.labels.contains(label)) {
        return Err(Error::UnknownKey("labels"));
    }
    let facts = Text::parse(&verdict.facts).map_err(|error| Error::Text("facts", error))?;
    let (outcome, category, labels) = (verdict.outcome, verdict.category, verdict.labels);
    Ok(Statement::new(outcome, category, basis, labels, facts, detection)?)
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
