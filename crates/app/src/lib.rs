//! Use cases: the only writer.
//!
//! Each operation is one function that takes the [`App`], who asks, and what for; it checks the permission, does the
//! work in one transaction, and gives back values. It does not know whether a page, a program or the command line
//! asked.

pub mod case;
mod clock;
mod engine;
mod error;
pub mod item;

use std::sync::Arc;

use anlanh_model::{Actor, Permission};
use anlanh_store::Store;

pub use clock::Clock;
pub use engine::Engine;
pub use error::Error;

/// What every use case needs.
#[derive(Debug, Clone)]
pub struct App {
    store: Store,
    clock: Clock,
    engine: Arc<Engine>,
}

impl App {
    /// A node that keeps what it does in this store and judges with this engine.
    #[must_use]
    pub fn new(store: Store, clock: Clock, engine: Engine) -> Self {
        Self {
            store,
            clock,
            engine: Arc::new(engine),
        }
    }

    /// What judges now.
    #[must_use]
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engine)
    }

    /// The store, for its health.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The node's clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Lets pass whoever may do that.
fn permit(actor: &Actor, permission: Permission) -> Result<(), Error> {
    if actor.may(permission) {
        return Ok(());
    }
    if permission.needs_person() && actor.person().is_none() {
        return Err(Error::NeedsPerson(permission));
    }
    Err(Error::Forbidden(permission))
}
