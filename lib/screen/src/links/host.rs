//! What a link points at: the host, read as a browser reads it (WHATWG URL, sections 3.3 to 3.6) and cut at its public
//! suffix. Knows nothing of lists or protected names.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::fold::Folded;

/// Longest host name, in bytes (RFC 1035 section 2.3.4).
pub(super) const MAX_NAME_BYTES: usize = 253;
/// Longest label, in bytes.
const MAX_LABEL_BYTES: usize = 63;
/// Longest host as typed that is read with IDNA; piled-up marks and invisible letters make hosts longer than that, and
/// such a host is known by its letters alone.
const MAX_TYPED_BYTES: usize = 1024;

/// Why something is not a host that a link or a list can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostError {
    /// Not a host at all.
    Invalid,
    /// A name of one label, as in `localhost`.
    SingleLabel,
    /// Everybody's: a suffix under which the public registers names, as in `com.vn`.
    PublicSuffix,
}

/// A host name in lower-case ASCII, cut at its public suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'a> {
    text: &'a [u8],
    suffix: usize,
}

impl<'a> Name<'a> {
    /// Reads a name: labels of letters, digits, hyphens and underscores below a public suffix. A suffix of the list's
    /// private part (`blogspot.com`) is a name too, since its owner has a site there; one of the registries' is not.
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, HostError> {
        if text.is_empty() || text.len() > MAX_NAME_BYTES {
            return Err(HostError::Invalid);
        }
        let mut label = 0;
        for byte in text {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => label += 1,
                b'.' if (1..=MAX_LABEL_BYTES).contains(&label) => label = 0,
                _ => return Err(HostError::Invalid),
            }
        }
        if !(1..=MAX_LABEL_BYTES).contains(&label) {
            return Err(HostError::Invalid);
        }
        let suffix = psl::suffix(text).ok_or(HostError::Invalid)?;
        let start = text.len() - suffix.as_bytes().len();
        if start > 0 {
            return Ok(Self { text, suffix: start });
        }
        match suffix.typ() {
            Some(psl::Type::Private) => Ok(Self { text, suffix: 0 }),
            Some(psl::Type::Icann) => Err(HostError::PublicSuffix),
            None => Err(HostError::SingleLabel),
        }
    }

    /// The whole name.
    pub(super) const fn text(self) -> &'a [u8] {
        self.text
    }

    /// The public suffix.
    pub(super) fn suffix(self) -> &'a [u8] {
        self.text.get(self.suffix..).unwrap_or_default()
    }

    /// What stands before the public suffix, without the dot between; empty when the name is the suffix itself.
    pub(super) fn labels(self) -> &'a [u8] {
        self.text.get(..self.suffix.saturating_sub(1)).unwrap_or_default()
    }
}

/// A host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host<'a> {
    /// A name.
    Name(Name<'a>),
    /// An IP address in its canonical text form.
    Address(&'a [u8]),
}

/// A host as the network reads it and, where they differ, as the eye does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resolved<'a> {
    /// The host that a browser would go to.
    pub(super) real: Host<'a>,
    /// The name that people read, when that is another one.
    pub(super) seen: Option<Name<'a>>,
}

/// Memory that reading hosts reuses.
#[derive(Debug, Default)]
pub(super) struct HostScratch {
    typed: String,
    real: Vec<u8>,
    seen: Vec<u8>,
    folded: Folded,
}

/// A sign between labels, in the ways people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// A dot.
    Plain,
    /// A dot or its name in brackets, as defanged links have it.
    Bracketed,
    /// A dot with a space before it, after it or both; or its name as a word.
    Spaced,
}

/// The unit at an offset; past the end, a line end.
pub(super) fn unit(units: &[u8], at: usize) -> u8 {
    units.get(at).copied().unwrap_or(b'\n')
}

/// Whether a unit can stand in a label.
pub(super) const fn is_label_unit(unit: u8) -> bool {
    matches!(unit, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')
}

/// The separator that begins at an offset, and where it ends: `.`, `[.]`, `(dot)`, ` . `, ` dot `, ` chấm `.
pub(super) fn separator(units: &[u8], start: usize) -> Option<(Separator, usize)> {
    let mut at = start;
    let is_spaced = unit(units, at) == b' ';
    at += usize::from(is_spaced);
    let closing = match unit(units, at) {
        b'[' => Some(b']'),
        b'(' => Some(b')'),
        b'{' => Some(b'}'),
        _ => None,
    };
    at += usize::from(closing.is_some());
    let rest = units.get(at..)?;
    let (is_word, len) = match rest.first()? {
        b'.' => (false, 1),
        b'd' if rest.starts_with(b"dot") => (true, 3),
        b'c' if rest.starts_with(b"cham") => (true, 4),
        _ => return None,
    };
    at += len;
    if let Some(closing) = closing {
        if unit(units, at) != closing {
            return None;
        }
        at += 1;
    }
    let is_followed = unit(units, at) == b' ';
    at += usize::from(is_followed);
    match (closing.is_some(), is_word, is_spaced, is_followed) {
        // Spaces belong to a separator in brackets only on both sides.
        (true, _, false, true) => Some((Separator::Bracketed, at - 1)),
        (true, _, true, false) => None,
        (true, ..) => Some((Separator::Bracketed, at)),
        (false, true, true, true) => Some((Separator::Spaced, at)),
        (false, true, ..) => None,
        (false, false, false, false) => Some((Separator::Plain, at)),
        (false, false, ..) => Some((Separator::Spaced, at)),
    }
}

/// Reads the host at a range of units.
pub(super) fn resolve<'a>(
    text: &str,
    folded: &'a Folded,
    host: Range<usize>,
    scratch: &'a mut HostScratch,
) -> Result<Resolved<'a>, HostError> {
    let units = folded.bytes().get(host.clone()).unwrap_or_default();
    if let Some(inside) = units.strip_prefix(b"[").and_then(|inside| inside.strip_suffix(b"]")) {
        let address = std::str::from_utf8(inside)
            .ok()
            .and_then(|inside| inside.parse::<Ipv6Addr>().ok());
        let address = address.ok_or(HostError::Invalid)?;
        // An IPv4 address in IPv6 clothes is still that IPv4 address.
        let address = address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4);
        return Ok(write_address(address, &mut scratch.real));
    }
    let span = folded.span(host.clone());
    let typed = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let is_plain = typed.len() == units.len() && typed.is_ascii();
    if is_plain && !is_encoded(units) && units.iter().all(|unit| is_label_unit(*unit) || *unit == b'.') {
        return Ok(match parse_ascii(units, &mut scratch.real)? {
            Some(name) => named(name),
            None => Resolved {
                real: Host::Address(&scratch.real),
                seen: None,
            },
        });
    }
    resolve_typed(text, folded, host, scratch)
}

const fn named(name: Name<'_>) -> Resolved<'_> {
    Resolved {
        real: Host::Name(name),
        seen: None,
    }
}

fn is_encoded(units: &[u8]) -> bool {
    units.starts_with(b"xn--") || memchr::memmem::find(units, b".xn--").is_some()
}

/// Reads a name, or writes an IPv4 address to `address` and gives none.
fn parse_ascii<'a>(text: &'a [u8], address: &mut Vec<u8>) -> Result<Option<Name<'a>>, HostError> {
    let text = text.strip_suffix(b".").unwrap_or(text);
    if let Some(parsed) = parse_ipv4(text) {
        let parsed = parsed.ok_or(HostError::Invalid)?;
        write_address(IpAddr::V4(parsed), address);
        return Ok(None);
    }
    Name::parse(text).map(Some)
}

fn write_address(address: IpAddr, out: &mut Vec<u8>) -> Resolved<'_> {
    out.clear();
    // Writing to memory does not fail.
    let _ = write!(out, "{address}");
    Resolved {
        real: Host::Address(out),
        seen: None,
    }
}

/// Reads a host that is not plain ASCII: other letters, percent-encoding, punycode, defanged dots.
fn resolve_typed<'a>(
    text: &str,
    folded: &Folded,
    host: Range<usize>,
    scratch: &'a mut HostScratch,
) -> Result<Resolved<'a>, HostError> {
    let HostScratch {
        typed,
        real,
        seen,
        folded: decoded,
    } = scratch;
    join_labels(text, folded, host, typed, seen)?;
    if typed.contains('%') {
        percent_decode(typed, real);
        let Ok(decoded_host) = std::str::from_utf8(real) else {
            return Err(HostError::Invalid);
        };
        typed.clear();
        typed.push_str(decoded_host);
        read_letters(decoded, typed, seen);
    }
    if typed.len() > MAX_TYPED_BYTES {
        return Ok(named(Name::parse(seen)?));
    }
    real.clear();
    match idna::domain_to_ascii_cow(typed.as_bytes(), idna::AsciiDenyList::URL) {
        Ok(name) => real.extend_from_slice(name.as_bytes()),
        // No browser goes there; what people read is all there is.
        Err(_) => real.extend_from_slice(seen),
    }
    if real.last() == Some(&b'.') {
        real.pop();
    }
    if let Some(parsed) = parse_ipv4(real) {
        return parsed
            .map(|address| write_address(IpAddr::V4(address), real))
            .ok_or(HostError::Invalid);
    }
    if is_encoded(real) {
        if typed.is_ascii() {
            let (unicode, _) = idna::domain_to_unicode(typed);
            read_letters(decoded, &unicode, seen);
        }
    } else {
        seen.clear();
    }
    let real = Name::parse(real)?;
    let seen = Name::parse(seen).ok().filter(|seen| seen.text() != real.text());
    Ok(Resolved {
        real: Host::Name(real),
        seen,
    })
}

/// Puts the labels of a host together with plain dots: as typed, and as folded.
fn join_labels(
    text: &str,
    folded: &Folded,
    host: Range<usize>,
    typed: &mut String,
    seen: &mut Vec<u8>,
) -> Result<(), HostError> {
    typed.clear();
    seen.clear();
    let units = folded.bytes().get(..host.end).unwrap_or_default();
    let mut at = host.start;
    while at < units.len() {
        let start = at;
        while at < units.len() && is_host_unit(unit(units, at)) {
            // A dot's name between spaces or brackets is reached through them.
            at += 1;
        }
        if at - start > 3 * MAX_LABEL_BYTES || typed.len() > 4 * MAX_TYPED_BYTES {
            return Err(HostError::Invalid);
        }
        let span = folded.span(start..at);
        typed.push_str(text.get(span.start as usize..span.end as usize).unwrap_or_default());
        seen.extend(
            units
                .get(start..at)
                .unwrap_or_default()
                .iter()
                .map(|unit| letter_or_blank(*unit)),
        );
        if at < units.len() {
            let (_, end) = separator(units, at).ok_or(HostError::Invalid)?;
            at = end;
            typed.push('.');
            seen.push(b'.');
        }
    }
    if seen.last() == Some(&b'.') {
        seen.pop();
    }
    Ok(())
}

/// Whether a unit can stand in the label of a host that follows a scheme.
pub(super) const fn is_host_unit(unit: u8) -> bool {
    is_label_unit(unit) || matches!(unit, b'%' | crate::fold::FOREIGN)
}

/// Letters of other scripts stand as a sign that no protected name has.
const fn letter_or_blank(unit: u8) -> u8 {
    if is_label_unit(unit) || unit == b'.' {
        unit
    } else {
        b'_'
    }
}

fn read_letters(folded: &mut Folded, name: &str, out: &mut Vec<u8>) {
    folded.fold(name);
    out.clear();
    out.extend(folded.bytes().iter().map(|unit| letter_or_blank(*unit)));
}

/// Decodes `%41` and the like; a `%` without two hexadecimal digits stands for itself.
fn percent_decode(typed: &str, out: &mut Vec<u8>) {
    out.clear();
    let bytes = typed.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let decoded = match (byte, bytes.get(at + 1), bytes.get(at + 2)) {
            (b'%', Some(high), Some(low)) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        out.push(decoded.unwrap_or(*byte));
        at += if decoded.is_some() { 3 } else { 1 };
    }
}

/// The value of a hexadecimal digit.
pub(super) const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Reads an IPv4 address as the WHATWG URL standard does: decimal, octal (`0…`) or hexadecimal (`0x…`) parts, of which
/// the last fills what is left. Outer none: the host does not end in a number and is a name. Inner none: it does, but
/// is no address.
pub(super) fn parse_ipv4(host: &[u8]) -> Option<Option<Ipv4Addr>> {
    let host = host.strip_suffix(b".").unwrap_or(host);
    let last = host.rsplit(|byte| *byte == b'.').next()?;
    // A number begins with a digit in every base; most names end here.
    if !last.first()?.is_ascii_digit() {
        return None;
    }
    if !last.iter().all(u8::is_ascii_digit) && parse_number(last).is_none() {
        return None;
    }
    let mut address: u64 = 0;
    let mut parts = 0u32;
    let mut last_part = 0;
    for part in host.split(|byte| *byte == b'.') {
        if parts > 0 {
            if last_part > 255 {
                return Some(None);
            }
            address = address << 8 | last_part;
        }
        let Some(number) = parse_number(part) else {
            return Some(None);
        };
        last_part = number;
        parts += 1;
        if parts > 4 {
            return Some(None);
        }
    }
    let free_bits = 8 * (5 - parts);
    if last_part >> free_bits != 0 {
        return Some(None);
    }
    let address = address << free_bits | last_part;
    Some(u32::try_from(address).ok().map(Ipv4Addr::from))
}

fn parse_number(part: &[u8]) -> Option<u64> {
    let (radix, digits) = match part {
        [] => return None,
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, part),
    };
    let mut number: u64 = 0;
    for digit in digits {
        let value = u64::from(hex(*digit)?);
        if value >= radix {
            return None;
        }
        // Past 32 bits the exact value no longer matters.
        number = (number * radix + value).min(1 << 40);
    }
    Some(number)
}
