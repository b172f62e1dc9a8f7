//! Response policy zones of others: what a record of one is about and what it does, as far as a blocklist can say it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Act, written};
use crate::name;
use crate::value::{Network, Value, bits_of};

/// What a record of a zone is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A name, and not those below it.
    Name(String),
    /// All names below a name, and not itself.
    Below(String),
    /// Answers with an address, or with one of a network, as people write it.
    Address(String),
}

/// Reads the owner of a record, relative to the zone and without a dot at its end. `None` for what a blocklist does not
/// know: addresses of clients and of name servers, names of name servers, and what is no name.
#[must_use]
pub fn read_trigger(owner: &str) -> Option<Read> {
    let (rest, last) = owner.rsplit_once('.').unwrap_or(("", owner));
    if last.eq_ignore_ascii_case("rpz-ip") {
        return address(rest).map(|value| Read::Address(written(&value)));
    }
    if last.len() >= 4 && last.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("rpz-")) {
        return None;
    }
    let mut canonical = String::new();
    match owner.strip_prefix("*.") {
        Some(name) => {
            name::canonical(name, &mut canonical).ok()?;
            Some(Read::Below(canonical))
        }
        None => {
            name::canonical(owner, &mut canonical).ok()?;
            Some(Read::Name(canonical))
        }
    }
}

/// Reads where a `CNAME` leads, without the dot at its end. `None` for what is no act of ours, as `rpz-tcp-only`.
#[must_use]
pub fn read_act(target: &str) -> Option<Act> {
    match target.to_ascii_lowercase().as_str() {
        "" => Some(Act::NxDomain),
        "*" => Some(Act::NoData),
        "rpz-drop" => Some(Act::Drop),
        "rpz-passthru" => Some(Act::Pass),
        to if to.starts_with("rpz-") || to.starts_with("*.") => None,
        to => {
            let mut canonical = String::new();
            name::canonical(to, &mut canonical).ok()?;
            Some(Act::Redirect(canonical))
        }
    }
}

/// Reads `24.0.2.0.192` or `48.zz.db8.2001`.
fn address(text: &str) -> Option<Value> {
    let mut labels = text.split('.');
    let prefix: u8 = labels.next()?.parse().ok()?;
    let labels: Vec<&str> = labels.collect();
    let first = match labels.as_slice() {
        [d, c, b, a] if labels.iter().all(|label| label.parse::<u8>().is_ok()) => {
            let octets = [a.parse().ok()?, b.parse().ok()?, c.parse().ok()?, d.parse().ok()?];
            IpAddr::V4(Ipv4Addr::from(octets))
        }
        _ => IpAddr::V6(groups(&labels)?),
    };
    let (_, width) = bits_of(first);
    if prefix == width {
        Some(Value::Address(first.to_canonical()))
    } else {
        Network::new(first, prefix).ok().map(Value::Network)
    }
}

/// The eight groups of an IPv6 address from the right; `zz` stands for zeros as many as are missing.
fn groups(labels: &[&str]) -> Option<Ipv6Addr> {
    let mut groups: Vec<u16> = Vec::with_capacity(8);
    let mut is_filled = false;
    for label in labels.iter().rev() {
        if label.eq_ignore_ascii_case("zz") {
            let zeros = 9_usize.checked_sub(labels.len()).filter(|_| !is_filled)?;
            groups.extend(std::iter::repeat_n(0, zeros));
            is_filled = true;
        } else {
            groups.push(u16::from_str_radix(label, 16).ok().filter(|_| label.len() <= 4)?);
        }
    }
    let groups: [u16; 8] = groups.try_into().ok()?;
    Some(Ipv6Addr::from(groups))
}
