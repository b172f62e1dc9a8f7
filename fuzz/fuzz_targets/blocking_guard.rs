//! What the operator says of a network: any bytes are read or refused, and whatever is weighed by it, what is protected is refused.
#![no_main]

use anlanh_soc::blocking::Act;
use anlanh_soc::blocking::guard::{Ask, Bounds, Class, Guard, Known, Warned, Weight};
use anlanh_soc::{Value, WarningList};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let bounds = Bounds {
        popular: 10,
        shared_names: 2,
        names_below: 2,
        widest_v4: 24,
        widest_v6: 48,
    };
    let (mut guard, mut known) = (Guard::new(bounds), Known::new());
    let list = WarningList::read(text).ok();
    if let Some(warned) = list.and_then(|list| Warned::of(&list).ok()) {
        assert!(warned.unread() <= text.len());
        known.warn(warned);
    }
    let lines = || {
        text.split(|byte| *byte == b'\n')
            .filter_map(|line| std::str::from_utf8(line).ok())
    };
    for line in lines() {
        let _ = known.add_rank(line);
        let _ = known.add_answer(line);
        let protected = guard.protect(Class::Own, line).is_ok();
        if let Ok(value) = Value::guess(line) {
            let ask = Ask {
                value: &value,
                act: &Act::NxDomain,
                why_no_name: Some("fuzz"),
            };
            let found = guard.judge(ask, &known);
            let is_refused = found.iter().any(|finding| finding.weight() == Weight::Refuses);
            let is_path = matches!(value, Value::Text(kind, _) if matches!(kind.key(), "url" | "hash"));
            assert!(is_refused || is_path || !protected, "{line}");
            let _ = guard.estimate(&value, &known);
        }
    }
});
