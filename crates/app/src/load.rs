//! How much waits and how large the database is, for whoever watches the machine. Numbers alone: nobody is asked who they
//! are.

use anlanh_model::Time;
use anlanh_store::block::{self, proof, version};
use anlanh_store::clock::ClockCounts;
use anlanh_store::incident::figures::{self, ClockFigures};
use anlanh_store::order::{self, OrderCounts};
use anlanh_store::{Queries, case, clock};

use crate::{App, Error};

/// How long after a version an enforcer that proved nothing of it is late, in seconds.
const LATE_SECONDS: i64 = 60;
/// Most enforcers that are told of.
const MOST_ENFORCERS: u32 = 64;

/// How the blocklist stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockLoad {
    /// Changes that are not in force everywhere.
    pub pending: u64,
    /// Whoever was ever probed.
    pub enforcers: Vec<EnforcerLoad>,
}

/// How an enforcer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnforcerLoad {
    /// The operator's name for it.
    pub name: String,
    /// How old its newest proof is, in seconds.
    pub proof_age_seconds: u64,
    /// Probes of the version of that proof that it last answered wrongly or not at all.
    pub missing: u64,
    /// Whether names changed since, and nothing is proven of that though there was time.
    pub is_late: bool,
}

/// What a node carries at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// Cases that are not decided.
    pub open_cases: u64,
    /// Those that should have been looked at by now.
    pub overdue_cases: u64,
    /// How statutory clocks stand.
    pub clocks: ClockCounts,
    /// How orders of authorities stand.
    pub orders: OrderCounts,
    /// Incidents that are open, and how their clocks stand.
    pub incidents: IncidentLoad,
    /// How the blocklist stands.
    pub blocks: BlockLoad,
    /// Size of the database, in bytes.
    pub database_bytes: u64,
}

/// How incidents stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncidentLoad {
    /// Those that are open.
    pub open: u64,
    /// Of them, those that nobody has looked at.
    pub new: u64,
    /// Alerts that are kept.
    pub alerts: u64,
    /// Their clocks.
    pub clocks: ClockFigures,
}

/// What the node carries.
///
/// # Errors
/// When the database is away.
pub async fn now(app: &App) -> Result<Load, Error> {
    let now = app.clock.now();
    let (open_cases, overdue_cases, clocks, orders, incidents, blocks) = app
        .store
        .read("load.now", move |tx| {
            let open = case::count_open(tx)?.0;
            Ok::<_, Error>((
                open,
                case::count_due_before(tx, now)?,
                clock::counts(tx)?,
                order::counts(tx)?,
                incidents(tx)?,
                block_load(tx, now)?,
            ))
        })
        .await?;
    Ok(Load {
        open_cases,
        overdue_cases,
        clocks,
        orders,
        incidents,
        blocks,
        database_bytes: app.store.database().size_bytes().await?,
    })
}

fn incidents(tx: &mut dyn Queries) -> Result<IncidentLoad, Error> {
    let open = figures::open(tx)?;
    let sum = |is: fn(&str) -> bool| open.iter().filter(|row| is(&row.state)).map(|row| row.count).sum();
    Ok(IncidentLoad {
        open: sum(|_| true),
        new: sum(|state| state == "new"),
        alerts: figures::alerts(tx)?,
        clocks: figures::clocks(tx)?,
    })
}

fn block_load(tx: &mut dyn Queries, now: Time) -> Result<BlockLoad, Error> {
    let mut enforcers = Vec::new();
    for row in proof::by_enforcer(tx, MOST_ENFORCERS)? {
        let last = row.last.proof;
        let newest = version::last_of_names(tx, last.audience)?;
        let is_late = newest.is_some_and(|newest| {
            newest.serial > last.serial && now.as_seconds() - newest.at.as_seconds() > LATE_SECONDS
        });
        let age = now.as_seconds() - last.at.as_seconds();
        enforcers.push(EnforcerLoad {
            name: last.enforcer,
            proof_age_seconds: u64::try_from(age).unwrap_or(0),
            missing: row.missing,
            is_late,
        });
    }
    Ok(BlockLoad {
        pending: block::count_pending(tx)?,
        enforcers,
    })
}
