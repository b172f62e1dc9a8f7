//! Incidents told by rule: two people make it so, people can look and hold back, each plan leaves at most once, and it names nobody.

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::incident::share::{self, Edxml};
use anlanh_app::incident::sharing::{
    self, MAX_BASIS_BYTES, MAX_NAME_BYTES, MAX_RULES, MAX_WAIT_MINUTES, NewRule, SharingError,
};
use anlanh_app::incident::{self, Alert, Closing, Listed, NewIncident, Step, hook, report, stix};
use anlanh_app::jobs;
use anlanh_edxml::{Certificate, Issuer, OrganId, Text};
use anlanh_model::{
    AlertEvent, FeedKind, Id, Incident, PlanState, Severity, SharingRule, SharingState, SharingStep, SharingStepError,
    Tlp,
};
use anlanh_soc::{Found, Kind};
use anlanh_stix::view::Tlp as Colour;

use crate::incidents::{alert, engineer, open, raise, show};
use crate::node::{Node, on_each};
use crate::threats;

pub fn telling(mut node: Node) -> Node {
    let text = |text: &str| Text::new(text).unwrap();
    node.app = node.app.clone().with_edxml(Edxml {
        issuer: Issuer::new(OrganId::parse("000.00.00.G14").unwrap(), text("An")),
        certificate: Certificate {
            subject: text("CN=an"),
            der: vec![48, 0],
        },
        sign: Arc::new(|_| Some(vec![0; 256])),
    });
    node
}

pub fn rule(wait_minutes: u32) -> NewRule {
    NewRule {
        name: "Báo sự cố nghiêm trọng".to_owned(),
        basis: "Công văn 2290/BTTTT-CATTT".to_owned(),
        least: Severity::High,
        events: Vec::new(),
        wait_minutes,
    }
}

pub async fn in_force(node: &Node, new: NewRule) -> Id<SharingRule> {
    let id = sharing::add(&node.app, &engineer(node.person), new).await.unwrap();
    step(node, id, SharingStep::Enforce).await.unwrap();
    id
}

/// The second person takes a step.
async fn step(node: &Node, id: Id<SharingRule>, step: SharingStep) -> Result<(), Error> {
    sharing::step(&node.app, &engineer(node.other), id, step).await
}

fn marked(node: &Node, (host, listed, tlp): (&str, &str, Tlp)) -> Alert {
    let alert = alert(node, host, listed);
    Alert {
        listed: Listed {
            tlp: Some(tlp),
            ..alert.listed.clone()
        },
        ..alert
    }
}

/// The incident of some alerts, graded.
async fn graded(node: &Node, alerts: &[Alert], severity: Severity) -> Id<Incident> {
    raise(node, alerts).await;
    let rows = open(node).await;
    let id = rows[0].incident.id;
    for row in &rows[1..] {
        let pair = (row.incident.id, id);
        incident::merge(&node.app, &engineer(node.person), pair, "Cùng đợt.")
            .await
            .unwrap();
    }
    grade(node, id, severity).await;
    id
}

pub async fn grade(node: &Node, id: Id<Incident>, severity: Severity) {
    let graded = incident::step(&node.app, &engineer(node.person), id, Step::Triage(severity), "").await;
    graded.unwrap();
}

pub async fn run(node: &Node) {
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

async fn waiting(node: &Node, id: Id<Incident>) -> Option<sharing::Planned> {
    sharing::of_incident(&node.app, &engineer(node.person), id)
        .await
        .unwrap()
}

/// Messages that wait to be delivered.
pub async fn messages(node: &Node) -> Vec<String> {
    let due = share::due(&node.app, 100).await.unwrap();
    due.into_iter().map(|it| String::from_utf8(it.body).unwrap()).collect()
}

/// How often the timeline says something.
async fn said(node: &Node, id: Id<Incident>, kind: &str) -> usize {
    let view = show(node, id).await;
    view.timeline.iter().filter(|it| it.kind == kind).count()
}

fn why(done: Result<impl Sized, Error>) -> SharingError {
    match done {
        Err(Error::Sharing(error)) => error,
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[test]
fn a_rule_has_limits_and_takes_two_people() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let long = |bytes: usize| "a".repeat(bytes);
        let check = async |change: fn(&mut NewRule), expected: Option<&str>| {
            let mut new = rule(0);
            change(&mut new);
            match (sharing::add(&node.app, &lan, new).await, expected) {
                (Ok(_), None) | (Err(Error::Sharing(SharingError::Wait)), Some("wait")) => {}
                (Err(Error::Text(field, _)), Some(expected)) => assert_eq!(field, expected),
                (done, expected) => panic!("{done:?}, not {expected:?}"),
            }
        };
        assert_eq!((long(MAX_NAME_BYTES).len(), long(MAX_BASIS_BYTES).len()), (120, 1_000));
        check(|it| it.name = "a".repeat(MAX_NAME_BYTES), None).await;
        check(|it| it.name = "a".repeat(MAX_NAME_BYTES + 1), Some("name")).await;
        check(|it| it.basis = "a".repeat(MAX_BASIS_BYTES), None).await;
        check(|it| it.basis = "a".repeat(MAX_BASIS_BYTES + 1), Some("basis")).await;
        check(|it| it.basis = " ".to_owned(), Some("basis")).await;
        check(|it| it.wait_minutes = MAX_WAIT_MINUTES, None).await;
        check(|it| it.wait_minutes = MAX_WAIT_MINUTES + 1, Some("wait")).await;
        let id = sharing::add(&node.app, &lan, rule(30)).await.unwrap();
        let own = sharing::step(&node.app, &lan, id, SharingStep::Enforce).await;
        assert_eq!(why(own), SharingStepError::OwnRule.into());
        step(&node, id, SharingStep::Enforce).await.unwrap();
        let board = sharing::board(&node.app, &lan).await.unwrap();
        let row = board.rules.iter().find(|it| it.id == id).unwrap();
        assert_eq!(
            (row.state, row.settings.wait_minutes, row.settings.least),
            (SharingState::Active, 30, Severity::High)
        );
        assert!(row.forced_by.is_some() && row.made_by.0 == node.person.id && !board.tells);
        for _ in board.rules.len()..usize::try_from(MAX_RULES).unwrap() {
            sharing::add(&node.app, &lan, rule(0)).await.unwrap();
        }
        assert_eq!(why(sharing::add(&node.app, &lan, rule(0)).await), SharingError::TooMany);
        // One that is over makes room.
        sharing::step(&node.app, &lan, id, SharingStep::End).await.unwrap();
        sharing::add(&node.app, &lan, rule(0)).await.unwrap();
    });
}

#[test]
fn a_graded_incident_waits_is_looked_at_and_leaves_once_naming_nobody() {
    on_each(async |node| {
        let node = telling(node);
        in_force(&node, rule(60)).await;
        let own = |kind, value: &str| Alert {
            listed: Listed {
                found: Found::Value(kind),
                value: value.to_owned(),
                ..marked(&node, ("198.51.100.77", "x.example", Tlp::Green)).listed
            },
            ..marked(&node, ("198.51.100.77", "x.example", Tlp::Green))
        };
        let alerts = [
            marked(&node, ("198.51.100.77", "mo.example", Tlp::Amber)),
            marked(&node, ("198.51.100.77", "noi-bo.example", Tlp::AmberStrict)),
            marked(&node, ("198.51.100.78", "kin.example", Tlp::Red)),
            own(Kind::Address, "198.51.100.77"),
            own(Kind::Url, "http://198.51.100.77/a"),
        ];
        let id = graded(&node, &alerts, Severity::High).await;
        let planned = waiting(&node, id).await.unwrap();
        assert_eq!(planned.row.due_at, node.app.clock().now().plus_minutes(60));
        let preview = planned.preview.unwrap();
        assert_eq!(
            (preview.lines.as_slice(), preview.left_out),
            (&[("domain mo.example".to_owned(), 1)][..], 4)
        );
        // Graded again it is not planned again.
        grade(&node, id, Severity::Critical).await;
        assert_eq!(said(&node, id, "share_planned").await, 1);
        node.wait_minutes(59);
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 0, "not before its time");
        node.wait_minutes(1);
        tokio::join!(run(&node), run(&node));
        run(&node).await;
        let sent = messages(&node).await;
        assert_eq!(sent.len(), 1, "once, whoever carries it out");
        assert!(sent[0].contains("mo.example"), "{}", sent[0]);
        for secret in [
            "198.51.100",
            "50311",
            "203.0.113.9",
            "c2.",
            "noi-bo",
            "kin.example",
            "may-",
            "dns-hn-1",
        ] {
            assert!(!sent[0].contains(secret), "{secret}: {}", sent[0]);
        }
        let ledger = share::ledger(&node.app, &engineer(node.person), id).await.unwrap();
        let by = ledger[0].rule.as_ref().unwrap();
        assert!(ledger[0].by.is_none() && by.name == "Báo sự cố nghiêm trọng" && by.made_by != by.forced_by);
        let view = show(&node, id).await;
        let line = view.timeline.iter().find(|it| it.kind == "shared_by_rule").unwrap();
        let words = line.words.as_deref().unwrap();
        assert!(
            line.by.is_none() && words.contains(&by.made_by) && words.contains(&by.forced_by),
            "{words}"
        );
        assert!(waiting(&node, id).await.is_none());
    });
}

#[test]
fn only_what_is_new_is_told_again_and_once_a_day() {
    on_each(async |node| {
        let node = telling(node);
        in_force(&node, rule(0)).await;
        let first = marked(&node, ("198.51.100.77", "mot.example", Tlp::Green));
        let id = graded(&node, std::slice::from_ref(&first), Severity::High).await;
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 1);
        // The same of another day is nothing new; what is marked too strictly is nothing to tell.
        node.wait_minutes(25 * 60);
        let again = Alert {
            at: node.app.clock().now(),
            ..first
        };
        raise(
            &node,
            &[again, marked(&node, ("198.51.100.77", "kin.example", Tlp::Red))],
        )
        .await;
        run(&node).await;
        assert!(waiting(&node, id).await.is_none());
        // Another machine is.
        raise(&node, &[marked(&node, ("198.51.100.79", "mot.example", Tlp::Green))]).await;
        node.wait_minutes(1);
        run(&node).await;
        let sent = messages(&node).await;
        assert_eq!(sent.len(), 2);
        assert_eq!(
            sent[1].matches("mot.example").count(),
            sent[0].matches("mot.example").count(),
            "one machine"
        );
        // More of the same day waits until the day is over.
        raise(&node, &[marked(&node, ("198.51.100.80", "mot.example", Tlp::Green))]).await;
        node.wait_minutes(23 * 60);
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 2);
        node.wait_minutes(61);
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 3);
    });
}

#[test]
fn people_hold_back_send_now_pause_and_end() {
    on_each(async |node| {
        let node = telling(node);
        let lan = engineer(node.person);
        let by = in_force(&node, rule(60)).await;
        let id = graded(
            &node,
            &[marked(&node, ("198.51.100.77", "mot.example", Tlp::Green))],
            Severity::High,
        )
        .await;
        let plan = waiting(&node, id).await.unwrap().row.id;
        let none = sharing::hold(&node.app, &lan, plan, " ").await;
        assert!(matches!(none, Err(Error::Text("words", _))), "{none:?}");
        sharing::hold(&node.app, &lan, plan, "Chờ xác minh.").await.unwrap();
        assert_eq!(
            why(sharing::hold(&node.app, &lan, plan, "Nữa.").await),
            SharingStepError::PlanHeld.into()
        );
        node.wait_minutes(48 * 60);
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 0, "held back");
        assert_eq!(waiting(&node, id).await.unwrap().row.state, PlanState::Held);
        sharing::send_now(&node.app, &lan, plan).await.unwrap();
        assert_eq!(messages(&node).await.len(), 1);
        assert_eq!(
            why(sharing::send_now(&node.app, &lan, plan).await),
            SharingStepError::PlanOver.into()
        );
        let ledger = share::ledger(&node.app, &lan, id).await.unwrap();
        assert!(ledger[0].by.is_some() && ledger[0].rule.is_some());
        // While a rule is paused nothing leaves by it; afterwards there is time to look again.
        let other = far(&node, "hai.example").await;
        step(&node, by, SharingStep::Pause).await.unwrap();
        node.wait_minutes(120);
        run(&node).await;
        step(&node, by, SharingStep::Resume).await.unwrap();
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 1);
        node.wait_minutes(60);
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 2);
        assert!(waiting(&node, other).await.is_none());
        let third = far(&node, "ba.example").await;
        step(&node, by, SharingStep::End).await.unwrap();
        assert!(waiting(&node, third).await.is_none());
        assert_eq!(said(&node, third, "share_dropped").await, 1);
    });
}

/// An incident of its own, graded.
async fn far(node: &Node, listed: &str) -> Id<Incident> {
    node.wait_minutes(80 * 60);
    raise(node, &[marked(node, ("198.51.100.90", listed, Tlp::Green))]).await;
    let id = open(node).await.last().unwrap().incident.id;
    grade(node, id, Severity::High).await;
    id
}

#[test]
fn what_is_none_is_merged_or_has_nothing_to_tell_does_not_leave() {
    on_each(async |node| {
        let node = telling(node);
        let lan = engineer(node.person);
        in_force(&node, rule(60)).await;
        let mail = NewRule {
            events: vec![AlertEvent::Mail],
            least: Severity::Low,
            ..rule(0)
        };
        in_force(&node, mail).await;
        // Less grave than the rule asks, and of another kind of event than the other one.
        let low = far(&node, "thap.example").await;
        grade(&node, low, Severity::Medium).await;
        assert!(waiting(&node, low).await.is_none(), "no rule is about it any more");
        let (none, into) = (far(&node, "nham.example").await, far(&node, "goc.example").await);
        let merged = far(&node, "nhap.example").await;
        for id in [none, into, merged] {
            assert!(waiting(&node, id).await.is_some());
        }
        let close = Step::Close(Closing::FalsePositive);
        incident::step(&node.app, &lan, none, close, "Máy thử nghiệm.")
            .await
            .unwrap();
        incident::merge(&node.app, &lan, (merged, into), "Cùng một việc.")
            .await
            .unwrap();
        for id in [none, merged] {
            assert!(waiting(&node, id).await.is_none());
            assert_eq!(said(&node, id, "share_dropped").await, 1);
        }
        let held = waiting(&node, into).await.unwrap().row.id;
        sharing::hold(&node.app, &lan, held, "Thôi.").await.unwrap();
        // Nothing of it may leave: that is said once, however often there is more of it.
        let kin = far(&node, "kin.example").await;
        raise(&node, &[marked(&node, ("198.51.100.90", "kin.example", Tlp::Red))]).await;
        let strict = [marked(&node, ("198.51.100.91", "mat.example", Tlp::Red))];
        let before = waiting(&node, kin).await.unwrap();
        assert_eq!(before.preview.unwrap().lines.len(), 1);
        node.wait_minutes(80 * 60);
        let sent = messages(&node).await.len();
        raise(&node, &strict).await;
        let strict = open(&node).await.last().unwrap().incident.id;
        grade(&node, strict, Severity::High).await;
        node.wait_minutes(60);
        run(&node).await;
        assert_eq!(messages(&node).await.len(), sent + 1, "the one that may");
        assert_eq!(said(&node, strict, "share_nothing").await, 1);
        for _ in 0..3 {
            node.wait_minutes(25 * 60);
            raise(&node, &[marked(&node, ("198.51.100.92", "mat.example", Tlp::Red))]).await;
            run(&node).await;
        }
        assert_eq!(said(&node, strict, "share_nothing").await, 1);
        assert_eq!(said(&node, strict, "share_planned").await, 1);
    });
}

#[test]
fn what_is_sent_by_hand_is_not_sent_by_rule_as_well() {
    on_each(async |node| {
        let node = telling(node);
        in_force(&node, rule(60)).await;
        let id = far(&node, "mot.example").await;
        share::send(&node.app, &engineer(node.person), id).await.unwrap();
        assert!(waiting(&node, id).await.is_none());
        node.wait_minutes(26 * 60);
        run(&node).await;
        assert_eq!(messages(&node).await.len(), 1);
        assert_eq!(said(&node, id, "share_nothing").await, 0);
        // What comes afterwards is new, though nothing left by a rule before.
        raise(&node, &[marked(&node, ("198.51.100.91", "mot.example", Tlp::Green))]).await;
        node.wait_minutes(1);
        run(&node).await;
        assert!(waiting(&node, id).await.is_some());
    });
}

#[test]
fn nobody_to_tell_means_nothing_is_planned() {
    on_each(async |node| {
        in_force(&node, rule(0)).await;
        let id = graded(
            &node,
            &[marked(&node, ("198.51.100.77", "mot.example", Tlp::Green))],
            Severity::High,
        )
        .await;
        run(&node).await;
        assert!(waiting(&node, id).await.is_none());
        assert_eq!(said(&node, id, "share_planned").await, 0);
    });
}

/// The strictest marking of a value holds for whichever host, and that of an incident for all that is in it.
#[test]
fn a_marking_holds_beyond_the_alert_that_has_it() {
    on_each(async |node| {
        let node = telling(node);
        in_force(&node, rule(0)).await;
        let alerts = [
            marked(&node, ("198.51.100.77", "mot.example", Tlp::Amber)),
            marked(&node, ("198.51.100.78", "mot.example", Tlp::Red)),
            marked(&node, ("198.51.100.77", "hai.example", Tlp::Green)),
        ];
        graded(&node, &alerts, Severity::High).await;
        run(&node).await;
        let message = messages(&node).await.remove(0);
        assert!(
            message.contains("hai.example") && !message.contains("mot.example"),
            "{message}"
        );
        let check = async |tlp, is_planned| {
            let new = NewIncident {
                title: "Máy chủ bị chiếm".to_owned(),
                severity: Some(Severity::High),
                tlp,
                words: String::new(),
            };
            let opened = incident::open(&node.app, &engineer(node.person), new, None)
                .await
                .unwrap();
            assert_eq!(waiting(&node, opened.id).await.is_some(), is_planned, "{tlp:?}");
        };
        check(Tlp::Amber, true).await;
        check(Tlp::AmberStrict, false).await;
        check(Tlp::Red, false).await;
    });
}

/// What a feed says of a value after its alert holds, too.
#[test]
fn a_value_that_is_marked_later_does_not_leave() {
    on_each(async |node| {
        let node = telling(node);
        in_force(&node, rule(0)).await;
        let later = [marked(&node, ("198.51.100.79", "ba.example", Tlp::Green))];
        let id = graded(&node, &later, Severity::High).await;
        assert_eq!(waiting(&node, id).await.unwrap().preview.unwrap().lines.len(), 1);
        let feed = threats::add(&node, "Nguồn kín", FeedKind::Hand).await;
        let listed = threats::marked(threats::listing(1, "ba.example"), Colour::Red);
        threats::enter(&node, feed, &[listed]).await;
        assert_eq!(waiting(&node, id).await.unwrap().preview.unwrap().lines.len(), 0);
        run(&node).await;
        assert_eq!(said(&node, id, "share_nothing").await, 1);
    });
}

/// Alerts of every colour and of values that do and do not name a host, of two hosts.
fn of_every_kind(node: &Node) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for host in ["198.51.100.77", "2001:db8::77"] {
        for tlp in Tlp::ALL {
            let colour = tlp.key().replace('+', "-");
            for (kind, value) in [
                (Kind::Domain, format!("{colour}.example")),
                (Kind::Url, format!("http://{colour}.example/a")),
                (Kind::Address, "198.51.100.77".to_owned()),
                (Kind::Address, "2001:db8::77".to_owned()),
                (Kind::Url, "http://198.51.100.77/a".to_owned()),
                (Kind::Url, "http://[2001:db8::77]/a".to_owned()),
                (Kind::Domain, "198.51.100.77.khach.example".to_owned()),
            ] {
                let one = marked(node, (host, "x.example", tlp));
                let listed = Listed {
                    found: Found::Value(kind),
                    value,
                    ..one.listed.clone()
                };
                alerts.push(Alert { listed, ..one });
            }
        }
    }
    alerts
}

#[test]
fn no_exit_names_a_host_or_tells_what_is_marked_too_strictly() {
    on_each(async |node| {
        let node = telling(node);
        let lan = engineer(node.person);
        in_force(&node, rule(0)).await;
        let id = graded(&node, &of_every_kind(&node), Severity::Critical).await;
        run(&node).await;
        let report = report::begin(&node.app, &lan, id, "initial").await.unwrap();
        let written = report::show(&node.app, &lan, report).await.unwrap();
        let answers: Vec<String> = written.answers.into_iter().map(|it| it.value).collect();
        let bundle = stix::bundle(&node.app, &lan, id).await.unwrap();
        node.wait_minutes(1);
        let happened = hook::happened(&node.app, &lan, (None, 1_000)).await.unwrap();
        let happened: Vec<String> = happened.iter().map(|it| serde_json::to_string(it).unwrap()).collect();
        assert!(happened.iter().any(|it| it.contains("shared_by_rule")), "{happened:?}");
        let message = messages(&node).await.remove(0);
        for (exit, text) in [("edxml", &message), ("stix", &bundle)] {
            assert!(
                text.contains("green.example") && text.contains("amber.example"),
                "{exit}: {text}"
            );
        }
        let view = show(&node, id).await;
        let hosts = view.page.alerts.iter().filter_map(|it| it.host.as_ref());
        let mut secrets: Vec<String> = hosts.map(|(_, name)| incident::token(name)).collect();
        secrets.extend(
            [
                "198.51.100.77",
                "2001:db8",
                "50311",
                "203.0.113.9",
                "c2.x",
                "red.example",
                "amber-strict.example",
            ]
            .map(str::to_owned),
        );
        let exits = [
            ("edxml", message),
            ("stix", bundle),
            ("webhook", happened.join("\n")),
            ("report", answers.join("\n")),
        ];
        for (exit, text) in exits {
            let text = text.to_lowercase();
            for secret in &secrets {
                assert!(!text.contains(secret), "{exit} {secret}: {text}");
            }
        }
    });
}

/// Every row of a list, read in pages of two from the newest on; each page is full but for the last.
async fn pages<R, I: Copy + Ord + std::fmt::Debug>(
    read: impl AsyncFn(Option<I>) -> Vec<R>,
    id: impl Fn(&R) -> I,
) -> Vec<I> {
    let (mut all, mut sizes, mut before) = (Vec::new(), Vec::new(), None);
    loop {
        let page = read(before).await;
        if page.is_empty() {
            break;
        }
        sizes.push(page.len());
        assert!(sizes.len() < 5, "a page comes again: {all:?}");
        all.extend(page.iter().map(&id));
        before = all.last().copied();
    }
    assert_eq!(sizes, [2, 2, 1], "{all:?}");
    all
}

#[test]
fn pages_of_rules_plans_and_messages_lose_and_repeat_nothing() {
    on_each(async |node| {
        let node = telling(node);
        let lan = engineer(node.person);
        let newest = |mut ids: Vec<i64>| {
            ids.sort_unstable();
            ids.reverse();
            ids
        };
        let (mut rules, mut ended) = (Vec::new(), Vec::new());
        for nth in 0..5 {
            let over = in_force(&node, rule(60)).await;
            step(&node, over, SharingStep::End).await.unwrap();
            ended.push(over.number());
            // The last one waits least: the plans are its own.
            rules.push(in_force(&node, rule(60 - nth)).await.number());
        }
        for (standing, expected) in [
            (sharing::RuleStanding::Open, rules),
            (sharing::RuleStanding::Over, ended),
        ] {
            let read = async |before| sharing::rules(&node.app, &lan, standing, (before, 2)).await.unwrap();
            let found = pages(read, |row: &sharing::RuleRow| row.id).await;
            assert_eq!(found.into_iter().map(Id::number).collect::<Vec<_>>(), newest(expected));
        }
        let mut incidents = Vec::new();
        for nth in 0..5 {
            let (host, value) = (format!("198.51.100.{nth}"), format!("n{nth}.example"));
            raise(&node, &[marked(&node, (&host, &value, Tlp::Green))]).await;
            let id = open(&node).await.last().unwrap().incident.id;
            grade(&node, id, Severity::High).await;
            incidents.push(id.number());
        }
        let read = async |before| sharing::plans(&node.app, &lan, (before, 2)).await.unwrap();
        let plans = pages(read, |row: &sharing::PlanRow| row.id).await;
        let board = sharing::board(&node.app, &lan).await.unwrap();
        let planned = board.plans.iter().map(|it| it.row.id.number()).collect();
        assert_eq!(plans.into_iter().map(Id::number).collect::<Vec<_>>(), newest(planned));
        node.wait_minutes(60);
        run(&node).await;
        let read = async |before| share::ledger_page(&node.app, &lan, None, (before, 2)).await.unwrap();
        let found = pages(read, |(_, row): &(Id<Incident>, share::ShareRow)| row.id).await;
        let mut told = Vec::new();
        for id in &found {
            // One of it and none before it: the page that ends with it.
            let after = Id::from_number(id.number() + 1).unwrap();
            let page = share::ledger_page(&node.app, &lan, None, (Some(after), 1))
                .await
                .unwrap();
            assert_eq!(page[0].1.id, *id);
            told.push(page[0].0.number());
        }
        assert_eq!(newest(told), newest(incidents.clone()));
        for incident in incidents {
            let of = Some(Id::from_number(incident).unwrap());
            let page = share::ledger_page(&node.app, &lan, of, (None, 2)).await.unwrap();
            assert_eq!((page.len(), page[0].0.number()), (1, incident));
        }
    });
}
