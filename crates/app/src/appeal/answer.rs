//! Appeals are looked into and answered by somebody who decided nothing that they are about.

use std::sync::Arc;

use anlanh_model::{
    Actor, Appeal, AppealError, AppealResult, AuditAction, Case, CaseEvent, Id, Permission, Person, Statement, Text,
};
use anlanh_store::appeal::{self, AppealRow};
use anlanh_store::case::CaseRow;
use anlanh_store::decision::{self, Decision, DecisionRow};
use anlanh_store::item::ItemRow;
use anlanh_store::{Writer, case, item, proposal, quality, tally};

use super::{Message, about, chain_to, read_words, sealed};
use crate::case::{Decided, Means, Verdict, load_for, permit_person, write_decision};
use crate::enforcement::{self, Enforcement, Plan, plan, propose};
use crate::quality::viewer;
use crate::{App, Error, public_log};

/// How an appeal is answered, as a person hands it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What was decided stands; why.
    Uphold(String),
    /// What was decided is undone; why.
    Reverse(String),
    /// Something else takes its place.
    Change(Verdict),
}

impl Answer {
    /// What becomes of the decision.
    #[must_use]
    pub const fn result(&self) -> AppealResult {
        match self {
            Self::Uphold(_) => AppealResult::Upheld,
            Self::Reverse(_) => AppealResult::Reversed,
            Self::Change(_) => AppealResult::Changed,
        }
    }
}

/// What an answer is about.
struct Appealed {
    row: CaseRow,
    kept: AppealRow,
    before: DecisionRow,
    item: ItemRow,
}

impl Appealed {
    fn load(writer: &mut Writer<'_, '_>, row: CaseRow) -> Result<Self, Error> {
        let kept = appeal::of_case(writer, row.case.id)?.ok_or(AppealError::NotAnAppeal)?;
        let before = decision::load(writer, kept.decision)?.ok_or(Error::NotFound("decision"))?;
        let item = item::load(writer, row.item)?.ok_or(Error::NotFound("item"))?;
        Ok(Self {
            row,
            kept,
            before,
            item,
        })
    }
}

/// Answers an appeal, and gives the decision as it was written; what takes two people waits for the second. What no longer
/// stands is undone with it: what was done to the item and to those behind it, strikes and the locks that rested on them,
/// and, where it was about the item, what rules are known to have got right, and the item as a golden one.
///
/// # Errors
/// When the one who asks may not or decided below, there is no such case or it is no appeal, the case stands in the way,
/// the answer contradicts itself or cites what the policy does not have, or the database is away or full.
pub async fn answer(app: &App, actor: &Actor, id: Id<Case>, answer: Answer) -> Result<Decided, Error> {
    let person = permit_person(actor, Permission::DecideCases)?;
    let (means, sees) = (Means::of(app), viewer(actor));
    let made = app.change(actor, AuditAction::AnswerAppeal);
    app.store
        .write(made, move |writer| {
            let row = load_for(writer, id, sees, person)?;
            let appealed = Appealed::load(writer, row)?;
            let plan = match &answer {
                Answer::Uphold(why) => Plan::of_words(again(&appealed.before, why)?),
                Answer::Reverse(why) => Plan::of_words(undone(&appealed.before, why)?),
                Answer::Change(verdict) => {
                    let plan = changed(writer, &means, &appealed, verdict)?;
                    if plan.needs_second {
                        return propose(writer, person, &appealed.row, verdict);
                    }
                    plan
                }
            };
            // The case says first what stands in the way.
            let case = appealed.row.case.clone();
            let step = case.decide(person, plan.statement.outcome(), writer.now())?;
            let written = finish(writer, &means, &appealed, answer.result(), step, &plan, None)?;
            Ok(Decided::Done(Box::new(written)))
        })
        .await
}

/// Writes the answer that a second person confirmed.
pub(crate) fn confirmed(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: CaseRow,
    verdict: &Verdict,
    step: (Case, CaseEvent),
    second: Person,
) -> Result<DecisionRow, Error> {
    let appealed = Appealed::load(writer, row)?;
    let plan = changed(writer, means, &appealed, verdict)?;
    let result = AppealResult::Changed;
    finish(writer, means, &appealed, result, step, &plan, Some(second))
}

/// Writes an answer, and does what follows from it.
fn finish(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    appealed: &Appealed,
    result: AppealResult,
    step: (Case, CaseEvent),
    plan: &Plan,
    second: Option<Person>,
) -> Result<DecisionRow, Error> {
    let Appealed {
        row,
        kept,
        before,
        item,
    } = appealed;
    let (now, outcome) = (writer.now(), plan.statement.outcome());
    let written = write_decision(writer, means, row, item, step, plan, second)?;
    let chain = chain_to(writer, before)?;
    if result != AppealResult::Upheld {
        enforcement::replace(writer, &means.engine, &chain, written.id, row, item, plan)?;
    }
    public_log::note_decision(writer, means, &written, Some(before.id))?;
    appeal::end(writer, &kept.appeal.clone().answer(result, now)?)?;
    let is_turned = before.outcome.is_violation() != outcome.is_violation();
    if is_turned && is_about_item(writer, &chain)? {
        item::judge_hits_anew(writer, before.item, before.outcome, outcome)?;
        quality::withdraw_golden(writer, before.item)?;
    }
    tally::add(writer, "appeal", result.key(), 1);
    about(writer, kept, &format!(" {}", result.key()));
    Ok(written)
}

/// Whether a chain says what its item is. A lock was brought up by an item that is what it is without it.
fn is_about_item(writer: &mut Writer<'_, '_>, chain: &[Id<Decision>]) -> Result<bool, Error> {
    let Some(first) = chain.first() else {
        return Ok(false);
    };
    let first = decision::load(writer, *first)?.ok_or(Error::NotFound("decision"))?;
    let case = case::load(writer, first.case)?.ok_or(Error::NotFound("case"))?;
    Ok(case.is_first_about_item())
}

/// What takes the place of a decision.
fn changed(writer: &mut Writer<'_, '_>, means: &Means, appealed: &Appealed, verdict: &Verdict) -> Result<Plan, Error> {
    let Appealed { before, item, .. } = appealed;
    let first = chain_to(writer, before)?;
    let first = match first.first() {
        Some(first) => decision::load(writer, *first)?.ok_or(Error::NotFound("decision"))?,
        None => before.clone(),
    };
    let proposed = proposal::of_case(writer, first.case)?;
    let now = writer.now();
    let mut plan = plan(writer, &means.engine, item, proposed.as_ref(), verdict, now)?;
    plan.statement = plan.statement.found_by(before.detection);
    must_change(before, &plan.statement, verdict)?;
    Ok(plan)
}

/// The statement that a decision stands.
fn again(before: &DecisionRow, why: &str) -> Result<Statement, Error> {
    Ok(Statement::new(
        before.outcome,
        before.category.clone(),
        before.basis.clone(),
        before.labels.clone(),
        reasons(why)?,
        before.detection,
    )?)
}

/// The statement that a decision is undone.
fn undone(before: &DecisionRow, why: &str) -> Result<Statement, Error> {
    if !before.outcome.is_violation() {
        return Err(AppealError::NothingToReverse.into());
    }
    Ok(Statement::new(
        anlanh_model::Outcome::NoViolation,
        None,
        Vec::new(),
        Vec::new(),
        reasons(why)?,
        before.detection,
    )?)
}

fn must_change(before: &DecisionRow, after: &Statement, verdict: &Verdict) -> Result<(), AppealError> {
    let same = verdict.enforcement == Enforcement::default()
        && (after.outcome(), after.category()) == (before.outcome, before.category.as_deref())
        && after.basis() == before.basis
        && after.labels() == before.labels;
    if same || !after.outcome().is_violation() {
        return Err(AppealError::NotAChange);
    }
    Ok(())
}

fn reasons(why: &str) -> Result<Text<{ Statement::MAX_FACTS_BYTES }>, Error> {
    Text::parse(why).map_err(|error| Error::Text("facts", error))
}

/// Writes to whoever appealed, and gives the talk as it is then.
///
/// # Errors
/// When the one who asks may not or could not answer the appeal now, there is no such case or it is no appeal, too much
/// was written, the words are no text, or the database is away or full.
pub async fn say(app: &App, actor: &Actor, id: Id<Case>, words: &str) -> Result<Vec<Message>, Error> {
    let person = permit_person(actor, Permission::DecideCases)?;
    let (words, sees, vault) = (read_words(words)?, viewer(actor), Arc::clone(&app.vault));
    let made = app.change(actor, AuditAction::WriteInAppeal);
    app.store
        .write(made, move |writer| {
            let row = load_for(writer, id, sees, person)?;
            let kept = appeal::of_case(writer, id)?.ok_or(AppealError::NotAnAppeal)?;
            row.case.must_be_free_for(person, writer.now())?;
            let messages = appeal::messages(writer, kept.appeal.id)?;
            if messages.len() >= Appeal::MAX_MESSAGES {
                return Err(AppealError::TooManyMessages.into());
            }
            sealed::say(writer, &vault, kept.appeal.id, Some(person.id), &words)?;
            about(writer, &kept, "");
            sealed::messages(writer, &vault, kept.appeal.id)
        })
        .await
}
