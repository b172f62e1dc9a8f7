//! What this office says to the platform's node: the order itself, a change, a reminder, its withdrawal.

use std::collections::BTreeSet;

use anlanh_model::{
    Actor, AuditAction, Id, InformationDemand, Issued, IssuedError, IssuedFate, IssuedTarget, Order, OrderError,
    OrderName, OrderWords, Permission, Person, Pointed, Signing, Text, Time,
};
use anlanh_pack::Day;
use anlanh_store::issued::{self as store, IssuedRow, Note};
use anlanh_store::{Writer, peer as peers};
use anlanh_wire::{Amend, Content, Information, Order as OrderContent, Remind, Stamp, Target, Withdraw};

use super::signing::{self, Numbered};
use super::stream;
use crate::case::{Means, permit_person};
use crate::peer::{self, PeerError};
use crate::{App, Error, order, public_log};

/// What this office does with an order that it signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It reminds of it.
    Remind {
        /// What it says.
        words: String,
    },
    /// It changes what is named, or how long it holds.
    Amend {
        /// Numbers of the targets that are named no more.
        drop: Vec<u32>,
        /// Those that are named besides: kind and reference, each.
        add: Vec<(String, String)>,
        /// Until when it holds; none where that stays.
        expires_at: Option<Time>,
        /// Until when nobody is told; none where that stays.
        secret_until: Option<Time>,
        /// Who signs the change.
        signer: String,
        /// Why.
        words: String,
    },
    /// It withdraws it.
    Withdraw {
        /// Who signs the withdrawal.
        signer: String,
        /// Why.
        words: String,
    },
}

/// Signs a draft: it goes to the platform's node under the key of this one, and nothing in it changes any more.
///
/// # Errors
/// When the one who asks may not, there is none, it is no draft, they wrote it and somebody else may sign, its number is
/// that of another order of the year and they did not say that they saw that, it is out of scope by this node's own policy, it does not
/// say what it asks for about users, the addressee is no active peer, or the database is away or full.
pub async fn sign(app: &App, actor: &Actor, id: Id<Issued>, numbered: Numbered) -> Result<(), Error> {
    let by = permit_person(actor, Permission::SignIssued)?;
    let means = Means::of(app);
    app.store
        .write(app.change(actor, AuditAction::SignIssued), move |writer| {
            sign_one(writer, &means, id, by, numbered)
        })
        .await
}

fn sign_one(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    id: Id<Issued>,
    by: Person,
    numbered: Numbered,
) -> Result<(), Error> {
    let mut row = load(writer, id)?;
    let (signed, how) = signing::signing(writer, &row.issued, by.id)?;
    let today = order::day(&means.engine, writer.now());
    let midnight = order::midnight(&means.engine, today);
    row.letter.issued_at = midnight;
    let pointed = row.issued.targets.iter().map(|target| &target.pointed);
    let scope = order::judge(&means.engine, row.issued.kind, &row.letter, pointed).scope;
    let now = writer.now();
    let is_past = |at: Option<Time>| at.is_some_and(|at| at <= now);
    if is_past(row.expires_at) || is_past(row.letter.secret_until) || is_past(row.letter.stated_due_at) {
        return Err(OrderError::BadMoment.into());
    }
    // A deadline covers it, which will run from the receipt.
    let of_clock = Id::from_number(id.number()).map_err(|_| Error::BadReference)?;
    order::clock_of(&means.engine, row.issued.kind, &row.letter, of_clock)?;
    if !scope.may_be_signed() {
        return Err(IssuedError::OutOfScope.into());
    }
    let wanted = (row.demand.as_ref(), row.issued.targets.len());
    order::information::check_issued(&means.engine, row.issued.kind, wanted, today)?;
    let twin = signing::check_number(writer, &means.engine, &row, now, numbered)?;
    store::sign(writer, id, by.id, midnight)?;
    store::update(writer, &signed)?;
    let how = match how {
        Signing::Second => "",
        Signing::Alone => "alone",
    };
    note(writer, id, "signed", how, None)?;
    if let Some(twin) = twin {
        note(writer, id, "number_again", &twin.to_string(), None)?;
    }
    say(writer, means, &row, Content::Order(content(&row, Day::from(today))))?;
    public_log::note_issued(writer, means, &row)?;
    let again = if twin.is_some() { " number_again" } else { "" };
    writer.about("issued", id.number(), format!("signed {how}{again}").trim_end());
    Ok(())
}

/// Does something with an order that was signed.
///
/// # Errors
/// When the one who asks may not, there is none, its life stands in the way, a text or target is none, or the database is
/// away or full.
pub async fn change(app: &App, actor: &Actor, id: Id<Issued>, change: Change) -> Result<(), Error> {
    permit_person(actor, Permission::SignIssued)?;
    let means = Means::of(app);
    app.store
        .write(app.change(actor, AuditAction::ChangeIssued), move |writer| {
            let row = load(writer, id)?;
            let what = match &change {
                Change::Remind { words } => remind(writer, &means, &row, words),
                Change::Withdraw { signer, words } => withdraw(writer, &means, &row, signer, words),
                Change::Amend {
                    drop,
                    add,
                    expires_at,
                    secret_until,
                    signer,
                    words,
                } => {
                    let said = Said { signer, words };
                    amend(writer, &means, &row, (drop, add), (*expires_at, *secret_until), &said)
                }
            }?;
            writer.about("issued", id.number(), what);
            Ok(())
        })
        .await
}

/// Who signs a change, and why.
struct Said<'a> {
    signer: &'a str,
    words: &'a str,
}

fn remind(writer: &mut Writer<'_, '_>, means: &Means, row: &IssuedRow, words: &str) -> Result<&'static str, Error> {
    row.issued.speak()?;
    let words = read_words("words", words)?;
    note(writer, row.issued.id, "reminded", "", Some(&words))?;
    say(writer, means, row, Content::Remind(Remind { words }))?;
    Ok("reminded")
}

fn withdraw(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &IssuedRow,
    signer: &str,
    words: &str,
) -> Result<&'static str, Error> {
    let (signer, reason) = (read_name(signer)?, read_words("words", words)?);
    let next = row.issued.clone().withdraw(writer.now())?;
    store::update(writer, &next)?;
    let to = peers::load(writer, row.peer)?.ok_or(PeerError::NotReachable)?;
    // Whoever is cut off hears of it when people connect it again, behind the order itself.
    let detail = if to.state.is_active() { "" } else { "not_told" };
    note(writer, row.issued.id, "withdrawn", detail, Some(&reason))?;
    let content = Content::Withdraw(Withdraw { signer, reason });
    peer::say(writer, &means.site, &to, &stream(row.issued.id), content)?;
    Ok("withdrawn")
}

fn amend(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &IssuedRow,
    (drop, add): (&[u32], &[(String, String)]),
    (expires_at, secret_until): (Option<Time>, Option<Time>),
    said: &Said<'_>,
) -> Result<&'static str, Error> {
    row.issued.speak()?;
    let (id, now) = (row.issued.id, writer.now());
    let (signer, reason) = (read_name(said.signer)?, read_words("words", said.words)?);
    let is_past = |at: Option<Time>| at.is_some_and(|at| at <= now);
    if is_past(expires_at) || is_past(secret_until) {
        return Err(OrderError::BadMoment.into());
    }
    // Numbers are given by both sides alike, one amendment after the other.
    let said_before = peers::receipts(writer, row.peer, &stream(id))?;
    if said_before
        .iter()
        .any(|it| it.kind == "amend" && it.delivered_at.is_none())
    {
        return Err(IssuedError::NotYet.into());
    }
    let is_named = |number: &u32| row.issued.targets.iter().any(|target| target.number == *number);
    let dropped: BTreeSet<u32> = drop.iter().copied().collect();
    if !drop.iter().all(is_named) || dropped.len() < drop.len() {
        return Err(OrderError::NoTarget.into());
    }
    let added: Vec<Pointed> = add
        .iter()
        .map(|(key, reference)| Pointed::parse(key, reference))
        .collect::<Result<_, _>>()?;
    if !added.iter().all(|one| row.issued.kind.suits(one)) {
        return Err(OrderError::Unsuited.into());
    }
    if !added.is_empty() {
        row.issued.add()?;
    }
    let is_left = |it: &&IssuedTarget| it.fate != IssuedFate::Lifted && !dropped.contains(&it.number);
    let left = row.issued.targets.iter().filter(is_left).map(|target| &target.pointed);
    let named: Vec<&Pointed> = left.chain(&added).collect();
    if row.demand.is_some() && !added.is_empty() {
        InformationDemand::check_subjects(named.len())?;
    }
    let asks_more = !added.is_empty() || expires_at.is_some() || secret_until.is_some();
    if asks_more {
        check_scope(writer, means, row, &named)?;
    }
    let numbers = row.issued.targets.iter().map(|target| target.number);
    let last = numbers.max().unwrap_or(0);
    let all = row.issued.targets.iter().map(|target| &target.pointed).chain(&added);
    Order::number(all.cloned().collect(), &[])?;
    store::insert_targets(writer, id, &added, last + 1)?;
    note(writer, id, "amended", "", Some(&reason))?;
    let stamp = |at: Option<Time>| at.map(|at| Stamp(at.as_micros()));
    let content = Amend {
        drop: drop.to_vec(),
        add: added.iter().map(target).collect(),
        expires_at: stamp(expires_at),
        secret_until: stamp(secret_until),
        signer,
        reason,
    };
    say(writer, means, row, Content::Amend(content))?;
    Ok("amended")
}

/// What is asked besides is within the law of the day, as the order was when it was signed.
fn check_scope(writer: &Writer<'_, '_>, means: &Means, row: &IssuedRow, named: &[&Pointed]) -> Result<(), Error> {
    let mut letter = row.letter.clone();
    letter.issued_at = order::midnight(&means.engine, order::day(&means.engine, writer.now()));
    let scope = order::judge(&means.engine, row.issued.kind, &letter, named.iter().copied()).scope;
    if scope.holds() {
        Ok(())
    } else {
        Err(IssuedError::OutOfScope.into())
    }
}

/// The order as it is sent.
fn content(row: &IssuedRow, today: Day) -> OrderContent {
    let letter = &row.letter;
    let stamp = |at: Option<Time>| at.map(|at| Stamp(at.as_micros()));
    OrderContent {
        order: row.issued.kind.key().to_owned(),
        office: letter.office.clone(),
        signer: letter.signer.clone(),
        number: letter.number.clone(),
        issued_on: today.to_string(),
        basis: letter.basis.clone(),
        category: letter.category.clone(),
        reason: letter.reason.clone(),
        haste: letter.haste.key().to_owned(),
        due_at: stamp(letter.stated_due_at),
        secret_until: stamp(letter.secret_until),
        expires_at: stamp(row.expires_at),
        lock_days: letter.lock_days,
        information: row.demand.as_ref().map(|demand| Box::new(asked(demand))),
        targets: row.issued.targets.iter().map(|one| target(&one.pointed)).collect(),
    }
}

/// What is asked for about users, as it is sent.
fn asked(demand: &InformationDemand) -> Information {
    let period = demand.period();
    Information {
        version: Information::VERSION,
        purpose: demand.purpose().to_owned(),
        fields: demand.fields().to_vec(),
        from: Stamp(period.from().as_micros()),
        to: Stamp(period.to().as_micros()),
    }
}

fn target(pointed: &Pointed) -> Target {
    Target {
        kind: pointed.key().to_owned(),
        reference: pointed.reference().to_owned(),
    }
}

fn load(writer: &mut Writer<'_, '_>, id: Id<Issued>) -> Result<IssuedRow, Error> {
    store::load(writer, id)?.ok_or(Error::NotFound("order"))
}

fn say(writer: &mut Writer<'_, '_>, means: &Means, row: &IssuedRow, content: Content) -> Result<(), Error> {
    let to = peers::load(writer, row.peer)?.filter(|peer| peer.state.is_active());
    let to = to.ok_or(PeerError::NotReachable)?;
    peer::say(writer, &means.site, &to, &stream(row.issued.id), content)?;
    Ok(())
}

fn note(
    writer: &mut Writer<'_, '_>,
    id: Id<Issued>,
    kind: &str,
    detail: &str,
    words: Option<&str>,
) -> Result<(), Error> {
    let note = Note {
        kind,
        detail,
        words,
        ..Note::default()
    };
    Ok(store::note(writer, id, &note)?)
}

fn read_name(text: &str) -> Result<String, Error> {
    let name: OrderName = Text::parse(text).map_err(|error| Error::Text("signer", error))?;
    Ok(name.as_str().to_owned())
}

fn read_words(field: &'static str, text: &str) -> Result<String, Error> {
    let words: OrderWords = Text::parse(text).map_err(|error| Error::Text(field, error))?;
    Ok(words.as_str().to_owned())
}
