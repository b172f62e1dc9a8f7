//! The recurring work of a node: what happens by itself because time passes.
//!
//! Whoever runs the node calls [`run_due`] again and again; a test calls it after it has moved the clock. Every job looks
//! first whether something is due and does nothing otherwise, may be cut off at any moment, and may run twice.

use crate::{
    App, Error, block, contact, enforcement, feed, hunt, incident, issued, item, keeping, order, owner, peer,
    public_log, report, sensor, statutory,
};

/// A job that did not do its work this time, and why.
#[derive(Debug)]
pub struct FailedJob {
    /// Its name.
    pub job: &'static str,
    /// Why.
    pub error: Error,
}

/// Does whatever is due now. One job that fails keeps no other from its work.
pub async fn run_due(app: &App) -> Vec<FailedJob> {
    let done = [
        ("statutory-clocks", statutory::run(app).await),
        ("orders", order::run(app).await),
        ("owners", owner::run(app).await),
        ("blocklist", block::run(app).await),
        ("incidents", incident::run(app).await),
        ("incidents-to-tell", incident::run_shares(app).await),
        ("orders-of-this-office", issued::run(app).await),
        ("peers-to-tell", peer::run(app).await),
        ("entries-to-tell", peer::run_entries(app).await),
        ("information", order::information::run(app).await),
        ("measures-that-end", enforcement::end_due(app).await.map(drop)),
        ("mails-of-actions", contact::run(app).await),
        ("lapsed-reports", report::lapse(app).await),
        ("erasures", keeping::run_wishes(app).await),
        ("feeds", feed::run(app).await),
        ("hunts", hunt::run(app).await),
        ("volume", sensor::count(app).await),
        ("monthly-reports", public_log::keep_reports(app).await),
        ("retention", keeping::run_time(app).await),
        ("search", item::index(app).await),
        ("purge", report::purge(app).await),
        ("purge-items", keeping::purge(app).await),
        ("counters", item::learn(app).await),
        ("counters-in-order", item::sort_counted(app).await),
    ];
    let failed = done.into_iter().filter_map(|(job, done)| {
        let error = done.err()?;
        Some(FailedJob { job, error })
    });
    failed.collect()
}
