//! The staff console's pages: plain views in, HTML out.
//!
//! A view holds strings and numbers that already are words of one language. Nothing here knows the engine, the store or
//! a request; every page works without JavaScript and loads this server's own files alone.

mod access;
mod account;
mod actions;
mod appeal;
mod audit;
mod case;
mod concern;
mod decisions;
mod docs;
mod enforcement;
mod error;
mod figures;
mod frame;
mod item;
mod items;
mod keeping;
mod orders;
mod piece;
pub mod policy;
mod public_log;
mod published;
mod quality;
mod queue;
mod report;
mod reports;
mod set_up;
mod sign_in;
mod subject;

pub use access::{AccessPage, AccountLine, Shown, TokenLine};
pub use account::AccountPage;
pub use actions::{ActionLine, ActionsPage};
pub use appeal::{AnswerForm, AppealCard};
pub use audit::{AuditLine, AuditPage};
pub use case::{Act, BasisChoice, CasePage, ClockLine, Closed, Decision, DecisionForm, Event, Past};
pub use concern::{ConcernPage, OwnAppeal, Remedy, Said, Told};
pub use decisions::{DecisionLine, DecisionsPage};
pub use docs::{Answer, Body, Docs, DocsPage, Field, Group, Kind, Operation, ProblemKind, Prose, Schema, Titled};
pub use enforcement::{GroundView, ProposalView, StrikeView, SubjectForm, Waiting};
pub use error::ErrorPage;
pub use figures::{Bar, Chart, FiguresPage};
pub use frame::{Frame, LOG_SCRIPT, Pictures, REPORT_SCRIPT, SCRIPT, STYLE, Section, Theme};
pub use item::{ItemPage, ItemView, Laws, Picture, ReasonView};
pub use items::{ItemLine, ItemsPage};
pub use keeping::{ErasureLine, ErasurePage, ErasuresPage, FateLine, HoldLine, KeepingView};
pub use orders::{NewOrderPage, OrderLine, OrderPage, OrderPrint, OrdersPage, PrintLine, TargetLine};
pub use piece::{Choice, Mark, Moment, Piece, Severity};
pub use public_log::{CheckedReceipt, KnownLog, LogLine, LogPage, LogWitness};
pub use published::{Cited, PublicLine, PublicPage, PublicPart, Tab, TransparencyPage};
pub use quality::{Disagreement, Figures, GoldenForm, GoldenLine, QualityPage, Side};
pub use queue::{Bulk, Filter, Law, QueuePage, Row};
pub use report::{Filled, ReportConfirmPage, ReportErasedPage, ReportFormPage, ReportStatusPage, Reportable};
pub use reports::{ReportLine, ReportsPage, RevealedLine};
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
pub use subject::{MeasureLine, SubjectPage};
