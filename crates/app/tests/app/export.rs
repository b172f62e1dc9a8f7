//! Decisions leave the node: all of them, once, with nobody's personal data, on both databases.

use anlanh_app::Error;
use anlanh_app::appeal;
use anlanh_app::case::{self, Decided, Verdict};
use anlanh_app::enforcement::{self, AskedMeasure, Enforcement};
use anlanh_app::export::{BadDays, Days, Export, ExportFormat as Format};
use anlanh_app::report::{self, NewReport};
use anlanh_model::{
    Actor, AuditAction, Case, Id, MeasureKind, Outcome, Party, Permission, Relation, Role, Scope, Standing, TargetKind,
};
use anlanh_store::audit::{self, AuditFilter};
use anlanh_store::{Change, report as kept};
use serde_json::Value;

use crate::node::{BAIT, Node, judge, machine, on_each, open, removal};

fn all(node: &Node, actor: &Actor, format: Format, days: Days) -> Vec<u8> {
    let (store, clock) = (node.app.store(), node.app.clock());
    let mut export = Export::begin(store, clock, actor, format, days).unwrap();
    let mut out = Vec::new();
    while let Some(bytes) = export.piece().unwrap() {
        out.extend(bytes);
    }
    assert_eq!(export.piece().unwrap(), None, "an export that has ended stays so");
    out
}

/// The statements of an export as the DSA database would get them.
fn statements(node: &Node, days: Days) -> Vec<Value> {
    let text = String::from_utf8(all(node, &node.auditor(), Format::Dsa, days)).unwrap();
    let mut statements = Vec::new();
    for line in text.lines() {
        let batch: Value = serde_json::from_str(line).unwrap();
        anlanh_dsa::batch::from_json(&batch, |_| false).unwrap();
        statements.extend(batch["statements"].as_array().unwrap().clone());
    }
    statements
}

async fn decide(node: &Node, id: Id<Case>, verdict: Verdict) -> String {
    let decided = case::decide(&node.app, &Actor::Person(node.person), id, verdict).await;
    match decided.unwrap() {
        Decided::Done(decision) => decision.id.to_string(),
        Decided::AwaitingSecond(_) => {
            let second = Actor::Person(node.other);
            enforcement::confirm(&node.app, &second, id)
                .await
                .unwrap()
                .id
                .to_string()
        }
    }
}

/// What an appeal of the author puts in the place of a decision.
async fn changed(node: &Node, decision: Id<anlanh_app::Decision>, outcome: Outcome) -> String {
    let platform = Actor::Token {
        id: Id::from_number(3).unwrap(),
        scopes: vec![Scope::AppealsWrite],
        person: None,
    };
    let opened = appeal::open(&node.app, &platform, decision, Party::Author, "Tôi chỉ cảnh báo.").await;
    let answer = appeal::Answer::Change(Verdict { outcome, ..removal() });
    let other = Actor::Person(node.other);
    let answered = appeal::answer(&node.app, &other, opened.unwrap().row.case, answer).await;
    answered.unwrap().done().unwrap().id.to_string()
}

#[test]
fn a_decision_is_a_statement_that_the_database_takes() {
    on_each(async |node| {
        let id = open(&node).await;
        node.wait_minutes(60);
        let decision = decide(&node, id, removal()).await;
        let statements = statements(&node, Days::default());
        assert_eq!(statements.len(), 1);
        let statement = &statements[0];
        assert_eq!(statement["puid"], decision.as_str());
        assert_eq!(
            statement["decision_visibility"][0],
            "DECISION_VISIBILITY_CONTENT_REMOVED"
        );
        assert_eq!(statement["decision_ground"], "DECISION_GROUND_ILLEGAL_CONTENT");
        let ground = statement["illegal_content_legal_ground"].as_str().unwrap();
        assert!(
            ground.contains("Điều 7 Luật An ninh mạng (số 116/2025/QH15)"),
            "{ground}"
        );
        let explanation = statement["illegal_content_explanation"].as_str().unwrap();
        assert!(explanation.starts_with("Lừa đảo chiếm đoạt tài sản"), "{explanation}");
        assert_eq!(statement["category"], "STATEMENT_CATEGORY_SCAMS_AND_FRAUD");
        assert_eq!(statement["content_type"], serde_json::json!(["CONTENT_TYPE_TEXT"]));
        assert_eq!(statement["content_language"], "VI");
        assert_eq!(
            (&statement["content_date"], &statement["application_date"]),
            (&Value::from("2026-09-21"), &Value::from("2026-09-21"))
        );
        assert_eq!(statement["decision_facts"], "Bài đăng hỏi mã OTP, hứa thưởng.");
        assert_eq!(statement["source_type"], "SOURCE_VOLUNTARY");
        assert_eq!(statement["automated_detection"], "Yes");
        assert_eq!(statement["automated_decision"], "AUTOMATED_DECISION_NOT_AUTOMATED");
        assert_eq!(
            statement.get("territorial_scope"),
            None,
            "Việt Nam is no country of the area"
        );

        let csv = String::from_utf8(all(&node, &node.auditor(), Format::Csv, Days::default())).unwrap();
        let line = csv.lines().nth(1).unwrap();
        assert!(line.contains(&format!(
            "{decision},{id},2026-09-21T14:13:20.000Z,2026-09-21T15:13:20.000Z,remove,\"[\"\"remove item\"\"]\",,SC1,"
        )));
        assert!(line.contains(",review,VN,vn 2026.11,"), "{line}");
        let log = node.app.store().read("audit", |tx| {
            audit::page(tx, &AuditFilter::of_action(AuditAction::ExportDecisions), None, 10)
        });
        let log = log.await.map_err(|error: anlanh_store::Error| error).unwrap();
        let told: Vec<&str> = log.iter().map(|entry| entry.detail.as_str()).collect();
        assert_eq!(told, ["csv - -", "dsa - -"]);
    });
}

#[test]
fn every_outcome_has_its_name_and_what_restricts_nothing_has_none() {
    on_each(async |node| {
        let mut expected = Vec::new();
        for (outcome, name) in [
            (Outcome::NoViolation, None),
            (Outcome::Label, Some("DECISION_VISIBILITY_CONTENT_LABELLED")),
            (Outcome::Limit, Some("DECISION_VISIBILITY_CONTENT_DEMOTED")),
            (Outcome::Hide, Some("DECISION_VISIBILITY_CONTENT_DISABLED")),
            (Outcome::Remove, Some("DECISION_VISIBILITY_CONTENT_REMOVED")),
        ] {
            let id = open(&node).await;
            let verdict = Verdict {
                outcome,
                category: outcome.is_violation().then(|| "GM".to_owned()),
                labels: if outcome == Outcome::Label {
                    vec!["tin-gia".to_owned()]
                } else {
                    Vec::new()
                },
                ..removal()
            };
            let decision = decide(&node, id, verdict).await;
            expected.extend(name.map(|name| (decision, name)));
        }
        let statements = statements(&node, Days::default());
        let found = statements.iter().map(|statement| {
            let visibility = statement["decision_visibility"][0].as_str().unwrap();
            assert_eq!(
                statement["category"],
                "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"
            );
            assert_eq!(
                statement["category_specification"][0],
                "KEYWORD_GOODS_SERVICES_NOT_PERMITTED"
            );
            (statement["puid"].as_str().unwrap().to_owned(), visibility)
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
        let csv = String::from_utf8(all(&node, &node.auditor(), Format::Csv, Days::default())).unwrap();
        assert_eq!(csv.lines().count(), 6);
        assert!(csv.lines().nth(1).unwrap().contains(",no_violation,"));
    });
}

#[test]
fn an_export_is_whole_and_in_order_however_long_it_is() {
    on_each(async |node| {
        let mut expected = Vec::new();
        // More than two pages; every tenth decision shares its moment with the one before.
        for number in 0..1_003 {
            let id = open(&node).await;
            if number % 10 != 0 {
                node.wait_minutes(1);
            }
            expected.push(decide(&node, id, removal()).await);
        }
        let found = statements(&node, Days::default());
        let found: Vec<&str> = found
            .iter()
            .map(|statement| statement["puid"].as_str().unwrap())
            .collect();
        assert_eq!(found, expected);
    });
}

#[test]
fn an_export_has_the_days_that_were_asked_for() {
    on_each(async |node| {
        // From 21:13 in Hà Nội on 21 September 2026.
        let mut decided = Vec::new();
        for _ in 0..3 {
            let id = open(&node).await;
            decided.push(decide(&node, id, removal()).await);
            node.wait_minutes(24 * 60);
        }
        let check = |from: Option<&str>, to: Option<&str>, expected: &[String]| {
            let found = statements(&node, Days::parse(from, to).unwrap());
            let found: Vec<&str> = found
                .iter()
                .map(|statement| statement["puid"].as_str().unwrap())
                .collect();
            assert_eq!(found, expected, "{from:?} {to:?}");
        };
        check(None, None, &decided);
        check(Some("2026-09-21"), Some("2026-09-23"), &decided);
        check(Some("2026-09-22"), None, &decided[1..]);
        check(None, Some("2026-09-22"), &decided[..2]);
        check(Some("2026-09-22"), Some("2026-09-22"), &decided[1..2]);
        check(Some("2026-09-24"), None, &[]);
        assert_eq!(Days::parse(Some("2026-09-24"), Some("2026-09-23")), Err(BadDays::To));
    });
}

#[test]
fn nobody_is_found_in_what_leaves_the_node() {
    on_each(async |node| {
        let id = post(&node, "u-9x", "g-7x").await;
        let facts = "Tác giả u-9x (bài bai-77, nhóm g-7x) để lại số 0901234567 và thư lan.tran@vi-du.example.";
        decide(
            &node,
            id,
            Verdict {
                facts: facts.to_owned(),
                ..removal()
            },
        )
        .await;
        for format in Format::ALL {
            let bytes = all(&node, &node.auditor(), format, Days::default());
            for secret in ["u-9x", "bai-77", "g-7x", "0901234567", "lan.tran", BAIT, "minh"] {
                let held = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!held, "{format:?} holds {secret}: {}", String::from_utf8_lossy(&bytes));
            }
        }
        let statement = &statements(&node, Days::default())[0];
        assert_eq!(
            statement["decision_facts"],
            "Tác giả [đã che] (bài [đã che], nhóm [đã che]) để lại số [đã che] và thư [đã che]."
        );
    });
}

#[test]
fn who_decides_cases_may_not_export_them() {
    on_each(async |node| {
        let check = |actor: &Actor, may: bool| {
            let (store, clock) = (node.app.store(), node.app.clock());
            match Export::begin(store, clock, actor, Format::Csv, Days::default()) {
                Ok(_) => assert!(may, "{actor:?}"),
                Err(Error::Forbidden(Permission::ExportDecisions)) => assert!(!may, "{actor:?}"),
                Err(error) => panic!("{error}"),
            }
        };
        check(&Actor::Person(node.person), false);
        check(&node.manager(), false);
        check(&node.auditor(), true);
        check(&node.reader(), true);
        check(&Actor::Operator, true);
        check(&machine(), false);
        for role in [Role::Administrator, Role::PolicyManager, Role::Reviewer] {
            assert!(!role.may(Permission::ExportDecisions), "{role}");
        }
    });
}

/// A case on a new post of this author in this group.
async fn post(node: &Node, author: &str, group: &str) -> Id<Case> {
    let json = serde_json::json!({ "id": "bai-77", "text": BAIT, "author": { "ref": author }, "group": group });
    let judged = judge(node, &json.to_string()).unwrap();
    let lines = anlanh_app::item::keep(&node.app, &machine(), vec![judged])
        .await
        .unwrap();
    let kept: Value = serde_json::from_slice(&lines[0]).unwrap();
    kept["case"].as_str().unwrap().parse().unwrap()
}

#[test]
fn what_is_done_to_those_behind_an_item_has_its_names_and_ends() {
    on_each(async |node| {
        let check = async |outcome: Outcome, measures: &[(MeasureKind, TargetKind, Option<u32>)], expected: Value| {
            let id = post(&node, "u-secret", "g-secret").await;
            let asked = measures.iter().map(|(kind, target, days)| AskedMeasure {
                kind: *kind,
                target: *target,
                days: *days,
            });
            let verdict = Verdict {
                outcome,
                facts: "Tác giả u-secret tái phạm trong nhóm g-secret.".to_owned(),
                enforcement: Enforcement {
                    measures: asked.collect(),
                    ..Enforcement::default()
                },
                ..removal()
            };
            let decision = decide(&node, id, verdict).await;
            let found = statements(&node, Days::default());
            let found = found.iter().find(|statement| statement["puid"] == decision.as_str());
            let Some(found) = found else {
                assert_eq!(expected, Value::Null, "{measures:?}");
                return decision;
            };
            let fields = ["decision_visibility", "decision_account", "decision_provision"];
            let ends = ["end_date_account_restriction", "end_date_service_restriction"];
            let said: Vec<&Value> = fields.iter().chain(&ends).map(|field| &found[*field]).collect();
            assert_eq!(serde_json::json!(said), expected, "{measures:?}");
            assert_eq!(
                found["decision_facts"],
                "Tác giả [đã che] tái phạm trong nhóm [đã che]."
            );
            decision
        };
        use MeasureKind::{PermanentLock, TemporaryLock, Warn};
        let removed = serde_json::json!(["DECISION_VISIBILITY_CONTENT_REMOVED"]);
        let warned = check(Outcome::SubjectOnly, &[(Warn, TargetKind::Account, None)], Value::Null);
        let warned = warned.await;
        let locked = check(
            Outcome::Remove,
            &[
                (TemporaryLock, TargetKind::Account, Some(7)),
                (Warn, TargetKind::Group, None),
            ],
            serde_json::json!([removed, "DECISION_ACCOUNT_SUSPENDED", null, "2026-09-28", null]),
        );
        let locked = locked.await;
        check(
            Outcome::SubjectOnly,
            &[
                (PermanentLock, TargetKind::Account, None),
                (TemporaryLock, TargetKind::Group, Some(10)),
            ],
            serde_json::json!([
                null,
                "DECISION_ACCOUNT_TERMINATED",
                "DECISION_PROVISION_PARTIAL_SUSPENSION",
                null,
                "2026-10-01"
            ]),
        )
        .await;
        node.wait_minutes(30);
        let change = Change {
            actor: node.manager(),
            action: AuditAction::ReverseDecision,
            now: node.app.clock().now(),
        };
        let taken_back = locked.parse().unwrap();
        let reverse = move |writer: &mut anlanh_store::Writer<'_, '_>| {
            enforcement::reverse(writer, taken_back, "Nhầm người.").map(|_| ())
        };
        node.app.store().write_blocking(change, reverse).unwrap();
        let csv = String::from_utf8(all(&node, &node.auditor(), Format::Csv, Days::default())).unwrap();
        let line = |decision: &str| csv.lines().find(|line| line.contains(decision)).unwrap().to_owned();
        assert!(
            line(&warned).contains(",subject_only,\"[\"\"warn account\"\"]\",,SC1,"),
            "{csv}"
        );
        let expected = ",remove,\"[\"\"remove item\"\",\"\"temporary_lock account 2026-09-28T14:13:20.000Z\"\",\
                        \"\"warn group\"\"]\",2026-09-21T14:43:20.000Z,SC1,";
        assert!(line(&locked).contains(expected), "{csv}");
        assert!(!csv.contains("secret"));
    });
}

#[test]
fn who_reported_makes_a_notice_of_anybody_or_of_a_trusted_reporter() {
    on_each(async |node| {
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::CreateToken,
            now: node.app.clock().now(),
        };
        let trusted = node.app.store().write(change, |writer| {
            anlanh_store::token::insert(writer, "tin-cay", &[1; 32], &[Scope::ReportsWrite], None)
        });
        let trusted: Result<_, anlanh_store::Error> = trusted.await;
        let trusted = trusted.unwrap();
        for (standing, expected) in [
            (Standing::Ordinary, "SOURCE_ARTICLE_16"),
            (Standing::Trusted, "SOURCE_TRUSTED_FLAGGER"),
        ] {
            let actor = match standing {
                Standing::Trusted => Actor::Token {
                    id: trusted,
                    scopes: vec![Scope::ReportsWrite],
                    person: None,
                },
                Standing::Ordinary | Standing::Lowered => Actor::Outsider,
            };
            let new = NewReport {
                category: "lua-dao".to_owned(),
                url: Some(format!("https://vi-du.vn/{expected}")),
                item: None,
                text: None,
                why: "Họ xin mã OTP.".to_owned(),
                relation: Relation::Third,
                name: None,
                email: None,
                reporter: None,
                language: "vi",
            };
            let receipt = report::submit(&node.app, &actor, new).await.unwrap();
            let read = node.app.store().read("report", move |tx| kept::load(tx, receipt.id));
            let row: Result<_, anlanh_store::Error> = read.await;
            let id = row.unwrap().unwrap().case.unwrap();
            let decision = decide(&node, id, removal()).await;
            let found = statements(&node, Days::default());
            let found = found
                .iter()
                .find(|statement| statement["puid"] == decision.as_str())
                .unwrap();
            assert_eq!(found["source_type"], expected);
            assert_eq!(found.get("source_identity"), None);

            // What an appeal puts in its place came of the same notice.
            let changed = changed(&node, decision.parse().unwrap(), Outcome::Limit).await;
            let found = statements(&node, Days::default());
            let found = found.iter().find(|statement| statement["puid"] == changed.as_str());
            assert_eq!(found.unwrap()["source_type"], expected);
        }
    });
}
