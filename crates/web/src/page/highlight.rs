//! The text cut into pieces, so that evidence that is nested or overlaps can be shown in place.

use anlanh_screen::Span;

/// Something to show in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub span: Span,
    /// How it looks: a class of the style sheet.
    pub class: &'static str,
    /// Numbers of the fired rules that it is evidence for; empty when it is for none.
    pub rules: Vec<usize>,
    /// What it is, in words.
    pub title: String,
}

/// A run of text under the same marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// How it looks; empty for text under no mark.
    pub classes: String,
    /// Numbers of the rules it is evidence for, with spaces between.
    pub rules: String,
    /// Those of the numbers whose evidence does not go on behind this piece: each is shown once, at the end.
    pub ends: String,
    /// What lies here, in words.
    pub title: String,
}

/// Cuts a text along its marks. Nothing of the text is lost, whatever the marks are; those that are not on character
/// boundaries are left out.
pub fn pieces(text: &str, marks: &[Mark]) -> Vec<Piece> {
    let mut cuts = vec![0, text.len()];
    let marks: Vec<(usize, usize, &Mark)> = marks
        .iter()
        .map(|mark| (mark.span.start as usize, mark.span.end as usize, mark))
        .filter(|(start, end, _)| start < end && text.get(*start..*end).is_some())
        .collect();
    cuts.extend(marks.iter().flat_map(|(start, end, _)| [*start, *end]));
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::with_capacity(cuts.len());
    for (start, end) in cuts.iter().copied().zip(cuts.iter().copied().skip(1)) {
        let here: Vec<_> = marks
            .iter()
            .filter(|(from, to, _)| *from <= start && end <= *to)
            .collect();
        let mut rules: Vec<usize> = here
            .iter()
            .flat_map(|(_, _, mark)| mark.rules.iter().copied())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        let goes_on = |rule: &usize| {
            let mut next = marks.iter().filter(|(from, to, _)| *from <= end && end < *to);
            next.any(|(_, _, mark)| mark.rules.contains(rule))
        };
        let ends: Vec<usize> = rules.iter().copied().filter(|rule| !goes_on(rule)).collect();
        // The innermost mark gives the colour: it says most about this place.
        let inner = here
            .iter()
            .min_by_key(|(from, to, mark)| (mark.rules.is_empty(), to - from));
        let mut classes = inner.map(|(_, _, mark)| mark.class.to_owned()).unwrap_or_default();
        if !here.is_empty() {
            classes.push_str(if rules.is_empty() { " loose" } else { "" });
            classes.push_str(if here.iter().any(|(from, ..)| *from == start) {
                " from"
            } else {
                ""
            });
            classes.push_str(if here.iter().any(|(_, to, _)| *to == end) {
                " to"
            } else {
                ""
            });
        }
        let mut titles: Vec<&str> = here.iter().map(|(_, _, mark)| mark.title.as_str()).collect();
        titles.dedup();
        pieces.push(Piece {
            text: text.get(start..end).unwrap_or_default().to_owned(),
            classes,
            rules: spaced(&rules),
            ends: spaced(&ends),
            title: titles.join(" · "),
        });
    }
    pieces
}

fn spaced(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    numbers.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: u32, end: u32, rules: &[usize]) -> Mark {
        Mark {
            span: Span { start, end },
            class: "lexicon",
            rules: rules.to_vec(),
            title: format!("{start}-{end}"),
        }
    }

    fn check(text: &str, marks: &[Mark], expected: &[(&str, &str, &str)]) {
        let pieces = pieces(text, marks);
        let shown: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.text.as_str(), piece.rules.as_str(), piece.ends.as_str()))
            .collect();
        assert_eq!(shown, expected, "{text:?}");
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text);
    }

    #[test]
    fn marks_may_nest_touch_and_overlap() {
        check("abcdef", &[], &[("abcdef", "", "")]);
        check(
            "abcdef",
            &[mark(1, 3, &[1])],
            &[("a", "", ""), ("bc", "1", "1"), ("def", "", "")],
        );
        check(
            "abcdef",
            &[mark(0, 6, &[1]), mark(2, 4, &[2])],
            &[("ab", "1", ""), ("cd", "1 2", "2"), ("ef", "1", "1")],
        );
        check(
            "abcdef",
            &[mark(0, 4, &[1]), mark(2, 6, &[2])],
            &[("ab", "1", ""), ("cd", "1 2", "1"), ("ef", "2", "2")],
        );
        check(
            "abcd",
            &[mark(0, 2, &[1]), mark(2, 4, &[1])],
            &[("ab", "1", ""), ("cd", "1", "1")],
        );
        check("ab", &[mark(0, 2, &[2, 1]), mark(0, 2, &[1])], &[("ab", "1 2", "1 2")]);
    }

    #[test]
    fn marks_that_fit_nowhere_are_left_out() {
        check(
            "ạb",
            &[mark(1, 3, &[1]), mark(0, 99, &[1]), mark(2, 2, &[1])],
            &[("ạb", "", "")],
        );
        check("", &[mark(0, 0, &[1])], &[]);
    }

    #[test]
    fn what_no_rule_spoke_of_is_shown_loosely() {
        let shown = pieces("ab", &[mark(0, 1, &[])]);
        assert_eq!(shown[0].classes, "lexicon loose from to");
    }
}
