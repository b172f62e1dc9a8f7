//! How the work of people is measured: which decisions are looked at twice, what was right, and how often it was found.

use crate::interval;

/// A share of the decisions that take effect, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Share(u8);

/// Not a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a share is a whole number of percent from 0 to {}", Share::MAX_PERCENT)]
pub struct ShareError;

/// The two ways of measuring; a decision is drawn for each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gauge {
    /// A second person decides the same case without knowing of the first.
    SecondReview,
    /// A case whose right answer is known is put among the others.
    Golden,
}

/// How often a known answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accuracy {
    /// Decisions that found it.
    pub right: u64,
    /// Decisions in all.
    pub of: u64,
}

/// Which of two opinions was right, by whoever answers for the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finding {
    /// The first, which took effect.
    First,
    /// The second.
    Second,
    /// Neither.
    Neither,
    /// Both can be defended: the rule is not clear.
    Unclear,
}

impl Share {
    /// The most that is measured: half of the work.
    pub const MAX_PERCENT: u8 = 50;

    /// So many percent.
    ///
    /// # Errors
    /// When it is more than [`Share::MAX_PERCENT`].
    pub const fn parse(percent: u8) -> Result<Self, ShareError> {
        if percent > Self::MAX_PERCENT {
            return Err(ShareError);
        }
        Ok(Self(percent))
    }

    /// In percent.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// Whether a decision is drawn, by the number of its id: the same for ever, for anybody who reckons it again, and not
    /// to be foreseen by whoever decides, since the id is made after the decision.
    #[must_use]
    pub const fn draws(self, gauge: Gauge, decision: i64) -> bool {
        let salt = match gauge {
            Gauge::SecondReview => 0x5ec0_4d00,
            Gauge::Golden => 0x901d_e400,
        };
        spread(decision.cast_unsigned() ^ salt) % 100 < self.0 as u64
    }
}

/// A bijection that spreads every bit (the finaliser of SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
const fn spread(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

impl Accuracy {
    /// Share of right ones, 0 to 1; none before the first.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.right as f64 / self.of as f64)
    }

    /// The 95 % interval of the share.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        interval(self.right, self.of)
    }
}

impl FromIterator<bool> for Accuracy {
    fn from_iter<I: IntoIterator<Item = bool>>(rights: I) -> Self {
        let add = |counted: Self, is_right| Self {
            right: counted.right + u64::from(is_right),
            of: counted.of + 1,
        };
        rights.into_iter().fold(Self::default(), add)
    }
}

impl Finding {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Neither, Self::Unclear];

    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Neither => "neither",
            Self::Unclear => "unclear",
        }
    }

    /// The finding with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_at_most_half() {
        assert_eq!(Share::parse(50).map(Share::percent), Ok(50));
        assert_eq!(Share::parse(51), Err(ShareError));
    }

    #[test]
    fn so_many_percent_are_drawn_and_the_two_draws_know_nothing_of_each_other() {
        // Ids as they are made: milliseconds and a counter.
        let ids: Vec<i64> = (0..20_000)
            .map(|n| ((1_790_000_000_000 + n * 7) << 21) + n % 3)
            .collect();
        let drawn = |percent: u8, gauge: Gauge| {
            let share = Share::parse(percent).unwrap();
            ids.iter().filter(|id| share.draws(gauge, **id)).count()
        };
        for gauge in [Gauge::SecondReview, Gauge::Golden] {
            assert_eq!(drawn(0, gauge), 0);
            // Within four standard deviations.
            assert!(drawn(10, gauge).abs_diff(2_000) < 170, "{}", drawn(10, gauge));
            assert!(drawn(50, gauge).abs_diff(10_000) < 283, "{}", drawn(50, gauge));
        }
        let half = Share::parse(50).unwrap();
        let both = ids
            .iter()
            .filter(|id| half.draws(Gauge::SecondReview, **id) && half.draws(Gauge::Golden, **id));
        assert!(both.count().abs_diff(5_000) < 245);
    }

    #[test]
    fn accuracy_counts_what_was_right() {
        let accuracy = Accuracy::from_iter([true, true, false]);
        assert_eq!((accuracy.right, accuracy.of), (2, 3));
        let (low, high) = accuracy.interval().unwrap();
        // The closed formula for 2/3.
        assert!(
            (low - 0.208).abs() < 0.001 && (high - 0.939).abs() < 0.001,
            "{low} {high}"
        );
        assert_eq!(Accuracy::default().share(), None);
    }

    #[test]
    fn findings_are_read_as_they_are_written() {
        for finding in Finding::ALL {
            assert_eq!(Finding::from_key(finding.key()), Some(finding));
        }
        assert_eq!(Finding::from_key("both"), None);
    }
}
