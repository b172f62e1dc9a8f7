//! A new account may be behind one that is locked: signs that both share put that before a person. Nothing else follows.

use anlanh_model::{Actor, AuditAction, Case, Cause, Id, MeasureKind, Permission, Target, TargetKind};
use anlanh_store::measure::{self, MeasureRow};
use anlanh_store::proposal::{self, ProposalRow};
use anlanh_store::{Writer, case, signal};

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
    let change = app.change(actor, AuditAction::KeepSignals);
    app.store
        .write(change, move |writer| {
            for hash in &hashes {
                signal::insert(writer, account.reference(), hash)?;
            }
            // What was known already takes no further room.
            if signal::count(writer, account.reference())? > MAX_SIGNALS_OF_ACCOUNT {
                return Err(EnforcementError::BadSignals.into());
            }
            let opened = propose(writer, &account)?;
            let n = i64::try_from(hashes.len()).unwrap_or(i64::MAX);
            let ids: Vec<String> = opened.iter().map(ToString::to_string).collect();
            writer.about("signals", n, ids.join(" "));
            Ok(opened)
        })
        .await
}

/// Opens a case for each locked account that shares a sign with this one.
fn propose(writer: &mut Writer<'_, '_>, account: &Target) -> Result<Vec<Id<Case>>, Error> {
    let mut opened = Vec::new();
    if live_lock(writer, account)?.is_some() {
        return Ok(opened);
    }
    for other in sharing(writer, account)? {
        if let Some(lock) = live_lock(writer, &other)? {
            opened.extend(ask(writer, account, &lock)?);
        }
    }
    Ok(opened)
}

/// Opens a case for each account that shares a sign with one that was just locked: their signs may have come before.
pub(super) fn propose_others(writer: &mut Writer<'_, '_>, locked: &Target) -> Result<(), Error> {
    let Some(lock) = live_lock(writer, locked)? else {
        return Ok(());
    };
    for other in sharing(writer, locked)? {
        if live_lock(writer, &other)?.is_none() {
            ask(writer, &other, &lock)?;
        }
    }
    Ok(())
}

/// The accounts that share a sign with this one.
fn sharing(writer: &mut Writer<'_, '_>, account: &Target) -> Result<Vec<Target>, Error> {
    let others = signal::sharing(writer, account.reference(), MAX_SHARING)?;
    let others = others.iter().map(|other| Target::new(TargetKind::Account, other));
    let others: Result<_, _> = others.collect();
    Ok(others.map_err(|_| EnforcementError::BadSignals)?)
}

/// Puts before a person that this account may be behind a locked one, unless that was done before.
fn ask(writer: &mut Writer<'_, '_>, account: &Target, lock: &MeasureRow) -> Result<Option<Id<Case>>, Error> {
    let locked = lock.target.reference();
    if proposal::was_asked(writer, account.reference(), locked)? {
        return Ok(None);
    }
    let of = case::load(writer, lock.case)?.ok_or(Error::NotFound("case"))?;
    let id = ladder::open_case(writer, of.item, Cause::Evasion, &of.category, &of.kind)?;
    let proposed = ProposalRow {
        target: account.clone(),
        lock: None,
        evades: Some(locked.to_owned()),
    };
    proposal::set(writer, id, &proposed)?;
    Ok(Some(id))
}

/// What keeps an account out now.
fn live_lock(writer: &mut Writer<'_, '_>, account: &Target) -> Result<Option<MeasureRow>, Error> {
    let measures = measure::of_target(writer, account)?;
    Ok(measures.into_iter().find(|row| row.is_live() && keeps_out(row.kind)))
}

/// Whether a measure keeps an account out.
pub(super) const fn keeps_out(kind: MeasureKind) -> bool {
    match kind {
        MeasureKind::TemporaryLock
        | MeasureKind::PermanentLock
        | MeasureKind::RefuseRegistration
        | MeasureKind::EndService => true,
        MeasureKind::Label | MeasureKind::Limit | MeasureKind::Hide | MeasureKind::Remove | MeasureKind::Warn => false,
    }
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
