//! The public log over HTTP: its files, its page, and receipts that anybody checks, with and without a script.

use serde_json::{Value, json};

use crate::actions::Desk;
use crate::browser::browser;
use crate::support::{Server, header};

/// Somebody's post was removed; the private link of its author.
async fn decided(desk: &Desk) -> String {
    let case = desk.post("bai-77", "u-1").await;
    let verdict = json!({ "outcome": "remove", "category": "SC1", "facts": "Bài đăng xin mã OTP." });
    let (status, decision) = desk.decide(&case, verdict).await;
    assert_eq!(status, 200, "{decision}");
    desk.server.sign_log().await;
    let links = desk.links(decision["decision"].as_str().unwrap()).await;
    links["author"].as_str().unwrap().to_owned()
}

async fn text(server: &Server, path: &str) -> String {
    server.get(path).send().await.unwrap().text().await.unwrap()
}

async fn receipt(server: &Server, link: &str) -> String {
    let answer = server.get(&format!("{link}/receipt")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(
        header(&answer, "content-disposition"),
        "attachment; filename=\"bien-nhan.json\""
    );
    assert_eq!(header(&answer, "cache-control"), "no-store");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn the_log_is_read_as_c2sp_lays_it_out() {
    let desk = Desk::open(Server::start().await).await;
    let link = decided(&desk).await;
    let server = &desk.server;
    let note = text(server, "/log/checkpoint").await;
    assert!(
        note.starts_with("127.0.0.1:8080/log\n2\n") && note.contains("\n\n\u{2014} 127.0.0.1:8080/log "),
        "{note}"
    );
    for (path, status, length) in [
        ("/log/tile/0/000.p/2", 200, Some(64)),
        ("/log/tile/0/000.p/1", 200, Some(32)),
        ("/log/tile/0/000.p/3", 404, None),
        ("/log/tile/0/000", 404, None),
        ("/log/tile/1/000.p/1", 404, None),
        ("/log/tile/entries/000.p/1", 200, None),
        ("/log/tile/..%2f..%2fetc", 404, None),
    ] {
        let answer = server.get(path).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        if status == 200 {
            assert!(header(&answer, "cache-control").contains("immutable"), "{path}");
        }
        let bytes = answer.bytes().await.unwrap();
        assert!(
            length.is_none_or(|length| bytes.len() == length),
            "{path}: {}",
            bytes.len()
        );
    }
    let page = text(server, "/log").await;
    assert!(
        page.contains("Quyết định: Gỡ bỏ") && !page.contains("bai-77") && !page.contains("mã OTP"),
        "nobody is in it"
    );
    let public = text(server, "/log/entries/1/receipt").await;
    assert!(!public.contains("bai-77") && public.contains("anlanh.receipt/1"));
    let own = receipt(server, &link).await;
    assert!(own.contains("bai-77"));
    // Nothing tells when something happened, nor what was done to whom.
    let entry = &public[public.find("entry").unwrap()..public.find("proof").unwrap()];
    assert!(!entry.contains("14:13") && !entry.contains("measures"), "{entry}");
}

#[tokio::test]
async fn a_receipt_is_checked_without_a_script() {
    let desk = Desk::open(Server::start().await).await;
    let link = decided(&desk).await;
    let own = receipt(&desk.server, &link).await;
    let check = async |sent: &str| {
        let encoded = serde_urlencoded::to_string([("receipt", sent)]).unwrap();
        let kind = "application/x-www-form-urlencoded";
        let form = desk.server.post("/log", kind, encoded);
        let form = form.send().await.unwrap();
        assert_eq!(form.status().as_u16(), 200);
        form.text().await.unwrap()
    };
    let good = check(&own).await;
    assert!(good.contains("Biên nhận đúng") && good.contains("bai-77"), "{good}");
    assert!(
        check(&own.replace("bai-77", "bai-78"))
            .await
            .contains("Phần riêng không đúng")
    );
    assert!(
        check(&own.replace("remove", "no_violation"))
            .await
            .contains("Biên nhận không đúng")
    );
    assert!(check("khong phai").await.contains("Đây không phải là biên nhận"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_checked_in_the_browser_and_sent_nowhere() {
    let Some(browser) = browser().await else { return };
    let desk = Desk::open(Server::start().await).await;
    let link = decided(&desk).await;
    let own: Value = serde_json::from_str(&receipt(&desk.server, &link).await).unwrap();
    let posts = r#"anlanh_http_requests_total{route="public_log",status="2xx"}"#;
    browser.open(&desk.server.url("/log")).await;
    let before = desk.server.metric(posts).await;
    let check = async |receipt: &str| {
        let set = format!("document.getElementById('receipt').value = {}", json!(receipt));
        browser.value(&set).await;
        browser.value("document.getElementById('checked').hidden = true").await;
        browser.value("document.querySelector('#verify button').click()").await;
        browser.wait("!document.getElementById('checked').hidden").await;
        let shown = browser.value("document.getElementById('checked').textContent").await;
        shown.as_str().unwrap().to_owned()
    };
    let good = check(&own.to_string()).await;
    assert!(
        good.matches('✓').count() == 4 && !good.contains('✗') && good.contains("bai-77"),
        "{good}"
    );
    let change = |name: &str, from: &str, to: &str| {
        let mut changed = own.clone();
        changed[name] = changed[name].as_str().unwrap().replace(from, to).into();
        changed.to_string()
    };
    let mut private = own.clone();
    private["private"]["text"] = own["private"]["text"]
        .as_str()
        .unwrap()
        .replace("bai-77", "bai-78")
        .into();
    for (forged, wrong) in [
        (change("entry", "remove", "no_violation"), 1),
        (change("proof", "\n2\n", "\n3\n"), 2),
        (private.to_string(), 1),
    ] {
        let shown = check(&forged).await;
        assert!(shown.matches('✗').count() >= wrong, "{shown}");
    }
    let mut long = own.clone();
    long["private"]["salt"] = format!("{}4c", own["private"]["salt"].as_str().unwrap()).into();
    // The same holds here as in `public_log::check`.
    for none in [
        "khong phai".to_owned(),
        change("proof", "index 1", "index -1"),
        change("proof", "index 1", "index "),
        change("proof", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        change("receipt", "/1", "/2"),
        long.to_string(),
    ] {
        assert!(
            anlanh_app::public_log::check(none.as_bytes(), &anlanh_app::public_log::Trust::default()).is_err(),
            "{none}"
        );
        let shown = check(&none).await;
        assert!(
            !shown.contains('✓') && shown.contains("This is no receipt"),
            "{none}: {shown}"
        );
    }
    assert_eq!(desk.server.metric(posts).await, before, "nothing was sent");
}
