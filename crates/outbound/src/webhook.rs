//! Webhooks: actions are delivered in order for each target, again and again until the platform takes them.
//!
//! What is delivered stands in the store and is marked only when the platform took it. A process that is killed at any
//! moment loses nothing; what it had sent and not marked comes a second time, under the same id.

use std::collections::BTreeSet;
use std::time::Duration;

use anlanh_app::action::{self, Done, Outgoing};
use anlanh_app::{Action, App, Delivery};
use anlanh_model::Id;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Interval, MissedTickBehavior};

use crate::client::Client;
use crate::schedule::Schedule;
use crate::secret::Secrets;

/// How webhooks are sent.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// To whom.
    pub client: Client,
    /// How they are signed.
    pub secrets: Secrets,
    /// When they are sent again.
    pub schedule: Schedule,
}

/// Deliveries under way at one time.
const AT_ONCE: usize = 8;
/// How long to wait before looking again where nothing was to be delivered.
const PAUSE: Duration = Duration::from_millis(500);

/// Delivers, until it is dropped. What is under way then is delivered after the next start.
pub async fn run(app: App, webhook: Webhook) {
    let mut pause = pause();
    while let Err(error) = action::begin_delivery(&app).await {
        tracing::warn!(%error, "deliveries wait for the database");
        pause.tick().await;
    }
    deliver(&app, &webhook, pause).await;
}

fn pause() -> Interval {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pause
}

async fn deliver(app: &App, webhook: &Webhook, mut pause: Interval) {
    let mut flying = FuturesUnordered::new();
    let mut ids: BTreeSet<Id<Action>> = BTreeSet::new();
    loop {
        if flying.len() < AT_ONCE {
            // Twice as many, since some of them may be under way.
            match action::due(app, u32::try_from(AT_ONCE * 2).unwrap_or(u32::MAX)).await {
                Ok(due) => {
                    for outgoing in due {
                        if flying.len() < AT_ONCE && ids.insert(outgoing.id) {
                            flying.push(attempt(app, webhook, outgoing));
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "actions to deliver cannot be read"),
            }
        }
        tokio::select! {
            Some(id) = flying.next() => {
                ids.remove(&id);
            }
            _ = pause.tick() => {}
        }
    }
}

/// One attempt, and what became of it.
async fn attempt(app: &App, webhook: &Webhook, outgoing: Outgoing) -> Id<Action> {
    let (id, attempts) = (outgoing.id, outgoing.attempts);
    let timestamp = app.clock().now().as_seconds();
    let (body, fields) = (Bytes::from(outgoing.body), fields(webhook, id.to_string(), timestamp));
    let fields = fields(&body);
    let (delivery, done) = match webhook.client.post(fields, body).await {
        Ok(answer) if (200..300).contains(&answer.status) => (Delivery::Taken, done(&answer.body)),
        Ok(answer) => (
            failed(app, webhook, attempts, format!("status {}", answer.status)),
            Done::NotYet,
        ),
        Err(failure) => (failed(app, webhook, attempts, failure.to_string()), Done::NotYet),
    };
    if let Delivery::Dead(why) = &delivery {
        tracing::warn!(action = %id, why, "an action was given up; see the console");
    }
    if let Err(error) = action::delivered(app, id, delivery, done).await {
        tracing::warn!(action = %id, %error, "what became of a delivery was not kept; it is made again");
    }
    id
}

/// The fields of Standard Webhooks for a body.
pub(crate) fn fields(webhook: &Webhook, id: String, timestamp: i64) -> impl FnOnce(&Bytes) -> HeaderMap + '_ {
    move |body| {
        let signature = webhook.secrets.sign(&id, timestamp, body);
        let fields = [
            ("webhook-id", id),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signature),
        ];
        let fields = fields.into_iter().filter_map(|(name, value)| {
            let value = HeaderValue::from_str(&value).ok()?;
            Some((HeaderName::from_static(name), value))
        });
        fields.collect()
    }
}

fn failed(app: &App, webhook: &Webhook, attempts: u32, why: String) -> Delivery {
    match webhook.schedule.after(attempts) {
        Some(seconds) => Delivery::Retry(app.clock().now().plus_seconds(i64::from(seconds)), why),
        None => Delivery::Dead(why),
    }
}

/// Whether an answer says that the action is done already.
fn done(body: &Bytes) -> Done {
    #[derive(serde::Deserialize)]
    struct Said {
        done: bool,
    }
    match serde_json::from_slice(body) {
        Ok(Said { done: true }) => Done::Yes,
        Ok(Said { done: false }) | Err(_) => Done::NotYet,
    }
}
