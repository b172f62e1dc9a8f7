//! The steps of a request for information.

use anlanh_age::Recipient;
use anlanh_model::{
    Actor, AuditAction, ContestGround, Id, Information, InformationAsk, InformationDemand, InformationError,
    InformationPeriod, InformationPurpose, Order, OrderError, OrderKind, OrderState, Permission, Person, TargetState,
    Time,
};
use anlanh_store::Writer;
use anlanh_store::information::{self, InformationRow};
use anlanh_store::order::{self, Call, OrderRow, Purpose, TargetFate};

use super::super::step::{keep_call, read_words, store};
use super::enter::{self, SubjectEntries};
use super::{asked, end_of_keeping, file, mandate, open, tell};
use crate::case::{Means, permit_person};
use crate::{App, Error, public_log};

/// What may be done with a request. The file is taken out by [`fetch`](super::fetch).
#[derive(Clone)]
pub enum InformationStep {
    /// Somebody proposes what to tell.
    Propose(Box<Proposal>),
    /// Somebody else approves it.
    Approve,
    /// It is not approved, or taken back, and why.
    Decline(String),
    /// What was approved is entered, subject by subject.
    Enter(Vec<SubjectEntries>),
    /// The file is made.
    Prepare,
    /// The file was handed over, and how: that answers the order.
    HandOver(String),
    /// It is refused, and why: that answers the order.
    Refuse(ContestGround, String),
}

/// What somebody proposes to tell an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// For what it is asked; none where the office said so itself.
    pub purpose: Option<String>,
    /// Keys of the fields.
    pub fields: Vec<String>,
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// The key of whoever asks, as `age-keygen` prints it.
    pub recipient: String,
    /// Its fingerprint, as the office read it out when it was called back.
    pub fingerprint: String,
    /// Who was called back.
    pub call: Call,
}

impl InformationStep {
    /// Who may do it.
    #[must_use]
    pub const fn permission(&self) -> Permission {
        match self {
            Self::Approve | Self::Decline(_) => Permission::ApproveInformation,
            Self::Propose(_) | Self::Enter(_) | Self::Prepare | Self::HandOver(_) | Self::Refuse(..) => {
                Permission::HandleOrders
            }
        }
    }

    const fn action(&self) -> AuditAction {
        match self {
            Self::Propose(_) => AuditAction::ProposeInformation,
            Self::Approve => AuditAction::ApproveInformation,
            Self::Decline(_) => AuditAction::DeclineInformation,
            Self::Enter(_) => AuditAction::EnterInformation,
            Self::Prepare => AuditAction::PrepareInformation,
            Self::HandOver(_) => AuditAction::HandOverInformation,
            Self::Refuse(..) => AuditAction::RefuseInformation,
        }
    }
}

/// Does one step.
///
/// # Errors
/// When the one who asks may not, there is no such order, its life or that of the request stands in the way, a text, key, field
/// or period is none, or the database is away or full.
pub async fn step(app: &App, actor: &Actor, id: Id<Order>, step: InformationStep) -> Result<(), Error> {
    let by = permit_person(actor, step.permission())?;
    let means = Means::of(app);
    app.store
        .write(app.change(actor, step.action()), move |writer| {
            let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
            let detail = take(writer, &means, &row, by, &step)?;
            writer.about("order", id.number(), detail);
            Ok(())
        })
        .await
}

fn take(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    by: Person,
    step: &InformationStep,
) -> Result<String, Error> {
    match step {
        InformationStep::Propose(proposal) => propose(writer, means, row, by, proposal),
        InformationStep::Approve => approve(writer, means, row, by),
        InformationStep::Decline(words) => decline(writer, row, words),
        InformationStep::Enter(entries) => enter::enter(writer, means, row, by, entries),
        InformationStep::Prepare => file::prepare(writer, means, row, by),
        InformationStep::HandOver(words) => hand_over(writer, means, row, by, words),
        InformationStep::Refuse(ground, words) => refuse(writer, means, row, by, *ground, words),
    }
}

fn propose(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    by: Person,
    asked_for: &Proposal,
) -> Result<String, Error> {
    let now = writer.now();
    let mandate = mandate(writer, &means.engine, row, now)?;
    if information::open_of(writer, row.order.id)?.is_some() {
        return Err(InformationError::Exists.into());
    }
    let recipient = recipient(asked_for)?;
    let ask = InformationAsk::new(&mandate, proposed(row, asked_for, now)?)?;
    asked(&means.engine, row, &ask)?;
    keep_call(writer, row, Purpose::Key, by, &asked_for.call)?;
    let request = Information::propose(writer.new_id(), &mandate, by, ask)?;
    information::insert(writer, &request, &recipient.to_string())?;
    let fields = request.ask.fields().join(" ");
    order::note(writer, row.order.id, "information_proposed", None, &fields, None)?;
    Ok(fields)
}

/// What is to be told: no more than the office asked for, where it said what.
fn proposed(row: &OrderRow, asked_for: &Proposal, now: Time) -> Result<InformationDemand, Error> {
    let demand = row.demand.as_ref();
    let purpose = asked_for.purpose.as_deref().or(demand.map(InformationDemand::purpose));
    let purpose = InformationPurpose::parse(purpose.unwrap_or_default());
    let purpose = purpose.map_err(|error| Error::Text("purpose", error))?;
    let period = InformationPeriod::new(asked_for.from, asked_for.to, now)?;
    let proposed = InformationDemand::new(purpose, asked_for.fields.clone(), period)?;
    if let Some(demand) = demand {
        demand.check_within(&proposed)?;
    }
    Ok(proposed)
}

/// The key, where its fingerprint is the one that was read out.
fn recipient(asked: &Proposal) -> Result<Recipient, InformationError> {
    let recipient = Recipient::parse(asked.recipient.trim()).map_err(|_| InformationError::BadKey)?;
    let is_spacing = |c: &char| !(c.is_whitespace() || matches!(c, '-' | ':' | '.'));
    let heard: String = asked.fingerprint.chars().filter(is_spacing).collect();
    if heard.eq_ignore_ascii_case(&recipient.fingerprint()) {
        Ok(recipient)
    } else {
        Err(InformationError::BadKey)
    }
}

fn approve(writer: &mut Writer<'_, '_>, means: &Means, row: &OrderRow, by: Person) -> Result<String, Error> {
    let now = writer.now();
    let mandate = mandate(writer, &means.engine, row, now)?;
    let kept = open(writer, row.order.id)?;
    asked(&means.engine, row, &kept.request.ask)?;
    let approved = kept.request.approve(&mandate, by)?;
    information::update(writer, &approved)?;
    let state = approved.state.key();
    order::note(writer, row.order.id, "information_approved", None, state, None)?;
    Ok(state.to_owned())
}

fn decline(writer: &mut Writer<'_, '_>, row: &OrderRow, words: &str) -> Result<String, Error> {
    let (now, words) = (writer.now(), read_words("words", words)?);
    let kept = open(writer, row.order.id)?;
    information::erase_at(writer, kept.request.id, now)?;
    information::update(writer, &kept.request.withdraw(now)?)?;
    order::note(
        writer,
        row.order.id,
        "information_withdrawn",
        None,
        "declined",
        Some(&words),
    )?;
    Ok("declined".to_owned())
}

fn hand_over(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    by: Person,
    words: &str,
) -> Result<String, Error> {
    let (id, now, words) = (row.order.id, writer.now(), read_words("words", words)?);
    let mandate = mandate(writer, &means.engine, row, now)?;
    let kept = open(writer, id)?;
    asked(&means.engine, row, &kept.request.ask)?;
    let done = kept.request.clone().hand_over(&mandate, by)?;
    information::update(writer, &done)?;
    information::erase_at(writer, done.id, end_of_keeping(now))?;
    let mut after = row.order.clone();
    let executed = TargetState::Executed { at: now };
    for number in done.ask.subjects() {
        order::settle(writer, id, *number, executed, &TargetFate::default())?;
        after = after.settle(*number, executed, now)?;
    }
    let sha256 = kept.file.map(|file| file::hex(&file.sha256)).unwrap_or_default();
    order::note(writer, id, "information_handed_over", None, &sha256, None)?;
    answer(writer, means, row, after, &words)?;
    tell::tell_if_allowed(writer, means, row, &InformationRow { request: done, ..kept })?;
    Ok(sha256)
}

fn refuse(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    by: Person,
    ground: ContestGround,
    words: &str,
) -> Result<String, Error> {
    let (id, now, words) = (row.order.id, writer.now(), read_words("words", words)?);
    if row.order.kind != OrderKind::ProvideInformation {
        return Err(OrderError::NotInformation.into());
    }
    let before = row.order.clone();
    let after = match before.state {
        OrderState::Contested { .. } => before,
        OrderState::Received
        | OrderState::Authenticated
        | OrderState::InScope
        | OrderState::Assigned { .. }
        | OrderState::Answered { .. }
        | OrderState::Withdrawn { .. }
        | OrderState::Expired { .. } => before.contest(ground, now)?,
    };
    if let Some(kept) = information::open_of(writer, id)? {
        information::erase_at(writer, kept.request.id, now)?;
        information::update(writer, &kept.request.refuse(by, ground, now)?)?;
    }
    for (old, new) in row.order.targets.iter().zip(&after.targets) {
        if old.state != new.state {
            order::settle(writer, id, new.number, new.state, &TargetFate::default())?;
        }
    }
    order::note(writer, id, "information_refused", None, ground.key(), Some(&words))?;
    answer(writer, means, row, after, &words)?;
    Ok(ground.key().to_owned())
}

/// Answers the order: that meets its clock.
fn answer(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    settled: Order,
    words: &str,
) -> Result<(), Error> {
    let after = settled.answer(writer.now())?;
    order::answer(writer, row.order.id, words)?;
    order::note(writer, row.order.id, "answered", None, "", Some(words))?;
    store(writer, row, &after)?;
    public_log::note_answer(writer, means, row.order.id)
}
