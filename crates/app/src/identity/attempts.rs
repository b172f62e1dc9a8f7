//! Sign-ins that failed, counted for a while, so that passwords cannot be tried out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anlanh_model::Time;
use sha2::{Digest, Sha256};

/// Failed sign-ins by whom and from where. Names and addresses are kept as hashes, in memory alone.
#[derive(Debug, Default)]
pub struct Attempts {
    windows: Mutex<HashMap<[u8; 16], Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Time,
    failures: u32,
}

impl Attempts {
    /// How long failures count, from the first one on.
    pub const WINDOW_MINUTES: i64 = 15;
    /// Most failures for one name from one address.
    pub const PER_NAME_AND_ADDRESS: u32 = 5;
    /// Most failures from one address, whatever the names.
    pub const PER_ADDRESS: u32 = 50;
    /// Most windows that are kept; beyond it, those that began first are forgotten.
    pub const MAX_WINDOWS: usize = 65_536;

    /// Counts a sign-in that begins, as a failure until [`Attempts::forgive`]. False where too many failed already.
    /// Counting first means that tries at one moment cannot slip past the limit together.
    pub fn begin(&self, name: &str, address: &str, now: Time) -> bool {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= Self::MAX_WINDOWS {
            windows.retain(|_, window| window.counts(now));
            // An attack from everywhere at once: the older half makes room.
            if windows.len() >= Self::MAX_WINDOWS {
                let mut began: Vec<Time> = windows.values().map(|window| window.began).collect();
                let (_, median, _) = began.select_nth_unstable(Self::MAX_WINDOWS / 2);
                let median = *median;
                windows.retain(|_, window| window.began > median);
            }
        }
        let mut within = |key: [u8; 16], most: u32| {
            let window = windows.entry(key).or_insert(Window {
                began: now,
                failures: 0,
            });
            if !window.counts(now) {
                *window = Window {
                    began: now,
                    failures: 0,
                };
            }
            window.failures = window.failures.saturating_add(1);
            window.failures <= most
        };
        let by_name = within(key(name, address), Self::PER_NAME_AND_ADDRESS);
        let by_address = within(key("", address), Self::PER_ADDRESS);
        by_name && by_address
    }

    /// Takes back what [`Attempts::begin`] counted, as the sign-in was right.
    pub fn forgive(&self, name: &str, address: &str) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.remove(&key(name, address));
        if let Some(window) = windows.get_mut(&key("", address)) {
            window.failures = window.failures.saturating_sub(1);
        }
    }
}

impl Window {
    fn counts(self, now: Time) -> bool {
        (0..Attempts::WINDOW_MINUTES).contains(&now.minutes_since(self.began))
    }
}

fn key(name: &str, address: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([0]);
    hash.update(address.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let mut key = [0; 16];
    for (to, from) in key.iter_mut().zip(hash) {
        *to = from;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_790_000_000);

    fn try_often(attempts: &Attempts, name: &str, address: &str, times: u32, now: Time) -> u32 {
        (0..times).map(|_| u32::from(attempts.begin(name, address, now))).sum()
    }

    #[test]
    fn a_name_is_tried_so_often_from_one_address_and_again_after_the_window() {
        let attempts = Attempts::default();
        let most = Attempts::PER_NAME_AND_ADDRESS;
        assert_eq!(try_often(&attempts, "lan", "192.0.2.1", most + 3, NOW), most);
        assert_eq!(
            try_often(&attempts, "lan", "192.0.2.2", 1, NOW),
            1,
            "its owner elsewhere may"
        );
        assert_eq!(
            try_often(&attempts, "minh", "192.0.2.1", 1, NOW),
            1,
            "so may others here"
        );
        let last = NOW.plus_minutes(Attempts::WINDOW_MINUTES - 1);
        assert_eq!(try_often(&attempts, "lan", "192.0.2.1", 1, last), 0);
        let after = NOW.plus_minutes(Attempts::WINDOW_MINUTES);
        assert_eq!(try_often(&attempts, "lan", "192.0.2.1", 1, after), 1);
    }

    #[test]
    fn an_address_may_not_try_name_after_name() {
        let attempts = Attempts::default();
        let allowed = (0..200)
            .filter(|n| attempts.begin(&format!("name{n}"), "192.0.2.1", NOW))
            .count();
        assert_eq!(allowed, Attempts::PER_ADDRESS as usize);
    }

    #[test]
    fn a_right_sign_in_counts_for_nothing() {
        let attempts = Attempts::default();
        for _ in 0..Attempts::PER_ADDRESS * 2 {
            assert!(attempts.begin("lan", "192.0.2.1", NOW));
            attempts.forgive("lan", "192.0.2.1");
        }
    }

    #[test]
    fn memory_is_bounded_and_what_is_newest_stays() {
        let attempts = Attempts::default();
        for n in 0..Attempts::MAX_WINDOWS {
            let second = i64::try_from(n / 1000).unwrap();
            attempts.begin("lan", &n.to_string(), Time::from_seconds(1_790_000_000 + second));
        }
        let kept = attempts.windows.lock().unwrap().len();
        assert!(kept <= Attempts::MAX_WINDOWS + 1, "{kept}");
        let newest = (Attempts::MAX_WINDOWS - 1).to_string();
        let now = Time::from_seconds(1_790_000_066);
        assert_eq!(
            try_often(&attempts, "lan", &newest, 9, now),
            Attempts::PER_NAME_AND_ADDRESS - 1
        );
    }
}
