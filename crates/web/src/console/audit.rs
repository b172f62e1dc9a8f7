//! The audit log as a page.

use anlanh_api::Language;
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
    /// What, by its key.
    pub action: String,
    /// About what, in words; empty if about nothing.
    pub subject: String,
    /// The address of what it is about, if it has one.
    pub link: Option<String>,
    /// Keys and numbers that say more.
    pub detail: String,
}

/// The audit log.
#[derive(Debug, Clone)]
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

#[derive(Template)]
#[template(path = "console/audit.html")]
struct Html<'a> {
    w: &'a Words,
    frame: &'a Frame,
    actions: &'a [Choice],
    entries: &'a [AuditLine],
    next: Option<&'a str>,
}

impl AuditPage {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn render(&self) -> Result<String, askama::Error> {
        let w = match self.frame.language {
            Language::Vi => &VI,
            Language::En => &EN,
        };
        let html = Html {
            w,
            frame: &self.frame,
            actions: &self.actions,
            entries: &self.entries,
            next: self.next.as_deref(),
        };
        html.render()
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
