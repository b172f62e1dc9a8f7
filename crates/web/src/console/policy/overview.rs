//! What is in force, what is tried, what is being written, and every rule and entry with what became of it.

use askama::Template;

use super::{DraftChoice, SharedWords, TrialLine, VersionLine, shared};
use crate::console::start::{self, Start};
use crate::console::{Choice, Frame, Moment};

/// A rule in the list.
#[derive(Debug, Clone)]
pub struct RuleLine {
    /// The address of its page.
    pub link: String,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it does, in words.
    pub action: String,
    /// Hits of the last days.
    pub recent: u64,
    /// Hits ever.
    pub hits: u64,
    /// How often people agreed, in words; empty before the first decision.
    pub precision: String,
    /// What its brake held, ever.
    pub braked: u64,
}

/// An entry of the lexicon in the list.
#[derive(Debug, Clone)]
pub struct EntryLine {
    /// The address of its page.
    pub link: String,
    /// Its id.
    pub id: String,
    /// Its category, in words.
    pub category: String,
    /// How grave it is, in words.
    pub severity: String,
    /// Its first phrases.
    pub phrases: String,
}

/// What is listed.
#[derive(Debug, Clone)]
pub enum Catalogue {
    /// Rules.
    Rules(Vec<RuleLine>),
    /// Entries of the lexicon, as many as are shown, and whether there are more.
    Entries(Vec<EntryLine>, bool),
}

/// A step that was taken with a version.
#[derive(Debug, Clone)]
pub struct StepLine {
    /// What was done, in words.
    pub what: String,
    /// The address of the version.
    pub link: String,
    /// The beginning of its digest.
    pub name: String,
    /// Who did it.
    pub by: String,
    /// Why.
    pub note: String,
    /// When.
    pub when: Moment,
}

/// What is in force, what is tried, and what is being written.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy/overview.html")]
pub struct PolicyPage {
    /// What stands around it.
    pub frame: Frame,
    /// What to do first, for an administrator who is alone.
    pub start: Option<Start>,
    /// Title, id and version of the pack in force, in words.
    pub pack: String,
    /// The version in force.
    pub live: VersionLine,
    /// What a roll-back would put in force.
    pub before: Option<VersionLine>,
    /// What runs in shadow.
    pub shadow: Option<(VersionLine, TrialLine)>,
    /// What is being written.
    pub drafts: Vec<VersionLine>,
    /// What the operator loaded, where it is not in force.
    pub offered: Option<VersionLine>,
    /// Whether the viewer may change any of it.
    pub may_edit: bool,
    /// Where a new rule or entry may be written.
    pub places: Vec<DraftChoice>,
    /// Which list is shown.
    pub parts: Vec<Choice>,
    /// What was searched for.
    pub query: String,
    /// The categories to choose from.
    pub categories: Vec<Choice>,
    /// The list.
    pub catalogue: Catalogue,
    /// The last steps, newest first.
    pub steps: Vec<StepLine>,
}

impl PolicyPage {
    const fn first(&self) -> &'static start::Words {
        start::Words::of(&self.frame)
    }

    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn s(&self) -> &'static SharedWords {
        shared(self.frame.language)
    }
}

struct Words {
    title: &'static str,
    in_force: &'static str,
    roll_back: &'static str,
    returns: &'static str,
    shadow: &'static str,
    no_shadow: &'static str,
    end_shadow: &'static str,
    drafts: &'static str,
    no_drafts: &'static str,
    begin: &'static str,
    begin_hint: &'static str,
    offered: &'static str,
    part: &'static str,
    search: &'static str,
    category: &'static str,
    filter: &'static str,
    rule: &'static str,
    action: &'static str,
    recent: &'static str,
    hits: &'static str,
    precision: &'static str,
    braked: &'static str,
    entry: &'static str,
    severity: &'static str,
    phrases: &'static str,
    more: &'static str,
    nothing: &'static str,
    steps: &'static str,
    new: &'static str,
    new_rule: &'static str,
    new_entry: &'static str,
}

static VI: Words = Words {
    title: "Chính sách",
    in_force: "Đang áp dụng",
    roll_back: "Quay lại bản trước",
    returns: "Bản sẽ được áp dụng lại:",
    shadow: "Chạy ngầm",
    no_shadow: "Không có phiên bản nào chạy ngầm. Hãy mở một bản nháp để chạy thử mà không ai bị ảnh hưởng.",
    end_shadow: "Dừng chạy ngầm",
    drafts: "Bản nháp",
    no_drafts: "Chưa có bản nháp nào.",
    begin: "Tạo bản nháp",
    begin_hint: "Bản nháp bắt đầu từ bản đang áp dụng và chưa xét nội dung nào cho đến khi bạn cho chạy.",
    offered: "Người vận hành đã nạp một gói khác",
    part: "Danh sách",
    search: "Tìm theo mã, tên hoặc cụm từ, không cần dấu",
    category: "Nhóm vi phạm",
    filter: "Lọc",
    rule: "Quy tắc",
    action: "Xử lý",
    recent: "Khớp 7 ngày",
    hits: "Tổng số",
    precision: "Độ chính xác",
    braked: "Bị hãm",
    entry: "Mục từ",
    severity: "Mức độ",
    phrases: "Cụm từ",
    more: "Còn nữa: hãy thu hẹp tìm kiếm.",
    nothing: "Không có gì khớp.",
    steps: "Các lần thay đổi",
    new: "Viết mới",
    new_rule: "Thêm quy tắc",
    new_entry: "Thêm mục từ",
};

static EN: Words = Words {
    title: "Policy",
    in_force: "In force",
    roll_back: "Roll back",
    returns: "What comes into force again:",
    shadow: "In shadow",
    no_shadow: "Nothing runs in shadow. Open a draft to try it without touching anybody.",
    end_shadow: "End the shadow run",
    drafts: "Drafts",
    no_drafts: "There is no draft.",
    begin: "Begin a draft",
    begin_hint: "A draft begins as what is in force, and judges nothing until you let it.",
    offered: "The operator loaded another pack",
    part: "List",
    search: "Search ids, titles or phrases; marks do not matter",
    category: "Category",
    filter: "Filter",
    rule: "Rule",
    action: "Action",
    recent: "Hits in 7 days",
    hits: "Ever",
    precision: "Precision",
    braked: "Held back",
    entry: "Entry",
    severity: "Severity",
    phrases: "Phrases",
    more: "There are more: narrow the search.",
    nothing: "Nothing matches.",
    steps: "What changed when",
    new: "Write something new",
    new_rule: "Add a rule",
    new_entry: "Add an entry",
};
