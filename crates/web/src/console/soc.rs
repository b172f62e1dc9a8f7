//! The centre at a glance: what needs a person first, then how much comes in, what is found, and how sensors fare.

use askama::Template;

use super::Frame;
use super::incidents::LawClock;

/// A sensor, and how it fares.
#[derive(Debug, Clone)]
pub struct SensorLine {
    /// Its name.
    pub name: String,
    /// How its events come in, and their form.
    pub kind: String,
    /// Whether it runs, in words.
    pub state: String,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// Events a second of late.
    pub rate: String,
    /// Events of the last 24 hours.
    pub day: String,
    /// How often something in them was listed.
    pub hits: String,
    /// Lines and messages that could not be read since the node started.
    pub bad: String,
    /// What was lost before it was read since then.
    pub dropped: String,
    /// When the last event came, in words.
    pub last: String,
}

/// Something that waits for a person.
#[derive(Debug, Clone)]
pub struct Ask {
    /// How many.
    pub count: String,
    /// Of what, in words.
    pub words: String,
    /// Where one works on it.
    pub link: String,
    /// Class of its colour.
    pub tone: &'static str,
}

/// A number, and where it comes from.
#[derive(Debug, Clone)]
pub struct Total {
    /// What it counts.
    pub name: &'static str,
    /// The number.
    pub value: String,
    /// Where one works on what it counts.
    pub link: &'static str,
}

/// A time in a chart over time: what came in it.
#[derive(Debug, Clone)]
pub struct Span {
    /// Which it is, in words.
    pub label: String,
    /// The left edge of its column, in percent.
    pub x: String,
    /// The height of its column.
    pub height: u64,
    /// How much came.
    pub value: String,
    /// The height of the column of what was found in it.
    pub hit_height: u64,
    /// How much was found in it.
    pub hits: String,
}

/// A chart over time, the same as a table beside it.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// Its id in the page.
    pub id: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// The sum, in words.
    pub summary: String,
    /// What the columns count, and what those below them count.
    pub counts: [&'static str; 2],
    /// The most of each.
    pub most: [String; 2],
    /// The word for a time.
    pub span: &'static str,
    /// The width of a column, in percent.
    pub width: String,
    /// The times, the first first.
    pub spans: Vec<Span>,
    /// Where one works on what it shows.
    pub link: &'static str,
    /// Whether nothing came at all.
    pub is_empty: bool,
}

/// Height of the columns of a chart.
pub const COLUMN_HEIGHT: u64 = 88;
/// Height of those below them.
pub const HIT_HEIGHT: u64 = 26;

/// An indicator that many hosts met.
#[derive(Debug, Clone)]
pub struct TopLine {
    /// What is listed.
    pub value: String,
    /// Its page.
    pub link: String,
    /// What it is.
    pub kind: &'static str,
    /// How many hosts met it.
    pub hosts: String,
    /// Events.
    pub hits: String,
    /// So much of the greatest, in percent.
    pub percent: u64,
}

/// The centre at a glance.
#[derive(Debug, Clone, Template)]
#[template(path = "console/soc.html")]
pub struct SocPage {
    /// What stands around it.
    pub frame: Frame,
    /// What waits for a person, the most urgent first.
    pub asks: Vec<Ask>,
    /// The most telling numbers.
    pub totals: Vec<Total>,
    /// Clocks that ask for something, each with the page and title of its incident.
    pub clocks: Vec<(String, LawClock)>,
    /// What came and what was found, over time.
    pub timelines: Vec<Timeline>,
    /// What most hosts met.
    pub top: Vec<TopLine>,
    /// How sensors fare, those that do not run first.
    pub sensors: Vec<SensorLine>,
}

impl SocPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    hunt: &'static str,
    asks: &'static str,
    no_asks: &'static str,
    totals: &'static str,
    clocks: &'static str,
    no_clocks: &'static str,
    nothing: &'static str,
    as_table: &'static str,
    most: &'static str,
    top: &'static str,
    top_lead: &'static str,
    top_heads: [&'static str; 3],
    no_top: &'static str,
    sensors: &'static str,
    sensors_lead: &'static str,
    no_sensors: &'static str,
    manage: &'static str,
    sharing: &'static str,
    incidents: &'static str,
    sensor_heads: [&'static str; 8],
}

static VI: Words = Words {
    title: "Giám sát",
    hunt: "Truy tìm trong sự kiện đã lưu",
    asks: "Việc đang chờ",
    no_asks: "Không có việc gì đang chờ: mọi sự cố đã có người xem, thời hạn còn đủ, bộ cảm biến và nguồn chỉ dấu đều chạy.",
    totals: "Lúc này",
    clocks: "Thời hạn sắp đến và đã quá",
    no_clocks: "Không có thời hạn nào đang chạy.",
    nothing: "Chưa có gì trong khoảng này.",
    as_table: "Xem dưới dạng bảng",
    most: "cao nhất",
    top: "Chỉ dấu nhiều máy gặp nhất",
    top_lead: "14 ngày qua",
    top_heads: ["Chỉ dấu", "Số máy", "Sự kiện"],
    no_top: "Chưa có cảnh báo nào.",
    sensors: "Bộ cảm biến",
    sensors_lead: "Không đọc được và đã mất: tính từ lúc nút khởi động.",
    no_sensors: "Chưa có bộ cảm biến nào. Thêm ở trang bộ cảm biến.",
    manage: "Trang bộ cảm biến",
    sharing: "Chia sẻ với trung tâm quốc gia theo quy tắc",
    incidents: "Mọi sự cố",
    sensor_heads: [
        "Tên",
        "Tình trạng",
        "Sự kiện/giây",
        "Sự kiện 24 giờ",
        "Trùng chỉ dấu 24 giờ",
        "Không đọc được",
        "Đã mất",
        "Sự kiện cuối",
    ],
};

static EN: Words = Words {
    title: "Watch",
    hunt: "Hunt in kept events",
    asks: "Waiting for a person",
    no_asks: "Nothing waits: somebody looked at every incident, clocks have time left, sensors and feeds run.",
    totals: "Now",
    clocks: "Clocks that run and that ran out",
    no_clocks: "No clock runs.",
    nothing: "Nothing in this span yet.",
    as_table: "As a table",
    most: "most",
    top: "What most hosts met",
    top_lead: "Last 14 days",
    top_heads: ["Indicator", "Hosts", "Events"],
    no_top: "There are no alerts.",
    sensors: "Sensors",
    sensors_lead: "Not readable and lost count from the start of the node.",
    no_sensors: "There are none. They are added on the page of sensors.",
    manage: "Page of sensors",
    sharing: "Sharing with the national centre by rule",
    incidents: "All incidents",
    sensor_heads: [
        "Name",
        "State",
        "Events/s",
        "Events, 24 h",
        "Hits, 24 h",
        "Not readable",
        "Lost",
        "Last event",
    ],
};
