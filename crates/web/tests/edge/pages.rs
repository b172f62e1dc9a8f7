//! Every page in a browser: in both languages, light and dark, at a desk and on a phone. Nothing runs over the edge,
//! nothing is too faint, nothing is left untranslated, and axe finds nothing that keeps somebody out.

use std::path::Path;

use anlanh_app::Clock;
use anlanh_app::identity::set_up_link;
use anlanh_model::{Role, Scope};
use serde_json::{Value, json};

use crate::actions::Desk;
use crate::browser::{browser, check_calm, check_contrast};
use crate::console::{account, open_cases};
use crate::driver::Browser;
use crate::support::{NOON, Server, Session, json as body};

/// Width, language and colours: each way is seen once.
const WAYS: [(u32, &str, &str); 4] = [
    (1280, "vi", "light"),
    (1280, "en", "dark"),
    (390, "vi", "dark"),
    (390, "en", "light"),
];
/// Where `.ci/run` puts axe (MPL-2.0), which is no part of this repository.
const AXE: &str = "../../target/axe/node_modules/axe-core/axe.min.js";
/// Texts between tags outside of what is marked as Vietnamese, that only Vietnamese letters can have written.
const UNTRANSLATED: &str = r"(() => {
    const letters = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const node = walker.currentNode;
        // The country has its name in both languages, and the points of an article their letters.
        const said = node.data.replaceAll('Việt Nam', '').replace(/\d\([a-zđ–]+\)/g, '');
        if (letters.test(said) && !node.parentElement.closest('[lang=vi], select, script, pre, .brand')) {
            found.push(node.data.trim());
        }
    }
    return found;
})()";

/// What axe finds wrong on the page, by the rules of WCAG 2.2 A and AA and the best practices.
async fn check_axe(browser: &Browser, state: &str) {
    let Ok(axe) = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE)) else {
        return;
    };
    browser.run(&axe).await;
    let found = browser
        .value(
            "axe.run().then(told => told.violations.flatMap(it => it.nodes.map(node => [it.id, node.target.join(' ')])))",
        )
        .await;
    assert_eq!(found, json!([]), "{state}");
}

#[test]
fn axe_is_there() {
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE).exists() {
        let message = "NOT RUN: axe is not in target/axe; .ci/run puts it there";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
    }
}

/// A page, who looks at it, and what it is called in pictures.
pub struct Page<'s> {
    pub name: &'static str,
    pub path: String,
    pub session: Option<&'s Session>,
}

/// Looks at a page in each way.
pub async fn visit(browser: &Browser, server: &Server, page: &Page<'_>) {
    for (width, language, theme) in WAYS {
        let state = format!("{}-{width}-{language}-{theme}", page.name);
        browser.forget().await;
        let cookie = async |name: &str, value: &str| {
            let params = json!({ "name": name, "value": value, "url": server.url("/") });
            browser.devtools("Network.setCookie", params).await;
        };
        cookie("anlanh-lang", language).await;
        cookie("anlanh-theme", theme).await;
        if let Some(session) = page.session {
            let (name, value) = session.cookie.split_once('=').unwrap();
            cookie(name, value).await;
        }
        browser.resize(width, 900).await;
        browser.open(&server.url(&page.path)).await;
        let told = browser
            .value("[document.documentElement.lang, document.documentElement.dataset.theme, document.querySelectorAll('h1').length]")
            .await;
        assert_eq!(told, json!([language, theme, 1]), "{state}");
        // An error is told by its status as well, which the browser notes.
        if page.name == "error" {
            browser.console().await;
        }
        check_calm(browser, &state).await;
        check_contrast(browser, &state).await;
        // It looks for long, and colours are looked at above.
        if theme == "light" {
            check_axe(browser, &state).await;
        }
        if language == "en" {
            assert_eq!(browser.value(UNTRANSLATED).await, json!([]), "{state}");
        }
        browser.picture(&state).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    account(&server, "lan", Role::Reviewer).await;
    let long = format!(
        "{} Chị gửi mã OTP cho em để nhận thưởng nhé, đăng nhập vietcombank-nhanthuong.com {}",
        "Hôm nay trời đẹp, cả nhà mình đi chơi phố cổ rồi ghé hàng quen. ".repeat(4),
        "Cảm ơn chị nhiều. ".repeat(6)
    );
    let cases = open_cases(&server, &[&long, "Gửi mã OTP, số em 0912 345 678", "GỬI MÃ OTP CHO EM"]).await;
    let reviewer = server.session(Role::Reviewer).await;
    let manager = server.session(Role::PolicyManager).await;
    let auditor = server.session(Role::Auditor).await;
    let administrator = server.session(Role::Administrator).await;
    let decided = [
        ("outcome", "remove"),
        ("category", "SC1"),
        ("facts", "Bài đăng xin mã OTP."),
    ];
    let done = server
        .submit(&format!("/console/cases/{}/decide", cases[2]), &reviewer, &decided)
        .await;
    assert_eq!(done.status().as_u16(), 303);
    let moved = [("note", "cần người quản lý chính sách xem")];
    server
        .submit(&format!("/console/cases/{}/escalate", cases[1]), &reviewer, &moved)
        .await;
    let token = server.token(&[Scope::ItemsRead, Scope::ItemsWrite], None).await;
    let items = body(server.call("GET", "/v1/items", &token).send().await.unwrap()).await;
    let item = items["items"][2]["item"].as_str().unwrap().to_owned();
    let picture = server
        .client
        .post(server.url(&format!("/v1/items/{item}/images")))
        .bearer_auth(&token);
    let picture = picture.header("content-type", "image/gif").body(crate::images::PIXEL);
    assert_eq!(picture.send().await.unwrap().status().as_u16(), 201);
    for name in ["nen-tang", "bo-phan-ho-tro-khach-hang"] {
        let token = [("name", name), ("scope", "items:read"), ("scope", "items:write")];
        server.submit("/console/access/token", &administrator, &token).await;
    }
    let (reported, confirm, reported_case) = crate::reports::made(&server, &reviewer).await;
    let appeals = server.token(&[Scope::AppealsWrite], None).await;
    let reader = server.token(&[Scope::CasesRead], None).await;
    let decisions = body(server.call("GET", "/v1/decisions", &reader).send().await.unwrap()).await;
    let decision = decisions["decisions"][0]["decision"].as_str().unwrap();
    let links = server.call("GET", &format!("/v1/decisions/{decision}/links"), &appeals);
    let links = body(links.send().await.unwrap()).await;
    let link = |at: usize| links["links"][at]["path"].as_str().unwrap().to_owned();
    let appeal = json!({ "party": "owner", "words": "Bài này chỉ cảnh báo người khác, xin xem lại giúp." });
    let opened = server.call("POST", &format!("/v1/decisions/{decision}/appeals"), &appeals);
    let opened = body(opened.body(appeal.to_string()).send().await.unwrap()).await;
    let appealed = opened["case"].as_str().unwrap().to_owned();
    let other = items["items"][0]["item"].as_str().unwrap();
    let hold = [("reason", "Công văn số 12 của Công an thành phố"), ("days", "90")];
    server
        .submit(&format!("/console/items/{other}/hold"), &manager, &hold)
        .await;
    let of_account = json!({ "text": "Chúc cả nhà cuối tuần vui vẻ", "author": { "ref": "u-1" } });
    let (kept, _) = server.ask("POST", "/v1/items", &token, of_account).await;
    assert_eq!(kept, 201);
    let erased = server
        .submit("/console/erasures", &manager, &[("account", "u-1")])
        .await;
    let erased_item = server
        .submit(&format!("/console/items/{other}/erase"), &manager, &[])
        .await;
    assert_eq!((erased.status().as_u16(), erased_item.status().as_u16()), (303, 303));
    let certificate = erased_item.headers()["location"].to_str().unwrap().to_owned();
    let pages = [
        ("erasures", "/console/erasures".to_owned(), Some(&manager)),
        ("erasure", certificate, Some(&manager)),
        ("item-held", format!("/console/items/{other}"), Some(&manager)),
        ("concern-author", link(0), None),
        ("concern-reporter", link(1), None),
        ("concern-owner", link(2), None),
        ("case-appeal", format!("/console/cases/{appealed}"), Some(&manager)),
        ("sign-in", "/console/sign-in".to_owned(), None),
        ("queue", "/console/queue".to_owned(), Some(&reviewer)),
        ("queue-empty", "/console/queue?kind=profile".to_owned(), Some(&reviewer)),
        (
            "case",
            format!("/console/cases/{}?done={}", cases[0], cases[2]),
            Some(&reviewer),
        ),
        ("case-decided", format!("/console/cases/{}", cases[2]), Some(&auditor)),
        ("case-escalated", format!("/console/cases/{}", cases[1]), Some(&manager)),
        ("item", format!("/console/items/{item}"), Some(&reviewer)),
        ("items", "/console/items?q=ma+otp".to_owned(), Some(&reviewer)),
        ("decisions", "/console/decisions".to_owned(), Some(&reviewer)),
        ("policy", "/console/policy".to_owned(), Some(&manager)),
        ("rule", "/console/policy/rules/sc1.otp".to_owned(), Some(&manager)),
        ("entry", "/console/policy/entries/sc1.otp".to_owned(), Some(&manager)),
        ("figures", "/console/figures?days=7".to_owned(), Some(&auditor)),
        ("audit", "/console/audit".to_owned(), Some(&auditor)),
        ("access", "/console/access".to_owned(), Some(&administrator)),
        ("account", "/console/account".to_owned(), Some(&reviewer)),
        ("error", "/console/cases/nothing".to_owned(), Some(&reviewer)),
        ("docs", "/docs".to_owned(), Some(&reviewer)),
        ("try-it", "/".to_owned(), Some(&reviewer)),
        ("report", "/report".to_owned(), None),
        ("report-status", reported, None),
        ("report-confirm", confirm, None),
        ("reports", "/console/reports".to_owned(), Some(&manager)),
        ("case-reported", reported_case, Some(&reviewer)),
    ];
    for (name, path, session) in pages {
        visit(&browser, &server, &Page { name, path, session }).await;
    }
}

/// Looks, narrow and wide, at what a form sent by keys was answered with.
async fn look(browser: &Browser, name: &str) {
    // The answer's status tells of the refusal, which the browser notes.
    browser.console().await;
    for width in [390, 1280] {
        browser.resize(width, 900).await;
        let state = format!("{name}-{width}");
        check_calm(browser, &state).await;
        check_contrast(browser, &state).await;
        check_axe(browser, &state).await;
        browser.picture(&state).await;
    }
}

/// Opens a page as somebody, in Vietnamese.
async fn open_as(browser: &Browser, server: &Server, session: &Session, path: &str) {
    browser.forget().await;
    let (name, value) = session.cookie.split_once('=').unwrap();
    for (name, value) in [(name, value), ("anlanh-lang", "vi")] {
        let params = json!({ "name": name, "value": value, "url": server.url("/") });
        browser.devtools("Network.setCookie", params).await;
    }
    browser.resize(1280, 900).await;
    browser.open(&server.url(path)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_known_is_mended_where_it_was_typed() {
    const ENTER: char = '\u{e007}';
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let administrator = server.session(Role::Administrator).await;
    open_as(&browser, &server, &administrator, "/console/erasures").await;
    browser
        .value("document.querySelector('details.sure summary').focus()")
        .await;
    browser.press(&format!("{ENTER}\u{e004}khong-co-ai{ENTER}")).await;
    browser.wait("document.querySelector('#refused') !== null").await;
    let typed = browser
        .value("[document.activeElement.id, document.activeElement.value, document.activeElement.checkVisibility()]")
        .await;
    assert_eq!(typed, json!(["account", "khong-co-ai", true]));
    look(&browser, "erasure-refused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_filled_in_wrongly_is_mended_where_it_was_typed() {
    const TAB: char = '\u{e004}';
    const ENTER: char = '\u{e007}';
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let administrator = server.session(Role::Administrator).await;
    open_as(&browser, &server, &administrator, "/console/access").await;
    browser.value("document.getElementById('token-name').focus()").await;
    browser.press(&format!("Diễn đàn{TAB}lan anh{ENTER}")).await;
    browser.wait("document.querySelector('#scopes-wrong') !== null").await;
    let typed = browser
        .value("[document.activeElement.id, document.activeElement.value, document.getElementById('person').value]")
        .await;
    assert_eq!(typed, json!(["token-name", "Diễn đàn", "lan anh"]));
    look(&browser, "token-refused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_alone_is_told_what_to_do_first() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let administrator = server.session(Role::Administrator).await;
    let (name, path) = ("policy-first-steps", "/console/policy".to_owned());
    let session = Some(&administrator);
    visit(&browser, &server, &Page { name, path, session }).await;
    let start = "document.querySelector('section[aria-labelledby=start]')";
    let told = browser
        .value(&format!(
            "[{start}.querySelector('a.first').getAttribute('href'), {start}.querySelectorAll('dt').length]"
        ))
        .await;
    assert_eq!(told, json!(["/console/access", Role::ALL.len()]));
    let reviewer = server.session(Role::Reviewer).await;
    for session in [&administrator, &reviewer] {
        open_as(&browser, &server, session, "/console/policy").await;
        assert_eq!(browser.value(&format!("{start} === null")).await, true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_orders_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = crate::orders::start().await;
    crate::orders::post(&server, "bai-dang-1042").await;
    let manager = server.session(Role::PolicyManager).await;
    let targets =
        "item bai-dang-1042\r\nurl https://mang-xa-hoi.example/nguyen-van-a/bai-viet/1042-rat-dai-ten-bai-viet";
    let order = crate::orders::entered(&server, &manager, "remove", targets).await;
    let fresh = crate::orders::entered(&server, &manager, "block_access", "domain lua-dao.example").await;
    crate::orders::step(&server, &manager, &order, &crate::orders::CALLED).await;
    for step in ["check", "take"] {
        crate::orders::step(&server, &manager, &order, &[("step", step)]).await;
    }
    let held = Page {
        name: "order-held",
        path: order.clone(),
        session: Some(&manager),
    };
    visit(&browser, &server, &held).await;
    crate::orders::step(&server, &manager, &order, &[("step", "execute"), ("target", "1")]).await;
    let contest = [
        ("step", "contest"),
        ("target", "2"),
        ("ground", "not_found"),
        ("words", "Không có bài viết ở địa chỉ này."),
    ];
    crate::orders::step(&server, &manager, &order, &contest).await;
    let seen = [
        ("step", "by_hand"),
        ("target", "1"),
        ("words", "Đã mở bài trên nền tảng, không còn."),
    ];
    crate::orders::step(&server, &manager, &order, &seen).await;
    let answer = [
        ("step", "answer"),
        ("words", "Nền tảng đã gỡ bỏ một nội dung; một địa chỉ không tồn tại."),
    ];
    crate::orders::step(&server, &manager, &order, &answer).await;
    for (name, path) in [
        ("orders", "/console/orders".to_owned()),
        ("orders-over", "/console/orders?state=over".to_owned()),
        ("order-new", "/console/orders/new".to_owned()),
        ("order-fresh", fresh),
        ("order-answered", order.clone()),
        ("order-print", format!("{order}/print")),
    ] {
        let session = Some(&manager);
        visit(&browser, &server, &Page { name, path, session }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_information_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = crate::orders::start().await;
    let people = crate::information::People::of(&server).await;
    let order = crate::information::held(&server, &people).await;
    let page = format!("{order}/information");
    let seen = async |name: &'static str, session| {
        let path = page.clone();
        let session = Some(session);
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("information-new", &people.holder).await;
    crate::information::propose(&server, &people, &order).await;
    seen("information-proposed", &people.administrator).await;
    let inbox = Page {
        name: "orders-waiting",
        path: "/console/orders".to_owned(),
        session: Some(&people.administrator),
    };
    visit(&browser, &server, &inbox).await;
    crate::information::approve(&server, &people, &order).await;
    seen("information-approved", &people.holder).await;
    crate::information::enter(&server, &people, &order).await;
    crate::information::prepare(&server, &people, &order).await;
    seen("information-prepared", &people.holder).await;
    crate::information::hand_over(&server, &people, &order).await;
    seen("information-over", &people.auditor).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_page_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = crate::published::start().await;
    crate::published::live_through_a_month(&server).await;
    crate::published::change_the_policy(&server).await;
    server.sign_log().await;
    for (name, path) in [
        ("public-policy", "/policy"),
        ("public-process", "/policy/process"),
        ("public-history", "/policy/history"),
        ("transparency", "/transparency?period=2026-Q3"),
        ("log", "/log"),
    ] {
        let (path, session) = (path.to_owned(), None);
        visit(&browser, &server, &Page { name, path, session }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_used_and_closed_by_the_keyboard_alone() {
    const TAB: char = '\u{e004}';
    const ENTER: char = '\u{e007}';
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    browser.resize(1280, 900).await;
    let store = server.store().clone();
    let link = tokio::task::spawn_blocking(move || set_up_link(&store, &Clock::new(|| NOON)).unwrap().unwrap());
    let key = link.await.unwrap().reveal().to_owned();
    let set_up = Page {
        name: "set-up",
        path: format!("/console/set-up?key={key}"),
        session: None,
    };
    visit(&browser, &server, &set_up).await;
    browser.forget().await;
    browser.resize(1280, 900).await;
    browser.open(&server.url(&set_up.path)).await;
    let focus = async |id: &str| browser.value(&format!("document.getElementById('{id}').focus()")).await;
    let has_focus = |selector: &str| format!("document.activeElement.matches(\"{selector}\")");
    focus("name").await;
    let password = "trăm năm trong cõi";
    browser.press(&format!("lan{TAB}{password}{TAB}sai{ENTER}")).await;
    browser.wait("document.querySelector('[role=alert]') !== null").await;
    focus("password").await;
    browser.press(&format!("{password}{TAB}{password}{ENTER}")).await;
    browser.wait("document.querySelector('.bar nav') !== null").await;
    browser.open(&server.url("/console/access")).await;
    // Invite somebody: to the role, and the button after it.
    focus("role").await;
    browser.press(&format!("{TAB}{ENTER}")).await;
    browser.wait("document.querySelector('.secret') !== null").await;
    let secret = browser.value("document.querySelector('.secret').textContent").await;
    assert!(secret.as_str().unwrap().contains("/console/set-up?key="), "{secret}");
    // A token: name, nobody, cleared for nothing more, one scope by the space bar.
    focus("token-name").await;
    browser.press(&format!("nhap-lieu{TAB}{TAB}{TAB} ")).await;
    assert_eq!(browser.value(&has_focus("[name=scope]")).await, true);
    browser.press(&ENTER.to_string()).await;
    browser
        .wait("document.querySelector('.secret')?.textContent.startsWith('anl_') ?? false")
        .await;
    check_axe(&browser, "access with a secret").await;
    // The token is revoked, which takes a second step.
    browser.open(&server.url("/console/access")).await;
    let revoke = "[action$='/revoke'] button";
    assert_eq!(
        browser
            .value(&format!("document.querySelector(\"{revoke}\").checkVisibility()"))
            .await,
        false
    );
    browser
        .value("document.querySelector('details.sure:has([action$=\"/revoke\"]) summary').focus()")
        .await;
    browser.press(&ENTER.to_string()).await;
    browser
        .wait(&format!("document.querySelector(\"{revoke}\").checkVisibility()"))
        .await;
    check_axe(&browser, "access, about to revoke").await;
    browser.picture("access-revoke").await;
    browser.press(&format!("{TAB}{ENTER}")).await;
    browser
        .wait(&format!("document.querySelector(\"{revoke}\") === null"))
        .await;
    browser.open(&server.url("/console/account")).await;
    focus("present").await;
    let new = "chữ tài chữ mệnh khéo là ghét nhau";
    browser.press(&format!("{password}{TAB}{new}{TAB}{new}{ENTER}")).await;
    browser.wait("location.search === '?changed=1'").await;
    let said = browser
        .value("document.querySelector('[role=status]').textContent")
        .await;
    assert!(said.as_str().unwrap().len() > 10, "{said}");
    check_axe(&browser, "account changed").await;
    browser.value("document.querySelector('.bar button').focus()").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait("location.pathname === '/console/sign-in'").await;
    let stops = tab_stops(&browser).await;
    assert_eq!(
        stops,
        json!([
            "skip", "brand", "name", "password", "first", "BUTTON", "BUTTON", "A", "A"
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_locks_and_second_people_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let desk = Desk::open(Server::of(policy, None, anlanh_web::Limits::default()).await).await;
    let server = &desk.server;
    let reviewer = server.session(Role::Reviewer).await;
    let other = server.session(Role::Reviewer).await;
    let administrator = server.session(Role::Administrator).await;
    desk.violate("nguoi-dung-8f3a6c21", 5).await;
    let ladder = desk.proposal().await.unwrap();
    let plain = desk.post("p-20", "u-20").await;
    let waits = desk.post("p-21", "u-21").await;
    let end = [
        ("outcome", "remove"),
        ("category", "SC1"),
        ("facts", "Tài khoản lập ra để lừa đảo, đã bị cảnh cáo hai lần."),
        ("measure-account", "end_service"),
    ];
    let done = server
        .submit(&format!("/console/cases/{waits}/decide"), &reviewer, &end)
        .await;
    assert_eq!(done.status().as_u16(), 303);
    let pages = [
        ("case-measures", format!("/console/cases/{plain}"), Some(&reviewer)),
        ("case-ladder", format!("/console/cases/{ladder}"), Some(&reviewer)),
        ("case-second", format!("/console/cases/{waits}"), Some(&other)),
        ("queue-second", "/console/queue".to_owned(), Some(&other)),
        (
            "subject",
            "/console/subject?kind=account&reference=nguoi-dung-8f3a6c21".to_owned(),
            Some(&reviewer),
        ),
        ("actions", "/console/actions".to_owned(), Some(&administrator)),
    ];
    for (name, path, session) in pages {
        visit(&browser, server, &Page { name, path, session }).await;
    }
}

/// Where the tabulator stops on a page, one after the other; each stop shows that it has the focus.
async fn tab_stops(browser: &Browser) -> Value {
    let mut stops = Vec::new();
    browser.value("document.activeElement.blur()").await;
    for _ in 0..40 {
        browser.press("\u{e004}").await;
        let stop = "(() => { const e = document.activeElement; const s = getComputedStyle(e); \
                    return [e.id || e.className || e.tagName, s.outlineStyle !== 'none' || e.matches('.skip')]; })()";
        let stop = browser.value(stop).await;
        let name = stop[0].as_str().unwrap().to_owned();
        if name == "BODY" || name == "HTML" || (stops.len() > 1 && stops.first() == Some(&name)) {
            break;
        }
        assert_eq!(stop[1], true, "{name} shows that it has the focus");
        stops.push(name);
    }
    json!(stops)
}
