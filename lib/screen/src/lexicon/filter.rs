//! A set of hashes that may say yes wrongly and never says no wrongly, in one load: it stands before every large table.

/// Two bits for each hash, in one word of 64.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    words: Box<[u64]>,
    shift: u32,
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
        let words = (hashes.len() * Self::BITS_EACH / 64).next_power_of_two();
        let words = words.clamp(16, Self::MOST_WORDS);
        let mut made = Self {
            words: vec![0; words].into(),
            shift: 64 - words.trailing_zeros(),
        };
        for hash in hashes {
            if let Some(word) = made.words.get_mut((hash >> made.shift) as usize) {
                *word |= bits(hash);
            }
        }
        made
    }

    /// Whether the set may hold a hash.
    #[inline(always)]
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let bits = bits(hash);
        self.words
            .get((hash >> self.shift) as usize)
            .is_some_and(|word| word & bits == bits)
    }
}

#[inline(always)]
const fn bits(hash: u64) -> u64 {
    1 << (hash >> 32 & 63) | 1 << (hash >> 38 & 63)
}

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
