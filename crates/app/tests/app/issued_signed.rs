//! What goes out was looked at by two people, where there are two; a number is used once a year, unless somebody means it;
//! and what is carried out is told to be.

use anlanh_app::issued::{self, Change, Numbered};
use anlanh_app::order::{Amendment, Step};
use anlanh_app::{AuditFilter, Error, audit};
use anlanh_model::{Actor, AuditAction, Id, Issued, IssuedError, OrderError, OrderKind, Person, Role, Signing};
use anlanh_store::{Change as Write, staff};

use crate::enforcement::{DAY, post};
use crate::node::{Node, on_each};
use crate::orders::{call, entry, life, second, step, taken};
use crate::orders_carried_out::report;
use crate::peers::pair::Pair;

async fn give_role(node: &Node, id: Id<Person>, role: Role) {
    let change = Write {
        actor: node.manager(),
        action: AuditAction::ChangeStaff,
        now: node.app.clock().now(),
    };
    let given = node
        .app
        .store()
        .write(change, move |writer| staff::set_role(writer, id, role));
    let given: Result<(), anlanh_store::Error> = given.await;
    given.unwrap();
}

async fn sign(pair: &Pair, by: &Actor, id: Id<Issued>, numbered: Numbered) -> Result<(), IssuedError> {
    match issued::sign(&pair.authority.app, by, id, numbered).await {
        Ok(()) => Ok(()),
        Err(Error::Issued(why)) => Err(why),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_second_person_signs_where_there_is_one_and_an_office_of_one_says_so() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (app, manager) = (&pair.authority.app, pair.authority.manager());
        let detail = async |id: Id<Issued>| {
            let steps = pair.issued(id).await.steps;
            let signed = steps.into_iter().find(|step| step.kind == "signed");
            signed.unwrap().detail
        };
        let alone = pair.draft(OrderKind::Remove, &[("item", "p")]).await;
        assert_eq!(pair.issued(alone).await.signing, Some(Ok(Signing::Alone)));
        sign(&pair, &manager, alone, Numbered::Once).await.unwrap();
        assert_eq!(detail(alone).await, "alone");
        let auditor = pair.authority.auditor();
        let log = audit::page(app, &auditor, AuditFilter::of_action(AuditAction::SignIssued), None, 1).await;
        assert_eq!(log.unwrap()[0].detail, "signed alone");

        give_role(&pair.authority, pair.authority.other.id, Role::PolicyManager).await;
        let minh = second(&pair.authority);
        let id = pair.draft(OrderKind::Remove, &[("item", "q")]).await;
        assert_eq!(pair.issued(id).await.signing, Some(Err(IssuedError::OwnDraft)));
        let again = Numbered::Again;
        assert_eq!(sign(&pair, &manager, id, again).await, Err(IssuedError::OwnDraft));
        // Whoever wrote it last does not sign it, whoever began it may.
        let rewritten = crate::peers::orders::entry(&pair, "r").await;
        issued::rewrite(app, &minh, id, rewritten).await.unwrap();
        assert_eq!(sign(&pair, &minh, id, again).await, Err(IssuedError::OwnDraft));
        sign(&pair, &manager, id, again).await.unwrap();
        assert_eq!(detail(id).await, "");
    });
}

#[test]
fn a_number_is_used_once_a_year_unless_somebody_means_it() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let manager = pair.authority.manager();
        let first = pair.draft(OrderKind::Remove, &[("item", "p")]).await;
        let next = pair.draft(OrderKind::Remove, &[("item", "q")]).await;
        assert_eq!(pair.issued(next).await.twin, None, "a draft has no number yet");
        sign(&pair, &manager, first, Numbered::Once).await.unwrap();
        assert_eq!(pair.issued(next).await.twin, Some(first));
        assert_eq!(pair.issued(first).await.twin, None);
        assert_eq!(
            sign(&pair, &manager, next, Numbered::Once).await,
            Err(IssuedError::NumberUsed)
        );
        sign(&pair, &manager, next, Numbered::Again).await.unwrap();
        let noted = pair.issued(next).await.steps;
        let noted = noted.iter().find(|step| step.kind == "number_again").unwrap();
        assert_eq!(noted.detail, first.to_string());
        // Next year numbers begin anew.
        pair.authority.wait_minutes(366 * DAY);
        let later = pair.draft(OrderKind::Remove, &[("item", "r")]).await;
        assert_eq!(pair.issued(later).await.twin, None);
        sign(&pair, &manager, later, Numbered::Once).await.unwrap();
    });
}

#[test]
fn nothing_is_added_to_what_is_carried_out_and_the_reason_is_the_true_one() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (id, order) = pair.removal_of("p").await;
        for next in [Step::Check, Step::Take, Step::Execute(1)] {
            pair.step(order, next).await;
        }
        report(&pair.platform, "p", None).await;
        pair.talk().await;
        let more = |add: Vec<(String, String)>, days: Option<i64>| Change::Amend {
            drop: Vec::new(),
            add,
            expires_at: days.map(|days| pair.authority.app.clock().now().plus_minutes(days * DAY)),
            secret_until: None,
            signer: "Thượng tá Nguyễn Văn A".to_owned(),
            words: "Bổ sung.".to_owned(),
        };
        let item = vec![("item".to_owned(), "q".to_owned())];
        let refused = issued::change(&pair.authority.app, &pair.authority.manager(), id, more(item, None)).await;
        assert!(matches!(refused, Err(Error::Issued(IssuedError::Done))), "{refused:?}");
        pair.change(id, more(Vec::new(), Some(9))).await;
        pair.talk().await;
        assert!(
            pair.received().await[0].row.order.expires_at.is_some(),
            "what is no target may be changed"
        );
        let words = "Thu hồi.".to_owned();
        let signer = "Thượng tá Nguyễn Văn A".to_owned();
        pair.change(id, Change::Withdraw { signer, words }).await;
    });
}

#[test]
fn an_office_that_telephones_hears_the_same() {
    on_each(async |node| {
        post(&node, "p", "u", None).await;
        let id = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        step(&node, id, Step::Execute(1)).await.unwrap();
        report(&node, "p", None).await;
        let amendment = Amendment {
            drop: Vec::new(),
            add: vec![("item".to_owned(), "q".to_owned())],
            expires_at: None,
            secret_until: None,
            call: call(&node),
            words: "Văn bản sửa đổi số 125.".to_owned(),
        };
        assert_eq!(life(step(&node, id, Step::Amend(amendment)).await), OrderError::Done);
    });
}
