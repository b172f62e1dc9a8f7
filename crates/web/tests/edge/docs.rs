//! The API for people says what the description for machines says.

use std::collections::BTreeSet;

use crate::browser::{browser, check_calm, check_contrast};
use crate::support::{Server, json};

async fn page(server: &Server, language: &str) -> String {
    let request = server.get("/docs").header("accept-language", language);
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn everything_that_is_described_is_on_the_page_in_both_languages() {
    let server = Server::start().await;
    let description = json(server.get("/openapi.json").send().await.unwrap()).await;
    for language in ["vi", "en"] {
        let html = page(&server, language).await;
        for (path, operations) in description["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let (id, method) = (operation["operationId"].as_str().unwrap(), method.to_uppercase());
                let head = format!("id=\"{id}\"><span class=\"method\">{method}</span> <code>{path}</code>");
                assert!(html.contains(&head), "{method} {path}");
                let summary = operation["summary"].as_str().unwrap();
                let (vi, en) = summary
                    .split_once(" · ")
                    .unwrap_or_else(|| panic!("{id}: one language"));
                let (first, second, other) = if language == "vi" {
                    (vi, en, "en")
                } else {
                    (en, vi, "vi")
                };
                let title = format!("<p>{first} <small class=\"quiet\" lang=\"{other}\">{second}</small></p>");
                assert!(html.contains(&title), "{title}");
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let name = parameter["name"].as_str().unwrap();
                    assert!(html.contains(&format!("<code>{name}</code>")), "{id}: {name}");
                }
                for scope in operation["security"][0]["token"].as_array().into_iter().flatten() {
                    assert!(
                        html.contains(&format!(" <code>{}</code>", scope.as_str().unwrap())),
                        "{id}"
                    );
                }
            }
        }
        for (name, schema) in description["components"]["schemas"].as_object().unwrap() {
            assert!(html.contains(&format!("<h3 id=\"{name}\">")), "{name}");
            let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
            for field in parts.flat_map(|part| part["properties"].as_object().into_iter().flatten()) {
                assert!(
                    html.contains(&format!("<dt><code>{}</code></dt>", field.0)),
                    "{name}: {}",
                    field.0
                );
            }
        }
    }
}

#[tokio::test]
async fn links_on_the_page_lead_somewhere_and_ids_are_one_of_a_kind() {
    let server = Server::start().await;
    let html = page(&server, "vi").await;
    let after = |mark: &str| {
        let rest = html.split(mark).skip(1);
        rest.map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let ids = after(" id=\"");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    let links = after("href=\"#");
    assert!(links.len() > 80, "{}", links.len());
    for link in links {
        assert!(unique.contains(&link), "#{link}");
    }
    for code in ["too-large", "case-held", "storage-full", "internal"] {
        assert!(unique.contains(&code.to_owned()), "{code} is explained");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_at_every_width_without_javascript() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    for (width, name) in [(1280, "desk"), (390, "phone")] {
        browser.resize(width, 900).await;
        browser.open(&server.url("/docs")).await;
        browser
            .value("document.querySelectorAll('details').forEach(d => d.open = true)")
            .await;
        check_calm(&browser, name).await;
        check_contrast(&browser, name).await;
        browser.picture(&format!("docs-{name}")).await;
    }
}
