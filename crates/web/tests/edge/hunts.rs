//! Hunts on their pages: asked for with a reason, refused with every bad line and nothing lost, put into incidents, with no address in
//! the open.

use std::net::IpAddr;

use anlanh_app::hunt::{Ended, FoundRow, HuntResult, TurnBack, end_of_node, next_of_node};
use anlanh_model::Role;

use crate::browser::browser;
use crate::orders::start;
use crate::pages::{Page, visit};
use crate::support::{Server, Session, header};

const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';
const HOME: &str = "/console/hunt";
const ASKED: [(&str, &str); 2] = [
    ("values", "Evil.example\n192.0.2.0/24\n"),
    ("reason", "Bản tin cảnh báo số 12"),
];

async fn text(server: &Server, page: &str, session: &Session) -> String {
    server.page(page, session).await.text().await.unwrap()
}

/// Asks for a hunt; its page.
async fn ask(server: &Server, session: &Session, fields: &[(&str, &str)]) -> String {
    let answer = server.submit(HOME, session, fields).await;
    assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
    header(&answer, "location").to_owned()
}

/// The node makes the hunt that is next, and finds this.
pub async fn make(server: &Server, rows: Vec<FoundRow>) {
    let job = next_of_node(&server.app).await.unwrap().unwrap();
    let result = HuntResult {
        blocks: 1_234,
        read: 2,
        hits: rows.iter().map(|row| row.count).sum(),
        left_out: 0,
    };
    end_of_node(&server.app, job.id, Ended::Done(result, rows))
        .await
        .unwrap();
}

pub fn found(server: &Server, listed: &str, token: Option<&str>) -> FoundRow {
    let now = server.app.clock().now();
    FoundRow {
        kind: "domain".to_owned(),
        listed: listed.to_owned(),
        sensor: 7,
        token: token.map(str::to_owned),
        count: 3,
        first_at: now.plus_minutes(-90),
        last_at: now.plus_minutes(-30),
    }
}

#[tokio::test]
async fn a_hunt_is_asked_for_on_its_page_and_put_into_an_incident() {
    let server = start().await;
    let (lan, audit) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::Auditor).await,
    );
    let turn = TurnBack::new(|_, _| Ok(IpAddr::from([10, 1, 2, 3])));
    server.app.hunting().turn_back_by(turn);
    assert!(
        text(&server, "/console/soc", &lan)
            .await
            .contains("href=\"/console/hunt\"")
    );
    let filled = text(&server, &format!("{HOME}?value=evil.example"), &lan).await;
    assert!(filled.contains(">evil.example</textarea>"), "{filled}");
    // Every bad line is told by its number, and nothing that was typed is lost.
    let bad = [
        ("values", "evil.example\nan@example.vn\nkhông phải"),
        ("reason", "Bản tin"),
        ("from", "2026-09-01"),
        ("to", "2026-09-02"),
    ];
    let answer = server.submit(HOME, &lan, &bad).await;
    assert_eq!(answer.status().as_u16(), 422);
    let shown = answer.text().await.unwrap();
    for said in [
        "Dòng 2: địa chỉ e-mail không được lưu",
        "Dòng 3: không phải tên miền",
        "evil.example\nan@example.vn\nkhông phải</textarea>",
        "value=\"Bản tin\"",
        "value=\"2026-09-01\"",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    for (name, value) in [("reason", " "), ("from", "hôm qua"), ("sensor", "nowhere")] {
        let fields = [
            &ASKED[..1],
            &[("reason", "Bản tin")][..usize::from(name != "reason")],
            &[(name, value)],
        ];
        let answer = server.submit(HOME, &lan, &fields.concat()).await;
        assert_eq!(answer.status().as_u16(), 422, "{name}");
    }
    let page = ask(&server, &lan, &ASKED).await;
    let shown = text(&server, &page, &lan).await;
    assert!(
        shown.contains("Đang chờ đến lượt") && shown.contains("value=\"cancel\""),
        "{shown}"
    );
    make(
        &server,
        vec![
            found(&server, "evil.example", Some("0123456789abcdef0123456789abcdef")),
            found(&server, "evil.example", None),
        ],
    )
    .await;
    let shown = text(&server, &page, &lan).await;
    for said in [
        "Đã xong",
        "6 lần thấy, thành 2 dòng",
        "may-",
        "không rõ máy nào",
        "#7",
        "Bản tin cảnh báo số 12",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert!(
        shown.contains("192.0.2.0/24") && shown.contains("Không thấy"),
        "{shown}"
    );
    assert!(
        !shown.contains("10.1.2.3") && !shown.contains("0123456789abcdef"),
        "{shown}"
    );
    // Who audits sees it and can do nothing.
    let seen = text(&server, &page, &audit).await;
    assert!(seen.contains("may-") && !seen.contains("raise-all"), "{seen}");
    assert!(!text(&server, HOME, &audit).await.contains("<textarea"));
    assert_eq!(server.submit(HOME, &audit, &ASKED).await.status().as_u16(), 403);
    let path = format!("{page}/step");
    let step = async |session: &Session, fields: &[(&str, &str)], expected: u16| {
        let answer = server.submit(&path, session, fields).await;
        assert_eq!(answer.status().as_u16(), expected, "{fields:?}");
        answer.text().await.unwrap()
    };
    step(&audit, &[("step", "raise-all")], 403).await;
    let refused = step(&lan, &[("step", "raise")], 200).await;
    assert!(refused.contains("hãy chọn những dòng chưa vào sự cố nào"), "{refused}");
    let refused = step(&lan, &[("step", "cancel")], 200).await;
    assert!(refused.contains("đã kết thúc"), "{refused}");
    step(&lan, &[("step", "raise"), ("row", "1")], 303).await;
    step(&lan, &[("step", "raise-all")], 303).await;
    let shown = text(&server, &page, &lan).await;
    assert!(
        shown.contains("/console/incidents/") && shown.contains("đã vào sự cố"),
        "{shown}"
    );
    assert!(
        !shown.contains("type=\"checkbox\"") && !shown.contains("raise-all"),
        "{shown}"
    );
    let log = text(&server, "/console/audit", &audit).await;
    for said in [
        "Yêu cầu truy tìm sự kiện",
        "Bản tin cảnh báo số 12",
        "Đưa kết quả truy tìm vào sự cố",
    ] {
        assert!(log.contains(said), "{said}");
    }
    // One that finds nothing says so, and one that waits can be called off.
    let empty = ask(&server, &lan, &ASKED).await;
    make(&server, Vec::new()).await;
    let shown = text(&server, &empty, &lan).await;
    assert!(shown.contains("Không thấy giá trị nào"), "{shown}");
    let waiting = ask(&server, &lan, &ASKED).await;
    let answer = server
        .submit(&format!("{waiting}/step"), &lan, &[("step", "cancel")])
        .await;
    assert_eq!(answer.status().as_u16(), 303);
    assert!(text(&server, &waiting, &lan).await.contains("Đã hủy"));
    let list = text(&server, HOME, &lan).await;
    let place = |page: &str| list.find(page).unwrap();
    assert!(place(&waiting) < place(&empty) && place(&empty) < place(&page));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_hunts_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    let lan = server.session(Role::SocEngineer).await;
    let long = format!("{}.dieu-khien-tu-xa.example", "rat-dai".repeat(8));
    let values = format!("{long}\nevil.example\n192.0.2.0/24");
    let page = ask(&server, &lan, &[("values", &values), ASKED[1]]).await;
    let tokens = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"];
    let mut rows: Vec<FoundRow> = tokens.iter().map(|token| found(&server, &long, Some(token))).collect();
    rows.push(found(&server, "evil.example", None));
    make(&server, rows).await;
    let waiting = ask(&server, &lan, &ASKED).await;
    let seen = async |name: &'static str, path: &str| {
        let (path, session) = (path.to_owned(), Some(&lan));
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("hunts", HOME).await;
    seen("hunt", &page).await;
    seen("hunt-waits", &waiting).await;
    // By keys alone: one is asked for, and what another found is put into an incident.
    browser.open(&server.url(HOME)).await;
    browser.run("document.getElementById('values').focus()").await;
    browser.press(&format!("moi.example{TAB}Có người hỏi{ENTER}")).await;
    browser
        .wait("document.querySelector('h1.digits')?.textContent === 'moi.example'")
        .await;
    let turn = TurnBack::new(|_, _| Ok(IpAddr::from([10, 1, 2, 3])));
    server.app.hunting().turn_back_by(turn);
    browser.open(&server.url(&page)).await;
    browser
        .run("document.querySelector('button[value=raise]').focus()")
        .await;
    browser.press(&format!("{TAB}{TAB} ")).await;
    browser
        .wait("document.querySelectorAll('input[name=row]:checked').length === 1")
        .await;
    browser
        .run("document.querySelector('button[value=raise]').focus()")
        .await;
    browser.press(&ENTER.to_string()).await;
    browser
        .wait("document.querySelectorAll('input[name=row]').length === 2")
        .await;
    browser.picture("hunt-raised").await;
}
