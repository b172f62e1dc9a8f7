//! What a detector found, in words that a person can judge by: the author's own words where they still are, and titles
//! instead of keys.

use std::collections::BTreeSet;

use anlanh_screen::{Detector, PersonalKind};

use super::excerpt::Reason;
use super::words::Words;
use crate::console::Found;
use crate::page::names::Names;

/// Most quotations of one detector; the text beside them has them all marked.
const MAX_QUOTES: usize = 8;

/// What a detector found for a rule, as in `Từ vựng: “việc nhẹ lương cao”`. `text` is what was screened, unless it was
/// erased.
pub fn in_words(words: Words, names: Names<'_>, reason: &Reason, text: Option<&str>) -> Found {
    let detector = detector(reason);
    let quotes = quotes(reason, text.unwrap_or_default());
    let named = || reason.found.iter().map(|key| name(words, names, detector, key));
    let found: Vec<String> = match detector {
        // An entry of the lexicon has no name but its key, and its phrases are what it is.
        Detector::Lexicon if !quotes.is_empty() => quotes,
        // A person's number is marked in the text and told once, there.
        Detector::Lexicon | Detector::PersonalData | Detector::Context => named().collect(),
        Detector::Blocklist | Detector::LookAlike => named().chain(quotes).collect(),
    };
    Found {
        detector: names.detector(detector),
        what: found.join(", "),
    }
}

/// What stands over a marked place: the rule, and what kind of thing it is.
pub fn title(names: Names<'_>, reason: &Reason) -> String {
    format!("{} ({})", names.rule(&reason.rule), names.detector(detector(reason)))
}

/// The detector of a kept verdict; one that is not known any more was of the context.
fn detector(reason: &Reason) -> Detector {
    Detector::from_key(&reason.detector).unwrap_or(Detector::Context)
}

fn name(words: Words, names: Names<'_>, detector: Detector, key: &str) -> String {
    match detector {
        Detector::Blocklist => names.list(key),
        Detector::LookAlike => format!("{} {key}", words.pick("giống", "like")),
        Detector::PersonalData => {
            let kind = PersonalKind::from_key(key);
            kind.map_or_else(|| key.to_owned(), |kind| names.personal(kind).to_owned())
        }
        Detector::Lexicon | Detector::Context => key.to_owned(),
    }
}

/// What the author wrote there, each once, in the order of the text.
fn quotes(reason: &Reason, text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let places = reason.spans.iter();
    let quoted = places.filter_map(|&(start, end)| text.get(start as usize..end as usize));
    quoted
        .filter(|quote| seen.insert(quote.to_lowercase()))
        .take(MAX_QUOTES)
        .map(|quote| format!("“{quote}”"))
        .collect()
}
