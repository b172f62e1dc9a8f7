use super::*;
use crate::Role;

const NOW: Time = Time::from_seconds(1_790_000_000);

fn person(number: i64) -> Person {
    Person {
        id: Id::from_number(number).unwrap(),
        role: Role::SocEngineer,
    }
}

fn incident(number: i64) -> Incident {
    Incident::open(Id::from_number(number).unwrap(), Severity::Medium, NOW)
}

/// What can be done with an incident.
#[derive(Debug, Clone, Copy)]
enum Step {
    Triage,
    Take(i64),
    HandOver(i64),
    Contain(i64),
    Close(IncidentOutcome, i64),
    Reopen(i64),
    Merge(i64),
}

fn step(incident: Incident, step: Step) -> Result<Incident, IncidentStepError> {
    match step {
        Step::Triage => incident.triage(Severity::High, NOW),
        Step::Take(by) => incident.take(person(by), NOW),
        Step::HandOver(to) => incident.hand_over(person(to), NOW),
        Step::Contain(by) => incident.contain(person(by), NOW),
        Step::Close(outcome, by) => incident.close(outcome, person(by), NOW),
        Step::Reopen(by) => incident.reopen(person(by), NOW),
        Step::Merge(into) => incident.merge_into(&self::incident(into), NOW),
    }
}

/// Takes all steps but the last, which does what is expected.
#[track_caller]
fn check(steps: &[Step], expected: Result<&str, IncidentStepError>) {
    let (last, before) = steps.split_last().unwrap();
    let ready = before
        .iter()
        .fold(incident(1), |incident, at| step(incident, *at).unwrap());
    let done = step(ready, *last);
    assert_eq!(
        done.as_ref().map(|done| done.state.key()).map_err(|error| *error),
        expected,
        "{steps:?}"
    );
}

#[test]
fn an_incident_is_looked_at_taken_contained_closed_and_opened_again() {
    use IncidentOutcome::{FalsePositive, TruePositive};
    use Step::{Close, Contain, HandOver, Merge, Reopen, Take, Triage};
    check(&[Triage], Ok("triaged"));
    check(&[Take(1)], Err(IncidentStepError::NotTriaged));
    check(&[Triage, Take(1)], Ok("working"));
    check(&[Triage, Take(1), Take(2)], Err(IncidentStepError::Held));
    check(&[Triage, HandOver(2)], Err(IncidentStepError::NotTaken));
    check(
        &[Triage, Take(1), HandOver(2), Contain(1)],
        Err(IncidentStepError::Held),
    );
    check(&[Triage, Take(1), HandOver(2), Contain(2)], Ok("contained"));
    check(&[Triage, Contain(1)], Err(IncidentStepError::NotTaken));
    check(
        &[Triage, Take(1), Contain(1), Contain(1)],
        Err(IncidentStepError::Contained),
    );
    check(&[Triage, Take(1), Contain(1), HandOver(2)], Ok("contained"));
    check(&[Triage, Take(1), Contain(1), Triage], Ok("contained"));
    check(&[Close(FalsePositive, 1)], Err(IncidentStepError::NotTriaged));
    check(&[Triage, Close(FalsePositive, 1)], Ok("closed"));
    check(&[Triage, Close(TruePositive, 1)], Err(IncidentStepError::NotContained));
    check(
        &[Triage, Take(1), Close(TruePositive, 1)],
        Err(IncidentStepError::NotContained),
    );
    check(
        &[Triage, Take(1), Contain(1), Close(TruePositive, 2)],
        Err(IncidentStepError::Held),
    );
    check(&[Triage, Take(1), Contain(1), Close(TruePositive, 1)], Ok("closed"));
    check(&[Triage, Reopen(2)], Err(IncidentStepError::NotClosed));
    check(&[Triage, Close(FalsePositive, 1), Reopen(2)], Ok("working"));
    for late in [
        Triage,
        Take(1),
        HandOver(1),
        Contain(1),
        Close(FalsePositive, 1),
        Merge(2),
    ] {
        check(&[Triage, Close(FalsePositive, 1), late], Err(IncidentStepError::Closed));
        check(&[Merge(2), late], Err(IncidentStepError::Merged));
    }
    check(&[Merge(2)], Ok("merged"));
    check(&[Merge(1)], Err(IncidentStepError::Itself));
    check(&[Merge(2), Reopen(1)], Err(IncidentStepError::Merged));
}

#[test]
fn how_often_it_was_opened_again_is_counted_and_keys_are_read_as_written() {
    let closed = incident(1)
        .triage(Severity::Low, NOW)
        .and_then(|it| it.close(IncidentOutcome::FalsePositive, person(1), NOW))
        .unwrap();
    let again = closed.reopen(person(2), NOW).unwrap();
    assert_eq!((again.reopened, again.state.holder()), (1, Some(person(2).id)));
    let into = incident(9).triage(Severity::Low, NOW).unwrap();
    let closed = into.close(IncidentOutcome::FalsePositive, person(1), NOW).unwrap();
    assert_eq!(incident(1).merge_into(&closed, NOW), Err(IncidentStepError::Closed));
    for grouping in Grouping::ALL {
        assert_eq!(Grouping::from_key(grouping.key()), Some(*grouping));
    }
    for severity in Severity::ALL {
        assert_eq!(Severity::from_key(severity.key()), Some(*severity));
    }
    assert!(Severity::ALL.is_sorted());
}
