//! `POST /v1/screen/batch`: a stream of items in, a stream of verdicts out, in the same order.
//!
//! The answer is pulled: nothing is read, judged or kept ahead of what the client takes, but for the chunks in flight.
//! A client that stops reading therefore stops its own batch, and one that goes away takes its batch with it.

use std::io;
use std::sync::Arc;

use anlanh_api::{Chunk, ItemIn, Judge, Language, LineCutter, LineFailure, LineFormat, Tally, VerdictOut};
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{FutureExt, Stream, StreamExt, stream};

use super::has_type;
use crate::limits::Limits;
use crate::pool::with_scratch;
use crate::problem::{Problem, ProblemOut};
use crate::{Service, edge};

/// The media type of JSON lines.
pub const NDJSON: &str = "application/x-ndjson";

/// Judges a stream of items.
///
/// One JSON object per line in, one per line out, in the same order; blank lines are skipped. A line that is not an
/// item is answered in its place with its number, and the rest goes on. Read while you write: answers begin before the
/// last item has arrived, and a client that does not take them is not read from.
#[utoipa::path(
    post,
    path = "/v1/screen/batch",
    tag = "screening",
    operation_id = "screenBatch",
    summary = "Sàng lọc một luồng · Judge a stream of items",
    request_body(content = ItemIn, content_type = "application/x-ndjson"),
    responses(
        (status = 200, description = "A verdict or a failure per line", content(
            (BatchLine = "application/x-ndjson"),
        )),
        (status = 415, description = "The body is not application/x-ndjson", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn screen_batch(State(service): State<Arc<Service>>, request: Request) -> Response {
    let language = edge::language(request.headers());
    if !has_type(request.headers(), NDJSON) {
        return Problem::UnsupportedMediaType(NDJSON).respond(language);
    }
    let in_flight = service.limits.chunks.max(1);
    let answers = chunks(request.into_body().into_data_stream(), service.limits)
        .map(move |chunk| judge(Arc::clone(&service), chunk, language))
        .buffered(in_flight);
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(NDJSON))];
    (headers, Body::from_stream(answers)).into_response()
}

/// A line of the answer.
#[derive(utoipa::ToSchema)]
#[schema(as = BatchLine)]
#[serde(untagged)]
#[expect(dead_code, reason = "it exists for the description of the API alone")]
pub enum BatchLine<'a> {
    /// The verdict on the item of this line.
    Verdict(VerdictOut<'a>),
    /// The line could not be read.
    Failure(LineFailure<'a>),
}

struct Reader {
    pieces: BodyDataStream,
    piece: Bytes,
    cutter: Option<LineCutter>,
    limits: Limits,
}

pub fn chunks(pieces: BodyDataStream, limits: Limits) -> impl Stream<Item = io::Result<Chunk>> + Send {
    let reader = Reader {
        pieces,
        piece: Bytes::new(),
        cutter: Some(LineCutter::new()),
        limits,
    };
    stream::unfold(reader, |mut reader| async {
        let chunk = reader.next().await.transpose()?;
        Some((chunk, reader))
    })
}

impl Reader {
    /// The next chunk of whole lines. After an error there is none.
    async fn next(&mut self) -> io::Result<Option<Chunk>> {
        loop {
            let Some(cutter) = &mut self.cutter else {
                return Ok(None);
            };
            while !self.piece.is_empty() {
                let mut rest = self.piece.as_ref();
                let chunk = cutter.push(&mut rest);
                let taken = self.piece.len() - rest.len();
                let _ = self.piece.split_to(taken);
                if chunk.is_some() {
                    return Ok(chunk);
                }
            }
            let next = match self.pieces.next().now_or_never() {
                Some(next) => Ok(next),
                None => match cutter.flush() {
                    // Nothing more is there yet: whoever waits for answers before sending on gets them.
                    Some(chunk) => return Ok(Some(chunk)),
                    None => tokio::time::timeout(self.limits.body, self.pieces.next()).await,
                },
            };
            match next {
                Ok(Some(Ok(piece))) => self.piece = piece,
                Ok(None) => return Ok(self.cutter.take().and_then(LineCutter::finish)),
                Ok(Some(Err(error))) => {
                    self.cutter = None;
                    return Err(io::Error::other(error));
                }
                Err(_) => {
                    self.cutter = None;
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
        }
    }
}

async fn judge(service: Arc<Service>, chunk: io::Result<Chunk>, language: Language) -> io::Result<Vec<u8>> {
    let chunk = chunk?;
    let shared = Arc::clone(&service);
    let job = move || {
        let mut out = Vec::with_capacity(chunk.bytes.len() * 2);
        let mut tally = Tally::default();
        let engine = shared.app.engine();
        let judge = Judge::new(&engine.screener, &engine.stamp, LineFormat::Json, language);
        with_scratch(|scratch| judge.judge_chunk(scratch, &chunk, &mut out, &mut tally));
        shared.metrics.items(&tally);
        if tally.panics > 0 {
            tracing::error!(items = tally.panics, "items of a batch could not be judged");
        }
        out
    };
    service
        .pool
        .run(job)
        .await
        .map_err(|_| io::Error::other("chunk was not judged"))
}
