//! The host platform is told what to do: it polls the feed or gets webhooks, and says whether it did.
//!
//! An action is written in the transaction of what it follows from, so that none is lost and none is told that was not
//! decided. Whoever reported through the platform is told what came of it the same way, by a notice. What is told may be told again; the id says that it is the same.

use anlanh_api::{ActionOut, EventOut, Instant, NoticeOut, OwnerRequestOut, ReportAnswerOut, TargetOut};
use anlanh_model::{Actor, AuditAction, Id, Party, Permission, TargetKind, Text};
use anlanh_store::action::{self, Action, ActionList, ActionRow, Delivery, Effect};
use anlanh_store::{Queries, Writer};

use crate::appeal::LinkSecret;
use crate::case::permit_person;
use crate::report::{Answered, answered};
use crate::{App, Error, notice, order, permit};

/// Longest problem that the platform may tell, in bytes.
pub const MAX_PROBLEM_BYTES: usize = 1_000;

/// How far what is not done, and what is dead, is counted.
pub const MOST: u32 = 10_000;

/// An action with what the platform is told beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The action.
    pub row: ActionRow,
    answered: Option<Answered>,
}

/// An action that is to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The action.
    pub id: Id<Action>,
    /// The body of the webhook.
    pub body: Vec<u8>,
    /// How often it was tried before.
    pub attempts: u32,
}

/// A page of the feed, oldest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn feed(app: &App, actor: &Actor, after: Option<Id<Action>>, limit: u32) -> Result<Vec<Told>, Error> {
    permit(actor, Permission::ReadActions)?;
    let of = app.clone();
    let reader = match actor {
        Actor::Token { id, person: None, .. } => Some(id.number()),
        Actor::Token { .. }
        | Actor::Person(_)
        | Actor::Operator
        | Actor::Concerned
        | Actor::Node
        | Actor::Outsider
        | Actor::Peer(_) => None,
    };
    app.store
        .read("action.feed", move |tx| {
            let rows = action::feed(tx, after, limit)?;
            let told = rows.into_iter().map(|row| {
                let mut told = told(tx, &of, row)?;
                // Whose report it was is told to the program that handed it on, and to nobody else who reads the feed.
                told.answered = told
                    .answered
                    .filter(|answered| answered.token.is_some() && answered.token == reader);
                Ok(told)
            });
            told.collect()
        })
        .await
}

fn told(tx: &mut dyn Queries, app: &App, row: ActionRow) -> Result<Told, Error> {
    let answered = match row.target.kind() {
        TargetKind::Report => {
            let report = row.target.reference().parse().map_err(|_| Error::BadReference)?;
            answered(tx, &app.vault, report)?
        }
        TargetKind::Item | TargetKind::Account | TargetKind::Page | TargetKind::Group | TargetKind::Channel => None,
    };
    Ok(Told { row, answered })
}

/// A page of those that are not done, failed or dead, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    list: ActionList,
    before: Option<Id<Action>>,
    limit: u32,
) -> Result<Vec<ActionRow>, Error> {
    permit(actor, Permission::ReadActions)?;
    app.store
        .read("action.list", move |tx| Ok(action::page(tx, list, before, limit)?))
        .await
}

/// How many are not done, and how many are dead; what is more than [`MOST`] is told as one more than that.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn counts(app: &App, actor: &Actor) -> Result<(u64, u64), Error> {
    permit(actor, Permission::ReadActions)?;
    app.store
        .read("action.counts", |tx| Ok(action::count(tx, MOST + 1)?))
        .await
}

/// Keeps that the platform did it, or what was in its way. Saying the same again changes nothing.
///
/// # Errors
/// When the one who asks may not, there is no such action, the problem is no text, or the database is away or full.
pub async fn confirm(app: &App, actor: &Actor, id: Id<Action>, problem: Option<String>) -> Result<(), Error> {
    permit(actor, Permission::ConfirmActions)?;
    let problem: Option<Text<MAX_PROBLEM_BYTES>> = problem
        .map(|problem| Text::parse(&problem).map_err(|error| Error::Text("problem", error)))
        .transpose()?;
    app.store
        .write(app.change(actor, AuditAction::ConfirmAction), move |writer| {
            if !said(writer, id, problem.as_ref().map(Text::as_str))? {
                return Err(Error::NotFound("action"));
            }
            writer.about("action", id.number(), if problem.is_some() { "failed" } else { "done" });
            Ok(())
        })
        .await
}

/// Keeps what the platform said of an action, and lets an order follow that it carries out; whether there is such an action.
fn said(writer: &mut Writer<'_, '_>, id: Id<Action>, problem: Option<&str>) -> Result<bool, Error> {
    let Some(before) = action::load(writer, id)? else {
        return Ok(false);
    };
    action::confirm(writer, id, problem)?;
    let is_new = match problem {
        None => before.done_at.is_none(),
        Some(problem) => before.done_at.is_some() || before.problem.as_deref() != Some(problem),
    };
    if is_new {
        order::reported(writer, id)?;
    }
    Ok(true)
}

/// Puts one dead letter back to be delivered now, or all of them; how many there were.
///
/// # Errors
/// When the one who asks may not, the one is no dead letter, or the database is away or full.
pub async fn replay(app: &App, actor: &Actor, id: Option<Id<Action>>) -> Result<u64, Error> {
    permit_person(actor, Permission::ManageDelivery)?;
    app.store
        .write(app.change(actor, AuditAction::ReplayAction), move |writer| {
            let replayed = match id {
                Some(id) if !action::replay(writer, id)? => return Err(Error::NotFound("dead letter")),
                Some(_) => 1,
                None => action::replay_all(writer)?,
            };
            writer.about("action", id.map_or(0, Id::number), replayed.to_string());
            Ok(replayed)
        })
        .await
}

/// Begins to deliver what is decided from now on. What was decided before, when nobody was to be told, can be polled.
///
/// # Errors
/// When the database is away or full.
pub async fn begin_delivery(app: &App) -> Result<(), Error> {
    app.store
        .write(app.change(&Actor::Node, AuditAction::DeliverAction), |writer| {
            Ok(action::begin_delivery(writer)?)
        })
        .await
}

/// At most `limit` actions that are to be delivered now, one for each target.
///
/// # Errors
/// When the database is away.
pub async fn due(app: &App, limit: u32) -> Result<Vec<Outgoing>, Error> {
    let (now, of) = (app.clock.now(), app.clone());
    app.store
        .read("action.due", move |tx| {
            let Some(from) = action::deliver_from(tx)? else {
                return Ok(Vec::new());
            };
            let due = action::due(tx, from, now, limit)?;
            let outgoing = due.into_iter().map(|row| {
                let told = told(tx, &of, row)?;
                Ok(Outgoing {
                    id: told.row.id,
                    // Writing to memory does not fail.
                    body: serde_json::to_vec(&EventOut::new(&out(&of, &told))).unwrap_or_default(),
                    attempts: told.row.attempts,
                })
            });
            outgoing.collect()
        })
        .await
}

/// Keeps what became of an attempt to deliver, and that the platform said at once that it was done, if it did.
///
/// # Errors
/// When the database is away or full.
pub async fn delivered(app: &App, id: Id<Action>, delivery: Delivery, done: Done) -> Result<(), Error> {
    app.store
        .write(app.change(&Actor::Node, AuditAction::DeliverAction), move |writer| {
            action::delivered(writer, id, &delivery)?;
            if done == Done::Yes {
                said(writer, id, None)?;
            }
            let detail = match &delivery {
                Delivery::Taken => "taken",
                Delivery::Retry(..) => "retry",
                Delivery::Dead(_) => "dead",
            };
            writer.about("action", id.number(), detail);
            Ok(())
        })
        .await
}

/// Whether the platform said with its answer that it did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It did.
    Yes,
    /// It will say so by itself.
    NotYet,
}

/// An action as the platform reads it, which hands the private link on to the one affected.
#[must_use]
pub fn out(app: &App, told: &Told) -> ActionOut {
    let row = &told.row;
    if let Some(answered) = &told.answered {
        let status_url = app.site.url(&answered.path);
        return ActionOut {
            notice: Some(notice::of_report(&app.site, answered, &status_url)),
            report: Some(ReportAnswerOut {
                id: answered.report.to_string(),
                reporter: answered.reporter.clone(),
                outcome: answered.outcome.key(),
                status_url,
            }),
            ..without_link(row)
        };
    }
    if row.secret_until.is_some() {
        return without_link(row);
    }
    let asked = without_link(row);
    ActionOut {
        appeal_url: appeal_url(app, row),
        notice: Some(notice(app, row)),
        owner_request: asked.owner_request.map(|request| OwnerRequestOut {
            url: request_url(app, row),
            ..request
        }),
        ..asked
    }
}

/// What the one affected by an action is told.
pub(crate) fn notice(app: &App, row: &ActionRow) -> NoticeOut {
    let links = notice::Links {
        appeal: appeal_url(app, row),
        request: request_url(app, row),
    };
    notice::of(&app.engine(), &app.site, row, &links)
}

/// Where an owner answers what they are asked.
fn request_url(app: &App, row: &ActionRow) -> Option<String> {
    let asked = row.asked.as_ref().filter(|_| row.effect == Effect::Apply)?;
    let secret = LinkSecret::of_request(&app.vault, asked.request);
    Some(app.site.url(&secret.request_path()))
}

/// An action as others read it: whoever has the private link is taken for the one affected.
#[must_use]
pub fn without_link(row: &ActionRow) -> ActionOut {
    ActionOut {
        id: row.id.to_string(),
        at: Instant(row.at.as_micros()),
        sequence: row.sequence,
        target: TargetOut {
            kind: row.target.kind().key(),
            reference: row.target.reference().to_owned(),
        },
        kind: row.kind.key(),
        effect: row.effect.key(),
        until: row.until.map(|until| Instant(until.as_micros())),
        labels: row.labels.clone(),
        verified: row.verified.clone(),
        decision: row.decision.map(|id| id.to_string()),
        category: row.category.clone(),
        basis: row.basis.clone(),
        // An authority ordered that the one affected is not told yet: nobody who could tell them has anything to tell.
        reason: match row.secret_until {
            Some(_) => String::new(),
            None => row.reason.clone(),
        },
        appeal_url: None,
        notice: None,
        report: None,
        owner_request: row.asked.as_ref().map(|asked| OwnerRequestOut {
            id: asked.request.to_string(),
            content: asked.content.clone(),
            due_at: Instant(asked.due_at.as_micros()),
            url: None,
        }),
    }
}

/// Where whoever answers for the target may appeal: against what is done, not against its end.
fn appeal_url(app: &App, row: &ActionRow) -> Option<String> {
    let decision = row.decision.filter(|_| row.effect == Effect::Apply)?;
    let party = match row.target.kind() {
        TargetKind::Item | TargetKind::Account => Party::Author,
        TargetKind::Page | TargetKind::Group | TargetKind::Channel => Party::Owner,
        TargetKind::Report => return None,
    };
    Some(app.site.url(&LinkSecret::of(&app.vault, decision, party).path()))
}
