//! Licences: every package's SPDX expression against the identifiers that `deny.toml` accepts.
//!
//! Reads the part of SPDX 2.3 annex D that packages use: `AND`, `OR`, `WITH`, parentheses, and the old `/` for `OR`.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::policy::Policy;
use super::{Graph, Violation};

/// Packages whose licence is not accepted, missing, or not readable.
pub fn check(policy: &Policy, graph: &Graph) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in &graph.packages {
        let Some(licence) = &package.licence else {
            violations.push(Violation::new(&package.name, "states no licence"));
            continue;
        };
        let more = policy.exceptions.get(&package.name).map_or(&[][..], Vec::as_slice);
        match accepts(licence, |id| {
            policy.licences.iter().chain(more).any(|known| known == id)
        }) {
            Some(true) => {}
            Some(false) => violations.push(Violation::new(
                &package.name,
                format!("licence {licence} is not accepted"),
            )),
            None => violations.push(Violation::new(
                &package.name,
                format!("licence {licence:?} is not SPDX"),
            )),
        }
    }
    violations
}

/// Whether an expression can be satisfied with accepted identifiers; `None` when it is not an expression.
fn accepts(expression: &str, is_accepted: impl Fn(&str) -> bool) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.into_iter().peekable();
    let answer = any_of(&mut words, &is_accepted)?;
    words.next().is_none().then_some(answer)
}

fn any_of(words: &mut Peekable<IntoIter<&str>>, is_accepted: &impl Fn(&str) -> bool) -> Option<bool> {
    let mut answer = all_of(words, is_accepted)?;
    while words.next_if_eq(&"OR").is_some() {
        answer |= all_of(words, is_accepted)?;
    }
    Some(answer)
}

fn all_of(words: &mut Peekable<IntoIter<&str>>, is_accepted: &impl Fn(&str) -> bool) -> Option<bool> {
    let mut answer = one(words, is_accepted)?;
    while words.next_if_eq(&"AND").is_some() {
        answer &= one(words, is_accepted)?;
    }
    Some(answer)
}

fn one(words: &mut Peekable<IntoIter<&str>>, is_accepted: &impl Fn(&str) -> bool) -> Option<bool> {
    match words.next()? {
        "(" => {
            let answer = any_of(words, is_accepted)?;
            words.next_if_eq(&")")?;
            Some(answer)
        }
        ")" | "AND" | "OR" | "WITH" => None,
        id => {
            if words.next_if_eq(&"WITH").is_some() {
                let exception = words.next()?;
                return Some(is_accepted(&format!("{id} WITH {exception}")));
            }
            Some(is_accepted(id))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn expect(expression: &str, expected: Option<bool>) {
        let accepted = ["MIT", "BSD-3-Clause", "Apache-2.0 WITH LLVM-exception"];
        assert_eq!(
            accepts(expression, |id| accepted.contains(&id)),
            expected,
            "{expression}"
        );
    }

    #[test]
    fn expressions_are_weighed_as_spdx_says() {
        expect("MIT", Some(true));
        expect("GPL-3.0", Some(false));
        expect("GPL-3.0 OR MIT", Some(true));
        expect("GPL-3.0/MIT", Some(true));
        expect("GPL-3.0 AND MIT", Some(false));
        expect("MIT AND BSD-3-Clause", Some(true));
        expect("MIT OR GPL-3.0 AND GPL-2.0", Some(true));
        expect("(MIT OR GPL-3.0) AND GPL-2.0", Some(false));
        expect("Apache-2.0", Some(false));
        expect("Apache-2.0 WITH LLVM-exception", Some(true));
    }

    #[test]
    fn what_is_no_expression_is_not_guessed_at() {
        for text in ["", "MIT MIT", "MIT OR", "(MIT", "MIT)", "AND MIT", "MIT WITH"] {
            expect(text, None);
        }
    }

    #[test]
    fn an_exception_counts_for_its_package_alone() {
        let policy = Policy {
            licences: vec!["MIT".to_owned()],
            exceptions: [("odd".to_owned(), vec!["MPL-2.0".to_owned()])].into(),
            ..Policy::default()
        };
        let mut graph = Graph::from_rows(&[("odd", None, &[]), ("other", None, &[]), ("mute", None, &[])]);
        for (package, licence) in graph.packages.iter_mut().zip([Some("MPL-2.0"), Some("MPL-2.0"), None]) {
            package.licence = licence.map(str::to_owned);
        }
        let found: Vec<String> = check(&policy, &graph).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            ["other: licence MPL-2.0 is not accepted", "mute: states no licence"]
        );
    }
}
