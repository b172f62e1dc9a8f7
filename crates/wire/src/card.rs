//! What a node says of itself, at [`CARD_PATH`](crate::CARD_PATH).
//!
//! A card proves nothing: anybody who answers at an address can write one. A key in it is trusted once its fingerprint was
//! compared with what the other side's people said by another way.

use anlanh_httpsig::PublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::{Fingerprint, PROTOCOL, Stamp};

/// Longest card, in bytes.
pub const MAX_CARD_BYTES: usize = 16 * 1024;
/// Most keys on a card: one that is in use, one that follows it, and what overlaps.
pub const MAX_CARD_KEYS: usize = 4;

/// Who a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// Its name, for people.
    pub name: String,
    /// Its address: messages to it name this one.
    pub url: String,
    /// What it is: `platform`, `telecom`, `authority`.
    pub roles: Vec<String>,
    /// Key of the office in the policy pack, where it is an authority's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Its keys, the one that it signs with first.
    pub keys: Vec<CardKey>,
    /// Its public log, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<CardLog>,
    /// Whom people write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// A key of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardKey {
    /// What it is known by: SHA-256 of the key.
    pub fingerprint: Fingerprint,
    /// The 32 bytes of the Ed25519 key (RFC 8032), in Base64.
    pub ed25519: String,
    /// Since when it signs.
    pub from: Stamp,
    /// Until when what it signed is taken; none while no other follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Stamp>,
}

/// Where a node's public log is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardLog {
    /// Its address.
    pub url: String,
    /// Its public key, as in a signed note (C2SP signed-note).
    pub key: String,
}

/// Why a text is no card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// More than [`MAX_CARD_BYTES`].
    #[error("a card has at most {MAX_CARD_BYTES} bytes")]
    Long,
    /// It is not JSON of this form.
    #[error("read the card of a node")]
    Form,
    /// It is of another protocol.
    #[error("the card is of another protocol than {PROTOCOL}")]
    Protocol,
    /// It has no keys, too many, one that is none, or one with another's fingerprint.
    #[error("the keys of a card are 1 to {MAX_CARD_KEYS}, each with its own fingerprint")]
    Keys,
}

impl Card {
    /// Reads a card. Fields that are not known are passed over, since a card is not signed and may come to say more.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &[u8]) -> Result<Self, CardError> {
        if text.len() > MAX_CARD_BYTES {
            return Err(CardError::Long);
        }
        let card: Self = serde_json::from_slice(text).map_err(|_| CardError::Form)?;
        if card.protocol != PROTOCOL {
            return Err(CardError::Protocol);
        }
        if card.keys.is_empty() || card.keys.len() > MAX_CARD_KEYS {
            return Err(CardError::Keys);
        }
        for key in &card.keys {
            key.public()?;
        }
        Ok(card)
    }

    /// As it is written.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The key with this fingerprint.
    #[must_use]
    pub fn key(&self, fingerprint: &Fingerprint) -> Option<&CardKey> {
        self.keys.iter().find(|key| key.fingerprint == *fingerprint)
    }
}

impl CardKey {
    /// A key with its fingerprint.
    #[must_use]
    pub fn new(key: &PublicKey, from: Stamp, until: Option<Stamp>) -> Self {
        Self {
            fingerprint: Fingerprint::of(key.as_bytes()),
            ed25519: STANDARD.encode(key.as_bytes()),
            from,
            until,
        }
    }

    /// The key.
    ///
    /// # Errors
    /// When it is none, or has another fingerprint.
    pub fn public(&self) -> Result<PublicKey, CardError> {
        let key = public_key(&self.ed25519).ok_or(CardError::Keys)?;
        if Fingerprint::of(key.as_bytes()) == self.fingerprint {
            Ok(key)
        } else {
            Err(CardError::Keys)
        }
    }
}

/// The Ed25519 key that these characters of Base64 stand for.
pub(crate) fn public_key(text: &str) -> Option<PublicKey> {
    let bytes = STANDARD.decode(text).ok()?;
    PublicKey::from_bytes(&bytes.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use anlanh_httpsig::SecretKey;

    use super::*;

    fn card(keys: u8) -> Card {
        let key = |seed| CardKey::new(&SecretKey::from_seed(&[seed; 32]).public(), Stamp(0), None);
        Card {
            protocol: PROTOCOL.to_owned(),
            name: "Diễn đàn Ví Dụ".to_owned(),
            url: "https://vi-du.vn".to_owned(),
            roles: vec!["platform".to_owned()],
            office: None,
            keys: (1..=keys).map(key).collect(),
            log: None,
            contact: None,
        }
    }

    #[test]
    fn cards_are_read_as_they_are_written_and_bounded() {
        let check = |card: &Card, expected: Result<(), CardError>| {
            let read = Card::parse(&card.to_json());
            assert_eq!(read.map(|read| assert_eq!(read, *card)), expected);
        };
        let most = u8::try_from(MAX_CARD_KEYS).unwrap();
        check(&card(1), Ok(()));
        check(&card(most), Ok(()));
        check(&card(most + 1), Err(CardError::Keys));
        check(&card(0), Err(CardError::Keys));
        let mut other = card(2);
        let first = other.keys.first().unwrap().fingerprint;
        other.keys.last_mut().unwrap().fingerprint = first;
        check(&other, Err(CardError::Keys));
        let mut next = card(1);
        next.protocol = "anlanh/2".to_owned();
        check(&next, Err(CardError::Protocol));
        let mut long = card(1);
        long.name = "a".repeat(MAX_CARD_BYTES - long.to_json().len() + long.name.len());
        assert_eq!(long.to_json().len(), MAX_CARD_BYTES);
        check(&long, Ok(()));
        long.name.push('a');
        check(&long, Err(CardError::Long));
        assert_eq!(Card::parse(b"{}"), Err(CardError::Form));
    }
}
