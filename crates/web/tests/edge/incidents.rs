//! Incidents on their pages: worked from the alert to the report, by keys and on a phone, with no address in the open.

use std::collections::HashSet;
use std::net::IpAddr;

use anlanh_app::incident::{Alert, Far, Host, Listed, Seen, raise};
use anlanh_model::{AlertEvent, AlertOrigin, NoHost, Role, Tlp};
use anlanh_soc::{Found, Kind};

use crate::browser::browser;
use crate::console::between;
use crate::orders::start;
use crate::pages::{Page, visit};
use crate::support::{Server, Session};

const HOME: &str = "/console/incidents";

/// An alert of now.
pub fn alert(server: &Server, host: &str, listed: &str) -> Alert {
    Alert {
        at: server.app.clock().now(),
        sensor: "dns-hn-1".to_owned(),
        event: AlertEvent::Dns,
        seen: Seen {
            field: "query".to_owned(),
            value: listed.to_owned(),
        },
        listed: Listed {
            found: Found::Value(Kind::Domain),
            value: listed.to_owned(),
            source: "VNCERT".to_owned(),
            indicator: None,
            tlp: Some(Tlp::Green),
        },
        host: Ok(Host {
            address: host.parse().unwrap(),
            port: Some(50_311),
        }),
        far: Some(Far {
            address: IpAddr::from([203, 0, 113, 9]),
            port: Some(53),
        }),
        count: 3,
        origin: AlertOrigin::Live,
    }
}

/// Two alerts of one incident.
async fn raised(server: &Server) {
    let batch = [
        alert(server, "198.51.100.77", "dieu-khien.example"),
        alert(server, "198.51.100.78", "dieu-khien.example"),
    ];
    raise(&server.app, &batch).await.unwrap();
}

/// Somebody works at the newest incident; its page.
async fn working(server: &Server, session: &Session) -> String {
    let list = server.page(HOME, session).await.text().await.unwrap();
    let id = between(&list, "class=\"open\" href=\"", "\"");
    for fields in [vec![("step", "triage"), ("severity", "high")], vec![("step", "take")]] {
        step(server, session, &id, &fields).await;
    }
    id
}

async fn step(server: &Server, session: &Session, page: &str, fields: &[(&str, &str)]) {
    let done = server.submit(&format!("{page}/step"), session, fields).await;
    assert_eq!(
        done.status().as_u16(),
        303,
        "{fields:?}: {}",
        done.text().await.unwrap()
    );
}

async fn text(server: &Server, page: &str, session: &Session) -> String {
    server.page(page, session).await.text().await.unwrap()
}

#[tokio::test]
async fn an_incident_is_worked_and_reported_on_its_page() {
    let server = start().await;
    let (lan, minh) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    raised(&server).await;
    let page = working(&server, &lan).await;
    let shown = text(&server, &page, &lan).await;
    assert!(shown.contains("Thông báo ban đầu") && shown.contains("may-"), "{shown}");
    for secret in ["198.51.100.77", "50311", "203.0.113.9"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    let refused = server
        .submit(&format!("{page}/step"), &minh, &[("step", "contain")])
        .await;
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("người khác đang xử lý"), "{refused}");
    // The address is shown once, on the page that answers.
    let alert = between(&shown, "name=\"alert\" value=\"", "\"");
    let fields = [("alert", alert.as_str()), ("purpose", "Báo thuê bao làm sạch máy.")];
    let told = server.submit(&format!("{page}/reveal"), &lan, &fields).await;
    let told = told.text().await.unwrap();
    assert!(told.contains("198.51.100.77") && told.contains("50311"), "{told}");
    let shown = text(&server, &page, &lan).await;
    assert!(
        !shown.contains("198.51.100.77") && shown.contains("Báo thuê bao làm sạch máy."),
        "{shown}"
    );
    let other = server
        .submit(&format!("{page}/reveal"), &minh, &fields)
        .await
        .text()
        .await
        .unwrap();
    assert!(!other.contains("198.51.100.77"), "{other}");
    // What leaves is looked at before.
    assert!(shown.contains("Máy 1: domain dieu-khien.example"), "{shown}");
    step(&server, &lan, &page, &[("step", "share")]).await;
    let shared = text(&server, &page, &lan).await;
    assert!(shared.contains("đang gửi, 0 lần gửi"), "{shared}");
    let given = server.submit(&format!("{page}/stix"), &lan, &[]).await;
    assert_eq!(given.headers()["content-type"], "application/stix+json;version=2.1");
    let given = given.text().await.unwrap();
    assert!(given.contains("domain-name:value = 'dieu-khien.example'"), "{given}");
    // A report is written by one and signed by another.
    let begun = server
        .submit(
            &format!("{page}/step"),
            &lan,
            &[("step", "report"), ("report", "progress")],
        )
        .await;
    let report = begun.headers()["location"].to_str().unwrap().to_owned();
    let fill = [
        ("step", "write"),
        ("f-organisation", "Công ty An"),
        ("f-description", "Mã độc điều khiển máy người dùng"),
        ("f-cause", "Người dùng mở tệp đính kèm"),
        ("f-scope", "Hai máy"),
        ("f-measures", "Chặn tên miền điều khiển"),
    ];
    let written = server.submit(&report, &lan, &fill).await;
    assert_eq!(written.status().as_u16(), 303, "{}", written.text().await.unwrap());
    let own = server
        .submit(&report, &lan, &[("step", "sign"), ("to", "")])
        .await
        .text()
        .await
        .unwrap();
    assert!(own.contains("không tự ký"), "{own}");
    let signed = server.submit(&report, &minh, &[("step", "sign"), ("to", "")]).await;
    assert_eq!(signed.status().as_u16(), 303);
    let letter = server.page(&format!("{report}/letter.pdf"), &lan).await;
    assert_eq!(letter.headers()["content-type"], "application/pdf");
    assert!(letter.bytes().await.unwrap().starts_with(b"%PDF-"));
    let shown = text(&server, &page, &lan).await;
    assert!(shown.contains("đúng hạn"), "both clocks are met: {shown}");
}

#[tokio::test]
async fn an_address_whose_time_is_over_is_not_shown_and_the_page_says_so() {
    let server = start().await;
    let lan = server.session(Role::SocEngineer).await;
    raised(&server).await;
    let page = working(&server, &lan).await;
    let shown = text(&server, &page, &lan).await;
    let alert = between(&shown, "name=\"alert\" value=\"", "\"");
    assert!(!shown.contains("đã xóa địa chỉ"), "{shown}");
    // As housekeeping leaves it.
    server.tamper("UPDATE alert SET details = NULL").await;
    let shown = text(&server, &page, &lan).await;
    assert!(shown.contains("đã xóa địa chỉ, hết hạn lưu"), "{shown}");
    assert!(!shown.contains("/reveal\""), "there is nothing to show: {shown}");
    let fields = [("alert", alert.as_str()), ("purpose", "Báo thuê bao làm sạch máy.")];
    let refused = server.submit(&format!("{page}/reveal"), &lan, &fields).await;
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("đã được xóa vì hết thời hạn lưu") && !refused.contains("198.51.100.77"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_incident_is_opened_by_hand_in_the_console() {
    let server = start().await;
    let (lan, auditor) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::Auditor).await,
    );
    let list = text(&server, HOME, &lan).await;
    assert!(list.contains("Lúc phát hiện: khi gửi mẫu này, bây giờ là "), "{list}");
    assert!(list.contains("<option value=\"amber+strict\" selected>"), "{list}");
    assert!(!text(&server, HOME, &auditor).await.contains("name=\"title\""));
    let fields = |title: &'static str, severity: &'static str| {
        [
            ("title", title),
            ("severity", severity),
            ("tlp", "green"),
            ("words", "Kế toán báo."),
        ]
    };
    let refused = server.submit(HOME, &auditor, &fields("Lừa đảo qua thư", "")).await;
    assert_eq!(refused.status().as_u16(), 403);
    // What was typed stays where it is refused.
    let refused = server
        .submit(HOME, &lan, &fields(" ", "high"))
        .await
        .text()
        .await
        .unwrap();
    assert!(
        refused.contains("Kế toán báo.") && refused.contains("<option value=\"high\" selected>"),
        "{refused}"
    );
    for (severity, state) in [("", "Mới"), ("high", "Đã đánh giá, chờ nhận")] {
        let made = server.submit(HOME, &lan, &fields("Lừa đảo qua thư", severity)).await;
        assert_eq!(made.status().as_u16(), 303, "{}", made.text().await.unwrap());
        let page = made.headers()["location"].to_str().unwrap().to_owned();
        let shown = text(&server, &page, &lan).await;
        assert!(
            shown.contains("Lừa đảo qua thư") && shown.contains(state) && shown.contains("Kế toán báo."),
            "{shown}"
        );
        assert_eq!(shown.contains("Thông báo ban đầu"), severity == "high", "{shown}");
    }
}

/// So many alerts of one incident, each of another host; the last is about something that goes nowhere.
pub async fn raise_many(server: &Server, many: usize) {
    let mut batch: Vec<Alert> = (0..many)
        .map(|at| alert(server, &format!("10.1.{}.{}", at / 250, at % 250), "dieu-khien.example"))
        .collect();
    for one in &mut batch {
        one.listed.tlp = Some(Tlp::Clear);
    }
    batch.last_mut().unwrap().listed.tlp = Some(Tlp::Red);
    raise(&server.app, &batch).await.unwrap();
}

#[tokio::test]
async fn an_incident_of_many_hosts_says_how_many_and_shows_them_all() {
    let server = start().await;
    let lan = server.session(Role::SocEngineer).await;
    raise_many(&server, 205).await;
    let page = working(&server, &lan).await;
    let (mut address, mut hosts, mut said) = (page.clone(), HashSet::new(), Vec::new());
    loop {
        let shown = text(&server, &address, &lan).await;
        said.push(between(&shown, "<p>Cảnh báo ", "</p>"));
        // In the table; the forms below it name hosts again.
        let table = between(&shown, "<tbody>", "</tbody>");
        hosts.extend(table.split("<code>may-").skip(1).map(|rest| rest[..8].to_owned()));
        if !shown.contains("rel=\"next\"") {
            break;
        }
        address = between(&shown, "rel=\"next\" href=\"", "#");
    }
    assert_eq!(hosts.len(), 205);
    assert_eq!(said.first().unwrap(), "1 đến 50 trong tổng số 205, trên 205 máy.");
    assert_eq!(said.last().unwrap(), "201 đến 205 trong tổng số 205, trên 205 máy.");
    // A host of the last page is shown on it.
    let last = text(&server, &address, &lan).await;
    let after = between(&last, "name=\"after\" value=\"", "\"");
    let one = between(&last, "name=\"alert\" value=\"", "\"");
    let fields = [("alert", one.as_str()), ("after", &after), ("purpose", "Báo thuê bao.")];
    let told = server.submit(&format!("{page}/reveal"), &lan, &fields).await;
    let told = told.text().await.unwrap();
    assert!(
        told.contains("10.1.0.200") && told.contains("Cảnh báo 201 đến 205"),
        "{told}"
    );
    let bad = server.page(&format!("{page}?after=x"), &lan).await;
    assert_eq!(bad.status().as_u16(), 400);
    // All of them as a file, where no address is, and nothing of what is TLP:RED but that it is there.
    let file = server.page(&format!("{page}/alerts.csv"), &lan).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let file = file.text().await.unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 206);
    assert!(lines[0].starts_with("alert,host,kind,listed,"), "{}", lines[0]);
    assert!(lines[1].contains(",domain,dieu-khien.example,VNCERT,"), "{}", lines[1]);
    assert!(
        lines[205].contains(",,,,,dns-hn-1,dns,,") && lines[205].contains(",red,"),
        "{}",
        lines[205]
    );
    assert!(!file.contains("10.1.0."), "{file}");
    let reviewer = server.session(Role::Reviewer).await;
    let refused = server.page(&format!("{page}/alerts.csv"), &reviewer).await;
    assert_eq!(refused.status().as_u16(), 403);
    // What it is called after goes no further in a report, wherever among its alerts the mark is.
    let fields = [("step", "report"), ("report", "initial")];
    let begun = server.submit(&format!("{page}/step"), &lan, &fields).await;
    let report = begun.headers()["location"].to_str().unwrap().to_owned();
    let report = text(&server, &report, &lan).await;
    assert!(!report.contains("dieu-khien.example"), "{report}");
}

/// The same, for a host that nobody knows.
fn without_host(alert: Alert, why: NoHost) -> Alert {
    Alert {
        host: Err(why),
        origin: AlertOrigin::Hunt,
        ..alert
    }
}

#[tokio::test]
async fn an_alert_without_a_host_says_why() {
    let server = start().await;
    let lan = server.session(Role::SocEngineer).await;
    let one = alert(&server, "198.51.100.77", "dieu-khien.example");
    let lost = "không còn biết máy nào: khóa của kho đã khác, hoặc thuê bao ngoài các dải đang khai";
    let old = "không còn biết máy nào: mã được lưu từ trước khi đổi ngược được";
    let unnamed = "sự kiện không nêu thuê bao nào";
    let check = async |raised: Option<NoHost>, said: &[&str]| {
        if let Some(why) = raised {
            raise(&server.app, &[without_host(one.clone(), why)]).await.unwrap();
        }
        let page = between(&text(&server, HOME, &lan).await, "class=\"open\" href=\"", "\"");
        let shown = text(&server, &page, &lan).await;
        for why in [unnamed, old, lost, "không rõ vì sao"] {
            assert_eq!(shown.contains(why), said.contains(&why), "{why}: {shown}");
        }
        let marker = "Truy tìm: có cảnh báo không còn biết máy nào";
        assert_eq!(shown.contains(marker), said.contains(&old), "{shown}");
    };
    raise(&server.app, std::slice::from_ref(&one)).await.unwrap();
    check(None, &[]).await;
    check(Some(NoHost::Unnamed), &[unnamed]).await;
    check(Some(NoHost::OldToken), &[unnamed, old]).await;
    check(Some(NoHost::LostToken), &[unnamed, old, lost]).await;
    // What is from before this was noted says that it is not known.
    server
        .tamper("UPDATE alert SET no_host = NULL WHERE no_host = 'lost_token'")
        .await;
    check(None, &[unnamed, old, "không rõ vì sao"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_incidents_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    let long = format!("{}.dieu-khien-tu-xa.example", "rat-dai".repeat(8));
    raise(&server.app, &[alert(&server, "10.0.0.9", &long)]).await.unwrap();
    raised(&server).await;
    let known = alert(&server, "198.51.100.77", "dieu-khien.example");
    let unknown = [NoHost::LostToken, NoHost::Unnamed].map(|why| without_host(known.clone(), why));
    raise(&server.app, &unknown).await.unwrap();
    // The first notice is late, the report on causes is not.
    server.wait_minutes(25 * 60);
    let (lan, minh) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::SocEngineer).await,
    );
    let page = working(&server, &lan).await;
    step(&server, &lan, &page, &[("step", "playbook"), ("playbook", "botnet")]).await;
    step(&server, &lan, &page, &[("step", "share")]).await;
    step(
        &server,
        &lan,
        &page,
        &[
            ("step", "system"),
            ("name", "Cổng thanh toán"),
            ("owner", "Công ty An"),
            ("level", "3"),
        ],
    )
    .await;
    step(
        &server,
        &lan,
        &page,
        &[("step", "note"), ("words", "Đã gọi người dùng.")],
    )
    .await;
    let left = [("step", "leave"), ("words", "Theo dõi máy chủ điều khiển mới.")];
    server.submit(&format!("{HOME}/shifts"), &lan, &left).await;
    let begun = server
        .submit(
            &format!("{page}/step"),
            &lan,
            &[("step", "report"), ("report", "initial")],
        )
        .await;
    let report = begun.headers()["location"].to_str().unwrap().to_owned();
    let seen = async |name: &'static str, path: &str, session: &Session| {
        let (path, session) = (path.to_owned(), Some(session));
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("soc", "/console/soc", &minh).await;
    seen("incidents", HOME, &minh).await;
    seen("incident", &page, &lan).await;
    // On a desk the table is not cut.
    browser.resize(1280, 900).await;
    browser.open(&server.url(&page)).await;
    let table = "document.querySelector('[role=region][aria-labelledby=alerts]')";
    let cut = browser
        .value(&format!("{table}.scrollWidth - {table}.clientWidth"))
        .await;
    assert!(cut.as_i64().unwrap() <= 0, "the table of alerts is {cut} px too wide");
    seen("incident-report", &report, &lan).await;
    raise_many(&server, 120).await;
    seen("incident-many", &page, &lan).await;
    seen("incident-report-sign", &report, &minh).await;
}
