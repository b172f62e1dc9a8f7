//! `anlanh screen`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use anlanh_api::{BadLine, Chunk, Judge, Language, LineFormat, Stamp, Tally};
use anlanh_app::Compiled;
use anlanh_screen::Scratch;

use crate::cli::ScreenOptions;
use crate::pipeline::{self, Done};
use crate::policy::Keep;
use crate::{Outcome, policy, summary};

/// Judges every line of the files, in order.
///
/// # Errors
/// When the policy cannot be loaded, a file not be read or the output not be written.
pub fn run(options: &ScreenOptions) -> anyhow::Result<Outcome> {
    let loaded = policy::load(&options.policy, Keep::Nothing)?;
    let compiled = Compiled::new(loaded.policy, &loaded.lists)?;
    let screener = compiled.screener();
    let (inputs, total_bytes) = pipeline::open(&options.files)?;
    let jobs = pipeline::jobs(options.jobs);
    let format = if options.text {
        LineFormat::Text
    } else {
        LineFormat::Json
    };
    let stamp = Stamp::new(screener.pack());
    let judge = Judge::new(screener, &stamp, format, Language::Vi);
    let bar = pipeline::progress(total_bytes);
    let mut out = io::stdout().lock();
    let mut sum = Tally::default();
    let mut bad_lines = 0;
    let start = Instant::now();
    let worker = || {
        let mut scratch = Scratch::default();
        let judge = &judge;
        move |chunk: Chunk| {
            let mut lines = Vec::with_capacity(chunk.bytes.len() * 2);
            let mut tally = Tally::default();
            judge.judge_chunk(&mut scratch, &chunk, &mut lines, &mut tally);
            (lines, tally)
        }
    };
    let done = pipeline::run(
        jobs,
        inputs,
        |_, chunk| Ok(chunk),
        worker,
        |done| {
            let Done {
                input,
                input_bytes,
                made: (lines, mut tally),
            } = done;
            let bad = std::mem::take(&mut tally.bad);
            bad_lines += bad.len() as u64;
            sum.add(tally);
            if !bad.is_empty() {
                bar.suspend(|| report(options.files.get(input), &bad))?;
            }
            bar.inc(input_bytes as u64);
            if options.summary { Ok(()) } else { out.write_all(&lines) }
        },
    );
    bar.finish_and_clear();
    done?;
    if options.summary {
        summary::write(&mut out, &sum, bad_lines, start.elapsed())?;
    }
    out.flush()?;
    Ok(if bad_lines > 0 { Outcome::SomeBad } else { Outcome::Good })
}

fn report(file: Option<&PathBuf>, bad: &[BadLine]) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let file = file.map(|file| file.display().to_string()).unwrap_or_default();
    for BadLine { line, error } in bad {
        // The place inside the item is its column: an item is a line.
        let column = if error.column > 0 {
            format!(":{}", error.column)
        } else {
            String::new()
        };
        let bare = anlanh_api::FaultError::from(error.fault.clone());
        let (vi, en) = (bare.detail(Language::Vi), bare.detail(Language::En));
        writeln!(err, "{file}:{line}{column}: {vi} · {en}")?;
    }
    Ok(())
}
