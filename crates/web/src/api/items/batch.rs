//! `POST /v1/items/batch`: a stream of items in, a stream of answers out, in the same order, each sent when its item is
//! safely kept.

use std::io;
use std::sync::Arc;

use anlanh_api::{Chunk, Fault, FaultError, ItemIn, Language, LineFailure, Tally};
use anlanh_app::Error;
use anlanh_app::item::{self, Judged};
use anlanh_model::{Actor, Permission};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::Serialize;

use super::out::KeptItemOut;
use crate::Service;
use crate::api::batch::{NDJSON, chunks};
use crate::api::{caller, has_type};
use crate::pool::with_scratch;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// Chunks that are written at one time while the next is judged; each is one transaction.
const IN_FLIGHT: usize = 2;

/// Screens and keeps a stream of items.
///
/// One JSON object per line in, one per line out, in the same order; blank lines are skipped. A line that is not an
/// item, or could not be kept, is answered in its place with its number, and the rest goes on.
#[utoipa::path(
    post,
    path = "/v1/items/batch",
    tag = "items",
    operation_id = "keepItems",
    summary = "Sàng lọc và lưu một luồng · Screen and keep a stream of items",
    security(("token" = ["items:write"])),
    request_body(content = ItemIn, content_type = "application/x-ndjson"),
    responses(
        (status = 200, description = "An answer or a failure per line", content(
            (KeptLine = "application/x-ndjson"),
        )),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn keep(State(service): State<Arc<Service>>, request: Request) -> Response {
    let language = super::language_of(request.headers());
    let actor = match allowed(&service, request.headers()).await {
        Ok(actor) => actor,
        Err(problem) => return problem.respond(language),
    };
    let keeper = Arc::clone(&service);
    let answers = chunks(request.into_body().into_data_stream(), service.limits)
        // One after the other: an item counts those that stand before it.
        .then(move |chunk| read(Arc::clone(&service), chunk, language))
        .map(move |lines| answer(Arc::clone(&keeper), actor.clone(), lines, language))
        .buffered(IN_FLIGHT);
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON))];
    (headers, Body::from_stream(answers)).into_response()
}

/// A line of the answer.
#[derive(utoipa::ToSchema)]
#[schema(as = KeptLine)]
#[serde(untagged)]
#[expect(dead_code, reason = "it exists for the description of the API alone")]
pub enum KeptLine<'a> {
    /// The item of this line was kept.
    Kept(KeptItemOut),
    /// The line could not be read, or not be kept.
    Failure(LineFailure<'a>),
}

async fn allowed(service: &Service, headers: &HeaderMap) -> Result<Actor, Problem> {
    let actor = caller::actor(service, headers).await?;
    if !actor.may(Permission::SubmitItems) {
        return Err(caller::problem(service, &Error::Forbidden(Permission::SubmitItems)));
    }
    if !has_type(headers, NDJSON) {
        return Err(Problem::UnsupportedMediaType(NDJSON));
    }
    Ok(actor)
}

/// What became of a line: an item that waits to be kept, or the line that is answered for it.
enum Line {
    Judged(u64, Box<Judged>),
    Bad(Vec<u8>),
}

async fn read(service: Arc<Service>, chunk: io::Result<Chunk>, language: Language) -> io::Result<Vec<Line>> {
    let chunk = chunk?;
    let shared = Arc::clone(&service);
    let lines = service.pool.run(move || judge(&shared, &chunk, language)).await;
    lines.map_err(|_| io::Error::other("chunk was not judged"))
}

async fn answer(
    service: Arc<Service>,
    actor: Actor,
    lines: io::Result<Vec<Line>>,
    language: Language,
) -> io::Result<Vec<u8>> {
    let lines = lines?;
    let judged = lines.iter().filter_map(|line| match line {
        Line::Judged(_, judged) => Some(judged.as_ref().clone()),
        Line::Bad(_) => None,
    });
    let kept = item::keep(&service.app, &actor, judged.collect()).await;
    let refused = kept.as_ref().err().map(|error| caller::problem(&service, error));
    let kept = kept.unwrap_or_default();
    service.metrics.kept(kept.len());
    let mut kept = kept.into_iter();
    let mut out = Vec::new();
    for line in lines {
        match (line, &refused) {
            (Line::Bad(answer), _) => out.extend(answer),
            (Line::Judged(..), None) => out.extend(kept.next().unwrap_or_default()),
            (Line::Judged(number, _), Some(problem)) => out.extend(unkept(number, problem, language)),
        }
        out.push(b'\n');
    }
    Ok(out)
}

fn judge(service: &Service, chunk: &Chunk, language: Language) -> Vec<Line> {
    let bad = |number, error| {
        if let Error::Item(fault) = &error {
            service.metrics.bad_item();
            return Line::Bad(failed(number, fault, language));
        }
        Line::Bad(unkept(number, &caller::problem(service, &error), language))
    };
    let mut items = Vec::new();
    let read = chunk.lines().map(|(number, line)| match ItemIn::parse(line) {
        Ok(item) => {
            items.push(item);
            (number, None)
        }
        Err(fault) => (number, Some(fault)),
    });
    let read: Vec<(u64, Option<FaultError>)> = read.collect();
    let mut tally = Tally::default();
    let judged = with_scratch(|scratch| item::judge_blocking(&service.app, scratch, items, &mut tally));
    service.metrics.items(&tally);
    let away = judged.as_ref().err().map(|error| caller::problem(service, error));
    let mut judged = judged.unwrap_or_default().into_iter();
    let line = |(number, fault)| match (fault, &away) {
        (Some(fault), _) => bad(number, Error::Item(fault)),
        (None, Some(problem)) => Line::Bad(unkept(number, problem, language)),
        (None, None) => match judged.next() {
            Some(Ok(judged)) => Line::Judged(number, Box::new(judged)),
            Some(Err(error)) => bad(number, error),
            None => bad(number, Error::Item(Fault::Internal.into())),
        },
    };
    read.into_iter().map(line).collect()
}

fn failed(number: u64, fault: &FaultError, language: Language) -> Vec<u8> {
    // Writing to memory does not fail.
    serde_json::to_vec(&LineFailure::new(number, fault, language)).unwrap_or_default()
}

/// The line for an item that was judged and could not be kept.
fn unkept(number: u64, problem: &Problem, language: Language) -> Vec<u8> {
    #[derive(Serialize)]
    struct Failure<'a> {
        id: (),
        line: u64,
        error: Cause<'a>,
    }
    #[derive(Serialize)]
    struct Cause<'a> {
        code: &'a str,
        detail: String,
    }
    let internal = || Cause {
        code: "internal",
        detail: language.pick("lỗi nội bộ", "internal error").to_owned(),
    };
    let error = if let Problem::Refused(refusal) = problem {
        let refusal: &Refusal = refusal;
        Cause {
            code: refusal.code,
            detail: refusal.detail(language),
        }
    } else {
        internal()
    };
    let failure = Failure {
        id: (),
        line: number,
        error,
    };
    // Writing to memory does not fail.
    serde_json::to_vec(&failure).unwrap_or_default()
}
