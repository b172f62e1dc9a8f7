//! Reports as those who decide see them: what was said, and nothing of who said it but to few.

use std::sync::Arc;

use anlanh_app::report::{self, Purpose, ReportView};
use anlanh_model::{Id, Permission, Report, ReportState, Standing};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::item::unlinked;
use super::queue::link;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::{Choice, ReportLine, ReportsPage, RevealedLine, Section};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many reports a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

/// Reports, newest first.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, asked, None).await;
    staff.answer(answer)
}

/// The screenshot of a report.
pub async fn picture(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = async {
        let id: Id<Report> = caller::id(&id, "report")?;
        let shown = report::picture(&service.app, &staff.actor(), id).await;
        let (format, content) = shown.map_err(|error| problem(&service, &error))?;
        Ok(caller::picture(format, &format!("{id}"), content))
    };
    staff.answer(answer.await)
}

/// Who made a report, for a purpose.
pub async fn reveal(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = async {
        let form = staff.form(&service, body).await?;
        let refused = |error: anlanh_app::Error| problem(&service, &error);
        anlanh_app::permit(&staff.actor(), Permission::ReadReporters).map_err(refused)?;
        let id: Id<Report> = caller::id(&id, "report")?;
        let purpose = Purpose::from_key(form.get("purpose"));
        let purpose = purpose.ok_or_else(|| refused(anlanh_app::Error::UnknownKey("purpose")))?;
        let shown = report::reveal(&service.app, &staff.actor(), id, purpose)
            .await
            .map_err(refused)?;
        let words = Words::of(&service, staff.visitor.language);
        let confirmed = if shown.is_confirmed {
            words.pick("đã xác nhận", "confirmed")
        } else {
            words.pick("chưa xác nhận", "not confirmed")
        };
        let said: Vec<String> = [shown.name, shown.email].into_iter().flatten().collect();
        let who = if said.is_empty() {
            words.pick("ẩn danh", "anonymous").to_owned()
        } else {
            format!("{} ({confirmed})", said.join(", "))
        };
        let number = id.to_string();
        read(&service, &staff, Asked::default(), Some(RevealedLine { number, who })).await
    };
    staff.answer(answer.await)
}

async fn read(
    service: &Service,
    staff: &Staff,
    asked: Asked,
    revealed: Option<RevealedLine>,
) -> Result<Response, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let state = match asked.state.as_str() {
        "" => None,
        key => Some(ReportState::from_key(key).ok_or_else(|| bad("state"))?),
    };
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| bad("before"))?;
    let found = report::list(&service.app, &staff.actor(), state, before, PAGE).await;
    let found = found.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let full = usize::try_from(PAGE).is_ok_and(|page| found.len() >= page);
    let next = found.last().filter(|_| full).map(|last| {
        let next = Asked {
            state: asked.state.clone(),
            before: Some(last.report.id.to_string()),
        };
        let query = serde_urlencoded::to_string(&next).unwrap_or_default();
        format!("{}?{query}", Section::Reports.path())
    });
    let all = Choice {
        key: String::new(),
        word: words.pick("Tất cả", "All").to_owned(),
        chosen: state.is_none(),
    };
    let states = ReportState::ALL.iter().map(|known| Choice {
        key: known.key().to_owned(),
        word: state_words(words, *known).to_owned(),
        chosen: state == Some(*known),
    });
    let purposes = Purpose::ALL.into_iter().map(|purpose| Choice {
        key: purpose.key().to_owned(),
        word: purpose_words(words, purpose).to_owned(),
        chosen: false,
    });
    let may_reveal = staff.session.person.role.may(Permission::ReadReporters);
    let view = ReportsPage {
        frame: staff.frame(Some(Section::Reports)),
        states: [all].into_iter().chain(states).collect(),
        purposes: purposes.collect(),
        revealed,
        reports: found
            .iter()
            .map(|view| ReportLine {
                reveal: (may_reveal && view.report.contact.is_some())
                    .then(|| format!("/console/reports/{}/reveal", view.report.id)),
                ..line(service, words, view)
            })
            .collect(),
        next,
    };
    page(&view, language)
}

/// A report in words.
pub fn line(service: &Service, words: Words, view: &ReportView) -> ReportLine {
    let row = &view.report;
    let engine = service.app.engine();
    let category = engine.policy.report_category(&row.category);
    let category = category.map_or(row.category.as_str(), |it| words.pick(&it.title.vi, &it.title.en));
    ReportLine {
        number: row.id.to_string(),
        category: category.to_owned(),
        state: match row.outcome {
            Some(outcome) => format!("{}: {}", state_words(words, row.state), words.outcome(outcome)),
            None => state_words(words, row.state).to_owned(),
        },
        why: view.why.clone(),
        url: view.url.as_deref().map(unlinked),
        item: view.item.clone(),
        text: view.text.clone(),
        reporter: reporter(words, view),
        received: words.moment(row.received_at),
        case: row.case.map(|case| (link(&case.to_string()), case.to_string())),
        picture: row.picture.map(|_| format!("/console/reports/{}/picture", row.id)),
        reveal: None,
    }
}

/// What is known of whoever made a report, without who they are.
fn reporter(words: Words, view: &ReportView) -> String {
    let standing = match view.report.standing {
        Standing::Trusted => words.pick("nguồn tin cậy", "trusted"),
        Standing::Ordinary if view.report.contact.is_none() => words.pick("ẩn danh", "anonymous"),
        Standing::Ordinary if view.report.confirmed_at.is_none() => {
            words.pick("email chưa xác nhận", "address not confirmed")
        }
        Standing::Ordinary => words.pick("email đã xác nhận", "address confirmed"),
        Standing::Lowered => words.pick("đã bị nhắc nhở, ưu tiên thấp", "warned, lower priority"),
    };
    match view.track {
        Some(track) if track.upheld + track.refused > 0 => format!(
            "{standing} · {} {}/{}",
            words.pick("đúng", "right"),
            track.upheld,
            track.upheld + track.refused
        ),
        Some(_) | None => standing.to_owned(),
    }
}

const fn state_words(words: Words, state: ReportState) -> &'static str {
    match state {
        ReportState::Unconfirmed => words.pick("Chờ xác nhận địa chỉ", "Address not confirmed"),
        ReportState::Open => words.pick("Đang xử lý", "Open"),
        ReportState::Answered => words.pick("Đã trả lời", "Answered"),
        ReportState::Lapsed => words.pick("Hết hạn xác nhận", "Lapsed"),
    }
}

const fn purpose_words(words: Words, purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Question => words.pick("Hỏi thêm để quyết định", "To ask what the decision needs"),
        Purpose::Misuse => words.pick("Xem xét việc lạm dụng phản ánh", "To look into misuse of reporting"),
        Purpose::Law => words.pick("Theo yêu cầu của pháp luật", "Because the law asks for it"),
    }
}
