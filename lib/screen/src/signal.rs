//! What detectors report: the common currency between detectors, rules and evidence.

use crate::{Confidence, Span};

/// Which part of the engine found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detector {
    /// A phrase of the lexicon.
    Lexicon,
    /// A name on a blocklist.
    Blocklist,
    /// A name made to look like a protected one.
    LookAlike,
    /// Personal data.
    PersonalData,
    /// Nothing in the content: the rule speaks of the item or its author alone.
    Context,
}

impl Detector {
    /// Every detector, in the order of their declaration.
    pub const ALL: [Self; 5] = [
        Self::Lexicon,
        Self::Blocklist,
        Self::LookAlike,
        Self::PersonalData,
        Self::Context,
    ];

    /// The key used on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lexicon => "lexicon",
            Self::Blocklist => "blocklist",
            Self::LookAlike => "look_alike",
            Self::PersonalData => "personal_data",
            Self::Context => "context",
        }
    }

    /// The detector with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detector| detector.key() == key)
    }
}

/// How a phrase was written, when it was not written plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writing {
    /// As in the lexicon, marks and all (NFC or NFD, either tone placement, any case, width or look-alike letters).
    Plain,
    /// Some or all marks left out.
    WithoutMarks,
    /// Disguised or typed otherwise: stretched, spaced, dotted, joined, digits for letters, Telex, VNI, teencode.
    Disguised,
}

/// Kinds of personal data. The rule and the precision of each stand beside its detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    /// Citizen identity number, 12 digits (căn cước công dân, số định danh cá nhân).
    Cccd,
    /// Old identity card number, 9 digits (chứng minh nhân dân).
    Cmnd,
    /// Tax code with its check digit (mã số thuế).
    Mst,
    /// Mobile number.
    Mobile,
    /// Landline number.
    Landline,
    /// Payment card number (Luhn).
    BankCard,
    /// Bank account number, known by its context.
    BankAccount,
    /// Vehicle plate.
    Plate,
    /// Passport number.
    Passport,
    /// Social insurance number (bảo hiểm xã hội).
    Bhxh,
    /// E-mail address.
    Email,
    /// Street address.
    Address,
}

impl PersonalKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Cccd,
        Self::Cmnd,
        Self::Mst,
        Self::Mobile,
        Self::Landline,
        Self::BankCard,
        Self::BankAccount,
        Self::Plate,
        Self::Passport,
        Self::Bhxh,
        Self::Email,
        Self::Address,
    ];

    /// The key used in rules and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cccd => "cccd",
            Self::Cmnd => "cmnd",
            Self::Mst => "mst",
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::BankCard => "bank_card",
            Self::BankAccount => "bank_account",
            Self::Plate => "plate",
            Self::Passport => "passport",
            Self::Bhxh => "bhxh",
            Self::Email => "email",
            Self::Address => "address",
        }
    }

    /// The kind with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// How a name resembles a protected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resemblance {
    /// Same to the eye: look-alike letters, digits for letters, `rn` for `m`.
    Homograph,
    /// One letter added, dropped, changed or swapped.
    Misspelling,
    /// The name itself with something added, as in `-vn`, `-online` or `hotro-`.
    Affix,
    /// The name as a label of a stranger's domain.
    Subdomain,
}

impl Resemblance {
    /// The key used on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Homograph => "homograph",
            Self::Misspelling => "misspelling",
            Self::Affix => "affix",
            Self::Subdomain => "subdomain",
        }
    }
}

/// Where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the text.
    Text(Span),
    /// In the link of this index beside the text.
    Link(u32),
}

/// What was found. Indexes point into the compiled pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// The lexicon entry of this index.
    Phrase {
        /// Index into [`Pack::lexicon`](crate::Pack::lexicon).
        entry: u32,
        /// How it was written.
        writing: Writing,
    },
    /// A link to a host.
    Link,
    /// A name on the list of this index.
    Listed {
        /// Index into [`Pack::lists`](crate::Pack::lists).
        list: u32,
    },
    /// A host that resembles the protected name of this index.
    LookAlike {
        /// Index into [`Pack::names`](crate::Pack::names).
        name: u32,
        /// How it resembles it.
        resemblance: Resemblance,
    },
    /// Personal data of this kind.
    Personal(PersonalKind),
}

/// One thing found in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal {
    /// Where.
    pub place: Place,
    /// What.
    pub finding: Finding,
    /// How sure the detector is.
    pub confidence: Confidence,
}

/// Signals of one item, up to [`MAX_SIGNALS`](crate::limits::MAX_SIGNALS).
#[derive(Debug, Clone, Default)]
pub struct Signals {
    found: Vec<Signal>,
    overflowed: bool,
}

impl Signals {
    /// Adds a signal, or notes that there was no room for it.
    pub fn push(&mut self, signal: Signal) {
        if self.found.len() < crate::limits::MAX_SIGNALS {
            self.found.push(signal);
        } else {
            self.overflowed = true;
        }
    }

    /// Notes that there was more than was looked at.
    pub const fn overflow(&mut self) {
        self.overflowed = true;
    }

    /// What was found, in the order in which detectors reported it.
    #[must_use]
    pub fn as_slice(&self) -> &[Signal] {
        &self.found
    }

    /// Whether something did not fit.
    #[must_use]
    pub const fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Whether nothing more fits, and that is noted: who goes on to look finds nothing that anybody hears of.
    pub(crate) fn is_over(&self) -> bool {
        self.overflowed && self.found.len() >= crate::limits::MAX_SIGNALS
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.found.clear();
        self.overflowed = false;
    }
}
