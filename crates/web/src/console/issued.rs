//! Orders that this node's own office issues: the list with its figures, the form of a draft, one order, and the printed
//! document.

use askama::Template;

use super::Frame;
use super::orders::{ScopeLine, Words as OrderWords};
use super::piece::{Choice, Moment};
use super::sent::Sent;

/// An order in the list.
#[derive(Debug, Clone)]
pub struct IssuedLine {
    /// Its address.
    pub link: String,
    /// Its number at this office.
    pub number: String,
    /// What is ordered.
    pub kind: &'static str,
    /// To whom, by name.
    pub to: String,
    /// When it is due, once it was received.
    pub due: Option<Moment>,
    /// How much time is left, in words.
    pub left: Option<String>,
    /// Whether the deadline ran out.
    pub is_breached: bool,
    /// How far it has come, in words.
    pub state: String,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// Since when.
    pub since: Moment,
}

/// How the orders to one node went.
#[derive(Debug, Clone)]
pub struct FigureLine {
    /// The node, by name.
    pub to: String,
    /// Signed, open, answered, contested, late.
    pub counts: [u64; 5],
    /// How long it takes on average, in words.
    pub mean: String,
}

/// Orders of this office: those that are open, or those that are over.
#[derive(Debug, Clone, Template)]
#[template(path = "console/issued.html")]
pub struct IssuedPage {
    /// What stands around it.
    pub frame: Frame,
    /// The office; none where this node is no office's.
    pub office: Option<String>,
    /// The orders.
    pub orders: Vec<IssuedLine>,
    /// Whether these are the ones that are over.
    pub is_over: bool,
    /// Whether the viewer may draft one.
    pub may_draft: bool,
    /// How the orders to each node went.
    pub figures: Vec<FigureLine>,
    /// The address of the next page.
    pub next: Option<String>,
}

/// What stands in the form of a draft.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Number at this office.
    pub number: String,
    /// Who is to sign.
    pub signer: String,
    /// Why.
    pub reason: String,
    /// Targets, one a line.
    pub targets: String,
    /// Whether it is urgent.
    pub is_urgent: bool,
    /// The deadline that it sets itself, as a field takes it.
    pub due_at: String,
    /// Until when nobody is told.
    pub secret_until: String,
    /// Until when it holds.
    pub expires_at: String,
    /// For how many days to lock.
    pub lock_days: String,
    /// For what information is asked.
    pub purpose: String,
    /// From when, as a field takes it.
    pub from: String,
    /// Until when.
    pub to: String,
}

/// An article that an order may rest on.
#[derive(Debug, Clone)]
pub struct IssuedBasis {
    /// The article.
    pub choice: Choice,
    /// What this office may order by it, in words.
    pub kinds: String,
}

/// Where an order is drafted, or a draft is written anew.
#[derive(Debug, Clone, Template)]
#[template(path = "console/issued-form.html")]
pub struct IssuedFormPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where the form is posted to.
    pub action: String,
    /// Where whoever gives up goes.
    pub back: String,
    /// The number of the draft that is written anew; none for a new one.
    pub of: Option<String>,
    /// The office.
    pub office: String,
    /// Why it was refused.
    pub refused: Option<String>,
    /// Nodes that it may be sent to.
    pub peers: Vec<Choice>,
    /// What may be ordered.
    pub kinds: Vec<Choice>,
    /// Articles that give this office its powers.
    pub bases: Vec<IssuedBasis>,
    /// Categories, the first of them none.
    pub categories: Vec<Choice>,
    /// What may be asked about users.
    pub fields: Vec<Choice>,
    /// How long a lock may be, by each ladder that is in force.
    pub locks: Vec<String>,
    /// What stands in the other fields.
    pub typed: Typed,
    /// What was filled in, where it was refused, for what is wrong with which field.
    pub sent: Sent,
}

/// A target of an order of this office.
#[derive(Debug, Clone)]
pub struct IssuedTargetLine {
    /// Its number.
    pub number: u32,
    /// What it is, in words.
    pub kind: &'static str,
    /// Which.
    pub reference: String,
    /// What the platform says became of it, in words.
    pub fate: String,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// Since when, by what it says.
    pub at: Option<Moment>,
    /// Evidence, or reasons.
    pub words: Option<String>,
}

/// A step of an order of this office.
#[derive(Debug, Clone)]
pub struct StepLine {
    /// When it was noted here.
    pub at: Moment,
    /// What happened, in words.
    pub what: String,
    /// By whom.
    pub by: String,
    /// When the platform says that it was, where that differs from when it was heard.
    pub claimed: Option<Moment>,
    /// What was said.
    pub note: Option<String>,
}

/// An entry of the platform's public log about an order.
#[derive(Debug, Clone)]
pub struct LoggedLine {
    /// What it is about, in words, and the day.
    pub what: String,
    /// Where it stands.
    pub place: String,
    /// Address of the receipt.
    pub link: String,
}

/// A message to the platform's node.
#[derive(Debug, Clone)]
pub struct MessageLine {
    /// Its number in the stream.
    pub number: u64,
    /// What it is, in words.
    pub kind: String,
    /// When it was written.
    pub at: Moment,
    /// What became of it there, in words.
    pub outcome: String,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// Address of the signed receipt.
    pub receipt: Option<String>,
}

/// What the viewer may do next.
#[derive(Debug, Clone, Default)]
pub struct IssuedActs {
    /// Write the draft anew and throw it away.
    pub may_edit: bool,
    /// Sign it.
    pub may_sign: bool,
    /// Nobody else may sign at this office.
    pub is_alone: bool,
    /// The viewer wrote it, and somebody else is to sign it.
    pub is_own: bool,
    /// It is a draft in scope that waits for somebody who may sign.
    pub waits_for_signer: bool,
    /// Remind of it and amend it.
    pub may_speak: bool,
    /// Withdraw it.
    pub may_withdraw: bool,
}

/// One order of this office.
#[derive(Debug, Clone, Template)]
#[template(path = "console/issued-order.html")]
pub struct IssuedOrderPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where the audit log of it is, for whoever reads it.
    pub audit: Option<String>,
    /// Its address.
    pub link: String,
    /// Its number at this office.
    pub number: String,
    /// To whom, by name.
    pub to: String,
    /// Its state in words.
    pub state: String,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// What is said above everything else: it is late, it was refused, it cannot be signed.
    pub banners: Vec<String>,
    /// What stands on it: a word and a value each.
    pub facts: Vec<(String, String)>,
    /// Its words.
    pub reason: String,
    /// The deadline: a word and a value each; empty before it was received.
    pub clock: Vec<(String, String)>,
    /// Each question about the scope with its finding, in words.
    pub scope: Vec<ScopeLine>,
    /// What it is aimed at.
    pub targets: Vec<IssuedTargetLine>,
    /// The platform's answer.
    pub answer: Option<String>,
    /// What happened.
    pub steps: Vec<StepLine>,
    /// What was said to the platform's node.
    pub messages: Vec<MessageLine>,
    /// What the platform's public log holds of it.
    pub logged: Vec<LoggedLine>,
    /// Who signs, to begin a change with.
    pub signer: String,
    /// Address of another order that was signed under the same number this year, of a draft.
    pub twin: Option<String>,
    /// What was filled in, where a step was refused.
    pub sent: Sent,
    /// What the viewer may do next.
    pub acts: IssuedActs,
}

/// A target, as it is printed.
#[derive(Debug, Clone)]
pub struct PrintedTarget {
    /// Its number.
    pub number: u32,
    /// What it is.
    pub kind: &'static str,
    /// Which.
    pub reference: String,
}

/// An order of this office, to be printed: in Vietnamese, as offices write.
#[derive(Debug, Clone, Template)]
#[template(path = "console/issued-print.html")]
pub struct IssuedPrint {
    /// What stands around it.
    pub frame: Frame,
    /// The address of the order.
    pub link: String,
    /// The office.
    pub office: String,
    /// The number of the order.
    pub number: String,
    /// The day of issue, in words.
    pub day: String,
    /// What it is about.
    pub about: String,
    /// The platform.
    pub to: String,
    /// On what it rests.
    pub bases: Vec<String>,
    /// Why.
    pub reason: String,
    /// The category of the violation.
    pub category: Option<String>,
    /// What it is aimed at.
    pub targets: Vec<PrintedTarget>,
    /// By when, and how it holds, a sentence each.
    pub terms: Vec<String>,
    /// What the signer is.
    pub position: String,
    /// The name of the signer.
    pub signer: String,
    /// How it was signed and sent; none where it is a draft.
    pub signed: Option<String>,
}

impl IssuedPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl IssuedFormPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    /// Whether something of what is asked about users is filled in, or missing: then it is shown whatever is ordered.
    fn has_demand(&self) -> bool {
        const PARTS: [&str; 5] = ["purpose", "field", "from", "to", "period"];
        let typed = [&self.typed.purpose, &self.typed.from, &self.typed.to];
        typed.iter().any(|text| !text.is_empty())
            || self.fields.iter().any(|field| field.chosen)
            || PARTS.iter().any(|part| self.sent.wrong("new", part).is_some())
    }

    /// Words that every order has.
    const fn o(&self) -> &'static OrderWords {
        OrderWords::of(&self.frame)
    }
}

impl IssuedOrderPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    /// Words that every order has.
    const fn o(&self) -> &'static OrderWords {
        OrderWords::of(&self.frame)
    }
}

impl IssuedPrint {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    /// Words that every order has.
    const fn o(&self) -> &'static OrderWords {
        OrderWords::of(&self.frame)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    no_office: &'static str,
    tabs: &'static str,
    open: &'static str,
    over: &'static str,
    empty: &'static str,
    heads: [&'static str; 4],
    no_clock: &'static str,
    draft: &'static str,
    next: &'static str,
    figures: &'static str,
    figures_hint: &'static str,
    figure_heads: [&'static str; 7],
    no_figures: &'static str,
    new_lead: &'static str,
    edit: &'static str,
    to: &'static str,
    no_peers: &'static str,
    signer: &'static str,
    signer_hint: &'static str,
    optional: &'static str,
    due_hint: &'static str,
    bases: &'static str,
    bases_hint: &'static str,
    locks_hint: &'static str,
    demand: &'static str,
    demand_hint: &'static str,
    purpose: &'static str,
    purpose_hint: &'static str,
    fields: &'static str,
    from: &'static str,
    until: &'static str,
    period_hint: &'static str,
    save: &'static str,
    cancel: &'static str,
    order: &'static str,
    print: &'static str,
    scope_hint: &'static str,
    clock_hint: &'static str,
    target_heads: [&'static str; 3],
    by_platform: &'static str,
    sign: &'static str,
    sign_sure: [&'static str; 2],
    alone: &'static str,
    own: &'static str,
    twin: [&'static str; 3],
    waits: &'static str,
    discard: &'static str,
    discard_sure: &'static str,
    remind: &'static str,
    remind_words: &'static str,
    remind_hint: &'static str,
    amend: &'static str,
    amend_hint: &'static str,
    withdraw: &'static str,
    withdraw_sure: &'static str,
    change_signer: &'static str,
    why: &'static str,
    messages: &'static str,
    messages_hint: &'static str,
    receipt: &'static str,
    logged: &'static str,
    logged_hint: &'static str,
    claimed: &'static str,
    print_hint: &'static str,
}

static VI: Words = Words {
    title: "Yêu cầu gửi đi",
    lead: "Yêu cầu do cơ quan này soạn, ký và gửi đến nút của nền tảng. Thời hạn tính từ lúc nút của nền tảng xác nhận đã nhận.",
    no_office: "Nút này không phải của cơ quan có thẩm quyền nên không soạn được yêu cầu.",
    tabs: "Yêu cầu theo tình trạng",
    open: "Đang theo dõi",
    over: "Đã kết thúc",
    empty: "Không có yêu cầu nào.",
    heads: ["Hạn", "Yêu cầu", "Nơi nhận", "Tình trạng"],
    no_clock: "Chưa tính",
    draft: "Soạn yêu cầu",
    next: "Trang sau",
    figures: "Kết quả theo nền tảng",
    figures_hint: "Thời gian tính từ lúc nút của nền tảng nhận đến lúc thực hiện xong hoặc trả lời.",
    figure_heads: [
        "Nền tảng",
        "Đã ký",
        "Đang theo dõi",
        "Đã trả lời",
        "Bị phản đối",
        "Quá hạn",
        "Thời gian trung bình",
    ],
    no_figures: "Chưa có yêu cầu nào được ký.",
    new_lead: "Dự thảo chưa được gửi đi: yêu cầu chỉ được gửi khi người có quyền ký đã ký. Mọi mục đều sửa được cho đến lúc ký.",
    edit: "Sửa dự thảo",
    to: "Gửi đến",
    no_peers: "Chưa có nút nào đang kết nối để gửi đến. Quản trị viên thêm nút ở trang Các nút.",
    signer: "Người ký",
    signer_hint: "Họ tên và chức vụ, cách nhau bằng dấu phẩy, ví dụ: Thượng tá Nguyễn Văn A, Phó Cục trưởng.",
    optional: "Thời hạn và hiệu lực",
    due_hint: "Để trống thì theo luật. Hạn ghi ở đây chỉ có tác dụng khi sớm hơn hạn luật định.",
    bases: "Căn cứ",
    bases_hint: "Chọn ít nhất một căn cứ cho phép yêu cầu đúng việc này.",
    locks_hint: "Thời hạn khóa mà mỗi văn bản cho phép; yêu cầu phải viện dẫn đúng điều khoản:",
    demand: "Thông tin cần cung cấp",
    demand_hint: "Chỉ điền khi yêu cầu cung cấp thông tin người dùng: tối đa 10 đối tượng. Nền tảng có thể cung cấp ít hơn, nhưng không được cung cấp thêm.",
    purpose: "Mục đích",
    purpose_hint: "Vì sao cần những thông tin này. Nền tảng đọc khi duyệt; tối đa 2.000 byte.",
    fields: "Loại thông tin",
    from: "Từ lúc",
    until: "Đến lúc",
    period_hint: "Khoảng thời gian đã qua, dài tối đa 366 ngày.",
    save: "Lưu dự thảo",
    cancel: "Hủy",
    order: "Yêu cầu",
    print: "Bản in",
    scope_hint: "Xét theo chính sách đang áp dụng, như nền tảng sẽ xét khi nhận.",
    clock_hint: "Thời hạn bắt đầu khi nút của nền tảng xác nhận đã nhận.",
    target_heads: ["STT", "Đối tượng", "Nền tảng báo"],
    by_platform: "theo nền tảng",
    sign: "Ký và gửi",
    sign_sure: [
        "Ký xong, yêu cầu được gửi ngay, có chữ ký bằng khóa của nút này, đến",
        "Sau đó không sửa và không lấy lại được; chỉ có thể đôn đốc, gửi sửa đổi hoặc thu hồi. Việc ký được ghi vào nhật ký công khai.",
    ],
    alone: "Cơ quan không có tài khoản nào khác có quyền ký: bạn vừa soạn vừa ký, và điều đó được ghi vào diễn biến và nhật ký kiểm toán.",
    own: "Bạn đã soạn hoặc sửa lần cuối dự thảo này: người khác có quyền ký xem lại rồi ký.",
    twin: [
        "Cơ quan đã ký một yêu cầu khác với số này trong năm:",
        "xem yêu cầu đó",
        "Tôi đã xem yêu cầu đó và vẫn ký với cùng số",
    ],
    waits: "Dự thảo trong thẩm quyền, chờ người có quyền ký.",
    discard: "Bỏ dự thảo",
    discard_sure: "Dự thảo bị bỏ vẫn còn trong danh sách đã kết thúc, nhưng không dùng lại được.",
    remind: "Đôn đốc",
    remind_words: "Lời đôn đốc",
    remind_hint: "Được ký và gửi đến nút của nền tảng. Không làm thay đổi thời hạn.",
    amend: "Sửa đổi yêu cầu",
    amend_hint: "Được ký và gửi như một văn bản sửa đổi. Để trống những gì giữ nguyên.",
    withdraw: "Thu hồi yêu cầu",
    withdraw_sure: "Nền tảng sẽ hủy bỏ mọi biện pháp đã thực hiện theo yêu cầu này, và chỉ những biện pháp đó. Yêu cầu đã thu hồi thì không gửi lại được.",
    change_signer: "Người ký",
    why: "Lý do",
    messages: "Thông điệp và biên nhận",
    messages_hint: "Biên nhận có chữ ký của nút nhận: giữ làm chứng cứ rằng nền tảng đã nhận, và lúc nào.",
    receipt: "Tải biên nhận",
    logged: "Trong nhật ký công khai của nền tảng",
    logged_hint: "Mỗi biên nhận chứng minh nền tảng đã ghi gì về yêu cầu này. Ai cũng kiểm tra được, ở trang nhật ký hoặc bằng anlanh log verify.",
    claimed: "nền tảng ghi",
    print_hint: "Dùng lệnh in của trình duyệt, hoặc tải tệp PDF. Bản in trình bày theo Nghị định 30/2020/NĐ-CP; bản giấy chỉ có giá trị khi được ký, đóng dấu.",
};

static EN: Words = Words {
    title: "Issued orders",
    lead: "Orders that this office drafts, signs and sends to a platform's node. The deadline runs from when that node says that it received them.",
    no_office: "This node is no authority's, and drafts no orders.",
    tabs: "Orders by state",
    open: "Open",
    over: "Over",
    empty: "There are none.",
    heads: ["Due", "Order", "To", "State"],
    no_clock: "Not running",
    draft: "Draft an order",
    next: "Next page",
    figures: "Results by platform",
    figures_hint: "From when the platform's node received it until it was carried out or answered.",
    figure_heads: [
        "Platform",
        "Signed",
        "Open",
        "Answered",
        "Contested",
        "Late",
        "Mean time",
    ],
    no_figures: "None was signed yet.",
    new_lead: "A draft goes nowhere: it is sent when somebody signs who may. Everything can be changed until then.",
    edit: "Change the draft",
    to: "To",
    no_peers: "No node is connected that it could be sent to. An administrator adds one on the page of nodes.",
    signer: "Signed by",
    signer_hint: "Name, and after a comma the position: the printed order puts each in its place.",
    optional: "Deadline and how it holds",
    due_hint: "Empty means what the law gives. A deadline here counts where it is sooner than the law's.",
    bases: "Articles",
    bases_hint: "Choose at least one that covers what is ordered.",
    locks_hint: "How long a lock may be, by each text; the order cites the article that it rests on:",
    demand: "What is to be told",
    demand_hint: "Only for an order to provide information about users: at most 10 targets. The platform may tell less, and nothing beyond it.",
    purpose: "Purpose",
    purpose_hint: "What these are needed for. Whoever approves at the platform reads it; at most 2,000 bytes.",
    fields: "Fields",
    from: "From",
    until: "Until",
    period_hint: "A period that is over, of at most 366 days.",
    save: "Keep the draft",
    cancel: "Cancel",
    order: "Order",
    print: "Print it",
    scope_hint: "By the policy in force, as the platform will look at it.",
    clock_hint: "The deadline begins once the platform's node says that it received the order.",
    target_heads: ["No.", "Target", "What the platform says"],
    by_platform: "by the platform",
    sign: "Sign and send",
    sign_sure: [
        "Once signed it leaves at once, under the key of this node, to",
        "After that it is not changed and not taken back: you can remind, amend or withdraw. That it was signed is an entry of the public log.",
    ],
    alone: "Nobody else at this office may sign: you wrote it and sign it, and that is noted in its history and the audit log.",
    own: "You wrote the draft as it is: somebody else who may sign looks at it and signs.",
    twin: [
        "The office signed another order under this number this year:",
        "look at it",
        "I have looked at it, and sign under the same number",
    ],
    waits: "The draft is in scope, and waits for somebody who may sign.",
    discard: "Throw the draft away",
    discard_sure: "It stays in the list of those that are over, and cannot be used again.",
    remind: "Remind",
    remind_words: "Words of the reminder",
    remind_hint: "Signed and sent to the platform's node. The deadline stays as it is.",
    amend: "Amend the order",
    amend_hint: "Signed and sent as an amendment. Leave empty what stays.",
    withdraw: "Withdraw the order",
    withdraw_sure: "The platform lifts all that was done by this order, and nothing else. A withdrawn order is not sent again.",
    change_signer: "Signed by",
    why: "Why",
    messages: "Messages and receipts",
    messages_hint: "A receipt is signed by the node that got the message: keep it as evidence that the platform received it, and when.",
    receipt: "Receipt",
    logged: "In the platform's public log",
    logged_hint: "Each receipt shows what the platform wrote down of this order. Anybody can check it, on the page of a log or with anlanh log verify.",
    claimed: "by the platform at",
    print_hint: "Print it with the browser, or take the PDF. It is in Vietnamese, laid out as Decree 30 of 2020 has official letters, and on paper needs a signature and a seal.",
};
