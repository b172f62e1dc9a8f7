//! Incidents: what sensors found, grouped so that a few people can work it, and told to whom the law says.

mod address;
mod campaign;
mod erase;
mod file;
mod group;
pub mod hook;
mod open;
mod plan;
mod raise;
mod read;
pub mod report;
mod reveal;
mod run;
pub mod share;
pub mod sharing;
mod spare;
mod step;
pub mod stix;
mod trace;
mod watch;
mod work;

use anlanh_model::IncidentStepError;

pub use anlanh_store::incident::alert::{AlertFilter, AlertRow};
pub use anlanh_store::incident::clock::IncidentClockRow;
pub use anlanh_store::incident::figures::{ClockFigures, SensorRow, TopRow};
pub use anlanh_store::incident::work::{FileRow, ShiftRow, SystemRow, TaskRow, TimelineRow};
pub use anlanh_store::incident::{IncidentFilter, IncidentRow, IncidentStanding, MarkedRow};
pub(crate) use campaign::MOST_ASKED;
pub(crate) use erase::{erase_files, erase_hosts};
pub use file::alerts_file;
pub use group::{MAX_SPLIT, attach, leave_shift, merge, shifts, split, take_shift};
pub use open::{NewIncident, open};
pub(crate) use plan::run as run_shares;
pub use raise::{Alert, AlertError, Far, Host, Listed, MAX_ALERTS, Raised, Seen, raise};
pub(crate) use raise::{Span, keep_spans, merge_spans};
pub use read::{AlertsPage, IncidentView, SHOWN_ALERTS, alerts, alerts_of, list, of_value, show};
pub use reveal::{Revealed, reveal, token};
pub(crate) use run::run;
pub use step::{Closing, Step, step};
pub use watch::{WATCH_DAYS, Watch, watch};
pub use work::{
    MAX_EVIDENCE_BYTES, MAX_FILES, MAX_SYSTEMS, MAX_TASKS, NewSystem, add_system, add_task, begin_playbook, file,
    keep_file, note, set_task,
};

/// What stands in the way of something that is done with an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IncidentError {
    /// Its life does.
    #[error("the step is not taken")]
    Step(#[from] IncidentStepError),
    /// It has as many as it may.
    #[error("the incident has as many as it may")]
    TooMany,
    /// The playbook was begun before.
    #[error("the playbook was begun before")]
    Begun,
    /// The file has no bytes, or more than [`MAX_EVIDENCE_BYTES`].
    #[error("a file of evidence has 1 to {MAX_EVIDENCE_BYTES} bytes")]
    FileSize,
    /// No alerts of it are named, more than [`MAX_SPLIT`], or all of them.
    #[error("some alerts of the incident are split off, not all, and at most {MAX_SPLIT}")]
    Split,
    /// The alert names no host.
    #[error("the alert names no host")]
    NoHost,
    /// Addresses of hosts of it were erased.
    #[error("addresses of hosts of the incident were erased")]
    HostsErased,
    /// Whoever wrote a report does not sign it.
    #[error("whoever wrote a report does not sign it")]
    OwnReport,
    /// The report was signed.
    #[error("the report was signed")]
    Signed,
    /// A field that must be answered is not.
    #[error("a field that must be answered is not")]
    Unanswered,
    /// The report names a host of the incident.
    #[error("the report names a host of the incident")]
    NamesHost,
    /// The report names something that is marked more strictly than may leave.
    #[error("the report names something that is marked more strictly than may leave")]
    TooStrict,
    /// The node has nobody to tell.
    #[error("the node has nobody to tell")]
    NobodyToTell,
    /// Nothing of the incident may leave.
    #[error("nothing of the incident may leave")]
    NothingToTell,
    /// Nobody takes over from themselves.
    #[error("nobody takes over from themselves")]
    OwnShift,
    /// Somebody took over before.
    #[error("somebody took the shift over before")]
    ShiftTaken,
}
