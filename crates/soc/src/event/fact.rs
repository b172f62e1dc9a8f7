//! What an event says, for patterns that ask for more than one value: each fact with the part that it has in the event.
//!
//! This is slower than looking values up, and done for few events alone: those that have a value of which a pattern is
//! asked. Events by a field map say of what kind their values are, and not which part they have.

use serde_json::Value as Json;

use super::{Field, Reading, Sink};
use crate::value::Kind;

/// The part of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Where traffic comes from.
    Source,
    /// Where it goes.
    Destination,
    SourcePort,
    DestinationPort,
    Protocol,
    /// An address of which the part is not known.
    Address,
    /// A name that was asked for, or spoken to.
    Name,
    /// What a name was answered with: an address or another name.
    Answer,
    /// The name of whom traffic goes to.
    Server,
    Path,
    Url,
    Method,
    UserAgent,
    Referrer,
    Ja3,
    Ja3s,
    Ja4,
    Md5,
    Sha1,
    Sha256,
    Digest,
    FileName,
    FileSize,
    Email,
    Sender,
    Recipient,
    /// Of a message or of a certificate.
    Subject,
    Issuer,
    Serial,
    /// The digest of a certificate.
    Fingerprint,
}

pub(crate) type Facts = Vec<(Role, String)>;

/// Suricata's EVE JSON; dots go deeper.
pub(super) const EVE: &[(&str, Role)] = &[
    ("src_ip", Role::Source),
    ("dest_ip", Role::Destination),
    ("src_port", Role::SourcePort),
    ("dest_port", Role::DestinationPort),
    ("proto", Role::Protocol),
    ("app_proto", Role::Protocol),
    ("dns.rrname", Role::Name),
    ("dns.queries.rrname", Role::Name),
    ("dns.query.rrname", Role::Name),
    ("dns.answers.rdata", Role::Answer),
    ("dns.grouped.A", Role::Answer),
    ("dns.grouped.AAAA", Role::Answer),
    ("dns.grouped.CNAME", Role::Answer),
    ("http.hostname", Role::Server),
    ("http.url", Role::Path),
    ("http.http_method", Role::Method),
    ("http.http_user_agent", Role::UserAgent),
    ("http.http_refer", Role::Referrer),
    ("tls.sni", Role::Server),
    ("tls.ja3.hash", Role::Ja3),
    ("tls.ja3s.hash", Role::Ja3s),
    ("tls.ja4", Role::Ja4),
    ("tls.subject", Role::Subject),
    ("tls.issuerdn", Role::Issuer),
    ("tls.serial", Role::Serial),
    ("tls.fingerprint", Role::Fingerprint),
    ("quic.sni", Role::Server),
    ("quic.ja3.hash", Role::Ja3),
    ("quic.ja3s.hash", Role::Ja3s),
    ("quic.ja4", Role::Ja4),
    ("fileinfo.filename", Role::FileName),
    ("fileinfo.size", Role::FileSize),
    ("fileinfo.md5", Role::Md5),
    ("fileinfo.sha1", Role::Sha1),
    ("fileinfo.sha256", Role::Sha256),
    ("smtp.mail_from", Role::Sender),
    ("smtp.rcpt_to", Role::Recipient),
    ("email.from", Role::Sender),
    ("email.to", Role::Recipient),
    ("email.cc", Role::Recipient),
    ("email.subject", Role::Subject),
    ("email.url", Role::Url),
];

/// Zeek's logs; dots are in the names.
pub(super) const ZEEK: &[(&str, Role)] = &[
    ("id.orig_h", Role::Source),
    ("id.orig_p", Role::SourcePort),
    ("id.resp_h", Role::Destination),
    ("id.resp_p", Role::DestinationPort),
    ("tx_hosts", Role::Source),
    ("rx_hosts", Role::Destination),
    ("proto", Role::Protocol),
    ("service", Role::Protocol),
    ("query", Role::Name),
    ("answers", Role::Answer),
    ("host", Role::Server),
    ("server_name", Role::Server),
    ("uri", Role::Path),
    ("method", Role::Method),
    ("user_agent", Role::UserAgent),
    ("referrer", Role::Referrer),
    ("ja3", Role::Ja3),
    ("ja3s", Role::Ja3s),
    ("ja4", Role::Ja4),
    ("md5", Role::Md5),
    ("sha1", Role::Sha1),
    ("sha256", Role::Sha256),
    ("filename", Role::FileName),
    ("total_bytes", Role::FileSize),
    ("mailfrom", Role::Sender),
    ("from", Role::Sender),
    ("rcptto", Role::Recipient),
    ("to", Role::Recipient),
    ("cc", Role::Recipient),
    ("subject", Role::Subject),
    ("issuer", Role::Issuer),
    ("certificate.subject", Role::Subject),
    ("certificate.issuer", Role::Issuer),
    ("certificate.serial", Role::Serial),
    ("san.dns", Role::Name),
    ("fingerprint", Role::Fingerprint),
];

/// The facts of an event in JSON.
pub(super) fn of_json(event: &Json, table: &[(&str, Role)], facts: &mut Facts) {
    for (path, role) in table {
        match event.get(path) {
            // A name with dots in it.
            Some(value) => add(value, *role, facts),
            None if path.contains('.') => descend(event, path, *role, facts),
            None => {}
        }
    }
}

fn descend(value: &Json, path: &str, role: Role, facts: &mut Facts) {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    match (value, rest) {
        (Json::Array(values), _) => values.iter().for_each(|value| descend(value, path, role, facts)),
        (Json::Object(members), Some(rest)) => {
            if let Some(value) = members.get(name) {
                descend(value, rest, role, facts);
            }
        }
        (Json::Object(members), None) => {
            if let Some(value) = members.get(name) {
                add(value, role, facts);
            }
        }
        (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_), _) => {}
    }
}

fn add(value: &Json, role: Role, facts: &mut Facts) {
    match value {
        Json::String(text) => facts.push((role, text.clone())),
        Json::Number(number) => facts.push((role, number.to_string())),
        Json::Array(values) => values.iter().for_each(|value| add(value, role, facts)),
        Json::Null | Json::Bool(_) | Json::Object(_) => {}
    }
}

/// Takes the values of an event of which only the kinds are known.
#[derive(Debug, Default)]
pub(super) struct Kinds(pub(super) Facts);

impl Sink for Kinds {
    fn take(&mut self, _: Field, reading: Reading, text: &str) {
        let role = match reading {
            Reading::Is(Kind::Domain) | Reading::Host => Role::Answer,
            Reading::Is(Kind::Url) => Role::Url,
            Reading::Is(Kind::Address) => Role::Address,
            Reading::Is(Kind::Hash) => Role::Digest,
            Reading::Is(Kind::Ja3) => Role::Ja3,
            Reading::Is(Kind::Ja4) => Role::Ja4,
            Reading::Is(Kind::Email) => Role::Email,
            Reading::HttpHost => Role::Server,
            Reading::HttpPath => Role::Path,
            Reading::Time => return,
        };
        self.0.push((role, text.to_owned()));
    }
}
