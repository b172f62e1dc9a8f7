//! Regular expressions of PCRE in the writing of the `regex` crate. What means something else there is refused, so that
//! no expression is silently another one; what the crate does not know, it refuses itself.

use std::iter::Peekable;
use std::str::Chars;

/// The expression as the crate writes it; otherwise what of it is refused.
pub(super) fn translate(pcre: &str) -> Result<String, &'static str> {
    let mut letters = pcre.chars().peekable();
    let mut out = String::with_capacity(pcre.len());
    let mut is_multi_line = false;
    // Whether a quantifier was just closed: a plus after it would make it possessive.
    let mut after_quantifier = false;
    while let Some(letter) = letters.next() {
        let is_quantifier = matches!(letter, '*' | '+' | '?' | '}');
        if letter == '+' && after_quantifier {
            return Err("a possessive quantifier");
        }
        after_quantifier = is_quantifier && !after_quantifier;
        match letter {
            '\\' => escape(&mut letters, &mut out)?,
            '[' => class(&mut letters, &mut out)?,
            '(' => {
                is_multi_line |= flags(&letters)?;
                out.push('(');
                // What comes after a bracket is no quantifier of anything.
                if let Some(mark) = letters.next_if_eq(&'?') {
                    out.push(mark);
                }
            }
            // Before the last line break too.
            '$' if !is_multi_line => out.push_str(r"(?:\n?\z)"),
            letter => out.push(letter),
        }
    }
    Ok(out)
}

fn escape(letters: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), &'static str> {
    let letter = letters.next().ok_or("a backslash at the end")?;
    match letter {
        // Signs to PCRE, edges of words to the crate.
        '<' | '>' => out.push(letter),
        'b' if letters.peek() == Some(&'{') => return Err("a brace after an edge of a word"),
        'u' | 'U' => return Err("an escape of another language"),
        _ => {
            out.push('\\');
            out.push(letter);
        }
    }
    Ok(())
}

/// Up to its bracket. To PCRE no bracket in it opens another class, and no sign in it joins two.
fn class(letters: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), &'static str> {
    out.push('[');
    if let Some(not) = letters.next_if_eq(&'^') {
        out.push(not);
    }
    if letters.next_if_eq(&']').is_some() {
        out.push_str("\\]");
    }
    while let Some(letter) = letters.next() {
        match letter {
            ']' => {
                out.push(']');
                return Ok(());
            }
            '\\' => match letters.next().ok_or("a backslash at the end")? {
                'b' => out.push_str("\\x08"),
                sign @ ('<' | '>') => out.push(sign),
                'u' | 'U' => return Err("an escape of another language"),
                escaped => out.extend(['\\', escaped]),
            },
            '[' if letters.peek() == Some(&':') => {
                out.push('[');
                named(letters, out)?;
            }
            '[' => out.push_str("\\["),
            '&' | '~' => out.extend(['\\', letter]),
            '-' if letters.peek() == Some(&'-') => return Err("two hyphens in a class"),
            letter => out.push(letter),
        }
    }
    Err("a class that does not end")
}

/// `[:alpha:]`
fn named(letters: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), &'static str> {
    for letter in letters.by_ref() {
        out.push(letter);
        if letter == ']' {
            return Ok(());
        }
        if !letter.is_ascii_lowercase() && letter != ':' && letter != '^' {
            return Err("a bracket in a class");
        }
    }
    Err("a class that does not end")
}

/// Whether flags stand after a bracket that make lines end at every line break.
fn flags(letters: &Peekable<Chars<'_>>) -> Result<bool, &'static str> {
    let mut letters = letters.clone();
    if letters.next_if_eq(&'?').is_none() {
        return Ok(false);
    }
    let flags: String = letters
        .take_while(|letter| letter.is_ascii_alphabetic() || *letter == '-')
        .collect();
    if flags.contains(['u', 'R', 'x']) {
        return Err("a flag that means something else here");
    }
    Ok(flags.split('-').next().is_some_and(|on| on.contains('m')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_mean_what_they_mean_to_pcre() {
        let check = |pcre: &str, text: &str, expected: bool| {
            let regex = regex::Regex::new(&translate(pcre).unwrap()).unwrap();
            assert_eq!(regex.is_match(text), expected, "{pcre} in {text:?}");
        };
        check("a$", "a\n", true);
        check("a$", "a\nb", false);
        check("(?m)a$", "a\nb", true);
        check(r"a\$", "a$", true);
        check(r"\<a\>", "<a>", true);
        check("[[a]", "[", true);
        check("[]a]+$", "]a", true);
        check("[^]]", "]", false);
        check("[a&&b]", "&", true);
        check("[[:digit:]x]", "7", true);
        check("[[:^digit:]]", "7", false);
        check(r"[\b]", "\u{8}", true);
        check(r"[$]", "a$b", true);
        check(r".+\@example\.com$", "x@example.com", true);
        check("a+?b*?c{2}?", "aacc", true);
        check("(?:a|b)+", "ab", true);
    }

    #[test]
    fn what_means_something_else_is_refused() {
        for pcre in [
            "a++",
            "a*+",
            "a?+",
            "a{2}+",
            r"\b{start}",
            "(?u)a",
            "(?R)",
            "(?x) a",
            "[a--b]",
            "[a",
            r"\u0041",
            "\\",
        ] {
            assert!(translate(pcre).is_err(), "{pcre}");
        }
    }
}
