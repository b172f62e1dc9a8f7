//! What an owner is asked to remove: no account, one private link, one thing to press.

use askama::Template;

use super::{Frame, Moment};

/// What the owner may say, or said.
#[derive(Debug, Clone)]
pub enum OwnerAnswer {
    /// Nothing yet; where they see the decision and appeal, where there is one.
    Open(Option<String>),
    /// A sentence, what follows from it, and their own words.
    Given(String, Option<&'static str>, Option<String>),
}

/// What an owner is asked.
#[derive(Debug, Clone, Template)]
#[template(path = "console/owner.html")]
pub struct OwnerPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its address.
    pub link: String,
    /// What it is called.
    pub title: String,
    /// Who asks, and why the owner.
    pub lead: String,
    /// Until when.
    pub due: Moment,
    /// How the deadline stands, in words.
    pub clock: String,
    /// Whether it ran out.
    pub is_late: bool,
    /// What is to be removed, as the platform or the order names it.
    pub content: String,
    /// What it says.
    pub text: Option<String>,
    /// Whether that is no longer kept.
    pub is_erased: bool,
    /// Kind of violation.
    pub category: Option<String>,
    /// Why.
    pub reason: String,
    /// How each basis is cited, and what it says.
    pub bases: Vec<(String, String)>,
    /// What the owner may say, or said.
    pub answer: OwnerAnswer,
    /// What went wrong with what was just sent, in a sentence.
    pub error: Option<String>,
    /// What was typed then.
    pub typed: String,
}

impl OwnerPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    keep: &'static str,
    what: &'static str,
    erased: &'static str,
    due: &'static str,
    why: &'static str,
    category: &'static str,
    basis: &'static str,
    answer: &'static str,
    removed: &'static str,
    removed_hint: &'static str,
    contest: &'static str,
    contest_hint: &'static str,
    words: &'static str,
    send: &'static str,
    decision: &'static str,
    besides: &'static str,
}

static VI: Words = Words {
    keep: "Trang này chỉ dành cho bạn. Ai có đường dẫn cũng trả lời được, nên đừng chia sẻ.",
    what: "Nội dung cần gỡ",
    erased: "Nội dung không còn được lưu ở đây.",
    due: "Hạn gỡ",
    why: "Lý do",
    category: "Nhóm vi phạm",
    basis: "Căn cứ",
    answer: "Trả lời",
    removed: "Tôi đã gỡ",
    removed_hint: "Hãy gỡ trên nền tảng trước, rồi bấm nút này.",
    contest: "Tôi không đồng ý",
    contest_hint: "Nền tảng sẽ xem lại và tự quyết định. Nếu yêu cầu là hợp pháp, nội dung vẫn có thể bị gỡ.",
    words: "Vì sao bạn không gỡ?",
    send: "Gửi",
    decision: "Xem quyết định và khiếu nại",
    besides: "Trả lời ở đây không làm mất quyền khiếu nại, tố cáo hoặc khởi kiện của bạn theo pháp luật.",
};

static EN: Words = Words {
    keep: "This page is yours alone. Whoever has the link can answer, so do not share it.",
    what: "What is to be removed",
    erased: "The content is no longer kept here.",
    due: "To be removed by",
    why: "Reason",
    category: "Kind of violation",
    basis: "Basis",
    answer: "Your answer",
    removed: "I have removed it",
    removed_hint: "Remove it on the platform first, then press this.",
    contest: "I do not agree",
    contest_hint: "The platform looks at it again and decides. Where the order is lawful, the content may be removed all the same.",
    words: "Why do you not remove it?",
    send: "Send",
    decision: "See the decision, and appeal",
    besides: "An answer here takes away none of your rights under the law to complain, denounce or go to court.",
};
