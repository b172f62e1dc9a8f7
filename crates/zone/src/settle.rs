//! Names that were added of late, moved from the zone in front of the parts to the parts: one part at a time, while nothing
//! changes, each seen to be in effect before its names leave that zone.

use std::sync::Arc;
use std::time::Duration;

use anlanh_soc::blocking::Act;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use crate::fresh::{Asked, Stage};
use crate::ledger::LedgerError;
use crate::limits::{ASK_AGAIN, MAX_AHEAD, PROBE_WAIT, QUIET};
use crate::proof::{AGAIN, Answer, Said, is_as_wanted};
use crate::resolver::{Kind, Resolver};
use crate::rules::{Delta, Key};
use crate::server::{BEFORE_PARTS, Current, ZoneServer};
use crate::transfer::mark_of;

/// A part, by its place among the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part(usize);

/// What was learned by asking about a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InEffect {
    /// Every resolver that has parts has it as it is now.
    Everywhere,
    /// Some did not say so in time.
    NotEverywhere,
    /// No resolver is named that could be asked.
    Unknown,
}

impl ZoneServer {
    /// Moves the names of one part to it, where it is time to, and says which part is to be asked about: [`Self::prove_part`].
    ///
    /// # Errors
    /// When a serial number cannot be kept: then nothing is moved.
    pub fn fold(&self) -> Result<Option<Part>, LedgerError> {
        let Some(whole) = self.version().filter(|_| !self.parts.is_none()) else {
            return Ok(None);
        };
        let now = (self.clock)();
        let mut kept = self.kept();
        let is_quiet = now >= kept.changed_at + QUIET;
        let (mut ahead, mut open) = (None, None);
        for (name, stage) in kept.fresh.iter() {
            let part = self.parts.part_of(Key::Name(name));
            let is_asked = kept.asked_at.get(&part).is_some_and(|at| now < *at + ASK_AGAIN);
            match stage {
                Stage::Ahead { since } if is_quiet || now >= since + MAX_AHEAD => ahead = Some(part),
                Stage::Folded { .. } if is_quiet && !is_asked => open = Some(part),
                Stage::Ahead { .. } | Stage::Folded { .. } | Stage::Proven { .. } => continue,
            }
            if ahead.is_some() {
                break;
            }
        }
        let Some(part) = ahead else {
            return Ok(open.map(Part));
        };
        let rules = self.zones.get(1).and_then(Current::version);
        let rules = rules.map(|version| Arc::clone(&version.rules)).unwrap_or_default();
        let is_of_part = |name: &[u8]| self.parts.part_of(Key::Name(name)) == part;
        if let Some(plan) = kept.fresh.plan_fold(&rules, is_of_part) {
            let unchanged = (Arc::clone(&whole.rules), Arc::<Delta>::default());
            self.take_step(&mut kept, unchanged, Some(plan))?;
        }
        Ok(Some(Part(part)))
    }

    /// How many names their parts do not have yet.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.kept().fresh.iter().filter(|(_, stage)| stage.is_ahead()).count()
    }

    /// How many names no part was seen to have in effect.
    #[must_use]
    pub fn unproven(&self) -> usize {
        let kept = self.kept();
        let is_open = |stage: &Stage| !matches!(stage, Stage::Proven { .. });
        kept.fresh.iter().filter(|(_, stage)| is_open(stage)).count()
    }

    /// Asks every resolver that has a zone in parts whether it has in effect what a part says now, until all have or the time is
    /// over.
    pub async fn prove_part(&self, part: Part, resolvers: &[Resolver], deadline: Duration) -> InEffect {
        let Part(part) = part;
        let Some(label) = self.parts.label(part) else {
            return InEffect::Unknown;
        };
        let mut open: Vec<Resolver> = resolvers
            .iter()
            .filter(|resolver| has_parts(resolver))
            .cloned()
            .collect();
        if open.is_empty() {
            return InEffect::Unknown;
        }
        let mut ticks = interval(AGAIN);
        let until = Instant::now() + deadline;
        let mut seen = None;
        while Instant::now() < until && !open.is_empty() {
            ticks.tick().await;
            let Some(version) = self.zones.get(BEFORE_PARTS + part).and_then(Current::version) else {
                break;
            };
            // All are to have the same version; who had an older one is asked again.
            if seen.is_some_and(|seen| seen != version.serial) {
                open = resolvers
                    .iter()
                    .filter(|resolver| has_parts(resolver))
                    .cloned()
                    .collect();
            }
            seen = Some(version.serial);
            let mut asked = JoinSet::new();
            for resolver in open {
                let (name, origin) = (mark_of(version.serial, &label), self.origin.as_str().to_owned());
                asked.spawn(async move {
                    let said = resolver.ask(&name, PROBE_WAIT).await.ok().flatten();
                    let answer = said.map(|message| Answer::Said(Said::read(&message, &origin)));
                    let is_there = answer.is_some_and(|answer| is_as_wanted(&answer, None, Some(&Act::NoData)));
                    (!is_there).then_some(resolver)
                });
            }
            open = asked.join_all().await.into_iter().flatten().collect();
        }
        let now = (self.clock)();
        let mut kept = self.kept();
        if let Some(seen) = seen.filter(|_| open.is_empty()) {
            kept.fresh
                .prove(seen, |name| self.parts.part_of(Key::Name(name)) == part);
            kept.asked_at.remove(&part);
            tracing::info!(
                part,
                serial = seen.into_int(),
                "a part is in effect with what was moved to it"
            );
            return InEffect::Everywhere;
        }
        kept.asked_at.insert(part, now);
        tracing::warn!(
            part,
            "not all resolvers have what a part says: its names stay in front of it"
        );
        InEffect::NotEverywhere
    }

    /// Takes names out of the zone in front of the parts that are no longer needed there.
    ///
    /// # Errors
    /// When a serial number cannot be kept: then they stay.
    pub fn let_go(&self, resolvers: &[Resolver]) -> Result<(), LedgerError> {
        let Some(whole) = self.version().filter(|_| !self.parts.is_none()) else {
            return Ok(());
        };
        let asked = if resolvers.iter().any(has_parts) {
            Asked::Some
        } else {
            Asked::Nobody
        };
        let mut kept = self.kept();
        let rest = kept.fresh.let_go((self.clock)(), asked);
        if !rest.has_names_of(&kept.fresh) {
            let plan = rest.plan_rest(&whole.rules);
            self.take_step(&mut kept, (Arc::clone(&whole.rules), Arc::default()), Some(plan))?;
        }
        Ok(())
    }
}

/// Whether it is one that has a zone in parts.
fn has_parts(resolver: &Resolver) -> bool {
    match resolver.kind {
        Kind::Bind => true,
        Kind::Unbound | Kind::PowerDns | Kind::Knot => false,
    }
}

#[cfg(test)]
mod tests;
