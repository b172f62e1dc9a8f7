//! Where the list of a zone comes from: files, or the node that keeps it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anlanh_app::block::{self, Altered, MAX_PROOFS, NewProof, Portion};
use anlanh_model::{Actor, BlockAudience, BlockEffect, BlockEntry, Id, Time};
use anlanh_soc::blocking::{Act, Blocklist};
use anlanh_store::Store;
use anlanh_zone::{Answer, Effect, Proof};
use anyhow::bail;

use crate::blocking::read_list;
use crate::cli::{BlockPart, ListOptions};
use crate::data;

/// Where the list comes from.
pub enum Lists {
    /// From files.
    Files(ListOptions),
    /// From the node that keeps it.
    Node(Box<Node>),
}

/// The list of a node, which is this process or runs beside it.
pub struct Node {
    store: Store,
    audience: BlockAudience,
    /// Who keeps the proofs.
    actor: Actor,
    /// What was read last, and every value that was ever read, with its entry: proofs of what is lifted name theirs, too.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The version that was read last; none before the first, and after one that could not be published.
    read: Option<u32>,
    /// The same, for proofs.
    serial: u32,
    entries: BTreeMap<String, Id<BlockEntry>>,
}

/// What tells whether the list has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// When each file was last changed, and how long it is.
    Files(Vec<Option<(SystemTime, u64)>>),
    /// The version of the node's list; none when the node cannot be asked.
    Serial(Option<u32>),
}

/// What there is to be published.
pub enum News {
    /// All of the list.
    Whole(Blocklist),
    /// What changed since the list was read last: what is done with each value now.
    Changes(Vec<(String, Option<Act>)>),
}

impl Lists {
    /// The part of the list of a node.
    ///
    /// # Errors
    /// When it is one that nobody may be served.
    pub fn of_node(store: Store, part: BlockPart, actor: Actor) -> anyhow::Result<Self> {
        let audience = match part.portion() {
            Portion::For(audience) => audience,
            // Whoever got it would block by it.
            Portion::Shadow => bail!("phần chạy thử không được phục vụ · what is in shadow is served to nobody"),
        };
        Ok(Self::Node(Box::new(Node {
            store,
            audience,
            actor,
            known: Mutex::default(),
        })))
    }

    /// Whether it can be read at all, before anybody is served.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(&self) -> anyhow::Result<()> {
        match self {
            Self::Files(options) => read_list(options).map(drop),
            Self::Node(node) => Ok(block::serial_of(&node.store).map(drop)?),
        }
    }

    /// Reads what is new: of a list that a node keeps what changed since, where that is known and not too much.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> anyhow::Result<News> {
        let node = match self {
            Self::Files(options) => return Ok(News::Whole(read_list(options)?.0)),
            Self::Node(node) => node,
        };
        let mut known = node.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(from) = known.read
            && let Some(altered) = block::altered_of(&node.store, node.audience, from)?
        {
            known.is_at(altered.serial);
            let mut changes = Vec::new();
            for Altered { value, act, entry } in altered.values {
                if let Some(entry) = entry {
                    known.entries.insert(value.clone(), entry);
                }
                changes.push((value, act));
            }
            return Ok(News::Changes(changes));
        }
        let current = block::current_of(&node.store, Portion::For(node.audience))?;
        known.is_at(current.serial);
        known.entries.extend(current.entries);
        Ok(News::Whole(current.list))
    }

    /// What was read last is not in force: the list is read whole again.
    pub fn forget(&self) {
        if let Self::Node(node) = self {
            node.known.lock().unwrap_or_else(PoisonError::into_inner).read = None;
        }
    }

    /// What tells whether it has changed.
    pub fn mark(&self) -> Mark {
        match self {
            Self::Files(options) => {
                let paths = options.files.iter().chain(&options.pass).chain(&options.protect);
                let mark = |path: &PathBuf| {
                    let about = std::fs::metadata(path).ok()?;
                    Some((about.modified().ok()?, about.len()))
                };
                Mark::Files(paths.map(mark).collect())
            }
            Self::Node(node) => Mark::Serial(block::serial_of(&node.store).ok()),
        }
    }

    /// Keeps proofs beside the entries that they are about, where the list is a node's.
    ///
    /// # Errors
    /// When they cannot be kept.
    pub fn keep(&self, proofs: &[Proof]) -> anyhow::Result<()> {
        let Self::Node(node) = self else {
            return Ok(());
        };
        let known = node.known.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = proofs.iter().map(|proof| NewProof {
            entry: known.entries.get(&proof.name).copied(),
            enforcer: proof.resolver.clone(),
            audience: node.audience,
            serial: known.serial,
            probe: format!("A {}", proof.name),
            effect: effect_of(proof),
            at: Time::from_micros(proof.asked_at.as_micros() as i64),
        });
        let kept: Vec<NewProof> = kept.collect();
        drop(known);
        for some in kept.chunks(MAX_PROOFS) {
            block::prove_of(&node.store, &data::clock(), node.actor.clone(), some.to_vec())?;
        }
        Ok(())
    }
}

impl Known {
    fn is_at(&mut self, serial: u32) {
        self.read = Some(serial);
        self.serial = serial;
    }
}

/// What a proof says of the value. An answer that may be another's tomorrow proves nothing.
fn effect_of(proof: &Proof) -> BlockEffect {
    let is_blocked = proof.wanted.as_ref().is_some_and(|act| *act != Act::Pass);
    match (&proof.effect, &proof.answer) {
        (Effect::Seen { .. }, _) if is_blocked => BlockEffect::Blocked,
        (Effect::Seen { .. }, _) => BlockEffect::Answered,
        (Effect::MayBeKept | Effect::NotSeen, Answer::Silence { is_alive: false }) => BlockEffect::Unreachable,
        (Effect::MayBeKept | Effect::NotSeen, _) => BlockEffect::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_lost_everything_is_no_news() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("list.txt");
        let lists = Lists::Files(ListOptions {
            files: vec![file.clone()],
            act: Act::NxDomain,
            pass: Vec::new(),
            protect: Vec::new(),
            may_be_empty: false,
        });
        std::fs::write(&file, "xau.example\n").unwrap();
        assert!(matches!(lists.read(), Ok(News::Whole(list)) if list.len() == 1));
        for lost in ["", "<html>502 Bad Gateway</html>\n"] {
            std::fs::write(&file, lost).unwrap();
            assert!(lists.read().is_err(), "{lost:?}");
        }
    }
}
