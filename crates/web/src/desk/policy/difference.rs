//! What changed in a file, line by line.

use imara_diff::{Algorithm, Diff, InternedInput, Token};

use crate::console::policy::LineKind;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 2;

/// The lines that went and came, with those around them; what is left out between them is a gap.
pub(super) fn difference(before: &str, after: &str) -> Vec<(LineKind, String)> {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let show = |kind: LineKind, tokens: &[Token], from: usize, to: usize| {
        let tokens = tokens.get(from..to.min(tokens.len())).unwrap_or_default();
        let line = |token: &Token| (kind, input.interner[*token].trim_end_matches('\n').to_owned());
        tokens.iter().map(line).collect::<Vec<_>>()
    };
    let (old, new) = (&input.before, &input.after);
    let mut lines = Vec::new();
    // Up to here, the old lines are shown or left out.
    let mut settled = 0;
    for hunk in diff.hunks() {
        let (from, to) = (hunk.before.start as usize, hunk.before.end as usize);
        let behind = if lines.is_empty() { 0 } else { CONTEXT };
        if from - settled > behind + CONTEXT {
            lines.extend(show(LineKind::Same, old, settled, settled + behind));
            if !lines.is_empty() {
                lines.push((LineKind::Gap, String::new()));
            }
            settled = from - CONTEXT;
        }
        lines.extend(show(LineKind::Same, old, settled, from));
        lines.extend(show(LineKind::Removed, old, from, to));
        lines.extend(show(
            LineKind::Added,
            new,
            hunk.after.start as usize,
            hunk.after.end as usize,
        ));
        settled = to;
    }
    if !lines.is_empty() {
        lines.extend(show(LineKind::Same, old, settled, settled + CONTEXT));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A letter for the kind of each line, and the line.
    fn shown(before: &str, after: &str) -> Vec<String> {
        let lines = difference(before, after).into_iter();
        let letter = |kind| match kind {
            LineKind::Added => '+',
            LineKind::Removed => '-',
            LineKind::Same => ' ',
            LineKind::Gap => '~',
        };
        lines.map(|(kind, line)| format!("{}{line}", letter(kind))).collect()
    }

    fn numbered(count: usize, changed: &[usize]) -> String {
        let line = |number: usize| {
            if changed.contains(&number) {
                format!("line {number} changed\n")
            } else {
                format!("line {number}\n")
            }
        };
        (1..=count).map(line).collect()
    }

    #[test]
    fn a_change_is_shown_with_two_lines_around_it() {
        let lines = shown(&numbered(9, &[]), &numbered(9, &[5]));
        let expected = [" line 3", " line 4", "-line 5", "+line 5 changed", " line 6", " line 7"];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_lies_between_two_changes_is_shown_or_is_a_gap() {
        let near = shown(&numbered(9, &[]), &numbered(9, &[2, 7]));
        assert!(!near.iter().any(|line| line.starts_with('~')), "{near:?}");
        assert_eq!(near.len(), 11);
        let far = shown(&numbered(9, &[]), &numbered(9, &[2, 8]));
        assert_eq!(far.iter().filter(|line| *line == "~").count(), 1, "{far:?}");
        assert!(!far.contains(&" line 5".to_owned()), "{far:?}");
    }

    #[test]
    fn ends_of_files_have_no_gap() {
        assert_eq!(shown("", "a\nb"), ["+a", "+b"]);
        assert_eq!(shown("a\nb\n", ""), ["-a", "-b"]);
        assert_eq!(shown("a\n", "a\n"), Vec::<String>::new());
        assert_eq!(shown("a\nb\n", "a\nb\nc\n"), [" a", " b", "+c"]);
    }
}
