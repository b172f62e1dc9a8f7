//! What else named a host whose address was erased: nothing leads back to it.

use anlanh_app::incident::{self, Alert, Closing, NewIncident, Step};
use anlanh_app::indicator::{self, IndicatorView};
use anlanh_db::Statement;
use anlanh_model::{Actor, FeedKind, Id, Incident, Severity, Tlp};
use anlanh_pack::Policy;
use anlanh_soc::Kind;
use serde_json::json;

use crate::incidents::{engineer, open, raise, show};
use crate::incidents_kept::{close, days_later, hosts, listed, step, working};
use crate::node::{Node, on_each, on_each_with};
use crate::policy::PACK;
use crate::threats::{add, enter, object};

/// A list of infected machines, with the addresses of subscribers.
const INFECTED: &str = "Máy nhiễm";

async fn list(node: &Node, addresses: &[&str]) {
    let feed = add(node, INFECTED, FeedKind::Hand).await;
    let entry = |(number, address): (u32, &&str)| {
        let more = json!({
            "pattern": format!("[ipv4-addr:value = '{address}']"), "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z",
        });
        object("indicator", number, more)
    };
    let entries: Vec<_> = (1..).zip(addresses).map(entry).collect();
    enter(node, feed, &entries).await;
}

/// An alert of a host by an address that the list has.
fn infected(node: &Node, host: &str, address: &str) -> Alert {
    let mut alert = listed(node, host, Kind::Address, address);
    INFECTED.clone_into(&mut alert.listed.source);
    alert
}

async fn view(node: &Node, address: &str) -> IndicatorView {
    let found = indicator::look_up(&node.app, &Actor::Operator, address).await.unwrap();
    let id = found.unwrap().first().unwrap().row.id;
    indicator::show(&node.app, &Actor::Operator, id).await.unwrap()
}

#[test]
fn nothing_of_an_alert_leads_to_the_entry_of_its_host() {
    on_each(async |node| {
        list(&node, &["198.51.100.77", "198.51.100.78"]).await;
        let alerts = [
            infected(&node, "198.51.100.77", "198.51.100.77"),
            listed(&node, "198.51.100.77", Kind::Domain, "mot.example"),
        ];
        let id = working(&node, &alerts).await;
        raise(&node, &[infected(&node, "198.51.100.78", "198.51.100.78")]).await;
        let known = show(&node, id).await.page.alerts;
        assert!(known.iter().any(|it| it.indicator.is_some()), "{known:?}");
        assert_eq!(view(&node, "198.51.100.77").await.sightings.len(), 1);
        close(&node, id).await;
        days_later(&node, 366).await;
        let erased = show(&node, id).await.page.alerts;
        assert!(erased.iter().any(|it| it.listed.is_empty()), "{erased:?}");
        assert!(erased.iter().all(|it| it.indicator.is_none()), "{erased:?}");
        let entry = view(&node, "198.51.100.77").await;
        assert_eq!(entry.sightings, [], "that a sensor saw it is gone");
        // Of the one in an open incident nothing is.
        assert_eq!(view(&node, "198.51.100.78").await.sightings.len(), 1);
    });
}

#[test]
fn what_other_alerts_are_found_by_goes_on_being_seen() {
    on_each(async |node| {
        list(&node, &["198.51.100.77"]).await;
        let id = working(&node, &[infected(&node, "198.51.100.77", "198.51.100.77")]).await;
        close(&node, id).await;
        // Somebody else spoke to that address, much later.
        days_later(&node, 300).await;
        let other = working(&node, &[infected(&node, "198.51.100.9", "198.51.100.77")]).await;
        days_later(&node, 66).await;
        let erased = show(&node, id).await.page.alerts;
        assert!(erased.iter().all(|it| it.listed.is_empty() && it.indicator.is_none()));
        assert!(
            show(&node, other)
                .await
                .page
                .alerts
                .iter()
                .all(|it| it.indicator.is_some())
        );
        assert_eq!(view(&node, "198.51.100.77").await.sightings.len(), 1);
        // By that the open incident is found, and after that it is called.
        assert_eq!(naming(&node, "198.51.100.77"), ["alert", "cause", "title"]);
    });
}

/// Where an address stands in what is kept of incidents: in titles, in what finds them, in marks, and in what alerts were found by.
pub fn naming(node: &Node, address: &str) -> Vec<String> {
    let statement = Statement::new(
        "test.naming",
        "SELECT 'title', title FROM incident UNION ALL SELECT 'mark', value FROM indicator_mark
         UNION ALL SELECT 'alert', listed FROM alert UNION ALL SELECT 'campaign', campaign FROM alert WHERE campaign IS NOT NULL",
    );
    let causes = Statement::new("test.causes", "SELECT key FROM incident_cause");
    let read = node.app.store().database().read_blocking("test", move |tx| {
        let mut texts = Vec::new();
        for row in tx.query(&statement, &[])? {
            texts.push((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
        }
        for row in tx.query(&causes, &[])? {
            texts.push(("cause".to_owned(), String::from_utf8(row.bytes(0)?.to_vec()).unwrap()));
        }
        Ok::<_, anlanh_db::Error>(texts)
    });
    let texts = read.unwrap();
    let mut places: Vec<String> = texts
        .into_iter()
        .filter(|(_, text)| text.contains(address))
        .map(|(at, _)| at)
        .collect();
    places.sort();
    places
}

const NOWHERE: [String; 0] = [];

async fn merge(node: &Node, from: Id<Incident>, into: Id<Incident>) {
    let merged = incident::merge(&node.app, &engineer(node.person), (from, into), "Cùng một việc.").await;
    merged.unwrap();
}

#[test]
fn what_was_merged_into_an_incident_names_its_hosts_no_more() {
    on_each(async |node| {
        let first = working(&node, &[infected(&node, "198.51.100.77", "198.51.100.77")]).await;
        node.wait_minutes(4 * 24 * 60);
        let second = working(&node, &[infected(&node, "198.51.100.78", "198.51.100.78")]).await;
        node.wait_minutes(4 * 24 * 60);
        let last = working(&node, &[listed(&node, "198.51.100.79", Kind::Domain, "mot.example")]).await;
        merge(&node, first, second).await;
        merge(&node, second, last).await;
        close(&node, last).await;
        // One of the hosts is in an open incident: of the other nothing is known after.
        node.wait_minutes(4 * 24 * 60);
        let open = working(&node, &[listed(&node, "198.51.100.77", Kind::Domain, "hai.example")]).await;
        days_later(&node, 366).await;
        for address in ["198.51.100.77", "198.51.100.78"] {
            assert_eq!(naming(&node, address), NOWHERE, "{address}");
        }
        for id in [first, second] {
            let view = show(&node, id).await;
            assert_eq!(view.row.title, id.to_string());
            assert_eq!(view.timeline[0].kind, "title_erased");
        }
        let told = (show(&node, last).await.row.title, show(&node, open).await.row.title);
        assert_eq!(told, ("mot.example".to_owned(), "hai.example".to_owned()));
        assert_eq!(hosts(&node).iter().filter(|(is_there, _)| *is_there).count(), 1);
    });
}

#[test]
fn what_an_alert_left_behind_names_its_host_no_more() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let left = working(&node, &[infected(&node, "198.51.100.77", "198.51.100.77")]).await;
        node.wait_minutes(4 * 24 * 60);
        let other = working(
            &node,
            &[
                listed(&node, "198.51.100.78", Kind::Domain, "mot.example"),
                listed(&node, "198.51.100.79", Kind::Domain, "mot.example"),
            ],
        )
        .await;
        let (moved, stays) = (
            show(&node, other).await.page.alerts[0].id,
            show(&node, left).await.page.alerts[0].id,
        );
        incident::attach(&node.app, &lan, (left, vec![moved]), "Cùng một việc.")
            .await
            .unwrap();
        let own = incident::split(&node.app, &lan, (left, vec![stays]), "Việc khác.")
            .await
            .unwrap();
        // Somebody calls one after the host, and one after another that only begins alike.
        let mut by_hand = Vec::new();
        for title in ["Máy 198.51.100.77 bị nhiễm", "Máy 198.51.100.770"] {
            let new = NewIncident {
                title: title.to_owned(),
                severity: None,
                tlp: Tlp::Green,
                words: String::new(),
            };
            by_hand.push(incident::open(&node.app, &lan, new, None).await.unwrap().id);
        }
        for next in [Step::Triage(Severity::High), Step::Take] {
            step(&node, own, next).await;
        }
        close(&node, own).await;
        days_later(&node, 366).await;
        assert_eq!(naming(&node, "198.51.100.77"), ["title"], "and that is the other");
        assert_eq!(show(&node, by_hand[1]).await.row.title, "Máy 198.51.100.770");
        for id in [left, own, by_hand[0]] {
            assert_eq!(show(&node, id).await.row.title, id.to_string(), "{id}");
        }
        assert_eq!(open(&node).await.len(), 4, "nothing else became of them");
    });
}

#[test]
fn a_mark_that_holds_names_no_host_that_was_erased() {
    let retention = "[[retention]]\nrecord = \"incident_host\"\ndays = 10\nevidence = \"own\"\n\
                     note = { vi = \"Ngắn\", en = \"Short\" }\n";
    let policy = Policy::from_texts(PACK.into_iter().chain([("retention.toml", retention)])).unwrap();
    on_each_with(&policy, async |node| {
        let alerts = [
            infected(&node, "198.51.100.77", "198.51.100.77"),
            listed(&node, "198.51.100.77", Kind::Domain, "mot.example"),
        ];
        let id = working(&node, &alerts[..1]).await;
        step(&node, id, Step::Close(Closing::WronglyListed)).await;
        let other = working(&node, &alerts[1..]).await;
        step(&node, other, Step::Close(Closing::WronglyListed)).await;
        days_later(&node, 11).await;
        assert_eq!(naming(&node, "198.51.100.77"), NOWHERE);
        assert_eq!(
            naming(&node, "mot.example"),
            ["alert", "mark", "title"],
            "it holds for 30 days"
        );
    });
}
