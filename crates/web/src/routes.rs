//! Every route in one table: tests, metrics and documentation walk it.

use std::sync::Arc;

use anlanh_model::Permission;
use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::MethodRouter;

use crate::methods::{any, get, post, put};
use crate::{Service, api, assets, desk, edge, page, taxii};

/// Whom a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// People with a browser.
    People,
    /// Programs: it is described in `/openapi.json`.
    Programs,
    /// Programs that speak TAXII, which describes it.
    Taxii,
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
                    $(Self::$route => $handler.into(),)+
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
    /// It is said for an owner what they did.
    AnswerForOwner "answer_for_owner" Programs "/v1/owner-requests/{request}/answer" [POST ConfirmActions] post(api::owners::answer);
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
    /// What an owner is asked, to whoever has the private link.
    OwnerAsked "owner_asked" People "/o/{secret}" [GET Open] get(desk::owner::show);
    /// They say that they removed it, or why they do not.
    OwnerAnswer "owner_answer" People "/o/{secret}/answer" [POST Open] post(desk::owner::answer);
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
    /// The owner of something is asked to carry a target of an order out.
    AskOwner "ask_owner" Programs "/v1/orders/{order}/owner-request" [POST HandleOrders] post(api::orders::steps::ask_owner);
    /// An order is answered.
    AnswerOrder "answer_order" Programs "/v1/orders/{order}/answer" [POST HandleOrders] post(api::orders::steps::answer);
    /// An order was amended.
    AmendOrder "amend_order" Programs "/v1/orders/{order}/amendment" [POST HandleOrders] post(api::orders::steps::amend);
    /// An order was withdrawn.
    WithdrawOrder "withdraw_order" Programs "/v1/orders/{order}/withdrawal" [POST HandleOrders] post(api::orders::steps::withdraw);
    /// What a bouncer of CrowdSec is told.
    BouncerDecisions "bouncer_decisions" Programs "/v1/decisions/stream" [GET FollowBlocks] get(api::blocklist::bouncer::stream);
    /// How the blocklist stands.
    Blocklist "blocklist" Programs "/v1/blocklist" [GET ReadBlocklist] get(api::blocklist::overview);
    /// Entries of the blocklist.
    Blocks "blocks" Programs "/v1/blocklist/entries" [GET ReadBlocklist] get(api::blocklist::list);
    /// One entry of it.
    Block "block" Programs "/v1/blocklist/entries/{block}" [GET ReadBlocklist] get(api::blocklist::show);
    /// An entry is lifted.
    LiftBlock "lift_block" Programs "/v1/blocklist/entries/{block}/lift" [POST EditBlocklist] post(api::blocklist::steps::lift);
    /// Somebody looked at an entry again.
    ReviewBlock "review_block" Programs "/v1/blocklist/entries/{block}/review" [POST EditBlocklist] post(api::blocklist::steps::review);
    /// A change is proposed.
    ProposeBlocks "propose_blocks" Programs "/v1/blocklist/changes" [POST EditBlocklist] post(api::blocklist::steps::propose);
    /// One change.
    BlockChange "block_change" Programs "/v1/blocklist/changes/{change}" [GET ReadBlocklist] get(api::blocklist::change);
    /// A step of a change.
    StepBlockChange "step_block_change" Programs "/v1/blocklist/changes/{change}/step" [POST EditBlocklist] post(api::blocklist::steps::step);
    /// The last step is taken back.
    RollBackBlocklist "roll_back_blocklist" Programs "/v1/blocklist/rollback" [POST EditBlocklist] post(api::blocklist::steps::roll_back);
    /// What changed between two versions.
    BlockDifference "block_difference" Programs "/v1/blocklist/difference" [GET ReadBlocklist] get(api::blocklist::difference);
    /// What each dialect covers.
    BlockCoverage "block_coverage" Programs "/v1/blocklist/coverage" [GET ReadBlocklist] get(api::blocklist::covered);
    /// Who would be hit.
    EstimateBlock "estimate_block" Programs "/v1/blocklist/estimate" [POST ReadBlocklist] post(api::blocklist::estimate);
    /// What probes found is kept.
    ProveBlocks "prove_blocks" Programs "/v1/blocklist/proofs" [POST ProveBlocks] post(api::blocklist::steps::prove);
    /// Objections that wait.
    BlockObjections "block_objections" Programs "/v1/blocklist/objections" [GET ReadBlocklist] get(api::blocklist::objections);
    /// An objection is answered.
    AnswerObjection "answer_objection" Programs "/v1/blocklist/objections/{objection}/answer" [POST AnswerObjections] post(api::blocklist::steps::answer);
    /// What an order may be told about users, and what was proposed.
    Information "information" Programs "/v1/orders/{order}/information" [GET ReadOrders, POST HandleOrders] get(api::information::show).post(api::information::propose);
    /// Somebody approves it.
    ApproveInformation "approve_information" Programs "/v1/orders/{order}/information/approval" [POST ApproveInformation] post(api::information::approve);
    /// Somebody does not, or it is taken back.
    DeclineInformation "decline_information" Programs "/v1/orders/{order}/information/decline" [POST ApproveInformation] post(api::information::decline);
    /// What was approved is entered.
    EnterInformation "enter_information" Programs "/v1/orders/{order}/information/entries" [PUT HandleOrders] put(api::information::enter);
    /// The file is made.
    PrepareInformation "prepare_information" Programs "/v1/orders/{order}/information/preparation" [POST HandleOrders] post(api::information::prepare);
    /// The file is taken out.
    FetchInformation "fetch_information" Programs "/v1/orders/{order}/information/file" [POST HandleOrders] post(api::information::fetch);
    /// It was handed over.
    HandOverInformation "hand_over_information" Programs "/v1/orders/{order}/information/hand-over" [POST HandleOrders] post(api::information::hand_over);
    /// It is refused.
    RefuseInformation "refuse_information" Programs "/v1/orders/{order}/information/refusal" [POST HandleOrders] post(api::information::refuse);
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
    /// Orders of this node's office; one is drafted.
    Issued "issued" Programs "/v1/issued" [GET ReadIssued, POST DraftIssued] get(api::issued::list).post(api::issued::draft);
    /// How the orders to each node went.
    IssuedFigures "issued_figures" Programs "/v1/issued/figures" [GET ReadIssued] get(api::issued::figures);
    /// One order of this node's office; a draft is written anew.
    IssuedOrder "issued_order" Programs "/v1/issued/{order}" [GET ReadIssued, PUT DraftIssued] get(api::issued::show).put(api::issued::rewrite);
    /// A draft is thrown away.
    IssuedDiscard "issued_discard" Programs "/v1/issued/{order}/discard" [POST DraftIssued] post(api::issued::discard);
    /// A draft is signed and sent.
    IssuedSign "issued_sign" Programs "/v1/issued/{order}/sign" [POST SignIssued] post(api::issued::sign);
    /// A platform is reminded.
    IssuedRemind "issued_remind" Programs "/v1/issued/{order}/reminders" [POST SignIssued] post(api::issued::remind);
    /// An order of this office is changed.
    IssuedAmend "issued_amend" Programs "/v1/issued/{order}/amendments" [POST SignIssued] post(api::issued::amend);
    /// An order of this office is withdrawn.
    IssuedWithdraw "issued_withdraw" Programs "/v1/issued/{order}/withdrawal" [POST SignIssued] post(api::issued::withdraw);
    /// Orders that everybody may read of.
    Notices "notices" Programs "/v1/notices" [GET Open] get(api::notices::list);
    /// The same as a feed.
    OrderFeed "order_feed" Programs "/orders.atom" [GET Open] get(desk::published::feed::feed);
    /// Feeds of indicators; one is added.
    Feeds "feeds" Programs "/v1/feeds" [GET ReadIndicators, POST ManageFeeds] get(api::feeds::list).post(api::feeds::add);
    /// One feed; it is changed.
    Feed "feed" Programs "/v1/feeds/{feed}" [GET ReadIndicators, PUT ManageFeeds] get(api::feeds::show).put(api::feeds::change);
    /// A step is taken with a feed.
    FeedStep "feed_step" Programs "/v1/feeds/{feed}/steps" [POST ManageFeeds] post(api::feeds::step);
    /// Indicators are handed in by hand.
    FeedEnter "feed_enter" Programs "/v1/feeds/{feed}/indicators" [POST SubmitIndicators] post(api::feeds::enter);
    /// Events of a sensor are handed in.
    Events "events" Programs "/v1/events" [POST SubmitEvents] post(api::events::hand);
    /// Incidents; one is opened by hand.
    Incidents "incidents" Programs "/v1/incidents" [GET ReadIncidents, POST EnrichIncidents] get(api::incidents::list).post(api::incidents::steps::open);
    /// What happened with incidents.
    IncidentEvents "incident_events" Programs "/v1/incidents/events" [GET ReadIncidents] get(api::incidents::events);
    /// One incident.
    Incident "incident" Programs "/v1/incidents/{incident}" [GET ReadIncidents] get(api::incidents::show);
    /// Something is written to an incident.
    IncidentNotes "incident_notes" Programs "/v1/incidents/{incident}/notes" [POST EnrichIncidents] post(api::incidents::steps::note);
    /// Something is to be done with an incident.
    IncidentTasks "incident_tasks" Programs "/v1/incidents/{incident}/tasks" [POST EnrichIncidents] post(api::incidents::steps::add_task);
    /// Whether it was.
    IncidentTask "incident_task" Programs "/v1/incidents/{incident}/tasks/{task}" [PUT EnrichIncidents] put(api::incidents::steps::set_task);
    /// A playbook is begun.
    IncidentPlaybooks "incident_playbooks" Programs "/v1/incidents/{incident}/playbooks" [POST EnrichIncidents] post(api::incidents::steps::begin_playbook);
    /// A system is affected.
    IncidentSystems "incident_systems" Programs "/v1/incidents/{incident}/systems" [POST EnrichIncidents] post(api::incidents::steps::add_system);
    /// An incident is graded.
    IncidentSeverity "incident_severity" Programs "/v1/incidents/{incident}/severity" [PUT EnrichIncidents] put(api::incidents::steps::grade);
    /// A step is taken with an incident.
    IncidentSteps "incident_steps" Programs "/v1/incidents/{incident}/steps" [POST WorkIncidents] post(api::incidents::steps::step);
    /// Alerts are put into an incident or out of it.
    IncidentAlerts "incident_alerts" Programs "/v1/incidents/{incident}/alerts" [GET ReadIncidents, POST EnrichIncidents] get(api::incidents::alerts_of).post(api::incidents::steps::move_alerts);
    /// Alerts.
    Alerts "alerts" Programs "/v1/alerts" [GET ReadIncidents] get(api::incidents::alerts);
    /// Hunts through kept events; one is asked for.
    Hunts "hunts" Programs "/v1/hunts" [GET ReadIncidents, POST HuntEvents] get(api::hunts::list).post(api::hunts::ask);
    /// One hunt.
    Hunt "hunt" Programs "/v1/hunts/{hunt}" [GET ReadIncidents] get(api::hunts::show);
    /// A hunt is called off.
    HuntCancellation "hunt_cancellation" Programs "/v1/hunts/{hunt}/cancellation" [POST HuntEvents] post(api::hunts::cancel);
    /// What a hunt found is put into incidents.
    HuntAlerts "hunt_alerts" Programs "/v1/hunts/{hunt}/alerts" [POST HuntEvents] post(api::hunts::raise);
    /// Rules by which incidents are told.
    SharingRules "sharing_rules" Programs "/v1/sharing/rules" [GET ReadIncidents] get(api::sharing::rules);
    /// A rule is paused.
    SharingRuleSteps "sharing_rule_steps" Programs "/v1/sharing/rules/{rule}/steps" [POST WorkIncidents] post(api::sharing::step_rule);
    /// What rules planned.
    SharePlans "share_plans" Programs "/v1/sharing/plans" [GET ReadIncidents] get(api::sharing::plans);
    /// One plan, with what would leave.
    SharePlan "share_plan" Programs "/v1/sharing/plans/{plan}" [GET ReadIncidents] get(api::sharing::plan);
    /// What a rule planned is held back, or sent.
    SharePlanSteps "share_plan_steps" Programs "/v1/sharing/plans/{plan}/steps" [POST WorkIncidents] post(api::sharing::step_plan);
    /// What was told.
    ShareLedger "share_ledger" Programs "/v1/sharing/ledger" [GET ReadIncidents] get(api::sharing::ledger);
    /// Where indicators are pushed to; one is added.
    Pushes "pushes" Programs "/v1/pushes" [GET ReadIndicators, POST ManageFeeds] get(api::pushes::list).post(api::pushes::add);
    /// One push; it is changed.
    Push "push" Programs "/v1/pushes/{push}" [GET ReadIndicators, PUT ManageFeeds] get(api::pushes::show).put(api::pushes::change);
    /// A step is taken with a push.
    PushStep "push_step" Programs "/v1/pushes/{push}/steps" [POST ManageFeeds] post(api::pushes::step);
    /// Indicators are found.
    Indicators "indicators" Programs "/v1/indicators" [GET ReadIndicators] get(api::indicators::list);
    /// Indicators are given out.
    IndicatorsExport "indicators_export" Programs "/v1/indicators/export" [GET ReadIndicators] get(api::indicators::export);
    /// The manifest of the node's MISP feed.
    MispManifest "misp_manifest" Programs "/v1/misp/manifest.json" [GET ReadIndicators] get(api::indicators::misp_manifest);
    /// An event of the node's MISP feed.
    MispEvent "misp_event" Programs "/v1/misp/{event}" [GET ReadIndicators] get(api::indicators::misp_event);
    /// It is told that indicators were seen.
    Sightings "sightings" Programs "/v1/indicators/sightings" [POST SubmitIndicators] post(api::indicators::sight);
    /// One indicator.
    Indicator "indicator" Programs "/v1/indicators/{indicator}" [GET ReadIndicators] get(api::indicators::show);
    /// An indicator that was entered by hand is taken back.
    IndicatorWithdraw "indicator_withdraw" Programs "/v1/indicators/{indicator}/withdrawal" [POST SubmitIndicators] post(api::indicators::withdraw);
    /// Feeds as a page; one is added.
    FeedsPage "feeds_page" People "/console/feeds" [GET ReadIndicators, POST ManageFeeds] get(desk::feeds::list).post(desk::feeds::add);
    /// One feed as a page.
    FeedPage "feed_page" People "/console/feeds/{feed}" [GET ReadIndicators, POST ManageFeeds] get(desk::feeds::show).post(desk::feeds::change);
    /// A step is taken with a feed on its page.
    FeedPageStep "feed_page_step" People "/console/feeds/{feed}/step" [POST ManageFeeds] post(desk::feeds::step);
    /// Indicators are handed in on the page of a feed.
    FeedPageEnter "feed_page_enter" People "/console/feeds/{feed}/indicators" [POST SubmitIndicators] post(desk::feeds::enter);
    /// Pushes as a page; one is added.
    PushesPage "pushes_page" People "/console/pushes" [GET ReadIndicators, POST ManageFeeds] get(desk::pushes::list).post(desk::pushes::add);
    /// One push as a page.
    PushPage "push_page" People "/console/pushes/{push}" [GET ReadIndicators, POST ManageFeeds] get(desk::pushes::show).post(desk::pushes::change);
    /// A step is taken with a push on its page.
    PushPageStep "push_page_step" People "/console/pushes/{push}/step" [POST ManageFeeds] post(desk::pushes::step);
    /// Collections as a page; one is made.
    CollectionsPage "collections_page" People "/console/collections" [GET ReadCollections, POST ManageCollections] get(desk::collections::list).post(desk::collections::make);
    /// One collection as a page.
    CollectionPage "collection_page" People "/console/collections/{collection}" [GET ReadCollections] get(desk::collections::show);
    /// A step is taken with a collection on its page.
    CollectionPageStep "collection_page_step" People "/console/collections/{collection}/step" [POST ReadCollections] post(desk::collections::step);
    /// Indicators as a page.
    IndicatorsPage "indicators_page" People "/console/indicators" [GET ReadIndicators] get(desk::indicators::list);
    /// Indicators are given out to somebody who looks at the page.
    IndicatorsPageExport "indicators_page_export" People "/console/indicators/export" [GET ReadIndicators] get(desk::indicators::export);
    /// One indicator as a page.
    IndicatorPage "indicator_page" People "/console/indicators/{indicator}" [GET ReadIndicators] get(desk::indicators::show);
    /// An indicator is taken back, or was seen, on its page.
    IndicatorPageStep "indicator_page_step" People "/console/indicators/{indicator}/step" [POST SubmitIndicators] post(desk::indicators::step);
    /// Nodes that orders may be sent to.
    Peers "peers" Programs "/v1/peers" [GET ReadIssued] get(api::peer::list);
    /// Who this node is.
    NodeCard "node_card" Programs "/.well-known/anlanh" [GET Open] get(api::peer::card);
    /// A message of another node is received.
    PeerMessages "peer_messages" Programs "/v1/peer/messages" [POST Open] post(api::peer::receive);
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
    /// The answer to an order, as a file.
    OrderLetter "order_letter" People "/console/orders/{order}/letter.pdf" [GET ReadOrders] get(desk::orders::letter);
    /// A step of an order on its page.
    OrderStep "order_step" People "/console/orders/{order}/step" [POST HandleOrders] post(desk::orders::step);
    /// A document is put to an order on its page.
    OrderAttach "order_attach" People "/console/orders/{order}/documents" [POST HandleOrders] post(desk::orders::attach);
    /// A document of an order, for those who read it.
    OrderFile "order_file" People "/console/orders/{order}/documents/{document}" [GET ReadOrders] get(desk::orders::document);
    /// The blocklist as a page.
    BlocklistPage "blocklist_page" People "/console/blocklist" [GET ReadBlocklist] get(desk::blocklist::show);
    /// Where a change of it is proposed.
    BlockNew "block_new" People "/console/blocklist/new" [GET EditBlocklist, POST EditBlocklist] get(desk::blocklist::new).post(desk::blocklist::propose);
    /// A change of it as a page.
    BlockChangePage "block_change_page" People "/console/blocklist/changes/{change}" [GET ReadBlocklist] get(desk::blocklist::change);
    /// A step of a change on its page.
    BlockChangeStep "block_change_step" People "/console/blocklist/changes/{change}/step" [POST EditBlocklist] post(desk::blocklist::step);
    /// An entry of it as a page.
    BlockPage "block_page" People "/console/blocklist/entries/{block}" [GET ReadBlocklist] get(desk::blocklist::entry);
    /// An entry is lifted on its page.
    BlockLift "block_lift" People "/console/blocklist/entries/{block}/lift" [POST EditBlocklist] post(desk::blocklist::lift);
    /// Somebody looked at an entry again.
    BlockReview "block_review" People "/console/blocklist/entries/{block}/review" [POST EditBlocklist] post(desk::blocklist::review);
    /// The last step is taken back.
    BlockRollBack "block_roll_back" People "/console/blocklist/rollback" [POST EditBlocklist] post(desk::blocklist::roll_back);
    /// What each dialect covers, as a page.
    BlockCoveragePage "block_coverage_page" People "/console/blocklist/coverage" [GET ReadBlocklist] get(desk::blocklist::covered);
    /// An objection is answered on a page.
    ObjectionAnswer "objection_answer" People "/console/blocklist/objections/{objection}/answer" [POST AnswerObjections] post(desk::blocklist::answer);
    /// Who blocks something; somebody objects.
    Blocked "blocked" People "/blocked" [GET Open, POST Open] get(desk::blocked::show).post(desk::blocked::object);
    /// What became of an objection, for whoever has its private link.
    Objected "objected" People "/blocked/{secret}" [GET Open] get(desk::blocked::objection);
    /// The centre at a glance.
    SocPage "soc_page" People "/console/soc" [GET ReadIncidents] get(desk::soc::show);
    /// Sensors as a page; one is added.
    SensorsPage "sensors_page" People "/console/sensors" [GET ReadFigures, POST ManageSensors] get(desk::sensors::list).post(desk::sensors::add);
    /// A sensor is stopped, resumed or removed.
    SensorPageStep "sensor_page_step" People "/console/sensors/{sensor}/step" [POST ManageSensors] post(desk::sensors::step);
    /// Sigma rules: in use, left out and why.
    SigmaPage "sigma_page" People "/console/sigma" [GET ReadFigures] get(desk::sigma::show);
    /// How the Sigma rules stand.
    Sigma "sigma" Programs "/v1/sigma" [GET ReadFigures] get(api::sigma::state);
    /// Sigma rules in use.
    SigmaRules "sigma_rules" Programs "/v1/sigma/rules" [GET ReadFigures] get(api::sigma::rules);
    /// Hunts as a page; one is asked for.
    HuntsPage "hunts_page" People "/console/hunt" [GET ReadIncidents, POST HuntEvents] get(desk::hunts::list).post(desk::hunts::ask);
    /// One hunt as a page.
    HuntPage "hunt_page" People "/console/hunt/{hunt}" [GET ReadIncidents] get(desk::hunts::show);
    /// A hunt is called off, or what it found put into incidents.
    HuntStep "hunt_step" People "/console/hunt/{hunt}/step" [POST HuntEvents] post(desk::hunts::step);
    /// Rules by which incidents are told to the national centre, and what they planned; one is made.
    SharingPage "sharing_page" People "/console/sharing" [GET ReadIncidents, POST WorkIncidents] get(desk::sharing::list).post(desk::sharing::add);
    /// A step of a rule of sharing.
    SharingStep "sharing_step" People "/console/sharing/{rule}/step" [POST WorkIncidents] post(desk::sharing::step);
    /// What a rule planned is held back, or sent now.
    SharePlanStep "share_plan_step" People "/console/sharing/plans/{plan}/step" [POST WorkIncidents] post(desk::sharing::plan_step);
    /// Incidents as pages; one is opened by hand.
    IncidentsPage "incidents_page" People "/console/incidents" [GET ReadIncidents, POST EnrichIncidents] get(desk::incidents::list).post(desk::incidents::submit::open);
    /// A shift is left or taken over.
    ShiftStep "shift_step" People "/console/incidents/shifts" [POST WorkIncidents] post(desk::incidents::submit::shift);
    /// One incident as a page.
    IncidentPage "incident_page" People "/console/incidents/{incident}" [GET ReadIncidents] get(desk::incidents::show);
    /// All alerts of an incident as a table.
    IncidentAlertsFile "incident_alerts_file" People "/console/incidents/{incident}/alerts.csv" [GET ReadIncidents] get(desk::incidents::file);
    /// Something is done with an incident.
    IncidentStep "incident_step" People "/console/incidents/{incident}/step" [POST WorkIncidents] post(desk::incidents::submit::step);
    /// The address of a host of an incident is shown.
    IncidentReveal "incident_reveal" People "/console/incidents/{incident}/reveal" [POST RevealHosts] post(desk::incidents::submit::reveal);
    /// Evidence is put to an incident.
    IncidentFiles "incident_files" People "/console/incidents/{incident}/files" [POST WorkIncidents] post(desk::incidents::submit::attach);
    /// Evidence is taken out.
    IncidentFile "incident_file" People "/console/incidents/{incident}/files/{file}" [POST WorkIncidents] post(desk::incidents::submit::file);
    /// An incident is given out as STIX.
    IncidentStix "incident_stix" People "/console/incidents/{incident}/stix" [POST WorkIncidents] post(desk::incidents::submit::stix);
    /// A report on an incident as a page, where it is written and signed.
    IncidentReportPage "incident_report_page" People "/console/incident-reports/{report}" [GET ReadIncidents, POST WorkIncidents] get(desk::incidents::report::show).post(desk::incidents::report::submit);
    /// A report on an incident as a file.
    IncidentLetter "incident_letter" People "/console/incident-reports/{report}/letter.pdf" [GET ReadIncidents] get(desk::incidents::report::letter);
    /// What is told about users for an order, as a page.
    InformationPage "information_page" People "/console/orders/{order}/information" [GET ReadOrders] get(desk::information::show);
    /// A step of that on its page.
    InformationStep "information_step" People "/console/orders/{order}/information/step" [POST HandleOrders] post(desk::information::step);
    /// Somebody approves it on its page, or does not.
    InformationApproval "information_approval" People "/console/orders/{order}/information/approval" [POST ApproveInformation] post(desk::information::approve);
    /// The file is taken out on its page.
    InformationFile "information_file" People "/console/orders/{order}/information/file" [POST HandleOrders] post(desk::information::fetch);
    /// Orders of this node's office as pages.
    IssuedPage "issued_page" People "/console/issued" [GET ReadIssued] get(desk::issued::list);
    /// Where an order of this office is drafted.
    IssuedNew "issued_new" People "/console/issued/new" [GET DraftIssued, POST DraftIssued] get(desk::issued::new).post(desk::issued::draft);
    /// An order of this office as a page.
    IssuedOrderPage "issued_order_page" People "/console/issued/{order}" [GET ReadIssued] get(desk::issued::show);
    /// Where a draft is written anew.
    IssuedEdit "issued_edit" People "/console/issued/{order}/edit" [GET DraftIssued, POST DraftIssued] get(desk::issued::edit).post(desk::issued::rewrite);
    /// A step of an order of this office on its page: signed, discarded, reminded of, amended, withdrawn.
    IssuedStep "issued_step" People "/console/issued/{order}/step" [POST DraftIssued] post(desk::issued::step);
    /// An order of this office, to be printed.
    IssuedPrint "issued_print" People "/console/issued/{order}/print" [GET ReadIssued] get(desk::issued::print);
    /// An order of this office, as a file.
    IssuedLetter "issued_letter" People "/console/issued/{order}/letter.pdf" [GET ReadIssued] get(desk::issued::letter);
    /// The signed receipt of a message about an order of this office.
    IssuedReceipt "issued_receipt" People "/console/issued/{order}/receipts/{number}" [GET ReadIssued] get(desk::issued::receipt);
    /// What shows that an entry about an order of this office stands in the platform's public log.
    IssuedLogReceipt "issued_log_receipt" People "/console/issued/{order}/log-receipts/{number}" [GET ReadIssued] get(desk::issued::log_receipt);
    /// Other nodes; one is added.
    PeersPage "peers_page" People "/console/peers" [GET ManagePeers, POST ManagePeers] get(desk::peers::show).post(desk::peers::add);
    /// What another node signed twice under one number.
    PeerEvidence "peer_evidence" People "/console/peers/{peer}/evidence" [GET ManagePeers] get(desk::peers::evidence);
    /// Another node is cut off.
    PeerCut "peer_cut" People "/console/peers/{peer}/cut" [POST ManagePeers] post(desk::peers::cut);
    /// This node's key is followed by another.
    PeersRotate "peers_rotate" People "/console/peers/rotate" [POST ManagePeers] post(desk::peers::rotate);
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
    /// It is set how strictly marked objects a token may read.
    TokenClear "token_clear" People "/console/access/tokens/{token}/clearance" [POST ManageTokens] post(desk::access::clear);
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
    /// What there is of TAXII.
    TaxiiDiscovery "taxii_discovery" Taxii "/taxii2/" [GET ReadCollections] get(taxii::discovery);
    /// The root of TAXII.
    TaxiiRoot "taxii_root" Taxii "/taxii2/anlanh/" [GET ReadCollections] get(taxii::root);
    /// Collections of indicators.
    TaxiiCollections "taxii_collections" Taxii "/taxii2/anlanh/collections/" [GET ReadCollections] get(taxii::collections);
    /// One collection.
    TaxiiCollection "taxii_collection" Taxii "/taxii2/anlanh/collections/{collection}/" [GET ReadCollections] get(taxii::collection);
    /// What a collection holds.
    TaxiiManifest "taxii_manifest" Taxii "/taxii2/anlanh/collections/{collection}/manifest/" [GET ReadIndicators] get(taxii::manifest);
    /// Objects of a collection come and go.
    TaxiiObjects "taxii_objects" Taxii "/taxii2/anlanh/collections/{collection}/objects/" [GET ReadIndicators, POST AddIndicators] get(taxii::objects).post(taxii::add);
    /// One object of a collection.
    TaxiiObject "taxii_object" Taxii "/taxii2/anlanh/collections/{collection}/objects/{object}/" [GET ReadIndicators, DELETE AddIndicators] get(taxii::object).delete(taxii::delete);
    /// Its versions.
    TaxiiVersions "taxii_versions" Taxii "/taxii2/anlanh/collections/{collection}/objects/{object}/versions/" [GET ReadIndicators] get(taxii::versions);
    /// What became of objects that were handed in.
    TaxiiStatus "taxii_status" Taxii "/taxii2/anlanh/status/{status}/" [GET ReadCollections] get(taxii::status);
    /// Whatever TAXII has not.
    TaxiiOther "taxii_other" Taxii "/taxii2/{*rest}" [] any(taxii::nothing);
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
            Some(path) => {
                let handler = match (route.audience(), route.methods()) {
                    (Audience::Taxii, methods) => {
                        // Without methods there is nothing, whatever is asked.
                        let handler = route.handler();
                        let handler = match methods {
                            [] => handler,
                            _ => handler.fallback(taxii::method_not_allowed),
                        };
                        handler.layer(from_fn(taxii::certified))
                    }
                    (Audience::People | Audience::Programs, _) => route.handler().fallback(edge::method_not_allowed),
                };
                router.route(path, handler.layer(watch))
            }
            None => {
                let fallback = route.handler().layer(watch);
                router.fallback_service(fallback.with_state(Arc::clone(service)))
            }
        };
    }
    let intercept = from_fn_with_state(Arc::clone(service), desk::blocked::intercept);
    router.with_state(Arc::clone(service)).layer(intercept)
}
