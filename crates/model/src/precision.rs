//! How often a rule was right, by what people decided afterwards.

use crate::interval;

/// What people made of a rule's hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Precision {
    /// Hits on items that a person then held to be a violation.
    pub confirmed: u64,
    /// Hits on items that a person then held to be none.
    pub rejected: u64,
    /// Hits on items that nobody has decided.
    pub open: u64,
}

impl Precision {
    /// Share of decided hits that were confirmed, 0 to 1; none before the first decision.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
    pub fn share(&self) -> Option<f64> {
        let decided = self.confirmed.saturating_add(self.rejected);
        (decided > 0).then(|| self.confirmed as f64 / decided as f64)
    }

    /// The 95 % interval of the share.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        interval(self.confirmed, self.confirmed.saturating_add(self.rejected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_decisions_say_little() {
        let check = |confirmed: u64, rejected: u64, low: f64, high: f64| {
            let precision = Precision {
                confirmed,
                rejected,
                open: 9,
            };
            let (l, h) = precision.interval().unwrap();
            assert!((l - low).abs() < 0.005 && (h - high).abs() < 0.005, "{l} {h}");
        };
        // Values of the closed formula: Wilson intervals for 1/1, 8/10, 80/100, 0/10.
        check(1, 0, 0.207, 1.0);
        check(8, 2, 0.490, 0.943);
        check(80, 20, 0.711, 0.867);
        check(0, 10, 0.0, 0.278);
        assert_eq!(Precision::default().share(), None);
    }
}
