//! What the platform is to do is looked through, and what could not be delivered is delivered again.

use std::sync::Arc;

use anlanh_app::{ActionKind, ActionList, ActionRow, Effect, action};
use anlanh_model::Permission;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::enforcement::subject_word;
use super::queue::link;
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::Query;
use crate::api::caller;
use crate::console::{ActionLine, ActionsPage, Choice, Section};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many actions a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    list: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing)]
    replayed: String,
}

/// What the platform is to do, newest first.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let list = match asked.list.as_str() {
        "" => ActionList::Undone,
        "failed" => ActionList::Failed,
        "dead" => ActionList::Dead,
        _ => return Err(Problem::Refused(Refusal::bad_query("list"))),
    };
    let before = caller::before(asked.before.as_deref())?;
    let refused = |error| problem(service, &error);
    let actor = staff.actor();
    let found = action::list(&service.app, &actor, list, before, PAGE)
        .await
        .map_err(refused)?;
    let (undone, dead) = action::counts(&service.app, &actor).await.map_err(refused)?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let role = staff.session.person.role;
    let full = usize::try_from(PAGE).is_ok_and(|page| found.len() >= page);
    let next = found.last().filter(|_| full).map(|last| {
        let next = Asked {
            before: Some(last.id.to_string()),
            ..asked.clone()
        };
        let query = serde_urlencoded::to_string(&next).unwrap_or_default();
        format!("{}?{query}", Section::Actions.path())
    });
    let lists = [
        ("", words.pick("Chưa làm", "Not done")),
        ("failed", words.pick("Báo không làm được", "Could not be done")),
        ("dead", words.pick("Không gửi được", "Could not be delivered")),
    ];
    let counted = |n: u64| match u64::from(action::MOST) {
        most if n > most => format!("{} {most}", words.pick("hơn", "more than")),
        _ => n.to_string(),
    };
    let replayed: Option<u64> = asked.replayed.parse().ok();
    let view = ActionsPage {
        frame: staff.frame(Some(Section::Actions)),
        counts: format!(
            "{} {}, {} {}",
            counted(undone),
            words.pick("việc chưa làm", "not done"),
            counted(dead),
            words.pick("việc không gửi được", "not delivered")
        ),
        notice: replayed.map(|n| {
            format!(
                "{}: {n}",
                words.pick("Số việc được gửi lại", "Put back to be delivered")
            )
        }),
        lists: lists
            .into_iter()
            .map(|(key, word)| Choice {
                key: key.to_owned(),
                word: word.to_owned(),
                chosen: key == asked.list,
            })
            .collect(),
        actions: found
            .iter()
            .map(|row| ActionLine {
                // Who runs the node looks after deliveries, and reads no cases.
                link: row
                    .case
                    .filter(|_| role.may(Permission::ReadCases))
                    .map(|case| link(&case.to_string())),
                ..line(words, row)
            })
            .collect(),
        may_replay: list == ActionList::Dead && role.may(Permission::ManageDelivery),
        next,
    };
    page(&view, language)
}

/// An action as lists show it.
pub fn line(words: Words, row: &ActionRow) -> ActionLine {
    ActionLine {
        id: row.id.to_string(),
        at: words.moment(row.at),
        subject: subject_word(words, &row.target),
        what: what(words, row),
        link: row.case.map(|case| link(&case.to_string())),
        state: state(words, row),
    }
}

fn what(words: Words, row: &ActionRow) -> String {
    let kind = match row.kind {
        ActionKind::Label => words.pick("Gắn nhãn", "Label"),
        ActionKind::Limit => words.pick("Hạn chế lan truyền", "Limit reach"),
        ActionKind::Hide => words.pick("Ẩn", "Hide"),
        ActionKind::Remove => words.pick("Gỡ bỏ", "Remove"),
        ActionKind::Warn => words.pick("Cảnh cáo", "Warn"),
        ActionKind::Lock => words.pick("Khóa", "Lock"),
        ActionKind::RefuseRegistration => words.pick("Từ chối đăng ký", "Refuse registration"),
        ActionKind::EndService => words.pick("Ngừng cung cấp dịch vụ", "End of service"),
        ActionKind::Notice => words.pick("Thông báo", "Notice"),
    };
    match (row.effect, row.until) {
        (Effect::Lift, _) => lifted(words, row.kind).to_owned(),
        (Effect::Apply, Some(until)) => {
            let until = words.moment(until).absolute;
            format!("{kind} {} {until}", words.pick("đến", "until"))
        }
        (Effect::Apply, None) => kind.to_owned(),
    }
}

/// What the platform does to take a measure back.
const fn lifted(words: Words, kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Label => words.pick("Bỏ nhãn", "Take the label off"),
        ActionKind::Limit => words.pick("Bỏ hạn chế lan truyền", "Restore reach"),
        ActionKind::Hide => words.pick("Hiện lại", "Show again"),
        ActionKind::Remove => words.pick("Khôi phục nội dung", "Restore"),
        ActionKind::Warn => words.pick("Rút cảnh cáo", "Take the warning back"),
        ActionKind::Lock => words.pick("Mở khóa", "Unlock"),
        ActionKind::RefuseRegistration => words.pick("Cho đăng ký lại", "Allow registration again"),
        ActionKind::EndService => words.pick("Cung cấp lại dịch vụ", "Resume service"),
        ActionKind::Notice => words.pick("Rút thông báo", "Take the notice back"),
    }
}

fn state(words: Words, row: &ActionRow) -> String {
    if let Some(done) = row.done_at {
        return format!("{} {}", words.pick("Đã làm", "Done"), words.moment(done).absolute);
    }
    if let Some(problem) = &row.problem {
        return format!("{}: {problem}", words.pick("Không làm được", "Not done"));
    }
    let failure = row.failure.as_deref().unwrap_or_default();
    if row.dead_at.is_some() {
        let tried = words.pick("lần thử", "attempts");
        let given_up = words.pick("Đã ngừng gửi", "Given up");
        return format!("{given_up}: {} {tried}, {failure}", row.attempts);
    }
    if row.delivered_at.is_some() {
        return words
            .pick("Đã nhận, chưa báo kết quả", "Received, not confirmed")
            .to_owned();
    }
    if row.attempts > 0 {
        let again = words.relative(row.next_at);
        return format!("{} {again}: {failure}", words.pick("Gửi lại", "Tried again"));
    }
    words.pick("Chưa báo kết quả", "Not confirmed").to_owned()
}

/// What could not be delivered is delivered again: one action, or all.
pub async fn replay(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let done = try_replay(&service, &staff, body).await;
    staff.answer(done)
}

async fn try_replay(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let id = match form.some("action") {
        Some(id) => Some(caller::id(&id, "dead letter")?),
        None => None,
    };
    let replayed = action::replay(&service.app, &staff.actor(), id).await;
    let replayed = replayed.map_err(|error| problem(service, &error))?;
    Ok(see_other(&format!(
        "{}?list=dead&replayed={replayed}",
        Section::Actions.path()
    )))
}
