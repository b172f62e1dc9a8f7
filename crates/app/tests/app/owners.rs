//! Owners are asked to remove content themselves: by an order, or after a report that holds.

use anlanh_app::case::{self, Verdict};
use anlanh_app::enforcement::{Enforcement, EnforcementError};
use anlanh_app::order::{self, Amendment, Step};
use anlanh_app::owner::{self, Answer, Asked, OwnerView};
use anlanh_app::published::{self, Figure, Period};
use anlanh_app::{ActionKind, ActionRow, CaseFilter, Decision, Effect, Error, action, quality, report};
use anlanh_model::{
    Actor, AuditAction, Case, Cause, ClockEnd, Id, Order, OrderError, OrderKind, Outcome, OwnerError, OwnerRequest,
    OwnerState, OwnerVoice, Permission, Share, Target, TargetKind, TargetState,
};

use crate::enforcement::{DAY, decide, feed, platform, post, reverse};
use crate::node::{Node, on_each, removal};
use crate::orders::{call, entry, life, run, show, step, taken};
use crate::reports::about;

const WHY: &str = "Bài này chỉ cảnh báo thủ đoạn, không lừa ai.";

fn group() -> Target {
    Target::new(TargetKind::Group, "g").unwrap()
}

/// What the owner of the group was told, oldest first.
async fn notices(node: &Node) -> Vec<ActionRow> {
    let all = feed(node).await.into_iter();
    all.filter(|row| row.target == group() && row.asked.is_some()).collect()
}

/// The secret of the private link in the newest notice to the owner, with what it says in Vietnamese.
async fn link(node: &Node) -> (String, String) {
    let told = action::feed(&node.app, &platform(), None, 200).await.unwrap();
    let out = told.iter().map(|told| action::out(&node.app, told));
    let mut out = out.filter(|out| out.owner_request.as_ref().is_some_and(|asked| asked.url.is_some()));
    let last = out.next_back().unwrap();
    let url = last.owner_request.unwrap().url.unwrap();
    (url.rsplit('/').next().unwrap().to_owned(), last.notice.unwrap().vi)
}

async fn page(node: &Node, secret: &str) -> Asked {
    owner::show(&node.app, secret).await.unwrap().unwrap()
}

fn refused(done: Result<impl std::fmt::Debug, Error>) -> OwnerError {
    let error = done.unwrap_err();
    let Error::Owner(error) = error else {
        panic!("{error:?}");
    };
    error
}

/// An order to remove a post in the group, whose owner was asked.
async fn asked(node: &Node) -> Id<Order> {
    post(node, "p", "u", Some("g")).await;
    let id = taken(node, entry(node, OrderKind::Remove, &[("item", "p")])).await;
    step(node, id, Step::AskOwner(1, TargetKind::Group)).await.unwrap();
    id
}

async fn request(node: &Node, id: Id<Order>) -> OwnerView {
    show(node, id).await.owners.pop().unwrap()
}

#[test]
fn an_owner_is_asked_by_an_order_removes_it_and_somebody_looks() {
    on_each(async |node| {
        let id = asked(&node).await;
        let view = show(&node, id).await;
        assert_eq!(
            view.askable,
            [(1, TargetKind::Account)],
            "the author may be asked still"
        );
        let request = &view.owners[0].row.request;
        assert_eq!(request.clock.key, "page-owner-authority");
        assert_eq!(request.clock.due_at, node.app.clock().now().plus_minutes(DAY));
        assert!(view.row.order.clock.is_running(), "the platform's own clock runs on");
        let told = notices(&node).await;
        assert_eq!(
            told.iter().map(|row| (row.kind, row.effect)).collect::<Vec<_>>(),
            [(ActionKind::Notice, Effect::Apply)]
        );
        let (secret, notice) = link(&node).await;
        assert!(
            notice.contains("Nhóm g của bạn được yêu cầu gỡ nội dung p trước"),
            "{notice}"
        );
        assert!(notice.contains(&format!("/o/{secret}")), "{notice}");
        assert!(page(&node, &secret).await.decision.is_none());
        let early = step(&node, id, Step::ByOwner(1)).await;
        assert_eq!(life(early), OrderError::Owner(OwnerError::NotRemoved));
        node.wait_minutes(60);
        owner::answer_by_link(&node.app, &secret, Answer::Removed)
            .await
            .unwrap();
        assert_eq!(
            refused(owner::answer_by_link(&node.app, &secret, Answer::Removed).await),
            OwnerError::Over
        );
        let returned = owner::returned(&node.app, &node.manager()).await.unwrap();
        assert_eq!(returned, [(id, "123/A05-P5".to_owned())]);
        assert_eq!(
            show(&node, id).await.row.order.targets[0].state,
            TargetState::Open,
            "what an owner says settles nothing"
        );
        step(&node, id, Step::ByOwner(1)).await.unwrap();
        let view = show(&node, id).await;
        assert!(matches!(view.row.order.targets[0].state, TargetState::Executed { .. }));
        assert_eq!(
            view.row.fates[0].words.as_deref(),
            Some("Chủ nhóm g đã gỡ; nền tảng đã kiểm tra.")
        );
        assert!(owner::returned(&node.app, &node.manager()).await.unwrap().is_empty());
        let step = Step::Withdraw(call(&node), "Thu hồi.".to_owned());
        order::step(&node.app, &node.manager(), id, step).await.unwrap();
        let effects: Vec<Effect> = notices(&node).await.iter().map(|row| row.effect).collect();
        assert_eq!(
            effects,
            [Effect::Apply, Effect::Lift],
            "the owner hears of the withdrawal once"
        );
        assert!(node.actions().await.contains(&AuditAction::AnswerForOwner));
    });
}

#[test]
fn an_owner_who_contests_or_is_late_gives_it_back() {
    on_each(async |node| {
        let id = asked(&node).await;
        let (secret, _) = link(&node).await;
        node.wait_minutes(DAY);
        run(&node).await;
        assert!(!request(&node, id).await.row.request.is_returned(), "at the limit");
        node.wait_minutes(1);
        run(&node).await;
        let late = request(&node, id).await.row.request;
        assert!(late.clock.is_breached() && late.is_returned());
        assert_eq!(owner::returned(&node.app, &node.manager()).await.unwrap().len(), 1);
        let kinds: Vec<String> = show(&node, id).await.steps.into_iter().map(|step| step.kind).collect();
        assert!(kinds.contains(&"owner_overdue".to_owned()), "{kinds:?}");
        let long = "x".repeat(OwnerRequest::MAX_WORDS_BYTES + 1);
        let too_long = owner::answer_by_link(&node.app, &secret, Answer::Contested(long)).await;
        assert!(matches!(too_long, Err(Error::Text("words", _))), "{too_long:?}");
        let most = "x".repeat(OwnerRequest::MAX_WORDS_BYTES);
        owner::answer_by_link(&node.app, &secret, Answer::Contested(most.clone()))
            .await
            .unwrap();
        let contested = request(&node, id).await;
        assert_eq!(contested.words.as_deref(), Some(most.as_str()));
        assert!(matches!(
            contested.row.request.clock.end,
            ClockEnd::Breached { late: Some(_), .. }
        ));
        let figures = published::figures(&node.app, Period::parse("2026-09").unwrap())
            .await
            .unwrap();
        let of_owners = |figure| figures.value(figure, "page-owner-authority");
        assert_eq!(
            (of_owners(Figure::ClocksBreached), of_owners(Figure::ClocksMet)),
            (1, 0)
        );
        step(&node, id, Step::Execute(1)).await.unwrap();
        node.wait_minutes(DAY * 365 * 3);
        run(&node).await;
        assert_eq!(
            request(&node, id).await.words,
            None,
            "words go when those of appeals do"
        );
    });
}

#[test]
fn a_platform_answers_for_an_owner() {
    on_each(async |node| {
        let id = asked(&node).await;
        let request = request(&node, id).await.row.request.id;
        let said = Answer::Contested(WHY.to_owned());
        let nobody = owner::answer(&node.app, &node.reader(), request, said.clone()).await;
        assert!(matches!(nobody, Err(Error::Forbidden(_))), "{nobody:?}");
        let view = owner::answer(&node.app, &platform(), request, said).await.unwrap();
        assert!(matches!(
            view.row.request.state,
            OwnerState::Contested {
                voice: OwnerVoice::Platform,
                ..
            }
        ));
        assert_eq!(view.words.as_deref(), Some(WHY));
    });
}

#[test]
fn nothing_is_asked_any_more_once_the_platform_acts_or_the_order_is_over() {
    on_each(async |node| {
        let id = asked(&node).await;
        step(&node, id, Step::Execute(1)).await.unwrap();
        let ended = request(&node, id).await.row.request;
        assert!(matches!(ended.state, OwnerState::Ended { .. }));
        let secret = secret_of(ended.id);
        assert_eq!(
            refused(owner::answer_by_link(&node.app, &secret, Answer::Removed).await),
            OwnerError::Over
        );
        let effects: Vec<Effect> = notices(&node).await.iter().map(|row| row.effect).collect();
        assert_eq!(effects, [Effect::Apply, Effect::Lift]);

        post(&node, "q", "u", Some("g")).await;
        post(&node, "r", "u", Some("g")).await;
        let two = [("item", "q"), ("item", "r")];
        let id = taken(&node, entry(&node, OrderKind::Remove, &two)).await;
        for number in [1, 2] {
            step(&node, id, Step::AskOwner(number, TargetKind::Group))
                .await
                .unwrap();
        }
        let amendment = Amendment {
            drop: vec![1],
            add: Vec::new(),
            expires_at: None,
            secret_until: None,
            call: call(&node),
            words: "Bỏ một bài.".to_owned(),
        };
        step(&node, id, Step::Amend(amendment)).await.unwrap();
        let states = async || {
            let owners = show(&node, id).await.owners;
            let ended = |asked: &OwnerView| matches!(asked.row.request.state, OwnerState::Ended { .. });
            owners.iter().map(ended).collect::<Vec<bool>>()
        };
        assert_eq!(states().await, [true, false]);
        step(&node, id, Step::Withdraw(call(&node), "Thu hồi.".to_owned()))
            .await
            .unwrap();
        assert_eq!(states().await, [true, true]);
    });
}

/// The secret of the link of a request, as the node derives it.
fn secret_of(id: Id<OwnerRequest>) -> String {
    let vault = anlanh_vault::Vault::new([7; 32]);
    let secret = vault.secret_of("owner.link", id.number());
    secret.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn only_owners_who_are_known_and_may_be_told_are_asked_once() {
    on_each(async |node| {
        let id = asked(&node).await;
        let again = step(&node, id, Step::AskOwner(1, TargetKind::Group)).await;
        assert_eq!(refused(again), OwnerError::Asked);
        let unknown = step(&node, id, Step::AskOwner(1, TargetKind::Channel)).await;
        assert_eq!(refused(unknown), OwnerError::NoOwner);
        let other = taken(&node, entry(&node, OrderKind::StopSharing, &[("item", "p")])).await;
        let other = step(&node, other, Step::AskOwner(1, TargetKind::Group)).await;
        assert_eq!(life(other), OrderError::Unsuited);
        let mut secret = entry(&node, OrderKind::Remove, &[("item", "p")]);
        secret.secret_until = Some(node.app.clock().now().plus_minutes(DAY));
        let secret = taken(&node, secret).await;
        let early = step(&node, secret, Step::AskOwner(1, TargetKind::Group)).await;
        assert_eq!(refused(early), OwnerError::Confidential);
        node.wait_minutes(DAY);
        run(&node).await;
        step(&node, secret, Step::AskOwner(1, TargetKind::Group)).await.unwrap();
    });
}

/// A verdict that leaves the removal to the owner of the group.
fn left(outcome: Outcome) -> Verdict {
    Verdict {
        outcome,
        enforcement: Enforcement {
            owner: Some(TargetKind::Group),
            ..Enforcement::default()
        },
        ..removal()
    }
}

async fn reported(node: &Node, id: &str) -> Id<Case> {
    let case = post(node, id, "u", Some("g")).await;
    let mut new = about("lua-dao", &format!("https://vi-du.vn/{id}"));
    new.item = Some(id.to_owned());
    report::submit(&node.app, &Actor::Outsider, new).await.unwrap();
    case
}

async fn case_of_owner(node: &Node) -> Option<Id<Case>> {
    let minh = Actor::Person(node.other);
    let page = case::queue(&node.app, &minh, CaseFilter::default(), None, 50)
        .await
        .unwrap();
    let of_owner = page.cases.iter().find(|row| row.cause == Cause::Owner);
    of_owner.map(|row| row.case.id)
}

async fn of_decision(node: &Node, case: Id<Case>) -> OwnerRequest {
    let view = case::show(&node.app, &node.manager(), case).await.unwrap();
    view.owners[0].row.request.clone()
}

#[test]
fn a_report_that_holds_is_left_to_the_owner_for_the_time_of_the_law() {
    on_each(async |node| {
        let case = reported(&node, "p").await;
        let decision: Id<Decision> = decide(&node, case, left(Outcome::Hide)).await;
        let request = of_decision(&node, case).await;
        assert_eq!(request.clock.key, "page-owner-complaint");
        assert_eq!(request.clock.due_at, node.app.clock().now().plus_minutes(2 * DAY));
        let (secret, notice) = link(&node).await;
        assert!(notice.contains("được yêu cầu gỡ nội dung p trước"), "{notice}");
        assert!(page(&node, &secret).await.decision.is_some());
        node.wait_minutes(2 * DAY + 1);
        run(&node).await;
        let opened = case_of_owner(&node).await.unwrap();
        assert!(of_decision(&node, case).await.clock.is_breached());
        let minh = Actor::Person(node.other);
        case::decide(&node.app, &minh, opened, removal()).await.unwrap();
        let ended = of_decision(&node, case).await;
        assert!(
            matches!(ended.state, OwnerState::Ended { .. }),
            "the platform removed it"
        );
        reverse(&node, decision).await;
    });
}

#[test]
fn an_owner_contests_a_decision_by_an_appeal() {
    on_each(async |node| {
        let case = reported(&node, "p").await;
        let decision = decide(&node, case, left(Outcome::Limit)).await;
        let (secret, _) = link(&node).await;
        let said = Answer::Contested(WHY.to_owned());
        let request = of_decision(&node, case).await.id;
        let without = owner::answer(&node.app, &platform(), request, said.clone()).await;
        assert!(
            matches!(without, Err(Error::Forbidden(Permission::SubmitAppeals))),
            "{without:?}"
        );
        owner::answer_by_link(&node.app, &secret, said).await.unwrap();
        let contested = of_decision(&node, case).await;
        assert!(matches!(
            contested.state,
            OwnerState::Contested {
                voice: OwnerVoice::Link,
                ..
            }
        ));
        assert!(!contested.clock.is_breached());
        let lan = Actor::Person(node.person);
        let page = case::queue(&node.app, &lan, CaseFilter::default(), None, 50)
            .await
            .unwrap();
        assert!(page.cases.iter().any(|row| row.cause == Cause::Appeal));
        reverse(&node, decision).await;
    });
}

#[test]
fn only_what_was_reported_and_stays_is_left_to_an_owner() {
    on_each(async |node| {
        let lan = Actor::Person(node.person);
        let check = async |case: Id<Case>, outcome: Outcome| {
            let refused = case::decide(&node.app, &lan, case, left(outcome)).await;
            assert!(
                matches!(refused, Err(Error::Enforcement(EnforcementError::NotForOwner))),
                "{outcome:?} {refused:?}"
            );
        };
        let case = post(&node, "q", "u", Some("g")).await;
        check(case, Outcome::Hide).await;
        let case = reported(&node, "p").await;
        check(case, Outcome::Remove).await;
        decide(&node, case, left(Outcome::Hide)).await;
        assert_eq!(notices(&node).await.len(), 1);
    });
}

#[test]
fn a_second_opinion_asks_nobody_and_shows_nothing() {
    on_each(async |node| {
        let half = quality::Shares {
            second_review: Share::parse(Share::MAX_PERCENT).unwrap(),
            golden: Share::default(),
        };
        quality::set_shares(&node.app, &node.manager(), half).await.unwrap();
        let minh = Actor::Person(node.other);
        let mut asked = 0;
        // Half of all decisions are drawn: one soon is.
        let again = loop {
            let case = reported(&node, &format!("p-{asked}")).await;
            decide(&node, case, left(Outcome::Hide)).await;
            asked += 1;
            let page = case::queue(&node.app, &minh, CaseFilter::default(), None, 50)
                .await
                .unwrap();
            if let Some(drawn) = page.cases.first() {
                break drawn.case.id;
            }
        };
        assert!(case::show(&node.app, &minh, again).await.unwrap().owners.is_empty());
        case::decide(&node.app, &minh, again, left(Outcome::Hide))
            .await
            .unwrap();
        assert_eq!(notices(&node).await.len(), asked, "each owner is asked once");
    });
}
