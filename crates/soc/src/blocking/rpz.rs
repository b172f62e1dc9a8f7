//! Response policy zones, as a file: for BIND, Unbound and PowerDNS Recursor, and in the dialect of Knot Resolver, which knows
//! less.
//!
//! Source: draft-vixie-dnsop-dns-rpz-00, sections 3 to 5.

use std::io::{self, Write};
use std::net::IpAddr;

use super::{Act, Blocklist, Gap, Missing, reversed, written};
use crate::name;
use crate::value::{Value, bits_of};

/// Longest name, in bytes (RFC 1035, section 2.3.4).
const MAX_NAME_BYTES: usize = 253;

/// The name of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// Not the name of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a zone")]
pub struct OriginError;

impl Origin {
    /// Reads it.
    ///
    /// # Errors
    /// When it is no name.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let mut canonical = String::new();
        name::canonical(text, &mut canonical).map_err(|_| OriginError)?;
        Ok(Self(canonical))
    }

    /// The name, without a dot at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a zone needs beside what it blocks.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Its name.
    pub origin: Origin,
    /// Its serial number (RFC 1982).
    pub serial: u32,
    /// How long its answers may be kept, in seconds; also how often a secondary asks for news.
    pub ttl_seconds: u32,
    /// Who will read it.
    pub reader: Reader,
}

/// Whoever reads a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// BIND, Unbound, PowerDNS Recursor: everything.
    Full,
    /// Knot Resolver 5: no redirection, and no addresses.
    Knot,
}

/// A rule of a zone.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'b> {
    /// What it is about.
    pub trigger: Trigger<'b>,
    /// What is done.
    pub act: &'b Act,
}

/// What a rule of a zone is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger<'b> {
    /// A name and all names below it, its labels from the right: `vn.evil`.
    Name(&'b str),
    /// Answers with an address, or with one of a network.
    Address(&'b Value),
}

/// Gives every rule that a zone can say, each once and in one order: names by their labels from the right, then addresses
/// by number. What it cannot say is reported.
///
/// # Errors
/// The first of whoever takes the rules.
pub fn each_rule<E>(
    list: &Blocklist,
    origin: &Origin,
    reader: Reader,
    mut take: impl FnMut(Rule<'_>) -> Result<(), E>,
    mut report: impl FnMut(Gap<'_>),
) -> Result<(), E> {
    let knows = |act: &Act| reader == Reader::Full || !matches!(act, Act::Redirect(_));
    for (name, act) in &list.names {
        // With the sign for all names below, and the dots between.
        let fits = name.len() + 2 + 1 + origin.as_str().len() <= MAX_NAME_BYTES;
        if fits && knows(act) {
            let trigger = Trigger::Name(name);
            take(Rule { trigger, act })?;
        } else {
            report(Gap {
                value: &reversed(name),
                missing: if fits { Missing::Act } else { Missing::TooLong },
            });
        }
    }
    for (value, act) in list.networks.values() {
        let fits = trigger(value).len() + 1 + origin.as_str().len() <= MAX_NAME_BYTES;
        let missing = match reader {
            Reader::Full if fits => {
                let trigger = Trigger::Address(value);
                take(Rule { trigger, act })?;
                continue;
            }
            Reader::Full => Missing::TooLong,
            Reader::Knot => Missing::Value,
        };
        report(Gap {
            value: &written(value),
            missing,
        });
    }
    list.leave_out_urls(&mut report);
    Ok(())
}

/// The family of a name, both by their labels from the right (`vn.com.evil.www` is of `vn.com.evil`): no rule for a name of
/// one family is about a name of another, so that families may stand in different zones.
#[must_use]
pub fn family(name: &str) -> &str {
    name::family(name)
}

/// Writes a zone, and reports what it cannot say.
///
/// # Errors
/// When it cannot be written.
pub fn write_rpz(list: &Blocklist, zone: &Zone, out: &mut impl Write, report: impl FnMut(Gap<'_>)) -> io::Result<()> {
    let Zone {
        origin,
        serial,
        ttl_seconds: ttl,
        reader,
    } = zone;
    // A zone needs a server with an address that is not within it; nobody ever asks this one.
    writeln!(out, "$ORIGIN {}.\n$TTL {ttl}", origin.as_str())?;
    writeln!(
        out,
        "@ SOA localhost. nobody.localhost. {serial} {ttl} {ttl} 2592000 {ttl}\n@ NS localhost."
    )?;
    let write = |rule: Rule<'_>| {
        let target = target(rule.act);
        match rule.trigger {
            Trigger::Name(name) => {
                let name = reversed(name);
                writeln!(out, "{name} CNAME {target}.\n*.{name} CNAME {target}.")
            }
            Trigger::Address(value) => writeln!(out, "{} CNAME {target}.", trigger(value)),
        }
    };
    each_rule(list, origin, *reader, write, report)
}

/// Where a rule leads: a name, without the dot at its end.
#[must_use]
pub fn target(act: &Act) -> &str {
    match act {
        Act::NxDomain => "",
        Act::NoData => "*",
        Act::Drop => "rpz-drop",
        Act::Pass => "rpz-passthru",
        Act::Redirect(to) => to,
    }
}

/// The name that stands for answers with an address: `24.0.2.0.192.rpz-ip`, `48.zz.db8.2001.rpz-ip`; nothing for what is no
/// address.
#[must_use]
pub fn trigger(value: &Value) -> String {
    let (first, prefix) = match value {
        Value::Address(address) => (*address, bits_of(*address).1),
        Value::Network(network) => (network.first(), network.prefix()),
        Value::Text(..) => return String::new(),
    };
    match first {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{prefix}.{d}.{c}.{b}.{a}.rpz-ip")
        }
        IpAddr::V6(address) => {
            let groups = address.segments();
            let (start, len) = longest_zeros(groups);
            let mut labels = vec![prefix.to_string()];
            let mut at = groups.len();
            while let Some(before) = at.checked_sub(1) {
                if len > 1 && at == start + len {
                    labels.push("zz".to_owned());
                    at = start;
                } else {
                    labels.push(format!("{:x}", groups.get(before).copied().unwrap_or(0)));
                    at = before;
                }
            }
            format!("{}.rpz-ip", labels.join("."))
        }
    }
}

/// Where the longest run of zeros begins, the first of several, and how long it is.
fn longest_zeros(groups: [u16; 8]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut run = 0;
    for (at, group) in groups.iter().enumerate() {
        run = if *group == 0 { run + 1 } else { 0 };
        if run > best.1 {
            best = (at + 1 - run, run);
        }
    }
    best
}
