//! Domain objects (section 4).

use super::shared::{DOMAIN_COMMON, KILL_CHAIN_PHASES};
use super::vocabulary as open;
use super::{Family, Form, Property, Rule, Schema, Special, TEXTS, Targets, optional, required};

const fn domain(name: &'static str, properties: &'static [Property], rules: &'static [Rule]) -> Schema {
    Schema {
        name,
        family: Family::Domain,
        common: DOMAIN_COMMON,
        properties,
        rules,
        identity: &[],
    }
}

const NAME: Property = required("name", Form::Text);
const DESCRIPTION: Property = optional("description", Form::Text);
const ALIASES: Property = optional("aliases", TEXTS);
const FIRST_SEEN: Property = optional("first_seen", Form::Time);
const LAST_SEEN: Property = optional("last_seen", Form::Time);
const SEEN: Rule = Rule::NotAfter("first_seen", "last_seen");
const PHASES: Property = optional("kill_chain_phases", KILL_CHAIN_PHASES);
const OBJECTS: Property = required("object_refs", Form::List(&Form::Reference(Targets::Any)));
const AUTHORS: Property = optional("authors", TEXTS);
const RESOURCES: Property = optional("resource_level", Form::Open(open::ATTACK_RESOURCE_LEVEL));
const MOTIVATION: Property = optional("primary_motivation", Form::Open(open::ATTACK_MOTIVATION));
const MOTIVATIONS: Form = Form::List(&Form::Open(open::ATTACK_MOTIVATION));
const SOFTWARE: Form = Form::Reference(Targets::Only(&["software"]));

pub(super) const SCHEMAS: &[Schema] = &[
    domain("attack-pattern", &[NAME, DESCRIPTION, ALIASES, PHASES], &[]),
    domain(
        "campaign",
        &[
            NAME,
            DESCRIPTION,
            ALIASES,
            FIRST_SEEN,
            LAST_SEEN,
            optional("objective", Form::Text),
        ],
        &[SEEN],
    ),
    domain("course-of-action", &[NAME, DESCRIPTION], &[]),
    domain(
        "grouping",
        &[
            optional("name", Form::Text),
            DESCRIPTION,
            required("context", Form::Open(open::GROUPING_CONTEXT)),
            OBJECTS,
        ],
        &[],
    ),
    domain(
        "identity",
        &[
            NAME,
            DESCRIPTION,
            optional("roles", TEXTS),
            optional("identity_class", Form::Open(open::IDENTITY_CLASS)),
            optional("sectors", Form::List(&Form::Open(open::INDUSTRY_SECTOR))),
            optional("contact_information", Form::Text),
        ],
        &[],
    ),
    domain("incident", &[NAME, DESCRIPTION], &[]),
    domain(
        "indicator",
        &[
            optional("name", Form::Text),
            DESCRIPTION,
            optional("indicator_types", Form::List(&Form::Open(open::INDICATOR_TYPE))),
            required("pattern", Form::Text),
            required("pattern_type", Form::Open(open::PATTERN_TYPE)),
            optional("pattern_version", Form::Text),
            required("valid_from", Form::Time),
            optional("valid_until", Form::Time),
            PHASES,
        ],
        &[
            Rule::Before("valid_from", "valid_until"),
            Rule::Should("name"),
            Rule::Should("description"),
            Rule::Special(Special::Pattern),
        ],
    ),
    domain(
        "infrastructure",
        &[
            NAME,
            DESCRIPTION,
            optional(
                "infrastructure_types",
                Form::List(&Form::Open(open::INFRASTRUCTURE_TYPE)),
            ),
            ALIASES,
            PHASES,
            FIRST_SEEN,
            LAST_SEEN,
        ],
        &[SEEN],
    ),
    domain(
        "intrusion-set",
        &[
            NAME,
            DESCRIPTION,
            ALIASES,
            FIRST_SEEN,
            LAST_SEEN,
            optional("goals", TEXTS),
            RESOURCES,
            MOTIVATION,
            optional("secondary_motivations", MOTIVATIONS),
        ],
        &[SEEN],
    ),
    domain(
        "location",
        &[
            optional("name", Form::Text),
            DESCRIPTION,
            optional("latitude", Form::Float { min: -90.0, max: 90.0 }),
            optional(
                "longitude",
                Form::Float {
                    min: -180.0,
                    max: 180.0,
                },
            ),
            optional(
                "precision",
                Form::Float {
                    min: f64::MIN,
                    max: f64::MAX,
                },
            ),
            optional("region", Form::Open(open::REGION)),
            optional("country", Form::Text),
            optional("administrative_area", Form::Text),
            optional("city", Form::Text),
            optional("street_address", Form::Text),
            optional("postal_code", Form::Text),
        ],
        &[
            Rule::AnyOf(&["region", "country", "latitude"]),
            Rule::Needs("latitude", "longitude"),
            Rule::Needs("longitude", "latitude"),
            Rule::Needs("precision", "latitude"),
            Rule::Needs("precision", "longitude"),
        ],
    ),
    domain(
        "malware",
        &[
            optional("name", Form::Text),
            DESCRIPTION,
            optional("malware_types", Form::List(&Form::Open(open::MALWARE_TYPE))),
            required("is_family", Form::Boolean),
            ALIASES,
            PHASES,
            FIRST_SEEN,
            LAST_SEEN,
            optional("operating_system_refs", Form::List(&SOFTWARE)),
            optional(
                "architecture_execution_envs",
                Form::List(&Form::Open(open::PROCESSOR_ARCHITECTURE)),
            ),
            optional(
                "implementation_languages",
                Form::List(&Form::Open(open::IMPLEMENTATION_LANGUAGE)),
            ),
            optional("capabilities", Form::List(&Form::Open(open::MALWARE_CAPABILITIES))),
            optional(
                "sample_refs",
                Form::List(&Form::Reference(Targets::Only(&["artifact", "file"]))),
            ),
        ],
        &[SEEN, Rule::NeedsWhen("is_family", true, "name")],
    ),
    domain(
        "malware-analysis",
        &[
            required("product", Form::Text),
            optional("version", Form::Text),
            optional("host_vm_ref", SOFTWARE),
            optional("operating_system_ref", SOFTWARE),
            optional("installed_software_refs", Form::List(&SOFTWARE)),
            optional("configuration_version", Form::Text),
            optional("modules", TEXTS),
            optional("analysis_engine_version", Form::Text),
            optional("analysis_definition_version", Form::Text),
            optional("submitted", Form::Time),
            optional("analysis_started", Form::Time),
            optional("analysis_ended", Form::Time),
            optional("result_name", Form::Text),
            optional("result", Form::Open(open::MALWARE_RESULT)),
            optional("analysis_sco_refs", Form::List(&Form::Reference(Targets::Observables))),
            optional(
                "sample_ref",
                Form::Reference(Targets::Only(&["artifact", "file", "network-traffic"])),
            ),
        ],
        &[Rule::AnyOf(&["result", "analysis_sco_refs"])],
    ),
    domain(
        "note",
        &[
            optional("abstract", Form::Text),
            required("content", Form::Text),
            AUTHORS,
            OBJECTS,
        ],
        &[],
    ),
    domain(
        "observed-data",
        &[
            required("first_observed", Form::Time),
            required("last_observed", Form::Time),
            required(
                "number_observed",
                Form::Integer {
                    min: 1,
                    max: 999_999_999,
                },
            ),
            optional("objects", Form::ObservableMap),
            optional(
                "object_refs",
                Form::List(&Form::Reference(Targets::ObservablesAndRelationships)),
            ),
        ],
        &[
            Rule::NotAfter("first_observed", "last_observed"),
            Rule::AnyOf(&["objects", "object_refs"]),
            Rule::NotBoth("objects", "object_refs"),
        ],
    ),
    domain(
        "opinion",
        &[
            optional("explanation", Form::Text),
            AUTHORS,
            required("opinion", Form::Closed(open::OPINION)),
            OBJECTS,
        ],
        &[],
    ),
    domain(
        "report",
        &[
            NAME,
            DESCRIPTION,
            optional("report_types", Form::List(&Form::Open(open::REPORT_TYPE))),
            required("published", Form::Time),
            OBJECTS,
        ],
        &[],
    ),
    domain(
        "threat-actor",
        &[
            NAME,
            DESCRIPTION,
            optional("threat_actor_types", Form::List(&Form::Open(open::THREAT_ACTOR_TYPE))),
            ALIASES,
            FIRST_SEEN,
            LAST_SEEN,
            optional("roles", Form::List(&Form::Open(open::THREAT_ACTOR_ROLE))),
            optional("goals", TEXTS),
            optional("sophistication", Form::Open(open::THREAT_ACTOR_SOPHISTICATION)),
            RESOURCES,
            MOTIVATION,
            optional("secondary_motivations", MOTIVATIONS),
            optional("personal_motivations", MOTIVATIONS),
        ],
        &[SEEN],
    ),
    domain(
        "tool",
        &[
            NAME,
            DESCRIPTION,
            optional("tool_types", Form::List(&Form::Open(open::TOOL_TYPE))),
            ALIASES,
            PHASES,
            optional("tool_version", Form::Text),
        ],
        &[],
    ),
    domain("vulnerability", &[NAME, DESCRIPTION], &[]),
];
