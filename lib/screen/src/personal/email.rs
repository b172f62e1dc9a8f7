//! E-mail addresses.
//!
//! Rule: a local part of at most 64 characters, `@`, and a host name of at most 255 with a top-level domain of letters
//! (RFC 5321 section 4.5.3, RFC 5322 atoms; no quoted strings). The sign may be spelled `(at)`, `[at]`, `a còng` or
//! stand between spaces, and dots may be spelled `(dot)` or `chấm`, when the name then ends in a well-known domain.
//!
//! Confidence: 98 as it should be, 85 spelled out, 78 with spaces; 50 for the addresses of offices (`info@`, `hotro@`),
//! which are not a person's.
//!
//! Known false alarms: handles of other networks that look like addresses. Known miss: an address spelled out wholly in
//! words without a digit whose host is not a `…mail` one.

use std::ops::Range;

use super::Hit;
use super::formats::{CLEAR_TLDS, ROLE_LOCAL_PARTS};
use crate::PersonalKind;

const MAX_LOCAL: usize = 64;
const MAX_HOST: usize = 255;
const MAX_LABEL: usize = 63;

/// Ways to spell the sign, without the spaces around them.
const AT: [&[u8]; 7] = [b"(at)", b"[at]", b"{at}", b"a cong", b"acong", b"@", b"at"];
/// Ways to spell a dot.
const DOTS: [&[u8]; 6] = [b"(dot)", b"[dot]", b"(.)", b"dot", b"cham", b"."];

/// Whether a sign is spelled in brackets somewhere: what the first look at a text asks.
pub(super) fn has_bracketed_at(units: &[u8]) -> bool {
    memchr::memchr2_iter(b'(', b'[', units).any(|at| units.get(at + 1..at + 3) == Some(b"at"))
}

/// The address around the `@` at a unit, and its units.
pub(super) fn judge(units: &[u8], at: usize) -> Option<(Range<usize>, Hit)> {
    let start = local_start(units, at);
    if start < at
        && let Some(end) = host_end(units, at + 1)
    {
        return Some((start..end, hit(units.get(start..at)?, 98)));
    }
    let is_spaced = |unit: Option<&u8>| unit == Some(&b' ');
    if start < at || at.checked_sub(1).is_some_and(|before| is_spaced(units.get(before))) {
        return judge_spelled(units, at);
    }
    None
}

/// The address around a sign that is spelled out, or stands between spaces, at a unit.
pub(super) fn judge_spelled(units: &[u8], at: usize) -> Option<(Range<usize>, Hit)> {
    let rest = units.get(at..)?;
    let sign = AT.iter().find(|sign| rest.starts_with(sign))?;
    let spaced = |unit: Option<&u8>| unit == Some(&b' ');
    let is_word = sign.first().is_some_and(u8::is_ascii_lowercase);
    let local_end = at - usize::from(at > 0 && spaced(units.get(at - 1)));
    if is_word && local_end == at {
        return None;
    }
    let start = local_start(units, local_end);
    let after_sign = at + sign.len();
    let host = after_sign + usize::from(spaced(units.get(after_sign)));
    if start == local_end || (is_word && host == after_sign) {
        return None;
    }
    let end = spelled_host_end(units, host)?;
    let is_bare_sign = *sign == b"@";
    let confidence = if is_bare_sign { 78 } else { 85 };
    Some((start..end, hit(units.get(start..local_end)?, confidence)))
}

fn hit(local: &[u8], confidence: i16) -> Hit {
    let is_office = ROLE_LOCAL_PARTS.contains(&local);
    Hit::new(PersonalKind::Email, if is_office { 50 } else { confidence })
}

const fn is_atom(unit: u8) -> bool {
    unit.is_ascii_alphanumeric()
        || matches!(
            unit,
            b'.' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^' | b'_'
        )
}

/// Where the local part before a unit begins: the unit itself when there is none.
fn local_start(units: &[u8], end: usize) -> usize {
    let before = units.get(end.saturating_sub(MAX_LOCAL + 1)..end).unwrap_or_default();
    let taken = before.iter().rev().take_while(|unit| is_atom(**unit)).count();
    if taken > MAX_LOCAL || before.last() == Some(&b'.') {
        return end;
    }
    // Signs that only happen to stand before it are no part of it.
    let skipped = before
        .iter()
        .skip(before.len() - taken)
        .take_while(|unit| !unit.is_ascii_alphanumeric())
        .count();
    end - (taken - skipped)
}

/// Where the host name that begins at a unit ends: at least two labels, the last of two letters or more.
fn host_end(units: &[u8], start: usize) -> Option<usize> {
    let window = units.get(start..units.len().min(start + MAX_HOST + 1))?;
    let mut best = None;
    let mut label = 0;
    for (at, unit) in window.iter().copied().chain([b' ']).enumerate() {
        if unit.is_ascii_alphanumeric() || unit == b'-' {
            continue;
        }
        let bytes = window.get(label..at).unwrap_or_default();
        let is_label = !bytes.is_empty()
            && bytes.len() <= MAX_LABEL
            && bytes.first() != Some(&b'-')
            && bytes.last() != Some(&b'-');
        if !is_label || at > MAX_HOST {
            break;
        }
        if label > 0 && bytes.len() >= 2 && bytes.iter().all(u8::is_ascii_lowercase) {
            best = Some(start + at);
        }
        if unit != b'.' {
            break;
        }
        label = at + 1;
    }
    best
}

/// Like [`host_end`] where dots may be spelled out and spaced; the last label must be a well-known domain.
fn spelled_host_end(units: &[u8], start: usize) -> Option<usize> {
    const MOST_LABELS: usize = 4;
    let mut at = start;
    let mut end = None;
    for label in 0..MOST_LABELS {
        let rest = units.get(at..)?;
        let len = rest
            .iter()
            .take(MAX_LABEL)
            .take_while(|unit| unit.is_ascii_alphanumeric() || **unit == b'-')
            .count();
        let name = rest.get(..len)?;
        if name.starts_with(b"-") || name.ends_with(b"-") {
            break;
        }
        if label > 0 && CLEAR_TLDS.contains(&name) {
            end = Some(at + len);
        }
        at += len;
        let gap = usize::from(units.get(at) == Some(&b' '));
        let rest = units.get(at + gap..).unwrap_or_default();
        let Some(dot) = DOTS.iter().find(|dot| rest.starts_with(dot)) else {
            break;
        };
        if len == 0 || (gap == 0 && dot.first().is_some_and(u8::is_ascii_lowercase)) {
            break;
        }
        at += gap + dot.len();
        at += usize::from(units.get(at) == Some(&b' '));
    }
    end
}
