//! The blocklist: what a guard refuses is never on it, every step makes a version, and everything ends.

use anlanh_app::block::{
    self, BlockRefusal, Facts, MAX_OPEN_OBJECTIONS, NewChange, NewProof, NewValue, Portion, Pull, Step, Who,
};
use anlanh_app::identity::{Name, NewToken, create_token};
use anlanh_app::{App, Error, load, order};
use anlanh_model::{
    Actor, AuditAction, BlockAudience, BlockChange, BlockEffect, BlockEntry, BlockHaste, BlockStepError, Id,
    ObjectionResult, OrderKind, Permission, Person, Role, Scope, Tlp,
};
use anlanh_soc::blocking::Act;
use anlanh_soc::blocking::guard::Known;

use crate::node::{Node, on_each};
use crate::orders::{call, entry, run, second, show, taken};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Somebody who keeps the blocklist: of the same account, whatever else it is used for.
fn engineer(person: Person) -> Actor {
    Actor::Person(Person {
        role: Role::SocEngineer,
        ..person
    })
}

fn first(node: &Node) -> Actor {
    engineer(node.person)
}

fn other(node: &Node) -> Actor {
    engineer(node.other)
}

fn third(node: &Node) -> Actor {
    engineer(node.manager)
}

fn change(values: &[&str]) -> NewChange {
    NewChange {
        values: values
            .iter()
            .map(|value| NewValue {
                value: (*value).to_owned(),
                act: Act::NxDomain,
            })
            .collect(),
        reason: "Trang giả mạo ngân hàng để lấy mã OTP.".to_owned(),
        owner: "Trung tâm SOC".to_owned(),
        basis: vec!["Quy chế an toàn mạng số 12".to_owned()],
        why_no_name: None,
        days: None,
    }
}

fn refusal(done: Result<impl std::fmt::Debug, Error>) -> BlockRefusal {
    let error = done.unwrap_err();
    let Error::Block(refusal) = error else {
        panic!("{error:?}");
    };
    refusal
}

fn stuck(done: Result<impl std::fmt::Debug, Error>) -> BlockStepError {
    let refusal = refusal(done);
    let BlockRefusal::Step(error) = refusal else {
        panic!("{refusal:?}");
    };
    error
}

async fn step(node: &Node, actor: &Actor, id: Id<BlockChange>, step: Step) -> Result<(), Error> {
    block::step(&node.app, actor, id, step, "Trang đang lừa người dùng.").await
}

async fn propose(node: &Node, values: &[&str]) -> Id<BlockChange> {
    block::propose(&node.app, &first(node), change(values)).await.unwrap()
}

/// A change that went all the way.
async fn enforced(node: &Node, values: &[&str]) -> Id<BlockChange> {
    let id = propose(node, values).await;
    step(node, &first(node), id, Step::Shadow).await.unwrap();
    node.wait_minutes(DAY);
    step(node, &first(node), id, Step::Canary(BlockHaste::Usual))
        .await
        .unwrap();
    node.wait_minutes(15);
    step(node, &first(node), id, Step::Enforce).await.unwrap();
    id
}

async fn only_entry(node: &Node, id: Id<BlockChange>) -> Id<BlockEntry> {
    let view = block::change(&node.app, &first(node), id).await.unwrap();
    view.entries[0].entry.id
}

async fn listed(app: &App, portion: Portion) -> (u32, usize) {
    let current = block::in_force(app, portion).await.unwrap();
    (current.serial, current.list.len())
}

const ALL: Portion = Portion::For(BlockAudience::All);
const CANARY: Portion = Portion::For(BlockAudience::Canary);

#[test]
fn a_change_goes_through_shadow_and_canary_and_every_step_has_its_serial() {
    on_each(async |node| {
        assert_eq!(listed(&node.app, ALL).await, (0, 0));
        let id = propose(&node, &["xau.example", "hxxp://xau.example/otp"]).await;
        step(&node, &first(&node), id, Step::Shadow).await.unwrap();
        assert_eq!(listed(&node.app, Portion::Shadow).await, (0, 2));
        let early = step(&node, &first(&node), id, Step::Canary(BlockHaste::Usual)).await;
        assert_eq!(stuck(early), BlockStepError::ShadowRuns);
        node.wait_minutes(DAY);
        step(&node, &first(&node), id, Step::Canary(BlockHaste::Usual))
            .await
            .unwrap();
        let (canary, count) = listed(&node.app, CANARY).await;
        assert_eq!((count, listed(&node.app, ALL).await.1), (2, 0), "the canary alone");
        let early = step(&node, &first(&node), id, Step::Enforce).await;
        assert_eq!(stuck(early), BlockStepError::CanaryRuns);
        node.wait_minutes(15);
        step(&node, &first(&node), id, Step::Enforce).await.unwrap();
        let (serial, count) = listed(&node.app, ALL).await;
        assert!(serial > canary);
        assert_eq!(count, 2);
        let difference = block::difference(&node.app, BlockAudience::All, canary, serial)
            .await
            .unwrap();
        assert_eq!(difference.removed, []);
        let added: Vec<&str> = difference.added.iter().map(|(value, _)| value.as_str()).collect();
        assert_eq!(added, ["xau.example", "xau.example/otp"]);
        let same = block::difference(&node.app, BlockAudience::Canary, canary, serial)
            .await
            .unwrap();
        assert!(same.added.is_empty() && same.removed.is_empty(), "the canary had it");
        assert_eq!(
            refusal(block::difference(&node.app, BlockAudience::All, serial, serial + 1).await),
            BlockRefusal::Versions
        );
        let told: Vec<AuditAction> = node.actions().await;
        assert!(told.contains(&AuditAction::ProposeBlocks) && told.contains(&AuditAction::StepBlocks));
    });
}

#[test]
fn what_must_stay_reachable_is_refused_whoever_asks() {
    on_each(async |node| {
        for value in [
            "vietcombank.com.vn",
            "gov.vn",
            "8.8.8.8",
            "8.8.8.0/24",
            "napas.com.vn",
            "root-servers.net",
            "letsencrypt.org",
        ] {
            let mut new = change(&[value]);
            new.why_no_name = Some("Mã độc gọi thẳng địa chỉ này.".to_owned());
            let refused = refusal(block::propose(&node.app, &first(&node), new).await);
            let is_safe = matches!(
                refused,
                BlockRefusal::Refused(1, "protected", _) | BlockRefusal::BadValue(1, _)
            );
            assert!(is_safe, "{value}: {refused:?}");
        }
        for value in ["com.vn", "vn", "0.0.0.0/0", "không phải tên"] {
            let refused = refusal(block::propose(&node.app, &first(&node), change(&[value])).await);
            assert!(matches!(refused, BlockRefusal::BadValue(1, _)), "{value}: {refused:?}");
        }
        let bare = refusal(block::propose(&node.app, &first(&node), change(&["ok.example", "198.51.100.7"])).await);
        assert_eq!(bare, BlockRefusal::Refused(2, "no_reason", String::new()));
        let counts = block::overview(&node.app, &first(&node)).await.unwrap().counts;
        assert_eq!(counts, [], "nothing was kept");
    });
}

#[test]
fn a_feed_that_turns_hostile_blocks_nothing_that_others_need() {
    on_each(async |mut node: Node| {
        let mut known = Known::new();
        known.add_rank("1,google.example").unwrap();
        for host in ["a.example", "b.example", "c.example"] {
            known.add_answer(&format!("{host},198.51.100.7")).unwrap();
        }
        node.app = node.app.clone().with_facts(Facts {
            known,
            own: vec!["mang-cua-toi.example".to_owned(), "192.0.2.0/24".to_owned()],
            page: None,
        });
        let bad = [
            "vietcombank.com.vn",
            "ebank.vietcombank.com.vn",
            "dichvucong.gov.vn",
            "gov.vn",
            "com.vn",
            "1.1.1.1",
            "2001:4860:4860::8888",
            "google.example",
            "mang-cua-toi.example",
            "192.0.2.53",
            "198.51.100.7",
            "203.0.113.0/8",
            "blogspot.com",
            "(a+)+$",
        ];
        let mut values: Vec<&str> = bad.to_vec();
        values.extend(["that-su-xau.example", "that-su-xau.example"]);
        let mut new = change(&values);
        new.why_no_name = Some("theo nguồn".to_owned());
        let proposed = block::propose_from_feed(&node.app, "nguồn-a", new).await.unwrap();
        let view = block::change(&node.app, &first(&node), proposed.change.unwrap())
            .await
            .unwrap();
        let kept: Vec<&str> = view.entries.iter().map(|row| row.terms.value.as_str()).collect();
        assert_eq!(kept, ["that-su-xau.example"]);
        assert_eq!(view.row.change.stage.key(), "shadow");
        assert_eq!(proposed.left_out.len() + proposed.skipped, bad.len() + 1);
        // A person says yes; the feed alone puts nothing in force.
        node.wait_minutes(2 * DAY);
        let id = view.row.change.id;
        let alone = step(&node, &first(&node), id, Step::Canary(BlockHaste::Usual)).await;
        assert_eq!(stuck(alone), BlockStepError::NotApproved(1));
        step(&node, &first(&node), id, Step::Approve).await.unwrap();
        step(&node, &first(&node), id, Step::Canary(BlockHaste::Usual))
            .await
            .unwrap();
        let again = block::propose_from_feed(&node.app, "nguồn-a", change(&["that-su-xau.example"]))
            .await
            .unwrap();
        assert_eq!((again.change, again.skipped), (None, 1));
    });
}

#[test]
fn what_a_guard_objects_to_and_what_is_much_takes_more_people() {
    on_each(async |node| {
        // Below what is the state's: it may be hacked, but not one person says so.
        let id = propose(&node, &["bi-chiem.hanoi.gov.vn"]).await;
        let own = step(&node, &first(&node), id, Step::Approve).await;
        assert_eq!(stuck(own), BlockStepError::OwnProposal);
        step(&node, &other(&node), id, Step::Approve).await.unwrap();
        let again = step(&node, &other(&node), id, Step::Approve).await;
        assert_eq!(stuck(again), BlockStepError::SamePerson);
        let early = step(&node, &first(&node), id, Step::Canary(BlockHaste::Urgent)).await;
        assert_eq!(stuck(early), BlockStepError::NotApproved(1));
        step(&node, &third(&node), id, Step::Approve).await.unwrap();
        step(&node, &first(&node), id, Step::Canary(BlockHaste::Urgent))
            .await
            .unwrap();
        let many: Vec<String> = (0..201).map(|number| format!("xau-{number}.example")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let at_limit = propose(&node, &many[..200]).await;
        let view = block::change(&node.app, &first(&node), at_limit).await.unwrap();
        assert_eq!(view.row.change.needed, 0);
        step(&node, &first(&node), at_limit, Step::Refuse).await.unwrap();
        let over = propose(&node, &many).await;
        let view = block::change(&node.app, &first(&node), over).await.unwrap();
        assert_eq!(view.row.change.needed, 1);
        let refused = refusal(block::propose(&node.app, &first(&node), change(&["xau-7.example"])).await);
        assert_eq!(refused, BlockRefusal::Listed(1));
        let refused = refusal(block::propose(&node.app, &first(&node), change(&["b.example", "B.example."])).await);
        assert_eq!(refused, BlockRefusal::Listed(2), "twice in one change");
    });
}

#[test]
fn limits_hold_at_their_edges() {
    on_each(async |node| {
        let mut new = change(&["a.example"]);
        new.days = Some(365);
        block::propose(&node.app, &first(&node), new.clone()).await.unwrap();
        new.values[0].value = "b.example".to_owned();
        for days in [0, 366] {
            new.days = Some(days);
            let refused = refusal(block::propose(&node.app, &first(&node), new.clone()).await);
            assert_eq!(refused, BlockRefusal::Days(365));
        }
        let none = refusal(block::propose(&node.app, &first(&node), change(&[])).await);
        assert_eq!(none, BlockRefusal::Values);
        let many: Vec<String> = (0..=BlockChange::MAX_VALUES).map(|n| format!("n{n}.example")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let over = refusal(block::propose(&node.app, &first(&node), change(&many)).await);
        assert_eq!(over, BlockRefusal::Values);
        let mut unfounded = change(&["c.example"]);
        unfounded.basis.clear();
        let refused = block::propose(&node.app, &first(&node), unfounded).await;
        assert!(matches!(refused, Err(Error::Text("basis", _))));
        for actor in [node.auditor(), Actor::Outsider, Actor::Operator] {
            let refused = block::propose(&node.app, &actor, change(&["c.example"])).await;
            assert!(matches!(refused, Err(Error::Forbidden(_) | Error::NeedsPerson(_))));
        }
        assert!(node.auditor().may(Permission::ReadBlocklist));
    });
}

#[test]
fn one_step_is_taken_back_and_the_list_is_as_it_was() {
    on_each(async |node| {
        enforced(&node, &["mot.example"]).await;
        let before = listed(&node.app, ALL).await;
        let second = enforced(&node, &["hai.example", "ba.example"]).await;
        assert_eq!(listed(&node.app, ALL).await.1, 3);
        let serial = block::roll_back(&node.app, &first(&node), None).await.unwrap();
        assert_eq!(listed(&node.app, ALL).await, (serial, before.1));
        assert_eq!(listed(&node.app, CANARY).await.1, before.1);
        let difference = block::difference(&node.app, BlockAudience::All, before.0, serial)
            .await
            .unwrap();
        assert!(difference.added.is_empty() && difference.removed.is_empty());
        let view = block::change(&node.app, &first(&node), second).await.unwrap();
        assert_eq!(view.row.change.stage.key(), "rolled_back");
        // What was lifted is blocked again, where it may be.
        let first_change = block::entries(&node.app, &first(&node), Some("MOT".to_owned()), None, None, 10)
            .await
            .unwrap();
        let id = first_change[0].entry.id;
        block::lift(&node.app, &other(&node), id, "Đã xác minh: trang hợp pháp.")
            .await
            .unwrap();
        assert_eq!(listed(&node.app, ALL).await.1, 0);
        block::roll_back(&node.app, &first(&node), None).await.unwrap();
        assert_eq!(listed(&node.app, ALL).await.1, 1);
        block::roll_back(&node.app, &first(&node), None).await.unwrap();
        assert_eq!(listed(&node.app, ALL).await.1, 0, "the first change");
        let nothing = stuck(block::roll_back(&node.app, &first(&node), None).await);
        assert_eq!(nothing, BlockStepError::NothingToRollBack);
    });
}

#[test]
fn everything_ends_by_itself() {
    on_each(async |node| {
        let mut new = change(&["ngan.example"]);
        new.days = Some(2);
        let id = block::propose(&node.app, &first(&node), new).await.unwrap();
        step(&node, &other(&node), id, Step::Approve).await.unwrap();
        step(&node, &first(&node), id, Step::Canary(BlockHaste::Urgent))
            .await
            .unwrap();
        node.wait_minutes(15);
        step(&node, &first(&node), id, Step::Enforce).await.unwrap();
        run(&node).await;
        assert_eq!(listed(&node.app, ALL).await.1, 1);
        node.wait_minutes(2 * DAY);
        let (before, _) = listed(&node.app, ALL).await;
        run(&node).await;
        let (serial, count) = listed(&node.app, ALL).await;
        assert!(serial > before);
        assert_eq!((count, listed(&node.app, CANARY).await.1), (0, 0));
        let entry = block::entry(&node.app, &first(&node), only_entry(&node, id).await)
            .await
            .unwrap();
        assert_eq!(entry.row.entry.state.key(), "expired");
        run(&node).await;
        assert_eq!(listed(&node.app, ALL).await.0, serial, "noted once");
    });
}

#[test]
fn what_is_blocked_is_looked_at_again() {
    on_each(async |node| {
        let id = enforced(&node, &["lau.example"]).await;
        let entry = only_entry(&node, id).await;
        let waiting = async || block::overview(&node.app, &first(&node)).await.unwrap().to_review.len();
        node.wait_minutes(28 * DAY);
        assert_eq!(waiting().await, 0);
        node.wait_minutes(DAY);
        assert_eq!(waiting().await, 1, "thirty days after it was proposed");
        block::review(&node.app, &other(&node), entry).await.unwrap();
        assert_eq!(waiting().await, 0);
        block::lift(&node.app, &other(&node), entry, "Thôi.").await.unwrap();
        let over = stuck(block::review(&node.app, &other(&node), entry).await);
        assert_eq!(over, BlockStepError::Over);
    });
}

#[test]
fn an_order_blocks_exactly_its_targets_and_lifts_them_with_itself() {
    on_each(async |node| {
        let targets = [
            ("domain", "xau.example"),
            ("url", "https://xau2.example/otp"),
            ("domain", "bi-chiem.hanoi.gov.vn"),
            ("domain", "vietcombank.com.vn"),
        ];
        let id = taken(&node, entry(&node, OrderKind::BlockAccess, &targets)).await;
        for number in [1, 2] {
            order::step(&node.app, &node.manager(), id, order::Step::Execute(number))
                .await
                .unwrap();
        }
        assert_eq!(listed(&node.app, ALL).await.1, 2);
        assert_eq!(listed(&node.app, CANARY).await.1, 2);
        // A guard objects: a second person looks at it.
        order::step(&node.app, &node.manager(), id, order::Step::Execute(3))
            .await
            .unwrap();
        assert_eq!(listed(&node.app, ALL).await.1, 2);
        order::step(&node.app, &second(&node), id, order::Step::Take)
            .await
            .unwrap();
        order::step(&node.app, &second(&node), id, order::Step::Execute(3))
            .await
            .unwrap();
        assert_eq!(listed(&node.app, ALL).await.1, 3);
        // It would hit what must stay reachable: a person contests it.
        let refused = refusal(order::step(&node.app, &second(&node), id, order::Step::Execute(4)).await);
        assert!(matches!(refused, BlockRefusal::Refused(1, "protected", _)));
        let rows = block::entries(&node.app, &first(&node), None, None, None, 10)
            .await
            .unwrap();
        let of_order = rows.iter().find(|row| row.terms.value == "xau.example").unwrap();
        assert_eq!(of_order.order.as_ref().unwrap().0, "123/A05-P5");
        assert_eq!(of_order.entry.expires_at, None);
        let lifted = block::lift(&node.app, &first(&node), of_order.entry.id, "Thử gỡ.").await;
        assert_eq!(stuck(lifted), BlockStepError::ByOrder);
        assert_eq!(
            stuck(block::roll_back(&node.app, &first(&node), None).await),
            BlockStepError::NothingToRollBack
        );
        let told = block::blocked(&node.app, "www.xau.example").await.unwrap().unwrap();
        assert_eq!(
            told.who,
            Who::Office("123/A05-P5".to_owned(), "bo-cong-an-a05".to_owned())
        );
        let words = "Cơ quan rút yêu cầu.".to_owned();
        order::step(&node.app, &second(&node), id, order::Step::Withdraw(call(&node), words))
            .await
            .unwrap();
        assert_eq!(listed(&node.app, ALL).await.1, 0);
        assert_eq!(block::blocked(&node.app, "xau.example").await.unwrap(), None);
        assert!(
            show(&node, id)
                .await
                .row
                .order
                .targets
                .iter()
                .all(|target| target.state.key() != "executed")
        );
    });
}

#[test]
fn a_confidential_order_is_not_told_to_everybody() {
    on_each(async |node| {
        let mut new = entry(&node, OrderKind::BlockAccess, &[("domain", "kin.example")]);
        new.secret_until = Some(node.app.clock().now().plus_minutes(30 * DAY));
        let id = taken(&node, new).await;
        order::step(&node.app, &node.manager(), id, order::Step::Execute(1))
            .await
            .unwrap();
        let told = block::blocked(&node.app, "kin.example").await.unwrap().unwrap();
        assert_eq!(
            (told.who, told.reason, told.basis),
            (Who::Confidential, None, Vec::new())
        );
    });
}

#[test]
fn an_objection_is_answered_in_time_by_somebody_new_and_told_by_its_link() {
    on_each(async |node| {
        let id = enforced(&node, &["cua-hang.example"]).await;
        let nothing = block::object(&node.app, "tu-te.example", "Vì sao?").await;
        assert!(matches!(nothing, Err(Error::NotFound("block"))));
        let link = block::object(&node.app, "www.cua-hang.example", "Đây là cửa hàng của tôi.")
            .await
            .unwrap();
        let secret = link.objection_path().strip_prefix("/blocked/").unwrap().to_owned();
        let open = block::open_objections(&node.app, &other(&node)).await.unwrap();
        assert_eq!(open.len(), 1);
        let clock = open[0].row.objection.clock.clone().unwrap();
        assert_eq!(
            (clock.key.as_str(), clock.due_at.minutes_since(clock.starts_at)),
            ("block-objection", 48 * HOUR)
        );
        let objection = open[0].row.objection.id;
        let answer =
            async |actor: &Actor, result| block::answer(&node.app, actor, objection, result, "Đã kiểm tra lại.").await;
        assert_eq!(
            stuck(answer(&first(&node), ObjectionResult::Kept).await),
            BlockStepError::OwnJudgement
        );
        let seen = block::objection_by_link(&node.app, &secret).await.unwrap().unwrap();
        assert!(seen.is_blocked && seen.view.row.objection.answered.is_none());
        assert_eq!(seen.view.words.as_deref(), Some("Đây là cửa hàng của tôi."));
        answer(&other(&node), ObjectionResult::Lifted).await.unwrap();
        assert_eq!(
            stuck(answer(&other(&node), ObjectionResult::Kept).await),
            BlockStepError::Answered
        );
        assert_eq!(listed(&node.app, ALL).await.1, 0);
        let seen = block::objection_by_link(&node.app, &secret).await.unwrap().unwrap();
        assert!(!seen.is_blocked);
        assert_eq!(seen.view.row.answer.as_deref(), Some("Đã kiểm tra lại."));
        assert_eq!(block::objection_by_link(&node.app, "0123").await.unwrap(), None);
        let view = block::entry(&node.app, &first(&node), only_entry(&node, id).await)
            .await
            .unwrap();
        assert_eq!(view.objections.len(), 1);
        // What was said is not kept for ever.
        node.wait_minutes(366 * DAY);
        run(&node).await;
        let seen = block::objection_by_link(&node.app, &secret).await.unwrap().unwrap();
        assert_eq!(seen.view.words, None);
    });
}

#[test]
fn an_objection_that_nobody_answers_is_late_for_good_and_so_many_may_wait() {
    on_each(async |node| {
        enforced(&node, &["cho.example"]).await;
        for number in 0..MAX_OPEN_OBJECTIONS {
            block::object(&node.app, "cho.example", &format!("Phản đối {number}"))
                .await
                .unwrap();
        }
        let over = refusal(block::object(&node.app, "cho.example", "Thêm một.").await);
        assert_eq!(over, BlockRefusal::TooManyObjections);
        node.wait_minutes(48 * HOUR + 1);
        run(&node).await;
        let open = block::open_objections(&node.app, &other(&node)).await.unwrap();
        let objection = &open[0].row.objection;
        assert!(objection.clock.as_ref().unwrap().is_breached());
        block::answer(
            &node.app,
            &other(&node),
            objection.id,
            ObjectionResult::Kept,
            "Vẫn chặn.",
        )
        .await
        .unwrap();
        let view = block::entry(&node.app, &first(&node), objection.entry).await.unwrap();
        let answered = view
            .objections
            .iter()
            .find(|view| view.row.objection.answered.is_some())
            .unwrap();
        assert!(answered.row.objection.clock.as_ref().unwrap().is_breached());
    });
}

#[test]
fn a_probe_that_found_wrong_stops_a_change_until_a_later_one_finds_right() {
    on_each(async |node| {
        let id = propose(&node, &["tham-do.example"]).await;
        step(&node, &other(&node), id, Step::Approve).await.unwrap();
        step(&node, &first(&node), id, Step::Canary(BlockHaste::Urgent))
            .await
            .unwrap();
        node.wait_minutes(15);
        let entry = only_entry(&node, id).await;
        let (serial, _) = listed(&node.app, CANARY).await;
        let proof = |effect: BlockEffect| NewProof {
            entry: Some(entry),
            enforcer: "bind-hn-1".to_owned(),
            audience: BlockAudience::Canary,
            serial,
            probe: "A tham-do.example".to_owned(),
            effect,
            at: node.app.clock().now(),
        };
        block::prove(&node.app, &Actor::Node, vec![proof(BlockEffect::Wrong)])
            .await
            .unwrap();
        let stopped = step(&node, &first(&node), id, Step::Enforce).await;
        assert_eq!(stuck(stopped), BlockStepError::ProbeFailed);
        block::prove(&node.app, &first(&node), vec![proof(BlockEffect::Blocked)])
            .await
            .unwrap();
        step(&node, &first(&node), id, Step::Enforce).await.unwrap();
        let view = block::entry(&node.app, &first(&node), entry).await.unwrap();
        let effects: Vec<&str> = view.proofs.iter().map(|row| row.proof.effect.key()).collect();
        assert_eq!(effects, ["blocked", "wrong"]);
        let refused = block::prove(&node.app, &node.auditor(), vec![proof(BlockEffect::Blocked)]).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::ProveBlocks))));
        assert_eq!(
            refusal(block::prove(&node.app, &Actor::Node, Vec::new()).await),
            BlockRefusal::TooManyProofs
        );
    });
}

/// A bouncer: a token of its own.
async fn bouncer(node: &Node, name: &str) -> Actor {
    let new = NewToken {
        scopes: vec![Scope::BlocklistFollow],
        person: None,
        clearance: Tlp::Clear,
    };
    let (store, clock, name) = (
        node.app.store().clone(),
        node.app.clock().clone(),
        Name::parse(name).unwrap(),
    );
    let made = tokio::task::spawn_blocking(move || create_token(&store, &clock, &Actor::Operator, &name, &new));
    let secret = made.await.unwrap().unwrap();
    node.app.token(secret.reveal()).await.unwrap().unwrap()
}

async fn told(node: &Node, actor: &Actor, pull: Pull) -> String {
    String::from_utf8(block::follow(&node.app, actor, pull).await.unwrap()).unwrap()
}

const NOTHING: &str = "{\"new\":null,\"deleted\":null}\n";

#[test]
fn a_bouncer_is_told_each_change_twice_and_the_account_is_kept() {
    on_each(async |node| {
        let one = bouncer(&node, "tuong-lua-1").await;
        assert_eq!(told(&node, &one, Pull::Startup).await, NOTHING);
        let mut new = change(&["185.220.101.7"]);
        new.why_no_name = Some("Mã độc gọi thẳng địa chỉ này.".to_owned());
        let id = block::propose(&node.app, &first(&node), new).await.unwrap();
        step(&node, &other(&node), id, Step::Approve).await.unwrap();
        step(&node, &first(&node), id, Step::Canary(BlockHaste::Urgent))
            .await
            .unwrap();
        assert_eq!(
            told(&node, &one, Pull::Changes).await,
            NOTHING,
            "the canary alone has it"
        );
        node.wait_minutes(15);
        step(&node, &first(&node), id, Step::Enforce).await.unwrap();
        let twice = [
            told(&node, &one, Pull::Changes).await,
            told(&node, &one, Pull::Changes).await,
        ];
        assert!(twice.iter().all(|said| said.contains("185.220.101.7")), "{twice:?}");
        assert_eq!(told(&node, &one, Pull::Changes).await, NOTHING);
        let writes = node
            .actions()
            .await
            .iter()
            .filter(|action| **action == AuditAction::TellBouncer)
            .count();
        for _ in 0..3 {
            told(&node, &one, Pull::Changes).await;
        }
        let again = node
            .actions()
            .await
            .iter()
            .filter(|action| **action == AuditAction::TellBouncer)
            .count();
        assert_eq!(again, writes, "where nothing is new nothing is written");
        // Nobody is a bouncer but a token.
        let refused = block::follow(&node.app, &first(&node), Pull::Startup).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::FollowBlocks))));
    });
}

#[test]
fn what_was_altered_is_read_alone_and_enforcers_are_late_where_they_prove_nothing() {
    on_each(async |node| {
        let id = enforced(&node, &["mot.example", "hai.example"]).await;
        let (serial, _) = listed(&node.app, ALL).await;
        let entry = only_entry(&node, id).await;
        let store = node.app.store().clone();
        let altered = async |from: u32| {
            let store = store.clone();
            let read = tokio::task::spawn_blocking(move || block::altered_of(&store, BlockAudience::All, from));
            read.await.unwrap().unwrap()
        };
        let none = altered(serial).await.unwrap();
        assert_eq!((none.serial, none.values), (serial, vec![]));
        assert_eq!(altered(serial + 1).await, None, "there is no such version");
        let all = altered(0).await.unwrap();
        let values: Vec<&str> = all.values.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(values, ["hai.example", "mot.example"]);
        assert!(
            all.values
                .iter()
                .all(|one| one.act == Some(Act::NxDomain) && one.entry.is_some())
        );
        block::lift(&node.app, &first(&node), entry, "Đã xác minh: trang hợp pháp.")
            .await
            .unwrap();
        let gone = altered(serial).await.unwrap();
        assert!(gone.serial > serial);
        assert_eq!(gone.values.len(), 1);
        assert_eq!((&gone.values[0].act, gone.values[0].entry), (&None, None));

        let proof = |enforcer: &str, serial: u32, effect: BlockEffect| NewProof {
            entry: None,
            enforcer: enforcer.to_owned(),
            audience: BlockAudience::All,
            serial,
            probe: format!("A {enforcer}.example"),
            effect,
            at: node.app.clock().now(),
        };
        let proofs = vec![
            proof("unbound-1", serial, BlockEffect::Wrong),
            proof("unbound-1", serial, BlockEffect::Blocked),
            proof("bind-1", gone.serial, BlockEffect::Answered),
            proof("pdns-1", gone.serial, BlockEffect::Unreachable),
        ];
        block::prove(&node.app, &Actor::Node, proofs).await.unwrap();
        let load = async || {
            let blocks = load::now(&node.app).await.unwrap().blocks;
            let enforcers = blocks.enforcers.into_iter();
            let enforcers = enforcers.map(|one| (one.name, one.missing, one.is_late, one.proof_age_seconds));
            (blocks.pending, enforcers.collect::<Vec<_>>())
        };
        let line = |name: &str, missing: u64, is_late: bool, age: u64| (name.to_owned(), missing, is_late, age);
        let now = load().await;
        assert_eq!(now.0, 0);
        assert_eq!(
            now.1,
            [
                line("bind-1", 0, false, 0),
                line("pdns-1", 1, false, 0),
                line("unbound-1", 0, false, 0),
            ]
        );
        node.wait_minutes(2);
        propose(&node, &["ba.example"]).await;
        let now = load().await;
        assert_eq!(now.0, 1);
        assert_eq!(
            now.1,
            [
                line("bind-1", 0, false, 120),
                line("pdns-1", 1, false, 120),
                line("unbound-1", 0, true, 120),
            ]
        );
    });
}
