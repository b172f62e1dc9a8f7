//! Ladders of locks for those who violate again and again.

use anlanh_screen::{Validity, said};

use crate::Key;
use crate::fields::Fields;
use crate::limits::{MAX_COUNT, MAX_DAYS, MAX_HOURS};
use crate::policy::clock::Clock;
use crate::policy::law::{Article, read_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// A ladder of locks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ladder {
    /// Key, as in `nd-147-2024`.
    pub key: Key<Ladder>,
    /// Title.
    pub title: Text,
    /// What is locked.
    pub objects: Vec<Lockable>,
    /// By when a lock is decided on, from the violation on that makes a step hold.
    pub within: Within,
    /// Its steps, in the order of the pack.
    pub steps: Vec<Step>,
    /// When a lock has no end, if ever.
    pub permanent: Option<Permanent>,
    /// When it is in force.
    pub validity: Validity,
    /// Its legal bases.
    pub bases: Vec<Key<Article>>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// By when a lock is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// As this deadline says, on the record.
    Clock(Key<Clock>),
    /// Within so many hours, by the order of the queue alone.
    Hours(u32),
}

/// What can be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lockable {
    /// An account.
    Account,
    /// A community page.
    Page,
    /// A community group.
    Group,
    /// A content channel.
    Channel,
}

impl Lockable {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Account, Self::Page, Self::Group, Self::Channel];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Page => "page",
            Self::Group => "group",
            Self::Channel => "channel",
        }
    }
}

/// A step of a ladder: so many violations within so many days lead to a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// At least so many violations.
    pub violations: u32,
    /// Within so many days.
    pub days: u32,
    /// Shortest lock, in days.
    pub lock_days_min: Option<u32>,
    /// Longest lock, in days.
    pub lock_days_max: u32,
    /// A remark.
    pub note: Option<Text>,
}

/// When a lock has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permanent {
    /// After so many locks for a time.
    pub after_locks: Option<u32>,
    /// In which cases.
    pub when: Text,
    /// Whether it takes a second person to confirm one.
    pub second_person: bool,
    /// The articles that allow one: some of the ladder's, or all of them.
    pub bases: Vec<Key<Article>>,
}

/// Reads a `[[ladder]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let key = reader.known.ladders.define(fields.log, key, ());
    let title = fields.text("title");
    let objects = fields.choices("objects", &Lockable::ALL, Lockable::key);
    let within = read_within(fields, reader);
    let validity = fields.validity();
    let bases = read_bases(fields, reader);
    let mut steps = Vec::new();
    fields.tables("step", "step", |fields| steps.push(read_step(fields)));
    let permanent = fields.optional("permanent", |fields, key| {
        fields.table(key, |fields| read_permanent(fields, &bases))
    });
    reader.policy.ladders.push(Ladder {
        key: Key::new(key),
        title,
        objects,
        within,
        steps,
        permanent: permanent.flatten(),
        validity,
        bases,
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    });
}

fn read_within(fields: &mut Fields<'_>, reader: &Reader<'_>) -> Within {
    let clock = fields.optional("clock", Fields::key);
    let hours = fields.optional("execute_within_hours", |fields, key| fields.number(key, 1..=MAX_HOURS));
    if clock.is_some() == hours.is_some() {
        let message = said!(
            "bậc khóa có một trong hai: `clock` hoặc `execute_within_hours`",
            "a ladder has one of `clock` and `execute_within_hours`",
        );
        fields.log.note(fields.place(), message);
    }
    match clock.flatten() {
        Some(clock) => {
            reader.known.clocks.resolve(fields.log, clock);
            Within::Clock(Key::new(clock.value.to_owned()))
        }
        None => Within::Hours(hours.flatten().map_or(1, |hours| hours.value)),
    }
}

fn read_step(fields: &mut Fields<'_>) -> Step {
    let violations = fields.number("violations", 1..=MAX_COUNT);
    let days = fields.number("days", 1..=MAX_DAYS);
    let min = fields.optional("lock_days_min", |fields, key| fields.number(key, 1..=MAX_DAYS));
    let min = min.flatten();
    let max = fields.number("lock_days_max", 1..=MAX_DAYS);
    if let (Some(min), Some(max)) = (min, max)
        && max.value < min.value
    {
        let message = said!(
            "`lock_days_max` nhỏ hơn `lock_days_min` là {}",
            "`lock_days_max` is below `lock_days_min`, which is {}",
            min.value
        );
        fields.log.note(max.place, message);
    }
    Step {
        violations: violations.map_or(1, |violations| violations.value),
        days: days.map_or(1, |days| days.value),
        lock_days_min: min.map(|days| days.value),
        lock_days_max: max.map_or(1, |days| days.value),
        note: fields.optional("note", Fields::text),
    }
}

fn read_permanent(fields: &mut Fields<'_>, of_ladder: &[Key<Article>]) -> Permanent {
    let own = fields.optional("bases", Fields::strings).unwrap_or_default();
    for key in &own {
        if !of_ladder.iter().any(|base| base.as_str() == key.value) {
            let message = said!(
                "`bases` nêu {:?}, không thuộc căn cứ của bậc khóa",
                "`bases` names {:?}, which is none of the ladder's",
                key.value
            );
            fields.log.note(key.place, message);
        }
    }
    let bases = if own.is_empty() {
        of_ladder.to_vec()
    } else {
        own.into_iter().map(|key| Key::new(key.value)).collect()
    };
    let after_locks = fields.optional("after_locks", |fields, key| fields.number(key, 1..=MAX_COUNT));
    Permanent {
        after_locks: after_locks.flatten().map(|locks| locks.value),
        when: fields.text("when"),
        second_person: fields
            .optional("second_person", Fields::boolean)
            .flatten()
            .unwrap_or(false),
        bases,
    }
}
