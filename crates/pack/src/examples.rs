//! Runs the examples of a pack: what must be found is found, what must not be is not.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use anlanh_screen::{Author, DomainSet, Explanation, Finding, Item, PackError, Screener};

use crate::Policy;
use crate::policy::{Example, Examples};

/// What the examples of a pack gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many were run.
    pub run: usize,
    /// Those that did not give what they should, in the order of the pack.
    pub failures: Vec<Failure>,
}

/// What an example should give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Found.
    Hit,
    /// Not found.
    Miss,
}

/// An example that did not give what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Path inside the pack.
    pub file: String,
    /// Line of the example, from 1.
    pub line: usize,
    /// The entry or rule it stands beside.
    pub id: String,
    /// What it should have given.
    pub expected: Expected,
    /// Its text: examples are written by the makers of a pack and hold nobody's data.
    pub text: String,
    /// Why it could not be run, if that is so.
    pub reason: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: ", self.file, self.line, self.id)?;
        match (&self.reason, self.expected) {
            (Some(reason), _) => write!(out, "cannot be run: {reason}")?,
            (None, Expected::Hit) => out.write_str("must be hit and is not")?,
            (None, Expected::Miss) => out.write_str("must not be hit and is")?,
        }
        write!(out, ": {:?}", self.text)
    }
}

/// Runs every example of a policy.
///
/// # Errors
/// What keeps the policy from being compiled; nothing does for one that was read.
pub fn test_examples(policy: &Policy) -> Result<Report, Vec<PackError>> {
    let plain = Screener::compile(policy.screen_pack().clone())?;
    let mut run = Run {
        policy,
        plain,
        report: Report::default(),
    };
    for (number, (entry, (_, examples))) in (0..).zip(policy.pack.lexicon.iter().zip(&policy.entries)) {
        run.all(&entry.id, examples, |explanation| {
            let phrases = explanation.signals.iter().map(|signal| signal.finding);
            phrases
                .into_iter()
                .any(|finding| matches!(finding, Finding::Phrase { entry, .. } if entry == number))
        });
    }
    for (rule, (_, examples)) in policy.pack.rules.iter().zip(&policy.rules) {
        run.all(&rule.id, examples, |explanation| {
            explanation.verdict.reasons.iter().any(|reason| reason.rule == rule.id)
        });
    }
    Ok(run.report)
}

struct Run<'p> {
    policy: &'p Policy,
    plain: Screener,
    report: Report,
}

impl Run<'_> {
    fn all(&mut self, id: &str, examples: &Examples, is_hit: impl Fn(&Explanation<'_>) -> bool) {
        let hits = examples.hit.iter().map(|example| (Expected::Hit, example));
        let misses = examples.miss.iter().map(|example| (Expected::Miss, example));
        for (expected, example) in hits.chain(misses) {
            self.report.run += 1;
            let reason = match self.explain(example, &is_hit) {
                Ok(hit) if hit == (expected == Expected::Hit) => continue,
                Ok(_) => None,
                Err(reason) => Some(reason),
            };
            self.report.failures.push(Failure {
                file: self.policy.paths.get(example.at.file).cloned().unwrap_or_default(),
                line: example.line,
                id: id.to_owned(),
                expected,
                text: example.text.clone(),
                reason,
            });
        }
    }

    fn explain(&self, example: &Example, is_hit: impl Fn(&Explanation<'_>) -> bool) -> Result<bool, String> {
        let borrowed = |texts: &'_ [String]| texts.iter().map(|text| Cow::Owned(text.clone())).collect::<Vec<_>>();
        let (links, labels) = (borrowed(&example.links), borrowed(&example.labels));
        let item = Item {
            id: "",
            kind: example.kind,
            text: &example.text,
            links: &links,
            author: Author {
                reference: None,
                age_days: example.age_days,
                violations_30d: example.violations_30d,
                violations_90d: example.violations_90d,
                locks: example.locks,
                verified: example.verified,
            },
            labels: &labels,
            time: None,
        };
        if example.listed.is_empty() {
            return Ok(is_hit(&self.plain.explain(&item)));
        }
        let mut screener = Screener::compile(self.policy.pack.clone())
            .map_err(|errors| errors.first().map_or_else(String::new, ToString::to_string))?;
        for (list, names) in &example.listed {
            let mut bad = None;
            let names = DomainSet::from_lines(names.join("\n").as_bytes(), |line| bad = Some(line.to_string()))
                .map_err(|error| error.to_string())?;
            if let Some(bad) = bad {
                return Err(bad);
            }
            screener
                .set_list(list, Arc::new(names))
                .map_err(|error| error.to_string())?;
        }
        Ok(is_hit(&screener.explain(&item)))
    }
}
