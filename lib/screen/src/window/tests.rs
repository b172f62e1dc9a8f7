//! Windows agree with a naive list of everything seen, and stay within their memory.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const KEY: u64 = 1;

fn plenty() -> Windows {
    let mut windows = Windows::new(1 << 24);
    windows.start(KEY, 0);
    windows
}

fn check(items: &[(u64, i64)], at: i64, expected: Reading) {
    let mut windows = plenty();
    for (member, seconds) in items {
        assert!(windows.see(KEY, Some(*member), Time(*seconds)).is_some());
    }
    assert_eq!(windows.read(KEY, Time(at)), Some(expected), "{items:?}");
}

const fn reading(hour: u64, day: u64, total: u64, distinct_day: u64) -> Reading {
    Reading {
        hour,
        day,
        total,
        distinct_day,
    }
}

#[test]
fn a_window_ends_with_the_minute_of_the_reading() {
    check(&[], 0, reading(0, 0, 0, 0));
    check(&[(1, 0)], 59 * 60 + 59, reading(1, 1, 1, 1));
    check(&[(1, 0)], 60 * 60, reading(0, 1, 1, 1));
    check(&[(1, 59)], 24 * 3600 - 1, reading(0, 1, 1, 1));
    check(&[(1, 59)], 24 * 3600, reading(0, 0, 1, 0));
    check(&[(1, 0), (2, 60)], 0, reading(1, 1, 2, 1));
    check(&[(1, 24 * 3600), (2, 0)], 24 * 3600, reading(1, 1, 2, 1));
    check(&[(1, i64::MIN), (2, i64::MAX)], i64::MAX, reading(1, 1, 2, 1));
}

#[test]
fn what_is_absent_is_not_known_and_not_counted() {
    let mut windows = plenty();
    assert_eq!(windows.read(2, Time(0)), None);
    assert_eq!(windows.see(2, Some(1), Time(0)), None);
    assert_eq!(windows.read(2, Time(0)), None);
    windows.start(2, 40);
    assert!(windows.see(2, Some(1), Time(0)).is_some());
    assert_eq!(windows.read(2, Time(0)), Some(reading(1, 1, 41, 1)));
    windows.start(2, 0);
    assert_eq!(windows.read(2, Time(0)), Some(reading(0, 0, 0, 0)));
}

#[test]
fn all_is_forgotten_at_once_and_each_key_is_a_loss() {
    let mut windows = plenty();
    windows.start(2, 40);
    let (start, losses) = (windows.started(KEY), windows.losses());
    windows.forget_all();
    assert_eq!((windows.bytes(), windows.losses() - losses), (0, 2));
    assert_eq!(windows.read(KEY, Time(0)), None);
    windows.start(KEY, 0);
    assert_ne!(windows.started(KEY), start);
}

#[test]
fn an_item_may_have_no_member() {
    let mut windows = plenty();
    assert!(windows.see(KEY, None, Time(0)).is_some());
    assert!(windows.see(KEY, Some(1), Time(0)).is_some());
    assert_eq!(windows.read(KEY, Time(0)), Some(reading(2, 2, 2, 1)));
}

#[test]
fn a_key_that_was_forgotten_is_absent_and_starts_anew() {
    let mut windows = plenty();
    let (empty, first) = (windows.bytes(), windows.started(KEY));
    assert!(windows.see(KEY, Some(1), Time(0)).is_some());
    assert_eq!(windows.started(KEY), first, "counting is no start");
    windows.forget(KEY);
    windows.forget(KEY);
    assert_eq!((windows.read(KEY, Time(0)), windows.started(KEY)), (None, None));
    assert_eq!(windows.bytes(), 0);
    windows.start(KEY, 0);
    assert_eq!(windows.bytes(), empty);
    assert!(windows.started(KEY) > first);
}

#[test]
fn members_are_exact_up_to_their_limit_and_estimated_past_it() {
    let limit = MAX_EXACT_MEMBERS as u64;
    let distinct = |members: u64| {
        let mut windows = plenty();
        for member in (0..members).chain(0..members) {
            assert!(windows.see(KEY, Some(member), Time(0)).is_some());
        }
        windows.read(KEY, Time(0)).unwrap().distinct_day
    };
    assert_eq!(distinct(limit), limit);
    for members in [limit + 1, 2_000, 20_000, 100_000] {
        let found = distinct(members);
        assert!(found.abs_diff(members) * 5 < members, "{found} for {members}");
    }
}

#[test]
fn the_keys_seen_longest_ago_make_room() {
    let mut one = Windows::new(usize::MAX);
    one.start(0, 0);
    let size = one.bytes();
    let mut windows = Windows::new(3 * size);
    for key in 0..3 {
        windows.start(key, 0);
    }
    windows.start(0, 7);
    let present = |windows: &Windows| {
        (0..4)
            .map(|key| windows.read(key, Time(0)).is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(present(&windows), [true, true, true, false]);
    windows.start(3, 0);
    assert_eq!(present(&windows), [true, false, true, true]);
}

#[test]
fn a_key_that_is_kept_for_a_reading_makes_room_last() {
    let mut one = Windows::new(usize::MAX);
    one.start(0, 0);
    let mut windows = Windows::new(2 * one.bytes());
    windows.start(0, 0);
    windows.start(1, 0);
    let started = windows.started(0);
    assert_eq!(windows.keep(0), started);
    windows.start(2, 0);
    assert_eq!(windows.started(0), started);
    assert_eq!(windows.keep(1), None);
}

#[test]
fn a_key_that_is_seen_again_outlives_those_that_were_seen_once() {
    const KEYS: u64 = 100;
    let first = |windows: &mut Windows, key| {
        windows.start(key, 0);
        windows.see(key, None, Time(0)).unwrap();
    };
    let mut one = Windows::new(usize::MAX);
    first(&mut one, 0);
    let mut windows = Windows::new(KEYS as usize * one.bytes());
    (0..KEYS).for_each(|key| first(&mut windows, key));
    windows.see(0, None, Time(0)).unwrap();
    (KEYS..KEYS + 50).for_each(|key| first(&mut windows, key));
    let absent: Vec<u64> = (0..KEYS + 50).filter(|key| windows.started(*key).is_none()).collect();
    assert_eq!(absent, (1..=50).collect::<Vec<_>>());
}

#[derive(Debug, Clone)]
struct Event {
    key: u64,
    member: u64,
    at: i64,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (0_u64..6, 0_u64..9, 0_i64..200_000);
    proptest::collection::vec(event.prop_map(|(key, member, at)| Event { key, member, at }), 0..200)
}

fn naive(events: &[Event], key: u64, now: i64) -> Reading {
    let of_key: Vec<_> = events.iter().filter(|event| event.key == key).collect();
    let within = |minutes: i64| {
        let age = move |at: i64| now / 60 - at / 60;
        of_key.iter().filter(move |event| (0..minutes).contains(&age(event.at)))
    };
    let members: BTreeSet<u64> = within(1440).map(|event| event.member).collect();
    reading(
        within(60).count() as u64,
        within(1440).count() as u64,
        of_key.len() as u64,
        members.len() as u64,
    )
}

proptest! {
    /// In whatever order items come, a reading that is not before them says what a list of them says.
    #[test]
    fn windows_agree_with_a_list(events in events(), later in 0_i64..100_000) {
        let mut windows = Windows::new(1 << 24);
        (0..6).for_each(|key| windows.start(key, 0));
        for event in &events {
            prop_assert!(windows.see(event.key, Some(event.member), Time(event.at)).is_some());
        }
        let now = events.iter().map(|event| event.at).max().unwrap_or(0) + later;
        for key in 0..6 {
            prop_assert_eq!(windows.read(key, Time(now)), Some(naive(&events, key, now)));
        }
    }

    /// With little memory a key is exact or absent, never too low, and the limit holds.
    #[test]
    fn little_memory_never_lies(events in events(), max_bytes in 0_usize..4_000) {
        let mut windows = Windows::new(max_bytes);
        for (count, event) in (1..).zip(&events) {
            if windows.see(event.key, Some(event.member), Time(event.at)) .is_none() {
                windows.start(event.key, 0);
                for stored in events.iter().take(count).filter(|stored| stored.key == event.key) {
                    prop_assert!(windows.see(stored.key, Some(stored.member), Time(stored.at)).is_some());
                }
            }
            prop_assert!(windows.bytes() <= max_bytes || windows.entries.len() == 1);
            prop_assert!(windows.queue.len() <= 2 * windows.entries.len() + 17);
        }
        let now = events.iter().map(|event| event.at).max().unwrap_or(0);
        for key in 0..6 {
            if let Some(reading) = windows.read(key, Time(now)) {
                prop_assert_eq!(reading, naive(&events, key, now));
            }
        }
    }
}
