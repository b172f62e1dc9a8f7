//! Alerts of what was found.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use anlanh_app::incident::{Alert, Far, Host, Listed, Seen};
use anlanh_model::{AlertEvent, AlertOrigin, NoHost, Time, Tlp};
use anlanh_sigma::LogSource;
use anlanh_soc::limits::MAX_EVENT_VALUE_BYTES;
use anlanh_soc::{Ends, Found, Hit, Keeper, Kind, RuleHit, cut_label};

/// How far what a rule finds may go, where the rule does not say: as what a feed says that nobody marked otherwise. The operator put it
/// there, so that nobody else's marking is on it.
const OWN: Tlp = Tlp::Amber;
/// Longest name of a file of rules as alerts tell it, in bytes.
const MOST_FILE_BYTES: usize = 200;
const DAY_MICROS: i64 = 86_400_000_000;

/// Alerts of one delivery; those that are one for a day are counted together.
#[derive(Default)]
pub struct Alerts(HashMap<Same, Alert>);

/// What makes two hits one alert.
#[derive(PartialEq, Eq, Hash)]
struct Same {
    host: Result<IpAddr, NoHost>,
    event: AlertEvent,
    day: i64,
    found: &'static str,
    listed: String,
    source: String,
}

/// What is known of the event in which something was found.
#[derive(Clone)]
pub struct About {
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// The name of the sensor.
    pub sensor: Arc<str>,
    /// The host that it is about, or why that is not known.
    pub host: Result<Host, NoHost>,
    /// The other end.
    pub far: Option<Far>,
    /// Whether it was found when it came in, or by a hunt.
    pub origin: AlertOrigin,
}

/// What a rule found, and what is told of the rule.
pub struct OfRule {
    event: AlertEvent,
    seen: Seen,
    listed: Listed,
}

impl OfRule {
    pub fn of(hit: &RuleHit<'_>) -> Self {
        let rule = hit.rule;
        let level = rule.level.map(|level| format!(" ({})", level.key()));
        let title = cut_label(&rule.title);
        let value = match rule.id.as_deref().map(cut_label) {
            Some(id) => format!("{title} ({id})"),
            None => title,
        };
        Self {
            event: event_of_log(&rule.source),
            seen: Seen {
                field: cut_label(hit.field).trim().to_owned(),
                value: cut(hit.value, MAX_EVENT_VALUE_BYTES).replace('\0', ""),
            },
            listed: Listed {
                found: Found::Rule,
                // A title of nothing that is seen is none.
                value: if value.is_empty() { "Sigma".to_owned() } else { value },
                source: format!("sigma:{}{}", short_name(hit.source), level.unwrap_or_default()),
                indicator: None,
                tlp: Some(tlp_of(&rule.tags)),
            },
        }
    }
}

/// What a rule says of how far it may go, by the tags that Sigma has for it, the strictest of them; otherwise it is the operator's own.
pub fn tlp_of(tags: &[String]) -> Tlp {
    let told = tags.iter().filter_map(|tag| {
        let tag = tag.to_ascii_lowercase();
        match tag.strip_prefix("tlp.")? {
            "clear" | "white" => Some(Tlp::Clear),
            "green" => Some(Tlp::Green),
            "amber" => Some(Tlp::Amber),
            "amber-strict" | "amber+strict" => Some(Tlp::AmberStrict),
            // What is no colour was meant to be one.
            _ => Some(Tlp::Red),
        }
    });
    told.max().unwrap_or(OWN)
}

/// A file with the folder that it stands in: where on the machine that is, nobody who works at alerts needs to know.
fn short_name(path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit('/').take(2).collect();
    parts.reverse();
    let name: String = parts.join("/").chars().filter(|c| !c.is_control()).collect();
    cut(&name, MOST_FILE_BYTES).to_owned()
}

/// As much of a text as fits.
fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What kind of event a rule is for, as far as the log tells that it is for.
fn event_of_log(source: &LogSource) -> AlertEvent {
    match source.category.as_deref() {
        Some("dns") => return AlertEvent::Dns,
        Some("proxy" | "webserver") => return AlertEvent::Http,
        Some("firewall" | "network_connection") => return AlertEvent::Flow,
        Some(_) | None => {}
    }
    match (source.service.as_deref(), source.product.as_deref()) {
        (Some("dns"), _) | (None, Some("bind" | "unbound")) => AlertEvent::Dns,
        (Some("http" | "http2"), _) => AlertEvent::Http,
        (Some("tls" | "ssl" | "quic" | "x509"), _) => AlertEvent::Tls,
        (Some("conn" | "connection" | "flow" | "netflow"), _) => AlertEvent::Flow,
        (Some("files" | "fileinfo" | "pe"), _) => AlertEvent::File,
        (Some("smtp"), _) => AlertEvent::Mail,
        (Some(_) | None, _) => AlertEvent::Other,
    }
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
        let (host, far) = (about.host, about.far);
        let event = event_of(hit);
        // A pattern is listed under the id of its indicator, by whatever it was looked up.
        let listed = match hit.found {
            Found::Pattern => hit.indicator.name.unwrap_or(hit.listed),
            Found::Value(_) | Found::Rule => hit.listed,
        };
        let same = Same {
            host: host.map(|host| host.address),
            event,
            day: about.at.div_euclid(DAY_MICROS),
            found: hit.found.key(),
            listed: listed.to_owned(),
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
                    value: listed.to_owned(),
                    source: hit.indicator.source.to_owned(),
                    indicator: None,
                    // Whoever lists it may not know that it is a subscriber here.
                    tlp: names_subscriber(keeper, far, hit.listed).then_some(Tlp::Red),
                },
                host,
                far,
                count: 1,
                origin: about.origin,
            });
    }

    /// Takes what a rule found.
    pub fn take_rule(&mut self, about: &About, found: OfRule) {
        let (host, far) = (about.host, about.far);
        let OfRule { event, seen, listed } = found;
        let same = Same {
            host: host.map(|host| host.address),
            event,
            day: about.at.div_euclid(DAY_MICROS),
            found: listed.found.key(),
            listed: listed.value.clone(),
            source: listed.source.clone(),
        };
        let known = self.0.entry(same);
        known
            .and_modify(|alert| alert.count = alert.count.saturating_add(1))
            .or_insert_with(|| Alert {
                at: Time::from_micros(about.at),
                sensor: about.sensor.to_string(),
                event,
                seen,
                listed,
                host,
                far,
                count: 1,
                origin: about.origin,
            });
    }

    /// Takes a report of somebody else about a host of a subscriber; one about nobody here is none of ours.
    pub fn take_report(&mut self, about: &About, line: &[u8]) {
        let Ok(host) = about.host else { return };
        let report: Option<Reported> = serde_json::from_slice(line).ok();
        let Some(Reported { report }) = report else { return };
        let same = Same {
            host: Ok(host.address),
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
                host: Ok(host),
                far: about.far,
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
pub fn sides(keeper: &Keeper, ends: &Ends) -> (Result<Host, NoHost>, Option<Far>) {
    let is_ours = |end: &(IpAddr, Option<u16>)| keeper.is_of_subscriber(end.0);
    let (host, far) = match (ends.source, ends.destination) {
        (Some(source), destination) if is_ours(&source) => (Some(source), destination),
        (source, Some(destination)) if is_ours(&destination) => (Some(destination), source),
        (source, destination) => (None, destination.or(source)),
    };
    let host = host
        .map(|(address, port)| Host { address, port })
        .ok_or(NoHost::Unnamed);
    let far = far.map(|(address, port)| Far { address, port });
    (host, far)
}

/// Whether what is listed is the address of a subscriber at the far end: where both ends are subscribers', one is the host.
fn names_subscriber(keeper: &Keeper, far: Option<Far>, listed: &str) -> bool {
    let far = far.map(|far| far.address.to_canonical());
    let is_named = |address: &IpAddr| listed.to_lowercase().contains(&address.to_string());
    far.is_some_and(|address| keeper.is_of_subscriber(address) && is_named(&address))
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
            Found::Pattern | Found::Rule => AlertEvent::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use anlanh_soc::{Arrival, Network, Tokens};

    use super::*;

    #[test]
    fn a_rule_says_how_far_what_it_finds_may_go() {
        let check = |tags: &[&str], expected| {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(tlp_of(&tags), expected, "{tags:?}");
        };
        check(&[], Tlp::Amber);
        check(&["attack.t1071"], Tlp::Amber);
        check(&["tlp.clear"], Tlp::Clear);
        check(&["TLP.Green", "tlp.red"], Tlp::Red);
        check(&["tlp.amber-strict"], Tlp::AmberStrict);
        check(&["tlp.amber+strict"], Tlp::AmberStrict);
        check(&["tlp.mauve"], Tlp::Red);
    }

    #[test]
    fn a_subscriber_at_the_far_end_is_named_by_what_is_listed() {
        let networks = vec![Network::new(IpAddr::from([10, 0, 0, 0]), 8).unwrap()];
        let keeper = Keeper::new(networks, Tokens::new([1; 32]), Arrival::default());
        let check = |far: Option<&str>, listed: &str, expected| {
            let far = far.map(|far| Far {
                address: far.parse().unwrap(),
                port: None,
            });
            assert_eq!(names_subscriber(&keeper, far, listed), expected, "{listed}");
        };
        check(Some("10.0.0.8"), "10.0.0.8", true);
        check(Some("::ffff:10.0.0.8"), "http://10.0.0.8/a", true);
        check(Some("10.0.0.8"), "evil.example", false);
        check(Some("192.0.2.8"), "192.0.2.8", false);
        check(None, "10.0.0.8", false);
    }

    #[test]
    fn a_file_is_told_by_its_folder_and_name_alone() {
        let check = |path: &str, expected: &str| assert_eq!(short_name(path), expected, "{path}");
        check("/etc/anlanh/rules/dns/x.yml", "dns/x.yml");
        check("x.yml", "x.yml");
        check("/a/\u{7}b.yml", "a/b.yml");
        let long = short_name(&"ễ".repeat(100));
        assert_eq!(long.len(), MOST_FILE_BYTES / 3 * 3);
    }

    /// Whatever a rule is called and an event holds, the alert is one that can be raised: one that is none takes others with it.
    #[test]
    fn an_alert_of_a_rule_can_be_raised() {
        let title = "ễ".repeat(5_000);
        let id = "x".repeat(5_000);
        let value = "v".repeat(MAX_EVENT_VALUE_BYTES + 1);
        let text = format!(
            "title: {title}\nid: {id}\nlevel: high\nlogsource:\n  service: ssl\ndetection:\n  s:\n    f: v\n  condition: s\n"
        );
        let rules = anlanh_sigma::Rule::read(text.as_bytes());
        let rule = rules[0].as_ref().unwrap();
        for (field, value, bytes) in [
            ("f", value.as_str(), MAX_EVENT_VALUE_BYTES),
            ("", "", 0),
            ("\u{1}", "a\0b", 2),
        ] {
            let hit = RuleHit {
                number: 0,
                rule,
                source: "/rules/x.yml",
                field,
                value,
            };
            let one = OfRule::of(&hit);
            assert_eq!(one.event, AlertEvent::Tls);
            assert_eq!(one.seen.value.len(), bytes);
            assert!(one.seen.field.is_empty() || one.seen.field == "f");
            assert!(one.listed.value.len() < 600, "{}", one.listed.value.len());
            assert_eq!(one.listed.source, "sigma:rules/x.yml (high)");
        }
    }
}
