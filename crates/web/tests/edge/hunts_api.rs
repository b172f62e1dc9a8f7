//! Hunts over the API: asked for in the name of a person, once for each key, read as far as the token is cleared, called off, and put
//! into incidents with no address in any answer.

use std::net::IpAddr;

use anlanh_app::feed::{self, FormSpec, NewFeed};
use anlanh_app::hunt::{Progress, TurnBack, next_of_node};
use anlanh_model::{Actor, FeedKind, Role, Scope, Tlp};
use anlanh_soc::NotTurned;
use serde_json::{Value, json};

use crate::hunts::{found, make};
use crate::orders::start;
use crate::support::{Server, check, get, json as json_of};

const WRITE: &[Scope] = &[Scope::HuntsWrite];
const READ: &[Scope] = &[Scope::IncidentsRead];
const HOME: &str = "/v1/hunts";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn asked() -> Value {
    json!({ "values": ["Evil.example", "192.0.2.0/24"], "reason": "Bản tin số 12", "from": "2026-09-01", "to": "2026-09-30" })
}

async fn ask(server: &Server, token: &str) -> String {
    let made = check(server, ("POST", HOME), token, asked(), (201, "")).await;
    format!("{HOME}/{}", made["hunt"].as_str().unwrap())
}

#[tokio::test]
async fn a_program_hunts_in_the_name_of_a_person() {
    let server = start().await;
    let turn = TurnBack::new(|token, _| match token {
        TOKEN => Ok(IpAddr::from([10, 1, 2, 3])),
        _ => Err(NotTurned::Old),
    });
    server.app.hunting().turn_back_by(turn);
    let analyst = server.token(WRITE, Some(Role::SocEngineer)).await;
    server.clear(&analyst, Tlp::AmberStrict).await;
    let machine = server.token(WRITE, None).await;
    let reader = server.token(READ, Some(Role::SocEngineer)).await;
    let auditor = server.token(WRITE, Some(Role::Auditor)).await;
    // A person answers for the reason, as on the page.
    check(&server, ("POST", HOME), &machine, asked(), (403, "needs-person")).await;
    // Who works at incidents over the API does not hunt by that.
    let worker = server.token(&[Scope::IncidentsWrite], Some(Role::SocEngineer)).await;
    for token in [&reader, &auditor, &worker] {
        check(&server, ("POST", HOME), token, asked(), (403, "forbidden")).await;
    }
    // The same key asks once.
    let once = async |body: &Value| {
        let request = server.call("POST", HOME, &analyst).header("idempotency-key", "h-1");
        let answer = request.body(body.to_string()).send().await.unwrap();
        let replayed = answer.headers().contains_key("idempotency-replayed");
        let status = answer.status().as_u16();
        (status, replayed, json_of(answer).await)
    };
    let (first, again) = (once(&asked()).await, once(&asked()).await);
    assert_eq!((first.0, first.1, again.0, again.1), (201, false, 201, true));
    assert_eq!(first.2, again.2);
    let other = json!({ "values": ["bad.example"], "reason": "Bản tin số 13" });
    let reused = once(&other).await;
    assert_eq!((reused.0, &reused.2["code"]), (422, &json!("idempotency-key-reused")));
    let page = format!("{HOME}/{}", first.2["hunt"].as_str().unwrap());

    let waits = get(&server, &page, &analyst).await;
    assert_eq!(waits["hunt"]["state"], "queued");
    assert_eq!(waits["values"], json!(["192.0.2.0/24", "evil.example"]));
    assert_eq!(
        (&waits["reason"], &waits["values_hidden"]),
        (&json!("Bản tin số 12"), &json!(0))
    );
    // Days are those of the policy's country.
    assert_eq!(waits["hunt"]["from"], "2026-08-31T17:00:00.000Z");
    assert_eq!(waits["hunt"]["until"], "2026-09-30T17:00:00.000Z");
    check(
        &server,
        ("POST", &format!("{page}/alerts")),
        &analyst,
        json!({}),
        (409, "hunt-step"),
    )
    .await;
    assert!(next_of_node(&server.app).await.unwrap().is_some());
    assert!(server.app.hunting().tell(Progress { blocks: 9, read: 1 }).is_continue());
    let runs = get(&server, &page, &analyst).await;
    assert_eq!(
        (
            &runs["hunt"]["state"],
            &runs["hunt"]["blocks"],
            &runs["hunt"]["blocks_read"]
        ),
        (&json!("running"), &json!(9), &json!(1))
    );
    let rows = vec![
        found(&server, "evil.example", Some(TOKEN)),
        found(&server, "evil.example", None),
        found(&server, "evil.example", Some("0123456789abcdef01234567")),
    ];
    make(&server, rows).await;
    let done = get(&server, &format!("{page}?limit=1"), &analyst).await;
    assert_eq!(
        (&done["hunt"]["state"], &done["hunt"]["hits"], &done["hunt"]["rows"]),
        (&json!("done"), &json!(9), &json!(3))
    );
    assert_eq!((&done["next"], &done["missed"]), (&json!(1), &json!(["192.0.2.0/24"])));
    assert!(done["found"][0]["host"].as_str().unwrap().starts_with("may-"), "{done}");
    let rest = get(&server, &format!("{page}?after=1&limit=1"), &analyst).await;
    assert_eq!((&rest["found"][0]["row"], &rest["next"]), (&json!(2), &json!(2)));
    check(
        &server,
        ("GET", &format!("{page}?after=x")),
        &analyst,
        Value::Null,
        (400, "bad-query"),
    )
    .await;
    check(
        &server,
        ("GET", &format!("{page}?limit=201")),
        &analyst,
        Value::Null,
        (400, "bad-query"),
    )
    .await;

    // One event named nobody, and one token leads to no host any more.
    assert_eq!((&done["rows_unnamed"], &done["rows_lost"]), (&json!(1), &json!(1)));

    // Rows go into incidents once.
    let raise = format!("{page}/alerts");
    check(&server, ("POST", &raise), &machine, json!({}), (403, "needs-person")).await;
    for bad in [json!([]), json!([4]), json!([0])] {
        check(
            &server,
            ("POST", &raise),
            &analyst,
            json!({ "rows": bad }),
            (422, "bad-hunt"),
        )
        .await;
    }
    let many: Vec<u32> = (0..10_001).collect();
    check(
        &server,
        ("POST", &raise),
        &analyst,
        json!({ "rows": many }),
        (422, "bad-hunt"),
    )
    .await;
    let raised = check(&server, ("POST", &raise), &analyst, json!({ "rows": [1] }), (200, "")).await;
    assert!(raised["found"][0]["raised_at"].is_string() && raised["found"][1]["raised_at"].is_null());
    let raised = check(&server, ("POST", &raise), &analyst, json!({}), (200, "")).await;
    check(&server, ("POST", &raise), &analyst, json!({}), (422, "bad-hunt")).await;
    let incident = raised["incidents"][0].as_str().unwrap();
    let alerts = get(&server, &format!("/v1/alerts?incident={incident}"), &analyst).await;
    let alert = |alert: &Value| (alert["host"].is_string(), alert["no_host"].as_str().map(str::to_owned));
    let mut told: Vec<_> = alerts["alerts"].as_array().unwrap().iter().map(alert).collect();
    told.sort();
    let why = |key: &str| (false, Some(key.to_owned()));
    assert_eq!(told, [why("old_token"), why("unnamed"), (true, None)]);
    for told in [&done, &raised, &alerts] {
        assert!(
            !told.to_string().contains("10.1.2.3") && !told.to_string().contains("0123456789"),
            "{told}"
        );
    }
    let log = get(
        &server,
        "/v1/audit?limit=200",
        &server.token(&[Scope::AuditRead], None).await,
    )
    .await;
    let actions: Vec<&str> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    for action in ["hunt.ask", "hunt.raise"] {
        assert!(actions.contains(&action), "{actions:?}");
    }
}

#[tokio::test]
async fn hunts_are_listed_called_off_and_told_as_far_as_a_token_is_cleared() {
    let server = start().await;
    let analyst = server.token(WRITE, Some(Role::SocEngineer)).await;
    let (first, second) = (ask(&server, &analyst).await, ask(&server, &analyst).await);
    let machine = server.token(READ, None).await;
    let list = get(&server, &format!("{HOME}?limit=1"), &machine).await;
    let next = list["next"].as_str().unwrap();
    assert!(second.ends_with(next) && list["hunts"][0]["hunt"] == *next, "{list}");
    let older = get(&server, &format!("{HOME}?before={next}"), &machine).await;
    assert!(first.ends_with(older["hunts"][0]["hunt"].as_str().unwrap()));
    assert_eq!(
        (older["hunts"].as_array().unwrap().len(), &older["next"]),
        (1, &Value::Null)
    );
    // Numbers alone for whoever is cleared for nothing: nobody lists what was looked for.
    let text = json!([list, get(&server, &first, &machine).await]).to_string();
    for secret in ["evil.example", "192.0.2.0", "Bản tin"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let seen = get(&server, &first, &machine).await;
    assert_eq!(
        (&seen["values_hidden"], &seen["values"], &seen["reason"]),
        (&json!(2), &json!([]), &Value::Null)
    );
    make(&server, vec![found(&server, "evil.example", Some(TOKEN))]).await;
    // Nor does it learn how much was found of them.
    let seen = get(&server, &first, &machine).await;
    assert_eq!((&seen["found"], &seen["next"]), (&json!([]), &Value::Null));
    check_numbers(&seen["hunt"], [json!(0), json!(0), Value::Null, Value::Null]);
    assert_eq!((&seen["rows_unnamed"], &seen["rows_lost"]), (&json!(0), &Value::Null));
    let list = get(&server, HOME, &machine).await;
    check_numbers(&list["hunts"][1], [Value::Null, Value::Null, Value::Null, Value::Null]);
    server.clear(&machine, Tlp::AmberStrict).await;
    let seen = get(&server, &first, &machine).await;
    assert_eq!(
        (&seen["values_hidden"], &seen["reason"]),
        (&json!(0), &json!("Bản tin số 12"))
    );
    assert_eq!(seen["found"].as_array().unwrap().len(), 1);

    let cancel = |page: &str| format!("{page}/cancellation");
    check(
        &server,
        ("POST", &cancel(&second)),
        &machine,
        Value::Null,
        (403, "needs-person"),
    )
    .await;
    let off = check(&server, ("POST", &cancel(&second)), &analyst, Value::Null, (200, "")).await;
    assert_eq!(off["hunt"]["state"], "cancelled");
    for over in [&first, &second] {
        check(
            &server,
            ("POST", &cancel(over)),
            &analyst,
            Value::Null,
            (409, "hunt-step"),
        )
        .await;
    }
    check(
        &server,
        ("POST", &cancel(&format!("{HOME}/none"))),
        &analyst,
        Value::Null,
        (404, "no-such-thing"),
    )
    .await;
}

/// How a hunt is answered: hits, rows, hits that are in no row, blocks that were read.
fn check_numbers(hunt: &Value, expected: [Value; 4]) {
    let told = ["hits", "rows", "hits_left_out", "blocks_read"].map(|name| hunt[name].clone());
    assert_eq!(told, expected, "{hunt}");
}

#[tokio::test]
async fn numbers_are_of_what_a_token_is_cleared_for() {
    let server = start().await;
    let analyst = server.token(WRITE, Some(Role::SocEngineer)).await;
    server.clear(&analyst, Tlp::Red).await;
    let machine = server.token(READ, None).await;
    server.clear(&machine, Tlp::Green).await;
    list(&server, "open.example\n").await;
    let asked = json!({ "values": ["evil.example", "open.example"], "reason": "Bản tin số 12" });
    let made = check(&server, ("POST", HOME), &analyst, asked, (201, "")).await;
    let page = format!("{HOME}/{}", made["hunt"].as_str().unwrap());
    let turn = TurnBack::new(|token, _| {
        if token == TOKEN {
            Ok(IpAddr::from([10, 1, 2, 3]))
        } else {
            Err(NotTurned::Lost)
        }
    });
    server.app.hunting().turn_back_by(turn);
    let lost = "0123456789abcdef01234567";
    let rows = vec![
        found(&server, "evil.example", Some(TOKEN)),
        found(&server, "open.example", Some(TOKEN)),
        found(&server, "evil.example", None),
        found(&server, "evil.example", Some(lost)),
        found(&server, "open.example", None),
        found(&server, "open.example", Some(lost)),
        found(&server, "evil.example", Some(lost)),
    ];
    make(&server, rows).await;
    let whole = get(&server, &format!("{page}?limit=1"), &analyst).await;
    check_numbers(&whole["hunt"], [json!(21), json!(7), json!(0), json!(2)]);
    assert_eq!((&whole["rows_unnamed"], &whole["rows_lost"]), (&json!(2), &json!(3)));
    // Which rows have no host any more is told with the first part.
    let rest = get(&server, &format!("{page}?limit=1&after=1"), &analyst).await;
    assert_eq!((&rest["rows_unnamed"], &rest["rows_lost"]), (&json!(2), &Value::Null));
    let part = get(&server, &format!("{page}?limit=2"), &machine).await;
    assert_eq!(
        (&part["values"], &part["values_hidden"]),
        (&json!(["open.example"]), &json!(1))
    );
    check_numbers(&part["hunt"], [json!(9), json!(3), Value::Null, Value::Null]);
    assert_eq!((&part["rows_unnamed"], &part["rows_lost"]), (&json!(1), &Value::Null));
    let numbers = |told: &Value| -> Vec<u64> {
        let rows = told["found"].as_array().unwrap().iter();
        rows.map(|row| row["row"].as_u64().unwrap()).collect()
    };
    assert_eq!((numbers(&part), &part["next"]), (vec![2, 5], &json!(5)));
    let rest = get(&server, &format!("{page}?limit=2&after=5"), &machine).await;
    assert_eq!((numbers(&rest), &rest["next"]), (vec![6], &Value::Null));
    // An incident that it is not cleared for is none that it is told of.
    let raise = format!("{page}/alerts");
    let raised = check(&server, ("POST", &raise), &analyst, json!({ "rows": [3] }), (200, "")).await;
    assert_eq!(raised["incidents"].as_array().unwrap().len(), 1);
    assert_eq!(get(&server, &page, &machine).await["incidents"], json!([]));
    let told = [get(&server, HOME, &analyst).await, get(&server, HOME, &machine).await];
    check_numbers(&told[0]["hunts"][0], [json!(21), json!(7), json!(0), json!(2)]);
    check_numbers(
        &told[1]["hunts"][0],
        [Value::Null, Value::Null, Value::Null, Value::Null],
    );
}

/// Lists values that go as far as TLP:GREEN.
async fn list(server: &Server, values: &str) {
    let new = NewFeed {
        name: "Danh sách".to_owned(),
        kind: FeedKind::Hand,
        url: String::new(),
        form: FormSpec::default(),
        every_minutes: 60,
        confidence: 90,
        valid_days: None,
        tlp: Tlp::Green,
        collection: String::new(),
        credentials: None,
    };
    let id = feed::add(&server.app, &Actor::Operator, new).await.unwrap();
    let ask = feed::hand(&server.app, &Actor::Operator, id).await.unwrap();
    let round = feed::read_handed_in(&server.app, &ask, values.as_bytes());
    feed::enter(&server.app, &Actor::Operator, &ask, round).await.unwrap();
}

#[tokio::test]
async fn what_is_no_hunt_is_refused_over_the_api() {
    let server = start().await;
    let analyst = server.token(WRITE, Some(Role::SocEngineer)).await;
    let with = |name: &str, value: Value| {
        let mut body = asked();
        body[name] = value;
        body
    };
    let lines = |count: usize| (0..count).map(|n| format!("a{n}.example")).collect::<Vec<_>>();
    for (bad, code) in [
        (with("values", json!([])), "bad-hunt"),
        (with("values", json!([""])), "bad-hunt"),
        (with("values", json!(["# evil.example"])), "bad-hunt"),
        (with("values", json!(["evil.example\nbad.example"])), "bad-hunt"),
        (with("values", json!(["an@example.vn"])), "bad-hunt"),
        (with("values", json!(lines(1_001))), "bad-hunt"),
        (with("from", json!("hôm qua")), "bad-hunt"),
        (with("from", json!("2026-10-01")), "bad-hunt"),
        (with("sensor", json!("nowhere")), "bad-hunt"),
        (with("reason", json!(" ")), "bad-text"),
        (with("reason", json!("a".repeat(501))), "bad-text"),
    ] {
        check(&server, ("POST", HOME), &analyst, bad, (422, code)).await;
    }
    check(
        &server,
        ("POST", HOME),
        &analyst,
        with("tlp", json!("red")),
        (422, "bad-body"),
    )
    .await;
    let told = check(
        &server,
        ("POST", HOME),
        &analyst,
        with("values", json!(["evil.example", "không phải"])),
        (422, "bad-hunt"),
    )
    .await;
    assert!(told["detail"].as_str().unwrap().contains("dòng 2"), "{told}");
    // A text is one value: nothing that a list for people would leave out is.
    for text in [
        "; evil.example",
        "// evil.example",
        "# evil.example",
        "evil.example, worse.example",
        "evil.example;worse.example",
        "evil.example worse.example",
        "evil.example\tworse.example",
        "evil.example # mới",
        "0.0.0.0 a.example b.example",
        "\"evil.example\"",
        " ",
    ] {
        let told = with("values", json!(["ok.example", text]));
        let told = check(&server, ("POST", HOME), &analyst, told, (422, "bad-hunt")).await;
        assert!(told["detail"].as_str().unwrap().contains("dòng 2"), "{text}: {told}");
    }
    check(
        &server,
        ("POST", HOME),
        &analyst,
        with("values", json!([" ok.example "])),
        (201, ""),
    )
    .await;
    let most = json!({ "values": lines(1_000), "reason": "a".repeat(500) });
    check(&server, ("POST", HOME), &analyst, most, (201, "")).await;
    for _ in 2..20 {
        ask(&server, &analyst).await;
    }
    check(&server, ("POST", HOME), &analyst, asked(), (409, "hunt-step")).await;
}
