//! How well two people agree who judged the same items without seeing each other.

use crate::{Outcome, interval};

/// Agreement over pairs of judgements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Pairs that were compared.
    pub pairs: usize,
    /// Share of pairs with the same outcome, 0 to 1.
    pub observed: f64,
    /// Cohen's κ (1960): observed agreement beyond what chance alone would give, at most 1; none where everybody always
    /// said the same one thing, because chance then explains all of it.
    pub kappa: Option<f64>,
    /// About the 95 % interval of κ, by the standard error that Cohen gives with it.
    pub kappa_interval: Option<(f64, f64)>,
}

impl Agreement {
    /// The 95 % interval of the share of pairs with the same outcome.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "it was a count, far below 2^52"
    )]
    pub fn observed_interval(&self) -> (f64, f64) {
        let same = (self.observed * self.pairs as f64).round() as u64;
        interval(same, self.pairs as u64).unwrap_or((0.0, 1.0))
    }
}

/// The agreement over these pairs of outcomes, first judge and second judge; none for no pairs.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
pub fn agreement(pairs: &[(Outcome, Outcome)]) -> Option<Agreement> {
    if pairs.is_empty() {
        return None;
    }
    let n = pairs.len() as f64;
    let observed = pairs.iter().filter(|(first, second)| first == second).count() as f64 / n;
    let by_chance: f64 = Outcome::ALL
        .into_iter()
        .map(|outcome| {
            let first = pairs.iter().filter(|pair| pair.0 == outcome).count() as f64 / n;
            let second = pairs.iter().filter(|pair| pair.1 == outcome).count() as f64 / n;
            first * second
        })
        .sum();
    let room = 1.0 - by_chance;
    let kappa = (room > f64::EPSILON).then(|| (observed - by_chance) / room);
    let error = (observed * (1.0 - observed) / n).sqrt() / room;
    Some(Agreement {
        pairs: pairs.len(),
        observed,
        kappa,
        kappa_interval: kappa.map(|kappa| ((kappa - 1.96 * error).max(-1.0), (kappa + 1.96 * error).min(1.0))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeat(first: Outcome, second: Outcome, times: usize) -> Vec<(Outcome, Outcome)> {
        vec![(first, second); times]
    }

    #[test]
    fn kappa_is_cohen_s() {
        // The textbook table: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no gives κ = 0.4.
        let (yes, no) = (Outcome::Remove, Outcome::NoViolation);
        let pairs = [
            repeat(yes, yes, 20),
            repeat(yes, no, 5),
            repeat(no, yes, 10),
            repeat(no, no, 15),
        ]
        .concat();
        let agreement = agreement(&pairs).unwrap();
        assert!((agreement.observed - 0.7).abs() < 1e-9);
        assert!((agreement.kappa.unwrap() - 0.4).abs() < 1e-9);
        // Its standard error is √(0.7 · 0.3 / 50) / 0.5 = 0.1296.
        let (low, high) = agreement.kappa_interval.unwrap();
        assert!(
            (low - 0.1460).abs() < 1e-4 && (high - 0.6540).abs() < 1e-4,
            "{low} {high}"
        );
        let (low, high) = agreement.observed_interval();
        assert!(
            (low - 0.562).abs() < 1e-3 && (high - 0.809).abs() < 1e-3,
            "{low} {high}"
        );
    }

    #[test]
    fn one_answer_to_everything_proves_nothing() {
        let pairs = repeat(Outcome::NoViolation, Outcome::NoViolation, 30);
        assert_eq!(agreement(&pairs).unwrap().kappa, None);
        assert_eq!(agreement(&[]), None);
    }
}
