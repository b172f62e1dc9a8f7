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
    /// What kind of thing it is asked about.
    pub kinds: Vec<Choice>,
    /// Which of them, by its id; of an account, also by its name.
    pub id: String,
    /// Who did it, by the name of the account.
    pub who: String,
    /// On which day.
    pub day: String,
    /// Why nothing can be found, in a sentence.
    pub notice: Option<&'static str>,
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
    about: &'static str,
    id: &'static str,
    who: &'static str,
    day: &'static str,
    whole: &'static str,
    empty: &'static str,
    show: &'static str,
    heads: [&'static str; 5],
    next: &'static str,
}

static VI: Words = Words {
    title: "Nhật ký kiểm toán",
    action: "Hành động",
    about: "Đối tượng",
    id: "Mã, hoặc tên tài khoản",
    who: "Người thực hiện",
    day: "Ngày",
    whole: "Bỏ lọc",
    empty: "Không có mục nào.",
    show: "Lọc",
    heads: ["Lúc", "Ai", "Hành động", "Đối tượng", "Chi tiết"],
    next: "Trang sau",
};

static EN: Words = Words {
    title: "Audit log",
    action: "Action",
    about: "About",
    id: "Its id (of an account, or its name)",
    who: "Who did it",
    day: "Day",
    whole: "All of it",
    empty: "There are no entries.",
    show: "Filter",
    heads: ["When", "Who", "Action", "About", "Detail"],
    next: "Next page",
};
