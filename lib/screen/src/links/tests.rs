use proptest::prelude::*;

use super::*;
use crate::{Date, ListDeclaration, ProtectedName, Resemblance};

fn pack() -> Pack {
    let name = |name: &str, domains: &[&str]| ProtectedName {
        name: name.to_owned(),
        kind: "bank".to_owned(),
        domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
    };
    let list = |id: &str| ListDeclaration {
        id: id.to_owned(),
        category: "SC1".to_owned(),
    };
    Pack {
        id: "test".to_owned(),
        version: "1".to_owned(),
        digest: String::new(),
        as_of: Date(20_000),
        utc_offset_minutes: 0,
        categories: Vec::new(),
        labels: Vec::new(),
        lexicon: Vec::new(),
        teencode: Vec::new(),
        names: vec![
            name("vietcombank", &["vietcombank.com.vn"]),
            name("acb", &["acb.com.vn"]),
            name("shopee", &["shopee.vn", "shopee.com"]),
            name("bidv", &["bidv.com.vn"]),
            name("mbbank", &["mbbank.com.vn"]),
            name("mb", &["mbbank.com.vn"]),
            name("vietabank", &["vietabank.com.vn"]),
            name("vietbank", &["vietbank.com.vn"]),
        ],
        affixes: ["vn", "com", "online", "hotro", "the", "app"]
            .map(str::to_owned)
            .to_vec(),
        lists: vec![list("phishing"), list("gambling")],
        identifiers: Vec::new(),
        rules: Vec::new(),
    }
}

fn links() -> Links {
    let mut links = Links::compile(&pack()).unwrap();
    let set = |lines: &str| Arc::new(DomainSet::from_lines(lines.as_bytes(), |bad| panic!("{bad}")).unwrap());
    links.set_list(
        0,
        set("evil.com\nshopee.ink\ndocs.google.com/forms/Bad\n203.0.113.9\nxấu.vn\nvietcombank-x.top"),
    );
    links.set_list(1, set("evil.com\nbet88.me"));
    links
}

fn hosts(text: &str) -> Vec<String> {
    let mut folded = Folded::new();
    folded.fold(text);
    let mut hosts = Vec::new();
    links().hosts_in_text(text, &folded, &mut LinkScratch::default(), |host| {
        hosts.push(host.to_owned())
    });
    hosts
}

#[test]
fn hosts_are_those_that_the_network_reads() {
    let check = |text: &str, expected: &[&str]| assert_eq!(hosts(text), expected, "{text}");
    check("không có gì ở đây. Thật", &[]);
    check(
        "xem https://A.Example/x rồi b[.]com, và hxxp://a.example",
        &["a.example", "b.com", "a.example"],
    );
    check(
        "https://xấu.vn và http://203.0.113.9/a",
        &["xn--xu-r5s.vn", "203.0.113.9"],
    );
    let mut told = Vec::new();
    for link in ["a.example/1", "không", "https://b.example"] {
        links().host_of_link(link, &mut LinkScratch::default(), |host| told.push(host.to_owned()));
    }
    assert_eq!(told, ["a.example", "b.example"]);
}

proptest! {
    /// A text has as many hosts as the detector reports links.
    #[test]
    fn hosts_are_told_of_the_links_that_are_reported(text in "([a-c]{1,4}|\\.| |://|http|vn|com|evil|\\[|\\]|@|/){0,24}") {
        let mut folded = Folded::new();
        folded.fold(&text);
        let mut out = Signals::default();
        links().scan_text(&text, &folded, &mut LinkScratch::default(), &mut out);
        let reported = out.as_slice().iter().filter(|signal| signal.finding == Finding::Link).count();
        prop_assert_eq!(hosts(&text).len(), reported);
    }
}

fn signals(text: &str) -> Signals {
    let mut folded = Folded::new();
    folded.fold(text);
    let mut out = Signals::default();
    links().scan_text(text, &folded, &mut LinkScratch::default(), &mut out);
    out
}

fn cut(text: &str, place: Place) -> &str {
    match place {
        Place::Text(span) => text.get(span.start as usize..span.end as usize).unwrap(),
        Place::Link(_) => panic!("a link beside a text that has none"),
    }
}

/// The links that are found in a text, as typed.
fn check(text: &str, expected: &[&str]) {
    let found = signals(text);
    let found = found.as_slice().iter().filter(|signal| signal.finding == Finding::Link);
    let found: Vec<&str> = found.map(|signal| cut(text, signal.place)).collect();
    assert_eq!(found, expected, "{text:?}");
}

/// The lists that the first link of a text is on.
fn check_listed(text: &str, expected: &[u32]) {
    let found = signals(text);
    let found = found.as_slice().iter().filter_map(|signal| match signal.finding {
        Finding::Listed { list } => Some(list),
        Finding::Link | Finding::LookAlike { .. } | Finding::Phrase { .. } | Finding::Personal(_) => None,
    });
    assert_eq!(found.collect::<Vec<_>>(), expected, "{text:?}");
}

/// The protected name that a link resembles, how, and with how many percent.
fn check_alike(link: &str, expected: Option<(&str, Resemblance, u8)>) {
    let mut out = Signals::default();
    links().scan_link(0, link, &mut LinkScratch::default(), &mut out);
    assert!(
        out.as_slice().iter().any(|signal| signal.finding == Finding::Link),
        "no link: {link:?}"
    );
    let names = pack().names;
    let found = out.as_slice().iter().find_map(|signal| match signal.finding {
        Finding::LookAlike { name, resemblance } => Some((
            names[name as usize].name.as_str(),
            resemblance,
            signal.confidence.as_percent(),
        )),
        Finding::Link | Finding::Listed { .. } | Finding::Phrase { .. } | Finding::Personal(_) => None,
    });
    assert_eq!(found, expected, "{link:?}");
}

#[test]
fn urls_are_found_whole() {
    check("xem https://a.example/x?y=1#z nhé", &["https://a.example/x?y=1#z"]);
    check("(xem http://a.com/b_(c)).", &["http://a.com/b_(c)"]);
    check(
        "[a](https://a.com/b), \"http://b.com/\"!",
        &["https://a.com/b", "http://b.com/"],
    );
    check("HTTPS://A.COM:8443/X…", &["HTTPS://A.COM:8443/X"]);
    check("zalo://a.vn/q ftp://b.vn", &["zalo://a.vn/q", "ftp://b.vn"]);
    check(
        "https://vietcombank.com.vn@evil.example/x",
        &["https://vietcombank.com.vn@evil.example/x"],
    );
    check(
        "https:\\\\a.com\\b https:/c.com",
        &["https:\\\\a.com\\b", "https:/c.com"],
    );
    check("http://%61.com http://a.com.", &["http://%61.com", "http://a.com"]);
    check(
        "http://router.local/ http://localhost/ http://com.vn/",
        &["http://router.local/"],
    );
    check("https://a.com.Anh gọi", &["https://a.com"]);
    check(
        "ｈｔｔｐ：／／ａ．ｃｏｍ và http://a\u{200b}.com",
        &["ｈｔｔｐ：／／ａ．ｃｏｍ", "http://a\u{200b}.com"],
    );
    check("lúc 12:// và :// và a://", &[]);
}

#[test]
fn addresses_are_found_in_every_base() {
    check(
        "http://3405803785/ http://0xcb.0.113.9 http://0313.0.0161.011/x",
        &["http://3405803785/", "http://0xcb.0.113.9", "http://0313.0.0161.011/x"],
    );
    check("http://[2001:db8::1]:80/a http://[::1", &["http://[2001:db8::1]:80/a"]);
    check("http://1.2.3.256/ http://1.2.3.4.5/ http://4294967296/", &[]);
    check("vào 203.0.113.9 và 8.8.8.8/dns", &["203.0.113.9", "8.8.8.8/dns"]);
    check(
        "giá 1.250.100.200, mục 1.2.3.4, máy 192.168.1.1, bản 1.2.3.4.5, 300.20.10.1, 12.5",
        &[],
    );
}

#[test]
fn bare_names_are_found() {
    check(
        "vào vietcombank.com.vn, fb.com hoặc t.co/a",
        &["vietcombank.com.vn", "fb.com", "t.co/a"],
    );
    check(
        "www.abc.me bit.ly/x1 zalo.me/0123",
        &["www.abc.me", "bit.ly/x1", "zalo.me/0123"],
    );
    check(
        "8xbet.vip jun88.online abc.github.io x.co.uk",
        &["8xbet.vip", "jun88.online", "abc.github.io", "x.co.uk"],
    );
    check("abc.com.Nhanh tay", &["abc.com"]);
    check("abc.com-uy tín, abc.com:", &["abc.com", "abc.com"]);
    check(
        "momo6789.me gbuy.shop báo_cáo2024.md 10h30.me",
        &["momo6789.me", "gbuy.shop"],
    );
    check("shopee.ink và shopee.la", &["shopee.ink"]);
    check("xấu.vn việtnam.com", &["việtnam.com"]);
    check("http://xấu.vn", &["http://xấu.vn"]);
}

#[test]
fn what_people_write_without_a_space_is_no_link() {
    check("xong.Anh ok.em rồi.vn vậy.ai đi.me ok.la anh.em nhé.com", &[]);
    check("a.zip readme.md main.rs bai.docx file.tar.gz v.v... v.v", &[]);
    check("12.5 1.000.000 3.com ngày 20.11.2026", &[]);
    check("đi bão.VN vô địch, đi bão.Vn", &[]);
    check("an@gmail.com an.binh@vcb.com.vn @abc.com", &[]);
    check("com.vn gov.vn ...com .com", &[]);
    check("bán hàng.online rẻ.shop", &[]);
}

#[test]
fn defanged_links_are_found() {
    check(
        "hxxps://evil[.]com/a hxxp[:]//evil(.)com",
        &["hxxps://evil[.]com/a", "hxxp[:]//evil(.)com"],
    );
    check(
        "evil[dot]com evil{.}me a (dot) evil.com",
        &["evil[dot]com", "evil{.}me", "a (dot) evil.com"],
    );
    check("http[://]evil.com", &["http[://]evil.com"]);
    check("vietcombank . com . vn", &["vietcombank . com . vn"]);
    check(
        "vietcombank dot com, vietcombank chấm vn/a",
        &["vietcombank dot com", "vietcombank chấm vn/a"],
    );
    check("momo. com và momo .vn", &["momo. com", "momo .vn"]);
    check(
        "ăn cơm . com nhà, hát karaoke. Com trưa, xong . vn thắng, chấm com",
        &[],
    );
}

#[test]
fn lists_are_asked_for_the_real_name_and_for_the_one_people_read() {
    check_listed("http://evil.com", &[0, 1]);
    check_listed("sub.evil.com và evil.com.vn", &[0, 1]);
    check_listed("http://ｅｖｉｌ。com", &[0, 1]);
    check_listed("http://еvil.com", &[0, 1]);
    check_listed("http://%65vil.com", &[0, 1]);
    check_listed("evil [.] com", &[0, 1]);
    check_listed("http://xn--xu-r5s.vn http://xấu.vn", &[0, 0]);
    check_listed("docs.google.com/forms/Bad/x", &[0]);
    check_listed("docs.google.com/forms/bad docs.google.com", &[]);
    check_listed("http://0xcb007109", &[0]);
    check_listed("bet88.me", &[1]);
    check_listed("notevil.com", &[]);
}

#[test]
fn homographs_are_recognised() {
    let homograph = |name, percent| Some((name, Resemblance::Homograph, percent));
    for link in [
        "vietcornbank.com",
        "vietc0mbank.vn",
        "vletcombank.com.vn",
        "vietcombаnk.com.vn",
        "việtcombank.com.vn",
    ] {
        check_alike(link, homograph("vietcombank", 95));
    }
    check_alike("vietc0mbank-vn.xyz", homograph("vietcombank", 95));
    check_alike("hotrovietc0mbank.xyz", homograph("vietcombank", 95));
    check_alike("vietc0mbank-qua.xyz", homograph("vietcombank", 80));
    check_alike("b1dv.com", homograph("bidv", 70));
    check_alike("http://xn--vietcombnk-34b.com", None);
}

#[test]
fn misspellings_affixes_and_subdomains_are_recognised() {
    check_alike("vietconbank.com", Some(("vietcombank", Resemblance::Misspelling, 85)));
    check_alike(
        "vietcmobank-vn.com",
        Some(("vietcombank", Resemblance::Misspelling, 85)),
    );
    check_alike("shoppee.vn", Some(("shopee", Resemblance::Misspelling, 60)));
    check_alike("vietcombank-vn.com", Some(("vietcombank", Resemblance::Affix, 90)));
    check_alike(
        "hotro-vietcombank247.com",
        Some(("vietcombank", Resemblance::Affix, 90)),
    );
    check_alike("bidvonline.com", Some(("bidv", Resemblance::Affix, 75)));
    check_alike("acb-online.top", Some(("acb", Resemblance::Affix, 60)));
    check_alike("vietcombank-qua.com", Some(("vietcombank", Resemblance::Affix, 70)));
    check_alike("quavietcombank.com", Some(("vietcombank", Resemblance::Affix, 55)));
    check_alike(
        "vietcombank.com.vn.evil.xyz",
        Some(("vietcombank", Resemblance::Subdomain, 97)),
    );
    check_alike("acb.com.vn.evil.xyz", Some(("acb", Resemblance::Subdomain, 97)));
    check_alike(
        "a.vietcombank.evil.xyz",
        Some(("vietcombank", Resemblance::Subdomain, 85)),
    );
    check_alike("vietcombank.xyz", Some(("vietcombank", Resemblance::Subdomain, 85)));
    check_alike("bidv.xyz", Some(("bidv", Resemblance::Subdomain, 50)));
    check_alike(
        "https://vietcombank.com.vn@evil.example",
        Some(("vietcombank", Resemblance::Subdomain, 97)),
    );
}

#[test]
fn innocent_hosts_resemble_nothing() {
    for link in [
        "vietcombank.com.vn",
        "www.vietcombank.com.vn/x",
        "http://vietcombank。com。vn",
        "ｖｉｅｔｃｏｍｂａｎｋ.com.vn",
        "vietabank.com.vn",
        "vietbank.com.vn",
        "tacbiet.com",
        "acb.org",
        "acb66.com",
        "macbook.com",
        "mb66.com",
        "mb.example",
        "mbvn.com",
        "rnb.com",
        "vietcombank.gov.vn",
        "combank.com",
        "http://203.0.113.9",
        "abidvx.com",
    ] {
        check_alike(link, None);
    }
}

#[test]
fn mistakes_in_a_pack_are_all_named() {
    let mut pack = pack();
    pack.names[0].name = "Viet Com".to_owned();
    pack.names[1].domains.push("com.vn".to_owned());
    pack.affixes.push("có".to_owned());
    pack.affixes.push(String::new());
    let parts: Vec<_> = Links::compile(&pack)
        .unwrap_err()
        .into_iter()
        .map(|error| error.part)
        .collect();
    use crate::Part::{Affix, Name};
    assert_eq!(parts, [Name(0), Name(1), Affix(6), Affix(7)]);
}

#[test]
fn links_beside_a_text_are_judged_up_to_their_limit() {
    let find = |link: &str| {
        let mut out = Signals::default();
        links().scan_link(7, link, &mut LinkScratch::default(), &mut out);
        assert!(out.as_slice().iter().all(|signal| signal.place == Place::Link(7)));
        out.as_slice().len()
    };
    assert_eq!(find("//evil.com/x"), 3);
    assert_eq!(find(" evil.com:80 "), 3);
    for link in [
        "mailto:a@evil.com",
        "tel:0123",
        "/a/evil.com",
        "",
        "javascript:evil.com",
    ] {
        assert_eq!(find(link), 0, "{link}");
    }
    let padded = |spaces: usize| format!("{}evil.com", " ".repeat(spaces));
    assert_eq!(find(&padded(MAX_LINK_BYTES - 8)), 3);
    assert_eq!(find(&padded(MAX_LINK_BYTES - 2)), 0);
}

#[test]
fn scanning_stops_when_nothing_more_can_be_kept() {
    let text = "evil.com ".repeat(crate::limits::MAX_SIGNALS);
    let found = signals(&text);
    assert!(found.overflowed());
    assert_eq!(found.as_slice().len(), crate::limits::MAX_SIGNALS);
}

proptest! {
    #[test]
    fn any_text_is_scanned_with_spans_in_bounds(
        text in "\\PC{0,80}|([a-c.:/@%\\[\\]() 0-9-]|dot|chấm|http|://|com|vn|vietcombank|xn--|а|ấ|\u{200b}){0,60}",
    ) {
        for signal in signals(&text).as_slice() {
            prop_assert!(!cut(&text, signal.place).is_empty());
        }
        let mut out = Signals::default();
        links().scan_link(0, &text, &mut LinkScratch::default(), &mut out);
    }

    #[test]
    fn a_url_among_words_is_found_whatever_stands_around(
        host in "[a-z]{3,9}(\\.[a-z]{2,9})?\\.(com|vn|example)",
        path in "(/[a-zA-Z0-9]{1,6}){0,3}",
        before in "(xem |\\(|\"|: )?",
        after in "( nhé|\\)|\"|, rồi|\\. Anh|!)?",
    ) {
        let url = format!("https://{host}{path}");
        let text = format!("{before}{url}{after}");
        let found = signals(&text);
        prop_assert_eq!(found.as_slice().first().map(|signal| cut(&text, signal.place)), Some(url.as_str()));
    }
}
