//! Whoever reported hears what became of it: once.

use anlanh_model::{Case, Conduct, Id, Outcome, Report, Target, TargetKind};
use anlanh_store::action::{self, ActionKind, Effect, NewAction};
use anlanh_store::decision::{self, Decision};
use anlanh_store::report::{self, ReportRow};
use anlanh_store::{Queries, Writer, order, tally};
use anlanh_vault::Vault;

use super::submit::opened;
use super::{Contact, receipt_of};
use crate::mail::{self, NewLetter};
use crate::sealing::key_of;
use crate::{Error, Site, appeal};

/// Answers every report of a case that is decided in the same transaction. One statement claims them: whatever befalls the
/// node, none is answered twice and none is left out.
pub(crate) fn answer_all(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    site: &Site,
    case: Id<Case>,
    outcome: Outcome,
) -> Result<(), Error> {
    for row in report::answer(writer, case, outcome)? {
        answer(writer, vault, site, &row, outcome)?;
    }
    Ok(())
}

/// Answers a report that came after the decision with the outcome of that time.
pub(super) fn answer_late(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    site: &Site,
    id: Id<Report>,
) -> Result<(), Error> {
    let row = report::load(writer, id)?.ok_or(Error::NotFound("report"))?;
    let case = row.case.ok_or(Error::NotFound("case"))?;
    // What stands now: an appeal may have put something else in the place of what was decided first.
    match decided(writer, case)? {
        Some(decided) => {
            let outcome = appeal::standing(writer, decided)?.outcome;
            answer_all(writer, vault, site, case, outcome)
        }
        None => Ok(()),
    }
}

/// What was decided of a case, or of its item by an order that closed it.
pub(super) fn decided(tx: &mut dyn Queries, case: Id<Case>) -> Result<Option<Id<Decision>>, Error> {
    match decision::of_case(tx, case)? {
        Some(decided) => Ok(Some(decided.id)),
        None => Ok(order::closed_by(tx, case)?),
    }
}

fn answer(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    site: &Site,
    row: &ReportRow,
    outcome: Outcome,
) -> Result<(), Error> {
    tally::add(writer, "report_answered", outcome.key(), 1);
    tell(writer, vault, site, row, outcome)
}

/// Tells the answer to whoever confirmed their address after it was given.
pub(super) fn tell_late(writer: &mut Writer<'_, '_>, vault: &Vault, site: &Site, id: Id<Report>) -> Result<(), Error> {
    let row = report::load(writer, id)?.ok_or(Error::NotFound("report"))?;
    match row.outcome {
        Some(outcome) => tell(writer, vault, site, &row, outcome),
        None => Ok(()),
    }
}

/// Counts an answer for whoever reported, and has it told to them.
fn tell(
    writer: &mut Writer<'_, '_>,
    vault: &Vault,
    site: &Site,
    row: &ReportRow,
    outcome: Outcome,
) -> Result<(), Error> {
    let mut is_warned = false;
    if let Some(reporter) = row.reporter {
        report::count_answer(writer, reporter, outcome)?;
        if report::track(writer, reporter)?.conduct() == Conduct::Warn {
            report::warn(writer, reporter)?;
            is_warned = true;
        }
    }
    // Whoever is known without a confirmed address came through a platform, which tells them.
    if row.reporter.is_some() && row.confirmed_at.is_none() {
        tell_platform(writer, row.id)?;
    }
    // An address that nobody confirmed may be somebody else's.
    if row.confirmed_at.is_none() {
        return Ok(());
    }
    let Some(key) = key_of(vault, writer, row.subject())? else {
        return Ok(());
    };
    let contact: Contact = opened(&key, row.id, "contact", row.contact.as_deref())?;
    let Some(email) = contact.email else {
        return Ok(());
    };
    let appeal = appeal::link_of_report(writer, vault, row)?;
    let values = serde_json::json!({
        "appeal": appeal.map(|link| site.url(&link.path())),
        "site": site.name(),
        "report": row.id.to_string(),
        "link": site.url(&format!("/report/{}", receipt_of(vault, row.id))),
        "outcome": outcome.key(),
        "warned": is_warned,
    });
    let letter = NewLetter {
        subject: row.subject(),
        email: &email,
        template: "report-outcome",
        language: &row.language,
        to: None,
    };
    mail::queue(writer, &key, &letter, &values)
}

/// Has the platform tell whoever made a report what came of it. What it is told is read from the report when it is.
fn tell_platform(writer: &mut Writer<'_, '_>, id: Id<Report>) -> Result<(), Error> {
    let target = Target::new(TargetKind::Report, &id.to_string()).map_err(|_| Error::BadReference)?;
    let notice = NewAction {
        target,
        kind: ActionKind::Notice,
        effect: Effect::Apply,
        until: None,
        labels: Vec::new(),
        verified: None,
        decision: None,
        reason: None,
        owner_request: None,
    };
    action::insert(writer, &notice)?;
    Ok(())
}

/// What a platform tells whoever made a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    /// The report.
    pub report: Id<Report>,
    /// The number of the token that handed it on.
    pub token: Option<i64>,
    /// Whom to tell, as the platform knows them; none where they were erased.
    pub reporter: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Their private link.
    pub path: String,
}

/// What is to be told of a report that was answered.
pub(crate) fn answered(tx: &mut dyn Queries, vault: &Vault, id: Id<Report>) -> Result<Option<Answered>, Error> {
    let Some(row) = report::load(tx, id)? else {
        return Ok(None);
    };
    let (Some(outcome), Some(key)) = (row.outcome, key_of(vault, tx, row.subject())?) else {
        return Ok(None);
    };
    let contact: Option<Contact> = match row.contact.as_deref() {
        Some(sealed) => Some(opened(&key, id, "contact", Some(sealed))?),
        None => None,
    };
    let (token, reporter) = contact.map_or((None, None), |contact| (contact.token, contact.reporter));
    Ok(Some(Answered {
        report: id,
        token,
        reporter,
        outcome,
        path: format!("/report/{}", receipt_of(vault, id)),
    }))
}
