//! Incidents reported: written by one, signed by another, naming no subscriber and nothing too strictly marked, and there in time.

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::incident::report::{self, Answered, MAX_FIELD_BYTES};
use anlanh_app::incident::share::{self, Edxml};
use anlanh_app::incident::stix;
use anlanh_app::incident::{self, Alert, IncidentError, Listed, Step};
use anlanh_edxml::{Certificate, Issuer, OrganId, Text};
use anlanh_model::{ClockEnd, Id, Incident, IncidentReport, IncidentStepError, NoHost, Severity, Tlp};
use anlanh_soc::{Found, Kind};
use anlanh_stix::{Object, Severity as StixSeverity};
use serde_json::Value;

use crate::incidents::{alert, engineer, open, raise, show};
use crate::node::{Node, on_each};
use crate::peers::pair::{Pair, peer_of};

/// An alert whose indicator may leave.
fn shareable(node: &Node, host: &str) -> Alert {
    let alert = alert(node, host, "mot.example");
    Alert {
        listed: Listed {
            tlp: Some(Tlp::Green),
            ..alert.listed.clone()
        },
        ..alert
    }
}

async fn grave(node: &Node) -> Id<Incident> {
    let id = open(node).await[0].incident.id;
    let lan = engineer(node.person);
    let graded = incident::step(&node.app, &lan, id, Step::Triage(Severity::High), "").await;
    graded.unwrap();
    id
}

async fn answers(node: &Node, id: Id<IncidentReport>) -> Vec<Answered> {
    let view = report::show(&node.app, &engineer(node.person), id).await.unwrap();
    view.answers
}

/// Answers what is not answered yet, and one field otherwise.
async fn fill(node: &Node, id: Id<IncidentReport>, (key, value): (&str, &str)) {
    let given = answers(node, id).await.into_iter().map(|it| {
        let value = match it.value.as_str() {
            _ if it.key == key => value.to_owned(),
            "" => "Có".to_owned(),
            kept => kept.to_owned(),
        };
        (it.key, value)
    });
    let lan = engineer(node.person);
    report::write(&node.app, &lan, id, given.collect()).await.unwrap();
}

fn why(done: Result<impl Sized, Error>) -> IncidentError {
    match done {
        Err(Error::Incident(error)) => error,
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[test]
fn a_report_is_filled_written_by_one_and_signed_by_another() {
    on_each(async |node| {
        let (lan, minh) = (engineer(node.person), engineer(node.other));
        raise(&node, &[shareable(&node, "10.0.0.1")]).await;
        let id = open(&node).await[0].incident.id;
        let early = report::begin(&node.app, &lan, id, "initial").await;
        assert_eq!(why(early), IncidentStepError::NotTriaged.into());
        grave(&node).await;
        let none = report::begin(&node.app, &lan, id, "khac").await;
        assert!(matches!(none, Err(Error::UnknownKey("report"))));
        let one = report::begin(&node.app, &lan, id, "initial").await.unwrap();
        let filled = answers(&node, one).await;
        let value = |key: &str| filled.iter().find(|it| it.key == key).unwrap().value.clone();
        assert_eq!(value("description"), "mot.example: 1 cảnh báo, 1 máy liên quan");
        assert_eq!(value("detected-at"), "21:13 ngày 21/09/2026");
        assert_eq!(value("present-state"), "Chưa được xử lý");
        assert_eq!(value("found-by"), "Hệ thống giám sát: dns-hn-1");
        assert_eq!(
            why(report::sign(&node.app, &lan, one, None).await),
            IncidentError::OwnReport
        );
        assert_eq!(
            why(report::sign(&node.app, &minh, one, None).await),
            IncidentError::Unanswered
        );
        let longest = "a".repeat(MAX_FIELD_BYTES);
        fill(&node, one, ("request", &longest)).await;
        let too_long = vec![("request".to_owned(), format!("{longest}a"))];
        let too_long = report::write(&node.app, &lan, one, too_long).await;
        assert!(matches!(too_long, Err(Error::Text("field", _))));
        node.wait_minutes(60);
        report::sign(&node.app, &minh, one, None).await.unwrap();
        assert_eq!(
            why(report::sign(&node.app, &minh, one, None).await),
            IncidentError::Signed
        );
        let late = report::write(&node.app, &lan, one, Vec::new()).await;
        assert_eq!(why(late), IncidentError::Signed);
        let view = show(&node, id).await;
        let ends: Vec<bool> = view
            .clocks
            .iter()
            .map(|it| matches!(it.clock.end, ClockEnd::Met(_)))
            .collect();
        assert_eq!(
            ends,
            [true, false],
            "the first notice is met, the report on causes is not"
        );
        let two = report::begin(&node.app, &lan, id, "progress").await.unwrap();
        fill(&node, two, ("cause", "Máy người dùng nhiễm mã độc.")).await;
        node.wait_minutes(72 * 60);
        report::sign(&node.app, &minh, two, None).await.unwrap();
        let view = show(&node, id).await;
        assert!(view.clocks[1].clock.is_breached(), "too late stays too late");
        assert_eq!(view.timeline[0].kind, "report_signed");
    });
}

#[test]
fn what_leaves_names_no_subscriber_and_nothing_marked_too_strictly() {
    on_each(async |node| {
        let (lan, minh) = (engineer(node.person), engineer(node.other));
        let strict = |tlp| Alert {
            listed: Listed {
                tlp: Some(tlp),
                value: format!("{}.example", tlp.key().replace('+', "-")),
                ..alert(&node, "2001:db8::77", "x.example").listed
            },
            ..alert(&node, "2001:db8::77", "x.example")
        };
        let batch = [
            shareable(&node, "198.51.100.77"),
            strict(Tlp::Amber),
            strict(Tlp::AmberStrict),
            strict(Tlp::Red),
        ];
        raise(&node, &batch).await;
        // All of one incident, whatever the rules would have made of them.
        let rows = open(&node).await;
        for row in &rows[1..] {
            let pair = (row.incident.id, rows[0].incident.id);
            incident::merge(&node.app, &lan, pair, "Cùng đợt.").await.unwrap();
        }
        let id = grave(&node).await;
        let one = report::begin(&node.app, &lan, id, "progress").await.unwrap();
        let filled = answers(&node, one).await;
        assert!(
            !format!("{filled:?}").contains("example"),
            "nothing is named by itself: {filled:?}"
        );
        let check = async |said: &str, expected: Option<IncidentError>| {
            fill(&node, one, ("cause", said)).await;
            let done = report::sign(&node.app, &minh, one, None).await;
            match expected {
                Some(expected) => assert_eq!(why(done), expected, "{said}"),
                None => done.unwrap(),
            }
        };
        check("Máy 198.51.100.77 nhiễm mã độc.", Some(IncidentError::NamesHost)).await;
        check("Máy 2001:DB8::77 nhiễm mã độc.", Some(IncidentError::NamesHost)).await;
        check("Truy vấn RED.example.", Some(IncidentError::TooStrict)).await;
        check("Truy vấn amber-strict.example.", Some(IncidentError::TooStrict)).await;
        check("Truy vấn amber.example và mot.example.", None).await;
    });
}

#[test]
fn stix_of_an_incident_tells_what_was_seen_and_not_by_whom() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let red = Alert {
            listed: Listed {
                tlp: Some(Tlp::Red),
                value: "kin.example".to_owned(),
                ..shareable(&node, "198.51.100.77").listed
            },
            ..shareable(&node, "198.51.100.77")
        };
        raise(
            &node,
            &[shareable(&node, "198.51.100.77"), shareable(&node, "198.51.100.78")],
        )
        .await;
        let id = grave(&node).await;
        raise(&node, std::slice::from_ref(&red)).await;
        node.wait_minutes(5);
        raise(&node, &[shareable(&node, "198.51.100.77")]).await;
        let text = stix::bundle(&node.app, &lan, id).await.unwrap();
        for secret in ["198.51.100", "50311", "203.0.113.9", "c2.mot", "kin.example", "may-"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let bundle: Value = serde_json::from_str(&text).unwrap();
        let objects = bundle["objects"].as_array().unwrap();
        let sighting = objects.iter().find(|it| it["type"] == "sighting").unwrap();
        assert_eq!(sighting["count"], 3);
        assert!(sighting["first_seen"].as_str() < sighting["last_seen"].as_str());
        for object in objects {
            let read = Object::read(object.to_string().as_bytes()).unwrap();
            let wrong: Vec<_> = read
                .check()
                .into_iter()
                .filter(|it| it.severity() == StixSeverity::Error)
                .collect();
            assert!(wrong.is_empty(), "{wrong:?}: {object}");
        }
        assert_eq!(show(&node, id).await.timeline[0].kind, "stix");
        let alone = Alert {
            host: Err(NoHost::Unnamed),
            ..red
        };
        let far = Alert {
            at: alone.at.plus_minutes(-30 * 24 * 60),
            ..alone
        };
        raise(&node, &[far]).await;
        let other = open(&node).await.into_iter().find(|row| row.incident.id != id).unwrap();
        let none = stix::bundle(&node.app, &lan, other.incident.id).await;
        assert_eq!(why(none), IncidentError::NothingToTell);
    });
}

#[test]
fn a_list_that_holds_a_subscriber_s_address_tells_nobody_of_it() {
    on_each(async |mut node| {
        let text = |text: &str| Text::new(text).unwrap();
        node.app = node.app.clone().with_edxml(Edxml {
            issuer: Issuer::new(OrganId::parse("000.00.00.G14").unwrap(), text("An")),
            certificate: Certificate {
                subject: text("CN=an"),
                der: vec![48, 0],
            },
            sign: Arc::new(|_| Some(vec![0; 256])),
        });
        let lan = engineer(node.person);
        // A list of infected machines holds the one that the event is about, by address and in an address of a page.
        let by = |kind, value: &str| Alert {
            listed: Listed {
                found: Found::Value(kind),
                value: value.to_owned(),
                ..shareable(&node, "198.51.100.77").listed
            },
            ..shareable(&node, "198.51.100.77")
        };
        let batch = [
            shareable(&node, "198.51.100.77"),
            by(Kind::Address, "198.51.100.77"),
            by(Kind::Url, "http://198.51.100.77/a"),
        ];
        raise(&node, &batch).await;
        let rows = open(&node).await;
        for row in &rows[1..] {
            let pair = (row.incident.id, rows[0].incident.id);
            incident::merge(&node.app, &lan, pair, "Cùng đợt.").await.unwrap();
        }
        let id = grave(&node).await;
        let bundle = stix::bundle(&node.app, &lan, id).await.unwrap();
        assert!(
            bundle.contains("mot.example") && !bundle.contains("198.51.100.77"),
            "{bundle}"
        );
        let preview = share::preview(&node.app, &lan, id).await.unwrap().unwrap();
        assert_eq!(preview.lines, [("domain mot.example".to_owned(), 1)]);
        assert_eq!(preview.left_out, 2);
        share::send(&node.app, &lan, id).await.unwrap();
        let due = share::due(&node.app, 1).await.unwrap();
        let message = String::from_utf8(due[0].body.clone()).unwrap();
        assert!(message.contains("mot.example") && !message.contains("198.51.100.77"));
    });
}

#[test]
fn a_report_reaches_the_authority_s_node_and_its_receipt_is_kept() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (here, there) = (&pair.platform, &pair.authority);
        raise(here, &[shareable(here, "10.0.0.1")]).await;
        let id = grave(here).await;
        let one = report::begin(&here.app, &engineer(here.person), id, "initial")
            .await
            .unwrap();
        fill(here, one, ("request", "Đề nghị hỗ trợ xác minh máy chủ điều khiển.")).await;
        let to = peer_of(here).await.row.id;
        report::sign(&here.app, &engineer(here.other), one, Some(to))
            .await
            .unwrap();
        pair.talk().await;
        let view = report::show(&here.app, &engineer(here.person), one).await.unwrap();
        assert!(view.sent[0].delivered_at.is_some(), "{:?}", view.sent[0].kind);
        let received = report::received(&there.app, &engineer(there.person)).await.unwrap();
        assert_eq!(received.len(), 1);
        let said = &received[0].said;
        assert_eq!((said.report.as_str(), said.severity.as_str()), ("initial", "high"));
        assert_eq!(said.incident, id.to_string());
        let asked = said.fields.iter().find(|field| field.key == "request").unwrap();
        assert_eq!(asked.value, "Đề nghị hỗ trợ xác minh máy chủ điều khiển.");
        assert!(!received[0].row.body.contains("10.0.0.1"));
        // Another report of the same incident follows in the same stream.
        let two = report::begin(&here.app, &engineer(here.person), id, "progress")
            .await
            .unwrap();
        fill(here, two, ("cause", "Mã độc.")).await;
        report::sign(&here.app, &engineer(here.other), two, Some(to))
            .await
            .unwrap();
        pair.talk().await;
        let received = report::received(&there.app, &engineer(there.person)).await.unwrap();
        let kinds: Vec<&str> = received.iter().map(|it| it.row.kind.as_str()).collect();
        assert_eq!(kinds, ["progress", "initial"]);
    });
}
