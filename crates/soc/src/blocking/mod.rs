//! What is to be blocked, compiled to the dialects of those who enforce it: resolvers, firewalls, sensors.
//!
//! Nothing is blocked that would hit others: a name that stands above one that must stay reachable is refused
//! ([`Blocklist::add`]), and what a dialect cannot say exactly is left out of it and reported ([`Gap`]), never said
//! more broadly. Every value stands in the list once, in one form and one order, so that no zone has a name twice: one
//! makes PowerDNS Recursor drop the whole zone and answer unblocked.

mod cdb;
mod coverage;
mod firewall;
pub mod guard;
mod route;
mod rpz;
mod rpz_reading;
mod sensor;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Bound;

pub use cdb::write_cdb;
pub use coverage::{Coverage, Dialect, coverage};
pub use firewall::write_nftables;
pub use route::{DecisionTerms, Route, write_crowdsec, write_exabgp};
pub use rpz::{Origin, OriginError, Reader, Rule, Trigger, Zone, each_rule, family, target, trigger, write_rpz};
pub use rpz_reading::{Read, read_act, read_trigger};
pub use sensor::{write_json, write_suricata};

use crate::name;
use crate::value::{Kind, Value, ValueError, bits_of};

/// What is done with whatever asks for a blocked value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Act {
    /// The name does not exist.
    #[default]
    NxDomain,
    /// The name exists and has nothing.
    NoData,
    /// No answer at all.
    Drop,
    /// The answer is that of another name, where a page says why.
    Redirect(String),
    /// Nothing: an exception from what blocks names above.
    Pass,
}

impl Act {
    /// Reads its key: `nxdomain`, `nodata`, `drop`, `pass`, or `redirect=` and the name to go to.
    ///
    /// # Errors
    /// When it is none, or the name is none.
    pub fn parse(text: &str) -> Result<Self, ActError> {
        match text.split_once('=') {
            Some(("redirect", to)) => {
                let mut canonical = String::new();
                name::canonical(to, &mut canonical).map_err(|_| ActError)?;
                Ok(Self::Redirect(canonical))
            }
            Some(_) => Err(ActError),
            None => match text {
                "nxdomain" => Ok(Self::NxDomain),
                "nodata" => Ok(Self::NoData),
                "drop" => Ok(Self::Drop),
                "pass" => Ok(Self::Pass),
                _ => Err(ActError),
            },
        }
    }

    /// Its key, without the name it redirects to.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::NxDomain => "nxdomain",
            Self::NoData => "nodata",
            Self::Drop => "drop",
            Self::Redirect(_) => "redirect",
            Self::Pass => "pass",
        }
    }
}

/// Not the key of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not nxdomain, nodata, drop, pass or redirect=NAME")]
pub struct ActError;

/// Why something cannot be on a blocklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Not a value.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A digest, a fingerprint or an e-mail address: nothing that a resolver, firewall or sensor could block.
    #[error("a {} is nothing that a network can block", .0.key())]
    NotBlockable(Kind),
    /// It would hit what must stay reachable.
    #[error("would hit {0}, which must stay reachable")]
    Protected(String),
    /// The same value is there with another act.
    #[error("the same value is listed with {}", .0.key())]
    Contradiction(Act),
}

/// What is to be blocked.
#[derive(Debug, Clone, Default)]
pub struct Blocklist {
    /// By their labels from the right, so that what lies below a name follows it.
    names: BTreeMap<String, Act>,
    /// First and last address of IPv4 and IPv6, as numbers of their family.
    networks: BTreeMap<(u8, u128, u128), (Value, Act)>,
    urls: BTreeMap<String, Act>,
    protected_names: BTreeMap<String, ()>,
    protected_networks: Vec<(u8, u128, u128, String)>,
}

/// Something that a dialect cannot say, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap<'b> {
    /// The value, as it is listed.
    pub value: &'b str,
    /// What of it is missing.
    pub missing: Missing,
}

/// What a dialect cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// It has no such values: a URL would block all of its host.
    Value,
    /// It has no such act for it.
    Act,
    /// The name does not fit below the name of the zone.
    TooLong,
    /// It covers the name itself, and not what is below it.
    Below,
}

impl Missing {
    /// Its key in answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Act => "act",
            Self::TooLong => "too_long",
            Self::Below => "below",
        }
    }
}

impl Blocklist {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a value one that nothing may hit from now on: the operator's own names and addresses, those of the state and of
    /// emergency services, sites that everybody uses. What lies below a protected name may be blocked.
    ///
    /// # Errors
    /// When it is no name, address or network.
    pub fn protect(&mut self, text: &str) -> Result<(), BlockError> {
        match Value::guess(text)? {
            Value::Text(Kind::Domain, name) => {
                self.protected_names.insert(reversed(&name), ());
            }
            value @ (Value::Address(_) | Value::Network(_)) => {
                if let Some((family, first, last)) = range(&value) {
                    self.protected_networks.push((family, first, last, written(&value)));
                }
            }
            Value::Text(kind, _) => return Err(BlockError::NotBlockable(kind)),
        }
        Ok(())
    }

    /// Adds a value.
    ///
    /// # Errors
    /// When it cannot be blocked, must not be, or is there with another act.
    pub fn add(&mut self, text: &str, act: &Act) -> Result<(), BlockError> {
        let value = Value::guess(text)?;
        if *act != Act::Pass {
            self.check(&value)?;
        }
        let known = match &value {
            Value::Text(Kind::Domain, name) => insert(&mut self.names, reversed(name), act),
            Value::Text(Kind::Url, url) => insert(&mut self.urls, url.clone(), act),
            Value::Text(kind, _) => return Err(BlockError::NotBlockable(*kind)),
            Value::Address(_) | Value::Network(_) => {
                let Some(range) = range(&value) else { return Ok(()) };
                let (_, known) = self.networks.entry(range).or_insert_with(|| (value, act.clone()));
                known.clone()
            }
        };
        if known == *act {
            Ok(())
        } else {
            Err(BlockError::Contradiction(known))
        }
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len() + self.networks.len() + self.urls.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reports every URL: whoever blocks names or addresses would block all of its host.
    fn leave_out_urls(&self, report: &mut impl FnMut(Gap<'_>)) {
        for url in self.urls.keys() {
            report(Gap {
                value: url,
                missing: Missing::Value,
            });
        }
    }

    /// Whether nothing that is protected would be hit.
    fn check(&self, value: &Value) -> Result<(), BlockError> {
        let hit = match value {
            Value::Text(Kind::Domain, name) => {
                let mut hit = at_or_below(&self.protected_names, &reversed(name)).map(|(hit, ())| reversed(hit));
                hit.next()
            }
            Value::Text(..) => None,
            Value::Address(_) | Value::Network(_) => range(value).and_then(|(family, first, last)| {
                let mut all = self.protected_networks.iter();
                let hit = all.find(|(other, from, to, _)| *other == family && *from <= last && first <= *to);
                hit.map(|(.., text)| text.clone())
            }),
        };
        hit.map_or(Ok(()), |hit| Err(BlockError::Protected(hit)))
    }
}

/// Inserts what is not there yet, and gives what is there now.
fn insert(into: &mut BTreeMap<String, Act>, key: String, act: &Act) -> Act {
    into.entry(key).or_insert_with(|| act.clone()).clone()
}

/// The labels of a name in the other order.
fn reversed(name: &str) -> String {
    let labels: Vec<&str> = name.rsplit('.').collect();
    labels.join(".")
}

/// What of a map of reversed names is a name or lies below it. Names beside it may sort between it and those below it, as
/// `-` comes before `.`.
fn at_or_below<'m, K: Borrow<str> + Ord, T>(
    map: &'m BTreeMap<K, T>,
    name: &str,
) -> impl Iterator<Item = (&'m str, &'m T)> + use<'m, K, T> {
    let (first, end) = (format!("{name}."), format!("{name}/"));
    let below = map.range::<str, _>((Bound::Included(first.as_str()), Bound::Excluded(end.as_str())));
    let all = map.get_key_value(name).into_iter().chain(below);
    all.map(|(name, value)| (name.borrow(), value))
}

/// The family of an address or a network, and its first and last as numbers.
fn range(value: &Value) -> Option<(u8, u128, u128)> {
    let family = |address: &IpAddr| if address.is_ipv4() { 4 } else { 6 };
    match value {
        Value::Text(..) => None,
        Value::Address(address) => {
            let (bits, _) = bits_of(*address);
            Some((family(address), bits, bits))
        }
        Value::Network(network) => {
            let (first, last) = network.range();
            Some((family(&network.first()), first, last))
        }
    }
}

/// An address or a network as people write it.
fn written(value: &Value) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests;
