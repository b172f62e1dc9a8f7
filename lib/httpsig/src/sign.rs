//! Signing a message (RFC 9421 section 3.1): two fields to be sent with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sfv::{BareItem, FieldType as _, Integer, Item, KeyRef, Parameters};

use crate::base::{BaseError, Covered};
use crate::component::Component;
use crate::key::SecretKey;
use crate::message::Message;

/// Most bytes of a nonce, of a key's id, of a tag and of a label.
pub const MAX_PARAMETER_BYTES: usize = 256;

/// The name of Ed25519 in the registry of RFC 9421 section 6.2.
pub(crate) const ALGORITHM: &str = "ed25519";

/// Whether a signature names its algorithm. Whoever verifies knows it from the key anyhow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NamesAlgorithm {
    /// With `alg="ed25519"`.
    #[default]
    Yes,
    /// Without.
    No,
}

/// What a signature is to be (RFC 9421 section 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSign {
    /// The label that ties the two fields together: a key of a structured field, as `sig1`.
    pub label: String,
    /// What it covers, in this order.
    pub components: Vec<Component>,
    /// When it is made, in seconds since 1970.
    pub created_s: i64,
    /// When it ends, in seconds since 1970.
    pub expires_s: Option<i64>,
    /// The id by which the receiver finds the key.
    pub key_id: String,
    /// What makes it different from every other, so that it is taken once only.
    pub nonce: Option<String>,
    /// Which protocol it belongs to.
    pub tag: Option<String>,
    /// Whether it says `alg`.
    pub names_algorithm: NamesAlgorithm,
}

/// The values of the two fields. Each is a line of its own, beside those of other signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureFields {
    /// Of `Signature-Input`.
    pub signature_input: String,
    /// Of `Signature`.
    pub signature: String,
}

/// Why a message is not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The message has not what is to be covered.
    #[error("make what is to be signed")]
    Base(#[from] BaseError),
    /// The label is none.
    #[error("a signature's label that is no key of a structured field")]
    Label,
    /// A parameter has other characters than a structured field can hold, or is over [`MAX_PARAMETER_BYTES`], or a time is
    /// out of bounds.
    #[error("a signature's parameter that a structured field cannot hold: {0}")]
    Parameter(&'static str),
}

impl ToSign {
    /// Signs a message.
    ///
    /// # Errors
    /// When the message has not all that is to be covered, or a parameter cannot be written.
    pub fn sign(&self, message: &Message<'_>, key: &SecretKey) -> Result<SignatureFields, SignError> {
        let (parameters, base) = self.parts(message)?;
        let label = &self.label;
        Ok(SignatureFields {
            signature_input: format!("{label}={parameters}"),
            signature: format!("{label}=:{}:", STANDARD.encode(key.sign(&base))),
        })
    }

    /// The signature base alone, for whoever signs elsewhere, or wants to see it (RFC 9421 section 2.5).
    ///
    /// # Errors
    /// As for [`Self::sign`].
    pub fn base(&self, message: &Message<'_>) -> Result<String, SignError> {
        Ok(self.parts(message)?.1)
    }

    fn parts(&self, message: &Message<'_>) -> Result<(String, String), SignError> {
        let label = KeyRef::from_str(&self.label).ok();
        label
            .filter(|_| self.label.len() <= MAX_PARAMETER_BYTES)
            .ok_or(SignError::Label)?;
        let covered = Covered::new(&self.components)?;
        let parameters = format!("{}{}", covered.list(), self.parameters()?);
        let base = covered.base(message, &parameters)?;
        Ok((parameters, base))
    }

    fn parameters(&self) -> Result<String, SignError> {
        let mut parameters = Parameters::new();
        let mut put = |name: &'static str, value: BareItem| {
            parameters.insert(KeyRef::constant(name).to_owned(), value);
        };
        put("created", time("created", self.created_s)?);
        if let Some(expires_s) = self.expires_s {
            put("expires", time("expires", expires_s)?);
        }
        put("keyid", text("keyid", &self.key_id)?);
        if self.names_algorithm == NamesAlgorithm::Yes {
            put("alg", text("alg", ALGORITHM)?);
        }
        if let Some(nonce) = &self.nonce {
            put("nonce", text("nonce", nonce)?);
        }
        if let Some(tag) = &self.tag {
            put("tag", text("tag", tag)?);
        }
        // Parameters are written behind something; behind a boolean that is cut off again.
        let written = Item::with_params(true, parameters).serialize();
        Ok(written.strip_prefix("?1").unwrap_or_default().to_owned())
    }
}

fn time(name: &'static str, time_s: i64) -> Result<BareItem, SignError> {
    let time = Integer::try_from(time_s).ok().filter(|_| time_s >= 0);
    Ok(BareItem::Integer(time.ok_or(SignError::Parameter(name))?))
}

fn text(name: &'static str, text: &str) -> Result<BareItem, SignError> {
    let written = sfv::String::from_string(text.to_owned()).ok();
    let written = written.filter(|_| text.len() <= MAX_PARAMETER_BYTES);
    Ok(BareItem::String(written.ok_or(SignError::Parameter(name))?))
}
