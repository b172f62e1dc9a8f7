//! What the database counted and what waits in it, as series. Names of transactions are written in the code, so that
//! their number is bounded by it.

use std::fmt::{self, Write};

use anlanh_app::load::{BlockLoad, EnforcerLoad, Load};
use anlanh_app::{Access, GROUP_BOUNDS, Stats, TIME_BOUNDS_US, Timing};

use super::{head, histogram};

/// Writes the series. Without a load the database is away.
///
/// # Errors
/// Writing to a string does not fail.
pub fn write(out: &mut String, stats: &Stats, timings: &[Timing], load: Option<&Load>) -> fmt::Result {
    head(
        out,
        "anlanh_db_up",
        "gauge",
        "Whether the database answered this scrape.",
    )?;
    writeln!(out, "anlanh_db_up {}", u8::from(load.is_some()))?;
    if let Some(load) = load {
        for (name, help, value) in [
            ("anlanh_db_bytes", "Size of the database.", load.database_bytes),
            ("anlanh_cases_open", "Cases that are not decided.", load.open_cases),
            (
                "anlanh_cases_overdue",
                "Open cases whose due has passed.",
                load.overdue_cases,
            ),
            (
                "anlanh_clocks_running",
                "Statutory clocks that run.",
                load.clocks.running,
            ),
            (
                "anlanh_clocks_warned",
                "Statutory clocks that run and have warned.",
                load.clocks.warned,
            ),
            (
                "anlanh_clocks_breached",
                "Statutory clocks that ran out, and what they ask for is still to be done.",
                load.clocks.breached,
            ),
            (
                "anlanh_orders_open",
                "Orders of authorities that are open.",
                load.orders.open,
            ),
            (
                "anlanh_orders_warned",
                "Open orders whose deadline was warned of.",
                load.orders.warned,
            ),
            (
                "anlanh_orders_breached",
                "Open orders whose deadline ran out.",
                load.orders.breached,
            ),
            ("anlanh_incidents_open", "Incidents that are open.", load.incidents.open),
            (
                "anlanh_incidents_new",
                "Open incidents that nobody has looked at.",
                load.incidents.new,
            ),
            (
                "anlanh_incident_clocks_unmet",
                "Clocks of incidents that ask for something.",
                load.incidents.clocks.unmet,
            ),
            (
                "anlanh_incident_clocks_warned",
                "Clocks of incidents that ask for something and have warned.",
                load.incidents.clocks.warned,
            ),
            (
                "anlanh_incident_clocks_breached",
                "Clocks of incidents that ran out, and what they ask for is still to be done.",
                load.incidents.clocks.breached,
            ),
            ("anlanh_alerts_kept", "Alerts that are kept.", load.incidents.alerts),
        ] {
            head(out, name, "gauge", help)?;
            writeln!(out, "{name} {value}")?;
        }
    }
    if let Some(load) = load {
        write_blocks(out, &load.blocks)?;
    }
    let name = "anlanh_db_waiting";
    head(out, name, "gauge", "Transactions that wait for their turn.")?;
    for (access, waiting) in [
        (Access::Read, stats.reads_waiting),
        (Access::Write, stats.writes_waiting),
    ] {
        writeln!(out, "{name}{{access=\"{}\"}} {waiting}", key(access))?;
    }
    for (name, help, value) in [
        (
            "anlanh_db_refused_total",
            "Transactions refused because as many waited as may.",
            stats.refused,
        ),
        (
            "anlanh_db_lost_total",
            "Connections to the database that broke.",
            stats.lost,
        ),
        (
            "anlanh_db_commits_again_total",
            "Commits tried again after one of their writes failed or a connection broke.",
            stats.groups_again,
        ),
    ] {
        head(out, name, "counter", help)?;
        writeln!(out, "{name} {value}")?;
    }
    let name = "anlanh_db_commit_writes";
    head(out, name, "histogram", "Writes that one commit made durable.")?;
    let classes = GROUP_BOUNDS.iter().zip(stats.groups_by_size);
    let classes = classes.map(|(bound, count)| (*bound as f64, count));
    histogram(out, name, "", classes, (stats.groups, stats.grouped as f64))?;
    let name = "anlanh_db_transaction_seconds";
    head(
        out,
        name,
        "histogram",
        "Time from asking for a transaction to its answer, by name.",
    )?;
    for timing in timings {
        let labels = format!("access=\"{}\",name=\"{}\"", key(timing.access), timing.name);
        let classes = TIME_BOUNDS_US.iter().zip(timing.by_time);
        let classes = classes.map(|(bound, count)| (*bound as f64 / 1e6, count));
        histogram(out, name, &labels, classes, (timing.count, timing.sum_us as f64 / 1e6))?;
    }
    Ok(())
}

/// A figure of whoever enforces the blocklist: its name, what it tells, and where it is.
type Gauge = (&'static str, &'static str, fn(&EnforcerLoad) -> u64);

/// How the blocklist stands, and by their names those who enforce it.
fn write_blocks(out: &mut String, blocks: &BlockLoad) -> fmt::Result {
    let name = "anlanh_block_changes_pending";
    head(
        out,
        name,
        "gauge",
        "Changes of the blocklist that are not in force everywhere.",
    )?;
    writeln!(out, "{name} {}", blocks.pending)?;
    let series: [Gauge; 3] = [
        (
            "anlanh_block_proof_age_seconds",
            "Age of the newest proof of an enforcer.",
            |enforcer| enforcer.proof_age_seconds,
        ),
        (
            "anlanh_block_proofs_missing",
            "Probes of its newest version that an enforcer last answered wrongly or not at all.",
            |enforcer| enforcer.missing,
        ),
        (
            "anlanh_block_proofs_late",
            "Whether names changed since the newest proof of an enforcer, and it proved nothing of that in a minute.",
            |enforcer| u64::from(enforcer.is_late),
        ),
    ];
    for (name, help, value) in series {
        head(out, name, "gauge", help)?;
        for enforcer in &blocks.enforcers {
            writeln!(
                out,
                "{name}{{enforcer=\"{}\"}} {}",
                escaped(&enforcer.name),
                value(enforcer)
            )?;
        }
    }
    Ok(())
}

/// A text as the value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

const fn key(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
    }
}
