//! What was decided arrives: in order for each target, signed, again and again until it is taken.

use std::time::Duration;

use anlanh_app::action;
use anlanh_outbound::{Client, Endpoint, Reach, Secrets, Webhook, run};
use rustls::RootCertStore;
use tokio::task::JoinSet;

use crate::node::{Node, on_each};
use crate::receiver::{Got, Reaction, Receiver};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn webhook(receiver: &Receiver, schedule: &str) -> Webhook {
    let endpoint = Endpoint::parse(&receiver.url("/hook"), Reach::Private).unwrap();
    Webhook {
        client: Client::trusting(endpoint, RootCertStore::empty()).within(Duration::from_secs(2)),
        secrets: Secrets::parse(SECRET).unwrap(),
        schedule: schedule.parse().unwrap(),
    }
}

/// Begins to deliver what a node decides from now on.
async fn begin(node: &Node, webhook: Webhook) -> JoinSet<()> {
    action::begin_delivery(&node.app).await.unwrap();
    let mut deliveries = JoinSet::new();
    deliveries.spawn(run(node.app.clone(), webhook));
    deliveries
}

/// Who was told in which order: reference and sequence.
fn told(got: &[Got]) -> Vec<(String, i64)> {
    let told = got.iter().map(|got| {
        let data = &got.json()["data"];
        let reference = data["target"]["reference"].as_str().unwrap().to_owned();
        (reference, data["sequence"].as_i64().unwrap())
    });
    told.collect()
}

fn pair(reference: &str, sequence: i64) -> (String, i64) {
    (reference.to_owned(), sequence)
}

/// Tells somebody else something, and waits until it came: whatever was due before it came before it.
async fn witness(node: &Node, receiver: &Receiver, name: &str, count: usize) -> Vec<Got> {
    node.warn(name).await;
    let got = receiver.wait_for(count).await;
    assert_eq!(told(&got).last(), Some(&pair(name, 1)));
    assert_eq!(got.len(), count);
    got
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_told_signed_and_in_order() {
    on_each(async |node| {
        node.warn("truoc").await;
        let receiver = Receiver::start(&[Reaction::Answer(500, String::new())]).await;
        let _deliveries = begin(&node, webhook(&receiver, "1s")).await;
        // The first attempt for one target fails: what comes after it waits, and another target does not.
        node.warn("a").await;
        node.wait_until(|feed| feed[1].attempts == 1).await;
        node.warn("a").await;
        witness(&node, &receiver, "b", 2).await;
        node.wait_seconds(1);
        let got = receiver.wait_for(4).await;
        assert_eq!(told(&got), [pair("a", 1), pair("b", 1), pair("a", 1), pair("a", 2)]);
        let feed = node
            .wait_until(|feed| feed[1..].iter().all(|row| row.delivered_at.is_some()))
            .await;
        assert!(feed[0].delivered_at.is_none(), "what was decided before is for polling");
        assert!(feed.iter().all(|row| row.done_at.is_none()));
        // What was taken is not told again.
        let got = witness(&node, &receiver, "c", 5).await;

        let (first, again) = (&got[0], &got[2]);
        assert_eq!(first.field("webhook-id"), feed[1].id.to_string());
        assert_eq!(
            (first.field("webhook-id"), &first.body),
            (again.field("webhook-id"), &again.body)
        );
        let body = first.json();
        assert_eq!(
            (body["type"].as_str(), &body["data"]["kind"]),
            (Some("action.warn"), &"warn".into())
        );
        let stamp: i64 = again.field("webhook-timestamp").parse().unwrap();
        let signed = Secrets::parse(SECRET)
            .unwrap()
            .sign(&feed[1].id.to_string(), stamp, &again.body);
        assert_eq!(again.field("webhook-signature"), signed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_holds_back_what_comes_after_it_until_it_is_replayed() {
    on_each(async |node| {
        let fails = [
            Reaction::HangUp,
            Reaction::Answer(503, String::new()),
            Reaction::Silence,
        ];
        let receiver = Receiver::start(&fails).await;
        let _deliveries = begin(&node, webhook(&receiver, "1s,1s")).await;
        node.warn("a").await;
        for (attempts, why) in [(1, "no answer"), (2, "status 503"), (3, "too slow")] {
            let feed = node.wait_until(|feed| feed[0].attempts == attempts).await;
            assert_eq!(feed[0].failure.as_deref(), Some(why));
            assert_eq!(feed[0].dead_at.is_some(), attempts == 3);
            node.wait_seconds(1);
        }
        node.warn("a").await;
        witness(&node, &receiver, "b", 4).await;
        assert_eq!(node.replay().await, 1);
        let got = receiver.wait_for(6).await;
        assert_eq!(told(&got)[4..], [pair("a", 1), pair("a", 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_may_say_at_once_that_it_is_done() {
    on_each(async |node| {
        let done = Reaction::Answer(200, "{\"done\":true}".to_owned());
        let odd = Reaction::Answer(200, "{\"done\":\"maybe\"}".to_owned());
        let receiver = Receiver::start(&[done, odd]).await;
        let _deliveries = begin(&node, webhook(&receiver, "1s")).await;
        node.warn("a").await;
        node.wait_until(|feed| feed[0].delivered_at.is_some()).await;
        node.warn("b").await;
        let feed = node.wait_until(|feed| feed[1].delivered_at.is_some()).await;
        assert!(feed[0].done_at.is_some() && feed[1].done_at.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_under_way_when_it_stopped_is_told_after_the_next_start() {
    on_each(async |node| {
        let receiver = Receiver::start(&[Reaction::Silence]).await;
        let mut deliveries = begin(&node, webhook(&receiver, "1s")).await;
        node.warn("a").await;
        receiver.wait_for(1).await;
        deliveries.shutdown().await;
        node.warn("a").await;
        let _deliveries = begin(&node, webhook(&receiver, "1s")).await;
        let got = receiver.wait_for(3).await;
        assert_eq!(told(&got), [pair("a", 1), pair("a", 1), pair("a", 2)]);
    })
    .await;
}
