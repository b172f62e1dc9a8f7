//! Which keys may be stored. Of most that come in nothing is, and then nobody need read to say so.
//!
//! A key is noted when it is counted, before it is written; what was stored before the node started is learned page by
//! page. From then on a key that is not noted is not stored. One that is noted may be: up to one in fifty is not, and
//! is looked for in vain.

use fastbloom::BloomFilter;

/// How many keys the first filter is for.
const FIRST_KEYS: usize = 1 << 17;
/// How many times as many each later one is for.
const GROWTH: usize = 4;
/// Bits for each key.
const BITS_EACH: usize = 12;
/// Bits that stand for a key.
const HASHES: u32 = 6;
/// How much memory they take together, for about forty-five million keys. Beyond that the last one fills up, and more is
/// looked for in vain.
const MAX_BYTES: usize = 64 << 20;

/// The keys that may be stored.
pub(super) struct Known {
    filters: Vec<BloomFilter>,
    /// How many keys the last filter has room for.
    room: usize,
    bytes: usize,
    /// From which key on the stored ones are still to be learned; none when all are.
    next: Option<i64>,
}

impl Known {
    pub(super) const fn new() -> Self {
        Self {
            filters: Vec::new(),
            room: 0,
            bytes: 0,
            next: Some(i64::MIN),
        }
    }

    /// Whether a key is certainly not stored.
    pub(super) fn is_new(&self, key: u64) -> bool {
        self.next.is_none() && !self.has(key)
    }

    /// Notes a key that is about to be stored, or is.
    pub(super) fn note(&mut self, key: u64) {
        if self.has(key) {
            return;
        }
        if self.room == 0 {
            self.grow();
        }
        if let Some(last) = self.filters.last_mut() {
            last.insert_hash(key);
            self.room = self.room.saturating_sub(1);
        }
    }

    /// From which key on the stored ones are to be learned.
    pub(super) const fn next(&self) -> Option<i64> {
        self.next
    }

    /// Learns a page of the keys that are stored from one on, and where the next page begins, if there is one. Where this one
    /// is not the next any more, it says nothing of what is behind it.
    pub(super) fn learn(&mut self, from: i64, keys: &[i64], next: Option<i64>) {
        for key in keys {
            self.note(key.cast_unsigned());
        }
        if self.next == Some(from) {
            self.next = next;
        }
    }

    /// Somebody else may have stored keys: all are to be learned again.
    pub(super) const fn begin_anew(&mut self) {
        self.next = Some(i64::MIN);
    }

    /// Keys are the first bits of a hash, and are not hashed again.
    fn has(&self, key: u64) -> bool {
        self.filters.iter().any(|filter| filter.contains_hash(key))
    }

    fn grow(&mut self) {
        let keys = FIRST_KEYS * GROWTH.pow(self.filters.len() as u32);
        let bytes = keys * BITS_EACH / 8;
        if self.filters.is_empty() || self.bytes + bytes <= MAX_BYTES {
            let filter = BloomFilter::with_num_bits(bytes * 8).seed(&0).hashes(HASHES);
            self.filters.push(filter);
            (self.room, self.bytes) = (keys, self.bytes + bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys as they are: well mixed.
    fn key(number: u64) -> u64 {
        super::super::hash("test", &number.to_be_bytes())
    }

    #[test]
    fn what_was_noted_is_known_and_little_else() {
        let mut known = Known::new();
        known.learn(i64::MIN, &[], None);
        let noted = FIRST_KEYS as u64 * 2;
        for number in 0..noted {
            known.note(key(number));
        }
        assert_eq!(known.filters.len(), 2);
        assert!((0..noted).all(|number| !known.is_new(key(number))));
        let wrong = (noted..noted + 100_000).filter(|number| !known.is_new(key(*number)));
        assert!(wrong.count() < 2_000);
    }

    #[test]
    fn nothing_is_new_until_all_is_learned() {
        let mut known = Known::new();
        assert!(!known.is_new(7));
        known.learn(i64::MIN, &[i64::MIN, 3], Some(4));
        assert_eq!(known.next(), Some(4));
        assert!(!known.is_new(7));
        known.begin_anew();
        known.learn(4, &[], None);
        assert_eq!(known.next(), Some(i64::MIN), "a page of the time before");
        known.learn(i64::MIN, &[3], Some(4));
        known.learn(4, &[i64::MAX], None);
        assert_eq!(known.next(), None);
        assert!(known.is_new(7));
        for key in [i64::MIN, 3, i64::MAX] {
            assert!(!known.is_new(key.cast_unsigned()));
        }
    }

    #[test]
    fn filters_stay_within_their_memory() {
        let mut known = Known::new();
        for _ in 0..20 {
            known.grow();
        }
        assert!(known.bytes <= MAX_BYTES, "{}", known.bytes);
        assert!(known.bytes > MAX_BYTES / 2, "{}", known.bytes);
    }
}
