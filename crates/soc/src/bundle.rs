//! STIX objects as indicators: those whose pattern says nothing but values are listed by them, others are matched with
//! the events that have one of the values that they need.

use anlanh_stix::view::{Indicator, PatternKind};
use anlanh_stix::{Object, Pattern, Term, Terms, Timestamp};

use crate::index::{Builder, Full, PatternError, Source};
use crate::limits::{MAX_KEPT_PATTERN_BYTES, MAX_KEPT_REGEXES, MIN_KEPT_PREFIX_V4, MIN_KEPT_PREFIX_V6};
use crate::pattern::{PatternRefusal, count_regexes, looked_up};
use crate::several::SequencesBuilder;
use crate::value::{Kind, Value, ValueError};

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Its values are listed.
    Listed,
    /// It holds no more or not yet, or was taken back.
    NotNow,
    /// It is no indicator.
    Other,
}

/// Why an indicator is not used, or not all of its pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// It lacks what an indicator must have (STIX 2.1, section 4.7).
    #[error("indicator lacks its pattern, the language of it, or from when it holds")]
    Incomplete,
    /// Its pattern is in another language than that of STIX.
    #[error("pattern is in another language than that of STIX")]
    Language,
    /// Its pattern cannot be read.
    #[error("pattern cannot be read at byte {at_byte}")]
    Pattern {
        /// Where.
        at_byte: usize,
    },
    /// Its pattern asks for more than single values, and is longer than [`MAX_KEPT_PATTERN_BYTES`].
    #[error("pattern is longer than {MAX_KEPT_PATTERN_BYTES} bytes")]
    TooLong,
    /// Its pattern is looked up by a network that has a great part of all events.
    #[error(
        "pattern looks up a network wider than /{MIN_KEPT_PREFIX_V4} of IPv4 or /{MIN_KEPT_PREFIX_V6} of IPv6, which a great part \
         of all events have"
    )]
    WideNetwork,
    /// It and the patterns before it have more than [`MAX_KEPT_REGEXES`] regular expressions.
    #[error("more than {MAX_KEPT_REGEXES} regular expressions in the patterns of one round")]
    TooManyRegexes,
    /// Its pattern asks for what no event is matched by.
    #[error(transparent)]
    Refused(PatternRefusal),
    /// One of its values is no name, URL, address, digest or e-mail address; the others are listed.
    #[error("pattern names a property that events are not matched by")]
    Property,
    /// One of its values is none; the others are listed.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// The index has no more room.
    #[error(transparent)]
    Full(#[from] Full),
}

/// Lists the values of an object under its id, if it is an indicator that holds at a moment.
///
/// # Errors
/// When it is one that cannot be listed, or not wholly.
pub fn add_object(
    builder: &mut Builder,
    source: Source,
    object: &Object,
    now: Timestamp,
) -> Result<Taken, ObjectError> {
    if object.type_name() != "indicator" {
        return Ok(Taken::Other);
    }
    let indicator = Indicator::of(object).ok_or(ObjectError::Incomplete)?;
    if !indicator.holds_at(now) {
        return Ok(Taken::NotNow);
    }
    match indicator.kind {
        PatternKind::Stix => {}
        PatternKind::Other(_) => return Err(ObjectError::Language),
    }
    let pattern: Pattern = indicator
        .pattern
        .parse()
        .map_err(|error: anlanh_stix::PatternError| ObjectError::Pattern { at_byte: error.at_byte })?;
    let id = indicator.id.to_string();
    let terms = match pattern.terms() {
        Terms::Exact(terms) => terms,
        Terms::Necessary(_) | Terms::Unknown => return add_pattern(builder, source, &pattern, &id),
    };
    let is_other = |term: &Term| value_of(term) == Err(ObjectError::Property);
    if terms.iter().any(is_other) && crate::pattern::check(pattern.expression()).is_ok() {
        return add_pattern(builder, source, &pattern, &id);
    }
    let mut refused = None;
    for term in &terms {
        match value_of(term) {
            Ok(value) => builder.add(&value, source, Some(&id))?,
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    refused.map_or(Ok(Taken::Listed), Err)
}

fn add_pattern(builder: &mut Builder, source: Source, pattern: &Pattern, id: &str) -> Result<Taken, ObjectError> {
    match builder.add_pattern(pattern, source, id) {
        Ok(()) => Ok(Taken::Listed),
        Err(PatternError::Refused(refusal)) => Err(ObjectError::Refused(refusal)),
        Err(PatternError::Full(full)) => Err(full.into()),
    }
}

/// What an indicator asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Asks {
    /// One of these values, each with why it is none.
    Values(Vec<Result<Value, ObjectError>>),
    /// More than that one of some values is seen, of one event or several.
    Pattern,
}

/// What the pattern of an indicator asks for. One that asks for more than single values has something to look up, and can be used on
/// its own. Of regular expressions no more are compiled than are left of a round, so that nobody's patterns take long.
///
/// # Errors
/// When events are not matched by it.
pub fn asks_of(indicator: &Indicator<'_>, regexes_left: &mut usize) -> Result<Asks, ObjectError> {
    match indicator.kind {
        PatternKind::Stix => {}
        PatternKind::Other(_) => return Err(ObjectError::Language),
    }
    let pattern: Pattern = indicator
        .pattern
        .parse()
        .map_err(|error: anlanh_stix::PatternError| ObjectError::Pattern { at_byte: error.at_byte })?;
    if let Terms::Exact(terms) = pattern.terms() {
        let values: Vec<_> = terms.iter().map(value_of).collect();
        let is_other = values.contains(&Err(ObjectError::Property));
        if !is_other || check_alone(&pattern, indicator.pattern, regexes_left).is_err() {
            return Ok(Asks::Values(values));
        }
        return Ok(Asks::Pattern);
    }
    check_alone(&pattern, indicator.pattern, regexes_left)?;
    Ok(Asks::Pattern)
}

/// Whether a pattern, of which this is the text, can be kept and used where there is no other.
fn check_alone(pattern: &Pattern, text: &str, regexes_left: &mut usize) -> Result<(), ObjectError> {
    if text.len() > MAX_KEPT_PATTERN_BYTES {
        return Err(ObjectError::TooLong);
    }
    if looked_up(pattern).iter().any(is_wide) {
        return Err(ObjectError::WideNetwork);
    }
    let left = regexes_left.checked_sub(count_regexes(pattern));
    *regexes_left = left.ok_or(ObjectError::TooManyRegexes)?;
    let mut builder = Builder::new();
    let source = builder.source("")?;
    let mut added = builder.add_pattern(pattern, source, "");
    if let Err(PatternError::Refused(PatternRefusal::SeveralEvents | PatternRefusal::Time)) = added {
        added = SequencesBuilder::default().add(&mut builder, pattern, ("", ""));
    }
    match added {
        Ok(()) => Ok(()),
        Err(PatternError::Refused(refusal)) => Err(ObjectError::Refused(refusal)),
        Err(PatternError::Full(full)) => Err(full.into()),
    }
}

/// Whether a value is a network by which no event is looked up for a feed.
fn is_wide(value: &Value) -> bool {
    match value {
        Value::Network(network) if network.first().is_ipv4() => network.prefix() < MIN_KEPT_PREFIX_V4,
        Value::Network(network) => network.prefix() < MIN_KEPT_PREFIX_V6,
        Value::Text(..) | Value::Address(_) => false,
    }
}

/// The value that a term asks for.
fn value_of(term: &Term) -> Result<Value, ObjectError> {
    let kind = match (term.object_type.as_str(), term.path.as_str()) {
        ("domain-name", "value") => Kind::Domain,
        ("url", "value") => Kind::Url,
        ("ipv4-addr" | "ipv6-addr", "value") => Kind::Address,
        ("email-addr", "value") => Kind::Email,
        ("network-traffic", "x_ja3" | "x_ja3s") => Kind::Ja3,
        ("network-traffic", "x_ja4") => Kind::Ja4,
        ("file", path) if path.starts_with("hashes.") => Kind::Hash,
        _ => return Err(ObjectError::Property),
    };
    Ok(Value::read(kind, &term.value)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Format, Layout};
    use crate::matcher::{Matcher, Scratch};

    const ID: &str = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

    fn object(pattern: &str, more: &str) -> Object {
        let pattern = pattern.replace('"', "\\\"");
        let text = format!(
            "{{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"{ID}\",\"created\":\"2026-01-01T00:00:00Z\",\
             \"modified\":\"2026-01-01T00:00:00Z\",\"pattern\":\"{pattern}\",\"pattern_type\":\"stix\",\
             \"valid_from\":\"2026-01-01T00:00:00Z\"{more}}}"
        );
        Object::read(text.as_bytes()).unwrap()
    }

    /// The hits of an event whose name, host and digest are these, under the indicators of an object.
    fn check(object: &Object, expected: Result<Taken, ObjectError>, hits: &[&str]) {
        let mut builder = Builder::new().with_every_event();
        let source = builder.source("bundle").unwrap();
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        assert_eq!(add_object(&mut builder, source, object, now), expected);
        let event = format!(
            "{{\"src_ip\":\"192.0.2.7\",\"dns\":{{\"rrname\":\"www.evil.vn\"}},\"fileinfo\":{{\"sha256\":\"{}\"}},\
             \"http\":{{\"hostname\":\"a.vn\",\"url\":\"/x\"}},\"email\":{{\"from\":\"A@b.vn\"}}}}",
            "a".repeat(64)
        );
        let matcher = Matcher::new(std::sync::Arc::new(builder.build()));
        let mut found = Vec::new();
        let lines = [(1, event.as_bytes())].into_iter();
        let on_hit = |hit: crate::Hit<'_>| {
            assert_eq!(hit.indicator.name, Some(ID));
            found.push(hit.value.to_owned());
        };
        matcher.scan(&mut Scratch::default(), &Layout::of(Format::Eve), lines, on_hit, |_| {});
        assert_eq!(found, hits);
    }

    #[test]
    fn values_of_every_kind_are_listed_under_the_id() {
        let digest = "A".repeat(64);
        let pattern = format!(
            "[domain-name:value = 'evil.vn' OR ipv4-addr:value IN ('192.0.2.0/24', '198.51.100.1')] OR \
             [file:hashes.'SHA-256' = '{digest}'] OR [url:value = 'http://a.vn/x'] OR [email-addr:value = 'a@B.vn']"
        );
        let found = digest.to_lowercase();
        check(
            &object(&pattern, ""),
            Ok(Taken::Listed),
            &["192.0.2.7", "www.evil.vn", &found, "a@b.vn", "a.vn/x"],
        );
    }

    #[test]
    fn what_does_not_hold_now_is_not_listed() {
        let pattern = "[domain-name:value = 'evil.vn']";
        for more in [",\"revoked\":true", ",\"valid_until\":\"2026-06-01T00:00:00Z\""] {
            check(&object(pattern, more), Ok(Taken::NotNow), &[]);
        }
        check(
            &object(pattern, ",\"valid_until\":\"2026-06-01T00:00:01Z\""),
            Ok(Taken::Listed),
            &["www.evil.vn"],
        );
        let other =
            Object::read(b"{\"type\":\"malware\",\"id\":\"malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"}").unwrap();
        check(&other, Ok(Taken::Other), &[]);
    }

    #[test]
    fn patterns_are_matched_with_the_event() {
        let check = |pattern: &str, hits: &[&str]| check(&object(pattern, ""), Ok(Taken::Listed), hits);
        check(
            "[domain-name:value LIKE '%.evil.vn' AND domain-name:value LIKE 'w%']",
            &["www.evil.vn"],
        );
        check("[domain-name:value = 'evil.vn' AND domain-name:value LIKE 'w%']", &[]);
        check("[domain-name:value != 'evil.vn']", &[""]);
        check("[file:name = 'x' OR domain-name:value = 'www.evil.vn']", &[""]);
    }

    #[test]
    fn what_no_event_matches_is_told() {
        let check =
            |pattern: &str, expected: ObjectError, hits: &[&str]| check(&object(pattern, ""), Err(expected), hits);
        check(
            "[domain-name:value = 'evil.vn' AND url:value = 'http://a.vn/x']",
            ObjectError::Refused(PatternRefusal::Never),
            &[],
        );
        check(
            "[domain-name:value = 'evil.vn'] REPEATS 5 TIMES",
            ObjectError::Refused(PatternRefusal::SeveralEvents),
            &[],
        );
        check(
            "[process:name = 'x' OR domain-name:value = 'evil.vn']",
            ObjectError::Property,
            &["www.evil.vn"],
        );
        check(
            "[domain-name:value IN ('com.vn', 'evil.vn')]",
            ObjectError::Value(ValueError::PublicSuffix),
            &["www.evil.vn"],
        );
        check(
            "[domain-name:value = 'evil.vn'",
            ObjectError::Pattern { at_byte: 30 },
            &[],
        );
    }

    /// What the pattern of an indicator asks for: whether it is kept as one, or how many values it names.
    fn asks(pattern: &str) -> Result<Option<usize>, ObjectError> {
        let object = object(pattern, "");
        let asks = asks_of(&Indicator::of(&object).unwrap(), &mut MAX_KEPT_REGEXES.clone())?;
        Ok(match asks {
            Asks::Values(values) => Some(values.len()),
            Asks::Pattern => None,
        })
    }

    #[test]
    fn what_asks_for_more_than_values_is_a_pattern_that_can_be_used_alone() {
        let check = |pattern: &str, expected| assert_eq!(asks(pattern), expected, "{pattern}");
        check("[domain-name:value IN ('a.vn', 'b.vn')]", Ok(Some(2)));
        check("[domain-name:value = 'a.vn' AND domain-name:value != 'b.vn']", Ok(None));
        check(
            "[domain-name:value = 'a.vn'] FOLLOWEDBY [domain-name:value = 'b.vn']",
            Ok(None),
        );
        check("[domain-name:value = 'a.vn'] REPEATS 3 TIMES", Ok(None));
        check(
            "[domain-name:value = 'a.vn'] START t'2026-01-01T00:00:00Z' STOP t'2027-01-01T00:00:00Z'",
            Ok(None),
        );
        // One of its values is none, and all of it is matched with nothing to look up.
        check("[file:name = 'x' OR domain-name:value = 'a.vn']", Ok(Some(2)));
        let refused = |refusal| Err(ObjectError::Refused(refusal));
        check("[file:name LIKE '%.exe']", refused(PatternRefusal::NothingToLookUp));
        check(
            "[domain-name:value = 'a.vn' AND url:value = 'http://a.vn/']",
            refused(PatternRefusal::Never),
        );
        check(
            "[domain-name:value = 'a.vn' AND domain-name:x = 'y']",
            refused(PatternRefusal::Property),
        );
        check(
            "[domain-name:value = 'a.vn' AND domain-name:value MATCHES '(?=a)']",
            refused(PatternRefusal::Regex),
        );
        check(
            "[domain-name:value = 'a.vn'] REPEATS 257 TIMES",
            refused(PatternRefusal::TooManyEvents),
        );
        check(
            "[domain-name:value = 'a.vn'] FOLLOWEDBY",
            Err(ObjectError::Pattern { at_byte: 39 }),
        );
    }

    #[test]
    fn a_pattern_that_is_kept_is_so_long_and_no_longer() {
        let long = |bytes: usize| {
            let rest = "[domain-name:value = 'a.vn' AND domain-name:value != '']".len();
            format!(
                "[domain-name:value = 'a.vn' AND domain-name:value != '{}']",
                "x".repeat(bytes - rest)
            )
        };
        assert_eq!(asks(&long(MAX_KEPT_PATTERN_BYTES)), Ok(None));
        assert_eq!(asks(&long(MAX_KEPT_PATTERN_BYTES + 1)), Err(ObjectError::TooLong));
    }

    #[test]
    fn a_network_that_is_looked_up_is_so_wide_and_no_wider() {
        let check = |network: &str, expected: Result<Option<usize>, ObjectError>| {
            let alone =
                format!("[network-traffic:dst_ref.value ISSUBSET '{network}' AND network-traffic:dst_port = 4444]");
            assert_eq!(asks(&alone), expected, "{network}");
            let after = format!("[domain-name:value = 'a.vn'] FOLLOWEDBY {alone}");
            assert_eq!(asks(&after), expected, "{network}");
            // Where there is something else to look up, nothing is looked up by a network.
            let beside = alone.replace("dst_port = 4444", "src_ref.value = '45.1.2.3'");
            assert_eq!(asks(&beside), Ok(None), "{network}");
        };
        let wide = || Err(ObjectError::WideNetwork);
        check(&format!("45.1.0.0/{MIN_KEPT_PREFIX_V4}"), Ok(None));
        check(&format!("45.1.0.0/{}", MIN_KEPT_PREFIX_V4 - 1), wide());
        check("0.0.0.0/1", wide());
        check(&format!("2a00:1::/{MIN_KEPT_PREFIX_V6}"), Ok(None));
        check(&format!("2a00:1::/{}", MIN_KEPT_PREFIX_V6 - 1), wide());
        check("::/1", wide());
    }

    #[test]
    fn a_round_has_so_many_regular_expressions_and_no_more() {
        let one = object("[domain-name:value = 'a.vn' AND domain-name:value MATCHES '^a']", "");
        let plain = object("[domain-name:value = 'a.vn' AND domain-name:value != 'b.vn']", "");
        let mut left = MAX_KEPT_REGEXES;
        let mut ask = |object: &Object| asks_of(&Indicator::of(object).unwrap(), &mut left).map(drop);
        for _ in 0..MAX_KEPT_REGEXES {
            assert_eq!(ask(&one), Ok(()));
        }
        assert_eq!(ask(&one), Err(ObjectError::TooManyRegexes));
        assert_eq!(ask(&plain), Ok(()));
    }
}
