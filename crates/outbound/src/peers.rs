//! Other nodes: their cards are read, and what is to be said to them is sent, again and again until a receipt is there.
//!
//! What is said, in which order, and what an answer is worth is the use case's; here it is sent.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anlanh_app::App;
use anlanh_app::peer::{self, CARD_PATH, MAX_CARD_BYTES, MAX_RECEIPT_BYTES, MESSAGES_PATH, Outgoing, Pending, Replied};
use anlanh_model::{Id, Peer};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::MissedTickBehavior;

use crate::address::{Endpoint, Reach};
use crate::client::Client;

/// Messages under way at one time.
const AT_ONCE: usize = 16;
/// How long to wait before looking again where nothing was to be sent.
const PAUSE: Duration = Duration::from_millis(250);
/// Most clients that are kept for the next message.
const MAX_CLIENTS: usize = 256;
/// The field in which a node says from which number on it wants a stream again.
const EXPECTED: &str = "anlanh-expected";

/// Reads cards and sends messages, until it is dropped. What is under way then is sent after the next start. A node whose card
/// does not come keeps no message waiting.
pub async fn talk(app: App, reach: Reach) {
    tokio::join!(read_cards(&app, reach), send_messages(&app, reach));
}

/// Reads the cards that are to be read, one after the other.
async fn read_cards(app: &App, reach: Reach) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_told = false;
    loop {
        pause.tick().await;
        let read = async {
            for pending in peer::pending(app).await? {
                let client = Endpoint::parse(&pending.url, reach).ok().map(Client::new);
                introduce(app, client, &pending).await?;
            }
            Ok::<_, anlanh_app::Error>(())
        };
        let done = read.await;
        if let Err(error) = &done
            && !is_told
        {
            tracing::warn!(%error, "cards of peers cannot be read");
        }
        is_told = done.is_err();
    }
}

async fn send_messages(app: &App, reach: Reach) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut clients = Clients {
        reach,
        known: BTreeMap::new(),
    };
    let mut flying = FuturesUnordered::new();
    let mut ids: BTreeSet<(Id<Peer>, String)> = BTreeSet::new();
    let mut is_told = false;
    loop {
        let looked = look(app, &mut clients, flying.len()).await;
        match &looked {
            Ok(due) => {
                for (outgoing, client) in due {
                    if flying.len() < AT_ONCE && ids.insert(outgoing.id()) {
                        flying.push(attempt(app, client.clone(), outgoing.clone()));
                    }
                }
            }
            Err(error) if !is_told => tracing::warn!(%error, "messages to peers cannot be read"),
            Err(_) => {}
        }
        is_told = looked.is_err();
        tokio::select! {
            Some(id) = flying.next() => {
                ids.remove(&id);
            }
            _ = pause.tick() => {}
        }
    }
}

/// The messages that are to be sent now.
async fn look(
    app: &App,
    clients: &mut Clients,
    flying: usize,
) -> Result<Vec<(Outgoing, Option<Client>)>, anlanh_app::Error> {
    if flying >= AT_ONCE {
        return Ok(Vec::new());
    }
    // Twice as many, since some of them may be under way.
    let due = peer::due(app, u32::try_from(AT_ONCE * 2).unwrap_or(u32::MAX)).await?;
    let with_client = |outgoing: Outgoing| {
        let client = clients.of(&outgoing.node);
        (outgoing, client)
    };
    Ok(due.into_iter().map(with_client).collect())
}

/// Clients for the addresses of peers.
struct Clients {
    reach: Reach,
    known: BTreeMap<String, Client>,
}

impl Clients {
    /// A client for an address; none where the operator does not let it be dialled.
    fn of(&mut self, url: &str) -> Option<Client> {
        if let Some(client) = self.known.get(url) {
            return Some(client.clone());
        }
        let client = Client::new(Endpoint::parse(url, self.reach).ok()?);
        if self.known.len() >= MAX_CLIENTS {
            self.known.clear();
        }
        self.known.insert(url.to_owned(), client.clone());
        Some(client)
    }
}

const NOT_DIALLED: &str = "address is not public";

async fn introduce(app: &App, client: Option<Client>, pending: &Pending) -> Result<(), anlanh_app::Error> {
    let Some(client) = client else {
        return peer::not_reached(app, pending, NOT_DIALLED.to_owned()).await;
    };
    match client.get(CARD_PATH, MAX_CARD_BYTES).await {
        Ok(answer) if answer.status == 200 => peer::take_card(app, pending, &answer.body).await,
        Ok(answer) => peer::not_reached(app, pending, format!("status {}", answer.status)).await,
        Err(failure) => peer::not_reached(app, pending, failure.to_string()).await,
    }
}

/// One attempt, and what became of it.
async fn attempt(app: &App, client: Option<Client>, outgoing: Outgoing) -> (Id<Peer>, String) {
    let kept = match client {
        None => peer::answered(app, &outgoing, Replied::Nothing(NOT_DIALLED)).await,
        Some(client) => send(app, &client, &outgoing).await,
    };
    if let Err(error) = kept {
        tracing::warn!(%error, "what became of a message to a peer was not kept; it is sent again");
    }
    outgoing.id()
}

async fn send(app: &App, client: &Client, outgoing: &Outgoing) -> Result<(), anlanh_app::Error> {
    let fields = outgoing.fields.iter().filter_map(|(name, value)| {
        let value = HeaderValue::from_str(value).ok()?;
        Some((HeaderName::from_static(name), value))
    });
    let fields: HeaderMap = fields.collect();
    let body = Bytes::copy_from_slice(outgoing.body());
    match client.post_signed(MESSAGES_PATH, fields, body, MAX_RECEIPT_BYTES).await {
        Ok(reply) => {
            let fields = reply.fields.iter();
            let fields: Vec<(&str, &[u8])> = fields.map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            let expected = reply.fields.get(EXPECTED).and_then(|value| value.to_str().ok());
            let answer = Replied::Answer {
                status: reply.status,
                fields: &fields,
                body: &reply.body,
                expected: expected.and_then(|value| value.parse().ok()),
            };
            peer::answered(app, outgoing, answer).await
        }
        Err(failure) => peer::answered(app, outgoing, Replied::Nothing(&failure.to_string())).await,
    }
}
