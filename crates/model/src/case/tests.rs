use proptest::prelude::*;

use super::*;
use crate::Role;

const NOON: Time = Time::from_seconds(1_790_000_000);

fn id<T>(number: i64) -> Id<T> {
    Id::from_number(number).unwrap()
}

fn reviewer(number: i64) -> Person {
    let role = Role::Reviewer;
    Person { id: id(number), role }
}

fn manager(number: i64) -> Person {
    let role = Role::PolicyManager;
    Person { id: id(number), role }
}

fn note() -> Text<{ Case::MAX_NOTE_BYTES }> {
    Text::parse("cần người thứ hai xem").unwrap()
}

fn open() -> Case {
    Case::open(id(1), Cause::Review, Purpose::Live, Urgency::Normal, NOON).0
}

#[test]
fn one_person_holds_a_case_and_loses_it_with_time() {
    let (held, _) = open().take(reviewer(1), NOON).unwrap();
    let until = NOON.plus_minutes(Case::HOLD_MINUTES);
    let check = |person: Person, minutes: i64, expected: Option<CaseError>| {
        let now = NOON.plus_minutes(minutes);
        assert_eq!(held.clone().take(person, now).err(), expected, "{minutes}");
        assert_eq!(
            held.clone().decide(person, Outcome::Remove, now).err(),
            expected,
            "{minutes}"
        );
    };
    check(reviewer(1), 1, None);
    check(
        reviewer(2),
        Case::HOLD_MINUTES - 1,
        Some(CaseError::HeldByAnother { until }),
    );
    check(reviewer(2), Case::HOLD_MINUTES, None);
    assert_eq!(held.clone().release(reviewer(2)).err(), Some(CaseError::NotHeld));
    assert_eq!(held.release(reviewer(1)).unwrap().0.state, State::Waiting);
}

#[test]
fn an_escalated_case_needs_who_answers_for_the_rules() {
    let (escalated, event) = open().escalate(reviewer(1), note(), NOON).unwrap();
    assert_eq!(event.key(), "escalated");
    assert_eq!(escalated.due.urgency, Urgency::High);
    assert_eq!(
        escalated.clone().take(reviewer(1), NOON).err(),
        Some(CaseError::NeedsPolicyManager)
    );
    assert_eq!(
        escalated.clone().escalate(manager(2), note(), NOON).err(),
        Some(CaseError::Escalated)
    );
    assert!(escalated.decide(manager(2), Outcome::Hide, NOON).is_ok());
}

#[test]
fn the_second_opinion_is_somebody_else_s() {
    let purpose = Purpose::SecondReview {
        of: id(1),
        first: reviewer(1).id,
    };
    let (second, _) = Case::open(id(2), Cause::Review, purpose, Urgency::Low, NOON);
    assert_eq!(
        second.clone().take(reviewer(1), NOON).err(),
        Some(CaseError::FirstDecider)
    );
    assert_eq!(
        second.clone().decide(reviewer(1), Outcome::Hide, NOON).err(),
        Some(CaseError::FirstDecider)
    );
    assert!(second.take(reviewer(2), NOON).is_ok());
}

#[test]
fn what_needs_two_people_takes_effect_by_two() {
    let (waiting, event) = open().propose(reviewer(1), Outcome::SubjectOnly, NOON).unwrap();
    assert_eq!((event.key(), waiting.state), ("proposed", State::Waiting));
    let refused = |tried: Result<(Case, CaseEvent), CaseError>| tried.err();
    let confirm = |by: Person| waiting.clone().confirm(by, Outcome::SubjectOnly, NOON);
    assert_eq!(refused(confirm(reviewer(1))), Some(CaseError::FirstDecider));
    let anew = waiting.clone().decide(reviewer(2), Outcome::Remove, NOON);
    assert_eq!(refused(anew), Some(CaseError::AwaitingSecond));
    let (decided, _) = confirm(reviewer(2)).unwrap();
    // The first decided; the second confirmed.
    assert!(matches!(decided.state, State::Decided { by, .. } if by == reviewer(1).id));
    assert_eq!(
        refused(decided.decline(reviewer(2), note(), NOON)),
        Some(CaseError::Decided)
    );
    for by in [reviewer(1), reviewer(2)] {
        let (back, _) = waiting.clone().decline(by, note(), NOON).unwrap();
        assert_eq!(
            refused(back.clone().confirm(reviewer(3), Outcome::Hide, NOON)),
            Some(CaseError::NotAwaiting)
        );
        assert!(back.decide(reviewer(3), Outcome::Hide, NOON).is_ok());
    }
    let (held, _) = waiting.take(reviewer(2), NOON).unwrap();
    assert!(matches!(
        refused(held.clone().confirm(reviewer(3), Outcome::Hide, NOON)),
        Some(CaseError::HeldByAnother { .. })
    ));
    assert!(held.confirm(reviewer(2), Outcome::Hide, NOON).is_ok());
}

#[test]
fn keys_are_read_as_they_are_written() {
    for cause in Cause::ALL {
        assert_eq!(Cause::from_key(cause.key()), Some(*cause));
    }
    for level in Level::ALL {
        assert_eq!(Level::from_key(level.key()), Some(*level));
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Take,
    Release,
    Escalate,
    Reorder,
    Decide,
    Propose,
    Confirm,
    Decline,
}

fn steps() -> impl Strategy<Value = Vec<(Step, i64, i64)>> {
    let step = prop_oneof![
        Just(Step::Take),
        Just(Step::Release),
        Just(Step::Escalate),
        Just(Step::Reorder),
        Just(Step::Decide),
        Just(Step::Propose),
        Just(Step::Confirm),
        Just(Step::Decline)
    ];
    prop::collection::vec((step, 1..5_i64, 0..60_i64), 0..30)
}

#[test]
fn an_appeal_runs_under_its_own_clock() {
    let (decided, _) = open().decide(reviewer(1), Outcome::Remove, NOON).unwrap();
    let due = Due {
        at: NOON.plus_minutes(7 * 1_440),
        urgency: Urgency::Normal,
    };
    assert_eq!(
        Case::appeal(id(2), &open(), None, due, NOON).err(),
        Some(CaseError::NotAppealable)
    );
    let (appeal, event) = Case::appeal(id(2), &decided, None, due, NOON).unwrap();
    assert_eq!((event.key(), appeal.due), ("opened", due));
    // It may be moved forward, and never back behind its clock.
    let (sooner, _) = appeal.reorder(Urgency::High, note()).unwrap();
    assert_eq!(sooner.due, Due::of(Urgency::High, NOON));
    let (later, _) = sooner.reorder(Urgency::Low, note()).unwrap();
    assert_eq!(later.due.at, Due::of(Urgency::High, NOON).at);
    let (withdrawn, _) = later.withdraw(NOON).unwrap();
    assert_eq!(
        withdrawn.clone().take(reviewer(2), NOON).err(),
        Some(CaseError::Withdrawn)
    );
    assert_eq!(withdrawn.withdraw(NOON).err(), Some(CaseError::Withdrawn));
    assert_eq!(open().withdraw(NOON).err(), Some(CaseError::NotAppealable));
}

proptest! {
    /// Whoever decided anything below an appeal never takes, holds or decides it, whatever is tried in whatever order,
    /// however many appeals stand on each other.
    #[test]
    fn an_appeal_is_decided_by_somebody_new(steps in steps(), chain in 1..=Deciders::MAX, first in 1..5_i64) {
        let mut barred = Vec::new();
        let mut case = open();
        let mut now = NOON;
        let person = |number: i64| if number % 2 == 0 { manager(number) } else { reviewer(number) };
        for (decider, number) in (first..).zip(0..chain) {
            (case, _) = case.decide(person(decider), Outcome::Hide, now).unwrap();
            barred.push(person(decider).id);
            let due = Due::of(Urgency::Normal, now);
            let below = i64::try_from(number).unwrap();
            // Where the first decision took two, whoever confirmed it is barred as well.
            let second = (number == 0 && chain < Deciders::MAX).then(|| person(first + 20).id);
            barred.extend(second);
            (case, _) = Case::appeal(id(2 + below), &case, second, due, now).unwrap();
        }
        for (step, who, minutes) in steps {
            now = now.plus_minutes(minutes);
            // Some of these decided below, and some did not.
            let person = person(who + 2);
            let tried = match step {
                Step::Take => case.clone().take(person, now),
                Step::Release => case.clone().release(person),
                Step::Escalate => case.clone().escalate(person, note(), now),
                Step::Reorder => case.clone().reorder(Urgency::High, note()),
                Step::Decide => case.clone().decide(person, Outcome::Remove, now),
                Step::Propose => case.clone().propose(person, Outcome::Remove, now),
                Step::Confirm => case.clone().confirm(person, Outcome::Remove, now),
                Step::Decline => case.clone().decline(person, note(), now),
            };
            let changes_hands = !matches!(step, Step::Reorder);
            if changes_hands && barred.contains(&person.id) {
                prop_assert!(tried.is_err(), "{step:?} by {person:?}");
            }
            if let Ok((next, _)) = tried {
                case = next;
            }
            match case.state {
                State::Held { by, .. } | State::Decided { by, .. } => prop_assert!(!barred.contains(&by)),
                State::Waiting | State::Ordered { .. } | State::Withdrawn { .. } => {}
            }
        }
    }

    /// Whatever is tried in whatever order: a decision is final, and at no moment do two people hold one case.
    #[test]
    fn a_decision_is_final(steps in steps()) {
        let mut case = open();
        let mut now = NOON;
        for (step, who, minutes) in steps {
            now = now.plus_minutes(minutes);
            let person = if who == 4 { manager(who) } else { reviewer(who) };
            let before = case.clone();
            let tried = match step {
                Step::Take => case.clone().take(person, now),
                Step::Release => case.clone().release(person),
                Step::Escalate => case.clone().escalate(person, note(), now),
                Step::Reorder => case.clone().reorder(Urgency::High, note()),
                Step::Decide => case.clone().decide(person, Outcome::Remove, now),
                Step::Propose => case.clone().propose(person, Outcome::Remove, now),
                Step::Confirm => case.clone().confirm(person, Outcome::Remove, now),
                Step::Decline => case.clone().decline(person, note(), now),
            };
            if let Ok((next, _)) = tried {
                prop_assert!(!matches!(before.state, State::Decided { .. }), "a decided case changed");
                if let (State::Held { by, until }, State::Held { by: next_by, .. }) = (before.state, next.state) {
                    prop_assert!(by == next_by || now >= until || matches!(step, Step::Reorder));
                }
                if let (Some(first), State::Decided { by, .. }) = (before.awaiting, next.state) {
                    prop_assert!(first == by && first != person.id, "one person alone decided what needs two");
                }
                prop_assert_eq!(next.id, before.id);
                prop_assert_eq!(next.opened_at, before.opened_at);
                case = next;
            }
        }
    }
}
