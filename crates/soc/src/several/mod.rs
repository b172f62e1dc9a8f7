//! Patterns over several events: `[a] FOLLOWEDBY [b] WITHIN 60 SECONDS`.
//!
//! What stands between brackets is looked for in single events, as any pattern is; which parts of a pattern an event has is then
//! remembered for its group, in the order of the stream, and the pattern is matched with what is remembered. Of each
//! group few events are remembered, and of few groups any: what is forgotten is counted.

mod tracker;

use std::net::IpAddr;
use std::sync::Arc;

use anlanh_stix::view::Indicator;
use anlanh_stix::{Comparison, Compiled, Expression, Literal, Object, Operator, Path, Pattern, Qualifier, Step, Test};

use crate::bundle::{ObjectError, Taken};
use crate::event::{EventTime, Layout};
use crate::index::{Builder, PatternError, Source};
use crate::limits::{MAX_GROUP_BYTES, MAX_PATTERN_PARTS, MAX_REMEMBERED_EVENTS};
use crate::matcher::{Hit, Matcher, Scratch};
use crate::pattern::PatternRefusal;
use crate::sigma::{FieldReader, RuleScratch};

pub use tracker::{Completed, Forgotten, Remembered, Tracker};

/// The type of what stands for a part that an event has.
const PART: &str = "x-part";
/// The source of parts in an index. No file and no feed is called so.
const PARTS: &str = "\0parts";

/// Patterns over several events that are being collected, with an index of their own.
#[derive(Debug, Default)]
pub struct SeveralBuilder {
    builder: Builder,
    sequences: SequencesBuilder,
}

/// Patterns over several events that are being collected, beside the index in which their parts are looked up.
#[derive(Debug, Default)]
pub struct SequencesBuilder {
    source: Option<Source>,
    all: Vec<Sequence>,
    /// How many were offered, taken or not.
    offered: usize,
}

/// Patterns over several events, with an index of their own.
#[derive(Debug)]
pub struct Several {
    /// Of their parts, each called by its number.
    matcher: Matcher,
    sequences: Sequences,
    group_by: FieldReader,
}

/// Patterns over several events, of which the parts are looked up with whatever else is.
#[derive(Debug, Default)]
pub struct Sequences {
    all: Vec<Sequence>,
}

/// A part of a pattern that an event has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The number of its line.
    pub line: u64,
    sequence: usize,
    bit: u64,
}

/// One pattern.
#[derive(Debug)]
struct Sequence {
    /// The number that its parts are called by; they rise.
    number: usize,
    /// Over what stands for its parts.
    compiled: Compiled,
    least: Least,
    id: Box<str>,
    source: Box<str>,
    /// What it says, as it is printed: what says the same goes on with what is remembered.
    text: Box<str>,
    /// What stands for each part.
    parts: Vec<Object>,
    /// How many microseconds all that it binds are within, if it says so.
    within: Option<u64>,
}

/// What an event shares with others of its stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// When it was, in microseconds since 1970.
    pub at: Option<i64>,
    /// Events of one group count together.
    pub group: Arc<str>,
}

/// Which parts of a pattern an event has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The number of its line.
    pub line: u64,
    /// The place of one of its parts among those that were found.
    pub found: usize,
    /// The pattern.
    sequence: usize,
    /// One bit for each part.
    parts: u64,
    common: Common,
}

/// Memory that looking for parts uses again.
#[derive(Debug, Default)]
pub struct SeveralScratch {
    matcher: Scratch,
    reader: RuleScratch,
}

impl SeveralBuilder {
    /// Takes parts that have nothing to look up, too: they are matched with every event, which takes many times as long.
    #[must_use]
    pub fn with_every_event(mut self) -> Self {
        self.builder = self.builder.with_every_event();
        self
    }

    /// Takes a pattern under the name of its indicator.
    ///
    /// # Errors
    /// When it is one that events are not matched by, or there is no more room. Parts of it that were taken stay and do nothing.
    pub fn add(&mut self, pattern: &Pattern, id: &str, source: &str) -> Result<(), PatternError> {
        self.sequences.add(&mut self.builder, pattern, (id, source))
    }

    /// Takes the pattern of an indicator that holds, under its identifier.
    ///
    /// # Errors
    /// When it is none that can be used.
    pub fn add_object(&mut self, object: &Object, source: &str) -> Result<Taken, ObjectError> {
        let indicator = Indicator::of(object).ok_or(ObjectError::Incomplete)?;
        let pattern: Pattern = indicator
            .pattern
            .parse()
            .map_err(|error: anlanh_stix::PatternError| ObjectError::Pattern { at_byte: error.at_byte })?;
        match self.add(&pattern, &indicator.id.to_string(), source) {
            Ok(()) => Ok(Taken::Listed),
            Err(PatternError::Refused(refusal)) => Err(ObjectError::Refused(refusal)),
            Err(PatternError::Full(full)) => Err(full.into()),
        }
    }

    /// The patterns, for events that are of one group where a field has the same value. It is named as in rules of Sigma, `src_ip` for
    /// the source; one that has several values in an event counts by its first.
    #[must_use]
    pub fn build(self, group_by: &str) -> Several {
        Several {
            matcher: Matcher::new(Arc::new(self.builder.build())),
            sequences: self.sequences.build(),
            group_by: FieldReader::new(group_by),
        }
    }
}

impl SequencesBuilder {
    /// Takes a pattern under the name of its indicator and that of where it comes from; its parts are looked up in an index, always
    /// the same.
    ///
    /// # Errors
    /// When it is one that events are not matched by, or there is no more room. Parts of it that were taken stay and do nothing.
    pub fn add(
        &mut self,
        builder: &mut Builder,
        pattern: &Pattern,
        (id, source): (&str, &str),
    ) -> Result<(), PatternError> {
        let mut parts = Vec::new();
        let expression = numbered(pattern.expression(), &mut parts);
        if parts.len() > MAX_PATTERN_PARTS {
            return Err(PatternRefusal::TooManyParts.into());
        }
        if needed(pattern.expression()) > MAX_REMEMBERED_EVENTS as u64 {
            return Err(PatternRefusal::TooManyEvents.into());
        }
        // What is printed is what is read again.
        let whole: Pattern = expression
            .to_string()
            .parse()
            .map_err(|_| PatternRefusal::TooManyParts)?;
        let compiled = whole.compile().map_err(|_| PatternRefusal::Regex)?;
        let of_parts = match self.source {
            Some(known) => known,
            None => *self.source.insert(builder.source(PARTS)?),
        };
        // Parts of a pattern that is refused after all stay, so that no other may be called as it was.
        let number = self.offered;
        self.offered += 1;
        for (part, comparison) in parts.iter().enumerate() {
            let alone = Expression::Observed((*comparison).clone()).to_string();
            let alone: Pattern = alone.parse().map_err(|_| PatternRefusal::TooManyParts)?;
            builder.add_pattern(&alone, of_parts, &format!("{number}.{part}"))?;
        }
        let objects =
            (0..parts.len()).map(|part| Object::read(format!("{{\"type\":\"{PART}\",\"n\":{part}}}").as_bytes()));
        let least = least(whole.expression());
        self.all.push(Sequence {
            number,
            compiled,
            least,
            id: id.into(),
            source: source.into(),
            text: pattern.expression().to_string().into(),
            parts: objects.filter_map(Result::ok).collect(),
            within: within(pattern.expression()),
        });
        Ok(())
    }

    /// How many were taken.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether none was.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The patterns.
    #[must_use]
    pub fn build(self) -> Sequences {
        Sequences { all: self.all }
    }
}

impl Sequences {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What a hit says of a pattern over several events; nothing where it is one of something else.
    #[must_use]
    pub fn part(&self, hit: &Hit<'_>) -> Option<Part> {
        if hit.indicator.source != PARTS {
            return None;
        }
        let (number, part) = hit.indicator.name?.split_once('.')?;
        let number: usize = number.parse().ok()?;
        let sequence = self.all.binary_search_by_key(&number, |sequence| sequence.number);
        Some(Part {
            line: hit.line,
            // One that was refused after all is none of them.
            sequence: sequence.unwrap_or(usize::MAX),
            bit: 1_u64.checked_shl(part.parse().ok()?).unwrap_or(0),
        })
    }

    /// Which events of some lines have parts of patterns, in their order. `common` says what the event of a line shares with others; one
    /// that shares nothing is left out.
    ///
    /// Lines come in order.
    pub fn see<'l>(
        &self,
        lines: impl Iterator<Item = (u64, &'l [u8])>,
        found: &[Part],
        mut common: impl FnMut(u64, &'l [u8]) -> Option<Common>,
    ) -> Vec<Seen> {
        let mut found: Vec<(Part, usize)> = found.iter().copied().zip(0..).collect();
        found.retain(|(part, _)| part.sequence < self.all.len());
        found.sort_unstable();
        let mut seen: Vec<Seen> = Vec::new();
        let mut lines = lines.peekable();
        for of_line in found.chunk_by(|(one, _), (other, _)| one.line == other.line) {
            let Some(line) = of_line.first().map(|(part, _)| part.line) else {
                continue;
            };
            while lines.next_if(|(number, _)| *number < line).is_some() {}
            let bytes = lines.peek().map(|(_, bytes)| *bytes).unwrap_or_default();
            let Some(common) = common(line, bytes) else { continue };
            for of_pattern in of_line.chunk_by(|(one, _), (other, _)| one.sequence == other.sequence) {
                let Some((first, place)) = of_pattern.first() else {
                    continue;
                };
                seen.push(Seen {
                    line,
                    found: *place,
                    sequence: first.sequence,
                    parts: of_pattern.iter().fold(0, |parts, (part, _)| parts | part.bit),
                    common: common.clone(),
                });
            }
        }
        seen
    }
}

impl Several {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sequences.is_empty()
    }

    /// Which events of some lines, that are read alike, have parts of patterns, in their order. `resolve` says which moment a time is
    /// that names no zone or no year.
    ///
    /// Lines come in order.
    pub fn scan<'l>(
        &self,
        scratch: &mut SeveralScratch,
        layout: &Layout,
        lines: impl Iterator<Item = (u64, &'l [u8])> + Clone,
        resolve: impl Fn(EventTime) -> i64,
    ) -> Vec<Seen> {
        if self.is_empty() {
            return Vec::new();
        }
        let SeveralScratch { matcher, reader } = scratch;
        let mut found = Vec::new();
        let on_hit = |hit: Hit<'_>| found.extend(self.sequences.part(&hit));
        // What cannot be read is told where its values are looked up.
        self.matcher.scan(matcher, layout, lines.clone(), on_hit, |_| {});
        self.sequences.see(lines, &found, |_, bytes| {
            let group = self.group_by.value(reader, layout, bytes).map(in_one_spelling);
            let group = group.filter(|group| group.len() <= MAX_GROUP_BYTES);
            Some(Common {
                at: layout.time(bytes).map(&resolve),
                group: group.unwrap_or_default().into(),
            })
        })
    }
}

/// The value of a group; an address is the same however a log writes it (RFC 5952).
fn in_one_spelling(value: String) -> String {
    value
        .parse::<IpAddr>()
        .map_or(value, |address| address.to_canonical().to_string())
}

/// How many observation expressions a pattern has, each counted once: so many of its parts are looked up.
#[must_use]
pub fn count_parts(pattern: &Pattern) -> usize {
    let mut parts = Vec::new();
    numbered(pattern.expression(), &mut parts);
    parts.len()
}

/// An expression in which each part is a number, and the parts.
fn numbered<'e>(expression: &'e Expression, parts: &mut Vec<&'e Comparison>) -> Expression {
    let mut all = |operands: &'e [Expression]| operands.iter().map(|operand| numbered(operand, parts)).collect();
    match expression {
        Expression::And(operands) => Expression::And(all(operands)),
        Expression::Or(operands) => Expression::Or(all(operands)),
        Expression::FollowedBy(operands) => Expression::FollowedBy(all(operands)),
        Expression::Qualified(inner, qualifier) => Expression::Qualified(Box::new(numbered(inner, parts)), *qualifier),
        Expression::Observed(comparison) => {
            let known = parts.iter().position(|part| *part == comparison);
            let number = known.unwrap_or_else(|| {
                parts.push(comparison);
                parts.len() - 1
            });
            Expression::Observed(Comparison::Test(Test {
                path: Path {
                    object_type: PART.to_owned(),
                    steps: vec![Step::Property("n".to_owned())],
                },
                is_negated: false,
                operator: Operator::Equal(Literal::Integer(number as i64)),
            }))
        }
    }
}

/// How many events there must be of parts at the least: without these no search is begun.
#[derive(Debug)]
enum Least {
    Of(usize, u64),
    All(Vec<Self>),
    One(Vec<Self>),
}

impl Least {
    /// Whether so many of each part can be enough.
    fn is_met(&self, counts: &[u64]) -> bool {
        match self {
            Self::Of(part, times) => counts.get(*part).is_some_and(|count| count >= times),
            Self::All(all) => all.iter().all(|least| least.is_met(counts)),
            Self::One(all) => all.iter().any(|least| least.is_met(counts)),
        }
    }
}

/// What an expression of numbered parts needs.
fn least(expression: &Expression) -> Least {
    match expression {
        Expression::Observed(comparison) => Least::Of(part_of(comparison), 1),
        Expression::And(operands) | Expression::FollowedBy(operands) => {
            Least::All(operands.iter().map(least).collect())
        }
        Expression::Or(operands) => Least::One(operands.iter().map(least).collect()),
        Expression::Qualified(inner, Qualifier::Repeats { times }) => match &**inner {
            Expression::Observed(comparison) => Least::Of(part_of(comparison), *times),
            Expression::And(_) | Expression::Or(_) | Expression::FollowedBy(_) | Expression::Qualified(..) => {
                least(inner)
            }
        },
        Expression::Qualified(inner, Qualifier::Within { .. } | Qualifier::StartStop { .. }) => least(inner),
    }
}

/// The number that stands for a part.
fn part_of(comparison: &Comparison) -> usize {
    match comparison {
        Comparison::Test(Test {
            operator: Operator::Equal(Literal::Integer(number)),
            ..
        }) => usize::try_from(*number).unwrap_or(usize::MAX),
        Comparison::Test(_) | Comparison::And(_) | Comparison::Or(_) => usize::MAX,
    }
}

/// How many events an expression binds at the most.
fn needed(expression: &Expression) -> u64 {
    match expression {
        Expression::Observed(_) => 1,
        Expression::And(operands) | Expression::FollowedBy(operands) => {
            operands.iter().map(needed).fold(0, u64::saturating_add)
        }
        Expression::Or(operands) => operands.iter().map(needed).max().unwrap_or(0),
        Expression::Qualified(inner, Qualifier::Repeats { times }) => needed(inner).saturating_mul(*times),
        Expression::Qualified(inner, Qualifier::Within { .. } | Qualifier::StartStop { .. }) => needed(inner),
    }
}

/// How many microseconds everything is within that the whole expression binds, if it says so.
fn within(expression: &Expression) -> Option<u64> {
    match expression {
        Expression::Qualified(inner, qualifier) => {
            let here = match qualifier {
                // A part of a microsecond is one, so that nothing is left out that may count.
                Qualifier::Within { nanos } => u64::try_from(nanos.div_ceil(1_000)).ok(),
                Qualifier::Repeats { .. } => return None,
                Qualifier::StartStop { .. } => None,
            };
            [here, within(inner)].into_iter().flatten().min()
        }
        Expression::Observed(_) | Expression::And(_) | Expression::Or(_) | Expression::FollowedBy(_) => None,
    }
}

#[cfg(test)]
mod tests;
