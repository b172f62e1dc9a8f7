//! Sightings: somebody saw what an indicator names.

use anlanh_model::{Actor, AuditAction, Permission, Time};
use anlanh_soc::{Kind, Value};
use anlanh_store::sighting::{self, NewSighting};
use anlanh_store::{Writer, indicator};

use crate::feed::ToldSighting;
use crate::{App, Error, permit};

/// Most sightings that are told at once.
pub const MAX_SIGHTINGS: usize = 1_000;
/// Most times that one sighting may say something was seen.
const MAX_COUNT: u32 = 999_999_999;

/// Somebody saw a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellSighting {
    /// The value.
    pub value: String,
    /// How often.
    pub count: u32,
    /// When first; now where it is not said.
    pub first_at: Option<Time>,
    /// When last; now where it is not said.
    pub last_at: Option<Time>,
}

/// What is wrong with sightings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SightingError {
    /// There are none, or too many.
    #[error("1 to {MAX_SIGHTINGS} sightings are told at once")]
    Number,
    /// The value of one, by its place from 0, is none.
    #[error("the value of sighting {0} is none")]
    Value(usize),
    /// The count or the times of one, by its place from 0, cannot be.
    #[error("count or times of sighting {0} cannot be")]
    Times(usize),
}

/// Counts sightings. Values that nobody lists are counted as well: they may be listed tomorrow.
///
/// # Errors
/// When the one who asks may not, one of them is none, or the database is away or full.
pub async fn tell(app: &App, actor: &Actor, told: &[TellSighting]) -> Result<(), Error> {
    permit(actor, Permission::SubmitIndicators)?;
    if told.is_empty() || told.len() > MAX_SIGHTINGS {
        return Err(SightingError::Number.into());
    }
    let now = app.clock.now();
    let source = format!("{}:{}", actor.kind(), actor.number().unwrap_or_default());
    let mut counted = Vec::with_capacity(told.len());
    for (at, told) in told.iter().enumerate() {
        let value = Value::guess(&told.value).map_err(|_| SightingError::Value(at))?;
        let last_at = told.last_at.or(told.first_at).unwrap_or(now);
        let first_at = told.first_at.unwrap_or(last_at);
        // What is seen tomorrow would never fade.
        if first_at > last_at || last_at > now.plus_minutes(5) || !(1..=MAX_COUNT).contains(&told.count) {
            return Err(SightingError::Times(at).into());
        }
        let other = value.other_reading();
        for value in std::iter::once(&value).chain(&other) {
            counted.push(NewSighting {
                kind: value.kind().key(),
                value: value.to_string(),
                source: source.clone(),
                count: told.count,
                first_at,
                last_at,
            });
        }
    }
    let change = app.change(actor, AuditAction::CountSightings);
    let number = told.len();
    let keep = move |writer: &mut Writer<'_, '_>| {
        for new in &counted {
            sighting::count(writer, new)?;
        }
        writer.about("indicator", 0, format!("{number} sightings"));
        Ok(())
    };
    app.store.write(change, keep).await
}

/// Counts sightings that came as objects: each once, by the values of the indicator that it names. How many counted.
pub(crate) fn keep_sightings(writer: &mut Writer<'_, '_>, told: &[ToldSighting]) -> Result<usize, Error> {
    let now = writer.now();
    let mut counted = 0;
    for told in told {
        let rows = indicator::of_object_id(writer, &told.of)?;
        // What names nothing that is here may be told again when it is.
        if rows.is_empty() || !sighting::note_object(writer, &told.id)? {
            continue;
        }
        counted += 1;
        let last_at = told.last_at.or(told.first_at).unwrap_or(now).min(now);
        let mut values: Vec<(&str, &str)> = rows.iter().map(|row| (row.kind.as_str(), row.value.as_str())).collect();
        values.sort_unstable();
        values.dedup();
        for (kind, value) in values {
            let Some(kind) = Kind::from_key(kind) else { continue };
            let new = NewSighting {
                kind: kind.key(),
                value: value.to_owned(),
                source: told.source.clone(),
                count: told.count.clamp(1, MAX_COUNT),
                first_at: told.first_at.unwrap_or(last_at).min(last_at),
                last_at,
            };
            sighting::count(writer, &new)?;
        }
    }
    Ok(counted)
}
