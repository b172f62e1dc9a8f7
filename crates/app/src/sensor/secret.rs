//! What a sensor says of itself to the server that it reads from: sealed under a key of its own, and shown to nobody again.

use std::fmt;

use anlanh_model::{DataSubject, Id, Sensor};
use anlanh_sensor::NkeySeed;
use anlanh_store::sensor::{self as store, SensorRow};
use anlanh_store::{Queries, Writer};
use anlanh_vault::{Place, Vault};

use super::SensorError;
use crate::sealing::{key_of, make_key, seal};
use crate::{App, Error};

/// Longest credentials, in bytes.
const MAX_SECRET_BYTES: usize = 4_000;

/// With what a server is told who asks. It is not in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum SensorSecret {
    /// A user and a password.
    Password(String, String),
    /// A token.
    Token(String),
    /// The seed of a user's key.
    Nkey(String),
}

impl fmt::Debug for SensorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SensorSecret")
    }
}

impl SensorSecret {
    pub(super) fn check(&self) -> Result<(), SensorError> {
        let (first, second) = match self {
            Self::Password(user, password) => (user, password.as_str()),
            Self::Token(text) | Self::Nkey(text) => (text, "-"),
        };
        let is_field = |text: &str| !text.is_empty() && text.chars().all(|c| !c.is_control());
        let is_short = first.len() + second.len() <= MAX_SECRET_BYTES;
        let is_key = !matches!(self, Self::Nkey(seed) if NkeySeed::parse(seed).is_none());
        let is_sound = is_field(first) && is_field(second) && is_short && is_key;
        is_sound.then_some(()).ok_or(SensorError::Credentials)
    }

    fn to_text(&self) -> String {
        match self {
            Self::Password(user, password) => format!("password\n{user}\n{password}"),
            Self::Token(token) => format!("token\n{token}"),
            Self::Nkey(seed) => format!("nkey\n{seed}"),
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('\n')?;
        match kind {
            "password" => {
                let (user, password) = rest.split_once('\n')?;
                Some(Self::Password(user.to_owned(), password.to_owned()))
            }
            "token" => Some(Self::Token(rest.to_owned())),
            "nkey" => Some(Self::Nkey(rest.to_owned())),
            _ => None,
        }
    }
}

/// What a sensor says of itself to the server that it reads from, for whoever runs it.
///
/// # Errors
/// When the database is away, or what is there was sealed with another key.
pub async fn secret_of_node(app: &App, row: &SensorRow) -> Result<Option<SensorSecret>, Error> {
    let (keys, secret) = (std::sync::Arc::clone(&app.vault), row.secret.clone());
    let Some((subject, sealed)) = secret else {
        return Ok(None);
    };
    let open = move |tx: &mut anlanh_store::Reader<'_, '_>| open(&keys, tx, subject, &sealed);
    app.store.read("sensor.secret", open).await
}

fn open(
    keys: &Vault,
    tx: &mut dyn Queries,
    subject: Id<DataSubject>,
    sealed: &[u8],
) -> Result<Option<SensorSecret>, Error> {
    let Some(key) = key_of(keys, tx, subject)? else {
        return Ok(None);
    };
    let opened = key.open(&place(subject), sealed).map_err(Error::Sealed)?;
    let text = String::from_utf8(opened).ok();
    Ok(text.and_then(|text| SensorSecret::of_text(&text)))
}

/// Seals credentials under a key of their own.
pub(super) fn keep(
    keys: &Vault,
    writer: &mut Writer<'_, '_>,
    id: Id<Sensor>,
    secret: &SensorSecret,
) -> Result<(), Error> {
    let subject: Id<DataSubject> = writer.new_id();
    let key = make_key(keys, writer, subject)?;
    let sealed = seal(&key, &place(subject), secret.to_text().as_bytes())?;
    Ok(store::set_secret(writer, id, (subject, &sealed))?)
}

const fn place(subject: Id<DataSubject>) -> Place {
    Place {
        table: "sensor",
        row: subject.number(),
        purpose: "secret",
    }
}

/// The name of the consumer by which a sensor reads its stream: its own, and with what tells this node from others, so that no two of
/// them share one and lose what the other takes. It follows from the node's key, and stays as long.
#[must_use]
pub fn consumer_of(app: &App, row: &SensorRow) -> String {
    let secret = app.vault.secret_of("sensor.consumer", 0);
    let node = secret
        .iter()
        .take(4)
        .fold(0_u32, |node, byte| node << 8 | u32::from(*byte));
    format!("anlanh-{node:08x}-{}", row.sensor.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(secret: SensorSecret, is_sound: bool) {
        assert_eq!(secret.check().is_ok(), is_sound);
        if is_sound {
            assert!(SensorSecret::of_text(&secret.to_text()) == Some(secret));
        }
    }

    #[test]
    fn credentials_are_checked_and_read_as_they_were_written() {
        let password = |user: &str, password: &str| SensorSecret::Password(user.to_owned(), password.to_owned());
        check(password("hoa", "b:í mật"), true);
        check(password("hoa", ""), false);
        check(password("h\noa", "x"), false);
        check(password("h", &"x".repeat(MAX_SECRET_BYTES - 1)), true);
        check(password("h", &"x".repeat(MAX_SECRET_BYTES)), false);
        check(SensorSecret::Token("t".to_owned()), true);
        check(SensorSecret::Token(String::new()), false);
        let seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
        check(SensorSecret::Nkey(seed.to_owned()), true);
        check(SensorSecret::Nkey(seed.to_lowercase()), false);
        assert_eq!(format!("{:?}", password("hoa", "x")), "SensorSecret");
    }
}
