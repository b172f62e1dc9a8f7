use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::limits::MAX_SOURCES;
use crate::value::{Network, Value};

/// Every source and name of a value that is listed, by its hash.
fn find(index: &Index, value: &Value) -> Vec<(String, Option<String>)> {
    let listed = match value {
        Value::Text(Kind::Domain, text) => {
            let mut whole = None;
            hash_names(text.as_bytes(), usize::MAX, |at, hash| {
                if at == 0 {
                    whole = Some(hash);
                }
            });
            index.find(whole.unwrap(), Kind::Domain, text.as_bytes())
        }
        Value::Text(kind, text) => index.find(hash_of(*kind, text.as_bytes()), *kind, text.as_bytes()),
        Value::Address(address) => {
            let (octets, len) = octets(*address);
            index.find(hash_of(Kind::Address, &octets[..len]), Kind::Address, &octets[..len])
        }
        Value::Network(_) => panic!("networks have tests of their own"),
    };
    let Some(listed) = listed else { return Vec::new() };
    let found = index.indicators(listed);
    found
        .map(|indicator| (indicator.source.to_owned(), indicator.name.map(str::to_owned)))
        .collect()
}

#[test]
fn a_value_has_all_who_list_it_in_their_order() {
    let mut builder = Builder::new();
    let [a, b] = ["a", "b"].map(|name| builder.source(name).unwrap());
    let value = Value::guess("evil.vn").unwrap();
    let other = Value::guess("worse.vn").unwrap();
    for (value, source, name) in [
        (&value, a, None),
        (&value, a, None),
        (&value, b, Some("indicator--1")),
        (&other, b, Some("indicator--1")),
        (&value, b, Some("indicator--2")),
        (&value, b, Some("indicator--1")),
        (&other, a, None),
    ] {
        builder.add(value, source, name).unwrap();
    }
    let index = builder.build();
    assert_eq!(index.len(), 2);
    let pair = |source: &str, name: Option<&str>| (source.to_owned(), name.map(str::to_owned));
    assert_eq!(
        find(&index, &value),
        [
            pair("a", None),
            pair("b", Some("indicator--1")),
            pair("b", Some("indicator--2"))
        ]
    );
    assert_eq!(find(&index, &other), [pair("b", Some("indicator--1")), pair("a", None)]);
    assert_eq!(find(&index, &Value::guess("good.vn").unwrap()), []);
    assert_eq!(find(&Builder::new().build(), &value), []);
}

#[test]
fn sources_have_a_limit() {
    let mut builder = Builder::new();
    let last = (0..MAX_SOURCES)
        .map(|number| builder.source(&number.to_string()).unwrap())
        .last()
        .unwrap();
    assert_eq!(builder.source("one more"), Err(Full));
    let value = Value::guess("evil.vn").unwrap();
    builder.add(&value, last, None).unwrap();
    assert_eq!(find(&builder.build(), &value), [((MAX_SOURCES - 1).to_string(), None)]);
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-d]{1,2}\\.[a-c]\\.vn".prop_map(|name| Value::guess(&name).unwrap()),
        "[a-c]\\.vn/[ab]".prop_map(|url| Value::guess(&url).unwrap()),
        (0_u8..4, 0_u8..4).prop_map(|(a, b)| Value::Address([192, 0, a, b].into())),
        (0_u16..4).prop_map(|a| Value::Address([0x2001, 0xdb8, 0, 0, 0, 0, 0, a].into())),
        "[ab]{32}".prop_map(|hash| Value::read(Kind::Ja3, &hash).unwrap()),
    ]
}

proptest! {
    #[test]
    fn it_finds_what_a_map_finds(
        listed in proptest::collection::vec((values(), 0_usize..3, proptest::option::of("[xy]")), 0..200),
        others in proptest::collection::vec(values(), 0..40),
    ) {
        let mut builder = Builder::new();
        let sources = ["a", "b", "c"].map(|name| builder.source(name).unwrap());
        let mut oracle: BTreeMap<String, BTreeSet<(String, Option<String>)>> = BTreeMap::new();
        for (value, source, name) in &listed {
            builder.add(value, sources[*source], name.as_deref()).unwrap();
            let known = oracle.entry(format!("{value:?}")).or_default();
            known.insert((["a", "b", "c"][*source].to_owned(), name.clone()));
        }
        let index = builder.build();
        prop_assert_eq!(index.len(), oracle.len());
        for value in listed.iter().map(|(value, ..)| value).chain(&others) {
            let found = find(&index, value);
            let as_set: BTreeSet<_> = found.iter().cloned().collect();
            prop_assert_eq!(as_set.len(), found.len());
            prop_assert_eq!(as_set, oracle.get(&format!("{value:?}")).cloned().unwrap_or_default());
        }
    }

    #[test]
    fn an_address_is_in_the_networks_around_it(
        networks in proptest::collection::vec((any::<u8>(), any::<u8>(), 1_u8..=31), 0..60),
        addresses in proptest::collection::vec((any::<u8>(), any::<u8>()), 0..60),
    ) {
        let mut builder = Builder::new();
        let source = builder.source("a").unwrap();
        let mut oracle = Vec::new();
        for (third, last, prefix) in networks {
            let bits = u32::from_be_bytes([10, 0, third, last]) >> (32 - prefix) << (32 - prefix);
            let network = Network::new(IpAddr::from(bits.to_be_bytes()), prefix).unwrap();
            builder.add(&Value::Network(network), source, None).unwrap();
            oracle.push(network);
        }
        oracle.sort_by_key(|network| std::cmp::Reverse(network.prefix()));
        oracle.dedup();
        let index = builder.build();
        for (third, last) in addresses {
            let address = IpAddr::from([10, 0, third, last]);
            let found: Vec<String> = index.networks_of(address).map(|listed| index.text(listed)).collect();
            let number = u128::from(u32::from_be_bytes([10, 0, third, last]));
            let around = oracle.iter().filter(|network| {
                let (first, last) = network.range();
                (first..=last).contains(&number)
            });
            let mut expected: Vec<String> = around.map(|network| format!("{}/{}", network.first(), network.prefix())).collect();
            expected.dedup();
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn networks_reach_to_the_last_address() {
    let mut builder = Builder::new();
    let source = builder.source("a").unwrap();
    for network in ["255.255.255.0/24", "128.0.0.0/1", "ffff::/16"] {
        builder.add(&Value::guess(network).unwrap(), source, None).unwrap();
    }
    let index = builder.build();
    let around = |address: &str| -> Vec<String> {
        let found = index.networks_of(address.parse().unwrap());
        found.map(|listed| index.text(listed)).collect()
    };
    assert_eq!(around("255.255.255.255"), ["255.255.255.0/24", "128.0.0.0/1"]);
    assert_eq!(around("127.255.255.255"), [] as [&str; 0]);
    assert_eq!(around("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ["ffff::/16"]);
    assert_eq!(around("fffe::"), [] as [&str; 0]);
}
