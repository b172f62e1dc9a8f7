//! What a case shows of those behind its item: what may be done to them, what is proposed, and what waits for a second
//! person.

use super::Frame;
use super::piece::{Choice, Moment};

/// Somebody behind the item, to whom something may be done.
#[derive(Debug, Clone)]
pub struct SubjectForm {
    /// Key of the kind.
    pub key: &'static str,
    /// What and who it is.
    pub title: String,
    /// Name of the field of the measure.
    pub measure_name: String,
    /// Name of the field of its length.
    pub days_name: String,
    /// What may be done.
    pub choices: Vec<Choice>,
    /// Shortest length, in days.
    pub days_min: u32,
    /// Longest length, in days.
    pub days_max: u32,
    /// The length that is proposed or was filled in; empty for none.
    pub days: String,
    /// Whether a violation may count against it.
    pub counts: bool,
    /// Whether it is to.
    pub is_counted: bool,
}

impl SubjectForm {
    /// Whether a measure is chosen.
    #[must_use]
    pub fn is_dealt_with(&self) -> bool {
        self.choices
            .iter()
            .any(|choice| choice.chosen && !choice.key.is_empty())
    }
}

/// What a case proposes.
#[derive(Debug, Clone)]
pub struct ProposalView {
    /// What is proposed, in a sentence that ends with the subject.
    pub sentence: String,
    /// The subject.
    pub subject: String,
    /// Where more is told of it.
    pub link: String,
    /// The steps that hold, the one that is applied first.
    pub grounds: Vec<GroundView>,
    /// When a permanent lock is allowed, in the words of the policy.
    pub permanent: Vec<String>,
    /// The violations that count.
    pub strikes: Vec<StrikeView>,
}

/// A step that holds.
#[derive(Debug, Clone)]
pub struct GroundView {
    /// The ladder, and what the step allows.
    pub title: String,
    /// How many violations there were, of how many.
    pub count: String,
    /// What the policy says besides.
    pub note: String,
    /// The law.
    pub bases: Vec<String>,
}

/// A violation that counts or counted.
#[derive(Debug, Clone)]
pub struct StrikeView {
    /// The address of its case.
    pub link: String,
    /// Its category, in words.
    pub category: String,
    /// When it was decided.
    pub at: Moment,
    /// Whether it counts, in words.
    pub state: String,
}

/// A decision that waits for a second person.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The statement of reasons: name and value.
    pub facts: Vec<(String, String)>,
    /// The facts relied on.
    pub relied_on: String,
    /// Whether the viewer may confirm it.
    pub may_confirm: bool,
    /// Whether the viewer may send it back.
    pub may_decline: bool,
}

/// Words of these parts.
pub struct Words {
    pub waiting: &'static str,
    pub confirm: &'static str,
    pub why_declined: &'static str,
    pub decline: &'static str,
    pub proposal: &'static str,
    pub grounds: &'static str,
    pub permanent: &'static str,
    pub strikes: &'static str,
    pub behind: &'static str,
    pub deal_with: &'static str,
    pub measure: &'static str,
    pub days: &'static str,
    pub item_days: &'static str,
    pub counts: &'static str,
    pub verified: &'static str,
    pub owner: &'static str,
    pub owner_hint: &'static str,
}

impl Words {
    /// Words for a page.
    pub(super) const fn of(frame: &Frame) -> &'static Self {
        frame.pick(&VI, &EN)
    }
}

static VI: Words = Words {
    waiting: "Quyết định chờ người thứ hai",
    confirm: "Xác nhận quyết định",
    why_declined: "Vì sao không xác nhận",
    decline: "Trả lại để quyết định lại",
    proposal: "Đề xuất",
    grounds: "Căn cứ theo bậc khóa",
    permanent: "Có thể khóa vĩnh viễn khi",
    strikes: "Các lần vi phạm",
    behind: "Tài khoản, trang liên quan",
    deal_with: "Xử lý tài khoản, trang, nhóm, kênh",
    measure: "Biện pháp",
    days: "Số ngày",
    item_days: "Tự hết hạn sau (ngày), để trống nếu không",
    counts: "Tính là một lần vi phạm",
    verified: "Thông tin kiểm chứng (địa chỉ https)",
    owner: "Yêu cầu chủ tự gỡ",
    owner_hint: "Chỉ khi phản ánh có căn cứ, và kết quả là gắn nhãn, hạn chế hoặc ẩn. Quá hạn thì vụ việc trở lại hàng đợi.",
};

static EN: Words = Words {
    waiting: "Decision that waits for a second person",
    confirm: "Confirm the decision",
    why_declined: "Why it is not confirmed",
    decline: "Send it back to be decided anew",
    proposal: "Proposal",
    grounds: "Steps of the ladders that hold",
    permanent: "A permanent lock is allowed when",
    strikes: "Violations",
    behind: "Accounts and pages behind it",
    deal_with: "Deal with account, page, group, channel",
    measure: "Measure",
    days: "Days",
    item_days: "Ends after (days); leave empty if never",
    counts: "Counts as a violation",
    verified: "Verified information (https address)",
    owner: "Ask the owner to remove it",
    owner_hint: "Only where a report holds, and with a label, a limit or hiding. Once the owner is late it is back in the queue.",
};
