//! The spans of time that are reported on: months, quarters and years of the calendar.

use std::fmt;

/// A month, a quarter or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: u16,
    /// The first month, from 0.
    month: u8,
    span: Span,
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// One month.
    Month,
    /// Three.
    Quarter,
    /// Twelve.
    Year,
}

impl Span {
    /// Every span, the shortest first.
    pub const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    const fn months(self) -> u8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

impl Period {
    /// The period of this span with a day in it: a year, and a month from 1. None where the month is none.
    #[must_use]
    pub const fn of(span: Span, year: u16, month: u8) -> Option<Self> {
        if month < 1 || month > 12 || year > 9_999 {
            return None;
        }
        let month = (month - 1) / span.months() * span.months();
        Some(Self { year, month, span })
    }

    /// Reads `2026-11`, `2026-Q4` or `2026`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str, length: usize| {
            let is_number = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse::<u16>().ok()).flatten()
        };
        match text.split_once('-') {
            None => Self::of(Span::Year, number(text, 4)?, 1),
            Some((year, part)) => {
                let year = number(year, 4)?;
                if let Some(quarter) = part.strip_prefix('Q') {
                    let first = number(quarter, 1)?.checked_sub(1)?.checked_mul(3)?.checked_add(1)?;
                    return Self::of(Span::Quarter, year, u8::try_from(first).ok()?);
                }
                Self::of(Span::Month, year, u8::try_from(number(part, 2)?).ok()?)
            }
        }
    }

    /// How long it is.
    #[must_use]
    pub const fn span(self) -> Span {
        self.span
    }

    /// Its year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Its first month, from 1.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month + 1
    }

    /// Its quarter, from 1; for a year, the first.
    #[must_use]
    pub const fn quarter(self) -> u8 {
        self.month / 3 + 1
    }

    /// The first month, from 1, and its year, of the period that comes after it.
    #[must_use]
    pub const fn after(self) -> (u16, u8) {
        let month = self.month + self.span.months();
        (self.year + (month / 12) as u16, month % 12 + 1)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.span {
            Span::Month => write!(f, "{:04}-{:02}", self.year, self.month()),
            Span::Quarter => write!(f, "{:04}-Q{}", self.year, self.quarter()),
            Span::Year => write!(f, "{:04}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written_and_nothing_else_is_one() {
        for (text, after) in [
            ("2026-11", (2026, 12)),
            ("2026-12", (2027, 1)),
            ("2026-Q1", (2026, 4)),
            ("2026-Q4", (2027, 1)),
            ("2026", (2027, 1)),
        ] {
            let period = Period::parse(text).unwrap();
            assert_eq!((period.to_string().as_str(), period.after()), (text, after));
        }
        for none in [
            "",
            "26",
            "2026-1",
            "2026-00",
            "2026-13",
            "2026-Q0",
            "2026-Q5",
            "2026-q1",
            "2026-11-01",
            "+026",
            "năm",
        ] {
            assert_eq!(Period::parse(none), None, "{none}");
        }
        assert_eq!(Period::of(Span::Quarter, 2026, 12).unwrap().to_string(), "2026-Q4");
        assert_eq!(Period::of(Span::Year, 2026, 12).unwrap().to_string(), "2026");
        assert_eq!(Period::of(Span::Month, 2026, 0), None);
    }
}
