//! How the work of people is measured, and what that shows.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// A table of figures.
#[derive(Debug, Clone)]
pub struct Figures {
    /// What it shows.
    pub title: String,
    /// Heads of its columns.
    pub heads: Vec<String>,
    /// Its rows: what each is about, and its figures.
    pub rows: Vec<(String, Vec<String>)>,
}

/// One of two decisions on a case.
#[derive(Debug, Clone)]
pub struct Side {
    /// Which, in words.
    pub title: String,
    /// Who decided, and when.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What, in words.
    pub outcome: String,
    /// Of which category, in words.
    pub category: String,
    /// The facts relied on.
    pub facts: String,
}

/// Two decisions on one case that differ.
#[derive(Debug, Clone)]
pub struct Disagreement {
    /// Number of the second review.
    pub number: String,
    /// Address of the case whose decision took effect.
    pub case: String,
    /// The address that the finding is posted to.
    pub link: String,
    /// The text.
    pub text: String,
    /// The first decision and the second.
    pub sides: Vec<Side>,
    /// What may be found.
    pub findings: Vec<Choice>,
}

/// An item whose right answer is known.
#[derive(Debug, Clone)]
pub struct GoldenLine {
    /// Address of its case.
    pub case: String,
    /// The address that it is withdrawn at.
    pub link: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// What is right, in words.
    pub answer: String,
    /// Why.
    pub note: String,
    /// Who set it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// The right answer for an item, to be set on the page of its case.
#[derive(Debug, Clone)]
pub struct GoldenForm {
    /// What is set now, in a sentence; none if the item is not golden.
    pub present: Option<String>,
    /// What may be right.
    pub outcomes: Vec<Choice>,
    /// Of which category.
    pub categories: Vec<Choice>,
    /// Why.
    pub note: String,
}

/// How the work of people is measured, and what that shows.
#[derive(Debug, Clone, Template)]
#[template(path = "console/quality.html")]
pub struct QualityPage {
    /// What stands around it.
    pub frame: Frame,
    /// What was done, or why it was not, in a sentence.
    pub said: Option<String>,
    /// How many days are looked at.
    pub days: Vec<Choice>,
    /// Percent of the decisions that a second person decides.
    pub second_review: u8,
    /// Percent of the decisions for which a golden case is put among the others.
    pub golden_share: u8,
    /// The most that may be measured.
    pub most: u8,
    /// The most telling numbers: name and value.
    pub totals: Vec<(String, String)>,
    /// Decisions that differ, oldest first.
    pub disagreements: Vec<Disagreement>,
    /// The figures.
    pub figures: Vec<Figures>,
    /// The golden items, newest first.
    pub golden: Vec<GoldenLine>,
}

impl QualityPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl GoldenForm {
    pub(super) const fn words(frame: &Frame) -> &'static GoldenWords {
        frame.pick(&GOLDEN_VI, &GOLDEN_EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    shares: &'static str,
    second_review: &'static str,
    second_review_hint: &'static str,
    golden_share: &'static str,
    golden_hint: &'static str,
    save: &'static str,
    disagreements: &'static str,
    none_differ: &'static str,
    finding: &'static str,
    why: &'static str,
    keep: &'static str,
    keep_hint: &'static str,
    live: &'static str,
    span: &'static str,
    show: &'static str,
    nothing: &'static str,
    golden: &'static str,
    no_golden: &'static str,
    withdraw: &'static str,
}

static VI: Words = Words {
    title: "Chất lượng",
    lead: "Người duyệt không biết vụ việc nào dùng để đo. Quyết định khi đo không có hiệu lực và không vào số liệu khác.",
    shares: "Đo bao nhiêu",
    second_review: "Duyệt lần hai (% quyết định)",
    second_review_hint: "Người khác quyết định lại vụ việc mà không biết quyết định đầu.",
    golden_share: "Mẫu chuẩn (% quyết định)",
    golden_hint: "Nội dung đã biết đáp án được đưa vào hàng chờ như vụ việc thường.",
    save: "Lưu tỷ lệ",
    disagreements: "Hai quyết định khác nhau",
    none_differ: "Không có cặp quyết định nào cần nhận định.",
    finding: "Nhận định",
    why: "Vì sao",
    keep: "Ghi nhận định",
    keep_hint: "Nhận định không đổi quyết định đang có hiệu lực; chỉ khiếu nại mới đổi được.",
    live: "Mở vụ việc",
    span: "Khoảng thời gian",
    show: "Xem",
    nothing: "Chưa có gì trong khoảng này.",
    golden: "Mẫu chuẩn",
    no_golden: "Chưa có mẫu chuẩn. Đặt ở trang của vụ việc đã quyết định.",
    withdraw: "Rút khỏi mẫu chuẩn",
};

static EN: Words = Words {
    title: "Quality",
    lead: "Reviewers do not know which cases measure. Decisions on them take no effect and enter no other figure.",
    shares: "How much is measured",
    second_review: "Second review (% of decisions)",
    second_review_hint: "Somebody else decides the case again without knowing the first decision.",
    golden_share: "Golden items (% of decisions)",
    golden_hint: "Items whose answer is known are put into the queue like any other case.",
    save: "Keep the shares",
    disagreements: "Two decisions that differ",
    none_differ: "No pair of decisions waits for a finding.",
    finding: "Finding",
    why: "Why",
    keep: "Keep the finding",
    keep_hint: "A finding does not change the decision in force; only an appeal does.",
    live: "Open the case",
    span: "Span",
    show: "Show",
    nothing: "Nothing in this span yet.",
    golden: "Golden items",
    no_golden: "No golden item yet. Set one on the page of a decided case.",
    withdraw: "Withdraw",
};

/// Words of the form that makes an item golden.
pub(super) struct GoldenWords {
    pub title: &'static str,
    pub lead: &'static str,
    pub outcome: &'static str,
    pub category: &'static str,
    pub note: &'static str,
    pub set: &'static str,
}

static GOLDEN_VI: GoldenWords = GoldenWords {
    title: "Mẫu chuẩn",
    lead: "Nội dung này sẽ được đưa lại cho người duyệt khác như vụ việc thường, để so với đáp án dưới đây.",
    outcome: "Kết quả đúng",
    category: "Nhóm vi phạm đúng",
    note: "Vì sao đúng (chỉ người quản lý chính sách thấy)",
    set: "Đặt làm mẫu chuẩn",
};

static GOLDEN_EN: GoldenWords = GoldenWords {
    title: "Golden item",
    lead: "The item is put before other reviewers like any case, and compared with the answer below.",
    outcome: "Right outcome",
    category: "Right category",
    note: "Why it is right (seen by policy managers alone)",
    set: "Make it golden",
};
