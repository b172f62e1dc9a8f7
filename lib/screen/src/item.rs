//! What is screened: one item as the platform knows it.

use std::borrow::Cow;

use crate::{Counters, Time};

/// What kind of thing an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ItemKind {
    /// A post on a wall, forum or page.
    #[default]
    Post,
    /// A comment below something else.
    Comment,
    /// A message between users, screened only where the platform may.
    Message,
    /// An offer on a marketplace.
    Listing,
    /// A profile: display name and self-description.
    Profile,
    /// The title of a livestream.
    LivestreamTitle,
}

impl ItemKind {
    /// Every kind, in the order in which they are documented.
    pub const ALL: [Self; 6] = [
        Self::Post,
        Self::Comment,
        Self::Message,
        Self::Listing,
        Self::Profile,
        Self::LivestreamTitle,
    ];

    /// The key used in rules and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Comment => "comment",
            Self::Message => "message",
            Self::Listing => "listing",
            Self::Profile => "profile",
            Self::LivestreamTitle => "livestream_title",
        }
    }

    /// The kind with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// What the platform knows of an author. Whatever it does not know stays `None`, and a rule that asks for it is then
/// *unknown*, which never fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Author<'a> {
    /// The platform's own reference; opaque here, never a name.
    pub reference: Option<&'a str>,
    /// Age of the account in days.
    pub age_days: Option<u32>,
    /// Confirmed violations in the last 30 days.
    pub violations_30d: Option<u32>,
    /// Confirmed violations in the last 90 days.
    pub violations_90d: Option<u32>,
    /// How often the account was locked for a time.
    pub locks: Option<u32>,
    /// Whether the account is verified as the law asks (Vietnamese mobile number or personal ID number).
    pub verified: Option<bool>,
}

/// One item to screen. Borrowed: screening keeps nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item<'a> {
    /// The platform's id of the item; opaque.
    pub id: &'a str,
    /// What kind of thing it is.
    pub kind: ItemKind,
    /// The text as the author typed it.
    pub text: &'a str,
    /// Links that stand beside the text (a card, a button, a shop address).
    pub links: &'a [Cow<'a, str>],
    /// Who wrote it.
    pub author: Author<'a>,
    /// How often its author, hosts and text were seen before it; unknown unless the caller counts.
    pub counters: Counters,
    /// Labels the item already carries, by key.
    pub labels: &'a [Cow<'a, str>],
    /// When it was posted. Decides which law is in force; without it the pack's own date does.
    pub time: Option<Time>,
}
