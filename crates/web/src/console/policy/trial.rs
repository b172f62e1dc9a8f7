//! What a trial found: how actions would change, what each rule gains and loses, and on which items.

use askama::Template;

use super::{SharedWords, VersionLine, shared};
use crate::console::Frame;

/// How many items go from one action to another.
#[derive(Debug, Clone)]
pub struct ActionChange {
    /// The action now, in words.
    pub from: String,
    /// The action then, in words.
    pub to: String,
    /// How many.
    pub n: u64,
    /// Whether they differ.
    pub is_change: bool,
}

/// What a rule gains and loses.
#[derive(Debug, Clone)]
pub struct RuleChangeLine {
    /// The rule, in words.
    pub rule: String,
    /// Items on which it would fire and does not.
    pub gained: u64,
    /// What people made of those, in words.
    pub gained_told: String,
    /// Items on which it fires and would not.
    pub lost: u64,
    /// What people made of those, in words.
    pub lost_told: String,
}

/// An item that would be judged differently.
#[derive(Debug, Clone)]
pub struct DifferenceLine {
    /// The beginning of the text.
    pub excerpt: String,
    /// The action now and then, in words.
    pub change: String,
    /// Rules gained and lost, in words.
    pub rules: String,
    /// What a person made of it, in words.
    pub outcome: String,
}

/// What a trial found.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy/trial.html")]
pub struct TrialPage {
    /// What stands around it.
    pub frame: Frame,
    /// What it is and how far it has come, in words.
    pub title: String,
    /// The version that is tried.
    pub version: VersionLine,
    /// Names and values of what it found in sum.
    pub facts: Vec<(String, String)>,
    /// How far a running back-test has come, in percent.
    pub progress: Option<u64>,
    /// The address of the form that stops it, for who may.
    pub stop: Option<String>,
    /// How actions would change.
    pub actions: Vec<ActionChange>,
    /// What each rule gains and loses.
    pub rules: Vec<RuleChangeLine>,
    /// The items, newest first.
    pub differences: Vec<DifferenceLine>,
    /// The address of the next page of items.
    pub next: Option<String>,
}

impl TrialPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn s(&self) -> &'static SharedWords {
        shared(self.frame.language)
    }
}

struct Words {
    of: &'static str,
    running: &'static str,
    stop: &'static str,
    actions: &'static str,
    from: &'static str,
    to: &'static str,
    items: &'static str,
    rules: &'static str,
    rule: &'static str,
    gained: &'static str,
    lost: &'static str,
    people: &'static str,
    no_rules: &'static str,
    differences: &'static str,
    none: &'static str,
    next: &'static str,
}

static VI: Words = Words {
    of: "Phiên bản được thử",
    running: "Đang xét; trang tự cập nhật.",
    stop: "Dừng",
    actions: "Kết quả sẽ đổi thế nào",
    from: "Đang áp dụng",
    to: "Bản thử",
    items: "Nội dung",
    rules: "Quy tắc khớp thêm và bớt",
    rule: "Quy tắc",
    gained: "Khớp thêm",
    lost: "Không còn khớp",
    people: "Người đã kết luận",
    no_rules: "Không quy tắc nào đổi kết quả.",
    differences: "Những nội dung có kết quả khác",
    none: "Không có nội dung nào có kết quả khác.",
    next: "Trang sau",
};

static EN: Words = Words {
    of: "The version that is tried",
    running: "It is running; the page follows.",
    stop: "Stop",
    actions: "How verdicts would change",
    from: "In force",
    to: "Tried",
    items: "Items",
    rules: "What rules gain and lose",
    rule: "Rule",
    gained: "Gained",
    lost: "Lost",
    people: "People held",
    no_rules: "No rule changes its mind.",
    differences: "Items that would be judged differently",
    none: "No item would be judged differently.",
    next: "Next page",
};
