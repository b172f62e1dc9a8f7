//! What else named a host whose address was erased: nothing leads back to it.

use anlanh_app::incident::Alert;
use anlanh_app::indicator::{self, IndicatorView};
use anlanh_model::{Actor, FeedKind};
use anlanh_soc::Kind;
use serde_json::json;

use crate::incidents::{raise, show};
use crate::incidents_kept::{close, days_later, listed, working};
use crate::node::{Node, on_each};
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
        let known = show(&node, id).await.alerts;
        assert!(known.iter().any(|it| it.indicator.is_some()), "{known:?}");
        assert_eq!(view(&node, "198.51.100.77").await.sightings.len(), 1);
        close(&node, id).await;
        days_later(&node, 366).await;
        let erased = show(&node, id).await.alerts;
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
        let erased = show(&node, id).await.alerts;
        assert!(erased.iter().all(|it| it.listed.is_empty() && it.indicator.is_none()));
        assert!(show(&node, other).await.alerts.iter().all(|it| it.indicator.is_some()));
        assert_eq!(view(&node, "198.51.100.77").await.sightings.len(), 1);
    });
}
