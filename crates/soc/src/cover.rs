//! What covers a value: the values of which an indicator would match it.

use std::net::IpAddr;

use crate::value::{Kind, Value, bits_of, host_mask};

impl Value {
    /// The value itself and every value by which it would be found: names above a name, networks around an address, the host of
    /// a URL or of an e-mail address. Each as its kind and its text; the nearest first.
    #[must_use]
    pub fn covers(&self) -> Vec<(Kind, String)> {
        let mut covers = vec![(self.kind(), self.to_string())];
        match self {
            Self::Address(address) => push_networks(*address, bits_of(*address).1, &mut covers),
            Self::Network(network) => push_networks(network.first(), network.prefix(), &mut covers),
            Self::Text(Kind::Domain, name) => push_above(name, &mut covers),
            Self::Text(Kind::Url, url) => push_host(host_of(url), &mut covers),
            Self::Text(Kind::Email, address) => {
                let host = address.rsplit_once('@').map_or("", |(_, host)| host);
                push_host(host, &mut covers);
            }
            Self::Text(Kind::Hash | Kind::Ja3 | Kind::Ja4 | Kind::Address, _) => {}
        }
        covers
    }
}

/// The host of a URL in its canonical form, without its port.
pub(crate) fn host_of(url: &str) -> &str {
    let host = url.split(['/', '?']).next().unwrap_or_default();
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn push_host(host: &str, covers: &mut Vec<(Kind, String)>) {
    if let Ok(address) = host.parse::<IpAddr>() {
        covers.push((Kind::Address, address.to_canonical().to_string()));
        return push_networks(address.to_canonical(), bits_of(address.to_canonical()).1, covers);
    }
    if !host.is_empty() {
        covers.push((Kind::Domain, host.to_owned()));
        push_above(host, covers);
    }
}

/// Names above a name; that of one label covers nobody.
fn push_above(name: &str, covers: &mut Vec<(Kind, String)>) {
    let mut rest = name;
    while let Some((_, above)) = rest.split_once('.').filter(|(_, above)| above.contains('.')) {
        covers.push((Kind::Domain, above.to_owned()));
        rest = above;
    }
}

/// Networks around an address that are wider than so many bits.
fn push_networks(address: IpAddr, prefix: u8, covers: &mut Vec<(Kind, String)>) {
    let (bits, width) = bits_of(address);
    for shorter in (1..prefix).rev() {
        let first = bits & !host_mask(width, shorter);
        let first = match address {
            IpAddr::V4(_) => IpAddr::from(std::net::Ipv4Addr::from_bits(first as u32)),
            IpAddr::V6(_) => IpAddr::from(std::net::Ipv6Addr::from_bits(first)),
        };
        covers.push((Kind::Address, format!("{first}/{shorter}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let covers = Value::guess(text).unwrap().covers();
        let covers: Vec<&str> = covers.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(covers.get(..expected.len()).unwrap(), expected, "{text}");
    }

    #[test]
    fn a_value_is_covered_by_what_would_match_it() {
        check("www.Evil.com.vn", &["www.evil.com.vn", "evil.com.vn", "com.vn"]);
        check(
            "192.0.2.7",
            &["192.0.2.7", "192.0.2.6/31", "192.0.2.4/30", "192.0.2.0/29"],
        );
        check("192.0.2.0/24", &["192.0.2.0/24", "192.0.2.0/23", "192.0.0.0/22"]);
        check("2001:db8::1", &["2001:db8::1", "2001:db8::/127"]);
        check("http://a.evil.vn:8080/x", &["a.evil.vn:8080/x", "a.evil.vn", "evil.vn"]);
        check("http://192.0.2.7/x", &["192.0.2.7/x", "192.0.2.7", "192.0.2.6/31"]);
        check("a@evil.vn", &["a@evil.vn", "evil.vn"]);
        check(&"a".repeat(64), &[&"a".repeat(64)]);
    }

    #[test]
    fn as_many_networks_are_around_an_address_as_it_has_bits() {
        assert_eq!(Value::guess("192.0.2.7").unwrap().covers().len(), 32);
        assert_eq!(Value::guess("2001:db8::1").unwrap().covers().len(), 128);
        assert_eq!(Value::guess("128.0.0.0/1").unwrap().covers().len(), 1);
    }
}
