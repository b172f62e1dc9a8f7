//! Incidents at work: the life of one, the clocks of the law, what people add, merge, split, hand over and are shown.

use anlanh_app::incident::{self, Closing, IncidentError, MAX_EVIDENCE_BYTES, NewSystem, Raised, Step, token};
use anlanh_app::{Error, jobs};
use anlanh_model::{
    Actor, AuditAction, ClockEnd, Grouping, Id, Incident, IncidentStepError, NoHost, Permission, Severity, TaskState,
};

use crate::incidents::{alert, engineer, open, raise, show};
use crate::node::{Node, on_each};

async fn step(node: &Node, actor: &Actor, id: Id<Incident>, step: Step) -> Result<(), Error> {
    incident::step(&node.app, actor, id, step, "Đã kiểm tra nhật ký.").await
}

/// An incident that the first person works at.
async fn working(node: &Node, host: &str, listed: &str) -> Id<Incident> {
    raise(node, &[alert(node, host, listed)]).await;
    let id = open(node).await.last().unwrap().incident.id;
    let lan = engineer(node.person);
    step(node, &lan, id, Step::Triage(Severity::Medium)).await.unwrap();
    step(node, &lan, id, Step::Take).await.unwrap();
    id
}

fn why(done: Result<impl Sized, Error>) -> IncidentError {
    match done {
        Err(Error::Incident(error)) => error,
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[test]
fn an_incident_is_worked_to_its_close_and_what_comes_again_opens_another() {
    on_each(async |node| {
        let (lan, minh) = (engineer(node.person), engineer(node.other));
        let id = working(&node, "10.0.0.1", "mot.example").await;
        let other = step(&node, &minh, id, Step::Contain).await;
        assert_eq!(why(other), IncidentStepError::Held.into());
        let early = step(&node, &lan, id, Step::Close(Closing::TruePositive)).await;
        assert_eq!(why(early), IncidentStepError::NotContained.into());
        step(&node, &lan, id, Step::Contain).await.unwrap();
        let silent = incident::step(&node.app, &lan, id, Step::Close(Closing::TruePositive), " ").await;
        assert!(matches!(silent, Err(Error::Text("words", _))), "a close says why");
        step(&node, &lan, id, Step::Close(Closing::TruePositive)).await.unwrap();
        let kinds: Vec<String> = show(&node, id).await.timeline.into_iter().map(|it| it.kind).collect();
        assert_eq!(kinds, ["closed", "contained", "taken", "triaged", "opened"]);
        // The same host and indicator on the same day, after the close.
        let raised = raise(&node, &[alert(&node, "10.0.0.1", "mot.example")]).await;
        assert_eq!((raised.new, raised.opened), (1, 1));
        assert_eq!(show(&node, id).await.row.hits, 1, "nothing is added to what is closed");
        step(&node, &minh, id, Step::Reopen).await.unwrap();
        assert_eq!(show(&node, id).await.row.incident.reopened, 1);
        let reader = incident::step(&node.app, &node.auditor(), id, Step::Contain, "").await;
        assert!(matches!(reader, Err(Error::Forbidden(Permission::WorkIncidents))));
    });
}

#[test]
fn clocks_start_with_the_severity_warn_run_out_and_are_never_taken_back() {
    on_each(async |node| {
        let lan = engineer(node.person);
        raise(&node, &[alert(&node, "10.0.0.1", "mot.example")]).await;
        let id = open(&node).await[0].incident.id;
        step(&node, &lan, id, Step::Triage(Severity::Medium)).await.unwrap();
        assert_eq!(show(&node, id).await.clocks, []);
        node.wait_minutes(60);
        step(&node, &lan, id, Step::Triage(Severity::High)).await.unwrap();
        let view = show(&node, id).await;
        let started: Vec<(&str, i64)> = view
            .clocks
            .iter()
            .map(|it| (it.clock.key.as_str(), it.clock.due_at.minutes_since(view.row.opened_at)))
            .collect();
        assert_eq!(started, [("incident-notice", 24 * 60), ("incident-report", 72 * 60)]);
        assert!(!view.clocks[0].clock.basis.is_empty(), "by the law of the day");
        // Graded lower, and higher again: the clocks go on as they are.
        step(&node, &lan, id, Step::Triage(Severity::Low)).await.unwrap();
        step(&node, &lan, id, Step::Triage(Severity::High)).await.unwrap();
        assert_eq!(show(&node, id).await.clocks, view.clocks);
        node.wait_minutes(18 * 60);
        assert!(jobs::run_due(&node.app).await.is_empty());
        assert_eq!(show(&node, id).await.timeline[0].kind, "clock_warned");
        node.wait_minutes(6 * 60);
        assert!(jobs::run_due(&node.app).await.is_empty());
        assert!(jobs::run_due(&node.app).await.is_empty());
        let view = show(&node, id).await;
        assert_eq!(view.timeline[0].kind, "clock_breached");
        assert!(view.clocks[0].clock.is_breached());
        // It was none: what ran out stays so, and what runs ends without either.
        step(&node, &lan, id, Step::Close(Closing::FalsePositive))
            .await
            .unwrap();
        node.wait_minutes(72 * 60);
        assert!(jobs::run_due(&node.app).await.is_empty());
        let view = show(&node, id).await;
        assert!(view.clocks[0].clock.is_breached() && view.clocks[0].void_at.is_none());
        assert_eq!(view.clocks[1].clock.end, ClockEnd::Running);
        assert!(view.clocks[1].void_at.is_some());
    });
}

#[test]
fn what_is_wrongly_listed_opens_no_incident_until_its_mark_ends() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let id = working(&node, "10.0.0.1", "mot.example").await;
        step(&node, &lan, id, Step::Close(Closing::WronglyListed))
            .await
            .unwrap();
        let raised = raise(&node, &[alert(&node, "10.0.0.2", "mot.example")]).await;
        assert_eq!((raised.new, raised.opened), (1, 0));
        assert!(open(&node).await.is_empty());
        let (rows, marked) = incident::of_value(&node.app, &lan, ("domain", "mot.example"))
            .await
            .unwrap();
        assert_eq!((rows.len(), marked.map(|it| it.incident)), (1, Some(id)));
        let seen = anlanh_app::indicator::look_up(&node.app, &lan, "mot.example")
            .await
            .unwrap();
        assert_eq!(
            seen,
            Some(Vec::new()),
            "nobody lists it, and it is counted all the same"
        );
        node.wait_minutes(30 * 24 * 60);
        let raised = raise(&node, &[alert(&node, "10.0.0.2", "mot.example")]).await;
        assert_eq!(
            raised,
            Raised {
                new: 1,
                again: 0,
                opened: 1
            }
        );
    });
}

#[test]
fn people_merge_what_belongs_together_and_split_what_does_not() {
    on_each(async |node| {
        let lan = engineer(node.person);
        raise(&node, &[alert(&node, "10.0.0.1", "mot.example")]).await;
        raise(&node, &[alert(&node, "10.0.0.2", "hai.example")]).await;
        let rows = open(&node).await;
        let (one, two) = (rows[0].incident.id, rows[1].incident.id);
        let merge = async |from, into| incident::merge(&node.app, &lan, (from, into), "Cùng một nhóm.").await;
        assert_eq!(why(merge(two, two).await), IncidentStepError::Itself.into());
        merge(two, one).await.unwrap();
        assert_eq!(why(merge(two, one).await), IncidentStepError::Merged.into());
        let view = show(&node, one).await;
        assert_eq!(
            (view.row.hits, view.row.hosts, view.page.alerts[1].grouping),
            (2, 2, Grouping::Hand)
        );
        // What found the one that was merged finds the other now.
        raise(&node, &[alert(&node, "10.0.0.3", "hai.example")]).await;
        let view = show(&node, one).await;
        assert_eq!((open(&node).await.len(), view.page.alerts.len()), (1, 3));
        let ids: Vec<_> = view.page.alerts.iter().map(|alert| alert.id).collect();
        let split =
            async |alerts: &[_]| incident::split(&node.app, &lan, (one, alerts.to_vec()), "Không liên quan.").await;
        assert_eq!(why(split(&[]).await), IncidentError::Split);
        assert_eq!(why(split(&ids).await), IncidentError::Split, "not all of them");
        assert_eq!(why(split(&[Id::from_number(5).unwrap()]).await), IncidentError::Split);
        let new = split(&ids[..1]).await.unwrap();
        let (view, rest) = (show(&node, new).await, show(&node, one).await);
        assert_eq!(
            (view.row.title.as_str(), view.row.hits, rest.row.hits),
            ("mot.example", 1, 2)
        );
        // What comes again goes where its alert is.
        raise(&node, &[alert(&node, "10.0.0.1", "mot.example")]).await;
        assert_eq!(show(&node, new).await.row.hits, 2);
    });
}

#[test]
fn systems_tasks_and_evidence_are_of_their_incident() {
    on_each(async |node| {
        let lan = engineer(node.person);
        let id = working(&node, "10.0.0.1", "mot.example").await;
        let system = |level| NewSystem {
            name: "Cổng thanh toán".to_owned(),
            owner: "Công ty An".to_owned(),
            level,
        };
        incident::add_system(&node.app, &lan, id, system(3)).await.unwrap();
        let none = incident::add_system(&node.app, &lan, id, system(6)).await;
        assert!(matches!(none, Err(Error::UnknownKey("level"))));
        incident::begin_playbook(&node.app, &lan, id, "botnet").await.unwrap();
        let again = incident::begin_playbook(&node.app, &lan, id, "botnet").await;
        assert_eq!(why(again), IncidentError::Begun);
        let none = incident::begin_playbook(&node.app, &lan, id, "khong-co").await;
        assert!(matches!(none, Err(Error::UnknownKey("playbook"))));
        let task = show(&node, id).await.tasks[0].id;
        incident::set_task(&node.app, &lan, (id, task), TaskState::Done)
            .await
            .unwrap();
        let tasks = show(&node, id).await.tasks;
        assert_eq!((tasks[0].state, tasks[1].state), (TaskState::Done, TaskState::Open));
        let elsewhere = working(&node, "10.0.0.9", "hai.example").await;
        let none = incident::set_task(&node.app, &lan, (elsewhere, task), TaskState::Done).await;
        assert!(matches!(none, Err(Error::NotFound("task"))));
        let keep =
            async |content: &[u8]| incident::keep_file(&node.app, &lan, id, ("mau.pcap", content.to_vec())).await;
        let file = keep(b"goi tin").await.unwrap();
        assert_eq!(keep(b"goi tin").await.unwrap(), file, "the same bytes are kept once");
        assert_eq!(
            why(keep(&vec![0; MAX_EVIDENCE_BYTES + 1]).await),
            IncidentError::FileSize
        );
        assert_eq!(why(keep(b"").await), IncidentError::FileSize);
        keep(&vec![0; MAX_EVIDENCE_BYTES]).await.unwrap();
        let (name, content) = incident::file(&node.app, &lan, (id, file)).await.unwrap();
        assert_eq!((name.as_str(), content.as_slice()), ("mau.pcap", &b"goi tin"[..]));
        let none = incident::file(&node.app, &lan, (elsewhere, file)).await;
        assert!(matches!(none, Err(Error::NotFound("file"))));
        let view = show(&node, id).await;
        assert!(
            !String::from_utf8_lossy(&view.files[0].name).contains("mau"),
            "names are sealed"
        );
        assert_eq!(view.timeline.iter().filter(|it| it.kind == "file").count(), 2);
    });
}

#[test]
fn the_next_shift_takes_over_by_name() {
    on_each(async |node| {
        let (lan, minh) = (engineer(node.person), engineer(node.other));
        let id = working(&node, "10.0.0.1", "mot.example").await;
        let left = incident::leave_shift(&node.app, &lan, "Theo dõi máy chủ điều khiển mới.")
            .await
            .unwrap();
        let own = incident::take_shift(&node.app, &lan, left).await;
        assert_eq!(why(own), IncidentError::OwnShift);
        assert_eq!(incident::take_shift(&node.app, &minh, left).await.unwrap(), 1);
        let again = incident::take_shift(&node.app, &engineer(node.manager), left).await;
        assert_eq!(why(again), IncidentError::ShiftTaken);
        let view = show(&node, id).await;
        assert_eq!(view.row.incident.state.holder(), Some(node.other.id));
        assert_eq!(view.timeline[0].kind, "handed_over");
        let shifts = incident::shifts(&node.app, &lan).await.unwrap();
        assert_eq!(shifts[0].taken.as_ref().map(|(name, _)| name.as_str()), Some("minh"));
        step(&node, &minh, id, Step::Contain).await.unwrap();
    });
}

#[test]
fn a_host_is_shown_to_whoever_works_at_its_incident_for_a_purpose() {
    on_each(async |node| {
        let (lan, minh) = (engineer(node.person), engineer(node.other));
        let id = working(&node, "198.51.100.77", "mot.example").await;
        let one = show(&node, id).await.page.alerts[0].clone();
        let reveal =
            async |actor: &Actor, purpose: &str| incident::reveal(&node.app, actor, (id, one.id), purpose).await;
        assert_eq!(
            why(reveal(&minh, "Báo thuê bao.").await),
            IncidentStepError::Held.into()
        );
        assert!(matches!(reveal(&lan, "  ").await, Err(Error::Text("words", _))));
        let auditor = reveal(&node.auditor(), "Kiểm tra.").await;
        assert!(matches!(auditor, Err(Error::Forbidden(Permission::RevealHosts))));
        assert!(
            !node.actions().await.contains(&AuditAction::RevealHost),
            "nothing was shown"
        );
        let shown = reveal(&lan, "Báo thuê bao làm sạch máy.").await.unwrap();
        assert_eq!((shown.address.as_str(), shown.port), ("198.51.100.77", Some(50_311)));
        assert_eq!(shown.far, Some(([203, 0, 113, 9].into(), Some(53))));
        assert_eq!((shown.seen.as_str(), shown.at), ("c2.mot.example", one.first_at));
        assert_eq!(shown.token, token(&one.host.unwrap().1));
        assert!(node.actions().await.contains(&AuditAction::RevealHost));
        let view = show(&node, id).await;
        let noted = &view.timeline[0];
        assert_eq!(
            (noted.kind.as_str(), noted.words.as_deref()),
            ("revealed", Some("Báo thuê bao làm sạch máy."))
        );
        assert!(!format!("{view:?}").contains("198.51.100.77"));
        let elsewhere = working(&node, "10.0.0.9", "hai.example").await;
        let wrong = incident::reveal(&node.app, &lan, (elsewhere, one.id), "Báo thuê bao.").await;
        assert!(matches!(wrong, Err(Error::NotFound("alert"))));
        let nobody = alert(&node, "10.0.0.9", "hai.example");
        raise(
            &node,
            &[incident::Alert {
                host: Err(NoHost::Unnamed),
                ..nobody
            }],
        )
        .await;
        let none = show(&node, elsewhere).await.page.alerts[1].id;
        let none = incident::reveal(&node.app, &lan, (elsewhere, none), "Báo thuê bao.").await;
        assert_eq!(why(none), IncidentError::NoHost);
    });
}
