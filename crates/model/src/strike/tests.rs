use proptest::prelude::*;

use super::*;

const NOON: Time = Time::from_seconds(1_790_000_000);

/// The two ladders of the law of 2026, as the policy for Việt Nam has them.
fn ladders() -> Vec<Ladder> {
    let step = |violations, days, lock_days_min, lock_days_max| LadderStep {
        violations,
        days,
        lock_days_min,
        lock_days_max,
    };
    let ladder = |key: &str, steps: Vec<LadderStep>| Ladder {
        key: key.to_owned(),
        steps,
        permanent_after: Some(3),
    };
    vec![
        ladder("nd-147", vec![step(5, 30, 7, 30), step(10, 90, 7, 30)]),
        ladder("nd-333", vec![step(3, 30, 1, 60), step(10, 90, 1, 180)]),
    ]
}

fn id<T>(number: usize) -> Id<T> {
    Id::from_number(i64::try_from(number).unwrap()).unwrap()
}

/// Strikes so many minutes before noon.
fn strikes(minutes: &[i64]) -> Vec<Strike> {
    let strike = |(number, ago): (usize, &i64)| {
        let at = NOON.plus_minutes(-ago);
        let expires_at = expiry(&ladders(), at).unwrap();
        Strike {
            id: id(number),
            at,
            expires_at,
        }
    };
    minutes.iter().enumerate().map(strike).collect()
}

fn days_ago(days: &[i64]) -> Vec<Strike> {
    strikes(&days.iter().map(|days| days * 1_440).collect::<Vec<i64>>())
}

/// The steps that hold, strictest first, with the bounds of the lock.
fn told(proposal: &Proposal) -> (Vec<(&str, u32)>, u32, u32) {
    let grounds = proposal.grounds.iter();
    let grounds = grounds.map(|ground| (ground.ladder.as_str(), ground.step.violations));
    (grounds.collect(), proposal.days_min, proposal.days_max)
}

/// The steps that hold, strictest first, and the bounds of the lock.
type Told<'a> = (&'a [(&'a str, u32)], u32, u32);

#[test]
fn the_stricter_ladder_is_proposed_and_all_that_hold_are_told() {
    let check = |days: &[i64], expected: Option<Told<'_>>| {
        let proposal = propose(&days_ago(days), &[], &ladders(), NOON);
        let expected = expected.map(|(grounds, min, max)| (grounds.to_vec(), min, max));
        assert_eq!(proposal.as_ref().map(told), expected, "{days:?}");
    };
    check(&[0, 1], None);
    check(&[0, 1, 29], Some((&[("nd-333", 3)], 1, 60)));
    check(&[0, 1, 2, 3, 4], Some((&[("nd-333", 3), ("nd-147", 5)], 7, 60)));
    let ten: Vec<i64> = (0..10).map(|n| n * 9).collect();
    let both: &[(&str, u32)] = &[("nd-333", 10), ("nd-333", 3), ("nd-147", 10)];
    check(&ten, Some((both, 7, 180)));
}

#[test]
fn a_window_ends_to_the_minute() {
    let month = 30 * 1_440;
    assert!(propose(&strikes(&[0, 1, month - 1]), &[], &ladders(), NOON).is_some());
    assert!(propose(&strikes(&[0, 1, month]), &[], &ladders(), NOON).is_none());
    // What has not happened yet counts for nothing.
    assert!(propose(&strikes(&[0, 1, -1]), &[], &ladders(), NOON).is_none());
}

#[test]
fn a_strike_counts_until_it_expires() {
    let strike = strikes(&[0])[0];
    assert_eq!(strike.expires_at, NOON.plus_minutes(90 * 1_440));
    assert!(strike.counts_at(strike.expires_at.plus_minutes(-1)));
    assert!(!strike.counts_at(strike.expires_at));
    assert_eq!(expiry(&[], NOON), None);
}

fn lock(number: usize, ground: Option<&Ground>) -> EarlierLock {
    EarlierLock {
        id: id(number),
        grounds: ground.cloned().into_iter().collect(),
    }
}

#[test]
fn what_led_to_a_lock_does_not_lead_to_the_next_by_the_same_step() {
    let three = days_ago(&[3, 4, 5]);
    let first = propose(&three, &[], &ladders(), NOON).unwrap();
    let locks = [lock(1, first.grounds.first())];
    assert_eq!(propose(&three, &locks, &ladders(), NOON), None);
    let more = days_ago(&[3, 4, 5, 2, 1]);
    let next = propose(&more, &locks, &ladders(), NOON).unwrap();
    // By the other ladder all five count, which it had not used.
    assert_eq!(told(&next), (vec![("nd-147", 5)], 7, 30));
}

#[test]
fn three_locks_before_allow_a_permanent_one_and_two_do_not() {
    let strikes = days_ago(&[0, 1, 2]);
    let check = |before: usize, expected: &[&str]| {
        let locks: Vec<EarlierLock> = (0..before).map(|number| lock(number, None)).collect();
        let proposal = propose(&strikes, &locks, &ladders(), NOON).unwrap();
        let allowed: Vec<&str> = proposal.permanent.iter().map(|it| it.ladder.as_str()).collect();
        assert_eq!(allowed, expected, "{before}");
    };
    check(2, &[]);
    // Only the ladder of which a step holds allows it.
    check(3, &["nd-333"]);
}

prop_compose! {
    fn any_minutes()(minutes in prop::collection::vec(0..150_000_i64, 0..24)) -> Vec<i64> { minutes }
}

proptest! {
    /// What is proposed is what counting by hand says, in any order of the strikes.
    #[test]
    fn a_step_holds_exactly_when_enough_strikes_are_in_its_window(minutes in any_minutes()) {
        let all = strikes(&minutes);
        let mut turned = all.clone();
        turned.reverse();
        let proposal = propose(&all, &[], &ladders(), NOON);
        prop_assert_eq!(&propose(&turned, &[], &ladders(), NOON), &proposal);
        for ladder in ladders() {
            for step in &ladder.steps {
                let inside = minutes.iter().filter(|ago| **ago < i64::from(step.days) * 1_440).count();
                let holds = proposal.iter().flat_map(|it| &it.grounds);
                let holds = holds.filter(|ground| ground.ladder == ladder.key && ground.step == *step);
                let holds: Vec<&Ground> = holds.collect();
                prop_assert_eq!(!holds.is_empty(), inside >= step.violations as usize);
                prop_assert!(holds.iter().all(|ground| ground.strikes.len() == inside));
            }
        }
        if let Some(proposal) = proposal {
            prop_assert!(proposal.days_min <= proposal.days_max);
            prop_assert_eq!(proposal.days_max, proposal.grounds[0].step.lock_days_max);
        }
    }

    /// One more strike never makes a proposal milder, and taking it away leads back.
    #[test]
    fn more_strikes_are_never_milder(minutes in any_minutes(), more in 0..150_000_i64) {
        let before = propose(&strikes(&minutes), &[], &ladders(), NOON);
        let mut longer = minutes.clone();
        longer.push(more);
        let all = strikes(&longer);
        let after = propose(&all, &[], &ladders(), NOON);
        let strictness = |proposal: &Option<Proposal>| proposal.as_ref().map_or((0, 0), |it| (it.days_max, it.days_min));
        prop_assert!(strictness(&before) <= strictness(&after));
        let taken: Id<Strike> = id(minutes.len());
        let left: Vec<Strike> = all.into_iter().filter(|strike| strike.id != taken).collect();
        prop_assert_eq!(propose(&left, &[], &ladders(), NOON), before);
        // A ground knows by itself whether it still holds without one of its strikes.
        for ground in after.iter().flat_map(|it| &it.grounds) {
            let expected = ground.strikes.iter().filter(|it| **it != taken).count() >= ground.step.violations as usize;
            prop_assert_eq!(ground.holds_with(|strike| strike != taken), expected);
        }
    }
}
