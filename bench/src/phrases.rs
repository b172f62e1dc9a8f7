//! Dictionaries of Vietnamese phrases: distinct, two to five syllables, like what stands in the posts and mostly not in
//! them, so that engines look closely and seldom find as it stands. Without marks or in disguise more is found: words that
//! are common in such phrases are common in posts.

use std::collections::{HashMap, HashSet};

use aho_corasick::AhoCorasick;

use crate::corpus::Comments;
use crate::disguise::bare;
use crate::random::Random;

const MIN_SYLLABLES: usize = 2;
const MAX_SYLLABLES: usize = 5;
/// Letters of the longest syllable.
const LONGEST_WORD: usize = 7;
/// How often a phrase is drawn before another length is tried.
const MOST_DRAWS: usize = 100;
/// How many phrases really occur. They are the same in a dictionary of every size.
pub const OCCURRING: usize = 140;

/// So many phrases, those that occur in posts first. The others stand in no comment, with or without marks, and their
/// words follow each other as they do in the held-out comments. So what phrases begin and end with stands in posts as often
/// as language makes it, and engines look closely whichever end they look from.
#[must_use]
pub fn phrases(comments: &Comments, count: usize) -> Vec<String> {
    let held_out: Vec<Vec<String>> = comments.held_out().map(syllables).collect();
    let language = Language::of(&held_out);
    made(comments, count, |random, length| language.words(random, length))
}

/// The same of any words behind any, rare ones as often as common ones, except that every second one begins as something in
/// the held-out comments does. Hardly any post has what these end with, which suits engines that look from the end.
#[must_use]
pub fn random_phrases(comments: &Comments, count: usize) -> Vec<String> {
    let posted: Vec<Vec<String>> = comments.posted().map(syllables).collect();
    let held_out: Vec<Vec<String>> = comments.held_out().map(syllables).collect();
    let (beginnings, vocabulary) = (Grams::of(&held_out).all, vocabulary(&posted));
    made(comments, count, |random, length| {
        any_words(random, length, &beginnings, &vocabulary)
    })
}

/// So many phrases of words that are drawn, behind those that occur.
fn made<'c>(comments: &Comments, count: usize, draw: impl Fn(&mut Random, usize) -> Vec<&'c str>) -> Vec<String> {
    let mut random = Random::new(0x6c65_7869);
    let posted: Vec<Vec<String>> = comments.posted().map(syllables).collect();
    let held_out: Vec<Vec<String>> = comments.held_out().map(syllables).collect();
    let mut seen = Grams::of(&posted);
    let mut phrases = std::mem::take(&mut seen.once);
    random.shuffle(&mut phrases);
    phrases.truncate(OCCURRING.min(count));

    let mut taken: HashSet<String> = phrases.iter().cloned().collect();
    taken.extend(seen.all);
    taken.extend(Grams::of(&held_out).all);
    let surplus = if count > OCCURRING { count + count / 3 } else { count };
    while phrases.len() < surplus {
        let length = MIN_SYLLABLES + random.below(MAX_SYLLABLES + 1 - MIN_SYLLABLES);
        // What is drawn again is as long, so that there are as many of each length.
        phrases.extend((0..MOST_DRAWS).find_map(|_| {
            let words = draw(&mut random, length);
            let phrase = words.join(" ");
            (words.len() == length && taken.insert(phrase.clone())).then_some(phrase)
        }));
    }
    let others = phrases.split_off(OCCURRING.min(count));
    phrases.extend(absent(others, comments));
    phrases.truncate(count);
    phrases
}

/// So many words, of which the first ones may be how something begins.
fn any_words<'c>(random: &mut Random, length: usize, beginnings: &'c [String], vocabulary: &[&'c str]) -> Vec<&'c str> {
    let mut words: Vec<&str> = Vec::with_capacity(length);
    if random.chance(50)
        && let Some(gram) = random.pick(beginnings)
    {
        words.extend(gram.split(' ').take(length - 1));
    }
    while words.len() < length {
        words.extend(random.pick(vocabulary).copied());
    }
    words
}

/// How words follow each other.
struct Language<'c> {
    /// All words, as often as they are written.
    words: Vec<&'c str>,
    /// What stands behind each, as often as it does.
    followers: HashMap<&'c str, Vec<&'c str>>,
}

impl<'c> Language<'c> {
    /// That of some texts. Only syllables and short forms of them are words.
    fn of(texts: &'c [Vec<String>]) -> Self {
        let is_word = |word: &&String| word.chars().count() <= LONGEST_WORD && word.chars().all(char::is_alphabetic);
        let mut made = Self {
            words: Vec::new(),
            followers: HashMap::new(),
        };
        for text in texts {
            made.words.extend(text.iter().filter(is_word).map(String::as_str));
            for (word, next) in text.iter().zip(text.iter().skip(1)) {
                if is_word(&word) && is_word(&next) {
                    made.followers.entry(word).or_default().push(next);
                }
            }
        }
        made
    }

    /// So many words, or fewer where nothing stands behind the last one. Two are any two, as often as they are written:
    /// what stands behind each other is written somewhere.
    fn words(&self, random: &mut Random, length: usize) -> Vec<&'c str> {
        let mut words = Vec::with_capacity(length);
        let mut next = random.pick(&self.words);
        if length == MIN_SYLLABLES {
            words.extend(next);
            words.extend(random.pick(&self.words));
            return words;
        }
        while let Some(word) = next.filter(|_| words.len() < length) {
            words.push(*word);
            next = self.followers.get(word).and_then(|followers| random.pick(followers));
        }
        words
    }
}

/// Those that stand in no comment even when marks are forgotten, nor across the borders of syllables (`an ho` stands in
/// `bạn học`): what else is found is found by chance.
fn absent(phrases: Vec<String>, comments: &Comments) -> Vec<String> {
    let Ok(automaton) = AhoCorasick::new(phrases.iter().map(|phrase| bare(phrase))) else {
        return phrases;
    };
    let mut is_present = vec![false; phrases.len()];
    for comment in comments.iter() {
        for found in automaton.find_overlapping_iter(&bare(&comment.to_lowercase())) {
            if let Some(is_present) = is_present.get_mut(found.pattern().as_usize()) {
                *is_present = true;
            }
        }
    }
    let kept = phrases
        .into_iter()
        .zip(is_present)
        .filter(|(_, is_present)| !is_present);
    kept.map(|(phrase, _)| phrase).collect()
}

/// Runs of two to five syllables.
#[derive(Default)]
struct Grams {
    /// Each of them once, in the order of the texts.
    all: Vec<String>,
    /// Those of good syllables that occur once only.
    once: Vec<String>,
}

impl Grams {
    fn of(texts: &[Vec<String>]) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut grams = Self::default();
        for text in texts {
            for length in MIN_SYLLABLES..=MAX_SYLLABLES {
                for window in text.windows(length) {
                    let gram = window.join(" ");
                    let count = counts.entry(gram.clone()).or_default();
                    *count += 1;
                    if *count == 1 {
                        grams.all.push(gram);
                    }
                }
            }
        }
        let is_once = |gram: &&String| counts.get(*gram) == Some(&1) && gram.split(' ').all(is_syllable);
        grams.once = grams.all.iter().filter(is_once).cloned().collect();
        grams
    }
}

fn vocabulary(texts: &[Vec<String>]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let words = texts.iter().flatten().map(String::as_str);
    words.filter(|word| is_syllable(word) && seen.insert(*word)).collect()
}

/// Two to seven letters with a Vietnamese mark among them, or three to six without.
fn is_syllable(word: &str) -> bool {
    let letters = bare(word);
    let lengths = if word.is_ascii() { 3..=6 } else { 2..=7 };
    lengths.contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn syllables(text: &str) -> Vec<String> {
    let words = text.split_whitespace();
    words
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}
