//! What the engine answers: an action, the reasons for it with their evidence, and what could not be judged.

use crate::{Detector, Place};

/// What should happen to an item, weakest first. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Action {
    /// Nothing was found that a rule speaks of.
    #[default]
    Allow,
    /// Show it with a label.
    Label,
    /// A person must look at it.
    Review,
    /// Limit its reach until a person has looked.
    Limit,
    /// Do not show it.
    Block,
}

impl Action {
    /// Every action, weakest first.
    pub const ALL: [Self; 5] = [Self::Allow, Self::Label, Self::Review, Self::Limit, Self::Block];

    /// The key used in packs and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Label => "label",
            Self::Review => "review",
            Self::Limit => "limit",
            Self::Block => "block",
        }
    }

    /// The action with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.key() == key)
    }
}

/// A piece of the text: byte offsets into the original UTF-8, start inclusive, end exclusive, both on character
/// boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset one past the last byte.
    pub end: u32,
}

/// How sure a detector is, in percent. It says how precise the detector is known to be, never how bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// An exact match of something known.
    pub const EXACT: Self = Self(100);

    /// A confidence of so many percent; more than 100 counts as 100.
    #[must_use]
    pub const fn percent(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// The percentage, 0 to 100.
    #[must_use]
    pub const fn as_percent(self) -> u8 {
        self.0
    }
}

/// Why a rule fired: one detector's evidence for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason<'s> {
    /// Category key, as in `SC1`.
    pub category: &'s str,
    /// Which detector found the evidence.
    pub detector: Detector,
    /// The rule that fired.
    pub rule: &'s str,
    /// What the rule does.
    pub action: Action,
    /// What exactly was found: lexicon entry ids, list ids, protected names or personal-data kinds. Never the text.
    pub found: Vec<&'s str>,
    /// The lowest confidence among the evidence.
    pub confidence: Confidence,
    /// Where it was found, in the order of the text.
    pub places: Vec<Place>,
    /// Keys of the legal basis in force when the item was posted.
    pub basis: Vec<&'s str>,
}

/// Why something could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undecided {
    /// The text is longer than [`MAX_TEXT_BYTES`](crate::limits::MAX_TEXT_BYTES); only its first part was judged.
    TextTooLong,
    /// The item has more links than [`MAX_ITEM_LINKS`](crate::limits::MAX_ITEM_LINKS), or one of them is longer than
    /// [`MAX_LINK_BYTES`](crate::limits::MAX_LINK_BYTES).
    TooManyLinks,
    /// More was found than [`MAX_SIGNALS`](crate::limits::MAX_SIGNALS); the rest was not weighed.
    TooManySignals,
}

impl Undecided {
    /// The key used on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::TextTooLong => "text_too_long",
            Self::TooManyLinks => "too_many_links",
            Self::TooManySignals => "too_many_signals",
        }
    }
}

/// The engine's answer for one item. The same pack and item always give the same verdict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict<'s> {
    /// The strongest action of the rules that fired; at least [`Action::Review`] when something is undecided.
    pub action: Action,
    /// Labels that the fired rules give, by key, sorted.
    pub labels: Vec<&'s str>,
    /// The reasons, strongest action first, then in the pack's order of rules.
    pub reasons: Vec<Reason<'s>>,
    /// What could not be judged, if anything.
    pub undecided: Option<Undecided>,
}
