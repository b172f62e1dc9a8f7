//! `anlanh screen`.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anlanh_api::{BadLine, Judge, Language, LineFormat, Stamp, Tally};
use anlanh_app::Compiled;
use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::ScreenOptions;
use crate::pipeline::{self, Input, Judged};
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
    let (inputs, total_bytes) = open(&options.files)?;
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = options.jobs.map_or_else(available, usize::from);
    let format = if options.text {
        LineFormat::Text
    } else {
        LineFormat::Json
    };
    let stamp = Stamp::new(screener.pack());
    let judge = Judge::new(screener, &stamp, format, Language::Vi);
    let bar = progress(total_bytes);
    let mut out = io::stdout().lock();
    let mut sum = Tally::default();
    let mut bad_lines = 0;
    let start = Instant::now();
    let done = pipeline::run(&judge, jobs, inputs, |judged| {
        let Judged {
            input,
            input_bytes,
            out: lines,
            mut tally,
        } = judged;
        let bad = std::mem::take(&mut tally.bad);
        bad_lines += bad.len() as u64;
        sum.add(tally);
        if !bad.is_empty() {
            bar.suspend(|| report(options.files.get(input), &bad))?;
        }
        bar.inc(input_bytes as u64);
        if options.summary { Ok(()) } else { out.write_all(&lines) }
    });
    bar.finish_and_clear();
    done?;
    if options.summary {
        summary::write(&mut out, &sum, bad_lines, start.elapsed())?;
    }
    out.flush()?;
    Ok(if bad_lines > 0 { Outcome::SomeBad } else { Outcome::Good })
}

/// Opens every input, and adds up their sizes where all are known.
fn open(files: &[PathBuf]) -> anyhow::Result<(Vec<Input>, Option<u64>)> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut total_bytes = Some(0);
    for path in files {
        if path == Path::new("-") {
            inputs.push(Box::new(io::stdin()));
            total_bytes = None;
            continue;
        }
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let metadata = file.metadata()?;
        let size = Some(metadata.len()).filter(|_| metadata.is_file());
        total_bytes = total_bytes.zip(size).map(|(total, size)| total + size);
        inputs.push(Box::new(file));
    }
    Ok((inputs, total_bytes))
}

fn progress(total_bytes: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match total_bytes {
        Some(total) => (
            ProgressBar::new(total),
            "{bar:32} {bytes} / {total_bytes} · {binary_bytes_per_sec} · {eta}",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} · {binary_bytes_per_sec}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
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
