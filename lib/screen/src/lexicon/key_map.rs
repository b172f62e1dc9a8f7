//! A map from packed keys to numbers, built once and then only read.
//!
//! It is our own because it is most of the engine's time: one multiplication, one cache line, no control bytes.

/// What an absent key maps to.
pub(super) const NONE: u32 = u32::MAX;

/// A key, what it maps to, and what somebody noted beside it: one load brings all three.
#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u64,
    value: u32,
    note: u32,
}

impl Slot {
    const EMPTY: Self = Self {
        key: 0,
        value: NONE,
        note: 0,
    };
}

/// Open addressing with linear probing, at most half full.
#[derive(Debug, Clone)]
pub(super) struct KeyMap {
    slots: Vec<Slot>,
    shift: u32,
    len: usize,
}

impl Default for KeyMap {
    fn default() -> Self {
        Self {
            slots: vec![Slot::EMPTY; 2],
            shift: 63,
            len: 0,
        }
    }
}

impl KeyMap {
    #[inline(always)]
    const fn home(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }

    /// The number of a key, or [`NONE`].
    #[inline(always)]
    pub(super) fn get(&self, key: u64) -> u32 {
        self.get_noted(key).0
    }

    /// The number of a key, or [`NONE`], and its note, zero unless somebody made one.
    #[inline(always)]
    pub(super) fn get_noted(&self, key: u64) -> (u32, u32) {
        let mut at = self.home(key);
        loop {
            match self.slots.get(at) {
                Some(slot) if slot.value == NONE || slot.key == key => return (slot.value, slot.note),
                Some(_) => at += 1,
                None => at = 0,
            }
        }
    }

    /// Maps a key to a number other than [`NONE`] unless it is mapped already; returns what it maps to now.
    pub(super) fn insert(&mut self, key: u64, value: u32) -> u32 {
        let known = self.get(key);
        if known != NONE {
            return known;
        }
        if self.slots.len() < 2 * (self.len + 1) {
            self.grow();
        }
        self.place(Slot { key, value, note: 0 });
        self.len += 1;
        value
    }

    /// Notes something beside a key that is mapped.
    pub(super) fn note(&mut self, key: u64, note: u32) {
        if let Some(slot) = self.slot_mut(key) {
            slot.note = note;
        }
    }

    fn slot_mut(&mut self, key: u64) -> Option<&mut Slot> {
        let mut at = self.home(key);
        loop {
            match self.slots.get(at) {
                Some(slot) if slot.value == NONE => return None,
                Some(slot) if slot.key == key => return self.slots.get_mut(at),
                Some(_) => at += 1,
                None => at = 0,
            }
        }
    }

    fn place(&mut self, new: Slot) {
        let mut at = self.home(new.key);
        loop {
            match self.slots.get_mut(at) {
                Some(slot) if slot.value == NONE => {
                    *slot = new;
                    return;
                }
                Some(_) => at += 1,
                None => at = 0,
            }
        }
    }

    fn grow(&mut self) {
        let larger = vec![Slot::EMPTY; self.slots.len() * 2];
        let slots = std::mem::replace(&mut self.slots, larger);
        self.shift -= 1;
        for slot in slots {
            if slot.value != NONE {
                self.place(slot);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_maps_as_a_hash_map_does(pairs in proptest::collection::vec((0u64..500, 0u32..1000), 0..600)) {
            let mut ours = KeyMap::default();
            let mut oracle = HashMap::new();
            for (key, value) in pairs {
                let expected = *oracle.entry(key).or_insert(value);
                prop_assert_eq!(ours.insert(key, value), expected);
            }
            for key in 0..500 {
                let expected = oracle.get(&key).copied().unwrap_or(NONE);
                prop_assert_eq!(ours.get(key), expected);
            }
        }
    }
}
