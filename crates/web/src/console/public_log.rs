//! The page of the public log.

use askama::Template;

use super::Frame;
use super::piece::Moment;
use super::published::Tab;

/// The log as a whole.
#[derive(Debug, Clone)]
pub struct KnownLog {
    /// How many entries are signed.
    pub size: u64,
    /// When they were.
    pub at: Moment,
    /// Its public key.
    pub key: String,
    /// Where others find it.
    pub url: String,
    /// The public key by which this node witnesses other logs.
    pub witness_key: String,
    /// Who witnesses this one.
    pub witnesses: Vec<LogWitness>,
}

/// Who witnesses the log.
#[derive(Debug, Clone)]
pub struct LogWitness {
    /// Their public key, which begins with their name.
    pub key: String,
    /// How many entries they cosigned last.
    pub size: u64,
    /// When they did; none where they have not yet.
    pub at: Option<Moment>,
}

/// What a receipt shows.
#[derive(Debug, Clone)]
pub struct CheckedReceipt {
    /// Whether it holds, in a sentence.
    pub verdict: String,
    /// Where the entry stands, in a sentence.
    pub place: Option<String>,
    /// The entry, and what it commits to.
    pub texts: Vec<String>,
}

/// An entry.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// Where it stands, from 0.
    pub position: u64,
    /// What it tells.
    pub title: String,
    /// The day on which it was written.
    pub at: String,
    /// Whether it is signed already.
    pub is_signed: bool,
    /// What is to be known of it, a sentence each.
    pub facts: Vec<String>,
    /// Its bytes, which are a text.
    pub entry: String,
}

/// The public log.
#[derive(Debug, Clone, Template)]
#[template(path = "published/log.html")]
pub struct LogPage {
    /// What stands around it.
    pub frame: Frame,
    /// Name of the platform.
    pub site: String,
    /// The ways to the other pages.
    pub tabs: Vec<Tab>,
    /// The log; none where nothing was signed yet.
    pub known: Option<KnownLog>,
    /// The receipt that was sent.
    pub typed: String,
    /// What it shows.
    pub checked: Option<CheckedReceipt>,
    /// A page of entries, newest first.
    pub lines: Vec<LogLine>,
    /// Where older ones begin.
    pub older: Option<u64>,
}

impl LogPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    pages: &'static str,
    log: &'static str,
    what_log: &'static str,
    signed: &'static str,
    entries: &'static str,
    signed_at: &'static str,
    key: &'static str,
    files_of_log: &'static str,
    how_log: &'static str,
    witnessed: &'static str,
    unwitnessed: &'static str,
    witnesses: &'static str,
    check: &'static str,
    check_what: &'static str,
    check_here: &'static str,
    lacking: &'static str,
    file: &'static str,
    paste: &'static str,
    do_check: &'static str,
    step_key: &'static str,
    step_signed: &'static str,
    step_stands: &'static str,
    step_private: &'static str,
    good: &'static str,
    bad: &'static str,
    none: &'static str,
    newest: &'static str,
    empty: &'static str,
    waits: &'static str,
    exact: &'static str,
    receipt: &'static str,
    older: &'static str,
}

static VI: Words = Words {
    pages: "Thông tin công khai",
    log: "Nhật ký công khai",
    what_log: "Mỗi quyết định, mỗi lần hủy quyết định, mỗi thay đổi chính sách và báo cáo từng tháng được ghi vào đây theo thứ tự và được ký. Ai cũng kiểm tra được rằng không có gì bị sửa hay xóa về sau. Không có nội dung và không có ai trong đó: phần riêng chỉ để lại một mã băm mà người liên quan mở được bằng biên nhận của mình.",
    signed: "Nhật ký",
    entries: "Số mục đã ký",
    signed_at: "Ký lần cuối",
    key: "Khóa công khai",
    files_of_log: "Dữ liệu",
    how_log: "Tự kiểm tra toàn bộ nhật ký trên máy của bạn:",
    witnessed: "Nút chứng kiến nhật ký này",
    unwitnessed: "chưa chứng kiến lần nào",
    witnesses: "Nút này chứng kiến nhật ký khác bằng khóa",
    check: "Kiểm tra biên nhận",
    check_what: "Dán nội dung biên nhận vào đây. Máy chủ kiểm tra và không giữ lại gì.",
    check_here: "Thả tệp biên nhận vào đây. Việc kiểm tra diễn ra trong trình duyệt của bạn, không gửi đi đâu.",
    lacking: "Trình duyệt này không tự kiểm tra được. Bấm lại nút để máy chủ kiểm tra.",
    file: "Tệp biên nhận",
    paste: "Hoặc dán nội dung biên nhận",
    do_check: "Kiểm tra",
    step_key: "Khóa là khóa của nhật ký này",
    step_signed: "Chữ ký đúng",
    step_stands: "Mục có trong nhật ký đã ký",
    step_private: "Phần riêng đúng với mã băm trong mục",
    good: "Biên nhận đúng: mục này có trong nhật ký đã ký.",
    bad: "Biên nhận không đúng. Hãy giữ lại tệp và liên hệ chúng tôi.",
    none: "Đây không phải là biên nhận.",
    newest: "Các mục mới nhất",
    empty: "Chưa có mục nào.",
    waits: "chờ ký",
    exact: "Nguyên văn mục",
    receipt: "Tải biên nhận của mục",
    older: "Các mục cũ hơn",
};

static EN: Words = Words {
    pages: "Public information",
    log: "Public log",
    what_log: "Every decision, every reversal, every change of the policy and the report of each month is written here in order, and signed. Anybody can check that nothing is changed or removed later. No content and nobody is in it: of what concerns somebody it has a hash, which they can open with their receipt.",
    signed: "The log",
    entries: "Signed entries",
    signed_at: "Last signed",
    key: "Public key",
    files_of_log: "Data",
    how_log: "Check the whole log on your own machine:",
    witnessed: "Witness of this log",
    unwitnessed: "has not cosigned yet",
    witnesses: "This node witnesses other logs with the key",
    check: "Check a receipt",
    check_what: "Paste what is in a receipt. The server checks it and keeps nothing.",
    check_here: "Drop the file of a receipt here. It is checked in your browser and sent nowhere.",
    lacking: "This browser cannot check it. Press the button again to have the server check it.",
    file: "File of the receipt",
    paste: "Or paste what is in it",
    do_check: "Check",
    step_key: "The key is that of this log",
    step_signed: "The signature holds",
    step_stands: "The entry stands in the signed log",
    step_private: "What concerns you is what the entry commits to",
    good: "The receipt holds: the entry stands in the signed log.",
    bad: "The receipt does not hold. Keep the file and write to us.",
    none: "This is no receipt.",
    newest: "Newest entries",
    empty: "There is none yet.",
    waits: "not signed yet",
    exact: "The exact entry",
    receipt: "Get the receipt of entry",
    older: "Older entries",
};
