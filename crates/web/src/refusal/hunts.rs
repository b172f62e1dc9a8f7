//! What stands in the way of hunts through kept events, in words.

use anlanh_app::hunt::{BadValue, HuntError, MAX_VALUES, MAX_WAITING};

use super::Refusal;

/// Most lines that are none which an answer tells one by one.
const MOST_LINES: usize = 20;

/// Why a line is nothing that can be looked for, in Vietnamese and English.
pub const fn bad_value(why: BadValue) -> [&'static str; 2] {
    match why {
        BadValue::TooLong => ["dòng quá dài", "the line is too long"],
        BadValue::NoValue => [
            "không phải tên miền, địa chỉ, dải mạng, URL, mã băm, JA3 hay JA4",
            "is no name, address, network, URL, digest, JA3 or JA4",
        ],
        BadValue::Several => [
            "mỗi chuỗi phải là đúng một giá trị, không kèm dấu phẩy, chấm phẩy, khoảng trắng hay chú thích",
            "each text is exactly one value, with no comma, semicolon, blank or comment",
        ],
        BadValue::Email => ["địa chỉ e-mail không được lưu", "e-mail addresses are not kept"],
        BadValue::Query => [
            "phần sau dấu hỏi của URL không được lưu",
            "nothing is kept of a URL from its question mark on",
        ],
        BadValue::Network => [
            "dải mạng rộng hơn /8, hoặc /24 của IPv6",
            "the network is wider than /8, or /24 of IPv6",
        ],
    }
}

pub(super) fn of_hunt(error: &HuntError) -> Refusal {
    let bad = |vi: &str, en: &str| Refusal::new("bad-hunt", vi, en);
    match error {
        HuntError::Empty => bad("hãy ghi ít nhất một giá trị", "name at least one value"),
        HuntError::Lines(lines) => {
            let told = |pick: fn([&'static str; 2]) -> &'static str, line: &str| {
                let shown = lines.iter().take(MOST_LINES);
                let shown = shown.map(|(number, why)| format!("{line} {number}: {}", pick(bad_value(*why))));
                shown.collect::<Vec<_>>().join("; ")
            };
            let count = lines.len();
            Refusal::new(
                "bad-hunt",
                format!("{count} dòng không tìm được: {}", told(|[vi, _]| vi, "dòng")),
                format!("{count} lines cannot be looked for: {}", told(|[_, en]| en, "line")),
            )
        }
        HuntError::TooMany => Refusal::new(
            "bad-hunt",
            format!("tối đa {MAX_VALUES} giá trị một lần; dải mạng rộng tính nhiều hơn"),
            format!("at most {MAX_VALUES} values at once; wide networks count for more"),
        ),
        HuntError::Period => bad(
            "khoảng thời gian không đúng: ngày cuối trước ngày đầu, hoặc không phải ngày",
            "the period is none: it ends before it begins, or a day is none",
        ),
        HuntError::Sensor => bad("không có bộ cảm biến này", "there is no such sensor"),
        HuntError::Rows => bad(
            "hãy chọn những dòng chưa vào sự cố nào",
            "choose rows that are in no incident yet",
        ),
        HuntError::Step => Refusal::new(
            "hunt-step",
            "lần truy tìm đã kết thúc, hoặc chưa xong",
            "the hunt is over, or not done yet",
        ),
        HuntError::TooManyWaiting => Refusal::new(
            "hunt-step",
            format!("đã có {MAX_WAITING} lần truy tìm đang chờ; hãy đợi hoặc hủy bớt"),
            format!("{MAX_WAITING} hunts wait already: wait, or call some off"),
        ),
        HuntError::NotRunning => Refusal::new(
            "hunt-step",
            "nút này đang không giữ kho sự kiện; hãy thử lại sau",
            "the events are not at hand now: try again later",
        ),
    }
}
