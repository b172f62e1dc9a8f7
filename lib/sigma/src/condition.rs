//! Conditions: `selection and not 1 of filter*`.

use crate::limits::{MAX_CONDITION_BYTES, MAX_CONDITION_DEPTH};
use crate::mistake::Reason;

/// A condition over search identifiers, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    Search(usize),
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
}

/// Reads a condition over search identifiers of these names.
pub(crate) fn read(text: &str, names: &[&str]) -> Result<Condition, Reason> {
    if text.len() > MAX_CONDITION_BYTES {
        return Err(Reason::ConditionTooLong);
    }
    let mut reader = Reader {
        words: words(text)?,
        at: 0,
        end: text.len(),
        names,
        deeper: MAX_CONDITION_DEPTH,
    };
    let condition = reader.or()?;
    match reader.words.get(reader.at) {
        None => Ok(condition),
        Some((at, _)) => Err(Reason::Condition(*at)),
    }
}

/// Words and parentheses, with where they begin.
fn words(text: &str) -> Result<Vec<(usize, &str)>, Reason> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, char)) = chars.next() {
        let mut end = start + char.len_utf8();
        match char {
            '(' | ')' => {}
            '|' => return Err(Reason::Aggregation),
            char if char.is_whitespace() => continue,
            char if is_of_word(char) => {
                while let Some((_, char)) = chars.next_if(|(_, char)| is_of_word(*char)) {
                    end += char.len_utf8();
                }
            }
            _ => return Err(Reason::Condition(start)),
        }
        words.push((start, text.get(start..end).unwrap_or_default()));
    }
    Ok(words)
}

fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '*')
}

struct Reader<'c> {
    words: Vec<(usize, &'c str)>,
    at: usize,
    end: usize,
    names: &'c [&'c str],
    deeper: usize,
}

impl<'c> Reader<'c> {
    fn or(&mut self) -> Result<Condition, Reason> {
        let mut operands = vec![self.and()?];
        while self.takes("or") {
            operands.push(self.and()?);
        }
        Ok(joined(operands, Condition::Or))
    }

    fn and(&mut self) -> Result<Condition, Reason> {
        let mut operands = vec![self.not()?];
        while self.takes("and") {
            operands.push(self.not()?);
        }
        Ok(joined(operands, Condition::And))
    }

    fn not(&mut self) -> Result<Condition, Reason> {
        if !self.takes("not") {
            return self.one();
        }
        let inner = self.nested(Self::not)?;
        Ok(Condition::Not(Box::new(inner)))
    }

    fn one(&mut self) -> Result<Condition, Reason> {
        let (at, word) = self.next()?;
        if word == "(" {
            let inner = self.nested(Self::or)?;
            return match self.next()? {
                (_, ")") => Ok(inner),
                (at, _) => Err(Reason::Condition(at)),
            };
        }
        if self.peeks("of") {
            self.at += 1;
            let (of, pattern) = self.next()?;
            let searches = self.those(pattern).ok_or(Reason::Condition(of))?;
            return if word.eq_ignore_ascii_case("all") {
                Ok(joined(searches, Condition::And))
            } else if word == "1" || word.eq_ignore_ascii_case("any") {
                Ok(joined(searches, Condition::Or))
            } else {
                Err(Reason::Condition(at))
            };
        }
        if matches!(word, ")")
            || ["and", "or", "not", "of"]
                .iter()
                .any(|it| word.eq_ignore_ascii_case(it))
        {
            return Err(Reason::Condition(at));
        }
        let found = self.names.iter().position(|name| *name == word);
        found
            .map(Condition::Search)
            .ok_or_else(|| Reason::Unknown(word.to_owned()))
    }

    /// The search identifiers that a pattern names; `them` are all whose names do not begin with an underscore.
    fn those(&self, pattern: &str) -> Option<Vec<Condition>> {
        let is_all = pattern.eq_ignore_ascii_case("them");
        let is_meant = |name: &str| {
            if is_all {
                !name.starts_with('_')
            } else {
                is_like(name, pattern)
            }
        };
        let found = self.names.iter().enumerate().filter(|(_, name)| is_meant(name));
        let found: Vec<Condition> = found.map(|(number, _)| Condition::Search(number)).collect();
        (!found.is_empty()).then_some(found)
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Condition, Reason>) -> Result<Condition, Reason> {
        self.deeper = self.deeper.checked_sub(1).ok_or(Reason::ConditionTooDeep)?;
        let inner = read(self)?;
        self.deeper += 1;
        Ok(inner)
    }

    fn next(&mut self) -> Result<(usize, &'c str), Reason> {
        let next = self.words.get(self.at).copied().ok_or(Reason::Condition(self.end))?;
        self.at += 1;
        Ok(next)
    }

    fn peeks(&self, word: &str) -> bool {
        let next = self.words.get(self.at);
        next.is_some_and(|(_, next)| next.eq_ignore_ascii_case(word))
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_it = self.peeks(word);
        self.at += usize::from(is_it);
        is_it
    }
}

fn joined(mut operands: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match operands.pop() {
        Some(one) if operands.is_empty() => one,
        last => {
            operands.extend(last);
            join(operands)
        }
    }
}

/// Whether a name is as a pattern with `*` says.
fn is_like(name: &str, pattern: &str) -> bool {
    crate::glob::Glob::read(pattern).matches(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["sel_a", "sel_b", "filter-1", "_hidden", "keywords"];

    fn check(text: &str, expected: Result<&str, Reason>) {
        let read = read(text, &NAMES).map(|condition| written(&condition));
        assert_eq!(read.as_deref().map_err(Clone::clone), expected, "{text}");
    }

    fn written(condition: &Condition) -> String {
        let all = |operands: &[Condition], join: &str| {
            let operands: Vec<String> = operands.iter().map(written).collect();
            format!("({})", operands.join(join))
        };
        match condition {
            Condition::Search(number) => number.to_string(),
            Condition::And(operands) => all(operands, "&"),
            Condition::Or(operands) => all(operands, "|"),
            Condition::Not(inner) => format!("!{}", written(inner)),
        }
    }

    #[test]
    fn not_binds_more_than_and_and_that_more_than_or() {
        check("sel_a", Ok("0"));
        check("sel_a or sel_b and not filter-1", Ok("(0|(1&!2))"));
        check("(sel_a OR sel_b) AND NOT not filter-1", Ok("((0|1)&!!2)"));
        check("not (sel_a and sel_b)", Ok("!(0&1)"));
        check(" sel_a\n  and sel_b ", Ok("(0&1)"));
    }

    #[test]
    fn several_searches_are_named_at_once() {
        check("1 of sel_*", Ok("(0|1)"));
        check("all of sel_* and not 1 of filter*", Ok("((0&1)&!2)"));
        check("1 of them", Ok("(0|1|2|4)"));
        check("any of *d*", Ok("(3|4)"));
        check("not all of them", Ok("!(0&1&2&4)"));
        check("1 of keywords", Ok("4"));
    }

    #[test]
    fn what_is_none_is_told() {
        check("", Err(Reason::Condition(0)));
        check("sel_a sel_b", Err(Reason::Condition(6)));
        check("sel_a and", Err(Reason::Condition(9)));
        check("(sel_a", Err(Reason::Condition(6)));
        check("sel_a)", Err(Reason::Condition(5)));
        check("and sel_a", Err(Reason::Condition(0)));
        check("2 of sel_*", Err(Reason::Condition(0)));
        check("1 of nothing*", Err(Reason::Condition(5)));
        check("sel_c", Err(Reason::Unknown("sel_c".to_owned())));
        check("sel_a & sel_b", Err(Reason::Condition(6)));
        check("sel_a | count() by src_ip > 5", Err(Reason::Aggregation));
    }

    #[test]
    fn length_and_depth_have_limits() {
        let long = |bytes: usize| format!("{}sel_a", " ".repeat(bytes - 5));
        check(&long(MAX_CONDITION_BYTES), Ok("0"));
        check(&long(MAX_CONDITION_BYTES + 1), Err(Reason::ConditionTooLong));
        let deep = |depth: usize| format!("{}sel_a{}", "(".repeat(depth), ")".repeat(depth));
        check(&deep(MAX_CONDITION_DEPTH), Ok("0"));
        check(&deep(MAX_CONDITION_DEPTH + 1), Err(Reason::ConditionTooDeep));
        let nots = |depth: usize| format!("{}sel_a", "not ".repeat(depth));
        assert!(read(&nots(MAX_CONDITION_DEPTH), &NAMES).is_ok());
        check(&nots(MAX_CONDITION_DEPTH + 1), Err(Reason::ConditionTooDeep));
    }
}
