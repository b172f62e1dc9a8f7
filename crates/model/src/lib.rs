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
mod block;
mod brake;
mod case;
mod clock;
mod decision;
mod feed;
mod hunt;
mod id;
mod image;
mod incident;
mod information;
mod interval;
mod issued;
mod keeping;
mod keys;
mod measure;
mod order;
mod owner;
mod peer;
mod permission;
mod precision;
mod push;
mod quality;
mod report;
mod sensor;
mod sharing;
mod strike;
mod subject;
mod target;
mod text;
mod threat;
mod time;
mod tlp;
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
pub use block::{
    BlockAudience, BlockChange, BlockEffect, BlockEntry, BlockHaste, BlockKind, BlockObjection, BlockSource,
    BlockStage, BlockState, BlockStepError, BlockWords, ObjectionResult,
};
pub use brake::{Brake, Pressed};
pub use case::{Case, CaseError, CaseEvent, Cause, Deciders, Level, Purpose, State};
pub use clock::{ClockEnd, ClockEvent, StatutoryClock};
pub use decision::{Detection, Outcome, Statement, StatementError};
pub use feed::{Feed, FeedAlarm, FeedGuard, FeedKind, FeedState, Indicator, RoundOutcome, RoundSize};
pub use hunt::{Hunt, HuntState};
pub use id::{Id, IdError, IdSource};
pub use image::ImageFormat;
pub use incident::{
    Alert, AlertEvent, AlertOrigin, Grouping, Incident, IncidentEvent, IncidentFile, IncidentHost, IncidentOutcome,
    IncidentReport, IncidentShare, IncidentState, IncidentStepError, IncidentTask, NoHost, Severity, ShiftNote,
    TaskState,
};
pub use information::{
    Approvals, Extent, Information, InformationAsk, InformationDemand, InformationError, InformationMandate,
    InformationPeriod, InformationPurpose, InformationState, Release, Signed,
};
pub use interval::interval;
pub use issued::{Issued, IssuedError, IssuedFate, IssuedState, IssuedTarget, OtherSigners, Signing};
pub use keeping::{Erasure, Hold, HoldReason, Keeping, Kept, KeptFor, Periods};
pub use measure::{Ending, Measure, MeasureError, MeasureKind, VerifiedLink};
pub use order::{Due, Urgency};
pub use owner::{OwnerError, OwnerRequest, OwnerState, OwnerVoice, OwnerWords};
pub use peer::{Peer, PeerFault, PeerState};
pub use permission::{Permission, Role, Scope};
pub use precision::Precision;
pub use push::{Push, PushState, PushedState};
pub use quality::{Accuracy, Finding, Gauge, Share, ShareError};
pub use report::{CONFIRM_HOURS, Conduct, Relation, Report, ReportState, Reporter, Standing, Track};
pub use sensor::{Sensor, SensorForm, SensorKind};
pub use sharing::{PlanState, SharePlan, SharingRule, SharingState, SharingStep, SharingStepError};
pub use strike::{EarlierLock, Ground, Ladder, LadderStep, PermanentGround, Proposal, Strike, expiry, propose};
pub use subject::DataSubject;
pub use target::{Target, TargetError, TargetKind};
pub use text::{Text, TextError};
pub use threat::{RelationKind, ThreatKind};
pub use time::Time;
pub use tlp::Tlp;
pub use trial::{TrialKind, TrialState};
pub use version::{PolicyStep, VersionError, VersionState};
