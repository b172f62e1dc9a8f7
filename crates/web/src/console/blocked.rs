//! The page for whoever runs into a block, and the one behind the private link of an objection.

use anlanh_api::Language;
use askama::Template;

use super::Frame;
use super::piece::Moment;

/// What is told of a block.
#[derive(Debug, Clone)]
pub struct BlockedView {
    /// What was asked for.
    pub asked: String,
    /// What is blocked.
    pub value: String,
    /// In one sentence.
    pub said: String,
    /// The same in the other language.
    pub said_also: String,
    /// Who blocked it.
    pub who: String,
    /// Why.
    pub reason: Option<String>,
    /// On which basis.
    pub basis: Vec<String>,
    /// Since when.
    pub since: Moment,
    /// Until when, in words.
    pub until: String,
    /// Whether an authority ordered it.
    pub is_order: bool,
}

/// The page for whoever runs into a block.
#[derive(Debug, Clone, Template)]
#[template(path = "blocked/page.html")]
pub struct BlockedPage {
    /// What stands around it.
    pub frame: Frame,
    /// The name of the operator.
    pub site: String,
    /// Whom one writes to.
    pub contact: String,
    /// What blocks it; none where nothing does.
    pub blocked: Option<BlockedView>,
    /// What was looked up.
    pub asked: Option<String>,
    /// Whose name is like it, though it is not theirs.
    pub resembles: Option<String>,
    /// Where one objects, if not here.
    pub elsewhere: Option<String>,
    /// What a machine has to solve.
    pub challenge: String,
    /// How hard that is.
    pub bits: u32,
    /// What was typed.
    pub typed: String,
    /// Why it was refused.
    pub error: Option<String>,
}

/// What became of an objection.
#[derive(Debug, Clone, Template)]
#[template(path = "blocked/objection.html")]
pub struct ObjectionPage {
    /// What stands around it.
    pub frame: Frame,
    /// The value.
    pub value: String,
    /// How it stands, in words.
    pub standing: String,
    /// What was said.
    pub words: Option<String>,
    /// When.
    pub sent: Moment,
    /// Until when it is answered.
    pub due: Option<Moment>,
    /// Whether that is past, and nobody answered.
    pub is_late: bool,
    /// What was answered.
    pub answer: Option<String>,
    /// The address of this page.
    pub url: String,
}

impl BlockedPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn other_tag(&self) -> &'static str {
        match self.frame.language {
            Language::Vi => Language::En.tag(),
            Language::En => Language::Vi.tag(),
        }
    }
}

impl ObjectionPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    look_up_title: &'static str,
    resembles: &'static str,
    resembles_means: &'static str,
    report: &'static str,
    heading: &'static str,
    what: &'static str,
    value: &'static str,
    who: &'static str,
    reason: &'static str,
    basis: &'static str,
    since: &'static str,
    until: &'static str,
    object: &'static str,
    object_lead: &'static str,
    object_order: &'static str,
    object_there: &'static str,
    words: &'static str,
    words_hint: &'static str,
    send: &'static str,
    besides: &'static str,
    not_blocked: &'static str,
    look_up: &'static str,
    find: &'static str,
    objection: &'static str,
    yours: &'static str,
    erased: &'static str,
    sent: &'static str,
    due: &'static str,
    answer: &'static str,
    keep: &'static str,
}

static VI: Words = Words {
    title: "Trang này bị chặn",
    look_up_title: "Tra cứu tên miền bị chặn",
    resembles: "Cẩn thận: tên này viết giống tên của",
    resembles_means: "Điều đó chưa nói lên trang này của ai. Đừng nhập mật khẩu, mã OTP hay số thẻ trước khi chắc chắn.",
    report: "Phản ánh nếu đây là trang giả mạo",
    heading: "Đã chặn",
    what: "Ai chặn, theo căn cứ nào",
    value: "Bị chặn",
    who: "Bên chặn",
    reason: "Lý do",
    basis: "Căn cứ",
    since: "Từ",
    until: "Đến",
    object: "Phản đối việc chặn",
    object_lead: "Nếu bạn cho rằng chặn nhầm, hãy viết cho bên vận hành. Một người không tham gia quyết định chặn sẽ trả lời trong thời hạn; bạn nhận được một đường dẫn riêng để xem trả lời, không cần tài khoản.",
    object_order: "Việc chặn theo yêu cầu của cơ quan có thẩm quyền chỉ kết thúc cùng yêu cầu đó: bên vận hành sẽ cho bạn biết cần gửi tới đâu.",
    object_there: "Gửi phản đối",
    words: "Vì sao không nên chặn?",
    words_hint: "Đừng ghi mật khẩu, mã OTP hay giấy tờ tùy thân.",
    send: "Gửi phản đối",
    besides: "Gửi ở đây không làm mất quyền khiếu nại, tố cáo hoặc khởi kiện của bạn theo pháp luật.",
    not_blocked: "mạng này không chặn.",
    look_up: "Tên miền, URL hoặc địa chỉ cần tra",
    find: "Tra cứu",
    objection: "Phản đối việc chặn",
    yours: "Bạn đã viết",
    erased: "Nội dung đã được xóa vì hết thời hạn lưu.",
    sent: "Gửi lúc",
    due: "Hạn trả lời",
    answer: "Trả lời",
    keep: "Hãy lưu đường dẫn này: trả lời chỉ hiện ở đây, và ai có đường dẫn đều xem được.",
};

static EN: Words = Words {
    title: "This page is blocked",
    look_up_title: "Look up a blocked name",
    resembles: "Be careful: this name is written like the name of",
    resembles_means: "That alone does not say whose page it is. Enter no password, code or card number before you are sure.",
    report: "Report it if it pretends to be them",
    heading: "Blocked:",
    what: "Who blocked it, and on which basis",
    value: "What is blocked",
    who: "Blocked by",
    reason: "Reason",
    basis: "Basis",
    since: "Since",
    until: "Until",
    object: "Object to the block",
    object_lead: "If you think this is a mistake, write to the operator. Somebody who had no part in blocking it answers in time; you get a private link where the answer stands, without an account.",
    object_order: "What an authority ordered ends with the order alone: the operator tells you where to turn.",
    object_there: "Object",
    words: "Why should it not be blocked?",
    words_hint: "No passwords, codes or identity papers, please.",
    send: "Object",
    besides: "This takes away none of your rights under the law to complain, denounce or go to court.",
    not_blocked: "this network does not block it.",
    look_up: "A name, URL or address to look up",
    find: "Look up",
    objection: "Objection to the block of",
    yours: "What you wrote",
    erased: "What was written was erased, because its time was over.",
    sent: "Sent",
    due: "To be answered by",
    answer: "Answer",
    keep: "Keep this link: the answer stands here alone, and whoever has the link can read it.",
};
