//! What is answered: verdicts and failures, written straight from the engine's own types into bytes.

use anlanh_screen::{Place, Reason, Span, Verdict};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use crate::{FaultError, ItemIn, Language};

/// The verdict on one item.
#[derive(Debug, Clone, Copy, serde::Serialize, ToSchema)]
#[schema(as = Verdict, example = crate::schema::verdict_example)]
#[serde(deny_unknown_fields)]
pub struct VerdictOut<'a> {
    /// The id that the item came with.
    #[schema(required = true)]
    pub id: Option<&'a str>,
    /// The strongest action of the rules that fired; at least `review` when something is undecided.
    #[schema(schema_with = crate::schema::action)]
    action: &'a str,
    /// Why, strongest action first.
    #[schema(schema_with = crate::schema::reasons)]
    reasons: Reasons<'a>,
    /// Keys of the labels that the fired rules give.
    labels: &'a [&'a str],
    /// What could not be judged, if anything. Such an item is never silently clean.
    #[schema(required = true)]
    undecided: Option<UndecidedOut<'a>>,
    /// Rules that would have acted and were held by their brakes, so that a person decides; only of kept items.
    #[serde(skip_serializing_if = "no_rules")]
    #[schema(required = false)]
    braked: &'a [&'a str],
    /// The policy pack that judged it.
    #[schema(value_type = PackOut)]
    pack: &'a Stamp,
}

/// Brakes hold what is kept and nothing else, so they are written afterwards: see [`crate::hold_back`].
const fn no_rules(rules: &&[&str]) -> bool {
    rules.is_empty()
}

/// Why a rule fired: one detector's evidence for it.
#[derive(Debug, Clone, Copy, serde::Serialize, ToSchema)]
#[schema(as = Reason)]
#[serde(deny_unknown_fields)]
pub struct ReasonOut<'a> {
    /// Key of the content category, as in `SC1`.
    category: &'a str,
    /// Which detector found the evidence.
    #[schema(schema_with = crate::schema::detector)]
    detector: &'a str,
    /// Id of the rule that fired.
    rule: &'a str,
    /// What this rule does.
    #[schema(schema_with = crate::schema::action)]
    action: &'a str,
    /// What was found: ids of lexicon entries, lists, protected names or kinds of personal data. Never the text.
    found: &'a [&'a str],
    /// How precise the detectors are known to be on this evidence, 0 to 1; the lowest counts.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// Where in the text, as pairs of byte offsets into its UTF-8: start inclusive, end exclusive.
    #[schema(schema_with = crate::schema::spans)]
    spans: Spans<'a>,
    /// Which of the links beside the text, by index from 0.
    #[schema(schema_with = crate::schema::links)]
    links: Links<'a>,
    /// Keys of the legal basis in force when the item was posted.
    basis: &'a [&'a str],
}

/// What could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, ToSchema)]
#[schema(as = Undecided)]
#[serde(deny_unknown_fields)]
pub struct UndecidedOut<'a> {
    /// Why.
    #[schema(schema_with = crate::schema::undecided)]
    reason: &'a str,
}

/// The policy pack behind a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, ToSchema)]
#[schema(as = Pack)]
#[serde(deny_unknown_fields)]
pub struct PackOut<'a> {
    /// Id, as in `vn`.
    pub id: &'a str,
    /// Version, as in `2026.11`.
    pub version: &'a str,
    /// SHA-256 of the pack's files, in lower-case hexadecimal.
    pub digest: &'a str,
}

/// The policy pack as every verdict names it, written once.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(transparent)]
pub struct Stamp(Box<RawValue>);

/// What stands in place of a verdict for a line that could not be read.
#[derive(Debug, Clone, serde::Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineFailure<'a> {
    /// Always `null`: the line could not be read.
    #[schema(schema_with = crate::schema::null)]
    id: (),
    /// The number of the line, from 1; blank lines count.
    #[schema(minimum = 1)]
    line: u64,
    /// What is wrong with it.
    error: FaultOut<'a>,
}

/// What is wrong with an item.
#[derive(Debug, Clone, serde::Serialize, ToSchema)]
#[schema(as = Fault)]
#[serde(deny_unknown_fields)]
pub struct FaultOut<'a> {
    /// Stable code, as in `wrong-type`.
    code: &'a str,
    /// One sentence for people.
    detail: String,
    /// The field it is about, as in `author.age_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// The column in the line, in bytes, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    column: Option<usize>,
}

impl<'a> VerdictOut<'a> {
    /// The answer for this verdict.
    #[must_use]
    pub fn new(item: &'a ItemIn<'_>, verdict: &'a Verdict<'a>, pack: &'a Stamp) -> Self {
        Self {
            id: item.id.as_deref(),
            action: verdict.action.key(),
            reasons: Reasons(&verdict.reasons),
            labels: &verdict.labels,
            undecided: verdict.undecided.map(|undecided| UndecidedOut {
                reason: undecided.key(),
            }),
            braked: &[],
            pack,
        }
    }
}

impl<'a> ReasonOut<'a> {
    fn new(reason: &'a Reason<'a>) -> Self {
        Self {
            category: reason.category,
            detector: reason.detector.key(),
            rule: reason.rule,
            action: reason.action.key(),
            found: &reason.found,
            confidence: f64::from(reason.confidence.as_percent()) / 100.0,
            spans: Spans(&reason.places),
            links: Links(&reason.places),
            basis: &reason.basis,
        }
    }
}

impl<'a> PackOut<'a> {
    /// The members of this pack.
    #[must_use]
    pub fn new(pack: &'a anlanh_screen::Pack) -> Self {
        Self {
            id: &pack.id,
            version: &pack.version,
            digest: &pack.digest,
        }
    }
}

impl Stamp {
    /// The stamp of this pack.
    #[must_use]
    pub fn new(pack: &anlanh_screen::Pack) -> Self {
        // Writing strings to memory does not fail.
        let written = to_raw_value(&PackOut::new(pack));
        Self(written.unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl<'a> LineFailure<'a> {
    /// The answer for a line that could not be read.
    #[must_use]
    pub fn new(line: u64, error: &FaultError, language: Language) -> LineFailure<'static> {
        let without_line = FaultError {
            line: 0,
            ..error.clone()
        };
        LineFailure {
            id: (),
            line,
            error: FaultOut {
                code: error.fault.code(),
                detail: without_line.detail(language),
                field: error.fault.field(),
                column: (error.column > 0).then_some(error.column),
            },
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Reasons<'a>(&'a [Reason<'a>]);

impl Serialize for Reasons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for reason in self.0 {
            sequence.serialize_element(&ReasonOut::new(reason))?;
        }
        sequence.end()
    }
}

#[derive(Debug, Clone, Copy)]
struct Spans<'a>(&'a [Place]);

impl Serialize for Spans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for place in self.0 {
            match place {
                Place::Text(Span { start, end }) => sequence.serialize_element(&[start, end])?,
                Place::Link(_) => {}
            }
        }
        sequence.end()
    }
}

#[derive(Debug, Clone, Copy)]
struct Links<'a>(&'a [Place]);

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        for place in self.0 {
            match place {
                Place::Link(index) => sequence.serialize_element(index)?,
                Place::Text(_) => {}
            }
        }
        sequence.end()
    }
}
