//! An appeal on the page of its case: what it is against, what was written, the talk, and how it may be answered.

use super::case::{Closed, DecisionForm};
use super::concern::Said;
use super::{Choice, Frame, Moment};

/// An appeal on the page of its case.
#[derive(Debug, Clone)]
pub struct AppealCard {
    /// Who appeals, in words.
    pub party: String,
    /// How far it has come, in words.
    pub state: String,
    /// When.
    pub opened: Moment,
    /// By when it is to be answered.
    pub due: Moment,
    /// Whether that moment has passed without an answer, or the answer came after it.
    pub is_late: bool,
    /// What was written.
    pub words: String,
    /// The decision that it is against.
    pub against: Closed,
    /// The address of the case that it ended.
    pub against_link: String,
    /// The talk, oldest first.
    pub talk: Vec<Said>,
    /// Whether the viewer may write to whoever appealed.
    pub may_write: bool,
}

/// An appeal about to be answered.
#[derive(Debug, Clone)]
pub struct AnswerForm {
    /// How it may be answered.
    pub results: Vec<Choice>,
    /// What may take the place of the decision.
    pub change: DecisionForm,
}

impl AppealCard {
    pub(super) const fn w(frame: &Frame) -> &'static Words {
        frame.pick(&VI, &EN)
    }
}

pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) due: &'static str,
    pub(super) late: &'static str,
    pub(super) against: &'static str,
    pub(super) talk: &'static str,
    pub(super) no_talk: &'static str,
    pub(super) message: &'static str,
    pub(super) say: &'static str,
    pub(super) answer: &'static str,
    pub(super) result: &'static str,
    pub(super) reasons: &'static str,
    pub(super) replacement: &'static str,
    pub(super) send: &'static str,
}

static VI: Words = Words {
    title: "Khiếu nại",
    due: "Hạn trả lời",
    late: "quá hạn",
    against: "Quyết định bị khiếu nại",
    talk: "Trao đổi với người khiếu nại",
    no_talk: "Chưa có tin nào.",
    message: "Tin nhắn cho người khiếu nại (họ đọc được, không biết bạn là ai)",
    say: "Gửi tin",
    answer: "Trả lời khiếu nại",
    result: "Kết quả",
    reasons: "Lý do (gửi người khiếu nại)",
    replacement: "Quyết định thay thế",
    send: "Trả lời",
};

static EN: Words = Words {
    title: "Appeal",
    due: "To be answered by",
    late: "late",
    against: "Decision that is appealed",
    talk: "Talk with the appellant",
    no_talk: "No message yet.",
    message: "Message to the appellant (they read it, and do not learn who you are)",
    say: "Send the message",
    answer: "Answer the appeal",
    result: "Result",
    reasons: "Reasons (sent to the appellant)",
    replacement: "What takes its place",
    send: "Answer",
};
