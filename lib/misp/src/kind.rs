//! Types of attributes and how they stand in patterns.
//!
//! What finds most without finding strangers is made: of a file with its name the digest alone, since a name is changed
//! more easily than it is told; of a name with an address the name alone, since others share the address; of an address
//! with a port both.

use std::fmt::Write as _;
use std::net::IpAddr;

use anlanh_stix::{Comparison, Expression, Literal, Operator, Path, Pattern, Step, Test};
use thiserror::Error;

use crate::limits::{MAX_ALTERNATIVES, MAX_VALUE_BYTES};

/// How the value of a type stands in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A text at a path.
    Text(&'static str),
    /// What stands before the last `|`, at a path.
    First(&'static str),
    /// What stands behind the last `|`, at a path.
    Last(&'static str),
    /// An address or a network.
    Address,
    /// An address or a name and a port, of this end of the traffic.
    WithPort(&'static str),
    /// The number of a network, possibly with `AS` before it.
    Network,
    /// A port.
    Port,
    /// A rule in another language.
    Rule(&'static str),
}

/// Types, the category that MISP keeps each under unless told otherwise, and their form. Of types that stand at one path,
/// the first is what a pattern is read as.
const TYPES: &[(&str, &str, Form)] = &[
    ("domain", NETWORK, Form::Text("domain-name:value")),
    ("hostname", NETWORK, Form::Text("domain-name:value")),
    ("domain|ip", NETWORK, Form::First("domain-name:value")),
    ("url", NETWORK, Form::Text("url:value")),
    ("ip-dst", NETWORK, Form::Address),
    ("ip-src", NETWORK, Form::Address),
    ("ip-dst|port", NETWORK, Form::WithPort("dst")),
    ("ip-src|port", NETWORK, Form::WithPort("src")),
    ("hostname|port", NETWORK, Form::WithPort("dst")),
    ("md5", DELIVERY, Form::Text("file:hashes.MD5")),
    ("sha1", DELIVERY, Form::Text("file:hashes.'SHA-1'")),
    ("sha224", DELIVERY, Form::Text("file:hashes.'SHA-224'")),
    ("sha256", DELIVERY, Form::Text("file:hashes.'SHA-256'")),
    ("sha384", DELIVERY, Form::Text("file:hashes.'SHA-384'")),
    ("sha512", DELIVERY, Form::Text("file:hashes.'SHA-512'")),
    ("sha3-256", DELIVERY, Form::Text("file:hashes.'SHA3-256'")),
    ("sha3-512", DELIVERY, Form::Text("file:hashes.'SHA3-512'")),
    ("ssdeep", DELIVERY, Form::Text("file:hashes.SSDEEP")),
    ("tlsh", DELIVERY, Form::Text("file:hashes.TLSH")),
    ("imphash", DELIVERY, Form::Text("file:hashes.IMPHASH")),
    ("filename|md5", DELIVERY, Form::Last("file:hashes.MD5")),
    ("filename|sha1", DELIVERY, Form::Last("file:hashes.'SHA-1'")),
    ("filename|sha224", DELIVERY, Form::Last("file:hashes.'SHA-224'")),
    ("filename|sha256", DELIVERY, Form::Last("file:hashes.'SHA-256'")),
    ("filename|sha384", DELIVERY, Form::Last("file:hashes.'SHA-384'")),
    ("filename|sha512", DELIVERY, Form::Last("file:hashes.'SHA-512'")),
    ("filename|sha3-256", DELIVERY, Form::Last("file:hashes.'SHA3-256'")),
    ("filename|sha3-512", DELIVERY, Form::Last("file:hashes.'SHA3-512'")),
    ("filename|ssdeep", DELIVERY, Form::Last("file:hashes.SSDEEP")),
    ("filename|tlsh", DELIVERY, Form::Last("file:hashes.TLSH")),
    ("filename|imphash", DELIVERY, Form::Last("file:hashes.IMPHASH")),
    ("malware-sample", DELIVERY, Form::Last("file:hashes.MD5")),
    ("filename", DELIVERY, Form::Text("file:name")),
    ("email", "Social network", Form::Text("email-addr:value")),
    ("email-src", DELIVERY, Form::Text("email-addr:value")),
    ("email-dst", NETWORK, Form::Text("email-addr:value")),
    ("email-subject", DELIVERY, Form::Text("email-message:subject")),
    ("ja3-fingerprint-md5", NETWORK, Form::Text("network-traffic:x_ja3")),
    ("user-agent", NETWORK, Form::Text(USER_AGENT)),
    ("mac-address", NETWORK, Form::Text("mac-addr:value")),
    ("AS", NETWORK, Form::Network),
    ("port", NETWORK, Form::Port),
    ("mutex", "Artifacts dropped", Form::Text("mutex:name")),
    (
        "regkey",
        "Persistence mechanism",
        Form::Text("windows-registry-key:key"),
    ),
    (
        "x509-fingerprint-md5",
        NETWORK,
        Form::Text("x509-certificate:hashes.MD5"),
    ),
    (
        "x509-fingerprint-sha1",
        NETWORK,
        Form::Text("x509-certificate:hashes.'SHA-1'"),
    ),
    (
        "x509-fingerprint-sha256",
        NETWORK,
        Form::Text("x509-certificate:hashes.'SHA-256'"),
    ),
    ("sigma", "Payload installation", Form::Rule("sigma")),
    ("snort", NETWORK, Form::Rule("snort")),
    ("suricata", NETWORK, Form::Rule("suricata")),
    ("yara", "Payload installation", Form::Rule("yara")),
];

const NETWORK: &str = "Network activity";
const DELIVERY: &str = "Payload delivery";
const USER_AGENT: &str = "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'";

/// Why an attribute is made no indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoPattern {
    /// Its type has no place in patterns.
    #[error("attributes of its type are made no indicators")]
    Type,
    /// Its value is none of its type.
    #[error("its value is none of its type, or too long")]
    Value,
}

/// Why a pattern is made no attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoAttributes {
    /// It asks for more than values, or for what MISP has no type for.
    #[error("the pattern asks for more than values that MISP has a type for")]
    Pattern,
    /// It has more than [`MAX_ALTERNATIVES`].
    #[error("the pattern has more than {MAX_ALTERNATIVES} alternatives")]
    TooMany,
}

/// The category of a type, unless told otherwise.
pub fn category_of(kind: &str) -> &'static str {
    entry(kind).map_or("Other", |(_, category, _)| category)
}

fn entry(kind: &str) -> Option<&'static (&'static str, &'static str, Form)> {
    TYPES.iter().find(|(name, ..)| *name == kind)
}

/// The language of a pattern, and the pattern, that look for a value.
pub fn pattern_of(kind: &str, value: &str) -> Result<(&'static str, String), NoPattern> {
    let (_, _, form) = entry(kind).ok_or(NoPattern::Type)?;
    let value = value.trim();
    if value.is_empty() || value.len() > MAX_VALUE_BYTES {
        return Err(NoPattern::Value);
    }
    let cut = |split: Option<(&'static str, &str)>| {
        let (path, text) = split.filter(|(_, text)| !text.is_empty()).ok_or(NoPattern::Value)?;
        Ok(format!("[{}]", equal(path, text)))
    };
    let pattern = match *form {
        Form::Rule(language) => return Ok((language, value.to_owned())),
        Form::Text(path) => cut(Some((path, value))),
        Form::First(path) => cut(value.rsplit_once('|').map(|(first, _)| (path, first))),
        Form::Last(path) => cut(value.rsplit_once('|').map(|(_, last)| (path, last))),
        Form::Address => {
            let address = value.split('/').next().and_then(address_type).ok_or(NoPattern::Value)?;
            Ok(format!("[{address}:value = {}]", quoted(value)))
        }
        Form::WithPort(end) => with_port(end, value).ok_or(NoPattern::Value),
        Form::Network => {
            let number = value.strip_prefix("AS").or(value.strip_prefix("as")).unwrap_or(value);
            let number: u32 = number.parse().map_err(|_| NoPattern::Value)?;
            Ok(format!("[autonomous-system:number = {number}]"))
        }
        Form::Port => {
            let port: u16 = value.parse().map_err(|_| NoPattern::Value)?;
            Ok(format!("[network-traffic:dst_port = {port}]"))
        }
    };
    Ok(("stix", pattern?))
}

/// `ip|port`, `ip:port` as older ones have it, or `name|port`.
fn with_port(end: &str, value: &str) -> Option<String> {
    let (host, port) = value.rsplit_once('|').or_else(|| value.rsplit_once(':'))?;
    let port: u16 = port.parse().ok()?;
    let kind = address_type(host).unwrap_or("domain-name");
    let (of, host) = (format!("network-traffic:{end}_ref"), quoted(host));
    Some(format!(
        "[{of}.type = '{kind}' AND {of}.value = {host} AND network-traffic:{end}_port = {port}]"
    ))
}

fn equal(path: &str, value: &str) -> String {
    format!("{path} = {}", quoted(value))
}

/// A text as patterns write it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn address_type(text: &str) -> Option<&'static str> {
    match text.parse().ok()? {
        IpAddr::V4(_) => Some("ipv4-addr"),
        IpAddr::V6(_) => Some("ipv6-addr"),
    }
}

/// The types and values that a pattern looks for.
pub fn attributes_of(pattern: &Pattern) -> Result<Vec<(String, String)>, NoAttributes> {
    let mut found = Vec::new();
    of_expression(pattern.expression(), &mut found)?;
    Ok(found)
}

type Found = Vec<(String, String)>;

fn of_expression(expression: &Expression, found: &mut Found) -> Result<(), NoAttributes> {
    match expression {
        Expression::Observed(comparison) => of_comparison(comparison, found),
        Expression::Or(operands) => operands.iter().try_for_each(|operand| of_expression(operand, found)),
        Expression::And(_) | Expression::FollowedBy(_) | Expression::Qualified(..) => Err(NoAttributes::Pattern),
    }
}

fn of_comparison(comparison: &Comparison, found: &mut Found) -> Result<(), NoAttributes> {
    match comparison {
        Comparison::Test(test) => {
            let values = values_of(test)?;
            if found.len() + values.len() > MAX_ALTERNATIVES {
                return Err(NoAttributes::TooMany);
            }
            for value in values {
                found.extend(of_values(&[(key_of(&test.path), value)])?);
            }
            Ok(())
        }
        Comparison::Or(operands) => operands.iter().try_for_each(|operand| of_comparison(operand, found)),
        Comparison::And(operands) => {
            let one = |operand: &Comparison| match operand {
                Comparison::Test(test) => match values_of(test)?.as_slice() {
                    [value] => Ok((key_of(&test.path), value.clone())),
                    _ => Err(NoAttributes::Pattern),
                },
                Comparison::And(_) | Comparison::Or(_) => Err(NoAttributes::Pattern),
            };
            let values: Vec<(String, String)> = operands.iter().map(one).collect::<Result<_, _>>()?;
            found.extend(of_values(&values)?);
            if found.len() > MAX_ALTERNATIVES {
                return Err(NoAttributes::TooMany);
            }
            Ok(())
        }
    }
}

/// What a property must equal, one of several.
fn values_of(test: &Test) -> Result<Vec<String>, NoAttributes> {
    let literals = match &test.operator {
        Operator::Equal(literal) => std::slice::from_ref(literal),
        Operator::In(literals) => literals,
        Operator::NotEqual(_)
        | Operator::Greater(_)
        | Operator::GreaterOrEqual(_)
        | Operator::Less(_)
        | Operator::LessOrEqual(_)
        | Operator::Like(_)
        | Operator::Matches(_)
        | Operator::IsSubset(_)
        | Operator::IsSuperset(_)
        | Operator::Exists => return Err(NoAttributes::Pattern),
    };
    if test.is_negated {
        return Err(NoAttributes::Pattern);
    }
    let text = |literal: &Literal| match literal {
        Literal::String(text) => Ok(text.clone()),
        Literal::Integer(number) => Ok(number.to_string()),
        Literal::Float(_) | Literal::Bool(_) | Literal::Binary(_) | Literal::Hex(_) | Literal::Timestamp(..) => {
            Err(NoAttributes::Pattern)
        }
    };
    literals.iter().map(text).collect()
}

/// A path without quotes; of digests the name without hyphens and in capitals, since many write `SHA256`.
fn key_of(path: &Path) -> String {
    let mut key = format!("{}:", path.object_type);
    let mut is_digest = false;
    for (at, step) in path.steps.iter().enumerate() {
        match step {
            Step::Property(name) if is_digest => {
                key.push('.');
                key.extend(
                    name.chars()
                        .filter(|letter| !matches!(letter, '-' | '_'))
                        .map(|letter| letter.to_ascii_uppercase()),
                );
            }
            Step::Property(name) => {
                key.push_str(if at == 0 { "" } else { "." });
                key.push_str(name);
                is_digest = name == "hashes";
            }
            // Writing to a text does not fail.
            Step::Index(index) => drop(write!(key, "[{index}]")),
            Step::Every => key.push_str("[*]"),
        }
    }
    key
}

/// The key of a path of ours.
fn own_key(path: &str) -> String {
    let key = path.replace('\'', "");
    match key.split_once(":hashes.") {
        Some((of, digest)) => format!("{of}:hashes.{}", digest.replace('-', "")),
        None => key,
    }
}

/// What all of some values are together, of one thing that was seen.
fn of_values(values: &[(String, String)]) -> Result<Found, NoAttributes> {
    // What kind of address it is, its text says.
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .filter(|(key, _)| !key.ends_with("_ref.type") && *key != "network-traffic:protocols[*]")
        .collect();
    let pair = |kind: &str, one: &str, other: &str| Ok(vec![(kind.to_owned(), format!("{one}|{other}"))]);
    let with_port = |end: &str, host: &str, port: &str| match (address_type(host), end) {
        (Some(_), end) => pair(&format!("ip-{end}|port"), host, port),
        (None, "dst") => pair("hostname|port", host, port),
        (None, _) => Err(NoAttributes::Pattern),
    };
    let mut sorted = values;
    sorted.sort_unstable();
    match sorted.as_slice() {
        [(key, value)] => Ok(vec![of_value(key, value)?]),
        [
            ("network-traffic:dst_port", port),
            ("network-traffic:dst_ref.value", host),
        ]
        | [("domain-name:value", host), ("network-traffic:dst_port", port)] => with_port("dst", host, port),
        [
            ("network-traffic:src_port", port),
            ("network-traffic:src_ref.value", host),
        ] => with_port("src", host, port),
        [
            ("domain-name:resolves_to_refs[*].value", address),
            ("domain-name:value", name),
        ] => pair("domain|ip", name, address),
        several => of_file(several),
    }
}

/// Digests of one file, possibly with its name: each says which file it is.
fn of_file(values: &[(&str, &str)]) -> Result<Found, NoAttributes> {
    let name = values
        .iter()
        .find(|(key, _)| *key == "file:name")
        .map(|(_, name)| *name);
    let digests = values.iter().filter(|(key, _)| *key != "file:name");
    let found = digests.map(|(key, value)| {
        if !key.starts_with("file:hashes.") {
            return Err(NoAttributes::Pattern);
        }
        let (kind, value) = of_value(key, value)?;
        Ok(match name {
            Some(name) => (format!("filename|{kind}"), format!("{name}|{value}")),
            None => (kind, value),
        })
    });
    found.collect()
}

fn of_value(key: &str, value: &str) -> Result<(String, String), NoAttributes> {
    let kind = match key {
        "ipv4-addr:value" | "ipv6-addr:value" | "network-traffic:dst_ref.value" => "ip-dst",
        "network-traffic:src_ref.value" => "ip-src",
        "email-message:from_ref.value" => "email-src",
        "email-message:to_refs[*].value" => "email-dst",
        "autonomous-system:number" => return Ok(("AS".to_owned(), format!("AS{value}"))),
        "network-traffic:dst_port" => "port",
        _ => {
            let is_it = |form: &Form| matches!(form, Form::Text(path) if own_key(path) == key);
            let found = TYPES.iter().find(|(_, _, form)| is_it(form));
            found.map(|(kind, ..)| *kind).ok_or(NoAttributes::Pattern)?
        }
    };
    Ok((kind.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests;
