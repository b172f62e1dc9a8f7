//! Messages that are here and not kept yet, in bounded memory.
//!
//! Where there would be too much, what stands last in the stream is let go: it was not acknowledged, and comes again.

use std::collections::BTreeMap;

use crate::limits::MAX_HELD_BYTES;

/// What is held.
#[derive(Debug, Default)]
pub(super) struct Holding {
    /// By their numbers in the stream.
    messages: BTreeMap<u64, Held>,
    /// Bytes of what they hold.
    bytes: usize,
}

#[derive(Debug)]
struct Held {
    /// Where it is acknowledged.
    reply: String,
    content: Content,
}

#[derive(Debug, PartialEq, Eq)]
enum Content {
    Here(Vec<u8>),
    /// It was longer than is taken.
    TooLong,
    LetGo,
}

/// What can be handed over: everything up to what was let go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ready {
    /// What messages hold, in their order; nothing of those that were longer than is taken.
    pub(super) payloads: Vec<Option<Vec<u8>>>,
    /// Where they are acknowledged.
    pub(super) replies: Vec<String>,
    /// The number of the last.
    pub(super) last: u64,
    /// Where it is said of others that they have to come again.
    pub(super) again: Vec<String>,
}

impl Holding {
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(super) fn has(&self, number: u64) -> bool {
        self.messages.contains_key(&number)
    }

    /// Takes a message; one that is here already takes its own place.
    pub(super) fn take(&mut self, number: u64, reply: String, payload: Option<Vec<u8>>) {
        let content = payload.map_or(Content::TooLong, Content::Here);
        self.bytes += content.len();
        if let Some(before) = self.messages.insert(number, Held { reply, content }) {
            self.bytes -= before.content.len();
        }
        while self.bytes > MAX_HELD_BYTES {
            let first = self.messages.keys().next().copied();
            let is_here = |held: &Held| matches!(held.content, Content::Here(_));
            let mut from_the_end = self.messages.iter_mut().rev();
            // The first stays, so that it goes on.
            let last = from_the_end.find(|(number, held)| Some(**number) != first && is_here(held));
            let Some((_, held)) = last else { return };
            self.bytes -= held.content.len();
            held.content = Content::LetGo;
        }
    }

    /// Gives out what can be handed over, and forgets the rest.
    pub(super) fn give(&mut self) -> Ready {
        let mut ready = Ready::default();
        self.bytes = 0;
        for (number, held) in std::mem::take(&mut self.messages) {
            let payload = match held.content {
                Content::Here(_) | Content::TooLong if !ready.again.is_empty() => None,
                Content::Here(payload) => Some(Some(payload)),
                Content::TooLong => Some(None),
                Content::LetGo => None,
            };
            match payload {
                Some(payload) => {
                    ready.payloads.push(payload);
                    ready.replies.push(held.reply);
                    ready.last = number;
                }
                None => ready.again.push(held.reply),
            }
        }
        ready
    }
}

impl Content {
    fn len(&self) -> usize {
        match self {
            Self::Here(payload) => payload.len(),
            Self::TooLong | Self::LetGo => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes messages of so many bytes by their numbers; which are given out, and which have to come again.
    fn check(messages: &[(u64, Option<usize>)], given: &[&str], again: &[&str]) {
        let mut holding = Holding::default();
        for (number, bytes) in messages {
            let payload = bytes.map(|bytes| vec![b'x'; bytes]);
            holding.take(*number, number.to_string(), payload);
            assert!(holding.bytes <= MAX_HELD_BYTES);
        }
        let ready = holding.give();
        assert_eq!((ready.replies, ready.again), (owned(given), owned(again)));
        assert_eq!(ready.payloads.len(), given.len());
        assert!(holding.is_empty() && holding.bytes == 0);
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn bytes_that_are_held_have_a_limit() {
        const HALF: usize = MAX_HELD_BYTES / 2;
        check(&[(1, Some(HALF)), (2, Some(HALF))], &["1", "2"], &[]);
        check(&[(1, Some(HALF)), (2, Some(HALF + 1))], &["1"], &["2"]);
        // What came first is not what stands first.
        check(&[(9, Some(HALF)), (3, Some(HALF)), (4, Some(1))], &["3", "4"], &["9"]);
        // What stands behind what was let go waits for it.
        check(
            &[(3, Some(HALF)), (5, Some(HALF)), (9, None), (4, Some(1)), (6, Some(1))],
            &["3", "4"],
            &["5", "6", "9"],
        );
        check(&[(7, None), (8, Some(0))], &["7", "8"], &[]);
        // One that comes twice counts once.
        check(&[(1, Some(HALF)), (2, Some(HALF)), (1, Some(HALF))], &["1", "2"], &[]);
    }
}
