//! Values are held against what must stay reachable: that of the policy, that of the operator, and what both know.

use anlanh_pack::{Blocking, ReachableKind};
use anlanh_soc::blocking::guard::{Ask, Bounds, Class, Finding, Guard, Known, Weight};
use anlanh_soc::blocking::{Act, BlockError};
use anlanh_soc::{Kind, Value};

use anlanh_model::{Actor, BlockKind, Permission};

use super::BlockRefusal;
use crate::engine::Engine;
use crate::{App, Error, Site, permit};

/// What the operator says of the network.
#[derive(Debug, Default)]
pub struct Facts {
    /// Much used names, what resolvers answered, warning lists.
    pub known: Known,
    /// Names, addresses and networks of the operator's own, which nothing may hit.
    pub own: Vec<String>,
    /// The name to which those are led who ask for what an order blocks; none where it does not exist for them.
    pub page: Option<String>,
}

/// What speaks against blocking a value, and who would be hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// What it is.
    pub kind: BlockKind,
    /// It, in its canonical form.
    pub value: String,
    /// What the guard found.
    pub findings: Vec<Finding>,
    /// How many known names it hits.
    pub names_hit: u64,
    /// The best rank among them.
    pub best_rank: Option<u32>,
    /// Some of them.
    pub examples: Vec<String>,
}

impl Weighed {
    /// What is found that cannot be approved away.
    #[must_use]
    pub fn refusal(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.weight() == Weight::Refuses)
    }
}

/// What values are held against.
pub(super) struct Scales<'f> {
    guard: Guard,
    known: &'f Known,
}

impl<'f> Scales<'f> {
    /// Those of the policy in force.
    ///
    /// # Errors
    /// When it says nothing of blocklists.
    pub fn new(engine: &Engine, facts: &'f Facts, site: &Site) -> Result<Self, Error> {
        let rules = rules(engine)?;
        let mut guard = Guard::new(Bounds {
            popular: rules.popular,
            shared_names: rules.shared_names,
            names_below: rules.names_below,
            widest_v4: rules.widest_v4,
            widest_v6: rules.widest_v6,
        });
        // What is none is told where it comes from: by the check of the pack, and at the start of the node.
        for (name, _) in engine.policy.names() {
            let class = if name.kind == "bank" {
                Class::Bank
            } else {
                Class::Service
            };
            for domain in &name.domains {
                let _ = guard.protect(class, domain);
            }
        }
        for reachable in engine.policy.reachable() {
            let class = match reachable.kind {
                ReachableKind::State => Class::State,
                ReachableKind::Emergency => Class::Emergency,
                ReachableKind::Bank => Class::Bank,
                ReachableKind::Resolver => Class::Resolver,
                ReachableKind::Service => Class::Service,
            };
            for value in &reachable.values {
                let _ = guard.protect(class, value);
            }
        }
        let own = facts.own.iter().map(String::as_str);
        for value in own.chain(site.host()).chain(facts.page.as_deref()) {
            let _ = guard.protect(Class::Own, value);
        }
        Ok(Self {
            guard,
            known: &facts.known,
        })
    }

    /// Weighs one value.
    ///
    /// # Errors
    /// When it is none, with its place.
    pub fn weigh(
        &self,
        place: usize,
        text: &str,
        act: &Act,
        why_no_name: Option<&str>,
    ) -> Result<Weighed, BlockRefusal> {
        self.weigh_one(text, act, why_no_name)
            .map_err(|error| BlockRefusal::BadValue(place, error))
    }

    fn weigh_one(&self, text: &str, act: &Act, why_no_name: Option<&str>) -> Result<Weighed, BlockError> {
        let value = Value::guess(text)?;
        let kind = match &value {
            Value::Text(Kind::Domain, _) => BlockKind::Name,
            Value::Text(Kind::Url, _) => BlockKind::Url,
            Value::Text(Kind::Hash, _) => BlockKind::Hash,
            Value::Text(kind, _) => return Err(BlockError::NotBlockable(*kind)),
            Value::Address(_) => BlockKind::Address,
            Value::Network(_) => BlockKind::Network,
        };
        let ask = Ask {
            value: &value,
            act,
            why_no_name,
        };
        let estimate = self.guard.estimate(&value, self.known);
        Ok(Weighed {
            kind,
            value: value.to_string(),
            findings: self.guard.judge(ask, self.known),
            names_hit: estimate.names,
            best_rank: estimate.best_rank,
            examples: estimate.examples,
        })
    }
}

/// What the policy says of blocklists.
pub(super) fn rules(engine: &Engine) -> Result<&Blocking, Error> {
    Ok(engine.policy.blocking().ok_or(BlockRefusal::NoPolicy)?)
}

/// Weighs a value that nobody proposed yet.
///
/// # Errors
/// When the one who asks may not, the policy says nothing of blocklists, or it is no value.
pub fn weigh(app: &App, actor: &Actor, text: &str, why_no_name: Option<&str>) -> Result<Weighed, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    let engine = app.engine();
    let scales = Scales::new(&engine, &app.facts, &app.site)?;
    Ok(scales.weigh(1, text, &Act::NxDomain, why_no_name)?)
}

/// Weighs each of many values that nobody proposed yet; what is none says why, and stands in the way of no other.
///
/// # Errors
/// When the one who asks may not, or the policy says nothing of blocklists.
pub fn weigh_each(
    app: &App,
    actor: &Actor,
    texts: &[&str],
    why_no_name: Option<&str>,
) -> Result<Vec<Result<Weighed, BlockError>>, Error> {
    permit(actor, Permission::ReadBlocklist)?;
    let engine = app.engine();
    let scales = Scales::new(&engine, &app.facts, &app.site)?;
    let weigh = |text: &&str| scales.weigh_one(text, &Act::NxDomain, why_no_name);
    Ok(texts.iter().map(weigh).collect())
}
