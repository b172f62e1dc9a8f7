//! How much comes in: counted by the hour, durable, and forgotten when its time is over.

use anlanh_app::jobs;
use anlanh_app::sensor::{COUNT_MINUTES, Portion, VOLUME_DAYS, VOLUME_HOURS, Volume, volume};
use anlanh_model::AuditAction;
use anlanh_pack::Policy;

use crate::incidents::engineer;
use crate::node::{Node, on_each};

fn sent(node: &Node, sensor: u32, events: u64, hits: u64) {
    let portion = Portion {
        events,
        hits,
        ..Portion::default()
    };
    let now = node.app.clock().now().as_micros();
    node.app.board().meter(sensor).add(&portion, now, None);
}

async fn jobs_run(node: &Node) {
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

async fn told(node: &Node) -> Volume {
    volume(&node.app, &engineer(node.person)).await.unwrap()
}

/// Events and hits of the hour that is so many before this one.
async fn hour(node: &Node, before: usize) -> (u64, u64) {
    let told = told(node).await;
    let row = told.hours[told.hours.len() - 1 - before];
    (row.events, row.hits)
}

async fn counted(node: &Node) -> usize {
    let actions = node.actions().await;
    actions
        .iter()
        .filter(|action| **action == AuditAction::CountEvents)
        .count()
}

#[test]
fn what_comes_is_counted_in_its_hour() {
    on_each(async |node| {
        // To the beginning of an hour.
        node.wait_minutes(60 - node.app.clock().now().as_seconds().div_euclid(60).rem_euclid(60));
        jobs_run(&node).await;
        sent(&node, 1, 100, 2);
        sent(&node, 2, 10, 0);
        jobs_run(&node).await;
        assert_eq!(counted(&node).await, 0, "it waits a little");
        assert_eq!(hour(&node, 0).await, (110, 2), "and is told all the same");
        node.wait_minutes(COUNT_MINUTES);
        jobs_run(&node).await;
        jobs_run(&node).await;
        assert_eq!(counted(&node).await, 1);
        sent(&node, 1, 5, 1);
        node.wait_minutes(60 - COUNT_MINUTES);
        jobs_run(&node).await;
        assert_eq!(hour(&node, 1).await, (115, 3), "the hour in which it came");
        assert_eq!(hour(&node, 0).await, (0, 0));
        let told = told(&node).await;
        assert_eq!(told.hours.len(), usize::try_from(VOLUME_HOURS).unwrap());
        assert_eq!(told.days.len(), usize::try_from(VOLUME_DAYS).unwrap());
        assert_eq!(told.days.iter().map(|row| row.events).sum::<u64>(), 115);
        assert_eq!((told.sensors[&1].events, told.sensors[&2].events), (105, 10));
        // Where nothing comes, nothing is written.
        let before = counted(&node).await;
        node.wait_minutes(3 * 60);
        jobs_run(&node).await;
        assert_eq!(counted(&node).await, before);
        // After a year nothing of it is left, once something else is counted.
        node.wait_minutes(366 * 24 * 60);
        jobs_run(&node).await;
        sent(&node, 1, 7, 0);
        node.wait_minutes(60);
        jobs_run(&node).await;
        let kept = node
            .app
            .store()
            .read("volume", |tx| anlanh_store::volume::hours(tx, 0, 10_000));
        let kept = kept.await.map_err(|error: anlanh_store::Error| error).unwrap();
        assert_eq!(kept.iter().map(|row| row.events).collect::<Vec<_>>(), [7]);
    });
}

#[test]
fn what_was_counted_outlives_a_restart() {
    on_each(async |node| {
        jobs_run(&node).await;
        sent(&node, 1, 100, 2);
        node.wait_minutes(60);
        jobs_run(&node).await;
        assert_eq!(hour(&node, 1).await, (100, 2));
        // What was not counted yet is lost with the process, and nothing else.
        sent(&node, 1, 50, 0);
        let start = crate::node::start(Policy::built_in().unwrap(), node.shelf.clone());
        let node = node.restart(start).unwrap();
        assert_eq!(hour(&node, 1).await, (100, 2));
        assert_eq!(hour(&node, 0).await, (0, 0));
    });
}
