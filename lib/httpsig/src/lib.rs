//! HTTP Message Signatures (RFC 9421) with Ed25519, and `Content-Digest` (RFC 9530).
//!
//! A message is given as plain parts ([`Request`], [`Response`]), whichever HTTP library it came through. [`ToSign::sign`]
//! makes the two fields to be sent with it. Whoever receives it finds a signature ([`Found::find`]), looks up the key whose
//! id it names, and holds it against a [`Policy`] ([`Found::verify`]). [`Verified`] then names the key, the nonce and what is
//! covered: that a nonce is taken once only, and what the key's owner may do, is for the caller.
//!
//! Supported are all components of RFC 9421 but `@request-target` and trailers (`;tr`), which are refused by name; so is `;sf`
//! on fields whose structure is not known here. Values with line breaks, control characters or other letters than ASCII have
//! no signature base, but for fields with `;bs`. Structured fields are read by the `sfv` crate (RFC 9651). The crate does no
//! I/O and reads no clock.
//!
//! ```
//! use anlanh_httpsig::{
//!     Component, Content, DigestAlgorithm, Found, Message, NamesAlgorithm, Nonce, Pick, Policy, Request, SecretKey, ToSign,
//!     content_digest,
//! };
//!
//! let body = br#"{"order":"2026/117"}"#;
//! let digest = content_digest(body, DigestAlgorithm::Sha256);
//! let components: Vec<Component> =
//!     ["@method", "@target-uri", "content-digest"].map(Component::named).into_iter().collect::<Result<_, _>>()?;
//! let request = Request {
//!     method: "POST",
//!     scheme: "https",
//!     authority: "node.example",
//!     path: "/v1/orders",
//!     query: None,
//!     fields: &[("Content-Digest", digest.as_bytes())],
//!     body,
//! };
//! let key = SecretKey::from_seed(&[7; 32]);
//! let to_sign = ToSign {
//!     label: "sig1".to_owned(),
//!     components: components.clone(),
//!     created_s: 1_700_000_000,
//!     expires_s: None,
//!     key_id: "authority-1".to_owned(),
//!     nonce: Some("8f3a".to_owned()),
//!     tag: Some("orders".to_owned()),
//!     names_algorithm: NamesAlgorithm::Yes,
//! };
//! let signed = to_sign.sign(&Message::Request(request), &key)?;
//!
//! // What arrives has two fields more.
//! let fields = [
//!     ("content-digest", digest.as_bytes()),
//!     ("signature-input", signed.signature_input.as_bytes()),
//!     ("signature", signed.signature.as_bytes()),
//! ];
//! let received = Message::Request(Request { fields: &fields, ..request });
//! let found = Found::find(&received, &Pick::Tag("orders".to_owned()))?;
//! assert_eq!(found.claims().key_id, "authority-1");
//! let policy = Policy {
//!     required: components,
//!     max_age_s: 300,
//!     max_skew_s: 30,
//!     nonce: Nonce::Required,
//!     content: Content::Required,
//! };
//! let verified = found.verify(&received, &key.public(), &policy, 1_700_000_010)?;
//! assert_eq!(verified.claims.nonce.as_deref(), Some("8f3a"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base;
mod component;
mod digest;
mod key;
mod message;
mod sign;
mod verify;

pub use base::{BaseError, MAX_BASE_BYTES, MAX_COMPONENTS};
pub use component::{Component, ComponentError, IdentifierError, MAX_IDENTIFIER_BYTES, Of, Part};
pub use digest::{DigestAlgorithm, DigestError, MAX_DIGEST_BYTES, content_digest, verify_content_digest};
pub use key::{KEY_BYTES, NoKey, PublicKey, SIGNATURE_BYTES, SecretKey};
pub use message::{Fields, Message, Request, Response};
pub use sign::{MAX_PARAMETER_BYTES, NamesAlgorithm, SignError, SignatureFields, ToSign};
pub use verify::{
    Claims, Content, FindError, Found, MAX_FIELD_BYTES, MAX_SIGNATURES, Nonce, Pick, Policy, Verified, VerifyError,
};
