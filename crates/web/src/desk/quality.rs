//! How the work of people is measured: shares, golden items, disagreements and figures.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::case::CaseView;
use anlanh_app::quality::{self, Answer, Opinion, Quality, RightAnswer, Shares};
use anlanh_app::{Engine, GoldenRow, Item, Opinions};
use anlanh_model::{Accuracy, Agreement, Case, Finding, Id, Outcome, Permission, Purpose, Role, Share};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::excerpt::excerpt;
use super::form::Form;
use super::queue::link;
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::{Choice, Disagreement, Figures, GoldenForm, GoldenLine, QualityPage, Section, Side};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Spans that one may choose, in days.
const SPANS: [u32; 4] = [7, 30, 90, 365];

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    days: String,
    done: String,
}

/// What measuring shows.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let (app, actor) = (&service.app, staff.actor());
    let days = SPANS.into_iter().find(|span| asked.days == span.to_string());
    let days = days.unwrap_or(90);
    let figures = quality::figures(app, &actor, days).await;
    let figures = figures.map_err(|error| problem(service, &error))?;
    let golden = quality::golden(app, &actor).await;
    let golden = golden.map_err(|error| problem(service, &error))?;
    let differ = quality::disagreements(app, &actor).await;
    let differ = differ.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let engine = app.engine();
    let desk = Desk {
        words: Words::of(service, language),
        names: Names::new(&engine.policy, language),
        language,
    };
    let choices = SPANS.into_iter().map(|span| Choice {
        key: span.to_string(),
        word: format!("{span} {}", desk.words.pick("ngày", "days")),
        chosen: span == days,
    });
    let view = QualityPage {
        frame: staff.frame(Some(Section::Quality)),
        said: desk.said(&asked.done),
        days: choices.collect(),
        second_review: figures.shares.second_review.percent(),
        golden_share: figures.shares.golden.percent(),
        most: Share::MAX_PERCENT,
        totals: desk.totals(&figures),
        disagreements: differ.iter().map(|opinions| desk.disagreement(opinions)).collect(),
        figures: desk.figures(&figures),
        golden: golden.iter().map(|row| desk.golden(row)).collect(),
    };
    page(&view, language)
}

/// The form on the page of a case that makes its item golden, for who may and where it can be.
pub fn golden_form(words: Words, names: Names<'_>, engine: &Engine, view: &CaseView, role: Role) -> Option<GoldenForm> {
    let decision = view.decision.as_ref()?;
    if !role.may(Permission::CheckQuality) || view.case.case.purpose != Purpose::Live {
        return None;
    }
    let desk = Desk {
        words,
        names,
        language: words.language(),
    };
    let (outcome, category, note) = match &view.golden {
        Some(golden) => (golden.outcome, golden.category.clone(), golden.note.clone()),
        None => (decision.outcome, decision.category.clone(), String::new()),
    };
    let none = Choice {
        key: String::new(),
        word: words.pick("Không vi phạm nhóm nào", "None").to_owned(),
        chosen: category.is_none(),
    };
    let categories = engine.screener.pack().categories.iter().map(|it| Choice {
        word: names.category(&it.key),
        chosen: category.as_ref() == Some(&it.key),
        key: it.key.clone(),
    });
    let outcomes = Outcome::ALL.into_iter().map(|it| Choice {
        key: it.key().to_owned(),
        word: words.outcome(it).to_owned(),
        chosen: it == outcome,
    });
    Some(GoldenForm {
        present: view.golden.as_ref().map(|golden| {
            let present = words.pick("Đang là mẫu chuẩn", "Golden now");
            format!("{present}: {}", desk.golden(golden).answer)
        }),
        outcomes: outcomes.collect(),
        categories: std::iter::once(none).chain(categories).collect(),
        note,
    })
}

/// The page in one language.
struct Desk<'a> {
    words: Words,
    names: Names<'a>,
    language: Language,
}

impl Desk<'_> {
    fn said(&self, done: &str) -> Option<String> {
        let said = match done {
            "shares" => self.words.pick("Đã lưu tỷ lệ.", "The shares were kept."),
            "golden" => self.words.pick("Đã đặt làm mẫu chuẩn.", "The item is golden now."),
            "withdrawn" => self.words.pick("Đã rút khỏi mẫu chuẩn.", "The item was withdrawn."),
            "finding" => self.words.pick("Đã ghi nhận định.", "The finding was kept."),
            _ => return None,
        };
        Some(said.to_owned())
    }

    fn totals(&self, figures: &Quality) -> Vec<(String, String)> {
        let agreement = figures.agreement.as_ref();
        let [first, second, ..] = figures.findings;
        let waiting = figures.waiting;
        [
            (
                self.words.pick("Mức đồng thuận", "Agreement"),
                agreement.map_or_else(|| "–".to_owned(), |agreement| percent(agreement.observed)),
            ),
            (
                self.words.pick("Hệ số κ của Cohen", "Cohen’s κ"),
                agreement
                    .and_then(|agreement| agreement.kappa)
                    .map_or_else(|| "–".to_owned(), |kappa| self.decimal(kappa)),
            ),
            (
                self.words.pick("Đúng trên mẫu chuẩn", "Right on golden items"),
                figures.accuracy.share().map_or_else(|| "–".to_owned(), percent),
            ),
            (
                self.words.pick("Cặp quyết định khác nhau", "Pairs that differ"),
                figures.disagreements.to_string(),
            ),
            (
                self.words
                    .pick("Nhận định: đầu đúng / sau đúng", "Found right: first / second"),
                format!("{first} / {second}"),
            ),
            (
                self.words
                    .pick("Đang chờ: duyệt lần hai / mẫu chuẩn", "Waiting: second / golden"),
                format!("{} / {}", waiting.second_reviews, waiting.golden),
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn figures(&self, figures: &Quality) -> Vec<Figures> {
        let pair = |(pair, agreement): &((String, String), Agreement)| {
            (format!("{} – {}", pair.0, pair.1), self.agreement(Some(agreement)))
        };
        let filed = |key: &str| match key {
            "" => self.words.pick("Chưa phân nhóm", "No category").to_owned(),
            key => self.names.category(key),
        };
        let agreeing = |title: &str, about: &str, rows: Vec<(String, Vec<String>)>| {
            table(
                title,
                &[
                    about,
                    self.words.pick("Số cặp", "Pairs"),
                    self.words.pick("Đồng thuận", "Agreement"),
                    "κ",
                ],
                rows,
            )
        };
        let right = |title: &str, about: &str, rows: Vec<(String, Vec<String>)>| {
            table(
                title,
                &[
                    about,
                    self.words.pick("Số lần", "Decisions"),
                    self.words.pick("Đúng", "Right"),
                ],
                rows,
            )
        };
        let category = self.words.pick("Nhóm vi phạm", "Category");
        let weeks = figures.weeks.iter().rev().map(|week| {
            let cells = self
                .agreement(week.agreement.as_ref())
                .into_iter()
                .chain(self.accuracy(week.accuracy));
            (self.words.day(week.monday), cells.collect())
        });
        vec![
            table(
                self.words.pick("Diễn biến theo tuần", "Week by week"),
                &[
                    self.words.pick("Tuần từ", "Week from"),
                    self.words.pick("Số cặp", "Pairs"),
                    self.words.pick("Đồng thuận", "Agreement"),
                    "κ",
                    self.words.pick("Mẫu chuẩn", "Golden"),
                    self.words.pick("Đúng", "Right"),
                ],
                weeks.collect(),
            ),
            agreeing(
                self.words
                    .pick("Đồng thuận theo cặp người duyệt", "Agreement by pair of reviewers"),
                self.words.pick("Hai người", "Pair"),
                figures.by_pair.iter().map(pair).collect(),
            ),
            agreeing(
                self.words.pick("Đồng thuận theo nhóm vi phạm", "Agreement by category"),
                category,
                figures
                    .by_category
                    .iter()
                    .map(|(key, it)| (filed(key), self.agreement(Some(it))))
                    .collect(),
            ),
            right(
                self.words
                    .pick("Mẫu chuẩn theo người duyệt", "Golden items by reviewer"),
                self.words.pick("Người duyệt", "Reviewer"),
                figures
                    .by_reviewer
                    .iter()
                    .map(|(name, it)| (name.clone(), self.accuracy(*it)))
                    .collect(),
            ),
            right(
                self.words
                    .pick("Mẫu chuẩn theo nhóm vi phạm", "Golden items by category"),
                category,
                figures
                    .golden_by_category
                    .iter()
                    .map(|(key, it)| (filed(key), self.accuracy(*it)))
                    .collect(),
            ),
        ]
    }

    /// Pairs, observed agreement and κ, each with its interval.
    fn agreement(&self, agreement: Option<&Agreement>) -> Vec<String> {
        let Some(agreement) = agreement else {
            return vec!["0".to_owned(), "–".to_owned(), "–".to_owned()];
        };
        let (low, high) = agreement.observed_interval();
        let kappa = match (agreement.kappa, agreement.kappa_interval) {
            (Some(kappa), Some((low, high))) => {
                format!(
                    "{} ({} … {})",
                    self.decimal(kappa),
                    self.decimal(low),
                    self.decimal(high)
                )
            }
            (Some(_) | None, _) => "–".to_owned(),
        };
        vec![
            agreement.pairs.to_string(),
            format!("{} ({} … {})", percent(agreement.observed), percent(low), percent(high)),
            kappa,
        ]
    }

    /// Decisions and the share of right ones with its interval.
    fn accuracy(&self, accuracy: Accuracy) -> Vec<String> {
        let share = match (accuracy.share(), accuracy.interval()) {
            (Some(share), Some((low, high))) => {
                format!("{} ({} … {})", percent(share), percent(low), percent(high))
            }
            (Some(_) | None, _) => "–".to_owned(),
        };
        vec![accuracy.of.to_string(), share]
    }

    fn decimal(&self, number: f64) -> String {
        let number = format!("{number:.2}");
        match self.language {
            Language::Vi => number.replace('.', ","),
            Language::En => number,
        }
    }

    fn answer(&self, answer: &Answer) -> (String, String) {
        let category = answer.category.as_deref().map(|key| self.names.category(key));
        (
            self.words.outcome(answer.outcome).to_owned(),
            category.unwrap_or_default(),
        )
    }

    fn side(&self, title: &str, opinion: &Opinion) -> Side {
        let (outcome, category) = self.answer(&opinion.answer);
        Side {
            title: title.to_owned(),
            by: opinion.by.clone(),
            at: self.words.moment(opinion.at),
            outcome,
            category,
            facts: opinion.facts.clone(),
        }
    }

    fn disagreement(&self, opinions: &Opinions) -> Disagreement {
        let findings = Finding::ALL.into_iter().map(|finding| Choice {
            key: finding.key().to_owned(),
            word: match finding {
                Finding::First => self.words.pick("Quyết định đầu đúng", "The first is right"),
                Finding::Second => self.words.pick("Quyết định sau đúng", "The second is right"),
                Finding::Neither => self.words.pick("Cả hai đều chưa đúng", "Neither is right"),
                Finding::Unclear => self.words.pick(
                    "Cả hai đều có lý: quy tắc chưa rõ",
                    "Both can be defended: the rule is not clear",
                ),
            }
            .to_owned(),
            chosen: false,
        });
        Disagreement {
            number: opinions.case.to_string(),
            case: link(&opinions.of.to_string()),
            link: format!("/console/quality/cases/{}/finding", opinions.case),
            text: opinions.text.clone().unwrap_or_else(|| {
                self.words
                    .pick("(nội dung đã được xóa)", "(the content was erased)")
                    .to_owned()
            }),
            sides: vec![
                self.side(
                    self.words
                        .pick("Quyết định đầu (đang có hiệu lực)", "First decision (in force)"),
                    &opinions.first,
                ),
                self.side(
                    self.words.pick("Quyết định lần hai", "Second decision"),
                    &opinions.second,
                ),
            ],
            findings: findings.collect(),
        }
    }

    fn golden(&self, row: &GoldenRow) -> GoldenLine {
        let (outcome, category) = self.answer(&Answer {
            outcome: row.outcome,
            category: row.category.clone(),
        });
        GoldenLine {
            case: link(&row.case.to_string()),
            link: format!("/console/quality/golden/{}/withdraw", row.item),
            excerpt: match row.text.as_deref().map(excerpt) {
                Some(text) if !text.is_empty() => text,
                Some(_) | None => self.words.no_text().to_owned(),
            },
            answer: match category.as_str() {
                "" => outcome,
                category => format!("{outcome} · {category}"),
            },
            note: row.note.clone(),
            by: row.by.clone(),
            at: self.words.moment(row.at),
        }
    }
}

fn table(title: &str, heads: &[&str], rows: Vec<(String, Vec<String>)>) -> Figures {
    Figures {
        title: title.to_owned(),
        heads: heads.iter().map(|head| (*head).to_owned()).collect(),
        rows,
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn done(what: &str) -> Response {
    see_other(&format!("{}?done={what}", Section::Quality.path()))
}

/// The shares are set.
pub async fn shares(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_shares(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_shares(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let share = |name: &str| {
        let percent: Option<u8> = form.get(name).trim().parse().ok();
        let share = percent.and_then(|percent| Share::parse(percent).ok());
        share.ok_or_else(|| Problem::Refused(Refusal::bad_query(name)))
    };
    let shares = Shares {
        second_review: share("second_review")?,
        golden: share("golden")?,
    };
    let set = quality::set_shares(&service.app, &staff.actor(), shares).await;
    set.map_err(|error| problem(service, &error))?;
    Ok(done("shares"))
}

/// The item of a case is made golden.
pub async fn set_golden(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_golden(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_golden(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form: Form = staff.form(service, body).await?;
    let id: Id<Case> = caller::id(id, "case")?;
    let bad = || Problem::Refused(Refusal::bad_query("outcome"));
    let outcome = Outcome::from_key(form.get("golden-outcome")).ok_or_else(bad)?;
    let answer = RightAnswer {
        outcome,
        // What breaks no rule has no category, whatever is still chosen beside it.
        category: form.some("golden-category").filter(|_| outcome.is_violation()),
        note: form.get("note").to_owned(),
    };
    let set = quality::set_golden(&service.app, &staff.actor(), id, answer).await;
    set.map_err(|error| problem(service, &error))?;
    Ok(done("golden"))
}

/// A golden item is withdrawn.
pub async fn withdraw(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_withdraw(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_withdraw(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    let id: Id<Item> = caller::id(id, "item")?;
    let withdrawn = quality::withdraw_golden(&service.app, &staff.actor(), id).await;
    withdrawn.map_err(|error| problem(service, &error))?;
    Ok(done("withdrawn"))
}

/// It is found which of two decisions was right.
pub async fn finding(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_finding(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_finding(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let id: Id<Case> = caller::id(id, "case")?;
    let bad = || Problem::Refused(Refusal::bad_query("finding"));
    let finding = Finding::from_key(form.get("finding")).ok_or_else(bad)?;
    let note = form.get("note").to_owned();
    let found = quality::find_right(&service.app, &staff.actor(), id, finding, note).await;
    found.map_err(|error| problem(service, &error))?;
    Ok(done("finding"))
}
