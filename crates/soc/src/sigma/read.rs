//! A line as an event for rules.

use anlanh_sigma::{Event, Scalar, Slot};

use super::field::{self, OfUrl};
use super::source::{self, Family};
use super::{Compiled, Fields};
use crate::event::{Field, FieldMap, Line, Query, Reading, Sink, read_json};

/// What a field tells beside what rules ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Which log the event is of.
    Log,
    /// That it is of this log, where nothing else says so.
    Of(&'static str),
    Host,
    Url,
}

/// What of a request was read, and which log it is of.
#[derive(Debug, Default)]
pub(super) struct Request {
    host: String,
    url: String,
    has_url: bool,
    log: Option<u64>,
    likely: Option<u64>,
    whole: String,
}

/// The fields that are read of every event of a form, with what they tell. Zeek's JSON mostly does not say which log it is.
pub(super) fn marks(family: Family) -> Vec<(&'static str, Mark)> {
    let mut marks = match family {
        Family::Eve => vec![("event_type", Mark::Log)],
        Family::Zeek => vec![
            ("_path", Mark::Log),
            ("query", Mark::Of("dns")),
            ("qtype", Mark::Of("dns")),
            ("method", Mark::Of("http")),
            ("status_code", Mark::Of("http")),
            ("conn_state", Mark::Of("conn")),
            ("server_name", Mark::Of("ssl")),
            ("cipher", Mark::Of("ssl")),
            ("mime_type", Mark::Of("files")),
            ("mailfrom", Mark::Of("smtp")),
            ("certificate.subject", Mark::Of("x509")),
            ("named_pipe", Mark::Of("dce_rpc")),
            ("endpoint", Mark::Of("dce_rpc")),
            ("share_type", Mark::Of("smb_mapping")),
            ("action", Mark::Of("smb_files")),
            ("request_type", Mark::Of("kerberos")),
            ("cookie", Mark::Of("rdp")),
            ("auth_success", Mark::Of("ssh")),
        ],
        Family::DnsLog | Family::Json => Vec::new(),
    };
    if let Some((host, url)) = field::request(family) {
        marks.extend([(host, Mark::Host), (url, Mark::Url)]);
    }
    marks
}

/// Reads a line; which log it is of, unless it cannot be read.
pub(super) fn read(
    line: Line<'_>,
    family: Family,
    compiled: &Compiled,
    event: &mut Event,
    request: &mut Request,
) -> Option<u64> {
    event.clear();
    request.clear();
    let mut taker = Taker {
        family,
        fields: &compiled.fields,
        event,
        request,
    };
    let log = match line {
        Line::Eve(text) | Line::ZeekJson(text) | Line::Json(text) => {
            let map = compiled.fields.map.as_ref()?;
            read_json(text.as_bytes(), map, &mut taker).ok()?;
            match family {
                Family::Json => u64::MAX,
                Family::Eve | Family::Zeek | Family::DnsLog => {
                    let log = taker.request.log.or(taker.request.likely);
                    log.unwrap_or(source::bit_of(family, ""))
                }
            }
        }
        Line::ZeekTabs(head, text) => {
            head.each(text, |name, text| taker.named(name, text));
            source::bit_of(family, head.log())
        }
        Line::Bind(text) => {
            taker.query(Query::of_bind(text)?);
            source::BIND
        }
        Line::Unbound(text) => {
            taker.query(Query::of_unbound(text)?);
            source::UNBOUND
        }
    };
    taker.end();
    if let Some(everything) = &compiled.everything
        && compiled.wordy & log != 0
    {
        taker.words(line, everything);
    }
    Some(log)
}

/// Takes the fields of one event.
struct Taker<'t> {
    family: Family,
    fields: &'t Fields,
    event: &'t mut Event,
    request: &'t mut Request,
}

impl Sink for Taker<'_> {
    #[inline]
    fn take(&mut self, field: Field, _: Reading, text: &str) {
        self.field(field, Scalar::Text, text);
    }

    #[inline]
    fn take_bare(&mut self, field: Field, text: &str) {
        let kind = if text == "null" { Scalar::Null } else { Scalar::Text };
        self.field(field, kind, text);
    }
}

impl Taker<'_> {
    fn field(&mut self, field: Field, kind: Scalar, text: &str) {
        for slot in self.fields.by_field.get(usize::from(field.0)).into_iter().flatten() {
            self.event.push(Some(*slot), kind, text);
        }
        let marks = self.fields.marks.iter().filter(|(of, _)| *of == field.0);
        for (_, mark) in marks {
            self.request.mark(self.family, *mark, text);
        }
    }

    /// A column of a log.
    fn named(&mut self, name: &str, text: &str) {
        for slot in self.fields.places.get(name).into_iter().flatten() {
            self.event.push(Some(*slot), Scalar::Text, text);
        }
        match field::request(self.family) {
            Some((host, _)) if name == host => self.request.mark(self.family, Mark::Host, text),
            Some((_, url)) if name == url => self.request.mark(self.family, Mark::Url, text),
            Some(_) | None => {}
        }
    }

    fn query(&mut self, query: Query<'_>) {
        self.named("client", query.client);
        self.named("query", query.name);
        self.named("type", query.record_type);
    }

    /// Adds what is made of a request.
    fn end(&mut self) {
        let request = &mut *self.request;
        if !request.has_url || self.fields.of_url.is_empty() {
            return;
        }
        let is_whole = is_whole(&request.url);
        request.whole.clear();
        if !is_whole && !request.host.is_empty() {
            request.whole.push_str("http://");
            request.whole.push_str(&request.host);
            request.whole.push_str(&request.url);
        }
        let (stem, query) = match request.url.split_once('?') {
            Some((stem, query)) => (stem, Some(query)),
            None => (request.url.as_str(), None),
        };
        let last = stem.rsplit('/').next().unwrap_or(stem);
        let extension = last.rsplit_once('.').map(|(_, extension)| extension);
        let mut push = |slot: Slot, text: &str| self.event.push(Some(slot), Scalar::Text, text);
        for (of_url, slot) in &self.fields.of_url {
            match of_url {
                OfUrl::Whole => {
                    push(*slot, &request.url);
                    if !request.whole.is_empty() {
                        push(*slot, &request.whole);
                    }
                }
                OfUrl::Stem => push(*slot, stem),
                OfUrl::Query => query.into_iter().for_each(|query| push(*slot, query)),
                OfUrl::Extension => extension.into_iter().for_each(|extension| push(*slot, extension)),
            }
        }
    }

    /// Adds every value, for rules that look for words anywhere.
    fn words(&mut self, line: Line<'_>, everything: &FieldMap) {
        match line {
            Line::Eve(text) | Line::ZeekJson(text) | Line::Json(text) => {
                // It was read before, by the same rules.
                let _ = read_json(text.as_bytes(), everything, &mut Words(self.event));
            }
            Line::ZeekTabs(head, text) => head.each(text, |_, text| self.event.push(None, Scalar::Text, text)),
            Line::Bind(text) | Line::Unbound(text) => self.event.push(None, Scalar::Text, text),
        }
    }
}

/// Takes every value of one event, but those that are nothing.
struct Words<'w>(&'w mut Event);

impl Sink for Words<'_> {
    fn take(&mut self, _: Field, _: Reading, text: &str) {
        self.0.push(None, Scalar::Text, text);
    }

    fn take_bare(&mut self, _: Field, text: &str) {
        if text != "null" {
            self.0.push(None, Scalar::Text, text);
        }
    }
}

/// Whether what was asked for names its host itself, as a proxy is asked. Others may have a URL within their path or query.
fn is_whole(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| !scheme.is_empty() && !scheme.contains(['/', '?', '#']))
}

impl Request {
    fn clear(&mut self) {
        self.host.clear();
        self.url.clear();
        self.has_url = false;
        self.log = None;
        self.likely = None;
    }

    fn mark(&mut self, family: Family, mark: Mark, text: &str) {
        match mark {
            Mark::Log => self.log = self.log.or(Some(source::bit_of(family, text))),
            Mark::Of(log) => self.likely = self.likely.or(Some(source::bit_of(family, log))),
            Mark::Host if self.host.is_empty() => self.host.push_str(text),
            Mark::Url if !self.has_url => {
                self.url.push_str(text);
                self.has_url = true;
            }
            Mark::Host | Mark::Url => {}
        }
    }
}
