//! Blocks: where in a file each rule and each entry is written, so that one can be shown and changed without the rest.
//!
//! A block runs from its `[[rule]]` or `[[entry]]` to the last line before the next one; comments right above the next
//! one belong to that. It must not know what a block says: a block with mistakes is a block.

use std::ops::Range;

use toml::de::DeTable;

/// What a block defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockKind {
    /// A lexicon entry.
    Entry,
    /// A rule.
    Rule,
}

/// A rule or an entry as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it defines.
    pub kind: BlockKind,
    /// Its id; empty where it has none.
    pub id: String,
    /// Its bytes in the file.
    pub range: Range<usize>,
    /// Its first line in the file, from 1.
    pub line: usize,
}

impl BlockKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Entry, Self::Rule];

    /// The name of its table in a file.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Rule => "rule",
        }
    }

    /// The kind whose table has this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The folder of a pack whose files hold it.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Entry => "lexicon",
            Self::Rule => "rules",
        }
    }
}

/// The blocks of a file, in its order; none when it is not TOML.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    let Ok(table) = DeTable::parse(text) else {
        return Vec::new();
    };
    let mut found: Vec<(usize, BlockKind, String)> = Vec::new();
    for kind in BlockKind::ALL {
        let tables = table
            .get_ref()
            .get(kind.key())
            .and_then(|value| value.get_ref().as_array());
        for block in tables.into_iter().flatten() {
            let id = block.get_ref().as_table().and_then(|table| table.get("id"));
            let id = id.and_then(|id| id.get_ref().as_str()).unwrap_or_default();
            let start = text.get(..block.span().start).unwrap_or_default();
            let start = start.rfind('\n').map_or(0, |end| end + 1);
            found.push((start, kind, id.to_owned()));
        }
    }
    found.sort_unstable();
    let ends = found.iter().skip(1).map(|(next, ..)| end_before(text, *next));
    let ends: Vec<usize> = ends.chain([text.trim_end().len()]).collect();
    let blocks = found.into_iter().zip(ends);
    blocks
        .map(|((start, kind, id), end)| Block {
            kind,
            id,
            range: start..end.max(start),
            line: text.get(..start).unwrap_or_default().matches('\n').count() + 1,
        })
        .collect()
}

/// Where what stands before a block ends, without the comments right above that block.
fn end_before(text: &str, next: usize) -> usize {
    let mut before = text.get(..next).unwrap_or_default();
    while let Some(start) = before.trim_end_matches('\n').rfind('\n').map(|end| end + 1) {
        let line = before.get(start..).unwrap_or_default();
        if !(line.starts_with('#') || line.trim().is_empty()) {
            break;
        }
        before = before.get(..start).unwrap_or_default();
    }
    before.trim_end().len()
}

/// A file in which the block with this id reads as given; added at the end where there is none of the id, and taken out
/// where what is given is blank. `None` when the file is not TOML, so that its blocks cannot be told apart.
#[must_use]
pub fn with_block(text: &str, kind: BlockKind, id: &str, block: &str) -> Option<String> {
    DeTable::parse(text).ok()?;
    let found = blocks(text)
        .into_iter()
        .find(|found| found.kind == kind && found.id == id);
    let block = block.trim_end();
    let (before, after) = match &found {
        Some(found) => (
            text.get(..found.range.start).unwrap_or_default(),
            text.get(found.range.end..).unwrap_or_default(),
        ),
        None => (text, ""),
    };
    let parts = [before.trim_end(), block, after.trim()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Some(if parts.is_empty() {
        String::new()
    } else {
        parts.join("\n\n") + "\n"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# About the file.\n\n[[rule]]\nid = \"a\"\nwhen = '''\n[[rule]]\n'''\n\n# About b,\n# at length.\n\
                        [[rule]]\nid = \"b\"\nhit = [\n  [1],\n]\n\n[[entry]]\nphrases = []\n";

    #[test]
    fn a_block_ends_where_the_next_and_its_comments_begin() {
        let told: Vec<(&str, usize, String)> = blocks(FILE)
            .iter()
            .map(|block| (&FILE[block.range.clone()], block.line, block.id.clone()))
            .collect();
        assert_eq!(
            told,
            [
                ("[[rule]]\nid = \"a\"\nwhen = '''\n[[rule]]\n'''", 3, "a".to_owned()),
                ("[[rule]]\nid = \"b\"\nhit = [\n  [1],\n]", 11, "b".to_owned()),
                ("[[entry]]\nphrases = []", 17, String::new()),
            ]
        );
        assert_eq!(blocks("[[rule]\n"), []);
        assert_eq!(blocks(""), []);
    }

    #[test]
    fn changing_one_block_leaves_the_others() {
        let changed = with_block(FILE, BlockKind::Rule, "a", "[[rule]]\nid = \"a2\"\n\n").unwrap();
        assert!(
            changed.starts_with("# About the file.\n\n[[rule]]\nid = \"a2\"\n\n# About b,\n# at length.\n[[rule]]\n")
        );
        assert_eq!(blocks(&changed).len(), 3);
        let added = with_block(FILE, BlockKind::Rule, "c", "[[rule]]\nid = \"c\"").unwrap();
        assert!(added.ends_with("phrases = []\n\n[[rule]]\nid = \"c\"\n"));
        let without = with_block(FILE, BlockKind::Rule, "b", " \n").unwrap();
        assert_eq!(
            blocks(&without)
                .iter()
                .map(|block| block.id.as_str())
                .collect::<Vec<_>>(),
            ["a", ""]
        );
        assert_eq!(with_block("[[rule]\n", BlockKind::Rule, "a", "x"), None);
    }

    #[test]
    fn every_rule_and_entry_of_the_built_in_pack_is_a_block_that_can_be_put_back() {
        let policy = crate::Policy::built_in().unwrap();
        let mut count = 0;
        for file in policy.files() {
            for block in blocks(&file.text) {
                let written = &file.text[block.range.clone()];
                assert!(
                    written.starts_with(&format!("[[{}]]", block.kind.key())),
                    "{}",
                    block.id
                );
                let same = with_block(&file.text, block.kind, &block.id, written);
                assert_eq!(same.as_deref(), Some(file.text.as_str()), "{}", block.id);
                count += 1;
            }
        }
        assert_eq!(count, policy.rules().len() + policy.entries().len());
    }
}
