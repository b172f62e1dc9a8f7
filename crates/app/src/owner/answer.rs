//! What owners say: that they removed it, or why they do not.

use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, CaseEvent, Id, OwnerRequest, OwnerState, OwnerVoice, OwnerWords, Party, Permission,
};
use anlanh_store::decision::Decision;
use anlanh_store::owner::{self, OwnerRow, OwnerSource};
use anlanh_store::{Writer, event, order, tally};
use anlanh_vault::Vault;

use super::ask::decision_of;
use super::{OwnerView, load_for, party_of, place, view};
use crate::appeal::{self, LinkSecret};
use crate::engine::Engine;
use crate::sealing::{make_key, seal};
use crate::{App, Error, permit};

/// What an owner says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// That they removed it.
    Removed,
    /// Why they do not. Against a decision it is an appeal.
    Contested(String),
}

/// What an owner said elsewhere, as the platform hands it in.
///
/// # Errors
/// When the one who asks may not, there is no such request, it is over, the words are none, a decision cannot be appealed, or
/// the database is away or full.
pub async fn answer(app: &App, actor: &Actor, id: Id<OwnerRequest>, answer: Answer) -> Result<OwnerView, Error> {
    permit(actor, Permission::ConfirmActions)?;
    let may_appeal = actor.may(Permission::SubmitAppeals);
    let (engine, vault) = (app.engine(), Arc::clone(&app.vault));
    app.store
        .write(app.change(actor, AuditAction::AnswerForOwner), move |writer| {
            let row = load_for(writer, id)?;
            if let (Answer::Contested(_), OwnerSource::Decision(_)) = (&answer, row.source)
                && !may_appeal
            {
                return Err(Error::Forbidden(Permission::SubmitAppeals));
            }
            take(writer, (&engine, &vault), &row, OwnerVoice::Platform, &answer)?;
            let row = load_for(writer, id)?;
            view(writer, &vault, row)
        })
        .await
}

/// What an owner says by the private link.
///
/// # Errors
/// When the link leads nowhere; otherwise as [`answer`].
pub async fn answer_by_link(app: &App, secret: &str, answer: Answer) -> Result<(), Error> {
    let nowhere = || Error::NotFound("owner request");
    let hash = LinkSecret::shown(secret).ok_or_else(nowhere)?.hash();
    let (engine, vault) = (app.engine(), Arc::clone(&app.vault));
    app.store
        .write(
            app.change(&Actor::Concerned, AuditAction::AnswerForOwner),
            move |writer| {
                let row = owner::of_link(writer, &hash)?.ok_or_else(nowhere)?;
                take(writer, (&engine, &vault), &row, OwnerVoice::Link, &answer)
            },
        )
        .await
}

fn take(
    writer: &mut Writer<'_, '_>,
    (engine, vault): (&Engine, &Vault),
    row: &OwnerRow,
    voice: OwnerVoice,
    answer: &Answer,
) -> Result<(), Error> {
    let (id, now, request) = (row.request.id, writer.now(), row.request.clone());
    match (answer, row.source) {
        (Answer::Removed, _) => store(writer, row, &request.removed(voice, now)?)?,
        (Answer::Contested(words), OwnerSource::Decision(decision)) => {
            request.contest(voice, now)?;
            appeal::open_as_owner(writer, (engine, vault), decision, (party_of(&row.owner), voice), words)?;
        }
        (Answer::Contested(words), OwnerSource::Order(..)) => {
            let after = request.contest(voice, now)?;
            let words = OwnerWords::parse(words).map_err(|error| Error::Text("words", error))?;
            let key = make_key(vault, writer, owner::subject_of(id))?;
            owner::set_words(writer, id, &seal(&key, &place(id), words.as_str().as_bytes())?)?;
            store(writer, row, &after)?;
        }
    }
    let said = match answer {
        Answer::Removed => "removed",
        Answer::Contested(_) => "contested",
    };
    writer.about("owner_request", id.number(), said);
    Ok(())
}

/// Whoever appeals against a decision contests what they are asked by it.
pub(crate) fn contested_by_appeal(
    writer: &mut Writer<'_, '_>,
    decision: Id<Decision>,
    party: Party,
    voice: OwnerVoice,
) -> Result<(), Error> {
    for row in owner::of_decision(writer, decision)? {
        if row.request.state == OwnerState::Asked && party_of(&row.owner) == party {
            let after = row.request.clone().contest(voice, writer.now())?;
            store(writer, &row, &after)?;
        }
    }
    Ok(())
}

/// Keeps an answer, counts what became of the deadline, and notes it where the request came from.
fn store(writer: &mut Writer<'_, '_>, row: &OwnerRow, after: &OwnerRequest) -> Result<(), Error> {
    owner::update(writer, after)?;
    if !after.clock.is_breached() {
        tally::add(writer, "clock_met", &after.clock.key, 1);
    } else if !row.request.clock.is_breached() {
        tally::add(writer, "clock_breached", &after.clock.key, 1);
    }
    match row.source {
        OwnerSource::Order(id, number) => {
            let kind = format!("owner_{}", after.state.key());
            let owner = row.owner.kind().key();
            Ok(order::note(writer, id, &kind, Some(number), owner, None)?)
        }
        OwnerSource::Decision(id) => {
            let case = decision_of(writer, id)?.case;
            let happened = match after.state {
                OwnerState::Removed { .. } => CaseEvent::OwnerRemoved(row.owner.kind()),
                OwnerState::Contested { .. } => CaseEvent::OwnerContested(row.owner.kind()),
                OwnerState::Asked | OwnerState::Ended { .. } => return Ok(()),
            };
            Ok(event::insert(writer, case, &happened)?)
        }
    }
}
