//! Reading packs, at the crate's border: what a good one says, what is wrong with a bad one, and what examples give.
#![cfg(test)]

mod examples;
mod files;
mod incidents;
mod mistakes;
mod policy;
mod procedures;
mod properties;

use anlanh_pack::{Mistake, Policy};

/// A pack without mistakes that has something of everything.
const GOOD: [(&str, &str); 18] = [
    ("authorities.toml", include_str!("../good/authorities.toml")),
    ("categories.toml", include_str!("../good/categories.toml")),
    ("clocks.toml", include_str!("../good/clocks.toml")),
    ("identifiers.toml", include_str!("../good/identifiers.toml")),
    ("labels.toml", include_str!("../good/labels.toml")),
    ("ladders.toml", include_str!("../good/ladders.toml")),
    ("laws.toml", include_str!("../good/laws.toml")),
    ("lexicon/sc1.toml", include_str!("../good/lexicon/sc1.toml")),
    ("lists.toml", include_str!("../good/lists.toml")),
    ("names.toml", include_str!("../good/names.toml")),
    ("orders.toml", include_str!("../good/orders.toml")),
    ("pack.toml", include_str!("../good/pack.toml")),
    ("rules/sc1.toml", include_str!("../good/rules/sc1.toml")),
    ("teencode.toml", include_str!("../good/teencode.toml")),
    ("appeals.toml", include_str!("../good/appeals.toml")),
    ("feeds.toml", include_str!("../good/feeds.toml")),
    ("retention.toml", include_str!("../good/retention.toml")),
    ("blocking.toml", include_str!("../good/blocking.toml")),
];

/// Files in memory, by path.
type Files = Vec<(String, Vec<u8>)>;

/// The good pack.
fn good() -> Files {
    let files = GOOD.iter();
    files
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

/// The good pack with the first occurrence of a text in one file replaced by another.
fn changed(file: &str, old: &str, new: &str) -> Files {
    let mut files = good();
    let (_, content) = files.iter_mut().find(|(path, _)| path == file).expect(file);
    let text = std::str::from_utf8(content).unwrap();
    assert!(text.contains(old), "{file} holds no {old:?}");
    *content = text.replacen(old, new, 1).into_bytes();
    files
}

fn read(files: &Files) -> Result<Policy, Vec<Mistake>> {
    Policy::from_files(files.iter().map(|(path, content)| (path.as_str(), content.as_slice())))
}

/// The mistakes of a pack as they are printed.
fn mistakes(files: &Files) -> Vec<String> {
    match read(files) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(in_english).collect(),
    }
}

/// A mistake as `anlanh pack check` prints it, in English alone; in Vietnamese it must say something else.
fn in_english(mistake: &Mistake) -> String {
    let Mistake {
        file,
        line,
        column,
        message,
    } = mistake;
    assert_ne!(message.vi, message.en, "{mistake}");
    assert!(
        mistake
            .to_string()
            .ends_with(&format!(": {} · {}", message.vi, message.en))
    );
    format!("{file}:{line}:{column}: {}", message.en)
}
