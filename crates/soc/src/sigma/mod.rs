//! Sigma rules against events: which rules are for which log, where in events their fields stand, and what they find.
//!
//! Rules are compiled once for each form of logs. Of a line the fields that rules name are read where they stand, in the
//! same way as the values that are looked up; `lib/sigma` then holds few rules against them.

mod field;
mod read;
mod source;

use std::collections::HashMap;
use std::sync::Arc;

use anlanh_sigma::{Builder, Event, Mistake, Reason, Rule, Set, Slot};

use crate::event::{FieldMap, Layout, Line};
use crate::limits::{MAX_EVENT_BYTES, MAX_RULE_FIELD_DEPTH, MAX_RULE_FIELDS};

use field::OfUrl;
use source::Family;

/// Rules that are being collected.
#[derive(Debug, Default)]
pub struct RulesBuilder {
    all: Vec<Loaded>,
}

/// Rules, ready for every form of logs.
#[derive(Debug, Default)]
pub struct Rules {
    all: Vec<Loaded>,
    /// One for each family, in their order.
    compiled: [Compiled; Family::ALL.len()],
}

#[derive(Debug)]
struct Loaded {
    rule: Arc<Rule>,
    source: Arc<str>,
}

impl Loaded {
    fn is_for_other_logs(&self) -> bool {
        let known = [Family::Eve, Family::Zeek, Family::DnsLog];
        let logs = |family: &Family| source::logs_of(*family, &self.rule.source);
        known.iter().all(|family| logs(family) == 0)
    }
}

/// The rules for one form of logs.
#[derive(Debug, Default)]
struct Compiled {
    set: Set,
    /// The rules of the set, by their place among all.
    numbers: Vec<usize>,
    fields: Fields,
    /// Logs of which rules look for words anywhere in events.
    wordy: u64,
    /// To read every value of JSON by, where there are such logs.
    everything: Option<FieldMap>,
}

/// The fields that rules of one form of logs name.
#[derive(Debug, Default)]
struct Fields {
    names: HashMap<String, Slot>,
    /// Where each stands, and which of them it is, each place once.
    places: HashMap<String, Vec<Slot>>,
    of_url: Vec<(OfUrl, Slot)>,
    /// To read JSON by, with the slots of each of its fields.
    map: Option<FieldMap>,
    by_field: Vec<Vec<Slot>>,
    /// Those of its fields that tell which log an event is of, or what was asked for.
    marks: Vec<(u16, read::Mark)>,
}

/// A rule, where it stands, and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct RuleOf<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// The file that it stands in.
    pub source: &'r Arc<str>,
    /// Whether it is for a log that is not read by name: it is held against events alone that are read by a map.
    pub is_for_other_logs: bool,
}

/// A rule that a line matches.
#[derive(Debug, Clone, Copy)]
pub struct RuleHit<'h> {
    /// The rule.
    pub rule: &'h Rule,
    /// Its place among all, as [`Rules::each`] tells them.
    pub number: usize,
    /// The file that it stands in.
    pub source: &'h str,
    /// The field that decided, as the rule calls it; empty where it was none.
    pub field: &'h str,
    /// Its value.
    pub value: &'h str,
}

/// Memory that reading lines for rules uses again.
#[derive(Debug, Default)]
pub struct RuleScratch {
    event: Event,
    // One for each family: a set knows its rules by their places.
    scratches: [anlanh_sigma::Scratch; Family::ALL.len()],
    request: read::Request,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// All of it was held against the rules.
    Whole,
    /// Some of its values were too long, or too many, and were passed over.
    InPart,
    /// It is no event that can be read.
    Not,
}

impl RulesBuilder {
    /// Takes the rules of a file: how many, and what is wrong with others.
    pub fn add(&mut self, file: &[u8], source: &str) -> (usize, Vec<Mistake>) {
        let source: Arc<str> = source.into();
        let (mut taken, mut mistakes) = (0, Vec::new());
        for read in Rule::read(file) {
            match read {
                Ok(rule) => {
                    taken += 1;
                    self.all.push(Loaded {
                        rule: Arc::new(rule),
                        source: Arc::clone(&source),
                    });
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        (taken, mistakes)
    }

    /// The rules, and those that are left out, with their files.
    #[must_use]
    pub fn build(self) -> (Rules, Vec<(Arc<str>, Mistake)>) {
        let mut refused = Vec::new();
        let compiled = Family::ALL.map(|family| {
            let (compiled, left_out) = compile(family, &self.all);
            refused.extend(left_out);
            compiled
        });
        refused.sort_by_key(|(number, _)| *number);
        refused.dedup_by_key(|(number, _)| *number);
        let told = refused.into_iter().filter_map(|(number, reason)| {
            let loaded = self.all.get(number)?;
            let line = loaded.rule.line;
            Some((Arc::clone(&loaded.source), Mistake { line, reason }))
        });
        let told = told.collect();
        let rules = Rules {
            all: self.all,
            compiled,
        };
        (rules, told)
    }
}

impl Rules {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many are for logs that are not read by name: they are held against events alone that are read by a map.
    #[must_use]
    pub fn for_other_logs(&self) -> usize {
        self.all.iter().filter(|loaded| loaded.is_for_other_logs()).count()
    }

    /// Every rule, those that are left out as well, in the order in which they were added.
    pub fn each(&self) -> impl Iterator<Item = RuleOf<'_>> {
        self.all.iter().map(|loaded| RuleOf {
            rule: &loaded.rule,
            source: &loaded.source,
            is_for_other_logs: loaded.is_for_other_logs(),
        })
    }

    /// How many have nothing to look up and are held against every event of their log, in the form of logs that has most.
    #[must_use]
    pub fn scanned(&self) -> usize {
        let scanned = self.compiled.iter().map(|compiled| compiled.set.scanned());
        scanned.max().unwrap_or(0)
    }

    /// Gives the rules that a line matches, in the order in which they were added.
    pub fn scan(
        &self,
        scratch: &mut RuleScratch,
        layout: &Layout,
        line: &[u8],
        mut on_hit: impl FnMut(RuleHit<'_>),
    ) -> Judged {
        self.judge(scratch, layout, line, &mut on_hit)
    }

    /// As [`Self::scan`], compiled here and not in the crate of the caller.
    fn judge(
        &self,
        scratch: &mut RuleScratch,
        layout: &Layout,
        line: &[u8],
        on_hit: &mut dyn FnMut(RuleHit<'_>),
    ) -> Judged {
        let Some(line) = layout.line(line).filter(|_| line.len() <= MAX_EVENT_BYTES) else {
            return Judged::Not;
        };
        let family = family_of(line);
        let Some(compiled) = self.compiled.get(family as usize).filter(|of| !of.set.is_empty()) else {
            return Judged::Whole;
        };
        let RuleScratch {
            event,
            scratches,
            request,
        } = scratch;
        let Some(log) = read::read(line, family, compiled, event, request) else {
            return Judged::Not;
        };
        if let Some(scratch) = scratches.get_mut(family as usize) {
            compiled.set.matches(scratch, event, log, |hit| {
                let number = compiled.numbers.get(hit.number).copied();
                let loaded = number.and_then(|number| Some((number, self.all.get(number)?)));
                if let Some((number, loaded)) = loaded {
                    let (field, value) = hit.by.unwrap_or_default();
                    on_hit(RuleHit {
                        rule: &loaded.rule,
                        number,
                        source: &loaded.source,
                        field,
                        value,
                    });
                }
            });
        }
        if event.is_incomplete() {
            Judged::InPart
        } else {
            Judged::Whole
        }
    }
}

/// Reads one field of events of any form, by the name that rules have for it.
#[derive(Debug)]
pub(crate) struct FieldReader {
    /// One for each family, in their order.
    fields: [Compiled; Family::ALL.len()],
}

impl FieldReader {
    pub(crate) fn new(name: &str) -> Self {
        let fields = Family::ALL.map(|family| {
            let mut compiled = Compiled::default();
            compiled.fields.slot(family, name);
            compiled.fields.finish(family);
            compiled
        });
        Self { fields }
    }

    /// The first value of the field, if an event has any.
    pub(crate) fn value(&self, scratch: &mut RuleScratch, layout: &Layout, line: &[u8]) -> Option<String> {
        let line = layout.line(line)?;
        let family = family_of(line);
        let fields = self.fields.get(family as usize)?;
        read::read(line, family, fields, &mut scratch.event, &mut scratch.request)?;
        let first = scratch.event.values_of(Some(Slot(0))).next();
        first.map(|value| value.text.to_owned())
    }
}

const fn family_of(line: Line<'_>) -> Family {
    match line {
        Line::Eve(_) => Family::Eve,
        Line::ZeekJson(_) | Line::ZeekTabs(..) => Family::Zeek,
        Line::Bind(_) | Line::Unbound(_) => Family::DnsLog,
        Line::Json(_) => Family::Json,
    }
}

/// The rules for one form of logs, and those that are left out, by their places.
fn compile(family: Family, all: &[Loaded]) -> (Compiled, Vec<(usize, Reason)>) {
    let mut builder = Builder::default();
    let mut compiled = Compiled::default();
    let mut refused = Vec::new();
    for (number, loaded) in all.iter().enumerate() {
        let logs = source::logs_of(family, &loaded.rule.source);
        if logs == 0 {
            continue;
        }
        if let Err(reason) = compiled.fields.has_room(&loaded.rule) {
            refused.push((number, reason));
            continue;
        }
        let fields = &mut compiled.fields;
        match builder.add(Arc::clone(&loaded.rule), logs, |name| fields.slot(family, name)) {
            Ok(()) => {
                compiled.numbers.push(number);
                if loaded.rule.has_keywords() {
                    compiled.wordy |= logs;
                }
            }
            Err(reason) => refused.push((number, reason)),
        }
    }
    match builder.build() {
        Ok(set) => {
            compiled.set = set;
            compiled.everything = (compiled.wordy != 0).then(FieldMap::of_every_value);
            compiled.fields.finish(family);
        }
        Err(reason) => {
            refused.extend(compiled.numbers.iter().map(|number| (*number, reason.clone())));
            compiled = Compiled::default();
        }
    }
    (compiled, refused)
}

impl Fields {
    /// Whether the fields of a rule have room.
    fn has_room(&self, rule: &Rule) -> Result<(), Reason> {
        let new = rule.fields().filter(|name| !self.names.contains_key(*name)).count();
        if self.names.len() + new > MAX_RULE_FIELDS {
            return Err(Reason::TooManyRules);
        }
        Ok(())
    }

    /// The slot of a field.
    fn slot(&mut self, family: Family, name: &str) -> Slot {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let slot = Slot(self.names.len() as u16);
        self.names.insert(name.to_owned(), slot);
        match field::of_url(name).filter(|_| field::request(family).is_some()) {
            Some(of_url) => self.of_url.push((of_url, slot)),
            None => {
                for place in field::places(family, name) {
                    self.places.entry(place.to_owned()).or_default().push(slot);
                }
            }
        }
        slot
    }

    /// Makes the map that events are read by.
    fn finish(&mut self, family: Family) {
        let mut paths: Vec<Vec<String>> = Vec::new();
        let mut by_field: Vec<Vec<Slot>> = Vec::new();
        let mut add = |path: Vec<String>, slots: &[Slot]| -> usize {
            let at = paths.iter().position(|known| *known == path).unwrap_or_else(|| {
                paths.push(path);
                by_field.push(Vec::new());
                paths.len() - 1
            });
            if let Some(of) = by_field.get_mut(at) {
                of.extend_from_slice(slots);
            }
            at
        };
        let mut places: Vec<(&String, &Vec<Slot>)> = self.places.iter().collect();
        places.sort();
        for (place, slots) in places {
            for path in paths_of(family, place) {
                add(path, slots);
            }
        }
        for (place, mark) in read::marks(family) {
            for path in paths_of(family, place) {
                let at = add(path, &[]);
                self.marks.push((at as u16, mark));
            }
        }
        self.map = Some(FieldMap::of_paths(&paths));
        self.by_field = by_field;
    }
}

/// The keys that lead to a place: of Zeek's they have dots in them, of Suricata's each dot goes deeper, and of others nobody knows.
fn paths_of(family: Family, place: &str) -> Vec<Vec<String>> {
    let whole = vec![place.to_owned()];
    let deeper: Vec<String> = place.split('.').map(str::to_owned).collect();
    if deeper.len() == 1 || deeper.len() > MAX_RULE_FIELD_DEPTH {
        return vec![whole];
    }
    match family {
        Family::Eve => vec![deeper],
        Family::Zeek | Family::DnsLog => vec![whole],
        Family::Json => vec![whole, deeper],
    }
}

#[cfg(test)]
mod tests;
