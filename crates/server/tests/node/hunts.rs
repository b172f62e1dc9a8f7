//! Hunts on a running node: asked for on its page, made through a real archive, whatever happens to the process.

use std::fs;

use anlanh_archive::{Archive, Keep, Record};
use anlanh_model::{AlertOrigin, NoHost};

use crate::people::Person;
use crate::streams::{OURS, add, alert_rows, alerts, count, event, list, node_with_list, wait};
use crate::support::{Node, Place, places};

/// An event as it was kept before tokens could be turned back.
fn keep_an_old_event(place: &Place) {
    let folder = place.folder.path().join("data/events");
    let mut archive = Archive::open(&folder, 1 << 20).unwrap();
    let payload = r#"{"domain":["first.example"],"subscriber":["0123456789abcdef01234567"]}"#;
    let record = Record {
        at: 1_795_800_000_000_000,
        source: 1,
        keep: Keep::Passing,
        payload: payload.as_bytes(),
    };
    let key = keys_of("first.example");
    archive.append(&record, &key).unwrap();
    archive.sync().unwrap();
}

/// The keys of a name, as a hunt for it asks.
fn keys_of(name: &str) -> Vec<u64> {
    let mut builder = anlanh_soc::Builder::new();
    let source = builder.source("list").unwrap();
    anlanh_soc::add_line(&mut builder, source, name.as_bytes()).unwrap();
    anlanh_soc::Wanted::of(&builder.build()).unwrap().keys
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hunt_is_made_through_what_is_kept_and_outlives_a_kill() {
    for place in places() {
        keep_an_old_event(&place);
        let node = Node::start_with(&place, OURS);
        let lan = Person::sign_in(&place, "lan");
        let log = place.folder.path().join("eve.json");
        fs::write(&log, event("first.example").repeat(3) + &event("a.evil.example")).unwrap();
        add(&place, "ids", "tail", "eve", &["--place", log.to_str().unwrap()]);
        wait("the file is read", async || {
            count(&node, "ids", "kept_total").await == 4
        })
        .await;
        let asked = [
            ("values", "first.example\nevil.example\nnever.example"),
            ("reason", "Bản tin số 12"),
        ];
        let page = lan.submit(&node, "/console/hunt", &asked).await;
        // It was told to be taken: whatever it is at, it is there after the kill, and comes to its end.
        node.pull_the_plug();
        let node = Node::start_with(&place, OURS);
        wait("the hunt is done", async || {
            lan.page(&node, &page).await.contains("Đã xong")
        })
        .await;
        let shown = lan.page(&node, &page).await;
        for said in [
            "5 lần thấy, thành 3 dòng",
            "ids",
            "may-",
            "never.example",
            "Bản tin số 12",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        // Neither an address, nor what was seen below a listed name.
        assert!(
            !shown.contains("10.0.0.7") && !shown.contains("a.evil.example"),
            "{shown}"
        );
        assert_eq!(alert_rows(&place).len(), 0);
        lan.submit(&node, &format!("{page}/step"), &[("step", "raise-all")])
            .await;
        let rows = alert_rows(&place);
        let named = |listed: &str| -> Vec<(u64, bool)> {
            let of = rows
                .iter()
                .filter(|row| row.listed == listed && row.origin == AlertOrigin::Hunt);
            let mut named: Vec<(u64, bool)> = of.map(|row| (row.count, row.host.is_some())).collect();
            named.sort_unstable();
            named
        };
        // The old token names nobody; the others name their host, which is one.
        assert_eq!(named("first.example"), [(1, false), (3, true)]);
        assert_eq!(named("evil.example"), [(1, true)]);
        let hosts: Vec<_> = rows.iter().filter_map(|row| row.host.clone()).collect();
        assert!(hosts.windows(2).all(|two| two[0] == two[1]), "{hosts:?}");
        // One sensor alone, and a period in which nothing happened.
        let narrowed = [
            ("values", "first.example"),
            ("reason", "Bản tin số 12"),
            ("sensor", "ids"),
            ("from", "2020-01-01"),
            ("to", "2020-01-31"),
        ];
        let page = lan.submit(&node, "/console/hunt", &narrowed).await;
        wait("the hunt is done", async || {
            lan.page(&node, &page).await.contains("Đã xong")
        })
        .await;
        assert!(lan.page(&node, &page).await.contains("Không thấy giá trị nào"));
    }
}

/// Whoever hunts by themselves tells why what they found has no host, too.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_new_indicator_finds_says_why_it_has_no_host() {
    for place in places() {
        let (node, token, feed) = node_with_list(&place).await;
        add(&place, "api", "http", "eve", &[]);
        let hand_in = async |node: &Node, name: &str, events: String| {
            wait("events are taken", async || {
                let path = "/v1/events?sensor=api";
                node.ask("POST", path, &token, events.clone()).await.status().as_u16() == 200
            })
            .await;
            list(node, &token, &feed, name).await;
            let hunted = format!("{name} hunt");
            wait("the hunt is over", async || alerts(&place).contains_key(&hunted)).await;
        };
        let unnamed = event("second.example").replace("10.0.0.7", "198.51.100.7");
        hand_in(&node, "second.example", event("third.example") + &unnamed).await;
        drop(node);
        // The archive gets another secret, and has an event of before.
        fs::remove_file(place.folder.path().join("data/events/tokens.key")).unwrap();
        keep_an_old_event(&place);
        let node = Node::start_with(&place, OURS);
        hand_in(&node, "first.example", event("third.example")).await;
        list(&node, &token, &feed, "third.example").await;
        let mut told = Vec::new();
        wait("all are told", async || {
            let rows = alert_rows(&place);
            told = rows
                .into_iter()
                .map(|row| (row.listed, row.host.is_some(), row.no_host))
                .collect();
            told.len() == 4
        })
        .await;
        told.sort();
        let expected = [
            ("first.example", false, Some(NoHost::OldToken)),
            ("second.example", false, Some(NoHost::Unnamed)),
            ("third.example", false, Some(NoHost::LostToken)),
            ("third.example", true, None),
        ];
        assert_eq!(
            told,
            expected.map(|(name, is_named, why)| (name.to_owned(), is_named, why))
        );
    }
}
