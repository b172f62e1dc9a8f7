//! A report comes in, and its address is confirmed.

use std::fmt;
use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, Conduct, Id, Permission, Report, ReportState, Reporter, Standing, Text, Time, Token, Track,
};
use anlanh_store::mail;
use anlanh_store::report::{self, Known, ReportRow};
use anlanh_store::{Writer, tally};
use anlanh_vault::{DataKey, Vault};

use super::address::normalised;
use super::moving::{Moving, Source, move_on, recount};
use super::{
    Contact, Content, MAX_EMAIL_BYTES, MAX_ITEM_BYTES, MAX_NAME_BYTES, MAX_TEXT_BYTES, MAX_URL_BYTES, MAX_WHY_BYTES,
    NewReport, ReportError, confirmation_of, hash, lookup, place, receipt_of,
};
use crate::mail::NewLetter;
use crate::sealing::{key_of, make_key, seal};
use crate::{App, Error, permit};

/// What whoever reports is told at once. The secret is not in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id, to be named to others.
    pub id: Id<Report>,
    /// The secret of the private link, for nobody else.
    pub secret: String,
    /// How far it has come.
    pub state: ReportState,
    /// Whether a mail asks to confirm the address.
    pub asks_to_confirm: bool,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Most mails a day that ask an address for confirmation: whoever types somebody else's floods nobody.
pub const MAX_CONFIRM_MAILS: u64 = 3;
/// Longest reference of whoever reports through a platform, in bytes.
pub const MAX_REPORTER_BYTES: usize = 256;

/// By what whoever reports with a token is known again.
enum Whose {
    /// The token itself: somebody whom the operator trusts.
    Token(Id<Token>),
    /// One of many whose reports a platform hands on.
    Relayed([u8; 32]),
}

/// Under which somebody is known again whose reports a platform hands on.
fn relayed(vault: &Vault, actor: &Actor, reporter: &str) -> Result<[u8; 32], Error> {
    let reference = Text::<MAX_REPORTER_BYTES>::parse(reporter).map_err(|error| Error::Text("reporter", error))?;
    let token = actor.number().unwrap_or_default();
    let name = format!("{token}:{}", reference.as_str());
    Ok(vault.name_of("reporter.relayed", name.as_bytes()))
}

/// A report whose parts are what they should be.
struct Checked {
    content: Content,
    contact: Option<Contact>,
}

/// Takes a report in. When this returns it is safely kept, and where its category asks for no confirmed address, it
/// belongs to a case.
///
/// # Errors
/// When the one who asks may not, the policy has no such category, a part is missing, too long or not what it should be,
/// or the database is away or full.
pub async fn submit(app: &App, actor: &Actor, new: NewReport) -> Result<Receipt, Error> {
    permit(actor, Permission::SubmitReports)?;
    let engine = app.engine();
    let category = engine.policy.report_category(&new.category);
    let category = category.ok_or(Error::UnknownKey("category"))?;
    let token = match actor {
        Actor::Token { id, .. } => Some(*id),
        Actor::Person(_) | Actor::Operator | Actor::Concerned | Actor::Node | Actor::Outsider | Actor::Peer(_) => None,
    };
    let checked = check(&new, category.anonymous || token.is_some(), token)?;
    let waits = category.confirmed && token.is_none();
    if waits && !app.site.sends_mail() {
        return Err(ReportError::NoMail.into());
    }
    let source = if token.is_some() {
        Source::Known
    } else {
        Source::Outsider
    };
    let known = match (token, &new.reporter) {
        (Some(_), Some(reporter)) => Some(Whose::Relayed(relayed(&app.vault, actor, reporter)?)),
        (Some(token), None) => Some(Whose::Token(token)),
        (None, Some(_)) => return Err(ReportError::Relayed.into()),
        (None, None) => None,
    };
    let moving = Moving::prepare(&engine, category, &checked.content, source, app.clock.now())?;
    let change = app.change(actor, AuditAction::Report);
    let (vault, site) = (Arc::clone(&app.vault), Arc::clone(&app.site));
    app.store
        .write(change, move |writer| {
            let id: Id<Report> = writer.new_id();
            let key = make_key(&vault, writer, report::subject_of(id))?;
            let secret = receipt_of(&vault, id);
            let email = checked.contact.as_ref().and_then(|contact| contact.email.as_deref());
            let asks = source == Source::Outsider && site.sends_mail();
            let confirmation = email.map(|_| confirmation_of(&vault, id)).filter(|_| asks);
            let (reporter, standing) = match &known {
                Some(Whose::Token(token)) => {
                    let reporter = report::ensure_reporter(writer, Known::Token(*token))?;
                    (Some(reporter), Standing::Trusted)
                }
                Some(Whose::Relayed(lookup)) => {
                    let reporter = report::ensure_reporter(writer, Known::Lookup(lookup))?;
                    (Some(reporter), standing_of(writer, reporter)?)
                }
                None => (None, Standing::Ordinary),
            };
            let state = if waits {
                ReportState::Unconfirmed
            } else {
                ReportState::Open
            };
            let kept = report::NewReport {
                id,
                receipt: hash(&secret).ok_or(Error::Uncompiled)?,
                confirmation: confirmation.as_deref().and_then(hash),
                state,
                category: new.category.clone(),
                relation: new.relation,
                language: new.language.to_owned(),
                reporter,
                standing,
                content: sealed(&key, id, "content", &checked.content)?,
                contact: match &checked.contact {
                    Some(contact) => Some(sealed(&key, id, "contact", contact)?),
                    None => None,
                },
            };
            report::insert(writer, &kept)?;
            if let (Some(email), Some(confirmation)) = (email, &confirmation) {
                let link = site.url(&format!("/report/confirm/{confirmation}"));
                let values = serde_json::json!({ "site": site.name(), "report": id.to_string(), "link": link });
                let to = lookup(&vault, email);
                let since = writer.now().plus_minutes(-24 * 60);
                mail::delete_old(writer, since)?;
                if mail::count_to(writer, &to, since)? >= MAX_CONFIRM_MAILS {
                    return Err(ReportError::TooManyMails.into());
                }
                // Where nothing waits for it, confirming brings the outcome by mail and nothing else.
                let template = if waits { "report-confirm" } else { "report-address" };
                let letter = NewLetter {
                    subject: report::subject_of(id),
                    email,
                    template,
                    language: new.language,
                    to: Some(&to),
                };
                crate::mail::queue(writer, &key, &letter, &values)?;
            }
            let mut state = state;
            if !waits {
                state = move_on(writer, &moving, id, kept.standing)?;
                if state == ReportState::Answered {
                    super::answer::answer_late(writer, &vault, &site, id)?;
                }
            }
            tally::add(writer, "report", &new.category, 1);
            writer.about("report", id.number(), new.category.clone());
            Ok(Receipt {
                id,
                secret,
                state,
                asks_to_confirm: confirmation.is_some(),
            })
        })
        .await
}

/// The report that a link from a mail would confirm, for the page that asks. It changes nothing: what scans mail follows
/// links.
///
/// # Errors
/// When there is no such report, it was confirmed before or lapsed, or the database is away.
pub async fn to_confirm(app: &App, secret: &str) -> Result<Id<Report>, Error> {
    let hash = hash(secret).ok_or(Error::NotFound("report"))?;
    app.store
        .read("report.to_confirm", move |tx| {
            let row = report::by_confirmation(tx, &hash)?;
            Ok(row.ok_or(Error::NotFound("report"))?.id)
        })
        .await
}

/// Confirms that the address of a report is its reporter's. A report that waited for that moves on; its clock starts now.
///
/// # Errors
/// When there is no such report, it was confirmed before or lapsed, or the database is away or full.
pub async fn confirm(app: &App, secret: &str) -> Result<Receipt, Error> {
    let hash = hash(secret).ok_or(Error::NotFound("report"))?;
    let (row, content) = {
        let vault = Arc::clone(&app.vault);
        app.store
            .read("report.to_confirm", move |tx| {
                let row = report::by_confirmation(tx, &hash)?.ok_or(Error::NotFound("report"))?;
                let key = key_of(&vault, tx, row.subject())?.ok_or(Error::NotFound("report"))?;
                let content: Content = opened(&key, row.id, "content", row.content.as_deref())?;
                Ok::<_, Error>((row, content))
            })
            .await?
    };
    let engine = app.engine();
    let category = engine.policy.report_category(&row.category);
    let category = category.ok_or(Error::UnknownKey("category"))?;
    let moving = Moving::prepare(&engine, category, &content, Source::Outsider, app.clock.now())?;
    let vault = Arc::clone(&app.vault);
    let site = Arc::clone(&app.site);
    app.store
        .write(
            app.change(&Actor::Outsider, AuditAction::ConfirmReport),
            move |writer| {
                // Somebody else may have been faster with the same link.
                let row = report::by_confirmation(writer, &hash)?.ok_or(Error::NotFound("report"))?;
                let key = key_of(&vault, writer, row.subject())?.ok_or(Error::NotFound("report"))?;
                let contact: Contact = opened(&key, row.id, "contact", row.contact.as_deref())?;
                let email = contact.email.ok_or(Error::NotFound("report"))?;
                let reporter = report::ensure_reporter(writer, Known::Lookup(&lookup(&vault, &email)))?;
                let standing = standing_of(writer, reporter)?;
                let before = match row.case {
                    Some(case) => Some((case, report::reach(writer, case)?)),
                    None => None,
                };
                report::confirm(writer, row.id, reporter, standing)?;
                mail::uncount(writer, report::subject_of(row.id))?;
                if let Some((case, before)) = before {
                    recount(writer, case, before)?;
                }
                let state = match row.state {
                    ReportState::Unconfirmed => {
                        let state = move_on(writer, &moving, row.id, standing)?;
                        if state == ReportState::Answered {
                            super::answer::answer_late(writer, &vault, &site, row.id)?;
                        }
                        state
                    }
                    // It was answered before anybody knew where to: they hear it now.
                    ReportState::Answered => {
                        super::answer::tell_late(writer, &vault, &site, row.id)?;
                        row.state
                    }
                    ReportState::Open | ReportState::Lapsed => row.state,
                };
                writer.about("report", row.id.number(), "");
                Ok(Receipt {
                    id: row.id,
                    secret: receipt_of(&vault, row.id),
                    state,
                    asks_to_confirm: false,
                })
            },
        )
        .await
}

/// How much a report of a known reporter counts for.
fn standing_of(writer: &mut Writer<'_, '_>, reporter: Id<Reporter>) -> Result<Standing, Error> {
    let track: Track = report::track(writer, reporter)?;
    Ok(match track.conduct() {
        Conduct::Good | Conduct::Warn => Standing::Ordinary,
        Conduct::Lower => Standing::Lowered,
    })
}

fn check(new: &NewReport, may_be_anonymous: bool, token: Option<Id<Token>>) -> Result<Checked, Error> {
    let url = optional::<MAX_URL_BYTES>("url", new.url.as_deref())?;
    let item = optional::<MAX_ITEM_BYTES>("item", new.item.as_deref())?;
    let text = optional::<MAX_TEXT_BYTES>("text", new.text.as_deref())?;
    let name = optional::<MAX_NAME_BYTES>("name", new.name.as_deref())?;
    let email = optional::<MAX_EMAIL_BYTES>("email", new.email.as_deref())?;
    let why = Text::<MAX_WHY_BYTES>::parse(&new.why).map_err(|error| Error::Text("why", error))?;
    if url.is_none() && item.is_none() && text.is_none() {
        return Err(ReportError::NothingReported.into());
    }
    if url.as_deref().is_some_and(|url| normalised(url).is_none()) {
        return Err(ReportError::Address.into());
    }
    if email.as_deref().is_some_and(|email| !is_email(email)) {
        return Err(ReportError::Email.into());
    }
    if !may_be_anonymous && (name.is_none() || email.is_none()) {
        return Err(ReportError::NeedsContact.into());
    }
    let reporter = new.reporter.clone();
    let token = token.map(Id::number);
    let is_known = name.is_some() || email.is_some() || token.is_some();
    let contact = is_known.then_some(Contact {
        name,
        email,
        reporter,
        token,
    });
    let why = why.as_str().to_owned();
    let content = Content { url, item, text, why };
    Ok(Checked { content, contact })
}

/// A text that may be left out; nothing visible is nothing.
fn optional<const MAX: usize>(field: &'static str, text: Option<&str>) -> Result<Option<String>, Error> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let text = text.map(Text::<MAX>::parse).transpose();
    let text = text.map_err(|error| Error::Text(field, error))?;
    Ok(text.map(|text| text.as_str().to_owned()))
}

/// Whether a mail could go there: whether it arrives only the confirmation tells.
pub(crate) fn is_email(text: &str) -> bool {
    let graphic = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"<>()[],;:\\\"".contains(&byte));
    let parts = text.split_once('@');
    let is_host = |host: &str| host.contains('.') && !host.contains('@') && !host.split('.').any(str::is_empty);
    graphic && parts.is_some_and(|(name, host)| !name.is_empty() && is_host(host))
}

/// Seals a part of a report.
fn sealed(
    key: &DataKey,
    id: Id<Report>,
    purpose: &'static str,
    part: &impl serde::Serialize,
) -> Result<Vec<u8>, Error> {
    let written = serde_json::to_vec(part).map_err(|_| Error::Uncompiled)?;
    seal(key, &place(id, purpose), &written)
}

/// Opens a part of a report.
pub(super) fn opened<T: serde::de::DeserializeOwned>(
    key: &DataKey,
    id: Id<Report>,
    purpose: &'static str,
    sealed: Option<&[u8]>,
) -> Result<T, Error> {
    let sealed = sealed.ok_or(Error::NotFound("report"))?;
    let written = key.open(&place(id, purpose), sealed).map_err(Error::Sealed)?;
    serde_json::from_slice(&written).map_err(|_| Error::Uncompiled)
}

/// When an address must have been confirmed.
pub(super) const fn confirm_until(row: &ReportRow) -> Time {
    row.received_at.plus_minutes(anlanh_model::CONFIRM_HOURS * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_looks_like_one() {
        let check = |text: &str, expected: bool| assert_eq!(is_email(text), expected, "{text}");
        check("lan@vi-du.vn", true);
        check("lan.nguyen+bao@thu.vi-du.vn", true);
        for none in [
            "",
            "lan",
            "@vi-du.vn",
            "lan@",
            "lan@vidu",
            "lan@a..vn",
            "a@b@c.vn",
            "lan @a.vn",
            "làn@a.vn",
            "a@b.vn>",
        ] {
            check(none, false);
        }
    }
}
