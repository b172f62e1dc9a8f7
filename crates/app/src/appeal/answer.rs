//! Appeals are looked into and answered by somebody who decided nothing that they are about.

use anlanh_model::{Actor, Appeal, AppealError, AppealResult, AuditAction, Case, Id, Permission, Statement, Text};
use anlanh_store::appeal::{self, MessageRow};
use anlanh_store::decision::{self, DecisionRow};
use anlanh_store::{item, quality, tally};

use super::{about, change, read_words};
use crate::case::{Verdict, load_for, permit_person, statement, write_decision};
use crate::quality::viewer;
use crate::{App, Error};

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

/// Answers an appeal, and gives the decision as it was written. What no longer stands is undone with it: what rules are
/// known to have got right, and the item as a golden one.
///
/// # Errors
/// When the one who asks may not or decided below, there is no such case or it is no appeal, the case stands in the way,
/// the answer contradicts itself or cites what the policy does not have, or the database is away or full.
pub async fn answer(app: &App, actor: &Actor, id: Id<Case>, answer: Answer) -> Result<DecisionRow, Error> {
    let person = permit_person(actor, Permission::DecideCases)?;
    let (engine, keys, sees) = (app.engine(), app.links.clone(), viewer(actor));
    let made = change(app, actor.clone(), AuditAction::AnswerAppeal);
    app.store
        .write(made, move |writer| {
            let row = load_for(writer, id, sees, person)?;
            let kept = appeal::of_case(writer, id)?.ok_or(AppealError::NotAnAppeal)?;
            let before = decision::load(writer, kept.decision)?.ok_or(Error::NotFound("decision"))?;
            let now = writer.now();
            let statement = match &answer {
                Answer::Uphold(why) => again(&before, why)?,
                Answer::Reverse(why) => undone(&before, why)?,
                Answer::Change(verdict) => {
                    let changed = statement(&engine, verdict.clone(), before.detection, now)?;
                    must_change(&before, &changed)?;
                    changed
                }
            };
            let result = answer.result();
            // The case says first what stands in the way.
            let written = write_decision(writer, &engine, &keys, person, row, &statement)?;
            appeal::end(writer, &kept.appeal.clone().answer(result, now)?)?;
            if before.outcome.is_violation() != statement.outcome().is_violation() {
                item::judge_hits_anew(writer, before.item, before.outcome, statement.outcome())?;
                quality::withdraw_golden(writer, before.item)?;
            }
            tally::add(writer, "appeal", result.key(), 1);
            about(writer, &kept, &format!(" {}", result.key()));
            Ok(written)
        })
        .await
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

fn must_change(before: &DecisionRow, after: &Statement) -> Result<(), AppealError> {
    let same = (after.outcome(), after.category()) == (before.outcome, before.category.as_deref())
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
pub async fn say(app: &App, actor: &Actor, id: Id<Case>, words: &str) -> Result<Vec<MessageRow>, Error> {
    let person = permit_person(actor, Permission::DecideCases)?;
    let (words, sees) = (read_words(words)?, viewer(actor));
    let made = change(app, actor.clone(), AuditAction::WriteInAppeal);
    app.store
        .write(made, move |writer| {
            let row = load_for(writer, id, sees, person)?;
            let kept = appeal::of_case(writer, id)?.ok_or(AppealError::NotAnAppeal)?;
            row.case.must_be_free_for(person, writer.now())?;
            let messages = appeal::messages(writer, kept.appeal.id)?;
            if messages.len() >= Appeal::MAX_MESSAGES {
                return Err(AppealError::TooManyMessages.into());
            }
            appeal::say(writer, kept.appeal.id, Some(person.id), &words)?;
            about(writer, &kept, "");
            Ok(appeal::messages(writer, kept.appeal.id)?)
        })
        .await
}
