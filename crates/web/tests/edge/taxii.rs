//! TAXII 2.1 as clients see it: the mandatory cases of the OASIS TAXII 2.1 Interoperability Test Document (sections 3.1 to
//! 3.15, as the matrix of the crate `rstix` numbers them), and what that document does not ask.

use anlanh_app::intel::{self, CollectionUse, Handed, NewCollection, Right, read_object};
use anlanh_model::{Actor, Scope, Tlp};
use anlanh_stix::Object;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{Server, header, json as body};

const MEDIA: &str = "application/taxii+json;version=2.1";
const ROOT: &str = "/taxii2/anlanh/";
const INDICATOR: &str = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
const MALWARE: &str = "malware--c0931cf6-7d1a-4a4f-a2a8-dc2d2d2a0d0e";
const OLD_MALWARE: &str = "malware--fdd60b30-b67c-41e3-b0b9-f01faf20d111";
const CAMPAIGN: &str = "campaign--e5268b6e-4931-42f1-b379-87f48eb41b1e";
const URL: &str = "url--c1477287-23ac-5971-a010-5c287877fa60";
const BOTH: &[Scope] = &[Scope::TaxiiRead, Scope::TaxiiWrite];
/// Versions of the indicator, in the order in which they are added.
const VERSIONS: [&str; 5] = [
    "2020-04-03T12:30:59.000Z",
    "2021-05-03T12:30:59.000Z",
    "2022-06-03T12:30:59.000Z",
    "2022-11-04T12:30:59.000Z",
    "2022-12-04T12:30:59.000Z",
];

fn indicator(version: &str) -> Value {
    json!({
        "type": "indicator", "spec_version": "2.1", "id": INDICATOR, "created": VERSIONS[0], "modified": version,
        "name": "Bad URL", "pattern": "[url:value = 'http://example.com/']", "pattern_type": "stix",
        "valid_from": "2020-01-01T00:00:00Z", "indicator_types": ["malicious-activity"],
    })
}

fn numbered(number: u32) -> Value {
    json!({
        "type": "url", "spec_version": "2.1", "id": format!("url--00000000-0000-4000-8000-{number:012}"),
        "value": format!("http://example.com/{number}"),
    })
}

fn marked(number: u32, marking: &str) -> Value {
    let mut object = numbered(number);
    object["object_marking_refs"] = json!([format!("marking-definition--{marking}")]);
    object
}

fn everything() -> Vec<Value> {
    let mut all: Vec<Value> = VERSIONS.iter().map(|version| indicator(version)).collect();
    let at = "2020-01-01T00:00:00.000Z";
    all.push(json!({"type": "malware", "spec_version": "2.1", "id": MALWARE, "created": at, "modified": at, "is_family": false}));
    all.push(
        json!({"type": "malware", "id": OLD_MALWARE, "created": at, "modified": at, "name": "x", "labels": ["bot"]}),
    );
    all.push(
        json!({"type": "campaign", "spec_version": "2.1", "id": CAMPAIGN, "created": at, "modified": at, "name": "y"}),
    );
    all.push(json!({"type": "url", "id": URL, "value": "http://example.com/"}));
    all
}

/// A server with a collection of each kind of rights.
struct World {
    server: Server,
    client: String,
    read_write: String,
    read_only: String,
    write_only: String,
    neither: String,
}

impl World {
    async fn new() -> Self {
        let server = Server::start().await;
        let client = server.token(BOTH, None).await;
        let make = |title: &str, can_read: bool, can_write: bool| {
            let new = NewCollection {
                title: title.to_owned(),
                description: Some(format!("{title} for tests")),
                alias: Some(title.to_lowercase()),
                right: Right { can_read, can_write },
                use_as: CollectionUse::Shared,
            };
            intel::create_collection(server.store(), server.app().clock(), &Actor::Operator, &new).unwrap()
        };
        let (read_write, read_only) = (make("Both", true, true), make("Readable", true, false));
        let (write_only, neither) = (make("Writable", false, true), make("Neither", false, false));
        Self {
            server,
            client,
            read_write,
            read_only,
            write_only,
            neither,
        }
    }

    async fn filled() -> Self {
        let world = Self::new().await;
        let status = world.add(&world.read_write, &everything()).await;
        assert_eq!(status["failure_count"], 0, "{status}");
        world
    }

    fn path(&self, collection: &str, rest: &str) -> String {
        format!("{ROOT}collections/{collection}/{rest}")
    }

    async fn call(&self, method: &str, path: &str, sent: &str) -> Response {
        self.call_as(&self.client, method, path, sent).await
    }

    async fn call_as(&self, token: &str, method: &str, path: &str, sent: &str) -> Response {
        let request = self
            .server
            .client
            .request(method.parse().unwrap(), self.server.url(path));
        let request = request
            .bearer_auth(token)
            .header("accept", MEDIA)
            .header("content-type", MEDIA);
        request.body(sent.to_owned()).send().await.unwrap()
    }

    /// What is read; it must be there.
    async fn read(&self, path: &str) -> Value {
        let answer = self.call("GET", path, "").await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        assert_eq!(header(&answer, "content-type"), MEDIA);
        body(answer).await
    }

    async fn add(&self, collection: &str, objects: &[Value]) -> Value {
        let sent = json!({ "objects": objects }).to_string();
        let answer = self.call("POST", &self.path(collection, "objects/"), &sent).await;
        assert_eq!(answer.status().as_u16(), 202);
        body(answer).await
    }

    /// Ids and versions of a page of objects.
    async fn found(&self, query: &str) -> Vec<(String, String)> {
        let page = self
            .read(&self.path(&self.read_write, &format!("objects/{query}")))
            .await;
        named(&page)
    }

    /// The error of a request, which must be one as TAXII says it.
    async fn refused(&self, method: &str, path: &str, expected: u16) -> Value {
        let answer = self.call(method, path, "").await;
        error(answer, expected).await
    }
}

async fn error(answer: Response, expected: u16) -> Value {
    assert_eq!(answer.status().as_u16(), expected, "{}", answer.url());
    assert_eq!(header(&answer, "content-type"), MEDIA);
    let error = body(answer).await;
    assert!(!error["title"].as_str().unwrap().is_empty(), "{error}");
    assert_eq!(error["http_status"], expected.to_string());
    error
}

fn named(page: &Value) -> Vec<(String, String)> {
    let objects = page["objects"].as_array().cloned().unwrap_or_default();
    let text = |object: &Value, name: &str| object[name].as_str().unwrap_or_default().to_owned();
    objects
        .iter()
        .map(|object| (text(object, "id"), text(object, "modified")))
        .collect()
}

fn ids(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(id, _)| id.as_str()).collect()
}

#[tokio::test]
async fn case_3_1_whoever_does_not_say_who_they_are_is_told_how() {
    let world = World::new().await;
    for credentials in [
        None,
        Some("Bearer anl_no"),
        Some("Basic eDp5"),
        Some("Basic !"),
        Some("Digest x"),
        Some("Basic"),
    ] {
        let mut request = world.server.get("/taxii2/").header("accept", MEDIA);
        if let Some(credentials) = credentials {
            request = request.header("authorization", credentials);
        }
        let answer = request.send().await.unwrap();
        let challenges: Vec<&str> = answer
            .headers()
            .get_all("www-authenticate")
            .iter()
            .map(|one| one.to_str().unwrap())
            .collect();
        assert_eq!(
            challenges,
            ["Bearer realm=\"anlanh\"", "Basic realm=\"anlanh\", charset=\"UTF-8\""]
        );
        assert_eq!(error(answer, 401).await["title"], "Unauthorized", "{credentials:?}");
    }
    // 3.1.4: the token is the password of whoever.
    let basic = format!("Basic {}", STANDARD.encode(format!("nguyễn:{}", world.client)));
    let answer = world
        .server
        .get("/taxii2/")
        .header("authorization", basic)
        .header("accept", MEDIA)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
}

#[tokio::test]
async fn case_3_2_and_3_3_what_there_is_is_found() {
    let world = World::new().await;
    let discovery = world.read("/taxii2/").await;
    assert_eq!(
        (&discovery["default"], &discovery["api_roots"]),
        (&json!(ROOT), &json!([ROOT]))
    );
    assert!(!discovery["title"].as_str().unwrap().is_empty());
    let root = world.read(ROOT).await;
    assert_eq!(root["versions"], json!([MEDIA]));
    assert!(root["max_content_length"].as_u64().unwrap() > 0);
    world.refused("GET", "/taxii2/api3/", 404).await;
    world.refused("GET", "/taxii2/api3/collections/", 404).await;
    world.refused("PUT", ROOT, 405).await;
}

#[tokio::test]
async fn case_3_4_and_3_5_1_collections_say_what_may_be_done() {
    let world = World::new().await;
    let listed = world.read(&format!("{ROOT}collections/")).await;
    let listed = listed["collections"].as_array().unwrap();
    let order: Vec<&str> = listed.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(order.is_sorted() && order.len() == 4);
    for (id, title, can_read, can_write) in [
        (&world.read_write, "Both", true, true),
        (&world.read_only, "Readable", true, false),
        (&world.write_only, "Writable", false, true),
        (&world.neither, "Neither", false, false),
    ] {
        let expected = json!({
            "id": id, "title": title, "description": format!("{title} for tests"), "alias": title.to_lowercase(),
            "can_read": can_read, "can_write": can_write,
            "media_types": ["application/stix+json;version=2.1", "application/stix+json;version=2.0"],
        });
        assert_eq!(world.read(&world.path(id, "")).await, expected);
        assert_eq!(world.read(&world.path(&title.to_lowercase(), "")).await, expected);
        assert!(listed.contains(&expected));
    }
    let missing = world.path("00000000-0000-4000-8000-000000000000", "");
    world.refused("GET", &missing, 404).await;
}

#[tokio::test]
async fn case_3_5_2_nobody_does_what_they_may_not() {
    let world = World::new().await;
    let object = format!("objects/{INDICATOR}/");
    for rest in ["objects/", "manifest/", &object, &format!("{object}versions/")] {
        world.refused("GET", &world.path(&world.write_only, rest), 403).await;
        world.refused("GET", &world.path(&world.neither, rest), 404).await;
    }
    world
        .refused("POST", &world.path(&world.read_only, "objects/"), 403)
        .await;
    world
        .refused("POST", &world.path(&world.neither, "objects/"), 404)
        .await;
    for (collection, status) in [(&world.read_only, 403), (&world.write_only, 403), (&world.neither, 404)] {
        world.refused("DELETE", &world.path(collection, &object), status).await;
    }
    // A token does no more than its scopes, whatever the collection says.
    for (scopes, reads, writes) in [
        (&[Scope::TaxiiRead][..], 200, 403),
        (&[Scope::TaxiiWrite][..], 403, 202),
        (&[Scope::ItemsWrite][..], 403, 403),
    ] {
        let token = world.server.token(scopes.to_vec().leak(), None).await;
        let path = world.path(&world.read_write, "objects/");
        let read = world.call_as(&token, "GET", &path, "").await.status().as_u16();
        let written = world.call_as(&token, "POST", &path, "{}").await.status().as_u16();
        assert_eq!((read, written), (reads, writes), "{scopes:?}");
    }
}

#[tokio::test]
async fn a_grant_opens_a_collection_for_one_token() {
    let world = World::new().await;
    let path = world.path(&world.neither, "objects/");
    let grant = |can_read, can_write| {
        let to = (world.neither.as_str(), world.client.as_str());
        let right = Right { can_read, can_write };
        intel::grant(
            world.server.store(),
            world.server.app().clock(),
            &Actor::Operator,
            to,
            right,
        )
        .unwrap();
    };
    grant(true, false);
    assert_eq!(world.call("GET", &path, "").await.status().as_u16(), 200);
    world.refused("POST", &path, 403).await;
    grant(false, true);
    assert_eq!(world.call("POST", &path, "{}").await.status().as_u16(), 202);
    world.refused("GET", &path, 403).await;
    let other = world.server.token(BOTH, None).await;
    assert_eq!(world.call_as(&other, "GET", &path, "").await.status().as_u16(), 404);
    grant(false, false);
    world.refused("GET", &path, 404).await;
}

#[tokio::test]
async fn case_3_6_to_3_9_what_is_there_is_told_with_when_it_came() {
    let world = World::filled().await;
    let answer = world.call("GET", &world.path(&world.read_write, "manifest/"), "").await;
    let (first, last) = (
        header(&answer, "x-taxii-date-added-first").to_owned(),
        header(&answer, "x-taxii-date-added-last").to_owned(),
    );
    let manifest = body(answer).await;
    let entries = manifest["objects"].as_array().unwrap();
    assert_eq!(entries.len(), 5, "the last version of each");
    assert_eq!(
        (&entries[0]["date_added"], &entries[4]["date_added"]),
        (&json!(first), &json!(last))
    );
    assert_eq!(
        (&entries[0]["id"], &entries[0]["version"]),
        (&json!(INDICATOR), &json!(VERSIONS[4]))
    );
    assert_eq!(entries[0]["media_type"], "application/stix+json;version=2.1");
    assert_eq!(entries[2]["media_type"], "application/stix+json;version=2.0");
    // An observable has no version of its own: it is as old as its coming.
    assert_eq!(
        (&entries[4]["id"], &entries[4]["version"]),
        (&json!(URL), &entries[4]["date_added"])
    );
    let answer = world.call("GET", &world.path(&world.read_write, "objects/"), "").await;
    assert_eq!(
        (
            header(&answer, "x-taxii-date-added-first"),
            header(&answer, "x-taxii-date-added-last")
        ),
        (first.as_str(), last.as_str())
    );
    let page = body(answer).await;
    assert_eq!((page["more"].clone(), page.get("next")), (json!(false), None));
    assert_eq!(page["objects"][0], indicator(VERSIONS[4]), "as it came");
    // 3.7.2
    assert_eq!(
        world.read(&world.path(&world.read_only, "objects/")).await,
        json!({ "more": false })
    );
    // 3.8
    let one = |rest: &str| world.path(&world.read_write, &format!("objects/{rest}"));
    assert_eq!(
        world.read(&one(&format!("{INDICATOR}/"))).await["objects"],
        json!([indicator(VERSIONS[4])])
    );
    world
        .refused("GET", &one("indicator--00000000-0000-4000-8000-000000000099/"), 404)
        .await;
    let none = world
        .read(&one(&format!("{INDICATOR}/?match[version]=1999-01-01T00:00:00Z")))
        .await;
    assert_eq!(
        none,
        json!({ "more": false }),
        "the object is there, this version of it is not"
    );
    // 3.9
    let versions = world.read(&one(&format!("{INDICATOR}/versions/"))).await;
    assert_eq!(versions, json!({ "more": false, "versions": VERSIONS }));
    world.refused("GET", &one(&format!("{CAMPAIGN}0/versions/")), 404).await;
}

#[tokio::test]
async fn case_3_10_and_3_11_what_is_added_is_told_now_and_later() {
    let world = World::new().await;
    let bad = json!({"type": "indicator", "spec_version": "2.1", "id": "indicator--00000000-0000-4000-8000-000000000001", "created": VERSIONS[0], "modified": VERSIONS[0]});
    let sent = json!({
        "objects": [indicator(VERSIONS[1]), bad, indicator(VERSIONS[0]), 7],
        // 3.15: what a client says besides is passed over.
        "x_18467e42_04f4_4505_93c8_9f1cf29e1045_test_client": "hello",
    });
    let answer = world
        .call("POST", &world.path(&world.write_only, "objects/"), &sent.to_string())
        .await;
    assert_eq!(answer.status().as_u16(), 202);
    let status = body(answer).await;
    assert_eq!(
        (&status["status"], &status["total_count"]),
        (&json!("complete"), &json!(4))
    );
    assert_eq!(
        (
            &status["success_count"],
            &status["failure_count"],
            &status["pending_count"]
        ),
        (&json!(2), &json!(2), &json!(0))
    );
    let successes = status["successes"].as_array().unwrap();
    assert_eq!(successes[0], json!({"id": INDICATOR, "version": VERSIONS[0]}));
    assert_eq!(successes[1]["version"], VERSIONS[1]);
    let failures = status["failures"].as_array().unwrap();
    assert_eq!(
        (&failures[0]["id"], &failures[1]["id"]),
        (&json!("#3"), &bad["id"]),
        "by id"
    );
    assert!(failures[1]["message"].as_str().unwrap().contains("/"), "where and why");
    let path = format!("{ROOT}status/{}/", status["id"].as_str().unwrap());
    assert_eq!(world.read(&path).await, status);
    // For at least a day, to whoever handed it in.
    world.server.wait_minutes(24 * 60);
    assert_eq!(world.read(&path).await, status);
    let other = world.server.token(BOTH, None).await;
    assert_eq!(world.call_as(&other, "GET", &path, "").await.status().as_u16(), 404);
    world.server.wait_minutes(24 * 60 + 1);
    world.refused("GET", &path, 404).await;
    world.refused("GET", &format!("{ROOT}status/none/"), 404).await;
}

#[tokio::test]
async fn what_was_there_is_there_once() {
    let world = World::filled().await;
    let before = world.found("?match[version]=all").await;
    let mut again = everything();
    again[8]["value"] = json!("http://example.com/other");
    let status = world.add(&world.read_write, &again).await;
    assert_eq!(
        (&status["success_count"], &status["failure_count"]),
        (&json!(9), &json!(0))
    );
    assert_eq!(world.found("?match[version]=all").await, before);
}

#[tokio::test]
async fn case_3_12_versions_and_objects_are_taken_out() {
    let world = World::filled().await;
    let object = world.path(&world.read_write, &format!("objects/{INDICATOR}/"));
    let delete = async |query: &str| {
        world
            .call("DELETE", &format!("{object}{query}"), "")
            .await
            .status()
            .as_u16()
    };
    assert_eq!(delete("?match[version]=last").await, 200);
    assert_eq!(
        named(&world.read(&object).await),
        [(INDICATOR.to_owned(), VERSIONS[3].to_owned())]
    );
    assert_eq!(delete("?match[version]=first,2022-06-03T12:30:59Z").await, 200);
    let versions = world.read(&format!("{object}versions/")).await;
    assert_eq!(versions["versions"], json!([VERSIONS[1], VERSIONS[3]]));
    assert_eq!(delete("?match[spec_version]=2.0").await, 404);
    assert_eq!(delete("?match[type]=indicator").await, 400);
    assert_eq!(delete("").await, 200, "all of them");
    assert_eq!(delete("").await, 404);
    world.refused("GET", &object, 404).await;
}

#[tokio::test]
async fn case_3_13_filters_say_which_objects() {
    let world = World::filled().await;
    let check = async |query: &str, expected: &[&str]| {
        assert_eq!(ids(&world.found(query).await), expected, "{query}");
        // The manifest says the same.
        let manifest = world
            .read(&world.path(&world.read_write, &format!("manifest/{query}")))
            .await;
        assert_eq!(ids(&named(&manifest)), expected, "{query}");
    };
    let manifest = world.read(&world.path(&world.read_write, "manifest/")).await;
    let added = |at: usize| manifest["objects"][at]["date_added"].as_str().unwrap().to_owned();
    check(&format!("?added_after={}", added(2)), &[CAMPAIGN, URL]).await;
    check(&format!("?added_after={}", added(4)), &[]).await;
    check("?limit=2", &[INDICATOR, MALWARE]).await;
    check(&format!("?match[id]={MALWARE}"), &[MALWARE]).await;
    check("?match[type]=malware", &[MALWARE, OLD_MALWARE]).await;
    check("?match[spec_version]=2.0", &[OLD_MALWARE]).await;
    check(
        "?match[spec_version]=2.0,2.1&match[type]=malware",
        &[MALWARE, OLD_MALWARE],
    )
    .await;
    check("?match[type]=campaign,url", &[CAMPAIGN, URL]).await;
    check(
        &format!("?match[type]=malware&match[id]={MALWARE},{CAMPAIGN}"),
        &[MALWARE],
    )
    .await;
    check(
        &format!("?match[type]=malware,campaign&match[id]={CAMPAIGN},{URL}&match[version]=all"),
        &[CAMPAIGN],
    )
    .await;
    check("?match[type]=tool", &[]).await;
    check("?match%5Btype%5D=campaign%2Curl", &[CAMPAIGN, URL]).await;
    let versions = async |query: &str, expected: &[usize]| {
        let found = world
            .found(&format!("?match[type]=indicator&match[version]={query}"))
            .await;
        let found: Vec<&str> = found.iter().map(|(_, version)| version.as_str()).collect();
        let expected: Vec<&str> = expected.iter().map(|at| VERSIONS[*at]).collect();
        assert_eq!(found, expected, "{query}");
    };
    versions("last", &[4]).await;
    versions("first", &[0]).await;
    versions("all", &[0, 1, 2, 3, 4]).await;
    versions("first,last", &[0, 4]).await;
    versions("2021-05-03T12:30:59Z", &[1]).await;
    versions("2021-05-03T12:30:59.000000Z,last", &[1, 4]).await;
    versions("first,all", &[0, 1, 2, 3, 4]).await;
    let bad = [
        "match[type]=campaign&match[type]=malware",
        "limit=1&limit=1",
        "limit=0",
        "limit=-1",
        "limit=a",
        "added_after=now",
        "next=1",
        "match[version]=x",
        "match[x]=y",
    ];
    for bad in bad {
        for rest in ["objects", "manifest"] {
            let error = world
                .refused("GET", &world.path(&world.read_write, &format!("{rest}/?{bad}")), 400)
                .await;
            assert_eq!(error["error_code"], "bad-query", "{bad}");
        }
    }
}

#[tokio::test]
async fn case_3_14_pages_follow_one_another_either_way() {
    let world = World::filled().await;
    let path = world.path(&world.read_write, &format!("objects/{INDICATOR}/versions/"));
    // By the time of the last one, as the interoperability document has it.
    let answer = world.call("GET", &format!("{path}?limit=3"), "").await;
    let last = header(&answer, "x-taxii-date-added-last").to_owned();
    let page = body(answer).await;
    assert_eq!(
        (&page["more"], &page["versions"]),
        (&json!(true), &json!(VERSIONS[..3]))
    );
    let rest = world.read(&format!("{path}?added_after={last}")).await;
    assert_eq!(rest, json!({ "more": false, "versions": VERSIONS[3..] }));
    // By `next`; with the filter that is sent along; and both at once.
    let next = page["next"].as_str().unwrap();
    for query in [
        format!("next={next}"),
        format!("next={next}&added_after={last}"),
        format!("added_after=2020-01-01T00:00:00Z&next={next}"),
    ] {
        assert_eq!(
            world.read(&format!("{path}?{query}&limit=3")).await["versions"],
            json!(VERSIONS[3..]),
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_came_at_once_is_read_once_however_the_pages_fall() {
    let world = World::new().await;
    // The clock of the test stands still: every object comes at the same moment.
    let objects: Vec<Value> = (0..7).map(numbered).collect();
    world.add(&world.read_write, &objects).await;
    for limit in 1..=8 {
        for is_next in [true, false] {
            let (mut seen, mut query, mut added) = (Vec::new(), String::new(), 7);
            loop {
                let path = world.path(&world.read_write, &format!("objects/?limit={limit}{query}"));
                let answer = world.call("GET", &path, "").await;
                let last = header(&answer, "x-taxii-date-added-last").to_owned();
                let page = body(answer).await;
                seen.extend(named(&page).into_iter().map(|(id, _)| id));
                // Another one comes between two pages.
                if added == 7 {
                    let number = 100 + limit * 2 + u32::from(is_next);
                    world.add(&world.read_write, &[numbered(number)]).await;
                    added += 1;
                }
                if page["more"] == false {
                    break;
                }
                query = if is_next {
                    format!("&next={}", page["next"].as_str().unwrap())
                } else {
                    format!("&added_after={last}")
                };
            }
            let all = ids(&world.found("").await)
                .iter()
                .map(|id| (*id).to_owned())
                .collect::<Vec<_>>();
            // What came after the last page was asked for is for the next walk.
            assert!(
                seen.len() >= all.len() - 1 && all.starts_with(&seen),
                "{limit} {is_next}"
            );
        }
    }
}

#[tokio::test]
async fn media_types_are_those_of_taxii() {
    let world = World::filled().await;
    let path = world.path(&world.read_write, "objects/");
    let asked = |accept: &'static str, kind: &'static str, method: &str| {
        let request = world
            .server
            .client
            .request(method.parse().unwrap(), world.server.url(&path));
        let request = request
            .bearer_auth(&world.client)
            .header("accept", accept)
            .header("content-type", kind);
        request.body(if method == "POST" { "{}" } else { "" }).send()
    };
    for accept in [
        MEDIA,
        "application/taxii+json",
        "*/*",
        "application/json, application/taxii+json; version=2.1",
    ] {
        assert_eq!(
            asked(accept, MEDIA, "GET").await.unwrap().status().as_u16(),
            200,
            "{accept}"
        );
    }
    for accept in [
        "application/json",
        "application/taxii+json;version=2.0",
        "application/vnd.oasis.taxii+json",
    ] {
        assert_eq!(
            error(asked(accept, MEDIA, "GET").await.unwrap(), 406).await["error_code"],
            "not-acceptable"
        );
        error(asked(accept, MEDIA, "POST").await.unwrap(), 406).await;
    }
    for kind in [
        "application/json",
        "application/taxii+json;version=2.0",
        "application/stix+json;version=2.1",
    ] {
        error(asked(MEDIA, kind, "POST").await.unwrap(), 415).await;
    }
    assert_eq!(
        asked(MEDIA, "application/taxii+json", "POST")
            .await
            .unwrap()
            .status()
            .as_u16(),
        202
    );
}

#[tokio::test]
async fn an_envelope_is_one_and_no_longer_than_it_may_be() {
    let world = World::new().await;
    let path = world.path(&world.read_write, "objects/");
    for bad in ["", "[]", "{", "{\"objects\": 7}", "{\"objects\": [{]}"] {
        assert_eq!(
            error(world.call("POST", &path, bad).await, 400).await["error_code"],
            "bad-envelope",
            "{bad}"
        );
    }
    let most = usize::try_from(world.read(ROOT).await["max_content_length"].as_u64().unwrap()).unwrap();
    let padded = |lengths: &[usize]| {
        let objects: Vec<Value> = (0..)
            .zip(lengths)
            .map(|(number, length)| {
                let mut object = numbered(number);
                object["x_pad"] = json!("a".repeat(*length));
                object
            })
            .collect();
        json!({ "objects": objects }).to_string()
    };
    let around = padded(&[0; 5]).len();
    let quarter = (most - around) / 5;
    let at_limit = padded(&[quarter, quarter, quarter, quarter, most - around - 4 * quarter]);
    assert_eq!(at_limit.len(), most);
    let status = body(world.call("POST", &path, &at_limit).await).await;
    assert_eq!(
        (&status["success_count"], &status["failure_count"]),
        (&json!(5), &json!(0))
    );
    // Said to be too long, it is not waited for.
    let too_long = format!("{at_limit} ");
    let streamed = futures_util::stream::iter([Ok::<_, std::io::Error>(too_long)]);
    let request = world
        .server
        .client
        .post(world.server.url(&path))
        .bearer_auth(&world.client);
    let request = request
        .header("content-type", MEDIA)
        .body(reqwest::Body::wrap_stream(streamed));
    assert_eq!(
        error(request.send().await.unwrap(), 413).await["error_code"],
        "envelope-too-large"
    );
    // A bundle is an envelope with more around it.
    let bundle =
        json!({ "type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [numbered(2)] });
    let answer = world.call("POST", &path, &bundle.to_string()).await;
    assert_eq!(body(answer).await["success_count"], 1);
}

#[tokio::test]
async fn nobody_gets_what_is_marked_more_strictly_than_they_may_read() {
    let world = World::new().await;
    let objects = [
        numbered(0),
        marked(1, "94868c89-83c2-464b-929b-a1a8aa3c8487"),
        marked(2, "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
        marked(3, "55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
        marked(4, "939a9414-2ddd-4d32-a0cd-375ea402b003"),
        marked(5, "e828b379-4e03-4974-9ac4-e53a884c97c1"),
        // Of version 1.
        marked(6, "f88d31f6-486f-44da-b317-01333bde0b82"),
    ];
    let status = world.add(&world.read_write, &objects).await;
    assert_eq!(status["failure_count"], 0, "{status}");
    for (tlp, expected) in [
        (Tlp::Clear, &[0, 1][..]),
        (Tlp::Green, &[0, 1, 2]),
        (Tlp::Amber, &[0, 1, 2, 3, 6]),
        (Tlp::AmberStrict, &[0, 1, 2, 3, 4, 6]),
        (Tlp::Red, &[0, 1, 2, 3, 4, 5, 6]),
    ] {
        let name = anlanh_app::identity::Name::parse(&format!("tlp-{}", tlp.rank())).unwrap();
        let new = anlanh_app::identity::NewToken {
            scopes: BOTH.to_vec(),
            person: None,
            clearance: tlp,
        };
        let app = world.server.app();
        let token =
            anlanh_app::identity::create_token(app.store(), app.clock(), &Actor::Operator, &name, &new).unwrap();
        for number in 0..7 {
            let id = numbered(number)["id"].as_str().unwrap().to_owned();
            let is_there = expected.contains(&number);
            for rest in [format!("objects/{id}/"), format!("objects/{id}/versions/")] {
                let answer = world
                    .call_as(token.reveal(), "GET", &world.path(&world.read_write, &rest), "")
                    .await;
                assert_eq!(
                    answer.status().as_u16(),
                    if is_there { 200 } else { 404 },
                    "{tlp} {rest}"
                );
            }
        }
        for rest in ["objects/", "manifest/", "objects/?match[version]=all"] {
            let answer = world
                .call_as(token.reveal(), "GET", &world.path(&world.read_write, rest), "")
                .await;
            let found = named(&body(answer).await);
            let expected: Vec<Value> = expected.iter().map(|number| numbered(*number)["id"].clone()).collect();
            assert_eq!(json!(ids(&found)), json!(expected), "{tlp} {rest}");
        }
        // What is not there for them is not taken out by them either.
        if tlp < Tlp::Red {
            let red = numbered(5)["id"].as_str().unwrap().to_owned();
            let path = world.path(&world.read_write, &format!("objects/{red}/"));
            assert_eq!(
                world
                    .call_as(token.reveal(), "DELETE", &path, "")
                    .await
                    .status()
                    .as_u16(),
                404
            );
        }
    }
}

#[tokio::test]
async fn what_is_added_and_taken_out_stands_in_the_audit_log() {
    let world = World::filled().await;
    world
        .call("DELETE", &world.path(&world.read_write, &format!("objects/{URL}/")), "")
        .await;
    let auditor = world.server.token(&[Scope::AuditRead], None).await;
    let (_, log) = world
        .server
        .ask("GET", "/v1/audit?limit=4", &auditor, Value::Null)
        .await;
    let told: Vec<&str> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(told[1..3], ["indicator.delete", "indicator.add"], "{log}");
    assert!(!log.to_string().contains("example.com"));
}

#[tokio::test]
async fn more_than_one_transaction_takes_is_added_all_the_same() {
    let world = World::new().await;
    let objects = (0..4_500).map(|number| Object::read(numbered(number).to_string().as_bytes()).unwrap());
    let handed = Handed {
        objects: objects.map(|object| read_object(&object).unwrap()).collect(),
        refused: Vec::new(),
    };
    let actor = world.server.app().token(&world.client).await.unwrap().unwrap();
    let status = intel::add(world.server.app(), &actor, &world.read_write, handed)
        .await
        .unwrap();
    assert_eq!(
        (status.total_count, status.success_count, status.successes.len()),
        (4_500, 4_500, 4_500)
    );
    let (mut seen, mut query) = (0, String::new());
    loop {
        let page = world
            .read(&world.path(&world.read_write, &format!("objects/{query}")))
            .await;
        seen += named(&page).len();
        match page["next"].as_str() {
            Some(next) => query = format!("?next={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 4_500);
}
