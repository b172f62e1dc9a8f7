//! What a client of TAXII 2.1 asks for in the query of an address (sections 3.4 and 3.5), and where a page goes on. It is read
//! as it comes over the network: each value within its limits, or the name of the parameter that cannot be understood.

use std::fmt;
use std::str::FromStr;

use crate::timestamp::Timestamp;

/// Most values of one filter.
pub const MAX_VALUES: usize = 100;
/// Longest value in a filter, in bytes.
pub const MAX_VALUE_BYTES: usize = 300;

/// What is asked, and so which parameters it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Objects of a collection, or its manifest.
    Objects,
    /// One object.
    Object,
    /// Which versions of one object there are.
    Versions,
    /// One object is taken out.
    Delete,
}

/// Which versions are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// Every one.
    All,
    /// Any of these.
    Some {
        /// The first one of each.
        first: bool,
        /// The last one of each.
        last: bool,
        /// Those of these moments.
        exact: Vec<Timestamp>,
    },
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Objects that were added after this moment.
    pub added_after: Option<Timestamp>,
    /// Where the page before ended.
    pub next: Option<PageToken>,
    /// At most so many; more than 0.
    pub limit: Option<u64>,
    /// Objects of these ids; of any where there is none.
    pub ids: Vec<String>,
    /// Objects of these types; of any where there is none.
    pub types: Vec<String>,
    /// Objects of these versions of STIX; of any where there is none.
    pub spec_versions: Vec<String>,
    /// Which of their versions, where it is said.
    pub versions: Option<Versions>,
}

/// A parameter cannot be understood: it is none of its resource, its value is none, or it stands twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the parameter cannot be understood")]
pub struct BadParameter(pub String);

/// Where a page goes on: after the moment at which its last object was added, in microseconds since 1970. Clients send it back and
/// know nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageToken(pub i64);

/// A token is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not where a page goes on")]
pub struct NoToken;

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for PageToken {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let micros = is_one.then(|| i64::from_str_radix(text, 16).ok()).flatten();
        micros.map(Self).ok_or(NoToken)
    }
}

/// Reads a query. Parameters that TAXII does not have are passed over; filters are not, because whoever sends one relies on it.
///
/// # Errors
/// Which parameter cannot be understood.
pub fn read(query: &str, resource: Resource) -> Result<Query, BadParameter> {
    let mut asked = Query::default();
    let mut seen: Vec<String> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name);
        let is_read = asked.read_one(resource, &name, &decoded(value));
        match is_read {
            Some(true) if !seen.contains(&name) => seen.push(name),
            Some(false) => {}
            Some(true) | None => return Err(BadParameter(name)),
        }
    }
    Ok(asked)
}

impl Query {
    /// Reads one parameter; whether there is such a parameter. None where its value is none.
    fn read_one(&mut self, resource: Resource, name: &str, value: &str) -> Option<bool> {
        let is_page = resource != Resource::Delete;
        match name {
            "added_after" if is_page => self.added_after = Some(value.parse().ok()?),
            "next" if is_page => self.next = Some(value.parse().ok()?),
            "limit" if is_page => self.limit = Some(limit(value)?),
            "match[id]" if resource == Resource::Objects => self.ids = values(value)?,
            "match[type]" if resource == Resource::Objects => self.types = values(value)?,
            "match[version]" if resource != Resource::Versions => self.versions = Some(versions(value)?),
            "match[spec_version]" => self.spec_versions = values(value)?,
            name if name.starts_with("match[") => return None,
            _ => return Some(false),
        }
        Some(true)
    }
}

fn limit(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = is_number.then(|| text.parse().unwrap_or(u64::MAX))?;
    (limit > 0).then_some(limit)
}

fn values(text: &str) -> Option<Vec<String>> {
    let is_one =
        |value: &str| !value.is_empty() && value.len() <= MAX_VALUE_BYTES && !value.chars().any(char::is_control);
    let mut values = Vec::new();
    for value in text.split(',') {
        if values.len() == MAX_VALUES || !is_one(value) {
            return None;
        }
        values.push(value.to_owned());
    }
    Some(values)
}

fn versions(text: &str) -> Option<Versions> {
    let (mut all, mut first, mut last, mut exact) = (false, false, false, Vec::new());
    for value in values(text)? {
        match value.as_str() {
            "all" => all = true,
            "first" => first = true,
            "last" => last = true,
            at => exact.push(at.parse().ok()?),
        }
    }
    Some(if all {
        Versions::All
    } else {
        Versions::Some { first, last, exact }
    })
}

/// What is written as forms write it: `+` for a space, and bytes in hexadecimal. What is no such byte stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => match after
                .split_at_checked(2)
                .and_then(|(digits, after)| Some((hex(digits)?, after)))
            {
                Some((byte, after)) => {
                    bytes.push(byte);
                    rest = after;
                }
                None => bytes.push(b'%'),
            },
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let (high, low) = (digits.first().and_then(digit)?, digits.get(1).and_then(digit)?);
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_written_as_forms_write_them() {
        let check = |text: &str, expected: &str| assert_eq!(decoded(text), expected, "{text}");
        check("match%5Bid%5D", "match[id]");
        check("a+b%20c", "a b c");
        check("%", "%");
        check("%4", "%4");
        check("%zz%41", "%zzA");
        check("%c4%91", "đ");
        check("%ff", "\u{fffd}");
    }

    #[test]
    fn a_token_is_read_as_it_was_written() {
        for micros in [0, 1, 1_790_000_000_000_007, i64::MAX] {
            assert_eq!(PageToken(micros).to_string().parse(), Ok(PageToken(micros)));
        }
        for bad in [
            "",
            "7",
            "000000000000000g",
            "00000000000000000",
            "ffffffffffffffff",
            "+00000000000000a",
        ] {
            assert_eq!(bad.parse::<PageToken>(), Err(NoToken), "{bad}");
        }
    }

    #[test]
    fn filters_have_limits() {
        let many = |count: usize| format!("match%5Bid%5D={}", vec!["a"; count].join(","));
        assert!(read(&many(MAX_VALUES), Resource::Objects).is_ok());
        assert!(read(&many(MAX_VALUES + 1), Resource::Objects).is_err());
        let long = |bytes: usize| format!("match[type]={}", "a".repeat(bytes));
        assert!(read(&long(MAX_VALUE_BYTES), Resource::Objects).is_ok());
        assert!(read(&long(MAX_VALUE_BYTES + 1), Resource::Objects).is_err());
    }
}
