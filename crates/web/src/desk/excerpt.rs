//! Texts in lists, and texts with their evidence marked.

use std::ops::Range;

use anlanh_screen::Span;
use serde::Deserialize;

use crate::console::{Mark, Piece};
use crate::page::highlight;

/// Most characters of an excerpt.
const MAX_EXCERPT_CHARS: usize = 160;
/// How many of them stand before the telling part.
const LEAD_CHARS: usize = 40;

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

    /// Where the strongest reason that points into the text does so first, in bytes.
    pub fn first_place(&self) -> usize {
        let spans = self.reasons.iter().find_map(|reason| reason.spans.first());
        spans.map_or(0, |(start, _)| *start as usize)
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

/// The part of a text around a place, on one line, with its marks.
pub fn telling(text: &[Piece], place: usize) -> Vec<Piece> {
    let whole: String = text.iter().map(|piece| piece.text.as_str()).collect();
    let window = window(text, &whole, place);
    let mut at = 0;
    let mut shown: Vec<Piece> = Vec::new();
    for piece in text {
        let from = window.start.saturating_sub(at).min(piece.text.len());
        let to = window.end.saturating_sub(at).min(piece.text.len());
        at += piece.text.len();
        let kept = piece.text.get(from..to).unwrap_or_default();
        if !kept.is_empty() {
            shown.push(Piece {
                text: on_one_line(kept),
                mark: piece.mark.clone(),
            });
        }
    }
    if window.start > 0 {
        shown.insert(0, dots());
    }
    if window.end < whole.len() {
        shown.push(dots());
    }
    shown
}

/// Which bytes of a text are shown: from a few words before the place, and as many as there is room for.
fn window(text: &[Piece], whole: &str, place: usize) -> Range<usize> {
    let place = whole.floor_char_boundary(place);
    let (before, after) = whole.split_at_checked(place).unwrap_or((whole, ""));
    // Where little follows, more of what goes before finds room.
    let lead = LEAD_CHARS.max(MAX_EXCERPT_CHARS.saturating_sub(after.chars().count()));
    let start = match before.char_indices().rev().nth(lead) {
        // Not in the middle of a word, if there is another.
        Some((start, _)) => before
            .get(start..)
            .and_then(|lead| lead.find(char::is_whitespace))
            .map_or(place, |space| start + space),
        None => 0,
    };
    let start = uncut(text, start);
    let left = MAX_EXCERPT_CHARS.saturating_sub(whole.get(start..place).map_or(0, |lead| lead.chars().count()));
    let end = match after.char_indices().nth(left) {
        Some((end, _)) => {
            let shown = after.get(..end).unwrap_or_default();
            place + shown.rfind(char::is_whitespace).unwrap_or(end)
        }
        None => whole.len(),
    };
    start..end
}

/// The same place, or where the evidence that it stands in begins, if that is not far.
fn uncut(text: &[Piece], place: usize) -> usize {
    let (mut at, mut marked_from) = (0, 0);
    for piece in text {
        let end = at + piece.text.len();
        if piece.mark.is_none() {
            marked_from = end;
        }
        if place < end {
            let near = piece.mark.is_some() && place - marked_from <= 4 * LEAD_CHARS;
            return if near { marked_from } else { place };
        }
        at = end;
    }
    place
}

fn dots() -> Piece {
    Piece {
        text: "…".to_owned(),
        mark: None,
    }
}

/// The same with every run of white space as one space.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match (c.is_whitespace(), line.ends_with(' ')) {
            (true, true) => {}
            (true, false) => line.push(' '),
            (false, _) => line.push(c),
        }
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
    fn an_excerpt_shows_what_tells() {
        let check = |text: &str, place: Option<&str>, expected: &str| {
            let start = place.map_or(0, |place| text.find(place).unwrap());
            let spans = place.map(|place| vec![(start as u32, (start + place.len()) as u32)]);
            let told = Told {
                reasons: vec![Reason {
                    spans: spans.unwrap_or_default(),
                    ..Reason::default()
                }],
                ..Told::default()
            };
            let pieces = telling(&told.marked(text, |_| String::new()), told.first_place());
            let shown = pieces.iter().map(|piece| match &piece.mark {
                Some(_) => format!("[{}]", piece.text),
                None => piece.text.clone(),
            });
            let shown: String = shown.collect();
            assert_eq!(shown, expected, "{text}");
            let chars: usize = pieces.iter().map(|piece| piece.text.chars().count()).sum();
            assert!(chars <= MAX_EXCERPT_CHARS + 2, "{chars}");
        };
        check("", None, "");
        check("gửi mã\n\n OTP đi", Some("mã\n\n OTP"), "gửi [mã OTP] đi");
        let long = format!("{}gửi mã OTP{}", "đầu ".repeat(100), " cuối".repeat(100));
        let lead = " đầu".repeat(10);
        let tail = " cuối".repeat(21);
        check(&long, Some("gửi mã OTP"), &format!("…{lead} [gửi mã OTP]{tail}…"));
        let word = "x".repeat(500);
        check(&word, None, &format!("{}…", "x".repeat(MAX_EXCERPT_CHARS)));
        check(&format!("{word}y"), Some("y"), "…[y]");
        let short = "Chị gửi mã OTP cho em để nhận thưởng nhé, số em 0912 345 678";
        check(
            short,
            Some("0912 345 678"),
            &short.replace("0912 345 678", "[0912 345 678]"),
        );
    }

    #[test]
    fn evidence_before_the_telling_part_is_not_cut() {
        let mark = Some(Mark {
            class: "lexicon",
            title: String::new(),
        });
        let piece = |text: &str, mark: &Option<Mark>| Piece {
            text: text.to_owned(),
            mark: mark.clone(),
        };
        let text = [
            piece(&"đầu ".repeat(30), &None),
            // Two finds that overlap.
            piece("gửi mã OTP", &mark),
            piece(" cho em", &mark),
            piece(" để nhận thưởng nhé, số ", &None),
            piece("0912 345 678", &mark),
            piece(&" cuối".repeat(100), &None),
        ];
        let place = text[..4].iter().map(|piece| piece.text.len()).sum();
        let shown = telling(&text, place);
        let shown: Vec<&str> = shown.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(shown[..3], ["…", "gửi mã OTP", " cho em"], "{shown:?}");
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
