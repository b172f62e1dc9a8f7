//! Pushes to servers that behave, that take their time, that refuse, and that vanish.

use anlanh_app::feed::Credentials;
use anlanh_app::feed::{self, FormSpec, NewFeed};
use anlanh_app::indicator::{self, IndicatorFilter};
use anlanh_app::push::{self, NewPush, PushView, Watch};
use anlanh_model::{Feed, FeedKind, Id, Push, Tlp};
use anlanh_outbound::{Reach, ask_due, push_due, push_faded};
use serde_json::{Value, json};

use crate::node::{Node, on_each};
use crate::receiver::{Got, Reaction, Receiver};

const COLLECTION: &str =
    r#"{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"Both","can_read":true,"can_write":true}"#;
const ROOT: &str = r#"{"title":"Root","versions":["application/taxii+json;version=2.1"],"max_content_length":1000000}"#;

fn taken(body: &str) -> Reaction {
    Reaction::Answer(202, body.to_owned())
}

fn described() -> [Reaction; 2] {
    [
        Reaction::Answer(200, COLLECTION.to_owned()),
        Reaction::Answer(200, ROOT.to_owned()),
    ]
}

fn status(id: &str, state: &str, failures: &[&str]) -> String {
    let failures: Vec<Value> = failures
        .iter()
        .map(|id| json!({ "id": id, "version": "2026-01-01T00:00:00Z", "message": "no room" }))
        .collect();
    let (failed, pending) = (failures.len(), i32::from(state == "pending"));
    json!({ "id": id, "status": state, "total_count": 1, "success_count": 0, "failure_count": failed, "failures": failures,
        "pending_count": pending })
    .to_string()
}

struct Pushed<'n> {
    node: &'n Node,
    receiver: Receiver,
    id: Id<Push>,
}

fn new(receiver: &Receiver) -> NewPush {
    NewPush {
        name: "Trung tâm".to_owned(),
        url: receiver.url("/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/"),
        kinds: Vec::new(),
        tlp: Tlp::Green,
        confidence: 10,
        credentials: Some(Credentials::Bearer("bí mật".to_owned())),
    }
}

/// A feed by hand that goes this far.
async fn by_hand(node: &Node, name: &str, tlp: Tlp) -> Id<Feed> {
    let new = NewFeed {
        name: name.to_owned(),
        kind: FeedKind::Hand,
        url: String::new(),
        form: FormSpec::default(),
        every_minutes: 60,
        confidence: 80,
        valid_days: None,
        tlp,
        collection: String::new(),
        credentials: None,
    };
    feed::add(&node.app, &node.administrator(), new).await.unwrap()
}

async fn enter(node: &Node, id: Id<Feed>, text: &str) {
    let administrator = node.administrator();
    let ask = feed::hand(&node.app, &administrator, id).await.unwrap();
    let round = feed::read_handed_in(&node.app, &ask, text.as_bytes());
    feed::enter(&node.app, &administrator, &ask, round).await.unwrap();
}

async fn withdraw(node: &Node, value: &str) {
    let administrator = node.administrator();
    let listed = indicator::list(&node.app, &administrator, IndicatorFilter::default(), (None, 200)).await;
    let found = listed
        .unwrap()
        .into_iter()
        .find(|found| found.row.value == value)
        .unwrap();
    feed::withdraw(&node.app, &administrator, found.row.id).await.unwrap();
}

impl<'n> Pushed<'n> {
    async fn new(node: &'n Node) -> Self {
        let receiver = Receiver::start(&[]).await;
        let id = push::add(&node.app, &node.administrator(), new(&receiver))
            .await
            .unwrap();
        Self { node, receiver, id }
    }

    /// What is sent, a while later, when the server answers so.
    async fn push(&self, reactions: &[Reaction]) -> Vec<Got> {
        let before = self.receiver.got().len();
        self.receiver.react(reactions);
        self.node.wait_seconds(3_601);
        push_due(&self.node.app, Reach::Private).await.unwrap();
        self.receiver.got().split_off(before)
    }

    async fn view(&self) -> PushView {
        push::show(&self.node.app, &self.node.administrator(), self.id)
            .await
            .unwrap()
    }
}

/// The objects of what was posted: pattern, whether it is revoked, id, version.
fn objects(got: &[Got]) -> Vec<(String, bool, String, String)> {
    let posted = got.iter().filter(|got| got.head.starts_with("POST "));
    let text = |object: &Value, name: &str| object[name].as_str().unwrap().to_owned();
    let mut all = Vec::new();
    for got in posted {
        let sent = got.json();
        all.extend(sent["objects"].as_array().unwrap().iter().map(|object| {
            (
                text(object, "pattern"),
                object["revoked"] == true,
                text(object, "id"),
                text(object, "modified"),
            )
        }));
    }
    all
}

#[tokio::test]
async fn what_counts_and_may_go_is_pushed_once_and_revoked_there() {
    on_each(async |node| {
        let pushed = Pushed::new(&node).await;
        let (open, closed) = (
            by_hand(&node, "a", Tlp::Green).await,
            by_hand(&node, "b", Tlp::Amber).await,
        );
        enter(&node, open, "evil.vn\nworse.vn\nvietcombank.com.vn\n").await;
        enter(&node, closed, "secret.vn\n").await;
        let [first, second] = described();
        let got = pushed
            .push(&[first, second, taken(&status("s1", "complete", &[]))])
            .await;
        assert_eq!(got.len(), 3, "the collection, the root, the objects");
        assert!(
            got[0]
                .head
                .starts_with("GET /api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/ ")
        );
        assert!(got[1].head.starts_with("GET /api/ "), "{}", got[1].head);
        assert_eq!(got[2].field("authorization"), "Bearer bí mật");
        assert_eq!(got[2].field("content-type"), "application/taxii+json;version=2.1");
        let sent = objects(&got);
        let patterns: Vec<&str> = sent.iter().map(|(pattern, ..)| pattern.as_str()).collect();
        assert_eq!(
            patterns,
            ["[domain-name:value = 'evil.vn']", "[domain-name:value = 'worse.vn']"],
            "neither what is known to be good nor what is marked more strictly"
        );
        let text = String::from_utf8(got[2].body.clone()).unwrap();
        assert!(!text.contains("secret"), "{text}");
        let view = pushed.view().await;
        assert_eq!((view.live, view.row.failures, view.row.refused), (2, 0, 0));
        // Nothing changed: nobody is asked anything.
        assert!(pushed.push(&[]).await.is_empty());

        withdraw(&node, "evil.vn").await;
        let [first, second] = described();
        let got = pushed.push(&[first, second, taken("{}")]).await;
        let (pattern, is_revoked, id, modified) = objects(&got).pop().unwrap();
        assert_eq!((is_revoked, &id), (true, &sent[0].2), "{pattern}");
        assert!(modified > sent[0].3, "a later version");
        assert_eq!(pushed.view().await.live, 1);

        // What is revoked does not come back: another object does.
        enter(&node, open, "evil.vn\n").await;
        let [first, second] = described();
        let got = pushed.push(&[first, second, taken("{}")]).await;
        let again = objects(&got).pop().unwrap();
        assert!(!again.1 && again.2 != id, "{again:?}");

        // When less may go there, what went is revoked there, and says no more than before.
        let mut less = new(&pushed.receiver);
        less.tlp = Tlp::Clear;
        less.credentials = None;
        push::change(&node.app, &node.administrator(), pushed.id, less)
            .await
            .unwrap();
        let [first, second] = described();
        let got = pushed.push(&[first, second, taken("{}")]).await;
        assert_eq!(
            got[2].field("authorization"),
            "Bearer bí mật",
            "it stays with its server"
        );
        let gone = objects(&got);
        assert_eq!(
            gone.iter().filter(|(_, is_revoked, ..)| *is_revoked).count(),
            2,
            "{gone:?}"
        );
        assert_eq!(pushed.view().await.live, 0);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_fails_is_asked_again_and_nothing_is_lost() {
    on_each(async |node| {
        let pushed = Pushed::new(&node).await;
        let open = by_hand(&node, "a", Tlp::Clear).await;
        enter(&node, open, "evil.vn\n").await;
        for (reactions, why) in [
            (vec![Reaction::Answer(403, String::new())], "status 403"),
            (
                vec![Reaction::Answer(200, "{}".to_owned())],
                "the answer describes no collection",
            ),
            (
                vec![Reaction::Answer(
                    200,
                    COLLECTION.replace("\"can_write\":true", "\"can_write\":false"),
                )],
                "the collection may not be written",
            ),
            (vec![Reaction::HangUp], "no answer"),
            (
                {
                    let [first, second] = described();
                    vec![first, second, Reaction::Answer(507, String::new())]
                },
                "status 507",
            ),
            (
                {
                    let [first, second] = described();
                    vec![first, second, Reaction::HangUp]
                },
                "no answer",
            ),
        ] {
            pushed.push(&reactions).await;
            let view = pushed.view().await;
            assert_eq!((view.row.failure.as_deref(), view.live), (Some(why), 0));
        }
        // It is not asked again at once.
        push_due(&node.app, Reach::Private).await.unwrap();
        assert_eq!(pushed.view().await.row.failures, 6);
        // A root that says nothing keeps nobody from pushing; what was sent before is the same again.
        let got = pushed
            .push(&[
                described()[0].clone(),
                Reaction::Answer(404, String::new()),
                taken("{}"),
            ])
            .await;
        assert_eq!(objects(&got).len(), 1);
        let view = pushed.view().await;
        assert_eq!((view.live, view.row.failures, view.row.failure), (1, 0, None));
    })
    .await;
}

#[tokio::test]
async fn a_status_is_followed_until_it_is_complete() {
    on_each(async |node| {
        let pushed = Pushed::new(&node).await;
        let open = by_hand(&node, "a", Tlp::Clear).await;
        enter(&node, open, "evil.vn\n").await;
        let [first, second] = described();
        let later = status("7d8f", "pending", &[]);
        pushed
            .push(&[first, second, taken(&later), Reaction::Answer(200, later.clone())])
            .await;
        assert!(pushed.view().await.row.status.is_some());
        // Nothing else is sent meanwhile.
        enter(&node, open, "worse.vn\n").await;
        let object = {
            let got = pushed.receiver.got();
            objects(&got)[0].2.clone()
        };
        let [first, second] = described();
        let complete = status("7d8f", "complete", &[&object]);
        let got = pushed
            .push(&[
                Reaction::Answer(200, complete),
                first,
                second,
                taken(&status("8", "complete", &[])),
            ])
            .await;
        assert!(got[0].head.starts_with("GET /api/status/7d8f/ "), "{}", got[0].head);
        assert_eq!(
            objects(&got).len(),
            1,
            "the new one; what was refused is not sent again as it is"
        );
        let view = pushed.view().await;
        assert_eq!(
            (view.row.status, view.row.refused, view.row.why.as_deref(), view.live),
            (None, 1, Some("no room"), 1)
        );
        // A status that nobody knows any more is over, and what is no id leads nowhere.
        for (id, asked) in [("9", 1), ("../../x", 0)] {
            enter(&node, open, &format!("n{asked}.evil.vn\n")).await;
            let [first, second] = described();
            let got = pushed
                .push(&[
                    first,
                    second,
                    taken(&status(id, "pending", &[])),
                    Reaction::Answer(404, String::new()),
                ])
                .await;
            assert_eq!(got.len(), 3 + asked, "{id}");
            assert!(pushed.view().await.row.status.is_none(), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_came_from_a_collection_is_not_sent_back() {
    on_each(async |node| {
        let pushed = Pushed::new(&node).await;
        let mut from = NewFeed {
            name: "c".to_owned(),
            kind: FeedKind::List,
            url: pushed
                .receiver
                .url("/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116"),
            form: FormSpec::default(),
            every_minutes: 60,
            confidence: 80,
            valid_days: None,
            tlp: Tlp::Clear,
            collection: String::new(),
            credentials: None,
        };
        feed::add(&node.app, &node.administrator(), from.clone()).await.unwrap();
        from.name = "d".to_owned();
        from.url = pushed.receiver.url("/other.txt");
        pushed
            .receiver
            .react(&[Reaction::Answer(200, "theirs.vn\n".to_owned())]);
        ask_due(&node.app, Reach::Private).await.unwrap();
        feed::add(&node.app, &node.administrator(), from).await.unwrap();
        pushed.receiver.react(&[Reaction::Answer(200, "ours.vn\n".to_owned())]);
        ask_due(&node.app, Reach::Private).await.unwrap();
        let [first, second] = described();
        let sent = objects(&pushed.push(&[first, second, taken("{}")]).await);
        let patterns: Vec<&str> = sent.iter().map(|(pattern, ..)| pattern.as_str()).collect();
        assert_eq!(patterns, ["[domain-name:value = 'ours.vn']"]);
    })
    .await;
}

/// Follows a list, and gives whoever answers for it.
async fn followed(node: &Node, name: &str, valid_days: Option<u32>, list: &str) -> Receiver {
    followed_as(node, (name, FeedKind::List), valid_days, list).await
}

async fn followed_as(node: &Node, (name, kind): (&str, FeedKind), valid_days: Option<u32>, told: &str) -> Receiver {
    let receiver = Receiver::start(&[]).await;
    let new = NewFeed {
        name: name.to_owned(),
        kind,
        url: receiver.url("/told"),
        form: FormSpec::default(),
        every_minutes: 60,
        confidence: 80,
        valid_days,
        tlp: Tlp::Green,
        collection: String::new(),
        credentials: None,
    };
    feed::add(&node.app, &node.administrator(), new).await.unwrap();
    let length = told.len();
    let got = format!("HTTP/1.1 200 x\r\netag: \"a\"\r\ncontent-length: {length}\r\n\r\n{told}");
    receiver.react(&[Reaction::Bytes(got.into_bytes())]);
    node.wait_seconds(60);
    ask_due(&node.app, Reach::Private).await.unwrap();
    receiver
}

#[tokio::test]
async fn what_fades_or_lapses_is_revoked_there_and_comes_again() {
    const DAY: i64 = 86_400;
    on_each(async |node| {
        let lapsing = followed(&node, "tắt dần", Some(2), "evil.vn\n").await;
        let _fading = followed(&node, "phai dần", None, "192.0.3.7\n").await;
        let pushed = Pushed::new(&node).await;
        let [collection, root] = described();
        let first = objects(
            &pushed
                .push(&[collection, root, taken(&status("1", "complete", &[]))])
                .await,
        );
        assert_eq!(first.len(), 2, "{first:?}");
        let mut watch = Watch::default();
        let mut faded = async |reactions: &[Reaction]| {
            let before = pushed.receiver.got().len();
            pushed.receiver.react(reactions);
            push_faded(&node.app, Reach::Private, &mut watch).await.unwrap();
            objects(&pushed.receiver.got().split_off(before))
        };
        assert_eq!(faded(&[]).await, []);
        assert_eq!(pushed.view().await.live, 2);

        // Nobody gets the list again for two days.
        node.wait_seconds(2 * DAY);
        let [_, root] = described();
        let gone = faded(&[root, taken(&status("2", "complete", &[]))]).await;
        let of = |all: &[(String, bool, String, String)], value: &str| {
            let found = all.iter().find(|object| object.0.contains(value));
            found.cloned().unwrap()
        };
        let before = of(&first, "evil.vn");
        assert_eq!(gone.len(), 1, "{gone:?}");
        assert_eq!((gone[0].1, &gone[0].2), (true, &before.2));
        assert!(gone[0].3 > before.3, "a later version");
        node.wait_seconds(61);
        assert_eq!(faded(&[]).await, [], "it is told once");
        assert_eq!(pushed.view().await.live, 1);

        // It is there again, and nothing of it has changed.
        lapsing.react(&[Reaction::Bytes(b"HTTP/1.1 304 x\r\n\r\n".to_vec())]);
        ask_due(&node.app, Reach::Private).await.unwrap();
        let [collection, root] = described();
        let again = objects(
            &pushed
                .push(&[collection, root, taken(&status("3", "complete", &[]))])
                .await,
        );
        assert_eq!(again.len(), 1, "{again:?}");
        let again = of(&again, "evil.vn");
        assert!(
            !again.1 && again.2 != before.2,
            "what is revoked does not come back: {again:?}"
        );

        // Addresses fade within a month.
        node.wait_seconds(30 * DAY);
        let [_, root] = described();
        let gone = faded(&[root, taken(&status("4", "complete", &[]))]).await;
        assert!(gone.iter().all(|object| object.1), "{gone:?}");
        assert_eq!(of(&gone, "192.0.3.7").2, of(&first, "192.0.3.7").2);
        assert_eq!(pushed.view().await.live, 0);
    })
    .await;
}

#[tokio::test]
async fn a_pattern_that_changes_is_pushed_again() {
    on_each(async |node| {
        let pushed = Pushed::new(&node).await;
        let first = "[network-traffic:dst_ref.value = '45.1.2.7' AND network-traffic:dst_port = 80]";
        let second = "[network-traffic:dst_ref.value = '45.1.2.7' AND network-traffic:dst_port = 443]";
        let version = |pattern: &str, month: u32| {
            let at = format!("2026-0{month}-01T00:00:00.000Z");
            let object = json!({
                "type": "indicator", "spec_version": "2.1", "id": "indicator--6b2f3c1e-4f0f-4a52-9d6a-0c7a4d1f2b11",
                "created": "2026-01-01T00:00:00.000Z", "modified": at, "valid_from": "2026-01-01T00:00:00Z",
                "pattern_type": "stix", "pattern": pattern,
            });
            json!({ "type": "bundle", "id": "bundle--0f5b8b2e-3b57-4c37-8d52-8b7a0f0a6a4d", "objects": [object] })
                .to_string()
        };
        let [describe, root] = described();
        let source = followed_as(&node, ("Đội ứng cứu", FeedKind::Stix), None, &version(first, 1)).await;
        let sent = objects(
            &pushed
                .push(&[describe, root, taken(&status("one", "complete", &[]))])
                .await,
        );
        let [(pattern, false, id, before)] = sent.as_slice() else {
            panic!("{sent:?}");
        };
        assert_eq!(pattern, first);
        source.react(&[Reaction::Answer(200, version(second, 2))]);
        node.wait_seconds(3_600);
        ask_due(&node.app, Reach::Private).await.unwrap();
        let [describe, root] = described();
        let sent = objects(
            &pushed
                .push(&[describe, root, taken(&status("two", "complete", &[]))])
                .await,
        );
        let [(pattern, false, same, after)] = sent.as_slice() else {
            panic!("{sent:?}");
        };
        assert_eq!((pattern.as_str(), same), (second, id));
        assert!(after > before, "{after} {before}");
    })
    .await;
}
