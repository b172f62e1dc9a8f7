//! An order is carried out when the platform's systems say so, or somebody saw it: not when it was decided.

use anlanh_app::order::{self, Step};
use anlanh_app::{ActionRow, action};
use anlanh_model::{ContestGround, IssuedFate, IssuedState, OrderError, OrderKind, TargetState};

use crate::enforcement::{feed, platform, post};
use crate::node::{Node, on_each};
use crate::orders::{call, enter, entry, life, run, show, step, taken};
use crate::peers::pair::Pair;

/// The platform's systems say what became of the newest action of an item.
pub async fn report(node: &Node, reference: &str, problem: Option<&str>) {
    let told = feed(node).await;
    let of_item = told.iter().filter(|row| row.target.reference() == reference);
    let last: &ActionRow = of_item.max_by_key(|row| row.sequence).unwrap();
    action::confirm(&node.app, &platform(), last.id, problem.map(str::to_owned))
        .await
        .unwrap();
}

async fn states(node: &Node, id: anlanh_model::Id<anlanh_model::Order>) -> Vec<&'static str> {
    let view = show(node, id).await;
    view.row.order.targets.iter().map(|target| target.state.key()).collect()
}

#[test]
fn what_was_decided_is_under_way_until_the_platform_says_that_it_is_done() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        post(&node, "q", "v", None).await;
        let id = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p"), ("item", "q")])).await;
        for number in [1, 2] {
            step(&node, id, Step::Execute(number)).await.unwrap();
        }
        assert_eq!(states(&node, id).await, ["under_way", "under_way"]);
        assert!(show(&node, id).await.row.order.clock.is_running());
        assert_eq!(life(step(&node, id, Step::Execute(1)).await), OrderError::UnderWay);
        let answer = || Step::Answer("Đã gỡ.".to_owned());
        assert_eq!(life(step(&node, id, answer()).await), OrderError::UnderWay);

        report(&node, "p", None).await;
        report(&node, "q", Some("Bài đang bị khóa.")).await;
        report(&node, "q", Some("Bài đang bị khóa.")).await;
        assert_eq!(states(&node, id).await, ["executed", "failed"]);
        let view = show(&node, id).await;
        assert!(view.row.order.clock.is_running(), "it is not done");
        assert_eq!(view.problem(2), Some("Bài đang bị khóa."));
        let failed = view.steps.iter().filter(|step| step.kind == "failed").count();
        assert_eq!(failed, 1, "the same again changes nothing");
        assert_eq!(life(step(&node, id, answer()).await), OrderError::Open);

        // Told again, it is under way again; then it is done, and the clock is met.
        step(&node, id, Step::Execute(2)).await.unwrap();
        assert_eq!(states(&node, id).await, ["executed", "under_way"]);
        report(&node, "q", None).await;
        assert_eq!(states(&node, id).await, ["executed", "executed"]);
        let clock = show(&node, id).await.row.order.clock;
        assert!(!clock.is_running() && !clock.is_breached());
        step(&node, id, answer()).await.unwrap();

        // What it takes back afterwards is with people again, and its clock runs on.
        report(&node, "p", Some("Đã khôi phục nhầm.")).await;
        let view = show(&node, id).await;
        assert_eq!(states(&node, id).await, ["failed", "executed"]);
        assert_eq!(view.row.order.state.key(), "in_scope");
        assert!(view.row.order.clock.is_running());
        node.wait_minutes(24 * 60 + 1);
        run(&node).await;
        assert!(show(&node, id).await.row.order.clock.is_breached());
    });
}

#[test]
fn where_nobody_reports_a_person_confirms_it_and_what_is_contested_is_lifted() {
    on_each(async |node| {
        for reference in ["p", "q", "r"] {
            post(&node, reference, "u", None).await;
        }
        let targets = [("item", "p"), ("item", "q"), ("item", "r")];
        let id = taken(&node, entry(&node, OrderKind::Remove, &targets)).await;
        let by_hand = |number| Step::ByHand(number, "Đã gỡ bằng trang quản trị.".to_owned());
        assert_eq!(life(step(&node, id, by_hand(1)).await), OrderError::NotByHand);
        for number in [1, 2] {
            step(&node, id, Step::Execute(number)).await.unwrap();
        }
        step(&node, id, by_hand(1)).await.unwrap();
        assert_eq!(life(step(&node, id, by_hand(1)).await), OrderError::Settled);
        let before = feed(&node).await.len();
        let contest = Step::ContestTarget(2, ContestGround::NotFound, "Không có bài này.".to_owned());
        step(&node, id, contest).await.unwrap();
        assert_eq!(states(&node, id).await, ["executed", "contested", "open"]);
        let lifted: Vec<&str> = feed(&node).await[before..].iter().map(|row| row.effect.key()).collect();
        assert_eq!(lifted, ["lift"], "what is contested does not hold");
        report(&node, "q", None).await;
        assert_eq!(states(&node, id).await[1], "contested", "what is over stays so");
        assert_eq!(
            life(step(&node, id, Step::Contest(ContestGround::Unclear, "?".to_owned())).await),
            OrderError::PartDone
        );
        // The platform's systems may know better than whoever looked.
        report(&node, "p", Some("Không có quyền.")).await;
        assert_eq!(states(&node, id).await[0], "failed");
        step(&node, id, Step::Withdraw(call(&node), "Thu hồi.".to_owned()))
            .await
            .unwrap();
        assert_eq!(states(&node, id).await, ["lifted", "contested", "open"]);
    });
}

#[test]
fn what_is_restored_is_restored_when_the_platform_says_so() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let removal = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        step(&node, removal, Step::Execute(1)).await.unwrap();
        report(&node, "p", None).await;
        let back = taken(&node, entry(&node, OrderKind::Restore, &[("item", "p")])).await;
        step(&node, back, Step::Execute(1)).await.unwrap();
        assert_eq!(states(&node, back).await, ["under_way"]);
        report(&node, "p", Some("Đang lỗi.")).await;
        assert_eq!(states(&node, back).await, ["failed"]);
        step(&node, back, Step::Execute(1)).await.unwrap();
        report(&node, "p", None).await;
        assert_eq!(states(&node, back).await, ["executed"]);
        assert_eq!(
            states(&node, removal).await,
            ["executed"],
            "it was carried out in its time"
        );
        let kept = enter(&node, entry(&node, OrderKind::KeepEvidence, &[("item", "p")])).await;
        for next in [
            Step::Authenticate(call(&node)),
            Step::Check,
            Step::Take,
            Step::Execute(1),
        ] {
            step(&node, kept, next).await.unwrap();
        }
        assert_eq!(states(&node, kept).await, ["executed"], "the node does that itself");
    });
}

#[test]
fn the_authority_hears_that_it_is_under_way_done_and_not_done_after_all() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (id, order) = pair.removal_of("p").await;
        for next in [Step::Check, Step::Take, Step::Execute(1)] {
            pair.step(order, next).await;
        }
        let told = async || {
            pair.talk().await;
            let row = pair.issued(id).await.row.issued;
            let is_running = row.clock.as_ref().unwrap().is_running();
            (row.state, row.targets[0].fate, is_running)
        };
        assert_eq!(told().await, (IssuedState::UnderWay, IssuedFate::UnderWay, true));
        report(&pair.platform, "p", None).await;
        pair.step(order, Step::Answer("Đã gỡ.".to_owned())).await;
        assert_eq!(told().await, (IssuedState::Answered, IssuedFate::Executed, false));
        report(&pair.platform, "p", Some("Máy chủ nội bộ 10.0.0.7 lỗi.")).await;
        assert_eq!(told().await, (IssuedState::UnderWay, IssuedFate::Failed, true));
        let steps = pair.issued(id).await.steps;
        let failed = steps.iter().find(|step| step.kind == "failed").unwrap();
        assert_eq!(failed.note, None, "what the platform's systems write stays there");
        let (app, by) = (&pair.platform.app, pair.platform.manager());
        order::step(app, &by, order, Step::Take).await.unwrap();
        pair.step(order, Step::ByHand(1, "Đã gỡ bằng tay.".to_owned())).await;
        assert_eq!(told().await.1, IssuedFate::Executed);
        pair.step(order, Step::Answer("Đã gỡ lại.".to_owned())).await;
        assert_eq!(told().await, (IssuedState::Answered, IssuedFate::Executed, false));
        let target = &pair.received().await[0].row.order.targets[0];
        assert!(matches!(target.state, TargetState::Executed { .. }));
    });
}
