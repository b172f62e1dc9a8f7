//! The blocklist of a network: what is blocked, on which basis, until when, and who let it happen.
//!
//! What is to be blocked comes in changes. A change waits for as many people as it takes, runs in shadow, goes to one enforcer
//! (the canary), then to all; it is taken back in one step. What it brought in ends by itself, by hand or with its order. A
//! wrong step is an error that says what stands in its way.

use crate::keys::keys;
use crate::{Id, Order, Person, StatutoryClock, Text, Time};

/// What a value on the blocklist is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockKind {
    /// A name with all names below it.
    Name,
    /// A URL.
    Url,
    /// One address.
    Address,
    /// A network.
    Network,
    /// The digest of a file.
    Hash,
}

keys!(BlockKind {
    Name = "name",
    Url = "url",
    Address = "address",
    Network = "network",
    Hash = "hash",
});

/// What a change comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockSource {
    /// Somebody entered it.
    Hand(Id<Person>),
    /// A target of an order, by its number.
    Order(Id<Order>, u32),
    /// A rule over a feed of indicators, by its name.
    Feed(String),
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockStage {
    /// It was proposed.
    Proposed,
    /// It is counted, and blocks nothing.
    Shadow {
        /// Since when.
        since: Time,
    },
    /// One enforcer blocks by it.
    Canary {
        /// Since when.
        since: Time,
    },
    /// All enforcers block by it.
    InForce {
        /// Since when.
        since: Time,
    },
    /// Somebody refused it.
    Refused {
        /// When.
        at: Time,
    },
    /// It was taken back.
    RolledBack {
        /// When.
        at: Time,
    },
}

/// Whether a change waits out its shadow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockHaste {
    /// It does.
    Usual,
    /// It does not, by the word of a second person at least.
    Urgent,
}

/// Why a step on the blocklist is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlockStepError {
    /// Whoever proposed it does not approve it.
    #[error("whoever proposed it does not approve it")]
    OwnProposal,
    /// The same person approved it before.
    #[error("the same person approved it")]
    SamePerson,
    /// People have yet to approve it: how many.
    #[error("{0} more people are to approve it")]
    NotApproved(u32),
    /// Its shadow is not over.
    #[error("it has not been in shadow long enough")]
    ShadowRuns,
    /// It has not been with the canary long enough.
    #[error("it has not been with the canary long enough")]
    CanaryRuns,
    /// A probe found that the canary does not do what it should.
    #[error("a probe of this version failed")]
    ProbeFailed,
    /// It is past that step.
    #[error("it is past that step")]
    Past,
    /// It is over.
    #[error("it is over")]
    Over,
    /// An order asks for it, and ends it.
    #[error("an order asks for it: it ends with the order")]
    ByOrder,
    /// Nothing is left to take back.
    #[error("there is nothing to take back")]
    NothingToRollBack,
    /// The last step was taken with another change.
    #[error("the last step was taken with another change")]
    NotLast,
    /// Whoever let it in does not judge the objection.
    #[error("whoever let it in does not judge the objection")]
    OwnJudgement,
    /// The objection was answered.
    #[error("the objection was answered")]
    Answered,
}

impl BlockStage {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Shadow { .. } => "shadow",
            Self::Canary { .. } => "canary",
            Self::InForce { .. } => "in_force",
            Self::Refused { .. } => "refused",
            Self::RolledBack { .. } => "rolled_back",
        }
    }

    /// Reads a stage as it is kept.
    #[must_use]
    pub fn from_key(key: &str, at: Time) -> Option<Self> {
        Some(match key {
            "proposed" => Self::Proposed,
            "shadow" => Self::Shadow { since: at },
            "canary" => Self::Canary { since: at },
            "in_force" => Self::InForce { since: at },
            "refused" => Self::Refused { at },
            "rolled_back" => Self::RolledBack { at },
            _ => return None,
        })
    }

    /// Whether somebody has yet to do something with it.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        match self {
            Self::Proposed | Self::Shadow { .. } | Self::Canary { .. } => true,
            Self::InForce { .. } | Self::Refused { .. } | Self::RolledBack { .. } => false,
        }
    }
}

/// A change of the blocklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockChange {
    /// Its id.
    pub id: Id<BlockChange>,
    /// What it comes from.
    pub source: BlockSource,
    /// How many people beside whoever proposed it must approve it.
    pub needed: u32,
    /// Who did, in their order.
    pub approvals: Vec<Id<Person>>,
    /// Where it stands.
    pub stage: BlockStage,
}

impl BlockChange {
    /// Most values of a change.
    pub const MAX_VALUES: usize = 10_000;
    /// Longest words on a change, its owner or its basis, in bytes.
    pub const MAX_WORDS_BYTES: usize = 2_000;
    /// How many people approve what a guard objects to.
    pub const FOR_OBJECTION: u32 = 2;
    /// How many people approve a change of more values than one person may put in force.
    pub const FOR_SIZE: u32 = 1;

    /// Whoever let it in: who proposed it and who approved it.
    #[must_use]
    pub fn people(&self) -> Vec<Id<Person>> {
        let proposed = match self.source {
            BlockSource::Hand(by) => Some(by),
            BlockSource::Order(..) | BlockSource::Feed(_) => None,
        };
        proposed.into_iter().chain(self.approvals.iter().copied()).collect()
    }

    /// Somebody else approves it.
    ///
    /// # Errors
    /// When they proposed it, approved it before, or it is past that.
    pub fn approve(mut self, by: Person) -> Result<Self, BlockStepError> {
        self.must_be_early()?;
        if self.source == BlockSource::Hand(by.id) {
            return Err(BlockStepError::OwnProposal);
        }
        if self.approvals.contains(&by.id) {
            return Err(BlockStepError::SamePerson);
        }
        self.approvals.push(by.id);
        Ok(self)
    }

    /// It runs in shadow from now on.
    ///
    /// # Errors
    /// When it does already, or is past that.
    pub fn begin_shadow(self, now: Time) -> Result<Self, BlockStepError> {
        match self.stage {
            BlockStage::Proposed => Ok(self.into_stage(BlockStage::Shadow { since: now })),
            BlockStage::Shadow { .. } | BlockStage::Canary { .. } | BlockStage::InForce { .. } => {
                Err(BlockStepError::Past)
            }
            BlockStage::Refused { .. } | BlockStage::RolledBack { .. } => Err(BlockStepError::Over),
        }
    }

    /// It goes to the canary.
    ///
    /// # Errors
    /// When people have yet to approve it, its shadow is not over, or it is past that.
    pub fn begin_canary(self, haste: BlockHaste, shadow_hours: u32, now: Time) -> Result<Self, BlockStepError> {
        self.must_be_early()?;
        let needed = match haste {
            BlockHaste::Usual => self.needed,
            BlockHaste::Urgent => self.needed.max(1),
        };
        self.must_be_approved(needed)?;
        let is_over = match (self.stage, haste) {
            (_, BlockHaste::Urgent) => true,
            (BlockStage::Shadow { since }, BlockHaste::Usual) => {
                now >= since.plus_minutes(i64::from(shadow_hours).saturating_mul(60))
            }
            (
                BlockStage::Proposed
                | BlockStage::Canary { .. }
                | BlockStage::InForce { .. }
                | BlockStage::Refused { .. }
                | BlockStage::RolledBack { .. },
                BlockHaste::Usual,
            ) => shadow_hours == 0,
        };
        if !is_over {
            return Err(BlockStepError::ShadowRuns);
        }
        Ok(self.into_stage(BlockStage::Canary { since: now }))
    }

    /// It goes to all enforcers.
    ///
    /// # Errors
    /// When it is not with the canary, or not long enough.
    pub fn enforce(self, canary_minutes: u32, now: Time) -> Result<Self, BlockStepError> {
        match self.stage {
            BlockStage::Canary { since } if now < since.plus_minutes(i64::from(canary_minutes)) => {
                Err(BlockStepError::CanaryRuns)
            }
            BlockStage::Canary { .. } => Ok(self.into_stage(BlockStage::InForce { since: now })),
            BlockStage::Proposed | BlockStage::Shadow { .. } => Err(BlockStepError::CanaryRuns),
            BlockStage::InForce { .. } => Err(BlockStepError::Past),
            BlockStage::Refused { .. } | BlockStage::RolledBack { .. } => Err(BlockStepError::Over),
        }
    }

    /// What an order asks for is in force at once: it acts on its targets, exactly, and others have checked it.
    ///
    /// # Errors
    /// When it is no order's, people have yet to approve it, or it is past that.
    pub fn enforce_order(self, now: Time) -> Result<Self, BlockStepError> {
        self.must_be_early()?;
        self.must_be_approved(self.needed)?;
        match self.source {
            BlockSource::Order(..) => Ok(self.into_stage(BlockStage::InForce { since: now })),
            BlockSource::Hand(_) | BlockSource::Feed(_) => Err(BlockStepError::CanaryRuns),
        }
    }

    /// Somebody refuses it.
    ///
    /// # Errors
    /// When it blocks already, or is over.
    pub fn refuse(self, now: Time) -> Result<Self, BlockStepError> {
        self.must_be_early()?;
        Ok(self.into_stage(BlockStage::Refused { at: now }))
    }

    /// It is taken back.
    ///
    /// # Errors
    /// When it blocks nothing, or an order asks for it.
    pub fn roll_back(self, now: Time) -> Result<Self, BlockStepError> {
        match (self.stage, &self.source) {
            (BlockStage::Canary { .. } | BlockStage::InForce { .. }, BlockSource::Order(..)) => {
                Err(BlockStepError::ByOrder)
            }
            (BlockStage::Canary { .. } | BlockStage::InForce { .. }, BlockSource::Hand(_) | BlockSource::Feed(_)) => {
                Ok(self.into_stage(BlockStage::RolledBack { at: now }))
            }
            (BlockStage::Proposed | BlockStage::Shadow { .. }, _) => Err(BlockStepError::NothingToRollBack),
            (BlockStage::Refused { .. } | BlockStage::RolledBack { .. }, _) => Err(BlockStepError::Over),
        }
    }

    fn must_be_early(&self) -> Result<(), BlockStepError> {
        match self.stage {
            BlockStage::Proposed | BlockStage::Shadow { .. } => Ok(()),
            BlockStage::Canary { .. } | BlockStage::InForce { .. } => Err(BlockStepError::Past),
            BlockStage::Refused { .. } | BlockStage::RolledBack { .. } => Err(BlockStepError::Over),
        }
    }

    fn must_be_approved(&self, needed: u32) -> Result<(), BlockStepError> {
        let given = u32::try_from(self.approvals.len()).unwrap_or(u32::MAX);
        match needed.saturating_sub(given) {
            0 => Ok(()),
            missing => Err(BlockStepError::NotApproved(missing)),
        }
    }

    fn into_stage(self, stage: BlockStage) -> Self {
        Self { stage, ..self }
    }
}

/// Where an entry of the blocklist stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockState {
    /// It goes with its change.
    With(BlockStage),
    /// Somebody lifted it, or its order did.
    Lifted {
        /// When.
        at: Time,
    },
    /// Its time is over.
    Expired {
        /// When that was noted.
        at: Time,
    },
}

impl BlockState {
    /// The key in storage and on the wire. What was taken back with its change was lifted.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::With(BlockStage::RolledBack { .. }) | Self::Lifted { .. } => "lifted",
            Self::With(stage) => stage.key(),
            Self::Expired { .. } => "expired",
        }
    }

    /// Reads a state as it is kept.
    #[must_use]
    pub fn from_key(key: &str, at: Time) -> Option<Self> {
        match key {
            "lifted" => Some(Self::Lifted { at }),
            "expired" => Some(Self::Expired { at }),
            key => BlockStage::from_key(key, at).map(Self::With),
        }
    }

    /// Whether an enforcer may block by it.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::With(BlockStage::Canary { .. } | BlockStage::InForce { .. }))
    }

    /// Whether it blocks or may yet do so.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::With(stage) => stage.is_pending() || matches!(stage, BlockStage::InForce { .. }),
            Self::Lifted { .. } | Self::Expired { .. } => false,
        }
    }
}

/// A value on the blocklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockEntry {
    /// Its id.
    pub id: Id<BlockEntry>,
    /// The change it came with.
    pub change: Id<BlockChange>,
    /// Until when it holds; none where an order ends it.
    pub expires_at: Option<Time>,
    /// Where it stands.
    pub state: BlockState,
}

impl BlockEntry {
    /// It goes where its change went; what ended before stays ended.
    #[must_use]
    pub fn follow(self, stage: BlockStage) -> Self {
        let state = match (self.state, stage) {
            (BlockState::With(_), BlockStage::RolledBack { at }) => BlockState::Lifted { at },
            (BlockState::With(_), stage) => BlockState::With(stage),
            (ended, _) => ended,
        };
        Self { state, ..self }
    }

    /// Somebody lifts it.
    ///
    /// # Errors
    /// When it blocks nothing.
    pub fn lift(self, now: Time) -> Result<Self, BlockStepError> {
        if !self.state.is_live() {
            return Err(BlockStepError::Over);
        }
        let state = BlockState::Lifted { at: now };
        Ok(Self { state, ..self })
    }

    /// Lifting it is taken back.
    ///
    /// # Errors
    /// When it was not lifted, or its time is over by now.
    pub fn resume(self, now: Time) -> Result<Self, BlockStepError> {
        let is_past = self.expires_at.is_some_and(|end| end <= now);
        match self.state {
            BlockState::Lifted { .. } if !is_past => {
                let state = BlockState::With(BlockStage::InForce { since: now });
                Ok(Self { state, ..self })
            }
            BlockState::Lifted { .. } | BlockState::With(_) | BlockState::Expired { .. } => Err(BlockStepError::Over),
        }
    }

    /// Its time is over.
    ///
    /// # Errors
    /// When it is not, or it blocks nothing.
    pub fn expire(self, now: Time) -> Result<Self, BlockStepError> {
        let is_past = self.expires_at.is_some_and(|end| end <= now);
        if is_past && self.state.is_open() {
            let state = BlockState::Expired { at: now };
            Ok(Self { state, ..self })
        } else {
            Err(BlockStepError::Past)
        }
    }
}

/// What becomes of an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectionResult {
    /// It holds, and the value is not blocked any more.
    Lifted,
    /// It does not.
    Kept,
    /// An authority ordered the block: whoever objects is told where to turn.
    PassedOn,
}

keys!(ObjectionResult {
    Lifted = "lifted",
    Kept = "kept",
    PassedOn = "passed_on",
});

/// What somebody says against a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockObjection {
    /// Its id.
    pub id: Id<BlockObjection>,
    /// The entry.
    pub entry: Id<BlockEntry>,
    /// Until when it is answered, where the policy sets a deadline.
    pub clock: Option<StatutoryClock>,
    /// What became of it, by whom and when.
    pub answered: Option<(ObjectionResult, Id<Person>, Time)>,
}

impl BlockObjection {
    /// Somebody answers it who did not let the value in.
    ///
    /// # Errors
    /// When they did, it was answered, or an order's value is to be lifted.
    pub fn answer(
        self,
        by: Person,
        result: ObjectionResult,
        change: &BlockChange,
        now: Time,
    ) -> Result<Self, BlockStepError> {
        if self.answered.is_some() {
            return Err(BlockStepError::Answered);
        }
        if change.people().contains(&by.id) {
            return Err(BlockStepError::OwnJudgement);
        }
        if result == ObjectionResult::Lifted && matches!(change.source, BlockSource::Order(..)) {
            return Err(BlockStepError::ByOrder);
        }
        Ok(Self {
            answered: Some((result, by.id, now)),
            clock: self.clock.map(|clock| clock.meet(now)),
            ..self
        })
    }
}

/// Who gets a version of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockAudience {
    /// The canary: what is in force, and what is on its way there.
    Canary,
    /// All enforcers.
    All,
}

keys!(BlockAudience {
    Canary = "canary",
    All = "all",
});

/// What a probe of an enforcer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockEffect {
    /// The value is blocked, and should be.
    Blocked,
    /// It is answered, and should be.
    Answered,
    /// It is not as it should be.
    Wrong,
    /// The enforcer could not be asked.
    Unreachable,
}

keys!(BlockEffect {
    Blocked = "blocked",
    Answered = "answered",
    Wrong = "wrong",
    Unreachable = "unreachable",
});

/// Words on a change: its reason, owner, basis.
pub type BlockWords = Text<{ BlockChange::MAX_WORDS_BYTES }>;

#[cfg(test)]
mod tests;
