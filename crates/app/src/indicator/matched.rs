//! What events are matched against: values, and patterns of one event or of several. Of patterns each observation expression has its cost,
//! whether the whole is used in the end or not, so that a feed and a node have as many as is said here and no more; which patterns are
//! left out is told on the page of their feed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use anlanh_model::{Feed, Id};
use anlanh_pack::Policy;
use anlanh_soc::limits::MAX_KEPT_REGEXES;
use anlanh_soc::{Builder, Full, Kind, PatternError, PatternRefusal, Source, Value, count_parts, count_regexes};
use anlanh_stix::Pattern;
use anlanh_store::Store;
use anlanh_store::indicator::{self as store, IndicatorRow};

use super::export::READ_AT_ONCE;
use super::{Clearance, Found};
use crate::feed::FeedError;
use crate::{App, Clock, Error};

/// Most observation expressions in the patterns of one feed that are matched; those that came first are.
pub const MAX_FEED_PARTS: usize = 10_000;
/// The same of a node.
pub const MAX_NODE_PARTS: usize = 50_000;
/// Most regular expressions of all of them: each is compiled whenever indicators change.
pub const MAX_NODE_REGEXES: usize = MAX_KEPT_REGEXES;
/// Patterns that are left out of which the reason is told, of each feed.
const MOST_TOLD: usize = 20;

/// What was added of a node's indicators.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indexed {
    /// Values that are matched.
    pub listed: u64,
    /// Indicators that are left out because they are known to be good.
    pub warned: u64,
    /// What became of patterns, by the feed that they are of.
    pub patterns: BTreeMap<Id<Feed>, PatternsOfFeed>,
}

/// What became of the patterns of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatternsOfFeed {
    /// How many are matched.
    pub used: u64,
    /// How many are left out.
    pub left_out: u64,
    /// The first of them: the id of the object, and why.
    pub first: Vec<(String, PatternTrouble)>,
}

/// Why a pattern that was kept is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternTrouble {
    /// Its feed has too many.
    #[error("more than {MAX_FEED_PARTS} observation expressions in the patterns of one feed")]
    OfFeed,
    /// The node has too many.
    #[error("more than {MAX_NODE_PARTS} observation expressions in the patterns of all feeds")]
    OfNode,
    /// Together they have too many regular expressions.
    #[error("more than {MAX_NODE_REGEXES} regular expressions in the patterns of all feeds")]
    Regexes,
    /// It cannot be used beside those before it.
    #[error(transparent)]
    Refused(PatternRefusal),
    /// It cannot be read any more.
    #[error("pattern cannot be read")]
    Unreadable,
}

/// What became of the patterns of each feed when the node last made its index.
#[derive(Debug, Default)]
pub(crate) struct PatternBoard(Mutex<BTreeMap<Id<Feed>, PatternsOfFeed>>);

impl PatternBoard {
    pub(crate) fn of(&self, feed: Id<Feed>) -> PatternsOfFeed {
        let board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        board.get(&feed).cloned().unwrap_or_default()
    }
}

/// Tells what became of patterns, for the pages of their feeds.
pub fn tell_patterns(app: &App, patterns: BTreeMap<Id<Feed>, PatternsOfFeed>) {
    *app.patterns.0.lock().unwrap_or_else(PoisonError::into_inner) = patterns;
}

/// Adds every indicator of a node that counts now to an index, for the command line: each source under the name of its feed. A pattern
/// over several events is handed to `take_several` with that index, the id of its object and the name of its feed.
///
/// # Errors
/// When the index has no more room, or the database is away.
pub fn index_by_operator(
    node: &Store,
    clock: &Clock,
    policy: &Policy,
    builder: &mut Builder,
    take_several: impl FnMut(&mut Builder, &Pattern, (&str, &str)) -> Result<(), PatternError>,
) -> Result<Indexed, Error> {
    let (now, mut after) = (clock.now(), 0);
    let mut adding = Adding {
        builder,
        take_several,
        feeds: HashMap::new(),
        indexed: Indexed::default(),
        parts: 0,
        regexes: 0,
    };
    loop {
        let rows: Vec<IndicatorRow> = node.read_blocking("indicator.index", move |tx| {
            Ok::<_, Error>(store::live(tx, (now, Clearance::own().tlp()), after, READ_AT_ONCE)?)
        })?;
        let Some(last) = rows.last() else { break };
        after = last.id.number();
        for row in rows {
            adding.add(&Found::of(policy, now, row))?;
        }
    }
    Ok(adding.indexed)
}

/// The change that came last of all, and the values that changed after one and count now, added to an index: what a hunt through kept
/// events looks for. What is kept of an event is not enough for a pattern. At most `limit` changes are looked at; the change up to which
/// they were is returned.
///
/// # Errors
/// When the index has no more room, or the database is away.
pub fn index_changes(app: &App, after: i64, limit: u32, builder: &mut Builder) -> Result<(i64, Indexed), Error> {
    let (now, engine) = (app.clock.now(), app.engine());
    let rows = app.store.read_blocking("indicator.changes", move |tx| {
        Ok::<_, Error>(store::changes(tx, after, limit)?)
    })?;
    let last = rows.last().map_or(after, |row| row.change);
    let mut adding = Adding {
        builder,
        take_several: |_: &mut Builder, _: &Pattern, _: (&str, &str)| Ok(()),
        feeds: HashMap::new(),
        indexed: Indexed::default(),
        parts: 0,
        regexes: 0,
    };
    for row in rows.into_iter().filter(|row| row.pattern.is_none()) {
        adding.add(&Found::of(&engine.policy, now, row))?;
    }
    Ok((last, adding.indexed))
}

/// Indicators as they are added to an index.
struct Adding<'b, F> {
    builder: &'b mut Builder,
    take_several: F,
    feeds: HashMap<Id<Feed>, OfFeed>,
    indexed: Indexed,
    /// How many parts of patterns were added, and how many regular expressions.
    parts: usize,
    regexes: usize,
}

/// What is added of a feed.
#[derive(Debug, Clone, Copy)]
struct OfFeed {
    source: Source,
    /// How many parts of its patterns were added.
    parts: usize,
}

impl<F> Adding<'_, F>
where
    F: FnMut(&mut Builder, &Pattern, (&str, &str)) -> Result<(), PatternError>,
{
    fn add(&mut self, found: &Found) -> Result<(), Error> {
        let row = &found.row;
        self.indexed.warned += u64::from(row.warning.is_some());
        if !found.counts {
            return Ok(());
        }
        if let Some(pattern) = &row.pattern {
            return self.add_pattern(row, pattern);
        }
        let value = Kind::from_key(&row.kind).and_then(|kind| Value::read(kind, &row.value).ok());
        let Some(value) = value else { return Ok(()) };
        let source = self.feed(row)?.source;
        let name = (!row.object.is_empty()).then_some(row.object.as_str());
        self.builder.add(&value, source, name).map_err(no_room)?;
        self.indexed.listed += 1;
        Ok(())
    }

    fn feed(&mut self, row: &IndicatorRow) -> Result<&mut OfFeed, Error> {
        match self.feeds.entry(row.feed) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(new) => {
                let source = self.builder.source(&row.feed_name).map_err(no_room)?;
                Ok(new.insert(OfFeed { source, parts: 0 }))
            }
        }
    }

    fn add_pattern(&mut self, row: &IndicatorRow, text: &str) -> Result<(), Error> {
        let taken = self.take_pattern(row, text)?;
        let of_feed = self.indexed.patterns.entry(row.feed).or_default();
        match taken {
            Ok(()) => of_feed.used += 1,
            Err(trouble) => {
                of_feed.left_out += 1;
                if of_feed.first.len() < MOST_TOLD {
                    of_feed.first.push((row.object.clone(), trouble));
                }
            }
        }
        Ok(())
    }

    /// Takes a pattern; why it is not taken.
    fn take_pattern(&mut self, row: &IndicatorRow, text: &str) -> Result<Result<(), PatternTrouble>, Error> {
        let of_node = self.parts;
        let OfFeed { source, parts: of_feed } = *self.feed(row)?;
        if of_feed >= MAX_FEED_PARTS {
            return Ok(Err(PatternTrouble::OfFeed));
        }
        if of_node >= MAX_NODE_PARTS {
            return Ok(Err(PatternTrouble::OfNode));
        }
        let Ok(pattern) = text.parse::<Pattern>() else {
            self.spend(row, 1)?;
            return Ok(Err(PatternTrouble::Unreadable));
        };
        let parts = count_parts(&pattern);
        if of_feed + parts > MAX_FEED_PARTS {
            return Ok(Err(PatternTrouble::OfFeed));
        }
        if of_node + parts > MAX_NODE_PARTS {
            return Ok(Err(PatternTrouble::OfNode));
        }
        let regexes = self.regexes + count_regexes(&pattern);
        if regexes > MAX_NODE_REGEXES {
            return Ok(Err(PatternTrouble::Regexes));
        }
        // What is refused after all was read, compiled and in part kept.
        self.spend(row, parts)?;
        self.regexes = regexes;
        let mut added = self.builder.add_pattern(&pattern, source, &row.object);
        if let Err(PatternError::Refused(PatternRefusal::SeveralEvents | PatternRefusal::Time)) = added {
            added = (self.take_several)(self.builder, &pattern, (&row.object, &row.feed_name));
        }
        match added {
            Ok(()) => Ok(Ok(())),
            Err(PatternError::Refused(refusal)) => Ok(Err(PatternTrouble::Refused(refusal))),
            Err(PatternError::Full(full)) => Err(no_room(full)),
        }
    }

    fn spend(&mut self, row: &IndicatorRow, parts: usize) -> Result<(), Error> {
        self.parts += parts;
        self.feed(row)?.parts += parts;
        Ok(())
    }
}

fn no_room(_: Full) -> Error {
    FeedError::TooLarge.into()
}

#[cfg(test)]
mod tests {
    use anlanh_model::{Time, Tlp};

    use super::*;

    fn found(feed: i64, number: usize, pattern: String) -> Found {
        let row = IndicatorRow {
            id: Id::from_number(number as i64 + 1).unwrap(),
            feed: Id::from_number(feed).unwrap(),
            feed_name: format!("feed {feed}"),
            kind: store::PATTERN.to_owned(),
            value: format!("indicator--{number}"),
            pattern: Some(pattern),
            object: format!("indicator--{number}"),
            part: String::new(),
            valid_from: Time::from_micros(0),
            valid_until: None,
            confidence: 50,
            tlp: Tlp::Clear,
            label: None,
            warning: None,
            first_at: Time::from_micros(0),
            told_at: Time::from_micros(0),
            revoked_at: None,
            change: 1,
            lapses_at: None,
            is_orphan: false,
            sightings: 0,
            seen_first: None,
            seen_last: None,
        };
        Found {
            row,
            score: 50,
            counts: true,
        }
    }

    /// What becomes of patterns, by feeds: how many are used, and why the first is left out.
    fn check(patterns: impl Iterator<Item = (i64, String)>, expected: &[(i64, u64, u64, Option<PatternTrouble>)]) {
        let mut adding = Adding {
            builder: &mut Builder::new(),
            take_several: |_: &mut Builder, _: &Pattern, _: (&str, &str)| Ok(()),
            feeds: HashMap::new(),
            indexed: Indexed::default(),
            parts: 0,
            regexes: 0,
        };
        for (number, (feed, pattern)) in patterns.enumerate() {
            adding.add(&found(feed, number, pattern)).unwrap();
        }
        let told: Vec<_> = adding
            .indexed
            .patterns
            .iter()
            .map(|(feed, of)| {
                (
                    feed.number(),
                    of.used,
                    of.left_out,
                    of.first.first().map(|(_, why)| *why),
                )
            })
            .collect();
        assert_eq!(told, expected);
    }

    fn on_port(number: usize) -> String {
        let number = number + 1;
        format!(
            "[network-traffic:dst_ref.value = '10.{}.{}.{}' AND network-traffic:dst_port = 1]",
            number >> 16,
            number >> 8 & 255,
            number & 255
        )
    }

    #[test]
    fn a_feed_and_a_node_have_so_many_patterns_and_no_more() {
        let most = MAX_FEED_PARTS;
        let used = most as u64;
        let of = |feed: i64, count: usize| (0..count).map(move |at| (feed, on_port(feed as usize * most + at)));
        check(of(1, most), &[(1, used, 0, None)]);
        check(of(1, most + 1), &[(1, used, 1, Some(PatternTrouble::OfFeed))]);
        let full = |feed| (feed, used, 0, None);
        let all = (1..=5).flat_map(|feed| of(feed, most));
        let expected: Vec<_> = (1..=5).map(full).collect();
        check(all.clone(), &expected);
        let one_more = [expected.as_slice(), &[(6, 0, 1, Some(PatternTrouble::OfNode))]].concat();
        check(all.chain(of(6, 1)), &one_more);
    }

    #[test]
    fn each_part_of_a_pattern_counts_and_so_does_what_is_refused() {
        let long = |number: usize, parts: usize| {
            let parts: Vec<_> = (0..parts).map(|part| on_port(number * 64 + part)).collect();
            (1, parts.join(" FOLLOWEDBY "))
        };
        let most = MAX_FEED_PARTS / 64;
        let of = |count: usize| (0..count).map(|number| long(number, 64));
        let rest = MAX_FEED_PARTS - most * 64;
        let full = (1, most as u64 + 1, 0, None);
        check(of(most).chain([long(most, rest)]), &[full]);
        let over = (1, most as u64, 1, Some(PatternTrouble::OfFeed));
        check(of(most).chain([long(most, rest + 1)]), &[over]);
        // So many of one value are refused, one after the other, until their feed has no more room.
        let same = |at: usize| {
            (
                1,
                format!("[domain-name:value = 'a.vn' AND domain-name:value != 'b{at}.vn']"),
            )
        };
        let refused = PatternTrouble::Refused(PatternRefusal::TooManyOfValue);
        let left_out = MAX_FEED_PARTS as u64 - 1_000;
        check((0..MAX_FEED_PARTS).map(same), &[(1, 1_000, left_out, Some(refused))]);
        let others = (0..MAX_FEED_PARTS).map(same).chain([(1, on_port(1)), (2, on_port(2))]);
        check(others, &[(1, 1_000, left_out + 1, Some(refused)), (2, 1, 0, None)]);
    }

    #[test]
    fn patterns_have_so_many_regular_expressions_and_no_more() {
        let of = |count: usize| {
            (0..count).map(|at| {
                (
                    1,
                    format!("[domain-name:value = 'a{at}.vn' AND domain-name:value MATCHES '^a']"),
                )
            })
        };
        let most = MAX_NODE_REGEXES as u64;
        check(of(MAX_NODE_REGEXES), &[(1, most, 0, None)]);
        check(of(MAX_NODE_REGEXES + 1), &[(1, most, 1, Some(PatternTrouble::Regexes))]);
    }

    #[test]
    fn why_a_pattern_is_left_out_is_told() {
        let same = |count: usize| {
            (0..count).map(|at| {
                (
                    1,
                    format!("[domain-name:value = 'a.vn' AND domain-name:value != 'b{at}.vn']"),
                )
            })
        };
        let refused = PatternTrouble::Refused(PatternRefusal::TooManyOfValue);
        check(same(1_001), &[(1, 1_000, 1, Some(refused))]);
        let unread = [(1, "[".to_owned())].into_iter();
        check(unread, &[(1, 0, 1, Some(PatternTrouble::Unreadable))]);
    }
}
