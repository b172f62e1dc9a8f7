//! The life of a request for information, by every path.

use super::*;
use crate::{Pointed, Role, ScopeFinding, StatutoryClock};

const NOW: Time = Time::from_seconds(1_790_000_000);
const GOOD: OrderScope = OrderScope {
    office: ScopeFinding::Holds,
    power: ScopeFinding::Holds,
    basis: ScopeFinding::Unconfirmed,
    targets: ScopeFinding::Holds,
    lock: ScopeFinding::Holds,
};
const HOLDER: i64 = 7;

fn person(number: i64) -> Person {
    Person {
        id: Id::from_number(number).unwrap(),
        role: Role::PolicyManager,
    }
}

fn order(kind: OrderKind, targets: usize) -> Order {
    let pointed = (0..targets).map(|number| Pointed::parse("account", &format!("u-{number}")).unwrap());
    Order {
        id: Id::from_number(1).unwrap(),
        kind,
        clock: StatutoryClock::start(Id::from_number(1).unwrap(), "user-info".into(), Vec::new(), NOW, 24),
        expires_at: None,
        state: OrderState::Received,
        targets: Order::number(pointed.collect(), &[]).unwrap(),
    }
}

fn held(targets: usize) -> Order {
    let order = order(OrderKind::ProvideInformation, targets).authenticate().unwrap();
    order.check_scope(GOOD).unwrap().take(person(HOLDER)).unwrap()
}

fn period() -> InformationPeriod {
    InformationPeriod::new(NOW.plus_minutes(-60), NOW, NOW).unwrap()
}

fn ask(mandate: &InformationMandate<'_>, fields: usize) -> Result<InformationAsk, InformationError> {
    let fields: Vec<String> = (0..fields).map(|number| format!("field-{number}")).collect();
    InformationAsk::new(mandate, demand("Xác minh.", &fields, period())?)
}

fn demand(
    purpose: &str,
    fields: &[impl ToString],
    period: InformationPeriod,
) -> Result<InformationDemand, InformationError> {
    let fields = fields.iter().map(ToString::to_string).collect();
    InformationDemand::new(Text::parse(purpose).unwrap(), fields, period)
}

fn proposed(order: &Order, by: i64) -> Information {
    let mandate = order.information(GOOD, NOW).unwrap();
    Information::propose(
        Id::from_number(2).unwrap(),
        &mandate,
        person(by),
        ask(&mandate, 1).unwrap(),
    )
    .unwrap()
}

#[test]
fn only_an_order_that_stands_gives_the_right_to_a_step() {
    let check = |order: &Order, expected| {
        assert_eq!(order.information(GOOD, NOW).err(), Some(expected), "{:?}", order.state);
    };
    let received = order(OrderKind::ProvideInformation, 1);
    check(&received, OrderError::NotAuthenticated);
    let genuine = received.authenticate().unwrap();
    check(&genuine, OrderError::NotChecked);
    let in_scope = genuine.check_scope(GOOD).unwrap();
    check(&in_scope, OrderError::NotHeld);
    let held = in_scope.take(person(HOLDER)).unwrap();
    assert!(held.information(GOOD, NOW).is_ok());
    for kind in OrderKind::ALL {
        let other = Order {
            kind: *kind,
            ..held.clone()
        };
        let is_asked = *kind == OrderKind::ProvideInformation;
        assert_eq!(other.information(GOOD, NOW).is_ok(), is_asked, "{kind:?}");
    }
    // The law of the day is asked again with every step.
    let broken = OrderScope {
        basis: ScopeFinding::Fails,
        ..GOOD
    };
    assert_eq!(held.information(broken, NOW).err(), Some(OrderError::OutOfScope));
    let over = Order {
        expires_at: Some(NOW),
        ..held.clone()
    };
    check(&over, OrderError::Over);
    check(
        &held.clone().contest(ContestGround::Unclear, NOW).unwrap(),
        OrderError::Past,
    );
    check(&held.clone().amend().unwrap(), OrderError::NotChecked);
    check(&held.withdraw(NOW).unwrap(), OrderError::Over);
}

#[test]
fn two_others_approve_what_one_proposed() {
    let order = held(1);
    let mandate = order.information(GOOD, NOW).unwrap();
    let holder = person(HOLDER);
    let one = proposed(&order, HOLDER);
    assert_eq!(
        one.clone().approve(&mandate, holder),
        Err(InformationError::OwnProposal)
    );
    assert_eq!(one.release(&mandate, holder).err(), Some(InformationError::NotApproved));
    let once = one.approve(&mandate, person(8)).unwrap();
    assert_eq!(once.state.key(), "approved_once");
    assert_eq!(
        once.clone().approve(&mandate, person(8)),
        Err(InformationError::SamePerson)
    );
    assert_eq!(
        once.clone().approve(&mandate, holder),
        Err(InformationError::OwnProposal)
    );
    assert_eq!(
        once.release(&mandate, holder).err(),
        Some(InformationError::NotApproved)
    );
    let twice = once.approve(&mandate, person(9)).unwrap();
    assert_eq!(
        twice.clone().approve(&mandate, person(10)),
        Err(InformationError::Approved)
    );
    assert_eq!(
        twice.release(&mandate, person(8)).err(),
        Some(InformationError::Order(OrderError::NotHeld))
    );
    let InformationState::Approved { approvals } = twice.state else {
        panic!("{:?}", twice.state);
    };
    assert_eq!(
        (approvals.first().by, approvals.second().by),
        (person(8).id, person(9).id)
    );
    assert_eq!(
        twice.release(&mandate, holder).unwrap().ask().fields(),
        ["field-0".to_owned()]
    );
}

#[test]
fn a_file_is_taken_out_once_and_handed_over_after_that() {
    let order = held(1);
    let mandate = order.information(GOOD, NOW).unwrap();
    let holder = person(HOLDER);
    let approved = proposed(&order, HOLDER).approve(&mandate, person(8)).unwrap();
    let approved = approved.approve(&mandate, person(9)).unwrap();
    let early = |step: Result<Information, InformationError>| assert_eq!(step, Err(InformationError::NotPrepared));
    early(approved.clone().fetch(&mandate, holder));
    early(approved.clone().hand_over(&mandate, holder));
    let prepare = |request: &Information| {
        let release = request.release(&mandate, holder).unwrap();
        let state = Information::prepared(&release, mandate.sign(holder), Extent::Part);
        Information {
            state,
            ..request.clone()
        }
    };
    let prepared = prepare(&approved);
    assert_eq!(
        prepared.clone().hand_over(&mandate, holder),
        Err(InformationError::NotFetched)
    );
    assert_eq!(
        prepared.clone().fetch(&mandate, person(8)),
        Err(InformationError::Order(OrderError::NotHeld))
    );
    let fetched = prepared.fetch(&mandate, holder).unwrap();
    assert_eq!(fetched.clone().fetch(&mandate, holder), Err(InformationError::Fetched));
    // Whoever lost the file prepares it again, under the same approvals.
    let again = prepare(&fetched).fetch(&mandate, holder).unwrap();
    assert_eq!(again.clone().forget().state, approved.state);
    let done = again.hand_over(&mandate, holder).unwrap();
    assert_eq!(done.state.key(), "handed_over");
    assert_eq!(done.clone().forget(), done);
    for over in [
        done.clone().approve(&mandate, person(8)),
        done.clone().refuse(holder, ContestGround::Unlawful, NOW),
        done.clone().withdraw(NOW),
        done.clone().fetch(&mandate, holder),
        done.hand_over(&mandate, holder),
    ] {
        assert_eq!(over, Err(InformationError::Over));
    }
}

#[test]
fn one_person_refuses_it_and_it_ends_with_its_order() {
    let order = held(1);
    let refused = proposed(&order, HOLDER).refuse(person(8), ContestGround::Unlawful, NOW);
    let refused = refused.unwrap();
    assert!(refused.state.is_over());
    assert_eq!(refused.withdraw(NOW), Err(InformationError::Over));
    let withdrawn = proposed(&order, HOLDER).withdraw(NOW).unwrap();
    assert_eq!(withdrawn.state, InformationState::Withdrawn { at: NOW });
}

#[test]
fn what_is_asked_has_its_limits() {
    let bounded = |targets: usize| {
        let order = held(targets);
        let mandate = order.information(GOOD, NOW).unwrap();
        ask(&mandate, 1).map(|ask| ask.subjects().len())
    };
    assert_eq!(bounded(Information::MAX_SUBJECTS), Ok(Information::MAX_SUBJECTS));
    assert_eq!(
        bounded(Information::MAX_SUBJECTS + 1),
        Err(InformationError::BadSubjects)
    );
    let order = held(1);
    let mandate = order.information(GOOD, NOW).unwrap();
    assert!(ask(&mandate, Information::MAX_FIELDS).is_ok());
    for fields in [0, Information::MAX_FIELDS + 1] {
        assert_eq!(ask(&mandate, fields), Err(InformationError::BadFields));
    }
    let twice = demand("Xác minh.", &["a", "a"], period());
    assert_eq!(twice, Err(InformationError::BadFields));
    let most = Information::MAX_SUBJECTS;
    for (subjects, expected) in [(0, false), (1, true), (most, true), (most + 1, false)] {
        let is_bounded = InformationDemand::check_subjects(subjects).is_ok();
        assert_eq!(is_bounded, expected, "{subjects}");
    }
    // A target that was contested is asked about no more.
    let none = order
        .clone()
        .settle(
            1,
            crate::TargetState::Contested {
                at: NOW,
                ground: ContestGround::Unclear,
            },
            NOW,
        )
        .unwrap();
    let mandate = none.information(GOOD, NOW).unwrap();
    assert_eq!(ask(&mandate, 1), Err(InformationError::BadSubjects));
}

#[test]
fn a_period_is_bounded_and_over() {
    let days = |days: i64| NOW.plus_minutes(-days * 24 * 60);
    let check = |from, to, is_one: bool| assert_eq!(InformationPeriod::new(from, to, NOW).is_ok(), is_one);
    check(days(Information::MAX_PERIOD_DAYS), NOW, true);
    check(days(Information::MAX_PERIOD_DAYS).plus_seconds(-1), NOW, false);
    check(NOW, NOW, false);
    check(days(1), NOW.plus_seconds(1), false);
    let period = InformationPeriod::new(days(2), days(1), NOW).unwrap();
    for (at, expected) in [(days(2), true), (days(1), true), (NOW, false), (days(3), false)] {
        assert_eq!(period.holds(at), expected, "{at:?}");
    }
}

#[test]
fn less_than_an_office_asked_may_be_told_and_never_more() {
    let days = |days: i64| NOW.plus_minutes(-days * 24 * 60);
    let over = |from, to| InformationPeriod::new(days(from), days(to), NOW).unwrap();
    let asked = demand("Xác minh.", &["a", "b"], over(9, 2)).unwrap();
    let check = |purpose: &str, fields: &[&str], period, expected, is_less: bool| {
        let less = demand(purpose, fields, period).unwrap();
        assert_eq!(asked.check_within(&less), expected, "{less:?}");
        assert_eq!(asked.is_more_than(&less), is_less, "{less:?}");
    };
    check("Xác minh.", &["a", "b"], over(9, 2), Ok(()), false);
    check("Xác minh.", &["b", "a"], over(9, 2), Ok(()), false);
    check("Xác minh.", &["b"], over(9, 2), Ok(()), true);
    check("Xác minh.", &["a", "b"], over(8, 3), Ok(()), true);
    let more = Err(InformationError::MoreFields);
    check("Xác minh.", &["a", "b", "c"], over(9, 2), more, false);
    check("Xác minh.", &["a", "c"], over(9, 2), more, false);
    for period in [over(10, 2), over(9, 1), over(2, 1)] {
        check("Xác minh.", &["a"], period, Err(InformationError::LongerPeriod), true);
    }
    let other = Err(InformationError::OtherPurpose);
    check("Việc khác.", &["a", "b"], over(9, 2), other, false);
}

#[test]
fn what_two_sides_compare_has_whole_seconds() {
    let check = |from_micros: i64, to_micros: i64, is_whole: bool| {
        let from = Time::from_micros(NOW.as_micros() - 60_000_000 + from_micros);
        let to = Time::from_micros(NOW.as_micros() - to_micros);
        let period = InformationPeriod::new(from, to, NOW).unwrap();
        assert_eq!(period.whole_seconds().is_ok(), is_whole);
    };
    check(0, 0, true);
    check(1, 0, false);
    check(0, 1, false);
}
