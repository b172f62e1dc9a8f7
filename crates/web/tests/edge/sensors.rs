//! Sensors on their page: added by forms that fit their kind, stopped, resumed and removed, with nothing secret shown again.

use anlanh_app::sensor::{Standing, Trouble, of_node, secret_of_node};
use anlanh_model::{Role, SensorKind};

use crate::browser::browser;
use crate::orders::start;
use crate::pages::{Page, visit};
use crate::support::{Server, Session};

const HOME: &str = "/console/sensors";

async fn text(server: &Server, page: &str, session: &Session) -> String {
    server.page(page, session).await.text().await.unwrap()
}

async fn add(server: &Server, session: &Session, fields: &[(&str, &str)], expected: u16) -> String {
    let answer = server.submit(HOME, session, fields).await;
    let status = answer.status().as_u16();
    let shown = answer.text().await.unwrap();
    assert_eq!(status, expected, "{fields:?}: {shown}");
    shown
}

const BUS: [(&str, &str); 8] = [
    ("kind", "nats"),
    ("name", "bus"),
    ("form", "eve"),
    ("place", "nats://127.0.0.1:4222"),
    ("stream", "EVE"),
    ("way", "password"),
    ("user", "hoa"),
    ("secret", "bi-mat-cua-toi"),
];

#[tokio::test]
async fn a_sensor_is_added_stopped_resumed_and_removed() {
    let server = start().await;
    let (lan, audit) = (
        server.session(Role::SocEngineer).await,
        server.session(Role::Auditor).await,
    );
    for kind in SensorKind::ALL.iter().copied() {
        let shown = text(&server, &format!("{HOME}?kind={}", kind.key()), &lan).await;
        let has = |name: &str| shown.contains(&format!("name=\"{name}\""));
        assert_eq!(has("place"), kind != SensorKind::Http, "{kind:?}");
        assert_eq!(has("stream") && has("secret"), kind == SensorKind::Nats, "{kind:?}");
        assert_eq!(has("tls-1"), kind == SensorKind::Tls, "{kind:?}");
        assert_eq!(shown.contains("value=\"flow\""), kind == SensorKind::Udp, "{kind:?}");
    }
    add(&server, &lan, &BUS, 303).await;
    // Refused with what was typed, but for what is secret.
    let shown = add(&server, &lan, &BUS, 422).await;
    assert!(shown.contains("tên này đã có cảm biến khác dùng"), "{shown}");
    assert!(shown.contains("value=\"EVE\"") && !shown.contains("bi-mat-cua-toi"));
    let rows = of_node(&server.app).await.unwrap();
    assert!(secret_of_node(&server.app, &rows[0]).await.unwrap().is_some());
    assert!(!rows[0].sensor.settings.contains("bi-mat") && !rows[0].sensor.place.contains("bi-mat"));
    let shown = text(&server, HOME, &lan).await;
    assert!(
        shown.contains("nats://127.0.0.1:4222 EVE") && !shown.contains("bi-mat-cua-toi"),
        "{shown}"
    );
    // Who only reads sees how it fares and neither where it is nor what can be done.
    let shown = text(&server, HOME, &audit).await;
    assert!(
        shown.contains("bus") && !shown.contains("127.0.0.1:4222") && !shown.contains("/bus/step"),
        "{shown}"
    );
    assert_eq!(server.submit(HOME, &audit, &BUS).await.status().as_u16(), 403);
    let path = format!("{HOME}/bus/step");
    let step = async |step: &str, expected: u16| {
        let answer = server.submit(&path, &lan, &[("step", step)]).await;
        assert_eq!(answer.status().as_u16(), expected, "{step}");
    };
    assert_eq!(
        server
            .submit(&path, &audit, &[("step", "stop")])
            .await
            .status()
            .as_u16(),
        403
    );
    step("stop", 303).await;
    step("stop", 409).await;
    assert!(of_node(&server.app).await.unwrap()[0].stopped_at.is_some());
    assert!(text(&server, HOME, &lan).await.contains("value=\"resume\""));
    step("resume", 303).await;
    step("dance", 409).await;
    step("remove", 303).await;
    step("remove", 404).await;
    assert!(of_node(&server.app).await.unwrap().is_empty());
    let log = text(&server, "/console/audit", &audit).await;
    for said in [
        "Thêm cảm biến",
        "Dừng cảm biến",
        "Cho cảm biến chạy tiếp",
        "Gỡ cảm biến",
    ] {
        assert!(log.contains(said), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_sensors_is_fit_for_everybody() {
    let Some(browser) = browser().await else { return };
    let server = start().await;
    let lan = server.session(Role::SocEngineer).await;
    add(&server, &lan, &BUS, 303).await;
    let long = format!("/var/log/{}/eve.json", "rat-dai-".repeat(12));
    let tail = [
        ("kind", "tail"),
        ("name", "cong-quoc-te-ha-noi-1"),
        ("form", "eve"),
        ("place", &long),
    ];
    add(&server, &lan, &tail, 303).await;
    server.app.board().set(1, Standing::Failed(Trouble::Credentials));
    server.app.board().set(2, Standing::Running);
    let seen = async |name: &'static str, path: &str| {
        let (path, session) = (path.to_owned(), Some(&lan));
        visit(&browser, &server, &Page { name, path, session }).await;
    };
    seen("sensors", HOME).await;
    seen("sensors-nats", &format!("{HOME}?kind=nats")).await;
    seen("sensors-tls", &format!("{HOME}?kind=tls")).await;
}
