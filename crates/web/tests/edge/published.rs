//! What everybody may read: whole, linked, and with nobody in it.

use anlanh_model::{Role, Scope};
use anlanh_pack::Policy;
use anlanh_web::Limits;
use serde_json::{Value, json};

use crate::support::{Server, header, json as body};

/// Every public page and file, by its address.
const PUBLIC: [&str; 10] = [
    "/policy",
    "/policy/process",
    "/policy/history",
    "/transparency",
    "/transparency?period=2026-Q3",
    "/transparency?period=2026",
    "/report",
    "/v1/transparency?period=2026-09",
    "/v1/transparency?period=2026-09&format=csv",
    "/v1/transparency?period=2026&format=json",
];

/// A server with the policy for Việt Nam.
pub async fn start() -> Server {
    Server::of(Policy::built_in().unwrap(), None, Limits::default()).await
}

async fn get(server: &Server, path: &str, language: &str) -> String {
    let request = server.get(path).header("accept-language", language);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn nobody_and_nothing_that_was_said_reaches_a_public_page() {
    let server = start().await;
    let app = server.token(&[Scope::ItemsWrite], None).await;
    let decider = server.token(&[Scope::CasesWrite], Some(Role::Reviewer)).await;
    // A marker in every place where somebody can write something.
    let sent = json!({
        "id": "dau-bai", "text": "dau-noi-dung: chị gửi mã OTP cho em để nhận thưởng nhé",
        "author": { "ref": "dau-tac-gia" }, "page": "dau-trang", "group": "dau-nhom", "channel": "dau-kenh",
        "links": ["https://dau-lien-ket.example/"],
    });
    let kept = body(
        server
            .call("POST", "/v1/items", &app)
            .body(sent.to_string())
            .send()
            .await
            .unwrap(),
    )
    .await;
    let case = kept["case"].as_str().unwrap().to_owned();
    let note = json!({ "note": "dau-ghi-chu" }).to_string();
    let noted = server
        .call("POST", &format!("/v1/cases/{case}/note"), &decider)
        .body(note);
    assert!(noted.send().await.unwrap().status().is_success());
    let decision = json!({
        "outcome": "remove", "category": "SC1", "facts": "dau-su-viec của Nguyễn Thị Dấu, 0901234567",
        "measures": [{ "kind": "temporary_lock", "target": "account", "days": 7 }],
    });
    let path = format!("/v1/cases/{case}/decision");
    let decided = server
        .call("POST", &path, &decider)
        .body(decision.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(decided.status().as_u16(), 200);
    let decision = body(decided).await["decision"].as_str().unwrap().to_owned();
    let platform = server.token(&[Scope::AppealsWrite], None).await;
    let appeal = json!({ "party": "author", "words": "dau-khieu-nai" }).to_string();
    let path = format!("/v1/decisions/{decision}/appeals");
    let appealed = server.call("POST", &path, &platform).body(appeal).send().await.unwrap();
    assert_eq!(appealed.status().as_u16(), 201);
    let trusted = server.token(&[Scope::ReportsWrite], None).await;
    for (category, name) in [("lua-dao", Value::Null), ("xuc-pham", json!("Nguyễn Thị Dấu"))] {
        let email = if name.is_null() {
            Value::Null
        } else {
            json!("dau-thu@vi-du.vn")
        };
        let report = json!({
            "category": category, "url": format!("https://vi-du.vn/dau-dia-chi/{category}"), "text": "dau-noi-dung",
            "why": "dau-vi-sao", "name": name, "email": email,
        });
        let made = server
            .call("POST", "/v1/reports", &trusted)
            .body(report.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(made.status().as_u16(), 201);
    }
    server
        .tamper("UPDATE report SET category = 'Nguyễn Thị Dấu' WHERE category = 'xuc-pham'")
        .await;
    server.tamper("UPDATE clock SET key = 'dau-thu@vi-du.vn'").await;
    server.tamper("UPDATE policy_change SET note = 'dau-buoc'").await;

    let policy = Policy::built_in().unwrap();
    // What readers see on an item may say the same as a rule, and is no secret.
    let shown = |title: &str| {
        policy
            .labels()
            .iter()
            .any(|label| label.meaning.vi.contains(title) || label.meaning.en.contains(title))
    };
    for path in PUBLIC {
        for language in ["vi", "en"] {
            let said = get(&server, path, language).await;
            for marker in ["dau-", "Dấu", "0901234567", "@vi-du.vn", &case] {
                assert!(!said.contains(marker), "{marker} in {path}: {said}");
            }
            // Nor what would tell how to get round the rules.
            for (rule, described, _) in policy.rules() {
                let title = described.title.as_ref().unwrap();
                for secret in [&rule.when, &title.vi, &title.en] {
                    assert!(shown(secret) || !said.contains(secret.as_str()), "{secret} in {path}");
                }
                assert!(!said.contains(&format!("\"{}\"", rule.id)), "{} in {path}", rule.id);
            }
        }
    }
    let figures: Value = serde_json::from_str(&get(&server, PUBLIC[7], "vi").await).unwrap();
    assert_eq!(figures["figures"]["reports"], json!({ "lua-dao": 1, "other": 1 }));
    assert_eq!(figures["figures"]["decisions"], json!({ "remove": 1 }));
    assert_eq!(figures["figures"]["appeals"], json!({ "author": 1 }));
    assert_eq!(figures["figures"]["measures"], json!({ "account.temporary_lock": 1 }));
}

#[tokio::test]
async fn the_pages_say_what_holds_and_lead_to_each_other() {
    let server = start().await;
    let check = async |path: &str, language: &str, expected: &[&str]| {
        let said = get(&server, path, language).await;
        for expected in expected {
            assert!(said.contains(expected), "{expected} in {path}: {said}");
        }
        let mut ways = vec!["/policy", "/transparency", "/report"];
        if path.starts_with("/policy") {
            ways.extend(["/policy/process", "/policy/history"]);
        }
        for way in ways {
            assert!(said.contains(&format!("href=\"{way}\"")), "{way} from {path}");
        }
    };
    check(
        "/policy",
        "vi",
        &[
            "Lừa đảo chiếm đoạt tài sản",
            "Phiên bản 2026.11",
            "116/2025/QH15",
            "Quy tắc tự động có thể xử lý ngay",
        ],
    )
    .await;
    check(
        "/policy",
        "en",
        &[
            "Fraud; fake agencies",
            "Version 2026.11",
            "No automatic detection",
            "Follows intellectual property law, not the 24 and 48 hours",
        ],
    )
    .await;
    check(
        "/policy/process",
        "vi",
        &[
            "48 giờ kể từ khi nhận",
            "5 lần vi phạm trong 30 ngày: khóa 7–30 ngày",
            "Người khác xem lại",
            "chưa công bố đầu mối",
            // What is not simply the law says so.
            "một giờ là mức bên vận hành tự đặt",
            "thời hạn này do bên vận hành tự đặt",
            "chưa có quy định nghị định nào được ưu tiên áp dụng",
            "Chưa đối chiếu với văn bản gốc.",
        ],
    )
    .await;
    check(
        "/policy/process",
        "en",
        &[
            "48 hours from receipt",
            "10 violations within 90 days",
            "Decree 147/2024",
        ],
    )
    .await;
    check("/policy/history", "vi", &["Phiên bản đầu tiên ở đây."]).await;
    check(
        "/transparency",
        "vi",
        &[
            "Tháng 09/2026 (chưa kết thúc)",
            "Quý 3/2026",
            "Năm 2026",
            "period=2026-09&amp;format=csv",
        ],
    )
    .await;
    check("/report", "vi", &["href=\"/policy/process\""]).await;
}

#[tokio::test]
async fn what_takes_two_people_is_what_the_policy_says() {
    let check = async |server: Server, vietnamese: &str, english: &str| {
        for (language, said) in [("vi", vietnamese), ("en", english)] {
            let page = get(&server, "/policy/process", language).await;
            assert!(page.contains(said), "{said}: {page}");
        }
    };
    check(
        start().await,
        "Khóa vĩnh viễn, ngừng dịch vụ và quyết định hàng loạt về phát ngôn cần hai người.",
        "A lock for good, the end of a service, and one decision over many items of speech take two people.",
    )
    .await;
    // A policy without ladders asks for nobody besides.
    check(
        Server::start().await,
        "khiếu nại. Ngừng dịch vụ và quyết định hàng loạt về phát ngôn cần hai người.",
        "object. Ending a service, and one decision over many items of speech, take two people.",
    )
    .await;
}

#[tokio::test]
async fn a_period_that_is_none_is_refused_and_figures_are_a_minute_old_at_most() {
    let server = start().await;
    let refused = async |query: &str, status: u16, code: &str| {
        let answer = server.get(&format!("/v1/transparency?{query}")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{query}");
        assert_eq!(body(answer).await["code"], code, "{query}");
    };
    refused("", 400, "bad-query").await;
    refused("period=2026-13", 400, "bad-query").await;
    refused("period=2026-09&format=xml", 400, "bad-query").await;
    refused("period=2026-08", 404, "no-such-thing").await;
    refused("period=9999", 404, "no-such-thing").await;
    let page = server.get("/transparency?period=x").send().await.unwrap();
    assert_eq!(
        (page.status().as_u16(), header(&page, "content-type")),
        (400, "text/html; charset=utf-8")
    );

    let count = async || {
        let answer = server.get("/v1/transparency?period=2026").send().await.unwrap();
        body(answer).await["figures"]["items"]
            .as_object()
            .map_or(0, |items| items.values().filter_map(Value::as_u64).sum())
    };
    assert_eq!(count().await, 0);
    let app = server.token(&[Scope::ItemsWrite], None).await;
    let sent = json!({ "text": "Trời đẹp" }).to_string();
    server.call("POST", "/v1/items", &app).body(sent).send().await.unwrap();
    assert_eq!(count().await, 0, "told again");
    server.wait_minutes(1);
    assert_eq!(count().await, 1);
}

/// Another ladder, a shorter deadline and a new word come into force.
pub async fn change_the_policy(server: &Server) {
    let manager = server.token(&[Scope::PolicyWrite], Some(Role::PolicyManager)).await;
    let sent = json!({ "from": server.version_in_force().await, "note": "dau-ghi-chu của Hoa" }).to_string();
    let made = server
        .call("POST", "/v1/policy/drafts", &manager)
        .body(sent)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status().as_u16(), 201);
    let mut tag = header(&made, "etag").to_owned();
    let version = body(made).await["id"].as_str().unwrap().to_owned();
    for (file, from, to) in [
        ("ladders.toml", "violations = 5", "violations = 4"),
        (
            "clocks.toml",
            "starts = \"receipt\"\nhours = 48",
            "starts = \"receipt\"\nhours = 36",
        ),
        (
            "lexicon/sc1-money.toml",
            "phrases = [\"",
            "phrases = [\"dau-tu-moi\", \"",
        ),
    ] {
        let built_in = Policy::built_in().unwrap();
        let text = &built_in.files().iter().find(|kept| kept.path == file).unwrap().text;
        assert!(text.contains(from), "{file}");
        let path = format!("/v1/policy/versions/{version}/files/{file}");
        let put = server
            .client
            .put(server.url(&path))
            .bearer_auth(&manager)
            .header("if-match", &tag);
        let put = put
            .header("content-type", "application/toml")
            .body(text.replacen(from, to, 1))
            .send()
            .await
            .unwrap();
        assert_eq!(put.status().as_u16(), 200, "{file}");
        tag = header(&put, "etag").to_owned();
    }
    let path = format!("/v1/policy/versions/{version}/enforce");
    let note = json!({ "note": "dau-ghi-chu của Hoa" }).to_string();
    let enforced = server.call("POST", &path, &manager).body(note).send().await.unwrap();
    let status = enforced.status().as_u16();
    assert_eq!(status, 200, "{}", enforced.text().await.unwrap());
}

#[tokio::test]
async fn what_changed_is_told_in_plain_words_and_by_nobody() {
    let server = start().await;
    server.wait_minutes(90);
    change_the_policy(&server).await;
    for (language, expected) in [
        (
            "vi",
            [
                "Bậc khóa: Khóa theo Nghị định 147/2024/NĐ-CP",
                "Từ 48 giờ thành 36 giờ.",
                "Từ ngữ và danh sách mà máy tìm",
            ],
        ),
        (
            "en",
            [
                "Ladder of locks: Locks under Decree 147/2024",
                "From 48 hours to 36 hours.",
                "Words and lists that machines look for",
            ],
        ),
    ] {
        let said = get(&server, "/policy/history", language).await;
        for expected in expected {
            assert!(said.contains(expected), "{expected}: {said}");
        }
        assert!(!said.contains("dau-") && !said.contains("Hoa"), "{said}");
    }
    let process = get(&server, "/policy/process", "vi").await;
    assert!(process.contains("4 lần vi phạm trong 30 ngày"));
    assert!(
        get(&server, "/policy", "vi")
            .await
            .contains("áp dụng từ 22:43 21/09/2026")
    );
}

/// Some of everything that a report tells.
pub async fn live_through_a_month(server: &Server) {
    let app = server.token(&[Scope::ItemsWrite], None).await;
    let decider = server.token(&[Scope::CasesWrite], Some(Role::Reviewer)).await;
    let trusted = server.token(&[Scope::ReportsWrite], None).await;
    for number in 0..5 {
        let sent =
            json!({ "text": "Chị gửi mã OTP cho em để nhận thưởng nhé", "author": { "ref": format!("u-{number}") } });
        let kept = body(
            server
                .call("POST", "/v1/items", &app)
                .body(sent.to_string())
                .send()
                .await
                .unwrap(),
        )
        .await;
        server.wait_minutes(47);
        let mut decision = match number {
            0 => json!({ "outcome": "no_violation" }),
            1 => json!({ "outcome": "limit", "category": "SC1" }),
            _ => json!({ "outcome": "remove", "category": "SC1",
                "measures": [{ "kind": "temporary_lock", "target": "account", "days": 7 }] }),
        };
        decision["facts"] = json!("Bài đăng hỏi mã OTP.");
        let path = format!("/v1/cases/{}/decision", kept["case"].as_str().unwrap());
        let decided = server
            .call("POST", &path, &decider)
            .body(decision.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(decided.status().as_u16(), 200);
    }
    for (number, category) in ["lua-dao", "lua-dao", "tin-gia", "xuc-pham", "khac"].iter().enumerate() {
        let report =
            json!({ "category": category, "url": format!("https://vi-du.vn/p/{number}"), "why": "Xin mã OTP." });
        let made = server
            .call("POST", "/v1/reports", &trusted)
            .body(report.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(made.status().as_u16(), 201);
    }
    let sent = json!({ "text": "Trời đẹp quá" }).to_string();
    server.call("POST", "/v1/items", &app).body(sent).send().await.unwrap();
    server.wait_minutes(3 * 1_440);
    server.run_jobs().await;
}
