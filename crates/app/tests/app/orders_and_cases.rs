//! A case whose item an order removes is closed by the same decision, and waits again when that is lifted; and what items,
//! cases and orders have to do with each other can be followed from each of them.

use anlanh_app::order::Step;
use anlanh_app::report::{self, NewReport};
use anlanh_app::{AuditFilter, CaseFilter, Error, audit, case, item};
use anlanh_model::{
    Actor, AuditAction, Case, CaseError, Id, MeasureKind, OrderKind, Outcome, ReportState, State, TargetKind,
};

use crate::enforcement::{DAY, asked, post, subject_only, with};
use crate::node::{Node, on_each, removal};
use crate::orders::{call, entry, run, show, step, taken};
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

#[test]
fn an_order_its_item_and_its_cases_lead_to_each_other() {
    on_each(async |node| {
        let id = post(&node, "p", "u", None).await;
        let order = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        let of_case = seen(&node, id).await;
        assert_eq!(of_case.orders.len(), 1, "said before anything is done");
        assert_eq!(of_case.orders[0].state, "open");
        assert_eq!(show(&node, order).await.about[0].cases, [id]);
        step(&node, order, Step::Execute(1)).await.unwrap();
        let about = show(&node, order).await.about.remove(0);
        assert_eq!((about.item, about.cases), (Some(of_case.item.id), vec![id]));
        let decided = seen(&node, about.decided.unwrap()).await;
        assert_eq!(decided.decision.unwrap().outcome, Outcome::Remove);
        for orders in [
            seen(&node, id).await.orders,
            item::show(&node.app, &node.manager(), of_case.item.id)
                .await
                .unwrap()
                .orders,
        ] {
            assert_eq!((orders[0].order, orders[0].target), (order, 1));
            assert_eq!(
                (orders[0].number.as_str(), orders[0].state.as_str()),
                ("123/A05-P5", "under_way")
            );
        }
    });
}

#[test]
fn the_audit_log_is_read_by_what_it_is_about_by_whom_and_by_day_page_by_page() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let order = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        let before = node.app.clock().now();
        node.wait_minutes(2 * DAY);
        step(&node, order, Step::Execute(1)).await.unwrap();
        let read = async |filter: AuditFilter, limit| {
            let mut entries = Vec::new();
            loop {
                let after = entries.last().map(|entry: &anlanh_app::AuditEntry| entry.id);
                let page = audit::page(&node.app, &node.auditor(), filter.clone(), after, limit)
                    .await
                    .unwrap();
                let is_last = page.len() < usize::try_from(limit).unwrap();
                entries.extend(page);
                if is_last {
                    return entries.iter().map(|entry| entry.action).collect::<Vec<_>>();
                }
            }
        };
        let of_order = AuditFilter::about("order", order.number());
        let expected = [
            AuditAction::ExecuteOrder,
            AuditAction::TakeOrder,
            AuditAction::CheckOrder,
            AuditAction::AuthenticateOrder,
            AuditAction::EnterOrder,
        ];
        for limit in [1, 2, 100] {
            assert_eq!(read(of_order.clone(), limit).await, expected);
        }
        let manager = AuditFilter {
            person: node.manager().person().map(|person| person.id),
            ..AuditFilter::default()
        };
        assert_eq!(read(manager.clone(), 2).await, expected);
        let nobody = AuditFilter {
            person: Some(node.person.id),
            ..of_order.clone()
        };
        assert_eq!(read(nobody, 100).await, []);
        let that_day = AuditFilter {
            until: Some(before.plus_minutes(DAY)),
            ..of_order.clone()
        };
        assert_eq!(read(that_day, 3).await, expected[1..]);
        let since = AuditFilter {
            from: Some(before.plus_minutes(DAY)),
            action: Some(AuditAction::ExecuteOrder),
            ..manager
        };
        assert_eq!(read(since, 100).await, expected[..1]);
    });
}
