//! Files of Sigma rules: found in folders, read, and followed while they change.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anlanh_sigma::limits::MAX_FILE_BYTES;
use anlanh_sigma::{Mistake, Reason};
use anlanh_soc::{Rules, RulesBuilder};
use anyhow::{Context, bail};

/// Most files of one folder and those in it.
const MOST_FILES: usize = 100_000;
/// How deep folders are looked through.
const MOST_DEPTH: usize = 16;

/// Whether a file or folder is one of rules, by its name.
pub fn is_of_rules(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    path.is_dir() || extension.is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// The files of rules that paths name: they themselves, or those in a folder and the folders in it, in the order of their names. Links to
/// folders are not followed, and what begins with a dot is passed over.
///
/// # Errors
/// When a folder cannot be read, is nested too deeply, or has too many files.
pub fn files_of(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files = Vec::new();
            collect(path, MOST_FILES, MOST_DEPTH, &mut files)?;
            all.append(&mut files);
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}

fn collect(folder: &Path, most: usize, deeper: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("không đọc được {0} · cannot read {0}", folder.display()))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // What versions are kept in, and what some put in place at once, stands beside the rules themselves.
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            let Some(deeper) = deeper.checked_sub(1) else {
                bail!("{}: thư mục lồng quá sâu · folder is nested too deeply", path.display());
            };
            collect(&path, most, deeper, files)?;
        } else if is_of_rules(&path) && path.is_file() {
            if files.len() >= most {
                bail!("{}: quá nhiều tệp · too many files", folder.display());
            }
            files.push(path);
        }
    }
    Ok(())
}

/// Reads a file of rules, as much of it as tells that it is too long.
///
/// # Errors
/// When it cannot be read.
pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(MAX_FILE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().with_context(|| format!("không đọc được {0} · cannot read {0}", path.display()))
}

/// Why a rule is left out.
pub fn unread(reason: &Reason) -> Cow<'static, str> {
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

/// A rule, or all of a file, that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    pub file: Arc<str>,
    /// Where in it, and why.
    pub mistake: Mistake,
    /// Whether what the file said before goes on.
    pub stays: bool,
}

/// Rules as they stand in their files now.
#[derive(Debug)]
pub struct Standing {
    /// The rules.
    pub rules: Rules,
    /// How many of them are used.
    pub used: usize,
    /// Where those stand that are not, although they could be read: their files and lines.
    pub refused: HashSet<(Arc<str>, usize)>,
    /// What is left out.
    pub left_out: Vec<LeftOut>,
}

/// Folders of rules that are followed.
#[derive(Debug)]
pub struct Folders {
    paths: Vec<PathBuf>,
    known: Option<BTreeMap<PathBuf, Known>>,
    /// Whether the rules that were given out last had any.
    had_rules: bool,
}

/// A file as it was read last.
#[derive(Debug, Clone)]
struct Known {
    stamp: Stamp,
    /// What is used of it.
    bytes: Arc<[u8]>,
    /// Whether every rule of it can be read.
    is_clean: bool,
    /// What is wrong with what stands there now, where something else is used.
    mistakes: Vec<Mistake>,
}

/// What tells a file from what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    file: (u64, u64),
    len: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(about: &Metadata) -> Self {
        Self {
            file: (about.dev(), about.ino()),
            len: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        }
    }
}

impl Folders {
    /// Of these folders; nothing of them was read yet.
    pub const fn new(paths: Vec<PathBuf>) -> Self {
        Self {
            paths,
            known: None,
            had_rules: false,
        }
    }

    /// The rules, where anything has changed since they were given out last. A file in which every rule could be read goes on as it was
    /// while something is wrong with it.
    ///
    /// # Errors
    /// When a folder or file cannot be read, or not one rule is left of some; what was given out last stays what is known.
    pub fn look(&mut self) -> anyhow::Result<Option<Standing>> {
        for path in &self.paths {
            if !path.is_dir() {
                bail!("{}: không phải thư mục · no folder", path.display());
            }
        }
        let before = self.known.as_ref();
        let mut known = BTreeMap::new();
        let mut is_changed = before.is_none();
        for path in files_of(&self.paths)? {
            let about =
                fs::metadata(&path).with_context(|| format!("không đọc được {0} · cannot read {0}", path.display()))?;
            let stamp = Stamp::of(&about);
            let old = before.and_then(|before| before.get(&path));
            let file = match old.filter(|old| old.stamp == stamp) {
                Some(old) => old.clone(),
                None => {
                    is_changed = true;
                    read_again(&path, stamp, old)?
                }
            };
            known.insert(path, file);
        }
        if !is_changed && before.is_some_and(|before| before.len() == known.len()) {
            return Ok(None);
        }
        let standing = build(&known);
        let has_rules = standing.used > 0;
        if self.had_rules && !has_rules && !known.is_empty() {
            bail!("không có luật Sigma nào dùng được · not one Sigma rule can be used");
        }
        (self.known, self.had_rules) = (Some(known), has_rules);
        Ok(Some(standing))
    }
}

/// Reads a file that is new or has changed.
fn read_again(path: &Path, stamp: Stamp, old: Option<&Known>) -> anyhow::Result<Known> {
    let bytes: Arc<[u8]> = read_file(path)?.into();
    let (_, mistakes) = RulesBuilder::default().add(&bytes, "");
    Ok(match old.filter(|old| old.is_clean && !mistakes.is_empty()) {
        Some(old) => Known {
            stamp,
            mistakes,
            ..old.clone()
        },
        None => Known {
            stamp,
            bytes,
            is_clean: mistakes.is_empty(),
            mistakes: Vec::new(),
        },
    })
}

fn build(known: &BTreeMap<PathBuf, Known>) -> Standing {
    let mut builder = RulesBuilder::default();
    let mut left_out = Vec::new();
    for (path, file) in known {
        let name: Arc<str> = path.to_string_lossy().into();
        let (_, mistakes) = builder.add(&file.bytes, &name);
        let told = mistakes.into_iter().map(|mistake| (mistake, false));
        let told = told.chain(file.mistakes.iter().map(|mistake| (mistake.clone(), true)));
        left_out.extend(told.map(|(mistake, stays)| LeftOut {
            file: Arc::clone(&name),
            mistake,
            stays,
        }));
    }
    let (rules, refused) = builder.build();
    let used = rules.len().saturating_sub(refused.len());
    let places = refused.iter().map(|(file, mistake)| (Arc::clone(file), mistake.line));
    let places = places.collect();
    left_out.extend(refused.into_iter().map(|(file, mistake)| LeftOut {
        file,
        mistake,
        stays: false,
    }));
    Standing {
        rules,
        used,
        refused: places,
        left_out,
    }
}

#[cfg(test)]
mod tests;
