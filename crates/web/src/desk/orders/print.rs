//! The answer to an order, to be printed or sent as a file: always in Vietnamese, in the form in which offices write.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::order;
use anlanh_letter::{Block, Letter};
use anlanh_model::OrderState;
use axum::extract::State;
use axum::response::Response;

use super::{fate, link, say, was_done};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{OrderPrint, PrintLine, Section};
use crate::desk::words::Words;
use crate::desk::{Staff, file, page, problem};
use crate::page::names::Names;
use crate::problem::Problem;

/// The answer as a page that prints.
pub async fn print(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    let answer = answer.and_then(|print| page(&print, staff.visitor.language));
    staff.answer(answer)
}

/// The answer as a file.
pub async fn letter(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    let answer = answer.and_then(|print| file(&id, &written(print)));
    staff.answer(answer)
}

/// The answer as a letter.
fn written(print: OrderPrint) -> Letter {
    let OrderPrint {
        sender,
        of,
        kind,
        received,
        ..
    } = print;
    let mut body = vec![
        Block::Paragraph(format!(
            "{sender} đã nhận được yêu cầu {of} của Quý cơ quan về việc {kind}. {received}"
        )),
        Block::Paragraph("Căn cứ nêu trong yêu cầu:".to_owned()),
    ];
    let last = print.bases.len().saturating_sub(1);
    body.extend(print.bases.iter().enumerate().map(|(at, basis)| {
        let end = if at == last { '.' } else { ';' };
        Block::Ground(format!("{basis}{end}"))
    }));
    body.push(Block::Paragraph("Kết quả thực hiện:".to_owned()));
    let targets = print.targets.into_iter();
    body.push(Block::Table {
        widths: [10, 45, 45],
        heads: ["STT".into(), "Đối tượng".into(), "Kết quả".into()],
        rows: targets
            .map(|line| [line.number.to_string(), line.target, line.result])
            .collect(),
    });
    body.push(Block::Paragraph(print.answer));
    body.push(Block::Paragraph("Trân trọng./.".to_owned()));
    Letter {
        sender: sender.to_uppercase(),
        number: "……/……".to_owned(),
        about: format!("trả lời yêu cầu {of}"),
        day: print.day,
        to: print.office,
        body,
        copies: vec!["Như trên".to_owned()],
        position: "NGƯỜI ĐẠI DIỆN".to_owned(),
        signed: "(Ký, ghi rõ họ tên, đóng dấu)".to_owned(),
        ..Letter::default()
    }
}

async fn read(service: &Service, staff: &Staff, id: &str) -> Result<OrderPrint, Problem> {
    let view = order::show(&service.app, &staff.actor(), caller::id(id, "order")?).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let missing = || problem(service, &anlanh_app::Error::NotFound("answer"));
    let row = &view.row;
    let answer = row.answer.clone().ok_or_else(missing)?;
    let words = Words::of(service, Language::Vi);
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, Language::Vi);
    let at = match row.order.state {
        OrderState::Answered { at } => at,
        OrderState::Received
        | OrderState::Authenticated
        | OrderState::InScope
        | OrderState::Assigned { .. }
        | OrderState::Contested { .. }
        | OrderState::Withdrawn { .. }
        | OrderState::Expired { .. } => row.state_at,
    };
    let day = say::date(words, &engine.policy, at);
    let mut day = day.split('/');
    let mut part = || day.next().unwrap_or_default();
    let (date, month, year) = (part(), part(), part());
    let targets = row.order.targets.iter().zip(&row.fates);
    Ok(OrderPrint {
        frame: staff.frame(Some(Section::Orders)),
        link: link(id),
        sender: service.app.site().name().to_owned(),
        day: format!("…………, ngày {date} tháng {month} năm {year}"),
        office: names.office(&row.letter.office),
        of: format!(
            "số {} ngày {}",
            row.letter.number,
            say::date(words, &engine.policy, row.letter.issued_at)
        ),
        kind: say::kind(words, row.order.kind).to_lowercase(),
        received: format!(
            "Yêu cầu được nhận lúc {}, {} {}.",
            words.moment(row.letter.received_at).absolute,
            if row.order.clock.is_statutory() {
                "hạn thực hiện"
            } else {
                "hạn trả lời"
            },
            words.moment(row.order.clock.due_at).absolute
        ),
        bases: row.letter.basis.iter().map(|key| names.basis(key).cite).collect(),
        targets: targets
            .map(|(target, found)| PrintLine {
                number: target.number,
                target: format!(
                    "{} {}",
                    say::pointed(words, &target.pointed),
                    target.pointed.reference()
                ),
                result: {
                    let was = was_done(&view, target.number);
                    let result = fate::target(words, row.order.kind, target.state, was);
                    match &found.words {
                        Some(said) => format!("{result}. {said}"),
                        None => result,
                    }
                },
            })
            .collect(),
        answer,
    })
}
