//! A whole day in one browser: a neighbour reports a post from a phone, a reviewer decides at a desk, the platform carries
//! it out, the author appeals from a phone, somebody else answers, and everybody can read what came of it.

use anlanh_model::{Role, Scope};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::console::account;
use crate::driver::Browser;
use crate::support::{Server, json as body};

const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';
const CONTROL: char = '\u{e009}';

const DESK: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// What the platform is told, as kind and effect.
async fn told(server: &Server, token: &str) -> Vec<(String, String)> {
    let feed = body(server.call("GET", "/v1/actions", token).send().await.unwrap()).await;
    let actions = feed["actions"].as_array().unwrap().iter();
    let word = |action: &Value, name: &str| action[name].as_str().unwrap().to_owned();
    actions
        .map(|action| (word(action, "kind"), word(action, "effect")))
        .collect()
}

async fn text(browser: &Browser) -> String {
    let text = browser.value("document.body.textContent").await;
    text.as_str().unwrap().to_owned()
}

/// Somebody signs in at the desk and takes the one case that waits, by the keyboard.
async fn take_the_only_case(browser: &Browser, server: &Server, name: &str) {
    browser.forget().await;
    browser.sign_in(server, name).await;
    browser.open(&server.url("/console/queue")).await;
    browser
        .wait("document.querySelectorAll('[data-row]').length === 1")
        .await;
    browser.press("jo").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_report_to_what_the_public_reads() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let platform = server
        .token(&[Scope::ItemsWrite, Scope::ActionsRead, Scope::AppealsWrite], None)
        .await;
    account(&server, "lan", Role::Reviewer).await;
    account(&server, "minh", Role::Reviewer).await;
    let sent =
        json!({ "id": "bai-1", "text": "Em nhận hàng xách tay, ai cần nhắn em nhé", "author": { "ref": "u-1" } });
    let kept = server.call("POST", "/v1/items", &platform).body(sent.to_string());
    assert_eq!(
        body(kept.send().await.unwrap()).await["case"],
        Value::Null,
        "no rule speaks of it"
    );

    // Morning: a neighbour on the phone, without an account.
    browser.resize(PHONE.0, PHONE.1).await;
    browser.open(&server.url("/report")).await;
    browser
        .value("document.getElementById('item').closest('details').open = true")
        .await;
    browser.value("document.getElementById('item').focus()").await;
    browser.press("bai-1").await;
    browser.value("document.querySelector('[value=lua-dao]').click()").await;
    browser.value("document.getElementById('why').focus()").await;
    browser.press("Nguoi nay lay tien roi chan so.").await;
    browser.value("document.querySelector('button.first').focus()").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait("location.pathname.startsWith('/report/')").await;
    let receipt = browser.value("location.pathname").await;
    assert!(text(&browser).await.contains("A person will look at it."));

    // Noon: a reviewer at the desk, by the keyboard.
    browser.resize(DESK.0, DESK.1).await;
    take_the_only_case(&browser, &server, "lan").await;
    browser.wait("document.getElementById('decision') !== null").await;
    let case = browser.value("location.pathname").await;
    assert!(text(&browser).await.contains("Nguoi nay lay tien roi chan so."));
    browser.press("5").await;
    browser
        .wait("document.querySelector('[name=outcome]:checked')?.value === 'remove'")
        .await;
    browser
        .value("document.querySelector('[name=category]').value = 'SC1'")
        .await;
    browser.value("document.getElementById('facts').focus()").await;
    browser.value("document.getElementById('facts').value = ''").await;
    browser.press("Nhieu nguoi bao da mat tien.").await;
    browser.chord(CONTROL, ENTER).await;
    browser.wait("location.pathname === '/console/queue'").await;
    assert_eq!(
        told(&server, &platform).await,
        [("remove".to_owned(), "apply".to_owned())]
    );

    // Afternoon: the neighbour hears of it; the author, who got the platform's message, appeals.
    browser.forget().await;
    browser.resize(PHONE.0, PHONE.1).await;
    browser.open(&server.url(receipt.as_str().unwrap())).await;
    assert!(text(&browser).await.contains("was removed"));
    let feed = body(server.call("GET", "/v1/actions", &platform).send().await.unwrap()).await;
    let address = feed["actions"][0]["appeal_url"].as_str().unwrap().to_owned();
    let path = address.strip_prefix("http://127.0.0.1:8080").unwrap();
    browser.open(&server.url(path)).await;
    let shown = text(&browser).await;
    assert!(
        shown.contains("Nhieu nguoi bao da mat tien."),
        "the author reads on which facts"
    );
    assert!(!shown.contains("chan so"), "and not what the neighbour wrote");
    browser.value("document.getElementById('words').focus()").await;
    browser
        .press(&format!("Toi da tra lai tien va co bien nhan.{TAB}{ENTER}"))
        .await;
    browser.wait("document.querySelector('details form') !== null").await;

    // Evening: whoever decided cannot answer, somebody else does.
    browser.resize(DESK.0, DESK.1).await;
    take_the_only_case(&browser, &server, "lan").await;
    browser.wait("document.getElementById('talk') !== null").await;
    let appeal = browser.value("location.pathname").await;
    assert_ne!(appeal, case);
    assert_eq!(browser.value("document.getElementById('decision')").await, Value::Null);
    browser.forget().await;
    browser.sign_in(&server, "minh").await;
    browser.open(&server.url(appeal.as_str().unwrap())).await;
    browser.wait("document.getElementById('decision') !== null").await;
    browser.press("2").await;
    browser.value("document.getElementById('facts').focus()").await;
    browser.press("Co bien nhan da tra lai tien.").await;
    browser.chord(CONTROL, ENTER).await;
    browser.wait("location.pathname === '/console/queue'").await;
    let both = [("remove", "apply"), ("remove", "lift")].map(|(kind, effect)| (kind.to_owned(), effect.to_owned()));
    assert_eq!(told(&server, &platform).await, both);

    // Night: the author, and anybody.
    browser.forget().await;
    browser.resize(PHONE.0, PHONE.1).await;
    browser.open(&server.url(path)).await;
    browser.wait("document.querySelector('.now') !== null").await;
    assert!(text(&browser).await.contains("Co bien nhan da tra lai tien."));
    browser.open(&server.url("/transparency")).await;
    let shown = text(&browser).await;
    assert!(shown.contains("Appeals") && shown.contains("Reports"), "{shown}");
    for secret in ["bai-1", "u-1", "chan so", "mat tien", "bien nhan", "lan", "minh"] {
        let hidden =
            !shown.split_whitespace().any(|word| word == secret) && (secret.len() < 5 || !shown.contains(secret));
        assert!(hidden, "the public reads {secret}");
    }
}
