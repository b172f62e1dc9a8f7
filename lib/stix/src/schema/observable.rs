//! Observables (section 6).

use super::shared::OBSERVABLE_COMMON;
use super::vocabulary as open;
use super::{COUNT, Family, Form, INTEGER, Property, Record, Rule, SOME, Schema, TEXTS, Targets, optional, required};

const fn observable(
    name: &'static str,
    properties: &'static [Property],
    rules: &'static [Rule],
    identity: &'static [&'static str],
) -> Schema {
    Schema {
        name,
        family: Family::Observable,
        common: OBSERVABLE_COMMON,
        properties,
        rules,
        identity,
    }
}

const fn one(only: &'static [&'static str]) -> Form {
    Form::Reference(Targets::Only(only))
}

const PORT: Form = Form::Integer { min: 0, max: 65_535 };
const ARTIFACT: Form = one(&["artifact"]);
const EMAIL_ADDR: Form = one(&["email-addr"]);
const NETWORK_END: Form = one(&["domain-name", "ipv4-addr", "ipv6-addr", "mac-addr"]);
const TRAFFIC: Form = one(&["network-traffic"]);
const ACCOUNT: Form = one(&["user-account"]);
const MAC_ADDRS: Property = optional("resolves_to_refs", Form::List(&one(&["mac-addr"])));
const SYSTEMS: Property = optional("belongs_to_refs", Form::List(&one(&["autonomous-system"])));
const NAME: Property = required("name", Form::Text);
const CTIME: Property = optional("ctime", Form::Time);
const MTIME: Property = optional("mtime", Form::Time);
const ATIME: Property = optional("atime", Form::Time);

pub(super) const SCHEMAS: &[Schema] = &[
    observable(
        "artifact",
        &[
            optional("mime_type", Form::MediaType),
            optional("payload_bin", Form::Binary),
            optional("url", Form::Uri),
            optional("hashes", Form::Hashes),
            optional("encryption_algorithm", Form::Closed(open::ENCRYPTION_ALGORITHM)),
            optional("decryption_key", Form::Text),
        ],
        &[
            Rule::AnyOf(&["payload_bin", "url"]),
            Rule::NotBoth("payload_bin", "url"),
            Rule::Needs("url", "hashes"),
            Rule::Needs("decryption_key", "encryption_algorithm"),
        ],
        &["hashes", "payload_bin"],
    ),
    observable(
        "autonomous-system",
        &[
            required("number", INTEGER),
            optional("name", Form::Text),
            optional("rir", Form::Text),
        ],
        &[],
        &["number"],
    ),
    observable(
        "directory",
        &[
            required("path", Form::Text),
            optional("path_enc", Form::Charset),
            CTIME,
            MTIME,
            ATIME,
            optional("contains_refs", Form::List(&one(&["directory", "file"]))),
        ],
        &[],
        &["path"],
    ),
    observable(
        "domain-name",
        &[
            required("value", Form::DomainName),
            optional(
                "resolves_to_refs",
                Form::List(&one(&["domain-name", "ipv4-addr", "ipv6-addr"])),
            ),
        ],
        &[],
        &["value"],
    ),
    observable(
        "email-addr",
        &[
            required("value", Form::EmailAddress),
            optional("display_name", Form::Text),
            optional("belongs_to_ref", ACCOUNT),
        ],
        &[],
        &["value"],
    ),
    observable(
        "email-message",
        &[
            required("is_multipart", Form::Boolean),
            optional("date", Form::Time),
            optional("content_type", Form::Text),
            optional("from_ref", EMAIL_ADDR),
            optional("sender_ref", EMAIL_ADDR),
            optional("to_refs", Form::List(&EMAIL_ADDR)),
            optional("cc_refs", Form::List(&EMAIL_ADDR)),
            optional("bcc_refs", Form::List(&EMAIL_ADDR)),
            optional("message_id", Form::Text),
            optional("subject", Form::Text),
            optional("received_lines", TEXTS),
            optional("additional_header_fields", Form::Dictionary(&Form::Any)),
            optional("body", Form::Text),
            optional("body_multipart", Form::List(&Form::Record(&MIME_PART))),
            optional("raw_email_ref", ARTIFACT),
        ],
        &[
            Rule::NeverWhen("is_multipart", true, "body"),
            Rule::NeverWhen("is_multipart", false, "body_multipart"),
        ],
        &["from_ref", "subject", "body"],
    ),
    observable(
        "file",
        &[
            optional("hashes", Form::Hashes),
            optional("size", COUNT),
            optional("name", Form::Text),
            optional("name_enc", Form::Charset),
            optional("magic_number_hex", Form::Hex),
            optional("mime_type", Form::MediaType),
            CTIME,
            MTIME,
            ATIME,
            optional("parent_directory_ref", one(&["directory"])),
            optional("contains_refs", Form::List(&Form::Reference(Targets::Observables))),
            optional("content_ref", ARTIFACT),
        ],
        &[Rule::AnyOf(&["hashes", "name"])],
        &["hashes", "name", "parent_directory_ref", "extensions"],
    ),
    observable(
        "ipv4-addr",
        &[required("value", Form::Ipv4), MAC_ADDRS, SYSTEMS],
        &[],
        &["value"],
    ),
    observable(
        "ipv6-addr",
        &[required("value", Form::Ipv6), MAC_ADDRS, SYSTEMS],
        &[],
        &["value"],
    ),
    observable("mac-addr", &[required("value", Form::Mac)], &[], &["value"]),
    observable("mutex", &[NAME], &[], &["name"]),
    observable(
        "network-traffic",
        &[
            optional("start", Form::Time),
            optional("end", Form::Time),
            optional("is_active", Form::Boolean),
            optional("src_ref", NETWORK_END),
            optional("dst_ref", NETWORK_END),
            optional("src_port", PORT),
            optional("dst_port", PORT),
            required("protocols", TEXTS),
            optional("src_byte_count", COUNT),
            optional("dst_byte_count", COUNT),
            optional("src_packets", COUNT),
            optional("dst_packets", COUNT),
            optional("ipfix", Form::Dictionary(&Form::Any)),
            optional("src_payload_ref", ARTIFACT),
            optional("dst_payload_ref", ARTIFACT),
            optional("encapsulates_refs", Form::List(&TRAFFIC)),
            optional("encapsulated_by_ref", TRAFFIC),
        ],
        &[
            Rule::AnyOf(&["src_ref", "dst_ref"]),
            Rule::NeverWhen("is_active", true, "end"),
            Rule::NotAfter("start", "end"),
        ],
        &[
            "start",
            "end",
            "src_ref",
            "dst_ref",
            "src_port",
            "dst_port",
            "protocols",
            "extensions",
        ],
    ),
    observable(
        "process",
        &[
            optional("is_hidden", Form::Boolean),
            optional("pid", INTEGER),
            optional("created_time", Form::Time),
            optional("cwd", Form::Text),
            optional("command_line", Form::Text),
            optional("environment_variables", Form::Dictionary(&Form::Text)),
            optional("opened_connection_refs", Form::List(&TRAFFIC)),
            optional("creator_user_ref", ACCOUNT),
            optional("image_ref", one(&["file"])),
            optional("parent_ref", one(&["process"])),
            optional("child_refs", Form::List(&one(&["process"]))),
        ],
        &[Rule::AnyOwn {
            but: "",
            or: "extensions",
        }],
        &[],
    ),
    observable(
        "software",
        &[
            NAME,
            optional("cpe", Form::Cpe),
            optional("swid", Form::Text),
            optional("languages", Form::List(&Form::Language)),
            optional("vendor", Form::Text),
            optional("version", Form::Text),
        ],
        &[],
        &["name", "cpe", "swid", "vendor", "version"],
    ),
    observable("url", &[required("value", Form::Uri)], &[], &["value"]),
    observable(
        "user-account",
        &[
            optional("user_id", Form::Text),
            optional("credential", Form::Text),
            optional("account_login", Form::Text),
            optional("account_type", Form::Open(open::ACCOUNT_TYPE)),
            optional("display_name", Form::Text),
            optional("is_service_account", Form::Boolean),
            optional("is_privileged", Form::Boolean),
            optional("can_escalate_privs", Form::Boolean),
            optional("is_disabled", Form::Boolean),
            optional("account_created", Form::Time),
            optional("account_expires", Form::Time),
            optional("credential_last_changed", Form::Time),
            optional("account_first_login", Form::Time),
            optional("account_last_login", Form::Time),
        ],
        &[Rule::AnyOwn {
            but: "",
            or: "extensions",
        }],
        &["account_type", "user_id", "account_login"],
    ),
    observable(
        "windows-registry-key",
        &[
            optional("key", Form::RegistryKey),
            optional("values", Form::List(&Form::Record(&REGISTRY_VALUE))),
            optional("modified_time", Form::Time),
            optional("creator_user_ref", ACCOUNT),
            optional("number_of_subkeys", COUNT),
        ],
        SOME,
        &["key", "values"],
    ),
    observable("x509-certificate", X509, SOME, &["hashes", "serial_number"]),
];

/// Section 6.6.2.
const MIME_PART: Record = Record {
    properties: &[
        optional("body", Form::Text),
        optional("body_raw_ref", one(&["artifact", "file"])),
        optional("content_type", Form::Text),
        optional("content_disposition", Form::Text),
    ],
    rules: &[
        Rule::AnyOf(&["body", "body_raw_ref"]),
        Rule::NotBoth("body", "body_raw_ref"),
    ],
};

/// Section 6.17.2.
const REGISTRY_VALUE: Record = Record {
    properties: &[
        optional("name", Form::Text),
        optional("data", Form::Text),
        optional("data_type", Form::Closed(open::REGISTRY_DATA_TYPE)),
    ],
    rules: &[Rule::AnyOf(&["name", "data", "data_type"])],
};

/// Section 6.18.
const X509: &[Property] = &[
    optional("is_self_signed", Form::Boolean),
    optional("hashes", Form::Hashes),
    optional("version", Form::Text),
    optional("serial_number", Form::Text),
    optional("signature_algorithm", Form::Text),
    optional("issuer", Form::Text),
    optional("validity_not_before", Form::Time),
    optional("validity_not_after", Form::Time),
    optional("subject", Form::Text),
    optional("subject_public_key_algorithm", Form::Text),
    optional("subject_public_key_modulus", Form::Text),
    optional("subject_public_key_exponent", INTEGER),
    optional("x509_v3_extensions", Form::Record(&X509_EXTENSIONS)),
];

const X509_EXTENSIONS: Record = Record {
    properties: &[
        optional("basic_constraints", Form::Text),
        optional("name_constraints", Form::Text),
        optional("policy_constraints", Form::Text),
        optional("key_usage", Form::Text),
        optional("extended_key_usage", Form::Text),
        optional("subject_key_identifier", Form::Text),
        optional("authority_key_identifier", Form::Text),
        optional("subject_alternative_name", Form::Text),
        optional("issuer_alternative_name", Form::Text),
        optional("subject_directory_attributes", Form::Text),
        optional("crl_distribution_points", Form::Text),
        optional("inhibit_any_policy", Form::Text),
        optional("private_key_usage_period_not_before", Form::Time),
        optional("private_key_usage_period_not_after", Form::Time),
        optional("certificate_policies", Form::Text),
        optional("policy_mappings", Form::Text),
    ],
    rules: SOME,
};
