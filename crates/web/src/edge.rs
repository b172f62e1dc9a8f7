//! What surrounds every request: time, counters, headers, and a net for panics. It never looks at a body.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use anlanh_api::Language;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;

use crate::desk::Reader;
use crate::problem::Problem;
use crate::{Route, Service};

/// A route and the service it belongs to.
#[derive(Debug, Clone)]
pub struct Watched {
    service: Arc<Service>,
    route: Route,
}

impl Watched {
    /// Watches a route of a service.
    pub fn new(service: &Arc<Service>, route: Route) -> Self {
        Self {
            service: Arc::clone(service),
            route,
        }
    }
}

/// Answers a request through the rest of the stack, whatever happens in there.
pub async fn watch(State(watched): State<Watched>, request: Request, next: Next) -> Response {
    let Watched { service, route } = watched;
    let start = Instant::now();
    let preference = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let answering = async {
        if is_encoded(request.headers()) {
            return Problem::EncodedBody.respond(language_of(preference.as_ref()));
        }
        next.run(request).await
    };
    let answered = AssertUnwindSafe(answering).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_| {
        service.metrics.panic();
        let incident = service.incident();
        tracing::error!(
            incident,
            route = route.name(),
            "request panicked and was answered with 500"
        );
        Problem::Internal(incident).respond(language_of(preference.as_ref()))
    });
    let took = start.elapsed();
    service.metrics.request(route, response.status(), took);
    tracing::debug!(
        route = route.name(),
        status = response.status().as_u16(),
        took_us = took.as_micros(),
        "request answered"
    );
    add_headers(response.headers_mut());
    response
}

/// Whether a body comes otherwise than as it is (RFC 9110, section 8.4). No route unpacks one, and to read it as it came
/// would be to lose it.
fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Puts on every answer what keeps browsers from guessing, telling and keeping.
pub fn add_headers(headers: &mut HeaderMap) {
    const ALWAYS: [(HeaderName, HeaderValue); 2] = [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ),
    ] {
        headers.entry(name).or_insert(value);
    }
}

fn language_of(preference: Option<&HeaderValue>) -> Language {
    let preference = preference.and_then(|value| value.to_str().ok());
    Language::preferred(preference.unwrap_or_default())
}

/// The language in which a request wants its errors.
pub fn language(headers: &HeaderMap) -> Language {
    language_of(headers.get(header::ACCEPT_LANGUAGE))
}

/// Answers what no route does.
///
/// Whoever asks for a page gets one with ways on; programs get the problem.
pub async fn not_found(reader: Reader) -> Response {
    if wants_page(reader.visitor.headers()) {
        return reader.answer(Err(Problem::NotFound));
    }
    Problem::NotFound.respond(language(reader.visitor.headers()))
}

/// Whether a page is what somebody asks for, as browsers do: by its media type, not by a wildcard (RFC 9110, section 12.5.1).
pub fn wants_page(headers: &HeaderMap) -> bool {
    let fields = headers.get_all(header::ACCEPT).iter();
    let mut ranges = fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','));
    ranges.any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_html = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        is_html && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

/// Answers a method that a route does not have.
pub async fn method_not_allowed(headers: HeaderMap) -> Response {
    Problem::MethodNotAllowed.respond(language(&headers))
}

#[cfg(test)]
mod tests {
    use anlanh_app::policy::{Choice, Start};
    use anlanh_app::{App, Clock, Lists, Shelf, Site};
    use anlanh_model::Time;
    use anlanh_pack::Policy;
    use anlanh_store::{Options, Store, Target};
    use anlanh_vault::Vault;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::Limits;

    const SECRET: &str = "bí mật";

    async fn fail() {
        panic!("{SECRET}");
    }

    #[tokio::test]
    async fn a_panic_becomes_a_500_that_tells_nothing_but_its_id() {
        let policy = Policy::built_in().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::new(|| Time::from_seconds(1_790_000_000));
        let target = Target::Sqlite(folder.path().join("anlanh.db"));
        let store = Store::open(&target, &Options::default()).unwrap();
        let start = Start {
            policy,
            lists: Lists::default(),
            shelf: Shelf::new(folder.path().join("lists")),
            choice: Choice::Kept,
            site: Site::default(),
            vault: Arc::new(Vault::new([7; 32])),
        };
        let service = Service::new(App::start(store, clock, start).unwrap(), Limits::default());
        let watched = Watched::new(&service, Route::Other);
        let router = Router::new().route("/", get(fail).layer(from_fn_with_state(watched, watch)));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status().as_u16(), 500);
        let body = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "internal");
        assert!(problem["incident"].as_str().unwrap().ends_with("-0"));
        assert!(!problem.to_string().contains(SECRET));
        let metrics = service.metrics.render(service.app.engine().screener.pack());
        assert!(metrics.contains("\nanlanh_panics_total 1\n"), "{metrics}");
    }
}
