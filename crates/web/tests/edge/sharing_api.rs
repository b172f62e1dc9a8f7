//! Sharing over the API: rules are read and paused, what they planned is looked at, held back and sent, and the ledger is read, as far as
//! a token may and is cleared for. Making a rule and putting it in force stays with two people.

use anlanh_model::{Role, Scope, Tlp};
use serde_json::{Value, json};

use crate::orders::start;
use crate::sharing::planned;
use crate::support::{check, get};

const WRITE: &[Scope] = &[Scope::IncidentsWrite];
const READ: &[Scope] = &[Scope::IncidentsRead];

#[tokio::test]
async fn what_waits_is_looked_at_held_back_and_sent_in_the_name_of_a_person() {
    let server = start().await;
    let (lan, minh) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    planned(&server, (&lan, &minh), "dieu-khien.example").await;
    let analyst = server.token(WRITE, Some(Role::SocEngineer)).await;
    server.clear(&analyst, Tlp::AmberStrict).await;
    let (machine, reader) = (server.token(WRITE, None).await, server.token(READ, None).await);

    let rules = get(&server, "/v1/sharing/rules?limit=1", &reader).await;
    let rule = &rules["rules"][0];
    let id = rule["rule"].as_str().unwrap();
    assert_eq!(
        (
            &rule["state"],
            &rule["severity"],
            &rule["events"],
            &rule["wait_minutes"]
        ),
        (&json!("active"), &json!("high"), &json!(["dns"]), &json!(60))
    );
    assert_ne!(rule["made_by"], rule["forced_by"]);
    assert_eq!(rules["next"], *id);
    let rest = get(&server, &format!("/v1/sharing/rules?before={id}"), &reader).await;
    assert_eq!((&rest["rules"], &rest["next"]), (&json!([]), &Value::Null));
    assert_eq!(
        get(&server, "/v1/sharing/rules?state=over", &reader).await["rules"],
        json!([])
    );
    for bad in [
        "rules?state=lost",
        "rules?before=x",
        "plans?limit=0",
        "ledger?incident=x",
    ] {
        let path = format!("/v1/sharing/{bad}");
        check(&server, ("GET", &path), &reader, Value::Null, (400, "bad-query")).await;
    }

    let plans = get(&server, "/v1/sharing/plans", &analyst).await;
    let plan = format!("/v1/sharing/plans/{}", plans["plans"][0]["plan"].as_str().unwrap());
    let incident = plans["plans"][0]["incident"].as_str().unwrap().to_owned();
    let steps = format!("{plan}/steps");
    let view = get(&server, &plan, &analyst).await;
    assert_eq!(view["plan"]["state"], "waiting");
    assert_eq!(
        view["preview"],
        json!({ "lines": [{ "what": "domain dieu-khien.example", "machine": 1 }], "left_out": 0 })
    );
    // Whoever is cleared for nothing learns that something waits, and not what.
    for path in [&plan, "/v1/sharing/plans"] {
        let told = get(&server, path, &reader).await.to_string();
        assert!(!told.contains("dieu-khien") && !told.contains("198.51.100"), "{told}");
    }

    let hold = json!({ "step": "hold", "words": "Đang xác minh." });
    check(&server, ("POST", &steps), &machine, hold.clone(), (403, "needs-person")).await;
    check(&server, ("POST", &steps), &reader, hold.clone(), (403, "needs-person")).await;
    check(
        &server,
        ("POST", &steps),
        &analyst,
        json!({ "step": "drop" }),
        (422, "unknown-key"),
    )
    .await;
    check(
        &server,
        ("POST", &steps),
        &analyst,
        json!({ "step": "hold" }),
        (422, "bad-text"),
    )
    .await;
    let held = check(&server, ("POST", &steps), &analyst, hold.clone(), (200, "")).await;
    assert_eq!(held["plan"]["state"], "held");
    assert!(held["plan"]["by"].is_string(), "{held}");
    check(&server, ("POST", &steps), &analyst, hold, (409, "sharing-step")).await;
    let sent = check(
        &server,
        ("POST", &steps),
        &analyst,
        json!({ "step": "send" }),
        (200, ""),
    )
    .await;
    assert_eq!(
        (&sent["plan"]["state"], &sent["preview"]),
        (&json!("shared"), &Value::Null)
    );
    check(
        &server,
        ("POST", &steps),
        &analyst,
        json!({ "step": "send" }),
        (409, "sharing-step"),
    )
    .await;
    assert_eq!(get(&server, "/v1/sharing/plans", &analyst).await["plans"], json!([]));

    let ledger = get(
        &server,
        &format!("/v1/sharing/ledger?incident={incident}&limit=1"),
        &reader,
    )
    .await;
    let message = &ledger["messages"][0];
    assert_eq!(
        (&message["incident"], &message["rule"]["name"]),
        (&json!(incident), &rule["name"])
    );
    assert!(
        message["by"].is_string() && message["sha256"].as_str().unwrap().len() == 64,
        "{ledger}"
    );
    assert_eq!(ledger["next"], message["message"]);
    let next = ledger["next"].as_str().unwrap();
    assert_eq!(
        get(&server, &format!("/v1/sharing/ledger?before={next}"), &reader).await["messages"],
        json!([])
    );
}

#[tokio::test]
async fn a_program_stops_a_rule_and_makes_none() {
    let server = start().await;
    let (lan, minh) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    planned(&server, (&lan, &minh), "dieu-khien.example").await;
    let analyst = server.token(WRITE, Some(Role::SocEngineer)).await;
    let machine = server.token(WRITE, None).await;
    let rules = get(&server, "/v1/sharing/rules", &analyst).await;
    let steps = format!(
        "/v1/sharing/rules/{}/steps",
        rules["rules"][0]["rule"].as_str().unwrap()
    );
    let pause = json!({ "step": "pause" });
    check(
        &server,
        ("POST", &steps),
        &machine,
        pause.clone(),
        (403, "needs-person"),
    )
    .await;
    for step in ["enforce", "resume", "end", ""] {
        check(
            &server,
            ("POST", &steps),
            &analyst,
            json!({ "step": step }),
            (422, "unknown-key"),
        )
        .await;
    }
    check(&server, ("POST", &steps), &analyst, pause.clone(), (204, "")).await;
    check(&server, ("POST", &steps), &analyst, pause, (409, "sharing-step")).await;
    let plans = get(&server, "/v1/sharing/plans", &analyst).await;
    assert_eq!(
        (&plans["plans"][0]["rule_state"], &plans["plans"][0]["state"]),
        (&json!("paused"), &json!("waiting"))
    );
    let made = server.ask("POST", "/v1/sharing/rules", &analyst, json!({})).await;
    assert_eq!(made.0, 405);
}
