//! What others report of the operator's network: Shadowserver's reports and XARF, told as events of EVE of the kind `report`.
//!
//! Only what may be an indicator or tells which host it is about is read: addresses, ports, names, URLs, digests, times. The
//! rest, as accounts and banners, is not looked at.

mod csv;
mod shadowserver;
mod xarf;

pub use shadowserver::{Reports, SchemaError};
pub use xarf::read_xarf;

use std::net::IpAddr;

use crate::eve::EveLine;

/// What a report tells.
#[derive(Debug, Default)]
struct Told {
    /// When, as it is written; empty where it does not say.
    at: String,
    source: Option<IpAddr>,
    source_port: u16,
    destination: Option<IpAddr>,
    destination_port: u16,
    protocol: String,
    /// The host it is about, by name.
    host: String,
    /// Names that were spoken to, as of servers of botnets.
    names: Vec<String>,
    urls: Vec<String>,
    /// Digests by the names that EVE has for them.
    digests: Vec<(&'static str, String)>,
}

impl Told {
    /// Writes it; whether there was anything to tell.
    fn write(&self, kind: &str, out: &mut Vec<u8>) -> bool {
        let is_empty = self.source.is_none()
            && self.destination.is_none()
            && self.host.is_empty()
            && self.names.is_empty()
            && self.urls.is_empty()
            && self.digests.is_empty();
        if is_empty {
            return false;
        }
        let mut line = EveLine::new(out, "report");
        if !self.at.is_empty() {
            line.text("timestamp", &self.at);
        }
        let end = |address: Option<IpAddr>, port| address.map(|address| (address, port));
        line.ends(
            end(self.source, self.source_port),
            end(self.destination, self.destination_port),
        );
        if !self.protocol.is_empty() {
            line.text("proto", self.protocol.to_ascii_uppercase());
        }
        line.object("report", |report| report.text("type", kind));
        if !self.host.is_empty() || !self.names.is_empty() {
            let names: Vec<&String> = [&self.host]
                .into_iter()
                .filter(|host| !host.is_empty())
                .chain(&self.names)
                .collect();
            line.object("dns", |dns| dns.list("queries", "rrname", &names));
        }
        if !self.urls.is_empty() {
            line.object("email", |email| email.texts("url", &self.urls));
        }
        if !self.digests.is_empty() {
            line.object("fileinfo", |file| {
                for (name, digest) in &self.digests {
                    file.text(name, digest);
                }
            });
        }
        line.end();
        true
    }
}

/// By what EVE calls a digest of so many digits.
fn digest_name(digest: &str) -> Option<&'static str> {
    let is_hex = digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    match digest.len() {
        32 if is_hex => Some("md5"),
        40 if is_hex => Some("sha1"),
        64 if is_hex => Some("sha256"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
