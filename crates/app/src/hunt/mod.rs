//! Hunts: values that people look for in the events that are kept, for a reason that is noted.
//!
//! Who keeps the events is not known here: whoever does takes the hunt that is next ([`next_of_node`]), says how far it is
//! ([`Desk`]), and hands over what it found ([`end_of_node`]). Hosts are tokens of a day; they become addresses where somebody puts
//! what was found into an incident, sealed there, and nowhere else.

mod ask;
mod desk;
mod forget;
mod hosts;
mod raise;
mod work;

pub use anlanh_store::hunt::{FoundKept, FoundRow, HuntResult, HuntRow};
pub use ask::{
    Asked, HuntView, Known, MAX_REASON_BYTES, MAX_VALUES, MAX_WAITING, SHOWN_ROWS, ask, cancel, list, short_token, show,
};
pub use desk::{Desk, Progress, TurnBack};
pub(crate) use forget::run;
pub use hosts::{Hostless, no_host};
pub use raise::{Chosen, raise};
pub use work::{Ended, Job, MAX_ROWS, end_of_node, next_of_node};

/// Why a line of what is looked for is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadValue {
    /// It is too long.
    TooLong,
    /// It is no name, address, network, URL, digest or fingerprint.
    NoValue,
    /// It is not exactly one value, where each stands for itself.
    Several,
    /// E-mail addresses are not kept.
    Email,
    /// Of URLs nothing is kept from the question mark on.
    Query,
    /// The network is too wide.
    Network,
}

/// What stands in the way of a hunt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HuntError {
    /// Nothing is looked for.
    #[error("a hunt looks for something")]
    Empty,
    /// Lines of what is looked for are none, each with its number from 1.
    #[error("{} lines cannot be looked for", .0.len())]
    Lines(Vec<(usize, BadValue)>),
    /// There are too many values, or networks that are too wide for one hunt.
    #[error("a hunt looks for at most {MAX_VALUES} values")]
    TooMany,
    /// The period is none.
    #[error("the period ends before it begins")]
    Period,
    /// There is no such sensor.
    #[error("there is no such sensor")]
    Sensor,
    /// So many wait already.
    #[error("at most {MAX_WAITING} hunts wait")]
    TooManyWaiting,
    /// It is over, or not over yet.
    #[error("the hunt is not at this step")]
    Step,
    /// No row is named, one is none of the hunt, or was put into an incident before.
    #[error("no rows of the hunt, or some that were put into an incident before")]
    Rows,
    /// Nobody turns tokens back now.
    #[error("the events are not at hand")]
    NotRunning,
}
