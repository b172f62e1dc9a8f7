//! Decisions, newest first.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// A decision.
#[derive(Debug, Clone)]
pub struct DecisionLine {
    /// The address of its case.
    pub link: String,
    /// What was decided, in words.
    pub outcome: String,
    /// The category, in words; empty if none.
    pub category: String,
    /// What it rests on, in words.
    pub basis: String,
    /// The facts relied on.
    pub facts: String,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// Decisions, newest first.
#[derive(Debug, Clone, Template)]
#[template(path = "console/decisions.html")]
pub struct DecisionsPage {
    /// What stands around it.
    pub frame: Frame,
    /// Which outcome is asked for.
    pub outcomes: Vec<Choice>,
    /// Which category is asked for.
    pub categories: Vec<Choice>,
    /// Whose decisions are asked for; empty for everybody's.
    pub by: String,
    /// The decisions.
    pub decisions: Vec<DecisionLine>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl DecisionsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    outcome: &'static str,
    category: &'static str,
    by: &'static str,
    show: &'static str,
    empty: &'static str,
    next: &'static str,
}

static VI: Words = Words {
    title: "Quyết định",
    outcome: "Kết quả",
    category: "Nhóm vi phạm",
    by: "Người quyết định",
    show: "Lọc",
    empty: "Chưa có quyết định nào khớp.",
    next: "Trang sau",
};

static EN: Words = Words {
    title: "Decisions",
    outcome: "Outcome",
    category: "Category",
    by: "Decided by",
    show: "Filter",
    empty: "No decision matches.",
    next: "Next page",
};
