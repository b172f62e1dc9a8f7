//! Feeds of indicators: where they come from, how they stand, and when a round of one is held back until a person has looked.

use crate::keys::keys;

/// A feed: a marker for ids.
#[derive(Debug)]
pub struct Feed;

/// An indicator, which is one value that one feed lists: a marker for ids.
#[derive(Debug)]
pub struct Indicator;

/// In which form a feed has its indicators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedKind {
    /// A collection of a TAXII 2.1 server.
    Taxii,
    /// A value a line.
    List,
    /// A record a line.
    Table,
    /// STIX 2.1 objects in a bundle.
    Stix,
    /// A MISP feed: a manifest, and events.
    Misp,
    /// A response policy zone, by transfer.
    Zone,
    /// A collection of this node: what clients of TAXII add to it.
    Collection,
    /// What people and programs hand in.
    Hand,
}

/// How a feed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedState {
    /// It is asked by its schedule.
    Active,
    /// Its last round waits for a person.
    Held,
    /// It is not asked; what it lists stays.
    Paused,
    /// It is gone with all that it listed.
    Removed,
}

/// What is wrong with a round, or with a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedAlarm {
    /// It has another title, or its collection another id.
    Renamed,
    /// Nothing is left in it.
    Emptied,
    /// It lost more than a share of its values.
    Shrunk,
    /// It grew by more than a share.
    Flooded,
    /// More than a share of it cannot be used.
    Refused,
    /// Much of it is known to be good.
    Poisoned,
    /// Nothing in it changed for long. It holds nothing back.
    Stale,
}

/// What became of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoundOutcome {
    /// What it has is listed.
    Applied,
    /// The same as before.
    Unchanged,
    /// It was not got, or could not be read.
    Failed,
    /// It waits for a person.
    Held,
    /// A person looked, and let it pass.
    Agreed,
    /// A person looked, and did not.
    Refused,
}

keys!(FeedKind {
    Taxii = "taxii",
    List = "list",
    Table = "table",
    Stix = "stix",
    Misp = "misp",
    Zone = "zone",
    Collection = "collection",
    Hand = "hand",
});
keys!(FeedState {
    Active = "active",
    Held = "held",
    Paused = "paused",
    Removed = "removed",
});
keys!(FeedAlarm {
    Renamed = "renamed",
    Emptied = "emptied",
    Shrunk = "shrunk",
    Flooded = "flooded",
    Refused = "refused",
    Poisoned = "poisoned",
    Stale = "stale",
});
keys!(RoundOutcome {
    Applied = "applied",
    Unchanged = "unchanged",
    Failed = "failed",
    Held = "held",
    Agreed = "agreed",
    Refused = "refused",
});

impl FeedKind {
    /// Whether the node asks for it by itself.
    #[must_use]
    pub const fn is_fetched(self) -> bool {
        match self {
            Self::Taxii | Self::List | Self::Table | Self::Stix | Self::Misp | Self::Zone | Self::Collection => true,
            Self::Hand => false,
        }
    }

    /// Whether it is at an address outside the node.
    #[must_use]
    pub const fn has_address(self) -> bool {
        match self {
            Self::Taxii | Self::List | Self::Table | Self::Stix | Self::Misp | Self::Zone => true,
            Self::Collection | Self::Hand => false,
        }
    }

    /// Whether each round has all that it lists, so that what is not in it is gone.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        match self {
            Self::List | Self::Table | Self::Stix | Self::Misp | Self::Zone => true,
            Self::Taxii | Self::Collection | Self::Hand => false,
        }
    }
}

/// Of what a round is made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoundSize {
    /// What the feed calls itself, where it does.
    pub title: Option<String>,
    /// Values that it has.
    pub values: u64,
    /// Lines, objects or values of it that cannot be used.
    pub refused: u64,
    /// Values that are known to be good.
    pub warned: u64,
}

/// When a round is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedGuard {
    /// More than this share lost, in percent.
    pub shrink_percent: u64,
    /// Grown by more than this share, in percent, …
    pub growth_percent: u64,
    /// … and by more than so many values.
    pub growth_floor: u64,
    /// More than this share refused, or known to be good, in percent.
    pub refused_percent: u64,
}

impl FeedGuard {
    /// So many refused or well-known values of a feed say nothing, whatever their share is.
    pub const FEW: u64 = 10;
    /// Most values of a feed that nobody knows yet: with more, a person looks first.
    pub const MOST_AT_FIRST: u64 = 1_000_000;

    /// What is wrong with a round after another; after none where it is the first, of which only its size and its shares of what
    /// cannot be used and of what is known to be good say anything.
    #[must_use]
    pub fn alarms(&self, before: Option<&RoundSize>, now: &RoundSize) -> Vec<FeedAlarm> {
        let mut alarms = Vec::new();
        let share =
            |part: u64, whole: u64, percent: u64| u128::from(part) * 100 > u128::from(whole) * u128::from(percent);
        if let Some(before) = before {
            if before.title.is_some() && now.title != before.title {
                alarms.push(FeedAlarm::Renamed);
            }
            if before.values > 0 && now.values == 0 {
                alarms.push(FeedAlarm::Emptied);
            } else if share(
                before.values.saturating_sub(now.values),
                before.values,
                self.shrink_percent,
            ) {
                alarms.push(FeedAlarm::Shrunk);
            }
            let more = now.values.saturating_sub(before.values);
            if more > self.growth_floor && share(more, before.values, self.growth_percent) {
                alarms.push(FeedAlarm::Flooded);
            }
        } else if now.values > Self::MOST_AT_FIRST {
            alarms.push(FeedAlarm::Flooded);
        }
        // What was looked at and let pass once is no news.
        let usual = |known: fn(&RoundSize) -> u64| {
            before.map_or(0, |before| {
                let whole = u128::from(before.values.saturating_add(before.refused).max(1));
                // Rounded up: what is the same again is not more.
                u64::try_from((u128::from(known(before)) * 100).div_ceil(whole)).unwrap_or(100)
            })
        };
        let whole = now.values.saturating_add(now.refused);
        let many = |part: u64, percent: u64| part > Self::FEW && share(part, whole, percent);
        if many(now.refused, self.refused_percent.max(usual(|size| size.refused))) {
            alarms.push(FeedAlarm::Refused);
        }
        if many(now.warned, self.refused_percent.max(usual(|size| size.warned))) {
            alarms.push(FeedAlarm::Poisoned);
        }
        alarms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUARD: FeedGuard = FeedGuard {
        shrink_percent: 50,
        growth_percent: 200,
        growth_floor: 10,
        refused_percent: 20,
    };

    fn size(values: u64, refused: u64, warned: u64) -> RoundSize {
        RoundSize {
            title: Some("Bad names".to_owned()),
            values,
            refused,
            warned,
        }
    }

    #[test]
    fn a_round_is_held_beyond_each_share_and_not_at_it() {
        let check = |before: RoundSize, now: RoundSize, expected: &[FeedAlarm]| {
            assert_eq!(GUARD.alarms(Some(&before), &now), expected, "{before:?} {now:?}");
        };
        check(size(100, 0, 0), size(50, 0, 0), &[]);
        check(size(100, 0, 0), size(49, 0, 0), &[FeedAlarm::Shrunk]);
        check(size(100, 0, 0), size(0, 0, 0), &[FeedAlarm::Emptied]);
        check(size(0, 0, 0), size(0, 0, 0), &[]);
        check(size(100, 0, 0), size(300, 0, 0), &[]);
        check(size(100, 0, 0), size(301, 0, 0), &[FeedAlarm::Flooded]);
        // Small lists may grow.
        check(size(1, 0, 0), size(11, 0, 0), &[]);
        check(size(1, 0, 0), size(12, 0, 0), &[FeedAlarm::Flooded]);
        check(size(80, 0, 0), size(80, 20, 0), &[]);
        check(size(80, 0, 0), size(80, 21, 0), &[FeedAlarm::Refused]);
        check(size(100, 0, 0), size(100, 0, 20), &[]);
        check(size(100, 0, 0), size(100, 0, 21), &[FeedAlarm::Poisoned]);
        // What a person let pass before is usual.
        check(size(50, 50, 50), size(50, 50, 50), &[]);
        check(size(15, 0, 11), size(15, 0, 11), &[]);
        let other = RoundSize {
            title: None,
            ..size(100, 0, 0)
        };
        check(size(100, 0, 0), other.clone(), &[FeedAlarm::Renamed]);
        check(other, size(100, 0, 0), &[]);
    }

    #[test]
    fn of_a_first_round_only_its_size_and_what_cannot_be_used_say_anything() {
        assert_eq!(GUARD.alarms(None, &size(FeedGuard::MOST_AT_FIRST, 0, 0)), []);
        assert_eq!(
            GUARD.alarms(None, &size(FeedGuard::MOST_AT_FIRST + 1, 0, 0)),
            [FeedAlarm::Flooded]
        );
        assert_eq!(GUARD.alarms(None, &size(0, 0, 0)), []);
        assert_eq!(GUARD.alarms(None, &size(1, FeedGuard::FEW, 0)), []);
        assert_eq!(
            GUARD.alarms(None, &size(1, FeedGuard::FEW + 1, 0)),
            [FeedAlarm::Refused]
        );
        assert_eq!(GUARD.alarms(None, &size(100, 0, 21)), [FeedAlarm::Poisoned]);
    }
}
