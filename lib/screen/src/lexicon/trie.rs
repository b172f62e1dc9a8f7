//! The letters of all words as a tree, for words that a text spells out: one step for each letter, and the walk ends
//! with the first letter that no word goes on with, so that what a letter costs is bounded whatever the text.

/// One place in the tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// A bit for each letter that some word goes on with, `a` the second lowest.
    children: u32,
    /// Where the first of them stands; the others are behind it, in the order of letters.
    first: u32,
    /// What the word that ends here maps to, or [`Trie::NO_WORD`].
    value: u32,
}

impl Node {
    const EMPTY: Self = Self {
        children: 0,
        first: 0,
        value: Trie::NO_WORD,
    };
}

/// Where a walk has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u32);

/// A tree of words, each with a number.
#[derive(Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
}

impl Default for Trie {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Trie {
    /// Where every walk begins.
    pub(super) const ROOT: Place = Place(0);
    const NO_WORD: u32 = u32::MAX;

    /// The tree of these words of small letters, each with a number other than [`u32::MAX`]. Words with anything else
    /// in them are left out: no walk could find them.
    pub(super) fn new(mut words: Vec<(Vec<u8>, u32)>) -> Self {
        words.retain(|(letters, _)| letters.iter().all(u8::is_ascii_lowercase));
        words.sort_unstable();
        words.dedup_by(|later, earlier| later.0 == earlier.0);
        let mut made = Self {
            nodes: vec![Node::EMPTY],
        };
        made.grow(&words, 0);
        made
    }

    /// Grows the tree one depth after the other, so that the children of a node stand side by side.
    fn grow(&mut self, words: &[(Vec<u8>, u32)], root: usize) {
        let mut queue = std::collections::VecDeque::from([(root, words, 0)]);
        while let Some((at, mut words, depth)) = queue.pop_front() {
            let mut node = Node::EMPTY;
            if let [(letters, value), rest @ ..] = words
                && letters.len() == depth
            {
                node.value = *value;
                words = rest;
            }
            node.first = self.nodes.len() as u32;
            for group in words.chunk_by(|one, other| one.0.get(depth) == other.0.get(depth)) {
                let letter = group.first().and_then(|(letters, _)| letters.get(depth));
                node.children |= letter.map_or(0, |letter| bit(*letter));
                queue.push_back((self.nodes.len(), group, depth + 1));
                self.nodes.push(Node::EMPTY);
            }
            if let Some(place) = self.nodes.get_mut(at) {
                *place = node;
            }
        }
    }

    /// One letter on from a place, if some word goes on with it.
    #[inline(always)]
    pub(super) fn step(&self, from: Place, letter: u8) -> Option<Place> {
        let node = self.nodes.get(from.0 as usize)?;
        let bit = bit(letter);
        (node.children & bit != 0).then(|| Place(node.first + (node.children & (bit - 1)).count_ones()))
    }

    /// The number of the word that ends at a place.
    #[inline(always)]
    pub(super) fn word(&self, at: Place) -> Option<u32> {
        let node = self.nodes.get(at.0 as usize)?;
        (node.value != Self::NO_WORD).then_some(node.value)
    }
}

/// The bit of a small letter.
#[inline(always)]
const fn bit(letter: u8) -> u32 {
    1 << (letter & 0x1f)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn find(trie: &Trie, word: &str) -> Option<u32> {
        let mut place = Trie::ROOT;
        for letter in word.bytes() {
            place = trie.step(place, letter)?;
        }
        trie.word(place)
    }

    proptest! {
        #[test]
        fn it_finds_what_a_map_finds(
            words in proptest::collection::btree_map("[a-dz]{0,5}", 0_u32..9, 0..80),
            others in proptest::collection::vec("[a-dz]{0,6}", 0..80),
        ) {
            let words: BTreeMap<String, u32> = words;
            let trie = Trie::new(words.iter().map(|(word, value)| (word.clone().into_bytes(), *value)).collect());
            for word in words.keys().chain(&others) {
                prop_assert_eq!(find(&trie, word), words.get(word).copied());
            }
        }
    }

    #[test]
    fn a_walk_ends_where_no_word_goes_on() {
        let trie = Trie::new(vec![(b"lua".to_vec(), 7), (b"a1".to_vec(), 8)]);
        let place = trie.step(Trie::ROOT, b'l').unwrap();
        assert_eq!(trie.word(place), None);
        assert_eq!(trie.step(place, b'a'), None);
        assert_eq!(trie.step(Trie::ROOT, b'a'), None, "no walk goes over digits");
    }
}
