//! Links in text and beside it: every finding is some characters of the text, or the link; a host that is found on a
//! list in a text is found on it as a link.
#![no_main]

use std::sync::{Arc, LazyLock};

use anlanh_fuzz::{check_signals, vocabulary_pack};
use anlanh_screen::fold::Folded;
use anlanh_screen::links::{LinkScratch, Links};
use anlanh_screen::{DomainSet, Signals};
use libfuzzer_sys::fuzz_target;

static LINKS: LazyLock<Links> = LazyLock::new(|| {
    let mut links = Links::compile(&vocabulary_pack()).expect("the pack is good");
    let lines = b"xau.example\nvidu.example/a\n192.0.2.1\n2001:db8::1\n";
    let names = DomainSet::from_lines(lines, |bad| panic!("{bad:?}")).expect("the list is good");
    links.set_list(0, Arc::new(names));
    links
});

fuzz_target!(|text: &str| {
    let mut folded = Folded::new();
    folded.fold(text);
    let (mut scratch, mut signals) = (LinkScratch::default(), Signals::default());
    LINKS.scan_text(text, &folded, &mut scratch, &mut signals);
    LINKS.scan_link(0, text, &mut scratch, &mut signals);
    check_signals(signals.as_slice(), text, 1);
    let mut again = Signals::default();
    LINKS.scan_text(text, &folded, &mut scratch, &mut again);
    LINKS.scan_link(0, text, &mut scratch, &mut again);
    assert_eq!(signals.as_slice(), again.as_slice());
});
