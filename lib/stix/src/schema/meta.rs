//! Meta objects and the bundle (sections 7 and 8).

use super::shared::{DOMAIN_COMMON, EXTENSION_COMMON, EXTENSION_TYPES, MARKING_COMMON};
use super::{Family, Form, Rule, Schema, Special, TEXTS, Targets, optional, required};

pub(super) const SCHEMAS: &[Schema] = &[
    Schema {
        name: "language-content",
        family: Family::Meta,
        common: DOMAIN_COMMON,
        properties: &[
            required(
                "object_ref",
                Form::Reference(Targets::Not(&["bundle", "language-content"])),
            ),
            optional("object_modified", Form::Time),
            required("contents", Form::Translations),
        ],
        rules: &[],
        identity: &[],
    },
    Schema {
        name: "marking-definition",
        family: Family::Meta,
        common: MARKING_COMMON,
        properties: &[
            optional("name", Form::Text),
            optional("definition_type", Form::Text),
            optional("definition", Form::Any),
        ],
        rules: &[
            Rule::AnyOf(&["definition", "extensions"]),
            Rule::Needs("definition", "definition_type"),
            Rule::Needs("definition_type", "definition"),
            Rule::Special(Special::Marking),
        ],
        identity: &[],
    },
    Schema {
        name: "extension-definition",
        family: Family::Meta,
        common: EXTENSION_COMMON,
        properties: &[
            required("name", Form::Text),
            optional("description", Form::Text),
            required("schema", Form::Text),
            required("version", Form::Text),
            required("extension_types", Form::List(&Form::Closed(EXTENSION_TYPES))),
            optional("extension_properties", TEXTS),
        ],
        rules: &[Rule::Should("description"), Rule::Special(Special::ExtensionDefinition)],
        identity: &[],
    },
    Schema {
        name: "bundle",
        family: Family::Bundle,
        common: &[
            required("type", Form::TypeName),
            required("id", Form::Reference(Targets::Any)),
        ],
        properties: &[optional("objects", Form::Objects)],
        rules: &[],
        identity: &[],
    },
];
