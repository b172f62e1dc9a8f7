//! An event as what STIX calls an observation: its facts as observables that name one another.
//!
//! Names are in small letters and without a dot at their end; digests are there in small letters and in capitals, URLs with
//! both schemes, since patterns compare texts and write both. Whom traffic goes to is there as an address and as a name.

use std::net::IpAddr;

use anlanh_stix::Object;
use anlanh_stix::json::{Members, Value};

use crate::event::{Facts, Role};
use crate::limits::MAX_ANSWERED_NAMES;

/// Types and properties of which observations may have any. A pattern that asks for others is matched by no event.
pub(crate) const PROPERTIES: &[&str] = &[
    "ipv4-addr:value",
    "ipv6-addr:value",
    "domain-name:value",
    "domain-name:resolves_to_refs",
    "url:value",
    "network-traffic:src_ref",
    "network-traffic:dst_ref",
    "network-traffic:src_port",
    "network-traffic:dst_port",
    "network-traffic:protocols",
    "network-traffic:extensions",
    "network-traffic:x_ja3",
    "network-traffic:x_ja3s",
    "network-traffic:x_ja4",
    "file:name",
    "file:size",
    "file:hashes",
    "email-addr:value",
    "email-message:subject",
    "email-message:from_ref",
    "email-message:to_refs",
    "x509-certificate:subject",
    "x509-certificate:issuer",
    "x509-certificate:serial_number",
    "x509-certificate:hashes",
];

/// The observables of an event.
pub(crate) fn observe(facts: &Facts) -> Vec<Object> {
    let mut made = Made::default();
    let ends = |role: Role| of(facts, role).next();
    let source = ends(Role::Source).and_then(|text| made.address(text));
    let destination = ends(Role::Destination).and_then(|text| made.address(text));
    for (role, text) in facts {
        if matches!(role, Role::Source | Role::Destination | Role::Address) {
            made.address(text);
        }
    }
    made.names(facts);
    made.urls(facts);
    made.mail(facts);
    let server = of(facts, Role::Server)
        .next()
        .and_then(|text| made.name_or_address(text));
    made.traffic(facts, source.as_deref(), destination.as_deref(), server.as_deref());
    made.files(facts);
    made.certificate(facts);
    made.objects
}

fn of(facts: &Facts, role: Role) -> impl Iterator<Item = &str> {
    facts
        .iter()
        .filter(move |(of, _)| *of == role)
        .map(|(_, text)| text.as_str())
}

/// Objects, each value once. Their identifiers hold within the observation alone.
#[derive(Debug, Default)]
struct Made {
    objects: Vec<Object>,
}

impl Made {
    fn push(&mut self, members: Members) {
        self.objects.extend(Object::new(members));
    }

    /// An object of one value; its identifier.
    fn value(&mut self, type_name: &str, value: &str) -> String {
        let id = format!("{type_name}--{value}");
        if !self.objects.iter().any(|object| object.text("id") == Some(&id)) {
            self.push(begin(type_name, &id).with("value", value));
        }
        id
    }

    fn address(&mut self, text: &str) -> Option<String> {
        let address: IpAddr = text.parse().ok()?;
        let address = address.to_canonical();
        let type_name = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
        Some(self.value(type_name, &address.to_string()))
    }

    fn name_or_address(&mut self, text: &str) -> Option<String> {
        // A host may have a port behind it.
        let host = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None if text.matches(':').count() == 1 => text.split(':').next().unwrap_or(text),
            None => text,
        };
        if let Some(id) = self.address(host) {
            return Some(id);
        }
        let name = host.trim_end_matches('.').to_lowercase();
        (!name.is_empty()).then(|| self.value("domain-name", &name))
    }

    /// Names that were asked for lead to what they were answered with.
    fn names(&mut self, facts: &Facts) {
        let answers: Vec<Value> = of(facts, Role::Answer)
            .filter_map(|text| self.name_or_address(text))
            .map(Value::from)
            .collect();
        for (at, text) in of(facts, Role::Name).enumerate() {
            let name = text.trim_end_matches('.').to_lowercase();
            let id = format!("domain-name--{name}");
            if name.is_empty() || self.objects.iter().any(|object| object.text("id") == Some(&id)) {
                continue;
            }
            let made = begin("domain-name", &id).with("value", name);
            self.push(if answers.is_empty() || at >= MAX_ANSWERED_NAMES {
                made
            } else {
                made.with("resolves_to_refs", answers.clone())
            });
        }
    }

    fn urls(&mut self, facts: &Facts) {
        let host = of(facts, Role::Server).next().unwrap_or_default().to_lowercase();
        for path in of(facts, Role::Path) {
            if !path.starts_with('/') {
                self.value("url", path);
            } else if !host.is_empty() {
                self.value("url", &format!("http://{host}{path}"));
                self.value("url", &format!("https://{host}{path}"));
            }
        }
        for url in of(facts, Role::Url).chain(of(facts, Role::Referrer)) {
            self.value("url", url);
        }
    }

    fn mail(&mut self, facts: &Facts) {
        let mut of_role = |role: Role| -> Vec<Value> {
            let addresses = of(facts, role).map(|text| mailbox(text).to_lowercase());
            let addresses: Vec<String> = addresses.filter(|text| text.contains('@')).collect();
            addresses
                .iter()
                .map(|text| self.value("email-addr", text).into())
                .collect()
        };
        of_role(Role::Email);
        let (from, to) = (of_role(Role::Sender), of_role(Role::Recipient));
        if from.is_empty() && to.is_empty() {
            return;
        }
        let mut message = begin("email-message", "email-message--0");
        if let Some(from) = from.into_iter().next() {
            message = message.with("from_ref", from);
        }
        if !to.is_empty() {
            message = message.with("to_refs", to);
        }
        if let Some(subject) = of(facts, Role::Subject).next() {
            message = message.with("subject", subject);
        }
        self.push(message);
    }

    fn traffic(&mut self, facts: &Facts, source: Option<&str>, destination: Option<&str>, server: Option<&str>) {
        let mut traffic = Members::default();
        if let Some(source) = source {
            traffic = traffic.with("src_ref", source);
        }
        for (role, name) in [(Role::SourcePort, "src_port"), (Role::DestinationPort, "dst_port")] {
            if let Some(port) = of(facts, role).next().and_then(|text| text.parse::<u16>().ok()) {
                traffic = traffic.with(name, i64::from(port));
            }
        }
        let protocols: Vec<Value> = of(facts, Role::Protocol)
            .map(|text| text.to_lowercase().into())
            .collect();
        if !protocols.is_empty() {
            traffic = traffic.with("protocols", protocols);
        }
        for (role, name) in [(Role::Ja3, "x_ja3"), (Role::Ja3s, "x_ja3s"), (Role::Ja4, "x_ja4")] {
            if let Some(text) = of(facts, role).next() {
                traffic = traffic.with(name, text.to_lowercase());
            }
        }
        let as_text: fn(&str) -> Value = |text| Value::from(text);
        let as_list: fn(&str) -> Value = |text| vec![Value::from(text)].into();
        let requests = [as_text, as_list].into_iter().filter_map(|field| request(facts, field));
        let extended = requests.map(|request| {
            let extensions = Members::default().with("http-request-ext", request);
            traffic.clone().with("extensions", extensions)
        });
        let mut written: Vec<Members> = extended.collect();
        if written.is_empty() && !traffic.is_empty() {
            written.push(traffic);
        }
        let mut ends: Vec<Option<&str>> = destination.into_iter().chain(server).map(Some).collect();
        ends.dedup();
        if ends.is_empty() {
            ends.push(None);
        }
        if written.is_empty() && destination.is_some() {
            written.push(Members::default());
        }
        for (at, (end, traffic)) in ends
            .iter()
            .flat_map(|end| written.iter().map(move |of| (end, of)))
            .enumerate()
        {
            let made = begin("network-traffic", &format!("network-traffic--{at}"));
            let made = match end {
                Some(end) => made.with("dst_ref", *end),
                None => made,
            };
            self.push(joined(made, traffic));
        }
    }

    fn files(&mut self, facts: &Facts) {
        let digests: Vec<(&str, &str)> = facts.iter().filter_map(digest_of).collect();
        let mut file = Members::default();
        if let Some(name) = of(facts, Role::FileName).next() {
            let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
            file = file.with("name", name);
        }
        if let Some(size) = of(facts, Role::FileSize)
            .next()
            .and_then(|text| text.parse::<i64>().ok())
        {
            file = file.with("size", size);
        }
        if digests.is_empty() {
            if !file.is_empty() {
                self.push(joined(begin("file", "file--0"), &file));
            }
            return;
        }
        for (at, written) in [str::to_lowercase, str::to_uppercase].into_iter().enumerate() {
            let hashes = digests.iter().fold(Members::default(), |hashes, (name, digest)| {
                // Many write the names without hyphens.
                hashes
                    .with(name, written(digest))
                    .with(&name.replace('-', ""), written(digest))
            });
            let made = begin("file", &format!("file--{at}")).with("hashes", hashes);
            self.push(joined(made, &file));
        }
    }

    fn certificate(&mut self, facts: &Facts) {
        let mut certificate = Members::default();
        let is_mail = facts
            .iter()
            .any(|(role, _)| matches!(role, Role::Sender | Role::Recipient));
        for (role, name) in [
            (Role::Subject, "subject"),
            (Role::Issuer, "issuer"),
            (Role::Serial, "serial_number"),
        ] {
            if let Some(text) = of(facts, role).next().filter(|_| !is_mail) {
                certificate = certificate.with(name, text);
            }
        }
        if let Some(fingerprint) = of(facts, Role::Fingerprint).next() {
            let digest = fingerprint.replace(':', "").to_lowercase();
            let name = if digest.len() == 40 { "SHA-1" } else { "SHA-256" };
            certificate = certificate.with("hashes", Members::default().with(name, digest));
        }
        if !certificate.is_empty() {
            self.push(joined(begin("x509-certificate", "x509-certificate--0"), &certificate));
        }
    }
}

fn begin(type_name: &str, id: &str) -> Members {
    Members::default().with("type", type_name).with("id", id)
}

fn joined(members: Members, others: &Members) -> Members {
    others
        .iter()
        .fold(members, |members, (name, value)| members.with(name, value.clone()))
}

/// The address of `Name <address>`.
fn mailbox(text: &str) -> &str {
    match text.rsplit_once('<') {
        Some((_, address)) => address.trim_end_matches([' ', '>']),
        None => text.trim(),
    }
}

fn digest_of((role, text): &(Role, String)) -> Option<(&'static str, &str)> {
    let named = [(Role::Md5, "MD5"), (Role::Sha1, "SHA-1"), (Role::Sha256, "SHA-256")];
    if let Some((_, name)) = named.iter().find(|(of, _)| of == role) {
        return Some((name, text));
    }
    let by_length = [(32, "MD5"), (40, "SHA-1"), (64, "SHA-256"), (128, "SHA-512")];
    let found = by_length
        .iter()
        .find(|(length, _)| *role == Role::Digest && *length == text.len());
    found.map(|(_, name)| (*name, text.as_str()))
}

/// A request, with each field of its header as a text, or as a list of one: patterns are written for both.
fn request(facts: &Facts, field: fn(&str) -> Value) -> Option<Members> {
    let mut request = Members::default();
    if let Some(method) = of(facts, Role::Method).next() {
        request = request.with("request_method", method.to_lowercase());
    }
    if let Some(path) = of(facts, Role::Path).next() {
        request = request.with("request_value", path);
    }
    let mut header = Members::default();
    for (role, name) in [(Role::UserAgent, "User-Agent"), (Role::Referrer, "Referer")] {
        if let Some(text) = of(facts, role).next() {
            header = header.with(name, field(text));
        }
    }
    if let (Some(host), false) = (of(facts, Role::Server).next(), request.is_empty()) {
        header = header.with("Host", field(host));
    }
    if !header.is_empty() {
        request = request.with("request_header", header);
    }
    (!request.is_empty()).then_some(request)
}
