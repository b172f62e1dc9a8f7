//! How long what is sealed in incidents is kept: from the close, as the policy says, and no host is found again afterwards.

use anlanh_app::Error;
use anlanh_app::incident::{self, Alert, Closing, IncidentError, Listed, Step, stix};
use anlanh_app::jobs;
use anlanh_db::Statement;
use anlanh_model::{AuditAction, Id, Incident, NoHost, Severity, Tlp};
use anlanh_soc::{Found, Kind};

use crate::incidents::{alert, engineer, open, raise, show};
use crate::incidents_erased::naming;
use crate::node::{Node, on_each};

pub const DAY: i64 = 24 * 60;

/// Alerts of one incident, that somebody works at.
pub async fn working(node: &Node, alerts: &[Alert]) -> Id<Incident> {
    raise(node, alerts).await;
    let id = open(node).await.last().unwrap().incident.id;
    for one in [Step::Triage(Severity::High), Step::Take] {
        step(node, id, one).await;
    }
    id
}

pub async fn step(node: &Node, id: Id<Incident>, step: Step) {
    let taken = incident::step(&node.app, &engineer(node.person), id, step, "Vì vậy.").await;
    taken.unwrap();
}

pub async fn close(node: &Node, id: Id<Incident>) {
    step(node, id, Step::Contain).await;
    step(node, id, Step::Close(Closing::TruePositive)).await;
}

pub async fn days_later(node: &Node, days: i64) {
    node.wait_minutes(days * DAY);
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

pub fn listed(node: &Node, host: &str, found: Kind, value: &str) -> Alert {
    let one = alert(node, host, "x.example");
    Alert {
        listed: Listed {
            found: Found::Value(found),
            value: value.to_owned(),
            tlp: Some(Tlp::Green),
            ..one.listed.clone()
        },
        ..one
    }
}

/// The address of a host as the first alert of an incident saw it.
async fn address(node: &Node, id: Id<Incident>) -> Result<String, Error> {
    let one = show(node, id).await.page.alerts[0].id;
    let shown = incident::reveal(&node.app, &engineer(node.person), (id, one), "Báo thuê bao.").await;
    shown.map(|it| it.address)
}

fn is_erased(done: Result<impl Sized, Error>) -> bool {
    matches!(done, Err(Error::Incident(IncidentError::HostsErased)))
}

/// Every host: whether its address is there, and by what it is known.
pub fn hosts(node: &Node) -> Vec<(bool, Vec<u8>)> {
    let statement = Statement::new("test.hosts", "SELECT address, name FROM incident_host ORDER BY id");
    let read = node.app.store().database().read_blocking("test", move |tx| {
        let mut hosts = Vec::new();
        for row in tx.query(&statement, &[])? {
            hosts.push((!row.bytes(0)?.is_empty(), row.bytes(1)?.to_vec()));
        }
        Ok::<_, anlanh_db::Error>(hosts)
    });
    read.unwrap()
}

#[test]
fn addresses_go_when_the_last_incident_that_has_them_was_closed_long_enough() {
    on_each(async |node| {
        let alerts = [
            listed(&node, "198.51.100.77", Kind::Domain, "mot.example"),
            listed(&node, "198.51.100.78", Kind::Domain, "mot.example"),
        ];
        let first = working(&node, &alerts).await;
        // A list of infected machines holds the address of a host in the open.
        raise(&node, &[listed(&node, "198.51.100.78", Kind::Address, "198.51.100.78")]).await;
        close(&node, first).await;
        let before = hosts(&node);
        days_later(&node, 364).await;
        assert_eq!(hosts(&node), before, "not before its time");
        let second = working(&node, &[listed(&node, "198.51.100.77", Kind::Domain, "hai.example")]).await;
        days_later(&node, 2).await;
        let after = hosts(&node);
        assert_eq!(after[0], before[0], "an open incident has it");
        assert!(
            !after[1].0 && after[1].1 != before[1].1,
            "nothing by which it is found again"
        );
        let view = show(&node, first).await;
        assert!(view.page.alerts.iter().all(|it| it.details.is_none()));
        assert!(
            view.page.alerts.iter().any(|it| it.listed.is_empty()),
            "{:?}",
            view.page.alerts
        );
        assert_eq!(view.timeline[0].kind, "hosts_erased");
        let said = format!("{view:?}");
        assert!(
            !said.contains("198.51.100.78") && said.contains("mot.example"),
            "{said}"
        );
        assert!(node.actions().await.contains(&AuditAction::EraseIncidents));
        assert_eq!(address(&node, second).await.unwrap(), "198.51.100.77");
        // Once only.
        days_later(&node, 2).await;
        let view = show(&node, first).await;
        assert_eq!(view.timeline.iter().filter(|it| it.kind == "hosts_erased").count(), 1);
        close(&node, second).await;
        days_later(&node, 366).await;
        assert!(hosts(&node).iter().all(|(is_there, _)| !is_there));
        // Opened again it tells nobody anything, for nobody can look whether that names a host.
        step(&node, first, Step::Reopen).await;
        assert!(is_erased(address(&node, first).await));
        assert!(is_erased(stix::bundle(&node.app, &engineer(node.person), first).await));
        // The same host that comes again is a new one, and is known.
        let third = working(&node, &[listed(&node, "198.51.100.78", Kind::Domain, "ba.example")]).await;
        assert_eq!(address(&node, third).await.unwrap(), "198.51.100.78");
        assert_eq!(hosts(&node).len(), before.len() + 1);
    });
}

#[test]
fn what_is_open_again_keeps_its_hosts_and_evidence_goes_with_the_incident_it_lives_on_in() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let reopened = working(&node, &[listed(&node, "198.51.100.77", Kind::Domain, "mot.example")]).await;
        let kept = incident::keep_file(&node.app, &lan, reopened, ("mau.pcap", b"goi tin".to_vec())).await;
        let kept = kept.unwrap();
        close(&node, reopened).await;
        node.wait_minutes(4 * DAY);
        let merged = working(&node, &[listed(&node, "198.51.100.78", Kind::Domain, "hai.example")]).await;
        let moved = incident::keep_file(&node.app, &lan, merged, ("hai.pcap", b"goi hai".to_vec())).await;
        let moved = moved.unwrap();
        node.wait_minutes(4 * DAY);
        let into = working(&node, &[listed(&node, "198.51.100.79", Kind::Domain, "ba.example")]).await;
        incident::merge(&node.app, &lan, (merged, into), "Cùng một việc.")
            .await
            .unwrap();
        days_later(&node, 350).await;
        step(&node, reopened, Step::Reopen).await;
        days_later(&node, 800).await;
        assert_eq!(address(&node, reopened).await.unwrap(), "198.51.100.77");
        incident::file(&node.app, &lan, (reopened, kept)).await.unwrap();
        incident::file(&node.app, &lan, (merged, moved)).await.unwrap();
        close(&node, into).await;
        days_later(&node, 729).await;
        incident::file(&node.app, &lan, (merged, moved)).await.unwrap();
        days_later(&node, 2).await;
        let gone = incident::file(&node.app, &lan, (merged, moved)).await;
        assert!(matches!(gone, Err(Error::NotFound("file"))), "{gone:?}");
        let view = show(&node, merged).await;
        assert!(view.files.is_empty() && view.timeline[0].kind == "evidence_erased");
        assert_eq!(view.timeline[0].detail.len(), 64, "its digest stays");
        incident::file(&node.app, &lan, (reopened, kept)).await.unwrap();
    });
}

/// What alerts of an incident, or of none, were found by that is still there, in its order.
fn values(node: &Node) -> Vec<String> {
    let statement = Statement::new(
        "test.values",
        "SELECT listed FROM alert WHERE listed <> '' ORDER BY listed",
    );
    let read = node.app.store().database().read_blocking("test", move |tx| {
        let mut values = Vec::new();
        for row in tx.query(&statement, &[])? {
            values.push(row.text(0)?.to_owned());
        }
        Ok::<_, anlanh_db::Error>(values)
    });
    read.unwrap()
}

#[test]
fn an_address_is_erased_whole_and_in_any_spelling_and_none_that_only_begins_alike() {
    on_each(async |node| {
        let id = working(
            &node,
            &[
                listed(&node, "203.0.113.1", Kind::Address, "203.0.113.1"),
                listed(&node, "203.0.113.1", Kind::Address, "203.0.113.10"),
                listed(&node, "203.0.113.1", Kind::Url, "http://203.0.113.1:8080/a"),
                listed(&node, "2001:db8::1", Kind::Url, "http://[2001:0db8:0::1]/b"),
                listed(&node, "2001:db8::1", Kind::Url, "http://[2001:db8::12]/c"),
            ],
        )
        .await;
        for one in open(&node).await.iter().map(|it| it.incident.id).filter(|it| *it != id) {
            for next in [Step::Triage(Severity::High), Step::Take] {
                step(&node, one, next).await;
            }
            incident::merge(&node.app, &engineer(node.person), (one, id), "Cùng một việc.")
                .await
                .unwrap();
        }
        close(&node, id).await;
        days_later(&node, 366).await;
        assert_eq!(values(&node), ["203.0.113.10", "http://[2001:db8::12]/c"]);
        // In names, in what finds incidents and in what alerts were found by, there is only what begins alike.
        for (erased, alike) in [("203.0.113.1", "203.0.113.10"), ("2001:", "2001:db8::12")] {
            assert_eq!(naming(&node, erased), naming(&node, alike));
            assert!(!naming(&node, alike).is_empty());
        }
    });
}

#[test]
fn hosts_that_came_after_an_erasure_are_erased_whole() {
    on_each(async |node| {
        let id = working(&node, &[listed(&node, "198.51.100.77", Kind::Domain, "mot.example")]).await;
        close(&node, id).await;
        days_later(&node, 366).await;
        step(&node, id, Step::Reopen).await;
        let late = working(&node, &[listed(&node, "198.51.100.79", Kind::Address, "198.51.100.79")]).await;
        incident::merge(&node.app, &engineer(node.person), (late, id), "Cùng một việc.")
            .await
            .unwrap();
        close(&node, id).await;
        days_later(&node, 366).await;
        assert_eq!(values(&node), ["mot.example"]);
        assert!(hosts(&node).iter().all(|(is_there, _)| !is_there));
        let noted = show(&node, id).await.timeline;
        assert_eq!(noted.iter().filter(|it| it.kind == "hosts_erased").count(), 2);
    });
}

#[test]
fn more_hosts_than_may_leave_are_erased_whole() {
    on_each(async |node| {
        let all: Vec<String> = (0..10_000).map(|n| format!("10.1.{}.{}", n / 250, n % 250)).collect();
        let alerts: Vec<Alert> = all
            .iter()
            .map(|host| listed(&node, host, Kind::Domain, "mot.example"))
            .collect();
        let id = working(&node, &alerts).await;
        raise(&node, &[listed(&node, "198.51.100.77", Kind::Domain, "mot.example")]).await;
        raise(&node, &[listed(&node, "198.51.100.77", Kind::Address, "198.51.100.77")]).await;
        close(&node, id).await;
        days_later(&node, 366).await;
        assert!(values(&node).iter().all(|it| it == "mot.example"));
        let kept = hosts(&node);
        assert!(kept.len() == 10_001 && kept.iter().all(|(is_there, _)| !is_there));
        let view = show(&node, id).await;
        assert_eq!(
            (view.timeline[0].kind.as_str(), view.timeline[0].detail.as_str()),
            ("hosts_erased", "10002")
        );
    });
}

#[test]
fn muted_alerts_lose_what_names_their_hosts() {
    on_each(async |node| {
        let listing = || listed(&node, "198.51.100.78", Kind::Address, "198.51.100.78");
        let id = working(&node, &[listing()]).await;
        step(&node, id, Step::Close(Closing::WronglyListed)).await;
        raise(&node, &[listing()]).await;
        assert_eq!(values(&node).len(), 2, "one is muted");
        days_later(&node, 366).await;
        assert!(values(&node).is_empty(), "{:?}", values(&node));
        assert!(hosts(&node).iter().all(|(is_there, _)| !is_there));
    });
}

#[test]
fn muted_alerts_without_a_host_lose_the_addresses_they_were_found_by() {
    on_each(async |node| {
        let listing = |host: &str, kind, value: &str| listed(&node, host, kind, value);
        let alone = |kind, value: &str| Alert {
            host: Err(NoHost::Unnamed),
            ..listing("198.51.100.77", kind, value)
        };
        let wrong = [
            (Kind::Address, "198.51.100.78"),
            (Kind::Url, "http://198.51.100.79/a"),
            (Kind::Domain, "mot.example"),
        ];
        for (kind, value) in wrong {
            let id = working(&node, &[alone(kind, value)]).await;
            step(&node, id, Step::Close(Closing::WronglyListed)).await;
        }
        // What is in incidents names no host of theirs, and stays.
        let in_incidents = values(&node);
        raise(&node, &[listing("198.51.100.78", Kind::Domain, "mot.example")]).await;
        raise(&node, &wrong.map(|(kind, value)| alone(kind, value))).await;
        node.wait_minutes(10 * DAY);
        // A younger one outlives the host that it names.
        raise(&node, &[alone(Kind::Address, "198.51.100.78")]).await;
        assert_eq!(values(&node).len(), 3 + 4 + 1);
        days_later(&node, 357).await;
        let left = [
            in_incidents.clone(),
            ["198.51.100.78", "mot.example", "mot.example"]
                .map(str::to_owned)
                .to_vec(),
        ];
        let mut left = left.concat();
        left.sort();
        assert_eq!(values(&node), left, "not before its time");
        assert!(hosts(&node).iter().all(|(is_there, _)| !is_there));
        days_later(&node, 10).await;
        let left = [in_incidents, ["mot.example", "mot.example"].map(str::to_owned).to_vec()];
        let mut left = left.concat();
        left.sort();
        assert_eq!(values(&node), left);
        // Nothing of them is looked for again.
        let begun = node.actions().await.len();
        days_later(&node, 2).await;
        assert!(!node.actions().await[..node.actions().await.len() - begun].contains(&AuditAction::EraseIncidents));
    });
}
