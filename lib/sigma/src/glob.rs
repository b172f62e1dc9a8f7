//! Texts with wildcards: `*` for any run of characters, `?` for one, and a backslash before what is meant as itself.

use crate::letters;

/// Characters that `windash` takes for one another: hyphen, slash, en dash, em dash, horizontal bar.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// A text with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Any one character.
    One,
    /// Any run of characters, none included.
    Any,
    /// One of [`DASHES`].
    Dash,
}

impl Glob {
    /// Reads a text as rules have it. A backslash that stands before neither a wildcard nor a backslash is itself.
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let part = match (char, chars.peek()) {
                ('\\', Some(next @ ('*' | '?' | '\\'))) => {
                    plain.push(*next);
                    chars.next();
                    continue;
                }
                ('*', _) => Part::Any,
                ('?', _) => Part::One,
                (other, _) => {
                    plain.push(other);
                    continue;
                }
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            // Two of them say the same as one.
            if part != Part::Any || parts.last() != Some(&Part::Any) {
                parts.push(part);
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Self { parts }
    }

    /// A text in which nothing is a wildcard.
    pub(crate) fn plain(text: String) -> Self {
        let parts = if text.is_empty() {
            Vec::new()
        } else {
            vec![Part::Text(text)]
        };
        Self { parts }
    }

    /// The text, where it has no wildcard.
    pub(crate) fn as_plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            [..] => None,
        }
    }

    /// With any run of characters before it.
    pub(crate) fn open_before(mut self) -> Self {
        if self.parts.first() != Some(&Part::Any) {
            self.parts.insert(0, Part::Any);
        }
        self
    }

    /// With any run of characters behind it.
    pub(crate) fn open_behind(mut self) -> Self {
        if self.parts.last() != Some(&Part::Any) {
            self.parts.push(Part::Any);
        }
        self
    }

    /// With each dash that begins a word taken for every other.
    pub(crate) fn with_any_dash(self) -> Self {
        let mut parts = Vec::new();
        let is_word = |char: char| char.is_alphanumeric() || char == '_';
        for part in self.parts {
            let Part::Text(text) = part else {
                parts.push(part);
                continue;
            };
            let mut plain = String::new();
            let mut before = None;
            let mut chars = text.chars().peekable();
            while let Some(char) = chars.next() {
                let begins = !before.is_some_and(is_word) && chars.peek().copied().is_some_and(is_word);
                if DASHES.contains(&char) && begins {
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Dash);
                } else {
                    plain.push(char);
                }
                before = Some(char);
            }
            if !plain.is_empty() {
                parts.push(Part::Text(plain));
            }
        }
        Self { parts }
    }

    /// In small letters.
    pub(crate) fn lowered(self) -> Self {
        let lower = |part| match part {
            Part::Text(text) => Part::Text(letters::lowered(&text)),
            Part::One | Part::Any | Part::Dash => part,
        };
        Self {
            parts: self.parts.into_iter().map(lower).collect(),
        }
    }

    /// The longest text that whatever matches must have in it.
    pub(crate) fn longest(&self) -> Option<&str> {
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::One | Part::Any | Part::Dash => None,
        });
        texts.max_by_key(|text| text.len())
    }

    /// Whether a text is as this one says. The time is at most that of looking at each byte once for each part.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self.parts.as_slice() {
            [] => text.is_empty(),
            [Part::Text(plain)] => text == plain,
            [Part::Any, Part::Text(plain)] => text.ends_with(plain),
            [Part::Text(plain), Part::Any] => text.starts_with(plain),
            [Part::Any, Part::Text(plain), Part::Any] => text.contains(plain.as_str()),
            parts => matches_parts(parts, text),
        }
    }
}

/// Each run of parts without `*` is looked for as early as it can be, and the last as late.
fn matches_parts(parts: &[Part], text: &str) -> bool {
    let mut runs = parts.split(|part| *part == Part::Any);
    let Some(first) = runs.next() else {
        return text.is_empty();
    };
    let Some(mut rest) = after(first, text) else {
        return false;
    };
    let mut runs = runs.peekable();
    if runs.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(run) = runs.next() {
        if run.is_empty() {
            // Nothing stands behind the last `*`.
            continue;
        }
        if runs.peek().is_none() {
            return ends(run, rest);
        }
        let mut from = rest.char_indices().map(|(at, _)| at);
        let found = from.find_map(|at| after(run, rest.get(at..)?));
        let Some(left) = found else { return false };
        rest = left;
    }
    true
}

/// What is behind a run that a text begins with.
fn after<'t>(run: &[Part], text: &'t str) -> Option<&'t str> {
    run.iter().try_fold(text, |text, part| match part {
        Part::Text(plain) => text.strip_prefix(plain.as_str()),
        Part::One => one(text, |_| true),
        Part::Dash => one(text, |char| DASHES.contains(&char)),
        Part::Any => Some(text),
    })
}

fn one(text: &str, is_it: impl Fn(char) -> bool) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().filter(|char| is_it(*char)).map(|_| chars.as_str())
}

/// Whether a text ends with a run.
fn ends(run: &[Part], text: &str) -> bool {
    let left = run.iter().rev().try_fold(text, |text, part| match part {
        Part::Text(plain) => text.strip_suffix(plain.as_str()),
        Part::One => text.char_indices().next_back().and_then(|(at, _)| text.get(..at)),
        Part::Dash => {
            let last = text.char_indices().next_back();
            last.filter(|(_, char)| DASHES.contains(char))
                .and_then(|(at, _)| text.get(..at))
        }
        Part::Any => Some(text),
    });
    left.is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(glob: &str, matching: &[&str], others: &[&str]) {
        let read = Glob::read(glob);
        for text in matching {
            assert!(read.matches(text), "{glob} {text}");
        }
        for text in others {
            assert!(!read.matches(text), "{glob} {text}");
        }
    }

    #[test]
    fn wildcards_stand_for_characters() {
        check("evil.vn", &["evil.vn"], &["evilxvn", "a.evil.vn", "evil.vn.", ""]);
        check("", &[""], &["a"]);
        check("*", &["", "a", "đ"], &[]);
        check("*.vn", &[".vn", "a.vn"], &["a.vn.", "vn"]);
        check("a*", &["a", "ab"], &["ba"]);
        check("*b*", &["b", "abc"], &["ac"]);
        check("a?c", &["abc", "ađc"], &["ac", "abbc"]);
        check("a*b*c", &["abc", "axbxc", "abbcc"], &["acb", "ab", "abcd"]);
        check("*a?*b", &["axb", "aab", "aaxxb"], &["ab", "axbc"]);
        check("?*?", &["ab", "đđ", "abc"], &["a", ""]);
    }

    #[test]
    fn backslashes_make_wildcards_themselves() {
        check(r"a\*", &["a*"], &["ab", r"a\*"]);
        check(r"a\?", &["a?"], &["ab"]);
        check(r"C:\Windows", &[r"C:\Windows"], &[]);
        check(r"C:\\Windows", &[r"C:\Windows"], &[r"C:\\Windows"]);
        check(r"a\\*", &[r"a\", r"a\bc"], &["a*"]);
        check(r"a\\\*", &[r"a\*"], &[r"a\b"]);
        check(r"\\\\", &[r"\\"], &[r"\"]);
        check(r"\\\", &[r"\\"], &[r"\"]);
        check(r"a\", &[r"a\"], &["a"]);
    }

    #[test]
    fn dashes_that_begin_words_are_all_the_same() {
        let glob = Glob::read("cmd -param-x /y - z*").with_any_dash();
        for text in ["cmd -param-x /y - z", "cmd /param-x -y - zz", "cmd –param-x ―y - z"] {
            assert!(glob.matches(text), "{text}");
        }
        for text in ["cmd -param/x /y - z", "cmd -param-x /y / z", "cmd param-x /y - z"] {
            assert!(!glob.matches(text), "{text}");
        }
    }

    /// By trying everything.
    fn slowly(glob: &[char], text: &[char]) -> bool {
        match (glob.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), None) => slowly(rest, text),
            (Some(('*', rest)), Some((_, less))) => slowly(rest, text) || slowly(glob, less),
            (Some(('?', rest)), Some((_, less))) => slowly(rest, less),
            (Some((one, rest)), Some((other, less))) => one == other && slowly(rest, less),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn what_matches_is_what_trying_everything_finds(glob in "[ab*?]{0,7}", text in "[abc]{0,8}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(Glob::read(&glob).matches(&text), slowly(&chars(&glob), &chars(&text)));
        }
    }
}
