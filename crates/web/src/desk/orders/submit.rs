//! What people post about orders.

use std::sync::Arc;

use anlanh_app::order::{self, Amendment, Call, DocumentError, Entry, MAX_DOCUMENT_BYTES, OrderRefusal, Step};
use anlanh_model::{ContestGround, OrderChannel, OrderKind, TargetKind};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::fields::{bad, haste, lines, local, lock_days, numbers, optional};
use super::{link, new_page, read, wrong};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::api::orders::{day, key};
use crate::desk::form::Form;
use crate::desk::words::Words;
use crate::desk::{Staff, problem, see_other};
use crate::problem::Problem;

/// Largest form with a document, in bytes: the document, the fields, and what a browser puts around them.
const MAX_FORM_BYTES: usize = MAX_DOCUMENT_BYTES + 256 * 1024;

fn too_large(service: &Service) -> Problem {
    problem(service, &OrderRefusal::Document(DocumentError::TooLarge).into())
}

/// An order is entered with its document.
pub async fn enter(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_enter(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_enter(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    order::may_keep(&staff.actor()).map_err(|error| problem(service, &error))?;
    let _seat = service.images.acquire().await;
    let read = staff.form_with_file(service, body, "document", MAX_FORM_BYTES).await?;
    let (form, document) = read.ok_or_else(|| too_large(service))?;
    match save(service, staff, &form, document).await {
        Ok(address) => Ok(see_other(&address)),
        Err(refused) => {
            let status = refused.status();
            let words = Words::of(service, staff.visitor.language);
            let sent = wrong::sent(words, "new", &form, refused, &NEW)?;
            new_page(service, staff, sent, status)
        }
    }
}

/// The fields of the form of an order, and those of its steps.
const NEW: [&str; 17] = [
    "kind",
    "office",
    "signer",
    "number",
    "issued_on",
    "channel",
    "received_at",
    "basis",
    "category",
    "reason",
    "urgent",
    "due_at",
    "secret_until",
    "expires_at",
    "lock_days",
    "targets",
    "document",
];
const STEPS: [&str; 10] = [
    "called",
    "telephone",
    "called_at",
    "words",
    "ground",
    "drop",
    "add",
    "expires_at",
    "secret_until",
    "signer",
];

async fn save(service: &Service, staff: &Staff, form: &Form, document: Option<Vec<u8>>) -> Result<String, Problem> {
    let entry = Entry {
        kind: key(form.get("kind"), "kind", OrderKind::from_key)?,
        office: form.get("office").to_owned(),
        signer: form.get("signer").to_owned(),
        number: form.get("number").to_owned(),
        issued_on: day(form.get("issued_on"), "issued_on")?,
        channel: key(form.get("channel"), "channel", OrderChannel::from_key)?,
        received_at: local(service, form.get("received_at"), "received_at")?,
        basis: form.all("basis").map(str::to_owned).collect(),
        category: form.some("category"),
        reason: form.get("reason").to_owned(),
        haste: haste(form),
        stated_due_at: optional(service, form, "due_at")?,
        secret_until: optional(service, form, "secret_until")?,
        expires_at: optional(service, form, "expires_at")?,
        lock_days: lock_days(form)?,
        targets: lines(form.get("targets"), "targets")?,
        document,
    };
    let entered = order::enter(&service.app, &staff.actor(), entry).await;
    let id = entered.map_err(|error| problem(service, &error))?;
    Ok(link(&id.to_string()))
}

/// A document is put to an order.
pub async fn attach(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_attach(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_attach(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    order::may_keep(&staff.actor()).map_err(|error| problem(service, &error))?;
    let _seat = service.images.acquire().await;
    let read = staff.form_with_file(service, body, "document", MAX_FORM_BYTES).await?;
    let (_, document) = read.ok_or_else(|| too_large(service))?;
    let order_id = caller::id(id, "order")?;
    let kept = order::keep_document(
        &service.app,
        &staff.actor(),
        order_id,
        document.ok_or(Problem::BadForm)?,
    )
    .await;
    kept.map_err(|error| problem(service, &error))?;
    Ok(see_other(&link(id)))
}

/// A step is taken.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    order::may_keep(&staff.actor()).map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    match take_step(service, staff, id, &form).await {
        Ok(()) => Ok(see_other(&link(id))),
        Err(refused) => {
            let status = refused.status();
            let words = Words::of(service, staff.visitor.language);
            let name = match form.get("target") {
                "" => form.get("step").to_owned(),
                target => format!("{}-{target}", form.get("step")),
            };
            let sent = wrong::sent(words, &name, &form, refused, &STEPS)?;
            read(service, staff, id, sent, status).await
        }
    }
}

async fn take_step(service: &Service, staff: &Staff, id: &str, form: &Form) -> Result<(), Problem> {
    let order_id = caller::id(id, "order")?;
    let next = read_step(service, form)?;
    let done = order::step(&service.app, &staff.actor(), order_id, next).await;
    done.map_err(|error| problem(service, &error))
}

fn read_step(service: &Service, form: &Form) -> Result<Step, Problem> {
    let words = || form.get("words").to_owned();
    let number = || form.get("target").trim().parse::<u32>().map_err(|_| bad("target"));
    Ok(match form.get("step") {
        "authenticate" => Step::Authenticate(call(service, form)?),
        "check" => Step::Check,
        "take" => Step::Take,
        "execute" => Step::Execute(number()?),
        "by_hand" => Step::ByHand(number()?, words()),
        "ask_owner" => Step::AskOwner(number()?, key(form.get("owner"), "owner", TargetKind::from_key)?),
        "by_owner" => Step::ByOwner(number()?),
        "contest" => {
            let ground = key(form.get("ground"), "ground", ContestGround::from_key)?;
            match form.some("target") {
                Some(_) => Step::ContestTarget(number()?, ground, words()),
                None => Step::Contest(ground, words()),
            }
        }
        "answer" => Step::Answer(words()),
        "amend" => Step::Amend(Amendment {
            drop: numbers(form.get("drop"))?,
            add: lines(form.get("add"), "add")?,
            expires_at: optional(service, form, "expires_at")?,
            secret_until: optional(service, form, "secret_until")?,
            call: call(service, form)?,
            words: words(),
        }),
        "withdraw" => Step::Withdraw(call(service, form)?, words()),
        _ => return Err(bad("step")),
    })
}

pub fn call(service: &Service, form: &Form) -> Result<Call, Problem> {
    Ok(Call {
        called: form.get("called").to_owned(),
        telephone: form.get("telephone").to_owned(),
        called_at: local(service, form.get("called_at"), "called_at")?,
    })
}
