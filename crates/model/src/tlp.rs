//! The Traffic Light Protocol, version 2.0: how far what somebody shares may go.

use std::fmt;

/// A colour. The order is that of strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tlp {
    /// Everybody. What has no marking counts as this.
    #[default]
    Clear,
    /// The community.
    Green,
    /// The recipient's organisation and its clients.
    Amber,
    /// The recipient's organisation.
    AmberStrict,
    /// The recipients themselves.
    Red,
}

impl Tlp {
    /// Every colour, from the least strict on.
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The key on the command line and in storage, as in `amber+strict`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::AmberStrict => "amber+strict",
            Self::Red => "red",
        }
    }

    /// The colour with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tlp| tlp.key() == key)
    }

    /// How strict it is, from 0 on: colours are stored so, to be compared.
    #[must_use]
    pub const fn rank(self) -> i64 {
        match self {
            Self::Clear => 0,
            Self::Green => 1,
            Self::Amber => 2,
            Self::AmberStrict => 3,
            Self::Red => 4,
        }
    }

    /// The colour of this rank, if there is one.
    #[must_use]
    pub fn from_rank(rank: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|tlp| tlp.rank() == rank)
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_they_are_written_and_ranked_as_they_are_ordered() {
        for tlp in Tlp::ALL {
            assert_eq!(Tlp::from_key(tlp.key()), Some(tlp));
            assert_eq!(Tlp::from_rank(tlp.rank()), Some(tlp));
        }
        assert!(Tlp::ALL.is_sorted_by(|one, other| one < other && one.rank() < other.rank()));
        assert_eq!((Tlp::from_key("white"), Tlp::from_rank(5)), (None, None));
    }
}
