//! What patterns cost on one core, printed: events of Suricata without any, with many that have something to look up, and
//! with as many as there may be that have nothing.
//!
//! ```sh
//! cargo run --release --package anlanh-soc --example patterns
//! ```

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Instant;

use anlanh_soc::{Builder, Format, Layout, Matcher, Scratch};

const EVENTS: u32 = 200_000;

fn event(number: u32) -> String {
    let [_, high, middle, low] = number.to_be_bytes();
    format!(
        r#"{{"timestamp":"2026-11-28T03:00:00.000001+0700","flow_id":{number},"event_type":"http","src_ip":"10.{high}.{middle}.{low}",
"src_port":50001,"dest_ip":"198.51.{middle}.{low}","dest_port":8080,"proto":"TCP","http":{{"hostname":"n{number}.example",
"url":"/a/{number}","http_method":"GET","http_user_agent":"Mozilla/5.0"}}}}"#
    )
    .replace('\n', "")
}

fn measure(what: &str, patterns: impl Iterator<Item = String>) -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Builder::new().with_every_event();
    let source = builder.source("patterns")?;
    for (number, pattern) in patterns.enumerate() {
        builder.add_pattern(&pattern.parse()?, source, &number.to_string())?;
    }
    let matcher = Matcher::new(Arc::new(builder.build()));
    let events: Vec<String> = (0..EVENTS).map(event).collect();
    let layout = Layout::of(Format::Eve);
    let mut scratch = Scratch::default();
    let mut best = f64::INFINITY;
    let mut hits = 0;
    for _ in 0..5 {
        let lines = (1..).zip(events.iter().map(|line| line.as_bytes()));
        let start = Instant::now();
        hits = matcher.scan(&mut scratch, &layout, lines, |_| {}, |_| {}).hits;
        best = best.min(start.elapsed().as_secs_f64());
    }
    let speed = f64::from(EVENTS) / best;
    writeln!(io::stdout(), "{what:44} {speed:10.0} events/s, {hits} hits")?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let looked_up = |count: u32| {
        (0..count).map(|number| {
            let [_, high, middle, low] = number.to_be_bytes();
            format!("[network-traffic:dst_ref.value = '203.{high}.{middle}.{low}' AND network-traffic:dst_port = 8080]")
        })
    };
    let scanned = |count: u32| {
        (0..count).map(|number| format!("[url:value MATCHES '/evil{number}$' AND url:value LIKE '%evil%']"))
    };
    measure("no pattern", looked_up(0))?;
    for count in [1_000, 10_000, 200_000] {
        measure(&format!("{count} patterns that are looked up"), looked_up(count))?;
    }
    for count in [1, 16, 256] {
        measure(&format!("{count} patterns that are matched every time"), scanned(count))?;
    }
    Ok(())
}
