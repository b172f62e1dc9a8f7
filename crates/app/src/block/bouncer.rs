//! What bouncers are told: the addresses and networks that are blocked, all of them at first and then what changed, in the form
//! of the local API of CrowdSec.
//!
//! A bouncer says nothing of what it took. So each change stands in two answers: in the first after it, which may be lost, and
//! in the one after that; telling a bouncer twice changes nothing. A decision ends by itself where nobody repeats it, so that a
//! node that is gone blocks nobody for ever: after half of that time all of them are told again.

use anlanh_model::{Actor, AuditAction, BlockAudience, Id, Permission, Time, Token};
use anlanh_soc::blocking::{Act, Blocklist, DecisionTerms, write_crowdsec};
use anlanh_store::block::bouncer::{self, Told};
use anlanh_store::block::version;
use anlanh_store::{Queries, Writer};

use super::list::{Difference, Portion, read_difference, read_version};
use crate::{App, Error, permit};

/// For how long a bouncer keeps a decision without hearing of it again, in seconds.
const KEPT_SECONDS: u32 = 14_400;
/// What a decision says of why.
const SCENARIO: &str = "anlanh/blocklist";

/// What a bouncer asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pull {
    /// Everything: it has just started, and has nothing.
    Startup,
    /// What changed since it asked last.
    Changes,
}

/// Tells a bouncer, and keeps what it was told before it hears it. A bouncer is a token.
///
/// # Errors
/// When the one who asks may not or is no token, or the database is away or full.
pub async fn follow(app: &App, actor: &Actor, pull: Pull) -> Result<Vec<u8>, Error> {
    permit(actor, Permission::FollowBlocks)?;
    let Actor::Token { id, .. } = actor else {
        return Err(Error::Forbidden(Permission::FollowBlocks));
    };
    let (id, now) = (*id, app.clock.now());
    let answer = app
        .store
        .read("block.follow", move |tx| answer(tx, id, pull, now))
        .await?;
    if let Some(told) = answer.told {
        let change = app.change(actor, AuditAction::TellBouncer);
        let keep = move |writer: &mut Writer<'_, '_>| {
            bouncer::keep(writer, id, told)?;
            writer.about("token", id.number(), format!("serial={}", told.last));
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    Ok(answer.body)
}

/// An answer, and what is to be kept of it where that is another than before.
struct Answer {
    body: Vec<u8>,
    told: Option<Told>,
}

fn answer(tx: &mut dyn Queries, token: Id<Token>, pull: Pull, now: Time) -> Result<Answer, Error> {
    let serial = version::last(tx)?.map_or(0, |version| version.serial);
    let told = bouncer::load(tx, token)?;
    // One that has what this node never had is told everything, as after a restored backup.
    let since = told.filter(|told| pull == Pull::Changes && told.last <= serial && told.before <= told.last);
    let Some(since) = since else {
        // Its firewall may still have what went while it was away.
        let known = told.filter(|told| told.before <= serial);
        let difference = match known {
            Some(told) => read_difference(tx, BlockAudience::All, told.before, serial)?,
            None => None,
        };
        let gone = difference.map_or_else(Blocklist::new, |difference| list_of(gone(&difference)));
        let body = written(&gone, &list_at(tx, serial)?);
        let told = Some(Told {
            before: known.map_or(serial, |told| told.before),
            last: serial,
            whole_at: now,
        });
        return Ok(Answer { body, told });
    };
    let is_due = now.as_seconds() - since.whole_at.as_seconds() >= i64::from(KEPT_SECONDS / 2);
    let (before, list) = match read_difference(tx, BlockAudience::All, since.before, serial)? {
        None => (list_at(tx, since.before)?, list_at(tx, serial)?),
        Some(difference) if is_due => (list_of(gone(&difference)), list_at(tx, serial)?),
        Some(Difference { removed, added, .. }) => (list_of(&removed), list_of(&added)),
    };
    let next = Told {
        before: since.last,
        last: serial,
        whole_at: if is_due { now } else { since.whole_at },
    };
    Ok(Answer {
        body: written(&before, &list),
        told: Some(next).filter(|next| *next != since),
    })
}

/// What is no more there at all.
fn gone(difference: &Difference) -> impl Iterator<Item = &(String, Act)> {
    let is_there = |value: &String| difference.added.iter().any(|(other, _)| other == value);
    difference.removed.iter().filter(move |(value, _)| !is_there(value))
}

fn list_at(tx: &mut dyn Queries, serial: u32) -> Result<Blocklist, Error> {
    Ok(read_version(tx, Portion::For(BlockAudience::All), serial)?.list)
}

fn list_of<'v>(values: impl IntoIterator<Item = &'v (String, Act)>) -> Blocklist {
    let mut list = Blocklist::new();
    for (value, act) in values {
        // What no network can block is told to nobody.
        let _ = list.add(value, act);
    }
    list
}

/// Names and URLs are left out: a bouncer blocks addresses.
fn written(before: &Blocklist, list: &Blocklist) -> Vec<u8> {
    let terms = DecisionTerms {
        seconds: KEPT_SECONDS,
        scenario: SCENARIO.to_owned(),
    };
    let mut body = Vec::new();
    // Writing to memory does not fail.
    let _ = write_crowdsec(before, list, &terms, &mut body, |_| {});
    body
}
