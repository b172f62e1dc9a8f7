//! An office's node says what it asks for about users, and a platform's tells no more.

use anlanh_app::issued::{self, Change, Numbered};
use anlanh_app::order::information::{self, DemandEntry, InformationStep as Next, InformationView, Proposal};
use anlanh_app::order::{OrderRefusal, Step};
use anlanh_app::{Error, peer};
use anlanh_httpsig::SecretKey;
use anlanh_model::{
    Extent, Id, Information, InformationError, InformationState, Issued, IssuedState, Order, OrderKind, Time,
};
use anlanh_testkit::AGE_KEY;
use anlanh_vault::Vault;
use anlanh_wire::{Content, Message, PROTOCOL, Receipt, Stamp, sign_message};

use super::pair::*;
use crate::information::about;
use crate::node::{Node, on_each};
use crate::orders::{call, second};

const DAY: i64 = 24 * 60;
const PURPOSE: &str = "Xác minh vụ lừa đảo theo Quyết định số 45.";

/// What is asked of the last ten days, at the office and at the platform alike.
pub fn demand(node: &Node, fields: &[&str]) -> DemandEntry {
    let now = node.app.clock().now();
    DemandEntry {
        purpose: PURPOSE.to_owned(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        from: now.plus_minutes(-10 * DAY),
        to: now,
    }
}

fn proposal(node: &Node, of: &DemandEntry) -> Proposal {
    Proposal {
        purpose: None,
        fields: of.fields.clone(),
        from: of.from,
        to: of.to,
        recipient: AGE_KEY[1].to_owned(),
        fingerprint: information::fingerprint(AGE_KEY[1]).unwrap(),
        call: call(node),
    }
}

fn refusal(done: Result<impl Sized, Error>) -> InformationError {
    let error = done.err().unwrap();
    let Error::Order(OrderRefusal::Information(error)) = error else {
        panic!("{error:?}");
    };
    error
}

impl Pair {
    async fn asking(&self, demand: Option<DemandEntry>, targets: usize) -> Result<Id<Issued>, Error> {
        let targets = (0..targets).map(|n| ("account".to_owned(), format!("u-{n}")));
        let entry = issued::Entry {
            kind: OrderKind::ProvideInformation,
            basis: vec![basis(OrderKind::ProvideInformation).to_owned()],
            category: None,
            demand,
            targets: targets.collect(),
            ..super::orders::entry(self, "p").await
        };
        issued::draft(&self.authority.app, &self.authority.manager(), entry).await
    }

    async fn sign(&self, id: Id<Issued>) -> Result<(), Error> {
        issued::sign(&self.authority.app, &self.authority.manager(), id, Numbered::Again).await
    }

    async fn information(&self, id: Id<Order>) -> InformationView {
        information::show(&self.platform.app, &self.platform.manager(), id)
            .await
            .unwrap()
    }

    async fn go(&self, id: Id<Order>, next: Next) -> Result<(), Error> {
        information::step(&self.platform.app, &self.platform.manager(), id, next).await
    }

    async fn propose(&self, id: Id<Order>, of: &DemandEntry, purpose: Option<&str>) -> Result<(), Error> {
        let asked = Proposal {
            purpose: purpose.map(str::to_owned),
            ..proposal(&self.platform, of)
        };
        self.go(id, Next::Propose(Box::new(asked))).await
    }

    /// Hands the platform what a program wrote by hand about an order and the office's node signed, as the first thing or a
    /// later one; gives why it was not taken.
    async fn hand_in(&self, (stream, number): (&str, u64), content: &serde_json::Value) -> Option<String> {
        let content: Content = serde_json::from_value(content.clone()).unwrap();
        let message = Message {
            protocol: PROTOCOL.to_owned(),
            from: AUTHORITY.to_owned(),
            to: PLATFORM.to_owned(),
            stream: format!("order:{stream}"),
            number,
            at: Stamp(0),
            content,
        };
        let key = SecretKey::from_seed(&Vault::new([KEYS.0; 32]).secret_of("node.identity", 0));
        let body = message.to_json();
        let now = self.platform.app.clock().now().as_seconds();
        let fields = sign_message(MESSAGES, &body, &key, &format!("{stream}-{number}"), now).unwrap();
        let answered = peer::receive(&self.platform.app, &as_fields(&fields), &body)
            .await
            .unwrap();
        Receipt::parse(&answered.body).unwrap().reason
    }
}

/// The order as a message has it, in the words of the protocol.
fn content(demand: &DemandEntry, targets: usize) -> serde_json::Value {
    let stamp = |at: Time| Stamp(at.as_micros()).to_string();
    let targets = (0..targets).map(|n| serde_json::json!({ "kind": "account", "reference": format!("u-{n}") }));
    serde_json::json!({
        "kind": "order", "order": "provide_information", "office": OFFICE, "signer": "Thượng tá Nguyễn Văn A",
        "number": "7/A05-P5", "issued_on": "2026-09-21", "basis": [basis(OrderKind::ProvideInformation)],
        "reason": "Xác minh.", "haste": "ordinary", "targets": targets.collect::<Vec<_>>(),
        "information": {
            "version": 1, "purpose": demand.purpose, "fields": demand.fields,
            "from": stamp(demand.from), "to": stamp(demand.to),
        },
    })
}

#[test]
fn an_office_says_what_it_asks_for_and_less_may_be_told_but_never_more() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let asked = demand(&pair.authority, &["registered_phone", "sign_ins"]);
        let id = pair.asking(Some(asked.clone()), 2).await.unwrap();
        let view = pair.issued(id).await;
        let kept = view.row.demand.clone().unwrap();
        assert_eq!((kept.purpose(), kept.fields()), (PURPOSE, asked.fields.as_slice()));
        assert_eq!((kept.period().from(), kept.period().to()), (asked.from, asked.to));
        assert_eq!(view.asked, Ok(()));
        pair.sign(id).await.unwrap();
        pair.talk().await;
        assert_eq!(pair.issued(id).await.row.issued.state, IssuedState::Received);

        let received = pair.received().await.remove(0).row;
        assert_eq!(received.demand, Some(kept), "both sides have the same words");
        let order = received.order.id;
        for step in [Step::Check, Step::Take] {
            pair.step(order, step).await;
        }
        let fields = |keys: &[&str]| DemandEntry {
            fields: keys.iter().map(|key| (*key).to_owned()).collect(),
            ..asked.clone()
        };
        let more = fields(&["registered_phone", "sign_ins", "registered_email"]);
        assert_eq!(
            refusal(pair.propose(order, &more, None).await),
            InformationError::MoreFields
        );
        let other = fields(&["registered_email"]);
        assert_eq!(
            refusal(pair.propose(order, &other, None).await),
            InformationError::MoreFields
        );
        let longer = DemandEntry {
            from: asked.from.plus_seconds(-1),
            ..asked.clone()
        };
        assert_eq!(
            refusal(pair.propose(order, &longer, None).await),
            InformationError::LongerPeriod
        );
        let purpose = Some("Việc khác.");
        assert_eq!(
            refusal(pair.propose(order, &asked, purpose).await),
            InformationError::OtherPurpose
        );
        // Nothing was kept of what was refused.
        assert!(pair.information(order).await.requests.is_empty());

        // As it was asked.
        pair.propose(order, &asked, Some(PURPOSE)).await.unwrap();
        pair.go(order, Next::Decline("Chỉ cần số điện thoại.".to_owned()))
            .await
            .unwrap();
        // And less: one field, a day.
        let less = DemandEntry {
            from: asked.from.plus_minutes(9 * DAY),
            ..fields(&["registered_phone"])
        };
        pair.propose(order, &less, None).await.unwrap();
        let request = pair.information(order).await.requests.remove(0).request;
        assert_eq!(request.ask.purpose(), PURPOSE, "the purpose is the office's");
        assert_eq!(request.ask.fields(), less.fields);
        for actor in [second(&pair.platform), administrator_of(&pair.platform)] {
            information::step(&pair.platform.app, &actor, order, Next::Approve)
                .await
                .unwrap();
        }
        let phone: &[(&str, &[&str])] = &[("registered_phone", &["0901 234 567"])];
        let entries = vec![about(1, phone), about(2, phone)];
        pair.go(order, Next::Enter(entries)).await.unwrap();
        pair.go(order, Next::Prepare).await.unwrap();
        let state = pair.information(order).await.requests.remove(0).request.state;
        let InformationState::Prepared { extent, .. } = state else {
            panic!("{state:?}");
        };
        assert_eq!(extent, Extent::Part, "it is less than was asked");
    });
}

/// Who runs a node.
fn administrator_of(node: &Node) -> anlanh_model::Actor {
    anlanh_model::Actor::Person(anlanh_model::Person {
        id: node.person.id,
        role: anlanh_model::Role::Administrator,
    })
}

#[test]
fn what_is_asked_has_its_limits_when_it_is_drafted_and_when_it_is_signed() {
    on_each(async |node| {
        let pair = Pair::of_office(node).await;
        let now = pair.authority.app.clock().now();
        let good = demand(&pair.authority, &["registered_phone"]);
        let check = async |demand: Option<DemandEntry>, targets: usize, expected: Option<InformationError>| {
            let done = pair.asking(demand, targets).await;
            match expected {
                Some(expected) => assert_eq!(refusal(done), expected),
                None => drop(done.unwrap()),
            }
        };
        check(None, 1, Some(InformationError::NoDemand)).await;
        let of = |from: Time, to: Time| {
            let good = good.clone();
            Some(DemandEntry { from, to, ..good })
        };
        let longest = now.plus_minutes(-Information::MAX_PERIOD_DAYS * DAY);
        check(of(longest, now), 1, None).await;
        let bad = Some(InformationError::BadPeriod);
        check(of(longest.plus_seconds(-1), now), 1, bad).await;
        check(of(now, now.plus_minutes(-DAY)), 1, bad).await;
        check(of(longest, now.plus_seconds(1)), 1, bad).await;
        check(of(Time::from_micros(longest.as_micros() + 1), now), 1, bad).await;
        let with = |fields: &[&str]| Some(demand(&pair.authority, fields));
        let bad = Some(InformationError::BadFields);
        check(with(&[]), 1, bad).await;
        check(with(&["shoe_size"]), 1, bad).await;
        check(with(&["sign_ins", "sign_ins"]), 1, bad).await;
        check(Some(good.clone()), Information::MAX_SUBJECTS, None).await;
        let bulk = Some(InformationError::BadSubjects);
        check(Some(good.clone()), Information::MAX_SUBJECTS + 1, bulk).await;
        let long = |bytes: usize| {
            let purpose = "x".repeat(bytes);
            Some(DemandEntry {
                purpose,
                ..good.clone()
            })
        };
        check(long(Information::MAX_PURPOSE_BYTES), 1, None).await;
        for purpose in [long(Information::MAX_PURPOSE_BYTES + 1), long(0)] {
            let done = pair.asking(purpose, 1).await;
            assert!(matches!(done, Err(Error::Text("purpose", _))), "{done:?}");
        }
        // An order for something else asks for nothing of the kind.
        let removal = issued::Entry {
            demand: Some(good.clone()),
            ..super::orders::entry(&pair, "p").await
        };
        let done = issued::draft(&pair.authority.app, &pair.authority.manager(), removal).await;
        assert_eq!(refusal(done), InformationError::NotAsked);

        // A draft from before it could be said is not signed.
        let id = pair.asking(Some(good.clone()), 1).await.unwrap();
        forget_demands(&pair.authority).await;
        assert_eq!(pair.issued(id).await.asked, Err(InformationError::NoDemand));
        assert_eq!(refusal(pair.sign(id).await), InformationError::NoDemand);
        let entry = issued::Entry {
            kind: OrderKind::ProvideInformation,
            basis: vec![basis(OrderKind::ProvideInformation).to_owned()],
            category: None,
            demand: Some(good),
            targets: vec![("account".to_owned(), "u".to_owned())],
            ..super::orders::entry(&pair, "p").await
        };
        issued::rewrite(&pair.authority.app, &pair.authority.manager(), id, entry)
            .await
            .unwrap();
        pair.sign(id).await.unwrap();
    });
}

/// As if what is asked had never been said.
async fn forget_demands(node: &Node) {
    const FORGET: anlanh_db::Statement = anlanh_db::Statement::new("test.forget", "DELETE FROM issued_information");
    let written = node
        .app
        .store()
        .database()
        .write("test.forget", |tx| tx.execute(&FORGET, &[]));
    let rows: u64 = written.await.map_err(|error: anlanh_db::Error| error).unwrap();
    assert!(rows > 0);
}

#[test]
fn what_a_node_asks_wrongly_is_not_taken_and_it_hears_why() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let good = demand(&pair.platform, &["registered_phone", "sign_ins"]);
        let mut number = 0;
        let mut check = async |content: serde_json::Value, expected: Option<&str>| {
            number += 1;
            let reason = pair.hand_in((&number.to_string(), 1), &content).await;
            assert_eq!(reason.as_deref(), expected, "{content}");
        };
        let with = |key: &str, value: serde_json::Value| {
            let mut changed = content(&good, 1);
            changed["information"][key] = value;
            changed
        };
        let stamp = |at: Time| serde_json::json!(Stamp(at.as_micros()).to_string());
        check(content(&good, 1), None).await;
        check(content(&good, Information::MAX_SUBJECTS), None).await;
        check(content(&good, Information::MAX_SUBJECTS + 1), Some("too_many_subjects")).await;
        for fields in [
            serde_json::json!(["shoe_size"]),
            serde_json::json!([]),
            serde_json::json!(["sign_ins", "sign_ins"]),
        ] {
            check(with("fields", fields), Some("bad_fields")).await;
        }
        let longest = good.to.plus_minutes(-Information::MAX_PERIOD_DAYS * DAY);
        check(with("from", stamp(longest)), None).await;
        check(with("from", stamp(longest.plus_seconds(-1))), Some("bad_period")).await;
        check(with("from", stamp(good.to.plus_seconds(1))), Some("bad_period")).await;
        // The clock of the other side may be ahead by so much, and not by more.
        let skew = i64::from(anlanh_wire::MAX_SKEW_S);
        check(with("to", stamp(good.to.plus_seconds(skew))), None).await;
        check(with("to", stamp(good.to.plus_seconds(skew + 1))), Some("bad_period")).await;
        check(with("purpose", "".into()), Some("bad_text")).await;
        let purpose = "x".repeat(Information::MAX_PURPOSE_BYTES + 1);
        check(with("purpose", purpose.into()), Some("bad_text")).await;
        check(with("version", 2.into()), Some("unknown_key")).await;
        let mut other = content(&good, 1);
        other["order"] = "keep_evidence".into();
        other["basis"] = serde_json::json!([basis(OrderKind::KeepEvidence)]);
        check(other, Some("not_information")).await;
        assert_eq!(pair.received().await.len(), 4, "what was refused is no order here");
    });
}

#[test]
fn an_order_of_a_node_that_cannot_say_it_is_taken_and_people_say_what() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let good = demand(&pair.platform, &["registered_phone"]);
        let mut without = content(&good, 1);
        without.as_object_mut().unwrap().remove("information");
        assert_eq!(pair.hand_in(("1", 1), &without).await, None);
        let order = pair.received().await.remove(0).row;
        assert_eq!(order.demand, None);
        let order = order.order.id;
        for step in [Step::Check, Step::Take] {
            pair.step(order, step).await;
        }
        let unsaid = pair.propose(order, &good, None).await;
        assert!(matches!(unsaid, Err(Error::Text("purpose", _))), "{unsaid:?}");
        pair.propose(order, &good, Some(PURPOSE)).await.unwrap();
    });
}

#[test]
fn an_order_that_says_what_it_asks_is_amended_and_withdrawn_like_any() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let asked = demand(&pair.authority, &["registered_phone"]);
        let id = pair
            .asking(Some(asked.clone()), Information::MAX_SUBJECTS)
            .await
            .unwrap();
        pair.sign(id).await.unwrap();
        pair.talk().await;
        let order = pair.received().await.remove(0).row.order.id;
        for step in [Step::Check, Step::Take] {
            pair.step(order, step).await;
        }
        pair.propose(order, &asked, None).await.unwrap();
        let (signer, words) = ("Thượng tá Nguyễn Văn A".to_owned(), "Thu hẹp.".to_owned());
        let amend = |drop: Vec<u32>| Change::Amend {
            drop,
            add: vec![("account".to_owned(), "v".to_owned())],
            expires_at: None,
            secret_until: None,
            signer: signer.clone(),
            words: words.clone(),
        };
        let manager = pair.authority.manager();
        let beyond = issued::change(&pair.authority.app, &manager, id, amend(Vec::new())).await;
        assert_eq!(
            refusal(beyond),
            InformationError::BadSubjects,
            "one more than there may be"
        );
        pair.change(id, amend(vec![2])).await;
        pair.talk().await;
        assert!(
            pair.issued(id)
                .await
                .said
                .iter()
                .all(|said| said.outcome.as_deref() == Some("applied"))
        );
        let view = pair.information(order).await;
        assert_eq!(
            view.order.demand,
            pair.issued(id).await.row.demand,
            "what is asked stays"
        );
        assert_eq!(
            view.requests.first().unwrap().request.state.key(),
            "withdrawn",
            "what was proposed of other targets stands no more"
        );
        for step in [Step::Check, Step::Take] {
            pair.step(order, step).await;
        }
        pair.propose(order, &asked, None).await.unwrap();
        let request = pair.information(order).await.requests.remove(0).request;
        assert_eq!(request.ask.subjects(), [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        pair.change(id, Change::Withdraw { signer, words }).await;
        pair.talk().await;
        let view = pair.information(order).await;
        assert_eq!(view.order.order.state.key(), "withdrawn");
        assert_eq!(view.requests.first().unwrap().request.state.key(), "withdrawn");
    });
}

#[test]
fn no_amendment_makes_an_order_ask_about_more_than_it_may() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let most = content(
            &demand(&pair.platform, &["registered_phone"]),
            Information::MAX_SUBJECTS,
        );
        assert_eq!(pair.hand_in(("1", 1), &most).await, None);
        let amend = |drop: &[u32]| {
            serde_json::json!({
                "kind": "amend", "drop": drop, "add": [{ "kind": "account", "reference": "v" }],
                "signer": "Thượng tá Nguyễn Văn A", "reason": "Bổ sung.",
            })
        };
        let beyond = pair.hand_in(("1", 2), &amend(&[])).await;
        assert_eq!(beyond.as_deref(), Some("too_many_subjects"));
        assert_eq!(
            pair.hand_in(("1", 3), &amend(&[2])).await,
            None,
            "as many are left as before"
        );
    });
}
