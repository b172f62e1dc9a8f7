//! What was done in a period, as a page.

use std::sync::Arc;

use anlanh_app::published::{Count, Figure, Period, Periods, Report, Span};
use anlanh_model::Detection;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::figure::{heading, label};
use super::{figures, periods, tabs};
use crate::Service;
use crate::address::Query;
use crate::console::{Bar, Chart, Choice, TransparencyPage};
use crate::desk::words::Words;
use crate::desk::{Reader, page};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    period: String,
}

/// The report on a period; where none is named, on the present month.
pub async fn show(State(service): State<Arc<Service>>, reader: Reader, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &reader, &asked).await;
    reader.answer(answer)
}

async fn read(service: &Service, reader: &Reader, asked: &Asked) -> Result<Response, Problem> {
    let periods = periods(service).await?;
    let period = if asked.period.is_empty() {
        periods.present(Span::Month)
    } else {
        Period::parse(&asked.period)
    };
    let period = period.ok_or_else(|| Problem::Refused(Refusal::bad_query("period")))?;
    let report = figures(service, period).await?;
    let words = Words::of(service, reader.visitor.language);
    let engine = service.app.engine();
    let told = Told {
        words,
        names: Names::new(&engine.policy, words.language()),
        report: &report,
    };
    let view = TransparencyPage {
        frame: reader.frame(None),
        site: service.app.site().name().to_owned(),
        tabs: tabs(reader, "/transparency"),
        periods: choices(words, periods, period),
        period: period.to_string(),
        state: told.state(),
        totals: told.totals(),
        charts: told.charts(),
    };
    page(&view, reader.visitor.language)
}

/// Every period that may be chosen: months, then quarters, then years.
fn choices(words: Words, periods: Periods, chosen: Period) -> Vec<Choice> {
    let all = Span::ALL.into_iter().flat_map(|span| periods.all(span));
    all.map(|period| Choice {
        key: period.to_string(),
        word: name(words, period),
        chosen: period == chosen,
    })
    .collect()
}

fn name(words: Words, period: Period) -> String {
    let year = period.year();
    match period.span() {
        Span::Month => format!("{} {:02}/{year}", words.pick("Tháng", "Month"), period.month()),
        Span::Quarter => format!("{} {}/{year}", words.pick("Quý", "Quarter"), period.quarter()),
        Span::Year => format!("{} {year}", words.pick("Năm", "Year")),
    }
}

/// A report in words.
struct Told<'r> {
    words: Words,
    names: Names<'r>,
    report: &'r Report,
}

impl Told<'_> {
    fn state(&self) -> String {
        let at = anlanh_model::Time::from_micros(self.report.computed_at.0);
        let over = if self.report.is_over {
            self.words.pick("đã kết thúc", "over")
        } else {
            self.words.pick("chưa kết thúc", "not over yet")
        };
        format!(
            "{} ({over}) · {} {}",
            name(self.words, self.report.period),
            self.words.pick("đếm lúc", "counted at"),
            self.words.moment(at).absolute
        )
    }

    fn totals(&self) -> Vec<(String, String)> {
        let report = self.report;
        let decisions = report.total(Figure::Decisions);
        let automatic = report.value(Figure::DecisionsByDetection, Detection::Automatic.key());
        let median = |key: &str| {
            let minutes = report.value(Figure::MedianMinutes, key);
            let none = || "—".to_owned();
            if minutes == 0 {
                none()
            } else {
                self.words.span(minutes).unwrap_or_else(none)
            }
        };
        let share = (automatic * 100).checked_div(decisions);
        let total = |vi, en, value: String| (self.words.pick(vi, en).to_owned(), value);
        vec![
            total(
                "Phản ánh nhận được",
                "Reports received",
                report.total(Figure::Reports).to_string(),
            ),
            total("Quyết định của con người", "Decisions by people", decisions.to_string()),
            total(
                "Do quy tắc tự động phát hiện",
                "Found by automatic rules",
                share.map_or_else(|| "—".to_owned(), |share| format!("{share}%")),
            ),
            total(
                "Quyết định bị hủy",
                "Decisions taken back",
                report.total(Figure::DecisionsReversed).to_string(),
            ),
            total(
                "Thời gian trung vị đến khi có quyết định",
                "Median to decision",
                median("decision"),
            ),
            total(
                "Thời gian trung vị đến khi trả lời phản ánh",
                "Median to answer a report",
                median("answer"),
            ),
            total("Khiếu nại", "Appeals", report.total(Figure::Appeals).to_string()),
            total(
                "Quá hạn",
                "Deadlines that ran out",
                report.total(Figure::ClocksBreached).to_string(),
            ),
        ]
    }

    /// The figures, each with its bars. What is empty is left out, but for what it tells by that.
    fn charts(&self) -> Vec<Chart> {
        let shown = Figure::ALL.into_iter().filter(|figure| {
            let tells = match figure {
                Figure::DecisionsReversed | Figure::AppealsByState | Figure::ClocksBreached => true,
                Figure::MedianMinutes => return false,
                Figure::Items
                | Figure::Reports
                | Figure::ReportsByState
                | Figure::Decisions
                | Figure::DecisionsByCategory
                | Figure::DecisionsByCause
                | Figure::DecisionsByDetection
                | Figure::Measures
                | Figure::MeasuresReversed
                | Figure::Appeals
                | Figure::Orders
                | Figure::InformationRequests
                | Figure::InformationWhole
                | Figure::InformationPart
                | Figure::InformationRefused
                | Figure::InformationTargets
                | Figure::InformationMedianHours
                | Figure::ClocksMet
                | Figure::ClocksRunning => false,
            };
            tells || self.report.total(*figure) > 0
        });
        shown.map(|figure| self.chart(figure)).collect()
    }

    fn chart(&self, figure: Figure) -> Chart {
        let mut counts: Vec<&Count> = self.report.of(figure).collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.value));
        let most = counts.first().map_or(1, |count| count.value.max(1));
        let bars = counts.iter().map(|count| Bar {
            label: label(self.words, self.names, figure, count.key.as_str())
                .unwrap_or_else(|| self.words.pick("Khác", "Other").to_owned()),
            shown: count.value.to_string(),
            percent: count.value * 100 / most,
        });
        let total = self.report.total(figure);
        Chart {
            title: heading(self.words, figure).to_owned(),
            // What is half of each office's is no sum.
            summary: if total == 0 || figure == Figure::InformationMedianHours {
                String::new()
            } else {
                format!("{} {total}", self.words.pick("Tổng cộng", "In all"))
            },
            bars: bars.collect(),
        }
    }
}
