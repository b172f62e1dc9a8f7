//! The staff console over HTTP: signing in, and what people do with a case.

use anlanh_app::Clock;
use anlanh_app::identity::{Attempts, Name, Password, create_staff, set_up_link};
use anlanh_model::{Actor, Role, Scope};
use reqwest::Response;
use serde_json::json;

use crate::support::{NOON, Server, Session, header, json as body};

/// The password of every account of the tests.
pub const PASSWORD: &str = "trăm năm trong cõi";

/// Ids of cases of posts that the pack of the tests sends to a person.
pub async fn open_cases(server: &Server, texts: &[&str]) -> Vec<String> {
    let token = server.token(&[Scope::ItemsWrite], None).await;
    let mut cases = Vec::new();
    for text in texts {
        let item = json!({ "id": "p-1", "text": text, "author": { "ref": "u-9", "age_days": 2 } });
        let answer = server
            .call("POST", "/v1/items", &token)
            .body(item.to_string())
            .send()
            .await
            .unwrap();
        let kept = body(answer).await;
        cases.push(kept["case"].as_str().unwrap().to_owned());
    }
    cases
}

/// An account with a password, made as the command line makes one.
pub async fn account(server: &Server, name: &'static str, role: Role) {
    let store = server.store().clone();
    let made = tokio::task::spawn_blocking(move || {
        let name = Name::parse(name).unwrap();
        let password = Password::parse(PASSWORD, &name).unwrap();
        create_staff(&store, &Clock::new(|| NOON), &Actor::Operator, &name, role, &password).unwrap();
    });
    made.await.unwrap();
}

/// What stands on a page between two things.
pub fn between(html: &str, before: &str, after: &str) -> String {
    let rest = html.split(before).nth(1).unwrap_or_else(|| panic!("no {before}"));
    rest.split(after).next().unwrap_or_default().to_owned()
}

/// The session that an answer begins; its forms carry no proof yet.
fn begun(answer: &Response) -> Session {
    Session {
        cookie: header(answer, "set-cookie")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned(),
        csrf: String::new(),
    }
}

/// Somebody tries to sign in.
pub async fn sign_in(server: &Server, name: &str, password: &str, next: &str) -> Response {
    let body = serde_urlencoded::to_string([("name", name), ("password", password), ("next", next)]).unwrap();
    let form = "application/x-www-form-urlencoded";
    server.post("/console/sign-in", form, body).send().await.unwrap()
}

#[tokio::test]
async fn a_person_signs_in_works_and_signs_out() {
    let server = Server::start().await;
    account(&server, "lan", Role::Reviewer).await;
    let asked = server.get("/console/queue?state=open").send().await.unwrap();
    let next = "/console/queue?state=open";
    assert_eq!(
        header(&asked, "location"),
        "/console/sign-in?next=%2Fconsole%2Fqueue%3Fstate%3Dopen"
    );
    let admitted = sign_in(&server, "Lan", PASSWORD, next).await;
    assert_eq!(admitted.status().as_u16(), 303);
    assert_eq!(header(&admitted, "location"), next);
    let field = header(&admitted, "set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(field.contains(part), "{field}");
    }
    let mut session = begun(&admitted);
    let page = server.page(next, &session).await;
    assert_eq!(page.status().as_u16(), 200);
    assert_eq!(header(&page, "cache-control"), "no-store");
    let html = page.text().await.unwrap();
    assert!(html.contains("<a href=\"/console/account\">lan</a>"));
    let foreign = server.submit("/console/sign-out", &session, &[]).await;
    assert_eq!(foreign.status().as_u16(), 403, "a form without its proof does nothing");
    session.csrf = between(&html, "name=\"csrf\" value=\"", "\"");
    let out = server.submit("/console/sign-out", &session, &[]).await;
    assert_eq!(out.status().as_u16(), 303);
    assert!(header(&out, "set-cookie").contains("Max-Age=0"));
    assert_eq!(
        server.page(next, &session).await.status().as_u16(),
        303,
        "the cookie is nobody's now"
    );
}

#[tokio::test]
async fn a_person_changes_the_password_and_other_sessions_end() {
    let server = Server::start().await;
    account(&server, "lan", Role::Reviewer).await;
    let sign = async || {
        let admitted = sign_in(&server, "lan", PASSWORD, "").await;
        let mut session = begun(&admitted);
        let html = server.page("/console/account", &session).await.text().await.unwrap();
        session.csrf = between(&html, "name=\"csrf\" value=\"", "\"");
        session
    };
    let (here, elsewhere) = (sign().await, sign().await);
    let change = async |present: &str, new: &str, repeated: &str| {
        let fields = [("present", present), ("new", new), ("repeated", repeated)];
        server.submit("/console/account", &here, &fields).await
    };
    const NEW: &str = "chữ tài chữ mệnh khéo là ghét nhau";
    assert_eq!(change("sai rồi", NEW, NEW).await.status().as_u16(), 422);
    assert_eq!(change(PASSWORD, NEW, "khác").await.status().as_u16(), 422);
    assert_eq!(change(PASSWORD, "ngắn", "ngắn").await.status().as_u16(), 422);
    let changed = change(PASSWORD, NEW, NEW).await;
    assert_eq!(header(&changed, "location"), "/console/account?changed=1");
    assert!(
        header(&changed, "set-cookie").starts_with("anlanh="),
        "whoever changed it stays"
    );
    assert_eq!(server.page("/console/queue", &elsewhere).await.status().as_u16(), 303);
    assert_eq!(sign_in(&server, "lan", PASSWORD, "").await.status().as_u16(), 422);
    assert_eq!(sign_in(&server, "lan", NEW, "").await.status().as_u16(), 303);
}

#[tokio::test]
async fn wrong_names_and_passwords_are_told_alike_and_counted() {
    let server = Server::start().await;
    account(&server, "lan", Role::Reviewer).await;
    let wrong = sign_in(&server, "lan", "sai mật khẩu rồi", "").await;
    assert_eq!(wrong.status().as_u16(), 422);
    let said = |html: &str| {
        html.split("role=\"alert\"")
            .nth(1)
            .unwrap()
            .split("</p>")
            .next()
            .unwrap()
            .to_owned()
    };
    let one = said(&wrong.text().await.unwrap());
    let unknown = sign_in(&server, "khongai", PASSWORD, "").await;
    assert_eq!(unknown.status().as_u16(), 422);
    assert_eq!(one, said(&unknown.text().await.unwrap()));
    for _ in 1..Attempts::PER_NAME_AND_ADDRESS {
        assert_eq!(sign_in(&server, "lan", "sai", "").await.status().as_u16(), 422);
    }
    let barred = sign_in(&server, "lan", PASSWORD, "").await;
    assert_eq!(barred.status().as_u16(), 429, "even the right password waits");
    assert!(header(&barred, "set-cookie").is_empty());
}

#[tokio::test]
async fn the_set_up_link_makes_one_administrator() {
    let server = Server::start().await;
    let (store, clock) = (server.store().clone(), Clock::new(|| NOON));
    let again = store.clone();
    let link = tokio::task::spawn_blocking(move || set_up_link(&store, &clock).unwrap().unwrap());
    let key = link.await.unwrap().reveal().to_owned();
    let path = format!("/console/set-up?key={key}");
    assert_eq!(server.get(&path).send().await.unwrap().status().as_u16(), 200);
    let try_with = async |name: &str, password: &str, repeated: &str| {
        let fields = [
            ("key", key.as_str()),
            ("name", name),
            ("password", password),
            ("repeated", repeated),
        ];
        let body = serde_urlencoded::to_string(fields).unwrap();
        let form = "application/x-www-form-urlencoded";
        server.post("/console/set-up", form, body).send().await.unwrap()
    };
    for (name, password, repeated) in [
        ("lan", PASSWORD, "khác"),
        ("l", PASSWORD, PASSWORD),
        ("lan", "ngắn", "ngắn"),
        ("lan", "lan và mười hai", "lan và mười hai"),
    ] {
        assert_eq!(
            try_with(name, password, repeated).await.status().as_u16(),
            422,
            "{name}"
        );
    }
    let made = try_with("lan", PASSWORD, PASSWORD).await;
    assert_eq!(made.status().as_u16(), 303);
    assert!(header(&made, "set-cookie").starts_with("anlanh="));
    assert_eq!(
        try_with("minh", PASSWORD, PASSWORD).await.status().as_u16(),
        422,
        "it is used up"
    );
    assert_eq!(server.get(&path).send().await.unwrap().status().as_u16(), 422);
    let link = tokio::task::spawn_blocking(move || set_up_link(&again, &Clock::new(|| NOON)).unwrap());
    assert!(link.await.unwrap().is_none(), "a node with accounts gives no link");
}

#[tokio::test]
async fn an_administrator_invites_changes_closes_and_never_locks_everybody_out() {
    let server = Server::start().await;
    let session = server.session(Role::Administrator).await;
    let home = server.page("/console", &session).await;
    let first = header(&home, "location").to_owned();
    assert_eq!(server.page(&first, &session).await.status().as_u16(), 200, "{first}");
    let invited = server
        .submit("/console/access/invite", &session, &[("role", "auditor")])
        .await;
    let html = invited.text().await.unwrap();
    let link = between(&html, "class=\"secret\">", "<");
    let key = link.split("key=").nth(1).unwrap();
    let fields = [
        ("key", key),
        ("name", "minh"),
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ];
    let body = serde_urlencoded::to_string(fields).unwrap();
    let made = server
        .post("/console/set-up", "application/x-www-form-urlencoded", body)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status().as_u16(), 303);
    let minh = begun(&made);
    assert_eq!(
        server.page("/console/audit", &minh).await.status().as_u16(),
        200,
        "an auditor reads the log"
    );
    let html = server.page("/console/access", &session).await.text().await.unwrap();
    let account = |name: &str| {
        let line = html
            .split("<li>")
            .find(|line| line.contains(&format!("<b>{name}")))
            .unwrap();
        line.split("action=\"")
            .nth(1)
            .unwrap()
            .split("/role")
            .next()
            .unwrap()
            .to_owned()
    };
    let (own, other) = (account("administrator-"), account("minh"));
    let last = server.submit(&format!("{own}/close"), &session, &[]).await;
    assert_eq!(last.status().as_u16(), 409, "somebody must be able to make accounts");
    let last = server
        .submit(&format!("{own}/role"), &session, &[("role", "reviewer")])
        .await;
    assert_eq!(last.status().as_u16(), 409);
    assert_eq!(
        server
            .submit(&format!("{other}/close"), &session, &[])
            .await
            .status()
            .as_u16(),
        303
    );
    assert_eq!(
        server.page("/console/audit", &minh).await.status().as_u16(),
        303,
        "signed out at once"
    );
    assert_eq!(sign_in(&server, "minh", PASSWORD, "").await.status().as_u16(), 422);
    let token = [("name", "nền-tảng"), ("scope", "items:read"), ("scope", "items:write")];
    let html = server
        .submit("/console/access/token", &session, &token)
        .await
        .text()
        .await
        .unwrap();
    let secret = between(&html, "class=\"secret\">", "<");
    let list = || server.call("GET", "/v1/items", &secret).send();
    assert_eq!(list().await.unwrap().status().as_u16(), 200);
    let id = html
        .split("/console/access/tokens/")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let revoke = format!("/console/access/tokens/{id}/revoke");
    assert_eq!(server.submit(&revoke, &session, &[]).await.status().as_u16(), 303);
    assert_eq!(list().await.unwrap().status().as_u16(), 401);
    let again = server.submit("/console/access/token", &session, &token).await;
    assert_eq!(again.status().as_u16(), 409, "the name is taken");
    let html = again.text().await.unwrap();
    assert!(html.contains("value=\"nền-tảng\" aria-invalid=\"true\""), "{html}");
}

#[tokio::test]
async fn a_token_that_is_not_made_leaves_the_form_as_it_was_filled_in() {
    let server = Server::start().await;
    let session = server.session(Role::Administrator).await;
    const NAME: &str = "id=\"name-wrong\"";
    const PERSON: &str = "id=\"person-wrong\"";
    const SCOPES: &str = "id=\"scopes-wrong\"";
    let check = async |name: &str, person: &str, scopes: &[&str], expected: (u16, &[&str])| {
        let mut form = vec![("name", name), ("person", person), ("tlp", "amber")];
        form.extend(scopes.iter().map(|scope| ("scope", *scope)));
        let answer = server.submit("/console/access/token", &session, &form).await;
        assert_eq!(answer.status().as_u16(), expected.0, "{form:?}");
        let html = answer.text().await.unwrap();
        for wrong in [NAME, PERSON, SCOPES] {
            assert_eq!(html.contains(wrong), expected.1.contains(&wrong), "{wrong}: {form:?}");
        }
        if !expected.1.is_empty() {
            assert!(html.contains(&format!(
                "name=\"name\" required maxlength=\"64\" autocomplete=\"off\" value=\"{name}\""
            )));
            assert!(html.contains(&format!("value=\"{person}\"")) && html.contains("<option value=\"amber\" selected"));
            assert_eq!(html.matches(" checked").count(), scopes.len(), "{form:?}");
        }
        html
    };
    let both = ["items:read", "audit:read"];
    let html = check("Diễn đàn", "", &both, (422, &[NAME])).await;
    assert!(html.contains("Tên mã gồm 2 đến 64 chữ"), "{html}");
    assert!(html.contains("<code>audit:read</code><small class=\"quiet\">đọc nhật ký kiểm toán</small>"));
    check("x", "", &both, (422, &[NAME])).await;
    check(&"x".repeat(65), "", &both, (422, &[NAME])).await;
    check("x", "Lan Anh", &[], (422, &[NAME, PERSON, SCOPES])).await;
    check("diễn-đàn", "", &[], (422, &[SCOPES])).await;
    check("diễn-đàn", "khong-co-ai", &both, (404, &[PERSON])).await;
    let longest = "x".repeat(64);
    for name in ["xy", longest.as_str(), "Diễn-đàn"] {
        let html = check(name, "", &both, (200, &[])).await;
        assert!(html.contains("class=\"secret\""), "{html}");
        assert_eq!(html.matches(" checked").count(), 0);
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let server = Server::start().await;
    let case = open_cases(&server, &["Chị gửi mã OTP cho em"]).await.remove(0);
    let session = server.session(Role::Reviewer).await;
    let path = format!("/console/cases/{case}/take");
    let request = server.client.post(server.url(&path)).header("cookie", &session.cookie);
    let request = request.header("sec-fetch-site", "cross-site");
    let body = format!("csrf={}", session.csrf);
    let answer = request.body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    let taken = server.submit(&path, &session, &[]).await;
    assert_eq!(taken.status().as_u16(), 303, "the same from a page of ours does");
}

#[tokio::test]
async fn law_is_read_once_however_many_rules_rest_on_it() {
    let server = Server::start().await;
    let cases = open_cases(&server, &["Gửi mã OTP cho em, đăng nhập vietcombank-nhanthuong.com"]).await;
    let lan = server.session(Role::Reviewer).await;
    let path = format!("/console/cases/{}", cases[0]);
    let html = server.page(&path, &lan).await.text().await.unwrap();
    let (_, reasons) = html.split_once("id=\"reasons\"").unwrap();
    let (reasons, _) = reasons.split_once("</section>").unwrap();
    assert_eq!(reasons.matches("Cấm lừa đảo").count(), 1, "{reasons}");
    assert_eq!(
        reasons.matches("Căn cứ như quy tắc “Tên miền giả ngân hàng”").count(),
        1
    );
}

#[tokio::test]
async fn a_case_is_decided_on_its_page_and_says_what_stands_in_the_way() {
    let server = Server::start().await;
    let cases = open_cases(
        &server,
        &["Chị gửi mã OTP cho em <script>alert(1)</script>", "Gửi mã OTP đi"],
    )
    .await;
    let (one, other) = (&cases[0], &cases[1]);
    let (lan, minh) = (
        server.session(Role::Reviewer).await,
        server.session(Role::Reviewer).await,
    );
    let path = |step: &str| format!("/console/cases/{one}{step}");
    let html = server.page(&path(""), &lan).await.text().await.unwrap();
    assert!(html.contains("<mark class=\"lexicon\""), "evidence is marked in place");
    assert!(
        html.contains("Từ vựng: <span lang=\"vi\">“gửi mã OTP”"),
        "what was found is quoted: {html}"
    );
    assert!(!html.contains("<script>alert"), "what was posted is escaped");
    assert!(html.contains("value=\"luat/7.2\" checked"), "the basis is filled in");
    assert_eq!(server.submit(&path("/take"), &lan, &[]).await.status().as_u16(), 303);
    let held = server.submit(&path("/take"), &minh, &[]).await;
    assert_eq!(held.status().as_u16(), 409);
    assert!(held.text().await.unwrap().contains("Người khác đang giữ vụ việc"));
    let nothing = [("outcome", "remove"), ("category", "SC1"), ("facts", " ")];
    let refused = server.submit(&path("/decide"), &lan, &nothing).await;
    assert_eq!(refused.status().as_u16(), 409, "facts are needed");
    let decided = [
        ("outcome", "remove"),
        ("category", "SC1"),
        ("offered", "SC1"),
        ("basis", "luat/7.2"),
        ("facts", "Xin mã OTP"),
        ("then", "next"),
    ];
    let done = server.submit(&path("/decide"), &lan, &decided).await;
    assert_eq!(done.status().as_u16(), 303);
    assert_eq!(
        header(&done, "location"),
        format!("/console/cases/{other}?done={one}"),
        "on to the next"
    );
    let next = server.page(header(&done, "location"), &lan).await.text().await.unwrap();
    assert!(
        next.contains(&format!("<a href=\"{}\">Đã ghi quyết định", path(""))),
        "the last was kept"
    );
    let html = server.page(&path(""), &minh).await.text().await.unwrap();
    assert!(html.contains("Gỡ bỏ") && html.contains("Xin mã OTP") && !html.contains("id=\"decision\""));
    let similar = server.page(&format!("/console/cases/{other}"), &minh).await;
    assert!(
        similar.text().await.unwrap().contains(&path("")),
        "the past decision is shown"
    );
    let moved_on = server
        .submit(
            &format!("/console/cases/{other}/escalate"),
            &minh,
            &[("note", "cần luật sư")],
        )
        .await;
    assert_eq!(moved_on.status().as_u16(), 303);
    let manager = server.session(Role::PolicyManager).await;
    let reorder = format!("/console/cases/{other}/reorder");
    let page = server.page(&format!("/console/cases/{other}"), &manager).await;
    assert!(
        page.text().await.unwrap().contains(&reorder),
        "who answers for the rules moves cases"
    );
    let unknown = [("urgency", "soon"), ("note", "sắp hết hạn")];
    assert_eq!(server.submit(&reorder, &manager, &unknown).await.status().as_u16(), 400);
    let first = [("urgency", "immediate"), ("note", "sắp hết hạn")];
    assert_eq!(server.submit(&reorder, &manager, &first).await.status().as_u16(), 303);
    let queue = server.page("/console/queue?urgency=immediate", &manager).await;
    assert_eq!(queue.text().await.unwrap().matches("data-row").count(), 1);
    let label = [("outcome", "label"), ("category", "SC1"), ("facts", "Cần nhãn")];
    let unlabelled = server
        .submit(&format!("/console/cases/{other}/decide"), &manager, &label)
        .await;
    assert_eq!(unlabelled.status().as_u16(), 409, "the label is needed");
}

#[tokio::test]
async fn the_queue_pages_and_filters() {
    let server = Server::start().await;
    let texts = vec!["Chị gửi mã OTP cho em"; 60];
    let cases = open_cases(&server, &texts).await;
    let session = server.session(Role::Auditor).await;
    let count = |html: &str| html.matches("data-row").count();
    let first = server.page("/console/queue", &session).await.text().await.unwrap();
    assert_eq!(count(&first), 50);
    assert!(!first.contains("data-key=\"a\""), "an auditor takes nothing");
    let next = first
        .split("rel=\"next\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let second = server
        .page(&next.replace("&#38;", "&"), &session)
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(count(&second), 10);
    assert!(second.contains("Vì sao ở vị trí 51"), "places go on");
    for case in &cases {
        assert!(first.contains(case) != second.contains(case), "{case} is on one page");
    }
    let none = server
        .page("/console/queue?kind=comment", &session)
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(count(&none), 0);
    let bad = server.page("/console/queue?after=x", &session).await;
    assert_eq!(bad.status().as_u16(), 400);
}

#[tokio::test]
async fn items_are_found_without_marks_and_figures_and_log_tell_what_was_done() {
    let server = Server::start().await;
    let cases = open_cases(&server, &["Chị gửi mã OTP cho em", "Gửi mã OTP, số em 0912 345 678"]).await;
    let reviewer = server.session(Role::Reviewer).await;
    let found = async |query: &str| {
        let page = server.page(&format!("/console/items?q={query}"), &reviewer).await;
        page.text().await.unwrap().matches("class=\"text\"").count()
    };
    assert_eq!(found("").await, 2);
    assert_eq!(found("ma+otp").await, 2);
    assert_eq!(found("CHO+EM").await, 1);
    assert_eq!(found("khong+co").await, 0);
    let long = server
        .page(&format!("/console/items?q={}", "a".repeat(257)), &reviewer)
        .await;
    assert_eq!(long.status().as_u16(), 400);
    let decided = [("outcome", "no_violation"), ("facts", "Nhắc lại lời cảnh báo")];
    server
        .submit(&format!("/console/cases/{}/decide", cases[0]), &reviewer, &decided)
        .await;
    let auditor = server.session(Role::Auditor).await;
    let html = server
        .page("/console/figures?days=7", &auditor)
        .await
        .text()
        .await
        .unwrap();
    let total = |name: &str| {
        html.split(&format!("<dt>{name}</dt><dd>"))
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(total("Nội dung đã nhận"), "2");
    assert_eq!(total("Vụ việc đã quyết định"), "1");
    assert_eq!(total("Đang chờ"), "1");
    let log = server
        .page("/console/audit?action=case.decide", &auditor)
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(log.matches("<tr>").count(), 2, "the head and one entry");
    assert!(log.contains(&format!("/console/cases/{}", cases[0])) && log.contains("Không vi phạm"));
    let bad = server.page("/console/audit?action=nothing", &auditor).await;
    assert_eq!(bad.status().as_u16(), 400);
}

#[tokio::test]
async fn language_and_colours_are_remembered() {
    let server = Server::start().await;
    let form = "application/x-www-form-urlencoded";
    let body = "lang=en&theme=dark&back=%2Fconsole%2Fsign-in";
    let chosen = server.post("/console/settings", form, body).send().await.unwrap();
    assert_eq!(header(&chosen, "location"), "/console/sign-in");
    let cookies: Vec<&str> = chosen
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|field| field.to_str().unwrap().split(';').next().unwrap())
        .collect();
    let page = server.get("/console/sign-in").header("cookie", cookies.join("; "));
    let html = page.send().await.unwrap().text().await.unwrap();
    assert!(html.contains("<html lang=\"en\" data-theme=\"dark\">"), "{html}");
    // Whoever has no account stays where they were; nobody is sent to another site.
    let check = async |back: &str, expected: &str| {
        let body = serde_urlencoded::to_string([("lang", "en"), ("back", back)]).unwrap();
        let chosen = server.post("/console/settings", form, body).send().await.unwrap();
        assert_eq!(header(&chosen, "location"), expected, "{back}");
    };
    for page in [
        "/",
        "/docs",
        "/report",
        "/report/0123",
        "/report/confirm/0123",
        "/d/0123",
        "/policy",
        "/policy/process",
        "/transparency?period=2026-Q3",
    ] {
        check(page, page).await;
    }
    for other in ["//example.com", "https://example.com", "/reporters", "/documents", ""] {
        check(other, "/console").await;
    }
}

#[tokio::test]
async fn decisions_are_found_by_outcome_category_and_who() {
    let server = Server::start().await;
    let texts = ["Chị gửi mã OTP cho em"; 3];
    let cases = open_cases(&server, &texts).await;
    let (lan, minh) = (
        server.session(Role::Reviewer).await,
        server.session(Role::Reviewer).await,
    );
    for (case, session, outcome) in [
        (&cases[0], &lan, "remove"),
        (&cases[1], &minh, "remove"),
        (&cases[2], &minh, "no_violation"),
    ] {
        let fields = [("outcome", outcome), ("category", "SC1"), ("facts", "Xin mã OTP")];
        let decided = server
            .submit(&format!("/console/cases/{case}/decide"), session, &fields)
            .await;
        assert_eq!(decided.status().as_u16(), 303);
    }
    let name = between(
        &server.page("/console/queue", &minh).await.text().await.unwrap(),
        "account\">",
        "<",
    );
    let token = server.token(&[Scope::CasesRead], None).await;
    for (query, expected) in [
        ("".to_owned(), 3),
        ("outcome=remove".to_owned(), 2),
        ("outcome=hide".to_owned(), 0),
        ("category=SC1".to_owned(), 2),
        (format!("by={name}"), 2),
        (format!("by={name}&outcome=remove"), 1),
        ("by=ai".to_owned(), 0),
    ] {
        let html = server
            .page(&format!("/console/decisions?{query}"), &lan)
            .await
            .text()
            .await
            .unwrap();
        assert_eq!(html.matches("data-row").count(), expected, "{query}");
        let answer = server
            .call("GET", &format!("/v1/decisions?{query}"), &token)
            .send()
            .await
            .unwrap();
        let decisions = body(answer).await;
        assert_eq!(decisions["decisions"].as_array().unwrap().len(), expected, "{query}");
    }
    for bad in ["before=x", "by=a%00", "outcome=%00"] {
        let page = server.page(&format!("/console/decisions?{bad}"), &lan).await;
        assert_eq!(page.status().as_u16(), 400, "{bad}");
        let answer = server
            .call("GET", &format!("/v1/decisions?{bad}"), &token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 400, "{bad}");
    }
}

#[tokio::test]
async fn what_everybody_may_read_is_framed_for_staff() {
    let server = Server::start().await;
    let session = server.session(Role::Reviewer).await;
    for path in ["/", "/docs"] {
        let public = server.get(path).send().await.unwrap().text().await.unwrap();
        assert!(!public.contains("/console/sign-out"), "{path}");
        let html = server.page(path, &session).await.text().await.unwrap();
        assert!(
            html.contains("/console/sign-out") && html.contains("href=\"/console/queue\""),
            "{path}"
        );
        assert!(html.contains(&session.csrf), "{path}");
    }
    let html = server.page("/", &session).await.text().await.unwrap();
    assert!(html.contains("<a href=\"/\" aria-current=\"page\">Thử</a>"));
}

#[tokio::test]
async fn the_queue_shows_what_tells() {
    let server = Server::start().await;
    let text = format!(
        "{}gửi mã OTP{}",
        "Hôm nay trời đẹp. ".repeat(20),
        " cảm ơn chị".repeat(20)
    );
    open_cases(&server, &[&text]).await;
    let session = server.session(Role::Reviewer).await;
    let html = server.page("/console/queue", &session).await.text().await.unwrap();
    let link = between(&html, "class=\"open\"", "</a>");
    let (_, excerpt) = link.split_once('>').unwrap();
    assert!(excerpt.starts_with('…') && excerpt.ends_with('…'), "{excerpt}");
    assert!(
        excerpt.contains("<mark class=\"lexicon\"") && excerpt.contains(">gửi mã OTP</mark>"),
        "{excerpt}"
    );
}
