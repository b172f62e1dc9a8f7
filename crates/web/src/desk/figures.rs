//! What the node did, in charts.

use std::collections::BTreeMap;
use std::sync::Arc;

use anlanh_app::figures::{self, Figures};
use anlanh_model::Outcome;
use anlanh_screen::Action;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::Query;
use crate::console::{Bar, Chart, Choice, FiguresPage, Section};
use crate::page::names::Names;
use crate::problem::Problem;

/// The spans that may be chosen, in days.
const SPANS: [u32; 3] = [7, 30, 90];

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    days: String,
}

/// The figures of a span.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let days = asked
        .days
        .parse()
        .ok()
        .filter(|days| SPANS.contains(days))
        .unwrap_or(30);
    let figures = figures::since(&service.app, &staff.actor(), days).await;
    let figures = figures.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let engine = service.app.engine();
    let charts = Charts {
        words: Words::of(service, language),
        names: Names::new(&engine.policy, language),
        figures: &figures,
    };
    let choices = SPANS.into_iter().map(|span| Choice {
        key: span.to_string(),
        word: format!("{span} {}", charts.words.pick("ngày", "days")),
        chosen: span == days,
    });
    let view = FiguresPage {
        frame: staff.frame(Some(Section::Figures)),
        days: choices.collect(),
        totals: charts.totals(),
        charts: charts.all(),
    };
    page(&view, language)
}

/// The charts of some figures, in one language.
struct Charts<'a> {
    words: Words,
    names: Names<'a>,
    figures: &'a Figures,
}

impl Charts<'_> {
    /// The sums of what was counted under a name, by key.
    fn sums(&self, what: &str) -> BTreeMap<&str, u64> {
        let mut sums = BTreeMap::new();
        for row in self.figures.rows.iter().filter(|row| row.what == what) {
            *sums.entry(row.key.as_str()).or_default() += row.n;
        }
        sums
    }

    fn totals(&self) -> Vec<(String, String)> {
        let waiting: u64 = self.figures.waiting.iter().map(|(_, n)| n).sum();
        let middle = middle(&self.minutes());
        [
            (
                self.words.pick("Nội dung đã nhận", "Items kept"),
                self.sums("action").values().sum::<u64>().to_string(),
            ),
            (
                self.words.pick("Vụ việc đã quyết định", "Cases decided"),
                self.sums("outcome").values().sum::<u64>().to_string(),
            ),
            (self.words.pick("Đang chờ", "Waiting"), waiting.to_string()),
            (
                self.words.pick("Quá hạn xem", "Overdue"),
                self.figures.overdue.to_string(),
            ),
            (
                self.words.pick("Phản ánh đã nhận", "Reports received"),
                self.sums("report").values().sum::<u64>().to_string(),
            ),
            (
                self.words.pick("Thời hạn luật định: kịp", "Statutory clocks met"),
                (self.sums("clock_met").values().sum::<u64>())
                    .saturating_sub(self.sums("clock_resumed").values().sum::<u64>())
                    .to_string(),
            ),
            (
                self.words
                    .pick("Thời hạn luật định: quá hạn", "Statutory clocks breached"),
                self.sums("clock_breached").values().sum::<u64>().to_string(),
            ),
            (
                self.words
                    .pick("Thời gian quyết định (trung vị)", "Time to decision (median)"),
                middle.map_or_else(|| "–".to_owned(), |minutes| self.below(minutes)),
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn all(&self) -> Vec<Chart> {
        vec![
            self.by_day(),
            self.by_key(
                self.words.pick("Kết quả sàng lọc", "Verdicts"),
                Action::ALL
                    .iter()
                    .map(|it| (it.key(), self.names.action(*it).to_owned())),
                "action",
            ),
            self.categories(
                self.words.pick("Nhóm vi phạm được phát hiện", "Categories found"),
                &self.sums("category"),
            ),
            self.categories(
                self.words
                    .pick("Vụ việc đang chờ theo nhóm", "Waiting cases by category"),
                &self.figures.waiting.iter().map(|(key, n)| (key.as_str(), *n)).collect(),
            ),
            self.by_key(
                self.words.pick("Quyết định", "Decisions"),
                Outcome::ALL
                    .iter()
                    .map(|it| (it.key(), self.words.outcome(*it).to_owned())),
                "outcome",
            ),
            self.time_to_decision(),
        ]
    }

    /// Items kept, by day; long spans by week, so that a chart fits a screen.
    fn by_day(&self) -> Chart {
        let step = if self.figures.today - self.figures.since >= 35 {
            7
        } else {
            1
        };
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        let mut at = self.figures.since;
        while at <= self.figures.today {
            days.insert(at, 0);
            at += step;
        }
        for row in self.figures.rows.iter().filter(|row| row.what == "action") {
            if let Some((_, n)) = days.range_mut(..=row.day).next_back() {
                *n += row.n;
            }
        }
        let named = days.iter().rev().map(|(day, n)| (self.words.day(*day), *n)).collect();
        let title = match step {
            1 => self.words.pick("Nội dung theo ngày", "Items by day"),
            _ => self.words.pick("Nội dung theo tuần, từ ngày", "Items by week, from"),
        };
        self.chart(title, named)
    }

    fn by_key<'k>(&self, title: &str, keys: impl Iterator<Item = (&'k str, String)>, what: &str) -> Chart {
        let sums = self.sums(what);
        let named = keys.map(|(key, word)| (word, sums.get(key).copied().unwrap_or_default()));
        self.chart(title, named.collect())
    }

    fn categories(&self, title: &str, sums: &BTreeMap<&str, u64>) -> Chart {
        let mut named: Vec<(String, u64)> = sums
            .iter()
            .map(|(key, n)| match *key {
                "" => (self.words.pick("Chưa phân nhóm", "No category").to_owned(), *n),
                key => (self.names.category(key), *n),
            })
            .collect();
        named.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        self.chart(title, named)
    }

    /// Decisions by how long they took: each bound in minutes, and how many took less.
    fn minutes(&self) -> Vec<(u64, u64)> {
        let sums = self.sums("minutes");
        let mut sums: Vec<(u64, u64)> = sums
            .iter()
            .filter_map(|(key, n)| Some((key.parse().ok()?, *n)))
            .collect();
        sums.sort_unstable();
        sums
    }

    fn time_to_decision(&self) -> Chart {
        let named = self.minutes().into_iter().map(|(bound, n)| (self.below(bound), n));
        let title = self
            .words
            .pick("Thời gian từ mở đến quyết định", "Time from opening to decision");
        self.chart(title, named.collect())
    }

    fn below(&self, minutes: u64) -> String {
        format!("< {}", self.words.span(minutes).unwrap_or_default())
    }

    fn chart(&self, title: &str, named: Vec<(String, u64)>) -> Chart {
        let sum: u64 = named.iter().map(|(_, n)| n).sum();
        let most = named.iter().map(|(_, n)| *n).max().unwrap_or_default().max(1);
        let bars = named.into_iter().map(|(label, n)| Bar {
            label,
            shown: n.to_string(),
            percent: n.saturating_mul(100).div_ceil(most),
        });
        Chart {
            title: title.to_owned(),
            summary: format!("{} {sum}", self.words.pick("Tổng", "Sum")),
            bars: if sum == 0 { Vec::new() } else { bars.collect() },
        }
    }
}

/// The bound below which half of the decisions lie.
fn middle(minutes: &[(u64, u64)]) -> Option<u64> {
    let sum: u64 = minutes.iter().map(|(_, n)| n).sum();
    let mut seen = 0;
    let half = minutes.iter().find(|(_, n)| {
        seen += n;
        seen * 2 >= sum
    });
    half.map(|(bound, _)| *bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_where_half_lies_below() {
        assert_eq!(middle(&[]), None);
        assert_eq!(middle(&[(4, 1)]), Some(4));
        assert_eq!(middle(&[(1, 5), (2, 4), (64, 1)]), Some(1));
        assert_eq!(middle(&[(1, 4), (2, 4), (64, 1)]), Some(2));
    }
}
