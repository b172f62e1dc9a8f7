//! The whole engine: verdicts follow from their reasons, point at what was typed, and do not depend on what was
//! screened before.
#![no_main]

use std::borrow::Cow;
use std::cell::RefCell;

use anlanh_fuzz::{SCREENER, check_signals, check_verdict};
use anlanh_screen::{Item, ItemKind, Scratch};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fuzz_target!(|input: &str| {
    // A text, then links, each after a NUL; the length of the input picks the kind.
    let mut parts = input.split('\0');
    let text = parts.next().unwrap_or_default();
    let links: Vec<Cow<'_, str>> = parts.map(Cow::Borrowed).collect();
    let kind = ItemKind::ALL[input.len() % ItemKind::ALL.len()];
    let item = Item {
        id: "fuzz",
        kind,
        text,
        links: &links,
        ..Item::default()
    };

    let fresh = SCREENER.screen(&item);
    check_verdict(&fresh, &item);
    let explanation = SCREENER.explain(&item);
    check_signals(&explanation.signals, text, links.len());
    assert_eq!(explanation.verdict, fresh);
    SCRATCH.with_borrow_mut(|scratch| assert_eq!(SCREENER.screen_with(scratch, &item), fresh));
});
