//! Indicators by hand: a list or a bundle that people and programs hand in, and single values that they take back.

use anlanh_model::{Actor, AuditAction, Feed, FeedKind, FeedState, Id, Indicator, Permission, RoundOutcome, RoundSize};
use anlanh_store::Writer;
use anlanh_store::feed::{self as store, RoundRow, TakenOver, Validators};
use anlanh_store::indicator::{self, NewIndicator};

use super::collection::MOST_OF_OBJECT;
use super::round::{ReadRound, add_batch, keep_told};
use super::setting::collection_of;
use super::{Ask, BATCH, FeedError, MAX_HANDED_IN_VALUES, ROUNDS_KEPT, object, read, threat};
use crate::{App, Error, permit};

/// What became of what was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// Values that are listed now.
    pub listed: u64,
    /// Of them, values that are known to be good.
    pub warned: u64,
    /// Lines, objects and values that cannot be used.
    pub refused: u64,
    /// The first of them: where, and why.
    pub reasons: Vec<String>,
}

/// The feed that somebody hands something in to.
///
/// # Errors
/// When the one who asks may not, there is no such feed, it is fetched, or the database is away.
pub async fn hand(app: &App, actor: &Actor, id: Id<Feed>) -> Result<Ask, Error> {
    permit(actor, Permission::SubmitIndicators)?;
    let row = app
        .store
        .read("feed.hand", move |tx| Ok::<_, Error>(store::load(tx, id)?));
    let row = row.await?.ok_or(Error::NotFound("feed"))?;
    if row.state == FeedState::Removed {
        return Err(FeedError::Removed.into());
    }
    if row.settings.kind.is_fetched() {
        return Err(FeedError::Fetched.into());
    }
    Ok(Ask {
        row,
        authorization: None,
    })
}

/// Makes sense of what is handed in: a bundle where it begins as one, else a list. It may take long and asks nothing.
#[must_use]
pub fn read_handed_in(app: &App, ask: &Ask, body: &[u8]) -> ReadRound {
    let mut ask = ask.clone();
    if body.trim_ascii_start().first() == Some(&b'{') {
        ask.row.settings.kind = FeedKind::Stix;
    }
    read(app, &ask, body)
}

/// Lists what somebody hands in, beside what the feed lists already. What cannot be used is told, and keeps nothing else out.
///
/// # Errors
/// When the one who asks may not, there is too much of it, nothing of it can be used, or the database is away or full.
pub async fn enter(app: &App, actor: &Actor, ask: &Ask, mut round: ReadRound) -> Result<HandedIn, Error> {
    permit(actor, Permission::SubmitIndicators)?;
    let bytes = round.bytes();
    let mut told = HandedIn {
        listed: round.size.values,
        warned: round.size.warned,
        refused: round.refusals.count,
        reasons: round.refusals.first.clone(),
    };
    if round.is_fault() || round.size.values == 0 {
        return Err(FeedError::Nothing.into());
    }
    if round.size.values > MAX_HANDED_IN_VALUES {
        return Err(FeedError::TooLarge.into());
    }
    let why = round.refusals.why();
    let threats = std::mem::take(&mut round.threats);
    let (entries, objects, sightings) = round.into_parts();
    let (row, now) = (ask.row.clone(), app.clock.now());
    let change = app.change(actor, AuditAction::EnterIndicators);
    let answer = told.clone();
    let keep = move |writer: &mut Writer<'_, '_>| {
        let row = store::load(writer, row.id)?.ok_or(Error::NotFound("feed"))?;
        let passed = threat::keep_here(writer, row.id, &threats)?;
        for end in entries.iter().filter(|new| new.is_revoked) {
            for listed in indicator::of_object(writer, row.id, &end.object, MOST_OF_OBJECT)? {
                indicator::revoke(writer, listed.id)?;
            }
        }
        let fresh: Vec<NewIndicator> = entries.iter().filter(|new| !new.is_revoked).cloned().collect();
        for batch in fresh.chunks(BATCH) {
            add_batch(writer, &row, batch, now)?;
        }
        object::add(writer, &row, &objects)?;
        let live = indicator::count(writer, row.id)?;
        let size = RoundSize {
            values: live,
            ..RoundSize::default()
        };
        let taken = TakenOver {
            digest: &[],
            size: &size,
            live,
            changed: true,
        };
        store::taken(writer, row.id, &taken)?;
        store::looked(writer, row.id, (now, None), &Validators::default(), &[])?;
        let round = RoundRow {
            number: row.round.saturating_add(1),
            at: now,
            outcome: RoundOutcome::Applied,
            bytes,
            listed: live,
            added: answer.listed,
            removed: 0,
            refused: answer.refused,
            warned: answer.warned,
            alarms: Vec::new(),
            why: threat::with_passed(why.clone(), passed),
        };
        store::insert_round(writer, row.id, &round, ROUNDS_KEPT)?;
        writer.about("feed", row.id.number(), format!("{} entered", answer.listed));
        Ok::<_, Error>(passed)
    };
    let passed = app.store.write(change, keep).await?;
    if passed > 0 {
        told.reasons.insert(0, threat::passed_over(passed));
    }
    keep_told(app, ask, sightings).await?;
    Ok(told)
}

/// Takes back a value that was handed in.
///
/// # Errors
/// When the one who asks may not, there is no such indicator, it is of a feed that is fetched, or the database is away or full.
pub async fn withdraw(app: &App, actor: &Actor, id: Id<Indicator>) -> Result<(), Error> {
    permit(actor, Permission::SubmitIndicators)?;
    let now = app.clock.now();
    let change = app.change(actor, AuditAction::EnterIndicators);
    let keep = move |writer: &mut Writer<'_, '_>| {
        let known = indicator::load(writer, id)?.ok_or(Error::NotFound("indicator"))?;
        let row = store::load(writer, known.feed)?.ok_or(Error::NotFound("feed"))?;
        if row.settings.kind.is_fetched() {
            return Err(FeedError::Fetched.into());
        }
        indicator::revoke(writer, id)?;
        if let Some(collection) = collection_of(&row) {
            if known.object.is_empty() {
                let objects: Vec<_> = object::made_revoked(&row, &known.kind, &known.value, now)
                    .into_iter()
                    .collect();
                object::add(writer, &row, &objects)?;
            } else {
                object::drop_one(writer, collection, &known.object)?;
            }
        }
        writer.about("indicator", id.number(), "withdrawn");
        Ok(())
    };
    app.store.write(change, keep).await
}
