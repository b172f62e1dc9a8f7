//! Indicators pushed to collections of TAXII servers: one envelope after the other. What to send, and what an answer is worth, is the
//! use case's; here it is sent.

use std::collections::HashMap;
use std::time::Duration;

use anlanh_app::push::{self, MAX_PARCEL_BYTES, Parcel, Pushing, Watch};
use anlanh_app::{App, Error};
use anlanh_model::{Id, Push};
use anlanh_stix::taxii::{ApiRoot, Collection, MEDIA_TYPE, Status};
use bytes::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::time::MissedTickBehavior;

use crate::address::{Endpoint, Reach};
use crate::client::{Client, Failure, Reply};
use crate::feeds::authorization;
use crate::fetch::{Wanted, unpack};

/// How long to wait before looking again where nothing was due.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest time for one answer.
const LIMIT: Duration = Duration::from_secs(60);
/// Longest description of a collection or a root, in bytes.
const MAX_RESOURCE_BYTES: usize = 256 * 1024;
/// Longest status, in bytes: one of every object of an envelope, with its reason.
const MAX_STATUS_BYTES: usize = 4 << 20;

/// Pushes what changed as it is due, until it is dropped. What is cut off then is sent again after the next start.
pub async fn push_indicators(app: App, reach: Reach) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut is_told, mut watch) = (false, Watch::default());
    loop {
        pause.tick().await;
        let mut done = push_due(&app, reach).await;
        if done.is_ok() {
            done = push_faded(&app, reach, &mut watch).await;
        }
        if let Err(error) = &done
            && !is_told
        {
            tracing::warn!(%error, "indicators cannot be pushed");
        }
        is_told = done.is_err();
    }
}

/// Pushes until nothing is due; how many requests that were answered it took.
///
/// # Errors
/// When the database is away or full.
pub async fn push_due(app: &App, reach: Reach) -> Result<usize, Error> {
    let (mut known, mut count) = (HashMap::new(), 0);
    while let Some(pushing) = push::due(app, 1).await?.pop() {
        match send_next(app, &pushing, reach, &mut known).await {
            Ok(true) => count += 1,
            Ok(false) => return Ok(count),
            Err(Trouble::Told(why)) => {
                push::failed(app, &pushing, &why).await?;
                tracing::warn!(push.id = %pushing.id(), why, "indicators were not pushed");
            }
            Err(Trouble::Own(error)) => return Err(error),
        }
    }
    Ok(count)
}

/// Has revoked on other servers what has faded here, or whose feed has lapsed: of each push that waits for nothing, one envelope at the
/// most. How many were sent.
///
/// # Errors
/// When the database is away or full.
pub async fn push_faded(app: &App, reach: Reach, watch: &mut Watch) -> Result<usize, Error> {
    let mut count = 0;
    for pushing in push::idle(app, watch).await? {
        match send_faded(app, &pushing, reach, watch).await {
            Ok(true) => count += 1,
            Ok(false) => {}
            Err(Trouble::Told(why)) => {
                push::failed(app, &pushing, &why).await?;
                tracing::warn!(push.id = %pushing.id(), why, "what has faded was not told");
            }
            Err(Trouble::Own(error)) => return Err(error),
        }
    }
    Ok(count)
}

/// Why nothing was sent.
enum Trouble {
    /// The other side, or the way there.
    Told(String),
    /// The node itself.
    Own(Error),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Told(failure.to_string())
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

fn told(why: impl Into<String>) -> Trouble {
    Trouble::Told(why.into())
}

/// Does what is next of a push. False where nothing is.
async fn send_next(
    app: &App,
    pushing: &Pushing,
    reach: Reach,
    known: &mut HashMap<Id<Push>, usize>,
) -> Result<bool, Trouble> {
    let client = |url: &str| client(url, reach);
    let authorization = authorization(pushing.authorization.as_ref());
    let authorization = authorization.as_deref();
    if let Some((status, _)) = &pushing.row.status {
        let status = ask_status(&client(pushing.root())?, authorization, status).await?;
        push::told(app, pushing, status.as_ref()).await?;
        return Ok(true);
    }
    let collection = client(&pushing.row.settings.url)?;
    let most_bytes = match known.get(&pushing.id()) {
        Some(most_bytes) => *most_bytes,
        None => {
            describe(&collection, authorization).await?;
            let most_bytes = most_bytes(&client(pushing.root())?, authorization).await;
            known.insert(pushing.id(), most_bytes);
            most_bytes
        }
    };
    let Some(parcel) = push::next(app, pushing, most_bytes).await? else {
        return Ok(false);
    };
    if parcel.is_empty() {
        push::taken(app, pushing, parcel, None).await?;
        return Ok(true);
    }
    send(app, pushing, &collection, parcel).await?;
    Ok(true)
}

fn client(url: &str, reach: Reach) -> Result<Client, Trouble> {
    let endpoint = Endpoint::parse(url, reach).map_err(|error| told(error.to_string()))?;
    Ok(Client::new(endpoint).within(LIMIT))
}

/// Looks for what has faded of a push, and has it revoked there. False where nothing has.
async fn send_faded(app: &App, pushing: &Pushing, reach: Reach, watch: &mut Watch) -> Result<bool, Trouble> {
    let place = watch.place(pushing);
    let (mut parcel, mut after) = push::faded(app, pushing, place, MAX_PARCEL_BYTES).await?;
    let is_any = !parcel.is_empty();
    if is_any {
        let authorization = authorization(pushing.authorization.as_ref());
        let most_bytes = most_bytes(&client(pushing.root(), reach)?, authorization.as_deref()).await;
        if parcel.body.len() > most_bytes {
            (parcel, after) = push::faded(app, pushing, place, most_bytes).await?;
        }
        send(app, pushing, &client(&pushing.row.settings.url, reach)?, parcel).await?;
    }
    watch.note(app, pushing, after);
    Ok(is_any)
}

/// Sends an envelope, and keeps what was said of it.
async fn send(app: &App, pushing: &Pushing, collection: &Client, mut parcel: Parcel) -> Result<(), Trouble> {
    let authorization = authorization(pushing.authorization.as_ref());
    let authorization = authorization.as_deref();
    let body = Bytes::from(std::mem::take(&mut parcel.body));
    let reply = collection
        .post_signed("/objects/", fields(authorization), body, MAX_STATUS_BYTES)
        .await?;
    if !(200..300).contains(&reply.status) {
        return Err(told(format!("status {}", reply.status)));
    }
    push::taken(app, pushing, parcel, read_status(&reply).as_ref()).await?;
    Ok(())
}

fn fields(authorization: Option<&str>) -> HeaderMap {
    let mut fields = HeaderMap::new();
    fields.insert(ACCEPT, HeaderValue::from_static(MEDIA_TYPE));
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if let Some(Ok(mut value)) = authorization.map(|value| HeaderValue::from_bytes(value.as_bytes())) {
        value.set_sensitive(true);
        fields.insert(AUTHORIZATION, value);
    }
    fields
}

fn read_status(reply: &Reply) -> Option<Status> {
    let body = unpack(&reply.fields, &reply.body, MAX_STATUS_BYTES).ok()?;
    let read = anlanh_stix::json::read(&body).ok()?;
    Status::of(read.as_members()?)
}

/// Whether the collection takes anything.
async fn describe(client: &Client, authorization: Option<&str>) -> Result<(), Trouble> {
    let reply = get(client, "/", authorization, MAX_RESOURCE_BYTES).await?;
    if reply.status != 200 {
        return Err(told(format!("status {}", reply.status)));
    }
    let body = unpack(&reply.fields, &reply.body, MAX_RESOURCE_BYTES).map_err(|error| told(error.to_string()))?;
    let read = anlanh_stix::json::read(&body).ok();
    let collection = read
        .as_ref()
        .and_then(|read| read.as_members())
        .and_then(Collection::of);
    match collection {
        Some(collection) if collection.can_write => Ok(()),
        Some(_) => Err(told("the collection may not be written")),
        None => Err(told("the answer describes no collection")),
    }
}

/// How long an envelope may be; where the root does not say, as long as this node makes them.
async fn most_bytes(client: &Client, authorization: Option<&str>) -> usize {
    let Ok(reply) = get(client, "/", authorization, MAX_RESOURCE_BYTES).await else {
        return MAX_PARCEL_BYTES;
    };
    let body = unpack(&reply.fields, &reply.body, MAX_RESOURCE_BYTES).ok();
    let read = body.and_then(|body| anlanh_stix::json::read(&body).ok());
    let root = read.as_ref().and_then(|read| read.as_members()).and_then(ApiRoot::of);
    let stated = root.and_then(|root| usize::try_from(root.max_content_length).ok());
    stated.map_or(MAX_PARCEL_BYTES, |stated| stated.min(MAX_PARCEL_BYTES))
}

/// A status that was not complete; none where the server knows it no more.
async fn ask_status(client: &Client, authorization: Option<&str>, id: &str) -> Result<Option<Status>, Trouble> {
    // What the other side called its status becomes a part of a path.
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(None);
    }
    let reply = get(client, &format!("/status/{id}/"), authorization, MAX_STATUS_BYTES).await?;
    match reply.status {
        200 => Ok(read_status(&reply)),
        404 | 410 => Ok(None),
        status => Err(told(format!("status {status}"))),
    }
}

async fn get(client: &Client, path: &str, authorization: Option<&str>, most_bytes: usize) -> Result<Reply, Failure> {
    let wanted = Wanted {
        accept: Some(MEDIA_TYPE),
        authorization,
        ..Wanted::default()
    };
    client.fetch(path, &wanted, most_bytes).await
}
