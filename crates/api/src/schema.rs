//! Schemas of what is written by hand, for the description of the API alone.

use anlanh_screen::{Action, Counter, Detector, ItemKind, Undecided};
use serde_json::{Value, json};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};

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

pub fn action() -> Object {
    one_of(Action::ALL.map(Action::key))
}

pub fn detector() -> Object {
    one_of(DETECTORS.map(Detector::key))
}

pub fn undecided() -> Object {
    one_of(UNDECIDED.map(Undecided::key))
}

pub fn kind() -> Object {
    let mut schema = one_of(ItemKind::ALL.map(ItemKind::key));
    schema.default = Some(json!(ItemKind::default().key()));
    schema
}

/// The schema of counters: one optional count for each name.
pub fn counters() -> Object {
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

pub fn null() -> Object {
    ObjectBuilder::new().schema_type(Type::Null).build()
}

fn offset() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))
}

pub fn spans() -> Schema {
    let pair = ArrayBuilder::new()
        .items(offset())
        .min_items(Some(2))
        .max_items(Some(2));
    ArrayBuilder::new().items(pair).build().into()
}

pub fn links() -> Schema {
    ArrayBuilder::new().items(offset()).build().into()
}

pub fn reasons() -> RefOr<Schema> {
    let items = Ref::from_schema_name("Reason");
    RefOr::T(ArrayBuilder::new().items(items).build().into())
}

/// The verdict that the documentation shows.
pub fn verdict_example() -> Value {
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
