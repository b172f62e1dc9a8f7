//! The steps of an order.

use std::collections::BTreeSet;
use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, ClockEnd, ContestGround, Id, InformationDemand, Order, OrderChannel, OrderError, OrderName,
    OrderTarget, OrderWords, Permission, Person, Pointed, TargetKind, TargetState, Time,
};
use anlanh_pack::Day;
use anlanh_store::order::{self, Call, OrderRow, Purpose, TargetFate};
use anlanh_store::{Writer, tally};

use super::enter::read_targets;
use super::{OrderRefusal, act, carried, information, lift, scope};
use crate::block::Facts;
use crate::case::{Means, permit_person};
use crate::{App, Error, owner, public_log};

/// What may be done with an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The office was called back, and the order is genuine.
    Authenticate(Call),
    /// The scope was checked.
    Check,
    /// Somebody takes it.
    Take,
    /// A target is carried out through the platform.
    Execute(u32),
    /// A target was carried out by hand, and how.
    ByHand(u32, String),
    /// The owner of an account, page, group or channel is asked to carry a target out.
    AskOwner(u32, TargetKind),
    /// The owner carried a target out, and somebody looked.
    ByOwner(u32),
    /// A target is contested, and why.
    ContestTarget(u32, ContestGround, String),
    /// The whole is contested, and why.
    Contest(ContestGround, String),
    /// The whole is answered.
    Answer(String),
    /// The office changed it.
    Amend(Amendment),
    /// The office withdrew it, and what it said.
    Withdraw(Call, String),
}

/// What an office changes of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The targets that it names no more: what was done to them is lifted.
    pub drop: Vec<u32>,
    /// Those that it names besides.
    pub add: Vec<(String, String)>,
    /// Until when it holds; none where that stays.
    pub expires_at: Option<Time>,
    /// Until when nobody is told; none where that stays.
    pub secret_until: Option<Time>,
    /// Who was called back.
    pub call: Call,
    /// What it says.
    pub words: String,
}

/// What an office changes of an order, however it said so.
pub(super) struct Changed {
    /// The day on which it said so.
    pub on: Day,
    pub drop: Vec<u32>,
    pub add: Vec<(String, String)>,
    pub expires_at: Option<Time>,
    pub secret_until: Option<Time>,
    pub words: String,
}

impl Step {
    const fn action(&self) -> AuditAction {
        match self {
            Self::Authenticate(_) => AuditAction::AuthenticateOrder,
            Self::Check => AuditAction::CheckOrder,
            Self::Take => AuditAction::TakeOrder,
            Self::Execute(_) | Self::ByHand(..) | Self::ByOwner(_) => AuditAction::ExecuteOrder,
            Self::AskOwner(..) => AuditAction::AskOwner,
            Self::ContestTarget(..) | Self::Contest(..) => AuditAction::ContestOrder,
            Self::Answer(_) => AuditAction::AnswerOrder,
            Self::Amend(_) => AuditAction::AmendOrder,
            Self::Withdraw(..) => AuditAction::WithdrawOrder,
        }
    }
}

/// Does one step with an order.
///
/// # Errors
/// When the one who asks may not, there is no such order, its life stands in the way, a text or a moment is none, the
/// target is not known here, or the database is away or full.
pub async fn step(app: &App, actor: &Actor, id: Id<Order>, step: Step) -> Result<(), Error> {
    let by = permit_person(actor, Permission::HandleOrders)?;
    let (means, network) = (Means::of(app), Arc::clone(&app.facts));
    app.store
        .write(app.change(actor, step.action()), move |writer| {
            let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
            let detail = take_step(writer, (&means, &network), &row, by, &step)?;
            writer.about("order", id.number(), detail);
            Ok(())
        })
        .await
}

fn take_step(
    writer: &mut Writer<'_, '_>,
    (means, network): (&Means, &Facts),
    row: &OrderRow,
    by: Person,
    step: &Step,
) -> Result<String, Error> {
    let (id, now) = (row.order.id, writer.now());
    let before = row.order.clone();
    match step {
        Step::Authenticate(call) => {
            let after = before.authenticate()?;
            let needs_document = match row.letter.channel {
                OrderChannel::Phone | OrderChannel::Node => false,
                OrderChannel::Paper | OrderChannel::Email => true,
            };
            if needs_document && order::documents(writer, id)?.is_empty() {
                return Err(OrderRefusal::NoDocument.into());
            }
            keep_call(writer, row, Purpose::Order, by, call)?;
            finish(writer, row, &after, "authenticated", "", None)
        }
        Step::Check => {
            let found = scope::of(writer, &means.engine, row)?.scope;
            let after = before.check_scope(found)?;
            finish(writer, row, &after, "checked", found.worst().key(), None)
        }
        Step::Take => finish(writer, row, &before.take(by)?, "taken", "", None),
        Step::Execute(number) => {
            let mandate = row.order.mandate(by, now)?;
            if matches!(row.order.target(*number)?.state, TargetState::Failed { .. }) {
                mandate.again(*number)?;
                let state = carried::tell_again(writer, row, *number)?;
                return settle(writer, row, *number, state, &TargetFate::default(), "decided", "again");
            }
            let act = mandate.act(*number)?;
            let (state, fate) = act::carry_out(writer, (means, network), row, by, &act)?;
            let kind = match state {
                TargetState::UnderWay { .. } => "decided",
                TargetState::Open
                | TargetState::Proposed { .. }
                | TargetState::Failed { .. }
                | TargetState::Executed { .. }
                | TargetState::Contested { .. }
                | TargetState::Lifted { .. } => "executed",
            };
            settle(writer, row, *number, state, &fate, kind, state.key())
        }
        Step::ByHand(number, words) => {
            row.order.mandate(by, now)?.by_hand(*number)?;
            let fate = TargetFate {
                words: Some(read_words("evidence", words)?),
                ..TargetFate::default()
            };
            settle(
                writer,
                row,
                *number,
                TargetState::Executed { at: now },
                &fate,
                "executed",
                "by_hand",
            )
        }
        Step::AskOwner(number, kind) => {
            let target = row.order.mandate(by, now)?.ask_owner(*number)?;
            let item = act::known(writer, &target.pointed)?.ok_or(OrderRefusal::NotKnown)?;
            let reason = act::facts(&means.engine, row);
            owner::by_order(
                writer,
                (&means.engine, &means.vault),
                row,
                target,
                (&item, *kind, reason),
            )?;
            Ok(format!("{number} {}", kind.key()))
        }
        Step::ByOwner(number) => {
            let request = owner::removed(writer, id, *number)?;
            row.order.mandate(by, now)?.by_owner(*number, &request.request)?;
            let fate = TargetFate {
                words: Some(owner::done(&request.owner)),
                ..TargetFate::default()
            };
            let state = TargetState::Executed { at: now };
            settle(writer, row, *number, state, &fate, "executed", "by_owner")
        }
        Step::ContestTarget(number, ground, words) => {
            row.order.mandate(by, now)?.contest(*number)?;
            let words = read_words("words", words)?;
            lift::undo(writer, row, *number, Some(by), &words)?;
            let fate = TargetFate {
                words: Some(words),
                ..TargetFate::default()
            };
            let state = TargetState::Contested {
                at: now,
                ground: *ground,
            };
            settle(writer, row, *number, state, &fate, "contested", ground.key())
        }
        Step::Contest(ground, words) => {
            let words = read_words("words", words)?;
            let after = before.contest(*ground, now)?;
            for (old, new) in row.order.targets.iter().zip(&after.targets) {
                if old.state != new.state {
                    order::settle(writer, id, new.number, new.state, &TargetFate::default())?;
                }
            }
            finish(writer, row, &after, "contested", ground.key(), Some(&words))
        }
        Step::Answer(words) => {
            let words = read_words("answer", words)?;
            let after = before.answer(now)?;
            order::answer(writer, id, &words)?;
            let detail = finish(writer, row, &after, "answered", "", Some(&words))?;
            public_log::note_answer(writer, means, id)?;
            Ok(detail)
        }
        Step::Amend(_) | Step::Withdraw(..) if row.letter.channel == OrderChannel::Node => {
            Err(OrderRefusal::ByItsNode.into())
        }
        Step::Amend(amendment) => {
            let asked = Changed {
                on: Day::from(scope::day(&means.engine, amendment.call.called_at)),
                drop: amendment.drop.clone(),
                add: amendment.add.clone(),
                expires_at: amendment.expires_at,
                secret_until: amendment.secret_until,
                words: amendment.words.clone(),
            };
            change_order(writer, means, row, Some((by, &amendment.call)), &asked)
        }
        Step::Withdraw(call, words) => {
            let words = read_words("words", words)?;
            let after = before.withdraw(now)?;
            keep_call(writer, row, Purpose::Withdrawal, by, call)?;
            lift::all(writer, row, Some(by), &words)?;
            finish(writer, row, &after, "withdrawn", "", Some(&words))
        }
    }
}

/// Stores what became of a target, and of the order by that.
pub(super) fn settle(
    writer: &mut Writer<'_, '_>,
    row: &OrderRow,
    number: u32,
    state: TargetState,
    fate: &TargetFate,
    kind: &str,
    detail: &str,
) -> Result<String, Error> {
    let now = writer.now();
    let after = row.order.clone().settle(number, state, now)?;
    order::settle(writer, row.order.id, number, state, fate)?;
    order::note(writer, row.order.id, kind, Some(number), detail, fate.words.as_deref())?;
    store(writer, row, &after)?;
    Ok(format!("{number} {detail}"))
}

/// Stores the order, and notes what happened to it as a whole.
pub(super) fn finish(
    writer: &mut Writer<'_, '_>,
    row: &OrderRow,
    after: &Order,
    kind: &str,
    detail: &str,
    words: Option<&str>,
) -> Result<String, Error> {
    order::note(writer, row.order.id, kind, None, detail, words)?;
    store(writer, row, after)?;
    Ok(detail.to_owned())
}

/// Stores an order, and counts what became of its clock.
pub(super) fn store(writer: &mut Writer<'_, '_>, before: &OrderRow, after: &Order) -> Result<(), Error> {
    let (was, is) = (&before.order.clock, &after.clock);
    if matches!(was.end, ClockEnd::Met(_)) && is.is_running() {
        // It was counted as met, and is open again.
        let what = if is.is_statutory() {
            "clock_resumed"
        } else {
            "own_resumed"
        };
        tally::add(writer, what, &is.key, 1);
    }
    if was.is_running() && !is.is_running() {
        let what = match (is.is_statutory(), is.is_breached()) {
            (true, true) => "clock_breached",
            (true, false) => "clock_met",
            (false, true) => "own_breached",
            (false, false) => "own_met",
        };
        tally::add(writer, what, &is.key, 1);
        if is.is_breached() {
            order::note(writer, after.id, "clock_breached", None, &is.key, None)?;
        }
    }
    information::follow(writer, &before.order, after)?;
    owner::follow_order(writer, &before.order, after)?;
    Ok(order::update(writer, after)?)
}

/// Changes an order as its office says: after somebody called back, or by what the office's node signed.
pub(super) fn change_order(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    called: Option<(Person, &Call)>,
    asked: &Changed,
) -> Result<String, Error> {
    let now = writer.now();
    let words = read_words("words", &asked.words)?;
    let dropped: BTreeSet<u32> = asked.drop.iter().copied().collect();
    if asked.drop.len() > Order::MAX_TARGETS || dropped.len() < asked.drop.len() {
        return Err(OrderError::BadTargets.into());
    }
    let add: Vec<Pointed> = read_targets(&asked.add)?;
    let asks_more = !add.is_empty() || asked.expires_at.is_some() || asked.secret_until.is_some();
    let mut after = row.order.clone().amend()?;
    if !add.is_empty() && !after.clock.is_running() && !after.clock.is_breached() {
        // What was done in time is done: more of it is a new order, with a clock of its own.
        return Err(OrderError::Done.into());
    }
    let is_future = |at: Option<Time>| at.is_none_or(|at| at > now);
    if !is_future(asked.expires_at) || !is_future(asked.secret_until) {
        return Err(OrderError::BadMoment.into());
    }
    let by = called.map(|(by, _)| by);
    if let Some((by, call)) = called {
        keep_call(writer, row, Purpose::Amendment, by, call)?;
    }
    for number in &asked.drop {
        row.order.target(*number)?;
        lift::one(writer, row, *number, by, &words)?;
        after = after.settle(*number, TargetState::Lifted { at: now }, now)?;
    }
    let is_left = |target: &OrderTarget| !matches!(target.state, TargetState::Lifted { .. });
    if add.is_empty() && !after.targets.iter().any(is_left) {
        return Err(OrderError::BadTargets.into());
    }
    if !add.is_empty() {
        let added = Order::number(add, &after.targets)?;
        order::add_targets(writer, row.order.id, &added)?;
        after.targets.extend(added);
        if row.demand.is_some() {
            InformationDemand::check_subjects(after.targets.iter().filter(|target| is_left(target)).count())?;
        }
    }
    after.expires_at = asked.expires_at.or(after.expires_at);
    let secret_until = asked.secret_until.or(row.letter.secret_until);
    order::amend(writer, row.order.id, secret_until, row.letter.lock_days)?;
    // What is asked besides is held against the law of the day on which it was.
    let on = if asks_more { asked.on.to_string() } else { String::new() };
    let detail = finish(writer, row, &after, "amended", &on, Some(&words))?;
    public_log::note_amendment(writer, means, row.order.id)?;
    Ok(detail)
}

/// Keeps who was called back: after the order came, and not in the future.
pub(super) fn keep_call(
    writer: &mut Writer<'_, '_>,
    row: &OrderRow,
    purpose: Purpose,
    by: Person,
    call: &Call,
) -> Result<(), Error> {
    let name = |field: &'static str, text: &str| {
        let name = OrderName::parse(text).map_err(|error| Error::Text(field, error))?;
        Ok::<_, Error>(name.as_str().to_owned())
    };
    if call.called_at < row.letter.received_at || call.called_at > writer.now() {
        return Err(OrderError::BadMoment.into());
    }
    let call = Call {
        called: name("called", &call.called)?,
        telephone: name("telephone", &call.telephone)?,
        called_at: call.called_at,
    };
    Ok(order::call(writer, row.order.id, purpose, by.id, &call)?)
}

pub(super) fn read_words(field: &'static str, text: &str) -> Result<String, Error> {
    let words = OrderWords::parse(text).map_err(|error| Error::Text(field, error))?;
    Ok(words.as_str().to_owned())
}
