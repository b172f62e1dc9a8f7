//! The life of an incident, step by step, and the clocks that its severity starts.

use anlanh_model::{
    Actor, AuditAction, Id, Incident, IncidentOutcome, IncidentState, IncidentStepError, Permission, Person, Severity,
    Text,
};
use anlanh_store::incident::work::{self, By, Note};
use anlanh_store::incident::{self as store, IncidentRow, clock};
use anlanh_store::{Writer, tally};

use super::plan;
use super::share::Signing;
use super::work::permit_enriching;
use crate::case::{Means, permit_person};
use crate::statutory::Running;
use crate::{App, Error};

/// How long what was wrongly listed opens no incident, in days.
const MARK_DAYS: i64 = 30;

/// A step of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is graded, for the first time or anew.
    Triage(Severity),
    /// Somebody works at it.
    Take,
    /// It does no more harm.
    Contain,
    /// It is over.
    Close(Closing),
    /// It was not over.
    Reopen,
}

/// As what an incident is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// It was one.
    TruePositive,
    /// It was none; what it was found by goes on being watched.
    FalsePositive,
    /// It was none, because what it was found by is wrongly listed: that opens no incident for a while.
    WronglyListed,
}

impl Closing {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::TruePositive, Self::FalsePositive, Self::WronglyListed];

    /// The key in forms and questions.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::TruePositive => "true_positive",
            Self::FalsePositive => "false_positive",
            Self::WronglyListed => "wrongly_listed",
        }
    }

    /// The one with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|closing| closing.key() == key)
    }

    const fn outcome(self) -> IncidentOutcome {
        match self {
            Self::TruePositive => IncidentOutcome::TruePositive,
            Self::FalsePositive | Self::WronglyListed => IncidentOutcome::FalsePositive,
        }
    }
}

/// Takes a step with an incident; `words` may be empty but for a close, which says why.
///
/// # Errors
/// When the one who asks may not, there is none, its life stands in the way, the words are none, or the database is away or full.
pub async fn step(app: &App, actor: &Actor, id: Id<Incident>, step: Step, words: &str) -> Result<(), Error> {
    let by = match step {
        Step::Triage(_) => permit_enriching(actor)?,
        Step::Take | Step::Contain | Step::Close(_) | Step::Reopen => {
            By::Person(permit_person(actor, Permission::WorkIncidents)?.id)
        }
    };
    let person = actor.person();
    let words = match step {
        Step::Close(_) => Some(read_words(words)?),
        Step::Triage(_) | Step::Take | Step::Contain | Step::Reopen => {
            (!words.trim().is_empty()).then(|| read_words(words)).transpose()?
        }
    };
    let (means, signing) = (Means::of(app), Signing::of(app));
    let change = app.change(actor, AuditAction::StepIncident);
    let take = move |writer: &mut Writer<'_, '_>| {
        let row = load(writer, id)?;
        let (kind, detail) = take_one(writer, &means, (&row, step), person)?;
        let note = Note {
            kind,
            detail,
            words: words.as_deref(),
            by,
        };
        work::note(writer, id, &note)?;
        match step {
            // What a rule sends follows from what a person graded.
            Step::Triage(_) | Step::Reopen if person.is_some() => plan::begin(writer, signing.as_ref(), id)?,
            Step::Triage(_) | Step::Reopen => plan::look_again(writer, id)?,
            Step::Close(Closing::FalsePositive | Closing::WronglyListed) => plan::look_again(writer, id)?,
            Step::Close(Closing::TruePositive) | Step::Take | Step::Contain => {}
        }
        writer.about("incident", id.number(), format!("{kind} {detail}"));
        Ok::<_, Error>(())
    };
    app.store.write(change, take).await
}

fn take_one(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    (row, step): (&IncidentRow, Step),
    person: Option<Person>,
) -> Result<(&'static str, &'static str), Error> {
    let (now, incident) = (writer.now(), row.incident.clone());
    let id = incident.id;
    let by = || person.ok_or(Error::NeedsPerson(Permission::WorkIncidents));
    let (after, kind, detail) = match step {
        Step::Triage(severity) => {
            let after = incident.triage(severity, now)?;
            start_clocks(writer, means, row, severity)?;
            (after, "triaged", severity.key())
        }
        Step::Take => (incident.take(by()?, now)?, "taken", ""),
        Step::Contain => (incident.contain(by()?, now)?, "contained", ""),
        Step::Close(closing) => {
            let after = incident.close(closing.outcome(), by()?, now)?;
            close(writer, id, closing, by()?)?;
            (after, "closed", closing.key())
        }
        Step::Reopen => {
            let after = incident.reopen(by()?, now)?;
            start_clocks(writer, means, row, after.severity)?;
            (after, "reopened", "")
        }
    };
    store::update(writer, &after)?;
    Ok((kind, detail))
}

fn close(writer: &mut Writer<'_, '_>, id: Id<Incident>, closing: Closing, by: Person) -> Result<(), Error> {
    store::release(writer, id)?;
    match closing {
        Closing::TruePositive => Ok(()),
        Closing::FalsePositive => Ok(clock::end_void(writer, id)?),
        Closing::WronglyListed => {
            let until = writer.now().plus_minutes(MARK_DAYS * 24 * 60);
            store::mark(writer, id, by.id, until)?;
            Ok(clock::end_void(writer, id)?)
        }
    }
}

/// Starts the clocks that the policy has for incidents of this severity, from when this one was detected. One that was started
/// before goes on as it is, also where the incident is graded lower afterwards.
pub(super) fn start_clocks(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &IncidentRow,
    severity: Severity,
) -> Result<(), Error> {
    let now = writer.now();
    for of in &means.engine.policy.incidents().clocks {
        if !of.severities.contains(&severity.key()) {
            continue;
        }
        if let Some(running) = Running::with_key(&means.engine, of.clock.as_str(), now) {
            let started = running.begin(writer.new_id(), row.opened_at);
            clock::insert(writer, row.incident.id, &started)?;
        }
    }
    Ok(())
}

/// Ends the clocks that a report of this kind meets, in time or late.
pub(super) fn meet_clocks(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    id: Id<Incident>,
    report: &str,
) -> Result<(), Error> {
    let now = writer.now();
    for before in clock::of_incident(writer, id)? {
        let clocks = &means.engine.policy.incidents().clocks;
        let of = clocks.iter().find(|of| of.clock.as_str() == before.clock.key);
        // What the policy does not have any more is met by any report.
        let is_met = of.is_none_or(|of| of.met_by.contains(&report));
        if !is_met || before.void_at.is_some() {
            continue;
        }
        let was_breached = before.clock.is_breached();
        let after = before.clock.clone().meet(now);
        if after == before.clock {
            continue;
        }
        clock::update(writer, &after)?;
        match (after.is_breached(), was_breached) {
            (false, _) => tally::add(writer, "clock_met", &after.key, 1),
            (true, false) => tally::add(writer, "clock_breached", &after.key, 1),
            (true, true) => {}
        }
    }
    Ok(())
}

/// The incident with this id.
pub(super) fn load(writer: &mut Writer<'_, '_>, id: Id<Incident>) -> Result<IncidentRow, Error> {
    store::load(writer, id)?.ok_or(Error::NotFound("incident"))
}

/// The incident with this id, where something may be added to it.
pub(super) fn load_open(writer: &mut Writer<'_, '_>, id: Id<Incident>) -> Result<IncidentRow, Error> {
    let row = load(writer, id)?;
    row.incident.must_be_open()?;
    Ok(row)
}

/// The incident with this id, where this person works at it.
pub(super) fn load_held(writer: &mut Writer<'_, '_>, id: Id<Incident>, by: Person) -> Result<IncidentRow, Error> {
    let row = load_open(writer, id)?;
    match row.incident.state {
        IncidentState::Working { by: holder } | IncidentState::Contained { by: holder } if holder == by.id => Ok(row),
        IncidentState::Working { .. } | IncidentState::Contained { .. } => Err(IncidentStepError::Held.into()),
        IncidentState::New | IncidentState::Triaged | IncidentState::Closed { .. } | IncidentState::Merged { .. } => {
            Err(IncidentStepError::NotTaken.into())
        }
    }
}

pub(super) fn read_words(text: &str) -> Result<String, Error> {
    let words: Text<{ Incident::MAX_WORDS_BYTES }> = Text::parse(text).map_err(|error| Error::Text("words", error))?;
    Ok(words.as_str().to_owned())
}
