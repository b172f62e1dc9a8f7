//! When an attempt that failed is made again.

use std::str::FromStr;

/// How long to wait after each attempt that failed; after the last of them nothing is tried any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<u32>);

/// Why a schedule is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a schedule is 1 to {} waits like 5s, 30m or 2h, each at most {} days",
    Schedule::MAX_WAITS,
    Schedule::MAX_DAYS
)]
pub struct ScheduleError;

impl Schedule {
    /// Most attempts after the first.
    pub const MAX_WAITS: usize = 32;
    /// Longest wait, in days.
    pub const MAX_DAYS: u32 = 7;
    /// What Standard Webhooks recommends: ten attempts over about three days.
    pub const DEFAULT: &str = "5s,5m,30m,2h,5h,10h,14h,20h,24h";

    /// How many seconds to wait when so many attempts failed before this one, which failed too; none when it was the last.
    #[must_use]
    pub fn after(&self, failed_before: u32) -> Option<u32> {
        self.0.get(usize::try_from(failed_before).ok()?).copied()
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let waits: Vec<u32> = text
            .split(',')
            .map(|wait| seconds(wait.trim()))
            .collect::<Option<_>>()
            .ok_or(ScheduleError)?;
        if waits.len() > Self::MAX_WAITS {
            return Err(ScheduleError);
        }
        Ok(Self(waits))
    }
}

fn seconds(wait: &str) -> Option<u32> {
    let (number, unit) = wait.split_at_checked(wait.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return None,
    };
    let seconds = number.parse::<u32>().ok()?.checked_mul(unit)?;
    (1..=Schedule::MAX_DAYS * 86_400).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_comes_to_its_end() {
        let schedule: Schedule = "5s, 30m,2h".parse().unwrap();
        let waits: Vec<Option<u32>> = (0..4).map(|failed| schedule.after(failed)).collect();
        assert_eq!(waits, [Some(5), Some(1_800), Some(7_200), None]);
        let usual: Schedule = Schedule::DEFAULT.parse().unwrap();
        assert_eq!((usual.after(8), usual.after(9)), (Some(86_400), None));
    }

    #[test]
    fn a_schedule_is_bounded() {
        let check = |text: &str, is_one: bool| assert_eq!(text.parse::<Schedule>().is_ok(), is_one, "{text}");
        check("168h", true);
        check("169h", false);
        check(&vec!["1s"; Schedule::MAX_WAITS].join(","), true);
        check(&vec!["1s"; Schedule::MAX_WAITS + 1].join(","), false);
        for text in ["", "5", "s", "0s", "-1s", "5d", "5s,", "99999999999h"] {
            check(text, false);
        }
    }
}
