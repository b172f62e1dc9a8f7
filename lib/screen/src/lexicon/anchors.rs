//! Where anchors are filed: a filter in front, and a table without search, because the place of every pair is worked
//! out when the lexicon is compiled.
//!
//! A look-up is two loads that wait for nothing else, from tables small enough for the second cache at a hundred thousand
//! phrases. (Hash and displace: keys that share a bucket share a number that moves all of them to free places.) A slot
//! holds twenty bits of the pair and twelve of its neighbour, and no more: what they let through is compared word by
//! word.

use super::filter::Filter;
use super::key_map::NONE;
use super::spelling::Neighbour;

/// A pair of words by its hash, what stands for its phrases, and what stands beside it in all of them.
pub(super) type Filed = (u64, u32, Neighbour);

/// What is filed at a pair.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// The neighbour, and in the bits that it leaves some of the pair.
    hint: u32,
    phrase: u32,
}

impl Slot {
    const EMPTY: Self = Self { hint: 0, phrase: NONE };

    /// What stands for the phrases and what stands beside them, if this may be what is filed at a pair.
    #[inline(always)]
    pub(super) const fn read(self, pair: u64) -> Option<(u32, Neighbour)> {
        let is_it = (self.hint ^ tag(pair)) & !Neighbour::ALL == 0 && self.phrase != NONE;
        if is_it {
            Some((self.phrase, Neighbour(self.hint & Neighbour::ALL)))
        } else {
            None
        }
    }
}

/// The anchors of a lexicon.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    filter: Filter,
    /// What moves the keys of each bucket.
    displacements: Vec<u16>,
    slots: Vec<Slot>,
}

impl Anchors {
    /// Keys of a bucket, on average.
    const IN_BUCKET: usize = 4;

    /// Files every pair once.
    pub(super) fn new(filed: &[Filed]) -> Self {
        let filter = Filter::new(filed.iter().map(|(pair, ..)| *pair));
        let mut buckets: Vec<Vec<Filed>> = vec![Vec::new(); filed.len() / Self::IN_BUCKET + 1];
        for file in filed {
            let bucket = place(file.0, buckets.len());
            if let Some(bucket) = buckets.get_mut(bucket) {
                bucket.push(*file);
            }
        }
        let mut order: Vec<usize> = (0..buckets.len()).collect();
        // The fullest first, while there is room.
        order.sort_by_key(|at| std::cmp::Reverse(buckets.get(*at).map_or(0, Vec::len)));
        let mut made = Self {
            filter,
            displacements: vec![0; buckets.len()],
            slots: Vec::new(),
        };
        // Four slots in five are taken; should that once be too tight, it is tried with more.
        let mut room = filed.len() * 5 / 4 + 1;
        while !made.settle(&buckets, &order, room) {
            room += room / 4 + 1;
        }
        made
    }

    /// Finds a displacement for every bucket; whether there is one.
    fn settle(&mut self, buckets: &[Vec<Filed>], order: &[usize], room: usize) -> bool {
        self.slots.clear();
        self.slots.resize(room, Slot::EMPTY);
        let mut places = Vec::new();
        for at in order {
            let (Some(bucket), Some(displacement)) = (buckets.get(*at), self.displacements.get_mut(*at)) else {
                continue;
            };
            let slots = &mut self.slots;
            let found = (0..=u16::MAX).find(|displacement| {
                places.clear();
                bucket.iter().all(|(pair, ..)| {
                    let place = place(moved(*pair, *displacement), room);
                    let is_free = slots.get(place).is_some_and(|slot| slot.phrase == NONE) && !places.contains(&place);
                    places.push(place);
                    is_free
                })
            });
            let Some(found) = found else { return false };
            *displacement = found;
            for (place, (pair, phrase, beside)) in places.iter().zip(bucket) {
                if let Some(slot) = slots.get_mut(*place) {
                    *slot = Slot {
                        hint: beside.0 | tag(*pair) & !Neighbour::ALL,
                        phrase: *phrase,
                    };
                }
            }
        }
        true
    }

    /// Whether something may be filed at a pair.
    #[inline(always)]
    pub(super) fn may_hold(&self, pair: u64) -> bool {
        self.filter.may_hold(pair)
    }

    /// The only slot in which something may be filed at a pair, unread: whoever takes those of many pairs before he reads
    /// the first waits for all of them at once.
    #[inline(always)]
    pub(super) fn peek(&self, pair: u64) -> Slot {
        let bucket = place(pair, self.displacements.len());
        let displacement = self.displacements.get(bucket).copied().unwrap_or(0);
        let slot = self.slots.get(place(moved(pair, displacement), self.slots.len()));
        slot.copied().unwrap_or(Slot::EMPTY)
    }
}

/// A place among so many, from the upper half of a hash.
#[inline(always)]
const fn place(hash: u64, among: usize) -> usize {
    (((hash >> 32) * among as u64) >> 32) as usize
}

/// Another hash of a pair for each displacement.
#[inline(always)]
const fn moved(pair: u64, displacement: u16) -> u64 {
    (pair ^ displacement as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Bits of a pair that say little of its place.
#[inline(always)]
const fn tag(pair: u64) -> u32 {
    (pair >> 8) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_pair_is_where_it_was_filed(pairs in proptest::collection::hash_set(any::<u64>(), 0..700)) {
            let pairs: HashSet<u64> = pairs;
            let filed: Vec<Filed> = (0..).zip(&pairs).map(|(at, pair)| (*pair, at, Neighbour(at & Neighbour::ALL))).collect();
            let anchors = Anchors::new(&filed);
            for (pair, phrase, beside) in &filed {
                prop_assert!(anchors.may_hold(*pair));
                prop_assert_eq!(anchors.peek(*pair).read(*pair), Some((*phrase, *beside)));
            }
        }
    }

    #[test]
    fn hardly_any_other_pair_is_taken_for_one() {
        let mixed = |number: u64| (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ number << 40;
        let filed: Vec<Filed> = (0..10_000).map(|at| (mixed(at.into()), at, Neighbour::NONE)).collect();
        let anchors = Anchors::new(&filed);
        let wrong = (10_000..110_000).filter(|number| anchors.peek(mixed(*number)).read(mixed(*number)).is_some());
        assert!(wrong.count() < 100);
        assert!(Anchors::new(&[]).peek(1).read(1).is_none());
        assert!(Anchors::default().peek(1).read(1).is_none());
    }
}
