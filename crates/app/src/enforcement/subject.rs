//! What is known of an account, page, group or channel: strikes, measures, and what the platform was told.

use anlanh_model::{Actor, Case, Cause, Id, Permission, Target};
use anlanh_store::action::{self, ActionRow};
use anlanh_store::measure::{self, MeasureRow};
use anlanh_store::strike::{self, StrikeRow};
use anlanh_store::{Queries, Viewer, case, proposal, signal};

use crate::quality::viewer;
use crate::{App, Error, permit};

/// How many actions are shown.
const ACTIONS: u32 = 50;

/// What is known of a subject.
#[derive(Debug, Clone, PartialEq)]
pub struct SubjectView {
    /// Who or what it is.
    pub target: Target,
    /// Every strike, oldest first.
    pub strikes: Vec<StrikeRow>,
    /// Every measure, oldest first.
    pub measures: Vec<MeasureRow>,
    /// What the platform was told, newest first.
    pub actions: Vec<ActionRow>,
    /// Cases about it that wait.
    pub open: Vec<Id<Case>>,
    /// How many signs of it are known.
    pub signals: u64,
}

/// What is known of a subject. Of one that nobody ever decided anything about, nothing is.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn show(app: &App, actor: &Actor, target: Target) -> Result<SubjectView, Error> {
    permit(actor, Permission::ReadCases)?;
    let viewer = viewer(actor);
    app.store
        .read("subject.show", move |tx| {
            let open = [Cause::Ladder, Cause::Evasion];
            let open = open.into_iter().map(|cause| proposal::open_case(tx, &target, cause));
            let open: Vec<Option<Id<Case>>> = open.collect::<Result<_, _>>()?;
            let (strikes, measures) = (strike::of_target(tx, &target)?, measure::of_target(tx, &target)?);
            let actions = action::of_target(tx, &target, ACTIONS)?;
            let strikes = visible(tx, viewer, strikes, |row| Some(row.case))?;
            let measures = visible(tx, viewer, measures, |row| Some(row.case))?;
            let actions = visible(tx, viewer, actions, |row| row.case)?;
            Ok(SubjectView {
                strikes,
                measures,
                actions,
                open: open.into_iter().flatten().collect(),
                signals: signal::count(tx, target.reference())?,
                target: target.clone(),
            })
        })
        .await
}

/// What may be shown to whoever looks: not what follows from a decision that they might have to make again, blind.
pub(crate) fn visible<T>(
    tx: &mut dyn Queries,
    viewer: Viewer,
    rows: Vec<T>,
    case_of: impl Fn(&T) -> Option<Id<Case>>,
) -> Result<Vec<T>, Error> {
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let is_shown = match case_of(&row) {
            Some(case) => case::is_visible(tx, case, viewer)?,
            None => true,
        };
        if is_shown {
            shown.push(row);
        }
    }
    Ok(shown)
}
