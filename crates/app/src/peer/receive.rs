//! What other nodes say to this one: verified, applied once and in order, kept, and answered with a signed receipt.

use anlanh_httpsig::PublicKey;
use anlanh_model::{
    Actor, AuditAction, Id, InformationError, IssuedError, Order, OrderError, Peer, PeerFault, Permission, Time,
};
use anlanh_store::peer::{self as store, EvidenceRow, InRow, PeerKeyRow, PeerRow};
use anlanh_store::{Writer, order as orders, public_log};
use anlanh_wire::{
    Arrived, Content, Fingerprint, Key, MESSAGES_PATH, Message, MessageError, Outcome, PROTOCOL, Receipt, SignedFields,
    Stamp, WireError, sender, sign_receipt, verify_message,
};
use sha2::{Digest, Sha256};

use super::identity::{NODE_STREAM, secret};
use super::{fault_key, roster};
use crate::case::Means;
use crate::order::OrderRefusal;
use crate::{App, Error, incident, issued, order, permit};

/// A receipt, to be answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Its header fields.
    pub fields: SignedFields,
    /// Its body.
    pub body: Vec<u8>,
}

/// Why a message is not received: nothing of it is kept, and it may be sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It is not signed as messages are.
    #[error("the message is not signed")]
    NotSigned(#[source] WireError),
    /// It is signed by nobody who is a peer, or not by who it says. Strangers are not told which.
    #[error("the message is signed by a key that no peer has")]
    Unknown,
    /// The peer is cut off.
    #[error("the peer is cut off")]
    CutOff,
    /// The signature is of another time.
    #[error("the clocks of both nodes differ")]
    Clock,
    /// What is signed is no message.
    #[error("the content is no message")]
    Malformed(#[source] MessageError),
    /// It is one of a form that this node does not know, for all it can tell by no fault of its sender.
    #[error("the message is of a form that this node does not know")]
    Newer {
        /// The address of its sender.
        node: String,
    },
    /// It is not of the one who signs it, or not to this node.
    #[error("the message is not from its signer to this node")]
    Elsewhere,
    /// What comes before it was not received.
    #[error("message {expected} of the stream is expected")]
    OutOfOrder {
        /// The number that is expected.
        expected: u64,
    },
    /// Another message had this number.
    #[error("another message has this number; {expected} is free")]
    Equivocation {
        /// The number that is expected.
        expected: u64,
    },
    /// The peer has [`MAX_OPEN_STREAMS`] open.
    #[error("the peer has {MAX_OPEN_STREAMS} streams open")]
    TooManyStreams,
    /// The node did not do it.
    #[error("the node did not do it")]
    Node(#[from] Error),
}

impl From<anlanh_store::Error> for ReceiveError {
    fn from(error: anlanh_store::Error) -> Self {
        Self::Node(error.into())
    }
}

impl From<anlanh_store::DatabaseError> for ReceiveError {
    fn from(error: anlanh_store::DatabaseError) -> Self {
        Self::Node(error.into())
    }
}

/// Most streams that a peer may have open: of orders that are not over, and others that it began in the last
/// `STREAM_OPEN_HOURS`.
pub const MAX_OPEN_STREAMS: u64 = 1_024;
/// How long a stream that is about no order counts as open.
const STREAM_OPEN_HOURS: i64 = 24;
/// Most pairs of messages under one number that are kept of a peer.
pub const MAX_EVIDENCE: u64 = 64;

/// A message whose signature holds.
#[derive(Clone)]
struct Heard {
    peer: PeerRow,
    message: Message,
    bytes: Vec<u8>,
    digest: [u8; 32],
    signature_input: String,
    signature: String,
}

/// Receives a message: header fields in their order, and the body.
///
/// # Errors
/// Why it is not received.
pub async fn receive(app: &App, fields: &[(&str, &[u8])], body: &[u8]) -> Result<Answered, ReceiveError> {
    let url = app.site.url(MESSAGES_PATH);
    let arrived = Arrived {
        url: &url,
        fields,
        body,
    };
    let by = sender(&arrived).map_err(ReceiveError::NotSigned)?;
    let (peers, key) = known(app, &by).await?;
    let now = app.clock.now();
    // Nothing of who is a peer here is told to whoever has not signed.
    let late = match verify_message(&arrived, &key, now.as_seconds()) {
        Ok(()) => false,
        Err(WireError::Clock) => true,
        Err(_) => return Err(ReceiveError::Unknown),
    };
    let sent_by = Message::parse(body);
    let from = match &sent_by {
        Ok(Message { from, .. }) | Err(MessageError::Newer { from, .. }) => Some(from.trim_end_matches('/')),
        Err(_) => None,
    };
    let peer = match (from, peers.as_slice()) {
        (Some(from), _) => peers.iter().find(|peer| peer.url == from),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let peer = peer.cloned().ok_or(ReceiveError::Unknown)?;
    if !peer.state.is_active() {
        return Err(ReceiveError::CutOff);
    }
    if late {
        return Err(ReceiveError::Clock);
    }
    let (id, generation) = (peer.id, peer.our_generation);
    let digest: [u8; 32] = Sha256::digest(body).into();
    let heard = match read(app, peer, sent_by, &arrived, digest) {
        Ok(heard) => heard,
        Err(error @ ReceiveError::Newer { .. }) => return Err(error),
        Err(error) => {
            fault(app, id, PeerFault::Malformed, &digest).await?;
            return Err(error);
        }
    };
    let said = heard.clone();
    let kept = keep(app, heard).await;
    if matches!(kept, Err(ReceiveError::Equivocation { .. })) {
        keep_evidence(app, said).await?;
        fault(app, id, PeerFault::Equivocation, &digest).await?;
    }
    let receipt = kept?;
    let key = secret(&app.vault, generation);
    let fields = sign_receipt(&arrived, 200, &receipt, &key, now.as_seconds());
    Ok(Answered {
        fields: fields.map_err(|_| Error::Uncompiled)?,
        body: receipt,
    })
}

/// Who says that this key is theirs, where it is taken now.
async fn known(app: &App, by: &Fingerprint) -> Result<(Vec<PeerRow>, PublicKey), ReceiveError> {
    let (by, now) = (*by, app.clock.now());
    let read = app.store.read("peer.sender", move |tx| {
        let mut peers = Vec::new();
        let mut ed25519 = None;
        for key in store::key(tx, by.as_bytes())? {
            if key.until.is_none_or(|until| until > now)
                && let Some(peer) = store::load(tx, key.peer)?
            {
                peers.push(peer);
                ed25519 = Some(key.ed25519);
            }
        }
        Ok::<_, Error>((peers, ed25519))
    });
    let (peers, ed25519) = read.await?;
    let key = ed25519.and_then(|bytes| PublicKey::from_bytes(&bytes).ok());
    Ok((peers, key.ok_or(ReceiveError::Unknown)?))
}

fn read(
    app: &App,
    peer: PeerRow,
    message: Result<Message, MessageError>,
    arrived: &Arrived<'_>,
    digest: [u8; 32],
) -> Result<Heard, ReceiveError> {
    let to = match &message {
        Ok(Message { to, .. }) | Err(MessageError::Newer { to, .. }) => Some(to),
        Err(_) => None,
    };
    if to.is_some_and(|to| to.trim_end_matches('/') != app.site.url("")) {
        return Err(ReceiveError::Elsewhere);
    }
    let message = match message {
        Ok(message) => message,
        Err(MessageError::Newer { .. }) => return Err(ReceiveError::Newer { node: peer.url }),
        Err(error) => return Err(ReceiveError::Malformed(error)),
    };
    let field = |name: &str| {
        let values = arrived
            .fields
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let values = values.filter_map(|(_, value)| std::str::from_utf8(value).ok());
        values.collect::<Vec<_>>().join(", ")
    };
    Ok(Heard {
        peer,
        message,
        bytes: arrived.body.to_vec(),
        digest,
        signature_input: field("signature-input"),
        signature: field("signature"),
    })
}

/// Counts what a peer signed that is wrong, once for the same bytes, and cuts it off where that is too much.
async fn fault(app: &App, peer: Id<Peer>, fault: PeerFault, digest: &[u8; 32]) -> Result<(), Error> {
    let key = fault_key(fault);
    let what: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let why = format!("{key} {what}");
    let change = app.change(&Actor::Peer(peer), AuditAction::ChangePeer);
    app.store
        .write(change, move |writer| {
            let times = store::count_fault(writer, peer, &why)?;
            writer.about("peer", peer.number(), key);
            if fault.cuts_off(times) {
                roster::end(writer, peer, &why)?;
            }
            Ok(())
        })
        .await
}

/// Keeps what a peer signed beside what it had signed before: both can be shown to whoever asks who told two stories.
async fn keep_evidence(app: &App, heard: Heard) -> Result<(), Error> {
    let change = app.change(&Actor::Peer(heard.peer.id), AuditAction::ReceiveMessage);
    app.store
        .write(change, move |writer| {
            let said = InRow {
                peer: heard.peer.id,
                stream: &heard.message.stream,
                number: heard.message.number,
                kind: heard.message.content.kind(),
                digest: &heard.digest,
                message: &heard.bytes,
                signature_input: &heard.signature_input,
                signature: &heard.signature,
                receipt: &[],
            };
            store::keep_evidence(writer, &said, MAX_EVIDENCE)?;
            writer.about("peer", heard.peer.id.number(), "evidence");
            Ok(())
        })
        .await
}

/// What a peer signed twice under one number, for people to show it.
///
/// # Errors
/// When the one who asks may not, there is no such peer, or the database is away.
pub async fn evidence(app: &App, actor: &Actor, id: Id<Peer>) -> Result<(PeerRow, Vec<EvidenceRow>), Error> {
    permit(actor, Permission::ManagePeers)?;
    app.store
        .read("peer.evidence", move |tx| {
            let peer = store::load(tx, id)?.ok_or(Error::NotFound("peer"))?;
            Ok((peer, store::evidence(tx, id)?))
        })
        .await
}

/// Keeps a message, applied or refused, and gives its receipt: that of before where it was received before.
async fn keep(app: &App, heard: Heard) -> Result<Vec<u8>, ReceiveError> {
    // What comes again costs a read alone, however often anybody sends it.
    let (id, stream, number) = (heard.peer.id, heard.message.stream.clone(), heard.message.number);
    let read = app.store.read("peer.received", move |tx| {
        Ok::<_, Error>(store::received(tx, id, &stream, number)?)
    });
    if let Some(before) = read.await?.filter(|before| before.digest == heard.digest) {
        return Ok(before.receipt);
    }
    let means = std::sync::Arc::new(Means::of(app));
    let actor = Actor::Peer(heard.peer.id);
    let (of, with) = (heard.clone(), std::sync::Arc::clone(&means));
    let change = app.change(&actor, AuditAction::ReceiveMessage);
    let applied = app.store.write(change, move |writer| take(writer, &with, &of, None));
    let reason = match applied.await {
        Err(ReceiveError::Node(error)) => match reason(&error) {
            Some(reason) => reason,
            None => return Err(error.into()),
        },
        done => return done,
    };
    // What it says cannot be done. Nothing of it was; that it was received is kept.
    let change = app.change(&actor, AuditAction::ReceiveMessage);
    let refused = app
        .store
        .write(change, move |writer| take(writer, &means, &heard, Some(reason)));
    refused.await
}

fn take(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    heard: &Heard,
    refused: Option<&'static str>,
) -> Result<Vec<u8>, ReceiveError> {
    let message = &heard.message;
    // Whoever was cut off since is not heard.
    let peer = store::load(writer, heard.peer.id)?.filter(|peer| peer.state.is_active());
    let peer = &peer.ok_or(ReceiveError::CutOff)?;
    let expected = store::last_in(writer, peer.id, &message.stream)? + 1;
    if let Some(before) = store::received(writer, peer.id, &message.stream, message.number)? {
        return if before.digest == heard.digest {
            writer.about("peer", peer.id.number(), "again");
            Ok(before.receipt)
        } else {
            Err(ReceiveError::Equivocation { expected })
        };
    }
    if message.number != expected {
        return Err(ReceiveError::OutOfOrder { expected });
    }
    // Where this node spoke first, and of itself, a node is always heard.
    let begins = message.number == 1 && message.stream != NODE_STREAM;
    if begins && store::last_out(writer, peer.id, &message.stream)? == 0 {
        let since = writer.now().plus_minutes(-STREAM_OPEN_HOURS * 60);
        if store::open_streams(writer, peer.id, since)? >= MAX_OPEN_STREAMS {
            return Err(ReceiveError::TooManyStreams);
        }
    }
    let position = public_log::size(writer)?;
    if refused.is_none() {
        apply(writer, means, peer, message)?;
    }
    // An order's entry is the first of what it writes; of an amendment, those of what it lifts come before its own.
    let size = public_log::size(writer)?;
    let entry = match &message.content {
        Content::Order(_) => (size > position).then_some(position),
        Content::Amend(_) => size.checked_sub(1).filter(|last| *last >= position),
        Content::Withdraw(_)
        | Content::Remind(_)
        | Content::Progress(_)
        | Content::Logged(_)
        | Content::Incident(_)
        | Content::Key(_) => None,
    };
    let receipt = Receipt {
        protocol: PROTOCOL.to_owned(),
        from: means.site.url(""),
        to: peer.url.clone(),
        stream: message.stream.clone(),
        number: message.number,
        digest: heard.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        received_at: Stamp(writer.now().as_micros()),
        outcome: if refused.is_some() {
            Outcome::Refused
        } else {
            Outcome::Applied
        },
        reason: refused.map(str::to_owned),
        entry,
    };
    let receipt = receipt.to_json();
    let row = InRow {
        peer: peer.id,
        stream: &message.stream,
        number: message.number,
        kind: message.content.kind(),
        digest: &heard.digest,
        message: &heard.bytes,
        signature_input: &heard.signature_input,
        signature: &heard.signature,
        receipt: &receipt,
    };
    store::insert_in(writer, &row)?;
    store::heard(writer, peer.id)?;
    writer.about("peer", peer.id.number(), refused.unwrap_or(message.content.kind()));
    Ok(receipt)
}

fn apply(writer: &mut Writer<'_, '_>, means: &Means, peer: &PeerRow, message: &Message) -> Result<(), Error> {
    match &message.content {
        Content::Order(content) => order::wire::enter(writer, means, peer, message, content),
        Content::Amend(content) => {
            let id = known_order(writer, peer, message)?;
            order::wire::amend(writer, means, id, message, content)
        }
        Content::Withdraw(content) => {
            let id = known_order(writer, peer, message)?;
            order::wire::withdraw(writer, id, content)
        }
        Content::Remind(content) => {
            let id = known_order(writer, peer, message)?;
            order::wire::remind(writer, id, content)
        }
        Content::Progress(content) => issued::progress(writer, peer, &message.stream, content),
        Content::Logged(content) => issued::logged(writer, peer, &message.stream, content),
        Content::Incident(said) => incident::report::hear(writer, peer, &message.stream, said),
        Content::Key(key) if message.stream == NODE_STREAM => follow_key(writer, peer, key),
        Content::Key(_) => Err(Error::UnknownKey("stream")),
    }
}

/// The order of which a peer speaks, while it speaks for the office that sent it.
fn known_order(writer: &mut Writer<'_, '_>, peer: &PeerRow, message: &Message) -> Result<Id<Order>, Error> {
    let id = store::order_of(writer, peer.id, &message.stream)?.ok_or(Error::NotFound("order"))?;
    let row = orders::load(writer, id)?.ok_or(Error::NotFound("order"))?;
    if peer.office.as_deref() == Some(row.letter.office.as_str()) {
        Ok(id)
    } else {
        Err(OrderRefusal::NotTheirs.into())
    }
}

/// A peer follows its key by another, under the one before.
fn follow_key(writer: &mut Writer<'_, '_>, peer: &PeerRow, key: &Key) -> Result<(), Error> {
    let public = key.public().ok_or(Error::BadReference)?;
    let now = writer.now();
    // Whatever it says, the key before is not taken for longer than keys overlap.
    let longest = now.plus_minutes(super::KEY_OVERLAP_DAYS * 1_440);
    let until = Time::from_micros(key.previous_until.0).min(longest);
    let fingerprint = Fingerprint::of(public.as_bytes());
    store::end_keys(writer, peer.id, until, fingerprint.as_bytes())?;
    store::insert_key(
        writer,
        &PeerKeyRow {
            fingerprint: *fingerprint.as_bytes(),
            peer: peer.id,
            ed25519: *public.as_bytes(),
            from: now,
            until: None,
        },
    )?;
    Ok(())
}

/// Key of why a message cannot be applied; none where the node failed, and it is to be sent again.
fn reason(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Forbidden(_) | Error::NeedsPerson(_) => "not_permitted",
        Error::NotFound(_) => "unknown_order",
        Error::UnknownKey("office") => "unknown_office",
        Error::UnknownKey("category") => "unknown_category",
        Error::UnknownKey("basis") => "unknown_basis",
        Error::UnknownKey(_) => "unknown_key",
        Error::Text(..) => "bad_text",
        Error::BadReference => "bad_reference",
        Error::Order(OrderRefusal::NoDeadline) => "no_deadline",
        Error::Order(OrderRefusal::Life(OrderError::BadTarget | OrderError::BadTargets | OrderError::NoTarget)) => {
            "bad_targets"
        }
        Error::Order(OrderRefusal::Life(OrderError::BadMoment)) => "bad_moment",
        Error::Order(OrderRefusal::Life(OrderError::Over | OrderError::Past | OrderError::Settled)) => "order_over",
        Error::Order(OrderRefusal::Life(OrderError::Done)) => "order_done",
        Error::Order(OrderRefusal::NotTheirs) => "not_their_office",
        Error::Order(OrderRefusal::Information(InformationError::BadFields)) => "bad_fields",
        Error::Order(OrderRefusal::Information(InformationError::BadPeriod)) => "bad_period",
        Error::Order(OrderRefusal::Information(InformationError::BadSubjects)) => "too_many_subjects",
        Error::Order(OrderRefusal::Information(InformationError::NotAsked)) => "not_information",
        Error::Issued(
            IssuedError::Over
            | IssuedError::Signed
            | IssuedError::OutOfScope
            | IssuedError::Done
            | IssuedError::OwnDraft
            | IssuedError::NumberUsed,
        ) => "order_over",
        Error::Order(_)
        | Error::Owner(_)
        | Error::Block(_)
        | Error::Enforcement(_)
        | Error::Statement(_)
        | Error::Case(_)
        | Error::Keeping(_) => "refused",
        // What a platform says of an order may overtake its receipt: it is heard again when that is there.
        Error::Issued(IssuedError::NotYet)
        | Error::Item(_)
        | Error::Appeal(_)
        | Error::Policy(_)
        | Error::Uncompiled
        | Error::Image(_)
        | Error::Report(_)
        | Error::Contact(_)
        | Error::Peer(_)
        | Error::Feed(_)
        | Error::Sensor(_)
        | Error::Hunt(_)
        | Error::Alert(_)
        | Error::Incident(_)
        | Error::Sharing(_)
        | Error::Push(_)
        | Error::Sighting(_)
        | Error::Intel(_)
        | Error::OwnOpinion
        | Error::KeyReused
        | Error::NameTaken
        | Error::LastAdministrator
        | Error::Thread(_)
        | Error::WrongKey
        | Error::Sealed(_)
        | Error::Randomness(_)
        | Error::Export(_)
        | Error::Store(_) => return None,
    })
}
