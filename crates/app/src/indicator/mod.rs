//! Indicators: looked up, looked through, counted when they are seen, and given out as far as they may go.

mod around;
mod export;
mod find;
mod matched;
mod misp;
mod sight;
mod trouble;
mod warning;

pub use anlanh_store::indicator::{IndicatorFilter, IndicatorRow, IndicatorState, PATTERN};
pub use anlanh_store::sighting::SightingRow;
pub use anlanh_store::threat::{LedTo, Threat};

pub use around::{
    Around, Behind, MAX_BEHIND, MAX_COVERS, MAX_ENTRIES, MAX_INCIDENTS, MAX_LISTED_BY, MAX_OF_THREAT, MAX_SHOWN,
    MAX_SIBLINGS, Portion, ThreatAround, around, of_threat,
};
pub use export::{Clearance, ExportForm, MAX_EXPORTED_BYTES, export, last_change};
pub use find::{Found, IndicatorView, list, look_up, show};
pub use matched::{
    Indexed, MAX_FEED_PARTS, MAX_NODE_PARTS, MAX_NODE_REGEXES, PatternTrouble, PatternsOfFeed, index_by_operator,
    index_changes, tell_patterns,
};
pub use misp::{misp_event, misp_manifest};
pub use sight::{MAX_SIGHTINGS, SightingError, TellSighting, tell};
pub use trouble::{refusal_words, trouble_words};
pub use warning::{MAX_WARNING_FILES, PROTECTED_NAMES, WarningFileError, load_files};

pub(crate) use export::{is_kind, object_as, object_name, quoted, uuid_named};
pub(crate) use matched::PatternBoard;
pub(crate) use sight::keep_sightings;
pub(crate) use warning::{Warnings, mark, warning_of_pattern, warnings};
