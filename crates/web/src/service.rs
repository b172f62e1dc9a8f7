//! What every request shares.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anlanh_api::Stamp;
use anlanh_pack::Policy;
use anlanh_screen::Screener;
use bytes::Bytes;

use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::page::Examples;
use crate::pool::Pool;
use crate::{api, routes};

/// A policy ready to be served.
#[derive(Debug)]
pub struct Service {
    pub(crate) screener: Screener,
    pub(crate) stamp: Stamp,
    pub(crate) policy: Policy,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) pool: Pool,
    pub(crate) openapi: Bytes,
    pub(crate) examples: Examples,
    run: u64,
    incidents: AtomicU64,
}

impl Service {
    /// A service that judges with this screener and explains with the policy it was compiled from.
    #[must_use]
    pub fn new(policy: Policy, screener: Screener, limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            examples: Examples::choose(&policy),
            stamp: Stamp::new(screener.pack()),
            pool: Pool::new(limits.workers),
            openapi: api::openapi::document(),
            metrics: Metrics::default(),
            run: RandomState::new().hash_one(0),
            incidents: AtomicU64::new(0),
            screener,
            policy,
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
