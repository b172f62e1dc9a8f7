//! Orders of authorities, over HTTP and on pages.

use anlanh_app::order::MAX_DOCUMENT_BYTES;
use anlanh_model::{Order, Role, Scope};
use anlanh_pack::Policy;
use anlanh_web::Limits;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{Server, Session, header, json as body};

const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";
const PDF: &[u8] = b"%PDF-1.7 van ban";
/// When everything happens, in UTC and by the clock of the policy's country.
pub const NOW: &str = "2026-09-21T14:13:20Z";
pub const LOCAL: &str = "2026-09-21T21:13:20";

/// A server with the policy that is built in.
pub async fn start() -> Server {
    Server::of(Policy::built_in().unwrap(), None, Limits::default()).await
}

/// Keeps a post with this id.
pub async fn post(server: &Server, id: &str) {
    let token = server.token(&[Scope::ItemsWrite], None).await;
    let item = json!({ "id": id, "text": BAIT, "author": { "ref": "u-1" } });
    let (status, kept) = server.ask("POST", "/v1/items", &token, item).await;
    assert_eq!(status, 201, "{kept}");
}

fn removal(targets: &[&str]) -> Value {
    let targets: Vec<Value> = targets
        .iter()
        .map(|it| json!({ "kind": "item", "reference": it }))
        .collect();
    json!({
        "kind": "remove", "office": "bo-cong-an-a05", "signer": "Thượng tá Nguyễn Văn A", "number": "123/A05-P5",
        "issued_on": "2026-09-21", "channel": "email", "received_at": NOW, "basis": ["nd-333-2026/16.4.a"],
        "category": "SC1", "reason": "Bài đăng lừa đảo.", "targets": targets,
    })
}

pub fn called() -> Value {
    json!({ "called": "Trực ban Phòng 5", "telephone": "069 234 5678", "called_at": NOW })
}

#[tokio::test]
async fn an_item_says_by_which_order_to_whoever_may_read_orders() {
    let server = start().await;
    let token = server.token(&[Scope::ItemsWrite], None).await;
    let item = json!({ "id": "p-1", "text": BAIT, "author": { "ref": "u-1" } });
    let (_, kept) = server.ask("POST", "/v1/items", &token, item).await;
    let token = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let (status, order) = server.ask("POST", "/v1/orders", &token, removal(&["p-1"])).await;
    assert_eq!(status, 201, "{order}");
    let address = format!("/console/orders/{}", order["order"].as_str().unwrap());
    let page = format!("/console/items/{}", kept["item"].as_str().unwrap());
    for (role, reads) in [
        (Role::PolicyManager, true),
        (Role::Auditor, true),
        (Role::Reviewer, false),
    ] {
        let session = server.session(role).await;
        let html = server.page(&page, &session).await.text().await.unwrap();
        assert_eq!(html.contains("Theo yêu cầu số 123/A05-P5"), reads, "{role}: {html}");
        assert_eq!(
            html.contains("Theo yêu cầu của cơ quan có thẩm quyền"),
            !reads,
            "{role}"
        );
        assert_eq!(html.contains(&address), reads, "{role}");
        assert_eq!(html.contains("123/A05-P5"), reads, "{role}");
    }
}

#[tokio::test]
async fn an_order_is_entered_checked_carried_out_and_answered() {
    let server = start().await;
    post(&server, "p-1").await;
    let token = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let ask = async |method: &str, path: &str, sent: Value| server.ask(method, path, &token, sent).await;
    let (status, order) = ask("POST", "/v1/orders", removal(&["p-1", "p-2"])).await;
    assert_eq!(status, 201, "{order}");
    assert_eq!(
        (&order["state"], &order["clock"]["clock"]),
        (&json!("received"), &json!("takedown"))
    );
    assert_eq!(order["clock"]["due_at"], "2026-09-22T14:13:20.000Z");
    assert_eq!(
        order["scope"],
        json!({
            "office": "holds", "power": "holds", "basis": "holds", "targets": "holds", "lock": "holds", "ladders": [],
            "articles": [{ "article": "nd-333-2026/16.4.a", "on": "2026-09-21", "standing": "covers" }],
        })
    );
    let path = format!("/v1/orders/{}", order["order"].as_str().unwrap());
    let step = async |name: &str, sent: Value| ask("POST", &format!("{path}/{name}"), sent).await;
    let refused = async |name: &str, sent: Value, expected: (u16, &str)| {
        let (status, problem) = step(name, sent).await;
        assert_eq!(
            (status, problem["code"].as_str().unwrap_or_default()),
            expected,
            "{problem}"
        );
    };
    refused("execution", json!({ "target": 1 }), (409, "order-not-ready")).await;
    refused("authentication", called(), (409, "order-not-ready")).await;
    let upload = server.client.post(server.url(&format!("{path}/documents")));
    let upload = upload
        .bearer_auth(&token)
        .header("content-type", "application/pdf")
        .body(PDF);
    assert_eq!(upload.send().await.unwrap().status().as_u16(), 201);
    let (status, order) = step("authentication", called()).await;
    assert_eq!((status, &order["state"]), (200, &json!("authenticated")));
    assert_eq!(order["calls"][0]["called"], "Trực ban Phòng 5");
    refused("take", Value::Null, (409, "order-not-ready")).await;
    for name in ["scope-check", "take"] {
        assert_eq!(step(name, Value::Null).await.0, 200);
    }
    let (status, order) = step("execution", json!({ "target": 1 })).await;
    assert_eq!((status, &order["targets"][0]["state"]), (200, &json!("under_way")));
    assert!(order["targets"][0]["decision"].is_string());
    refused("execution", json!({ "target": 1 }), (409, "order-over")).await;
    refused("execution", json!({ "target": 2 }), (409, "order-target-unknown")).await;
    refused("execution", json!({ "target": 3 }), (422, "bad-order")).await;
    refused("answer", json!({ "words": "x" }), (409, "order-over")).await;
    let contest = json!({ "target": 2, "ground": "not_found", "words": "Không có bài này." });
    assert_eq!(step("contest", contest).await.1["targets"][1]["ground"], "not_found");
    refused("answer", json!({ "words": "x" }), (409, "order-over")).await;
    // The platform's systems say that they could not do it, and then that they did.
    let platform = server.token(&[Scope::ActionsRead, Scope::ActionsWrite], None).await;
    let (_, told) = server.ask("GET", "/v1/actions", &platform, Value::Null).await;
    let confirmation = format!(
        "/v1/actions/{}/confirmation",
        told["actions"][0]["id"].as_str().unwrap()
    );
    let problem = json!({ "done": false, "problem": "Bài đang bị khóa." });
    assert!(server.ask("POST", &confirmation, &platform, problem).await.0 < 300);
    let target = ask("GET", &path, Value::Null).await.1["targets"][0].clone();
    assert_eq!(
        (&target["state"], &target["problem"]),
        (&json!("failed"), &json!("Bài đang bị khóa."))
    );
    assert!(
        server
            .ask("POST", &confirmation, &platform, json!({ "done": true }))
            .await
            .0
            < 300
    );
    let (status, order) = step("answer", json!({ "words": "Đã gỡ một, không thấy một." })).await;
    assert_eq!(
        (status, &order["state"], &order["clock"]["state"]),
        (200, &json!("answered"), &json!("met"))
    );
    assert_eq!(ask("GET", &path, Value::Null).await, (200, order.clone()));
    let (_, over) = ask("GET", "/v1/orders?state=over", Value::Null).await;
    assert_eq!(over["orders"][0]["order"], order["order"]);
    let (_, open) = ask("GET", "/v1/orders", Value::Null).await;
    assert_eq!(open["orders"], json!([]));
    let document = server
        .call("GET", &format!("{path}/documents/1"), &token)
        .send()
        .await
        .unwrap();
    assert_eq!(header(&document, "content-type"), "application/pdf");
    assert!(header(&document, "content-disposition").starts_with("attachment"));
    assert!(header(&document, "content-security-policy").contains("sandbox"));
    assert_eq!(document.bytes().await.unwrap().as_ref(), PDF);
    let withdrawal = json!({ "call": called(), "words": "Thu hồi theo số 124." });
    let (status, order) = step("withdrawal", withdrawal).await;
    assert_eq!((status, &order["targets"][0]["state"]), (200, &json!("lifted")));
    let (_, told) = server.ask("GET", "/v1/actions", &platform, Value::Null).await;
    let effects: Vec<&str> = told["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["effect"].as_str().unwrap())
        .collect();
    assert_eq!(effects, ["apply", "lift"]);
}

#[tokio::test]
async fn only_a_person_enters_an_order_and_what_is_none_is_refused() {
    let server = start().await;
    let machine = server.token(&[Scope::OrdersWrite], None).await;
    let (status, problem) = server.ask("POST", "/v1/orders", &machine, removal(&["p"])).await;
    assert_eq!((status, &problem["code"]), (403, &json!("needs-person")));
    let reader = server.token(&[Scope::OrdersRead], Some(Role::PolicyManager)).await;
    assert_eq!(server.ask("POST", "/v1/orders", &reader, removal(&["p"])).await.0, 403);
    assert_eq!(server.ask("GET", "/v1/orders", &reader, Value::Null).await.0, 200);
    let token = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let check = async |change: &[(&str, Value)], expected: (u16, &str)| {
        let mut order = removal(&["p"]);
        for (field, value) in change {
            order[*field] = value.clone();
        }
        let (status, answer) = server.ask("POST", "/v1/orders", &token, order).await;
        assert_eq!(
            (status, answer["code"].as_str().unwrap_or_default()),
            expected,
            "{answer}"
        );
    };
    check(&[], (201, "")).await;
    check(&[("kind", json!("burn"))], (400, "bad-query")).await;
    check(&[("office", json!("nobody"))], (422, "unknown-key")).await;
    check(&[("basis", json!([]))], (422, "unknown-key")).await;
    check(&[("received_at", json!("2026-09-21T14:13:21Z"))], (422, "bad-order")).await;
    check(&[("received_at", json!("yesterday"))], (400, "bad-query")).await;
    check(&[("signer", json!("a".repeat(Order::MAX_NAME_BYTES)))], (201, "")).await;
    check(
        &[("signer", json!("a".repeat(Order::MAX_NAME_BYTES + 1)))],
        (422, "bad-text"),
    )
    .await;
    check(&[("reason", json!("a".repeat(Order::MAX_WORDS_BYTES)))], (201, "")).await;
    check(
        &[("reason", json!("a".repeat(Order::MAX_WORDS_BYTES + 1)))],
        (422, "bad-text"),
    )
    .await;
    let targets = |n: usize| -> Value {
        (0..n)
            .map(|n| json!({ "kind": "item", "reference": n.to_string() }))
            .collect()
    };
    check(&[("targets", targets(Order::MAX_TARGETS))], (201, "")).await;
    check(&[("targets", targets(Order::MAX_TARGETS + 1))], (422, "bad-order")).await;
    let locked = |days: u32| {
        let account = json!([{ "kind": "account", "reference": "u" }]);
        [
            ("kind", json!("lock")),
            ("targets", account),
            ("lock_days", json!(days)),
        ]
    };
    check(&locked(Order::MAX_LOCK_DAYS), (201, "")).await;
    check(&locked(Order::MAX_LOCK_DAYS + 1), (422, "bad-measure")).await;
    let (_, page) = server.ask("GET", "/v1/orders?limit=2", &token, Value::Null).await;
    let after = page["next"].as_str().unwrap();
    let (_, rest) = server
        .ask(
            "GET",
            &format!("/v1/orders?limit=200&after={after}"),
            &token,
            Value::Null,
        )
        .await;
    assert_eq!(rest["orders"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn an_idempotency_key_enters_an_order_once() {
    let server = start().await;
    let token = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let enter = async |key: &str, order: Value| {
        let request = server.call("POST", "/v1/orders", &token).header("idempotency-key", key);
        request.body(order.to_string()).send().await.unwrap()
    };
    let first = enter("k-1", removal(&["p"])).await;
    assert_eq!(
        (first.status().as_u16(), header(&first, "idempotency-replayed")),
        (201, "")
    );
    let first = body(first).await;
    let again = enter("\"k-1\"", removal(&["p"])).await;
    assert_eq!(
        (again.status().as_u16(), header(&again, "idempotency-replayed")),
        (201, "true")
    );
    assert_eq!(body(again).await, first);
    let other = enter("k-1", removal(&["q"])).await;
    assert_eq!(
        (other.status().as_u16(), body(other).await["code"].clone()),
        (422, json!("idempotency-key-reused"))
    );
    assert_eq!(enter(&"k".repeat(255), removal(&["p"])).await.status().as_u16(), 201);
    assert_eq!(enter(&"k".repeat(256), removal(&["p"])).await.status().as_u16(), 400);
    // What was refused was not done, and may be sent again.
    assert_eq!(enter("k-2", removal(&[])).await.status().as_u16(), 422);
    assert_eq!(enter("k-2", removal(&["p"])).await.status().as_u16(), 201);
    let (_, page) = server.ask("GET", "/v1/orders", &token, Value::Null).await;
    assert_eq!(page["orders"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_document_is_a_pdf_or_a_picture_of_a_bounded_size() {
    let server = start().await;
    let token = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let (_, order) = server.ask("POST", "/v1/orders", &token, removal(&["p"])).await;
    let path = format!("/v1/orders/{}/documents", order["order"].as_str().unwrap());
    let check = async |content: Vec<u8>, expected: u16| {
        let upload = server.client.post(server.url(&path)).bearer_auth(&token).body(content);
        assert_eq!(upload.send().await.unwrap().status().as_u16(), expected);
    };
    let sized = |bytes: usize| {
        let mut content = PDF.to_vec();
        content.resize(bytes, b' ');
        content
    };
    check(sized(MAX_DOCUMENT_BYTES), 201).await;
    check(sized(MAX_DOCUMENT_BYTES + 1), 413).await;
    check(b"MZ".to_vec(), 422).await;
    check(crate::images::PIXEL.to_vec(), 201).await;
}

/// A form with a file, as a browser sends it.
async fn send(server: &Server, path: &str, session: &Session, fields: &[(&str, &str)], file: &[u8]) -> Response {
    let mut sent = Vec::new();
    for (name, value) in fields.iter().chain(&[("csrf", session.csrf.as_str())]) {
        sent.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    let head = "--x\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a.pdf\"\r\n\r\n";
    sent.extend(head.as_bytes());
    sent.extend(file);
    sent.extend(b"\r\n--x--\r\n");
    let request = server.client.post(server.url(path)).header("cookie", &session.cookie);
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    request.body(sent).send().await.unwrap()
}

/// An order that somebody entered on the page: its address.
pub async fn entered(server: &Server, session: &Session, kind: &str, targets: &str) -> String {
    entered_by(server, session, kind, targets, "nd-333-2026/16.4.a").await
}

/// The same by another article.
pub async fn entered_by(server: &Server, session: &Session, kind: &str, targets: &str, basis: &str) -> String {
    let fields = [
        ("kind", kind),
        ("office", "bo-cong-an-a05"),
        ("signer", "Thượng tá Nguyễn Văn A"),
        ("number", "123/A05-P5"),
        ("issued_on", "2026-09-21"),
        ("channel", "paper"),
        ("received_at", LOCAL),
        ("basis", basis),
        ("basis", "luat-116-2025/25.2.b"),
        ("category", "SC1"),
        ("reason", "Bài đăng giả mạo ngân hàng để lừa đảo chiếm đoạt tài sản."),
        ("targets", targets),
    ];
    let answer = send(server, "/console/orders", session, &fields, PDF).await;
    assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
    header(&answer, "location").to_owned()
}

/// Takes a step on the page of an order.
pub async fn step(server: &Server, session: &Session, order: &str, fields: &[(&str, &str)]) {
    let answer = server.submit(&format!("{order}/step"), session, fields).await;
    assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
}

pub const CALLED: [(&str, &str); 4] = [
    ("step", "authenticate"),
    ("called", "Trực ban Phòng 5"),
    ("telephone", "069 234 5678, trang tin của cơ quan"),
    ("called_at", LOCAL),
];

#[tokio::test]
async fn a_person_handles_an_order_on_its_page_without_script() {
    let server = start().await;
    post(&server, "p-1").await;
    let manager = server.session(Role::PolicyManager).await;
    let read = async |path: &str| server.page(path, &manager).await.text().await.unwrap();
    let form = read("/console/orders/new").await;
    assert!(form.contains("name=\"document\"") && form.contains("multipart/form-data"));
    let order = entered(&server, &manager, "remove", "item p-1\r\nitem p-2").await;
    let inbox = read("/console/orders").await;
    assert!(
        inbox.contains("123/A05-P5") && inbox.contains("điểm b khoản 2 Điều 25"),
        "{inbox}"
    );
    let page = read(&order).await;
    assert!(page.contains("value=\"authenticate\"") && !page.contains("value=\"execute\""));
    step(&server, &manager, &order, &CALLED).await;
    for next in ["check", "take"] {
        let page = read(&order).await;
        assert!(
            page.contains(&format!("value=\"{next}\"")) && !page.contains("value=\"execute\""),
            "{next}"
        );
        step(&server, &manager, &order, &[("step", next)]).await;
    }
    step(&server, &manager, &order, &[("step", "execute"), ("target", "1")]).await;
    let page = read(&order).await;
    for said in ["Đã quyết định; hệ thống của nền tảng chưa báo", "Xác nhận đã thực hiện"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let confirm = [
        ("step", "by_hand"),
        ("target", "1"),
        ("words", "Đã mở bài trên nền tảng, không còn."),
    ];
    step(&server, &manager, &order, &confirm).await;
    let contest = [
        ("step", "contest"),
        ("target", "2"),
        ("ground", "not_found"),
        ("words", "Không có bài này."),
    ];
    step(&server, &manager, &order, &contest).await;
    assert!(!read(&order).await.contains("value=\"execute\""));
    for form in ["print", "letter.pdf"] {
        let missing = server.page(&format!("{order}/{form}"), &manager).await;
        assert_eq!(missing.status().as_u16(), 404, "there is no answer yet");
    }
    step(
        &server,
        &manager,
        &order,
        &[("step", "answer"), ("words", "Đã gỡ một nội dung.")],
    )
    .await;
    let print = read(&format!("{order}/print")).await;
    for part in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Kính gửi",
        "123/A05-P5",
        "21/09/2026",
        "Đã gỡ một nội dung.",
    ] {
        assert!(print.contains(part), "{part}");
    }
    let letter = server.page(&format!("{order}/letter.pdf"), &manager).await;
    assert_eq!(letter.headers()["content-type"], "application/pdf");
    if let Some(text) = read_pdf(&letter.bytes().await.unwrap()) {
        for part in [
            "Độc lập - Tự do - Hạnh phúc",
            "123/A05-P5",
            "Đã gỡ một nội dung.",
            "NGƯỜI ĐẠI DIỆN",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    let document = server.page(&format!("{order}/documents/1"), &manager).await;
    assert_eq!(document.bytes().await.unwrap().as_ref(), PDF);
    let foreign = server
        .client
        .post(server.url(&format!("{order}/step")))
        .header("cookie", &manager.cookie)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("step=take");
    assert_eq!(
        foreign.send().await.unwrap().status().as_u16(),
        403,
        "without the proof of a page of ours"
    );
    let auditor = server.session(Role::Auditor).await;
    let seen = server.page(&order, &auditor).await.text().await.unwrap();
    assert!(seen.contains("123/A05-P5") && !seen.contains("name=\"step\""));
    let reviewer = server.session(Role::Reviewer).await;
    assert_eq!(server.page(&order, &reviewer).await.status().as_u16(), 403);
}

#[tokio::test]
async fn a_refused_form_comes_back_filled_in_with_the_error_beside_its_field() {
    let server = start().await;
    let manager = server.session(Role::PolicyManager).await;
    let fields = [
        ("kind", "remove"),
        ("office", "bo-cong-an-a05"),
        ("signer", "Thượng tá Nguyễn Văn A"),
        ("number", "123/A05-P5"),
        ("issued_on", "2026-09-21"),
        ("channel", "email"),
        ("received_at", LOCAL),
        ("basis", "nd-333-2026/16.4.a"),
        ("category", "SC1"),
        ("reason", "Bài đăng giả mạo ngân hàng."),
        ("urgent", "1"),
        ("targets", "item p-1"),
    ];
    for (name, value, why) in [
        ("received_at", "2026-02-31T10:00", "Không có ngày giờ này"),
        ("received_at", "2026-09-21T25:00", "Không có ngày giờ này"),
        ("issued_on", "2026-02-31", "Không có ngày giờ này"),
        ("due_at", "2026-02-31T10:00", "Không có ngày giờ này"),
        ("category", "", "phải nêu nhóm vi phạm"),
        ("basis", "", "ít nhất một căn cứ"),
        ("signer", " ", "Ô này trống"),
        ("lock_days", "nhiều", "Số ngày từ 1 đến"),
        ("targets", "item", "Mỗi dòng một đối tượng"),
    ] {
        let mut sent: Vec<(&str, &str)> = fields.iter().copied().filter(|(it, _)| *it != name).collect();
        sent.extend((!value.is_empty()).then_some((name, value)));
        let answer = send(&server, "/console/orders", &manager, &sent, PDF).await;
        assert!(answer.status().is_client_error(), "{name}");
        let page = answer.text().await.unwrap();
        let beside = format!("id=\"new-{name}-wrong\">{why}");
        let beside =
            page.contains(&beside) || page.contains(&format!("id=\"new-{name}-wrong\">")) && page.contains(why);
        assert!(beside, "{name} {value}: {page}");
        for (field, kept) in sent.iter().filter(|(field, _)| *field != "urgent") {
            let is_kept = match *field {
                "kind" | "office" | "channel" | "category" => page.contains(&format!("value=\"{kept}\" selected")),
                "basis" => page.contains(&format!("value=\"{kept}\" checked")),
                "reason" | "targets" => page.contains(&format!("\n{kept}</textarea>")),
                _ => page.contains(&format!("value=\"{kept}\"")),
            };
            assert!(is_kept, "{name}: {field} is lost: {page}");
        }
        assert!(page.contains("hãy chọn lại văn bản"), "a file is not kept");
    }
    let answer = send(&server, "/console/orders", &manager, &fields, PDF).await;
    let order = header(&answer, "location").to_owned();
    let called = [
        ("step", "authenticate"),
        ("called", "Trực ban Phòng 5"),
        ("telephone", "069 234 5678"),
        ("called_at", "2026-02-31T10:00:00"),
    ];
    let answer = server.submit(&format!("{order}/step"), &manager, &called).await;
    assert!(answer.status().is_client_error());
    let page = answer.text().await.unwrap();
    for kept in [
        "authenticate-called_at-wrong",
        "Trực ban Phòng 5",
        "2026-02-31T10:00:00",
    ] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    // What has no field of its own is said above.
    let early = server
        .submit(&format!("{order}/step"), &manager, &[("step", "check")])
        .await;
    assert_eq!(early.status().as_u16(), 409);
    assert!(early.text().await.unwrap().contains("hãy gọi lại cơ quan"));
}

#[tokio::test]
async fn a_breach_is_on_the_page_and_in_the_metrics() {
    let server = start().await;
    let manager = server.session(Role::PolicyManager).await;
    let order = entered(&server, &manager, "remove", "item p-1").await;
    server.wait_minutes(24 * 60 + 1);
    server.run_jobs().await;
    assert_eq!(server.metric("anlanh_orders_breached").await, 1);
    let manager = server.session(Role::PolicyManager).await;
    let inbox = server.page("/console/orders", &manager).await.text().await.unwrap();
    assert!(inbox.contains("class=\"breached\"") && inbox.contains("quá hạn"));
    let page = server.page(&order, &manager).await.text().await.unwrap();
    assert!(page.contains("Quá hạn luật định"));
}

#[tokio::test]
async fn answers_are_as_they_are_described() {
    let server = start().await;
    let token = server.token(&[Scope::OrdersWrite], Some(Role::PolicyManager)).await;
    let described = body(server.get("/openapi.json").send().await.unwrap()).await;
    let described = crate::schema::Description(described);
    let (_, order) = server.ask("POST", "/v1/orders", &token, removal(&["p"])).await;
    let schema = described.answer("/v1/orders", "post", 201, "application/json");
    assert_eq!(described.faults(schema, &order), Vec::<String>::new());
    let mut lock = removal(&[]);
    for (name, value) in [
        ("kind", json!("lock")),
        ("targets", json!([{ "kind": "account", "reference": "u-1" }])),
        ("basis", json!(["nd-147-2024/35.7"])),
        ("lock_days", json!(31)),
    ] {
        lock[name] = value;
    }
    let (_, order) = server.ask("POST", "/v1/orders", &token, lock).await;
    assert_eq!(described.faults(schema, &order), Vec::<String>::new());
    assert_eq!(
        (&order["scope"]["lock"], &order["scope"]["ladders"][0]),
        (
            &json!("fails"),
            &json!({ "ladder": "nd-147-2024", "on": "2026-09-21", "cited": true, "fit": "too_long" })
        )
    );
    let (_, page) = server.ask("GET", "/v1/orders", &token, Value::Null).await;
    let schema = described.answer("/v1/orders", "get", 200, "application/json");
    assert_eq!(described.faults(schema, &page), Vec::<String>::new());
}

/// What another program reads in a PDF, words apart by one blank; `None` where it is not installed.
pub fn read_pdf(pdf: &[u8]) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let read = std::process::Command::new("pdftotext")
        .arg("-layout")
        .arg(file.path())
        .arg("-")
        .output();
    let Ok(read) = read else {
        assert!(
            std::env::var_os("CI").is_none(),
            "pdftotext is not on this machine; .ci/run installs poppler-utils"
        );
        return None;
    };
    let text = String::from_utf8(read.stdout).unwrap();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
