//! What all objects of a family have (section 3.2), and the small types inside of objects (section 2).

use super::{Form, Property, Record, Rule, Special, TEXTS, Targets, optional, required};

/// Names that the specification keeps for itself (section 3.3 and where properties are reserved).
pub(crate) const RESERVED: &[&str] = &["severity", "action", "username", "phone_numbers"];

pub(crate) const EXTENSION_TYPES: &[&str] = &[
    "new-sdo",
    "new-sco",
    "new-sro",
    "property-extension",
    "toplevel-property-extension",
];

const MARKINGS: Form = Form::List(&Form::Reference(Targets::Only(&["marking-definition"])));
const EXTERNAL_REFERENCES: Form = Form::List(&Form::Record(&EXTERNAL_REFERENCE));
const GRANULAR_MARKINGS: Form = Form::List(&Form::Record(&GRANULAR_MARKING));
const CREATOR: Form = Form::Reference(Targets::Only(&["identity"]));

/// Of domain objects, relationships, and languages.
pub(crate) const DOMAIN_COMMON: &[Property] = &[
    required("type", Form::TypeName),
    required("spec_version", Form::Fixed("2.1")),
    required("id", Form::Reference(Targets::Any)),
    optional("created_by_ref", CREATOR),
    required("created", Form::TimeInMillis),
    required("modified", Form::TimeInMillis),
    optional("revoked", Form::Boolean),
    optional("labels", TEXTS),
    optional("confidence", Form::Integer { min: 0, max: 100 }),
    optional("lang", Form::Language),
    optional("external_references", EXTERNAL_REFERENCES),
    optional("object_marking_refs", MARKINGS),
    optional("granular_markings", GRANULAR_MARKINGS),
    optional("extensions", Form::Extensions),
];

/// Of observables.
pub(crate) const OBSERVABLE_COMMON: &[Property] = &[
    required("type", Form::TypeName),
    optional("spec_version", Form::Fixed("2.1")),
    required("id", Form::Reference(Targets::Any)),
    optional("object_marking_refs", MARKINGS),
    optional("granular_markings", GRANULAR_MARKINGS),
    optional("defanged", Form::Boolean),
    optional("extensions", Form::Extensions),
];

/// Of markings, which have no versions.
pub(super) const MARKING_COMMON: &[Property] = &[
    required("type", Form::TypeName),
    required("spec_version", Form::Fixed("2.1")),
    required("id", Form::Reference(Targets::Any)),
    optional("created_by_ref", CREATOR),
    required("created", Form::TimeInMillis),
    optional("external_references", EXTERNAL_REFERENCES),
    optional("object_marking_refs", MARKINGS),
    optional("granular_markings", GRANULAR_MARKINGS),
    optional("extensions", Form::Extensions),
];

/// Of definitions of extensions, whose creator is named.
pub(super) const EXTENSION_COMMON: &[Property] = &[
    required("type", Form::TypeName),
    required("spec_version", Form::Fixed("2.1")),
    required("id", Form::Reference(Targets::Any)),
    required("created_by_ref", CREATOR),
    required("created", Form::TimeInMillis),
    required("modified", Form::TimeInMillis),
    optional("revoked", Form::Boolean),
    optional("labels", TEXTS),
    optional("external_references", EXTERNAL_REFERENCES),
    optional("object_marking_refs", MARKINGS),
    optional("granular_markings", GRANULAR_MARKINGS),
];

/// Section 2.5.
const EXTERNAL_REFERENCE: Record = Record {
    properties: &[
        required("source_name", Form::Text),
        optional("description", Form::Text),
        optional("url", Form::Uri),
        optional("hashes", Form::Hashes),
        optional("external_id", Form::Text),
    ],
    rules: &[
        Rule::AnyOf(&["description", "url", "external_id"]),
        Rule::Special(Special::ExternalId),
    ],
};

/// Section 7.2.3.
const GRANULAR_MARKING: Record = Record {
    properties: &[
        optional("lang", Form::Language),
        optional("marking_ref", Form::Reference(Targets::Only(&["marking-definition"]))),
        required("selectors", Form::List(&Form::Selector)),
    ],
    rules: &[
        Rule::AnyOf(&["lang", "marking_ref"]),
        Rule::NotBoth("lang", "marking_ref"),
    ],
};

/// Section 2.11.
pub(super) const KILL_CHAIN_PHASES: Form = Form::List(&Form::Record(&Record {
    properties: &[
        required("kill_chain_name", Form::Text),
        required("phase_name", Form::Text),
    ],
    rules: &[],
}));
