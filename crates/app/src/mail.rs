//! Mail to outsiders: what waits is read with the key of whoever it is for, and what became of it is kept.
//!
//! A mail was written in the transaction of what it tells, so that none is lost. It may be sent twice where a node is
//! killed between the server's answer and the note of it; what it says is the same.

use anlanh_api::Language;
use anlanh_model::{Actor, AuditAction, DataSubject, Id, Time};
use anlanh_store::action::Action;
use anlanh_store::mail::{self, MailRow, NewMail};
use anlanh_store::{Queries, Writer, tally};
use anlanh_vault::{DataKey, Place};
use serde::{Deserialize, Serialize};

use crate::sealing::{key_of, seal};
use crate::{App, Error, action};

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
    /// Tag of its language.
    pub language: String,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterKind {
    /// That an address is to be confirmed, and that nothing moves before.
    Confirm(OfReport),
    /// That an address is to be confirmed for the outcome to come there.
    Address(OfReport),
    /// What became of a report.
    Outcome {
        /// Of which.
        of: OfReport,
        /// Key of the outcome.
        outcome: String,
        /// Whether many reports of theirs were wrong.
        is_warned: bool,
        /// Where they may appeal.
        appeal: Option<String>,
    },
    /// What was done to somebody's content or account: a notice each.
    Notices(Vec<String>),
}

/// The report that a mail is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfReport {
    /// Its number, to be named to others.
    pub report: String,
    /// The private link.
    pub link: String,
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
    #[serde(flatten)]
    of: Option<OfReport>,
    outcome: Option<String>,
    #[serde(default)]
    warned: bool,
    appeal: Option<String>,
    #[serde(default)]
    actions: Vec<String>,
}

/// A mail to be written.
pub(crate) struct NewLetter<'a> {
    pub subject: Id<DataSubject>,
    pub email: &'a str,
    pub template: &'static str,
    pub language: &'a str,
    /// Under which mails to an address are counted that nobody has confirmed.
    pub to: Option<&'a [u8]>,
}

/// Has a mail sent, with what is filled in.
pub(crate) fn queue(
    writer: &mut Writer<'_, '_>,
    key: &DataKey,
    letter: &NewLetter<'_>,
    values: &serde_json::Value,
) -> Result<(), Error> {
    let id: Id<Mail> = writer.new_id();
    let mail = NewMail {
        id,
        subject: letter.subject,
        address: seal(key, &place(id, "address"), letter.email.as_bytes())?,
        template: letter.template,
        language: letter.language.to_owned(),
        values: seal(key, &place(id, "values"), values.to_string().as_bytes())?,
        counted_to: letter.to.map(<[u8]>::to_vec),
    };
    Ok(mail::insert(writer, &mail)?)
}

/// Where a part of a mail is sealed.
const fn place(mail: Id<Mail>, purpose: &'static str) -> Place {
    Place {
        table: "outgoing_mail",
        row: mail.number(),
        purpose,
    }
}

/// At most `limit` mails that are to be sent now. One that cannot be opened is given up, so that it holds up no other.
///
/// # Errors
/// When the database is away.
pub async fn due(app: &App, limit: u32) -> Result<Vec<Letter>, Error> {
    let (now, app_for) = (app.clock.now(), app.clone());
    let found = app.store.read("mail.due", move |tx| {
        let (mut letters, mut broken) = (Vec::new(), Vec::new());
        for row in mail::due(tx, now, limit)? {
            let id = row.id;
            match open(tx, &app_for, row) {
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
fn open(tx: &mut dyn Queries, app: &App, row: MailRow) -> Result<Option<Letter>, Error> {
    let Some(key) = key_of(&app.vault, tx, row.subject)? else {
        return Ok(None);
    };
    let opened = |purpose, sealed: &[u8]| key.open(&place(row.id, purpose), sealed).map_err(Error::Sealed);
    let to = String::from_utf8(opened("address", &row.address)?).map_err(|_| Error::Uncompiled)?;
    let values: Values = serde_json::from_slice(&opened("values", &row.values)?).map_err(|_| Error::Uncompiled)?;
    let kind = match (row.template.as_str(), values.of, values.outcome) {
        ("report-confirm", Some(of), _) => LetterKind::Confirm(of),
        ("report-address", Some(of), _) => LetterKind::Address(of),
        ("report-outcome", Some(of), Some(outcome)) => LetterKind::Outcome {
            of,
            outcome,
            is_warned: values.warned,
            appeal: values.appeal,
        },
        ("notices", _, _) => LetterKind::Notices(notices(tx, app, &values.actions, &row.language)?),
        (_, _, _) => return Err(Error::Uncompiled),
    };
    Ok(Some(Letter {
        id: row.id,
        to,
        kind,
        site: values.site,
        language: row.language,
        attempts: row.attempts,
    }))
}

/// The notices of actions, as the policy and the site word them now.
fn notices(tx: &mut dyn Queries, app: &App, actions: &[String], language: &str) -> Result<Vec<String>, Error> {
    let language = Language::from_tag(language).unwrap_or(Language::Vi);
    let mut notices = Vec::new();
    for id in actions {
        let id: Id<Action> = id.parse().map_err(|_| Error::Uncompiled)?;
        let row = anlanh_store::action::load(tx, id)?.ok_or(Error::Uncompiled)?;
        let notice = action::notice(app, &row);
        notices.push(match language {
            Language::Vi => notice.vi,
            Language::En => notice.en,
        });
    }
    Ok(notices)
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
