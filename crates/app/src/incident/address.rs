//! Addresses that stand in a text, whole and in whichever spelling: in a list, a URL, the name of an address, or a sentence.
//!
//! `203.0.113.1` does not stand in `203.0.113.10`; `2001:DB8:0::1` is `2001:db8::1`, and `::ffff:203.0.113.1` is `203.0.113.1`. What can
//! be read as a whole address is that one: `2001:db8::1:443` has no port.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses in a text, each in its canonical form; in what is percent-encoded as well.
pub(super) fn addresses_in(text: &str) -> BTreeSet<IpAddr> {
    let mut found = BTreeSet::new();
    find(text, &mut found);
    if text.contains('%') {
        find(&decoded(text), &mut found);
    }
    found
}

fn find(text: &str, found: &mut BTreeSet<IpAddr>) {
    for run in text.split(|c: char| !c.is_ascii_digit() && c != '.') {
        found.extend(ipv4(run.trim_matches('.')).map(IpAddr::V4));
    }
    for run in text.split(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '.') {
        let addresses = ipv6(run.trim_matches('.')).into_iter();
        found.extend(addresses.map(|it| IpAddr::V6(it).to_canonical()));
    }
    let text = text.to_ascii_lowercase();
    for (at, _) in text.match_indices(".in-addr.arpa") {
        let labels = labels_before(&text, at, 4);
        found.extend(ipv4(&labels.join(".")).map(IpAddr::V4));
    }
    for (at, _) in text.match_indices(".ip6.arpa") {
        let labels = labels_before(&text, at, 32);
        found.extend(nibbles(&labels).map(|it| IpAddr::V6(it).to_canonical()));
    }
}

/// So many labels of a name up to a place, the last one first. What stands before the name is no part of its first label.
fn labels_before(text: &str, at: usize, count: usize) -> Vec<&str> {
    let name = text.get(..at).unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
    let name = name.rsplit(|c| !is_part(c)).next().unwrap_or_default();
    name.rsplit('.').take(count).collect()
}

/// Thirty-two hexadecimal digits.
fn nibbles(digits: &[&str]) -> Option<Ipv6Addr> {
    let are_digits = digits
        .iter()
        .all(|it| it.len() == 1 && it.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (digits.len() == 32 && are_digits).then(|| u128::from_str_radix(&digits.concat(), 16).ok().map(Ipv6Addr::from))?
}

/// The text without its percent-encoding, once; what is none stays.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let byte = digit(0).zip(digit(1)).map(|(high, low)| high * 16 + low);
        match byte.and_then(|byte| u8::try_from(byte).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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

/// An address, perhaps with a colon after it; where it is none, with a word before it, a port after it, or both. Of nine groups the
/// first may be a word or the last one a port: both are looked for.
fn ipv6(run: &str) -> Vec<Ipv6Addr> {
    if run.bytes().filter(|byte| *byte == b':').count() < 2 {
        return Vec::new();
    }
    let read = |text: &str| text.parse::<Ipv6Addr>().ok();
    let bare = run.strip_suffix(':').unwrap_or(run);
    if let Some(address) = read(run).or_else(|| read(bare)) {
        return vec![address];
    }
    let after_word = bare.split_once(':').map(|(_, rest)| rest);
    let found: Vec<Ipv6Addr> = [after_word, before_port(bare)]
        .into_iter()
        .flatten()
        .filter_map(read)
        .collect();
    if found.is_empty() {
        return after_word.and_then(before_port).and_then(read).into_iter().collect();
    }
    found
}

fn before_port(run: &str) -> Option<&str> {
    let (before, port) = run.rsplit_once(':')?;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    is_port.then_some(before)
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
        check("src:2001:db8::1:", &["2001:db8::1"]);
        check("src:2001:db8::1 fe80::1%eth0", &["2001:db8::1", "fe80::1"]);
        check("Có 2001:db8::1: nhiễm.", &["2001:db8::1"]);
        check("::ffff:203.0.113.1", &["203.0.113.1"]);
        check("::ffff:cb00:7101", &["203.0.113.1"]);
    }

    #[test]
    fn names_of_addresses_are_read_backwards() {
        let name = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.IP6.arpa";
        check(name, &["2001:db8::1"]);
        check(&format!("PTR của www.{name}."), &["2001:db8::1"]);
        check(&name.replace("1.0.0.0.", ""), &[]);
        check(&name.replace("8.B", "8.B8"), &[]);
        check("c2-1.1.113.0.203.in-addr.arpa", &["203.0.113.1"]);
        check("//a.7.100.51.198.in-addr.arpa/b", &["7.100.51.198", "198.51.100.7"]);
        check("ca.113.0.203.in-addr.arpa", &[]);
    }

    #[test]
    fn percent_encoding_is_read_once() {
        check("http://an.example/?a=%20203.0.113.1", &["203.0.113.1"]);
        check("http://%32%30%33%2e0.113.1/", &["203.0.113.1"]);
        check("http://an.example/?a=2001%3Adb8%3a%3A1&b", &["2001:db8::1"]);
        // Read as it stands, its first group is `5B2001`, a word.
        check("http://an.example/%5B2001:db8::1%5D", &["db8::1", "2001:db8::1"]);
        for text in ["http://203%252e0.113.1/", "%", "100%", "%3", "%zz", "%E1%BB", "%ff%fe"] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_port_without_brackets_is_read_where_it_is_none_of_the_address() {
        check("2001:db8:0:0:0:0:0:1:50311", &["2001:db8::1"]);
        check("2001:db8::1:50311", &["2001:db8::1"]);
        check("src:2001:db8::1:50311", &["2001:db8::1"]);
        check("::ffff:203.0.113.1:80", &["203.0.113.1"]);
        // Four digits may be of the address, which then is read so.
        check("2001:db8::1:8080", &["2001:db8::1:8080"]);
        check("2001:db8:0:0:0:0:0:1:443", &["db8::1:443", "2001:db8::1"]);
        check("2001:db8::1:70000", &[]);
        check("2001:db8::1:+8080", &["2001:db8::1"]);
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
