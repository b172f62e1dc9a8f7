//! Relationships (section 5), and those that the specification names (appendix B).

use super::shared::DOMAIN_COMMON;
use super::{Family, Form, Rule, Schema, Special, Targets, optional, required};

const ENDS: Targets = Targets::Not(&[
    "relationship",
    "sighting",
    "bundle",
    "language-content",
    "marking-definition",
    "extension-definition",
]);

pub(super) const SCHEMAS: &[Schema] = &[
    Schema {
        name: "relationship",
        family: Family::Relationship,
        common: DOMAIN_COMMON,
        properties: &[
            required("relationship_type", Form::RelationshipType),
            optional("description", Form::Text),
            required("source_ref", Form::Reference(ENDS)),
            required("target_ref", Form::Reference(ENDS)),
            optional("start_time", Form::Time),
            optional("stop_time", Form::Time),
        ],
        rules: &[
            Rule::Before("start_time", "stop_time"),
            Rule::Special(Special::RelationshipType),
        ],
        identity: &[],
    },
    Schema {
        name: "sighting",
        family: Family::Relationship,
        common: DOMAIN_COMMON,
        properties: &[
            optional("description", Form::Text),
            optional("first_seen", Form::Time),
            optional("last_seen", Form::Time),
            optional(
                "count",
                Form::Integer {
                    min: 0,
                    max: 999_999_999,
                },
            ),
            required("sighting_of_ref", Form::Reference(ENDS)),
            optional(
                "observed_data_refs",
                Form::List(&Form::Reference(Targets::Only(&["observed-data"]))),
            ),
            optional(
                "where_sighted_refs",
                Form::List(&Form::Reference(Targets::Only(&["identity", "location"]))),
            ),
            optional("summary", Form::Boolean),
        ],
        rules: &[Rule::NotAfter("first_seen", "last_seen")],
        identity: &[],
    },
];

/// Source, relationship, targets.
type Suggestion = (&'static str, &'static str, &'static [&'static str]);

const SUGGESTIONS: &[Suggestion] = &[
    ("attack-pattern", "delivers", &["malware"]),
    ("attack-pattern", "targets", &["identity", "location", "vulnerability"]),
    ("attack-pattern", "uses", &["malware", "tool"]),
    ("campaign", "attributed-to", &["intrusion-set", "threat-actor"]),
    ("campaign", "compromises", &["infrastructure"]),
    ("campaign", "originates-from", &["location"]),
    ("campaign", "targets", &["identity", "location", "vulnerability"]),
    (
        "campaign",
        "uses",
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    ("course-of-action", "investigates", &["indicator"]),
    (
        "course-of-action",
        "mitigates",
        &["attack-pattern", "indicator", "malware", "tool", "vulnerability"],
    ),
    ("course-of-action", "remediates", &["malware", "vulnerability"]),
    ("domain-name", "resolves-to", &["domain-name", "ipv4-addr", "ipv6-addr"]),
    ("identity", "located-at", &["location"]),
    ("indicator", "based-on", &["observed-data"]),
    (
        "indicator",
        "indicates",
        &[
            "attack-pattern",
            "campaign",
            "infrastructure",
            "intrusion-set",
            "malware",
            "threat-actor",
            "tool",
        ],
    ),
    (
        "infrastructure",
        "communicates-with",
        &["domain-name", "infrastructure", "ipv4-addr", "ipv6-addr", "url"],
    ),
    (
        "infrastructure",
        "consists-of",
        &["infrastructure", "observed-data", "any observable"],
    ),
    ("infrastructure", "controls", &["infrastructure", "malware"]),
    ("infrastructure", "delivers", &["malware"]),
    ("infrastructure", "has", &["vulnerability"]),
    ("infrastructure", "hosts", &["malware", "tool"]),
    ("infrastructure", "located-at", &["location"]),
    ("infrastructure", "uses", &["infrastructure"]),
    ("intrusion-set", "attributed-to", &["threat-actor"]),
    ("intrusion-set", "compromises", &["infrastructure"]),
    ("intrusion-set", "hosts", &["infrastructure"]),
    ("intrusion-set", "originates-from", &["location"]),
    ("intrusion-set", "owns", &["infrastructure"]),
    ("intrusion-set", "targets", &["identity", "location", "vulnerability"]),
    (
        "intrusion-set",
        "uses",
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    ("ipv4-addr", "belongs-to", &["autonomous-system"]),
    ("ipv4-addr", "resolves-to", &["mac-addr"]),
    ("ipv6-addr", "belongs-to", &["autonomous-system"]),
    ("ipv6-addr", "resolves-to", &["mac-addr"]),
    ("malware", "authored-by", &["intrusion-set", "threat-actor"]),
    ("malware", "beacons-to", &["infrastructure"]),
    (
        "malware",
        "communicates-with",
        &["domain-name", "ipv4-addr", "ipv6-addr", "url"],
    ),
    ("malware", "controls", &["malware"]),
    ("malware", "downloads", &["file", "malware", "tool"]),
    ("malware", "drops", &["file", "malware", "tool"]),
    ("malware", "exfiltrates-to", &["infrastructure"]),
    ("malware", "exploits", &["vulnerability"]),
    ("malware", "originates-from", &["location"]),
    (
        "malware",
        "targets",
        &["identity", "infrastructure", "location", "vulnerability"],
    ),
    (
        "malware",
        "uses",
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    ("malware", "variant-of", &["malware"]),
    ("malware-analysis", "analysis-of", &["malware"]),
    ("malware-analysis", "av-analysis-of", &["malware"]),
    ("malware-analysis", "characterizes", &["malware"]),
    ("malware-analysis", "dynamic-analysis-of", &["malware"]),
    ("malware-analysis", "static-analysis-of", &["malware"]),
    ("threat-actor", "attributed-to", &["identity"]),
    ("threat-actor", "compromises", &["infrastructure"]),
    ("threat-actor", "hosts", &["infrastructure"]),
    ("threat-actor", "impersonates", &["identity"]),
    ("threat-actor", "located-at", &["location"]),
    ("threat-actor", "owns", &["infrastructure"]),
    ("threat-actor", "targets", &["identity", "location", "vulnerability"]),
    (
        "threat-actor",
        "uses",
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    ("tool", "delivers", &["malware"]),
    ("tool", "drops", &["malware"]),
    ("tool", "has", &["vulnerability"]),
    (
        "tool",
        "targets",
        &["identity", "infrastructure", "location", "vulnerability"],
    ),
    ("tool", "uses", &["infrastructure"]),
];

/// Whether the specification names this relationship, or either end is a type that it does not know.
pub(crate) fn suggests(source: &str, relationship: &str, target: &str) -> bool {
    let (Some(_), Some(target_family)) = (super::family(source), super::family(target)) else {
        return true;
    };
    match relationship {
        "related-to" => true,
        "derived-from" | "duplicate-of" => source == target,
        _ => SUGGESTIONS.iter().any(|(from, named, to)| {
            let is_any = target_family == Family::Observable && to.contains(&"any observable");
            *from == source && *named == relationship && (is_any || to.contains(&target))
        }),
    }
}
