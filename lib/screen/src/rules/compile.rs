//! From the rules of a pack to a [`RuleSet`]: every rule is read to its end, so that every mistake is reported.

use std::collections::BTreeMap;

use super::cond::Cond;
use super::facts::{Context, Facts, Nature, Slot, counter_slot};
use super::program::Program;
use super::routes::{Lists, Routes};
use super::support::support;
use super::vocabulary::Vocabulary;
use super::{Compiled, Gate, Length, Mistake, RuleSet, mark, promise, syntax, typing};
use crate::limits::MAX_RULES;
use crate::{Counter, Pack, PackError, Part, Rule, said};

/// Compiles the rules of a pack.
pub(super) fn compile(pack: &Pack) -> Result<RuleSet, Vec<PackError>> {
    let vocabulary = Vocabulary::new(pack);
    let mut facts = Facts::new();
    let mut errors = Vec::new();
    promise::check_evidence(pack, &mut errors);
    if pack.rules.len() > MAX_RULES {
        errors.push(PackError {
            part: Part::Rule(MAX_RULES),
            offset: None,
            message: said!(
                "bộ quy tắc có tối đa {MAX_RULES} quy tắc, bộ này có {}",
                "a pack has at most {MAX_RULES} rules, this one has {}",
                pack.rules.len()
            ),
        });
    }
    let mut conditions = Vec::new();
    let mut ids = BTreeMap::new();
    for (index, rule) in pack.rules.iter().take(MAX_RULES).enumerate() {
        let mut mistakes = Vec::new();
        if ids.insert(rule.id.as_str(), index).is_some() {
            mistakes.push(Mistake::beside(said!(
                "đã có quy tắc khác mang mã {:?}",
                "another rule has the id {:?}",
                rule.id
            )));
        }
        promise::check_rule(pack, rule, &mut mistakes);
        conditions.extend(condition(rule, &vocabulary, &mut facts, &mut mistakes));
        errors.extend(mistakes.into_iter().map(|mistake| PackError {
            part: Part::Rule(index),
            offset: mistake.offset,
            message: mistake.message,
        }));
    }
    if errors.is_empty() {
        Ok(assemble(&vocabulary, &facts, &conditions))
    } else {
        Err(errors)
    }
}

/// The checked condition of a rule, unless there is a mistake in it.
fn condition(rule: &Rule, vocabulary: &Vocabulary<'_>, facts: &mut Facts, mistakes: &mut Vec<Mistake>) -> Option<Cond> {
    let parsed = syntax::parse(&rule.when).map_err(|mistake| vec![mistake]);
    match parsed.and_then(|expr| typing::check(&expr, vocabulary, facts)) {
        Ok(cond) => {
            promise::check_condition(rule, &cond, facts, vocabulary, mistakes);
            Some(cond)
        }
        Err(more) => {
            mistakes.extend(more);
            None
        }
    }
}

/// Puts together rules without mistakes; there is one condition for each.
fn assemble(vocabulary: &Vocabulary<'_>, facts: &Facts, conditions: &[Cond]) -> RuleSet {
    let pack = vocabulary.pack();
    let mut program = Program::default();
    let mut rules = Vec::with_capacity(conditions.len());
    let mut always = vec![0; conditions.len().div_ceil(64)];
    let mut triggers = Vec::new();
    let mut asked = Vec::new();
    for (number, (rule, cond)) in (0..).zip(pack.rules.iter().zip(conditions)) {
        let category = pack
            .categories
            .iter()
            .position(|category| category.key == rule.category);
        rules.push(Compiled {
            gate: gate(cond, facts),
            root: program.add(cond),
            category: category.unwrap_or(usize::MAX),
            action: rule.action,
        });
        match support(cond, facts) {
            Some(support) => triggers.extend(support.slots.into_iter().map(|Slot(slot)| (slot, number))),
            None => mark(&mut always, number),
        }
        cond.slots(&mut asked);
    }
    let triggers = Lists::new(triggers);
    let contexts = Context::ALL.map(Context::slot).into_iter();
    let contexts = contexts.chain(Counter::ALL.map(counter_slot));
    let woken = contexts.filter(|slot| !triggers.of(slot.0).is_empty());
    let watched = woken
        .filter_map(|slot| Some((slot, facts.get(slot)?.quiet()?)))
        .collect();
    let length = if asked.contains(&Context::Length.slot()) {
        Length::Needed
    } else {
        Length::Unneeded
    };
    let counters = Counter::ALL.map(|counter| (counter_slot(counter), counter));
    RuleSet {
        counters: counters.into_iter().filter(|(slot, _)| asked.contains(slot)).collect(),
        program,
        rules,
        always,
        triggers,
        watched,
        routes: Routes::new(facts, vocabulary),
        slots: facts.len(),
        length,
    }
}

/// The part of a condition that most often does not hold once the rule is woken: signals wake most rules, and what many of
/// them ask for besides is not known of the author or was not seen before.
fn gate(cond: &Cond, facts: &Facts) -> Gate {
    let parts = match cond {
        Cond::All(parts) => parts.as_slice(),
        Cond::Within { .. } | Cond::Compare { .. } | Cond::Any(_) => std::slice::from_ref(cond),
    };
    let ranges = parts.iter().filter_map(|part| match part {
        Cond::Within { slot, low, high } => {
            let nature = facts.get(*slot)?.nature;
            let (slot, low, high) = (*slot, *low, *high);
            (nature < Nature::Item).then_some((nature, Gate { slot, low, high }))
        }
        Cond::Compare { .. } | Cond::All(_) | Cond::Any(_) => None,
    });
    let gate = ranges.max_by_key(|(nature, _)| *nature);
    gate.map_or(Gate::OPEN, |(_, gate)| gate)
}
