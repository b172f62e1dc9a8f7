//! What a text must have in it for a regular expression to match: so that it need not be tried with every text.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::letters;

/// Most texts of which one must be there.
const MOST: usize = 64;
/// Most characters of a class that may all be the same letter.
const MOST_OF_CLASS: u32 = 4;

/// How a regular expression is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flags {
    pub(crate) ignores_case: bool,
    pub(crate) has_lines: bool,
    pub(crate) dot_is_all: bool,
}

/// Texts in small letters of which one is in the small letters of whatever matches; none where nothing need be there.
pub(crate) fn needed(regex: &str, flags: Flags) -> Vec<String> {
    let parsed = ParserBuilder::new()
        .case_insensitive(flags.ignores_case)
        .multi_line(flags.has_lines)
        .dot_matches_new_line(flags.dot_is_all)
        .build()
        .parse(regex);
    parsed.ok().and_then(|hir| of(&hir)).unwrap_or_default()
}

fn of(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(_) | HirKind::Class(_) => letter(hir).map(|text| vec![text]),
        HirKind::Repetition(repetition) if repetition.min > 0 => of(&repetition.sub),
        HirKind::Repetition(_) => None,
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Concat(parts) => concatenated(parts),
        HirKind::Alternation(parts) => {
            let all: Option<Vec<Vec<String>>> = parts.iter().map(of).collect();
            all.map(|all| all.concat()).filter(|all| all.len() <= MOST)
        }
    }
}

fn concatenated(parts: &[Hir]) -> Option<Vec<String>> {
    let mut best: Option<Vec<String>> = None;
    let mut offer = |found: Vec<String>| {
        let shortest = |texts: &[String]| texts.iter().map(String::len).min().unwrap_or(0);
        if best.as_deref().is_none_or(|best| shortest(&found) > shortest(best)) {
            best = Some(found);
        }
    };
    let mut run = String::new();
    for part in parts {
        if let Some(text) = letter(part) {
            run.push_str(&text);
            continue;
        }
        // What has no width does not end a run.
        if matches!(part.kind(), HirKind::Look(_) | HirKind::Empty) {
            continue;
        }
        if !run.is_empty() {
            offer(vec![std::mem::take(&mut run)]);
        }
        if let Some(found) = of(part) {
            offer(found);
        }
    }
    if !run.is_empty() {
        offer(vec![run]);
    }
    best
}

/// The one text in small letters that a part stands for.
fn letter(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(letters::lowered),
        HirKind::Class(Class::Unicode(class)) => {
            let count: u32 = class.ranges().iter().map(|range| range.len() as u32).sum();
            if count == 0 || count > MOST_OF_CLASS {
                return None;
            }
            let mut all = class
                .ranges()
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .map(|char| letters::lowered(char.encode_utf8(&mut [0; 4])));
            let first = all.next()?;
            all.all(|other| other == first).then_some(first)
        }
        HirKind::Class(Class::Bytes(_))
        | HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Concat(_)
        | HirKind::Alternation(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(regex: &str, expected: &[&str]) {
        assert_eq!(needed(regex, Flags::default()), expected, "{regex}");
    }

    #[test]
    fn the_longest_text_that_must_be_there_is_found() {
        check(r"^Evil[0-9]+\.vn$", &["evil"]);
        check(r"a.*longer.*b", &["longer"]);
        check(r"(foo|bar)\d", &["foo", "bar"]);
        check(r"(?:foo|b.r?)x*", &["foo", "b"]);
        check(r"(abc)+", &["abc"]);
        check(r"(abc)*", &[]);
        check(r"x(abc)?y", &["x"]);
        check(r"[a-z]{20}", &[]);
        check(r"foo\bbar", &["foobar"]);
        check(r"foo|", &[]);
        check(r"(", &[]);
        let ignoring = Flags {
            ignores_case: true,
            ..Flags::default()
        };
        assert_eq!(needed(r"\.ONION$", ignoring), [".onion"]);
        // The long s and the sign of kelvin are no s and no k.
        assert_eq!(needed("desk", ignoring), ["de"]);
    }

    #[test]
    fn alternatives_have_a_limit() {
        let alternatives = |count: usize| (0..count).map(|n| format!("a{n}x+b")).collect::<Vec<_>>().join("|");
        assert_eq!(needed(&alternatives(MOST), Flags::default()).len(), MOST);
        assert_eq!(needed(&alternatives(MOST + 1), Flags::default()).len(), 0);
    }
}
