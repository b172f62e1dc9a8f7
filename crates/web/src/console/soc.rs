//! The centre at a glance.

use askama::Template;

use super::Frame;
use super::figures::Chart;
use super::incidents::LawClock;

/// A sensor, and what was counted of it since the node started.
#[derive(Debug, Clone)]
pub struct SensorLine {
    /// Its name.
    pub name: String,
    /// How its events come in, and their form.
    pub kind: String,
    /// Whether it runs, in words.
    pub state: &'static str,
    /// Whether it does not.
    pub is_down: bool,
    /// Events a second of late.
    pub rate: String,
    /// Events that were read.
    pub events: u64,
    /// How often something in them was listed.
    pub hits: u64,
    /// Lines and messages that could not be read.
    pub bad: u64,
    /// What was lost before it was read.
    pub dropped: u64,
    /// When the last event came, in words.
    pub last: String,
}

/// The centre at a glance.
#[derive(Debug, Clone, Template)]
#[template(path = "console/soc.html")]
pub struct SocPage {
    /// What stands around it.
    pub frame: Frame,
    /// The most telling numbers: name and value.
    pub totals: Vec<(&'static str, String)>,
    /// Clocks that ask for something, each with the page of its incident.
    pub clocks: Vec<(String, LawClock)>,
    /// How sensors fare.
    pub sensors: Vec<SensorLine>,
    /// What most hosts met, and what sensors saw.
    pub charts: Vec<Chart>,
}

impl SocPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    hunt: &'static str,
    clocks: &'static str,
    no_clocks: &'static str,
    nothing: &'static str,
    sensors: &'static str,
    no_sensors: &'static str,
    manage: &'static str,
    sharing: &'static str,
    sensor_heads: [&'static str; 8],
}

static VI: Words = Words {
    title: "Giám sát",
    hunt: "Truy tìm trong sự kiện đã lưu",
    clocks: "Thời hạn sắp đến và đã quá",
    no_clocks: "Không có thời hạn nào đang chạy.",
    nothing: "Chưa có cảnh báo nào.",
    sensors: "Bộ cảm biến",
    no_sensors: "Chưa có bộ cảm biến nào. Thêm ở trang bộ cảm biến.",
    manage: "Trang bộ cảm biến",
    sharing: "Chia sẻ với trung tâm quốc gia theo quy tắc",
    sensor_heads: [
        "Tên",
        "Tình trạng",
        "Sự kiện/giây",
        "Đã đọc",
        "Trùng dấu hiệu",
        "Không đọc được",
        "Đã mất",
        "Sự kiện cuối",
    ],
};

static EN: Words = Words {
    title: "Watch",
    hunt: "Hunt in kept events",
    clocks: "Clocks that run and that ran out",
    no_clocks: "No clock runs.",
    nothing: "There are no alerts.",
    sensors: "Sensors",
    no_sensors: "There are none. They are added on the page of sensors.",
    manage: "Page of sensors",
    sharing: "Sharing with the national centre by rule",
    sensor_heads: [
        "Name",
        "State",
        "Events/s",
        "Read",
        "Hits",
        "Not readable",
        "Lost",
        "Last event",
    ],
};
