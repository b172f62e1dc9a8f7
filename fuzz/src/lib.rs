//! What the fuzz targets share: packs and an engine, and what holds of everything that it says.

use std::sync::LazyLock;

use anlanh_screen::{
    Action, Category, Date, Entry, Identifier, Item, ListDeclaration, MatchMode, Pack, PersonalKind, Place,
    ProtectedName, Screener, Severity, Signal, Verdict,
};

/// The engine with the pack that is built in.
pub static SCREENER: LazyLock<Screener> = LazyLock::new(|| {
    let policy = anlanh_pack::Policy::built_in().expect("the built-in pack is good");
    Screener::compile(policy.screen_pack().clone()).expect("the built-in pack compiles")
});

/// A pack with nothing in it.
pub fn empty_pack() -> Pack {
    Pack {
        id: "fuzz".to_owned(),
        version: "0".to_owned(),
        digest: String::new(),
        as_of: Date(20_000),
        utc_offset_minutes: 420,
        categories: Vec::new(),
        labels: Vec::new(),
        lexicon: Vec::new(),
        teencode: Vec::new(),
        names: Vec::new(),
        affixes: Vec::new(),
        lists: Vec::new(),
        identifiers: Vec::new(),
        rules: Vec::new(),
    }
}

/// A pack with one of everything that a condition can ask about.
pub fn vocabulary_pack() -> Pack {
    Pack {
        categories: vec![Category {
            key: "SC1".to_owned(),
            detectable: true,
            automatic: true,
            bases: Vec::new(),
        }],
        labels: vec!["tin-gia".to_owned()],
        lexicon: vec![Entry {
            id: "sc1.otp".to_owned(),
            category: "SC1".to_owned(),
            tags: vec!["credential".to_owned()],
            severity: Severity::High,
            mode: MatchMode::Obfuscated,
            phrases: vec!["mã otp".to_owned()],
            near: None,
            not_near: None,
        }],
        names: vec![
            protected("nganhangvidu", "nganhangvidu.com.vn"),
            protected("vidubank", "vidubank.vn"),
        ],
        affixes: ["vn", "online", "hotro"].map(str::to_owned).to_vec(),
        lists: vec![ListDeclaration {
            id: "phishing".to_owned(),
            category: "SC1".to_owned(),
        }],
        identifiers: every_identifier(),
        ..empty_pack()
    }
}

/// Every kind of personal data, however unsure.
pub fn every_identifier() -> Vec<Identifier> {
    let identifier = |kind| Identifier {
        kind,
        min_confidence: 0,
    };
    PersonalKind::ALL.map(identifier).to_vec()
}

fn protected(name: &str, domain: &str) -> ProtectedName {
    ProtectedName {
        name: name.to_owned(),
        kind: "bank".to_owned(),
        domains: vec![domain.to_owned()],
    }
}

/// Every place is some characters of the text, or one of the links.
pub fn check_places<'p>(places: impl IntoIterator<Item = &'p Place>, text: &str, links: usize) {
    for place in places {
        match place {
            Place::Text(span) => {
                let typed = text.get(span.start as usize..span.end as usize);
                assert!(typed.is_some_and(|typed| !typed.is_empty()), "{span:?} of {text:?}");
            }
            Place::Link(index) => assert!((*index as usize) < links, "link {index} of {links}"),
        }
    }
}

/// Signals of an item stand where it has something.
pub fn check_signals(signals: &[Signal], text: &str, links: usize) {
    check_places(signals.iter().map(|signal| &signal.place), text, links);
    assert!(signals.iter().all(|signal| signal.confidence.as_percent() <= 100));
}

/// A verdict follows from its reasons, and never passes what was not judged.
pub fn check_verdict(verdict: &Verdict<'_>, item: &Item<'_>) {
    let strongest = verdict
        .reasons
        .iter()
        .map(|reason| reason.action)
        .max()
        .unwrap_or_default();
    let least = if verdict.undecided.is_some() {
        Action::Review
    } else {
        Action::Allow
    };
    assert_eq!(verdict.action, strongest.max(least), "{verdict:?}");
    assert!(verdict.reasons.is_sorted_by(|a, b| a.action >= b.action), "{verdict:?}");
    assert!(verdict.labels.is_sorted());
    for reason in &verdict.reasons {
        check_places(&reason.places, item.text, item.links.len());
    }
}
