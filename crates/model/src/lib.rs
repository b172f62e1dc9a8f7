//! The domain: who may do what, and how a case lives from the verdict that opens it to the decision that ends it.
//!
//! Everything here is a value or a transition between values: no I/O, no clock, no randomness, no SQL, no JSON. Time
//! and ids come in as parameters. A wrong transition cannot be expressed, or is an error that says what stands in
//! its way.

mod actor;
mod agreement;
mod appeal;
mod audit;
mod authority;
mod brake;
mod case;
mod clock;
mod decision;
mod id;
mod image;
mod interval;
mod keeping;
mod keys;
mod measure;
mod order;
mod permission;
mod precision;
mod quality;
mod report;
mod strike;
mod subject;
mod target;
mod text;
mod time;
mod trial;
mod version;

pub use actor::{Actor, Person, Token};
pub use agreement::{Agreement, agreement};
pub use appeal::{Appeal, AppealError, AppealResult, AppealState, Party, Side, Words};
pub use audit::{AuditAction, Subject};
pub use authority::{
    ContestGround, Mandate, Order, OrderAct, OrderChannel, OrderError, OrderHaste, OrderKind, OrderMeans, OrderName,
    OrderScope, OrderState, OrderTarget, OrderWords, Pointed, ScopeFinding, TargetState,
};
pub use brake::{Brake, Pressed};
pub use case::{Case, CaseError, CaseEvent, Cause, Deciders, Level, Purpose, State};
pub use clock::{ClockEnd, ClockEvent, StatutoryClock};
pub use decision::{Detection, Outcome, Statement, StatementError};
pub use id::{Id, IdError, IdSource};
pub use image::ImageFormat;
pub use interval::interval;
pub use keeping::{Erasure, Hold, HoldReason, Keeping, Kept, KeptFor, Periods};
pub use measure::{Ending, Measure, MeasureError, MeasureKind, VerifiedLink};
pub use order::{Due, Urgency};
pub use permission::{Permission, Role, Scope};
pub use precision::Precision;
pub use quality::{Accuracy, Finding, Gauge, Share, ShareError};
pub use report::{CONFIRM_HOURS, Conduct, Relation, Report, ReportState, Reporter, Standing, Track};
pub use strike::{EarlierLock, Ground, Ladder, LadderStep, PermanentGround, Proposal, Strike, expiry, propose};
pub use subject::DataSubject;
pub use target::{Target, TargetError, TargetKind};
pub use text::{Text, TextError};
pub use time::Time;
pub use trial::{TrialKind, TrialState};
pub use version::{PolicyStep, VersionError, VersionState};
