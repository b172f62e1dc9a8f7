//! The staff console in a real browser, worked with the keyboard alone, at the width of a desk and of a phone.

use anlanh_model::Role;

use crate::browser::{browser, check_calm, check_contrast};
use crate::console::{account, open_cases};
use crate::support::Server;

const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';
const CONTROL: char = '\u{e009}';

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_is_worked_with_the_keyboard() {
    let Some(browser) = browser().await else { return };
    for (width, height, name) in [(1280, 900, "desk"), (390, 844, "phone")] {
        let server = Server::start().await;
        account(&server, "lan", Role::Reviewer).await;
        let texts = [
            "Chị gửi mã OTP cho em để nhận thưởng nhé, số em 0912 345 678",
            "Em cần xác minh tài khoản, anh chị đọc giúp mã OTP cho em trong 5 phút, quá hạn là mất quà. \
             Đăng nhập vietcombank-nhanthuong.com rồi nhập mật khẩu <img src=x onerror=alert(1)>",
            "GỬI MÃ OTP CHO EM",
        ];
        open_cases(&server, &texts).await;
        browser.resize(width, height).await;
        browser.forget().await;
        browser.open(&server.url("/console")).await;
        check_calm(&browser, "sign-in").await;
        browser.picture(&format!("console-sign-in-{name}")).await;
        browser.value("document.getElementById('name').focus()").await;
        browser.press(&format!("lan{TAB}trăm năm trong cõi{ENTER}")).await;
        browser
            .wait("document.querySelectorAll('[data-row]').length === 3")
            .await;
        check_calm(&browser, "queue").await;
        check_contrast(&browser, &format!("queue {name}")).await;
        browser.picture(&format!("console-queue-{name}")).await;
        browser.press("jjk").await;
        let at =
            browser.value("[...document.querySelectorAll('[data-row]')].indexOf(document.querySelector('.current'))");
        assert_eq!(at.await, 0, "j goes down, k goes up");
        browser.press("o").await;
        browser.wait("document.getElementById('decision') !== null").await;
        check_calm(&browser, "case").await;
        check_contrast(&browser, &format!("case {name}")).await;
        browser.picture(&format!("console-case-{name}")).await;
        browser.press("a").await;
        browser
            .wait("document.querySelector('form[action$=release]') !== null")
            .await;
        let first = browser.value("location.pathname").await;
        // The outcome by its number, then the decision: the next case comes by itself.
        browser.press("5").await;
        browser
            .wait("document.querySelector('[name=outcome]:checked')?.value === 'remove'")
            .await;
        browser.chord(CONTROL, ENTER).await;
        let elsewhere = format!("document.getElementById('decision') !== null && location.pathname !== {first}");
        browser.wait(&elsewhere).await;
        browser.press("l").await;
        browser
            .wait(
                "getComputedStyle(document.querySelector('#decision [name=outcome][value=label]')).display !== 'none' \
                   && document.querySelector('[name=outcome]:checked')?.value === 'label'",
            )
            .await;
        browser.press("e").await;
        browser.wait("document.activeElement.id === 'escalate'").await;
        browser.press(&format!("cần người quản lý xem{TAB}{ENTER}")).await;
        browser
            .wait("document.body.textContent.includes(': cần người quản lý xem')")
            .await;
        browser.picture(&format!("console-escalated-{name}")).await;
        browser.open(&server.url(first.as_str().unwrap())).await;
        check_calm(&browser, "decided").await;
        browser.picture(&format!("console-decided-{name}")).await;
        browser.open(&server.url("/console/items?q=ma+otp")).await;
        browser
            .wait("document.querySelectorAll('.found > li').length === 3")
            .await;
        check_calm(&browser, "items").await;
        check_contrast(&browser, &format!("items {name}")).await;
        browser.picture(&format!("console-items-{name}")).await;
        browser.open(&server.url("/console/figures?days=7")).await;
        browser
            .wait("document.querySelectorAll('.charts rect').length > 10")
            .await;
        check_calm(&browser, "figures").await;
        check_contrast(&browser, &format!("figures {name}")).await;
        browser.picture(&format!("console-figures-{name}")).await;
        browser.open(&server.url("/console/queue")).await;
        browser.value("document.querySelector('[name=theme]').click()").await;
        browser.wait("document.documentElement.dataset.theme === 'dark'").await;
        check_contrast(&browser, &format!("dark queue {name}")).await;
        browser.picture(&format!("console-queue-dark-{name}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_labelled_and_nothing_is_inline() {
    let server = Server::start().await;
    let case = open_cases(&server, &["Chị gửi mã OTP cho em"]).await.remove(0);
    let session = server.session(Role::Reviewer).await;
    for path in [
        "/console/queue".to_owned(),
        format!("/console/cases/{case}"),
        "/console/sign-in".to_owned(),
        "/console/items".to_owned(),
        "/console/figures".to_owned(),
    ] {
        let html = server.page(&path, &session).await.text().await.unwrap();
        assert_eq!(html.matches("<h1>").count(), 1, "{path} has one heading");
        for inline in [" style=", " onclick=", "<style", "<script>", "javascript:"] {
            assert!(!html.contains(inline), "{path} holds {inline}");
        }
        let forms = html.matches("method=\"post\"").count();
        assert_eq!(
            html.matches("name=\"csrf\"").count(),
            forms,
            "{path}: each form is guarded"
        );
        for field in ["<textarea id=\"", "<select id=\"", "<input id=\""] {
            for id in html.split(field).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(html.contains(&format!("for=\"{id}\"")), "{path}: {id} has no label");
            }
        }
    }
}
