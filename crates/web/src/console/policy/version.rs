//! One version: what changed, what is wrong with it, what trials found, and what can be done with it.

use askama::Template;

use super::{SharedWords, TrialLine, VersionLine, shared};
use crate::console::Frame;
use crate::console::policy::MistakeLine;

/// A rule, an entry or a file that is not as in the version before.
#[derive(Debug, Clone)]
pub struct BlockChange {
    /// What it is, in words.
    pub kind: String,
    /// Its id or path.
    pub id: String,
    /// Whether it is new, changed or gone, in words.
    pub what: String,
    /// Where it can be edited; none where it cannot.
    pub link: Option<String>,
}

/// How a line of a difference is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stands in both.
    Same,
    /// Lines are left out here.
    Gap,
}

impl LineKind {
    const fn key(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Same => "same",
            Self::Gap => "gap",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
            Self::Same => " ",
            Self::Gap => "⋯",
        }
    }
}

/// How a file differs from the version before.
#[derive(Debug, Clone)]
pub struct FileDiff {
    /// Its path.
    pub path: String,
    /// Its lines.
    pub lines: Vec<(LineKind, String)>,
}

/// A file.
#[derive(Debug, Clone)]
pub struct FileLine {
    /// Its path.
    pub path: String,
    /// Its size, in words.
    pub size: String,
    /// Where it can be edited or read.
    pub link: String,
}

/// What a look at every part of the version found.
#[derive(Debug, Clone)]
pub struct CheckView {
    /// The sum of it, in words.
    pub sentence: String,
    /// Whether it may judge.
    pub is_good: bool,
    /// What is wrong, place by place.
    pub mistakes: Vec<MistakeLine>,
}

/// One version.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy/version.html")]
pub struct VersionPage {
    /// What stands around it.
    pub frame: Frame,
    /// The version.
    pub version: VersionLine,
    /// Where it stands now, in words: draft, in force, in shadow.
    pub standing: String,
    /// Something that stands in the way, or was done.
    pub notice: Option<String>,
    /// The version it was made from.
    pub parent: Option<VersionLine>,
    /// What a look at every part found; none for what is in force.
    pub check: Option<CheckView>,
    /// What is not as in the version before.
    pub changes: Vec<BlockChange>,
    /// The same, line by line.
    pub diffs: Vec<FileDiff>,
    /// Its last trials, newest first.
    pub trials: Vec<TrialLine>,
    /// Its files.
    pub files: Vec<FileLine>,
    /// Whether it may still be changed, by this viewer.
    pub may_edit: bool,
    /// Whether a draft may be made from it, by this viewer.
    pub may_begin: bool,
    /// Whether it may be tried and put in force, by this viewer.
    pub may_use: bool,
    /// Whether it runs in shadow.
    pub is_shadow: bool,
}

impl VersionPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn s(&self) -> &'static SharedWords {
        shared(self.frame.language)
    }
}

struct Words {
    title: &'static str,
    from: &'static str,
    check: &'static str,
    changes: &'static str,
    no_changes: &'static str,
    lines: &'static str,
    trials: &'static str,
    no_trials: &'static str,
    backtest: &'static str,
    backtest_hint: &'static str,
    shadow: &'static str,
    shadow_hint: &'static str,
    end_shadow: &'static str,
    enforce: &'static str,
    enforce_hint: &'static str,
    untried: &'static str,
    discard: &'static str,
    files: &'static str,
    new_file: &'static str,
    path: &'static str,
    add: &'static str,
    new_rule: &'static str,
    new_entry: &'static str,
    begin: &'static str,
    next: &'static str,
}

static VI: Words = Words {
    title: "Phiên bản",
    from: "Từ phiên bản",
    check: "Kiểm tra",
    changes: "Khác với bản trước",
    no_changes: "Chưa có gì khác với bản trước.",
    lines: "Từng dòng",
    trials: "Các lần thử",
    no_trials: "Chưa thử lần nào.",
    backtest: "Thử trên nội dung đã lưu",
    backtest_hint: "Xét lại mọi nội dung đã lưu bằng bản này và bản đang áp dụng, rồi cho xem chỗ khác nhau. Không ai bị ảnh hưởng.",
    shadow: "Chạy ngầm",
    shadow_hint: "Xét cùng lúc mọi nội dung mới đến mà không ai thấy kết quả. Bản nháp sẽ được khóa lại.",
    end_shadow: "Dừng chạy ngầm",
    enforce: "Áp dụng",
    enforce_hint: "Có hiệu lực ngay, không cần khởi động lại; quay lại bản trước chỉ một bước.",
    untried: "Bản này chưa được thử trên nội dung đã lưu, cũng chưa chạy ngầm.",
    discard: "Bỏ bản nháp",
    files: "Các tệp",
    new_file: "Thêm tệp",
    path: "Đường dẫn trong gói",
    add: "Viết tệp này",
    new_rule: "Thêm quy tắc",
    new_entry: "Thêm mục từ",
    begin: "Tạo bản nháp từ bản này",
    next: "Việc tiếp theo",
};

static EN: Words = Words {
    title: "Version",
    from: "Made from",
    check: "Check",
    changes: "What differs from the version before",
    no_changes: "Nothing differs from the version before yet.",
    lines: "Line by line",
    trials: "Trials",
    no_trials: "It was not tried yet.",
    backtest: "Back-test on what is kept",
    backtest_hint: "Judges everything that is kept again, by this version and by the one in force, and shows where they differ. Nobody is touched.",
    shadow: "Run in shadow",
    shadow_hint: "Judges everything that comes in as well, and nobody sees it. The draft is sealed.",
    end_shadow: "End the shadow run",
    enforce: "Put in force",
    enforce_hint: "Takes effect at once, without a restart; one step takes it back.",
    untried: "This version was neither tried on what is kept nor in shadow.",
    discard: "Throw the draft away",
    files: "Files",
    new_file: "Add a file",
    path: "Path inside the pack",
    add: "Write this file",
    new_rule: "Add a rule",
    new_entry: "Add an entry",
    begin: "Begin a draft from this version",
    next: "What next",
};
