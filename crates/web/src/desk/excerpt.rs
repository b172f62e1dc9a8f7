//! Texts in lists, and texts with their evidence marked.

use anlanh_screen::Span;
use serde::Deserialize;

use crate::console::{Mark, Piece};
use crate::page::highlight;

/// Most characters of an excerpt.
const MAX_EXCERPT_CHARS: usize = 160;

/// What the console needs of a verdict as it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
    /// Keys of the labels that were given.
    pub labels: Vec<String>,
    /// Rules that their brakes held.
    pub braked: Vec<String>,
}

/// One detector's evidence for a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Reason {
    /// Key of the category.
    pub category: String,
    /// Key of the detector.
    pub detector: String,
    /// Id of the rule.
    pub rule: String,
    /// Key of what the rule does.
    pub action: String,
    /// What was found, by keys.
    pub found: Vec<String>,
    /// Where in the text, in bytes.
    pub spans: Vec<(u32, u32)>,
    /// Keys of the bases.
    pub basis: Vec<String>,
}

impl Told {
    /// What was answered; nothing of it where it cannot be read.
    pub fn parse(verdict: &str) -> Self {
        serde_json::from_str(verdict).unwrap_or_default()
    }

    /// The text, with what each detector found marked; `name` says in words what was found.
    pub fn marked(&self, text: &str, name: impl Fn(&Reason) -> String) -> Vec<Piece> {
        let marks = self.reasons.iter().flat_map(|reason| {
            let title = name(reason);
            reason.spans.iter().map(move |(start, end)| highlight::Mark {
                span: Span {
                    start: *start,
                    end: *end,
                },
                class: class(&reason.detector),
                rules: vec![0],
                title: title.clone(),
            })
        });
        let marks: Vec<highlight::Mark> = marks.collect();
        let pieces = highlight::pieces(text, &marks).into_iter();
        pieces
            .map(|piece| Piece {
                mark: (!piece.classes.is_empty()).then(|| Mark {
                    class: detector_class(&piece.classes),
                    title: piece.title,
                }),
                text: piece.text,
            })
            .collect()
    }
}

/// The class of a detector in the style sheet.
fn class(detector: &str) -> &'static str {
    match detector {
        "lexicon" => "lexicon",
        "blocklist" => "blocklist",
        "look_alike" => "look-alike",
        "personal_data" => "personal",
        _ => "context",
    }
}

fn detector_class(classes: &str) -> &'static str {
    let first = classes.split(' ').next().unwrap_or_default();
    ["lexicon", "blocklist", "look-alike", "personal"]
        .into_iter()
        .find(|class| *class == first)
        .unwrap_or("context")
}

/// The beginning of a text, on one line.
pub fn excerpt(text: &str) -> String {
    let mut line = String::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        chars += word.chars().count() + 1;
        if chars > MAX_EXCERPT_CHARS {
            if line.is_empty() {
                line.extend(word.chars().take(MAX_EXCERPT_CHARS));
            }
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A text without marks.
pub fn plain(text: impl Into<String>) -> Vec<Piece> {
    vec![Piece {
        text: text.into(),
        mark: None,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" một\n\nhai "), "một hai");
        assert_eq!(excerpt(""), "");
        let long = excerpt(&"chữ ".repeat(500));
        assert!(long.ends_with("chữ…") && long.chars().count() <= MAX_EXCERPT_CHARS);
        assert_eq!(excerpt(&"x".repeat(500)).chars().count(), MAX_EXCERPT_CHARS + 1);
    }

    #[test]
    fn evidence_is_marked_in_place() {
        let verdict = r#"{"action":"review","reasons":[{"detector":"look_alike","rule":"r","spans":[[3,5],[90,99]]}]}"#;
        let pieces = Told::parse(verdict).marked("ab cd", |reason| reason.rule.clone());
        let shown: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.text.as_str(), piece.mark.as_ref().map(|mark| mark.class)))
            .collect();
        assert_eq!(shown, [("ab ", None), ("cd", Some("look-alike"))]);
        assert_eq!(Told::parse("{"), Told::default());
    }
}
