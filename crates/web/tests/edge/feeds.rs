//! Feeds and indicators: over the API and on their pages.

use anlanh_app::Site;
use anlanh_model::{Role, Scope};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::console::between;
use crate::pages::{Page, visit};
use crate::support::{Server, Session, header, json as body};

async fn call(server: &Server, method: &str, path: &str, token: &str, sent: Value) -> (u16, Value) {
    let request = server.call(method, path, token);
    let request = if sent.is_null() {
        request
    } else {
        request.body(sent.to_string())
    };
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn enter(server: &Server, token: &str, feed: &str, text: &str) -> (u16, Value) {
    let path = format!("/v1/feeds/{feed}/indicators");
    let request = server.call("POST", &path, token).header("content-type", "text/plain");
    let answer = request.body(text.to_owned()).send().await.unwrap();
    (answer.status().as_u16(), body(answer).await)
}

/// A feed by hand that goes this far.
async fn by_hand(server: &Server, token: &str, name: &str, tlp: &str) -> String {
    let new = json!({ "name": name, "kind": "hand", "tlp": tlp });
    let (status, made) = call(server, "POST", "/v1/feeds", token, new).await;
    assert_eq!(status, 201, "{made}");
    made["feed"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn indicators_are_entered_found_seen_and_taken_back() {
    let server = Server::at(Site::default()).await;
    let token = server.token(&[Scope::IndicatorsWrite], Some(Role::PolicyManager)).await;
    let feed = by_hand(&server, &token, "Trực ban", "clear").await;
    let text = "evil.vn\n192.0.3.0/24\nvietcombank.com.vn\ncom.vn\n";
    let (status, told) = enter(&server, &token, &feed, text).await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(
        told,
        json!({ "listed": 3, "warned": 1, "refused": 1,
            "reasons": ["line 4: public suffix would cover names of strangers"] })
    );
    let (status, told) = enter(&server, &token, &feed, "# nothing\n").await;
    assert_eq!((status, &told["code"]), (422, &json!("bad-indicators")));

    let look_up = async |value: &str| {
        let path = format!("/v1/indicators?value={value}");
        let (status, found) = call(&server, "GET", &path, &token, Value::Null).await;
        assert_eq!(status, 200, "{found}");
        found["indicators"].as_array().unwrap().clone()
    };
    let found = look_up("www.evil.vn").await;
    assert_eq!((found.len(), &found[0]["counts"]), (1, &json!(true)));
    assert_eq!(look_up("192.0.3.9").await[0]["value"], "192.0.3.0/24");
    let bank = look_up("vietcombank.com.vn").await;
    assert_eq!(
        (&bank[0]["counts"], &bank[0]["warning"]),
        (&json!(false), &json!("protected-names"))
    );
    let (status, _) = call(&server, "GET", "/v1/indicators?value=not%20one", &token, Value::Null).await;
    assert_eq!(status, 400);

    let seen = json!({ "sightings": [{ "value": "EVIL.vn", "count": 3 }, { "value": "never.listed.vn" }] });
    let (status, _) = call(&server, "POST", "/v1/indicators/sightings", &token, seen).await;
    assert_eq!(status, 204);
    let id = found[0]["indicator"].as_str().unwrap();
    let (_, view) = call(&server, "GET", &format!("/v1/indicators/{id}"), &token, Value::Null).await;
    assert_eq!(
        (&view["indicator"]["sightings"], &view["sightings"][0]["count"]),
        (&json!(3), &json!(3))
    );
    for bad in [
        json!({ "sightings": [] }),
        json!({ "sightings": [{ "value": "x y" }] }),
        json!({ "sightings": [{ "value": "evil.vn", "count": 0 }] }),
        json!({ "sightings": [{ "value": "evil.vn", "last_seen_us": 9_000_000_000_000_000_i64 }] }),
        json!({ "sightings": vec![json!({ "value": "evil.vn" }); 1_001] }),
    ] {
        let (status, told) = call(&server, "POST", "/v1/indicators/sightings", &token, bad).await;
        assert_eq!((status, &told["code"]), (422, &json!("bad-sightings")));
    }

    // What nobody sees fades, and does not count in the end.
    server.wait_minutes(119 * 24 * 60);
    assert_eq!(look_up("evil.vn").await[0]["counts"], false);

    let (status, _) = call(
        &server,
        "POST",
        &format!("/v1/indicators/{id}/withdrawal"),
        &token,
        Value::Null,
    )
    .await;
    assert_eq!(status, 204);
    assert!(look_up("evil.vn").await[0]["revoked_at"].is_string());
    let (_, list) = call(&server, "GET", "/v1/indicators?state=gone&limit=1", &token, Value::Null).await;
    assert_eq!(list["indicators"][0]["value"], "evil.vn");
    let (_, list) = call(&server, "GET", "/v1/indicators?kind=address", &token, Value::Null).await;
    assert_eq!(list["indicators"].as_array().unwrap().len(), 1);
    let (status, _) = call(&server, "GET", "/v1/indicators?kind=name", &token, Value::Null).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn nothing_goes_further_than_it_may() {
    let server = Server::start().await;
    let manager = server.token(&[Scope::IndicatorsWrite], Some(Role::PolicyManager)).await;
    for tlp in ["clear", "green", "amber", "amber+strict", "red"] {
        let feed = by_hand(&server, &manager, tlp, tlp).await;
        let name = tlp.replace('+', "-");
        assert_eq!(enter(&server, &manager, &feed, &format!("{name}.evil.vn")).await.0, 200);
    }
    // A token that nobody cleared reads TLP:CLEAR alone, wherever it asks.
    let reader = server.token(&[Scope::IndicatorsRead], None).await;
    for form in ["list", "csv", "stix", "misp"] {
        let path = format!("/v1/indicators/export?form={form}&tlp=red");
        let out = server
            .call("GET", &path, &reader)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(
            out.contains("clear.evil.vn") && !out.contains("green.evil.vn"),
            "{form}: {out}"
        );
    }
    let (_, list) = call(&server, "GET", "/v1/indicators", &reader, Value::Null).await;
    assert_eq!(list["indicators"].as_array().unwrap().len(), 1, "{list}");
    let (_, found) = call(&server, "GET", "/v1/indicators?value=red.evil.vn", &reader, Value::Null).await;
    assert_eq!(found["indicators"], json!([]));

    // People see all of it and take out no TLP:RED.
    let session = server.session(Role::Auditor).await;
    let page = server.page("/console/indicators", &session).await.text().await.unwrap();
    assert!(page.contains("red.evil.vn"));
    // Who hunts gets there with the value filled in; who audits does not.
    let link = between(&page, "href=\"/console/indicators/", "\"");
    let engineer = server.session(Role::SocEngineer).await;
    for (who, is_led) in [(&session, false), (&engineer, true)] {
        let shown = server.page(&format!("/console/indicators/{link}"), who).await;
        let shown = shown.text().await.unwrap();
        assert_eq!(shown.contains("href=\"/console/hunt?value="), is_led, "{shown}");
    }
    let out = server
        .page("/console/indicators/export?form=stix&tlp=amber%2Bstrict", &session)
        .await;
    assert!(header(&out, "content-disposition").starts_with("attachment"));
    let out = out.text().await.unwrap();
    assert!(out.contains("amber-strict.evil.vn") && !out.contains("red.evil.vn"));
    let bundle: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        bundle["objects"].as_array().unwrap().len(),
        4 + 4,
        "four markings, four indicators"
    );
}

#[tokio::test]
async fn feeds_are_managed_over_the_api_by_people() {
    let server = Server::start().await;
    let machine = server.token(&[Scope::IndicatorsWrite], None).await;
    let new = json!({ "name": "A", "kind": "list", "url": "https://nguon.example/a.txt", "user": "soc", "password": "mật khẩu" });
    let (status, told) = call(&server, "POST", "/v1/feeds", &machine, new.clone()).await;
    assert_eq!((status, &told["code"]), (403, &json!("needs-person")));
    let token = server.token(&[Scope::IndicatorsWrite], Some(Role::Administrator)).await;
    let (status, made) = call(&server, "POST", "/v1/feeds", &token, new.clone()).await;
    assert_eq!(status, 201);
    let (status, told) = call(&server, "POST", "/v1/feeds", &token, new).await;
    assert_eq!((status, &told["code"]), (422, &json!("bad-feed")), "the name is taken");
    let path = format!("/v1/feeds/{}", made["feed"].as_str().unwrap());
    let (_, view) = call(&server, "GET", &path, &machine, Value::Null).await;
    assert_eq!(
        (&view["feed"]["has_credentials"], &view["feed"]["state"]),
        (&json!(true), &json!("active"))
    );
    assert!(!view.to_string().contains("mật khẩu"));
    let moved = json!({ "name": "A", "kind": "list", "url": "https://khac.example/a.txt" });
    assert_eq!(call(&server, "PUT", &path, &token, moved).await.0, 204);
    let (_, view) = call(&server, "GET", &path, &token, Value::Null).await;
    assert_eq!(
        view["feed"]["has_credentials"], false,
        "a password goes to no other server"
    );
    let step = async |step: &str| {
        let (status, told) = call(
            &server,
            "POST",
            &format!("{path}/steps"),
            &token,
            json!({ "step": step }),
        )
        .await;
        (status, told["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(step("pause").await.0, 204);
    assert_eq!(step("resume").await.0, 204);
    assert_eq!(step("agree").await, (409, "feed-not-held".to_owned()));
    assert_eq!(step("jump").await, (422, "bad-feed".to_owned()));
    let (status, told) = enter(&server, &token, made["feed"].as_str().unwrap(), "evil.vn").await;
    assert_eq!((status, &told["code"]), (409, &json!("feed-fetched")));
    assert_eq!(step("remove").await.0, 204);
    assert_eq!(call(&server, "GET", &path, &token, Value::Null).await.0, 409);
    let (_, list) = call(&server, "GET", "/v1/feeds", &token, Value::Null).await;
    assert_eq!(list["feeds"], json!([]));
}

/// What a page leads to that ends like this.
fn link(page: &str, attribute: &str, holds: &str) -> String {
    let found = page
        .split(&format!("{attribute}=\""))
        .find_map(|rest| rest.split('"').next().filter(|path| path.contains(holds)));
    found.unwrap_or_else(|| panic!("{holds}: {page}")).to_owned()
}

async fn add(server: &Server, session: &Session, name: &str, kind: &str, url: &str) -> reqwest::Response {
    let fields = [
        ("name", name),
        ("kind", kind),
        ("url", url),
        ("every_minutes", "60"),
        ("confidence", "70"),
        ("valid_days", ""),
        ("tlp", "clear"),
        ("values", ""),
        ("way", ""),
    ];
    server.submit("/console/feeds", session, &fields).await
}

#[tokio::test]
async fn a_feed_is_added_and_filled_on_its_page() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let read = async |path: &str, session: &Session| server.page(path, session).await.text().await.unwrap();
    assert!(read("/console/feeds", &manager).await.contains("Chưa có nguồn nào"));
    let refused = add(&server, &manager, "Nguồn A", "list", "gopher://x").await;
    assert_eq!(refused.status().as_u16(), 422);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("role=\"alert\"") && refused.contains("value=\"Nguồn A\""),
        "what was typed stays"
    );
    let added = add(&server, &manager, "Trực ban", "hand", "").await;
    assert_eq!(added.status().as_u16(), 303);
    let path = header(&added, "location").to_owned();
    let page = read(&path, &manager).await;
    assert!(page.contains("Trực ban") && page.contains("Chưa có lần nào"), "{page}");
    let text = "evil.vn\r\nvietcombank.com.vn\r\nkhông phải\r\n";
    let part =
        |name: &str, value: &str| format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let form = format!("{}{}--x--\r\n", part("csrf", &manager.csrf), part("text", text));
    let request = server.post(&format!("{path}/indicators"), "multipart/form-data; boundary=x", form);
    let taken = request.header("cookie", &manager.cookie).send().await.unwrap();
    let taken = taken.text().await.unwrap();
    assert!(
        taken.contains("Đã nhận 2 giá trị, trong đó 1 nằm trong danh sách cảnh báo; 1 dòng"),
        "{taken}"
    );
    let list = read("/console/indicators", &manager).await;
    assert!(list.contains("evil.vn") && list.contains("Dùng được") && list.contains("Trong danh sách cảnh báo"));
    let found = read("/console/indicators?q=www.evil.vn", &manager).await;
    let indicator = link(&found, "href", "/console/indicators/");
    let seen = [("step", "tell"), ("count", "4")];
    assert_eq!(
        server
            .submit(&format!("{indicator}/step"), &manager, &seen)
            .await
            .status()
            .as_u16(),
        303
    );
    let page = read(&indicator, &manager).await;
    assert!(page.contains("<td>4</td>"), "{page}");
    let withdrawn = server
        .submit(&format!("{indicator}/step"), &manager, &[("step", "withdraw")])
        .await;
    assert_eq!(withdrawn.status().as_u16(), 303);
    assert!(read(&indicator, &manager).await.contains("Đã thu hồi"));

    // An auditor reads all of it and changes nothing.
    let auditor = server.session(Role::Auditor).await;
    let page = read(&path, &auditor).await;
    assert!(!page.contains("<button") || !page.contains("value=\"remove\""));
    let refused = server
        .submit(&format!("{path}/step"), &auditor, &[("step", "remove")])
        .await;
    assert_eq!(refused.status().as_u16(), 403);
    let removed = server
        .submit(&format!("{path}/step"), &manager, &[("step", "remove")])
        .await;
    assert_eq!(removed.status().as_u16(), 303);
    server.run_jobs().await;
    let list = read("/console/indicators?state=live", &manager).await;
    assert!(list.contains("Không có chỉ dấu nào khớp"));
}

/// A feed whose round waits, as the database has it.
async fn held(server: &Server, session: &Session) -> String {
    let added = add(
        server,
        session,
        "Danh sách lừa đảo của đối tác",
        "list",
        "https://nguon.example/danh-sach.txt",
    )
    .await;
    assert_eq!(added.status().as_u16(), 303);
    let path = header(&added, "location").to_owned();
    for sql in [
        "UPDATE feed SET state = 'held', alarms = 'shrunk poisoned', known_values = 12000, live = 12000, held_values = 3100,
           held_warned = 900, held_refused = 2, round = 2, checked_at = state_at, changed_at = state_at WHERE kind = 'list'",
        "INSERT INTO feed_round (feed, number, at, outcome, bytes, listed, added, removed, refused, warned, alarms, why)
         SELECT id, 1, state_at, 'applied', 210000, 12000, 12000, 0, 2, 0, '', 'line 7: value is too long' FROM feed WHERE kind = 'list'",
        "INSERT INTO feed_round (feed, number, at, outcome, bytes, listed, added, removed, refused, warned, alarms, why)
         SELECT id, 2, state_at, 'held', 52000, 3100, 0, 0, 2, 900, 'shrunk poisoned', NULL FROM feed WHERE kind = 'list'",
    ] {
        server.tamper(sql).await;
    }
    path
}

#[tokio::test]
async fn a_round_that_waits_is_settled_on_the_page() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let path = held(&server, &manager).await;
    let page = server.page(&path, &manager).await.text().await.unwrap();
    for words in [
        "đang chờ bạn xem",
        "Giảm nhiều",
        "Nhiều giá trị tốt",
        "3\u{202f}100",
        "12\u{202f}000",
        "line 7",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let refused = server
        .submit(&format!("{path}/step"), &manager, &[("step", "refuse")])
        .await;
    assert_eq!(refused.status().as_u16(), 303);
    let page = server.page(&path, &manager).await.text().await.unwrap();
    assert!(page.contains("Người xem không đồng ý") && !page.contains("đang chờ bạn xem"));
    let again = server
        .submit(&format!("{path}/step"), &manager, &[("step", "agree")])
        .await;
    assert_eq!(again.status().as_u16(), 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_feeds_and_indicators_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let session = Some(&manager);
    let see = async |name: &'static str, path: String| visit(&browser, &server, &Page { name, path, session }).await;
    see("feeds-empty", "/console/feeds".to_owned()).await;
    see("indicators-empty", "/console/indicators".to_owned()).await;
    let token = server.token(&[Scope::IndicatorsWrite], Some(Role::PolicyManager)).await;
    let feed = by_hand(&server, &token, "Trực ban ca đêm", "green").await;
    let text = format!(
        "evil.vn\n192.0.3.0/24\nvietcombank.com.vn\nhttp://dang-nhap-ngan-hang.evil.vn/{}\n{}\n",
        "duong-dan/".repeat(12),
        "a".repeat(64)
    );
    assert_eq!(enter(&server, &token, &feed, &text).await.0, 200);
    let seen = json!({ "sightings": [{ "value": "evil.vn", "count": 3 }] });
    call(&server, "POST", "/v1/indicators/sightings", &token, seen).await;
    let path = held(&server, &manager).await;
    see("feeds", "/console/feeds".to_owned()).await;
    see("feed-held", path).await;
    see("feed-by-hand", format!("/console/feeds/{feed}")).await;
    see("indicators", "/console/indicators".to_owned()).await;
    see("indicators-found", "/console/indicators?q=www.evil.vn".to_owned()).await;
    let found = server
        .page("/console/indicators?q=www.evil.vn", &manager)
        .await
        .text()
        .await
        .unwrap();
    see("indicator", link(&found, "href", "/console/indicators/")).await;
    let bank = server
        .page("/console/indicators?q=vietcombank.com.vn", &manager)
        .await
        .text()
        .await
        .unwrap();
    see("indicator-known-good", link(&bank, "href", "/console/indicators/")).await;
}

#[tokio::test]
async fn another_follows_the_node_as_a_feed_of_misp() {
    let server = Server::start().await;
    let manager = server.token(&[Scope::IndicatorsWrite], Some(Role::PolicyManager)).await;
    let (open, closed) = (
        by_hand(&server, &manager, "Trực ban", "clear").await,
        by_hand(&server, &manager, "Nội bộ", "red").await,
    );
    let text = format!(
        "evil.vn\n192.0.3.0/24\nbad.vn/x\n{}\nvietcombank.com.vn\n",
        "a".repeat(64)
    );
    assert_eq!(enter(&server, &manager, &open, &text).await.0, 200);
    assert_eq!(enter(&server, &manager, &closed, "secret.vn\n").await.0, 200);
    let reader = server.token(&[Scope::IndicatorsRead], None).await;
    let read = async |path: &str| call(&server, "GET", path, &reader, Value::Null).await;
    let (status, manifest) = read("/v1/misp/manifest.json").await;
    assert_eq!((status, manifest.as_object().unwrap().len()), (200, 2), "{manifest}");
    let of = |name: &str| {
        let mut events = manifest.as_object().unwrap().iter();
        events.find(|(_, head)| head["info"] == name).unwrap().0.clone()
    };
    let (status, event) = read(&format!("/v1/misp/{}.json", of("Trực ban"))).await;
    assert_eq!(status, 200, "{event}");
    let attributes = event["Event"]["Attribute"].as_array().unwrap();
    let mut values: Vec<(&str, &str)> = attributes
        .iter()
        .map(|one| (one["type"].as_str().unwrap(), one["value"].as_str().unwrap()))
        .collect();
    values.sort_unstable();
    let digest = "a".repeat(64);
    assert_eq!(
        values,
        [
            ("domain", "evil.vn"),
            ("ip-dst", "192.0.3.0/24"),
            ("sha256", digest.as_str()),
            ("url", "http://bad.vn/x")
        ],
        "what is known to be good is not given out"
    );
    assert!(
        attributes
            .iter()
            .all(|one| one["to_ids"] == true && one["Tag"][0]["name"] == "tlp:clear")
    );
    let (status, event) = read(&format!("/v1/misp/{}.json", of("Nội bộ"))).await;
    assert_eq!(
        (status, &event["Event"]["Attribute"]),
        (200, &json!([])),
        "TLP:RED leaves by no export"
    );
    for path in ["/v1/misp/00000000-0000-4000-8000-000000000000.json", "/v1/misp/x"] {
        assert_eq!(read(path).await.0, 404, "{path}");
    }
    // What changes later is told by another time.
    let time = |manifest: &Value| manifest[of("Trực ban")]["timestamp"].clone();
    server.wait_minutes(1);
    assert_eq!(enter(&server, &manager, &open, "more.vn").await.0, 200);
    let (_, later) = read("/v1/misp/manifest.json").await;
    assert_ne!(time(&later), time(&manifest));
}

#[tokio::test]
async fn whoever_is_not_cleared_for_what_they_add_is_told() {
    let server = Server::start().await;
    let token = server.token(&[Scope::IndicatorsWrite], Some(Role::Administrator)).await;
    let add = async |name: &str| {
        let new = json!({ "name": name, "kind": "hand" });
        let (status, made) = call(&server, "POST", "/v1/feeds", &token, new).await;
        assert_eq!(status, 201, "{made}");
        made
    };
    let made = add("Trực ban").await;
    let hint = made["hint"].as_str().unwrap();
    assert!(hint.contains("TLP:CLEAR") && hint.contains("TLP:AMBER"), "{hint}");
    let feed = made["feed"].as_str().unwrap();
    assert_eq!(enter(&server, &token, feed, "evil.vn").await.0, 200);
    let found = async || {
        let (_, list) = call(&server, "GET", "/v1/indicators", &token, Value::Null).await;
        let count = list["indicators"].as_array().unwrap().len();
        (count, list["cleared_for"].as_str().unwrap().to_owned())
    };
    assert_eq!(found().await, (0, "clear".to_owned()));
    // An administrator clears the token on the page of access.
    let admin = server.session(Role::Administrator).await;
    let page = server.page("/console/access", &admin).await.text().await.unwrap();
    let clearance = link(&page, "action", "/clearance");
    let set = server.submit(&clearance, &admin, &[("tlp", "purple")]).await;
    assert_eq!(set.status().as_u16(), 400);
    let set = server.submit(&clearance, &admin, &[("tlp", "amber")]).await;
    assert_eq!(set.status().as_u16(), 303);
    let page = server.page("/console/access", &admin).await.text().await.unwrap();
    assert!(page.contains("TLP:AMBER"));
    assert_eq!(found().await, (1, "amber".to_owned()));
    assert_eq!(add("Ca ngày").await["hint"], Value::Null);
}

#[tokio::test]
async fn a_zone_is_added_with_its_server_and_name() {
    let server = Server::start().await;
    let token = server.token(&[Scope::IndicatorsWrite], Some(Role::SocEngineer)).await;
    for (url, status) in [
        ("dns://192.0.2.53:53/rpz.example", 201),
        ("https://192.0.2.53/rpz.example", 422),
        ("dns://192.0.2.53", 422),
        ("", 422),
    ] {
        let new = json!({ "name": "Vùng RPZ", "kind": "zone", "url": url });
        let (answered, told) = call(&server, "POST", "/v1/feeds", &token, new).await;
        assert_eq!(answered, status, "{told}");
    }
    let session = server.session(Role::SocEngineer).await;
    let page = server.page("/console/feeds", &session).await.text().await.unwrap();
    assert!(page.contains("Vùng RPZ, qua chuyển vùng DNS") && page.contains("data-kind=\"zone\""));
}
