use proptest::prelude::*;

use super::*;
use crate::Role;

const START: Time = Time::from_seconds(1_790_000_000);

fn person(number: i64) -> Person {
    Person {
        id: Id::from_number(number).unwrap(),
        role: Role::SocEngineer,
    }
}

fn change(source: BlockSource, needed: u32) -> BlockChange {
    BlockChange {
        id: Id::from_number(1).unwrap(),
        source,
        needed,
        approvals: Vec::new(),
        stage: BlockStage::Proposed,
    }
}

fn by_hand(needed: u32) -> BlockChange {
    change(BlockSource::Hand(person(1).id), needed)
}

fn by_order() -> BlockChange {
    change(BlockSource::Order(Id::from_number(9).unwrap(), 1), 0)
}

fn hour(hours: i64) -> Time {
    START.plus_minutes(hours * 60)
}

fn entry(state: BlockState) -> BlockEntry {
    BlockEntry {
        id: Id::from_number(2).unwrap(),
        change: Id::from_number(1).unwrap(),
        expires_at: Some(hour(100)),
        state,
    }
}

#[test]
fn a_change_goes_from_shadow_to_the_canary_to_all() {
    let change = by_hand(0).begin_shadow(START).unwrap();
    let early = change.clone().begin_canary(BlockHaste::Usual, 24, hour(23));
    assert_eq!(early, Err(BlockStepError::ShadowRuns));
    assert_eq!(change.clone().enforce(15, hour(24)), Err(BlockStepError::CanaryRuns));
    let change = change.begin_canary(BlockHaste::Usual, 24, hour(24)).unwrap();
    let early = change.clone().enforce(15, hour(24).plus_minutes(14));
    assert_eq!(early, Err(BlockStepError::CanaryRuns));
    let change = change.enforce(15, hour(24).plus_minutes(15)).unwrap();
    assert_eq!(change.clone().refuse(hour(25)), Err(BlockStepError::Past));
    let change = change.roll_back(hour(26)).unwrap();
    for over in [
        change.clone().begin_shadow(hour(27)),
        change.clone().begin_canary(BlockHaste::Urgent, 0, hour(27)),
        change.clone().enforce(0, hour(27)),
        change.clone().roll_back(hour(27)),
        change.clone().approve(person(2)),
        change.refuse(hour(27)),
    ] {
        assert_eq!(over, Err(BlockStepError::Over));
    }
}

#[test]
fn what_a_guard_objects_to_takes_two_people_who_did_not_propose_it() {
    let change = by_hand(BlockChange::FOR_OBJECTION);
    assert_eq!(change.clone().approve(person(1)), Err(BlockStepError::OwnProposal));
    let change = change.approve(person(2)).unwrap();
    assert_eq!(change.clone().approve(person(2)), Err(BlockStepError::SamePerson));
    let early = change.clone().begin_canary(BlockHaste::Urgent, 24, START);
    assert_eq!(early, Err(BlockStepError::NotApproved(1)));
    let change = change.approve(person(3)).unwrap();
    assert!(change.begin_canary(BlockHaste::Urgent, 24, START).is_ok());
}

#[test]
fn nobody_skips_the_shadow_alone() {
    let alone = by_hand(0).begin_canary(BlockHaste::Urgent, 24, START);
    assert_eq!(alone, Err(BlockStepError::NotApproved(1)));
    let usual = by_hand(0).begin_canary(BlockHaste::Usual, 24, START);
    assert_eq!(usual, Err(BlockStepError::ShadowRuns));
    assert!(by_hand(0).begin_canary(BlockHaste::Usual, 0, START).is_ok());
}

#[test]
fn an_order_is_in_force_at_once_and_ends_with_itself_alone() {
    let change = by_order().enforce_order(START).unwrap();
    assert_eq!(change.clone().roll_back(START), Err(BlockStepError::ByOrder));
    assert_eq!(change.clone().enforce_order(START), Err(BlockStepError::Past));
    assert_eq!(by_hand(0).enforce_order(START), Err(BlockStepError::CanaryRuns));
    let objection = BlockObjection {
        id: Id::from_number(3).unwrap(),
        entry: Id::from_number(2).unwrap(),
        clock: None,
        answered: None,
    };
    let lifted = objection
        .clone()
        .answer(person(5), ObjectionResult::Lifted, &change, START);
    assert_eq!(lifted, Err(BlockStepError::ByOrder));
    assert!(
        objection
            .answer(person(5), ObjectionResult::PassedOn, &change, START)
            .is_ok()
    );
}

#[test]
fn an_objection_is_answered_once_by_somebody_new() {
    let change = by_hand(1).approve(person(2)).unwrap();
    let clock = StatutoryClock::start(
        Id::from_number(4).unwrap(),
        "block-objection".into(),
        Vec::new(),
        START,
        48,
    );
    let objection = BlockObjection {
        id: Id::from_number(3).unwrap(),
        entry: Id::from_number(2).unwrap(),
        clock: Some(clock),
        answered: None,
    };
    for own in [1, 2] {
        let answered = objection
            .clone()
            .answer(person(own), ObjectionResult::Kept, &change, START);
        assert_eq!(answered, Err(BlockStepError::OwnJudgement));
    }
    let answered = objection
        .answer(person(3), ObjectionResult::Lifted, &change, hour(1))
        .unwrap();
    assert!(
        answered
            .clock
            .as_ref()
            .is_some_and(|clock| !clock.is_running() && !clock.is_breached())
    );
    let again = answered.answer(person(4), ObjectionResult::Kept, &change, hour(2));
    assert_eq!(again, Err(BlockStepError::Answered));
}

#[test]
fn what_ended_does_not_come_back_with_its_change() {
    let live = entry(BlockState::With(BlockStage::Canary { since: START }));
    let lifted = live.clone().lift(hour(1)).unwrap();
    let followed = lifted.clone().follow(BlockStage::InForce { since: hour(2) });
    assert_eq!(followed.state.key(), "lifted");
    assert_eq!(live.clone().expire(hour(99)), Err(BlockStepError::Past));
    let expired = live.clone().expire(hour(100)).unwrap();
    assert_eq!(expired.clone().lift(hour(101)), Err(BlockStepError::Over));
    assert_eq!(expired.resume(hour(101)), Err(BlockStepError::Over));
    assert_eq!(lifted.clone().resume(hour(100)), Err(BlockStepError::Over));
    assert!(lifted.resume(hour(50)).unwrap().state.is_live());
    let back = live.follow(BlockStage::RolledBack { at: hour(3) });
    assert_eq!(back.state, BlockState::Lifted { at: hour(3) });
    let shadow = entry(BlockState::With(BlockStage::Shadow { since: START }));
    assert_eq!(shadow.lift(START), Err(BlockStepError::Over), "it blocks nothing");
}

#[test]
fn stages_and_states_are_read_as_they_are_kept() {
    for key in ["proposed", "shadow", "canary", "in_force", "refused", "rolled_back"] {
        assert_eq!(BlockStage::from_key(key, START).unwrap().key(), key);
    }
    for key in [
        "proposed", "shadow", "canary", "in_force", "refused", "lifted", "expired",
    ] {
        assert_eq!(BlockState::from_key(key, START).unwrap().key(), key);
    }
    assert_eq!(BlockStage::from_key("open", START), None);
}

/// One thing that somebody tries, and how many hours after the last.
#[derive(Debug, Clone, Copy)]
enum Try {
    Approve(i64),
    Shadow,
    Canary(BlockHaste),
    Enforce,
    Refuse,
    RollBack,
}

fn tries() -> impl Strategy<Value = Vec<(Try, i64)>> {
    let one = prop_oneof![
        (1..5_i64).prop_map(Try::Approve),
        Just(Try::Shadow),
        Just(Try::Canary(BlockHaste::Usual)),
        Just(Try::Canary(BlockHaste::Urgent)),
        Just(Try::Enforce),
        Just(Try::Refuse),
        Just(Try::RollBack),
    ];
    prop::collection::vec((one, 0..30_i64), 0..30)
}

proptest! {
    #[test]
    fn whatever_people_try_nothing_blocks_without_those_it_takes(needed in 0..3_u32, tries in tries()) {
        let mut change = by_hand(needed);
        let mut entry = entry(BlockState::With(BlockStage::Proposed));
        entry.expires_at = None;
        let (mut now, mut shadow_since, mut is_over, mut went_to_canary) = (START, None, false, false);
        for (one, hours) in tries {
            now = now.plus_minutes(hours * 60);
            let before = change.clone();
            let after = match one {
                Try::Approve(by) => before.clone().approve(person(by)),
                Try::Shadow => before.clone().begin_shadow(now),
                Try::Canary(haste) => before.clone().begin_canary(haste, 24, now),
                Try::Enforce => before.clone().enforce(15, now),
                Try::Refuse => before.clone().refuse(now),
                Try::RollBack => before.clone().roll_back(now),
            };
            let Ok(after) = after else { continue };
            prop_assert!(!is_over, "{one:?} after the end");
            match after.stage {
                BlockStage::Shadow { .. } => shadow_since = shadow_since.or(Some(now)),
                BlockStage::Canary { .. } if before.stage != after.stage => {
                    went_to_canary = true;
                    let waited = shadow_since.is_some_and(|since: Time| now.minutes_since(since) >= 24 * 60);
                    prop_assert!(waited || !after.approvals.is_empty(), "nobody hurries alone");
                }
                BlockStage::InForce { .. } => prop_assert!(went_to_canary),
                BlockStage::Refused { .. } | BlockStage::RolledBack { .. } => is_over = true,
                BlockStage::Proposed | BlockStage::Canary { .. } => {}
            }
            change = after;
            entry = entry.follow(change.stage);
            if entry.state.is_live() {
                let approved = u32::try_from(change.approvals.len()).unwrap();
                prop_assert!(approved >= needed);
                prop_assert!(!change.approvals.contains(&person(1).id), "who proposed it approves nothing");
            }
        }
    }
}
