//! Whoever runs into a block learns who blocked what on which basis, and may object. It is also what is served under the host
//! of a blocked name, where a resolver leads to this node.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use anlanh_api::Language;
use anlanh_app::block::{self, Blocked, Who};
use anlanh_model::ObjectionResult;
use anlanh_screen::{Finding, Item};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;

use super::blocklist::bases;
use super::form::Form;
use super::words::Words;
use super::{Visitor, page, problem, see_other};
use crate::address::{Path, Query};
use crate::api::reports::pass;
use crate::console::{BlockedPage, BlockedView, ObjectionPage};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::{Route, Service, edge};

/// Longest name, URL or address that is looked up, in bytes.
const MAX_ASKED_BYTES: usize = 2_048;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    name: String,
}

/// Who blocks something, and how one objects.
pub async fn show(State(service): State<Arc<Service>>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    let answer = look_up(&service, &visitor, &asked.name).await;
    visitor.answer(answer)
}

async fn look_up(service: &Service, visitor: &Visitor, asked: &str) -> Result<Response, Problem> {
    let asked = asked.trim();
    let found = find(service, asked).await?;
    page_of(service, visitor, (asked, found), Place::Here(""), None)
}

async fn find(service: &Service, asked: &str) -> Result<Option<Blocked>, Problem> {
    if asked.is_empty() || asked.len() > MAX_ASKED_BYTES {
        return Ok(None);
    }
    let found = block::blocked(&service.app, asked).await;
    found.map_err(|error| problem(service, &error))
}

/// Where one objects: here, with what was typed already; or on this node's own host.
#[derive(Clone, Copy)]
enum Place<'t> {
    Here(&'t str),
    OwnHost,
}

fn page_of(
    service: &Service,
    visitor: &Visitor,
    (asked, found): (&str, Option<Blocked>),
    place: Place<'_>,
    refused: Option<Problem>,
) -> Result<Response, Problem> {
    let language = visitor.language;
    let site = service.app.site();
    let challenge = service.gate.challenge(visitor.ip, service.app.clock().now());
    let (typed, elsewhere) = match place {
        Place::Here(typed) => (typed, None),
        Place::OwnHost => {
            let query = serde_urlencoded::to_string([("name", asked)]).unwrap_or_default();
            ("", Some(site.url(&format!("/blocked?{query}#objection"))))
        }
    };
    let mut frame = visitor.frame(None);
    if elsewhere.is_some() {
        frame.base = site.url("");
    }
    let view = BlockedPage {
        frame,
        site: site.name().to_owned(),
        contact: site.contact().unwrap_or_default().to_owned(),
        blocked: found.as_ref().map(|blocked| told(service, language, blocked)),
        resembles: found.is_none().then(|| resembled(service, asked)).flatten(),
        asked: Some(asked.to_owned()).filter(|asked| !asked.is_empty()),
        elsewhere,
        challenge: challenge.text,
        bits: challenge.bits,
        typed: typed.to_owned(),
        error: refused
            .as_ref()
            .map(|problem| format!("{}: {}", problem.title(language), problem.detail(language))),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

/// The protected name that a name is written like, by the policy in force.
fn resembled(service: &Service, asked: &str) -> Option<String> {
    if asked.len() > MAX_ASKED_BYTES {
        return None;
    }
    let engine = service.app.engine();
    let item = Item {
        text: asked,
        ..Item::default()
    };
    let signals = engine.screener.explain(&item).signals;
    let name = signals.iter().find_map(|signal| match signal.finding {
        Finding::LookAlike { name, .. } => Some(name),
        Finding::Phrase { .. } | Finding::Link | Finding::Listed { .. } | Finding::Personal(_) => None,
    });
    let name = engine.screener.pack().names.get(name? as usize)?;
    Some(name.name.clone())
}

fn told(service: &Service, language: Language, blocked: &Blocked) -> BlockedView {
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let site = service.app.site().name();
    let (who, is_order) = match &blocked.who {
        Who::Operator(owner) => (format!("{site}: {owner}"), false),
        Who::Office(number, office) => {
            let office = Names::new(&engine.policy, language).office(office);
            let said = words.pick("theo yêu cầu số", "by order");
            (format!("{site}, {said} {number} · {office}"), true)
        }
        Who::Confidential => {
            let said = words.pick(
                "theo yêu cầu của cơ quan có thẩm quyền, chưa được công bố chi tiết",
                "by order of an authority, of which no more may be told yet",
            );
            (format!("{site}, {said}"), true)
        }
    };
    let sentence = |language: Language| match (language, is_order) {
        (Language::Vi, true) => {
            format!(
                "Mạng {site} không cho truy cập {}, theo yêu cầu của cơ quan có thẩm quyền.",
                blocked.value
            )
        }
        (Language::Vi, false) => {
            format!("Mạng {site} không cho truy cập {} để bảo vệ người dùng.", blocked.value)
        }
        (Language::En, true) => {
            format!(
                "{site} does not let you reach {}, by order of an authority.",
                blocked.value
            )
        }
        (Language::En, false) => {
            format!("{site} does not let you reach {}, to protect its users.", blocked.value)
        }
    };
    let other = match language {
        Language::Vi => Language::En,
        Language::En => Language::Vi,
    };
    BlockedView {
        asked: blocked.asked.clone(),
        value: blocked.value.clone(),
        said: sentence(language),
        said_also: sentence(other),
        who,
        reason: blocked.reason.clone(),
        basis: bases(service, words, &blocked.basis),
        since: words.moment(blocked.since),
        until: blocked.until.map_or_else(
            || {
                words
                    .pick("khi yêu cầu của cơ quan kết thúc", "the order ends")
                    .to_owned()
            },
            |at| words.moment(at).absolute,
        ),
        is_order,
    }
}

/// Somebody objects.
pub async fn object(State(service): State<Arc<Service>>, visitor: Visitor, body: Body) -> Response {
    let answer = try_object(&service, &visitor, body).await;
    visitor.answer(answer)
}

async fn try_object(service: &Service, visitor: &Visitor, body: Body) -> Result<Response, Problem> {
    let form = Form::read(service, visitor.headers(), body).await?;
    let asked = form.get("asked").trim();
    match take(service, visitor, &form, asked).await {
        Ok(path) => Ok(see_other(&path)),
        Err(refused @ Problem::Refused(_)) => {
            let found = find(service, asked).await?;
            let place = Place::Here(form.get("words"));
            page_of(service, visitor, (asked, found), place, Some(refused))
        }
        Err(other) => Err(other),
    }
}

async fn take(service: &Service, visitor: &Visitor, form: &Form, asked: &str) -> Result<String, Problem> {
    pass(service, visitor, form.get("challenge"), form.get("proof"))?;
    let link = block::object(&service.app, asked, form.get("words")).await;
    Ok(link.map_err(|error| problem(service, &error))?.objection_path())
}

/// What became of an objection, for whoever has its private link.
pub async fn objection(State(service): State<Arc<Service>>, visitor: Visitor, Path(secret): Path<String>) -> Response {
    let answer = read(&service, &visitor, &secret).await;
    visitor.answer(answer)
}

async fn read(service: &Service, visitor: &Visitor, secret: &str) -> Result<Response, Problem> {
    let found = block::objection_by_link(&service.app, secret).await;
    let found = found
        .map_err(|error| problem(service, &error))?
        .ok_or(Problem::NotFound)?;
    let language = visitor.language;
    let words = Words::of(service, language);
    let objection = &found.view.row.objection;
    let clock = objection.clock.as_ref();
    let is_open = objection.answered.is_none();
    let standing = match objection.answered.map(|(result, ..)| result) {
        None => words.pick("Đang chờ trả lời.", "It waits to be answered."),
        Some(ObjectionResult::Lifted) => words.pick(
            "Phản đối đúng: đã gỡ chặn. Máy của bạn có thể mất ít phút mới truy cập lại được.",
            "You were right: the block was lifted. It may take your device some minutes.",
        ),
        Some(ObjectionResult::Kept) => words.pick("Đã xem lại: vẫn chặn.", "It was looked at again: the block stays."),
        Some(ObjectionResult::PassedOn) => words.pick(
            "Việc chặn do cơ quan có thẩm quyền yêu cầu: xem trả lời để biết cần gửi tới đâu.",
            "An authority ordered the block: the answer says where to turn.",
        ),
    };
    let is_free = !found.is_blocked && !matches!(objection.answered, Some((ObjectionResult::Lifted, ..)));
    let standing = if is_free {
        format!(
            "{standing} {}",
            words.pick("Hiện không còn bị chặn.", "It is not blocked any more.")
        )
    } else {
        standing.to_owned()
    };
    let view = ObjectionPage {
        frame: visitor.frame(None),
        value: found.view.row.value.clone(),
        standing,
        words: found.view.words.clone(),
        sent: words.moment(found.view.row.opened_at),
        due: clock.map(|clock| words.moment(clock.due_at)),
        is_late: clock.is_some_and(|clock| clock.is_breached() || is_open && clock.due_at < found.seen_at),
        answer: found.view.row.answer.clone(),
        url: service.app.site().url(&format!("/blocked/{secret}")),
    };
    page(&view, language)
}

/// Answers whoever asks this node for a page of a blocked name, where a resolver led them here; lets everything else pass.
pub async fn intercept(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let Some(host) = foreign_host(&service, request.method(), request.headers()) else {
        return next.run(request).await;
    };
    let (start, (parts, body)) = (Instant::now(), request.into_parts());
    match find(&service, &host).await {
        Ok(Some(blocked)) => {
            let visitor = Visitor::of(&parts);
            let is_order = !matches!(blocked.who, Who::Operator(_));
            let answer = page_of(&service, &visitor, (&host, Some(blocked)), Place::OwnHost, None);
            let mut response = visitor.answer(answer);
            if response.status() == StatusCode::OK {
                // RFC 7725: legal reasons, and by whom.
                *response.status_mut() = if is_order {
                    StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS
                } else {
                    StatusCode::FORBIDDEN
                };
                let link = format!("<{}>; rel=\"blocked-by\"", service.app.site().url("/"));
                if let Ok(link) = HeaderValue::from_str(&link) {
                    response.headers_mut().insert(header::LINK, link);
                }
            }
            service
                .metrics
                .request(Route::Blocked, response.status(), start.elapsed());
            edge::add_headers(response.headers_mut());
            response
        }
        // What is not blocked, or cannot be looked up, is answered as ever.
        Ok(None) | Err(_) => next.run(Request::from_parts(parts, body)).await,
    }
}

/// The host that a browser asks a page of, where it is a name and not this node's own.
fn foreign_host(service: &Service, method: &Method, headers: &HeaderMap) -> Option<String> {
    let accepts = headers.get(header::ACCEPT)?.to_str().ok()?;
    if !matches!(*method, Method::GET | Method::HEAD) || !accepts.contains("text/html") {
        return None;
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let host = if port.bytes().all(|byte| byte.is_ascii_digit()) {
        name
    } else {
        host
    };
    let is_own = service
        .app
        .site()
        .host()
        .is_some_and(|own| own.eq_ignore_ascii_case(host));
    let is_name = host.contains('.') && host.parse::<IpAddr>().is_err() && !host.starts_with('[');
    (is_name && !is_own).then(|| host.to_owned())
}
