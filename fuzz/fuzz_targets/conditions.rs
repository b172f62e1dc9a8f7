//! Rule conditions: any text compiles or has mistakes that stand inside it; what compiles judges any item the same way
//! twice.
#![no_main]

use anlanh_fuzz::{check_verdict, vocabulary_pack};
use anlanh_screen::{Action, Author, Item, Rule, Screener};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|condition: &str| {
    let mut pack = vocabulary_pack();
    pack.rules.push(Rule {
        id: "fuzz".to_owned(),
        category: "SC1".to_owned(),
        when: condition.to_owned(),
        action: Action::Review,
        label: None,
        automatic: false,
    });
    match Screener::compile(pack) {
        Ok(screener) => {
            let known = Author {
                age_days: Some(1),
                locks: Some(0),
                verified: Some(false),
                ..Author::default()
            };
            for author in [Author::default(), known] {
                let item = Item {
                    text: "Gửi mã OTP cho 0901234567 tại xau.example",
                    author,
                    ..Item::default()
                };
                let verdict = screener.screen(&item);
                check_verdict(&verdict, &item);
                assert_eq!(verdict, screener.screen(&item));
            }
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                let offset = mistake.offset.unwrap_or_default();
                assert!(condition.is_char_boundary(offset), "{mistake:?} in {condition:?}");
            }
        }
    }
});
