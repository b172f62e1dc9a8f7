//! From an item that comes in to the decision on its case, on both databases.

use std::sync::atomic::Ordering;

use anlanh_app::case::{self, Step};
use anlanh_app::identity::Caller;
use anlanh_app::item::{self, ItemFilter, MAX_WORD_LETTERS};
use anlanh_app::{Error, Standing, jobs};
use anlanh_model::{Actor, AuditAction, Case, CaseError, Id, Outcome, Permission, Person, Role, Urgency};
use anlanh_store::audit::{self, AuditFilter};
use anlanh_store::case::{CaseFilter, Holder};
use anlanh_store::idempotency::Claim;

use crate::node::{BAIT, judge, judged, keep, machine, on_each, open, removal};
use anlanh_app::case::Verdict;

#[test]
fn a_bait_becomes_a_case_and_a_case_a_decision() {
    on_each(async |node| {
        let kept = keep(&node, BAIT).await;
        assert_eq!(kept["id"], "p-1");
        assert_eq!(kept["verdict"]["action"], "review");
        let id: Id<Case> = kept["case"].as_str().unwrap().parse().unwrap();
        let lan = Actor::Person(node.person);
        let queue = case::queue(&node.app, &lan, CaseFilter::default(), None, 10)
            .await
            .unwrap();
        assert_eq!(queue.cases.len(), 1);
        assert_eq!(queue.cases[0].text.as_deref(), Some(BAIT));

        case::step(&node.app, &lan, id, Step::Take).await.unwrap();
        let decided = case::decide(&node.app, &lan, id, removal()).await.unwrap();
        let decision = decided.done().unwrap();
        assert_eq!((decision.by.as_str(), decision.outcome), ("lan", Outcome::Remove));
        assert!(!decision.basis.is_empty(), "the bases in force are filled in");
        let view = case::show(&node.app, &lan, id).await.unwrap();
        let kinds: Vec<&str> = view.events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["opened", "taken", "decided"]);
        let queue = case::queue(&node.app, &lan, CaseFilter::default(), None, 10)
            .await
            .unwrap();
        assert!(queue.cases.is_empty());

        // The next case of the same rule shows how this one was decided.
        let next = open(&node).await;
        let view = case::show(&node.app, &lan, next).await.unwrap();
        assert_eq!(view.past.first().map(|past| past.case), Some(id));
    });
}

#[test]
fn the_queue_is_filtered_by_each_of_its_keys() {
    on_each(async |node| {
        let lan = Actor::Person(node.person);
        let (first, second) = (open(&node).await, open(&node).await);
        case::step(&node.app, &lan, second, Step::Take).await.unwrap();
        let check = async |filter: CaseFilter, expected: &[Id<Case>]| {
            let page = case::queue(&node.app, &lan, filter.clone(), None, 10).await.unwrap();
            let found: Vec<Id<Case>> = page.cases.iter().map(|row| row.case.id).collect();
            assert_eq!(found, expected, "{filter:?}");
        };
        let all = CaseFilter::default;
        check(all(), &[first, second]).await;
        for (key, expected) in [("SC1", &[first, second] as &[_]), ("SC2", &[])] {
            let category = key.to_owned();
            check(CaseFilter { category, ..all() }, expected).await;
        }
        for (key, expected) in [("post", &[first, second] as &[_]), ("listing", &[])] {
            let kind = key.to_owned();
            check(CaseFilter { kind, ..all() }, expected).await;
        }
        for (key, expected) in [("first", &[first, second] as &[_]), ("escalated", &[])] {
            let level = key.to_owned();
            check(CaseFilter { level, ..all() }, expected).await;
        }
        for (holder, expected) in [
            (Holder::Person(node.person.id), &[second] as &[_]),
            (Holder::Person(node.other.id), &[]),
            (Holder::Nobody, &[first]),
        ] {
            check(CaseFilter { holder, ..all() }, expected).await;
        }
        let page = case::queue(&node.app, &lan, all(), None, 10).await.unwrap();
        let urgency = page.cases[0].case.due.urgency;
        for key in Urgency::ALL {
            let expected: &[_] = if key == urgency { &[first, second] } else { &[] };
            let urgency = key.key().to_owned();
            let (kind, category) = ("post".to_owned(), "SC1".to_owned());
            check(
                CaseFilter {
                    urgency,
                    kind,
                    category,
                    ..all()
                },
                expected,
            )
            .await;
        }
    });
}

#[test]
fn what_is_innocent_is_kept_without_a_case_and_found_without_marks() {
    on_each(async |node| {
        let kept = keep(&node, "Hôm nay trời đẹp, cả nhà đi Đà Lạt.").await;
        assert_eq!(kept["case"], serde_json::Value::Null);
        let search = |words: &str| {
            let filter = ItemFilter::Words(words.to_owned());
            let app = node.app.clone();
            async move { item::list(&app, &machine(), filter, None, 10).await.unwrap().len() }
        };
        assert_eq!(search("da lat").await, 1);
        assert_eq!(search("Đà Lạt").await, 1);
        assert_eq!(search("hà nội").await, 0);
        assert_eq!(search("\" OR *").await, 0);
    });
}

#[test]
fn what_many_items_say_is_found_before_and_after_the_search_is_brought_up_to_date() {
    on_each(async |node| {
        let many = (0..1_000).map(|n| judged(&node, &format!("Chuyến thứ {n} đi Đà Lạt.")));
        item::keep(&node.app, &machine(), many.collect()).await.unwrap();
        let check = async || {
            let filter = ItemFilter::Words("chuyen thu 7 di da lat".to_owned());
            assert_eq!(
                item::list(&node.app, &machine(), filter, None, 10).await.unwrap().len(),
                1
            );
        };
        check().await;
        let failed = jobs::run_due(&node.app).await;
        assert!(failed.iter().all(|failed| failed.job != "search"), "{failed:?}");
        check().await;
    });
}

#[test]
fn a_word_without_end_is_found_by_its_first_letters() {
    on_each(async |node| {
        let word = "qx".repeat(MAX_WORD_LETTERS / 2);
        keep(&node, &word).await;
        keep(&node, &format!("{word}{}", "zj".repeat(3_000))).await;
        let found = async |word: &str| {
            let filter = ItemFilter::Words(word.to_owned());
            item::list(&node.app, &machine(), filter, None, 10).await.unwrap().len()
        };
        assert_eq!(found(&word).await, 2, "as long as is looked at");
        assert_eq!(found(&format!("{word}z")).await, 2, "one letter more is not looked at");
        assert_eq!(found(&word[1..]).await, 0, "a word is found from its beginning");
    });
}

#[test]
fn what_cannot_be_text_in_a_database_is_kept_all_the_same() {
    on_each(async |node| {
        let odd = "mã\u{0} OTP \u{fffd}\u{202e} ' \" \\ %";
        let kept = keep(&node, odd).await;
        let id = kept["item"].as_str().unwrap().parse().unwrap();
        let view = item::show(&node.app, &machine(), id).await.unwrap();
        assert_eq!(view.content.unwrap().text, odd);
        let refused = judge(&node, r#"{"id":"a\u0000b","text":"x"}"#);
        assert!(matches!(refused, Err(Error::Item(_))), "an id is text");
    });
}

#[test]
fn nobody_does_what_they_may_not() {
    on_each(async |node| {
        let id = open(&node).await;
        let refused = case::step(&node.app, &machine(), id, Step::Take).await;
        assert!(matches!(refused, Err(Error::NeedsPerson(Permission::DecideCases))));
        let auditor = Actor::Person(Person {
            role: Role::Auditor,
            ..node.person
        });
        let refused = case::decide(&node.app, &auditor, id, removal()).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::DecideCases))));
        let first = Step::Reorder(Urgency::High, "x".to_owned());
        let refused = case::step(&node.app, &Actor::Person(node.person), id, first).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::OrderQueue))));
    });
}

#[test]
fn one_holds_a_case_at_a_time_and_a_decision_is_final() {
    on_each(async |node| {
        let id = open(&node).await;
        let (lan, minh) = (Actor::Person(node.person), Actor::Person(node.other));
        case::step(&node.app, &lan, id, Step::Take).await.unwrap();
        let refused = case::decide(&node.app, &minh, id, removal()).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::HeldByAnother { .. }))));
        node.clock.fetch_add(Case::HOLD_MINUTES * 60, Ordering::Relaxed);
        case::decide(&node.app, &minh, id, removal()).await.unwrap();
        let refused = case::decide(&node.app, &lan, id, removal()).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::Decided))));
    });
}

#[test]
fn what_is_escalated_waits_for_who_answers_for_the_rules() {
    on_each(async |node| {
        let id = open(&node).await;
        let lan = Actor::Person(node.person);
        let why = Step::Escalate("không chắc là lừa đảo".to_owned());
        case::step(&node.app, &lan, id, why).await.unwrap();
        let refused = case::decide(&node.app, &lan, id, removal()).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::NeedsPolicyManager))));
        let hoa = Actor::Person(node.manager);
        case::decide(&node.app, &hoa, id, removal()).await.unwrap();
    });
}

#[test]
fn a_statement_cites_what_the_policy_has() {
    on_each(async |node| {
        let id = open(&node).await;
        let lan = Actor::Person(node.person);
        let check = async |verdict: Verdict, wanted: &str| {
            let error = case::decide(&node.app, &lan, id, verdict).await.unwrap_err();
            assert_eq!(error.to_string(), wanted);
        };
        let unknown = Verdict {
            category: Some("XX9".to_owned()),
            ..removal()
        };
        check(unknown, "the policy has no such category").await;
        let foreign = Verdict {
            basis: vec!["luat-khong-co/1".to_owned()],
            ..removal()
        };
        check(foreign, "the policy has no such basis").await;
        let empty = Verdict {
            facts: " ".to_owned(),
            ..removal()
        };
        check(empty, "field facts was refused").await;
    });
}

#[test]
fn items_that_come_together_are_in_entries_that_say_how_many_they_are() {
    on_each(async |node| {
        let mut keeping = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (app, judged) = (node.app.clone(), judged(&node, "một"));
            let caller = Caller {
                actor: machine(),
                standing: Standing::Known,
            };
            keeping.spawn(async move { item::keep_once(&app, &caller, judged, None).await });
        }
        let kept = keeping.join_all().await;
        let last = kept.iter().map(|kept| {
            let line: serde_json::Value = serde_json::from_slice(&kept.as_ref().unwrap().answer.body).unwrap();
            line["item"].as_str().unwrap().parse::<Id<anlanh_app::Item>>().unwrap()
        });
        let last = last.max().unwrap();
        let entries = node
            .app
            .store()
            .read("audit", |tx| audit::page(tx, &AuditFilter::default(), None, 100))
            .await;
        let entries = entries.map_err(|error: anlanh_store::Error| error).unwrap();
        let of_items = entries.iter().filter(|entry| entry.action == AuditAction::KeepItems);
        let subjects: Vec<_> = of_items.map(|entry| entry.subject.clone().unwrap()).collect();
        assert!(subjects.iter().all(|(kind, _)| kind == "items"), "{subjects:?}");
        assert_eq!(subjects.iter().map(|(_, items)| items).sum::<i64>(), 40);
        // Whoever starts again goes on after the last entry, and so after every item.
        assert!(entries[0].id.number() > last.number());
    });
}

#[test]
fn a_request_sent_twice_is_done_once() {
    on_each(async |node| {
        let known = || Caller {
            actor: machine(),
            standing: Standing::Known,
        };
        let claim = |request: u8| {
            Some(Claim {
                actor: "token:1".to_owned(),
                key: "k-1".to_owned(),
                request: [request; 32],
            })
        };
        let first = item::keep_once(&node.app, &known(), judged(&node, BAIT), claim(1))
            .await
            .unwrap();
        let again = item::keep_once(&node.app, &known(), judged(&node, BAIT), claim(1))
            .await
            .unwrap();
        assert_eq!((first.answer, again.repeated), (again.answer, true));
        let other = item::keep_once(&node.app, &known(), judged(&node, BAIT), claim(2)).await;
        assert!(matches!(other, Err(Error::KeyReused)));
        let items = item::list(&node.app, &machine(), ItemFilter::All, None, 10)
            .await
            .unwrap();
        assert_eq!(items.len(), 1);
        // A day later the key is free again.
        node.clock.fetch_add(25 * 3_600, Ordering::Relaxed);
        let later = item::keep_once(&node.app, &known(), judged(&node, BAIT), claim(2))
            .await
            .unwrap();
        assert!(!later.repeated);
    });
}

#[test]
fn every_change_leaves_its_entry() {
    on_each(async |node| {
        let id = open(&node).await;
        let lan = Actor::Person(node.person);
        case::step(&node.app, &lan, id, Step::Take).await.unwrap();
        case::step(&node.app, &lan, id, Step::Note("đã gọi cho người đăng".to_owned()))
            .await
            .unwrap();
        case::decide(&node.app, &lan, id, removal()).await.unwrap();
        let subject = AuditFilter::about("case", id.number());
        let entries = node
            .app
            .store()
            .read("audit", move |tx| audit::page(tx, &subject, None, 10))
            .await;
        let entries = entries.map_err(|error: anlanh_store::Error| error).unwrap();
        let actions: Vec<AuditAction> = entries.iter().rev().map(|entry| entry.action).collect();
        assert_eq!(
            actions,
            [AuditAction::TakeCase, AuditAction::NoteCase, AuditAction::DecideCase]
        );
        assert!(entries.iter().all(|entry| entry.actor.as_deref() == Some("lan")));
        assert!(entries.iter().all(|entry| !entry.detail.contains("OTP")));
    });
}
