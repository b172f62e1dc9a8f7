//! Everything that leaves the node on its own account.
//!
//! Nothing here dials what the operator did not configure: one server for mail, one address for webhooks and one for events of incidents, the witnesses of
//! the public log, and the peers, feeds and pushes that people added, looked up and checked before each connection, so that neither a name that points inwards nor
//! a redirect leads anywhere else. What is sent was decided and written before; this crate decides nothing and keeps nothing but what became of an attempt.

mod address;
mod client;
mod edxml;
mod feeds;
mod fetch;
mod incidents;
mod mail;
mod peers;
mod pushes;
mod schedule;
mod secret;
mod webhook;
mod witness;

pub use address::{Endpoint, EndpointError, Reach};
pub use client::{Answer, Client, Failure, Reply};
pub use edxml::{Centre, KeyError, check_pair, read_certificate, read_key, tell_centre, tell_due};
pub use feeds::{ask_due, follow_feeds};
pub use fetch::{UnpackError, Wanted, unpack};
pub use incidents::{tell_happened, tell_incidents};
pub use mail::{MailError, MailServer, Mailer};
pub use peers::talk;
pub use pushes::{push_due, push_faded, push_indicators};
pub use schedule::{Schedule, ScheduleError};
pub use secret::{Secret, SecretError, Secrets};
pub use webhook::{Webhook, run};
pub use witness::{MAX_ANSWER_BYTES as MAX_WITNESS_ANSWER_BYTES, Witness, be_witnessed};
