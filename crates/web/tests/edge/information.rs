//! Information about users, over HTTP and on pages.

use anlanh_app::order::information::fingerprint;
use anlanh_model::{Information, Role, Scope};
use anlanh_testkit::{AGE_KEY, opened_by_age};
use serde_json::{Value, json};

use crate::orders::{CALLED, LOCAL, NOW, called, entered_by, start, step};
use crate::support::{Server, Session, header, json as body};

const PHONE: &str = "0901 234 567";
const SIGN_IN: &str = "2026-09-20T10:04:05+07:00 198.51.100.23 51234";

/// Those whom it takes.
pub struct People {
    pub holder: Session,
    pub second: Session,
    pub administrator: Session,
    pub auditor: Session,
}

impl People {
    pub async fn of(server: &Server) -> Self {
        Self {
            holder: server.session(Role::PolicyManager).await,
            second: server.session(Role::PolicyManager).await,
            administrator: server.session(Role::Administrator).await,
            auditor: server.session(Role::Auditor).await,
        }
    }
}

/// The address of an order that asks for information, called back about, in scope and taken.
pub async fn held(server: &Server, people: &People) -> String {
    let (kind, basis) = ("provide_information", "nd-333-2026/16.3.b");
    let order = entered_by(server, &people.holder, kind, "account u-1\r\naccount u-2", basis).await;
    step(server, &people.holder, &order, &CALLED).await;
    for next in ["check", "take"] {
        step(server, &people.holder, &order, &[("step", next)]).await;
    }
    order
}

async fn post(server: &Server, session: &Session, path: &str, fields: &[(&str, &str)]) {
    let answer = server.submit(path, session, fields).await;
    assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
}

pub async fn propose(server: &Server, people: &People, order: &str) {
    let heard = fingerprint(AGE_KEY[1]).unwrap();
    let fields = [
        ("step", "propose"),
        ("purpose", "Xác minh vụ lừa đảo theo Quyết định số 45."),
        ("field", "registered_phone"),
        ("field", "sign_ins"),
        ("field", "handling_log"),
        ("from", "2026-09-01T00:00:00"),
        ("to", LOCAL),
        ("recipient", AGE_KEY[1]),
        ("fingerprint", &heard),
        ("called", "Trực ban Phòng 5"),
        ("telephone", "069 234 5678, trang tin của cơ quan"),
        ("called_at", LOCAL),
    ];
    post(server, &people.holder, &format!("{order}/information/step"), &fields).await;
}

pub async fn approve(server: &Server, people: &People, order: &str) {
    for session in [&people.second, &people.administrator] {
        let path = format!("{order}/information/approval");
        post(server, session, &path, &[("step", "approve")]).await;
    }
}

pub async fn enter(server: &Server, people: &People, order: &str) {
    let lines = format!("{SIGN_IN}\r\n\r\n{SIGN_IN}\r\n");
    let fields = [
        ("step", "enter"),
        ("entry.1.registered_phone", PHONE),
        ("entry.1.sign_ins", &lines),
        ("entry.2.registered_phone", ""),
        ("entry.2.sign_ins", ""),
    ];
    post(server, &people.holder, &format!("{order}/information/step"), &fields).await;
}

pub async fn prepare(server: &Server, people: &People, order: &str) {
    let path = format!("{order}/information/step");
    post(server, &people.holder, &path, &[("step", "prepare")]).await;
}

/// Takes the file out and hands it over; gives what the office reads in it.
pub async fn hand_over(server: &Server, people: &People, order: &str) -> Value {
    let file = format!("{order}/information/file");
    let answer = server.submit(&file, &people.holder, &[]).await;
    assert_eq!(answer.status().as_u16(), 200);
    assert!(header(&answer, "content-disposition").starts_with("attachment"));
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let bytes = answer.bytes().await.unwrap();
    let again = server.submit(&file, &people.holder, &[]).await;
    assert_eq!(again.status().as_u16(), 409, "the file is given once");
    let done = [("step", "hand_over"), ("words", "Đã giao trực tiếp cho cán bộ.")];
    post(server, &people.holder, &format!("{order}/information/step"), &done).await;
    serde_json::from_slice(&opened_by_age(AGE_KEY[0], &bytes).unwrap()).unwrap()
}

#[tokio::test]
async fn three_people_tell_an_office_what_was_approved_without_script() {
    let server = start().await;
    let people = People::of(&server).await;
    let order = held(&server, &people).await;
    let page = format!("{order}/information");
    let read = async |session: &Session| server.page(&page, session).await.text().await.unwrap();
    assert!(
        server
            .page(&order, &people.holder)
            .await
            .text()
            .await
            .unwrap()
            .contains(&page)
    );
    let offers = |html: &str| -> Vec<String> {
        let named = html.split("name=\"step\" value=\"").skip(1);
        let mut named: Vec<String> = named.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        named.sort();
        named
    };
    assert_eq!(offers(&read(&people.holder).await), ["propose", "refuse"]);
    assert_eq!(offers(&read(&people.second).await), ["refuse"]);
    propose(&server, &people, &order).await;
    assert_eq!(offers(&read(&people.holder).await), ["decline", "refuse"]);
    assert_eq!(offers(&read(&people.administrator).await), ["approve", "decline"]);
    assert_eq!(offers(&read(&people.auditor).await), Vec::<String>::new());
    let inbox = async |session: &Session| server.page("/console/orders", session).await.text().await.unwrap();
    for (session, waits) in [
        (&people.second, true),
        (&people.holder, false),
        (&people.auditor, false),
    ] {
        assert_eq!(inbox(session).await.contains(&format!("<a href=\"{page}\">")), waits);
    }
    let own = server
        .submit(&format!("{page}/approval"), &people.holder, &[("step", "approve")])
        .await;
    assert_eq!(own.status().as_u16(), 409);
    for (session, path) in [(&people.auditor, "approval"), (&people.administrator, "step")] {
        let refused = server
            .submit(&format!("{page}/{path}"), session, &[("step", "approve")])
            .await;
        assert_eq!(refused.status().as_u16(), 403, "{path}");
    }
    approve(&server, &people, &order).await;
    assert_eq!(offers(&read(&people.holder).await), ["decline", "enter", "refuse"]);
    enter(&server, &people, &order).await;
    let seen = read(&people.holder).await;
    assert_eq!(offers(&seen), ["decline", "enter", "prepare", "refuse"]);
    assert!(
        !seen.contains(PHONE) && !seen.contains("198.51.100.23"),
        "it is shown to nobody again"
    );
    prepare(&server, &people, &order).await;
    let content = hand_over(&server, &people, &order).await;
    assert_eq!(content["subjects"][0]["fields"][0]["entries"], json!([PHONE]));
    assert_eq!(
        content["subjects"][0]["fields"][1]["entries"],
        json!([SIGN_IN, SIGN_IN])
    );
    assert_eq!(
        (&content["extent"], &content["subjects"][1]["reference"]),
        (&json!("part"), &json!("u-2"))
    );
    let seen = read(&people.auditor).await;
    assert!(seen.contains("đã giao") && seen.contains("SHA-256") && !seen.contains(PHONE));
    assert!(offers(&read(&people.holder).await).is_empty());
    let reviewer = server.session(Role::Reviewer).await;
    assert_eq!(server.page(&page, &reviewer).await.status().as_u16(), 403);
    let foreign = server.client.post(server.url(&format!("{page}/file")));
    let foreign = foreign.header("cookie", &people.holder.cookie);
    let foreign = foreign
        .header("content-type", "application/x-www-form-urlencoded")
        .body("");
    assert_eq!(
        foreign.send().await.unwrap().status().as_u16(),
        403,
        "without the proof of a page of ours"
    );
}

fn request(targets: usize) -> Value {
    let targets = (0..targets).map(|n| json!({ "kind": "account", "reference": format!("u-{n}") }));
    json!({
        "kind": "provide_information", "office": "bo-cong-an-a05", "signer": "Thượng tá Nguyễn Văn A",
        "number": "124/A05-P5", "issued_on": "2026-09-21", "channel": "phone", "received_at": NOW,
        "basis": ["luat-116-2025/25.2.a"], "reason": "Xác minh.", "targets": targets.collect::<Vec<_>>(),
    })
}

fn proposal() -> Value {
    json!({
        "purpose": "Xác minh.", "fields": ["registered_phone"], "from": "2026-09-01T00:00:00Z", "to": NOW,
        "recipient": AGE_KEY[1], "fingerprint": fingerprint(AGE_KEY[1]).unwrap(), "call": called(),
    })
}

#[tokio::test]
async fn programs_of_three_people_do_the_same_and_answers_are_as_described() {
    let server = start().await;
    let holder = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let second = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let third = server.token(&[Scope::OrdersWrite], Some(Role::Administrator)).await;
    let machine = server.token(&[Scope::OrdersWrite], None).await;
    let (status, order) = server.ask("POST", "/v1/orders", &holder, request(1)).await;
    assert_eq!((status, &order["carried_out_by"]), (201, &json!("two_approvals")));
    let path = format!("/v1/orders/{}", order["order"].as_str().unwrap());
    let at = |name: &str| format!("{path}/information{name}");
    let check = async |token: &str, method: &str, name: &str, sent: Value, expected: (u16, &str)| {
        let (status, answer) = server.ask(method, &at(name), token, sent).await;
        let said = answer["code"].as_str().or(answer["requests"][0]["state"].as_str());
        assert_eq!((status, said.unwrap_or_default()), expected, "{answer}");
        answer
    };
    check(&holder, "POST", "", proposal(), (409, "order-not-ready")).await;
    for (name, sent) in [
        ("authentication", called()),
        ("scope-check", Value::Null),
        ("take", Value::Null),
    ] {
        assert_eq!(
            server.ask("POST", &format!("{path}/{name}"), &holder, sent).await.0,
            200
        );
    }
    let mut wrong = proposal();
    wrong["fingerprint"] = json!("0".repeat(32));
    check(&holder, "POST", "", wrong, (422, "bad-information")).await;
    check(&machine, "POST", "", proposal(), (403, "needs-person")).await;
    check(&holder, "POST", "", proposal(), (200, "proposed")).await;
    check(&holder, "POST", "/approval", Value::Null, (409, "information-own")).await;
    check(&machine, "POST", "/approval", Value::Null, (403, "needs-person")).await;
    check(&second, "POST", "/approval", Value::Null, (200, "approved_once")).await;
    check(&second, "POST", "/approval", Value::Null, (409, "information-own")).await;
    check(
        &holder,
        "POST",
        "/preparation",
        Value::Null,
        (409, "information-not-ready"),
    )
    .await;
    check(&third, "POST", "/approval", Value::Null, (200, "approved")).await;
    let entries = |fields: Value| json!({ "subjects": [{ "target": 1, "fields": fields }] });
    let field = |key: &str, entry: &str| json!({ "field": key, "entries": [entry] });
    let phone = field("registered_phone", PHONE);
    let more = entries(json!([phone, field("registered_email", "a@vi-du.vn")]));
    check(&holder, "PUT", "/entries", more, (422, "bad-information")).await;
    check(&third, "PUT", "/entries", entries(json!([])), (403, "forbidden")).await;
    let entered = entries(json!([phone]));
    check(&holder, "PUT", "/entries", entered, (200, "approved")).await;
    check(
        &holder,
        "POST",
        "/hand-over",
        json!({ "words": "x" }),
        (409, "information-not-ready"),
    )
    .await;
    let prepared = check(&holder, "POST", "/preparation", Value::Null, (200, "prepared")).await;
    let file = server.call("POST", &at("/file"), &holder).send().await.unwrap();
    assert_eq!(
        (file.status().as_u16(), header(&file, "content-type")),
        (200, "application/octet-stream")
    );
    let file = file.bytes().await.unwrap();
    assert_eq!(prepared["requests"][0]["file"]["bytes"], file.len());
    let content: Value = serde_json::from_slice(&opened_by_age(AGE_KEY[0], &file).unwrap()).unwrap();
    assert_eq!(
        (&content["purpose"], &content["extent"]),
        (&json!("Xác minh."), &json!("whole"))
    );
    check(&holder, "POST", "/file", Value::Null, (409, "information-over")).await;
    let done = check(
        &holder,
        "POST",
        "/hand-over",
        json!({ "words": "Đã giao." }),
        (200, "handed_over"),
    )
    .await;
    assert!(!done.to_string().contains(PHONE));
    let described = body(server.get("/openapi.json").send().await.unwrap()).await;
    let described = crate::schema::Description(described);
    let schema = described.answer("/v1/orders/{order}/information", "get", 200, "application/json");
    let (_, seen) = server.ask("GET", &at(""), &holder, Value::Null).await;
    assert_eq!(described.faults(schema, &seen), Vec::<String>::new());
    let (_, order) = server.ask("GET", &path, &holder, Value::Null).await;
    assert_eq!(
        (&order["state"], &order["clock"]["state"]),
        (&json!("answered"), &json!("met"))
    );
    assert_eq!(order["calls"][1]["about"], "key");
}

#[tokio::test]
async fn a_request_is_refused_with_reasons_and_in_bulk_not_at_all() {
    let server = start().await;
    let holder = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let scope = async |targets: usize| {
        let (_, order) = server.ask("POST", "/v1/orders", &holder, request(targets)).await;
        order["scope"]["targets"].as_str().unwrap().to_owned()
    };
    assert_eq!(scope(Information::MAX_SUBJECTS).await, "holds");
    assert_eq!(scope(Information::MAX_SUBJECTS + 1).await, "fails");
    let (_, order) = server.ask("POST", "/v1/orders", &holder, request(1)).await;
    let path = format!("/v1/orders/{}", order["order"].as_str().unwrap());
    let refusal = json!({ "ground": "out_of_scope", "words": "Căn cứ không bao gồm." });
    let (status, _) = server
        .ask("POST", &format!("{path}/information/refusal"), &holder, refusal)
        .await;
    assert_eq!(status, 200);
    let (_, order) = server.ask("GET", &path, &holder, Value::Null).await;
    assert_eq!(
        (&order["state"], &order["targets"][0]["ground"], &order["answer"]),
        (
            &json!("answered"),
            &json!("out_of_scope"),
            &json!("Căn cứ không bao gồm.")
        )
    );
}
