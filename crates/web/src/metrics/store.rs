//! What the database counted and what waits in it, as series. Names of transactions are written in the code, so that
//! their number is bounded by it.

use std::fmt::{self, Write};

use anlanh_app::load::Load;
use anlanh_app::{Access, GROUP_BOUNDS, Stats, TIME_BOUNDS_US, Timing};

use super::{head, histogram};

/// Writes the series. Without a load the database is away.
///
/// # Errors
/// Writing to a string does not fail.
pub fn write(out: &mut String, stats: &Stats, timings: &[Timing], load: Option<Load>) -> fmt::Result {
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
        ] {
            head(out, name, "gauge", help)?;
            writeln!(out, "{name} {value}")?;
        }
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

const fn key(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
    }
}
