//! Every route in one table: tests, metrics and documentation walk it.

use std::sync::Arc;

use anlanh_model::Permission;
use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};

use crate::{Service, api, assets, desk, edge, page};

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
    /// The console's front door.
    Console,
    /// The console's style sheet.
    ConsoleStyle,
    /// The console's script.
    ConsoleScript,
    /// Where people sign in.
    SignIn,
    /// A person signs out.
    SignOut,
    /// Where an invitation becomes an account.
    SetUp,
    /// A person chooses language or colours.
    Settings,
    /// The queue as a page.
    Queue,
    /// Kept items as a page.
    ItemsPage,
    /// What the node did, as a page.
    FiguresPage,
    /// The audit log as a page.
    AuditPage,
    /// Accounts and tokens.
    Access,
    /// Somebody is invited.
    Invite,
    /// An account gets another role.
    StaffRole,
    /// An account is closed.
    StaffClose,
    /// A token is made.
    TokenMake,
    /// A token is revoked.
    TokenRevoke,
    /// One's own account.
    Account,
    /// A case as a page.
    CasePage,
    /// A case is taken on its page.
    PageTake,
    /// A case is given back on its page.
    PageRelease,
    /// A case is sent on from its page.
    PageEscalate,
    /// A note is written on the page of a case.
    PageNote,
    /// A case is decided on its page.
    PageDecide,
    /// The policy as a page.
    PolicyPage,
    /// A rule as a page.
    RulePage,
    /// A rule's brake is set on its page.
    RuleBrake,
    /// An entry of the lexicon as a page.
    EntryPage,
    /// A draft is begun, or gone on with.
    DraftBegin,
    /// A version of the policy as a page.
    VersionPage,
    /// Where a part of a draft is written.
    VersionEdit,
    /// A version is tried on what is kept.
    VersionBacktest,
    /// A version begins to run in shadow.
    VersionShadow,
    /// A version is put in force.
    VersionEnforce,
    /// A draft is thrown away.
    VersionDiscard,
    /// What was in force before is in force again.
    PolicyRollBack,
    /// What runs in shadow ends.
    PolicyEndShadow,
    /// What a trial found, as a page.
    TrialPage,
    /// A back-test is stopped.
    TrialStop,
    /// A past verdict is reached again.
    ReplayPage,
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
    pub const ALL: [Self; 65] = [
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
        Self::Console,
        Self::ConsoleStyle,
        Self::ConsoleScript,
        Self::SignIn,
        Self::SignOut,
        Self::SetUp,
        Self::Settings,
        Self::Queue,
        Self::ItemsPage,
        Self::FiguresPage,
        Self::AuditPage,
        Self::Access,
        Self::Invite,
        Self::StaffRole,
        Self::StaffClose,
        Self::TokenMake,
        Self::TokenRevoke,
        Self::Account,
        Self::CasePage,
        Self::PageTake,
        Self::PageRelease,
        Self::PageEscalate,
        Self::PageNote,
        Self::PageDecide,
        Self::PolicyPage,
        Self::RulePage,
        Self::RuleBrake,
        Self::EntryPage,
        Self::DraftBegin,
        Self::VersionPage,
        Self::VersionEdit,
        Self::VersionBacktest,
        Self::VersionShadow,
        Self::VersionEnforce,
        Self::VersionDiscard,
        Self::PolicyRollBack,
        Self::PolicyEndShadow,
        Self::TrialPage,
        Self::TrialStop,
        Self::ReplayPage,
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
            Self::Console => Some("/console"),
            Self::ConsoleStyle => Some("/assets/console.css"),
            Self::ConsoleScript => Some("/assets/console.js"),
            Self::SignIn => Some("/console/sign-in"),
            Self::SignOut => Some("/console/sign-out"),
            Self::SetUp => Some("/console/set-up"),
            Self::Settings => Some("/console/settings"),
            Self::Queue => Some("/console/queue"),
            Self::ItemsPage => Some("/console/items"),
            Self::FiguresPage => Some("/console/figures"),
            Self::AuditPage => Some("/console/audit"),
            Self::Access => Some("/console/access"),
            Self::Invite => Some("/console/access/invite"),
            Self::StaffRole => Some("/console/access/accounts/{account}/role"),
            Self::StaffClose => Some("/console/access/accounts/{account}/close"),
            Self::TokenMake => Some("/console/access/token"),
            Self::TokenRevoke => Some("/console/access/tokens/{token}/revoke"),
            Self::Account => Some("/console/account"),
            Self::CasePage => Some("/console/cases/{case}"),
            Self::PageTake => Some("/console/cases/{case}/take"),
            Self::PageRelease => Some("/console/cases/{case}/release"),
            Self::PageEscalate => Some("/console/cases/{case}/escalate"),
            Self::PageNote => Some("/console/cases/{case}/note"),
            Self::PageDecide => Some("/console/cases/{case}/decide"),
            Self::PolicyPage => Some("/console/policy"),
            Self::RulePage => Some("/console/policy/rules/{rule}"),
            Self::RuleBrake => Some("/console/policy/rules/{rule}/brake"),
            Self::EntryPage => Some("/console/policy/entries/{entry}"),
            Self::DraftBegin => Some("/console/policy/drafts"),
            Self::VersionPage => Some("/console/policy/versions/{version}"),
            Self::VersionEdit => Some("/console/policy/versions/{version}/edit"),
            Self::VersionBacktest => Some("/console/policy/versions/{version}/backtest"),
            Self::VersionShadow => Some("/console/policy/versions/{version}/shadow"),
            Self::VersionEnforce => Some("/console/policy/versions/{version}/enforce"),
            Self::VersionDiscard => Some("/console/policy/versions/{version}/discard"),
            Self::PolicyRollBack => Some("/console/policy/roll-back"),
            Self::PolicyEndShadow => Some("/console/policy/end-shadow"),
            Self::TrialPage => Some("/console/policy/trials/{trial}"),
            Self::TrialStop => Some("/console/policy/trials/{trial}/stop"),
            Self::ReplayPage => Some("/console/items/{item}/replay"),
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
            Self::Account | Self::Items | Self::SignIn | Self::SetUp | Self::VersionEdit => {
                &[Method::GET, Method::POST]
            }
            Self::Explain
            | Self::Screen
            | Self::ScreenBatch
            | Self::ItemsBatch
            | Self::TakeCase
            | Self::ReleaseCase
            | Self::EscalateCase
            | Self::ReorderCase
            | Self::NoteCase
            | Self::DecideCase
            | Self::SignOut
            | Self::Settings
            | Self::PageTake
            | Self::PageRelease
            | Self::PageEscalate
            | Self::PageNote
            | Self::PageDecide
            | Self::Invite
            | Self::StaffRole
            | Self::StaffClose
            | Self::TokenMake
            | Self::TokenRevoke
            | Self::RuleBrake
            | Self::DraftBegin
            | Self::VersionBacktest
            | Self::VersionShadow
            | Self::VersionEnforce
            | Self::VersionDiscard
            | Self::PolicyRollBack
            | Self::PolicyEndShadow
            | Self::TrialStop
            | Self::ReplayPage => &[Method::POST],
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
            | Self::Console
            | Self::ConsoleStyle
            | Self::ConsoleScript
            | Self::Queue
            | Self::CasePage
            | Self::Access
            | Self::ItemsPage
            | Self::FiguresPage
            | Self::AuditPage
            | Self::PolicyPage
            | Self::RulePage
            | Self::EntryPage
            | Self::VersionPage
            | Self::TrialPage
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
            Self::Console => "console",
            Self::ConsoleStyle => "console_style",
            Self::ConsoleScript => "console_script",
            Self::SignIn => "sign_in",
            Self::SignOut => "sign_out",
            Self::SetUp => "set_up",
            Self::Settings => "settings",
            Self::Queue => "queue_page",
            Self::ItemsPage => "items_page",
            Self::FiguresPage => "figures_page",
            Self::AuditPage => "audit_page",
            Self::Access => "access",
            Self::Invite => "invite",
            Self::StaffRole => "staff_role",
            Self::StaffClose => "staff_close",
            Self::TokenMake => "token_make",
            Self::TokenRevoke => "token_revoke",
            Self::Account => "account",
            Self::CasePage => "case_page",
            Self::PageTake => "page_take",
            Self::PageRelease => "page_release",
            Self::PageEscalate => "page_escalate",
            Self::PageNote => "page_note",
            Self::PageDecide => "page_decide",
            Self::PolicyPage => "policy_page",
            Self::RulePage => "rule_page",
            Self::RuleBrake => "rule_brake",
            Self::EntryPage => "entry_page",
            Self::DraftBegin => "draft_begin",
            Self::VersionPage => "version_page",
            Self::VersionEdit => "version_edit",
            Self::VersionBacktest => "version_backtest",
            Self::VersionShadow => "version_shadow",
            Self::VersionEnforce => "version_enforce",
            Self::VersionDiscard => "version_discard",
            Self::PolicyRollBack => "policy_roll_back",
            Self::PolicyEndShadow => "policy_end_shadow",
            Self::TrialPage => "trial_page",
            Self::TrialStop => "trial_stop",
            Self::ReplayPage => "replay_page",
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
            Self::Page
            | Self::Explain
            | Self::Style
            | Self::Script
            | Self::Icon
            | Self::Other
            | Self::Console
            | Self::ConsoleStyle
            | Self::ConsoleScript
            | Self::SignIn
            | Self::SignOut
            | Self::SetUp
            | Self::Settings
            | Self::Queue
            | Self::Account
            | Self::Access
            | Self::Invite
            | Self::StaffRole
            | Self::StaffClose
            | Self::TokenMake
            | Self::TokenRevoke
            | Self::CasePage
            | Self::ItemsPage
            | Self::FiguresPage
            | Self::AuditPage
            | Self::PageTake
            | Self::PageRelease
            | Self::PageEscalate
            | Self::PageNote
            | Self::PageDecide
            | Self::PolicyPage
            | Self::RulePage
            | Self::RuleBrake
            | Self::EntryPage
            | Self::DraftBegin
            | Self::VersionPage
            | Self::VersionEdit
            | Self::VersionBacktest
            | Self::VersionShadow
            | Self::VersionEnforce
            | Self::VersionDiscard
            | Self::PolicyRollBack
            | Self::PolicyEndShadow
            | Self::TrialPage
            | Self::TrialStop
            | Self::ReplayPage => false,
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

    /// Whether it is for people who are signed in.
    #[must_use]
    pub fn needs_session(self) -> bool {
        let open = matches!(self, Self::SignIn | Self::SetUp | Self::Settings);
        !open && self.path().is_some_and(|path| path.starts_with("/console"))
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
            | Self::Console
            | Self::ConsoleStyle
            | Self::ConsoleScript
            | Self::SignIn
            | Self::SignOut
            | Self::SetUp
            | Self::Account
            | Self::Settings
            | Self::Other => None,
            Self::Items if *method == Method::POST => Some(Permission::SubmitItems),
            Self::ItemsBatch => Some(Permission::SubmitItems),
            Self::Items | Self::Item | Self::ItemsPage => Some(Permission::ReadItems),
            Self::Access | Self::Invite | Self::StaffRole | Self::StaffClose => Some(Permission::ManageStaff),
            Self::TokenMake | Self::TokenRevoke => Some(Permission::ManageTokens),
            Self::FiguresPage => Some(Permission::ReadFigures),
            Self::Cases | Self::Case | Self::Decisions | Self::Queue | Self::CasePage => Some(Permission::ReadCases),
            Self::TakeCase
            | Self::ReleaseCase
            | Self::EscalateCase
            | Self::NoteCase
            | Self::DecideCase
            | Self::PageTake
            | Self::PageRelease
            | Self::PageEscalate
            | Self::PageNote
            | Self::PageDecide => Some(Permission::DecideCases),
            Self::ReorderCase => Some(Permission::OrderQueue),
            Self::VersionEdit if *method == Method::POST => Some(Permission::EditPolicy),
            Self::PolicyPage
            | Self::RulePage
            | Self::EntryPage
            | Self::VersionPage
            | Self::VersionEdit
            | Self::TrialPage => Some(Permission::ReadPolicy),
            Self::RuleBrake
            | Self::DraftBegin
            | Self::VersionBacktest
            | Self::VersionShadow
            | Self::VersionEnforce
            | Self::VersionDiscard
            | Self::PolicyRollBack
            | Self::PolicyEndShadow
            | Self::TrialStop => Some(Permission::EditPolicy),
            Self::ReplayPage => Some(Permission::Replay),
            Self::Audit | Self::AuditPage => Some(Permission::ReadAudit),
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
            Self::Console => get(desk::session::home),
            Self::ConsoleStyle => get(assets::console_style),
            Self::ConsoleScript => get(assets::console_script),
            Self::SignIn => get(desk::session::show).post(desk::session::sign_in),
            Self::SignOut => post(desk::session::sign_out),
            Self::SetUp => get(desk::session::show_set_up).post(desk::session::set_up),
            Self::Settings => post(desk::session::settings),
            Self::Queue => get(desk::queue::show),
            Self::ItemsPage => get(desk::items::show),
            Self::FiguresPage => get(desk::figures::show),
            Self::AuditPage => get(desk::audit::show),
            Self::Access => get(desk::access::show),
            Self::Invite => post(desk::access::invite),
            Self::StaffRole => post(desk::access::role),
            Self::StaffClose => post(desk::access::close),
            Self::TokenMake => post(desk::access::token),
            Self::TokenRevoke => post(desk::access::revoke),
            Self::Account => get(desk::account::show).post(desk::account::change),
            Self::CasePage => get(desk::case::show),
            Self::PageTake => post(desk::steps::take),
            Self::PageRelease => post(desk::steps::release),
            Self::PageEscalate => post(desk::steps::escalate),
            Self::PageNote => post(desk::steps::note),
            Self::PageDecide => post(desk::steps::decide),
            Self::PolicyPage => get(desk::policy::overview),
            Self::RulePage => get(desk::policy::rule),
            Self::RuleBrake => post(desk::policy::set_brake),
            Self::EntryPage => get(desk::policy::entry),
            Self::DraftBegin => post(desk::policy::begin),
            Self::VersionPage => get(desk::policy::version),
            Self::VersionEdit => get(desk::policy::edit).post(desk::policy::save),
            Self::VersionBacktest => post(desk::policy::backtest),
            Self::VersionShadow => post(desk::policy::shadow),
            Self::VersionEnforce => post(desk::policy::enforce),
            Self::VersionDiscard => post(desk::policy::discard),
            Self::PolicyRollBack => post(desk::policy::roll_back),
            Self::PolicyEndShadow => post(desk::policy::end_shadow),
            Self::TrialPage => get(desk::policy::trial),
            Self::TrialStop => post(desk::policy::stop),
            Self::ReplayPage => post(desk::policy::replay),
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
