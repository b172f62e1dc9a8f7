//! Addresses and networks as what other programs are told of them, all at first and then what changed: routes for BGP, through
//! ExaBGP, and decisions for the bouncers of CrowdSec.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Act, Blocklist, Gap, Missing, reversed, written};
use crate::value::Value;

/// How routers are told to drop traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// By a route to nowhere with the community BLACKHOLE (RFC 7999): what goes to an address is dropped, all of it. Next
    /// hops are what the routers drop traffic for; a family that has none is reported.
    Blackhole {
        /// For IPv4.
        next_hop4: Option<Ipv4Addr>,
        /// For IPv6.
        next_hop6: Option<Ipv6Addr>,
    },
    /// By rules of Flowspec (RFC 8955, RFC 8956): what goes to an address and what comes from it is dropped.
    Flowspec,
}

/// What is said of every decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionTerms {
    /// For how long a bouncer keeps one without hearing of it again.
    pub seconds: u32,
    /// Why, in a few words.
    pub scenario: String,
}

/// Writes commands for ExaBGP, one a line: routes of what is in `list` and was not in `before` are announced, and of what was
/// there and is not any more withdrawn. Reports what it cannot say of `list`.
///
/// # Errors
/// When they cannot be written.
pub fn write_exabgp(
    before: &Blocklist,
    list: &Blocklist,
    route: Route,
    out: &mut impl Write,
    mut report: impl FnMut(Gap<'_>),
) -> io::Result<()> {
    leave_out_names(list, &mut report);
    let (gone, new) = changes(before, list, &mut report);
    for (value, verb) in gone
        .iter()
        .map(|value| (value, "withdraw"))
        .chain(new.iter().map(|value| (value, "announce")))
    {
        match route {
            Route::Blackhole { next_hop4, next_hop6 } => {
                let is_v4 = first_of(value).is_some_and(|first| first.is_ipv4());
                let next_hop = if is_v4 {
                    next_hop4.map(IpAddr::from)
                } else {
                    next_hop6.map(IpAddr::from)
                };
                match next_hop {
                    Some(next_hop) => writeln!(
                        out,
                        "{verb} route {} next-hop {next_hop} community [65535:666]",
                        prefixed(value)
                    )?,
                    None if verb == "announce" => report(Gap {
                        value: &written(value),
                        missing: Missing::Act,
                    }),
                    None => {}
                }
            }
            Route::Flowspec => {
                for end in ["destination", "source"] {
                    writeln!(
                        out,
                        "{verb} flow route {{ match {{ {end} {}; }} then {{ discard; }} }}",
                        prefixed(value)
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// Writes what `/v1/decisions/stream` of CrowdSec's local API answers: with an empty `before` what a bouncer is told that has
/// just started, and otherwise what changed. Bouncers know a decision by its value; its number is made of it, so that it is
/// the same each time. Reports what it cannot say of `list`.
///
/// # Errors
/// When it cannot be written.
pub fn write_crowdsec(
    before: &Blocklist,
    list: &Blocklist,
    terms: &DecisionTerms,
    out: &mut impl Write,
    mut report: impl FnMut(Gap<'_>),
) -> io::Result<()> {
    leave_out_names(list, &mut report);
    let (gone, new) = changes(before, list, &mut report);
    for (name, values, duration) in [
        ("{\"new\":", new, format!("{}s", terms.seconds)),
        (",\"deleted\":", gone, "-1s".to_owned()),
    ] {
        out.write_all(name.as_bytes())?;
        for (at, value) in values.iter().enumerate() {
            let text = written(value);
            let scope = if matches!(value, Value::Network(_)) {
                "Range"
            } else {
                "Ip"
            };
            let decision = serde_json::json!({
                "id": number_of(&text), "origin": "anlanh", "type": "ban", "scope": scope, "value": text,
                "duration": duration, "scenario": terms.scenario,
            });
            write!(out, "{}{decision}", if at == 0 { "[" } else { "," })?;
        }
        // As it writes an empty list.
        out.write_all(if values.is_empty() { b"null" } else { b"]" })?;
    }
    out.write_all(b"}\n")
}

fn leave_out_names(list: &Blocklist, report: &mut impl FnMut(Gap<'_>)) {
    for name in list.names.keys() {
        report(Gap {
            value: &reversed(name),
            missing: Missing::Value,
        });
    }
    list.leave_out_urls(report);
}

/// What was blocked and is not any more, and what is and was not.
fn changes<'b>(
    before: &'b Blocklist,
    list: &'b Blocklist,
    report: &mut impl FnMut(Gap<'_>),
) -> (Vec<&'b Value>, Vec<&'b Value>) {
    let is_dropped = |act: &Act| match act {
        Act::NxDomain | Act::NoData | Act::Drop => true,
        Act::Redirect(_) | Act::Pass => false,
    };
    for (value, _) in list.networks.values().filter(|(_, act)| !is_dropped(act)) {
        report(Gap {
            value: &written(value),
            missing: Missing::Act,
        });
    }
    let of_one = |one: &'b Blocklist, other: &Blocklist| {
        let has = |key| other.networks.get(key).is_some_and(|(_, act)| is_dropped(act));
        let all = one.networks.iter().filter(|(_, (_, act))| is_dropped(act));
        all.filter(|(key, _)| !has(key)).map(|(_, (value, _))| value).collect()
    };
    (of_one(before, list), of_one(list, before))
}

fn first_of(value: &Value) -> Option<IpAddr> {
    match value {
        Value::Address(address) => Some(*address),
        Value::Network(network) => Some(network.first()),
        Value::Text(..) => None,
    }
}

/// With the length of the prefix, also of one address.
fn prefixed(value: &Value) -> String {
    match value {
        Value::Address(address) => format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 }),
        Value::Network(_) | Value::Text(..) => written(value),
    }
}

/// FNV-1a, without the bit that would make it negative.
fn number_of(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash >> 1
}
