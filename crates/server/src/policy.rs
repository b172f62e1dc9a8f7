//! From options to a screener: the pack, and the names on its lists.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anlanh_pack::Policy;
use anlanh_screen::links::{DomainSetBuilder, FormatError};
use anlanh_screen::{DomainSet, Screener};
use anyhow::{Context, bail};
use memmap2::Mmap;
use sha2::{Digest, Sha256};

use crate::cli::{BlocklistOption, PolicyOptions};
use crate::{blocklist, mapped};

/// The list that names go on when none is said.
const OPERATORS_LIST: &str = "blocklist";

/// A policy that is ready to judge, with the digests of its lists.
pub struct Loaded {
    /// The policy, for its words and its law.
    pub policy: Policy,
    /// The same, compiled, with its lists filled.
    pub screener: Screener,
    /// Pairs of a list and the SHA-256 of the files it was read from, in lower-case hexadecimal.
    pub lists: Vec<(String, String)>,
}

/// Reads the pack, compiles it, and fills its lists.
///
/// # Errors
/// When the pack has mistakes, which are printed, or a list cannot be read.
pub fn load(options: &PolicyOptions) -> anyhow::Result<Loaded> {
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
    let screener = Screener::compile(policy.screen_pack().clone());
    let mut screener = screener.map_err(|errors| {
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        anyhow::anyhow!("policy pack does not compile: {first}")
    })?;
    let lists = fill_lists(&mut screener, &options.blocklist)?;
    Ok(Loaded {
        policy,
        screener,
        lists,
    })
}

/// A message that begins with a path inside a pack, with the folder before it so that an editor finds the place.
pub fn in_dir(dir: &Path, message: &impl std::fmt::Display) -> String {
    dir.join(message.to_string()).display().to_string()
}

fn fill_lists(screener: &mut Screener, options: &[BlocklistOption]) -> anyhow::Result<Vec<(String, String)>> {
    let mut files: BTreeMap<String, Vec<&Path>> = BTreeMap::new();
    for option in options {
        let list = match (&option.list, screener.pack().lists.as_slice()) {
            (Some(list), _) => list.clone(),
            (None, [only]) => only.id.clone(),
            (None, lists) if lists.iter().any(|list| list.id == OPERATORS_LIST) => OPERATORS_LIST.to_owned(),
            (None, lists) => {
                let ids: Vec<&str> = lists.iter().map(|list| list.id.as_str()).collect();
                bail!(
                    "hãy ghi tên danh sách: LIST={0} · name the list: LIST={0} (LIST: {1})",
                    option.file.display(),
                    ids.join(", ")
                );
            }
        };
        files.entry(list).or_default().push(&option.file);
    }
    let mut digests = Vec::new();
    for (list, files) in files {
        let names = read_list(&list, &files)?;
        tracing::info!(list, names = names.len(), "blocklist loaded");
        screener.set_list(&list, Arc::new(names))?;
        let digest = digest(&files)?;
        digests.push((list, digest));
    }
    Ok(digests)
}

/// SHA-256 of files one after the other.
fn digest(paths: &[&Path]) -> anyhow::Result<String> {
    let mut hasher = Sha256::new();
    for path in paths {
        hasher.update(&mapped::map(path)?);
    }
    let bytes = hasher.finalize();
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
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
            Err(error).with_context(|| format!("cannot load {}", path.display()))
        }
    }
}
