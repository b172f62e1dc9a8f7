//! Rules alone, with as many of them as the figures of ROOST Osprey were taken with.

use anlanh_screen::{Action, Author, Category, Date, Entry, Item, MatchMode, Pack, Rule, Scratch, Screener, Severity};
use anyhow::{Result, anyhow};

use crate::Settings;
use crate::harness::{Entrant, contest};
use crate::report::{Bar, Row, Section, short};

/// How many times as many items as Osprey events we should judge.
const BAR: f64 = 500.0;
/// How many rules, and the better of the figures that Osprey's own benchmark gave with as many, in events a second.
const OSPREY: [(usize, f64); 2] = [(10, 574.0), (50, 206.0)];
const CATEGORY: &str = "bench";

/// Measures packs of ten and of fifty rules.
///
/// # Errors
/// When a pack does not compile.
pub fn measure(settings: &Settings, section: &mut Section, posts: &[String]) -> Result<()> {
    for (rules, theirs) in OSPREY {
        let compiled = Screener::compile(pack(rules));
        let screener = compiled.map_err(|errors| anyhow!("the pack does not compile: {:?}", errors.first()))?;
        let mut scratch = Scratch::default();
        let mut days = 0;
        let ours = Entrant::over("ours", posts, |post| {
            days = (days + 1) % 1_000;
            let author = Author {
                age_days: Some(days),
                violations_30d: Some(days % 3),
                ..Author::default()
            };
            let item = Item {
                text: post,
                author,
                ..Item::default()
            };
            screener.screen_with(&mut scratch, &item).reasons.len() as u64
        });
        let outcomes = contest(settings.rounds, vec![ours])?;
        for ours in &outcomes {
            section.rows.push(Row {
                what: format!("{rules} rules, one core"),
                ours: format!("{} items/s, {} reasons", short(ours.rate()), ours.found()),
                beside: format!("Osprey {theirs} events/s, quoted"),
                ratio: ours.rate() / theirs,
                bar: Bar::AtLeast(BAR),
            });
        }
    }
    section.notes.push(
        "Rules: each asks for one of four phrases in any writing, and most for the author's age, violations or links \
         besides; folding, links and personal data run as ever. Osprey's figures are quoted and were not taken in the \
         same run: 319 to 574 events/s with ten regex rules and 125 to 206 with fifty, one worker process, by its own \
         `osprey-async-cli benchmark` at v1.1.0 (the better ones are shown)."
            .to_owned(),
    );
    Ok(())
}

/// A pack of so many rules, each with an entry of its own.
fn pack(rules: usize) -> Pack {
    const WORDS: [&str; 10] = [
        "mã otp",
        "trúng thưởng",
        "vay nhanh",
        "việc nhẹ lương cao",
        "nạp tiền",
        "đầu tư",
        "bằng thật",
        "tài khoản",
        "không",
        "người",
    ];
    const MORE: [&str; 5] = [
        "",
        " && author.age_days < 30",
        " && (links.count > 0 || author.violations_30d > 1)",
        " && !(author.verified == true) && item.length > 40",
        " && personal.count() > 0",
    ];
    let numbered = 0..rules;
    // A phrase of one to three words of the list: the shorter ones stand in many posts.
    let phrase = |number: usize, round: usize| {
        let words = [number, number / WORDS.len() + round, number * 3 + round];
        let words = words.iter().take(1 + (number + round) % 3);
        let words: Vec<&str> = words.filter_map(|at| WORDS.get(at % WORDS.len()).copied()).collect();
        words.join(" ")
    };
    Pack {
        id: "bench".to_owned(),
        version: "1".to_owned(),
        digest: String::new(),
        as_of: Date(20_400),
        utc_offset_minutes: 420,
        categories: vec![Category {
            key: CATEGORY.to_owned(),
            detectable: true,
            automatic: false,
            bases: Vec::new(),
        }],
        labels: Vec::new(),
        lexicon: numbered
            .clone()
            .map(|number| Entry {
                id: format!("entry.{number}"),
                category: CATEGORY.to_owned(),
                tags: Vec::new(),
                severity: Severity::Medium,
                mode: MatchMode::Obfuscated,
                phrases: (0..4).map(|round| phrase(number, round)).collect(),
                near: None,
                not_near: None,
            })
            .collect(),
        teencode: Vec::new(),
        names: Vec::new(),
        affixes: Vec::new(),
        lists: Vec::new(),
        identifiers: anlanh_screen::PersonalKind::ALL
            .map(|kind| anlanh_screen::Identifier {
                kind,
                min_confidence: 60,
            })
            .to_vec(),
        rules: numbered
            .zip(MORE.iter().cycle())
            .map(|(number, more)| Rule {
                id: format!("rule.{number}"),
                category: CATEGORY.to_owned(),
                when: format!("lexicon.count(\"entry.{number}\") > 0{more}"),
                action: Action::Review,
                label: None,
                automatic: false,
            })
            .collect(),
    }
}
