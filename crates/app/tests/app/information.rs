//! Information about users: nothing is told but what two others approved, the office alone opens it, and it is erased.

use anlanh_app::order::information::{
    self, InformationStep as Next, InformationView, Proposal, SubjectEntries, fetch, show, step,
};
use anlanh_app::order::{self, OrderRefusal, Step};
use anlanh_app::published::{self, Figure, Period};
use anlanh_app::{Error, action, jobs};
use anlanh_model::{
    Actor, ContestGround, Id, Information, InformationError, Order, OrderError, OrderKind, Permission, Person, Role,
    Scope, Time,
};
use anlanh_testkit::{AGE_KEY, OTHER_AGE_KEY, opened_by_age};
use serde_json::{Value, json};

use crate::enforcement::{decide, feed, platform, post};
use crate::node::{Node, on_each, removal};
use crate::orders::{call, entry, life, run, second, taken};

const PHONE: &str = "0901 234 567";
const DAY: i64 = 24 * 60;

/// Who runs the node.
fn administrator(node: &Node) -> Actor {
    Actor::Person(Person {
        id: node.person.id,
        role: Role::Administrator,
    })
}

fn proposal(node: &Node, fields: &[&str]) -> Proposal {
    let now = node.app.clock().now();
    Proposal {
        purpose: Some("Xác minh vụ lừa đảo theo Quyết định số 45.".to_owned()),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        from: now.plus_minutes(-7 * DAY),
        to: now,
        recipient: AGE_KEY[1].to_owned(),
        fingerprint: information::fingerprint(AGE_KEY[1]).unwrap(),
        call: call(node),
    }
}

async fn go(node: &Node, actor: &Actor, id: Id<Order>, next: Next) -> Result<(), Error> {
    step(&node.app, actor, id, next).await
}

async fn propose(node: &Node, id: Id<Order>, proposal: Proposal) -> Result<(), Error> {
    go(node, &node.manager(), id, Next::Propose(Box::new(proposal))).await
}

/// A request that two others approved.
async fn approved(node: &Node, targets: &[(&str, &str)], fields: &[&str]) -> Id<Order> {
    let id = taken(node, entry(node, OrderKind::ProvideInformation, targets)).await;
    propose(node, id, proposal(node, fields)).await.unwrap();
    for actor in [second(node), administrator(node)] {
        go(node, &actor, id, Next::Approve).await.unwrap();
    }
    id
}

pub fn about(target: u32, fields: &[(&str, &[&str])]) -> SubjectEntries {
    let owned = |entries: &[&str]| entries.iter().map(|entry| (*entry).to_owned()).collect();
    SubjectEntries {
        target,
        fields: fields
            .iter()
            .map(|(key, entries)| ((*key).to_owned(), owned(entries)))
            .collect(),
    }
}

async fn enter(node: &Node, id: Id<Order>, entries: Vec<SubjectEntries>) -> Result<(), Error> {
    go(node, &node.manager(), id, Next::Enter(entries)).await
}

async fn view(node: &Node, id: Id<Order>) -> InformationView {
    show(&node.app, &node.auditor(), id).await.unwrap()
}

async fn state(node: &Node, id: Id<Order>) -> &'static str {
    view(node, id).await.requests[0].request.state.key()
}

fn refusal(done: Result<impl Sized, Error>) -> InformationError {
    let error = done.err().unwrap();
    let Error::Order(OrderRefusal::Information(error)) = error else {
        panic!("{error:?}");
    };
    error
}

/// Entered, encrypted and taken out.
async fn fetched(node: &Node, id: Id<Order>, entries: Vec<SubjectEntries>) -> information::InformationFile {
    enter(node, id, entries).await.unwrap();
    go(node, &node.manager(), id, Next::Prepare).await.unwrap();
    fetch(&node.app, &node.manager(), id).await.unwrap()
}

/// All that is kept of requests, as bytes: what stands there, stands there for whoever reads the database.
async fn kept(node: &Node) -> Vec<u8> {
    const KEPT: anlanh_db::Statement =
        anlanh_db::Statement::new("test.kept", "SELECT entered, file FROM information_request");
    const SAID: anlanh_db::Statement = anlanh_db::Statement::new(
        "test.said",
        "SELECT COALESCE(detail, '') || COALESCE(note, '') FROM order_event
         UNION ALL SELECT COALESCE(detail, '') FROM audit
         UNION ALL SELECT COALESCE(reason, '') FROM action",
    );
    let read = node.app.store().database().read("kept", |tx| {
        let mut bytes = Vec::new();
        for row in tx.query(&KEPT, &[])? {
            for column in 0..2 {
                bytes.extend_from_slice(row.optional_bytes(column)?.unwrap_or_default());
            }
        }
        for row in tx.query(&SAID, &[])? {
            bytes.extend_from_slice(row.text(0)?.as_bytes());
        }
        Ok::<_, anlanh_db::Error>(bytes)
    });
    read.await.unwrap()
}

#[test]
fn two_others_approve_it_and_the_office_alone_opens_the_file() {
    on_each(async |node| {
        let case = post(&node, "p", "u", None).await;
        decide(&node, case, removal()).await;
        node.wait_minutes(1);
        let targets = [("account", "u"), ("item", "p")];
        let id = approved(&node, &targets, &["registered_phone", "sign_ins", "handling_log"]).await;
        assert_eq!(state(&node, id).await, "approved");
        let early = fetch(&node.app, &node.manager(), id).await;
        assert_eq!(refusal(early), InformationError::NotPrepared);
        let unprepared = go(&node, &node.manager(), id, Next::Prepare).await;
        assert_eq!(refusal(unprepared), InformationError::NotEntered);
        let at = node.app.clock().now().plus_minutes(-DAY);
        let sign_in = format!("{} 203.0.113.7 51234", anlanh_api::Instant(at.as_micros()));
        let entries = vec![
            about(1, &[("registered_phone", &[PHONE]), ("sign_ins", &[&sign_in])]),
            about(2, &[("registered_phone", &[PHONE]), ("sign_ins", &[])]),
        ];
        let file = fetched(&node, id, entries.clone()).await;
        let again = fetch(&node.app, &node.manager(), id).await;
        assert_eq!(refusal(again), InformationError::Fetched, "the file is given once");
        // Whoever lost it makes it again: another file, of the same.
        go(&node, &node.manager(), id, Next::Prepare).await.unwrap();
        let same = fetch(&node.app, &node.manager(), id).await.unwrap();
        assert_ne!(same.sha256, file.sha256);
        assert_eq!(opened_by_age(OTHER_AGE_KEY, &same.bytes), None);
        let opened = opened_by_age(AGE_KEY[0], &same.bytes).unwrap();
        let content: Value = serde_json::from_slice(&opened).unwrap();
        assert_eq!(content["format"], "anlanh-information/1");
        assert_eq!(content["order"]["number"], "123/A05-P5");
        assert_eq!(content["order"]["issued_on"], "2026-09-21");
        assert_eq!(content["order"]["basis"], json!(["nd-333-2026/16.3.b"]));
        assert_eq!(content["extent"], "part", "the platform has no sign-in of one");
        let subject = &content["subjects"][0];
        assert_eq!(
            (&subject["kind"], &subject["reference"]),
            (&json!("account"), &json!("u"))
        );
        assert_eq!(subject["fields"][0]["entries"], json!([PHONE]));
        assert_eq!(subject["fields"][1]["entries"], json!([sign_in]));
        let handled = content["subjects"][1]["fields"][2]["entries"].as_array().unwrap();
        let what: Vec<&str> = handled.iter().map(|it| it["what"].as_str().unwrap()).collect();
        assert_eq!(what, ["decision", "measure"]);
        assert_eq!(
            (&handled[0]["outcome"], &handled[1]["measure"]),
            (&json!("remove"), &json!("remove"))
        );
        // At rest it is sealed, and nothing says what it was.
        let bytes = kept(&node).await;
        for secret in [PHONE, "203.0.113.7", AGE_KEY[0]] {
            assert!(
                !bytes.windows(secret.len()).any(|part| part == secret.as_bytes()),
                "{secret}"
            );
        }
        let done = Next::HandOver("Đã giao trực tiếp cho cán bộ có giấy giới thiệu.".to_owned());
        go(&node, &node.manager(), id, done).await.unwrap();
        let seen = view(&node, id).await;
        let request = &seen.requests[0];
        assert_eq!(request.request.state.key(), "handed_over");
        let digits: String = request
            .file
            .unwrap()
            .sha256
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digits, same.sha256);
        let names = (request.names.first.as_deref(), request.names.second.as_deref());
        assert_eq!(names, (Some("minh"), Some("lan")));
        assert_eq!(seen.order.order.state.key(), "answered");
        assert!(
            seen.order
                .order
                .targets
                .iter()
                .all(|target| target.state.key() == "executed")
        );
        let clock = &seen.order.order.clock;
        assert!(!clock.is_running() && !clock.is_breached());
        let late = enter(&node, id, entries).await;
        assert_eq!(life(late), OrderError::Over);
    });
}

#[test]
fn whoever_proposed_does_not_approve_and_no_machine_does() {
    on_each(async |node| {
        let id = taken(&node, entry(&node, OrderKind::ProvideInformation, &[("account", "u")])).await;
        assert_eq!(
            refusal(go(&node, &second(&node), id, Next::Approve).await),
            InformationError::None
        );
        let asked = Next::Propose(Box::new(proposal(&node, &["registered_phone"])));
        assert_eq!(life(go(&node, &second(&node), id, asked).await), OrderError::NotHeld);
        propose(&node, id, proposal(&node, &["registered_phone"]))
            .await
            .unwrap();
        let twice = propose(&node, id, proposal(&node, &["registered_phone"])).await;
        assert_eq!(refusal(twice), InformationError::Exists);
        let waiting = async |actor: &Actor| {
            let found = information::waiting(&node.app, actor).await.unwrap();
            found.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        assert_eq!(waiting(&second(&node)).await, [id]);
        for actor in [node.manager(), node.auditor()] {
            assert_eq!(waiting(&actor).await, [], "{actor:?}");
        }
        let own = go(&node, &node.manager(), id, Next::Approve).await;
        assert_eq!(refusal(own), InformationError::OwnProposal);
        let machine = Actor::Token {
            id: Id::from_number(9).unwrap(),
            scopes: vec![Scope::OrdersWrite],
            person: None,
        };
        let by_machine = go(&node, &machine, id, Next::Approve).await;
        assert!(matches!(
            by_machine,
            Err(Error::NeedsPerson(Permission::ApproveInformation))
        ));
        for actor in [node.auditor(), Actor::Person(node.other)] {
            let done = go(&node, &actor, id, Next::Approve).await;
            assert!(
                matches!(done, Err(Error::Forbidden(Permission::ApproveInformation))),
                "{done:?}"
            );
        }
        go(&node, &second(&node), id, Next::Approve).await.unwrap();
        assert_eq!(waiting(&second(&node)).await, []);
        assert_eq!(waiting(&administrator(&node)).await, [id]);
        let same = go(&node, &second(&node), id, Next::Approve).await;
        assert_eq!(refusal(same), InformationError::SamePerson);
        let early = enter(&node, id, vec![about(1, &[("registered_phone", &[PHONE])])]).await;
        assert_eq!(refusal(early), InformationError::NotApproved);
        go(&node, &administrator(&node), id, Next::Approve).await.unwrap();
        let third = go(&node, &administrator(&node), id, Next::Approve).await;
        assert_eq!(refusal(third), InformationError::Approved);
        let runs = go(&node, &administrator(&node), id, Next::Prepare).await;
        assert!(
            matches!(runs, Err(Error::Forbidden(Permission::HandleOrders))),
            "{runs:?}"
        );
        // Who it was declined by may be anybody who could have approved.
        let words = || Next::Decline("Căn cứ chưa rõ.".to_owned());
        go(&node, &administrator(&node), id, words()).await.unwrap();
        assert_eq!(state(&node, id).await, "withdrawn");
        propose(&node, id, proposal(&node, &["registered_phone"]))
            .await
            .unwrap();
    });
}

#[test]
fn what_is_asked_is_of_the_law_bounded_and_for_the_key_that_was_read_out() {
    on_each(async |node| {
        let id = taken(&node, entry(&node, OrderKind::ProvideInformation, &[("account", "u")])).await;
        let check = async |change: &dyn Fn(&mut Proposal), expected: Option<InformationError>| {
            let mut asked = proposal(&node, &["registered_phone"]);
            change(&mut asked);
            let done = propose(&node, id, asked).await;
            match expected {
                Some(expected) => assert_eq!(refusal(done), expected),
                None => {
                    done.unwrap();
                    let words = Next::Decline("Thử lại.".to_owned());
                    go(&node, &second(&node), id, words).await.unwrap();
                }
            }
        };
        let bad_field = |field: &'static str| move |asked: &mut Proposal| asked.fields.push(field.to_owned());
        check(&bad_field("messages"), Some(InformationError::BadFields)).await;
        check(&bad_field("registered_phone"), Some(InformationError::BadFields)).await;
        check(&|asked| asked.fields.clear(), Some(InformationError::BadFields)).await;
        let days = |days: i64, seconds: i64| {
            move |asked: &mut Proposal| asked.from = asked.to.plus_minutes(-days * DAY).plus_seconds(-seconds)
        };
        check(&days(Information::MAX_PERIOD_DAYS, 0), None).await;
        check(
            &days(Information::MAX_PERIOD_DAYS, 1),
            Some(InformationError::BadPeriod),
        )
        .await;
        check(
            &|asked| asked.to = asked.to.plus_seconds(1),
            Some(InformationError::BadPeriod),
        )
        .await;
        check(&|asked| asked.recipient.push('q'), Some(InformationError::BadKey)).await;
        check(
            &|asked| asked.fingerprint.replace_range(0..1, "g"),
            Some(InformationError::BadKey),
        )
        .await;
        let spaced = |asked: &mut Proposal| {
            let heard = asked.fingerprint.to_uppercase();
            asked.fingerprint = format!("{} {}-{}", &heard[..4], &heard[4..8], &heard[8..]);
        };
        check(&spaced, None).await;
        let purpose = |bytes: usize| move |asked: &mut Proposal| asked.purpose = Some("a".repeat(bytes));
        check(&purpose(Information::MAX_PURPOSE_BYTES), None).await;
        let mut long = proposal(&node, &["registered_phone"]);
        purpose(Information::MAX_PURPOSE_BYTES + 1)(&mut long);
        assert!(matches!(propose(&node, id, long).await, Err(Error::Text("purpose", _))));
        // What the law of the day of issue does not know cannot be asked for.
        let mut old = entry(&node, OrderKind::ProvideInformation, &[("account", "u")]);
        old.issued_on.month = 8;
        old.issued_on.day = 18;
        old.basis = vec!["luat-116-2025/25.2.a".to_owned()];
        let old = taken(&node, old).await;
        let known = view(&node, old).await.fields;
        let keys: Vec<&str> = known.iter().map(|field| field.key.as_str()).collect();
        assert!(
            keys.contains(&"registered_phone") && !keys.contains(&"handling_log"),
            "{keys:?}"
        );
        // Nothing in bulk: that many targets are none of exact subjects.
        let accounts: Vec<String> = (0..=Information::MAX_SUBJECTS).map(|n| format!("u-{n}")).collect();
        let targets: Vec<(&str, &str)> = accounts.iter().map(|it| ("account", it.as_str())).collect();
        let bounded = entry(&node, OrderKind::ProvideInformation, &targets[1..]);
        let bounded = taken(&node, bounded).await;
        propose(&node, bounded, proposal(&node, &["registered_phone"]))
            .await
            .unwrap();
        let bulk = entry(&node, OrderKind::ProvideInformation, &targets);
        let bulk = order::enter(&node.app, &node.manager(), bulk).await.unwrap();
        let authenticated = Step::Authenticate(call(&node));
        crate::orders::step(&node, bulk, authenticated).await.unwrap();
        assert_eq!(
            life(crate::orders::step(&node, bulk, Step::Check).await),
            OrderError::OutOfScope
        );
    });
}

#[test]
fn what_is_entered_is_exactly_what_was_approved() {
    on_each(async |node| {
        let id = approved(
            &node,
            &[("account", "u"), ("account", "v")],
            &["registered_phone", "sign_ins"],
        )
        .await;
        let now = node.app.clock().now();
        let moment = |at: Time| format!("{} 203.0.113.7", anlanh_api::Instant(at.as_micros()));
        let pair = |phones: &[&str], sign_ins: &[&str]| {
            let one = about(1, &[("registered_phone", phones), ("sign_ins", sign_ins)]);
            vec![one, about(2, &[("registered_phone", &[]), ("sign_ins", &[])])]
        };
        let check = async |entries: Vec<SubjectEntries>, expected: Option<InformationError>| {
            let done = enter(&node, id, entries).await;
            match expected {
                Some(expected) => assert_eq!(refusal(done), expected),
                None => done.unwrap(),
            }
        };
        check(pair(&[PHONE], &[]), None).await;
        let bad = Some(InformationError::BadValues);
        check(vec![pair(&[], &[]).remove(0)], bad).await;
        check(vec![pair(&[], &[]).remove(0), pair(&[], &[]).remove(0)], bad).await;
        let mut third = pair(&[], &[]);
        third.push(about(3, &[("registered_phone", &[]), ("sign_ins", &[])]));
        check(third, bad).await;
        let mut more = pair(&[], &[]);
        more[0].fields.push(("registered_email".to_owned(), Vec::new()));
        check(more, bad).await;
        let mut less = pair(&[], &[]);
        less[0].fields.pop();
        check(less, bad).await;
        check(pair(&["một\nhai"], &[]), bad).await;
        check(pair(&[PHONE, PHONE], &[]), Some(InformationError::TooManyValues)).await;
        let outside = Some(InformationError::OutsidePeriod);
        check(pair(&[], &["hôm qua"]), outside).await;
        check(pair(&[], &[&moment(now.plus_seconds(1))]), outside).await;
        check(
            pair(&[], &[&moment(now.plus_minutes(-7 * DAY).plus_seconds(-1))]),
            outside,
        )
        .await;
        check(pair(&[], &[&moment(now), &moment(now.plus_minutes(-7 * DAY))]), None).await;
        let longest = "a".repeat(Information::MAX_ENTRY_BYTES);
        check(pair(&[&longest], &[]), None).await;
        let longer = enter(&node, id, pair(&[&format!("{longest}a")], &[])).await;
        assert!(matches!(longer, Err(Error::Text("entry", _))));
        let line = moment(now);
        let lines = vec![line.as_str(); Information::MAX_ENTRIES + 1];
        check(pair(&[], &lines[1..]), None).await;
        check(pair(&[], &lines), Some(InformationError::TooManyValues)).await;
        // All of it together has a limit, too: 500 lines of 500 bytes and a few more.
        let long = format!("{line} {}", "a".repeat(Information::MAX_ENTRY_BYTES - line.len() - 1));
        let long = vec![long.as_str(); Information::MAX_ENTRIES];
        let rest = Information::MAX_VALUES_BYTES - Information::MAX_ENTRIES * Information::MAX_ENTRY_BYTES;
        let full = |rest: usize| {
            let mut tails: Vec<String> = Vec::new();
            let mut left = rest;
            while left > 0 {
                let bytes = left.min(Information::MAX_ENTRY_BYTES);
                tails.push(format!("{line}{}", "a".repeat(bytes.saturating_sub(line.len()))));
                left -= bytes;
            }
            let tails: Vec<&str> = tails.iter().map(String::as_str).collect();
            let mut entries = pair(&[], &long);
            entries[1] = about(2, &[("registered_phone", &[]), ("sign_ins", &tails)]);
            entries
        };
        check(full(rest), None).await;
        check(full(rest + 1), Some(InformationError::TooManyValues)).await;
        assert_eq!(view(&node, id).await.requests[0].entered.unwrap().missing, 2);
        let held = enter_as(&node, &second(&node), id, pair(&[], &[])).await;
        assert_eq!(life(held), OrderError::NotHeld);
    });
}

async fn enter_as(node: &Node, actor: &Actor, id: Id<Order>, entries: Vec<SubjectEntries>) -> Result<(), Error> {
    go(node, actor, id, Next::Enter(entries)).await
}

#[test]
fn what_was_entered_is_erased_after_its_time_and_the_digest_stays() {
    on_each(async |node| {
        let entries = || vec![about(1, &[("registered_phone", &[PHONE])])];
        let id = approved(&node, &[("account", "u")], &["registered_phone"]).await;
        let file = fetched(&node, id, entries()).await;
        let done = Next::HandOver("Đã giao.".to_owned());
        node.wait_minutes(60);
        go(&node, &node.manager(), id, done).await.unwrap();
        node.wait_minutes(Information::KEEP_DAYS * DAY - 1);
        run(&node).await;
        assert!(!kept_sealed(&node).await.is_empty());
        node.wait_minutes(1);
        run(&node).await;
        assert!(kept_sealed(&node).await.is_empty());
        let request = view(&node, id).await.requests.remove(0);
        assert_eq!(request.entered, None);
        assert!(request.erased_at.is_some());
        let digits: String = request
            .file
            .unwrap()
            .sha256
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digits, file.sha256);
        // What nobody hands over does not stay, either: it is to be entered again.
        let id = approved(&node, &[("account", "v")], &["registered_phone"]).await;
        fetched(&node, id, entries()).await;
        node.wait_minutes(Information::KEEP_DAYS * DAY);
        run(&node).await;
        assert!(kept_sealed(&node).await.is_empty());
        assert_eq!(state(&node, id).await, "approved");
        let lost = go(&node, &node.manager(), id, Next::Prepare).await;
        assert_eq!(refusal(lost), InformationError::NotEntered);
    });
}

async fn kept_sealed(node: &Node) -> Vec<u8> {
    const KEPT: anlanh_db::Statement =
        anlanh_db::Statement::new("test.sealed", "SELECT entered, file FROM information_request");
    let read = node.app.store().database().read("sealed", |tx| {
        let mut bytes = Vec::new();
        for row in tx.query(&KEPT, &[])? {
            for column in 0..2 {
                bytes.extend_from_slice(row.optional_bytes(column)?.unwrap_or_default());
            }
        }
        Ok::<_, anlanh_db::Error>(bytes)
    });
    read.await.unwrap()
}

#[test]
fn it_ends_with_its_order_and_with_every_change_of_it() {
    on_each(async |node| {
        let entries = || vec![about(1, &[("registered_phone", &[PHONE])])];
        let amendment = || {
            Step::Amend(order::Amendment {
                drop: Vec::new(),
                add: vec![("account".to_owned(), "w".to_owned())],
                expires_at: None,
                secret_until: None,
                call: call(&node),
                words: "Bổ sung.".to_owned(),
            })
        };
        let words = || "Không đủ căn cứ.".to_owned();
        for end in [
            Step::Withdraw(call(&node), words()),
            amendment(),
            Step::Contest(ContestGround::Unlawful, words()),
            Step::ContestTarget(1, ContestGround::NotFound, words()),
        ] {
            let id = approved(&node, &[("account", "u"), ("account", "v")], &["registered_phone"]).await;
            let mut both = entries();
            both.push(about(2, &[("registered_phone", &[])]));
            enter(&node, id, both).await.unwrap();
            let named = format!("{end:?}");
            let ended = Step::clone(&end);
            crate::orders::step(&node, id, ended).await.unwrap();
            assert_eq!(state(&node, id).await, "withdrawn", "{named}");
            run(&node).await;
            assert!(kept_sealed(&node).await.is_empty(), "{named}");
        }
        // The law, too, is asked anew with each step: an order whose time is over gives nothing.
        let mut short = entry(&node, OrderKind::ProvideInformation, &[("account", "u")]);
        short.expires_at = Some(node.app.clock().now().plus_minutes(10));
        let id = taken(&node, short).await;
        propose(&node, id, proposal(&node, &["registered_phone"]))
            .await
            .unwrap();
        node.wait_minutes(10);
        assert_eq!(
            life(go(&node, &second(&node), id, Next::Approve).await),
            OrderError::Over
        );
        run(&node).await;
        assert_eq!(state(&node, id).await, "withdrawn");
        // What was handed over stays so, whatever becomes of the order.
        let id = approved(&node, &[("account", "u")], &["registered_phone"]).await;
        fetched(&node, id, entries()).await;
        go(&node, &node.manager(), id, Next::HandOver("Đã giao.".to_owned()))
            .await
            .unwrap();
        crate::orders::step(&node, id, Step::Withdraw(call(&node), words()))
            .await
            .unwrap();
        assert_eq!(state(&node, id).await, "handed_over");
        let targets = view(&node, id).await.order.order.targets;
        assert_eq!(targets[0].state.key(), "executed", "what was told cannot be taken back");
    });
}

#[test]
fn one_person_refuses_and_that_answers_the_order() {
    on_each(async |node| {
        let refuse = || Next::Refuse(ContestGround::OutOfScope, "Căn cứ không bao gồm.".to_owned());
        // At once, before anybody called back; or after others approved.
        let entered = entry(&node, OrderKind::ProvideInformation, &[("account", "u")]);
        let early = order::enter(&node.app, &node.manager(), entered).await.unwrap();
        let late = approved(&node, &[("account", "v")], &["registered_phone"]).await;
        for id in [early, late] {
            go(&node, &second(&node), id, refuse()).await.unwrap();
            let seen = view(&node, id).await;
            assert_eq!(seen.order.order.state.key(), "answered");
            assert_eq!(seen.order.answer.as_deref(), Some("Căn cứ không bao gồm."));
            assert!(!seen.order.order.clock.is_running() && !seen.order.order.clock.is_breached());
            assert_eq!(life(go(&node, &second(&node), id, refuse()).await), OrderError::Over);
        }
        assert_eq!(state(&node, late).await, "refused");
        post(&node, "p", "u", None).await;
        let other = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        assert_eq!(
            life(go(&node, &node.manager(), other, refuse()).await),
            OrderError::NotInformation
        );
        let shown = show(&node.app, &node.manager(), other).await;
        assert_eq!(life(shown), OrderError::NotInformation);
    });
}

#[test]
fn those_concerned_are_told_as_soon_as_the_order_allows_it() {
    on_each(async |node| {
        let hand_over = async |id: Id<Order>| {
            fetched(&node, id, vec![about(1, &[("registered_phone", &[PHONE])])]).await;
            go(&node, &node.manager(), id, Next::HandOver("Đã giao.".to_owned()))
                .await
                .unwrap();
        };
        let open = approved(&node, &[("account", "u")], &["registered_phone"]).await;
        hand_over(open).await;
        let page = action::feed(&node.app, &platform(), None, 10).await.unwrap();
        let out = action::out(&node.app, &page[0]);
        assert_eq!((out.target.reference.as_str(), out.kind), ("u", "notice"));
        let notice = out.notice.unwrap().vi;
        for part in [
            "123/A05-P5",
            "21/09/2026",
            "điểm b khoản 3 Điều 16",
            "Số điện thoại đăng ký",
            "khiếu nại",
        ] {
            assert!(notice.contains(part), "{part}: {notice}");
        }
        assert!(!notice.contains(PHONE));
        let mut secret = entry(&node, OrderKind::ProvideInformation, &[("account", "v")]);
        secret.secret_until = Some(node.app.clock().now().plus_minutes(2 * DAY));
        let id = taken(&node, secret).await;
        propose(&node, id, proposal(&node, &["registered_phone"]))
            .await
            .unwrap();
        for actor in [second(&node), administrator(&node)] {
            go(&node, &actor, id, Next::Approve).await.unwrap();
        }
        hand_over(id).await;
        run(&node).await;
        assert_eq!(feed(&node).await.len(), 1, "nobody is told of what is confidential");
        node.wait_minutes(2 * DAY);
        run(&node).await;
        run(&node).await;
        let told = feed(&node).await;
        assert_eq!((told.len(), told[1].target.reference()), (2, "v"));
        assert!(view(&node, id).await.requests[0].told_at.is_some());
    });
}

#[test]
fn the_transparency_report_counts_requests_by_office() {
    on_each(async |node| {
        let entries = || vec![about(1, &[("registered_phone", &[PHONE])])];
        let hand_over = async |id: Id<Order>, entries: Vec<SubjectEntries>| {
            fetched(&node, id, entries).await;
            go(&node, &node.manager(), id, Next::HandOver("Đã giao.".to_owned()))
                .await
                .unwrap();
        };
        let whole = approved(&node, &[("account", "u")], &["registered_phone"]).await;
        node.wait_minutes(60);
        hand_over(whole, entries()).await;
        let part = approved(&node, &[("account", "u"), ("account", "v")], &["registered_phone"]).await;
        node.wait_minutes(5 * 60);
        let mut both = entries();
        both.push(about(2, &[("registered_phone", &[])]));
        hand_over(part, both).await;
        let refused = taken(&node, entry(&node, OrderKind::ProvideInformation, &[("account", "w")])).await;
        node.wait_minutes(2 * 60);
        let refuse = Next::Refuse(ContestGround::Unlawful, "Trái luật.".to_owned());
        go(&node, &node.manager(), refused, refuse).await.unwrap();
        taken(&node, entry(&node, OrderKind::ProvideInformation, &[("account", "x")])).await;
        let period = Period::parse("2026-09").unwrap();
        let report = published::figures(&node.app, period).await.unwrap();
        let office = "bo-cong-an-a05";
        let of = |figure| report.value(figure, office);
        assert_eq!(of(Figure::InformationRequests), 4);
        assert_eq!((of(Figure::InformationWhole), of(Figure::InformationPart)), (1, 1));
        assert_eq!(of(Figure::InformationRefused), 1);
        assert_eq!(of(Figure::InformationTargets), 5);
        assert_eq!(of(Figure::InformationMedianHours), 2);
        let failed = jobs::run_due(&node.app).await;
        assert!(failed.is_empty(), "{failed:?}");
    });
}
