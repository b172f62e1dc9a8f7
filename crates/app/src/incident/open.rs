//! An incident that no alert opened: somebody was told of it, or a program found it.

use anlanh_model::{Actor, AuditAction, Id, Incident, Severity, Text, Tlp};
use anlanh_store::Writer;
use anlanh_store::incident as store;
use anlanh_store::incident::work::{self, Note};

use super::plan;
use super::share::Signing;
use super::step::{load, read_words, start_clocks};
use super::work::permit_enriching;
use crate::case::Means;
use crate::once::once;
use crate::{App, Claim, Error, Made};

/// Longest name of an incident, in bytes.
const MAX_TITLE_BYTES: usize = 300;

/// An incident that is opened by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncident {
    /// What people call it.
    pub title: String,
    /// How grave it is, where whoever opens it has graded it: then its clocks run.
    pub severity: Option<Severity>,
    /// How far what it is about goes.
    pub tlp: Tlp,
    /// What is known of it; may be empty.
    pub words: String,
}

/// Opens an incident by hand, once for each claim. It was detected now.
///
/// # Errors
/// When the one who asks may not, the title or the words are none, or the database is away or full.
pub async fn open(app: &App, actor: &Actor, new: NewIncident, claim: Option<Claim>) -> Result<Made<Incident>, Error> {
    let by = permit_enriching(actor)?;
    let title: Text<MAX_TITLE_BYTES> = Text::parse(&new.title).map_err(|error| Error::Text("title", error))?;
    let words = (!new.words.trim().is_empty())
        .then(|| read_words(&new.words))
        .transpose()?;
    let (means, signing) = (Means::of(app), Signing::of(app));
    let write = move |writer: &mut Writer<'_, '_>| {
        once(writer, claim.as_ref(), "incident", |writer| {
            let (id, now): (Id<Incident>, _) = (writer.new_id(), writer.now());
            let opened = Incident::open(id, new.severity.unwrap_or(Severity::Medium), now);
            store::insert(writer, &opened, title.as_str(), (now, now), 0)?;
            store::set_tlp(writer, id, new.tlp)?;
            let note = Note {
                kind: "opened",
                detail: "hand",
                words: words.as_deref(),
                by,
            };
            work::note(writer, id, &note)?;
            if let Some(severity) = new.severity {
                let row = load(writer, id)?;
                store::update(writer, &opened.triage(severity, now)?)?;
                start_clocks(writer, &means, &row, severity)?;
                let note = Note {
                    kind: "triaged",
                    detail: severity.key(),
                    by,
                    ..Note::default()
                };
                work::note(writer, id, &note)?;
                if matches!(by, work::By::Person(_)) {
                    plan::begin(writer, signing.as_ref(), id)?;
                }
            }
            writer.about("incident", id.number(), "by hand");
            Ok(id)
        })
    };
    app.store
        .write(app.change(actor, AuditAction::OpenIncident), write)
        .await
}
