//! The transparency report: what was done in a period, in numbers.
//!
//! A report is a list of figures, and a figure is a number under two keys. A [`Key`] is a short word of letters without
//! marks, digits and four signs, so no name, address, sentence or anything typed by a person fits into one: what cannot
//! be said here cannot be published.

mod file;
mod period;

pub use period::{Period, Span};

use crate::Moment;

/// Names what is counted: the key of a category, an outcome, a clock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Items that were screened, by what the rules alone did.
    Items,
    /// Reports that came in, by category.
    Reports,
    /// The same reports, by what has become of them.
    ReportsByState,
    /// Decisions of people, by outcome, those that were taken back later among them.
    Decisions,
    /// Those of them that were taken back, by outcome.
    DecisionsReversed,
    /// Those that stand, by category.
    DecisionsByCategory,
    /// Decisions, by why their case was opened.
    DecisionsByCause,
    /// Decisions, by whether a rule or a person found the item.
    DecisionsByDetection,
    /// What the decisions do to accounts, pages, groups and channels.
    Measures,
    /// Those of them that were taken back.
    MeasuresReversed,
    /// Appeals that were made, by who appealed.
    Appeals,
    /// The same appeals, by what has become of them.
    AppealsByState,
    /// Orders of authorities that came in, by kind.
    Orders,
    /// Requests of authorities for information about users, by office.
    InformationRequests,
    /// Those of them that were answered with all that was asked.
    InformationWhole,
    /// Those that were answered with a part.
    InformationPart,
    /// Those that were refused.
    InformationRefused,
    /// How many accounts, pages, groups, channels and items they name, by office.
    InformationTargets,
    /// Half of them were answered in at most so many hours, by office.
    InformationMedianHours,
    /// Deadlines of the law that were kept, by clock.
    ClocksMet,
    /// Those that ran out.
    ClocksBreached,
    /// Those that still run.
    ClocksRunning,
    /// Half took at most so many minutes.
    MedianMinutes,
}

/// One number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// What it says.
    pub figure: Figure,
    /// Of what.
    pub key: Key,
    /// How many.
    pub value: u64,
}

/// The report on one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub period: Period,
    /// When it was computed.
    pub computed_at: Moment,
    /// Whether the period had ended by then.
    pub is_over: bool,
    counts: Vec<Count>,
}

impl Key {
    /// Longest key, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// The key of this text; `other` where it cannot be one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
        let is_key = !text.is_empty() && text.len() <= Self::MAX_BYTES && text.bytes().all(fits);
        // A run of digits as long as that of a telephone is no word.
        let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        if is_key && longest.unwrap_or(0) < 8 {
            return Self(text.to_owned());
        }
        Self("other".to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Figure {
    /// Every figure, in the order of the report.
    pub const ALL: [Self; 23] = [
        Self::Items,
        Self::Reports,
        Self::ReportsByState,
        Self::Decisions,
        Self::DecisionsReversed,
        Self::DecisionsByCategory,
        Self::DecisionsByCause,
        Self::DecisionsByDetection,
        Self::Measures,
        Self::MeasuresReversed,
        Self::Appeals,
        Self::AppealsByState,
        Self::Orders,
        Self::InformationRequests,
        Self::InformationWhole,
        Self::InformationPart,
        Self::InformationRefused,
        Self::InformationTargets,
        Self::InformationMedianHours,
        Self::ClocksMet,
        Self::ClocksBreached,
        Self::ClocksRunning,
        Self::MedianMinutes,
    ];

    /// The key in files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Reports => "reports",
            Self::ReportsByState => "reports_by_state",
            Self::Decisions => "decisions",
            Self::DecisionsReversed => "decisions_reversed",
            Self::DecisionsByCategory => "decisions_by_category",
            Self::DecisionsByCause => "decisions_by_cause",
            Self::DecisionsByDetection => "decisions_by_detection",
            Self::Measures => "measures",
            Self::MeasuresReversed => "measures_reversed",
            Self::Appeals => "appeals",
            Self::AppealsByState => "appeals_by_state",
            Self::Orders => "orders",
            Self::InformationRequests => "information_requests",
            Self::InformationWhole => "information_whole",
            Self::InformationPart => "information_part",
            Self::InformationRefused => "information_refused",
            Self::InformationTargets => "information_targets",
            Self::InformationMedianHours => "information_median_hours",
            Self::ClocksMet => "clocks_met",
            Self::ClocksBreached => "clocks_breached",
            Self::ClocksRunning => "clocks_running",
            Self::MedianMinutes => "median_minutes",
        }
    }
}

impl Report {
    /// A report of these numbers, on a period that ends at this moment. Those of one figure and key are added up, and nothing is said of what is nought.
    #[must_use]
    pub fn new(period: Period, computed_at: Moment, ends_at: Moment, mut counts: Vec<Count>) -> Self {
        counts.sort_by(|one, other| (one.figure, &one.key).cmp(&(other.figure, &other.key)));
        let mut sums: Vec<Count> = Vec::with_capacity(counts.len());
        for count in counts {
            match sums.last_mut() {
                Some(last) if last.figure == count.figure && last.key == count.key => last.value += count.value,
                Some(_) | None => sums.push(count),
            }
        }
        sums.retain(|count| count.value > 0);
        Self {
            period,
            computed_at,
            is_over: computed_at >= ends_at,
            counts: sums,
        }
    }

    /// Every number, in the order of figures and keys.
    #[must_use]
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// The numbers of one figure.
    pub fn of(&self, figure: Figure) -> impl Iterator<Item = &Count> {
        self.counts.iter().filter(move |count| count.figure == figure)
    }

    /// Their sum.
    #[must_use]
    pub fn total(&self, figure: Figure) -> u64 {
        self.of(figure).map(|count| count.value).sum()
    }

    /// One number.
    #[must_use]
    pub fn value(&self, figure: Figure, key: &str) -> u64 {
        let found = self.of(figure).find(|count| count.key.as_str() == key);
        found.map_or(0, |count| count.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_person_typed_is_a_key() {
        let most = "a".repeat(Key::MAX_BYTES);
        for key in ["SC1", "tin-gia", "nd-147-2024/35.8", "account.temporary_lock", &most] {
            assert_eq!(Key::new(key).as_str(), key);
        }
        let long = "a".repeat(Key::MAX_BYTES + 1);
        for text in [
            "",
            "Nguyễn",
            "Lan Tran",
            "lan@vi-du.vn",
            "0901234567",
            "u/0901234567",
            "a,b",
            &long,
        ] {
            assert_eq!(Key::new(text).as_str(), "other", "{text}");
        }
    }

    #[test]
    fn numbers_are_added_up_once_under_their_keys() {
        let count = |figure, key: &str, value| Count {
            figure,
            key: Key::new(key),
            value,
        };
        let counts = vec![
            count(Figure::Decisions, "remove", 2),
            count(Figure::Reports, "x y", 1),
            count(Figure::Decisions, "hide", 0),
            count(Figure::Decisions, "remove", 3),
            count(Figure::Reports, "ă", 4),
        ];
        let period = Period::parse("2026-11").unwrap();
        let report = Report::new(period, Moment(0), Moment(0), counts);
        assert_eq!(report.counts().len(), 2);
        assert_eq!(report.value(Figure::Decisions, "remove"), 5);
        assert_eq!(
            (report.total(Figure::Reports), report.value(Figure::Reports, "other")),
            (5, 5)
        );
        let csv = String::from_utf8(report.to_csv()).unwrap();
        assert_eq!(
            csv,
            "period,figure,key,value\r\n2026-11,reports,other,5\r\n2026-11,decisions,remove,5\r\n"
        );
        let json: serde_json::Value = serde_json::from_slice(&report.to_json().unwrap()).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "period": "2026-11", "computed_at": "1970-01-01T00:00:00.000Z", "is_over": true,
                "figures": { "reports": { "other": 5 }, "decisions": { "remove": 5 } }
            })
        );
    }
}
