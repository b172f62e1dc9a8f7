//! Event lines, lists of indicators and patterns: any bytes are read or refused, and what is found is listed or matched.
#![no_main]

use std::sync::Arc;

use anlanh_soc::{Builder, FieldMap, Format, Found, Layout, Matcher, Recogniser, Scratch, add_line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    // Lists before the first blank line, events behind it.
    let cut = text.windows(2).position(|two| two == b"\n\n").unwrap_or(0);
    let (lists, events) = text.split_at(cut);
    let mut builder = Builder::new().with_every_event();
    let source = builder.source("list").expect("one source fits");
    for line in lists.split(|byte| *byte == b'\n') {
        let _ = add_line(&mut builder, source, line);
        let pattern = std::str::from_utf8(line).ok().and_then(|line| line.parse().ok());
        if let Some(pattern) = pattern {
            let _ = builder.add_pattern(&pattern, source, "pattern");
        }
    }
    // One that most events match, so that all of them are observed.
    let some = "[ipv4-addr:value LIKE '%' OR domain-name:value != '' OR network-traffic:dst_port > 0]";
    let added = builder.add_pattern(&some.parse().expect("a pattern"), source, "some");
    added.expect("one pattern fits");
    let matcher = Matcher::new(Arc::new(builder.build()));
    let map =
        FieldMap::parse(r#"{"h":"host","u":"url","e":"email","d":{"n":"domain"},"p":"http-path","o":"http-host"}"#);
    let mut layouts: Vec<Layout> = [Format::Eve, Format::Zeek, Format::Bind, Format::Unbound]
        .map(Layout::of)
        .into();
    layouts.extend(map.map(Layout::json));
    layouts.extend(
        Recogniser::new(None)
            .advance(events)
            .into_iter()
            .flatten()
            .map(|(_, layout)| layout),
    );
    let mut scratch = Scratch::default();
    for layout in layouts {
        let lines = (1..).zip(events.split(|byte| *byte == b'\n'));
        let mut hits = 0;
        let on_hit = |hit: anlanh_soc::Hit<'_>| {
            let is_listed = !hit.listed.is_empty() && hit.value.len() >= hit.listed.len().min(1);
            assert!(is_listed || hit.found == Found::Pattern);
            assert_eq!(hit.indicator.source, "list");
            hits += 1;
        };
        let tally = matcher.scan(&mut scratch, &layout, lines, on_hit, |_| {});
        assert_eq!(tally.hits, hits);
    }
});
