//! Every route in one table: tests, metrics and documentation walk it.

use std::sync::Arc;

use anlanh_model::Permission;
use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post, put};

use crate::{Service, api, assets, desk, edge, page};

/// Whom a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// People with a browser.
    People,
    /// Programs: it is described in `/openapi.json`.
    Programs,
}

macro_rules! permission {
    (Open) => {
        None
    };
    ($permission:ident) => {
        Some(Permission::$permission)
    };
}

/// One line a route: its variant, its name in metrics and logs, whom it is for, its path (none where it is empty), its
/// methods beside `HEAD`, each with what whoever calls it must be permitted, and what answers.
macro_rules! routes {
    ($(
        $(#[$doc:meta])+
        $route:ident $name:literal $audience:ident $path:literal [$($method:ident $permission:ident),*] $handler:expr;
    )+) => {
        /// What the service answers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Route {
            $($(#[$doc])+ $route,)+
        }

        impl Route {
            /// Every route.
            pub const ALL: &'static [Self] = &[$(Self::$route),+];

            /// Its path; none for [`Route::Other`].
            #[must_use]
            pub const fn path(self) -> Option<&'static str> {
                let path = match self {
                    $(Self::$route => $path,)+
                };
                if path.is_empty() { None } else { Some(path) }
            }

            /// Its methods, beside `HEAD` where there is `GET`.
            #[must_use]
            pub const fn methods(self) -> &'static [Method] {
                match self {
                    $(Self::$route => &[$(Method::$method),*],)+
                }
            }

            /// Its name in metrics and logs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$route => $name,)+
                }
            }

            const fn audience(self) -> Audience {
                match self {
                    $(Self::$route => Audience::$audience,)+
                }
            }

            /// What each of its methods needs, in their order.
            const fn permissions(self) -> &'static [Option<Permission>] {
                match self {
                    $(Self::$route => &[$(permission!($permission)),*],)+
                }
            }

            fn handler(self) -> MethodRouter<Arc<Service>> {
                match self {
                    $(Self::$route => $handler,)+
                }
            }
        }
    };
}

routes! {
    /// The "try it" page; a form may be posted to it.
    Page "page" People "/" [GET Open, POST Open] get(page::show).post(page::submit);
    /// The part of the page that changes as one types.
    Explain "explain" People "/explain" [POST Open] post(page::explain);
    /// Its style sheet.
    Style "style" People "/assets/try-it.css" [GET Open] get(assets::style);
    /// Its script.
    Script "script" People "/assets/try-it.js" [GET Open] get(assets::script);
    /// Its icon.
    Icon "icon" People "/assets/icon.svg" [GET Open] get(assets::icon);
    /// One item in, one verdict out.
    Screen "screen" Programs "/v1/screen" [POST Open] post(api::screen::screen);
    /// A stream of items in, a stream of verdicts out.
    ScreenBatch "screen_batch" Programs "/v1/screen/batch" [POST Open] post(api::batch::screen_batch);
    /// Items come in to be kept, one at a time; kept items are found.
    Items "items" Programs "/v1/items" [GET ReadItems, POST SubmitItems] get(api::items::list).post(api::items::keep);
    /// A stream of items comes in to be kept.
    ItemsBatch "items_batch" Programs "/v1/items/batch" [POST SubmitItems] post(api::items::batch::keep);
    /// One kept item.
    Item "item" Programs "/v1/items/{item}" [GET ReadItems] get(api::items::show);
    /// Pictures beside an item.
    Images "images" Programs "/v1/items/{item}/images" [GET ReadItems, POST SubmitItems] get(api::items::images::list).post(api::items::images::keep);
    /// One of them.
    Image "image" Programs "/v1/items/{item}/images/{image}" [GET ReadItems] get(api::items::images::show);
    /// The queue.
    Cases "cases" Programs "/v1/cases" [GET ReadCases] get(api::cases::list);
    /// One case.
    Case "case" Programs "/v1/cases/{case}" [GET ReadCases] get(api::cases::show);
    /// A case is taken.
    TakeCase "take_case" Programs "/v1/cases/{case}/take" [POST DecideCases] post(api::cases::steps::take);
    /// A case is given back.
    ReleaseCase "release_case" Programs "/v1/cases/{case}/release" [POST DecideCases] post(api::cases::steps::release);
    /// A case is sent to the next level.
    EscalateCase "escalate_case" Programs "/v1/cases/{case}/escalate" [POST DecideCases] post(api::cases::steps::escalate);
    /// A case is moved in the queue.
    ReorderCase "reorder_case" Programs "/v1/cases/{case}/reorder" [POST OrderQueue] post(api::cases::steps::reorder);
    /// A note is written.
    NoteCase "note_case" Programs "/v1/cases/{case}/note" [POST DecideCases] post(api::cases::steps::note);
    /// A case is decided.
    DecideCase "decide_case" Programs "/v1/cases/{case}/decision" [POST DecideCases] post(api::cases::steps::decide);
    /// Decisions with their statements of reasons.
    Decisions "decisions" Programs "/v1/decisions" [GET ReadCases] get(api::cases::decisions);
    /// One decision over many cases.
    DecideMany "decide_many" Programs "/v1/decisions/bulk" [POST DecideCases] post(api::cases::second::decide_many);
    /// Decisions over many cases are confirmed by a second person.
    ConfirmMany "confirm_many" Programs "/v1/decisions/bulk/second" [POST DecideCases] post(api::cases::second::confirm_many);
    /// A decision that waits for a second person is confirmed or sent back.
    SecondCase "second_case" Programs "/v1/cases/{case}/second" [POST DecideCases] post(api::cases::second::second);
    /// What the host platform is to do.
    Actions "actions" Programs "/v1/actions" [GET ReadActions] get(api::actions::feed);
    /// Whether it did.
    ConfirmAction "confirm_action" Programs "/v1/actions/{action}/confirmation" [POST ConfirmActions] post(api::actions::confirm);
    /// Signs of an account come in.
    Signals "signals" Programs "/v1/accounts/{account}/signals" [POST ConfirmActions] post(api::actions::signals);
    /// What is known of an account, page, group or channel.
    Subject "subject" Programs "/v1/subjects/{kind}" [GET ReadCases] get(api::subjects::show);
    /// Where whoever is behind it hears of decisions.
    SubjectContact "subject_contact" Programs "/v1/subjects/{kind}/contact" [PUT ConfirmActions, DELETE ConfirmActions] put(api::subjects::keep_contact).delete(api::subjects::erase_contact);
    /// All decisions, for authorities.
    ExportDecisions "export_decisions" Programs "/v1/decisions/export" [GET ExportDecisions] get(api::export::export);
    /// The transparency report of a period.
    TransparencyFigures "transparency_figures" Programs "/v1/transparency" [GET Open] get(api::transparency::show);
    /// Appeals.
    Appeals "appeals" Programs "/v1/appeals" [GET ReadAppeals] get(api::appeals::list);
    /// One appeal.
    Appeal "appeal" Programs "/v1/appeals/{appeal}" [GET ReadAppeals] get(api::appeals::show);
    /// A decision is appealed for a user.
    AppealDecision "appeal_decision" Programs "/v1/decisions/{decision}/appeals" [POST SubmitAppeals] post(api::appeals::open);
    /// The private links of a decision.
    DecisionLinks "decision_links" Programs "/v1/decisions/{decision}/links" [GET SubmitAppeals] get(api::appeals::links);
    /// An appeal is answered.
    AnswerAppeal "answer_appeal" Programs "/v1/cases/{case}/appeal-answer" [POST DecideCases] post(api::appeals::answer);
    /// Somebody writes to whoever appealed.
    AppealMessages "appeal_messages" Programs "/v1/cases/{case}/appeal-messages" [POST DecideCases] post(api::appeals::say);
    /// What a decision is to whoever has its private link.
    Concern "concern" People "/d/{secret}" [GET Open] get(desk::concern::show);
    /// What shows them that it stands in the public log.
    ConcernReceipt "concern_receipt" People "/d/{secret}/receipt" [GET Open] get(desk::concern::receipt);
    /// They appeal.
    ConcernAppeal "concern_appeal" People "/d/{secret}/appeal" [POST Open] post(desk::concern::appeal);
    /// They write to whoever looks into it.
    ConcernMessage "concern_message" People "/d/{secret}/message" [POST Open] post(desk::concern::message);
    /// They take the appeal back.
    ConcernWithdraw "concern_withdraw" People "/d/{secret}/withdraw" [POST Open] post(desk::concern::withdraw);
    /// They have what they wrote erased.
    ConcernErase "concern_erase" People "/d/{secret}/erase" [POST Open] post(desk::concern::erase);
    /// How well people decide, and how much of it is measured.
    Quality "quality" Programs "/v1/quality" [GET CheckQuality, POST CheckQuality] get(api::quality::show).post(api::quality::set_shares);
    /// Somebody reports something.
    Reports "reports" Programs "/v1/reports" [POST Open] post(api::reports::submit);
    /// Work that lets a report through.
    ReportChallenge "report_challenge" Programs "/v1/reports/challenge" [GET Open] get(api::reports::challenge);
    /// What has become of a report.
    ReportStatus "report_status" Programs "/v1/reports/{receipt}" [GET Open] get(api::reports::status);
    /// A screenshot is put to a report.
    ReportPicture "report_picture" Programs "/v1/reports/{receipt}/picture" [POST Open] post(api::reports::picture);
    /// The audit log.
    Audit "audit" Programs "/v1/audit" [GET ReadAudit] get(api::audit::list);
    /// Data is erased; what was erased, what is kept, and why.
    Erasures "erasures" Programs "/v1/erasures" [GET ReadErasures, POST EraseItems] get(api::erasures::list).post(api::erasures::erase);
    /// The certificate of one erasure.
    Erasure "erasure" Programs "/v1/erasures/{erasure}" [GET ReadErasures] get(api::erasures::show);
    /// The legal holds on an item.
    Holds "holds" Programs "/v1/items/{item}/holds" [GET ReadItems, POST HoldItems] get(api::erasures::holds).post(api::erasures::hold);
    /// A legal hold ends.
    ReleaseHold "release_hold" Programs "/v1/holds/{hold}/release" [POST HoldItems] post(api::erasures::release);
    /// Orders of authorities come in by hand, and are listed by their deadline.
    Orders "orders" Programs "/v1/orders" [GET ReadOrders, POST HandleOrders] get(api::orders::list).post(api::orders::enter);
    /// One order.
    Order "order" Programs "/v1/orders/{order}" [GET ReadOrders] get(api::orders::show);
    /// A document of an order comes in.
    OrderDocuments "order_documents" Programs "/v1/orders/{order}/documents" [POST HandleOrders] post(api::orders::keep_document);
    /// One document of an order.
    OrderDocument "order_document" Programs "/v1/orders/{order}/documents/{document}" [GET ReadOrders] get(api::orders::document);
    /// The office of an order was called back.
    AuthenticateOrder "authenticate_order" Programs "/v1/orders/{order}/authentication" [POST HandleOrders] post(api::orders::steps::authenticate);
    /// The scope of an order is confirmed.
    CheckOrder "check_order" Programs "/v1/orders/{order}/scope-check" [POST HandleOrders] post(api::orders::steps::check);
    /// Somebody takes an order.
    TakeOrder "take_order" Programs "/v1/orders/{order}/take" [POST HandleOrders] post(api::orders::steps::take);
    /// A target of an order is carried out.
    ExecuteOrder "execute_order" Programs "/v1/orders/{order}/execution" [POST HandleOrders] post(api::orders::steps::execute);
    /// An order or a target of it is contested.
    ContestOrder "contest_order" Programs "/v1/orders/{order}/contest" [POST HandleOrders] post(api::orders::steps::contest);
    /// An order is answered.
    AnswerOrder "answer_order" Programs "/v1/orders/{order}/answer" [POST HandleOrders] post(api::orders::steps::answer);
    /// An order was amended.
    AmendOrder "amend_order" Programs "/v1/orders/{order}/amendment" [POST HandleOrders] post(api::orders::steps::amend);
    /// An order was withdrawn.
    WithdrawOrder "withdraw_order" Programs "/v1/orders/{order}/withdrawal" [POST HandleOrders] post(api::orders::steps::withdraw);
    /// What is in force, in shadow and in drafts.
    Policy "policy" Programs "/v1/policy" [GET ReadPolicy] get(api::policy::overview);
    /// The versions of the policy.
    Versions "versions" Programs "/v1/policy/versions" [GET ReadPolicy] get(api::policy::version::list);
    /// One version.
    Version "version" Programs "/v1/policy/versions/{version}" [GET ReadPolicy] get(api::policy::version::show);
    /// One file of a version, or of a draft to be written.
    VersionFile "version_file" Programs "/v1/policy/versions/{version}/files/{*path}" [GET ReadPolicy, PUT EditPolicy, DELETE EditPolicy] get(api::policy::file::show).put(api::policy::file::put).delete(api::policy::file::remove);
    /// A version is checked.
    CheckVersion "check_version" Programs "/v1/policy/versions/{version}/check" [POST ReadPolicy] post(api::policy::version::check);
    /// A draft is begun.
    BeginDraft "begin_draft" Programs "/v1/policy/drafts" [POST EditPolicy] post(api::policy::draft::begin);
    /// A rule of a draft is written.
    DraftRule "draft_rule" Programs "/v1/policy/versions/{version}/rules/{rule}" [PUT EditPolicy, DELETE EditPolicy] put(api::policy::draft::put_rule).delete(api::policy::draft::remove_rule);
    /// An entry of a draft is written.
    DraftEntry "draft_entry" Programs "/v1/policy/versions/{version}/entries/{entry}" [PUT EditPolicy, DELETE EditPolicy] put(api::policy::draft::put_entry).delete(api::policy::draft::remove_entry);
    /// A draft is thrown away.
    DiscardDraft "discard_draft" Programs "/v1/policy/versions/{version}/discard" [POST EditPolicy] post(api::policy::draft::discard);
    /// A version is put in force.
    EnforceVersion "enforce_version" Programs "/v1/policy/versions/{version}/enforce" [POST EditPolicy] post(api::policy::step::enforce);
    /// A version begins to run in shadow.
    ShadowVersion "shadow_version" Programs "/v1/policy/versions/{version}/shadow" [POST EditPolicy] post(api::policy::step::shadow);
    /// A version is tried on what is kept.
    BacktestVersion "backtest_version" Programs "/v1/policy/versions/{version}/backtest" [POST EditPolicy] post(api::policy::trial::begin);
    /// The version before is put in force again.
    RollBack "roll_back" Programs "/v1/policy/roll-back" [POST EditPolicy] post(api::policy::step::roll_back);
    /// What runs in shadow is ended.
    EndShadow "end_shadow" Programs "/v1/policy/shadow/end" [POST EditPolicy] post(api::policy::step::end_shadow);
    /// What a trial found.
    Trial "trial" Programs "/v1/policy/trials/{trial}" [GET ReadPolicy] get(api::policy::trial::show);
    /// The items on which a trial's versions differ; whoever may read items may read the policy.
    TrialItems "trial_items" Programs "/v1/policy/trials/{trial}/items" [GET ReadItems] get(api::policy::trial::items);
    /// A back-test is stopped.
    StopTrial "stop_trial" Programs "/v1/policy/trials/{trial}/stop" [POST EditPolicy] post(api::policy::trial::stop);
    /// The steps that were taken with versions.
    Steps "steps" Programs "/v1/policy/steps" [GET ReadPolicy] get(api::policy::step::list);
    /// The rules and how they do.
    Rules "rules" Programs "/v1/policy/rules" [GET ReadPolicy] get(api::policy::rule::list);
    /// How one rule does.
    Rule "rule" Programs "/v1/policy/rules/{rule}" [GET ReadPolicy] get(api::policy::rule::show);
    /// The brake of a rule is set.
    SetBrake "set_brake" Programs "/v1/policy/rules/{rule}/brake" [PUT EditPolicy] put(api::policy::rule::set_brake);
    /// A past verdict is reached again.
    Replay "replay" Programs "/v1/items/{item}/replay" [POST Replay] post(api::policy::replay::replay);
    /// The policy in force, for everybody.
    PublicPolicy "public_policy" People "/policy" [GET Open] get(desk::published::policy);
    /// How things are done, and by when.
    PublicProcess "public_process" People "/policy/process" [GET Open] get(desk::published::process);
    /// What changed in the policy.
    PublicHistory "public_history" People "/policy/history" [GET Open] get(desk::published::history);
    /// What was done in a period, in numbers.
    Transparency "transparency" People "/transparency" [GET Open] get(desk::published::transparency);
    /// The public log, and a receipt is checked.
    PublicLog "public_log" People "/log" [GET Open, POST Open] get(desk::published::log::show).post(desk::published::log::check);
    /// The script that checks receipts in the browser.
    LogScript "log_script" People "/assets/log.js" [GET Open] get(assets::log_script);
    /// What of the log was signed last.
    LogCheckpoint "log_checkpoint" Programs "/log/checkpoint" [GET Open] get(api::log::checkpoint);
    /// A tile of the log.
    LogTile "log_tile" Programs "/log/tile/{*path}" [GET Open] get(api::log::tile);
    /// Another log is witnessed.
    LogWitness "log_witness" Programs "/log/witness/add-checkpoint" [POST Open] post(api::witness::add_checkpoint);
    /// The receipt of an entry.
    LogReceipt "log_receipt" People "/log/entries/{position}/receipt" [GET Open] get(desk::published::log::receipt);
    /// Where anybody reports something.
    ReportForm "report_form" People "/report" [GET Open, POST Open] get(desk::report::show).post(desk::report::submit);
    /// The form's script.
    ReportScript "report_script" People "/assets/report.js" [GET Open] get(assets::report_script);
    /// What has become of a report, for whoever has its private link.
    ReportPage "report_page" People "/report/{receipt}" [GET Open] get(desk::report::status);
    /// A screenshot is put to a report on its page.
    ReportUpload "report_upload" People "/report/{receipt}/picture" [POST Open] post(desk::report::upload);
    /// Whoever made a report has it erased.
    ReportErase "report_erase" People "/report/{receipt}/erase" [POST Open] post(desk::report::erase);
    /// The address of a report is confirmed.
    ReportConfirm "report_confirm" People "/report/confirm/{secret}" [GET Open, POST Open] get(desk::report::ask).post(desk::report::confirm);
    /// Reports as those who decide see them.
    ReportsPage "reports_page" People "/console/reports" [GET ReadCases] get(desk::reports::show);
    /// The screenshot of a report, for those who decide.
    ReportsPicture "reports_picture" People "/console/reports/{report}/picture" [GET ReadCases] get(desk::reports::picture);
    /// Who made a report is shown, for a purpose.
    ReportReveal "report_reveal" People "/console/reports/{report}/reveal" [POST ReadReporters] post(desk::reports::reveal);
    /// The console's front door.
    Console "console" People "/console" [GET Open] get(desk::session::home);
    /// The console's style sheet.
    ConsoleStyle "console_style" People "/assets/console.css" [GET Open] get(assets::console_style);
    /// The console's script.
    ConsoleScript "console_script" People "/assets/console.js" [GET Open] get(assets::console_script);
    /// Where people sign in.
    SignIn "sign_in" People "/console/sign-in" [GET Open, POST Open] get(desk::session::show).post(desk::session::sign_in);
    /// A person signs out.
    SignOut "sign_out" People "/console/sign-out" [POST Open] post(desk::session::sign_out);
    /// Where an invitation becomes an account.
    SetUp "set_up" People "/console/set-up" [GET Open, POST Open] get(desk::session::show_set_up).post(desk::session::set_up);
    /// A person chooses language or colours.
    Settings "settings" People "/console/settings" [POST Open] post(desk::session::settings);
    /// The queue as a page.
    Queue "queue_page" People "/console/queue" [GET ReadCases] get(desk::queue::show);
    /// Decisions as a page.
    DecisionsPage "decisions_page" People "/console/decisions" [GET ReadCases] get(desk::decisions::show);
    /// Kept items as a page.
    ItemsPage "items_page" People "/console/items" [GET ReadItems] get(desk::items::show);
    /// One kept item as a page.
    ItemPage "item_page" People "/console/items/{item}" [GET ReadItems] get(desk::item::show);
    /// A picture on a page.
    PagePicture "page_picture" People "/console/items/{item}/images/{image}" [GET ReadItems] get(desk::item::picture);
    /// A legal hold is put on an item.
    PageHold "page_hold" People "/console/items/{item}/hold" [POST HoldItems] post(desk::keeping::hold);
    /// A legal hold ends.
    HoldRelease "page_release_hold" People "/console/holds/{hold}/release" [POST HoldItems] post(desk::keeping::release);
    /// An item is erased.
    PageErase "page_erase" People "/console/items/{item}/erase" [POST EraseItems] post(desk::keeping::erase_item);
    /// What was erased, what is kept, and why; everything of an account is erased.
    ErasuresPage "erasures_page" People "/console/erasures" [GET ReadErasures, POST EraseItems] get(desk::keeping::list).post(desk::keeping::erase_account);
    /// The certificate of one erasure as a page.
    ErasurePage "erasure_page" People "/console/erasures/{erasure}" [GET ReadErasures] get(desk::keeping::show);
    /// Orders of authorities as pages; one is entered with its document.
    OrdersPage "orders_page" People "/console/orders" [GET ReadOrders, POST HandleOrders] get(desk::orders::list).post(desk::orders::enter);
    /// Where an order is entered.
    OrderNew "order_new" People "/console/orders/new" [GET HandleOrders] get(desk::orders::new);
    /// An order as a page.
    OrderPage "order_page" People "/console/orders/{order}" [GET ReadOrders] get(desk::orders::show);
    /// The answer to an order, to be printed.
    OrderPrint "order_print" People "/console/orders/{order}/print" [GET ReadOrders] get(desk::orders::print);
    /// A step of an order on its page.
    OrderStep "order_step" People "/console/orders/{order}/step" [POST HandleOrders] post(desk::orders::step);
    /// A document is put to an order on its page.
    OrderAttach "order_attach" People "/console/orders/{order}/documents" [POST HandleOrders] post(desk::orders::attach);
    /// A document of an order, for those who read it.
    OrderFile "order_file" People "/console/orders/{order}/documents/{document}" [GET ReadOrders] get(desk::orders::document);
    /// What the node did, as a page.
    FiguresPage "figures_page" People "/console/figures" [GET ReadFigures] get(desk::figures::show);
    /// How well people decide, as a page.
    QualityPage "quality_page" People "/console/quality" [GET CheckQuality] get(desk::quality::show);
    /// The shares that are measured are set.
    QualityShares "quality_shares" People "/console/quality/shares" [POST CheckQuality] post(desk::quality::shares);
    /// It is found which of two decisions was right.
    QualityFinding "quality_finding" People "/console/quality/cases/{case}/finding" [POST CheckQuality] post(desk::quality::finding);
    /// The item of a case is made golden.
    PageGolden "page_golden" People "/console/cases/{case}/golden" [POST CheckQuality] post(desk::quality::set_golden);
    /// A golden item is withdrawn.
    GoldenWithdraw "golden_withdraw" People "/console/quality/golden/{item}/withdraw" [POST CheckQuality] post(desk::quality::withdraw);
    /// The audit log as a page.
    AuditPage "audit_page" People "/console/audit" [GET ReadAudit] get(desk::audit::show);
    /// Accounts and tokens.
    Access "access" People "/console/access" [GET ManageStaff] get(desk::access::show);
    /// Somebody is invited.
    Invite "invite" People "/console/access/invite" [POST ManageStaff] post(desk::access::invite);
    /// An account gets another role.
    StaffRole "staff_role" People "/console/access/accounts/{account}/role" [POST ManageStaff] post(desk::access::role);
    /// An account is closed.
    StaffClose "staff_close" People "/console/access/accounts/{account}/close" [POST ManageStaff] post(desk::access::close);
    /// A token is made.
    TokenMake "token_make" People "/console/access/token" [POST ManageTokens] post(desk::access::token);
    /// A token is revoked.
    TokenRevoke "token_revoke" People "/console/access/tokens/{token}/revoke" [POST ManageTokens] post(desk::access::revoke);
    /// One's own account.
    Account "account" People "/console/account" [GET Open, POST Open] get(desk::account::show).post(desk::account::change);
    /// A case as a page.
    CasePage "case_page" People "/console/cases/{case}" [GET ReadCases] get(desk::case::show);
    /// A case is taken on its page.
    PageTake "page_take" People "/console/cases/{case}/take" [POST DecideCases] post(desk::steps::take);
    /// A case is given back on its page.
    PageRelease "page_release" People "/console/cases/{case}/release" [POST DecideCases] post(desk::steps::release);
    /// A case is sent on from its page.
    PageEscalate "page_escalate" People "/console/cases/{case}/escalate" [POST DecideCases] post(desk::steps::escalate);
    /// A case is moved in the queue from its page.
    PageReorder "page_reorder" People "/console/cases/{case}/reorder" [POST OrderQueue] post(desk::steps::reorder);
    /// A note is written on the page of a case.
    PageNote "page_note" People "/console/cases/{case}/note" [POST DecideCases] post(desk::steps::note);
    /// A case is decided on its page.
    PageDecide "page_decide" People "/console/cases/{case}/decide" [POST DecideCases] post(desk::steps::decide);
    /// A decision that waits for a second person is confirmed or sent back on the page of its case.
    PageSecond "page_second" People "/console/cases/{case}/second" [POST DecideCases] post(desk::steps::second);
    /// One decision over the cases that were chosen in the queue.
    QueueDecide "queue_decide" People "/console/queue/decide" [POST DecideCases] post(desk::steps::decide_many);
    /// An account, page, group or channel as a page.
    SubjectPage "subject_page" People "/console/subject" [GET ReadCases] get(desk::subject::show);
    /// What the platform is to do, as a page.
    ActionsPage "actions_page" People "/console/actions" [GET ReadActions] get(desk::actions::show);
    /// What could not be delivered is delivered again.
    ActionsReplay "actions_replay" People "/console/actions/replay" [POST ManageDelivery] post(desk::actions::replay);
    /// An appeal is answered on the page of its case.
    PageAnswer "page_answer" People "/console/cases/{case}/answer" [POST DecideCases] post(desk::appeal::answer);
    /// Whoever looks into an appeal writes to whoever appealed.
    PageMessage "page_message" People "/console/cases/{case}/message" [POST DecideCases] post(desk::appeal::message);
    /// The policy as a page.
    PolicyPage "policy_page" People "/console/policy" [GET ReadPolicy] get(desk::policy::overview);
    /// A rule as a page.
    RulePage "rule_page" People "/console/policy/rules/{rule}" [GET ReadPolicy] get(desk::policy::rule);
    /// A rule's brake is set on its page.
    RuleBrake "rule_brake" People "/console/policy/rules/{rule}/brake" [POST EditPolicy] post(desk::policy::set_brake);
    /// A rule stops acting by itself.
    RuleSuspend "rule_suspend" People "/console/policy/rules/{rule}/suspend" [POST EditPolicy] post(desk::policy::suspend);
    /// An entry of the lexicon as a page.
    EntryPage "entry_page" People "/console/policy/entries/{entry}" [GET ReadPolicy] get(desk::policy::entry);
    /// A draft is begun, or gone on with.
    DraftBegin "draft_begin" People "/console/policy/drafts" [POST EditPolicy] post(desk::policy::begin);
    /// A version of the policy as a page.
    VersionPage "version_page" People "/console/policy/versions/{version}" [GET ReadPolicy] get(desk::policy::version);
    /// Where a part of a draft is written.
    VersionEdit "version_edit" People "/console/policy/versions/{version}/edit" [GET ReadPolicy, POST EditPolicy] get(desk::policy::edit).post(desk::policy::save);
    /// A version is tried on what is kept.
    VersionBacktest "version_backtest" People "/console/policy/versions/{version}/backtest" [POST EditPolicy] post(desk::policy::backtest);
    /// A version begins to run in shadow.
    VersionShadow "version_shadow" People "/console/policy/versions/{version}/shadow" [POST EditPolicy] post(desk::policy::shadow);
    /// A version is put in force.
    VersionEnforce "version_enforce" People "/console/policy/versions/{version}/enforce" [POST EditPolicy] post(desk::policy::enforce);
    /// A draft is thrown away.
    VersionDiscard "version_discard" People "/console/policy/versions/{version}/discard" [POST EditPolicy] post(desk::policy::discard);
    /// What was in force before is in force again.
    PolicyRollBack "policy_roll_back" People "/console/policy/roll-back" [POST EditPolicy] post(desk::policy::roll_back);
    /// What runs in shadow ends.
    PolicyEndShadow "policy_end_shadow" People "/console/policy/end-shadow" [POST EditPolicy] post(desk::policy::end_shadow);
    /// What a trial found, as a page.
    TrialPage "trial_page" People "/console/policy/trials/{trial}" [GET ReadPolicy] get(desk::policy::trial);
    /// A back-test is stopped.
    TrialStop "trial_stop" People "/console/policy/trials/{trial}/stop" [POST EditPolicy] post(desk::policy::stop);
    /// A past verdict is reached again.
    ReplayPage "replay_page" People "/console/items/{item}/replay" [POST Replay] post(desk::policy::replay);
    /// The description of the API.
    OpenApi "openapi" Programs "/openapi.json" [GET Open] get(api::openapi::openapi);
    /// The same for people.
    Docs "docs" People "/docs" [GET Open] get(desk::docs::show);
    /// Whether the process is well.
    Health "health" Programs "/healthz" [GET Open] get(api::status::health);
    /// Whether it can do its work.
    Ready "ready" Programs "/readyz" [GET Open] get(api::status::ready);
    /// What it counted.
    Metrics "metrics" Programs "/metrics" [GET Open] get(api::status::metrics);
    /// Whatever is none of these.
    Other "other" People "" [] any(edge::not_found);
}

impl Route {
    /// Whether programs call it: such a route is described in `/openapi.json`.
    #[must_use]
    pub fn is_for_programs(self) -> bool {
        self.audience() == Audience::Programs
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
        let mut needed = self.methods().iter().zip(self.permissions());
        needed
            .find(|(known, _)| *known == method)
            .and_then(|(_, permission)| *permission)
    }
}

/// The whole table as something that answers requests.
pub fn router(service: &Arc<Service>) -> Router {
    let mut router = Router::new();
    for route in Route::ALL.iter().copied() {
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
