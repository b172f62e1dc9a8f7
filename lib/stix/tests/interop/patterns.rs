//! What is a pattern and what is none, as others see it.

use anlanh_stix::Pattern;
use serde_json::json;

use crate::generate::Generator;
use crate::peer::ask;

struct Case {
    pattern: String,
    is_one: bool,
    differs: bool,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in include_str!("patterns.txt").lines() {
        match line.split_once(' ') {
            Some((mark @ ("+" | "-"), pattern)) => cases.push(Case {
                pattern: pattern.to_owned(),
                is_one: mark == "+",
                differs: false,
            }),
            Some(("!", _)) => cases.last_mut().unwrap().differs = true,
            _ => {}
        }
    }
    cases
}

#[test]
fn patterns_are_read_and_print_back_equal() {
    for Case { pattern, is_one, .. } in cases() {
        let read = pattern.parse::<Pattern>();
        assert_eq!(read.is_ok(), is_one, "{pattern}: {read:?}");
        if let Ok(read) = read {
            assert_eq!(read.to_string().parse::<Pattern>().as_ref(), Ok(&read), "{read}");
        }
    }
}

#[test]
fn another_parser_takes_the_same_patterns() {
    let mut cases = cases();
    let mut generator = Generator::new(7);
    for _ in 0..1_500 {
        let pattern = generator.pattern();
        cases.push(Case {
            pattern: generator.broken(&pattern),
            is_one: false,
            differs: false,
        });
        // What we print is a pattern for others as well.
        let printed = pattern.parse::<Pattern>().unwrap().to_string();
        cases.extend([pattern, printed].map(|pattern| Case {
            pattern,
            is_one: true,
            differs: false,
        }));
    }
    let questions: Vec<_> = cases
        .iter()
        .map(|case| json!({"ask": "pattern", "pattern": case.pattern}))
        .collect();
    let Some(answers) = ask(&questions) else { return };
    let (mut agree, mut wrong) = (0, Vec::new());
    for (case, answer) in cases.iter().zip(&answers) {
        let ours = case.pattern.parse::<Pattern>();
        if case.is_one {
            assert!(ours.is_ok(), "{}: {ours:?}", case.pattern);
        }
        let agrees = answer.holds.unwrap_or(false) == ours.is_ok();
        agree += usize::from(agrees);
        if agrees == case.differs {
            wrong.push(format!("{}: ours {ours:?}, theirs {}", case.pattern, answer.said));
        }
    }
    eprintln!(
        "patterns: {agree} of {} agree, {} differ as documented",
        cases.len(),
        cases.len() - agree
    );
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.get(..wrong.len().min(20)).unwrap().join("\n")
    );
}
