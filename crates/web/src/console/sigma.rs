//! Sigma rules: how many are in use, what is left out and why, and what each was met by.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// Something that is left out.
#[derive(Debug, Clone)]
pub struct TroubleLine {
    /// File and line, as editors take them.
    pub place: String,
    /// Why, in the language of the page.
    pub reason: String,
    /// Why, in the other.
    pub other: String,
    /// Whether what the file said before goes on, in words.
    pub stays: &'static str,
    /// Class of that in the style sheet.
    pub tone: &'static str,
}

/// A rule in use.
#[derive(Debug, Clone)]
pub struct RuleLine {
    /// What it is called.
    pub title: String,
    /// Its identifier.
    pub id: Option<String>,
    /// How grave, in words.
    pub level: &'static str,
    /// Class of that in the style sheet.
    pub tone: &'static str,
    /// How far it is tried, in words.
    pub status: &'static str,
    /// Which log it is for.
    pub log: String,
    /// Why it is hardly ever met, where that is so.
    pub caution: Option<&'static str>,
    /// Hits since the start.
    pub hits: String,
    /// The last of them.
    pub last: Option<Moment>,
    /// Author, tags, file and colour: a word and a value each.
    pub facts: Vec<(&'static str, String)>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sigma.html")]
pub struct SigmaPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whether rules are followed.
    pub is_followed: bool,
    /// Why the last look failed as a whole, if it did.
    pub failure: Option<String>,
    /// The folders.
    pub folders: Vec<String>,
    /// When they were looked at, and when read.
    pub times: Vec<(&'static str, Moment)>,
    /// Counts: what of, how many, and where more is.
    pub totals: Vec<(&'static str, String, String)>,
    /// What is left out, the first of it.
    pub troubles: Vec<TroubleLine>,
    /// How much more there is.
    pub more_troubles: Option<String>,
    /// What is looked for.
    pub query: String,
    /// Levels, the first of them all.
    pub levels: Vec<Choice>,
    /// States, the first of them all.
    pub states: Vec<Choice>,
    /// How many were found.
    pub found: String,
    /// Rules of this page.
    pub rules: Vec<RuleLine>,
    /// The next page.
    pub next: Option<String>,
}

impl SigmaPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    other: &'static str,
    title: &'static str,
    lead: &'static str,
    sensors: &'static str,
    none: &'static str,
    none_how: &'static str,
    failed: &'static str,
    folders: &'static str,
    left_out: &'static str,
    left_out_lead: &'static str,
    nothing_left_out: &'static str,
    left_out_heads: [&'static str; 3],
    more: &'static str,
    rules: &'static str,
    found: &'static str,
    search: &'static str,
    hint: &'static str,
    level: &'static str,
    state: &'static str,
    find: &'static str,
    empty: &'static str,
    heads: [&'static str; 5],
    details: &'static str,
    id: &'static str,
    next: &'static str,
}

static VI: Words = Words {
    other: "en",
    title: "Luật Sigma",
    lead: "Nút đối chiếu mọi sự kiện của bộ cảm biến với các luật này và đọc lại khi tệp thay đổi. Số lần khớp tính từ lúc nút khởi động.",
    sensors: "Bộ cảm biến",
    none: "Nút này chưa dùng luật Sigma nào.",
    none_how: "Đặt tệp .yml của luật vào một thư mục rồi chạy nút với:",
    failed: "Lần đọc gần nhất không thành; các luật đọc được trước đó vẫn chạy.",
    folders: "Thư mục luật",
    left_out: "Không dùng được",
    left_out_lead: "Sửa tệp ở dòng nêu dưới đây; nút đọc lại sau ít giây.",
    nothing_left_out: "Mọi luật đều dùng được.",
    left_out_heads: ["Tệp và dòng", "Lý do", "Hiện nay"],
    more: "mục nữa; xem đến 1.000 mục qua GET /v1/sigma.",
    rules: "Đang dùng",
    found: "luật",
    search: "Tìm",
    hint: "Tên, mã, tác giả, loại nhật ký, kỹ thuật ATT&CK hoặc tệp; không cần dấu",
    level: "Mức",
    state: "Tình trạng",
    find: "Lọc",
    empty: "Không có luật nào như vậy.",
    heads: ["Luật", "Mức", "Nhật ký", "Số lần khớp", "Lần cuối"],
    details: "Chi tiết",
    id: "Mã luật",
    next: "Trang sau",
};

static EN: Words = Words {
    other: "vi",
    title: "Sigma rules",
    lead: "Every event of the sensors is held against these rules, which are read again when their files change. Hits count from the start of the node.",
    sensors: "Sensors",
    none: "This node uses no Sigma rules.",
    none_how: "Put rules as .yml files into a folder, and run the node with:",
    failed: "The last look failed; the rules that were read before go on.",
    folders: "Folders of rules",
    left_out: "Left out",
    left_out_lead: "Mend the file at the line below; the node reads it again within seconds.",
    nothing_left_out: "Every rule can be used.",
    left_out_heads: ["File and line", "Why", "Now"],
    more: "more; up to 1,000 are told by GET /v1/sigma.",
    rules: "In use",
    found: "rules",
    search: "Find",
    hint: "Title, id, author, log, ATT&CK technique or file; marks are not needed",
    level: "Level",
    state: "State",
    find: "Filter",
    empty: "There are no such rules.",
    heads: ["Rule", "Level", "Log", "Hits", "Last"],
    details: "Details",
    id: "Rule id",
    next: "Next page",
};
