//! What each file of a pack is, by its path.

use super::Known;

/// What a file holds, in the order of reading: what is referred to comes before what refers to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Pack,
    Laws,
    Categories,
    Labels,
    Lists,
    Identifiers,
    Clocks,
    Ladders,
    Appeals,
    Retention,
    Feeds,
    Blocking,
    Incidents,
    Playbooks,
    Authorities,
    Orders,
    Reports,
    Names,
    Teencode,
    Lexicon,
    Rules,
}

impl Kind {
    pub(super) const ALL: [Self; 21] = [
        Self::Pack,
        Self::Laws,
        Self::Categories,
        Self::Labels,
        Self::Lists,
        Self::Identifiers,
        Self::Clocks,
        Self::Ladders,
        Self::Appeals,
        Self::Retention,
        Self::Feeds,
        Self::Blocking,
        Self::Incidents,
        Self::Playbooks,
        Self::Authorities,
        Self::Orders,
        Self::Reports,
        Self::Names,
        Self::Teencode,
        Self::Lexicon,
        Self::Rules,
    ];

    /// The path of the file; of those in folders, the name stands for any.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Pack => "pack.toml",
            Self::Laws => "laws.toml",
            Self::Categories => "categories.toml",
            Self::Labels => "labels.toml",
            Self::Lists => "lists.toml",
            Self::Identifiers => "identifiers.toml",
            Self::Clocks => "clocks.toml",
            Self::Ladders => "ladders.toml",
            Self::Appeals => "appeals.toml",
            Self::Retention => "retention.toml",
            Self::Feeds => "feeds.toml",
            Self::Blocking => "blocking.toml",
            Self::Incidents => "incidents.toml",
            Self::Playbooks => "playbooks.toml",
            Self::Authorities => "authorities.toml",
            Self::Orders => "orders.toml",
            Self::Reports => "reports.toml",
            Self::Names => "names.toml",
            Self::Teencode => "teencode.toml",
            Self::Lexicon => "lexicon/*.toml",
            Self::Rules => "rules/*.toml",
        }
    }

    /// What the file at this path is, if it belongs to a pack.
    pub(super) fn of(path: &str) -> Option<Self> {
        let in_folder = path.strip_suffix(".toml").and_then(|path| path.split_once('/'));
        match in_folder {
            Some((folder, name)) if !name.contains('/') && !name.is_empty() => match folder {
                "lexicon" => Some(Self::Lexicon),
                "rules" => Some(Self::Rules),
                _ => None,
            },
            _ => Self::ALL.into_iter().find(|kind| kind.path() == path),
        }
    }

    /// Whether there is no pack without it.
    pub(super) const fn is_required(self) -> bool {
        matches!(self, Self::Pack | Self::Laws | Self::Categories)
    }

    /// Lets references lead to what a file of this kind would define, since it could not be read.
    pub(super) const fn set_partial(self, known: &mut Known) {
        match self {
            Self::Laws => {
                known.laws.set_partial();
                known.articles.set_partial();
            }
            Self::Categories => known.categories.set_partial(),
            Self::Labels => known.labels.set_partial(),
            Self::Lists => known.lists.set_partial(),
            Self::Clocks => known.clocks.set_partial(),
            Self::Authorities => known.authorities.set_partial(),
            Self::Pack
            | Self::Identifiers
            | Self::Reports
            | Self::Ladders
            | Self::Appeals
            | Self::Retention
            | Self::Feeds
            | Self::Blocking
            | Self::Incidents
            | Self::Playbooks
            | Self::Orders
            | Self::Names
            | Self::Teencode
            | Self::Lexicon
            | Self::Rules => {}
        }
    }
}
