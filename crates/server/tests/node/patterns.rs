//! STIX patterns of feeds on a running node: what sensors send is matched with them, in one event and over several.

use anlanh_model::Tlp;
use serde_json::{Value, json};

use crate::feeds::{add_feed, managers_token, publish};
use crate::streams::{OURS, add, alert_rows, alerts, kept, node_with_list, wait};
use crate::support::{Node, Place, json as body, places, token, token_with};
use crate::taxii::{BOTH, collection};

const ONE: &str = "indicator--00000001-17d4-4cbf-938f-98ee46b3cd3f";
const SEVERAL: &str = "indicator--00000002-17d4-4cbf-938f-98ee46b3cd3f";
const THRICE: &str = "indicator--00000003-17d4-4cbf-938f-98ee46b3cd3f";

/// The indicator of a pattern, in a version.
fn indicator(id: &str, (name, pattern): (&str, &str), version: u8, more: &Value) -> Value {
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": id, "created": "2026-01-01T00:00:00.000Z",
        "modified": format!("2026-01-0{version}T00:00:00.000Z"), "name": name, "pattern": pattern, "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z",
    });
    object
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    object
}

/// Hands in objects, and a value beside them that nothing asks for.
async fn enter(node: &Node, token: &str, feed: &str, objects: &[Value]) -> Value {
    let beside = indicator(
        "indicator--000000ff-17d4-4cbf-938f-98ee46b3cd3f",
        ("Khác", "[domain-name:value = 'beside.example']"),
        1,
        &json!({}),
    );
    let objects: Vec<&Value> = objects.iter().chain([&beside]).collect();
    let bundle = json!({ "type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": objects });
    let path = format!("/v1/feeds/{feed}/indicators");
    let answer = node.ask("POST", &path, token, bundle.to_string()).await;
    assert_eq!(answer.status().as_u16(), 200);
    body(answer).await
}

/// Hands events in until they are taken: the sensor starts a moment after it was added.
async fn hand_in(node: &Node, token: &str, events: &str) {
    wait("the events are taken", async || {
        let answer = node
            .ask("POST", "/v1/events?sensor=api", token, events.to_owned())
            .await;
        answer.status().as_u16() == 200
    })
    .await;
}

/// A subscriber asks for a name, so many seconds after the beginning.
fn asks(host: &str, seconds: u32, name: &str) -> String {
    let (minute, second) = (seconds / 60, seconds % 60);
    format!(
        "{{\"timestamp\":\"2026-11-28T03:{minute:02}:{second:02}+0700\",\"event_type\":\"dns\",\"src_ip\":\"{host}\",\
         \"src_port\":5353,\"dest_ip\":\"192.0.2.53\",\"dns\":{{\"rrname\":\"{name}\"}}}}\n"
    )
}

/// A subscriber connects to an address and port.
fn connects(host: &str, seconds: u32, (address, port): (&str, u16)) -> String {
    let (minute, second) = (seconds / 60, seconds % 60);
    format!(
        "{{\"timestamp\":\"2026-11-28T03:{minute:02}:{second:02}+0700\",\"event_type\":\"flow\",\"src_ip\":\"{host}\",\
         \"src_port\":50001,\"dest_ip\":\"{address}\",\"dest_port\":{port},\"proto\":\"TCP\"}}\n"
    )
}

/// How often each pattern raised alerts.
fn hits(place: &Place, id: &str) -> u64 {
    alerts(place).get(&format!("{id} live")).copied().unwrap_or(0)
}

const ON_PORT: &str = "[network-traffic:dst_ref.value = '45.1.2.7' AND network-traffic:dst_port = 4444]";
const THEN: &str = "([domain-name:value = 'first.example'] FOLLOWEDBY [network-traffic:dst_ref.value = '45.1.2.9']) \
                    WITHIN 60 SECONDS";

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_of_a_feed_raises_an_alert_until_it_is_revoked() {
    for place in places() {
        let (node, token, feed) = node_with_list(&place).await;
        add(&place, "api", "http", "eve", &[]);
        let red = json!({ "object_marking_refs": [anlanh_stix::view::Tlp::Red.id()] });
        let one = |version, more: &Value| indicator(ONE, ("Chiến dịch cổng 4444", ON_PORT), version, more);
        let told = enter(
            &node,
            &token,
            &feed,
            &[
                one(1, &red),
                indicator(
                    THRICE,
                    ("Không tra được", "[file:name LIKE '%.exe' AND file:size > 5]"),
                    1,
                    &json!({}),
                ),
            ],
        )
        .await;
        // What cannot be used is told with its reason.
        assert_eq!((&told["listed"], &told["refused"]), (&json!(2), &json!(1)), "{told}");
        assert!(
            told["reasons"][0].as_str().unwrap().contains("nothing to look up"),
            "{told}"
        );
        let view = node.read(&format!("/v1/feeds/{feed}"), &token).await;
        let why = view["rounds"][0]["why"].as_str().unwrap().to_owned();
        assert!(why.contains("nothing to look up"), "{why}");

        let bad = connects("10.0.0.7", 0, ("45.1.2.7", 4444));
        wait("the pattern is matched", async || {
            hand_in(&node, &token, &bad).await;
            hits(&place, ONE) > 0
        })
        .await;
        let before = hits(&place, ONE);
        // An event that has the value alone is no hit, and what matched is kept as long as what is listed.
        hand_in(&node, &token, &connects("10.0.0.7", 1, ("45.1.2.7", 443))).await;
        assert_eq!(hits(&place, ONE), before);
        let rows = alert_rows(&place);
        let row = rows.iter().find(|row| row.listed == ONE).unwrap();
        assert_eq!(
            (row.listed_kind.as_str(), row.source.as_str(), row.tlp),
            ("pattern", "Nhập tay", Tlp::Red)
        );
        assert_eq!(row.campaign.as_deref(), Some("Chiến dịch cổng 4444"));
        assert!(row.host.is_some() && row.indicator.is_some());
        // A token that is cleared for less hears nothing of it.
        let reader = token_with(&place, "soar", &["incidents:read"], &["--tlp", "amber"]);
        let read = node.read("/v1/alerts", &reader).await;
        assert!(!read.to_string().contains(ONE), "{read}");

        // Another version takes the place of the first, and it is revoked.
        let other = ON_PORT.replace("4444", "5555");
        let replaced = indicator(ONE, ("Chiến dịch cổng 4444", &other), 2, &red);
        enter(&node, &token, &feed, &[replaced]).await;
        wait("the other version is matched", async || {
            let before = hits(&place, ONE);
            hand_in(&node, &token, &connects("10.0.0.7", 2, ("45.1.2.7", 5555))).await;
            hits(&place, ONE) > before
        })
        .await;
        let before = hits(&place, ONE);
        hand_in(&node, &token, &bad).await;
        assert_eq!(hits(&place, ONE), before);
        enter(&node, &token, &feed, &[one(3, &json!({ "revoked": true }))]).await;
        wait("it is revoked", async || {
            let before = hits(&place, ONE);
            hand_in(&node, &token, &connects("10.0.0.7", 3, ("45.1.2.7", 5555))).await;
            hits(&place, ONE) == before
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_over_several_events_are_matched_by_host_over_all_sensors() {
    for place in places() {
        let (node, token, feed) = node_with_list(&place).await;
        add(&place, "api", "http", "eve", &[]);
        let log = place.folder.path().join("eve.json");
        std::fs::write(&log, "").unwrap();
        add(&place, "ids", "tail", "eve", &["--place", log.to_str().unwrap()]);
        let thrice = "[domain-name:value = 'again.example'] REPEATS 3 TIMES WITHIN 300 SECONDS";
        enter(
            &node,
            &token,
            &feed,
            &[
                indicator(SEVERAL, ("Hỏi rồi nối", THEN), 1, &json!({})),
                indicator(THRICE, ("Ba lần", thrice), 1, &json!({})),
            ],
        )
        .await;
        let far = ("45.1.2.9", 443);
        // Each time with a host of its own, until the patterns are there.
        let mut host = 0;
        wait("the pattern is matched", async || {
            host += 1;
            let host = format!("10.1.0.{host}");
            let both = asks(&host, 0, "first.example") + &connects(&host, 30, far);
            hand_in(&node, &token, &both).await;
            hits(&place, SEVERAL) > 0
        })
        .await;
        let before = hits(&place, SEVERAL);
        // In the other order, by two hosts, or too late: no hit.
        let not = [
            connects("10.2.0.1", 0, far) + &asks("10.2.0.1", 30, "first.example"),
            asks("10.2.0.2", 0, "first.example") + &connects("10.2.0.3", 30, far),
            asks("10.2.0.4", 0, "first.example") + &connects("10.2.0.4", 90, far),
        ];
        hand_in(&node, &token, &not.concat()).await;
        assert_eq!(hits(&place, SEVERAL), before);
        // What one sensor sees first and another then; what is listed meanwhile loses nothing of it.
        hand_in(
            &node,
            &token,
            &(asks("10.3.0.1", 0, "first.example") + &asks("10.3.0.1", 1, "again.example")),
        )
        .await;
        crate::streams::list(&node, &token, &feed, "later.example").await;
        wait("what is new is matched", async || {
            hand_in(&node, &token, &asks("10.4.0.1", 0, "later.example")).await;
            alerts(&place).contains_key("later.example live")
        })
        .await;
        std::fs::write(&log, connects("10.3.0.1", 45, far)).unwrap();
        wait("both sensors together", async || hits(&place, SEVERAL) > before).await;
        let again = asks("10.3.0.1", 2, "again.example") + &asks("10.3.0.1", 3, "again.example");
        hand_in(&node, &token, &again).await;
        assert_eq!(hits(&place, THRICE), 1);
        // Three more are one more, and a fourth none.
        let more: String = (10..14).map(|at| asks("10.3.0.1", at, "again.example")).collect();
        hand_in(&node, &token, &more).await;
        assert_eq!(hits(&place, THRICE), 2);
        assert_eq!(kept(place.folder.path())["again.example"], 7);
        // The command line matches with the same, beside the node.
        let events = place.folder.path().join("match.json");
        std::fs::write(
            &events,
            asks("10.9.0.1", 0, "first.example") + &connects("10.9.0.1", 5, far),
        )
        .unwrap();
        let mut args = vec!["match".to_owned()];
        args.extend(place.options());
        args.extend(["--format".to_owned(), "eve".to_owned(), events.display().to_string()]);
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_anlanh"))
            .args(&args)
            .output()
            .unwrap();
        let out = String::from_utf8(done.stdout).unwrap();
        let err = String::from_utf8(done.stderr).unwrap();
        let hit: Value = serde_json::from_str(out.trim()).unwrap_or_else(|_| panic!("{out} {err}"));
        assert_eq!((&hit["indicator"], &hit["lines"]), (&json!(SEVERAL), &json!([1, 2])));
        assert!(err.contains("2 mẫu STIX"), "{err}");
    }
}

/// What is remembered of several events is gone with the process; patterns are not.
#[tokio::test(flavor = "multi_thread")]
async fn patterns_are_there_after_the_plug_was_pulled_and_what_was_remembered_is_not() {
    let place = &places()[0];
    let (node, token, feed) = node_with_list(place).await;
    add(place, "api", "http", "eve", &[]);
    let object = indicator(SEVERAL, ("Hỏi rồi nối", THEN), 1, &json!({}));
    enter(&node, &token, &feed, &[object]).await;
    let far = ("45.1.2.9", 443);
    let both = |host: &str| asks(host, 0, "first.example") + &connects(host, 30, far);
    wait("the pattern is matched", async || {
        hand_in(&node, &token, &both("10.1.0.1")).await;
        hits(place, SEVERAL) > 0
    })
    .await;
    hand_in(&node, &token, &asks("10.2.0.1", 0, "first.example")).await;
    let before = hits(place, SEVERAL);
    node.pull_the_plug();
    let node = Node::start_with(place, OURS);
    wait("the pattern is matched again", async || {
        hand_in(&node, &token, &both("10.1.0.2")).await;
        hits(place, SEVERAL) > before
    })
    .await;
    let before = hits(place, SEVERAL);
    hand_in(&node, &token, &connects("10.2.0.1", 30, far)).await;
    assert_eq!(hits(place, SEVERAL), before);
}

/// What is published in a collection is matched until it is revoked there: in one of another node, which is asked over TAXII, and in one
/// of the node itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_of_a_collection_raises_an_alert_until_it_is_revoked_there() {
    let theirs = &places()[0];
    let (there, centre) = (collection(theirs, &[]), token(theirs, "centre", &BOTH));
    let national = Node::start(theirs);
    for (place, nth) in places().iter().zip(1_u16..) {
        let here = collection(place, &["--indicators"]);
        let soc = managers_token(place);
        let (sensor, own) = (token(place, "sensor", &["events:write"]), token(place, "own", &BOTH));
        let node = Node::start_with(place, &[OURS, &["--feed-private"]].concat());
        add(place, "api", "http", "eve", &[]);
        let url = format!("{}/taxii2/anlanh/collections/{there}/", national.address);
        let name = "Trung tâm quốc gia";
        let feed =
            json!({ "name": name, "kind": "taxii", "url": url, "token": centre, "every_minutes": 60, "tlp": "amber" });
        let objects = |id: &str, port: u16, version: u8, more: &Value| {
            let text = ON_PORT.replace("4444", &port.to_string());
            let beside = "indicator--000000ff-17d4-4cbf-938f-98ee46b3cd3f";
            [
                indicator(id, ("Cổng lạ", &text), version, more),
                indicator(
                    beside,
                    ("Khác", "[domain-name:value = 'beside.example']"),
                    1,
                    &json!({}),
                ),
            ]
        };
        // Each node has a port of its own: what it is told of is not what the one before was.
        let ids = [0x100, 0x200].map(|kind| format!("indicator--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", kind + nth));
        let ports = [4_000 + nth, 5_000 + nth];
        let new = json!({});
        publish(&national, &centre, &there, &objects(&ids[0], ports[0], 1, &new)).await;
        publish(&node, &own, &here, &objects(&ids[1], ports[1], 1, &new)).await;
        let feed = add_feed(&node, &soc, feed).await;
        let event = |port| connects("10.0.0.7", 0, ("45.1.2.7", port));
        for (id, port) in ids.iter().zip(ports) {
            wait("the pattern is matched", async || {
                hand_in(&node, &sensor, &event(port)).await;
                hits(place, id) > 0
            })
            .await;
        }
        let rows = alert_rows(place);
        let of = |id: &str| {
            let row = rows.iter().find(|row| row.listed == id).unwrap();
            (
                row.listed_kind.as_str(),
                row.source.as_str(),
                row.tlp,
                row.host.is_some(),
            )
        };
        // What is not marked goes as far as its feed, and what is in a collection that others read as far as that.
        assert_eq!(of(&ids[0]), ("pattern", name, Tlp::Amber, true));
        assert_eq!(of(&ids[1]), ("pattern", "Tên miền lừa đảo", Tlp::Clear, true));
        let revoked = json!({ "revoked": true });
        publish(&national, &centre, &there, &objects(&ids[0], ports[0], 2, &revoked)).await;
        publish(&node, &own, &here, &objects(&ids[1], ports[1], 2, &revoked)).await;
        let ask = json!({ "step": "ask" }).to_string();
        let asked = node.ask("POST", &format!("/v1/feeds/{feed}/steps"), &soc, ask).await;
        assert_eq!(asked.status().as_u16(), 204);
        for (id, port) in ids.iter().zip(ports) {
            wait("it is revoked", async || {
                let before = hits(place, id);
                hand_in(&node, &sensor, &event(port)).await;
                hits(place, id) == before
            })
            .await;
        }
    }
}
