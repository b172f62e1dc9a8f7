//! Every route in one table: tests, metrics and documentation walk it.

use std::sync::Arc;

use anlanh_model::Permission;
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
    /// Items come in to be kept, one at a time; kept items are found.
    Items,
    /// A stream of items comes in to be kept.
    ItemsBatch,
    /// One kept item.
    Item,
    /// The queue.
    Cases,
    /// One case.
    Case,
    /// A case is taken.
    TakeCase,
    /// A case is given back.
    ReleaseCase,
    /// A case is sent to the next level.
    EscalateCase,
    /// A case is moved in the queue.
    ReorderCase,
    /// A note is written.
    NoteCase,
    /// A case is decided.
    DecideCase,
    /// Decisions with their statements of reasons.
    Decisions,
    /// The audit log.
    Audit,
    /// The description of the API.
    OpenApi,
    /// Whether the process is well.
    Health,
    /// Whether it can do its work.
    Ready,
    /// What it counted.
    Metrics,
    /// Whatever is none of these.
    Other,
}

impl Route {
    /// Every route.
    pub const ALL: [Self; 25] = [
        Self::Page,
        Self::Explain,
        Self::Style,
        Self::Script,
        Self::Icon,
        Self::Screen,
        Self::ScreenBatch,
        Self::Items,
        Self::ItemsBatch,
        Self::Item,
        Self::Cases,
        Self::Case,
        Self::TakeCase,
        Self::ReleaseCase,
        Self::EscalateCase,
        Self::ReorderCase,
        Self::NoteCase,
        Self::DecideCase,
        Self::Decisions,
        Self::Audit,
        Self::OpenApi,
        Self::Health,
        Self::Ready,
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
            Self::Items => Some("/v1/items"),
            Self::ItemsBatch => Some("/v1/items/batch"),
            Self::Item => Some("/v1/items/{item}"),
            Self::Cases => Some("/v1/cases"),
            Self::Case => Some("/v1/cases/{case}"),
            Self::TakeCase => Some("/v1/cases/{case}/take"),
            Self::ReleaseCase => Some("/v1/cases/{case}/release"),
            Self::EscalateCase => Some("/v1/cases/{case}/escalate"),
            Self::ReorderCase => Some("/v1/cases/{case}/reorder"),
            Self::NoteCase => Some("/v1/cases/{case}/note"),
            Self::DecideCase => Some("/v1/cases/{case}/decision"),
            Self::Decisions => Some("/v1/decisions"),
            Self::Audit => Some("/v1/audit"),
            Self::OpenApi => Some("/openapi.json"),
            Self::Health => Some("/healthz"),
            Self::Ready => Some("/readyz"),
            Self::Metrics => Some("/metrics"),
            Self::Other => None,
        }
    }

    /// Its methods, beside `HEAD` where there is `GET`.
    #[must_use]
    pub const fn methods(self) -> &'static [Method] {
        match self {
            Self::Page => &[Method::GET, Method::POST],
            Self::Items => &[Method::GET, Method::POST],
            Self::Explain
            | Self::Screen
            | Self::ScreenBatch
            | Self::ItemsBatch
            | Self::TakeCase
            | Self::ReleaseCase
            | Self::EscalateCase
            | Self::ReorderCase
            | Self::NoteCase
            | Self::DecideCase => &[Method::POST],
            Self::Style
            | Self::Script
            | Self::Icon
            | Self::Item
            | Self::Cases
            | Self::Case
            | Self::Decisions
            | Self::Audit
            | Self::OpenApi
            | Self::Health
            | Self::Ready
            | Self::Metrics => &[Method::GET],
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
            Self::Items => "items",
            Self::ItemsBatch => "items_batch",
            Self::Item => "item",
            Self::Cases => "cases",
            Self::Case => "case",
            Self::TakeCase => "take_case",
            Self::ReleaseCase => "release_case",
            Self::EscalateCase => "escalate_case",
            Self::ReorderCase => "reorder_case",
            Self::NoteCase => "note_case",
            Self::DecideCase => "decide_case",
            Self::Decisions => "decisions",
            Self::Audit => "audit",
            Self::OpenApi => "openapi",
            Self::Health => "health",
            Self::Ready => "ready",
            Self::Metrics => "metrics",
            Self::Other => "other",
        }
    }

    /// Whether programs call it: such a route is described in `/openapi.json`.
    #[must_use]
    pub const fn is_for_programs(self) -> bool {
        match self {
            Self::Page | Self::Explain | Self::Style | Self::Script | Self::Icon | Self::Other => false,
            Self::Screen
            | Self::ScreenBatch
            | Self::Items
            | Self::ItemsBatch
            | Self::Item
            | Self::Cases
            | Self::Case
            | Self::TakeCase
            | Self::ReleaseCase
            | Self::EscalateCase
            | Self::ReorderCase
            | Self::NoteCase
            | Self::DecideCase
            | Self::Decisions
            | Self::Audit
            | Self::OpenApi
            | Self::Health
            | Self::Ready
            | Self::Metrics => true,
        }
    }

    /// What whoever calls it must be permitted, by method; none where everybody may.
    #[must_use]
    pub fn permission(self, method: &Method) -> Option<Permission> {
        match self {
            Self::Page
            | Self::Explain
            | Self::Style
            | Self::Script
            | Self::Icon
            | Self::Screen
            | Self::ScreenBatch
            | Self::OpenApi
            | Self::Health
            | Self::Ready
            | Self::Metrics
            | Self::Other => None,
            Self::Items if *method == Method::POST => Some(Permission::SubmitItems),
            Self::ItemsBatch => Some(Permission::SubmitItems),
            Self::Items | Self::Item => Some(Permission::ReadItems),
            Self::Cases | Self::Case | Self::Decisions => Some(Permission::ReadCases),
            Self::TakeCase | Self::ReleaseCase | Self::EscalateCase | Self::NoteCase | Self::DecideCase => {
                Some(Permission::DecideCases)
            }
            Self::ReorderCase => Some(Permission::OrderQueue),
            Self::Audit => Some(Permission::ReadAudit),
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
            Self::Items => get(api::items::list).post(api::items::keep),
            Self::ItemsBatch => post(api::items::batch::keep),
            Self::Item => get(api::items::show),
            Self::Cases => get(api::cases::list),
            Self::Case => get(api::cases::show),
            Self::TakeCase => post(api::cases::steps::take),
            Self::ReleaseCase => post(api::cases::steps::release),
            Self::EscalateCase => post(api::cases::steps::escalate),
            Self::ReorderCase => post(api::cases::steps::reorder),
            Self::NoteCase => post(api::cases::steps::note),
            Self::DecideCase => post(api::cases::steps::decide),
            Self::Decisions => get(api::cases::decisions),
            Self::Audit => get(api::audit::list),
            Self::OpenApi => get(api::openapi::openapi),
            Self::Health => get(api::status::health),
            Self::Ready => get(api::status::ready),
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
