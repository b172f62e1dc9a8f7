//! Feeds of indicators: each is asked for when it is due, one after the other, so that what is held in memory is bounded. What to
//! ask for and what an answer is worth is the use case's; here it is fetched.

use std::collections::HashMap;
use std::time::Duration;

use anlanh_app::feed::{
    self, Ask, Credentials, MAX_BODY_BYTES, MAX_PAGES, MAX_UNPACKED_BYTES, MispEvent, PAGE_OBJECTS, Validators, Walked,
};
use anlanh_app::{App, Error};
use anlanh_model::{Feed, FeedAlarm, FeedKind, Id, RoundOutcome};
use anlanh_stix::poll::{Poll, Step};
use anlanh_stix::taxii::{Collection, MEDIA_TYPE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::header::{ETAG, LAST_MODIFIED};
use tokio::time::MissedTickBehavior;

use crate::address::{Endpoint, Reach};
use crate::client::{Client, Failure, Reply};
use crate::fetch::{UnpackError, Wanted, unpack, validator};

/// How long to wait before looking again where nothing was due.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest time for one answer of a feed: the largest takes so long at 1.7 Mbit/s.
const LIMIT: Duration = Duration::from_secs(300);
/// Longest description of a collection, in bytes.
const MAX_COLLECTION_BYTES: usize = 256 * 1024;
/// The field in which a server says by when the last object of a page was added.
const DATE_ADDED_LAST: &str = "x-taxii-date-added-last";

/// Bytes of what was made of events of MISP that are kept from one round to the next, so that only changed ones are fetched.
const KEPT_BYTES: usize = 64 << 20;

/// What was made of events of MISP, by feed and event, with when each was last changed.
#[derive(Debug, Default)]
struct Events {
    kept: HashMap<(Id<Feed>, String), (i64, Bytes)>,
    bytes: usize,
}

impl Events {
    fn get(&self, feed: Id<Feed>, event: &MispEvent) -> Option<Bytes> {
        let (changed, objects) = self.kept.get(&(feed, event.uuid.clone()))?;
        // Where nobody says when it was changed, it may have been at any time.
        (event.changed != 0 && *changed == event.changed).then(|| objects.clone())
    }

    fn keep(&mut self, feed: Id<Feed>, event: &MispEvent, objects: &Bytes) {
        if self.bytes + objects.len() > KEPT_BYTES {
            *self = Self::default();
        }
        self.bytes += objects.len();
        let before = self
            .kept
            .insert((feed, event.uuid.clone()), (event.changed, objects.clone()));
        self.bytes -= before.map_or(0, |(_, before)| before.len());
    }
}

/// What was not got: why, and what that says of the feed.
struct Trouble {
    why: String,
    alarms: &'static [FeedAlarm],
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let alarms: &[FeedAlarm] = if failure == Failure::TooLong {
            &[FeedAlarm::Flooded]
        } else {
            &[]
        };
        Self {
            why: failure.to_string(),
            alarms,
        }
    }
}

impl From<UnpackError> for Trouble {
    fn from(error: UnpackError) -> Self {
        let alarms: &[FeedAlarm] = if error == UnpackError::TooLong {
            &[FeedAlarm::Flooded]
        } else {
            &[]
        };
        Self {
            why: error.to_string(),
            alarms,
        }
    }
}

impl Trouble {
    fn told(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            alarms: &[],
        }
    }
}

/// Asks for feeds as they are due, until it is dropped. What is cut off then is asked for again after the next start.
pub async fn follow_feeds(app: App, reach: Reach) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut is_told, mut events) = (false, Events::default());
    loop {
        pause.tick().await;
        let done = ask_all_due(&app, reach, &mut events).await;
        if let Err(error) = &done
            && !is_told
        {
            tracing::warn!(%error, "feeds cannot be followed");
        }
        is_told = done.is_err();
    }
}

/// Asks for every feed that is due, one after the other; how many there were.
///
/// # Errors
/// When the database is away or full.
pub async fn ask_due(app: &App, reach: Reach) -> Result<usize, Error> {
    ask_all_due(app, reach, &mut Events::default()).await
}

async fn ask_all_due(app: &App, reach: Reach, events: &mut Events) -> Result<usize, Error> {
    let mut count = 0;
    loop {
        let Some(ask) = feed::due(app, 1).await?.pop() else {
            return Ok(count);
        };
        count += 1;
        let outcome = ask_one(app, &ask, reach, events).await?;
        if matches!(outcome, RoundOutcome::Held | RoundOutcome::Failed) {
            tracing::warn!(feed.id = %ask.id(), outcome = outcome.key(), "a feed needs a person, or was not got");
        }
    }
}

async fn ask_one(app: &App, ask: &Ask, reach: Reach, events: &mut Events) -> Result<RoundOutcome, Error> {
    let endpoint = match Endpoint::parse(ask.url(), reach) {
        Ok(endpoint) => endpoint,
        Err(error) => return feed::failed(app, ask, &error.to_string(), &[]).await,
    };
    let client = Client::new(endpoint).within(LIMIT);
    match ask.kind() {
        FeedKind::Taxii => walk(app, ask, &client).await,
        FeedKind::Misp => misp(app, ask, &client, events).await,
        FeedKind::List | FeedKind::Table | FeedKind::Stix | FeedKind::Zone | FeedKind::Collection | FeedKind::Hand => {
            whole(app, ask, &client).await
        }
    }
}

/// What the field `authorization` says.
pub(crate) fn authorization(credentials: Option<&Credentials>) -> Option<String> {
    let value = match credentials? {
        Credentials::Basic(user, password) => format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))),
        Credentials::Bearer(token) => format!("Bearer {token}"),
        Credentials::Raw(value) => value.clone(),
    };
    Some(value)
}

/// Asks for a file of which the server may know that it is as it was: nothing then, and what to tell it the next time.
async fn changed(ask: &Ask, client: &Client, path: &str) -> Result<(Option<Reply>, Validators), Trouble> {
    let authorization = authorization(ask.authorization.as_ref());
    let wanted = Wanted {
        authorization: authorization.as_deref(),
        etag: ask.row.etag.as_deref(),
        modified: ask.row.modified.as_deref(),
        ..Wanted::default()
    };
    let reply = client.fetch(path, &wanted, MAX_BODY_BYTES).await?;
    let validators = Validators {
        etag: validator(&reply.fields, &ETAG),
        modified: validator(&reply.fields, &LAST_MODIFIED),
    };
    match reply.status {
        200 => Ok((Some(reply), validators)),
        304 => {
            let kept = Validators {
                etag: validators.etag.or_else(|| ask.row.etag.clone()),
                modified: validators.modified.or_else(|| ask.row.modified.clone()),
            };
            Ok((None, kept))
        }
        status => Err(Trouble::told(format!("status {status}"))),
    }
}

/// A MISP feed: its manifest, and each event that has changed since it was last fetched.
async fn misp(app: &App, ask: &Ask, client: &Client, events: &mut Events) -> Result<RoundOutcome, Error> {
    let (reply, validators) = match changed(ask, client, "/manifest.json").await {
        Ok((Some(reply), validators)) => (reply, validators),
        Ok((None, validators)) => return feed::unchanged(app, ask, validators).await,
        Err(trouble) => return fail(app, ask, trouble).await,
    };
    let bundle = match gather(ask, client, reply, events).await {
        Ok(bundle) => bundle,
        Err(trouble) => return fail(app, ask, trouble).await,
    };
    let (of_app, of_ask) = (app.clone(), ask.clone());
    let read = tokio::task::spawn_blocking(move || feed::read(&of_app, &of_ask, &bundle));
    match read.await {
        Ok(round) => feed::take(app, ask, round, validators).await,
        Err(_) => fail(app, ask, Trouble::told("the events could not be read")).await,
    }
}

/// The objects of all events of a manifest, as a bundle.
async fn gather(ask: &Ask, client: &Client, manifest: Reply, events: &mut Events) -> Result<Vec<u8>, Trouble> {
    let listed = in_pool(move || {
        let body = unpack(&manifest.fields, &manifest.body, MAX_UNPACKED_BYTES)?;
        feed::misp_events(&body).map_err(Trouble::told)
    });
    let (mut all, mut bytes) = (Vec::new(), 0_usize);
    for event in listed.await? {
        let objects = match events.get(ask.id(), &event) {
            Some(objects) => objects,
            None => {
                let reply = fetch_event(ask, client, &event).await?;
                let objects = in_pool(move || {
                    let body = unpack(&reply.fields, &reply.body, MAX_UNPACKED_BYTES)?;
                    feed::misp_objects(&body).map_err(Trouble::told)
                });
                let objects = Bytes::from(objects.await?);
                events.keep(ask.id(), &event, &objects);
                objects
            }
        };
        bytes += objects.len();
        if bytes > MAX_UNPACKED_BYTES {
            return Err(UnpackError::TooLong.into());
        }
        all.push(objects);
    }
    Ok(feed::misp_bundle(all.iter().map(|objects| &**objects)))
}

async fn fetch_event(ask: &Ask, client: &Client, event: &MispEvent) -> Result<Reply, Trouble> {
    let authorization = authorization(ask.authorization.as_ref());
    let wanted = Wanted {
        authorization: authorization.as_deref(),
        ..Wanted::default()
    };
    let path = format!("/{}.json", event.uuid);
    let reply = client.fetch(&path, &wanted, MAX_BODY_BYTES).await?;
    match reply.status {
        200 => Ok(reply),
        status => Err(Trouble::told(format!("event {}: status {status}", event.uuid))),
    }
}

/// Does what takes long where nobody waits for anything else.
async fn in_pool<T: Send + 'static>(work: impl FnOnce() -> Result<T, Trouble> + Send + 'static) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Trouble::told("what came could not be read")))
}

/// A feed that is one file.
async fn whole(app: &App, ask: &Ask, client: &Client) -> Result<RoundOutcome, Error> {
    let (reply, validators) = match changed(ask, client, "").await {
        Ok((Some(reply), validators)) => (reply, validators),
        Ok((None, validators)) => return feed::unchanged(app, ask, validators).await,
        Err(trouble) => return fail(app, ask, trouble).await,
    };
    let (of_app, of_ask) = (app.clone(), ask.clone());
    let read = tokio::task::spawn_blocking(move || {
        let body = unpack(&reply.fields, &reply.body, MAX_UNPACKED_BYTES)?;
        Ok::<_, UnpackError>(feed::read(&of_app, &of_ask, &body))
    });
    match read.await {
        Ok(Ok(round)) => feed::take(app, ask, round, validators).await,
        Ok(Err(error)) => fail(app, ask, error.into()).await,
        // What panics on one body does so on the next one like it; the other feeds go on.
        Err(_) => fail(app, ask, Trouble::told("the body could not be read")).await,
    }
}

async fn fail(app: &App, ask: &Ask, trouble: Trouble) -> Result<RoundOutcome, Error> {
    feed::failed(app, ask, &trouble.why, trouble.alarms).await
}

/// A collection of a TAXII server: its title first, then page after page.
async fn walk(app: &App, ask: &Ask, client: &Client) -> Result<RoundOutcome, Error> {
    let title = match describe(ask, client).await {
        Ok(title) => title,
        Err(trouble) => return fail(app, ask, trouble).await,
    };
    if let Some(outcome) = feed::renamed(app, ask, &title).await? {
        return Ok(outcome);
    }
    let mut poll = ask
        .row
        .position
        .as_deref()
        .and_then(|line| Poll::of_line(line).ok())
        .unwrap_or_default();
    let mut walked = Walked::default();
    let mut last = RoundOutcome::Unchanged;
    for _ in 0..MAX_PAGES {
        let reply = match ask_page(ask, client, &mut poll).await {
            Ok(reply) => reply,
            Err(trouble) => return fail(app, ask, trouble).await,
        };
        let (of_app, of_ask, of_poll, so_far) = (app.clone(), ask.clone(), poll.clone(), walked);
        let read = tokio::task::spawn_blocking(move || {
            let body = unpack(&reply.fields, &reply.body, MAX_UNPACKED_BYTES).map_err(Trouble::from)?;
            let last = reply.fields.get(DATE_ADDED_LAST).and_then(|value| value.to_str().ok());
            let page = feed::read_page(&of_app, &of_ask, (of_poll, &so_far), (&body, last)).map_err(Trouble::told)?;
            Ok::<_, Trouble>((page, body.len()))
        });
        let (page, bytes) = match read.await {
            Ok(Ok(page)) => page,
            Ok(Err(trouble)) => return fail(app, ask, trouble).await,
            Err(_) => return fail(app, ask, Trouble::told("the page could not be read")).await,
        };
        walked.bytes += bytes as u64;
        let (step, next) = (page.step, page.position().clone());
        last = feed::take_page(app, ask, page, (&title, &mut walked)).await?;
        poll = next;
        if last == RoundOutcome::Held || step != Step::More {
            break;
        }
    }
    Ok(last)
}

/// A page. Where the server does not know it any more, the first one of its walk.
async fn ask_page(ask: &Ask, client: &Client, poll: &mut Poll) -> Result<Reply, Trouble> {
    loop {
        let path = format!("objects/?{}", poll.query(PAGE_OBJECTS));
        let reply = get(ask, client, &path, MAX_BODY_BYTES).await?;
        match reply.status {
            200 => return Ok(reply),
            400 | 404 | 410 if poll.forget_page() => {}
            status => return Err(Trouble::told(format!("status {status}"))),
        }
    }
}

/// The title and the id of the collection.
async fn describe(ask: &Ask, client: &Client) -> Result<String, Trouble> {
    let reply = get(ask, client, "", MAX_COLLECTION_BYTES).await?;
    if reply.status != 200 {
        return Err(Trouble::told(format!("status {}", reply.status)));
    }
    let none = || Trouble::told("the answer describes no collection");
    let body = unpack(&reply.fields, &reply.body, MAX_COLLECTION_BYTES)?;
    let members = anlanh_stix::json::read(&body).ok();
    let members = members.as_ref().and_then(|value| value.as_members());
    let collection = members.and_then(Collection::of).ok_or_else(none)?;
    if !collection.can_read {
        return Err(Trouble::told("the collection may not be read"));
    }
    Ok(format!("{} {}", collection.id, collection.title))
}

async fn get(ask: &Ask, client: &Client, below: &str, most_bytes: usize) -> Result<Reply, Trouble> {
    let authorization = authorization(ask.authorization.as_ref());
    let wanted = Wanted {
        accept: Some(MEDIA_TYPE),
        authorization: authorization.as_deref(),
        ..Wanted::default()
    };
    let path = format!("/{below}");
    Ok(client.fetch(&path, &wanted, most_bytes).await?)
}
