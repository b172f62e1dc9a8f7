//! Warning lists: what is known to be good, so that a bad feed blocks no bank. They are read in the JSON form of MISP's
//! `warninglists`, or made of texts.
//!
//! A value hits a list when it is on it, when it would match something on it (a name above, a network around), or, where the
//! list is one of host names or networks, when it stands below. Which kinds of values a list is held against it may say.

use std::collections::HashMap;

use regex::{Regex, RegexBuilder};
use serde_json::Value as Json;

use crate::cover::host_of;
use crate::limits::{
    MAX_WARNING_LISTS, MAX_WARNING_REGEX_BYTES, MAX_WARNING_REGEXES, MAX_WARNING_VALUE_BYTES, MAX_WARNING_VALUES,
};
use crate::value::{Kind, Network, Value};

/// How the values of a list are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WarningKind {
    /// Each with itself alone (`string`).
    Exact,
    /// Names with themselves and with all below (`hostname`).
    Host,
    /// Addresses and networks (`cidr`).
    Network,
    /// Texts that a value holds (`substring`).
    Substring,
    /// Regular expressions (`regex`).
    Regex,
}

impl WarningKind {
    const ALL: [Self; 5] = [Self::Exact, Self::Host, Self::Network, Self::Substring, Self::Regex];

    /// Its key in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Exact => "string",
            Self::Host => "hostname",
            Self::Network => "cidr",
            Self::Substring => "substring",
            Self::Regex => "regex",
        }
    }

    /// The kind with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Why a list cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WarningError {
    /// It is no JSON object with `name`, `type` and `list`.
    #[error("not a warning list: a JSON object with name, type and list")]
    NotAList,
    /// Its type is none that is known.
    #[error("type of the warning list is not string, hostname, cidr, substring or regex")]
    Type,
    /// One of its values, by its place from 0, is none.
    #[error("value {0} of the warning list cannot be read")]
    Value(usize),
    /// There are more lists, values or expressions than may be.
    #[error("too many warning lists, values or regular expressions")]
    TooMany,
}

/// A list as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarningList {
    /// Its name.
    pub name: String,
    /// How its values are compared.
    pub kind: WarningKind,
    /// Kinds of values that it is held against; all where none are named.
    pub against: Vec<Kind>,
    /// Its values.
    pub values: Vec<String>,
}

impl WarningList {
    /// Reads a list in MISP's form.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(json: &[u8]) -> Result<Self, WarningError> {
        let json: Json = serde_json::from_slice(json).map_err(|_| WarningError::NotAList)?;
        let text = |name: &str| json.get(name).and_then(Json::as_str).ok_or(WarningError::NotAList);
        let kind = WarningKind::from_key(text("type")?).ok_or(WarningError::Type)?;
        let list = json
            .get("list")
            .and_then(Json::as_array)
            .ok_or(WarningError::NotAList)?;
        let attributes = json.get("matching_attributes").and_then(Json::as_array);
        let mut against: Vec<Kind> = attributes
            .into_iter()
            .flatten()
            .filter_map(|attribute| kind_of(attribute.as_str()?))
            .collect();
        against.sort_unstable();
        against.dedup();
        let values = list.iter().enumerate();
        let values = values.map(|(at, value)| value.as_str().map(str::to_owned).ok_or(WarningError::Value(at)));
        Ok(Self {
            name: text("name")?.to_owned(),
            kind,
            against,
            values: values.collect::<Result<_, _>>()?,
        })
    }
}

/// The kind of MISP's attributes of a type.
fn kind_of(attribute: &str) -> Option<Kind> {
    match attribute {
        "domain" | "hostname" => Some(Kind::Domain),
        "ip-src" | "ip-dst" | "domain|ip" | "ip-src|port" | "ip-dst|port" => Some(Kind::Address),
        "url" | "uri" | "link" => Some(Kind::Url),
        "md5" | "sha1" | "sha256" | "sha512" => Some(Kind::Hash),
        "email" | "email-src" | "email-dst" => Some(Kind::Email),
        "ja3-fingerprint-md5" => Some(Kind::Ja3),
        _ => None,
    }
}

/// Addresses from one to another, and the list that has them.
#[derive(Debug, Clone, Copy)]
struct Range {
    first: u128,
    last: u128,
    /// The last address of this one and all before it.
    reach: u128,
    list: usize,
}

/// Lists, made ready to be asked.
#[derive(Debug, Default)]
pub struct WarningLists {
    names: Vec<String>,
    against: Vec<Vec<Kind>>,
    exact: HashMap<String, Vec<usize>>,
    hosts: HashMap<String, Vec<usize>>,
    /// Names above what is listed: an indicator of one would match that, too.
    above: HashMap<String, Vec<usize>>,
    v4: Vec<Range>,
    v6: Vec<Range>,
    substrings: Vec<(String, usize)>,
    regexes: Vec<(Regex, usize)>,
}

impl WarningLists {
    /// Makes lists ready.
    ///
    /// # Errors
    /// Which list cannot be used, by its name, and why.
    pub fn new(lists: &[WarningList]) -> Result<Self, (String, WarningError)> {
        let mut ready = Self::default();
        let mut count = 0_usize;
        for list in lists {
            count = count.saturating_add(list.values.len());
            if ready.names.len() >= MAX_WARNING_LISTS || count > MAX_WARNING_VALUES {
                return Err((list.name.clone(), WarningError::TooMany));
            }
            ready.add(list).map_err(|error| (list.name.clone(), error))?;
        }
        for ranges in [&mut ready.v4, &mut ready.v6] {
            ranges.sort_unstable_by_key(|range| (range.first, range.last));
            let mut reach = 0;
            for range in ranges {
                reach = range.last.max(reach);
                range.reach = reach;
            }
        }
        Ok(ready)
    }

    fn add(&mut self, list: &WarningList) -> Result<(), WarningError> {
        let number = self.names.len();
        self.names.push(list.name.clone());
        self.against.push(list.against.clone());
        for (at, text) in list.values.iter().enumerate() {
            let text = text.trim();
            if text.is_empty() || text.len() > MAX_WARNING_VALUE_BYTES {
                return Err(WarningError::Value(at));
            }
            self.add_value(list.kind, text, number)
                .ok_or(WarningError::Value(at))??;
        }
        Ok(())
    }

    fn add_value(&mut self, kind: WarningKind, text: &str, list: usize) -> Option<Result<(), WarningError>> {
        match kind {
            WarningKind::Exact => {
                let text = canonical(text);
                self.push_above(&text, list);
                self.exact.entry(text).or_default().push(list);
            }
            WarningKind::Host => {
                let text = canonical(text.strip_prefix("*.").unwrap_or(text).trim_start_matches('.'));
                self.push_above(&text, list);
                self.hosts.entry(text).or_default().push(list);
            }
            WarningKind::Network => match Value::read(Kind::Address, text).ok() {
                Some(Value::Address(address)) => {
                    let (bits, width) = crate::value::bits_of(address);
                    self.push_range(width, (bits, bits), list);
                }
                Some(Value::Network(network)) => self.push_network(network, list),
                Some(Value::Text(..)) | None => {
                    // Lists write networks with bits behind the prefix, and all of IPv4 or IPv6 would be no warning.
                    let (first, prefix) = text.split_once('/')?;
                    let (bits, width) = crate::value::bits_of(first.parse().ok()?);
                    let prefix: u8 = prefix.parse().ok().filter(|prefix| (1..=width).contains(prefix))?;
                    let mask = crate::value::host_mask(width, prefix);
                    self.push_range(width, (bits & !mask, bits | mask), list);
                }
            },
            WarningKind::Substring => self.substrings.push((text.to_lowercase(), list)),
            WarningKind::Regex => {
                if self.regexes.len() >= MAX_WARNING_REGEXES {
                    return Some(Err(WarningError::TooMany));
                }
                // MISP writes them between slashes, with flags behind.
                let body = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
                let mut builder = RegexBuilder::new(body.map_or(text, |(body, _)| body));
                let built = builder
                    .case_insensitive(true)
                    .size_limit(MAX_WARNING_REGEX_BYTES)
                    .build();
                self.regexes.push((built.ok()?, list));
            }
        }
        Some(Ok(()))
    }

    fn push_above(&mut self, name: &str, list: usize) {
        if !Value::read(Kind::Domain, name).is_ok_and(|value| matches!(value, Value::Text(..))) {
            return;
        }
        let mut rest = name;
        while let Some((_, above)) = rest.split_once('.').filter(|(_, above)| above.contains('.')) {
            let lists = self.above.entry(above.to_owned()).or_default();
            if !lists.contains(&list) {
                lists.push(list);
            }
            rest = above;
        }
    }

    fn push_network(&mut self, network: Network, list: usize) {
        let width = if network.first().is_ipv4() { 32 } else { 128 };
        self.push_range(width, network.range(), list);
    }

    fn push_range(&mut self, width: u8, (first, last): (u128, u128), list: usize) {
        let ranges = if width == 32 { &mut self.v4 } else { &mut self.v6 };
        ranges.push(Range {
            first,
            last,
            reach: last,
            list,
        });
    }

    /// The name of a list that a value hits, if there is one.
    #[must_use]
    pub fn find(&self, value: &Value) -> Option<&str> {
        let kind = value.kind();
        let list = match value {
            Value::Address(address) => {
                let (bits, width) = crate::value::bits_of(*address);
                self.find_range(kind, width, bits, bits)
            }
            Value::Network(network) => {
                let (first, last) = network.range();
                self.find_range(kind, if network.first().is_ipv4() { 32 } else { 128 }, first, last)
            }
            Value::Text(Kind::Domain, name) => self
                .find_name(kind, name)
                .or_else(|| self.first(kind, self.above.get(name))),
            Value::Text(Kind::Url, url) => self.find_url(url),
            Value::Text(Kind::Email, address) => {
                let host = address.rsplit_once('@').map_or("", |(_, host)| host);
                self.find_name(kind, host)
            }
            Value::Text(Kind::Hash | Kind::Ja3 | Kind::Ja4 | Kind::Address, _) => None,
        };
        let list = list.or_else(|| self.find_text(kind, &value.to_string()))?;
        self.names.get(list).map(String::as_str)
    }

    fn is_against(&self, list: usize, kind: Kind) -> bool {
        let against = self.against.get(list).map(Vec::as_slice).unwrap_or_default();
        // A page on a good host may be bad: a list must say that it is meant for URLs.
        (against.is_empty() && kind != Kind::Url) || against.contains(&kind)
    }

    fn first(&self, kind: Kind, lists: Option<&Vec<usize>>) -> Option<usize> {
        lists?.iter().copied().find(|list| self.is_against(*list, kind))
    }

    fn find_name(&self, kind: Kind, name: &str) -> Option<usize> {
        let mut rest = Some(name);
        while let Some(name) = rest {
            if let Some(list) = self.first(kind, self.hosts.get(name)) {
                return Some(list);
            }
            rest = name.split_once('.').map(|(_, above)| above);
        }
        None
    }

    fn find_url(&self, url: &str) -> Option<usize> {
        let host = host_of(url);
        if let Ok(Value::Address(address)) = Value::read(Kind::Address, host) {
            let (bits, width) = crate::value::bits_of(address);
            return self.find_range(Kind::Url, width, bits, bits);
        }
        self.find_name(Kind::Url, host)
    }

    /// A range that shares an address with these.
    fn find_range(&self, kind: Kind, width: u8, first: u128, last: u128) -> Option<usize> {
        let ranges = if width == 32 { &self.v4 } else { &self.v6 };
        let end = ranges.partition_point(|range| range.first <= last);
        let before = ranges.get(..end)?.iter().rev();
        let mut near = before.take_while(|range| range.reach >= first);
        near.find(|range| range.last >= first && self.is_against(range.list, kind))
            .map(|range| range.list)
    }

    fn find_text(&self, kind: Kind, text: &str) -> Option<usize> {
        if let Some(list) = self.first(kind, self.exact.get(text)) {
            return Some(list);
        }
        // A URL is listed exactly where it is written whole; nobody means its host by that.
        let fits = |list: usize| self.is_against(list, kind);
        let substring = self
            .substrings
            .iter()
            .find(|(part, list)| text.contains(part.as_str()) && fits(*list));
        if let Some((_, list)) = substring {
            return Some(*list);
        }
        let found = self
            .regexes
            .iter()
            .find(|(regex, list)| fits(*list) && regex.is_match(text));
        found.map(|(_, list)| *list)
    }
}

/// The form in which a value is compared, where it is one; else as it stands.
fn canonical(text: &str) -> String {
    Value::guess(text).map_or_else(|_| text.to_lowercase(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str, kind: WarningKind, values: &[&str]) -> WarningList {
        WarningList {
            name: name.to_owned(),
            kind,
            against: Vec::new(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    fn lists() -> WarningLists {
        WarningLists::new(&[
            list("top", WarningKind::Exact, &["www.google.com", "Zalo.me"]),
            list("state", WarningKind::Host, &["gov.vn", ".vietcombank.com.vn"]),
            list(
                "resolvers",
                WarningKind::Network,
                &["8.8.8.8", "10.0.0.0/8", "2001:db8::/32", "172.16.0.1/12"],
            ),
            list("part", WarningKind::Substring, &["Microsoft"]),
            list("expression", WarningKind::Regex, &["^a[0-9]+\\.cdn\\.vn$"]),
            WarningList {
                against: vec![Kind::Url],
                ..list("links", WarningKind::Host, &["bit.ly"])
            },
        ])
        .unwrap()
    }

    #[test]
    fn what_is_known_to_be_good_is_found() {
        let lists = lists();
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(lists.find(&Value::guess(text).unwrap()), expected, "{text}");
        };
        // Itself, what would match it, and what stands below it where the list is one of hosts.
        check("zalo.me", Some("top"));
        check("chat.zalo.me", None);
        check("www.google.com", Some("top"));
        check("google.com", Some("top"));
        check("vietcombank.com.vn", Some("state"));
        check("ebank.vietcombank.com.vn", Some("state"));
        check("vietcombank-nhanthuong.com", None);
        check("a@mail.gov.vn", Some("state"));
        check("evilgov.vn", None);
        check("8.8.8.8", Some("resolvers"));
        check("8.8.8.0/24", Some("resolvers"));
        check("8.8.4.4", None);
        check("10.1.2.3", Some("resolvers"));
        check("10.1.0.0/16", Some("resolvers"));
        check("172.31.255.255", Some("resolvers"));
        check("11.0.0.1", None);
        check("2001:db8:1::1", Some("resolvers"));
        check("2001:db9::1", None);
        check("x.microsoft.com", Some("part"));
        check("a17.cdn.vn", Some("expression"));
        check("b17.cdn.vn", None);
        check(&"a".repeat(64), None);
    }

    #[test]
    fn a_page_on_a_good_host_may_be_bad() {
        let lists = lists();
        let find = |text: &str| lists.find(&Value::guess(text).unwrap());
        assert_eq!(find("https://hack.gov.vn/x"), None);
        assert_eq!(find("https://bit.ly/x"), Some("links"));
        assert_eq!(find("bit.ly"), None);
    }

    #[test]
    fn lists_of_misp_are_read() {
        let json = br#"{"name":"Public DNS","description":"x","version":1,"type":"cidr","matching_attributes":["ip-src","ip-dst","domain|ip","ip-src"],"list":["1.1.1.1"]}"#;
        let read = WarningList::read(json).unwrap();
        assert_eq!(
            (read.kind, read.against.as_slice()),
            (WarningKind::Network, [Kind::Address].as_slice())
        );
        let check = |json: &str, expected: WarningError| {
            let made = WarningList::read(json.as_bytes())
                .and_then(|list| WarningLists::new(&[list]).map(drop).map_err(|(_, error)| error));
            assert_eq!(made, Err(expected), "{json}");
        };
        check("[]", WarningError::NotAList);
        check(r#"{"name":"x","list":[]}"#, WarningError::NotAList);
        check(r#"{"name":"x","type":"other","list":[]}"#, WarningError::Type);
        check(r#"{"name":"x","type":"string","list":["a",1]}"#, WarningError::Value(1));
        check(
            r#"{"name":"x","type":"cidr","list":["1.1.1.1","0.0.0.0/0"]}"#,
            WarningError::Value(1),
        );
        check(r#"{"name":"x","type":"regex","list":["("]}"#, WarningError::Value(0));
        check(
            r#"{"name":"x","type":"regex","list":["(a{1000}){1000}"]}"#,
            WarningError::Value(0),
        );
    }

    #[test]
    fn lists_are_bounded() {
        let regexes = |count: usize| {
            let values = vec!["a".to_owned(); count];
            WarningLists::new(&[WarningList {
                values,
                ..list("x", WarningKind::Regex, &[])
            }])
            .map(drop)
        };
        assert_eq!(regexes(MAX_WARNING_REGEXES), Ok(()));
        assert_eq!(
            regexes(MAX_WARNING_REGEXES + 1),
            Err(("x".to_owned(), WarningError::TooMany))
        );
        let many = |count: usize| WarningLists::new(&vec![list("x", WarningKind::Exact, &[]); count]).map(drop);
        assert_eq!(many(MAX_WARNING_LISTS), Ok(()));
        assert_eq!(many(MAX_WARNING_LISTS + 1).unwrap_err().1, WarningError::TooMany);
        let long =
            |bytes: usize| WarningLists::new(&[list("x", WarningKind::Substring, &[&"a".repeat(bytes)])]).map(drop);
        assert_eq!(long(MAX_WARNING_VALUE_BYTES), Ok(()));
        assert_eq!(long(MAX_WARNING_VALUE_BYTES + 1).unwrap_err().1, WarningError::Value(0));
        let values = |count: usize| {
            WarningLists::new(&[WarningList {
                values: vec!["a".to_owned(); count],
                ..list("x", WarningKind::Substring, &[])
            }])
            .map(drop)
        };
        assert_eq!(values(MAX_WARNING_VALUES).err(), None);
        assert_eq!(values(MAX_WARNING_VALUES + 1).unwrap_err().1, WarningError::TooMany);
    }
}
