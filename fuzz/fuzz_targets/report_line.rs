//! Lines of reports, and their schema, which is the first line: what they tell are events.
#![no_main]

use anlanh_sensor::{Reports, read_xarf};
use anlanh_soc::{Format, Layout, Matcher, Scratch};
use libfuzzer_sys::fuzz_target;

const SCHEMA: &str = r#"{"t": {"required_fields": [["time.source", "timestamp"], ["source.ip", "ip"], ["source.port", "port"]],
    "optional_fields": [["source.url", "url"], ["malware.hash.md5", "md5"], ["destination.fqdn", "host"]]}}"#;

fuzz_target!(|text: &str| {
    let (schema, lines) = text.split_once('\n').unwrap_or((text, text));
    let (mut out, mut all) = (Vec::new(), vec![Reports::new(SCHEMA).unwrap()]);
    all.extend(Reports::new(schema).ok());
    for mut reports in all {
        reports.read("timestamp,ip,port,url,md5,host", &mut out);
        for line in lines.lines() {
            reports.read(line, &mut out);
        }
    }
    for line in lines.lines() {
        read_xarf(line.as_bytes(), &mut out);
    }
    let lines = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let (matcher, layout) = (Matcher::new(Default::default()), Layout::of(Format::Eve));
    matcher.scan(
        &mut Scratch::default(),
        &layout,
        (0..).zip(lines),
        |_| {},
        |bad| panic!("{bad:?}"),
    );
});
