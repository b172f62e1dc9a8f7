//! Incidents: what comes again is counted, what belongs together is together, and no address stands in the open.

use std::net::IpAddr;

use anlanh_app::Error;
use anlanh_app::feed::{self, FormSpec, NewFeed};
use anlanh_app::incident::{
    self, Alert, AlertError, AlertFilter, Far, Host, IncidentFilter, IncidentRow, IncidentStanding, IncidentView,
    Listed, MAX_ALERTS, Raised, Seen,
};
use anlanh_db::Statement;
use anlanh_model::{Actor, AlertEvent, AlertOrigin, FeedKind, Grouping, Id, Incident, NoHost, Person, Role, Tlp};
use anlanh_soc::{Found, Kind};

use crate::node::{Node, on_each};

/// Somebody who works incidents: of the same account, whatever else it is used for.
pub fn engineer(person: Person) -> Actor {
    Actor::Person(Person {
        role: Role::SocEngineer,
        ..person
    })
}

/// An alert of now: a host asked for a name that is listed.
pub fn alert(node: &Node, host: &str, listed: &str) -> Alert {
    Alert {
        at: node.app.clock().now(),
        sensor: "dns-hn-1".to_owned(),
        event: AlertEvent::Dns,
        seen: Seen {
            field: "query".to_owned(),
            value: format!("c2.{listed}"),
        },
        listed: Listed {
            found: Found::Value(Kind::Domain),
            value: listed.to_owned(),
            source: "VNCERT".to_owned(),
            indicator: None,
            tlp: None,
        },
        host: Ok(Host {
            address: host.parse().unwrap(),
            port: Some(50_311),
        }),
        far: Some(Far {
            address: IpAddr::from([203, 0, 113, 9]),
            port: Some(53),
        }),
        count: 1,
        origin: AlertOrigin::Live,
    }
}

/// Raises alerts.
pub async fn raise(node: &Node, alerts: &[Alert]) -> Raised {
    incident::raise(&node.app, alerts).await.unwrap()
}

/// Every open incident, the oldest first.
pub async fn open(node: &Node) -> Vec<IncidentRow> {
    let page = (None, 100);
    let rows = incident::list(&node.app, &engineer(node.person), IncidentFilter::default(), page)
        .await
        .unwrap();
    rows.into_iter().map(|(row, _)| row).rev().collect()
}

pub async fn show(node: &Node, id: Id<Incident>) -> IncidentView {
    let page = (None, incident::SHOWN_ALERTS);
    incident::show(&node.app, &engineer(node.person), id, page)
        .await
        .unwrap()
}

/// Lists values by hand, each with a name.
pub async fn list(node: &Node, name: &str, tlp: Tlp, table: &str) {
    let admin = Actor::Operator;
    let new = NewFeed {
        name: name.to_owned(),
        kind: FeedKind::Hand,
        url: String::new(),
        form: FormSpec::default(),
        every_minutes: 60,
        confidence: 90,
        valid_days: None,
        tlp,
        collection: String::new(),
        credentials: None,
    };
    let id = feed::add(&node.app, &admin, new).await.unwrap();
    let ask = feed::hand(&node.app, &admin, id).await.unwrap();
    let round = feed::read_handed_in(&node.app, &ask, table.as_bytes());
    feed::enter(&node.app, &admin, &ask, round).await.unwrap();
}

fn indicators(named: &[(&str, &str)]) -> String {
    let object = |(at, (value, name)): (usize, &(&str, &str))| {
        format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-00000000000{at}",
            "created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"{name}",
            "pattern":"[domain-name:value = '{value}']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}}"#
        )
    };
    let objects: Vec<String> = named.iter().enumerate().map(object).collect();
    let id = "bundle--00000000-0000-4000-8000-000000000000";
    format!(r#"{{"type":"bundle","id":"{id}","objects":[{}]}}"#, objects.join(","))
}

#[test]
fn alerts_and_incidents_are_looked_through_by_what_is_asked() {
    on_each(async |node| {
        let lan = engineer(node.person);
        raise(
            &node,
            &[
                alert(&node, "10.1.2.3", "mot.example"),
                alert(&node, "10.9.9.9", "hai.example"),
            ],
        )
        .await;
        let rows = open(&node).await;
        let of = |incident, listed: &str| AlertFilter {
            incident,
            listed: listed.to_owned(),
        };
        let count = async |filter| {
            incident::alerts(&node.app, &lan, filter, (None, 10))
                .await
                .unwrap()
                .len()
        };
        assert_eq!(count(of(None, "")).await, 2);
        assert_eq!(count(of(Some(rows[0].incident.id), "")).await, 1);
        assert_eq!(count(of(Some(rows[0].incident.id), "hai.example")).await, 0);
        assert_eq!(count(of(None, "hai.example")).await, 1);
        let mine = IncidentFilter {
            standing: IncidentStanding::Of(node.person.id),
            ..IncidentFilter::default()
        };
        let mine = incident::list(&node.app, &lan, mine, (None, 10)).await.unwrap();
        assert!(mine.is_empty(), "nobody took one");
    });
}

#[test]
fn what_lists_a_host_itself_is_marked_red_and_so_is_its_incident_whatever_leaves_it() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let listed = |value: &str, found| Alert {
            listed: Listed {
                found,
                value: value.to_owned(),
                tlp: Some(Tlp::Clear),
                ..alert(&node, "10.1.2.3", "mot.example").listed
            },
            ..alert(&node, "10.1.2.3", "mot.example")
        };
        raise(&node, &[listed("10.1.2.3", Found::Value(Kind::Address))]).await;
        raise(&node, &[listed("mot.example", Found::Value(Kind::Domain))]).await;
        let rows = open(&node).await;
        assert_eq!(rows.len(), 1, "one host, one incident");
        let id = rows[0].incident.id;
        let tlps = async |id| {
            let view = show(&node, id).await;
            let alerts: Vec<Tlp> = view.page.alerts.iter().map(|alert| alert.tlp).collect();
            (view.row.tlp, alerts, view.page.alerts[0].id)
        };
        let (marked, alerts, first) = tlps(id).await;
        assert_eq!((marked, alerts), (Tlp::Red, vec![Tlp::Red, Tlp::Clear]));
        incident::split(&node.app, &lan, (id, vec![first]), "Việc khác.")
            .await
            .unwrap();
        let (marked, alerts, _) = tlps(id).await;
        assert_eq!((marked, alerts), (Tlp::Red, vec![Tlp::Clear]), "its words are of both");
    });
}

#[test]
fn what_comes_again_within_a_day_is_one_alert() {
    on_each(async |node| {
        let one = alert(&node, "10.1.2.3", "xau.example");
        let batch = [
            one.clone(),
            one.clone(),
            Alert {
                count: 5,
                ..one.clone()
            },
        ];
        let raised = raise(&node, &batch).await;
        assert_eq!((raised.new, raised.again, raised.opened), (1, 0, 1));
        node.wait_minutes(5);
        let mapped = alert(&node, "::ffff:10.1.2.3", "xau.example");
        let raised = raise(&node, &[mapped]).await;
        assert_eq!(
            (raised.new, raised.again, raised.opened),
            (0, 1, 0),
            "the same address in another form"
        );
        let row = open(&node).await.remove(0);
        let view = show(&node, row.incident.id).await;
        assert_eq!((row.hits, view.page.alerts.len()), (8, 1));
        let alert_row = &view.page.alerts[0];
        assert_eq!(alert_row.count, 8);
        assert_eq!(alert_row.last_at.minutes_since(alert_row.first_at), 5);
        assert_eq!((row.first_at, row.last_at), (alert_row.first_at, alert_row.last_at));
        // Each of these is something else.
        let others = [
            Alert {
                event: AlertEvent::Tls,
                ..one.clone()
            },
            Alert {
                origin: AlertOrigin::Hunt,
                ..one.clone()
            },
            Alert {
                at: one.at.plus_minutes(-24 * 60),
                ..one.clone()
            },
            Alert {
                host: Err(NoHost::Unnamed),
                ..one.clone()
            },
            Alert {
                host: Err(NoHost::OldToken),
                ..one.clone()
            },
            Alert {
                host: Err(NoHost::LostToken),
                ..one.clone()
            },
            alert(&node, "10.1.2.4", "xau.example"),
        ];
        let raised = raise(&node, &others).await;
        assert_eq!((raised.new, raised.again, raised.opened), (7, 0, 0));
        // What came before is told of by what comes again.
        let raised = raise(&node, &others).await;
        assert_eq!((raised.new, raised.again, raised.opened), (0, 7, 0));
        let row = open(&node).await.remove(0);
        assert_eq!((row.hits, row.alerts, row.hosts), (22, 8, 2));
        // Each says why it has no host, and the timeline where one was known.
        let view = show(&node, row.incident.id).await;
        let of = |why| view.page.alerts.iter().filter(|alert| alert.no_host == why).count();
        let counts = [
            None,
            Some(NoHost::Unnamed),
            Some(NoHost::OldToken),
            Some(NoHost::LostToken),
        ]
        .map(of);
        assert_eq!(counts, [5, 1, 1, 1]);
        assert!(
            view.page
                .alerts
                .iter()
                .all(|alert| alert.host.is_some() == alert.no_host.is_none())
        );
        assert!(view.timeline.iter().any(|line| line.kind == "hunt_lost_hosts"));
    });
}

#[test]
fn alerts_find_their_incident_by_campaign_indicator_and_host_within_a_window() {
    on_each(async |node| {
        let named = [
            ("mot.example", "Mirai 2026"),
            ("hai.example", "Mirai 2026"),
            ("ba.example", "ba.example"),
        ];
        list(&node, "VNCERT", Tlp::Amber, &indicators(&named)).await;
        let of = |host: &str, listed: &str| alert(&node, host, listed);
        raise(&node, &[of("10.0.0.1", "mot.example")]).await;
        raise(&node, &[of("10.0.0.2", "hai.example")]).await;
        raise(&node, &[of("10.0.0.2", "ba.example")]).await;
        let rows = open(&node).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].title, "Mirai 2026");
        let groupings: Vec<Grouping> = show(&node, rows[0].incident.id)
            .await
            .page
            .alerts
            .iter()
            .map(|alert| alert.grouping)
            .collect();
        assert_eq!(groupings, [Grouping::First, Grouping::Campaign, Grouping::Host]);
        // What came by its host brings nothing else with it.
        raise(&node, &[of("10.0.0.3", "ba.example")]).await;
        let rows = open(&node).await;
        assert_eq!((rows.len(), rows[1].title.as_str()), (2, "ba.example"));
        raise(&node, &[of("10.0.0.4", "ba.example")]).await;
        let view = show(&node, rows[1].incident.id).await;
        assert_eq!(view.page.alerts[1].grouping, Grouping::Indicator);
        assert_eq!(view.page.alerts[1].tlp, Tlp::Amber, "by the marking of the feed");
        // Three days on, and a moment more.
        node.wait_minutes(72 * 60);
        raise(&node, &[of("10.0.0.1", "mot.example")]).await;
        assert_eq!(open(&node).await.len(), 2);
        node.wait_minutes(72 * 60 + 1);
        raise(&node, &[alert(&node, "10.0.0.1", "mot.example")]).await;
        assert_eq!(open(&node).await.len(), 3);
        // What was hunted for long ago belongs to what happened then.
        let past = Alert {
            origin: AlertOrigin::Hunt,
            at: rows[0].first_at,
            ..of("10.0.0.9", "hai.example")
        };
        raise(&node, &[past]).await;
        assert_eq!(open(&node).await[0].hosts, 3);
    });
}

#[test]
fn what_nobody_marked_goes_no_further_and_a_clock_of_tomorrow_is_of_now() {
    on_each(async |node| {
        let early = Alert {
            at: node.app.clock().now().plus_minutes(60 * 24 * 400),
            ..alert(&node, "10.0.0.1", "mot.example")
        };
        raise(&node, &[early]).await;
        let row = open(&node).await.remove(0);
        assert_eq!(row.last_at, node.app.clock().now());
        let view = show(&node, row.incident.id).await;
        assert_eq!(view.page.alerts[0].tlp, Tlp::AmberStrict);
        let marked = Alert {
            listed: Listed {
                tlp: Some(Tlp::Green),
                value: "hai.example".to_owned(),
                ..alert(&node, "10.0.0.1", "hai.example").listed
            },
            ..alert(&node, "10.0.0.1", "hai.example")
        };
        raise(&node, &[marked]).await;
        let view = show(&node, row.incident.id).await;
        assert_eq!(view.page.alerts[1].tlp, Tlp::Green);
    });
}

#[test]
fn an_alert_that_is_none_keeps_all_of_its_batch_out() {
    on_each(async |node| {
        let good = alert(&node, "10.0.0.1", "mot.example");
        let check = async |alerts: &[Alert], expected: Option<AlertError>| {
            let done = incident::raise(&node.app, alerts).await;
            match (done, expected) {
                (Err(Error::Alert(error)), Some(expected)) => assert_eq!(error, expected),
                (Ok(_), None) => {}
                (done, expected) => panic!("{done:?} is not {expected:?}"),
            }
        };
        let with = |change: fn(&mut Alert)| {
            let mut changed = good.clone();
            change(&mut changed);
            [good.clone(), changed]
        };
        check(&with(|it| it.sensor = "a".repeat(256)), None).await;
        check(&with(|it| it.sensor = "a".repeat(257)), Some(AlertError::Name(1))).await;
        check(&with(|it| it.seen.field.clear()), Some(AlertError::Name(1))).await;
        check(
            &with(|it| it.listed.source = "\u{1b}".to_owned()),
            Some(AlertError::Name(1)),
        )
        .await;
        check(&with(|it| it.listed.value = "a".repeat(2_048)), None).await;
        check(
            &with(|it| it.listed.value = "a".repeat(2_049)),
            Some(AlertError::Value(1)),
        )
        .await;
        check(&with(|it| it.listed.value.clear()), Some(AlertError::Value(1))).await;
        check(&with(|it| it.seen.value = "a".repeat(4_096)), None).await;
        check(
            &with(|it| it.seen.value = "a".repeat(4_097)),
            Some(AlertError::Value(1)),
        )
        .await;
        check(&with(|it| it.count = 0), Some(AlertError::Count(1))).await;
        check(&vec![good.clone(); MAX_ALERTS], None).await;
        let before = open(&node).await;
        check(&vec![good.clone(); MAX_ALERTS + 1], Some(AlertError::TooMany)).await;
        assert_eq!(open(&node).await, before);
        check(&[], None).await;
    });
}

#[test]
fn a_flood_of_equal_alerts_is_one_row() {
    on_each(async |node| {
        let one = alert(&node, "10.0.0.1", "mot.example");
        let one = Alert { count: 10, ..one };
        for _ in 0..10 {
            raise(&node, &vec![one.clone(); MAX_ALERTS]).await;
        }
        let row = open(&node).await.remove(0);
        assert_eq!((row.alerts, row.hits), (1, 1_000_000));
    });
}

#[test]
fn no_address_stands_in_the_open() {
    on_each(async |node| {
        raise(&node, &[alert(&node, "198.51.100.77", "mot.example")]).await;
        let statement = Statement::new("test.all", "SELECT address, name FROM incident_host");
        let details = Statement::new("test.details", "SELECT details FROM alert");
        let read = node.app.store().database().read_blocking("test", move |tx| {
            let mut kept = Vec::new();
            for row in tx.query(&statement, &[])? {
                kept.push(row.bytes(0)?.to_vec());
                kept.push(row.bytes(1)?.to_vec());
            }
            for row in tx.query(&details, &[])? {
                kept.push(row.bytes(0)?.to_vec());
            }
            Ok::<_, anlanh_db::Error>(kept)
        });
        let kept = read.unwrap();
        assert_eq!(kept.len(), 3);
        for bytes in kept {
            let text = String::from_utf8_lossy(&bytes);
            for secret in ["198.51.100.77", "50311", "203.0.113.9", "c2.mot"] {
                assert!(!text.contains(secret), "{secret}");
            }
        }
        let shown = format!("{:?}", show(&node, open(&node).await[0].incident.id).await);
        assert!(!shown.contains("198.51.100.77"), "{shown}");
    });
}
