//! Messages of a stream of bytes: lines, or syslog's frames with their length before them (RFC 6587, section 3.4).

use crate::limits::MAX_MESSAGE_BYTES;

/// Most digits of a length.
const MOST_DIGITS: usize = 7;

/// How messages are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framing {
    /// Each ends with a line feed.
    Lines,
    /// Each begins with its length, or ends with a line feed where it begins with no digit: a frame of syslog begins with `<`.
    Counted,
}

/// Tells the messages of one stream apart, whatever pieces it comes in.
#[derive(Debug)]
pub struct Framer {
    framing: Framing,
    /// The beginning of a message whose end is not there yet.
    rest: Vec<u8>,
    /// Whether the rest of a message that is too long is passed over.
    is_skipping: bool,
    /// Bytes of a counted message that are passed over.
    skipped_bytes: usize,
    /// How many messages were too long.
    too_long: u64,
}

/// What stands at the beginning of some bytes.
enum Step {
    /// A message that ends there, and what it takes with its frame.
    Message { from: usize, to: usize, taken: usize },
    /// One that is so long that it is passed over.
    TooLong { bytes: usize },
    /// One whose end is not there yet.
    Open,
}

impl Framer {
    /// Of a stream that begins.
    #[must_use]
    pub const fn new(framing: Framing) -> Self {
        Self {
            framing,
            rest: Vec::new(),
            is_skipping: false,
            skipped_bytes: 0,
            too_long: 0,
        }
    }

    /// Goes on with these bytes, and gives every message that is whole, without its frame; those without a byte are passed over.
    pub fn push(&mut self, bytes: &[u8], mut take: impl FnMut(&[u8])) {
        let mut buffer = std::mem::take(&mut self.rest);
        let mut bytes = self.skip(bytes);
        if !buffer.is_empty() {
            buffer.extend_from_slice(bytes);
            bytes = &buffer;
        }
        let left = self.split(bytes, &mut take);
        self.rest = left.to_vec();
    }

    /// Gives the message that the stream ended in, where it may be whole: a line need not end at the end of a file.
    pub fn finish(&mut self, mut take: impl FnMut(&[u8])) {
        let rest = std::mem::take(&mut self.rest);
        let line = trim(&rest);
        if self.framing == Framing::Lines && !self.is_skipping && !line.is_empty() {
            take(line);
        }
        self.is_skipping = false;
    }

    /// Bytes of the message whose end is not there yet.
    #[must_use]
    pub const fn open_bytes(&self) -> usize {
        self.rest.len()
    }

    /// How many messages were too long until now.
    #[must_use]
    pub const fn too_long(&self) -> u64 {
        self.too_long
    }

    /// What is left of some bytes behind a message that is passed over.
    fn skip<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let mut bytes = bytes;
        if self.skipped_bytes > 0 {
            let skipped = self.skipped_bytes.min(bytes.len());
            self.skipped_bytes -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
        }
        if self.is_skipping {
            let Some(end) = memchr::memchr(b'\n', bytes) else {
                return &[];
            };
            self.is_skipping = false;
            bytes = bytes.get(end + 1..).unwrap_or_default();
        }
        bytes
    }

    fn split<'b>(&mut self, bytes: &'b [u8], take: &mut impl FnMut(&[u8])) -> &'b [u8] {
        let mut bytes = bytes;
        while !bytes.is_empty() {
            match self.step(bytes) {
                Step::Message { from, to, taken } => {
                    let message = bytes.get(from..to).unwrap_or_default();
                    if !message.is_empty() {
                        take(message);
                    }
                    bytes = bytes.get(taken..).unwrap_or_default();
                }
                Step::TooLong { bytes: 0 } => {
                    self.too_long += 1;
                    self.is_skipping = true;
                    bytes = self.skip(bytes);
                }
                Step::TooLong { bytes: len } => {
                    self.too_long += 1;
                    self.skipped_bytes = len;
                    bytes = self.skip(bytes);
                }
                Step::Open => return bytes,
            }
        }
        bytes
    }

    fn step(&self, bytes: &[u8]) -> Step {
        if self.framing == Framing::Counted && bytes.first().is_some_and(|byte| matches!(byte, b'1'..=b'9')) {
            let digits = bytes
                .iter()
                .take(MOST_DIGITS + 1)
                .take_while(|byte| byte.is_ascii_digit());
            let (count, len) = digits.fold((0, 0), |(count, len), digit| {
                (count + 1, len * 10 + usize::from(digit - b'0'))
            });
            match bytes.get(count) {
                None if count <= MOST_DIGITS => return Step::Open,
                Some(b' ') if count <= MOST_DIGITS => {
                    let from = count + 1;
                    if len > MAX_MESSAGE_BYTES {
                        return Step::TooLong { bytes: from + len };
                    }
                    let Some(message) = bytes.get(from..from + len) else {
                        return Step::Open;
                    };
                    return Step::Message {
                        from,
                        to: from + trim(message).len(),
                        taken: from + len,
                    };
                }
                // A line that begins with a number.
                Some(_) | None => {}
            }
        }
        match memchr::memchr(b'\n', bytes) {
            Some(end) if end <= MAX_MESSAGE_BYTES => Step::Message {
                from: 0,
                to: trim(bytes.get(..end).unwrap_or_default()).len(),
                taken: end + 1,
            },
            None if bytes.len() <= MAX_MESSAGE_BYTES => Step::Open,
            Some(_) | None => Step::TooLong { bytes: 0 },
        }
    }
}

/// A message without the ends of lines and zeros that some senders put behind it.
fn trim(message: &[u8]) -> &[u8] {
    let last = message.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n' | 0));
    message.get(..last.map_or(0, |last| last + 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn messages(framing: Framing, pieces: &[&[u8]]) -> (Vec<String>, u64) {
        let mut framer = Framer::new(framing);
        let mut messages = Vec::new();
        let mut take = |message: &[u8]| messages.push(String::from_utf8_lossy(message).into_owned());
        for piece in pieces {
            framer.push(piece, &mut take);
        }
        framer.finish(&mut take);
        (messages, framer.too_long())
    }

    #[test]
    fn lines_and_counted_messages_are_told_apart() {
        let check = |framing: Framing, bytes: &str, expected: &[&str]| {
            let (messages, too_long) = messages(framing, &[bytes.as_bytes()]);
            assert_eq!(
                (messages.as_slice(), too_long),
                (expected.map_to_owned().as_slice(), 0),
                "{bytes:?}"
            );
        };
        check(Framing::Lines, "a\r\n\nb\nc", &["a", "b", "c"]);
        check(Framing::Counted, "4 <1>a6 <1>b\nc<1>d\n", &["<1>a", "<1>b\nc", "<1>d"]);
        check(Framing::Counted, "5 <1>a\n4 <1>b", &["<1>a", "<1>b"]);
        // What ends in the middle of a counted message is none.
        check(Framing::Counted, "4 <1>a9 <1>b", &["<1>a"]);
        check(Framing::Counted, "2026-11-28 a\n", &["2026-11-28 a"]);
        check(Framing::Counted, "12345678 a\n", &["12345678 a"]);
    }

    trait Owned {
        fn map_to_owned(&self) -> Vec<String>;
    }

    impl Owned for &[&str] {
        fn map_to_owned(&self) -> Vec<String> {
            self.iter().map(|text| (*text).to_owned()).collect()
        }
    }

    #[test]
    fn messages_have_a_longest() {
        let longest = vec![b'a'; MAX_MESSAGE_BYTES];
        for (more, expected) in [(0, (2, 0)), (1, (1, 1))] {
            let line = [&longest[..], &vec![b'a'; more], b"\nb\n"].concat();
            let counted = [
                format!("{} ", MAX_MESSAGE_BYTES + more).as_bytes(),
                &longest,
                &vec![b'a'; more],
                b"1 b",
            ]
            .concat();
            for (framing, bytes) in [(Framing::Lines, line), (Framing::Counted, counted)] {
                for size in [4_096, bytes.len()] {
                    let (messages, too_long) = messages(framing, &bytes.chunks(size).collect::<Vec<_>>());
                    assert_eq!((messages.len(), too_long), expected, "{framing:?} {more} {size}");
                    assert_eq!(messages.last().unwrap(), "b");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// It does not matter in which pieces a stream comes.
        #[test]
        fn pieces_do_not_matter(bytes in "[0-9 <>ab\n\r]{0,200}", size in 1..20_usize, counted: bool) {
            let framing = if counted { Framing::Counted } else { Framing::Lines };
            let whole = messages(framing, &[bytes.as_bytes()]);
            let pieces: Vec<&[u8]> = bytes.as_bytes().chunks(size).collect();
            prop_assert_eq!(messages(framing, &pieces), whole);
        }
    }
}
