//! The policy's pages: a rule is written, tried, put in force and taken back by a person in a browser.

use anlanh_model::{Role, Scope};
use serde_json::json;

use crate::browser::{browser, check_calm, check_contrast};
use crate::console::{account, between};
use crate::support::{Server, Session, header, json as body};

const RULE: &str = "[[rule]]\nid = \"sc1.prize\"\ncategory = \"SC1\"\n\
                    title = { vi = \"Hứa trúng thưởng\", en = \"Promises a prize\" }\n\
                    when = 'lexicon.count(\"sc1.prize\") > 0'\naction = \"review\"\nautomatic = false\n\
                    evidence = \"own\"\nhit = [\"Bạn đã trúng thưởng xe máy\"]\nmiss = [\"Thưởng thức món ngon\"]\n";
const ENTRY: &str = "[[entry]]\nid = \"sc1.prize\"\ncategory = \"SC1\"\nseverity = \"medium\"\n\
                     mode = \"obfuscated\"\nphrases = [\"trúng thưởng\"]\nevidence = \"own\"\n\
                     hit = [\"Bạn đã trúng thưởng xe máy\"]\nmiss = [\"Thưởng thức món ngon\"]\n";
const PRIZE: &str = "Bạn đã trúng thưởng xe máy";

async fn keep(server: &Server, text: &str) -> serde_json::Value {
    let token = server.token(&[Scope::ItemsWrite], None).await;
    let item = json!({ "id": "p-1", "text": text }).to_string();
    let answer = server.call("POST", "/v1/items", &token).body(item).send().await;
    body(answer.unwrap()).await
}

async fn action(server: &Server, text: &str) -> String {
    let kept = keep(server, text).await;
    kept["verdict"]["action"].as_str().unwrap().to_owned()
}

/// Posts a form and gives where it leads.
async fn follow(server: &Server, session: &Session, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = server.submit(path, session, fields).await;
    let status = answer.status().as_u16();
    let location = header(&answer, "location").to_owned();
    assert_eq!(status, 303, "{path}: {}", answer.text().await.unwrap());
    location
}

async fn html(server: &Server, session: &Session, path: &str) -> String {
    let page = server.page(path, session).await;
    assert_eq!(page.status().as_u16(), 200, "{path}");
    page.text().await.unwrap()
}

/// A draft with an entry and a rule on prizes, by the forms of its pages: its address.
async fn draft(server: &Server, session: &Session) -> String {
    let note = [("note", "thêm mồi trúng thưởng")];
    let link = follow(server, session, "/console/policy/drafts", &note).await;
    for (kind, text) in [("entry", ENTRY), ("rule", RULE)] {
        let editor = html(server, session, &format!("{link}/edit?kind={kind}")).await;
        let seen = between(&editor, "name=\"seen\" value=\"", "\"");
        let fields = [("seen", seen.as_str()), ("kind", kind), ("id", ""), ("text", text)];
        assert_eq!(follow(server, session, &format!("{link}/edit"), &fields).await, link);
    }
    link
}

/// The back-test's page, when it has ended.
async fn ended(server: &Server, session: &Session, trial: &str) -> String {
    loop {
        let page = html(server, session, trial).await;
        if !page.contains("http-equiv=\"refresh\"") {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_rule_is_written_tried_put_in_force_and_taken_back() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    assert_eq!(action(&server, PRIZE).await, "allow");
    let link = draft(&server, &manager).await;
    let page = html(&server, &manager, &link).await;
    assert!(page.contains("ví dụ đều đạt"), "{page}");
    assert!(page.contains("class=\"added\"") && page.contains("thưởng"), "{page}");
    assert_eq!(action(&server, PRIZE).await, "allow", "a draft judges nothing");

    let trial = follow(&server, &manager, &format!("{link}/backtest"), &[]).await;
    let found = ended(&server, &manager, &trial).await;
    assert!(
        found.contains("Hứa trúng thưởng"),
        "a rule that is not in force goes by its title"
    );
    assert_eq!(found.matches(PRIZE).count(), 2, "both kept items differ");

    let nothing = server
        .submit(&format!("{link}/enforce"), &manager, &[("note", " ")])
        .await;
    assert_eq!(nothing.status().as_u16(), 422, "a reason is needed");
    let why = [("note", "đã thử")];
    let next = follow(&server, &manager, &format!("{link}/enforce"), &why).await;
    let page = html(&server, &manager, &next).await;
    assert!(page.contains("Hứa trúng thưởng") && page.contains("đã thử"), "{page}");
    let kept = keep(&server, PRIZE).await;
    assert_eq!(kept["verdict"]["action"], "review");
    let rule = html(&server, &manager, "/console/policy/rules/sc1.prize").await;
    assert!(
        rule.contains(PRIZE) && rule.contains("Khớp từ trước đến nay</dt><dd>1</dd>"),
        "{rule}"
    );
    let entry = html(&server, &manager, "/console/policy/entries/sc1.prize").await;
    assert!(
        entry.contains("/console/policy/rules/sc1.prize"),
        "the rule that asks for it"
    );

    follow(&server, &manager, "/console/policy/roll-back", &[("note", "báo nhầm")]).await;
    assert_eq!(action(&server, PRIZE).await, "allow");
    let replay = format!("/console/items/{}/replay", kept["item"].as_str().unwrap());
    let replayed = server.submit(&replay, &manager, &[]).await;
    assert!(replayed.text().await.unwrap().contains("giống hệt, từng byte"));
    let gone = server.page("/console/policy/rules/sc1.prize", &manager).await;
    assert_eq!(gone.status().as_u16(), 404);
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_where_it_is_mended_and_nothing_typed_is_lost() {
    let server = Server::start().await;
    let manager = server.session(Role::PolicyManager).await;
    let link = draft(&server, &manager).await;
    let edit = format!("{link}/edit");
    let open = format!("{edit}?kind=rule&id=sc1.prize");
    let seen = async || between(&html(&server, &manager, &open).await, "name=\"seen\" value=\"", "\"");
    let stale = seen().await;
    let wrong = RULE.replace("> 0", "> nhieu");
    let fields = |seen, text| [("seen", seen), ("kind", "rule"), ("id", "sc1.prize"), ("text", text)];
    let saved = server.submit(&edit, &manager, &fields(&stale, &wrong)).await;
    assert_eq!(saved.status().as_u16(), 200, "mistakes are shown beside the text");
    let page = saved.text().await.unwrap();
    assert!(
        page.contains("rules/own.toml:5") && page.contains("không có dữ kiện &#34;nhieu&#34;"),
        "{page}"
    );

    let late = RULE.replace("Hứa", "Chữ của tôi: hứa");
    let refused = server.submit(&edit, &manager, &fields(&stale, &late)).await;
    let page = refused.text().await.unwrap();
    assert!(
        page.contains("Bản nháp đã được người khác sửa") && page.contains("Chữ của tôi"),
        "{page}"
    );

    let refused = server
        .submit(&format!("{link}/enforce"), &manager, &[("note", "x")])
        .await;
    assert_eq!(refused.status().as_u16(), 422);
    assert!(refused.text().await.unwrap().contains("Phiên bản có lỗi"));
    // A file that is no TOML is kept as it is; a rule inside it can then not be told apart.
    let now = seen().await;
    let file = [
        ("seen", now.as_str()),
        ("file", "rules/own.toml"),
        ("text", "[[rule]\n"),
    ];
    assert_eq!(server.submit(&edit, &manager, &file).await.status().as_u16(), 200);
    let version = html(&server, &manager, &link).await;
    assert!(version.contains("rules/own.toml:1"), "{version}");
    let unknown = server.page(&format!("{edit}?kind=rule&id=none"), &manager).await;
    assert_eq!(unknown.status().as_u16(), 404);
    let unknown = server.page(&format!("{edit}?kind=poem&id=none"), &manager).await;
    assert_eq!(unknown.status().as_u16(), 400);
}

#[tokio::test]
async fn whoever_only_reads_sees_no_form_and_a_brake_is_set_within_its_bounds() {
    let server = Server::start().await;
    let (manager, auditor) = (
        server.session(Role::PolicyManager).await,
        server.session(Role::Auditor).await,
    );
    let link = draft(&server, &manager).await;
    for path in [
        "/console/policy",
        "/console/policy?part=entries",
        "/console/policy/rules/sc1.bank",
        &link,
    ] {
        let page = html(&server, &auditor, path).await;
        let forms = page.matches("method=\"post\"").count();
        let frame =
            page.matches("action=\"/console/sign-out\"").count() + page.matches("action=\"/console/settings\"").count();
        assert_eq!(forms, frame, "{path}");
    }
    let brake = "/console/policy/rules/sc1.bank/brake";
    for (per_hour, status) in [("0", 303), ("1000000", 303), ("1000001", 422), ("-1", 400), ("", 400)] {
        let answer = server.submit(brake, &manager, &[("per_hour", per_hour)]).await;
        assert_eq!(answer.status().as_u16(), status, "{per_hour}");
    }
    follow(&server, &manager, brake, &[("per_hour", "0")]).await;
    let kept = keep(&server, "Đăng nhập vietcombank-nhanthuong.com").await;
    assert_eq!(kept["verdict"]["action"], "review");
    let case = html(
        &server,
        &auditor,
        &format!("/console/cases/{}", kept["case"].as_str().unwrap()),
    )
    .await;
    assert!(case.contains("bị hãm, chờ người quyết định"), "{case}");
    let page = html(&server, &auditor, "/console/policy/rules/sc1.bank").await;
    assert!(page.contains("Bị hãm</dt><dd>1</dd>"), "{page}");
    let found = html(&server, &auditor, "/console/policy?q=ten+mien+gia").await;
    assert_eq!(
        found.matches("<th scope=\"row\">").count(),
        1,
        "titles are found without marks"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_is_worked_at_a_desk_and_on_a_phone() {
    let Some(browser) = browser().await else { return };
    for (width, height, name) in [(1280, 900, "desk"), (390, 844, "phone")] {
        let server = Server::start().await;
        account(&server, "hoa", Role::PolicyManager).await;
        let manager = server.session(Role::PolicyManager).await;
        for _ in 0..3 {
            keep(&server, PRIZE).await;
        }
        keep(&server, "Chị gửi mã OTP cho em").await;
        let link = draft(&server, &manager).await;
        let trial = follow(&server, &manager, &format!("{link}/backtest"), &[]).await;
        ended(&server, &manager, &trial).await;
        browser.resize(width, height).await;
        browser.forget().await;
        browser.open(&server.url("/console/policy")).await;
        browser.value("document.getElementById('name').focus()").await;
        browser.press("hoa\u{e004}trăm năm trong cõi\u{e007}").await;
        browser.wait("document.getElementById('drafts') !== null").await;
        let editor = format!("{link}/edit?kind=rule&id=sc1.prize");
        let pages = [
            ("policy", "/console/policy"),
            ("entries", "/console/policy?part=entries"),
            ("rule", "/console/policy/rules/sc1.bank"),
            ("entry", "/console/policy/entries/sc1.otp"),
            ("version", link.as_str()),
            ("editor", editor.as_str()),
            ("trial", trial.as_str()),
        ];
        for (page, path) in pages {
            browser.open(&server.url(path)).await;
            browser.wait("document.querySelector('main h1') !== null").await;
            check_calm(&browser, page).await;
            check_contrast(&browser, &format!("{page} {name}")).await;
            browser.picture(&format!("console-{page}-{name}")).await;
        }
        // From the draft to what is in force with the keyboard alone.
        browser.open(&server.url(&link)).await;
        browser.value("document.getElementById('enforce').focus()").await;
        browser.press("đã thử trên dữ liệu\u{e007}").await;
        browser.wait("location.pathname === '/console/policy'").await;
        assert_eq!(action(&server, PRIZE).await, "review");
        browser.value("document.querySelector('[name=theme]').click()").await;
        browser.wait("document.documentElement.dataset.theme === 'dark'").await;
        for (page, path) in [("policy", "/console/policy"), ("version", link.as_str())] {
            browser.open(&server.url(path)).await;
            browser.wait("document.querySelector('main h1') !== null").await;
            check_contrast(&browser, &format!("dark {page} {name}")).await;
            browser.picture(&format!("console-{page}-dark-{name}")).await;
        }
    }
}
