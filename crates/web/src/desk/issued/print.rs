//! An order of this office, to be printed or sent as a file: always in Vietnamese, laid out as Decree 30/2020/NĐ-CP has official letters.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::issued::Row;
use anlanh_letter::{Block, Letter};
use anlanh_model::OrderHaste;
use axum::extract::State;
use axum::response::Response;

use super::{link, load, name};
use crate::Service;
use crate::address::Path;
use crate::console::{IssuedPrint, PrintedTarget, Section};
use crate::desk::orders::say;
use crate::desk::words::{Words, lowered};
use crate::desk::{Staff, file, page};
use crate::page::names::Names;
use crate::problem::Problem;

/// What stands where a draft is to be signed.
const UNSIGNED: &str = "(Chữ ký của người có thẩm quyền, dấu của cơ quan)";

/// The order as a page that prints.
pub async fn print(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    let answer = answer.and_then(|print| page(&print, staff.visitor.language));
    staff.answer(answer)
}

/// The order as a file.
pub async fn letter(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    let answer = answer.and_then(|print| file(&id, &written(print)));
    staff.answer(answer)
}

/// The order as a letter.
fn written(print: IssuedPrint) -> Letter {
    let IssuedPrint {
        office,
        to,
        about,
        bases,
        ..
    } = print;
    let last = bases.len().saturating_sub(1);
    let grounds = bases.iter().enumerate().map(|(at, basis)| {
        let end = if at == last { '.' } else { ';' };
        Block::Ground(format!("Căn cứ {basis}{end}"))
    });
    let category = print.category.map(|category| format!(" Nhóm vi phạm: {category}."));
    let targets = print.targets.into_iter();
    let rows = targets.map(|target| [target.number.to_string(), target.kind.to_owned(), target.reference]);
    let mut body: Vec<Block> = grounds.collect();
    body.push(Block::Paragraph(print.reason + &category.unwrap_or_default()));
    body.push(Block::Paragraph(format!(
        "{office} yêu cầu {to} {about} đối với các đối tượng sau đây:"
    )));
    body.push(Block::Table {
        widths: [10, 30, 60],
        heads: ["STT".into(), "Loại".into(), "Đối tượng".into()],
        rows: rows.collect(),
    });
    body.extend(print.terms.into_iter().map(Block::Paragraph));
    body.push(Block::Paragraph(format!(
        "Đề nghị {to} thực hiện và trả lời kết quả./."
    )));
    Letter {
        sender: office.to_uppercase(),
        number: print.number,
        about,
        day: print.day,
        mark: print.signed.is_none().then(|| "DỰ THẢO".to_owned()),
        to,
        body,
        copies: vec!["Như trên".to_owned()],
        position: print.position,
        signed: print.signed.unwrap_or_else(|| UNSIGNED.to_owned()),
        signer: print.signer,
    }
}

async fn read(service: &Service, staff: &Staff, id: &str) -> Result<IssuedPrint, Problem> {
    let view = load(service, staff, id).await?;
    let (row, letter) = (&view.row, &view.row.letter);
    let words = Words::of(service, Language::Vi);
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, Language::Vi);
    let (signer, position) = signer(&letter.signer);
    Ok(IssuedPrint {
        frame: staff.frame(Some(Section::Issued)),
        link: link(id),
        office: names.office(&letter.office),
        number: letter.number.clone(),
        day: day(row, &say::date(words, &engine.policy, letter.issued_at)),
        about: lowered(say::kind(words, row.issued.kind)),
        to: name(&row.addressee),
        bases: letter.basis.iter().map(|key| names.basis(key).cite).collect(),
        reason: letter.reason.clone(),
        category: letter.category.as_ref().map(|key| names.category(key)),
        targets: row
            .issued
            .targets
            .iter()
            .map(|target| PrintedTarget {
                number: target.number,
                kind: say::pointed(words, &target.pointed),
                reference: target.pointed.reference().to_owned(),
            })
            .collect(),
        terms: wanted(names, words, row).chain(terms(words, row)).collect(),
        position,
        signer,
        signed: row
            .signed
            .as_ref()
            .map(|(_, at)| format!("(Đã ký bằng khóa của nút lúc {})", words.moment(*at).absolute)),
    })
}

/// Place and day of issue. A draft has no day yet.
fn day(row: &Row, date: &str) -> String {
    let mut parts = date.split('/');
    let mut part = || parts.next().unwrap_or_default();
    let (day, month, year) = (part(), part(), part());
    match row.signed {
        Some(_) => format!("…………, ngày {day} tháng {month} năm {year}"),
        None => "…………, ngày …… tháng …… năm ……".to_owned(),
    }
}

/// The name of who signs, and the position in capitals, as decrees want both: a comma stands between them.
fn signer(text: &str) -> (String, String) {
    match text.split_once(',') {
        Some((name, position)) => (name.trim().to_owned(), position.trim().to_uppercase()),
        None => (text.trim().to_owned(), "NGƯỜI KÝ".to_owned()),
    }
}

/// What it asks for about users.
fn wanted(names: Names<'_>, words: Words, row: &Row) -> impl Iterator<Item = String> {
    let demand = row.demand.iter();
    demand.flat_map(move |demand| {
        let titles = demand.fields().iter().map(|key| lowered(&names.information_field(key)));
        let (from, to) = (words.second(demand.period().from()), words.second(demand.period().to()));
        [
            format!("Thông tin cần cung cấp: {}.", titles.collect::<Vec<_>>().join("; ")),
            format!("Khoảng thời gian: từ {from} đến {to}."),
            format!("Mục đích: {}", demand.purpose()),
        ]
    })
}

/// By when it is to be done, and how it holds.
fn terms(words: Words, row: &Row) -> Vec<String> {
    let letter = &row.letter;
    let mut terms = Vec::new();
    if letter.haste == OrderHaste::Urgent {
        terms.push("Đây là trường hợp khẩn cấp theo quy định của pháp luật.".to_owned());
    }
    terms.push(match (&row.issued.clock, letter.stated_due_at) {
        (Some(clock), _) => format!("Thời hạn thực hiện: trước {}.", words.moment(clock.due_at).absolute),
        (None, Some(due)) => format!(
            "Thời hạn thực hiện: trước {}, và không muộn hơn thời hạn luật định kể từ lúc nhận được yêu cầu.",
            words.moment(due).absolute
        ),
        (None, None) => "Thời hạn thực hiện: theo quy định của pháp luật, kể từ lúc nhận được yêu cầu.".to_owned(),
    });
    if let Some(days) = letter.lock_days {
        terms.push(format!("Thời gian khóa: {days} ngày."));
    }
    if let Some(until) = row.expires_at {
        terms.push(format!("Yêu cầu có hiệu lực đến {}.", words.moment(until).absolute));
    }
    if let Some(until) = letter.secret_until {
        let until = words.moment(until).absolute;
        terms.push(format!(
            "Không thông báo cho người bị ảnh hưởng trước {until}, theo yêu cầu bảo mật."
        ));
    }
    terms
}
