//! A past verdict is reached again.

use std::sync::Arc;

use anlanh_app::policy;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::{blocking, version_line};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::Section;
use crate::console::policy::ReplayPage;
use crate::desk::words::Words;
use crate::desk::{Staff, page};
use crate::problem::Problem;

/// An item is judged again by what judged it then.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = read(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn read(service: &Arc<Service>, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    let item = caller::id(id, "item")?;
    let replayed = blocking(service, staff, move |app, actor| policy::replay(app, actor, item)).await?;
    let language = staff.visitor.language;
    let view = ReplayPage {
        frame: staff.frame(Some(Section::Items)),
        item: id.to_owned(),
        is_same: replayed.is_same(),
        version: version_line(Words::of(service, language), &replayed.version),
        lists: replayed.lists,
        then: replayed.then,
        now: replayed.now,
    };
    page(&view, language)
}
