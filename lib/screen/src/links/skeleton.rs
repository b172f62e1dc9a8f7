//! What a host looks like: digits that stand for letters, and letters that run together.
//!
//! `0`→`o`, `1` and `i`→`l`, `3`→`e`, `4`→`a`, `5`→`s`, `rn`→`m`, `vv`→`w`, `cl`→`d`. Letters of other scripts have been
//! folded before. Both protected names and hosts are brought into this form, so that it need not be a real word.

use std::ops::Range;

/// A host, or part of one, as it looks, with the way back to its bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Skeleton {
    letters: Vec<u8>,
    /// Where each letter begins in the original, and the end.
    starts: Vec<u16>,
}

impl Skeleton {
    /// Reads a host of at most [`u16::MAX`] bytes.
    pub(super) fn read(&mut self, host: &[u8]) {
        self.letters.clear();
        self.starts.clear();
        let mut bytes = (0u16..).zip(host).peekable();
        while let Some((start, byte)) = bytes.next() {
            let next = bytes.peek().map(|(_, next)| **next);
            let (letter, is_pair) = match (byte, next) {
                (b'r', Some(b'n')) => (b'm', true),
                (b'v', Some(b'v')) => (b'w', true),
                (b'c', Some(b'l')) => (b'd', true),
                (b'0', _) => (b'o', false),
                (b'1' | b'i', _) => (b'l', false),
                (b'3', _) => (b'e', false),
                (b'4', _) => (b'a', false),
                (b'5', _) => (b's', false),
                (other, _) => (*other, false),
            };
            if is_pair {
                bytes.next();
            }
            self.letters.push(letter);
            self.starts.push(start);
        }
        self.starts.push(u16::try_from(host.len()).unwrap_or(u16::MAX));
    }

    /// The letters.
    pub(super) fn letters(&self) -> &[u8] {
        &self.letters
    }

    /// Where a range of letters stands in the original.
    pub(super) fn origin(&self, letters: Range<usize>) -> Range<usize> {
        let at = |letter: usize| self.starts.get(letter).copied().map_or(0, usize::from);
        at(letters.start)..at(letters.end)
    }
}
