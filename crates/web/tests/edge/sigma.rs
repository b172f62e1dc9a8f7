//! Sigma rules on their page, and as series.

use anlanh_app::sigma::{Level, NewRule, Trouble};
use anlanh_model::{Role, Time, Tlp};

use crate::browser::browser;
use crate::console::between;
use crate::pages::{Page, visit};
use crate::support::Server;

const HOME: &str = "/console/sigma";

fn rule(number: usize, level: Level) -> NewRule {
    NewRule {
        line: 1,
        file: format!("/var/lib/sigmahq/rules/network/dns/net_dns_{number:03}.yml").into(),
        title: format!("Truy vấn DNS tới tên miền của máy chủ điều khiển số {number}"),
        id: Some(format!("5e1b7c1e-0000-4000-8000-{number:012}")),
        level,
        status: Some("experimental"),
        log: [Some("dns".to_owned()), None, None],
        author: Some("Florian Roth".to_owned()),
        tags: vec!["attack.command-and-control".to_owned(), "attack.t1071.004".to_owned()],
        tlp: Tlp::Amber,
        is_for_other_logs: number.is_multiple_of(7),
    }
}

/// Sixty rules, of which one was met, and two that are left out.
fn fill(server: &Server) {
    let board = server.app.sigma();
    board.follow(vec![
        "/etc/anlanh/sigma".to_owned(),
        "/var/lib/sigmahq/rules/network".to_owned(),
    ]);
    let rules = (0..60).map(|number| rule(number, Level::ALL[number % Level::ALL.len()]));
    let trouble = |name: &str, stays| Trouble {
        file: format!("/etc/anlanh/sigma/{name}.yml").into(),
        line: 12,
        reason: [
            "từ bổ nghĩa \"expand\" không đứng được ở đó".to_owned(),
            "modifier \"expand\" cannot stand there".to_owned(),
        ],
        stays,
    };
    let now = server.app.clock().now();
    let put = board.put(
        now,
        rules.collect(),
        vec![trouble("moi", false), trouble("dang-sua", true)],
    );
    board.count(&put[55], 1_234, Time::from_micros(now.as_micros() - 60_000_000));
}

#[tokio::test]
async fn the_page_tells_what_is_used_and_what_is_not_and_why() {
    let server = Server::start().await;
    let engineer = server.session(Role::SocEngineer).await;
    let read = async |path: &str| server.page(path, &engineer).await.text().await.unwrap();
    let empty = read(HOME).await;
    assert!(
        empty.contains("anlanh serve --sigma") && !empty.contains("<table"),
        "{empty}"
    );
    fill(&server);
    let page = read(HOME).await;
    let left_out = between(&page, "<h2 id=\"left-out\">", "</section>");
    for words in [
        "moi.yml:12",
        "từ bổ nghĩa",
        "modifier",
        "không chạy",
        "dang-sua.yml:12",
        "bản trước vẫn chạy",
    ] {
        assert!(left_out.contains(words), "{words}: {left_out}");
    }
    // Fifty, and the others behind them.
    let count = |page: &str| page.matches("<details><summary aria-label=\"Chi tiết").count();
    assert_eq!(count(&page), 50);
    let next = between(&page, "rel=\"next\" href=\"", "\"")
        .replace("&amp;", "&")
        .replace("&#38;", "&");
    let behind = read(next.split('#').next().unwrap()).await;
    assert_eq!(count(&behind), 10);
    assert!(
        behind.contains("1\u{202f}234") && !behind.contains("rel=\"next\""),
        "{behind}"
    );
    for (query, found) in [
        ("?q=may+chu+dieu+khien+so+55", 1),
        ("?q=TRUY+V%E1%BA%A4N+t1071", 50),
        ("?q=khong+co", 0),
        ("?level=critical", 10),
        ("?level=critical&state=quiet", 10),
        ("?state=hit", 1),
        ("?state=other-logs", 9),
    ] {
        assert_eq!(count(&read(&format!("{HOME}{query}")).await), found, "{query}");
    }
    assert_eq!(
        server
            .page(&format!("{HOME}?level=grave"), &engineer)
            .await
            .status()
            .as_u16(),
        400
    );
    server
        .app
        .sigma()
        .failed(server.app.clock().now(), "không phải thư mục · no folder".to_owned());
    assert!(between(&read(HOME).await, "role=\"alert\">", "</div>").contains("no folder"));
    let watch = read("/console/soc").await;
    assert!(
        watch.contains("luật Sigma không dùng được") && watch.contains("thư mục luật Sigma không đọc được"),
        "{watch}"
    );
}

#[tokio::test]
async fn series_have_every_level_and_no_name() {
    let server = Server::start().await;
    fill(&server);
    let text = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    for line in [
        "anlanh_sigma_rules{level=\"critical\"} 10",
        "anlanh_sigma_rules{level=\"none\"} 10",
        "anlanh_sigma_hits_total{level=\"high\"} 1234",
        "anlanh_sigma_hits_total{level=\"low\"} 0",
        "anlanh_sigma_left_out 2",
        "anlanh_sigma_looks_failed_total 0",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}: {text}");
    }
    assert!(!text.contains("net_dns") && !text.contains("5e1b7c1e"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_sigma_rules_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = Server::start().await;
    let engineer = server.session(Role::SocEngineer).await;
    let seen = async |name: &'static str| {
        let (path, session) = (HOME.to_owned(), Some(&engineer));
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("sigma-none").await;
    fill(&server);
    server.app.sigma().failed(
        server.app.clock().now(),
        "/etc/anlanh/sigma: không phải thư mục · no folder".to_owned(),
    );
    seen("sigma").await;
}
