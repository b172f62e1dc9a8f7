//! Use cases: the only writer.
//!
//! Each operation is one function that takes the [`App`], who asks, and what for; it checks the permission, does the
//! work in one transaction, and gives back values. It does not know whether a page, a program or the command line
//! asked.

pub mod action;
pub mod appeal;
pub mod audit;
pub mod block;
pub mod case;
mod clock;
pub mod contact;
mod counting;
mod due;
pub mod enforcement;
mod engine;
mod error;
pub mod export;
pub mod feed;
pub mod figures;
pub mod hunt;
pub mod identity;
pub mod image;
pub mod incident;
pub mod indicator;
pub mod intel;
pub mod issued;
pub mod item;
pub mod jobs;
pub mod keeping;
pub mod load;
pub mod mail;
mod notice;
mod once;
pub mod order;
pub mod owner;
pub mod peer;
pub mod policy;
pub mod public_log;
pub mod published;
pub mod push;
pub mod quality;
pub mod report;
mod sealing;
pub mod sensor;
mod shelf;
pub mod sigma;
mod site;
mod statutory;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize};
use std::sync::{Arc, OnceLock, PoisonError};

use anlanh_model::{Actor, AuditAction, Permission};
use anlanh_store::{Change, Gathered, Store, token};
use anlanh_vault::Vault;
use sha2::{Digest, Sha256};

pub use anlanh_model::{AppealError, CaseError, StatementError};
pub use anlanh_store::action::{Action, ActionKind, ActionList, ActionRow, Delivery, Effect};
pub use anlanh_store::appeal::AppealRow;
pub use anlanh_store::audit::Standing;
pub use anlanh_store::audit::{AuditEntry, AuditFilter, Entry};
pub use anlanh_store::case::{CaseFilter, CaseRow, Holder, QueuePage, QueuePlace, QueueState};
pub use anlanh_store::decision::{Decision, DecisionFilter, DecisionRow, PastDecision};
pub use anlanh_store::event::EventRow;
pub use anlanh_store::idempotency::{Answer, Claim};
pub use anlanh_store::image::ImageRow;
pub use anlanh_store::item::{Content, HitMode, Item, ItemRow};
pub use anlanh_store::measure::{Ending as MeasureEnding, MeasureRow};
pub use anlanh_store::proposal::{ProposalRow, WaitingDecision};
pub use anlanh_store::quality::{GoldenRow, Opinions};
pub use anlanh_store::report::{Reach, ReportRow};
pub use anlanh_store::rule::{HitCount, HitRow};
pub use anlanh_store::session::SessionRow;
pub use anlanh_store::staff::StaffRow;
pub use anlanh_store::strike::StrikeRow;
pub use anlanh_store::tally::TallyRow;
pub use anlanh_store::token::TokenRow;
pub use anlanh_store::trial::{DifferenceRow, RuleChange, Trial, TrialRow};
pub use anlanh_store::version::{File as PolicyFile, StepRow, Version, VersionRow};
pub use anlanh_store::{Access, DatabaseError, Error as StoreError, GROUP_BOUNDS, Stats, TIME_BOUNDS_US, Timing};
pub use clock::Clock;
pub use engine::{Compiled, Engine, Engines, Lists, LoadedList, Shadow};
pub use error::{Error, PolicyError};
pub use once::Made;
pub use shelf::{Shelf, ShelfError};
pub use site::{Site, SiteError};

/// What every use case needs.
#[derive(Debug, Clone)]
pub struct App {
    store: Store,
    clock: Clock,
    judging: Arc<policy::Judging>,
    attempts: Arc<identity::Attempts>,
    counting: Arc<counting::Counting>,
    tokens: Gathered<[u8; 32], Option<TokenRow>>,
    remembered: Arc<identity::Remembered>,
    site: Arc<Site>,
    vault: Arc<Vault>,
    /// Whether something was erased that may still be in the files of the database.
    purge_due: Arc<AtomicBool>,
    rounds: Arc<keeping::Rounds>,
    sequencer: Arc<public_log::Sequencer>,
    warnings: Arc<indicator::Warnings>,
    /// What became of the patterns of feeds when they were last made ready to be matched.
    patterns: Arc<indicator::PatternBoard>,
    /// What the operator says of the network that is guarded.
    facts: Arc<block::Facts>,
    /// What is wrong with the zones that are served.
    troubles: Arc<block::Troubles>,
    /// As whom the node speaks to the national centre.
    edxml: Option<Arc<incident::share::Edxml>>,
    /// When it is looked again whether something of an incident is new to the national centre, in microseconds.
    sharing_due: Arc<AtomicI64>,
    /// How many items were kept since the search was last brought up to date.
    unindexed: Arc<AtomicUsize>,
    /// How sensors fare.
    board: Arc<sensor::Board>,
    /// Who takes events of sensors, where somebody does.
    hand_in: Arc<OnceLock<sensor::HandIn>>,
    /// The hunt that the node is at.
    hunting: Arc<hunt::Desk>,
    /// How the Sigma rules stand.
    sigma: Arc<sigma::Board>,
}

impl App {
    /// A node that keeps what it does in this store, judging with what was in force there, or with what the operator
    /// loaded. Back-tests that were cut off run again.
    ///
    /// # Errors
    /// When the policy in force cannot be read any more, the key is not the one that seals what is kept, or the database
    /// is away or full.
    pub fn start(store: Store, clock: Clock, start: policy::Start) -> Result<Self, Error> {
        let (site, vault) = (Arc::new(start.site.clone()), Arc::clone(&start.vault));
        sealing::check_key(&store, &clock, &vault)?;
        let judging = policy::start(&store, &clock, start)?;
        let app = Self {
            counting: counting::Counting::new(&store),
            tokens: store.gathered("token.load", token::load_all),
            remembered: Arc::default(),
            store,
            clock,
            judging: Arc::new(judging),
            attempts: Arc::default(),
            site,
            vault,
            purge_due: Arc::new(AtomicBool::new(true)),
            rounds: Arc::default(),
            sequencer: Arc::default(),
            warnings: Arc::default(),
            patterns: Arc::default(),
            facts: Arc::default(),
            troubles: Arc::default(),
            edxml: None,
            sharing_due: Arc::default(),
            unindexed: Arc::default(),
            board: Arc::default(),
            hand_in: Arc::default(),
            hunting: Arc::default(),
            sigma: Arc::default(),
        };
        policy::resume(&app)?;
        Ok(app)
    }

    /// It, with what the operator says of the network that is guarded.
    #[must_use]
    pub fn with_facts(self, facts: block::Facts) -> Self {
        let facts = Arc::new(facts);
        Self { facts, ..self }
    }

    /// It, as somebody who speaks to the national centre.
    #[must_use]
    pub fn with_edxml(self, edxml: incident::share::Edxml) -> Self {
        let edxml = Some(Arc::new(edxml));
        Self { edxml, ..self }
    }

    /// Says who takes events of sensors; whoever says so first.
    pub fn take_events_by(&self, hand_in: sensor::HandIn) {
        let _known = self.hand_in.set(hand_in);
    }

    /// Where it is said how sensors fare.
    #[must_use]
    pub fn board(&self) -> &sensor::Board {
        &self.board
    }

    /// Where whoever holds events against Sigma rules says how these stand.
    #[must_use]
    pub fn sigma(&self) -> &sigma::Board {
        &self.sigma
    }

    /// Where whoever keeps events says how far a hunt is, and how tokens are turned back.
    #[must_use]
    pub fn hunting(&self) -> &hunt::Desk {
        &self.hunting
    }

    /// What judges now, in force and in shadow.
    #[must_use]
    pub fn engines(&self) -> Arc<Engines> {
        Arc::clone(&self.judging.engines.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What became of the pack that the operator loaded.
    #[must_use]
    pub fn loaded_pack(&self) -> policy::LoadedPack {
        self.judging.standing
    }

    /// What is in force now.
    #[must_use]
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engines().live)
    }

    /// Who a bearer token stands for, while it is valid.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn token(&self, token: &str) -> Result<Option<Actor>, Error> {
        match identity::Secret::shown(token) {
            Some(secret) => self.look_up(secret.hash()).await,
            None => Ok(None),
        }
    }

    /// [`Self::token`] for one who writes: of a machine it may be remembered. Where what it asks for is not written,
    /// nothing but [`Self::token`] says who called.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn caller(&self, token: &str) -> Result<Option<identity::Caller>, Error> {
        let Some(hash) = identity::Secret::shown(token).map(|secret| secret.hash()) else {
            return Ok(None);
        };
        if let Some(actor @ Actor::Token { id, .. }) = self.remembered.find(&hash) {
            let standing = Standing::Remembered(id);
            return Ok(Some(identity::Caller { actor, standing }));
        }
        let actor = self.look_up(hash).await?;
        Ok(actor.map(|actor| identity::Caller {
            actor,
            standing: Standing::Known,
        }))
    }

    async fn look_up(&self, hash: [u8; 32]) -> Result<Option<Actor>, Error> {
        let found = self.tokens.ask(hash).await?;
        let actor = found.map(|row| Actor::Token {
            id: row.id,
            scopes: row.scopes,
            person: row.person,
        });
        self.remembered.note(hash, actor.as_ref());
        Ok(actor)
    }

    /// Whether the database answers, for reading and for writing.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.store.database().ping().await?)
    }

    /// The store, for its health.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The platform that is served.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// A key of this node for one purpose, the same after a restart.
    #[must_use]
    pub fn derived_key(&self, purpose: &str) -> [u8; 32] {
        self.vault.name_of("derived-key", purpose.as_bytes())
    }

    /// What somebody does now, for what is written with it.
    pub(crate) fn change(&self, actor: &Actor, action: AuditAction) -> Change {
        Change {
            actor: actor.clone(),
            action,
            now: self.clock.now(),
        }
    }

    /// The node's clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Lets pass whoever may do that. Every use case asks; an edge asks before, where it would otherwise take in much for
/// nothing.
///
/// # Errors
/// When the one who asks may not, or only a person may and none answers for it.
pub fn permit(actor: &Actor, permission: Permission) -> Result<(), Error> {
    if actor.may(permission) {
        return Ok(());
    }
    if permission.needs_person() && actor.person().is_none() {
        return Err(Error::NeedsPerson(permission));
    }
    Err(Error::Forbidden(permission))
}

/// The claim of a request that is to be done once.
#[must_use]
pub fn claim(actor: &Actor, key: &str, body: &[u8]) -> Claim {
    Claim {
        actor: format!("{}:{}", actor.kind(), actor.number().unwrap_or_default()),
        key: key.to_owned(),
        request: Sha256::digest(body).into(),
    }
}
