//! What events are held against, and what is found in some lines.

use std::path::PathBuf;
use std::sync::Arc;

use anlanh_api::HitOut;
use anlanh_soc::{
    BadLine, Builder, Matcher, RuleScratch, Rules, Scratch, Seen, Several, SeveralBuilder, SeveralScratch,
};

use super::woven::{self, Woven};
use super::{Stretch, add_node, now, read_lists, rules};
use crate::cli::MatchOptions;

/// Indicators, rules, and patterns over several events.
pub struct Against {
    matcher: Matcher,
    rules: Rules,
    pub several: Several,
    /// When lines are read, in microseconds since 1970.
    arrival: i64,
    /// Indicators and rules that were left out.
    pub bad: u64,
}

/// Memory that one worker uses again.
#[derive(Debug, Default)]
pub struct Memory {
    matcher: Scratch,
    rules: RuleScratch,
    several: SeveralScratch,
}

/// What was made of some lines.
#[derive(Debug, Default)]
pub struct Made {
    /// Hits, as they are told.
    pub lines: Vec<u8>,
    /// Events that have parts of patterns over several, and where in the hits what they complete belongs.
    pub seen: Vec<(usize, Seen)>,
    pub bad: Vec<BadLine>,
    /// Events of which not all was held against rules.
    pub in_part: u64,
}

impl Against {
    /// Reads lists and rules.
    pub fn load(options: &MatchOptions, lists: &[PathBuf], files: &[PathBuf]) -> anyhow::Result<Self> {
        let (mut builder, mut several) = (Builder::new(), SeveralBuilder::default());
        if options.every_event {
            (builder, several) = (builder.with_every_event(), several.with_every_event());
        }
        if let Some(folder) = &options.data {
            add_node(folder, options.database.as_deref(), &mut builder, &mut several)?;
        }
        let (index, bad_indicators) = read_lists(lists, builder, Some(&mut several))?;
        let (rules, bad_rules) = rules::read(files)?;
        rules::announce(&rules, options.map.as_deref())?;
        Ok(Self {
            matcher: Matcher::new(Arc::new(index)),
            rules,
            several: several.build(&options.group_by),
            arrival: woven::micros(now()),
            bad: bad_indicators + bad_rules,
        })
    }

    /// What is found in some lines; hits name the file where there is one to be named.
    pub fn judge(&self, memory: &mut Memory, file: Option<&str>, stretches: &[Stretch]) -> Made {
        let mut made = Made::default();
        for (chunk, layout) in stretches {
            let (found, in_part) = rules::scan(&self.rules, &mut memory.rules, layout, chunk, file);
            made.in_part += in_part;
            let seen = woven::seen(&self.several, &mut memory.several, layout, chunk, self.arrival);
            let mut woven = Woven::new(found, seen, &mut made.lines, &mut made.seen);
            let on_hit = |hit: anlanh_soc::Hit<'_>| {
                let out = HitOut {
                    file,
                    line: hit.line,
                    field: hit.field,
                    kind: hit.found.key(),
                    value: hit.value,
                    indicator: hit.indicator.name.unwrap_or(hit.listed),
                    source: hit.indicator.source,
                    ..HitOut::default()
                };
                out.write(woven.before(hit.line));
            };
            let bad = &mut made.bad;
            self.matcher
                .scan(&mut memory.matcher, layout, chunk.lines(), on_hit, |line| {
                    bad.push(line)
                });
            woven.end();
        }
        made
    }
}
