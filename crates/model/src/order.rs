//! In which order cases wait, and why.
//!
//! Every case has a moment by which a person should have looked at it: its *due*. The queue is sorted by that alone, so
//! that a grave case overtakes a light one, a light one is not forgotten for ever, and the place of each can be
//! explained in one sentence: how grave it is, how far it reaches, how long it waits.

use crate::Time;

/// How soon a case should be looked at, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Harm is likely going on: within 15 minutes.
    Immediate,
    /// Within 2 hours.
    High,
    /// Within 12 hours.
    Normal,
    /// Within 48 hours.
    Low,
}

impl Urgency {
    /// Every urgency, most urgent first.
    pub const ALL: [Self; 4] = [Self::Immediate, Self::High, Self::Normal, Self::Low];

    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    /// The urgency with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.key() == key)
    }

    /// How long a case of this urgency may wait, in minutes. House targets, all within the 24 hours that the law gives
    /// for what is found by the platform itself except [`Urgency::Low`], which no legal clock concerns.
    #[must_use]
    pub const fn patience_minutes(self) -> i64 {
        match self {
            Self::Immediate => 15,
            Self::High => 120,
            Self::Normal => 720,
            Self::Low => 2_880,
        }
    }

    /// How many people who report one thing make it one step more urgent, and how many make it two.
    pub const REACH: (u32, u32) = (5, 25);

    /// As urgent as it is when so many people report it.
    #[must_use]
    pub const fn reached(self, reporters: u32) -> Self {
        if reporters >= Self::REACH.1 {
            self.raised().raised()
        } else if reporters >= Self::REACH.0 {
            self.raised()
        } else {
            self
        }
    }

    /// How many people who have seen one thing make it one step more urgent, and how many make it two.
    pub const VIEWS: (u32, u32) = (1_000, 100_000);

    /// As urgent as it is when so many people have seen it.
    #[must_use]
    pub const fn seen_by(self, people: u32) -> Self {
        if people >= Self::VIEWS.1 {
            self.raised().raised()
        } else if people >= Self::VIEWS.0 {
            self.raised()
        } else {
            self
        }
    }

    /// One step less urgent, where there is one.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::Immediate => Self::High,
            Self::High => Self::Normal,
            Self::Normal | Self::Low => Self::Low,
        }
    }

    /// One step more urgent, where there is one.
    #[must_use]
    pub const fn raised(self) -> Self {
        match self {
            Self::Immediate | Self::High => Self::Immediate,
            Self::Normal => Self::High,
            Self::Low => Self::Normal,
        }
    }
}

/// By when a case should be looked at, and what that follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The moment.
    pub at: Time,
    /// How urgent it was held to be.
    pub urgency: Urgency,
}

impl Due {
    /// The due of a case opened at `opened` with that urgency.
    #[must_use]
    pub const fn of(urgency: Urgency, opened: Time) -> Self {
        Self {
            at: opened.plus_minutes(urgency.patience_minutes()),
            urgency,
        }
    }

    /// The same, and no later than a statutory clock runs out.
    #[must_use]
    pub fn no_later_than(self, clock: Option<Time>) -> Self {
        Self {
            at: clock.map_or(self.at, |clock| clock.min(self.at)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grave_overtake_the_light_but_not_for_ever() {
        let monday = Time::from_seconds(1_790_000_000);
        let light = Due::of(Urgency::Low, monday);
        let check = |hours_later: i64, light_first: bool| {
            let grave = Due::of(Urgency::High, monday.plus_minutes(hours_later * 60));
            assert_eq!(light.at < grave.at, light_first, "{hours_later}");
        };
        check(1, false);
        check(45, false);
        check(47, true);
    }

    #[test]
    fn reach_raises_at_its_numbers() {
        let check = |reporters, expected| assert_eq!(Urgency::Low.reached(reporters), expected, "{reporters}");
        check(Urgency::REACH.0 - 1, Urgency::Low);
        check(Urgency::REACH.0, Urgency::Normal);
        check(Urgency::REACH.1 - 1, Urgency::Normal);
        check(Urgency::REACH.1, Urgency::High);
        let check = |people, expected| assert_eq!(Urgency::Low.seen_by(people), expected, "{people}");
        check(Urgency::VIEWS.0 - 1, Urgency::Low);
        check(Urgency::VIEWS.0, Urgency::Normal);
        check(Urgency::VIEWS.1 - 1, Urgency::Normal);
        check(Urgency::VIEWS.1, Urgency::High);
        assert_eq!(Urgency::Low.lowered(), Urgency::Low);
        assert_eq!(Urgency::Immediate.lowered(), Urgency::High);
    }

    #[test]
    fn raising_ends_at_the_top() {
        for urgency in Urgency::ALL {
            assert_eq!(Urgency::from_key(urgency.key()), Some(urgency));
            assert!(urgency.raised() <= urgency);
        }
        assert_eq!(Urgency::Immediate.raised(), Urgency::Immediate);
    }
}
