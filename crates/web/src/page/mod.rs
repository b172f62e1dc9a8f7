//! The "try it" page: paste a text, see what the engine sees.
//!
//! It works without JavaScript by posting a form; with it, the result alone is fetched as one types, rendered by the
//! same template. Nothing that is pasted is kept, and everything is escaped by the templates.

mod example;
mod folded;
mod form;
pub mod highlight;
pub mod names;
mod view;
mod words;

pub use example::Examples;

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_screen::Screener;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::address::Query;
use crate::api::screen::read_body;
use crate::console::{Frame, Section};
use crate::desk::Reader;
use crate::problem::Problem;
use crate::{Service, assets};
use form::Form;
use names::Names;
use view::ResultView;
use words::Words;

/// What the page may load: its own files and nothing else.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the address of the page may say.
#[derive(Debug, Deserialize)]
pub struct Address {
    #[serde(default)]
    lang: String,
    example: Option<usize>,
}

impl Address {
    /// As asked for; where nothing is, in the language that whoever is signed in works in.
    fn frame(&self, reader: &Reader) -> Frame {
        let mut frame = reader.frame(Some(Section::TryIt));
        let own = Some(frame.language).filter(|_| frame.person.is_some());
        frame.language = Language::from_tag(&self.lang).or(own).unwrap_or_default();
        frame
    }
}

#[derive(Template)]
#[template(path = "try-it.html")]
struct Page<'a> {
    w: &'a Words,
    frame: Frame,
    assets: u64,
    form: Form,
    examples: &'a Examples,
    result: Option<ResultView>,
    pack: &'a anlanh_screen::Pack,
    version: &'static str,
}

#[derive(Template)]
#[template(path = "result.html")]
struct Fragment<'a> {
    w: &'a Words,
    result: Option<ResultView>,
}

/// The page, empty or with one of its examples.
pub async fn show(State(service): State<Arc<Service>>, reader: Reader, Query(address): Query<Address>) -> Response {
    let examples = service.examples();
    let example = address.example.and_then(|number| examples.get(number));
    let form = example.map(Form::from_example).unwrap_or_default();
    render_page(service, form, address.frame(&reader)).await
}

/// The page with the result for the form that was posted to it.
pub async fn submit(
    State(service): State<Arc<Service>>,
    reader: Reader,
    Query(address): Query<Address>,
    request: Request,
) -> Response {
    let frame = address.frame(&reader);
    match read_form(&service, request).await {
        Ok(form) => render_page(service, form, frame).await,
        Err(problem) => problem.respond(frame.language),
    }
}

/// The result alone, for the script.
pub async fn explain(
    State(service): State<Arc<Service>>,
    Query(address): Query<Address>,
    request: Request,
) -> Response {
    let language = Language::from_tag(&address.lang).unwrap_or_default();
    let form = match read_form(&service, request).await {
        Ok(form) => form,
        Err(problem) => return problem.respond(language),
    };
    let shared = Arc::clone(&service);
    let job = move || {
        let engine = shared.app.engine();
        let names = Names::new(&engine.policy, language);
        let result = look(&engine.screener, names, &form);
        let w = Words::of(language);
        Fragment { w, result }.render()
    };
    respond(
        &service,
        service.pool.run(job).await.ok().and_then(Result::ok),
        language,
    )
}

async fn read_form(service: &Service, request: Request) -> Result<Form, Problem> {
    let body = read_body(request.into_body(), service.limits).await?;
    Form::parse(&body).ok_or(Problem::BadForm)
}

async fn render_page(service: Arc<Service>, form: Form, frame: Frame) -> Response {
    let language = frame.language;
    let shared = Arc::clone(&service);
    let job = move || {
        let engine = shared.app.engine();
        let names = Names::new(&engine.policy, language);
        let result = look(&engine.screener, names, &form);
        let page = Page {
            w: Words::of(language),
            frame: frame.clone(),
            assets: assets::VERSION,
            examples: &shared.examples(),
            pack: engine.screener.pack(),
            version: env!("CARGO_PKG_VERSION"),
            result,
            form: form.clone(),
        };
        page.render()
    };
    respond(
        &service,
        service.pool.run(job).await.ok().and_then(Result::ok),
        language,
    )
}

fn look<'a>(screener: &'a Screener, names: Names<'a>, form: &Form) -> Option<ResultView> {
    (!form.is_empty()).then(|| {
        form.with_item(|item| {
            let explanation = screener.explain(item);
            ResultView::new(screener.pack(), names, item, explanation)
        })
    })
}

fn respond(service: &Service, html: Option<String>, language: Language) -> Response {
    let Some(html) = html else {
        service.metrics.panic();
        let incident = service.incident();
        tracing::error!(incident, "page could not be rendered");
        return Problem::Internal(incident).respond(language);
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag())),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (headers, html).into_response()
}
