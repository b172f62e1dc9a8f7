//! Hunts: asked for with a reason, made in order, made again where they were cut off, put into incidents once, and forgotten.

use std::net::IpAddr;
use std::ops::ControlFlow;

use anlanh_app::Error;
use anlanh_app::hunt::{
    self, Asked, Chosen, Ended, FoundRow, HuntError, HuntResult, HuntRow, MAX_REASON_BYTES, MAX_ROWS, MAX_WAITING,
    Progress, SHOWN_ROWS, TurnBack,
};
use anlanh_app::identity::{Name, NewToken, create_token};
use anlanh_app::incident::{self, AlertFilter, share};
use anlanh_app::jobs;
use anlanh_model::{Actor, AlertOrigin, AuditAction, Hunt, HuntState, Id, NoHost, Scope, Severity, Time, Tlp};
use anlanh_soc::NotTurned;

use crate::incidents::{alert, engineer, list, open, raise, show};
use crate::node::{Node, on_each};
use crate::sharing::{grade, in_force, messages, rule, run, telling};

fn asked(values: &str) -> Asked {
    Asked {
        values: values.to_owned(),
        reason: "Bản tin cảnh báo số 12".to_owned(),
        from: None,
        to: None,
        sensor: None,
    }
}

fn refused<T: std::fmt::Debug>(done: Result<T, Error>) -> HuntError {
    match done {
        Err(Error::Hunt(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn ask(node: &Node, values: &str) -> Id<Hunt> {
    hunt::ask(&node.app, &engineer(node.person), asked(values), None)
        .await
        .unwrap()
        .id
}

async fn row(node: &Node, id: Id<Hunt>) -> HuntRow {
    hunt::show(&node.app, &engineer(node.person), id, (0, SHOWN_ROWS))
        .await
        .unwrap()
        .row
}

async fn end(node: &Node, id: Id<Hunt>, rows: Vec<FoundRow>) {
    let result = HuntResult {
        blocks: 7,
        read: 2,
        hits: rows.iter().map(|row| row.count).sum(),
        left_out: 0,
    };
    hunt::end_of_node(&node.app, id, Ended::Done(result, rows))
        .await
        .unwrap();
}

/// A row of today: a host of this token met a name, so often within an hour.
fn found(node: &Node, listed: &str, token: Option<&str>, count: u64) -> FoundRow {
    let now = node.app.clock().now();
    FoundRow {
        kind: "domain".to_owned(),
        listed: listed.to_owned(),
        sensor: 1,
        token: token.map(str::to_owned),
        count,
        first_at: now.plus_minutes(-60),
        last_at: now,
    }
}

/// Tokens that stand for hosts as a test says.
fn turn_back(node: &Node) {
    node.app.hunting().turn_back_by(TurnBack::new(|token, at| {
        assert!(at > 0);
        let host = token.strip_prefix("of-").ok_or(NotTurned::Old)?;
        let host: u8 = host.parse().map_err(|_| NotTurned::Lost)?;
        Ok(IpAddr::from([10, 1, 2, host]))
    }));
}

#[test]
fn hunts_are_asked_for_and_made_one_after_another() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let (first, second) = (
            ask(&node, "evil.example\n192.0.2.0/24").await,
            ask(&node, "bad.example").await,
        );
        let rows = hunt::list(&node.app, &node.auditor(), (None, 10)).await.unwrap();
        assert_eq!(rows.iter().map(|(row, _)| row.id).collect::<Vec<_>>(), [second, first]);
        assert_eq!(
            (rows[0].0.state, rows[0].0.person_name.as_str()),
            (HuntState::Queued, "lan")
        );
        let older = hunt::list(&node.app, &lan, (Some(second), 10)).await.unwrap();
        assert_eq!(older.len(), 1);
        let job = hunt::next_of_node(&node.app).await.unwrap().unwrap();
        assert_eq!((job.id, job.sensor), (first, None));
        assert_eq!(job.period, i64::MIN..i64::MAX);
        let mut texts: Vec<String> = job.index.texts().collect();
        texts.sort();
        assert_eq!(texts, ["192.0.2.0/24", "evil.example"]);
        // It is told how far it is, and after a start comes again from the beginning.
        let progress = Progress { blocks: 9, read: 1 };
        assert_eq!(node.app.hunting().tell(progress), ControlFlow::Continue(()));
        let view = hunt::show(&node.app, &lan, first, (0, SHOWN_ROWS)).await.unwrap();
        assert_eq!((view.row.state, view.progress), (HuntState::Running, Some(progress)));
        assert_eq!(hunt::next_of_node(&node.app).await.unwrap().unwrap().id, first);
        let view = hunt::show(&node.app, &lan, first, (0, SHOWN_ROWS)).await.unwrap();
        assert_eq!(view.progress, Some(Progress::default()));
        end(&node, first, vec![found(&node, "evil.example", Some("of-3"), 4)]).await;
        let view = hunt::show(&node.app, &lan, first, (0, SHOWN_ROWS)).await.unwrap();
        assert_eq!(
            (view.row.state, view.row.rows, view.row.result.hits),
            (HuntState::Done, 1, 4)
        );
        assert_eq!((view.progress, view.missed), (None, vec!["192.0.2.0/24".to_owned()]));
        // One that failed says so and keeps nothing.
        assert_eq!(hunt::next_of_node(&node.app).await.unwrap().unwrap().id, second);
        hunt::end_of_node(&node.app, second, Ended::Failed).await.unwrap();
        assert_eq!(row(&node, second).await.state, HuntState::Failed);
        assert!(hunt::next_of_node(&node.app).await.unwrap().is_none());
        let actions = node.actions().await;
        let count = |action| actions.iter().filter(|one| **one == action).count();
        assert_eq!((count(AuditAction::AskHunt), count(AuditAction::RunHunt)), (2, 4));
        let log = anlanh_app::audit::page(
            &node.app,
            &node.auditor(),
            anlanh_app::AuditFilter::default(),
            None,
            100,
        )
        .await;
        let asked = log
            .unwrap()
            .into_iter()
            .rfind(|entry| entry.action == AuditAction::AskHunt);
        assert_eq!(asked.unwrap().detail, "values=2 reason=Bản tin cảnh báo số 12");
    });
}

#[test]
fn what_is_no_hunt_is_refused() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let try_ask = async |asked: Asked| hunt::ask(&node.app, &lan, asked, None).await;
        assert_eq!(refused(try_ask(asked("# không có gì")).await), HuntError::Empty);
        let day = |text: &str| Some(text.parse().unwrap());
        let backwards = Asked {
            from: day("2026-11-02"),
            to: day("2026-11-01"),
            ..asked("evil.example")
        };
        assert_eq!(refused(try_ask(backwards).await), HuntError::Period);
        let nowhere = Asked {
            sensor: Some("nowhere".to_owned()),
            ..asked("evil.example")
        };
        assert_eq!(refused(try_ask(nowhere).await), HuntError::Sensor);
        for (bytes, is_taken) in [(0, false), (MAX_REASON_BYTES, true), (MAX_REASON_BYTES + 1, false)] {
            let reason = "a".repeat(bytes);
            let done = try_ask(Asked {
                reason,
                ..asked("evil.example")
            });
            assert_eq!(done.await.is_ok(), is_taken, "{bytes}");
        }
        let one_day = Asked {
            from: day("2026-11-01"),
            to: day("2026-11-01"),
            ..asked("evil.example")
        };
        let id = try_ask(one_day).await.unwrap().id;
        let row = row(&node, id).await;
        // A day of Việt Nam.
        assert_eq!(row.asked.from, Time::from_seconds(1_793_466_000));
        assert_eq!(row.asked.to, Time::from_seconds(1_793_466_000 + 86_400));
        for _ in 2..MAX_WAITING {
            ask(&node, "evil.example").await;
        }
        assert_eq!(refused(try_ask(asked("evil.example")).await), HuntError::TooManyWaiting);
        for actor in [node.auditor(), node.manager(), Actor::Person(node.person)] {
            let done = hunt::ask(&node.app, &actor, asked("evil.example"), None).await;
            assert!(matches!(done, Err(Error::Forbidden(_))), "{done:?}");
        }
    });
}

#[test]
fn a_hunt_is_called_off_once() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let (first, second) = (ask(&node, "evil.example").await, ask(&node, "bad.example").await);
        hunt::cancel(&node.app, &lan, first).await.unwrap();
        assert_eq!(row(&node, first).await.state, HuntState::Cancelled);
        assert_eq!(refused(hunt::cancel(&node.app, &lan, first).await), HuntError::Step);
        // Whoever is at it hears of it, and what it found until then is not kept.
        assert_eq!(hunt::next_of_node(&node.app).await.unwrap().unwrap().id, second);
        let progress = Progress { blocks: 5, read: 3 };
        assert!(node.app.hunting().tell(progress).is_continue());
        hunt::cancel(&node.app, &lan, second).await.unwrap();
        assert!(node.app.hunting().tell(progress).is_break());
        end(&node, second, vec![found(&node, "bad.example", None, 1)]).await;
        let row = row(&node, second).await;
        assert_eq!((row.state, row.rows, row.result.blocks), (HuntState::Cancelled, 0, 5));
        assert_eq!(
            refused(hunt::raise(&node.app, &lan, second, Chosen::All).await),
            HuntError::NotRunning
        );
        turn_back(&node);
        assert_eq!(
            refused(hunt::raise(&node.app, &lan, second, Chosen::All).await),
            HuntError::Step
        );
        let unknown = Id::from_number(1).unwrap();
        assert!(matches!(
            hunt::cancel(&node.app, &lan, unknown).await,
            Err(Error::NotFound("hunt"))
        ));
    });
}

#[test]
fn what_a_hunt_found_goes_into_incidents_once() {
    on_each(async |node| {
        let lan = engineer(node.person);
        turn_back(&node);
        // A host that is in an incident already, and one that is not.
        raise(&node, &[alert(&node, "10.1.2.3", "live.example")]).await;
        let id = ask(&node, "evil.example\nbad.example").await;
        hunt::next_of_node(&node.app).await.unwrap();
        let rows = vec![
            found(&node, "bad.example", None, 2),
            found(&node, "evil.example", Some("of-3"), 5),
            found(&node, "evil.example", Some("0123456789abcdef01234567"), 1),
            found(&node, "evil.example", Some("of-nobody"), 1),
        ];
        end(&node, id, rows).await;
        let one = hunt::raise(&node.app, &lan, id, Chosen::Rows(vec![2, 2]))
            .await
            .unwrap();
        // The token is turned back, so that it goes where the host's other alerts are.
        let incidents = open(&node).await;
        assert_eq!((incidents.len(), one.as_slice()), (1, &[incidents[0].incident.id][..]));
        let view = show(&node, incidents[0].incident.id).await;
        let hunted = view
            .page
            .alerts
            .iter()
            .find(|alert| alert.origin == AlertOrigin::Hunt)
            .unwrap();
        assert_eq!((hunted.count, hunted.listed.as_str()), (5, "evil.example"));
        assert_eq!(hunted.last_at.minutes_since(hunted.first_at), 60);
        let live = view
            .page
            .alerts
            .iter()
            .find(|alert| alert.origin == AlertOrigin::Live)
            .unwrap();
        assert_eq!(hunted.host, live.host);
        // A row goes once, and so do all.
        for again in [vec![2], vec![2, 3], vec![5], vec![]] {
            let done = hunt::raise(&node.app, &lan, id, Chosen::Rows(again)).await;
            assert_eq!(refused(done), HuntError::Rows);
        }
        let rest = hunt::raise(&node.app, &lan, id, Chosen::All).await.unwrap();
        assert_eq!(rest.len(), 2);
        // Of rows whose token is turned back no more, the timeline says so once, and of no other.
        let mut said = Vec::new();
        for incident in one.iter().chain(&rest) {
            let view = show(&node, *incident).await;
            let lost = view.timeline.iter().filter(|line| line.kind == "hunt_lost_hosts");
            said.push((view.page.alerts[0].listed.clone(), lost.count()));
        }
        said.sort();
        let expected = [("bad.example", 0), ("evil.example", 1), ("live.example", 0)];
        assert_eq!(said, expected.map(|(listed, count)| (listed.to_owned(), count)));
        assert_eq!(
            refused(hunt::raise(&node.app, &lan, id, Chosen::All).await),
            HuntError::Rows
        );
        let view = hunt::show(&node.app, &lan, id, (0, SHOWN_ROWS)).await.unwrap();
        assert!(view.rows.iter().all(|row| row.raised_at.is_some()));
        assert_eq!(view.incidents.len(), 3);
        assert_eq!((view.hostless.unnamed, view.hostless.lost), (1, Some(2)));
        let all = incident::alerts(&node.app, &lan, AlertFilter::default(), (None, 100))
            .await
            .unwrap();
        let hosts = all
            .iter()
            .filter(|alert| alert.origin == AlertOrigin::Hunt && alert.host.is_some());
        assert_eq!(hosts.count(), 1, "a token from before names nobody");
        let mut whys: Vec<(&str, NoHost)> = all
            .iter()
            .filter_map(|alert| Some((alert.listed.as_str(), alert.no_host?)))
            .collect();
        whys.sort_unstable();
        let expected = [
            ("bad.example", NoHost::Unnamed),
            ("evil.example", NoHost::OldToken),
            ("evil.example", NoHost::LostToken),
        ];
        assert_eq!(whys, expected);
        assert_eq!(
            node.actions()
                .await
                .iter()
                .filter(|action| **action == AuditAction::RaiseHunt)
                .count(),
            2
        );
        let done = hunt::raise(&node.app, &node.auditor(), id, Chosen::All).await;
        assert!(matches!(done, Err(Error::Forbidden(_))), "{done:?}");
    });
}

#[test]
fn so_many_rows_are_kept_and_shown_in_parts() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let id = ask(&node, "evil.example").await;
        hunt::next_of_node(&node.app).await.unwrap();
        let tokens = (0..=MAX_ROWS).map(|n| format!("{n:032x}"));
        let rows = tokens.map(|token| found(&node, "evil.example", Some(&token), 1));
        end(&node, id, rows.collect()).await;
        let view = hunt::show(&node.app, &lan, id, (0, SHOWN_ROWS)).await.unwrap();
        assert_eq!((view.row.rows, view.rows.len()), (MAX_ROWS as u64, SHOWN_ROWS as usize));
        let last = view.rows.last().unwrap().number;
        let view = hunt::show(&node.app, &lan, id, (last, SHOWN_ROWS)).await.unwrap();
        assert_eq!(view.rows[0].number, SHOWN_ROWS + 1);
    });
}

#[test]
fn hunts_are_forgotten_when_their_time_is_over() {
    on_each(async |node| {
        let engine = node.app.engine();
        let days = |record| i64::from(engine.policy.retention_of(record).unwrap().days);
        let (passing, lasting) = (days(anlanh_pack::Record::Event), days(anlanh_pack::Record::Match));
        let (lucky, empty) = (ask(&node, "evil.example").await, ask(&node, "bad.example").await);
        hunt::next_of_node(&node.app).await.unwrap();
        end(&node, lucky, vec![found(&node, "evil.example", None, 1)]).await;
        hunt::next_of_node(&node.app).await.unwrap();
        end(&node, empty, Vec::new()).await;
        let waiting = ask(&node, "later.example").await;
        let left = async || -> Vec<Id<Hunt>> {
            assert!(
                jobs::run_due(&node.app)
                    .await
                    .iter()
                    .all(|failed| failed.job != "hunts")
            );
            let rows = hunt::list(&node.app, &engineer(node.person), (None, 10)).await.unwrap();
            rows.into_iter().map(|(row, _)| row.id).collect()
        };
        node.wait_minutes(passing * 24 * 60);
        assert_eq!(left().await, [waiting, empty, lucky]);
        node.wait_minutes(1);
        assert_eq!(left().await, [waiting, lucky]);
        node.wait_minutes((lasting - passing) * 24 * 60);
        assert_eq!(left().await, [waiting]);
    });
}

#[test]
fn pages_of_hunts_lose_and_repeat_nothing() {
    on_each(async |node| {
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(ask(&node, "evil.example").await);
        }
        all.reverse();
        let (mut found, mut sizes, mut before) = (Vec::new(), Vec::new(), None);
        loop {
            let page = hunt::list(&node.app, &node.auditor(), (before, 2)).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.0.id);
            sizes.push(page.len());
            assert!(sizes.len() < 5, "a page comes again: {found:?}");
            found.extend(page.iter().map(|row| row.0.id));
        }
        assert_eq!((found, sizes), (all, vec![2, 2, 1]));
    });
}

#[test]
fn what_is_marked_red_stays_so_from_the_hunt_to_the_message() {
    on_each(async |node| {
        let node = telling(node);
        let lan = engineer(node.person);
        turn_back(&node);
        in_force(&node, rule(0)).await;
        list(&node, "Đối tác", Tlp::Red, "kin.example").await;
        list(&node, "Cộng đồng", Tlp::Green, "mo.example\nkin.example").await;
        let id = ask(&node, "kin.example\nmo.example").await;
        hunt::next_of_node(&node.app).await.unwrap();
        let rows = ["kin.example", "mo.example"].map(|listed| found(&node, listed, Some("of-3"), 2));
        end(&node, id, rows.to_vec()).await;
        // A program sees as far as it is cleared, and nothing of the words beside what it does not see.
        let mut programs = Vec::new();
        for (name, clearance, seen) in [
            ("xanh", Tlp::Green, &["mo.example"][..]),
            ("ho-phach", Tlp::AmberStrict, &["mo.example"]),
            ("do", Tlp::Red, &["kin.example", "mo.example"]),
        ] {
            let program = program(&node, name, clearance).await;
            let view = hunt::show(&node.app, &program, id, (0, SHOWN_ROWS)).await.unwrap();
            let shown: Vec<&str> = view.rows.iter().map(|row| row.found.listed.as_str()).collect();
            assert_eq!((shown.as_slice(), view.hidden), (seen, 2 - seen.len() as u64), "{name}");
            assert_eq!(view.row.asked.wanted.lines().collect::<Vec<_>>(), seen, "{name}");
            assert_eq!(view.row.asked.reason.is_empty(), clearance != Tlp::Red, "{name}");
            programs.push((program, clearance));
        }
        let incidents = hunt::raise(&node.app, &lan, id, Chosen::All).await.unwrap();
        assert_eq!(incidents.len(), 1, "one host");
        let incident = incidents[0];
        let view = show(&node, incident).await;
        let marked: Vec<(&str, Tlp)> = view.page.alerts.iter().map(|it| (it.listed.as_str(), it.tlp)).collect();
        assert_eq!(marked, [("kin.example", Tlp::Red), ("mo.example", Tlp::Green)]);
        assert_eq!(view.row.tlp, Tlp::Red);
        for (program, clearance) in programs {
            let alerts = incident::alerts(&node.app, &program, AlertFilter::default(), (None, 10)).await;
            let sees = alerts.unwrap().iter().any(|it| it.listed == "kin.example");
            assert_eq!(sees, clearance == Tlp::Red, "{clearance:?}");
        }
        let preview = share::preview(&node.app, &lan, incident).await.unwrap().unwrap();
        assert_eq!(
            (preview.lines, preview.left_out),
            (vec![("domain mo.example".to_owned(), 1)], 1)
        );
        grade(&node, incident, Severity::High).await;
        run(&node).await;
        let sent = messages(&node).await;
        assert_eq!(sent.len(), 1);
        assert!(
            sent[0].contains("mo.example") && !sent[0].contains("kin.example"),
            "{}",
            sent[0]
        );
    });
}

/// A program that reads incidents, cleared so far.
async fn program(node: &Node, name: &str, clearance: Tlp) -> Actor {
    let new = NewToken {
        scopes: vec![Scope::IncidentsRead],
        person: None,
        clearance,
    };
    let (store, clock, name) = (
        node.app.store().clone(),
        node.app.clock().clone(),
        Name::parse(name).unwrap(),
    );
    let made = tokio::task::spawn_blocking(move || create_token(&store, &clock, &Actor::Operator, &name, &new));
    let secret = made.await.unwrap().unwrap();
    node.app.token(secret.reveal()).await.unwrap().unwrap()
}
