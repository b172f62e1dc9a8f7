//! JSON a chunk at a time: where its values begin and end, without holding all of it. That a value is JSON is found when it
//! is [`read`](super::read).

use std::io::Read;

use thiserror::Error;

use crate::limits::MAX_HEAD_BYTES;

const CHUNK_BYTES: usize = 16 << 10;

/// Why a text cannot be scanned on.
#[derive(Debug, Error)]
pub enum ScanError {
    /// What it is read from failed.
    #[error("the text cannot be read")]
    Input(#[from] std::io::Error),
    /// Something else stands there, or the end.
    #[error("not the form that is expected, at byte {at_byte}")]
    Form {
        /// Offset in the input.
        at_byte: u64,
    },
    /// More white space than [`MAX_HEAD_BYTES`] between two signs.
    #[error("more than {MAX_HEAD_BYTES} bytes of white space")]
    Space,
    /// A value is longer than it may be.
    #[error("a value is longer than it may be")]
    TooLong,
}

/// Steps over the values and signs of a text, however long it is.
#[derive(Debug)]
pub struct Scanner<R> {
    source: R,
    chunk: Vec<u8>,
    /// How much of the chunk was read.
    filled: usize,
    at: usize,
    offset: u64,
    /// White space since something else was taken.
    space: usize,
}

impl<R: Read> Scanner<R> {
    /// At the beginning of a text.
    pub fn new(source: R) -> Self {
        Self {
            source,
            chunk: vec![0; CHUNK_BYTES],
            filled: 0,
            at: 0,
            offset: 0,
            space: 0,
        }
    }

    /// How many bytes were taken.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// That something else stands here than should.
    #[must_use]
    pub fn form(&self) -> ScanError {
        ScanError::Form { at_byte: self.offset }
    }

    /// The next byte that is no white space; there must be one.
    ///
    /// # Errors
    /// At the end, and where the input fails.
    pub fn peek(&mut self) -> Result<u8, ScanError> {
        self.peek_or_end()?.ok_or_else(|| self.form())
    }

    /// The next byte that is no white space, if there is one.
    ///
    /// # Errors
    /// Where the input fails, or has too much white space.
    pub fn peek_or_end(&mut self) -> Result<Option<u8>, ScanError> {
        while let Some(byte) = self.next_byte()? {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                self.space = 0;
                return Ok(Some(byte));
            }
            self.space += 1;
            if self.space > MAX_HEAD_BYTES {
                return Err(ScanError::Space);
            }
            self.take();
        }
        Ok(None)
    }

    /// Takes the byte that was looked at.
    pub fn take(&mut self) {
        self.at += 1;
        self.offset += 1;
    }

    /// Takes this byte, which must be the next after white space.
    ///
    /// # Errors
    /// Where it is another.
    pub fn expect(&mut self, byte: u8) -> Result<(), ScanError> {
        if self.peek()? == byte {
            self.take();
            Ok(())
        } else {
            Err(self.form())
        }
    }

    /// Takes the bytes of one value: up to where its brackets are closed.
    ///
    /// # Errors
    /// Where no value ends before the text does, and as soon as it is longer than `max_bytes`.
    pub fn value(&mut self, bytes: &mut Vec<u8>, max_bytes: usize) -> Result<(), ScanError> {
        self.each_byte(|byte| {
            let has_room = bytes.len() < max_bytes;
            bytes.push(byte);
            has_room
        })
    }

    /// Takes one value and keeps its bytes unless it is longer than `max_bytes`; whether it was kept.
    ///
    /// # Errors
    /// Where no value ends before the text does.
    pub fn value_or_skip(&mut self, bytes: &mut Vec<u8>, max_bytes: usize) -> Result<bool, ScanError> {
        let mut length = 0_usize;
        self.each_byte(|byte| {
            length += 1;
            if length <= max_bytes {
                bytes.push(byte);
            }
            true
        })?;
        Ok(length <= max_bytes)
    }

    /// Hands over the bytes of one value as long as they are wanted.
    fn each_byte(&mut self, mut is_wanted: impl FnMut(u8) -> bool) -> Result<(), ScanError> {
        self.peek()?;
        let (mut depth, mut in_string, mut is_escaped, mut is_first) = (0_usize, false, false, true);
        while let Some(byte) = self.next_byte()? {
            if !in_string && depth == 0 && !is_first && b",:]} \t\r\n".contains(&byte) {
                return Ok(());
            }
            if !is_wanted(byte) {
                return Err(ScanError::TooLong);
            }
            self.take();
            is_first = false;
            if in_string {
                in_string = is_escaped || byte != b'"';
                is_escaped = !is_escaped && byte == b'\\';
            } else {
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.checked_sub(1).ok_or_else(|| self.form())?,
                    _ => continue,
                }
            }
            if depth == 0 && !in_string {
                return Ok(());
            }
        }
        Err(self.form())
    }

    fn next_byte(&mut self) -> Result<Option<u8>, ScanError> {
        if self.at >= self.filled {
            self.filled = loop {
                match self.source.read(&mut self.chunk) {
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            self.at = 0;
        }
        let read = self.chunk.get(..self.filled).unwrap_or_default();
        Ok(read.get(self.at).copied())
    }
}
