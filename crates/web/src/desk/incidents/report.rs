//! A report on an incident: written, signed by a second person, and as a letter.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::incident::report::{self, ReportView};
use anlanh_letter::{Block, Letter};
use anlanh_model::{Id, Incident, IncidentReport, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::{must_read, say};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{Choice, FieldLine, IncidentReportPage, Section};
use crate::desk::feeds::choice;
use crate::desk::form::Form;
use crate::desk::words::Words;
use crate::desk::{Staff, file, page, problem, refused, see_other};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Where a report is.
pub fn link(id: Id<IncidentReport>) -> String {
    format!("/console/incident-reports/{id}")
}

/// A report.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = try_show(&service, &staff, &id).await;
    staff.answer(answer)
}

async fn try_show(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    must_read(service, staff)?;
    shown(service, staff, caller::id(id, "report")?, None).await
}

async fn read(service: &Service, staff: &Staff, id: Id<IncidentReport>) -> Result<ReportView, Problem> {
    let view = report::show(&service.app, &staff.actor(), id).await;
    view.map_err(|error| problem(service, &error))
}

async fn shown(
    service: &Service,
    staff: &Staff,
    id: Id<IncidentReport>,
    refused: Option<String>,
) -> Result<Response, Problem> {
    let view = read(service, staff, id).await?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let person = staff.session.person;
    let may_work = person.role.may(Permission::WorkIncidents);
    let is_draft = view.row.signed.is_none();
    let is_own = view.row.written_by == person.id;
    let by_letter = choice("", words.pick("Gửi bằng văn bản", "By letter"), "");
    let peers = view.peers.iter().map(|peer| {
        let name = if peer.name.is_empty() { &peer.url } else { &peer.name };
        choice(&peer.id.to_string(), name, "")
    });
    let page_view = IncidentReportPage {
        frame: staff.frame(Some(Section::Incidents)),
        path: link(id),
        incident: super::link(view.row.incident),
        title: say::report(words, &view.row.kind).to_owned(),
        state: say::report_state(words, &view.row),
        notes: notes(words, &view, service),
        fields: fields(words, &view),
        may_write: may_work && is_draft && view.form.is_some(),
        may_sign: may_work && is_draft && !is_own,
        is_own: may_work && is_draft && is_own,
        peers: std::iter::once(by_letter).chain(peers).collect(),
        sent: sent(words, &view),
        refused,
    };
    page(&page_view, language)
}

fn notes(words: Words, view: &ReportView, service: &Service) -> Vec<String> {
    let Some(form) = &view.form else { return Vec::new() };
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    let bases: Vec<String> = form.bases.iter().map(|key| names.basis(key).cite).collect();
    let mut notes = Vec::new();
    if !bases.is_empty() {
        notes.push(format!("{} {}.", words.pick("Căn cứ:", "Basis:"), bases.join("; ")));
    }
    if let Some(note) = &form.note {
        notes.push(words.pick(&note.vi, &note.en).to_owned());
    }
    notes
}

fn fields(words: Words, view: &ReportView) -> Vec<FieldLine> {
    let Some(form) = &view.form else { return Vec::new() };
    let line = |field: &anlanh_pack::ReportField| {
        let answer = view.answers.iter().find(|it| it.key == field.key);
        let value = answer.map_or_else(String::new, |it| it.value.clone());
        let none = (!field.choices.is_empty()).then(|| choice("", "—", &value));
        let choices = field.choices.iter().map(|it| choice(it, it, &value));
        let choices: Vec<Choice> = none.into_iter().chain(choices).collect();
        FieldLine {
            key: field.key.clone(),
            name: format!("f-{}", field.key),
            title: words.pick(&field.title.vi, &field.title.en).to_owned(),
            value,
            mandatory: field.mandatory,
            choices,
        }
    };
    form.fields.iter().map(line).collect()
}

fn sent(words: Words, view: &ReportView) -> Vec<String> {
    let line = |row: &report::OutRow| {
        let state = match row.delivered_at {
            Some(at) => format!(
                "{} {}",
                words.pick("đã nhận, có biên nhận", "received, with a receipt"),
                words.moment(at).absolute
            ),
            None => words.pick("đang gửi", "being sent").to_owned(),
        };
        format!("{}. {state}", row.number)
    };
    view.sent.iter().map(line).collect()
}

/// A report is written or signed.
pub async fn submit(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_submit(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_submit(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = staff.actor();
    let permitted = anlanh_app::permit(&actor, Permission::WorkIncidents);
    permitted.map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    let id: Id<IncidentReport> = caller::id(id, "report")?;
    let done = match form.get("step") {
        "write" => report::write(&service.app, &actor, id, given(&form)).await,
        "sign" => {
            let to = form.some("to").map(|to| caller::id(&to, "peer")).transpose()?;
            report::sign(&service.app, &actor, id, to).await
        }
        _ => return Err(Problem::Refused(Refusal::bad_query("step"))),
    };
    match done {
        Ok(()) => Ok(see_other(&link(id))),
        Err(error) => {
            let refused = refused(service, &error, staff.visitor.language)?;
            shown(service, staff, id, Some(refused)).await
        }
    }
}

fn given(form: &Form) -> Vec<(String, String)> {
    let fields = form.fields();
    fields
        .filter_map(|(name, value)| Some((name.strip_prefix("f-")?.to_owned(), value.to_owned())))
        .collect()
}

/// A report as a letter, always in Vietnamese, laid out as Decree 30/2020/NĐ-CP has official letters.
pub async fn letter(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = try_letter(&service, &staff, &id).await;
    staff.answer(answer)
}

async fn try_letter(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    must_read(service, staff)?;
    let view = read(service, staff, caller::id(id, "report")?).await?;
    let words = Words::of(service, Language::Vi);
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, Language::Vi);
    file(id, &written(service, words, names, &view))
}

fn written(service: &Service, words: Words, names: Names<'_>, view: &ReportView) -> Letter {
    let title = view.form.as_ref().map_or_else(
        || say::report(words, &view.row.kind).to_owned(),
        |form| form.title.vi.clone(),
    );
    let bases = view.form.iter().flat_map(|form| &form.bases);
    let bases: Vec<String> = bases.map(|key| names.basis(key).cite).collect();
    let last = bases.len().saturating_sub(1);
    let grounds = bases.iter().enumerate().map(|(at, basis)| {
        let end = if at == last { '.' } else { ';' };
        Block::Ground(format!("Căn cứ {basis}{end}"))
    });
    let mut body: Vec<Block> = grounds.collect();
    let sender = service.app.site().name().to_owned();
    let incident: Id<Incident> = view.row.incident;
    body.push(Block::Paragraph(format!(
        "{sender} báo cáo về sự cố mã {incident} với các nội dung sau đây:"
    )));
    let answered = fields(words, view).into_iter().filter(|field| !field.value.is_empty());
    let rows = answered
        .enumerate()
        .map(|(at, field)| [(at + 1).to_string(), field.title, field.value]);
    body.push(Block::Table {
        widths: [8, 37, 55],
        heads: ["STT".into(), "Nội dung".into(), "Thông tin".into()],
        rows: rows.collect(),
    });
    body.push(Block::Paragraph("Trân trọng báo cáo./.".to_owned()));
    let at = view.row.signed.as_ref().map(|(_, at)| words.moment(*at).absolute);
    let day = at.as_deref().and_then(|at| at.split(' ').nth(1)).unwrap_or_default();
    let mut parts = day.split('/');
    let mut part = || parts.next().unwrap_or_default();
    let (day, month, year) = (part(), part(), part());
    Letter {
        sender: sender.to_uppercase(),
        number: "……/BC-……".to_owned(),
        about: title,
        day: match &view.row.signed {
            Some(_) => format!("…………, ngày {day} tháng {month} năm {year}"),
            None => "…………, ngày …… tháng …… năm ……".to_owned(),
        },
        mark: view.row.signed.is_none().then(|| "DỰ THẢO".to_owned()),
        to: view
            .row
            .peer
            .as_ref()
            .map_or_else(|| "Cơ quan có thẩm quyền".to_owned(), |(_, name)| name.clone()),
        body,
        copies: vec!["Như trên".to_owned()],
        position: "NGƯỜI ĐẠI DIỆN".to_owned(),
        signed: match (&view.row.signed, &view.row.peer) {
            (Some((_, at)), Some(_)) => format!("(Đã ký bằng khóa của nút lúc {})", words.moment(*at).absolute),
            (Some(_) | None, _) => "(Ký, ghi rõ họ tên, đóng dấu)".to_owned(),
        },
        ..Letter::default()
    }
}
