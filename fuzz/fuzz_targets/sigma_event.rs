//! Lines of any form held against rules of Sigma: none makes it panic, and a line says the same when it is read again.
#![no_main]

use std::sync::LazyLock;

use anlanh_soc::{FieldMap, Format, Judged, Layout, Recogniser, RuleScratch, Rules, RulesBuilder};
use libfuzzer_sys::fuzz_target;

const RULES: &str = r"
title: names
logsource: {category: dns}
detection:
  s: {query|endswith: .vn, record_type: [A, TXT]}
  f: {src_ip|cidr: 10.0.0.0/8}
  condition: s and not f
---
title: requests
logsource: {category: proxy}
detection:
  s: {c-uri|re: '(?i)\.exe(\?|$)', c-uri-extension: '*', c-uri-query|contains: '='}
  condition: s
---
title: anything
logsource: {category: network}
detection:
  s: [evil, 'a*b?c']
  t: {dst_port|gte: 1024, x.y.z|exists: true, x: null}
  condition: 1 of them
";

static ALL: LazyLock<(Rules, Vec<Layout>)> = LazyLock::new(|| {
    let mut builder = RulesBuilder::default();
    let (taken, mistakes) = builder.add(RULES.as_bytes(), "rules");
    assert_eq!((taken, mistakes.len()), (3, 0));
    let map = FieldMap::parse(r#"{"x": "domain"}"#).expect("a map");
    let formats = [Format::Eve, Format::Zeek, Format::Bind, Format::Unbound].map(Layout::of);
    (
        builder.build().0,
        formats.into_iter().chain([Layout::json(map)]).collect(),
    )
});

fuzz_target!(|lines: &[u8]| {
    let (rules, layouts) = &*ALL;
    let mut scratch = RuleScratch::default();
    let mut judge = |layout: &Layout, line: &[u8]| -> (Judged, Vec<String>) {
        let mut found = Vec::new();
        let judged = rules.scan(&mut scratch, layout, line, |hit| found.push(hit.rule.title.clone()));
        (judged, found)
    };
    for layout in layouts {
        let Ok(stretches) = Recogniser::new(Some(layout.clone())).advance(lines) else {
            continue;
        };
        for (from, layout) in stretches {
            for line in lines[from..].split(|byte| *byte == b'\n').take(8) {
                assert_eq!(judge(&layout, line), judge(&layout, line));
            }
        }
    }
});
