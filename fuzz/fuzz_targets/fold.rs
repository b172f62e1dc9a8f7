//! Folding: any text folds, and every unit and token points back into the original on character boundaries.
#![no_main]

use anlanh_screen::fold::Folded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut folded = Folded::new();
    folded.fold(text);
    let mut end_of_last = 0;
    for token in folded.tokens() {
        let units = token.units();
        assert!(end_of_last <= units.start && units.start < units.end);
        end_of_last = units.end;
        let span = folded.span(units);
        let bytes = span.start as usize..span.end as usize;
        assert!(
            text.get(bytes).is_some_and(|typed| !typed.is_empty()),
            "{span:?} of {text:?}"
        );
    }
    let mut again = folded.clone();
    again.fold(text);
    assert_eq!(folded.tokens(), again.tokens());
});
