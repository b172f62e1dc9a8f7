use std::collections::HashSet;
use std::net::IpAddr;

use proptest::prelude::*;

use super::*;

fn set_of(text: &str) -> DomainSet {
    DomainSet::from_lines(text.as_bytes(), |bad| panic!("{bad}")).unwrap()
}

/// Whether a list of these lines covers the link.
fn check(lines: &str, link: &str, expected: bool) {
    assert_eq!(set_of(lines).covers_link(link), expected, "{lines:?} {link:?}");
}

#[test]
fn a_name_covers_itself_and_all_below() {
    for link in [
        "example.com",
        "a.example.com",
        "http://x.y.example.com/z",
        "EXAMPLE.com.",
        "example.com:8080",
    ] {
        check("example.com", link, true);
    }
    for link in [
        "com",
        "notexample.com",
        "example.com.vn",
        "example.net",
        "example.com.evil.xyz",
        "ample.com",
    ] {
        check("example.com", link, false);
    }
    check("a.example.com", "example.com", false);
    check("a.example.com", "b.example.com", false);
    check("xấu.vn", "http://xấu.vn/", true);
    check("xn--xu-r5s.vn", "http://XẤU.vn/", true);
}

#[test]
fn a_private_suffix_covers_its_own_site_alone() {
    check("blogspot.com", "https://blogspot.com/x", true);
    check("blogspot.com", "https://someone.blogspot.com/", false);
    check("someone.blogspot.com", "https://someone.blogspot.com/x", true);
    check("someone.blogspot.com", "https://other.blogspot.com/x", false);
}

#[test]
fn a_url_covers_itself_and_what_lies_below_its_path() {
    let list = "https://docs.google.com/forms/d/AbC/viewform?usp=1";
    check(list, "docs.google.com/forms/d/AbC/viewform?usp=1&x=2", true);
    check(
        list,
        "http://docs.google.com/forms/./d/e/../%41bC/viewform?usp=1#top",
        true,
    );
    for other in [
        "docs.google.com",
        "docs.google.com/forms/d/AbC/viewform",
        "docs.google.com/forms/d/abc/viewform?usp=1",
    ] {
        check(list, other, false);
    }
    check("bit.ly/x1", "bit.ly/x1", true);
    check("bit.ly/x1", "https://bit.ly/x1/?a=b", true);
    check("bit.ly/x1/", "https://bit.ly/x1", true);
    for other in [
        "bit.ly/x12",
        "bit.ly/",
        "bit.ly",
        "a.bit.ly/x1",
        "bit.ly/X1",
        "bit.ly/a/x1",
    ] {
        check("bit.ly/x1", other, false);
    }
    check("bit.ly/x1\nbit.ly", "bit.ly/other", true);
    check("bit.ly/", "bit.ly/other", true);
    check("http://5.6.7.8/a", "http://5.6.7.8/a/b", true);
    check("http://5.6.7.8/a", "http://5.6.7.8/b", false);
    check("evil.com/?id=1", "evil.com/?id=1&x", true);
    check("evil.com/?id=1", "evil.com/?id=12", false);
}

#[test]
fn addresses_are_compared_as_addresses() {
    check("203.0.113.9", "http://0xcb007109/x", true);
    check("203.0.113.9", "http://203.0.113.99", false);
    check("203.0.113.9", "http://9.203.0.113.9", false);
    check("2001:DB8::1", "http://[2001:db8:0::1]:80/", true);
    check("http://[::ffff:203.0.113.9]/", "http://203.0.113.9", true);
}

#[test]
fn lines_of_every_kind_of_list_are_read() {
    let lines = "\u{feff}# hosts\r\n127.0.0.1 localhost\r\n0.0.0.0 a1.com b1.com # two\r\n\r\n! filter\n[Adblock Plus 2.0]\n\
        ||c1.com^\n||d1.com^$all\n*.e1.com\n.f1.com\nhxxp://g1[.]com/\n  h1.com   # note\n:: i1.com\nJ1.COM\n||k1.com/p^\n";
    let set = set_of(lines);
    for name in ["a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1", "j1"] {
        assert!(set.covers_host(&format!("{name}.com")), "{name}");
    }
    assert!(set.covers_link("k1.com/p") && !set.covers_host("k1.com"));
    assert_eq!(set.len(), 12);
}

#[test]
fn bad_lines_are_reported_with_their_number_and_do_not_stop_the_rest() {
    let long = format!("{}.com", "a".repeat(64));
    let path = format!("x.com{}", "/a".repeat(super::super::tail::MAX_TAIL_PIECES + 1));
    let cases: [(&[u8], LineError); 15] = [
        (b"com.vn", LineError::PublicSuffix),
        (b"https://com/", LineError::PublicSuffix),
        (b"router", LineError::SingleLabel),
        (b"a..com", LineError::NotAHost),
        (long.as_bytes(), LineError::NotAHost),
        (b"mailto:a@x.com", LineError::NotAHost),
        (b"two words.com", LineError::NotAHost),
        (b"1.2.3.999", LineError::NotAHost),
        (b"1.2.3.0/24", LineError::AddressRange),
        (b"@@||x.com^", LineError::Unsupported),
        (b"x.com##.ad", LineError::Unsupported),
        (b"||x.com^$third-party", LineError::Unsupported),
        (b"ads*.x.com", LineError::Unsupported),
        (b"\xff\xfe.com", LineError::NotUtf8),
        (path.as_bytes(), LineError::TooLong),
    ];
    let mut text = Vec::new();
    for (line, _) in cases {
        text.extend_from_slice(line);
        text.extend_from_slice(b"\nfine.com\n");
    }
    let mut bad = Vec::new();
    let set = DomainSet::from_lines(&text, |line| bad.push((line.line, line.reason))).unwrap();
    let expected: Vec<_> = (0..)
        .zip(cases)
        .map(|(index, (_, reason))| (2 * index + 1, reason))
        .collect();
    assert_eq!(bad, expected);
    assert!(set.covers_host("fine.com"));
    assert_eq!(set.len(), 1);
}

#[test]
fn lines_entries_and_paths_are_limited() {
    let limit = crate::limits::MAX_LIST_LINE_BYTES;
    let mut builder = DomainSetBuilder::new();
    let line = |len: usize| format!("x.com/{}", "a".repeat(len - 6));
    assert_eq!(builder.add_line(line(limit).as_bytes()), Ok(Ok(())));
    assert_eq!(
        builder.add_line(line(limit + 1).as_bytes()),
        Ok(Err(LineError::TooLong))
    );

    let mut builder = DomainSetBuilder::with_limit(2);
    assert_eq!(builder.add_lines(b"a1.com\nb1.com", |_| ()), Ok(()));
    assert_eq!(builder.add_line(b"c1.com"), Err(BuildError::TooLarge));

    let pieces = super::super::tail::MAX_TAIL_PIECES;
    let longest = format!("x.com{}", "/a".repeat(pieces));
    check(&longest, &longest, true);
    check(&longest, &format!("{longest}/a/b/c"), true);
}

#[test]
fn an_empty_set_covers_nothing() {
    for set in [DomainSet::default(), set_of(""), set_of("# nothing\n")] {
        assert!(set.is_empty() && !set.covers_host("example.com") && !set.covers_link("http://1.2.3.4/a"));
    }
    let set = DomainSet::from_bytes(set_of("").as_bytes().to_vec()).unwrap();
    assert!(set.is_empty());
}

#[test]
fn bytes_of_something_else_are_refused() {
    let good = set_of("example.com").as_bytes().to_vec();
    let error = |bytes: &[u8]| DomainSet::from_bytes(bytes.to_vec()).unwrap_err();
    assert_eq!(error(b""), FormatError::NotASet);
    assert_eq!(error(b"<html>"), FormatError::NotASet);
    assert_eq!(error(&good[..20]), FormatError::Damaged);
    for found in [1, 3] {
        let mut other = good.clone();
        other[8] = found;
        let found = u32::from(found);
        assert_eq!(error(&other), FormatError::Version { found });
    }
    assert_eq!(error(&[good.as_slice(), b"x"].concat()), FormatError::Damaged);
}

fn name() -> impl Strategy<Value = String> {
    "((n[q-s]{1,2}|x-y)\\.){1,3}(com|vn|com\\.vn|blogspot\\.com|example)"
}

/// What the set should say of a name, by walking up its labels one by one.
fn oracle(names: &HashSet<String>, host: &str) -> bool {
    let suffix = psl::suffix_str(host).unwrap_or_default();
    let mut rest = host;
    loop {
        if rest != suffix && names.contains(rest) {
            return true;
        }
        match rest.split_once('.') {
            Some((_, above)) => rest = above,
            None => return false,
        }
    }
}

proptest! {
    #[test]
    fn a_set_says_what_walking_up_the_labels_says(
        names in prop::collection::hash_set(name(), 0..200),
        hosts in prop::collection::vec(name(), 50),
    ) {
        let text: Vec<&str> = names.iter().map(String::as_str).collect();
        let set = set_of(&text.join("\n"));
        prop_assert_eq!(set.len(), names.len() as u64);
        for host in hosts.iter().chain(&names) {
            prop_assert_eq!(set.covers_host(host), oracle(&names, host), "{}", host);
        }
        let again = DomainSet::from_bytes(set.as_bytes().to_vec()).unwrap();
        for host in &hosts {
            prop_assert_eq!(set.covers_host(host), again.covers_host(host));
        }
    }

    #[test]
    fn the_order_of_lines_does_not_matter(mut names in prop::collection::vec(name(), 0..60)) {
        let set = set_of(&names.join("\n"));
        names.reverse();
        let turned = set_of(&names.join("\n"));
        prop_assert_eq!(set.as_bytes(), turned.as_bytes());
    }

    #[test]
    fn changed_bytes_are_refused(
        names in prop::collection::vec(name(), 1..60),
        at in any::<prop::sample::Index>(),
        change in 1u8..,
    ) {
        let mut bytes = set_of(&names.join("\n")).as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        prop_assert!(DomainSet::from_bytes(bytes).is_err());
    }

    #[test]
    fn forged_bytes_are_harmless(
        names in prop::collection::vec(name(), 1..60),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = set_of(&names.join("\n")).as_bytes().to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let sum = check_sum(&bytes).unwrap_or_default().to_le_bytes();
        bytes[SUM_AT..HEADER_BYTES].copy_from_slice(&sum);
        if let Ok(set) = DomainSet::from_bytes(bytes) {
            for name in &names {
                let _ = set.covers_host(name);
                let _ = set.covers_link(&format!("http://{name}/a/b"));
            }
        }
    }

    #[test]
    fn any_bytes_can_be_a_list(text in prop::collection::vec(any::<u8>(), 0..200), line in "\\PC{0,60}") {
        DomainSet::from_lines(&text, |_| ()).unwrap();
        DomainSet::from_lines(line.as_bytes(), |_| ()).unwrap();
        let _ = DomainSet::from_bytes(text);
    }

    #[test]
    fn every_address_is_found_again(address in any::<IpAddr>(), other in any::<IpAddr>()) {
        let set = set_of(&address.to_string());
        prop_assert!(set.covers_host(&address.to_canonical().to_string()));
        prop_assert_eq!(set.covers_host(&other.to_canonical().to_string()), address.to_canonical() == other.to_canonical());
    }
}
