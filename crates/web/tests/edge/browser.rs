//! The page in a real browser, at the width of a desk and of a phone.
//!
//! Without Chromium and chromedriver these tests say that they did not run; where `CI` is set, that is a failure.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::support::Server;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

pub async fn browser() -> Option<Browser> {
    let browser = Browser::start().await;
    if browser.is_none() {
        let message = "NOT RUN: no chromium and chromedriver on this machine";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
    }
    browser
}

/// No part of the page is wider than the window, and the console has nothing to complain about.
pub async fn check_calm(browser: &Browser, state: &str) {
    let overflow = browser
        .value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        .await;
    assert!(overflow.as_i64().unwrap() <= 0, "{state}: {overflow} px too wide");
    assert_eq!(browser.console().await, [""; 0], "{state}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_follows_as_one_types() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    for (width, height) in [(1280, 900), (360, 740)] {
        browser.resize(width, height).await;
        browser.open(&server.url("/")).await;
        check_calm(&browser, "empty").await;
        browser.value("document.getElementById('text').focus()").await;
        browser.press("Liên hệ 0912 345 678 <b>").await;
        browser
            .wait("document.querySelector('.marked')?.textContent.includes('<b>')")
            .await;
        browser
            .wait("document.querySelector('.scale [aria-current]') !== null")
            .await;
        let shown = browser
            .value("document.querySelector('.marked').textContent.replace(/\\d+$/, '')")
            .await;
        assert!(shown.as_str().unwrap().starts_with("Liên hệ 0912 345 678"), "{shown}");
        let said = browser.value("document.getElementById('announce').textContent").await;
        assert!(
            said.as_str().unwrap().len() > 10,
            "a screen reader hears the verdict: {said}"
        );
        assert_eq!(
            browser.value("document.activeElement.id").await,
            "text",
            "typing is not interrupted"
        );
        check_calm(&browser, "typed").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_marked_in_place_and_tied_to_its_rule() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    browser.resize(1280, 900).await;
    browser.open(&server.url("/?example=0")).await;
    let marks = browser
        .value("document.querySelectorAll('.marked mark[data-rules]:not([data-rules=\"\"])').length")
        .await;
    assert!(marks.as_u64().unwrap() > 0, "evidence is marked");
    let whole = "[...document.querySelector('.marked').childNodes].filter(n => n.nodeName !== 'SUP')\
                 .map(n => n.textContent).join('') === document.getElementById('text').value";
    assert_eq!(browser.value(whole).await, true, "the marked text is the text");
    browser
        .value("document.querySelector('[data-rule=\"1\"]').focus()")
        .await;
    let lit = "[...document.querySelectorAll('mark.on')].every(m => m.dataset.rules.split(' ').includes('1')) \
               && document.querySelectorAll('mark.on').length > 0";
    browser.wait(lit).await;
    browser.picture("try-it").await;
    check_calm(&browser, "example").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_done_from_the_keyboard() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    browser.resize(1280, 900).await;
    browser.open(&server.url("/")).await;
    let mut seen = Vec::new();
    for _ in 0..40 {
        browser.press(&TAB.to_string()).await;
        let focused = "(() => { const e = document.activeElement; const s = getComputedStyle(e); \
                       return [e.id || e.className || e.tagName, s.outlineStyle !== 'none' || e.matches('.skip')]; })()";
        let focused = browser.value(focused).await;
        let name = focused[0].as_str().unwrap().to_owned();
        if name == "BODY" || seen.first() == Some(&name) {
            break;
        }
        assert_eq!(focused[1], true, "{name} shows that it has the focus");
        seen.push(name);
    }
    assert_eq!(seen[0], "skip", "the first stop leads past the form");
    for wanted in ["text", "kind", "BUTTON", "SUMMARY"] {
        assert!(seen.iter().any(|name| name == wanted), "{wanted} among {seen:?}");
    }
    browser.value("document.getElementById('text').focus()").await;
    browser.press("xin chào").await;
    browser.press(&format!("{TAB}{TAB}{ENTER}")).await;
    browser.wait("document.activeElement.id === 'result'").await;
    assert_eq!(
        browser.value("document.querySelector('.marked').textContent").await,
        "xin chào"
    );
    check_calm(&browser, "keyboard").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_works_without_javascript() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    browser.resize(1280, 900).await;
    browser
        .devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }))
        .await;
    browser.open(&server.url("/?lang=en")).await;
    // WebDriver's own scripts are off as well, so the page is looked at through the protocol.
    browser.devtools("DOM.enable", json!({})).await;
    let text = browser.query("#text").await.expect("there is a text field");
    browser.devtools("DOM.focus", json!({ "nodeId": text })).await;
    browser
        .devtools("Input.insertText", json!({ "text": "một văn bản" }))
        .await;
    browser.press(&format!("{TAB}{TAB}{ENTER}")).await;
    let mut found = None;
    for _ in 0..500 {
        found = browser.query(".scale [aria-current]").await;
        if found.is_some() {
            break;
        }
    }
    assert!(found.is_some(), "the verdict is shown");
    assert!(browser.query("html[lang=en]").await.is_some(), "the language stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_fits_every_width_in_both_schemes() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    for scheme in ["light", "dark"] {
        let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.devtools("Emulation.setEmulatedMedia", feature).await;
        for (name, width) in [("desktop", 1280), ("tablet", 800), ("phone", 390), ("narrow", 320)] {
            browser.resize(width, 900).await;
            browser.open(&server.url("/?example=0")).await;
            browser
                .value("document.querySelectorAll('details').forEach(d => d.open = true)")
                .await;
            check_calm(&browser, name).await;
            check_contrast(&browser, &format!("{scheme} {name}")).await;
            browser.picture(&format!("{scheme}-{name}")).await;
        }
    }
}

/// Every text stands out from its ground by 4.5 : 1 at least (WCAG 2.2, 1.4.3).
pub async fn check_contrast(browser: &Browser, state: &str) {
    let weak = browser.value(include_str!("contrast.js").trim_end()).await;
    assert_eq!(weak, Value::Array(Vec::new()), "{state}");
}
