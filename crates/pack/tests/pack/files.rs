//! Folders and files: what belongs to a pack, and the limits on it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anlanh_pack::limits::{MAX_FILE_BYTES, MAX_FILES};
use anlanh_pack::{Policy, check_dir};

use super::{GOOD, good, in_english, mistakes};

/// The good pack in a folder of its own.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in GOOD {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn check(&self, expected: &[&str]) {
        let mistakes = check_dir(self.path()).err().unwrap_or_default();
        let mistakes: Vec<String> = mistakes.iter().map(in_english).collect();
        assert_eq!(mistakes, expected);
    }
}

/// A comment of so many bytes.
fn comment(bytes: usize) -> Vec<u8> {
    let mut content = vec![b'#'; bytes];
    content[bytes - 1] = b'\n';
    content
}

#[test]
fn what_belongs_to_people_and_tools_is_passed_over() {
    let folder = Folder::new();
    folder.write("README.md", b"\xff");
    folder.write(".git/config", b"a");
    folder.write("lexicon/.sc1.toml.swp", b"a");
    folder.check(&[]);
}

#[test]
fn what_does_not_belong_is_named() {
    let folder = Folder::new();
    folder.write("law.toml", b"");
    folder.write("rules/notes.txt", b"");
    folder.write("rules/more/sc2.toml", b"");
    folder.write("words/sc1.toml", b"");
    folder.check(&[
        "law.toml:1:1: no file of this name belongs to a pack; did you mean `laws.toml`?",
        "rules/more:1:1: a pack has no folders inside its folders",
        "rules/notes.txt:1:1: no file of this name belongs to a pack",
        "words/sc1.toml:1:1: no file of this name belongs to a pack",
    ]);
}

#[test]
fn what_is_missing_is_named() {
    let folder = Folder(tempfile::tempdir().unwrap());
    folder.check(&[
        "categories.toml:1:1: the file is missing",
        "laws.toml:1:1: the file is missing",
        "pack.toml:1:1: the file is missing",
    ]);
    let missing = check_dir(&folder.path().join("nothing")).unwrap_err();
    assert_eq!(missing.len(), 1);
    assert!(
        in_english(&missing[0]).starts_with(".:1:1: cannot open the pack: "),
        "{}",
        missing[0]
    );
    let mut files = good();
    files.retain(|(path, _)| path != "categories.toml");
    assert_eq!(mistakes(&files), ["categories.toml:1:1: the file is missing"]);
}

#[test]
fn a_file_is_there_once() {
    let mut files = good();
    files.push(("teencode.toml".to_owned(), Vec::new()));
    assert_eq!(
        mistakes(&files),
        ["teencode.toml:1:1: there is another file of this name"]
    );
}

#[test]
fn a_pack_needs_only_three_files() {
    let mut files = good();
    files.retain(|(path, _)| ["pack.toml", "laws.toml", "categories.toml"].contains(&path.as_str()));
    assert_eq!(mistakes(&files), [] as [&str; 0]);
}

#[test]
fn links_lead_anywhere_in_the_pack_but_not_out_of_it() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x.toml"), "").unwrap();
    let folder = Folder::new();
    folder.write(".data/sc2.toml", b"# Nothing\n");
    symlink(
        folder.path().join(".data/sc2.toml"),
        folder.path().join("rules/sc2.toml"),
    )
    .unwrap();
    folder.check(&[]);
    symlink(outside.path().join("x.toml"), folder.path().join("rules/sc3.toml")).unwrap();
    symlink(outside.path(), folder.path().join("more")).unwrap();
    symlink(folder.path(), folder.path().join("rules/round")).unwrap();
    folder.check(&[
        "more:1:1: this link leads out of the pack's folder",
        "rules/round:1:1: a pack has no folders inside its folders",
        "rules/sc3.toml:1:1: this link leads out of the pack's folder",
    ]);
    let way_in = outside.path().join("way-in");
    symlink(Folder::new().0.keep(), &way_in).unwrap();
    assert!(check_dir(&way_in).is_ok());
}

#[test]
fn a_dangling_link_is_named() {
    let folder = Folder::new();
    symlink(folder.path().join("gone.toml"), folder.path().join("rules/gone.toml")).unwrap();
    let mistakes = check_dir(folder.path()).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert!(in_english(&mistakes[0]).starts_with("rules/gone.toml:1:1: cannot open it: "));
}

#[test]
fn a_file_may_be_so_large_and_no_larger() {
    let folder = Folder::new();
    folder.write("rules/large.toml", &comment(MAX_FILE_BYTES));
    folder.check(&[]);
    folder.write("rules/large.toml", &comment(MAX_FILE_BYTES + 1));
    folder.check(&["rules/large.toml:1:1: the file is larger than 8388608 bytes"]);
    let content = comment(MAX_FILE_BYTES + 1);
    let large = [("rules/large.toml", content.as_slice())];
    let files = GOOD.iter().map(|(path, text)| (*path, text.as_bytes())).chain(large);
    assert_eq!(Policy::from_files(files).unwrap_err().len(), 1);
}

#[test]
fn there_may_be_so_many_files_and_no_more() {
    let folder = Folder::new();
    for number in GOOD.len()..MAX_FILES {
        folder.write(&format!("rules/x{number:03}.toml"), b"");
    }
    folder.check(&[]);
    folder.write("rules/z.toml", b"");
    folder.check(&["teencode.toml:1:1: a pack has at most 256 files; this is one more"]);
}

#[test]
fn files_are_utf_8() {
    let folder = Folder::new();
    let mut content = "# Tệp\nkey = \"Việt ".as_bytes().to_vec();
    content.extend(b"\xff\xfe\"\n");
    folder.write("teencode.toml", &content);
    folder.check(&["teencode.toml:2:13: the file is not UTF-8 from here on"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_files_can_be_printed() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new();
    let name = std::ffi::OsStr::from_bytes(b"\xff.toml");
    fs::write(folder.path().join(name), "").unwrap();
    fs::write(folder.path().join("rules/a\n.toml"), "").unwrap();
    folder.check(&[
        "rules/a\\n.toml:1:1: the name of the file is not UTF-8, or holds control characters",
        "\u{fffd}.toml:1:1: the name of the file is not UTF-8, or holds control characters",
    ]);
}
