//! Statutory clocks: started with the case, warned of, met or recorded as breached, on each database.

use anlanh_app::{case, jobs};
use anlanh_model::{Actor, AuditAction, Case, ClockEnd, Id, StatutoryClock};
use anlanh_store::clock;

use crate::node::{Node, on_each, open, removal};

async fn of_case(node: &Node, id: Id<Case>) -> Vec<StatutoryClock> {
    let read = node.app.store().read("clocks", move |tx| clock::of_case(tx, id));
    read.await.map_err(|error: anlanh_store::Error| error).unwrap()
}

async fn decide(node: &Node, id: Id<Case>) {
    let actor = Actor::Person(node.person);
    case::decide(&node.app, &actor, id, removal()).await.unwrap();
}

async fn run(node: &Node) {
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn own_detection_runs_a_day_warns_and_its_breach_stays() {
    on_each(async |node| {
        let case = open(&node).await;
        let clocks = of_case(&node, case).await;
        assert_eq!(clocks.len(), 1);
        let first = clocks.first().unwrap();
        assert_eq!(
            (first.key.as_str(), first.due_at.minutes_since(first.starts_at)),
            ("self-detected", 1_440)
        );
        assert_eq!(first.basis, ["nd-147-2024/35.5"]);
        run(&node).await;
        let before = node.actions().await.len();
        run(&node).await;
        assert_eq!(node.actions().await.len(), before, "nothing is due: nothing is written");

        node.wait_minutes(18 * 60);
        run(&node).await;
        run(&node).await;
        let kinds = async || {
            let view = case::show(&node.app, &Actor::Person(node.person), case).await;
            let events = view.unwrap().events;
            events.into_iter().map(|event| event.kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds().await, ["opened", "clock_warned"]);
        node.wait_minutes(6 * 60);
        run(&node).await;
        assert_eq!(kinds().await.len(), 2, "the last moment is in time");
        node.wait_minutes(1);
        run(&node).await;
        run(&node).await;
        assert_eq!(kinds().await, ["opened", "clock_warned", "clock_breached"]);
        assert!(node.actions().await.contains(&AuditAction::RunClocks));
        node.wait_minutes(1);
        decide(&node, case).await;
        let ended = of_case(&node, case).await.pop().unwrap().end;
        assert!(matches!(ended, ClockEnd::Breached { late: Some(_), .. }), "{ended:?}");
    });
}

#[test]
fn a_decision_meets_the_clock_and_a_late_one_records_the_breach_by_itself() {
    on_each(async |node| {
        let check = async |minutes: i64, is_breached: bool| {
            let case = open(&node).await;
            node.wait_minutes(minutes);
            decide(&node, case).await;
            let clock = of_case(&node, case).await.pop().unwrap();
            assert_eq!(clock.is_breached(), is_breached, "{minutes}");
            assert!(!clock.is_running());
            run(&node).await;
        };
        check(1_440, false).await;
        check(1_441, true).await;
    });
}
