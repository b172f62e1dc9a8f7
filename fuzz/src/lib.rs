//! What the fuzz targets share: an engine to screen with, and what holds of everything that it says.

use std::sync::LazyLock;

use anlanh_screen::{Action, Item, Place, Screener, Signal, Verdict};

/// The engine with the pack that the program ships.
pub static SCREENER: LazyLock<Screener> = LazyLock::new(|| {
    let pack = anlanh_pack::built_in().expect("the built-in pack is good");
    Screener::compile(pack.into_screen()).expect("the built-in pack compiles")
});

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
    let strongest = verdict.reasons.iter().map(|reason| reason.action).max().unwrap_or_default();
    let least = if verdict.undecided.is_some() { Action::Review } else { Action::Allow };
    assert_eq!(verdict.action, strongest.max(least), "{verdict:?}");
    assert!(verdict.reasons.is_sorted_by(|a, b| a.action >= b.action), "{verdict:?}");
    assert!(verdict.labels.is_sorted());
    for reason in &verdict.reasons {
        check_places(&reason.places, item.text, item.links.len());
    }
}
