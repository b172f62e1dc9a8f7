//! `anlanh pack check` and `anlanh pack test`.

use std::io::{self, Write};
use std::path::Path;

use anlanh_pack::Mistake;

use crate::Outcome;
use crate::policy::in_dir;

/// Prints every mistake of a pack, with file and line.
///
/// # Errors
/// When the output cannot be written.
pub fn check(dir: &Path) -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    match anlanh_pack::check_dir(dir) {
        Ok(policy) => {
            let pack = policy.screen_pack();
            writeln!(out, "{} {}: hợp lệ · valid ({})", pack.id, pack.version, pack.digest)?;
            Ok(Outcome::Good)
        }
        Err(mistakes) => tell(&mut out, dir, &mistakes),
    }
}

/// Runs the examples of a pack and prints those that fail, with file and line.
///
/// # Errors
/// When the pack has mistakes or the output cannot be written.
pub fn test(dir: &Path) -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    let policy = match anlanh_pack::check_dir(dir) {
        Ok(policy) => policy,
        Err(mistakes) => return tell(&mut out, dir, &mistakes),
    };
    let report = anlanh_pack::test_examples(&policy).map_err(|errors| {
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        anyhow::anyhow!("gói chính sách không biên dịch được · policy pack does not compile: {first}")
    })?;
    for failure in &report.failures {
        writeln!(out, "{}", in_dir(dir, failure))?;
    }
    let (run, failed) = (report.run, report.failures.len());
    writeln!(out, "{run} ví dụ, {failed} không đạt · examples, {failed} failed")?;
    Ok(if failed == 0 { Outcome::Good } else { Outcome::Mistaken })
}

fn tell(out: &mut impl Write, dir: &Path, mistakes: &[Mistake]) -> anyhow::Result<Outcome> {
    for mistake in mistakes {
        writeln!(out, "{}", in_dir(dir, mistake))?;
    }
    writeln!(out, "{} lỗi · mistakes", mistakes.len())?;
    Ok(Outcome::Mistaken)
}
