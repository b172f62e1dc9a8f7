//! The staff console's pages: plain views in, HTML out.
//!
//! A view holds strings and numbers that already are words of one language. Nothing here knows the engine, the store or
//! a request; every page works without JavaScript and loads this server's own files alone.

mod access;
mod account;
mod actions;
mod appeal;
mod around;
mod audit;
mod blocked;
mod blocklist;
mod case;
mod collections;
mod concern;
mod decisions;
mod docs;
mod enforcement;
mod error;
mod feeds;
mod figures;
mod frame;
mod hunts;
mod incidents;
mod indicators;
mod information;
mod issued;
mod item;
mod items;
mod keeping;
mod orders;
mod owner;
mod peers;
mod piece;
pub mod policy;
mod public_log;
mod published;
mod pushes;
mod quality;
mod queue;
mod report;
mod reports;
mod sensors;
mod sent;
mod set_up;
mod sharing;
mod sigma;
mod sign_in;
mod soc;
mod start;
mod subject;

pub use access::{AccessPage, AccountLine, ScopeChoice, Shown, TokenForm, TokenLine, TokenWrong};
pub use account::AccountPage;
pub use actions::{ActionLine, ActionsPage};
pub use appeal::{AnswerForm, AppealCard};
pub use around::{Column, Graph, More, Spot};
pub use audit::{AuditLine, AuditPage};
pub use blocked::{BlockedPage, BlockedView, ObjectionPage};
pub use blocklist::{
    BlockChangeLine, BlockChangePage, BlockCoveragePage, BlockEntryPage, BlockLine, BlockNewPage, BlockVersionLine,
    BlocklistPage, DialectLine, EstimateLine, ObjectionLine, ProofLine, TypedBlocks,
};
pub use case::{Act, BasisChoice, CasePage, ClockLine, Closed, Decision, DecisionForm, Event, Past, Prefilled};
pub use collections::{ClientLine, CollectionLine, CollectionPage, CollectionsPage, EnvelopeLine, TypedCollection};
pub use concern::{ConcernPage, OwnAppeal, Remedy, Said, Told};
pub use decisions::{DecisionLine, DecisionsPage};
pub use docs::{Answer, Body, Docs, DocsPage, Field, Group, Kind, Operation, ProblemKind, Prose, Schema, Titled};
pub use enforcement::{GroundView, ProposalView, StrikeView, SubjectForm, Waiting};
pub use error::ErrorPage;
pub use feeds::{FeedLine, FeedPage, FeedsPage, HeldRound, PatternsCard, RoundLine, TypedFeed};
pub use figures::{Bar, Chart, FiguresPage};
pub use frame::{Frame, LOG_SCRIPT, Node, Pictures, REPORT_SCRIPT, SCRIPT, STYLE, Section, Theme};
pub use hunts::{FoundLine, HuntLine, HuntPage, HuntsPage, TypedHunt};
pub use incidents::{
    AlertLine, EvidenceLine, FieldLine, IncidentActs, IncidentLine, IncidentPage, IncidentReportPage, IncidentsPage,
    LawClock, ReceivedLine, RevealedHost, ShiftLine, TaskLine, TimelineLine, TypedIncident, WrittenLine,
};
pub use indicators::{IndicatorLine, IndicatorPage, IndicatorsPage};
pub use information::{EntryField, EntrySubject, InformationCard, InformationDue, InformationNext, InformationPage};
pub use issued::{
    FigureLine, IssuedActs, IssuedBasis, IssuedFormPage, IssuedLine, IssuedOrderPage, IssuedPage, IssuedPrint,
    IssuedTargetLine, LoggedLine, MessageLine, PrintedTarget, StepLine, Typed,
};
pub use item::{Found, ItemPage, ItemView, Laws, Picture, ReasonView};
pub use items::{ItemLine, ItemsPage};
pub use keeping::{ErasureLine, ErasurePage, ErasuresPage, FateLine, HoldLine, KeepingView, RefusedErasure};
pub use orders::{
    NewOrderPage, OrderLine, OrderMention, OrderPage, OrderPrint, OrdersPage, OwnerLine, PrintLine, ScopeLine,
    TargetLine,
};
pub use owner::{OwnerAnswer, OwnerPage};
pub use peers::{OwnKey, PeerLine, PeersPage, TypedPeer};
pub use piece::{Choice, Mark, Moment, Piece, Severity};
pub use public_log::{CheckedReceipt, KnownLog, LogLine, LogPage, LogWitness};
pub use published::{Cited, PublicLine, PublicPage, PublicPart, Tab, TransparencyPage};
pub use pushes::{PushLine, PushPage, PushesPage, TypedPush};
pub use quality::{Disagreement, Figures, GoldenForm, GoldenLine, QualityPage, Side};
pub use queue::{Bulk, Filter, Law, QueuePage, Row};
pub use report::{Filled, ReportConfirmPage, ReportErasedPage, ReportFormPage, ReportStatusPage, Reportable};
pub use reports::{ReportLine, ReportsPage, RevealedLine};
pub use sensors::{SensorRow, SensorsPage, TypedSensor};
pub use sent::Sent;
pub use set_up::SetUpPage;
pub use sharing::{SharePlanBlock, SharingPage, SharingRuleLine, TypedRule};
pub use sigma::{RuleLine, SigmaPage, TroubleLine};
pub use sign_in::SignInPage;
pub use soc::{Ask, COLUMN_HEIGHT, HIT_HEIGHT, SensorLine, SocPage, Span, Timeline, TopLine, Total};
pub use start::Start;
pub use subject::{MeasureLine, SubjectPage};
