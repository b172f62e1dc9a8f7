//! Sensors: how each fares, what can be done with it, and how one is added.

use askama::Template;

use super::Frame;
use super::piece::Choice;

/// A sensor, and how it fares.
#[derive(Debug, Clone)]
pub struct SensorRow {
    /// Its name.
    pub name: String,
    /// How its events come in, and their form.
    pub kind: String,
    /// Where they come from; empty over HTTP.
    pub place: String,
    /// Whether it runs, in words.
    pub state: String,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// What was counted of it, in words: a name and a value each.
    pub figures: Vec<(&'static str, String)>,
    /// Steps that can be taken: what the form sends, and the word.
    pub steps: Vec<(&'static str, &'static str)>,
}

/// What stands in the form of a sensor of one kind.
#[derive(Debug, Clone, Default)]
pub struct TypedSensor {
    /// The key of its kind.
    pub kind: String,
    /// The kind in words.
    pub kind_word: &'static str,
    /// Its name.
    pub name: String,
    /// Where events come from; none where the kind has no place.
    pub place: Option<String>,
    /// An example of a place.
    pub example: &'static str,
    /// Forms that come in this way.
    pub forms: Vec<Choice>,
    /// Whether events come in messages of syslog.
    pub is_syslog: bool,
    /// Seconds by which its clock is before UTC, as `+07:00`.
    pub offset: String,
    /// Which field is what, for JSON.
    pub map: String,
    /// Where the schema of reports is; none where the kind has none.
    pub schema: Option<String>,
    /// Files of certificate, key and those who sign for clients; none where the kind has none.
    pub tls: Option<[String; 3]>,
    /// Stream, subject, file of who signs for the server, and user; none where the kind has none.
    pub nats: Option<[String; 4]>,
    /// Ways to say who the node is, the first of them none.
    pub ways: Vec<Choice>,
}

/// Every sensor.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sensors.html")]
pub struct SensorsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The sensors, in the order in which they were added.
    pub sensors: Vec<SensorRow>,
    /// Kinds that one can add: their pages and words; none for those who may not.
    pub kinds: Vec<(String, &'static str)>,
    /// The form that adds one.
    pub form: Option<TypedSensor>,
    /// Why something was refused.
    pub refused: Option<String>,
}

impl SensorsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    watch: &'static str,
    sigma: &'static str,
    empty: &'static str,
    remove: &'static str,
    sure: &'static str,
    add: &'static str,
    choose: &'static str,
    name: &'static str,
    name_hint: &'static str,
    place: &'static str,
    form: &'static str,
    more: &'static str,
    syslog: &'static str,
    offset: &'static str,
    offset_hint: &'static str,
    map: &'static str,
    map_hint: &'static str,
    schema: &'static str,
    tls: [&'static str; 3],
    stream: &'static str,
    subject: &'static str,
    subject_hint: &'static str,
    ca: &'static str,
    way: &'static str,
    user: &'static str,
    secret: &'static str,
    secret_hint: &'static str,
    files: &'static str,
}

static VI: Words = Words {
    title: "Bộ cảm biến",
    lead: "Nơi sự kiện đi vào nút. Nút đang chạy nhận thay đổi ngay, không cần khởi động lại. Số đếm tính từ lúc nút khởi động.",
    watch: "Về trang giám sát",
    sigma: "Luật Sigma",
    empty: "Chưa có bộ cảm biến nào.",
    remove: "Gỡ…",
    sure: "Sự kiện đã lưu vẫn còn đến hết hạn; cảm biến và thông tin đăng nhập của nó thì không.",
    add: "Thêm bộ cảm biến",
    choose: "Sự kiện đến bằng cách nào?",
    name: "Tên",
    name_hint: "a–z, 0–9, - và _, tối đa 64 ký tự.",
    place: "Nơi nhận",
    form: "Dạng sự kiện",
    more: "Đọc sự kiện thế nào",
    syslog: "Sự kiện nằm trong thông điệp syslog",
    offset: "Múi giờ của thời điểm không ghi múi giờ",
    offset_hint: "Ví dụ +07:00.",
    map: "Trường nào là gì (chỉ cho dạng JSON)",
    map_hint: "Mỗi dòng một trường; xem docs/MATCHING.md.",
    schema: "Tệp lược đồ của Shadowserver trên máy chủ (chỉ cho dạng đó)",
    tls: [
        "Tệp chuỗi chứng thư trên máy chủ (PEM)",
        "Tệp khóa riêng trên máy chủ (PEM)",
        "Tệp của bên ký chứng thư cho máy gửi (để trống: ai cũng gửi được)",
    ],
    stream: "Luồng JetStream",
    subject: "Chủ đề",
    subject_hint: "Để trống: đọc cả luồng.",
    ca: "Tệp của bên ký chứng thư máy chủ NATS (để trống: theo hệ thống)",
    way: "Đăng nhập bằng",
    user: "Tên người dùng",
    secret: "Mật khẩu, mã hoặc khóa nkey",
    secret_hint: "Được niêm phong ngay khi nhận, sau đó không ai xem lại được.",
    files: "Tệp là tệp trên máy chạy nút.",
};

static EN: Words = Words {
    title: "Sensors",
    lead: "Where events come in. A running node takes changes at once, without a restart. Figures count from its start.",
    watch: "Back to the watch",
    sigma: "Sigma rules",
    empty: "There are none.",
    remove: "Remove…",
    sure: "What it sent stays until its time is over; the sensor and its credentials do not.",
    add: "Add a sensor",
    choose: "How do its events come in?",
    name: "Name",
    name_hint: "a–z, 0–9, - and _, at most 64 characters.",
    place: "Where from",
    form: "Form of the events",
    more: "How events are read",
    syslog: "Events come in messages of syslog",
    offset: "Zone of times that name none",
    offset_hint: "For example +07:00.",
    map: "Which field is what (for JSON alone)",
    map_hint: "A field a line; see docs/MATCHING.md.",
    schema: "File of Shadowserver's schema on the server (for that form alone)",
    tls: [
        "File of the chain of certificates on the server (PEM)",
        "File of the private key on the server (PEM)",
        "File of who signs certificates of senders (empty: everybody may send)",
    ],
    stream: "Stream of JetStream",
    subject: "Subject",
    subject_hint: "Empty: all of the stream is read.",
    ca: "File of who signs the certificate of the NATS server (empty: as the system has it)",
    way: "Sign in by",
    user: "User",
    secret: "Password, token or nkey",
    secret_hint: "It is sealed as it is taken, and nobody sees it again.",
    files: "Files are those of the machine that the node runs on.",
};
