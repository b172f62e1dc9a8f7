//! One line of a list, as the kinds of lists that people keep have it.

use std::net::IpAddr;

use super::super::host::{Host, HostError, Name, parse_ipv4};
use super::super::tail::{MAX_TAIL_PIECES, normalize_tail};
use super::super::{LinkScratch, with_link};
use super::{COVERS, EXACT, pieces};
use crate::limits::MAX_LIST_LINE_BYTES;

/// Why a line could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LineError {
    /// Longer than [`MAX_LIST_LINE_BYTES`], or a path of more pieces than are compared.
    #[error("line or path is too long")]
    TooLong,
    /// Not UTF-8.
    #[error("line is not UTF-8")]
    NotUtf8,
    /// No host name, address or URL.
    #[error("not a host name, address or URL")]
    NotAHost,
    /// A name without a dot.
    #[error("name has only one label")]
    SingleLabel,
    /// A suffix under which the public registers names: it would cover everybody.
    #[error("public suffix would cover names of strangers")]
    PublicSuffix,
    /// A block of addresses.
    #[error("address ranges are not supported, list each address")]
    AddressRange,
    /// A rule that says more than which name is meant: an exception, a part of a page, options, wildcards.
    #[error("rule is narrower than a name, and a set holds only names and URLs")]
    Unsupported,
}

/// What one line adds.
pub(super) struct Target<'a> {
    pub(super) host: &'a [u8],
    /// Normalised; empty for the whole host.
    pub(super) path: &'a [u8],
    /// How the host is covered when there is no path.
    pub(super) flags: u8,
}

/// Names that hosts files give to the machine itself.
const OWN_NAMES: [&str; 12] = [
    "localhost",
    "localhost.localdomain",
    "local",
    "broadcasthost",
    "ip6-localhost",
    "ip6-loopback",
    "ip6-localnet",
    "ip6-mcastprefix",
    "ip6-allnodes",
    "ip6-allrouters",
    "ip6-allhosts",
    "0.0.0.0",
];

/// Reads a line and gives what it adds to `add`. Of several names on one line each good one is added, and the first
/// mistake is the answer.
pub(super) fn read_line(
    line: &[u8],
    scratch: &mut LinkScratch,
    mut add: impl FnMut(Target<'_>) -> Result<(), LineError>,
) -> Result<(), LineError> {
    if line.len() > MAX_LIST_LINE_BYTES {
        return Err(LineError::TooLong);
    }
    // Most lines of most lists are plain names.
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if is_plain_name(line) {
        return read_name(line, &mut add);
    }
    let line = std::str::from_utf8(line).map_err(|_| LineError::NotUtf8)?.trim();
    if line.is_empty() || line.starts_with(['#', '!']) || (line.starts_with("[Adblock") && line.ends_with(']')) {
        return Ok(());
    }
    if line.starts_with("@@") || line.contains("##") || line.contains("#@#") {
        return Err(LineError::Unsupported);
    }
    if let Some(rule) = line.strip_prefix("||") {
        return read_target(blocked_name(rule)?, scratch, &mut add);
    }
    let line = line
        .find([' ', '\t'])
        .and_then(|gap| line.get(gap..))
        .map_or(line, |rest| {
            let comment = rest.find('#').map_or(rest, |at| rest.get(at..).unwrap_or_default());
            if comment.starts_with('#') {
                line.strip_suffix(comment).unwrap_or(line).trim_end()
            } else {
                line
            }
        });
    let mut words = line.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    let mut words = words.peekable();
    if words.peek().is_none() {
        return read_target(first, scratch, &mut add);
    }
    if first.parse::<IpAddr>().is_err() {
        return Err(LineError::NotAHost);
    }
    let mut answer = Ok(());
    for name in words.filter(|name| !OWN_NAMES.contains(name)) {
        answer = answer.and(read_target(name, scratch, &mut add));
    }
    answer
}

/// The name in a rule like `||name^`. Options that only say where a rule counts would be lost, so they are refused.
fn blocked_name(rule: &str) -> Result<&str, LineError> {
    let (name, options) = rule.split_once('$').unwrap_or((rule, "all"));
    if !options
        .split(',')
        .all(|option| matches!(option, "all" | "document" | "doc" | "important"))
    {
        return Err(LineError::Unsupported);
    }
    let name = name
        .strip_suffix("^")
        .or_else(|| name.strip_suffix("^*"))
        .unwrap_or(name);
    if name.contains(['^', '|']) {
        Err(LineError::Unsupported)
    } else {
        Ok(name)
    }
}

fn read_target(
    target: &str,
    scratch: &mut LinkScratch,
    add: &mut impl FnMut(Target<'_>) -> Result<(), LineError>,
) -> Result<(), LineError> {
    let target = target
        .strip_prefix("*.")
        .or_else(|| target.strip_prefix('.'))
        .unwrap_or(target);
    if target.contains('*') {
        return Err(LineError::Unsupported);
    }
    if is_plain_name(target.as_bytes()) {
        return read_name(target.as_bytes(), add);
    }
    if let Ok(address) = target.parse::<IpAddr>() {
        let text = address.to_canonical().to_string();
        return add(Target {
            host: text.as_bytes(),
            path: b"",
            flags: COVERS,
        });
    }
    if let Some((address, bits)) = target.split_once('/')
        && address.parse::<IpAddr>().is_ok()
        && bits.parse::<u8>().is_ok_and(|bits| bits <= 128)
    {
        return Err(LineError::AddressRange);
    }
    let added = with_link(target, scratch, |found| {
        let (host, flags) = match found.host.real {
            Host::Address(text) => (text, COVERS),
            Host::Name(name) => (name.text(), flags_of(name)),
        };
        normalize_tail(found.tail, found.path);
        if pieces(found.path).nth(MAX_TAIL_PIECES).is_some() {
            return Err(LineError::TooLong);
        }
        add(Target {
            host,
            path: found.path,
            flags,
        })
    });
    added.map_err(line_error)?
}

/// Whether a name needs no reading: lower-case ASCII, not an address.
fn is_plain_name(name: &[u8]) -> bool {
    name.iter()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
        && name.last().is_some_and(|last| *last != b'.')
        && name.first().is_some_and(|first| *first != b'.')
        && parse_ipv4(name).is_none()
}

fn read_name(name: &[u8], add: &mut impl FnMut(Target<'_>) -> Result<(), LineError>) -> Result<(), LineError> {
    let name = Name::parse(name).map_err(line_error)?;
    add(Target {
        host: name.text(),
        path: b"",
        flags: flags_of(name),
    })
}

fn flags_of(name: Name<'_>) -> u8 {
    if name.labels().is_empty() { EXACT } else { COVERS }
}

const fn line_error(error: HostError) -> LineError {
    match error {
        HostError::Invalid => LineError::NotAHost,
        HostError::SingleLabel => LineError::SingleLabel,
        HostError::PublicSuffix => LineError::PublicSuffix,
    }
}
