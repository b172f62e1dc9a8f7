//! Alerts of what was found.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use anlanh_app::incident::{Alert, Far, Host, Listed, Seen};
use anlanh_model::{AlertEvent, AlertOrigin, Time};
use anlanh_soc::{Ends, Found, Hit, Keeper, Kind};

const DAY_MICROS: i64 = 86_400_000_000;

/// Alerts of one delivery; those that are one for a day are counted together.
#[derive(Default)]
pub struct Alerts(HashMap<Same, Alert>);

/// What makes two hits one alert.
#[derive(PartialEq, Eq, Hash)]
struct Same {
    host: Option<IpAddr>,
    event: AlertEvent,
    day: i64,
    found: &'static str,
    listed: String,
    source: String,
}

/// What is known of the event in which something was found.
#[derive(Debug, Clone)]
pub struct About {
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// The name of the sensor.
    pub sensor: Arc<str>,
    /// Who spoke to whom.
    pub ends: Ends,
    /// Whether it was found when it came in, or by a hunt.
    pub origin: AlertOrigin,
}

/// What is needed of a report beside its ends.
#[derive(serde::Deserialize)]
struct Reported {
    report: ReportKind,
}

#[derive(serde::Deserialize)]
struct ReportKind {
    #[serde(rename = "type")]
    kind: String,
}

impl Alerts {
    /// Takes a hit.
    pub fn take(&mut self, keeper: &Keeper, about: &About, hit: &Hit<'_>) {
        let (host, far) = sides(keeper, &about.ends);
        let event = event_of(hit);
        let same = Same {
            host: host.map(|host| host.address),
            event,
            day: about.at.div_euclid(DAY_MICROS),
            found: hit.found.key(),
            listed: hit.listed.to_owned(),
            source: hit.indicator.source.to_owned(),
        };
        let known = self.0.entry(same);
        known
            .and_modify(|alert| alert.count = alert.count.saturating_add(1))
            .or_insert_with(|| Alert {
                at: Time::from_micros(about.at),
                sensor: about.sensor.to_string(),
                event,
                seen: Seen {
                    field: hit.field.to_owned(),
                    value: hit.value.to_owned(),
                },
                listed: Listed {
                    found: hit.found,
                    value: hit.listed.to_owned(),
                    source: hit.indicator.source.to_owned(),
                    indicator: None,
                    tlp: None,
                },
                host,
                far,
                count: 1,
                origin: about.origin,
            });
    }

    /// Takes a report of somebody else about a host of a subscriber; one about nobody here is none of ours.
    pub fn take_report(&mut self, keeper: &Keeper, about: &About, line: &[u8]) {
        let (Some(host), far) = sides(keeper, &about.ends) else {
            return;
        };
        let report: Option<Reported> = serde_json::from_slice(line).ok();
        let Some(Reported { report }) = report else { return };
        let same = Same {
            host: Some(host.address),
            event: AlertEvent::Report,
            day: about.at.div_euclid(DAY_MICROS),
            found: Found::Pattern.key(),
            listed: report.kind.clone(),
            source: about.sensor.to_string(),
        };
        let known = self.0.entry(same);
        known
            .and_modify(|alert| alert.count = alert.count.saturating_add(1))
            .or_insert_with(|| Alert {
                at: Time::from_micros(about.at),
                sensor: about.sensor.to_string(),
                event: AlertEvent::Report,
                seen: Seen {
                    field: "report.type".to_owned(),
                    value: report.kind.clone(),
                },
                listed: Listed {
                    found: Found::Pattern,
                    value: report.kind,
                    source: about.sensor.to_string(),
                    indicator: None,
                    tlp: None,
                },
                host: Some(host),
                far,
                count: 1,
                origin: about.origin,
            });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them; what comes after that is counted anew.
    pub fn take_all(&mut self) -> Vec<Alert> {
        self.0.drain().map(|(_, alert)| alert).collect()
    }
}

/// The end that is a subscriber's, and the other one. Where both are, it is who began; where none is, nobody is named.
fn sides(keeper: &Keeper, ends: &Ends) -> (Option<Host>, Option<Far>) {
    let is_ours = |end: &(IpAddr, Option<u16>)| keeper.is_of_subscriber(end.0);
    let (host, far) = match (ends.source, ends.destination) {
        (Some(source), destination) if is_ours(&source) => (Some(source), destination),
        (source, Some(destination)) if is_ours(&destination) => (Some(destination), source),
        (source, destination) => (None, destination.or(source)),
    };
    let host = host.map(|(address, port)| Host { address, port });
    let far = far.map(|(address, port)| Far { address, port });
    (host, far)
}

/// What kind of event a hit is in, by where it stands.
fn event_of(hit: &Hit<'_>) -> AlertEvent {
    let first = hit.field.split('.').next().unwrap_or_default();
    match first {
        "dns" | "query" | "answers" => AlertEvent::Dns,
        "http" | "http2" | "host" | "uri" | "referrer" => AlertEvent::Http,
        "tls" | "quic" | "server_name" => AlertEvent::Tls,
        "fileinfo" | "files" => AlertEvent::File,
        "smtp" | "email" | "mailfrom" | "rcptto" => AlertEvent::Mail,
        "report" => AlertEvent::Report,
        "src_ip" | "dest_ip" | "id" => AlertEvent::Flow,
        _ => match hit.found {
            Found::Value(Kind::Domain) => AlertEvent::Dns,
            Found::Value(Kind::Url) => AlertEvent::Http,
            Found::Value(Kind::Address) => AlertEvent::Flow,
            Found::Value(Kind::Hash) => AlertEvent::File,
            Found::Value(Kind::Ja3 | Kind::Ja4) => AlertEvent::Tls,
            Found::Value(Kind::Email) => AlertEvent::Mail,
            Found::Pattern => AlertEvent::Other,
        },
    }
}
