//! Instants and civil dates: just enough to tell which law was in force when an item was posted.

/// Seconds since 1970-01-01T00:00:00Z, as in POSIX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A day in the proleptic Gregorian calendar, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Time {
    /// The civil date of this instant at an offset from UTC given in minutes (420 for Việt Nam).
    #[must_use]
    pub const fn date_at(self, offset_minutes: i32) -> Date {
        let seconds = self.0.saturating_add(offset_minutes as i64 * 60);
        let days = seconds.div_euclid(86_400);
        let clamped = if days > i32::MAX as i64 {
            i32::MAX
        } else if days < i32::MIN as i64 {
            i32::MIN
        } else {
            days as i32
        };
        Date(clamped)
    }
}

/// From when until when something holds. Both ends belong to it; an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First day on which it holds.
    pub from: Option<Date>,
    /// Last day on which it holds.
    pub until: Option<Date>,
}

impl Validity {
    /// Whether it holds on that day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_ha_noi() {
        let last_second_of_june = Time(1_782_838_799); // 2026-06-30T23:59:59+07:00
        let first_of_july = Time(1_782_838_800);
        let june = last_second_of_june.date_at(420);
        assert_eq!(first_of_july.date_at(420), Date(june.0 + 1));
        assert_eq!(first_of_july.date_at(0), june);
    }

    #[test]
    fn far_instants_do_not_overflow() {
        assert_eq!(Time(i64::MAX).date_at(420), Date(i32::MAX));
        assert_eq!(Time(i64::MIN).date_at(-420), Date(i32::MIN));
    }

    #[test]
    fn both_ends_of_a_validity_belong_to_it() {
        let validity = Validity {
            from: Some(Date(10)),
            until: Some(Date(12)),
        };
        assert_eq!(
            [9, 10, 12, 13].map(|day| validity.holds_on(Date(day))),
            [false, true, true, false]
        );
        assert!(Validity::default().holds_on(Date(i32::MIN)));
    }
}
