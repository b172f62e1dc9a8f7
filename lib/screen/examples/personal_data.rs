//! Counts the personal data in a file of posts, one a line, and times the detectors, and folding apart from them.
//!
//! `cargo run --release -p anlanh-screen --example personal_data -- FILE [--show]`
//!
//! With `--show` the pieces are printed too: only for files that may be read.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::time::Instant;

use anlanh_screen::fold::Folded;
use anlanh_screen::personal::Detectors;
use anlanh_screen::{Finding, Identifier, PersonalKind, Place, Signals};

const ROUNDS: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: personal_data FILE [--show]")?;
    let shows = std::env::args().any(|argument| argument == "--show");
    let text = std::fs::read_to_string(path)?;
    let detectors = Detectors::compile(&PersonalKind::ALL.map(|kind| Identifier {
        kind,
        min_confidence: 60,
    }));
    let posts: Vec<&str> = text.lines().collect();

    let mut folded = Folded::new();
    let mut signals = Signals::default();
    let mut counts = [0u32; PersonalKind::ALL.len()];
    for line in &posts {
        signals.clear();
        folded.fold(line);
        detectors.scan(line, &folded, &mut signals);
        for signal in signals.as_slice() {
            let (Place::Text(span), Finding::Personal(kind)) = (signal.place, signal.finding) else {
                continue;
            };
            if let Some(count) = counts.get_mut(kind as usize) {
                *count += 1;
            }
            if shows {
                let piece = line.get(span.start as usize..span.end as usize).unwrap_or_default();
                println!("{}\t{}\t{piece}", kind.key(), signal.confidence.as_percent());
            }
        }
    }

    let mut round = |scans: bool| {
        let start = Instant::now();
        for line in &posts {
            signals.clear();
            folded.fold(line);
            if scans {
                detectors.scan(line, &folded, &mut signals);
            }
            std::hint::black_box((&folded, &signals));
        }
        start.elapsed().as_nanos()
    };
    // The best of several rounds, by turns: what the machine does beside it only ever adds.
    let (mut folding, mut both) = (u128::MAX, u128::MAX);
    for _ in 0..ROUNDS {
        folding = folding.min(round(false));
        both = both.min(round(true));
    }
    let nanos = both.saturating_sub(folding);
    for (kind, count) in PersonalKind::ALL.iter().zip(counts) {
        println!("{:>8} {}", count, kind.key());
    }
    println!(
        "{} posts, {} bytes; folding {} ns a post; personal data {} ns a post, {:.2} ns a byte",
        posts.len(),
        text.len(),
        folding / posts.len().max(1) as u128,
        nanos / posts.len().max(1) as u128,
        nanos as f64 / text.len().max(1) as f64
    );
    Ok(())
}
