//! The page without JavaScript: what is served, and what becomes of what people paste.

use crate::support::{Server, header};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(server: &Server, path: &str, fields: &[(&str, &str)]) -> String {
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let response = server.post(path, FORM, body.join("&")).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "content-type")),
        (200, "text/html; charset=utf-8")
    );
    response.text().await.unwrap()
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[tokio::test]
async fn the_page_speaks_vietnamese_first_and_english_when_asked() {
    let server = Server::start().await;
    for (path, language, word, other) in [
        ("/", "vi", "Sàng lọc", "/?lang=en"),
        ("/?lang=en", "en", "Screen", "/?lang=vi"),
        ("/?lang=xx", "vi", "Sàng lọc", "/?lang=en"),
    ] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(header(&response, "content-language"), language);
        assert!(header(&response, "set-cookie").is_empty());
        let html = response.text().await.unwrap();
        assert!(html.contains(&format!("<html lang=\"{language}\">")), "{path}");
        assert!(
            html.contains(&format!("<button type=\"submit\">{word}</button>")),
            "{path}"
        );
        assert!(html.contains(other), "{path}");
    }
}

#[tokio::test]
async fn nothing_on_the_page_is_inline_or_from_elsewhere() {
    let server = Server::start().await;
    let html = server.get("/?example=0").send().await.unwrap().text().await.unwrap();
    for forbidden in ["<script>", " style=", " onclick", "http://", "javascript:", "<style"] {
        let found = html.split("<textarea").next().unwrap().contains(forbidden);
        assert!(!found, "{forbidden}");
    }
    for reference in html.split(['"']).filter(|piece| piece.starts_with("/assets/")) {
        let response = server.get(reference).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{reference}");
        assert!(header(&response, "cache-control").contains("immutable"), "{reference}");
    }
}

#[tokio::test]
async fn what_is_pasted_comes_back_escaped_wherever_it_stands() {
    let server = Server::start().await;
    let hostile = "</textarea><script>alert('x')</script><b>\"&";
    let fields = [
        ("text", hostile),
        ("links", hostile),
        ("age_days", hostile),
        ("kind", hostile),
    ];
    for path in ["/", "/explain"] {
        let html = post(&server, path, &fields).await;
        assert!(!html.contains("alert('") && !html.contains("<b>\""), "{path}");
        assert!(
            html.contains("&lt;script&gt;") || html.contains("&#60;script&#62;"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_form_is_answered_with_the_text_and_the_verdict() {
    let server = Server::start().await;
    let text = "Gọi số 0912 345 678\r\nnhé";
    let html = post(
        &server,
        "/?lang=en",
        &[("text", text), ("kind", "listing"), ("age_days", "3")],
    )
    .await;
    assert!(
        html.contains("Gọi số 0912 345 678\nnhé</textarea>"),
        "line ends are those that were typed"
    );
    assert!(html.contains("<option value=\"listing\" selected>"));
    assert!(html.contains("value=\"3\"") && html.contains("<details open>"));
    for word in [
        "aria-current=\"true\"",
        "Telephone number",
        "Article 7.2, Law on Tests (1/2025/QH15)",
        "No fraud.",
    ] {
        assert!(html.contains(word), "{word}: {html}");
    }
    let fragment = post(
        &server,
        "/explain?lang=en",
        &[("text", text), ("kind", "listing"), ("age_days", "3")],
    )
    .await;
    assert!(html.contains(fragment.trim()), "the script gets the same result");
    let empty = post(&server, "/", &[("text", "  ")]).await;
    assert!(!empty.contains("aria-current=\"true\""));
}

#[tokio::test]
async fn every_example_but_one_is_caught() {
    let server = Server::start().await;
    let html = server.get("/").send().await.unwrap().text().await.unwrap();
    let count = html.matches("example=").count();
    assert!(count >= 3, "{count} examples");
    let mut caught = 0;
    for number in 0..count {
        let html = server
            .get(&format!("/?example={number}"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(html.contains("aria-current=\"true\""));
        caught += usize::from(html.contains("data-rule=\"1\""));
    }
    assert_eq!(caught + 1, count, "all but one example are caught");
    let beyond = server.get("/?example=9999").send().await.unwrap();
    assert_eq!(beyond.status().as_u16(), 200);
}

#[tokio::test]
async fn a_form_at_the_limit_is_taken_and_one_past_it_is_not() {
    let server = Server::start().await;
    let limit = anlanh_api::limits::MAX_ITEM_BYTES;
    for (size, status) in [(limit, 200), (limit + 1, 413)] {
        let body = format!("text={}", "x".repeat(size - "text=".len()));
        let response = server.post("/explain", FORM, body).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{size}");
    }
    let twice = server.post("/explain", FORM, "text=a&text=b").send().await.unwrap();
    assert_eq!(twice.status().as_u16(), 400);
}
