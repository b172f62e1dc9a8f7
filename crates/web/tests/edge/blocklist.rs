//! The blocklist: over the API, on the pages of those who keep it, for whoever runs into it, and in a browser.

use anlanh_app::block::{Concern, ZoneTrouble, clear_zone, note_zone};
use anlanh_model::{Role, Scope};
use reqwest::Response;
use serde_json::{Value, json};

use crate::browser::browser;
use crate::console::between;
use crate::orders::{CALLED, entered, start, step};
use crate::pages::{Page, visit};
use crate::support::{Server, Session, header};

const HOME: &str = "/console/blocklist";

fn sent(values: &[&str]) -> Value {
    let values: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
    json!({
        "values": values, "reason": "Trang giả mạo ngân hàng để lấy mã OTP.", "owner": "Trung tâm SOC",
        "basis": ["Quy chế an toàn mạng số 12"],
    })
}

async fn engineer(server: &Server) -> String {
    server
        .token(&[Scope::BlocklistRead, Scope::BlocklistWrite], Some(Role::SocEngineer))
        .await
}

async fn propose(server: &Server, token: &str, values: &[&str]) -> String {
    let (status, made) = server.ask("POST", "/v1/blocklist/changes", token, sent(values)).await;
    assert_eq!(status, 201, "{made}");
    made["change"]["change"].as_str().unwrap().to_owned()
}

async fn take(server: &Server, token: &str, change: &str, step: &str) -> (u16, Value) {
    let path = format!("/v1/blocklist/changes/{change}/step");
    let asked = json!({ "step": step, "reason": "Trang đang lừa người dùng." });
    server.ask("POST", &path, token, asked).await
}

/// A change that is in force everywhere: the id of its first entry.
async fn enforced(server: &Server, values: &[&str]) -> String {
    let (one, other) = (engineer(server).await, engineer(server).await);
    let change = propose(server, &one, values).await;
    assert_eq!(take(server, &other, &change, "approve").await.0, 200);
    assert_eq!(take(server, &one, &change, "canary_urgent").await.0, 200);
    server.wait_minutes(15);
    let (status, done) = take(server, &one, &change, "enforce").await;
    assert_eq!(status, 200, "{done}");
    done["blocks"][0]["block"].as_str().unwrap().to_owned()
}

/// What a browser gets that a resolver led here.
async fn led_here(server: &Server, host: &str, path: &str) -> Response {
    let request = server.get(path).header("host", host);
    request
        .header("accept", "text/html,application/xhtml+xml")
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_change_goes_its_way_over_the_api() {
    let server = start().await;
    let (one, other) = (engineer(&server).await, engineer(&server).await);
    let (status, weighed) = server
        .ask(
            "POST",
            "/v1/blocklist/estimate",
            &one,
            json!({ "value": "vietcombank.com.vn" }),
        )
        .await;
    assert_eq!((status, &weighed["refused"]), (200, &json!(true)), "{weighed}");
    assert_eq!(
        weighed["findings"][0],
        json!({ "finding": "protected", "about": "bank: vietcombank.com.vn" })
    );
    let refused = sent(&["xau.example", "vietcombank.com.vn"]);
    let (status, refused) = server.ask("POST", "/v1/blocklist/changes", &one, refused).await;
    assert_eq!((status, &refused["code"]), (409, &json!("block-refused")), "{refused}");
    assert!(
        refused["detail"].as_str().unwrap().contains("giá trị thứ 2"),
        "{refused}"
    );
    let change = propose(&server, &one, &["xau.example", "http://xau2.example/otp"]).await;
    assert_eq!(take(&server, &one, &change, "burn").await.0, 400);
    let (status, early) = take(&server, &one, &change, "canary_urgent").await;
    assert_eq!((status, &early["code"]), (409, &json!("block-step")));
    let (status, own) = take(&server, &one, &change, "approve").await;
    assert_eq!((status, &own["code"]), (409, &json!("block-step")));
    assert_eq!(take(&server, &other, &change, "approve").await.0, 200);
    let (_, canary) = take(&server, &one, &change, "canary_urgent").await;
    assert_eq!(canary["change"]["stage"], "canary");
    let block = canary["blocks"][0]["block"].as_str().unwrap().to_owned();
    let (_, overview) = server.ask("GET", "/v1/blocklist", &one, Value::Null).await;
    let serial = overview["serial"].as_u64().unwrap();
    let proof = |effect: &str| {
        json!({ "proofs": [{
            "block": block, "enforcer": "bind-hn-1", "audience": "canary", "serial": serial, "probe": "A xau.example",
            "effect": effect, "at": "2026-11-28T08:00:00Z",
        }] })
    };
    server.wait_minutes(15);
    assert_eq!(
        server.ask("POST", "/v1/blocklist/proofs", &one, proof("wrong")).await.0,
        204
    );
    let (status, stopped) = take(&server, &one, &change, "enforce").await;
    assert_eq!(status, 409, "{stopped}");
    // A machine says what it found; it changes nothing.
    let machine = server.token(&[Scope::BlocklistWrite], None).await;
    assert_eq!(
        server
            .ask("POST", "/v1/blocklist/proofs", &machine, proof("blocked"))
            .await
            .0,
        204
    );
    let (status, refused) = server.ask("POST", "/v1/blocklist/rollback", &machine, json!({})).await;
    assert_eq!((status, &refused["code"]), (403, &json!("needs-person")));
    assert_eq!(take(&server, &one, &change, "enforce").await.0, 200);
    let (_, shown) = server
        .ask("GET", &format!("/v1/blocklist/entries/{block}"), &one, Value::Null)
        .await;
    assert_eq!(shown["proofs"][0]["effect"], "blocked");
    assert_eq!(shown["entry"]["state"], "in_force");
    let path = format!("/v1/blocklist/difference?from={serial}");
    let (_, difference) = server.ask("GET", &path, &one, Value::Null).await;
    assert_eq!(
        difference["added"][0],
        json!({ "value": "xau.example", "act": "nxdomain" })
    );
    assert_eq!(difference["removed"], json!([]));
    let (_, covered) = server.ask("GET", "/v1/blocklist/coverage", &one, Value::Null).await;
    assert_eq!(covered["dialects"][0]["dialect"], "rpz");
    assert_eq!(
        covered["dialects"][0]["gaps"][0]["examples"],
        json!(["xau2.example/otp"])
    );
    let (_, found) = server
        .ask("GET", "/v1/blocklist/entries?q=XAU2&state=in_force", &one, Value::Null)
        .await;
    assert_eq!(found["blocks"].as_array().unwrap().len(), 1, "{found}");
    let lift = json!({ "words": "Đã xác minh." });
    let (_, lifted) = server
        .ask("POST", &format!("/v1/blocklist/entries/{block}/lift"), &other, lift)
        .await;
    assert_eq!(lifted["entry"]["state"], "lifted");
    assert_eq!(
        server.ask("POST", "/v1/blocklist/rollback", &one, json!({})).await.0,
        200
    );
    let (_, shown) = server
        .ask("GET", &format!("/v1/blocklist/entries/{block}"), &one, Value::Null)
        .await;
    assert_eq!(shown["entry"]["state"], "in_force");
    assert_eq!(
        server.ask("POST", "/v1/blocklist/rollback", &one, json!({})).await.0,
        200
    );
    let (status, nothing) = server.ask("POST", "/v1/blocklist/rollback", &one, json!({})).await;
    assert_eq!((status, &nothing["code"]), (409, &json!("block-step")), "{nothing}");
    let (_, shown) = server
        .ask("GET", &format!("/v1/blocklist/changes/{change}"), &one, Value::Null)
        .await;
    assert_eq!(shown["change"]["stage"], "rolled_back");
}

#[tokio::test]
async fn the_console_weighs_proposes_approves_and_takes_back() {
    let server = start().await;
    let (one, two, three) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    let home = server.page("/console", &one).await;
    assert_eq!(header(&home, "location"), HOME, "where they work");
    let fields = |doing: &'static str| {
        [
            ("values", "bi-chiem.hanoi.gov.vn\nxau.example"),
            ("act", "nxdomain"),
            ("reason", "Trang bị chèn mã độc."),
            ("owner", "Trung tâm SOC"),
            ("basis", "Quy chế số 12\nnd-333-2026/18.2"),
            ("days", "7"),
            ("do", doing),
        ]
    };
    let weighed = server.submit("/console/blocklist/new", &one, &fields("estimate")).await;
    let weighed = weighed.text().await.unwrap();
    assert!(
        weighed.contains("Cần hai người khác duyệt.") && weighed.contains("state: gov.vn"),
        "{weighed}"
    );
    assert!(weighed.contains("Trang bị chèn mã độc."), "what was typed stays");
    // A bad line says what it is, and where; the others are weighed all the same.
    let mut mixed = fields("estimate");
    mixed[0].1 =
        "com.vn\n\nxau.example\nlocalhost\nkhông phải\nan@example.com\n192.0.2.1/24\nnapas.com.vn\nxau2.example";
    let judged = server.submit("/console/blocklist/new", &one, &mixed).await;
    assert_eq!(judged.status().as_u16(), 200);
    let judged = judged.text().await.unwrap();
    for (line, value, said) in [
        (1, "com.vn", "là hậu tố công cộng, chặn sẽ chặn mọi tên miền bên dưới"),
        (3, "xau.example", "Không có gì cản trở."),
        (4, "localhost", "tên chỉ có một nhãn"),
        (5, "không phải", "không phải tên miền, URL"),
        (6, "an@example.com", "là địa chỉ e-mail"),
        (7, "192.0.2.1/24", "dải mạng viết sai"),
        (8, "napas.com.vn", "sẽ chặn cả thứ phải luôn truy cập được"),
        (9, "xau2.example", "Không có gì cản trở."),
    ] {
        let one = between(&judged, &format!("Dòng {line}:</span> "), "</li>");
        assert!(one.contains(value) && one.contains(said), "{line}: {one}");
    }
    assert!(
        judged.contains("2 giá trị đề xuất được, 6 giá trị không chặn được."),
        "{judged}"
    );
    let many = (0..201)
        .map(|at| format!("a{at}.example"))
        .collect::<Vec<_>>()
        .join("\n");
    for (values, said) in [(many.as_str(), true), (many.rsplit_once('\n').unwrap().0, false)] {
        let form = [("values", values), ("act", "nxdomain"), ("do", "estimate")];
        let judged = server
            .submit("/console/blocklist/new", &one, &form)
            .await
            .text()
            .await
            .unwrap();
        assert!(judged.contains("200 giá trị đề xuất được"), "{judged}");
        assert_eq!(judged.contains("Chưa xem 1 dòng sau cùng"), said, "{judged}");
    }
    mixed[6].1 = "propose";
    let refused = server.submit("/console/blocklist/new", &one, &mixed).await;
    assert_eq!(refused.status().as_u16(), 422);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("giá trị thứ 1: là hậu tố công cộng") && refused.contains("Dòng 9:"),
        "{refused}"
    );
    let mut bad = fields("propose");
    bad[0].1 = "napas.com.vn";
    let refused = server.submit("/console/blocklist/new", &one, &bad).await;
    assert_eq!(refused.status().as_u16(), 409);
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("sẽ chặn cả thứ phải luôn truy cập được")
    );
    let made = server.submit("/console/blocklist/new", &one, &fields("propose")).await;
    let change = header(&made, "location").to_owned();
    assert!(change.starts_with("/console/blocklist/changes/"), "{change}");
    let shown = server.page(&change, &one).await.text().await.unwrap();
    assert!(
        !shown.contains("value=\"approve\"") && shown.contains("value=\"shadow\""),
        "{shown}"
    );
    let path = format!("{change}/step");
    let go = async |session: &Session, key: &str| {
        let asked = [("step", key), ("reason", "Trang đang lừa người dùng.")];
        let done = server.submit(&path, session, &asked).await;
        (done.status().as_u16(), done.text().await.unwrap())
    };
    let (status, alone) = go(&one, "canary_urgent").await;
    assert!(status == 409 && alone.contains("còn thiếu 2 người duyệt"), "{alone}");
    assert_eq!(go(&two, "approve").await.0, 303);
    assert_eq!(go(&three, "approve").await.0, 303);
    // Whoever hurries says why, and the log has it.
    let mute = server
        .submit(&path, &one, &[("step", "canary_urgent"), ("reason", " ")])
        .await;
    assert_eq!(mute.status().as_u16(), 422, "{}", mute.text().await.unwrap());
    assert_eq!(go(&one, "canary_urgent").await.0, 303);
    let shown = server.page(&change, &one).await.text().await.unwrap();
    for said in [
        "khẩn: bỏ chạy ngầm, đưa tới bên thử trước",
        "Trang đang lừa người dùng.",
        "Ở bên thử trước từ",
        "ít nhất 15 phút",
        "Chặn ở mọi nơi được từ",
        "(sau 15 phút)",
        "không có lần thăm dò nào của phiên bản này cho kết quả sai",
        "Hoàn tác thay đổi này",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let approved = between(&shown, "<dt>Người duyệt</dt>", "</dl>");
    assert!(approved.contains("(2/2)"), "{approved}");
    let auditor = server.session(Role::Auditor).await;
    let log = server.page("/console/audit", &auditor).await.text().await.unwrap();
    assert!(log.contains("Trang đang lừa người dùng."), "{log}");
    server.wait_minutes(15);
    assert_eq!(go(&one, "enforce").await.0, 303);
    let found = server
        .page("/console/blocklist?q=XAU&state=in_force", &two)
        .await
        .text()
        .await
        .unwrap();
    assert!(
        found.contains("xau.example") && !found.contains("<code lang=\"vi\">bi-chiem"),
        "{found}"
    );
    let covered = server
        .page("/console/blocklist/coverage", &two)
        .await
        .text()
        .await
        .unwrap();
    assert!(
        covered.contains("rpz-knot") && covered.contains("Chặn được tất cả"),
        "{covered}"
    );
    let auditor = server.session(Role::Auditor).await;
    let seen = server.page(HOME, &auditor).await.text().await.unwrap();
    assert!(
        seen.contains("xau.example") && !seen.contains("Hoàn tác bước cuối"),
        "they read alone"
    );
    let back = server.submit("/console/blocklist/rollback", &two, &[]).await;
    assert_eq!(back.status().as_u16(), 303);
    let home = server.page(header(&back, "location"), &two).await.text().await.unwrap();
    assert!(
        home.contains("Đã hoàn tác bước cuối.") && home.contains("Đã bỏ chặn"),
        "{home}"
    );
}

#[tokio::test]
async fn whoever_runs_into_a_block_learns_why_and_objects() {
    let server = start().await;
    let block = enforced(&server, &["cua-hang.example"]).await;
    let page = led_here(&server, "www.cua-hang.example", "/gio-hang?ma=1").await;
    assert_eq!(page.status().as_u16(), 403);
    assert!(header(&page, "link").contains("rel=\"blocked-by\""));
    let page = page.text().await.unwrap();
    for part in [
        "www.cua-hang.example",
        "Trung tâm SOC",
        "Quy chế an toàn mạng số 12",
        "để bảo vệ người dùng",
        "to protect its users",
        "/blocked?name=www.cua-hang.example#objection",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(
        !page.contains("<form id=\"report\""),
        "one objects on this node's own host"
    );
    // Programs, other names and this node's own pages are answered as ever.
    let program = server
        .get("/healthz")
        .header("host", "cua-hang.example")
        .send()
        .await
        .unwrap();
    assert_eq!(program.status().as_u16(), 200);
    assert_eq!(
        led_here(&server, "cua-hang-khac.example", "/").await.status().as_u16(),
        200
    );
    assert_eq!(
        led_here(&server, "cua-hang.example:80", "/").await.status().as_u16(),
        403
    );
    let style = server.get("/assets/console.css").header("host", "cua-hang.example");
    assert_eq!(
        style
            .header("accept", "text/css")
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        200
    );
    let free = server
        .get("/blocked?name=tu-te.example")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(free.contains("mạng này không chặn"), "{free}");
    assert!(
        !free.contains("Trang này bị chặn"),
        "what is not blocked is not called so: {free}"
    );
    let own = server.get("/blocked?name=www.cua-hang.example").send().await.unwrap();
    assert_eq!(own.status().as_u16(), 200);
    let own = own.text().await.unwrap();
    let challenge = own.split("name=\"challenge\" value=\"").nth(1).unwrap();
    let challenge = challenge.split('"').next().unwrap().to_owned();
    let object = async |words: &str| {
        let fields = [
            ("challenge", challenge.as_str()),
            ("proof", ""),
            ("asked", "www.cua-hang.example"),
            ("words", words),
        ];
        let form = serde_urlencoded::to_string(fields).unwrap();
        let kind = "application/x-www-form-urlencoded";
        server.post("/blocked", kind, form).send().await.unwrap()
    };
    let early = object("Đây là cửa hàng của tôi.").await;
    assert!(early.status().as_u16() >= 400, "no machine sends a thousand");
    assert!(
        early.text().await.unwrap().contains("Đây là cửa hàng của tôi."),
        "what was typed stays"
    );
    server.wait_minutes(1);
    let taken = object("Đây là cửa hàng của tôi.").await;
    assert_eq!(taken.status().as_u16(), 303, "{}", taken.text().await.unwrap());
    let link = header(&taken, "location").to_owned();
    let waits = server.get(&link).send().await.unwrap().text().await.unwrap();
    assert!(
        waits.contains("Đang chờ trả lời.") && waits.contains("Đây là cửa hàng của tôi."),
        "{waits}"
    );
    // Somebody new answers.
    let session = server.session(Role::SocEngineer).await;
    let home = server.page(HOME, &session).await.text().await.unwrap();
    assert!(home.contains("Đây là cửa hàng của tôi."), "{home}");
    // It waits at the front, with its clock.
    let front = server.page("/console/soc", &session).await.text().await.unwrap();
    let asks = between(&front, "<ul class=\"asks\">", "</ul>");
    assert!(
        asks.contains("phản đối việc chặn chờ trả lời, hạn ") && asks.contains("(sau 2 ngày)"),
        "{asks}"
    );
    let entry = format!("/console/blocklist/entries/{block}");
    let shown = server.page(&entry, &session).await.text().await.unwrap();
    let answer = shown.split("/console/blocklist/objections/").nth(1).unwrap();
    let answer = format!("/console/blocklist/objections/{}", answer.split('"').next().unwrap());
    assert!(!shown.contains("value=\"passed_on\""), "no order asks for it");
    let fields = [("result", "lifted"), ("words", "Đã kiểm tra: cửa hàng hợp pháp.")];
    let done = server.submit(&answer, &session, &fields).await;
    assert_eq!(done.status().as_u16(), 303, "{}", done.text().await.unwrap());
    let told = server.get(&link).send().await.unwrap().text().await.unwrap();
    assert!(
        told.contains("đã gỡ chặn") && told.contains("cửa hàng hợp pháp"),
        "{told}"
    );
    assert_eq!(
        led_here(&server, "www.cua-hang.example", "/").await.status().as_u16(),
        200
    );
    let nowhere = server
        .get(&format!("/blocked/{}", "0".repeat(32)))
        .send()
        .await
        .unwrap();
    assert_eq!(nowhere.status().as_u16(), 404);
}

#[tokio::test]
async fn where_two_keep_the_blocklist_a_third_answers() {
    let server = start().await;
    let (one, two) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    let fields = [
        ("values", "cho.example"),
        ("act", "nxdomain"),
        ("reason", "Trang lừa đảo."),
        ("owner", "SOC"),
        ("basis", "Quy chế số 12"),
        ("days", "7"),
        ("do", "propose"),
    ];
    let made = server.submit("/console/blocklist/new", &one, &fields).await;
    let change = header(&made, "location").to_owned();
    for (who, step) in [(&two, "approve"), (&one, "canary_urgent")] {
        let asked = [("step", step), ("reason", "Đang lừa người dùng.")];
        let done = server.submit(&format!("{change}/step"), who, &asked).await;
        assert_eq!(done.status().as_u16(), 303, "{step}");
    }
    anlanh_app::block::object(&server.app, "cho.example", "Đây là chợ của tôi.")
        .await
        .unwrap();
    let shown = server.page(&change, &one).await.text().await.unwrap();
    let entry = format!(
        "/console/blocklist/entries/{}",
        between(&shown, "/console/blocklist/entries/", "\"")
    );
    for who in [&one, &two] {
        let shown = server.page(&entry, who).await.text().await.unwrap();
        assert!(
            !shown.contains("name=\"result\"") && shown.contains("Chưa có ai trả lời được"),
            "{shown}"
        );
    }
    // Whoever answers users elsewhere is asked here, too.
    let manager = server.session(Role::PolicyManager).await;
    let shown = server.page(&entry, &two).await.text().await.unwrap();
    assert!(shown.contains("Người trả lời được:"), "{shown}");
    let shown = server.page(&entry, &manager).await.text().await.unwrap();
    let answer = format!(
        "/console/blocklist/objections/{}",
        between(&shown, "/console/blocklist/objections/", "\"")
    );
    let fields = [("result", "lifted"), ("words", "Chợ này hợp pháp.")];
    let refused = server.submit(&answer, &two, &fields).await;
    assert_eq!(refused.status().as_u16(), 409);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("người quản lý chính sách") && refused.contains("/console/access"),
        "{refused}"
    );
    let auditor = server.session(Role::Auditor).await;
    assert_eq!(server.submit(&answer, &auditor, &fields).await.status().as_u16(), 403);
    let done = server.submit(&answer, &manager, &fields).await;
    assert_eq!(done.status().as_u16(), 303, "{}", done.text().await.unwrap());
    // It changes nothing else of the list.
    let refused = server
        .submit(&format!("{change}/step"), &manager, &[("step", "enforce")])
        .await;
    assert_eq!(refused.status().as_u16(), 403);
}

#[tokio::test]
async fn what_an_authority_ordered_says_so() {
    let server = start().await;
    let manager = server.session(Role::PolicyManager).await;
    let order = entered(&server, &manager, "block_access", "domain xau.example").await;
    step(&server, &manager, &order, &CALLED).await;
    for next in ["check", "take"] {
        step(&server, &manager, &order, &[("step", next)]).await;
    }
    let shown = server.page(&order, &manager).await.text().await.unwrap();
    assert!(
        shown.contains("danh sách chặn của mạng") && shown.contains("value=\"execute\""),
        "{shown}"
    );
    step(&server, &manager, &order, &[("step", "execute"), ("target", "1")]).await;
    let page = led_here(&server, "xau.example", "/").await;
    assert_eq!(page.status().as_u16(), 451);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("theo yêu cầu số") && page.contains("by order of an authority"),
        "{page}"
    );
    assert!(page.contains("khi yêu cầu của cơ quan kết thúc"), "{page}");
    let session = server.session(Role::SocEngineer).await;
    let found = server.page(HOME, &session).await.text().await.unwrap();
    let entry = found
        .split("/console/blocklist/entries/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let entry = format!("/console/blocklist/entries/{entry}");
    let shown = server.page(&entry, &session).await.text().await.unwrap();
    assert!(!shown.contains("id=\"lift\""), "it ends with its order: {shown}");
    let lifted = server
        .submit(&format!("{entry}/lift"), &session, &[("words", "Thử.")])
        .await;
    assert_eq!(lifted.status().as_u16(), 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_blocklist_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    let (one, two) = (engineer(&server).await, server.session(Role::SocEngineer).await);
    let long = format!("{}.dang-nhap-nhan-thuong.example", "rat-dai".repeat(8));
    let block = enforced(&server, &[&long, "http://xau2.example/otp"]).await;
    let waiting = propose(&server, &one, &["bi-chiem.hanoi.gov.vn", "them.example"]).await;
    let link =
        anlanh_app::block::object(&server.app, &long, "Đây là cửa hàng của tôi, không phải trang lừa đảo.").await;
    let link = link.unwrap().objection_path();
    let proof = json!({ "proofs": [{
        "block": block, "enforcer": "bind-hn-1", "serial": 1_790_000_000, "probe": format!("A {long}"),
        "effect": "blocked", "at": "2026-11-28T08:00:00Z",
    }, {
        "enforcer": "unbound-sg-2", "serial": 1_790_000_000, "probe": "A vietcombank.com.vn",
        "effect": "wrong", "at": "2026-11-28T08:00:00Z",
    }] });
    assert_eq!(server.ask("POST", "/v1/blocklist/proofs", &one, proof).await.0, 204);
    let seen = async |name: &'static str, path: &str, session: Option<&Session>| {
        let path = path.to_owned();
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    let note = |trouble| note_zone(&server.app, "rpz.anlanh", trouble);
    let clear = |concern| clear_zone(&server.app, "rpz.anlanh", concern);
    note(ZoneTrouble::List);
    note(ZoneTrouble::Parts);
    note(ZoneTrouble::Serial);
    let told = async || server.page(HOME, &two).await.text().await.unwrap();
    assert!(
        told().await.contains("không ghi được tệp số thứ tự"),
        "{}",
        told().await
    );
    seen("blocklist", HOME, Some(&two)).await;
    assert!(
        !told().await.contains("không đọc được danh sách"),
        "one trouble of a kind at a time"
    );
    clear(Concern::Publishing);
    assert!(!told().await.contains("không ghi được tệp số thứ tự"));
    assert!(told().await.contains("có bộ phân giải chưa xác nhận"));
    clear(Concern::Parts);
    assert!(!told().await.contains("có bộ phân giải chưa xác nhận"));
    seen("block-new", "/console/blocklist/new", Some(&two)).await;
    seen("block-change", &format!("{HOME}/changes/{waiting}"), Some(&two)).await;
    seen("block-entry", &format!("{HOME}/entries/{block}"), Some(&two)).await;
    seen("block-coverage", "/console/blocklist/coverage", Some(&two)).await;
    seen("blocked", &format!("/blocked?name={long}"), None).await;
    seen("blocked-look-up", "/blocked", None).await;
    seen("objection", &link, None).await;
    // By keys alone: the objection is written, and goes.
    browser.forget().await;
    browser.open(&server.url(&format!("/blocked?name={long}"))).await;
    browser.run("document.getElementById('words').focus()").await;
    browser.press("Chan nham roi").await;
    browser.press("\u{e004}\u{e007}").await;
    browser.wait("location.pathname.startsWith('/blocked/')").await;
    let said = browser.value("document.querySelector('.banner').textContent").await;
    assert_eq!(
        said,
        json!("It waits to be answered."),
        "in the language of the browser"
    );
}
