//! Warning lists: values that are well known and harmless, or of no use as indicators.

use std::collections::HashSet;
use std::io::Read;
use std::net::IpAddr;

use aho_corasick::AhoCorasick;
use anlanh_stix::json::{self, JsonError, Members, ScanError, Scanner, Value};
use regex::{RegexBuilder, RegexSet, RegexSetBuilder};
use thiserror::Error;

use crate::field;
use crate::limits::{
    MAX_HEAD_BYTES, MAX_WARNING_BYTES, MAX_WARNING_REGEX_BYTES, MAX_WARNING_REGEXES, MAX_WARNING_VALUE_BYTES,
    MAX_WARNING_VALUES,
};

/// A warning list.
#[derive(Debug)]
pub struct WarningList {
    /// Its name.
    pub name: String,
    /// What is on it.
    pub description: String,
    /// Its version, as it is written.
    pub version: String,
    /// Why one is warned: `false_positive`, or `known` for what is no mistake; empty where it is not told.
    pub category: String,
    /// Types of attributes that it is about; all of them where none is named.
    pub kinds: Vec<String>,
    values: Values,
}

/// How values are compared.
#[derive(Debug)]
enum Values {
    /// Wholly, in any case.
    Texts(HashSet<Box<str>>),
    /// Names and all below them.
    Names(HashSet<Box<str>>),
    /// Networks as ranges that do not touch, in order, of IPv4 and of IPv6; and what is on the list as something else.
    Networks {
        ranges: [Vec<(u128, u128)>; 2],
        others: HashSet<Box<str>>,
    },
    /// Anywhere.
    Parts(AhoCorasick),
    /// By regular expressions.
    Rules(RegexSet),
}

/// Why a warning list cannot be read.
#[derive(Debug, Error)]
pub enum WarningError {
    /// What it is read from failed.
    #[error("the warning list cannot be read")]
    Input(#[from] std::io::Error),
    /// It is no object with a list.
    #[error("not a warning list, at byte {at_byte}")]
    Form {
        /// Offset in the input.
        at_byte: u64,
    },
    /// Longer than [`MAX_WARNING_BYTES`], or what stands beside its values than [`MAX_HEAD_BYTES`].
    #[error("the warning list is too long")]
    TooLong,
    /// More than [`MAX_WARNING_VALUES`], or [`MAX_WARNING_REGEXES`].
    #[error("the warning list has too many values")]
    TooMany,
    /// Not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Its values are compared in a way that is not known.
    #[error("the warning list says nothing of a known way to compare its values")]
    Type,
    /// Its values take more than they may when compiled.
    #[error("the values of the warning list take more memory than they may")]
    TooLarge,
}

/// A value of a warning list that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadValue {
    /// Which one, from 0.
    pub index: usize,
    /// Why.
    pub why: BadValueReason,
}

/// Why a value of a warning list cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadValueReason {
    /// Not a text, or an empty one, which would be found everywhere.
    #[error("not a text")]
    NotText,
    /// Longer than [`MAX_WARNING_VALUE_BYTES`].
    #[error("longer than {MAX_WARNING_VALUE_BYTES} bytes")]
    TooLong,
    /// Not a regular expression, or one that takes more than linear time.
    #[error("not a regular expression that takes linear time")]
    Regex,
}

impl From<ScanError> for WarningError {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Input(error) => Self::Input(error),
            ScanError::Form { at_byte } => Self::Form { at_byte },
            ScanError::Space | ScanError::TooLong => Self::TooLong,
        }
    }
}

impl WarningList {
    /// Reads a warning list, and says which of its values cannot be used.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(input: impl Read) -> Result<(Self, Vec<BadValue>), WarningError> {
        let mut scanner = Scanner::new(input);
        let (members, values) = read_members(&mut scanner)?;
        let mut bad = Vec::new();
        let mut texts = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            match value {
                Ok(text) => texts.push((index, text)),
                Err(why) => bad.push(BadValue { index, why }),
            }
        }
        let values = match field::text(&members, "type").unwrap_or("string") {
            "string" => Values::Texts(lower(texts)),
            "hostname" => Values::Names(names(texts)),
            "cidr" => networks(texts),
            "substring" => {
                let parts = texts.iter().map(|(_, text)| text.as_str());
                let mut builder = AhoCorasick::builder();
                let built = builder.ascii_case_insensitive(true).build(parts);
                Values::Parts(built.map_err(|_| WarningError::TooLarge)?)
            }
            "regex" => Values::Rules(rules(texts, &mut bad)?),
            _ => return Err(WarningError::Type),
        };
        let kinds = members
            .get("matching_attributes")
            .and_then(Value::as_list)
            .unwrap_or_default();
        let list = Self {
            name: field::owned(&members, "name"),
            description: field::owned(&members, "description"),
            version: field::owned(&members, "version"),
            category: field::owned(&members, "category"),
            kinds: kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            values,
        };
        Ok((list, bad))
    }

    /// Whether it is about attributes of a type.
    #[must_use]
    pub fn is_about(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|of| of == kind)
    }

    /// Whether a value is on it.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        let value = value.trim();
        match &self.values {
            Values::Texts(texts) => texts.contains(value.to_lowercase().as_str()),
            Values::Names(names) => {
                let host = host_of(value).to_lowercase();
                let mut rest = Some(host.trim_end_matches('.'));
                while let Some(name) = rest {
                    if names.contains(name) {
                        return true;
                    }
                    rest = name.split_once('.').map(|(_, above)| above);
                }
                false
            }
            Values::Networks { ranges, others } => match range_of(value) {
                Some((version, first, last)) => ranges.get(version).is_some_and(|ranges| {
                    let at = ranges.partition_point(|(_, end)| *end < first);
                    ranges
                        .get(at)
                        .is_some_and(|(start, end)| *start <= first && last <= *end)
                }),
                None => others.contains(value.to_lowercase().as_str()),
            },
            Values::Parts(parts) => parts.is_match(value),
            Values::Rules(rules) => rules.is_match(value),
        }
    }
}

type ReadValue = Result<String, BadValueReason>;

/// What stands beside the list, and the list.
fn read_members<R: Read>(input: &mut Scanner<R>) -> Result<(Members, Vec<ReadValue>), WarningError> {
    let (mut members, mut values, mut head_bytes) = (Vec::new(), Vec::new(), 0);
    input.expect(b'{')?;
    while input.peek()? != b'}' {
        if !members.is_empty() || !values.is_empty() {
            input.expect(b',')?;
        }
        let mut name = Vec::new();
        input.value(&mut name, MAX_HEAD_BYTES)?;
        let Value::String(name) = json::read(&name)? else {
            return Err(input.form().into());
        };
        input.expect(b':')?;
        if name == "list" && input.peek()? == b'[' && values.is_empty() {
            read_list(input, &mut values)?;
            // So that a comma is asked for behind an empty list.
            members.push((name, Value::Null));
            continue;
        }
        let mut value = Vec::new();
        input.value(&mut value, MAX_HEAD_BYTES.saturating_sub(head_bytes))?;
        head_bytes += name.len() + value.len();
        members.push((name, json::read(&value)?));
    }
    input.take();
    if input.peek_or_end()?.is_some() {
        return Err(input.form().into());
    }
    let members = Members::new(members).ok_or_else(|| input.form())?;
    if !members.has("list") {
        return Err(input.form().into());
    }
    Ok((members, values))
}

fn read_list<R: Read>(input: &mut Scanner<R>, values: &mut Vec<ReadValue>) -> Result<(), WarningError> {
    input.expect(b'[')?;
    let mut text = Vec::new();
    while input.peek()? != b']' {
        if !values.is_empty() {
            input.expect(b',')?;
        }
        if values.len() >= MAX_WARNING_VALUES {
            return Err(WarningError::TooMany);
        }
        text.clear();
        // Quoted, and possibly with every byte escaped.
        let is_kept = input.value_or_skip(&mut text, 6 * MAX_WARNING_VALUE_BYTES + 2)?;
        if input.offset() > MAX_WARNING_BYTES {
            return Err(WarningError::TooLong);
        }
        values.push(match is_kept.then(|| json::read(&text)).transpose()? {
            Some(Value::String(text)) if text.len() > MAX_WARNING_VALUE_BYTES => Err(BadValueReason::TooLong),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(text),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(Value::String(_) | Value::Null | Value::Bool(_) | Value::List(_) | Value::Object(_)) => {
                Err(BadValueReason::NotText)
            }
            None => Err(BadValueReason::TooLong),
        });
    }
    input.take();
    Ok(())
}

fn lower(texts: Vec<(usize, String)>) -> HashSet<Box<str>> {
    let lower = |(_, text): (usize, String)| text.trim().to_lowercase().into_boxed_str();
    texts.into_iter().map(lower).collect()
}

fn names(texts: Vec<(usize, String)>) -> HashSet<Box<str>> {
    let mut names = HashSet::with_capacity(texts.len());
    for (_, text) in texts {
        let text = text.trim().to_lowercase();
        let name = text.strip_prefix("*.").unwrap_or(&text).trim_matches('.');
        if !name.is_empty() {
            names.insert(name.into());
        }
    }
    names
}

fn networks(texts: Vec<(usize, String)>) -> Values {
    let mut ranges = [Vec::new(), Vec::new()];
    let mut others = HashSet::new();
    for (_, text) in texts {
        match range_of(text.trim()) {
            Some((version, first, last)) => {
                if let Some(ranges) = ranges.get_mut(version) {
                    ranges.push((first, last));
                }
            }
            None => drop(others.insert(text.trim().to_lowercase().into_boxed_str())),
        }
    }
    for ranges in &mut ranges {
        ranges.sort_unstable();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges.drain(..) {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        *ranges = merged;
    }
    Values::Networks { ranges, others }
}

/// Of an address or a network: 0 for IPv4 or 1 for IPv6, and its first and last address. Bits behind the prefix do not
/// count.
fn range_of(text: &str) -> Option<(usize, u128, u128)> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let (version, bits, width) = match address.parse().ok()? {
        IpAddr::V4(address) => (0, u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (1, address.to_bits(), 128),
    };
    let behind = match width - prefix.unwrap_or(width).min(width) {
        128 => u128::MAX,
        bits => (1 << bits) - 1,
    };
    let is_prefix = prefix.is_none_or(|prefix| prefix <= width);
    is_prefix.then_some((version, bits & !behind, bits | behind))
}

/// The host of a URL, or the whole text.
fn host_of(value: &str) -> &str {
    let Some((_, rest)) = value.split_once("://") else {
        return value;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn rules(texts: Vec<(usize, String)>, bad: &mut Vec<BadValue>) -> Result<RegexSet, WarningError> {
    if texts.len() > MAX_WARNING_REGEXES {
        return Err(WarningError::TooMany);
    }
    let mut rules = Vec::with_capacity(texts.len());
    for (index, text) in texts {
        let rule = rule_of(&text);
        if RegexBuilder::new(&rule)
            .size_limit(MAX_WARNING_REGEX_BYTES)
            .build()
            .is_ok()
        {
            rules.push(rule);
        } else {
            let why = BadValueReason::Regex;
            bad.push(BadValue { index, why });
        }
    }
    let mut builder = RegexSetBuilder::new(&rules);
    builder.size_limit(MAX_WARNING_REGEX_BYTES);
    builder.build().map_err(|_| WarningError::TooLarge)
}

/// As the crate reads it: lists write `/…/` with letters behind that say how.
fn rule_of(text: &str) -> String {
    let parts = text.trim().strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    let Some((rule, letters)) = parts else {
        return text.to_owned();
    };
    // Only these mean something for whether it is found.
    let flags: String = letters.chars().filter(|letter| "imsx".contains(*letter)).collect();
    let rule = rule.replace("\\@", "@").replace("\\/", "/");
    if flags.is_empty() {
        rule
    } else {
        format!("(?{flags}){rule}")
    }
}
