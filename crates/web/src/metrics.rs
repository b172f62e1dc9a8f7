//! What the service counts, in the Prometheus text format.
//!
//! Every label is one of a fixed set, so the number of series is known when the program is built; but for the names of sensors,
//! of which there are few, and of enforcers, which are the operator's: at most 64 of them are told of. Counters are plain
//! atomics: a registry that is looked up by name would cost more than the work it counts.

mod sensors;
mod sigma;
mod store;

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anlanh_api::Tally;
use anlanh_screen::{Action, Pack};
use axum::http::StatusCode;

use crate::Route;
use crate::refusal::Refusal;

pub use sensors::write as write_sensors;
pub use sigma::write as write_sigma;
pub use store::write as write_store;

const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];
/// Upper bounds of the latency buckets, in microseconds.
const BUCKETS_US: [u64; 10] = [
    100, 250, 500, 1_000, 2_500, 10_000, 50_000, 250_000, 1_000_000, 5_000_000,
];

/// All counters of one process.
#[derive(Debug)]
pub struct Metrics {
    routes: [RouteMetrics; Route::ALL.len()],
    actions: [AtomicU64; Action::ALL.len()],
    undecided: [AtomicU64; Tally::UNDECIDED.len()],
    bad_items: AtomicU64,
    text_bytes: AtomicU64,
    panics: AtomicU64,
    connections: AtomicU64,
    kept: AtomicU64,
    refusals: [AtomicU64; Refusal::KINDS],
    sign_ins: [AtomicU64; SignIn::ALL.len()],
}

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// Somebody is in.
    Admitted,
    /// Name or password was wrong.
    Wrong,
    /// Too many had failed before.
    Barred,
}

impl SignIn {
    const ALL: [Self; 3] = [Self::Admitted, Self::Wrong, Self::Barred];

    const fn key(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Wrong => "wrong",
            Self::Barred => "barred",
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            // The library has defaults for arrays of up to 32.
            routes: std::array::from_fn(|_| RouteMetrics::default()),
            actions: Default::default(),
            undecided: Default::default(),
            bad_items: AtomicU64::default(),
            text_bytes: AtomicU64::default(),
            panics: AtomicU64::default(),
            connections: AtomicU64::default(),
            kept: AtomicU64::default(),
            refusals: std::array::from_fn(|_| AtomicU64::default()),
            sign_ins: Default::default(),
        }
    }
}

#[derive(Debug, Default)]
struct RouteMetrics {
    classes: [AtomicU64; CLASSES.len()],
    buckets: [AtomicU64; BUCKETS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

/// One open connection; counted while it lives.
#[derive(Debug)]
pub struct OpenConnection<'m>(&'m AtomicU64);

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn add(counter: Option<&AtomicU64>, amount: u64) {
    if let Some(counter) = counter.filter(|_| amount > 0) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

impl Metrics {
    /// Counts an answered request and how long its answer took to begin.
    pub fn request(&self, route: Route, status: StatusCode, took: Duration) {
        let Some(metrics) = self.routes.get(route as usize) else {
            return;
        };
        let class = usize::from(status.as_u16() / 100).saturating_sub(2);
        add(metrics.classes.get(class), 1);
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS_US.partition_point(|bound| *bound < took_us);
        add(metrics.buckets.get(bucket), 1);
        add(Some(&metrics.count), 1);
        add(Some(&metrics.sum_us), took_us);
    }

    /// Counts what became of items.
    pub fn items(&self, tally: &Tally) {
        for (counter, count) in self.actions.iter().zip(tally.actions) {
            add(Some(counter), count);
        }
        for (counter, count) in self.undecided.iter().zip(tally.undecided) {
            add(Some(counter), count);
        }
        add(Some(&self.bad_items), tally.bad.len() as u64);
        add(Some(&self.text_bytes), tally.text_bytes);
        add(Some(&self.panics), tally.panics);
    }

    /// Counts an item that could not be read.
    pub fn bad_item(&self) {
        add(Some(&self.bad_items), 1);
    }

    /// Counts items that are safely kept.
    pub fn kept(&self, items: usize) {
        add(Some(&self.kept), items as u64);
    }

    /// Counts a use case that was refused.
    pub fn refusal(&self, refusal: &Refusal) {
        add(refusal.kind().and_then(|kind| self.refusals.get(kind)), 1);
    }

    /// Counts somebody who wanted to sign in.
    pub fn sign_in(&self, ended: SignIn) {
        add(self.sign_ins.get(ended as usize), 1);
    }

    /// Counts a panic that was caught.
    pub fn panic(&self) {
        add(Some(&self.panics), 1);
    }

    /// Counts a connection until the guard is dropped.
    pub fn connection(&self) -> OpenConnection<'_> {
        add(Some(&self.connections), 1);
        OpenConnection(&self.connections)
    }

    /// The counters in the Prometheus text exposition format, version 0.0.4.
    pub fn render(&self, pack: &Pack) -> String {
        let mut out = String::with_capacity(16 * 1024);
        // Writing to a string does not fail.
        let _ = self.write(&mut out, pack);
        out
    }

    fn write(&self, out: &mut String, pack: &Pack) -> fmt::Result {
        head(out, "anlanh_pack_info", "gauge", "The policy pack in force.")?;
        writeln!(
            out,
            "anlanh_pack_info{{id=\"{}\",version=\"{}\",digest=\"{}\"}} 1",
            Label(&pack.id),
            Label(&pack.version),
            Label(&pack.digest)
        )?;
        head(out, "anlanh_items_total", "counter", "Items judged, by action.")?;
        for (action, count) in Action::ALL.iter().zip(&self.actions) {
            writeln!(out, "anlanh_items_total{{action=\"{}\"}} {}", action.key(), read(count))?;
        }
        head(
            out,
            "anlanh_undecided_total",
            "counter",
            "Items not wholly judged, by reason.",
        )?;
        for (why, count) in Tally::UNDECIDED.iter().zip(&self.undecided) {
            writeln!(
                out,
                "anlanh_undecided_total{{reason=\"{}\"}} {}",
                why.key(),
                read(count)
            )?;
        }
        for (name, kind, help, counter) in [
            (
                "anlanh_bad_items_total",
                "counter",
                "Items that could not be read.",
                &self.bad_items,
            ),
            ("anlanh_kept_items_total", "counter", "Items kept.", &self.kept),
            (
                "anlanh_screened_bytes_total",
                "counter",
                "Bytes of text screened.",
                &self.text_bytes,
            ),
            (
                "anlanh_panics_total",
                "counter",
                "Panics caught; each is a defect.",
                &self.panics,
            ),
            (
                "anlanh_connections",
                "gauge",
                "Connections open now.",
                &self.connections,
            ),
        ] {
            head(out, name, kind, help)?;
            writeln!(out, "{name} {}", read(counter))?;
        }
        let name = "anlanh_refusals_total";
        head(out, name, "counter", "Use cases refused, by the code of the problem.")?;
        for (code, count) in Refusal::codes().zip(&self.refusals) {
            writeln!(out, "{name}{{code=\"{code}\"}} {}", read(count))?;
        }
        let name = "anlanh_sign_ins_total";
        head(out, name, "counter", "Attempts to sign in, by how they ended.")?;
        for (ended, count) in SignIn::ALL.iter().zip(&self.sign_ins) {
            writeln!(out, "{name}{{result=\"{}\"}} {}", ended.key(), read(count))?;
        }
        self.write_routes(out)
    }

    fn write_routes(&self, out: &mut String) -> fmt::Result {
        head(
            out,
            "anlanh_http_requests_total",
            "counter",
            "Requests answered, by route and status class.",
        )?;
        for (route, metrics) in Route::ALL.iter().zip(&self.routes) {
            for (class, count) in CLASSES.iter().zip(&metrics.classes) {
                let (route, count) = (route.name(), read(count));
                writeln!(
                    out,
                    "anlanh_http_requests_total{{route=\"{route}\",status=\"{class}\"}} {count}"
                )?;
            }
        }
        let name = "anlanh_http_response_seconds";
        head(out, name, "histogram", "Time until an answer began, by route.")?;
        for (route, metrics) in Route::ALL.iter().zip(&self.routes) {
            let route = route.name();
            let classes = BUCKETS_US.iter().zip(&metrics.buckets);
            histogram(
                out,
                name,
                &format!("route=\"{route}\""),
                classes.map(|(bound, count)| (*bound as f64 / 1e6, read(count))),
                (read(&metrics.count), read(&metrics.sum_us) as f64 / 1e6),
            )?;
        }
        Ok(())
    }
}

/// Writes the series of a histogram with these labels: classes as pairs of upper bound and count, then the count of all
/// and their sum. Classes are read before the count, so that it is at least theirs.
fn histogram(
    out: &mut String,
    name: &str,
    labels: &str,
    classes: impl Iterator<Item = (f64, u64)>,
    (count, sum): (u64, f64),
) -> fmt::Result {
    let separator = if labels.is_empty() { "" } else { "," };
    let mut below = 0;
    for (bound, n) in classes {
        below += n;
        writeln!(out, "{name}_bucket{{{labels}{separator}le=\"{bound}\"}} {below}")?;
    }
    let count = count.max(below);
    let labelled = if labels.is_empty() {
        String::new()
    } else {
        format!("{{{labels}}}")
    };
    writeln!(out, "{name}_bucket{{{labels}{separator}le=\"+Inf\"}} {count}")?;
    writeln!(out, "{name}_sum{labelled} {sum}")?;
    writeln!(out, "{name}_count{labelled} {count}")
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

/// A label's value, escaped.
struct Label<'a>(&'a str);

impl fmt::Display for Label<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\\' => formatter.write_str("\\\\")?,
                '"' => formatter.write_str("\\\"")?,
                '\n' => formatter.write_str("\\n")?,
                c => formatter.write_char(c)?,
            }
        }
        Ok(())
    }
}
