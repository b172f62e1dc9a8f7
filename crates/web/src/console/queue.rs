//! The queue: cases that wait for a person.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment, Piece, Severity};

/// Something that narrows or orders the queue.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Its name in the address.
    pub key: &'static str,
    /// Its label.
    pub title: String,
    /// What to choose from.
    pub choices: Vec<Choice>,
}

/// One decision over many cases.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// What may be decided.
    pub outcomes: Vec<Choice>,
    /// Which category it may be.
    pub categories: Vec<Choice>,
}

/// The statutory clock of a case.
#[derive(Debug, Clone)]
pub struct Law {
    /// What it is called.
    pub title: String,
    /// By when, in words.
    pub due: String,
    /// Whether it ran out.
    pub has_passed: bool,
}

/// A case in the queue.
#[derive(Debug, Clone)]
pub struct Row {
    /// The address of the case.
    pub link: String,
    /// Its place in the order, from 1.
    pub place: u64,
    /// How grave it is.
    pub severity: Severity,
    /// The same in a word.
    pub urgency: String,
    /// The telling part of the text.
    pub excerpt: Vec<Piece>,
    /// The whole text, for a look without leaving.
    pub text: Vec<Piece>,
    /// Its category in words.
    pub category: String,
    /// The kind of item in words.
    pub kind: String,
    /// When the case opened.
    pub opened: Moment,
    /// What was decided, in words.
    pub outcome: Option<String>,
    /// Who holds it or decided it.
    pub holder: Option<String>,
    /// Whether the viewer may take it.
    pub may_take: bool,
    /// Its id, where it may be chosen for one decision over many.
    pub pick: Option<String>,
    /// What makes it other than most: that it waits for a second person, or is about an account.
    pub mark: Option<String>,
    /// The statutory clock that it runs under, while it waits.
    pub law: Option<Law>,
    /// Why it stands where it does, one reason a line.
    pub why_here: Vec<String>,
}

/// The queue: cases that wait for a person.
#[derive(Debug, Clone, Template)]
#[template(path = "console/queue.html")]
pub struct QueuePage {
    /// What stands around it.
    pub frame: Frame,
    /// How many cases there are, in words.
    pub counts: String,
    /// Something that was just done: a sentence, and where it leads.
    pub notice: Option<(String, String)>,
    /// What narrows and orders the queue.
    pub filters: Vec<Filter>,
    /// The cases, first to last.
    pub rows: Vec<Row>,
    /// The address of the next page.
    pub next: Option<String>,
    /// One decision over those that are chosen, for who may decide.
    pub bulk: Option<Bulk>,
}

impl QueuePage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    apply: &'static str,
    empty: &'static str,
    nobody: &'static str,
    take: &'static str,
    why_here: &'static str,
    pick: &'static str,
    bulk: &'static str,
    bulk_note: &'static str,
    outcome: &'static str,
    category: &'static str,
    facts: &'static str,
    decide: &'static str,
    next: &'static str,
    key_list: &'static [(&'static str, &'static str)],
}

static VI: Words = Words {
    title: "Hàng đợi",
    apply: "Lọc",
    empty: "Không có vụ việc nào khớp. Bỏ bớt bộ lọc hoặc nghỉ một chút.",
    nobody: "Chưa ai nhận",
    take: "Nhận",
    why_here: "Vì sao ở vị trí",
    pick: "Chọn vụ việc ở vị trí",
    bulk: "Quyết định như nhau cho các vụ đã chọn",
    bulk_note: "Tối đa 100 vụ. Với nhóm vi phạm về phát ngôn, người thứ hai phải xác nhận.",
    outcome: "Kết quả",
    category: "Nhóm vi phạm",
    facts: "Sự việc và lý do (gửi người đăng)",
    decide: "Quyết định tất cả",
    next: "Trang sau",
    key_list: &[
        ("j k", "Xuống, lên"),
        ("Enter o", "Mở vụ việc"),
        ("a", "Nhận xử lý"),
        ("?", "Bảng phím này"),
    ],
};

static EN: Words = Words {
    title: "Queue",
    apply: "Filter",
    empty: "No case matches. Loosen the filters, or take a break.",
    nobody: "Nobody yet",
    take: "Take",
    why_here: "Why it stands at place",
    pick: "Choose the case at place",
    bulk: "One decision on those chosen",
    bulk_note: "At most 100 cases. In categories about speech, a second person must confirm.",
    outcome: "Outcome",
    category: "Category",
    facts: "Facts and reason (sent to the author)",
    decide: "Decide all",
    next: "Next page",
    key_list: &[
        ("j k", "Down, up"),
        ("Enter o", "Open the case"),
        ("a", "Take it"),
        ("?", "These keys"),
    ],
};
