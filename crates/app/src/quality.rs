//! How the work of people is measured: golden items and second opinions, put before reviewers as cases like any other.
//!
//! A share of the decisions that take effect is drawn by the decision's id. Drawn for a second review, the same case comes
//! back for somebody else, who finds nothing of the first decision until both are there; drawn for golden items, a case
//! whose right answer is known is put among the others. Neither takes effect: no tally, no rule's precision, nothing
//! outside. A disagreement is a finding for who answers for the rules; the decision itself is only changed by an appeal.

mod figures;

use anlanh_model::{Actor, AuditAction, Case, Finding, Gauge, Id, Outcome, Permission, Person, Purpose, Text};
use anlanh_store::case::{self, CaseRow, NewCase};
use anlanh_store::decision::Decision;
use anlanh_store::quality::{self, GoldenRow, NewGolden, Opinions, OpinionsOf};
use anlanh_store::{Viewer, Writer, event, item};

use crate::case::permit_person;
use crate::{App, Error, permit};

pub use anlanh_store::quality::{Answer, Opinion, Shares, Waiting};
pub use figures::{MAX_DAYS, MIN_OWN_ANSWERS, Quality, Week, figures, own};

/// The right answer for an item, as a person hands it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightAnswer {
    /// What is right.
    pub outcome: Outcome,
    /// Key of the right category; none where no rule is broken.
    pub category: Option<String>,
    /// Why.
    pub note: String,
}

/// As whom somebody looks at cases.
pub(crate) fn viewer(actor: &Actor) -> Viewer {
    match actor.person() {
        None => Viewer::Machine,
        Some(person) if !person.role.may(Permission::DecideCases) => Viewer::Observer,
        Some(person) if person.role.may(Permission::CheckQuality) => Viewer::Manager(person.id),
        Some(person) => Viewer::Decider(person.id),
    }
}

/// How much is measured.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn shares(app: &App, actor: &Actor) -> Result<Shares, Error> {
    permit(actor, Permission::CheckQuality)?;
    app.store.read("quality.shares", |tx| Ok(quality::shares(tx)?)).await
}

/// Sets how much is measured, from the next decision on.
///
/// # Errors
/// When the one who asks may not, or the database is away or full.
pub async fn set_shares(app: &App, actor: &Actor, shares: Shares) -> Result<(), Error> {
    let person = permit_person(actor, Permission::CheckQuality)?;
    app.store
        .write(app.change(actor, AuditAction::SetShares), move |writer| {
            quality::set_shares(writer, shares, person.id)?;
            let (second, golden) = (shares.second_review.percent(), shares.golden.percent());
            writer.about("setting", 0, format!("second_review={second} golden={golden}"));
            Ok(())
        })
        .await
}

/// Every golden item, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn golden(app: &App, actor: &Actor) -> Result<Vec<GoldenRow>, Error> {
    permit(actor, Permission::CheckQuality)?;
    app.store.read("quality.golden", |tx| Ok(quality::golden(tx)?)).await
}

/// Makes the item of a decided case golden, with what is right for it; what was set before is replaced.
///
/// # Errors
/// When the one who asks may not, there is no such decided case, the answer is not one, or the database is away or full.
pub async fn set_golden(app: &App, actor: &Actor, id: Id<Case>, answer: RightAnswer) -> Result<(), Error> {
    let person = permit_person(actor, Permission::CheckQuality)?;
    let note: Text<{ Case::MAX_NOTE_BYTES }> = Text::parse(&answer.note).map_err(|error| Error::Text("note", error))?;
    let engine = app.engine();
    let known = |key: &String| engine.screener.pack().categories.iter().any(|it| it.key == *key);
    if answer.category.is_some() != answer.outcome.is_violation() || !answer.category.iter().all(known) {
        return Err(Error::UnknownKey("category"));
    }
    let sees = viewer(actor);
    app.store
        .write(app.change(actor, AuditAction::SetGolden), move |writer| {
            let row = case::load(writer, id)?.ok_or(Error::NotFound("case"))?;
            let is_decided = matches!(row.case.state, anlanh_model::State::Decided { .. });
            if row.case.purpose != Purpose::Live || !is_decided || !case::is_visible(writer, id, sees)? {
                return Err(Error::NotFound("case"));
            }
            let new = NewGolden {
                item: row.item,
                outcome: answer.outcome,
                category: answer.category.clone(),
                note: note.as_str().to_owned(),
                by: person.id,
            };
            quality::set_golden(writer, &new)?;
            writer.about("item", row.item.number(), answer.outcome.key());
            Ok(())
        })
        .await
}

/// Withdraws a golden item: it is put before nobody any more, and what was decided on it measures nobody.
///
/// # Errors
/// When the one who asks may not, the item is not golden, or the database is away or full.
pub async fn withdraw_golden(app: &App, actor: &Actor, id: Id<item::Item>) -> Result<(), Error> {
    permit_person(actor, Permission::CheckQuality)?;
    app.store
        .write(app.change(actor, AuditAction::SetGolden), move |writer| {
            if !quality::withdraw_golden(writer, id)? {
                return Err(Error::NotFound("item"));
            }
            writer.about("item", id.number(), "withdrawn");
            Ok(())
        })
        .await
}

/// Pairs of opinions that differ and wait for a finding, oldest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn disagreements(app: &App, actor: &Actor) -> Result<Vec<Opinions>, Error> {
    permit(actor, Permission::CheckQuality)?;
    app.store
        .read("quality.disagreements", |tx| {
            Ok(quality::opinions(tx, OpinionsOf::Disagreeing)?)
        })
        .await
}

/// Keeps which of two opinions was right, and why. It changes neither.
///
/// # Errors
/// When the one who asks may not or gave one of the two, there is no such disagreement, the note is no text, or the
/// database is away or full.
pub async fn find_right(app: &App, actor: &Actor, id: Id<Case>, finding: Finding, note: String) -> Result<(), Error> {
    let person = permit_person(actor, Permission::CheckQuality)?;
    let note: Text<{ Case::MAX_NOTE_BYTES }> = Text::parse(&note).map_err(|error| Error::Text("note", error))?;
    app.store
        .write(app.change(actor, AuditAction::FindRight), move |writer| {
            let opinions = quality::opinions(writer, OpinionsOf::Case(id))?.pop();
            let opinions = opinions.filter(|it| it.finding.is_none() && it.first.answer != it.second.answer);
            let opinions = opinions.ok_or(Error::NotFound("disagreement"))?;
            if [opinions.first.person, opinions.second.person].contains(&person.id) {
                return Err(Error::OwnOpinion);
            }
            quality::keep_finding(writer, id, finding, note.as_str(), person.id)?;
            writer.about("case", id.number(), finding.key());
            Ok(())
        })
        .await
}

/// Opens the cases that a decision is drawn for, and says for the audit log which.
pub(crate) fn measure(
    writer: &mut Writer<'_, '_>,
    row: &CaseRow,
    decision: Id<Decision>,
    by: Id<Person>,
) -> Result<String, Error> {
    let shares = quality::shares(writer)?;
    let mut opened = String::new();
    if shares.second_review.draws(Gauge::SecondReview, decision.number())
        && quality::has_somebody_else(writer, row.item)?
    {
        let (of, first) = (row.case.id, by);
        let id = repeat(writer, row, Purpose::SecondReview { of, first })?;
        opened = format!(" second-review={id}");
    }
    if shares.golden.draws(Gauge::Golden, decision.number())
        && let Some(golden) = quality::next_golden(writer)?
        && let Some(row) = case::load(writer, golden)?
    {
        let id = repeat(writer, &row, Purpose::Golden)?;
        opened = format!("{opened} golden={id}");
    }
    Ok(opened)
}

/// Opens a case like another one.
fn repeat(writer: &mut Writer<'_, '_>, row: &CaseRow, purpose: Purpose) -> Result<Id<Case>, Error> {
    let id = writer.new_id();
    let (opened, _) = Case::open(id, row.cause, purpose, row.case.due.urgency, writer.now());
    let new = NewCase {
        item: row.item,
        cause: row.cause,
        category: row.category.clone(),
        rule: row.rule.clone(),
        kind: row.kind.clone(),
    };
    case::insert(writer, &opened, &new)?;
    event::repeat_opening(writer, id, row.case.id)?;
    Ok(id)
}
