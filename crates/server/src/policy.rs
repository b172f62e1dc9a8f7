//! From options to a policy: the pack, and the names on its lists.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anlanh_app::{Lists, LoadedList, Shelf};
use anlanh_pack::Policy;
use anlanh_screen::DomainSet;
use anlanh_screen::links::{DomainSetBuilder, FormatError};
use anyhow::{Context, bail};
use memmap2::Mmap;

use crate::cli::{BlocklistOption, PolicyOptions};
use crate::{blocklist, mapped};

/// The list that names go on when none is said.
const OPERATORS_LIST: &str = "blocklist";

/// A policy with its lists.
pub struct Loaded {
    /// The policy.
    pub policy: Policy,
    /// The lists.
    pub lists: Lists,
}

/// What is done with the lists besides loading them.
#[derive(Debug, Clone, Copy)]
pub enum Keep<'s> {
    /// Nothing: nobody will ask for them later.
    Nothing,
    /// They go on the shelf, so that verdicts can be replayed with them.
    On(&'s Shelf),
}

/// Reads the pack and its lists.
///
/// # Errors
/// When the pack has mistakes, which are printed, or a list cannot be read or kept.
pub fn load(options: &PolicyOptions, keep: Keep<'_>) -> anyhow::Result<Loaded> {
    let policy = match &options.pack {
        None => Policy::built_in(),
        Some(dir) => anlanh_pack::check_dir(dir),
    };
    let policy = policy.map_err(|mistakes| {
        let dir = options.pack.as_deref().unwrap_or(Path::new(""));
        for mistake in &mistakes {
            let _ = writeln!(std::io::stderr(), "{}", in_dir(dir, mistake));
        }
        anyhow::anyhow!(
            "gói chính sách có {0} lỗi · policy pack has {0} mistakes",
            mistakes.len()
        )
    })?;
    let lists = read_lists(&policy, &options.blocklist, keep)?;
    Ok(Loaded { policy, lists })
}

/// A message that begins with a path inside a pack, with the folder before it so that an editor finds the place.
pub fn in_dir(dir: &Path, message: &impl std::fmt::Display) -> String {
    dir.join(message.to_string()).display().to_string()
}

fn read_lists(policy: &Policy, options: &[BlocklistOption], keep: Keep<'_>) -> anyhow::Result<Lists> {
    let mut files: BTreeMap<String, Vec<&Path>> = BTreeMap::new();
    let ids: Vec<&str> = policy.lists().map(|(list, _)| list.id.as_str()).collect();
    for option in options {
        let list = match (&option.list, ids.as_slice()) {
            (Some(list), ids) if ids.contains(&list.as_str()) => list.clone(),
            (None, [only]) => (*only).to_owned(),
            (None, ids) if ids.contains(&OPERATORS_LIST) => OPERATORS_LIST.to_owned(),
            (Some(unknown), ids) => bail!(
                "chính sách không có danh sách {unknown} · the policy declares no list {unknown} ({})",
                ids.join(", ")
            ),
            (None, ids) => bail!(
                "hãy ghi tên danh sách: LIST={0} · name the list: LIST={0} (LIST: {1})",
                option.file.display(),
                ids.join(", ")
            ),
        };
        files.entry(list).or_default().push(&option.file);
    }
    let mut lists = Vec::new();
    for (id, files) in files {
        let names = read_list(&id, &files)?;
        tracing::info!(list = id, names = names.len(), "blocklist loaded");
        let digest = match keep {
            Keep::Nothing => String::new(),
            Keep::On(shelf) => shelve(shelf, &files)?,
        };
        lists.push(LoadedList {
            id,
            digest,
            names: Arc::new(names),
        });
    }
    Ok(Lists::new(lists))
}

/// Puts what a list was read from on the shelf, and gives its digest.
fn shelve(shelf: &Shelf, paths: &[&Path]) -> anyhow::Result<String> {
    let maps = paths.iter().map(|path| mapped::map(path));
    let maps = maps.collect::<anyhow::Result<Vec<Mmap>>>()?;
    let texts: Vec<&[u8]> = maps.iter().map(AsRef::as_ref).collect();
    let kept = shelf.keep(&texts);
    kept.with_context(|| {
        format!(
            "không lưu được danh sách · cannot keep a list: {}",
            shelf.folder().display()
        )
    })
}

/// A file of names.
enum ListFile {
    /// Compiled, and ready as it is.
    Compiled(DomainSet),
    /// A text, a name a line.
    Text(Mmap),
}

/// Reads the files of one list: one that is compiled, or any number of texts. Bad lines are shown and left out.
fn read_list(list: &str, paths: &[&Path]) -> anyhow::Result<DomainSet> {
    let mut builder = DomainSetBuilder::new();
    for path in paths {
        match open_list(path)? {
            ListFile::Compiled(names) if paths.len() == 1 => return Ok(names),
            ListFile::Compiled(_) => bail!(
                "{0}: danh sách đã biên dịch không ghép được với tệp khác của {list} · a compiled list cannot be merged \
                 with other files for {list}; compile them together",
                path.display()
            ),
            ListFile::Text(text) => {
                blocklist::add_text(&mut builder, path, &text)?;
            }
        }
    }
    Ok(builder.finish()?)
}

fn open_list(path: &Path) -> anyhow::Result<ListFile> {
    match DomainSet::from_bytes(mapped::map(path)?) {
        Ok(names) => Ok(ListFile::Compiled(names)),
        Err(FormatError::NotASet) => Ok(ListFile::Text(mapped::map(path)?)),
        Err(error @ (FormatError::Version { .. } | FormatError::Damaged)) => {
            Err(error).with_context(|| format!("không nạp được · cannot load {}", path.display()))
        }
    }
}
