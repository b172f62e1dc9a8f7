//! What is told of a zone: lines of NDJSON for whoever started `anlanh blocklist serve`, and the log of a node that serves it
//! beside its pages. Names of what is blocked are in the lines alone; a node keeps them with its entries.

use std::io::{self, Write};
use std::net::SocketAddr;

use anlanh_soc::blocking::Act;
use anlanh_zone::{Answer, Effect, Proof, Published, ZoneServer};
use serde_json::{Value, json};

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Whoever reads the standard output.
    Reader,
    /// The log.
    Log,
}

impl Told {
    /// Where it is served.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn listening(self, origin: &str, server: &ZoneServer) -> io::Result<()> {
        let (addresses, tls_addresses) = (texts(server.addresses()), texts(server.tls_addresses()));
        match self {
            Self::Reader => say(&json!({
                "event": "listening",
                "addresses": addresses,
                "tls_addresses": tls_addresses,
            })),
            Self::Log => {
                tracing::info!(zone = origin, ?addresses, ?tls_addresses, "a zone is served");
                Ok(())
            }
        }
    }

    /// A version that is in force.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn published(self, origin: &str, published: &Published) -> io::Result<()> {
        let (serial, rules) = (published.serial, published.rules);
        let changed = if published.is_known { 0 } else { published.changed() };
        match self {
            Self::Reader => say(&json!({
                "event": "published",
                "serial": serial,
                "rules": rules,
                "changed": changed,
            })),
            Self::Log => {
                tracing::info!(zone = origin, serial, rules, changed, "a zone was published");
                Ok(())
            }
        }
    }

    /// What resolvers answered.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn proven(self, origin: &str, proofs: &[Proof]) -> io::Result<()> {
        match self {
            Self::Reader => proofs.iter().try_for_each(|proof| say(&proof_line(proof))),
            Self::Log => {
                let in_effect = proofs.iter().filter(|proof| proof.is_in_effect()).count();
                let asked = proofs.len();
                if in_effect == asked {
                    tracing::info!(zone = origin, asked, "a change is in effect in all resolvers");
                } else {
                    tracing::warn!(
                        zone = origin,
                        asked,
                        in_effect,
                        "a change is not in effect in all resolvers"
                    );
                }
                Ok(())
            }
        }
    }
}

fn proof_line(proof: &Proof) -> Value {
    let after = match proof.effect {
        Effect::Seen { after } => Some(after.as_millis() as u64),
        Effect::MayBeKept | Effect::NotSeen => None,
    };
    let wanted = proof.wanted.as_ref().map_or("none", Act::key);
    let (answer, said) = match &proof.answer {
        Answer::Silence { is_alive: true } => ("silence".to_owned(), None),
        Answer::Silence { is_alive: false } => ("unreachable".to_owned(), None),
        Answer::Said(said) => (said.rcode.clone(), Some(said)),
    };
    let reasons = said.iter().flat_map(|said| &said.reasons);
    let reasons: Vec<Value> = reasons
        .map(|(code, text)| json!({"code": code, "text": text}))
        .collect();
    json!({
        "event": "proof",
        "resolver": proof.resolver,
        "name": proof.name,
        "wanted": wanted,
        "serial": proof.serial,
        "asked_at": proof.asked_at.as_secs_f64(),
        "answer": answer,
        "reasons": reasons,
        "policy_serial": said.and_then(|said| said.policy_serial),
        "in_effect": proof.is_in_effect(),
        "may_be_kept": proof.effect == Effect::MayBeKept,
        "after_ms": after,
    })
}

/// Prints a line at once: whoever reads it acts on it.
fn say(line: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

fn texts(addresses: &[SocketAddr]) -> Vec<String> {
    addresses.iter().map(SocketAddr::to_string).collect()
}
