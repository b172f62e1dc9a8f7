//! Sensors: which there are, how they fare, and events that programs hand in.
//!
//! Who listens, decodes, matches and keeps is not known here: whoever runs the sensors puts their meters on the [`Board`], and
//! says how events are handed to them.

mod board;
mod hand;
mod place;
mod roster;
mod secret;
mod volume;

pub use anlanh_sensor::{Meter, Portion, Reading};
pub use anlanh_store::sensor::SensorRow;
pub use board::{Board, Health, Rates, Standing, Trouble};
pub use hand::{BadEvent, HandIn, Handed, MAX_BAD_LINES, MAX_EVENTS_BYTES, Reply, hand};
pub use place::{NatsPlace, NatsSecrecy};
pub use roster::{
    MAX_SENSORS, NatsSettings, NewSensor, SensorStep, Settings, TlsFiles, Wrapping, add, add_by_operator, health,
    health_of_node, list_by_operator, names_by_operator, of_node, settings_of, step, step_by_operator,
};
pub use secret::{SensorSecret, consumer_of, secret_of_node};
pub(crate) use volume::count;
pub use volume::{COUNT_MINUTES, VOLUME_DAYS, VOLUME_HOURS, Volume, VolumeRow, count_rest, volume};

/// What stands in the way of a sensor, or of what it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SensorError {
    /// The name is none.
    #[error("a sensor has a name of 1 to 64 of the characters a-z, 0-9, - and _")]
    Name,
    /// Another sensor has the name.
    #[error("another sensor has the name")]
    NameTaken,
    /// The place is none that fits the kind.
    #[error("a sensor has an absolute path or an address to listen on, as its kind asks")]
    Place,
    /// The stream or its subject is none, is missing, or comes with a kind that reads none.
    #[error("a sensor of NATS names a stream, and a subject if it likes")]
    Stream,
    /// The credentials are none.
    #[error("the credentials are none")]
    Credentials,
    /// It is stopped already, or runs already.
    #[error("the sensor is so already")]
    Step,
    /// Kind and form do not go together, or what the form needs is not there.
    #[error("the form does not come in that way, or needs what is not there")]
    Form,
    /// There are too many.
    #[error("a node has at most {MAX_SENSORS} sensors")]
    TooMany,
    /// There is no sensor of this name that events are handed to.
    #[error("there is no sensor of this name that takes events over HTTP")]
    NoSuch,
    /// It does not run now.
    #[error("the sensor does not run")]
    NotRunning,
    /// More bytes than are taken at once.
    #[error("at most {MAX_EVENTS_BYTES} bytes of events are taken at once")]
    TooLarge,
    /// It took too long until the events were kept; they may be or not.
    #[error("the events were not kept in time")]
    Late,
}
