//! The blocklist of the network: how it stands, one change, one entry, the form that proposes, and what each dialect covers.

use askama::Template;

use super::Frame;
use super::TimelineLine;
use super::piece::{Choice, Moment};

/// A change that somebody has yet to do something with.
#[derive(Debug, Clone)]
pub struct BlockChangeLine {
    /// Its address.
    pub link: String,
    /// Where it stands, in words.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// How many values it has.
    pub values: u64,
    /// Who approved it, of how many, in words.
    pub approvals: String,
    /// Where it comes from, in words.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// An entry of the blocklist.
#[derive(Debug, Clone)]
pub struct BlockLine {
    /// Its address.
    pub link: String,
    /// The value.
    pub value: String,
    /// What is done, in words.
    pub act: String,
    /// Where it stands, in words.
    pub state: &'static str,
    /// Where it comes from, in words.
    pub source: String,
    /// Until when, in words.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Who is hit, in words.
    pub hit: String,
    /// What a guard objected to, in words, and what that is about.
    pub findings: Vec<(&'static str, String)>,
}

/// An objection.
#[derive(Debug, Clone)]
pub struct ObjectionLine {
    /// Its id.
    pub id: String,
    /// The address of the entry.
    pub link: String,
    /// The value.
    pub value: String,
    /// Until when it is answered.
    pub due: Option<Moment>,
    /// Whether that is past.
    pub is_late: bool,
    /// What was said, or that it was erased.
    pub words: String,
    /// What became of it, in words.
    pub result: &'static str,
    /// What was answered.
    pub answer: Option<String>,
}

/// A version of the list.
#[derive(Debug, Clone)]
pub struct BlockVersionLine {
    /// Its serial.
    pub serial: u32,
    /// What made it, in words.
    pub what: &'static str,
    /// When.
    pub at: Moment,
    /// How many entries came in.
    pub added: u64,
    /// How many went out.
    pub removed: u64,
    /// By which version it was taken back.
    pub undone_by: Option<u32>,
}

/// What a probe found.
#[derive(Debug, Clone)]
pub struct ProofLine {
    /// Who was asked.
    pub enforcer: String,
    /// What it did, in words.
    pub effect: &'static str,
    /// Whether that is not what it should do.
    pub is_bad: bool,
    /// The version that it has.
    pub serial: u32,
    /// What was asked.
    pub probe: String,
    /// When.
    pub at: Moment,
}

/// How the blocklist stands.
#[derive(Debug, Clone, Template)]
#[template(path = "console/blocklist.html")]
pub struct BlocklistPage {
    /// What stands around it.
    pub frame: Frame,
    /// The serial of the newest version.
    pub serial: u32,
    /// Whether the viewer may change it.
    pub may_edit: bool,
    /// What was done just now.
    pub done: Option<String>,
    /// How many entries stand where.
    pub counts: Vec<(&'static str, u64)>,
    /// Objections that wait.
    pub objections: Vec<ObjectionLine>,
    /// Zones with which something is wrong: name, what, and since when.
    pub troubles: Vec<(String, &'static str, Moment)>,
    /// Changes that wait.
    pub pending: Vec<BlockChangeLine>,
    /// Entries that somebody is to look at again.
    pub to_review: Vec<BlockLine>,
    /// What is looked for.
    pub q: String,
    /// States, the first of them any.
    pub states: Vec<Choice>,
    /// What was found.
    pub entries: Vec<BlockLine>,
    /// The address of the next page.
    pub next: Option<String>,
    /// The last versions.
    pub versions: Vec<BlockVersionLine>,
    /// What would be taken back.
    pub last_step: Option<BlockVersionLine>,
    /// The newest proof of each enforcer.
    pub enforcers: Vec<ProofLine>,
}

/// One change.
#[derive(Debug, Clone, Template)]
#[template(path = "console/block-change.html")]
pub struct BlockChangePage {
    /// What stands around it.
    pub frame: Frame,
    /// Its address.
    pub link: String,
    /// The change.
    pub line: BlockChangeLine,
    /// Its values, as many as a page has.
    pub entries: Vec<BlockLine>,
    /// Whether there are more.
    pub is_cut: bool,
    /// What comes next, when, and what to do where it goes wrong.
    pub next: Vec<String>,
    /// What people did with it, the first thing first.
    pub history: Vec<TimelineLine>,
    /// Whether the viewer may take its last step back.
    pub may_roll_back: bool,
    /// Whether something is blocked by it.
    pub is_blocking: bool,
    /// Its id.
    pub id: String,
    /// What the viewer may do now: key, word, and what it does.
    pub steps: Vec<(&'static str, &'static str, &'static str)>,
    /// What else is known of it.
    pub facts: Vec<(&'static str, String)>,
    /// Why the last step was refused.
    pub error: Option<String>,
}

/// One entry.
#[derive(Debug, Clone, Template)]
#[template(path = "console/block-entry.html")]
pub struct BlockEntryPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its address.
    pub link: String,
    /// The address of its change.
    pub change: String,
    /// The value.
    pub value: String,
    /// Where it stands, in words.
    pub state: String,
    /// What else is known of it.
    pub facts: Vec<(&'static str, String)>,
    /// What a guard objected to.
    pub findings: Vec<(&'static str, String)>,
    /// What probes found.
    pub proofs: Vec<ProofLine>,
    /// What was said against it.
    pub objections: Vec<ObjectionLine>,
    /// Whether the viewer may answer.
    pub may_answer: bool,
    /// Who may, in words.
    pub answerers: String,
    /// What may be answered: key and word.
    pub results: Vec<(&'static str, &'static str)>,
    /// Whether the viewer may note that they looked at it again.
    pub may_review: bool,
    /// Whether the viewer may lift it.
    pub may_lift: bool,
    /// Why the last step was refused.
    pub error: Option<String>,
}

/// What stands in the form that proposes.
#[derive(Debug, Clone, Default)]
pub struct TypedBlocks {
    /// Values, one a line.
    pub values: String,
    /// Where a redirection goes.
    pub to: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// On which basis, one a line.
    pub basis: String,
    /// Of addresses: why no name serves.
    pub why_no_name: String,
    /// For how many days.
    pub days: String,
}

/// What speaks against a value, before it is proposed.
#[derive(Debug, Clone)]
pub struct EstimateLine {
    /// The line on which it stands.
    pub number: usize,
    /// The value.
    pub value: String,
    /// Who is hit, in words; none where it is no value.
    pub hit: Option<String>,
    /// What a guard found, or why it is no value, in words, and what that is about.
    pub findings: Vec<(String, String)>,
    /// What follows.
    pub so: &'static str,
}

/// The form that proposes a change.
#[derive(Debug, Clone, Template)]
#[template(path = "console/block-new.html")]
pub struct BlockNewPage {
    /// What stands around it.
    pub frame: Frame,
    /// What may be done.
    pub acts: Vec<Choice>,
    /// What was typed.
    pub typed: TypedBlocks,
    /// For how many days at most.
    pub max_days: u32,
    /// How many values can be proposed and how many cannot, in words.
    pub summary: Option<String>,
    /// What was weighed.
    pub estimates: Vec<EstimateLine>,
    /// Why it was refused.
    pub error: Option<String>,
}

/// A form in which the list is given to enforcers.
#[derive(Debug, Clone)]
pub struct DialectLine {
    /// Its name.
    pub dialect: &'static str,
    /// How many values the list has.
    pub listed: usize,
    /// What is missing in words, of how many values, and some of them.
    pub gaps: Vec<(&'static str, usize, String)>,
}

/// What each dialect covers.
#[derive(Debug, Clone, Template)]
#[template(path = "console/block-coverage.html")]
pub struct BlockCoveragePage {
    /// What stands around it.
    pub frame: Frame,
    /// The serial of the version.
    pub serial: u32,
    /// The dialects.
    pub dialects: Vec<DialectLine>,
    /// Values that no network can block.
    pub beside: Vec<String>,
}

impl BlocklistPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl BlockChangePage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl BlockEntryPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl BlockNewPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl BlockCoveragePage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    serial: &'static str,
    propose: &'static str,
    coverage: &'static str,
    counts: &'static str,
    objections: &'static str,
    no_objections: &'static str,
    objection_heads: [&'static str; 3],
    pending: &'static str,
    no_pending: &'static str,
    change_heads: [&'static str; 5],
    to_review: &'static str,
    review: &'static str,
    review_hint: &'static str,
    entries: &'static str,
    entry_heads: [&'static str; 5],
    search: &'static str,
    state: &'static str,
    find: &'static str,
    empty: &'static str,
    next: &'static str,
    versions: &'static str,
    no_versions: &'static str,
    undone: &'static str,
    roll_back: &'static str,
    roll_back_sure: &'static str,
    enforcers: &'static str,
    no_enforcers: &'static str,
    change: &'static str,
    values: &'static str,
    value_heads: [&'static str; 3],
    cut: &'static str,
    steps: &'static str,
    facts: &'static str,
    proofs: &'static str,
    no_proofs: &'static str,
    proof_heads: [&'static str; 5],
    due: &'static str,
    answer: &'static str,
    not_yours: &'static str,
    findings: &'static str,
    lift: &'static str,
    lift_hint: &'static str,
    why: &'static str,
    propose_lead: &'static str,
    values_hint: &'static str,
    act: &'static str,
    to: &'static str,
    reason: &'static str,
    owner: &'static str,
    basis: &'static str,
    basis_hint: &'static str,
    why_no_name: &'static str,
    days: &'static str,
    next_steps: &'static str,
    history: &'static str,
    urgent_reason: &'static str,
    urgent_reason_hint: &'static str,
    take_back: &'static str,
    take_back_hint: &'static str,
    not_last: &'static str,
    estimate: &'static str,
    line: &'static str,
    estimate_hint: &'static str,
    coverage_lead: &'static str,
    whole: &'static str,
    beside: &'static str,
}

static VI: Words = Words {
    title: "Danh sách chặn",
    lead: "Mọi thay đổi chạy ngầm, rồi tới bên thực thi thử trước, rồi mới tới tất cả; thứ phải luôn truy cập được thì không bao giờ bị chặn.",
    serial: "Phiên bản",
    propose: "Đề xuất chặn",
    coverage: "Từng dạng chặn được gì",
    counts: "Số giá trị",
    objections: "Phản đối",
    no_objections: "Chưa có phản đối.",
    objection_heads: ["Hạn trả lời", "Giá trị", "Nội dung"],
    pending: "Thay đổi đang chờ",
    no_pending: "Không có thay đổi nào đang chờ.",
    change_heads: ["Bước", "Số giá trị", "Người duyệt", "Nguồn", "Lý do"],
    to_review: "Cần xem lại",
    review: "Đã xem lại, giữ nguyên",
    review_hint: "Đã tới ngày xem lại: căn cứ còn đúng không, có chặn nhầm ai không?",
    entries: "Giá trị",
    entry_heads: ["Giá trị", "Tình trạng", "Nguồn", "Đến khi", "Lý do"],
    search: "Tìm trong giá trị",
    state: "Tình trạng",
    find: "Tìm",
    empty: "Không có giá trị nào.",
    next: "Trang sau",
    versions: "Phiên bản gần đây",
    no_versions: "Chưa có phiên bản nào: chưa từng chặn gì.",
    undone: "đã hoàn tác ở phiên bản",
    roll_back: "Hoàn tác bước cuối",
    roll_back_sure: "Danh sách trở lại như trước bước này, ngay lập tức. Việc chặn theo yêu cầu của cơ quan không bị đụng tới. Bước sẽ hoàn tác: phiên bản",
    enforcers: "Bên thực thi",
    no_enforcers: "Chưa có kết quả thăm dò nào.",
    change: "Thay đổi danh sách chặn",
    values: "Giá trị",
    value_heads: ["Giá trị, điểm cần người xem", "Cách xử lý", "Ước tính ảnh hưởng"],
    cut: "Chỉ hiện 200 giá trị đầu.",
    steps: "Bước tiếp theo",
    facts: "Thông tin",
    proofs: "Bằng chứng từ bên thực thi",
    no_proofs: "Chưa có kết quả thăm dò nào cho giá trị này.",
    proof_heads: ["Bên thực thi", "Kết quả", "Phiên bản", "Lúc", "Câu hỏi"],
    due: "Hạn trả lời:",
    answer: "Trả lời cho người phản đối",
    not_yours: "Người đã đề xuất hoặc duyệt việc chặn không trả lời phản đối này.",
    findings: "Điểm cần người xem",
    lift: "Gỡ chặn ngay",
    lift_hint: "Một người là đủ; có hiệu lực ở phiên bản kế tiếp, ngay lúc này.",
    why: "Vì sao",
    propose_lead: "Chặn theo tên miền trước, theo địa chỉ chỉ khi không tên nào dùng được. Mọi mục đều có lý do, người chịu trách nhiệm, căn cứ và thời hạn.",
    values_hint: "Mỗi dòng một tên miền (gồm mọi tên bên dưới), URL, địa chỉ, dải mạng hoặc mã băm.",
    act: "Cách xử lý",
    to: "Chuyển hướng tới (nếu chọn chuyển hướng)",
    reason: "Lý do",
    owner: "Người hoặc đơn vị chịu trách nhiệm",
    basis: "Căn cứ",
    basis_hint: "Mỗi dòng một khóa điều luật trong gói chính sách, hoặc quy chế của bên vận hành.",
    why_no_name: "Với địa chỉ: vì sao không chặn theo tên được",
    days: "Số ngày có hiệu lực",
    next_steps: "Khi nào đi tiếp",
    history: "Diễn biến",
    urgent_reason: "Vì sao phải khẩn",
    urgent_reason_hint: "Bắt buộc; được ghi vào nhật ký kiểm toán. Đừng nêu tên ai.",
    take_back: "Hoàn tác thay đổi này",
    take_back_hint: "Bỏ bước cuối: mọi giá trị của thay đổi này không còn bị chặn.",
    not_last: "Sau thay đổi này danh sách đã có bước khác, nên không hoàn tác cả thay đổi được: hãy gỡ từng giá trị.",
    estimate: "Ước tính ảnh hưởng",
    line: "Dòng",
    estimate_hint: "Nhập giá trị rồi bấm nút để xem ai bị ảnh hưởng và có gì cần người xem; chưa lưu gì cả.",
    coverage_lead: "Thứ một dạng không nói chính xác được thì bị bỏ ra và báo ở đây, không bao giờ chặn rộng hơn.",
    whole: "Chặn được tất cả",
    beside: "Không chặn được ở tầng mạng",
};

static EN: Words = Words {
    title: "Blocklist",
    lead: "Every change runs in shadow, then goes to the canary, then to all; what must stay reachable is never blocked.",
    serial: "Version",
    propose: "Propose a block",
    coverage: "What each form covers",
    counts: "Entries",
    objections: "Objections",
    no_objections: "No objections.",
    objection_heads: ["Due", "Value", "Words"],
    pending: "Changes that wait",
    no_pending: "No change waits.",
    change_heads: ["Step", "Values", "Approved by", "Source", "Reason"],
    to_review: "To be looked at again",
    review: "Looked at, it stays",
    review_hint: "Its day has come: does the basis still hold, and is nobody hit by mistake?",
    entries: "Values",
    entry_heads: ["Value", "State", "Source", "Until", "Reason"],
    search: "Look for in values",
    state: "State",
    find: "Find",
    empty: "No values.",
    next: "Next page",
    versions: "Last versions",
    no_versions: "No version yet: nothing was ever blocked.",
    undone: "taken back by version",
    roll_back: "Take the last step back",
    roll_back_sure: "The list is as it was before this step, at once. What orders ask for is not touched. What is taken back: version",
    enforcers: "Enforcers",
    no_enforcers: "No probe was kept yet.",
    change: "Change of the blocklist",
    values: "Values",
    value_heads: ["Value, and what people should look at", "What is done", "Who is hit"],
    cut: "The first 200 values are shown.",
    steps: "Next step",
    facts: "Facts",
    proofs: "Proofs of enforcers",
    no_proofs: "No probe of this value was kept yet.",
    proof_heads: ["Enforcer", "Found", "Version", "When", "Asked"],
    due: "To be answered by",
    answer: "Answer to whoever objected",
    not_yours: "Who proposed or approved the block does not answer this.",
    findings: "What people should look at",
    lift: "Lift it now",
    lift_hint: "One person is enough; it is in the next version, at once.",
    why: "Why",
    propose_lead: "Names come before addresses; an address only where no name serves. Everything has a reason, an owner, a basis and an end.",
    values_hint: "A name (with all names below it), URL, address, network or digest a line.",
    act: "What is done",
    to: "Where a redirection goes",
    reason: "Reason",
    owner: "Who answers for it",
    basis: "Basis",
    basis_hint: "The key of an article of the policy, or the operator's own rule, a line.",
    why_no_name: "Of an address: why no name serves",
    days: "For how many days",
    next_steps: "When it goes on",
    history: "What was done",
    urgent_reason: "Why it is urgent",
    urgent_reason_hint: "Needed; it is kept in the audit log. Name nobody.",
    take_back: "Take this change back",
    take_back_hint: "The last step is undone: no value of this change is blocked any more.",
    not_last: "Other steps were taken since, so that the change is not taken back as a whole: lift its values.",
    estimate: "Who is hit",
    line: "Line",
    estimate_hint: "Type values and press the button to see who is hit and what people should look at; nothing is kept.",
    coverage_lead: "What a form cannot say exactly is left out of it and told here, never blocked more broadly.",
    whole: "It covers everything",
    beside: "No network can block it",
};
