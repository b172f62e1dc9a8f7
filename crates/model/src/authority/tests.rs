//! The life of an order, by every path.

use super::*;
use crate::Role;

const RECEIPT: Time = Time::from_seconds(1_790_000_000);
const HOURS: u32 = 24;

fn person(number: i64) -> Person {
    Person {
        id: Id::from_number(number).unwrap(),
        role: Role::PolicyManager,
    }
}

fn at(hours: i64) -> Time {
    RECEIPT.plus_minutes(hours * 60)
}

fn order(kind: OrderKind) -> Order {
    let pointed = match kind {
        OrderKind::Lock => ["u-1", "u-2"].map(|it| Pointed::parse("account", it).unwrap()),
        OrderKind::BlockAccess => ["a.example", "b.example"].map(|it| Pointed::parse("domain", it).unwrap()),
        OrderKind::Remove
        | OrderKind::StopSharing
        | OrderKind::Restore
        | OrderKind::Correction
        | OrderKind::KeepEvidence
        | OrderKind::ProvideInformation
        | OrderKind::WarnUsers => ["p-1", "p-2"].map(|it| Pointed::parse("item", it).unwrap()),
    };
    let id = Id::from_number(1).unwrap();
    Order {
        id: Id::from_number(1).unwrap(),
        kind,
        clock: StatutoryClock::start(id, "takedown".into(), vec!["luat/1".into()], RECEIPT, HOURS),
        expires_at: None,
        state: OrderState::Received,
        targets: Order::number(pointed.into(), &[]).unwrap(),
    }
}

const GOOD: OrderScope = OrderScope {
    office: ScopeFinding::Holds,
    power: ScopeFinding::Unconfirmed,
    basis: ScopeFinding::Holds,
    targets: ScopeFinding::Holds,
    lock: ScopeFinding::Holds,
};

fn taken(kind: OrderKind) -> Order {
    let order = order(kind).authenticate().unwrap().check_scope(GOOD).unwrap();
    order.take(person(7)).unwrap()
}

#[test]
fn nothing_acts_before_it_is_genuine_in_scope_and_in_somebodys_hands() {
    let check = |order: &Order, expected: OrderError| {
        assert_eq!(
            order.mandate(person(7), at(1)).err(),
            Some(expected),
            "{:?}",
            order.state
        );
    };
    let received = order(OrderKind::Remove);
    check(&received, OrderError::NotAuthenticated);
    assert_eq!(received.clone().check_scope(GOOD), Err(OrderError::NotAuthenticated));
    assert_eq!(received.clone().take(person(7)), Err(OrderError::NotAuthenticated));
    assert_eq!(received.clone().answer(at(1)), Err(OrderError::NotAuthenticated));
    let genuine = received.authenticate().unwrap();
    check(&genuine, OrderError::NotChecked);
    assert_eq!(genuine.clone().authenticate(), Err(OrderError::Past));
    for broken in [
        OrderScope {
            office: ScopeFinding::Fails,
            ..GOOD
        },
        OrderScope {
            power: ScopeFinding::Fails,
            ..GOOD
        },
        OrderScope {
            basis: ScopeFinding::Fails,
            ..GOOD
        },
        OrderScope {
            targets: ScopeFinding::Fails,
            ..GOOD
        },
        OrderScope {
            lock: ScopeFinding::Fails,
            ..GOOD
        },
    ] {
        assert_eq!(genuine.clone().check_scope(broken), Err(OrderError::OutOfScope));
    }
    let partly = OrderScope {
        basis: ScopeFinding::Partly,
        ..GOOD
    };
    assert!(partly.holds() && !partly.may_be_signed() && GOOD.may_be_signed());
    assert_eq!(GOOD.and(partly), partly);
    assert!(genuine.clone().check_scope(partly).is_ok());
    let checked = genuine.check_scope(GOOD).unwrap();
    check(&checked, OrderError::NotHeld);
    let taken = checked.take(person(8)).unwrap();
    check(&taken, OrderError::NotHeld);
    let taken = taken.take(person(7)).unwrap();
    assert!(taken.mandate(person(7), at(1)).is_ok());
    let late = Order {
        expires_at: Some(at(1)),
        ..taken.clone()
    };
    check(&late, OrderError::Over);
    check(&taken.clone().amend().unwrap(), OrderError::NotChecked);
    check(
        &taken.clone().contest(ContestGround::Unclear, at(1)).unwrap(),
        OrderError::Past,
    );
    check(&taken.withdraw(at(1)).unwrap(), OrderError::Over);
}

#[test]
fn what_is_over_takes_no_step() {
    let answered = taken(OrderKind::Remove)
        .contest(ContestGround::NotFound, at(1))
        .unwrap()
        .answer(at(2))
        .unwrap();
    let withdrawn = order(OrderKind::Remove).withdraw(at(2)).unwrap();
    let expired = Order {
        expires_at: Some(at(2)),
        ..order(OrderKind::Remove)
    };
    assert_eq!(expired.clone().expire(at(1)), Err(OrderError::BadMoment));
    let expired = expired.expire(at(2)).unwrap();
    for over in [answered.clone(), withdrawn.clone(), expired.clone()] {
        assert!(!over.state.is_open());
        assert_eq!(over.clone().authenticate(), Err(OrderError::Over));
        assert_eq!(over.clone().check_scope(GOOD), Err(OrderError::Over));
        assert_eq!(over.clone().take(person(7)), Err(OrderError::Over));
        assert_eq!(over.clone().amend(), Err(OrderError::Over));
        assert_eq!(
            over.clone().contest(ContestGround::Unclear, at(3)),
            Err(OrderError::Over)
        );
        assert_eq!(over.clone().answer(at(3)), Err(OrderError::Over));
    }
    assert!(
        answered.withdraw(at(3)).is_ok(),
        "an office withdraws what was answered"
    );
    assert_eq!(withdrawn.withdraw(at(3)), Err(OrderError::Over));
    assert_eq!(expired.withdraw(at(3)), Err(OrderError::Over));
}

#[test]
fn each_line_is_dealt_with_once_and_a_second_person_is_somebody_else() {
    let order = taken(OrderKind::Lock);
    let act = order.mandate(person(7), at(1)).unwrap().act(1).unwrap();
    assert_eq!((act.first, act.second), (person(7).id, None));
    let order = order
        .settle(1, TargetState::Proposed { by: person(7).id }, at(1))
        .unwrap();
    assert_eq!(
        order.mandate(person(7), at(1)).unwrap().act(1),
        Err(OrderError::NeedsSecond)
    );
    let order = order.take(person(8)).unwrap();
    let act = order.mandate(person(8), at(1)).unwrap().act(1).unwrap();
    assert_eq!((act.first, act.second), (person(7).id, Some(person(8).id)));
    let order = order.settle(1, TargetState::Executed { at: at(1) }, at(1)).unwrap();
    let mandate = order.mandate(person(8), at(1)).unwrap();
    assert_eq!(mandate.act(1), Err(OrderError::Settled));
    assert_eq!(mandate.contest(1), Err(OrderError::Settled));
    assert_eq!(mandate.act(3), Err(OrderError::NoTarget));
    assert_eq!(mandate.by_hand(2), Err(OrderError::NotByHand));
    assert_eq!(
        order.clone().contest(ContestGround::Unclear, at(1)),
        Err(OrderError::PartDone)
    );
    assert_eq!(order.clone().answer(at(1)), Err(OrderError::Open));
}

#[test]
fn what_the_node_cannot_do_is_done_by_hand_or_not_here() {
    let order = taken(OrderKind::BlockAccess);
    let mandate = order.mandate(person(7), at(1)).unwrap();
    assert_eq!(mandate.act(1).unwrap().target.number, 1, "through the blocklist");
    assert_eq!(mandate.by_hand(1).unwrap().number, 1, "or by people");
    let order = taken(OrderKind::Correction);
    let mandate = order.mandate(person(7), at(1)).unwrap();
    assert_eq!(mandate.act(1), Err(OrderError::ByHand));
    assert_eq!(mandate.by_hand(1).unwrap().number, 1);
    let request = taken(OrderKind::ProvideInformation);
    let mandate = request.mandate(person(7), at(1)).unwrap();
    assert_eq!(mandate.act(1), Err(OrderError::NotHere));
    assert_eq!(mandate.by_hand(1), Err(OrderError::NotHere));
    assert_eq!(
        request.clone().answer(at(1)),
        Err(OrderError::Open),
        "it is handed over or refused"
    );
    let refused = request.contest(ContestGround::Unlawful, at(1)).unwrap();
    assert!(refused.answer(at(1)).is_ok());
}

#[test]
fn the_clock_is_met_by_the_last_line_or_the_answer_and_a_breach_stays() {
    let done = |order: Order, hours| {
        let order = order
            .settle(1, TargetState::Executed { at: at(hours) }, at(hours))
            .unwrap();
        assert!(order.clock.is_running());
        order
            .settle(2, TargetState::Executed { at: at(hours) }, at(hours))
            .unwrap()
    };
    for hours in [1, 23, 24] {
        assert!(!done(taken(OrderKind::Remove), hours).clock.is_breached());
    }
    assert!(done(taken(OrderKind::Remove), 25).clock.is_breached());
    let contested = taken(OrderKind::Remove)
        .contest(ContestGround::Unlawful, at(1))
        .unwrap();
    assert!(contested.clock.is_running(), "whoever contests tells the office");
    assert!(!contested.clone().answer(at(24)).unwrap().clock.is_breached());
    assert!(contested.answer(at(25)).unwrap().clock.is_breached());
    let mut late = taken(OrderKind::Remove);
    late.clock = late.clock.tick(at(25)).0;
    assert!(late.withdraw(at(26)).unwrap().clock.is_breached());
}

#[test]
fn targets_are_exact() {
    let check = |key: &str, reference: &str, is_one: bool| {
        assert_eq!(Pointed::parse(key, reference).is_ok(), is_one, "{key} {reference}");
    };
    check("item", "p-1", true);
    check("item", "", false);
    check("report", "r-1", false);
    check("thing", "x", false);
    check("url", "https://vi-du.vn/bai/1", true);
    check("url", "https://vi-du.vn/", false);
    check("url", "https://vi-du.vn", false);
    check("url", "vi-du.vn/bai", false);
    check("url", "https://vi-du.vn/a b", false);
    let long = |bytes: usize| format!("https://vi-du.vn/{}", "a".repeat(bytes - 17));
    check("url", &long(Order::MAX_ADDRESS_BYTES), true);
    check("url", &long(Order::MAX_ADDRESS_BYTES + 1), false);
    check("domain", "vi-du.com.vn", true);
    check("domain", "vn", false);
    check("domain", "a..vn", false);
    for (kind, key, reference, suits) in [
        (OrderKind::Remove, "item", "p", true),
        (OrderKind::Remove, "account", "u", false),
        (OrderKind::Remove, "domain", "a.vn", false),
        (OrderKind::Lock, "item", "p", false),
        (OrderKind::Lock, "channel", "c", true),
        (OrderKind::BlockAccess, "domain", "a.vn", true),
        (OrderKind::Restore, "account", "u", true),
    ] {
        assert_eq!(
            kind.suits(&Pointed::parse(key, reference).unwrap()),
            suits,
            "{kind:?} {key}"
        );
    }
}

#[test]
fn an_order_has_a_bounded_number_of_lines_each_once() {
    let lines = |n: usize| {
        (0..n)
            .map(|n| Pointed::parse("item", &n.to_string()).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(Order::number(Vec::new(), &[]), Err(OrderError::BadTargets));
    let full = Order::number(lines(Order::MAX_TARGETS), &[]).unwrap();
    assert_eq!(full.last().map(|target| target.number), Some(100));
    assert_eq!(
        Order::number(lines(Order::MAX_TARGETS + 1), &[]),
        Err(OrderError::BadTargets)
    );
    let twice = [lines(1), lines(1)].concat();
    assert_eq!(Order::number(twice, &[]), Err(OrderError::BadTargets));
    let known = Order::number(lines(2), &[]).unwrap();
    assert_eq!(Order::number(lines(1), &known), Err(OrderError::BadTargets));
    let more = Order::number(vec![Pointed::parse("item", "x").unwrap()], &known).unwrap();
    assert_eq!(more.first().map(|target| target.number), Some(3));
}

/// Whatever is tried in whatever order: a line is carried out only by whoever may, and the clock is met or breached.
#[test]
fn no_path_leads_around_the_checks() {
    let mut seed = 42_u64;
    let mut next = move |n: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for _ in 0..2_000 {
        let mut order = order(OrderKind::Remove);
        let (mut genuine, mut in_scope) = (false, false);
        for hours in 0..40 {
            let now = at(hours);
            order.clock = order.clock.tick(now).0;
            let was_breached = order.clock.is_breached();
            let before = order.clone();
            let holds = next(2) == 0;
            let scope = if holds {
                GOOD
            } else {
                OrderScope {
                    basis: ScopeFinding::Fails,
                    ..GOOD
                }
            };
            let (who, line) = (person(7 + next(2).cast_signed()), 1 + u32::try_from(next(2)).unwrap());
            let tried = match next(9) {
                0 => before.authenticate().inspect(|_| genuine = true),
                1 => before.check_scope(scope).inspect(|_| in_scope = true),
                2 => before.take(who),
                3 => before
                    .mandate(who, now)
                    .and_then(|mandate| mandate.act(line).map(drop))
                    .and_then(|()| {
                        assert!(genuine && in_scope);
                        order.clone().settle(line, TargetState::Executed { at: now }, now)
                    }),
                4 => before.contest(ContestGround::Unclear, now),
                5 => before.answer(now),
                6 => before.amend().inspect(|_| in_scope = false),
                7 if next(6) == 0 => before.withdraw(now),
                _ => Err(OrderError::Past),
            };
            if let Ok(next) = tried {
                order = next;
            }
            assert!(!was_breached || order.clock.is_breached(), "a breach stays");
            assert!(
                order.state.is_open() || !order.clock.is_running(),
                "what is over asks for nothing"
            );
        }
    }
}
