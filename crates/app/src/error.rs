//! Why a use case did not do what was asked.

use anlanh_api::FaultError;
use anlanh_model::{
    AppealError, CaseError, IncidentStepError, InformationError, IssuedError, MeasureError, OrderError, OwnerError,
    Permission, StatementError, TextError, VersionError,
};
use anlanh_pack::{Failure, Mistake};
use anlanh_vault::SealError;

use crate::block::BlockRefusal;
use crate::contact::ContactError;
use crate::enforcement::EnforcementError;
use crate::feed::FeedError;
use crate::hunt::HuntError;
use crate::image::ImageError;
use crate::incident::sharing::SharingError;
use crate::incident::{AlertError, IncidentError};
use crate::indicator::SightingError;
use crate::intel::IntelError;
use crate::keeping::KeepingError;
use crate::order::OrderRefusal;
use crate::peer::PeerError;
use crate::push::PushError;
use crate::report::ReportError;
use crate::sensor::SensorError;
use crate::shelf::ShelfError;

/// Why something was not done. Nothing has changed then. No text here holds content or personal data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Whoever asks may not.
    #[error("the one who asks has no permission to {}", .0.key())]
    Forbidden(Permission),
    /// Only a person may, and a machine asked for itself.
    #[error("{} needs a person, or a token that stands for one", .0.key())]
    NeedsPerson(Permission),
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The item cannot be read, or not be judged.
    #[error("item was refused")]
    Item(#[from] FaultError),
    /// A case stands in the way.
    #[error("case was not changed")]
    Case(#[from] CaseError),
    /// Something stands in the way of an appeal, of its answer or of the talk about it.
    #[error("appeal was not made, changed or answered")]
    Appeal(#[from] AppealError),
    /// The statement of reasons is not one.
    #[error("statement was refused")]
    Statement(#[from] StatementError),
    /// What is to be done does not suit the case.
    #[error("measures were refused")]
    Enforcement(#[from] EnforcementError),
    /// A text is empty, too long or holds control characters; which field.
    #[error("field {0} was refused")]
    Text(&'static str, #[source] TextError),
    /// A key that the policy in force does not have; in which field.
    #[error("the policy has no such {0}")]
    UnknownKey(&'static str),
    /// The policy, or a version of it, stands in the way.
    #[error("policy was not used or changed")]
    Policy(#[from] PolicyError),
    /// What was read does not compile, or what was judged cannot be written: a defect of ours.
    #[error("policy does not compile")]
    Uncompiled,
    /// The picture is none that is kept.
    #[error("picture was refused")]
    Image(#[from] ImageError),
    /// A sensor, or what it sends, is not taken.
    #[error("sensor, or what it sends, was refused")]
    Sensor(#[from] SensorError),
    /// Something stands in the way of a hunt.
    #[error("hunt was not asked for or changed")]
    Hunt(#[from] HuntError),
    /// The report is none that is taken.
    #[error("report was refused")]
    Report(#[from] ReportError),
    /// It is not kept where somebody hears of decisions.
    #[error("contact was refused")]
    Contact(#[from] ContactError),
    /// Something stands in the way of a legal hold or an erasure.
    #[error("nothing was erased, or no hold was put or ended")]
    Keeping(#[from] KeepingError),
    /// Something stands in the way of an order.
    #[error("order was not entered or changed")]
    Order(#[from] OrderRefusal),
    /// Something stands in the way of a request to an owner.
    #[error("owner was not asked, or did not answer")]
    Owner(#[from] OwnerError),
    /// Something stands in the way of a change of the blocklist.
    #[error("blocklist was not changed")]
    Block(#[from] BlockRefusal),
    /// Something stands in the way of a peer.
    #[error("peer was not added or changed")]
    Peer(#[from] PeerError),
    /// Something stands in the way of an order of this office.
    #[error("order of this office was not drafted, signed or changed")]
    Issued(#[from] IssuedError),
    /// Something stands in the way of a feed.
    #[error("feed was not added or changed")]
    Feed(#[from] FeedError),
    /// Something stands in the way of what is done with an incident.
    #[error("incident was not changed")]
    Incident(#[from] IncidentError),
    /// Something stands in the way of a rule of sharing, or of what it planned.
    #[error("rule of sharing was not made or changed")]
    Sharing(#[from] SharingError),
    /// Alerts are none.
    #[error("alerts were not raised")]
    Alert(#[from] AlertError),
    /// Something stands in the way of a push.
    #[error("push was not added or changed")]
    Push(#[from] PushError),
    /// Sightings are none.
    #[error("sightings were not counted")]
    Sighting(#[from] SightingError),
    /// A collection of indicators was not read or changed.
    #[error("collection was not read or changed")]
    Intel(#[from] IntelError),
    /// A reference of the platform's is none.
    #[error("the reference is none")]
    BadReference,
    /// Whoever gave one of two opinions does not find which was right.
    #[error("whoever gave one of two opinions does not find which was right")]
    OwnOpinion,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The name of an account or token is taken.
    #[error("the name is taken")]
    NameTaken,
    /// Nobody would be left to make accounts.
    #[error("the account is the last administrator's")]
    LastAdministrator,
    /// The system has no thread to give.
    #[error("the system gave no thread")]
    Thread(#[source] std::io::Error),
    /// The key is not the one that seals what is kept.
    #[error("the key is not the one with which personal data was sealed here")]
    WrongKey,
    /// What is kept sealed cannot be opened: the database was changed by other hands.
    #[error("sealed personal data does not open")]
    Sealed(#[source] SealError),
    /// The system has no randomness to give.
    #[error("the system gave no randomness")]
    Randomness(#[source] std::io::Error),
    /// What leaves the node could not be written.
    #[error("the export was not written")]
    Export(#[from] anlanh_publish::export::WriteError),
    /// The store did not do it.
    #[error("the store did not do it")]
    Store(#[from] anlanh_store::Error),
}

/// What stands in the way of writing, trying, changing or using a version of the policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A version stands in the way.
    #[error("version was not changed")]
    Version(#[from] VersionError),
    /// Somebody changed the draft since it was looked at.
    #[error("the draft was changed by somebody else")]
    DraftChanged,
    /// The version is in force already.
    #[error("the version is in force already")]
    InForce,
    /// The version has mistakes.
    #[error("the version has {} mistakes", .0.len())]
    Mistakes(Vec<Mistake>),
    /// Examples of the version do not hold.
    #[error("{} examples of the version fail", .0.len())]
    Examples(Vec<Failure>),
    /// The file is not TOML, so its blocks cannot be told apart.
    #[error("the file is not TOML")]
    NotToml,
    /// A pack has no file of such a path.
    #[error("the path is none of a pack's file")]
    BadPath,
    /// A brake cannot be set to so much.
    #[error("a brake allows at most {} acts an hour", anlanh_model::Brake::MAX_PER_HOUR)]
    BadBrake,
    /// A file is larger than a pack may have, or there are too many.
    #[error("the files are more than a pack may have")]
    TooMuchPack,
    /// Another back-test runs.
    #[error("another back-test runs")]
    TrialRuns,
    /// The content of the item was erased.
    #[error("the content of the item was erased")]
    Erased,
    /// A list of former times cannot be had.
    #[error("a list of that time cannot be had")]
    Shelf(#[from] ShelfError),
}

impl From<MeasureError> for Error {
    fn from(error: MeasureError) -> Self {
        Self::Enforcement(error.into())
    }
}

impl From<OrderError> for Error {
    fn from(error: OrderError) -> Self {
        Self::Order(error.into())
    }
}

impl From<InformationError> for Error {
    fn from(error: InformationError) -> Self {
        Self::Order(error.into())
    }
}

impl From<IncidentStepError> for Error {
    fn from(error: IncidentStepError) -> Self {
        Self::Incident(error.into())
    }
}

impl From<ShelfError> for Error {
    fn from(error: ShelfError) -> Self {
        Self::Policy(error.into())
    }
}

impl From<VersionError> for Error {
    fn from(error: VersionError) -> Self {
        Self::Policy(error.into())
    }
}

impl From<anlanh_store::DatabaseError> for Error {
    fn from(error: anlanh_store::DatabaseError) -> Self {
        Self::Store(error.into())
    }
}
