//! A small pack that every test of the rules shares, and ways to say what was found in an item.

mod conditions;
mod mistakes;
mod properties;
mod verdicts;

use std::borrow::Cow;

use super::{RuleScratch, RuleSet};
use crate::{
    Action, Basis, Category, Confidence, Date, Entry, Finding, Identifier, Item, ListDeclaration, MatchMode, Pack,
    PersonalKind, Place, ProtectedName, Resemblance, Rule, Severity, Signal, Span, Validity, Writing,
};

/// Indexes into the lexicon of [`pack`].
const OTP: u32 = 0;
const BANK: u32 = 1;
const INSULT: u32 = 2;
/// Indexes into its lists.
const PHISHING: u32 = 0;
const RUMOURS: u32 = 1;
/// Indexes into its protected names.
const VIETCOMBANK: u32 = 0;
const MINISTRY: u32 = 1;

fn category(key: &str, detectable: bool, automatic: bool) -> Category {
    let basis = |key: &str, from, until| Basis {
        key: key.to_owned(),
        validity: Validity { from, until },
    };
    Category {
        key: key.to_owned(),
        detectable,
        automatic,
        bases: vec![
            basis("old-law/1", None, Some(Date(99))),
            basis("new-law/7", Some(Date(100)), None),
        ],
    }
}

fn entry(id: &str, category: &str, tag: &str, severity: Severity, mode: MatchMode) -> Entry {
    Entry {
        id: id.to_owned(),
        category: category.to_owned(),
        tags: vec![tag.to_owned()],
        severity,
        mode,
        phrases: vec!["không dùng ở đây".to_owned()],
        near: None,
        not_near: None,
    }
}

fn rule(id: &str, when: &str, action: Action) -> Rule {
    Rule {
        id: id.to_owned(),
        category: "SC1".to_owned(),
        when: when.to_owned(),
        action,
        label: None,
        automatic: action != Action::Review,
    }
}

/// Two entries tagged `credential`, one insult that only people may act on, two lists, two names, two identifiers.
fn pack(rules: Vec<Rule>) -> Pack {
    let list = |id: &str, category: &str| ListDeclaration {
        id: id.to_owned(),
        category: category.to_owned(),
    };
    let name = |name: &str, kind: &str| ProtectedName {
        name: name.to_owned(),
        kind: kind.to_owned(),
        domains: Vec::new(),
    };
    let identifier = |kind| Identifier {
        kind,
        min_confidence: 0,
    };
    Pack {
        id: "test".to_owned(),
        version: "1".to_owned(),
        digest: String::new(),
        as_of: Date(100),
        utc_offset_minutes: 420,
        categories: vec![
            category("SC1", true, true),
            category("IN1", true, false),
            category("NS1", false, false),
        ],
        labels: vec!["tin-gia".to_owned(), "tin-xac-thuc".to_owned()],
        lexicon: vec![
            entry("sc1.otp", "SC1", "credential", Severity::Medium, MatchMode::Obfuscated),
            entry("sc1.bank", "SC1", "credential", Severity::High, MatchMode::NoDiacritics),
            entry("in1.insult", "IN1", "rude", Severity::Low, MatchMode::Exact),
        ],
        teencode: Vec::new(),
        names: vec![name("vietcombank", "bank"), name("bocongan", "agency")],
        affixes: Vec::new(),
        lists: vec![list("phishing", "SC1"), list("rumours", "IN1")],
        identifiers: vec![identifier(PersonalKind::Cccd), identifier(PersonalKind::Mobile)],
        rules,
    }
}

fn compile(pack: &Pack) -> RuleSet {
    RuleSet::compile(pack).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn signal(start: u32, finding: Finding, percent: u8) -> Signal {
    Signal {
        place: Place::Text(Span { start, end: start + 4 }),
        finding,
        confidence: Confidence::percent(percent),
    }
}

fn phrase(entry: u32, writing: Writing) -> Finding {
    Finding::Phrase { entry, writing }
}

fn look_alike(name: u32) -> Finding {
    Finding::LookAlike {
        name,
        resemblance: Resemblance::Affix,
    }
}

/// Findings in the order of the text, each in its own place.
fn in_turn(findings: &[Finding]) -> Vec<Signal> {
    let starts = (0..).step_by(5);
    starts
        .zip(findings)
        .map(|(start, finding)| signal(start, *finding, 90))
        .collect()
}

fn fired(rules: &RuleSet, item: &Item<'_>, signals: &[Signal]) -> Vec<usize> {
    let mut scratch = RuleScratch::default();
    rules.evaluate(item, signals, &mut scratch);
    scratch.fired().collect()
}

fn owned<'i>(texts: &[&'i str]) -> Vec<Cow<'i, str>> {
    texts.iter().map(|text| Cow::Borrowed(*text)).collect()
}
