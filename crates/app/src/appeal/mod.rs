//! Appeals: those whom a decision concerns see what was decided and why, appeal once, and talk with whoever looks into it.
//!
//! The decisions on one item make a chain: the first, and one for each appeal that was answered, each against the one
//! before. Whoever decided anything in it answers no later appeal; every private link of the chain leads to all of it,
//! as far as it concerns whoever has the link. What another party wrote is never in it, nor who that is.

mod answer;
mod link;
mod sealed;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anlanh_model::{
    Actor, Appeal, AppealError, AppealState, AuditAction, Case, Cause, Due, Id, Outcome, OwnerVoice, Party, Permission,
    Purpose, ReportState, Side, Time, Urgency, Words,
};
use anlanh_store::appeal::{self, AppealRow, NewAppeal};
use anlanh_store::case::{self, CaseRow, NewCase};
use anlanh_store::decision::{self, Decision, DecisionRow};
use anlanh_store::item::{self, ItemRow};
use anlanh_store::measure::{self, MeasureRow};
use anlanh_store::report::{self, ReportRow};
use anlanh_store::{Queries, Writer, event, proposal, vault};
use anlanh_vault::Vault;

use crate::engine::Engine;
use crate::item::REPORTED;
use crate::statutory::{self, Running};
use crate::{App, Error, owner, permit, public_log};

pub(crate) use answer::confirmed;
pub use answer::{Answer, answer, say};
pub use link::LinkSecret;

/// An appeal with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealLine {
    /// The appeal.
    pub row: AppealRow,
    /// What was written; none if it was erased.
    pub words: Option<String>,
}

/// A message of the talk about an appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: Time,
    /// The name of whoever of the staff wrote it; none for whoever appealed.
    pub staff: Option<String>,
    /// What was written; none if it was erased.
    pub words: Option<String>,
}

/// An appeal with the talk about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealView {
    /// The appeal.
    pub row: AppealRow,
    /// What was written; none if it was erased.
    pub words: Option<String>,
    /// The decision that it is against.
    pub against: DecisionRow,
    /// How it was answered, if it was.
    pub answer: Option<DecisionRow>,
    /// The talk, oldest first.
    pub messages: Vec<Message>,
}

/// What somebody whom a decision concerns sees of the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// What it says.
    Text(String),
    /// That it was erased.
    Erased,
    /// Nothing: it is not theirs, or only what somebody reported is known of it.
    No,
}

/// What a decision is to somebody whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    /// As what it concerns them.
    pub party: Party,
    /// What was decided first.
    pub first: DecisionRow,
    /// What that does to them, and to the item.
    pub first_measures: Vec<MeasureRow>,
    /// Why the case was opened that it ended.
    pub cause: Cause,
    /// What stands now: the same, or what an appeal put in its place.
    pub standing: DecisionRow,
    /// What that does to them, and to the item.
    pub standing_measures: Vec<MeasureRow>,
    /// The item.
    pub item: ItemRow,
    /// What it says, for whoever answers for it.
    pub text: Shown,
    /// Their own appeal, if they appealed.
    pub appeal: Option<AppealView>,
    /// Until when they may appeal, where there is an end; or why they may not.
    pub may_appeal: Result<Option<Time>, AppealError>,
    /// Whether what was decided first stands in the signed public log.
    pub is_logged: bool,
    /// When this was looked at.
    pub seen_at: Time,
}

/// The decisions on one item, each against the one before.
struct Chain {
    first: DecisionRow,
    cause: Cause,
    standing: DecisionRow,
    appeals: Vec<AppealRow>,
}

/// Appeals for somebody whom a decision concerns, as their platform hands it in.
///
/// # Errors
/// When the one who asks may not, there is no such decision that took effect, the appeal comes too late or twice or has
/// nothing to be against, the words are no text, or the database is away or full.
pub async fn open(
    app: &App,
    actor: &Actor,
    decision: Id<Decision>,
    party: Party,
    words: &str,
) -> Result<AppealLine, Error> {
    permit(actor, Permission::SubmitAppeals)?;
    let words = read_words(words)?;
    let (engine, vault) = (app.engine(), Arc::clone(&app.vault));
    app.store
        .write(app.change(actor, AuditAction::OpenAppeal), move |writer| {
            let row = write_appeal(
                writer,
                (&engine, &vault),
                decision,
                (party.into(), OwnerVoice::Platform),
                &words,
            )?;
            let words = Some(words.as_str().to_owned());
            Ok(AppealLine { row, words })
        })
        .await
}

/// A page of appeals, newest first; of one state where its key is given.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    state: String,
    before: Option<Id<Appeal>>,
    limit: u32,
) -> Result<Vec<AppealLine>, Error> {
    permit(actor, Permission::ReadAppeals)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .read("appeal.page", move |tx| {
            let mut lines = Vec::new();
            for row in appeal::page(tx, &state, before, limit)? {
                let words = sealed::words(tx, &vault, &row)?;
                lines.push(AppealLine { row, words });
            }
            Ok(lines)
        })
        .await
}

/// One appeal with the talk about it.
///
/// # Errors
/// When the one who asks may not, there is no such appeal, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<Appeal>) -> Result<AppealView, Error> {
    permit(actor, Permission::ReadAppeals)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .read("appeal.show", move |tx| {
            let row = appeal::load(tx, id)?.ok_or(Error::NotFound("appeal"))?;
            view(tx, &vault, row)
        })
        .await
}

/// The private links of a decision, by party, for the platform to hand on to the right ones.
///
/// # Errors
/// When the one who asks may not, there is no such decision that took effect, or the database is away.
pub async fn links(app: &App, actor: &Actor, id: Id<Decision>) -> Result<Vec<(Party, LinkSecret)>, Error> {
    permit(actor, Permission::SubmitAppeals)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .read("appeal.links", move |tx| {
            let (decision, _) = load_decision(tx, id)?;
            let parties = parties_of(decision.outcome);
            Ok(parties
                .map(|party| (party, LinkSecret::of(&vault, id, party)))
                .collect())
        })
        .await
}

/// What a decision is to whoever has this link; none where the link leads nowhere.
///
/// # Errors
/// When the database is away.
pub async fn concern(app: &App, secret: &str) -> Result<Option<Concern>, Error> {
    let Some(hash) = LinkSecret::shown(secret).map(|secret| secret.hash()) else {
        return Ok(None);
    };
    let (engine, vault, now) = (app.engine(), Arc::clone(&app.vault), app.clock.now());
    app.store
        .read("appeal.concern", move |tx| {
            let Some((decision, side)) = side_of(tx, &hash)? else {
                return Ok(None);
            };
            concern_of(tx, (&engine, &vault), decision, side, now).map(Some)
        })
        .await
}

/// Appeals by a private link.
///
/// # Errors
/// When the link leads nowhere; otherwise as [`open`].
pub async fn open_by_link(app: &App, secret: &str, words: &str) -> Result<(), Error> {
    let words = read_words(words)?;
    let (engine, vault) = (app.engine(), Arc::clone(&app.vault));
    by_link(app, secret, AuditAction::OpenAppeal, move |writer, decision, side| {
        write_appeal(writer, (&engine, &vault), decision, (side, OwnerVoice::Link), &words)?;
        Ok(())
    })
    .await
}

/// Writes to whoever looks into one's appeal, by a private link.
///
/// # Errors
/// When the link leads nowhere, there is no appeal that is open, too much was written, the words are no text, or the
/// database is away or full.
pub async fn say_by_link(app: &App, secret: &str, words: &str) -> Result<(), Error> {
    let (words, vault) = (read_words(words)?, Arc::clone(&app.vault));
    by_link(
        app,
        secret,
        AuditAction::WriteInAppeal,
        move |writer, decision, side| {
            let row = own_appeal(writer, decision, side)?;
            row.appeal.must_be_open()?;
            let messages = appeal::messages(writer, row.appeal.id)?;
            let unanswered = messages.iter().rev().take_while(|message| message.staff.is_none());
            if messages.len() >= Appeal::MAX_MESSAGES || unanswered.count() >= Appeal::MAX_UNANSWERED {
                return Err(AppealError::TooManyMessages.into());
            }
            sealed::say(writer, &vault, row.appeal.id, None, &words)?;
            about(writer, &row, "");
            Ok(())
        },
    )
    .await
}

/// Takes one's appeal back, by a private link. It cannot be made again.
///
/// # Errors
/// When the link leads nowhere, there is no appeal that is open, or the database is away or full.
pub async fn withdraw_by_link(app: &App, secret: &str) -> Result<(), Error> {
    by_link(app, secret, AuditAction::WithdrawAppeal, |writer, decision, side| {
        let row = own_appeal(writer, decision, side)?;
        let withdrawn = row.appeal.clone().withdraw(writer.now())?;
        appeal::end(writer, &withdrawn)?;
        let case = case::load(writer, row.case)?.ok_or(Error::NotFound("case"))?;
        let (ended, happened) = case.case.withdraw(writer.now())?;
        case::update(writer, &ended)?;
        event::insert(writer, row.case, &happened)?;
        proposal::forget(writer, row.case)?;
        statutory::meet(writer, row.case)?;
        about(writer, &row, "");
        Ok(())
    })
    .await
}

/// Erases what somebody wrote in an appeal that is over, and the talk about it, by a private link. That they appealed, and
/// how it was answered, is kept: the law asks for that of every decision.
///
/// # Errors
/// When the link leads nowhere, there is no appeal or it is open, or the database is away or full.
pub async fn erase_by_link(app: &App, secret: &str) -> Result<(), Error> {
    by_link(app, secret, AuditAction::EraseAppeal, |writer, decision, side| {
        let row = own_appeal(writer, decision, side)?;
        if row.appeal.state == AppealState::Open {
            return Err(AppealError::StillOpen.into());
        }
        vault::delete_key(writer, appeal::subject_of(row.appeal.id))?;
        about(writer, &row, "");
        Ok(())
    })
    .await?;
    app.purge_due.store(true, Ordering::Release);
    Ok(())
}

async fn by_link(
    app: &App,
    secret: &str,
    action: AuditAction,
    mut job: impl FnMut(&mut Writer<'_, '_>, Id<Decision>, Side) -> Result<(), Error> + Send + 'static,
) -> Result<(), Error> {
    let nowhere = || Error::NotFound("decision");
    let hash = LinkSecret::shown(secret).ok_or_else(nowhere)?.hash();
    app.store
        .write(app.change(&Actor::Concerned, action), move |writer| {
            let (decision, side) = side_of(writer, &hash)?.ok_or_else(nowhere)?;
            job(writer, decision, side)
        })
        .await
}

/// Makes the links of a decision that takes effect: for each party that has something to appeal in it.
pub(crate) fn make_links(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    decision: Id<Decision>,
    outcome: Outcome,
) -> Result<(), Error> {
    for party in parties_of(outcome) {
        appeal::link(writer, &LinkSecret::of(vault, decision, party).hash(), decision, party)?;
    }
    Ok(())
}

fn parties_of(outcome: Outcome) -> impl Iterator<Item = Party> {
    let parties = Party::ALL.iter().copied();
    parties.filter(move |party| party.may_appeal(outcome))
}

/// The appeal that is answered in a case, with everything around it.
pub(crate) fn of_case(tx: &mut dyn Queries, vault: &Vault, case: Id<Case>) -> Result<Option<AppealView>, Error> {
    let row = appeal::of_case(tx, case)?;
    row.map(|row| view(tx, vault, row)).transpose()
}

fn view(tx: &mut dyn Queries, vault: &Vault, row: AppealRow) -> Result<AppealView, Error> {
    Ok(AppealView {
        against: decision::load(tx, row.decision)?.ok_or(Error::NotFound("decision"))?,
        answer: decision::of_case(tx, row.case)?,
        messages: sealed::messages(tx, vault, row.appeal.id)?,
        words: sealed::words(tx, vault, &row)?,
        row,
    })
}

fn concern_of(
    tx: &mut dyn Queries,
    (engine, vault): (&Engine, &Vault),
    decision: Id<Decision>,
    side: Side,
    now: Time,
) -> Result<Concern, Error> {
    let party = side.party;
    let chain = chain(tx, decision)?;
    let item = item::load(tx, chain.first.item)?.ok_or(Error::NotFound("item"))?;
    let text = match party {
        // What somebody pasted who reported it may show who that is.
        Party::Author | Party::Owner if item.kind == REPORTED => Shown::No,
        Party::Author | Party::Owner => match item::content(tx, item.id)? {
            Some(content) => Shown::Text(content.text),
            None => Shown::Erased,
        },
        // They know what they reported; what became of the text since is no business of theirs.
        Party::Reporter => Shown::No,
    };
    let own = chain.appeals.iter().rev().find(|row| row.appeal.side == side);
    let appeal = own.map(|row| view(tx, vault, row.clone())).transpose()?;
    let may_appeal = may_appeal(engine, &chain, side, now);
    let mut measures = |decision| {
        let mut measures = measure::of_decision(tx, decision)?;
        measures.retain(|row| party.is_told_of(row.target.kind()));
        Ok::<_, Error>(measures)
    };
    let (first_measures, standing_measures) = (measures(chain.first.id)?, measures(chain.standing.id)?);
    Ok(Concern {
        party,
        first_measures,
        standing_measures,
        is_logged: public_log::is_signed(tx, chain.first.id)?,
        cause: chain.cause,
        first: chain.first,
        standing: chain.standing,
        item,
        text,
        appeal,
        may_appeal,
        seen_at: now,
    })
}

/// A decision that took effect, with its case.
fn load_decision(tx: &mut dyn Queries, id: Id<Decision>) -> Result<(DecisionRow, CaseRow), Error> {
    let unknown = || Error::NotFound("decision");
    let decision = decision::load(tx, id)?.ok_or_else(unknown)?;
    let case = case::load(tx, decision.case)?.ok_or_else(unknown)?;
    if case.case.purpose.takes_effect() {
        Ok((decision, case))
    } else {
        Err(unknown())
    }
}

/// The decision that a link with this hash leads to, and for whom. Whoever made a report has one link for both.
pub(crate) fn side_of(tx: &mut dyn Queries, hash: &[u8; 32]) -> Result<Option<(Id<Decision>, Side)>, Error> {
    if let Some((decision, party)) = appeal::of_link(tx, hash)? {
        return Ok(Some((decision, party.into())));
    }
    let Some(row) = report::by_receipt(tx, hash)? else {
        return Ok(None);
    };
    Ok(decision_of(tx, &row)?.map(|decision| (decision, Side::reporter(row.id))))
}

/// The decision with which a report was answered, if it was.
fn decision_of(tx: &mut dyn Queries, row: &ReportRow) -> Result<Option<Id<Decision>>, Error> {
    let (ReportState::Answered, Some(case)) = (row.state, row.case) else {
        return Ok(None);
    };
    Ok(decision::of_case(tx, case)?.map(|decision| decision.id))
}

/// The link by which whoever made a report appeals against how it was answered. Each has their own.
pub(crate) fn link_of_report(
    tx: &mut dyn Queries,
    vault: &Vault,
    row: &ReportRow,
) -> Result<Option<LinkSecret>, Error> {
    let decision = decision_of(tx, row)?;
    Ok(decision.map(|_| LinkSecret::of_report(vault, row.id)))
}

/// What stands where this was decided first.
pub(crate) fn standing(tx: &mut dyn Queries, first: Id<Decision>) -> Result<DecisionRow, Error> {
    Ok(chain(tx, first)?.standing)
}

/// The decisions of a chain up to one, the first one first.
fn chain_to(tx: &mut dyn Queries, last: &DecisionRow) -> Result<Vec<Id<Decision>>, Error> {
    let unknown = || Error::NotFound("decision");
    let (mut decisions, mut case) = (vec![last.id], last.case);
    while let Purpose::Appeal { of, .. } = case::load(tx, case)?.ok_or_else(unknown)?.case.purpose {
        decisions.push(decision::of_case(tx, of)?.ok_or_else(unknown)?.id);
        case = of;
    }
    decisions.reverse();
    Ok(decisions)
}

/// The chain that a decision is in, from its beginning to its end.
fn chain(tx: &mut dyn Queries, id: Id<Decision>) -> Result<Chain, Error> {
    let unknown = || Error::NotFound("decision");
    let (mut first, mut case) = load_decision(tx, id)?;
    while let Purpose::Appeal { of, .. } = case.case.purpose {
        case = case::load(tx, of)?.ok_or_else(unknown)?;
        first = decision::of_case(tx, of)?.ok_or_else(unknown)?;
    }
    let (mut standing, mut appeals) = (first.clone(), Vec::new());
    loop {
        let against = appeal::of_decision(tx, standing.id)?;
        let answered = against
            .iter()
            .find(|row| matches!(row.appeal.state, AppealState::Answered { .. }));
        let next = answered.map(|row| row.case);
        appeals.extend(against);
        match next {
            Some(next) => standing = decision::of_case(tx, next)?.ok_or_else(unknown)?,
            None => break,
        }
    }
    Ok(Chain {
        cause: case.cause,
        first,
        standing,
        appeals,
    })
}

/// Whether this side may appeal now against what stands, and until when, where there is an end.
fn may_appeal(engine: &Engine, chain: &Chain, side: Side, now: Time) -> Result<Option<Time>, AppealError> {
    if chain.appeals.iter().any(|row| row.appeal.side == side) {
        return Err(AppealError::Twice);
    }
    if chain.appeals.iter().any(|row| row.appeal.state == AppealState::Open) {
        return Err(AppealError::AnotherOpen);
    }
    let days = engine.policy.appeals().map(|appeals| appeals.days);
    Appeal::may_open(side.party, (chain.standing.outcome, chain.standing.at), days, now)
}

/// Appeals for the owner of whom a decision asks something, in words that were not read yet.
pub(crate) fn open_as_owner(
    writer: &mut Writer<'_, '_>,
    (engine, vault): (&Engine, &Vault),
    decision: Id<Decision>,
    (party, voice): (Party, OwnerVoice),
    words: &str,
) -> Result<(), Error> {
    let words = read_words(words)?;
    write_appeal(writer, (engine, vault), decision, (party.into(), voice), &words).map(drop)
}

fn write_appeal(
    writer: &mut Writer<'_, '_>,
    (engine, vault): (&Engine, &Vault),
    id: Id<Decision>,
    (side, voice): (Side, OwnerVoice),
    words: &Words,
) -> Result<AppealRow, Error> {
    let (now, chain) = (writer.now(), chain(writer, id)?);
    may_appeal(engine, &chain, side, now)?;
    let appeal = Appeal::open(writer.new_id(), side, now);
    let against = case::load(writer, chain.standing.case)?.ok_or(Error::NotFound("case"))?;
    let (due, clock) = due(engine, now);
    let second = decision::second(writer, chain.standing.id)?;
    let (opened, happened) = Case::appeal(writer.new_id(), &against.case, second, due, now)?;
    let new = NewCase {
        item: against.item,
        cause: Cause::Appeal,
        category: against.category,
        rule: against.rule,
        kind: against.kind,
    };
    case::insert(writer, &opened, &new)?;
    event::insert(writer, opened.id, &happened)?;
    let ended = case::end_second_reviews(writer, against.case.id)?;
    if let Some(clock) = &clock {
        clock.start(writer, opened.id, now)?;
    }
    let kept = NewAppeal {
        decision: chain.standing.id,
        case: opened.id,
        words: sealed::first(writer, vault, appeal.id, words)?,
        due_at: due.at,
        clock: clock.map_or_else(String::new, |clock| clock.key().to_owned()),
        appeal,
    };
    appeal::insert(writer, &kept)?;
    owner::contested_by_appeal(writer, kept.decision, side.party, voice)?;
    let row = appeal::load(writer, kept.appeal.id)?.ok_or(Error::NotFound("appeal"))?;
    let measured = if ended > 0 { " second-review=ended" } else { "" };
    about(writer, &row, measured);
    Ok(row)
}

/// By when an appeal that begins now is to be answered, and the clock of the policy that says so.
fn due(engine: &Engine, now: Time) -> (Due, Option<Running>) {
    let own = Due::of(Urgency::Normal, now);
    let clock = engine.policy.appeals().map(|appeals| appeals.clock.as_str());
    match clock.and_then(|key| Running::with_key(engine, key, now)) {
        Some(clock) => (
            Due {
                at: clock.due_after(now),
                ..own
            },
            Some(clock),
        ),
        None => (own, None),
    }
}

fn own_appeal(tx: &mut dyn Queries, id: Id<Decision>, side: Side) -> Result<AppealRow, Error> {
    let chain = chain(tx, id)?;
    let own = chain.appeals.into_iter().rev().find(|row| row.appeal.side == side);
    own.ok_or(Error::NotFound("appeal"))
}

fn about(writer: &mut Writer<'_, '_>, row: &AppealRow, more: &str) {
    let detail = format!("case={} party={}{more}", row.case, row.appeal.side.party.key());
    writer.about("appeal", row.appeal.id.number(), detail);
}

fn read_words(words: &str) -> Result<Words, Error> {
    Words::parse(words).map_err(|error| Error::Text("words", error))
}
