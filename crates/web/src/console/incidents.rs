//! Incidents: what waits, one at work, and a report on one.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment, Severity};
use super::sharing::{PlanWords, SharePlanBlock, plan_words};

/// A clock of the law.
#[derive(Debug, Clone)]
pub struct LawClock {
    /// What it is called.
    pub title: String,
    /// How it stands, in words.
    pub state: String,
    /// By which law.
    pub basis: String,
    /// Whether it ran out.
    pub is_late: bool,
}

/// An incident in a list.
#[derive(Debug, Clone)]
pub struct IncidentLine {
    /// Its page.
    pub link: String,
    /// What it is called.
    pub title: String,
    /// How grave it is.
    pub severity: Severity,
    /// The same in a word.
    pub grave: &'static str,
    /// Where it stands.
    pub state: String,
    /// How many alerts and hosts, in words.
    pub size: String,
    /// When the last event of it happened.
    pub last: Moment,
    /// Who works at it.
    pub holder: Option<String>,
    /// The clock that runs out first.
    pub clock: Option<LawClock>,
}

/// What a shift left.
#[derive(Debug, Clone)]
pub struct ShiftLine {
    /// Its id.
    pub id: String,
    /// Who left it.
    pub from: String,
    /// What they say.
    pub words: String,
    /// Who took over and when, in words.
    pub taken: Option<String>,
    /// Whether whoever looks may take it over.
    pub may_take: bool,
}

/// A report of another node.
#[derive(Debug, Clone)]
pub struct ReceivedLine {
    /// Which node sent it.
    pub from: String,
    /// Which report, in words.
    pub what: String,
    /// How grave the incident is, in words.
    pub grave: String,
    /// When it came.
    pub at: Moment,
    /// What is asked, and what is answered.
    pub fields: Vec<(String, String)>,
}

/// What was typed of an incident to be opened.
#[derive(Debug, Clone, Default)]
pub struct TypedIncident {
    /// What it is called.
    pub title: String,
    /// What is known of it.
    pub words: String,
}

/// Incidents.
#[derive(Debug, Clone, Template)]
#[template(path = "console/incidents.html")]
pub struct IncidentsPage {
    /// What stands around it.
    pub frame: Frame,
    /// What may be looked through.
    pub which: Vec<Choice>,
    /// The incidents.
    pub incidents: Vec<IncidentLine>,
    /// The next page.
    pub next: Option<String>,
    /// What shifts left.
    pub shifts: Vec<ShiftLine>,
    /// Whether whoever looks may work.
    pub may_work: bool,
    /// Whether whoever looks may open one by hand.
    pub may_open: bool,
    /// When it would be detected: now.
    pub opened_at: String,
    /// Severities to choose from, the first of them none.
    pub severities: Vec<Choice>,
    /// Colours to choose from.
    pub tlps: Vec<Choice>,
    /// What was typed of it.
    pub typed: TypedIncident,
    /// Why it was not opened.
    pub refused: Option<String>,
    /// What other nodes reported.
    pub received: Vec<ReceivedLine>,
}

/// An alert of an incident.
#[derive(Debug, Clone)]
pub struct AlertLine {
    /// Its id.
    pub id: String,
    /// The token of its host.
    pub host: Option<String>,
    /// Whether the address of that was erased.
    pub is_erased: bool,
    /// Why it has no host, in words.
    pub no_host: &'static str,
    /// What was listed; empty where it was the address, and was erased.
    pub listed: String,
    /// The page of the indicator.
    pub indicator: Option<String>,
    /// Its kind and field, in words.
    pub what: String,
    /// Which sensor saw it, and how.
    pub sensor: String,
    /// Why it is in this incident.
    pub why: &'static str,
    /// How often it came.
    pub count: u64,
    /// When last.
    pub last: Moment,
    /// How far it goes.
    pub tlp: String,
    /// Whether whoever looks may see the address.
    pub may_reveal: bool,
}

/// Something to be done.
#[derive(Debug, Clone)]
pub struct TaskLine {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Whether it was done, in words.
    pub state: String,
    /// Whether it is open.
    pub is_open: bool,
}

/// A file of evidence.
#[derive(Debug, Clone)]
pub struct EvidenceLine {
    /// Where it is taken out.
    pub link: String,
    /// Its SHA-256.
    pub sha256: String,
    /// How long it is and who put it there, in words.
    pub facts: String,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct TimelineLine {
    /// When.
    pub at: Moment,
    /// What, in words.
    pub what: String,
    /// What somebody wrote.
    pub words: Option<String>,
}

/// A report on the incident.
#[derive(Debug, Clone)]
pub struct WrittenLine {
    /// Its page.
    pub link: String,
    /// Which, and how it stands.
    pub what: String,
}

/// A host whose address is shown, this once.
#[derive(Clone)]
pub struct RevealedHost {
    /// Its token.
    pub token: String,
    /// A word and a value each.
    pub facts: Vec<(&'static str, String)>,
}

/// What whoever looks may do.
#[derive(Debug, Clone, Default)]
pub struct IncidentActs {
    /// Grade it.
    pub triage: bool,
    /// Take it.
    pub take: bool,
    /// Say that it does no more harm.
    pub contain: bool,
    /// Close it.
    pub close: Vec<Choice>,
    /// Open it again.
    pub reopen: bool,
    /// Add to it.
    pub add: bool,
    /// Write reports.
    pub report: Vec<Choice>,
}

/// One incident.
#[derive(Clone, Template)]
#[template(path = "console/incident.html")]
pub struct IncidentPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its page.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// How grave it is, in a word.
    pub grave: &'static str,
    /// Where it stands.
    pub state: String,
    /// What it lives on in, where it was merged.
    pub merged: Option<String>,
    /// A word and a value each.
    pub facts: Vec<(&'static str, String)>,
    /// Its clocks.
    pub clocks: Vec<LawClock>,
    /// Its alerts.
    pub alerts: Vec<AlertLine>,
    /// Which of all they are, in words.
    pub shown_alerts: String,
    /// Behind which alert they begin, where they are not the first.
    pub after: Option<String>,
    /// The next page of them.
    pub next: Option<String>,
    /// The rules by which alerts come together, in words.
    pub rules: Vec<&'static str>,
    /// The systems that it affects, in words.
    pub systems: Vec<String>,
    /// Levels to choose from.
    pub levels: Vec<Choice>,
    /// What is to be done.
    pub tasks: Vec<TaskLine>,
    /// Playbooks to choose from.
    pub playbooks: Vec<Choice>,
    /// Evidence.
    pub files: Vec<EvidenceLine>,
    /// Reports.
    pub reports: Vec<WrittenLine>,
    /// What would be told to the national centre; none where the node has nobody to tell.
    pub preview: Option<Vec<String>>,
    /// Whether it may be told now.
    pub may_share: bool,
    /// What a rule planned to tell.
    pub planned: Option<SharePlanBlock>,
    /// What was told, with what became of it.
    pub ledger: Vec<String>,
    /// What happened, the last first.
    pub timeline: Vec<TimelineLine>,
    /// Severities to choose from.
    pub severities: Vec<Choice>,
    /// What whoever looks may do.
    pub acts: IncidentActs,
    /// What was just shown.
    pub revealed: Option<RevealedHost>,
    /// What was refused.
    pub refused: Option<String>,
}

/// A field of a report.
#[derive(Debug, Clone)]
pub struct FieldLine {
    /// Its key.
    pub key: String,
    /// Its name in the form.
    pub name: String,
    /// What is asked.
    pub title: String,
    /// What is answered.
    pub value: String,
    /// Whether it must be.
    pub mandatory: bool,
    /// What may be chosen from.
    pub choices: Vec<Choice>,
}

/// A report on an incident.
#[derive(Debug, Clone, Template)]
#[template(path = "console/incident-report.html")]
pub struct IncidentReportPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its page.
    pub path: String,
    /// The page of the incident.
    pub incident: String,
    /// What it is called.
    pub title: String,
    /// How it stands, in words.
    pub state: String,
    /// By which law, and what is to be known of it.
    pub notes: Vec<String>,
    /// Its fields.
    pub fields: Vec<FieldLine>,
    /// Whether it may be written.
    pub may_write: bool,
    /// Whether whoever looks may sign it.
    pub may_sign: bool,
    /// Why they may not, where they wrote it.
    pub is_own: bool,
    /// The nodes that it may be sent to, the first of them none.
    pub peers: Vec<Choice>,
    /// What was sent, with its receipts, in words.
    pub sent: Vec<String>,
    /// What was refused.
    pub refused: Option<String>,
}

impl IncidentsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl IncidentPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn plan_w(&self) -> &'static PlanWords {
        plan_words(&self.frame)
    }
}

impl IncidentReportPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    which: &'static str,
    apply: &'static str,
    empty: &'static str,
    nobody: &'static str,
    next: &'static str,
    shifts: &'static str,
    leave: &'static str,
    leave_now: &'static str,
    take_over: &'static str,
    no_shifts: &'static str,
    received: &'static str,
    back: &'static str,
    facts: &'static str,
    clocks: &'static str,
    no_clocks: &'static str,
    alerts: &'static str,
    alert_heads: [&'static str; 5],
    open: &'static str,
    open_lead: &'static str,
    open_title: &'static str,
    open_words: &'static str,
    detected: &'static str,
    first_alerts: &'static str,
    more_alerts: &'static str,
    alerts_file: &'static str,
    alerts_file_hint: &'static str,
    rules: &'static str,
    erased: &'static str,
    split: &'static str,
    merge: &'static str,
    merge_into: &'static str,
    reveal: &'static str,
    purpose: &'static str,
    reveal_hint: &'static str,
    revealed: &'static str,
    steps: &'static str,
    severity: &'static str,
    triage: &'static str,
    take: &'static str,
    contain: &'static str,
    close: &'static str,
    outcome: &'static str,
    words: &'static str,
    reopen: &'static str,
    note: &'static str,
    note_now: &'static str,
    systems: &'static str,
    no_systems: &'static str,
    system_name: &'static str,
    system_owner: &'static str,
    level: &'static str,
    add: &'static str,
    tasks: &'static str,
    playbook: &'static str,
    begin: &'static str,
    done: &'static str,
    skip: &'static str,
    files: &'static str,
    file: &'static str,
    file_name: &'static str,
    attach: &'static str,
    take_out: &'static str,
    reports: &'static str,
    report: &'static str,
    write: &'static str,
    timeline: &'static str,
    share: &'static str,
    stix: &'static str,
    share_hint: &'static str,
    share_now: &'static str,
    by_hand: &'static str,
    save: &'static str,
    sign: &'static str,
    sign_hint: &'static str,
    own: &'static str,
    send_to: &'static str,
    sent: &'static str,
    mandatory: &'static str,
    key_list: &'static [(&'static str, &'static str)],
}

static VI: Words = Words {
    title: "Sự cố",
    which: "Xem",
    apply: "Lọc",
    empty: "Không có sự cố nào.",
    nobody: "Chưa ai nhận",
    next: "Trang sau",
    shifts: "Bàn giao ca trực",
    leave: "Ghi cho ca sau",
    leave_now: "Bàn giao ca",
    take_over: "Nhận ca",
    no_shifts: "Chưa có bàn giao nào.",
    received: "Báo cáo nhận từ các nút khác",
    back: "Sự cố",
    facts: "Thông tin",
    clocks: "Thời hạn luật định",
    no_clocks: "Mức độ này không có thời hạn luật định.",
    alerts: "Cảnh báo",
    alert_heads: ["Chỉ dấu", "Máy", "Số lần", "TLP", "Bộ cảm biến, vì sao ở đây"],
    open: "Mở sự cố",
    open_lead: "Khi có người báo mà chưa có cảnh báo nào. Chọn mức độ thì thời hạn luật định chạy ngay từ lúc phát hiện.",
    open_title: "Tên sự cố",
    open_words: "Đã biết những gì (không bắt buộc)",
    detected: "Lúc phát hiện: khi gửi mẫu này, bây giờ là",
    first_alerts: "Về các cảnh báo đầu",
    more_alerts: "Cảnh báo tiếp theo",
    alerts_file: "Tải mọi cảnh báo (CSV)",
    alerts_file_hint: "Tệp ghi máy bằng mã, không có địa chỉ; dòng TLP:RED không ghi chỉ dấu.",
    rules: "Quy tắc gom cảnh báo",
    erased: "đã xóa địa chỉ, hết hạn lưu",
    split: "Tách các cảnh báo đã chọn thành sự cố mới",
    merge: "Gộp sự cố này vào sự cố khác",
    merge_into: "Mã sự cố nhận",
    reveal: "Xem địa chỉ máy",
    purpose: "Mục đích",
    reveal_hint: "Việc xem, người xem và mục đích được ghi vào nhật ký.",
    revealed: "Địa chỉ của máy",
    steps: "Xử lý",
    severity: "Mức độ",
    triage: "Đánh giá",
    take: "Nhận xử lý",
    contain: "Đã khống chế",
    close: "Đóng sự cố",
    outcome: "Kết luận",
    words: "Nội dung, lý do",
    reopen: "Mở lại",
    note: "Ghi chú",
    note_now: "Ghi",
    systems: "Hệ thống bị ảnh hưởng",
    no_systems: "Chưa ghi hệ thống nào.",
    system_name: "Tên hệ thống",
    system_owner: "Cơ quan chủ quản",
    level: "Cấp độ",
    add: "Thêm",
    tasks: "Việc cần làm",
    playbook: "Quy trình",
    begin: "Bắt đầu quy trình",
    done: "Đã làm",
    skip: "Bỏ qua",
    files: "Chứng cứ",
    file: "Tệp chứng cứ (tối đa 8 MiB)",
    file_name: "Tên tệp",
    attach: "Lưu chứng cứ",
    take_out: "Lấy tệp",
    reports: "Báo cáo",
    report: "Loại báo cáo",
    write: "Soạn báo cáo",
    timeline: "Diễn biến",
    stix: "Tải STIX 2.1 (đến TLP:AMBER)",
    share: "Chia sẻ với trung tâm quốc gia (edXML)",
    share_hint: "Chỉ gửi những dòng dưới đây; không gửi địa chỉ, danh tính thuê bao.",
    share_now: "Ký và gửi edXML",
    by_hand: "Gửi toàn bộ bằng tay",
    save: "Lưu bản nháp",
    sign: "Ký và gửi",
    sign_hint: "Sau khi ký, báo cáo không sửa được nữa.",
    own: "Bạn đã soạn báo cáo này: người thứ hai xem lại và ký.",
    send_to: "Gửi đến",
    sent: "Đã gửi",
    mandatory: "bắt buộc",
    key_list: &[
        ("j k", "Xuống, lên"),
        ("Enter o", "Mở sự cố"),
        ("a", "Nhận xử lý"),
        ("n", "Ghi chú"),
        ("?", "Bảng phím này"),
    ],
};

static EN: Words = Words {
    title: "Incidents",
    which: "Show",
    apply: "Filter",
    empty: "There are no incidents.",
    nobody: "Nobody yet",
    next: "Next page",
    shifts: "Hand-over between shifts",
    leave: "A word to the next shift",
    leave_now: "Hand over",
    take_over: "Take over",
    no_shifts: "Nothing was handed over yet.",
    received: "Reports of other nodes",
    back: "Incidents",
    facts: "Facts",
    clocks: "Clocks of the law",
    no_clocks: "The law sets no clock for this severity.",
    alerts: "Alerts",
    alert_heads: ["Indicator", "Host", "Times", "TLP", "Sensor, and why it is here"],
    open: "Open an incident",
    open_lead: "Where somebody told of one and no alert did. With a severity the clocks of the law run from its detection at once.",
    open_title: "What it is called",
    open_words: "What is known of it (may be left out)",
    detected: "Detected when this form is sent; it is now",
    first_alerts: "Back to the first alerts",
    more_alerts: "The next alerts",
    alerts_file: "Download every alert (CSV)",
    alerts_file_hint: "Hosts are tokens in it, with no address; a line of TLP:RED names no indicator.",
    rules: "How alerts come together",
    erased: "address erased, its time was over",
    split: "Split the chosen alerts off into a new incident",
    merge: "Merge this incident into another",
    merge_into: "Id of the other",
    reveal: "Show the address of the host",
    purpose: "Purpose",
    reveal_hint: "That it was shown, to whom and what for, is noted in the log.",
    revealed: "Address of the host",
    steps: "Steps",
    severity: "Severity",
    triage: "Grade",
    take: "Take",
    contain: "It is contained",
    close: "Close",
    outcome: "Finding",
    words: "Words, reason",
    reopen: "Open again",
    note: "Note",
    note_now: "Write",
    systems: "Systems affected",
    no_systems: "No system is noted yet.",
    system_name: "System",
    system_owner: "Owner",
    level: "Level",
    add: "Add",
    tasks: "To do",
    playbook: "Playbook",
    begin: "Begin it",
    done: "Done",
    skip: "Not needed",
    files: "Evidence",
    file: "A file of evidence (at most 8 MiB)",
    file_name: "Name of the file",
    attach: "Keep it",
    take_out: "Take it out",
    reports: "Reports",
    report: "Which report",
    write: "Write a report",
    timeline: "Timeline",
    stix: "Take out STIX 2.1 (up to TLP:AMBER)",
    share: "Told to the national centre (edXML)",
    share_hint: "These lines leave and no others; no address or name of a subscriber does.",
    share_now: "Sign and send edXML",
    by_hand: "Send all of it by hand",
    save: "Save the draft",
    sign: "Sign and send",
    sign_hint: "Once signed, a report does not change any more.",
    own: "You wrote this report: a second person looks at it and signs.",
    send_to: "Send to",
    sent: "Sent",
    mandatory: "required",
    key_list: &[
        ("j k", "Down, up"),
        ("Enter o", "Open the incident"),
        ("a", "Take it"),
        ("n", "Note"),
        ("?", "These keys"),
    ],
};
