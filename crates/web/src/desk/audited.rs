//! What an entry of the audit log is about and what it says more, in words. The log itself holds keys and numbers.

use anlanh_app::audit::REASON;
use anlanh_model::{Id, Outcome, Role};

use super::words::Words;
use super::{blocklist, item, orders, queue};
use crate::console::Section;

/// How the number beside a kind is meant.
#[derive(Clone, Copy)]
enum Number {
    /// An id; those with a page have its address.
    Id(Option<fn(&str) -> String>),
    /// How many there are.
    Count,
    /// Which one of those that follow each other.
    Place,
}

/// What things are called: the key of the log, Vietnamese, English, and what the number is.
const KINDS: [(&str, &str, &str, Number); 48] = [
    ("action", "việc giao nền tảng", "action", Number::Id(None)),
    ("actions", "việc giao nền tảng", "actions", Number::Count),
    ("alerts", "cảnh báo", "alerts", Number::Count),
    ("appeal", "khiếu nại", "appeal", Number::Id(None)),
    ("appeals", "khiếu nại", "appeals", Number::Count),
    (
        "block",
        "giá trị bị chặn",
        "block",
        Number::Id(Some(blocklist::entry_link)),
    ),
    (
        "block_change",
        "thay đổi danh sách chặn",
        "change of the blocklist",
        Number::Id(Some(blocklist::change_link)),
    ),
    (
        "block_objection",
        "phản đối việc chặn",
        "objection to a block",
        Number::Id(None),
    ),
    ("block_proof", "bằng chứng chặn", "proof of a block", Number::Count),
    (
        "block_version",
        "phiên bản danh sách chặn",
        "version of the blocklist",
        Number::Place,
    ),
    ("case", "vụ việc", "case", Number::Id(Some(queue::link))),
    ("clock", "thời hạn", "deadlines", Number::Count),
    ("collection", "tập dữ liệu", "collection", Number::Id(None)),
    ("contact", "địa chỉ nhận thông báo", "contact", Number::Id(None)),
    ("erasure", "yêu cầu xóa dữ liệu", "erasure", Number::Id(None)),
    ("events", "sự kiện", "events", Number::Count),
    ("export", "bản xuất", "export", Number::Count),
    (
        "feed",
        "nguồn chỉ dấu",
        "feed",
        Number::Id(Some(|id| at(Section::Feeds, id))),
    ),
    ("hunt", "lần truy tìm", "hunt", Number::Id(None)),
    ("hunts", "lần truy tìm", "hunts", Number::Count),
    (
        "incident",
        "sự cố",
        "incident",
        Number::Id(Some(|id| at(Section::Incidents, id))),
    ),
    (
        "incident event",
        "diễn biến sự cố",
        "event of an incident",
        Number::Id(None),
    ),
    ("incident files", "tệp của sự cố", "files of incidents", Number::Count),
    ("incident hosts", "máy trong sự cố", "hosts of incidents", Number::Count),
    ("incidents", "sự cố", "incidents", Number::Count),
    (
        "indicator",
        "chỉ dấu",
        "indicator",
        Number::Id(Some(|id| at(Section::Indicators, id))),
    ),
    (
        "issued",
        "yêu cầu gửi đi",
        "issued order",
        Number::Id(Some(|id| at(Section::Issued, id))),
    ),
    ("issued_orders", "yêu cầu gửi đi", "issued orders", Number::Count),
    ("item", "nội dung", "item", Number::Id(Some(item::link))),
    ("items", "nội dung", "items", Number::Count),
    ("mail", "thư", "mail", Number::Id(None)),
    ("measures", "biện pháp", "measures", Number::Count),
    ("node_key", "khóa của nút", "key of the node", Number::Place),
    ("order", "yêu cầu", "order", Number::Id(Some(orders::link))),
    ("orders", "yêu cầu", "orders", Number::Count),
    (
        "owner_request",
        "yêu cầu chủ trang",
        "request to an owner",
        Number::Id(None),
    ),
    (
        "owner_requests",
        "yêu cầu chủ trang",
        "requests to owners",
        Number::Count,
    ),
    ("peer", "nút khác", "peer", Number::Id(None)),
    ("peers", "nút khác", "peers", Number::Count),
    (
        "policy_version",
        "phiên bản chính sách",
        "version of the policy",
        Number::Id(Some(|id| format!("/console/policy/versions/{id}"))),
    ),
    (
        "public_log",
        "mục trong nhật ký công khai",
        "entries of the public log",
        Number::Count,
    ),
    ("push", "nơi nhận chỉ dấu", "push", Number::Id(None)),
    ("report", "phản ánh", "report", Number::Id(None)),
    ("reports", "phản ánh", "reports", Number::Count),
    ("sensor", "cảm biến", "sensor", Number::Id(None)),
    ("staff", "tài khoản", "account", Number::Id(None)),
    ("token", "mã truy cập", "token", Number::Id(None)),
    ("trial", "lần thử", "trial", Number::Id(None)),
];

/// Words of details: the log's, and Vietnamese.
const DETAILS: [(&str, &str); 47] = [
    ("again", "lặp lại"),
    ("alerts", "cảnh báo"),
    ("alone", "một người soạn và ký"),
    ("begin", "bắt đầu"),
    ("begun", "bắt đầu"),
    ("breached", "quá hạn"),
    ("cancelled", "đã hủy"),
    ("closed", "đã đóng"),
    ("confirmed", "đã xác nhận"),
    ("cosigned", "đã chứng kiến"),
    ("discarded", "đã bỏ"),
    ("entered", "đã nhập"),
    ("entries", "bản ghi"),
    ("erased", "đã xóa"),
    ("failed", "không được"),
    ("followed", "đã theo"),
    ("hand", "nhập tay"),
    ("incidents", "sự cố"),
    ("introduced", "được giới thiệu"),
    ("lapsed", "hết hạn xác nhận"),
    ("left", "đã giao ca"),
    ("mails", "thư"),
    ("marked", "được đánh dấu"),
    ("named", "đã nêu tên"),
    ("needed", "cần duyệt"),
    ("new", "mới"),
    ("not_reached", "không liên lạc được"),
    ("nothing", "không có gì"),
    ("number_again", "số đã dùng trong năm"),
    ("objects", "đối tượng"),
    ("opened", "đã mở"),
    ("published", "đã ký"),
    ("purged", "đã xóa hẳn khỏi đĩa"),
    ("pushed", "đã đẩy"),
    ("removed", "đã gỡ"),
    ("reports", "phản ánh"),
    ("sensors", "cảm biến"),
    ("sightings", "lần phát hiện"),
    ("signed", "đã ký"),
    ("taken", "đã nhận"),
    ("time", "hết hạn lưu"),
    ("told", "đã báo"),
    ("uncounted", "đã thôi đếm"),
    ("values", "giá trị"),
    ("warned", "đã nhắc"),
    ("withdrawn", "đã rút"),
    ("witnessed", "được chứng kiến"),
];

/// Longest digest that is shown whole; of others the beginning is enough to tell them apart.
const DIGEST: usize = 12;

fn at(section: Section, id: &str) -> String {
    format!("{}/{id}", section.path())
}

/// The number of one thing of a kind, as the log has it: by the thing's id, or by which one it is. None where entries of this
/// kind say how many there were.
pub fn number(kind: &str, id: &str) -> Option<i64> {
    let (.., number) = KINDS.iter().find(|(key, ..)| *key == kind)?;
    match number {
        Number::Id(_) => id.parse::<Id<()>>().ok().map(Id::number),
        Number::Place => id.parse().ok().filter(|number| *number > 0),
        Number::Count => None,
    }
}

/// What an entry says of the thing it is about, as programs read it: its id, which one it is, or how many there were; none where
/// it is about none in particular.
pub fn written(kind: &str, number: i64) -> Option<String> {
    let known = KINDS.iter().find(|(key, ..)| *key == kind);
    match known.map_or(Number::Id(None), |(.., number)| *number) {
        Number::Count => Some(number.to_string()),
        Number::Place | Number::Id(_) if number == 0 => None,
        Number::Place => Some(number.to_string()),
        Number::Id(_) => Id::<()>::from_number(number).ok().map(|id| id.to_string()),
    }
}

/// What an entry is about, in words, and its page.
pub fn subject(words: Words, kind: &str, number: i64) -> (String, Option<String>) {
    let known = KINDS.iter().find(|(key, ..)| *key == kind);
    let (name, number_of) = known.map_or((kind, Number::Id(None)), |(_, vi, en, number)| {
        (words.pick(vi, en), *number)
    });
    match (number_of, number) {
        (_, 0) => (name.to_owned(), None),
        (Number::Count, number) => (format!("{number} {name}"), None),
        (Number::Place, number) => (format!("{name} {number}"), None),
        (Number::Id(page), number) => {
            let id = Id::<()>::from_number(number)
                .map(|id| id.to_string())
                .unwrap_or_default();
            let address = page.map(|page| page(&id));
            (format!("{name} {id}"), address)
        }
    }
}

/// What an entry says more. In English the log speaks for itself, and what somebody wrote stays as it is.
pub fn detail(words: Words, detail: &str) -> String {
    let (keys, reason) = match detail.split_once(REASON) {
        Some((keys, reason)) => (keys, Some(reason)),
        None => (detail, None),
    };
    let said: Vec<String> = keys.split(' ').map(|key| key_of(words, key)).collect();
    let said = said.join(" ");
    match reason {
        Some(reason) => format!("{said}. {}: {reason}", words.pick("Lý do", "Reason")),
        None => said,
    }
}

/// A key, alone or with its number: `warned=2`.
fn key_of(words: Words, key: &str) -> String {
    let (name, value) = match key.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (key, None),
    };
    let (bare, comma) = name.strip_suffix(',').map_or((name, ""), |bare| (bare, ","));
    let name = word_of(words, bare);
    match value {
        Some(value) => format!("{name}{comma}={value}"),
        None => format!("{name}{comma}"),
    }
}

fn word_of(words: Words, word: &str) -> String {
    let is_digest = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest {
        return format!("{}…", word.get(..DIGEST).unwrap_or_default());
    }
    if let Some(role) = Role::from_key(word) {
        return words.role(role).to_owned();
    }
    if let Some(outcome) = Outcome::from_key(word) {
        return words.outcome(outcome).to_owned();
    }
    let known = DETAILS.iter().find(|(key, _)| *key == word);
    known.map_or(word, |(key, vi)| words.pick(vi, key)).to_owned()
}

#[cfg(test)]
mod tests {
    use anlanh_api::Language;
    use anlanh_model::Time;

    use super::*;

    fn words(language: Language) -> Words {
        Words::new(language, Time::from_seconds(0), 420)
    }

    #[test]
    fn things_are_named_and_have_their_pages() {
        let check = |kind: &str, number: i64, expected: (&str, Option<&str>)| {
            let (name, page) = subject(words(Language::Vi), kind, number);
            assert_eq!((name.as_str(), page.as_deref()), expected, "{kind} {number}");
        };
        check(
            "order",
            1,
            ("yêu cầu 0000000000001", Some("/console/orders/0000000000001")),
        );
        check("staff", 1, ("tài khoản 0000000000001", None));
        check("items", 12, ("12 nội dung", None));
        check("items", 0, ("nội dung", None));
        check("block_version", 7, ("phiên bản danh sách chặn 7", None));
        check("cái gì đó", 1, ("cái gì đó 0000000000001", None));
        let (english, _) = subject(words(Language::En), "items", 12);
        assert_eq!(english, "12 items");
    }

    #[test]
    fn details_are_told_in_words() {
        let check = |told: &str, vi: &str, en: &str| {
            assert_eq!(detail(words(Language::Vi), told), vi);
            assert_eq!(detail(words(Language::En), told), en);
        };
        check("0 marked", "0 được đánh dấu", "0 marked");
        check("warned=1 breached=2", "đã nhắc=1 quá hạn=2", "warned=1 breached=2");
        check("taken, 2 incidents", "đã nhận, 2 sự cố", "taken, 2 incidents");
        // Words that are keys, too, stay what somebody wrote.
        check(
            "canary_urgent reason=new time left",
            "canary_urgent. Lý do: new time left",
            "canary_urgent. Reason: new time left",
        );
        check("auditor", "Kiểm toán viên", "Auditor");
        check("", "", "");
        let digest = "0123456789abcdef".repeat(4);
        check(&digest, "0123456789ab…", "0123456789ab…");
    }

    #[test]
    fn tables_are_in_order() {
        assert!(KINDS.is_sorted_by_key(|(key, ..)| *key));
        assert!(DETAILS.is_sorted_by_key(|(key, _)| *key));
    }
}
