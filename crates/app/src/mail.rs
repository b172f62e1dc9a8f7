//! Mail to outsiders: what waits is read with the key of whoever it is for, and what became of it is kept.
//!
//! A mail was written in the transaction of what it tells, so that none is lost. It may be sent twice where a node is
//! killed between the server's answer and the note of it; what it says is the same.

use anlanh_model::{Actor, AuditAction, Id, Time};
use anlanh_store::mail::{self, MailRow};
use anlanh_store::{Queries, tally};
use anlanh_vault::{Place, Vault};
use serde::Deserialize;

use crate::sealing::key_of;
use crate::{App, Error};

pub use anlanh_store::mail::{Mail, Sending};

/// A mail as it is to be written. Its address and links are personal: it has no `Debug` that shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub id: Id<Mail>,
    /// Where it goes.
    pub to: String,
    /// What it says.
    pub kind: LetterKind,
    /// The name of the platform.
    pub site: String,
    /// The number of the report, to be named to others.
    pub report: String,
    /// The private link.
    pub link: String,
    /// Tag of its language.
    pub language: String,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterKind {
    /// That an address is to be confirmed, and that nothing moves before.
    Confirm,
    /// That an address is to be confirmed for the outcome to come there.
    Address,
    /// What became of a report.
    Outcome {
        /// Key of the outcome.
        outcome: String,
        /// Whether many reports of theirs were wrong.
        is_warned: bool,
        /// Where they may appeal.
        appeal: Option<String>,
    },
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What was filled in when it was written.
#[derive(Deserialize)]
struct Values {
    site: String,
    report: String,
    link: String,
    outcome: Option<String>,
    #[serde(default)]
    warned: bool,
    appeal: Option<String>,
}

/// At most `limit` mails that are to be sent now. One that cannot be opened is given up, so that it holds up no other.
///
/// # Errors
/// When the database is away.
pub async fn due(app: &App, limit: u32) -> Result<Vec<Letter>, Error> {
    let (now, vault) = (app.clock.now(), std::sync::Arc::clone(&app.vault));
    let found = app.store.read("mail.due", move |tx| {
        let (mut letters, mut broken) = (Vec::new(), Vec::new());
        for row in mail::due(tx, now, limit)? {
            let id = row.id;
            match open(tx, &vault, row) {
                Ok(letter) => letters.extend(letter),
                Err(Error::Sealed(_) | Error::Uncompiled) => broken.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok((letters, broken))
    });
    let (letters, broken) = found.await?;
    for id in broken {
        sending(app, id, Sending::Failed).await?;
    }
    Ok(letters)
}

/// A mail, opened; none where whoever it was for was erased meanwhile.
fn open(tx: &mut impl Queries, vault: &Vault, row: MailRow) -> Result<Option<Letter>, Error> {
    let Some(key) = key_of(vault, tx, row.subject)? else {
        return Ok(None);
    };
    let opened = |purpose, sealed: &[u8]| {
        let place = Place {
            table: "outgoing_mail",
            row: row.id.number(),
            purpose,
        };
        key.open(&place, sealed).map_err(Error::Sealed)
    };
    let to = String::from_utf8(opened("address", &row.address)?).map_err(|_| Error::Uncompiled)?;
    let values: Values = serde_json::from_slice(&opened("values", &row.values)?).map_err(|_| Error::Uncompiled)?;
    let kind = match (row.template.as_str(), values.outcome) {
        ("report-confirm", _) => LetterKind::Confirm,
        ("report-address", _) => LetterKind::Address,
        ("report-outcome", Some(outcome)) => LetterKind::Outcome {
            outcome,
            is_warned: values.warned,
            appeal: values.appeal,
        },
        (_, _) => return Err(Error::Uncompiled),
    };
    Ok(Some(Letter {
        id: row.id,
        to,
        kind,
        site: values.site,
        report: values.report,
        link: values.link,
        language: row.language,
        attempts: row.attempts,
    }))
}

/// Keeps what became of an attempt to send a mail.
///
/// # Errors
/// When the database is away or full.
pub async fn sending(app: &App, id: Id<Mail>, sending: Sending) -> Result<(), Error> {
    let change = app.change(&Actor::Node, AuditAction::SendMail);
    app.store
        .write(change, move |writer| {
            mail::sending(writer, id, sending)?;
            let detail = match sending {
                Sending::Sent => "sent",
                Sending::Retry(_) => "retry",
                Sending::Failed => "failed",
            };
            if !matches!(sending, Sending::Retry(_)) {
                tally::add(writer, "mail", detail, 1);
            }
            writer.about("mail", id.number(), detail);
            Ok(())
        })
        .await
}

/// How many mails wait to be sent.
///
/// # Errors
/// When the database is away.
pub async fn waiting(app: &App) -> Result<u64, Error> {
    app.store.read("mail.waiting", |tx| Ok(mail::waiting(tx)?)).await
}

/// When a mail is tried again that so many seconds are waited for.
#[must_use]
pub fn again(app: &App, seconds: u32) -> Time {
    Time::from_micros(
        app.clock
            .now()
            .as_micros()
            .saturating_add(i64::from(seconds) * 1_000_000),
    )
}
