//! A set of hashes that may say yes wrongly and never says no wrongly, in one load: it stands before every large table.

/// Two bits for each hash, in one word of 64.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    words: Box<[u64]>,
    mask: usize,
}

impl Default for Filter {
    fn default() -> Self {
        Self::new([].into_iter())
    }
}

impl Filter {
    /// Sixteen bits a hash let about one idle look-up in sixty through.
    const BITS_EACH: usize = 16;
    /// 256 KiB: a filter that no cache holds costs more than it saves.
    const MOST_WORDS: usize = 1 << 15;

    /// The set of these hashes, whose high bits must be well mixed.
    pub(super) fn new(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::of(hashes, Self::BITS_EACH)
    }

    /// The same for a few hashes, with so much room that it is hardly ever wrong: common words are asked for again and
    /// again, and a wrong answer to one of them is given to every text.
    pub(super) fn roomy(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        Self::of(hashes, 4 * Self::BITS_EACH)
    }

    fn of(hashes: impl ExactSizeIterator<Item = u64>, bits_each: usize) -> Self {
        let words = (hashes.len() * bits_each / 64).next_power_of_two();
        let words = words.clamp(16, Self::MOST_WORDS);
        let mut made = Self {
            words: vec![0; words].into(),
            mask: words - 1,
        };
        for hash in hashes {
            if let Some(word) = made.words.get_mut(place(hash) & made.mask) {
                *word |= bits(hash);
            }
        }
        made
    }

    /// Whether the set may hold a hash.
    #[inline(always)]
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let word = self.words.get(place(hash) & self.mask).copied().unwrap_or(0);
        !word & bits(hash) == 0
    }
}

/// Where a hash belongs, from its highest bits, as many as a filter has words for.
#[inline(always)]
const fn place(hash: u64) -> usize {
    (hash >> 44) as usize
}

/// The two bits that stand for a hash.
#[inline(always)]
fn bits(hash: u64) -> u64 {
    BITS.get((hash >> 32) as usize % BITS.len()).copied().unwrap_or(0)
}

/// Pairs of bits, no two alike. To look them up takes less than to make them.
static BITS: [u64; 512] = {
    let mut all = [0; 512];
    let (mut first, mut distance) = (0, 1);
    let mut rest: &mut [u64] = &mut all;
    while let [bits, more @ ..] = rest {
        *bits = (1_u64 | 1 << distance).rotate_left(first);
        first += 1;
        if first == u64::BITS {
            (first, distance) = (0, distance + 1);
        }
        rest = more;
    }
    all
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_was_put_in(hashes in proptest::collection::vec(any::<u64>(), 0..500)) {
            let filter = Filter::new(hashes.iter().copied());
            prop_assert!(hashes.iter().all(|hash| filter.may_hold(*hash)));
        }
    }

    #[test]
    fn it_says_no_to_most_of_the_others() {
        let mixed = |number: u64| {
            (number + 1)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(17)
                .wrapping_mul(0xd6e8_feb8_6659_fd93)
        };
        let filter = Filter::new((0..10_000).map(mixed).collect::<Vec<_>>().into_iter());
        let wrong = (10_000..110_000)
            .filter(|number| filter.may_hold(mixed(*number)))
            .count();
        assert!(wrong < 8_000, "{wrong} of 100000");
    }
}
