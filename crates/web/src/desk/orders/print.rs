//! The answer to an order, to be printed: always in Vietnamese, in the form in which offices write.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::order;
use anlanh_model::OrderState;
use axum::extract::State;
use axum::response::Response;

use super::{link, say};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{OrderPrint, PrintLine, Section};
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem};
use crate::page::names::Names;
use crate::problem::Problem;

/// The answer as a page that prints.
pub async fn print(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
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
    let print = OrderPrint {
        frame: staff.frame(Some(Section::Orders)),
        link: link(id),
        sender: service.app.site().name().to_owned(),
        day: format!("…………, ngày {date} tháng {month} năm {year}"),
        office: say::office(&engine.policy, words, &row.letter.office),
        of: format!(
            "số {} ngày {}",
            row.letter.number,
            say::date(words, &engine.policy, row.letter.issued_at)
        ),
        kind: say::kind(words, row.order.kind).to_lowercase(),
        received: format!(
            "Yêu cầu được nhận lúc {}, hạn thực hiện {}.",
            words.moment(row.letter.received_at).absolute,
            words.moment(row.order.clock.due_at).absolute
        ),
        bases: row.letter.basis.iter().map(|key| names.basis(key).cite).collect(),
        targets: targets
            .map(|(target, fate)| PrintLine {
                number: target.number,
                target: format!(
                    "{} {}",
                    say::pointed(words, &target.pointed),
                    target.pointed.reference()
                ),
                result: match &fate.words {
                    Some(said) => format!("{}. {said}", say::target_state(words, target.state)),
                    None => say::target_state(words, target.state),
                },
            })
            .collect(),
        answer,
    };
    page(&print, staff.visitor.language)
}
