//! Messages and receipts under HTTP message signatures (RFC 9421).
//!
//! A message's signature covers method, target URI, content type and content digest: it is of this message, to this node. A
//! receipt's covers those of the request that it answers besides its own status and content: it is of this message's
//! receipt. Neither can be moved to another.

use anlanh_httpsig::{
    Component, Content, DigestAlgorithm, Fields, FindError, Found, Message, NamesAlgorithm, Nonce, Pick, Policy,
    PublicKey, Request, Response, SecretKey, ToSign, VerifyError, content_digest,
};
use serde::{Deserialize, Serialize};

use crate::{Fingerprint, Receipt};

/// How long after it was made the signature of a message is taken, in seconds.
pub const MAX_AGE_S: u32 = 300;
/// How far the clocks of two nodes may differ, in seconds.
pub const MAX_SKEW_S: u32 = 300;
/// Longest receipt, in bytes.
pub const MAX_RECEIPT_BYTES: usize = 16 * 1024;

const JSON: &str = "application/json";
const MESSAGE_TAG: &str = "anlanh-message";
const RECEIPT_TAG: &str = "anlanh-receipt";
const OF_MESSAGE: [&str; 4] = [
    "\"@method\"",
    "\"@target-uri\"",
    "\"content-type\"",
    "\"content-digest\"",
];
const OF_RECEIPT: [&str; 6] = [
    "\"@status\"",
    "\"content-type\"",
    "\"content-digest\"",
    "\"@method\";req",
    "\"@target-uri\";req",
    "\"content-digest\";req",
];

/// A message as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Arrived<'a> {
    /// The address that it was sent to, as the receiver is known by: never one that a header says.
    pub url: &'a str,
    /// The header fields.
    pub fields: Fields<'a>,
    /// The body.
    pub body: &'a [u8],
}

/// The header fields of something signed: names in lower case, and values.
pub type SignedFields = Vec<(&'static str, String)>;

/// A receipt with everything that its signature covers: evidence that stands alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReceipt {
    /// Where the message was sent to.
    pub target_uri: String,
    /// `Content-Digest` of the message.
    pub message_digest: String,
    /// Status of the answer.
    pub status: u16,
    /// `Content-Digest` of the receipt.
    pub content_digest: String,
    /// `Signature-Input` of the receipt.
    pub signature_input: String,
    /// `Signature` of the receipt.
    pub signature: String,
    /// The receipt, as it came.
    pub receipt: String,
}

/// Why something is not taken as signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// An address is none.
    #[error("the address of a node is http:// or https://, a host and a path")]
    Address,
    /// It has no signature of this protocol.
    #[error("find the signature of a message between nodes")]
    NotSigned(#[source] FindError),
    /// The id of the key is no fingerprint.
    #[error("the signature names its key by something else than a fingerprint")]
    KeyId,
    /// It was made too long ago, or later than now: the clocks of both sides differ.
    #[error("the signature is of another time: do the clocks differ?")]
    Clock,
    /// It does not hold.
    #[error("verify the signature of a message between nodes")]
    Wrong(#[source] VerifyError),
    /// What is signed is no receipt, or one of another message.
    #[error("read the receipt of a message")]
    Receipt,
    /// It cannot be signed: a field has characters that none can have.
    #[error("sign a message between nodes")]
    Unsignable,
}

/// Signs a message that is to be sent to an address, with a nonce that no other attempt has.
///
/// # Errors
/// When the address is none.
pub fn sign_message(
    url: &str,
    body: &[u8],
    key: &SecretKey,
    nonce: &str,
    now_s: i64,
) -> Result<SignedFields, WireError> {
    let digest = content_digest(body, DigestAlgorithm::Sha256);
    let fields = [("content-type", JSON.as_bytes()), ("content-digest", digest.as_bytes())];
    let request = request(url, &fields, body)?;
    let to_sign = to_sign(&OF_MESSAGE, MESSAGE_TAG, key, Some(nonce), now_s)?;
    let signed = to_sign.sign(&Message::Request(request), key);
    let signed = signed.map_err(|_| WireError::Unsignable)?;
    Ok(vec![
        ("content-type", JSON.to_owned()),
        ("content-digest", digest),
        ("signature-input", signed.signature_input),
        ("signature", signed.signature),
    ])
}

/// By which key a message says that it is signed. Nothing is verified yet.
///
/// # Errors
/// When it has no signature of this protocol.
pub fn sender(arrived: &Arrived<'_>) -> Result<Fingerprint, WireError> {
    let message = Message::Request(request(arrived.url, arrived.fields, arrived.body)?);
    let found = find(&message, MESSAGE_TAG)?;
    found.claims().key_id.parse().map_err(|_| WireError::KeyId)
}

/// Verifies that a message is signed by this key, for this receiver, now. That it is of another time is said of nothing but what
/// is signed.
///
/// # Errors
/// When it is not.
pub fn verify_message(arrived: &Arrived<'_>, key: &PublicKey, now_s: i64) -> Result<(), WireError> {
    let message = Message::Request(request(arrived.url, arrived.fields, arrived.body)?);
    let policy = policy(&OF_MESSAGE, MAX_AGE_S, Nonce::Required)?;
    let found = find(&message, MESSAGE_TAG)?;
    let created_s = found.claims().created_s.unwrap_or_default();
    verify(&found, &message, key, &policy, created_s)?;
    verify(&found, &message, key, &policy, now_s)
}

/// Signs a receipt, as the answer to a message.
///
/// # Errors
/// When the address is none.
pub fn sign_receipt(
    arrived: &Arrived<'_>,
    status: u16,
    receipt: &[u8],
    key: &SecretKey,
    now_s: i64,
) -> Result<SignedFields, WireError> {
    let digest = content_digest(receipt, DigestAlgorithm::Sha256);
    let fields = [("content-type", JSON.as_bytes()), ("content-digest", digest.as_bytes())];
    let response = Response {
        status,
        fields: &fields,
        body: receipt,
        request: Some(request(arrived.url, arrived.fields, arrived.body)?),
    };
    let to_sign = to_sign(&OF_RECEIPT, RECEIPT_TAG, key, None, now_s)?;
    let signed = to_sign.sign(&Message::Response(response), key);
    let signed = signed.map_err(|_| WireError::Unsignable)?;
    Ok(vec![
        ("content-type", JSON.to_owned()),
        ("content-digest", digest),
        ("signature-input", signed.signature_input),
        ("signature", signed.signature),
    ])
}

impl SignedReceipt {
    /// The receipt in an answer to a message that was sent to this address; none where the answer has no signed receipt.
    #[must_use]
    pub fn of_answer(url: &str, message: &[u8], status: u16, fields: Fields<'_>, body: &[u8]) -> Option<Self> {
        let field = |name: &str| {
            let mut values = fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            let value = std::str::from_utf8(values.next()?.1).ok()?;
            values.next().is_none().then(|| value.to_owned())
        };
        Some(Self {
            target_uri: url.to_owned(),
            message_digest: content_digest(message, DigestAlgorithm::Sha256),
            status,
            content_digest: field("content-digest")?,
            signature_input: field("signature-input")?,
            signature: field("signature")?,
            receipt: String::from_utf8(body.to_vec())
                .ok()
                .filter(|text| text.len() <= MAX_RECEIPT_BYTES)?,
        })
    }

    /// Reads one that was kept; none where it is none.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// As it is kept.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// By which key it says that it is signed.
    ///
    /// # Errors
    /// When it has no signature of this protocol.
    pub fn signer(&self) -> Result<Fingerprint, WireError> {
        self.with_message(|message| {
            find(message, RECEIPT_TAG)?
                .claims()
                .key_id
                .parse()
                .map_err(|_| WireError::KeyId)
        })
    }

    /// Verifies that it is signed by this key, whenever that was, and reads it.
    ///
    /// # Errors
    /// When it is not, or is no receipt.
    pub fn verify(&self, key: &PublicKey) -> Result<Receipt, WireError> {
        self.with_message(|message| {
            let found = find(message, RECEIPT_TAG)?;
            let created_s = found.claims().created_s.unwrap_or_default();
            verify(
                &found,
                message,
                key,
                &policy(&OF_RECEIPT, MAX_AGE_S, Nonce::Optional)?,
                created_s,
            )
        })?;
        Receipt::parse(self.receipt.as_bytes()).ok_or(WireError::Receipt)
    }

    /// Does something with the answer as a message. Of the request, what the signature covers is there and nothing else.
    fn with_message<T>(&self, job: impl FnOnce(&Message<'_>) -> Result<T, WireError>) -> Result<T, WireError> {
        let sent = [("content-digest", self.message_digest.as_bytes())];
        let fields = [
            ("content-type", JSON.as_bytes()),
            ("content-digest", self.content_digest.as_bytes()),
            ("signature-input", self.signature_input.as_bytes()),
            ("signature", self.signature.as_bytes()),
        ];
        job(&Message::Response(Response {
            status: self.status,
            fields: &fields,
            body: self.receipt.as_bytes(),
            request: Some(request(&self.target_uri, &sent, b"")?),
        }))
    }
}

/// A request to an address, in the parts that signatures are made of.
fn request<'a>(url: &'a str, fields: Fields<'a>, body: &'a [u8]) -> Result<Request<'a>, WireError> {
    let (scheme, rest) = url.split_once("://").ok_or(WireError::Address)?;
    let slash = rest.find('/').ok_or(WireError::Address)?;
    let (authority, path) = rest.split_at(slash);
    if !matches!(scheme, "http" | "https") || authority.is_empty() || path.contains(['?', '#']) {
        return Err(WireError::Address);
    }
    Ok(Request {
        method: "POST",
        scheme,
        authority,
        path,
        query: None,
        fields,
        body,
    })
}

fn to_sign(
    components: &[&str],
    tag: &str,
    key: &SecretKey,
    nonce: Option<&str>,
    now_s: i64,
) -> Result<ToSign, WireError> {
    Ok(ToSign {
        label: "anlanh".to_owned(),
        components: parse(components)?,
        created_s: now_s,
        expires_s: None,
        key_id: Fingerprint::of(key.public().as_bytes()).digits(),
        nonce: nonce.map(str::to_owned),
        tag: Some(tag.to_owned()),
        names_algorithm: NamesAlgorithm::Yes,
    })
}

fn policy(components: &[&str], max_age_s: u32, nonce: Nonce) -> Result<Policy, WireError> {
    Ok(Policy {
        required: parse(components)?,
        max_age_s,
        max_skew_s: MAX_SKEW_S,
        nonce,
        content: Content::Required,
    })
}

fn parse(components: &[&str]) -> Result<Vec<Component>, WireError> {
    let parsed = components.iter().map(|component| component.parse());
    parsed.collect::<Result<_, _>>().map_err(|_| WireError::Unsignable)
}

fn find(message: &Message<'_>, tag: &str) -> Result<Found, WireError> {
    Found::find(message, &Pick::Tag(tag.to_owned())).map_err(WireError::NotSigned)
}

fn verify(found: &Found, message: &Message<'_>, key: &PublicKey, policy: &Policy, now_s: i64) -> Result<(), WireError> {
    match found.verify(message, key, policy, now_s) {
        Ok(_) => Ok(()),
        Err(VerifyError::Future | VerifyError::Old) => Err(WireError::Clock),
        Err(error) => Err(WireError::Wrong(error)),
    }
}

#[cfg(test)]
mod tests;
