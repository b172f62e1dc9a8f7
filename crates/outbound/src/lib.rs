//! Everything that leaves the node on its own account.
//!
//! Nothing here dials what the operator did not configure: one server for mail, one address for webhooks, and the
//! witnesses of the public log, looked up and checked before each connection, so that neither a name that points inwards nor
//! a redirect leads anywhere else. What is sent was decided and written before; this crate decides nothing and keeps nothing but what became of an attempt.

mod address;
mod client;
mod mail;
mod schedule;
mod secret;
mod webhook;
mod witness;

pub use address::{Endpoint, EndpointError, Reach};
pub use client::{Answer, Client, Failure};
pub use mail::{MailError, MailServer, Mailer};
pub use schedule::{Schedule, ScheduleError};
pub use secret::{Secret, SecretError, Secrets};
pub use webhook::{Webhook, run};
pub use witness::{MAX_ANSWER_BYTES as MAX_WITNESS_ANSWER_BYTES, Witness, be_witnessed};
