//! Finding links in folded text.
//!
//! One pass from [trigger](super::triggers) to trigger: a dot, a colon, or the word for a dot. Around a trigger the pass
//! reads to the left at most one label and to the right one link, and goes on behind what it has read, so that the work
//! is linear in the text whatever stands in it.

use std::ops::Range;

use super::bare::{Tld, classify, is_numbered, is_plausible_address, is_spoken, is_syllable};
use super::host::{MAX_NAME_BYTES, Separator, is_host_unit, is_label_unit, separator, unit};
use super::triggers::Triggers;
use crate::fold::{Folded, OTHER_SYMBOL};

/// Longest scheme that is read.
const MAX_SCHEME_UNITS: usize = 20;
/// Longest part of a URL between `//` and the path that is read.
const MAX_AUTHORITY_UNITS: usize = 2048;
/// How many labels at the end of a name may be the beginning of the next sentence (`abc.com.Anh`).
const MAX_JOINED_LABELS: usize = 3;

/// A link, as ranges of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// All of it.
    pub(super) whole: Range<usize>,
    /// What stands before an `@` in front of the host.
    pub(super) user: Range<usize>,
    /// The host.
    pub(super) host: Range<usize>,
    /// Path, query and fragment.
    pub(super) tail: Range<usize>,
    /// How sure it is that this is a link at all.
    pub(super) evidence: Evidence,
}

/// How sure it is that something is a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It is one.
    Certain,
    /// It is one if a list knows the name.
    IfListed,
}

/// Goes through a text from link to link.
pub(super) struct Finder<'a> {
    text: &'a str,
    folded: &'a Folded,
    units: &'a [u8],
    triggers: Triggers<'a>,
    has_lists: bool,
    /// Where the search goes on.
    at: usize,
    /// Nothing before this is read again.
    floor: usize,
}

impl<'a> Finder<'a> {
    /// A search from the beginning of a text.
    pub(super) fn new(text: &'a str, folded: &'a Folded, has_lists: bool) -> Self {
        Self {
            text,
            folded,
            units: folded.bytes(),
            triggers: Triggers::new(folded),
            has_lists,
            at: 0,
            floor: 0,
        }
    }

    /// The next link.
    pub(super) fn next_link(&mut self) -> Option<Link> {
        loop {
            let trigger = self.triggers.next_from(self.at)?;
            self.at = trigger + 1;
            let found = match unit(self.units, trigger) {
                b':' => self.url(trigger),
                b'.' => self.bare(trigger),
                _ => self.bare_word(trigger),
            };
            if let Some(link) = found {
                self.at = link.whole.end.max(self.at);
                self.floor = self.at;
                return Some(link);
            }
        }
    }

    /// A link with a scheme, whose colon stands at an offset.
    fn url(&mut self, colon: usize) -> Option<Link> {
        let is_opening = |unit| matches!(unit, b'[' | b'(' | b'{');
        let is_closing = |unit| matches!(unit, b']' | b')' | b'}');
        let is_bracketed = colon > self.floor && is_opening(unit(self.units, colon - 1));
        let mut at = colon + 1;
        let is_closed = is_bracketed && is_closing(unit(self.units, at));
        at += usize::from(is_closed);
        let slashes = self
            .units
            .get(at..)?
            .iter()
            .take_while(|unit| matches!(unit, b'/' | b'\\'))
            .count();
        if slashes == 0 {
            return None;
        }
        at += slashes;
        self.at = at;
        at += usize::from(is_bracketed && !is_closed && is_closing(unit(self.units, at)));
        let (start, is_web) = self.scheme(colon - usize::from(is_bracketed))?;
        if slashes < 2 && !is_web {
            return None;
        }
        self.authority(start, at)
    }

    /// Where the scheme that ends at an offset begins, and whether it is one of the web's.
    fn scheme(&self, end: usize) -> Option<(usize, bool)> {
        let floor = self.floor.max(end.saturating_sub(MAX_SCHEME_UNITS));
        let before = self.units.get(floor..end)?;
        for web in [b"https".as_slice(), b"http", b"hxxps", b"hxxp"] {
            if before.ends_with(web) {
                return Some((end - web.len(), true));
            }
        }
        let letters = before
            .iter()
            .rev()
            .take_while(|unit| unit.is_ascii_alphanumeric() || matches!(unit, b'+' | b'-'));
        let start = end - letters.count();
        (end - start >= 2 && unit(self.units, start).is_ascii_lowercase()).then_some((start, false))
    }

    /// A link that begins at `start` and whose part after `//` begins at `at`.
    fn authority(&mut self, start: usize, at: usize) -> Option<Link> {
        let authority = self.units.get(at..)?;
        let authority = authority.get(..MAX_AUTHORITY_UNITS).unwrap_or(authority);
        let len = authority
            .iter()
            .position(|unit| ends_authority(*unit))
            .unwrap_or(authority.len());
        let user_end = memchr::memrchr(b'@', authority.get(..len)?);
        let host_start = user_end.map_or(at, |sign| at + sign + 1);
        let (host_end, last, before_last) = self.host_end(host_start)?;
        let mut host = host_start..host_end;
        let mut tail = self.tail(host_end);
        if tail.is_empty() && self.is_joined(&last, &before_last) {
            host.end = before_last.end;
            tail = host.end..host.end;
        }
        let user = at..user_end.map_or(at, |sign| at + sign);
        Some(Link {
            whole: start..tail.end,
            user,
            host,
            tail,
            evidence: Evidence::Certain,
        })
    }

    /// Whether the last label of a host is the first word of the next sentence.
    fn is_joined(&self, last: &Range<usize>, before_last: &Range<usize>) -> bool {
        let label = |range: &Range<usize>| self.units.get(range.clone()).unwrap_or_default();
        classify(label(before_last)) == Tld::Sure
            && classify(label(last)) == Tld::Weak
            && label(last).first().is_some_and(u8::is_ascii_lowercase)
            && !is_known(label(last))
    }

    /// Where the host that begins at an offset ends, with its last label and the one before it.
    fn host_end(&self, start: usize) -> Option<(usize, Range<usize>, Range<usize>)> {
        if unit(self.units, start) == b'[' && matches!(unit(self.units, start + 1), b':' | b'0'..=b'9' | b'a'..=b'f') {
            let rest = self.units.get(start..)?;
            let len = rest.iter().take(48).position(|unit| *unit == b']')? + 1;
            return Some((start + len, start..start, start..start));
        }
        let mut before_last = start..start;
        let mut last = start..start;
        let mut at = start;
        loop {
            let label = at;
            while is_host_unit(unit(self.units, at)) {
                at += 1;
            }
            if at == label || at - start > 4 * MAX_NAME_BYTES {
                break;
            }
            before_last = last;
            last = label..at;
            match separator(self.units, at) {
                Some((Separator::Plain | Separator::Bracketed, next)) => at = next,
                Some((Separator::Spaced, _)) | None => break,
            }
        }
        (!last.is_empty()).then_some((last.end, last, before_last))
    }

    /// Port, path, query and fragment after a host: the range from the path on, at whose end the link ends.
    fn tail(&self, host_end: usize) -> Range<usize> {
        let mut at = host_end;
        if unit(self.units, at) == b':' {
            let digits = self
                .units
                .iter()
                .skip(at + 1)
                .take(6)
                .take_while(|unit| unit.is_ascii_digit())
                .count();
            if (1..=5).contains(&digits) && !is_label_unit(unit(self.units, at + 1 + digits)) {
                at += 1 + digits;
            }
        }
        let rest = self.units.get(at..).unwrap_or_default();
        if !rest
            .first()
            .is_some_and(|unit| matches!(unit, b'/' | b'\\' | b'?' | b'#'))
        {
            return at..at;
        }
        let len = rest.iter().position(|unit| ends_tail(*unit)).unwrap_or(rest.len());
        let mut tail = rest.get(..len).unwrap_or_default();
        let count = |sign| tail.iter().filter(|unit| **unit == sign).count();
        let mut round = count(b')').saturating_sub(count(b'('));
        let mut square = count(b']').saturating_sub(count(b'['));
        while let Some((last, rest)) = tail.split_last() {
            match last {
                b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' => {}
                b')' if round > 0 => round -= 1,
                b']' if square > 0 => square -= 1,
                _ => break,
            }
            tail = rest;
        }
        at..at + tail.len()
    }

    /// A bare name around the word for a dot at an offset.
    fn bare_word(&mut self, word: usize) -> Option<Link> {
        let before = unit(self.units, word.checked_sub(1)?);
        if matches!(before, b' ' | b'[' | b'(' | b'{') {
            self.bare(word)
        } else {
            None
        }
    }

    /// A bare name around the dot, or the word for one, at an offset.
    fn bare(&mut self, dot: usize) -> Option<Link> {
        let mut start = dot;
        if start > self.floor && matches!(unit(self.units, start - 1), b'[' | b'(' | b'{') {
            start -= 1;
        }
        if start > self.floor && unit(self.units, start - 1) == b' ' {
            start -= 1;
        }
        let (form, next) = separator(self.units, start)?;
        if !is_label_unit(unit(self.units, next)) || start == self.floor {
            return None;
        }
        match form {
            Separator::Spaced => self.spoken(start, next),
            Separator::Plain | Separator::Bracketed => self.run(start),
        }
    }

    /// Where the label that ends at an offset begins.
    fn label_start(&self, end: usize) -> usize {
        let before = self.units.get(self.floor..end).unwrap_or_default();
        end - before
            .iter()
            .rev()
            .take(MAX_NAME_BYTES)
            .take_while(|unit| is_label_unit(**unit))
            .count()
    }

    fn label_end(&self, start: usize) -> usize {
        let rest = self.units.get(start..).unwrap_or_default();
        start + rest.iter().take_while(|unit| is_label_unit(**unit)).count()
    }

    fn label(&self, range: Range<usize>) -> &'a [u8] {
        self.units.get(range).unwrap_or_default()
    }

    /// A name with a dot that has spaces around it or is a word, between `before` and `after`.
    fn spoken(&mut self, before: usize, after: usize) -> Option<Link> {
        let mut end = self.label_end(after);
        let tld = self.label(after..end);
        if !is_spoken(tld) || self.is_marked(after..end) {
            return None;
        }
        // `… karaoke. Com` begins a sentence; `momo. com` does not.
        let is_only_after = unit(self.units, before) == b'.';
        if is_only_after && (!matches!(tld, b"com" | b"net") || !self.is_small(after)) {
            return None;
        }
        let label = self.label_start(before);
        if before - label < 3 || is_syllable(self.label(label..before)) {
            return None;
        }
        let mut start = label;
        while start > self.floor + 1 && unit(self.units, start - 1) == b'.' && before - start < MAX_NAME_BYTES {
            let longer = self.label_start(start - 1);
            if longer == start - 1 {
                break;
            }
            start = longer;
        }
        if start > 0 && unit(self.units, start - 1) == b'@' {
            return None;
        }
        if let Some((_, next)) = separator(self.units, end)
            && is_spoken(self.label(next..self.label_end(next)))
        {
            end = self.label_end(next);
        }
        Some(self.finish(start, end, Evidence::Certain))
    }

    fn finish(&self, start: usize, end: usize, evidence: Evidence) -> Link {
        let tail = self.tail(end);
        Link {
            whole: start..tail.end,
            user: start..start,
            host: start..end,
            tail,
            evidence,
        }
    }

    /// A run of labels and dots, around the first dot of it.
    fn run(&mut self, first_dot: usize) -> Option<Link> {
        let mut start = self.label_start(first_dot);
        let first = start..first_dot;
        // The last labels, newest first.
        let mut last = [first.clone(), 0..0, 0..0, 0..0, 0..0];
        let mut count = 1;
        let mut is_bracketed = false;
        let mut end = first_dot;
        while let Some((form @ (Separator::Plain | Separator::Bracketed), next)) = separator(self.units, end) {
            if !is_label_unit(unit(self.units, next)) {
                break;
            }
            end = self.label_end(next);
            is_bracketed |= form == Separator::Bracketed;
            let [newest, second, third, fourth, _] = last;
            last = [next..end, newest, second, third, fourth];
            count += 1;
        }
        self.at = self.at.max(end);
        let is_mail = unit(self.units, end) == b'@' || (start > 0 && unit(self.units, start - 1) == b'@');
        if first.is_empty() || is_mail || end - start > MAX_NAME_BYTES + 64 {
            return None;
        }
        while start < first_dot && matches!(unit(self.units, start), b'-' | b'_') {
            start += 1;
        }
        if count == 4
            && self
                .label(start..end)
                .iter()
                .all(|unit| unit.is_ascii_digit() || *unit == b'.')
        {
            let link = self.finish(start, end, Evidence::Certain);
            let is_plain = link.whole.end > end || is_plausible_address(self.label(start..end));
            return is_plain.then_some(link);
        }
        let is_www = self.label(start..first_dot) == b"www";
        for (joined, pair) in last.windows(2).take(MAX_JOINED_LABELS + 1).enumerate() {
            let [tld, before] = pair else { break };
            if count - joined < 2 {
                break;
            }
            let label = self.label(tld.clone());
            let is_punycode = label.starts_with(b"xn--");
            let cut = label
                .iter()
                .position(|unit| matches!(unit, b'-' | b'_'))
                .filter(|_| !is_punycode);
            let tld = tld.start..cut.map_or(tld.end, |cut| tld.start + cut);
            let name = Bare {
                start,
                before: before.start.max(start)..before.end,
                tld,
                labels: count - joined,
            };
            if let Some(evidence) = self.judge(&name, is_www, is_bracketed) {
                return Some(self.finish(start, name.tld.end, evidence));
            }
        }
        None
    }

    /// Whether a bare name counts; the rule is that of [`super::bare`].
    fn judge(&self, name: &Bare, is_www: bool, is_bracketed: bool) -> Option<Evidence> {
        let tld = self.label(name.tld.clone());
        let before = self.label(name.before.clone());
        if tld.is_empty() || before.is_empty() || self.is_marked(name.tld.clone()) {
            return None;
        }
        let class = classify(tld);
        let has_path = unit(self.units, name.tld.end) == b'/' && is_label_unit(unit(self.units, name.tld.end + 1));
        if is_bracketed || has_path || (is_www && name.labels > 2) {
            return (class == Tld::Sure || is_known(tld)).then_some(Evidence::Certain);
        }
        match class {
            Tld::Sure => (name.labels > 2 || self.is_sure_pair(name, tld, before)).then_some(Evidence::Certain),
            Tld::Likely => (!is_syllable(before)).then_some(Evidence::Certain),
            Tld::Weak => {
                let whole = self.label(name.start..name.tld.end);
                let suffix = psl::suffix(whole).filter(|suffix| suffix.is_known())?;
                let is_below_long = suffix.as_bytes().contains(&b'.') && suffix.as_bytes().len() < whole.len();
                if is_below_long || is_numbered(before, tld) {
                    return Some(Evidence::Certain);
                }
                (self.has_lists && !is_syllable(before)).then_some(Evidence::IfListed)
            }
        }
    }

    /// Whether two labels, of which the last is a sure one, are a name and not two sentences.
    fn is_sure_pair(&self, name: &Bare, tld: &[u8], before: &[u8]) -> bool {
        let is_number = before.iter().all(u8::is_ascii_digit);
        let is_too_short = (before.len() < 2 && tld != b"com") || (is_number && before.len() < 3);
        let is_marked_syllable = is_syllable(before) && self.is_marked(name.before.clone());
        let is_country = tld == b"vn" && !self.is_small(name.tld.start) && self.is_small(name.before.end - 1);
        !is_too_short && !is_marked_syllable && !is_country
    }

    /// Whether a unit was typed as a small letter or is none.
    fn is_small(&self, at: usize) -> bool {
        let start = self.folded.span(at..at + 1).start as usize;
        self.text
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|c| !c.is_uppercase())
    }

    /// Whether a range of units carries Vietnamese marks.
    fn is_marked(&self, range: Range<usize>) -> bool {
        let marks = self.folded.marks().get(range).unwrap_or_default();
        marks.iter().any(|marks| marks.quality() != 0 || marks.tone() != 0)
    }
}

/// A bare name, as ranges of units.
struct Bare {
    start: usize,
    before: Range<usize>,
    tld: Range<usize>,
    labels: usize,
}

/// Whether a last label is a top-level domain.
fn is_known(label: &[u8]) -> bool {
    psl::suffix(label).is_some_and(|suffix| suffix.is_known())
}

const fn ends_authority(unit: u8) -> bool {
    matches!(unit, b'/' | b'\\' | b'?' | b'#') || ends_tail(unit)
}

const fn ends_tail(unit: u8) -> bool {
    matches!(
        unit,
        b' ' | b'\n' | b'<' | b'>' | b'"' | b'`' | b'{' | b'}' | b'|' | b'^' | OTHER_SYMBOL
    )
}

/// The link that a whole string is, with or without a scheme: none when it names no host.
pub(super) fn whole_link(text: &str, folded: &Folded) -> Option<Link> {
    let units = folded.bytes();
    let mut finder = Finder::new(text, folded, false);
    let start = units.iter().position(|unit| !matches!(unit, b' ' | b'\n'))?;
    finder.floor = start;
    let rest = units.get(start..)?;
    if rest.starts_with(b"//") || rest.starts_with(b"\\\\") {
        return finder.authority(start, start + 2);
    }
    let scheme = rest
        .iter()
        .take_while(|unit| unit.is_ascii_alphanumeric() || matches!(unit, b'+' | b'-'))
        .count();
    let mut at = start + scheme;
    at += usize::from(scheme > 0 && matches!(unit(units, at), b'[' | b'(' | b'{') && unit(units, at + 1) == b':');
    if scheme > 0 && unit(units, at) == b':' {
        if let Some(link) = finder.url(at) {
            return Some(link);
        }
        // `mailto:` and the like name no host; `host:8080` does.
        if !unit(units, at + 1).is_ascii_digit() {
            return None;
        }
    }
    finder.authority(start, start)
}
