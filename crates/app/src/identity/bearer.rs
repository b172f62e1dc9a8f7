//! Tokens of machines that were good when they were last looked up.
//!
//! A token is looked up in the store, and one that was revoked is nobody's from the next request on. Whoever writes may
//! leave that to the statement that writes: it looks itself, so that nothing need be read before. Nothing that is
//! remembered here is believed otherwise.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use anlanh_model::Actor;
use anlanh_store::audit::Standing;

/// Most tokens that are remembered; one more, and all are forgotten.
const MAX_TOKENS: usize = 1024;

/// Who calls, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// Whether it was looked up.
    pub standing: Standing,
}

/// Machines by the hashes of their tokens. What a token may never changes; what a person may does, so that tokens which
/// stand for one are not here.
#[derive(Debug, Default)]
pub(crate) struct Remembered(RwLock<HashMap<[u8; 32], Actor>>);

impl Remembered {
    /// Notes what a look-up gave.
    pub fn note(&self, hash: [u8; 32], found: Option<&Actor>) {
        let machine = found.filter(|actor| actor.person().is_none());
        if self.find(&hash).as_ref() == machine {
            return;
        }
        let mut tokens = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MAX_TOKENS {
            tokens.clear();
        }
        match machine {
            Some(actor) => tokens.insert(hash, actor.clone()),
            None => tokens.remove(&hash),
        };
    }

    /// Who it stood for when it was last looked up.
    pub fn find(&self, hash: &[u8; 32]) -> Option<Actor> {
        let tokens = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tokens.get(hash).cloned()
    }
}
