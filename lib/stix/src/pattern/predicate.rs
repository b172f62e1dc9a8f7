//! Whether an operator holds of a value. Values of types that cannot be compared are not equal, and neither more nor
//! less (section 9.6).

use std::cmp::Ordering;
use std::collections::HashSet;

use super::compile::CompileError;
use super::like::{Like, nfc};
use super::network::Network;
use super::path::Place;
use super::syntax::{Literal, Operator};
use crate::json::{Number, Value};
use crate::limits::{MAX_REGEX_BYTES, MAX_REGEX_COMPILED_BYTES};
use crate::timestamp::Timestamp;

/// An operator, made ready.
#[derive(Debug)]
pub(super) enum Predicate {
    Equal(Literal),
    NotEqual(Literal),
    Order(Literal, fn(Ordering) -> bool),
    /// Of texts alone.
    InTexts(HashSet<String>),
    In(Vec<Literal>),
    Like(Like),
    Matches(Box<Regexes>),
    /// `None` where the text is no network: nothing is a part of it.
    IsSubset(Option<Network>),
    IsSuperset(Option<Network>),
    Exists,
}

/// One expression for texts, one for bytes where it has no letter beyond them.
#[derive(Debug)]
pub(super) struct Regexes {
    text: regex::Regex,
    bytes: Option<regex::bytes::Regex>,
}

impl Predicate {
    pub(super) fn new(operator: &Operator) -> Result<Self, CompileError> {
        Ok(match operator {
            Operator::Equal(literal) => Self::Equal(literal.clone()),
            Operator::NotEqual(literal) => Self::NotEqual(literal.clone()),
            Operator::Greater(literal) => Self::Order(literal.clone(), Ordering::is_gt),
            Operator::GreaterOrEqual(literal) => Self::Order(literal.clone(), Ordering::is_ge),
            Operator::Less(literal) => Self::Order(literal.clone(), Ordering::is_lt),
            Operator::LessOrEqual(literal) => Self::Order(literal.clone(), Ordering::is_le),
            Operator::In(literals) => Self::set(literals),
            Operator::Like(text) => Self::Like(Like::new(text)?),
            Operator::Matches(text) => Self::Matches(Box::new(regexes(text)?)),
            Operator::IsSubset(text) => Self::IsSubset(Network::parse(text)),
            Operator::IsSuperset(text) => Self::IsSuperset(Network::parse(text)),
            Operator::Exists => Self::Exists,
        })
    }

    fn set(literals: &[Literal]) -> Self {
        let texts: Option<HashSet<String>> = literals
            .iter()
            .map(|literal| literal.as_text().map(str::to_owned))
            .collect();
        texts.map_or_else(|| Self::In(literals.to_vec()), Self::InTexts)
    }

    /// Whether a value passes. Where a type has no order, no value of it does, negated or not.
    pub(super) fn passes(&self, place: &Place<'_>, is_negated: bool) -> bool {
        if let Self::Order(literal, is) = self {
            return match compare(place, literal) {
                Some(order) => is(order) != is_negated,
                None => mixes_text_and_bytes(place, literal) && is_negated,
            };
        }
        self.holds(place) != is_negated
    }

    fn holds(&self, place: &Place<'_>) -> bool {
        let text = || match place {
            Place::Value(Value::String(text)) => Some(text.as_str()),
            Place::Value(_) | Place::Bytes(_) | Place::Object(_) | Place::Objects(_) => None,
        };
        let network = || text().and_then(Network::parse);
        match self {
            Self::Equal(literal) => compare(place, literal) == Some(Ordering::Equal),
            Self::NotEqual(literal) => compare(place, literal) != Some(Ordering::Equal),
            Self::Order(literal, is) => compare(place, literal).is_some_and(is),
            Self::InTexts(texts) => match (text(), place) {
                (Some(text), _) => texts.contains(text),
                (None, Place::Bytes(bytes)) => texts
                    .iter()
                    .any(|text| compare_bytes(bytes, text).is_some_and(Ordering::is_eq)),
                (None, Place::Value(_) | Place::Object(_) | Place::Objects(_)) => false,
            },
            Self::In(literals) => literals
                .iter()
                .any(|literal| compare(place, literal) == Some(Ordering::Equal)),
            Self::Like(like) => match place {
                Place::Bytes(bytes) => std::str::from_utf8(bytes).is_ok_and(|text| like.matches(text)),
                Place::Value(_) | Place::Object(_) | Place::Objects(_) => text().is_some_and(|text| like.matches(text)),
            },
            Self::Matches(regexes) => match place {
                Place::Bytes(bytes) => regexes.bytes.as_ref().is_some_and(|regex| regex.is_match(bytes)),
                Place::Value(_) | Place::Object(_) | Place::Objects(_) => {
                    text().is_some_and(|text| regexes.text.is_match(&nfc(text)))
                }
            },
            Self::IsSubset(of) => network().zip(*of).is_some_and(|(network, of)| of.contains(&network)),
            Self::IsSuperset(of) => network().zip(*of).is_some_and(|(network, of)| network.contains(&of)),
            Self::Exists => true,
        }
    }
}

/// An expression within its limits.
pub(super) fn regex_of(text: &str) -> Result<regex::Regex, CompileError> {
    let mut builder = regex::RegexBuilder::new(text);
    builder
        .size_limit(MAX_REGEX_COMPILED_BYTES)
        .dfa_size_limit(MAX_REGEX_COMPILED_BYTES);
    builder.build().map_err(|error| CompileError::of_regex(&error))
}

fn regexes(text: &str) -> Result<Regexes, CompileError> {
    if text.len() > MAX_REGEX_BYTES {
        return Err(CompileError::TooLong);
    }
    let text = super::pcre::translate(&nfc(text)).map_err(CompileError::refused)?;
    // Letters up to U+00FF stand for bytes.
    let as_bytes: Option<String> = text.chars().map(byte_of_letter).collect();
    let of_bytes = as_bytes.and_then(|text| {
        let mut builder = regex::bytes::RegexBuilder::new(&text);
        builder.unicode(false).size_limit(MAX_REGEX_COMPILED_BYTES);
        builder.dfa_size_limit(MAX_REGEX_COMPILED_BYTES).build().ok()
    });
    Ok(Regexes {
        text: regex_of(&text)?,
        bytes: of_bytes,
    })
}

fn byte_of_letter(letter: char) -> Option<String> {
    match u32::from(letter) {
        0..=0x7f => Some(letter.to_string()),
        byte @ 0x80..=0xff => Some(format!("\\x{byte:02x}")),
        _ => None,
    }
}

/// `None` where there is no order between them.
fn compare(place: &Place<'_>, literal: &Literal) -> Option<Ordering> {
    match (place, literal) {
        (Place::Value(Value::String(value)), Literal::String(text)) => Some(value.as_str().cmp(text)),
        (Place::Value(Value::String(value)), Literal::Timestamp(_, moment)) => {
            Some(value.parse::<Timestamp>().ok()?.cmp(moment))
        }
        (Place::Value(Value::String(value)), Literal::Binary(bytes) | Literal::Hex(bytes)) => {
            compare_bytes(bytes, value).map(Ordering::reverse)
        }
        (Place::Bytes(value), Literal::Binary(bytes) | Literal::Hex(bytes)) => Some(value.as_ref().cmp(bytes)),
        (Place::Bytes(value), Literal::String(text)) => compare_bytes(value, text),
        (Place::Value(Value::Bool(value)), Literal::Bool(holds)) => Some(value.cmp(holds)),
        (Place::Value(Value::Number(number)), Literal::Integer(to)) => match number.as_integer() {
            Some(number) => Some(number.cmp(&i128::from(*to))),
            None => compare_fraction(number, *to),
        },
        (Place::Value(Value::Number(number)), Literal::Float(to)) => compare_float(number, *to),
        _ => None,
    }
}

fn mixes_text_and_bytes(place: &Place<'_>, literal: &Literal) -> bool {
    match place {
        Place::Value(Value::String(_)) => matches!(literal, Literal::Binary(_) | Literal::Hex(_)),
        Place::Bytes(_) => matches!(literal, Literal::String(_)),
        Place::Value(_) | Place::Object(_) | Place::Objects(_) => false,
    }
}

/// A text beside bytes: its letters are bytes, where all of them can be (section 9.6).
fn compare_bytes(bytes: &[u8], text: &str) -> Option<Ordering> {
    let of_text: Option<Vec<u8>> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect();
    Some(bytes.cmp(of_text?.as_slice()))
}

/// A number with a fraction or exponent beside a whole one.
#[expect(
    clippy::cast_precision_loss,
    reason = "whole numbers that no double is are told apart before"
)]
fn compare_fraction(number: &Number, to: i64) -> Option<Ordering> {
    let double = number.as_f64();
    let nearest = to as f64;
    match double.partial_cmp(&nearest)? {
        // Doubles of this size are whole.
        #[expect(clippy::cast_possible_truncation, reason = "i128 holds every i64 as a double")]
        Ordering::Equal => Some((double as i128).cmp(&i128::from(to))),
        other @ (Ordering::Less | Ordering::Greater) => Some(other),
    }
}

fn compare_float(number: &Number, to: f64) -> Option<Ordering> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is beyond i128 is beyond the number"
    )]
    match (number.as_integer(), to.fract() == 0.0) {
        (Some(number), true) if to.abs() < 1e30 => Some(number.cmp(&(to as i128))),
        _ => number.as_f64().partial_cmp(&to),
    }
}
