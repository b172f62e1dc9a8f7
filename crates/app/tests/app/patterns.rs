//! Patterns of feeds: kept with a round as values are, replaced and taken back as they are, and made ready to be matched.

use anlanh_app::feed;
use anlanh_app::incident::AlertRow;
use anlanh_app::indicator::{
    self, Clearance, ExportForm, IndicatorFilter, IndicatorRow, IndicatorState, PATTERN, index_by_operator,
};
use anlanh_model::{Actor, Feed, FeedKind, Id, RoundOutcome, Tlp};
use anlanh_soc::limits::MAX_KEPT_REGEXES;
use anlanh_soc::{Builder, Found, SequencesBuilder};
use anlanh_stix::Pattern;
use anlanh_stix::view::Tlp as Colour;
use serde_json::{Value, json};

use crate::incidents::{alert, open, raise, show};
use crate::node::{Node, on_each};
use crate::threats::{add, bundle, due, enter, listing, marked, object, take, take_page, take_pages};

const ONE: &str = "[domain-name:value = 'mot.example' AND domain-name:value != 'hai.example']";
const SEVERAL: &str =
    "[domain-name:value = 'mot.example'] FOLLOWEDBY [domain-name:value = 'hai.example'] WITHIN 60 SECONDS";

fn pattern(number: u32, pattern: &str, more: &Value) -> Value {
    let mut members = json!({
        "pattern": pattern, "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z", "name": format!("Nhãn {number}"),
    });
    members
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    object("indicator", number, members)
}

/// The patterns that a feed has now.
async fn live(node: &Node, feed: Id<Feed>) -> Vec<IndicatorRow> {
    in_state(node, feed, IndicatorState::Live).await
}

/// The patterns that a feed has, or had.
async fn every(node: &Node, feed: Id<Feed>) -> Vec<IndicatorRow> {
    in_state(node, feed, IndicatorState::All).await
}

async fn in_state(node: &Node, feed: Id<Feed>, state: IndicatorState) -> Vec<IndicatorRow> {
    let filter = IndicatorFilter {
        kind: PATTERN.to_owned(),
        feed: Some(feed),
        state,
    };
    let found = indicator::list(&node.app, &Actor::Operator, filter, (None, 100)).await;
    found.unwrap().into_iter().map(|found| found.row).collect()
}

/// How many patterns of a feed are matched, of one event and of several together.
fn matched(node: &Node, feed: Id<Feed>) -> (u64, usize) {
    let (mut builder, mut sequences) = (Builder::new(), SequencesBuilder::default());
    let take = |builder: &mut Builder, pattern: &Pattern, of: (&str, &str)| sequences.add(builder, pattern, of);
    let (app, policy) = (&node.app, &node.app.engine().policy);
    let indexed = index_by_operator(app.store(), app.clock(), policy, &mut builder, take).unwrap();
    let used = indexed.patterns.get(&feed).map_or(0, |of_feed| of_feed.used);
    indicator::tell_patterns(app, indexed.patterns);
    (used, sequences.len())
}

#[test]
fn a_pattern_is_kept_replaced_and_taken_back_as_a_value_is() {
    on_each(async |node| {
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        let first = marked(pattern(1, ONE, &json!({ "confidence": 70 })), Colour::Amber);
        take_page(&node, id, &[first, pattern(2, SEVERAL, &json!({}))]).await;
        let rows = live(&node, id).await;
        let row = rows
            .iter()
            .find(|row| row.value == row.object && row.confidence == 70)
            .unwrap();
        assert_eq!((rows.len(), row.kind.as_str(), row.tlp), (2, PATTERN, Tlp::Amber));
        assert_eq!(
            (row.pattern.as_deref(), row.label.as_deref()),
            (Some(ONE), Some("Nhãn 1"))
        );
        assert_eq!(matched(&node, id), (2, 1));
        // What became of them is told with the feed.
        let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
        assert_eq!((view.patterns.used, view.patterns.left_out), (2, 0));
        // A stricter marking and another pattern, in a version of their own.
        let later = json!({ "modified": "2026-02-01T00:00:00.000Z" });
        take_page(&node, id, &[marked(pattern(1, SEVERAL, &later), Colour::Red)]).await;
        let rows = live(&node, id).await;
        let row = rows.iter().find(|row| row.tlp == Tlp::Red).unwrap();
        assert_eq!((rows.len(), row.pattern.as_deref()), (2, Some(SEVERAL)));
        assert_eq!(matched(&node, id), (2, 2));
        // One becomes a value, and the other is revoked.
        let later = json!({ "modified": "2026-03-01T00:00:00.000Z", "revoked": true });
        take_page(&node, id, &[listing(1, "mot.example"), pattern(2, SEVERAL, &later)]).await;
        assert_eq!(live(&node, id).await, []);
        assert_eq!(matched(&node, id), (0, 0));
        let found = indicator::look_up(&node.app, &Actor::Operator, "mot.example").await;
        assert_eq!(found.unwrap().unwrap().len(), 1);
    });
}

/// A pattern with one regular expression.
fn expressive(number: u32, more: &Value) -> Value {
    let text = format!("[domain-name:value = 'a{number}.example' AND domain-name:value MATCHES '^a']");
    pattern(number, &text, more)
}

#[test]
fn what_is_revoked_goes_whatever_else_is() {
    on_each(async |node| {
        let revoked = json!({ "modified": "2026-02-01T00:00:00.000Z", "revoked": true });
        let most = u32::try_from(MAX_KEPT_REGEXES).unwrap();
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        take_page(&node, id, &[expressive(1, &json!({})), listing(2, "hai.example")]).await;
        assert_eq!(live(&node, id).await.len(), 1);
        // As many others are revoked before it as there may be regular expressions in a page.
        let mut page: Vec<Value> = (10..10 + most).map(|number| expressive(number, &revoked)).collect();
        page.push(expressive(1, &revoked));
        let mut gone = listing(2, "hai.example");
        gone["revoked"] = json!(true);
        gone["pattern"] = json!("[domain-name:value = 'other.example']");
        page.push(gone);
        take_page(&node, id, &page).await;
        assert_eq!(live(&node, id).await, []);
        let found = indicator::look_up(&node.app, &Actor::Operator, "hai.example").await;
        assert!(!found.unwrap().unwrap()[0].counts);
        let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
        assert_eq!((view.rounds[0].refused, view.row.live), (0, 0));
        // What is revoked and was never listed is not kept.
        assert_eq!(every(&node, id).await.len(), 1);
    });
}

#[test]
fn a_version_that_cannot_be_used_ends_the_one_before() {
    on_each(async |node| {
        let later = json!({ "modified": "2026-02-01T00:00:00.000Z" });
        let long = format!(
            "[domain-name:value = 'mot.example' AND domain-name:value != '{}']",
            "x".repeat(16 * 1024)
        );
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        for unusable in [
            long.as_str(),
            "[file:name LIKE '%.exe']",
            "[domain-name:value = 'com.vn']",
            "[",
            "",
        ] {
            let both = [pattern(1, ONE, &json!({})), listing(2, "hai.example")];
            take_page(&node, id, &both).await;
            assert_eq!(live(&node, id).await.len(), 1, "{unusable}");
            take_page(&node, id, &[pattern(1, unusable, &later), pattern(2, unusable, &later)]).await;
            assert_eq!(live(&node, id).await, [], "{unusable}");
            let found = indicator::look_up(&node.app, &Actor::Operator, "hai.example").await;
            assert!(!found.unwrap().unwrap()[0].counts, "{unusable}");
        }
        let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
        assert_eq!(view.rounds[0].refused, 2);
        // By hand, too; and nothing else goes with it.
        let id = add(&node, "Tay", FeedKind::Hand).await;
        enter(
            &node,
            id,
            &[
                pattern(1, ONE, &json!({})),
                pattern(2, SEVERAL, &json!({})),
                pattern(3, ONE, &json!({})),
            ],
        )
        .await;
        assert_eq!(live(&node, id).await.len(), 3);
        let revoked = json!({ "revoked": true });
        let version = [
            pattern(1, &long, &later),
            pattern(2, SEVERAL, &revoked),
            pattern(4, &long, &json!({})),
        ];
        enter(&node, id, &[version.as_slice(), &[listing(5, "nam.example")]].concat()).await;
        let left: Vec<Option<String>> = live(&node, id).await.into_iter().map(|row| row.label).collect();
        assert_eq!(left, [Some("Nhãn 3".to_owned())]);
        assert_eq!(every(&node, id).await.len(), 3);
    });
}

/// By a pattern a feed does no more to sensors than by a value.
#[test]
fn a_pattern_that_looks_up_what_is_known_to_be_good_never_counts() {
    on_each(async |node| {
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        let good = "[domain-name:value = 'dns.google' AND domain-name:value != 'x']";
        let after = "[domain-name:value = 'mot.example'] FOLLOWEDBY [domain-name:value = 'dns.google']";
        let wide = "[ipv4-addr:value ISSUBSET '0.0.0.0/1' AND ipv4-addr:value != '45.1.2.3']";
        // What is looked up is the address that is called, not everybody who may call it.
        let inside =
            "[network-traffic:src_ref.value ISSUBSET '10.0.0.0/8' AND network-traffic:dst_ref.value = '45.1.2.3']";
        let page = [good, after, wide, inside, ONE];
        let page: Vec<Value> = (1..)
            .zip(page)
            .map(|(number, text)| pattern(number, text, &json!({})))
            .collect();
        take_page(&node, id, &page).await;
        assert_eq!(matched(&node, id), (2, 0));
        let mut warned: Vec<(Option<String>, Option<String>)> = live(&node, id)
            .await
            .into_iter()
            .map(|row| (row.label, row.warning))
            .collect();
        warned.sort();
        let row = |number: u32, list: Option<&str>| (Some(format!("Nhãn {number}")), list.map(str::to_owned));
        let names = Some("public-resolver-names");
        assert_eq!(warned, [row(1, names), row(2, names), row(4, None), row(5, None)]);
        let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
        let round = view.rounds.first().unwrap();
        assert_eq!((round.refused, round.warned), (1, 2));
        let why = round.why.clone().unwrap();
        assert!(why.contains("object 3: pattern looks up a network"), "{why}");
    });
}

#[test]
fn a_feed_of_patterns_that_look_up_what_is_known_to_be_good_is_poisoned() {
    on_each(async |node| {
        let id = add(&node, "STIX", FeedKind::Stix).await;
        let good = |count: u32| -> Vec<Value> {
            let text = |number| format!("[domain-name:value = 'dns.google' AND domain-name:value != 'a{number}.vn']");
            (1..=count)
                .map(|number| pattern(number, &text(number), &json!({})))
                .collect()
        };
        assert_eq!(take(&node, id, &bundle(&good(11))).await, RoundOutcome::Held);
        assert_eq!(take(&node, id, &bundle(&good(10))).await, RoundOutcome::Applied);
        assert_eq!(matched(&node, id), (0, 0));
        // Once the lists are others, patterns are held against them anew.
        let folder = std::env::temp_dir().join(format!("anlanh-lists-{}-{}", std::process::id(), id));
        std::fs::create_dir_all(&folder).unwrap();
        let list = r#"{"name":"Của ta","type":"string","matching_attributes":["domain"],"list":["mot.example"]}"#;
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        take_page(&node, id, &[pattern(1, ONE, &json!({}))]).await;
        assert_eq!(matched(&node, id), (1, 0));
        std::fs::write(folder.join("ta.json"), list).unwrap();
        indicator::load_files(&node.app, &folder).unwrap();
        feed::run(&node.app).await.unwrap();
        assert_eq!(matched(&node, id), (0, 0));
        std::fs::remove_file(folder.join("ta.json")).unwrap();
        indicator::load_files(&node.app, &folder).unwrap();
        feed::run(&node.app).await.unwrap();
        assert_eq!(matched(&node, id), (1, 0));
        std::fs::remove_dir_all(&folder).unwrap();
    });
}

/// Patterns of these numbers with a regular expression each.
fn with_regexes(numbers: std::ops::Range<u32>) -> Vec<Value> {
    let one = |number| {
        let text = format!("[domain-name:value = 'a.example' AND domain-name:value MATCHES '^{number}']");
        pattern(number, &text, &json!({}))
    };
    numbers.map(one).collect()
}

#[test]
fn regular_expressions_are_counted_over_all_pages_of_a_round() {
    on_each(async |node| {
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        let most = u32::try_from(MAX_KEPT_REGEXES).unwrap();
        // As many as there may be over three pages, one of which has none, and one more.
        let beside: Vec<Value> = (1_000..1_010)
            .map(|number| listing(number, &format!("a{number}.example")))
            .collect();
        let pages = [with_regexes(1..200), beside, with_regexes(200..most + 2)];
        let pages: Vec<&[Value]> = pages.iter().map(Vec::as_slice).collect();
        assert_eq!(take_pages(&node, id, &pages).await, RoundOutcome::Applied);
        let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
        let round = view.rounds.first().unwrap();
        assert_eq!((round.listed, round.refused), (u64::from(most) + 10, 1));
        let why = round.why.clone().unwrap();
        assert!(
            why.contains("regular expressions in the patterns of one round"),
            "{why}"
        );
        // The next round counts anew.
        assert_eq!(
            take_page(&node, id, &with_regexes(2_000..2_001)).await,
            RoundOutcome::Applied
        );
    });
}

#[test]
fn a_pattern_goes_with_the_round_that_has_it_no_more_and_with_its_time() {
    on_each(async |node| {
        let id = add(&node, "STIX", FeedKind::Stix).await;
        let beside: Vec<Value> = (10..20)
            .map(|number| listing(number, &format!("a{number}.example")))
            .collect();
        let with = |patterns: &[Value]| bundle(&[beside.as_slice(), patterns].concat());
        let scanned = pattern(3, "[file:name LIKE '%.exe' AND file:size > 5]", &json!({}));
        let outcome = take(&node, id, &with(&[pattern(1, ONE, &json!({})), scanned])).await;
        assert_eq!((outcome, live(&node, id).await.len()), (RoundOutcome::Applied, 1));
        // What cannot be used is refused, with its reason.
        let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
        let round = view.rounds.first().unwrap();
        assert_eq!((round.listed, round.refused), (11, 1));
        let why = round.why.clone().unwrap();
        assert!(why.contains("object 12") && why.contains("nothing to look up"), "{why}");
        take(&node, id, &with(&[])).await;
        assert_eq!(live(&node, id).await, []);
        // What ends is matched until then.
        let until = node.app.clock().now().plus_minutes(120).as_seconds();
        let until = anlanh_stix::Timestamp {
            seconds: until,
            nanos: 0,
        }
        .to_string();
        take(
            &node,
            id,
            &with(&[pattern(4, SEVERAL, &json!({ "valid_until": until }))]),
        )
        .await;
        assert_eq!(matched(&node, id), (1, 1));
        node.wait_minutes(121);
        assert_eq!(matched(&node, id), (0, 0));
    });
}

/// After an upgrade that takes what was refused before.
#[test]
fn a_feed_that_is_asked_at_once_is_looked_at_whole() {
    on_each(async |node| {
        let id = add(&node, "STIX", FeedKind::Stix).await;
        let body = bundle(&[
            pattern(1, ONE, &json!({})),
            pattern(2, "[file:name LIKE '%.exe']", &json!({})),
        ]);
        assert_eq!(take(&node, id, &body).await, RoundOutcome::Applied);
        assert_eq!(take(&node, id, &body).await, RoundOutcome::Unchanged);
        feed::ask_now(&node.app, &Actor::Operator, id).await.unwrap();
        assert_eq!(take(&node, id, &body).await, RoundOutcome::Applied);
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        take_page(&node, id, &[pattern(1, ONE, &json!({}))]).await;
        assert!(due(&node, id).await.row.position.is_some());
        feed::ask_now(&node.app, &Actor::Operator, id).await.unwrap();
        assert_eq!(due(&node, id).await.row.position, None);
        // What is there already stays as it is.
        let before = live(&node, id).await;
        take_page(&node, id, &[pattern(1, ONE, &json!({}))]).await;
        assert_eq!((live(&node, id).await, before.len()), (before, 1));
    });
}

#[test]
fn a_pattern_is_given_out_as_stix_alone_and_as_far_as_it_may_go() {
    on_each(async |node| {
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        let green = marked(pattern(1, ONE, &json!({})), Colour::Green);
        let red = marked(pattern(2, SEVERAL, &json!({})), Colour::Red);
        take_page(&node, id, &[green, red, listing(3, "ba.example")]).await;
        let text = async |form, tlp| {
            let given = indicator::export(&node.app, &Actor::Operator, (form, None), Clearance::up_to(tlp));
            given.await.unwrap()
        };
        for form in [ExportForm::List, ExportForm::Table, ExportForm::Misp] {
            let text = text(form, Tlp::AmberStrict).await;
            assert!(text.contains("ba.example") && !text.contains("indicator--"), "{text}");
        }
        let stix = text(ExportForm::Stix, Tlp::AmberStrict).await;
        assert!(stix.contains("hai.example") && !stix.contains("FOLLOWEDBY"), "{stix}");
        assert!(!text(ExportForm::Stix, Tlp::Clear).await.contains("hai.example"));
    });
}

/// A pattern that names a host says who is behind its token: what it found goes no further.
#[test]
fn what_a_pattern_finds_goes_as_far_as_it_and_no_further_than_a_host_that_it_names() {
    on_each(async |node| {
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        let named = "[ipv4-addr:value = '10.7.0.1' AND ipv4-addr:value != '10.7.0.2']";
        take_page(&node, id, &[marked(pattern(1, named, &json!({})), Colour::Green)]).await;
        for (host, expected) in [("10.7.0.1", Tlp::Red), ("10.7.0.9", Tlp::Green)] {
            let mut one = alert(&node, host, &live(&node, id).await.first().unwrap().value);
            one.listed.found = Found::Pattern;
            one.listed.source = "TAXII".to_owned();
            raise(&node, &[one]).await;
            // By what they show they are in one incident.
            let incidents = open(&node).await;
            assert_eq!((incidents.len(), incidents[0].title.as_str()), (1, "Nhãn 1"));
            let rows = show(&node, incidents[0].incident.id).await.page.alerts;
            let is = |row: &&AlertRow| row.tlp == expected && row.listed_kind == PATTERN && row.indicator.is_some();
            assert_eq!(rows.iter().filter(is).count(), 1, "{host}");
        }
    });
}
