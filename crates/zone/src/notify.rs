//! Telling secondaries that there is a new version (RFC 1996), until they have fetched it: one that confirms may lose it all the
//! same, as when the datagram is lost in which it asks for the serial number.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use domain::base::iana::{Class, Opcode, Rcode, Rtype};
use domain::base::message_builder::PushError;
use domain::base::{Message, MessageBuilder, Name, Serial};
use domain::rdata::tsig::Time48;
use domain::tsig::ClientTransaction;
use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep_until, timeout};

use crate::key::Key;
use crate::limits::{FIRST_FETCH_WAIT, FIRST_NOTIFY_WAIT, MAX_NOTIFY_TRIES, MAX_REQUEST_BYTES};
use crate::server::{Clock, Current};
use crate::transfer::{Apex, Wire};

/// A secondary that is told.
#[derive(Debug, Clone)]
pub struct Secondary {
    /// Where it listens.
    pub address: SocketAddr,
    /// The key to sign with, where it wants one.
    pub key: Option<Key>,
}

/// What is needed to tell.
pub struct Teller {
    pub apex: Arc<Apex>,
    pub current: Current,
    pub clock: Clock,
    /// The address to come from: that at which the zone is served, since secondaries hear nobody else.
    pub from: Option<IpAddr>,
}

/// Tells a secondary of every version, from the first.
pub async fn tell(secondary: Secondary, teller: Arc<Teller>) {
    let mut serials = teller.current.watch();
    loop {
        let serial = *serials.borrow_and_update();
        let changed = match serial {
            Some(serial) => {
                // What comes meanwhile is told instead.
                tokio::select! {
                    () = tell_until_fetched(&secondary, &teller, serial) => serials.changed().await,
                    changed = serials.changed() => changed,
                }
            }
            None => serials.changed().await,
        };
        if changed.is_err() {
            return;
        }
    }
}

/// What a secondary says to what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// It will ask.
    Confirmed,
    /// It does not have this zone, or says nothing.
    Else,
}

async fn tell_until_fetched(secondary: &Secondary, teller: &Teller, serial: Serial) {
    let mut wait = FIRST_FETCH_WAIT;
    for _ in 0..MAX_NOTIFY_TRIES {
        if tell_until_confirmed(secondary, teller).await == Heard::Else {
            return;
        }
        tracing::debug!(peer = %secondary.address, serial = serial.into_int(), "a secondary was told");
        let until = Instant::now() + wait;
        sleep_until(until).await;
        if teller.current.has_fetched(secondary.address.ip(), serial) {
            return;
        }
        wait = wait.saturating_mul(2);
    }
}

async fn tell_until_confirmed(secondary: &Secondary, teller: &Teller) -> Heard {
    let mut wait = FIRST_NOTIFY_WAIT;
    for _ in 0..MAX_NOTIFY_TRIES {
        // A secondary that is gone is told again when it may be back.
        let told = timeout(wait, tell_once(secondary, teller)).await;
        match told {
            Ok(Ok(heard)) => return heard,
            Ok(Err(error)) => {
                tracing::debug!(peer = %secondary.address, %error, "a secondary could not be told");
                // Refused at once, as by a machine where nobody listens: it is waited for all the same.
                sleep_until(Instant::now() + wait).await;
            }
            Err(_) => {}
        }
        wait = wait.saturating_mul(2);
    }
    tracing::warn!(peer = %secondary.address, "a secondary does not confirm that it was told; it will ask by itself");
    Heard::Else
}

async fn tell_once(secondary: &Secondary, teller: &Teller) -> io::Result<Heard> {
    let address = secondary.address;
    let any: IpAddr = if address.is_ipv4() {
        [0; 4].into()
    } else {
        [0_u16; 8].into()
    };
    let from = teller
        .from
        .filter(|from| from.is_ipv4() == address.is_ipv4())
        .unwrap_or(any);
    let socket = UdpSocket::bind((from, 0)).await?;
    socket.connect(address).await?;
    let id = random_id()?;
    let message = message(secondary, teller, id).map_err(io::Error::other)?;
    socket.send(&message).await?;
    let mut answer = vec![0; MAX_REQUEST_BYTES];
    loop {
        let len = socket.recv(&mut answer).await?;
        let answer = answer.get(..len).and_then(|answer| Message::from_octets(answer).ok());
        let Some(answer) = answer.filter(|answer| answer.header().qr() && answer.header().id() == id) else {
            continue;
        };
        let is_confirmed = answer.header().rcode() == Rcode::NOERROR;
        return Ok(if is_confirmed { Heard::Confirmed } else { Heard::Else });
    }
}

/// A number that nobody guesses.
pub fn random_id() -> io::Result<u16> {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(u16::from_be_bytes(bytes))
}

fn message(secondary: &Secondary, teller: &Teller, id: u16) -> Result<Vec<u8>, PushError> {
    let origin = Name::from_slice(&teller.apex.origin).map_err(|_| PushError::ShortBuf)?;
    let mut builder = MessageBuilder::new_vec();
    let header = builder.header_mut();
    header.set_id(id);
    header.set_opcode(Opcode::NOTIFY);
    header.set_aa(true);
    let mut builder = builder.question();
    builder.push((origin, Rtype::SOA, Class::IN))?;
    let mut builder = builder.answer();
    if let Some(version) = teller.current.version() {
        builder.push(Wire(&teller.apex.start(version.serial)))?;
    }
    let mut builder = builder.additional();
    if let Some(key) = &secondary.key {
        let now = Time48::from_u64((teller.clock)().as_secs());
        ClientTransaction::request(Arc::clone(key), &mut builder, now)?;
    }
    Ok(builder.finish())
}

#[cfg(test)]
mod tests;
