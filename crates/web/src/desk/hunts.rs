//! Hunts on their pages: asked for, watched, called off, and what they found put into incidents.

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::hunt::{self, Asked, Chosen, FoundKept, HuntError, HuntRow, HuntView, MAX_VALUES, SHOWN_ROWS};
use anlanh_app::sensor;
use anlanh_model::{Hunt, HuntState, Id, Permission, Time};
use anlanh_pack::Day;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::feeds::{choice, number, permit, value_kind};
use super::form::Form;
use super::incidents::link as incident_link;
use super::words::Words;
use super::{Staff, page, problem, refused, see_other};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::{Choice, FoundLine, HuntLine, HuntPage, HuntsPage, Section, TypedHunt};
use crate::problem::Problem;
use crate::refusal::{Refusal, bad_value};

/// Where they are.
const HOME: &str = "/console/hunt";
/// How many hunts a page has.
const PAGE: u32 = 50;
/// Most lines that are none which a page tells one by one.
const MOST_BAD_LINES: usize = 50;
/// Longest value that an address puts into the form, in bytes.
const MAX_VALUE_BYTES: usize = 2_048;

/// What the address of the list asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedList {
    /// A value that is put into the form.
    value: String,
    before: Option<String>,
}

/// What the address of a hunt asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedRows {
    /// The row behind which the page begins.
    after: Option<String>,
}

/// The page of the form, with a value filled in.
pub(super) fn form_for(value: &str) -> String {
    let query = serde_urlencoded::to_string([("value", value)]).unwrap_or_default();
    format!("{HOME}?{query}")
}

/// The page of a hunt.
fn link(id: Id<Hunt>) -> String {
    format!("{HOME}/{id}")
}

/// Hunts, and the form that asks for one.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<AskedList>) -> Response {
    let value: String = asked.value.trim().chars().take(MAX_VALUE_BYTES).collect();
    let typed = TypedHunt {
        values: value,
        ..TypedHunt::default()
    };
    let answer = read_list(&service, &staff, asked.before.as_deref(), (typed, String::new(), None)).await;
    staff.answer(answer)
}

/// The list, with what was typed, the sensor that was chosen, and why it was refused.
async fn read_list(
    service: &Service,
    staff: &Staff,
    before: Option<&str>,
    (typed, sensor, refused): (TypedHunt, String, Option<(Problem, Vec<String>)>),
) -> Result<Response, Problem> {
    let (actor, language) = (staff.actor(), staff.visitor.language);
    let rows = hunt::list(&service.app, &actor, (caller::before(before)?, PAGE)).await;
    let rows = rows.map_err(|error| problem(service, &error))?;
    let words = Words::of(service, language);
    let may_hunt = actor.may(Permission::HuntEvents);
    let is_full = usize::try_from(PAGE).is_ok_and(|page| rows.len() >= page);
    let last = rows.last().filter(|_| is_full).map(|(row, _)| row.id);
    let form = TypedHunt {
        sensors: sensors(service, words, &sensor).await?,
        ..typed
    };
    let view = HuntsPage {
        frame: staff.frame(Some(Section::Soc)),
        form: Some(form).filter(|_| may_hunt),
        most: number(MAX_VALUES as u64),
        refused: refused
            .as_ref()
            .map(|(problem, lines)| (problem.detail(language), lines.clone())),
        hunts: rows.iter().map(|(row, _)| line(words, row)).collect(),
        next: last.map(|id| format!("{HOME}?before={id}")),
    };
    let mut response = page(&view, language)?;
    if let Some((refused, _)) = refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

async fn sensors(service: &Service, words: Words, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let rows = sensor::of_node(&service.app).await;
    let rows = rows.map_err(|error| problem(service, &error))?;
    let all = choice("", words.pick("Mọi bộ cảm biến", "Every sensor"), chosen);
    let each = rows
        .iter()
        .map(|row| choice(&row.sensor.name, &row.sensor.name, chosen));
    Ok(std::iter::once(all).chain(each).collect())
}

const fn state(words: Words, state: HuntState) -> (&'static str, &'static str) {
    match state {
        HuntState::Queued => (words.pick("Đang chờ đến lượt", "Waits for its turn"), "quiet"),
        HuntState::Running => (words.pick("Đang tìm", "Looks"), "quiet"),
        HuntState::Done => (words.pick("Đã xong", "Done"), "good"),
        HuntState::Failed => (
            words.pick("Không đọc được kho sự kiện", "The events could not be read"),
            "bad",
        ),
        HuntState::Cancelled => (words.pick("Đã hủy", "Called off"), "quiet"),
    }
}

/// What is looked for, in short.
fn what(row: &HuntRow) -> String {
    let mut values = row.asked.wanted.lines();
    let first = values.next().unwrap_or_default();
    match values.count() {
        0 => first.to_owned(),
        more => format!("{first} +{more}"),
    }
}

fn line(words: Words, row: &HuntRow) -> HuntLine {
    let (state, tone) = state(words, row.state);
    let found = match row.state {
        HuntState::Done => format!("{} {}", number(row.result.hits), words.pick("lần", "times")),
        HuntState::Queued | HuntState::Running | HuntState::Failed | HuntState::Cancelled => "—".to_owned(),
    };
    HuntLine {
        link: link(row.id),
        what: what(row),
        state,
        tone,
        found,
        person: row.person_name.clone(),
        at: words.moment(row.asked_at),
    }
}

/// A hunt is asked for.
pub async fn ask(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_ask(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_ask(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::HuntEvents)?;
    let form = staff.form(service, body).await?;
    let error = match asked(&form) {
        Ok(asked) => match hunt::ask(&service.app, &staff.actor(), asked, None).await {
            Ok(made) => return Ok(see_other(&link(made.id))),
            Err(error) => error,
        },
        Err(error) => error.into(),
    };
    let refused = problem(service, &error);
    if !matches!(refused, Problem::Refused(_)) {
        return Err(refused);
    }
    let typed = TypedHunt {
        values: form.get("values").to_owned(),
        reason: form.get("reason").to_owned(),
        from: form.get("from").to_owned(),
        to: form.get("to").to_owned(),
        sensors: Vec::new(),
    };
    let lines = bad_lines(Words::of(service, staff.visitor.language), &error);
    let said = (typed, form.get("sensor").to_owned(), Some((refused, lines)));
    read_list(service, staff, None, said).await
}

fn asked(form: &Form) -> Result<Asked, HuntError> {
    let day = |name: &str| -> Result<Option<Day>, HuntError> {
        let text = form.some(name);
        text.map(|text| text.parse().map_err(|_| HuntError::Period)).transpose()
    };
    Ok(Asked {
        values: form.get("values").to_owned(),
        reason: form.get("reason").to_owned(),
        from: day("from")?,
        to: day("to")?,
        sensor: form.some("sensor"),
    })
}

/// Each line that is none, in words.
fn bad_lines(words: Words, error: &Error) -> Vec<String> {
    let Error::Hunt(HuntError::Lines(lines)) = error else {
        return Vec::new();
    };
    let told = lines.iter().take(MOST_BAD_LINES).map(|(number, why)| {
        let [vi, en] = bad_value(*why);
        format!("{} {number}: {}", words.pick("Dòng", "Line"), words.pick(vi, en))
    });
    let mut told: Vec<String> = told.collect();
    if let Some(more) = lines.len().checked_sub(MOST_BAD_LINES).filter(|more| *more > 0) {
        told.push(format!("{} {more}", words.pick("Số dòng khác:", "Others:")));
    }
    told
}

/// One hunt.
pub async fn show(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<AskedRows>,
) -> Response {
    let answer = try_show(&service, &staff, &id, &asked).await;
    staff.answer(answer)
}

async fn try_show(service: &Service, staff: &Staff, id: &str, asked: &AskedRows) -> Result<Response, Problem> {
    permit(service, staff, Permission::ReadIncidents)?;
    let after = asked.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
    shown(service, staff, caller::id(id, "hunt")?, (after.unwrap_or(0), None)).await
}

async fn shown(
    service: &Service,
    staff: &Staff,
    id: Id<Hunt>,
    (after, refused): (u32, Option<String>),
) -> Result<Response, Problem> {
    let (actor, language) = (staff.actor(), staff.visitor.language);
    let view = hunt::show(&service.app, &actor, id, (after, SHOWN_ROWS)).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let words = Words::of(service, language);
    let row = &view.row;
    let (state, tone) = state(words, row.state);
    let may_hunt = actor.may(Permission::HuntEvents);
    let next = view.next;
    let (is_part, is_left) = (after > 0 || next.is_some(), |row: &FoundKept| row.raised_at.is_none());
    let page_view = HuntPage {
        frame: staff.frame(Some(Section::Soc)),
        path: link(id),
        what: what(row),
        state,
        tone,
        reason: row.asked.reason.clone(),
        facts: facts(words, &view),
        values: row.asked.wanted.lines().map(str::to_owned).collect(),
        summary: summary(words, row),
        // It is counted for the first part.
        hostless: if after == 0 { hostless(words, &view) } else { Vec::new() },
        rows: view.rows.iter().map(|row| found(words, &view, row)).collect(),
        next: next.map(|last| format!("{}?after={last}", link(id))),
        incidents: view
            .incidents
            .iter()
            .map(|(id, title)| (title.clone(), incident_link(*id)))
            .collect(),
        is_open: !row.state.is_over(),
        may_cancel: may_hunt && !row.state.is_over(),
        // What stands on other pages may be left.
        may_raise: may_hunt && row.state == HuntState::Done && (is_part || view.rows.iter().any(is_left)),
        refused,
        missed: view.missed,
    };
    page(&page_view, language)
}

/// What a hunt that is done found, in a sentence.
fn summary(words: Words, row: &HuntRow) -> Option<String> {
    if row.state != HuntState::Done {
        return None;
    }
    let result = row.result;
    if result.hits == 0 {
        let nothing = words.pick(
            "Không thấy giá trị nào trong sự kiện còn lưu của khoảng thời gian này.",
            "None of the values is in the events that are kept of this period.",
        );
        return Some(nothing.to_owned());
    }
    let mut told = format!(
        "{} {} {} {}.",
        number(result.hits),
        words.pick("lần thấy, thành", "hits, in"),
        number(row.rows),
        words.pick("dòng", "rows")
    );
    if result.left_out > 0 {
        told += &format!(
            " {} {}.",
            number(result.left_out),
            words.pick(
                "lần không còn chỗ trong bảng; hãy thu hẹp khoảng thời gian hoặc bớt giá trị",
                "more have no room in the table: ask for a shorter period, or fewer values"
            )
        );
    }
    Some(told)
}

/// How much of what was found has no host, and why, in sentences.
fn hostless(words: Words, view: &HuntView) -> Vec<String> {
    let mut told = Vec::new();
    if view.row.rows == 0 {
        return told;
    }
    let line = |count: u64, said: &str| format!("{} {said}", number(count));
    match view.hostless.lost {
        Some(0) => {}
        Some(lost) => told.push(line(
            lost,
            words.pick(
                "dòng không còn biết máy nào: mã không đổi ngược được nữa, vì khóa đã mất, mã có từ trước, hoặc thuê bao ngoài các dải \
                 đang khai. Cảnh báo từ các dòng này không có máy.",
                "rows have no host any more: their tokens cannot be turned back, because the key is gone, they are too old, or the \
                 subscriber is in none of the networks named now. Alerts of these rows have no host.",
            ),
        )),
        None => told.push(
            words
                .pick(
                    "Nút này đang không giữ kho sự kiện, nên chưa biết dòng nào còn đổi ngược được thành máy.",
                    "The events are not at hand now: it is not known which rows still lead to a host.",
                )
                .to_owned(),
        ),
    }
    if view.hostless.unnamed > 0 {
        told.push(line(
            view.hostless.unnamed,
            words.pick(
                "dòng của sự kiện không nêu thuê bao nào.",
                "rows are of events that name no subscriber.",
            ),
        ));
    }
    told
}

fn facts(words: Words, view: &HuntView) -> Vec<(&'static str, String)> {
    let row = &view.row;
    let moment = |at: Time| words.moment(at).absolute;
    let ever = |at: Time, end: i64| {
        if at.as_micros() == end {
            words.pick("không giới hạn", "no limit").to_owned()
        } else {
            moment(at)
        }
    };
    let mut facts = vec![
        (words.pick("Người yêu cầu", "Who asked"), row.person_name.clone()),
        (words.pick("Lúc", "When"), moment(row.asked_at)),
        (words.pick("Từ", "From"), ever(row.asked.from, i64::MIN)),
        (words.pick("Đến trước", "Until before"), ever(row.asked.to, i64::MAX)),
    ];
    if let Some(number) = row.asked.sensor {
        facts.push((words.pick("Bộ cảm biến", "Sensor"), view.sensor_name(number)));
    }
    if let Some(at) = row.ended_at {
        facts.push((words.pick("Kết thúc", "Ended"), moment(at)));
    }
    let progress = view.progress.map(|progress| (progress.blocks, progress.read));
    let (blocks, read) = progress.unwrap_or((row.result.blocks, row.result.read));
    facts.push((words.pick("Khối sự kiện đã xem", "Blocks looked at"), number(blocks)));
    facts.push((words.pick("Khối phải đọc", "Blocks read"), number(read)));
    facts
}

fn found(words: Words, view: &HuntView, row: &FoundKept) -> FoundLine {
    let found = &row.found;
    FoundLine {
        number: row.number,
        listed: found.listed.clone(),
        kind: value_kind(words, &found.kind),
        host: found.token.as_ref().map_or_else(
            || words.pick("không rõ máy nào", "no host is known").to_owned(),
            |text| hunt::short_token(text),
        ),
        sensor: view.sensor_name(found.sensor),
        count: found.count,
        span: [found.first_at, found.last_at].map(|at| words.moment(at).absolute),
        is_raised: row.raised_at.is_some(),
    }
}

/// A hunt is called off, or what it found put into incidents.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::HuntEvents)?;
    let form = staff.form(service, body).await?;
    let id: Id<Hunt> = caller::id(id, "hunt")?;
    let (app, actor) = (&service.app, staff.actor());
    let done = match form.get("step") {
        "cancel" => hunt::cancel(app, &actor, id).await,
        "raise-all" => hunt::raise(app, &actor, id, Chosen::All).await.map(drop),
        "raise" => {
            let rows = form.all("row").map(str::parse).collect::<Result<Vec<u32>, _>>();
            let rows = rows.map_err(|_| Problem::Refused(Refusal::bad_query("row")))?;
            hunt::raise(app, &actor, id, Chosen::Rows(rows)).await.map(drop)
        }
        _ => return Err(Problem::Refused(Refusal::bad_query("step"))),
    };
    let Err(error) = done else {
        return Ok(see_other(&link(id)));
    };
    let refused = refused(service, &error, staff.visitor.language)?;
    shown(service, staff, id, (0, Some(refused))).await
}

// A page of rows is chosen in one form.
const _: () = assert!(SHOWN_ROWS as usize + 2 <= Form::MAX_FIELDS);
