//! Personal data: every finding is some characters of the text, and the same text has the same findings.
#![no_main]

use std::sync::LazyLock;

use anlanh_fuzz::{check_signals, every_identifier};
use anlanh_screen::Signals;
use anlanh_screen::fold::Folded;
use anlanh_screen::personal::Detectors;
use libfuzzer_sys::fuzz_target;

static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| Detectors::compile(&every_identifier()));

fuzz_target!(|text: &str| {
    let mut folded = Folded::new();
    folded.fold(text);
    let (mut signals, mut again) = (Signals::default(), Signals::default());
    DETECTORS.scan(text, &folded, &mut signals);
    DETECTORS.scan(text, &folded, &mut again);
    check_signals(signals.as_slice(), text, 0);
    assert_eq!(signals.as_slice(), again.as_slice());
});
