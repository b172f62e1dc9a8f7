//! Rules of Sigma: whatever is in a file, it is read or refused, and rules that are read compile and are held against
//! events.
#![no_main]

use std::sync::{Arc, LazyLock};

use anlanh_sigma::{Builder, Event, Rule, Scalar, Scratch, Slot};
use libfuzzer_sys::fuzz_target;

static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| {
    let events: [&[&str]; 4] = [
        &[],
        &["a.evil.vn", "443"],
        &["GET /x?y=1", "ĐƯỜNG", ""],
        &["192.0.2.1", "-1.5e3", "aaaaaaaaaaab"],
    ];
    let made = events.iter().map(|values| {
        let mut event = Event::default();
        for (at, value) in values.iter().enumerate() {
            event.push(Some(Slot(at as u16)), Scalar::Text, value);
        }
        event.push(Some(Slot(3)), Scalar::Null, "null");
        event
    });
    made.collect()
});

fuzz_target!(|file: &[u8]| {
    let mut builder = Builder::default();
    for rule in Rule::read(file).into_iter().flatten() {
        assert!(!rule.title.is_empty());
        let mut next = 0;
        // Fields are the first four in turn.
        let slot_of = |_: &str| {
            next += 1;
            Slot(next % 4)
        };
        if builder.add(Arc::new(rule), 1, slot_of).is_err() {
            return;
        }
    }
    let Ok(set) = builder.build() else { return };
    let mut scratch = Scratch::default();
    for event in EVENTS.iter() {
        let mut last = None;
        set.matches(&mut scratch, event, 1, |hit| {
            assert!(last < Some(hit.number), "in order, each once");
            last = Some(hit.number);
        });
        set.matches(&mut scratch, event, 2, |_| panic!("no event of that log"));
    }
});
