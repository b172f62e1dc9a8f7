//! Those behind items are told by mail, too: the platform, which knows where they read, says so, and may take it back.
//!
//! Mails are written behind the actions, as the platform is told of them: each action once, whatever befalls the node.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anlanh_api::Language;
use anlanh_model::{Actor, AuditAction, DataSubject, Id, Permission, Target, TargetKind, Text};
use anlanh_store::action::{self, ActionRow};
use anlanh_store::contact::{self, ContactRow};
use anlanh_store::{Queries, Writer, case, item, vault};
use anlanh_vault::{DataKey, Place, Vault};

use crate::mail::{self, NewLetter};
use crate::report::{MAX_EMAIL_BYTES, is_email};
use crate::sealing::{key_of, make_key, seal};
use crate::{App, Error, permit};

/// Why it is not kept where somebody hears of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// The e-mail address is none.
    #[error("the e-mail address is none")]
    Email,
    /// The node sends no mail.
    #[error("this node sends no mail")]
    NoMail,
}

/// Actions that are gone through in one transaction.
const AT_ONCE: u32 = 200;
/// Most notices that one mail bears.
const MAX_IN_MAIL: usize = 20;
/// In how many steps a round goes on before other work has its turn.
const STEPS: usize = 20;

/// Keeps where whoever is behind an account, page, group or channel hears of decisions, in place of what was kept before.
///
/// # Errors
/// When the one who asks may not, the address is none, the node sends no mail, or the database is away or full.
pub async fn keep(app: &App, actor: &Actor, target: Target, email: &str, language: Language) -> Result<(), Error> {
    permit(actor, Permission::ConfirmActions)?;
    // What is mailed is what the feed tells.
    permit(actor, Permission::ReadActions)?;
    let email: Text<MAX_EMAIL_BYTES> = Text::parse(email).map_err(|error| Error::Text("email", error))?;
    if !is_email(email.as_str()) {
        return Err(ContactError::Email.into());
    }
    if !app.site.sends_mail() {
        return Err(ContactError::NoMail.into());
    }
    let keys = Arc::clone(&app.vault);
    let had_one = app
        .store
        .write(app.change(actor, AuditAction::KeepContact), move |writer| {
            // Mails that wait for the same address go on waiting.
            if let Some(kept) = contact::of_target(writer, &target)?
                && kept.language == language.tag()
                && opened(&keys, writer, &kept)?.is_some_and(|(_, before)| before == email.as_str())
            {
                writer.about("contact", kept.subject.number(), "the same");
                return Ok(false);
            }
            let had_one = erase_of(writer, &target)?;
            let subject: Id<DataSubject> = writer.new_id();
            let key = make_key(&keys, writer, subject)?;
            let kept = ContactRow {
                subject,
                address: seal(&key, &place(subject), email.as_str().as_bytes())?,
                language: language.tag().to_owned(),
            };
            contact::insert(writer, &target, &kept)?;
            writer.about("contact", subject.number(), target.kind().key());
            Ok::<_, Error>(had_one)
        })
        .await?;
    if had_one {
        app.purge_due.store(true, Ordering::Release);
    }
    Ok(())
}

/// Erases where whoever is behind a subject hears of decisions, with every mail to them.
///
/// # Errors
/// When the one who asks may not, nothing was kept, or the database is away or full.
pub async fn erase(app: &App, actor: &Actor, target: Target) -> Result<(), Error> {
    permit(actor, Permission::ConfirmActions)?;
    app.store
        .write(app.change(actor, AuditAction::EraseContact), move |writer| {
            if !erase_of(writer, &target)? {
                return Err(Error::NotFound("contact"));
            }
            writer.about("contact", 0, target.kind().key());
            Ok(())
        })
        .await?;
    app.purge_due.store(true, Ordering::Release);
    Ok(())
}

/// Erases what is kept of a subject; whether there was something.
pub(crate) fn erase_of(writer: &mut Writer<'_, '_>, target: &Target) -> Result<bool, Error> {
    let Some(kept) = contact::of_target(writer, target)? else {
        return Ok(false);
    };
    vault::delete_key(writer, kept.subject)?;
    anlanh_store::mail::delete_of(writer, kept.subject)?;
    contact::delete(writer, target)?;
    Ok(true)
}

/// Writes the mails of actions that none was written for.
///
/// # Errors
/// When the database is away or full; what was written until then is.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    for _ in 0..STEPS {
        let is_due = app
            .store
            .read("contact.due", |tx| Ok::<_, Error>(!next(tx, 1)?.is_empty()));
        if !is_due.await? {
            break;
        }
        let (keys, site) = (Arc::clone(&app.vault), Arc::clone(&app.site));
        let write = move |writer: &mut Writer<'_, '_>| {
            let actions = next(writer, AT_ONCE)?;
            let mut letters: BTreeMap<Target, Vec<String>> = BTreeMap::new();
            for row in &actions {
                if let Some(target) = affected(writer, row)? {
                    letters.entry(target).or_default().push(row.id.to_string());
                }
            }
            for (target, actions) in &letters {
                let Some(kept) = contact::of_target(writer, target)? else {
                    continue;
                };
                // One that does not open holds up no other.
                let (key, email) = match opened(&keys, writer, &kept) {
                    Ok(Some(opened)) => opened,
                    Ok(None) | Err(Error::Sealed(_) | Error::Uncompiled) => continue,
                    Err(error) => return Err(error),
                };
                let letter = NewLetter {
                    subject: kept.subject,
                    email: &email,
                    template: "notices",
                    language: &kept.language,
                    to: None,
                };
                for actions in actions.chunks(MAX_IN_MAIL) {
                    let values = serde_json::json!({ "site": site.name(), "actions": actions });
                    mail::queue(writer, &key, &letter, &values)?;
                }
            }
            if let Some(last) = actions.last() {
                contact::set_after(writer, last.id)?;
            }
            writer.about("actions", i64::try_from(actions.len()).unwrap_or(i64::MAX), "mailed");
            Ok::<_, Error>(())
        };
        app.store
            .write(app.change(&Actor::Node, AuditAction::SendMail), write)
            .await?;
    }
    Ok(())
}

/// The next actions for which no mail was written.
fn next(tx: &mut dyn Queries, limit: u32) -> Result<Vec<ActionRow>, Error> {
    Ok(match contact::after(tx)? {
        Some(after) => action::feed(tx, Some(after), limit)?,
        None => Vec::new(),
    })
}

/// Whose mail an action is for: of an item, its author.
fn affected(tx: &mut dyn Queries, row: &ActionRow) -> Result<Option<Target>, Error> {
    if row.secret_until.is_some() {
        return Ok(None);
    }
    match row.target.kind() {
        TargetKind::Account | TargetKind::Page | TargetKind::Group | TargetKind::Channel => {
            Ok(Some(row.target.clone()))
        }
        TargetKind::Report => Ok(None),
        TargetKind::Item => {
            let Some(case) = row.case.map(|case| case::load(tx, case)).transpose()?.flatten() else {
                return Ok(None);
            };
            // A platform may name an author by what is no reference; nobody can be told by it.
            Ok(item::load(tx, case.item)?.and_then(|item| item.subject(TargetKind::Account)))
        }
    }
}

/// The key and the address of a contact; none where the key was deleted.
fn opened(keys: &Vault, tx: &mut dyn Queries, kept: &ContactRow) -> Result<Option<(DataKey, String)>, Error> {
    let Some(key) = key_of(keys, tx, kept.subject)? else {
        return Ok(None);
    };
    let email = key.open(&place(kept.subject), &kept.address).map_err(Error::Sealed)?;
    let email = String::from_utf8(email).map_err(|_| Error::Uncompiled)?;
    Ok(Some((key, email)))
}

/// Where an address is sealed.
const fn place(subject: Id<DataSubject>) -> Place {
    Place {
        table: "subject_contact",
        row: subject.number(),
        purpose: "address",
    }
}
