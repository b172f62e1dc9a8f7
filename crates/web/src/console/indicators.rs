//! Indicators: found by a value or looked through, and one with where it comes from and who saw it.

use askama::Template;

use super::Frame;
use super::around::Graph;
use super::piece::{Choice, Moment};

/// An indicator in a list.
#[derive(Debug, Clone)]
pub struct IndicatorLine {
    /// Its page.
    pub link: String,
    /// Its value.
    pub value: String,
    /// Its kind, in words.
    pub kind: &'static str,
    /// Whether it counts, in words.
    pub state: &'static str,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// Who lists it.
    pub source: String,
    /// The page of that.
    pub feed: String,
    /// What it is called.
    pub label: Option<String>,
    /// What is left of its confidence.
    pub score: u8,
    /// How far it goes.
    pub tlp: String,
    /// How often it was seen.
    pub sightings: u64,
    /// When it was told last.
    pub told: Moment,
}

/// Indicators.
#[derive(Debug, Clone, Template)]
#[template(path = "console/indicators.html")]
pub struct IndicatorsPage {
    /// What stands around it.
    pub frame: Frame,
    /// What is looked for.
    pub query: String,
    /// Of which threat indicators are looked through: what it is, and its name.
    pub threat: Option<(&'static str, String)>,
    /// Why nothing was looked for, where that is no value.
    pub no_value: bool,
    /// Kinds, the first of them all.
    pub kinds: Vec<Choice>,
    /// How they stand, the first of them all.
    pub states: Vec<Choice>,
    /// Feeds, the first of them all.
    pub feeds: Vec<Choice>,
    /// What was found.
    pub indicators: Vec<IndicatorLine>,
    /// The next page.
    pub next: Option<String>,
    /// Colours to export up to.
    pub tlps: Vec<Choice>,
    /// Forms to export in.
    pub forms: Vec<Choice>,
}

/// One indicator.
#[derive(Debug, Clone, Template)]
#[template(path = "console/indicator.html")]
pub struct IndicatorPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its page.
    pub path: String,
    /// Its value.
    pub value: String,
    /// Its kind, in words.
    pub kind: &'static str,
    /// Whether it counts, in words.
    pub state: &'static str,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// Why it is never used to block, where it is known to be good.
    pub warning: Option<String>,
    /// Where it comes from and how long it holds: a word and a value each.
    pub facts: Vec<(&'static str, String)>,
    /// Who lists it, and the page of that.
    pub source: (String, String),
    /// What it is connected to.
    pub graph: Graph,
    /// Who saw it: who, how often, when first, when last.
    pub sightings: Vec<(String, u64, Moment, Moment)>,
    /// The incidents that it brought alerts to: name, page and state. None where whoever looks may not read them.
    pub incidents: Option<Vec<(String, String, &'static str)>>,
    /// Where it is looked for in kept events; none for those who may not.
    pub hunt: Option<String>,
    /// Who found it to be wrong, and until when it opens no incident.
    pub wrong: Option<String>,
    /// The same value in other feeds.
    pub others: Vec<IndicatorLine>,
    /// Whether whoever looks may tell that it was seen.
    pub may_tell: bool,
    /// Whether it may be taken back here.
    pub may_withdraw: bool,
}

impl IndicatorsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

impl IndicatorPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    hunt: &'static str,
    around: &'static str,
    around_lead: &'static str,
    as_table: &'static str,
    around_heads: [&'static str; 4],
    of_threat: &'static str,
    all: &'static str,
    incidents: &'static str,
    no_incidents: &'static str,
    title: &'static str,
    search: &'static str,
    hint: &'static str,
    find: &'static str,
    kind: &'static str,
    state: &'static str,
    feed: &'static str,
    no_value: &'static str,
    empty: &'static str,
    heads: [&'static str; 6],
    next: &'static str,
    export: &'static str,
    export_lead: &'static str,
    form: &'static str,
    tlp: &'static str,
    download: &'static str,
    seen: &'static str,
    back: &'static str,
    warned: &'static str,
    facts: &'static str,
    source: &'static str,
    sightings: &'static str,
    no_sightings: &'static str,
    sighting_heads: [&'static str; 4],
    tell: &'static str,
    tell_now: &'static str,
    withdraw: &'static str,
    withdraw_sure: &'static str,
    others: &'static str,
}

static VI: Words = Words {
    hunt: "Tìm trong sự kiện đã lưu",
    around: "Mối liên hệ",
    around_lead: "Từ trái sang phải: ai nêu, chỉ dấu này, nó cho thấy và dẫn tới gì, và điều đó dẫn tới đâu. Bấm vào một ô để mở.",
    as_table: "Xem dưới dạng bảng",
    around_heads: ["Tên", "Là gì", "Mối liên hệ", "Qua"],
    of_threat: "Chỉ dấu của",
    all: "Mọi chỉ dấu",
    incidents: "Sự cố",
    no_incidents: "Chưa có sự cố nào từ chỉ dấu này.",
    title: "Chỉ dấu",
    search: "Tra giá trị, mã STIX hoặc mẫu",
    hint: "Tên miền, URL, địa chỉ, mã băm, e-mail, indicator--…, mẫu STIX",
    find: "Tìm",
    kind: "Loại",
    state: "Tình trạng",
    feed: "Nguồn",
    no_value: "Đó không phải tên miền, URL, địa chỉ, dải mạng, mã băm, dấu vân tay, e-mail, mã đối tượng STIX hay mẫu STIX.",
    empty: "Không có chỉ dấu nào khớp.",
    heads: ["Giá trị", "Tình trạng", "Nguồn", "Điểm", "TLP", "Lần phát hiện"],
    next: "Trang sau",
    export: "Xuất",
    export_lead: "Mọi chỉ dấu đang dùng được, không vượt quá mức chia sẻ đã chọn. Chỉ dấu TLP:RED không bao giờ được xuất.",
    form: "Dạng",
    tlp: "Chia sẻ đến mức",
    download: "Tải về",
    seen: "lần",
    back: "Các chỉ dấu",
    warned: "Giá trị này nằm trong danh sách cảnh báo nên không bao giờ được dùng để chặn:",
    facts: "Thông tin",
    source: "Nguồn",
    sightings: "Lần phát hiện",
    no_sightings: "Chưa ai báo đã thấy giá trị này.",
    sighting_heads: ["Ai báo", "Số lần", "Lần đầu", "Lần cuối"],
    tell: "Đã thấy giá trị này (số lần)",
    tell_now: "Báo",
    withdraw: "Thu hồi",
    withdraw_sure: "Chỉ dấu thôi có hiệu lực ngay ở mọi nơi dùng nó.",
    others: "Cùng giá trị ở nguồn khác",
};

static EN: Words = Words {
    hunt: "Look for it in kept events",
    around: "Connections",
    around_lead: "From left to right: who lists it, the indicator, what it shows and led to, and where that leads. Each box opens its page.",
    as_table: "As a table",
    around_heads: ["Name", "What it is", "Connection", "By way of"],
    of_threat: "Indicators of",
    all: "Every indicator",
    incidents: "Incidents",
    no_incidents: "It brought no alerts yet.",
    title: "Indicators",
    search: "Look up a value, STIX id or pattern",
    hint: "Name, URL, address, digest, e-mail, indicator--…, STIX pattern",
    find: "Search",
    kind: "Kind",
    state: "State",
    feed: "Feed",
    no_value: "That is no name, URL, address, network, digest, fingerprint, e-mail address, id of a STIX object or STIX pattern.",
    empty: "No indicator matches.",
    heads: ["Value", "State", "Feed", "Score", "TLP", "Sightings"],
    next: "Next page",
    export: "Export",
    export_lead: "Every indicator that counts, no further than the colour that is chosen. What is TLP:RED is never exported.",
    form: "Form",
    tlp: "Shared up to",
    download: "Download",
    seen: "times",
    back: "Indicators",
    warned: "This value is on a warning list, so it is never used to block:",
    facts: "Facts",
    source: "Feed",
    sightings: "Sightings",
    no_sightings: "Nobody told that it was seen.",
    sighting_heads: ["Who says so", "Times", "First", "Last"],
    tell: "It was seen (times)",
    tell_now: "Tell",
    withdraw: "Withdraw",
    withdraw_sure: "It counts no more, at once and wherever it is used.",
    others: "The same value in other feeds",
};
