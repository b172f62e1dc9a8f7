//! Anybody reports something: over the API, on the page, from a phone, by the keyboard, without JavaScript.

use anlanh_model::{Id, Report, Role, Scope};
use anlanh_vault::Vault;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::browser::{browser, check_calm};
use crate::console::between;
use crate::support::{Server, header, json as body};

const URL: &str = "https://vi-du.vn/p/1";

async fn challenge(server: &Server) -> (String, u32) {
    let told = body(server.get("/v1/reports/challenge").send().await.unwrap()).await;
    let bits = u32::try_from(told["bits"].as_u64().unwrap()).unwrap();
    (told["challenge"].as_str().unwrap().to_owned(), bits)
}

fn solve(challenge: &str, bits: u32) -> String {
    let zeros = |number: u64| {
        let hash: [u8; 32] = Sha256::digest(format!("{challenge}:{number}")).into();
        u128::from_be_bytes(hash[..16].try_into().unwrap()).leading_zeros()
    };
    (0..).find(|number| zeros(*number) >= bits).unwrap().to_string()
}

async fn post(server: &Server, report: &Value) -> reqwest::Response {
    let request = server.client.post(server.url("/v1/reports"));
    let request = request.header("content-type", "application/json");
    request.body(report.to_string()).send().await.unwrap()
}

/// A report with the proof it needs.
pub async fn report(server: &Server, mut report: Value) -> reqwest::Response {
    let (text, bits) = challenge(server).await;
    report["proof"] = json!(solve(&text, bits));
    report["challenge"] = json!(text);
    post(server, &report).await
}

fn fraud() -> Value {
    json!({ "category": "lua-dao", "url": URL, "why": "Họ xin mã OTP." })
}

/// The address that a mail would have had.
fn confirmation(id: &Value) -> String {
    let id: Id<Report> = id.as_str().unwrap().parse().unwrap();
    let secret = Vault::new([7; 32]).secret_of("report.confirmation", id.number());
    let digits: String = secret.iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    format!("/report/confirm/{digits}")
}

#[tokio::test]
async fn a_program_reports_follows_and_is_answered() {
    let server = Server::start().await;
    let answer = report(&server, fraud()).await;
    assert_eq!(answer.status().as_u16(), 201);
    let receipt = body(answer).await;
    assert_eq!(
        (&receipt["state"], &receipt["asks_to_confirm"]),
        (&json!("open"), &json!(false))
    );
    let path = format!("/v1/reports/{}", receipt["receipt"].as_str().unwrap());
    let status = body(server.get(&path).send().await.unwrap()).await;
    assert_eq!(
        (&status["state"], &status["report"]),
        (&json!("open"), &receipt["report"])
    );
    assert_eq!(status["clock"]["basis"], json!(["luat/7.2"]));
    let url = receipt["status_url"].as_str().unwrap();
    assert!(
        url.ends_with(&format!("/report/{}", receipt["receipt"].as_str().unwrap())),
        "{url}"
    );

    let reviewer = server
        .token(&[Scope::CasesRead, Scope::CasesWrite], Some(Role::Reviewer))
        .await;
    let queue = body(server.call("GET", "/v1/cases", &reviewer).send().await.unwrap()).await;
    assert_eq!(queue["cases"][0]["cause"], "report");
    let case = queue["cases"][0]["case"].as_str().unwrap().to_owned();
    let decided = json!({ "outcome": "remove", "category": "SC1", "facts": "Lừa lấy mã OTP." });
    let request = server.call("POST", &format!("/v1/cases/{case}/decision"), &reviewer);
    let decision = body(request.body(decided.to_string()).send().await.unwrap()).await;
    assert_eq!(decision["detection"], "person", "{decision}");
    let status = body(server.get(&path).send().await.unwrap()).await;
    assert_eq!(
        (&status["state"], &status["outcome"]),
        (&json!("answered"), &json!("remove"))
    );
}

#[tokio::test]
async fn a_report_without_work_or_waiting_is_refused_and_a_trusted_one_needs_neither() {
    let server = Server::start().await;
    let refused = async |answer: reqwest::Response, status: u16, code: &str| {
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(body(answer).await["code"], code);
    };
    refused(post(&server, &fraud()).await, 422, "bad-proof").await;
    let (text, _) = challenge(&server).await;
    let mut early = fraud();
    early["challenge"] = json!(text);
    refused(post(&server, &early).await, 422, "bad-proof").await;
    server.wait_minutes(1);
    assert_eq!(
        post(&server, &early).await.status().as_u16(),
        201,
        "waiting stands in for work"
    );
    refused(post(&server, &early).await, 422, "bad-proof").await;
    for number in 1..6 {
        let (text, _) = challenge(&server).await;
        server.wait_minutes(1);
        let mut next = fraud();
        next["challenge"] = json!(text);
        let answer = post(&server, &next).await;
        if number < 5 {
            assert_eq!(answer.status().as_u16(), 201, "{number}");
        } else {
            assert_eq!(header(&answer, "retry-after"), "600");
            refused(answer, 429, "too-many-reports").await;
        }
    }
    let trusted = server.token(&[Scope::ReportsWrite], None).await;
    let request = server.call("POST", "/v1/reports", &trusted);
    let named = json!({ "category": "xuc-pham", "url": URL, "why": "Bôi nhọ." });
    let answer = request.body(named.to_string()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    let other = server.token(&[Scope::ItemsWrite], None).await;
    let request = server.call("POST", "/v1/reports", &other);
    refused(request.body(named.to_string()).send().await.unwrap(), 403, "forbidden").await;
}

#[tokio::test]
async fn what_is_wrong_with_a_report_is_said() {
    let server = Server::start().await;
    let check = async |change: &dyn Fn(&mut Value), code: &str| {
        let mut sent = fraud();
        change(&mut sent);
        let answer = report(&server, sent).await;
        assert_eq!(answer.status().as_u16(), 422, "{code}");
        assert_eq!(body(answer).await["code"], code);
    };
    check(&|sent| sent["category"] = json!("SC1"), "unknown-key").await;
    check(&|sent| sent["category"] = json!("xuc-pham"), "bad-report").await;
    check(&|sent| sent["url"] = json!("vi-du.vn"), "bad-report").await;
    check(&|sent| sent["url"] = Value::Null, "bad-report").await;
    check(&|sent| sent["why"] = json!(" "), "bad-text").await;
    check(&|sent| sent["why"] = json!("a".repeat(2_001)), "bad-text").await;
    check(&|sent| sent["relation"] = json!("mine"), "unknown-key").await;
    check(&|sent| sent["who"] = json!("x"), "bad-body").await;
    let nobody = server
        .get(&format!("/v1/reports/{}", "0".repeat(40)))
        .send()
        .await
        .unwrap();
    assert_eq!(nobody.status().as_u16(), 404);
}

#[tokio::test]
async fn a_link_from_a_mail_asks_and_only_the_button_confirms() {
    let server = Server::start().await;
    let mut sent = json!({ "category": "xuc-pham", "url": URL, "why": "Bôi nhọ tôi.", "relation": "own" });
    sent["name"] = json!("Nguyễn Thị Lan");
    sent["email"] = json!("lan@vi-du.vn");
    let receipt = body(report(&server, sent).await).await;
    assert_eq!(
        (&receipt["state"], &receipt["asks_to_confirm"]),
        (&json!("unconfirmed"), &json!(true))
    );
    let status = format!("/v1/reports/{}", receipt["receipt"].as_str().unwrap());
    let state = async || body(server.get(&status).send().await.unwrap()).await["state"].clone();
    let link = confirmation(&receipt["report"]);
    for method in ["GET", "HEAD"] {
        let request = server.client.request(method.parse().unwrap(), server.url(&link));
        assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
    }
    assert_eq!(state().await, "unconfirmed");
    let form = "application/x-www-form-urlencoded";
    let press = async |site: &str| {
        let request = server.client.post(server.url(&link)).header("content-type", form);
        request.header("sec-fetch-site", site).send().await.unwrap()
    };
    assert_eq!(press("cross-site").await.status().as_u16(), 403);
    assert_eq!(state().await, "unconfirmed");
    let pressed = press("same-origin").await;
    assert_eq!(pressed.status().as_u16(), 303);
    let to = header(&pressed, "location");
    assert_eq!(to, format!("/report/{}", receipt["receipt"].as_str().unwrap()));
    assert_eq!(state().await, "open");
    assert_eq!(press("same-origin").await.status().as_u16(), 404, "once");

    // Nobody who decides sees who it was; whoever may, asks and is noted.
    let reviewer = server.session(Role::Reviewer).await;
    let list = server.page("/console/reports", &reviewer).await.text().await.unwrap();
    assert!(
        list.contains("Bôi nhọ tôi.") && !list.contains("lan@vi-du.vn") && !list.contains("/reveal"),
        "{list}"
    );
    let manager = server.session(Role::PolicyManager).await;
    let path = format!("/console/reports/{}/reveal", receipt["report"].as_str().unwrap());
    let shown = server.submit(&path, &manager, &[("purpose", "question")]).await;
    assert!(shown.text().await.unwrap().contains("lan@vi-du.vn"));
    let auditor = server.token(&[Scope::AuditRead], Some(Role::Auditor)).await;
    let log = body(
        server
            .call("GET", "/v1/audit?action=report.read", &auditor)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(log["entries"][0]["detail"], "question");
    assert!(!log.to_string().contains("lan@"), "{log}");

    // And it is erased on wish.
    let erase = format!("{to}/erase");
    let request = server.client.post(server.url(&erase)).header("content-type", form);
    let page = request.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Đã xóa") && page.contains("Còn giữ"), "{page}");
    assert_eq!(server.get(to).send().await.unwrap().status().as_u16(), 404);
    let list = server.page("/console/reports", &manager).await.text().await.unwrap();
    assert!(
        list.contains("dữ liệu đã được xóa") && !list.contains("Bôi nhọ tôi."),
        "{list}"
    );
}

#[tokio::test]
async fn the_form_works_without_a_script_and_keeps_what_was_filled_in() {
    let server = Server::start().await;
    let page = server.get("/report").send().await.unwrap().text().await.unwrap();
    let challenge = between(&page, "name=\"challenge\" value=\"", "\"");
    let send = async |challenge: &str, fields: &[(&str, &str)]| {
        let mut fields = fields.to_vec();
        fields.extend([
            ("challenge", challenge),
            ("proof", ""),
            ("url", URL),
            ("why", "Họ <b>lừa</b> tôi."),
        ]);
        let request = server.client.post(server.url("/report"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request
            .body(serde_urlencoded::to_string(&fields).unwrap())
            .send()
            .await
            .unwrap()
    };
    let early = send(&challenge, &[("category", "tin-gia")]).await;
    assert_eq!(early.status().as_u16(), 422);
    let page = early.text().await.unwrap();
    assert!(page.contains("role=\"alert\"") && page.contains("10 giây"), "{page}");
    assert!(
        page.contains("Họ &#60;b&#62;lừa&#60;/b&#62; tôi.") && page.contains(URL),
        "{page}"
    );
    let challenge = between(&page, "name=\"challenge\" value=\"", "\"");
    server.wait_minutes(1);
    let wrong = send(&challenge, &[("category", "xuc-pham")]).await;
    assert_eq!(wrong.status().as_u16(), 422);
    let page = wrong.text().await.unwrap();
    assert!(page.contains("họ tên và địa chỉ email"), "{page}");
    let challenge = between(&page, "name=\"challenge\" value=\"", "\"");
    server.wait_minutes(1);
    let sent = send(&challenge, &[("category", "tin-gia")]).await;
    assert_eq!(sent.status().as_u16(), 303);
    let status = server.get(header(&sent, "location")).send().await.unwrap();
    assert_eq!(header(&status, "referrer-policy"), "no-referrer");
    let page = status.text().await.unwrap();
    assert!(
        page.contains("Một người sẽ xem xét") && page.contains("khoản 2 Điều 7"),
        "{page}"
    );
}

#[tokio::test]
async fn a_screenshot_is_sealed_bounded_and_shown_to_those_who_decide() {
    let server = Server::start().await;
    let receipt = body(report(&server, fraud()).await).await;
    let secret = receipt["receipt"].as_str().unwrap();
    let mut most = crate::images::PIXEL.to_vec();
    most.resize(4 << 20, 0);
    let send = async |secret: &str, picture: Vec<u8>| {
        let request = server.client.post(server.url(&format!("/v1/reports/{secret}/picture")));
        let answer = request
            .header("content-type", "image/gif")
            .body(picture)
            .send()
            .await
            .unwrap();
        answer.status().as_u16()
    };
    assert_eq!(send(secret, most.clone()).await, 204);
    most.push(0);
    assert_eq!(send(secret, most).await, 413);
    assert_eq!(send(secret, b"<svg>".to_vec()).await, 422);
    assert_eq!(send(&"0".repeat(40), crate::images::PIXEL.to_vec()).await, 404);

    // What was shown is evidence.
    assert_eq!(send(secret, crate::images::PIXEL.to_vec()).await, 422);

    // The same from the page of another, as a browser without a script sends it.
    let receipt = body(report(&server, fraud()).await).await;
    let secret = receipt["receipt"].as_str().unwrap();
    let form = [
        b"--x\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"a.gif\"\r\n\r\n".as_slice(),
        crate::images::PIXEL,
        b"\r\n--x--\r\n",
    ];
    let upload = async |kind: &str, site: &str| {
        let request = server.client.post(server.url(&format!("/report/{secret}/picture")));
        let request = request.header("content-type", kind).header("sec-fetch-site", site);
        request.body(form.concat()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(upload("multipart/form-data; boundary=x", "cross-site").await, 403);
    assert_eq!(upload("multipart/form-data; boundary=y", "same-origin").await, 400);
    assert_eq!(upload("text/plain", "same-origin").await, 400);
    assert_eq!(upload("multipart/form-data; boundary=x", "same-origin").await, 303);

    let reviewer = server.session(Role::Reviewer).await;
    let list = server.page("/console/reports", &reviewer).await.text().await.unwrap();
    let picture = format!("/console/reports/{}/picture", receipt["report"].as_str().unwrap());
    assert!(list.contains(&picture), "{list}");
    let shown = server.page(&picture, &reviewer).await;
    assert_eq!(header(&shown, "content-type"), "image/gif");
    assert!(header(&shown, "content-security-policy").contains("sandbox"));
    assert_eq!(&shown.bytes().await.unwrap()[..], crate::images::PIXEL);
    let erase = server.client.post(server.url(&format!("/report/{secret}/erase")));
    erase
        .header("content-type", "application/x-www-form-urlencoded")
        .send()
        .await
        .unwrap();
    assert_eq!(server.page(&picture, &reviewer).await.status().as_u16(), 404);
}

#[tokio::test]
async fn the_page_of_a_case_says_why_it_stands_where_it_stands() {
    let server = Server::start().await;
    report(&server, fraud()).await;
    let session = server.session(Role::Reviewer).await;
    let queue = server.page("/console/queue", &session).await.text().await.unwrap();
    let case = between(&queue, "href=\"/console/cases/", "\"");
    let page = async |session: &crate::support::Session| {
        server
            .page(&format!("/console/cases/{case}"), session)
            .await
            .text()
            .await
            .unwrap()
    };
    let shown = page(&session).await;
    for wanted in [
        "Vì sao xếp ở đây",
        "Mức độ hại",
        "1 phản ánh từ 1 người",
        "đang chạy",
        "Họ xin mã OTP.",
    ] {
        assert!(shown.contains(wanted), "{wanted}");
    }
    server.wait_minutes(48 * 60 + 1);
    server.run_jobs().await;
    let shown = page(&server.session(Role::Reviewer).await).await;
    assert!(
        shown.contains("ĐÃ QUÁ HẠN") && shown.contains("Đã quá thời hạn luật định"),
        "{shown}"
    );
    assert_eq!(server.metric("anlanh_clocks_breached").await, 1);
    let reader = server.token(&[Scope::CasesRead], None).await;
    let told = server
        .call("GET", &format!("/v1/cases/{case}"), &reader)
        .send()
        .await
        .unwrap();
    let told = crate::support::json(told).await;
    assert_eq!(told["clocks"][0]["key"], "complaint-removal");
    assert_eq!(told["clocks"][0]["basis"], json!(["luat/7.2"]));
    assert_eq!(told["clocks"][0]["breached"], true);
    let session = server.session(Role::Auditor).await;
    let figures = server.page("/console/figures", &session).await.text().await.unwrap();
    for (what, count) in [
        ("Phản ánh đã nhận", 1),
        ("luật định: kịp", 0),
        ("luật định: quá hạn", 1),
    ] {
        assert!(
            figures.contains(&format!("{what}</dt><dd>{count}</dd>")),
            "{what}: {figures}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reports_from_a_phone_by_the_keyboard() {
    const TAB: char = '\u{e004}';
    const ENTER: char = '\u{e007}';
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    for (width, height) in [(390, 844), (1280, 900)] {
        browser.resize(width, height).await;
        browser.open(&server.url("/report")).await;
        check_calm(&browser, "empty").await;
        browser.picture(&format!("report-form-{width}")).await;
        browser.value("document.getElementById('url').focus()").await;
        // Address, past the closed details, the first kind by the space bar, then down to fraud, why, send.
        browser.press(&format!("{URL}{TAB}{TAB} ")).await;
        assert_eq!(browser.value("document.activeElement.name").await, "category");
        browser.value("document.querySelector('[value=lua-dao]').focus()").await;
        browser.press(" ").await;
        browser.value("document.getElementById('why').focus()").await;
        browser.press("Họ xin mã OTP của mẹ tôi.").await;
        browser.press(&format!("{TAB}{TAB}{TAB}{TAB}{ENTER}")).await;
        browser.wait("location.pathname.startsWith('/report/')").await;
        let shown = browser
            .value("document.querySelector('[role=status]').textContent")
            .await;
        assert!(shown.as_str().unwrap().contains("look at it"), "{shown}");
        check_calm(&browser, "status").await;
        browser.picture(&format!("report-status-{width}")).await;
        browser
            .value("document.querySelector('details.sure summary').focus()")
            .await;
        browser.press(&ENTER.to_string()).await;
        browser.press(&format!("{TAB}{ENTER}")).await;
        browser.wait("document.getElementById('held') !== null").await;
        check_calm(&browser, "erased").await;
        browser.picture(&format!("report-erased-{width}")).await;
    }
    // A kind that needs a name says so before anything is sent.
    browser.open(&server.url("/report")).await;
    browser
        .value("document.querySelector('[value=xuc-pham]').click()")
        .await;
    assert_eq!(browser.value("document.getElementById('email').required").await, true);
    browser.value("document.querySelector('[value=tin-gia]').click()").await;
    assert_eq!(browser.value("document.getElementById('email').required").await, false);
}

/// A report that waits to be confirmed beside one that has a case: the pages of both, and that of the case.
pub async fn made(server: &Server, session: &crate::support::Session) -> (String, String, String) {
    let mut named = json!({ "category": "tin-gia", "url": URL, "why": "Tin bịa đặt về trường con tôi." });
    named["email"] = json!("lan@vi-du.vn");
    let receipt = body(report(server, named).await).await;
    let path = format!("/report/{}", receipt["receipt"].as_str().unwrap());
    let list = server.page("/console/reports", session).await.text().await.unwrap();
    let case = between(&list, "href=\"/console/cases/", "\"");
    (path, confirmation(&receipt["report"]), format!("/console/cases/{case}"))
}
