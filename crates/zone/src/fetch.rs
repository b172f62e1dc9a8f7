//! Response policy zones of others, fetched by transfer (AXFR and IXFR, signed where there is a key) and read as far as a
//! blocklist can say them.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use anlanh_soc::blocking::{Act, Origin, Read, read_act, read_trigger};
use domain::base::iana::{Class, Rcode, Rtype};
use domain::base::message_builder::PushError;
use domain::base::wire::ParseError;
use domain::base::{Message, MessageBuilder, Name, Serial};
use domain::rdata::tsig::Time48;
use domain::rdata::{Cname, Soa};
use domain::tsig::{ClientSequence, ValidationError};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::key::Key;
use crate::limits::{MAX_FETCHED_BYTES, MAX_FETCHED_RULES, MAX_IDLE, MAX_MESSAGE_BYTES};
use crate::listen::read_message;
use crate::notify::random_id;
use crate::rules::push_target;
use crate::server::Clock;
use crate::transfer::{Apex, Wire};

/// Where a zone is fetched from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name.
    pub zone: Origin,
    /// Its server.
    pub server: SocketAddr,
    /// The key to sign with; then nothing unsigned is taken.
    pub key: Option<Key>,
    /// How many records it may have, at most [`MAX_FETCHED_RULES`].
    pub most: usize,
}

/// Why a zone cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server cannot be reached, or does not go on.
    #[error("cannot transfer the zone")]
    Io(#[from] io::Error),
    /// It did not go on in time.
    #[error("server did not go on with the transfer in time")]
    Late(#[from] tokio::time::error::Elapsed),
    /// It says no.
    #[error("server answers {0}")]
    Refused(Rcode),
    /// The connection ended before the zone did.
    #[error("transfer ended before the zone did")]
    Cut,
    /// Not an answer to what was asked, or not a transfer.
    #[error("not the transfer that was asked for")]
    Form,
    /// Not a message.
    #[error("not a message of DNS")]
    Parse(#[from] ParseError),
    /// The signature is not right, or there is none.
    #[error("signature does not hold")]
    Signature(#[from] ValidationError),
    /// More than may be fetched.
    #[error("zone is larger than it may be")]
    TooLarge,
    /// The request does not fit.
    #[error("request cannot be made")]
    Request(#[from] PushError),
}

/// A record of a zone: its owner, relative to the zone, and where it leads; nothing for what is no `CNAME`.
type Record = (String, Option<String>);

/// A zone of others, as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    serial: Serial,
    records: BTreeSet<Record>,
}

/// What a zone says that a blocklist can say, and how much it says beside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Names with those below, addresses and networks, each with its act.
    pub values: Vec<(String, Act)>,
    /// Names that are listed without those below, or only those below: a list would say more.
    pub partial: usize,
    /// Records with triggers or acts that a list does not know.
    pub foreign: usize,
}

impl Copy {
    /// The version.
    #[must_use]
    pub fn serial(&self) -> u32 {
        self.serial.into_int()
    }

    /// Reads a transfer of everything from its messages, without their lengths.
    ///
    /// # Errors
    /// When they are none, or not all.
    pub fn read(zone: &Origin, messages: impl Iterator<Item = Vec<u8>>) -> Result<Self, FetchError> {
        let mut receiver = Receiver::new(zone, MAX_FETCHED_RULES, None);
        for message in messages {
            let message = Message::from_octets(message).map_err(|_| FetchError::Form)?;
            receiver.take_message(&message)?;
        }
        if receiver.is_done() {
            receiver.finish(None)
        } else {
            Err(FetchError::Cut)
        }
    }

    /// What of it a blocklist can say.
    #[must_use]
    pub fn listed(&self) -> Listed {
        let mut listed = Listed::default();
        for record in &self.records {
            let (owner, target) = record;
            let act = target.as_deref().and_then(read_act);
            let (Some(trigger), Some(act)) = (read_trigger(owner), act) else {
                listed.foreign += 1;
                continue;
            };
            let has = |owner: String| self.records.contains(&(owner, target.clone()));
            match trigger {
                Read::Address(value) => listed.values.push((value, act)),
                Read::Name(name) if has(format!("*.{owner}")) => listed.values.push((name, act)),
                Read::Below(_) if owner.strip_prefix("*.").is_some_and(|name| has(name.to_owned())) => {}
                Read::Name(_) | Read::Below(_) => listed.partial += 1,
            }
        }
        listed
    }
}

/// Fetches a zone: what changed since a copy where there is one and the server knows it, and otherwise everything. A transfer
/// that fails leaves the copy as it was.
///
/// # Errors
/// When it cannot be had whole.
pub async fn fetch(source: &Source, known: Option<&Copy>, clock: &Clock) -> Result<Copy, FetchError> {
    let mut stream = timeout(MAX_IDLE, TcpStream::connect(source.server)).await??;
    let now = || Time48::from_u64(clock().as_secs());
    let id = random_id()?;
    let (request, mut signer) = request(source, known.map(|known| known.serial), id, now())?;
    timeout(MAX_IDLE, stream.write_all(&request)).await??;
    let mut receiver = Receiver::new(&source.zone, source.most, known.map(|known| known.serial));
    let mut bytes: u64 = 0;
    while !receiver.is_done() {
        let message = timeout(MAX_IDLE, read_message(&mut stream, MAX_MESSAGE_BYTES)).await?;
        let message = match message {
            Ok(message) => message.ok_or(FetchError::Cut)?,
            Err(error) if is_cut(&error) => return Err(FetchError::Cut),
            Err(error) => return Err(error.into()),
        };
        bytes += message.len() as u64;
        if bytes > MAX_FETCHED_BYTES {
            return Err(FetchError::TooLarge);
        }
        let mut message = Message::from_octets(message).map_err(|_| FetchError::Form)?;
        if let Some(signer) = &mut signer {
            signer.answer(&mut message, now())?;
        }
        if !message.header().qr() || message.header().id() != id {
            return Err(FetchError::Form);
        }
        if message.header().rcode() != Rcode::NOERROR {
            return Err(FetchError::Refused(message.header().rcode()));
        }
        receiver.take_message(&message)?;
    }
    if let Some(signer) = signer {
        signer.done()?;
    }
    receiver.finish(known)
}

/// Whether the connection ended, in whatever way.
fn is_cut(error: &io::Error) -> bool {
    [
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::BrokenPipe,
    ]
    .contains(&error.kind())
}

/// The request, with its length before it, and what checks the signatures of the answer.
fn request(
    source: &Source,
    known: Option<Serial>,
    id: u16,
    now: Time48,
) -> Result<(Vec<u8>, Option<ClientSequence<Key>>), FetchError> {
    let mut origin = Vec::new();
    push_target(source.zone.as_str().as_bytes(), &mut origin);
    let name = Name::from_slice(&origin).map_err(|_| FetchError::Form)?;
    let mut builder = MessageBuilder::new_stream_vec();
    builder.header_mut().set_id(id);
    let mut builder = builder.question();
    let kind = if known.is_some() { Rtype::IXFR } else { Rtype::AXFR };
    builder.push((name, kind, Class::IN))?;
    let mut builder = builder.authority();
    if let Some(serial) = known {
        let apex = Apex {
            origin: origin.clone(),
            ttl_seconds: 0,
            refresh_seconds: 0,
            is_marked: false,
        };
        builder.push(Wire(&apex.start(serial)))?;
    }
    let mut builder = builder.additional();
    let signer = match &source.key {
        Some(key) => Some(ClientSequence::request(Arc::clone(key), &mut builder, now)?),
        None => None,
    };
    Ok((builder.finish().into_target(), signer))
}

/// Where in a transfer the next record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    /// Behind the first record, which gives the version.
    First,
    Whole,
    Removed,
    /// Among what came with a version.
    Added(Serial),
    Done,
}

/// Takes a transfer record by record.
struct Receiver {
    suffix: String,
    most: usize,
    known: Option<Serial>,
    place: Place,
    serial: Serial,
    is_whole: bool,
    /// What came, or went, in order.
    steps: Vec<(Step, Record)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Add,
    Remove,
}

impl Receiver {
    fn new(zone: &Origin, most: usize, known: Option<Serial>) -> Self {
        Self {
            suffix: format!(".{}", zone.as_str()),
            most: most.min(MAX_FETCHED_RULES),
            known,
            place: Place::Start,
            serial: Serial(0),
            is_whole: true,
            steps: Vec::new(),
        }
    }

    fn is_done(&self) -> bool {
        self.place == Place::Done
    }

    fn take_message(&mut self, message: &Message<Vec<u8>>) -> Result<(), FetchError> {
        for record in message.answer()? {
            let record = record?;
            if self.place == Place::Done {
                return Err(FetchError::Form);
            }
            if record.rtype() == Rtype::SOA {
                let start = record.to_record::<Soa<_>>()?.ok_or(FetchError::Form)?;
                self.take_start(start.data().serial())?;
                continue;
            }
            let owner = record.owner().to_string().to_ascii_lowercase();
            // What belongs to the zone itself, as its servers, is no rule.
            let owner = owner.strip_suffix(self.suffix.as_str());
            let target = match record.rtype() {
                Rtype::CNAME => {
                    let led = record.to_record::<Cname<_>>()?.ok_or(FetchError::Form)?;
                    let to = led.data().cname().to_string();
                    Some(to.strip_suffix('.').unwrap_or(&to).to_ascii_lowercase())
                }
                Rtype::RRSIG | Rtype::NSEC | Rtype::NSEC3 | Rtype::NSEC3PARAM | Rtype::DNSKEY => continue,
                _ => None,
            };
            self.take_record(owner.map(|owner| (owner.to_owned(), target)))?;
        }
        // A version that is no newer comes as one record alone.
        if self.place == Place::First && self.known.is_some_and(|known| known >= self.serial) {
            self.place = Place::Done;
            self.is_whole = false;
        }
        Ok(())
    }

    fn take_start(&mut self, serial: Serial) -> Result<(), FetchError> {
        self.place = match self.place {
            Place::Start => {
                self.serial = serial;
                Place::First
            }
            Place::First if self.known == Some(serial) && serial != self.serial => {
                self.is_whole = false;
                Place::Removed
            }
            Place::First | Place::Whole if serial == self.serial => Place::Done,
            Place::Removed => Place::Added(serial),
            Place::Added(current) if current == self.serial && serial == self.serial => Place::Done,
            Place::Added(current) if current == serial => Place::Removed,
            Place::First | Place::Whole | Place::Added(_) | Place::Done => return Err(FetchError::Form),
        };
        Ok(())
    }

    fn take_record(&mut self, record: Option<Record>) -> Result<(), FetchError> {
        let step = match self.place {
            Place::First | Place::Whole => {
                self.place = Place::Whole;
                Step::Add
            }
            Place::Added(_) => Step::Add,
            Place::Removed => Step::Remove,
            Place::Start | Place::Done => return Err(FetchError::Form),
        };
        if let Some(record) = record {
            if self.steps.len() >= self.most {
                return Err(FetchError::TooLarge);
            }
            self.steps.push((step, record));
        }
        Ok(())
    }

    /// The copy that has been fetched, or the one before with what changed.
    fn finish(self, known: Option<&Copy>) -> Result<Copy, FetchError> {
        let mut copy = match known {
            Some(known) if !self.is_whole => known.clone(),
            Some(_) | None => Copy {
                serial: self.serial,
                records: BTreeSet::new(),
            },
        };
        for (step, record) in self.steps {
            match step {
                Step::Add => copy.records.insert(record),
                Step::Remove => copy.records.remove(&record),
            };
        }
        if copy.records.len() > self.most {
            return Err(FetchError::TooLarge);
        }
        if self.known.is_none_or(|known| self.serial > known) {
            copy.serial = self.serial;
        }
        Ok(copy)
    }
}

#[cfg(test)]
mod tests;
