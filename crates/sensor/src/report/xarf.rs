//! Abuse reports in XARF 4 (xarf.org, version 4 of its specification), one JSON object a line.

use serde_json::Value as Json;

use super::{Told, digest_name};

/// Tells the event of a report; whether it was one.
pub fn read_xarf(line: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(report) = serde_json::from_slice::<Json>(line) else {
        return false;
    };
    let text = |key: &str| report.get(key).and_then(Json::as_str).unwrap_or_default();
    if !text("xarf_version").starts_with("4.") {
        return false;
    }
    let port = |key: &str| {
        let port = report.get(key).and_then(Json::as_u64);
        port.and_then(|port| u16::try_from(port).ok()).unwrap_or(0)
    };
    let mut told = Told {
        at: text("timestamp").to_owned(),
        source_port: port("source_port"),
        destination: text("destination_ip").parse().ok(),
        destination_port: port("destination_port"),
        protocol: text("protocol").to_owned(),
        ..Told::default()
    };
    // Who is reported: an address, or a name.
    let source = text("source_identifier");
    match source.parse() {
        Ok(address) => told.source = Some(address),
        Err(_) if source.contains("://") => told.urls.push(source.to_owned()),
        Err(_) if !source.contains('@') => source.clone_into(&mut told.host),
        Err(_) => {}
    }
    for key in ["url", "phishing_url", "malware_url"] {
        if !text(key).is_empty() {
            told.urls.push(text(key).to_owned());
        }
    }
    for key in ["domain", "c2_server"] {
        if !text(key).is_empty() {
            told.names.push(text(key).to_owned());
        }
    }
    let digests = ["md5", "sha1", "sha256", "malware_hash", "file_hash"].map(text);
    let in_object = report
        .get("file_hashes")
        .and_then(Json::as_object)
        .into_iter()
        .flatten();
    let in_object = in_object.filter_map(|(_, digest)| digest.as_str());
    for digest in digests.into_iter().chain(in_object) {
        told.digests
            .extend(digest_name(digest).map(|name| (name, digest.to_owned())));
    }
    // Version 4.0 was published with `class` first, and `category` in its place later.
    let category = if text("category").is_empty() {
        text("class")
    } else {
        text("category")
    };
    let kind = format!("{category}/{}", text("type"));
    told.write(&kind, out)
}
