//! The audit log as a page.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// One entry of the log.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// When.
    pub at: Moment,
    /// Who.
    pub who: String,
    /// What, in words.
    pub action: &'static str,
    /// The same as the log has it.
    pub key: &'static str,
    /// About what, in words; empty if about nothing.
    pub subject: String,
    /// The address of what it is about, if it has one.
    pub link: Option<String>,
    /// Keys and numbers that say more.
    pub detail: String,
}

/// The audit log.
#[derive(Debug, Clone, Template)]
#[template(path = "console/audit.html")]
pub struct AuditPage {
    /// What stands around it.
    pub frame: Frame,
    /// Which action is asked for.
    pub actions: Vec<Choice>,
    /// The entries, newest first.
    pub entries: Vec<AuditLine>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl AuditPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    action: &'static str,
    show: &'static str,
    heads: [&'static str; 5],
    next: &'static str,
}

static VI: Words = Words {
    title: "Nhật ký kiểm toán",
    action: "Hành động",
    show: "Lọc",
    heads: ["Lúc", "Ai", "Hành động", "Đối tượng", "Chi tiết"],
    next: "Trang sau",
};

static EN: Words = Words {
    title: "Audit log",
    action: "Action",
    show: "Filter",
    heads: ["When", "Who", "Action", "About", "Detail"],
    next: "Next page",
};
