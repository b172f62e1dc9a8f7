//! What judges: a policy, compiled, and known to the store under an id, so that any verdict can be traced to it.

use anlanh_api::Stamp;
use anlanh_model::{Actor, AuditAction, Id};
use anlanh_pack::Policy;
use anlanh_screen::Screener;
use anlanh_store::decision::Version;
use anlanh_store::{Change, Store, item, policy};

use crate::{Clock, Error};

/// A policy ready to judge.
#[derive(Debug)]
pub struct Engine {
    /// The policy, for its words and its law.
    pub policy: Policy,
    /// The same, compiled.
    pub screener: Screener,
    /// How verdicts name it.
    pub stamp: Stamp,
    /// Its version in the store.
    pub version: Id<Version>,
    /// The version together with the lists that are loaded.
    pub id: Id<item::Engine>,
}

impl Engine {
    /// Makes the store know a policy that the operator loaded, with the digests of its lists as pairs of list and
    /// digest.
    ///
    /// # Errors
    /// When the database is away or full.
    pub fn register(
        store: &Store,
        clock: &Clock,
        policy: Policy,
        screener: Screener,
        lists: &[(String, String)],
    ) -> Result<Self, Error> {
        let digest = screener.pack().digest.clone();
        let mut lines: Vec<String> = lists.iter().map(|(list, digest)| format!("{list}={digest}")).collect();
        lines.sort_unstable();
        let lists = lines.join("\n");
        let change = Change {
            actor: Actor::Node,
            action: AuditAction::Start,
            now: clock.now(),
        };
        let (version, id) = store.write_blocking(change, move |writer| {
            let version = policy::keep_loaded(writer, &digest, &[])?;
            let id = policy::engine(writer, version, &lists)?;
            writer.about("policy_version", version.number(), digest.clone());
            Ok::<_, anlanh_store::Error>((version, id))
        })?;
        Ok(Self {
            stamp: Stamp::new(screener.pack()),
            policy,
            screener,
            version,
            id,
        })
    }
}
