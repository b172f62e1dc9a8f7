//! Measures text clusters on texts of one's own, one a line on standard input: how many edited copies share a key with
//! their original, and how many other texts do that have little in common with it.
//!
//! ```sh
//! cargo run --release -p anlanh-screen --example near_copies < texts.txt
//! ```

#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::time::Instant;

use anlanh_screen::cluster::{ClusterKeys, keys};
use anlanh_screen::fold::Folded;

/// Texts that share at least so many of their pairs of syllables are copies of one another anyhow.
const ALIKE: f64 = 0.3;

fn main() -> std::io::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let texts: BTreeSet<&str> = input.lines().filter(|text| keys_of(text).is_some()).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    println!(
        "{} distinct texts with keys of {} lines",
        texts.len(),
        input.lines().count()
    );
    for (name, edit) in EDITS {
        let joined = texts.iter().filter(|text| is_joined(text, &edit(text))).count();
        println!("{name:24} {:6.2} % joined", percent(joined, texts.len()));
    }
    false_joins(&texts);
    time(&texts);
    Ok(())
}

type Edit = fn(&str) -> String;

const EDITS: [(&str, Edit); 8] = [
    ("marks left out", without_marks),
    ("upper case", |text| text.to_uppercase()),
    ("signs and emoji added", |text| {
        text.split_whitespace().collect::<Vec<_>>().join(" 🔥, ")
    }),
    ("spaces left out", |text| text.split_whitespace().collect()),
    ("digits replaced", |text| {
        text.chars().map(|c| if c.is_ascii_digit() { '7' } else { c }).collect()
    }),
    ("a word added", |text| {
        changed(text, |words, at| words.insert(at, "nhanh"))
    }),
    ("a word left out", |text| {
        changed(text, |words, at| {
            words.remove(at);
        })
    }),
    ("a word changed", |text| {
        changed(text, |words, at| {
            words.remove(at);
            words.insert(at, "nhanh");
        })
    }),
];

fn without_marks(text: &str) -> String {
    let mut folded = Folded::new();
    folded.fold(text);
    String::from_utf8_lossy(folded.bytes()).into_owned()
}

/// Changes the words at a place that depends on the text alone.
fn changed(text: &str, change: impl Fn(&mut Vec<&str>, usize)) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let at = text.bytes().map(usize::from).sum::<usize>() % words.len().max(1);
    if !words.is_empty() {
        change(&mut words, at);
    }
    words.join(" ")
}

fn is_joined(one: &str, other: &str) -> bool {
    match (keys_of(one), keys_of(other)) {
        (Some(one), Some(other)) => one.meets(&other),
        (None, _) | (_, None) => false,
    }
}

fn keys_of(text: &str) -> Option<ClusterKeys> {
    let mut folded = Folded::new();
    folded.fold(text);
    keys(&folded)
}

fn false_joins(texts: &[&str]) {
    let mut groups: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (number, text) in texts.iter().enumerate() {
        for key in keys_of(text).iter().flat_map(ClusterKeys::as_array) {
            groups.entry(key).or_default().push(number);
        }
    }
    let (mut unlike, mut alike, mut hit) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for group in groups.values() {
        for (at, one) in group.iter().enumerate() {
            for other in group.iter().skip(at + 1).filter(|other| *other != one) {
                if likeness(texts, *one, *other) >= ALIKE {
                    alike.insert((*one, *other));
                } else {
                    unlike.insert((*one, *other));
                    hit.extend([*one, *other]);
                }
            }
        }
    }
    let most = groups.values().map(Vec::len).max().unwrap_or(0);
    println!(
        "pairs joined: {} alike, {} unlike; largest key {most} texts",
        alike.len(),
        unlike.len()
    );
    println!(
        "texts joined with an unlike one: {} = {:.2} %",
        hit.len(),
        percent(hit.len(), texts.len())
    );
}

/// The share of pairs of neighbouring syllables, without marks, that two texts have in common (Jaccard).
fn likeness(texts: &[&str], one: usize, other: usize) -> f64 {
    let pairs = |number: usize| -> BTreeSet<(u64, u64)> {
        let mut folded = Folded::new();
        folded.fold(texts.get(number).copied().unwrap_or_default());
        let bits: Vec<u64> = folded.tokens().iter().map(|token| token.key.bits()).collect();
        bits.iter().copied().zip(bits.iter().copied().skip(1)).collect()
    };
    let (one, other) = (pairs(one), pairs(other));
    one.intersection(&other).count() as f64 / one.union(&other).count().max(1) as f64
}

fn time(texts: &[&str]) {
    let folded: Vec<Folded> = texts
        .iter()
        .map(|text| {
            let mut folded = Folded::new();
            folded.fold(text);
            folded
        })
        .collect();
    let start = Instant::now();
    let rounds = 20;
    for _ in 0..rounds {
        for folded in &folded {
            std::hint::black_box(keys(std::hint::black_box(folded)));
        }
    }
    let spent = start.elapsed().as_nanos() as f64 / f64::from(rounds);
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    println!(
        "{:.0} ns a text, {:.0} ns for 200 bytes",
        spent / texts.len().max(1) as f64,
        spent * 200.0 / bytes.max(1) as f64
    );
}

fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}
