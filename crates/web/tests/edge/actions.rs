//! What decisions do, over HTTP: measures, the feed of the platform, locks proposed by ladders, second people, signs of
//! accounts, and their pages.

use anlanh_model::{Role, Scope};
use serde_json::{Value, json};

use crate::support::{Server, header};

/// A post that the pack of the tests sends to a person.
const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";

/// A server with who works on it.
pub struct Desk {
    pub server: Server,
    platform: String,
    machine: String,
    lan: String,
    minh: String,
}

impl Desk {
    pub async fn open(server: Server) -> Self {
        let decides: &'static [Scope] = &[Scope::CasesRead, Scope::CasesWrite];
        Self {
            platform: server.token(&[Scope::ActionsRead, Scope::ActionsWrite], None).await,
            machine: server.token(&[Scope::ItemsWrite], None).await,
            lan: server.token(decides, Some(Role::Reviewer)).await,
            minh: server.token(decides, Some(Role::Reviewer)).await,
            server,
        }
    }

    async fn ask(&self, method: &str, path: &str, token: &str, sent: Value) -> (u16, Value) {
        self.server.ask(method, path, token, sent).await
    }

    /// A case on a new post of this author.
    pub async fn post(&self, id: &str, author: &str) -> String {
        let item = json!({ "id": id, "text": BAIT, "author": { "ref": author }, "page": "trang-1" });
        let (status, kept) = self.ask("POST", "/v1/items", &self.machine, item).await;
        assert_eq!(status, 201, "{kept}");
        kept["case"].as_str().unwrap().to_owned()
    }

    pub async fn decide(&self, case: &str, decision: Value) -> (u16, Value) {
        let path = format!("/v1/cases/{case}/decision");
        self.ask("POST", &path, &self.lan, decision).await
    }

    /// Removes posts of an author, until so many count; only the account is counted.
    pub async fn violate(&self, author: &str, times: usize) {
        for time in 0..times {
            let case = self.post(&format!("{author}-{time}"), author).await;
            let (status, told) = self.decide(&case, with(json!({ "strikes": ["account"] }))).await;
            assert_eq!(status, 200, "{told}");
        }
    }

    async fn feed(&self, after: &str) -> Value {
        let path = format!("/v1/actions?limit=2{after}");
        let (status, page) = self.ask("GET", &path, &self.platform, Value::Null).await;
        assert_eq!(status, 200, "{page}");
        page
    }

    /// The private links of a decision, by party.
    pub async fn links(&self, decision: &str) -> std::collections::BTreeMap<String, Value> {
        let token = self.server.token(&[Scope::AppealsWrite], None).await;
        let path = format!("/v1/decisions/{decision}/links");
        let (status, page) = self.ask("GET", &path, &token, Value::Null).await;
        assert_eq!(status, 200, "{page}");
        let links = page["links"].as_array().unwrap().iter();
        let links = links.map(|link| (link["party"].as_str().unwrap().to_owned(), link["path"].clone()));
        links.collect()
    }

    /// The open case that proposes something.
    pub async fn proposal(&self) -> Option<String> {
        let (_, page) = self.ask("GET", "/v1/cases", &self.lan, Value::Null).await;
        let cases = page["cases"].as_array().unwrap().clone();
        let proposed = |case: &&Value| ["ladder", "evasion"].contains(&case["cause"].as_str().unwrap());
        let case = cases.iter().find(proposed)?;
        Some(case["case"].as_str().unwrap().to_owned())
    }
}

/// A removal with more.
fn with(more: Value) -> Value {
    let mut decision = json!({ "outcome": "remove", "category": "SC1", "facts": "Bài đăng xin mã OTP." });
    decision
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    decision
}

#[tokio::test]
async fn the_platform_polls_what_it_is_to_do_and_says_that_it_did() {
    let desk = Desk::open(Server::start().await).await;
    assert_eq!(desk.feed("").await, json!({ "actions": [], "next": null }));
    let case = desk.post("p-1", "u-1").await;
    let lock = json!({ "measures": [
        { "kind": "temporary_lock", "target": "account", "days": 14 },
        { "kind": "warn", "target": "page" },
    ] });
    let (status, decision) = desk.decide(&case, with(lock)).await;
    assert_eq!((status, &decision["second"]), (200, &Value::Null));
    let first = desk.feed("").await;
    let action = &first["actions"][0];
    assert_eq!(
        *action,
        json!({
            "id": action["id"], "at": "2026-09-21T14:13:20.000Z", "sequence": 1,
            "target": { "kind": "item", "reference": "p-1" }, "kind": "remove", "effect": "apply",
            "until": null, "labels": [], "verified": null, "decision": decision["decision"], "category": "SC1",
            "basis": decision["basis"], "reason": "Bài đăng xin mã OTP.", "appeal_url": action["appeal_url"],
            "notice": action["notice"], "report": null, "owner_request": null,
        })
    );
    let notice = |at: usize, language: &str| first["actions"][at]["notice"][language].as_str().unwrap().to_owned();
    let url = action["appeal_url"].as_str().unwrap();
    assert_eq!(
        notice(0, "vi"),
        format!(
            "An Lành: Nội dung p-1 của bạn đã bị gỡ bỏ.\n\
             Lý do: Bài đăng xin mã OTP.\n\
             Vi phạm: Lừa đảo chiếm đoạt tài sản\n\
             Căn cứ: khoản 2 Điều 7 Luật Thử nghiệm (số 1/2025/QH15)\n\
             Nếu không đồng ý, bạn có thể khiếu nại trước 21:13 20/03/2027, một người khác sẽ xem xét: {url}"
        )
    );
    assert!(notice(0, "en").starts_with("An Lành: Your content p-1 was removed.\nReason: "));
    // 21:13 on 21 September in Việt Nam, and 14 days.
    assert!(notice(1, "vi").starts_with("An Lành: Tài khoản u-1 của bạn bị khóa đến 21:13 05/10/2026.\n"));
    let links = desk.links(decision["decision"].as_str().unwrap()).await;
    let url = |party: &str| json!(format!("http://127.0.0.1:8080{}", links[party].as_str().unwrap()));
    assert_eq!(action["appeal_url"], url("author"));
    assert_eq!(first["actions"][1]["until"], "2026-10-05T14:13:20.000Z");
    let next = format!("&after={}", first["next"].as_str().unwrap());
    let second = desk.feed(&next).await;
    assert_eq!(second["actions"].as_array().unwrap().len(), 1);
    assert_eq!(second["actions"][0]["kind"], "warn");
    assert_eq!(
        second["actions"][0]["appeal_url"],
        url("owner"),
        "who answers for a page appeals as its owner"
    );
    let end = format!("&after={}", second["next"].as_str().unwrap());
    assert_eq!(
        desk.feed(&end).await,
        json!({ "actions": [], "next": second["next"] }),
        "the end is a place to go on from"
    );

    let path = format!("/v1/actions/{}/confirmation", action["id"].as_str().unwrap());
    let check = async |sent: Value, status: u16, code: &str| {
        let (told, problem) = desk.ask("POST", &path, &desk.platform, sent.clone()).await;
        assert_eq!(
            (told, problem["code"].as_str().unwrap_or_default()),
            (status, code),
            "{sent}"
        );
    };
    check(json!({ "done": false }), 422, "bad-text").await;
    check(json!({ "done": true, "problem": "x" }), 422, "bad-body").await;
    check(json!({ "done": "yes" }), 422, "bad-body").await;
    check(json!({ "done": false, "problem": "không có bài này" }), 204, "").await;
    check(json!({ "done": true }), 204, "").await;
    check(json!({ "done": true }), 204, "").await;
    let (status, _) = desk
        .ask(
            "POST",
            "/v1/actions/nothing/confirmation",
            &desk.platform,
            json!({ "done": true }),
        )
        .await;
    assert_eq!(status, 404);
    let (status, problem) = desk
        .ask("GET", "/v1/actions?after=x", &desk.platform, Value::Null)
        .await;
    assert_eq!((status, &problem["code"]), (400, &json!("bad-query")));
}

#[tokio::test]
async fn what_a_decision_asks_for_is_held_against_the_case() {
    let desk = Desk::open(Server::start().await).await;
    let case = desk.post("p-1", "u-1").await;
    let check = async |more: Value, code: &str| {
        let (status, problem) = desk.decide(&case, with(more.clone())).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some(code)), "{more}");
        assert!(problem["detail"].as_str().unwrap().len() > 10, "{problem}");
    };
    let measure = |kind: &str, target: &str, days: Option<u32>| json!({ "measures": [{ "kind": kind, "target": target, "days": days }] });
    check(measure("warn", "group", None), "bad-measure").await;
    check(measure("hide", "account", None), "bad-measure").await;
    check(measure("temporary_lock", "account", None), "bad-measure").await;
    check(measure("temporary_lock", "account", Some(0)), "bad-measure").await;
    check(measure("temporary_lock", "account", Some(3_651)), "bad-measure").await;
    check(measure("warn", "account", Some(3)), "bad-measure").await;
    check(measure("exile", "account", None), "bad-body").await;
    check(json!({ "strikes": ["group"] }), "bad-measure").await;
    check(json!({ "strikes": ["item"] }), "bad-measure").await;
    check(json!({ "days": 3 }), "bad-measure").await;
    check(json!({ "verified": "https://tingia.gov.vn" }), "bad-measure").await;
    check(json!({ "outcome": "subject_only" }), "bad-statement").await;
    let (status, _) = desk
        .decide(&case, with(measure("temporary_lock", "account", Some(3_650))))
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_ladder_proposes_and_a_person_locks() {
    let desk = Desk::open(
        Server::of(
            anlanh_pack::Policy::built_in().unwrap(),
            None,
            anlanh_web::Limits::default(),
        )
        .await,
    )
    .await;
    desk.violate("u-1", 3).await;
    let case = desk.proposal().await.unwrap();
    let (_, shown) = desk
        .ask("GET", &format!("/v1/cases/{case}"), &desk.lan, Value::Null)
        .await;
    let proposal = &shown["proposal"];
    assert_eq!((&proposal["days_min"], &proposal["days_max"]), (&json!(1), &json!(60)));
    assert_eq!(proposal["grounds"][0]["ladder"], "nd-333-2026");
    assert_eq!(proposal["target"], json!({ "kind": "account", "reference": "u-1" }));
    let lock = |days: u32| {
        json!({
            "outcome": "subject_only", "category": "SC1", "facts": "Ba lần vi phạm trong 30 ngày.",
            "measures": [{ "kind": "temporary_lock", "target": "account", "days": days }],
        })
    };
    let (status, problem) = desk.decide(&case, lock(61)).await;
    assert_eq!((status, &problem["code"]), (422, &json!("bad-measure")));
    let (status, decision) = desk.decide(&case, lock(60)).await;
    assert_eq!((status, &decision["basis"][0]), (200, &json!("nd-333-2026/16.4.d")));
    let path = "/v1/subjects/account?reference=u-1";
    let (_, subject) = desk.ask("GET", path, &desk.lan, Value::Null).await;
    assert_eq!(subject["strikes"].as_array().unwrap().len(), 3);
    assert_eq!(subject["measures"][0]["kind"], "temporary_lock");
    assert_eq!(subject["actions"][0]["kind"], "lock");
    for path in [
        "/v1/subjects/item?reference=u-1",
        "/v1/subjects/account?reference=",
        "/v1/subjects/account",
    ] {
        let (status, _) = desk.ask("GET", path, &desk.lan, Value::Null).await;
        assert_eq!(status, 400, "{path}");
    }

    // A new account that shares a sign is looked at, and nothing more.
    let sign = json!({ "signals": ["0f".repeat(32)] });
    for (account, opened) in [("u-1", 0), ("u%2F2", 1), ("u%2F2", 0)] {
        let path = format!("/v1/accounts/{account}/signals");
        let (status, told) = desk.ask("POST", &path, &desk.platform, sign.clone()).await;
        assert_eq!(
            (status, told["cases"].as_array().unwrap().len()),
            (200, opened),
            "{account}"
        );
    }
    let case = desk.proposal().await.unwrap();
    let (_, shown) = desk
        .ask("GET", &format!("/v1/cases/{case}"), &desk.lan, Value::Null)
        .await;
    assert_eq!(
        (
            &shown["cause"],
            &shown["proposal"]["evades"],
            &shown["proposal"]["target"]["reference"]
        ),
        (&json!("evasion"), &json!("u-1"), &json!("u/2"))
    );
    let (status, problem) = desk
        .ask(
            "POST",
            "/v1/accounts/u-3/signals",
            &desk.platform,
            json!({ "signals": ["x"] }),
        )
        .await;
    assert_eq!((status, &problem["code"]), (422, &json!("bad-signals")));
}

#[tokio::test]
async fn two_people_decide_what_one_must_not() {
    let desk = Desk::open(Server::start().await).await;
    let case = desk.post("p-1", "u-1").await;
    let end = with(json!({ "measures": [{ "kind": "end_service", "target": "account" }] }));
    let (status, line) = desk.decide(&case, end).await;
    assert_eq!((status, &line["state"]), (202, &json!("awaiting_second")));
    let (_, shown) = desk
        .ask("GET", &format!("/v1/cases/{case}"), &desk.minh, Value::Null)
        .await;
    assert_eq!(shown["awaiting"]["facts"], "Bài đăng xin mã OTP.");
    let path = format!("/v1/cases/{case}/second");
    let check = async |token: &str, sent: Value, status: u16, code: &str| {
        let (told, answer) = desk.ask("POST", &path, token, sent).await;
        assert_eq!(
            (told, answer["code"].as_str().unwrap_or_default()),
            (status, code),
            "{answer}"
        );
        answer
    };
    check(&desk.lan, json!({ "confirm": true }), 409, "case-first-decider").await;
    check(&desk.minh, json!({ "confirm": false }), 422, "bad-text").await;
    let (status, problem) = desk
        .ask(
            "POST",
            &format!("/v1/cases/{case}/decision"),
            &desk.minh,
            with(json!({})),
        )
        .await;
    assert_eq!((status, &problem["code"]), (409, &json!("case-awaiting-second")));
    assert!(desk.feed("").await["actions"].as_array().unwrap().is_empty());
    let decision = check(&desk.minh, json!({ "confirm": true }), 200, "").await;
    assert_ne!(decision["second"], Value::Null);
    check(&desk.minh, json!({ "confirm": true }), 409, "case-decided").await;

    // Many at once: in no category about speech, at once; all or none.
    let many = [desk.post("p-2", "u-2").await, desk.post("p-3", "u-3").await];
    let bulk = |cases: &[String]| json!({ "cases": cases, "decision": with(json!({})) });
    let twice = [many[0].clone(), many[0].clone()];
    let (status, problem) = desk.ask("POST", "/v1/decisions/bulk", &desk.lan, bulk(&twice)).await;
    assert_eq!((status, &problem["code"]), (422, &json!("bad-bulk")));
    let (status, told) = desk.ask("POST", "/v1/decisions/bulk", &desk.lan, bulk(&many)).await;
    assert_eq!((status, told["decisions"].as_array().unwrap().len()), (200, 2));
    let (status, problem) = desk
        .ask(
            "POST",
            "/v1/decisions/bulk/second",
            &desk.minh,
            json!({ "cases": many }),
        )
        .await;
    assert_eq!((status, &problem["code"]), (409, &json!("case-decided")));
}

#[tokio::test]
async fn the_console_does_the_same() {
    let desk = Desk::open(
        Server::of(
            anlanh_pack::Policy::built_in().unwrap(),
            None,
            anlanh_web::Limits::default(),
        )
        .await,
    )
    .await;
    let (lan, minh) = (
        desk.server.session(Role::Reviewer).await,
        desk.server.session(Role::Reviewer).await,
    );
    let administrator = desk.server.session(Role::Administrator).await;
    desk.violate("u-1", 3).await;
    let case = desk.proposal().await.unwrap();
    let page = desk
        .server
        .page(&format!("/console/cases/{case}"), &lan)
        .await
        .text()
        .await
        .unwrap();
    for wanted in [
        "Nghị định 333/2026",
        "tối đa 60 ngày",
        "name=\"measure-account\"",
        "kind=account&#38;reference=u-1",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let lock = [
        ("outcome", "subject_only"),
        ("category", "SC1"),
        ("facts", "Ba lần vi phạm."),
        ("measure-account", "temporary_lock"),
        ("days-account", "60"),
    ];
    let done = desk
        .server
        .submit(&format!("/console/cases/{case}/decide"), &lan, &lock)
        .await;
    assert_eq!(done.status().as_u16(), 303);
    assert!(
        page.contains("name=\"basis\" value=\"nd-333-2026/16.4.d\" checked"),
        "a lock rests on its ladder: {page}"
    );
    let subject = "/console/subject?kind=account&reference=u-1";
    let page = desk.server.page(subject, &lan).await.text().await.unwrap();
    assert!(
        page.contains("Khóa tạm thời đến") && page.contains("Còn tính đến"),
        "{page}"
    );

    // End of service waits for somebody else, who sends it back once and confirms it then.
    let case = desk.post("p-9", "u-9").await;
    let path = format!("/console/cases/{case}");
    let end = [
        ("outcome", "remove"),
        ("category", "SC1"),
        ("facts", "Tái phạm nhiều lần."),
        ("measure-account", "end_service"),
        ("days-account", "7"),
        ("strikes", "1"),
    ];
    let ended = async || desk.server.submit(&format!("{path}/decide"), &lan, &end).await;
    assert_eq!(ended().await.status().as_u16(), 303);
    let queue = desk.server.page("/console/queue", &minh).await.text().await.unwrap();
    assert!(queue.contains("Chờ người thứ hai"));
    let own = desk.server.page(&path, &lan).await.text().await.unwrap();
    assert!(own.contains("Trả lại để quyết định lại") && !own.contains("Xác nhận quyết định"));
    let second = async |fields: &[(&str, &str)]| {
        let done = desk.server.submit(&format!("{path}/second"), &minh, fields).await;
        (done.status().as_u16(), header(&done, "location").to_owned())
    };
    assert_eq!(second(&[("note", "quá nặng")]).await, (303, path.clone()));
    assert_eq!(ended().await.status().as_u16(), 303);
    assert_eq!(second(&[("confirm", "1")]).await, (303, path.clone()));
    let page = desk.server.page(&path, &minh).await.text().await.unwrap();
    assert!(page.contains("Ngừng cung cấp dịch vụ (Tài khoản u-9)"), "{page}");

    // Many at once.
    let many = [desk.post("p-10", "u-10").await, desk.post("p-11", "u-11").await];
    let fields = [
        ("outcome", "remove"),
        ("bulk-category", "HD1"),
        ("facts", "Lăng mạ hàng loạt."),
        ("case", many[0].as_str()),
        ("case", many[1].as_str()),
    ];
    let done = desk.server.submit("/console/queue/decide", &lan, &fields).await;
    assert_eq!(done.status().as_u16(), 303);
    let queue = desk.server.page("/console/queue", &minh).await.text().await.unwrap();
    assert_eq!(
        queue.matches("<b>Chờ người thứ hai</b>").count(),
        2,
        "one decision over many, about speech"
    );

    let page = desk
        .server
        .page("/console/actions", &administrator)
        .await
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("Ngừng cung cấp dịch vụ") && page.contains("Chưa báo kết quả"),
        "{page}"
    );
    assert!(!page.contains("/console/cases/"), "who runs the node reads no cases");
    let page = desk.server.page("/console/actions?list=dead", &administrator).await;
    assert_eq!(page.status().as_u16(), 200);
    let done = desk
        .server
        .submit("/console/actions/replay", &administrator, &[("all", "1")])
        .await;
    assert_eq!(header(&done, "location"), "/console/actions?list=dead&replayed=0");
}

#[tokio::test]
async fn a_label_takes_verified_information_along() {
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let desk = Desk::open(Server::of(policy, None, anlanh_web::Limits::default()).await).await;
    let case = desk.post("p-1", "u-1").await;
    let label =
        json!({ "outcome": "label", "labels": ["tin-gia"], "verified": "https://tingia.gov.vn/1", "strikes": [] });
    let (status, decided) = desk.decide(&case, with(label)).await;
    assert_eq!(status, 200, "{decided}");
    let feed = desk.feed("").await;
    let action = &feed["actions"][0];
    assert_eq!(
        (&action["kind"], &action["verified"]),
        (&json!("label"), &json!("https://tingia.gov.vn/1"))
    );
    let notice = action["notice"]["vi"].as_str().unwrap();
    assert!(
        notice.starts_with("An Lành: Nội dung p-1 của bạn được gắn nhãn: Tin giả.\n"),
        "{notice}"
    );
    assert!(
        notice.contains("\nThông tin đã xác thực: https://tingia.gov.vn/1\n"),
        "{notice}"
    );
}
