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
use crate::threats::{add, bundle, listing, marked, object, take, take_page, take_pages};

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
    let filter = IndicatorFilter {
        kind: PATTERN.to_owned(),
        feed: Some(feed),
        state: IndicatorState::Live,
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
            let rows = show(&node, incidents[0].incident.id).await.alerts;
            let is = |row: &&AlertRow| row.tlp == expected && row.listed_kind == PATTERN && row.indicator.is_some();
            assert_eq!(rows.iter().filter(is).count(), 1, "{host}");
        }
    });
}
