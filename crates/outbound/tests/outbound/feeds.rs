//! Feeds that are followed: those that behave, those that turn hostile, and those that vanish.

use anlanh_app::feed::{self, Credentials, FormSpec, NewFeed};
use anlanh_app::indicator::{self, Clearance, ExportForm, IndicatorFilter};
use anlanh_model::{Feed, FeedAlarm, FeedKind, FeedState, Id, RoundOutcome, Tlp};
use anlanh_outbound::{Reach, ask_due};

use crate::node::{Node, on_each};
use crate::receiver::{Reaction, Receiver};

fn feed(kind: FeedKind, url: String) -> NewFeed {
    NewFeed {
        name: format!("nguồn {}", kind.key()),
        kind,
        url,
        form: FormSpec::default(),
        every_minutes: 60,
        confidence: 80,
        valid_days: None,
        tlp: Tlp::Green,
        collection: String::new(),
        credentials: None,
    }
}

/// Answers with fields of its own.
fn reply(status: u16, fields: &str, body: &str) -> Reaction {
    let length = body.len();
    Reaction::Bytes(format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{fields}\r\n{body}").into_bytes())
}

/// Names of a kind that nobody protects.
fn names(from: usize, to: usize) -> String {
    (from..to).map(|at| format!("evil{at}.example.vn\n")).collect()
}

async fn exported(node: &Node, form: ExportForm, tlp: Tlp) -> String {
    let clearance = Clearance::up_to(tlp);
    let out = indicator::export(&node.app, &node.administrator(), (form, None), clearance).await;
    out.unwrap()
}

struct Followed<'n> {
    node: &'n Node,
    receiver: Receiver,
    id: Id<Feed>,
}

impl<'n> Followed<'n> {
    async fn new(node: &'n Node, change: impl FnOnce(&mut NewFeed)) -> Self {
        let receiver = Receiver::start(&[]).await;
        let mut new = feed(FeedKind::List, receiver.url("/list.txt"));
        change(&mut new);
        let id = feed::add(&node.app, &node.administrator(), new).await.unwrap();
        Self { node, receiver, id }
    }

    /// Asks once with these answers, an hour later.
    async fn ask(&self, reactions: &[Reaction]) {
        self.receiver.react(reactions);
        self.node.wait_seconds(3_600);
        ask_due(&self.node.app, Reach::Private).await.unwrap();
    }

    async fn view(&self) -> feed::FeedView {
        feed::show(&self.node.app, &self.node.administrator(), self.id)
            .await
            .unwrap()
    }

    /// How it stands, what is wrong, and how much it lists.
    async fn stands(&self) -> (FeedState, Vec<FeedAlarm>, u64) {
        let row = self.view().await.row;
        (row.state, row.alarms, row.live)
    }

    /// How many indicators of a value count.
    async fn counts(&self, value: &str) -> usize {
        let found = indicator::look_up(&self.node.app, &self.node.administrator(), value).await;
        found.unwrap().unwrap().iter().filter(|found| found.counts).count()
    }
}

#[tokio::test]
async fn a_list_is_followed_and_what_it_has_no_more_is_gone() {
    on_each(async |node| {
        let followed = Followed::new(&node, |new| {
            new.credentials = Some(Credentials::Basic("soc".to_owned(), "mật khẩu".to_owned()));
        })
        .await;
        let fields = "etag: \"a\"\r\nlast-modified: Sat, 28 Nov 2026 00:00:00 GMT\r\n";
        followed
            .ask(&[reply(200, fields, "evil.vn\n192.0.3.0/24 # a net\nevil.vn\ncom.vn\n")])
            .await;
        let view = followed.view().await;
        assert_eq!((view.row.live, view.row.state), (2, FeedState::Active));
        let round = &view.rounds[0];
        assert_eq!(
            (round.added, round.refused, round.outcome),
            (2, 1, RoundOutcome::Applied)
        );
        assert_eq!(
            round.why.as_deref(),
            Some("line 4: public suffix would cover names of strangers")
        );
        assert_eq!(followed.counts("www.evil.vn").await, 1);
        assert_eq!(followed.counts("192.0.3.77").await, 1);
        let got = followed.receiver.got();
        // soc:mật khẩu
        assert_eq!(got[0].field("authorization"), "Basic c29jOm3huq10IGto4bqpdQ==");
        assert_eq!(got[0].field("if-none-match"), "");

        followed.ask(&[reply(304, "", "")]).await;
        let got = followed.receiver.got();
        assert_eq!(got[1].field("if-none-match"), "\"a\"");
        assert_eq!(got[1].field("if-modified-since"), "Sat, 28 Nov 2026 00:00:00 GMT");
        assert_eq!(
            followed.view().await.rounds.len(),
            1,
            "nothing is told of what did not change"
        );

        followed
            .ask(&[reply(200, "etag: \"b\"\r\n", "evil.vn\nother.vn\n")])
            .await;
        assert_eq!(followed.counts("www.evil.vn").await, 1);
        assert_eq!(followed.counts("other.vn").await, 1);
        assert_eq!(followed.counts("192.0.3.77").await, 0, "what is gone does not count");
        let all = indicator::look_up(&node.app, &node.administrator(), "192.0.3.77").await;
        assert!(all.unwrap().unwrap()[0].row.revoked_at.is_some(), "and is still known");

        followed
            .ask(&[reply(200, "", "evil.vn\nother.vn\n192.0.3.0/24\n")])
            .await;
        assert_eq!(followed.counts("192.0.3.77").await, 1, "it may come back");
        feed::remove(&node.app, &node.administrator(), followed.id)
            .await
            .unwrap();
        assert_eq!(followed.counts("evil.vn").await, 0, "at once");
    })
    .await;
}

#[tokio::test]
async fn a_feed_that_turns_hostile_waits_for_a_person() {
    on_each(async |node| {
        let followed = Followed::new(&node, |_| {}).await;
        followed.ask(&[reply(200, "", &names(0, 1_000))]).await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 1_000));
        let held = async |body: &str, alarm: FeedAlarm| {
            followed.ask(&[reply(200, "", body)]).await;
            assert_eq!(followed.stands().await, (FeedState::Held, vec![alarm], 1_000));
            assert_eq!(followed.counts("evil7.example.vn").await, 1, "what was listed stays");
            let rounds = followed.view().await.rounds;
            followed.ask(&[reply(200, "", body)]).await;
            assert_eq!(followed.view().await.rounds, rounds, "it is told of once");
        };
        held("# gone\n", FeedAlarm::Emptied).await;
        held(&names(0, 499), FeedAlarm::Shrunk).await;
        held(&names(0, 3_001), FeedAlarm::Flooded).await;
        held(
            &format!("{}{}", names(0, 1_000), "junk\n".repeat(300)),
            FeedAlarm::Refused,
        )
        .await;
        let poisoned = (0..300).map(|at| format!("web{at}.vietcombank.com.vn\n"));
        held(
            &format!("{}{}", names(0, 1_000), poisoned.collect::<String>()),
            FeedAlarm::Poisoned,
        )
        .await;

        // As it should be again: nobody needs to do anything.
        followed.ask(&[reply(200, "", &names(0, 1_001))]).await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 1_001));

        // A person lets it pass, or does not.
        followed.ask(&[reply(200, "", &names(0, 10))]).await;
        feed::refuse(&node.app, &node.administrator(), followed.id)
            .await
            .unwrap();
        followed.ask(&[reply(200, "", &names(0, 10))]).await;
        assert_eq!(followed.stands().await.2, 1_001, "refused, and the same again");
        let settled = feed::agree(&node.app, &node.administrator(), followed.id).await;
        assert!(settled.is_err(), "nothing waits");
        followed.ask(&[reply(200, "", &names(0, 20))]).await;
        feed::agree(&node.app, &node.administrator(), followed.id)
            .await
            .unwrap();
        followed.ask(&[reply(200, "", &names(0, 20))]).await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 20));
        assert_eq!(followed.counts("evil19.example.vn").await, 1);
        assert_eq!(followed.counts("evil20.example.vn").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_bad_feed_blocks_no_bank() {
    on_each(async |node| {
        let followed = Followed::new(&node, |_| {}).await;
        let good = "vietcombank.com.vn\n8.8.8.8\n10.1.2.3\ndichvucong.gov.vn\n";
        followed
            .ask(&[reply(200, "", &format!("{good}{}", names(0, 100)))])
            .await;
        assert_eq!(followed.stands().await.2, 104);
        for value in good.lines().chain(["ebank.vietcombank.com.vn", "http://8.8.8.8/"]) {
            assert_eq!(followed.counts(value).await, 0, "{value}");
        }
        let warned = IndicatorFilter {
            state: indicator::IndicatorState::Warned,
            ..IndicatorFilter::default()
        };
        let warned = indicator::list(&node.app, &node.administrator(), warned, (None, 50))
            .await
            .unwrap();
        assert_eq!(warned.len(), 4, "they are kept and marked");
        let list = exported(&node, ExportForm::List, Tlp::Green).await;
        assert_eq!(list.lines().count(), 101, "100 names and the head: {list}");
        let list = exported(&node, ExportForm::List, Tlp::Clear).await;
        assert_eq!(list, "# TLP:CLEAR\n", "all is TLP:GREEN");
    })
    .await;
}

#[tokio::test]
async fn what_breaks_off_or_never_comes_changes_nothing() {
    on_each(async |node| {
        let followed = Followed::new(&node, |_| {}).await;
        followed.ask(&[reply(200, "", &names(0, 100))]).await;
        let cut = format!("HTTP/1.1 200 x\r\ncontent-length: 100000\r\n\r\n{}", names(0, 50));
        let broken_gzip = reply(200, "content-encoding: gzip\r\n", "no gzip");
        for (reaction, why) in [
            (Reaction::Bytes(cut.into_bytes()), "no answer"),
            (Reaction::HangUp, "no answer"),
            (Reaction::Answer(503, String::new()), "status 503"),
            (Reaction::Answer(301, String::new()), "status 301"),
            (broken_gzip, "not packed as it says"),
        ] {
            followed.ask(&[reaction]).await;
            let view = followed.view().await;
            assert_eq!(view.row.failure.as_deref(), Some(why));
            assert_eq!(followed.counts("evil99.example.vn").await, 1, "{why}");
        }
        assert_eq!(followed.view().await.row.failures, 5);
        followed.ask(&[reply(200, "", &names(0, 101))]).await;
        let row = followed.view().await.row;
        assert_eq!((row.failures, row.failure, row.live), (0, None, 101));
        // Nobody is told what is not public unless the operator said so.
        node.wait_seconds(3_600);
        ask_due(&node.app, Reach::Public).await.unwrap();
        let why = followed.view().await.row.failure;
        assert_eq!(
            why.as_deref(),
            Some("an address outside of the own network begins with https")
        );
    })
    .await;
}

fn indicator_object(number: u32, pattern: &str, more: &str) -> String {
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{number:08x}-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","pattern":"{pattern}","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"{more}}}"#
    )
}

fn name_object(number: u32) -> String {
    indicator_object(number, &format!("[domain-name:value = 'evil{number}.example.vn']"), "")
}

#[tokio::test]
async fn hostile_objects_are_refused_one_by_one() {
    on_each(async |node| {
        let followed = Followed::new(&node, |new| new.kind = FeedKind::Stix).await;
        let bomb = indicator_object(90, "[file:name MATCHES '(a+)+(b{1000}){1000}$']", "");
        let deep = format!("[{}domain-name:value = 'x.vn'{}]", "(".repeat(2_000), ")".repeat(2_000));
        let deep = indicator_object(91, &deep, "");
        let long = indicator_object(92, &format!("[domain-name:value = '{}']", "a".repeat(300_000)), "");
        let red = indicator_object(
            7,
            "[domain-name:value = 'red.example.vn']",
            r#","confidence":5,"object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]"#,
        );
        let sighting = r#"{"type":"sighting","spec_version":"2.1","id":"sighting--00000007-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","sighting_of_ref":"indicator--00000001-17d4-4cbf-938f-98ee46b3cd3f","count":7,"last_seen":"2026-02-01T00:00:00Z"}"#;
        let good: Vec<String> = (0..40).map(name_object).filter(|object| !object.contains("00000007-")).collect();
        let objects = [good, vec![bomb, deep, long, red, sighting.to_owned()]].concat().join(",");
        let bundle = format!("{{\"type\":\"bundle\",\"objects\":[{objects}]}}");
        followed.ask(&[reply(200, "", &bundle)]).await;
        let view = followed.view().await;
        assert_eq!((view.row.live, view.rounds[0].refused), (40, 3), "{:?}", view.rounds);
        // What is marked TLP:RED leaves by no export, and is matched here.
        assert_eq!(followed.counts("red.example.vn").await, 1);
        for form in ExportForm::ALL {
            let out = exported(&node, form, Tlp::Red).await;
            assert!(out.contains("evil1.example.vn") && !out.contains("red.example.vn"), "{form:?}");
        }
        let seen = indicator::look_up(&node.app, &node.administrator(), "evil1.example.vn").await;
        assert_eq!(seen.unwrap().unwrap()[0].row.sightings, 7);
        followed.ask(&[reply(200, "", &format!("{bundle} "))]).await;
        let seen = indicator::look_up(&node.app, &node.administrator(), "evil1.example.vn").await;
        assert_eq!(seen.unwrap().unwrap()[0].row.sightings, 7, "a sighting counts once");
        for body in ["not json", "{\"type\":\"bundle\",\"objects\":[{", "<html>"] {
            followed.ask(&[reply(200, "", body)]).await;
            assert_eq!(followed.stands().await.2, 40, "{body}");
        }
    })
    .await;
}

fn page(objects: &[String], more: &str) -> String {
    format!("{{{more}\"objects\":[{}]}}", objects.join(","))
}

/// By when the last object of a page was added.
fn last_added(micros: u32) -> String {
    format!("x-taxii-date-added-last: 2026-11-28T00:00:00.{micros:06}Z\r\n")
}

fn collection(title: &str) -> Reaction {
    let body = format!(
        r#"{{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"{title}","can_read":true,"can_write":false}}"#
    );
    reply(200, "content-type: application/taxii+json;version=2.1\r\n", &body)
}

#[tokio::test]
async fn a_collection_is_walked_and_gone_on_with_where_it_was_cut_off() {
    on_each(async |node| {
        let followed = Followed::new(&node, |new| {
            new.kind = FeedKind::Taxii;
            new.url = format!(
                "{}/",
                new.url
                    .replace("list.txt", "api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116")
            );
            new.credentials = Some(Credentials::Bearer("khóa".to_owned()));
        })
        .await;
        let first: Vec<String> = (0..3).map(name_object).collect();
        let second: Vec<String> = (3..5).map(name_object).collect();
        let last = last_added;
        // The server vanishes behind the first page.
        followed
            .ask(&[
                collection("Chỉ dấu"),
                reply(200, &last(3), &page(&first, "\"more\":true,\"next\":\"p 2\",")),
                Reaction::HangUp,
            ])
            .await;
        assert_eq!(followed.counts("evil2.example.vn").await, 1, "what came is kept");
        let asked = |at: usize| followed.receiver.got()[at].head.lines().next().unwrap().to_owned();
        assert_eq!(
            followed.receiver.got()[1].field("accept"),
            "application/taxii+json;version=2.1"
        );
        assert!(asked(1).contains("/objects/?limit=1000 "), "{}", asked(1));
        followed
            .ask(&[
                collection("Chỉ dấu"),
                reply(200, &last(5), &page(&second, "\"more\":false,")),
            ])
            .await;
        assert!(asked(4).contains("limit=1000&next=p%202 "), "{}", asked(4));
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 5));
        // Nothing new is an empty object, and one is taken back.
        followed.ask(&[collection("Chỉ dấu"), reply(200, "", "{}")]).await;
        assert!(
            asked(6).contains("added_after=2026-11-28T00:00:00.000005Z"),
            "{}",
            asked(6)
        );
        let revoked = indicator_object(1, "[domain-name:value = 'evil1.example.vn']", ",\"revoked\":true");
        let moved = indicator_object(2, "[domain-name:value = 'moved.example.vn']", "");
        followed
            .ask(&[
                collection("Chỉ dấu"),
                reply(200, &last(7), &page(&[revoked, moved], "\"more\":false,")),
            ])
            .await;
        for (value, expected) in [
            ("evil1.example.vn", 0),
            ("evil2.example.vn", 0),
            ("moved.example.vn", 1),
            ("evil4.example.vn", 1),
        ] {
            assert_eq!(followed.counts(value).await, expected, "{value}");
        }
        assert_eq!(followed.stands().await.2, 4);
        // A walk that the server has forgotten begins anew, and a server that repeats itself is left.
        let again = "\"more\":true,\"next\":\"x\",";
        followed
            .ask(&[
                collection("Chỉ dấu"),
                reply(200, "", &page(&second, again)),
                reply(200, "", &page(&second, again)),
                reply(200, "", &page(&first, again)),
            ])
            .await;
        assert_eq!(followed.receiver.got().len(), 9 + 3, "the third page is not asked for");
        // Another collection under the same address waits for a person.
        followed
            .ask(&[collection("Quảng cáo"), reply(200, &last(9), &page(&first, ""))])
            .await;
        assert_eq!(followed.stands().await, (FeedState::Held, vec![FeedAlarm::Renamed], 4));
        let rounds = followed.view().await.rounds;
        followed.ask(&[collection("Quảng cáo")]).await;
        assert_eq!(followed.view().await.rounds, rounds, "it is told of once");
        feed::agree(&node.app, &node.administrator(), followed.id)
            .await
            .unwrap();
        followed
            .ask(&[collection("Quảng cáo"), reply(200, &last(9), &page(&[], ""))])
            .await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 4));
    })
    .await;
}

#[tokio::test]
async fn a_collection_that_is_flooded_waits_at_the_page() {
    on_each(async |node| {
        let followed = Followed::new(&node, |new| new.kind = FeedKind::Taxii).await;
        let some: Vec<String> = (0..10).map(name_object).collect();
        followed.ask(&[collection("A"), reply(200, "", &page(&some, ""))]).await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 10));
        // A server that ignores the limit.
        let flood: Vec<String> = (100..1_200).map(name_object).collect();
        followed
            .ask(&[collection("A"), reply(200, "", &page(&flood, ""))])
            .await;
        assert_eq!(followed.stands().await, (FeedState::Held, vec![FeedAlarm::Flooded], 10));
        assert_eq!(followed.counts("evil100.example.vn").await, 0);
        feed::refuse(&node.app, &node.administrator(), followed.id)
            .await
            .unwrap();
        let rounds = followed.view().await.rounds;
        followed
            .ask(&[collection("A"), reply(200, "", &page(&flood, ""))])
            .await;
        assert_eq!(followed.view().await.rounds, rounds, "refused, and the same again");
        let more: Vec<String> = (100..1_300).map(name_object).collect();
        followed
            .ask(&[collection("A"), reply(200, &last_added(1), &page(&more, ""))])
            .await;
        feed::agree(&node.app, &node.administrator(), followed.id)
            .await
            .unwrap();
        followed
            .ask(&[collection("A"), reply(200, "", &page(&flood, ""))])
            .await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 1_110));
    })
    .await;
}

#[tokio::test]
async fn a_first_walk_that_is_poisoned_waits_at_the_page() {
    on_each(async |node| {
        let followed = Followed::new(&node, |new| new.kind = FeedKind::Taxii).await;
        let good: Vec<String> = (0..3).map(name_object).collect();
        // Addresses that no feed may have blocked, and one name that it may.
        let own = |at: u32| indicator_object(at, &format!("[ipv4-addr:value = '10.0.0.{at}']"), "");
        let mut poisoned: Vec<String> = (100..111).map(own).collect();
        poisoned.push(name_object(50));
        let more = "\"more\":true,\"next\":\"p2\",";
        followed
            .ask(&[
                collection("A"),
                reply(200, &last_added(1), &page(&good, more)),
                reply(200, &last_added(2), &page(&poisoned, "")),
            ])
            .await;
        let (state, alarms, _) = followed.stands().await;
        assert_eq!((state, alarms), (FeedState::Held, vec![FeedAlarm::Poisoned]));
        assert_eq!(followed.counts("evil2.example.vn").await, 1, "the page before is kept");
        assert_eq!(followed.counts("evil50.example.vn").await, 0, "the page itself is not");
        feed::agree(&node.app, &node.administrator(), followed.id)
            .await
            .unwrap();
        followed
            .ask(&[collection("A"), reply(200, &last_added(2), &page(&poisoned, ""))])
            .await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 15));
        assert_eq!(followed.counts("evil50.example.vn").await, 1);
        assert_eq!(
            followed.counts("10.0.0.105").await,
            0,
            "what is known to be good never counts"
        );
    })
    .await;
}

const BANK: &str = "8d964e16-e814-48b1-a7cf-653818767b49";
const SHOP: &str = "8d964e16-e814-48b1-a7cf-653818767b50";

/// The manifest of a MISP feed: its events, and when each was changed.
fn manifest(events: &[(&str, u32)]) -> Reaction {
    let entry = |(uuid, changed): &(&str, u32)| format!(r#""{uuid}":{{"info":"x","timestamp":"{changed}"}}"#);
    let entries: Vec<String> = events.iter().map(entry).collect();
    reply(200, "etag: \"m\"\r\n", &format!("{{{}}}", entries.join(",")))
}

/// An event of a MISP feed with these names.
fn event(uuid: &str, names: &[&str]) -> Reaction {
    let attribute = |(at, name): (usize, &&str)| {
        let prefix = uuid.get(..34).unwrap();
        format!(
            r#"{{"uuid":"{prefix}{at:02}","type":"domain","value":"{name}","to_ids":true,"timestamp":"1600000000"}}"#
        )
    };
    let attributes: Vec<String> = names.iter().enumerate().map(attribute).collect();
    let attributes = attributes.join(",");
    let body = format!(r#"{{"Event":{{"uuid":"{uuid}","info":"x","date":"2020-01-01","Attribute":[{attributes}]}}}}"#);
    reply(200, "", &body)
}

#[tokio::test]
async fn the_events_of_a_misp_feed_are_one_round() {
    on_each(async |node| {
        let followed = Followed::new(&node, |new| {
            new.kind = FeedKind::Misp;
            new.url = new.url.replace("/list.txt", "/feed/");
            new.credentials = Some(Credentials::Raw("khóa".to_owned()));
        })
        .await;
        let both = [
            manifest(&[(BANK, 1), (SHOP, 1)]),
            event(BANK, &["bank1.example.vn", "bank2.example.vn"]),
            event(SHOP, &["shop1.example.vn", "shop2.example.vn"]),
        ];
        followed.ask(&both).await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 4));
        let got = followed.receiver.got();
        let paths: Vec<&str> = got.iter().map(|got| got.head.split(' ').nth(1).unwrap()).collect();
        let of = |uuid: &str| format!("/feed/{uuid}.json");
        assert_eq!(paths, ["/feed/manifest.json", &of(BANK), &of(SHOP)]);
        assert_eq!(got[2].field("authorization"), got[0].field("authorization"));
        assert_eq!(followed.counts("www.bank1.example.vn").await, 1);

        followed.ask(&[reply(304, "", "")]).await;
        assert_eq!(followed.receiver.got()[3].field("if-none-match"), "\"m\"");

        // One that is not there fails the round: nothing is taken back for it.
        followed
            .ask(&[manifest(&[(BANK, 2), (SHOP, 1)]), reply(404, "", "")])
            .await;
        let view = followed.view().await;
        assert_eq!(view.row.live, 4);
        assert_eq!(view.row.failure.as_deref(), Some(&*format!("event {BANK}: status 404")));

        let less = [
            manifest(&[(BANK, 2), (SHOP, 1)]),
            event(BANK, &["bank1.example.vn"]),
            event(SHOP, &["shop1.example.vn", "shop2.example.vn"]),
        ];
        followed.ask(&less).await;
        assert_eq!(followed.stands().await, (FeedState::Active, vec![], 3));
        assert_eq!(followed.counts("bank2.example.vn").await, 0);
        followed.ask(&[reply(200, "", "<html>")]).await;
        assert_eq!(followed.stands().await.2, 3);
    })
    .await;
}
