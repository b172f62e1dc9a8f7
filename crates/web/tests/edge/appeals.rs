//! Appeals over HTTP and in a browser: from a private link to the answer, by the keyboard alone and without JavaScript.

use anlanh_model::{Role, Scope};
use anlanh_pack::Policy;
use anlanh_web::Limits;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::browser::{browser, check_calm, check_contrast};
use crate::console::{account, between, open_cases};
use crate::driver::Browser;
use crate::support::{Server, Session, header, json as body};

/// A post that the pack of the tests sends to a person.
const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";
const WORDS: &str = "Tôi chỉ kể lại chuyện bị lừa để cảnh báo mọi người.";
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

/// A case that somebody decided: its decision, and who decided.
async fn decided(server: &Server, outcome: &str) -> (String, Session) {
    let cases = open_cases(server, &[BAIT]).await;
    let first = server.session(Role::Reviewer).await;
    let fields = [
        ("outcome", outcome),
        ("category", "SC1"),
        ("facts", "Bài đăng xin mã OTP."),
    ];
    let done = server
        .submit(&format!("/console/cases/{}/decide", cases[0]), &first, &fields)
        .await;
    assert_eq!(done.status().as_u16(), 303);
    let reader = server.token(&[Scope::CasesRead], None).await;
    let list = body(server.call("GET", "/v1/decisions", &reader).send().await.unwrap()).await;
    (list["decisions"][0]["decision"].as_str().unwrap().to_owned(), first)
}

async fn link(server: &Server, decision: &str, party: &str) -> String {
    let token = server.token(&[Scope::AppealsWrite], None).await;
    let path = format!("/v1/decisions/{decision}/links");
    let links = body(server.call("GET", &path, &token).send().await.unwrap()).await;
    let links = links["links"].as_array().unwrap();
    let found = links.iter().find(|link| link["party"] == party).unwrap();
    found["path"].as_str().unwrap().to_owned()
}

async fn post(server: &Server, path: &str, words: &str) -> Response {
    let form = serde_urlencoded::to_string([("words", words)]).unwrap();
    let kind = "application/x-www-form-urlencoded";
    server.post(path, kind, form).send().await.unwrap()
}

async fn text(server: &Server, path: &str) -> String {
    let answer = server.get(path).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.text().await.unwrap()
}

/// The case of the only appeal there is.
async fn appealed(server: &Server) -> String {
    let token = server.token(&[Scope::AppealsWrite], None).await;
    let list = body(server.call("GET", "/v1/appeals", &token).send().await.unwrap()).await;
    list["appeals"][0]["case"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_decision_is_appealed_talked_about_and_undone_over_http() {
    let server = Server::start().await;
    let (decision, first) = decided(&server, "remove").await;
    let path = link(&server, &decision, "author").await;
    let page = text(&server, &path).await;
    for told in [
        "Nội dung bị gỡ bỏ.",
        "Bài đăng xin mã OTP.",
        BAIT,
        "Một quy tắc tự động phát hiện.",
        "21:13 20/03/2027",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    // A look changes nothing, however often mail scanners take one.
    let writes = server.store().database().stats().writes;
    text(&server, &path).await;
    let head = server.client.head(server.url(&path)).send().await.unwrap();
    assert_eq!(head.status().as_u16(), 200);
    assert_eq!(server.store().database().stats().writes, writes);

    let blank = post(&server, &format!("{path}/appeal"), " \n ").await;
    assert_eq!(blank.status().as_u16(), 422);
    assert!(
        blank
            .text()
            .await
            .unwrap()
            .contains("Hãy viết vì sao bạn không đồng ý.")
    );
    let sent = post(&server, &format!("{path}/appeal"), WORDS).await;
    assert_eq!(
        (sent.status().as_u16(), header(&sent, "location")),
        (303, format!("{path}#remedy").as_str())
    );
    let again = post(&server, &format!("{path}/appeal"), WORDS).await;
    assert_eq!(again.status().as_u16(), 409);
    assert!(again.text().await.unwrap().contains("Đã khiếu nại rồi"));
    let said = post(&server, &format!("{path}/message"), "Tôi gửi thêm chi tiết.").await;
    assert_eq!(said.status().as_u16(), 303);

    // Whoever decided sees the appeal and can do nothing with it.
    let case = appealed(&server).await;
    let page = format!("/console/cases/{case}");
    let html = server.page(&page, &first).await.text().await.unwrap();
    assert!(html.contains(WORDS) && html.contains("Cần người khác quyết định"));
    assert!(!html.contains("name=\"result\""), "no form for who decided");
    let answer = [("result", "reversed"), ("facts", "Bài cảnh báo, không xin mã của ai.")];
    let refused = server.submit(&format!("{page}/answer"), &first, &answer).await;
    assert_eq!(refused.status().as_u16(), 409);

    let other = server.session(Role::Reviewer).await;
    let html = server.page(&page, &other).await.text().await.unwrap();
    assert!(html.contains("name=\"result\"") && html.contains("Tôi gửi thêm chi tiết."));
    let wrote = [("words", "Bài đăng ở nhóm nào ạ?")];
    assert_eq!(
        server
            .submit(&format!("{page}/message"), &other, &wrote)
            .await
            .status()
            .as_u16(),
        303
    );
    let mine = text(&server, &path).await;
    assert!(mine.contains("Bài đăng ở nhóm nào ạ?") && mine.contains("Người xem xét"));
    assert!(!mine.contains("reviewer-"), "staff have no names here");
    let misfit = [("result", "changed"), ("facts", "x")];
    let refused = server.submit(&format!("{page}/answer"), &other, &misfit).await;
    assert_eq!(refused.status().as_u16(), 409, "said on the page of the case");
    let done = server.submit(&format!("{page}/answer"), &other, &answer).await;
    assert_eq!(done.status().as_u16(), 303);
    let mine = text(&server, &path).await;
    for told in [
        "Hủy quyết định",
        "Bài cảnh báo, không xin mã của ai.",
        "Nội dung không vi phạm",
    ] {
        assert!(mine.contains(told), "{told}");
    }
    // What holds stands first; what was decided before is folded below it.
    let (now, before) = mine.split_once("<details class=\"card\">").unwrap();
    assert!(
        now.contains("<h2>Khiếu nại được chấp nhận; nội dung đã được khôi phục.</h2>"),
        "{now}"
    );
    assert!(!now.contains("Nội dung bị gỡ bỏ."), "{now}");
    assert!(before.contains("Quyết định ban đầu, không còn hiệu lực") && before.contains("Nội dung bị gỡ bỏ."));
    assert!(!mine.contains("<textarea"), "it is over");
    let over = post(&server, &format!("{path}/message"), "cảm ơn").await;
    assert_eq!(over.status().as_u16(), 409);

    let manager = server.session(Role::PolicyManager).await;
    let rule = server
        .page("/console/policy/rules/sc1.otp", &manager)
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(between(&rule, "<dt>Bị bác sau khiếu nại</dt><dd>", "</dd>"), "1");
}

#[tokio::test]
async fn an_author_reads_what_the_label_on_their_post_leads_to() {
    let server = Server::of(Policy::built_in().unwrap(), None, Limits::default()).await;
    let cases = open_cases(&server, &[BAIT]).await;
    let first = server.session(Role::Reviewer).await;
    let verified = "https://tingia.gov.vn/?id=1&muc=lua-dao";
    let fields = [
        ("outcome", "label"),
        ("category", "SC1"),
        ("label", "tin-gia"),
        ("verified", verified),
        ("facts", "Bài đăng xin mã OTP."),
    ];
    let done = server
        .submit(&format!("/console/cases/{}/decide", cases[0]), &first, &fields)
        .await;
    assert_eq!(done.status().as_u16(), 303);
    let reader = server.token(&[Scope::CasesRead], None).await;
    let list = body(server.call("GET", "/v1/decisions", &reader).send().await.unwrap()).await;
    let decision = list["decisions"][0]["decision"].as_str().unwrap();
    let page = text(&server, &link(&server, decision, "author").await).await;
    let shown = between(&page, "<dt>Thông tin kiểm chứng</dt><dd>", "</dd>");
    assert!(
        shown.contains("href=\"https://tingia.gov.vn/?id=1&#38;muc=lua-dao\""),
        "{shown}"
    );
    // The private link is in the address of the page: nobody else learns it from who follows the other one.
    assert!(shown.contains("rel=\"noreferrer nofollow\""), "{shown}");
    // A reporter is not told what is done to others.
    let page = text(&server, &link(&server, decision, "reporter").await).await;
    assert!(!page.contains("tingia.gov.vn"));
}

#[tokio::test]
async fn the_platform_appeals_for_its_user_and_reviewers_answer_over_the_api() {
    let server = Server::start().await;
    let (decision, _) = decided(&server, "hide").await;
    let platform = server.token(&[Scope::AppealsWrite], None).await;
    let reviewer = server
        .token(&[Scope::CasesRead, Scope::CasesWrite], Some(Role::Reviewer))
        .await;
    let send = async |token: &str, path: &str, sent: Value| {
        let answer = server
            .call("POST", path, token)
            .body(sent.to_string())
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), body(answer).await)
    };
    let path = format!("/v1/decisions/{decision}/appeals");
    let author = json!({ "party": "author", "words": WORDS });
    let longest = "ệ".repeat(2_000);
    for (sent, status, code) in [
        (json!({ "party": "nobody", "words": "x" }), 422, "bad-body"),
        (json!({ "party": "author", "words": "" }), 422, "bad-text"),
        (
            json!({ "party": "author", "words": format!("{longest}ệ") }),
            422,
            "bad-text",
        ),
        (json!({ "party": "author" }), 422, "bad-body"),
    ] {
        let (answered, problem) = send(&platform, &path, sent).await;
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)));
    }
    let (status, opened) = send(&platform, &path, author.clone()).await;
    assert_eq!((status, opened["state"].as_str()), (201, Some("open")), "{opened}");
    let (status, problem) = send(&platform, &path, author).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("appeal-twice")));
    let owner = json!({ "party": "owner", "words": longest });
    let (status, problem) = send(&platform, &path, owner).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("appeal-other-open")));

    let case = opened["case"].as_str().unwrap();
    let at = |step: &str| format!("/v1/cases/{case}/{step}");
    let (status, talk) = send(&reviewer, &at("appeal-messages"), json!({ "words": "Nhóm nào ạ?" })).await;
    assert_eq!((status, talk["messages"][0]["from"].as_str()), (200, Some("reviewer")));
    for (sent, code) in [
        (json!({ "result": "changed", "facts": "x" }), "appeal-bad-answer"),
        (
            json!({ "result": "upheld", "facts": "x", "decision": { "outcome": "hide" } }),
            "appeal-bad-answer",
        ),
        (json!({ "result": "burnt", "facts": "x" }), "bad-body"),
        (json!({ "result": "upheld", "facts": "" }), "bad-text"),
    ] {
        let (status, problem) = send(&reviewer, &at("appeal-answer"), sent).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some(code)));
    }
    let decision_of = json!({ "outcome": "remove", "category": "SC1", "facts": "x" });
    let (status, problem) = send(&reviewer, &at("decision"), decision_of).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("appeal-bad-answer")));
    let changed = json!({
        "result": "changed", "facts": "Gắn nhãn là đủ.", "decision": { "outcome": "limit", "category": "SC1" },
    });
    let (status, answered) = send(&reviewer, &at("appeal-answer"), changed).await;
    assert_eq!(
        (status, answered["outcome"].as_str()),
        (200, Some("limit")),
        "{answered}"
    );
    let shown = server
        .call(
            "GET",
            &format!("/v1/appeals/{}", opened["appeal"].as_str().unwrap()),
            &platform,
        )
        .send()
        .await
        .unwrap();
    let shown = body(shown).await;
    assert_eq!(
        (shown["state"].as_str(), shown["answer"]["outcome"].as_str()),
        (Some("changed"), Some("limit"))
    );
    let case = body(
        server
            .call("GET", &format!("/v1/cases/{case}"), &reviewer)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(
        (case["cause"].as_str(), case["appeal"]["state"].as_str()),
        (Some("appeal"), Some("changed"))
    );
    let list = async |query: &str| {
        let answer = server
            .call("GET", &format!("/v1/appeals{query}"), &platform)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), body(answer).await)
    };
    assert_eq!(list("?state=open").await.1["appeals"], json!([]));
    assert_eq!(
        list("?state=changed&limit=1").await.1["appeals"][0]["appeal"],
        opened["appeal"]
    );
    assert_eq!(list("?state=lost").await.0, 400);
}

#[tokio::test]
async fn a_link_that_leads_nowhere_says_so_and_tells_nothing() {
    let server = Server::start().await;
    let (decision, _) = decided(&server, "remove").await;
    let path = link(&server, &decision, "author").await;
    let wrong = format!(
        "{}{}",
        &path[..path.len() - 1],
        if path.ends_with('0') { "1" } else { "0" }
    );
    for nowhere in [wrong.as_str(), "/d/x", "/d/anl_x", &format!("{path}0")] {
        let answer = server.get(nowhere).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::GONE, "{nowhere}");
        assert!(!answer.text().await.unwrap().contains("OTP"));
        for step in ["appeal", "message", "withdraw"] {
            let answer = post(&server, &format!("{nowhere}/{step}"), WORDS).await;
            assert_eq!(answer.status(), StatusCode::GONE, "{nowhere} {step}");
        }
    }
    // What another site sends is refused, though the link is right.
    let form = server.client.post(server.url(&format!("{path}/appeal")));
    let form = form
        .header("content-type", "application/x-www-form-urlencoded")
        .body("words=x");
    let foreign = form.header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(foreign.status().as_u16(), 403);
    let empty = post(&server, &format!("{path}/appeal"), " ").await;
    assert_eq!(empty.status().as_u16(), 422);
    assert!(empty.text().await.unwrap().contains("role=\"alert\""));
}

#[tokio::test]
async fn a_policy_manager_suspends_a_rule_in_one_step() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let acting = "sc1.bank";
    let path = format!("/console/policy/rules/{acting}");
    let html = server.page(&path, &manager).await.text().await.unwrap();
    assert!(html.contains("Tạm ngừng tự xử lý"), "{html}");
    let done = server.submit(&format!("{path}/suspend"), &manager, &[]).await;
    assert_eq!(
        (done.status().as_u16(), header(&done, "location")),
        (303, format!("{path}#brake").as_str())
    );
    let html = server.page(&path, &manager).await.text().await.unwrap();
    assert!(!html.contains("Tạm ngừng tự xử lý") && html.contains("value=\"0\""));
}

async fn focus(browser: &Browser, id: &str) {
    browser.value(&format!("document.getElementById('{id}').focus()")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_is_made_talked_about_and_answered_by_the_keyboard_alone() {
    let Some(browser) = browser().await else { return };
    for (width, height) in [(1280, 900), (360, 740)] {
        let server = Server::start().await;
        let (decision, _) = decided(&server, "remove").await;
        let path = link(&server, &decision, "author").await;
        browser.resize(width, height).await;
        browser.forget().await;
        browser.open(&server.url(&path)).await;
        check_calm(&browser, "decision").await;
        check_contrast(&browser, "decision").await;
        browser.picture(&format!("concern-{width}")).await;
        focus(&browser, "words").await;
        browser.press(&format!("{WORDS}{TAB}{ENTER}")).await;
        browser
            .wait("document.querySelector('.verdict + dl time') !== null")
            .await;
        browser.wait("document.querySelector('details form') !== null").await;
        focus(&browser, "words").await;
        browser.press(&format!("Em gui them anh{TAB}{ENTER}")).await;
        browser.wait("document.querySelector('.talk') !== null").await;
        check_calm(&browser, "appealed").await;
        check_contrast(&browser, "appealed").await;
        browser.picture(&format!("concern-appealed-{width}")).await;

        let case = appealed(&server).await;
        account(&server, "minh", Role::Reviewer).await;
        browser.sign_in(&server, "minh").await;
        browser.open(&server.url(&format!("/console/cases/{case}"))).await;
        check_calm(&browser, "case").await;
        check_contrast(&browser, "case").await;
        browser.picture(&format!("appeal-case-{width}")).await;
        focus(&browser, "message").await;
        browser.press(&format!("Nhom nao a?{TAB}{ENTER}")).await;
        browser.wait("document.querySelector('.talk .own') !== null").await;
        // The number chooses the result, and the letter leads to the form.
        browser.value("document.activeElement.blur()").await;
        browser.press("3").await;
        browser
            .wait("getComputedStyle(document.querySelector('.replacement')).display === 'block'")
            .await;
        check_calm(&browser, "changing").await;
        browser.picture(&format!("appeal-changing-{width}")).await;
        browser.press("2").await;
        browser
            .wait("getComputedStyle(document.querySelector('.replacement')).display === 'none'")
            .await;
        focus(&browser, "facts").await;
        browser.press("Bai canh bao.").await;
        browser.chord('\u{e009}', ENTER).await;
        browser.wait("location.pathname === '/console/queue'").await;
        browser.forget().await;
        browser.open(&server.url(&path)).await;
        browser.wait("document.querySelector('.now') !== null").await;
        check_calm(&browser, "answered").await;
        check_contrast(&browser, "answered").await;
        browser.picture(&format!("concern-answered-{width}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_is_made_without_javascript() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let (decision, _) = decided(&server, "limit").await;
    let path = link(&server, &decision, "owner").await;
    browser.resize(360, 740).await;
    browser
        .devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }))
        .await;
    browser.open(&server.url(&path)).await;
    browser.devtools("DOM.enable", json!({})).await;
    let words = browser.query("#words").await.expect("there is a text field");
    browser.devtools("DOM.focus", json!({ "nodeId": words })).await;
    browser.devtools("Input.insertText", json!({ "text": WORDS })).await;
    browser.press(&format!("{TAB}{ENTER}")).await;
    let mut found = None;
    for _ in 0..500 {
        found = browser.query("details form[action$=withdraw]").await;
        if found.is_some() {
            break;
        }
    }
    assert!(found.is_some(), "the appeal is made");
}
