//! The ways that lead somebody without an account from any public page to all others.

use anlanh_model::Role;

use crate::browser::{browser, check_calm, check_contrast};
use crate::pages::{Page, visit};
use crate::published::start;
use crate::support::{Server, header};

/// The pages that are there for everybody, by their address.
const PAGES: [&str; 8] = [
    "/report",
    "/blocked",
    "/policy",
    "/policy/process",
    "/policy/history",
    "/transparency",
    "/log",
    "/docs",
];

async fn page(server: &Server, path: &str) -> String {
    let answer = server.get(path).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.text().await.unwrap()
}

fn links(html: &str) -> Vec<&str> {
    let found = html.split(" href=\"").skip(1);
    found.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn the_front_page_leads_to_every_public_page() {
    let server = start().await;
    for language in ["vi", "en"] {
        let html = page(&server, &format!("/?lang={language}")).await;
        let found = links(&html);
        for path in PAGES.into_iter().chain(["/console", "#text"]) {
            let leads = found
                .iter()
                .any(|link| link.split('#').next() == Some(path) || *link == path);
            assert!(leads, "{language}: nothing leads to {path}");
        }
        assert!(
            !found.contains(&"/metrics"),
            "figures for machines are not for the public"
        );
        // Whatever is within a page is there.
        for link in found.iter().filter(|link| link.contains('#')) {
            let (path, place) = link.split_once('#').unwrap();
            let there = if path.is_empty() {
                html.clone()
            } else {
                page(&server, path).await
            };
            assert!(there.contains(&format!("id=\"{place}\"")), "{link}");
        }
    }
}

#[tokio::test]
async fn every_public_page_leads_to_the_others_and_to_the_front() {
    let server = start().await;
    for path in PAGES {
        let html = page(&server, path).await;
        assert!(html.contains("<a class=\"brand\" href=\"/\">"), "{path}");
        let header = html.split("</header>").next().unwrap();
        let nav = links(header);
        for way in ["/", "/report", "/blocked", "/policy", "/transparency", "/log"] {
            assert!(nav.contains(&way), "{path}: {way}");
        }
        let here = header.matches("aria-current=\"page\"").count();
        assert_eq!(here, usize::from(path != "/docs"), "{path}");
    }
    // Whoever works here finds their own sections, and their way back to work.
    let session = server.session(Role::Reviewer).await;
    let html = server.page("/policy", &session).await.text().await.unwrap();
    assert!(html.contains("<a class=\"brand\" href=\"/console\">"), "{html}");
    assert!(html.contains("href=\"/console/queue\"") && links(&html).contains(&"/report"));
    // Where they sign in there is the way out, and nothing else besides the work.
    let html = page(&server, "/console/sign-in").await;
    assert!(
        html.contains("<a class=\"brand\" href=\"/\">") && !html.contains("<nav"),
        "{html}"
    );
}

#[tokio::test]
async fn a_dead_private_link_leads_to_the_front() {
    let server = start().await;
    for path in ["/d/khong-co", "/report/khong-co"] {
        let answer = server.get(path).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{path}");
        assert!(header(&answer, "content-type").starts_with("text/html"), "{path}");
        let html = answer.text().await.unwrap();
        assert!(html.contains("<a href=\"/\">Về trang đầu</a>"), "{path}: {html}");
    }
}

#[tokio::test]
async fn a_wrong_address_is_a_page_for_people_and_a_problem_for_programs() {
    let server = start().await;
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let check = async |path: &str, accept: Option<&str>, expected: &str| {
        let mut request = server.get(path);
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let answer = request.send().await.unwrap();
        let got = (answer.status().as_u16(), header(&answer, "content-type").to_owned());
        assert_eq!(got, (404, expected.to_owned()), "{path} for {accept:?}");
        answer.text().await.unwrap()
    };
    const PAGE: &str = "text/html; charset=utf-8";
    const PROBLEM: &str = "application/problem+json";
    let html = check("/khong-co", Some(browser), PAGE).await;
    assert!(html.contains("<h1>Không tìm thấy</h1>") && html.contains("Địa chỉ này không dẫn tới trang nào"));
    assert!(
        html.contains("<a href=\"/\">Về trang đầu</a>") && links(&html).contains(&"/report"),
        "{html}"
    );
    let html = check("/console/khong-co", Some("Text/HTML"), PAGE).await;
    assert!(html.contains("<a href=\"/console\">Đăng nhập</a>"), "{html}");
    for accept in [
        None,
        Some("*/*"),
        Some("application/json"),
        Some("text/html;q=0"),
        Some("text/htmlx"),
    ] {
        let said = check("/khong-co", accept, PROBLEM).await;
        assert!(said.contains("\"code\":\"not-found\""), "{said}");
    }
    // Whoever works here keeps their own frame.
    let session = server.session(Role::Reviewer).await;
    let request = server.get("/console/khong-co").header("cookie", &session.cookie);
    let html = request
        .header("accept", browser)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        html.contains("href=\"/console/queue\"") && html.contains("<a href=\"/console\">Về trang đầu</a>"),
        "{html}"
    );
}

#[tokio::test]
async fn a_look_up_says_blocked_only_of_what_is_and_warns_of_names_like_others() {
    let server = start().await;
    let check = async |name: &str, is_like: bool| {
        let html = page(&server, &format!("/blocked?name={name}")).await;
        assert!(html.contains("<h1>Tra cứu tên miền bị chặn</h1>"), "{html}");
        assert!(!html.contains("Trang này bị chặn"), "{html}");
        assert_eq!(html.contains("mạng này không chặn"), !name.is_empty(), "{html}");
        assert_eq!(html.contains("tên này viết giống tên của"), is_like, "{name}: {html}");
    };
    check("", false).await;
    check("vnexpress.net", false).await;
    check("vietcombank.com.vn", false).await;
    check("vietcornbank-qua-tang.com", true).await;
    // At the limit it is looked at, one past it not.
    let name = "https://vietcornbank-qua-tang.com/";
    check(&format!("{name}{}", "a".repeat(2_048 - name.len())), true).await;
    check(&format!("{name}{}", "a".repeat(2_049 - name.len())), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_front_and_what_it_leads_to_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    for (width, language) in [(1280, "vi"), (390, "vi"), (390, "en")] {
        browser.resize(width, 900).await;
        browser.open(&server.url(&format!("/?lang={language}"))).await;
        let state = format!("front-{width}-{language}");
        check_calm(&browser, &state).await;
        check_contrast(&browser, &state).await;
        browser.picture(&state).await;
    }
    let pages = [
        ("front-report", "/report"),
        ("front-policy", "/policy/history"),
        ("front-docs", "/docs"),
        ("front-like", "/blocked?name=vietcornbank-qua-tang.com"),
    ];
    for (name, path) in pages {
        let page = Page {
            name,
            path: path.to_owned(),
            session: None,
        };
        visit(&browser, &server, &page).await;
    }
}

/// What a browser's own check lets through or does not make: spaces, and forms sent by others.
#[tokio::test]
async fn a_report_without_what_it_needs_comes_back_with_a_sentence_and_all_that_was_typed() {
    let server = start().await;
    let check = async |fields: &[(&str, &str)], said: &str| {
        let form = serde_urlencoded::to_string(fields).unwrap();
        let kind = "application/x-www-form-urlencoded";
        let answer = server.post("/report", kind, form).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 422, "{said}");
        let html = answer.text().await.unwrap();
        assert!(
            html.contains(&format!("role=\"alert\"><p>{said}</p>")),
            "{said}: {html}"
        );
        for (name, value) in fields.iter().filter(|(name, _)| ["url", "name"].contains(name)) {
            assert!(html.contains(value.trim()), "{name} is kept");
        }
    };
    let (url, category, why) = (
        ("url", "https://forum.example/bai/1"),
        ("category", "khac"),
        ("why", "Lừa tiền."),
    );
    check(
        &[category, why, ("name", "Nguyễn Văn Thử")],
        "Hãy cho biết nội dung nào: dán liên kết, hoặc chép lại nội dung.",
    )
    .await;
    check(&[url, why], "Hãy chọn nội dung này vi phạm gì.").await;
    check(&[url, category, ("why", "  ")], "Hãy viết vì sao bạn phản ánh.").await;
}
