//! The queue page.

use std::sync::Arc;

use anlanh_app::case::{self, Waiting};
use anlanh_app::{CaseFilter, CaseRow, Holder, QueuePlace, QueueState};
use anlanh_model::{Cause, ClockEnd, Level, Outcome, State, StatutoryClock, Urgency};
use anlanh_pack::Policy;
use anlanh_screen::ItemKind;
use axum::extract::State as Shared;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::excerpt::{Told, plain, telling};
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::Query;
use crate::console::{Bulk, Choice, Filter, Law, QueuePage, Row, Section};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many cases a page has.
const PAGE: u32 = 50;

/// What the address asks of the queue.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    category: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    urgency: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    level: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    holder: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
    #[serde(skip_serializing_if = "is_zero")]
    seen: u64,
    #[serde(skip_serializing)]
    done: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields on by reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Asked {
    fn filter(&self, staff: &Staff) -> CaseFilter {
        CaseFilter {
            state: if self.state == "decided" {
                QueueState::Decided
            } else {
                QueueState::Open
            },
            category: self.category.clone(),
            kind: self.kind.clone(),
            urgency: self.urgency.clone(),
            rule: String::new(),
            level: self.level.clone(),
            holder: match self.holder.as_str() {
                "me" => Holder::Person(staff.session.person.id),
                "nobody" => Holder::Nobody,
                _ => Holder::Any,
            },
        }
    }

    /// Where the page begins.
    fn place(&self) -> Result<Option<QueuePlace>, Problem> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let place = self.after.parse();
        place
            .map(Some)
            .map_err(|_| Problem::Refused(Refusal::bad_query("after")))
    }

    fn next(&self, rows: &[CaseRow]) -> Option<String> {
        let next = Self {
            after: rows.last()?.place().to_string(),
            seen: self.seen.saturating_add(rows.len() as u64),
            ..self.clone()
        };
        let query = serde_urlencoded::to_string(&next).unwrap_or_default();
        Some(format!("{}?{query}", Section::Queue.path()))
    }
}

/// The queue.
pub async fn show(Shared(service): Shared<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let actor = staff.actor();
    let keys = [&asked.category, &asked.kind, &asked.urgency, &asked.level];
    if keys.iter().any(|key| key.contains('\0')) {
        return Err(Problem::Refused(Refusal::bad_query("category")));
    }
    let found = case::queue(&service.app, &actor, asked.filter(staff), asked.place()?, PAGE).await;
    let found = found.map_err(|error| problem(service, &error))?;
    let clocks = case::first_clocks(&service.app, &actor, &found.cases).await;
    let clocks = clocks.map_err(|error| problem(service, &error))?;
    let waiting = case::waiting(&service.app, &actor).await;
    let waiting = waiting.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let engine = service.app.engine();
    let words = Words::of(service, language);
    let names = Names::new(&engine.policy, language);
    let person = staff.session.person;
    let may_decide = person.role.may(anlanh_model::Permission::DecideCases);
    let may_take = |row: &CaseRow| may_decide && case::may_decide(&row.case, person, words.now()).is_ok();
    let rows = (asked.seen.saturating_add(1)..)
        .zip(found.cases.iter().zip(&clocks))
        .map(|(place, (case, clock))| {
            let law = clock.as_ref().map(|clock| law(words, &engine.policy, clock));
            row(words, names, place, case, law, may_take(case))
        })
        .collect();
    let view = QueuePage {
        frame: staff.frame(Some(Section::Queue)),
        counts: counts(words, waiting),
        notice: done(words, &asked.done),
        filters: filters(words, names, engine.screener.pack(), asked),
        rows,
        next: found.more.then(|| asked.next(&found.cases)).flatten(),
        bulk: may_decide.then(|| bulk(words, names, engine.screener.pack())),
    };
    page(&view, language)
}

/// The clock of the law that a case runs under, by when, and whether it ran out.
fn law(words: Words, policy: &Policy, clock: &StatutoryClock) -> Law {
    let title = policy.clock(&clock.key);
    let title = title.map_or(clock.key.as_str(), |it| words.pick(&it.title.vi, &it.title.en));
    let has_passed = clock.is_breached() || clock.end == ClockEnd::Running && clock.due_at < words.now();
    let when = words.relative(clock.due_at);
    let due = if has_passed {
        format!(
            "{}: {when}",
            words.pick("quá hạn luật định", "deadline of the law has passed")
        )
    } else {
        format!("{}: {when}", words.pick("hạn luật định", "deadline of the law"))
    };
    Law {
        title: title.to_owned(),
        due,
        has_passed,
    }
}

fn row(words: Words, names: Names<'_>, place: u64, row: &CaseRow, law: Option<Law>, may_take: bool) -> Row {
    let told = Told::parse(&row.verdict);
    let text = match &row.text {
        Some(text) if text.trim().is_empty() => plain(words.no_text()),
        Some(text) => told.marked(text, |reason| names.rule(&reason.rule)),
        None => plain(words.pick("(nội dung đã được xóa)", "(the content was erased)")),
    };
    let due = row.case.due;
    let overdue = due.at < words.now();
    let held = match row.case.state {
        State::Held { until, .. } => until > words.now(),
        State::Waiting => false,
        State::Decided { .. } | State::Ordered { .. } | State::Withdrawn { .. } => true,
    };
    let mut why_here = vec![
        words.cause(row.cause).to_owned(),
        format!(
            "{}: {}",
            words.pick("Mức ưu tiên", "Urgency"),
            words.urgency(due.urgency)
        ),
        match (overdue, words.relative(due.at)) {
            (true, when) => format!("{}: {when}", words.pick("Đã quá hạn xem", "Should have been seen")),
            (false, when) => format!("{}: {when}", words.pick("Hạn xem", "To be seen")),
        },
    ];
    if let Some(law) = &law {
        why_here.push(format!("{} ({})", law.title, law.due));
    }
    if row.case.level == Level::Escalated {
        why_here.push(words.level(row.case.level).to_owned());
    }
    Row {
        link: link(&row.case.id.to_string()),
        place,
        severity: Words::severity(due.urgency),
        urgency: words.urgency(due.urgency).to_owned(),
        excerpt: telling(&text, told.first_place()),
        text,
        category: if row.category.is_empty() {
            words.pick("Chưa phân nhóm", "No category").to_owned()
        } else {
            names.category(&row.category)
        },
        kind: words.kind(&row.kind),
        opened: words.moment(row.case.opened_at),
        outcome: match row.case.state {
            State::Decided { outcome, .. } => Some(words.outcome(outcome).to_owned()),
            State::Waiting | State::Held { .. } | State::Ordered { .. } | State::Withdrawn { .. } => None,
        },
        holder: row.who.clone().filter(|_| held),
        may_take: may_take && !held,
        // A case about a subject is decided by itself, and an appeal is answered.
        pick: (may_take && !held && row.case.awaiting.is_none() && row.is_decided_like_others())
            .then(|| row.case.id.to_string()),
        mark: mark(words, row).map(str::to_owned),
        law: law.filter(|_| matches!(row.case.state, State::Waiting | State::Held { .. })),
        why_here,
    }
}

/// What makes a case other than most.
fn mark(words: Words, row: &CaseRow) -> Option<&'static str> {
    if row.case.level == Level::Escalated {
        return Some(words.level(Level::Escalated));
    }
    match (row.case.awaiting, row.cause) {
        (Some(_), _) => Some(words.pick("Chờ người thứ hai", "Waits for a second person")),
        (None, Cause::Ladder) => Some(words.pick("Đề xuất khóa", "Lock proposed")),
        (None, Cause::Evasion) => Some(words.pick("Nghi lách khóa", "Perhaps evades a lock")),
        (None, Cause::Order) => Some(words.pick("Theo yêu cầu", "Ordered")),
        (None, Cause::Owner) => Some(words.pick("Chủ quá hạn gỡ", "Owner was late")),
        (None, Cause::Appeal) => Some(words.pick("Khiếu nại", "Appeal")),
        (None, Cause::Review | Cause::Acted | Cause::Braked | Cause::Undecided | Cause::Request | Cause::Report) => {
            None
        }
    }
}

fn bulk(words: Words, names: Names<'_>, pack: &anlanh_screen::Pack) -> Bulk {
    let choice = |key: &str, word: String| Choice {
        chosen: false,
        key: key.to_owned(),
        word,
    };
    // Labels and measures on accounts are chosen case by case.
    let outcomes = [Outcome::NoViolation, Outcome::Limit, Outcome::Hide, Outcome::Remove];
    let none = choice("", words.pick("Không vi phạm nhóm nào", "None").to_owned());
    let categories = pack
        .categories
        .iter()
        .map(|it| choice(&it.key, names.category(&it.key)));
    Bulk {
        outcomes: outcomes.map(|it| choice(it.key(), words.outcome(it).to_owned())).into(),
        categories: std::iter::once(none).chain(categories).collect(),
    }
}

/// The address of a case.
pub fn link(id: &str) -> String {
    format!("/console/cases/{id}")
}

fn counts(words: Words, waiting: Waiting) -> String {
    let counted = |n: u64| match u64::from(Waiting::MOST) {
        most if n > most => format!("{} {most}", words.pick("hơn", "more than")),
        _ => n.to_string(),
    };
    format!(
        "{} {}, {} {}",
        counted(waiting.open),
        words.pick("vụ việc đang chờ", "waiting"),
        counted(waiting.overdue),
        words.pick("quá hạn xem", "overdue")
    )
}

/// What was just decided, for a word of confirmation.
pub fn done(words: Words, id: &str) -> Option<(String, String)> {
    let id: anlanh_model::Id<anlanh_model::Case> = id.parse().ok()?;
    let said = words.pick("Đã ghi quyết định. Xem lại vụ việc", "Decision kept. Look at the case:");
    Some((format!("{said} {id}"), link(&id.to_string())))
}

fn filters(words: Words, names: Names<'_>, pack: &anlanh_screen::Pack, asked: &Asked) -> Vec<Filter> {
    let any = || (String::new(), words.pick("Tất cả", "All").to_owned());
    let filter = |key, title: &str, chosen: &str, choices: Vec<(String, String)>| Filter {
        key,
        title: title.to_owned(),
        choices: choices
            .into_iter()
            .map(|(key, word)| Choice {
                chosen: key == chosen,
                key,
                word,
            })
            .collect(),
    };
    let owned = |key: &str, word: &str| (key.to_owned(), word.to_owned());
    let categories = pack
        .categories
        .iter()
        .map(|it| (it.key.clone(), names.category(&it.key)));
    let urgencies = Urgency::ALL.into_iter().map(|it| owned(it.key(), words.urgency(it)));
    let kinds = ItemKind::ALL
        .into_iter()
        .map(|it| (it.key().to_owned(), words.kind(it.key())));
    vec![
        filter(
            "state",
            words.pick("Trạng thái", "State"),
            &asked.state,
            vec![
                owned("", words.pick("Đang chờ", "Waiting")),
                owned("decided", words.pick("Đã quyết định", "Decided")),
            ],
        ),
        filter(
            "category",
            words.pick("Nhóm vi phạm", "Category"),
            &asked.category,
            std::iter::once(any()).chain(categories).collect(),
        ),
        filter(
            "urgency",
            words.pick("Mức ưu tiên", "Urgency"),
            &asked.urgency,
            std::iter::once(any()).chain(urgencies).collect(),
        ),
        filter(
            "kind",
            words.pick("Loại nội dung", "Kind"),
            &asked.kind,
            std::iter::once(any()).chain(kinds).collect(),
        ),
        filter(
            "level",
            words.pick("Cấp xử lý", "Level"),
            &asked.level,
            vec![
                any(),
                owned(Level::First.key(), words.level(Level::First)),
                owned(Level::Escalated.key(), words.level(Level::Escalated)),
            ],
        ),
        filter(
            "holder",
            words.pick("Người giữ", "Holder"),
            &asked.holder,
            vec![
                any(),
                owned("me", words.pick("Tôi", "Me")),
                owned("nobody", words.pick("Chưa ai nhận", "Nobody")),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use anlanh_api::Language;
    use anlanh_model::Time;

    use super::*;

    #[test]
    fn what_is_more_than_is_counted_is_told_as_more() {
        let words = Words::new(Language::Vi, Time::from_seconds(0), 420);
        let check = |open: u64, expected: &str| {
            let told = counts(words, Waiting { open, overdue: 0 });
            assert_eq!(told, format!("{expected} vụ việc đang chờ, 0 quá hạn xem"));
        };
        check(10_000, "10000");
        check(10_001, "hơn 10000");
    }
}
