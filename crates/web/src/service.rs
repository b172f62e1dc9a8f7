//! What every request shares.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anlanh_app::App;
use anlanh_app::load::{self, Load};
use bytes::Bytes;
use tokio::sync::{Mutex, Semaphore};

use crate::desk::docs::BothDocs;
use crate::desk::published::Published;
use crate::gate::Gate;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::page::Examples;
use crate::pool::Pool;
use crate::{api, routes};

/// A node ready to be served.
#[derive(Debug)]
pub struct Service {
    pub(crate) app: App,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) pool: Pool,
    /// Where passwords are hashed, 19 MiB each: apart, so that nobody who knocks holds up the screening.
    pub(crate) doors: Pool,
    /// Where versions of the policy are checked and compiled, a second each: apart, so that no step holds up the
    /// screening.
    pub(crate) policies: Pool,
    /// Where exports are written: apart, so that none holds up the screening.
    pub(crate) exports: Pool,
    /// Seats for exports: each has its writer in memory until it has come to its end.
    pub(crate) export_seats: Arc<Semaphore>,
    /// What everybody may read and was computed once.
    pub(crate) published: Published,
    /// Seats for pictures, so that few of them are in memory.
    pub(crate) images: Semaphore,
    /// Where envelopes of objects are read, and seats for them, so that few are in memory.
    pub(crate) envelopes: Pool,
    pub(crate) envelope_seats: Semaphore,
    /// What keeps machines from reporting by the thousand.
    pub(crate) gate: Gate,
    pub(crate) openapi: Bytes,
    examples: RwLock<(String, Arc<Examples>)>,
    pub(crate) docs: BothDocs,
    load: Mutex<Option<(Instant, Load)>>,
    run: u64,
    incidents: AtomicU64,
}

/// How long a load is told again before the database is asked anew: anybody may ask for metrics, as often as they like.
const LOAD_LASTS: Duration = Duration::from_secs(1);

impl Service {
    /// A service over this node.
    #[must_use]
    pub fn new(app: App, limits: Limits) -> Arc<Self> {
        let openapi = api::openapi::document();
        Arc::new(Self {
            examples: RwLock::default(),
            pool: Pool::new(limits.workers),
            doors: Pool::new(Limits::DOORS),
            policies: Pool::new(Limits::POLICY_JOBS),
            exports: Pool::new(Limits::EXPORTS),
            export_seats: Arc::new(Semaphore::new(Limits::EXPORTS)),
            published: Published::default(),
            images: Semaphore::new(Limits::IMAGES),
            envelopes: Pool::new(Limits::ENVELOPES),
            envelope_seats: Semaphore::new(Limits::ENVELOPES),
            docs: BothDocs::read(&openapi),
            gate: Gate::new(app.derived_key("gate")),
            openapi,
            metrics: Metrics::default(),
            load: Mutex::default(),
            run: RandomState::new().hash_one(0),
            incidents: AtomicU64::new(0),
            app,
            limits,
        })
    }

    /// The routes of this service, as something that answers requests.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        routes::router(self)
    }

    /// Texts to try, of the policy in force.
    pub(crate) fn examples(&self) -> Arc<Examples> {
        let engine = self.app.engine();
        let digest = engine.policy.digest();
        {
            let chosen = self.examples.read().unwrap_or_else(PoisonError::into_inner);
            if chosen.0 == digest {
                return Arc::clone(&chosen.1);
            }
        }
        let examples = Arc::new(Examples::choose(&engine.policy, &engine.screener));
        let mut chosen = self.examples.write().unwrap_or_else(PoisonError::into_inner);
        *chosen = (digest.to_owned(), Arc::clone(&examples));
        examples
    }

    /// What the node carries, at most a second old; none while the database is away.
    pub(crate) async fn load(&self) -> Option<Load> {
        let mut known = self.load.lock().await;
        let fresh = known.as_ref().filter(|(at, _)| at.elapsed() < LOAD_LASTS);
        if let Some((_, load)) = fresh {
            return Some(load.clone());
        }
        let load = load::now(&self.app).await.ok();
        *known = load.clone().map(|load| (Instant::now(), load));
        load
    }

    /// A new id that ties an answer to a line of the log.
    pub(crate) fn incident(&self) -> String {
        let number = self.incidents.fetch_add(1, Ordering::Relaxed);
        format!("{:08x}-{number}", self.run >> 32)
    }
}
