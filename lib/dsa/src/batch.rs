//! Statements handed in together: all of them are taken, or none.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Fault, Puid, Statement};

/// Most statements of one batch.
pub const MAX: usize = 100;

/// Why a batch is refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no list of statements, or nothing in it.
    #[error("a batch has at least one statement")]
    Empty,
    /// More than [`MAX`].
    #[error("a batch has at most {MAX} statements")]
    TooMany,
    /// Some are wrong; each with its place from 0 and its faults.
    #[error("some statements of the batch are wrong")]
    Faulty(Vec<(usize, Vec<Fault>)>),
    /// Ids that stand twice in the batch, or belong to statements that were taken before.
    #[error("some ids are there twice or were used before")]
    Known(Vec<Puid>),
}

/// Reads `{"statements": […]}`. `is_known` says which ids were used before.
///
/// # Errors
/// When anything in it is wrong: then nothing of it is taken.
pub fn from_json(json: &Value, is_known: impl Fn(&Puid) -> bool) -> Result<Vec<Statement>, Refused> {
    let listed = json.get("statements").and_then(Value::as_array);
    let listed = listed.filter(|listed| !listed.is_empty()).ok_or(Refused::Empty)?;
    if listed.len() > MAX {
        return Err(Refused::TooMany);
    }
    let (mut statements, mut faulty) = (Vec::with_capacity(listed.len()), Vec::new());
    for (place, json) in listed.iter().enumerate() {
        match Statement::from_json(json) {
            Ok(statement) => statements.push(statement),
            Err(faults) => faulty.push((place, faults)),
        }
    }
    if !faulty.is_empty() {
        return Err(Refused::Faulty(faulty));
    }
    let mut seen = BTreeSet::new();
    let puids = statements.iter().map(|statement| &statement.puid);
    let known: BTreeSet<&Puid> = puids.filter(|puid| !seen.insert(*puid) || is_known(puid)).collect();
    if known.is_empty() {
        return Ok(statements);
    }
    Err(Refused::Known(known.into_iter().cloned().collect()))
}
