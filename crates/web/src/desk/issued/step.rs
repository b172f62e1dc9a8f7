//! What people do with an order of this office on its page.

use std::sync::Arc;

use anlanh_app::issued::{self, Change, Numbered};
use anlanh_model::Permission;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::link;
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::desk::form::Form;
use crate::desk::orders::fields::{bad, lines, numbers, optional};
use crate::desk::orders::wrong;
use crate::desk::words::Words;
use crate::desk::{Staff, problem, see_other};
use crate::problem::Problem;

/// A step is taken. Which permission it needs is the use case's to say; whoever drafts may take the least of them.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = staff.actor();
    anlanh_app::permit(&actor, Permission::DraftIssued).map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    match take(service, staff, id, &form).await {
        Ok(()) => Ok(see_other(&link(id))),
        Err(refused) => {
            let status = refused.status();
            let words = Words::of(service, staff.visitor.language);
            let sent = wrong::sent(words, form.get("step"), &form, refused, &FIELDS)?;
            super::read(service, staff, id, sent, status).await
        }
    }
}

/// The fields beside which it is said what is wrong with them.
const FIELDS: [&str; 6] = ["words", "signer", "drop", "add", "expires_at", "secret_until"];

async fn take(service: &Service, staff: &Staff, id: &str, form: &Form) -> Result<(), Problem> {
    let actor = staff.actor();
    let order = caller::id(id, "order")?;
    let done = match form.get("step") {
        "sign" => {
            let numbered = match form.some("again") {
                Some(_) => Numbered::Again,
                None => Numbered::Once,
            };
            issued::sign(&service.app, &actor, order, numbered).await
        }
        "discard" => issued::discard(&service.app, &actor, order).await,
        other => {
            let change = read(service, form, other)?;
            issued::change(&service.app, &actor, order, change).await
        }
    };
    done.map_err(|error| problem(service, &error))
}

fn read(service: &Service, form: &Form, step: &str) -> Result<Change, Problem> {
    let (signer, words) = (form.get("signer").to_owned(), form.get("words").to_owned());
    match step {
        "remind" => Ok(Change::Remind { words }),
        "withdraw" => Ok(Change::Withdraw { signer, words }),
        "amend" => Ok(Change::Amend {
            drop: numbers(form.get("drop"))?,
            add: lines(form.get("add"), "add")?,
            expires_at: optional(service, form, "expires_at")?,
            secret_until: optional(service, form, "secret_until")?,
            signer,
            words,
        }),
        _ => Err(bad("step")),
    }
}
