//! What Sigma rules cost on one core, printed: events of Suricata against none, few and many rules, each of which asks for the end of
//! a name to be one of two and for something not to be in it.
//!
//! ```sh
//! cargo run --release --package anlanh-soc --example rules
//! ```

use std::io::{self, Write as _};
use std::time::Instant;

use anlanh_soc::{Format, Layout, RuleScratch, RulesBuilder};

const EVENTS: u32 = 20_000;

fn event(number: u32) -> String {
    let [_, high, middle, low] = number.to_be_bytes();
    format!(
        r#"{{"timestamp":"2026-11-28T03:00:00.000001+0700","flow_id":{number},"event_type":"dns","src_ip":"10.{high}.{middle}.{low}",
"src_port":50001,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{{"type":"query","id":{low},"rrname":"www{number}.n{}.example",
"rrtype":"A","tx_id":0}}}}"#,
        number % 1_500
    )
    .replace('\n', "")
}

fn rule(number: usize) -> String {
    format!(
        "title: Rule {number}\nlogsource:\n  category: dns\ndetection:\n  selection:\n    query|endswith:\n      - '.n{number}.example'\n      \
         - '.m{number}.example'\n  filter:\n    query|contains: 'allowed{number}'\n  condition: selection and not filter\n"
    )
}

fn measure(count: usize) -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = RulesBuilder::default();
    for number in 0..count {
        builder.add(rule(number).as_bytes(), "rules");
    }
    let started = Instant::now();
    let (rules, refused) = builder.build();
    let built = started.elapsed().as_secs_f64();
    let events: Vec<String> = (0..EVENTS).map(event).collect();
    let layout = Layout::of(Format::Eve);
    let mut scratch = RuleScratch::default();
    let (mut best, mut hits) = (f64::INFINITY, 0);
    for _ in 0..10 {
        hits = 0;
        let start = Instant::now();
        for line in &events {
            rules.scan(&mut scratch, &layout, line.as_bytes(), |_| hits += 1);
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let speed = f64::from(EVENTS) / best;
    writeln!(
        io::stdout(),
        "{count:6} rules, built in {built:.3} s: {speed:10.0} events/s, {hits} hits, {} refused",
        refused.len()
    )?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for count in [0, 1, 10, 100, 1_000, 10_000] {
        measure(count)?;
    }
    Ok(())
}
