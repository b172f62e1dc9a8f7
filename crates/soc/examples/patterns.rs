//! What patterns cost on one core, printed: events of Suricata without any, with many that have something to look up, and
//! with as many as there may be that have nothing; and as a node reads, matches and keeps events, with patterns of one event and
//! over several beside a hundred thousand values.
//!
//! ```sh
//! cargo run --release --package anlanh-soc --example patterns
//! ```

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Instant;

use anlanh_soc::{
    Arrival, Builder, Common, Format, Hit, Keeper, Layout, Matcher, Network, Remembered, Scratch, SequencesBuilder,
    Tokens, add_line,
};

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

/// As a node does it: each event is read once, for what is kept, what is listed and what patterns over several have parts of. With 1,000
/// patterns, one event in 65 has a value of theirs.
fn measure_node(what: &str, net: &str, (one, several): (u32, u32)) -> Result<(), Box<dyn std::error::Error>> {
    let (mut builder, mut sequences) = (Builder::new(), SequencesBuilder::default());
    let source = builder.source("feed")?;
    for number in 0..100_000 {
        add_line(&mut builder, source, format!("evil{number}.example").as_bytes())?;
    }
    let far = |number: u32| {
        let [_, _, middle, low] = (number * 1_000).to_be_bytes();
        format!("network-traffic:dst_ref.value = '{net}.{middle}.{low}'")
    };
    for number in 0..one {
        let pattern = format!("[{} AND network-traffic:dst_port = 8080]", far(number));
        builder.add_pattern(&pattern.parse()?, source, &number.to_string())?;
    }
    for number in 0..several {
        let pattern = format!(
            "[{0}] FOLLOWEDBY [{0} AND network-traffic:dst_port = 4444] WITHIN 60 SECONDS",
            far(number)
        );
        sequences.add(&mut builder, &pattern.parse()?, (&number.to_string(), "feed"))?;
    }
    let (matcher, sequences) = (Matcher::new(Arc::new(builder.build())), sequences.build());
    let networks = vec![Network::new([10, 0, 0, 0].into(), 8)?];
    let keeper = Keeper::new(networks, Tokens::new([1; 32]), Arrival::default());
    let events: Vec<String> = (0..EVENTS).map(event).collect();
    let layout = Layout::of(Format::Eve);
    let mut scratch = Scratch::default();
    let (mut best, mut hits, mut seen) = (f64::INFINITY, 0, 0);
    for _ in 0..5 {
        let mut memory = Remembered::default();
        (hits, seen) = (0, 0);
        let start = Instant::now();
        for some in events.chunks(4_096) {
            let lines = (0..).zip(some.iter().map(|line| line.as_bytes()));
            let mut parts = Vec::new();
            let on_hit = |hit: Hit<'_>| match sequences.part(&hit) {
                Some(part) => parts.push(part),
                None => hits += 1,
            };
            matcher.scan_and_keep(&keeper, &mut scratch, &layout, lines.clone(), on_hit, |_| {}, |_| {});
            if !parts.is_empty() {
                let common = |_, bytes: &[u8]| {
                    let (source, _) = layout.ends(bytes).source?;
                    Some(Common {
                        at: Some(0),
                        group: source.to_string().into(),
                    })
                };
                for event in sequences.see(lines, &parts, common) {
                    seen += 1;
                    hits += u64::from(memory.take(&sequences, &event).is_some());
                }
            }
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let speed = f64::from(EVENTS) / best;
    writeln!(
        io::stdout(),
        "{what:44} {speed:10.0} events/s, {hits} hits, {seen} events remembered"
    )?;
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
    let (never, met) = ("203.0", "198.51");
    measure_node("node: no pattern", never, (0, 0))?;
    measure_node("node: 1000 of one event, never met", never, (1_000, 0))?;
    measure_node("node: 1000 over several, never met", never, (0, 1_000))?;
    measure_node("node: 1000 of one event, met by 1 of 65", met, (1_000, 0))?;
    measure_node("node: 1000 over several, met by 1 of 65", met, (0, 1_000))?;
    for count in [1, 16, 256] {
        measure(&format!("{count} patterns that are matched every time"), scanned(count))?;
    }
    Ok(())
}
