//! What is told an authority about users: what was asked, who approved it, and the forms of what is next. What was taken in is
//! on no page.

use askama::Template;

use super::Frame;
use super::piece::Choice;
use super::sent::Sent;

/// A request, in words.
#[derive(Debug, Clone)]
pub struct InformationCard {
    /// Its number among those of the order, from 1.
    pub number: usize,
    /// Its state.
    pub state: String,
    /// What is known of it: a word and a value each.
    pub facts: Vec<(String, String)>,
}

/// One field of one target, to be filled in.
#[derive(Debug, Clone)]
pub struct EntryField {
    /// Its name in the form.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// How many lines it may have.
    pub rows: u32,
    /// How its lines are written.
    pub hint: String,
    /// What was filled in, where it was refused.
    pub typed: String,
}

/// The period that is proposed at first, as fields take it.
#[derive(Debug, Clone)]
pub struct InformationDue {
    /// From when; empty where the office did not say.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// A target, to be told about.
#[derive(Debug, Clone)]
pub struct EntrySubject {
    /// Its number, kind and reference.
    pub title: String,
    /// What was approved.
    pub fields: Vec<EntryField>,
}

/// What may be done next by the viewer.
#[derive(Debug, Clone, Copy, Default)]
pub struct InformationNext {
    /// Whether a proposal may be made.
    pub may_propose: bool,
    /// Whether it may be approved.
    pub may_approve: bool,
    /// Whether it may be declined, or taken back.
    pub may_decline: bool,
    /// Whether what was approved may be entered.
    pub may_enter: bool,
    /// Whether the file may be made.
    pub may_prepare: bool,
    /// Whether it may be taken out.
    pub may_fetch: bool,
    /// Whether it may be said that it was handed over.
    pub may_hand_over: bool,
    /// Whether all may be refused.
    pub may_refuse: bool,
}

/// What is told for an order.
#[derive(Debug, Clone, Template)]
#[template(path = "console/information.html")]
pub struct InformationPage {
    /// What stands around it.
    pub frame: Frame,
    /// The address of the order.
    pub order: String,
    /// Its number at the office.
    pub number: String,
    /// What was refused, where its form is not on the page.
    pub refused: Option<String>,
    /// What the office says that it asks for: a word and a value each; empty where it did not say.
    pub demand: Vec<(String, String)>,
    /// What is said where its node could have said it.
    pub unsaid: Option<&'static str>,
    /// The requests, newest first.
    pub requests: Vec<InformationCard>,
    /// What may be proposed.
    pub fields: Vec<Choice>,
    /// Of which period.
    pub due: InformationDue,
    /// What is to be entered.
    pub subjects: Vec<EntrySubject>,
    /// Grounds to refuse with.
    pub grounds: Vec<Choice>,
    /// Now, as a field takes it.
    pub now: String,
    /// What is next.
    pub next: InformationNext,
    /// For how many days what was entered is kept.
    pub keep_days: i64,
    /// What was filled in, where a step was refused.
    pub sent: Sent,
}

impl InformationPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn o(&self) -> &'static super::orders::Words {
        super::orders::Words::of(&self.frame)
    }
}

/// Words about requests for information.
struct Words {
    title: &'static str,
    lead: &'static str,
    empty: &'static str,
    demand: &'static str,
    demand_hint: &'static str,
    narrow: &'static str,
    request: &'static str,
    propose: &'static str,
    purpose: &'static str,
    fields: &'static str,
    no_fields: &'static str,
    from: &'static str,
    to: &'static str,
    recipient: &'static str,
    recipient_hint: &'static str,
    fingerprint: &'static str,
    fingerprint_hint: &'static str,
    approve: &'static str,
    approve_hint: &'static str,
    decline: &'static str,
    enter: &'static str,
    enter_hint: &'static str,
    prepare: &'static str,
    fetch: &'static str,
    fetch_hint: &'static str,
    hand_over: &'static str,
    how: &'static str,
    refuse: &'static str,
    refuse_hint: &'static str,
    days: &'static str,
}

static VI: Words = Words {
    title: "Cung cấp thông tin người dùng",
    lead: "Chỉ cung cấp đúng loại thông tin, khoảng thời gian và đối tượng đã được hai người khác nhau duyệt. Không tìm kiếm theo nội dung, không cung cấp hàng loạt, không cho truy cập thường trực.",
    empty: "Chưa có đề nghị nào.",
    demand: "Nội dung cơ quan yêu cầu",
    demand_hint: "Do cơ quan nêu, có chữ ký của nút cơ quan.",
    narrow: "Đã điền theo yêu cầu của cơ quan. Có thể bỏ bớt loại thông tin hoặc thu hẹp khoảng thời gian; không thêm, không mở rộng được.",
    request: "Đề nghị",
    propose: "Đề nghị cung cấp",
    purpose: "Mục đích",
    fields: "Loại thông tin",
    no_fields: "Luật có hiệu lực vào ngày ban hành không cho phép loại thông tin nào.",
    from: "Từ lúc",
    to: "Đến lúc",
    recipient: "Khóa công khai của cơ quan (age1…)",
    recipient_hint: "Cơ quan tạo bằng age-keygen và giữ khóa bí mật.",
    fingerprint: "Mã kiểm tra của khóa, do cơ quan đọc khi gọi lại",
    fingerprint_hint: "32 chữ số thập lục phân đầu của SHA-256: printf %s age1… | sha256sum",
    approve: "Duyệt",
    approve_hint: "Hãy đọc yêu cầu, căn cứ và phạm vi trước khi duyệt. Người đề nghị không được duyệt; cần hai người khác nhau.",
    decline: "Không duyệt hoặc rút đề nghị",
    enter: "Nhập thông tin đã duyệt",
    enter_hint: "Mỗi dòng một mục. Để trống nếu nền tảng không có. Đã lưu thì không ai ở đây đọc lại được; nhập lại sẽ thay toàn bộ.",
    prepare: "Mã hóa thành tệp",
    fetch: "Tải tệp đã mã hóa",
    fetch_hint: "Chỉ tải được một lần. Nếu mất, hãy mã hóa lại.",
    hand_over: "Ghi nhận đã giao và trả lời cơ quan",
    how: "Đã giao cho ai, bằng cách nào",
    refuse: "Từ chối cung cấp",
    refuse_hint: "Lời giải thích là câu trả lời cho cơ quan.",
    days: "Số ngày lưu thông tin đã nhập và tệp, sau khi nhập và sau khi giao:",
};

static EN: Words = Words {
    title: "Information about users",
    lead: "Nothing is told but the fields, period and targets that two people approved. No search by content, nothing in bulk, no standing access.",
    empty: "Nothing was proposed yet.",
    demand: "What the office asks for",
    demand_hint: "In its words, signed by its node.",
    narrow: "Filled in as the office asked. Fields can be left out and the period can be shorter; nothing can be added.",
    request: "Request",
    propose: "Propose what to tell",
    purpose: "Purpose",
    fields: "Fields",
    no_fields: "The law of the day of issue knows no field.",
    from: "From",
    to: "Until",
    recipient: "Public key of the office (age1…)",
    recipient_hint: "The office makes it with age-keygen, and keeps the secret key.",
    fingerprint: "Fingerprint of the key, as the office read it out when called back",
    fingerprint_hint: "The first 32 hexadecimal digits of the SHA-256: printf %s age1… | sha256sum",
    approve: "Approve",
    approve_hint: "Read the order, its basis and its scope first. Whoever proposed does not approve, and it takes two people.",
    decline: "Decline, or take back",
    enter: "Enter what was approved",
    enter_hint: "One entry a line. Empty where the platform does not have it. What is saved is read by nobody here again; entering anew replaces all of it.",
    prepare: "Encrypt it into a file",
    fetch: "Take the encrypted file out",
    fetch_hint: "Once. If it is lost, encrypt it again.",
    hand_over: "It was handed over: answer the office",
    how: "How it was handed over, and to whom",
    refuse: "Refuse",
    refuse_hint: "The words are the answer to the office.",
    days: "Days for which what was entered and the file are kept, after entering and after handing over:",
};
