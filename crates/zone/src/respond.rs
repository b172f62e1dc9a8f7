//! What is answered to a request: bytes in, bytes or a transfer out. Nothing but these zones is answered, and that only to whoever
//! signs with a key or comes from an address that may have it.

use std::net::IpAddr;
use std::sync::Arc;

use anlanh_soc::Network;
use anlanh_soc::blocking::{Blocklist, Origin};
use domain::base::iana::{Class, Opcode, Rcode, Rtype, TsigRcode};
use domain::base::message_builder::PushError;
use domain::base::{Message, MessageBuilder, Name, Question, Serial, StreamTarget, ToName};
use domain::rdata::Soa;
use domain::rdata::tsig::Time48;
use domain::tsig::{ServerError, ServerSequence};

use crate::key::{Key, Keys};
use crate::rules::{Rules, push_target};
use crate::transfer::{Apex, Signer, Transfer, Wire, begin, finish};
use crate::version::Version;

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// In a datagram: no transfer fits into the answer.
    Datagram,
    /// Over a connection.
    Connection,
}

/// What is sent back.
pub enum Response {
    /// Nothing: it was no request.
    Nothing,
    /// One message, with its length before it.
    Message(Vec<u8>),
    /// Many messages.
    Transfer(Box<Transfer>),
}

/// Who may have a zone.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Whoever signs with one of these.
    pub keys: Keys,
    /// Whoever has an address of these, and does not sign.
    pub networks: Vec<Network>,
}

impl Access {
    fn allows(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        let bits = match peer {
            IpAddr::V4(peer) => u128::from(peer.to_bits()),
            IpAddr::V6(peer) => peer.to_bits(),
        };
        self.networks.iter().any(|network| {
            let (first, last) = network.range();
            network.first().is_ipv4() == peer.is_ipv4() && (first..=last).contains(&bits)
        })
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Start,
    Servers,
    Whole,
    Since(Serial),
}

/// Whoever answers for zones.
#[derive(Debug, Clone)]
pub struct Responder {
    /// The apex of each zone.
    pub zones: Vec<Arc<Apex>>,
    /// Who may have it.
    pub access: Access,
}

impl Responder {
    /// Answers a request, by the version of the zone that it is about.
    ///
    /// # Errors
    /// When an answer cannot be made, which no request brings about.
    pub fn respond(
        &self,
        version_of: impl FnOnce(usize) -> Option<Arc<Version>>,
        request: &[u8],
        peer: IpAddr,
        transport: Transport,
        now: Time48,
    ) -> Result<Response, PushError> {
        let Ok(mut request) = Message::from_octets(request.to_vec()) else {
            return Ok(Response::Nothing);
        };
        if request.header().qr() {
            return Ok(Response::Nothing);
        }
        let mut signer = match ServerSequence::request(self.access.keys.store(), &mut request, now) {
            Ok(signer) => signer,
            Err(refused) => return refusal(refused, &request).map(Response::Message),
        };
        let (zone, asked) = match self.read(&request) {
            Ok(read) if signer.is_some() || self.access.allows(peer) => read,
            Ok(_) => return error(&request, Rcode::REFUSED, signer.as_mut(), now),
            Err(rcode) => return error(&request, rcode, signer.as_mut(), now),
        };
        let (Some(version), Some(apex)) = (version_of(zone), self.zones.get(zone)) else {
            return error(&request, Rcode::SERVFAIL, signer.as_mut(), now);
        };
        let (version, apex) = (version.as_ref(), Arc::clone(apex));
        match (asked, transport) {
            // One that is too large for a datagram is asked for again over a connection (RFC 1995, section 2).
            (Asked::Start, _) | (Asked::Since(_), Transport::Datagram) => {
                let record = apex.start(version.serial);
                answer(&request, &record, signer.as_mut(), now)
            }
            (Asked::Servers, _) => answer(&request, &apex.servers(), signer.as_mut(), now),
            (Asked::Whole, Transport::Datagram) => error(&request, Rcode::REFUSED, signer.as_mut(), now),
            (Asked::Whole, Transport::Connection) => {
                let transfer = Transfer::whole(apex, version, request, signer);
                Ok(Response::Transfer(Box::new(transfer)))
            }
            (Asked::Since(serial), Transport::Connection) => {
                let transfer = Transfer::since(serial, apex, version, request, signer);
                Ok(Response::Transfer(Box::new(transfer)))
            }
        }
    }

    /// Of which zone a request asks for what, or what is said instead.
    fn read(&self, request: &Message<Vec<u8>>) -> Result<(usize, Asked), Rcode> {
        if request.header().opcode() != Opcode::QUERY {
            return Err(Rcode::REFUSED);
        }
        let question = request.sole_question().map_err(|_| Rcode::FORMERR)?;
        let is_asked =
            |apex: &Arc<Apex>| Name::from_slice(&apex.origin).is_ok_and(|origin| question.qname().name_eq(origin));
        let zone = self.zones.iter().position(is_asked).ok_or(Rcode::REFUSED)?;
        if question.qclass() != Class::IN {
            return Err(Rcode::REFUSED);
        }
        let asked = match question.qtype() {
            Rtype::SOA => Asked::Start,
            Rtype::NS => Asked::Servers,
            Rtype::AXFR => Asked::Whole,
            Rtype::IXFR => {
                let authority = request.authority().map_err(|_| Rcode::FORMERR)?;
                let mut starts = authority.limit_to_in::<Soa<_>>();
                let start = starts.next().and_then(Result::ok).ok_or(Rcode::FORMERR)?;
                Asked::Since(start.data().serial())
            }
            _ => return Err(Rcode::REFUSED),
        };
        Ok((zone, asked))
    }
}

/// All messages that a request is answered with, each with its length before it, by a zone of this list and as if it came
/// from an address that may have it: for whoever tries requests.
#[must_use]
pub fn try_request(list: &Blocklist, keys: &Keys, request: &[u8], now_seconds: u64) -> Vec<Vec<u8>> {
    let mut name = Vec::new();
    push_target(b"rpz.test", &mut name);
    let apex = Arc::new(Apex {
        origin: name,
        ttl_seconds: 60,
        refresh_seconds: 60,
        is_marked: false,
    });
    let peer = IpAddr::from([127, 0, 0, 1]);
    let networks = Network::new(peer, 32).into_iter().collect();
    let access = Access {
        keys: keys.clone(),
        networks,
    };
    let Ok(origin) = Origin::parse("rpz.test") else {
        return Vec::new();
    };
    let version = Arc::new(Version::first(Serial(7), Arc::new(Rules::of(list, &origin, |_| {}))));
    let now = Time48::from_u64(now_seconds);
    let zones = vec![apex];
    let responder = Responder { zones, access };
    let mut answers = Vec::new();
    for transport in [Transport::Datagram, Transport::Connection] {
        match responder.respond(|_| Some(Arc::clone(&version)), request, peer, transport, now) {
            Ok(Response::Message(message)) => answers.push(message),
            Ok(Response::Transfer(mut transfer)) => {
                answers.extend(std::iter::from_fn(|| transfer.next_message(now).ok().flatten()));
            }
            Ok(Response::Nothing) | Err(_) => {}
        }
    }
    answers
}

/// What is said to whoever signs wrongly.
fn refusal(refused: ServerError<Key>, request: &Message<Vec<u8>>) -> Result<Vec<u8>, PushError> {
    let is_unread = refused.error() == TsigRcode::FORMERR;
    let target = StreamTarget::new(Vec::new()).map_err(|_| PushError::ShortBuf)?;
    let builder = MessageBuilder::from_target(target).map_err(|_| PushError::ShortBuf)?;
    let message = refused.build_message(request, builder)?;
    let is_signature = is_unread && message.header().rcode() == Rcode::NOTAUTH;
    let mut message = message.finish().into_target();
    // The library names a signature that does not hold as one that cannot be read (RFC 8945, section 5.2.2, demands the other).
    // The code stands before the two bytes that say that nothing follows.
    let len = message.len();
    if is_signature && let Some(code) = message.get_mut(len.saturating_sub(4)..len.saturating_sub(2)) {
        code.copy_from_slice(&TsigRcode::BADSIG.to_int().to_be_bytes());
    }
    Ok(message)
}

/// An answer of one record.
fn answer(
    request: &Message<Vec<u8>>,
    record: &[u8],
    signer: Option<&mut Signer>,
    now: Time48,
) -> Result<Response, PushError> {
    let mut answer = begin(request, Rcode::NOERROR)?;
    answer.header_mut().set_aa(true);
    answer.push(Wire(record))?;
    let mut answer = answer.additional();
    if request.opt().is_some() {
        // What may follow a request in one datagram everywhere (DNS flag day 2020).
        answer.opt(|opt| {
            opt.set_udp_payload_size(1232);
            Ok(())
        })?;
    }
    finish(answer, signer, now).map(Response::Message)
}

/// An answer without any.
fn error(
    request: &Message<Vec<u8>>,
    rcode: Rcode,
    signer: Option<&mut Signer>,
    now: Time48,
) -> Result<Response, PushError> {
    // The question of a request that cannot be read is not said again.
    let questions: Vec<Question<_>> = request.question().filter_map(Result::ok).take(2).collect();
    let answer = match questions.as_slice() {
        [_] => begin(request, rcode)?.additional(),
        _ => {
            let target = StreamTarget::new(Vec::new()).map_err(|_| PushError::ShortBuf)?;
            let mut builder = MessageBuilder::from_target(target).map_err(|_| PushError::ShortBuf)?;
            let header = builder.header_mut();
            header.set_id(request.header().id());
            header.set_qr(true);
            header.set_opcode(request.header().opcode());
            header.set_rcode(rcode);
            builder.additional()
        }
    };
    finish(answer, signer, now).map(Response::Message)
}

#[cfg(test)]
mod tests;
