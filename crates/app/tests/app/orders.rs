//! Orders of authorities: nothing acts before it is genuine and in scope, every clock is met or breached, and what is
//! withdrawn is lifted exactly.

use std::collections::BTreeSet;

use anlanh_app::order::{
    self, Amendment, Call, DocumentError, Entry, MAX_DOCUMENT_BYTES, OrderRefusal, OrderView, Step, Which,
};
use anlanh_app::published::{self, ActionTaken};
use anlanh_app::{ActionKind, Decision, Effect, Error, action, appeal, case, item, jobs, keeping};
use anlanh_model::{
    Actor, AuditAction, ContestGround, Id, MeasureKind, Order, OrderChannel, OrderError, OrderHaste, OrderKind,
    Outcome, Party, Permission, Person, Role, Target, TargetKind,
};
use anlanh_pack::Day;

use crate::enforcement::{DAY, account, asked, decide, feed, platform, post, told, with};
use crate::node::{Node, on_each, removal};
use crate::orders_carried_out::report;

const PDF: &[u8] = b"%PDF-1.7 van ban";

pub fn entry(node: &Node, kind: OrderKind, targets: &[(&str, &str)]) -> Entry {
    let basis = match kind {
        OrderKind::Lock => "nd-333-2026/16.4.d",
        OrderKind::Restore => "nd-333-2026/16.4.e",
        OrderKind::KeepEvidence => "nd-333-2026/16.6",
        OrderKind::ProvideInformation => "nd-333-2026/16.3.b",
        OrderKind::Remove
        | OrderKind::StopSharing
        | OrderKind::BlockAccess
        | OrderKind::Correction
        | OrderKind::WarnUsers => "nd-333-2026/16.4.a",
    };
    Entry {
        kind,
        office: "bo-cong-an-a05".to_owned(),
        signer: "Thượng tá Nguyễn Văn A".to_owned(),
        number: "123/A05-P5".to_owned(),
        issued_on: Day {
            year: 2026,
            month: 9,
            day: 21,
        },
        channel: OrderChannel::Email,
        received_at: node.app.clock().now(),
        basis: vec![basis.to_owned()],
        category: kind.is_about_violation().then(|| "SC1".to_owned()),
        reason: "Bài đăng lừa đảo.".to_owned(),
        haste: OrderHaste::Ordinary,
        stated_due_at: None,
        secret_until: None,
        expires_at: None,
        lock_days: (kind == OrderKind::Lock).then_some(30),
        targets: targets
            .iter()
            .map(|(key, it)| ((*key).to_owned(), (*it).to_owned()))
            .collect(),
        document: Some(PDF.to_vec()),
    }
}

pub fn call(node: &Node) -> Call {
    Call {
        called: "Trực ban Phòng 5".to_owned(),
        telephone: "069 234 5678, trang tin của cơ quan".to_owned(),
        called_at: node.app.clock().now(),
    }
}

/// Somebody else who handles orders.
pub fn second(node: &Node) -> Actor {
    Actor::Person(Person {
        id: node.other.id,
        role: Role::PolicyManager,
    })
}

pub async fn enter(node: &Node, entry: Entry) -> Id<Order> {
    order::enter(&node.app, &node.manager(), entry).await.unwrap()
}

pub async fn step(node: &Node, id: Id<Order>, step: Step) -> Result<(), Error> {
    order::step(&node.app, &node.manager(), id, step).await
}

pub async fn show(node: &Node, id: Id<Order>) -> OrderView {
    order::show(&node.app, &node.manager(), id).await.unwrap()
}

/// An order that was called back about, found in scope and taken.
pub async fn taken(node: &Node, entry: Entry) -> Id<Order> {
    let id = enter(node, entry).await;
    for next in [Step::Authenticate(call(node)), Step::Check, Step::Take] {
        step(node, id, next).await.unwrap();
    }
    id
}

pub fn life(done: Result<impl std::fmt::Debug, Error>) -> OrderError {
    let error = done.unwrap_err();
    let Error::Order(OrderRefusal::Life(error)) = error else {
        panic!("{error:?}");
    };
    error
}

fn item_of(reference: &str) -> Target {
    Target::new(TargetKind::Item, reference).unwrap()
}

pub async fn run(node: &Node) {
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn nothing_acts_before_the_office_was_called_back_and_the_scope_holds() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let id = enter(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        assert_eq!(
            life(step(&node, id, Step::Execute(1)).await),
            OrderError::NotAuthenticated
        );
        assert_eq!(life(step(&node, id, Step::Check).await), OrderError::NotAuthenticated);
        let mut early = call(&node);
        early.called_at = early.called_at.plus_minutes(-1);
        assert_eq!(
            life(step(&node, id, Step::Authenticate(early)).await),
            OrderError::BadMoment
        );
        step(&node, id, Step::Authenticate(call(&node))).await.unwrap();
        assert_eq!(life(step(&node, id, Step::Execute(1)).await), OrderError::NotChecked);
        step(&node, id, Step::Check).await.unwrap();
        assert_eq!(life(step(&node, id, Step::Execute(1)).await), OrderError::NotHeld);
        assert!(feed(&node).await.is_empty(), "the platform was told nothing");
        step(&node, id, Step::Take).await.unwrap();
        step(&node, id, Step::Execute(1)).await.unwrap();
        let of_item = told(&node, &item_of("p")).await;
        assert_eq!(of_item, [(ActionKind::Remove, Effect::Apply, None)]);
        assert_eq!(life(step(&node, id, Step::Execute(1)).await), OrderError::UnderWay);
        report(&node, "p", None).await;
        assert_eq!(life(step(&node, id, Step::Execute(1)).await), OrderError::Settled);
        let view = show(&node, id).await;
        assert!(!view.row.order.clock.is_running() && !view.row.order.clock.is_breached());
        assert_eq!(view.calls.len(), 1);
        assert_eq!(view.documents.len(), 1);
        // The one affected is told on what basis, and how to appeal.
        let page = action::feed(&node.app, &platform(), None, 10).await.unwrap();
        let out = action::out(&node.app, &page[0]);
        let notice = out.notice.unwrap();
        assert!(notice.vi.contains("123/A05-P5 ngày 21/09/2026"), "{}", notice.vi);
        assert!(notice.vi.contains("điểm a khoản 4 Điều 16"), "{}", notice.vi);
        assert!(out.appeal_url.is_some());
        let decision = view.row.fates[0].decision.unwrap();
        let links = appeal::links(&node.app, &node.manager(), decision).await.unwrap();
        assert!(!links.is_empty());
        step(&node, id, Step::Answer("Đã gỡ bỏ.".to_owned())).await.unwrap();
        let over = order::list(&node.app, &node.auditor(), Which::Over(None), 10)
            .await
            .unwrap();
        assert_eq!(over.len(), 1);
        for action in [
            AuditAction::EnterOrder,
            AuditAction::AuthenticateOrder,
            AuditAction::ExecuteOrder,
        ] {
            assert!(node.actions().await.contains(&action), "{action}");
        }
    });
}

#[test]
fn the_clock_follows_the_power_and_the_haste_and_a_breach_is_noted_once() {
    on_each(async |node| {
        let hours = async |change: &dyn Fn(&mut Entry)| {
            let mut entry = entry(&node, OrderKind::Remove, &[("item", "p")]);
            change(&mut entry);
            let clock = show(&node, enter(&node, entry).await).await.row.order.clock;
            (clock.key.clone(), clock.due_at.minutes_since(clock.starts_at) / 60)
        };
        assert_eq!(hours(&|_| ()).await, ("takedown".to_owned(), 24));
        let urgent = |entry: &mut Entry| entry.haste = OrderHaste::Urgent;
        assert_eq!(hours(&urgent).await, ("takedown".to_owned(), 6));
        let information = |haste| {
            move |entry: &mut Entry| {
                entry.kind = OrderKind::ProvideInformation;
                entry.haste = haste;
                entry.basis = vec!["nd-333-2026/16.3.b".to_owned()];
            }
        };
        assert_eq!(hours(&information(OrderHaste::Ordinary)).await.1, 24);
        assert_eq!(hours(&information(OrderHaste::Urgent)).await.1, 3);
        // An office that has no power for it: no law says by when, and no other body's deadline is in its place.
        let uncovered = |entry: &mut Entry| {
            entry.office = "so-khcn".to_owned();
            entry.kind = OrderKind::ProvideInformation;
            entry.haste = OrderHaste::Urgent;
            entry.basis = vec!["nd-333-2026/16.3.b".to_owned()];
        };
        let clock = async |change: &dyn Fn(&mut Entry)| {
            let mut entry = entry(&node, OrderKind::Remove, &[("item", "p")]);
            change(&mut entry);
            show(&node, enter(&node, entry).await).await.row.order.clock
        };
        let own = clock(&uncovered).await;
        assert_eq!(
            (own.key.as_str(), own.basis.len(), own.is_statutory()),
            ("order-uncovered", 0, false)
        );
        assert!(clock(&|_| ()).await.is_statutory());
        let sooner = |entry: &mut Entry| entry.stated_due_at = Some(entry.received_at.plus_minutes(120));
        assert_eq!(hours(&sooner).await.1, 2);
        let later = |entry: &mut Entry| entry.stated_due_at = Some(entry.received_at.plus_minutes(4_800));
        assert_eq!(hours(&later).await.1, 24, "an order gives no more time than the law");
        let waiting = order::list(&node.app, &node.manager(), Which::Open(None), 50)
            .await
            .unwrap();
        let due: Vec<_> = waiting.iter().map(|row| row.order.clock.due_at).collect();
        assert!(due.is_sorted() && due.len() == 8);
        // The order came an hour before somebody entered it: its time had begun.
        node.wait_minutes(60);
        node.wait_minutes(23 * 60);
        run(&node).await;
        run(&node).await;
        let counts = order::counts(&node.app).await.unwrap();
        assert_eq!((counts.open, counts.breached), (8, 3), "those of 2, 3 and 6 hours");
        node.wait_minutes(1);
        run(&node).await;
        assert_eq!(order::counts(&node.app).await.unwrap().breached, 8);
        let late = waiting.last().unwrap().order.id;
        let steps = show(&node, late).await.steps;
        let of = |kind: &str| steps.iter().filter(|step| step.kind == kind).count();
        assert_eq!((of("clock_warned"), of("clock_breached")), (1, 1));
        // What no law sets counts as no statutory deadline, neither inside nor to the public.
        let figures = anlanh_app::figures::since(&node.app, &node.manager(), 7).await.unwrap();
        let sum = |what: &str| {
            figures
                .rows
                .iter()
                .filter(|row| row.what == what)
                .map(|row| row.n)
                .sum::<u64>()
        };
        assert_eq!((sum("clock_breached"), sum("own_breached")), (7, 1));
        let period = published::Period::parse("2026-09").unwrap();
        let report = published::figures(&node.app, period).await.unwrap();
        let breached = |key: &str| report.value(published::Figure::ClocksBreached, key);
        assert_eq!((breached("takedown"), breached("order-uncovered")), (5, 0));
    });
}

#[test]
fn withdrawing_lifts_exactly_what_the_order_did() {
    on_each(async |node| {
        // What a person decided, and what a rule did, stays.
        let case = post(&node, "p", "u", None).await;
        let lock = asked(MeasureKind::TemporaryLock, TargetKind::Account, Some(90));
        decide(&node, case, with(removal(), &[lock])).await;
        post(&node, "q", "v", None).await;
        let before = feed(&node).await.len();
        let removal_order = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p"), ("item", "q")])).await;
        let locking = taken(
            &node,
            entry(&node, OrderKind::Lock, &[("account", "u"), ("account", "v")]),
        )
        .await;
        for number in [1, 2] {
            step(&node, removal_order, Step::Execute(number)).await.unwrap();
            step(&node, locking, Step::Execute(number)).await.unwrap();
        }
        assert_eq!(
            told(&node, &account("v")).await,
            [(ActionKind::Lock, Effect::Apply, Some(30))]
        );
        let strikes = async |account: &str| {
            let target = Target::new(TargetKind::Account, account).unwrap();
            let view = anlanh_app::enforcement::subject(&node.app, &node.manager(), target)
                .await
                .unwrap();
            view.strikes.iter().filter(|row| row.revoked_at.is_none()).count()
        };
        assert_eq!(
            (strikes("u").await, strikes("v").await),
            (2, 1),
            "a lock counts for nothing"
        );
        for id in [removal_order, locking] {
            let withdraw = Step::Withdraw(call(&node), "Văn bản thu hồi số 124.".to_owned());
            step(&node, id, withdraw).await.unwrap();
        }
        assert_eq!((strikes("u").await, strikes("v").await), (1, 0));
        let lifted: BTreeSet<_> = feed(&node).await[before..]
            .iter()
            .filter(|row| row.effect == Effect::Lift)
            .map(|row| row.target.clone())
            .collect();
        assert_eq!(
            lifted,
            BTreeSet::from([item_of("q"), account("v")]),
            "p and u rest on a person's decision"
        );
        assert_eq!(life(step(&node, locking, Step::Take).await), OrderError::Over);
        let decided = case::show(&node.app, &node.manager(), case).await.unwrap();
        assert!(decided.measures.iter().all(anlanh_app::MeasureRow::is_live));
    });
}

#[test]
fn restoring_ends_what_holds_and_its_withdrawal_brings_it_back() {
    on_each(async |node| {
        let case = post(&node, "p", "u", None).await;
        decide(&node, case, removal()).await;
        let id = taken(
            &node,
            entry(&node, OrderKind::Restore, &[("item", "p"), ("item", "nothing")]),
        )
        .await;
        step(&node, id, Step::Execute(1)).await.unwrap();
        let refused = step(&node, id, Step::Execute(2)).await;
        assert!(
            matches!(refused, Err(Error::Order(OrderRefusal::NotKnown))),
            "{refused:?}"
        );
        let ground = ContestGround::NotFound;
        step(
            &node,
            id,
            Step::ContestTarget(2, ground, "Không có bài này.".to_owned()),
        )
        .await
        .unwrap();
        let applied = (ActionKind::Remove, Effect::Apply, None);
        let lifted = (ActionKind::Remove, Effect::Lift, None);
        assert_eq!(told(&node, &item_of("p")).await, [applied, lifted]);
        let again = taken(&node, entry(&node, OrderKind::Restore, &[("item", "p")])).await;
        let refused = step(&node, again, Step::Execute(1)).await;
        assert!(
            matches!(refused, Err(Error::Order(OrderRefusal::NothingToRestore))),
            "{refused:?}"
        );
        step(&node, id, Step::Withdraw(call(&node), "Thu hồi.".to_owned()))
            .await
            .unwrap();
        assert_eq!(told(&node, &item_of("p")).await, [applied, lifted, applied]);
    });
}

#[test]
fn whom_a_confidential_order_concerns_is_told_when_it_ends() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let mut secret = entry(&node, OrderKind::Remove, &[("item", "p")]);
        secret.secret_until = Some(node.app.clock().now().plus_minutes(10 * DAY));
        let id = taken(&node, secret).await;
        step(&node, id, Step::Execute(1)).await.unwrap();
        let outs = async || {
            let page = action::feed(&node.app, &platform(), None, 10).await.unwrap();
            page.iter().map(|told| action::out(&node.app, told)).collect::<Vec<_>>()
        };
        run(&node).await;
        let hidden = outs().await;
        assert_eq!(hidden.len(), 1);
        assert!(hidden[0].notice.is_none() && hidden[0].appeal_url.is_none() && hidden[0].reason.is_empty());
        node.wait_minutes(10 * DAY);
        run(&node).await;
        run(&node).await;
        let open = outs().await;
        assert_eq!(open.len(), 2, "told once");
        let notice = open[1].notice.clone().unwrap();
        assert!(
            open[1].kind == "notice" && notice.vi.contains("123/A05-P5"),
            "{}",
            notice.vi
        );
        assert!(open[1].appeal_url.is_some());
    });
}

#[test]
fn an_amendment_is_checked_anew_and_lifts_what_it_names_no_more() {
    on_each(async |node| {
        for (post_id, author) in [("p", "u"), ("q", "v"), ("r", "w")] {
            post(&node, post_id, author, None).await;
        }
        let id = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p"), ("item", "q")])).await;
        step(&node, id, Step::Execute(1)).await.unwrap();
        let amendment = Amendment {
            drop: vec![1],
            add: vec![("item".to_owned(), "r".to_owned())],
            expires_at: Some(node.app.clock().now().plus_minutes(5 * DAY)),
            secret_until: None,
            call: call(&node),
            words: "Văn bản sửa đổi số 125.".to_owned(),
        };
        step(&node, id, Step::Amend(amendment)).await.unwrap();
        assert_eq!(life(step(&node, id, Step::Execute(2)).await), OrderError::NotChecked);
        for next in [Step::Check, Step::Take, Step::Execute(2), Step::Execute(3)] {
            step(&node, id, next).await.unwrap();
        }
        assert_eq!(life(step(&node, id, Step::Execute(1)).await), OrderError::Settled);
        let removed = (ActionKind::Remove, Effect::Apply, None);
        let lifted = (ActionKind::Remove, Effect::Lift, None);
        assert_eq!(told(&node, &item_of("p")).await, [removed, lifted]);
        assert_eq!(told(&node, &item_of("r")).await, [removed]);
        for reference in ["q", "r"] {
            report(&node, reference, None).await;
        }
        step(&node, id, Step::Answer("Đã thực hiện.".to_owned())).await.unwrap();
        // It said until when it holds.
        node.wait_minutes(5 * DAY);
        run(&node).await;
        assert_eq!(told(&node, &item_of("r")).await, [removed, lifted]);
        assert_eq!(show(&node, id).await.row.order.state.key(), "expired");
    });
}

#[test]
fn a_lock_for_good_takes_a_second_person() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let mut forever = entry(&node, OrderKind::Lock, &[("account", "u")]);
        forever.lock_days = None;
        forever.basis = vec!["nd-333-2026/16.4.dd".to_owned()];
        let id = taken(&node, forever).await;
        step(&node, id, Step::Execute(1)).await.unwrap();
        assert!(feed(&node).await.is_empty(), "nothing happens before a second person");
        assert_eq!(show(&node, id).await.row.order.targets[0].state.key(), "proposed");
        assert_eq!(life(step(&node, id, Step::Execute(1)).await), OrderError::NeedsSecond);
        let second = second(&node);
        for next in [Step::Take, Step::Execute(1)] {
            order::step(&node.app, &second, id, next).await.unwrap();
        }
        assert_eq!(
            told(&node, &account("u")).await,
            [(ActionKind::Lock, Effect::Apply, None)]
        );
    });
}

#[test]
fn what_the_node_cannot_do_is_done_by_hand_or_another_way() {
    on_each(async |node| {
        let id = taken(
            &node,
            entry(&node, OrderKind::BlockAccess, &[("domain", "lua-dao.example")]),
        )
        .await;
        // A node that guards no network does not put it on its blocklist.
        step(&node, id, Step::ByHand(1, "Đã chặn trên cổng.".to_owned()))
            .await
            .unwrap();
        step(&node, id, Step::Answer("Đã chặn.".to_owned())).await.unwrap();
        post(&node, "p", "u", None).await;
        let correction = taken(&node, entry(&node, OrderKind::Correction, &[("item", "p")])).await;
        assert_eq!(
            life(step(&node, correction, Step::Execute(1)).await),
            OrderError::ByHand
        );
        let request = taken(&node, entry(&node, OrderKind::ProvideInformation, &[("account", "u")])).await;
        assert_eq!(life(step(&node, request, Step::Execute(1)).await), OrderError::NotHere);
        let by_hand = Step::ByHand(1, "x".to_owned());
        assert_eq!(life(step(&node, request, by_hand).await), OrderError::NotHere);
        let answer = Step::Answer("Xem công văn số 9.".to_owned());
        assert_eq!(life(step(&node, request, answer).await), OrderError::Open);
        assert!(feed(&node).await.is_empty());
        // Evidence is kept while the order holds.
        let evidence = taken(&node, entry(&node, OrderKind::KeepEvidence, &[("item", "p")])).await;
        step(&node, evidence, Step::Execute(1)).await.unwrap();
        let found = item::list(
            &node.app,
            &node.manager(),
            item::ItemFilter::External("p".to_owned()),
            None,
            1,
        )
        .await;
        let kept = found.unwrap()[0].id;
        let holds = async || {
            let view = keeping::show(&node.app, &node.manager(), kept).await.unwrap();
            view.holds.iter().filter(|hold| hold.lasts(view.seen_at)).count()
        };
        assert_eq!(holds().await, 1);
        step(&node, evidence, Step::Withdraw(call(&node), "Thu hồi.".to_owned()))
            .await
            .unwrap();
        assert_eq!(holds().await, 0);
    });
}

#[test]
fn an_order_is_entered_whole_or_not_at_all() {
    on_each(async |node| {
        let refused = async |change: &dyn Fn(&mut Entry)| {
            let mut entry = entry(&node, OrderKind::Remove, &[("item", "p")]);
            change(&mut entry);
            order::enter(&node.app, &node.manager(), entry).await.map(drop)
        };
        assert!(refused(&|_| ()).await.is_ok());
        for (channel, is_genuine) in [(OrderChannel::Phone, true), (OrderChannel::Paper, false)] {
            let mut bare = entry(&node, OrderKind::Remove, &[("item", "p")]);
            (bare.channel, bare.document) = (channel, None);
            let id = enter(&node, bare).await;
            let called = step(&node, id, Step::Authenticate(call(&node))).await;
            assert_eq!(called.is_ok(), is_genuine);
            if !is_genuine {
                assert!(matches!(called, Err(Error::Order(OrderRefusal::NoDocument))));
                order::keep_document(&node.app, &node.manager(), id, PDF.to_vec())
                    .await
                    .unwrap();
                step(&node, id, Step::Authenticate(call(&node))).await.unwrap();
            }
        }
        let document = |found: Result<(), Error>| {
            let error = found.unwrap_err();
            let Error::Order(refusal) = error else {
                panic!("{error:?}");
            };
            refusal
        };
        let sized = |bytes: usize| {
            move |entry: &mut Entry| {
                let mut content = PDF.to_vec();
                content.resize(bytes, b' ');
                entry.document = Some(content);
            }
        };
        assert!(refused(&sized(MAX_DOCUMENT_BYTES)).await.is_ok());
        let too_large = OrderRefusal::Document(DocumentError::TooLarge);
        assert_eq!(document(refused(&sized(MAX_DOCUMENT_BYTES + 1)).await), too_large);
        let unknown = OrderRefusal::Document(DocumentError::Unknown);
        assert_eq!(
            document(refused(&|entry| entry.document = Some(b"MZ".to_vec())).await),
            unknown
        );
        assert!(matches!(
            refused(&|entry| entry.office = "x".into()).await,
            Err(Error::UnknownKey("office"))
        ));
        assert!(matches!(
            refused(&|entry| entry.basis = vec!["x/1".into()]).await,
            Err(Error::UnknownKey("basis"))
        ));
        assert!(matches!(
            refused(&|entry| entry.category = None).await,
            Err(Error::UnknownKey("category"))
        ));
        assert!(matches!(
            refused(&|entry| entry.signer = " ".into()).await,
            Err(Error::Text("signer", _))
        ));
        let moment = |found| assert_eq!(life(found), OrderError::BadMoment);
        moment(refused(&|entry| entry.received_at = entry.received_at.plus_minutes(1)).await);
        moment(refused(&|entry| entry.issued_on.day = 22).await);
        moment(refused(&|entry| entry.secret_until = Some(entry.received_at)).await);
        assert_eq!(
            life(refused(&|entry| entry.targets.clear()).await),
            OrderError::BadTargets
        );
        let entry = entry(&node, OrderKind::Remove, &[("item", "p")]);
        let lan = Actor::Person(node.person);
        let forbidden = order::enter(&node.app, &lan, entry).await;
        assert!(
            matches!(forbidden, Err(Error::Forbidden(Permission::HandleOrders))),
            "{forbidden:?}"
        );
        let forbidden = order::list(&node.app, &lan, Which::Open(None), 1).await;
        assert!(matches!(forbidden, Err(Error::Forbidden(Permission::ReadOrders))));
    });
}

#[test]
fn documents_are_kept_once_and_no_more_than_there_may_be() {
    on_each(async |node| {
        let id = enter(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        let keep = async |n: usize| {
            let content = [PDF, n.to_string().as_bytes()].concat();
            order::keep_document(&node.app, &node.manager(), id, content).await
        };
        for n in 2..=Order::MAX_DOCUMENTS {
            assert_eq!(keep(n).await.unwrap(), u32::try_from(n).unwrap());
        }
        assert_eq!(keep(2).await.unwrap(), 2, "the same again is the same");
        let refused = keep(99).await;
        let too_many = OrderRefusal::Document(DocumentError::TooMany);
        assert!(
            matches!(refused, Err(Error::Order(it)) if it == too_many),
            "{refused:?}"
        );
        let (row, content) = order::document(&node.app, &node.auditor(), id, 1).await.unwrap();
        assert_eq!((row.media_type.as_str(), content.as_slice()), ("application/pdf", PDF));
    });
}

#[test]
fn an_appeal_is_answered_as_any_other() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let id = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        step(&node, id, Step::Execute(1)).await.unwrap();
        let decision: Id<Decision> = show(&node, id).await.row.fates[0].decision.unwrap();
        let manager = node.manager();
        let opened = appeal::open(&node.app, &manager, decision, Party::Author, "Không phải tôi.").await;
        let opened = opened.unwrap();
        let minh = Actor::Person(node.other);
        let why = "Nhầm bài.".to_owned();
        let answered = appeal::answer(&node.app, &minh, opened.row.case, appeal::Answer::Reverse(why)).await;
        assert_eq!(answered.unwrap().done().unwrap().outcome, Outcome::NoViolation);
        let lifted = told(&node, &item_of("p")).await;
        assert_eq!(lifted.last(), Some(&(ActionKind::Remove, Effect::Lift, None)));
        // Withdrawing it afterwards changes nothing more.
        step(&node, id, Step::Withdraw(call(&node), "Thu hồi.".to_owned()))
            .await
            .unwrap();
        assert_eq!(told(&node, &item_of("p")).await, lifted);
    });
}

/// Whatever is tried in whatever order: the platform is told of no target but an order's that was authenticated and in
/// scope, every clock is met or breached in the end, and withdrawing all leads back to nothing.
#[test]
fn orders_act_on_their_targets_alone_and_leave_nothing() {
    on_each(async |node| {
        let mut seed = 7_u64;
        let mut roll = move |sides: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % sides
        };
        let mut orders = Vec::new();
        for n in 0..4 {
            let (p, q) = (format!("p{n}"), format!("q{n}"));
            post(&node, &p, &format!("u{n}"), None).await;
            post(&node, &q, &format!("v{n}"), None).await;
            let entry = entry(&node, OrderKind::Remove, &[("item", &p), ("item", &q)]);
            orders.push((enter(&node, entry).await, n));
        }
        for _ in 0..120 {
            let (id, n) = orders[usize::try_from(roll(4)).unwrap()];
            let target = 1 + u32::try_from(roll(2)).unwrap();
            let next = match roll(9) {
                0 => Step::Authenticate(call(&node)),
                1 => Step::Check,
                2 => Step::Take,
                3 | 4 => Step::Execute(target),
                5 if n == 0 => Step::ContestTarget(target, ContestGround::Unclear, "Không rõ.".to_owned()),
                6 => Step::Answer("Đã xong.".to_owned()),
                7 => Step::ByHand(target, "Đã thấy gỡ.".to_owned()),
                _ => {
                    node.wait_minutes(i64::try_from(roll(120)).unwrap());
                    run(&node).await;
                    continue;
                }
            };
            let before = feed(&node).await.len();
            let done = step(&node, id, next.clone()).await;
            let view = show(&node, id).await;
            let news = feed(&node).await.split_off(before);
            match (next, done) {
                (Step::Execute(target), Ok(())) => {
                    assert!(!view.calls.is_empty() && view.scope.holds());
                    let pointed = &view.row.order.targets[usize::try_from(target - 1).unwrap()].pointed;
                    assert!(news.iter().all(|row| row.target.reference() == pointed.reference()) && news.len() == 1);
                }
                // What was decided before it is contested is lifted.
                (Step::ContestTarget(..), Ok(())) => assert!(news.iter().all(|row| row.effect == Effect::Lift)),
                (_, _) => assert!(news.is_empty()),
            }
        }
        node.wait_minutes(3 * DAY);
        run(&node).await;
        for (id, _) in &orders {
            let clock = show(&node, *id).await.row.order.clock;
            assert!(!clock.is_running(), "met or breached");
            step(&node, *id, Step::Withdraw(call(&node), "Thu hồi.".to_owned()))
                .await
                .unwrap();
        }
        let mut holds = BTreeSet::new();
        for row in feed(&node).await {
            match row.effect {
                Effect::Apply => holds.insert(row.target),
                Effect::Lift => holds.remove(&row.target),
            };
        }
        assert_eq!(holds, BTreeSet::new());
    });
}

#[test]
fn what_is_over_and_not_confidential_is_published_without_people() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let open = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        let secret = Entry {
            secret_until: Some(node.app.clock().now().plus_minutes(60)),
            ..entry(&node, OrderKind::Remove, &[("item", "q")])
        };
        let secret = taken(&node, secret).await;
        let by_hand = [("url", "https://Vi-Du.vn/nguoi/lan"), ("domain", "khac.vn")];
        let blocked = taken(&node, entry(&node, OrderKind::BlockAccess, &by_hand)).await;
        step(&node, blocked, Step::ByHand(1, "Đã chặn.".to_owned()))
            .await
            .unwrap();
        let ground = ContestGround::NotFound;
        step(&node, blocked, Step::ContestTarget(2, ground, "Không có.".to_owned()))
            .await
            .unwrap();
        step(&node, secret, Step::ContestTarget(1, ground, "Không có.".to_owned()))
            .await
            .unwrap();
        for id in [secret, blocked] {
            step(&node, id, Step::Answer("Đã trả lời.".to_owned())).await.unwrap();
        }
        let read = async || published::notices(&node.app, None, 50).await.unwrap().notices;
        let ids = async || read().await.into_iter().map(|notice| notice.id).collect::<Vec<_>>();
        assert_eq!(
            ids().await,
            [blocked.to_string()],
            "neither the open one nor the confidential one"
        );
        let notice = read().await.remove(0);
        assert_eq!(notice.action_taken, ActionTaken::Partial);
        let hosts: Vec<Option<&str>> = notice.works.iter().map(|work| work.host.as_deref()).collect();
        assert_eq!(hosts, [Some("vi-du.vn"), Some("khac.vn")]);
        assert!(notice.log_entry.is_some());
        let told = format!("{notice:?}");
        for private in ["nguoi", "lan", "123/A05", "Nguyễn Văn A", "Bài đăng"] {
            assert!(!told.contains(private), "{private}: {told}");
        }
        node.wait_minutes(61);
        run(&node).await;
        assert_eq!(
            ids().await,
            [blocked.to_string(), secret.to_string()],
            "and after its time"
        );
        step(&node, open, Step::Execute(1)).await.unwrap();
    });
}
