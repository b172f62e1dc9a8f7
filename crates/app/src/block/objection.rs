//! Whoever is hit learns who blocked what on which basis, and may object; somebody else than who let it in answers in time.

use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, BlockChange, BlockEntry, BlockObjection, BlockSource, BlockWords, DataSubject, Id,
    ObjectionResult, Permission, Person, Time,
};
use anlanh_soc::{Kind, Value};
use anlanh_store::block::objection::{self, ObjectionRow};
use anlanh_store::block::{self, EntryRow};
use anlanh_store::staff::{self, StaffRow};
use anlanh_store::{Queries, Writer, tally};
use anlanh_vault::{Place, Vault};

use super::step::{lift_by, load};
use super::weigh::rules;
use super::{BlockRefusal, EntryView};
use crate::appeal::LinkSecret;
use crate::case::permit_person;
use crate::sealing::{key_of, make_key, seal};
use crate::statutory::Running;
use crate::{App, Error};

/// Most objections against one entry that nobody has answered.
pub const MAX_OPEN_OBJECTIONS: u64 = 100;
/// Most labels of a name that are looked up one after the other.
const MOST_LABELS: usize = 20;

/// Who blocks something, as it is told to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The operator, and who answers for it there.
    Operator(String),
    /// An authority, by an order: the number and the key of the office.
    Office(String, String),
    /// An authority, which asks that nobody is told more for now.
    Confidential,
}

/// What is told of a block to whoever runs into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// What was asked for.
    pub asked: String,
    /// What is blocked: that, or a name above it.
    pub value: String,
    /// Who blocks it.
    pub who: Who,
    /// Why; none where it is not to be told.
    pub reason: Option<String>,
    /// Keys of articles, or the operator's own rule in words.
    pub basis: Vec<String>,
    /// Since when.
    pub since: Time,
    /// Until when; none where an order ends it.
    pub until: Option<Time>,
    /// When this was looked at.
    pub seen_at: Time,
}

/// An objection with what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectionView {
    /// The objection.
    pub row: ObjectionRow,
    /// What was said; none where it was erased.
    pub words: Option<String>,
}

/// What whoever objected sees of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objected {
    /// The objection.
    pub view: ObjectionView,
    /// Whether the value is blocked still.
    pub is_blocked: bool,
    /// When this was looked at.
    pub seen_at: Time,
}

/// What blocks a name, a URL or an address, if anything does: of names, the nearest one at or above it.
///
/// # Errors
/// When the database is away.
pub async fn blocked(app: &App, asked: &str) -> Result<Option<Blocked>, Error> {
    let Some(candidates) = candidates(asked) else {
        return Ok(None);
    };
    let (asked, now) = (asked.to_owned(), app.clock.now());
    app.store
        .read("block.blocked", move |tx| {
            let row = nearest(tx, &candidates)?;
            Ok(row.map(|row| told(&asked, row, now)))
        })
        .await
}

/// The values that block what is asked for, nearest first.
fn candidates(asked: &str) -> Option<Vec<String>> {
    match Value::guess(asked.trim().trim_end_matches('.')).ok()? {
        Value::Text(Kind::Domain, name) => {
            let parents = name.match_indices('.').filter_map(|(at, _)| name.get(at + 1..));
            let names = std::iter::once(name.as_str()).chain(parents);
            Some(names.take(MOST_LABELS).map(str::to_owned).collect())
        }
        value @ (Value::Text(Kind::Url, _) | Value::Address(_)) => Some(vec![value.to_string()]),
        Value::Text(..) | Value::Network(_) => None,
    }
}

fn nearest(tx: &mut dyn Queries, candidates: &[String]) -> Result<Option<EntryRow>, Error> {
    for value in candidates {
        let rows = block::of_value(tx, value)?;
        // An order goes before others, as in the list.
        let first = rows
            .into_iter()
            .min_by_key(|row| (!matches!(row.source, BlockSource::Order(..)), row.entry.id));
        if first.is_some() {
            return Ok(first);
        }
    }
    Ok(None)
}

fn told(asked: &str, row: EntryRow, now: Time) -> Blocked {
    let (who, reason) = match (row.is_confidential, row.order) {
        (true, _) => (Who::Confidential, None),
        (false, Some((number, office))) => (Who::Office(number, office), Some(row.terms.reason)),
        (false, None) => (Who::Operator(row.terms.owner), Some(row.terms.reason)),
    };
    let is_told = who != Who::Confidential;
    Blocked {
        asked: asked.to_owned(),
        value: row.terms.value,
        who,
        reason,
        basis: if is_told { row.terms.basis } else { Vec::new() },
        since: row.state_at,
        until: row.entry.expires_at,
        seen_at: now,
    }
}

/// Takes an objection against whatever blocks a value, and gives the private link under which it is answered. When this returns
/// it is safely kept and its clock runs.
///
/// # Errors
/// When nothing blocks the value, the words are none, too many objections wait, or the database is away or full.
pub async fn object(app: &App, asked: &str, words: &str) -> Result<LinkSecret, Error> {
    let words = BlockWords::parse(words).map_err(|error| Error::Text("words", error))?;
    let candidates = candidates(asked).ok_or(Error::NotFound("block"))?;
    let (engine, vault) = (app.engine(), Arc::clone(&app.vault));
    app.store
        .write(
            app.change(&Actor::Outsider, AuditAction::ObjectToBlock),
            move |writer| {
                let row = nearest(writer, &candidates)?.ok_or(Error::NotFound("block"))?;
                if objection::count_open(writer, row.entry.id)? >= MAX_OPEN_OBJECTIONS {
                    return Err(BlockRefusal::TooManyObjections.into());
                }
                let (now, id): (_, Id<BlockObjection>) = (writer.now(), writer.new_id());
                let clock = Running::with_key(&engine, rules(&engine)?.objection_clock.as_str(), now);
                let opened = BlockObjection {
                    id,
                    entry: row.entry.id,
                    clock: clock.map(|clock| clock.begin(id.cast(), now)),
                    answered: None,
                };
                let key = make_key(&vault, writer, objection::subject_of(id))?;
                let sealed = seal(&key, &place(id), words.as_str().as_bytes())?;
                let secret = LinkSecret::of_objection(&vault, id);
                objection::insert(writer, &opened, &secret.hash(), &sealed)?;
                writer.about("block_objection", id.number(), "opened");
                Ok(secret)
            },
        )
        .await
}

/// What became of an objection, by its private link; none where that leads nowhere.
///
/// # Errors
/// When the database is away.
pub async fn objection_by_link(app: &App, secret: &str) -> Result<Option<Objected>, Error> {
    let Some(hash) = LinkSecret::shown(secret).map(|secret| secret.hash()) else {
        return Ok(None);
    };
    let (vault, now) = (Arc::clone(&app.vault), app.clock.now());
    app.store
        .read("block.objected", move |tx| {
            let Some(row) = objection::of_link(tx, &hash)? else {
                return Ok(None);
            };
            let entry = block::load(tx, row.objection.entry)?.ok_or(Error::NotFound("block"))?;
            Ok(Some(Objected {
                is_blocked: entry.entry.state.is_live(),
                view: view(tx, &vault, row)?,
                seen_at: now,
            }))
        })
        .await
}

/// Objections that nobody has answered, the one that is due first before the others.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn open_objections(app: &App, actor: &Actor) -> Result<Vec<ObjectionView>, Error> {
    crate::permit(actor, Permission::ReadBlocklist)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .read("block.objections", move |tx| {
            let rows = objection::open(tx, super::MAX_PAGE)?.into_iter();
            rows.map(|row| view(tx, &vault, row)).collect()
        })
        .await
}

/// Answers an objection. Where it holds, the value is lifted in the same moment.
///
/// # Errors
/// When the one who asks may not or let the value in, there is no such objection, it was answered, the words are none, an order's
/// value would be lifted, or the database is away or full.
pub async fn answer(
    app: &App,
    actor: &Actor,
    id: Id<BlockObjection>,
    result: ObjectionResult,
    words: &str,
) -> Result<(), Error> {
    let by = permit_person(actor, Permission::AnswerObjections)?;
    let words = BlockWords::parse(words).map_err(|error| Error::Text("words", error))?;
    app.store
        .write(app.change(actor, AuditAction::AnswerObjection), move |writer| {
            let row = objection::load(writer, id)?.ok_or(Error::NotFound("objection"))?;
            let entry: EntryRow = entry_of(writer, row.objection.entry)?;
            let change = load(writer, entry.entry.change)?;
            let was_breached = row.objection.clock.as_ref().is_some_and(|clock| clock.is_breached());
            let after = row.objection.answer(by, result, &change, writer.now())?;
            objection::answer(writer, &after, words.as_str())?;
            if let Some(clock) = &after.clock {
                if !clock.is_breached() {
                    tally::add(writer, "clock_met", &clock.key, 1);
                } else if !was_breached {
                    tally::add(writer, "clock_breached", &clock.key, 1);
                }
            }
            if result == ObjectionResult::Lifted && entry.entry.state.is_live() {
                lift_by(writer, &entry, by, words.as_str())?;
            }
            writer.about("block_objection", id.number(), result.key());
            Ok(())
        })
        .await
}

fn entry_of(writer: &mut Writer<'_, '_>, id: Id<BlockEntry>) -> Result<EntryRow, Error> {
    block::load(writer, id)?.ok_or(Error::NotFound("block"))
}

/// An objection with what was said, while that can be read.
pub(super) fn view(tx: &mut dyn Queries, vault: &Vault, row: ObjectionRow) -> Result<ObjectionView, Error> {
    let id = row.objection.id;
    let subject: Id<DataSubject> = objection::subject_of(id);
    let words = match (&row.words, key_of(vault, tx, subject)?) {
        (Some(sealed), Some(key)) => {
            let opened = key.open(&place(id), sealed).map_err(Error::Sealed)?;
            Some(String::from_utf8(opened).map_err(|_| Error::Uncompiled)?)
        }
        (_, _) => None,
    };
    Ok(ObjectionView { row, words })
}

/// Where what was said is sealed.
const fn place(id: Id<BlockObjection>) -> Place {
    Place {
        table: "block_objection",
        row: id.number(),
        purpose: "words",
    }
}

impl EntryView {
    /// Whether somebody may answer objections against it: who let it in does not.
    #[must_use]
    pub fn may_answer(&self, person: Person) -> bool {
        person.role.may(Permission::AnswerObjections) && !self.change.change.people().contains(&person.id)
    }
}

/// The names of those who may answer objections against what came with a change.
pub(super) fn answerers(tx: &mut dyn Queries, change: &BlockChange) -> Result<Vec<String>, Error> {
    let people = change.people();
    let may = |row: &StaffRow| {
        row.closed_at.is_none() && row.person.role.may(Permission::AnswerObjections) && !people.contains(&row.person.id)
    };
    let rows = staff::all(tx)?.into_iter();
    Ok(rows.filter(may).map(|row| row.name).collect())
}
