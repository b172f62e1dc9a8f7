//! Incidents over the API: worked by programs as far as programs may, with nothing that only people see.

use anlanh_app::incident::raise;
use anlanh_model::{Role, Scope, Tlp};
use serde_json::{Value, json};

use crate::console::between;
use crate::incidents::{alert, raise_many};
use crate::orders::start;
use crate::support::{Server, check, get};

const WRITE: &[Scope] = &[Scope::IncidentsWrite];
const READ: &[Scope] = &[Scope::IncidentsRead];

#[tokio::test]
async fn a_program_works_an_incident_as_far_as_programs_may() {
    let server = start().await;
    let machine = server.token(WRITE, None).await;
    let analyst = server.token(WRITE, Some(Role::SocEngineer)).await;
    let new = json!({ "title": "Lừa đảo qua thư nội bộ", "severity": "high", "tlp": "clear", "words": "Kế toán báo." });
    let opened = check(&server, ("POST", "/v1/incidents"), &machine, new, (201, "")).await;
    let id = opened["incident"].as_str().unwrap();
    let path = |rest: &str| format!("/v1/incidents/{id}{rest}");
    // It was graded as it was opened: the clocks of the law run from then.
    let view = get(&server, &path(""), &machine).await;
    assert_eq!(
        (&view["incident"]["state"], &view["incident"]["title"]),
        (&json!("triaged"), &json!("Lừa đảo qua thư nội bộ"))
    );
    assert_eq!(view["incident"]["clocks"].as_array().unwrap().len(), 2, "{view}");
    // The same key does it once.
    let note = async || {
        let request = server
            .call("POST", &path("/notes"), &machine)
            .header("idempotency-key", "n-1");
        let answer = request
            .body(json!({ "words": "Đã chặn." }).to_string())
            .send()
            .await
            .unwrap();
        let replayed = answer.headers().contains_key("idempotency-replayed");
        (answer.status().as_u16(), replayed)
    };
    assert_eq!((note().await, note().await), ((201, false), (201, true)));
    let task = check(
        &server,
        ("POST", &path("/tasks")),
        &machine,
        json!({ "title": "Gọi người dùng" }),
        (201, ""),
    )
    .await;
    let task = path(&format!("/tasks/{}", task["task"].as_str().unwrap()));
    check(&server, ("PUT", &task), &machine, json!({ "state": "done" }), (204, "")).await;
    check(
        &server,
        ("PUT", &task),
        &machine,
        json!({ "state": "perhaps" }),
        (422, "unknown-key"),
    )
    .await;
    let system = json!({ "name": "Cổng thanh toán", "owner": "Công ty An", "level": 3 });
    check(&server, ("POST", &path("/systems")), &machine, system, (200, "")).await;
    check(
        &server,
        ("POST", &path("/playbooks")),
        &machine,
        json!({ "playbook": "botnet" }),
        (200, ""),
    )
    .await;
    let view = check(
        &server,
        ("PUT", &path("/severity")),
        &machine,
        json!({ "severity": "critical" }),
        (200, ""),
    )
    .await;
    assert_eq!(view["incident"]["severity"], "critical");
    let kinds: Vec<&str> = view["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "triaged",
            "playbook",
            "system",
            "task",
            "task_added",
            "note",
            "triaged",
            "opened"
        ]
    );
    assert!(view["timeline"][5]["by"].is_string(), "the program is named: {view}");
    assert!(
        view["tasks"][0]["by"].is_string() && view["tasks"][0]["at"].is_string(),
        "{view}"
    );

    // A person answers for who works at it; nobody closes it over the API.
    check(
        &server,
        ("POST", &path("/steps")),
        &machine,
        json!({ "step": "take" }),
        (403, "needs-person"),
    )
    .await;
    let reader = server.token(READ, Some(Role::SocEngineer)).await;
    check(
        &server,
        ("POST", &path("/notes")),
        &reader,
        json!({ "words": "x" }),
        (403, "forbidden"),
    )
    .await;
    let view = check(
        &server,
        ("POST", &path("/steps")),
        &analyst,
        json!({ "step": "take" }),
        (200, ""),
    )
    .await;
    assert!(view["incident"]["who"].is_string(), "{view}");
    check(
        &server,
        ("POST", &path("/steps")),
        &analyst,
        json!({ "step": "close" }),
        (422, "unknown-key"),
    )
    .await;
    let view = check(
        &server,
        ("POST", &path("/steps")),
        &analyst,
        json!({ "step": "contain" }),
        (200, ""),
    )
    .await;
    assert_eq!(view["incident"]["state"], "contained");
    let list = get(&server, "/v1/incidents?severity=critical&limit=1", &machine).await;
    assert_eq!(
        (&list["incidents"][0]["incident"], &list["next"]),
        (&json!(id), &json!(id))
    );
    let rest = get(&server, &format!("/v1/incidents?before={id}"), &machine).await;
    assert_eq!((&rest["incidents"], &rest["next"]), (&json!([]), &Value::Null));
    assert_eq!(
        get(&server, "/v1/incidents?severity=low", &machine).await["incidents"],
        json!([])
    );
    check(
        &server,
        ("GET", "/v1/incidents?state=lost"),
        &machine,
        Value::Null,
        (400, "bad-query"),
    )
    .await;

    // What happened, in its order, for whoever polls.
    server.wait_minutes(1);
    let told = get(&server, "/v1/incidents/events?limit=3", &machine).await;
    let types: Vec<&str> = told["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["incident.opened", "incident.changed", "incident.changed"]);
    assert_eq!(told["events"][1]["detail"], "high");
    assert!(
        !told.to_string().contains("Đã chặn") && !told.to_string().contains("Lừa đảo"),
        "{told}"
    );
    let next = told["next"].as_str().unwrap();
    let rest = get(
        &server,
        &format!("/v1/incidents/events?after={next}&limit=200"),
        &machine,
    )
    .await;
    let last = rest["events"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (last["kind"].as_str(), last["state"].as_str()),
        (Some("contained"), Some("contained"))
    );
    let end = rest["next"].as_str().unwrap();
    let none = get(&server, &format!("/v1/incidents/events?after={end}"), &machine).await;
    assert_eq!((&none["events"], &none["next"]), (&json!([]), &json!(end)));
}

#[tokio::test]
async fn alerts_are_moved_and_go_no_further_than_they_are_marked() {
    let server = Server::start().await;
    let mut strict = alert(&server, "198.51.100.80", "kin.example");
    strict.listed.tlp = Some(Tlp::Red);
    let batch = [
        alert(&server, "198.51.100.77", "dieu-khien.example"),
        alert(&server, "198.51.100.78", "dieu-khien.example"),
        alert(&server, "198.51.100.79", "dieu-khien.example"),
        strict,
    ];
    raise(&server.app, &batch).await.unwrap();
    let machine = server.token(WRITE, None).await;
    // A token that nobody cleared is told of TLP:CLEAR alone.
    let list = get(&server, "/v1/incidents", &machine).await;
    assert!(
        list["incidents"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["title"].is_null()),
        "{list}"
    );
    assert_eq!(get(&server, "/v1/alerts", &machine).await["alerts"], json!([]));
    let admin = server.session(Role::Administrator).await;
    let page = server.page("/console/access", &admin).await.text().await.unwrap();
    let token = between(&page, "action=\"/console/access/tokens/", "/clearance\"");
    let set = format!("/console/access/tokens/{token}/clearance");
    let set = server.submit(&set, &admin, &[("tlp", "green")]).await;
    assert_eq!(set.status().as_u16(), 303);
    let alerts = get(&server, "/v1/alerts", &machine).await;
    assert_eq!(alerts["alerts"].as_array().unwrap().len(), 3, "{alerts}");
    for secret in ["198.51.100.77", "50311", "203.0.113.9", "kin.example"] {
        for path in ["/v1/alerts", "/v1/incidents"] {
            let told = get(&server, path, &machine).await.to_string();
            assert!(!told.contains(secret), "{path}: {told}");
        }
    }
    let one = alerts["alerts"][0]["alert"].as_str().unwrap();
    let from = alerts["alerts"][0]["incident"].as_str().unwrap().to_owned();
    assert!(alerts["alerts"][0]["host"].as_str().unwrap().starts_with("may-"));
    let found = get(
        &server,
        &format!("/v1/alerts?incident={from}&listed=dieu-khien.example&limit=1"),
        &machine,
    )
    .await;
    assert_eq!(
        (&found["alerts"][0]["alert"], &found["next"]),
        (&json!(one), &json!(one))
    );
    // Off into one of its own, and back again.
    let detach = json!({ "do": "detach", "alerts": [one], "words": "Máy thử." });
    let path = format!("/v1/incidents/{from}/alerts");
    let own = check(&server, ("POST", &path), &machine, detach.clone(), (200, "")).await;
    let own = own["incident"]["incident"].as_str().unwrap().to_owned();
    assert_ne!(own, from);
    check(&server, ("POST", &path), &machine, detach, (422, "bad-incident")).await;
    // What is all that an incident has is merged instead.
    let attach = json!({ "do": "attach", "alerts": [one], "words": "Cùng vụ." });
    check(&server, ("POST", &path), &machine, attach, (422, "bad-incident")).await;
    let rest = found_ids(&server, &machine, &from).await;
    let into = format!("/v1/incidents/{own}/alerts");
    let all = json!({ "do": "attach", "alerts": rest, "words": "Cùng vụ." });
    check(&server, ("POST", &into), &machine, all, (422, "bad-incident")).await;
    let attach = json!({ "do": "attach", "alerts": [rest[0]], "words": "Cùng vụ." });
    let view = check(&server, ("POST", &into), &machine, attach, (200, "")).await;
    assert_eq!(
        (&view["incident"]["alerts"], &view["alerts"][0]["grouping"]),
        (&json!(2), &json!("hand"))
    );
    assert_eq!(found_ids(&server, &machine, &from).await.len(), 1);
    let open = json!({ "title": "Gom lại", "tlp": "clear" });
    let third = check(&server, ("POST", "/v1/incidents"), &machine, open, (201, "")).await;
    let third = third["incident"].as_str().unwrap();
    let back = json!({ "do": "attach", "alerts": vec![one; 201], "words": "Cùng vụ." });
    check(
        &server,
        ("POST", &format!("/v1/incidents/{third}/alerts")),
        &machine,
        back,
        (422, "bad-incident"),
    )
    .await;
    let lost = json!({ "do": "attach", "alerts": ["06d4y1tgqz7v0"], "words": "Cùng vụ." });
    check(
        &server,
        ("POST", &format!("/v1/incidents/{third}/alerts")),
        &machine,
        lost,
        (404, "no-such-thing"),
    )
    .await;
}

async fn found_ids(server: &Server, token: &str, incident: &str) -> Vec<String> {
    let found = get(server, &format!("/v1/alerts?incident={incident}"), token).await;
    let ids = found["alerts"].as_array().unwrap().iter();
    ids.map(|it| it["alert"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_alert_of_an_incident_is_read_page_by_page() {
    let server = start().await;
    raise_many(&server, 205).await;
    let cleared = server.token(READ, None).await;
    let list = get(&server, "/v1/incidents", &cleared).await;
    let id = list["incidents"][0]["incident"].as_str().unwrap().to_owned();
    let view = get(&server, &format!("/v1/incidents/{id}"), &cleared).await;
    assert_eq!(
        (&view["incident"]["alerts"], &view["incident"]["hosts"]),
        (&json!(205), &json!(205))
    );
    assert_eq!(view["alerts"].as_array().unwrap().len(), 200);
    let next = view["alerts_next"].as_str().unwrap();
    let rest = get(
        &server,
        &format!("/v1/incidents/{id}/alerts?after={next}&limit=4"),
        &cleared,
    )
    .await;
    assert_eq!(rest["alerts"].as_array().unwrap().len(), 4);
    let next = rest["next"].as_str().unwrap();
    // The last is marked more strictly than this token is cleared for; the page ends all the same.
    let rest = get(&server, &format!("/v1/incidents/{id}/alerts?after={next}"), &cleared).await;
    assert_eq!((&rest["alerts"], &rest["next"]), (&json!([]), &json!(null)));
    for (path, status) in [
        (format!("/v1/incidents/{id}/alerts?after=x"), 400),
        (format!("/v1/incidents/{id}/alerts?limit=200"), 200),
        (format!("/v1/incidents/{id}/alerts?limit=201"), 400),
        ("/v1/incidents/0000000000001/alerts".to_owned(), 404),
    ] {
        let answer = server.call("GET", &path, &cleared).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
    }
}
