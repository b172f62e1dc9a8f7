//! The centre at a glance and the picture of an indicator: what needs a person comes first, every figure leads where one works on it,
//! and what is drawn is said as a table.

use anlanh_app::feed::{self, FormSpec, NewFeed};
use anlanh_app::incident::{Alert, raise};
use anlanh_app::sensor::{Portion, Standing, Trouble};
use anlanh_model::{Actor, FeedKind, Role, SensorForm, SensorKind, Tlp};
use serde_json::{Value, json};

use crate::browser::browser;
use crate::incidents::alert;
use crate::orders::start;
use crate::pages::{Page, visit};
use crate::support::{Server, Session};

const SOC: &str = "/console/soc";
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

async fn text(server: &Server, page: &str, session: &Session) -> String {
    server.page(page, session).await.text().await.unwrap()
}

async fn add_sensor(server: &Server, name: &str) {
    let new = anlanh_app::sensor::NewSensor {
        name: name.to_owned(),
        kind: SensorKind::Http,
        form: SensorForm::Eve,
        place: String::new(),
        settings: anlanh_app::sensor::Settings::default(),
        secret: None,
    };
    anlanh_app::sensor::add(&server.app, &server.actor(Role::SocEngineer).await, new)
        .await
        .unwrap();
}

/// A sensor sent so much now.
fn sent(server: &Server, number: u32, events: u64, hits: u64) {
    let portion = Portion {
        events,
        hits,
        kept: events,
        ..Portion::default()
    };
    let now = server.app.clock().now().as_micros();
    server.app.board().meter(number).add(&portion, now, Some(now));
}

/// Two days of events and alerts, and sensors of which one does not run.
async fn filled(server: &Server) {
    for name in ["ids-ha-noi-1", "dns-da-nang", "luong-hcm"] {
        add_sensor(server, name).await;
    }
    listed(server).await;
    for hour in 0..48_u64 {
        let busy = 40_000 + (hour % 24) * (24 - hour % 24) * 900;
        sent(server, 1, busy, hour % 5);
        sent(server, 2, busy / 3, if hour == 40 { 37 } else { 0 });
        server.run_jobs().await;
        if hour % 7 == 0 {
            let (host, value) = (format!("10.20.{hour}.7"), format!("c2-{}.evil.example", hour % 3));
            raise(&server.app, &[found(server, &host, &value)]).await.unwrap();
        }
        server.wait_minutes(60);
        server.run_jobs().await;
    }
    let board = server.app.board();
    board.set(1, Standing::Running);
    board.set(2, Standing::Running);
    board.set(3, Standing::Failed(Trouble::Listen));
    board.tick(server.app.clock().now().as_micros() - 10_000_000);
    sent(server, 1, 18_450, 2);
}

fn found(server: &Server, host: &str, value: &str) -> Alert {
    let mut alert = alert(server, host, value);
    "Trung tâm quốc gia".clone_into(&mut alert.listed.source);
    alert
}

fn object(kind: &str, number: usize, more: Value) -> Value {
    let mut object = json!({
        "type": kind, "spec_version": "2.1", "id": format!("{kind}--00000000-0000-4000-8000-{number:012}"),
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
    });
    object
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    object
}

fn related(number: usize, from: &Value, kind: &str, to: &Value) -> Value {
    let more = json!({ "source_ref": from["id"], "relationship_type": kind, "target_ref": to["id"] });
    object("relationship", number, more)
}

/// A national feed with what its indicators show, and a list of another that has one of them.
async fn listed(server: &Server) {
    let campaign = object("campaign", 1, json!({ "name": "Mùa thu 2026 nhắm vào ngân hàng" }));
    let malware = object("malware", 1, json!({ "name": "Emotet", "is_family": true }));
    let actor = object("threat-actor", 1, json!({ "name": "TA542" }));
    let tool = object("tool", 1, json!({ "name": "Cobalt Strike" }));
    let mut objects = vec![campaign.clone(), malware.clone(), actor.clone(), tool.clone()];
    let values: Vec<String> = (0..3)
        .map(|at| format!("c2-{at}.evil.example"))
        .chain((0..12).map(|at| format!("tai-xuong-{at}.example")))
        .chain(["evil.example".to_owned()])
        .collect();
    let valid = server.app.clock().now().as_seconds() - 3_600;
    let valid = jiff::Timestamp::from_second(valid).unwrap().to_string();
    for (at, value) in values.iter().enumerate() {
        let more = json!({ "pattern": format!("[domain-name:value = '{value}']"), "pattern_type": "stix", "valid_from": valid });
        let indicator = object("indicator", at, more);
        objects.push(related(at * 2, &indicator, "indicates", &malware));
        if at < 3 {
            objects.push(related(at * 2 + 1, &indicator, "indicates", &campaign));
        }
        objects.push(indicator);
    }
    objects.push(related(900, &malware, "authored-by", &actor));
    objects.push(related(901, &campaign, "attributed-to", &actor));
    objects.push(related(902, &campaign, "uses", &tool));
    let bundle = json!({ "type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": objects });
    for (name, body) in [
        ("Trung tâm quốc gia", bundle.to_string()),
        ("Danh sách của ngân hàng", "c2-0.evil.example\n".to_owned()),
    ] {
        let new = NewFeed {
            name: name.to_owned(),
            kind: FeedKind::Hand,
            url: String::new(),
            form: FormSpec::default(),
            every_minutes: 60,
            confidence: 90,
            valid_days: None,
            tlp: Tlp::Green,
            collection: String::new(),
            credentials: None,
        };
        let id = feed::add(&server.app, &Actor::Operator, new).await.unwrap();
        let ask = feed::hand(&server.app, &Actor::Operator, id).await.unwrap();
        let round = feed::read_handed_in(&server.app, &ask, body.as_bytes());
        feed::enter(&server.app, &Actor::Operator, &ask, round).await.unwrap();
    }
}

/// The page of the indicator that many things are connected to.
async fn indicator(server: &Server, value: &str) -> String {
    let found = anlanh_app::indicator::look_up(&server.app, &Actor::Operator, value).await;
    let found = found.unwrap().unwrap();
    let of_feed = found.iter().find(|found| !found.row.object.is_empty()).unwrap();
    format!("/console/indicators/{}", of_feed.row.id)
}

#[tokio::test]
async fn the_dashboard_says_what_needs_a_person_and_leads_there() {
    let server = start().await;
    let lan = server.session(Role::SocEngineer).await;
    let quiet = text(&server, SOC, &lan).await;
    assert!(quiet.contains("Không có việc gì đang chờ"), "{quiet}");
    filled(&server).await;
    // Two days later sessions are over.
    let lan = server.session(Role::SocEngineer).await;
    let shown = text(&server, SOC, &lan).await;
    let asks = shown.split("id=\"totals\"").next().unwrap();
    for (link, words) in [
        ("/console/incidents", "sự cố chưa ai xem"),
        ("/console/sensors", "bộ cảm biến không chạy"),
        ("/console/sensors", "bộ cảm biến im lặng hơn 1 giờ"),
    ] {
        let at = asks.find(words).unwrap_or_else(|| panic!("{words}: {asks}"));
        let before = &asks[..at];
        assert!(before.rsplit("<a href=\"").next().unwrap().starts_with(link), "{words}");
    }
    // Volume: of the last 24 hours, with what is not counted yet; a second counts ten.
    assert!(
        shown.contains("Lưu lượng 24 giờ") && shown.contains("1\u{202f}845"),
        "{shown}"
    );
    let volume = anlanh_app::sensor::volume(&server.app, &server.actor(Role::SocEngineer).await).await;
    let volume = volume.unwrap();
    assert_eq!((volume.hours.len(), volume.days.len()), (24, 14));
    let last = volume.hours.last().unwrap();
    assert_eq!((last.events, last.hits), (18_450, 2));
    // Top indicators lead to their pages, and those that do not run come first.
    let page = indicator(&server, "c2-0.evil.example").await;
    assert!(
        shown.contains(&format!("<a href=\"{page}\"><code>c2-0.evil.example")),
        "{shown}"
    );
    let sensors = shown.split("id=\"sensors\"").nth(1).unwrap();
    assert!(sensors.find("luong-hcm") < sensors.find("ids-ha-noi-1"), "{sensors}");
}

#[tokio::test]
async fn an_indicator_is_drawn_with_what_it_is_connected_to() {
    let server = start().await;
    filled(&server).await;
    let lan = server.session(Role::SocEngineer).await;
    let page = indicator(&server, "c2-0.evil.example").await;
    let shown = text(&server, &page, &lan).await;
    let (picture, table) = shown.split_once("</svg>").unwrap();
    let table = table.split("</table>").next().unwrap();
    for said in [
        "Trung tâm quốc gia",
        "Danh sách của ngân hàng",
        "Emotet",
        "TA542",
        "Cobalt Strike",
        "c2-1.evil.example",
        ">evil.example<",
        "máy",
    ] {
        assert!(picture.contains(said) && table.contains(said), "{said}: {shown}");
    }
    assert!(picture.contains("chỉ dấu liên quan nữa"), "{picture}");
    assert!(!shown.contains("10.20."), "hosts are counted and never named");
    // A threat leads to all that shows it.
    let all = "/console/indicators?threat=malware&#38;name=Emotet";
    assert!(shown.contains(all), "{shown}");
    let all = text(&server, "/console/indicators?threat=malware&name=Emotet", &lan).await;
    assert_eq!(all.matches("tai-xuong-").count(), 12, "{all}");
    for bad in [
        "threat=virus&name=Emotet",
        &format!("threat=malware&name={}", "x".repeat(257)),
    ] {
        let refused = server.page(&format!("/console/indicators?{bad}"), &lan).await;
        assert_eq!(refused.status().as_u16(), 400, "{bad}");
    }
    let most = format!("/console/indicators?threat=malware&name={}", "x".repeat(256));
    assert_eq!(server.page(&most, &lan).await.status().as_u16(), 200);
    // Who may not read incidents sees none.
    let manager = server.session(Role::PolicyManager).await;
    let shown = text(&server, &page, &manager).await;
    assert!(
        shown.contains("Emotet") && !shown.contains("/console/incidents/"),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_and_the_picture_are_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    let quiet = server.session(Role::SocEngineer).await;
    let seen = async |name: &'static str, path: &str, session: &Session| {
        let (path, session) = (path.to_owned(), Some(session));
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("soc-quiet", SOC, &quiet).await;
    filled(&server).await;
    // Two days later sessions are over.
    let lan = server.session(Role::SocEngineer).await;
    seen("soc-filled", SOC, &lan).await;
    seen(
        "indicators-of-threat",
        "/console/indicators?threat=malware&name=Emotet",
        &lan,
    )
    .await;
    let page = indicator(&server, "c2-0.evil.example").await;
    seen("indicator-graph", &page, &lan).await;
    // On a phone the picture is wider than the page, and moves in its own region.
    browser.open(&server.url(&page)).await;
    let told = "[document.querySelector('.graph').scrollWidth > innerWidth, document.documentElement.scrollWidth <= innerWidth]";
    assert_eq!(browser.value(told).await, json!([true, true]));
    // By keys: nothing of the picture is in the way, its table is opened and leads on.
    let focus = "document.querySelector('.graph').focus()";
    browser.run(focus).await;
    browser.press(&format!("{TAB}{ENTER}")).await;
    assert_eq!(
        browser.value("document.querySelector('.graph + details').open").await,
        json!(true)
    );
    browser.press(&format!("{TAB}{TAB}{ENTER}")).await;
    browser.wait("location.pathname.startsWith('/console/feeds/')").await;
    // The first thing on the dashboard that waits is reached and opened.
    browser.open(&server.url(SOC)).await;
    browser.run("document.querySelector('.asks a').focus()").await;
    browser.press(&ENTER.to_string()).await;
    browser.wait("location.pathname.startsWith('/console/sensors')").await;
}
