//! The public log as a page for everybody, where receipts are checked.

use std::sync::Arc;

use anlanh_app::Error;
use anlanh_app::public_log::{self, KnownWitness, Published, ReceiptError, Trust};
use anlanh_model::{OrderKind, Outcome, PolicyStep};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tabs;
use crate::Service;
use crate::address::{Path, Query};
use crate::console::{CheckedReceipt, KnownLog, LogLine, LogPage, LogWitness};
use crate::desk::form::Form;
use crate::desk::orders::say;
use crate::desk::words::Words;
use crate::desk::{Reader, page, problem};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Entries on a page.
const AT_ONCE: u32 = 25;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: String,
}

/// A receipt that was sent, and what it shows.
struct Sent {
    typed: String,
    checked: CheckedReceipt,
}

/// The log, newest entries first.
pub async fn show(State(service): State<Arc<Service>>, reader: Reader, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &reader, &asked, None).await;
    reader.answer(answer)
}

/// A receipt is checked, for a browser that does not do that itself. Nothing is kept of it.
pub async fn check(State(service): State<Arc<Service>>, reader: Reader, body: Body) -> Response {
    let answer = try_check(&service, &reader, body).await;
    reader.answer(answer)
}

async fn try_check(service: &Service, reader: &Reader, body: Body) -> Result<Response, Problem> {
    let form = Form::read(service, reader.visitor.headers(), body).await?;
    let typed = form.get("receipt").trim().to_owned();
    let known = public_log::known(&service.app).await;
    let known = known.map_err(|error| problem(service, &error))?;
    let key = known.as_ref().map(|known| known.key.as_str());
    let words = Words::of(service, reader.visitor.language);
    let checked = checked(words, &typed, key);
    read(service, reader, &Asked::default(), Some(Sent { typed, checked })).await
}

fn checked(words: Words, receipt: &str, key: Option<&str>) -> CheckedReceipt {
    let failed = |vi: &str, en: &str| CheckedReceipt {
        verdict: words.pick(vi, en).to_owned(),
        place: None,
        texts: Vec::new(),
    };
    match public_log::check(receipt.as_bytes(), &Trust::log(key)) {
        Ok(found) => CheckedReceipt {
            verdict: words
                .pick(
                    "Biên nhận đúng: mục này có trong nhật ký đã ký.",
                    "The receipt holds: the entry stands in the signed log.",
                )
                .to_owned(),
            place: Some(format!("#{} / {}", found.position, found.size)),
            texts: std::iter::once(found.entry).chain(found.private).map(pretty).collect(),
        },
        Err(ReceiptError::Form | ReceiptError::Long) => failed("Đây không phải là biên nhận.", "This is no receipt."),
        Err(ReceiptError::Key) => failed(
            "Biên nhận do một khóa khác ký, không phải khóa của nhật ký này.",
            "The receipt is signed by another key than that of this log.",
        ),
        Err(ReceiptError::Proof(_)) => failed(
            "Biên nhận không đúng: mục không có trong nhật ký đã ký, hoặc chữ ký sai.",
            "The receipt does not hold: the entry does not stand in the signed log, or the signature is wrong.",
        ),
        Err(ReceiptError::Commitment) => failed(
            "Phần riêng không đúng với mã băm trong mục.",
            "What concerns you is not what the entry commits to.",
        ),
    }
}

async fn read(service: &Service, reader: &Reader, asked: &Asked, sent: Option<Sent>) -> Result<Response, Problem> {
    let failed = |error| problem(service, &error);
    let before = Some(asked.before.as_str()).filter(|before| !before.is_empty());
    let before = before.map(str::parse::<u64>).transpose();
    let before = before.map_err(|_| Problem::Refused(Refusal::bad_query("before")))?;
    let known = public_log::known(&service.app).await.map_err(failed)?;
    let rows = public_log::entries(&service.app, before, AT_ONCE)
        .await
        .map_err(failed)?;
    let words = Words::of(service, reader.visitor.language);
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    let lines: Vec<LogLine> = rows.iter().map(|row| line(words, names, row)).collect();
    let (typed, checked) = sent.map_or((String::new(), None), |sent| (sent.typed, Some(sent.checked)));
    let view = LogPage {
        frame: reader.frame(None),
        site: service.app.site().name().to_owned(),
        tabs: tabs(reader, "/log"),
        known: known.map(|known| KnownLog {
            size: known.size,
            at: words.moment(known.at),
            key: known.key,
            url: service.app.site().url("/log"),
            witness_key: known.witness_key,
            witnesses: known.witnesses.into_iter().map(|it| witness(words, it)).collect(),
        }),
        typed,
        checked,
        older: lines.last().map(|last| last.position).filter(|last| *last > 0),
        lines,
    };
    page(&view, reader.visitor.language)
}

fn witness(words: Words, known: KnownWitness) -> LogWitness {
    LogWitness {
        key: known.key,
        size: known.size,
        at: known.cosigned_at.map(|at| words.moment(at)),
    }
}

fn line(words: Words, names: Names<'_>, published: &Published) -> LogLine {
    let entry: Value = serde_json::from_slice(&published.row.entry).unwrap_or_default();
    let (title, facts) = told(words, names, &published.row.kind, &entry);
    LogLine {
        position: published.row.position,
        title,
        at: day(words, &entry),
        is_signed: published.is_signed,
        facts,
        entry: String::from_utf8_lossy(&published.row.entry).into_owned(),
    }
}

/// The day of an entry: the row knows more, and does not tell.
fn day(words: Words, entry: &Value) -> String {
    let day = entry.get("at").and_then(Value::as_str).unwrap_or_default();
    match (words.pick("vi", "en"), day.split('-').collect::<Vec<_>>().as_slice()) {
        ("vi", [year, month, date]) => format!("{date}/{month}/{year}"),
        (_, _) => day.to_owned(),
    }
}

/// An entry in words.
fn told(words: Words, names: Names<'_>, kind: &str, entry: &Value) -> (String, Vec<String>) {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let place = |name: &str| entry.get(name).and_then(Value::as_u64);
    match kind {
        "decision" => {
            let outcome = Outcome::from_key(text("outcome")).map_or(text("outcome"), |outcome| words.outcome(outcome));
            let mut facts = Vec::new();
            if !text("category").is_empty() {
                facts.push(names.category(text("category")));
            }
            if let Some(answered) = place("answers") {
                let says = words.pick("Trả lời khiếu nại về quyết định", "Answers an appeal against decision");
                facts.push(format!("{says} #{answered}"));
            }
            (format!("{}: {outcome}", words.pick("Quyết định", "Decision")), facts)
        }
        "reversal" => {
            let of = place("of").map_or_else(String::new, |of| format!(" #{of}"));
            let title = words.pick("Hủy quyết định", "Decision taken back");
            (format!("{title}{of}"), Vec::new())
        }
        "policy" => {
            let title = match PolicyStep::from_key(text("step")) {
                Some(PolicyStep::RollBack) => {
                    words.pick("Chính sách trước được áp dụng lại", "Former policy in force again")
                }
                Some(PolicyStep::Load | PolicyStep::Enforce | PolicyStep::Shadow | PolicyStep::EndShadow) | None => {
                    words.pick("Chính sách được áp dụng", "Policy in force")
                }
            };
            (title.to_owned(), vec![text("policy").to_owned()])
        }
        "transparency" => {
            let period = entry
                .pointer("/report/period")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let title = words.pick("Báo cáo minh bạch", "Transparency report");
            (format!("{title} {period}"), Vec::new())
        }
        "order" | "issued" => {
            let title = match kind {
                "order" => words.pick("Yêu cầu của cơ quan có thẩm quyền", "Order of an authority"),
                _ => words.pick("Yêu cầu do cơ quan này ban hành", "Order issued by this office"),
            };
            let facts = match OrderKind::from_key(text("order")) {
                Some(kind) => vec![say::kind(words, kind).to_owned(), names.office(text("office"))],
                None => vec![words.pick("Đang được bảo mật", "Confidential").to_owned()],
            };
            (title.to_owned(), facts)
        }
        "amendment" | "answer" | "receipt" => {
            let title = match kind {
                "amendment" => words.pick("Sửa đổi yêu cầu", "Amendment of order"),
                "receipt" => words.pick("Biên nhận yêu cầu", "Receipt of order"),
                _ => words.pick("Trả lời yêu cầu", "Answer to order"),
            };
            let of = place("of").map_or_else(String::new, |of| format!(" #{of}"));
            let count =
                |name: &str, vi: &str, en: &str| place(name).map(|number| format!("{}: {number}", words.pick(vi, en)));
            let facts = [
                count("executed", "Đã thực hiện", "Carried out"),
                count("contested", "Phản đối", "Contested"),
            ];
            (format!("{title}{of}"), facts.into_iter().flatten().collect())
        }
        other => (other.to_owned(), Vec::new()),
    }
}

fn pretty(json: String) -> String {
    let read = serde_json::from_str::<Value>(&json);
    read.and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or(json)
}

/// What shows that an entry stands in the log.
pub async fn receipt(State(service): State<Arc<Service>>, reader: Reader, Path(position): Path<String>) -> Response {
    let call = async {
        let position = position.parse();
        let position = position.map_err(|_| problem(&service, &Error::NotFound("entry")))?;
        let receipt = public_log::receipt(&service.app, position).await;
        let receipt = receipt.map_err(|error| problem(&service, &error))?;
        Ok(attached(&receipt, &format!("bien-nhan-{position}.json")))
    };
    reader.answer(call.await)
}

/// A receipt as a file to be kept.
pub fn attached(receipt: &impl Serialize, name: &str) -> Response {
    // Writing to memory does not fail.
    let body = serde_json::to_vec_pretty(receipt).unwrap_or_default();
    let mut response = crate::api::log::file("application/json", "no-store", body);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
