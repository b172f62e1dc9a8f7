//! What is erased and what is kept, for people: certificates, and the holds on an item.

use std::sync::Arc;

use anlanh_app::Engine;
use anlanh_app::keeping::{self, Certificate, Fate, HoldRow, ItemFate, Keeping, Remains, Standing, WhyErased, Wish};
use anlanh_model::{Hold, Id, Kept, KeptFor, Permission, Role, TargetKind, Time};
use anlanh_pack::Record;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::words::Words;
use super::{Staff, item, page, problem, see_other, told};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::{
    ErasureLine, ErasurePage, ErasuresPage, FateLine, HoldLine, KeepingView, RefusedErasure, Section,
};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many wishes a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: Option<String>,
    after: Option<String>,
}

/// Wishes for erasure, newest first.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read_list(&service, &staff, &asked, None).await;
    staff.answer(answer)
}

async fn read_list(
    service: &Service,
    staff: &Staff,
    asked: &Asked,
    refused: Option<RefusedErasure>,
) -> Result<Response, Problem> {
    let before = caller::before(asked.before.as_deref())?;
    let found = keeping::list(&service.app, &staff.actor(), before, PAGE).await;
    let found = found.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let full = usize::try_from(PAGE).is_ok_and(|page| found.len() >= page);
    let last = found.last().filter(|_| full);
    let view = ErasuresPage {
        frame: staff.frame(Some(Section::Erasures)),
        next: last.map(|last| format!("{}?before={}", Section::Erasures.path(), last.row.id)),
        erasures: found.iter().map(|wish| line(words, wish)).collect(),
        may_erase: staff.session.person.role.may(Permission::EraseItems),
        refused,
    };
    page(&view, language)
}

fn line(words: Words, wish: &Certificate) -> ErasureLine {
    ErasureLine {
        link: link(&wish.row.id.to_string()),
        id: wish.row.id.to_string(),
        at: words.moment(wish.row.at),
        what: what(words, wish),
        state: state(words, wish),
    }
}

fn link(id: &str) -> String {
    format!("{}/{id}", Section::Erasures.path())
}

fn what(words: Words, wish: &Certificate) -> String {
    let kind = match wish.row.kind {
        TargetKind::Account => words.pick("Tài khoản", "Account"),
        TargetKind::Item | TargetKind::Page | TargetKind::Group | TargetKind::Channel | TargetKind::Report => {
            words.pick("Một nội dung", "One item")
        }
    };
    match &wish.row.reference {
        Some(reference) => format!("{kind} {reference}"),
        None => kind.to_owned(),
    }
}

fn state(words: Words, wish: &Certificate) -> String {
    let (erased, items) = (wish.erased, wish.items);
    if let Some(done) = wish.row.done_at {
        let done = words.moment(done).absolute;
        return format!("{} {done} ({erased})", words.pick("Đã xóa hết lúc", "All erased at"));
    }
    format!(
        "{} {erased} / {items}",
        words.pick("Đang chờ, đã xóa", "Waiting, erased")
    )
}

/// The certificate of an erasure.
pub async fn show(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = read(&service, &staff, &id, &asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str, asked: &Asked) -> Result<Response, Problem> {
    let after = asked.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))?;
    let erasure = caller::id(id, "erasure")?;
    let found = keeping::certificate(&service.app, &staff.actor(), erasure, after, keeping::MAX_PAGE).await;
    let found = found.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_read = staff.session.person.role.may(Permission::ReadItems);
    let full = usize::try_from(keeping::MAX_PAGE).is_ok_and(|page| found.fates.len() >= page);
    let last = found.fates.last().filter(|_| full);
    let moment = |at: Option<Time>| {
        let not_yet = || words.pick("Chưa", "Not yet").to_owned();
        at.map_or_else(not_yet, |at| words.moment(at).absolute)
    };
    let row = &found.row;
    let facts = [
        (words.pick("Xóa gì", "What"), what(words, &found)),
        (words.pick("Yêu cầu lúc", "Asked"), words.moment(row.at).absolute),
        (words.pick("Tình trạng", "State"), state(words, &found)),
        (words.pick("Xóa hết lúc", "All erased"), moment(row.done_at)),
        (
            words.pick("Không còn trên đĩa từ", "Off the disk"),
            moment(row.purged_at),
        ),
    ];
    let view = ErasurePage {
        frame: staff.frame(Some(Section::Erasures)),
        id: row.id.to_string(),
        facts: facts.map(|(word, value)| (word.to_owned(), value)).into(),
        fates: found
            .fates
            .iter()
            .map(|fate| fate_line(words, fate, may_read))
            .collect(),
        remains: Remains::ALL
            .map(|remains| remains_line(&service.app.engine(), words, remains))
            .into(),
        next: last.map(|last| format!("{}?after={}", link(&row.id.to_string()), last.item)),
    };
    page(&view, language)
}

fn fate_line(words: Words, fate: &ItemFate, may_read: bool) -> FateLine {
    let id = fate.item.to_string();
    let fate = match fate.fate {
        Fate::Erased(at) => format!(
            "{} {}",
            words.pick("Đã xóa lúc", "Erased at"),
            words.moment(at).absolute
        ),
        Fate::Kept(kept) => kept_word(words, kept),
    };
    FateLine {
        link: may_read.then(|| item::link(&id)),
        item: id,
        fate,
    }
}

/// For what something is kept, and until when.
fn kept_word(words: Words, kept: Kept) -> String {
    let why = match (kept.reason, kept.until) {
        (KeptFor::LegalHold, _) => words.pick("Được giữ nguyên theo yêu cầu pháp lý", "Kept under a legal hold"),
        (KeptFor::OpenCase, _) => words.pick(
            "Được giữ làm chứng cứ của vụ việc chưa kết thúc",
            "Kept as evidence of an open case",
        ),
        (KeptFor::Appeals, _) => words.pick(
            "Được giữ trong thời hạn khiếu nại",
            "Kept while the decision may be appealed",
        ),
        (KeptFor::Golden, _) => words.pick("Được giữ làm mục chuẩn đo chất lượng", "Kept as a golden item"),
        (KeptFor::Retention, Some(_)) => words.pick(
            "Được giữ theo thời hạn lưu của chính sách",
            "Kept for the time that the policy sets",
        ),
        (KeptFor::Retention, None) => words.pick(
            "Được giữ cho đến khi có yêu cầu xóa: chính sách không đặt thời hạn lưu",
            "Kept until somebody has it erased: the policy sets no time",
        ),
    };
    match kept.until {
        Some(until) => {
            let until = words.moment(until).absolute;
            format!("{why}, {} {until}.", words.pick("đến", "until"))
        }
        None => format!("{why}."),
    }
}

/// What stays, why, and on what law the time rests for which cases are kept.
fn remains_line(engine: &Engine, words: Words, remains: Remains) -> String {
    let word = remains_word(words, remains);
    if remains != Remains::Decisions {
        return word.to_owned();
    }
    let bases = engine
        .policy
        .retention_of(Record::Case)
        .map_or(&[][..], |case| &case.bases);
    let cited = bases.iter().filter_map(|key| engine.policy.citation(key.as_str()));
    let cited: Vec<String> = cited.map(|cite| words.pick(&cite.vi, &cite.en).to_owned()).collect();
    match cited.join("; ") {
        none if none.is_empty() => word.to_owned(),
        cited => format!("{word} {}: {cited}.", words.pick("Căn cứ", "Basis")),
    }
}

const fn remains_word(words: Words, remains: Remains) -> &'static str {
    match remains {
        Remains::Record => words.pick(
            "Việc từng có nội dung này: nhận lúc nào, quy tắc nào đã được áp dụng, mã của nền tảng. Không có lời nào của nội dung.",
            "That there was an item: when it came in, which rules spoke of it, the platform's id. No word of what it said.",
        ),
        Remains::Decisions => words.pick(
            "Quyết định và lý do: nhật ký xử lý phải được lưu giữ.",
            "Decisions and their reasons: the log of handling is to be kept.",
        ),
        Remains::Enforcement => words.pick(
            "Vi phạm còn được tính, biện pháp còn hiệu lực, và dấu hiệu nhận biết của tài khoản đang bị khóa.",
            "Violations that still count, measures that last, and the signs of an account that is locked.",
        ),
        Remains::Reports => words.pick(
            "Lời của người phản ánh và người khiếu nại: là dữ liệu của họ, được mã hóa và xóa theo thời hạn riêng.",
            "What others said in reports and appeals: it is theirs, encrypted, and erased in its own time.",
        ),
        Remains::AuditLog => words.pick(
            "Nhật ký hệ thống: chỉ gồm số hiệu, không có tên và nội dung.",
            "The audit log: numbers alone, no names and no content.",
        ),
    }
}

/// Every item of an account is erased.
pub async fn erase_account(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let done = try_erase_account(&service, &staff, body).await;
    staff.answer(done)
}

async fn try_erase_account(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let account = form.get("account").trim().to_owned();
    match erase(service, staff, Wish::Account(account.clone())).await {
        Err(Problem::Refused(refusal)) if refusal.is_about_erasure() => {
            let why = told(&refusal, staff.visitor.language);
            let refused = RefusedErasure { account, why };
            let mut response = read_list(service, staff, &Asked::default(), Some(refused)).await?;
            *response.status_mut() = refusal.status;
            Ok(response)
        }
        done => done,
    }
}

/// An item is erased.
pub async fn erase_item(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let done = try_erase_item(&service, &staff, &id, body).await;
    staff.answer(done)
}

async fn try_erase_item(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    erase(service, staff, Wish::Item(caller::id(id, "item")?)).await
}

async fn erase(service: &Service, staff: &Staff, wish: Wish) -> Result<Response, Problem> {
    let erased = keeping::erase(&service.app, &staff.actor(), wish).await;
    let erased = erased.map_err(|error| problem(service, &error))?;
    Ok(see_other(&link(&erased.row.id.to_string())))
}

/// A hold is put on an item.
pub async fn hold(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let done = try_hold(&service, &staff, &id, body).await;
    staff.answer(done)
}

async fn try_hold(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let item = caller::id(id, "item")?;
    let days = form.some("days").map(|days| days.trim().parse()).transpose();
    let days = days.map_err(|_| Problem::Refused(Refusal::bad_query("days")))?;
    let held = keeping::hold(&service.app, &staff.actor(), item, form.get("reason"), days).await;
    held.map_err(|error| problem(service, &error))?;
    Ok(see_other(&item::link(id)))
}

/// A hold ends.
pub async fn release(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let done = try_release(&service, &staff, &id, body).await;
    staff.answer(done)
}

async fn try_release(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    let hold: Id<Hold> = caller::id(id, "hold")?;
    let released = keeping::release(&service.app, &staff.actor(), hold).await;
    let item = released.map_err(|error| problem(service, &error))?;
    Ok(see_other(&item::link(&item.to_string())))
}

/// What the page of an item says of how long it is kept.
pub fn view(words: Words, role: Role, id: &str, keeping: &Keeping) -> KeepingView {
    let is_there = !matches!(keeping.standing, Standing::Erased(..));
    let standing = match keeping.standing {
        Standing::Kept(kept) => kept_word(words, kept),
        Standing::Over => words
            .pick(
                "Đã hết thời hạn lưu, sẽ được xóa trong lượt tới.",
                "Its time is over: it is erased in the next round.",
            )
            .to_owned(),
        Standing::Erased(at, why) => {
            let at = words.moment(at).absolute;
            let why = match why {
                WhyErased::Time => words.pick("hết thời hạn lưu", "its time was over"),
                WhyErased::Wish => words.pick("theo yêu cầu", "somebody wanted it"),
            };
            format!("{} {at}: {why}.", words.pick("Đã xóa lúc", "Erased at"))
        }
    };
    let path = |step: &str| format!("{}/{step}", item::link(id));
    let may_hold = role.may(Permission::HoldItems);
    KeepingView {
        standing,
        holds: keeping
            .holds
            .iter()
            .map(|row| hold_line(words, row, keeping.seen_at, may_hold))
            .collect(),
        hold: (may_hold && is_there).then(|| path("hold")),
        erase: (role.may(Permission::EraseItems) && is_there).then(|| path("erase")),
    }
}

fn hold_line(words: Words, row: &HoldRow, now: Time, may_end: bool) -> HoldLine {
    let lasts = row.lasts(now);
    let mut facts = format!("{}, {}", row.by, words.moment(row.at).absolute);
    let end = match (row.ended_at, row.until) {
        (Some(ended), _) => Some((words.pick("đã chấm dứt", "ended"), ended)),
        (None, Some(until)) if lasts => Some((words.pick("đến", "until"), until)),
        (None, Some(until)) => Some((words.pick("đã hết hạn", "ran out"), until)),
        (None, None) => None,
    };
    if let Some((word, at)) = end {
        facts = format!("{facts}, {word} {}", words.moment(at).absolute);
    }
    HoldLine {
        reason: row.reason.clone(),
        facts,
        release: (lasts && may_end).then(|| format!("/console/holds/{}/release", row.id)),
    }
}
