//! Phrases that have an anchor in common: families, of which common pairs of words have hundreds of members.
//!
//! A text has one or none of them beside the pair. So they are filed in groups by a bit of a word that they want there, and
//! whoever knows what may stand there goes to those groups alone, however many there are. A family is in one piece,
//! because nearly all that a look at it costs is the wait for memory.

use super::spelling::{Beside, Neighbour, Side};

/// One phrase of a family.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sibling {
    /// What it is filed by, and what it has on the other side of the anchor.
    pub(super) beside: [Neighbour; 2],
    pub(super) phrase: u32,
}

impl Sibling {
    /// Bits of a hint before those of the second neighbour.
    const OTHER: u32 = Neighbour::ALL.count_ones();
    /// In the hint of the last one of a group.
    const IS_LAST: u32 = 1 << 31;

    /// On which side it is filed, if it has anything beside the anchor, and by which bit.
    fn group(&self) -> (Option<Side>, u32) {
        let [filed_by, _] = self.beside;
        (filed_by.side(), filed_by.bit())
    }

    /// Both neighbours in one.
    fn hint(&self) -> u32 {
        let [filed_by, other] = self.beside;
        filed_by.0 | other.0 << Self::OTHER
    }

    /// Whether what may stand beside the anchor may be what the one with this hint has there.
    #[inline(always)]
    fn may_stand(hint: u32, beside: &Beside) -> bool {
        let filed_by = Neighbour(hint & Neighbour::ALL);
        let other = Neighbour(hint >> Self::OTHER & Neighbour::ALL);
        beside.lets_through(filed_by) && beside.lets_through(other)
    }
}

const _: () = assert!(
    Sibling::IS_LAST >> Sibling::OTHER > Neighbour::ALL,
    "a hint has room for two neighbours and a bit"
);

/// All families.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// Of each family the bits by which there are groups before the anchor and behind it, how many are before it, and where
    /// those are that want nothing beside it; where each group is, in that order and in the order of bits; and group by group
    /// the siblings, each a hint and a phrase.
    pieces: Vec<u32>,
}

impl Siblings {
    /// So many are looked at one by one: that costs less than to find some of them.
    const FEW: usize = 4;
    /// In what is returned for so few: they are one group.
    const IS_GROUP: u32 = 1 << 30;
    /// Where no group is.
    const NOWHERE: u32 = u32::MAX;

    /// Files a family, and returns what [`Siblings::each`] knows it by.
    pub(super) fn add(&mut self, mut siblings: Vec<Sibling>) -> u32 {
        if siblings.len() <= Self::FEW {
            return self.add_group(&siblings) | Self::IS_GROUP;
        }
        siblings.sort_by_key(Sibling::group);
        let groups = || siblings.chunk_by(|one, next| one.group() == next.group());
        let (mut before, mut behind, mut count) = (0_u32, 0, 0);
        for (side, bit) in groups().filter_map(|group| group.first()).map(Sibling::group) {
            match side {
                Some(Side::Before) => before |= bit,
                Some(Side::Behind) => behind |= bit,
                None => continue,
            }
            count += 1;
        }
        let family = self.pieces.len();
        self.pieces.extend([before, behind, before.count_ones(), Self::NOWHERE]);
        let (alone, mut next) = (family + 3, family + 4);
        self.pieces.resize(next + count, Self::NOWHERE);
        for group in groups() {
            let place = self.add_group(group);
            let wants_nothing = group.first().is_some_and(|sibling| sibling.group().0.is_none());
            let slot = if wants_nothing { alone } else { next };
            next += usize::from(!wants_nothing);
            if let Some(slot) = self.pieces.get_mut(slot) {
                *slot = place;
            }
        }
        family as u32
    }

    fn add_group(&mut self, group: &[Sibling]) -> u32 {
        let place = self.pieces.len() as u32;
        debug_assert!(place < Self::IS_GROUP, "a place leaves room for a bit");
        for (left, sibling) in (0..group.len()).rev().zip(group) {
            let is_last = if left == 0 { Sibling::IS_LAST } else { 0 };
            self.pieces.extend([sibling.hint() | is_last, sibling.phrase]);
        }
        place
    }

    /// Hands over the phrases of a family that may be there, given what may stand beside its anchor.
    #[inline(always)]
    pub(super) fn each(&self, family: u32, beside: &Beside, mut take: impl FnMut(u32)) {
        if family & Self::IS_GROUP != 0 {
            return self.each_of_group(family & !Self::IS_GROUP, beside, &mut take);
        }
        let family = self.pieces.get(family as usize..).unwrap_or_default();
        let Some(([before, behind, count, alone], groups)) = family.split_first_chunk() else {
            return;
        };
        if *alone != Self::NOWHERE {
            self.each_of_group(*alone, beside, &mut take);
        }
        let [there_before, there_behind] = beside.first_bits();
        for (bits, there, first) in [(*before, there_before, 0), (*behind, there_behind, *count)] {
            let mut found = bits & there;
            while found != 0 {
                let below = bits & (found - 1) & !found;
                if let Some(place) = groups.get((first + below.count_ones()) as usize) {
                    self.each_of_group(*place, beside, &mut take);
                }
                found &= found - 1;
            }
        }
    }

    #[inline(always)]
    fn each_of_group(&self, place: u32, beside: &Beside, take: &mut impl FnMut(u32)) {
        for sibling in self.pieces.get(place as usize..).unwrap_or_default().chunks_exact(2) {
            let [hint, phrase] = sibling else { return };
            if Sibling::may_stand(*hint, beside) {
                take(*phrase);
            }
            if hint & Sibling::IS_LAST != 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lexicon::spelling::{Sieve, Spelling};

    fn neighbour() -> impl Strategy<Value = Neighbour> {
        prop_oneof![
            Just(Neighbour::NONE),
            (any::<bool>(), 0..200_u64).prop_map(|(is_before, word)| {
                let side = if is_before { Side::Before } else { Side::Behind };
                Neighbour::new(side, Spelling(word))
            }),
        ]
    }

    fn family(most: usize) -> impl Strategy<Value = Vec<(Neighbour, Neighbour)>> {
        proptest::collection::vec((neighbour(), neighbour()), 1..=most)
    }

    fn sieve() -> impl Strategy<Value = Sieve> {
        let words = proptest::collection::vec(0..200_u64, 0..6);
        let some = words.prop_map(|words| {
            let words = words.into_iter().map(|word| Spelling(word).mixed());
            words.fold(Sieve::default(), Sieve::with)
        });
        prop_oneof![4 => some, 1 => Just(Sieve::ALL)]
    }

    proptest! {
        #[test]
        fn whoever_may_stand_there_is_handed_over_once_and_nobody_else(
            families in proptest::collection::vec(
                prop_oneof![family(Siblings::FEW + 1), family(200)],
                1..4,
            ),
            before in sieve(),
            behind in sieve(),
        ) {
            let beside = Beside::new(before, behind);
            let mut siblings = Siblings::default();
            let family = |family: &Vec<(Neighbour, Neighbour)>| {
                let sibling = |(phrase, (one, other)): (u32, &(Neighbour, Neighbour))| Sibling { beside: [*one, *other], phrase };
                (0..).zip(family).map(sibling).collect::<Vec<_>>()
            };
            let names: Vec<u32> = families.iter().map(|members| siblings.add(family(members))).collect();
            for (name, members) in names.iter().zip(&families) {
                let mut found = Vec::new();
                siblings.each(*name, &beside, |phrase| found.push(phrase));
                found.sort_unstable();
                let expected: Vec<u32> = (0..)
                    .zip(members)
                    .filter(|(_, (one, other))| beside.lets_through(*one) && beside.lets_through(*other))
                    .map(|(phrase, _)| phrase)
                    .collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
