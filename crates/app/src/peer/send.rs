//! What this node says to others: kept in the transaction from which it follows, signed when it is sent, and sent until a
//! signed receipt is there.

use anlanh_httpsig::PublicKey;
use anlanh_model::{Actor, AuditAction, Id, Peer, PeerFault, Permission};
use anlanh_store::peer::{self as store, OutRow, PeerRow};
use anlanh_store::{Queries, Writer};
use anlanh_wire::{
    Content, Fingerprint, MAX_MESSAGE_BYTES, MESSAGES_PATH, Message, Outcome, PROTOCOL, Receipt, SignedFields,
    SignedReceipt, Stamp, sign_message,
};

use super::identity::secret;
use super::{PeerError, fault_key, retry_at, retry_refused_at};
use crate::{App, Error, Site, issued, permit};

/// Numbers of a stream that no peer comes to.
const MAX_NUMBER: u64 = 1 << 40;

/// A message that is to be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    row: OutRow,
    failures: u32,
    /// Address of the node that it goes to.
    pub node: String,
    /// Its header fields.
    pub fields: SignedFields,
}

/// What was answered to a message, or why nothing was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replied<'a> {
    /// An answer.
    Answer {
        /// Its status.
        status: u16,
        /// Its header fields.
        fields: &'a [(&'a str, &'a [u8])],
        /// Its body.
        body: &'a [u8],
        /// From which number on the other side wants the stream again, where it says so.
        expected: Option<u64>,
    },
    /// None, and why.
    Nothing(&'a str),
}

/// What became of an attempt.
enum Fate {
    /// It was received.
    Delivered(Box<(SignedReceipt, Receipt)>),
    /// The other side expects another number in the stream.
    Expects(u64),
    /// The other side refuses this message for its own sake, and why.
    Refused(String),
    /// It was not received, and why.
    Failed(String),
}

impl Outgoing {
    /// The message.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.row.message
    }

    /// Tells it from every other.
    #[must_use]
    pub fn id(&self) -> (Id<Peer>, String) {
        (self.row.peer, self.row.stream.clone())
    }
}

/// Says something to a peer, as the next of a stream.
pub(crate) fn say(
    writer: &mut Writer<'_, '_>,
    site: &Site,
    peer: &PeerRow,
    stream: &str,
    content: Content,
) -> Result<u64, Error> {
    let number = store::last_out(writer, peer.id, stream)? + 1;
    let kind = content.kind();
    let message = Message {
        protocol: PROTOCOL.to_owned(),
        from: site.url(""),
        to: peer.url.clone(),
        stream: stream.to_owned(),
        number,
        at: Stamp(writer.now().as_micros()),
        content,
    };
    let message = message.to_json();
    if message.len() > MAX_MESSAGE_BYTES {
        return Err(PeerError::TooLong.into());
    }
    store::insert_out(writer, peer.id, stream, number, kind, &message)?;
    Ok(number)
}

/// What was said to a peer in a stream, with the receipts.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn said(app: &App, actor: &Actor, peer: Id<Peer>, stream: &str) -> Result<Vec<OutRow>, Error> {
    permit(actor, Permission::ReadIssued)?;
    let stream = stream.to_owned();
    app.store
        .read("peer.said", move |tx| Ok(store::receipts(tx, peer, &stream)?))
        .await
}

/// At most `limit` messages that are to be sent now, signed.
///
/// # Errors
/// When the database is away.
pub async fn due(app: &App, limit: u32) -> Result<Vec<Outgoing>, Error> {
    let now = app.clock.now();
    let read = app.store.read("peer.due", move |tx| {
        let mut due = Vec::new();
        for row in store::due(tx, now, limit)? {
            if let Some(peer) = store::load(tx, row.peer)? {
                due.push((row, peer));
            }
        }
        Ok::<_, Error>(due)
    });
    let sign = |(row, peer): (OutRow, PeerRow)| {
        let url = format!("{}{MESSAGES_PATH}", peer.url);
        let key = secret(&app.vault, peer.our_generation);
        let random: [u8; 16] = crate::sealing::random()?;
        let nonce: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let fields = sign_message(&url, &row.message, &key, &nonce, now.as_seconds());
        Ok(Outgoing {
            failures: peer.failures,
            node: peer.url,
            fields: fields.map_err(|_| Error::Uncompiled)?,
            row,
        })
    };
    read.await?.into_iter().map(sign).collect()
}

/// Takes what was answered to a message.
///
/// # Errors
/// When the database is away or full.
pub async fn answered(app: &App, sent: &Outgoing, replied: Replied<'_>) -> Result<(), Error> {
    let fate = fate(app, sent, replied).await?;
    let (row, failures) = (sent.row.clone(), sent.failures);
    let means = crate::case::Means::of(app);
    let change = app.change(&Actor::Node, AuditAction::DeliverMessage);
    app.store
        .write(change, move |writer| {
            let id = row.peer.number();
            match &fate {
                Fate::Delivered(by) => {
                    deliver(writer, &means, &row, &by.0, &by.1)?;
                    writer.about("peer", id, row.kind.clone());
                }
                Fate::Expects(number) => {
                    align(writer, &row, *number)?;
                    let retry_at = retry_at(writer.now(), failures);
                    store::failed(writer, row.peer, failures.saturating_add(1), "expects", retry_at)?;
                    writer.about("peer", id, "expects");
                }
                Fate::Refused(why) => {
                    let retry_at = retry_refused_at(writer.now(), row.failures);
                    store::refused(writer, &row, row.failures.saturating_add(1), why, retry_at)?;
                    store::reached(writer, row.peer)?;
                    writer.about("peer", id, "refused");
                }
                Fate::Failed(why) => {
                    let retry_at = retry_at(writer.now(), failures);
                    store::failed(writer, row.peer, failures.saturating_add(1), why, retry_at)?;
                    writer.about("peer", id, "not_reached");
                }
            }
            Ok(())
        })
        .await
}

/// Begins a stream where the other side expects it: what it lost is sent again, and what it has more of than we know, as a
/// node has that lost its own newest days, is passed over.
fn align(writer: &mut Writer<'_, '_>, row: &OutRow, expected: u64) -> Result<(), Error> {
    let (peer, stream) = (row.peer, row.stream.as_str());
    if store::was_delivered(writer, peer, stream, expected)? {
        return Ok(store::undeliver(writer, peer, stream, expected)?);
    }
    let waiting = store::unsent(writer, peer, stream)?;
    let mut numbered: Vec<(u64, u64, Vec<u8>)> = Vec::with_capacity(waiting.len());
    for ((from, bytes), to) in waiting.into_iter().zip(expected..) {
        let mut message = Message::parse(&bytes).map_err(|_| Error::Uncompiled)?;
        message.number = to;
        numbered.push((from, to, message.to_json()));
    }
    // No two have one number at any moment.
    if numbered.first().is_some_and(|(from, to, _)| to > from) {
        numbered.reverse();
    }
    for (from, to, bytes) in numbered {
        store::renumber(writer, peer, stream, (from, to), &bytes)?;
    }
    Ok(())
}

fn deliver(
    writer: &mut Writer<'_, '_>,
    means: &crate::case::Means,
    row: &OutRow,
    signed: &SignedReceipt,
    receipt: &Receipt,
) -> Result<(), Error> {
    let outcome = match receipt.outcome {
        Outcome::Applied => "applied",
        Outcome::Refused => "refused",
    };
    if !store::deliver(writer, row, outcome, receipt.reason.as_deref(), &signed.to_json())? {
        return Ok(());
    }
    store::heard(writer, row.peer)?;
    if row.kind == "key" && receipt.outcome == Outcome::Applied {
        store::knows_next_key(writer, row.peer)?;
    }
    issued::delivered(writer, means, row, (signed, receipt))
}

/// What an answer comes to: a receipt counts where it is signed by the peer and of this message.
async fn fate(app: &App, sent: &Outgoing, replied: Replied<'_>) -> Result<Fate, Error> {
    let (status, fields, body, expected) = match replied {
        Replied::Nothing(why) => return Ok(Fate::Failed(why.to_owned())),
        Replied::Answer {
            status,
            fields,
            body,
            expected,
        } => (status, fields, body, expected),
    };
    if status == 409
        && let Some(number) =
            expected.filter(|number| *number > 0 && *number != sent.row.number && *number < MAX_NUMBER)
    {
        return Ok(Fate::Expects(number));
    }
    if status != 200 {
        return Ok(fate_of_problem(status, body));
    }
    let url = format!("{}{MESSAGES_PATH}", sent.node);
    let signed = SignedReceipt::of_answer(&url, sent.body(), status, fields, body);
    let Some((signed, signer)) = signed.and_then(|signed| signed.signer().ok().map(|by| (signed, by))) else {
        return Ok(Fate::Failed(fault_key(PeerFault::NoReceipt).to_owned()));
    };
    let (peer, now) = (sent.row.peer, app.clock.now());
    let key = app
        .store
        .read("peer.key", move |tx| key_of(tx, peer, &signer, now))
        .await?;
    let receipt = key.and_then(|key| signed.verify(&key).ok());
    let receipt = receipt.filter(|it| it.stream == sent.row.stream && it.number == sent.row.number);
    Ok(match receipt {
        Some(receipt) => Fate::Delivered(Box::new((signed, receipt))),
        None => Fate::Failed(fault_key(PeerFault::NoReceipt).to_owned()),
    })
}

/// The code of a problem that is about one message: whatever else is said to the peer may well be received.
const OF_ONE_MESSAGE: &str = "message-newer";

/// What it comes to that a peer does not receive a message, and why: the status, and the code of its problem (RFC 9457) where
/// it has a plain one.
fn fate_of_problem(status: u16, body: &[u8]) -> Fate {
    #[derive(serde::Deserialize)]
    struct Problem {
        code: String,
    }
    const MAX_CODE_BYTES: usize = 64;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let problem = serde_json::from_slice::<Problem>(body).ok();
    match problem.map(|problem| problem.code) {
        Some(code) if code.len() <= MAX_CODE_BYTES && code.bytes().all(is_plain) => {
            let why = format!("status {status} {code}");
            if code == OF_ONE_MESSAGE {
                Fate::Refused(why)
            } else {
                Fate::Failed(why)
            }
        }
        Some(_) | None => Fate::Failed(format!("status {status}")),
    }
}

/// A key of a peer that is taken now.
pub(super) fn key_of(
    tx: &mut dyn Queries,
    peer: Id<Peer>,
    fingerprint: &Fingerprint,
    now: anlanh_model::Time,
) -> Result<Option<PublicKey>, Error> {
    let rows = store::key(tx, fingerprint.as_bytes())?;
    let row = rows
        .into_iter()
        .find(|row| row.peer == peer && row.until.is_none_or(|until| until > now));
    Ok(row.and_then(|row| PublicKey::from_bytes(&row.ed25519).ok()))
}
