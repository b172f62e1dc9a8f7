//! Rules of Sigma for `anlanh match`: read from files and folders, and held against lines.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anlanh_api::{Chunk, HitOut};
use anlanh_soc::{Judged, Layout, RuleScratch, Rules, RulesBuilder};
use anyhow::bail;

use super::Troubles;
use crate::sigma::{files_of, read_file, unread};

/// Reads rules; what is bad in them is shown and left out, and how much that is told.
///
/// # Errors
/// When a file cannot be read, or not one rule of all can be used.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<(Rules, u64)> {
    let mut builder = RulesBuilder::default();
    let (mut bad, mut taken) = (0, 0);
    for file in files_of(paths)? {
        let (of_file, mistakes) = builder.add(&read_file(&file)?, &file.to_string_lossy());
        taken += of_file;
        let mut troubles = Troubles::of(&file.to_string_lossy());
        for mistake in mistakes {
            troubles.add(&mistake.line.to_string(), &unread(&mistake.reason), &mistake.reason)?;
        }
        bad += troubles.count;
        troubles.end()?;
    }
    let (rules, refused) = builder.build();
    for (file, mistake) in &refused {
        let mut troubles = Troubles::of(file);
        troubles.add(&mistake.line.to_string(), &unread(&mistake.reason), &mistake.reason)?;
    }
    if taken == refused.len() && !paths.is_empty() {
        bail!("không có luật Sigma nào dùng được · not one Sigma rule can be used");
    }
    Ok((rules, bad + refused.len() as u64))
}

/// Says how many rules there are, where some are never asked or many always are. With a map of fields all are asked.
pub fn announce(rules: &Rules, map: Option<&Path>) -> io::Result<()> {
    let (others, scanned) = (rules.for_other_logs(), rules.scanned());
    let all = rules.len();
    if others > 0 && map.is_none() {
        writeln!(
            io::stderr(),
            "{all} luật Sigma, trong đó {others} dành cho nhật ký khác và không được dùng · Sigma rules, {others} of them \
             for other logs and not used"
        )?;
    }
    if scanned > MANY_SCANNED {
        writeln!(
            io::stderr(),
            "{scanned} luật Sigma không có giá trị nào để tra, phải đối chiếu với mọi sự kiện: chậm hơn · Sigma rules have \
             nothing to look up and are held against every event: slower"
        )?;
    }
    Ok(())
}

/// From how many on rules that have nothing to look up are noticed.
const MANY_SCANNED: usize = 50;

/// What rules find in lines, as it is told: each with the number of its line, in order; and how many lines were not wholly judged.
pub fn scan(
    rules: &Rules,
    scratch: &mut RuleScratch,
    layout: &Layout,
    chunk: &Chunk,
    file: Option<&str>,
) -> (Vec<(u64, Vec<u8>)>, u64) {
    let (mut found, mut in_part) = (Vec::new(), 0);
    if rules.is_empty() {
        return (found, in_part);
    }
    for (line, bytes) in chunk.lines() {
        let judged = rules.scan(scratch, layout, bytes, |hit| {
            let mut out = Vec::new();
            let rule = hit.rule;
            HitOut {
                file,
                line,
                field: hit.field,
                kind: "sigma",
                value: hit.value,
                indicator: rule.name(),
                source: hit.source,
                title: Some(&rule.title),
                level: rule.level.map(anlanh_sigma::Level::key),
                status: rule.status.map(anlanh_sigma::Status::key),
                falsepositives: &rule.false_positives,
                ..HitOut::default()
            }
            .write(&mut out);
            found.push((line, out));
        });
        in_part += u64::from(judged == Judged::InPart);
    }
    (found, in_part)
}
