//! What becomes of orders of this office: receipts, what platforms say, and what time does.

use anlanh_model::{
    AuditAction, ClockEvent, ContestGround, Id, Issued, IssuedError, IssuedFate, IssuedState, OrderError, OrderWords,
    Pointed, StatutoryClock, Time,
};
use anlanh_store::issued::{self as store, IssuedRow, Note, Said};
use anlanh_store::peer::{self as peers, OutRow, PeerRow};
use anlanh_store::{Reader, Writer, tally};
use anlanh_wire::{Content, Logged, Message, Outcome, Progress, Receipt, SignedReceipt, Stamp, Target};

use super::stream;
use crate::case::Means;
use crate::due::work_off;
use crate::public_log::{self, Trust};
use crate::{App, Error, order};

/// Most orders that one transaction is about.
const MOST_AT_ONCE: u32 = 100;

/// A message to a platform's node was received there. Where it is an order, its clock starts, at the moment that the receipt
/// says; where it is an amendment, what it changes holds.
pub(crate) fn delivered(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OutRow,
    (signed, receipt): (&SignedReceipt, &Receipt),
) -> Result<(), Error> {
    let Some(issued) = of_stream(writer, &row.stream)? else {
        return Ok(());
    };
    let id = issued.issued.id;
    public_log::note_receipt(writer, means, &issued, row.number, signed)?;
    let reason = receipt.reason.as_deref().filter(|reason| check_key(reason).is_ok());
    if row.kind == "amend" {
        amended(writer, &issued, row)?;
    }
    if row.kind != "order" {
        let kind = match receipt.outcome {
            Outcome::Applied => "delivered",
            Outcome::Refused => "not_taken",
        };
        let note = Note {
            kind,
            detail: reason.unwrap_or(&row.kind),
            claimed_at: Some(Time::from_micros(receipt.received_at.0)),
            ..Note::default()
        };
        return Ok(store::note(writer, id, &note)?);
    }
    // The other side may have lost what it gave a receipt for, and gives another.
    let is_new = matches!(issued.issued.state, IssuedState::Signed | IssuedState::Withdrawn);
    match receipt.outcome {
        Outcome::Applied | Outcome::Refused if !is_new => Ok(()),
        Outcome::Applied => {
            let mut letter = issued.letter.clone();
            // A receipt from before it was signed or after now would stretch the deadline.
            let earliest = issued.signed.as_ref().map_or(row.made_at, |(_, at)| *at);
            letter.received_at = Time::from_micros(receipt.received_at.0).clamp(earliest, writer.now().max(earliest));
            let of_clock: Id<StatutoryClock> = Id::from_number(id.number()).map_err(|_| Error::BadReference)?;
            // It was there when the order was signed; where the policy lost it since, no deadline is known here.
            let clock = order::clock_of(&means.engine, issued.issued.kind, &letter, of_clock).ok();
            store::update(writer, &issued.issued.receive(clock)?)?;
            let note = Note {
                kind: "received",
                claimed_at: Some(Time::from_micros(receipt.received_at.0)),
                ..Note::default()
            };
            Ok(store::note(writer, id, &note)?)
        }
        Outcome::Refused => {
            store::update(writer, &issued.issued.refuse()?)?;
            store::refused(writer, id, reason.unwrap_or_default())?;
            let note = Note {
                kind: "refused",
                detail: reason.unwrap_or_default(),
                ..Note::default()
            };
            Ok(store::note(writer, id, &note)?)
        }
    }
}

/// An amendment was answered: how long the order holds follows from what was taken of it, and what it is aimed at from that
/// and from what waits. A platform that lost amendments may not take each of them again; both sides number what is left alike.
fn amended(writer: &mut Writer<'_, '_>, issued: &IssuedRow, row: &OutRow) -> Result<(), Error> {
    let mut terms: Option<Terms> = None;
    for message in peers::said_of_order(writer, row.peer, &row.stream)? {
        match parse(&message)? {
            Content::Order(order) => {
                terms = Some(Terms {
                    secret_until: order.secret_until,
                    expires_at: order.expires_at,
                    targets: order.targets,
                });
            }
            Content::Amend(amend) => {
                if let Some(terms) = &mut terms {
                    terms.secret_until = amend.secret_until.or(terms.secret_until);
                    terms.expires_at = amend.expires_at.or(terms.expires_at);
                    terms.targets.extend(amend.add);
                }
            }
            Content::Withdraw(_)
            | Content::Remind(_)
            | Content::Progress(_)
            | Content::Logged(_)
            | Content::Incident(_)
            | Content::Key(_) => {}
        }
    }
    let Some(mut terms) = terms else { return Ok(()) };
    for (_, message) in peers::unsent(writer, row.peer, &row.stream)? {
        if let Content::Amend(amend) = parse(&message)? {
            terms.targets.extend(amend.add);
        }
    }
    let id = issued.issued.id;
    let time = |stamp: Option<Stamp>| stamp.map(|stamp| Time::from_micros(stamp.0));
    store::hold(writer, id, time(terms.secret_until), time(terms.expires_at))?;
    aim(writer, &issued.issued, &terms.targets)
}

/// What an order says, with its amendments.
struct Terms {
    secret_until: Option<Stamp>,
    expires_at: Option<Stamp>,
    targets: Vec<Target>,
}

fn parse(message: &[u8]) -> Result<Content, Error> {
    let message = Message::parse(message).map_err(|_| Error::Uncompiled)?;
    Ok(message.content)
}

/// Names these targets and no others. What became of one is kept while it has its number.
fn aim(writer: &mut Writer<'_, '_>, issued: &Issued, targets: &[Target]) -> Result<(), Error> {
    let targets = targets.iter().map(|it| Pointed::parse(&it.kind, &it.reference));
    let targets: Vec<Pointed> = targets.collect::<Result<_, _>>()?;
    let pairs = issued.targets.iter().zip(&targets);
    let same = pairs.take_while(|(named, target)| named.pointed == **target).count();
    let (kept, rest) = (
        u32::try_from(same).unwrap_or(u32::MAX),
        targets.get(same..).unwrap_or_default(),
    );
    if same < issued.targets.len() {
        store::forget_targets(writer, issued.id, kept)?;
    }
    Ok(store::insert_targets(writer, issued.id, rest, kept.saturating_add(1))?)
}

/// The order of this office that a stream is about, if it is about one.
fn of_stream(writer: &mut Writer<'_, '_>, name: &str) -> Result<Option<IssuedRow>, Error> {
    let id = name.strip_prefix("order:").and_then(|id| id.parse::<Id<Issued>>().ok());
    match id.filter(|id| stream(*id) == name) {
        Some(id) => Ok(store::load(writer, id)?),
        None => Ok(None),
    }
}

/// A platform says what became of an order of this office.
pub(crate) fn progress(writer: &mut Writer<'_, '_>, peer: &PeerRow, name: &str, said: &Progress) -> Result<(), Error> {
    let row = of_stream(writer, name)?.filter(|row| row.peer == peer.id);
    let row = row.ok_or(Error::NotFound("order"))?;
    check_key(&said.step)?;
    let id = row.issued.id;
    let words = match &said.words {
        Some(words) => Some(OrderWords::parse(words).map_err(|error| Error::Text("words", error))?),
        None => None,
    };
    let words = words.as_ref().map(OrderWords::as_str);
    let ground = match &said.ground {
        Some(key) => Some(ContestGround::from_key(key).ok_or(Error::UnknownKey("ground"))?),
        None => None,
    };
    // Nobody did anything before the order came, nor after now.
    let earliest = row.issued.clock.as_ref().map_or(row.state_at, |clock| clock.starts_at);
    let at = Time::from_micros(said.at.0).clamp(earliest, writer.now().max(earliest));
    let next = match said.target {
        Some(number) => settle(writer, &row, number, said, ground, (at, words))?,
        None => whole(writer, &row, said, ground, (at, words))?,
    };
    count(writer, row.issued.clock.as_ref(), next.clock.as_ref());
    store::update(writer, &next)?;
    let is_late = |clock: &Option<StatutoryClock>| clock.as_ref().is_some_and(StatutoryClock::is_breached);
    if is_late(&row.issued.clock) && !is_late(&next.clock) {
        let corrected = Note {
            kind: "clock_corrected",
            claimed_at: Some(at),
            ..Note::default()
        };
        store::note(writer, id, &corrected)?;
    }
    let note = Note {
        kind: &said.step,
        target: said.target,
        detail: match (ground, said.target, &said.target_state) {
            (Some(ground), _, _) => ground.key(),
            // Of a target it is a key that was read.
            (None, Some(_), Some(state)) => state,
            (None, _, _) => "",
        },
        words,
        claimed_at: Some(at),
    };
    Ok(store::note(writer, id, &note)?)
}

/// A platform shows what its public log holds of an order of this office. What does not hold is not taken.
pub(crate) fn logged(writer: &mut Writer<'_, '_>, peer: &PeerRow, name: &str, shown: &Logged) -> Result<(), Error> {
    let row = of_stream(writer, name)?.filter(|row| row.peer == peer.id);
    let row = row.ok_or(Error::NotFound("order"))?;
    if !row.issued.state.is_received() {
        return Err(IssuedError::NotYet.into());
    }
    let receipt = serde_json::to_vec(&shown.receipt).map_err(|_| Error::Uncompiled)?;
    let checked = public_log::check(&receipt, &Trust::log(None)).map_err(|_| Error::UnknownKey("receipt"))?;
    let position = checked.position.to_string();
    let note = Note {
        kind: "logged",
        detail: &position,
        ..Note::default()
    };
    Ok(store::note(writer, row.issued.id, &note)?)
}

/// One target of an order.
fn settle(
    writer: &mut Writer<'_, '_>,
    row: &IssuedRow,
    number: u32,
    said: &Progress,
    ground: Option<ContestGround>,
    (at, words): (Time, Option<&str>),
) -> Result<Issued, Error> {
    let fate = said.target_state.as_deref().and_then(IssuedFate::from_key);
    let fate = fate.filter(|fate| *fate != IssuedFate::Open);
    let fate = fate.ok_or(Error::UnknownKey("target_state"))?;
    if !row.issued.targets.iter().any(|target| target.number == number) {
        return Err(OrderError::NoTarget.into());
    }
    let said = Said {
        at: Some(at),
        ground,
        words: words.map(str::to_owned),
    };
    store::settle(writer, row.issued.id, number, fate, &said)?;
    Ok(row.issued.clone().settle(number, fate, at)?)
}

/// An order as a whole.
fn whole(
    writer: &mut Writer<'_, '_>,
    row: &IssuedRow,
    said: &Progress,
    ground: Option<ContestGround>,
    (at, words): (Time, Option<&str>),
) -> Result<Issued, Error> {
    let (id, state) = (row.issued.id, row.issued.state);
    let next = match said.step.as_str() {
        "taken" | "checked" => IssuedState::UnderWay,
        "contested" => IssuedState::Contested {
            ground: ground.ok_or(Error::UnknownKey("ground"))?,
        },
        "answered" => IssuedState::Answered,
        "expired" => IssuedState::Expired,
        // Whatever else it says does not move the order.
        _ => return Ok(row.issued.clone()),
    };
    if let (IssuedState::Contested { ground }, true) = (next, state.is_with_platform()) {
        let open = row
            .issued
            .targets
            .iter()
            .filter(|target| target.fate == IssuedFate::Open);
        for target in open {
            let said = Said {
                at: Some(at),
                ground: Some(ground),
                words: None,
            };
            store::settle(writer, id, target.number, IssuedFate::Contested, &said)?;
        }
    }
    if next == IssuedState::Answered {
        store::answered(writer, id, words.unwrap_or_default())?;
    }
    Ok(row.issued.clone().follow(next, at)?)
}

/// Keys are short and plain, whoever sends them.
fn check_key(key: &str) -> Result<(), Error> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if key.len() <= 32 && key.bytes().all(is_plain) {
        Ok(())
    } else {
        Err(Error::UnknownKey("step"))
    }
}

/// Counts what became of a clock.
fn count(writer: &mut Writer<'_, '_>, was: Option<&StatutoryClock>, is: Option<&StatutoryClock>) {
    let (Some(was), Some(is)) = (was, is) else {
        return;
    };
    let (is_over, is_late) = (!is.is_running(), is.is_breached());
    match (was.is_running(), was.is_breached()) {
        // It was met, and what was said to be done was not.
        (false, false) if !is_over => tally::add(writer, "issued_resumed", &is.key, 1),
        (true, _) if is_over && is_late => tally::add(writer, "issued_breached", &is.key, 1),
        (true, _) if is_over => tally::add(writer, "issued_met", &is.key, 1),
        // It was in time, and that was heard late.
        (false, true) if !is_late => tally::add(writer, "issued_corrected", &is.key, 1),
        (_, _) => {}
    }
}

/// Notes whatever is due for orders of this office: reminders to look after them, and breaches.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let is_due = |tx: &mut Reader<'_, '_>, now| Ok(!store::struck(tx, now, 1)?.is_empty());
    work_off(app, ("issued.due", AuditAction::RunIssued), is_due, note_due).await
}

fn note_due(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let (mut warned, mut breached) = (0_u32, 0_u32);
    for id in store::struck(writer, now, MOST_AT_ONCE)? {
        let row = store::load(writer, id)?.ok_or(Error::NotFound("order"))?;
        let Some(clock) = row.issued.clock.clone() else {
            continue;
        };
        let (clock, happened) = clock.tick(now);
        let kind = match happened {
            Some(ClockEvent::Warned) => {
                warned += 1;
                "clock_warned"
            }
            Some(ClockEvent::Breached) => {
                breached += 1;
                "clock_breached"
            }
            None => continue,
        };
        count(writer, row.issued.clock.as_ref(), Some(&clock));
        let note = Note {
            kind,
            detail: &clock.key,
            ..Note::default()
        };
        store::note(writer, id, &note)?;
        let next = Issued {
            clock: Some(clock.clone()),
            ..row.issued
        };
        store::update(writer, &next)?;
    }
    writer.about("issued_orders", 0, format!("warned={warned} breached={breached}"));
    Ok(())
}
