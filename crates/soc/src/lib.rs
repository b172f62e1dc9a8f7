//! The SOC engine: indicators compiled into an exact index, event lines read and matched against it.
//!
//! What is found was compared as a whole: no hash that agrees, no part of a name. The engine does no I/O and reads no
//! clock; whoever has files, sockets or a console asks it with bytes and takes what it finds.

pub mod blocking;
mod bundle;
mod cover;
mod decay;
mod event;
mod index;
pub mod limits;
mod list;
mod matcher;
mod name;
mod observe;
mod pattern;
mod several;
mod sigma;
mod table;
mod value;
mod warning;

pub use bundle::{Asks, ObjectError, Taken, add_object, asks_of};
pub use decay::Decay;
pub use event::{
    Clocked, Ends, EventTime, FieldMap, Format, Layout, LineError, MapError, Recogniser, Unrecognised, settle,
};
pub use index::{Builder, Full, Index, Indicator, PatternError, Source};
pub use list::{ListError, add_line, values};
pub use matcher::{
    Arrival, BadLine, Found, Hit, Keeper, Kept, Matcher, NotTurned, Scratch, Tally, Tokens, Unhuntable, Wanted,
};
pub use pattern::{PatternHit, PatternRefusal, Patterns, count_regexes, looked_up};
pub use several::{
    Common, Completed, Forgotten, Part, Remembered, Seen, Sequences, SequencesBuilder, Several, SeveralBuilder,
    SeveralScratch, Tracker, count_parts,
};
pub use sigma::{Judged, RuleHit, RuleOf, RuleScratch, Rules, RulesBuilder};
pub use table::{Columns, ColumnsError, Entry, Form, cut_label, read as read_table};
pub use value::{Kind, Network, Value, ValueError};
pub use warning::{WarningError, WarningKind, WarningList, WarningLists};
