//! The staff console's requests: who asks, what a use case says, and which page shows it.
//!
//! Nothing is decided here; [`crate::console`] has the pages, and the use cases of `anlanh-app` the rules.

pub mod access;
pub mod account;
pub mod actions;
pub mod appeal;
mod around;
pub mod audit;
pub(crate) mod audited;
pub mod blocked;
pub mod blocklist;
pub mod case;
pub mod collections;
pub mod concern;
mod counters;
pub mod decisions;
pub mod docs;
mod enforcement;
mod excerpt;
pub mod feeds;
pub mod figures;
mod form;
mod found;
pub mod hunts;
pub mod incidents;
pub mod indicators;
pub mod information;
pub mod issued;
pub mod item;
pub mod items;
pub mod keeping;
pub mod orders;
pub mod owner;
mod patterns;
pub mod peers;
pub mod policy;
pub mod published;
pub mod pushes;
pub mod quality;
pub mod queue;
pub mod refill;
pub mod report;
pub mod reports;
pub mod sensors;
pub mod session;
pub mod sharing;
pub mod sigma;
pub mod soc;
pub mod steps;
pub mod subject;
mod visitor;
mod words;

use anlanh_api::Language;
use anlanh_app::Error;
use anlanh_letter::Letter;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::Service;
use crate::api::caller;
use crate::console::{ErrorPage, Frame};
use crate::problem::Problem;
use crate::refusal::Refusal;

pub use visitor::{Reader, Staff, Visitor};

/// What a use case refused a person, as a problem.
fn problem(service: &Service, error: &Error) -> Problem {
    let problem = caller::problem(service, error);
    if let Error::Forbidden(permission) = error {
        return Problem::Refused(Refusal::needs_role(*permission));
    }
    problem
}

/// What was refused, in one line, for the page on which it was asked for.
fn told(refusal: &Refusal, language: Language) -> String {
    format!("{}: {}", refusal.title(language), refusal.detail(language))
}

/// What a use case refused, in one line, for the page on which it was asked for; anything else stays a problem.
fn refused(service: &Service, error: &Error, language: Language) -> Result<String, Problem> {
    let problem = problem(service, error);
    if let Problem::Refused(refusal) = &problem {
        Ok(told(refusal, language))
    } else {
        Err(problem)
    }
}

/// A letter as a file.
fn file(id: &str, letter: &Letter) -> Result<Response, Problem> {
    // What it is made of has limits of its own, far below those of a letter.
    let pdf = letter.to_pdf().map_err(|_| Problem::Internal("letter".to_owned()))?;
    Ok(caller::pdf(id, pdf))
}

/// A page as an answer.
fn page(view: &impl Template, language: Language) -> Result<Response, Problem> {
    // A template fails only if it asks for something that fails, and ours do not.
    let html = view.render().map_err(|_| Problem::Internal("template".to_owned()))?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag())),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(crate::page::POLICY),
        ),
    ];
    Ok((headers, html).into_response())
}

/// A page that says what went wrong, with its status.
fn error_page(problem: Problem, frame: Frame) -> Response {
    let language = frame.language;
    let status = problem.status();
    let detail = if problem == Problem::NotFound {
        let said = language.pick(
            "Địa chỉ này không dẫn tới trang nào. Có thể đường dẫn bị gõ sai hoặc bị cắt bớt khi sao chép.",
            "There is no page at this address. It may be mistyped, or cut short when it was copied.",
        );
        said.to_owned()
    } else {
        problem.detail(language)
    };
    let view = ErrorPage {
        title: problem.title(language).to_owned(),
        detail,
        incident: problem.incident(),
        frame,
    };
    match page(&view, language) {
        Ok(mut response) => {
            *response.status_mut() = status;
            response
        }
        Err(_) => problem.respond(language),
    }
}

/// Sends the browser on to another page of ours; what was posted is not posted again.
fn see_other(address: &str) -> Response {
    // What is no header value came from a form and leads nowhere else.
    let location = HeaderValue::from_str(address).unwrap_or_else(|_| HeaderValue::from_static(visitor::HOME));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
