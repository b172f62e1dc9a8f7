//! Patterns beside values: which of them an event matches that has a value of theirs, and which that have none.

use std::collections::HashSet;

use anlanh_stix::Object;

use super::{Found, Hit};
use crate::event::{Facts, Layout};
use crate::index::{Index, Indicator, PATTERNS};
use crate::limits::MAX_EVENT_VALUES;
use crate::observe::observe;

/// Matches patterns with the lines of one batch, in their order.
pub(super) struct Judge<'j, 'l> {
    index: &'j Index,
    layout: &'j Layout,
    /// Numbers and bytes of the lines; none where there are no patterns.
    lines: &'j [(u64, &'l [u8])],
    /// The first line that was not matched with every pattern that has to be.
    next: usize,
    seen: Option<Seen>,
    hits: u64,
}

/// What was seen in a line.
struct Seen {
    line: u64,
    objects: Vec<Object>,
    /// Patterns that it was matched with.
    judged: HashSet<u32>,
}

impl<'j, 'l> Judge<'j, 'l> {
    pub(super) const fn new(index: &'j Index, layout: &'j Layout, lines: &'j [(u64, &'l [u8])]) -> Self {
        Self {
            index,
            layout,
            lines,
            next: 0,
            seen: None,
            hits: 0,
        }
    }

    /// Hands a hit on, unless it is of a pattern that its line does not match. Lines come in order.
    pub(super) fn take(&mut self, hit: Hit<'_>, on_hit: &mut dyn FnMut(Hit<'_>)) {
        self.finish_before(hit.line, on_hit);
        if hit.indicator.source != PATTERNS {
            self.hits += 1;
            return on_hit(hit);
        }
        let number = hit.indicator.name.and_then(|name| name.parse().ok());
        let Some(indicator) = number.and_then(|number| self.judge(hit.line, number, self.index)) else {
            return;
        };
        self.hits += 1;
        on_hit(Hit {
            found: Found::Pattern,
            indicator,
            ..hit
        });
    }

    /// Matches the rest of the lines; how many hits there were.
    pub(super) fn end(mut self, on_hit: &mut dyn FnMut(Hit<'_>)) -> u64 {
        self.finish_before(u64::MAX, on_hit);
        self.hits
    }

    /// Matches lines before one with the patterns that have nothing to look up.
    fn finish_before(&mut self, line: u64, on_hit: &mut dyn FnMut(Hit<'_>)) {
        let index = self.index;
        if index.patterns().scanned().is_empty() {
            return;
        }
        while let Some((number, _)) = self.lines.get(self.next).filter(|(number, _)| *number < line).copied() {
            self.next += 1;
            for pattern in index.patterns().scanned() {
                let Some(indicator) = self.judge(number, *pattern, index) else {
                    continue;
                };
                self.hits += 1;
                on_hit(Hit {
                    line: number,
                    field: "",
                    value: "",
                    listed: "",
                    found: Found::Pattern,
                    indicator,
                });
            }
        }
    }

    /// What an event says, up to as much as is looked up of it: of one that says more, that is reported.
    fn facts(&self, bytes: &[u8]) -> Facts {
        let mut facts = self.layout.facts(bytes);
        facts.truncate(MAX_EVENT_VALUES);
        facts
    }

    /// Whether a line matches a pattern that it was not matched with yet.
    fn judge<'i>(&mut self, line: u64, pattern: u32, index: &'i Index) -> Option<Indicator<'i>> {
        if self.seen.as_ref().is_none_or(|seen| seen.line != line) {
            let at = self.lines.partition_point(|(number, _)| *number < line);
            let (_, bytes) = self.lines.get(at).filter(|(number, _)| *number == line)?;
            self.seen = Some(Seen {
                line,
                objects: observe(&self.facts(bytes)),
                judged: HashSet::new(),
            });
        }
        let seen = self.seen.as_mut()?;
        if !seen.judged.insert(pattern) {
            return None;
        }
        let hit = index.patterns().matched(pattern, &seen.objects)?;
        Some(Indicator {
            name: Some(hit.id),
            source: hit.source,
        })
    }
}
