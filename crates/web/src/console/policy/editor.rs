//! Where a rule, an entry or a whole file of a draft is written.

use askama::Template;

use super::VersionLine;
use crate::console::Frame;

/// Something that is wrong with a draft.
#[derive(Debug, Clone)]
pub struct MistakeLine {
    /// File and line, as `rules/a.toml:12`.
    pub place: String,
    /// What is wrong. The pack's reader speaks English, like the language of rules.
    pub message: String,
    /// Where it can be mended; none where it is on this page.
    pub link: Option<String>,
}

/// Where a rule, an entry or a whole file of a draft is written.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy/editor.html")]
pub struct EditorPage {
    /// What stands around it.
    pub frame: Frame,
    /// The draft.
    pub version: VersionLine,
    /// What is written, in words.
    pub title: String,
    /// The address that the form is posted to.
    pub action: String,
    /// The digest of the draft as it was seen.
    pub seen: String,
    /// The key of the kind of block; empty for a whole file.
    pub kind: &'static str,
    /// The id of the block before the change; empty for a new one.
    pub id: String,
    /// The file.
    pub path: String,
    /// Whether the file can be chosen.
    pub is_new: bool,
    /// What it says.
    pub text: String,
    /// The number of its first line in the file.
    pub first_line: usize,
    /// Something that stands in the way, or was done.
    pub notice: Option<String>,
    /// What is wrong.
    pub mistakes: Vec<MistakeLine>,
    /// Whether the viewer may save.
    pub may_edit: bool,
}

impl EditorPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    /// How many lines the field shows.
    fn rows(&self) -> usize {
        (self.text.lines().count() + 2).clamp(12, 40)
    }
}

struct Words {
    file: &'static str,
    text: &'static str,
    from_line: &'static str,
    save: &'static str,
    remove: &'static str,
    mistakes: &'static str,
    hint: &'static str,
}

static VI: Words = Words {
    file: "Tệp trong gói",
    text: "Nội dung (TOML)",
    from_line: "Bắt đầu từ dòng",
    save: "Lưu và kiểm tra",
    remove: "Xóa khỏi bản nháp",
    mistakes: "Cần sửa",
    hint: "Mỗi quy tắc và mục từ có ví dụ phải khớp (hit) và không được khớp (miss); chúng được chạy mỗi lần kiểm tra. Bản nháp còn lỗi vẫn lưu được, chỉ không áp dụng được.",
};

static EN: Words = Words {
    file: "File in the pack",
    text: "What it says (TOML)",
    from_line: "Begins at line",
    save: "Save and check",
    remove: "Remove from the draft",
    mistakes: "To be mended",
    hint: "Each rule and entry has examples that must hit and must not; they are run at every check. A draft with mistakes can be saved, only not put in force.",
};
