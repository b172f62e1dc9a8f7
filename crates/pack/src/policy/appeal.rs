//! Until when decisions may be appealed, and how soon appeals are answered.

use crate::Key;
use crate::fields::Fields;
use crate::limits::MAX_DAYS;
use crate::policy::clock::Clock;
use crate::policy::law::{Article, read_optional_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// What holds for appeals.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appeals {
    /// Days after a decision in which it may be appealed; each is 24 hours long.
    pub days: u32,
    /// The deadline that an appeal runs under.
    pub clock: Key<Clock>,
    /// Its legal bases, if it has any.
    pub bases: Vec<Key<Article>>,
    /// How sure this is; `own` where the operator set the period itself.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// Reads `[appeals]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let days = fields.number("days", 1..=MAX_DAYS);
    let clock = fields.key("clock");
    if let Some(clock) = clock {
        reader.known.clocks.resolve(fields.log, clock);
    }
    let bases = read_optional_bases(fields, reader);
    let appeals = Appeals {
        days: days.map_or(1, |days| days.value),
        clock: Key::new(clock.map_or_else(String::new, |clock| clock.value.to_owned())),
        bases,
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    };
    reader.policy.appeals = Some(appeals);
}
