//! Reports are read: by whoever made one, by those who decide, and by few the name of who made it.

use std::sync::Arc;

use anlanh_model::{
    Actor, AuditAction, Case, Id, Outcome, Permission, Report, ReportState, StatutoryClock, Time, Track,
};
use anlanh_store::report::{self, Reach, ReportRow};
use anlanh_store::{Queries, Viewer, case, clock};
use anlanh_vault::Vault;

use super::submit::{confirm_until, opened};
use super::{Contact, Content, hash};
use crate::case::permit_person;
use crate::quality::viewer;
use crate::sealing::key_of;
use crate::{App, Error, appeal, permit};

/// What whoever made a report is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The id, to be named to others.
    pub id: Id<Report>,
    /// How far it has come.
    pub state: ReportState,
    /// Key of what it was reported as.
    pub category: String,
    /// When it came in.
    pub received_at: Time,
    /// Until when the address can be confirmed, where it waits for that.
    pub confirm_until: Option<Time>,
    /// Until when the address can be confirmed for the outcome to come there, where nothing waits for that.
    pub address_until: Option<Time>,
    /// The clock that runs for it, where the law sets one.
    pub clock: Option<StatutoryClock>,
    /// When it was answered.
    pub answered_at: Option<Time>,
    /// What was answered.
    pub outcome: Option<Outcome>,
    /// Whether a picture came with it.
    pub has_picture: bool,
    /// Whether whoever made it was warned.
    pub is_warned: bool,
    /// The page on this node where they may appeal against the outcome, once there is one.
    pub appeal: Option<String>,
}

/// A report as those who decide see it: what was said, and nothing of who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportView {
    /// What is kept of it.
    pub report: ReportRow,
    /// Why it was reported; none if it was erased.
    pub why: Option<String>,
    /// Where the thing is.
    pub url: Option<String>,
    /// The platform's id of the thing, as they say.
    pub item: Option<String>,
    /// What the thing says, as they pasted it.
    pub text: Option<String>,
    /// How often whoever made it was right, where they are known.
    pub track: Option<Track>,
}

/// For what somebody asks who made a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To ask them something that the decision needs.
    Question,
    /// To look into misuse of reporting.
    Misuse,
    /// Because the law asks for it.
    Law,
}

impl Purpose {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Question, Self::Misuse, Self::Law];

    /// The key in forms and in the log.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Misuse => "misuse",
            Self::Law => "law",
        }
    }

    /// The purpose with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.key() == key)
    }
}

/// Who made a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revealed {
    /// Their name, if they gave one.
    pub name: Option<String>,
    /// Their address, if they gave one.
    pub email: Option<String>,
    /// Whether the address was confirmed.
    pub is_confirmed: bool,
}

/// What has become of a report, by the secret of its private link.
///
/// # Errors
/// When there is no such report, or the database is away.
pub async fn status(app: &App, secret: &str) -> Result<Status, Error> {
    let hash = hash(secret).ok_or(Error::NotFound("report"))?;
    let (engine, vault) = (app.engine(), Arc::clone(&app.vault));
    app.store
        .read("report.status", move |tx| {
            let row = report::by_receipt(tx, &hash)?.ok_or(Error::NotFound("report"))?;
            let category = engine.policy.report_category(&row.category);
            let wanted = category.and_then(|category| category.clock.as_ref());
            let mut clocks = match row.case {
                Some(case) => clock::of_case(tx, case)?,
                None => Vec::new(),
            };
            clocks.retain(|clock| wanted.is_some_and(|wanted| *wanted == *clock.key));
            let track = match row.reporter {
                Some(reporter) => report::track(tx, reporter)?,
                None => Track::default(),
            };
            let appeal = appeal::link_of_report(tx, &vault, &row)?;
            Ok(Status {
                appeal: appeal.map(|link| link.path()),
                id: row.id,
                state: row.state,
                confirm_until: (row.state == ReportState::Unconfirmed).then(|| confirm_until(&row)),
                address_until: (row.can_confirm && row.state != ReportState::Unconfirmed).then(|| confirm_until(&row)),
                category: row.category,
                received_at: row.received_at,
                clock: clocks.pop(),
                answered_at: row.answered_at,
                outcome: row.outcome,
                has_picture: row.picture.is_some(),
                is_warned: track.warned.is_some(),
            })
        })
        .await
}

/// A page of reports, newest first, for those who decide.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    state: Option<ReportState>,
    before: Option<Id<Report>>,
    limit: u32,
) -> Result<Vec<ReportView>, Error> {
    permit(actor, Permission::ReadCases)?;
    let (vault, viewer) = (Arc::clone(&app.vault), viewer(actor));
    app.store
        .read("report.list", move |tx| {
            let rows = report::page(tx, state, before, limit)?;
            let mut views = Vec::with_capacity(rows.len());
            for row in rows {
                let row = blinded(tx, viewer, row)?;
                if state.is_none_or(|state| row.state == state) {
                    views.push(view(&vault, tx, row)?);
                }
            }
            Ok(views)
        })
        .await
}

/// A report without how it was answered, where that tells a decision to somebody who may have to make it again, blind.
fn blinded(tx: &mut dyn Queries, viewer: Viewer, row: ReportRow) -> Result<ReportRow, Error> {
    let Some(case) = row.case else {
        return Ok(row);
    };
    if case::is_visible(tx, case, viewer)? {
        return Ok(row);
    }
    Ok(ReportRow {
        state: ReportState::Open,
        case: None,
        answered_at: None,
        outcome: None,
        ..row
    })
}

/// Most reports of one case that are shown.
const MOST_OF_CASE: u32 = 50;

/// The reports of a case as those who decide see them, oldest first, and how far they reach.
///
/// # Errors
/// When the database is away.
pub fn by_case(vault: &Vault, tx: &mut dyn Queries, case: Id<Case>) -> Result<(Vec<ReportView>, Reach), Error> {
    let rows = report::of_case(tx, case, MOST_OF_CASE)?;
    let views = rows
        .into_iter()
        .map(|row| view(vault, tx, row))
        .collect::<Result<_, _>>()?;
    Ok((views, report::reach(tx, case)?))
}

fn view(vault: &Vault, tx: &mut dyn Queries, row: ReportRow) -> Result<ReportView, Error> {
    let content: Option<Content> = match (key_of(vault, tx, row.subject())?, row.content.as_deref()) {
        (Some(key), Some(sealed)) => Some(opened(&key, row.id, "content", Some(sealed))?),
        (Some(_) | None, _) => None,
    };
    let track = match row.reporter {
        Some(reporter) => Some(report::track(tx, reporter)?),
        None => None,
    };
    let mut view = ReportView {
        report: row,
        why: None,
        url: None,
        item: None,
        text: None,
        track,
    };
    if let Some(content) = content {
        view.why = Some(content.why);
        view.url = content.url;
        view.item = content.item;
        view.text = content.text;
    }
    Ok(view)
}

/// Who made a report, for a purpose that goes into the log with who asked.
///
/// # Errors
/// When the one who asks may not, there is no such report or it was erased, or the database is away or full.
pub async fn reveal(app: &App, actor: &Actor, id: Id<Report>, purpose: Purpose) -> Result<Revealed, Error> {
    permit_person(actor, Permission::ReadReporters)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .write(app.change(actor, AuditAction::ReadReport), move |writer| {
            let row = report::load(writer, id)?.ok_or(Error::NotFound("report"))?;
            writer.about("report", id.number(), purpose.key());
            let key = key_of(&vault, writer, row.subject())?.ok_or(Error::NotFound("report"))?;
            let contact: Option<Contact> = match row.contact.as_deref() {
                Some(sealed) => Some(opened(&key, id, "contact", Some(sealed))?),
                None => None,
            };
            let (name, email) = contact.map_or((None, None), |contact| (contact.name, contact.email));
            Ok(Revealed {
                name,
                email,
                is_confirmed: row.confirmed_at.is_some(),
            })
        })
        .await
}
