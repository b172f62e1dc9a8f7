//! What every request shares.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anlanh_app::{App, Engine};
use bytes::Bytes;

use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::page::Examples;
use crate::pool::Pool;
use crate::{api, routes};

/// A node ready to be served.
#[derive(Debug)]
pub struct Service {
    pub(crate) app: App,
    pub(crate) engine: Arc<Engine>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) pool: Pool,
    /// Where passwords are hashed, 19 MiB each: apart, so that nobody who knocks holds up the screening.
    pub(crate) doors: Pool,
    pub(crate) openapi: Bytes,
    pub(crate) examples: Examples,
    run: u64,
    incidents: AtomicU64,
}

impl Service {
    /// A service over this node.
    #[must_use]
    pub fn new(app: App, limits: Limits) -> Arc<Self> {
        let engine = app.engine();
        Arc::new(Self {
            examples: Examples::choose(&engine.policy),
            pool: Pool::new(limits.workers),
            doors: Pool::new(Limits::DOORS),
            openapi: api::openapi::document(),
            metrics: Metrics::default(),
            run: RandomState::new().hash_one(0),
            incidents: AtomicU64::new(0),
            app,
            engine,
            limits,
        })
    }

    /// The routes of this service, as something that answers requests.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        routes::router(self)
    }

    /// A new id that ties an answer to a line of the log.
    pub(crate) fn incident(&self) -> String {
        let number = self.incidents.fetch_add(1, Ordering::Relaxed);
        format!("{:08x}-{number}", self.run >> 32)
    }
}
