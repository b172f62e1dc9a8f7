//! What feeds say beyond values: kept with a round, gone with it, shown as far as it may go, and what alerts are grouped by.

use anlanh_app::feed::{
    self, Ask, FormSpec, MAX_RELATIONS_OF_SOURCE, MAX_THREATS, NewFeed, PageRead, Validators, Walked, misp_bundle,
    misp_objects,
};
use anlanh_app::indicator::{self, IndicatorView};
use anlanh_model::{Actor, Feed, FeedKind, Id, RoundOutcome, Tlp};
use anlanh_stix::poll::Poll;
use anlanh_stix::view::Tlp as Colour;
use serde_json::{Value, json};

use crate::incidents::{alert, open, raise};
use crate::node::{Node, on_each};

pub async fn add(node: &Node, name: &str, kind: FeedKind) -> Id<Feed> {
    let has_address = kind.has_address();
    let new = NewFeed {
        name: name.to_owned(),
        kind,
        url: if has_address {
            "https://feed.example/x".to_owned()
        } else {
            String::new()
        },
        form: FormSpec::default(),
        every_minutes: 60,
        confidence: 90,
        valid_days: None,
        tlp: Tlp::Green,
        collection: String::new(),
        credentials: None,
    };
    feed::add(&node.app, &Actor::Operator, new).await.unwrap()
}

pub async fn enter(node: &Node, id: Id<Feed>, objects: &[Value]) {
    let ask = feed::hand(&node.app, &Actor::Operator, id).await.unwrap();
    let round = feed::read_handed_in(&node.app, &ask, &bundle(objects));
    feed::enter(&node.app, &Actor::Operator, &ask, round).await.unwrap();
}

pub async fn due(node: &Node, id: Id<Feed>) -> Ask {
    node.wait_minutes(61);
    let asks = feed::due(&node.app, 100).await.unwrap();
    asks.into_iter().find(|ask| ask.id() == id).unwrap()
}

pub async fn take(node: &Node, id: Id<Feed>, body: &[u8]) -> RoundOutcome {
    let ask = due(node, id).await;
    let round = feed::read(&node.app, &ask, body);
    feed::take(&node.app, &ask, round, Validators::default()).await.unwrap()
}

pub async fn take_page(node: &Node, id: Id<Feed>, objects: &[Value]) -> RoundOutcome {
    take_pages(node, id, &[objects]).await
}

/// Pages of one walk, each with what follows from it.
pub async fn take_pages(node: &Node, id: Id<Feed>, pages: &[&[Value]]) -> RoundOutcome {
    let ask = due(node, id).await;
    let (mut walked, mut poll, mut outcome) = (Walked::default(), Poll::default(), RoundOutcome::Failed);
    for (nth, objects) in (1..).zip(pages) {
        let more = nth < pages.len();
        let body = json!({ "objects": objects, "more": more, "next": more.then(|| nth.to_string()) }).to_string();
        let so_far = (poll, &walked);
        let page: PageRead = feed::read_page(&node.app, &ask, so_far, (body.as_bytes(), None)).unwrap();
        poll = page.position().clone();
        let taken = feed::take_page(&node.app, &ask, page, ("Chỉ dấu", &mut walked));
        outcome = taken.await.unwrap();
    }
    outcome
}

pub fn bundle(objects: &[Value]) -> Vec<u8> {
    let id = "bundle--00000000-0000-4000-8000-000000000000";
    json!({ "type": "bundle", "id": id, "objects": objects })
        .to_string()
        .into_bytes()
}

pub fn object(kind: &str, number: u32, more: Value) -> Value {
    let mut object = json!({
        "type": kind, "spec_version": "2.1", "id": id_of(kind, number),
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
    });
    let (members, more) = (object.as_object_mut().unwrap(), more.as_object().unwrap().clone());
    members.extend(more);
    object
}

fn id_of(kind: &str, number: u32) -> String {
    format!("{kind}--00000000-0000-4000-8000-{number:012}")
}

pub fn listing(number: u32, value: &str) -> Value {
    let more = json!({
        "pattern": format!("[domain-name:value = '{value}']"), "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z", "name": format!("Nhãn {number}"),
    });
    object("indicator", number, more)
}

fn named(kind: &str, number: u32, name: &str) -> Value {
    object(kind, number, json!({ "name": name, "is_family": true }))
}

fn relation(number: u32, from: &str, kind: &str, to: &str) -> Value {
    let more = json!({ "source_ref": from, "relationship_type": kind, "target_ref": to });
    object("relationship", number, more)
}

/// An indicator shows something.
fn shows(number: u32, indicator: u32, (kind, of): (&str, u32)) -> Value {
    relation(number, &id_of("indicator", indicator), "indicates", &id_of(kind, of))
}

pub fn marked(mut object: Value, colour: Colour) -> Value {
    object["object_marking_refs"] = json!([colour.id()]);
    object
}

async fn view(node: &Node, value: &str) -> IndicatorView {
    let found = indicator::look_up(&node.app, &Actor::Operator, value).await.unwrap();
    let id = found.unwrap().first().unwrap().row.id;
    indicator::show(&node.app, &Actor::Operator, id).await.unwrap()
}

/// What the first indicator of a value shows, by kinds and names.
async fn shown(node: &Node, value: &str) -> Vec<(String, String)> {
    let view = view(node, value).await;
    let shows = view.shows.iter();
    shows
        .map(|led| (led.threat.kind.key().to_owned(), led.threat.name.clone()))
        .collect()
}

fn pair(kind: &str, name: &str) -> (String, String) {
    (kind.to_owned(), name.to_owned())
}

/// The titles of the incidents that these values bring, each met by a host of its own.
async fn titles(node: &Node, source: &str, values: &[&str]) -> Vec<String> {
    for (at, value) in values.iter().enumerate() {
        let mut alert = alert(node, &format!("10.7.0.{}", at + 1), value);
        source.clone_into(&mut alert.listed.source);
        raise(node, &[alert]).await;
    }
    open(node).await.into_iter().map(|row| row.title).collect()
}

#[test]
fn alerts_come_together_by_what_their_indicators_show() {
    on_each(async |node| {
        let id = add(&node, "VNCERT", FeedKind::Hand).await;
        let objects = [
            listing(1, "mot.example"),
            listing(2, "hai.example"),
            listing(3, "ba.example"),
            listing(4, "bon.example"),
            listing(5, "nam.example"),
            named("malware", 1, "Emotet"),
            named("campaign", 2, "Mùa thu"),
            named("threat-actor", 3, "Nhóm A"),
            marked(named("campaign", 4, "Bí mật"), Colour::Amber),
            // Malware alone, malware with a campaign, the campaign alone, an actor alone, and what is marked more strictly.
            shows(1, 1, ("malware", 1)),
            shows(2, 2, ("malware", 1)),
            shows(3, 2, ("campaign", 2)),
            shows(4, 3, ("campaign", 2)),
            shows(5, 4, ("threat-actor", 3)),
            shows(6, 5, ("campaign", 4)),
        ];
        enter(&node, id, &objects).await;
        let values = ["mot.example", "hai.example", "ba.example", "bon.example", "nam.example"];
        let titles = titles(&node, "VNCERT", &values).await;
        assert_eq!(titles, ["Emotet", "Mùa thu", "Nhãn 4", "Nhãn 5"]);
        assert_eq!(
            shown(&node, "hai.example").await,
            [pair("campaign", "Mùa thu"), pair("malware", "Emotet")]
        );
        // Whoever works here sees what is marked; nothing that goes further has it.
        assert_eq!(shown(&node, "nam.example").await, [pair("campaign", "Bí mật")]);
    });
}

#[test]
fn another_feed_names_what_the_one_that_found_it_does_not() {
    on_each(async |node| {
        let (ours, theirs) = (
            add(&node, "VNCERT", FeedKind::Hand).await,
            add(&node, "Đối tác", FeedKind::Hand).await,
        );
        enter(&node, ours, &[listing(1, "mot.example"), listing(2, "hai.example")]).await;
        let objects = [
            listing(3, "mot.example"),
            listing(4, "hai.example"),
            named("malware", 1, "Emotet"),
            shows(1, 3, ("malware", 1)),
            // The way to it is marked, it itself is not.
            marked(shows(2, 4, ("malware", 1)), Colour::Red),
        ];
        enter(&node, theirs, &objects).await;
        let titles = titles(&node, "VNCERT", &["mot.example", "hai.example"]).await;
        assert_eq!(titles, ["Emotet", "Nhãn 2"]);
        // What a removed feed said is gone.
        feed::remove(&node.app, &Actor::Operator, theirs).await.unwrap();
        let alert = alert(&node, "10.7.0.9", "mot.example");
        node.wait_minutes(80 * 60);
        raise(
            &node,
            &[anlanh_app::incident::Alert {
                at: node.app.clock().now(),
                ..alert
            }],
        )
        .await;
        let last = open(&node).await.pop().unwrap();
        assert_eq!(last.title, "Nhãn 1");
    });
}

#[test]
fn a_round_that_has_all_replaces_what_was_said() {
    on_each(async |node| {
        let id = add(&node, "STIX", FeedKind::Stix).await;
        let revoked = |mut object: Value| {
            object["revoked"] = json!(true);
            object["modified"] = json!("2026-02-01T00:00:00.000Z");
            object
        };
        let first = [
            listing(1, "mot.example"),
            named("malware", 1, "Emotet"),
            named("malware", 2, "Qakbot"),
            shows(1, 1, ("malware", 1)),
            shows(2, 1, ("malware", 2)),
            // Not an indicator, of nothing that is kept, of nothing that is there.
            relation(3, &id_of("malware", 1), "indicates", &id_of("malware", 2)),
            relation(4, &id_of("indicator", 1), "based-on", &id_of("malware", 2)),
            shows(5, 1, ("malware", 9)),
        ];
        assert_eq!(take(&node, id, &bundle(&first)).await, RoundOutcome::Applied);
        let both = [pair("malware", "Emotet"), pair("malware", "Qakbot")];
        assert_eq!(shown(&node, "mot.example").await, both);
        // The first is revoked, whichever version comes first; the second has another name.
        let second = [
            listing(1, "mot.example"),
            named("malware", 1, "Emotet"),
            named("malware", 2, "Pinkslipbot"),
            revoked(shows(1, 1, ("malware", 1))),
            shows(1, 1, ("malware", 1)),
            shows(2, 1, ("malware", 2)),
        ];
        take(&node, id, &bundle(&second)).await;
        assert_eq!(shown(&node, "mot.example").await, [pair("malware", "Pinkslipbot")]);
        take(
            &node,
            id,
            &bundle(&[listing(1, "mot.example"), named("malware", 1, "Emotet")]),
        )
        .await;
        assert_eq!(shown(&node, "mot.example").await, []);
        // What a person has not let pass says nothing.
        let emptied = [named("malware", 1, "Emotet"), shows(1, 1, ("malware", 1))];
        assert_eq!(take(&node, id, &bundle(&emptied)).await, RoundOutcome::Held);
        assert_eq!(shown(&node, "mot.example").await, []);
    });
}

#[test]
fn pages_say_a_little_each_in_any_order() {
    on_each(async |node| {
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        take_page(&node, id, &[shows(1, 1, ("campaign", 1)), listing(1, "mot.example")]).await;
        assert_eq!(shown(&node, "mot.example").await, []);
        take_page(&node, id, &[named("campaign", 1, "Mùa thu")]).await;
        assert_eq!(shown(&node, "mot.example").await, [pair("campaign", "Mùa thu")]);
        // What is not on a page is still there; what is revoked is not.
        take_page(&node, id, &[listing(2, "hai.example")]).await;
        assert_eq!(shown(&node, "mot.example").await, [pair("campaign", "Mùa thu")]);
        let mut gone = named("campaign", 1, "Mùa thu");
        gone["revoked"] = json!(true);
        take_page(&node, id, &[gone]).await;
        assert_eq!(shown(&node, "mot.example").await, []);
    });
}

#[test]
fn all_that_an_object_lists_is_kept_however_much_a_page_has() {
    on_each(async |node| {
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        // The fifth of them has values on both sides of a thousand.
        let objects: Vec<Value> = (1..=6)
            .map(|number| {
                let names: Vec<String> = (0..240).map(|at| format!("'a{at}.b{number}.example'")).collect();
                let mut object = listing(number, "");
                object["pattern"] = json!(format!("[domain-name:value IN ({})]", names.join(", ")));
                object
            })
            .collect();
        take_page(&node, id, &objects).await;
        let told = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
        let round = told.rounds.first().unwrap();
        assert_eq!((told.row.live, round.added, round.removed), (1_440, 1_440, 0));
        // Said again, nothing changes.
        assert_eq!(take_page(&node, id, &objects).await, RoundOutcome::Unchanged);
    });
}

#[test]
fn an_object_leads_to_so_many_and_no_more() {
    on_each(async |node| {
        let most = u32::try_from(MAX_RELATIONS_OF_SOURCE).unwrap();
        let objects = |count: u32| {
            let mut objects = vec![listing(1, "mot.example")];
            for at in 0..count {
                objects.push(named("malware", at, &format!("Mã độc {at:02}")));
                objects.push(shows(at, 1, ("malware", at)));
            }
            objects
        };
        let id = add(&node, "STIX", FeedKind::Stix).await;
        for (count, passed_over) in [(most, 0), (most + 1, 1)] {
            take(&node, id, &bundle(&objects(count))).await;
            assert_eq!(shown(&node, "mot.example").await.len(), MAX_RELATIONS_OF_SOURCE);
            let told = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
            let why = told.rounds.first().unwrap().why.clone().unwrap_or_default();
            assert_eq!(why.contains("beyond the limits"), passed_over > 0, "{why}");
        }
        // The same in pieces.
        let id = add(&node, "Tay", FeedKind::Hand).await;
        enter(&node, id, &objects(most)).await;
        let one_more = [
            listing(1, "mot.example"),
            named("malware", 99, "Nữa"),
            shows(99, 1, ("malware", 99)),
        ];
        enter(&node, id, &one_more).await;
        let row = view(&node, "mot.example").await;
        let mine = row.others.iter().chain([&row.found]).find(|found| found.row.feed == id);
        let view = indicator::show(&node.app, &Actor::Operator, mine.unwrap().row.id)
            .await
            .unwrap();
        assert_eq!(view.shows.len(), MAX_RELATIONS_OF_SOURCE);
    });
}

/// What exists is changed at the limit as before it, and only what is new has no room; how much that was is told.
#[test]
fn a_full_feed_still_takes_what_changes() {
    on_each(async |node| {
        let most = u32::try_from(MAX_THREATS).unwrap();
        let why = async || {
            let told = feed::list(&node.app, &Actor::Operator).await.unwrap();
            let id = told.first().unwrap().id;
            let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
            view.rounds.first().unwrap().why.clone().unwrap_or_default()
        };
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        let mut objects = vec![listing(1, "mot.example"), shows(1, 1, ("malware", 1))];
        objects.extend((1..=most).map(|number| named("malware", number, "Cũ")));
        // As much as there may be, and no more.
        take_page(&node, id, &objects).await;
        assert_eq!(shown(&node, "mot.example").await, [pair("malware", "Cũ")]);
        assert!(!why().await.contains("beyond the limits"));
        // One that is there has another name and is for fewer people; one that is new has no room, though nothing else is.
        let stricter = marked(named("malware", 1, "Mới"), Colour::Amber);
        take_page(&node, id, &[stricter, named("malware", most + 1, "Nữa")]).await;
        assert_eq!(shown(&node, "mot.example").await, [pair("malware", "Mới")]);
        let tlp = view(&node, "mot.example").await.shows.first().unwrap().threat.tlp;
        assert_eq!(tlp, Tlp::Amber);
        assert!(
            why().await.contains("1 threats or relations beyond the limits"),
            "{}",
            why().await
        );
        // What is revoked makes room for another.
        let mut gone = named("malware", 2, "Cũ");
        gone["revoked"] = json!(true);
        let more = [
            gone,
            named("malware", most + 1, "Nữa"),
            shows(2, 1, ("malware", most + 1)),
        ];
        take_page(&node, id, &more).await;
        let both = [pair("malware", "Mới"), pair("malware", "Nữa")];
        assert_eq!(shown(&node, "mot.example").await, both);
        // One is taken back, and of two that are new one has its room.
        let mut gone = named("malware", 1, "Mới");
        gone["revoked"] = json!(true);
        take_page(
            &node,
            id,
            &[gone, named("malware", most + 2, "A"), named("malware", most + 3, "B")],
        )
        .await;
        assert_eq!(shown(&node, "mot.example").await, [pair("malware", "Nữa")]);
        assert!(
            why().await.contains("1 threats or relations beyond the limits"),
            "{}",
            why().await
        );
    });
}

/// An indicator that leads to as much as it may still takes what changes of that.
#[test]
fn an_object_that_leads_to_as_many_as_it_may_still_takes_what_changes() {
    on_each(async |node| {
        let most = u32::try_from(MAX_RELATIONS_OF_SOURCE).unwrap();
        let id = add(&node, "TAXII", FeedKind::Taxii).await;
        let mut objects = vec![listing(1, "mot.example")];
        for at in 1..=most {
            objects.extend([
                named("malware", at, &format!("Mã độc {at:02}")),
                shows(at, 1, ("malware", at)),
            ]);
        }
        take_page(&node, id, &objects).await;
        // A new one comes first by its id, and the last of those that are there is for fewer people.
        let stricter = marked(shows(most, 1, ("malware", most)), Colour::Red);
        let another = [named("malware", 0, "Nữa"), shows(0, 1, ("malware", 0)), stricter];
        take_page(&node, id, &another).await;
        let shows = view(&node, "mot.example").await.shows;
        let red: Vec<&str> = shows
            .iter()
            .filter(|led| led.threat.tlp == Tlp::Red)
            .map(|led| led.threat.name.as_str())
            .collect();
        assert_eq!(
            (shows.len(), red),
            (MAX_RELATIONS_OF_SOURCE, vec![format!("Mã độc {most}").as_str()])
        );
    });
}

/// A feed that gives all it has keeps what is there, whatever comes before it and by whatever id.
#[test]
fn a_round_that_has_all_passes_over_what_is_new_and_never_what_is_there() {
    on_each(async |node| {
        let most = u32::try_from(MAX_RELATIONS_OF_SOURCE).unwrap();
        let id = add(&node, "STIX", FeedKind::Stix).await;
        let one = |at: u32| {
            [
                named("malware", at, &format!("Mã độc {at:02}")),
                shows(at, 1, ("malware", at)),
            ]
        };
        let first: Vec<Value> = (1..=most).flat_map(one).collect();
        let with = |more: &[Value]| bundle(&[more, first.as_slice(), &[listing(1, "mot.example")]].concat());
        take(&node, id, &with(&[])).await;
        let before = shown(&node, "mot.example").await;
        assert_eq!(before.len(), MAX_RELATIONS_OF_SOURCE);
        // Of two that are new none has room, though one of them is the first by its id.
        take(&node, id, &with(&[one(0), one(most + 1)].concat())).await;
        assert_eq!(shown(&node, "mot.example").await, before);
        assert!(last_why(&node, id).await.contains("2 threats or relations beyond"));
        // What is gone makes room for one.
        let mut gone = shows(most, 1, ("malware", most));
        gone["revoked"] = json!(true);
        gone["modified"] = json!("2026-02-01T00:00:00.000Z");
        take(&node, id, &with(&[one(0).as_slice(), &one(most + 1), &[gone]].concat())).await;
        let after = shown(&node, "mot.example").await;
        assert!(
            after.contains(&pair("malware", "Mã độc 00")) && after.len() == MAX_RELATIONS_OF_SOURCE,
            "{after:?}"
        );
        assert!(last_why(&node, id).await.contains("1 threats or relations beyond"));
    });
}

/// The same of as much as a feed may name at all.
#[test]
fn a_full_round_that_has_all_passes_over_what_is_new() {
    on_each(async |node| {
        let most = u32::try_from(MAX_THREATS).unwrap();
        let id = add(&node, "STIX", FeedKind::Stix).await;
        let known = (1..most).map(|number| named("malware", number, "Cũ"));
        let mut objects = vec![
            listing(1, "mot.example"),
            shows(1, 1, ("malware", most)),
            named("malware", 0, "Đi"),
        ];
        objects.extend(known);
        take(&node, id, &bundle(&objects)).await;
        assert_eq!(last_why(&node, id).await, "");
        // Two are new and come first, and what is taken back takes no room: what is there stays, and the last has another name.
        *objects.last_mut().unwrap() = named("malware", most - 1, "Cuối");
        objects[1] = shows(1, 1, ("malware", most - 1));
        let mut gone = named("tool", 1, "Đi");
        gone["revoked"] = json!(true);
        objects.splice(0..0, [gone, named("tool", 2, "A"), named("tool", 3, "B")]);
        take(&node, id, &bundle(&objects)).await;
        assert_eq!(shown(&node, "mot.example").await, [pair("malware", "Cuối")]);
        assert!(last_why(&node, id).await.contains("2 threats or relations beyond"));
    });
}

async fn last_why(node: &Node, id: Id<Feed>) -> String {
    let view = feed::show(&node.app, &Actor::Operator, id).await.unwrap();
    view.rounds.first().unwrap().why.clone().unwrap_or_default()
}

#[test]
fn galaxies_of_misp_name_what_an_indicator_shows() {
    on_each(async |node| {
        let id = add(&node, "MISP", FeedKind::Misp).await;
        let event = |tags: &[&str]| {
            let tags: Vec<Value> = tags.iter().map(|name| json!({ "name": name })).collect();
            let event = json!({ "Event": {
                "uuid": "8d964e16-e814-48b1-a7cf-653818767b49", "info": "Thư giả", "date": "2026-01-01", "Tag": tags,
                "Attribute": [{ "uuid": "2b964b85-ecb1-4b32-9c5f-5c899b78f377", "type": "domain", "value": "mot.example",
                    "to_ids": true, "timestamp": "1767225600" }],
            } });
            misp_bundle([misp_objects(event.to_string().as_bytes()).unwrap().as_slice()].into_iter())
        };
        let tags = [
            "tlp:green",
            "misp-galaxy:ransomware=\"Akira\"",
            "misp-galaxy:sector=\"Bank\"",
        ];
        take(&node, id, &event(&tags)).await;
        assert_eq!(shown(&node, "mot.example").await, [pair("malware", "Akira")]);
        assert_eq!(titles(&node, "MISP", &["mot.example"]).await, ["Akira"]);
        take(&node, id, &event(&["tlp:green"])).await;
        assert_eq!(shown(&node, "mot.example").await, []);
    });
}

#[test]
fn what_a_library_of_another_make_writes_is_understood() {
    let (package, script) = (env!("CARGO_MANIFEST_DIR"), "tests/app/bundles.py");
    let Some(said) = anlanh_testkit::asked_of_python(package, script, "stix2", &["mot.example".to_owned()]) else {
        return;
    };
    on_each(async |node| {
        let id = add(&node, "STIX", FeedKind::Stix).await;
        assert_eq!(take(&node, id, said[0].as_bytes()).await, RoundOutcome::Applied);
        let both = [pair("campaign", "Mùa thu"), pair("malware", "Emotet")];
        assert_eq!(shown(&node, "mot.example").await, both);
        let row = view(&node, "mot.example").await.found.row;
        let around = indicator::around(&node.app, &Actor::Operator, row.id).await.unwrap();
        let behind = around.behind.shown.iter();
        let behind: Vec<_> = behind
            .map(|behind| (behind.of, behind.by.key(), behind.to.name.as_str()))
            .collect();
        assert_eq!(behind, [(0, "attributed-to", "TA542")]);
        assert_eq!(titles(&node, "STIX", &["mot.example"]).await, ["Mùa thu"]);
    });
}
