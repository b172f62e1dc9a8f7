//! What a decision is to somebody whom it concerns: no account, one private link, everything in plain words.

use askama::Template;

use super::{Frame, Moment};

/// A decision, as its statement of reasons.
#[derive(Debug, Clone)]
pub struct Told {
    /// What was decided, in a sentence.
    pub sentence: String,
    /// When.
    pub at: Moment,
    /// Name and value of what the statement says.
    pub pairs: Vec<(String, String)>,
    /// Where verified information stands, beside a label.
    pub verified: Option<String>,
    /// The facts relied on.
    pub facts: String,
    /// How each basis is cited, and what it says.
    pub bases: Vec<(String, String)>,
}

/// A message of the talk.
#[derive(Debug, Clone)]
pub struct Said {
    /// Who, in words that name nobody of the staff to whoever appealed.
    pub who: String,
    /// When.
    pub when: Moment,
    /// What.
    pub words: String,
    /// Whether whoever looks at the page wrote it.
    pub is_own: bool,
}

/// Somebody's own appeal.
#[derive(Debug, Clone)]
pub struct OwnAppeal {
    /// How far it has come, in words.
    pub state: String,
    /// When it was made.
    pub opened: Moment,
    /// By when it is to be answered; none once it is over.
    pub due: Option<Moment>,
    /// What was written.
    pub words: String,
    /// Why it was answered as it was.
    pub reasons: Option<String>,
    /// The talk, oldest first.
    pub talk: Vec<Said>,
    /// Whether one may still write, or take it back.
    pub is_open: bool,
    /// Whether what was written is there to be erased.
    pub may_erase: bool,
}

/// What may be done against a decision.
#[derive(Debug, Clone)]
pub enum Remedy {
    /// An appeal, with sentences on who answers it, by when, and until when it may be made.
    Open(Vec<String>),
    /// An appeal was made.
    Made(Box<OwnAppeal>),
    /// None, and why.
    Closed(String),
}

/// What a decision is to somebody whom it concerns.
#[derive(Debug, Clone, Template)]
#[template(path = "console/concern.html")]
pub struct ConcernPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its address.
    pub link: String,
    /// What it is called, by whom it concerns.
    pub title: String,
    /// What the operator says of it.
    pub lead: String,
    /// Their own content, for whoever answers for it.
    pub text: Option<String>,
    /// Whether it was theirs to see and is no longer kept.
    pub is_erased: bool,
    /// Its kind and when it was posted, in words.
    pub item: String,
    /// What was decided first.
    pub first: Told,
    /// What stands in its place now, under what became of it in a sentence.
    pub standing: Option<(&'static str, Told)>,
    /// Whether it stands in the signed public log.
    pub is_logged: bool,
    /// What may be done against it.
    pub remedy: Remedy,
    /// What went wrong with what was just sent, in a sentence.
    pub error: Option<String>,
    /// What was typed then.
    pub typed: String,
}

impl ConcernPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    content: &'static str,
    erased: &'static str,
    verified: &'static str,
    facts: &'static str,
    basis: &'static str,
    decided: &'static str,
    replaced: &'static str,
    before: &'static str,
    appeal: &'static str,
    words: &'static str,
    words_hint: &'static str,
    send: &'static str,
    your_words: &'static str,
    made: &'static str,
    due: &'static str,
    answer: &'static str,
    talk: &'static str,
    no_talk: &'static str,
    message: &'static str,
    say: &'static str,
    withdraw: &'static str,
    withdraw_hint: &'static str,
    erase: &'static str,
    erase_hint: &'static str,
    besides: &'static str,
    receipt: &'static str,
    receipt_hint: &'static str,
    log: &'static str,
    keep: &'static str,
}

static VI: Words = Words {
    content: "Nội dung",
    erased: "Nội dung không còn được lưu.",
    verified: "Thông tin kiểm chứng",
    facts: "Sự việc và lý do",
    basis: "Căn cứ",
    decided: "Nội dung quyết định",
    replaced: "Quyết định hiện nay:",
    before: "Quyết định ban đầu, không còn hiệu lực",
    appeal: "Khiếu nại",
    words: "Vì sao bạn cho rằng quyết định này không đúng?",
    words_hint: "Tối đa 2.000 ký tự. Bạn chỉ khiếu nại được một lần, nên hãy nói hết những điều cần nói; sau đó bạn vẫn trao đổi được với người xem xét.",
    send: "Gửi khiếu nại",
    your_words: "Bạn viết",
    made: "Đã gửi",
    due: "Hạn trả lời",
    answer: "Trả lời",
    talk: "Trao đổi với người xem xét",
    no_talk: "Chưa có tin nào.",
    message: "Tin nhắn cho người xem xét",
    say: "Gửi tin",
    withdraw: "Rút khiếu nại",
    withdraw_hint: "Sau khi rút, quyết định giữ nguyên và bạn không khiếu nại lại được.",
    erase: "Xóa lời tôi đã viết",
    erase_hint: "Lời khiếu nại và các tin trao đổi sẽ bị xóa hẳn, không khôi phục được. Việc bạn đã khiếu nại và câu trả lời vẫn được lưu.",
    besides: "Khiếu nại ở đây không làm mất quyền khiếu nại, tố cáo hoặc khởi kiện của bạn theo pháp luật.",
    receipt: "Tải biên nhận",
    receipt_hint: "Với tệp này, bạn chứng minh được quyết định đã được ghi và không bị sửa về sau; ai cũng kiểm tra được trong",
    log: "nhật ký công khai",
    keep: "Trang này chỉ dành cho bạn. Ai có đường dẫn cũng xem được, nên đừng chia sẻ.",
};

static EN: Words = Words {
    content: "Content",
    erased: "The content is no longer kept.",
    verified: "Verified information",
    facts: "Facts and reasons",
    basis: "Basis",
    decided: "What was decided",
    replaced: "What holds now:",
    before: "What was decided first and no longer holds",
    appeal: "Appeal",
    words: "Why do you think that this decision is wrong?",
    words_hint: "At most 2,000 characters. You can appeal once, so say everything that matters; afterwards you can still talk with whoever looks into it.",
    send: "Send the appeal",
    your_words: "You wrote",
    made: "Sent",
    due: "To be answered by",
    answer: "Answer",
    talk: "Talk with whoever looks into it",
    no_talk: "No message yet.",
    message: "Message to whoever looks into it",
    say: "Send the message",
    withdraw: "Withdraw the appeal",
    withdraw_hint: "The decision then stands, and you cannot appeal again.",
    erase: "Erase what I wrote",
    erase_hint: "The words of the appeal and of the talk are erased for good. That you appealed, and the answer, are kept.",
    besides: "An appeal here takes away none of your rights under the law to complain, denounce or go to court.",
    receipt: "Get a receipt",
    receipt_hint: "With this file you can show that the decision was recorded and not changed later; anybody can check it in the",
    log: "public log",
    keep: "This page is yours alone. Whoever has the link can read it, so do not share it.",
};
