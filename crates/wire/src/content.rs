//! What messages say. Keys are those of the policy pack and of the API; moments are RFC 3339.

use anlanh_httpsig::PublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::Stamp;
use crate::card::public_key;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// An authority orders something.
    Order(Order),
    /// It changes what it ordered.
    Amend(Amend),
    /// It withdraws what it ordered.
    Withdraw(Withdraw),
    /// It reminds of what it ordered.
    Remind(Remind),
    /// A platform tells what became of an order.
    Progress(Progress),
    /// A platform shows what its public log holds of an order.
    Logged(Logged),
    /// An operator reports an incident to an authority.
    Incident(Incident),
    /// A node follows its key by another.
    Key(Key),
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Key of what is ordered, as `remove`.
    pub order: String,
    /// Key of the issuing office.
    pub office: String,
    /// Who signed it.
    pub signer: String,
    /// Its number there.
    pub number: String,
    /// The day of issue, as `2026-11-27`.
    pub issued_on: String,
    /// Keys of the articles that it cites.
    pub basis: Vec<String>,
    /// Key of the category, where it says that a rule is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Why, in its words.
    pub reason: String,
    /// `ordinary` or `urgent`.
    pub haste: String,
    /// The deadline that it sets itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Stamp>,
    /// Until when nobody whom it concerns is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_until: Option<Stamp>,
    /// Until when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Stamp>,
    /// For how many days to lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_days: Option<u32>,
    /// What it asks for about users, where it asks for that. Without, as from a node that knows no such field, the office did
    /// not say here what it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information: Option<Box<Information>>,
    /// What it is aimed at, by number from 1.
    pub targets: Vec<Target>,
}

/// What an order asks for about users: about its own targets, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Information {
    /// [`Information::VERSION`].
    pub version: u32,
    /// For what.
    pub purpose: String,
    /// Keys of the fields.
    pub fields: Vec<String>,
    /// From when, in whole seconds.
    pub from: Stamp,
    /// Until when, in whole seconds.
    pub to: Stamp,
}

/// What an order is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// `item`, `account`, `page`, `group`, `channel`, `url` or `domain`.
    pub kind: String,
    /// The platform's own reference, the address or the domain.
    pub reference: String,
}

/// A change of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amend {
    /// The numbers of the targets that it names no more.
    #[serde(default)]
    pub drop: Vec<u32>,
    /// Those that it names besides.
    #[serde(default)]
    pub add: Vec<Target>,
    /// Until when it holds; none where that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Stamp>,
    /// Until when nobody is told; none where that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_until: Option<Stamp>,
    /// Who signed the change.
    pub signer: String,
    /// Why.
    pub reason: String,
}

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Who signed it.
    pub signer: String,
    /// Why.
    pub reason: String,
}

/// A reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remind {
    /// What is asked.
    pub words: String,
}

/// What became of an order, or of one of its targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Key of the step, as `executed`.
    pub step: String,
    /// When it was taken.
    pub at: Stamp,
    /// Key of how far the whole has come since, as `assigned`.
    pub state: String,
    /// The number of the target, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// Key of what became of that target, as `executed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_state: Option<String>,
    /// Key of the ground, where something is contested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// What is said with it: evidence, reasons, the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What shows that an entry about an order stands in the platform's public log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logged {
    /// The receipt.
    pub receipt: LogReceipt,
}

/// A receipt of a public log: docs/PROTOCOL.md, part 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogReceipt {
    /// Which form it has.
    pub receipt: String,
    /// The public key of the log.
    pub key: String,
    /// The bytes of the entry, which are a text.
    pub entry: String,
    /// The proof that it stands there, and the signed checkpoint.
    pub proof: String,
    /// What the entry commits to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<LogPrivate>,
}

/// What an entry of a public log commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPrivate {
    /// The salt, in hexadecimal.
    pub salt: String,
    /// The text.
    pub text: String,
}

/// A report on an incident. It names no host of a subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Which report: `initial`, `progress` or `closing`.
    pub report: String,
    /// What the sender calls the incident.
    pub incident: String,
    /// Key of how grave it is, as `high`.
    pub severity: String,
    /// When it was detected.
    pub detected_at: Stamp,
    /// What is answered, in the order of the form.
    pub fields: Vec<IncidentField>,
}

/// One answer of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentField {
    /// Key of the field.
    pub key: String,
    /// What is asked, in Vietnamese.
    pub title: String,
    /// What is answered.
    pub value: String,
}

/// A key that follows the one that signs this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The 32 bytes of the Ed25519 key, in Base64.
    pub ed25519: String,
    /// Since when it signs.
    pub from: Stamp,
    /// Until when what the key before signed is taken.
    pub previous_until: Stamp,
}

impl Content {
    /// Key of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Order(_) => "order",
            Self::Amend(_) => "amend",
            Self::Withdraw(_) => "withdraw",
            Self::Remind(_) => "remind",
            Self::Progress(_) => "progress",
            Self::Logged(_) => "logged",
            Self::Incident(_) => "incident",
            Self::Key(_) => "key",
        }
    }
}

impl Information {
    /// The version of what is asked for about users.
    pub const VERSION: u32 = 1;
}

impl Key {
    /// A key from a moment on.
    #[must_use]
    pub fn new(key: &PublicKey, from: Stamp, previous_until: Stamp) -> Self {
        Self {
            ed25519: STANDARD.encode(key.as_bytes()),
            from,
            previous_until,
        }
    }

    /// The key; none where the text is none.
    #[must_use]
    pub fn public(&self) -> Option<PublicKey> {
        public_key(&self.ed25519)
    }
}
