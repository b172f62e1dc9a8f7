//! A zone in messages, one after the other, each as full as it can be: AXFR (RFC 5936) and IXFR (RFC 1995).
//!
//! A transfer holds the version with which it began. It does no I/O: whoever has the connection asks for the next message
//! when the one before is written, so that a transfer takes the memory of one message.

use std::sync::Arc;

use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::message_builder::{AdditionalBuilder, AnswerBuilder, PushError};
use domain::base::record::ComposeRecord;
use domain::base::wire::Composer;
use domain::base::{Message, MessageBuilder, Name, Serial, StreamTarget};
use domain::rdata::tsig::Time48;
use domain::tsig::ServerSequence;

use crate::key::Key;
use crate::limits::MAX_MESSAGE_BYTES;
use crate::rules::{Delta, Rules, push_labels, push_target};
use crate::version::Version;

/// What a zone has beside its rules and its serial number.
#[derive(Debug, Clone)]
pub struct Apex {
    /// Its name, in the form of the wire.
    pub origin: Vec<u8>,
    /// How long answers may be kept, in seconds.
    pub ttl_seconds: u32,
    /// How often a secondary asks for news that it was not told of, in seconds.
    pub refresh_seconds: u32,
    /// Whether each version has a rule of its own by which it is known to be in effect: see [`mark_of`].
    pub is_marked: bool,
}

/// The last name of a zone for whoever goes through it by its labels from the right, as BIND does: when it is in effect, all before
/// it is.
const LAST_LABEL: &str = "zzzzzzzzzzzzzzzz";

/// The name that is answered with nothing where a version of a zone is in effect. The zone's first label is in it: a resolver that has
/// many zones answers from the first one that knows a name, and several zones may have the same serial number.
pub fn mark_of(serial: Serial, label: &str) -> String {
    format!("{}.{label}.{LAST_LABEL}", serial.into_int())
}

/// The first label of a name in the form of the wire.
fn first_label(name: &[u8]) -> &str {
    let (length, labels) = name.split_first().unwrap_or((&0, &[]));
    let label = labels.get(..usize::from(*length)).unwrap_or_default();
    str::from_utf8(label).unwrap_or_default()
}

/// For how long a secondary goes on with what it has when nobody answers it: thirty days, so that nothing is unblocked
/// because this server is gone.
const EXPIRE_SECONDS: u32 = 30 * 24 * 60 * 60;
/// Where the name of the zone stands in every message: at its question.
const POINTER_TO_ORIGIN: [u8; 2] = [0xc0, 12];

/// A part of what is sent.
#[derive(Debug, Clone)]
enum Part {
    Start(Serial),
    Servers,
    Rules(Arc<Rules>),
    Removed(Arc<Delta>),
    Added(Arc<Delta>),
    Mark(Serial),
}

/// Signs the messages of one answer.
pub type Signer = ServerSequence<Key>;

/// A transfer under way.
pub struct Transfer {
    /// The apex of the zone that is sent.
    pub apex: Arc<Apex>,
    request: Message<Vec<u8>>,
    signer: Option<Signer>,
    parts: std::vec::IntoIter<Part>,
    /// The part whose rules are being sent, and how far.
    at: Option<(Part, usize)>,
    /// Records that are made and not sent yet: those of one rule.
    waiting: Vec<Vec<u8>>,
    /// The version that is sent.
    pub serial: Serial,
    /// Whether it is the whole zone.
    pub is_whole: bool,
}

impl Transfer {
    /// A transfer of everything.
    pub fn whole(apex: Arc<Apex>, version: &Version, request: Message<Vec<u8>>, signer: Option<Signer>) -> Self {
        let rules = Arc::clone(&version.rules);
        let parts = vec![
            Part::Start(version.serial),
            Part::Servers,
            Part::Rules(rules),
            Part::Mark(version.serial),
            Part::Start(version.serial),
        ];
        Self::new(apex, version.serial, parts, request, signer)
    }

    /// A transfer of what changed since a version: of nothing where it is this one, and of everything where that is not
    /// known.
    pub fn since(
        serial: Serial,
        apex: Arc<Apex>,
        version: &Version,
        request: Message<Vec<u8>>,
        signer: Option<Signer>,
    ) -> Self {
        let now = version.serial;
        if serial >= now {
            return Self::new(apex, now, vec![Part::Start(now)], request, signer);
        }
        let Some(delta) = version.since(serial) else {
            return Self::whole(apex, version, request, signer);
        };
        let parts = vec![
            Part::Start(now),
            Part::Start(serial),
            Part::Removed(Arc::clone(&delta)),
            Part::Mark(serial),
            Part::Start(now),
            Part::Added(delta),
            Part::Mark(now),
            Part::Start(now),
        ];
        Self {
            is_whole: false,
            ..Self::new(apex, now, parts, request, signer)
        }
    }

    fn new(
        apex: Arc<Apex>,
        serial: Serial,
        parts: Vec<Part>,
        request: Message<Vec<u8>>,
        signer: Option<Signer>,
    ) -> Self {
        Self {
            apex,
            request,
            signer,
            is_whole: parts.len() > 1,
            parts: parts.into_iter(),
            at: None,
            waiting: Vec::new(),
            serial,
        }
    }

    /// The next message, with its length before it; `None` behind the last.
    ///
    /// # Errors
    /// When a message cannot be made, which no rule brings about.
    pub fn next_message(&mut self, now: Time48) -> Result<Option<Vec<u8>>, PushError> {
        let room = MAX_MESSAGE_BYTES
            - self
                .signer
                .as_ref()
                .map_or(0, |signer| usize::from(signer.key().compose_len()));
        let target = StreamTarget::new(Vec::with_capacity(MAX_MESSAGE_BYTES + 2)).map_err(|_| PushError::ShortBuf)?;
        let builder = MessageBuilder::from_target(target).map_err(|_| PushError::ShortBuf)?;
        let mut answer = builder.start_answer(&self.request, Rcode::NOERROR)?;
        answer.header_mut().set_aa(true);
        let mut is_empty = true;
        while let Some(record) = self.take_record() {
            // More records than that a message cannot count.
            let is_full = answer.as_slice().len() + record.len() > room || answer.counts().ancount() == u16::MAX;
            if is_full && !is_empty {
                self.waiting.push(record);
                break;
            }
            answer.push(Wire(&record))?;
            is_empty = false;
        }
        if is_empty {
            return Ok(None);
        }
        finish(answer.additional(), self.signer.as_mut(), now).map(Some)
    }

    /// The next record.
    fn take_record(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(record) = self.waiting.pop() {
                return Some(record);
            }
            let (part, at) = match self.at.take() {
                Some(at) => at,
                None => (self.parts.next()?, 0),
            };
            let rules = match &part {
                Part::Start(serial) => return Some(self.apex.start(*serial)),
                Part::Servers => return Some(self.apex.servers()),
                Part::Mark(serial) => match self.apex.mark(*serial) {
                    Some(mark) => return Some(mark),
                    None => continue,
                },
                Part::Rules(rules) => rules,
                Part::Removed(delta) => &delta.removed,
                Part::Added(delta) => &delta.added,
            };
            let Some(((key, target), next)) = rules.at(at) else {
                continue;
            };
            let mut labels = Vec::with_capacity(64);
            key.push_labels(&mut labels);
            if key.has_below() {
                self.waiting
                    .push(self.apex.rule(&[&[1, b'*'], labels.as_slice()], target));
            }
            let record = self.apex.rule(&[&labels], target);
            self.at = Some((part, next));
            return Some(record);
        }
    }
}

impl Apex {
    /// The name of the zone, as people write it.
    pub fn name(&self) -> String {
        let name = Name::from_slice(&self.origin);
        name.map(|name| name.to_string()).unwrap_or_default()
    }

    /// The record that begins and ends a zone.
    pub fn start(&self, serial: Serial) -> Vec<u8> {
        let mut data = Vec::with_capacity(64);
        push_target(b"localhost", &mut data);
        push_target(b"nobody.localhost", &mut data);
        let retry = self.refresh_seconds.clamp(1, 60);
        for number in [
            serial.into_int(),
            self.refresh_seconds,
            retry,
            EXPIRE_SECONDS,
            self.ttl_seconds,
        ] {
            data.extend(number.to_be_bytes());
        }
        self.record(&[], Rtype::SOA, &data)
    }

    /// The server that a zone must name; nobody ever asks this one.
    pub fn servers(&self) -> Vec<u8> {
        let mut data = Vec::new();
        push_target(b"localhost", &mut data);
        self.record(&[], Rtype::NS, &data)
    }

    /// The rule by which a version is known.
    fn mark(&self, serial: Serial) -> Option<Vec<u8>> {
        let mut labels = Vec::with_capacity(32);
        push_labels(mark_of(serial, first_label(&self.origin)).as_bytes(), &mut labels);
        self.is_marked.then(|| self.rule(&[&labels], b"*"))
    }

    fn rule(&self, labels: &[&[u8]], target: &[u8]) -> Vec<u8> {
        let mut data = Vec::with_capacity(target.len() + 2);
        push_target(target, &mut data);
        self.record(labels, Rtype::CNAME, &data)
    }

    fn record(&self, labels: &[&[u8]], kind: Rtype, data: &[u8]) -> Vec<u8> {
        let mut record = Vec::with_capacity(96);
        labels.iter().for_each(|labels| record.extend(*labels));
        record.extend(POINTER_TO_ORIGIN);
        record.extend(kind.to_int().to_be_bytes());
        record.extend(Class::IN.to_int().to_be_bytes());
        record.extend(self.ttl_seconds.to_be_bytes());
        record.extend((data.len() as u16).to_be_bytes());
        record.extend(data);
        record
    }
}

/// A record as it is written.
pub struct Wire<'r>(pub &'r [u8]);

impl ComposeRecord for Wire<'_> {
    fn compose_record<Target: Composer + ?Sized>(&self, target: &mut Target) -> Result<(), Target::AppendError> {
        target.append_slice(self.0)
    }
}

/// What an answer is built in, with its length before it.
pub type Stream = StreamTarget<Vec<u8>>;

/// Begins an answer.
pub fn begin(request: &Message<Vec<u8>>, rcode: Rcode) -> Result<AnswerBuilder<Stream>, PushError> {
    let target = StreamTarget::new(Vec::with_capacity(512)).map_err(|_| PushError::ShortBuf)?;
    let builder = MessageBuilder::from_target(target).map_err(|_| PushError::ShortBuf)?;
    builder.start_answer(request, rcode)
}

/// Signs an answer where its request was, and gives it with its length before it.
pub fn finish(
    mut answer: AdditionalBuilder<Stream>,
    signer: Option<&mut Signer>,
    now: Time48,
) -> Result<Vec<u8>, PushError> {
    if let Some(signer) = signer {
        signer.answer(&mut answer, now)?;
    }
    Ok(answer.finish().into_target())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_one_serial_number_are_told_apart_by_their_marks() {
        let check = |origin: &str, expected: &str| {
            let mut name = Vec::new();
            push_target(origin.as_bytes(), &mut name);
            let apex = Apex {
                origin: name,
                ttl_seconds: 60,
                refresh_seconds: 60,
                is_marked: true,
            };
            let mut labels = Vec::new();
            push_labels(expected.as_bytes(), &mut labels);
            let mark = apex.mark(Serial::from(7)).unwrap();
            assert!(mark.starts_with(&labels), "{origin}: {mark:?}");
        };
        check("fresh.rpz.vn", "7.fresh.zzzzzzzzzzzzzzzz");
        check("p00.rpz.vn", "7.p00.zzzzzzzzzzzzzzzz");
        check("p01.rpz.vn", "7.p01.zzzzzzzzzzzzzzzz");
    }
}
