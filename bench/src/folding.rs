//! How much of what people disguise is found, and how much is found where there is nothing. The sentences are other
//! people's, the disguises are [`Disguise`]s that know nothing of the engine.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anlanh_screen::{Action, Finding, MatchMode, Pack, Screener, Writing};
use anyhow::Result;

use crate::Settings;
use crate::corpus::Comments;
use crate::disguise::{Disguise, ShortForms};
use crate::engine;
use crate::phrases;
use crate::random::Random;
use crate::report::{Bar, Row, Section};

/// How many of the phrases that occur nowhere are tried on clean text.
const FOREIGN_PHRASES: usize = 10_000;

/// Measures recall by disguise and false alarms on comments.
///
/// # Errors
/// When the pack does not compile.
pub fn measure(settings: &Settings, comments: &Comments) -> Result<Section> {
    let screener = engine::screener(&[], &[])?;
    let mut section = Section::new("Folding quality");
    recall(settings, comments, &screener, &mut section);
    section.notes.push(alarms("clean comments", &screener, &comments.clean));
    section.notes.push(alarms(
        "comments that annotators call hate or offence",
        &screener,
        &comments.offensive,
    ));
    section.notes.push(foreign_phrases(comments)?);
    Ok(section)
}

fn recall(settings: &Settings, comments: &Comments, screener: &Screener, section: &mut Section) {
    let pack = screener.pack();
    let phrases = plantable(pack);
    let forms = short_forms(pack);
    let carriers: Vec<&str> = comments
        .clean
        .iter()
        .map(String::as_str)
        .filter(|text| text.contains(' '))
        .collect();
    let mut total = (0, 0);
    for (disguise, seed) in Disguise::ALL.iter().zip(0x6469_7367..) {
        let mut random = Random::new(seed);
        let (mut planted, mut found) = (0_usize, 0_usize);
        for _ in 0..settings.planted {
            let (Some((entry, phrase)), Some(carrier)) = (random.pick(&phrases), random.pick(&carriers)) else {
                continue;
            };
            let Some(hidden) = disguise.apply(phrase, &mut random, &forms) else {
                continue;
            };
            planted += 1;
            found += usize::from(finds(screener, *entry, &plant(carrier, &hidden, &mut random)));
        }
        total = (total.0 + planted, total.1 + found);
        section.rows.push(Row {
            what: disguise.name.to_owned(),
            ours: format!("{found} found"),
            beside: format!("{planted} planted"),
            ratio: share(found, planted),
            bar: Bar::None,
        });
    }
    section.rows.push(Row {
        what: "all".to_owned(),
        ours: format!("{} found", total.1),
        beside: format!("{} planted", total.0),
        ratio: share(total.1, total.0),
        bar: Bar::None,
    });
    section.notes.push(format!(
        "{} phrases of the built-in lexicon (mode `obfuscated`, no condition on neighbours) planted in {} clean \
         comments; a phrase that a disguise does not change is not counted.",
        phrases.len(),
        carriers.len()
    ));
}

/// Phrases that promise to be found in any disguise, with the index of their entry.
fn plantable(pack: &Pack) -> Vec<(u32, &str)> {
    let entries = (0..)
        .zip(&pack.lexicon)
        .filter(|(_, entry)| entry.mode == MatchMode::Obfuscated && entry.near.is_none() && entry.not_near.is_none());
    let phrases = entries.flat_map(|(index, entry)| entry.phrases.iter().map(move |phrase| (index, phrase.as_str())));
    phrases.collect()
}

fn short_forms(pack: &Pack) -> ShortForms {
    let mut forms = ShortForms::new();
    for form in &pack.teencode {
        for meaning in &form.meanings {
            forms.entry(meaning.clone()).or_default().push(form.short.clone());
        }
    }
    forms
}

/// The phrase between two words of a sentence.
fn plant(carrier: &str, phrase: &str, random: &mut Random) -> String {
    let spaces: Vec<usize> = carrier.match_indices(' ').map(|(at, _)| at).collect();
    let at = random.pick(&spaces).copied().unwrap_or(carrier.len());
    let (before, after) = carrier.split_at(at);
    format!("{before} {phrase}{after}")
}

fn finds(screener: &Screener, wanted: u32, text: &str) -> bool {
    let explanation = screener.explain(&engine::item(text));
    let mut signals = explanation.signals.iter();
    signals.any(|signal| matches!(signal.finding, Finding::Phrase { entry, .. } if entry == wanted))
}

/// What is found in comments, by category and by how it was written.
fn alarms(what: &str, screener: &Screener, comments: &[String]) -> String {
    let mut signalled = 0;
    let mut by_action: BTreeMap<Action, usize> = BTreeMap::new();
    let mut by_category: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for comment in comments {
        let explanation = screener.explain(&engine::item(comment));
        let mut seen: BTreeMap<&str, [bool; 3]> = BTreeMap::new();
        for signal in &explanation.signals {
            if let Finding::Phrase { entry, writing } = signal.finding
                && let Some(entry) = screener.pack().lexicon.get(entry as usize)
            {
                let by_writing = seen.entry(entry.category.as_str()).or_default();
                let [plain, bare, disguised] = by_writing;
                match writing {
                    Writing::Plain => *plain = true,
                    Writing::WithoutMarks => *bare = true,
                    Writing::Disguised => *disguised = true,
                }
            }
        }
        signalled += usize::from(!seen.is_empty());
        for (category, writings) in seen {
            let counts = by_category.entry(category).or_default();
            for (count, seen) in counts.iter_mut().zip(writings) {
                *count += usize::from(seen);
            }
        }
        *by_action.entry(explanation.verdict.action).or_default() += 1;
        let mut categories: Vec<&str> = explanation
            .verdict
            .reasons
            .iter()
            .map(|reason| reason.category)
            .collect();
        categories.sort_unstable();
        categories.dedup();
        for category in categories {
            *reasons.entry(category).or_default() += 1;
        }
    }
    let mut out = format!(
        "{} {what}: a phrase of the lexicon in {:.2} %; verdicts",
        comments.len(),
        percent(signalled, comments.len())
    );
    for (action, count) in by_action {
        let _ = write!(out, " {} {:.2} %", action.key(), percent(count, comments.len()));
    }
    out.push_str(".\n\n| category | plain | without marks | disguised | reasons |\n|---|---:|---:|---:|---:|\n");
    let mut keys: Vec<&str> = by_category.keys().chain(reasons.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let [plain, bare, disguised] = by_category.get(key).copied().unwrap_or_default();
        let reasons = reasons.get(key).copied().unwrap_or_default();
        let _ = writeln!(out, "| {key} | {plain} | {bare} | {disguised} | {reasons} |");
    }
    out
}

/// Phrases that stand in no comment must not be found in one, however freely it is read.
fn foreign_phrases(comments: &Comments) -> Result<String> {
    let foreign = phrases::phrases(comments, FOREIGN_PHRASES + phrases::OCCURRING);
    let foreign = foreign.get(phrases::OCCURRING..).unwrap_or_default();
    let screener = engine::screener(foreign, &[])?;
    let builtin = screener.pack().lexicon.len() - foreign.len();
    let [mut plain, mut bare, mut disguised] = [0_usize; 3];
    for comment in comments.iter() {
        let explanation = screener.explain(&engine::item(comment));
        let writings = explanation.signals.iter().filter_map(|signal| match signal.finding {
            Finding::Phrase { entry, writing } if entry as usize >= builtin => Some(writing),
            Finding::Phrase { .. }
            | Finding::Link
            | Finding::Listed { .. }
            | Finding::LookAlike { .. }
            | Finding::Personal(_) => None,
        });
        match writings.max() {
            Some(Writing::Plain) => plain += 1,
            Some(Writing::WithoutMarks) => bare += 1,
            Some(Writing::Disguised) => disguised += 1,
            None => {}
        }
    }
    let all = comments.clean.len() + comments.offensive.len();
    Ok(format!(
        "{FOREIGN_PHRASES} phrases of two to five syllables that stand in none of the {all} comments, in mode \
         `obfuscated`: found plainly in {plain}, without marks in {bare}, disguised in {disguised} comments ({:.2} % in \
         all).",
        percent(plain + bare + disguised, all)
    ))
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * share(part, whole)
}
