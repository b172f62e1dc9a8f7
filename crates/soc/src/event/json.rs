//! One event as JSON (RFC 8259): the fields of a map are read where they stand, everything else is passed over, and all of it
//! is checked.
//!
//! It is our own because it is most of the matcher's time: a library that hands every key to a visitor takes twice as
//! long (`bench`, `match`). A test holds it against `serde_json`.

use super::field_map::Step;
use super::{FieldMap, LineError, Reading, Sink};
use crate::limits::MAX_DEPTH;

/// Gives the values of an event to a sink.
pub(crate) fn read(line: &[u8], map: &FieldMap, sink: &mut impl Sink) -> Result<(), LineError> {
    let text = simdutf8::basic::from_utf8(line).map_err(|_| LineError::NotUtf8)?;
    let mut blocks = [0; MOST_BLOCKS];
    if mark(line, &mut blocks) {
        read_with(text, Marked::new(&blocks), map, sink)
    } else {
        read_with(text, Stepwise, map, sink)
    }
}

fn read_with(text: &str, ends: impl Ends, map: &FieldMap, sink: &mut impl Sink) -> Result<(), LineError> {
    let mut scan = Scan {
        text,
        line: text.as_bytes(),
        at: 0,
        ends,
        map,
        sink,
        unescaped: String::new(),
    };
    let first = scan.next();
    let root = Step {
        node: Some(FieldMap::ROOT),
        field: None,
    };
    let read = scan.value(Some(root), MAX_DEPTH).and_then(|()| scan.end());
    read.map_err(|fault| match fault {
        Fault::Bad => LineError::NotJson { column: scan.at + 1 },
        Fault::Deep => LineError::TooDeep,
    })?;
    if first == Some(b'{') {
        Ok(())
    } else {
        Err(LineError::NotAnObject)
    }
}

/// What is wrong at the place where a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Bad,
    Deep,
}

struct Scan<'s, E, S> {
    text: &'s str,
    line: &'s [u8],
    at: usize,
    ends: E,
    map: &'s FieldMap,
    sink: &'s mut S,
    unescaped: String,
}

impl<E: Ends, S: Sink> Scan<'_, E, S> {
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    /// The next byte that is no blank, which stays.
    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        while let Some(byte) = self.peek() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn end(&mut self) -> Result<(), Fault> {
        if self.next().is_none() { Ok(()) } else { Err(Fault::Bad) }
    }

    /// A value. `deeper` is how much further it may be nested.
    #[inline]
    fn value(&mut self, step: Option<Step>, deeper: usize) -> Result<(), Fault> {
        match self.next() {
            Some(b'"') => {
                let string = self.string()?;
                if let Some((field, reading)) = step.and_then(|step| step.field) {
                    let text = string.text(self.text, &mut self.unescaped);
                    self.sink.take(field, reading, text);
                }
                Ok(())
            }
            Some(b'{') => self.object(step.and_then(|step| step.node), deeper),
            Some(b'[') => self.list(step, deeper),
            Some(b'-' | b'0'..=b'9') => {
                let start = self.at;
                self.number()?;
                if let Some((field, reading)) = step.and_then(|step| step.field) {
                    let text = self.text.get(start..self.at).unwrap_or_default();
                    if reading == Reading::Time {
                        self.sink.take(field, reading, text);
                    } else {
                        self.sink.take_bare(field, text);
                    }
                }
                Ok(())
            }
            Some(b't') => self.word(step, "true"),
            Some(b'f') => self.word(step, "false"),
            Some(b'n') => self.word(step, "null"),
            Some(_) | None => Err(Fault::Bad),
        }
    }

    fn object(&mut self, node: Option<u16>, deeper: usize) -> Result<(), Fault> {
        let deeper = deeper.checked_sub(1).ok_or(Fault::Deep)?;
        self.at += 1;
        if self.next() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            if self.next() != Some(b'"') {
                return Err(Fault::Bad);
            }
            let key = self.string()?;
            if self.next() != Some(b':') {
                return Err(Fault::Bad);
            }
            self.at += 1;
            let step = node.and_then(|node| self.step(node, key));
            self.value(step, deeper)?;
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) | None => return Err(Fault::Bad),
            }
        }
    }

    /// Where a key of an object leads.
    #[inline(always)]
    fn step(&mut self, node: u16, key: Quoted) -> Option<Step> {
        let text = key.text(self.text, &mut self.unescaped);
        match self.line.get(key.start..).and_then(<[u8]>::first_chunk::<8>) {
            Some(eight) if !key.is_escaped => {
                let unused = 64_u32.saturating_sub(8 * text.len().min(8) as u32);
                let head = u64::from_le_bytes(*eight) & u64::MAX.checked_shr(unused).unwrap_or(0);
                self.map.step_with(node, head, text)
            }
            Some(_) | None => self.map.step(node, text),
        }
    }

    /// A list is each of its elements.
    fn list(&mut self, step: Option<Step>, deeper: usize) -> Result<(), Fault> {
        let deeper = deeper.checked_sub(1).ok_or(Fault::Deep)?;
        self.at += 1;
        if self.next() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(step, deeper)?;
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) | None => return Err(Fault::Bad),
            }
        }
    }

    /// A string, from its first quotation mark to behind its last.
    #[inline(always)]
    fn string(&mut self) -> Result<Quoted, Fault> {
        let start = self.at + 1;
        let (end, is_escaped) = self.ends.end_of(self.line, self.at).map_err(|at| {
            self.at = at;
            Fault::Bad
        })?;
        self.at = end + 1;
        Ok(Quoted { start, end, is_escaped })
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            Some(_) | None => return Err(Fault::Bad),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// One digit or more.
    #[inline(always)]
    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Fault::Bad) }
    }

    fn word(&mut self, step: Option<Step>, word: &str) -> Result<(), Fault> {
        let rest = self.line.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Fault::Bad);
        }
        self.at += word.len();
        if let Some((field, _)) = step.and_then(|step| step.field) {
            self.sink.take_bare(field, word);
        }
        Ok(())
    }
}

/// Who knows where strings end.
trait Ends {
    /// The quotation mark that ends the string that begins at one, and whether there are escapes in it. An error is where
    /// it is no string any more. Strings are asked for in their order.
    fn end_of(&mut self, line: &[u8], start: usize) -> Result<(usize, bool), usize>;
}

/// Most blocks of a line of which all quotation marks are noted.
const MOST_BLOCKS: usize = 64;
const BLOCK: usize = 64;

/// Where the quotation marks of a line are, as a bit each, so that nothing depends on how long a string is. Only of lines
/// in which each of them begins or ends a string.
struct Marked<'b> {
    blocks: &'b [u64; MOST_BLOCKS],
    /// Those of the block at hand that were not asked for yet, and where it begins.
    left: u64,
    base: usize,
}

/// Marks the quotation marks of a line; whether they can be told by themselves.
#[inline(always)]
fn mark(line: &[u8], marks: &mut [u64; MOST_BLOCKS]) -> bool {
    if line.len() >= MOST_BLOCKS * BLOCK {
        return false;
    }
    let (blocks, rest) = line.as_chunks::<BLOCK>();
    let mut last = [b' '; BLOCK];
    if let Some(last) = last.get_mut(..rest.len()) {
        last.copy_from_slice(rest);
    }
    let mut special = [0; BLOCK];
    for (block, marks) in blocks.iter().chain([&last]).zip(marks) {
        *marks = bits_of(&block.map(|byte| byte == b'"'));
        for (special, byte) in special.iter_mut().zip(block) {
            *special |= u8::from(*byte == b'\\') | u8::from(*byte < b' ');
        }
    }
    special.iter().fold(0, |all, one| all | one) == 0
}

impl<'b> Marked<'b> {
    const fn new(blocks: &'b [u64; MOST_BLOCKS]) -> Self {
        let [left, ..] = *blocks;
        Self { blocks, left, base: 0 }
    }

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.base += BLOCK;
            self.left = *self.blocks.get(self.base / BLOCK)?;
        }
        let at = self.base + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(at)
    }
}

/// One bit each, first one lowest.
#[inline(always)]
fn bits_of(flags: &[bool; BLOCK]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    let eights = eights.iter().zip((0..).step_by(8));
    eights.fold(0, |bits, (eight, shift)| {
        // The product moves the lowest bit of each byte into the highest byte, side by side.
        let eight = u64::from_le_bytes(eight.map(u8::from));
        bits | eight.wrapping_mul(0x0102_0408_1020_4080) >> 56 << shift
    })
}

impl Ends for Marked<'_> {
    #[inline(always)]
    fn end_of(&mut self, line: &[u8], _: usize) -> Result<(usize, bool), usize> {
        // The first is the one that begins the string.
        self.next()
            .and_then(|_| self.next())
            .map(|end| (end, false))
            .ok_or(line.len())
    }
}

/// Looks for the end of each string when it is asked for: for long lines, and those with escapes.
struct Stepwise;

impl Ends for Stepwise {
    fn end_of(&mut self, line: &[u8], start: usize) -> Result<(usize, bool), usize> {
        let mut at = start + 1;
        let mut is_escaped = false;
        loop {
            // Eight bytes at once, while there are so many.
            while let Some(eight) = line.get(at..).and_then(<[u8]>::first_chunk::<8>) {
                let found = special(u64::from_le_bytes(*eight));
                if found != 0 {
                    at += found.trailing_zeros() as usize / 8;
                    break;
                }
                at += 8;
            }
            match line.get(at) {
                Some(b'"') => return Ok((at, is_escaped)),
                Some(b'\\') => {
                    is_escaped = true;
                    at = escape_end(line, at + 1)?;
                }
                Some(0x20..) => at += 1,
                Some(_) | None => return Err(at),
            }
        }
    }
}

/// Where the escape ends of which this is behind the backslash.
fn escape_end(line: &[u8], at: usize) -> Result<usize, usize> {
    match line.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 1),
        Some(b'u') => {
            let digits = at + 1..at + 5;
            let bad = digits
                .clone()
                .find(|at| !line.get(*at).is_some_and(u8::is_ascii_hexdigit));
            bad.map_or(Ok(digits.end), Err)
        }
        Some(_) | None => Err(at),
    }
}

/// A string between its quotation marks.
#[derive(Debug, Clone, Copy)]
struct Quoted {
    start: usize,
    end: usize,
    is_escaped: bool,
}

impl Quoted {
    /// What it says.
    #[inline(always)]
    fn text<'t>(self, line: &'t str, unescaped: &'t mut String) -> &'t str {
        let text = line.get(self.start..self.end).unwrap_or_default();
        if !self.is_escaped {
            return text;
        }
        unescape(text, unescaped);
        unescaped
    }
}

/// Reads the escapes of a string. Half of a pair of surrogates, which no text can hold, becomes U+FFFD: a log of what
/// strangers send is read all the same.
#[cold]
fn unescape(text: &str, out: &mut String) {
    out.clear();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('u') => {
                let (read, left) = unicode(chars.as_str());
                out.push(read);
                rest = left;
                continue;
            }
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// The character of which the digits are behind `\u`, and what is behind those.
fn unicode(text: &str) -> (char, &str) {
    let four = |text: &str| text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let Some(first) = four(text) else {
        return (char::REPLACEMENT_CHARACTER, text);
    };
    let rest = text.get(4..).unwrap_or_default();
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = rest.strip_prefix("\\u").and_then(four)
        && (0xdc00..0xe000).contains(&second)
    {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        let read = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        return (read, rest.get(6..).unwrap_or_default());
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), rest)
}

const LOWEST: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// The highest bit of the first byte that ends or interrupts a string, a quotation mark, a backslash or a control character;
/// higher bytes may have theirs wrongly.
#[inline(always)]
const fn special(bytes: u64) -> u64 {
    let quote = bytes ^ (LOWEST * b'"' as u64);
    let backslash = bytes ^ (LOWEST * b'\\' as u64);
    (zero_of(quote) | zero_of(backslash) | (bytes.wrapping_sub(LOWEST * 0x20) & !bytes)) & HIGHEST
}

/// The highest bit of the first byte that is zero, and of some behind it.
#[inline(always)]
const fn zero_of(bytes: u64) -> u64 {
    bytes.wrapping_sub(LOWEST) & !bytes
}

#[cfg(test)]
mod tests;
