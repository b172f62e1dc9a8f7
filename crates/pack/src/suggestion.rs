//! What was meant by a name that means nothing.

use anlanh_screen::{Said, said};

/// The nearest of the known names, if one is near: at most a third of the letters differ.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let letters: Vec<char> = name.chars().collect();
    let most = (letters.len() / 3).max(1);
    known
        .into_iter()
        .filter(|other| other.len().abs_diff(name.len()) <= 4 * most)
        .map(|other| (distance(&letters, other), other))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, other)| other)
}

/// The end of a message that says which name was perhaps meant; empty when none is near.
pub(crate) fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Said {
    match nearest(name, known) {
        Some(nearest) => said!("; ý bạn là `{nearest}`?", "; did you mean `{nearest}`?"),
        None => Said::alike(""),
    }
}

/// How many letters must be added, dropped or changed (Levenshtein), one row of the table at a time.
fn distance(from: &[char], to: &str) -> usize {
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (number, letter) in to.chars().enumerate() {
        let mut diagonal = number;
        let mut left = number + 1;
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, other) in cells.zip(from) {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = *cell;
            left = changed.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(nearest(name, ["title", "evidence", "key", "when"]), expected, "{name}");
    }

    #[test]
    fn names_with_a_slip_are_recognised() {
        check("titel", None);
        check("tilte", None);
        check("tite", Some("title"));
        check("tittle", Some("title"));
        check("evidance", Some("evidence"));
        check("wen", Some("when"));
        check("", None);
        check("hoàn toàn khác", None);
    }
}
