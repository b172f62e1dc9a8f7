//! The page of an account, page, group or channel.

use std::sync::Arc;

use anlanh_app::{MeasureEnding, MeasureRow, enforcement};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::actions::line;
use super::enforcement::{measure_word, strikes, subject_word};
use super::queue::link;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::Query;
use crate::api::subjects::target;
use crate::console::{MeasureLine, Section, SubjectPage};
use crate::page::names::Names;
use crate::problem::Problem;

/// Which one the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    reference: String,
}

/// An account, page, group or channel.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let permitted = anlanh_app::permit(&staff.actor(), anlanh_model::Permission::ReadCases);
    permitted.map_err(|error| problem(service, &error))?;
    let target = target(&asked.kind, &asked.reference)?;
    let view = enforcement::subject(&service.app, &staff.actor(), target).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let engine = service.app.engine();
    let words = Words::of(service, language);
    let names = Names::new(&engine.policy, language);
    let live: Vec<String> = view
        .measures
        .iter()
        .filter(|row| row.is_live())
        .map(|row| measure_word(words, row.kind, row.until))
        .collect();
    let page_view = SubjectPage {
        frame: staff.frame(Some(Section::Queue)),
        title: subject_word(words, &view.target),
        state: if live.is_empty() {
            words
                .pick("Không có biện pháp nào đang áp dụng", "No measure holds")
                .to_owned()
        } else {
            live.join("; ")
        },
        open: view
            .open
            .iter()
            .map(|id| (id.to_string(), link(&id.to_string())))
            .collect(),
        strikes: strikes(words, names, &view.strikes),
        measures: view.measures.iter().rev().map(|row| measure(words, row)).collect(),
        actions: view.actions.iter().map(|row| line(words, row)).collect(),
    };
    page(&page_view, language)
}

fn measure(words: Words, row: &MeasureRow) -> MeasureLine {
    MeasureLine {
        link: link(&row.case.to_string()),
        what: measure_word(words, row.kind, row.until),
        at: words.moment(row.at),
        state: match row.ended {
            None => words.pick("Đang áp dụng", "Holds").to_owned(),
            Some((at, MeasureEnding::Over)) => {
                format!("{} {}", words.pick("Hết hạn", "Over since"), words.moment(at).absolute)
            }
            Some((at, MeasureEnding::Ordered)) => {
                let at = words.moment(at).absolute;
                format!("{} {at}", words.pick("Khôi phục theo yêu cầu", "Restored by order"))
            }
            Some((at, MeasureEnding::Reversed)) => {
                format!("{} {}", words.pick("Đã hủy", "Taken back"), words.moment(at).absolute)
            }
        },
    }
}
