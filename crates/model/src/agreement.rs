//! How well two people agree who judged the same items without seeing each other.

use crate::Outcome;

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
    Some(Agreement {
        pairs: pairs.len(),
        observed,
        kappa: (room > f64::EPSILON).then(|| (observed - by_chance) / room),
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
    }

    #[test]
    fn one_answer_to_everything_proves_nothing() {
        let pairs = repeat(Outcome::NoViolation, Outcome::NoViolation, 30);
        assert_eq!(agreement(&pairs).unwrap().kappa, None);
        assert_eq!(agreement(&[]), None);
    }
}
