//! Where the fields of the taxonomy of Sigma stand in events. Any other name is that of a field as it stands in the event.
//!
//! Source: the taxonomy appendix of the specification, version 2.1.0, and the field names of rules in public collections, some of which
//! are those of the Elastic Common Schema.

use super::source::Family;

/// What is made of the URL of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfUrl {
    /// Path and query as they were asked for, and the whole URL.
    Whole,
    /// Up to the question mark.
    Stem,
    /// Behind it.
    Query,
    /// Behind the last dot of the stem.
    Extension,
}

/// What of a request's URL a field is, if it is one.
pub(super) fn of_url(name: &str) -> Option<OfUrl> {
    Some(match name {
        "c-uri" | "cs-uri" => OfUrl::Whole,
        "c-uri-stem" | "cs-uri-stem" => OfUrl::Stem,
        "c-uri-query" | "cs-uri-query" => OfUrl::Query,
        "c-uri-extension" | "cs-uri-extension" => OfUrl::Extension,
        _ => return None,
    })
}

/// Where the host and the URL of a request stand.
pub(super) const fn request(family: Family) -> Option<(&'static str, &'static str)> {
    match family {
        Family::Eve => Some(("http.hostname", "http.url")),
        Family::Zeek => Some(("host", "uri")),
        Family::DnsLog | Family::Json => None,
    }
}

const EVE: &[(&str, &[&str])] = &[
    ("query", &["dns.rrname", "dns.queries.rrname", "dns.query.rrname"]),
    ("record_type", &["dns.rrtype", "dns.queries.rrtype", "dns.query.rrtype"]),
    (
        "answer",
        &[
            "dns.answers.rdata",
            "dns.rdata",
            "dns.grouped.A",
            "dns.grouped.AAAA",
            "dns.grouped.CNAME",
            "dns.grouped.MX",
            "dns.grouped.NS",
            "dns.grouped.TXT",
        ],
    ),
    ("rcode", &["dns.rcode"]),
    (
        "dns.question.name",
        &["dns.rrname", "dns.queries.rrname", "dns.query.rrname"],
    ),
    (
        "dns.question.type",
        &["dns.rrtype", "dns.queries.rrtype", "dns.query.rrtype"],
    ),
    ("source.ip", &["src_ip"]),
    ("source.port", &["src_port"]),
    ("destination.ip", &["dest_ip"]),
    ("destination.port", &["dest_port"]),
    ("dst_ip", &["dest_ip"]),
    ("dst_port", &["dest_port"]),
    ("c-ip", &["src_ip"]),
    ("s-ip", &["dest_ip"]),
    ("s-port", &["dest_port"]),
    ("cs-host", &["http.hostname"]),
    ("r-dns", &["http.hostname"]),
    ("cs-method", &["http.http_method"]),
    ("cs-version", &["http.protocol"]),
    ("c-useragent", &["http.http_user_agent"]),
    ("cs-user-agent", &["http.http_user_agent"]),
    ("cs-referrer", &["http.http_refer"]),
    ("cs-referer", &["http.http_refer"]),
    ("sc-status", &["http.status"]),
    ("SourceIp", &["src_ip"]),
    ("SourcePort", &["src_port"]),
    ("DestinationIp", &["dest_ip"]),
    ("DestinationPort", &["dest_port"]),
    ("DestinationHostname", &["tls.sni", "quic.sni", "http.hostname"]),
];

const ZEEK: &[(&str, &[&str])] = &[
    ("record_type", &["qtype_name"]),
    ("answer", &["answers"]),
    ("rcode", &["rcode_name"]),
    ("dns.question.name", &["query"]),
    ("dns.question.type", &["qtype_name"]),
    ("source.ip", &["id.orig_h"]),
    ("source.port", &["id.orig_p"]),
    ("destination.ip", &["id.resp_h"]),
    ("destination.port", &["id.resp_p"]),
    ("src_ip", &["id.orig_h"]),
    ("src_port", &["id.orig_p"]),
    ("dst_ip", &["id.resp_h"]),
    ("dst_port", &["id.resp_p"]),
    ("c-ip", &["id.orig_h"]),
    ("s-ip", &["id.resp_h"]),
    ("s-port", &["id.resp_p"]),
    ("cs-host", &["host"]),
    ("r-dns", &["host"]),
    ("cs-method", &["method"]),
    ("cs-version", &["version"]),
    ("c-useragent", &["user_agent"]),
    ("cs-user-agent", &["user_agent"]),
    ("cs-referrer", &["referrer"]),
    ("cs-referer", &["referrer"]),
    ("sc-status", &["status_code"]),
    ("SourceIp", &["id.orig_h"]),
    ("SourcePort", &["id.orig_p"]),
    ("DestinationIp", &["id.resp_h"]),
    ("DestinationPort", &["id.resp_p"]),
    ("DestinationHostname", &["server_name", "host"]),
];

const DNS_LOG: &[(&str, &[&str])] = &[
    ("src_ip", &["client"]),
    ("c-ip", &["client"]),
    ("source.ip", &["client"]),
    ("record_type", &["type"]),
    ("dns.question.name", &["query"]),
    ("dns.question.type", &["type"]),
];

/// The fields of events that a name means.
pub(super) fn places(family: Family, name: &str) -> Vec<&str> {
    let table = match family {
        Family::Eve => EVE,
        Family::Zeek => ZEEK,
        Family::DnsLog => DNS_LOG,
        Family::Json => &[],
    };
    let found = table.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| vec![name], |(_, places)| places.to_vec())
}
