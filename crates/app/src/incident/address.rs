//! Addresses that stand in a text, whole and in whichever spelling: in a list, a URL or a sentence.
//!
//! `203.0.113.1` does not stand in `203.0.113.10`; `2001:DB8:0::1` is `2001:db8::1`, and `::ffff:203.0.113.1` is `203.0.113.1`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses in a text, each in its canonical form.
pub(super) fn addresses_in(text: &str) -> BTreeSet<IpAddr> {
    let is_reversed = text.to_ascii_lowercase().contains("in-addr.arpa");
    let mut found = BTreeSet::new();
    for run in text.split(|c: char| !c.is_ascii_digit() && c != '.') {
        if let Some(address) = ipv4(run.trim_matches('.')) {
            found.insert(IpAddr::V4(address));
            if is_reversed {
                let [a, b, c, d] = address.octets();
                found.insert(IpAddr::V4(Ipv4Addr::new(d, c, b, a)));
            }
        }
    }
    for run in text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '.') {
        found.extend(ipv6(run.trim_matches('.')).map(|it| IpAddr::V6(it).to_canonical()));
    }
    found
}

/// Four numbers, which may have zeros in front.
fn ipv4(run: &str) -> Option<Ipv4Addr> {
    let mut parts = run.split('.');
    let mut next = || -> Option<u8> {
        let part = parts.next()?;
        (part.len() <= 3).then(|| part.parse().ok())?
    };
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    parts.next().is_none().then_some(address)
}

/// An address, with a word and a colon before it or a colon after it where it is none otherwise.
fn ipv6(run: &str) -> Option<Ipv6Addr> {
    if run.bytes().filter(|byte| *byte == b':').count() < 2 {
        return None;
    }
    let after_word = run.split_once(':').map(|(_, rest)| rest);
    let before_colon = run.strip_suffix(':');
    [Some(run), before_colon, after_word]
        .into_iter()
        .flatten()
        .find_map(|one| one.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::addresses_in;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = addresses_in(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_are_found_whole_and_in_any_spelling() {
        check("203.0.113.10", &["203.0.113.10"]);
        check("203.000.113.001", &["203.0.113.1"]);
        check(
            "http://203.0.113.1:8080/a?b=198.51.100.7",
            &["198.51.100.7", "203.0.113.1"],
        );
        check("Máy 203.0.113.1, rồi 203.0.113.2.", &["203.0.113.1", "203.0.113.2"]);
        check("203.0.113.1/32", &["203.0.113.1"]);
        check("1.113.0.203.in-addr.arpa", &["1.113.0.203", "203.0.113.1"]);
        check("https://[2001:DB8:0::1]:443/", &["2001:db8::1"]);
        check("2001:0db8:0000:0000:0000:0000:0000:0001", &["2001:db8::1"]);
        check("src:2001:db8::1:", &[]);
        check("src:2001:db8::1 fe80::1%eth0", &["2001:db8::1", "fe80::1"]);
        check("Có 2001:db8::1: nhiễm.", &["2001:db8::1"]);
        check("::ffff:203.0.113.1", &["203.0.113.1"]);
        check("::ffff:cb00:7101", &["203.0.113.1"]);
    }

    #[test]
    fn what_is_no_whole_address_is_none() {
        for text in [
            "",
            "1.203.0.113.1",
            "203.0.113.256",
            "203.0.113",
            "1.2.3.0004",
            "12:30:45",
            "an.example",
        ] {
            check(text, &[]);
        }
    }
}
