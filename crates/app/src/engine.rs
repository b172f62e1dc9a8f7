//! What judges: a policy, compiled, and known to the store under an id, so that any verdict can be traced to it.

use std::sync::Arc;

use anlanh_api::Stamp;
use anlanh_model::Id;
use anlanh_pack::Policy;
use anlanh_screen::{DomainSet, Screener};
use anlanh_store::engine as store;
use anlanh_store::trial::Trial;
use anlanh_store::version::Version;

use crate::Error;

/// A policy ready to judge.
#[derive(Debug)]
pub struct Engine {
    /// The policy, for its words and its law.
    pub policy: Policy,
    /// The same, compiled, with its lists filled.
    pub screener: Screener,
    /// How verdicts name it.
    pub stamp: Stamp,
    /// Its version in the store.
    pub version: Id<Version>,
    /// The version together with the lists that are loaded.
    pub id: Id<store::Engine>,
}

/// What judges at one moment: an item is judged by one of these from beginning to end.
#[derive(Debug)]
pub struct Engines {
    /// What is in force.
    pub live: Arc<Engine>,
    /// What runs beside it unseen.
    pub shadow: Option<Shadow>,
}

/// A version that runs in shadow.
#[derive(Debug, Clone)]
pub struct Shadow {
    /// What judges.
    pub engine: Arc<Engine>,
    /// Where it is counted what it would change.
    pub trial: Id<Trial>,
}

/// A list of names that the operator loaded.
#[derive(Debug, Clone)]
pub struct LoadedList {
    /// Its id in the pack.
    pub id: String,
    /// SHA-256 of what it was read from, in lower-case hexadecimal.
    pub digest: String,
    /// The names.
    pub names: Arc<DomainSet>,
}

/// The lists of a node, each id once. They stay the same while it runs.
#[derive(Debug, Clone, Default)]
pub struct Lists(Vec<LoadedList>);

impl Lists {
    /// These lists.
    #[must_use]
    pub fn new(mut lists: Vec<LoadedList>) -> Self {
        lists.sort_by(|one, other| one.id.cmp(&other.id));
        Self(lists)
    }

    /// The lists.
    #[must_use]
    pub fn as_slice(&self) -> &[LoadedList] {
        &self.0
    }

    /// What names them in the store: `id=digest`, one a line, sorted.
    #[must_use]
    pub fn key(&self) -> String {
        let lines = self.0.iter().map(|list| format!("{}={}", list.id, list.digest));
        lines.collect::<Vec<String>>().join("\n")
    }
}

/// A policy that was compiled and has no id yet.
#[derive(Debug)]
pub struct Compiled {
    policy: Policy,
    screener: Screener,
}

impl Compiled {
    /// Compiles a policy and fills its lists. A list that the policy does not declare says nothing to it.
    ///
    /// # Errors
    /// When it does not compile, which a policy that was read always does.
    pub fn new(policy: Policy, lists: &Lists) -> Result<Self, Error> {
        let screener = Screener::compile(policy.screen_pack().clone());
        let mut screener = screener.map_err(|_| Error::Uncompiled)?;
        for list in &lists.0 {
            if policy.list(&list.id).is_some() {
                let filled = screener.set_list(&list.id, Arc::clone(&list.names));
                filled.map_err(|_| Error::Uncompiled)?;
            }
        }
        Ok(Self { policy, screener })
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The same, compiled.
    #[must_use]
    pub const fn screener(&self) -> &Screener {
        &self.screener
    }

    /// The engine, now that the store knows it.
    #[must_use]
    pub fn named(self, version: Id<Version>, id: Id<store::Engine>) -> Engine {
        Engine {
            stamp: Stamp::new(self.screener.pack()),
            policy: self.policy,
            screener: self.screener,
            version,
            id,
        }
    }
}
