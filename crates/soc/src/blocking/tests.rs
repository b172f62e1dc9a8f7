use super::*;

fn list(lines: &[(&str, Act)]) -> Blocklist {
    let mut list = Blocklist::new();
    for (value, act) in lines {
        list.add(value, act).unwrap();
    }
    list
}

fn zone(reader: Reader) -> Zone {
    Zone {
        origin: Origin::parse("rpz.test.").unwrap(),
        serial: 7,
        ttl_seconds: 60,
        reader,
    }
}

/// The rules of a zone, and what it cannot say.
fn rules(list: &Blocklist, reader: Reader) -> (Vec<String>, Vec<(String, Missing)>) {
    let (mut out, mut gaps) = (Vec::new(), Vec::new());
    write_rpz(list, &zone(reader), &mut out, |gap| {
        gaps.push((gap.value.to_owned(), gap.missing))
    })
    .unwrap();
    let text = String::from_utf8(out).unwrap();
    let rules = text.lines().filter(|line| line.contains(" CNAME "));
    (rules.map(str::to_owned).collect(), gaps)
}

#[test]
fn each_act_has_its_rule() {
    let acts = ["nxdomain", "nodata", "drop", "pass", "redirect=Walled.VN."];
    let lines: Vec<(String, Act)> = (0..)
        .zip(acts)
        .map(|(at, act): (usize, _)| (format!("a{at}.vn"), Act::parse(act).unwrap()))
        .collect();
    let lines: Vec<(&str, Act)> = lines.iter().map(|(name, act)| (name.as_str(), act.clone())).collect();
    let targets = [".", "*.", "rpz-drop.", "rpz-passthru.", "walled.vn."];
    let expected: Vec<String> = (0..)
        .zip(targets)
        .flat_map(|(at, to): (usize, _)| [format!("a{at}.vn CNAME {to}"), format!("*.a{at}.vn CNAME {to}")])
        .collect();
    assert_eq!(rules(&list(&lines), Reader::Full), (expected.clone(), vec![]));
    let (knot, gaps) = rules(&list(&lines), Reader::Knot);
    assert_eq!(knot, expected[..8]);
    assert_eq!(gaps, [("a4.vn".to_owned(), Missing::Act)]);
    for wrong in ["", "block", "redirect", "redirect=", "pass=x", "redirect=a b"] {
        assert_eq!(Act::parse(wrong), Err(ActError), "{wrong}");
    }
}

#[test]
fn a_value_stands_in_a_zone_once_and_in_one_order() {
    let nx = Act::NxDomain;
    let all = [
        "b.vn",
        "a.b.vn",
        "A.vn",
        "a.vn.",
        "a.vn",
        "192.0.2.1",
        "192.0.2.1/32",
        "::ffff:192.0.2.1",
        "192.0.2.0/24",
    ];
    let forward: Vec<(&str, Act)> = all.iter().map(|value| (*value, nx.clone())).collect();
    let backward: Vec<(&str, Act)> = all.iter().rev().map(|value| (*value, nx.clone())).collect();
    let rules = rules(&list(&forward), Reader::Full);
    assert_eq!(rules, self::rules(&list(&backward), Reader::Full));
    assert_eq!(
        rules.0,
        [
            "a.vn CNAME .",
            "*.a.vn CNAME .",
            "b.vn CNAME .",
            "*.b.vn CNAME .",
            "a.b.vn CNAME .",
            "*.a.b.vn CNAME .",
            "24.0.2.0.192.rpz-ip CNAME .",
            "32.1.2.0.192.rpz-ip CNAME .",
        ]
    );
}

#[test]
fn addresses_are_written_as_zones_have_them() {
    let check = |value: &str, expected: &str| {
        let list = list(&[(value, Act::NxDomain)]);
        assert_eq!(
            rules(&list, Reader::Full).0,
            [format!("{expected}.rpz-ip CNAME .")],
            "{value}"
        );
        assert_eq!(rules(&list, Reader::Knot).1, [(value.to_owned(), Missing::Value)]);
    };
    check("192.0.2.7", "32.7.2.0.192");
    check("2001:db8::/32", "32.zz.db8.2001");
    check("2001:db8::1", "128.1.zz.db8.2001");
    check("2001:db8:1:2:3:4:5:6", "128.6.5.4.3.2.1.db8.2001");
    check("2001:db8:0:1::7", "128.7.zz.1.0.db8.2001");
    check("2001:db8:0:2:0:3:4:5", "128.5.4.3.0.2.0.db8.2001");
    check("::1", "128.1.zz");
}

#[test]
fn what_a_zone_says_is_read_back() {
    let all = [
        "a.vn",
        "b.a.vn",
        "192.0.2.7",
        "192.0.2.0/24",
        "2001:db8::/32",
        "2001:db8:0:2:0:3:4:5",
        "::1",
    ];
    for text in all {
        let list = list(&[(text, Act::NoData)]);
        let origin = Origin::parse("rpz.test").unwrap();
        let take = |rule: Rule<'_>| {
            assert_eq!(read_act(target(rule.act)), Some(Act::NoData));
            match rule.trigger {
                Trigger::Name(name) => {
                    let name = reversed(name);
                    assert_eq!(read_trigger(&name), Some(Read::Name(text.to_owned())));
                    assert_eq!(read_trigger(&format!("*.{name}")), Some(Read::Below(text.to_owned())));
                }
                Trigger::Address(value) => {
                    assert_eq!(read_trigger(&trigger(value)), Some(Read::Address(text.to_owned())));
                }
            }
            Ok::<_, ActError>(())
        };
        each_rule(&list, &origin, Reader::Full, take, |_| panic!("no gap")).unwrap();
    }
    for act in ["nxdomain", "nodata", "drop", "pass", "redirect=walled.vn"] {
        let act = Act::parse(act).unwrap();
        assert_eq!(read_act(target(&act)), Some(act));
    }
    for foreign in [
        "24.0.2.0.192.rpz-client-ip",
        "32.1.0.0.127.RPZ-NSIP",
        "ns.evil.vn.rpz-nsdname",
        "a b.vn",
        "",
    ] {
        assert_eq!(read_trigger(foreign), None, "{foreign}");
    }
    for wrong in [
        "33.1.2.0.192",
        "24.1.2.0.192",
        "128.1.zz.2.zz",
        "128.1.2.3",
        "x",
        "",
        "64.1.zz",
        "128.10000.zz",
    ] {
        assert_eq!(read_trigger(&format!("{wrong}.rpz-ip")), None, "{wrong}");
    }
    for foreign in ["rpz-tcp-only", "*.garden.vn", "a b"] {
        assert_eq!(read_act(foreign), None, "{foreign}");
    }
}

#[test]
fn a_name_must_fit_below_the_zone() {
    let name = |len: usize| {
        let mut name = ["a".repeat(60), "b".repeat(60), "c".repeat(60)].join(".");
        name.push('.');
        name.push_str(&"d".repeat(len - name.len() - 3));
        name + ".vn"
    };
    let room = 253 - "*.".len() - ".rpz.test".len();
    let fits = list(&[(&name(room), Act::NxDomain)]);
    assert_eq!(rules(&fits, Reader::Full).0.len(), 2);
    let long = list(&[(&name(room + 1), Act::NxDomain)]);
    assert_eq!(
        rules(&long, Reader::Full),
        (vec![], vec![(name(room + 1), Missing::TooLong)])
    );
    // `32.1.2.0.192.rpz-ip` and a dot.
    let origin = |len: usize| {
        format!(
            "{}.{}.{}.{}",
            "a".repeat(60),
            "b".repeat(60),
            "c".repeat(60),
            "d".repeat(len - 183)
        )
    };
    let list = list(&[("192.0.2.1", Act::NxDomain)]);
    for (len, expected) in [(233, None), (234, Some(Missing::TooLong))] {
        let origin = Origin::parse(&origin(len)).unwrap();
        let mut missing = None;
        let take = |_: Rule<'_>| Ok::<_, ActError>(());
        each_rule(&list, &origin, Reader::Full, take, |gap| missing = Some(gap.missing)).unwrap();
        assert_eq!(missing, expected, "{len}");
    }
}

#[test]
fn what_must_stay_reachable_is_never_hit() {
    let mut list = Blocklist::new();
    for value in ["www.bank.vn", "state.gov.vn", "192.0.2.0/28", "2001:db8::1"] {
        list.protect(value).unwrap();
    }
    let hit = |value: &str| Err(BlockError::Protected(value.to_owned()));
    let mut check = |value: &str, expected: Result<(), BlockError>| {
        assert_eq!(list.add(value, &Act::NxDomain), expected, "{value}");
    };
    check("www.bank.vn", hit("www.bank.vn"));
    check("bank.vn", hit("www.bank.vn"));
    check("ww.bank.vn", Ok(()));
    check("phishing.www.bank.vn", Ok(()));
    check("ank.vn", Ok(()));
    check("state.gov.vn", hit("state.gov.vn"));
    check("192.0.2.15", hit("192.0.2.0/28"));
    check("192.0.2.16", Ok(()));
    check("192.0.0.0/16", hit("192.0.2.0/28"));
    check("2001:db8::/32", hit("2001:db8::1"));
    assert_eq!(list.add("bank.vn", &Act::Pass), Ok(()), "an exception hits nobody");
    assert_eq!(list.protect("http://a.vn/x"), Err(BlockError::NotBlockable(Kind::Url)));
}

#[test]
fn what_cannot_be_blocked_is_refused() {
    let mut list = list(&[("a.vn", Act::Pass)]);
    let mut check =
        |value: &str, expected: BlockError| assert_eq!(list.add(value, &Act::Drop), Err(expected), "{value}");
    check("com.vn", BlockError::Value(ValueError::PublicSuffix));
    check(&"a".repeat(64), BlockError::NotBlockable(Kind::Hash));
    check("a@b.vn", BlockError::NotBlockable(Kind::Email));
    check("A.vn", BlockError::Contradiction(Act::Pass));
    assert_eq!(list.len(), 1);
}

#[test]
fn a_sensor_gets_names_and_is_not_said_to_know_more() {
    let list = list(&[
        ("evil.vn", Act::NxDomain),
        ("ok.vn", Act::Pass),
        ("192.0.2.1", Act::Drop),
        ("url.vn/x", Act::Drop),
    ]);
    let (mut out, mut gaps) = (Vec::new(), Vec::new());
    write_suricata(&list, &mut out, |gap| gaps.push((gap.value.to_owned(), gap.missing))).unwrap();
    assert_eq!(out, b"ZXZpbC52bg==\n");
    assert_eq!(
        gaps,
        [
            ("evil.vn".to_owned(), Missing::Below),
            ("ok.vn".to_owned(), Missing::Act),
            ("192.0.2.1".to_owned(), Missing::Value),
            ("url.vn/x".to_owned(), Missing::Value),
        ]
    );
    let mut out = Vec::new();
    write_json(&list, &mut out).unwrap();
    let lines: Vec<serde_json::Value> = out
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    let values: Vec<&str> = lines.iter().map(|line| line["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["evil.vn", "ok.vn", "192.0.2.1", "url.vn/x"]);
}
