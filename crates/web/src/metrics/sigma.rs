//! Sigma rules as series: by level, of which there are six.

use std::fmt::{self, Write};

use anlanh_app::sigma::Board;

use super::head;

/// Writes the series.
///
/// # Errors
/// Writing to a string does not fail.
pub fn write(out: &mut String, board: &Board) -> fmt::Result {
    let (told, levels) = (board.told(), board.levels());
    head(out, "anlanh_sigma_rules", "gauge", "Sigma rules in use, by level.")?;
    for count in &levels {
        writeln!(
            out,
            "anlanh_sigma_rules{{level=\"{}\"}} {}",
            count.level.key(),
            count.rules
        )?;
    }
    head(
        out,
        "anlanh_sigma_hits_total",
        "counter",
        "Events that Sigma rules matched, by level.",
    )?;
    for count in &levels {
        let level = count.level.key();
        writeln!(out, "anlanh_sigma_hits_total{{level=\"{level}\"}} {}", count.hits)?;
    }
    let loaded_at = told.loaded_at.map_or(0, |at| at.as_micros() / 1_000_000);
    head(
        out,
        "anlanh_sigma_left_out",
        "gauge",
        "Sigma rules, or whole files, that cannot be used.",
    )?;
    writeln!(out, "anlanh_sigma_left_out {}", told.left_out)?;
    let name = "anlanh_sigma_last_load_timestamp_seconds";
    head(
        out,
        name,
        "gauge",
        "When Sigma rules were read last; 0 before they were.",
    )?;
    writeln!(out, "{name} {loaded_at}")?;
    let name = "anlanh_sigma_looks_failed_total";
    head(
        out,
        name,
        "counter",
        "Looks at the folders of Sigma rules that failed as a whole.",
    )?;
    writeln!(out, "{name} {}", told.failed)
}
