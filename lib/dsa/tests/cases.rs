//! What the database takes and refuses: each rule with what just passes and what just does not.

use anlanh_dsa::batch::{self, Refused};
use anlanh_dsa::{FIELDS, Statement};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A statement with every field that has to be there.
fn base() -> Value {
    json!({
        "puid": "vn-0001",
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "Điều 7 Luật An ninh mạng",
        "illegal_content_explanation": "Bài đăng mời chuyển khoản để nhận quà không có thật.",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "content_date": "2026-10-01",
        "application_date": "2026-10-02",
        "decision_facts": "Tài khoản đòi mã xác thực.",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED"
    })
}

/// The base with some fields set to something else; `null` takes one away.
fn with(changes: &Value) -> Value {
    let mut statement = base();
    if let (Value::Object(fields), Value::Object(changes)) = (&mut statement, changes) {
        fields.extend(changes.clone());
    }
    statement
}

fn fields(statement: &Value) -> Vec<&'static str> {
    let faults = Statement::from_json(statement).err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.field).collect()
}

fn check(changes: Value, expected: &[&str]) {
    assert_eq!(fields(&with(&changes)), expected, "{changes}");
}

#[test]
fn every_field_that_has_to_be_there_is_asked_for() {
    check(json!({}), &[]);
    for field in [
        "puid",
        "decision_ground",
        "illegal_content_legal_ground",
        "illegal_content_explanation",
        "content_type",
        "category",
        "content_date",
        "application_date",
        "decision_facts",
        "source_type",
        "automated_detection",
        "automated_decision",
    ] {
        check(json!({ field: null }), &[field]);
        if field != "content_type" {
            check(json!({ field: " " }), &[field]);
        }
        check(json!({ field: 7 }), &[field]);
        let mut without = base();
        without.as_object_mut().unwrap().remove(field);
        assert_eq!(fields(&without), [field]);
    }
    assert_eq!(fields(&json!([])), ["statement"]);
    let all = fields(&json!({}));
    assert_eq!(all.len(), 14, "{all:?}");
}

#[test]
fn codes_are_those_of_the_database() {
    for field in [
        "decision_monetary",
        "decision_provision",
        "decision_account",
        "account_type",
        "decision_ground",
        "category",
        "source_type",
        "automated_detection",
        "automated_decision",
        "content_language",
    ] {
        check(json!({ field: "NO_SUCH_CODE" }), &[field]);
        check(json!({ field: ["NO_SUCH_CODE"] }), &[field]);
    }
    for field in [
        "decision_visibility",
        "content_type",
        "category_addition",
        "category_specification",
        "territorial_scope",
    ] {
        check(json!({ field: ["NO_SUCH_CODE"] }), &[field]);
        check(json!({ field: "NO_SUCH_CODE" }), &[field]);
        check(json!({ field: [1] }), &[field]);
    }
    check(
        json!({ "decision_visibility": "DECISION_VISIBILITY_CONTENT_DISABLED" }),
        &["decision_visibility"],
    );
    check(json!({ "content_type": [] }), &["content_type"]);
    check(json!({ "automated_detection": true }), &["automated_detection"]);
    check(
        json!({
            "account_type": "ACCOUNT_TYPE_PRIVATE",
            "category_addition": ["STATEMENT_CATEGORY_CYBER_VIOLENCE"],
            "category_specification": ["KEYWORD_PHISHING", "KEYWORD_OTHER"],
            "category_specification_other": "mồi trúng thưởng",
            "territorial_scope": ["FR", "IS", "NO"],
            "content_language": "VI",
        }),
        &[],
    );
    check(json!({ "territorial_scope": ["FR", "VN"] }), &["territorial_scope"]);
    check(json!({ "content_language": "vi" }), &["content_language"]);
}

#[test]
fn something_was_decided() {
    check(
        json!({ "decision_visibility": null }),
        &[
            "decision_account",
            "decision_monetary",
            "decision_provision",
            "decision_visibility",
        ],
    );
    for (field, code) in [
        ("decision_monetary", "DECISION_MONETARY_SUSPENSION"),
        ("decision_provision", "DECISION_PROVISION_TOTAL_TERMINATION"),
        ("decision_account", "DECISION_ACCOUNT_TERMINATED"),
    ] {
        check(json!({ "decision_visibility": null, field: code }), &[]);
        // What cannot be read is not missing as well.
        check(
            json!({ "decision_visibility": "x", field: code }),
            &["decision_visibility"],
        );
        check(json!({ "decision_visibility": null, field: "x" }), &[field]);
    }
}

#[test]
fn a_code_for_anything_else_says_what() {
    let other = json!(["DECISION_VISIBILITY_OTHER", "DECISION_VISIBILITY_CONTENT_LABELLED"]);
    check(json!({ "decision_visibility": other }), &["decision_visibility_other"]);
    check(
        json!({ "decision_visibility": other, "decision_visibility_other": "cảnh báo" }),
        &[],
    );
    check(
        json!({ "decision_monetary": "DECISION_MONETARY_OTHER" }),
        &["decision_monetary_other"],
    );
    check(
        json!({ "decision_monetary": "DECISION_MONETARY_OTHER", "decision_monetary_other": "giữ tiền" }),
        &[],
    );
    check(
        json!({ "content_type": ["CONTENT_TYPE_OTHER"] }),
        &["content_type_other"],
    );
    check(
        json!({ "content_type": ["CONTENT_TYPE_OTHER"], "content_type_other": "tiêu đề" }),
        &[],
    );
    // Where nothing calls for a text, it is dropped, however long.
    let long = "a".repeat(501);
    check(
        json!({ "decision_visibility_other": long, "decision_monetary_other": long, "content_type_other": long }),
        &[],
    );
}

#[test]
fn each_ground_has_its_own_fields() {
    check(
        json!({ "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT" }),
        &["incompatible_content_explanation", "incompatible_content_ground"],
    );
    let incompatible = json!({
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Mục 3 điều khoản sử dụng",
        "incompatible_content_explanation": "Quảng cáo lặp lại.",
        "incompatible_content_illegal": "No",
    });
    check(incompatible.clone(), &[]);
    let written = serde_json::to_value(Statement::from_json(&with(&incompatible)).unwrap()).unwrap();
    assert_eq!(written["incompatible_content_illegal"], "No");
    assert_eq!(written.get("illegal_content_legal_ground"), None);
    check(
        json!({
            "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
            "incompatible_content_ground": "g",
            "incompatible_content_explanation": "e",
            "incompatible_content_illegal": "maybe",
        }),
        &["incompatible_content_illegal"],
    );
    // What goes with the other ground is not even looked at.
    check(json!({ "incompatible_content_illegal": "maybe" }), &[]);
}

#[test]
fn whoever_told_of_it_is_named_only_where_somebody_did() {
    let source = |code: &str| {
        let statement = with(&json!({ "source_type": code, "source_identity": "Hội bảo vệ người tiêu dùng" }));
        serde_json::to_value(Statement::from_json(&statement).unwrap()).unwrap()
    };
    assert_eq!(source("SOURCE_VOLUNTARY").get("source_identity"), None);
    for code in [
        "SOURCE_ARTICLE_16",
        "SOURCE_TRUSTED_FLAGGER",
        "SOURCE_TYPE_OTHER_NOTIFICATION",
    ] {
        let written = source(code);
        assert_eq!(written["source_type"], code);
        assert_eq!(written["source_identity"], "Hội bảo vệ người tiêu dùng");
        check(json!({ "source_type": code }), &[]);
        check(
            json!({ "source_type": code, "source_identity": "a".repeat(501) }),
            &["source_identity"],
        );
    }
}

#[test]
fn texts_end_where_the_database_ends_them() {
    let cases = [
        ("puid", 500, json!({})),
        ("decision_facts", 5000, json!({})),
        ("illegal_content_legal_ground", 500, json!({})),
        ("illegal_content_explanation", 2000, json!({})),
        ("category_specification_other", 500, json!({})),
        (
            "decision_visibility_other",
            500,
            json!({ "decision_visibility": ["DECISION_VISIBILITY_OTHER"] }),
        ),
        (
            "decision_monetary_other",
            500,
            json!({ "decision_monetary": "DECISION_MONETARY_OTHER" }),
        ),
        (
            "content_type_other",
            500,
            json!({ "content_type": ["CONTENT_TYPE_OTHER"] }),
        ),
        ("source_identity", 500, json!({ "source_type": "SOURCE_ARTICLE_16" })),
    ];
    for (field, max, mut changes) in cases {
        // Characters count, not bytes; an id is of ASCII alone.
        let letter = if field == "puid" { "a" } else { "ễ" };
        changes[field] = json!(letter.repeat(max));
        check(changes.clone(), &[]);
        changes[field] = json!(letter.repeat(max + 1));
        check(changes, &[field]);
    }
    for (field, max) in [
        ("incompatible_content_ground", 500),
        ("incompatible_content_explanation", 2000),
    ] {
        let mut changes = json!({
            "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
            "incompatible_content_ground": "g",
            "incompatible_content_explanation": "e",
        });
        changes[field] = json!("ễ".repeat(max));
        check(changes.clone(), &[]);
        changes[field] = json!("ễ".repeat(max + 1));
        check(changes, &[field]);
    }
}

#[test]
fn ids_and_numbers_have_their_form() {
    for good in ["a", "A-1_b", "0123456789"] {
        check(json!({ "puid": good }), &[]);
    }
    for bad in ["a b", "a.b", "é", "abc\n", "a/b", ""] {
        check(json!({ "puid": bad }), &["puid"]);
    }
    check(json!({ "content_id": { "EAN-13": "4006381333931" } }), &[]);
    check(json!({ "content_id": { "EAN-13": null } }), &[]);
    for bad in [
        json!("400638133393"),
        json!("40063813339311"),
        json!("400638133393x"),
        json!(7),
    ] {
        check(json!({ "content_id": { "EAN-13": bad } }), &["content_id.EAN-13"]);
    }
    check(json!({ "content_id": "4006381333931" }), &["content_id"]);
    check(
        json!({ "decision_ground_reference_url": "https://vbpl.example/116-2025" }),
        &[],
    );
    check(
        json!({ "decision_ground_reference_url": "vbpl" }),
        &["decision_ground_reference_url"],
    );
}

#[test]
fn days_are_within_what_each_field_takes() {
    let cases = [
        ("content_date", "2000-01-01", Some("1999-12-31")),
        ("application_date", "2020-01-01", Some("2019-12-31")),
        ("end_date_account_restriction", "1990-01-01", None),
        ("end_date_monetary_restriction", "1990-01-01", None),
        ("end_date_service_restriction", "1990-01-01", None),
        ("end_date_visibility_restriction", "1990-01-01", None),
    ];
    for (field, first, before) in cases {
        check(json!({ field: first }), &[]);
        check(json!({ field: "2038-01-01" }), &[]);
        for bad in [
            "2038-01-02",
            "2026-02-30",
            "2026-1-1",
            "2026-01-01T00:00:00Z",
            "hôm qua",
        ] {
            check(json!({ field: bad }), &[field]);
        }
        if let Some(before) = before {
            check(json!({ field: before }), &[field]);
        }
    }
}

#[test]
fn a_batch_is_taken_whole_or_not_at_all() {
    let batch = |n: usize| {
        let statements: Vec<Value> = (0..n).map(|n| with(&json!({ "puid": format!("vn-{n}") }))).collect();
        json!({ "statements": statements })
    };
    let nothing_is_known = |_: &anlanh_dsa::Puid| false;
    let check = |json: &Value, expected: Result<usize, Refused>| {
        assert_eq!(
            batch::from_json(json, nothing_is_known).map(|taken| taken.len()),
            expected
        );
    };
    check(&batch(0), Err(Refused::Empty));
    check(&json!({}), Err(Refused::Empty));
    check(&json!([base()]), Err(Refused::Empty));
    check(&batch(1), Ok(1));
    check(&batch(batch::MAX), Ok(batch::MAX));
    check(&batch(batch::MAX + 1), Err(Refused::TooMany));

    let mut one_bad = batch(10);
    one_bad["statements"][3]["category"] = json!("x");
    let Err(Refused::Faulty(faulty)) = batch::from_json(&one_bad, nothing_is_known) else {
        panic!("a batch with a bad statement was taken");
    };
    assert_eq!(faulty.len(), 1);
    assert_eq!((faulty[0].0, faulty[0].1[0].field), (3, "category"));

    let puid = |text: &str| anlanh_dsa::Puid::parse(text).unwrap();
    let mut twice = batch(3);
    twice["statements"][2]["puid"] = json!("vn-0");
    check(&twice, Err(Refused::Known(vec![puid("vn-0")])));
    let known = batch::from_json(&batch(3), |known| known.as_str() == "vn-1");
    assert_eq!(known, Err(Refused::Known(vec![puid("vn-1")])));
}

#[test]
fn what_is_written_is_read_as_the_same_and_names_no_other_field() {
    let full = with(&json!({
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_LABELLED", "DECISION_VISIBILITY_OTHER"],
        "decision_visibility_other": "cảnh báo",
        "decision_monetary": "DECISION_MONETARY_OTHER",
        "decision_monetary_other": "giữ tiền",
        "decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION",
        "decision_account": "DECISION_ACCOUNT_SUSPENDED",
        "account_type": "ACCOUNT_TYPE_BUSINESS",
        "decision_ground_reference_url": "https://vbpl.example/116-2025",
        "content_type": ["CONTENT_TYPE_IMAGE", "CONTENT_TYPE_OTHER"],
        "content_type_other": "tiêu đề",
        "content_id": { "EAN-13": "4006381333931" },
        "category_addition": ["STATEMENT_CATEGORY_PROTECTION_OF_MINORS"],
        "category_specification": ["KEYWORD_PHISHING"],
        "category_specification_other": "mồi trúng thưởng",
        "territorial_scope": ["FR"],
        "content_language": "VI",
        "end_date_account_restriction": "2026-11-01",
        "end_date_monetary_restriction": "2026-11-02",
        "end_date_service_restriction": "2026-11-03",
        "end_date_visibility_restriction": "2026-11-04",
        "source_type": "SOURCE_TRUSTED_FLAGGER",
        "source_identity": "Hội bảo vệ người tiêu dùng",
    }));
    for statement in [full, base()] {
        let read = Statement::from_json(&statement).unwrap();
        let text = serde_json::to_string(&read).unwrap();
        let written: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(written, statement);
        let places = |fields: &[&str]| -> Vec<Option<usize>> {
            let place = |field: &&str| text.find(&format!("\"{field}\":"));
            fields.iter().map(place).filter(Option::is_some).collect()
        };
        let places = places(&FIELDS);
        assert_eq!(places.len(), written.as_object().unwrap().len());
        assert!(places.is_sorted(), "{text}");
    }
}

proptest! {
    /// No value in any field brings the reader down, and what it takes it writes as something that it takes again.
    #[test]
    fn any_field_may_hold_anything(
        field in proptest::sample::select(FIELDS.to_vec()),
        value in prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            proptest::collection::vec(any::<String>(), 0..3).prop_map(Value::from),
            Just(json!({ "EAN-13": [] })),
        ],
    ) {
        if let Ok(statement) = Statement::from_json(&with(&json!({ field: value }))) {
            let written = serde_json::to_value(&statement).unwrap();
            prop_assert_eq!(Statement::from_json(&written), Ok(statement));
        }
    }
}
