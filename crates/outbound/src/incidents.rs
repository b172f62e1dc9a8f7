//! What happens with incidents is told in its order to one address that the operator named, signed as webhooks are.
//!
//! How far it was told stands in the store: a process that is killed at any moment goes on there, and what it had told and not marked
//! comes a second time, under the same id. Until one event was taken, or given up, those behind it wait.

use std::time::Duration;

use anlanh_app::App;
use anlanh_app::incident::hook::{self, Telling, ToTell};
use bytes::Bytes;
use tokio::time::MissedTickBehavior;

use crate::webhook::{Webhook, fields};

/// How long to wait before looking again where nothing was to be told.
const PAUSE: Duration = Duration::from_millis(500);

/// Tells, until it is dropped. What is under way then is told after the next start.
pub async fn tell_incidents(app: App, webhook: Webhook) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while let Err(error) = hook::begin_telling(&app).await {
        tracing::warn!(%error, "events of incidents wait for the database");
        pause.tick().await;
    }
    loop {
        pause.tick().await;
        if let Err(error) = tell_happened(&app, &webhook).await {
            tracing::warn!(%error, "events of incidents wait for the database");
        }
    }
}

/// Tells what is to be told now, one after the other, until nothing is left or one is not taken.
///
/// # Errors
/// When the database is away or full.
pub async fn tell_happened(app: &App, webhook: &Webhook) -> Result<(), anlanh_app::Error> {
    while let Some(event) = hook::to_tell(app).await? {
        let id = event.id;
        let telling = attempt(app, webhook, event).await;
        hook::told(app, id, telling).await?;
        if telling != Telling::Over {
            break;
        }
    }
    Ok(())
}

async fn attempt(app: &App, webhook: &Webhook, event: ToTell) -> Telling {
    let timestamp = app.clock().now().as_seconds();
    let body = Bytes::from(event.body);
    let fields = fields(webhook, event.id.to_string(), timestamp)(&body);
    let answer = webhook.client.post(fields, body).await;
    if answer.is_ok_and(|answer| (200..300).contains(&answer.status)) {
        return Telling::Over;
    }
    if let Some(seconds) = webhook.schedule.after(event.attempts) {
        return Telling::Again(app.clock().now().plus_seconds(i64::from(seconds)));
    }
    tracing::warn!(event = %event.id, "an event of an incident was given up; it can be polled");
    Telling::Over
}
