//! Names one slip away: Damerau-Levenshtein distance one, found by comparing what is left when one letter is taken away
//! from either side (the deletion neighbourhood), so that the cost does not depend on how many names there are.

use super::MISSPELT_LETTERS;

/// Longest word that is compared: one label.
const MAX_LETTERS: usize = 64;
/// Bits of the filter in front of the table.
const FILTER_BITS: u32 = 16;

/// Words and what they become with one letter taken away.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    /// Hash and word, sorted.
    table: Vec<(u64, u32)>,
    filter: Vec<u64>,
    words: Vec<Vec<u8>>,
    shortest: usize,
    longest: usize,
}

/// How many letters must stand before doubling or undoubling one of them means anything.
const DOUBLED_LETTERS: usize = 4;

impl Neighbours {
    /// Prepares words. Those shorter than [`DOUBLED_LETTERS`] are never found; those shorter than [`MISSPELT_LETTERS`]
    /// only with a letter doubled that was single, or the other way round.
    pub(super) fn new(words: Vec<Vec<u8>>) -> Self {
        let mut table = Vec::new();
        for (index, word) in (0..).zip(&words) {
            if (DOUBLED_LETTERS..MAX_LETTERS).contains(&word.len()) {
                each_deletion(word, |hash| table.push((hash, index)));
            }
        }
        table.sort_unstable();
        table.dedup();
        let mut filter = vec![0u64; 1 << (FILTER_BITS - 6)];
        for (hash, _) in &table {
            let (word, bit) = filter_place(*hash);
            if let Some(word) = filter.get_mut(word) {
                *word |= bit;
            }
        }
        let lens = || words.iter().map(Vec::len).filter(|len| *len >= DOUBLED_LETTERS);
        let (shortest, longest) = (lens().min().unwrap_or(usize::MAX), lens().max().unwrap_or(0));
        Self {
            table,
            filter,
            words,
            shortest,
            longest,
        }
    }

    /// The first word that is exactly one slip away from this one.
    pub(super) fn find(&self, word: &[u8]) -> Option<u32> {
        if word.len() + 1 < self.shortest || word.len() > self.longest + 1 || word.len() >= MAX_LETTERS {
            return None;
        }
        let mut found: Option<u32> = None;
        each_deletion(word, |hash| {
            let (block, bit) = filter_place(hash);
            if self.filter.get(block).is_none_or(|block| block & bit == 0) {
                return;
            }
            let from = self.table.partition_point(|(known, _)| *known < hash);
            for (_, index) in self.table.iter().skip(from).take_while(|(known, _)| *known == hash) {
                let known = self.words.get(*index as usize).map_or(&[] as &[u8], Vec::as_slice);
                if found.is_none_or(|best| *index < best) && is_one_slip(known, word) {
                    found = Some(*index);
                }
            }
        });
        found
    }
}

fn filter_place(hash: u64) -> (usize, u64) {
    let bit = hash >> (64 - FILTER_BITS);
    ((bit >> 6) as usize, 1 << (bit & 63))
}

const BASE: u64 = 0x0100_0000_01b3;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Calls with the hash of the word, and of the word without each of its letters. A polynomial hash gives all of them in
/// one pass.
fn each_deletion(word: &[u8], mut call: impl FnMut(u64)) {
    let whole = word.iter().fold(0u64, |hash, byte| {
        hash.wrapping_mul(BASE).wrapping_add(u64::from(*byte) + 1)
    });
    call(finish(whole));
    // From the right: `after` is the hash of what follows the letter, `power` that of its place.
    let (mut after, mut power, mut before) = (0u64, 1u64, whole);
    let mut previous = None;
    for byte in word.iter().rev() {
        let value = u64::from(*byte) + 1;
        // Exact, for the base is odd and has an inverse.
        before = before.wrapping_sub(value).wrapping_mul(BASE_INVERSE);
        // Of equal letters in a row, each leaves the same.
        if previous != Some(byte) {
            call(finish(before.wrapping_mul(power).wrapping_add(after)));
        }
        after = value.wrapping_mul(power).wrapping_add(after);
        power = power.wrapping_mul(BASE);
        previous = Some(byte);
    }
}

const fn finish(hash: u64) -> u64 {
    (hash ^ (hash >> 29)).wrapping_mul(MIX)
}

const BASE_INVERSE: u64 = inverse(BASE);

/// The inverse of an odd number modulo 2^64, by Newton's method.
const fn inverse(odd: u64) -> u64 {
    let mut guess = odd;
    let mut round = 0;
    while round < 6 {
        guess = guess.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(guess)));
        round += 1;
    }
    guess
}

/// Whether one letter added, dropped, changed or swapped with its neighbour makes `typed` of `known`; of a short word,
/// only a letter doubled or undoubled.
fn is_one_slip(known: &[u8], typed: &[u8]) -> bool {
    let same = known.iter().zip(typed).take_while(|(a, b)| a == b).count();
    let (known_rest, typed_rest) = (
        known.get(same..).unwrap_or_default(),
        typed.get(same..).unwrap_or_default(),
    );
    let common = known_rest
        .iter()
        .rev()
        .zip(typed_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let left = |rest: &'_ [u8]| rest.len() - common;
    match (left(known_rest), left(typed_rest)) {
        (0, 1) | (1, 0) => {
            let longer = if typed.len() > known.len() { typed } else { known };
            let is_doubled = same > 0 && longer.get(same - 1) == longer.get(same);
            is_doubled || known.len() >= MISSPELT_LETTERS
        }
        (1, 1) => known.len() >= MISSPELT_LETTERS,
        (2, 2) => {
            let is_swapped = known_rest.first() == typed_rest.get(1) && known_rest.get(1) == typed_rest.first();
            is_swapped && known.len() >= MISSPELT_LETTERS
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(known: &str, typed: &str, expected: bool) {
        let neighbours = Neighbours::new(vec![b"unrelated".to_vec(), known.as_bytes().to_vec()]);
        assert_eq!(
            neighbours.find(typed.as_bytes()),
            expected.then_some(1),
            "{known} {typed}"
        );
    }

    #[test]
    fn one_slip_is_found_and_none_or_two_are_not() {
        for typed in [
            "vietconbank",
            "vietcombnk",
            "vietcombannk",
            "vietcmobank",
            "ietcombank",
            "vietcombanks",
        ] {
            check("vietcombank", typed, true);
        }
        for typed in ["vietcombank", "vietcnbank", "vietbank", "", "vietcombank12"] {
            check("vietcombank", typed, false);
        }
    }

    #[test]
    fn short_names_are_found_only_with_a_letter_doubled() {
        check("shopee", "shopeee", true);
        check("shopee", "shope", true);
        check("shopee", "shoppee", true);
        check("shopee", "shoped", false);
        check("shopee", "hsopee", false);
        check("acb", "aacb", false);
    }

    /// Damerau-Levenshtein distance with adjacent swaps, by the book.
    fn distance(a: &[u8], b: &[u8]) -> usize {
        let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                rows[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(rows[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        rows[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn long_words_are_found_exactly_at_distance_one(known in "[abc]{7,10}", typed in "[abc]{5,12}") {
            let neighbours = Neighbours::new(vec![known.clone().into_bytes()]);
            let found = neighbours.find(typed.as_bytes()).is_some();
            prop_assert_eq!(found, distance(known.as_bytes(), typed.as_bytes()) == 1);
        }
    }
}
