//! The files of the repository, read once. Knows paths and texts, not what they should say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

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

/// Paths that a `.gitignore` names. Ours names whole paths alone, so that this needs no patterns.
fn ignored_paths(text: &str) -> anyhow::Result<Vec<&str>> {
    let mut paths = vec![".git"];
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let path = line.strip_prefix('/').filter(|path| !path.contains(['*', '?', '[']));
        paths.push(path.with_context(|| format!("read {line:?} in .gitignore: not a path from the root"))?);
    }
    Ok(paths)
}

impl Tree {
    /// Reads the repository this program was built from, without what git ignores.
    pub fn read() -> anyhow::Result<Self> {
        let ignored = std::fs::read_to_string(root().join(".gitignore")).context("read .gitignore")?;
        let mut tree = Self::default();
        tree.walk(&root(), "", &ignored_paths(&ignored)?)?;
        Ok(tree)
    }

    fn walk(&mut self, folder: &Path, prefix: &str, ignored: &[&str]) -> anyhow::Result<()> {
        for entry in std::fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if ignored.contains(&path.as_str()) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"), ignored)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_paths_are_whole() {
        assert_eq!(
            ignored_paths("# Built.\n\n/target\n/fuzz/found\n").unwrap(),
            [".git", "target", "fuzz/found"]
        );
        assert!(ignored_paths("target\n").is_err());
        assert!(ignored_paths("/*.tmp\n").is_err());
    }

    #[test]
    fn a_folder_is_there_when_a_file_is_in_it() {
        let tree = Tree::of(&[("docs/adr/1.md", "")]);
        assert_eq!(
            ["docs/adr/1.md", "docs/adr", "docs/ad", "x"].map(|path| tree.has(path)),
            [true, true, false, false]
        );
    }
}
