//! Addresses and networks, of IPv4 and IPv6: what `ISSUBSET` and `ISSUPERSET` compare.

use std::net::IpAddr;

/// An address with the bits of it that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    /// From the highest bit on, whatever the length of the address.
    bits: u128,
    prefix: u32,
    is_v4: bool,
}

impl Network {
    /// An address, or an address and the length of a prefix.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let (bits, length, is_v4) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32, true),
            IpAddr::V6(address) => (u128::from(address), 128, false),
        };
        let prefix = match prefix {
            Some(prefix) if prefix.bytes().all(|digit| digit.is_ascii_digit()) => prefix.parse().ok()?,
            Some(_) => return None,
            None => length,
        };
        (prefix <= length).then_some(Self { bits, prefix, is_v4 })
    }

    /// Whether everything in `other` is in this.
    pub(super) fn contains(&self, other: &Self) -> bool {
        let differing = self.bits ^ other.bits;
        let is_same = self.prefix == 0 || differing >> (128 - self.prefix) == 0;
        self.is_v4 == other.is_v4 && self.prefix <= other.prefix && is_same
    }
}
