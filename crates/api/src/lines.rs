//! Cutting a stream of bytes into chunks of whole lines, with bounded memory whatever the stream holds.

use crate::limits;

/// Chunks are cut at the first line end past this many bytes: enough work to pay for handing it to another thread.
const CHUNK_BYTES: usize = 64 * 1024;

/// Whole lines in the order of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chunk {
    /// The lines, each with its end, but for the last of the stream. A line that is too long is cut one byte past the
    /// limit, so that whoever reads it sees that it is.
    pub bytes: Vec<u8>,
    /// The number of the first line, from 1.
    pub first_line: u64,
}

impl Chunk {
    /// The lines that are not blank, each with its number, without line ends and the byte-order mark of a file.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> + Clone {
        let mut rest = self.bytes.as_slice();
        let mut next = self.first_line;
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let number = next;
                next += 1;
                let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                rest = after.get(1..).unwrap_or_default();
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                let line = match line.strip_prefix("\u{feff}".as_bytes()) {
                    Some(line) if number == 1 => line,
                    Some(_) | None => line,
                };
                if !line.trim_ascii().is_empty() {
                    return Some((number, line));
                }
            }
            None
        })
    }
}

/// Takes bytes as they arrive, gives chunks. It holds at most one chunk and one line.
#[derive(Debug)]
pub struct LineCutter {
    pending: Vec<u8>,
    /// How much of `pending` is known to hold no line end.
    searched: usize,
    /// Number of the first pending line.
    line: u64,
    /// Whether the rest of a line that is too long is being thrown away.
    skipping: bool,
}

impl Default for LineCutter {
    fn default() -> Self {
        Self::new()
    }
}

impl LineCutter {
    /// A cutter at the first line.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            pending: Vec::new(),
            searched: 0,
            line: 1,
            skipping: false,
        }
    }

    /// Takes some of the bytes, and gives a chunk when there is one. Call it again with the rest until none is left.
    pub fn push(&mut self, bytes: &mut &[u8]) -> Option<Chunk> {
        if self.skipping {
            let end = bytes.iter().position(|byte| *byte == b'\n');
            *bytes = end.and_then(|end| bytes.get(end + 1..)).unwrap_or_default();
            self.skipping = end.is_none();
        }
        // Never more than one byte past the longest line is held.
        let room = (limits::MAX_ITEM_BYTES + 1).saturating_sub(self.pending.len()).max(1);
        let (taken, rest) = bytes.split_at_checked(room.min(CHUNK_BYTES)).unwrap_or((bytes, &[]));
        self.pending.extend_from_slice(taken);
        *bytes = rest;
        if self.pending.len() < CHUNK_BYTES {
            return None;
        }
        if let Some(chunk) = self.flush() {
            return Some(chunk);
        }
        if self.pending.len() > limits::MAX_ITEM_BYTES {
            self.skipping = true;
            let chunk = self.cut(Vec::new());
            self.line += 1;
            return Some(chunk);
        }
        None
    }

    /// The whole lines that are held, for when no more bytes are there yet and somebody may be waiting for answers.
    pub fn flush(&mut self) -> Option<Chunk> {
        let unsearched = self.pending.get(self.searched..).unwrap_or_default();
        let Some(at) = unsearched.iter().rposition(|byte| *byte == b'\n') else {
            self.searched = self.pending.len();
            return None;
        };
        let tail = self.pending.split_off(self.searched + at + 1);
        Some(self.cut(tail))
    }

    /// The last chunk, when the stream has ended.
    #[must_use]
    pub fn finish(mut self) -> Option<Chunk> {
        (!self.pending.is_empty()).then(|| self.cut(Vec::new()))
    }

    fn cut(&mut self, tail: Vec<u8>) -> Chunk {
        let first_line = self.line;
        let bytes = std::mem::replace(&mut self.pending, tail);
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.searched = 0;
        Chunk { bytes, first_line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(stream: &[u8], step: usize) -> Vec<Chunk> {
        let mut cutter = LineCutter::new();
        let mut chunks = Vec::new();
        for mut bytes in stream.chunks(step) {
            while !bytes.is_empty() {
                chunks.extend(cutter.push(&mut bytes));
            }
            assert!(
                cutter.pending.len() <= limits::MAX_ITEM_BYTES + CHUNK_BYTES,
                "memory is bounded"
            );
        }
        chunks.extend(cutter.finish());
        chunks
    }

    fn check(stream: &[u8]) {
        for step in [1000, 65_536, 3_000_000] {
            let mut expected = 1;
            let mut seen = Vec::new();
            for chunk in cut(stream, step) {
                assert_eq!(chunk.first_line, expected, "step {step}");
                assert_eq!(chunk.bytes.last(), Some(&b'\n'), "whole lines, step {step}");
                expected += chunk.bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
                seen.extend(chunk.bytes);
            }
            assert!(seen == stream, "nothing lost, step {step}");
        }
    }

    #[test]
    fn lines_stay_whole_and_numbered() {
        let short: Vec<u8> = (0..50_000).flat_map(|n| format!("dòng {n}\n").into_bytes()).collect();
        check(&short);
        check(b"\n\n\na\n");
        let mut longest = vec![b'a'; limits::MAX_ITEM_BYTES];
        longest.push(b'\n');
        check(&[longest.clone(), b"b\n".to_vec(), longest].concat());
    }

    #[test]
    fn whole_lines_can_be_had_at_any_time() {
        let mut cutter = LineCutter::new();
        assert_eq!(cutter.flush(), None);
        assert_eq!(cutter.push(&mut b"a\nb\nc".as_slice()), None);
        let chunk = |bytes: &[u8], first_line| Chunk {
            bytes: bytes.to_vec(),
            first_line,
        };
        assert_eq!(cutter.flush(), Some(chunk(b"a\nb\n", 1)));
        assert_eq!(cutter.flush(), None);
        assert_eq!(cutter.push(&mut b"d\n".as_slice()), None);
        assert_eq!(cutter.flush(), Some(chunk(b"cd\n", 3)));
        assert_eq!(cutter.finish(), None);
    }

    #[test]
    fn the_last_line_needs_no_end() {
        let chunks = cut(b"a\nb", 10);
        assert_eq!(chunks.len(), 1);
        assert_eq!(chunks[0].bytes, b"a\nb");
        assert_eq!(cut(b"", 10), []);
    }

    #[test]
    fn a_line_past_the_limit_is_cut_and_the_next_one_is_found() {
        for over in [1, 2, 5_000_000] {
            let mut stream = b"a\n".to_vec();
            stream.extend(std::iter::repeat_n(b'x', limits::MAX_ITEM_BYTES + over));
            stream.extend(b"\nlast\n");
            for step in [999, 65_536, 10_000_000] {
                let chunks = cut(&stream, step);
                let mut number = 0;
                let mut lines = Vec::new();
                for chunk in &chunks {
                    number = chunk.first_line;
                    for line in chunk.bytes.split_inclusive(|byte| *byte == b'\n') {
                        lines.push((number, line.trim_ascii_end().len()));
                        number += 1;
                    }
                }
                assert_eq!(
                    lines,
                    [(1, 1), (2, limits::MAX_ITEM_BYTES + 1), (3, 4)],
                    "over {over} step {step}"
                );
                let _ = number;
            }
        }
    }
}
