//! What one field of an event must be like.

use std::net::IpAddr;

use regex::Regex;

use crate::event::{Event, Slot, Value};
use crate::glob::Glob;

/// What holds of a field, or of any value of an event where there is none.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    /// The number of the field among those of its rule.
    pub(crate) field: Option<usize>,
    pub(crate) check: Check,
}

#[derive(Debug, Clone)]
pub(crate) enum Check {
    /// As a text with wildcards, which is in small letters where case does not count.
    Text {
        glob: Glob,
        case: Case,
    },
    Regex {
        regex: Box<Regex>,
        /// Texts in small letters of which one is in whatever matches, if there are any.
        needed: Vec<String>,
    },
    Network(Network),
    Number(Comparison, f64),
    Exists,
    /// Absent, or there without a value.
    Null,
    /// As another field of the rule, by its number.
    Field {
        other: usize,
        place: Place,
        case: Case,
    },
}

/// Whether capital letters are others than small ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Same,
    Counts,
}

/// Where in a field another one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Whole,
    Start,
    End,
    Anywhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    bits: u128,
    prefix: u8,
    width: u8,
}

impl Network {
    /// `192.0.2.0/24`, or an address alone. Bits behind the prefix do not count.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (bits, width) = bits_of(address);
        let prefix = prefix.unwrap_or(width);
        (prefix <= width).then_some(Self { bits, prefix, width })
    }

    fn has(self, address: IpAddr) -> bool {
        // An IPv4 address within IPv6 is the IPv4 address, but for a network of IPv6.
        let (bits, width) = match self.width {
            32 => bits_of(address.to_canonical()),
            _ => bits_of(address),
        };
        let behind = u32::from(self.width - self.prefix);
        width == self.width && (bits ^ self.bits).checked_shr(behind).unwrap_or(0) == 0
    }
}

fn bits_of(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

impl Test {
    /// Whether it holds of an event in which the fields of the rule have these slots, and of which value first: none where
    /// it is none that decides.
    pub(crate) fn holds<'e>(&self, slots: &[Slot], event: &'e Event) -> Option<Option<Value<'e>>> {
        let slot = match self.field {
            Some(field) => Some(*slots.get(field)?),
            None => None,
        };
        let mut values = event.values_of(slot);
        match &self.check {
            Check::Exists => values.next().map(Some),
            Check::Null => values.all(|value| value.is_null()).then_some(None),
            Check::Field { other, place, case } => {
                let other = Some(*slots.get(*other)?);
                let same = |value: &Value<'_>| {
                    let mut others = event.values_of(other).filter(|other| !other.is_null());
                    !value.is_null() && others.any(|other| place.has(case.of(*value), case.of(other)))
                };
                values.find(same).map(Some)
            }
            check @ (Check::Text { .. } | Check::Regex { .. } | Check::Network(_) | Check::Number(..)) => values
                .find(|value| !value.is_null() && check.holds_of(*value))
                .map(Some),
        }
    }
}

impl Check {
    fn holds_of(&self, value: Value<'_>) -> bool {
        match self {
            Self::Text { glob, case } => glob.matches(case.of(value)),
            Self::Regex { regex, .. } => regex.is_match(value.text),
            Self::Network(network) => value.text.parse().is_ok_and(|address| network.has(address)),
            Self::Number(comparison, number) => {
                let found = value.text.parse::<f64>().ok().filter(|found| found.is_finite());
                found.is_some_and(|found| match comparison {
                    Comparison::Less => found < *number,
                    Comparison::LessOrEqual => found <= *number,
                    Comparison::Greater => found > *number,
                    Comparison::GreaterOrEqual => found >= *number,
                })
            }
            Self::Exists => true,
            Self::Null | Self::Field { .. } => false,
        }
    }
}

impl Case {
    const fn of(self, value: Value<'_>) -> &str {
        match self {
            Self::Same => value.lowered,
            Self::Counts => value.text,
        }
    }
}

impl Place {
    fn has(self, text: &str, part: &str) -> bool {
        match self {
            Self::Whole => text == part,
            Self::Start => text.starts_with(part),
            Self::End => text.ends_with(part),
            Self::Anywhere => text.contains(part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_in_networks() {
        let check = |network: &str, address: &str, expected: bool| {
            let network = Network::read(network).unwrap();
            assert_eq!(network.has(address.parse().unwrap()), expected, "{network:?} {address}");
        };
        check("192.0.2.0/24", "192.0.2.255", true);
        check("192.0.2.9/24", "192.0.2.1", true);
        check("192.0.2.0/24", "192.0.3.0", false);
        check("192.0.2.0/24", "::ffff:192.0.2.1", true);
        check("192.0.2.0/24", "2001:db8::1", false);
        check("192.0.2.1", "192.0.2.1", true);
        check("0.0.0.0/0", "203.0.113.1", true);
        check("::/0", "2001:db8::1", true);
        check("::/0", "203.0.113.1", false);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        for none in [
            "192.0.2.0/33",
            "192.0.2/24",
            "::/129",
            "x",
            "192.0.2.0/",
            "192.0.2.0/-1",
        ] {
            assert_eq!(Network::read(none), None, "{none}");
        }
    }
}
