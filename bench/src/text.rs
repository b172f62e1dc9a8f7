//! The whole text pipeline on one core, beside engines that only look for the raw phrases.

use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use anlanh_screen::Scratch;
use anlanh_screen::fold::Folded;
use anyhow::Result;

use crate::Settings;
use crate::corpus::Comments;
use crate::engine;
use crate::harness::{Entrant, Outcome, contest};
use crate::peers::vectorscan::Vectorscan;
use crate::phrases::{phrases, random_phrases};
use crate::report::{Bar, Row, Section, short};

const SIZES: [usize; 3] = [1_000, 10_000, LARGEST];
/// The dictionary that the bar is about.
const LARGEST: usize = 100_000;

/// Measures the pipeline and its peers at each dictionary size.
///
/// # Errors
/// When a dictionary does not compile.
pub fn measure(settings: &Settings, comments: &Comments, posts: &[String], domains: &[String]) -> Result<Section> {
    let mut section = Section::new("Text pipeline, one core");
    let dictionary = phrases(comments, LARGEST);
    let bytes: usize = posts.iter().map(String::len).sum();
    section.notes.push(format!(
        "{} posts, {} bytes on average. The pipeline is folding, the phrases in mode `obfuscated` beside the built-in \
         pack, {} listed domains, links, personal data and rules; the peers look for the raw phrases as literals with \
         ASCII case ignored, and find those inside other syllables too. The words of a phrase follow each other as people \
         write them, but for those of random words: hardly any post has what such a phrase ends with.",
        posts.len(),
        bytes / posts.len().max(1),
        domains.len()
    ));
    for size in SIZES {
        let phrases = dictionary.get(..size).unwrap_or(&dictionary);
        let bar = if phrases.len() == LARGEST {
            Bar::AtLeast(1.0)
        } else {
            Bar::None
        };
        let what = format!("{} phrases", short(phrases.len() as f64));
        measure_dictionary(settings, &mut section, posts, phrases, domains, (&what, bar))?;
    }
    let dictionary = random_phrases(comments, LARGEST);
    let what = format!("{} phrases of random words", short(LARGEST as f64));
    measure_dictionary(settings, &mut section, posts, &dictionary, domains, (&what, Bar::None))?;
    Ok(section)
}

fn measure_dictionary(
    settings: &Settings,
    section: &mut Section,
    posts: &[String],
    phrases: &[String],
    domains: &[String],
    (what, bar): (&str, Bar),
) -> Result<()> {
    let started = Instant::now();
    let screener = engine::screener(phrases, domains)?;
    let compiled_ours = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let mut vectorscan = Vectorscan::compile(phrases)?;
    let compiled_vectorscan = started.elapsed().as_secs_f64();
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(phrases)?;

    let mut scratch = Scratch::default();
    let mut folded = Folded::new();
    let pipeline = Entrant::over("pipeline", posts, |post| {
        let verdict = screener.screen_with(&mut scratch, &engine::item(post));
        u64::from(!verdict.reasons.is_empty())
    });
    let bare = Entrant::over("Vectorscan", posts, |post| u64::from(vectorscan.count(post) > 0));
    let nfa = Entrant::over("aho-corasick", posts, |post| {
        u64::from(automaton.find_overlapping_iter(post).count() > 0)
    });
    let fold = Entrant::over("folding alone", posts, |post| {
        folded.fold(post);
        folded.tokens().len() as u64
    });
    let memory = Entrant::over("memory", posts, |post| post.bytes().map(u64::from).sum());
    let outcomes = contest(settings.rounds, vec![pipeline, bare, nfa, fold, memory])?;
    let [ours, vectorscan, nfa, fold, memory] = outcomes.as_slice() else {
        return Ok(());
    };
    section.rows.push(row(what, ours, vectorscan, bar));
    section.rows.push(row(what, ours, nfa, Bar::None));
    section.rows.push(row(what, ours, fold, Bar::None));
    section.rows.push(row(what, ours, memory, Bar::None));
    section.notes.push(format!(
        "{what}: compiled in {compiled_ours:.1} s, Vectorscan {compiled_vectorscan:.1} s; posts with a reason {:.1} %, \
         with a raw match {:.1} % (Vectorscan) and {:.1} % (aho-corasick).",
        percent(ours, posts),
        percent(vectorscan, posts),
        percent(nfa, posts),
    ));
    Ok(())
}

fn row(what: &str, ours: &Outcome, peer: &Outcome, bar: Bar) -> Row {
    Row {
        what: what.to_owned(),
        ours: format!(
            "{} posts/s, {:.0} MB/s",
            short(ours.rate()),
            ours.megabytes_per_second()
        ),
        beside: format!(
            "{} {} posts/s, {:.0} MB/s",
            peer.name,
            short(peer.rate()),
            peer.megabytes_per_second()
        ),
        ratio: ours.times(peer),
        bar,
    }
}

fn percent(outcome: &Outcome, posts: &[String]) -> f64 {
    outcome.found() as f64 * 100.0 / posts.len().max(1) as f64
}
