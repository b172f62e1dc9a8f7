//! A case whose item an order removes is closed by the same decision, and waits again when that is lifted.

use anlanh_app::order::Step;
use anlanh_app::report::{self, NewReport};
use anlanh_app::{CaseFilter, Error, case};
use anlanh_model::{Actor, Case, CaseError, Id, MeasureKind, OrderKind, Outcome, ReportState, State, TargetKind};

use crate::enforcement::{DAY, asked, post, subject_only, with};
use crate::node::{Node, on_each, removal};
use crate::orders::{call, entry, run, step, taken};
use crate::reports::{about, row};

async fn is_waiting(node: &Node, id: Id<Case>) -> bool {
    let page = case::queue(&node.app, &node.manager(), CaseFilter::default(), None, 50)
        .await
        .unwrap();
    page.cases.iter().any(|row| row.case.id == id)
}

async fn seen(node: &Node, id: Id<Case>) -> case::CaseView {
    case::show(&node.app, &node.manager(), id).await.unwrap()
}

#[test]
fn an_order_that_removes_an_item_closes_its_case_and_lifting_it_opens_it_again() {
    on_each(async |node| {
        let id = post(&node, "p", "u", None).await;
        let of_item = NewReport {
            item: Some("p".to_owned()),
            ..about("lua-dao", "https://vi-du.vn/p")
        };
        let told = report::submit(&node.app, &Actor::Outsider, of_item.clone())
            .await
            .unwrap();
        assert_eq!(row(&node, &told).await.case, Some(id));
        let clocks = seen(&node, id).await.clocks;
        assert!(clocks.iter().any(|clock| clock.is_running()));
        // Somebody holds it, and that does not stand in the way of the order.
        let lan = Actor::Person(node.person);
        case::step(&node.app, &lan, id, case::Step::Take).await.unwrap();
        let order = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        step(&node, order, Step::Execute(1)).await.unwrap();

        let closed = seen(&node, id).await;
        assert!(matches!(closed.case.case.state, State::Ordered { .. }));
        assert!(
            closed
                .clocks
                .iter()
                .all(|clock| !clock.is_running() && !clock.is_breached())
        );
        let event = closed.events.iter().find(|event| event.kind == "ordered").unwrap();
        assert!(event.note.as_ref().unwrap().contains("123/A05-P5"));
        assert!(!is_waiting(&node, id).await);
        let answered = row(&node, &told).await;
        assert_eq!(
            (answered.state, answered.outcome),
            (ReportState::Answered, Some(Outcome::Remove))
        );
        let late = case::decide(&node.app, &lan, id, removal()).await;
        assert!(matches!(late, Err(Error::Case(CaseError::Ordered))), "{late:?}");
        let later = report::submit(&node.app, &Actor::Outsider, of_item).await.unwrap();
        assert_eq!(
            row(&node, &later).await.outcome,
            Some(Outcome::Remove),
            "it is answered at once"
        );
        node.wait_minutes(10 * DAY);
        run(&node).await;
        assert!(seen(&node, id).await.clocks.iter().all(|clock| !clock.is_breached()));

        step(&node, order, Step::Withdraw(call(&node), "Thu hồi.".to_owned()))
            .await
            .unwrap();
        let open = seen(&node, id).await;
        assert_eq!(open.case.case.state, State::Waiting);
        assert!(is_waiting(&node, id).await);
        case::decide(&node.app, &lan, id, removal()).await.unwrap();
        assert!(matches!(seen(&node, id).await.case.case.state, State::Decided { .. }));
    });
}

#[test]
fn what_waits_for_a_second_person_is_closed_and_an_order_that_does_less_closes_nothing() {
    on_each(async |node| {
        let first = post(&node, "p", "u", None).await;
        let forever = asked(MeasureKind::PermanentLock, TargetKind::Account, None);
        let lan = Actor::Person(node.person);
        let proposed = case::decide(&node.app, &lan, first, with(subject_only(), &[forever])).await;
        assert!(proposed.is_err() || seen(&node, first).await.waiting.is_some());
        let second = post(&node, "q", "v", None).await;
        let less = taken(&node, entry(&node, OrderKind::StopSharing, &[("item", "q")])).await;
        step(&node, less, Step::Execute(1)).await.unwrap();
        assert!(is_waiting(&node, second).await);
        let order = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        step(&node, order, Step::Execute(1)).await.unwrap();
        let closed = seen(&node, first).await;
        assert!(closed.waiting.is_none() && matches!(closed.case.case.state, State::Ordered { .. }));
    });
}
