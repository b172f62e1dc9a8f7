//! Response policy zones by transfer: served to resolvers, announced to them, fetched from others, and proven to be in effect.
//!
//! A [`ZoneServer`] is started once and given a [`Blocklist`](anlanh_soc::blocking::Blocklist) as often as it changes. It knows
//! no database and no people; where lists come from, and who may change them, is the business of whoever publishes.

mod fetch;
mod fresh;
mod key;
mod ledger;
pub mod limits;
mod listen;
mod notify;
mod parts;
mod proof;
mod resolver;
mod respond;
mod rules;
mod server;
mod settle;
mod transfer;
mod version;

pub use fetch::{Copy, FetchError, Listed, Source, fetch};
pub use key::{Key, KeyError, Keys};
pub use ledger::LedgerError;
pub use listen::TlsError;
pub use notify::Secondary;
pub use parts::{Parts, PartsError};
pub use proof::{Answer, Effect, Proof, ProofOptions, Said};
pub use resolver::{Control, Kind, Resolver, ResolverError, address_of};
pub use respond::try_request;
pub use rules::Change;
pub use server::{Clock, Config, Fetched, Published, StartError, Tls, ZoneServer};
pub use settle::{InEffect, Part};
