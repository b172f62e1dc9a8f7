//! Runs the examples of a policy: what must be found is found, what must not be is not.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use anlanh_screen::{Author, DomainSet, Explanation, Finding, Item, PackError, Said, Screener, said};

use crate::Policy;
use crate::policy::example::{Example, Examples};

/// What running the examples gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// How many examples were run.
    pub run: usize,
    /// How many lexicon entries have been tried.
    pub entries: usize,
    /// How many rules have been tried.
    pub rules: usize,
    /// The examples that did not give what they should, in the order of the pack.
    pub failures: Vec<Failure>,
}

impl Report {
    /// Whether every example gave what it should.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.failures.is_empty()
    }
}

/// What an example should give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expected {
    /// Its entry found or its rule fired.
    Hit,
    /// Neither.
    Miss,
}

impl Expected {
    /// The key of such examples in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
        }
    }
}

/// An example that did not give what it should. Examples are written by the makers of a pack and hold nobody's data, so
/// they may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Path of its file inside the pack.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The entry or rule it stands beside.
    pub id: String,
    /// What it should have given.
    pub expected: Expected,
    /// Which of these examples it is, from 1.
    pub number: usize,
    /// What it gave instead: lower case, no final dot.
    pub what: Said,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, id, .. } = self;
        let (expected, number) = (self.expected.key(), self.number);
        write!(out, "{file}:{line}: {id}: {expected} {number}: {}", self.what)
    }
}

/// Runs every example of a policy: those of an entry must make the engine find that entry, or not; those of a rule must
/// make it fire, or not.
///
/// # Errors
/// What keeps the policy from being compiled. A policy has been compiled when it was read, so there is nothing.
pub fn test_examples(policy: &Policy) -> Result<Report, Vec<PackError>> {
    let mut report = Report::default();
    let mut screener = Screener::compile(policy.screen_pack().clone())?;
    for (number, (entry, _, examples)) in (0..).zip(policy.entries()) {
        report.entries += 1;
        run_all(
            policy,
            &mut screener,
            Subject::Entry(number),
            &entry.id,
            examples,
            &mut report,
        );
    }
    for (rule, _, examples) in policy.rules() {
        report.rules += 1;
        run_all(
            policy,
            &mut screener,
            Subject::Rule(&rule.id),
            &rule.id,
            examples,
            &mut report,
        );
    }
    Ok(report)
}

/// What an example is about.
#[derive(Clone, Copy)]
enum Subject<'p> {
    /// The lexicon entry of this index.
    Entry(u32),
    /// The rule with this id.
    Rule(&'p str),
}

impl Subject<'_> {
    /// Whether it was hit.
    fn is_hit(self, explanation: &Explanation<'_>) -> bool {
        match self {
            Self::Entry(number) => explanation.signals.iter().any(|signal| match signal.finding {
                Finding::Phrase { entry, .. } => entry == number,
                Finding::Link | Finding::Listed { .. } | Finding::LookAlike { .. } | Finding::Personal(_) => false,
            }),
            Self::Rule(id) => explanation.verdict.reasons.iter().any(|reason| reason.rule == id),
        }
    }

    /// What happened although something else was expected, in Vietnamese and in English.
    const fn outcome(self, expected: Expected) -> (&'static str, &'static str) {
        match (self, expected) {
            (Self::Entry(_), Expected::Hit) => ("không tìm thấy mục từ", "the entry is not found"),
            (Self::Entry(_), Expected::Miss) => ("tìm thấy mục từ", "the entry is found"),
            (Self::Rule(_), Expected::Hit) => ("quy tắc không khớp", "the rule does not fire"),
            (Self::Rule(_), Expected::Miss) => ("quy tắc khớp", "the rule fires"),
        }
    }
}

fn run_all(
    policy: &Policy,
    screener: &mut Screener,
    subject: Subject<'_>,
    id: &str,
    examples: &Examples,
    report: &mut Report,
) {
    let hits = examples.hit.iter().zip(1..);
    let misses = examples.miss.iter().zip(1..);
    report.run += examples.hit.len() + examples.miss.len();
    let hits = hits.map(|(example, number)| (Expected::Hit, number, example));
    let misses = misses.map(|(example, number)| (Expected::Miss, number, example));
    for (expected, number, example) in hits.chain(misses) {
        let is_wrong = |explanation: &Explanation<'_>| subject.is_hit(explanation) != (expected == Expected::Hit);
        let what = match run(screener, example, |explanation| {
            is_wrong(explanation).then(|| found(policy, explanation))
        }) {
            Ok(None) => continue,
            Ok(Some(found)) => {
                let ((vi, en), text) = (subject.outcome(expected), quoted(&example.text));
                Said::new(
                    format!("{vi} trong {text}; {}", found.vi),
                    format!("{en} in {text}; {}", found.en),
                )
            }
            Err(reason) => said!("không chạy được: {reason}", "cannot be run: {reason}"),
        };
        report.failures.push(Failure {
            file: policy
                .files
                .get(example.file)
                .map_or_else(String::new, |file| file.path.clone()),
            line: example.line,
            id: id.to_owned(),
            expected,
            number,
            what,
        });
    }
}

/// Judges an example. What it puts on lists is taken off again.
fn run<T>(screener: &mut Screener, example: &Example, read: impl FnOnce(&Explanation<'_>) -> T) -> Result<T, String> {
    for (list, names) in &example.listed {
        let names = names.join("\n");
        let names = DomainSet::from_lines(names.as_bytes(), |_| {}).map_err(|error| error.to_string())?;
        screener
            .set_list(list, Arc::new(names))
            .map_err(|error| error.to_string())?;
    }
    let links: Vec<Cow<'_, str>> = example.links.iter().map(Cow::from).collect();
    let labels: Vec<Cow<'_, str>> = example.labels.iter().map(Cow::from).collect();
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
        counters: example.counters,
        labels: &labels,
        time: None,
    };
    let read = read(&screener.explain(&item));
    for (list, _) in &example.listed {
        let nothing = DomainSet::from_lines(b"", |_| {}).map_err(|error| error.to_string())?;
        screener
            .set_list(list, Arc::new(nothing))
            .map_err(|error| error.to_string())?;
    }
    Ok(read)
}

/// Most characters of an example that a failure shows.
const MOST_QUOTED: usize = 120;

/// The beginning of a text, in quotation marks.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(MOST_QUOTED) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
    }
}

/// What was found, for whoever wonders why.
fn found(policy: &Policy, explanation: &Explanation<'_>) -> Said {
    let pack = policy.screen_pack();
    let name = |finding: Finding| match finding {
        Finding::Phrase { entry, .. } => pack.lexicon.get(entry as usize).map(|entry| entry.id.as_str()),
        Finding::Link => Some("link"),
        Finding::Listed { list } => pack.lists.get(list as usize).map(|list| list.id.as_str()),
        Finding::LookAlike { name, .. } => pack.names.get(name as usize).map(|name| name.name.as_str()),
        Finding::Personal(kind) => Some(kind.key()),
    };
    let mut found: Vec<&str> = explanation
        .signals
        .iter()
        .filter_map(|signal| name(signal.finding))
        .collect();
    found.sort_unstable();
    found.dedup();
    if found.is_empty() {
        said!("không tìm thấy gì", "nothing is found")
    } else {
        said!("tìm thấy: {}", "found: {}", found.join(", "))
    }
}
