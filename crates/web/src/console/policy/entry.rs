//! One entry of the lexicon: its phrases, what must and must not be near, and the rules that ask for it.

use askama::Template;

use super::{DraftChoice, ExampleLine, SharedWords, shared};
use crate::console::Frame;

/// One entry of the lexicon.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy/entry.html")]
pub struct EntryPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Its category, in words.
    pub category: String,
    /// Names and values: severity, mode, tags, source, note.
    pub facts: Vec<(String, String)>,
    /// Its phrases.
    pub phrases: Vec<String>,
    /// What must be near and what must not, in words.
    pub neighbours: Vec<(String, String)>,
    /// The rules that name it, or its category or tags: address and title.
    pub rules: Vec<(String, String)>,
    /// Texts in which it must be found.
    pub must_hit: Vec<ExampleLine>,
    /// Texts in which it must not be found.
    pub must_miss: Vec<ExampleLine>,
    /// Where it may be changed; none where the viewer may not.
    pub places: Vec<DraftChoice>,
}

impl EntryPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn s(&self) -> &'static SharedWords {
        shared(self.frame.language)
    }
}

struct Words {
    phrases: &'static str,
    rules: &'static str,
    no_rules: &'static str,
    examples: &'static str,
}

static VI: Words = Words {
    phrases: "Cụm từ",
    rules: "Quy tắc dùng mục từ này",
    no_rules: "Chưa quy tắc nào dùng mục từ này: tìm thấy cũng không dẫn đến xử lý nào.",
    examples: "Ví dụ",
};

static EN: Words = Words {
    phrases: "Phrases",
    rules: "Rules that ask for it",
    no_rules: "No rule asks for it yet: finding it leads to nothing.",
    examples: "Examples",
};
