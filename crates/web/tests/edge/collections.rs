//! Collections that feed indicators: what clients of TAXII write counts, as that of any feed and with the same care.

use anlanh_app::intel::{self, CollectionUse, NewCollection, Right};
use anlanh_model::{Actor, Role, Scope};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::pages::{Page, visit};
use crate::support::{Server, header, json as body};

const MEDIA: &str = "application/taxii+json;version=2.1";

pub fn indicator(number: u32, value: &str, modified: &str) -> Value {
    json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--00000000-0000-4000-8000-{number:012}"),
        "created": "2026-01-01T00:00:00.000Z", "modified": modified, "name": "Lừa đảo", "pattern_type": "stix",
        "pattern": format!("[domain-name:value = '{value}']"), "valid_from": "2026-01-01T00:00:00Z", "confidence": 80,
    })
}

const FIRST: &str = "2026-01-01T00:00:00.000Z";
const SECOND: &str = "2026-01-02T00:00:00.000Z";

/// A node with a collection that feeds indicators, and its first look at it taken.
struct Node {
    server: Server,
    client: String,
    manager: String,
    collection: String,
}

impl Node {
    async fn new(use_as: CollectionUse) -> Self {
        let server = Server::start().await;
        let client = server.token(&[Scope::TaxiiRead, Scope::TaxiiWrite], None).await;
        let manager = server.token(&[Scope::IndicatorsWrite], Some(Role::PolicyManager)).await;
        let new = NewCollection {
            title: "Lừa đảo".to_owned(),
            description: None,
            alias: Some("lua-dao".to_owned()),
            right: Right {
                can_read: true,
                can_write: true,
            },
            use_as,
        };
        let collection = intel::create_collection(server.store(), server.app().clock(), &Actor::Operator, &new);
        server.run_jobs().await;
        Self {
            client,
            manager,
            collection: collection.unwrap(),
            server,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/taxii2/anlanh/collections/{}/objects/{rest}", self.collection)
    }

    async fn write(&self, objects: &[Value]) -> Value {
        let request = self.server.client.post(self.server.url(&self.path("")));
        let request = request.bearer_auth(&self.client).header("content-type", MEDIA);
        let answer = request
            .body(json!({ "objects": objects }).to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 202);
        body(answer).await
    }

    async fn delete(&self, rest: &str) {
        let request = self.server.client.delete(self.server.url(&self.path(rest)));
        let answer = request.bearer_auth(&self.client).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
    }

    async fn read(&self, rest: &str) -> Value {
        let request = self.server.client.get(self.server.url(&self.path(rest)));
        let answer = request
            .bearer_auth(&self.client)
            .header("accept", MEDIA)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        body(answer).await
    }

    async fn found(&self, value: &str) -> Vec<Value> {
        let path = format!("/v1/indicators?value={value}");
        let (status, found) = self.server.ask("GET", &path, &self.manager, Value::Null).await;
        assert_eq!(status, 200, "{found}");
        found["indicators"].as_array().unwrap().clone()
    }

    async fn feed(&self) -> Value {
        let (_, feeds) = self.server.ask("GET", "/v1/feeds", &self.manager, Value::Null).await;
        feeds["feeds"][0].clone()
    }

    async fn step(&self, step: &str) -> u16 {
        let feed = self.feed().await;
        let path = format!("/v1/feeds/{}/steps", feed["feed"].as_str().unwrap());
        self.server
            .ask("POST", &path, &self.manager, json!({ "step": step }))
            .await
            .0
    }
}

#[tokio::test]
async fn what_is_written_counts_in_the_name_of_its_writer() {
    let node = Node::new(CollectionUse::Indicators).await;
    let sighting = json!({
        "type": "sighting", "spec_version": "2.1", "id": "sighting--00000000-0000-4000-8000-000000000009",
        "created": FIRST, "modified": FIRST, "count": 7, "last_seen": "2026-02-01T00:00:00Z",
        "sighting_of_ref": "indicator--00000000-0000-4000-8000-000000000001",
    });
    node.write(&[
        indicator(1, "evil.vn", FIRST),
        indicator(2, "vietcombank.com.vn", FIRST),
        sighting,
    ])
    .await;
    node.server.run_jobs().await;
    let found = node.found("www.evil.vn").await;
    assert_eq!(found.len(), 1);
    let found = &found[0];
    assert_eq!(
        (
            &found["counts"],
            &found["source"],
            &found["confidence"],
            &found["sightings"]
        ),
        (&json!(true), &json!("Lừa đảo"), &json!(80), &json!(7)),
        "{found}"
    );
    let by = found["by"].as_str().unwrap();
    assert!(by.starts_with("token:"), "{by}");
    let id = found["indicator"].as_str().unwrap();
    let (_, view) = node
        .server
        .ask("GET", &format!("/v1/indicators/{id}"), &node.manager, Value::Null)
        .await;
    assert_eq!(view["sightings"][0]["source"], by, "who wrote the sighting says so");
    let session = node.server.session(Role::Auditor).await;
    let page = node.server.page(&format!("/console/indicators/{id}"), &session).await;
    assert!(page.text().await.unwrap().contains("Ghi bằng mã truy cập"));
    // What must stay reachable is kept, marked, and never counts.
    let bank = &node.found("vietcombank.com.vn").await[0];
    assert_eq!(
        (&bank["counts"], &bank["warning"]),
        (&json!(false), &json!("protected-names"))
    );

    // A new version says something else, and the old value counts no more.
    node.write(&[indicator(1, "worse.vn", SECOND)]).await;
    node.server.run_jobs().await;
    assert_eq!(node.found("evil.vn").await[0]["counts"], false);
    assert_eq!(node.found("worse.vn").await[0]["counts"], true);
}

#[tokio::test]
async fn what_is_taken_back_counts_no_more_with_the_same_answer() {
    let node = Node::new(CollectionUse::Indicators).await;
    node.write(&[indicator(1, "one.vn", FIRST), indicator(2, "two.vn", FIRST)])
        .await;
    node.server.run_jobs().await;
    let mut revoked = indicator(1, "one.vn", SECOND);
    revoked["revoked"] = json!(true);
    node.write(&[revoked]).await;
    assert_eq!(node.found("one.vn").await[0]["counts"], false, "no job has run");
    node.write(&[indicator(2, "two.vn", SECOND)]).await;
    node.delete("indicator--00000000-0000-4000-8000-000000000002/?match[version]=first")
        .await;
    assert_eq!(
        node.found("two.vn").await[0]["counts"],
        true,
        "an older version alone is gone"
    );
    node.delete("indicator--00000000-0000-4000-8000-000000000002/").await;
    assert_eq!(node.found("two.vn").await[0]["counts"], false);
    node.server.run_jobs().await;
    assert_eq!(node.found("one.vn").await[0]["counts"], false);
    assert_eq!(node.found("two.vn").await[0]["counts"], false);
}

#[tokio::test]
async fn what_an_indicator_shows_comes_and_goes_with_its_objects() {
    let node = Node::new(CollectionUse::Indicators).await;
    let id = |kind: &str| format!("{kind}--00000000-0000-4000-8000-000000000001");
    let malware = |name: &str, at: &str| {
        json!({
            "type": "malware", "spec_version": "2.1", "id": id("malware"), "created": FIRST, "modified": at, "name": name,
            "is_family": true,
        })
    };
    let shows = json!({
        "type": "relationship", "spec_version": "2.1", "id": id("relationship"), "created": FIRST, "modified": FIRST,
        "relationship_type": "indicates", "source_ref": id("indicator"), "target_ref": id("malware"),
    });
    let shown = async || {
        let found = node.found("evil.vn").await;
        let path = format!("/v1/indicators/{}", found[0]["indicator"].as_str().unwrap());
        let (_, view) = node.server.ask("GET", &path, &node.manager, Value::Null).await;
        view["shows"].clone()
    };
    node.write(&[shows, indicator(1, "evil.vn", FIRST), malware("Emotet", FIRST)])
        .await;
    node.server.run_jobs().await;
    let emotet = json!([{ "kind": "malware", "name": "Emotet", "tlp": "clear" }]);
    assert_eq!(shown().await, emotet);
    node.write(&[malware("Heodo", SECOND)]).await;
    node.server.run_jobs().await;
    assert_eq!(shown().await[0]["name"], "Heodo");
    // The version before is the last one again.
    node.delete(&format!("{}/?match[version]={SECOND}", id("malware")))
        .await;
    node.server.run_jobs().await;
    assert_eq!(shown().await, emotet);
    node.delete(&format!("{}/", id("relationship"))).await;
    assert_eq!(shown().await, json!([]), "with the same answer");
    node.server.run_jobs().await;
    assert_eq!(shown().await, json!([]));
}

#[tokio::test]
async fn an_older_version_holds_again_when_the_newest_is_taken_out() {
    let node = Node::new(CollectionUse::Indicators).await;
    let object = "indicator--00000000-0000-4000-8000-000000000001";
    node.write(&[indicator(1, "old.vn", FIRST), indicator(2, "beside.vn", FIRST)])
        .await;
    node.server.run_jobs().await;
    node.write(&[indicator(1, "new.vn", SECOND)]).await;
    node.server.run_jobs().await;
    let counts = async |value: &str| node.found(value).await[0]["counts"] == true;
    assert!(!counts("old.vn").await && counts("new.vn").await);

    node.delete(&format!("{object}/?match[version]={SECOND}")).await;
    assert!(!counts("new.vn").await, "with the same answer");
    let said = node.read(&format!("{object}/")).await;
    assert_eq!(
        said["objects"][0]["modified"], FIRST,
        "it is the last one of the collection"
    );
    node.server.run_jobs().await;
    assert!(counts("old.vn").await && !counts("new.vn").await);
    assert!(counts("beside.vn").await);
    // It goes as any other does, and what was revoked before stays so.
    node.delete(&format!("{object}/")).await;
    node.server.run_jobs().await;
    assert!(!counts("old.vn").await);
    let mut revoked = indicator(3, "three.vn", FIRST);
    revoked["revoked"] = json!(true);
    node.write(&[revoked]).await;
    node.write(&[indicator(3, "three.vn", SECOND)]).await;
    node.server.run_jobs().await;
    assert!(counts("three.vn").await);
    node.delete(&format!(
        "indicator--00000000-0000-4000-8000-000000000003/?match[version]={SECOND}"
    ))
    .await;
    node.server.run_jobs().await;
    assert!(!counts("three.vn").await);
}

#[tokio::test]
async fn a_collection_feeds_nothing_unless_somebody_says_so() {
    let node = Node::new(CollectionUse::Shared).await;
    node.write(&[indicator(1, "evil.vn", FIRST)]).await;
    node.server.run_jobs().await;
    assert!(node.found("evil.vn").await.is_empty());
    assert_eq!(node.feed().await, Value::Null);
    // It may be said later, once.
    let new = json!({ "name": "Tập dữ liệu", "kind": "collection", "collection": "lua-dao", "tlp": "clear" });
    let (status, told) = node.server.ask("POST", "/v1/feeds", &node.manager, new).await;
    assert_eq!(status, 201, "{told}");
    node.server.run_jobs().await;
    assert_eq!(node.found("evil.vn").await[0]["counts"], true);
    for bad in [
        json!({ "name": "B", "kind": "collection", "collection": "lua-dao" }),
        json!({ "name": "B", "kind": "collection" }),
        json!({ "name": "B", "kind": "collection", "collection": "other" }),
        json!({ "name": "B", "kind": "collection", "collection": "lua-dao", "url": "https://a.example/" }),
    ] {
        let (status, told) = node.server.ask("POST", "/v1/feeds", &node.manager, bad).await;
        assert_eq!((status, &told["code"]), (422, &json!("bad-feed")));
    }
}

#[tokio::test]
async fn hostile_writing_waits_for_a_person() {
    let node = Node::new(CollectionUse::Indicators).await;
    // 1,000 more are not too many; what comes in small pieces within the hour is added up.
    let many = |from: u32, count: u32| -> Vec<Value> {
        let some = (from..from + count).map(|number| indicator(number, &format!("n{number}.example.vn"), FIRST));
        some.collect()
    };
    node.write(&many(0, 600)).await;
    node.server.run_jobs().await;
    node.write(&many(600, 400)).await;
    node.server.run_jobs().await;
    assert_eq!(node.feed().await["state"], "active");
    node.write(&many(1_000, 2)).await;
    node.server.run_jobs().await;
    let feed = node.feed().await;
    assert_eq!(
        (&feed["state"], &feed["alarms"]),
        (&json!("held"), &json!(["flooded"])),
        "{feed}"
    );
    assert!(node.found("n1000.example.vn").await.is_empty());
    // What is taken back meanwhile does not wait.
    let mut revoked = indicator(1, "n1.example.vn", SECOND);
    revoked["revoked"] = json!(true);
    node.write(&[revoked]).await;
    assert_eq!(node.found("n1.example.vn").await[0]["counts"], false);
    node.server.run_jobs().await;
    assert_eq!(node.feed().await["state"], "held");
    assert_eq!(node.step("agree").await, 204);
    node.server.run_jobs().await;
    assert_eq!(node.feed().await["state"], "active");
    assert_eq!(node.found("n1000.example.vn").await[0]["counts"], true);
    assert_eq!(node.found("n1.example.vn").await[0]["counts"], false);

    // What is known to be good and much of it waits as well; refused, it stays out, and what comes behind it counts.
    node.server.wait_minutes(61);
    let good = (0..400).map(|number| indicator(5_000 + number, &format!("a{number}.vietcombank.com.vn"), FIRST));
    let good: Vec<Value> = good.collect();
    node.write(&good).await;
    node.server.run_jobs().await;
    let feed = node.feed().await;
    assert_eq!(
        (&feed["state"], &feed["alarms"]),
        (&json!("held"), &json!(["poisoned"])),
        "{feed}"
    );
    assert_eq!(node.step("refuse").await, 204);
    node.write(&[indicator(9_000, "next.vn", FIRST)]).await;
    node.server.run_jobs().await;
    assert_eq!(node.feed().await["state"], "active");
    assert!(node.found("a1.vietcombank.com.vn").await.is_empty());
    assert_eq!(node.found("next.vn").await[0]["counts"], true);
}

#[tokio::test]
async fn a_collection_is_made_and_granted_on_its_page() {
    let server = Server::start().await;
    let admin = server.session(Role::Administrator).await;
    let page = server.page("/console/collections", &admin).await.text().await.unwrap();
    assert!(
        page.contains("Chưa có tập dữ liệu nào") && page.contains("/taxii2/"),
        "{page}"
    );
    let refused = [("title", "Lừa đảo"), ("alias", "có dấu"), ("read", "yes")];
    let refused = server.submit("/console/collections", &admin, &refused).await;
    assert_eq!(refused.status().as_u16(), 422);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("role=\"alert\"") && refused.contains("value=\"có dấu\""),
        "what was typed stays"
    );
    let made = [("title", "Lừa đảo"), ("alias", "lua-dao"), ("write", "yes")];
    let made = server.submit("/console/collections", &admin, &made).await;
    assert_eq!(made.status().as_u16(), 303);
    let path = header(&made, "location").to_owned();

    // A token reads nothing of it until it is granted to, and nothing that is marked until it is cleared for that.
    let client = server.token(&[Scope::TaxiiRead, Scope::TaxiiWrite], None).await;
    let collection = path.rsplit('/').next().unwrap();
    let objects = format!("/taxii2/anlanh/collections/{collection}/objects/");
    let mut marked = indicator(1, "evil.vn", FIRST);
    marked["object_marking_refs"] = json!(["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]);
    let mut bad = indicator(2, "worse.vn", FIRST);
    bad["pattern"] = json!("[");
    let sent = json!({ "objects": [marked, bad] }).to_string();
    let request = server.client.post(server.url(&objects)).bearer_auth(&client);
    assert_eq!(
        request
            .header("content-type", MEDIA)
            .body(sent)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        202
    );
    let read = async || {
        let answer = server
            .client
            .get(server.url(&objects))
            .bearer_auth(&client)
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            body(answer).await["objects"].as_array().map_or(0, Vec::len),
        )
    };
    assert_eq!(read().await.0, 403);
    let page = server.page(&path, &admin).await.text().await.unwrap();
    let token = page
        .split("name=\"token\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let step = async |fields: &[(&str, &str)]| {
        let answer = server.submit(&format!("{path}/step"), &admin, fields).await;
        answer.status().as_u16()
    };
    assert_eq!(
        step(&[("step", "grant"), ("token", &token), ("read", "yes"), ("tlp", "clear")]).await,
        303
    );
    assert_eq!(read().await, (200, 0));
    assert_eq!(
        step(&[("step", "grant"), ("token", &token), ("read", "yes"), ("tlp", "green")]).await,
        303
    );
    assert_eq!(read().await, (200, 1));
    assert_eq!(step(&[("step", "grant"), ("token", &token)]).await, 303);
    assert_eq!(read().await.0, 403);
    let page = server.page("/console/collections", &admin).await.text().await.unwrap();
    assert!(
        page.contains("Có đối tượng bị từ chối") && page.contains("/pattern"),
        "{page}"
    );

    // It is made a feed once, by those who manage feeds.
    let auditor = server.session(Role::Auditor).await;
    for fields in [&[("step", "feed")][..], &[("step", "grant"), ("token", &token)]] {
        let refused = server.submit(&format!("{path}/step"), &auditor, fields).await;
        assert_eq!(refused.status().as_u16(), 403);
    }
    assert_eq!(step(&[("step", "feed")]).await, 303);
    assert_eq!(step(&[("step", "feed")]).await, 422);
    assert_eq!(step(&[("step", "other")]).await, 400);
    server.run_jobs().await;
    let page = server.page("/console/indicators", &admin).await.text().await.unwrap();
    assert!(page.contains("evil.vn"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_collections_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let node = Node::new(CollectionUse::Indicators).await;
    let mut bad = indicator(2, "worse.vn", FIRST);
    bad["pattern"] = json!("[");
    node.write(&[indicator(1, "evil.vn", FIRST), bad]).await;
    node.write(&[indicator(3, "xau.vn", FIRST)]).await;
    node.server.run_jobs().await;
    let admin = node.server.session(Role::Administrator).await;
    let session = Some(&admin);
    let see =
        async |name: &'static str, path: String| visit(&browser, &node.server, &Page { name, path, session }).await;
    see("collections", "/console/collections".to_owned()).await;
    see("collection", format!("/console/collections/{}", node.collection)).await;
    let found = node.found("evil.vn").await;
    let id = found[0]["indicator"].as_str().unwrap();
    see("indicator-of-collection", format!("/console/indicators/{id}")).await;
}

#[tokio::test]
async fn much_is_taken_over_look_by_look_and_still_held_against_what_was() {
    let node = Node::new(CollectionUse::Shared).await;
    let many = |from: u32, count: u32| -> Vec<Value> {
        let some = (from..from + count).map(|number| indicator(number, &format!("n{number}.example.vn"), FIRST));
        some.collect()
    };
    // Of a first round only what is known to be good says anything.
    for from in 0..21 {
        node.write(&many(from * 1_000, 1_000)).await;
    }
    let new = json!({ "name": "Tập dữ liệu", "kind": "collection", "collection": "lua-dao", "tlp": "clear" });
    let (status, told) = node.server.ask("POST", "/v1/feeds", &node.manager, new).await;
    assert_eq!(status, 201, "{told}");
    node.server.run_jobs().await;
    assert_eq!(node.found("n19999.example.vn").await[0]["counts"], true);
    assert!(
        node.found("n20999.example.vn").await.is_empty(),
        "the other jobs have their turn"
    );
    node.server.run_jobs().await;
    assert_eq!(node.found("n20999.example.vn").await[0]["counts"], true);
    assert_eq!(node.feed().await["indicators"], 21_000);
}
