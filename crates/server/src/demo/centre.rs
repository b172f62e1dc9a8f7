//! Samples for those who work at a SOC: a list of indicators, what a sensor would have found of it, the incident that follows, and a
//! block that waits for people. Names end in `.example`, addresses are those of documentation (RFC 5737, 3849).

use anlanh_app::block::{self, NewChange, NewValue};
use anlanh_app::feed::{self, FormSpec, NewFeed};
use anlanh_app::incident::{self, Alert, Far, Host, Listed, Seen};
use anlanh_app::{App, Error};
use anlanh_model::{Actor, AlertEvent, AlertOrigin, FeedKind, Tlp};
use anlanh_soc::blocking::Act;
use anlanh_soc::{Found, Kind};
use anyhow::Context;

/// What the list is called: it says what it is, and so does whatever comes of it.
const LIST: &str = "[MẪU] Nguồn chỉ dấu";
/// The sensor that would have seen them.
const SENSOR: &str = "mau-dns";
/// The name that hosts asked for; it says that it is a sample wherever it is shown.
const ASKED: &str = "dieu-khien-mau.example";
/// What is on the list.
const LISTED: &str = "dieu-khien-mau.example\ntai-xuong-mau.example\nhttp://tai-xuong-mau.example/cap-nhat.exe\n203.0.113.66\n\
                      2001:db8:66::66\n";
/// The hosts, how often each asked, and what for.
const SEEN: [(&str, u32, &str); 4] = [
    ("198.51.100.21", 14, ASKED),
    ("198.51.100.37", 3, ASKED),
    ("2001:db8:21::7", 1, ASKED),
    ("198.51.100.21", 2, "tai-xuong-mau.example"),
];

/// Hands the samples in where the node follows no feed; how many alerts there are then.
///
/// # Errors
/// When the database is away or full.
pub async fn load(app: &App) -> anyhow::Result<usize> {
    let operator = Actor::Operator;
    if !feed::list(app, &operator).await?.is_empty() {
        return Ok(0);
    }
    let id = feed::add(app, &operator, list()).await?;
    let ask = feed::hand(app, &operator, id).await?;
    let round = feed::read_handed_in(app, &ask, LISTED.as_bytes());
    feed::enter(app, &operator, &ask, round).await?;
    let alerts: Vec<Alert> = SEEN
        .into_iter()
        .map(|seen| alert(app, seen))
        .collect::<Result<_, _>>()?;
    incident::raise(app, &alerts).await?;
    match block::propose_from_feed(app, LIST, proposal()).await {
        // Where the policy keeps no blocklist there is nothing to propose.
        Ok(_) | Err(Error::Block(block::BlockRefusal::NoPolicy)) => Ok(alerts.len()),
        Err(error) => Err(error).context("propose the sample of a block"),
    }
}

fn list() -> NewFeed {
    NewFeed {
        name: LIST.to_owned(),
        kind: FeedKind::Hand,
        url: String::new(),
        form: FormSpec::default(),
        every_minutes: 60,
        confidence: 80,
        valid_days: None,
        tlp: Tlp::Green,
        collection: String::new(),
        credentials: None,
    }
}

fn alert(app: &App, (host, count, listed): (&str, u32, &str)) -> anyhow::Result<Alert> {
    Ok(Alert {
        at: app.clock().now(),
        sensor: SENSOR.to_owned(),
        event: AlertEvent::Dns,
        seen: Seen {
            field: "query".to_owned(),
            value: listed.to_owned(),
        },
        listed: Listed {
            found: Found::Value(Kind::Domain),
            value: listed.to_owned(),
            source: LIST.to_owned(),
            indicator: None,
            tlp: Some(Tlp::Green),
        },
        host: Ok(Host {
            address: host.parse().context("read the address of a sample")?,
            port: Some(50_311),
        }),
        far: Some(Far {
            address: "192.0.2.53".parse().context("read the address of a sample")?,
            port: Some(53),
        }),
        count,
        origin: AlertOrigin::Live,
    })
}

fn proposal() -> NewChange {
    NewChange {
        values: vec![NewValue {
            value: ASKED.to_owned(),
            act: Act::NxDomain,
        }],
        reason: "[MẪU] Máy chủ điều khiển mã độc trong dữ liệu mẫu.".to_owned(),
        owner: "[MẪU] Trung tâm SOC".to_owned(),
        basis: vec!["[MẪU] Quy chế an toàn mạng".to_owned()],
        why_no_name: None,
        days: None,
    }
}
