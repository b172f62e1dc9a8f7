//! Statutory clocks: started with cases as the pack says, met by decisions, and let run out in the open.

use anlanh_model::{AuditAction, Case, CaseEvent, ClockEvent, Id, StatutoryClock, Time};
use anlanh_pack::{Asker, Clock as PackClock, Party};
use anlanh_store::{Reader, Writer, clock, event, tally};

use crate::due::work_off;
use crate::engine::Engine;
use crate::{App, Error};

/// Most clocks that one transaction notes.
const MOST_AT_ONCE: u32 = 500;

/// The clock of the pack that starts when the node itself finds something.
pub(crate) fn of_detection(engine: &Engine, now: Time) -> Option<Running> {
    let clocks = engine.policy.clocks().iter();
    let mut own = clocks.filter(|clock| clock.asker == Asker::Itself && clock.starts_case);
    own.find_map(|clock| Running::of(engine, clock, now))
}

/// A clock of the pack as it runs from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Running {
    key: String,
    hours: u32,
    basis: Vec<String>,
}

impl Running {
    /// The clock with this key, where it is in force.
    pub(crate) fn with_key(engine: &Engine, key: &str, now: Time) -> Option<Self> {
        Self::of(engine, engine.policy.clock(key)?, now)
    }

    /// The clock that binds an owner whom somebody asks, of several the shortest, where one is in force.
    pub(crate) fn of_owner(engine: &Engine, asker: Asker, now: Time) -> Option<Self> {
        let clocks = engine.policy.clocks().iter();
        let of_owners = clocks.filter(|clock| clock.asker == asker && clock.applies_to.contains(&Party::PageOwner));
        let running = of_owners.filter_map(|clock| Self::of(engine, clock, now));
        running.min_by_key(|running| running.hours)
    }

    /// A clock holds while it and one of its bases do; one that the operator set has none.
    fn of(engine: &Engine, clock: &PackClock, now: Time) -> Option<Self> {
        let today = anlanh_screen::Time(now.as_seconds()).date_at(engine.screener.pack().utc_offset_minutes);
        let holds = |key: &str| {
            let basis = engine.policy.basis(key);
            basis.is_some_and(|(_, article)| article.validity.holds_on(today))
        };
        let bases = clock.bases.iter().map(|key| key.as_str());
        let basis: Vec<String> = bases.filter(|key| holds(key)).map(str::to_owned).collect();
        if !clock.validity.holds_on(today) || basis.is_empty() && !clock.bases.is_empty() {
            return None;
        }
        Some(Self {
            key: clock.key.as_str().to_owned(),
            hours: clock.hours,
            basis,
        })
    }

    /// Its key in the policy.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// When it runs out that starts at this moment.
    pub(crate) const fn due_after(&self, at: Time) -> Time {
        at.plus_minutes(self.hours as i64 * 60)
    }

    /// It, as it runs from this moment.
    pub(crate) fn begin(&self, id: Id<StatutoryClock>, at: Time) -> StatutoryClock {
        StatutoryClock::start(id, self.key.clone(), self.basis.clone(), at, self.hours)
    }

    /// Starts it for a case that is kept already.
    pub(crate) fn start(&self, writer: &mut Writer<'_, '_>, case: Id<Case>, at: Time) -> Result<(), Error> {
        let id = writer.new_id();
        Ok(clock::insert(writer, case, &self.begin(id, at))?)
    }
}

/// Ends the clocks of a case that was decided.
pub(crate) fn meet(writer: &mut Writer<'_, '_>, case: Id<Case>) -> Result<(), Error> {
    let now = writer.now();
    for before in clock::of_case(writer, case)? {
        let was_breached = before.is_breached();
        let after = before.clone().meet(now);
        if after == before {
            continue;
        }
        clock::update(writer, &after)?;
        if !after.is_breached() {
            tally::add(writer, "clock_met", &after.key, 1);
        } else if !was_breached {
            note_breach(writer, case, &after)?;
        }
    }
    Ok(())
}

/// Warns of clocks that run out soon and records those that ran out.
pub(crate) async fn run(app: &App) -> Result<(), Error> {
    let is_due = |tx: &mut Reader<'_, '_>, now| Ok(!clock::struck(tx, now, 1)?.is_empty());
    work_off(app, ("clock.struck", AuditAction::RunClocks), is_due, note_struck).await
}

fn note_struck(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    let now = writer.now();
    let struck = clock::struck(writer, now, MOST_AT_ONCE)?;
    let (mut warned, mut breached) = (0_u32, 0_u32);
    for row in struck {
        let (after, happened) = row.clock.tick(now);
        clock::update(writer, &after)?;
        match happened {
            Some(ClockEvent::Warned) => {
                event::insert(
                    writer,
                    row.case,
                    &CaseEvent::Clock(ClockEvent::Warned, after.key.clone()),
                )?;
                warned += 1;
            }
            Some(ClockEvent::Breached) => {
                note_breach(writer, row.case, &after)?;
                breached += 1;
            }
            None => {}
        }
    }
    writer.about("clock", 0, format!("warned={warned} breached={breached}"));
    Ok(())
}

fn note_breach(writer: &mut Writer<'_, '_>, case: Id<Case>, clock: &StatutoryClock) -> Result<(), Error> {
    tally::add(writer, "clock_breached", &clock.key, 1);
    let happened = CaseEvent::Clock(ClockEvent::Breached, clock.key.clone());
    Ok(event::insert(writer, case, &happened)?)
}
