//! One session with a stream, from its connection to whatever ends it.

use std::time::Duration;

use anlanh_sensor::NatsMessage;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::NatsStream;
use super::holding::Holding;
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

impl ConsumerConfig {
    /// How many messages may be on their way; none where it gives up what is not acknowledged, pushes, or leaves something out, and so
    /// would lose events.
    fn most(&self, source: &NatsStream) -> Option<usize> {
        let is_said = |subject: &&String| !subject.is_empty();
        let loses_none = self.deliver_policy == "all"
            && self.ack_policy == "explicit"
            && self.max_deliver <= 0
            && self.filter_subject.as_ref().filter(is_said) == source.subject.as_ref()
            && self.filter_subjects.is_empty()
            && self.deliver_subject.as_ref().filter(is_said).is_none()
            && !self.headers_only;
        let most = usize::try_from(self.max_ack_pending).ok()?;
        Some(most).filter(|most| loses_none && (1..=MOST_PULLED).contains(most))
    }
}

#[derive(Debug, Serialize)]
struct NewConsumer<'n> {
    stream_name: &'n str,
    config: ConsumerConfig,
}

struct Session<'s> {
    sensor: &'s Sensor,
    source: &'s NatsStream,
    link: Link,
    /// The name of the consumer that is read.
    consumer: &'s str,
    mark: Mark,
    held: Holding,
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
        consumer: &source.consumer,
        mark: Mark { stream: 0, last: 0 },
        held: Holding::default(),
        open: 0,
        most: MOST_PULLED,
    };
    session.find_stream(mark.as_deref().and_then(Mark::read), sink).await?;
    session.find_consumer().await?;
    on_ready();
    let mut decoder = Decoder::new(&sensor.shape);
    let mut is_settled = false;
    loop {
        session.pull(if is_settled { LINGER } else { LOOK }).await?;
        // What was given out to a session before this one comes again in any order, and after a while.
        if !is_settled {
            is_settled = session.ask_consumer().await?.num_ack_pending <= session.held.len() as u64;
        }
        if is_settled && !session.held.is_empty() {
            is_settled = session.hand_over(&mut decoder, sink).await?;
        }
    }
}

impl Session<'_> {
    /// Looks which stream it is, and how far it was read. A mark that is another one by that is durable before anything is read: whatever
    /// numbers the stream has reached when it is read again, this is where it goes on.
    async fn find_stream(&mut self, known: Option<Mark>, sink: &Sink) -> Result<(), RunError> {
        let subject = format!("$JS.API.STREAM.INFO.{}", self.source.stream);
        let info: StreamInfo = self.ask(&subject, "").await?.map_err(|_| RunError::Stream)?;
        let stream = crc32fast::hash(info.created.as_bytes());
        let StreamState { first_seq, last_seq } = info.state;
        let last = match known.filter(|mark| mark.stream == stream) {
            // A server that lost its last messages, or was put back from a copy, gives their numbers again, to others.
            Some(mark) => mark.last.min(last_seq),
            // What it forgot before was never for this sensor.
            None => first_seq.saturating_sub(1).min(last_seq),
        };
        self.mark = Mark { stream, last };
        if known == Some(self.mark) {
            return Ok(());
        }
        let (done, is_done) = oneshot::channel();
        let nothing = Delivery {
            number: self.sensor.number,
            stretches: Vec::new(),
            bad: 0,
            mark: Some(self.mark.write()),
            done: Some(done),
        };
        sink.send(nothing).await.map_err(|_| RunError::Gone)?;
        is_done.await.map_err(|_| RunError::Gone)?;
        Ok(())
    }

    /// Looks for the consumer; it is made where there is none.
    async fn find_consumer(&mut self) -> Result<(), RunError> {
        let mut found = self.ask::<ConsumerInfo>(&self.subject("INFO"), "").await?;
        if found.as_ref().is_err_and(|refusal| refusal.err_code == NO_CONSUMER) {
            let body = serde_json::to_string(&self.new_consumer()).map_err(|_| RunError::Stream)?;
            found = self.ask(&self.subject("DURABLE.CREATE"), &body).await?;
        }
        if found.is_err() {
            // A work queue has one consumer for a subject, which may be of the time before.
            self.consumer = &self.source.consumer_before;
            found = self.ask(&self.subject("INFO"), "").await?;
        }
        let info = found.map_err(|_| RunError::Stream)?;
        self.most = info.config.most(self.source).ok_or(RunError::Stream)?;
        Ok(())
    }

    fn new_consumer(&self) -> NewConsumer<'_> {
        NewConsumer {
            stream_name: &self.source.stream,
            config: ConsumerConfig {
                durable_name: self.consumer.to_owned(),
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
        }
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
            match self.link.next_message(Instant::now() + patience).await? {
                Some(message) => self.take(message).await?,
                None if self.held.is_empty() => return Err(RunError::Connect),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Takes a message of the stream, or what ends a request for them.
    async fn take(&mut self, message: NatsMessage) -> Result<(), RunError> {
        // What of the stream comes has the subject that it was published under.
        if message.subject == self.inbox(MESSAGES) {
            return match status_of(&message.headers) {
                Status::There => Ok(()),
                Status::Over => {
                    self.open = 0;
                    Ok(())
                }
                // The consumer or the server is gone: what there is now is looked for anew.
                Status::Gone => Err(RunError::Connect),
            };
        }
        let number = number_of(&message.reply, &self.source.stream, self.consumer).ok_or(RunError::Connect)?;
        self.open = self.open.saturating_sub(1);
        self.sensor.meter.received(message.payload.as_ref().map_or(0, Vec::len));
        if number <= self.mark.last {
            return self.acknowledge([message.reply.as_str()].into_iter()).await;
        }
        // A server that gives more than it was asked for is none that an end is known of.
        if self.held.len() >= self.most && !self.held.has(number) {
            return Err(RunError::Connect);
        }
        self.held.take(number, message.reply, message.payload);
        Ok(())
    }

    /// Hands over what is here, waits until it is durable, and says so to the server. Whether that was all of it; otherwise the rest comes
    /// again.
    async fn hand_over(&mut self, decoder: &mut Decoder, sink: &Sink) -> Result<bool, RunError> {
        let ready = self.held.give();
        let mut too_long = 0;
        for payload in &ready.payloads {
            match payload {
                Some(payload) => decoder.push_lines(payload),
                None => too_long += 1,
            }
        }
        let mark = Mark {
            last: ready.last.max(self.mark.last),
            ..self.mark
        };
        let gone = mark.last.saturating_sub(self.mark.last);
        let gone = gone.saturating_sub(ready.payloads.len() as u64);
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
        // The mark stands behind them, so that they are counted once. With a subject it is not known how many of them were for us.
        if self.source.subject.is_none() {
            self.sensor.meter.dropped(gone);
        }
        self.acknowledge(ready.replies.iter().map(String::as_str)).await?;
        let mut said = String::new();
        for reply in &ready.again {
            said.push_str("PUB ");
            said.push_str(reply);
            said.push_str(" 4\r\n-NAK\r\n");
        }
        self.link.send(said.as_bytes()).await?;
        Ok(ready.again.is_empty())
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

    async fn ask_consumer(&mut self) -> Result<ConsumerInfo, RunError> {
        let info = self.ask(&self.subject("INFO"), "").await?;
        info.map_err(|_| RunError::Stream)
    }

    /// Asks the server something; messages that come meanwhile are taken, and do not make it wait longer for the answer.
    async fn ask<A: for<'a> Deserialize<'a>>(
        &mut self,
        subject: &str,
        body: &str,
    ) -> Result<Result<A, Refusal>, RunError> {
        self.ask_until(subject, body, Instant::now() + ANSWER).await
    }

    async fn ask_until<A: for<'a> Deserialize<'a>>(
        &mut self,
        subject: &str,
        body: &str,
        until: Instant,
    ) -> Result<Result<A, Refusal>, RunError> {
        /// An answer that says no.
        #[derive(Deserialize)]
        struct No {
            error: Refusal,
        }
        let reply = self.inbox(ANSWERS);
        self.link.ask(subject, &reply, body).await?;
        loop {
            let message = self.link.next_message(until).await?.ok_or(RunError::Connect)?;
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
        format!("$JS.API.CONSUMER.{what}.{}.{}", self.source.stream, self.consumer)
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
/// `$JS.ACK.stream.consumer.delivered.NUMBER.…`, or with a domain and an account before the stream. None where it is of another stream or
/// consumer.
fn number_of(reply: &str, stream: &str, consumer: &str) -> Option<u64> {
    let words: Vec<&str> = reply.strip_prefix("$JS.ACK.")?.split('.').collect();
    let of = match words.len() {
        7 => words.as_slice(),
        9.. => words.get(2..)?,
        _ => return None,
    };
    match of {
        [of_stream, of_consumer, _, number, ..] if *of_stream == stream && *of_consumer == consumer => {
            number.parse().ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
