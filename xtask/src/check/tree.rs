//! The files of the repository, read once. Knows paths and texts, not what they should say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Folders that hold nothing of ours: build output, downloads, findings of a fuzz run.
const NOT_OURS: [&str; 7] = [
    "target",
    "artifacts",
    ".data",
    ".git",
    ".venv",
    "node_modules",
    "snapshots",
];
/// Endings of the files we write by hand.
const TEXTS: [&str; 9] = ["css", "html", "js", "md", "py", "rs", "sh", "toml", "txt"];
/// Scripts, which have no ending.
const SCRIPTS: [&str; 2] = [".ci/run", "fuzz/smoke"];
/// Seeds are samples of hostile input, byte for byte.
const SEEDS: &str = "fuzz/corpus/";

/// One text file.
#[derive(Debug)]
pub struct TextFile {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

/// Every path of the repository, and the text of those that people write.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, TextFile>,
    /// Paths of files that are not read, such as pictures.
    others: Vec<String>,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Tree {
    /// Reads the repository this program was built from.
    pub fn read() -> anyhow::Result<Self> {
        let mut tree = Self::default();
        tree.walk(&root(), "")?;
        Ok(tree)
    }

    fn walk(&mut self, folder: &Path, prefix: &str) -> anyhow::Result<()> {
        for entry in std::fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    self.walk(&entry.path(), &format!("{path}/"))?;
                }
                continue;
            }
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            let is_text = TEXTS.contains(&ending) || SCRIPTS.contains(&path.as_str());
            if is_text && !path.starts_with(SEEDS) {
                let text = std::fs::read_to_string(entry.path()).with_context(|| format!("read {path}"))?;
                self.files.insert(path.clone(), TextFile { path, text });
            } else {
                self.others.push(path);
            }
        }
        Ok(())
    }

    /// The text files, by path.
    pub fn files(&self) -> impl Iterator<Item = &TextFile> {
        self.files.values()
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> anyhow::Result<&str> {
        let file = self.files.get(path).with_context(|| format!("find {path}"))?;
        Ok(&file.text)
    }

    /// Whether there is a file, or a folder with files in it, at this path.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        let mut paths = self.files.keys().chain(&self.others);
        paths.any(|known| known == path || known.starts_with(&folder))
    }

    /// A tree of these texts.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| TextFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Self {
            files: files.iter().map(|entry| (entry.0.to_owned(), file(entry))).collect(),
            others: Vec::new(),
        }
    }
}
