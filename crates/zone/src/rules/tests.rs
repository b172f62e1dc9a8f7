use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn rules(lines: &[(&str, Act)]) -> Rules {
    let mut list = Blocklist::new();
    for (value, act) in lines {
        list.add(value, act).unwrap();
    }
    let origin = Origin::parse("rpz.test").unwrap();
    Rules::of(&list, &origin, |gap| panic!("{gap:?}"))
}

fn nx(values: &[&str]) -> Rules {
    let lines: Vec<(&str, Act)> = values.iter().map(|value| (*value, Act::NxDomain)).collect();
    rules(&lines)
}

#[test]
fn rules_are_written_as_they_were_listed() {
    let all = [
        "evil.vn",
        "a-b.evil.vn",
        "a.evil.vn",
        "192.0.2.0/24",
        "192.0.2.7",
        "2001:db8::/32",
        "::1",
    ];
    let rules = nx(&all);
    let written: Vec<String> = rules.iter().map(|(key, _)| key.written()).collect();
    let mut sorted: Vec<&str> = written.iter().map(String::as_str).collect();
    let keys: Vec<Key<'_>> = rules.iter().map(|(key, _)| key).collect();
    assert!(keys.is_sorted(), "{written:?}");
    let mut all = all;
    all.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(sorted, all);
    assert_eq!(rules.len(), all.len());
    let mut labels = Vec::new();
    Key::Name(b"vn.evil").push_labels(&mut labels);
    assert_eq!(labels, b"\x04evil\x02vn");
    let mut labels = Vec::new();
    keys.last().unwrap().push_labels(&mut labels);
    assert_eq!(labels, b"\x02\x33\x32\x02zz\x03db8\x042001\x06rpz-ip");
}

#[test]
fn what_holds_for_a_name_is_the_closest_rule_above() {
    let rules = rules(&[
        ("evil.vn", Act::NxDomain),
        ("ok.evil.vn", Act::Pass),
        ("bad.ok.evil.vn", Act::NoData),
    ]);
    let names = [
        "evil.vn",
        "x.evil.vn",
        "ok.evil.vn",
        "x.ok.evil.vn",
        "bad.ok.evil.vn",
        "notevil.vn",
        "vn",
    ];
    let holding = rules.holding(&HashSet::from(names));
    let act = |name: &str| holding.get(name).and_then(|target| act_of(target));
    assert_eq!(act("evil.vn"), Some(Act::NxDomain));
    assert_eq!(act("x.evil.vn"), Some(Act::NxDomain));
    assert_eq!(act("ok.evil.vn"), Some(Act::Pass));
    assert_eq!(act("x.ok.evil.vn"), Some(Act::Pass));
    assert_eq!(act("bad.ok.evil.vn"), Some(Act::NoData));
    assert_eq!((act("notevil.vn"), act("vn")), (None, None));
}

#[test]
fn a_change_says_what_was_and_what_is() {
    let old = rules(&[
        ("a.vn", Act::NxDomain),
        ("b.vn", Act::NxDomain),
        ("192.0.2.7", Act::Drop),
    ]);
    let new = rules(&[
        ("b.vn", Act::Redirect("w.vn".to_owned())),
        ("c.vn", Act::Pass),
        ("192.0.2.7", Act::Drop),
    ]);
    let change = |value: &str, before: Option<Act>, after: Option<Act>| Change {
        value: value.to_owned(),
        before,
        after,
    };
    assert_eq!(
        Delta::between(&old, &new).changes(),
        [
            change("a.vn", Some(Act::NxDomain), None),
            change("b.vn", Some(Act::NxDomain), Some(Act::Redirect("w.vn".to_owned()))),
            change("c.vn", None, Some(Act::Pass)),
        ]
    );
    assert!(change("a.vn", None, None).is_name());
    assert!(!change("::1", None, None).is_name() && !change("192.0.2.0/24", None, None).is_name());
}

fn some_rules() -> impl Strategy<Value = Rules> {
    let name = prop_oneof!["n[a-c]{1,2}\\.vn", "[a-b]\\.n[a-b]\\.vn", "192\\.0\\.2\\.[1-9]"];
    let act = prop_oneof![Just(Act::NxDomain), Just(Act::Drop), Just(Act::Pass)];
    proptest::collection::btree_map(name, act, 0..12).prop_map(|map: BTreeMap<String, Act>| {
        let lines: Vec<(&str, Act)> = map.iter().map(|(name, act)| (name.as_str(), act.clone())).collect();
        rules(&lines)
    })
}

fn apply(rules: &Rules, delta: &Delta) -> Vec<(String, Vec<u8>)> {
    let own = |rules: &Rules| -> Vec<(String, Vec<u8>)> {
        rules
            .iter()
            .map(|(key, target)| (key.written(), target.to_owned()))
            .collect()
    };
    let mut all = own(rules);
    for removed in own(&delta.removed) {
        let at = all
            .iter()
            .position(|rule| *rule == removed)
            .expect("what is removed is there");
        all.remove(at);
    }
    for added in own(&delta.added) {
        assert!(!all.iter().any(|rule| rule.0 == added.0), "what is added is new");
        all.push(added);
    }
    all.sort();
    all
}

proptest! {
    #[test]
    fn changes_lead_from_one_to_the_other(a in some_rules(), b in some_rules(), c in some_rules()) {
        let none = Delta::default();
        let (first, second) = (Delta::between(&a, &b), Delta::between(&b, &c));
        prop_assert_eq!(apply(&a, &first), apply(&b, &none));
        prop_assert_eq!(&a.with(&first), &b);
        let both = first.then(&second);
        prop_assert_eq!(apply(&a, &both), apply(&c, &none));
        // Nothing is in it that the direct way does not have.
        prop_assert_eq!(both, Delta::between(&a, &c));
    }
}
