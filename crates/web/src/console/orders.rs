//! Orders of authorities: the inbox, one order with its steps, the form that enters one, and the printed answer.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};
use super::sent::Sent;

/// An order in the inbox.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// Its address.
    pub link: String,
    /// Its number at the office.
    pub number: String,
    /// What is ordered and by whom, in words.
    pub what: String,
    /// When it is due.
    pub due: Moment,
    /// On what the deadline rests, and how it stands, in words.
    pub clock: String,
    /// Whether the deadline ran out.
    pub is_breached: bool,
    /// How far it has come, in words.
    pub state: String,
}

/// The inbox, or the orders that are over.
#[derive(Debug, Clone, Template)]
#[template(path = "console/orders.html")]
pub struct OrdersPage {
    /// What stands around it.
    pub frame: Frame,
    /// The orders.
    pub orders: Vec<OrderLine>,
    /// Those with a target that came back from its owner: address and number.
    pub returned: Vec<(String, String)>,
    /// Those whose request for information waits for the viewer's approval: address and number.
    pub waiting: Vec<(String, String)>,
    /// Whether these are the ones that are over.
    pub is_over: bool,
    /// Whether the viewer may enter one.
    pub may_enter: bool,
    /// The address of the next page.
    pub next: Option<String>,
}

/// Where an order is entered.
#[derive(Debug, Clone, Template)]
#[template(path = "console/order-new.html")]
pub struct NewOrderPage {
    /// What stands around it.
    pub frame: Frame,
    /// What may be ordered.
    pub kinds: Vec<Choice>,
    /// Offices of the policy.
    pub offices: Vec<Choice>,
    /// Ways that orders come.
    pub channels: Vec<Choice>,
    /// Articles that give powers.
    pub bases: Vec<Choice>,
    /// Categories, the first of them none.
    pub categories: Vec<Choice>,
    /// Now, as a field takes it.
    pub now: String,
    /// Today, as a field takes it.
    pub today: String,
    /// Largest document, in words.
    pub largest: String,
    /// What was filled in, where it was refused.
    pub sent: Sent,
}

/// An order where an item or a case speaks of it.
#[derive(Debug, Clone)]
pub struct OrderMention {
    /// Its address, for whoever reads orders.
    pub link: Option<String>,
    /// Its number, in words.
    pub number: String,
    /// What is ordered, by whom, and what became of it.
    pub said: String,
}

/// What an owner was asked.
#[derive(Debug, Clone)]
pub struct OwnerLine {
    /// Who, and what came of it, in words.
    pub said: String,
    /// What they said against it.
    pub words: Option<String>,
    /// Whether they contest it, or were late.
    pub is_against: bool,
}

/// A question about the scope of an order.
#[derive(Debug, Clone)]
pub struct ScopeLine {
    /// What is asked.
    pub question: &'static str,
    /// What it came to, in words.
    pub finding: &'static str,
    /// Whether that stands against the order.
    pub is_against: bool,
    /// On what it rests, a sentence or two each.
    pub notes: Vec<String>,
}

/// A target of an order.
#[derive(Debug, Clone)]
pub struct TargetLine {
    /// Its number.
    pub number: u32,
    /// What it is, in words.
    pub kind: &'static str,
    /// Which.
    pub reference: String,
    /// What became of it, in words.
    pub state: String,
    /// Its item, its cases and the decision that it led to: address and words.
    pub links: Vec<(String, String)>,
    /// What was done by hand, or said against it.
    pub words: Option<String>,
    /// The names of its forms: of what was done by hand, and of why it is contested.
    pub by_hand_form: String,
    /// The same, of why it is contested.
    pub contest_form: String,
    /// What the button says that carries it out.
    pub execute: &'static str,
    /// What is asked of whoever did it by hand, and what the button says.
    pub evidence: (&'static str, &'static str),
    /// Whether the viewer may carry it out now.
    pub may_execute: bool,
    /// Whether they may say that they did so by hand.
    pub may_tell: bool,
    /// Whether they may contest it.
    pub may_contest: bool,
    /// What owners were asked.
    pub owners: Vec<OwnerLine>,
    /// Those who may be asked: key and words.
    pub askable: Vec<(&'static str, String)>,
    /// Whether the owner says that it is removed, so that the viewer may confirm it.
    pub may_confirm: bool,
}

/// An order with the steps that are next.
#[derive(Debug, Clone, Template)]
#[template(path = "console/order.html")]
pub struct OrderPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its address.
    pub link: String,
    /// Where the audit log of it is, for whoever reads it.
    pub audit: Option<String>,
    /// Its number at the office.
    pub number: String,
    /// Its state in words.
    pub state: String,
    /// What stands on it: a word and a value each.
    pub facts: Vec<(String, String)>,
    /// Its words.
    pub reason: String,
    /// The deadline: a word and a value each.
    pub clock: Vec<(String, String)>,
    /// Whether it ran out.
    pub is_breached: bool,
    /// What the node cannot do with it, in a sentence.
    pub caution: Option<&'static str>,
    /// Where it is told about users, where it asks for that.
    pub information: Option<String>,
    /// Each question about the scope with its finding, in words.
    pub scope: Vec<ScopeLine>,
    /// What it is aimed at.
    pub targets: Vec<TargetLine>,
    /// Its documents: address and facts.
    pub documents: Vec<(String, String)>,
    /// What is said where nobody was.
    pub no_calls: &'static str,
    /// Who was called back, in words.
    pub calls: Vec<String>,
    /// What happened: when, what and by whom.
    pub steps: Vec<(Moment, String, Option<String>)>,
    /// The answer.
    pub answer: Option<String>,
    /// Grounds to contest with.
    pub grounds: Vec<Choice>,
    /// Now, as a field takes it.
    pub now: String,
    /// Whether the viewer handles orders.
    pub may_handle: bool,
    /// Whether a call-back is next.
    pub may_authenticate: bool,
    /// Whether the scope can be confirmed.
    pub may_check: bool,
    /// Whether it can be taken.
    pub may_take: bool,
    /// Whether the whole can be contested.
    pub may_contest: bool,
    /// Whether it can be answered.
    pub may_answer: bool,
    /// Whether an amendment can be noted.
    pub may_amend: bool,
    /// Whether a withdrawal can be noted.
    pub may_withdraw: bool,
    /// What was filled in, where a step was refused.
    pub sent: Sent,
}

/// What became of a target, as it is printed.
#[derive(Debug, Clone)]
pub struct PrintLine {
    /// Its number.
    pub number: u32,
    /// What it is and which.
    pub target: String,
    /// What became of it.
    pub result: String,
}

/// The answer to an order, to be printed: in Vietnamese, as offices write.
#[derive(Debug, Clone, Template)]
#[template(path = "console/order-print.html")]
pub struct OrderPrint {
    /// What stands around it.
    pub frame: Frame,
    /// The address of the order.
    pub link: String,
    /// Who answers.
    pub sender: String,
    /// The day of the answer, in words.
    pub day: String,
    /// The office.
    pub office: String,
    /// Number and day of the order.
    pub of: String,
    /// What was ordered.
    pub kind: String,
    /// When it came, and by when it was to be done.
    pub received: String,
    /// On what it rests.
    pub bases: Vec<String>,
    /// What became of each target.
    pub targets: Vec<PrintLine>,
    /// The answer itself.
    pub answer: String,
}

impl OrdersPage {
    const fn w(&self) -> &'static Words {
        Words::of(&self.frame)
    }
}

impl NewOrderPage {
    const fn w(&self) -> &'static Words {
        Words::of(&self.frame)
    }
}

impl OrderPage {
    const fn w(&self) -> &'static Words {
        Words::of(&self.frame)
    }
}

impl OrderPrint {
    const fn w(&self) -> &'static Words {
        Words::of(&self.frame)
    }
}

/// Words about orders.
pub(super) struct Words {
    pub title: &'static str,
    pub lead: &'static str,
    pub open: &'static str,
    pub over: &'static str,
    pub empty: &'static str,
    pub heads: [&'static str; 4],
    pub enter: &'static str,
    pub next: &'static str,
    pub order: &'static str,
    pub kind: &'static str,
    pub office: &'static str,
    pub signer: &'static str,
    pub number: &'static str,
    pub issued: &'static str,
    pub channel: &'static str,
    pub received: &'static str,
    pub received_hint: &'static str,
    pub bases: &'static str,
    pub category: &'static str,
    pub reason: &'static str,
    pub reason_hint: &'static str,
    pub urgent: &'static str,
    pub due: &'static str,
    pub secret: &'static str,
    pub expires: &'static str,
    pub lock_days: &'static str,
    pub targets: &'static str,
    pub targets_hint: &'static str,
    pub document: &'static str,
    pub document_hint: &'static str,
    pub document_again: &'static str,
    pub clock: &'static str,
    pub scope: &'static str,
    pub scope_hint: &'static str,
    pub documents: &'static str,
    pub attach: &'static str,
    pub calls: &'static str,
    pub history: &'static str,
    pub answer: &'static str,
    pub steps: &'static str,
    pub called: &'static str,
    pub telephone: &'static str,
    pub telephone_hint: &'static str,
    pub called_at: &'static str,
    pub authenticate: &'static str,
    pub check: &'static str,
    pub take: &'static str,
    pub contest: &'static str,
    pub contest_whole: &'static str,
    pub ground: &'static str,
    pub words: &'static str,
    pub send_answer: &'static str,
    pub print: &'static str,
    pub amend: &'static str,
    pub drop: &'static str,
    pub add: &'static str,
    pub withdraw: &'static str,
    pub withdraw_sure: &'static str,
    pub target_heads: [&'static str; 3],
    pub back: &'static str,
    pub print_hint: &'static str,
    pub information: &'static str,
    pub waiting: &'static str,
    pub returned: &'static str,
    pub ask_owner: &'static str,
    pub by_owner: &'static str,
}

impl Words {
    pub(super) const fn of(frame: &Frame) -> &'static Self {
        frame.pick(&VI, &EN)
    }
}

static VI: Words = Words {
    title: "Yêu cầu của cơ quan có thẩm quyền",
    lead: "Yêu cầu đến qua điện thoại, văn bản, thư điện tử hoặc từ nút của cơ quan. Chưa xác thực và chưa xác nhận thẩm quyền thì chưa thực hiện gì; thời hạn vẫn tính từ lúc nhận.",
    open: "Đang xử lý",
    over: "Đã kết thúc",
    empty: "Không có yêu cầu nào.",
    heads: ["Hạn", "Yêu cầu", "Căn cứ của thời hạn", "Tình trạng"],
    enter: "Nhập yêu cầu",
    next: "Trang sau",
    order: "Yêu cầu",
    kind: "Nội dung yêu cầu",
    office: "Cơ quan ban hành",
    signer: "Người ký",
    number: "Số, ký hiệu",
    issued: "Ngày ban hành",
    channel: "Hình thức",
    received: "Nhận lúc",
    received_hint: "Thời hạn tính từ lúc này, kể cả ban đêm và ngày nghỉ.",
    bases: "Căn cứ mà yêu cầu nêu",
    category: "Nhóm vi phạm",
    reason: "Lý do nêu trong yêu cầu",
    reason_hint: "Người bị ảnh hưởng sẽ đọc được.",
    urgent: "Trường hợp khẩn cấp theo luật",
    due: "Hạn nêu trong yêu cầu (nếu có)",
    secret: "Bảo mật đến (nếu có)",
    expires: "Có hiệu lực đến (nếu có)",
    lock_days: "Số ngày khóa (để trống: khóa không thời hạn, cần người thứ hai)",
    targets: "Đối tượng",
    targets_hint: "Mỗi dòng một đối tượng: loại và mã, ví dụ: item p-1042 · account u-7 · url https://vi-du.vn/bai · domain vi-du.vn. Loại: item, account, page, group, channel, url, domain.",
    document: "Văn bản (PDF hoặc ảnh)",
    document_again: "Trình duyệt không giữ tệp: hãy chọn lại văn bản.",
    document_hint: "Qua điện thoại thì có thể bổ sung sau. Tối đa",
    clock: "Thời hạn",
    scope: "Thẩm quyền và căn cứ",
    scope_hint: "Xét theo chính sách, với luật của ngày ban hành.",
    documents: "Văn bản",
    attach: "Đính kèm",
    calls: "Gọi lại xác thực",
    history: "Diễn biến",
    answer: "Trả lời",
    steps: "Bước tiếp theo",
    called: "Người trả lời phía cơ quan",
    telephone: "Số điện thoại đã gọi và nơi tìm được số đó",
    telephone_hint: "Không dùng số ghi trong chính yêu cầu này.",
    called_at: "Gọi lúc",
    authenticate: "Đã gọi lại, yêu cầu là thật",
    check: "Xác nhận đúng thẩm quyền, căn cứ",
    take: "Nhận yêu cầu",
    contest: "Phản đối",
    contest_whole: "Phản đối toàn bộ",
    ground: "Lý do",
    words: "Giải thích",
    send_answer: "Trả lời cơ quan",
    print: "Bản in trả lời",
    amend: "Cơ quan sửa đổi yêu cầu",
    drop: "Số thứ tự các đối tượng rút khỏi yêu cầu, cách nhau bằng dấu phẩy",
    add: "Đối tượng bổ sung, mỗi dòng một đối tượng",
    withdraw: "Cơ quan thu hồi yêu cầu",
    withdraw_sure: "Mọi biện pháp đã thực hiện theo yêu cầu này, và chỉ những biện pháp đó, sẽ được hủy bỏ.",
    target_heads: ["STT", "Đối tượng", "Kết quả"],
    back: "Về yêu cầu",
    information: "Cung cấp thông tin người dùng",
    waiting: "Cung cấp thông tin người dùng, chờ bạn duyệt:",
    returned: "Chủ trang, nhóm, kênh đã trả lời hoặc quá hạn, cần xử lý:",
    ask_owner: "Yêu cầu chủ gỡ:",
    by_owner: "Chủ đã gỡ, tôi đã kiểm tra",
    print_hint: "Dùng lệnh in của trình duyệt, hoặc tải tệp PDF. Văn bản chỉ có giá trị khi được ký.",
};

static EN: Words = Words {
    title: "Orders of authorities",
    lead: "Orders that came by telephone, on paper, by e-mail or from the office's node. Nothing acts before they are authenticated and their scope is confirmed; the deadline runs from receipt all the same.",
    open: "Open",
    over: "Over",
    empty: "There are none.",
    heads: ["Due", "Order", "Basis of the deadline", "State"],
    enter: "Enter an order",
    next: "Next page",
    order: "Order",
    kind: "What is ordered",
    office: "Issuing office",
    signer: "Signed by",
    number: "Number",
    issued: "Day of issue",
    channel: "How it came",
    received: "Received at",
    received_hint: "The deadline runs from then, nights and holidays with it.",
    bases: "Articles that it cites",
    category: "Category",
    reason: "Reason, in its words",
    reason_hint: "Whoever it concerns reads it.",
    urgent: "An urgent case of the law",
    due: "Deadline that it sets (if any)",
    secret: "Confidential until (if it is)",
    expires: "Holds until (if it says so)",
    lock_days: "Days of the lock (empty: for good, which takes a second person)",
    targets: "Targets",
    targets_hint: "One a line, kind and reference, as in: item p-1042 · account u-7 · url https://vi-du.vn/bai · domain vi-du.vn. Kinds: item, account, page, group, channel, url, domain.",
    document: "Document (PDF or picture)",
    document_again: "The browser does not keep the file: choose the document again.",
    document_hint: "By telephone it may follow. At most",
    clock: "Deadline",
    scope: "Scope",
    scope_hint: "By the policy, with the law of the day of issue.",
    documents: "Documents",
    attach: "Attach",
    calls: "Call-backs",
    history: "What happened",
    answer: "Answer",
    steps: "Next",
    called: "Who answered at the office",
    telephone: "Number called, and where it was found",
    telephone_hint: "Not the number that stands on the order.",
    called_at: "Called at",
    authenticate: "Called back, it is genuine",
    check: "Confirm the scope",
    take: "Take it",
    contest: "Contest",
    contest_whole: "Contest the whole",
    ground: "Ground",
    words: "Words",
    send_answer: "Answer the office",
    print: "Print the answer",
    amend: "The office amended it",
    drop: "Numbers of targets to drop, with commas between them",
    add: "Targets to add, one a line",
    withdraw: "The office withdrew it",
    withdraw_sure: "All that was done by this order, and nothing else, is lifted.",
    target_heads: ["No.", "Target", "What became of it"],
    back: "Back to the order",
    information: "Information about users",
    waiting: "Information about users that waits for your approval:",
    returned: "The owner answered or was late, and it is for you to go on:",
    ask_owner: "Ask the owner to remove it:",
    by_owner: "The owner removed it, I have looked",
    print_hint: "Print it with the browser, or take the PDF. It is in Vietnamese, as offices write, and needs a signature.",
};
