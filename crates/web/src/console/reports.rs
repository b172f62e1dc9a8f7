//! Reports as those who decide see them.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// One report.
#[derive(Debug, Clone)]
pub struct ReportLine {
    /// Its id.
    pub number: String,
    /// What it was reported as.
    pub category: String,
    /// How it stands.
    pub state: String,
    /// Why it was reported; none if it was erased.
    pub why: Option<String>,
    /// Where the thing is.
    pub url: Option<String>,
    /// The platform's id of the thing, as they say.
    pub item: Option<String>,
    /// What the thing says, as they pasted it.
    pub text: Option<String>,
    /// Where its screenshot is.
    pub picture: Option<String>,
    /// What is known of whoever made it, without who they are.
    pub reporter: String,
    /// When it came in.
    pub received: Moment,
    /// Its case: address and id.
    pub case: Option<(String, String)>,
    /// Where it is asked who made it, for whoever may.
    pub reveal: Option<String>,
}

/// Who made a report, for the one who just asked.
#[derive(Debug, Clone)]
pub struct RevealedLine {
    /// The id of the report.
    pub number: String,
    /// Name, address, and whether it was confirmed.
    pub who: String,
}

/// Reports, newest first.
#[derive(Debug, Clone, Template)]
#[template(path = "console/reports.html")]
pub struct ReportsPage {
    /// What stands around it.
    pub frame: Frame,
    /// How they may stand.
    pub states: Vec<Choice>,
    /// For what one may ask who made one.
    pub purposes: Vec<Choice>,
    /// Who made one, where that was just asked.
    pub revealed: Option<RevealedLine>,
    /// The reports.
    pub reports: Vec<ReportLine>,
    /// Where the next page is.
    pub next: Option<String>,
}

impl ReportsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    state: &'static str,
    filter: &'static str,
    empty: &'static str,
    erased: &'static str,
    screenshot: &'static str,
    pasted: &'static str,
    case: &'static str,
    purpose: &'static str,
    reveal: &'static str,
    reveal_means: &'static str,
    next: &'static str,
}

static VI: Words = Words {
    title: "Phản ánh",
    state: "Trạng thái",
    filter: "Lọc",
    empty: "Không có phản ánh nào.",
    erased: "(dữ liệu đã được xóa)",
    screenshot: "Ảnh chụp màn hình",
    pasted: "Đoạn người phản ánh dán vào",
    case: "Vụ việc",
    purpose: "Để làm gì",
    reveal: "Xem người phản ánh",
    reveal_means: "Việc xem được ghi vào nhật ký cùng mục đích.",
    next: "Cũ hơn",
};

static EN: Words = Words {
    title: "Reports",
    state: "State",
    filter: "Filter",
    empty: "No reports.",
    erased: "(the data was erased)",
    screenshot: "Screenshot",
    pasted: "What whoever reported pasted",
    case: "Case",
    purpose: "What for",
    reveal: "Show who reported",
    reveal_means: "It is noted in the log, with the purpose.",
    next: "Older",
};
