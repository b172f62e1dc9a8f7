//! How a decision is written: what the form offers, what becomes of it when it is refused, and what comes next.

use anlanh_model::{Outcome, Role};

use crate::browser::{browser, check_calm};
use crate::console::{account, between, open_cases};
use crate::support::{Server, Session, header};

const NO_VIOLATION: &str = "Đã xem xét và không thấy vi phạm quy định.";

/// What the page of a case offers as the facts.
async fn offered(server: &Server, case: &str, person: &Session) -> String {
    let page = server.page(&format!("/console/cases/{case}"), person).await;
    let html = page.text().await.unwrap();
    between(&html, "name=\"prefilled\" value=\"", "\"")
}

#[tokio::test]
async fn what_is_no_violation_is_not_told_as_one() {
    let server = Server::start().await;
    let cases = open_cases(&server, &["Gửi mã OTP đi", "Đọc mã OTP cho em"]).await;
    let lan = server.session(Role::Reviewer).await;
    let offered = offered(&server, &cases[0], &lan).await;
    assert!(offered.starts_with("Nội dung có dấu hiệu thuộc nhóm: "), "{offered}");
    let wrote = "Bài cảnh báo, không xin mã của ai.";
    for (case, facts, expected) in [(&cases[0], offered.as_str(), NO_VIOLATION), (&cases[1], wrote, wrote)] {
        let path = format!("/console/cases/{case}");
        let fields = [
            ("outcome", Outcome::NoViolation.key()),
            ("prefilled", &offered),
            ("facts", facts),
        ];
        let done = server.submit(&format!("{path}/decide"), &lan, &fields).await;
        assert_eq!(done.status().as_u16(), 303);
        let html = server.page(&path, &lan).await.text().await.unwrap();
        assert!(html.contains(&format!("<dd lang=\"vi\">{expected}</dd>")), "{facts}");
        assert!(
            !html.contains("Người đăng có quyền khiếu nại"),
            "nothing was done to anybody"
        );
    }
}

#[tokio::test]
async fn a_refused_decision_is_shown_as_it_was_filled_in() {
    let server = Server::start().await;
    let cases = open_cases(&server, &["Gửi mã OTP đi"]).await;
    let lan = server.session(Role::Reviewer).await;
    let fields = [
        ("outcome", "remove"),
        ("category", "SC1"),
        ("offered", "SC1"),
        ("measure-account", "temporary_lock"),
        ("days-account", ""),
        ("strikes", "1"),
        ("facts", "Xin mã OTP của <người> khác"),
    ];
    let path = format!("/console/cases/{}/decide", cases[0]);
    let refused = server.submit(&path, &lan, &fields).await;
    assert_eq!(refused.status().as_u16(), 409, "a lock needs its days");
    let html = refused.text().await.unwrap();
    assert!(html.contains("khóa tạm thời cần số ngày"), "why is said");
    for kept in [
        "value=\"remove\" data-number=\"5\" required checked",
        "<option value=\"temporary_lock\" selected",
        "<details class=\"behind\" open>",
        "Xin mã OTP của &#60;người&#62; khác</textarea>",
    ] {
        assert!(html.contains(kept), "{kept}");
    }
    for dropped in [
        "value=\"luat/7.2\" checked",
        "name=\"strike\" value=\"account\" checked",
    ] {
        assert!(!html.contains(dropped), "{dropped}");
    }
}

#[tokio::test]
async fn the_next_case_is_one_that_this_person_may_decide() {
    let server = Server::start().await;
    let texts = [
        "Gửi mã OTP đi",
        "Đọc mã OTP cho em",
        "Gửi mã OTP ngay",
        "Gửi mã OTP nhanh",
    ];
    let cases = open_cases(&server, &texts).await;
    let lan = server.session(Role::Reviewer).await;
    let path = |at: usize, step: &str| format!("/console/cases/{}{step}", cases[at]);
    for beyond in [1, 2] {
        let handed_on = server
            .submit(&path(beyond, "/escalate"), &lan, &[("note", "cần luật sư")])
            .await;
        assert_eq!(handed_on.status().as_u16(), 303);
    }
    let decided = [("outcome", "no_violation"), ("facts", "Không xin mã"), ("then", "next")];
    let done = server.submit(&path(0, "/decide"), &lan, &decided).await;
    let expected = format!("{}?done={}", path(3, ""), cases[0]);
    assert_eq!(
        header(&done, "location"),
        expected,
        "what only others may decide is passed over"
    );
    let queue = server.page("/console/queue", &lan).await.text().await.unwrap();
    assert_eq!(queue.matches("/take\"").count(), 1, "and is not offered in the queue");
    let done = server.submit(&path(3, "/decide"), &lan, &decided).await;
    assert_eq!(
        header(&done, "location"),
        format!("/console/queue?done={}", cases[3]),
        "nothing is left for this person"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offered_facts_go_with_the_outcome() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    account(&server, "lan", Role::Reviewer).await;
    let cases = open_cases(&server, &["Gửi mã OTP đi"]).await;
    browser.forget().await;
    browser.open(&server.url(&format!("/console/cases/{}", cases[0]))).await;
    browser.value("document.getElementById('name').focus()").await;
    browser.press("lan\u{e004}trăm năm trong cõi\u{e007}").await;
    browser.wait("document.getElementById('decision') !== null").await;
    check_calm(&browser, "case").await;
    let facts = "document.getElementById('facts').value";
    let offered = browser.value(facts).await;
    browser.press("1").await;
    browser.wait(&format!("{facts} === '{NO_VIOLATION}'")).await;
    browser.press("5").await;
    browser.wait(&format!("{facts} === {offered}")).await;
    browser
        .value("document.getElementById('facts').value = 'Tôi tự viết'")
        .await;
    browser.press("1").await;
    browser
        .wait("document.querySelector('[name=outcome]:checked').value === 'no_violation'")
        .await;
    assert_eq!(browser.value(facts).await, "Tôi tự viết");
}
