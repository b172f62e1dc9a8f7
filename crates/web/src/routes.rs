//! Every route in one table: tests, metrics and documentation walk it.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};

use crate::{Service, api, assets, edge, page};

/// What the service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// The "try it" page; a form may be posted to it.
    Page,
    /// The part of the page that changes as one types.
    Explain,
    /// Its style sheet.
    Style,
    /// Its script.
    Script,
    /// Its icon.
    Icon,
    /// One item in, one verdict out.
    Screen,
    /// A stream of items in, a stream of verdicts out.
    ScreenBatch,
    /// The description of the API.
    OpenApi,
    /// Whether the process is well.
    Health,
    /// What it counted.
    Metrics,
    /// Whatever is none of these.
    Other,
}

impl Route {
    /// Every route.
    pub const ALL: [Self; 11] = [
        Self::Page,
        Self::Explain,
        Self::Style,
        Self::Script,
        Self::Icon,
        Self::Screen,
        Self::ScreenBatch,
        Self::OpenApi,
        Self::Health,
        Self::Metrics,
        Self::Other,
    ];

    /// Its path; none for [`Route::Other`].
    #[must_use]
    pub const fn path(self) -> Option<&'static str> {
        match self {
            Self::Page => Some("/"),
            Self::Explain => Some("/explain"),
            Self::Style => Some("/assets/try-it.css"),
            Self::Script => Some("/assets/try-it.js"),
            Self::Icon => Some("/assets/icon.svg"),
            Self::Screen => Some("/v1/screen"),
            Self::ScreenBatch => Some("/v1/screen/batch"),
            Self::OpenApi => Some("/openapi.json"),
            Self::Health => Some("/healthz"),
            Self::Metrics => Some("/metrics"),
            Self::Other => None,
        }
    }

    /// Its methods, beside `HEAD` where there is `GET`.
    #[must_use]
    pub const fn methods(self) -> &'static [Method] {
        match self {
            Self::Page => &[Method::GET, Method::POST],
            Self::Explain | Self::Screen | Self::ScreenBatch => &[Method::POST],
            Self::Style | Self::Script | Self::Icon | Self::OpenApi | Self::Health | Self::Metrics => &[Method::GET],
            Self::Other => &[],
        }
    }

    /// Its name in metrics and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Explain => "explain",
            Self::Style => "style",
            Self::Script => "script",
            Self::Icon => "icon",
            Self::Screen => "screen",
            Self::ScreenBatch => "screen_batch",
            Self::OpenApi => "openapi",
            Self::Health => "health",
            Self::Metrics => "metrics",
            Self::Other => "other",
        }
    }

    /// Whether programs call it: such a route is described in `/openapi.json`.
    #[must_use]
    pub const fn is_for_programs(self) -> bool {
        match self {
            Self::Screen | Self::ScreenBatch | Self::OpenApi | Self::Health | Self::Metrics => true,
            Self::Page | Self::Explain | Self::Style | Self::Script | Self::Icon | Self::Other => false,
        }
    }

    fn handler(self) -> MethodRouter<Arc<Service>> {
        match self {
            Self::Page => get(page::show).post(page::submit),
            Self::Explain => post(page::explain),
            Self::Style => get(assets::style),
            Self::Script => get(assets::script),
            Self::Icon => get(assets::icon),
            Self::Screen => post(api::screen::screen),
            Self::ScreenBatch => post(api::batch::screen_batch),
            Self::OpenApi => get(api::openapi::openapi),
            Self::Health => get(api::status::health),
            Self::Metrics => get(api::status::metrics),
            Self::Other => any(edge::not_found),
        }
    }
}

/// The whole table as something that answers requests.
pub fn router(service: &Arc<Service>) -> Router {
    let mut router = Router::new();
    for route in Route::ALL {
        let watch = from_fn_with_state(edge::Watched::new(service, route), edge::watch);
        router = match route.path() {
            Some(path) => router.route(path, route.handler().fallback(edge::method_not_allowed).layer(watch)),
            None => {
                let fallback = route.handler().layer(watch);
                router.fallback_service(fallback.with_state(Arc::clone(service)))
            }
        };
    }
    router.with_state(Arc::clone(service))
}
