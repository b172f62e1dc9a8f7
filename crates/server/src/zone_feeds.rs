//! Feeds that are response policy zones, by transfer. What to ask for and what an answer is worth is the use case's; the transfer is
//! that of `anlanh-zone`, which `anlanh-outbound` does not know.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use anlanh_app::feed::{self, Ask, Credentials, MAX_VALUES, Validators, ZoneAddress};
use anlanh_app::{App, Error};
use anlanh_model::{Feed, FeedAlarm, Id, RoundOutcome};
use anlanh_outbound::Reach;
use anlanh_soc::blocking::{Act, Origin};
use anlanh_zone::{Copy, FetchError, Key, Keys, Source, fetch};
use tokio::time::MissedTickBehavior;
use zeroize::Zeroizing;

use crate::zone::clock;

/// How long to wait before looking again where nothing was due.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest time for one transfer.
const LIMIT: Duration = Duration::from_secs(300);
/// Zones of more values are fetched whole each time, so that what is kept in memory is bounded.
const MOST_KEPT: usize = 200_000;

/// What was fetched last of each zone, for the next to be of the changes alone.
type Known = HashMap<Id<Feed>, Copy>;

/// Transfers zones as they are due, until it is dropped.
pub async fn follow(app: App, reach: Reach) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut is_told, mut known) = (false, Known::new());
    loop {
        pause.tick().await;
        let done = ask_due(&app, reach, &mut known).await;
        if let Err(error) = &done
            && !is_told
        {
            tracing::warn!(%error, "zones of feeds cannot be followed");
        }
        is_told = done.is_err();
    }
}

async fn ask_due(app: &App, reach: Reach, known: &mut Known) -> Result<(), Error> {
    while let Some(ask) = feed::due_zones(app, 1).await?.pop() {
        let outcome = ask_one(app, &ask, reach, known).await?;
        if matches!(outcome, RoundOutcome::Held | RoundOutcome::Failed) {
            tracing::warn!(feed.id = %ask.id(), outcome = outcome.key(), "a feed needs a person, or was not got");
        }
    }
    Ok(())
}

/// Why a zone was not got, and what that says of the feed.
struct Trouble(String, &'static [FeedAlarm]);

async fn ask_one(app: &App, ask: &Ask, reach: Reach, known: &mut Known) -> Result<RoundOutcome, Error> {
    let copy = match transfer(ask, reach, known.get(&ask.id())).await {
        Ok(copy) => copy,
        Err(Trouble(why, alarms)) => {
            known.remove(&ask.id());
            return feed::failed(app, ask, &why, alarms).await;
        }
    };
    let (of_app, of_ask) = (app.clone(), ask.clone());
    let read = tokio::task::spawn_blocking(move || {
        let body = lines(&copy);
        (feed::read(&of_app, &of_ask, body.as_bytes()), copy)
    });
    let Ok((round, copy)) = read.await else {
        return feed::failed(app, ask, "the zone could not be read", &[]).await;
    };
    let is_small = usize::try_from(round.size.values).is_ok_and(|values| values <= MOST_KEPT);
    if is_small {
        known.insert(ask.id(), copy);
    } else {
        known.remove(&ask.id());
    }
    feed::take(app, ask, round, Validators::default()).await
}

/// What a zone blocks, a value a line; and a line that is none for each thing that a list cannot say, so that it is told.
fn lines(copy: &Copy) -> String {
    let listed = copy.listed();
    let mut out = String::new();
    for (value, act) in &listed.values {
        if *act != Act::Pass {
            let _ = writeln!(out, "{value}");
        }
    }
    for _ in 0..listed.partial.saturating_add(listed.foreign) {
        out.push_str("!\n");
    }
    out
}

async fn transfer(ask: &Ask, reach: Reach, known: Option<&Copy>) -> Result<Copy, Trouble> {
    let told = |why: &str| Trouble(why.to_owned(), &[]);
    let address = ZoneAddress::of(ask.url()).ok_or_else(|| told("not the address of a zone"))?;
    let zone: Origin = Origin::parse(address.zone).map_err(|_| told("not the name of a zone"))?;
    let source = Source {
        zone,
        server: server(&address, reach).await?,
        key: key(ask.authorization.as_ref())?,
        most: MAX_VALUES,
    };
    let fetched = tokio::time::timeout(LIMIT, fetch(&source, known, &clock())).await;
    match fetched.map_err(|_| told("too slow"))? {
        Ok(copy) => Ok(copy),
        Err(error @ FetchError::TooLarge) => Err(Trouble(error.to_string(), &[FeedAlarm::Flooded])),
        Err(error) => Err(Trouble(error.to_string(), &[])),
    }
}

/// The first address of the server that may be dialled.
async fn server(address: &ZoneAddress<'_>, reach: Reach) -> Result<SocketAddr, Trouble> {
    let told = |why: &str| Trouble(why.to_owned(), &[]);
    let host = address.server.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((host, address.port)).await;
    let found: Vec<SocketAddr> = found.map_err(|_| told("name not found"))?.collect();
    let mut allowed = found.into_iter().filter(|address| reach.may_dial(address.ip()));
    allowed.next().ok_or_else(|| told("address is not public"))
}

/// The key that transfers are signed with.
fn key(credentials: Option<&Credentials>) -> Result<Option<Key>, Trouble> {
    let bad = || Trouble("not a key of TSIG: its name, and its secret in Base64".to_owned(), &[]);
    let is_plain = |text: &str| !text.contains(['"', '\\']);
    match credentials {
        None => Ok(None),
        Some(Credentials::Basic(name, secret)) if is_plain(name) && is_plain(secret) => {
            let text = format!("key \"{name}\" {{ algorithm hmac-sha256; secret \"{secret}\"; }};");
            let keys = Keys::read(&Zeroizing::new(text)).map_err(|_| bad())?;
            Ok(keys.first().cloned())
        }
        Some(Credentials::Basic(..) | Credentials::Bearer(_) | Credentials::Raw(_)) => Err(bad()),
    }
}
