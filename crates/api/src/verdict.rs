//! What is answered: verdicts and failures, written straight from the engine's own types into bytes.

use anlanh_screen::{Action, Counter, Detector, ItemKind, Place, Reason, Span, Undecided, Verdict};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};

use crate::{FaultError, ItemIn, Language};

/// The verdict on one item.
#[derive(Debug, Clone, Copy, serde::Serialize, ToSchema)]
#[schema(as = Verdict, example = verdict_example)]
#[serde(deny_unknown_fields)]
pub struct VerdictOut<'a> {
    /// The id that the item came with.
    #[schema(required = true)]
    pub id: Option<&'a str>,
    /// The strongest action of the rules that fired; at least `review` when something is undecided.
    #[schema(schema_with = action_schema)]
    action: &'a str,
    /// Why, strongest action first.
    #[schema(schema_with = reasons_schema)]
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
    #[schema(schema_with = detector_schema)]
    detector: &'a str,
    /// Id of the rule that fired.
    rule: &'a str,
    /// What this rule does.
    #[schema(schema_with = action_schema)]
    action: &'a str,
    /// What was found: ids of lexicon entries, lists, protected names or kinds of personal data. Never the text.
    found: &'a [&'a str],
    /// How precise the detectors are known to be on this evidence, 0 to 1; the lowest counts.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// Where in the text, as pairs of byte offsets into its UTF-8: start inclusive, end exclusive.
    #[schema(schema_with = spans_schema)]
    spans: Spans<'a>,
    /// Which of the links beside the text, by index from 0.
    #[schema(schema_with = links_schema)]
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
    #[schema(schema_with = undecided_schema)]
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
    #[schema(schema_with = null_schema)]
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

const DETECTORS: [Detector; 5] = [
    Detector::Lexicon,
    Detector::Blocklist,
    Detector::LookAlike,
    Detector::PersonalData,
    Detector::Context,
];
const UNDECIDED: [Undecided; 3] = [
    Undecided::TextTooLong,
    Undecided::TooManyLinks,
    Undecided::TooManySignals,
];

fn one_of<const N: usize>(keys: [&'static str; N]) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(keys))
        .build()
}

fn action_schema() -> Object {
    one_of(Action::ALL.map(Action::key))
}

fn detector_schema() -> Object {
    one_of(DETECTORS.map(Detector::key))
}

fn undecided_schema() -> Object {
    one_of(UNDECIDED.map(Undecided::key))
}

pub fn kind_schema() -> Object {
    let mut schema = one_of(ItemKind::ALL.map(ItemKind::key));
    schema.default = Some(json!(ItemKind::default().key()));
    schema
}

/// The schema of counters: one optional count for each name.
pub fn counters_schema() -> Object {
    let count = || {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Integer, Type::Null]))
            .minimum(Some(0))
            .maximum(Some(u32::MAX))
    };
    let schema = ObjectBuilder::new()
        .description(Some("How often author, hosts and text were seen before"))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let named = Counter::ALL.into_iter().map(Counter::name);
    named
        .fold(schema, |schema, name| schema.property(name, count()))
        .build()
}

fn null_schema() -> Object {
    ObjectBuilder::new().schema_type(Type::Null).build()
}

fn offset_schema() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))
}

fn spans_schema() -> Schema {
    let pair = ArrayBuilder::new()
        .items(offset_schema())
        .min_items(Some(2))
        .max_items(Some(2));
    ArrayBuilder::new().items(pair).build().into()
}

fn links_schema() -> Schema {
    ArrayBuilder::new().items(offset_schema()).build().into()
}

fn reasons_schema() -> RefOr<Schema> {
    let items = Ref::from_schema_name("Reason");
    RefOr::T(ArrayBuilder::new().items(items).build().into())
}

/// The verdict that the documentation shows.
fn verdict_example() -> Value {
    json!({
        "id": "p-1024",
        "action": "review",
        "reasons": [{
            "category": "SC1",
            "detector": "lexicon",
            "rule": "sc1.otp-with-link",
            "action": "review",
            "found": ["sc1.otp"],
            "confidence": 0.95,
            "spans": [[4, 18]],
            "links": [],
            "basis": ["luat-116-2025/7.2.dd"],
        }],
        "labels": [],
        "undecided": null,
        "pack": { "id": "vn", "version": "2026.11", "digest": "0".repeat(64) },
    })
}
