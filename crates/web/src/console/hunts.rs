//! Hunts: where one is asked for, the list of them, and one with what it found.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// What stands in the form of a hunt.
#[derive(Debug, Clone, Default)]
pub struct TypedHunt {
    /// What is looked for, a value a line.
    pub values: String,
    /// Why.
    pub reason: String,
    /// The first day, as `2026-11-28`; empty where all are.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Sensors, the first of them all.
    pub sensors: Vec<Choice>,
}

/// A hunt in the list.
#[derive(Debug, Clone)]
pub struct HuntLine {
    /// Its page.
    pub link: String,
    /// What is looked for, in short.
    pub what: String,
    /// How it stands, in words.
    pub state: &'static str,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// What it found, in words.
    pub found: String,
    /// Who asked.
    pub person: String,
    /// When.
    pub at: Moment,
}

/// Where hunts are asked for, and all of them.
#[derive(Debug, Clone, Template)]
#[template(path = "console/hunts.html")]
pub struct HuntsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The form; none for those who may not ask.
    pub form: Option<TypedHunt>,
    /// How many values a hunt may have, in words.
    pub most: String,
    /// Why something was refused, with each line that is none.
    pub refused: Option<(String, Vec<String>)>,
    /// Hunts, newest first.
    pub hunts: Vec<HuntLine>,
    /// Where older ones are.
    pub next: Option<String>,
}

/// What was found of one value at one host of a day.
#[derive(Debug, Clone)]
pub struct FoundLine {
    /// Its number.
    pub number: u32,
    /// What was looked for.
    pub listed: String,
    /// The kind of that, in words.
    pub kind: &'static str,
    /// The token of the host, or that none is known.
    pub host: String,
    /// The sensor.
    pub sensor: String,
    /// How often.
    pub count: u64,
    /// When first and last, in words.
    pub span: [String; 2],
    /// Whether it is in an incident.
    pub is_raised: bool,
}

/// One hunt.
#[derive(Debug, Clone, Template)]
#[template(path = "console/hunt.html")]
pub struct HuntPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its page.
    pub path: String,
    /// What is looked for, in short.
    pub what: String,
    /// How it stands, in words.
    pub state: &'static str,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// Why.
    pub reason: String,
    /// Who asked, when, and how far it is: a word and a value each.
    pub facts: Vec<(&'static str, String)>,
    /// Everything that is looked for.
    pub values: Vec<String>,
    /// What it found, in a sentence, once it is over.
    pub summary: Option<String>,
    /// How much of that has no host, and why, in sentences.
    pub hostless: Vec<String>,
    /// What it found, a part of it.
    pub rows: Vec<FoundLine>,
    /// Where the rest is.
    pub next: Option<String>,
    /// Values of which nothing was found.
    pub missed: Vec<String>,
    /// Incidents in which is what it found: title and page.
    pub incidents: Vec<(String, String)>,
    /// Whether it goes on, so that it is worth looking again.
    pub is_open: bool,
    /// Whether whoever looks may call it off.
    pub may_cancel: bool,
    /// Whether whoever looks may put what was found into incidents.
    pub may_raise: bool,
    /// Why something was refused.
    pub refused: Option<String>,
}

impl HuntsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl HuntPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    watch: &'static str,
    ask: &'static str,
    values: &'static str,
    values_hint: [&'static str; 2],
    reason: &'static str,
    reason_hint: &'static str,
    from: &'static str,
    to: &'static str,
    days_hint: &'static str,
    sensor: &'static str,
    start: &'static str,
    list: &'static str,
    empty: &'static str,
    heads: [&'static str; 5],
    next: &'static str,
    back: &'static str,
    again: &'static str,
    cancel: &'static str,
    why: &'static str,
    facts: &'static str,
    found: &'static str,
    found_lead: &'static str,
    found_heads: [&'static str; 7],
    choose: &'static str,
    raised: &'static str,
    raise_all: &'static str,
    raise_chosen: &'static str,
    raise_lead: &'static str,
    missed: &'static str,
    incidents: &'static str,
    asked_for: &'static str,
}

static VI: Words = Words {
    title: "Truy tìm",
    lead: "Tìm giá trị trong sự kiện đã lưu: tên miền, địa chỉ, dải mạng, URL, mã băm, JA3, JA4. Máy của thuê bao hiện bằng mã, \
           mỗi ngày một mã khác; địa chỉ chỉ xem được trong sự cố.",
    watch: "Về trang giám sát",
    ask: "Yêu cầu truy tìm",
    values: "Giá trị, mỗi dòng một giá trị",
    values_hint: [
        "Tối đa",
        "giá trị. Tên miền tính cả mọi tên bên dưới, dải mạng tính cả mọi địa chỉ trong đó.",
    ],
    reason: "Lý do",
    reason_hint: "Ghi vào nhật ký và giữ ở đó; đừng nêu tên hay địa chỉ của ai.",
    from: "Từ ngày",
    to: "Đến hết ngày",
    days_hint: "Để trống: mọi sự kiện còn lưu.",
    sensor: "Bộ cảm biến",
    start: "Truy tìm",
    list: "Các lần truy tìm",
    empty: "Chưa có lần truy tìm nào.",
    heads: ["Tìm gì", "Tình trạng", "Thấy", "Người yêu cầu", "Lúc"],
    next: "Trang sau",
    back: "Các lần truy tìm",
    again: "Xem lại tình trạng",
    cancel: "Hủy lần truy tìm này",
    why: "Lý do:",
    facts: "Thông tin",
    found: "Kết quả",
    found_lead: "Mỗi dòng: một giá trị, ở một máy trong một ngày (UTC), do một bộ cảm biến thấy.",
    found_heads: ["Chọn", "Giá trị", "Máy", "Bộ cảm biến", "Số lần", "Lần đầu", "Lần cuối"],
    choose: "Chọn",
    raised: "đã vào sự cố",
    raise_all: "Đưa tất cả vào sự cố",
    raise_chosen: "Đưa dòng đã chọn vào sự cố",
    raise_lead: "Các dòng thành cảnh báo, mở sự cố mới hoặc vào sự cố đang mở cùng chỉ dấu, cùng máy. Mỗi dòng chỉ đưa vào một lần.",
    missed: "Không thấy",
    incidents: "Sự cố từ kết quả này",
    asked_for: "Đã tìm",
};

static EN: Words = Words {
    title: "Hunts",
    lead: "Values are looked for in kept events: names, addresses, networks, URLs, digests, JA3, JA4. Subscribers' hosts are tokens, \
           others each day; addresses are shown in incidents alone.",
    watch: "Back to the watch",
    ask: "Ask for a hunt",
    values: "Values, one a line",
    values_hint: [
        "At most",
        "values. A name stands for all names below it, a network for all addresses in it.",
    ],
    reason: "Reason",
    reason_hint: "It goes into the audit log and stays there; name nobody and nobody's address.",
    from: "From",
    to: "Until the end of",
    days_hint: "Empty: all events that are kept.",
    sensor: "Sensor",
    start: "Hunt",
    list: "All hunts",
    empty: "There are none.",
    heads: ["What for", "State", "Found", "Who asked", "When"],
    next: "Next page",
    back: "All hunts",
    again: "Look again",
    cancel: "Call this hunt off",
    why: "Reason:",
    facts: "About it",
    found: "What it found",
    found_lead: "Each row: one value, at one host of one day (UTC), seen by one sensor.",
    found_heads: ["Choose", "Value", "Host", "Sensor", "Times", "First", "Last"],
    choose: "Choose",
    raised: "in an incident",
    raise_all: "Put all into an incident",
    raise_chosen: "Put chosen rows into an incident",
    raise_lead: "Rows become alerts: they open an incident, or go to an open one of the same indicator or host. Each does so once.",
    missed: "Not found",
    incidents: "Incidents of what it found",
    asked_for: "What was looked for",
};
