//! The table that everything ends in.

use std::fmt::Write as _;

/// Whether a bar is met when the figure is at least it, or at most it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// Information only.
    None,
    /// The ratio must be at least this.
    AtLeast(f64),
    /// The ratio must be at most this.
    AtMost(f64),
}

/// One line of the table.
#[derive(Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Our figure.
    pub ours: String,
    /// The peer and its figure.
    pub beside: String,
    /// Our figure over the peer's.
    pub ratio: f64,
    /// What the ratio should be.
    pub bar: Bar,
}

/// A table under a heading, with notes below it.
#[derive(Debug, Default)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The lines; a section without lines has only notes.
    pub rows: Vec<Row>,
    /// Sentences, or a table of its own, in Markdown.
    pub notes: Vec<String>,
}

impl Section {
    /// An empty section.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            ..Self::default()
        }
    }

    /// A section that could not be measured, and why.
    #[must_use]
    pub fn skipped(title: &str, why: &str) -> Self {
        let mut section = Self::new(title);
        section.notes.push(format!("Skipped: {why}."));
        section
    }

    /// The section in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("## {}\n\n", self.title);
        if !self.rows.is_empty() {
            out.push_str("| measured | ours | beside | ratio | bar | |\n|---|---:|---:|---:|---:|---|\n");
        }
        for row in &self.rows {
            let (bar, met) = match row.bar {
                Bar::None => (String::new(), ""),
                Bar::AtLeast(bar) => (format!("≥ {bar}"), if row.ratio >= bar { "met" } else { "**missed**" }),
                Bar::AtMost(bar) => (format!("≤ {bar}"), if row.ratio <= bar { "met" } else { "**missed**" }),
            };
            let ratio = ratio(row.ratio);
            let _ = writeln!(
                out,
                "| {} | {} | {} | {ratio} | {bar} | {met} |",
                row.what, row.ours, row.beside
            );
        }
        if !self.rows.is_empty() {
            out.push('\n');
        }
        for note in &self.notes {
            let _ = writeln!(out, "{note}\n");
        }
        out
    }
}

fn ratio(ratio: f64) -> String {
    if ratio >= 100.0 {
        format!("{ratio:.0} ×")
    } else if ratio >= 10.0 {
        format!("{ratio:.1} ×")
    } else {
        format!("{ratio:.2} ×")
    }
}

/// A number that people can read: `1.25 M`, `310 k`, `42`.
#[must_use]
pub fn short(number: f64) -> String {
    if number >= 1e6 {
        format!("{:.2} M", number / 1e6)
    } else if number >= 1e4 {
        format!("{:.0} k", number / 1e3)
    } else if number >= 1e3 {
        format!("{:.2} k", number / 1e3)
    } else if number >= 10.0 {
        format!("{number:.0}")
    } else {
        format!("{number:.2}")
    }
}
