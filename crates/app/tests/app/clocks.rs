//! Statutory clocks: started with the case, warned of, met or recorded as breached, on each database.

use std::collections::BTreeMap;

use anlanh_app::case::{self, Step};
use anlanh_app::{CaseFilter, jobs};
use anlanh_model::{Actor, AuditAction, Case, ClockEnd, Id, StatutoryClock, Urgency};
use anlanh_store::clock;

use crate::enforcement::{lock, proposed, violate};
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

#[test]
fn a_lock_that_ladders_allow_is_looked_into_under_their_clocks() {
    on_each(async |node| {
        let running = async |case| {
            let clocks = of_case(&node, case).await;
            let of_clock = |clock: &StatutoryClock| {
                let runs = clock.due_at.minutes_since(clock.starts_at);
                (clock.key.clone(), runs, clock.basis.join(" "))
            };
            clocks.iter().map(of_clock).collect::<Vec<_>>()
        };
        let decree_333 = ("lock-by-ladder".to_owned(), 1_440, String::new());
        let decree_147 = ("lock-on-detection".to_owned(), 1_440, "nd-147-2024/35.7".to_owned());
        violate(&node, "u-1", 3).await;
        let case = proposed(&node).await.unwrap();
        assert_eq!(running(case).await, std::slice::from_ref(&decree_333));
        let started = of_case(&node, case).await.first().unwrap().starts_at;

        // The case may be put last in the queue, but its clock goes on.
        let low = Step::Reorder(Urgency::Low, "để sau".to_owned());
        let row = case::step(&node.app, &node.manager(), case, low).await.unwrap();
        assert_eq!(row.case.due.at, started.plus_minutes(1_440));

        // Five are a step of the other decree: its own clock starts with the fifth.
        node.wait_minutes(60);
        violate(&node, "u-1", 2).await;
        assert_eq!(proposed(&node).await, Some(case));
        assert_eq!(running(case).await, [decree_333, decree_147]);
        let clocks = of_case(&node, case).await;
        assert_eq!(clocks.first().unwrap().starts_at, started);
        assert!(clocks.last().unwrap().starts_at >= started.plus_minutes(60));

        // Decided within the second and after the first.
        node.wait_minutes(1_440 - 60);
        run(&node).await;
        lock(&node, case, 30).await.unwrap();
        let ends: Vec<bool> = of_case(&node, case)
            .await
            .iter()
            .map(StatutoryClock::is_breached)
            .collect();
        assert_eq!(ends, [true, false]);
    });
}

#[test]
fn the_queue_tells_the_clock_that_runs_out_first() {
    on_each(async |node| {
        let bare = open(&node).await;
        let report = crate::reports::about("lua-dao", "https://vi-du.vn/p/1");
        let told = anlanh_app::report::submit(&node.app, &Actor::Outsider, report)
            .await
            .unwrap();
        let reported = crate::reports::row(&node, &told).await.case.unwrap();
        let minh = Actor::Person(node.other);
        let first = async || {
            let page = case::queue(&node.app, &minh, CaseFilter::default(), None, 10)
                .await
                .unwrap();
            let clocks = case::first_clocks(&node.app, &minh, &page.cases).await.unwrap();
            let rows = page.cases.iter().zip(clocks);
            rows.map(|(row, clock)| (row.case.id, clock.map(|clock| (clock.key, clock.end))))
                .collect::<BTreeMap<_, _>>()
        };
        let running = |key: &str| Some((key.to_owned(), ClockEnd::Running));
        let told = first().await;
        assert_eq!(
            (&told[&bare], &told[&reported]),
            (&running("self-detected"), &running("complaint-removal"))
        );
        node.wait_minutes(24 * 60 + 1);
        run(&node).await;
        let breached = first().await.remove(&bare).unwrap().unwrap().1;
        assert!(
            matches!(breached, ClockEnd::Breached { late: None, .. }),
            "{breached:?}"
        );
    });
}
