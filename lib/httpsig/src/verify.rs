//! Verifying a message (RFC 9421 section 3.2): find its signature, look up the key, and hold it against a policy.

use sfv::{Dictionary, FieldType as _, InnerList, Key, ListEntry, Parameters, Parser};

use crate::base::{BaseError, Covered};
use crate::component::{Component, Of, Part};
use crate::digest::{DigestError, verify_content_digest};
use crate::key::{PublicKey, SIGNATURE_BYTES};
use crate::message::{Message, lines};
use crate::sign::{ALGORITHM, MAX_PARAMETER_BYTES};

/// Most bytes of `Signature-Input`, and of `Signature`, their lines joined.
pub const MAX_FIELD_BYTES: usize = 16 << 10;

/// Most signatures of a message.
pub const MAX_SIGNATURES: usize = 16;

/// Which of a message's signatures is meant. Others, as of proxies, are passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// The only one with this tag.
    Tag(String),
    /// The one with this label. Labels mean nothing (RFC 9421 section 7.2.5): anybody may have given it.
    Label(String),
}

/// What a signature must be to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What it must cover; it may cover more. What is not covered, anybody on the way may have changed.
    pub required: Vec<Component>,
    /// How long after it was made it is taken, in seconds; see also [`Self::max_skew_s`].
    pub max_age_s: u32,
    /// How far the clocks of both sides may differ, in seconds.
    pub max_skew_s: u32,
    /// Whether it must have a nonce. That one is taken once only is for the caller to see to, for as long as
    /// [`Self::max_age_s`] and twice [`Self::max_skew_s`].
    pub nonce: Nonce,
    /// What ties it to the content.
    pub content: Content,
}

/// Whether a signature must have a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonce {
    /// It must.
    Required,
    /// It may.
    Optional,
}

/// Whether the content must be covered, by `content-digest`. Where it is covered, it must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Always.
    Required,
    /// Where there is any.
    WhereAny,
    /// No, and a digest is not looked at: whoever asks for this checks it when all of the content is there.
    Unchecked,
}

/// A signature of a message, not yet verified: enough to look up its key by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    covered: Covered,
    /// The value of `@signature-params`.
    parameters: String,
    signature: Vec<u8>,
    claims: Claims,
}

/// What a signature says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The label.
    pub label: String,
    /// The id of the key.
    pub key_id: String,
    /// When it was made, in seconds since 1970.
    pub created_s: Option<i64>,
    /// When it ends, in seconds since 1970.
    pub expires_s: Option<i64>,
    /// What makes it different from every other.
    pub nonce: Option<String>,
    /// Which protocol it belongs to.
    pub tag: Option<String>,
}

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What it says of itself, which is covered too: with the key's id and the nonce, to take it once only.
    pub claims: Claims,
    /// What it covers. Nothing else of the message is vouched for.
    pub components: Vec<Component>,
}

/// Why a message has no signature that could be verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// It has no signatures, or none that is meant.
    #[error("the message has no signature of the kind that is asked for")]
    Missing,
    /// More than one has the tag.
    #[error("the message has more than one signature of the kind that is asked for")]
    Several,
    /// More than [`MAX_FIELD_BYTES`] or [`MAX_SIGNATURES`].
    #[error("signatures of a message have at most {MAX_FIELD_BYTES} bytes and are at most {MAX_SIGNATURES}")]
    Long,
    /// One of the two fields is not of the form that it must have.
    #[error("read the signatures of a message")]
    Form,
    /// A parameter is of another type, or longer than [`MAX_PARAMETER_BYTES`].
    #[error("read a parameter of a signature: {0}")]
    Parameter(&'static str),
    /// It is of another algorithm than Ed25519.
    #[error("a signature of another algorithm than ed25519")]
    Algorithm,
    /// It says nothing of its key.
    #[error("a signature that does not name its key")]
    KeyId,
    /// What it covers is not supported.
    #[error("read what a signature covers")]
    Covered(#[from] BaseError),
}

/// Why a signature does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// It does not cover what it must.
    #[error("the signature does not cover {0}")]
    Uncovered(Component),
    /// It does not say when it was made.
    #[error("the signature does not say when it was made")]
    NotCreated,
    /// It is made later than now.
    #[error("the signature was made in the future")]
    Future,
    /// It was made too long ago, or has ended.
    #[error("the signature is too old")]
    Old,
    /// It has no nonce.
    #[error("the signature has no nonce")]
    NoNonce,
    /// What it covers is not there.
    #[error("find what the signature covers")]
    Base(#[from] BaseError),
    /// It is not by this key, or not of this message.
    #[error("the signature is wrong")]
    Wrong,
    /// The content is not what its digest says.
    #[error("verify the content of the message")]
    Content(#[from] DigestError),
}

impl Found {
    /// Finds a message's signature. Nothing is verified yet.
    ///
    /// # Errors
    /// When there is none, or none that can be verified.
    pub fn find(message: &Message<'_>, pick: &Pick) -> Result<Self, FindError> {
        let inputs = dictionary(message, "signature-input")?;
        let signatures = dictionary(message, "signature")?;
        let is_meant = |(label, entry): &(&Key, &ListEntry)| match pick {
            Pick::Label(meant) => label.as_str() == meant,
            Pick::Tag(meant) => match entry {
                ListEntry::InnerList(list) => {
                    let tag = list.params.get("tag").and_then(|tag| tag.as_string());
                    tag.is_some_and(|tag| tag.as_str() == meant)
                }
                ListEntry::Item(_) => false,
            },
        };
        let mut meant = inputs.iter().filter(is_meant);
        let (label, entry) = meant.next().ok_or(FindError::Missing)?;
        if meant.next().is_some() {
            return Err(FindError::Several);
        }
        let list = match entry {
            ListEntry::InnerList(list) => list,
            ListEntry::Item(_) => return Err(FindError::Form),
        };
        let signature = match signatures.get(label).ok_or(FindError::Missing)? {
            ListEntry::Item(item) => item.bare_item.as_byte_sequence().ok_or(FindError::Form)?,
            ListEntry::InnerList(_) => return Err(FindError::Form),
        };
        if signature.len() != SIGNATURE_BYTES {
            return Err(FindError::Form);
        }
        Ok(Self {
            covered: Covered::from_list(list)?,
            parameters: written(list)?,
            signature: signature.to_vec(),
            claims: claims(label, &list.params)?,
        })
    }

    /// What it says of itself, unverified: to look the key up by its id.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Verifies it, with the key that the id stands for. The message must be the one that it was found in, and `now_s` is
    /// in seconds since 1970.
    ///
    /// # Errors
    /// When it does not hold, or is not what the policy asks for.
    pub fn verify(
        &self,
        message: &Message<'_>,
        key: &PublicKey,
        policy: &Policy,
        now_s: i64,
    ) -> Result<Verified, VerifyError> {
        self.check_times(policy, now_s)?;
        if policy.nonce == Nonce::Required && self.claims.nonce.is_none() {
            return Err(VerifyError::NoNonce);
        }
        let covers = |component: &Component| self.covered.components().any(|covered| covered == component);
        if let Some(component) = policy.required.iter().find(|component| !covers(component)) {
            return Err(VerifyError::Uncovered(component.clone()));
        }
        let base = self.covered.base(message, &self.parameters)?;
        if !key.has_signed(&base, &self.signature) {
            return Err(VerifyError::Wrong);
        }
        self.check_content(message, policy.content)?;
        Ok(Verified {
            claims: self.claims.clone(),
            components: self.covered.components().cloned().collect(),
        })
    }

    fn check_times(&self, policy: &Policy, now_s: i64) -> Result<(), VerifyError> {
        let created_s = self.claims.created_s.ok_or(VerifyError::NotCreated)?;
        let (skew_s, age_s) = (i64::from(policy.max_skew_s), i64::from(policy.max_age_s));
        if created_s > now_s.saturating_add(skew_s) {
            return Err(VerifyError::Future);
        }
        let oldest_s = now_s.saturating_sub(age_s).saturating_sub(skew_s);
        let has_ended = |expires_s: i64| expires_s < now_s.saturating_sub(skew_s);
        if created_s < oldest_s || self.claims.expires_s.is_some_and(has_ended) {
            return Err(VerifyError::Old);
        }
        Ok(())
    }

    fn check_content(&self, message: &Message<'_>, content: Content) -> Result<(), VerifyError> {
        let is_digest = |component: &&Component| match component.part() {
            Part::Field(name) | Part::StructuredField(name) | Part::WrappedField(name) => {
                name == "content-digest" && component.of() == Of::This
            }
            // One digest of several: the others of the field are anybody's.
            Part::Member { .. } => false,
            Part::Method
            | Part::TargetUri
            | Part::Authority
            | Part::Scheme
            | Part::Path
            | Part::Query
            | Part::QueryParam(_)
            | Part::Status => false,
        };
        let is_covered = self.covered.components().any(|component| is_digest(&component));
        let must_be = match content {
            Content::Unchecked => return Ok(()),
            Content::Required => true,
            Content::WhereAny => !message.body().is_empty(),
        };
        match (is_covered, must_be) {
            (true, _) => Ok(verify_content_digest(message.fields(), message.body())?),
            (false, true) => Err(DigestError::Missing.into()),
            (false, false) => Ok(()),
        }
    }
}

fn dictionary(message: &Message<'_>, name: &str) -> Result<Dictionary, FindError> {
    let lines = lines(message.fields(), name);
    if lines.is_empty() {
        return Err(FindError::Missing);
    }
    let joined = lines.join(b", ".as_slice());
    if joined.len() > MAX_FIELD_BYTES {
        return Err(FindError::Long);
    }
    let dictionary: Dictionary = Parser::new(&joined).parse().map_err(|_| FindError::Form)?;
    if dictionary.len() > MAX_SIGNATURES {
        return Err(FindError::Long);
    }
    Ok(dictionary)
}

/// The list with all its parameters, in their order.
fn written(list: &InnerList) -> Result<String, FindError> {
    let list: sfv::List = vec![ListEntry::InnerList(list.clone())];
    list.serialize().ok_or(FindError::Form)
}

fn claims(label: &Key, parameters: &Parameters) -> Result<Claims, FindError> {
    let text = |name: &'static str| match parameters.get(name) {
        None => Ok(None),
        Some(value) => {
            let text = value.as_string().map(|text| text.as_str().to_owned());
            let text = text.filter(|text| text.len() <= MAX_PARAMETER_BYTES);
            text.map(Some).ok_or(FindError::Parameter(name))
        }
    };
    let time = |name: &'static str| match parameters.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_integer()
            .map(|time| Some(time.into()))
            .ok_or(FindError::Parameter(name)),
    };
    if text("alg")?.is_some_and(|algorithm| algorithm != ALGORITHM) {
        return Err(FindError::Algorithm);
    }
    Ok(Claims {
        label: label.as_str().to_owned(),
        key_id: text("keyid")?.ok_or(FindError::KeyId)?,
        created_s: time("created")?,
        expires_s: time("expires")?,
        nonce: text("nonce")?,
        tag: text("tag")?,
    })
}
