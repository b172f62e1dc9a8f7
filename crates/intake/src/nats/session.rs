//! One session with a stream, from its connection to whatever ends it.

use std::collections::BTreeMap;
use std::time::Duration;

use anlanh_sensor::NatsMessage;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::NatsStream;
use super::link::Link;
use crate::decode::Decoder;
use crate::limits::{ACKNOWLEDGED, ANSWER, LINGER, MOST_PULLED, PULL, PULLED_BYTES};
use crate::{Delivery, RunError, Sensor, Sink};

/// The word of the inbox that answers come to.
const ANSWERS: &str = "answers";
/// The word of the inbox that messages come to.
const MESSAGES: &str = "messages";
/// How long it is waited between two questions whether everything that was given out before is here.
const LOOK: Duration = Duration::from_millis(250);
/// That there is no such consumer.
const NO_CONSUMER: u32 = 10_014;

/// How far a stream was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    /// What tells the stream from one of the same name that was made later.
    stream: u32,
    /// The number of the last message: all before it are kept.
    last: u64,
}

impl Mark {
    fn write(self) -> Vec<u8> {
        [&self.stream.to_le_bytes()[..], &self.last.to_le_bytes()].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (stream, rest) = bytes.split_first_chunk::<4>()?;
        Some(Self {
            stream: u32::from_le_bytes(*stream),
            last: u64::from_le_bytes(*rest.first_chunk()?),
        })
    }
}

#[derive(Debug, Deserialize)]
struct Refusal {
    #[serde(default)]
    err_code: u32,
}

#[derive(Debug, Deserialize)]
struct StreamInfo {
    created: String,
    state: StreamState,
}

#[derive(Debug, Deserialize)]
struct StreamState {
    first_seq: u64,
    last_seq: u64,
}

#[derive(Debug, Deserialize)]
struct ConsumerInfo {
    config: ConsumerConfig,
    num_ack_pending: u64,
}

/// What is asked of a consumer, and what it must have to lose nothing.
#[derive(Debug, Serialize, Deserialize)]
struct ConsumerConfig {
    #[serde(default)]
    durable_name: String,
    deliver_policy: String,
    ack_policy: String,
    /// In nanoseconds.
    ack_wait: u64,
    #[serde(default)]
    max_deliver: i64,
    #[serde(default)]
    max_ack_pending: i64,
    replay_policy: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filter_subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deliver_subject: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filter_subjects: Vec<String>,
    #[serde(default)]
    headers_only: bool,
}

#[derive(Debug, Serialize)]
struct NewConsumer<'n> {
    stream_name: &'n str,
    config: ConsumerConfig,
}

/// A message that is here and not kept yet.
struct Held {
    /// Where it is acknowledged.
    reply: String,
    payload: Option<Vec<u8>>,
}

struct Session<'s> {
    sensor: &'s Sensor,
    source: &'s NatsStream,
    link: Link,
    mark: Mark,
    /// Messages by their numbers in the stream.
    held: BTreeMap<u64, Held>,
    /// Messages that the server may still send unasked.
    open: usize,
    /// Most that are on their way.
    most: usize,
}

pub(super) async fn run(
    sensor: &Sensor,
    source: &NatsStream,
    mark: Option<Vec<u8>>,
    sink: &Sink,
    on_ready: impl FnOnce(),
) -> Result<(), RunError> {
    let mut session = Session {
        sensor,
        source,
        link: Link::open(source).await?,
        mark: Mark { stream: 0, last: 0 },
        held: BTreeMap::new(),
        open: 0,
        most: MOST_PULLED,
    };
    session.find_stream(mark.as_deref().and_then(Mark::read)).await?;
    session.find_consumer().await?;
    on_ready();
    let mut decoder = Decoder::new(&sensor.shape);
    let mut is_settled = false;
    loop {
        session.pull(if is_settled { LINGER } else { LOOK }).await?;
        // What was given out to a session before this one comes again in any order, and after a while.
        if !is_settled {
            is_settled = session.consumer().await?.num_ack_pending <= session.held.len() as u64;
        }
        if is_settled && !session.held.is_empty() {
            session.hand_over(&mut decoder, sink).await?;
        }
    }
}

impl Session<'_> {
    /// Looks which stream it is, and how far it was read.
    async fn find_stream(&mut self, mark: Option<Mark>) -> Result<(), RunError> {
        let subject = format!("$JS.API.STREAM.INFO.{}", self.source.stream);
        let info: StreamInfo = self.ask(&subject, "").await?.map_err(|_| RunError::Stream)?;
        let stream = crc32fast::hash(info.created.as_bytes());
        let known = mark.filter(|mark| mark.stream == stream);
        self.mark = known.unwrap_or(Mark { stream, last: 0 });
        // A server that lost its last messages, or was put back from a copy, gives their numbers again, to others.
        self.mark.last = self.mark.last.min(info.state.last_seq);
        // What the stream forgot before it was read; with a subject it is not known how much of it was for us.
        if known.is_some() && self.source.subject.is_none() {
            let next = self.mark.last.saturating_add(1);
            self.sensor.meter.dropped(info.state.first_seq.saturating_sub(next));
        }
        Ok(())
    }

    /// Looks for the consumer; it is made where there is none.
    async fn find_consumer(&mut self) -> Result<(), RunError> {
        let found = self.ask::<ConsumerInfo>(&self.subject("INFO"), "").await?;
        let info = match found {
            Ok(info) => info,
            Err(refusal) if refusal.err_code == NO_CONSUMER => {
                let new = NewConsumer {
                    stream_name: &self.source.stream,
                    config: ConsumerConfig {
                        durable_name: self.source.consumer.clone(),
                        deliver_policy: "all".to_owned(),
                        ack_policy: "explicit".to_owned(),
                        ack_wait: ACKNOWLEDGED.as_nanos() as u64,
                        max_deliver: -1,
                        max_ack_pending: MOST_PULLED as i64,
                        replay_policy: "instant".to_owned(),
                        filter_subject: self.source.subject.clone(),
                        deliver_subject: None,
                        filter_subjects: Vec::new(),
                        headers_only: false,
                    },
                };
                let body = serde_json::to_string(&new).map_err(|_| RunError::Stream)?;
                let made = self.ask::<ConsumerInfo>(&self.subject("DURABLE.CREATE"), &body).await?;
                made.map_err(|_| RunError::Stream)?
            }
            Err(_) => return Err(RunError::Stream),
        };
        let ConsumerConfig {
            ack_policy,
            max_deliver,
            max_ack_pending,
            filter_subject,
            deliver_subject,
            filter_subjects,
            headers_only,
            ..
        } = info.config;
        // One that gives up what is not acknowledged, pushes, or leaves something out, would lose events.
        let is_subject = filter_subject.filter(|subject| !subject.is_empty()) == self.source.subject;
        let is_pulled = deliver_subject.is_none_or(|subject| subject.is_empty());
        let most = usize::try_from(max_ack_pending).unwrap_or(0);
        if ack_policy != "explicit"
            || max_deliver > 0
            || !is_subject
            || !is_pulled
            || !filter_subjects.is_empty()
            || headers_only
            || !(1..=MOST_PULLED).contains(&most)
        {
            return Err(RunError::Stream);
        }
        self.most = most;
        Ok(())
    }

    /// Takes messages until there are as many as may be, or no more come for a while.
    async fn pull(&mut self, linger: Duration) -> Result<(), RunError> {
        if self.open == 0 && self.held.len() < self.most {
            self.open = self.most - self.held.len();
            let subject = self.subject("MSG.NEXT");
            let bytes = self.link.max_payload.saturating_mul(2).max(PULLED_BYTES as u64);
            let body = format!(
                r#"{{"batch":{},"max_bytes":{bytes},"expires":{}}}"#,
                self.open,
                PULL.as_nanos()
            );
            let reply = self.inbox(MESSAGES);
            self.link.ask(&subject, &reply, &body).await?;
        }
        while self.open > 0 {
            let patience = if self.held.is_empty() { PULL + ANSWER } else { linger };
            match self.link.next_message(patience).await? {
                Some(message) => self.take(message).await?,
                None if self.held.is_empty() => return Err(RunError::Connect),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Takes a message of the stream, or what ends a request for them.
    async fn take(&mut self, message: NatsMessage) -> Result<(), RunError> {
        let Some(number) = number_of(&message.reply) else {
            return match status_of(&message.headers) {
                Status::There => Ok(()),
                Status::Over => {
                    self.open = 0;
                    Ok(())
                }
                // The consumer or the server is gone: what there is now is looked for anew.
                Status::Gone => Err(RunError::Connect),
            };
        };
        self.open = self.open.saturating_sub(1);
        self.sensor.meter.received(message.payload.as_ref().map_or(0, Vec::len));
        if number <= self.mark.last {
            return self.acknowledge([message.reply.as_str()].into_iter()).await;
        }
        let held = Held {
            reply: message.reply,
            payload: message.payload,
        };
        // A server that gives more than it was asked for is none that an end is known of.
        if self.held.len() >= self.most && !self.held.contains_key(&number) {
            return Err(RunError::Connect);
        }
        self.held.insert(number, held);
        Ok(())
    }

    /// Hands over what is here, waits until it is durable, and says so to the server.
    async fn hand_over(&mut self, decoder: &mut Decoder, sink: &Sink) -> Result<(), RunError> {
        let mut too_long = 0;
        for held in self.held.values() {
            match &held.payload {
                Some(payload) => decoder.push_lines(payload),
                None => too_long += 1,
            }
        }
        let last = self.held.last_key_value().map_or(self.mark.last, |(number, _)| *number);
        let mark = Mark { last, ..self.mark };
        let (stretches, bad) = decoder.take();
        let (done, is_done) = oneshot::channel();
        let delivery = Delivery {
            number: self.sensor.number,
            stretches,
            bad: bad + too_long,
            mark: Some(mark.write()),
            done: Some(done),
        };
        sink.send(delivery).await.map_err(|_| RunError::Gone)?;
        // Whatever becomes of the connection meanwhile: where the mark is when another one begins must be known.
        is_done.await.map_err(|_| RunError::Gone)?;
        self.mark = mark;
        let held = std::mem::take(&mut self.held);
        self.acknowledge(held.values().map(|held| held.reply.as_str())).await
    }

    async fn acknowledge(&mut self, replies: impl Iterator<Item = &str>) -> Result<(), RunError> {
        let mut said = String::new();
        for reply in replies {
            said.push_str("PUB ");
            said.push_str(reply);
            said.push_str(" 4\r\n+ACK\r\n");
        }
        self.link.send(said.as_bytes()).await
    }

    async fn consumer(&mut self) -> Result<ConsumerInfo, RunError> {
        let info = self.ask(&self.subject("INFO"), "").await?;
        info.map_err(|_| RunError::Stream)
    }

    /// Asks the server something; messages that come meanwhile are taken.
    async fn ask<A: for<'a> Deserialize<'a>>(
        &mut self,
        subject: &str,
        body: &str,
    ) -> Result<Result<A, Refusal>, RunError> {
        /// An answer that says no.
        #[derive(Deserialize)]
        struct No {
            error: Refusal,
        }
        let reply = self.inbox(ANSWERS);
        self.link.ask(subject, &reply, body).await?;
        loop {
            let message = self.link.next_message(ANSWER).await?.ok_or(RunError::Connect)?;
            if message.subject != reply {
                self.take(message).await?;
                continue;
            }
            // Where nobody answers, there is no JetStream.
            if message.headers.starts_with(b"NATS/1.0 503") {
                return Err(RunError::Stream);
            }
            let payload = message.payload.unwrap_or_default();
            if let Ok(no) = serde_json::from_slice::<No>(&payload) {
                return Ok(Err(no.error));
            }
            return serde_json::from_slice(&payload).map(Ok).map_err(|_| RunError::Stream);
        }
    }

    /// Where something is asked of the consumer.
    fn subject(&self, what: &str) -> String {
        format!(
            "$JS.API.CONSUMER.{what}.{}.{}",
            self.source.stream, self.source.consumer
        )
    }

    fn inbox(&self, word: &str) -> String {
        format!("_INBOX.{}.{word}", self.source.inbox)
    }
}

/// What is said of a request for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// The server is there.
    There,
    /// No more messages come for it.
    Over,
    /// Whoever was asked is gone.
    Gone,
}

/// What the first line of the headers says: a number, and words where the number alone does not tell.
fn status_of(headers: &[u8]) -> Status {
    let line = headers.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let said = std::str::from_utf8(line).unwrap_or_default();
    let said = said.strip_prefix("NATS/1.0 ").unwrap_or_default().to_ascii_lowercase();
    match said.get(..3) {
        Some("100") => Status::There,
        Some("404" | "408") => Status::Over,
        Some("409") if said.contains("maxbytes") || said.contains("batch completed") => Status::Over,
        Some(_) | None => Status::Gone,
    }
}

/// The number that a message has in its stream, which stands where it is acknowledged:
/// `$JS.ACK.stream.consumer.delivered.NUMBER.…`, or with a domain and an account before the stream.
fn number_of(reply: &str) -> Option<u64> {
    let words: Vec<&str> = reply.strip_prefix("$JS.ACK.")?.split('.').collect();
    let nth = match words.len() {
        7 => 3,
        9.. => 5,
        _ => return None,
    };
    words.get(nth)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_message_is_read() {
        let check = |reply: &str, number| assert_eq!(number_of(reply), number, "{reply}");
        check("$JS.ACK.EVE.anlanh-ids.1.42.7.1700000000000000000.3", Some(42));
        check("$JS.ACK.hub.ACC.EVE.anlanh-ids.1.42.7.1700000000000000000.3", Some(42));
        check(
            "$JS.ACK.hub.ACC.EVE.anlanh-ids.1.42.7.1700000000000000000.3.x1",
            Some(42),
        );
        check("$JS.ACK.EVE.anlanh-ids.1.42.7.1", None);
        check("$JS.ACK.EVE.anlanh-ids.1.x.7.1700000000000000000.3", None);
        check("", None);
    }

    #[test]
    fn what_ends_a_request_is_told_from_what_ends_a_session() {
        let check = |headers: &str, status| assert_eq!(status_of(headers.as_bytes()), status, "{headers}");
        check("NATS/1.0 100 Idle Heartbeat\r\n\r\n", Status::There);
        check("NATS/1.0 404 No Messages\r\n\r\n", Status::Over);
        check(
            "NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 512\r\n\r\n",
            Status::Over,
        );
        check("NATS/1.0 409 Message Size Exceeds MaxBytes\r\n\r\n", Status::Over);
        check("NATS/1.0 409 Consumer Deleted\r\n\r\n", Status::Gone);
        check("NATS/1.0 503\r\n\r\n", Status::Gone);
        check("", Status::Gone);
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let mark = Mark {
            stream: 7,
            last: u64::MAX,
        };
        assert_eq!(Mark::read(&mark.write()), Some(mark));
        assert_eq!(Mark::read(&mark.write()[..11]), None);
    }
}
