//! The figures of a period.

use anlanh_model::{ReportState, Time};
use anlanh_pack::Day;
use anlanh_publish::Moment;
use anlanh_publish::transparency::{Count, Figure, Key, Period, Report, Span};
use anlanh_store::tally;
use anlanh_store::transparency::{self, Counted, Days};

use crate::{App, Error};

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;
/// And of an hour.
const HOUR: u64 = 3_600_000_000;

/// Between which days there is something to report on, as [`tally`] counts days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    first: i64,
    today: i64,
}

impl Periods {
    /// The period of this span that is not over yet.
    #[must_use]
    pub fn present(self, span: Span) -> Option<Period> {
        at(span, self.today)
    }

    /// Whether a day of this period is between the first and today.
    #[must_use]
    pub fn has(self, period: Period) -> bool {
        let days = days(period);
        days.from <= self.today && days.until > self.first
    }

    /// Every period of this span, the present one first.
    #[must_use]
    pub fn all(self, span: Span) -> Vec<Period> {
        let mut found = Vec::new();
        let mut next = self.present(span);
        while let Some(period) = next.filter(|period| self.has(*period)) {
            found.push(period);
            next = at(span, days(period).from - 1);
        }
        found
    }
}

/// The period of this span that a day is in.
fn at(span: Span, day: i64) -> Option<Period> {
    let day = Day::from(anlanh_screen::Date(i32::try_from(day).ok()?));
    Period::of(span, u16::try_from(day.year).ok()?, day.month)
}

/// The days of a period.
fn days(period: Period) -> Days {
    let first_of = |year: u16, month: u8| {
        let day = Day {
            year: i32::from(year),
            month,
            day: 1,
        };
        i64::from(anlanh_screen::Date::from(day).0)
    };
    let (year, month) = period.after();
    Days {
        from: first_of(period.year(), period.month()),
        until: first_of(year, month),
    }
}

/// Between which days there is something to report on.
///
/// # Errors
/// When the database is away.
pub async fn periods(app: &App) -> Result<Periods, Error> {
    let today = tally::day_of(app.clock.now());
    let beginning = app
        .store
        .read("published.periods", |tx| Ok::<_, Error>(transparency::beginning(tx)?));
    let first = beginning.await?.map_or(today, tally::day_of);
    Ok(Periods {
        first: first.min(today),
        today,
    })
}

/// The figures of a period, as they are now: what was taken back since is taken out of them.
///
/// # Errors
/// When there is nothing to report on in that period, or the database is away.
pub async fn figures(app: &App, period: Period) -> Result<Report, Error> {
    if !periods(app).await?.has(period) {
        return Err(Error::NotFound("period"));
    }
    let now = app.clock.now();
    let days = days(period);
    let counted = app
        .store
        .read("published.figures", move |tx| {
            Ok::<_, Error>(transparency::count(tx, days)?)
        })
        .await?;
    let ends_at = moment(tally::start_of(days.until));
    Ok(Report::new(period, moment(now), ends_at, counts(counted)))
}

const fn moment(at: Time) -> Moment {
    Moment(at.as_micros())
}

fn counts(counted: Counted) -> Vec<Count> {
    let mut counts = Vec::new();
    let mut add = |figure: Figure, key: &str, value: u64| {
        counts.push(Count {
            figure,
            key: Key::new(key),
            value,
        });
    };
    for (key, n) in &counted.items {
        add(Figure::Items, key, *n);
    }
    for it in &counted.reports {
        add(Figure::Reports, &it.category, it.n);
        add(Figure::ReportsByState, state(it), it.n);
    }
    for it in &counted.decisions {
        add(Figure::Decisions, &it.outcome, it.n);
        add(Figure::DecisionsByCause, &it.cause, it.n);
        add(Figure::DecisionsByDetection, &it.detection, it.n);
        if it.is_reversed {
            add(Figure::DecisionsReversed, &it.outcome, it.n);
        } else if let Some(category) = &it.category {
            add(Figure::DecisionsByCategory, category, it.n);
        }
    }
    for it in &counted.measures {
        let key = format!("{}.{}", it.target, it.kind);
        add(Figure::Measures, &key, it.n);
        if it.is_reversed {
            add(Figure::MeasuresReversed, &key, it.n);
        }
    }
    for it in &counted.appeals {
        add(Figure::Appeals, &it.party, it.n);
        add(Figure::AppealsByState, &it.state, it.n);
    }
    for (kind, n) in &counted.orders {
        add(Figure::Orders, kind, *n);
    }
    information(&counted, &mut add);
    for it in &counted.clocks {
        let figure = match it.end.as_str() {
            "met" => Figure::ClocksMet,
            "breached" => Figure::ClocksBreached,
            _ => Figure::ClocksRunning,
        };
        add(figure, &it.key, it.n);
    }
    let minutes = |micros: i64| micros.max(0).unsigned_abs().div_ceil(MINUTE.unsigned_abs());
    let medians = [
        ("decision", counted.decision_median),
        ("answer", counted.answer_median),
        ("appeal", counted.appeal_median),
    ];
    for (key, median) in medians {
        add(Figure::MedianMinutes, key, median.map_or(0, minutes));
    }
    counts
}

/// What was told about users, by office.
fn information(counted: &Counted, add: &mut impl FnMut(Figure, &str, u64)) {
    for it in &counted.information {
        add(Figure::InformationRequests, &it.office, it.n);
        match it.end.as_str() {
            "whole" => add(Figure::InformationWhole, &it.office, it.n),
            "part" => add(Figure::InformationPart, &it.office, it.n),
            "refused" => add(Figure::InformationRefused, &it.office, it.n),
            _ => {}
        }
    }
    for (office, n) in &counted.information_targets {
        add(Figure::InformationTargets, office, *n);
    }
    for (office, micros) in &counted.information_medians {
        add(Figure::InformationMedianHours, office, micros.div_ceil(HOUR));
    }
}

/// What has become of reports, in one key.
fn state(reports: &transparency::Reports) -> &'static str {
    match (ReportState::from_key(&reports.state), reports.outcome.as_deref()) {
        (Some(ReportState::Answered), Some("no_violation")) if reports.is_reversed => "rejected_reversed",
        (Some(ReportState::Answered), Some("no_violation")) => "rejected",
        (Some(ReportState::Answered), Some(_)) if reports.is_reversed => "upheld_reversed",
        (Some(ReportState::Answered), Some(_)) => "upheld",
        (Some(ReportState::Unconfirmed), _) => "unconfirmed",
        (Some(ReportState::Lapsed), _) => "lapsed",
        (Some(ReportState::Open | ReportState::Answered) | None, _) => "open",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_each_other_without_a_gap_and_end_at_the_first_day() {
        // 2025-11-15 to 2026-02-03.
        let periods = Periods {
            first: 20_407,
            today: 20_487,
        };
        let all = |span| periods.all(span).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(all(Span::Month), ["2026-02", "2026-01", "2025-12", "2025-11"]);
        assert_eq!(all(Span::Quarter), ["2026-Q1", "2025-Q4"]);
        assert_eq!(all(Span::Year), ["2026", "2025"]);
        let has = |text| periods.has(Period::parse(text).unwrap());
        assert!(has("2025") && has("2026-Q1") && !has("2025-10") && !has("2026-03") && !has("9999"));
        let quarter = days(Period::parse("2025-Q4").unwrap());
        assert_eq!((quarter.from, quarter.until), (20_362, 20_454));
    }
}
