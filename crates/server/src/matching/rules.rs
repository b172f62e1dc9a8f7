//! Rules of Sigma for `anlanh match`: read from files and folders, and held against lines.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anlanh_api::{Chunk, HitOut};
use anlanh_sigma::Reason;
use anlanh_soc::{Judged, Layout, RuleScratch, Rules, RulesBuilder};
use anyhow::{Context, bail};

use super::Troubles;

/// Most files of one folder and those in it.
const MOST_FILES: usize = 100_000;
/// How deep folders are looked through.
const MOST_DEPTH: usize = 16;

/// Whether a file or folder is one of rules, by its name.
pub fn is_of_rules(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    path.is_dir() || extension.is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// Reads rules; what is bad in them is shown and left out, and how much that is told.
///
/// # Errors
/// When a file cannot be read, or not one rule of all can be used.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<(Rules, u64)> {
    let mut builder = RulesBuilder::default();
    let (mut bad, mut taken) = (0, 0);
    for path in paths {
        let mut files = Vec::new();
        if path.is_dir() {
            collect(path, MOST_DEPTH, &mut files)?;
        } else {
            files.push(path.clone());
        }
        for file in files {
            let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let (of_file, mistakes) = builder.add(&text, &file.to_string_lossy());
            taken += of_file;
            let mut troubles = Troubles::of(&file.to_string_lossy());
            for mistake in mistakes {
                troubles.add(&mistake.line.to_string(), &unread(&mistake.reason), &mistake.reason)?;
            }
            bad += troubles.count;
            troubles.end()?;
        }
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

/// Files of rules in a folder and those in it, in the order of their names. Links to folders are not followed.
fn collect(folder: &Path, deeper: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            let Some(deeper) = deeper.checked_sub(1) else {
                bail!("{}: thư mục lồng quá sâu · folder is nested too deeply", path.display());
            };
            collect(&path, deeper, files)?;
        } else if is_of_rules(&path) && path.is_file() {
            if files.len() >= MOST_FILES {
                bail!("{}: quá nhiều tệp · too many files", folder.display());
            }
            files.push(path);
        }
    }
    Ok(())
}

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

/// Why a rule is left out.
fn unread(reason: &Reason) -> Cow<'static, str> {
    match reason {
        Reason::TooLong => "tệp quá dài".into(),
        Reason::NotUtf8 => "tệp không phải UTF-8".into(),
        Reason::TooManyDocuments => "tệp có quá nhiều luật".into(),
        Reason::NotYaml(_) => "không phải YAML".into(),
        Reason::Alias => "không đọc bí danh (alias) của YAML".into(),
        Reason::KeyIsNoText => "khóa không phải là chữ".into(),
        Reason::Twice(key) => format!("{key:?} xuất hiện hai lần").into(),
        Reason::TooDeep => "luật lồng quá sâu".into(),
        Reason::TooManyNodes => "luật quá lớn".into(),
        Reason::Lacks(key) => format!("luật thiếu {key:?}").into(),
        Reason::Malformed(key) => format!("{key:?} không đúng dạng").into(),
        Reason::Document(key) => format!("không đọc tài liệu có {key:?}").into(),
        Reason::TooManySearches => "luật có quá nhiều nhóm điều kiện".into(),
        Reason::TooManyValues => "luật có quá nhiều giá trị".into(),
        Reason::ValueTooLong => "giá trị quá dài".into(),
        Reason::TooManyRegexes => "luật có quá nhiều biểu thức chính quy".into(),
        Reason::Modifier(name) => format!("không đọc từ bổ nghĩa {name:?}").into(),
        Reason::Misplaced(name) => format!("từ bổ nghĩa {name:?} không đứng được ở đó").into(),
        Reason::Value(name) => format!("giá trị không hợp với từ bổ nghĩa {name:?}").into(),
        Reason::Regex => "biểu thức chính quy sai, quá lớn hoặc không chạy được trong thời gian tuyến tính".into(),
        Reason::Condition(at_byte) => format!("không đọc được điều kiện từ byte {at_byte}").into(),
        Reason::Aggregation => "không đọc điều kiện có phép gộp".into(),
        Reason::Unknown(name) => format!("điều kiện nêu {name:?} không có trong luật").into(),
        Reason::ConditionTooLong => "điều kiện quá dài".into(),
        Reason::ConditionTooDeep => "điều kiện lồng quá sâu".into(),
        Reason::TooManyRules => "quá nhiều luật".into(),
        Reason::TooManyScanned => "luật không có giá trị nào để tra, và đã có quá nhiều luật như vậy".into(),
    }
}
