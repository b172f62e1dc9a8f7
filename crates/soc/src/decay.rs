//! How the confidence in an indicator fades while nobody sees it: the polynomial model of MISP,
//! `score = confidence × (1 − (t / lifetime)^(1 / speed))`, where `t` is the time since it was last seen or told.

/// How indicators of one kind fade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decay {
    /// After so many days without being seen nothing is left.
    pub lifetime_days: u32,
    /// Tenths of the speed: 10 fades evenly, less keeps the confidence for long and lets it fall in the end, more loses most of
    /// it at once.
    pub speed_tenths: u32,
    /// An indicator below this counts no more.
    pub least: u8,
}

impl Decay {
    /// What is left of a confidence (0 to 100) after so many seconds.
    #[must_use]
    pub fn score(&self, confidence: u8, seconds: i64) -> u8 {
        let lifetime = f64::from(self.lifetime_days.max(1)) * 86_400.0;
        // A time is far below 2^53 seconds, and one before now counts as now.
        let share = (seconds.max(0) as f64 / lifetime).min(1.0);
        let faded = share.powf(10.0 / f64::from(self.speed_tenths.max(1)));
        (f64::from(confidence) * (1.0 - faded)).round() as u8
    }

    /// Whether an indicator with this score still counts.
    #[must_use]
    pub const fn counts(&self, score: u8) -> bool {
        score >= self.least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn confidence_fades_as_the_model_says() {
        let check = |speed_tenths, days, expected| {
            let decay = Decay {
                lifetime_days: 100,
                speed_tenths,
                least: 20,
            };
            assert_eq!(decay.score(80, days * DAY), expected, "{speed_tenths} {days}");
        };
        for speed in [3, 10, 30] {
            check(speed, 0, 80);
            check(speed, -5, 80);
            check(speed, 100, 0);
            check(speed, 1_000_000, 0);
        }
        check(10, 25, 60);
        check(10, 50, 40);
        // 80 × (1 − 0.5^(10/3)) and 80 × (1 − 0.5^(1/3)).
        check(3, 50, 72);
        check(30, 50, 17);
    }

    #[test]
    fn what_is_below_the_least_counts_no_more() {
        let decay = Decay {
            lifetime_days: 10,
            speed_tenths: 10,
            least: 20,
        };
        assert!(decay.counts(decay.score(100, 8 * DAY)));
        assert!(!decay.counts(decay.score(100, 8 * DAY + 5_000)));
    }
}
