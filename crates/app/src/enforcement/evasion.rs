//! A new account may be behind one that is locked: signs that both share put that before a person. Nothing else follows.

use anlanh_model::{Actor, AuditAction, Case, Cause, Id, MeasureKind, Permission, Target, TargetKind};
use anlanh_store::measure::{self, MeasureRow};
use anlanh_store::proposal::{self, ProposalRow};
use anlanh_store::{Change, Writer, case, signal};

use super::{EnforcementError, ladder};
use crate::{App, Error, permit};

/// Most signs that one request brings.
pub const MAX_SIGNALS: usize = 32;
/// Most signs that are kept of one account.
pub const MAX_SIGNALS_OF_ACCOUNT: u64 = 256;
/// Shortest and longest hash, in bytes.
const HASH_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
/// How many accounts that share a sign are looked at: a sign of more is a sign of nobody.
const MAX_SHARING: u32 = 20;

/// Keeps signs of an account, as hashes that the operator made, and opens a case for each locked account that shares one
/// with it, once; the cases that were opened.
///
/// # Errors
/// When the one who asks may not, the account is no reference, a sign is none or there are too many, or the database is
/// away or full.
pub async fn keep_signals(
    app: &App,
    actor: &Actor,
    account: String,
    signals: Vec<String>,
) -> Result<Vec<Id<Case>>, Error> {
    permit(actor, Permission::ConfirmActions)?;
    let account = Target::new(TargetKind::Account, &account).map_err(|_| EnforcementError::BadSignals)?;
    if signals.is_empty() || signals.len() > MAX_SIGNALS {
        return Err(EnforcementError::BadSignals.into());
    }
    let hashes = signals
        .iter()
        .map(|signal| hash(signal).ok_or(EnforcementError::BadSignals));
    let hashes: Vec<Vec<u8>> = hashes.collect::<Result<_, _>>()?;
    let change = Change {
        actor: actor.clone(),
        action: AuditAction::KeepSignals,
        now: app.clock.now(),
    };
    app.store
        .write(change, move |writer| {
            let room = MAX_SIGNALS_OF_ACCOUNT.saturating_sub(signal::count(writer, account.reference())?);
            if u64::try_from(hashes.len()).unwrap_or(u64::MAX) > room {
                return Err(EnforcementError::BadSignals.into());
            }
            for hash in &hashes {
                signal::insert(writer, account.reference(), hash)?;
            }
            let opened = propose(writer, &account)?;
            let n = i64::try_from(hashes.len()).unwrap_or(i64::MAX);
            let ids: Vec<String> = opened.iter().map(ToString::to_string).collect();
            writer.about("signals", n, ids.join(" "));
            Ok(opened)
        })
        .await
}

fn propose(writer: &mut Writer<'_, '_>, account: &Target) -> Result<Vec<Id<Case>>, Error> {
    let mut opened = Vec::new();
    if live_lock(writer, account)?.is_some() {
        return Ok(opened);
    }
    for other in signal::sharing(writer, account.reference(), MAX_SHARING)? {
        let other = Target::new(TargetKind::Account, &other).map_err(|_| EnforcementError::BadSignals)?;
        let Some(lock) = live_lock(writer, &other)? else {
            continue;
        };
        if proposal::was_asked(writer, account.reference(), other.reference())? {
            continue;
        }
        let of = case::load(writer, lock.case)?.ok_or(Error::NotFound("case"))?;
        let id = ladder::open_case(writer, of.item, Cause::Evasion, &of.category, &of.kind)?;
        let proposed = ProposalRow {
            target: account.clone(),
            lock: None,
            evades: Some(other.reference().to_owned()),
        };
        proposal::set(writer, id, &proposed)?;
        opened.push(id);
    }
    Ok(opened)
}

/// What keeps an account out now.
fn live_lock(writer: &mut Writer<'_, '_>, account: &Target) -> Result<Option<MeasureRow>, Error> {
    let keeps_out = |kind| {
        matches!(
            kind,
            MeasureKind::TemporaryLock
                | MeasureKind::PermanentLock
                | MeasureKind::RefuseRegistration
                | MeasureKind::EndService
        )
    };
    let measures = measure::of_target(writer, account)?;
    Ok(measures.into_iter().find(|row| row.is_live() && keeps_out(row.kind)))
}

/// A hash as it is written: two hexadecimal digits a byte.
fn hash(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) || !HASH_BYTES.contains(&(text.len() / 2)) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| text.as_bytes().chunks(2).map(byte).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_a_hash() {
        let check = |text: &str, is_one: bool| assert_eq!(hash(text).is_some(), is_one, "{text}");
        check(&"0f".repeat(16), true);
        check(&"AF".repeat(64), true);
        check(&"0f".repeat(15), false);
        check(&"0f".repeat(65), false);
        check(&"0g".repeat(16), false);
        check(&format!("{}0", "0f".repeat(16)), false);
        check("0901234567", false);
        assert_eq!(hash(&"10ff".repeat(8)).unwrap()[..2], [0x10, 0xff]);
    }
}
