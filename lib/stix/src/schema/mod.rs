//! What STIX 2.1 says of each type, as data: properties, the form of their values, what must stand together, and what
//! an observable's identifier is made from. Knows nothing of how an object is checked.

mod domain;
mod extension;
mod meta;
mod observable;
mod relationship;
mod shared;
mod vocabulary;

pub(crate) use extension::EXTENSIONS;
pub(crate) use relationship::suggests;
pub(crate) use shared::{DOMAIN_COMMON, EXTENSION_TYPES, OBSERVABLE_COMMON, RESERVED};

/// A type of object.
#[derive(Debug)]
pub(crate) struct Schema {
    pub name: &'static str,
    pub family: Family,
    /// Properties that all of its family have.
    pub common: &'static [Property],
    /// Its own.
    pub properties: &'static [Property],
    pub rules: &'static [Rule],
    /// Properties that its identifier is made from; of observables alone.
    pub identity: &'static [&'static str],
}

/// What kind of object a type is (section 1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// SDO: what is known about threats.
    Domain,
    /// SRO: how two things hang together.
    Relationship,
    /// SCO: what was seen on a network or a host.
    Observable,
    /// SMO: what helps to read the others.
    Meta,
    /// What carries objects; is none itself.
    Bundle,
}

#[derive(Debug)]
pub(crate) struct Property {
    pub name: &'static str,
    pub form: Form,
    pub is_required: bool,
}

/// The form of a value.
#[derive(Debug)]
pub(crate) enum Form {
    Any,
    Text,
    Boolean,
    Integer {
        min: i64,
        max: i64,
    },
    Float {
        min: f64,
        max: f64,
    },
    Time,
    /// With three digits after the second.
    TimeInMillis,
    /// With none.
    TimeInSeconds,
    Hex,
    Binary,
    Language,
    Uri,
    Ipv4,
    Ipv6,
    Mac,
    DomainName,
    EmailAddress,
    Cpe,
    Charset,
    /// Better of this form.
    MediaType,
    TypeName,
    RelationshipType,
    Selector,
    RegistryKey,
    /// The word itself.
    Fixed(&'static str),
    /// Nothing but these.
    Closed(&'static [&'static str]),
    /// Better one of these.
    Open(&'static [&'static str]),
    Reference(Targets),
    Hashes,
    /// Names with values of one form.
    Dictionary(&'static Form),
    /// Languages, each with a dictionary.
    Translations,
    /// Extensions by their names.
    Extensions,
    /// Observables by keys of their own, as in STIX 2.0.
    ObservableMap,
    /// Whole objects.
    Objects,
    List(&'static Form),
    Record(&'static Record),
}

/// What an identifier may name.
#[derive(Debug)]
pub(crate) enum Targets {
    Any,
    Only(&'static [&'static str]),
    Not(&'static [&'static str]),
    /// Observables, and types that are not of STIX.
    Observables,
    /// Observables and relationships, and types that are not of STIX.
    ObservablesAndRelationships,
}

/// An object inside an object.
#[derive(Debug)]
pub(crate) struct Record {
    pub properties: &'static [Property],
    pub rules: &'static [Rule],
}

/// What properties say of one another.
#[derive(Debug)]
pub(crate) enum Rule {
    /// At least one of them is there.
    AnyOf(&'static [&'static str]),
    /// At least one of the properties of its own is there, `but` apart, or `or`.
    AnyOwn {
        but: &'static str,
        or: &'static str,
    },
    NotBoth(&'static str, &'static str),
    /// The first is not there without the second.
    Needs(&'static str, &'static str),
    /// While the first has this truth value, the second is there.
    NeedsWhen(&'static str, bool, &'static str),
    /// While the first has this truth value, the second is not there.
    NeverWhen(&'static str, bool, &'static str),
    /// The first is a moment before the second.
    Before(&'static str, &'static str),
    /// The first is a moment before the second, or the same.
    NotAfter(&'static str, &'static str),
    /// Better there.
    Should(&'static str),
    /// What only the code can say of a type.
    Special(Special),
}

/// Rules that take more than properties' names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Special {
    /// A pattern of STIX is one (section 9).
    Pattern,
    /// The relationship is one that the specification names (appendix B).
    RelationshipType,
    /// CVE and CAPEC numbers have their form (section 2.5).
    ExternalId,
    /// What a marking says is of its type (section 7.2.1).
    Marking,
    /// What an extension defines agrees with its types (section 7.3).
    ExtensionDefinition,
}

pub(crate) const fn required(name: &'static str, form: Form) -> Property {
    Property {
        name,
        form,
        is_required: true,
    }
}

pub(crate) const fn optional(name: &'static str, form: Form) -> Property {
    Property {
        name,
        form,
        is_required: false,
    }
}

/// At least one property of its own.
pub(crate) const SOME: &[Rule] = &[Rule::AnyOwn { but: "", or: "" }];

pub(crate) const COUNT: Form = Form::Integer { min: 0, max: i64::MAX };
pub(crate) const INTEGER: Form = Form::Integer {
    min: i64::MIN,
    max: i64::MAX,
};
pub(crate) const TEXTS: Form = Form::List(&Form::Text);

/// The schema of a type, where it is one of STIX.
pub(crate) fn schema(type_name: &str) -> Option<&'static Schema> {
    [
        domain::SCHEMAS,
        relationship::SCHEMAS,
        observable::SCHEMAS,
        meta::SCHEMAS,
    ]
    .into_iter()
    .flatten()
    .find(|schema| schema.name == type_name)
}

/// The family of a type, where it is one of STIX.
#[must_use]
pub fn family(type_name: &str) -> Option<Family> {
    schema(type_name).map(|schema| schema.family)
}

/// All types of STIX 2.1, with their families.
pub fn types() -> impl Iterator<Item = (&'static str, Family)> {
    let all = [
        domain::SCHEMAS,
        relationship::SCHEMAS,
        observable::SCHEMAS,
        meta::SCHEMAS,
    ];
    all.into_iter().flatten().map(|schema| (schema.name, schema.family))
}
